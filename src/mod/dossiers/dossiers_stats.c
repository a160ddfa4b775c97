/* Counters, moved with every event, and the statistics made of them: nothing scans dossiers. */
#include <string.h>

#include "mod/dossiers/dossiers_inside.h"
#include "mod/dossiers/dossiers_stats_sql.h"
#include "site/site.h"

static int
month_of(int64_t at)
{
    struct ymd v = date_ymd(vn_day(at));

    return v.y * 100 + v.m;
}

/* --- moving --- */

int
counts_move(struct ctx *c, const struct dossier *was, const struct dossier *d)
{
    struct count_moves m;
    int rc = OK;

    counts_of(c->site->calendar, was, d, &m);
    for (size_t i = 0; i < m.n_month && rc == OK; i++)
        rc = sql_month_add(c, &m.month[i]);
    for (size_t i = 0; i < m.n_days && rc == OK; i++)
        rc = sql_days_add(c, &m.days[i]);
    for (size_t i = 0; i < m.n_officer && rc == OK; i++)
        rc = sql_officer_add(c, &m.officer[i]);
    return rc;
}

/* --- reading --- */

static bool
of_row(const struct days_row *v, const struct stat_row *r, enum stat_group g)
{
    if (g == BY_PROCEDURE)
        return strcmp(v->procedure, r->procedure) == 0;
    return v->key == (g == BY_UNIT ? r->unit : r->month);
}

/* The least length that at least `share` of ten took, times ten; -1 when there is none. */
static int64_t
quantile(const struct days_row *v, size_t n, int share)
{
    int64_t total = 0, sum = 0;

    for (size_t i = 0; i < n; i++)
        total += v[i].n > 0 ? v[i].n : 0;
    for (size_t i = 0; i < n && total > 0; i++) {
        sum += v[i].n > 0 ? v[i].n : 0;
        if (sum * 10 >= total * share)
            return v[i].days * 10;
    }
    return -1;
}

static int
stats(struct ctx *c, enum stat_group g, int64_t unit, int from, int to, struct stat_row **out,
      size_t *n)
{
    stat_list v = {0};
    days_list days = {0};
    size_t at = 0;
    int rc = sql_stats(c, g, unit, from, to, &v);

    if (rc == OK)
        rc = sql_days(c, g, unit, from, to, &days);
    for (size_t i = 0; i < v.n; i++) {          /* both lists are in the order of the group */
        size_t first = at;

        while (at < days.n && of_row(&days.p[at], &v.p[i], g))
            at++;
        if (at > first)
            v.p[i].median_days_x10 = quantile(days.p + first, at - first, 5);
    }
    *out = v.p;
    *n = v.n;
    return rc;
}

int
stats_by_unit(struct ctx *c, int month_from, int month_to, struct stat_row **out, size_t *n)
{
    return stats(c, BY_UNIT, 0, month_from, month_to, out, n);
}

int
stats_by_month(struct ctx *c, int64_t unit, int month_from, int month_to, struct stat_row **out,
               size_t *n)
{
    return stats(c, BY_MONTH, unit, month_from, month_to, out, n);
}

int
stats_by_procedure(struct ctx *c, int64_t unit, int month_from, int month_to,
                   struct stat_row **out, size_t *n)
{
    return stats(c, BY_PROCEDURE, unit, month_from, month_to, out, n);
}

int
stats_usual_days_x10(struct ctx *c, const char *procedure)
{
    days_list v = {0};

    if (sql_days_of(c, procedure, month_of(c->now) - 100, &v) < 0)      /* the last twelve months */
        return -1;
    return (int)quantile(v.p, v.n, 9);
}
