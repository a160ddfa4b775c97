/* The statements of table assist.  Only this folder includes it. */
#ifndef MOD_ASSIST_ASSIST_SQL_H
#define MOD_ASSIST_ASSIST_SQL_H

#include "mod/assist/assist.h"

int assist_sql_add(struct ctx *c, int64_t draft, int64_t unit);
int assist_sql_get(struct ctx *c, int64_t draft, struct assist *out);
int assist_sql_by_link(struct ctx *c, const char *key, struct assist *out);
int64_t assist_sql_begun(struct ctx *c, int64_t helper, int64_t since);
/* What is asked: key of a link or hash of a code, the other is void. */
struct assist_ask { const char *link, *code, *told, *what; enum assist_way way; };
int assist_sql_ask(struct ctx *c, int64_t draft, const struct assist_ask *k);
/* 1, or 0: that code is gone, or tried `most` times. */
int assist_sql_count(struct ctx *c, int64_t draft, const char *code, int64_t most);
int assist_sql_void(struct ctx *c, int64_t draft);          /* code and link */
int assist_sql_confirm(struct ctx *c, int64_t draft, enum assist_way way, const char *what,
                       const char *signature);
int assist_sql_end(struct ctx *c, int64_t draft, int64_t dossier);
int assist_sql_older(struct ctx *c, int64_t before, size_t max, int64_t *drafts, size_t *n);
int assist_sql_unfinished(struct ctx *c, int64_t helper, int64_t from, int64_t upto,
                          int64_t stale, int64_t *n, int64_t *unit);

#endif
