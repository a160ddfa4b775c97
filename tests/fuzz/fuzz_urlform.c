/* Paths, queries, forms and cookies: what a stranger writes into a request. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "http/urlform.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct arena *a = arena_open(64 << 20);
    struct sent_list list = {0};
    const char *seg[SEGMENTS_MAX], *cookie;
    char *text = arena_strn(a, (const char *)p, n);
    size_t segs;

    if (n <= 65536) {
        urlform_parse(a, (const char *)p, n, &list);
        for (size_t i = 0; i < list.n; i++)
            if (!utf8_clean(list.p[i].name, strlen(list.p[i].name)) ||
                strlen(list.p[i].value) != list.p[i].n * !list.p[i].bad)
                abort();
        if (path_split(a, text, seg, &segs))
            for (size_t i = 0; i < segs; i++)
                if (strpbrk(seg[i], "/\\") || strcmp(seg[i], "..") == 0 ||
                    !utf8_clean(seg[i], strlen(seg[i])))
                    abort();
        cookie = cookie_find(a, text, "phien");
        if (cookie && strpbrk(cookie, "; \",\r\n"))
            abort();
    }
    arena_close(a);
    return 0;
}
