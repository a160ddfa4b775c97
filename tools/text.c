#include "tools/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *
text_read(struct arena *a, const char *path)
{
    FILE *f = fopen(path, "rb");
    char *p;
    long n;

    if (!f || fseek(f, 0, SEEK_END) != 0 || (n = ftell(f)) < 0) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    rewind(f);
    p = arena_get(a, (size_t)n + 1);
    if (fread(p, 1, (size_t)n, f) != (size_t)n) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    fclose(f);
    return p;
}

bool
text_write(const char *path, const struct buf *b)
{
    FILE *f = fopen(path, "wb");
    bool ok;

    if (!f || b->over) {
        fprintf(stderr, "%s: cannot be written\n", path);
        return false;
    }
    ok = fwrite(b->p, 1, b->n, f) == b->n;
    return fclose(f) == 0 && ok;
}

void
text_literal(struct buf *b, const char *s, size_t n)
{
    buf_char(b, '"');
    for (size_t i = 0; i < n; i++) {
        unsigned char ch = (unsigned char)s[i];

        if (ch == '"' || ch == '\\') {
            buf_char(b, '\\');
            buf_char(b, (char)ch);
        } else if (ch == '\n') {
            buf_lit(b, "\\n");
        } else if (ch < 0x20 || ch == '?') {
            buf_fmt(b, "\\%03o", ch);       /* ? too: no trigraphs */
        } else {
            buf_char(b, (char)ch);
        }
    }
    buf_char(b, '"');
}

char *
text_message(struct arena *a, const char *s, size_t n)
{
    char *out = arena_get(a, n + 1), *p = out;

    for (size_t i = 0; i < n; i++) {
        if (!isspace((unsigned char)s[i]))
            *p++ = s[i];
        else if (p != out && p[-1] != ' ')
            *p++ = ' ';
    }
    if (p != out && p[-1] == ' ')
        p--;
    *p = '\0';
    return out;
}

/* Past a quoted piece that starts at s[i]. */
static size_t
quoted(const char *s, size_t i)
{
    char q = s[i++];

    for (; s[i] && s[i] != q; i++)
        if (s[i] == '\\' && s[i + 1])
            i++;
    return s[i] ? i + 1 : i;
}

size_t
text_expr(const char *s, const char *end)
{
    int depth = 0;
    size_t i = 0, n = strlen(end);

    while (s[i]) {
        if (depth == 0 && strncmp(s + i, end, n) == 0)
            return i;
        if (s[i] == '"' || s[i] == '\'') {
            i = quoted(s, i);
            continue;
        }
        if (strchr("([{", s[i]))
            depth++;
        else if (strchr(")]}", s[i]) && depth > 0)
            depth--;
        i++;
    }
    return SIZE_MAX;
}
