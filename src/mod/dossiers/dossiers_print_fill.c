/* What a statutory form says about one dossier. */
#include <string.h>

#include "auth/auth.h"
#include "base/money.h"
#include "base/po.h"
#include "mod/agencies/agencies.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/dossiers/dossiers_follow.h"
#include "mod/dossiers/dossiers_print.h"
#include "site/site.h"

const char *
print_office(struct ctx *c, int64_t unit)
{
    const struct agency *g = agencies_by_id(c->site->agencies, unit);

    return g ? agency_office_name(c->a, g) : "";
}

/* The head's left block: the agency under the one above it; at its one-stop, that under it. */
void
print_agency(struct ctx *c, struct sheet *s, int64_t unit, bool desk)
{
    const struct agency *g = agencies_by_id(c->site->agencies, unit);
    const struct agency *parent = g ? agencies_by_id(c->site->agencies, g->parent) : NULL;

    s->issuer = print_office(c, unit);
    s->agency = desk ? s->set->desk : s->issuer;
    s->parent = desk ? s->issuer : parent ? agency_office_name(c->a, parent) : "";
    if (desk)
        s->issuer = arena_fmt(c->a, "%s, %s", s->set->desk, s->issuer);
    s->place = c->site->config.place;
    s->hotline = g && *g->hotline ? g->hotline : c->site->config.hotline;
}

/* "09 giờ 20 phút, ngày 12 tháng 11 năm 2026", as the forms want it. */
static const char *
moment_form(struct ctx *c, int64_t at)
{
    int m = vn_minute(at);

    return arena_fmt(c->a, "%02d giờ %02d phút, %s", m / 60, m % 60, results_day(c, vn_day(at)));
}

static const char *
due_form(struct ctx *c, int64_t at, bool exact)
{
    return !at ? "" : exact ? moment_form(c, at) : results_day(c, vn_day(at));
}

/* --- the event that a form reports --- */

enum { KINDS = 3 };
static const struct {
    enum action of[KINDS];
    bool desk; /* issued by the one-stop, not by the agency */
} EVENTS[FORM__COUNT] = {
    [FORM_RECEIPT] = {{ACT_ACCEPT, ACT_RECEIVE, ACT_CORRECT}, true},
    [FORM_SUPPLEMENT] = {{ACT_SUPPLEMENT, ACT_SUPPLEMENT_AGREE}, true},
    [FORM_REFUSAL] = {{ACT_REFUSE_INTAKE, ACT_REFUSE}, true},
    [FORM_APOLOGY] = {{ACT_EXTEND}, false},
    [FORM_STOP] = {{ACT_STOP, ACT_WITHDRAW_GRANT}, false},
};

static bool
reports(enum form form, enum action a)
{
    for (size_t j = 0; j < KINDS; j++)
        if (EVENTS[form].of[j] && EVENTS[form].of[j] == a)
            return true;
    return false;
}

/* Receipts and requests happen several times: the one that is asked for, else the last. */
static const struct moment_row *
event_of(const struct print *x)
{
    const struct moment_row *last = NULL;
    int64_t nth = 0;

    for (size_t i = 0; i < x->n_moments; i++)
        if (reports(x->s.form, x->moments[i].action)) {
            last = &x->moments[i];
            if (x->s.form == FORM_RECEIPT && ++nth == x->key.occurrence)
                return last;
        }
    return last;
}

/* Of help at home the event of submission says it whole (assisted_note()); at a counter there is
 * the helper's name alone. */
static const char *
helped(struct ctx *c, const struct print *x)
{
    for (size_t i = 0; i < x->n_moments; i++)
        if (x->moments[i].action == ACT_SUBMIT && x->moments[i].note && *x->moments[i].note)
            return x->moments[i].note;
    return x->d->helper && *x->d->helper
               ? arena_fmt(c->a, "Người hỗ trợ nộp hồ sơ: %s.", x->d->helper)
               : NULL;
}

/* What the dossier was before this event, in words. */
static const char *
before_event(const struct print *x, const struct moment_row *e)
{
    size_t i = (size_t)(e - x->moments);

    return i ? tr_lang(LANG_VI, workflow_status(x->moments[i - 1].status)->name) : "";
}

int
print_event(struct ctx *c, struct print *x)
{
    const struct moment_row *e;
    struct sheet *s = &x->s;
    int rc = dossiers_timeline(c, x->d, FOR_OFFICER, &x->moments, &x->n_moments);

    if (rc < 0)
        return rc;
    e = event_of(x);
    if (s->form == FORM_RECEIPT)
        s->helped = helped(c, x);
    x->agency = s->form == FORM_RECEIPT ? x->d->intake_unit : x->d->unit;
    s->officer = s->reason = "";
    s->ground = x->d->ground;
    s->date = vn_day(c->now);
    if (!e)
        return OK;
    x->agency = e->unit ? e->unit : x->agency;
    s->officer = e->actor;
    s->date = vn_day(e->at);
    s->reason = e->note;
    if (*e->ground)
        s->ground = e->ground;
    if (s->form == FORM_STOP)
        s->stage = before_event(x, e);
    return OK;
}

/* --- people, papers, fees --- */

static int
add_people(struct ctx *c, struct print *x)
{
    const struct party *applicant, *owner;
    struct sheet *s = &x->s;
    struct party *p;
    size_t n;
    int rc = people_list(c, x->d->id, &p, &n);

    if (rc < 0)
        return rc;
    applicant = people_find(p, n, PARTY_APPLICANT);
    owner = people_find(p, n, PARTY_OWNER);
    s->name = applicant ? applicant->name : x->d->applicant;
    s->owner = owner ? owner->name : "";
    s->person_number = s->address = s->phone = s->email = "";
    if (!applicant)
        return OK;
    s->person_number =
        *applicant->personal_number ? applicant->personal_number : applicant->tax_code;
    s->address = applicant->address;
    s->phone = applicant->phone;
    s->email = applicant->email;
    return OK;
}

static const char *
paper_name(struct ctx *c, const struct print *x, const char *id)
{
    return x->p ? follow_paper_name(c, x->p, id) : id;
}

static const char *
paper_note(struct ctx *c, const struct paper_check *k)
{
    bool said = k->note && *k->note;

    if (k->form != PAPER_ELECTRONIC && k->form != PAPER_HELD)
        return said ? k->note : "";
    return arena_fmt(c->a, "%s%s%s", papers_form_name(k->form), said ? "; " : "",
                     said ? k->note : "");
}

static struct sheet_paper
one_paper(struct ctx *c, const struct print *x, const struct paper_check *k)
{
    int n = k->count > 0 ? k->count : 1;

    return (struct sheet_paper){.name = paper_name(c, x, k->paper),
                                .note = paper_note(c, k),
                                .originals = k->form == PAPER_ORIGINAL ? n : 0,
                                .certified = k->form == PAPER_CERTIFIED ? n : 0,
                                .copies = k->form == PAPER_COPY ? n : 0};
}

/* What was handed in; of a stop, the originals that go back. */
static int
add_papers(struct ctx *c, struct print *x)
{
    struct paper_check *checks;
    size_t n;
    int rc = papers_checks(c, x->d->id, &checks, &n);

    if (rc < 0)
        return rc;
    x->s.papers = arena_get(c->a, (n + 1) * sizeof *x->s.papers);
    for (size_t i = 0; i < n; i++)
        if (checks[i].form != PAPER_MISSING &&
            (x->s.form != FORM_STOP || checks[i].form == PAPER_ORIGINAL))
            x->s.papers[x->s.papers_n++] = one_paper(c, x, &checks[i]);
    return OK;
}

static int
add_fees(struct ctx *c, struct print *x)
{
    struct dossier_fee *f;
    int64_t total = 0, paid = 0;
    size_t n;
    int rc = dossiers_fees(c, x->d, &f, &n);

    for (size_t i = 0; rc == OK && i < n; i++) {
        total += f[i].amount;
        paid += f[i].paid_at ? f[i].amount : 0;
    }
    if (rc == OK)
        x->s.fee = total ? arena_fmt(c->a, "%s (%s); %s %s", money_vi(c->a, total),
                                     money_words(c->a, total), paid ? "đã nộp" : "chưa nộp",
                                     paid ? money_vi(c->a, paid) : "")
                         : "Không thu";
    return rc;
}

/* --- the clock --- */

enum { OFF_DAYS_MAX = 10 };

/* "Tính từ ...; không tính 14/11, 15/11": why the due day is that day, in one line. */
static int
add_reckoning(struct ctx *c, struct print *x)
{
    struct due due;
    struct buf b;
    int off = 0, rc = x->d->accepted_at ? dossiers_explain(c, x->d, &due) : E_NOTFOUND;

    if (rc < 0)
        return rc == E_NOTFOUND ? OK : rc;
    buf_init(&b, c->a, 1024);
    buf_fmt(&b, "%s, tính từ %s", x->s.limit, moment_vi(c->a, due.start));
    for (size_t i = 0; i < due.ndays; i++) {
        const struct day_note *k = &due.days[i];
        struct ymd v = date_ymd(k->date);

        if (k->counted || k->date <= vn_day(due.start) || k->date >= due.day)
            continue;
        if (off++ < OFF_DAYS_MAX)
            buf_fmt(&b, "%s%02d/%02d", off == 1 ? "; không tính ngày " : ", ", v.d, v.m);
    }
    if (off > OFF_DAYS_MAX)
        buf_fmt(&b, " và %d ngày khác", off - OFF_DAYS_MAX);
    x->s.reckoning = b.p;
    return OK;
}

static void
add_clock(struct ctx *c, struct print *x)
{
    const struct dossier *d = x->d;
    struct limit l;

    x->s.limit = limit_parse(d->limit_text, &l) ? limit_vi(c->a, l) : "";
    x->s.received = moment_form(c, d->accepted_at ? d->accepted_at : d->submitted_at);
    x->s.due = due_form(c, d->due_at, d->due_exact);
    x->s.new_due = d->extended_to ? results_day(c, vn_day(d->extended_to)) : "";
    x->s.delivery = dossiers_delivery_name((int)d->delivery);
    if (d->delivery_address && *d->delivery_address)
        x->s.delivery = arena_fmt(c->a, "%s: %s", x->s.delivery, d->delivery_address);
}

/* --- the forms of their own --- */

static const struct proc_paper *
package_paper(const struct procedure *p, const char *id)
{
    for (size_t i = 0; p && i < p->papers.n; i++)
        if (strcmp(p->papers.p[i].id, id) == 0)
            return &p->papers.p[i];
    return NULL;
}

/* The papers that are asked for again, as the package wants them. */
static void
ask_paper(struct print *x, const struct proc_paper *k, const char *name)
{
    if (!k)
        return;
    x->s.papers[x->s.papers_n++] =
        (struct sheet_paper){.name = name,
                             .note = k->copies && !k->originals ? "Bản chứng thực, hoặc bản photo "
                                                                  "kèm bản chính để đối chiếu"
                                                                : "",
                             .originals = (int)k->originals,
                             .copies = (int)k->copies};
}

static int
add_defects(struct ctx *c, struct print *x)
{
    struct supplement *all, *it = NULL;
    struct sheet *s = &x->s;
    size_t n;
    int rc = dossiers_supplements(c, x->d, &all, &n);

    for (size_t i = 0; rc == OK && i < n; i++)
        if (all[i].number == x->key.occurrence && all[i].asked_at)
            it = &all[i];
    if (!it)
        return rc < 0 ? rc
                      : fail(c, E_NOTFOUND, N_("Không có mẫu này"), "request %" PRId64,
                             x->key.occurrence);
    s->items = arena_get(c->a, (it->n_defects + 1) * sizeof *s->items);
    s->papers = arena_get(c->a, (it->n_defects + 1) * sizeof *s->papers);
    for (size_t i = 0; i < it->n_defects; i++) {
        const struct defect *k = &it->defects[i];
        const char *what = *k->paper ? paper_name(c, x, k->paper)
                           : x->p    ? follow_field_label(c, x->p, k->field)
                                     : k->field;

        s->items[s->items_n++] =
            (struct sheet_item){what, arena_fmt(c->a, "%s%s%s", follow_reason(c, k->reason),
                                                *k->text ? ". " : "", k->text)};
        ask_paper(x, *k->paper ? package_paper(x->p, k->paper) : NULL, what);
    }
    s->reason = it->note;
    s->new_due = due_form(c, it->due_at, vn_minute(it->due_at) != 24 * 60 - 1);
    s->date = vn_day(it->asked_at);
    return OK;
}

/* Taking work up or laying it down moves no paper from hand to hand. */
static bool
hands_over(enum action a)
{
    return a != ACT_CLAIM && a != ACT_RELEASE && a != ACT_CHECK_PAPERS && a != ACT_PAID;
}

static bool
from_applicant(enum action a)
{
    return a == ACT_SUBMIT || a == ACT_RECEIVE || a == ACT_ACCEPT || a == ACT_ANSWER;
}

/* The applicant hands in and takes back; else who did it hands over to who acted next. */
static struct sheet_hand
hand(struct ctx *c, const struct print *x, size_t i)
{
    const struct moment_row *m = &x->moments[i], *next = i + 1 < x->n_moments ? m + 1 : NULL;
    struct sheet_hand h = {.at = moment_form(c, m->at), .note = tr_lang(LANG_VI, m->what)};
    bool given_back = m->action == ACT_HAND_OVER;

    h.timing = !next && x->d->finished_at ? dossiers_timing_name((enum timing)x->d->timing) : "";
    if (from_applicant(m->action)) {
        h.from = h.giver = x->s.name;
        h.to = print_office(c, m->unit);
        h.taker = m->action == ACT_SUBMIT || m->action == ACT_ANSWER ? "" : m->actor;
        return h;
    }
    h.from = print_office(c, m->unit);
    h.giver = m->actor;
    h.to = given_back ? x->s.name : print_office(c, next ? next->unit : x->d->unit);
    h.taker = given_back ? x->s.name : next ? next->actor : "";
    return h;
}

static int
add_hands(struct ctx *c, struct print *x)
{
    struct opinion *o;
    size_t n;
    int rc = dossiers_opinions(c, x->d, &o, &n);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        x->s.partners = x->s.partners
                            ? arena_fmt(c->a, "%s; %s", x->s.partners, print_office(c, o[i].unit))
                            : print_office(c, o[i].unit);
    x->s.hands = arena_get(c->a, (x->n_moments + 1) * sizeof *x->s.hands);
    for (size_t i = 0; i < x->n_moments; i++)
        if (hands_over(x->moments[i].action))
            x->s.hands[x->s.hands_n++] = hand(c, x, i);
    return OK;
}

static int
add_replaced(struct ctx *c, struct print *x)
{
    struct form_key before = x->key;
    struct form_number n;
    int rc;

    if (x->key.occurrence < x->d->receipt)
        x->s.watermark = "ĐÃ THU HỒI";
    if (--before.occurrence < 1)
        return OK;
    if ((rc = results_form_number(c, &before, &n)) == OK && n.seq)
        x->s.replaces = arena_fmt(c->a, "số %s", results_form_label(c, x->s.set, FORM_RECEIPT, &n));
    return rc;
}

static int (*const OWN[FORM__COUNT])(struct ctx *c, struct print *x) = {
    [FORM_RECEIPT] = add_replaced,
    [FORM_SUPPLEMENT] = add_defects,
    [FORM_CONTROL] = add_hands,
};

int
print_fill(struct ctx *c, struct print *x)
{
    struct sheet *s = &x->s;
    int rc;

    s->code = x->d->code;
    s->procedure = x->p ? x->p->name : "";
    s->qr = arena_fmt(c->a, "%s/tra-cuu?ma=%s", c->site->config.base_url, x->d->code);
    print_agency(c, s, s->form == FORM_CONTROL ? x->d->competent_unit : x->agency,
                 EVENTS[s->form].desk);
    add_clock(c, x);
    if ((rc = add_people(c, x)) < 0 || (rc = add_fees(c, x)) < 0)
        return rc;
    if (s->form != FORM_SUPPLEMENT && (rc = add_papers(c, x)) < 0)
        return rc;
    if (s->form == FORM_RECEIPT && (rc = add_reckoning(c, x)) < 0)
        return rc;
    return OWN[s->form] ? OWN[s->form](c, x) : OK;
}

int
dossiers_print_fill(struct ctx *c, const struct dossier *d, enum form form, int64_t occurrence,
                    struct print *x)
{
    int rc;

    *x = (struct print){.d = d,
                        .p = catalogue_version(c->site->catalogue, d->procedure_version),
                        .key = {.dossier = d->id, .form = form, .occurrence = occurrence}};
    x->s.set = dossiers_form_set(d);
    x->s.form = form;
    rc = results_form_number(c, &x->key, &x->s.number);
    if (rc < 0 || (rc = print_event(c, x)) < 0)
        return rc;
    return print_fill(c, x);
}
