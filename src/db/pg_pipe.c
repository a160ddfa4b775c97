/* The pipeline: ops are sent without waiting and their results read in order; see pg_internal.h. */
#include <assert.h>
#include <endian.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "db/pg_internal.h"

enum { OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25, BINARY = 1, TEXT = 0, NAME_MAX_ = 16 };

/* --- what went wrong ----------------------------------------------------------------------- */

struct meaning { const char *state; enum rc by[DB_SECOND + 1]; };
#define ALWAYS(rc) {rc, rc, rc, rc}

/* By SQLSTATE, the longest prefix first, and by who asks: see enum db_patience. */
static const struct meaning MEANINGS[] = {
    {"23505", {E_CONFLICT, E_AGAIN, E_AGAIN, E_CONFLICT}},  /* unique */
    {"23503", ALWAYS(E_CONFLICT)},                          /* foreign key */
    {"40001", {E_DOWN, E_AGAIN, E_AGAIN, E_AGAIN}},         /* cannot serialize */
    {"40P01", {E_DOWN, E_AGAIN, E_AGAIN, E_AGAIN}},         /* deadlock */
    {"55P03", {E_DOWN, E_AGAIN, E_AGAIN, E_AGAIN}},          /* waited too long for a row */
    {"57014", ALWAYS(E_DOWN)},                              /* the statement took too long */
    {"57P0", ALWAYS(E_DOWN)},                               /* shut down, crashed, starting */
    {"08", ALWAYS(E_DOWN)},                                 /* the connection */
    {"53", ALWAYS(E_DOWN)},         /* disk full, out of memory, too many connections */
    {"", ALWAYS(E_SYS)},
};

static enum rc
meaning_of(const struct pg *s, const char *state)
{
    const struct meaning *m = MEANINGS;

    while (strncmp(m->state, state, strlen(m->state)) != 0)
        m++;
    return m->by[s->db.patience];
}

static const char *
sorry_of(enum rc rc)
{
    return rc == E_CONFLICT ? DB_TAKEN : DB_SORRY;
}

/* Texts of class 22 (data exceptions) quote the value; those of others name tables and rules. */
void
pg_fault(struct pg *s, const char *name, const PGresult *r, uint64_t at)
{
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    enum rc rc;

    if (s->fault.rc < 0)
        return;
    state = state ? state : "08000";
    if (strncmp(state, "22", 2) == 0 || !text)
        text = "refused";
    rc = meaning_of(s, state);
    s->fault = (struct err){.rc = rc, .say = sorry_of(rc), .at = "postgresql"};
    snprintf(s->fault.detail, sizeof s->fault.detail, "%s: %s (%s)", name, text, state);
    s->fault_at = at;
    s->db.unique |= rc == E_AGAIN && strcmp(state, "23505") == 0;
    s->demoted = strcmp(state, "25006") == 0 && !s->reads && s->db.mode != DB_READ_ONLY;
}

/* --- reading ------------------------------------------------------------------------------- */

/* Waits for bytes: a slice of time when a bound was promised, and now and then a look at the node.
 * A node that hangs or is cut off says nothing; its kernel may even go on acknowledging.  Who finds
 * that out tells the others of this program. */
static bool
await_bytes(struct pg *s, short events)
{
    struct pollfd f = {PQsocket(s->p), events, 0};
    bool bounded = s->answer_ms >= 0;

    for (int waited = PG_SLICE_MS; poll(&f, 1, bounded ? PG_SLICE_MS : -1) == 0;
         waited += PG_SLICE_MS) {
        if (waited >= s->answer_ms || pg_stale(s))
            return false;
        if (waited % PG_LOOK_MS == 0 && !pg_same_node(s)) {
            pg_tell_silent();
            return false;
        }
    }
    return true;
}

/* False: the connection is broken, or the server does not answer within the time it promised. */
static bool
await(struct pg *s)
{
    while (PQisBusy(s->p)) {
        int more = PQflush(s->p);

        if (more < 0 || !await_bytes(s, (short)(POLLIN | (more > 0 ? POLLOUT : 0))) ||
            !PQconsumeInput(s->p))
            return false;
    }
    return true;
}

static struct pg_op *
op_at(struct pg *s, uint64_t n)
{
    return &s->ring[n & (PG_RING - 1)];
}

/* What one result of the oldest op says; true: the op is over with it. */
static bool
digest(struct pg *s, struct pg_op *op, PGresult *r, PGresult **out)
{
    switch (PQresultStatus(r)) {
    case PGRES_PIPELINE_SYNC: s->aborted = false; break;
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
        PQclear(*out);
        *out = r;
        return false;
    default: /* failed, or skipped because an earlier one failed */
        if (PQresultStatus(r) != PGRES_PIPELINE_ABORTED && !op->ignored)
            pg_fault(s, op->name ? op->name : "sync", r, s->head);
        if (op->prepares)
            op->prepares->prepared = false;
        s->aborted = true;
    }
    PQclear(r);
    return !op->name && !s->aborted;
}

/* Reads the oldest op to its end.  False: the connection is lost. */
static bool
collect(struct pg *s, PGresult **out)
{
    struct pg_op *op = op_at(s, s->head);

    for (PGresult *r;;) {
        if (!await(s) || (!(r = PQgetResult(s->p)) && !op->name) ||
            PQstatus(s->p) == CONNECTION_BAD) {
            pg_lost(s);
            return false;
        }
        if (!r || digest(s, op, r, out))
            break; /* an end by itself follows every op but a sync */
    }
    s->head++;
    return true;
}

static PGresult *
read_upto(struct pg *s, uint64_t upto)
{
    PGresult *r = NULL;

    while (s->head < upto) {
        PQclear(r);
        r = NULL;
        if (!collect(s, &r)) {
            PQclear(r);
            return NULL;
        }
    }
    if (s->head == s->tail)
        s->sent = 0;
    return r;
}

/* The server skips all up to a sync after a failure.  What failed in this job can be undone to the
 * job's savepoint; what failed in an earlier one takes the whole transaction. */
static void
recover(struct pg *s)
{
    pg_sync(s);
    PQclear(read_upto(s, s->tail));
    if (s->fault.rc == OK || s->state != PG_OPEN)
        return;
    s->state = PG_FAILED;
    if (s->saved && s->fault_at < s->saved) {
        pg_roll_back(s);
        s->state = PG_GONE;
    }
}

PGresult *
pg_read(struct pg *s, uint64_t upto)
{
    PGresult *r;

    s->round_trips++;
    if (!pg_flush(s)) {
        pg_lost(s);
        return NULL;
    }
    r = read_upto(s, upto);
    if (s->p && s->aborted)
        recover(s);
    if (s->p && s->demoted) /* what writes is elsewhere */
        pg_lost(s);
    return r;
}

/* --- sending ------------------------------------------------------------------------------- */

bool
pg_flush(struct pg *s)
{
    return s->p && PQflush(s->p) >= 0;
}

static void
push(struct pg *s, const char *name, struct pg_stmt *prepares)
{
    assert(s->tail - s->head < PG_RING);
    *op_at(s, s->tail++) = (struct pg_op){.name = name, .prepares = prepares};
}

/* Reads everything that is on its way when it has become much: neither side's buffers may fill. */
static void
bound(struct pg *s)
{
    if (s->tail - s->head < PG_RING - 16 && s->sent < PG_SENT_MAX)
        return;
    PQsendFlushRequest(s->p);
    PQclear(pg_read(s, s->tail));
    s->sent = 0;
}

void
pg_sync(struct pg *s)
{
    if (s->p && PQpipelineSync(s->p))
        push(s, NULL, NULL);
}

void
pg_ignore_from(struct pg *s, uint64_t op)
{
    for (uint64_t i = op > s->head ? op : s->head; i < s->tail; i++)
        op_at(s, i)->ignored = true;
}

static struct pg_stmt **
bucket_of(struct pg *s, const struct query *q)
{
    return &s->bucket[((uintptr_t)q >> 4) * 0x9E3779B97F4A7C15u >> 32 & (PG_BUCKETS - 1)];
}

/* NULL fits any type; a place that was NULL at the first time has the type that the server saw
 * fit and takes only NULL. */
static bool
fits(const struct pg_stmt *st, const struct query *q, const struct dbv *args, size_t n)
{
    if (st->q != q || st->n != n || strcmp(st->sql, q->sql) != 0)
        return false;
    for (size_t i = 0; i < n; i++)
        if (args[i].kind != st->kind[i] && args[i].kind != DBV_NULL)
            return false;
    return true;
}

static struct pg_stmt *
new_stmt(struct pg *s, const struct query *q, const struct dbv *args, size_t n)
{
    struct pg_stmt *st = mem_get(sizeof *st + n), **b = bucket_of(s, q);
    size_t len = strlen(q->sql);

    st->q = q;
    st->sql = memcpy(mem_get(len + 1), q->sql, len);
    st->n = n;
    st->number = s->statements++;
    for (size_t i = 0; i < n; i++)
        st->kind[i] = (unsigned char)args[i].kind;
    st->next = *b;
    *b = st;
    return st;
}

static const char *
name_of(const struct pg_stmt *st, char name[NAME_MAX_])
{
    snprintf(name, NAME_MAX_, "q%u", st->number);
    return name;
}

static const Oid OIDS[] = {
    [DBV_NULL] = 0, [DBV_INT] = OID_INT8, [DBV_TEXT] = OID_TEXT, [DBV_BLOB] = OID_BYTEA};

static bool
prepare(struct pg *s, struct pg_stmt *st)
{
    Oid types[PG_PARAMS_MAX];
    char name[NAME_MAX_];

    for (size_t i = 0; i < st->n; i++)
        types[i] = OIDS[st->kind[i]];
    if (!PQsendPrepare(s->p, name_of(st, name), st->sql, (int)st->n, types))
        return false;
    push(s, st->q->name, st);
    st->prepared = true;
    return true;
}

/* The statement for these kinds; NULL: this connection holds too many already. */
static struct pg_stmt *
stmt_for(struct pg *s, const struct query *q, const struct dbv *args, size_t n)
{
    struct pg_stmt *st = *bucket_of(s, q);

    while (st && !fits(st, q, args, n))
        st = st->next;
    if (!st && s->statements < PG_STATEMENTS_MAX)
        st = new_stmt(s, q, args, n);
    return st;
}

struct bound {
    const char *value[PG_PARAMS_MAX];
    int len[PG_PARAMS_MAX], format[PG_PARAMS_MAX];
    Oid type[PG_PARAMS_MAX];
    uint64_t number[PG_PARAMS_MAX];
};

/* Integers go as eight bytes, which saves both sides the digits. */
static size_t
bind(struct bound *b, const struct dbv *args, size_t n)
{
    size_t bytes = 64;

    for (size_t i = 0; i < n; i++) {
        const struct dbv *v = &args[i];

        b->type[i] = OIDS[v->kind];
        b->format[i] = v->kind == DBV_TEXT ? TEXT : BINARY;
        b->value[i] = NULL;
        b->len[i] = 0;
        if (v->kind == DBV_INT) {
            b->number[i] = htobe64((uint64_t)v->i);
            b->value[i] = (const char *)&b->number[i];
            b->len[i] = sizeof b->number[i];
        } else if (v->kind == DBV_TEXT) {
            b->value[i] = v->s;
            b->len[i] = (int)strlen(v->s);
        } else if (v->kind == DBV_BLOB) {
            b->value[i] = v->b.n ? (const char *)v->b.p : "";
            b->len[i] = (int)v->b.n;
        }
        bytes += (size_t)b->len[i];
    }
    return bytes;
}

static bool
send_prepared(struct pg *s, struct pg_stmt *st, const struct bound *b)
{
    char name[NAME_MAX_];

    return (st->prepared || prepare(s, st)) &&
           PQsendQueryPrepared(s->p, name_of(st, name), (int)st->n, b->value, b->len, b->format,
                               TEXT);
}

/* Room in the pipeline, and a state in which something may be sent. */
static bool
may_send(struct pg *s)
{
    if (s->p)
        bound(s);
    return s->p && s->state != PG_FAILED && s->state != PG_GONE;
}

static bool
sent(struct pg *s, const char *name, bool ok)
{
    if (ok)
        push(s, name, NULL);
    else
        pg_lost(s);
    return ok;
}

bool
pg_send_text(struct pg *s, const char *name, const char *sql, const struct dbv *args, size_t n)
{
    struct bound b;

    assert(n <= PG_PARAMS_MAX);
    if (!may_send(s))
        return false;
    s->sent += bind(&b, args, n);
    return sent(s, name,
                PQsendQueryParams(s->p, sql, (int)n, b.type, b.value, b.len, b.format, TEXT));
}

bool
pg_send(struct pg *s, const struct query *q, const struct dbv *args, size_t n)
{
    struct pg_stmt *st = stmt_for(s, q, args, n);
    struct bound b;

    assert(n <= PG_PARAMS_MAX);
    if (!st) /* more than one connection prepares */
        return pg_send_text(s, q->name, q->sql, args, n);
    if (!may_send(s))
        return false;
    s->sent += bind(&b, args, n);
    return sent(s, q->name, send_prepared(s, st, &b));
}
