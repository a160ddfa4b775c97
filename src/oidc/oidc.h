/*
 * Signing in by another's word: the client of OpenID Connect providers (code flow with PKCE).  It
 * keeps each provider's discovery document and keys for an hour, and asks for the keys again when a
 * token names one that is not known (at most once a minute).
 *
 * Errors:    E_DOWN    the provider does not answer, or not as it should;
 *            E_CONFLICT  it does not take the code (used, too old): sign in once more;
 *            E_DENIED  what it said is not to be believed, or says too little.
 * Threads:   any but a lane's: all of it waits for another server.
 */
#ifndef OIDC_OIDC_H
#define OIDC_OIDC_H

#include "base/ctx.h"
#include "oidc/oidc_config.h"
#include "oidc/protocol.h"

struct oidc;

/* `all` lives as long as the client. */
struct oidc *oidc_open(const struct oidc_providers *all);
void oidc_close(struct oidc *o);                /* NULL is allowed */
const struct oidc_providers *oidc_providers(const struct oidc *o);      /* NULL gives NULL */

/* The address to send the browser to. */
int oidc_begin(struct ctx *c, struct oidc *o, const struct oidc_provider *p,
               const struct oidc_flow *f, const char **address);
/* The browser is back with a code; issuer: what came as `iss`, "" nothing. */
int oidc_finish(struct ctx *c, struct oidc *o, const struct oidc_provider *p,
                const struct oidc_flow *f, const char *code, const char *issuer,
                struct oidc_person *out);
/* Where its own sign-out is; *address NULL: it has none. */
int oidc_logout(struct ctx *c, struct oidc *o, const struct oidc_provider *p, const char *back,
                const char **address);

#endif
