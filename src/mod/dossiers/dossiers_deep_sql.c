#include "mod/dossiers/dossiers_deep_sql.h"

enum { Q_TASKS, Q_DRAFT, Q_NO_ACCOUNT, Q_LOST, Q_CODES, Q_GIVEN, Q__COUNT };

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_TASKS] = {"deep_tasks",
                 "SELECT dossier, seq, kind, unit, perm, account, waiting, status, channel, step,"
                 " procedure, confidential FROM task WHERE dossier > $1 AND dossier <= $2"
                 " ORDER BY dossier, seq"},
    [Q_DRAFT] = {"deep_draft", "SELECT 1 FROM draft WHERE id = $1"
                                 " UNION ALL SELECT 1 FROM v_mandate WHERE id = $1"},
    [Q_NO_ACCOUNT] = {"deep_no_account",
                      "SELECT d.id FROM dossier d LEFT JOIN v_account a ON a.id = d.account"
                      " LEFT JOIN v_account h ON h.id = d.holder"
                      " WHERE d.id > $1 AND d.id <= $2 AND ((d.account <> 0 AND a.id IS NULL)"
                      " OR (d.holder <> 0 AND h.id IS NULL)) ORDER BY d.id"},
    [Q_LOST] = {"deep_lost_names",
                "SELECT f.dossier FROM dossier_find f LEFT JOIN dossier d ON d.id = f.dossier"
                " WHERE f.unit = $1 AND d.id IS NULL LIMIT $2"},
    [Q_CODES] = {"deep_codes",
                 "SELECT agency, day, last FROM code_seq WHERE (agency, day) > ($1, $2)"
                 " ORDER BY agency, day LIMIT $3"},
    [Q_GIVEN] = {"deep_given", "SELECT sum(last) FROM code_seq"},
};

int
sql_deep_tasks(struct ctx *c, struct id_range r, task_rows *out)
{
    struct rows v;

    for (db_rows(c, &v, &Q[Q_TASKS], ARGS(qi(r.after), qi(r.upto))); db_next(&v);)
        *vec_push(c->a, out) = (struct task_row){
            .dossier = row_int(&v, 0), .seq = row_int(&v, 1), .kind = row_int(&v, 2),
            .unit = row_int(&v, 3), .perm = row_int(&v, 4), .account = row_int(&v, 5),
            .waiting = row_int(&v, 6), .status = row_int(&v, 7), .channel = row_int(&v, 8),
            .step = row_text(&v, 9), .procedure = row_text(&v, 10),
            .confidential = row_int(&v, 11)};
    return db_done(&v);
}

/* --- parts: dossiers that rows of other tables name --- */

#define PART(table)                                                                               \
    {                                                                                             \
        "deep_" table, "SELECT dossier FROM " table                                               \
                       " WHERE dossier > $1 AND dossier <= $2 GROUP BY dossier ORDER BY dossier"  \
    }
static const struct query PARTS[] QUERIES = {
    PART("dossier_answers"), PART("supplement"), PART("opinion"), PART("clock_stop"),
    PART("dossier_fee"),     PART("hand_over"),  PART("alarm"),
    PART("dossier_named"),
};
enum { PARTS_N = sizeof PARTS / sizeof *PARTS };

static int
read_ids(struct ctx *c, struct rows *r, unit_list *out)
{
    while (db_next(r))
        *vec_push(c->a, out) = row_int(r, 0);
    return db_done(r);
}

const char *
sql_deep_part(int part)
{
    return part < PARTS_N ? PARTS[part].name + sizeof "deep_" - 1 : NULL;
}

int
sql_deep_part_ids(struct ctx *c, int part, struct id_range r, unit_list *out)
{
    struct rows v;

    db_rows(c, &v, &PARTS[part], ARGS(qi(r.after), qi(r.upto)));
    return read_ids(c, &v, out);
}

bool
sql_deep_is_draft(struct ctx *c, int64_t id)
{
    return db_int(c, 0, &Q[Q_DRAFT], ARGS(qi(id))) == 1;
}

int
sql_deep_no_account(struct ctx *c, struct id_range r, unit_list *out)
{
    struct rows v;

    db_rows(c, &v, &Q[Q_NO_ACCOUNT], ARGS(qi(r.after), qi(r.upto)));
    return read_ids(c, &v, out);
}

int
sql_deep_lost_names(struct ctx *c, int64_t unit, size_t max, unit_list *out)
{
    struct rows v;

    db_rows(c, &v, &Q[Q_LOST], ARGS(qi(unit), qi((int64_t)max)));
    return read_ids(c, &v, out);
}

int
sql_deep_codes(struct ctx *c, struct code_count after, size_t max, code_counts *out)
{
    struct rows v;

    for (db_rows(c, &v, &Q[Q_CODES], ARGS(qt(after.agency), qi(after.day), qi((int64_t)max)));
         db_next(&v);)
        *vec_push(c->a, out) =
            (struct code_count){row_text(&v, 0), row_int(&v, 1), row_int(&v, 2)};
    return db_done(&v);
}

int64_t
sql_deep_dossiers(struct ctx *c)
{
    return db_int(c, 0, &Q[Q_GIVEN], NO_ARGS);
}

/* --- counters --- */

/* unit, procedure, x, y, z, then the values; keys in the order of the table, after $1.. */
static const struct query COUNTERS[TALLY_COUNTERS] QUERIES = {
    [TALLY_WORK] = {"deep_work_count",
                    "SELECT unit, '', account, perm, waiting, sum(n) FROM work_count"
                    " WHERE (unit, account, perm, waiting) > ($1, $3, $4, $5) AND $2 = ''"
                    " GROUP BY unit, account, perm, waiting ORDER BY unit, account, perm, waiting"
                    " LIMIT $6"},
    [TALLY_MONTH] = {"deep_stat_month",
                     "SELECT unit, procedure, month, 0, 0, sum(submitted), sum(online),"
                     " sum(received), sum(finished), sum(early), sum(on_time), sum(late)"
                     " FROM stat_month WHERE (unit, procedure, month) > ($1, $2, $3)"
                     " AND $4 = 0 AND $5 = 0 GROUP BY unit, procedure, month"
                     " ORDER BY unit, procedure, month LIMIT $6"},
    [TALLY_DAYS] = {"deep_stat_days",
                    "SELECT unit, procedure, month, days, 0, sum(n) FROM stat_days"
                    " WHERE (unit, procedure, month, days) > ($1, $2, $3, $4) AND $5 = 0"
                    " GROUP BY unit, procedure, month, days"
                    " ORDER BY unit, procedure, month, days LIMIT $6"},
    [TALLY_OFFICER] = {"deep_officer_month",
                       "SELECT unit, '', month, account, 0, sum(finished) FROM officer_month"
                       " WHERE (unit, month, account) > ($1, $3, $4) AND $2 = '' AND $5 = 0"
                       " GROUP BY unit, month, account ORDER BY unit, month, account LIMIT $6"},
    [TALLY_DIGITAL] = {"deep_digital_year",
                       "SELECT unit, '', year, 0, 0, sum(dossiers), sum(dossiers_digital),"
                       " sum(papers), sum(papers_digital), sum(results), sum(results_digital)"
                       " FROM digital_year WHERE (unit, year) > ($1, $3) AND $2 = '' AND $4 = 0"
                       " AND $5 = 0 GROUP BY unit, year ORDER BY unit, year LIMIT $6"},
};
/* What a counter lacks, into its row of lane 0. */
#define PLUS(table, v) " " v " = " table "." v " + excluded." v
static const struct query MEND[TALLY_COUNTERS] QUERIES = {
    [TALLY_WORK] = {"work_count_mend",
                    "INSERT INTO work_count (unit, account, perm, waiting, lane, n)"
                    " VALUES ($1, $2, $3, $4, 0, $5) ON CONFLICT (unit, account, perm, waiting,"
                    " lane) DO UPDATE SET" PLUS("work_count", "n")},
    [TALLY_MONTH] = {"stat_month_mend",
                     "INSERT INTO stat_month (unit, procedure, month, lane, submitted, online,"
                     " received, finished, early, on_time, late)"
                     " VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $8, $9, $10)"
                     " ON CONFLICT (unit, procedure, month, lane) DO UPDATE SET"
                     PLUS("stat_month", "submitted") "," PLUS("stat_month", "online") ","
                     PLUS("stat_month", "received") "," PLUS("stat_month", "finished") ","
                     PLUS("stat_month", "early") "," PLUS("stat_month", "on_time") ","
                     PLUS("stat_month", "late")},
    [TALLY_DAYS] = {"stat_days_mend",
                    "INSERT INTO stat_days (unit, procedure, month, days, lane, n)"
                    " VALUES ($1, $2, $3, $4, 0, $5) ON CONFLICT (unit, procedure, month, days,"
                    " lane) DO UPDATE SET" PLUS("stat_days", "n")},
    [TALLY_OFFICER] = {"officer_month_mend",
                       "INSERT INTO officer_month (unit, month, account, lane, finished)"
                       " VALUES ($1, $2, $3, 0, $4) ON CONFLICT (unit, month, account, lane)"
                       " DO UPDATE SET" PLUS("officer_month", "finished")},
    [TALLY_DIGITAL] = {"digital_year_mend",
                       "INSERT INTO digital_year (unit, year, lane, dossiers, dossiers_digital,"
                       " papers, papers_digital, results, results_digital)"
                       " VALUES ($1, $2, 0, $3, $4, $5, $6, $7, $8)"
                       " ON CONFLICT (unit, year, lane) DO UPDATE SET"
                       PLUS("digital_year", "dossiers") ","
                       PLUS("digital_year", "dossiers_digital") ","
                       PLUS("digital_year", "papers") "," PLUS("digital_year", "papers_digital")
                       "," PLUS("digital_year", "results") ","
                       PLUS("digital_year", "results_digital")},
};

const char *
sql_counter_name(enum tally_table t)
{
    return COUNTERS[t].name + sizeof "deep_" - 1;
}

int
sql_deep_counters(struct ctx *c, enum tally_table t, const struct tally_row *after, size_t max,
                  tally_rows *out)
{
    static const struct tally_row START = {.unit = -1, .procedure = ""};
    struct rows v;

    after = after ? after : &START;
    for (db_rows(c, &v, &COUNTERS[t],
                 ARGS(qi(after->unit), qt(after->procedure), qi(after->x), qi(after->y),
                      qi(after->z), qi((int64_t)max)));
         db_next(&v);) {
        struct tally_row *r = vec_push(c->a, out);

        *r = (struct tally_row){t, row_int(&v, 0), row_int(&v, 2), row_int(&v, 3),
                                row_int(&v, 4), row_text(&v, 1), {0}};
        for (int i = 0; i < tally_values(t); i++)
            r->n[i] = row_int(&v, 5 + i);
    }
    return db_done(&v);
}

int
sql_counter_mend(struct ctx *c, const struct tally_row *r)
{
    switch (r->table) {
    case TALLY_WORK:
        return db_put(c, &MEND[r->table],
                      ARGS(qi(r->unit), qi(r->x), qi(r->y), qi(r->z), qi(r->n[0])));
    case TALLY_MONTH:
        return db_put(c, &MEND[r->table],
                      ARGS(qi(r->unit), qt(r->procedure), qi(r->x), qi(r->n[0]), qi(r->n[1]),
                           qi(r->n[2]), qi(r->n[3]), qi(r->n[4]), qi(r->n[5]), qi(r->n[6])));
    case TALLY_DAYS:
        return db_put(c, &MEND[r->table],
                      ARGS(qi(r->unit), qt(r->procedure), qi(r->x), qi(r->y), qi(r->n[0])));
    case TALLY_OFFICER:
        return db_put(c, &MEND[r->table], ARGS(qi(r->unit), qi(r->x), qi(r->y), qi(r->n[0])));
    case TALLY_DIGITAL:
        return db_put(c, &MEND[r->table],
                      ARGS(qi(r->unit), qi(r->x), qi(r->n[0]), qi(r->n[1]), qi(r->n[2]),
                           qi(r->n[3]), qi(r->n[4]), qi(r->n[5])));
    default: return E_INVALID;
    }
}
