#include "mod/dossiers/dossiers_stats_sql.h"

#define SUMS                                                                                       \
    "sum(submitted), sum(online), sum(received), sum(finished), sum(early), sum(on_time),"         \
    " sum(late) FROM stat_month WHERE month BETWEEN $1 AND $2 AND ($3 = 0 OR unit = $3)"
#define LENGTHS                                                                                    \
    "days, sum(n) FROM stat_days WHERE month BETWEEN $1 AND $2 AND ($3 = 0 OR unit = $3)"

enum { Q_STATUS, Q_MONTH, Q_DAYS, Q_SUM_UNIT, Q_SUM_MONTH, Q_SUM_PROCEDURE, Q_LEN_UNIT, Q_LEN_MONTH,
       Q_LEN_PROCEDURE, Q_LEN_ONE, Q__COUNT };

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_STATUS] = {"unit_status_add",
                  "INSERT INTO unit_status (unit, status, n) VALUES ($1, $2, $3)"
                  " ON CONFLICT (unit, status) DO UPDATE SET n = unit_status.n + excluded.n"},
    [Q_MONTH] = {"stat_month_add",
                 "INSERT INTO stat_month (month, unit, procedure, submitted, online, received,"
                 " finished, early, on_time, late) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
                 " ON CONFLICT (month, unit, procedure) DO UPDATE SET"
                 " submitted = stat_month.submitted + excluded.submitted,"
                 " online = stat_month.online + excluded.online,"
                 " received = stat_month.received + excluded.received,"
                 " finished = stat_month.finished + excluded.finished,"
                 " early = stat_month.early + excluded.early,"
                 " on_time = stat_month.on_time + excluded.on_time,"
                 " late = stat_month.late + excluded.late"},
    [Q_DAYS] =
        {"stat_days_add",
         "INSERT INTO stat_days (procedure, month, unit, days, n) VALUES ($1, $2, $3, $4, $5)"
         " ON CONFLICT (procedure, month, unit, days) DO UPDATE SET"
         " n = stat_days.n + excluded.n"},
    [Q_SUM_UNIT] = {"stats_by_unit", "SELECT unit, " SUMS " GROUP BY unit ORDER BY unit"},
    [Q_SUM_MONTH] = {"stats_by_month", "SELECT month, " SUMS " GROUP BY month ORDER BY month"},
    [Q_SUM_PROCEDURE] = {"stats_by_procedure",
                         "SELECT procedure, " SUMS " GROUP BY procedure ORDER BY procedure"},
    [Q_LEN_UNIT] = {"days_by_unit",
                    "SELECT unit, " LENGTHS " GROUP BY unit, days ORDER BY unit, days"},
    [Q_LEN_MONTH] = {"days_by_month",
                     "SELECT month, " LENGTHS " GROUP BY month, days ORDER BY month, days"},
    [Q_LEN_PROCEDURE] = {"days_by_procedure",
                         "SELECT procedure, " LENGTHS " GROUP BY procedure, days"
                         " ORDER BY procedure, days"},
    [Q_LEN_ONE] = {"days_of",
                   "SELECT 0, days, sum(n) FROM stat_days WHERE procedure = $1 AND month >= $2"
                   " GROUP BY days ORDER BY days"},
};

static const struct { int sums, lengths; } GROUP[] = {
    [BY_UNIT]      = {Q_SUM_UNIT, Q_LEN_UNIT},
    [BY_MONTH]     = {Q_SUM_MONTH, Q_LEN_MONTH},
    [BY_PROCEDURE] = {Q_SUM_PROCEDURE, Q_LEN_PROCEDURE},
};

int
sql_status_add(struct ctx *c, int64_t unit, int64_t status, int64_t n)
{
    int rc = db_exec(c, &Q[Q_STATUS], ARGS(qi(unit), qi(status), qi(n)));

    return rc < 0 ? rc : OK;
}

int
sql_month_add(struct ctx *c, const struct stat_row *r)
{
    int rc = db_exec(c, &Q[Q_MONTH],
                     ARGS(qi(r->month), qi(r->unit), qt(r->procedure), qi(r->submitted),
                          qi(r->online), qi(r->received), qi(r->finished), qi(r->early),
                          qi(r->on_time), qi(r->late)));

    return rc < 0 ? rc : OK;
}

int
sql_days_add(struct ctx *c, const struct stat_row *at, int64_t days, int64_t n)
{
    int rc = db_exec(c, &Q[Q_DAYS],
                     ARGS(qt(at->procedure), qi(at->month), qi(at->unit), qi(days), qi(n)));

    return rc < 0 ? rc : OK;
}

int
sql_stats(struct ctx *c, enum stat_group g, int64_t unit, int from, int to, stat_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[GROUP[g].sums], ARGS(qi(from), qi(to), qi(unit))); db_next(&r);)
        *vec_push(c->a, out) = (struct stat_row){
            .unit = g == BY_UNIT ? row_int(&r, 0) : unit,
            .month = g == BY_MONTH ? row_int(&r, 0) : 0,
            .procedure = g == BY_PROCEDURE ? row_text(&r, 0) : "",
            .submitted = row_int(&r, 1), .online = row_int(&r, 2), .received = row_int(&r, 3),
            .finished = row_int(&r, 4), .early = row_int(&r, 5), .on_time = row_int(&r, 6),
            .late = row_int(&r, 7), .median_days_x10 = -1};
    return db_done(&r);
}

static void
read_days(struct ctx *c, struct rows *r, bool by_text, days_list *out)
{
    while (db_next(r))
        *vec_push(c->a, out) = (struct days_row){
            .key = by_text ? 0 : row_int(r, 0), .procedure = by_text ? row_text(r, 0) : "",
            .days = row_int(r, 1), .n = row_int(r, 2)};
}

int
sql_days(struct ctx *c, enum stat_group g, int64_t unit, int from, int to, days_list *out)
{
    struct rows r;

    db_rows(c, &r, &Q[GROUP[g].lengths], ARGS(qi(from), qi(to), qi(unit)));
    read_days(c, &r, g == BY_PROCEDURE, out);
    return db_done(&r);
}

int
sql_days_of(struct ctx *c, const char *procedure, int from, days_list *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_LEN_ONE], ARGS(qt(procedure), qi(from)));
    read_days(c, &r, false, out);
    return db_done(&r);
}
