/*
 * second_sql.c - the only file that names the tables second_factor, recovery_code, invitation and
 * account_event.
 */
#include "auth/second_sql.h"

#include "base/id.h"

enum {
    Q_GET, Q_PEND, Q_CONFIRM, Q_KIND_ADD, Q_KINDS_KEEP, Q_STEP, Q_DROP, Q_CODES_LEFT,
    Q_CODES_DROP, Q_CODE_ADD, Q_CODE_USE, Q_LINK_DROP, Q_LINK_USE, Q_LINK_ADD, Q_LINK_GET,
    Q_EVENT_ADD,
    Q_EVENT_LIST, Q_EVENT_TOLD, Q__MAX
};

static const struct query Q[Q__MAX] QUERIES = {
    [Q_GET] = {"second_get",
               "SELECT s.secret, s.pending, s.pending_at, s.last_step, a.second_at, a.second_kinds"
               " FROM account a LEFT JOIN second_factor s ON s.account = a.id WHERE a.id = $1"},
    [Q_PEND] = {"second_pend",
                "INSERT INTO second_factor (account, secret, pending, pending_at, last_step)"
                " VALUES ($1, NULL, $2, $3, 0)"
                " ON CONFLICT (account) DO UPDATE SET pending = excluded.pending,"
                " pending_at = excluded.pending_at"},
    [Q_CONFIRM] = {"second_confirm",
                   "UPDATE second_factor SET secret = pending, pending = NULL, last_step = $2"
                   " WHERE account = $1 AND pending IS NOT NULL"},
    [Q_KIND_ADD] = {"second_kind_add",
                    "UPDATE account SET second_kinds = (second_kinds | $2),"
                    " second_at = CASE WHEN second_at = 0 THEN $3 ELSE second_at END"
                    " WHERE id = $1"},
    [Q_KINDS_KEEP] = {"second_kinds_keep",
                      "UPDATE account SET second_kinds = (second_kinds & $2),"
                      " second_at = CASE WHEN (second_kinds & $2) = 0 THEN 0 ELSE second_at END"
                      " WHERE id = $1"},
    /* Two sign-ins with one code side by side: the first takes it. */
    [Q_STEP] = {"second_step",
                "UPDATE second_factor SET last_step = $2 WHERE account = $1 AND last_step < $2"},
    [Q_DROP] = {"second_drop", "DELETE FROM second_factor WHERE account = $1"},

    [Q_CODES_LEFT] = {"recovery_left",
                      "SELECT count(*) FROM recovery_code WHERE account = $1 AND used_at = 0"},
    [Q_CODES_DROP] = {"recovery_drop", "DELETE FROM recovery_code WHERE account = $1"},
    [Q_CODE_ADD] = {"recovery_add",
                    "INSERT INTO recovery_code (account, key, used_at) VALUES ($1, $2, 0)"},
    [Q_CODE_USE] = {"recovery_use",
                    "UPDATE recovery_code SET used_at = $3"
                    " WHERE account = $1 AND key = $2 AND used_at = 0"},

    [Q_LINK_DROP] = {"link_drop", "DELETE FROM invitation WHERE account = $1"},
    /* One link used twice side by side: the first takes it. */
    [Q_LINK_USE] = {"link_use", "DELETE FROM invitation WHERE key = $1"},
    [Q_LINK_ADD] = {"link_add",
                    "INSERT INTO invitation (key, account, made_at, until_at, by_)"
                    " VALUES ($1, $2, $3, $4, $5)"},
    [Q_LINK_GET] = {"link_get", "SELECT account, until_at FROM invitation WHERE key = $1"},

    [Q_EVENT_ADD] = {"account_event_add",
                     "INSERT INTO account_event (id, account, at, what, by_, told)"
                     " VALUES ($1, $2, $3, $4, $5, $6)"},
    [Q_EVENT_LIST] =
        {"account_event_list",
         "SELECT e.at, e.what, b.name FROM account_event e"
         " LEFT JOIN account b ON b.id = e.by_ AND e.by_ <> e.account"
         " WHERE e.account = $1 ORDER BY e.id DESC LIMIT $2"},
    [Q_EVENT_TOLD] = {"account_event_told",
                      "UPDATE account_event SET told = 1 WHERE account = $1 AND told = 0"},
};

static int
rows_or(int n)
{
    return n < 0 ? n : OK;
}

/* --- the second factor ---------------------------------------------------------------------- */

int
second_sql_get(struct ctx *c, int64_t account, struct sql_second *out)
{
    struct rows r;

    *out = (struct sql_second){0};
    db_rows(c, &r, &Q[Q_GET], ARGS(qi(account)));
    if (db_next(&r))
        *out = (struct sql_second){
            .secret = row_null(&r, 0) ? (struct bytes){0} : row_bytes(&r, 0),
            .pending = row_null(&r, 1) ? (struct bytes){0} : row_bytes(&r, 1),
            .pending_at = row_null(&r, 2) ? 0 : row_int(&r, 2),
            .last_step = row_null(&r, 3) ? 0 : row_int(&r, 3),
            .since = row_int(&r, 4),
            .kinds = row_int(&r, 5)};
    return db_done(&r);
}

int
second_sql_pend(struct ctx *c, int64_t account, struct bytes pending)
{
    return rows_or(db_exec(c, &Q[Q_PEND], ARGS(qi(account), qb(pending), qi(c->now))));
}

int
second_sql_confirm(struct ctx *c, int64_t account, int64_t step)
{
    return db_exec(c, &Q[Q_CONFIRM], ARGS(qi(account), qi(step)));
}

int
second_sql_kind_add(struct ctx *c, int64_t account, enum second_kind kind)
{
    return rows_or(db_exec(c, &Q[Q_KIND_ADD], ARGS(qi(account), qi(kind), qi(c->now))));
}

int
second_sql_kinds_keep(struct ctx *c, int64_t account, int64_t kinds)
{
    return rows_or(db_exec(c, &Q[Q_KINDS_KEEP], ARGS(qi(account), qi(kinds))));
}

int
second_sql_step(struct ctx *c, int64_t account, int64_t step)
{
    return db_exec(c, &Q[Q_STEP], ARGS(qi(account), qi(step)));
}

int
second_sql_drop(struct ctx *c, int64_t account)
{
    return rows_or(db_exec(c, &Q[Q_DROP], ARGS(qi(account))));
}

/* --- recovery codes ------------------------------------------------------------------------- */

int64_t
second_sql_codes_left(struct ctx *c, int64_t account)
{
    return db_int(c, 0, &Q[Q_CODES_LEFT], ARGS(qi(account)));
}

int
second_sql_codes_drop(struct ctx *c, int64_t account)
{
    return rows_or(db_exec(c, &Q[Q_CODES_DROP], ARGS(qi(account))));
}

int
second_sql_code_add(struct ctx *c, int64_t account, const char *key)
{
    return rows_or(db_exec(c, &Q[Q_CODE_ADD], ARGS(qi(account), qt(key))));
}

int
second_sql_code_use(struct ctx *c, int64_t account, const char *key)
{
    return db_exec(c, &Q[Q_CODE_USE], ARGS(qi(account), qt(key), qi(c->now)));
}

/* --- links ---------------------------------------------------------------------------------- */

int
second_sql_link_drop(struct ctx *c, int64_t account)
{
    return rows_or(db_exec(c, &Q[Q_LINK_DROP], ARGS(qi(account))));
}

int
second_sql_link_use(struct ctx *c, const char *key)
{
    return db_exec(c, &Q[Q_LINK_USE], ARGS(qt(key)));
}

int
second_sql_link_add(struct ctx *c, int64_t account, const char *key, int64_t until)
{
    return rows_or(db_exec(c, &Q[Q_LINK_ADD],
                           ARGS(qt(key), qi(account), qi(c->now), qi(until), qi(c->account))));
}

int64_t
second_sql_link_get(struct ctx *c, const char *key, int64_t *until)
{
    int64_t account = 0;
    struct rows r;

    *until = 0;
    for (db_rows(c, &r, &Q[Q_LINK_GET], ARGS(qt(key))); db_next(&r);) {
        account = row_int(&r, 0);
        *until = row_int(&r, 1);
    }
    return db_done(&r) < 0 ? 0 : account;
}

/* --- what happened -------------------------------------------------------------------------- */

int
second_sql_event_add(struct ctx *c, int64_t account, const char *what, bool told)
{
    return rows_or(db_exec(
        c, &Q[Q_EVENT_ADD],
        ARGS(qi(id_next()), qi(account), qi(c->now), qt(what), qi(c->account), qi(told))));
}

int
second_sql_event_list(struct ctx *c, int64_t account, size_t max, struct account_event *out,
                      size_t *n)
{
    struct rows r;

    *n = 0;
    for (db_rows(c, &r, &Q[Q_EVENT_LIST], ARGS(qi(account), qi((int64_t)max)));
         *n < max && db_next(&r);)
        out[(*n)++] = (struct account_event){row_int(&r, 0), row_text(&r, 1),
                                             row_null(&r, 2) ? "" : row_text(&r, 2)};
    return db_done(&r);
}

int
second_sql_event_told(struct ctx *c, int64_t account)
{
    return db_exec(c, &Q[Q_EVENT_TOLD], ARGS(qi(account)));
}
