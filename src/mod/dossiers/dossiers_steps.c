/* The office: steps, who holds them, opinions of others, the decision and the hand-over. */
#include <string.h>

#include "auth/auth.h"
#include "base/vi.h"
#include "mod/dossiers/dossiers_mandate.h"
#include "mod/dossiers/dossiers_parts_sql.h"
#include "mod/dossiers/dossiers_result.h"
#include "mod/dossiers/dossiers_sql.h"
#include "site/site.h"

/* --- from step to step --- */

static bool
may_take(const struct change *x, int64_t account, int64_t unit, enum perm p)
{
    return (sql_perms(x->c, account, unit, x->d->procedure) & PERM_BIT(p)) != 0;
}

static int
go_to(struct change *x, const struct proc_step *s, int64_t holder)
{
    int64_t unit = world_step_unit(x->c, x->d, s);

    if (holder && !may_take(x, holder, unit, workflow_role_perm((enum role)s->role)))
        return change_fault(x, "to_account", N_("Người này không làm được bước đó"));
    x->d->last_officer = x->c->account;
    x->d->last_step = s < x->w.step ? "" : x->was.step;
    x->d->status = ST_PROCESSING;
    return tasks_enter_step(x, s, holder);
}

static const struct proc_step *
next_of(const struct world *w, const char *wanted)
{
    for (size_t i = 0; i < w->step->next.n; i++)
        if (!wanted || !*wanted || strcmp(w->step->next.p[i], wanted) == 0)
            return catalogue_step(w->p, w->step->next.p[i]);
    return NULL;
}

int
effect_forward(struct change *x)
{
    const struct proc_step *s = x->w.step ? next_of(&x->w, x->e->step) : NULL;

    if (!s)
        return change_fault(x, "step", N_("Hãy chọn bước tiếp theo trong danh mục của thủ tục"));
    return go_to(x, s, x->e->to_account);
}

static const struct proc_step *
earlier_of(const struct world *w, const char *wanted, const char *last)
{
    const struct proc_step *s = w->step, *first = w->p->process.p;

    if (!s || s == first)
        return NULL;
    if (!wanted || !*wanted)            /* where it came from, else the one before */
        wanted = *last ? last : (s - 1)->id;
    for (s--; s >= first; s--)
        if (strcmp(s->id, wanted) == 0)
            return s;
    return NULL;
}

/* A returned step goes back to who did it, when that officer still may do it. */
int
effect_return(struct change *x)
{
    const struct proc_step *s = earlier_of(&x->w, x->e->step, x->d->last_step);
    int64_t who = x->d->last_officer;

    if (!s)
        return change_fault(x, "step", N_("Hãy chọn một bước trước bước này"));
    if (strcmp(s->id, x->d->last_step) != 0 || !may_take(x, who, world_step_unit(x->c, x->d, s),
                                                         workflow_role_perm((enum role)s->role)))
        who = 0;
    return go_to(x, s, who);
}

/* --- who holds it --- */

static int
hold(struct change *x, int64_t account)
{
    change_data(x, "opinion", json_integer(x->e->opinion));
    return tasks_hold(x, x->e->opinion, account);
}

int
effect_claim(struct change *x)
{
    if (x->e->opinion)
        return hold(x, x->c->account);
    x->d->holder = x->c->account;
    if (x->d->status == ST_ACCEPTED)
        x->d->status = ST_PROCESSING;
    return OK;
}

int
effect_release(struct change *x)
{
    if (x->e->opinion)
        return hold(x, 0);
    x->d->holder = 0;
    return OK;
}

int
effect_assign(struct change *x)
{
    int64_t unit = x->e->opinion ? x->opinion_unit : x->d->unit;
    enum perm p = x->e->opinion ? PERM_DOSSIER_PROCESS : workflow_role_perm(x->step.role);

    if (!x->e->to_account || !may_take(x, x->e->to_account, unit, p))
        return change_fault(x, "to_account", N_("Người này không làm được việc này ở đơn vị"));
    if (x->e->opinion)
        return hold(x, x->e->to_account);
    x->d->holder = x->e->to_account;
    if (x->d->status == ST_ACCEPTED)
        x->d->status = ST_PROCESSING;
    return OK;
}

/* --- opinions of other agencies --- */

int
effect_consult(struct change *x)
{
    struct ctx *c = x->c;
    struct opinion o = {.unit = x->e->to_unit, .question = x->e->note, .asked_at = c->now,
                        .asked_by = c->account, .due_at = x->e->moment};
    const struct agency *g = agencies_by_id(c->site->agencies, o.unit);
    int rc = OK;

    if (!g || !agency_exists(g, vn_day(c->now)) || o.unit == x->d->unit)
        rc = change_fault(x, "to_unit", N_("Hãy chọn cơ quan được hỏi ý kiến"));
    if (o.due_at <= c->now)
        rc = change_fault(x, "moment", N_("Hãy chọn hạn trả lời ở phía trước"));
    if (rc < 0)
        return rc;
    o.number = sql_opinion_last(c, x->d->id) + 1;
    x->d->opinions_open++;
    change_data(x, "opinion", json_integer(o.number));
    change_data(x, "unit", json_string(g->code));
    if ((rc = sql_opinion_add(c, x->d->id, &o)) < 0)
        return rc;
    return tasks_opinion_open(x, o.number, o.unit, o.due_at);
}

int
effect_opinion(struct change *x)
{
    struct ctx *c = x->c;
    struct opinion o = {.number = sql_opinion_of(c, x->d->id, c->account, x->e->opinion),
                        .answer = x->e->note, .answered_at = c->now, .answered_by = c->account};
    int rc = OK, n;

    for (size_t i = 0; i < x->e->n_files && rc == OK; i++)
        rc = papers_attach(c, x->d->id, "", &x->e->files[i], (int)x->d->supplements, NULL);
    if (rc < 0)
        return rc;
    if ((n = sql_opinion_answer(c, x->d->id, &o)) <= 0)
        return n < 0 ? n : fail(c, E_CONFLICT, SAY_GONE, "%s: opinion", x->d->code);
    x->d->opinions_open--;
    change_data(x, "opinion", json_integer(o.number));
    return tasks_close(c, x->d->id, o.number);
}

/* --- the result --- */

int
finish(struct change *x, enum status to, enum outcome outcome)
{
    int rc = OK;

    if (x->reckon) {                    /* the stop that just ended counts */
        rc = clock_set(x);
        x->reckon = false;
    }
    x->d->status = to;
    x->d->before = ST_NONE;
    x->d->outcome = outcome;
    x->d->finished_at = x->c->now;
    x->d->timing = clock_result(x->d, outcome, x->c->now);
    if (to == ST_STOPPED) {
        x->d->step = "";
        x->d->holder = 0;
        x->w.step = NULL;
    }
    return rc;
}

static int
record_result(struct change *x)
{
    struct ctx *c = x->c;
    int rc = OK;

    if (x->e->number && *x->e->number) {
        x->d->result_number = vi_tidy(c->a, x->e->number);
        x->d->result_date = x->e->date ? x->e->date : vn_day(c->now);
    }
    if (x->e->signer && *x->e->signer)
        x->d->result_signer = vi_tidy(c->a, x->e->signer);
    for (size_t i = 0; i < x->e->n_files && rc == OK; i++)
        rc = papers_attach_result(c, x->d->id, &x->e->files[i], (int)x->d->supplements, NULL);
    return rc;
}

int
effect_attach(struct change *x)
{
    if (!x->e->number && x->e->n_files == 0)
        return change_fault(x, "number", N_("Hãy ghi số của kết quả hoặc đính kèm tệp"));
    return record_result(x);
}

static const struct proc_step *
hand_over_step(const struct world *w)
{
    return &w->p->process.p[w->p->process.n - 1];
}

int
effect_approve(struct change *x)
{
    int rc = record_result(x);

    if (rc < 0)
        return rc;
    if (!*x->d->result_signer)
        x->d->result_signer = x->c->session ? arena_str(x->c->a, x->c->session->name) : "";
    x->d->last_officer = x->c->account;
    tasks_enter_step(x, hand_over_step(&x->w), 0);
    return finish(x, ST_DONE, OUTCOME_GRANTED);
}

int
effect_refuse(struct change *x)
{
    int rc = clock_stop_end(x);

    if (rc < 0 || (rc = record_result(x)) < 0)
        return rc;
    x->d->ground = arena_str(x->c->a, x->e->ground);
    x->d->last_officer = x->c->account;
    x->d->answer_due = 0;
    tasks_enter_step(x, hand_over_step(&x->w), 0);
    return finish(x, ST_DONE, OUTCOME_REFUSED);
}

/* The result was wrong and has not left the house: back to where it is signed; the clock never
 * stopped. */
int
effect_reopen(struct change *x)
{
    const struct procedure *p = x->w.p;
    const struct proc_step *s = &p->process.p[p->process.n - 1];

    int rc = results_reopened(x->c, x->d, x->e->note);

    if (rc < 0)
        return rc;
    while (s > p->process.p && !(s->actions & ACT_BIT(ACT_APPROVE)))
        s--;
    x->d->status = ST_PROCESSING;
    x->d->finished_at = x->d->result_date = 0;
    x->d->outcome = OUTCOME_NONE;
    x->d->timing = TIMING_OPEN;
    x->d->result_number = x->d->result_signer = x->d->ground = "";
    x->d->last_officer = 0;
    x->d->last_step = "";
    return tasks_enter_step(x, s, 0);
}

/* --- into the hands of the applicant --- */

static int
check_receiver(struct change *x, int delivery)
{
    const struct event *e = x->e;
    int rc = OK;

    if (!e->to_name || !*e->to_name)
        rc = change_fault(x, "to_name", N_("Hãy ghi người nhận kết quả"));
    if (delivery == DELIVER_DESK && !(e->to_number && vi_personal_number(e->to_number)))
        rc = change_fault(x, "to_number", N_("Hãy kiểm tra giấy tờ và ghi số định danh 12 chữ số"));
    if (delivery == DELIVER_DESK && !(e->to_paper && *e->to_paper))
        rc = change_fault(x, "to_paper", N_("Hãy ghi giấy tờ đã dùng để kiểm tra nhân thân"));
    return rc;
}

int
effect_hand_over(struct change *x)
{
    struct ctx *c = x->c;
    const struct event *e = x->e;
    int delivery = e->delivery ? e->delivery : (int)x->d->delivery, rc;
    struct hand_over h = {.to_name = e->to_name, .at = c->now, .by = c->account,
                          .to_number = e->to_number ? e->to_number : "",
                          .to_paper = e->to_paper ? e->to_paper : "", .delivery = delivery};

    if (delivery < DELIVER_DESK || delivery >= DELIVER__COUNT)
        return change_fault(x, "delivery", N_("Hãy chọn cách nhận kết quả"));
    if ((rc = check_receiver(x, delivery)) < 0 || (rc = dossier_mandate_receiver(x)) < 0)
        return rc;
    if (x->d->outcome == OUTCOME_GRANTED && sql_fees_open(c, x->d->id, FEES_ON_RESULT) > 0)
        return fail(c, E_CONFLICT, N_("Còn khoản phải nộp khi nhận kết quả"), "%s", x->d->code);
    x->d->status = ST_RETURNED;
    x->d->returned_at = c->now;
    x->d->step = "";
    x->d->holder = 0;
    x->w.step = NULL;
    change_data_text(x, "to_name", h.to_name);
    change_data_text(x, "to_paper", h.to_paper);
    change_data_text(x, "delivery", dossiers_delivery_word(delivery));
    return sql_hand_over_add(c, x->d->id, &h);
}

/* --- the system: reform of agencies, change of the calendar --- */

static void
move_unit(int64_t *unit, int64_t from, int64_t to)
{
    if (*unit == from)
        *unit = to;
}

/* x->e->opinion is unused here; `to_unit` takes over all that `d->unit` of the closed agency had.
 */
int
effect_transfer(struct change *x)
{
    struct dossier *d = x->d;
    int64_t from = x->e->to_account, to = x->e->to_unit; /* internal: see dossiers_reorganise() */
    const char *names[] = {d->applicant, d->owner};
    int rc = OK;

    if (d->unit == from)
        d->holder = 0;
    move_unit(&d->unit, from, to);
    move_unit(&d->intake_unit, from, to);
    move_unit(&d->competent_unit, from, to);
    for (size_t i = 0; i < 2 && rc == OK; i++)
        rc = find_name(x->c, to, names[i], d->id);
    return rc;
}

int
effect_recompute(struct change *x)
{
    x->reckon = true;
    return OK;
}
