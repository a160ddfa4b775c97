/* The only file that names the table security_key. */
#ifndef AUTH_AUTH_KEY_SQL_H
#define AUTH_AUTH_KEY_SQL_H

#include "auth/auth_key.h"
#include "db/db.h"

struct sql_key { int64_t id, account; struct webauthn_key key; const char *ways; };
int key_sql_list(struct ctx *c, int64_t account, struct security_key out[KEYS_MAX], size_t *n);
int key_sql_ids(struct ctx *c, int64_t account, struct sql_key out[KEYS_MAX], size_t *n);
int64_t key_sql_count(struct ctx *c, int64_t account);
int key_sql_get(struct ctx *c, const char *ref, struct sql_key *out);   /* id 0: none */
/* Rows: 0 it is somebody's already. */
int key_sql_add(struct ctx *c, const struct sql_key *k, const char *ref, const char *name);
/* Rows: 0 somebody used it meanwhile. */
int key_sql_used(struct ctx *c, int64_t id, int64_t last, int64_t counter);
int key_sql_drop(struct ctx *c, int64_t account, const char *ref);      /* rows */
int key_sql_drop_all(struct ctx *c, int64_t account);

#endif
