/* A calendar file of any bytes is refused or reckons; it neither crashes nor hangs. */
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "mod/deadlines/deadlines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_open(64 << 20);
    struct data_faults faults = {.a = a};
    struct clock k = {.limit = {LIMIT_WORKING_DAYS, 20}, .channel = CHANNEL_ONLINE,
                      .received = 1772935200};
    struct calendar cal;
    struct due d;

    if (calendar_load(a, (const char *)data, n, &cal, &faults)) {
        deadlines_due(a, &cal, &k, &d);
        k.mode = MODE_HOUR_EXACT;
        deadlines_due(a, &cal, &k, &d);
    }
    arena_close(a);
    return 0;
}
