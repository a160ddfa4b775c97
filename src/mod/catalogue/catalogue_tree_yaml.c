#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "base/utf8.h"
#include "mod/catalogue/catalogue_tree_load.h"

struct yaml {
    struct loader l;
    yaml_parser_t parser;
    yaml_event_t event;
};

static int
line_of(const yaml_mark_t *m)
{
    return (int)m->line + 1;
}

static int
column_of(const yaml_mark_t *m)
{
    return (int)m->column + 1;
}

static bool
syntax_error(struct yaml *y)
{
    char text[200];
    const yaml_mark_t *m = &y->parser.problem_mark;

    snprintf(text, sizeof text, "not readable as YAML: %s%s%s",
             y->parser.problem ? y->parser.problem : "unknown error",
             y->parser.context ? ", " : "", y->parser.context ? y->parser.context : "");
    loader_fail(&y->l, line_of(m), column_of(m), text);
    return false;
}

/* Reads the next event into y->event; false at an error, which is reported. */
static bool
next(struct yaml *y)
{
    yaml_event_delete(&y->event);
    return yaml_parser_parse(&y->parser, &y->event) ? true : syntax_error(y);
}

static struct node *
refuse(struct yaml *y, const char *why)
{
    return loader_fail(&y->l, line_of(&y->event.start_mark), column_of(&y->event.start_mark), why);
}

/* Anchors and tags are not needed and hide what a reader sees. */
static bool
decorated(const yaml_event_t *e)
{
    switch (e->type) {
    case YAML_SCALAR_EVENT:
        return e->data.scalar.anchor || e->data.scalar.tag;
    case YAML_SEQUENCE_START_EVENT:
        return e->data.sequence_start.anchor || e->data.sequence_start.tag;
    case YAML_MAPPING_START_EVENT:
        return e->data.mapping_start.anchor || e->data.mapping_start.tag;
    default:
        return e->type == YAML_ALIAS_EVENT;
    }
}

static struct node *value(struct yaml *y, int depth);

static struct node *
scalar(struct yaml *y)
{
    const yaml_event_t *e = &y->event;
    const char *text = (const char *)e->data.scalar.value;
    bool plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    struct node *n;

    if (!utf8_clean(text, e->data.scalar.length))
        return refuse(y, "a control or direction character in a text");
    n = loader_node(&y->l, plain ? loader_plain(text) : NODE_TEXT, line_of(&e->start_mark),
                    column_of(&e->start_mark));
    if (n)
        n->text = arena_strn(y->l.r->a, text, e->data.scalar.length);
    return n;
}

static struct node *
list(struct yaml *y, int depth)
{
    node_list items = {0};
    struct node *n = loader_node(&y->l, NODE_LIST, line_of(&y->event.start_mark),
                                 column_of(&y->event.start_mark));

    while (n && next(y)) {
        const struct node *item;

        if (y->event.type == YAML_SEQUENCE_END_EVENT) {
            n->items = items.p;
            n->n = items.n;
            return n;
        }
        item = value(y, depth + 1);
        if (!item)
            return NULL;
        *vec_push(y->l.r->a, &items) = item;
    }
    return NULL;
}

static struct node *
map(struct yaml *y, int depth)
{
    node_list keys = {0}, items = {0};
    struct node *n = loader_node(&y->l, NODE_MAP, line_of(&y->event.start_mark),
                                 column_of(&y->event.start_mark));

    while (n && next(y)) {
        const struct node *key, *item;

        if (y->event.type == YAML_MAPPING_END_EVENT) {
            n->keys = keys.p;
            n->items = items.p;
            n->n = keys.n;
            return n;
        }
        if (y->event.type != YAML_SCALAR_EVENT)
            return refuse(y, "a key must be a word, not a list or a map");
        if (!(key = value(y, depth + 1)) || !next(y) || !(item = value(y, depth + 1)))
            return NULL;
        loader_pair(&y->l, &keys, &items, key, item);
        if (y->l.failed)
            return NULL;
    }
    return NULL;
}

static struct node *
value(struct yaml *y, int depth)
{
    if (depth > TREE_DEPTH)
        return refuse(y, "nested more than 64 levels deep");
    if (decorated(&y->event))
        return refuse(y, "anchors, aliases and tags are not used here");
    switch (y->event.type) {
    case YAML_SCALAR_EVENT:         return scalar(y);
    case YAML_SEQUENCE_START_EVENT: return list(y, depth);
    case YAML_MAPPING_START_EVENT:  return map(y, depth);
    default:                        return refuse(y, "the file is empty");
    }
}

static const struct node *
document(struct yaml *y)
{
    struct node *root;

    if (!next(y) || !next(y))                                   /* stream start, document start */
        return NULL;
    if (y->event.type != YAML_DOCUMENT_START_EVENT)
        return refuse(y, "the file is empty");
    if (y->event.data.document_start.version_directive ||
        y->event.data.document_start.tag_directives.start !=
            y->event.data.document_start.tag_directives.end)
        return refuse(y, "directives are not used here");
    if (!next(y) || !(root = value(y, 0)) || !next(y) || !next(y))
        return NULL;
    return y->event.type == YAML_STREAM_END_EVENT ? root : refuse(y, "a second document");
}

const struct node *
tree_yaml(struct report *r, const char *text, size_t n)
{
    struct yaml y = {.l.r = r};
    const struct node *root;

    if (!loader_text(r, text, n))
        return NULL;
    if (!yaml_parser_initialize(&y.parser)) {
        report_line(r, 1, 1, "out of memory");
        return NULL;
    }
    yaml_parser_set_input_string(&y.parser, (const unsigned char *)text, n);
    yaml_parser_set_encoding(&y.parser, YAML_UTF8_ENCODING);
    root = document(&y);
    yaml_event_delete(&y.event);
    yaml_parser_delete(&y.parser);
    return y.l.failed ? NULL : root;
}
