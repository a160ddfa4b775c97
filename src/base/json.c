#include "base/json.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

enum { DEPTH_MAX = 32, DIGITS_MAX = 18, UNESCAPED_MAX = 512, USUAL = 4096, TEXT_MAX = 64 << 20 };

/* --- reading: NULL wherever there is a doubt, and jansson decides --------------------------- */

struct reader {
    const char *p, *end;
    int depth;
    char scratch[UNESCAPED_MAX];
};

static json_t *read_value(struct reader *r);

static void
skip_space(struct reader *r)
{
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\r' || *r->p == '\t'))
        r->p++;
}

static bool
take(struct reader *r, char ch)
{
    skip_space(r);
    if (r->p == r->end || *r->p != ch)
        return false;
    r->p++;
    return true;
}

static bool
take_word(struct reader *r, const char *word, size_t n)
{
    if ((size_t)(r->end - r->p) < n || memcmp(r->p, word, n) != 0)
        return false;
    r->p += n;
    return true;
}

/* One of the short escapes; \u is left to jansson. */
static char
unescape(char ch)
{
    static const char FROM[] = "\"\\/bfnrt", TO[] = "\"\\/\b\f\n\r\t";
    const char *at = ch ? strchr(FROM, ch) : NULL;

    return at ? TO[at - FROM] : '\0';
}

static bool
escaped(struct reader *r, const char *from, const char **s, size_t *n)
{
    size_t k = (size_t)(r->p - from);

    if (k >= UNESCAPED_MAX)
        return false;
    memcpy(r->scratch, from, k);
    for (; r->p < r->end && *r->p != '"'; r->p++) {
        char ch = *r->p;

        if ((unsigned char)ch < 0x20 || k == UNESCAPED_MAX)
            return false;
        if (ch == '\\' && (++r->p == r->end || !(ch = unescape(*r->p))))
            return false;
        r->scratch[k++] = ch;
    }
    *s = r->scratch;
    *n = k;
    return r->p++ < r->end;
}

/* The inside of a string; the whole body is known to be UTF-8. */
static bool
read_string(struct reader *r, const char **s, size_t *n)
{
    const char *from;

    if (!take(r, '"'))
        return false;
    for (from = r->p; r->p < r->end && *r->p != '"' && *r->p != '\\'; r->p++)
        if ((unsigned char)*r->p < 0x20)
            return false;
    if (r->p == r->end)
        return false;
    if (*r->p == '\\')
        return escaped(r, from, s, n);
    *s = from;
    *n = (size_t)(r->p++ - from);
    return true;
}

static json_t *
read_integer(struct reader *r)
{
    bool minus = *r->p == '-';
    const char *from = r->p + minus;
    json_int_t v = 0;

    for (r->p = from; r->p < r->end && *r->p >= '0' && *r->p <= '9'; r->p++) {
        if (r->p - from >= DIGITS_MAX)
            return NULL;
        v = v * 10 + (*r->p - '0');
    }
    if (r->p == from || (*from == '0' && (minus || r->p - from > 1)) || r->p == r->end ||
        *r->p == '.' || *r->p == 'e' || *r->p == 'E')
        return NULL;
    return json_integer(minus ? -v : v);
}

static bool
read_member(struct reader *r, json_t *o)
{
    size_t n, before = json_object_size(o);
    const char *s;
    char name[UNESCAPED_MAX];
    json_t *v;

    if (!read_string(r, &s, &n) || n >= sizeof name)
        return false;
    if (s == r->scratch)            /* the value may need it, too */
        s = memcpy(name, s, n);
    if (!take(r, ':') || !(v = read_value(r)))
        return false;
    json_object_setn_new_nocheck(o, s, n, v);
    return json_object_size(o) > before;
}

static json_t *
read_object(struct reader *r)
{
    json_t *o = json_object();

    r->p++;
    if (take(r, '}'))
        return o;
    do
        if (!read_member(r, o)) {
            json_decref(o);
            return NULL;
        }
    while (take(r, ','));
    if (take(r, '}'))
        return o;
    json_decref(o);
    return NULL;
}

static json_t *
read_array(struct reader *r)
{
    json_t *list = json_array(), *v;

    r->p++;
    if (take(r, ']'))
        return list;
    do
        if (!(v = read_value(r)) || json_array_append_new(list, v) < 0) {
            json_decref(list);
            return NULL;
        }
    while (take(r, ','));
    if (take(r, ']'))
        return list;
    json_decref(list);
    return NULL;
}

static json_t *
read_text(struct reader *r)
{
    const char *s;
    size_t n;

    return read_string(r, &s, &n) ? json_stringn_nocheck(s, n) : NULL;
}

static json_t *
read_plain(struct reader *r)
{
    switch (*r->p) {
    case '"': return read_text(r);
    case 't': return take_word(r, "true", 4) ? json_true() : NULL;
    case 'f': return take_word(r, "false", 5) ? json_false() : NULL;
    case 'n': return take_word(r, "null", 4) ? json_null() : NULL;
    default: return read_integer(r);
    }
}

static json_t *
read_value(struct reader *r)
{
    json_t *v;

    skip_space(r);
    if (r->p == r->end || r->depth == DEPTH_MAX)
        return NULL;
    if (*r->p != '{' && *r->p != '[')
        return read_plain(r);
    r->depth++;
    v = *r->p == '{' ? read_object(r) : read_array(r);
    r->depth--;
    return v;
}

static json_t *
read_whole(const char *s, size_t n)
{
    struct reader r = {.p = s, .end = s + n};
    json_t *v;

    if (!utf8_valid(s, n))
        return NULL;
    v = read_value(&r);
    skip_space(&r);
    if (v && r.p == r.end && (json_is_object(v) || json_is_array(v)))
        return v;
    json_decref(v);
    return NULL;
}

json_t *
json_read(const char *s, size_t n, json_error_t *e)
{
    json_t *v = read_whole(s, n);

    return v ? v : json_loadb(s, n, JSON_REJECT_DUPLICATES, e);
}

/* --- writing -------------------------------------------------------------------------------- */

static void
put_escape(struct buf *b, unsigned char ch)
{
    static const char FROM[] = "\"\\\b\f\n\r\t", TO[] = "\"\\bfnrt";
    const char *at = ch ? strchr(FROM, ch) : NULL;

    if (at)
        buf_char(b, '\\'), buf_char(b, TO[at - FROM]);
    else
        buf_fmt(b, "\\u%04X", ch);
}

static void
put_string(struct buf *b, const char *s, size_t n)
{
    const char *end = s + n;

    buf_char(b, '"');
    for (const char *from = s;; from = ++s) {
        while (s < end && (unsigned char)*s >= 0x20 && *s != '"' && *s != '\\')
            s++;
        buf_add(b, from, (size_t)(s - from));
        if (s == end)
            break;
        put_escape(b, (unsigned char)*s);
    }
    buf_char(b, '"');
}

struct member {
    const char *name;
    const json_t *value;
};

static int
by_name(const void *a, const void *b)
{
    return strcmp(((const struct member *)a)->name, ((const struct member *)b)->name);
}

static void
put_object(struct buf *b, json_t *o, bool sorted)
{
    struct member *m = arena_raw(b->a, (json_object_size(o) + 1) * sizeof *m);
    const char *name;
    json_t *v;
    size_t n = 0;

    json_object_foreach(o, name, v)
        m[n++] = (struct member){name, v};
    if (sorted && n > 1)
        qsort(m, n, sizeof *m, by_name);
    buf_char(b, '{');
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_char(b, ',');
        put_string(b, m[i].name, strlen(m[i].name));
        buf_char(b, ':');
        json_put(b, m[i].value, sorted);
    }
    buf_char(b, '}');
}

static void
put_array(struct buf *b, const json_t *list, bool sorted)
{
    size_t n = json_array_size(list);

    buf_char(b, '[');
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_char(b, ',');
        json_put(b, json_array_get(list, i), sorted);
    }
    buf_char(b, ']');
}

static int
put_piece(const char *s, size_t n, void *b)
{
    buf_add(b, s, n);
    return 0;
}

void
json_put(struct buf *b, const json_t *j, bool sorted)
{
    if (!j)
        return;
    switch (json_typeof(j)) {
    case JSON_OBJECT: put_object(b, (json_t *)(uintptr_t)j, sorted); break;
    case JSON_ARRAY: put_array(b, j, sorted); break;
    case JSON_STRING: put_string(b, json_string_value(j), json_string_length(j)); break;
    case JSON_INTEGER: buf_int(b, json_integer_value(j)); break;
    case JSON_REAL: json_dump_callback(j, put_piece, b, JSON_ENCODE_ANY); break;
    case JSON_TRUE: buf_lit(b, "true"); break;
    case JSON_FALSE: buf_lit(b, "false"); break;
    case JSON_NULL: buf_lit(b, "null"); break;
    }
}

char *
json_text(struct arena *a, const json_t *j)
{
    struct buf b = {.a = a, .p = arena_raw(a, USUAL), .cap = USUAL, .max = TEXT_MAX};

    b.p[0] = '\0';
    json_put(&b, j, true);
    assert(!b.over); /* bodies are bounded far below */
    return b.p;
}
