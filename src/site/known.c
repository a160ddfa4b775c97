#include "site/known.h"

#include <stdatomic.h>

#include "base/arena.h"

enum { SETS = 16384, WAYS = 4 };

/* .mixed is the account XOR the secret: what one thread reads while another writes fits together
 * or names no account that there is. */
struct pair { _Atomic uint64_t secret, mixed; };

struct known {
    struct pair set[SETS][WAYS];
    _Atomic uint32_t next;      /* which of a full set goes */
};

struct known *
known_open(void)
{
    return mem_get(sizeof(struct known));
}

void
known_close(struct known *k)
{
    mem_free(k);
}

static struct pair *
set_of(struct known *k, uint64_t secret)
{
    return k->set[secret % SETS];
}

int64_t
known_find(struct known *k, uint64_t secret)
{
    struct pair *p = set_of(k, secret);

    for (int i = 0; i < WAYS; i++)
        if (atomic_load_explicit(&p[i].secret, memory_order_acquire) == secret)
            return (int64_t)(atomic_load_explicit(&p[i].mixed, memory_order_relaxed) ^ secret);
    return 0;
}

static struct pair *
place_for(struct known *k, uint64_t secret)
{
    struct pair *p = set_of(k, secret), *empty = NULL;

    for (int i = 0; i < WAYS; i++) {
        uint64_t there = atomic_load_explicit(&p[i].secret, memory_order_relaxed);

        if (there == secret)
            return &p[i];
        if (!there)
            empty = &p[i];
    }
    return empty ? empty : &p[atomic_fetch_add(&k->next, 1) % WAYS];
}

void
known_put(struct known *k, uint64_t secret, int64_t account)
{
    struct pair *p = place_for(k, secret);

    atomic_store_explicit(&p->mixed, (uint64_t)account ^ secret, memory_order_relaxed);
    atomic_store_explicit(&p->secret, secret, memory_order_release);
}

void
known_drop(struct known *k, uint64_t secret)
{
    struct pair *p = set_of(k, secret);

    for (int i = 0; i < WAYS; i++)
        if (atomic_load_explicit(&p[i].secret, memory_order_relaxed) == secret)
            atomic_store_explicit(&p[i].secret, 0, memory_order_release);
}
