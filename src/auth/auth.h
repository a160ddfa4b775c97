/*
 * Who is asking: accounts, sessions, grants and reach.  auth knows units only by id; agencies
 * rewrites reach with auth_reach_set() when the tree, a role, a stand-in or a delegation changes.
 *
 * Tables:  account, session, grant_, reach (view v_reach: account, unit, perms), api_token,
 *          failure (failed sign-ins and look-ups, so that any number of servers agree), access_log.
 * Source:  passwords Argon2id (RFC 9106) by libsodium; the cookie is __Host-like, HttpOnly, SameSite=Lax.
 */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include "auth/perm.h"
#include "base/ctx.h"

enum account_kind { ACCOUNT_CITIZEN = 1, ACCOUNT_OFFICER = 2, ACCOUNT_SYSTEM = 3 };

struct account {
    int64_t id;
    enum account_kind kind;
    const char *login;          /* officers: user name; citizens: personal number */
    const char *name;
    const char *personal_number, *phone, *email;
    bool active;
    int64_t version;
};

struct session {
    int64_t id, account;
    enum account_kind kind;
    const char *name;           /* of the person, for the page's head */
    const char *csrf;           /* token of this session */
    int64_t perms;              /* union of PERM_BIT over all reached units, for the gate */
    int64_t home_unit;          /* officers: unit of the main role; 0 none */
    const char *token_label;    /* API token's label; NULL for a browser session */
};

/* --- accounts --- */
/* password: NULL for an account that cannot sign in locally.  *id is set. E_CONFLICT: login taken. */
int auth_account_add(struct ctx *c, const struct account *a, const char *password_hash, int64_t *id);
int auth_account_get(struct ctx *c, int64_t id, struct account *out);
int auth_account_by_login(struct ctx *c, enum account_kind kind, const char *login, struct account *out);
/* Slow (30-100 ms, 19 MiB): in a route's prepare step or a command, never on a lane. */
char *auth_password_hash(struct ctx *c, const char *password);
bool auth_password_check(const char *hash, const char *password);

/* --- sessions: cookie value -> session --- */
int auth_session_open(struct ctx *c, int64_t account, char **cookie);
int auth_session_get(struct ctx *c, const char *cookie, struct session **out);  /* E_SIGNIN: none, expired */
int auth_session_close(struct ctx *c, int64_t session);
int auth_session_close_all(struct ctx *c, int64_t account);

/* --- reach: which account may do what in which unit.  Replaces all rows of the account. --- */
struct reach { int64_t unit; int64_t perms; };
int auth_reach_set(struct ctx *c, int64_t account, const struct reach *r, size_t n);
bool auth_reaches(struct ctx *c, int64_t account, int64_t unit, enum perm p);   /* a look-up, for rules */

/* --- tokens of the API --- */
int auth_token_create(struct ctx *c, int64_t account, const char *label, bool write, int64_t expires, char **token);
int auth_token_get(struct ctx *c, const char *token, struct session **out);

/* --- limits against guessing, kept in the database: E_LIMIT with c->retry_after --- */
enum guess { GUESS_SIGN_IN, GUESS_LOOKUP };
int auth_guess_allowed(struct ctx *c, enum guess g, const char *who);
int auth_guess_failed(struct ctx *c, enum guess g, const char *who);
int auth_guess_cleared(struct ctx *c, enum guess g, const char *who);

/* --- log of accesses to personal data --- */
int auth_log_seen(struct ctx *c, const char *what, int64_t dossier, int64_t person);

#endif
