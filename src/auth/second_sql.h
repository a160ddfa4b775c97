/* The statements of the second factor, of links and of what happened to accounts. */
#ifndef AUTH_SECOND_SQL_H
#define AUTH_SECOND_SQL_H

#include "auth/second.h"
#include "db/db.h"

struct sql_second {
    struct bytes secret, pending;
    int64_t pending_at, last_step, since, kinds;
};
int second_sql_get(struct ctx *c, int64_t account, struct sql_second *out);  /* zeroes: no row */
int second_sql_pend(struct ctx *c, int64_t account, struct bytes pending);
int second_sql_confirm(struct ctx *c, int64_t account, int64_t step);   /* rows changed */
/* A kind is in force from now on; only these stay. */
int second_sql_kind_add(struct ctx *c, int64_t account, enum second_kind kind);
int second_sql_kinds_keep(struct ctx *c, int64_t account, int64_t kinds);
int second_sql_step(struct ctx *c, int64_t account, int64_t step);      /* rows changed */
int second_sql_drop(struct ctx *c, int64_t account);

int64_t second_sql_codes_left(struct ctx *c, int64_t account);
int second_sql_codes_drop(struct ctx *c, int64_t account);
int second_sql_code_add(struct ctx *c, int64_t account, const char *key);
int second_sql_code_use(struct ctx *c, int64_t account, const char *key);    /* rows changed */

int second_sql_link_drop(struct ctx *c, int64_t account);
int second_sql_link_use(struct ctx *c, const char *key);           /* 1, or 0 when it is gone */
int second_sql_link_add(struct ctx *c, int64_t account, const char *key, int64_t until);
int64_t second_sql_link_get(struct ctx *c, const char *key, int64_t *until);  /* account or 0 */

int second_sql_event_add(struct ctx *c, int64_t account, const char *what, bool told);
int second_sql_event_list(struct ctx *c, int64_t account, size_t max, struct account_event *out,
                          size_t *n);
int second_sql_event_told(struct ctx *c, int64_t account);      /* rows changed */

#endif
