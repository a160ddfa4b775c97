/* The statements of auth: rows in, rows out; the rules are in the other files of this folder. */
#ifndef AUTH_AUTH_SQL_H
#define AUTH_AUTH_SQL_H

#include "auth/auth.h"
#include "db/db.h"
#include "http/reply.h"

/* --- accounts --- */
int auth_sql_account_add(struct ctx *c, const struct account *a, const char *fold,
                         const char *hash);
int auth_sql_account_get(struct ctx *c, int64_t id, struct account *out);
int auth_sql_account_by_login(struct ctx *c, enum account_kind kind, const char *login,
                              struct account *out);
int auth_sql_number_set(struct ctx *c, int64_t account, const char *number);
int auth_sql_account_save(struct ctx *c, const struct account *a,
                          const char *fold); /* rows changed */
int auth_sql_number_verify(struct ctx *c, int64_t account);         /* rows changed */
const char *auth_sql_number_verified(struct ctx *c, int64_t account);
int auth_sql_officers(struct ctx *c, int64_t by, const char *start, const char *after,
                      int64_t after_id, size_t max, struct account *out, size_t *n);
int auth_sql_account_reach(struct ctx *c, int64_t account, int64_t perms);
int auth_sql_account_home(struct ctx *c, int64_t account, int64_t unit);

/* --- passwords: OK with account 0 when there is none --- */
struct sql_password { int64_t account, until; const char *hash; };
int auth_sql_password_get(struct ctx *c, enum account_kind kind, const char *login,
                          struct sql_password *out);
int auth_sql_password_of(struct ctx *c, int64_t account, struct sql_password *out);
int auth_sql_password_set(struct ctx *c, int64_t account, const char *hash, int64_t until);

/* --- sessions --- */
struct sql_session { struct session s; int64_t seen_at, expires_at, second_kinds; };
int auth_sql_session_add(struct ctx *c, int64_t id, int64_t account, const char *key,
                         int64_t expires);
int auth_sql_session_get(struct ctx *c, const char *key, struct sql_session *out);  /* E_NOTFOUND */
int auth_sql_session_seen(struct ctx *c, int64_t id, int64_t ends);
int auth_sql_session_note(struct ctx *c, const char *key, const char *address, const char *agent);
int auth_sql_session_drop(struct ctx *c, int64_t id);
/* ref: the first letters of the key; NULL: all of the account.  Rows changed. */
int auth_sql_session_drop_of(struct ctx *c, int64_t account, const char *ref);
int auth_sql_session_drop_every(struct ctx *c);
/* Keeps the `most` that were used last. */
int auth_sql_session_trim(struct ctx *c, int64_t account, int most);
int auth_sql_session_list(struct ctx *c, int64_t account, int64_t seen_after, size_t max,
                          struct session_row *out, size_t *n);
int auth_sql_session_sweep(struct ctx *c, int64_t seen_before);

/* --- tokens of the API --- */
struct sql_token { struct session s; bool write; int64_t expires_at; };
int auth_sql_token_add(struct ctx *c, int64_t id, int64_t account, const char *label,
                       const char *key, bool write, int64_t expires);
int auth_sql_token_get(struct ctx *c, const char *key, struct sql_token *out);      /* E_NOTFOUND */

int auth_sql_token_list(struct ctx *c, int64_t account, size_t max, struct token_row *out,
                        size_t *n);
int auth_sql_token_drop(struct ctx *c, int64_t account, const char *ref);   /* rows changed */

/* --- reach, by unit --- */
int auth_sql_reach_list(struct ctx *c, int64_t account, struct reach **out, size_t *n);
int auth_sql_reach_drop(struct ctx *c, int64_t account);
int auth_sql_reach_add(struct ctx *c, int64_t account, const struct reach *r, int64_t partly);
int auth_sql_reach_field_add(struct ctx *c, int64_t account, const struct reach *r);
bool auth_sql_reaches_partly(struct ctx *c, int64_t account, int64_t unit, int64_t perms);
bool auth_sql_reaches_for(struct ctx *c, int64_t account, int64_t unit, const char *procedure,
                          int64_t perms);
bool auth_sql_covered(struct ctx *c, int64_t account, int64_t by, int64_t perms);
bool auth_sql_reaches(struct ctx *c, int64_t account, int64_t unit, int64_t perms);

/* --- failures: since 0 when there is no row --- */
struct sql_failure { int64_t since, tries; };
int auth_sql_failure_get(struct ctx *c, enum guess g, const char *key, struct sql_failure *out);
int auth_sql_failure_add(struct ctx *c, enum guess g, const char *key, int64_t window);
int auth_sql_failure_drop(struct ctx *c, enum guess g, const char *key);
int auth_sql_failure_sweep(struct ctx *c, int64_t before);

#endif
