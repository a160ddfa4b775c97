/*
 * PostgreSQL's transactions: all but the commit of a change are only queued.  READ COMMITTED for
 * changes: the lanes run what met others again.  Reads see one moment (REPEATABLE READ, which
 * cannot fail in a read-only transaction), as on SQLite.
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "db/pg_internal.h"

static const struct query TX[TX__COUNT] = {
    [TX_BEGIN_READ] = {"begin_read", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"},
    [TX_BEGIN_WRITE] = {"begin_write", "BEGIN"},
    [TX_COMMIT] = {"commit", "COMMIT"},
    [TX_ROLLBACK] = {"rollback", "ROLLBACK"},
    [TX_SAVE] = {"savepoint", "SAVEPOINT job"},
    [TX_KEEP] = {"savepoint_keep", "RELEASE job"},
    [TX_UNDO] = {"savepoint_undo", "ROLLBACK TO job"},
};

/* Every commit of a lane leaves its number in the lane's row, so that a commit whose answer was
 * lost can be settled by looking: after a failover, too, where a transaction's own number may
 * belong to somebody else's by then.  The commit itself has no time limit on the server, which
 * would end the waiting for a standby and say done.  Marks are dated by the server's clock: what a
 * lane sweeps away are not those of lanes whose clock is another. */
#define SERVER_NOW "CAST(extract(epoch FROM now()) AS BIGINT)"
enum { Q_MARK, Q_MARKED, Q_FENCE, Q_WAIT, Q_SWEEP, Q__COUNT };
static const struct query Q[Q__COUNT] = {
    [Q_MARK] = {"lane_mark_set",
                "INSERT INTO lane_mark (id, mark, marked_at) VALUES ($1, $2, " SERVER_NOW ")"
                " ON CONFLICT (id) DO UPDATE"
                " SET mark = CASE WHEN lane_mark.mark < excluded.mark THEN excluded.mark END,"
                " marked_at = excluded.marked_at" /* NULL: refused */
                " RETURNING set_config('statement_timeout', '0', true)"},
    [Q_MARKED] = {"lane_marked",
                  "INSERT INTO lane_mark (id, mark, marked_at) VALUES ($1, 0, " SERVER_NOW ")"
                  " ON CONFLICT (id) DO UPDATE SET mark = lane_mark.mark RETURNING mark"},
    [Q_FENCE] = {"lane_mark_fence", "UPDATE lane_mark SET mark = $2 WHERE id = $1"},
    [Q_WAIT] = {"lane_mark_wait", "SELECT set_config('lock_timeout', '3000', true)"},
    [Q_SWEEP] = {"lane_mark_sweep", "DELETE FROM lane_mark WHERE marked_at < " SERVER_NOW " - $1"},
};
enum { KEPT_SECONDS = 86400 };

/* --- what a caller is told --- */

/* The fault of a statement by itself is over when it was told. */
int
pg_say(struct ctx *c, struct pg *s)
{
    int rc;

    if (s->fault.rc == OK)
        s->fault = (struct err){E_SYS, DB_SORRY, "postgresql", "no answer"};
    s->db.met_again |= s->fault.rc == E_AGAIN;
    rc = fail(c, s->fault.rc, s->fault.say, "%s", s->fault.detail);
    if (s->state == PG_NONE)
        s->fault = (struct err){0};
    return rc;
}

int
pg_ready(struct ctx *c, struct pg *s)
{
    if (s->state != PG_NONE || pg_alive(s))
        return OK;
    return pg_connect(c, s);
}

/* --- begin, undo, roll back --- */

bool
pg_in_transaction(struct db *db)
{
    struct pg *s = (struct pg *)db;

    return s->state == PG_OPEN || s->state == PG_FAILED;
}

/* The server is told before the next begin. */
void
pg_patience(struct db *db, enum db_patience p)
{
    db->patience = p;
}

/* Costs no round trip: behind a sync the rolling back is not skipped. */
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

/* A read on a connection that only reads needs no begin and no commit: what is sent up to the next
 * sync is one transaction, and such a connection only reads and sees one moment in it. */
static void
end_implied(struct pg *s)
{
    if (s->state == PG_OPEN) {
        pg_ignore_from(s, 0);
        pg_sync(s);
        if (s->tail - s->head >= PG_RING / 2) /* transactions in which nothing was read pile up */
            PQclear(pg_read(s, s->tail));
        else
            pg_flush(s);
    }
    s->state = PG_NONE;
    s->fault = (struct err){0};
}

bool
pg_begin_block(struct pg *s)
{
    if (s->implied && !pg_send(s, &TX[TX_BEGIN_READ], NO_ARGS))
        return false;
    s->implied = false;
    return true;
}

static int
begin(struct ctx *c, struct pg *s, enum tx t)
{
    int rc;

    s->state = PG_NONE;
    s->saved = 0;
    s->fault = (struct err){0};
    if ((rc = pg_ready(c, s)) < 0)
        return rc;
    s->reads = t == TX_BEGIN_READ;
    s->implied = s->reads && s->db.mode == DB_READ_ONLY;
    if (!pg_limits(s) || (!s->implied && !pg_send(s, &TX[t], NO_ARGS)))
        return pg_say(c, s);
    s->state = PG_OPEN;
    return OK;
}

static int
roll_back(struct pg *s)
{
    if (s->implied) {
        end_implied(s);
        return OK;
    }
    if (s->p && pg_in_transaction(&s->db))
        pg_roll_back(s);
    s->state = PG_NONE;
    s->fault = (struct err){0};
    return OK;
}

static int
save(struct ctx *c, struct pg *s)
{
    if (!pg_begin_block(s) || !pg_send(s, &TX[TX_SAVE], NO_ARGS))
        return pg_say(c, s);
    s->saved = s->tail;
    return OK;
}

static int
keep(struct ctx *c, struct pg *s)
{
    if (s->state != PG_OPEN || !pg_send(s, &TX[TX_KEEP], NO_ARGS))
        return pg_say(c, s);
    s->saved = 0;
    return OK;
}

/* What the job queued may have failed already, unread. */
static int
undo(struct ctx *c, struct pg *s)
{
    if (s->state == PG_GONE)
        return pg_say(c, s);
    pg_ignore_from(s, s->saved);
    if (s->tail != s->head)
        pg_sync(s);
    s->state = PG_OPEN;
    s->fault = (struct err){0};
    return pg_send(s, &TX[TX_UNDO], NO_ARGS) ? OK : pg_say(c, s);
}

/* --- commit --- */

static int
mark(struct pg *s)
{
    if (s->db.patience == DB_COMMAND || s->reads)
        return OK;
    if (!s->mark_id) {
        randombytes_buf(&s->mark_id, sizeof s->mark_id);
        pg_send(s, &Q[Q_SWEEP], ARGS(qi(KEPT_SECONDS)));
    }
    s->mark++;
    return pg_send(s, &Q[Q_MARK], ARGS(qi(s->mark_id), qi(s->mark))) ? OK : E_SYS;
}

/* The row is held by the transaction in doubt as long as that lives, so whoever writes it learns
 * how it ended.  A lane's first mark is a row that nobody sees until then: a look that does not
 * write would say "not stored" too soon.  What the server had not even read by now (it was frozen)
 * finds its mark taken and fails.  And what this commits is behind it on every standby. */
static int
look(struct ctx *c, struct pg *s)
{
    struct rows r;
    int64_t found = 0;
    int rc = pg_tx(c, TX_BEGIN_WRITE);

    if (rc < 0)
        return rc;
    pg_send(s, &Q[Q_WAIT], NO_ARGS);
    for (db_rows(c, &r, &Q[Q_MARKED], ARGS(qi(s->mark_id))); db_next(&r);)
        found = row_int(&r, 0);
    rc = db_done(&r);
    if (rc == OK && found != s->mark)
        pg_send(s, &Q[Q_FENCE], ARGS(qi(s->mark_id), qi(s->mark)));
    if (rc == OK)
        rc = pg_commit(c, s);
    pg_tx(c, TX_ROLLBACK);
    return rc < 0 ? E_DOWN : found == s->mark ? OK : E_AGAIN;
}

/* The answer to a commit was lost with the connection. */
static int
settle(struct ctx *c, struct pg *s)
{
    bool marked = s->db.patience != DB_COMMAND;
    enum db_patience was = s->db.patience;
    int rc = E_DOWN;

    s->state = PG_NONE;
    if (marked) {
        s->db.patience = DB_SECOND;
        rc = look(c, s);
        s->db.patience = was;
    }
    log_line(LOG_WARN, "the answer to a commit was lost", LOG_T("found", rc == OK ? "stored"
             : rc == E_AGAIN ? "not stored" : "unknown"));
    if (rc == OK)
        return OK;
    if (rc == E_DOWN)
        s->mark_id = 0; /* its row may stay locked */
    s->db.met_again |= rc == E_AGAIN;
    return fail(c, rc, DB_SORRY, "commit: the connection was lost; stored: %s",
                rc == E_DOWN ? "unknown" : "no");
}

int
pg_commit(struct ctx *c, struct pg *s)
{
    PGresult *r;
    bool ok;

    if (s->implied && s->state == PG_OPEN) {
        end_implied(s);
        return OK;
    }
    s->warned = false;
    if (s->state != PG_OPEN || !pg_send(s, &TX[TX_COMMIT], NO_ARGS))
        return pg_say(c, s);
    pg_sync(s);
    if (s->reads) { /* nothing to wait for */
        pg_ignore_from(s, 0);
        pg_flush(s);
        s->state = PG_NONE;
        return OK;
    }
    s->committing = true;
    r = pg_read(s, s->tail - 1);
    s->committing = false;
    ok = s->fault.rc == OK && r && strcmp(PQcmdStatus(r), "COMMIT") == 0;
    PQclear(r);
    if (ok && s->warned) { /* the standby was not waited for */
        pg_lost(s);
        s->in_doubt = true;
    }
    if (!s->p)
        return E_DOWN;
    if (!ok)
        return pg_say(c, s);
    s->state = PG_NONE;
    return OK;
}

static int
commit(struct ctx *c, struct pg *s)
{
    int rc = s->state == PG_OPEN ? mark(s) : OK;

    if (rc < 0)
        rc = pg_say(c, s);
    else if ((rc = pg_commit(c, s)) == OK)
        return OK;
    else if (s->in_doubt)
        rc = settle(c, s);
    s->in_doubt = false;
    roll_back(s);
    return rc;
}

int
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
