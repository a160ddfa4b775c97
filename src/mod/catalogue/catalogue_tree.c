#include "mod/catalogue/catalogue_tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FINDINGS_MAX = 20000 };

static void
add(struct report *r, int line, int column, const char *fmt, va_list ap)
{
    char text[600];

    if (r->found.n >= FINDINGS_MAX)
        return;
    vsnprintf(text, sizeof text, fmt, ap);
    *vec_push(r->a, &r->found) =
        (struct finding){r->path, line, column, arena_str(r->a, text)};
}

void
report_at(struct report *r, const struct node *at, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    add(r, at ? at->line : 1, at ? at->column : 1, fmt, ap);
    va_end(ap);
}

void
report_line(struct report *r, int line, int column, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    add(r, line, column, fmt, ap);
    va_end(ap);
}

static int
by_place(const void *x, const void *y)
{
    const struct finding *a = x, *b = y;
    int d = strcmp(a->path, b->path);

    if (d == 0)
        d = (a->line > b->line) - (a->line < b->line);
    if (d == 0)
        d = (a->column > b->column) - (a->column < b->column);
    return d ? d : strcmp(a->sentence, b->sentence);
}

void
report_sort(struct report *r)
{
    size_t n = 0;

    if (r->found.n == 0)
        return;
    qsort(r->found.p, r->found.n, sizeof *r->found.p, by_place);
    for (size_t i = 1; i < r->found.n; i++)
        if (by_place(&r->found.p[n], &r->found.p[i]) != 0)
            r->found.p[++n] = r->found.p[i];
    r->found.n = n + 1;
}

const struct node *
node_get(const struct node *map, const char *key)
{
    if (map && map->kind == NODE_MAP)
        for (size_t i = 0; i < map->n; i++)
            if (strcmp(map->keys[i]->text, key) == 0)
                return map->items[i];
    return NULL;
}

size_t
node_count(const struct node *list)
{
    return list && list->kind == NODE_LIST ? list->n : 0;
}

const char *
node_text(const struct node *v)
{
    return v && v->kind < NODE_NULL ? v->text : NULL;
}

const char *
node_str(const struct node *map, const char *key)
{
    return node_text(node_get(map, key));
}

bool
node_true(const struct node *map, const char *key)
{
    const struct node *v = node_get(map, key);

    return v && v->kind == NODE_BOOL && strcmp(v->text, "true") == 0;
}

const char *
node_kind_name(const struct node *n)
{
    static const char *const NAMES[] = {
        [NODE_TEXT] = "a text", [NODE_INT] = "a whole number", [NODE_REAL] = "a number",
        [NODE_BOOL] = "true or false", [NODE_NULL] = "nothing", [NODE_LIST] = "a list",
        [NODE_MAP] = "a map",
    };

    return n ? NAMES[n->kind] : "nothing";
}

static json_t *
json_list(const struct node *n)
{
    json_t *out = json_array();

    for (size_t i = 0; i < n->n; i++)
        json_array_append_new(out, node_json(n->items[i]));
    return out;
}

static json_t *
json_map(const struct node *n)
{
    json_t *out = json_object();

    for (size_t i = 0; i < n->n; i++)
        json_object_set_new(out, n->keys[i]->text, node_json(n->items[i]));
    return out;
}

json_t *
node_json(const struct node *n)
{
    switch (n ? n->kind : NODE_NULL) {
    case NODE_TEXT: return json_string(n->text);
    case NODE_INT:  return json_integer(strtoll(n->text, NULL, 10));
    case NODE_REAL: return json_real(strtod(n->text, NULL));
    case NODE_BOOL: return json_boolean(strcmp(n->text, "true") == 0);
    case NODE_NULL: return json_null();
    case NODE_LIST: return json_list(n);
    case NODE_MAP:  return json_map(n);
    }
    return json_null();
}
