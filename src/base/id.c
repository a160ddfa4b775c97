#include "base/id.h"

#include <assert.h>
#include <sodium.h>
#include <stdatomic.h>

#include "base/now.h"

/* 2020-01-01T00:00:00Z: the first second that an id can name. */
enum {
    EPOCH = 1577836800,
    SERVER_BITS = 10,
    SEQUENCE_BITS = 12,
    MILLI_SHIFT = SERVER_BITS + SEQUENCE_BITS
};

static _Atomic int64_t last; /* milliseconds and sequence of the newest id, without server */
static _Atomic int server;

void
id_server(int number)
{
    assert(number >= 0 && number < 1 << SERVER_BITS);
    atomic_store(&server, number);
}

/* More than 4,096 in a millisecond borrow from the next one; a clock that goes back is ignored. */
int64_t
id_next(void)
{
    int64_t now = (now_millis() - (int64_t)EPOCH * 1000) << SEQUENCE_BITS;
    int64_t seen = atomic_load(&last), next;

    do
        next = now > seen ? now : seen + 1;
    while (!atomic_compare_exchange_weak(&last, &seen, next));
    return (next >> SEQUENCE_BITS) << MILLI_SHIFT | (int64_t)atomic_load(&server) << SEQUENCE_BITS |
           (next & ((1 << SEQUENCE_BITS) - 1));
}

void
id_after(int64_t id)
{
    int64_t floor = (id >> MILLI_SHIFT << SEQUENCE_BITS) | ((1 << SEQUENCE_BITS) - 1);
    int64_t seen = atomic_load(&last);

    while (seen < floor && !atomic_compare_exchange_weak(&last, &seen, floor))
        continue;
}

int64_t
id_floor(int64_t utc)
{
    return utc <= EPOCH ? 0 : ((utc - EPOCH) * 1000) << MILLI_SHIFT;
}

int64_t
id_time(int64_t id)
{
    return (id >> MILLI_SHIFT) / 1000 + EPOCH;
}

/* Safe from any thread: libsodium opens its generator once. */
static void
random_fill(void *p, size_t n)
{
    int rc = sodium_init();

    assert(rc >= 0);
    (void)rc;
    randombytes_buf(p, n);
}

char *
token_human(struct arena *a, size_t letters)
{
    static const char LETTERS[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    char *s = arena_get(a, letters + 1);

    random_fill(s, letters);
    for (size_t i = 0; i < letters; i++)
        s[i] = LETTERS[(unsigned char)s[i] % 32];
    return s;
}

char *
token_url(struct arena *a, size_t bytes)
{
    size_t n = sodium_base64_ENCODED_LEN(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    unsigned char *raw = arena_get(a, bytes);
    char *s = arena_get(a, n);

    random_fill(raw, bytes);
    return sodium_bin2base64(s, n, raw, bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}
