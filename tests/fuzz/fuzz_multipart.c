/* A multipart body, fed in pieces whose sizes come from the input: every cut gives the same parts.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

struct sum {
    unsigned parts, ends;
    uint64_t data;
    size_t bytes;
};

static bool
on_begin(void *arg, const struct part *p)
{
    struct sum *s = arg;

    if (!p->name || !*p->name || s->parts != s->ends)
        abort();
    s->parts++;
    return true;
}

static bool
on_data(void *arg, const char *p, size_t n)
{
    struct sum *s = arg;

    for (size_t i = 0; i < n; i++)
        s->data = s->data * 31 + (uint8_t)p[i];
    s->bytes += n;
    return true;
}

static bool
on_end(void *arg)
{
    ((struct sum *)arg)->ends++;
    return true;
}

static bool
run(const uint8_t *p, size_t n, size_t step, struct sum *s)
{
    struct arena *a = arena_open(64 << 20);
    struct multipart *m = multipart_open(a, "multipart/form-data; boundary=b",
                                         &(struct multipart_sink){s, on_begin, on_data, on_end});
    bool ok = true;

    for (size_t i = 0; i < n && ok; i += step)
        ok = multipart_feed(m, (const char *)p + i, n - i < step ? n - i : step);
    ok = ok && multipart_ended(m);
    arena_close(a);
    return ok;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct sum whole = {0}, cut = {0};
    bool ok;

    if (n < 1 || n > 60000)
        return 0;
    ok = run(p + 1, n - 1, n, &whole);
    if (run(p + 1, n - 1, 1 + p[0], &cut) != ok)
        abort();
    if (ok && (whole.parts != cut.parts || whole.data != cut.data || whole.bytes != cut.bytes ||
               whole.parts != whole.ends))
        abort();
    return 0;
}
