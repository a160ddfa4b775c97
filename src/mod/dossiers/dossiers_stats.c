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

static int
move_status(struct ctx *c, const struct dossier *was, const struct dossier *d)
{
    int rc = OK;

    if (was->status == d->status && was->unit == d->unit)
        return OK;
    if (was->status)
        rc = sql_status_add(c, was->unit, was->status, -1);
    return rc < 0 ? rc : sql_status_add(c, d->unit, d->status, 1);
}

static int
move_month(struct ctx *c, const struct dossier *was, const struct dossier *d)
{
    struct stat_row r = {.unit = d->competent_unit, .procedure = d->procedure};

    r.submitted = !was->submitted_at;
    r.online = r.submitted && d->channel == CHANNEL_ONLINE;
    r.received = !was->accepted_at && d->accepted_at;
    r.month = month_of(r.received ? d->accepted_at : d->submitted_at);
    return r.submitted || r.received ? sql_month_add(c, &r) : OK;
}

/* sign 1: a result; -1: a result is opened again and leaves the statistics as it came. */
static int
move_finished(struct ctx *c, const struct dossier *d, int sign)
{
    struct stat_row r = {.unit = d->competent_unit, .procedure = d->procedure,
                         .month = month_of(d->finished_at), .finished = sign};
    int64_t days = calendar_between(c->site->calendar, vn_day(d->accepted_at),
                                    vn_day(d->finished_at));
    int rc;

    r.early = d->timing == TIMING_EARLY ? sign : 0;
    r.on_time = d->timing == TIMING_ON_TIME ? sign : 0;
    r.late = d->timing == TIMING_LATE ? sign : 0;
    rc = sql_month_add(c, &r);
    if (rc < 0 || d->outcome == OUTCOME_WITHDRAWN || d->outcome == OUTCOME_STOPPED)
        return rc;                      /* how long a result takes says nothing about those */
    return sql_days_add(c, &r, days, sign);
}

int
counts_move(struct ctx *c, const struct dossier *was, const struct dossier *d)
{
    int rc = move_status(c, was, d);

    if (rc == OK)
        rc = move_month(c, was, d);
    if (rc == OK && was->finished_at && !d->finished_at && was->accepted_at)
        rc = move_finished(c, was, -1);
    if (rc == OK && !was->finished_at && d->finished_at && d->accepted_at)
        rc = move_finished(c, d, 1);
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
