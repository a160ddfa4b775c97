#include "auth/auth_code_sql.h"

#include "base/id.h"
#include "db/sealed.h"

enum {
    Q_PUT, Q_GET, Q_COUNT, Q_USE, Q_SWEEP, Q_WHO, Q_CHECKED, Q_VERIFY, Q_VERIFIED, Q_MAIL_ADD,
    Q_MAIL_DUE,
    Q_MAIL_TAKE, Q_MAIL_DROP, Q__MAX
};

static const struct query Q[Q__MAX] QUERIES = {
    [Q_PUT] = {"code_put",
               "INSERT INTO sign_in_code (account, purpose, address, key, made_at, tries)"
               " VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT (account, purpose) DO UPDATE SET"
               " address = excluded.address, key = excluded.key, made_at = excluded.made_at,"
               " tries = 0"},
    [Q_GET] = {"code_get", "SELECT address, key, made_at, tries FROM sign_in_code"
                           " WHERE account = $1 AND purpose = $2"},
    /* Tries side by side, by several servers too: each is counted before it is looked at. */
    [Q_COUNT] = {"code_count", "UPDATE sign_in_code SET tries = tries + 1"
                               " WHERE account = $1 AND purpose = $2 AND key = $3 AND tries < $4"},
    [Q_USE] = {"code_use",
               "DELETE FROM sign_in_code WHERE account = $1 AND purpose = $2 AND key = $3"},
    [Q_SWEEP] = {"code_sweep", "DELETE FROM sign_in_code WHERE made_at < $1"},
    [Q_WHO] = {"code_who", "SELECT id, email FROM account WHERE kind = 1 AND login"
                           FORMS_IN("$1", "$2", "$3", "$4")
                           " AND active = 1 AND email_verified_at <> 0 AND email IS NOT NULL"},
    [Q_CHECKED] = {"mail_checked", "SELECT email FROM account WHERE kind = 1 AND login"
                                   FORMS_IN("$1", "$2", "$3", "$4")
                                   " AND active = 1 AND verified_at <> 0 AND email IS NOT NULL"
                                   " AND email_verified_at <> 0"},
    [Q_VERIFY] = {"email_verify", "UPDATE account SET email_verified_at = $3"
                                  " WHERE id = $1 AND email = $2"},
    [Q_VERIFIED] = {"email_verified", "SELECT email_verified_at FROM account WHERE id = $1"},
    [Q_MAIL_ADD] = {"mail_add",
                    "INSERT INTO mail_out (id, sealed, next_at, tries) VALUES ($1, $2, $3, 0)"},
    [Q_MAIL_DUE] = {"mail_due", "SELECT id, next_at, tries, sealed FROM mail_out"
                                " WHERE next_at <= $1 ORDER BY next_at, id LIMIT $2"},
    [Q_MAIL_TAKE] = {"mail_take", "UPDATE mail_out SET next_at = $3, tries = tries + 1"
                                  " WHERE id = $1 AND next_at = $2"},
    [Q_MAIL_DROP] = {"mail_drop", "DELETE FROM mail_out WHERE id = $1"},
};

static int
rows_or(int n)
{
    return n < 0 ? n : OK;
}

int
code_sql_put(struct ctx *c, int64_t account, enum code_purpose p, const char *address,
             const char *key)
{
    return rows_or(
        db_exec(c, &Q[Q_PUT], ARGS(qi(account), qi(p), qt(address), qt(key), qi(c->now))));
}

int
code_sql_get(struct ctx *c, int64_t account, enum code_purpose p, struct code_row *out)
{
    struct rows r;

    *out = (struct code_row){0};
    for (db_rows(c, &r, &Q[Q_GET], ARGS(qi(account), qi(p))); db_next(&r);)
        *out = (struct code_row){row_text(&r, 0), row_text(&r, 1), row_int(&r, 2), row_int(&r, 3)};
    return db_done(&r);
}

int
code_sql_count(struct ctx *c, int64_t account, enum code_purpose p, const char *key, int64_t most)
{
    return db_exec(c, &Q[Q_COUNT], ARGS(qi(account), qi(p), qt(key), qi(most)));
}

int
code_sql_use(struct ctx *c, int64_t account, enum code_purpose p, const char *key)
{
    return db_exec(c, &Q[Q_USE], ARGS(qi(account), qi(p), qt(key)));
}

int
code_sql_sweep(struct ctx *c, int64_t before)
{
    return rows_or(db_exec(c, &Q[Q_SWEEP], ARGS(qi(before))));
}

int
code_sql_who(struct ctx *c, const char *number, int64_t *account, const char **address)
{
    struct forms f = sealed_forms(c, SEALED_ACCOUNT_LOGIN, number);
    struct rows r;

    *account = 0;
    *address = "";
    for (db_rows(c, &r, &Q[Q_WHO], ARGS(FORMS(f))); db_next(&r);) {
        *account = row_int(&r, 0);
        *address = row_text(&r, 1);
    }
    return db_done(&r);
}

int
code_sql_checked(struct ctx *c, const char *number, const char **address)
{
    struct forms f = sealed_forms(c, SEALED_ACCOUNT_LOGIN, number);
    struct rows r;

    *address = "";
    for (db_rows(c, &r, &Q[Q_CHECKED], ARGS(FORMS(f))); db_next(&r);)
        *address = row_text(&r, 0);
    return db_done(&r);
}

int
code_sql_verify(struct ctx *c, int64_t account, const char *address)
{
    return db_exec(c, &Q[Q_VERIFY], ARGS(qi(account), qt(address), qi(c->now)));
}

int
code_sql_verified(struct ctx *c, int64_t account, bool *is)
{
    struct rows r;

    *is = false;
    for (db_rows(c, &r, &Q[Q_VERIFIED], ARGS(qi(account))); db_next(&r);)
        *is = row_int(&r, 0) != 0;
    return db_done(&r);
}

/* --- letters ---------------------------------------------------------------------------------- */

int
mail_sql_add(struct ctx *c, const char *sealed)
{
    return rows_or(db_exec(c, &Q[Q_MAIL_ADD], ARGS(qi(id_next()), qt(sealed), qi(c->now))));
}

int
mail_sql_due(struct ctx *c, size_t max, struct mail_row *out, size_t *n)
{
    struct rows r;

    *n = 0;
    for (db_rows(c, &r, &Q[Q_MAIL_DUE], ARGS(qi(c->now), qi((int64_t)max)));
         *n < max && db_next(&r);)
        out[(*n)++] = (struct mail_row){row_int(&r, 0), row_int(&r, 1), row_int(&r, 2),
                                        row_text(&r, 3)};
    return db_done(&r);
}

int
mail_sql_take(struct ctx *c, const struct mail_row *r, int64_t next_at)
{
    return db_exec(c, &Q[Q_MAIL_TAKE], ARGS(qi(r->id), qi(r->next_at), qi(next_at)));
}

int
mail_sql_drop(struct ctx *c, int64_t id)
{
    return rows_or(db_exec(c, &Q[Q_MAIL_DROP], ARGS(qi(id))));
}
