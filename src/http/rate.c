#include "http/rate.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <string.h>

#include "base/arena.h"

enum { ROWS = 2, BUCKETS = 32768 };

/* The generic cell rate algorithm: a bucket is the moment at which it would be full again.  Each
 * has one in two rows, and the emptier one counts (a count-min sketch with conservative update):
 * nothing is ever pushed out, and one suffers for another only when both buckets are the same. */
struct rate {
    int64_t step, room;         /* microseconds: of one request, of a burst */
    _Atomic int64_t full[ROWS][BUCKETS];
};

static uint8_t key[crypto_shorthash_KEYBYTES];      /* of this process */
static pthread_once_t key_once = PTHREAD_ONCE_INIT;

static void
key_make(void)
{
    crypto_shorthash_keygen(key);
}

static uint64_t
hashed(const void *p, size_t n)
{
    uint8_t h[crypto_shorthash_BYTES];
    uint64_t out;

    pthread_once(&key_once, key_make);
    crypto_shorthash(h, p, n, key);
    memcpy(&out, h, sizeof out);
    return out ? out : 1;
}

static struct rate *
rate_of_step(int64_t step, int burst)
{
    struct rate *t = mem_get(sizeof *t);

    t->step = step;
    t->room = t->step * (burst > 0 ? burst : 1);
    return t;
}

struct rate *
rate_open(int per_second, int burst)
{
    return rate_of_step(per_second > 0 ? 1000000 / per_second : 0, burst);
}

struct rate *
rate_open_minute(int a_minute, int burst)
{
    return rate_of_step(a_minute > 0 ? 60000000 / a_minute : 0, burst);
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

uint64_t
rate_who(const char *who)
{
    uint8_t bytes[16];
    const uint8_t *p;
    size_t n = counted(who, bytes, &p);

    return hashed(p, n);
}

uint64_t
rate_who_number(int64_t number)
{
    return hashed(&number, sizeof number);
}

int
rate_take(struct rate *t, const char *address, int64_t micros)
{
    return rate_take_as(t, rate_who(address), 1, micros);
}

int
rate_take_many(struct rate *t, const char *address, int64_t n, int64_t micros)
{
    return rate_take_as(t, rate_who(address), n, micros);
}

static void
raise_to(_Atomic int64_t *full, int64_t to)
{
    int64_t old = atomic_load_explicit(full, memory_order_relaxed);

    while (old < to && !atomic_compare_exchange_weak(full, &old, to))
        continue;
}

int
rate_take_as(struct rate *t, uint64_t who, int64_t n, int64_t micros)
{
    _Atomic int64_t *a = &t->full[0][who % BUCKETS], *b = &t->full[1][(who >> 32) % BUCKETS], *low;
    int64_t old, next;

    if (t->step == 0)
        return 0;
    do {
        int64_t other = atomic_load_explicit(b, memory_order_relaxed);

        old = atomic_load_explicit(a, memory_order_relaxed);
        low = other < old ? b : a;
        old = other < old ? other : old;
        next = (old > micros ? old : micros) + n * t->step;
        if (next - micros > t->room)
            return (int)((next - micros - t->room) / 1000000) + 1;
    } while (!atomic_compare_exchange_weak(low, &old, next));
    raise_to(a, next);
    raise_to(b, next);
    return 0;
}
