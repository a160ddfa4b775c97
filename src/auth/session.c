/*
 * Sessions of browsers and tokens of the API.  The secret leaves once (cookie, token); the database
 * holds its SHA-256, so a stolen copy of the database opens nothing.  256 random bits need no salt.
 */
#include <assert.h>
#include <string.h>

#include "auth/auth_code_sql.h"
#include "auth/auth_oidc_sql.h"
#include "auth/access_sql.h"
#include "auth/auth_sql.h"
#include "auth/second.h"
#include "auth/security_log.h"
#include "base/date.h"
#include "base/hash.h"
#include "base/id.h"
#include "site/site.h"

enum {
    SECRET_BYTES = 32,
    SECRET_TEXT_MAX = 80,
    TOUCH_EVERY = 300,      /* seconds between writes of "last seen": reads stay reads */
    AGENT_MAX = 160,
    SESSIONS_MOST = 100,    /* of one account: the table stays bounded whoever signs in all day */
};

#define TOKEN_PREFIX "mct_"     /* so that secret scanners find a leaked one */

static int64_t
idle_seconds(const struct ctx *c)
{
    return c->site && c->site->config.session_seconds > 0 ? c->site->config.session_seconds
                                                          : SESSION_IDLE;
}

static int64_t
absolute_seconds(const struct ctx *c)
{
    return c->site && c->site->config.session_absolute > 0 ? c->site->config.session_absolute
                                                           : SESSION_ABSOLUTE;
}

static const char *
key_of(struct ctx *c, const char *secret)
{
    return hash_sha256_hex(c->a, secret, strlen(secret));
}

/* The token of forms: from the cookie's secret, which pages never see, so it needs no column. */
static const char *
csrf_of(struct ctx *c, const char *cookie)
{
    static const char USE[] = "motcua csrf v1";
    uint8_t key[SHA256_SIZE], mac[SHA256_SIZE];

    hash_sha256(cookie, strlen(cookie), key);
    hash_hmac(key, USE, sizeof USE - 1, mac);
    return hash_hex(c->a, mac, sizeof mac);
}

static int
sign_in_first(struct ctx *c, const char *why)
{
    return fail(c, E_SIGNIN, N_("Bạn cần đăng nhập để tiếp tục"), "%s", why);
}

/* What every account of the kind may, on top of what its roles reach. */
static int64_t
kind_perms(enum account_kind kind)
{
    static const int64_t P[] = {
        [ACCOUNT_CITIZEN] = PERM_BIT(PERM_CITIZEN) | PERM_BIT(PERM_APPLY),
        [ACCOUNT_OFFICER] = PERM_BIT(PERM_OFFICER),
        [ACCOUNT_SYSTEM] = 0,
    };

    return P[kind] | PERM_BIT(PERM_PUBLIC) | PERM_BIT(PERM_SIGNED_IN);
}

int
auth_session_open(struct ctx *c, int64_t account, char **cookie)
{
    int rc;

    *cookie = token_url(c->a, SECRET_BYTES);
    security_log(c, "signed-in", account, NULL);
    rc = auth_sql_session_add(c, id_next(), account, key_of(c, *cookie),
                              c->now + absolute_seconds(c));
    return rc < 0 ? rc : auth_sql_session_trim(c, account, SESSIONS_MOST);
}

int
auth_session_get(struct ctx *c, const char *cookie, struct session **out)
{
    struct sql_session *row = arena_get(c->a, sizeof *row);
    int rc;

    *out = NULL;
    if (!cookie || !*cookie || strlen(cookie) > SECRET_TEXT_MAX)
        return sign_in_first(c, "no session");
    rc = auth_sql_session_get(c, key_of(c, cookie), row);
    if (rc == E_NOTFOUND)
        return sign_in_first(c, "unknown session");
    if (rc < 0)
        return rc;
    /* After a clock that was set back a session lives on, and no longer than any other. */
    if (row->expires_at <= c->now || row->seen_at + idle_seconds(c) <= c->now)
        return sign_in_first(c, "expired session");
    row->s.csrf = csrf_of(c, cookie);
    row->s.must_second = row->s.kind == ACCOUNT_OFFICER && !*row->s.provider &&
                         auth_second_lacks(c, row->s.perms, row->second_kinds);
    if (row->s.must_second)
        row->s.perms = 0;
    row->s.perms |= kind_perms(row->s.kind);
    row->s.stale =
        row->seen_at + TOUCH_EVERY <= c->now || row->seen_at > c->now + CLOCK_SLACK;
    *out = &row->s;
    return OK;
}

int
auth_session_touch(struct ctx *c, int64_t session)
{
    return auth_sql_session_seen(c, session, c->now + absolute_seconds(c));
}

int
auth_session_note(struct ctx *c, const char *cookie, const char *address, const char *agent)
{
    return auth_sql_session_note(c, key_of(c, cookie), address,
                                 arena_strn(c->a, agent, strnlen(agent, AGENT_MAX)));
}

int
auth_session_close(struct ctx *c, int64_t session)
{
    security_log(c, "signed-out", c->account, NULL);
    return auth_sql_session_drop(c, session);
}

int
auth_session_close_of(struct ctx *c, int64_t account)
{
    security_log(c, "sessions-ended", account, account ? "all" : "everybody");
    return account ? auth_sql_session_drop_of(c, account, NULL) : auth_sql_session_drop_every(c);
}

int
auth_session_close_all(struct ctx *c, int64_t account)
{
    int n;

    assert(account > 0);                /* 0 would be everybody */
    n = auth_session_close_of(c, account);
    return n < 0 ? n : OK;
}

int
auth_session_end(struct ctx *c, int64_t account, const char *ref)
{
    int n = auth_sql_session_drop_of(c, account, ref);

    security_log(c, "sessions-ended", account, "one");
    if (n == 0)
        return fail(c, E_NOTFOUND, N_("Phiên đăng nhập này đã kết thúc"),
                    "session not of account %" PRId64, account);
    return n < 0 ? n : OK;
}

int
auth_session_list(struct ctx *c, int64_t account, size_t max, struct session_row *out, size_t *n)
{
    return auth_sql_session_list(c, account, c->now - idle_seconds(c), max, out, n);
}

int
auth_session_fresh(struct ctx *c, bool *out)
{
    struct session_row *s = arena_get(c->a, SESSIONS_MOST * sizeof *s);
    size_t n;
    int rc = auth_session_list(c, c->account, SESSIONS_MOST, s, &n);

    *out = false;
    for (size_t i = 0; rc == OK && i < n; i++)
        if (s[i].id == c->session->id)
            *out = c->now - s[i].opened_at <= SESSION_FRESH;
    return rc;
}

int
auth_sweep(struct ctx *c)
{
    int rc = auth_sql_session_sweep(c, c->now - idle_seconds(c));

    if (rc == OK)
        rc = oidc_sql_used_sweep(c);
    if (rc == OK)
        rc = code_sql_sweep(c, c->now - CODE_SECONDS);
    if (rc == OK)
        rc = access_sql_listed_sweep(c, vn_day(c->now));
    return rc < 0 ? rc : auth_sql_failure_sweep(c, c->now - 86400);
}

/* --- tokens of the API ------------------------------------------------------------------------ */

/* A token that only reads never carries more than these, whatever its account may. */
static const int64_t READ_PERMS = PERM_BIT(PERM_DOSSIER_READ) | PERM_BIT(PERM_REPORT);

int
auth_token_create(struct ctx *c, int64_t account, const char *label, bool write, int64_t expires,
                  char **token)
{
    int rc = auth_happened(c, account, HAPPENED_TOKEN_MADE);

    *token = arena_fmt(c->a, TOKEN_PREFIX "%s", token_url(c->a, SECRET_BYTES));
    return rc < 0 ? rc
                  : auth_sql_token_add(c, id_next(), account, label, key_of(c, *token), write,
                                       expires);
}

int
auth_token_list(struct ctx *c, int64_t account, size_t max, struct token_row *out, size_t *n)
{
    return auth_sql_token_list(c, account, max, out, n);
}

int
auth_token_end(struct ctx *c, int64_t account, const char *ref)
{
    int n = auth_sql_token_drop(c, account, ref);

    if (n == 0)
        return fail(c, E_NOTFOUND, N_("Mã truy cập này không còn hiệu lực"), "no such token");
    return n < 0 ? n : auth_happened(c, account, HAPPENED_TOKEN_ENDED);
}

int
auth_token_get(struct ctx *c, const char *token, struct session **out)
{
    struct sql_token *row = arena_get(c->a, sizeof *row);
    int rc;

    *out = NULL;
    if (!token || strncmp(token, TOKEN_PREFIX, sizeof TOKEN_PREFIX - 1) != 0 ||
        strlen(token) > SECRET_TEXT_MAX)
        return sign_in_first(c, "not a token");
    rc = auth_sql_token_get(c, key_of(c, token), row);
    if (rc == E_NOTFOUND)
        return sign_in_first(c, "unknown token");
    if (rc < 0)
        return rc;
    if (row->expires_at && row->expires_at <= c->now)
        return sign_in_first(c, "expired token");
    row->s.perms = (row->write ? row->s.perms : row->s.perms & READ_PERMS) | PERM_BIT(PERM_PUBLIC) |
                   PERM_BIT(PERM_API_READ) | (row->write ? PERM_BIT(PERM_API_WRITE) : 0);
    *out = &row->s;
    return OK;
}
