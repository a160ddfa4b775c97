/* How much work there is: numbers beside the lists, the leader's overview.  From counters, and from
 * bounded ranges of the index by due moment, because what is overdue changes with the clock. */
#include "auth/auth.h"
#include "auth/reach.h"
#include "mod/dossiers/dossiers_load_sql.h"
#include "mod/dossiers/dossiers_sql.h"

int
worklist_counts(struct ctx *c, int64_t out[VIEW__COUNT])
{
    int64_t soon = worklist_soon(c);
    struct open_work w;
    int rc = sql_open_work(c, &w);

    if (rc < 0)
        return rc;
    out[VIEW_NEW] = w.free;
    out[VIEW_MINE] = w.mine;
    out[VIEW_WAITING] = w.waiting;
    out[VIEW_ALL] = w.all;
    out[VIEW_SOON] = sql_due_count(c, c->now, soon, COUNT_MAX);
    out[VIEW_OVERDUE] = sql_due_count(c, 0, c->now, COUNT_MAX);
    return c->err.rc;
}

int64_t
dossiers_alarm_count(struct ctx *c, int level)
{
    return sql_alarms_count(c, level, COUNT_MAX);
}

/* --- leader --- */

static struct officer_row *
officer_of(struct ctx *c, officer_rows *v, const struct officer_row *r)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->p[i].account == r->account)
            return &v->p[i];
    *vec_push(c->a, v) = (struct officer_row){.account = r->account, .name = r->name};
    return &v->p[v->n - 1];
}

int
dossiers_overview(struct ctx *c, int64_t unit, struct overview *out)
{
    bool whole = auth_reaches(c, c->account, unit, PERM_DOSSIER_ASSIGN);
    struct due_query q = {unit, worklist_soon(c), DUE_MAX, whole};
    struct ymd today = date_ymd(vn_day(c->now));
    officer_rows v = {0}, due = {0}, done = {0};
    int64_t seen;
    int rc;

    *out = (struct overview){0};
    if (!auth_reaches_partly(c, c->account, unit, PERM_DOSSIER_ASSIGN))
        return fail(c, E_NOTFOUND, N_("Không tìm thấy đơn vị này"), "unit %" PRId64, unit);
    if ((rc = sql_open_by(c, unit, whole, DUE_MAX, &v)) < 0 ||
        (rc = sql_due_by(c, &q, &due, &seen)) < 0 ||
        (whole && (rc = sql_finished_by(c, unit, today.y * 100 + today.m, &done)) < 0))
        return rc;
    for (size_t i = 0; i < due.n; i++) {
        struct officer_row *o = officer_of(c, &v, &due.p[i]);

        o->soon = due.p[i].soon;
        o->overdue = due.p[i].overdue;
    }
    for (size_t i = 0; i < done.n; i++)
        officer_of(c, &v, &done.p[i])->finished_month = done.p[i].finished_month;
    out->p = v.p;
    out->n = v.n;
    out->more_due = seen == DUE_MAX;
    out->limited = !whole;
    return OK;
}
