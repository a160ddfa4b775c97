/* The engine-neutral half: rows, transactions, and which engine a URL means. */
#include "db/db.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/now.h"
#include "db/batch.h"
#include "db/engine.h"

/* How addresses begin, and whose they are. */
static const struct { const char *scheme; const struct engine *engine; } ENGINES[] = {
    {"sqlite:", &engine_sqlite},
    {"postgresql://", &engine_pg},
    {"postgres://", &engine_pg},
};
enum { ENGINES_N = sizeof ENGINES / sizeof *ENGINES };

static const struct engine *
engine_of(const char *url)
{
    for (size_t i = 0; i < ENGINES_N; i++) {
        size_t n = strlen(ENGINES[i].scheme);

        if (strncmp(url, ENGINES[i].scheme, n) == 0 && url[n])
            return ENGINES[i].engine;
    }
    return NULL;
}

int
db_open(struct ctx *c, const char *url, enum db_mode mode, struct db **out)
{
    const struct engine *e = engine_of(url);

    *out = NULL;
    if (e)
        return e->open(c, url, mode, out);
    return fail(c, E_INVALID, DB_SORRY,
                "database address '%s' is not of the form sqlite:PATH or postgresql://...",
                db_mask(c->a, url));
}

void
db_close(struct db *db)
{
    if (db)
        db->engine->close(db);
}

bool
db_inline(const char *url)
{
    return engine_of(url) == &engine_sqlite;
}

bool
db_read_only(const struct ctx *c)
{
    return c->db->mode == DB_READ_ONLY;
}

int
db_lane(const struct ctx *c)
{
    return c->db->lane;
}

void
db_lane_set(struct db *db, int lane)
{
    db->lane = lane;
}

void
db_bounded(struct db *db)
{
    if (db->engine->patience)
        db->engine->patience(db, DB_SINGLE);
}

bool
db_down(const struct db *db)
{
    return db->down;
}

static int
noted(struct ctx *c, int rc)
{
    c->db->down = c->db->down || rc == E_DOWN || rc == E_AGAIN;
    return rc;
}

/* --- what statements cost: by the coarse clock, which is nearly free --- */

static atomic_int slow_millis;

void
db_slow(int millis)
{
    atomic_store(&slow_millis, millis);
}

static void
spent(struct ctx *c, const struct query *q, int64_t micros)
{
    int most = atomic_load_explicit(&slow_millis, memory_order_relaxed);

    c->spent.statements++;
    c->spent.micros += micros;
    if (micros > c->spent.slowest_micros) {
        c->spent.slowest_micros = micros;
        c->spent.slowest = q->name;
    }
    if (most > 0 && micros >= (int64_t)most * 1000)
        log_line(LOG_WARN, "slow statement", LOG_T("id", (const char *)c->request_id),
                 LOG_T("query", q->name), LOG_N("us", micros));
}

static int
exec(struct ctx *c, const struct query *q, const struct dbv *args, size_t n)
{
    const struct engine *e = c->db->engine;
    void *st = e->start(c, q, args, n, false);
    int rc;

    if (!st)
        return noted(c, c->err.rc);
    while ((rc = e->step(c, st)) > 0)
        continue;
    if (rc == 0)
        rc = e->changed(st);
    e->finish(st);
    return noted(c, rc);
}

int
db_exec(struct ctx *c, const struct query *q, const struct dbv *args, size_t n)
{
    int64_t start = now_mono_coarse();
    int rc = exec(c, q, args, n);

    spent(c, q, now_mono_coarse() - start);
    return rc;
}

int
db_put(struct ctx *c, const struct query *q, const struct dbv *args, size_t n)
{
    int64_t start = now_mono_coarse();
    int rc = c->db->engine->put ? c->db->engine->put(c, q, args, n) : exec(c, q, args, n);

    spent(c, q, now_mono_coarse() - start);
    return noted(c, rc < 0 ? rc : OK);
}

int
db_add(struct ctx *c, const struct query *q, const struct dbv *args, size_t keys, size_t sums)
{
    if (c->db->batch)
        return batch_add(c->db->batch, q, args, keys, sums);
    return db_put(c, q, args, keys + sums);
}

int64_t
db_number(struct ctx *c, const struct query *take, const struct query *give,
          const struct dbv *key, size_t n)
{
    struct dbv args[16];

    if (c->db->batch)
        return batch_number(c, c->db->batch, take, give, key, n);
    assert(n < sizeof args / sizeof *args);
    memcpy(args, key, n * sizeof *args);
    args[n] = qi(1);
    return db_int(c, 0, take, args, n + 1);
}

void
db_rows(struct ctx *c, struct rows *r, const struct query *q, const struct dbv *args, size_t n)
{
    int64_t start = now_mono_coarse();

    *r = (struct rows){.c = c, .q = q, .st = c->db->engine->start(c, q, args, n, true)};
    r->micros = now_mono_coarse() - start;
    if (!r->st)
        r->rc = noted(c, c->err.rc);
}

void
db_walk(struct ctx *c, struct rows *r, const struct query *q, const struct dbv *args, size_t n)
{
    const struct engine *e = c->db->engine;

    assert(e->in_transaction(c->db));
    *r = (struct rows){.c = c,
                       .st = e->walk ? e->walk(c, q, args, n) : e->start(c, q, args, n, true)};
    if (!r->st)
        r->rc = c->err.rc;
}

bool
db_next(struct rows *r)
{
    int64_t start;
    int rc;

    if (!r->st || r->rc < 0)
        return false;
    start = now_mono_coarse();
    rc = r->c->db->engine->step(r->c, r->st);
    r->micros += now_mono_coarse() - start;
    if (rc < 0)
        r->rc = noted(r->c, rc);
    return rc > 0;
}

int
db_done(struct rows *r)
{
    if (r->st)
        r->c->db->engine->finish(r->st);
    if (r->q)
        spent(r->c, r->q, r->micros);
    r->st = NULL;
    r->q = NULL;
    return r->rc;
}

int64_t
row_int(struct rows *r, int col)
{
    return r->c->db->engine->get_int(r->st, col);
}

const char *
row_text(struct rows *r, int col)
{
    struct bytes b = r->c->db->engine->get_bytes(r->st, col);

    return arena_strn(r->c->a, (const char *)b.p, b.n);
}

struct bytes
row_bytes(struct rows *r, int col)
{
    struct bytes b = r->c->db->engine->get_bytes(r->st, col);

    return (struct bytes){(const uint8_t *)arena_strn(r->c->a, (const char *)b.p, b.n), b.n};
}

const char *
row_hex(struct rows *r, int col)
{
    struct bytes b = row_bytes(r, col);

    return b.n ? hash_hex(r->c->a, b.p, b.n) : "";
}

bool
row_null(struct rows *r, int col)
{
    return r->c->db->engine->is_null(r->st, col);
}

int
db_one(struct ctx *c, struct rows *r, const char *say, const struct query *q,
       const struct dbv *args, size_t n)
{
    int rc;

    db_rows(c, r, q, args, n);
    if (db_next(r))
        return OK;
    rc = db_done(r);
    return rc < 0 ? rc : fail(c, E_NOTFOUND, say, "%s: no row", q->name);
}

int64_t
db_int(struct ctx *c, int64_t none, const struct query *q, const struct dbv *args, size_t n)
{
    struct rows r;
    int64_t v = none;

    db_rows(c, &r, q, args, n);
    if (db_next(&r) && !row_null(&r, 0))
        v = row_int(&r, 0);
    return db_done(&r) < 0 ? none : v;
}

static int
tx(struct ctx *c, enum tx t)
{
    return c->db->engine->tx(c, t);
}

int
db_begin(struct ctx *c, enum db_mode mode)
{
    assert(!c->db->engine->in_transaction(c->db));
    assert(mode == DB_READ_ONLY || c->db->mode != DB_READ_ONLY);
    c->db->down = false;
    return tx(c, mode == DB_READ_ONLY ? TX_BEGIN_READ : TX_BEGIN_WRITE);
}

int
db_commit(struct ctx *c)
{
    return tx(c, TX_COMMIT);
}

/* Nothing can be done about a failing roll-back: the next begin tells. */
void
db_rollback(struct ctx *c)
{
    struct err kept = c->err;

    tx(c, TX_ROLLBACK);
    c->err = kept;
}

/* Outside a transaction a savepoint would begin one of its own and its release commit it. */
int
db_savepoint(struct ctx *c)
{
    if (!c->db->engine->in_transaction(c->db))
        return fail(c, E_SYS, DB_SORRY, "savepoint without a transaction");
    return tx(c, TX_SAVE);
}

int
db_savepoint_keep(struct ctx *c)
{
    return tx(c, TX_KEEP);
}

void
db_savepoint_undo(struct ctx *c)
{
    struct err kept = c->err;

    if (c->db->engine->in_transaction(c->db) && (tx(c, TX_UNDO) < 0 || tx(c, TX_KEEP) < 0))
        db_rollback(c); /* a half-undone job must not be committed with its neighbours */
    c->err = kept;
}

bool
db_in_transaction(struct ctx *c)
{
    return c->db->engine->in_transaction(c->db);
}
