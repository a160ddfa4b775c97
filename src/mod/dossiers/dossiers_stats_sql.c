#include "mod/dossiers/dossiers_stats_sql.h"

/* One row of each counter stands for a lane: who reads sums.  Sums of all agencies (unit 0) and of
 * all procedures ('') are rows, too, so no page adds up what does not concern it. */
#define SUMS                                                                                       \
    "sum(s.submitted), sum(s.online), sum(s.received), sum(s.finished), sum(s.early),"             \
    " sum(s.on_time), sum(s.late) FROM "
#define DIGITAL                                                                                    \
    "unit, year, sum(dossiers), sum(dossiers_digital), sum(papers), sum(papers_digital),"          \
    " sum(results), sum(results_digital) FROM digital_year"
#define MONTHS " s.month BETWEEN $1 AND $2"

#define MONTH_FOUR(n)                                                                              \
    "INSERT INTO stat_month (unit, procedure, month, lane, submitted, online, received, finished," \
    " early, on_time, late) VALUES (0, '', $3, $4, " n "), (0, $2, $3, $4, " n "),"                \
    " ($1, '', $3, $4, " n "), ($1, $2, $3, $4, " n ")"
#define DAYS_FOUR                                                                                  \
    "INSERT INTO stat_days (unit, procedure, month, days, lane, n) VALUES (0, '', $3, $5, $4, $6),"\
    " (0, $2, $3, $5, $4, $6), ($1, '', $3, $5, $4, $6), ($1, $2, $3, $5, $4, $6)"

enum { Q_WORK, Q_MONTH, Q_DAYS, Q_OFFICER, Q_SUM_UNIT, Q_SUM_MONTH, Q_SUM_PROCEDURE, Q_LEN_UNIT,
       Q_LEN_MONTH, Q_LEN_PROCEDURE, Q_LEN_ONE, Q_DIGITAL, Q_DIGITAL_SUMS,
       Q_DIGITAL_OF, Q__COUNT };

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_WORK] = {"work_count_add",
                "INSERT INTO work_count (unit, account, perm, waiting, lane, n)"
                " VALUES ($1, $2, $3, $4, $5, $6)"
                " ON CONFLICT (unit, account, perm, waiting, lane)"
                " DO UPDATE SET n = work_count.n + excluded.n"},
    [Q_MONTH] = {"stat_month_add",
                 MONTH_FOUR("$5, $6, $7, $8, $9, $10, $11")
                 " ON CONFLICT (unit, procedure, month, lane) DO UPDATE SET"
                 " submitted = stat_month.submitted + excluded.submitted,"
                 " online = stat_month.online + excluded.online,"
                 " received = stat_month.received + excluded.received,"
                 " finished = stat_month.finished + excluded.finished,"
                 " early = stat_month.early + excluded.early,"
                 " on_time = stat_month.on_time + excluded.on_time,"
                 " late = stat_month.late + excluded.late"},
    [Q_DAYS] = {"stat_days_add",
                DAYS_FOUR " ON CONFLICT (unit, procedure, month, days, lane)"
                          " DO UPDATE SET n = stat_days.n + excluded.n"},
    [Q_OFFICER] = {"officer_month_add",
                   "INSERT INTO officer_month (unit, month, account, lane, finished)"
                   " VALUES ($1, $2, $3, $4, $5)"
                   " ON CONFLICT (unit, month, account, lane)"
                   " DO UPDATE SET finished = officer_month.finished + excluded.finished"},
    [Q_SUM_UNIT] = {"stats_by_unit",
                    "SELECT g.id, " SUMS "v_agency g CROSS JOIN stat_month s"
                    " WHERE s.unit = g.id AND s.procedure = '' AND" MONTHS
                    " AND $3 = 0 GROUP BY g.id ORDER BY g.id"},
    [Q_SUM_MONTH] = {"stats_by_month",
                     "SELECT s.month, " SUMS "stat_month s WHERE s.unit = $3 AND s.procedure = ''"
                     " AND" MONTHS " GROUP BY s.month ORDER BY s.month"},
    [Q_SUM_PROCEDURE] = {"stats_by_procedure",
                         "SELECT s.procedure, " SUMS "stat_month s WHERE s.unit = $3"
                         " AND s.procedure <> '' AND" MONTHS
                         " GROUP BY s.procedure ORDER BY s.procedure"},
    [Q_LEN_UNIT] = {"days_by_unit",
                    "SELECT g.id, s.days, sum(s.n) FROM v_agency g CROSS JOIN stat_days s"
                    " WHERE s.unit = g.id AND s.procedure = '' AND" MONTHS " AND $3 = 0"
                    " GROUP BY g.id, s.days ORDER BY g.id, s.days"},
    [Q_LEN_MONTH] = {"days_by_month",
                     "SELECT s.month, s.days, sum(s.n) FROM stat_days s WHERE s.unit = $3"
                     " AND s.procedure = '' AND" MONTHS
                     " GROUP BY s.month, s.days ORDER BY s.month, s.days"},
    [Q_LEN_PROCEDURE] = {"days_by_procedure",
                         "SELECT s.procedure, s.days, sum(s.n) FROM stat_days s WHERE s.unit = $3"
                         " AND s.procedure <> '' AND" MONTHS
                         " GROUP BY s.procedure, s.days ORDER BY s.procedure, s.days"},
    [Q_LEN_ONE] = {"days_of",
                   "SELECT 0, days, sum(n) FROM stat_days WHERE unit = 0 AND procedure = $1"
                   " AND month >= $2 GROUP BY days ORDER BY days"},
    [Q_DIGITAL] = {"digital_year_add",
                   "INSERT INTO digital_year (unit, year, lane, dossiers, dossiers_digital,"
                   " papers, papers_digital, results, results_digital)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
                   " ON CONFLICT (unit, year, lane) DO UPDATE SET"
                   " dossiers = digital_year.dossiers + excluded.dossiers,"
                   " dossiers_digital = digital_year.dossiers_digital + excluded.dossiers_digital,"
                   " papers = digital_year.papers + excluded.papers,"
                   " papers_digital = digital_year.papers_digital + excluded.papers_digital,"
                   " results = digital_year.results + excluded.results,"
                   " results_digital = digital_year.results_digital + excluded.results_digital"},
    [Q_DIGITAL_SUMS] = {"digital_sums",
                        "SELECT " DIGITAL " WHERE year BETWEEN $1 AND $2"
                        " GROUP BY unit, year ORDER BY unit, year"},
    [Q_DIGITAL_OF] = {"digital_sums_of",
                      "SELECT " DIGITAL " WHERE unit = $3 AND year BETWEEN $1 AND $2"
                      " GROUP BY unit, year ORDER BY unit, year"},
};

static const struct { int sums, lengths; } GROUP[] = {
    [BY_UNIT]      = {Q_SUM_UNIT, Q_LEN_UNIT},
    [BY_MONTH]     = {Q_SUM_MONTH, Q_LEN_MONTH},
    [BY_PROCEDURE] = {Q_SUM_PROCEDURE, Q_LEN_PROCEDURE},
};

int
sql_work_add(struct ctx *c, const struct count_work *w)
{
    const struct dbv v[] = {qi(w->unit), qi(w->account), qi(w->perm), qi(w->waiting),
                            qi(db_lane(c)), qi(w->n)};

    return db_add(c, &Q[Q_WORK], v, 5, 1);
}

int
sql_month_add(struct ctx *c, const struct count_month *m)
{
    const struct dbv v[] = {qi(m->unit), qt(m->procedure), qi(m->month), qi(db_lane(c)),
                            qi(m->submitted), qi(m->online), qi(m->received), qi(m->finished),
                            qi(m->early), qi(m->on_time), qi(m->late)};

    return db_add(c, &Q[Q_MONTH], v, 4, 7);
}

int
sql_days_add(struct ctx *c, const struct count_days *d)
{
    const struct dbv v[] = {qi(d->unit), qt(d->procedure), qi(d->month), qi(db_lane(c)),
                            qi(d->days), qi(d->n)};

    return db_add(c, &Q[Q_DAYS], v, 5, 1);
}

int
sql_officer_add(struct ctx *c, const struct count_officer *o)
{
    const struct dbv v[] = {qi(o->unit), qi(o->month), qi(o->account), qi(db_lane(c)), qi(o->n)};

    return db_add(c, &Q[Q_OFFICER], v, 4, 1);
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

int
sql_digital_add(struct ctx *c, const struct count_digital *d)
{
    const struct dbv v[] = {qi(d->unit), qi(d->year), qi(db_lane(c)), qi(d->dossiers),
                            qi(d->dossiers_digital), qi(d->papers), qi(d->papers_digital),
                            qi(d->results), qi(d->results_digital)};

    return db_add(c, &Q[Q_DIGITAL], v, 3, 6);
}

int
sql_digital_sums(struct ctx *c, int64_t unit, int from, int to, digital_sum_list *out)
{
    struct rows r;

    if (unit)
        db_rows(c, &r, &Q[Q_DIGITAL_OF], ARGS(qi(from), qi(to), qi(unit)));
    else
        db_rows(c, &r, &Q[Q_DIGITAL_SUMS], ARGS(qi(from), qi(to)));
    while (db_next(&r))
        *vec_push(c->a, out) = (struct count_digital){
            row_int(&r, 0), row_int(&r, 1), row_int(&r, 2), row_int(&r, 3),
            row_int(&r, 4), row_int(&r, 5), row_int(&r, 6), row_int(&r, 7)};
    return db_done(&r);
}
