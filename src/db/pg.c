/* PostgreSQL behind engine.h: statements, rows, transactions.  See pg_internal.h. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/pg_internal.h"

enum { OID_BOOL = 16, OID_BYTEA = 17 };

static const struct query TX[TX__COUNT] = {
    [TX_BEGIN_READ] = {"begin_read", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"},
    [TX_BEGIN_WRITE] = {"begin_write", "BEGIN"},
    [TX_COMMIT] = {"commit", "COMMIT"},
    [TX_ROLLBACK] = {"rollback", "ROLLBACK"},
    [TX_SAVE] = {"savepoint", "SAVEPOINT job"},
    [TX_KEEP] = {"savepoint_keep", "RELEASE job"},
    [TX_UNDO] = {"savepoint_undo", "ROLLBACK TO job"},
};

/* --- opening ------------------------------------------------------------------------------- */

static void
pg_close(struct db *db)
{
    struct pg *s = (struct pg *)db;

    pg_disconnect(s);
    for (int i = 0; i < PG_BUCKETS; i++)
        for (struct pg_stmt *st = s->bucket[i], *next; st; st = next) {
            next = st->next;
            mem_free(st->sql);
            mem_free(st);
        }
    mem_free(s->url);
    mem_free(s);
}

static int
pg_open(struct ctx *c, const char *url, enum db_mode mode, struct db **out)
{
    struct pg *s = mem_get(sizeof *s);
    size_t n = strlen(url);
    int rc;

    s->db = (struct db){.engine = &engine_pg, .mode = mode, .answer_ms = -1, .lock_ms = 10000};
    s->url = memcpy(mem_get(n + 1), url, n);
    if ((rc = pg_connect(c, s)) < 0)
        return pg_close(&s->db), rc;
    *out = &s->db;
    return OK;
}

/* --- statements ---------------------------------------------------------------------------- */

/* The rows of one statement, complete in memory. */
struct answer {
    PGresult *r;
    int row, rows;
    struct raw { uint8_t *p; size_t cap; } raw; /* the last bytes decoded */
};

/* Outside a transaction a statement commits by itself: at the sync that follows it. */
static PGresult *
ask(struct pg *s, const struct query *q, const struct dbv *args, size_t n)
{
    uint64_t mine;
    PGresult *r;

    if (s->state == PG_NONE && !s->p)
        return NULL;
    if (!pg_send(s, q, args, n))
        return NULL;
    mine = s->tail;
    if (s->state != PG_NONE) {
        PQsendFlushRequest(s->p);
        return pg_read(s, mine);
    }
    pg_sync(s);
    r = pg_read(s, mine);
    if (s->p)
        PQclear(pg_read(s, s->tail)); /* a deferred key is checked at the commit */
    if (s->fault.rc < 0) {
        PQclear(r);
        r = NULL;
    }
    return r;
}

/* The fault of a statement by itself is over when it was told. */
static int
refused(struct ctx *c, struct pg *s)
{
    int rc;

    if (s->fault.rc == OK)
        s->fault = (struct err){E_SYS, DB_SORRY, "postgresql", "no answer"};
    rc = pg_refused(c, s);
    if (s->state == PG_NONE)
        s->fault = (struct err){0};
    return rc;
}

static int
ready(struct ctx *c, struct pg *s)
{
    if (s->p || s->state != PG_NONE)
        return OK;
    return pg_connect(c, s);
}

static void *
pg_start(struct ctx *c, const struct query *q, const struct dbv *args, size_t n, bool copy)
{
    struct pg *s = (struct pg *)c->db;
    struct answer *st;
    PGresult *r;

    (void)copy; /* the arguments are on their way when this returns */
    if (ready(c, s) < 0)
        return NULL;
    if (!(r = ask(s, q, args, n))) {
        refused(c, s);
        return NULL;
    }
    st = mem_get(sizeof *st);
    st->r = r;
    st->row = -1;
    st->rows = PQntuples(r);
    return st;
}

static int
pg_put(struct ctx *c, const struct query *q, const struct dbv *args, size_t n)
{
    struct pg *s = (struct pg *)c->db;
    int rc;

    if (s->state == PG_NONE) {
        rc = db_exec(c, q, args, n);
        return rc < 0 ? rc : OK;
    }
    return pg_send(s, q, args, n) ? OK : refused(c, s);
}

static int
pg_step(struct ctx *c, void *p)
{
    struct answer *st = p;

    (void)c;
    return ++st->row < st->rows;
}

static int
pg_changed(void *p)
{
    const struct answer *st = p;

    if (strncmp(PQcmdStatus(st->r), "SELECT", 6) == 0)
        return 0;
    return (int)strtol(PQcmdTuples(st->r), NULL, 10);
}

static void
pg_finish(void *p)
{
    struct answer *st = p;

    PQclear(st->r);
    mem_free(st->raw.p);
    mem_free(st);
}

static int64_t
pg_int(void *p, int col)
{
    const struct answer *st = p;
    const char *v = PQgetvalue(st->r, st->row, col);

    if (PQftype(st->r, col) == OID_BOOL)
        return *v == 't';
    return strtoll(v, NULL, 10); /* the fraction of an average falls off, as on SQLite */
}

static unsigned
nibble(char ch)
{
    return (unsigned)(ch <= '9' ? ch - '0' : ch - 'a' + 10);
}

/* "\x0a1b" */
static struct bytes
unhex(struct raw *raw, const char *v, size_t n)
{
    size_t len = n >= 2 ? (n - 2) / 2 : 0;

    if (len > raw->cap) {
        mem_free(raw->p);
        raw->p = mem_get(raw->cap = len);
    }
    for (size_t i = 0; i < len; i++)
        raw->p[i] = (uint8_t)(nibble(v[2 + 2 * i]) << 4 | nibble(v[3 + 2 * i]));
    return (struct bytes){raw->p, len};
}

static struct bytes
pg_bytes(void *p, int col)
{
    struct answer *st = p;
    const char *v = PQgetvalue(st->r, st->row, col);
    size_t n = (size_t)PQgetlength(st->r, st->row, col);

    switch (PQftype(st->r, col)) {
    case OID_BYTEA: return unhex(&st->raw, v, n);
    case OID_BOOL: return (struct bytes){(const uint8_t *)(*v == 't' ? "1" : "0"), n};
    default: return (struct bytes){(const uint8_t *)v, n};
    }
}

static bool
pg_null(void *p, int col)
{
    const struct answer *st = p;

    return PQgetisnull(st->r, st->row, col);
}

/* --- transactions -------------------------------------------------------------------------- */

static bool
pg_in_transaction(struct db *db)
{
    struct pg *s = (struct pg *)db;

    return s->state == PG_OPEN || s->state == PG_FAILED;
}

/* Costs no round trip: the sync before it makes sure that it is not skipped. */
void
pg_roll_back(struct pg *s)
{
    pg_ignore_from(s, 0);
    if (s->tail != s->head)
        pg_sync(s);
    s->state = PG_OPEN;
    s->saved = 0;
    if (pg_send(s, &TX[TX_ROLLBACK], NO_ARGS))
        pg_sync(s);
    pg_ignore_from(s, 0);
    pg_flush(s);
}

static int
begin(struct ctx *c, struct pg *s, enum tx t)
{
    int rc;

    s->state = PG_NONE;
    s->saved = 0;
    s->fault = (struct err){0};
    if ((rc = ready(c, s)) < 0)
        return rc;
    if (!pg_send(s, &TX[t], NO_ARGS))
        return refused(c, s);
    s->state = PG_OPEN;
    s->reads = t == TX_BEGIN_READ;
    return OK;
}

static int
roll_back(struct pg *s)
{
    if (s->p && (s->state == PG_OPEN || s->state == PG_FAILED))
        pg_roll_back(s);
    s->state = PG_NONE;
    s->fault = (struct err){0};
    return OK;
}

static int
commit(struct ctx *c, struct pg *s)
{
    PGresult *r;
    bool ok;
    int rc;

    if (s->state != PG_OPEN || !pg_send(s, &TX[TX_COMMIT], NO_ARGS)) {
        rc = refused(c, s);
        roll_back(s);
        return rc;
    }
    pg_sync(s);
    if (s->reads) { /* nothing to wait for */
        pg_ignore_from(s, 0);
        pg_flush(s);
        s->state = PG_NONE;
        return OK;
    }
    r = pg_read(s, s->tail - 1);
    ok = s->fault.rc == OK && r && strcmp(PQcmdStatus(r), "COMMIT") == 0;
    PQclear(r);
    if (ok) {
        s->state = PG_NONE;
        return OK;
    }
    rc = refused(c, s);
    roll_back(s);
    return rc;
}

static int
save(struct ctx *c, struct pg *s)
{
    if (!pg_send(s, &TX[TX_SAVE], NO_ARGS))
        return refused(c, s);
    s->saved = s->tail;
    return OK;
}

static int
keep(struct ctx *c, struct pg *s)
{
    if (s->state != PG_OPEN || !pg_send(s, &TX[TX_KEEP], NO_ARGS))
        return refused(c, s);
    s->saved = 0;
    return OK;
}

/* What the job queued may have failed already, unread: behind a sync the undoing is not skipped. */
static int
undo(struct ctx *c, struct pg *s)
{
    if (s->state == PG_GONE)
        return refused(c, s);
    pg_ignore_from(s, s->saved);
    if (s->tail != s->head)
        pg_sync(s);
    s->state = PG_OPEN;
    s->fault = (struct err){0};
    return pg_send(s, &TX[TX_UNDO], NO_ARGS) ? OK : refused(c, s);
}

static int
pg_tx(struct ctx *c, enum tx t)
{
    struct pg *s = (struct pg *)c->db;

    switch (t) {
    case TX_BEGIN_READ:
    case TX_BEGIN_WRITE: return begin(c, s, t);
    case TX_COMMIT: return commit(c, s);
    case TX_ROLLBACK: return roll_back(s);
    case TX_SAVE: return save(c, s);
    case TX_KEEP: return keep(c, s);
    case TX_UNDO: return undo(c, s);
    default: return E_SYS;
    }
}

/* --- the rest ------------------------------------------------------------------------------ */

static bool
pg_has_table(struct ctx *c, const char *name)
{
    static const struct query q = {"has_table", "SELECT to_regclass($1) IS NOT NULL"};

    return db_int(c, 0, &q, ARGS(qt(name))) == 1;
}

/* The simple protocol, for what a pipeline cannot carry; pg_pipeline() goes back. */
static bool
leave_pipeline(struct ctx *c, struct pg *s)
{
    if (ready(c, s) < 0)
        return false;
    if (s->p && s->tail != s->head) {
        pg_sync(s);
        PQclear(pg_read(s, s->tail));
    }
    if (!s->p || s->fault.rc < 0 || s->state == PG_FAILED || s->state == PG_GONE) {
        refused(c, s);
        return false;
    }
    return PQexitPipelineMode(s->p) && PQsetnonblocking(s->p, 0) == 0;
}

/* What the simple protocol said, the last of its results; then the pipeline again. */
static int
back_to_pipeline(struct ctx *c, struct pg *s, const char *name, PGresult *r)
{
    ExecStatusType status = PQresultStatus(r);

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        pg_fault(s, name, r, s->head);
        if (s->state == PG_OPEN)
            s->state = PG_FAILED;
    }
    PQclear(r);
    if (PQstatus(s->p) == CONNECTION_BAD || PQsetnonblocking(s->p, 1) != 0 ||
        !PQenterPipelineMode(s->p))
        pg_lost(s);
    return s->fault.rc < 0 ? refused(c, s) : OK;
}

static int
pg_script(struct ctx *c, const char *sql)
{
    struct pg *s = (struct pg *)c->db;

    if (!leave_pipeline(c, s))
        return c->err.rc;
    return back_to_pipeline(c, s, "script", PQexec(s->p, sql));
}

static int
pg_copy_begin(struct ctx *c, const char *sql)
{
    struct pg *s = (struct pg *)c->db;
    PGresult *r;

    if (!leave_pipeline(c, s))
        return c->err.rc;
    r = PQexec(s->p, sql);
    if (PQresultStatus(r) != PGRES_COPY_IN)
        return back_to_pipeline(c, s, "copy", r);
    PQclear(r);
    return OK;
}

static int
pg_copy_data(struct ctx *c, const void *p, size_t n)
{
    struct pg *s = (struct pg *)c->db;

    if (s->p && PQputCopyData(s->p, p, (int)n) == 1)
        return OK;
    return fail(c, E_DOWN, DB_SORRY, "copy: the connection is lost");
}

static int
pg_copy_end(struct ctx *c, bool keep)
{
    struct pg *s = (struct pg *)c->db;
    PGresult *r = NULL;

    if (!s->p || s->state != PG_OPEN)
        return refused(c, s);
    PQputCopyEnd(s->p, keep ? NULL : "given up");
    for (PGresult *next; (next = PQgetResult(s->p)) != NULL; r = next)
        PQclear(r);
    return back_to_pipeline(c, s, "copy", r);
}

static const struct ddl_word WORDS[] = {
    {"ID64", "BIGINT"}, {"BIGINT", "BIGINT"}, {"BLOB", "BYTEA"}, {"STRICT", ""},
    {"CLUSTERED", ""}, {NULL, NULL},
};

const struct engine engine_pg = {
    .name = "pg",
    .words = WORDS,
    .migrate_lock = {"migrate_lock", "SELECT pg_advisory_xact_lock(7166272617)"},
    .open = pg_open,
    .close = pg_close,
    .in_transaction = pg_in_transaction,
    .has_table = pg_has_table,
    .script = pg_script,
    .copy_begin = pg_copy_begin,
    .copy_data = pg_copy_data,
    .copy_end = pg_copy_end,
    .tx = pg_tx,
    .start = pg_start,
    .put = pg_put,
    .step = pg_step,
    .changed = pg_changed,
    .finish = pg_finish,
    .get_int = pg_int,
    .get_bytes = pg_bytes,
    .is_null = pg_null,
};
