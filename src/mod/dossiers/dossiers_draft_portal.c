/* Applying: a task list, one question group a page, saved at once, sent at the end. */
#include <string.h>

#include "base/po.h"
#include "dossiers_draft.page.h"
#include "http/reply.h"
#include "http/route.h"
#include "mod/agencies/agencies.h"
#include "mod/deadlines/rules.h"
#include "mod/dossiers/dossiers_assist.h"
#include "mod/dossiers/dossiers_assist_pages.h"
#include "mod/dossiers/dossiers_mandate.h"
#include "mod/dossiers/dossiers_portal.h"
#include "site/site.h"

#define DRAFT "/nop/{draft}"
enum { P_DRAFT };

static int
view(struct ctx *c, struct application *x, const char *key, struct application_view *v)
{
    int rc = application_open(c, in_text(c, P_DRAFT), x);

    if (rc < 0)
        return rc;
    *v = (struct application_view){.x = x, .now = application_section(x, key)};
    v->unit = dossiers_unit_name(c, x->d.unit);
    v->unit_code = dossiers_unit_code(c, x->d.unit);
    v->applicant = people_find(x->d.parties, x->d.n_parties, PARTY_APPLICANT);
    v->owner = people_find(x->d.parties, x->d.n_parties, PARTY_OWNER);
    v->representative = people_find(x->d.parties, x->d.n_parties, PARTY_REPRESENTATIVE);
    return OK;
}

static int
next(struct ctx *c, struct application *x, const char *key)
{
    const char *to = application_next(x, key);
    char *token = arena_str(c->a, x->d.token);

    application_close(x);
    return redirect(c, "/nop/%s/%s", token, to);
}

/* --- beginning --- */

static const struct param IN_START[] = {{"code", K_CODE, .required = true}, {.kind = K_END}};

static int
get_start(struct ctx *c)
{
    struct start_view v = {.p = catalogue_find(c->site->catalogue, in_text(c, 0), vn_day(c->now))};
    struct draft *all;
    size_t n;
    int rc;

    if (!v.p)
        return fail(c, E_NOTFOUND, N_("Không có thủ tục này, hoặc thủ tục đã hết hiệu lực"),
                    "procedure %s", in_text(c, 0));
    if ((rc = draft_list(c, &all, &n)) < 0)
        return rc;
    v.drafts = arena_get(c->a, (n + 1) * sizeof *v.drafts);
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].procedure, v.p->code) == 0)
            v.drafts[v.n++] = all[i];
    return page_draft_start(c, &v);
}

static int
post_start(struct ctx *c)
{
    struct application x = {0};
    struct account who;
    int rc;

    if ((rc = draft_new(c, in_text(c, 0), &x.d)) < 0 ||
        (rc = auth_account_get(c, c->account, &who)) < 0)
        return rc;
    x.p = catalogue_version(c->site->catalogue, x.d.procedure_version);
    if ((rc = application_prefill(c, &who, &x)) < 0 || (rc = draft_save(c, &x.d)) < 0)
        return rc;
    json_decref(x.d.answers);
    return redirect(c, "/nop/%s", x.d.token);
}

/* --- the task list --- */

static const struct param IN_DRAFT[] = {[P_DRAFT] = {"draft", K_TOKEN, .required = true},
                                        {.kind = K_END}};

static int
get_tasks(struct ctx *c)
{
    struct application x;
    struct application_view v;
    int rc = view(c, &x, "", &v);

    if (rc < 0)
        return rc;
    rc = page_draft_tasks(c, &v);
    application_close(&x);
    return rc;
}

/* --- where and who --- */

static const char *const ROLES[] = {"chinh-minh", "nguoi-khac", "to-chuc", NULL};
enum { FOR_SELF, FOR_PERSON, FOR_ORGANISATION };

enum {
    W_DRAFT,
    W_UNIT,
    W_NAME,
    W_NUMBER,
    W_PHONE,
    W_EMAIL,
    W_ADDRESS,
    W_FOR,
    W_OWNER,
    W_OWNER_NUMBER,
    W_TAX,
    W_BASIS,
    W_BASIS_NUMBER,
    W_PAYER,
    W_MANDATE
};
static const struct param IN_WHO[] = {
    [W_DRAFT] = {"draft", K_TOKEN, .required = true},
    [W_UNIT] = {"noi-nop", K_CODE, .required = true, .label = N_("Nơi nộp hồ sơ"),
                .say = N_("Hãy chọn nơi nộp hồ sơ")},
    [W_NAME] = {"applicant.name", K_TEXT, .required = true, .min = 2, .max = 120,
                .label = N_("Họ và tên")},
    [W_NUMBER] = {"applicant.personal_number", K_PERSONAL_NUMBER,
                  .label = N_("Số định danh cá nhân")},
    [W_PHONE] = {"applicant.phone", K_PHONE, .required = true, .label = N_("Số điện thoại")},
    [W_EMAIL] = {"applicant.email", K_EMAIL, .label = N_("Thư điện tử")},
    [W_ADDRESS] = {"applicant.address", K_TEXT, .required = true, .max = 300,
                   .label = N_("Địa chỉ liên hệ")},
    [W_FOR] = {"nop-cho", K_ENUM, .required = true, .words = ROLES, .label = N_("Bạn nộp cho ai")},
    [W_OWNER] = {"owner.name", K_TEXT, .max = 200, .label = N_("Tên chủ hồ sơ")},
    [W_OWNER_NUMBER] = {"owner.personal_number", K_PERSONAL_NUMBER,
                        .label = N_("Số định danh của chủ hồ sơ")},
    [W_TAX] = {"owner.tax_code", K_TEXT, .max = 14, .label = N_("Mã số thuế")},
    [W_BASIS] = {"representative.basis", K_TEXT, .max = 200, .label = N_("Căn cứ nộp thay")},
    [W_BASIS_NUMBER] = {"representative.basis_number", K_TEXT, .max = 200,
                        .label = N_("Số, ngày của giấy tờ đó")},
    [W_PAYER] = {"doi-tuong", K_CODE, .label = N_("Đối tượng miễn, giảm phí")},
    [W_MANDATE] = {"uy-quyen", K_TOKEN, .label = N_("Người bạn đại diện")},
    {.kind = K_END},
};

static void
add_units(struct ctx *c, struct application_view *v)
{
    struct agency_list all = agencies_all(c->site->agencies);
    struct choice *p = arena_get(c->a, (all.n + 1) * sizeof *p);

    p[v->units_n++] = (struct choice){.value = "", .label = N_("Hãy chọn")};
    for (size_t i = 0; i < all.n; i++)
        if (all.p[i]->desk && agency_exists(all.p[i], vn_day(c->now)) &&
            (!v->x->help || assisted_unit(c, all.p[i]->id, v->x->p->code)))
            p[v->units_n++] = (struct choice){.value = all.p[i]->code,
                                              .label = agency_name(c, all.p[i])};
    v->units = p;
}

/* Kinds of payers that the fees of this procedure know, for exemptions. */
static void
add_payers(struct ctx *c, struct application_view *v)
{
    static const struct choice ALL[] = {
        {.value = "poor", .label = N_("Thuộc hộ nghèo")},
        {.value = "disabled", .label = N_("Người khuyết tật")},
        {.value = "veteran", .label = N_("Người có công với cách mạng")},
        {.value = "child", .label = N_("Trẻ em")},
        {.value = "elderly", .label = N_("Người cao tuổi")},
    };
    struct choice *p = arena_get(c->a, (sizeof ALL / sizeof *ALL + 1) * sizeof *p);
    unsigned known = 0;

    for (size_t i = 0; i < v->x->p->fees.n; i++)
        known |= v->x->p->fees.p[i].payers;
    p[v->payers_n++] = (struct choice){.value = "", .label = N_("Không thuộc diện nào")};
    for (size_t i = 0; i < sizeof ALL / sizeof *ALL; i++)
        if (known & 1u << (PAYER_POOR + i))
            p[v->payers_n++] = ALL[i];
    v->payers = p;
}

/* Whom the citizen may act for in this procedure; the one that is used is chosen. */
static int
add_mandates(struct ctx *c, struct application_view *v)
{
    struct mandate_use u = dossier_mandate_use(v->x->p, "");
    mandate_list all = {0};
    int rc = mandates_offered(c, &u, &all);
    struct choice *p = arena_get(c->a, (all.n + 1) * sizeof *p);

    p[v->mandates_n++] = (struct choice){.value = "", .label = N_("Ghi người khác ở dưới")};
    for (size_t i = 0; i < all.n; i++) {
        const char *until = all.p[i].ends ? date_vi(c->a, all.p[i].ends)
                                          : tr(c, N_("không thời hạn"));

        p[v->mandates_n++] = (struct choice){
            .value = all.p[i].token,
            .label = trf(c, N_("{0} ({1}, đến {2})"), all.p[i].name,
                         tr(c, mandate_kind_name(all.p[i].kind)), until)};
        if (all.p[i].id == v->x->d.mandate)
            v->mandate = all.p[i].token;
    }
    v->mandates = p;
    return rc;
}

static int
page_who(struct ctx *c)
{
    struct application x;
    struct application_view v;
    int rc = view(c, &x, "nguoi-nop", &v);

    if (rc < 0)
        return rc;
    add_units(c, &v);
    add_payers(c, &v);
    if ((rc = add_mandates(c, &v)) == OK)
        rc = page_draft_who(c, &v);
    application_close(&x);
    return rc;
}

static void
read_people(struct ctx *c, struct draft *d)
{
    struct party *p = arena_get(c->a, 3 * sizeof *p);
    bool organisation = in_int(c, W_FOR) == FOR_ORGANISATION;

    p[0] = (struct party){.role = PARTY_APPLICANT,
                          .kind = PARTY_PERSON,
                          .name = in_text(c, W_NAME),
                          .personal_number = in_text(c, W_NUMBER),
                          .tax_code = "",
                          .phone = in_text(c, W_PHONE),
                          .email = in_text(c, W_EMAIL),
                          .address = in_text(c, W_ADDRESS),
                          .basis = "",
                          .basis_number = ""};
    d->parties = p;
    d->n_parties = 1;
    if (in_int(c, W_FOR) == FOR_SELF)
        return;
    p[1] = (struct party){.role = PARTY_OWNER,
                          .kind = organisation ? PARTY_ORGANISATION : PARTY_PERSON,
                          .name = in_text(c, W_OWNER),
                          .personal_number = organisation ? "" : in_text(c, W_OWNER_NUMBER),
                          .tax_code = organisation ? in_text(c, W_TAX) : "",
                          .phone = "",
                          .email = "",
                          .address = "",
                          .basis = "",
                          .basis_number = ""};
    p[2] = p[0];
    p[2].role = PARTY_REPRESENTATIVE;
    p[2].basis = in_text(c, W_BASIS);
    p[2].basis_number = in_text(c, W_BASIS_NUMBER);
    d->n_parties = 3;
}

/* The mandate says for whom and on what evidence; who acts is the account's own checked number. */
static int
read_mandate(struct ctx *c, const struct application *x, struct draft *d)
{
    struct mandate_use u = dossier_mandate_use(x->p, "");
    struct mandate m;
    int rc;

    d->mandate = 0;
    if (in_int(c, W_FOR) == FOR_SELF || !in_has(c, W_MANDATE) || !*in_text(c, W_MANDATE))
        return OK;
    if ((rc = mandate_use(c, in_text(c, W_MANDATE), &u, &m)) == E_CONFLICT)
        return fail_labelled(c, "uy-quyen", N_("Người bạn đại diện"), c->err.say);
    if (rc < 0)
        return rc;
    d->mandate = m.id;
    d->parties[0].personal_number = d->parties[2].personal_number = m.agent;
    d->parties[1].kind = *m.person ? PARTY_PERSON : PARTY_ORGANISATION;
    d->parties[1].name = m.name;
    d->parties[1].personal_number = m.person;
    d->parties[1].tax_code = m.tax_code;
    d->parties[2].basis = tr(c, mandate_kind_name(m.kind));
    d->parties[2].basis_number = *m.paper ? m.paper : tr(c, mandate_evidence_name(m.evidence));
    return OK;
}

static int
post_who(struct ctx *c)
{
    const struct agency *unit =
        agencies_by_code(c->site->agencies, in_text(c, W_UNIT), vn_day(c->now));
    struct application x;
    int rc = application_open(c, in_text(c, P_DRAFT), &x);

    if (rc < 0)
        return rc;
    if (!unit || !unit->desk || (x.help && !assisted_unit(c, unit->id, x.p->code)))
        rc = fail_labelled(c, "noi-nop", N_("Nơi nộp hồ sơ"), N_("Hãy chọn nơi nộp hồ sơ"));
    else
        x.d.unit = unit->id;
    read_people(c, &x.d);
    if (read_mandate(c, &x, &x.d) < 0)
        return c->faults.n ? E_INVALID : (int)c->err.rc;
    x.d.payer = in_text(c, W_PAYER);
    if (people_check(c, x.d.parties, x.d.n_parties) < 0 || rc < 0)
        return E_INVALID;
    rc = draft_save(c, &x.d);
    return rc < 0 ? rc : next(c, &x, "nguoi-nop");
}

/* --- the declaration, a panel a page --- */

enum { F_DRAFT, F_PANEL_KEY, F_ADD, F_DROP, F_FORM };
static const struct param IN_PANEL[] = {
    [F_DRAFT] = {"draft", K_TOKEN, .required = true},
    [F_PANEL_KEY] = {"panel", K_CODE, .required = true},
    [F_ADD] = {"them", K_CODE},
    {.kind = K_END},
};
static const struct param IN_PANEL_POST[] = {
    [F_DRAFT] = {"draft", K_TOKEN, .required = true},
    [F_PANEL_KEY] = {"panel", K_CODE, .required = true},
    [F_ADD] = {"them", K_CODE},
    [F_DROP] = {"bo", K_CODE},
    [F_FORM] = {"", K_EFORM},
    {.kind = K_END},
};

static int
open_panel(struct ctx *c, struct application *x, struct application_view *v)
{
    const char *key = arena_fmt(c->a, "to-khai/%s", in_text(c, F_PANEL_KEY));
    int rc = view(c, x, key, v);

    if (rc < 0)
        return rc;
    if (!v->now)
        return fail(c, E_NOTFOUND, N_("Không có phần này trong tờ khai"), "panel");
    v->form = (struct eform_view){.form = x->p->form,
                                  .answers = x->d.answers,
                                  .seen = x->facts,
                                  .lists = &x->lists,
                                  .panel = eforms_panel(x->p->form, in_text(c, F_PANEL_KEY)),
                                  .add = in_text(c, F_ADD)};
    return OK;
}

/* With faults, what was typed is shown, not what was saved. */
static json_t *
typed_answers(struct ctx *c, const struct application_view *v)
{
    const struct pair *pairs;
    size_t n = in_form(c, &pairs);

    return eforms_collect(c, v->x->p->form, v->form.panel, pairs, n, v->x->d.answers);
}

static int
page_panel(struct ctx *c)
{
    struct application x;
    struct application_view v;
    int rc = open_panel(c, &x, &v);
    json_t *raw = NULL, *known;

    if (rc < 0)
        return rc;
    if (c->faults.n)
        v.form.answers = raw = typed_answers(c, &v);
    v.form.known = known = application_known(c, &x);
    rc = page_draft_panel(c, &v);
    json_decref(known);
    json_decref(raw);
    application_close(&x);
    return rc;
}

static int
save_panel(struct ctx *c, struct application *x, struct application_view *v)
{
    json_t *raw = typed_answers(c, v);

    json_decref(x->d.answers);
    x->d.answers = raw;
    x->d.page = v->now->key;
    return draft_save(c, &x->d);
}

static int
post_panel(struct ctx *c)
{
    struct application x;
    struct application_view v;
    json_t *raw;
    int rc = open_panel(c, &x, &v);

    if (rc < 0)
        return rc;
    raw = typed_answers(c, &v);
    if (eforms_rows(x.p->form, raw, in_text(c, F_ADD), in_text(c, F_DROP))) {
        json_decref(x.d.answers);
        x.d.answers = raw;
        rc = draft_save(c, &x.d);
        return rc < 0 ? rc
                      : redirect(c, "/nop/%s/%s?them=%s", x.d.token, v.now->key, in_text(c, F_ADD));
    }
    rc = eforms_validate(c, x.p->form, v.form.panel, raw, NULL, &x.lists, false, NULL);
    json_decref(raw);
    if (rc < 0 || (rc = save_panel(c, &x, &v)) < 0)
        return rc;
    /* Answers decide which parts follow, so the task list is made anew. */
    application_close(&x);
    if ((rc = application_open(c, in_text(c, P_DRAFT), &x)) < 0)
        return rc;
    return next(c, &x, v.now->key);
}

/* The script's autosave: nothing is judged, nothing is lost. */
static int
post_autosave(struct ctx *c)
{
    struct application x;
    struct application_view v;
    int rc;

    if ((rc = open_panel(c, &x, &v)) < 0 || (rc = save_panel(c, &x, &v)) < 0)
        return rc;
    application_close(&x);
    return reply_json(c, 200, json_pack("{s:b}", "saved", 1));
}

/* --- papers --- */


static int
page_papers(struct ctx *c)
{
    struct application x;
    struct application_view v;
    int rc;

    if ((rc = view(c, &x, "giay-to", &v)) < 0 ||
        (rc = application_papers(c, &x, &v.papers, &v.papers_n)) < 0)
        return rc;
    if ((rc = papers_version_of(c, x.d.id, &v.waiting, &v.version)) == OK)
        rc = page_draft_papers(c, &v);
    application_close(&x);
    return rc;
}

enum { A_DRAFT, A_PAPER, A_FILES };
static const struct param IN_ATTACH[] = {
    [A_DRAFT] = {"draft", K_TOKEN, .required = true},
    [A_PAPER] = {"giay-to", K_CODE, .required = true, .label = N_("Giấy tờ")},
    [A_FILES] = {"tep", K_FILES, .required = true, .label = N_("Tệp"),
                 .say = N_("Hãy chọn ít nhất một tệp PDF hoặc ảnh")},
    {.kind = K_END},
};

static bool
asked(const struct procedure *p, const char *paper)
{
    for (size_t i = 0; i < p->papers.n; i++)
        if (!p->papers.p[i].eform && strcmp(p->papers.p[i].id, paper) == 0)
            return true;
    return false;
}

static int
post_papers(struct ctx *c)
{
    const struct upload *files;
    size_t n = in_files(c, A_FILES, &files);
    struct application x;
    int rc = application_open(c, in_text(c, P_DRAFT), &x), seq;

    if (rc < 0)
        return rc;
    if (!asked(x.p, in_text(c, A_PAPER)))
        return fail_labelled(c, "giay-to", N_("Giấy tờ"),
                             N_("Thủ tục này không yêu cầu giấy tờ đó"));
    for (size_t i = 0; i < n; i++)
        if ((rc = papers_attach(c, x.d.id, in_text(c, A_PAPER), &files[i], 0, &seq)) < 0)
            return rc;
    flash(c, N_("Đã đính kèm. Bạn xem lại xem ảnh có rõ chữ không nhé."));
    application_close(&x);
    return redirect(c, "/nop/%s/giay-to", in_text(c, P_DRAFT));
}

enum { D_DRAFT, D_SEQ };
static const struct param IN_FILE[] = {
    [D_DRAFT] = {"draft", K_TOKEN, .required = true},
    [D_SEQ] = {"so", K_INT, .required = true, .min = 1, .max = 100000},
    {.kind = K_END},
};

static int
post_detach(struct ctx *c)
{
    struct draft d;
    int rc;

    if ((rc = draft_get(c, in_text(c, P_DRAFT), &d)) < 0 ||
        (rc = papers_remove(c, d.id, (int)in_int(c, D_SEQ))) < 0)
        return rc;
    json_decref(d.answers);
    flash(c, N_("Đã bỏ tệp."));
    return redirect(c, "/nop/%s/giay-to", in_text(c, P_DRAFT));
}

/* --- the result's way --- */

static const char *const WAYS[] = {"tai-quay", "buu-chinh", "truc-tuyen", NULL};
enum { R_DRAFT, R_WAY, R_ADDRESS };
static const struct param IN_DELIVERY[] = {
    [R_DRAFT] = {"draft", K_TOKEN, .required = true},
    [R_WAY] = {"cach-nhan", K_ENUM, .required = true, .words = WAYS,
               .label = N_("Cách nhận kết quả"), .say = N_("Hãy chọn một cách nhận kết quả")},
    [R_ADDRESS] = {"dia-chi-nhan", K_TEXT, .max = 300, .label = N_("Địa chỉ nhận")},
    {.kind = K_END},
};

static int
page_delivery(struct ctx *c)
{
    struct application x;
    struct application_view v;
    int rc = view(c, &x, "nhan-ket-qua", &v);

    if (rc < 0)
        return rc;
    rc = page_draft_delivery(c, &v);
    application_close(&x);
    return rc;
}

static int
post_delivery(struct ctx *c)
{
    struct application x;
    int rc = application_open(c, in_text(c, P_DRAFT), &x);

    if (rc < 0)
        return rc;
    x.d.delivery = in_int(c, R_WAY) + 1;
    x.d.delivery_address = x.d.delivery == DELIVER_POST ? in_text(c, R_ADDRESS) : "";
    if (x.d.delivery == DELIVER_POST && !*x.d.delivery_address)
        return fail_labelled(c, "dia-chi-nhan", N_("Địa chỉ nhận"),
                             N_("Hãy ghi địa chỉ để bưu tá mang kết quả đến"));
    rc = draft_save(c, &x.d);
    return rc < 0 ? rc : next(c, &x, "nhan-ket-qua");
}

/* --- check and send --- */

/* The sign-in that this procedure needs, and from there back to where the draft can be sent. */
static const char *
stronger(struct ctx *c, const struct procedure *p, const char *draft)
{
    if (!p || c->session->kind != ACCOUNT_CITIZEN || c->session->level >= p->assurance)
        return NULL;
    return arena_fmt(c->a, "/dang-nhap?muc=%d&tiep=/nop/%s/kiem-tra", (int)p->assurance, draft);
}

static int
page_check(struct ctx *c)
{
    struct application x;
    struct application_view v;
    struct submission s;
    int rc;

    if ((rc = view(c, &x, "", &v)) < 0 ||
        (rc = application_papers(c, &x, &v.papers, &v.papers_n)) < 0)
        return rc;
    v.stronger.s = stronger(c, x.p, x.d.token);
    eforms_summary(c, x.p->form, x.facts, &x.lists, &v.lines, &v.lines_n);
    if (x.ready) {
        draft_submission(&x.d, &s);
        if ((rc = dossiers_preview(c, &s, &v.preview)) < 0 && rc != E_INVALID)
            return rc;
        v.previewed = rc == OK;
        v.competent = v.previewed ? dossiers_unit_name(c, v.preview.competent_unit) : "";
    }
    rc = page_draft_check(c, &v);
    application_close(&x);
    return rc;
}

static int
sent(struct ctx *c, const struct draft *draft, const struct dossier *d, const char *secret)
{
    const struct agency *g = agencies_by_id(c->site->agencies, d->intake_unit);
    const struct rule_set *r = rules_on(c->site->rules, vn_day(c->now));
    struct sent_view v = {
        .d = d,
        .secret = secret,
        .unit = dossiers_unit_name(c, d->intake_unit),
        .p = catalogue_version(c->site->catalogue, d->procedure_version),
        .hotline = g && *g->hotline ? g->hotline : c->site->config.hotline,
        .answer_by = deadlines_after(c->site->calendar, r->answer_online, d->submitted_at),
        .address = arena_fmt(c->a, "%s/tra-cuu?ma=%s", c->site->config.base_url, d->code),
        .helped = c->session->kind != ACCOUNT_CITIZEN,
    };
    int rc = v.helped ? assist_tell(c, draft, &v) : OK;

    return rc < 0 ? rc : page_draft_sent(c, &v);
}

static int
post_send(struct ctx *c)
{
    struct draft draft;
    struct submission s;
    struct dossier d;
    const char *first;
    char *secret;
    int rc;

    if ((rc = draft_get(c, in_text(c, P_DRAFT), &draft)) < 0)
        return rc;
    first = stronger(c, catalogue_find(c->site->catalogue, draft.procedure, vn_day(c->now)),
                     draft.token);
    if (first) {
        json_decref(draft.answers);
        return redirect(c, "%s", first);
    }
    draft_submission(&draft, &s);
    if ((rc = dossiers_submit(c, &s, &d, &secret)) < 0)
        return rc;
    json_decref(draft.answers);
    return sent(c, &draft, &d, secret);
}

/* --- giving up --- */


static int
page_drop(struct ctx *c)
{
    struct application x;
    struct application_view v;
    int rc = view(c, &x, "", &v);

    if (rc < 0)
        return rc;
    rc = page_draft_drop(c, &v);
    application_close(&x);
    return rc;
}

static int
post_drop(struct ctx *c)
{
    int rc = draft_delete(c, in_text(c, P_DRAFT));

    if (rc < 0)
        return rc;
    flash(c, N_("Đã xóa bản nháp."));
    return redirect(c, c->session->kind == ACCOUNT_CITIZEN ? "/ho-so" : "/can-bo/ho-tro");
}

#define OWN_GET(path, input, handler, say)                                                         \
    {                                                                                              \
        GET, path, PERM_APPLY, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, input,             \
            .run = handler, .about = say                                                           \
    }
#define OWN_POST(path, body, input, handler, again, say)                                           \
    {                                                                                              \
        POST, path, PERM_APPLY, RUN_WRITE_LANE, body, SEES_NOBODY, FACE_PORTAL, input,             \
            .run = handler, .page = again, .about = say                                            \
    }

const struct route dossiers_draft_routes[] = {
    {GET, "/thu-tuc/{code}/nop", PERM_CITIZEN, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL,
     IN_START, .run = get_start, .about = "Before applying: what is needed, open drafts"},
    {POST, "/thu-tuc/{code}/nop", PERM_CITIZEN, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_PORTAL,
     IN_START, .run = post_start, .page = get_start, .about = "Begin an application"},
    OWN_GET(DRAFT, IN_DRAFT, get_tasks, "Task list of an application"),
    OWN_GET(DRAFT "/nguoi-nop", IN_DRAFT, page_who, "Where it is handed in, and by whom"),
    OWN_POST(DRAFT "/nguoi-nop", BODY_FORM, IN_WHO, post_who, page_who, "Save where and who"),
    OWN_GET(DRAFT "/to-khai/{panel}", IN_PANEL, page_panel, "One panel of the e-form"),
    OWN_POST(DRAFT "/to-khai/{panel}", BODY_EFORM, IN_PANEL_POST, post_panel, page_panel,
             "Save one panel of the e-form"),
    OWN_POST(DRAFT "/tu-luu/{panel}", BODY_EFORM, IN_PANEL_POST, post_autosave, NULL,
             "Save a panel as it is being typed"),
    OWN_GET(DRAFT "/giay-to", IN_DRAFT, page_papers, "Papers to attach"),
    OWN_POST(DRAFT "/giay-to", BODY_UPLOAD, IN_ATTACH, post_papers, page_papers,
             "Attach files to a paper"),
    OWN_POST(DRAFT "/giay-to/bo", BODY_FORM, IN_FILE, post_detach, page_papers, "Take a file away"),
    OWN_GET(DRAFT "/nhan-ket-qua", IN_DRAFT, page_delivery, "How to receive the result"),
    OWN_POST(DRAFT "/nhan-ket-qua", BODY_FORM, IN_DELIVERY, post_delivery, page_delivery,
             "Save how to receive the result"),
    OWN_GET(DRAFT "/kiem-tra", IN_DRAFT, page_check, "Check the answers before sending"),
    OWN_POST(DRAFT "/gui", BODY_FORM, IN_DRAFT, post_send, page_check, "Send the application"),
    OWN_GET(DRAFT "/xoa", IN_DRAFT, page_drop, "Ask before a draft is deleted"),
    OWN_POST(DRAFT "/xoa", BODY_FORM, IN_DRAFT, post_drop, page_drop, "Delete a draft"),
    {0},
};
