/* The signer and whom a site believes, as its configuration says: for `serve` and for commands. */
#ifndef SITE_SIGNING_H
#define SITE_SIGNING_H

#include "base/ctx.h"
#include "site/site.h"

/* Where they are: as configured, else DATA/signing/keys.yaml and DATA/signing/trust when those are
 * there, else "". */
const char *signing_keys_path(struct arena *a, const struct config *k);
const char *signing_trust_path(struct arena *a, const struct config *k);

/* Fills `signer` (NULL when no keys are configured) and `trust`.  OK, or an rc with c->err. */
int signing_open(struct ctx *c, const struct config *k, struct services *out);
void signing_close(struct services *s);

#endif
