/* Counters: tables of schema/0023.sql. */
#ifndef MOD_DOSSIERS_STATS_SQL_H
#define MOD_DOSSIERS_STATS_SQL_H

#include "db/db.h"
#include "mod/dossiers/dossiers_counts.h"
#include "mod/dossiers/worklists.h"

typedef VEC(struct stat_row) stat_list;
struct days_row { int64_t key, days, n; const char *procedure; };
typedef VEC(struct days_row) days_list;

int sql_work_add(struct ctx *c, const struct count_work *w);
int sql_month_add(struct ctx *c, const struct count_month *m);      /* and its sums, four rows */
int sql_days_add(struct ctx *c, const struct count_days *d);
int sql_officer_add(struct ctx *c, const struct count_officer *o);
int sql_digital_add(struct ctx *c, const struct count_digital *d);

typedef VEC(struct count_digital) digital_sum_list;
int sql_digital_sums(struct ctx *c, int64_t unit, int from, int to, digital_sum_list *out);

enum stat_group { BY_UNIT, BY_MONTH, BY_PROCEDURE };
int sql_stats(struct ctx *c, enum stat_group g, int64_t unit, int from, int to, stat_list *out);
/* Lengths in order of (group, days): for medians. */
int sql_days(struct ctx *c, enum stat_group g, int64_t unit, int from, int to, days_list *out);
int sql_days_of(struct ctx *c, const char *procedure, int from, days_list *out);

#endif
