/* PostgreSQL behind engine.h: statements, rows, transactions.  See pg_internal.h. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/pg_internal.h"

#define PIECE "FETCH 500 FROM"

enum { OID_BOOL = 16, OID_BYTEA = 17 };

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
check_new(struct ctx *c, struct pg *s)
{
    struct db *was = c->db;
    int rc;

    c->db = &s->db;
    rc = pg_check_order(c);
    c->db = was;
    return rc;
}

static int
pg_open(struct ctx *c, const char *url, enum db_mode mode, struct db **out)
{
    struct pg *s = mem_get(sizeof *s);
    size_t n = strlen(url);
    int rc;

    s->db = (struct db){.engine = &engine_pg, .mode = mode};
    s->url = memcpy(mem_get(n + 1), url, n);
    rc = pg_connect(c, s);
    if (rc < 0 && mode == DB_CREATE && pg_make_database(url)) {
        s->away_since = 0;
        rc = pg_connect(c, s);
    }
    if (rc == OK && mode == DB_CREATE)
        rc = check_new(c, s);
    if (rc < 0)
        return pg_close(&s->db), rc;
    *out = &s->db;
    return OK;
}

/* --- statements ---------------------------------------------------------------------------- */

/* The rows of one statement, complete in memory; of a walk one piece of them. */
struct answer {
    struct pg *s;
    PGresult *r;
    int row, rows;
    unsigned cursor; /* its number; 0: no walk */
    struct raw { uint8_t *p; size_t cap; } raw; /* the last bytes decoded */
};

/* Outside a transaction a statement commits by itself: at the sync that follows it. */
static PGresult *
hear(struct pg *s)
{
    uint64_t mine = s->tail;
    PGresult *r;

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

static struct answer *
answer(struct ctx *c, struct pg *s, bool asked)
{
    PGresult *r = asked ? hear(s) : NULL;
    struct answer *st;

    if (!r) {
        pg_say(c, s);
        return NULL;
    }
    st = mem_get(sizeof *st);
    st->s = s;
    st->r = r;
    st->row = -1;
    st->rows = PQntuples(r);
    return st;
}

static void *
pg_start(struct ctx *c, const struct query *q, const struct dbv *args, size_t n, bool copy)
{
    struct pg *s = (struct pg *)c->db;

    (void)copy; /* the arguments are on their way when this returns */
    if (pg_ready(c, s) < 0)
        return NULL;
    return answer(c, s, pg_send(s, q, args, n));
}

/* --- walks: a cursor, read in pieces --- */

enum { CURSOR_SQL = 64 };

/* "CLOSE w7", "FETCH 500 FROM w7" */
static bool
say_to_cursor(struct pg *s, const char *verb, unsigned cursor)
{
    char sql[CURSOR_SQL];

    snprintf(sql, sizeof sql, "%s w%u", verb, cursor);
    return pg_send_text(s, verb, sql, NO_ARGS);
}

static void *
pg_walk(struct ctx *c, const struct query *q, const struct dbv *args, size_t n)
{
    struct pg *s = (struct pg *)c->db;
    unsigned cursor = ++s->walks;
    const char *sql = arena_fmt(c->a, "DECLARE w%u NO SCROLL CURSOR FOR %s", cursor, q->sql);
    struct answer *st = answer(c, s,
                               pg_begin_block(s) && pg_send_text(s, q->name, sql, args, n) &&
                                   say_to_cursor(s, PIECE, cursor));

    if (st)
        st->cursor = cursor;
    return st;
}

static int
next_piece(struct ctx *c, struct answer *st)
{
    PGresult *r = say_to_cursor(st->s, PIECE, st->cursor) ? hear(st->s) : NULL;

    if (!r)
        return pg_say(c, st->s);
    PQclear(st->r);
    st->r = r;
    st->row = 0;
    st->rows = PQntuples(r);
    return st->rows > 0;
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
    return pg_send(s, q, args, n) ? OK : pg_say(c, s);
}

static int
pg_step(struct ctx *c, void *p)
{
    struct answer *st = p;

    if (++st->row < st->rows)
        return 1;
    return st->cursor && st->rows > 0 ? next_piece(c, st) : 0;
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

    if (st->cursor && st->s->state == PG_OPEN)
        say_to_cursor(st->s, "CLOSE", st->cursor);
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

/* --- the rest ------------------------------------------------------------------------------ */

/* Not to_regclass(): it believes what this session read before it waited for the migrations' lock.
 */
static bool
pg_has_table(struct ctx *c, const char *name)
{
    static const struct query q = {
        "has_table", "SELECT count(*) FROM pg_catalog.pg_class WHERE relname = $1"
                     " AND relnamespace = CAST(current_schema() AS regnamespace)"};

    return db_int(c, 0, &q, ARGS(qt(name))) == 1;
}

/* The simple protocol, for what a pipeline cannot carry; pg_pipeline() goes back. */
static bool
leave_pipeline(struct ctx *c, struct pg *s)
{
    if (pg_ready(c, s) < 0)
        return false;
    if (s->p && s->tail != s->head) {
        pg_sync(s);
        PQclear(pg_read(s, s->tail));
    }
    if (!s->p || s->fault.rc < 0 || s->state == PG_FAILED || s->state == PG_GONE) {
        pg_say(c, s);
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
    return s->fault.rc < 0 ? pg_say(c, s) : OK;
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
        return pg_say(c, s);
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
    .patience = pg_patience,
    .start = pg_start,
    .walk = pg_walk,
    .put = pg_put,
    .step = pg_step,
    .changed = pg_changed,
    .finish = pg_finish,
    .get_int = pg_int,
    .get_bytes = pg_bytes,
    .is_null = pg_null,
};
