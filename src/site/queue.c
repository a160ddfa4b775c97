/*
 * From the socket's thread to a lane and back.  Reads go to the lane with the fewest requests; long
 * ones keep to the first half, so that a report never stands before a page.  A request with an
 * idempotency key goes to the lane of its key: one that is sent twice meets itself there.
 */
#include "base/err.h"
#include "base/log.h"
#include "base/now.h"
#include "site/gate.h"
#include "site/seats.h"

#define OF(ptr, member) ((struct visit *)(void *)((char *)(ptr) - offsetof(struct visit, member)))

enum { LANE_DEPTH = 4096, BATCH_MAX = 256, READ_DEPTH = 256, READS_EMBEDDED = 2, READS_SERVER = 4 };

/* What comes after a stage on a lane. */
static const enum visit_stage NEXT[] = {
    [VISIT_WHO] = VISIT_KNOWN,
    [VISIT_RUN] = VISIT_RAN,
    [VISIT_AGAIN] = VISIT_SHOWN,
    [VISIT_LOG] = VISIT_LOGGED,
};

/* --- which lane --- */

static struct gate_lane *
least(struct gate_lane *l, int from, int to)
{
    struct gate_lane *best = &l[from];

    for (int i = from + 1; i < to; i++)
        if (atomic_load(&l[i].load) < atomic_load(&best->load))
            best = &l[i];
    return best;
}

static struct gate_lane *
read_lane(struct gate *g, bool is_long)
{
    int half = g->inline_reads || g->reads == 1 ? 0 : g->reads / 2;

    if (half == 0)
        return least(g->read, 0, g->reads);
    return is_long ? least(g->read, 0, half) : least(g->read, half, g->reads);
}

static struct gate_lane *
write_lane(struct visit *v)
{
    const struct ctx *c = &v->r->c;
    uint64_t by = v->has_key ? (uint64_t)v->key : (uint64_t)c->account * 0x9E3779B97F4A7C15u >> 32;

    return &v->g->write[by % (unsigned)v->g->writes];
}

static struct gate_lane *
lane_of(struct visit *v, enum visit_stage stage)
{
    enum where where = gate_where(v);

    if (stage == VISIT_LOG || (stage == VISIT_RUN && where == RUN_WRITE_LANE))
        return write_lane(v);
    return read_lane(v->g, stage == VISIT_RUN && where == RUN_READ_LANE);
}

/* --- there and back --- */

static int
lane_work(struct lane_job *j, struct db *db)
{
    struct visit *v = OF(j, job);
    int rc;

    v->waited += now_mono_micros() - v->queued;
    v->queued = now_mono_micros();      /* when a failed commit has it run again */
    if (!v->g->one_server && v->lane < v->g->read)          /* of `write`, before it */
        db_lane_set(db, seat_lane(keeper_number(v->g->keeper), (int)(v->lane - v->g->write)));
    v->r->c.db = db;
    rc = gate_lane_work(v);
    v->r->c.db = NULL;
    v->worked = now_mono_micros();
    return rc;
}

static void
back(struct visit *v, int rc)
{
    v->rc = rc;
    v->stage = NEXT[v->stage];
    http_resume(v->r);
}

/* On a server's database the lanes share one fate; on SQLite a full disk stops writing alone. */
static void
note_down(struct gate *g, struct gate_lane *l, const char *detail)
{
    if (lane_stats(l->lane).rc != E_DOWN || atomic_exchange(&l->down, true))
        return;
    log_line(LOG_ERROR, "the database is away", LOG_T("detail", detail));
    for (int i = 0; i < g->writes && !g->inline_reads; i++)
        atomic_store(&g->write[i].down, true);
    for (int i = 0; i < g->reads && !g->inline_reads; i++)
        atomic_store(&g->read[i].down, true);
}

static void
lane_done(struct lane_job *j, int rc)
{
    struct visit *v = OF(j, job);

    atomic_fetch_sub(&v->lane->load, 1);
    if (v->worked)
        v->committed += now_mono_micros() - v->worked;
    if (rc == E_DOWN)
        note_down(v->g, v->lane, v->r->c.err.detail);
    back(v, v->repeated && v->stage == VISIT_RUN && rc != E_DOWN ? OK : rc);
}

void
gate_queue(struct visit *v, enum visit_stage stage)
{
    struct gate_lane *l = lane_of(v, stage);

    v->stage = stage;
    v->lane = l;
    v->job = (struct lane_job){.turn.who = v->owner, .work = lane_work, .done = lane_done,
                               .patient = stage == VISIT_LOG};
    v->queued = now_mono_micros();
    if (atomic_load(&l->down) || (l < v->g->read && !keeper_seated(v->g->keeper))) {
        back(v, fail(&v->r->c, E_DOWN, NULL, "the database is away, or the seat is lost"));
        return;
    }
    atomic_fetch_add(&l->load, 1);
    if (lane_put(l->lane, &v->job))
        return;
    atomic_fetch_sub(&l->load, 1);
    v->status = 503;
    back(v, fail(&v->r->c, E_SYS, NULL, "a full queue"));
}

/* --- how long may it wait? --- */

enum { REQUEST_SECONDS = 15, MICROS = 1000000 };

static int64_t
patience(const struct gate *g)
{
    int seconds = atomic_load(&g->site)->config.request_seconds;

    return (int64_t)(seconds > 0 ? seconds : REQUEST_SECONDS) * MICROS;
}

bool
gate_too_late(const struct visit *v)
{
    return now_mono_micros() - v->queued > patience(v->g);
}

void
gate_lanes_expire(struct gate *g)
{
    int64_t before = now_mono_micros() - patience(g);
    size_t n = 0;

    for (int i = 0; i < g->writes; i++)
        n += lane_expire(g->write[i].lane, before);
    for (int i = 0; i < g->reads; i++)
        n += lane_expire(g->read[i].lane, before);
    if (n > 0)
        log_line(LOG_WARN, "requests waited too long for the database", LOG_N("n", (int64_t)n));
}

/* --- is the database back? --- */

struct probe {
    struct lane_job job;
    struct gate_lane *lane;
    struct gate *gate;
    bool writes;
};

/* That a transaction could begin and end is the answer; on a full disk one that writes. */
static int
probe_work(struct lane_job *j, struct db *db)
{
    struct probe *p = (struct probe *)(void *)j;

    return p->writes ? health_pulse(p->gate, db) : OK;
}

static void
probe_done(struct lane_job *j, int rc)
{
    struct probe *p = (struct probe *)(void *)j;

    if (rc == OK) {
        atomic_store(&p->lane->down, false);
        log_line(LOG_INFO, "the database is back");
    }
    atomic_store(&p->lane->probed, false);
    mem_free(p);
}

static void
probe(struct gate *g, struct gate_lane *l, bool writes)
{
    struct probe *p;

    if (!atomic_load(&l->down) || atomic_exchange(&l->probed, true))
        return;
    p = mem_get(sizeof *p);
    *p = (struct probe){{.work = probe_work, .done = probe_done}, l, g, writes};
    if (lane_put(l->lane, &p->job))
        return;
    atomic_store(&l->probed, false);
    mem_free(p);
}

void
gate_lanes_probe(struct gate *g)
{
    for (int i = 0; i < g->writes; i++)
        probe(g, &g->write[i], true);
    for (int i = 0; i < g->reads; i++)
        probe(g, &g->read[i], false);
}

/* --- opening and closing --- */

static int
clamp(int n, int most, int otherwise)
{
    return n < 1 ? otherwise : n > most ? most : n;
}

int
gate_lanes_open(struct ctx *c, struct gate *g, const struct config *k)
{
    enum rc down = g->one_server ? E_SYS : E_DOWN;     /* a server may come, a file is there */
    int reads, writes;

    reads = clamp(k->read_lanes, READ_LANES_MAX, g->inline_reads ? READS_EMBEDDED : READS_SERVER);
    writes = db_inline(k->db) ? 1 : clamp(k->write_lanes, WRITE_LANES_MAX, 1);
    for (; g->writes < writes; g->writes++)
        if (!(g->write[g->writes].lane = lane_open(k->db, DB_READ_WRITE, LANE_DEPTH, BATCH_MAX)))
            return fail(c, down, N_("Không mở được cơ sở dữ liệu"), "write lane");
    for (; g->reads < reads; g->reads++)
        if (!(g->read[g->reads].lane = lane_open(k->db, DB_READ_ONLY, READ_DEPTH, 1)))
            return fail(c, down, N_("Không mở được cơ sở dữ liệu"), "read lane");
    return OK;
}

void
gate_lanes_close(struct gate *g)
{
    for (int i = 0; i < g->writes; i++)
        lane_close(g->write[i].lane);
    for (int i = 0; i < g->reads; i++)
        lane_close(g->read[i].lane);
}
