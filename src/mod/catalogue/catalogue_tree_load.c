#include "mod/catalogue/catalogue_tree_load.h"

#include <string.h>

#include "base/utf8.h"

struct node *
loader_fail(struct loader *l, int line, int column, const char *why)
{
    if (!l->failed)
        report_line(l->r, line, column, "%s", why);
    l->failed = true;
    return NULL;
}

struct node *
loader_node(struct loader *l, enum node_kind kind, int line, int column)
{
    struct node *n;

    if (++l->nodes > TREE_NODES)
        return loader_fail(l, line, column, "more than 50,000 values in one file");
    n = arena_get(l->r->a, sizeof *n);
    *n = (struct node){.kind = kind, .line = line, .column = column, .text = ""};
    return n;
}

void
loader_pair(struct loader *l, node_list *keys, node_list *items, const struct node *key,
            const struct node *value)
{
    for (size_t i = 0; i < keys->n; i++)
        if (strcmp(keys->p[i]->text, key->text) == 0) {
            report_at(l->r, key, "key `%s` is given twice; the first is in line %d", key->text,
                      keys->p[i]->line);
            return;
        }
    if (keys->n >= 2000) {
        loader_fail(l, key->line, key->column, "more than 2,000 keys in one map");
        return;
    }
    *vec_push(l->r->a, keys) = key;
    *vec_push(l->r->a, items) = value;
}

/* Length in bytes of the character at s, 0 when it is not allowed. */
static size_t
letter_size(const char *s, size_t left)
{
    for (size_t k = 1; k <= 4 && k <= left; k++)
        if (utf8_clean(s, k))
            return k;
    return 0;
}

bool
loader_text(struct report *r, const char *text, size_t n)
{
    int line = 1, column = 1;

    if (n > TREE_BYTES) {
        report_line(r, 1, 1, "the file is longer than 256 KiB");
        return false;
    }
    if (utf8_clean(text, n))
        return true;
    for (size_t i = 0, k; i < n; i += k) {
        k = letter_size(text + i, n - i);
        if (k == 0)
            break;
        column = text[i] == '\n' ? 1 : column + 1;
        line += text[i] == '\n';
    }
    report_line(r, line, column, "not UTF-8, or a control or direction character");
    return false;
}

static bool
one_of(const char *s, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(s, *words) == 0)
            return true;
    return false;
}

enum node_kind
loader_plain(const char *s)
{
    static const char *const NOTHING[] = {"", "~", "null", NULL};
    static const char *const TRUTH[] = {"true", "false", NULL};
    const char *p = s + (*s == '-');
    size_t whole = strspn(p, "0123456789"), part;

    if (one_of(s, NOTHING))
        return NODE_NULL;
    if (one_of(s, TRUTH))
        return NODE_BOOL;
    if (whole == 0 || whole > 15 || (whole > 1 && *p == '0'))
        return NODE_TEXT;
    if (p[whole] == '\0')
        return NODE_INT;
    part = p[whole] == '.' ? strspn(p + whole + 1, "0123456789") : 0;
    return part > 0 && part <= 15 && p[whole + 1 + part] == '\0' ? NODE_REAL : NODE_TEXT;
}
