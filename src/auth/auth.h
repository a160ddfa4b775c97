/*
 * Who is asking: accounts, sessions, grants and reach.  auth knows units only by id; agencies
 * rewrites reach with auth_reach_set() when the tree, a role, a stand-in or a date changes.
 *
 * Tables:    account, session, api_token, reach (view v_reach: account, unit, perms), failure
 *            (sign-ins and look-ups, so that any number of servers agree), access_log; v_account.
 * Source:    passwords Argon2id (RFC 9106) by libsodium; cookies HttpOnly, Secure, SameSite=Lax.
 * Lifetime:  texts returned live in c->a.
 * Threads:   as the context, but auth_password_hash() and _check(), which any thread may call.
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
    const char *personal_number, *phone, *email;    /* NULL or "": none */
    bool active;
    int64_t version;
    int64_t perms, home_unit;   /* union of reach; unit of the main role, 0 none */
};

struct session {
    int64_t id, account;
    enum account_kind kind;
    const char *name;           /* of the person, for the page's head */
    const char *csrf;           /* token of this session */
    int64_t perms;              /* union of PERM_BIT over all reached units, for the gate */
    int64_t home_unit;          /* officers: unit of the main role; 0 none */
    int level;                  /* how surely it was found out who it is, 1..3 (ADR 0040) */
    const char *provider;       /* id of the identity provider; "" signed in here */
    const char *token_label;    /* API token's label; NULL for a browser session */
    bool stale;                 /* last seen some minutes ago: auth_session_touch() is due */
    bool must_second;           /* has to set up a second factor before anything else */
};

/* --- accounts --- */
/* hash: NULL for one that cannot sign in locally.  *id is set.  E_CONFLICT: login taken. */
int auth_account_add(struct ctx *c, const struct account *a, const char *hash, int64_t *id);
int auth_account_get(struct ctx *c, int64_t id, struct account *out);
int auth_account_by_login(struct ctx *c, enum account_kind kind, const char *login,
                          struct account *out);
/* Somebody has seen the card of the citizen who signs in with this number.  E_NOTFOUND: no such. */
int auth_number_verify(struct ctx *c, const char *number);
const char *auth_number_verified(struct ctx *c);    /* of c->account; "" none, or not checked */
const char *auth_number_verified_of(struct ctx *c, int64_t account);
bool auth_login_good(const char *login);     /* an officer's: 2 to 40 of a-z 0-9._-, a letter */
/* Name, phone, e-mail and active; a->version is what was on screen: E_CONFLICT when it is old. */
int auth_account_save(struct ctx *c, const struct account *a);
/* Officers whose folded name or login begins with `start` (folded; "": all), by folded name, after
 * the last row shown (`after` its folded name and `after_id`; "" and 0 at first); at most `max`.
 * by: only those whose whole reach this account administers; 0 all. */
int auth_officers(struct ctx *c, int64_t by, const char *start, const char *after, int64_t after_id,
                  size_t max, struct account *out, size_t *n);

/* --- passwords --- */
/* Slow (30-100 ms, 19 MiB): in a route's prepare step or a command, never on a lane.  At most two
 * run at a time in one process.  A NULL hash takes as long and is false: no login is betrayed. */
char *auth_password_hash(struct ctx *c, const char *password);
bool auth_password_check(const char *hash, const char *password);
/* An N_() sentence, or NULL when it is good. */
const char *auth_password_fault(const char *password, const char *login);
char *auth_password_make(struct ctx *c); /* 80 random bits in four groups: XXXX-XXXX-XXXX-XXXX */
/* What a sign-in needs: *id 0 and *hash NULL when there is no such active account. */
struct password { int64_t account; const char *hash; bool temporary; };
int auth_password_get(struct ctx *c, enum account_kind kind, const char *login,
                      struct password *out);
int auth_password_of(struct ctx *c, int64_t account, struct password *out);
/* temporary: made by an administrator, good for 7 days, to be changed at the first sign-in. */
int auth_password_set(struct ctx *c, int64_t account, const char *hash, bool temporary);

/* --- sessions: cookie value -> session --- */
/* Seconds; the configuration's session_seconds and session_absolute replace them. */
enum { SESSION_IDLE = 3600, SESSION_ABSOLUTE = 12 * 3600 };
/* What lies further in the future was written by a clock that was set back since. */
enum { CLOCK_SLACK = 300 };
int auth_session_open(struct ctx *c, int64_t account, char **cookie);
/* E_SIGNIN: none, or expired. */
int auth_session_get(struct ctx *c, const char *cookie, struct session **out);
int auth_session_touch(struct ctx *c, int64_t session);     /* on a write lane, when it is stale */
int auth_session_close(struct ctx *c, int64_t session);
int auth_session_close_all(struct ctx *c, int64_t account);
int auth_session_close_of(struct ctx *c, int64_t account);  /* the same; how many.  0: of all */
/* Own sessions, newest first: times are UTC; `address` and `agent` as at the sign-in. */
struct session_row {
    const char *ref;            /* for a form: says nothing of the cookie */
    int64_t id, opened_at, seen_at;
    const char *address, *agent;
};
int auth_session_list(struct ctx *c, int64_t account, size_t max, struct session_row *out,
                      size_t *n);
int auth_session_note(struct ctx *c, const char *cookie, const char *address, const char *agent);
int auth_session_end(struct ctx *c, int64_t account, const char *ref);  /* E_NOTFOUND: not its */
int auth_sweep(struct ctx *c);      /* deletes expired sessions and old failures; a daily job */

/* --- reach: which account may do what in which unit.  Replaces all rows of the account. --- */
struct reach { int64_t unit, perms; const char *field; };   /* field: NULL or "" all */
int auth_reach_set(struct ctx *c, int64_t account, const struct reach *r, size_t n);
int auth_home_set(struct ctx *c, int64_t account, int64_t unit);
bool auth_reaches(struct ctx *c, int64_t account, int64_t unit, enum perm p);  /* every field */
/* `by` has `p` in every unit that `account` reaches: who may manage it cannot gain by it. */
bool auth_reach_covered(struct ctx *c, int64_t account, int64_t by, enum perm p);

/* --- tokens of the API; expires: UTC seconds, 0 never --- */
int auth_token_create(struct ctx *c, int64_t account, const char *label, bool write,
                      int64_t expires, char **token);
int auth_token_get(struct ctx *c, const char *token, struct session **out);
struct token_row {
    const char *ref, *label, *login;    /* ref: for a form, says nothing of the token */
    bool write;
    int64_t created_at, expires_at;     /* UTC seconds; expires 0 never */
};
/* Oldest first; account 0: of all. */
int auth_token_list(struct ctx *c, int64_t account, size_t max, struct token_row *out, size_t *n);
int auth_token_end(struct ctx *c, int64_t account, const char *ref);    /* E_NOTFOUND */

/* --- limits against guessing, kept in the database: E_LIMIT with c->retry_after ---
 * A handler that counts a failure must return OK (with its page), or the gate undoes the count.
 * On a read-only connection what has to be written is E_WRITES (RUN_READ_FIRST). */
enum guess { GUESS_SIGN_IN, GUESS_LOOKUP, GUESS_SIGN_IN_ADDRESS, GUESS_LOOKUP_ADDRESS,
             GUESS_CODE, GUESS_CODE_ADDRESS, GUESS_SIGN_IN_DAY, GUESS_SIGN_IN_PAIR,
             GUESS_SIGN_IN_DEVICE, GUESS_OWN, GUESS_SECOND, GUESS__COUNT };  /* they are stored */
int auth_guess_allowed(struct ctx *c, enum guess g, const char *who);
int auth_guess_failed(struct ctx *c, enum guess g, const char *who);
int auth_guess_cleared(struct ctx *c, enum guess g, const char *who);

/* --- log of accesses to personal data --- */
/* Called by handlers: notes it in c->out->shown (http/reply.h), since reads run on a read-only
 * connection; without a reply (commands) it stores at once.  The purpose follows from the address,
 * or is a reason that the officer gave. */
int auth_log_seen(struct ctx *c, const char *what, int64_t dossier, int64_t person);
int auth_log_reason(struct ctx *c, const char *what, const char *reason, int64_t dossier);
/* The dossiers of a list that this account's lists did not show yet today; at most 200 a call. */
int auth_log_listed(struct ctx *c, const char *what, const int64_t *dossiers, size_t n);
const char *auth_purpose_name(const char *purpose);     /* N_() of a word; NULL: it is a reason */
/* Called by the gate alone, on the write lane before the reply leaves: stores what is noted. */
int auth_log_store(struct ctx *c);
/* Who saw this dossier or person (0: any), newest first, before the entry `before` (0: newest). */
struct seen { int64_t id, at, account, dossier, person; const char *name, *what; };
int auth_log_list(struct ctx *c, int64_t dossier, int64_t person, int64_t before, size_t max,
                  struct seen *out, size_t *n);

#endif
