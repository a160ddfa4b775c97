/*
 * Citizens and officers who sign in by another's word (docs/adr/0040): the rules of linking and the
 * cookies that carry a sign-in under way.  Nothing is stored for a stranger: what a sign-in needs
 * travels encrypted with its own browser, and only what a provider vouched for reaches a table.
 */
#ifndef AUTH_AUTH_OIDC_H
#define AUTH_AUTH_OIDC_H

#include <jansson.h>

#include "auth/auth.h"
#include "oidc/oidc.h"

enum { FLOW_SECONDS = 600 };            /* from the button to the answer */

/* --- sealed cookies: encrypted with the site's key, bound to their use and to an end --- */
/* NULL: too long for a cookie.  Steals `what`. */
const char *auth_seal(struct ctx *c, const char *use, json_t *what);
json_t *auth_unseal(struct ctx *c, const char *use, const char *text);  /* NULL: not ours, or old */

/* --- linking --- */
struct vouched {                        /* what a provider says, and for which provider */
    const char *provider, *subject, *number, *name, *phone, *email;
    int level;
};
enum linking {
    LINK_DONE,                          /* *account is the person's */
    LINK_ASK,           /* an account here has that number, and nobody has checked whose it is */
};
/* E_DENIED with a sentence when it may not be linked. */
int auth_link(struct ctx *c, const struct vouched *v, enum linking *how, int64_t *account);
/* The person has shown the password of that account: one account from now on. */
int auth_link_join(struct ctx *c, const struct vouched *v, int64_t account);
/* The person has not: the account loses the number, its ways in and nothing else; a new one is
 * made. */
int auth_link_apart(struct ctx *c, const struct vouched *v, int64_t *account);
/* E_NOTFOUND with a sentence: no officer signs in by that name. */
int auth_link_officer(struct ctx *c, const char *login, int64_t *account);

/* Once only: E_CONFLICT when this nonce was answered before. */
int auth_oidc_once(struct ctx *c, const char *nonce);
/* How sure the session is that was just opened. */
int auth_session_rate(struct ctx *c, const char *cookie, int level, const char *provider);

#endif
