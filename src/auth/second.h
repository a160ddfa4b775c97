/*
 * The second factor of officers (codes of RFC 6238, recovery codes; keys are in auth_key.h), links
 * for a first password, devices that are known, and what happened to an account.
 *
 * Tables:    second_factor, recovery_code, invitation, account_event; account.second_at.
 * Source:    OWASP ASVS 5.0 V6; "Slow Down Online Guessing Attacks with Device Cookies" (OWASP).
 * Lifetime:  texts returned live in c->a.
 */
#ifndef AUTH_SECOND_H
#define AUTH_SECOND_H

#include "auth/auth.h"

/* --- the second factor --- */
enum { RECOVERY_CODES = 10 };
/* Bits, stored: an authenticator's codes, keys.  A recovery code stands for either. */
enum second_kind { SECOND_TOTP = 1, SECOND_KEY = 2 };
struct second {
    int64_t since;              /* UTC seconds since which one is asked for; 0: it is not */
    int64_t kinds;              /* in force */
    int64_t keys;
    bool pending;               /* a secret is shown and waits for its first code */
    int64_t codes_left;         /* recovery codes that were not used */
};
int auth_second_get(struct ctx *c, int64_t account, struct second *out);
/* A new secret, to be confirmed; the one in force, if any, stays in force until then. */
int auth_second_begin(struct ctx *c, int64_t account);
/* The pending secret in base32.  E_NOTFOUND: none, or shown more than an hour ago. */
int auth_second_pending(struct ctx *c, int64_t account, const char **base32);
/* *right: the code is of the pending secret, which is in force from now on. */
int auth_second_confirm(struct ctx *c, int64_t account, const char *code, bool *right);
/* New recovery codes; the old ones are worth nothing. */
int auth_second_codes(struct ctx *c, int64_t account, const char *out[RECOVERY_CODES]);
/* *right: of the authenticator, where `kinds` has it, or a recovery code; it is taken now and never
 * again. */
int auth_second_take(struct ctx *c, int64_t account, int64_t kinds, const char *code, bool *right);
int auth_second_drop(struct ctx *c, int64_t account);   /* of every kind, and recovery codes */
/* Must accounts with these permissions have one?  By the setting second_factor. */
bool auth_second_required(const struct ctx *c, int64_t perms);
/* They must, and of what they have nothing is of the kinds that second_factor_kinds names. */
bool auth_second_lacks(const struct ctx *c, int64_t perms, int64_t kinds);
/* Which of these kinds serve at the sign-in: who must have a certain kind and has it uses it. */
int64_t auth_second_serves(const struct ctx *c, int64_t perms, int64_t kinds);

/* --- between the password and the second factor: a sealed cookie, five minutes --- */
enum { TICKET_SECONDS = 300, TICKET_CHALLENGE = 32 };
struct ticket {
    int64_t account;
    bool temporary;             /* its password is */
    uint8_t challenge[TICKET_CHALLENGE];        /* for a key; every ticket has one of its own */
};
/* The password of this account was right; a new password makes the ticket void. */
const char *auth_ticket_make(struct ctx *c, int64_t account, const char *password_hash,
                             bool temporary);
/* E_SIGNIN: not one of ours, or too old. */
int auth_ticket_read(struct ctx *c, const char *text, struct ticket *out);
/* In its place, with another challenge. */
int auth_ticket_again(struct ctx *c, const struct ticket *t, const char **text);

/* --- this session was opened so many seconds ago at most: asked where there is no password --- */
enum { SESSION_FRESH = 900 };
int auth_session_fresh(struct ctx *c, bool *out);

/* --- links for a first password: single use; the secret leaves once --- */
int auth_link_make(struct ctx *c, int64_t account, char **token);
/* E_NOTFOUND: unknown, used or out of date.  `until` may be NULL. */
int auth_link_get(struct ctx *c, const char *token, struct account *out, int64_t *until);
/* Sets the password, ends the link and every session of the account. */
int auth_link_use(struct ctx *c, const char *token, const char *hash);

/* --- devices on which somebody signed in: a signed cookie with up to eight of them --- */
enum { DEVICE_DAYS = 180 };
/* The device's own name when `who` signed in on it before; NULL: a stranger's. */
const char *auth_device_knows(struct ctx *c, const char *cookie, const char *who);
/* The cookie's value with `who` added. */
const char *auth_device_add(struct ctx *c, const char *cookie, const char *who);
/* User names of a shared counter, newest first: another signed cookie. */
enum { NAMES_MAX = 5 };
size_t auth_names_read(struct ctx *c, const char *cookie, const char *out[NAMES_MAX]);
const char *auth_names_add(struct ctx *c, const char *cookie, const char *login);

/* --- what happened to an account: for its owner, and told at the next sign-in when it was done by
 * somebody else --- */
enum happened {
    HAPPENED_LINK_MADE, HAPPENED_LINK_USED, HAPPENED_PASSWORD, HAPPENED_SECOND_ON,
    HAPPENED_SECOND_OFF, HAPPENED_SECOND_RESET, HAPPENED_CODES_MADE, HAPPENED_CODE_USED,
    HAPPENED_GUESSED, HAPPENED_TOKEN_MADE, HAPPENED_TOKEN_ENDED, HAPPENED_ROLE,
    HAPPENED_KEY_ADDED, HAPPENED_KEY_REMOVED, HAPPENED_KEY_BACK,
    HAPPENED_COPY_ASKED, HAPPENED_COPY_FETCHED, HAPPENED_CORRECTED, HAPPENED_CLOSED,
    HAPPENED_CONTACT, HAPPENED__COUNT
};
const char *auth_happened_say(const char *word);        /* N_() sentence */
int auth_happened(struct ctx *c, int64_t account, enum happened what);
struct account_event { int64_t at; const char *what, *by; };   /* by: name; "" the account itself */
int auth_happened_list(struct ctx *c, int64_t account, size_t max, struct account_event *out,
                       size_t *n);
int auth_happened_told(struct ctx *c, int64_t account, bool *some);     /* marks them as told */

/* Another number of a citizen, who signs in by it from now on.  E_CONFLICT: it has an account. */
int auth_number_set(struct ctx *c, int64_t account, const char *number);

#endif
