/* What `motcua audit self` counts; it runs once a day at most, over small tables. */
#include "auth/auth.h"
#include "db/db.h"
#include "db/numbers.h"
#include "seal/self.h"

enum { Q_ADMINS, Q_BARE, Q_TOKENS, Q_SESSIONS, Q_REFUSED, Q_WAITING, Q_ALARMS, Q_SEEN,
       Q__MAX };
static const struct query Q[Q__MAX] QUERIES = {
    [Q_ADMINS] = {"self_administrators",
                  "SELECT COUNT(*),"
                  " COALESCE(SUM(CASE WHEN (perms & $2) <> 0 THEN 1 ELSE 0 END), 0),"
                  " COALESCE(SUM(CASE WHEN second_at = 0 THEN 1 ELSE 0 END), 0) FROM account"
                  " WHERE kind = 2 AND active = 1 AND (perms & $1) <> 0"},
    [Q_BARE] = {"self_without_second",
                "SELECT COUNT(*) FROM account WHERE kind = 2 AND active = 1 AND second_at = 0"
                " AND password IS NOT NULL AND (perms & $1) = $1"},
    [Q_TOKENS] = {"self_tokens",
                  "SELECT COALESCE(SUM(CASE WHEN expires_at = 0 THEN 1 ELSE 0 END), 0),"
                  " COALESCE(SUM(CASE WHEN expires_at > $1 THEN 1 ELSE 0 END), 0) FROM api_token"},
    [Q_SESSIONS] = {"self_sessions",
                    "SELECT COUNT(*) FROM session WHERE opened_at < $1 AND expires_at > $2"},
    [Q_REFUSED] = {"self_refused", "SELECT COUNT(*) FROM seal_waiting WHERE refused = 1"},
    [Q_WAITING] = {"self_waiting", "SELECT COUNT(*) FROM seal_waiting WHERE refused = 0"},
    [Q_SEEN] = {"self_servers", "SELECT COALESCE(MAX(seen_at), 0) FROM server_seat"},
    [Q_ALARMS] = {"self_alarms",
                  "SELECT COUNT(*) FROM access_alarm WHERE closed_at = 0 AND raised_at < $1"},
};

enum { TOKEN_DAYS = 400, SESSION_DAYS = 7, ALARM_DAYS = 7 };

static int
look_officers(struct ctx *c, struct self_facts *out)
{
    struct rows r;
    int rc = db_one(c, &r, NULL, &Q[Q_ADMINS], ARGS(qi(PERM_BIT(PERM_ADMIN_OFFICERS)),
                                                    qi(PERM_BIT(PERM_DOSSIER_READ))));

    if (rc < 0)
        return rc;
    out->administrators = row_int(&r, 0);
    out->mixed = row_int(&r, 1);
    out->administrators_unguarded = row_int(&r, 2);
    if ((rc = db_done(&r)) < 0)
        return rc;
    for (int k = 1; k < ROLE__COUNT; k++)
        if (out->k->second_factor & (INT64_C(1) << k))
            out->unguarded += db_int(c, 0, &Q[Q_BARE], ARGS(qi(role_perms((enum role)k))));
    return OK;
}

static int
look_tokens(struct ctx *c, struct self_facts *out)
{
    struct rows r;
    int rc = db_one(c, &r, NULL, &Q[Q_TOKENS],
                    ARGS(qi(out->now + (int64_t)TOKEN_DAYS * DAY_SECONDS)));

    if (rc < 0)
        return rc;
    out->tokens_endless = row_int(&r, 0);
    out->tokens_long = row_int(&r, 1);
    return db_done(&r);
}

static int64_t
numbers_open(struct ctx *c)
{
    struct number_walk *w = arena_get(c->a, SEALED__COUNT * sizeof *w);
    int64_t n = 0;

    if (numbers_walks(c, w) < 0)
        return 0;
    for (int i = 0; i < SEALED__COUNT; i++)
        n += w[i].done_at == 0;
    return n;
}

static int
there(struct ctx *c, enum account_kind kind, const char *login)
{
    struct account a;
    int rc = auth_account_by_login(c, kind, login, &a);

    if (rc == E_NOTFOUND)
        c->err = (struct err){0};
    return rc == OK;
}

int
self_sql_look(struct ctx *c, struct self_facts *out)
{
    int64_t seen;
    int rc = look_officers(c, out);

    if (rc < 0 || (rc = look_tokens(c, out)) < 0)
        return rc;
    out->sessions_old = db_int(c, 0, &Q[Q_SESSIONS],
                               ARGS(qi(out->now - SESSION_DAYS * DAY_SECONDS), qi(out->now)));
    out->demo_accounts = there(c, ACCOUNT_CITIZEN, "001191900123") +
                         there(c, ACCOUNT_OFFICER, "quan-hoankiem");
    out->refused_events = db_int(c, 0, &Q[Q_REFUSED], NO_ARGS);
    out->waiting = db_int(c, 0, &Q[Q_WAITING], NO_ARGS);
    seen = db_int(c, 0, &Q[Q_SEEN], NO_ARGS);
    out->clock_off = seen > out->now ? seen - out->now : 0;
    out->alarms_old = db_int(c, 0, &Q[Q_ALARMS], ARGS(qi(out->now - ALARM_DAYS * DAY_SECONDS)));
    out->numbers_open = numbers_open(c);
    return c->err.rc < 0 ? (int)c->err.rc : OK;
}
