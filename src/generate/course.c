/* Playing a course of life with the verbs of mod/dossiers. */
#include <string.h>

#include "generate/course_internal.h"
#include "mod/deadlines/rules.h"
#include "mod/dossiers/parts.h"
#include "mod/eforms/eforms.h"
#include "site/site.h"

enum { PAPERS_N = 40, STEPS_MAX = 12 };

static const char GROUND[] = "Điều 17 Nghị định 118/2025/NĐ-CP";

/* --- who acts --- */

static void
be(struct play *p, int64_t account, const char *name)
{
    p->session = (struct session){.account = account, .name = name, .kind = ACCOUNT_OFFICER};
    if (account == NOBODY_CITIZEN)
        p->session.kind = ACCOUNT_CITIZEN;
    p->c.account = account;
    p->c.session = &p->session;
}

static bool
be_officer(struct play *p, int64_t unit, enum role role)
{
    const struct office *o = staff_of(p->w->staff, unit);

    if (!o || o->n[role] == 0)
        return false;
    p->place = o->n[role] > 1 && p->d.last_officer == o->account[role][0];  /* not twice the same */
    be(p, o->account[role][p->place], o->name[role][p->place]);
    return true;
}

static const struct office *
asked(const struct play *p)
{
    const struct agency *g = agencies_by_code(p->c.site->agencies, "H26.16", vn_day(p->c.now));

    return g ? staff_of(p->w->staff, g->id) : NULL;
}

static enum role
role_of_step(const struct play *p)
{
    const struct proc_step *s = *p->d.step ? catalogue_step(p->out->p, p->d.step) : NULL;

    return s ? (enum role)s->role : ROLE_INTAKE;
}

static bool
be_actor(struct play *p, enum actor by)
{
    bool online = p->out->channel == CHANNEL_ONLINE;

    switch (by) {
    case BY_CITIZEN:
        if (!online)
            return be_officer(p, p->d.intake_unit, ROLE_INTAKE);
        be(p, NOBODY_CITIZEN, course_input(p, "nguoi_yeu_cau_ho_ten"));
        return true;
    case BY_INTAKE: return be_officer(p, p->d.intake_unit, ROLE_INTAKE);
    case BY_LEADER: return be_officer(p, p->d.unit, ROLE_LEADER);
    case BY_ASKED:  return asked(p) && be_officer(p, asked(p)->g->id, ROLE_SPECIALIST);
    case BY_STEP:   return be_officer(p, p->d.unit, role_of_step(p));
    case BY_NOBODY: break;
    }
    return false;
}

/* --- an event --- */

static const char *
any_paper(const struct play *p)
{
    for (size_t i = 0; i < p->out->p->papers.n; i++)
        if (!p->out->p->papers.p[i].eform)
            return p->out->p->papers.p[i].id;
    return "";
}

static int64_t
days_on(const struct play *p, int64_t from, int days)
{
    return vn_utc(calendar_add(p->c.site->calendar, vn_day(from), days), 17 * 60);
}

static void
ask(struct play *p, struct event *e, struct defect *k)
{
    const struct rule_set *r = rules_on(p->c.site->rules, vn_day(p->c.now));

    *k = (struct defect){any_paper(p), "", "unreadable",
                         "Bản chụp mờ, mất góc: đề nghị nộp lại bản rõ, đủ các trang"};
    e->note = "Đề nghị bổ sung giấy tờ nêu dưới đây trong thời hạn ghi trong phiếu.";
    e->defects = k;
    e->n_defects = 1;
    p->answer_due = deadlines_after(p->c.site->calendar, r->applicant_supplement, p->c.now);
    p->answer_event = (int)p->out->n;
    e->moment = p->answer_due;
}

static void
consult(struct play *p, struct event *e)
{
    e->to_unit = asked(p) ? asked(p)->g->id : 0;
    e->note = "Đề nghị cho ý kiến về nội dung thuộc phạm vi quản lý của cơ quan.";
    p->opinion_due = days_on(p, p->c.now, 3);
    p->opinion_event = (int)p->out->n;
    e->moment = p->opinion_due;
}

static void
tax(struct play *p, struct event *e)
{
    const struct rule_set *r = rules_on(p->c.site->rules, vn_day(p->c.now));

    e->amount = 12500000;
    e->number = "BL-7777777";
    e->note = "Thuế thu nhập cá nhân và lệ phí trước bạ theo thông báo của cơ quan thuế";
    p->answer_due = deadlines_after(p->c.site->calendar, r->applicant_supplement, p->c.now);
    p->answer_event = (int)p->out->n;
    e->moment = p->answer_due;
}

static void
hand_over(struct play *p, struct event *e)
{
    e->to_name = course_input(p, "nguoi_yeu_cau_ho_ten");
    e->to_number = course_input(p, "nguoi_yeu_cau_so_dinh_danh");
    e->to_paper = p->out->delivery == DELIVER_DESK   ? "Thẻ căn cước"
                  : p->out->delivery == DELIVER_POST ? "EMS 777777777"
                                                     : "";
    if (p->out->delivery != DELIVER_DESK)
        e->to_number = "";
}

static void
fill_event(struct play *p, struct event *e, struct defect *k)
{
    switch (e->action) {
    case ACT_SUPPLEMENT:    ask(p, e, k); break;
    case ACT_SUPPLEMENT_AGREE: ask(p, e, k); e->n_defects = 0; break;
    case ACT_CONSULT:       consult(p, e); break;
    case ACT_FISCAL:        tax(p, e); break;
    case ACT_HAND_OVER:     hand_over(p, e); break;
    case ACT_PAID:          e->number = "BL-7777777"; break;
    case ACT_ANSWER:        e->note = "Đã bổ sung theo yêu cầu."; break;
    case ACT_OPINION:       e->note = "Nhất trí, không có ý kiến khác."; break;
    case ACT_RETURN:        e->note = "Đề nghị rà soát lại thông tin trước khi trình ký."; break;
    case ACT_WITHDRAW:      e->note = "Người nộp không còn nhu cầu giải quyết."; break;
    case ACT_WITHDRAW_DENY: e->note = "Kết quả đã sẵn sàng, người nộp đồng ý nhận."; break;
    case ACT_WITHDRAW_GRANT: e->note = "Đồng ý cho rút hồ sơ."; break;
    case ACT_EXTEND:
        e->note = "Khối lượng hồ sơ tăng cao, cơ quan xin lỗi và hẹn lại ngày trả.";
        e->moment = days_on(p, p->d.due_at, 3);
        break;
    case ACT_CORRECT:
        e->note = "Ghi nhầm cách nhận kết quả trên giấy tiếp nhận.";
        e->delivery = DELIVER_DESK;
        break;
    case ACT_REFUSE_INTAKE:
    case ACT_REFUSE:
    case ACT_STOP:
        e->note = "Hồ sơ không đủ điều kiện giải quyết; đã hướng dẫn người nộp.";
        e->ground = GROUND;
        e->number = "77777/2026";
        break;
    case ACT_APPROVE: e->number = "77777/2026"; break;
    default: break;
    }
}

static struct event
blank_event(enum action a)
{
    return (struct event){.action = a, .note = "", .ground = "", .step = "", .number = "",
                          .signer = "", .pause = "", .fee = "", .to_name = "", .to_number = "",
                          .to_paper = "", .delivery_address = ""};
}

static int
note_event(struct play *p, enum action a, enum gap gap)
{
    struct course_event *e = &p->out->ev[p->out->n];

    e->action = a;
    e->gap = gap;
    return course_read(p, p->out->n++);
}

static void
next_moment(struct play *p)
{
    p->c.now = p->w->when + (int64_t)p->out->n * APART;
}

static int
act(struct play *p, enum action a, enum actor by, enum gap gap)
{
    struct event e = blank_event(a);
    struct defect k;
    int rc;

    if (p->out->n >= EVENTS_MAX)
        return fail(&p->c, E_CONFLICT, N_("Không có việc này"), "generate: too many events");
    next_moment(p);
    if (!be_actor(p, by))
        return fail(&p->c, E_DENIED, N_("Không có việc này"), "generate: nobody for action %d", a);
    fill_event(p, &e, &k);
    rc = dossiers_apply(&p->c, &p->d, &e);
    return rc < 0 ? rc : note_event(p, a, gap);
}

/* --- the application --- */

struct application {
    struct submission s;
    struct party party;
    struct paper_check checks[PAPERS_N];
};

/* Papers are seen at the counter; online the state has them already, so that no file is needed. */
static void
add_papers(struct play *p, struct application *x)
{
    struct ctx *c = &p->c;
    json_t *facts = catalogue_facts(c->a, x->s.answers, vn_day(c->now), x->s.channel, "");
    const struct procedure *of = p->out->p;
    struct paper_list v = catalogue_papers(c->a, of, catalogue_case(of, facts), facts);
    bool counter = x->s.channel != CHANNEL_ONLINE;

    json_decref(facts);
    for (size_t i = 0; i < v.n && x->s.n_papers < PAPERS_N; i++)
        if (!v.p[i]->eform && v.p[i]->required)
            x->checks[x->s.n_papers++] = (struct paper_check){
                .paper = v.p[i]->id, .form = counter ? PAPER_ORIGINAL : PAPER_HELD, .count = 1,
                .accepted = true, .note = ""};
}

static void
prepare(struct play *p, struct application *x)
{
    struct ctx *c = &p->c;

    x->party = (struct party){
        .role = PARTY_APPLICANT, .kind = PARTY_PERSON,
        .name = course_input(p, "nguoi_yeu_cau_ho_ten"),
        .personal_number = course_input(p, "nguoi_yeu_cau_so_dinh_danh"),
        .phone = course_input(p, "nguoi_yeu_cau_dien_thoai"),
        .email = course_input(p, "nguoi_yeu_cau_email"),
        .address = arena_fmt(c->a, "%s, %s, Hà Nội",
                             course_input(p, "nguoi_yeu_cau_noi_cu_tru.street"),
                             p->home->commune_name),
        .tax_code = "", .basis = "", .basis_number = ""};
    x->s = (struct submission){
        .procedure = p->out->p->code, .unit = p->home->g->id, .channel = p->out->channel,
        .payer = "", .parties = &x->party, .n_parties = 1, .delivery = p->out->delivery,
        .delivery_address = p->out->delivery == DELIVER_POST ? x->party.address : "",
        .helper = "", .papers = x->checks,
        .answers = eforms_collect(c, p->out->p->form, NULL, p->in, p->n_in, NULL)};
    add_papers(p, x);
}

static int
begin(struct play *p)
{
    struct application x = {0};
    bool online = p->out->channel == CHANNEL_ONLINE;
    char *secret;
    int rc;

    next_moment(p);
    prepare(p, &x);
    if (online)
        be(p, NOBODY_CITIZEN, x.party.name);
    else if (!be_officer(p, p->home->g->id, ROLE_INTAKE))
        return fail(&p->c, E_DENIED, N_("Không có việc này"), "generate: no intake");
    rc = online ? dossiers_submit(&p->c, &x.s, &p->d, &secret)
                : dossiers_receive(&p->c, &x.s, &p->d, &secret);
    json_decref(x.s.answers);
    return rc < 0 ? rc : note_event(p, online ? ACT_SUBMIT : ACT_RECEIVE, GAP_NONE);
}

/* --- the way to the result --- */

static bool
owes(struct play *p, bool on_result)
{
    struct dossier_fee *v;
    size_t n;

    if (dossiers_fees(&p->c, &p->d, &v, &n) < 0)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!v[i].paid_at && v[i].amount > 0 && (strcmp(v[i].due, "on_result") == 0) == on_result)
            return true;
    return false;
}

/* An online payment is told by the desk, too: the notices of banks come to it. */
static int
pay(struct play *p)
{
    return owes(p, false) ? act(p, ACT_PAID, BY_INTAKE, GAP_PAY) : OK;
}

static int
to_the_result(struct play *p)
{
    int rc = OK;

    for (int i = 0; i < STEPS_MAX && rc == OK && p->d.status != ST_DONE; i++) {
        const struct proc_step *s = catalogue_step(p->out->p, p->d.step);

        if (!s)
            return fail(&p->c, E_CONFLICT, N_("Không có việc này"), "generate: no step");
        rc = act(p, s->actions & ACT_BIT(ACT_APPROVE) ? ACT_APPROVE : ACT_FORWARD, BY_STEP,
                 GAP_WORK);
    }
    if (rc == OK && p->d.outcome == OUTCOME_GRANTED && owes(p, true))
        rc = act(p, ACT_PAID, BY_INTAKE, GAP_HAND_OVER);
    return rc == OK ? act(p, ACT_HAND_OVER, BY_INTAKE, GAP_HAND_OVER) : rc;
}

static int
special(struct play *p)
{
    const struct act *a = p->out->kind->acts;
    int rc = OK;

    for (int i = 0; i < ACTS_MAX && a[i].action && rc == OK; i++)
        rc = act(p, a[i].action, a[i].by, a[i].gap);
    return rc;
}

static int
live(struct play *p)
{
    const struct course_kind *k = p->out->kind;
    int rc = begin(p);

    if (rc == OK && k->before_acceptance)
        rc = special(p);
    if (rc < 0 || p->d.status == ST_REFUSED)
        return rc;
    if (p->d.status == ST_SUBMITTED)
        rc = act(p, ACT_ACCEPT, BY_INTAKE, GAP_ACCEPT);
    if (rc == OK)
        rc = pay(p);
    if (rc == OK && !k->before_acceptance)
        rc = special(p);
    return rc == OK && k->goes_on ? to_the_result(p) : rc;
}

/* --- from outside --- */

static const struct office *
fixed_office(const struct courses *w, const struct procedure *p)
{
    const struct agency *g = NULL;

    if (p->competent.rule == COMPETENT_FIXED)
        g = agencies_by_code(w->c->site->agencies, p->competent.agency, vn_day(w->when));
    return g ? staff_of(w->staff, g->id) : NULL;
}

static bool
suits(const struct procedure *p, const struct course_kind *k, int channel)
{
    if (k->online_only && channel != CHANNEL_ONLINE)
        return false;
    if (strcmp(k->word, "taxed") == 0)
        return p->deadline.fiscal_pauses;
    return true;
}

struct course *
course_play(struct courses *w, const struct procedure *p, const struct course_kind *k,
            int channel, int delivery)
{
    struct play *x = arena_get(w->c->a, sizeof *x);
    int rc;

    if (!suits(p, k, channel))
        return NULL;
    x->w = w;
    x->c = *w->c;
    x->c.faults.n = x->c.faults.cap = 0;
    x->c.faults.p = NULL;
    x->out = arena_get(w->a, sizeof *x->out);
    *x->out = (struct course){.kind = k, .p = p, .channel = channel, .delivery = delivery,
                              .at = fixed_office(w, p)};
    x->home = x->out->at ? x->out->at : w->home;
    if ((rc = db_begin(&x->c, DB_READ_WRITE)) == OK) {
        x->c.now = w->when;
        if ((rc = course_inputs(x)) == OK) {
            if (k != &COURSES[1])       /* those who claim meet the thorough ones */
                course_brief(x);
            rc = live(x);
        }
        db_rollback(&x->c);
    }
    w->c->err = x->c.err;
    w->c->faults.p = x->c.faults.p;
    w->c->faults.n = x->c.faults.n;
    w->c->faults.cap = x->c.faults.cap;
    return rc == OK ? x->out : NULL;
}
