#include "base/now.h"

#include <stdatomic.h>
#include <time.h>

static _Atomic int64_t frozen = -1, shift;

static int64_t
micros(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t
now_millis(void)
{
    int64_t f = atomic_load(&frozen);

    return f >= 0 ? f * 1000 : micros(CLOCK_REALTIME) / 1000 + atomic_load(&shift);
}

int64_t
now_seconds(void)
{
    return now_millis() / 1000;
}

int64_t
now_mono_micros(void)
{
    return micros(CLOCK_MONOTONIC);
}

int64_t
now_mono_coarse(void)
{
    return micros(CLOCK_MONOTONIC_COARSE);
}

bool
now_is_set(void)
{
    return atomic_load(&frozen) >= 0;
}

void
now_shift(int64_t seconds)
{
    atomic_store(&shift, seconds * 1000);
}

void
now_set(int64_t seconds)
{
    atomic_store(&frozen, seconds);
}
