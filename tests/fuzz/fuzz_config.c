/* The configuration's file: any bytes are refused with a line each, or are a configuration. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "site/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a;
    struct config k;
    struct buf faults;

    if (n > 60000)
        return 0;
    a = arena_open(256 << 20);
    buf_init(&faults, a, 1 << 20);
    config_init(a, &k);
    if (config_read(a, "/nowhere/motcua.yaml", arena_strn(a, (const char *)data, n), n, &k,
                    &faults) == (faults.n > 0))
        abort();
    if (!faults.n)
        config_settle(a, &k);
    arena_close(a);
    return 0;
}
