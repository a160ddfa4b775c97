/*
 * Limits against guessing.  A row counts the failures of one (kind, who) in a window that begins
 * with the first; when they reach the limit, the rest of the window is closed to that `who`.
 * A hash is stored: logins and addresses are personal data and nobody needs to read them here.
 */
#include <assert.h>
#include <string.h>

#include "auth/auth_sql.h"
#include "auth/security_log.h"
#include "base/hash.h"

/* wrong: the log's word for a failure; NULL where another row counts the same one. */
static const struct { int64_t tries, window; const char *wrong; } LIMITS[GUESS__COUNT] = {
    /* one login, by all strangers together; the same, in a day */
    [GUESS_SIGN_IN]         = {20, 15 * 60, NULL},
    [GUESS_SIGN_IN_DAY]     = {100, 86400, NULL},
    /* one login: strangers at one address; a device that is known for it */
    [GUESS_SIGN_IN_PAIR]    = {5, 15 * 60, "password"},
    [GUESS_SIGN_IN_DEVICE]  = {10, 15 * 60, "password"},
    /* the own password, by who is signed in; codes of the second factor */
    [GUESS_OWN]             = {5, 15 * 60, "own password"},
    [GUESS_SECOND]          = {6, 15 * 60, "second"},
    /* one address: a commune's office shares one */
    [GUESS_SIGN_IN_ADDRESS] = {50, 15 * 60, NULL},
    /* one dossier code: the secret has 40 bits; one address */
    [GUESS_LOOKUP]          = {10, 3600, "secret"},
    [GUESS_LOOKUP_ADDRESS]  = {60, 3600, NULL},
    /* codes sent to one account, asked for from one address */
    [GUESS_CODE]            = {5, 3600, NULL},
    [GUESS_CODE_ADDRESS]    = {60, 3600, NULL},
};

static const char *
key_of(struct ctx *c, enum guess g, const char *who)
{
    const char *s = arena_fmt(c->a, "%d:%s", (int)g, who);

    return hash_sha256_hex(c->a, s, strlen(s));
}

int
auth_guess_allowed(struct ctx *c, enum guess g, const char *who)
{
    struct sql_failure f;
    int rc;

    assert(g < GUESS__COUNT);
    rc = auth_sql_failure_get(c, g, key_of(c, g, who), &f);
    if (rc < 0 || f.tries < LIMITS[g].tries || f.since + LIMITS[g].window <= c->now ||
        f.since > c->now + CLOCK_SLACK)
        return rc;
    c->retry_after = (int)(f.since + LIMITS[g].window - c->now);
    security_warn(c, "guesses-limited", c->account, LIMITS[g].wrong);
    return fail(c, E_LIMIT, N_("Đã thử sai quá nhiều lần. Bạn hãy đợi một lúc rồi thử lại"),
                "guess %d", (int)g);
}

int
auth_guess_failed(struct ctx *c, enum guess g, const char *who)
{
    assert(g < GUESS__COUNT);
    if (db_read_only(c))
        return E_WRITES;
    if (LIMITS[g].wrong)
        security_log(c, "wrong", c->account, LIMITS[g].wrong);
    return auth_sql_failure_add(c, g, key_of(c, g, who), LIMITS[g].window);
}

int
auth_guess_cleared(struct ctx *c, enum guess g, const char *who)
{
    struct sql_failure f;
    int rc;

    assert(g < GUESS__COUNT);
    rc = auth_sql_failure_get(c, g, key_of(c, g, who), &f);
    if (rc < 0 || f.tries == 0)
        return rc;                      /* nothing to clear, as almost always */
    if (db_read_only(c))
        return E_WRITES;
    return auth_sql_failure_drop(c, g, key_of(c, g, who));
}
