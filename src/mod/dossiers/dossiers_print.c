/* Filling the statutory forms with the facts of one dossier (or of many: the register). */
#include <string.h>

#include "auth/auth.h"
#include "base/po.h"
#include "http/reply.h"
#include "http/route.h"
#include "mod/agencies/agencies.h"
#include "mod/dossiers/dossiers_follow.h"
#include "mod/dossiers/dossiers_forms.h"
#include "mod/results/results.h"
#include "site/site.h"

static const char *const NAMES[FORM__COUNT] = {
    [FORM_RECEIPT] = N_("Giấy tiếp nhận hồ sơ và hẹn trả kết quả"),
    [FORM_SUPPLEMENT] = N_("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"),
    [FORM_REFUSAL] = N_("Phiếu từ chối tiếp nhận, giải quyết"),
    [FORM_APOLOGY] = N_("Văn bản xin lỗi và đề nghị gia hạn"),
    [FORM_STOP] = N_("Thông báo dừng giải quyết hồ sơ"),
    [FORM_CONTROL] = N_("Phiếu kiểm soát quá trình giải quyết"),
};

const struct form_set *
dossiers_form_set(const struct dossier *d)
{
    return results_forms(vn_day(d->accepted_at ? d->accepted_at : d->submitted_at));
}

bool
dossiers_form_applies(const struct dossier *d, enum form form)
{
    const bool applies[FORM__COUNT] = {
        [FORM_RECEIPT] = d->receipt > 0,
        [FORM_SUPPLEMENT] = d->supplements > 0,
        [FORM_REFUSAL] = d->outcome == OUTCOME_REFUSED,
        [FORM_APOLOGY] = d->extended_to != 0,
        [FORM_STOP] = d->outcome == OUTCOME_STOPPED,
        [FORM_CONTROL] = d->accepted_at != 0,
    };

    return form < FORM__COUNT && applies[form];
}

size_t
dossiers_forms(const struct dossier *d, bool inner, struct dossier_form out[FORM__COUNT])
{
    const struct form_set *set = dossiers_form_set(d);
    size_t n = 0;

    for (int i = 0; i < FORM__COUNT; i++)
        if (set->forms[i].number && NAMES[i] && dossiers_form_applies(d, (enum form)i) &&
            (inner || i != FORM_CONTROL))
            out[n++] = (struct dossier_form){set->forms[i].number, NAMES[i]};
    return n;
}

/* "HÀ NỘI" over "UBND PHƯỜNG ...": the block at the head's left. */
/* Vietnamese whatever the reader's language: the forms are. */
static const char *
office(struct ctx *c, int64_t unit)
{
    const struct agency *g = agencies_by_id(c->site->agencies, unit);

    return g ? agency_office_name(c->a, g) : "";
}

static void
add_agency(struct ctx *c, struct sheet *s, int64_t unit)
{
    const struct agency *g = agencies_by_id(c->site->agencies, unit);
    const struct agency *parent = g ? agencies_by_id(c->site->agencies, g->parent) : NULL;

    s->agency = office(c, unit);
    s->parent = parent ? agency_office_name(c->a, parent) : "";
    s->place = c->site->config.place;
    s->hotline = g && *g->hotline ? g->hotline : c->site->config.hotline;
}

static int
add_people(struct ctx *c, struct sheet *s, const struct dossier *d)
{
    const struct party *applicant, *owner;
    struct party *p;
    size_t n;
    int rc = people_list(c, d->id, &p, &n);

    if (rc < 0)
        return rc;
    applicant = people_find(p, n, PARTY_APPLICANT);
    owner = people_find(p, n, PARTY_OWNER);
    s->name = applicant ? applicant->name : d->applicant;
    s->person_number = applicant ? applicant->personal_number : "";
    s->address = applicant ? applicant->address : "";
    s->phone = applicant ? applicant->phone : "";
    s->email = applicant ? applicant->email : "";
    s->owner = owner ? owner->name : "";
    return OK;
}

static int
add_papers(struct ctx *c, struct sheet *s, const struct dossier *d, const struct procedure *p)
{
    struct paper_check *checks;
    size_t n;
    int rc = papers_checks(c, d->id, &checks, &n);

    if (rc < 0)
        return rc;
    s->papers = arena_get(c->a, (n + 1) * sizeof *s->papers);
    for (size_t i = 0; i < n; i++) {
        const struct paper_check *k = &checks[i];
        bool original = k->form == PAPER_ORIGINAL;

        if (k->form == PAPER_MISSING)
            continue;
        s->papers[s->papers_n++] =
            (struct sheet_paper){.name = follow_paper_name(c, p, k->paper),
                                 .form = k->form == PAPER_ORIGINAL ? "" : papers_form_name(k->form),
                                 .note = k->note,
                                 .originals = original ? k->count + !k->count : 0,
                                 .copies = original ? 0 : k->count + !k->count};
    }
    return OK;
}

static int
add_fees(struct ctx *c, struct sheet *s, const struct dossier *d)
{
    struct dossier_fee *f;
    int64_t total = 0, paid = 0;
    size_t n;
    int rc = dossiers_fees(c, d, &f, &n);

    for (size_t i = 0; rc == OK && i < n; i++) {
        total += f[i].amount;
        paid += f[i].paid_at ? f[i].amount : 0;
    }
    if (rc == OK)
        s->fee = total ? arena_fmt(c->a, "%s (%s); %s %s", money_vi(c->a, total),
                                   money_words(c->a, total), paid ? "đã nộp" : "chưa nộp",
                                   paid ? money_vi(c->a, paid) : "")
                       : "Không thu";
    return rc;
}

static void
add_clock(struct ctx *c, struct sheet *s, const struct dossier *d)
{
    struct limit l;

    s->limit = limit_parse(d->limit_text, &l) ? limit_vi(c->a, l) : "";
    s->received =
        d->accepted_at ? moment_vi(c->a, d->accepted_at) : moment_vi(c->a, d->submitted_at);
    s->due = d->due_at
                 ? d->due_exact ? moment_vi(c->a, d->due_at) : date_vi(c->a, vn_day(d->due_at))
                 : "";
    s->new_due = d->extended_to  ? date_vi(c->a, vn_day(d->extended_to))
                 : d->answer_due ? moment_vi(c->a, d->answer_due)
                                 : "";
}

static int
add_defects(struct ctx *c, struct sheet *s, const struct dossier *d, const struct procedure *p)
{
    struct supplement *all, *last = NULL;
    size_t n;
    int rc = dossiers_supplements(c, d, &all, &n);

    for (size_t i = 0; rc == OK && i < n; i++)
        if (all[i].state == SUPPLEMENT_ASKED || all[i].state == SUPPLEMENT_ANSWERED)
            last = &all[i];
    if (!last)
        return rc;
    s->items = arena_get(c->a, (last->n_defects + 1) * sizeof *s->items);
    for (size_t i = 0; i < last->n_defects; i++) {
        const struct defect *x = &last->defects[i];

        s->items[s->items_n++] = (struct sheet_item){
            *x->paper ? follow_paper_name(c, p, x->paper) : follow_field_label(c, p, x->field),
            arena_fmt(c->a, "%s%s%s", follow_reason(c, x->reason), *x->text ? ". " : "", x->text)};
    }
    s->reason = last->note;
    s->new_due = last->due_at ? moment_vi(c->a, last->due_at) : "";
    s->date = vn_day(last->asked_at);
    return OK;
}

/* Who did the event that this form reports, why, and when: the last one of its kind. */
static void
add_event(struct ctx *c, struct sheet *s, const struct moment_row *m, size_t n)
{
    static const enum action OF[FORM__COUNT][3] = {
        [FORM_RECEIPT] = {ACT_ACCEPT, ACT_RECEIVE, ACT_CORRECT},
        [FORM_SUPPLEMENT] = {ACT_SUPPLEMENT, ACT_SUPPLEMENT_AGREE},
        [FORM_REFUSAL] = {ACT_REFUSE_INTAKE, ACT_REFUSE},
        [FORM_APOLOGY] = {ACT_EXTEND},
        [FORM_STOP] = {ACT_STOP, ACT_WITHDRAW_GRANT},
    };

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < 3 && OF[s->form][j]; j++)
            if (m[i].action == OF[s->form][j]) {
                s->officer = m[i].actor;
                s->date = vn_day(m[i].at);
                if (m[i].note && *m[i].note)
                    s->reason = m[i].note;
                if (m[i].ground && *m[i].ground)
                    s->ground = m[i].ground;
            }
    (void)c;
}

/* One row a hand-over from one unit or officer to the next. */
static void
add_hands(struct ctx *c, struct sheet *s, const struct moment_row *m, size_t n,
          const struct dossier *d)
{
    s->hands = arena_get(c->a, (n + 1) * sizeof *s->hands);
    for (size_t i = 0; i < n; i++) {
        if (m[i].action == ACT_CLAIM || m[i].action == ACT_RELEASE)
            continue;
        s->hands[s->hands_n++] =
            (struct sheet_hand){.from = i ? office(c, m[i - 1].unit) : s->name,
                                .to = office(c, m[i].unit),
                                .at = moment_vi(c->a, m[i].at),
                                .person = m[i].actor ? m[i].actor : "",
                                .note = tr_lang(LANG_VI, m[i].what),
                                .timing = i + 1 == n && d->finished_at
                                              ? dossiers_timing_name((enum timing)d->timing)
                                              : ""};
    }
}

static int
print(struct ctx *c, const struct dossier *d, const char *number, bool all_forms)
{
    const struct procedure *p = catalogue_version(c->site->catalogue, d->procedure_version);
    struct moment_row *m;
    size_t n;
    struct sheet s = {
        .set = dossiers_form_set(d),
        .date = vn_day(c->now),
        .code = d->code,
        .number = d->code,
        .procedure = p ? p->name : "",
        .officer = "",
        .reason = "",
        .ground = d->ground,
        .copy = "Giao người nộp hồ sơ",
        .stage =
            *d->step && p && catalogue_step(p, d->step) ? catalogue_step(p, d->step)->name : "",
        .delivery = dossiers_delivery_name((int)d->delivery),
        .qr = arena_fmt(c->a, "%s/tra-cuu?ma=%s", c->site->config.base_url, d->code),
    };
    int rc;

    s.form = results_form_by_number(s.set, number);
    if (!dossiers_form_applies(d, s.form) || (!all_forms && s.form == FORM_CONTROL))
        return fail(c, E_NOTFOUND, N_("Không có mẫu này"), "form %s", number);
    add_agency(c, &s, s.form == FORM_RECEIPT ? d->intake_unit : d->unit);
    add_clock(c, &s, d);
    if ((rc = add_people(c, &s, d)) < 0 || (rc = add_papers(c, &s, d, p)) < 0 ||
        (rc = add_fees(c, &s, d)) < 0 || (rc = dossiers_timeline(c, d, FOR_OFFICER, &m, &n)) < 0 ||
        (s.form == FORM_SUPPLEMENT && (rc = add_defects(c, &s, d, p)) < 0))
        return rc;
    add_event(c, &s, m, n);
    add_hands(c, &s, m, n, d);
    return results_sheet(c, &s);
}

enum { P_CODE, P_FORM };
static const struct param IN_FORM[] = {
    [P_CODE] = {"code", K_DOSSIER_CODE, .required = true},
    [P_FORM] = {"mau", K_CODE, .required = true},
    {.kind = K_END},
};

static int
get_desk(struct ctx *c)
{
    struct dossier d;
    int rc = dossiers_get(c, in_text(c, P_CODE), PERM_DOSSIER_READ, &d);

    return rc < 0 ? rc : print(c, &d, in_text(c, P_FORM), true);
}

static int
get_own(struct ctx *c)
{
    struct dossier d;
    int rc = dossiers_get_own(c, in_text(c, P_CODE), &d);

    return rc < 0 ? rc : print(c, &d, in_text(c, P_FORM), false);
}

/* --- the register: form 07 (06 before July 2025)
 * ------------------------------------------------------- */

enum { R_UNIT, R_FROM, R_TO, R_CURSOR };
static const struct param IN_REGISTER[] = {
    [R_UNIT] = {"co-quan", K_CODE, .label = N_("Cơ quan")},
    [R_FROM] = {"tu-ngay", K_DATE, .label = N_("Hẹn trả từ ngày")},
    [R_TO] = {"den-ngay", K_DATE, .label = N_("Hẹn trả đến ngày")},
    [R_CURSOR] = {"tu", K_TEXT, .max = 200},
    {.kind = K_END},
};

static const char *
moment_or_blank(struct ctx *c, int64_t at)
{
    return at ? date_vi(c->a, vn_day(at)) : "";
}

static int
get_register(struct ctx *c)
{
    const struct agency *g = agencies_latest(c->site->agencies, in_text(c, R_UNIT));
    day today = vn_day(c->now), from = in_has(c, R_FROM) ? in_date(c, R_FROM) : today - 30,
        to = in_has(c, R_TO) ? in_date(c, R_TO) : today + 30;
    struct api_query q = {.unit = g ? g->id : c->session->home_unit,
                          .due_from = vn_utc(from, 0),
                          .due_to = vn_utc(to + 1, 0),
                          .cursor = in_text(c, R_CURSOR),
                          .limit = LIST_MAX};
    struct sheet s = {.set = results_forms(today),
                      .form = FORM_REGISTER,
                      .date = today,
                      .number = ""};
    struct list list;
    int rc = dossiers_list(c, &q, &list);

    if (rc < 0)
        return rc;
    add_agency(c, &s, q.unit);
    s.stage = arena_fmt(c->a, "Hẹn trả từ %s đến %s", date_vi(c->a, from), date_vi(c->a, to));
    s.rows = arena_get(c->a, (list.n + 1) * sizeof *s.rows);
    for (size_t i = 0; i < list.n; i++) {
        const struct list_row *r = &list.p[i];
        const struct procedure *p = catalogue_version(c->site->catalogue, r->procedure_version);

        s.rows[s.rows_n++] =
            (struct sheet_row){.code = r->code,
                               .procedure = p ? p->name : r->procedure,
                               .applicant = r->applicant,
                               .owner = r->owner,
                               .unit = office(c, r->unit),
                               .received = moment_or_blank(c, r->accepted_at),
                               .due = moment_or_blank(c, r->due_at),
                               .returned = moment_or_blank(c, r->finished_at),
                               .note =
                                   tr_lang(LANG_VI, workflow_status((enum status)r->status)->name)};
    }
    return results_sheet(c, &s);
}

const struct route dossiers_print_routes[] = {
    {GET, "/can-bo/ho-so/{code}/in/{mau}", PERM_DOSSIER_READ, RUN_INLINE, BODY_NONE, SEES_PERSON,
     FACE_DESK, IN_FORM, .run = get_desk, .about = "A statutory form of a dossier, to print"},
    {GET, "/ho-so/{code}/in/{mau}", PERM_CITIZEN, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL,
     IN_FORM, .run = get_own, .about = "A statutory form of the citizen's own dossier"},
    {GET, "/can-bo/so-theo-doi", PERM_DOSSIER_READ, RUN_READ_LANE, BODY_NONE, SEES_PERSON,
     FACE_DESK, IN_REGISTER, .run = get_register,
     .about = "The register of dossiers (form 07), to print"},
    {0},
};
