#include "http/watch.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <time.h>

#include "base/arena.h"
#include "base/now.h"

enum { LOOKS = 64, SHUT = WATCH_RANKS, LISTS };     /* how many are weighed before one is shut */

struct watched {
    struct watched *prev, *next;
    int fd;
    atomic_int list;            /* written under the lock */
    atomic_int phase;
    _Atomic int64_t since, bytes;
};

struct watch {
    struct watch_limits limits;
    pthread_t thread;
    pthread_mutex_t lock;       /* guards the list, and so that no descriptor in it is closed */
    pthread_cond_t wake;
    bool closing;
    struct list { struct watched *newest, *oldest; } list[LISTS];       /* by rank, and shut ones */
    struct watched *spare;
    struct watch_counts counts;         /* .now: without those that are shut */
};

static void
unlink_one(struct watch *w, struct watched *x)
{
    struct list *l = &w->list[x->list];

    if (x->prev)
        x->prev->next = x->next;
    else
        l->newest = x->next;
    if (x->next)
        x->next->prev = x->prev;
    else
        l->oldest = x->prev;
}

static void
link_one(struct watch *w, struct watched *x, int list)
{
    struct list *l = &w->list[list];

    x->list = list;
    x->prev = NULL;
    x->next = l->newest;
    if (x->next)
        x->next->prev = x;
    else
        l->oldest = x;
    l->newest = x;
}

/* The library sees the end of it and closes; until then it is counted no more. */
static void
shut(struct watch *w, struct watched *x)
{
    shutdown(x->fd, SHUT_RDWR);
    unlink_one(w, x);
    link_one(w, x, SHUT);
    w->counts.now--;
}

static int64_t
seconds_allowed(const struct watch_limits *k, enum watch_phase phase, int64_t bytes)
{
    switch (phase) {
    case WATCH_IDLE:
        return k->idle_seconds;
    case WATCH_NEW:
    case WATCH_HEAD:
        return k->head_seconds;
    case WATCH_BODY:
    case WATCH_SENDING:
        return k->body_seconds + bytes / k->rate;
    case WATCH_RUNNING:
        break;
    }
    return INT64_MAX / 1000000;
}

static void
look_at(struct watch *w, struct watched *x, int64_t now)
{
    enum watch_phase phase = (enum watch_phase)atomic_load(&x->phase);
    int64_t most = seconds_allowed(&w->limits, phase, atomic_load(&x->bytes));

    if (now - atomic_load(&x->since) <= most * 1000000)
        return;
    shut(w, x);
    w->counts.slow++;
}

static void
look(struct watch *w)
{
    int64_t now = now_mono_micros();

    for (int i = 0; i < WATCH_RANKS; i++)
        for (struct watched *x = w->list[i].newest, *next; x; x = next) {
            next = x->next;
            look_at(w, x, now);
        }
}

/* Lower is less worth keeping; INT64_MAX: somebody works for it. */
static int64_t
worth(const struct watched *x)
{
    static const int64_t BUSY = INT64_C(1) << 60;
    int64_t since = atomic_load(&x->since);

    switch ((enum watch_phase)atomic_load(&x->phase)) {
    case WATCH_NEW:
    case WATCH_IDLE:
    case WATCH_HEAD:
        return since;
    case WATCH_BODY:
    case WATCH_SENDING:
        return BUSY + since;
    case WATCH_RUNNING:
        break;
    }
    return INT64_MAX;
}

/* One is shut for one that comes: of the oldest, since who comes in good faith asks at once. */
static void
make_room(struct watch *w)
{
    struct watched *worst = NULL;
    int64_t least = INT64_MAX;

    for (int i = 0; i < WATCH_RANKS && !worst; i++) {
        struct watched *x = w->list[i].oldest;

        for (int n = 0; x && n < LOOKS; x = x->prev, n++)
            if (worth(x) < least) {
                least = worth(x);
                worst = x;
            }
    }
    if (!worst)
        return;
    shut(w, worst);
    w->counts.evicted++;
}

static struct timespec
second_from(int64_t micros)
{
    return (struct timespec){.tv_sec = micros / 1000000 + 1, .tv_nsec = micros % 1000000 * 1000};
}

static void *
loop(void *arg)
{
    struct watch *w = arg;
    struct timespec until;

    pthread_mutex_lock(&w->lock);
    while (!w->closing) {
        until = second_from(now_mono_micros());
        if (pthread_cond_timedwait(&w->wake, &w->lock, &until) != 0 && !w->closing)
            look(w);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

struct watch *
watch_open(const struct watch_limits *limits)
{
    struct watch *w = mem_get(sizeof *w);
    pthread_condattr_t monotonic;
    int rc;

    w->limits = *limits;
    pthread_mutex_init(&w->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&w->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    rc = pthread_create(&w->thread, NULL, loop, w);
    assert(rc == 0);
    (void)rc;
    return w;
}

static void
release(struct watched *list)
{
    for (struct watched *next; list; list = next) {
        next = list->next;
        mem_free(list);
    }
}

void
watch_close(struct watch *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->closing = true;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->lock);
    for (int i = 0; i < LISTS; i++)
        release(w->list[i].newest);
    release(w->spare);
    mem_free(w);
}

struct watched *
watch_add(struct watch *w, int fd)
{
    struct watched *x;

    pthread_mutex_lock(&w->lock);
    if ((x = w->spare))
        w->spare = x->next;
    else
        x = mem_get(sizeof *x);
    x->fd = fd;
    watch_phase(x, WATCH_NEW, now_mono_micros());
    if (w->limits.most > 0 && w->counts.now >= w->limits.most)
        make_room(w);
    link_one(w, x, WATCH_STRANGER);
    w->counts.now++;
    pthread_mutex_unlock(&w->lock);
    return x;
}

void
watch_drop(struct watch *w, struct watched *x)
{
    pthread_mutex_lock(&w->lock);
    unlink_one(w, x);
    w->counts.now -= x->list != SHUT;
    x->next = w->spare;
    w->spare = x;
    pthread_mutex_unlock(&w->lock);
}

/* Almost always it is who it was; only the connection's own thread and a shutting one move it. */
void
watch_rank(struct watch *w, struct watched *x, enum watch_rank rank)
{
    if (x->list == (int)rank)
        return;
    pthread_mutex_lock(&w->lock);
    if (x->list != SHUT) {
        unlink_one(w, x);
        link_one(w, x, (int)rank);
    }
    pthread_mutex_unlock(&w->lock);
}

struct watch_counts
watch_counts(struct watch *w)
{
    struct watch_counts out;

    pthread_mutex_lock(&w->lock);
    out = w->counts;
    pthread_mutex_unlock(&w->lock);
    return out;
}

void
watch_phase(struct watched *x, enum watch_phase phase, int64_t micros)
{
    atomic_store_explicit(&x->since, micros, memory_order_relaxed);
    atomic_store_explicit(&x->bytes, 0, memory_order_relaxed);
    atomic_store_explicit(&x->phase, (int)phase, memory_order_release);
}

bool
watch_first(const struct watched *x)
{
    return atomic_load_explicit(&x->phase, memory_order_relaxed) == WATCH_NEW;
}

void
watch_bytes(struct watched *x, size_t n)
{
    atomic_fetch_add_explicit(&x->bytes, (int64_t)n, memory_order_relaxed);
}
