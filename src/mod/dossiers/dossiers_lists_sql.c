#include "mod/dossiers/dossiers_lists_sql.h"

#include <string.h>

#include "auth/reach_sql.h"

#include "mod/dossiers/dossiers_mandate_sql.h"
#include "mod/dossiers/dossiers_named_sql.h"

/* The columns of a list row; `t` is a task or nothing. */
#define ROW "d.id, d.code, d.procedure, d.applicant, d.owner, d.procedure_version, d.status,"      \
    " d.channel, d.unit, d.submitted_at, d.accepted_at, d.due_at, d.extended_to, d.finished_at,"  \
    " d.outcome, d.timing"
#define OF_TASK ROW ", t.step, t.account, coalesce(a.name, ''), t.due_at, t.kind, t.seq"
#define OF_DOSSIER ROW ", d.step, d.holder, coalesce(a.name, ''), 0, 0, 0"

#define REACHED                                                                                   \
    NAMED_TO("$1", "d.confidential", "d.id")                                                      \
    " AND EXISTS (SELECT 1 FROM v_reach r WHERE r.account = $1"                                   \
    " AND r.unit IN (d.unit, d.received_unit, d.intake_unit, d.competent_unit)"                   \
    " AND " IN_FIELD("$2", "d.procedure") ")"

/* A page of tasks: of one unit (its index gives the order), or of all reached ones.  Many units:
 * all open work in order of due moment, asking of each row whether it is reached. */
#define TASKS_WALK " FROM task t CROSS JOIN v_reach r"
#define TASKS_FROM                                                                                \
    " FROM task t JOIN v_reach r ON r.unit = t.unit AND r.account = $1"
#define TASKS_WHERE                                                                               \
    " WHERE " REACH_HAS("$2") " AND " IN_FIELD("$2", "t.procedure")                              \
    " AND ($3 = 0 OR " IN_FIELD("t.perm", "t.procedure") ")"    /* new: what I could take */      \
    " AND ($4 < 0 OR t.account = $4)"                   /* new: nobody's; mine; a holder's */     \
    " AND ($5 < 0 OR t.waiting = $5)"                                                             \
    " AND ($8 = '' OR t.procedure = $8)"                                                          \
    " AND ($9 = 0 OR t.status = $9)"                                                              \
    " AND ($10 = 0 OR t.channel = $10)"                                                           \
    " AND " NAMED_TO("$1", "t.confidential", "t.dossier")
#define TASKS_JOINED                                                                              \
    " JOIN dossier d ON d.id = t.dossier LEFT JOIN v_account a ON a.id = t.account"
#define DUE_RANGE " AND t.due_at >= $6 AND t.due_at < $7"
/* The plus keeps the range of due moments from choosing the index: the order does. */
#define DUE_FILTER " AND +t.due_at >= $6 AND +t.due_at < $7"
#define BY_DUE                                                                                     \
    DUE_RANGE " AND (t.due_at, t.dossier, t.seq) > ($12, $13, $14)"                                \
              " ORDER BY t.due_at, t.dossier, t.seq LIMIT $15"
#define BY_NEWEST                                                                                  \
    DUE_FILTER " AND (t.received_at, t.dossier, t.seq) < ($12, $13, $14)"                          \
               " ORDER BY t.received_at DESC, t.dossier DESC, t.seq DESC LIMIT $15"
#define OF_UNIT " AND t.unit = $11"
#define OF_ALL " AND r.unit = t.unit AND r.account = $1 AND $11 = 0"

#define LIST_FROM                                                                                 \
    "SELECT " OF_DOSSIER " FROM dossier d LEFT JOIN v_account a ON a.id = d.holder"
#define LIST_WHERE                                                                                \
    " AND d.id < $4 AND d.id >= $9 AND ($5 = 0 OR d.status = $5)"                                 \
    " AND ($6 = 0 OR d.due_at >= $6) AND ($7 = 0 OR d.due_at < $7)"                               \
    " AND " REACHED " ORDER BY d.id DESC LIMIT $8"

/* The next names of one unit; a search asks for NAME_UNITS of them at a time. */
#define NAMES_OF(which)                                                                           \
    "SELECT x.unit, x.fold, x.dossier FROM (SELECT unit, fold, dossier FROM dossier_find"          \
    " WHERE unit = " which " AND fold >= $1 AND fold < $2 AND (fold, dossier) > ($3, $4)"          \
    " ORDER BY fold, dossier LIMIT $5) x"
#define UNION " UNION ALL "
#define IDS /* LIST_PART of them */                                                               \
    "$3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, "         \
    "$21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, "       \
    "$38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52"

enum {
    Q_UNITS,
    Q_UNITS_WHOLE,
    Q_UNITS_BUSY,
    Q_UNIT_DUE,
    Q_UNIT_NEWEST,
    Q_ALL_DUE,
    Q_ALL_NEWEST,
    Q_MINE_DUE,
    Q_NAMES,
    Q_MANY,
    Q_CODE,
    Q_OF_UNIT,
    Q_OF_ALL,
    Q_FLOOR_OF_UNIT,
    Q_FLOOR_OF_ALL,
    Q_OWN,
    Q_OF_PARTY,
    Q_FEED,
    Q_ALARMS,
    Q_TO_WARN,
    Q_WARNED,
    Q_UNITS_AT_WORK,
    Q_RUNNING_IN,
    Q_RUNNING_OF,
    Q_RUNNING_AFTER,
    Q_OPINIONS_MOVE,
    Q_OPINION_TASKS,
    Q_OPINION_TASKS_MOVE,
    Q__COUNT
};

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_UNITS] = {"units_reached",
                 "SELECT unit FROM v_reach r WHERE account = $1 AND " REACH_HAS("$2")
                 " ORDER BY unit LIMIT $3"},
    [Q_UNITS_WHOLE] = {"units_whole",
                       "SELECT unit FROM v_reach WHERE account = $1 AND (perms & $2) <> 0"
                       " ORDER BY unit LIMIT $3"},
    [Q_UNITS_BUSY] = {"units_busy",
                      "SELECT unit FROM v_reach r WHERE account = $1 AND " REACH_HAS("$2")
                      " AND EXISTS (SELECT 1 FROM task t WHERE t.unit = r.unit)"
                      " ORDER BY unit LIMIT $3"},
    [Q_UNIT_DUE] = {"tasks_unit_due",
                    "SELECT " OF_TASK
                    ", t.due_at" TASKS_FROM TASKS_JOINED TASKS_WHERE OF_UNIT BY_DUE},
    [Q_UNIT_NEWEST] = {"tasks_unit_newest",
                       "SELECT " OF_TASK
                       ", t.received_at" TASKS_FROM TASKS_JOINED TASKS_WHERE OF_UNIT BY_NEWEST},
    [Q_ALL_DUE] = {"tasks_all_due", "SELECT " OF_TASK
                                    ", t.due_at" TASKS_WALK TASKS_JOINED TASKS_WHERE OF_ALL BY_DUE},
    [Q_ALL_NEWEST] = {"tasks_all_newest",
                      "SELECT " OF_TASK
                      ", t.received_at" TASKS_WALK TASKS_JOINED TASKS_WHERE OF_ALL BY_NEWEST},
    [Q_MINE_DUE] = {"tasks_mine_due",
                    "SELECT " OF_TASK ", t.due_at" TASKS_WALK TASKS_JOINED TASKS_WHERE OF_ALL
                    " AND t.account = $4 AND t.account <> 0" BY_DUE},
    [Q_NAMES] = {"find_names",
                 NAMES_OF("$6") UNION NAMES_OF("$7") UNION NAMES_OF("$8") UNION NAMES_OF("$9") UNION
                 NAMES_OF("$10") UNION NAMES_OF("$11") UNION NAMES_OF("$12") UNION NAMES_OF("$13")},
    [Q_MANY] = {"list_many",
                "SELECT " OF_DOSSIER " FROM dossier d LEFT JOIN v_account a ON a.id = d.holder"
                " WHERE d.id IN (" IDS ") AND " REACHED},
    [Q_CODE] = {"list_code",
                "SELECT " OF_DOSSIER " FROM dossier d LEFT JOIN v_account a ON a.id = d.holder"
                " WHERE d.code = $3 AND " REACHED},
    [Q_OF_UNIT] = {"list_unit", LIST_FROM " WHERE d.unit = $3" LIST_WHERE},
    [Q_OF_ALL] = {"list_all", LIST_FROM " WHERE $3 = 0" LIST_WHERE},
    [Q_FLOOR_OF_UNIT] = {"list_floor_unit",
                         "SELECT id FROM dossier WHERE unit = $1 AND id < $2 ORDER BY id DESC"
                         " LIMIT 1 OFFSET $3"},
    [Q_FLOOR_OF_ALL] = {"list_floor_all",
                        "SELECT id FROM dossier WHERE $1 = 0 AND id < $2 ORDER BY id DESC"
                        " LIMIT 1 OFFSET $3"},
    [Q_OWN] =
        {"list_own",
         "SELECT " OF_DOSSIER " FROM dossier d LEFT JOIN v_account a ON a.id = 0"
         " WHERE d.account = $1 AND d.account <> 0 AND d.id < $2 AND NOT " BARRED("d.id", "$4")
         " ORDER BY d.id DESC LIMIT $3"},
    [Q_OF_PARTY] = {"list_of_party",
                    "SELECT " OF_DOSSIER " FROM dossier d LEFT JOIN v_account a ON a.id = 0"
                    " WHERE d.id = $1"},
    [Q_FEED] = {"feed",
                "SELECT e.id, e.dossier, e.version, e.at, e.action, e.status, e.unit, d.code,"
                " CASE WHEN " REACHED " THEN 1 ELSE 0 END"
                " FROM dossier_event e JOIN dossier d ON d.id = e.dossier"
                " WHERE e.id > $3 AND e.id < $5 ORDER BY e.id LIMIT $4"},
    [Q_ALARMS] = {"alarms",         /* the newest of few: sorted before anything is joined */
                  "SELECT m.kind, d.code, m.unit, m.account, m.raised_at, m.due_at, m.level,"
                  " m.dossier FROM (SELECT a.kind, a.unit, a.account, a.raised_at, a.due_at,"
                  " a.level, a.dossier FROM v_reach r CROSS JOIN alarm a"
                  " WHERE r.account = $1 AND " REACH_HAS("$2") " AND a.unit = r.unit"
                  " AND " IN_FIELD("$2", PROCEDURE_OF("a.dossier"))
                  " AND " NAMED_TO("$1", "a.confidential", "a.dossier")
                  " AND a.level >= $3 AND ($3 = 2 OR a.account IN ($1, 0))"
                  " AND (a.raised_at, a.dossier) < ($4, $5)"
                  " ORDER BY a.raised_at DESC, a.dossier DESC LIMIT $6) m"
                  " JOIN dossier d ON d.id = m.dossier"
                  " ORDER BY m.raised_at DESC, m.dossier DESC"},
    [Q_TO_WARN] = {"tasks_to_warn",
                   "SELECT dossier, seq, kind, unit, perm, account, waiting, status, created_at,"
                   " due_at, budget_due, warned, warn_at, confidential FROM task"
                   " WHERE warned < 3 AND warn_at <= $1 ORDER BY warn_at LIMIT $2"},
    [Q_WARNED] = {"task_warned",
                  "UPDATE task SET warned = $5, warn_at = $6 WHERE dossier = $1 AND seq = $2"
                  " AND warn_at = $3 AND due_at = $4"},
    [Q_UNITS_AT_WORK] = {"units_at_work",
                         "SELECT unit FROM work_count GROUP BY unit HAVING sum(n) <> 0"
                         " UNION SELECT unit FROM task WHERE confidential = 1"},
    [Q_RUNNING_IN] = {"running_in",
                      "SELECT t.dossier FROM task t WHERE t.unit = $1 AND t.seq = 0"
                      " ORDER BY t.due_at, t.dossier LIMIT $2"},
    [Q_RUNNING_OF] = {"running_of",
                      "SELECT t.dossier FROM task t JOIN dossier d ON d.id = t.dossier"
                      " WHERE t.seq = 0 AND (d.unit = $1 OR d.intake_unit = $1"
                      " OR d.competent_unit = $1) ORDER BY t.dossier LIMIT $2"},
    [Q_RUNNING_AFTER] = {"running_after",
                         "SELECT t.dossier FROM task t WHERE t.seq = 0 AND t.dossier > $1"
                         " AND t.status IN (2, 4, 5, 6, 7) ORDER BY t.dossier LIMIT $2"},
    [Q_OPINIONS_MOVE] = {"opinions_move",
                         "UPDATE opinion SET unit = $2 WHERE unit = $1 AND answered_at = 0"},
    [Q_OPINION_TASKS] = {"opinion_tasks",
                         "SELECT account, perm, waiting, count(*) FROM task"
                         " WHERE unit = $1 AND seq > 0 AND confidential = 0"
                         " GROUP BY account, perm, waiting"
                         " ORDER BY account, perm, waiting"},
    [Q_OPINION_TASKS_MOVE] = {"opinion_tasks_move",
                              "UPDATE task SET unit = $2, account = 0 WHERE unit = $1 AND seq > 0"},
};

enum { PERMS_READ = 1 << PERM_DOSSIER_READ, NO_UNIT = -1 };

/* --- reading rows --- */

static void
read_row(struct rows *r, struct list_row *l)
{
    *l = (struct list_row){
        .dossier = row_int(r, 0), .code = row_text(r, 1), .procedure = row_text(r, 2),
        .applicant = row_text(r, 3), .owner = row_text(r, 4), .procedure_version = row_int(r, 5),
        .status = row_int(r, 6), .channel = row_int(r, 7), .unit = row_int(r, 8),
        .submitted_at = row_int(r, 9), .accepted_at = row_int(r, 10), .due_at = row_int(r, 11),
        .extended_to = row_int(r, 12), .finished_at = row_int(r, 13), .outcome = row_int(r, 14),
        .timing = row_int(r, 15), .step = row_text(r, 16), .holder = row_int(r, 17),
        .holder_name = row_text(r, 18), .task_due = row_int(r, 19), .kind = (int)row_int(r, 20),
        .opinion = row_int(r, 21) > 0 ? row_int(r, 21) : 0};
}

static int
read_rows(struct ctx *c, struct rows *r, list_rows *out)
{
    while (db_next(r))
        read_row(r, vec_push(c->a, out));
    return db_done(r);
}

static int
read_ids(struct ctx *c, struct rows *r, unit_list *out)
{
    while (db_next(r))
        *vec_push(c->a, out) = row_int(r, 0);
    return db_done(r);
}

static int
units_by(struct ctx *c, int query, int64_t perms, size_t max, unit_list *out)
{
    struct rows r;

    db_rows(c, &r, &Q[query], ARGS(qi(c->account), qi(perms), qi((int64_t)max + 1)));
    return read_ids(c, &r, out);
}

int
sql_units_reached(struct ctx *c, int64_t perms, size_t max, unit_list *out)
{
    return units_by(c, Q_UNITS, perms, max, out);
}

int
sql_units_whole(struct ctx *c, int64_t perms, size_t max, unit_list *out)
{
    return units_by(c, Q_UNITS_WHOLE, perms, max, out);
}

int
sql_units_busy(struct ctx *c, int64_t perms, size_t max, unit_list *out)
{
    return units_by(c, Q_UNITS_BUSY, perms, max, out);
}

/* --- work lists --- */

enum { TASK_ARGS = 11 };

/* What each view asks of a task: `account` 0 nobody, -1 anyone, -2 me; `waiting` 0, 1, -1 any. */
static const struct { bool takable; int account, waiting; enum { ANY, SOON, PAST } due; } VIEW[] = {
    [VIEW_NEW]     = {true, 0, 0, ANY},   [VIEW_MINE]    = {false, -2, 0, ANY},
    [VIEW_SOON]    = {false, -1, 0, SOON}, [VIEW_OVERDUE] = {false, -1, 0, PAST},
    [VIEW_WAITING] = {false, -1, 1, ANY}, [VIEW_ALL]     = {false, -1, -1, ANY},
};

static int64_t
later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t
earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void
task_args(struct ctx *c, const struct task_page *p, struct dbv v[TASK_ARGS])
{
    const struct list_query *q = p->q;
    int64_t account = VIEW[q->view].account, from = q->due_from,
            to = q->due_to ? q->due_to : INT64_MAX;

    if (account == -2)
        account = c->account;
    else if (q->holder)
        account = q->holder;
    if (VIEW[q->view].due == SOON) {
        from = later(from, p->now);
        to = earlier(to, p->soon);
    } else if (VIEW[q->view].due == PAST) {
        to = earlier(to, p->now);
    }
    v[0] = qi(c->account);
    v[1] = qi(PERMS_READ);
    v[2] = qi(VIEW[q->view].takable);
    v[3] = qi(account);
    v[4] = qi(VIEW[q->view].waiting);
    v[5] = qi(from);
    v[6] = qi(to);
    v[7] = qt(q->procedure ? q->procedure : "");
    v[8] = qi(q->status);
    v[9] = qi(q->channel);
    v[10] = qi(p->unit);
}

static int
query_of(const struct task_page *p)
{
    if (p->unit)
        return p->q->newest ? Q_UNIT_NEWEST : Q_UNIT_DUE;
    if (p->q->view == VIEW_MINE && !p->q->newest)
        return Q_MINE_DUE;
    return p->q->newest ? Q_ALL_NEWEST : Q_ALL_DUE;
}

int
sql_tasks_page(struct ctx *c, const struct task_page *p, list_rows *out, unit_list *keys)
{
    struct dbv v[TASK_ARGS + 4];
    struct rows r;

    task_args(c, p, v);
    v[11] = qi(p->key);
    v[12] = qi(p->dossier);
    v[13] = qi(p->seq);
    v[14] = qi((int64_t)p->limit);
    for (db_rows(c, &r, &Q[query_of(p)], v, TASK_ARGS + 4); db_next(&r);) {
        read_row(&r, vec_push(c->a, out));
        out->p[out->n - 1].opinion = row_int(&r, 21);       /* the sequence, for the cursor */
        *vec_push(c->a, keys) = row_int(&r, 22);
    }
    return db_done(&r);
}

/* --- search --- */

int
sql_find_names(struct ctx *c, const struct name_page *p, const int64_t *units, size_t n,
               name_rows *out)
{
    struct dbv v[5 + NAME_UNITS] = {qt(p->from), qt(p->to), qt(p->after), qi(p->after_id),
                                    qi((int64_t)p->limit)};
    struct rows r;

    for (size_t i = 0; i < NAME_UNITS; i++)
        v[5 + i] = qi(i < n ? units[i] : NO_UNIT);
    for (db_rows(c, &r, &Q[Q_NAMES], v, 5 + NAME_UNITS); db_next(&r);)
        *vec_push(c->a, out) = (struct name_row){row_text(&r, 1), row_int(&r, 2), row_int(&r, 0)};
    return db_done(&r);
}

/* They come in any order, and an id may be asked for twice. */
static void
put_row(const struct list_row *row, const int64_t *ids, size_t n, struct list_row *out)
{
    for (size_t i = 0; i < n; i++)
        if (ids[i] == row->dossier)
            out[i] = *row;
}

int
sql_list_many(struct ctx *c, const int64_t *ids, size_t n, int64_t perms, struct list_row *out)
{
    struct dbv v[2 + LIST_PART] = {qi(c->account), qi(perms)};
    struct list_row row;
    struct rows r;

    for (size_t i = 0; i < LIST_PART; i++)
        v[2 + i] = qi(i < n ? ids[i] : 0);
    for (size_t i = 0; i < n; i++)
        out[i] = (struct list_row){0};
    for (db_rows(c, &r, &Q[Q_MANY], v, 2 + LIST_PART); db_next(&r);) {
        read_row(&r, &row);
        put_row(&row, ids, n, out);
    }
    return db_done(&r);
}

int
sql_list_code(struct ctx *c, const char *code, int64_t perms, list_rows *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_CODE], ARGS(qi(c->account), qi(perms), qt(code)));
    return read_rows(c, &r, out);
}

int64_t
sql_list_floor(struct ctx *c, int64_t unit, int64_t before, size_t looked)
{
    return db_int(c, 0, &Q[unit ? Q_FLOOR_OF_UNIT : Q_FLOOR_OF_ALL],
                  ARGS(qi(unit), qi(before), qi((int64_t)looked - 1)));
}

int
sql_list_unit(struct ctx *c, const struct api_query *q, int64_t unit, struct id_span span,
              size_t limit, list_rows *out)
{
    struct rows r;

    db_rows(c, &r, &Q[unit ? Q_OF_UNIT : Q_OF_ALL],
            ARGS(qi(c->account), qi(PERMS_READ), qi(unit), qi(span.before), qi(q->status),
                 qi(q->due_from), qi(q->due_to), qi((int64_t)limit), qi(span.from)));
    return read_rows(c, &r, out);
}

int
sql_list_own(struct ctx *c, int64_t before, size_t limit, list_rows *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_OWN],
            ARGS(qi(c->account), qi(before), qi((int64_t)limit), qi(vn_day(c->now))));
    return read_rows(c, &r, out);
}

/* The caller knows that the person is named in it. */
int
sql_list_of_party(struct ctx *c, int64_t dossier, list_rows *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_OF_PARTY], ARGS(qi(dossier)));
    return read_rows(c, &r, out);
}

/* --- feed and alarms --- */

int
sql_feed(struct ctx *c, int64_t after, int64_t end, size_t limit, raw_events *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_FEED],
                 ARGS(qi(c->account), qi(PERMS_READ), qi(after), qi((int64_t)limit), qi(end)));
         db_next(&r);)
        *vec_push(c->a, out) = (struct raw_event){
            .id = row_int(&r, 0), .dossier = row_int(&r, 1), .version = row_int(&r, 2),
            .at = row_int(&r, 3), .action = row_int(&r, 4), .status = row_int(&r, 5),
            .unit = row_int(&r, 6), .code = row_text(&r, 7), .reached = row_int(&r, 8) != 0};
    return db_done(&r);
}

/* Level 2 is for leaders and for who looks after officers and agencies. */
int64_t
sql_alarm_perms(int level)
{
    return level == 2 ? PERM_BIT(PERM_DOSSIER_ASSIGN) | PERM_BIT(PERM_ADMIN_OFFICERS)
                      : PERM_BIT(PERM_DOSSIER_READ);
}

int
sql_alarms(struct ctx *c, int level, struct alarm_at before, size_t limit, alarm_rows *out,
           alarm_keys *keys)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_ALARMS],
                 ARGS(qi(c->account), qi(sql_alarm_perms(level)), qi(level), qi(before.raised_at),
                      qi(before.dossier), qi((int64_t)limit)));
         db_next(&r);) {
        *vec_push(c->a, out) = (struct alarm){
            .kind = (enum alarm_kind)row_int(&r, 0), .code = row_text(&r, 1),
            .unit = row_int(&r, 2), .account = row_int(&r, 3), .raised_at = row_int(&r, 4),
            .due_at = row_int(&r, 5), .level = (int)row_int(&r, 6)};
        *vec_push(c->a, keys) = (struct alarm_at){row_int(&r, 4), row_int(&r, 7)};
    }
    return db_done(&r);
}

/* --- jobs --- */

int
sql_tasks_to_warn(struct ctx *c, int64_t now, size_t limit, task_rows *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_TO_WARN], ARGS(qi(now), qi((int64_t)limit))); db_next(&r);)
        *vec_push(c->a, out) = (struct task_row){
            .dossier = row_int(&r, 0), .seq = row_int(&r, 1), .kind = row_int(&r, 2),
            .unit = row_int(&r, 3), .perm = row_int(&r, 4), .account = row_int(&r, 5),
            .waiting = row_int(&r, 6), .status = row_int(&r, 7), .created_at = row_int(&r, 8),
            .due_at = row_int(&r, 9), .budget_due = row_int(&r, 10), .warned = row_int(&r, 11),
            .warn_at = row_int(&r, 12), .confidential = row_int(&r, 13)};
    return db_done(&r);
}

int
sql_task_warned(struct ctx *c, const struct task_row *t, int level, int64_t again)
{
    return db_exec(c, &Q[Q_WARNED],
                   ARGS(qi(t->dossier), qi(t->seq), qi(t->warn_at), qi(t->due_at), qi(level),
                        qi(again)));
}

int
sql_units_at_work(struct ctx *c, unit_list *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_UNITS_AT_WORK], NO_ARGS);
    return read_ids(c, &r, out);
}

/* First what lies there, by its index; then, in a walk over open work, what only concerns it. */
int
sql_running_of(struct ctx *c, int64_t unit, size_t limit, unit_list *out)
{
    int rc = OK;

    for (int q = Q_RUNNING_IN; q <= Q_RUNNING_OF && out->n == 0 && rc == OK; q++) {
        struct rows r;

        db_rows(c, &r, &Q[q], ARGS(qi(unit), qi((int64_t)limit)));
        rc = read_ids(c, &r, out);
    }
    return rc;
}

int
sql_running_after(struct ctx *c, int64_t after, size_t limit, unit_list *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_RUNNING_AFTER], ARGS(qi(after), qi((int64_t)limit)));
    return read_ids(c, &r, out);
}

int
sql_opinions_move(struct ctx *c, int64_t from, int64_t to, work_counts *out)
{
    struct rows r;
    int rc;

    for (db_rows(c, &r, &Q[Q_OPINION_TASKS], ARGS(qi(from))); db_next(&r);)
        *vec_push(c->a, out) = (struct count_work){from, row_int(&r, 0), row_int(&r, 1),
                                                   row_int(&r, 2), row_int(&r, 3)};
    if ((rc = db_done(&r)) < 0 || (rc = db_put(c, &Q[Q_OPINIONS_MOVE], ARGS(qi(from), qi(to)))) < 0)
        return rc;
    return db_put(c, &Q[Q_OPINION_TASKS_MOVE], ARGS(qi(from), qi(to)));
}
