/* Following a dossier: my list, one of mine, the public look-up, completing, withdrawing. */
#include <string.h>

#include "auth/auth.h"
#include "base/po.h"
#include "components.page.h"
#include "dossiers_follow.page.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/route.h"
#include "mod/agencies/agencies.h"
#include "mod/deadlines/rules.h"
#include "mod/dossiers/dossiers_assist.h"
#include "mod/dossiers/dossiers_follow.h"
#include "mod/dossiers/dossiers_seal.h"
#include "mod/mandates/mandates.h"
#include "site/site.h"

/* --- words -------------------------------------------------------------------------------------
 */

const char *
follow_paper_name(struct ctx *c, const struct procedure *p, const char *id)
{
    for (size_t i = 0; p && i < p->papers.n; i++)
        if (strcmp(p->papers.p[i].id, id) == 0)
            return tr(c, p->papers.p[i].name);
    return strcmp(id, ASSIST_PAPER) == 0 ? tr(c, N_("Chữ ký xác nhận của người dân")) : id;
}

const char *
follow_field_label(struct ctx *c, const struct procedure *p, const char *key)
{
    const struct eform_field *f = p ? eforms_field(p->form, key) : NULL;

    return f ? tr(c, f->label) : key;
}

const char *
follow_reason(struct ctx *c, const char *code)
{
    const struct reason *r = rules_reason(c->site->rules, REASON_SUPPLEMENT, code);

    return r ? tr(c, r->name) : code;
}

enum tone
follow_tone(int64_t status)
{
    static const enum tone TONES[ST__COUNT] = {
        [ST_SUBMITTED] = TONE_INFO,      [ST_ACCEPTED] = TONE_INFO,   [ST_REFUSED] = TONE_LATE,
        [ST_PROCESSING] = TONE_INFO,     [ST_SUPPLEMENT] = TONE_SOON, [ST_FISCAL] = TONE_SOON,
        [ST_WITHDRAWING] = TONE_STOPPED, [ST_STOPPED] = TONE_STOPPED, [ST_DONE] = TONE_GOOD,
        [ST_RETURNED] = TONE_GOOD,
    };

    return status > 0 && status < ST__COUNT ? TONES[status] : TONE_PLAIN;
}

static int64_t
promised(const struct dossier *d)
{
    return d->extended_to ? d->extended_to : d->due_at;
}

const char *
follow_promise(struct ctx *c, const struct dossier *d)
{
    return promised(d) ? date_vi(c->a, vn_day(promised(d))) : "";
}

struct markup
follow_due(struct ctx *c, const struct dossier *d)
{
    struct buf *b = html_capture(c);
    int left = (int)(vn_day(promised(d)) - vn_day(c->now));
    bool running = promised(d) && !d->finished_at && d->status != ST_STOPPED;
    const char *say = left < 0    ? trf(c, N_("Quá hạn {0} ngày"), arena_fmt(c->a, "%d", -left))
                      : left == 0 ? tr(c, N_("Hẹn trả hôm nay"))
                                  : trf(c, N_("Còn {0} ngày"), arena_fmt(c->a, "%d", left));

    if (running)
        frag_due(b, c,
                 left < 0    ? TONE_LATE
                 : left <= 1 ? TONE_SOON
                             : TONE_GOOD,
                 say, follow_promise(c, d), -1);
    return html_captured(b);
}

/* --- my list
 * --------------------------------------------------------------------------------------- */

static const char *
procedure_name(struct ctx *c, int64_t version, const char *code)
{
    const struct procedure *p = catalogue_version(c->site->catalogue, version);

    return p ? tr(c, p->name) : code;
}

enum { O_FROM };
static const struct param IN_OWN[] = {[O_FROM] = {"tu", K_TEXT, .max = 200}, {.kind = K_END}};

static int
get_own(struct ctx *c)
{
    struct own_view v = {0};
    int rc;

    if ((rc = dossiers_own(c, in_text(c, O_FROM), 20, &v.list)) < 0 ||
        (rc = draft_list(c, &v.drafts, &v.drafts_n)) < 0)
        return rc;
    v.mandates_waiting = mandates_waiting(c);
    v.names = arena_get(c->a, (v.list.n + 1) * sizeof *v.names);
    for (size_t i = 0; i < v.list.n; i++)
        v.names[i] = procedure_name(c, v.list.p[i].procedure_version, v.list.p[i].procedure);
    v.draft_names = arena_get(c->a, (v.drafts_n + 1) * sizeof *v.draft_names);
    for (size_t i = 0; i < v.drafts_n; i++)
        v.draft_names[i] = procedure_name(c, v.drafts[i].procedure_version, v.drafts[i].procedure);
    return page_own(c, &v);
}

/* --- one dossier
 * ------------------------------------------------------------------------------------ */

static bool
offered(const struct workflow_offer *o, size_t n, enum action a)
{
    for (size_t i = 0; i < n; i++)
        if (o[i].action == a)
            return !o[i].why_not;
    return false;
}

static int
add_own(struct ctx *c, const struct dossier *d, struct follow_view *v)
{
    struct workflow_offer offers[ACT__COUNT];
    struct eform_lists *lists = arena_get(c->a, sizeof *lists);
    json_t *answers;
    size_t n;
    int rc;

    if ((rc = dossiers_offers(c, d, offers, &n)) < 0 ||
        (rc = papers_files(c, d->id, &v->files, &v->files_n)) < 0 ||
        (rc = content_documents(c, d->id, &v->documents, &v->documents_n)) < 0 ||
        (rc = dossiers_answers(c, d, 0, &answers)) < 0)
        return rc;
    v->waiting = papers_waiting(c, v->files, v->files_n, v->documents, v->documents_n);
    v->version = papers_version(c->a, v->files, v->files_n, v->documents, v->documents_n);
    v->can_answer = offered(offers, n, ACT_ANSWER);
    v->can_withdraw = offered(offers, n, ACT_WITHDRAW);
    v->forms_n = dossiers_forms(d, false, v->forms);
    *lists = dossiers_lists(c);
    if (v->p)
        eforms_summary(c, v->p->form, answers, lists, &v->lines, &v->lines_n);
    return OK;
}

static int
add_supplement(struct ctx *c, const struct dossier *d, struct follow_view *v)
{
    struct supplement *all;
    size_t n;
    int rc = dossiers_supplements(c, d, &all, &n);

    for (size_t i = 0; rc == OK && i < n; i++)
        if (all[i].state == SUPPLEMENT_ASKED)
            v->supplement = &all[i];
    return rc;
}

static int
add_clock(struct ctx *c, const struct dossier *d, struct follow_view *v)
{
    struct due *due = arena_get(c->a, sizeof *due);
    int rc = d->accepted_at ? dossiers_explain(c, d, due) : E_NOTFOUND;

    if (rc == OK)
        v->due = due;
    else if (rc != E_NOTFOUND)
        return rc;
    return dossiers_stops(c, d, &v->stops, &v->stops_n);
}

/* The part that everybody sees, and what the secret or the account opens beside it. */
static int
follow(struct ctx *c, const struct dossier *d, struct follow_view *v)
{
    const struct agency *g = agencies_by_id(c->site->agencies, d->unit);
    int rc;

    v->d = d;
    v->p = catalogue_version(c->site->catalogue, d->procedure_version);
    v->unit = dossiers_unit_name(c, d->unit);
    v->received = dossiers_unit_name(c, d->received_unit);
    v->hotline = g && *g->hotline ? g->hotline : c->site->config.hotline;
    if ((rc = add_clock(c, d, v)) < 0 || (rc = dossiers_sealed_upto(c, d, &v->sealed)) < 0 ||
        (rc = dossiers_timeline(c, d, v->open ? FOR_APPLICANT : FOR_PUBLIC, &v->timeline,
                                &v->timeline_n)) < 0)
        return rc;
    if (!v->open)
        return OK;
    if ((rc = add_supplement(c, d, v)) < 0 || (rc = dossiers_fees(c, d, &v->fees, &v->fees_n)) < 0)
        return rc;
    return v->own ? add_own(c, d, v) : OK;
}

enum { P_CODE };
static const struct param IN_CODE[] = {[P_CODE] = {"code", K_DOSSIER_CODE, .required = true},
                                       {.kind = K_END}};

static int
get_one(struct ctx *c)
{
    struct follow_view v = {.own = true, .open = true};
    struct dossier d;
    int rc;

    if ((rc = dossiers_get_own(c, in_text(c, P_CODE), &d)) < 0 || (rc = follow(c, &d, &v)) < 0)
        return rc;
    return page_follow(c, &v);
}

/* --- the public look-up: the code shows where and when, the secret opens the rest
 * -------------------- */

enum { L_CODE, L_SECRET };
static const struct param IN_LOOKUP[] = {
    [L_CODE] = {"ma", K_TEXT, .max = 60, .label = N_("Mã hồ sơ")},
    {.kind = K_END},
};
static const struct param IN_LOOKUP_POST[] = {
    [L_CODE] = {"ma", K_DOSSIER_CODE, .required = true, .label = N_("Mã hồ sơ"),
                .say = N_("Mã hồ sơ viết như trên giấy hẹn, ví dụ H26.X.00070-261122-0001")},
    [L_SECRET] = {"bi-mat", K_SECRET, .max = 20, .label = N_("Mã bí mật")},
    {.kind = K_END},
};

static int
get_lookup(struct ctx *c)
{
    return page_lookup(c, in_text(c, L_CODE));
}

static int
page_lookup_again(struct ctx *c)
{
    return page_lookup(c, in_typed(c, "ma"));
}

/* People type it in small letters and with spaces. */
static char *
secret_typed(struct ctx *c)
{
    char *s = arena_str(c->a, in_text(c, L_SECRET)), *out = s;

    for (const char *p = s; *p; p++)
        if (*p != ' ' && *p != '-')
            *out++ = (char)(*p >= 'a' && *p <= 'z' ? *p - 32 : *p);
    *out = '\0';
    return s;
}

/* A code counts its wrong secrets itself; an address counts those it tries on all codes. */
static int
look_up(struct ctx *c, struct dossier *d, bool *open)
{
    const char *secret = secret_typed(c), *address = request_of(c)->address;
    int rc = *secret ? auth_guess_allowed(c, GUESS_LOOKUP_ADDRESS, address) : OK;

    if (rc < 0 || (rc = dossiers_lookup(c, in_text(c, L_CODE), secret, d, open)) < 0)
        return rc;
    return *secret && !*open ? auth_guess_failed(c, GUESS_LOOKUP_ADDRESS, address) : OK;
}

/* The same answer for a code that nobody has and for a confidential one without its secret; the
 * wrong secret stays counted. */
static int
not_there(struct ctx *c)
{
    int rc;

    c->err = (struct err){0};
    fail_labelled(c, "ma", N_("Mã hồ sơ"), N_("Không tìm thấy hồ sơ này"));
    if ((rc = page_lookup_again(c)) == OK)
        c->out->status = 404;
    return rc;
}

static int
post_lookup(struct ctx *c)
{
    struct follow_view v = {0};
    struct dossier d;
    int rc = look_up(c, &d, &v.open);

    if (rc == E_NOTFOUND || (rc == OK && !dossiers_shown(&d, v.open)))
        return not_there(c);
    if (rc < 0 || (rc = follow(c, &d, &v)) < 0)
        return rc;
    return page_follow(c, &v);
}

/* --- completing: all defects on one page, one answer
 * --------------------------------------------------- */

#define TEP(n)                                                                                     \
    {                                                                                              \
        "tep-" #n, K_FILES, .label = N_("Tệp bổ sung")                                             \
    }
enum { B_CODE, B_VERSION, B_NOTE, B_FORM, B_FILES, B_FILES_MAX = 12 };
static const struct param IN_ANSWER[] = {
    [B_CODE] = {"code", K_DOSSIER_CODE, .required = true},
    [B_VERSION] = {"v", K_INT, .required = true, .min = 1, .max = INT32_MAX},
    [B_NOTE] = {"loi-nhan", K_LINES, .max = 2000, .label = N_("Lời nhắn")},
    [B_FORM] = {"", K_EFORM},
    TEP(0),
    TEP(1),
    TEP(2),
    TEP(3),
    TEP(4),
    TEP(5),
    TEP(6),
    TEP(7),
    TEP(8),
    TEP(9),
    TEP(10),
    TEP(11),
    {.kind = K_END},
};

struct answering {
    struct dossier d;
    struct follow_view v;
    struct answer_view a;
    struct eform_lists lists;
    json_t *answers;
};

/* Panels that hold a field with a defect; a defect of the declaration itself opens all of them. */
static bool
needs_panel(const struct procedure *p, const struct supplement *s, const struct eform_field *panel)
{
    for (size_t i = 0; i < s->n_defects; i++) {
        const struct eform_field *f = eforms_field(p->form, s->defects[i].field);

        if (f && f->parent == panel)
            return true;
        for (size_t j = 0; j < p->papers.n && *s->defects[i].paper; j++)
            if (p->papers.p[j].eform && strcmp(p->papers.p[j].id, s->defects[i].paper) == 0)
                return true;
    }
    return false;
}

static int
answering_open(struct ctx *c, struct answering *x)
{
    const json_t *seen;
    int rc;

    memset(x, 0, sizeof *x);
    if ((rc = dossiers_get_own(c, in_text(c, B_CODE), &x->d)) < 0 ||
        (rc = add_supplement(c, &x->d, &x->v)) < 0 ||
        (rc = dossiers_answers(c, &x->d, 0, &x->answers)) < 0)
        return rc;
    x->a = (struct answer_view){.d = &x->d,
                                .s = x->v.supplement,
                                .p = catalogue_version(c->site->catalogue, x->d.procedure_version)};
    if (!x->a.s || !x->a.p)
        return fail(c, E_CONFLICT, N_("Hồ sơ này hiện không có yêu cầu bổ sung nào"), "%s",
                    x->d.code);
    x->lists = dossiers_lists(c);
    seen = eforms_settled(c, x->a.p->form, x->answers, NULL);
    x->a.panels = arena_get(c->a, (x->a.p->form->n + 1) * sizeof *x->a.panels);
    for (size_t i = 0; i < x->a.p->form->n; i++)
        if (needs_panel(x->a.p, x->a.s, &x->a.p->form->panels[i]))
            x->a.panels[x->a.panels_n++] = (struct eform_view){.form = x->a.p->form,
                                                               .panel = &x->a.p->form->panels[i],
                                                               .answers = x->answers,
                                                               .seen = seen,
                                                               .lists = &x->lists,
                                                               .add = ""};
    return OK;
}

static json_t *
answering_typed(struct ctx *c, const struct answering *x)
{
    const struct pair *pairs;
    size_t n = in_form(c, &pairs);
    json_t *raw = json_incref(x->answers);

    for (size_t i = 0; i < x->a.panels_n; i++) {
        json_t *more = eforms_collect(c, x->a.p->form, x->a.panels[i].panel, pairs, n, raw);

        json_decref(raw);
        raw = more;
    }
    return raw;
}

static int
page_answer(struct ctx *c)
{
    struct answering x;
    json_t *raw = NULL;
    int rc = answering_open(c, &x);

    if (rc < 0)
        return rc;
    if (c->faults.n)
        raw = answering_typed(c, &x);
    for (size_t i = 0; raw && i < x.a.panels_n; i++)
        x.a.panels[i].answers = raw;
    rc = page_follow_answer(c, &x.a);
    json_decref(raw);
    return rc;
}

/* Files of input tep-<i> answer the ith defect. */
static void
answering_files(struct ctx *c, const struct answering *x, struct event *e)
{
    VEC(struct upload) all = {0};

    for (size_t i = 0; i < x->a.s->n_defects && i < B_FILES_MAX; i++) {
        const struct upload *files;
        size_t n = in_files(c, (int)(B_FILES + i), &files);

        for (size_t j = 0; j < n; j++) {
            *vec_push(c->a, &all) = files[j];
            all.p[all.n - 1].field = x->a.s->defects[i].paper;
        }
    }
    e->files = all.p;
    e->n_files = all.n;
}

static int
post_answer(struct ctx *c)
{
    struct event e = {.action = ACT_ANSWER,
                      .version = in_int(c, B_VERSION),
                      .note = in_text(c, B_NOTE)};
    struct answering x;
    json_t *raw;
    int rc = answering_open(c, &x);

    if (rc < 0)
        return rc;
    if (x.a.panels_n) {
        raw = answering_typed(c, &x);
        rc = eforms_validate(c, x.a.p->form, NULL, raw, NULL, &x.lists, false, &e.answers);
        json_decref(raw);
        if (rc < 0)
            return rc;
    }
    answering_files(c, &x, &e);
    if ((rc = dossiers_apply(c, &x.d, &e)) < 0)
        return rc;
    flash(c, N_("Đã gửi bổ sung. Cơ quan sẽ xem tiếp hồ sơ của bạn."));
    return redirect(c, "/ho-so/%s", x.d.code);
}

/* --- withdrawing
 * ------------------------------------------------------------------------------------------ */

enum { W_CODE, W_VERSION, W_NOTE };
static const struct param IN_WITHDRAW[] = {
    [W_CODE] = {"code", K_DOSSIER_CODE, .required = true},
    [W_VERSION] = {"v", K_INT, .required = true, .min = 1, .max = INT32_MAX},
    [W_NOTE] = {"ly-do", K_LINES, .required = true, .min = 3, .max = 2000,
                .label = N_("Lý do rút hồ sơ")},
    {.kind = K_END},
};

static int
page_withdraw(struct ctx *c)
{
    struct dossier d;
    int rc = dossiers_get_own(c, in_text(c, W_CODE), &d);

    return rc < 0 ? rc : page_follow_withdraw(c, &d);
}

static int
post_withdraw(struct ctx *c)
{
    struct event e = {.action = ACT_WITHDRAW,
                      .version = in_int(c, W_VERSION),
                      .note = in_text(c, W_NOTE)};
    struct dossier d;
    int rc;

    if ((rc = dossiers_get_own(c, in_text(c, W_CODE), &d)) < 0 ||
        (rc = dossiers_apply(c, &d, &e)) < 0)
        return rc;
    flash(c, N_("Đã gửi yêu cầu rút hồ sơ. Cơ quan sẽ trả lời bạn."));
    return redirect(c, "/ho-so/%s", d.code);
}

const struct route dossiers_follow_routes[] = {
    {GET, "/ho-so", PERM_CITIZEN, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, IN_OWN,
     .run = get_own, .about = "The citizen's own dossiers and drafts"},
    {GET, "/ho-so/{code}", PERM_CITIZEN, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, IN_CODE,
     .run = get_one, .about = "One of the citizen's own dossiers"},
    {GET, "/ho-so/{code}/bo-sung", PERM_CITIZEN, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL,
     IN_CODE, .run = page_answer, .about = "Complete a dossier: everything that was asked for"},
    {POST, "/ho-so/{code}/bo-sung", PERM_CITIZEN, RUN_WRITE_LANE, BODY_UPLOAD, SEES_NOBODY,
     FACE_PORTAL, IN_ANSWER, .run = post_answer, .page = page_answer,
     .about = "Send what was asked for"},
    {GET, "/ho-so/{code}/rut", PERM_CITIZEN, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL,
     IN_CODE, .run = page_withdraw, .about = "Ask before a dossier is withdrawn"},
    {POST, "/ho-so/{code}/rut", PERM_CITIZEN, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_PORTAL,
     IN_WITHDRAW, .run = post_withdraw, .page = page_withdraw,
     .about = "Ask to withdraw a dossier"},
    {GET, "/tra-cuu", PERM_PUBLIC, RUN_HERE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, IN_LOOKUP,
     .run = get_lookup, .about = "Look up a dossier by code and secret"},
    {POST, "/tra-cuu", PERM_PUBLIC, RUN_READ_FIRST, BODY_FORM, SEES_NOBODY, FACE_PORTAL,
     IN_LOOKUP_POST, .run = post_lookup, .page = page_lookup_again, .limit = CLASS_SEARCH,
     .about = "Show a dossier: public part, or all with the secret"},
    {0},
};
