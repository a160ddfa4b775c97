#include "site/watching.h"

#include <pthread.h>
#include <time.h>

#include "base/err.h"
#include "base/log.h"
#include "base/now.h"
#include "db/db.h"
#include "site/errand.h"
#include "site/gate.h"
#include "site/seats.h"
#include "site/unusual.h"

enum { PAUSE_MILLIS = 100, LOOK_EVERY = 100, LEASE_SECONDS = 600, ARENA = 16 << 20,
       REST_FACTOR = 20 /* pauses for each one that a round took */ };

struct watching {
    struct gate *g;
    pthread_t thread;
    bool runs;
    atomic_bool rest;
    struct unusual_round round;
};

struct turn { struct watching *w; bool mine; };

static int
ask_lease(struct ctx *c, void *arg)
{
    struct turn *t = arg;
    int rc = lease_take(c, "unusual", keeper_token(t->w->g->keeper), LEASE_SECONDS);

    t->mine = rc > 0;
    return rc < 0 ? rc : OK;
}

static bool
mine(struct watching *w, struct ctx *c)
{
    struct turn t = {w, w->g->one_server};

    return t.mine || (errand(w->g, c, ask_lease, &t) == OK && t.mine);
}

static int
count(struct watching *w, struct ctx *c)
{
    int rc;

    if (!(c->db = gate_read_db(w->g, c)))
        return c->err.rc;
    if ((rc = db_begin(c, DB_READ_ONLY)) == OK) {
        rc = unusual_count(c, &w->round);
        db_rollback(c);
    }
    c->db = NULL;
    return rc;
}

static int
raise_found(struct ctx *c, void *arg)
{
    return unusual_raise(c, arg);
}

static void
one_round(struct watching *w)
{
    struct arena *a = arena_open(ARENA);
    struct ctx c;
    int rc;

    ctx_init(&c, a);
    c.now = now_seconds();
    c.site = atomic_load(&w->g->site);
    if (mine(w, &c)) {
        rc = count(w, &c);
        if (rc == OK && w->round.n)
            rc = errand(w->g, &c, raise_found, &w->round);
        if (rc < 0)
            log_line(LOG_WARN, "unusual looks", LOG_N("rc", rc),
                     LOG_T("detail", (const char *)c.err.detail));
    }
    arena_close(a);
}

/* The connection is there from the beginning, as those of all threads are: one that is opened in
 * the second after an operator put another file in place would join its log with the old one. */
static void
connect_now(struct watching *w)
{
    struct arena *a = arena_open(ARENA);
    struct ctx c;

    ctx_init(&c, a);
    c.site = atomic_load(&w->g->site);
    gate_read_db(w->g, &c);
    arena_close(a);
}

static void *
loop(void *arg)
{
    const struct timespec pause = {.tv_nsec = PAUSE_MILLIS * 1000000L};
    struct watching *w = arg;

    pthread_setname_np(pthread_self(), "watching");
    connect_now(w);
    for (int64_t left = LOOK_EVERY / 2; !atomic_load(&w->rest); left--) {
        if (left <= 0) {
            int64_t began = now_mono_micros();

            one_round(w);
            left = LOOK_EVERY +
                   (now_mono_micros() - began) / 1000 * REST_FACTOR / PAUSE_MILLIS;
        }
        nanosleep(&pause, NULL);
    }
    return NULL;
}

struct watching *
watching_open(struct gate *g)
{
    struct watching *w = mem_get(sizeof *w);

    w->g = g;
    w->round.rest = &w->rest;
    w->runs = pthread_create(&w->thread, NULL, loop, w) == 0;
    return w;
}

void
watching_close(struct watching *w)
{
    if (!w)
        return;
    atomic_store(&w->rest, true);
    if (w->runs)
        pthread_join(w->thread, NULL);
    mem_free(w);
}
