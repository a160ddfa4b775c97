/* The only file that names the tables identity and sign_in_used. */
#ifndef AUTH_AUTH_OIDC_SQL_H
#define AUTH_AUTH_OIDC_SQL_H

#include "auth/auth_oidc.h"
#include "db/db.h"

int oidc_sql_identity(struct ctx *c, const char *provider, const char *subject,
                      int64_t *account);        /* 0 none */
int oidc_sql_identity_add(struct ctx *c, const char *provider, const char *subject,
                          int64_t account);
int oidc_sql_used_add(struct ctx *c, const char *key, int64_t until);     /* rows: 0 known */
int oidc_sql_used_sweep(struct ctx *c);
int oidc_sql_rate(struct ctx *c, const char *key, int level, const char *provider);

struct holder { int64_t id, verified_at; bool active; };        /* id 0: none */
int oidc_sql_holder(struct ctx *c, const char *number, struct holder *out);
int oidc_sql_vouch(struct ctx *c, int64_t account, const char *number, const char *name,
                   const char *fold);
int oidc_sql_set_aside(struct ctx *c, int64_t account, const char *login);      /* rows changed */

#endif
