#include "auth/auth_oidc_sql.h"

#include "db/sealed.h"

enum {
    Q_IDENTITY, Q_IDENTITY_ADD, Q_USED_ADD, Q_USED_SWEEP, Q_RATE, Q_HOLDER, Q_VOUCH, Q_ASIDE,
    Q__MAX
};

static const struct query Q[Q__MAX] QUERIES = {
    [Q_IDENTITY] = {"identity_get",
                    "SELECT account FROM identity WHERE provider = $1"
                    " AND subject" FORMS_IN("$2", "$3", "$4", "$5")},
    [Q_IDENTITY_ADD] = {"identity_add",
                        "INSERT INTO identity (provider, subject, account, linked_at)"
                        " VALUES ($1, $2, $3, $4)"},
    [Q_USED_ADD] = {"sign_in_used_add", "INSERT INTO sign_in_used (key, until) VALUES ($1, $2)"
                    " ON CONFLICT (key) DO NOTHING"},
    [Q_USED_SWEEP] = {"sign_in_used_sweep", "DELETE FROM sign_in_used WHERE until < $1"},
    [Q_RATE] = {"session_rate", "UPDATE session SET level = $2, provider = $3 WHERE key = $1"},
    [Q_HOLDER] = {"number_holder",
                  "SELECT id, verified_at, active FROM account WHERE kind = 1 AND login"
                  FORMS_IN("$1", "$2", "$3", "$4")},
    [Q_VOUCH] = {"account_vouch",
                 "UPDATE account SET verified_at = $2, personal_number = $5, name = $3,"
                 " fold = $4, version = version + 1 WHERE id = $1"},
    [Q_ASIDE] = {"account_aside",
                 "UPDATE account SET login = $2, personal_number = NULL, password = NULL,"
                 " version = version + 1 WHERE id = $1 AND verified_at = 0"},
};

static int
rows_or(int n)
{
    return n < 0 ? n : OK;
}

int
oidc_sql_identity(struct ctx *c, const char *provider, const char *subject, int64_t *account)
{
    struct forms f = sealed_forms(c, SEALED_IDENTITY, subject);
    struct rows r;

    *account = 0;
    for (db_rows(c, &r, &Q[Q_IDENTITY], ARGS(qt(provider), FORMS(f))); db_next(&r);)
        *account = row_int(&r, 0);
    return db_done(&r);
}

int
oidc_sql_identity_add(struct ctx *c, const char *provider, const char *subject, int64_t account)
{
    return rows_or(db_exec(c, &Q[Q_IDENTITY_ADD],
                           ARGS(qt(provider), qsealed(c, SEALED_IDENTITY, 0, subject),
                                qi(account), qi(c->now))));
}

int
oidc_sql_used_add(struct ctx *c, const char *key, int64_t until)
{
    return db_exec(c, &Q[Q_USED_ADD], ARGS(qt(key), qi(until)));
}

int
oidc_sql_used_sweep(struct ctx *c)
{
    return rows_or(db_exec(c, &Q[Q_USED_SWEEP], ARGS(qi(c->now))));
}

int
oidc_sql_rate(struct ctx *c, const char *key, int level, const char *provider)
{
    return rows_or(db_exec(c, &Q[Q_RATE], ARGS(qt(key), qi(level), qt(provider))));
}

int
oidc_sql_holder(struct ctx *c, const char *number, struct holder *out)
{
    struct forms f = sealed_forms(c, SEALED_ACCOUNT_LOGIN, number);
    struct rows r;

    *out = (struct holder){0};
    for (db_rows(c, &r, &Q[Q_HOLDER], ARGS(FORMS(f))); db_next(&r);)
        *out = (struct holder){row_int(&r, 0), row_int(&r, 1), row_int(&r, 2) != 0};
    return db_done(&r);
}

int
oidc_sql_vouch(struct ctx *c, int64_t account, const char *number, const char *name,
               const char *fold)
{
    return rows_or(db_exec(c, &Q[Q_VOUCH],
                           ARGS(qi(account), qi(c->now), qt(name), qt(fold),
                                qsealed(c, SEALED_ACCOUNT_NUMBER, account, number))));
}

int
oidc_sql_set_aside(struct ctx *c, int64_t account, const char *login)
{
    return db_exec(c, &Q[Q_ASIDE],
                   ARGS(qi(account), qsealed(c, SEALED_ACCOUNT_LOGIN, 0, login)));
}
