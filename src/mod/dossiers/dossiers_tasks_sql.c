/* Open work and its alarms: tables `task` and `alarm`. */
#include "mod/dossiers/dossiers_parts_sql.h"
#include "mod/dossiers/worklists.h"

enum {
    Q_PUT,
    Q_MOVE,
    Q_GET,
    Q_CLOSE,
    Q_LIST,
    Q_ALARM,
    Q_LEVEL,
    Q_HAND,
    Q_CLEAR,
    Q__COUNT
};

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_PUT] =
        {"task_put",
         "INSERT INTO task (dossier, seq, kind, unit, perm, account, step, waiting, status,"
         " procedure, channel, received_at, created_at, due_at, budget_due, warned, warn_at,"
         " confidential)"
         " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"
         " ON CONFLICT (dossier, seq) DO UPDATE SET kind = excluded.kind,"
         " unit = excluded.unit, perm = excluded.perm, account = excluded.account,"
         " step = excluded.step, waiting = excluded.waiting, status = excluded.status,"
         " received_at = excluded.received_at, created_at = excluded.created_at,"
         " due_at = excluded.due_at, budget_due = excluded.budget_due,"
         " warned = excluded.warned, warn_at = excluded.warn_at,"
         " confidential = excluded.confidential"},
    [Q_MOVE] = {"task_move", "UPDATE task SET account = $3 WHERE dossier = $1 AND seq = $2"},
    [Q_GET] = {"task_get",
               "SELECT kind, unit, perm, account, step, waiting, status, procedure, channel,"
               " received_at, created_at, due_at, budget_due, warned, warn_at, confidential"
               " FROM task WHERE dossier = $1 AND seq = $2"},
    [Q_CLOSE] = {"task_close",
                 "DELETE FROM task WHERE dossier = $1 AND ($2 = 1 OR seq = $3)"
                 " RETURNING seq, unit, account, perm, waiting, confidential"},
    [Q_LIST] = {"tasks",
                "SELECT t.seq, t.kind, t.unit, t.account, coalesce(a.name, ''), t.perm, t.step,"
                " t.created_at, t.due_at, t.budget_due, t.warned FROM task t"
                " LEFT JOIN v_account a ON a.id = t.account WHERE t.dossier = $1 ORDER BY t.seq"},
    [Q_ALARM] = {"alarm_put",
                 "INSERT INTO alarm (dossier, seq, kind, level, unit, account, raised_at, due_at,"
                 " confidential) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
                 " ON CONFLICT (dossier, seq, kind) DO UPDATE SET level = excluded.level,"
                 " account = excluded.account, unit = excluded.unit,"
                 " confidential = excluded.confidential"},
    [Q_LEVEL] = {"alarm_level",
                 "SELECT level FROM alarm WHERE dossier = $1 AND seq = $2 AND kind = $3"},
    [Q_HAND] = {"alarms_hand", "UPDATE alarm SET account = $3 WHERE dossier = $1 AND seq = $2"},
    [Q_CLEAR] = {"alarms_clear", "DELETE FROM alarm WHERE dossier = $1 AND seq = $2"},
};

int
sql_task_put(struct ctx *c, const struct task_row *t)
{
    return db_put(c, &Q[Q_PUT],
                  ARGS(qi(t->dossier), qi(t->seq), qi(t->kind), qi(t->unit), qi(t->perm),
                       qi(t->account), qt(t->step), qi(t->waiting), qi(t->status), qt(t->procedure),
                       qi(t->channel), qi(t->received_at), qi(t->created_at), qi(t->due_at),
                       qi(t->budget_due), qi(t->warned), qi(t->warn_at), qi(t->confidential)));
}

int
sql_task_move(struct ctx *c, const struct task_row *t)
{
    return db_put(c, &Q[Q_MOVE], ARGS(qi(t->dossier), qi(t->seq), qi(t->account)));
}

/* The callers know what it means that there is none, so nothing is recorded. */
int
sql_task_get(struct ctx *c, int64_t dossier, int64_t seq, struct task_row *out)
{
    bool found = false;
    struct rows r;
    int rc;

    for (db_rows(c, &r, &Q[Q_GET], ARGS(qi(dossier), qi(seq))); db_next(&r); found = true)
        *out = (struct task_row){
            .dossier = dossier, .seq = seq, .kind = row_int(&r, 0), .unit = row_int(&r, 1),
            .perm = row_int(&r, 2), .account = row_int(&r, 3), .step = row_text(&r, 4),
            .waiting = row_int(&r, 5), .status = row_int(&r, 6), .procedure = row_text(&r, 7),
            .channel = row_int(&r, 8), .received_at = row_int(&r, 9),
            .created_at = row_int(&r, 10), .due_at = row_int(&r, 11),
            .budget_due = row_int(&r, 12), .warned = row_int(&r, 13), .warn_at = row_int(&r, 14),
            .confidential = row_int(&r, 15)};
    if ((rc = db_done(&r)) < 0)
        return rc;
    return found ? OK : E_NOTFOUND;
}

int
sql_task_close(struct ctx *c, int64_t dossier, int64_t seq, task_rows *out)
{
    bool all = seq == SEQ_ALL;
    struct rows r;

    for (db_rows(c, &r, &Q[Q_CLOSE], ARGS(qi(dossier), qi(all), qi(seq))); db_next(&r);)
        *vec_push(c->a, out) = (struct task_row){
            .dossier = dossier, .seq = row_int(&r, 0), .unit = row_int(&r, 1),
            .account = row_int(&r, 2), .perm = row_int(&r, 3), .waiting = row_int(&r, 4),
            .confidential = row_int(&r, 5)};
    return db_done(&r);
}

int
sql_tasks(struct ctx *c, int64_t dossier, task_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_LIST], ARGS(qi(dossier))); db_next(&r);) {
        int64_t perm = row_int(&r, 5);
        struct task *t = vec_push(c->a, out);

        *t = (struct task){.opinion = row_int(&r, 0) > 0 ? row_int(&r, 0) : 0,
                           .kind = (enum task_kind)row_int(&r, 1), .unit = row_int(&r, 2),
                           .account = row_int(&r, 3), .account_name = row_text(&r, 4),
                           .step = row_text(&r, 6), .created_at = row_int(&r, 7),
                           .due_at = row_int(&r, 8), .budget_due = row_int(&r, 9),
                           .warned = (int)row_int(&r, 10)};
        while (t->perm < PERM__COUNT - 1 && PERM_BIT(t->perm) != perm)
            t->perm++;
    }
    return db_done(&r);
}

int
sql_alarm_put(struct ctx *c, const struct task_row *t, int kind, int level)
{
    bool told = kind == ALARM_NO_HOLDER && level > 1;   /* its code, to those above */

    return db_put(c, &Q[Q_ALARM],
                  ARGS(qi(t->dossier), qi(t->seq), qi(kind), qi(level), qi(t->unit), qi(t->account),
                       qi(c->now), qi(t->due_at), qi(t->confidential && !told)));
}

int
sql_alarm_level(struct ctx *c, const struct task_row *t, int kind)
{
    return (int)db_int(c, 0, &Q[Q_LEVEL], ARGS(qi(t->dossier), qi(t->seq), qi(kind)));
}

int
sql_alarms_hand(struct ctx *c, const struct task_row *t)
{
    return db_put(c, &Q[Q_HAND], ARGS(qi(t->dossier), qi(t->seq), qi(t->account)));
}

int
sql_alarms_clear(struct ctx *c, int64_t dossier, int64_t seq)
{
    return db_put(c, &Q[Q_CLEAR], ARGS(qi(dossier), qi(seq)));
}
