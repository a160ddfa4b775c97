/*
 * YAML and JSON as a tree in which every node knows its line and column, so that a fault is
 * reported where it stands.  Bounded: 256 KiB a file, 64 levels, 50,000 nodes.  Of YAML only plain
 * documents are read: anchors, aliases, tags and a second document are faults.
 *
 * Lifetime:  nodes and texts live in the report's arena.
 * Errors:    findings are added to the report; what cannot be read at all gives NULL.
 */
#ifndef CATALOGUE_TREE_H
#define CATALOGUE_TREE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum { TREE_BYTES = 256 * 1024, TREE_DEPTH = 64, TREE_NODES = 50000 };

enum node_kind { NODE_TEXT, NODE_INT, NODE_REAL, NODE_BOOL, NODE_NULL, NODE_LIST, NODE_MAP };

struct node {
    enum node_kind kind;
    int line, column;               /* from 1; columns count characters */
    const char *text;               /* of a scalar, as written (escapes undone) */
    size_t n;                       /* elements of a list, pairs of a map */
    const struct node *const *keys; /* of a map, in file order */
    const struct node *const *items;
};

struct finding {
    const char *path;
    int line, column;
    const char *sentence;
};

/* Findings of one run over many files; at most 20,000 are kept. */
struct report {
    struct arena *a;
    const char *path;               /* the file being looked at */
    VEC(struct finding) found;
};

/* Adds a finding at a node (NULL: line 1, column 1). */
void report_at(struct report *r, const struct node *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void report_line(struct report *r, int line, int column, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* By path, line, column; doubles dropped. */
void report_sort(struct report *r);

/* `text` is followed by a NUL.  NULL when it could not be read; the report says why. */
const struct node *tree_yaml(struct report *r, const char *text, size_t n);
const struct node *tree_json(struct report *r, const char *text, size_t n);     /* RFC 8259 */

/* Forgiving readers: NULL in, or not such a node, gives NULL. */
const struct node *node_get(const struct node *map, const char *key);
size_t node_count(const struct node *list);                 /* 0 when it is no list */
const char *node_text(const struct node *scalar);           /* the text of any scalar but null */
const char *node_str(const struct node *map, const char *key);  /* node_text of a member */
bool node_true(const struct node *map, const char *key);
const char *node_kind_name(const struct node *n);           /* "a list", "a number", ... */

/* A new reference; scalars become what they look like. */
json_t *node_json(const struct node *n);

#endif
