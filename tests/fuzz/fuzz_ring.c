/* A sealed text of the database, and a file of keys: whoever wrote them. */
#include <stdlib.h>
#include <string.h>

#include "base/ring.h"

#define KEY "key 1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct arena *a = arena_open(16 << 20);
    const char *text = arena_strn(a, (const char *)p, n), *open;
    struct ring r;

    if (!ring_now()) {
        if (ring_read(a, KEY, sizeof KEY - 1, &r))
            abort();
        r.write = 1;
        ring_use(&r);
    }
    if (!ring_read(a, (const char *)p, n, &r) && r.n == 0)
        abort();
    open = ring_open(a, "party.phone", 0, text);
    if (open && !ring_sealed(text) && strcmp(open, text) != 0)
        abort();
    /* what opens was sealed by nobody else: sealing it again gives it back */
    if (open && ring_sealed(text) && strcmp(ring_seal(a, "party.phone", 0, open), text) != 0)
        abort();
    if (*text && strlen(text) == n &&
        strcmp(ring_open(a, "party.phone", 0, ring_seal(a, "party.phone", 0, text)), text) != 0)
        abort();
    arena_close(a);
    return 0;
}
