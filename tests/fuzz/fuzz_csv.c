/* Cells of a list for spreadsheets: read back as RFC 4180 says they are what went in, and none of
 * them is a formula.  The program reads no CSV; it is what it hands out that others run. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* One quoted cell from *at on, into `out`; *at is then behind it. */
static void
cell(const char **at, char *out)
{
    const char *p = *at;

    if (*p++ != '"')
        abort();
    for (; *p != '"' || p[1] == '"'; p++) {
        if (!*p)
            abort();
        p += *p == '"';
        *out++ = *p;
    }
    *out = '\0';
    *at = p + 1;
}

static void
compare(const char *in, const char *out)
{
    if (*out && strchr("=+-@\t\r", *out))
        abort();
    if (*in && strchr("=+-@\t\r", *in) && *out++ != '\'')
        abort();
    if (strcmp(in, out) != 0)
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a;
    struct buf b;
    const char *text, *at;
    char *out;

    if (n > 60000)
        return 0;
    a = arena_open(64 << 20);
    text = arena_strn(a, (const char *)data, n);
    buf_init(&b, a, 1 << 20);
    for (size_t i = 0; i <= n; i += strlen(text + i) + 1) {    /* cells end at zero bytes */
        buf_csv(&b, text + i);
        buf_char(&b, ',');
    }
    at = b.p;
    out = arena_get(a, n + 2);
    for (size_t i = 0; i <= n; i += strlen(text + i) + 1) {
        cell(&at, out);
        compare(text + i, out);
        if (*at++ != ',')
            abort();
    }
    arena_close(a);
    return 0;
}
