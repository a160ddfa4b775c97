/*
 * auth_sql.c - the only file that names the tables account, session, api_token, reach, reach_field
 * and failure.  access_sql.c joins account, other slices the views v_account and v_reach.
 */
#include "auth/auth_sql.h"

#include <inttypes.h>

#include "auth/reach_sql.h"
#include "base/date.h"
#include "base/id.h"
#include "db/sealed.h"

enum {
    Q_ACCOUNT_ADD, Q_ACCOUNT_GET, Q_ACCOUNT_BY_LOGIN, Q_ACCOUNT_SAVE, Q_NUMBER_SET, Q_OFFICERS,
    Q_ACCOUNT_REACH, Q_ACCOUNT_HOME, Q_PASSWORD_GET, Q_PASSWORD_OF, Q_PASSWORD_SET,
    Q_SESSION_ADD, Q_SESSION_GET, Q_SESSION_SEEN, Q_SESSION_NOTE, Q_SESSION_DROP,
    Q_SESSION_DROP_OF, Q_SESSION_DROP_ALL, Q_SESSION_DROP_EVERY, Q_SESSION_TRIM,
    Q_SESSION_LIST, Q_SESSION_SWEEP, Q_TOKEN_ADD,
    Q_TOKEN_GET, Q_TOKEN_LIST, Q_TOKEN_ALL, Q_TOKEN_DROP, Q_REACH_LIST, Q_REACH_DROP,
    Q_REACH_FIELD_DROP, Q_REACH_ADD, Q_REACH_FIELD_ADD, Q_REACHES_PARTLY, Q_REACHES_FOR,
    Q_REACHES, Q_COVERED, Q_FAILURE_GET,
    Q_FAILURE_ADD, Q_FAILURE_DROP, Q_FAILURE_SWEEP, Q_VERIFY, Q_VERIFIED, Q__MAX
};

#define ACCOUNT_COLUMNS \
    "id, kind, login, name, personal_number, phone, email, active, version, perms, home_unit"

static const struct query Q[Q__MAX] QUERIES = {
    [Q_ACCOUNT_ADD] =
        {"account_add",
         "INSERT INTO account (id, kind, login, name, fold, personal_number, phone, email, active,"
         " password, password_until, perms, home_unit, version, created_at)"
         " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, 0, 1, $11)"},
    [Q_ACCOUNT_GET] = {"account_get", "SELECT " ACCOUNT_COLUMNS " FROM account WHERE id = $1"},
    [Q_ACCOUNT_BY_LOGIN] = {"account_by_login", "SELECT " ACCOUNT_COLUMNS
                                                " FROM account WHERE kind = $1 AND login"
                                                FORMS_IN("$2", "$3", "$4", "$5")},
    [Q_NUMBER_SET] = {"account_number",
                      "UPDATE account SET login = $2, personal_number = $3, verified_at = $4,"
                      " version = version + 1 WHERE id = $1 AND kind = 1"},
    [Q_ACCOUNT_SAVE] =
        {"account_save",
         "UPDATE account SET name = $3, fold = $4, phone = $5, email = $6, active = $7,"
         " email_verified_at = CASE WHEN email = $6 THEN email_verified_at ELSE 0 END,"
         " version = version + 1 WHERE id = $1 AND version = $2"},
    /* Officers (kind 2) by folded name, a keyset page; $5 administers all that they reach. */
    [Q_OFFICERS] =
        {"officers",
         "SELECT " ACCOUNT_COLUMNS " FROM account o WHERE kind = 2"
         " AND (fold > $2 OR (fold = $2 AND id > $3))"
         " AND ($1 = '' OR substr(fold, 1, length($1)) = $1 OR substr(login, 1, length($1)) = $1"
         " OR fold LIKE '% ' || $1 || '%')"
         " AND ($5 = 0 OR NOT EXISTS (SELECT 1 FROM reach r WHERE r.account = o.id AND NOT EXISTS"
         " (SELECT 1 FROM v_reach m WHERE m.account = $5 AND m.unit = r.unit"
         " AND (m.perms & $6) <> 0)))"
         " ORDER BY fold, id LIMIT $4"},
    [Q_VERIFY] = {"number_verify",
                  "UPDATE account SET verified_at = $2 WHERE id = $1 AND kind = 1"},
    [Q_VERIFIED] = {"number_verified",
                    "SELECT personal_number FROM account WHERE id = $1 AND kind = 1"
                    " AND verified_at <> 0 AND personal_number IS NOT NULL AND active = 1"},
    [Q_ACCOUNT_REACH] = {"account_reach", "UPDATE account SET perms = $2 WHERE id = $1"},
    [Q_ACCOUNT_HOME] = {"account_home",
                        "UPDATE account SET home_unit = $2 WHERE id = $1 AND home_unit <> $2"},

    [Q_PASSWORD_GET] =
        {"password_get",
         "SELECT id, password, password_until FROM account WHERE kind = $1 AND login"
         FORMS_IN("$2", "$3", "$4", "$5") " AND active = 1"},
    [Q_PASSWORD_OF] =
        {"password_of",
         "SELECT id, password, password_until FROM account WHERE id = $1 AND active = 1"},
    [Q_PASSWORD_SET] = {"password_set",
                        "UPDATE account SET password = $2, password_until = $3 WHERE id = $1"},

    [Q_SESSION_ADD] =
        {"session_add",
         "INSERT INTO session (id, key, account, opened_at, seen_at, expires_at, address, agent)"
         " VALUES ($1, $2, $3, $4, $4, $5, '', '')"},
    [Q_SESSION_GET] =
        {"session_get",
         "SELECT s.id, s.account, a.kind, a.name, a.perms, a.home_unit, s.seen_at, s.expires_at,"
         " s.level, s.provider, a.second_kinds FROM session s JOIN account a ON a.id = s.account"
         " WHERE s.key = $1 AND a.active = 1"},
    [Q_SESSION_SEEN] = {"session_seen",
                        /* Forward; back only by a clock that was set back. */
                        "UPDATE session SET seen_at = $2,"
                        " expires_at = CASE WHEN expires_at > $3 THEN $3 ELSE expires_at END"
                        " WHERE id = $1 AND (seen_at < $2 OR seen_at > $4)"},
    [Q_SESSION_NOTE] = {"session_note",
                        "UPDATE session SET address = $2, agent = $3 WHERE key = $1"},
    [Q_SESSION_DROP] = {"session_drop", "DELETE FROM session WHERE id = $1"},
    [Q_SESSION_DROP_OF] = {"session_drop_of",
                           "DELETE FROM session WHERE account = $1 AND substr(key, 1, 16) = $2"},
    [Q_SESSION_DROP_ALL] = {"session_drop_all", "DELETE FROM session WHERE account = $1"},
    [Q_SESSION_DROP_EVERY] = {"session_drop_every", "DELETE FROM session WHERE id > 0"},
    [Q_SESSION_TRIM] =
        {"session_trim",
         "DELETE FROM session WHERE account = $1 AND id IN (SELECT id FROM session"
         " WHERE account = $1 ORDER BY seen_at DESC, id DESC LIMIT 1000 OFFSET $2)"},
    [Q_SESSION_LIST] =
        {"session_list",
         "SELECT substr(key, 1, 16), id, opened_at, seen_at, address, agent FROM session"
         " WHERE account = $1 AND seen_at > $2 AND expires_at > $3 ORDER BY id DESC LIMIT $4"},
    [Q_SESSION_SWEEP] = {"session_sweep",
                         "DELETE FROM session WHERE seen_at < $1 OR expires_at < $2"},

    [Q_TOKEN_ADD] =
        {"token_add",
         "INSERT INTO api_token (id, key, account, label, write_, created_at, expires_at)"
         " VALUES ($1, $2, $3, $4, $5, $6, $7)"},
    [Q_TOKEN_GET] =
        {"token_get",
         "SELECT t.id, t.account, a.kind, a.name, a.perms, a.home_unit, t.label, t.write_,"
         " t.expires_at"
         " FROM api_token t JOIN account a ON a.id = t.account WHERE t.key = $1 AND a.active = 1"},

    [Q_TOKEN_LIST] =
        {"token_list",
         "SELECT substr(t.key, 1, 16), t.label, t.write_, t.created_at, t.expires_at, a.login"
         " FROM api_token t JOIN account a ON a.id = t.account"
         " WHERE t.account = $1 ORDER BY t.id LIMIT $2"},
    [Q_TOKEN_ALL] =
        {"token_all",
         "SELECT substr(t.key, 1, 16), t.label, t.write_, t.created_at, t.expires_at, a.login"
         " FROM api_token t JOIN account a ON a.id = t.account ORDER BY t.id LIMIT $1"},
    [Q_TOKEN_DROP] = {"token_drop",
                      "DELETE FROM api_token WHERE account = $1 AND substr(key, 1, 16) = $2"},

    [Q_REACH_LIST] = {"reach_list",
                      "SELECT unit, perms, '' AS field FROM reach WHERE account = $1 AND perms <> 0"
                      " UNION ALL SELECT unit, perms, field FROM reach_field WHERE account = $1"
                      " ORDER BY unit, field"},
    [Q_REACH_DROP] = {"reach_drop", "DELETE FROM reach WHERE account = $1"},
    [Q_REACH_FIELD_DROP] = {"reach_field_drop", "DELETE FROM reach_field WHERE account = $1"},
    [Q_REACH_ADD] = {"reach_add", "INSERT INTO reach (account, unit, perms, partly)"
                                  " VALUES ($1, $2, $3, $4)"},
    [Q_REACH_FIELD_ADD] = {"reach_field_add", "INSERT INTO reach_field (account, unit, field,"
                                              " perms) VALUES ($1, $2, $3, $4)"},
    [Q_REACHES] = {"reaches", "SELECT perms FROM v_reach WHERE account = $1 AND unit = $2"},
    [Q_REACHES_PARTLY] = {"reaches_partly", "SELECT perms | partly FROM v_reach"
                                            " WHERE account = $1 AND unit = $2"},
    [Q_REACHES_FOR] = {"reaches_for",
                       "SELECT 1 FROM v_reach r WHERE r.account = $1 AND r.unit = $2 AND "
                       IN_FIELD("$3", "$4")},
    [Q_COVERED] = {"covered", "SELECT count(*) FROM reach r WHERE r.account = $1 AND NOT EXISTS"
                              " (SELECT 1 FROM v_reach m WHERE m.account = $2 AND m.unit = r.unit"
                              " AND (m.perms & $3) <> 0)"},

    [Q_FAILURE_GET] = {"failure_get",
                       "SELECT since, tries FROM failure WHERE kind = $1 AND key = $2"},
    /* Counted where it lies: servers that saw the same number must not write it twice. */
    [Q_FAILURE_ADD] =
        {"failure_add",
         "INSERT INTO failure (kind, key, since, tries) VALUES ($1, $2, $3, 1)"
         " ON CONFLICT (kind, key) DO UPDATE SET"
         " tries = CASE WHEN failure.since <= $4 OR failure.since > $5 THEN 1"
         " ELSE failure.tries + 1 END,"
         " since = CASE WHEN failure.since <= $4 OR failure.since > $5 THEN excluded.since"
         " ELSE failure.since END"},
    [Q_FAILURE_DROP] = {"failure_drop", "DELETE FROM failure WHERE kind = $1 AND key = $2"},
    [Q_FAILURE_SWEEP] = {"failure_sweep", "DELETE FROM failure WHERE since < $1"},
};

static int
rows_or(int n)          /* rows changed -> OK */
{
    return n < 0 ? n : OK;
}

/* --- accounts ------------------------------------------------------------------------------- */

/* A citizen's is the personal number. */
static struct dbv
login_value(struct ctx *c, enum account_kind kind, const char *login)
{
    return kind == ACCOUNT_CITIZEN ? qsealed(c, SEALED_ACCOUNT_LOGIN, 0, login) : qt(login);
}

static struct forms
login_forms(struct ctx *c, enum account_kind kind, const char *login)
{
    return kind == ACCOUNT_CITIZEN ? sealed_forms(c, SEALED_ACCOUNT_LOGIN, login)
                                   : (struct forms){{login, login, login, login}};
}

int
auth_sql_account_add(struct ctx *c, const struct account *a, const char *fold, const char *hash)
{
    return rows_or(db_exec(c, &Q[Q_ACCOUNT_ADD],
                           ARGS(qi(a->id), qi(a->kind), login_value(c, a->kind, a->login),
                                qt(a->name), qt(fold),
                                qsealed(c, SEALED_ACCOUNT_NUMBER, a->id, a->personal_number),
                                qsealed(c, SEALED_ACCOUNT_PHONE, a->id, a->phone), qt(a->email),
                                qi(a->active), qt(hash), qi(c->now))));
}

static void
read_account(struct rows *r, struct account *out)
{
    int64_t id = row_int(r, 0);

    *out = (struct account){
        .id = id, .kind = (enum account_kind)row_int(r, 1),
        .login = row_sealed(r, 2, SEALED_ACCOUNT_LOGIN, 0), .name = row_text(r, 3),
        .personal_number = row_sealed(r, 4, SEALED_ACCOUNT_NUMBER, id),
        .phone = row_sealed(r, 5, SEALED_ACCOUNT_PHONE, id),
        .email = row_text(r, 6), .active = row_int(r, 7) != 0, .version = row_int(r, 8),
        .perms = row_int(r, 9), .home_unit = row_int(r, 10),
    };
}

int
auth_sql_number_verify(struct ctx *c, int64_t account)
{
    return db_exec(c, &Q[Q_VERIFY], ARGS(qi(account), qi(c->now)));
}

const char *
auth_sql_number_verified(struct ctx *c, int64_t account)
{
    const char *number = "";
    struct rows r;

    for (db_rows(c, &r, &Q[Q_VERIFIED], ARGS(qi(account))); db_next(&r);)
        number = row_sealed(&r, 0, SEALED_ACCOUNT_NUMBER, account);
    return db_done(&r) < 0 ? "" : number;
}

static const char NO_ACCOUNT[] = N_("Không tìm thấy tài khoản này");

int
auth_sql_account_get(struct ctx *c, int64_t id, struct account *out)
{
    struct rows r;
    int rc = db_one(c, &r, NO_ACCOUNT, &Q[Q_ACCOUNT_GET], ARGS(qi(id)));

    if (rc < 0)
        return rc;
    read_account(&r, out);
    return db_done(&r);
}

int
auth_sql_account_by_login(struct ctx *c, enum account_kind kind, const char *login,
                          struct account *out)
{
    struct forms f = login_forms(c, kind, login);
    struct rows r;
    int rc = db_one(c, &r, NO_ACCOUNT, &Q[Q_ACCOUNT_BY_LOGIN], ARGS(qi(kind), FORMS(f)));

    if (rc < 0)
        return rc;
    read_account(&r, out);
    return db_done(&r);
}

int
auth_sql_account_save(struct ctx *c, const struct account *a, const char *fold)
{
    return db_exec(c, &Q[Q_ACCOUNT_SAVE],
                   ARGS(qi(a->id), qi(a->version), qt(a->name), qt(fold),
                        qsealed(c, SEALED_ACCOUNT_PHONE, a->id, a->phone), qt(a->email),
                        qi(a->active)));
}

int
auth_sql_number_set(struct ctx *c, int64_t account, const char *number)
{
    return rows_or(db_exec(c, &Q[Q_NUMBER_SET],
                           ARGS(qi(account), qsealed(c, SEALED_ACCOUNT_LOGIN, 0, number),
                                qsealed(c, SEALED_ACCOUNT_NUMBER, account, number), qi(c->now))));
}

int
auth_sql_officers(struct ctx *c, int64_t by, const char *start, const char *after, int64_t after_id,
                  size_t max, struct account *out, size_t *n)
{
    struct rows r;

    *n = 0;
    for (db_rows(c, &r, &Q[Q_OFFICERS],
                 ARGS(qt(start), qt(after), qi(after_id), qi((int64_t)max), qi(by),
                      qi(PERM_BIT(PERM_ADMIN_OFFICERS))));
         *n < max && db_next(&r);)
        read_account(&r, &out[(*n)++]);
    return db_done(&r);
}

int
auth_sql_account_reach(struct ctx *c, int64_t account, int64_t perms)
{
    return rows_or(db_exec(c, &Q[Q_ACCOUNT_REACH], ARGS(qi(account), qi(perms))));
}

int
auth_sql_account_home(struct ctx *c, int64_t account, int64_t unit)
{
    return rows_or(db_exec(c, &Q[Q_ACCOUNT_HOME], ARGS(qi(account), qi(unit))));
}

/* --- passwords ------------------------------------------------------------------------------ */

static int
read_password(struct rows *r, struct sql_password *out)
{
    if (db_next(r))
        *out = (struct sql_password){row_int(r, 0), row_int(r, 2),
                                     row_null(r, 1) ? NULL : row_text(r, 1)};
    return db_done(r);
}

int
auth_sql_password_get(struct ctx *c, enum account_kind kind, const char *login,
                      struct sql_password *out)
{
    struct forms f = login_forms(c, kind, login);
    struct rows r;

    *out = (struct sql_password){0};
    db_rows(c, &r, &Q[Q_PASSWORD_GET], ARGS(qi(kind), FORMS(f)));
    return read_password(&r, out);
}

int
auth_sql_password_of(struct ctx *c, int64_t account, struct sql_password *out)
{
    struct rows r;

    *out = (struct sql_password){0};
    db_rows(c, &r, &Q[Q_PASSWORD_OF], ARGS(qi(account)));
    return read_password(&r, out);
}

int
auth_sql_password_set(struct ctx *c, int64_t account, const char *hash, int64_t until)
{
    return rows_or(db_exec(c, &Q[Q_PASSWORD_SET], ARGS(qi(account), qt(hash), qi(until))));
}

/* --- sessions ------------------------------------------------------------------------------- */

int
auth_sql_session_add(struct ctx *c, int64_t id, int64_t account, const char *key, int64_t expires)
{
    return rows_or(db_exec(c, &Q[Q_SESSION_ADD],
                           ARGS(qi(id), qt(key), qi(account), qi(c->now), qi(expires))));
}

int
auth_sql_session_get(struct ctx *c, const char *key, struct sql_session *out)
{
    struct rows r;
    int rc = db_one(c, &r, "", &Q[Q_SESSION_GET], ARGS(qt(key)));

    if (rc < 0)
        return rc;
    *out = (struct sql_session){
        .s = {.id = row_int(&r, 0),
              .account = row_int(&r, 1),
              .kind = (enum account_kind)row_int(&r, 2),
              .name = row_text(&r, 3),
              .perms = row_int(&r, 4),
              .home_unit = row_int(&r, 5),
              .level = (int)row_int(&r, 8),
              .provider = row_text(&r, 9)},
        .seen_at = row_int(&r, 6),
        .expires_at = row_int(&r, 7),
        .second_kinds = row_int(&r, 10),
    };
    return db_done(&r);
}

int
auth_sql_session_seen(struct ctx *c, int64_t id, int64_t ends)
{
    return rows_or(db_exec(c, &Q[Q_SESSION_SEEN],
                           ARGS(qi(id), qi(c->now), qi(ends), qi(c->now + CLOCK_SLACK))));
}

int
auth_sql_session_note(struct ctx *c, const char *key, const char *address, const char *agent)
{
    return rows_or(db_exec(c, &Q[Q_SESSION_NOTE], ARGS(qt(key), qt(address), qt(agent))));
}

int
auth_sql_session_drop(struct ctx *c, int64_t id)
{
    return rows_or(db_exec(c, &Q[Q_SESSION_DROP], ARGS(qi(id))));
}

int
auth_sql_session_drop_of(struct ctx *c, int64_t account, const char *ref)
{
    if (ref)
        return db_exec(c, &Q[Q_SESSION_DROP_OF], ARGS(qi(account), qt(ref)));
    return db_exec(c, &Q[Q_SESSION_DROP_ALL], ARGS(qi(account)));
}

int
auth_sql_session_drop_every(struct ctx *c)
{
    return db_exec(c, &Q[Q_SESSION_DROP_EVERY], NO_ARGS);
}

int
auth_sql_session_trim(struct ctx *c, int64_t account, int most)
{
    int n = db_exec(c, &Q[Q_SESSION_TRIM], ARGS(qi(account), qi(most)));

    return n < 0 ? n : OK;
}

int
auth_sql_session_list(struct ctx *c, int64_t account, int64_t seen_after, size_t max,
                      struct session_row *out, size_t *n)
{
    struct rows r;

    *n = 0;
    for (db_rows(c, &r, &Q[Q_SESSION_LIST],
                 ARGS(qi(account), qi(seen_after), qi(c->now), qi((int64_t)max)));
         *n < max && db_next(&r);)
        out[(*n)++] = (struct session_row){
            .ref = row_text(&r, 0), .id = row_int(&r, 1), .opened_at = row_int(&r, 2),
            .seen_at = row_int(&r, 3), .address = row_text(&r, 4), .agent = row_text(&r, 5)};
    return db_done(&r);
}

int
auth_sql_session_sweep(struct ctx *c, int64_t seen_before)
{
    return rows_or(db_exec(c, &Q[Q_SESSION_SWEEP], ARGS(qi(seen_before), qi(c->now))));
}

/* --- tokens of the API ------------------------------------------------------------------------ */

int
auth_sql_token_add(struct ctx *c, int64_t id, int64_t account, const char *label, const char *key,
                   bool write, int64_t expires)
{
    return rows_or(
        db_exec(c, &Q[Q_TOKEN_ADD],
                ARGS(qi(id), qt(key), qi(account), qt(label), qi(write), qi(c->now), qi(expires))));
}

int
auth_sql_token_get(struct ctx *c, const char *key, struct sql_token *out)
{
    struct rows r;
    int rc = db_one(c, &r, "", &Q[Q_TOKEN_GET], ARGS(qt(key)));

    if (rc < 0)
        return rc;
    *out = (struct sql_token){
        .s = {.id = row_int(&r, 0),
              .account = row_int(&r, 1),
              .kind = (enum account_kind)row_int(&r, 2),
              .name = row_text(&r, 3),
              .perms = row_int(&r, 4),
              .home_unit = row_int(&r, 5),
              .token_label = row_text(&r, 6),
              .csrf = ""},
        .write = row_int(&r, 7) != 0,
        .expires_at = row_int(&r, 8),
    };
    return db_done(&r);
}

int
auth_sql_token_list(struct ctx *c, int64_t account, size_t max, struct token_row *out, size_t *n)
{
    struct rows r;

    *n = 0;
    if (account)
        db_rows(c, &r, &Q[Q_TOKEN_LIST], ARGS(qi(account), qi((int64_t)max)));
    else
        db_rows(c, &r, &Q[Q_TOKEN_ALL], ARGS(qi((int64_t)max)));
    while (*n < max && db_next(&r))
        out[(*n)++] = (struct token_row){
            .ref = row_text(&r, 0), .label = row_text(&r, 1), .write = row_int(&r, 2) != 0,
            .created_at = row_int(&r, 3), .expires_at = row_int(&r, 4),
            .login = row_sealed(&r, 5, SEALED_ACCOUNT_LOGIN, 0)};
    return db_done(&r);
}

int
auth_sql_token_drop(struct ctx *c, int64_t account, const char *ref)
{
    return db_exec(c, &Q[Q_TOKEN_DROP], ARGS(qi(account), qt(ref)));
}

/* --- reach ---------------------------------------------------------------------------------- */

int
auth_sql_reach_list(struct ctx *c, int64_t account, struct reach **out, size_t *n)
{
    VEC(struct reach) v = {0};
    struct rows r;

    for (db_rows(c, &r, &Q[Q_REACH_LIST], ARGS(qi(account))); db_next(&r);)
        *vec_push(c->a, &v) = (struct reach){row_int(&r, 0), row_int(&r, 1), row_text(&r, 2)};
    *out = v.p;
    *n = v.n;
    return db_done(&r);
}

int
auth_sql_reach_drop(struct ctx *c, int64_t account)
{
    int rc = rows_or(db_exec(c, &Q[Q_REACH_DROP], ARGS(qi(account))));

    return rc < 0 ? rc : rows_or(db_exec(c, &Q[Q_REACH_FIELD_DROP], ARGS(qi(account))));
}

int
auth_sql_reach_add(struct ctx *c, int64_t account, const struct reach *r, int64_t partly)
{
    return rows_or(db_exec(c, &Q[Q_REACH_ADD],
                           ARGS(qi(account), qi(r->unit), qi(r->perms), qi(partly))));
}

int
auth_sql_reach_field_add(struct ctx *c, int64_t account, const struct reach *r)
{
    return rows_or(db_exec(c, &Q[Q_REACH_FIELD_ADD],
                           ARGS(qi(account), qi(r->unit), qt(r->field), qi(r->perms))));
}

bool
auth_sql_reaches(struct ctx *c, int64_t account, int64_t unit, int64_t perms)
{
    return (db_int(c, 0, &Q[Q_REACHES], ARGS(qi(account), qi(unit))) & perms) == perms;
}

bool
auth_sql_reaches_partly(struct ctx *c, int64_t account, int64_t unit, int64_t perms)
{
    return (db_int(c, 0, &Q[Q_REACHES_PARTLY], ARGS(qi(account), qi(unit))) & perms) == perms;
}

bool
auth_sql_reaches_for(struct ctx *c, int64_t account, int64_t unit, const char *procedure,
                     int64_t perms)
{
    return db_int(c, 0, &Q[Q_REACHES_FOR],
                  ARGS(qi(account), qi(unit), qi(perms), qt(procedure))) != 0;
}

bool
auth_sql_covered(struct ctx *c, int64_t account, int64_t by, int64_t perms)
{
    return db_int(c, -1, &Q[Q_COVERED], ARGS(qi(account), qi(by), qi(perms))) == 0;
}

/* --- failures ------------------------------------------------------------------------------- */

int
auth_sql_failure_get(struct ctx *c, enum guess g, const char *key, struct sql_failure *out)
{
    struct rows r;

    *out = (struct sql_failure){0};
    db_rows(c, &r, &Q[Q_FAILURE_GET], ARGS(qi((int64_t)g), qt(key)));
    if (db_next(&r))
        *out = (struct sql_failure){row_int(&r, 0), row_int(&r, 1)};
    return db_done(&r);
}

int
auth_sql_failure_add(struct ctx *c, enum guess g, const char *key, int64_t window)
{
    return rows_or(db_exec(c, &Q[Q_FAILURE_ADD],
                           ARGS(qi((int64_t)g), qt(key), qi(c->now), qi(c->now - window),
                                qi(c->now + CLOCK_SLACK))));
}

int
auth_sql_failure_drop(struct ctx *c, enum guess g, const char *key)
{
    return rows_or(db_exec(c, &Q[Q_FAILURE_DROP], ARGS(qi((int64_t)g), qt(key))));
}

int
auth_sql_failure_sweep(struct ctx *c, int64_t before)
{
    return rows_or(db_exec(c, &Q[Q_FAILURE_SWEEP], ARGS(qi(before))));
}
