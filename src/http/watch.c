#include "http/watch.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <time.h>

#include "base/arena.h"
#include "base/now.h"

struct watched {
    struct watched *prev, *next;
    int fd;
    atomic_int phase;
    _Atomic int64_t since, bytes;
};

struct watch {
    struct watch_limits limits;
    pthread_t thread;
    pthread_mutex_t lock;       /* guards the list, and so that no descriptor in it is closed */
    pthread_cond_t wake;
    bool closing;
    struct watched *list, *spare;
};

static int64_t
seconds_allowed(const struct watch_limits *k, enum watch_phase phase, int64_t bytes)
{
    switch (phase) {
    case WATCH_IDLE:
        return k->idle_seconds;
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
look(struct watch *w)
{
    int64_t now = now_mono_micros();

    for (struct watched *x = w->list; x; x = x->next) {
        enum watch_phase phase = (enum watch_phase)atomic_load(&x->phase);
        int64_t most = seconds_allowed(&w->limits, phase, atomic_load(&x->bytes));

        if (now - atomic_load(&x->since) > most * 1000000)
            shutdown(x->fd, SHUT_RDWR);
    }
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
    release(w->list);
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
    x->prev = NULL;
    x->next = w->list;
    if (x->next)
        x->next->prev = x;
    w->list = x;
    watch_phase(x, WATCH_IDLE, now_mono_micros());
    pthread_mutex_unlock(&w->lock);
    return x;
}

void
watch_drop(struct watch *w, struct watched *x)
{
    pthread_mutex_lock(&w->lock);
    if (x->prev)
        x->prev->next = x->next;
    else
        w->list = x->next;
    if (x->next)
        x->next->prev = x->prev;
    x->next = w->spare;
    w->spare = x;
    pthread_mutex_unlock(&w->lock);
}

void
watch_phase(struct watched *x, enum watch_phase phase, int64_t micros)
{
    atomic_store_explicit(&x->since, micros, memory_order_relaxed);
    atomic_store_explicit(&x->bytes, 0, memory_order_relaxed);
    atomic_store_explicit(&x->phase, (int)phase, memory_order_release);
}

void
watch_bytes(struct watched *x, size_t n)
{
    atomic_fetch_add_explicit(&x->bytes, (int64_t)n, memory_order_relaxed);
}
