#include "base/id.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>

#include "base/now.h"

/* 2020-01-01T00:00:00Z: the first second that an id can name. */
enum {
    EPOCH = 1577836800,
    SERVER_BITS = 10,
    SEQUENCE_BITS = 12,
    MILLI_SHIFT = SERVER_BITS + SEQUENCE_BITS
};

/* Ids without their server part: milliseconds since 2020 and sequence. */
static struct {
    pthread_mutex_t lock;
    int64_t last, until;
    int64_t after;      /* what others made: as soon as the seat reaches there, from there on */
    int server;
} made = {.lock = PTHREAD_MUTEX_INITIALIZER, .until = INT64_MAX};

void
id_server(int number)
{
    assert(number >= 0 && number < 1 << SERVER_BITS);
    pthread_mutex_lock(&made.lock);
    made.server = number;
    pthread_mutex_unlock(&made.lock);
}

static int64_t
slot(int64_t millis)
{
    return millis <= (int64_t)EPOCH * 1000 ? 0 : (millis - (int64_t)EPOCH * 1000) << SEQUENCE_BITS;
}

/* Never beyond the seat's own: what others made may be newer than that. */
static void
go_on(int64_t from)
{
    if (from > made.last && from < made.until - 1)
        made.last = from;
}

void
id_seat(int number, int64_t from, int64_t until)
{
    assert(number >= 0 && number < 1 << SERVER_BITS && from < until);
    pthread_mutex_lock(&made.lock);
    made.server = number;
    made.until = slot(until);
    go_on(slot(from) - 1);
    go_on(made.after);
    pthread_mutex_unlock(&made.lock);
}

void
id_after(int64_t id)
{
    int64_t from = (id >> MILLI_SHIFT) << SEQUENCE_BITS | (id & ((1 << SEQUENCE_BITS) - 1));

    pthread_mutex_lock(&made.lock);
    made.after = from > made.after ? from : made.after;
    go_on(made.after);
    pthread_mutex_unlock(&made.lock);
}

int64_t
id_newest(void)
{
    int64_t last;

    pthread_mutex_lock(&made.lock);
    last = made.last > made.after ? made.last : made.after;
    pthread_mutex_unlock(&made.lock);
    return last > 0 ? (last >> SEQUENCE_BITS) + (int64_t)EPOCH * 1000 : 0;
}

/* More than 4,096 in a millisecond borrow from the next one; a clock that goes back, or ahead of
 * what the seat has in advance, is ignored.  A seat's advance is a hundred million ids and more. */
int64_t
id_next(void)
{
    int64_t now = slot(now_millis()), next;
    int server;

    pthread_mutex_lock(&made.lock);
    next = now > made.last && now < made.until ? now : made.last + 1;
    assert(next < made.until);
    made.last = next;
    server = made.server;
    pthread_mutex_unlock(&made.lock);
    return (next >> SEQUENCE_BITS) << MILLI_SHIFT | (int64_t)server << SEQUENCE_BITS |
           (next & ((1 << SEQUENCE_BITS) - 1));
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
