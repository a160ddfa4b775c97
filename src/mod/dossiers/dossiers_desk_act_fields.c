/* The fields of an action's page: widget, choices, what stands in them at first. */
#include <string.h>

#include "auth/auth.h"
#include "base/po.h"
#include "mod/agencies/agencies.h"
#include "mod/dossiers/dossiers_desk_act.h"
#include "mod/dossiers/dossiers_inside.h"
#include "mod/dossiers/dossiers_named.h"
#include "site/site.h"

typedef VEC(struct choice) choice_list;

static int
done(struct act_field *f, const choice_list *v)
{
    f->f.choices = v->p;
    f->f.n = v->n;
    return OK;
}

static void
add(struct ctx *c, choice_list *v, const char *value, const char *label)
{
    *vec_push(c->a, v) = (struct choice){.value = value, .label = label};
}

/* --- choices ---------------------------------------------------------------------------------- */

static int
fill_step(struct ctx *c, struct act_view *v, struct act_field *f)
{
    const struct dossier *d = &v->x->d;
    bool back = v->row->action == ACT_RETURN;
    choice_list list = {0};
    const char **steps = NULL;
    size_t n;
    int rc = dossiers_targets(c, d, back, &steps, &n);

    for (size_t i = 0; rc == OK && i < n; i++) {
        const struct proc_step *s = catalogue_step(v->x->p, steps[i]);

        add(c, &list, steps[i],
            arena_fmt(c->a, "%s (%s)", s ? desk_text(c, s->name) : steps[i],
                      s ? desk_unit(c, world_step_unit(c, d, s)) : ""));
    }
    return rc < 0 ? rc : done(f, &list);
}

/* Who may do the steps that can follow; without a name the step's list has it. */
static int
staff_of_targets(struct ctx *c, const struct act_view *v, struct desk_staff *s)
{
    const char **steps = NULL;
    size_t n;
    int rc = dossiers_targets(c, &v->x->d, false, &steps, &n);

    for (size_t i = 0; rc == OK && i < n; i++) {
        const struct proc_step *p = catalogue_step(v->x->p, steps[i]);

        if (p)
            rc = desk_staff_add(c, s, world_step_unit(c, &v->x->d, p),
                                workflow_role_perm((enum role)p->role), v->x->p->field);
    }
    return rc;
}

/* Officers of its agencies who read dossiers; who may read this one because a leader said so. */
static int
staff_of_named(struct ctx *c, struct act_view *v, struct desk_staff *s)
{
    const struct dossier *d = &v->x->d;
    struct named *named;
    size_t n = 0;
    int rc;

    if (v->row->action == ACT_NAME) {
        rc = desk_staff_add(c, s, d->unit, PERM_DOSSIER_READ, v->x->p->field);
        return rc < 0 ? rc
                      : desk_staff_add(c, s, d->competent_unit, PERM_DOSSIER_READ, v->x->p->field);
    }
    rc = dossiers_named(c, d->id, &named, &n);
    for (size_t i = 0; rc == OK && i < n; i++)
        if (named[i].how == NAMED_BY_LEADER)
            *vec_push(c->a, &s->v) =
                (struct choice){.value = named[i].login, .label = named[i].name};
    return rc;
}

static int
fill_officer(struct ctx *c, struct act_view *v, struct act_field *f)
{
    const struct dossier *d = &v->x->d;
    const struct proc_step *s = *d->step ? catalogue_step(v->x->p, d->step) : NULL;
    struct desk_staff staff = {0};
    bool naming = v->row->action == ACT_NAME || v->row->action == ACT_UNNAME;
    bool assign = v->row->action == ACT_ASSIGN;
    int rc;

    *vec_push(c->a, &staff.v) = (struct choice){
        .value = "",
        .label = assign || naming ? N_("Hãy chọn") : N_("Để ở danh sách chung của bước")};
    rc = naming   ? staff_of_named(c, v, &staff)
         : assign ? desk_staff_add(c, &staff, d->unit,
                                 workflow_role_perm(s ? (enum role)s->role : ROLE_NONE),
                                 v->x->p->field)
                : staff_of_targets(c, v, &staff);
    f->f.choices = staff.v.p;
    f->f.n = staff.v.n;
    return rc;
}

static bool
may_be_asked(const struct agency *g, day today)
{
    bool kind = g->type == AGENCY_CITY || g->type == AGENCY_DEPARTMENT ||
                g->type == AGENCY_OFFICE || g->type == AGENCY_COMMUNE;

    return kind && agency_exists(g, today);
}

static int
fill_agency(struct ctx *c, struct act_view *v, struct act_field *f)
{
    struct agency_list all = agencies_all(c->site->agencies);
    choice_list list = {0};

    add(c, &list, "", N_("Hãy chọn cơ quan"));
    for (size_t i = 0; i < all.n; i++)
        if (may_be_asked(all.p[i], vn_day(c->now)) && all.p[i]->id != v->x->d.unit)
            add(c, &list, all.p[i]->code, desk_unit(c, all.p[i]->id));
    return done(f, &list);
}

const struct choice *
act_reasons(struct ctx *c, unsigned use, size_t *n)
{
    const struct rules *r = c->site->rules;
    choice_list list = {0};

    add(c, &list, "", N_("Chọn lý do"));
    for (size_t i = 0; i < r->reasons.n; i++)
        if (r->reasons.p[i].uses & use)
            add(c, &list, r->reasons.p[i].code, r->reasons.p[i].name);
    *n = list.n;
    return list.p;
}

static int
fill_reason(struct ctx *c, struct act_view *v, struct act_field *f)
{
    f->f.choices = act_reasons(c, v->row->reasons, &f->f.n);
    return OK;
}

static int
fill_pause(struct ctx *c, struct act_view *v, struct act_field *f)
{
    const struct procedure *p = v->x->p;
    choice_list list = {0};

    for (size_t i = 0; i < p->deadline.stops.n; i++)
        add(c, &list, p->deadline.stops.p[i].id,
            arena_fmt(c->a, "%s (%s)", desk_text(c, p->deadline.stops.p[i].name),
                      p->deadline.stops.p[i].basis));
    return done(f, &list);
}

static int
fill_fee(struct ctx *c, struct act_view *v, struct act_field *f)
{
    choice_list list = {0};
    struct dossier_fee *fees;
    int64_t total = 0;
    size_t n;
    int rc = dossiers_fees(c, &v->x->d, &fees, &n);

    add(c, &list, "", "");
    for (size_t i = 0; rc == OK && i < n; i++) {
        if (fees[i].paid_at)
            continue;
        total += fees[i].amount;
        add(c, &list, fees[i].id, arena_fmt(c->a, "%s: %s", desk_text(c, fees[i].name),
                                            money_text(c, fees[i].amount)));
    }
    list.p[0].label = trf(c, N_("Tất cả các khoản chưa nộp: {0}"), money_text(c, total));
    return rc < 0 ? rc : done(f, &list);
}

static int
fill_way(struct ctx *c, struct act_view *v, struct act_field *f)
{
    choice_list list = {0};

    for (int i = DELIVER_DESK; i < DELIVER__COUNT; i++)
        add(c, &list, ENTRY_WAYS[i - 1], dossiers_delivery_name(i));
    f->f.value = ENTRY_WAYS[v->x->d.delivery > 0 ? v->x->d.delivery - 1 : 0];
    return done(f, &list);
}

/* --- what stands in them at first, and what helps --------------------------------------------- */

static int
fill_until(struct ctx *c, struct act_view *v, struct act_field *f)
{
    const struct dossier *d = &v->x->d;
    int64_t since = d->accepted_at ? d->accepted_at : d->submitted_at;
    const struct rule_set *r = rules_on(c->site->rules, vn_day(since));
    const struct calendar *cal = c->site->calendar;
    day due = vn_day(d->due_at);

    if (v->row->action == ACT_SUPPLEMENT || v->row->action == ACT_SUPPLEMENT_AGREE)
        f->f.value = date_iso(c->a, vn_day(deadlines_after(cal, r->applicant_supplement, c->now)));
    if (v->row->action == ACT_CONSULT)
        f->f.value = date_iso(c->a, calendar_add(cal, vn_day(c->now), 1));
    if (v->row->action == ACT_EXTEND)
        f->f.hint = trf(c,
                        N_("Hạn hiện nay: {0}. Phải xin lỗi và hẹn lại muộn nhất ngày {1}, hoặc "
                           "nếu đã quá hạn thì muộn nhất ngày {2}; chỉ một lần. Ngày mới là một "
                           "ngày làm việc sau hạn hiện nay."),
                        desk_day(c, due), desk_day(c, deadlines_last_extension(cal, r, due)),
                        desk_day(c, due + r->apology_within));
    return OK;
}

static int
fill_today(struct ctx *c, struct act_view *v, struct act_field *f)
{
    const struct dossier *d = &v->x->d;

    f->f.value = date_iso(c->a, d->result_date ? (day)d->result_date : vn_day(c->now));
    return OK;
}

static int
fill_number(struct ctx *c, struct act_view *v, struct act_field *f)
{
    (void)c;
    if (v->row->action == ACT_APPROVE || v->row->action == ACT_ATTACH_RESULT)
        f->f.value = v->x->d.result_number;
    f->f.width = 20;
    return OK;
}

static int
fill_signer(struct ctx *c, struct act_view *v, struct act_field *f)
{
    const struct dossier *d = &v->x->d;

    f->f.value = *d->result_signer ? d->result_signer
                 : v->row->action == ACT_APPROVE ? c->session->name : "";
    return OK;
}

static int
fill_receiver(struct ctx *c, struct act_view *v, struct act_field *f)
{
    (void)c;
    f->f.value = v->x->d.applicant;
    return OK;
}

static int
fill_receiver_number(struct ctx *c, struct act_view *v, struct act_field *f)
{
    (void)c, (void)v;
    f->f.inputmode = "numeric";
    f->f.width = 20;
    f->f.optional = false;
    f->f.hint = N_("Đọc từ giấy tờ người nhận đưa; bắt buộc khi trả tại quầy");
    return OK;
}

static int
fill_receiver_paper(struct ctx *c, struct act_view *v, struct act_field *f)
{
    (void)c, (void)v;
    f->f.optional = false;
    f->f.hint = N_("Ví dụ: thẻ căn cước; giấy ủy quyền số 12 kèm thẻ căn cước");
    return OK;
}

static int
fill_ground(struct ctx *c, struct act_view *v, struct act_field *f)
{
    (void)c, (void)v;
    f->f.hint = N_("Điều, khoản, tên văn bản; ví dụ: khoản 2 Điều 17 Nghị định 118/2025/NĐ-CP");
    return OK;
}

static int
fill_money(struct ctx *c, struct act_view *v, struct act_field *f)
{
    (void)c, (void)v;
    f->f.suffix = "đ";
    f->f.inputmode = "numeric";
    f->f.width = 10;
    return OK;
}

/* --- one row a name; an input without a row (hidden ones, the e-form) has no field ------------ */

static const struct {
    const char *name;
    enum widget widget;
    int (*fill)(struct ctx *c, struct act_view *v, struct act_field *f);
} FIELDS[] = {
    {"step", W_RADIOS, fill_step},          {"to_account", W_SELECT, fill_officer},
    {"to_unit", W_SELECT, fill_agency},     {"reason", W_SELECT, fill_reason},
    {"ground", W_INPUT, fill_ground},       {"note", W_TEXTAREA, NULL},
    {"moment", W_DATE, fill_until},         {"amount", W_INPUT, fill_money},
    {"number", W_INPUT, fill_number},       {"date", W_DATE, fill_today},
    {"signer", W_INPUT, fill_signer},       {"pause", W_RADIOS, fill_pause},
    {"fee", W_RADIOS, fill_fee},            {"to_name", W_INPUT, fill_receiver},
    {"to_number", W_INPUT, fill_receiver_number}, {"to_paper", W_INPUT, fill_receiver_paper},
    {"files", W_FILES, NULL},
};

static int
add_field(struct ctx *c, struct act_view *v, const struct param *p)
{
    struct act_field *f = &v->fields[v->n_fields];

    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++) {
        if (strcmp(FIELDS[i].name, p->name) != 0)
            continue;
        *f = (struct act_field){FIELDS[i].widget, {.name = p->name, .label = p->label, .rows = 4,
                                                   .optional = !p->required, .small = true}};
        if (p->kind == K_LINES)
            f->f.max = p->max;
        v->n_fields++;
        return FIELDS[i].fill ? FIELDS[i].fill(c, v, f) : OK;
    }
    return OK;
}

/* A choice with one entry is no question; radios begin with the usual one. */
static void
tidy_field(struct act_field *f)
{
    if ((f->widget == W_RADIOS || f->widget == W_SELECT) && f->f.n && !f->f.value)
        f->f.value = f->f.choices[0].value;
    if (f->widget == W_RADIOS)
        f->f.optional = false;
}

int
act_fields(struct ctx *c, struct act_view *v)
{
    const struct param *in = v->row->in;
    size_t n = 0;
    int rc = OK;

    while (in[n].kind != K_END)
        n++;
    v->fields = arena_get(c->a, (n + 1) * sizeof *v->fields);
    for (size_t i = ACT_VERSION + 1; i < n && rc == OK; i++) {
        bool way = strcmp(in[i].name, "delivery") == 0 && v->row->action == ACT_HAND_OVER;

        if (way) {
            v->fields[v->n_fields] = (struct act_field){
                W_RADIOS, {.name = "delivery", .label = in[i].label, .small = true}};
            rc = fill_way(c, v, &v->fields[v->n_fields++]);
        } else {
            rc = add_field(c, v, &in[i]);
        }
    }
    for (size_t i = 0; i < v->n_fields; i++)
        tidy_field(&v->fields[i]);
    return rc;
}
