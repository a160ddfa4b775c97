#include "http/workers.h"

#include <assert.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"

enum { THREADS_MAX = 8, LOW = 10 /* a tenth of an equal share */ };

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t some;
    struct fair *line;
    bool closing, low;
    int threads;
    pthread_t thread[THREADS_MAX];
};

static struct worker_job *
take(struct workers *w)
{
    struct fair_item *i;

    pthread_mutex_lock(&w->lock);
    while (!(i = fair_take(w->line)) && !w->closing)
        pthread_cond_wait(&w->some, &w->lock);
    pthread_mutex_unlock(&w->lock);
    return (struct worker_job *)(void *)i;
}

static _Thread_local bool is_low;

bool
workers_low(void)
{
    return is_low;
}

static void *
loop(void *arg)
{
    const struct workers *w = arg;

    pthread_setname_np(pthread_self(), "worker");
    is_low = w->low;
    if (w->low)
        setpriority(PRIO_PROCESS, (id_t)gettid(),       /* of this thread, on Linux */
                    getpriority(PRIO_PROCESS, (id_t)gettid()) + LOW);
    for (struct worker_job *j; (j = take(arg));)
        j->work(j);
    return NULL;
}

static struct workers *
open_workers(int threads, size_t depth, bool low)
{
    struct workers *w = mem_get(sizeof *w);

    w->line = fair_open(depth);
    w->low = low;
    w->threads = threads < 1 ? 1 : threads > THREADS_MAX ? THREADS_MAX : threads;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->some, NULL);
    for (int i = 0; i < w->threads; i++) {
        int rc = pthread_create(&w->thread[i], NULL, loop, w);

        assert(rc == 0);
        (void)rc;
    }
    return w;
}

struct workers *
workers_open(int threads, size_t depth)
{
    return open_workers(threads, depth, false);
}

struct workers *
workers_open_low(int threads, size_t depth)
{
    return open_workers(threads, depth, true);
}

bool
workers_put(struct workers *w, struct worker_job *j)
{
    struct fair_item *out;
    struct worker_job *other;

    pthread_mutex_lock(&w->lock);
    out = w->closing ? &j->turn : fair_put(w->line, &j->turn);
    pthread_cond_signal(&w->some);
    pthread_mutex_unlock(&w->lock);
    if (!out || out == &j->turn)
        return !out;
    other = (struct worker_job *)(void *)out;
    other->out(other);
    return true;
}

size_t
workers_waiting(struct workers *w)
{
    size_t n;

    pthread_mutex_lock(&w->lock);
    n = fair_waiting(w->line);
    pthread_mutex_unlock(&w->lock);
    return n;
}

void
workers_close(struct workers *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->closing = true;
    pthread_cond_broadcast(&w->some);
    pthread_mutex_unlock(&w->lock);
    for (int i = 0; i < w->threads; i++)
        pthread_join(w->thread[i], NULL);
    pthread_cond_destroy(&w->some);
    pthread_mutex_destroy(&w->lock);
    fair_close(w->line);
    mem_free(w);
}
