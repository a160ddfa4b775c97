#include "site/sweep.h"

#include <pthread.h>
#include <time.h>

#include "base/date.h"
#include "base/err.h"
#include "base/log.h"
#include "base/now.h"
#include "http/half.h"
#include "mod/digitise/digitise.h"
#include "mod/dossiers/dossiers_deep.h"
#include "mod/owner/owner.h"
#include "mod/results/issued.h"
#include "mod/retention/retention.h"
#include "site/errand.h"
#include "site/gate.h"
#include "site/seats.h"

enum { ARENA = 64 << 20, EVERY_SECONDS = 3600, FIRST_SECONDS = 300, NIGHT_HOUR = 2 };

content_names *const sweep_names[] = {papers_names, results_names, digitise_names,
                                      retention_names, owner_names, NULL};

struct sweep {
    struct gate *g;
    pthread_t thread;
    bool runs;
    atomic_bool rest;
};

/* --- contents --- */

static int
today_is_ours(struct ctx *c, void *arg)
{
    int rc = lease_day(c, "contents_sweep", vn_day(c->now), false);

    *(bool *)arg = rc > 0;
    return rc < 0 ? rc : OK;
}

/* One moment of the database, on a connection of its own. */
static int
look(struct ctx *c, struct deep *d)
{
    int rc = db_open(c, c->site->config.db, DB_READ_ONLY, &c->db);

    if (rc < 0)
        return rc;
    if ((rc = db_begin(c, DB_READ_ONLY)) == OK) {
        rc = dossiers_sweep_contents(c, d);
        db_rollback(c);
    }
    db_close(c->db);
    c->db = NULL;
    return rc;
}

static int
forget(struct ctx *c, void *arg)
{
    return dossiers_forget_contents(c, arg);
}

static void
contents(struct sweep *s, struct ctx *c)
{
    struct deep d = {.store = s->g->store, .sweep = true, .names = sweep_names};
    int64_t began = now_mono_micros();
    bool ours = false;
    int rc = errand(s->g, c, today_is_ours, &ours);

    if (rc < 0 || !ours)
        return;
    if ((rc = look(c, &d)) == OK && d.orphans_n)
        rc = errand(s->g, c, forget, &d);
    mem_free(d.orphans);
    log_line(rc < 0 ? LOG_WARN : LOG_INFO, "contents swept", LOG_N("removed", d.swept),
             LOG_N("bytes", d.swept_bytes), LOG_N("rc", rc),
             LOG_N("ms", (now_mono_micros() - began) / 1000),
             LOG_T("detail", (const char *)c->err.detail));
}

/* --- the round --- */

/* After two in the morning, or whenever the server is there again that day. */
static bool
night(int64_t now)
{
    return vn_minute(now) >= NIGHT_HOUR * 60;
}

static void
one_round(struct sweep *s)
{
    struct arena *a = arena_open(ARENA);
    struct ctx c;
    int64_t gone;

    ctx_init(&c, a);
    c.site = atomic_load(&s->g->site);
    if ((gone = half_sweep(s->g->store, c.now - HALF_SECONDS)) > 0)
        log_line(LOG_INFO, "half uploads swept", LOG_N("removed", gone));
    if (night(c.now))
        contents(s, &c);
    arena_close(a);
}

static void *
loop(void *arg)
{
    const struct timespec pause = {.tv_nsec = 200000000};
    struct sweep *s = arg;
    int64_t next = now_mono_micros() + FIRST_SECONDS * INT64_C(1000000);

    pthread_setname_np(pthread_self(), "sweep");
    while (!atomic_load(&s->rest)) {
        nanosleep(&pause, NULL);
        if (now_mono_micros() < next || health_clock_doubtful(s->g))
            continue;
        next = now_mono_micros() + EVERY_SECONDS * INT64_C(1000000);
        one_round(s);
    }
    return NULL;
}

struct sweep *
sweep_open(struct gate *g)
{
    struct sweep *s = mem_get(sizeof *s);

    s->g = g;
    s->runs = g->store && pthread_create(&s->thread, NULL, loop, s) == 0;
    return s;
}

void
sweep_close(struct sweep *s)
{
    if (!s)
        return;
    atomic_store(&s->rest, true);
    if (s->runs)
        pthread_join(s->thread, NULL);
    mem_free(s);
}
