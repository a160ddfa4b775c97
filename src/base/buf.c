#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FIRST = 256, LOG_VALUE = 1024 };

void
buf_init(struct buf *b, struct arena *a, size_t max)
{
    *b = (struct buf){.a = a, .cap = max < FIRST ? max : FIRST, .max = max};
    b->p = arena_raw(a, FIRST);
    b->p[0] = '\0';
}

static bool
grow(struct buf *b, size_t n)
{
    size_t cap = b->cap;
    char *p;

    if (b->over || n >= b->max || b->n > b->max - n - 1) {
        b->over = true;
        b->cap = b->n;              /* nothing fits from now on */
        return false;
    }
    while (cap < b->n + n + 1)
        cap *= 2;
    p = arena_raw(b->a, cap);
    memcpy(p, b->p, b->n + 1);
    b->p = p;
    b->cap = cap < b->max ? cap : b->max;
    return true;
}

/* For n bytes and the NUL behind them. */
static inline bool
room(struct buf *b, size_t n)
{
    return b->n + n < b->cap || grow(b, n);
}

void
buf_add(struct buf *b, const char *s, size_t n)
{
    if (n == 0 || !room(b, n))
        return;
    memcpy(b->p + b->n, s, n);
    b->n += n;
    b->p[b->n] = '\0';
}

void
buf_str(struct buf *b, const char *s)
{
    if (s)
        buf_add(b, s, strlen(s));
}

void
buf_char(struct buf *b, char ch)
{
    if (!room(b, 1))
        return;
    b->p[b->n++] = ch;
    b->p[b->n] = '\0';
}

void
buf_int(struct buf *b, int64_t v)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v;

    do
        digits[--at] = (char)('0' + u % 10);
    while ((u /= 10) != 0);
    if (v < 0)
        digits[--at] = '-';
    buf_add(b, digits + at, sizeof digits - at);
}

void
buf_fmt(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n <= 0 || !room(b, (size_t)n))
        return;
    va_start(ap, fmt);
    vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->n += (size_t)n;
}

void
buf_html(struct buf *b, const char *s)
{
    if (!s)
        return;
    for (size_t run; *s; s += run) {
        run = strcspn(s, "&<>\"'");
        buf_add(b, s, run);
        switch (s[run]) {
        case '&':  buf_lit(b, "&amp;");  run++; break;
        case '<':  buf_lit(b, "&lt;");   run++; break;
        case '>':  buf_lit(b, "&gt;");   run++; break;
        case '"':  buf_lit(b, "&quot;"); run++; break;
        case '\'': buf_lit(b, "&#39;");  run++; break;
        default:   break;
        }
    }
}

void
buf_json(struct buf *b, const char *s)
{
    for (const char *from = s; s; from = ++s) {
        while ((unsigned char)*s >= 0x20 && *s != '"' && *s != '\\')
            s++;
        buf_add(b, from, (size_t)(s - from));
        if (!*s)
            return;
        if ((unsigned char)*s < 0x20)
            buf_fmt(b, "\\u%04x", (unsigned char)*s);
        else
            buf_char(b, '\\'), buf_char(b, *s);
    }
}

void
buf_url(struct buf *b, const char *s)
{
    static const char PLAIN[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789-._~";

    for (; s && *s; s++) {
        if (strchr(PLAIN, *s))
            buf_char(b, *s);
        else
            buf_fmt(b, "%%%02X", (unsigned char)*s);
    }
}

void
buf_csv(struct buf *b, const char *s)
{
    buf_char(b, '"');
    if (s && *s && strchr("=+-@\t\r", *s))       /* a spreadsheet would run it */
        buf_char(b, '\'');
    for (; s && *s; s++) {
        if (*s == '"')
            buf_char(b, '"');
        buf_char(b, *s);
    }
    buf_char(b, '"');
}

/* What a terminal that shows the log would obey: bytes below a space, DEL, and the C1 controls. */
static size_t
control(const char *s)
{
    unsigned char c = (unsigned char)s[0], next = c ? (unsigned char)s[1] : 0;

    if (c == 0xc2 && next >= 0x80 && next < 0xa0)
        return 2;
    return c > 0 && (c < 0x20 || c == 0x7f);
}

static const char *
without_controls(char out[LOG_VALUE], const char *v)
{
    size_t n = 0, skip;

    for (const char *s = v; *s && n < LOG_VALUE - 1; n++) {
        skip = *s == '\n' || *s == '\r' || *s == '\t' ? 0 : control(s);
        out[n] = skip ? '?' : *s;
        s += skip ? skip : 1;
    }
    out[n] = '\0';
    return out;
}

static bool
has_control(const char *s)
{
    while (*s && !control(s))
        s++;
    return *s;
}

void
buf_logfmt(struct buf *b, const char *key, const char *v)
{
    char clean[LOG_VALUE];
    size_t n;

    if (v && has_control(v))
        v = without_controls(clean, v);
    n = v ? strcspn(v, " \"=\\\n\r\t") : 0;
    buf_char(b, ' ');
    buf_str(b, key);
    buf_char(b, '=');
    if (n > 0 && v[n] == '\0') {
        buf_add(b, v, n);
        return;
    }
    buf_char(b, '"');
    buf_json(b, v);
    buf_char(b, '"');
}
