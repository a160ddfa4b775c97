/* What the pages of signing in at an identity provider show. */
#ifndef AUTH_AUTH_OIDC_PAGES_H
#define AUTH_AUTH_OIDC_PAGES_H

#include "auth/auth_oidc.h"
#include "base/hash.h"
#include "html/page.h"

struct oidc_failure_view {
    const char *say, *name;     /* what happened; the provider's name */
    struct url again;
    const char *others;         /* the page with the other ways */
    bool officer;
};
struct join_view { const char *name, *number; };
struct signed_out_view { const char *name; struct url away; };   /* s NULL: it has no sign-out */

struct sign_in_view;
void auth_provider_choices(struct ctx *c, struct sign_in_view *v);      /* fills providers and n */
bool auth_provider_is(struct ctx *c, const char *id);

#endif
