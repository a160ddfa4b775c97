#include "site/exporting.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "base/date.h"
#include "base/err.h"
#include "base/log.h"
#include "base/now.h"
#include "mod/deadlines/rules.h"
#include "mod/owner/owner.h"
#include "site/errand.h"
#include "site/gate.h"

enum { PAUSE_MILLIS = 100, LOOK_EVERY = 10, ARENA = 256 << 20, SMALL = 16 << 20,
       BEAT_MICROS = 2000000 };

struct exporting {
    struct gate *g;
    pthread_t thread;
    bool runs;
    atomic_bool rest;
};

/* One copy on its way. */
struct making {
    struct exporting *e;
    struct store_put *put;
    struct export x;
    int64_t beaten;
};

static bool
sink(void *user, const void *bytes, size_t n)
{
    return store_write(((struct making *)user)->put, bytes, n);
}

static int
beat(struct ctx *c, void *arg)
{
    return owner_export_beat(c, arg);
}

static int
done(struct ctx *c, void *arg)
{
    return owner_export_done(c, arg);
}

/* A short transaction of the write lane with an arena of its own. */
static int
say(struct exporting *e, int (*run)(struct ctx *c, void *arg), void *arg)
{
    struct arena *a = arena_open(SMALL);
    struct ctx c;
    int rc;

    ctx_init(&c, a);
    c.now = now_seconds();
    c.site = atomic_load(&e->g->site);
    rc = errand(e->g, &c, run, arg);
    arena_close(a);
    return rc;
}

static bool
step(void *user, int64_t n, int64_t total)
{
    struct making *m = user;
    int64_t now = now_mono_micros();

    m->x.done = n;
    m->x.total = total;
    if (atomic_load(&m->e->rest))
        return false;
    if (now - m->beaten < BEAT_MICROS)
        return true;
    m->beaten = now;
    return say(m->e, beat, &m->x) == OK;
}

static int
write_copy(struct making *m, struct ctx *c)
{
    int rc = db_open(c, c->site->config.db, DB_READ_ONLY, &c->db);

    if (rc < 0)
        return rc;
    rc = owner_export_write(c, m->e->g->store, sink, step, m);
    db_close(c->db);
    c->db = NULL;
    return rc;
}

/* Into the store, then into its row: what no row names the sweep removes. */
static int
keep(struct making *m, struct ctx *c, char name[STORE_NAME])
{
    const struct owner_rule *r = rules_owner(c->site->rules, vn_day(now_seconds()));
    struct store_put *put = m->put;

    m->x.bytes = store_size(put);
    m->put = NULL;
    if (!store_keep(put, name))
        return fail(c, E_SYS, NULL, "the store does not keep it");
    m->x.content = name;
    m->x.state = EXPORT_READY;
    m->x.until_at = now_seconds() + (int64_t)r->copy_days * DAY_SECONDS;
    return say(m->e, done, &m->x);
}

static void
make(struct exporting *e, struct export x)
{
    struct making m = {.e = e, .x = x, .beaten = now_mono_micros()};
    struct arena *a = arena_open(ARENA);
    int64_t began = now_mono_micros();
    char name[STORE_NAME];
    struct ctx c;
    int rc;

    ctx_init(&c, a);
    c.now = now_seconds();
    c.site = atomic_load(&e->g->site);
    c.account = x.account;
    m.put = store_begin(e->g->store);
    rc = m.put ? write_copy(&m, &c) : fail(&c, E_SYS, NULL, "the store takes nothing");
    if (rc == OK)
        rc = keep(&m, &c, name);
    store_drop(m.put);
    log_line(rc < 0 ? LOG_WARN : LOG_INFO, "a copy of a person's data", LOG_N("rc", rc),
             LOG_N("dossiers", m.x.total), LOG_N("bytes", m.x.bytes),
             LOG_N("ms", (now_mono_micros() - began) / 1000),
             LOG_T("detail", (const char *)c.err.detail));
    if (rc < 0 && rc != E_DOWN && rc != E_CONFLICT) {
        m.x.state = EXPORT_FAILED;
        m.x.content = "";
        say(e, done, &m.x);
    }
    arena_close(a);
}

/* --- the round --- */

struct found { struct export next, over; bool some; };

static int
take(struct ctx *c, void *arg)
{
    struct found *f = arg;
    int rc = owner_export_claim(c, &f->next);

    return rc < 0 ? rc : owner_export_expire(c, &f->over);
}

static bool
look(struct exporting *e, struct ctx *c)
{
    bool some = false;

    if (!(c->db = gate_read_db(e->g, c)))
        return false;
    if (owner_export_due(c, &some) < 0)
        some = false;
    c->db = NULL;
    return some;
}

static void
one_round(struct exporting *e)
{
    struct arena *a = arena_open(SMALL);
    struct found f = {.some = false};
    struct ctx c;

    ctx_init(&c, a);
    c.now = now_seconds();
    c.site = atomic_load(&e->g->site);
    if (!health_clock_doubtful(e->g) && look(e, &c) && errand(e->g, &c, take, &f) == OK) {
        if (f.over.account && *f.over.content)
            store_remove_old(e->g->store, f.over.content, INT64_MAX);
        if (f.next.account)
            make(e, f.next);
    }
    arena_close(a);
}

static void *
loop(void *arg)
{
    const struct timespec pause = {.tv_nsec = PAUSE_MILLIS * 1000000L};
    struct exporting *e = arg;

    pthread_setname_np(pthread_self(), "exporting");
    for (int turn = 0; !atomic_load(&e->rest); turn++) {
        if (turn % LOOK_EVERY == 0)
            one_round(e);
        nanosleep(&pause, NULL);
    }
    return NULL;
}

struct exporting *
exporting_open(struct gate *g)
{
    struct exporting *e;

    if (!g->store)
        return NULL;
    e = mem_get(sizeof *e);
    e->g = g;
    e->runs = pthread_create(&e->thread, NULL, loop, e) == 0;
    return e;
}

void
exporting_close(struct exporting *e)
{
    if (!e)
        return;
    atomic_store(&e->rest, true);
    if (e->runs)
        pthread_join(e->thread, NULL);
    mem_free(e);
}
