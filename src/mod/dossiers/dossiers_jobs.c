/* The periodic work: warnings and alarms that fell due, reform of agencies, change of the calendar.
 */
#include "auth/auth.h"
#include "base/log.h"
#include "mod/dossiers/dossiers_lists_sql.h"
#include "mod/dossiers/dossiers_named.h"
#include "mod/dossiers/dossiers_sql.h"
#include "site/site.h"

enum { BATCH = 200, LOOK_AGAIN = 15 * 60 };

static const char *const ALARM[ALARM__COUNT] = {
    [ALARM_NO_HOLDER]      = N_("Chưa có ai nhận xử lý"),
    [ALARM_ANSWER_LATE]    = N_("Hồ sơ mới nộp sắp hoặc đã quá giờ trả lời"),
    [ALARM_STEP_LATE]      = N_("Bước xử lý quá thời gian nội bộ"),
    [ALARM_DUE_SOON]       = N_("Sắp đến hạn trả kết quả"),
    [ALARM_OVERDUE]        = N_("Đã quá hạn trả kết quả"),
    [ALARM_OPINION_LATE]   = N_("Sắp hoặc đã quá hạn cho ý kiến"),
    [ALARM_APPLICANT_LATE] = N_("Người nộp chưa bổ sung, chưa nộp tiền đúng hạn"),
    [ALARM_NO_APOLOGY]     = N_("Quá hạn mà chưa xin lỗi, hẹn lại ngày trả"),
};

const char *
dossiers_alarm_name(enum alarm_kind k)
{
    return k > 0 && k < ALARM__COUNT ? ALARM[k] : "";
}

/* --- warnings: the officer, then the leader, then "overdue", each said once --- */

static enum alarm_kind
kind_of(const struct task_row *t, int level)
{
    static const enum alarm_kind KIND[TASK__COUNT] = {
        [TASK_INTAKE] = ALARM_ANSWER_LATE, [TASK_WAIT] = ALARM_APPLICANT_LATE,
        [TASK_AGREE] = ALARM_STEP_LATE, [TASK_WITHDRAW] = ALARM_STEP_LATE,
        [TASK_OPINION] = ALARM_OPINION_LATE,
    };

    if (KIND[t->kind])
        return KIND[t->kind];
    return level >= 3 ? ALARM_OVERDUE : ALARM_DUE_SOON;
}

static int
level_of(struct ctx *c, const struct task_row *t)
{
    const struct rule_set *r = rules_on(c->site->rules, vn_day(c->now));
    struct due due = {.at = t->due_at, .start = t->created_at, .by_minute = true,
                      .day = vn_day(t->due_at), .unit = LIMIT_WORKING_HOURS};

    if (c->now > t->due_at)
        return 3;
    return deadlines_warning(c->site->calendar, r, &due, c->now);
}

/* Once for each level: an alarm that stands is not said again. */
static int
say(struct ctx *c, const struct task_row *t, enum alarm_kind kind, int to)
{
    int rc;

    if (sql_alarm_level(c, t, kind) >= to)
        return OK;
    rc = sql_alarm_put(c, t, kind, to);
    return rc < 0 ? rc : sql_outbox_add(c, t->dossier, "warning", kind, 0, to);
}

/* The inner target of a step: the officer when it is missed, the leader a working day later. */
static int64_t
leader_moment(struct ctx *c, const struct task_row *t)
{
    return deadlines_after(c->site->calendar, (struct limit){LIMIT_WORKING_DAYS, 1}, t->budget_due);
}

/* Accepted and taken by nobody when the papers should have reached who decides (rules.md 3.2.8),
 * or a step that takes longer than its share. */
static int
warn_of_target(struct ctx *c, const struct task_row *t)
{
    bool untaken = !t->account && t->status == ST_ACCEPTED;

    if (!t->budget_due || t->waiting || c->now <= t->budget_due)
        return OK;
    return say(c, t, untaken ? ALARM_NO_HOLDER : ALARM_STEP_LATE,
               c->now > leader_moment(c, t) ? 2 : 1);
}

/* Until when a missed date may still be apologised for (rules.md 3.4); 0: not of this work. */
static int64_t
apology_end(struct ctx *c, const struct task_row *t)
{
    const struct rule_set *r = rules_on(c->site->rules, vn_day(c->now));

    return t->kind == TASK_STEP && !t->waiting && t->status != ST_DONE && t->due_at != NEVER
               ? vn_utc(vn_day(t->due_at) + r->apology_within + 1, 0)
               : 0;
}

/* Missed and not apologised for: the leader's to answer. */
static int
warn_of_apology(struct ctx *c, const struct task_row *t)
{
    int64_t end = apology_end(c, t);
    struct dossier d;
    int rc;

    if (!end || c->now < end || (rc = sql_dossier_by_id(c, t->dossier, &d)) == E_NOTFOUND)
        return OK;
    return rc < 0 || d.extended_to ? rc : say(c, t, ALARM_NO_APOLOGY, 2);
}

static int64_t
earlier_ahead(int64_t now, int64_t best, int64_t moment)
{
    return moment > now && moment < best ? moment : best;
}

/* Between two looks at most an eighth of what is left, and never less than a quarter of an hour. */
static int64_t
next_look(struct ctx *c, const struct task_row *t)
{
    int64_t left = (t->due_at - c->now) / 8, best, apology = apology_end(c, t);

    if (c->now > t->due_at && c->now < apology)
        return apology;
    if (c->now > t->due_at && !t->budget_due)
        return NEVER;
    best = c->now + (left > LOOK_AGAIN ? left : LOOK_AGAIN);
    if (t->budget_due && !t->waiting) {
        best = earlier_ahead(c->now, best, t->budget_due + 1);
        best = earlier_ahead(c->now, best, leader_moment(c, t) + 1);
    }
    return best;
}

/* The task is marked first: when an officer moved it meanwhile, it is another one and is looked at
 * in its own time. */
static int
warn_one(struct ctx *c, const struct task_row *t)
{
    int level = level_of(c, t);
    int mark = level == 3 && c->now < apology_end(c, t) ? 2 : level;    /* one more look */
    int rc = sql_task_warned(c, t, mark, next_look(c, t));

    if (rc <= 0)
        return rc;
    if ((rc = warn_of_target(c, t)) == OK)
        rc = warn_of_apology(c, t);
    if (rc == OK && level > 0)
        rc = say(c, t, kind_of(t, level), level >= 2 ? 2 : 1);
    return rc;
}

int
dossiers_tick(struct ctx *c)
{
    task_rows v = {0};
    int rc = sql_tasks_to_warn(c, c->now, BATCH, &v);

    for (size_t i = 0; i < v.n && rc == OK; i++)
        rc = warn_one(c, &v.p[i]);
    if (rc == OK)
        rc = named_round(c);
    return rc < 0 ? rc : v.n == BATCH ? BATCH : 0;
}

/* --- reform: the running dossiers of a closed agency go on at its successor --- */

int
dossiers_reorganise(struct ctx *c, int64_t closed, int64_t successor)
{
    struct event e = {.action = ACT_TRANSFER, .to_unit = successor, .to_account = closed};
    unit_list v = {0};
    int rc = sql_running_of(c, closed, BATCH, &v);

    for (size_t i = 0; i < v.n && rc == OK; i++) {
        struct dossier d;

        if ((rc = sql_dossier_by_id(c, v.p[i], &d)) == OK)
            rc = dossiers_apply_system(c, &d, &e);
    }
    if (rc == OK && v.n == 0)
        rc = tasks_opinions_move(c, closed, successor);
    return rc < 0 ? rc : (int)v.n;
}

/* A dossier lies where nobody is any more: the agency ended, its successor carries on. */
int
dossiers_follow_agencies(struct ctx *c)
{
    unit_list units = {0};
    day today = vn_day(c->now);
    int rc = sql_units_at_work(c, &units), moved = 0;

    for (size_t i = 0; i < units.n && rc >= 0 && moved < BATCH; i++) {
        const struct agency *g = agencies_by_id(c->site->agencies, units.p[i]);
        int64_t next = world_continuing(c, units.p[i]);

        if ((g && agency_exists(g, today)) || next == units.p[i])
            continue;
        rc = dossiers_reorganise(c, units.p[i], next);
        moved += rc > 0 ? rc : 0;
    }
    return rc < 0 ? rc : moved;
}

/* --- the calendar changed: running due dates are reckoned anew, the original one is kept --- */

static int
recompute_one(struct ctx *c, int64_t id)
{
    struct event e = {.action = ACT_RECOMPUTE, .note = N_("Lịch làm việc thay đổi")};
    struct dossier d;
    struct world w;
    struct due due;
    int rc = sql_dossier_by_id(c, id, &d);

    if (rc < 0 || !d.accepted_at)
        return rc;
    if (world_of(c, &d, &w) < 0 || clock_reckon(c, &w, &d, false, &due) < 0) {
        log_line(LOG_WARN, "recompute", LOG_T("detail", (const char *)c->err.detail));
        c->err = (struct err){0};
        return OK;                  /* one that cannot be reckoned does not hold up the others */
    }
    if (due.at == d.due_at && due.provisional == (d.due_provisional != 0))
        return OK;                  /* the change does not touch it */
    if (d.status == ST_SUPPLEMENT || d.status == ST_FISCAL || d.paused)
        return OK;                  /* the clock stands: it is reckoned when it goes on */
    return dossiers_apply_system(c, &d, &e);
}

int
dossiers_recompute(struct ctx *c, int64_t *after)
{
    unit_list v = {0};
    int rc = sql_running_after(c, *after, BATCH, &v);

    for (size_t i = 0; i < v.n && rc == OK; i++) {
        rc = recompute_one(c, v.p[i]);
        *after = v.p[i];
    }
    return rc < 0 ? rc : (int)v.n;
}

/* Where the round stands is worth nothing: after a restart it begins again. */
int
dossiers_recompute_next(struct ctx *c)
{
    static _Atomic int64_t at;
    int64_t after = at;
    int n = dossiers_recompute(c, &after);

    at = n > 0 ? after : 0;
    return n;
}
