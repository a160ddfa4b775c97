#include "http/rate.h"

#include <arpa/inet.h>
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

/* What of an address counts: the first 64 bits of IPv6, however it is written, all of IPv4; any
 * other word whole. */
static size_t
counted(const char *s, uint8_t out[16], const uint8_t **p)
{
    static const uint8_t MAPPED[12] = {[10] = 0xff, [11] = 0xff};
    char plain[INET6_ADDRSTRLEN];
    size_t n;

    *p = (const uint8_t *)s;
    s += *s == '[';
    n = strcspn(s, "%]");
    if (!strchr(s, ':') || n >= sizeof plain)
        return strlen((const char *)*p);
    memcpy(plain, s, n);
    plain[n] = '\0';
    if (inet_pton(AF_INET6, plain, out) != 1)
        return strlen((const char *)*p);
    *p = out;
    if (memcmp(out, MAPPED, sizeof MAPPED) == 0)
        return 16;
    return 8;
}

static uint16_t
slot_of(const uint8_t key[crypto_shorthash_KEYBYTES], const char *who)
{
    uint8_t h[crypto_shorthash_BYTES], bytes[16];
    const uint8_t *p;
    size_t n = counted(who, bytes, &p);
    uint16_t i;

    crypto_shorthash(h, p, n, key);
    memcpy(&i, h, sizeof i);
    return i;
}

int
rate_take(struct rate *t, const char *address, int64_t micros)
{
    return rate_take_many(t, address, 1, micros);
}

int
rate_take_many(struct rate *t, const char *address, int64_t n, int64_t micros)
{
    _Atomic int64_t *full;
    int64_t old, next;

    if (t->step == 0)
        return 0;
    full = &t->full[slot_of(t->key, address)];
    old = atomic_load_explicit(full, memory_order_relaxed);
    do {
        next = (old > micros ? old : micros) + n * t->step;
        if (next - micros > t->room)
            return (int)((next - micros - t->room) / 1000000) + 1;
    } while (!atomic_compare_exchange_weak(full, &old, next));
    return 0;
}
