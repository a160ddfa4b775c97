#include "site/scans.h"

#include <pthread.h>
#include <time.h>

#include "base/err.h"
#include "base/log.h"
#include "base/now.h"
#include "mod/digitise/digitise_work.h"
#include "site/gate.h"
#include "site/seats.h"

enum { ROUND_ARENA = 64 << 20, PAUSE_MILLIS = 200, LOOK_EVERY = 25 /* pauses */ };

struct scans {
    struct gate *g;
    pthread_t thread;
    bool runs;
    atomic_bool rest;
};

/* --- a short job of the write lane that the thread waits for --- */

struct errand {
    struct lane_job job;
    struct ctx *c;
    struct gate *g;
    int (*run)(struct ctx *c, void *arg);
    void *arg;
    pthread_mutex_t lock;
    pthread_cond_t back;
    bool done;
    int rc;
};

static int
errand_work(struct lane_job *j, struct db *db)
{
    struct errand *e = (struct errand *)(void *)j;

    db_lane_set(db, e->g->one_server ? 0 : seat_lane(keeper_number(e->g->keeper), 0));
    e->c->db = db;
    e->c->err = (struct err){0};
    e->c->now = now_seconds();
    return e->run(e->c, e->arg);
}

static void
errand_done(struct lane_job *j, int rc)
{
    struct errand *e = (struct errand *)(void *)j;

    pthread_mutex_lock(&e->lock);
    e->rc = rc;
    e->done = true;
    pthread_cond_signal(&e->back);
    pthread_mutex_unlock(&e->lock);
}

static int
on_lane(struct scans *s, struct ctx *c, int (*run)(struct ctx *c, void *arg), void *arg)
{
    struct errand e = {.job = {.work = errand_work, .done = errand_done}, .c = c, .g = s->g,
                       .run = run, .arg = arg, .lock = PTHREAD_MUTEX_INITIALIZER,
                       .back = PTHREAD_COND_INITIALIZER};

    if (!keeper_seated(s->g->keeper) || !lane_put(s->g->write[0].lane, &e.job))
        return E_DOWN;
    pthread_mutex_lock(&e.lock);
    while (!e.done)
        pthread_cond_wait(&e.back, &e.lock);
    pthread_mutex_unlock(&e.lock);
    c->db = NULL;
    return e.rc;
}

/* --- cutting and reading --- */

static int
take(struct ctx *c, void *arg)
{
    return digitise_work_take(c, arg);
}

static int
record(struct ctx *c, void *arg)
{
    return digitise_work_record(c, arg);
}

static bool
one_work(struct scans *s, struct ctx *c)
{
    struct scan_work w;
    int64_t started = now_mono_micros();
    int rc = on_lane(s, c, take, &w);

    if (rc < 0 || w.kind == SCAN_WORK_NONE)
        return false;
    digitise_work_do(c, &w);
    rc = on_lane(s, c, record, &w);
    log_line(rc < 0 ? LOG_WARN : LOG_INFO, w.kind == SCAN_WORK_CUT ? "scan cut" : "scan read",
             LOG_T("batch", w.b.code), LOG_N("pages", (int64_t)w.n_pages), LOG_N("how", w.how),
             LOG_N("rc", rc), LOG_N("ms", (now_mono_micros() - started) / 1000));
    return true;
}

static bool
one_round(struct scans *s)
{
    struct arena *a = arena_open(ROUND_ARENA);
    struct ctx c;
    bool busy;

    ctx_init(&c, a);
    c.site = atomic_load(&s->g->site);
    busy = one_work(s, &c);
    arena_close(a);
    return busy;
}

/* A bell of this server is heard at once; another's batch is found by looking. */
static void *
loop(void *arg)
{
    struct scans *s = arg;
    const struct timespec pause = {.tv_nsec = PAUSE_MILLIS * 1000000L};
    unsigned heard = 0;

    pthread_setname_np(pthread_self(), "scans");
    for (int quiet = LOOK_EVERY; !atomic_load(&s->rest); quiet++) {
        unsigned bell = digitise_bell();

        if (bell != heard || quiet >= LOOK_EVERY) {
            heard = bell;
            quiet = one_round(s) ? LOOK_EVERY : 0;
        }
        if (quiet < LOOK_EVERY)
            nanosleep(&pause, NULL);
    }
    return NULL;
}

/* --- opening and closing --- */

struct scans *
scans_open(struct gate *g)
{
    struct scans *s = mem_get(sizeof *s);

    s->g = g;
    s->runs = g->store && pthread_create(&s->thread, NULL, loop, s) == 0;
    return s;
}

void
scans_close(struct scans *s)
{
    if (!s)
        return;
    atomic_store(&s->rest, true);
    if (s->runs)
        pthread_join(s->thread, NULL);
    mem_free(s);
}
