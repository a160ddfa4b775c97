#include "site/health.h"

#include "base/err.h"
#include "base/id.h"
#include "base/log.h"
#include "base/now.h"
#include "mod/dossiers/dossiers_watch.h"
#include "site/gate.h"
#include "site/health_sql.h"
#include "site/unusual.h"
#include "site/site_sql.h"

enum {
    PROBE_ARENA = 4 << 20,
    LOOK_EVERY = 15,            /* seconds between two looks at outbox, newest event and schema */
    PULSE_EVERY = 10,           /* between two signs of life; every second while they fail */
    STORE_EVERY = 10,
    DAMAGE_EVERY = 3,
    DAMAGE_SECONDS = 600,       /* that the walk over a damaged database may last */
    STUCK = 5,                  /* seconds after which what does not come back is stuck */
    STALE = 20,                 /* after which the watch itself is */
    JUMP = 2,                   /* seconds that the clock may run off from one second to the next */
    DOUBT_FROM = 600,           /* a jump as long as that is doubted ... */
    DOUBT_FOR = 3600,           /* ... for so long */
    BEHIND_FROM = 300,          /* servers' clocks may differ; more is told */
    TELL_AGAIN = 600,
    MICROS = 1000000
};

/* A job that comes round; it is put again only when it is back. */
struct probe {
    struct lane_job job;
    struct health *h;
    struct arena *a;
    struct ctx c;
    int (*run)(struct health *h, struct ctx *c);
    atomic_bool out;
    atomic_int rc;
    _Atomic int64_t since;      /* now_mono_micros() of the last time it was put, or came back */
};

struct health {
    struct gate *g;
    struct lane *lane;          /* of the reading probe: others may be busy with a report */
    struct probe read, write, damage;
    int64_t round;
    atomic_bool store_bad, schema_bad;
    _Atomic int64_t outbox_waiting, outbox_oldest, look_alarms, newest, ticked, doubt_until;
    counter jumps;
    int64_t started, wall, mono, told;      /* main thread's own */
};

/* --- the probes: on lanes --- */

static int
probe_work(struct lane_job *j, struct db *db)
{
    struct probe *p = (struct probe *)(void *)j;

    arena_reset(p->a);
    ctx_init(&p->c, p->a);
    p->c.site = atomic_load(&p->h->g->site);
    p->c.db = db;
    return p->run(p->h, &p->c);
}

static void
probe_done(struct lane_job *j, int rc)
{
    struct probe *p = (struct probe *)(void *)j;
    int before = atomic_exchange(&p->rc, rc);

    if (rc < 0 && before == OK)
        log_line(LOG_ERROR, "not ready", LOG_T("detail", (const char *)p->c.err.detail));
    else if (rc == OK && before < 0)
        log_line(LOG_INFO, "ready again");
    atomic_store(&p->since, now_mono_micros());
    atomic_store(&p->out, false);
}

static void
probe_put(struct probe *p, struct lane *lane)
{
    if (atomic_load(&p->out))
        return;
    atomic_store(&p->since, now_mono_micros());
    atomic_store(&p->out, true);
    p->job = (struct lane_job){.work = probe_work, .done = probe_done};
    if (!lane_put(lane, &p->job))
        atomic_store(&p->out, false);
}

static int64_t
later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* The newest moment that the database knows of: an event's, or a server's sign of life. */
static int
look_at_newest(struct health *h, struct ctx *c)
{
    int64_t id, pulse;

    c->err.rc = OK;
    id = dossiers_newest_event(c);
    pulse = health_sql_newest_pulse(c);
    if (c->err.rc < 0)
        return c->err.rc;
    id_after(id);
    atomic_store(&h->newest, later(id ? id_time(id) : 0, pulse));
    return OK;
}

static int
look(struct health *h, struct ctx *c)
{
    struct outbox_state o;
    int rc = db_check_schema(c);

    atomic_store(&h->schema_bad, rc == E_CONFLICT);
    if (rc < 0 || (rc = look_at_newest(h, c)) < 0 ||
        (rc = dossiers_outbox_state(c, OUTBOX_COUNTED, &o)) < 0)
        return rc;
    atomic_store(&h->outbox_waiting, o.waiting);
    atomic_store(&h->outbox_oldest, o.oldest);
    atomic_store(&h->look_alarms, unusual_all_open(c));
    return OK;
}

static int
read_probe(struct health *h, struct ctx *c)
{
    return h->round++ % LOOK_EVERY == 0 ? look(h, c) : site_sql_alive(c);
}

/* Again and again until it is whole: mended or restored. */
static int
damage_probe(struct health *h, struct ctx *c)
{
    (void)h;
    db_look_for_damage(c, c->site->config.db, DAMAGE_SECONDS);
    return OK;
}

static int
write_probe(struct health *h, struct ctx *c)
{
    return health_pulse(h->g, c->db);
}

int
health_pulse(const struct gate *g, struct db *db)
{
    struct arena *a = arena_open(1 << 16);
    struct ctx c;
    int rc;

    ctx_init(&c, a);
    c.db = db;
    rc = health_sql_pulse(&c, keeper_number(g->keeper));
    arena_close(a);
    return rc;
}

static void
probe_open(struct probe *p, struct health *h, int (*run)(struct health *h, struct ctx *c))
{
    p->h = h;
    p->run = run;
    p->a = arena_open(PROBE_ARENA);
    p->since = now_mono_micros();
}

/* --- the clock: held against the one that nobody can set --- */

static void
watch_clock(struct health *h)
{
    int64_t wall = now_millis(), mono = now_mono_micros(), off;

    off = (wall - h->wall - (mono - h->mono) / 1000) / 1000;
    h->wall = wall;
    h->mono = mono;
    if (now_is_set() || (off > -JUMP && off < JUMP))
        return;
    counter_add(&h->jumps, 1);
    log_line(LOG_WARN, "the clock jumped", LOG_N("seconds", off));
    if (off > -DOUBT_FROM && off < DOUBT_FROM)
        return;
    atomic_store(&h->doubt_until, mono + (int64_t)DOUBT_FOR * MICROS);
    log_line(LOG_WARN, "nothing is deleted by age until the clock was right for a while",
             LOG_N("seconds", DOUBT_FOR));
}

static int64_t
behind(const struct health *h)
{
    int64_t by = atomic_load(&h->newest) - now_seconds();

    return by > BEHIND_FROM && !now_is_set() ? by : 0;
}

static void
tell_behind(struct health *h)
{
    int64_t by = behind(h);

    if (by == 0 || (h->told && h->mono - h->told < (int64_t)TELL_AGAIN * MICROS))
        return;
    h->told = h->mono;
    log_line(LOG_ERROR, "the clock runs before the newest event: set it right",
             LOG_N("seconds", by));
}

/* --- the round --- */

struct health *
health_open(struct ctx *c, struct gate *g)
{
    struct health *h = mem_get(sizeof *h);

    h->g = g;
    h->started = h->mono = now_mono_micros();
    h->wall = now_millis();
    atomic_store(&h->ticked, h->mono);
    if (c->db && look_at_newest(h, c) == OK)    /* ids and warnings before the first request */
        tell_behind(h);
    probe_open(&h->read, h, read_probe);
    probe_open(&h->write, h, write_probe);
    probe_open(&h->damage, h, damage_probe);
    h->lane = lane_open(atomic_load(&g->site)->config.db, DB_READ_ONLY, 4, 1);
    if (h->lane)
        return h;
    fail(c, E_SYS, N_("Không mở được cơ sở dữ liệu"), "the watch's lane");
    health_close(h);
    return NULL;
}

/* After the write lane was closed: the probe may be in it. */
void
health_close(struct health *h)
{
    if (!h)
        return;
    lane_close(h->lane);
    arena_close(h->read.a);
    arena_close(h->write.a);
    arena_close(h->damage.a);
    mem_free(h);
}

void
health_tick(struct gate *g, int64_t n)
{
    struct health *h = g->health;

    watch_clock(h);
    tell_behind(h);
    probe_put(&h->read, h->lane);
    if (n % PULSE_EVERY == 0 || atomic_load(&h->write.rc) < 0 || atomic_load(&g->write[0].down))
        probe_put(&h->write, g->write[0].lane);
    if (db_damaged() && n % DAMAGE_EVERY == 0)
        probe_put(&h->damage, h->lane);
    if (n % STORE_EVERY == 0 || atomic_load(&h->store_bad))
        atomic_store(&h->store_bad, g->store && !store_probe(g->store));
    atomic_store(&h->ticked, h->mono);
}

bool
health_clock_doubtful(const struct gate *g)
{
    return now_mono_micros() < atomic_load(&g->health->doubt_until);
}

/* --- what is said of it --- */

static int64_t
age(int64_t since)
{
    return (now_mono_micros() - since) / MICROS;
}

static bool
stuck(const struct probe *p)
{
    return atomic_load(&p->out) && age(atomic_load(&p->since)) >= STUCK;
}

struct reason {
    bool (*is)(const struct gate *g);
    const char *say;
};

static bool
reads_fail(const struct gate *g)
{
    return atomic_load(&g->health->read.rc) < 0 || stuck(&g->health->read);
}

static bool
schema_bad(const struct gate *g)
{
    return atomic_load(&g->health->schema_bad);
}

static bool
writes_fail(const struct gate *g)
{
    for (int i = 0; i < g->writes; i++)
        if (atomic_load(&g->write[i].down) || lane_stats(g->write[i].lane).rc == E_DOWN)
            return true;
    return atomic_load(&g->health->write.rc) < 0;
}

static bool
lane_stuck(const struct gate *g)
{
    for (int i = 0; i < g->writes; i++) {
        struct lane_stats s = lane_stats(g->write[i].lane);

        if (s.busy_since && age(s.busy_since) >= STUCK)
            return true;
    }
    return stuck(&g->health->write);
}

static bool
store_bad(const struct gate *g)
{
    return atomic_load(&g->health->store_bad);
}

static bool
damaged(const struct gate *g)
{
    (void)g;
    return db_damaged();
}

static bool
no_snapshots(const struct gate *g)
{
    const struct site *s = atomic_load(&g->site);

    return !s->catalogue || !s->agencies || !s->calendar || !s->rules;
}

static bool
watch_asleep(const struct gate *g)
{
    return age(atomic_load(&g->health->ticked)) >= STALE;
}

static bool
no_seat(const struct gate *g)
{
    return !keeper_seated(g->keeper);
}

static const struct reason REASONS[] = {
    {no_seat, "this server lost its seat among the others"},
    {reads_fail, "the database cannot be read"},
    {schema_bad, "the database's schema is not the program's"},
    {writes_fail, "the database cannot be written"},
    {damaged, "the database is damaged: motcua check --deep, motcua restore"},
    {lane_stuck, "the write lane is stuck"},
    {store_bad, "the store of files cannot be written"},
    {no_snapshots, "the catalogue is not loaded"},
    {watch_asleep, "the watch does not come round"},
};

bool
health_say(const struct gate *g, struct buf *b)
{
    bool ready = true;
    int64_t by;

    if (!atomic_load(&g->started)) {
        buf_lit(b, "not ready: waiting for the database\n");
        return false;
    }
    by = behind(g->health);
    for (size_t i = 0; i < sizeof REASONS / sizeof *REASONS; i++)
        if (REASONS[i].is(g)) {
            buf_fmt(b, "not ready: %s\n", REASONS[i].say);
            ready = false;
        }
    if (by)
        buf_fmt(b, "warning: the clock runs %" PRId64 " s before the newest event\n", by);
    if (health_clock_doubtful(g))
        buf_lit(b, "warning: the clock jumped; nothing is deleted by age for a while\n");
    intake_say(g, b);
    return ready;
}

struct health_view
health_view(const struct gate *g)
{
    const struct health *h = g->health;
    struct arena *a = arena_open(1 << 16);
    struct buf b;
    struct health_view v;

    buf_init(&b, a, 4096);
    v = (struct health_view){
        .ready = health_say(g, &b),
        .outbox_waiting = atomic_load(&h->outbox_waiting),
        .outbox_oldest = atomic_load(&h->outbox_oldest),
        .look_alarms = atomic_load(&h->look_alarms),
        .clock_behind = behind(h),
        .clock_jumps = counter_read(&h->jumps),
        .started = h->started,
    };
    arena_close(a);
    return v;
}
