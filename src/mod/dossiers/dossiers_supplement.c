/*
 * The applicant's turn: what must be completed, all of it at once; paying; withdrawing; and the
 * stops of the clock that come with it (rules.md 3.3, forms 02, 04 and 05 of TT 03/2025).
 */
#include <string.h>

#include "mod/dossiers/dossiers_parts_sql.h"
#include "mod/dossiers/dossiers_sql.h"
#include "mod/eforms/eforms.h"
#include "site/site.h"

enum { DEFECTS_MAX = 60, DEFECT_BYTES = 4000 };

/* --- asking --- */

static bool
knows_paper(const struct procedure *p, const char *id)
{
    for (size_t i = 0; i < p->papers.n; i++)
        if (strcmp(p->papers.p[i].id, id) == 0)
            return true;
    return false;
}

static const char *
defect_fault(struct change *x, const struct defect *k)
{
    if (k->paper && *k->paper && !knows_paper(x->w.p, k->paper))
        return N_("Thủ tục này không có giấy tờ đó");
    if (k->field && *k->field && !eforms_field(x->w.p->form, k->field))
        return N_("Tờ khai không có mục đó");
    if (!k->reason || !rules_reason(x->c->site->rules, REASON_SUPPLEMENT, k->reason))
        return N_("Hãy chọn lý do trong danh mục");
    if (!k->text || !*k->text)
        return N_("Hãy ghi rõ cần bổ sung gì");
    return strlen(k->text) > DEFECT_BYTES ? N_("Nội dung quá dài") : NULL;
}

static int
check_defects(struct change *x)
{
    int rc = OK;

    if (x->e->n_defects == 0 || x->e->n_defects > DEFECTS_MAX)
        return change_fault(x, "defects",
                            N_("Hãy ghi tất cả những gì cần bổ sung, ít nhất một mục"));
    for (size_t i = 0; i < x->e->n_defects; i++) {
        const char *say = defect_fault(x, &x->e->defects[i]);

        if (say)
            rc = change_fault(x, arena_fmt(x->c->a, "defects.%zu", i), say);
    }
    return rc;
}

static json_t *
defects_json(const struct event *e)
{
    json_t *array = json_array();

    for (size_t i = 0; i < e->n_defects; i++) {
        const struct defect *k = &e->defects[i];

        json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:s}", "paper",
                                               k->paper ? k->paper : "", "field",
                                               k->field ? k->field : "", "reason", k->reason,
                                               "text", k->text));
    }
    return array;
}

static int
applicant_due(struct change *x, int64_t *out)
{
    *out = x->e->moment ? x->e->moment
                        : deadlines_after(x->c->site->calendar, x->w.rules->applicant_supplement,
                                          x->c->now);
    return *out > x->c->now ? OK
                            : change_fault(x, "moment", N_("Thời hạn bổ sung phải ở phía trước"));
}

/* The clock stops from the request to the moment the papers are complete. */
static int
wait_for_applicant(struct change *x, int64_t due)
{
    x->d->before = x->d->status;
    x->d->status = ST_SUPPLEMENT;
    x->d->supplements++;
    x->d->answer_due = due;
    return clock_stop_begin(x, STOP_SUPPLEMENT, "supplement", "", "");
}

static bool
needs_leader(const struct change *x)
{
    return x->d->supplements >= x->w.rules->supplement_requests &&
           !(x->who.perms & PERM_BIT(PERM_DOSSIER_DECIDE));
}

/* Within so many working days of the acceptance (rules.yaml: ask_supplement). */
static bool
asked_late(const struct change *x)
{
    return x->d->accepted_at && x->c->now > deadlines_after(x->c->site->calendar,
                                                            x->w.rules->ask_supplement,
                                                            x->d->accepted_at);
}

int
effect_supplement(struct change *x)
{
    struct ctx *c = x->c;
    struct supplement s = {.note = x->e->note ? x->e->note : "", .asked_at = c->now,
                           .asked_by = c->account, .state = SUPPLEMENT_ASKED};
    json_t *defects;
    char *text;
    int rc = check_defects(x);

    if (rc < 0 || (rc = applicant_due(x, &s.due_at)) < 0)
        return rc;
    s.number = sql_supplement_last(c, x->d->id) + 1;
    if (needs_leader(x))
        s.state = SUPPLEMENT_PROPOSED;
    else if (x->d->supplements >= x->w.rules->supplement_requests)
        s.agreed_by = c->account;       /* the leader asks: that is the approval */
    if (asked_late(x))                  /* not forbidden, but never unseen */
        change_data(x, "late_request", json_true());
    defects = defects_json(x->e);
    text = json_text(c->a, defects);
    change_data(x, "defects", defects);
    change_data(x, "number", json_integer(s.number));
    if ((rc = sql_supplement_add(c, x->d->id, &s, text)) < 0)
        return rc;
    if (s.state == SUPPLEMENT_ASKED)
        return wait_for_applicant(x, s.due_at);
    x->d->proposal = s.number;
    return tasks_agree_open(x);
}

/* --- a further request waits for the leader --- */

static int
supplement_of(struct change *x, int64_t number, struct supplement *out)
{
    supplement_list v = {0};
    int rc = sql_supplements(x->c, x->d->id, &v);

    for (size_t i = 0; i < v.n; i++)
        if (v.p[i].number == number) {
            *out = v.p[i];
            return rc;
        }
    return rc < 0 ? rc : fail(x->c, E_SYS, SAY_GONE, "%s: supplement %" PRId64, x->d->code, number);
}

static int
decide_proposal(struct change *x, bool agreed)
{
    struct ctx *c = x->c;
    struct supplement s;
    int rc = supplement_of(x, x->d->proposal, &s);

    if (rc < 0)
        return rc;
    s.state = agreed ? SUPPLEMENT_ASKED : SUPPLEMENT_DROPPED;
    s.asked_at = c->now;
    s.agreed_by = c->account;
    if (agreed && (rc = applicant_due(x, &s.due_at)) < 0)
        return rc;
    change_data(x, "number", json_integer(s.number));
    x->d->proposal = 0;
    if ((rc = sql_supplement_move(c, x->d->id, &s)) < 0 ||
        (rc = tasks_close(c, x->d->id, SEQ_AGREE)) < 0)
        return rc;
    return agreed ? wait_for_applicant(x, s.due_at) : OK;
}

int
effect_agree(struct change *x)
{
    return decide_proposal(x, true);
}

int
effect_disagree(struct change *x)
{
    return decide_proposal(x, false);
}

/* --- answering --- */

static int
close_open_request(struct change *x, int state)
{
    supplement_list v = {0};
    int rc = sql_supplements(x->c, x->d->id, &v);

    for (size_t i = 0; i < v.n && rc == OK; i++) {
        if (v.p[i].state > SUPPLEMENT_ASKED)
            continue;
        v.p[i].state = (unsigned)state;
        v.p[i].answered_at = state == SUPPLEMENT_ANSWERED ? x->c->now : 0;
        rc = sql_supplement_move(x->c, x->d->id, &v.p[i]);
    }
    if (rc == OK && x->d->proposal)
        rc = tasks_close(x->c, x->d->id, SEQ_AGREE);
    x->d->proposal = 0;
    x->d->answer_due = 0;
    return rc;
}

/* A paper that comes again is to be checked again. */
static int
attach_answer(struct change *x, const struct upload *u, int round)
{
    struct ctx *c = x->c;
    const char *paper = u->field ? u->field : "";
    struct paper_check k = {.paper = paper, .form = PAPER_ELECTRONIC, .count = 1, .note = ""};
    int rc;

    if (*paper && !knows_paper(x->w.p, paper))
        return change_fault(x, arena_fmt(c->a, "papers.%s", paper),
                            N_("Thủ tục này không có giấy tờ đó"));
    if (*paper && ((rc = papers_replace(c, x->d->id, paper, round)) < 0 ||
                   (rc = papers_check(c, x->d->id, &k)) < 0))
        return rc;
    return papers_attach(c, x->d->id, paper, u, round, NULL);
}

static int
take_answer(struct change *x)
{
    int rc = OK, round = (int)x->d->supplements;

    for (size_t i = 0; i < x->e->n_files && rc == OK; i++)
        rc = attach_answer(x, &x->e->files[i], round);
    if (rc == OK && !x->who.applicant && x->e->n_papers)
        rc = effect_check(x);           /* brought to the counter */
    if (rc == OK && x->e->answers)
        rc = answers_put(x);
    return rc;
}

static bool
nothing_new(const struct event *e)
{
    return e->n_files == 0 && e->n_papers == 0 && !e->answers && !(e->note && *e->note);
}

int
effect_answer(struct change *x)
{
    int rc;

    if (nothing_new(x->e))
        return change_fault(x, "note",
                            N_("Hãy bổ sung giấy tờ, sửa tờ khai hoặc ghi lời giải thích"));
    if ((rc = take_answer(x)) < 0 || (rc = close_open_request(x, SUPPLEMENT_ANSWERED)) < 0)
        return rc;
    x->d->status = x->d->before;
    x->d->before = ST_NONE;
    return clock_stop_end(x);
}

/* --- paying --- */

int
effect_fiscal(struct change *x)
{
    struct ctx *c = x->c;
    struct dossier_fee f = {.due = "before_result", .amount = x->e->amount, .quantity = 1};
    dossier_fee_list v = {0};
    int rc = OK;

    if (x->e->amount <= 0)
        rc = change_fault(x, "amount", N_("Hãy ghi số tiền phải nộp"));
    if (x->e->moment && x->e->moment <= c->now)
        rc = change_fault(x, "moment", N_("Hạn nộp phải ở phía trước"));
    if (rc < 0 || (rc = sql_fees(c, x->d->id, &v)) < 0)
        return rc;
    f.id = arena_fmt(c->a, "fiscal-%zu", v.n + 1);
    f.name = x->e->note && *x->e->note ? x->e->note : N_("Nghĩa vụ tài chính");
    f.basis = x->e->number ? x->e->number : "";         /* number of the notice */
    change_data(x, "amount", json_integer(f.amount));
    change_data_text(x, "notice", f.basis);
    x->d->before = x->d->status;
    x->d->status = ST_FISCAL;
    x->d->answer_due = x->e->moment;
    if ((rc = sql_fee_add(c, x->d->id, &f)) < 0 || !x->w.p->deadline.fiscal_pauses)
        return rc;
    return clock_stop_begin(x, STOP_FISCAL, "fiscal", f.basis, f.basis);
}

int
effect_paid(struct change *x)
{
    struct ctx *c = x->c;
    const char *fee = x->e->fee ? x->e->fee : "", *receipt = x->e->number ? x->e->number : "";
    int n = sql_fee_pay(c, x->d->id, fee, receipt);

    if (n < 0)
        return n;
    if (n == 0)
        return change_fault(x, "fee", N_("Không còn khoản nào phải nộp"));
    change_data_text(x, "fee", fee);
    change_data_text(x, "receipt", receipt);
    if (x->d->status != ST_FISCAL || sql_fees_open(c, x->d->id, FEES_FISCAL) > 0)
        return OK;
    x->d->status = ST_PROCESSING;
    x->d->before = ST_NONE;
    x->d->answer_due = 0;
    return clock_stop_end(x);
}

/* --- withdrawing --- */

int
effect_withdraw(struct change *x)
{
    int rc = close_open_request(x, SUPPLEMENT_DROPPED);

    if (x->d->status != ST_SUPPLEMENT)
        x->d->before = x->d->status;    /* from 5: what 5 itself came from */
    x->d->status = ST_WITHDRAWING;
    x->d->paused = 0;
    return rc < 0 ? rc : clock_stop_end(x);
}

int
effect_grant(struct change *x)
{
    return finish(x, ST_STOPPED, OUTCOME_WITHDRAWN);
}

int
effect_deny(struct change *x)
{
    x->d->status = ST_PROCESSING;
    x->d->before = ST_NONE;
    return OK;
}

/* --- stops of the clock with a legal basis, the apology, the end without a result --- */

int
effect_pause(struct change *x)
{
    const struct procedure *p = x->w.p;
    int rc;

    for (size_t i = 0; i < p->deadline.stops.n; i++) {
        const struct proc_stop *s = &p->deadline.stops.p[i];

        if (!x->e->pause || strcmp(s->id, x->e->pause) != 0)
            continue;
        x->d->paused = 1;
        change_data_text(x, "stop", s->id);
        rc = clock_stop_begin(x, STOP_OTHER, s->id, s->basis, x->e->number ? x->e->number : "");
        return rc;
    }
    return change_fault(x, "pause", N_("Hãy chọn căn cứ tạm dừng trong danh mục của thủ tục"));
}

int
effect_resume(struct change *x)
{
    x->d->paused = 0;
    return clock_stop_end(x);
}

int
effect_extend(struct change *x)
{
    struct ctx *c = x->c;
    day wished = x->e->moment ? vn_day(x->e->moment) : 0;
    enum extend why;

    if (!wished)
        return change_fault(x, "moment", N_("Hãy chọn ngày hẹn trả mới"));
    why = deadlines_extend(c->site->calendar, x->w.rules, vn_day(x->d->due_at), c->now,
                           x->d->extended_to != 0, wished);
    if (why != EXTEND_OK)
        return change_fault(x, "moment", extend_vi(why));
    x->d->extended_to = vn_utc(wished, 24 * 60) - 1;    /* the whole of that day */
    return OK;
}

int
effect_stop(struct change *x)
{
    int rc = close_open_request(x, SUPPLEMENT_DROPPED);

    if (rc < 0 || (rc = clock_stop_end(x)) < 0)
        return rc;
    x->d->paused = 0;
    x->d->ground = arena_str(x->c->a, x->e->ground);
    change_data_text(x, "document", x->e->number);
    return finish(x, ST_STOPPED, OUTCOME_STOPPED);
}
