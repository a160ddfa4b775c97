#include "mod/dossiers/dossiers_load_sql.h"

#include "auth/reach_sql.h"
#include "mod/dossiers/dossiers_lists_sql.h"
#include "mod/dossiers/dossiers_named_sql.h"

#define MY_UNITS " FROM v_reach r CROSS JOIN "
#define OF_UNIT " WHERE r.account = $1 AND " REACH_HAS("$2")
/* Counters know no procedure: where a right is limited to fields, work is counted one by one. */
#define FOR_ALL " WHERE r.account = $1 AND (r.perms & $2) <> 0 AND r.partly = 0"
#define FOR_SOME " WHERE r.account = $1 AND r.partly <> 0 AND " REACH_HAS("$2")
#define MAY(unit) /* of the one unit that a leader's overview shows */                            \
    "EXISTS (SELECT 1 FROM v_reach r WHERE r.account = $1 AND r.unit = " unit                      \
    " AND " IN_FIELD("$2", "t.procedure") ")"
#define DUE_SOON                                                                                  \
    " AND t.unit = r.unit AND t.due_at >= $3 AND t.due_at < $4 AND t.waiting = 0"                  \
    " AND " NAMED_TO("$1", "t.confidential", "t.dossier")
#define SUM_OF(condition) "sum(CASE WHEN " condition " THEN 1 ELSE 0 END)"
#define SUM_WHERE(condition) "sum(CASE WHEN " condition " THEN w.n ELSE 0 END)"

enum { Q_WORK, Q_WORK_NAMED, Q_WORK_FIELDS, Q_DUE, Q_OPEN_BY, Q_OPEN_BY_FIELD, Q_DUE_BY,
       Q_DUE_BY_FIELD, Q_FINISHED, Q_ALARMS_1, Q_ALARMS_2, Q__COUNT };

/* CROSS JOIN: from the reached units, each by its index, not the other way round. */
static const struct query Q[Q__COUNT] QUERIES = {
    [Q_WORK] = {"open_work",
                "SELECT " SUM_WHERE("w.account = 0 AND w.waiting = 0 AND (r.perms & w.perm) <> 0")
                ", " SUM_WHERE("w.account = $1 AND w.waiting = 0") ", " SUM_WHERE("w.waiting = 1")
                ", sum(w.n)" MY_UNITS "work_count w" FOR_ALL " AND w.unit = r.unit"},
    [Q_WORK_FIELDS] = {"open_work_fields",
                       "SELECT " SUM_OF("x.account = 0 AND x.waiting = 0 AND x.takes") ", "
                       SUM_OF("x.account = $1 AND x.waiting = 0") ", " SUM_OF("x.waiting = 1")
                       ", count(*) FROM (SELECT t.account, t.waiting, "
                       IN_FIELD("t.perm", "t.procedure") " AS takes" MY_UNITS "task t" FOR_SOME
                       " AND t.unit = r.unit AND t.confidential = 0 AND "
                       IN_FIELD("$2", "t.procedure") " LIMIT $3) x"},
    /* Confidential work is in no counter: of what this account is named to, one by one. */
    [Q_WORK_NAMED] = {"open_work_named",
                      "SELECT "
                      SUM_OF("t.account = 0 AND t.waiting = 0 AND "
                             IN_FIELD("t.perm", "t.procedure"))
                      ", " SUM_OF("t.account = $1 AND t.waiting = 0") ", "
                      SUM_OF("t.waiting = 1") ", count(*) FROM v_dossier_named n"
                      " CROSS JOIN task t CROSS JOIN v_reach r WHERE n.account = $1"
                      " AND t.dossier = n.dossier AND t.confidential = 1 AND r.account = $1"
                      " AND r.unit = t.unit AND " IN_FIELD("$2", "t.procedure")},
    /* Who has all fields of a unit is counted in the index alone, which says no procedure. */
    [Q_DUE] = {"due_count",
               "SELECT count(*) FROM (SELECT 1" MY_UNITS "task t"
               " WHERE r.account = $1 AND (r.perms & $2) <> 0" DUE_SOON
               " UNION ALL SELECT 1" MY_UNITS "task t"
               " WHERE r.account = $1 AND (r.perms & $2) = 0 AND (r.partly & $2) <> 0" DUE_SOON
               " AND " IN_FIELD("$2", "t.procedure")
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
    /* The same three for a leader of some fields. */
    [Q_OPEN_BY_FIELD] = {"open_by_field",
                         "SELECT x.account, coalesce(a.name, ''), count(*) FROM (SELECT t.account"
                         " FROM task t WHERE t.unit = $3 AND t.confidential = 0 AND " MAY("$3")
                         " LIMIT $4) x LEFT JOIN v_account a ON a.id = x.account"
                         " GROUP BY x.account, a.name ORDER BY x.account"},
    [Q_DUE_BY_FIELD] = {"due_by_field",
                        "SELECT x.account, sum(CASE WHEN x.due_at >= $4 AND x.waiting = 0 THEN 1"
                        " ELSE 0 END), sum(CASE WHEN x.due_at < $4 AND x.waiting = 0 THEN 1"
                        " ELSE 0 END), count(*) FROM (SELECT t.account, t.due_at, t.waiting"
                        " FROM task t WHERE t.unit = $3 AND t.due_at < $5 AND t.confidential = 0"
                        " AND " MAY("$3") " ORDER BY t.due_at LIMIT $6) x"
                        " GROUP BY x.account ORDER BY x.account"},
    [Q_FINISHED] = {"finished_by",
                    "SELECT o.account, coalesce(a.name, ''), sum(o.finished) FROM officer_month o"
                    " LEFT JOIN v_account a ON a.id = o.account WHERE o.unit = $1 AND o.month = $2"
                    " GROUP BY o.account, a.name HAVING sum(o.finished) <> 0 ORDER BY o.account"},
    /* the officer's own and nobody's; a leader's */
    [Q_ALARMS_1] = {"alarms_count",
                    "SELECT count(*) FROM (SELECT 1" MY_UNITS "alarm m" OF_UNIT
                    " AND m.account IN ($1, 0) AND m.unit = r.unit"
                    " AND " IN_FIELD("$2", PROCEDURE_OF("m.dossier"))
                    " AND " NAMED_TO("$1", "m.confidential", "m.dossier") " LIMIT $3) x"},
    [Q_ALARMS_2] = {"alarms_count_leader",
                    "SELECT count(*) FROM (SELECT 1" MY_UNITS "alarm m" OF_UNIT
                    " AND m.unit = r.unit AND m.level = 2"
                    " AND " IN_FIELD("$2", PROCEDURE_OF("m.dossier"))
                    " AND " NAMED_TO("$1", "m.confidential", "m.dossier") " LIMIT $3) x"},
};

enum { PERMS_READ = 1 << PERM_DOSSIER_READ, PERMS_ASSIGN = 1 << PERM_DOSSIER_ASSIGN };
enum { FIELD_WORK_MAX = 100000 };       /* open tasks counted one by one: more than a unit has */

int
sql_open_work(struct ctx *c, struct open_work *out)
{
    const struct dbv v[] = {qi(c->account), qi(PERMS_READ), qi(FIELD_WORK_MAX)};
    struct rows r;
    int rc = OK;

    *out = (struct open_work){0};
    for (int q = Q_WORK; q <= Q_WORK_FIELDS && rc == OK; q++) {
        for (db_rows(c, &r, &Q[q], v, q == Q_WORK_FIELDS ? 3 : 2); db_next(&r);)
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
sql_open_by(struct ctx *c, int64_t unit, bool whole, int64_t max, officer_rows *out)
{
    struct rows r;

    if (whole)
        db_rows(c, &r, &Q[Q_OPEN_BY], ARGS(qi(unit)));
    else
        db_rows(c, &r, &Q[Q_OPEN_BY_FIELD],
                ARGS(qi(c->account), qi(PERMS_ASSIGN), qi(unit), qi(max)));
    while (db_next(&r))
        *vec_push(c->a, out) = (struct officer_row){
            .account = row_int(&r, 0), .name = row_text(&r, 1), .open = row_int(&r, 2)};
    return db_done(&r);
}

int
sql_due_by(struct ctx *c, const struct due_query *q, officer_rows *out, int64_t *seen)
{
    struct rows r;

    *seen = 0;
    if (q->whole)
        db_rows(c, &r, &Q[Q_DUE_BY], ARGS(qi(q->unit), qi(c->now), qi(q->soon), qi(q->max)));
    else
        db_rows(c, &r, &Q[Q_DUE_BY_FIELD],
                ARGS(qi(c->account), qi(PERMS_ASSIGN), qi(q->unit), qi(c->now), qi(q->soon),
                     qi(q->max)));
    while (db_next(&r)) {
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
