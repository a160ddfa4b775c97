/* Whose turn it is: the open work of a dossier follows from its row. */
#include <string.h>

#include "mod/dossiers/dossiers_lists_sql.h"
#include "mod/dossiers/dossiers_parts_sql.h"
#include "mod/dossiers/dossiers_sql.h"
#include "mod/dossiers/dossiers_stats_sql.h"
#include "mod/dossiers/worklists.h"
#include "site/site.h"

static const char *const TASK[TASK__COUNT] = {
    [TASK_INTAKE]   = N_("Trả lời hồ sơ mới nộp"),
    [TASK_STEP]     = N_("Xử lý hồ sơ"),
    [TASK_WAIT]     = N_("Chờ người nộp hồ sơ"),
    [TASK_AGREE]    = N_("Duyệt yêu cầu bổ sung lần nữa"),
    [TASK_WITHDRAW] = N_("Quyết định việc rút hồ sơ"),
    [TASK_OPINION]  = N_("Cho ý kiến"),
};

const char *
dossiers_task_name(enum task_kind k)
{
    return k > 0 && k < TASK__COUNT ? TASK[k] : "";
}

/* --- the dossier's own task, by status --- */

enum task_kind
task_kind_of(const struct dossier *d)
{
    static const enum task_kind KIND[ST__COUNT] = {
        [ST_SUBMITTED] = TASK_INTAKE, [ST_ACCEPTED] = TASK_STEP, [ST_PROCESSING] = TASK_STEP,
        [ST_SUPPLEMENT] = TASK_WAIT, [ST_FISCAL] = TASK_WAIT, [ST_WITHDRAWING] = TASK_WITHDRAW,
        [ST_DONE] = TASK_STEP,
    };

    return KIND[d->status];
}

static enum perm
perm_of(const struct change *x, enum task_kind kind)
{
    if (kind == TASK_WITHDRAW)
        return x->d->accepted_at ? PERM_DOSSIER_DECIDE : PERM_DOSSIER_INTAKE;
    if (!x->d->accepted_at || !x->w.step)
        return PERM_DOSSIER_INTAKE;
    return workflow_role_perm((enum role)x->w.step->role);
}

static int64_t
due_of(const struct change *x, enum task_kind kind)
{
    struct ctx *c = x->c;

    if (kind == TASK_INTAKE)        /* accept, ask or refuse within so many working hours */
        return deadlines_after(c->site->calendar, x->w.rules->answer_online, c->now);
    if (kind == TASK_WAIT && x->d->answer_due)
        return x->d->answer_due;
    if (kind == TASK_WITHDRAW)
        return deadlines_after(c->site->calendar, x->w.rules->answer_online, c->now);
    return clock_effective(x->d);
}

/* The job looks again when the officer's share of the working time is left, and reckons then. */
static int64_t
first_look(const struct change *x, const struct task_row *t)
{
    const struct calendar *cal = x->c->site->calendar;
    struct limit part = {.unit = LIMIT_WORKING_HOURS};
    int64_t minutes;

    if (t->due_at == NEVER)
        return NEVER;
    minutes = calendar_minutes(cal, x->c->now, t->due_at);
    part.n = (int)(minutes * (100 - x->w.rules->warn_officer) / 100 / 60);
    return part.n > 0 ? deadlines_after(cal, part, x->c->now) : x->c->now;
}

static int64_t
earlier(int64_t a, int64_t b)
{
    return b < a || !a ? b : a;
}

/* Who decides must have what was handed in at the counter the same day or next morning; online it
 * is there at once (rules.md 3.2.8).  Until somebody takes it. */
static int64_t
transfer_of(const struct change *x, int64_t otherwise)
{
    const struct dossier *d = x->d;

    if (d->status != ST_ACCEPTED || d->holder || d->channel == CHANNEL_ONLINE)
        return otherwise;
    return earlier(otherwise, deadlines_transfer(x->c->site->calendar, x->w.rules,
                                                 (enum channel)d->channel, d->accepted_at));
}

/* The step's own budget from then on; at the first step also the time in which papers may be asked
 * for, and in which it must be taken. */
static int64_t
target_of(const struct change *x, int64_t from)
{
    int64_t budget = world_after(x->c, x->w.step->budget, from);

    if (x->w.step != x->w.p->process.p || x->d->supplements > 0)
        return budget;
    budget = earlier(budget, deadlines_after(x->c->site->calendar, x->w.rules->ask_supplement,
                                             x->d->accepted_at));
    return transfer_of(x, budget);
}

static bool
same_work(const struct task_row *a, const struct task_row *b)
{
    return a->kind == b->kind && a->unit == b->unit && strcmp(a->step, b->step) == 0;
}

static void
fresh_task(const struct change *x, struct task_row *t)
{
    const struct dossier *d = x->d;
    enum task_kind kind = task_kind_of(d);

    *t = (struct task_row){
        .dossier = d->id, .seq = SEQ_OWN, .kind = kind, .unit = d->unit, .status = d->status,
        .perm = PERM_BIT(perm_of(x, kind)), .account = kind == TASK_WITHDRAW ? 0 : d->holder,
        .step = d->step, .waiting = kind == TASK_WAIT, .procedure = d->procedure,
        .channel = d->channel, .received_at = d->accepted_at ? d->accepted_at : d->submitted_at,
        .created_at = x->c->now, .due_at = due_of(x, kind), .confidential = d->confidential};
    if (kind == TASK_STEP && x->w.step)
        t->budget_due = target_of(x, x->c->now);
    t->warn_at = first_look(x, t);
    if (t->budget_due && t->budget_due < t->warn_at)
        t->warn_at = t->budget_due + 1;
}

/* Work that only changed hands keeps its start, its inner target and its warnings. */
static void
keep_what_was(const struct change *x, const struct task_row *was, struct task_row *t)
{
    t->created_at = was->created_at;
    t->budget_due = was->budget_due;
    if (t->kind == TASK_STEP && x->w.step && was->status == ST_ACCEPTED)
        t->budget_due = target_of(x, was->created_at);      /* taken: no longer to be handed over */
    if (t->kind == TASK_INTAKE || t->kind == TASK_WITHDRAW)
        t->due_at = was->due_at;
    if (t->due_at == was->due_at) {
        t->warned = was->warned;
        t->warn_at = was->warn_at;
    }
}

bool
task_own(const struct change *x, const struct task_row *was, struct task_row *t)
{
    if (task_kind_of(x->d) == 0)
        return false;
    fresh_task(x, t);
    if (was && same_work(was, t))
        keep_what_was(x, was, t);
    return true;
}

/* --- writing it, with its counters --- */

static struct count_work
place(const struct task_row *t, int64_t n)
{
    return (struct count_work){t->unit, t->account, t->perm, t->waiting, n};
}

static bool
same_place(const struct task_row *a, const struct task_row *b)
{
    return a->unit == b->unit && a->account == b->account && a->perm == b->perm &&
           a->waiting == b->waiting && a->confidential == b->confidential;
}

/* NULL: there was none, or is none now.  A confidential one counts nowhere: whoever may know of it
 * has it counted from v_dossier_named. */
static int
count_task(struct ctx *c, const struct task_row *was, const struct task_row *t)
{
    struct count_work less, more;
    int rc = OK;

    if (was && t && same_place(was, t))
        return OK;
    if (was && !was->confidential)
        less = place(was, -1), rc = sql_work_add(c, &less);
    if (rc == OK && t && !t->confidential)
        more = place(t, 1), rc = sql_work_add(c, &more);
    return rc;
}

static int
put(struct ctx *c, const struct task_row *was, const struct task_row *t)
{
    int rc = sql_task_put(c, t);

    return rc < 0 ? rc : count_task(c, was, t);
}

int
tasks_close(struct ctx *c, int64_t dossier, int64_t seq)
{
    task_rows v = {0};
    int rc = sql_task_close(c, dossier, seq, &v);

    for (size_t i = 0; i < v.n && rc == OK; i++)
        if ((rc = count_task(c, &v.p[i], NULL)) == OK)
            rc = sql_alarms_clear(c, dossier, v.p[i].seq);
    return rc;
}

int
tasks_hold(struct change *x, int64_t seq, int64_t account)
{
    struct task_row was, t;
    int rc = sql_task_get(x->c, x->d->id, seq, &was);

    if (rc < 0)
        return rc == E_NOTFOUND ? fail(x->c, E_CONFLICT, SAY_GONE, "%s: task %" PRId64,
                                       x->d->code, seq)
                                : rc;
    t = was;
    t.account = account;
    if ((rc = sql_task_move(x->c, &t)) < 0)
        return rc;
    return count_task(x->c, &was, &t);
}

/* The asked agency goes on as another one: its open opinions are nobody's there. */
int
tasks_opinions_move(struct ctx *c, int64_t from, int64_t to)
{
    work_counts v = {0};
    int rc = sql_opinions_move(c, from, to, &v);

    for (size_t i = 0; i < v.n && rc == OK; i++) {
        struct count_work less = v.p[i], more = {to, 0, less.perm, less.waiting, less.n};

        less.n = -less.n;
        if ((rc = sql_work_add(c, &less)) == OK)
            rc = sql_work_add(c, &more);
    }
    return rc;
}

/* Nobody may take it: said at once, to those above (no dossier without a holder). */
static int
alarm_unserved(const struct change *x, const struct task_row *t)
{
    bool mine = t->unit == x->served && t->perm == (int64_t)PERM_BIT(PERM_DOSSIER_INTAKE);

    if (t->account || mine || t->confidential ||        /* named_sync() says that */
        sql_unit_served(x->c, t->unit, t->perm, x->d->procedure))
        return OK;
    return sql_alarm_put(x->c, t, ALARM_NO_HOLDER, 2);
}

int
tasks_sync(struct change *x)
{
    struct task_row t, was;
    bool had = false;
    int rc = OK;

    if (task_kind_of(x->d) == 0)
        return tasks_close(x->c, x->d->id, SEQ_ALL);
    if (x->was.version) {               /* otherwise it begins now */
        rc = sql_task_get(x->c, x->d->id, SEQ_OWN, &was);
        if (rc < 0 && rc != E_NOTFOUND)
            return rc;
        had = rc == OK;
    }
    task_own(x, had ? &was : NULL, &t);
    if (x->was.version && t.created_at == x->c->now &&
        (rc = sql_alarms_clear(x->c, t.dossier, SEQ_OWN)) < 0)
        return rc;                      /* other work now: the old alarms are answered */
    if (x->was.holder != x->d->holder && (rc = sql_alarms_hand(x->c, &t)) < 0)
        return rc;
    if ((rc = put(x->c, had ? &was : NULL, &t)) < 0)
        return rc;
    return alarm_unserved(x, &t);
}

void
task_opinion(const struct change *x, int64_t number, int64_t unit, int64_t due, struct task_row *t)
{
    fresh_task(x, t);
    t->seq = number;
    t->kind = TASK_OPINION;
    t->unit = unit;
    t->perm = PERM_BIT(PERM_DOSSIER_PROCESS);
    t->account = t->waiting = t->budget_due = 0;
    t->due_at = due;
    t->warn_at = first_look(x, t);
}

int
tasks_opinion_open(struct change *x, int64_t number, int64_t unit, int64_t due)
{
    struct task_row t;
    int rc;

    task_opinion(x, number, unit, due, &t);
    if ((rc = put(x->c, NULL, &t)) < 0)
        return rc;
    return alarm_unserved(x, &t);
}

void
task_agree(const struct change *x, struct task_row *t)
{
    fresh_task(x, t);
    t->seq = SEQ_AGREE;
    t->kind = TASK_AGREE;
    t->perm = PERM_BIT(PERM_DOSSIER_DECIDE);
    t->account = t->waiting = t->budget_due = 0;
    t->due_at = deadlines_after(x->c->site->calendar, x->w.rules->answer_online, x->c->now);
    t->warn_at = first_look(x, t);
}

int
tasks_agree_open(struct change *x)
{
    struct task_row t;
    int rc;

    task_agree(x, &t);
    if ((rc = put(x->c, NULL, &t)) < 0)
        return rc;
    return alarm_unserved(x, &t);
}

int
tasks_enter_step(struct change *x, const struct proc_step *s, int64_t holder)
{
    x->w.step = s;
    x->d->step = s->id;
    x->d->unit = world_step_unit(x->c, x->d, s);
    x->d->holder = holder;
    return OK;
}
