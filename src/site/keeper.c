#include "site/keeper.h"

#include <pthread.h>
#include <time.h>

#include "auth/auth.h"
#include "base/err.h"
#include "base/id.h"
#include "base/log.h"
#include "base/now.h"
#include "base/ring.h"
#include "db/numbers.h"
#include "mod/dossiers/dossiers_watch.h"
#include "mod/dossiers/drafts.h"
#include "mod/dossiers/worklists.h"
#include "mod/papers/vault.h"
#include "mod/results/issued.h"
#include "mod/retention/retention.h"
#include "site/gate.h"
#include "site/idem_sql.h"
#include "site/seats.h"
#include "site/serve.h"

enum {
    CHORE_ARENA = 4 << 20, MICROS = 1000000,
    IDEM_SECONDS = 2 * 86400, IDEM_PURGE = 2000,
    SEAL_ROWS = 1000,           /* a second */
    LOSE_BEFORE = 5             /* seconds before others may think so, it gives its seat up */
};

struct keeper {
    struct gate *g;
    struct seat seat;                   /* the newest committed: changed on the lane alone */
    struct seat_watch *watch;
    atomic_int number;
    _Atomic int64_t good_until;         /* now_mono_micros() up to which the seat is surely ours */
    atomic_bool beating;                /* the beat is on its way */
    atomic_int rounds;                  /* to be done at once: the site changed */

    pthread_t thread;                   /* of the snapshots */
    bool refreshing;
    atomic_bool rest;
    struct ctx *c;
    const struct serve_options *options;
};

/* --- a job of the write lane that nobody waits for ------------------------------------------- */

struct chore {
    struct lane_job job;
    struct ctx c;
    struct keeper *k;
    const struct work *work;
    struct seat next;                   /* of a beat: what it becomes when this is committed */
    int64_t started;
};

/* What needs doing without anybody asking: each does a bounded part and goes on next time.  With
 * several servers the one that has the lease does it. */
struct work {
    const char *name;
    int64_t every, at;                  /* seconds, apart from each other */
    int (*run)(struct ctx *c);
    bool by_age;                        /* deletes what is old: waits while the clock is doubted */
    bool at_once;                       /* when the site changed: each second until it is through */
};

static struct chore *
chore_make(struct keeper *k, int (*work)(struct lane_job *j, struct db *db),
           void (*done)(struct lane_job *j, int rc))
{
    struct arena *a = arena_open(CHORE_ARENA);
    struct chore *t = arena_get(a, sizeof *t);

    *t = (struct chore){.job = {.work = work, .done = done}, .k = k};
    ctx_init(&t->c, a);
    t->c.site = atomic_load(&k->g->site);
    return t;
}

static bool
chore_put(struct chore *t)
{
    if (lane_put(t->k->g->write[0].lane, &t->job))
        return true;
    arena_close(t->c.a);
    return false;
}

static void
chore_db(struct chore *t, struct db *db)
{
    db_lane_set(db, t->k->g->one_server ? 0 : seat_lane(keeper_number(t->k), 0));
    t->c.db = db;
    t->c.err = (struct err){0};
}

/* --- the seat --------------------------------------------------------------------------------- */

static int
keep_seat(struct chore *t)
{
    struct ctx *c = &t->c;
    int rc = E_NOTFOUND, prefer = c->site->config.server_number;

    t->next = t->k->seat;
    t->started = now_mono_micros();
    if (t->next.number != SEAT_NONE)
        rc = seat_beat(c, &t->next, SEAT_AHEAD);
    if (rc == E_NOTFOUND) {
        id_after(dossiers_newest_event(c)); /* whatever this machine's clock says */
        seat_init(&t->next, "serve");
        rc = seat_take(c, &t->next, prefer, SEAT_AHEAD);
    }
    return rc < 0 ? rc : seat_watch_look(c, t->k->watch, t->started / MICROS);
}

static int
beat_work(struct lane_job *j, struct db *db)
{
    struct chore *t = (struct chore *)(void *)j;

    chore_db(t, db);
    return keep_seat(t);
}

static void
settle(struct keeper *k, const struct chore *t)
{
    if (t->next.number != k->seat.number)
        log_line(LOG_INFO, k->seat.number == SEAT_NONE ? "seated" : "seated anew",
                 LOG_N("seat", t->next.number));
    k->seat = t->next;
    seat_use(&k->seat);
    atomic_store(&k->number, k->seat.number);
    atomic_store(&k->good_until, t->started + (int64_t)(SEAT_EXPIRES - LOSE_BEFORE) * MICROS);
}

static void
beat_done(struct lane_job *j, int rc)
{
    struct chore *t = (struct chore *)(void *)j;
    struct keeper *k = t->k;

    if (rc == OK)
        settle(k, t);
    else if (rc != E_DOWN)
        log_line(LOG_WARN, "the seat's beat failed", LOG_N("rc", rc),
                 LOG_T("detail", (const char *)t->c.err.detail));
    arena_close(t->c.a);
    atomic_store(&k->beating, false);
}

static void
beat(struct keeper *k)
{
    if (!atomic_exchange(&k->beating, true) && !chore_put(chore_make(k, beat_work, beat_done)))
        atomic_store(&k->beating, false);
}

int
keeper_number(const struct keeper *k)
{
    return atomic_load(&k->number);
}

const char *
keeper_token(const struct keeper *k)
{
    return k->seat.token;
}

bool
keeper_seated(const struct keeper *k)
{
    return now_mono_micros() < atomic_load(&k->good_until);
}

/* --- chores ----------------------------------------------------------------------------------- */

static int
drop_old_answers(struct ctx *c)
{
    int n = idem_sql_drop_before(c, c->now - IDEM_SECONDS, IDEM_PURGE);

    return n < 0 ? n : OK;
}

/* What is not sealed yet, or with the key before: most of the time there is nothing. */
static int
seal_numbers(struct ctx *c)
{
    size_t looked;

    if (!ring_now())                    /* the tests' own gate has no keys */
        return OK;
    return numbers_seal_next(c, SEAL_ROWS, &looked);
}

static const struct work WORK[] = {
    {"idempotency", 600, 0, drop_old_answers, true},
    {"auth_sweep", 3600, 0, auth_sweep, true},
    {"dossiers_tick", 60, 20, dossiers_tick, false},
    {"recompute", 60, 40, dossiers_recompute_next, .at_once = true},
    {"follow_agencies", 600, 30, dossiers_follow_agencies, false},
    {"results_expire", 600, 70, results_expire, false},
    {"drafts_expire", 600, 50, drafts_expire, true},
    {"retention_follow", 5, 3, retention_follow, false},
    {"retention_destroy", 5, 4, retention_destroy, true},
    {"seal_numbers", 1, 0, seal_numbers, false},
    {"vault_expire", 600, 80, vault_expire, true},
};

static int
chore_work(struct lane_job *j, struct db *db)
{
    struct chore *t = (struct chore *)(void *)j;
    int mine = 1;

    chore_db(t, db);
    if (!t->k->g->one_server)
        mine = lease_take(&t->c, t->work->name, t->k->seat.token, 2 * t->work->every);
    return mine > 0 ? t->work->run(&t->c) : mine;
}

/* The round that was on its way began before the change, so two are done; what fails is left to its
 * own time. */
enum { ROUNDS = 2 };

static void
count_round(struct keeper *k, int rc)
{
    int left = atomic_load(&k->rounds);

    if (rc <= 0 && left > 0)
        atomic_compare_exchange_strong(&k->rounds, &left, rc < 0 ? 0 : left - 1);
}

static void
chore_done(struct lane_job *j, int rc)
{
    struct chore *t = (struct chore *)(void *)j;

    if (t->work->at_once)
        count_round(t->k, rc);

    if (rc < 0)
        log_line(LOG_WARN, "chore", LOG_T("name", t->work->name), LOG_N("rc", rc),
                 LOG_T("detail", (const char *)t->c.err.detail));
    arena_close(t->c.a);
}

static bool
due(const struct keeper *k, const struct work *w, int64_t n)
{
    if (w->at_once && atomic_load(&k->rounds) > 0)
        return true;
    return n % w->every == w->at && !(w->by_age && health_clock_doubtful(k->g));
}

void
keeper_tick(struct keeper *k, int64_t n)
{
    if (n % SEAT_BEAT == 0 || !keeper_seated(k))
        beat(k);
    for (size_t i = 0; i < sizeof WORK / sizeof *WORK && keeper_seated(k); i++)
        if (due(k, &WORK[i], n)) {
            struct chore *t = chore_make(k, chore_work, chore_done);

            t->work = &WORK[i];
            chore_put(t);
        }
}

/* --- snapshots -------------------------------------------------------------------------------- */

static void
look_anew(struct keeper *k)
{
    const struct site *was = atomic_load(&k->g->site), *is = k->options->refresh(k->c, was);

    if (is == was)
        return;
    atomic_store(&k->g->site, is);
    atomic_store(&k->rounds, ROUNDS);
}

static void *
refresh_loop(void *arg)
{
    struct keeper *k = arg;
    const struct timespec pause = {.tv_nsec = 100000000};

    pthread_setname_np(pthread_self(), "refresh");
    for (int64_t n = 1; !atomic_load(&k->rest); n++) {
        nanosleep(&pause, NULL);
        if (n % 10 == 0)
            look_anew(k);
    }
    return NULL;
}

void
keeper_refresh(struct keeper *k, struct ctx *c, const struct serve_options *o)
{
    k->c = c;
    k->options = o;
    if (o->refresh)
        k->refreshing = pthread_create(&k->thread, NULL, refresh_loop, k) == 0;
}

void
keeper_rest(struct keeper *k)
{
    atomic_store(&k->rest, true);
    if (k->refreshing)
        pthread_join(k->thread, NULL);
    k->refreshing = false;
}

/* --- opening and closing ------------------------------------------------------------------ */

/* The first beat takes the seat; the lane bounds how long that can last. */
static bool
sit_down(struct keeper *k)
{
    const struct timespec pause = {.tv_nsec = 2000000};

    beat(k);
    while (atomic_load(&k->beating))
        nanosleep(&pause, NULL);
    return keeper_seated(k);
}

struct keeper *
keeper_open(struct ctx *c, struct gate *g)
{
    struct keeper *k = mem_get(sizeof *k);

    k->g = g;
    k->seat.number = SEAT_NONE;
    atomic_store(&k->number, SEAT_NONE);
    k->watch = seat_watch_open();
    if (sit_down(k))
        return k;
    fail(c, lane_stats(g->write[0].lane).rc == E_DOWN ? E_DOWN : E_SYS,
         N_("Không mở được cơ sở dữ liệu"), "no seat for this server");
    seat_watch_close(k->watch);
    mem_free(k);
    return NULL;
}

void
keeper_close(struct keeper *k, struct ctx *c)
{
    int rc;

    if (!k)
        return;
    keeper_rest(k);
    if (c->db && k->seat.number != SEAT_NONE && (rc = db_begin(c, DB_READ_WRITE)) == OK) {
        rc = seat_leave(c, &k->seat);
        if (rc < 0 || db_commit(c) < 0)
            db_rollback(c);             /* others see it stand still */
    }
    seat_watch_close(k->watch);
    mem_free(k);
}
