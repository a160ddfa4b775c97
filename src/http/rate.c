#include "http/rate.h"

#include <sodium.h>
#include <stdatomic.h>
#include <string.h>

#include "base/arena.h"

enum { BUCKETS = 65536 };

/* The generic cell rate algorithm: a bucket is the moment at which it would be full again. */
struct rate {
    int64_t step, room;         /* microseconds: of one request, of a burst */
    uint8_t key[crypto_shorthash_KEYBYTES];
    _Atomic int64_t full[BUCKETS];
};

static struct rate *
rate_of_step(int64_t step, int burst)
{
    struct rate *t = mem_get(sizeof *t);

    t->step = step;
    t->room = t->step * (burst > 0 ? burst : 1);
    crypto_shorthash_keygen(t->key);
    return t;
}

struct rate *
rate_open(int per_second, int burst)
{
    return rate_of_step(per_second > 0 ? 1000000 / per_second : 0, burst);
}

struct rate *
rate_open_slow(int seconds, int burst)
{
    return rate_of_step(INT64_C(1000000) * seconds, burst);
}

void
rate_close(struct rate *t)
{
    mem_free(t);
}

/* The length of an address that counts: the first four groups of IPv6, all of IPv4. */
static size_t
counted(const char *s)
{
    const char *p = s;

    if (!strchr(s, ':'))
        return strlen(s);
    for (int groups = 0; *p && groups < 4; p++)
        groups += *p == ':';
    return (size_t)(p - s);
}

int
rate_take(struct rate *t, const char *address, int64_t micros)
{
    return rate_take_many(t, address, 1, micros);
}

int
rate_take_many(struct rate *t, const char *address, int64_t n, int64_t micros)
{
    uint8_t h[crypto_shorthash_BYTES];
    _Atomic int64_t *full;
    int64_t old, next;
    uint16_t i;

    if (t->step == 0)
        return 0;
    crypto_shorthash(h, (const uint8_t *)address, counted(address), t->key);
    memcpy(&i, h, sizeof i);
    full = &t->full[i];
    old = atomic_load_explicit(full, memory_order_relaxed);
    do {
        next = (old > micros ? old : micros) + n * t->step;
        if (next - micros > t->room)
            return (int)((next - micros - t->room) / 1000000) + 1;
    } while (!atomic_compare_exchange_weak(full, &old, next));
    return 0;
}
