/* Who may say who somebody is, as the configuration says: for `serve` and for `check`. */
#ifndef SITE_IDENTITY_H
#define SITE_IDENTITY_H

#include "base/ctx.h"
#include "oidc/oidc_config.h"
#include "site/site.h"

/* As configured, else DATA/identity.yaml when that is there, else "". */
const char *identity_path(struct arena *a, const struct config *k);
/* Reads the file into c->a; without one there are no providers.  E_INVALID: c->err tells every
 * fault, a line each. */
int identity_read(struct ctx *c, const struct config *k, struct oidc_providers *out,
                  const char **faults);
/* Fills `oidc`; NULL when there is no provider.  OK, or an rc with c->err. */
int identity_open(struct ctx *c, const struct config *k, struct services *out);
void identity_close(struct services *s);

#endif
