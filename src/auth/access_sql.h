/* The tables access_log (who looked at what) and access_listed (whom a list of today has shown). */
#ifndef AUTH_ACCESS_SQL_H
#define AUTH_ACCESS_SQL_H

#include "auth/auth.h"
#include "db/db.h"
#include "http/reply.h"

enum { LOG_AT_ONCE = 16 };      /* rows of one statement */
/* n <= LOG_AT_ONCE, all with the words of the first. */
int access_sql_add(struct ctx *c, const struct shown *s, size_t n);
int access_sql_listed_add(struct ctx *c, const struct shown *s, size_t n);
int access_sql_listed_sweep(struct ctx *c, int64_t before);
typedef VEC(int64_t) dossier_ids;
int access_sql_listed(struct ctx *c, int64_t from, int64_t to, dossier_ids *out); /* in order */
int access_sql_list(struct ctx *c, int64_t dossier, int64_t person, int64_t before, size_t max,
                    struct seen *out, size_t *n);

#endif
