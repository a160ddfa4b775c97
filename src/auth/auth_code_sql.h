/* The only file that names the tables sign_in_code and mail_out. */
#ifndef AUTH_AUTH_CODE_SQL_H
#define AUTH_AUTH_CODE_SQL_H

#include "auth/auth_code.h"
#include "db/db.h"

struct code_row { const char *address, *key; int64_t made_at, tries; };        /* key NULL: none */
int code_sql_put(struct ctx *c, int64_t account, enum code_purpose p, const char *address,
                 const char *key);
int code_sql_get(struct ctx *c, int64_t account, enum code_purpose p, struct code_row *out);
/* 1, or 0: that code is gone, or tried `most` times. */
int code_sql_count(struct ctx *c, int64_t account, enum code_purpose p, const char *key,
                   int64_t most);
int code_sql_use(struct ctx *c, int64_t account, enum code_purpose p, const char *key);
int code_sql_sweep(struct ctx *c, int64_t before);
int code_sql_who(struct ctx *c, const char *number, int64_t *account, const char **address);
int code_sql_checked(struct ctx *c, const char *number, const char **address);  /* "" none */
int code_sql_verify(struct ctx *c, int64_t account, const char *address);      /* rows changed */
int code_sql_verified(struct ctx *c, int64_t account, bool *is);

struct mail_row { int64_t id, next_at, tries; const char *sealed; };
int mail_sql_add(struct ctx *c, const char *sealed);
int mail_sql_due(struct ctx *c, size_t max, struct mail_row *out, size_t *n);
int mail_sql_take(struct ctx *c, const struct mail_row *r, int64_t next_at);   /* rows changed */
int mail_sql_drop(struct ctx *c, int64_t id);

#endif
