#include "mod/dossiers/dossiers_load_sql.h"

#include "mod/dossiers/dossiers_lists_sql.h"
#include "mod/dossiers/dossiers_named_sql.h"

#define MY_UNITS " FROM v_reach r CROSS JOIN "
#define OF_UNIT " WHERE r.account = $1 AND (r.perms & $2) <> 0"
#define SUM_OF(condition) "sum(CASE WHEN " condition " THEN 1 ELSE 0 END)"
#define SUM_WHERE(condition) "sum(CASE WHEN " condition " THEN w.n ELSE 0 END)"

enum { Q_WORK, Q_WORK_NAMED, Q_DUE, Q_OPEN_BY, Q_DUE_BY, Q_FINISHED, Q_ALARMS_1, Q_ALARMS_2,
       Q__COUNT };

/* CROSS JOIN: from the reached units, each by its index, not the other way round. */
static const struct query Q[Q__COUNT] QUERIES = {
    [Q_WORK] = {"open_work",
                "SELECT " SUM_WHERE("w.account = 0 AND w.waiting = 0 AND (r.perms & w.perm) <> 0")
                ", " SUM_WHERE("w.account = $1 AND w.waiting = 0") ", " SUM_WHERE("w.waiting = 1")
                ", sum(w.n)" MY_UNITS "work_count w" OF_UNIT " AND w.unit = r.unit"},
    /* Confidential work is in no counter: of what this account is named to, one by one. */
    [Q_WORK_NAMED] = {"open_work_named",
                      "SELECT "
                      SUM_OF("t.account = 0 AND t.waiting = 0 AND (r.perms & t.perm) <> 0")
                      ", " SUM_OF("t.account = $1 AND t.waiting = 0") ", "
                      SUM_OF("t.waiting = 1") ", count(*) FROM v_dossier_named n"
                      " CROSS JOIN task t CROSS JOIN v_reach r WHERE n.account = $1"
                      " AND t.dossier = n.dossier AND t.confidential = 1 AND r.account = $1"
                      " AND r.unit = t.unit AND (r.perms & $2) <> 0"},
    [Q_DUE] = {"due_count",
               "SELECT count(*) FROM (SELECT 1" MY_UNITS "task t" OF_UNIT
               " AND t.unit = r.unit AND t.due_at >= $3 AND t.due_at < $4 AND t.waiting = 0"
               " AND " NAMED_TO("$1", "t.confidential", "t.dossier")
               " LIMIT $5) x"},
    [Q_OPEN_BY] = {"open_by",
                   "SELECT w.account, coalesce(a.name, ''), sum(w.n) FROM work_count w"
                   " LEFT JOIN v_account a ON a.id = w.account WHERE w.unit = $1"
                   " GROUP BY w.account, a.name HAVING sum(w.n) <> 0 ORDER BY w.account"},
    [Q_DUE_BY] = {"due_by",
                  "SELECT x.account, sum(CASE WHEN x.due_at >= $2 AND x.waiting = 0 THEN 1 ELSE 0"
                  " END), sum(CASE WHEN x.due_at < $2 AND x.waiting = 0 THEN 1 ELSE 0 END),"
                  " count(*) FROM (SELECT account, due_at, waiting FROM task"
                  " WHERE unit = $1 AND due_at < $3 AND confidential = 0"
                  " ORDER BY due_at LIMIT $4) x"
                  " GROUP BY x.account ORDER BY x.account"},
    [Q_FINISHED] = {"finished_by",
                    "SELECT o.account, coalesce(a.name, ''), sum(o.finished) FROM officer_month o"
                    " LEFT JOIN v_account a ON a.id = o.account WHERE o.unit = $1 AND o.month = $2"
                    " GROUP BY o.account, a.name HAVING sum(o.finished) <> 0 ORDER BY o.account"},
    /* the officer's own and nobody's; a leader's */
    [Q_ALARMS_1] = {"alarms_count",
                    "SELECT count(*) FROM (SELECT 1" MY_UNITS "alarm m" OF_UNIT
                    " AND m.account IN ($1, 0) AND m.unit = r.unit"
                    " AND " NAMED_TO("$1", "m.confidential", "m.dossier") " LIMIT $3) x"},
    [Q_ALARMS_2] = {"alarms_count_leader",
                    "SELECT count(*) FROM (SELECT 1" MY_UNITS "alarm m" OF_UNIT
                    " AND m.unit = r.unit AND m.level = 2"
                    " AND " NAMED_TO("$1", "m.confidential", "m.dossier") " LIMIT $3) x"},
};

enum { PERMS_READ = 1 << PERM_DOSSIER_READ };

int
sql_open_work(struct ctx *c, struct open_work *out)
{
    struct rows r;

    int rc = OK;

    *out = (struct open_work){0};
    for (int q = Q_WORK; q <= Q_WORK_NAMED && rc == OK; q++) {
        for (db_rows(c, &r, &Q[q], ARGS(qi(c->account), qi(PERMS_READ))); db_next(&r);)
            *out = (struct open_work){out->free + row_int(&r, 0), out->mine + row_int(&r, 1),
                                      out->waiting + row_int(&r, 2), out->all + row_int(&r, 3)};
        rc = db_done(&r);
    }
    return rc;
}

int64_t
sql_due_count(struct ctx *c, int64_t from, int64_t to, int64_t max)
{
    return db_int(c, 0, &Q[Q_DUE],
                  ARGS(qi(c->account), qi(PERMS_READ), qi(from), qi(to), qi(max)));
}

int
sql_open_by(struct ctx *c, int64_t unit, officer_rows *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_OPEN_BY], ARGS(qi(unit))); db_next(&r);)
        *vec_push(c->a, out) = (struct officer_row){
            .account = row_int(&r, 0), .name = row_text(&r, 1), .open = row_int(&r, 2)};
    return db_done(&r);
}

int
sql_due_by(struct ctx *c, int64_t unit, int64_t soon, int64_t max, officer_rows *out,
           int64_t *seen)
{
    struct rows r;

    *seen = 0;
    for (db_rows(c, &r, &Q[Q_DUE_BY], ARGS(qi(unit), qi(c->now), qi(soon), qi(max)));
         db_next(&r);) {
        *vec_push(c->a, out) = (struct officer_row){
            .account = row_int(&r, 0), .name = "", .soon = row_int(&r, 1),
            .overdue = row_int(&r, 2)};
        *seen += row_int(&r, 3);
    }
    return db_done(&r);
}

int
sql_finished_by(struct ctx *c, int64_t unit, int month, officer_rows *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_FINISHED], ARGS(qi(unit), qi(month))); db_next(&r);)
        *vec_push(c->a, out) = (struct officer_row){
            .account = row_int(&r, 0), .name = row_text(&r, 1), .finished_month = row_int(&r, 2)};
    return db_done(&r);
}

int64_t
sql_alarms_count(struct ctx *c, int level, int64_t max)
{
    return db_int(c, 0, &Q[level == 2 ? Q_ALARMS_2 : Q_ALARMS_1],
                  ARGS(qi(c->account), qi(sql_alarm_perms(level)), qi(max)));
}
