/* What the two loaders share; no one else includes it. */
#ifndef CATALOGUE_TREE_LOAD_H
#define CATALOGUE_TREE_LOAD_H

#include "mod/catalogue/catalogue_tree.h"

struct loader {
    struct report *r;
    size_t nodes;
    bool failed;            /* said already: unwind */
};

typedef VEC(const struct node *) node_list;

/* A new node, or NULL once there are too many. */
struct node *loader_node(struct loader *l, enum node_kind kind, int line, int column);
/* Says once why reading ended; returns NULL. */
struct node *loader_fail(struct loader *l, int line, int column, const char *why);
/* Adds a pair; a key that is there already is a finding, the first one stays. */
void loader_pair(struct loader *l, node_list *keys, node_list *items, const struct node *key,
                 const struct node *value);
/* Size, UTF-8 and control characters; reports the place of the first bad byte. */
bool loader_text(struct report *r, const char *text, size_t n);
/* The kind of an unquoted word: number, true, false, null or text. */
enum node_kind loader_plain(const char *s);

#endif
