/*
 * Strict JSON (RFC 8259) with places.  jansson would say where an error is but not where a value
 * is; libyaml reads most JSON but not all of its escapes.  Fuzzed against jansson.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "mod/catalogue/catalogue_tree_load.h"

struct json {
    struct loader l;
    const char *p, *end;
    int line, column;
};

static struct node *value(struct json *j, int depth);

static struct node *
refuse(struct json *j, const char *why)
{
    return loader_fail(&j->l, j->line, j->column, why);
}

/* Over one byte; continuation bytes of UTF-8 are no column. */
static void
step(struct json *j)
{
    if (*j->p == '\n') {
        j->line++;
        j->column = 1;
    } else if (((unsigned char)*j->p & 0xC0) != 0x80) {
        j->column++;
    }
    j->p++;
}

static void
step_n(struct json *j, size_t n)
{
    while (n-- > 0)
        step(j);
}

/* The next byte that is no white space; NUL at the end. */
static char
peek(struct json *j)
{
    while (j->p < j->end && strchr(" \t\r\n", *j->p))
        step(j);
    return j->p < j->end ? *j->p : '\0';
}

static bool
accept(struct json *j, char ch)
{
    if (peek(j) != ch)
        return false;
    step(j);
    return true;
}

static int
hex4(const char *s)
{
    char digits[5] = {0};

    memcpy(digits, s, strnlen(s, 4));
    return strspn(digits, "0123456789abcdefABCDEF") == 4 ? (int)strtol(digits, NULL, 16) : -1;
}

static void
put_utf8(struct buf *b, int u)
{
    if (u < 0x80) {
        buf_char(b, (char)u);
    } else if (u < 0x800) {
        buf_char(b, (char)(0xC0 | u >> 6));
        buf_char(b, (char)(0x80 | (u & 0x3F)));
    } else if (u < 0x10000) {
        buf_char(b, (char)(0xE0 | u >> 12));
        buf_char(b, (char)(0x80 | (u >> 6 & 0x3F)));
        buf_char(b, (char)(0x80 | (u & 0x3F)));
    } else {
        buf_char(b, (char)(0xF0 | u >> 18));
        buf_char(b, (char)(0x80 | (u >> 12 & 0x3F)));
        buf_char(b, (char)(0x80 | (u >> 6 & 0x3F)));
        buf_char(b, (char)(0x80 | (u & 0x3F)));
    }
}

/* After "\u": one code point, of one escape or of a pair of surrogates. */
static bool
unicode(struct json *j, struct buf *b)
{
    int u = hex4(j->p), low;

    if (u <= 0)
        return refuse(j, u ? "\\u needs four hexadecimal digits" : "\\u0000 is not allowed"), false;
    step_n(j, 4);
    if (u >= 0xD800 && u < 0xE000) {
        low = j->p[0] == '\\' && j->p[1] == 'u' ? hex4(j->p + 2) : -1;
        if (u >= 0xDC00 || low < 0xDC00 || low >= 0xE000)
            return refuse(j, "half of a surrogate pair"), false;
        step_n(j, 6);
        u = 0x10000 + ((u - 0xD800) << 10) + (low - 0xDC00);
    }
    put_utf8(b, u);
    return true;
}

static bool
escape(struct json *j, struct buf *b)
{
    static const char FROM[] = "\"\\/bfnrt", TO[] = "\"\\/\b\f\n\r\t";
    const char *at;

    step(j);                                                    /* the backslash */
    if (*j->p == 'u') {
        step(j);
        return unicode(j, b);
    }
    at = *j->p ? strchr(FROM, *j->p) : NULL;
    if (!at)
        return refuse(j, "unknown escape in a text"), false;
    buf_char(b, TO[at - FROM]);
    step(j);
    return true;
}

static struct node *
string(struct json *j)
{
    struct node *n = loader_node(&j->l, NODE_TEXT, j->line, j->column);
    struct buf b;

    if (!n)
        return NULL;
    buf_init(&b, j->l.r->a, TREE_BYTES + 1);
    step(j);                                                    /* the quote */
    while (*j->p != '"') {
        if (j->p >= j->end || (unsigned char)*j->p < 0x20)
            return refuse(j, "a text without its closing quote, or with a raw control character");
        if (*j->p == '\\') {
            if (!escape(j, &b))
                return NULL;
            continue;
        }
        buf_char(&b, *j->p);
        step(j);
    }
    step(j);
    n->text = b.p;
    return utf8_clean(b.p, b.n) ? n : refuse(j, "a control or direction character in a text");
}

/* -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?  Its length, or 0. */
static size_t
number_length(const char *s, bool *real)
{
    const char *p = s + (*s == '-');
    size_t n = strspn(p, "0123456789");

    *real = false;
    if (n == 0 || (n > 1 && *p == '0'))
        return 0;
    p += n;
    if (*p == '.') {
        *real = true;
        if ((n = strspn(++p, "0123456789")) == 0)
            return 0;
        p += n;
    }
    if (*p == 'e' || *p == 'E') {
        *real = true;
        p++;
        p += *p == '-' || *p == '+';
        if ((n = strspn(p, "0123456789")) == 0)
            return 0;
        p += n;
    }
    return (size_t)(p - s);
}

static struct node *
number(struct json *j)
{
    bool real;
    size_t len = number_length(j->p, &real);
    struct node *n;

    if (len == 0)
        return refuse(j, "a value is expected: text, number, true, false, null, list or map");
    if (len > (real ? 30 : 16))
        return refuse(j, "a number of more than 15 digits");
    n = loader_node(&j->l, real ? NODE_REAL : NODE_INT, j->line, j->column);
    if (n)
        n->text = arena_strn(j->l.r->a, j->p, len);
    step_n(j, len);
    return n;
}

static struct node *
word(struct json *j)
{
    static const struct { const char *word; enum node_kind kind; } W[] = {
        {"true", NODE_BOOL}, {"false", NODE_BOOL}, {"null", NODE_NULL},
    };

    for (size_t i = 0; i < sizeof W / sizeof *W; i++) {
        size_t n = strlen(W[i].word);

        if (strncmp(j->p, W[i].word, n) == 0) {
            struct node *v = loader_node(&j->l, W[i].kind, j->line, j->column);

            if (v)
                v->text = W[i].word;
            step_n(j, n);
            return v;
        }
    }
    return number(j);
}

static struct node *
list(struct json *j, int depth)
{
    node_list items = {0};
    struct node *n = loader_node(&j->l, NODE_LIST, j->line, j->column);

    step(j);
    if (!n || accept(j, ']'))
        return n;
    do {
        const struct node *item = value(j, depth + 1);

        if (!item)
            return NULL;
        *vec_push(j->l.r->a, &items) = item;
    } while (accept(j, ','));
    n->items = items.p;
    n->n = items.n;
    return accept(j, ']') ? n : refuse(j, "`,` or `]` is expected");
}

static bool
pair(struct json *j, int depth, node_list *keys, node_list *items)
{
    const struct node *key, *item;

    if (peek(j) != '"')
        return refuse(j, "a key in double quotes is expected"), false;
    key = string(j);
    if (!key)
        return false;
    if (!accept(j, ':'))
        return refuse(j, "`:` is expected after a key"), false;
    item = value(j, depth + 1);
    if (item)
        loader_pair(&j->l, keys, items, key, item);
    return item && !j->l.failed;
}

static struct node *
map(struct json *j, int depth)
{
    node_list keys = {0}, items = {0};
    struct node *n = loader_node(&j->l, NODE_MAP, j->line, j->column);

    step(j);
    if (!n || accept(j, '}'))
        return n;
    do {
        if (!pair(j, depth, &keys, &items))
            return NULL;
    } while (accept(j, ','));
    n->keys = keys.p;
    n->items = items.p;
    n->n = keys.n;
    return accept(j, '}') ? n : refuse(j, "`,` or `}` is expected");
}

static struct node *
value(struct json *j, int depth)
{
    char ch = peek(j);

    if (depth > TREE_DEPTH)
        return refuse(j, "nested more than 64 levels deep");
    switch (ch) {
    case '{':  return map(j, depth);
    case '[':  return list(j, depth);
    case '"':  return string(j);
    case '\0': return refuse(j, "the file ends too early");
    default:   return word(j);
    }
}

const struct node *
tree_json(struct report *r, const char *text, size_t n)
{
    struct json j = {.l.r = r, .p = text, .end = text + n, .line = 1, .column = 1};
    const struct node *root;

    if (!loader_text(r, text, n))
        return NULL;
    root = value(&j, 0);
    if (root && peek(&j))
        root = refuse(&j, "something follows the end of the JSON value");
    return j.l.failed ? NULL : root;
}
