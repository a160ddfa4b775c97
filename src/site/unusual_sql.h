/* The statements of access_alarm.  Only unusual.c includes this. */
#ifndef SITE_UNUSUAL_SQL_H
#define SITE_UNUSUAL_SQL_H

#include "mod/deadlines/rules.h"
#include "site/unusual.h"

struct look_officer { int64_t account; const char *login; };
/* A day as ids, the night that begins in it as UTC seconds. */
struct look_span { int64_t from, upto, day_end, night_from, night_to; };
struct looks { int64_t unit, n[LOOK__COUNT]; };     /* different dossiers, by enum look_alarm */

int unusual_sql_officers(struct ctx *c, const char *after, size_t max, struct look_officer *out,
                         size_t *n);
int unusual_sql_looks(struct ctx *c, int64_t account, const struct look_span *s, struct looks *out);
struct unusual_found { int64_t account, on, alarm, unit, n, threshold; };
int unusual_sql_raise(struct ctx *c, const struct unusual_found *f);
int unusual_sql_list(struct ctx *c, size_t max, struct look_alarm_row *out, size_t *n);
int unusual_sql_close(struct ctx *c, int64_t id, const char *note);     /* rows changed */
int64_t unusual_sql_open(struct ctx *c);
int64_t unusual_sql_all_open(struct ctx *c);

#endif
