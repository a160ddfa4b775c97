#include "http/urlform.h"

#include <string.h>

#include "base/utf8.h"

static int
hex(char ch)
{
    if (ch >= '0' && ch <= '9')
        return ch - '0';
    ch = (char)(ch | 0x20);
    return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}

/* Percent-decodes s[0..n) into the arena; *out_n may hold NUL bytes inside. */
static char *
decode(struct arena *a, const char *s, size_t n, bool plus, size_t *out_n)
{
    char *p = arena_get(a, n + 1), *q = p;

    for (size_t i = 0; i < n; i++) {
        if (s[i] == '%') {
            int hi = n - i < 3 ? -1 : hex(s[i + 1]), lo = hi < 0 ? -1 : hex(s[i + 2]);

            if (lo < 0)
                return NULL;
            *q++ = (char)(hi * 16 + lo);
            i += 2;
        } else {
            *q++ = plus && s[i] == '+' ? ' ' : s[i];
        }
    }
    *q = '\0';
    *out_n = (size_t)(q - p);
    return p;
}

static bool
segment_ok(const char *s, size_t n)
{
    if (memchr(s, '\0', n) || memchr(s, '/', n) || memchr(s, '\\', n))
        return false;
    if (strcmp(s, ".") == 0 || strcmp(s, "..") == 0)
        return false;
    return utf8_clean(s, n) && !strpbrk(s, "\t\r\n");
}

bool
path_split(struct arena *a, const char *raw, const char *seg[SEGMENTS_MAX], size_t *n)
{
    *n = 0;
    if (*raw != '/')
        return false;
    if (raw[1] == '\0')
        return true;
    while (*raw == '/') {
        size_t len = strcspn(++raw, "/"), out_n;
        char *s = decode(a, raw, len, false, &out_n);

        if (!s || *n == SEGMENTS_MAX || !segment_ok(s, out_n))
            return false;
        seg[(*n)++] = s;
        raw += len;
    }
    return true;
}

bool
sent_add(struct arena *a, struct sent_list *out, const char *name, const char *value, size_t n)
{
    struct sent f = {.name = name, .value = value, .n = n};

    if (out->n == FIELDS_MAX || !utf8_clean(name, strlen(name)))
        return false;
    if (memchr(value, '\0', n) || !utf8_clean(value, n))
        f = (struct sent){.name = name, .value = "", .bad = true};
    *vec_push(a, out) = f;
    return true;
}

bool
urlform_parse(struct arena *a, const char *text, size_t n, struct sent_list *out)
{
    const char *end = text + n;

    while (text < end) {
        const char *amp = memchr(text, '&', (size_t)(end - text)), *stop = amp ? amp : end;
        const char *eq = memchr(text, '=', (size_t)(stop - text)), *cut = eq ? eq : stop;
        size_t name_n, value_n = 0;
        char *name = decode(a, text, (size_t)(cut - text), true, &name_n);
        const char *value = "";

        if (!name || memchr(name, '\0', name_n))
            return false;
        if (eq && !(value = decode(a, eq + 1, (size_t)(stop - eq - 1), true, &value_n)))
            return false;
        if (name_n > 0 && !sent_add(a, out, name, value, value_n))
            return false;
        text = amp ? amp + 1 : end;
    }
    return true;
}

/* RFC 6265 cookie-octet, without the quotes some libraries add. */
static bool
cookie_text(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s[i] <= 0x20 || s[i] >= 0x7f || strchr("\",;\\", s[i]))
            return false;
    return true;
}

const char *
cookie_find(struct arena *a, const char *header, const char *name)
{
    size_t name_n = strlen(name);
    const char *found = NULL;

    for (const char *s = header ? header : ""; *s;) {
        size_t n = strcspn(s, ";");

        if (n > name_n && s[name_n] == '=' && memcmp(s, name, name_n) == 0) {
            if (found || !cookie_text(s + name_n + 1, n - name_n - 1))
                return NULL;
            found = arena_strn(a, s + name_n + 1, n - name_n - 1);
        }
        s += n;
        s += strspn(s, "; ");
    }
    return found;
}
