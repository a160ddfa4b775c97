/* The result of one dossier on the desk: prepared, seen, signed. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "auth/auth.h"
#include "auth/reach.h"
#include "base/hash.h"
#include "base/po.h"
#include "convert/convert.h"
#include "dossiers_result.page.h"
#include "http/route.h"
#include "mod/agencies/agencies.h"
#include "mod/dossiers/dossiers_desk_act.h"
#include "mod/dossiers/dossiers_result_pages.h"
#include "site/site.h"

enum { P_CODE, P_TEMPLATE, P_VERSION, P_SCAN, P_REPLACES, P_TYPED, P_FILES, P_WHY, P_AGAIN };
enum { PICTURE_WIDTH = 1000, FILES_MAX = 60 };

#define CODE {"code", K_DOSSIER_CODE, .required = true, .label = N_("Mã hồ sơ")}
#define TEMPLATE {"mau", K_CODE, .label = N_("Mẫu kết quả")}

/* --- the page --------------------------------------------------------------------------------- */

static bool
shown_again(const struct ctx *c)
{
    return c->route->method == POST;
}

static void
add_templates(struct ctx *c, struct result_view *v)
{
    const struct template_list *all = &v->w->templates;

    v->templates = arena_get(c->a, (all->n + 1) * sizeof *v->templates);
    for (size_t i = 0; i < all->n; i++)
        v->templates[v->n_templates++] =
            (struct choice){.value = all->p[i]->id, .label = desk_text(c, all->p[i]->name)};
}

const struct field *
result_field_look(struct ctx *c, const struct result_work *w, const struct template_field *f)
{
    struct choice *list = arena_get(c->a, (f->choices.n + 1) * sizeof *list);
    struct field *look = arena_get(c->a, sizeof *look);

    for (size_t i = 0; i < f->choices.n; i++)
        list[i] = (struct choice){.value = f->choices.p[i],
                                  .label = desk_text(c, f->choices.p[i])};
    *look = (struct field){.name = arena_fmt(c->a, "f.%s", f->id),
                           .label = desk_text(c, f->label),
                           .hint = *f->help ? desk_text(c, f->help) : NULL,
                           .value = json_string_value(json_object_get(w->facts, f->id)),
                           .optional = !f->required, .inline_choices = true, .choices = list,
                           .n = f->choices.n};
    return look;
}

static bool
is_scan(const struct paper_file *f)
{
    static const char *const KINDS[] = {"application/pdf", "image/jpeg", "image/png",
                                        "image/heic"};

    for (size_t i = 0; i < 4; i++)
        if (strcmp(f->mime, KINDS[i]) == 0)
            return !f->replaced;
    return false;
}

static void
add_scan(struct ctx *c, struct result_view *v, const struct paper_file *f)
{
    const char *seq = arena_fmt(c->a, "%d", f->seq);

    if (!is_scan(f) || v->n_scans >= FILES_MAX)
        return;
    if (strcmp(f->sha256, v->w->r.id ? v->w->r.scan : "") == 0)
        v->scan_seq = seq;
    v->scans[v->n_scans++] = (struct choice){.value = seq, .label = f->name};
}

static void
add_scans(struct ctx *c, struct result_view *v)
{
    const struct desk_dossier *x = &v->w->x;

    for (size_t i = 0; v->w->t && i < v->w->t->layout.n; i++)
        v->scan = v->scan || v->w->t->layout.p[i].kind == TB_SCAN;
    if (!v->scan)
        return;
    v->scans = arena_get(c->a, (FILES_MAX + 1) * sizeof *v->scans);
    v->scans[v->n_scans++] = (struct choice){.value = "", .label = N_("Chưa chọn")};
    for (size_t i = 0; i < x->n_papers; i++)
        for (size_t k = 0; k < x->papers[i].n; k++)
            add_scan(c, v, &x->papers[i].files[k]);
    for (size_t i = 0; i < x->n_loose; i++)
        add_scan(c, v, &x->loose[i]);
}

static const char *
agency_code(struct ctx *c, int64_t unit)
{
    const struct agency *g = agencies_by_id(c->site->agencies, unit);

    return g ? g->code : "";
}

/* The leader's part: may it be signed, with what title, and are there keys for it. */
static int
add_signer(struct ctx *c, struct result_view *v)
{
    struct result_work *w = v->w;
    struct account me;
    int rc = auth_account_get(c, c->account, &me);

    if (rc < 0 || w->cannot_sign)
        return rc;
    v->no_key = result_no_key(c, me.login, agency_code(c, w->r.agency));
    v->signer_title = result_signer_title(c, w->r.agency, me.name);
    if (result_facts_check(c, w->t, w->facts) < 0)
        v->missing = N_("Bản dự thảo còn thiếu nội dung bắt buộc; hãy trả lại hoặc bổ sung.");
    if (!shown_again(c))
        c->faults.n = 0;
    return OK;
}

static int
add_replaced(struct ctx *c, struct result_view *v)
{
    struct result old;
    int rc = v->w->r.replaces ? result_get(c, v->w->r.replaces, &old) : OK;

    v->replaces = v->w->r.replaces && rc == OK ? old.number : "";
    return rc;
}

static int
show(struct ctx *c, struct result_work *w)
{
    struct result_view v = {.w = w, .scan_seq = "", .declared = w->r.id ? w->r.holder_why : "",
                            .here = arena_fmt(c->a, "/can-bo/ho-so/%s/ket-qua", w->x.d.code)};
    const struct workflow_offer *forward = desk_offer(&w->x, ACT_FORWARD);
    int rc;

    v.may_forward = forward && !forward->why_not;
    v.may_decide = auth_reaches_for(c, c->account, w->x.d.unit, w->x.d.procedure,
                                    PERM_DOSSIER_DECIDE);
    add_templates(c, &v);
    add_scans(c, &v);
    if (shown_again(c) && w->t && in_typed(c, "mau")) {
        json_decref(w->facts);
        w->facts = result_typed(c, w->t);
    }
    if (w->t && w->facts && result_holder_foreign(w)) {
        v.foreign = true;
        v.whys = act_reasons(c, REASON_HOLDER, &v.n_whys);
    }
    if ((rc = add_replaced(c, &v)) < 0 || (rc = add_signer(c, &v)) < 0)
        return rc;
    return page_dossiers_result(c, &v);
}

static int
get_page(struct ctx *c)
{
    const char *asked = in_typed(c, "mau");
    struct result_work w;
    int rc = result_work_open(c, in_text(c, P_CODE), asked ? asked : "", &w);

    if (rc == OK)
        rc = show(c, &w);
    result_work_close(&w);
    return rc;
}

/* --- saving the draft ------------------------------------------------------------------------- */

/* The scan: a new file, which joins the dossier, or one of its files, or the one before. */
static int
take_scan(struct ctx *c, struct result_work *w, const char **scan)
{
    const struct upload *u;
    struct paper_file f;
    int seq = (int)in_int(c, P_SCAN), rc;

    *scan = w->r.id ? w->r.scan : "";
    if (in_files(c, P_FILES, &u) > 0) {
        *scan = u[0].sha256;
        return papers_attach(c, w->x.d.id, "", &u[0], (int)w->x.d.supplements, NULL);
    }
    if (!seq)
        return OK;
    if ((rc = papers_file(c, w->x.d.id, seq, &f)) < 0 ||
        (rc = content_may_serve(c, &f.content, READER_OFFICER)) < 0)
        return rc;
    *scan = f.sha256;
    return OK;
}

static int
take_replaced(struct ctx *c, struct result_work *w, int64_t *id)
{
    const char *number = in_text(c, P_REPLACES);
    struct result old;

    *id = 0;
    if (!*number)
        return OK;
    if (result_by_number(c, w->x.d.competent_unit, number, &old) < 0 ||
        !result_is_issued(old.state))
        return fail_field(c, "thay", N_("Không có kết quả đã cấp nào mang số này ở cơ quan"));
    *id = old.id;
    return OK;
}

static int
save(struct ctx *c, struct result_work *w)
{
    const char *scan;
    int64_t replaces;
    int rc;

    if (w->cannot_prepare)
        return fail(c, E_CONFLICT, w->cannot_prepare, "%s: result", w->x.d.code);
    if (w->r.id && w->r.version != in_int(c, P_VERSION))
        return fail(c, E_CONFLICT, N_("Kết quả này vừa được người khác thay đổi. Hãy xem lại rồi "
                                      "làm tiếp."), "%s", w->x.d.code);
    json_decref(w->facts);
    w->facts = result_typed(c, w->t);
    w->holder_why = *in_text(c, P_WHY) ? in_text(c, P_WHY) : NULL;
    w->holder_again = in_text(c, P_AGAIN);
    if ((rc = result_facts_check(c, w->t, w->facts)) < 0 ||
        (rc = take_replaced(c, w, &replaces)) < 0 || (rc = take_scan(c, w, &scan)) < 0)
        return rc;
    return result_save(c, w, scan, replaces);
}

static int
post_draft(struct ctx *c)
{
    struct result_work w;
    int rc = result_work_open(c, in_text(c, P_CODE), in_text(c, P_TEMPLATE), &w);

    if (rc == OK)
        rc = save(c, &w);
    result_work_close(&w);
    if (rc < 0)
        return rc;
    flash(c, N_("Đã lưu bản dự thảo. Hãy xem lại trước khi trình ký."));
    return redirect(c, "/can-bo/ho-so/%s/ket-qua", in_text(c, P_CODE));
}

/* --- seeing it -------------------------------------------------------------------------------- */

struct draft_file { int64_t dossier; struct bytes file; };

static int
make_draft(struct ctx *c, struct draft_file *out)
{
    struct result_work w;
    struct pdf_box box;
    int rc = result_work_open(c, in_text(c, P_CODE), "", &w);

    if (rc == OK && !w.r.id)
        rc = fail(c, E_NOTFOUND, N_("Chưa soạn kết quả."), "%s", in_text(c, P_CODE));
    out->dossier = w.x.d.id;
    if (rc == OK) {
        w.r.signer_name = *w.r.signer_name ? w.r.signer_name : " ";
        rc = result_make(c, &w.r, "BẢN DỰ THẢO", NULL, &out->file, &box);
    }
    result_work_close(&w);
    return rc;
}

static int
prepare_pdf(struct ctx *c)
{
    struct draft_file *s = arena_get(c->a, sizeof *s);
    int rc = make_draft(c, s);

    c->prepared = s;
    return rc;
}

static int
memory_file(struct ctx *c, struct bytes b)
{
    int fd = memfd_create("result", MFD_CLOEXEC);

    for (size_t at = 0; fd >= 0 && at < b.n;) {
        ssize_t n = write(fd, b.p + at, b.n - at);

        if (n <= 0)
            return close(fd), fail(c, E_SYS, NULL, "memfd");
        at += (size_t)n;
    }
    return fd >= 0 ? fd : fail(c, E_SYS, NULL, "memfd");
}

enum { P_PAGE = P_CODE + 1 };

static int
picture_of(struct ctx *c, struct bytes pdf, struct bytes *out)
{
    int fd = memory_file(c, pdf), rc;
    const struct convert_job job = {.op = CONVERT_PICTURE, .in = &fd, .in_n = 1,
                                    .page = (int)in_int(c, P_PAGE), .width = PICTURE_WIDTH};
    struct convert_answer a;
    uint8_t *p;

    if (fd < 0)
        return fd;
    rc = convert_run(c, c->site->with ? c->site->with->convert : NULL, &job, &a);
    close(fd);
    if (rc < 0)
        return rc;
    if (a.verdict != CONVERT_DONE) {
        rc = fail(c, a.verdict == CONVERT_REFUSED ? E_NOTFOUND : E_DOWN,
                  N_("Không có trang này"), "picture: %s", a.why);
    } else {
        p = arena_raw(c->a, (size_t)a.size + 1);
        *out = (struct bytes){p, (size_t)a.size};
        rc = pread(a.out, p, (size_t)a.size, 0) == a.size ? OK : fail(c, E_SYS, NULL, "picture");
    }
    convert_answer_release(&a);
    return rc;
}

static int
prepare_picture(struct ctx *c)
{
    struct draft_file *s = arena_get(c->a, sizeof *s);
    int rc = make_draft(c, s);

    c->prepared = s;
    return rc < 0 ? rc : picture_of(c, s->file, &s->file);
}

static int
send_file(struct ctx *c, const char *type)
{
    const struct draft_file *s = c->prepared;

    auth_log_seen(c, "result draft", s->dossier, 0);
    c->out->status = 200;
    c->out->type = type;
    c->out->disposition = "inline; filename=\"ban-du-thao\"";
    c->out->asset = s->file.p;
    c->out->asset_n = s->file.n;
    return OK;
}

static int
get_pdf(struct ctx *c)
{
    return send_file(c, "application/pdf");
}

static int
get_picture(struct ctx *c)
{
    return send_file(c, "image/jpeg");
}

/* --- signing ---------------------------------------------------------------------------------- */

enum { SIGN_CODE, SIGN_DOSSIER, SIGN_RESULT, SIGN_TITLE };

/* On a worker: nobody takes a number that no key can sign for. */
static int
prepare_sign(struct ctx *c)
{
    struct result_work w;
    struct account me;
    const char *why = NULL;
    int rc = result_work_open(c, in_text(c, SIGN_CODE), "", &w);

    if (rc == OK && !w.cannot_sign && (rc = auth_account_get(c, c->account, &me)) == OK)
        why = result_no_key(c, me.login, agency_code(c, w.r.agency));
    result_work_close(&w);
    return why ? fail(c, E_CONFLICT, why, "no key") : rc;
}

static int
post_sign(struct ctx *c)
{
    struct result_work w;
    int rc = result_work_open(c, in_text(c, SIGN_CODE), "", &w);

    if (rc == OK)
        rc = result_start(c, &w, in_int(c, SIGN_DOSSIER), in_int(c, SIGN_RESULT),
                          in_text(c, SIGN_TITLE));
    if (rc == OK)
        flash(c, trf(c, N_("Đã cấp số {0}; kết quả đang được ký."), w.r.number));
    result_work_close(&w);
    return rc < 0 ? rc : redirect(c, "/can-bo/ho-so/%s/ket-qua", in_text(c, SIGN_CODE));
}

static int
post_drop(struct ctx *c)
{
    struct result_work w;
    int rc = result_work_open(c, in_text(c, P_CODE), "", &w);

    if (rc == OK && w.cannot_prepare)
        rc = fail(c, E_CONFLICT, w.cannot_prepare, "%s", in_text(c, P_CODE));
    if (rc == OK && w.r.version != in_int(c, 1))
        rc = fail(c, E_CONFLICT, N_("Kết quả này vừa được người khác thay đổi. Hãy xem lại rồi "
                                    "làm tiếp."), "%s", in_text(c, P_CODE));
    if (rc == OK)
        rc = result_drop(c, &w.r, in_text(c, 2));
    result_work_close(&w);
    if (rc < 0)
        return rc;
    flash(c, N_("Đã bỏ bản dự thảo."));
    return redirect(c, "/can-bo/ho-so/%s/ket-qua", in_text(c, P_CODE));
}

/* --- routes ----------------------------------------------------------------------------------- */

static const struct param IN_PAGE[] = {[P_CODE] = CODE, [P_TEMPLATE] = TEMPLATE, {.kind = K_END}};
static const struct param IN_PDF[] = {[P_CODE] = CODE, {.kind = K_END}};
static const struct param IN_PICTURE[] = {
    [P_CODE] = CODE,
    [P_PAGE] = {"trang", K_INT, .required = true, .min = 1, .max = 100, .label = N_("Trang")},
    {.kind = K_END}};
static const struct param IN_DRAFT[] = {
    [P_CODE] = CODE,
    [P_TEMPLATE] = {"mau", K_CODE, .required = true, .label = N_("Mẫu kết quả")},
    [P_VERSION] = {"rv", K_INT, .label = N_("Phiên bản kết quả")},
    [P_SCAN] = {"quet-so", K_INT, .min = 0, .max = 100000, .label = N_("Bản quét bản chính")},
    [P_REPLACES] = {"thay", K_TEXT, .max = 80, .label = N_("Thay thế kết quả số")},
    [P_TYPED] = {"", K_EFORM},
    [P_FILES] = {"quet", K_FILES, .label = N_("Bản quét bản chính")},
    [P_WHY] = {"vi-sao-so", K_CODE, .label = N_("Vì sao số định danh là của người khác")},
    [P_AGAIN] = {"go-lai-so", K_TEXT, .max = 20, .label = N_("Gõ lại số")},
    {.kind = K_END}};
static const struct param IN_SIGN[] = {
    [SIGN_CODE] = CODE,
    [SIGN_DOSSIER] = {"v", K_INT, .required = true, .min = 1, .label = N_("Phiên bản hồ sơ")},
    [SIGN_RESULT] = {"rv", K_INT, .required = true, .min = 1, .label = N_("Phiên bản kết quả")},
    [SIGN_TITLE] = {"chuc-vu", K_TEXT, .required = true, .min = 2, .max = 100,
                 .label = N_("Chức vụ người ký")},
    {.kind = K_END}};
static const struct param IN_DROP[] = {
    [P_CODE] = CODE,
    {"rv", K_INT, .required = true, .min = 1, .label = N_("Phiên bản kết quả")},
    {"reason", K_TEXT, .max = 300, .label = N_("Lý do")},
    {.kind = K_END}};

#define PAGE "/can-bo/ho-so/{code}/ket-qua"
const struct route dossiers_result_routes[] = {
    {GET, PAGE, PERM_DOSSIER_READ, RUN_INLINE, BODY_NONE, SEES_PERSON, FACE_DESK, IN_PAGE,
     .run = get_page, .about = "The result of a dossier: prepared, signed, issued"},
    {POST, PAGE, PERM_DOSSIER_READ, RUN_WRITE_LANE, BODY_UPLOAD, SEES_PERSON, FACE_DESK, IN_DRAFT,
     .run = post_draft, .page = get_page, .about = "Save the draft of a result"},
    {GET, PAGE "/ban-du-thao.pdf", PERM_DOSSIER_READ, RUN_INLINE, BODY_NONE, SEES_PERSON,
     FACE_FILE, IN_PDF, .prepare = prepare_pdf, .run = get_pdf,
     .about = "The draft of a result as PDF, with a watermark"},
    {GET, PAGE "/trang/{trang}", PERM_DOSSIER_READ, RUN_INLINE, BODY_NONE, SEES_PERSON, FACE_FILE,
     IN_PICTURE, .prepare = prepare_picture, .run = get_picture,
     .about = "A page of the draft as a picture"},
    {POST, PAGE "/ky", PERM_DOSSIER_DECIDE, RUN_WRITE_LANE, BODY_FORM, SEES_PERSON, FACE_DESK,
     IN_SIGN, .prepare = prepare_sign, .run = post_sign, .page = get_page,
     .about = "Sign the result: a number is taken, then the server signs the file"},
    {POST, PAGE "/bo", PERM_DOSSIER_READ, RUN_WRITE_LANE, BODY_FORM, SEES_PERSON, FACE_DESK,
     IN_DROP, .run = post_drop, .page = get_page, .about = "Give up the draft of a result"},
    {0},
};
