/* /can-bo/ho-so/{code}/dai-dien: by which mandate it was handed in; an officer of the intake looks
 * at the evidence and confirms it, or refuses it with a reason. */
#include <string.h>

#include "auth/auth.h"
#include "auth/reach.h"
#include "dossiers_mandate.page.h"
#include "http/reply.h"
#include "http/route.h"
#include "mod/dossiers/dossiers_mandate_view.h"
#include "site/site.h"

#define PAGE "/can-bo/ho-so/{code}/dai-dien"

enum { P_CODE, P_SEQ, P_VERSION = 1, P_WORD, P_REASON };
static const char *const WORDS[] = {"dung", "khong", NULL};
enum { WORD_RIGHT, WORD_WRONG };
static const struct param IN_SHOW[] = {
    [P_CODE] = {"code", K_DOSSIER_CODE, .required = true, .label = N_("Mã hồ sơ")},
    {.kind = K_END},
};
static const struct param IN_FILE[] = {
    [P_CODE] = {"code", K_DOSSIER_CODE, .required = true, .label = N_("Mã hồ sơ")},
    [P_SEQ] = {"so", K_INT, .required = true, .min = 1, .max = 1000},
    {.kind = K_END},
};
static const struct param IN_SAY[] = {
    [P_CODE] = {"code", K_DOSSIER_CODE, .required = true, .label = N_("Mã hồ sơ")},
    [P_VERSION] = {"v", K_INT, .required = true, .min = 1, .max = INT32_MAX},
    [P_WORD] = {"ket-qua", K_ENUM, .required = true, .words = WORDS, .label = N_("Kết quả"),
                .say = N_("Hãy chọn kết quả kiểm tra")},
    [P_REASON] = {"ly-do", K_LINES, .max = 500, .label = N_("Lý do")},
    {.kind = K_END},
};

static int
find(struct ctx *c, enum perm p, struct dossier_mandate_view *v)
{
    bool is;
    int rc;

    memset(v, 0, sizeof *v);
    if ((rc = dossiers_get(c, in_text(c, P_CODE), p, &v->d)) < 0 ||
        (rc = dossier_mandate_of(c, v->d.id, &is, &v->then, &v->now)) < 0)
        return rc;
    if (!is)
        return fail(c, E_NOTFOUND, N_("Hồ sơ này không nộp theo quyền đại diện nào"), "%s",
                    v->d.code);
    return OK;
}

static int
get_show(struct ctx *c)
{
    struct dossier_mandate_view v;
    int rc = find(c, PERM_DOSSIER_READ, &v);

    if (rc < 0 || (rc = papers_files(c, v.now.id, &v.files, &v.n_files)) < 0 ||
        (rc = mandate_events(c, v.now.id, &v.events, &v.n_events)) < 0)
        return rc;
    auth_log_seen(c, "mandate", v.d.id, 0);
    v.may_say = mandate_may_confirm(c, &v.now, SIDE_OFFICER) && !v.d.finished_at &&
                auth_reaches_for(c, c->account, v.d.intake_unit, v.d.procedure,
                                 PERM_DOSSIER_INTAKE);
    return page_dossier_mandate(c, &v);
}

static int
get_file(struct ctx *c)
{
    struct dossier_mandate_view v;
    struct paper_file f;
    int rc = find(c, PERM_DOSSIER_READ, &v);

    if (rc < 0 || (rc = papers_file(c, v.now.id, (int)in_int(c, P_SEQ), &f)) < 0 ||
        (rc = content_may_serve(c, &f.content, READER_OFFICER)) < 0)
        return rc;
    auth_log_seen(c, "mandate", v.d.id, 0);
    if (strcmp(f.mime, "application/pdf") == 0 && *f.content.pdf)
        return content_send_made(c, f.content.pdf, f.mime, f.name, READER_OFFICER);
    return reply_stored(c, f.sha256, f.mime, f.name, true);
}

static int
post_say(struct ctx *c)
{
    bool wrong = in_int(c, P_WORD) == WORD_WRONG;
    struct dossier_mandate_view v;
    int rc = find(c, PERM_DOSSIER_INTAKE, &v);

    if (rc < 0)
        return rc;
    if (wrong && !*in_text(c, P_REASON))
        return fail_labelled(c, "ly-do", N_("Lý do"),
                             N_("Hãy ghi vì sao không công nhận quyền đại diện này"));
    if (v.now.version != in_int(c, P_VERSION))
        return fail(c, E_CONFLICT, N_("Quyền đại diện này vừa được người khác thay đổi"),
                    "mandate of %s", v.d.code);
    rc = wrong ? mandate_refuse(c, &v.now, SIDE_OFFICER, in_text(c, P_REASON))
               : mandate_confirm(c, &v.now, SIDE_OFFICER);
    if (rc < 0)
        return rc;
    flash(c, wrong ? N_("Đã ghi: không công nhận quyền đại diện.")
                   : N_("Đã xác nhận quyền đại diện."));
    return redirect(c, "/can-bo/ho-so/%s", v.d.code);
}

const struct route dossiers_mandate_routes[] = {
    {GET, PAGE, PERM_DOSSIER_READ, RUN_INLINE, BODY_NONE, SEES_PERSON, FACE_DESK, IN_SHOW,
     .run = get_show, .about = "By which mandate a dossier was handed in"},
    {GET, PAGE "/tep/{so}", PERM_DOSSIER_READ, RUN_INLINE, BODY_NONE, SEES_PERSON, FACE_DESK,
     IN_FILE, .run = get_file, .about = "A file of that mandate's evidence"},
    {POST, PAGE, PERM_DOSSIER_INTAKE, RUN_WRITE_LANE, BODY_FORM, SEES_PERSON, FACE_DESK, IN_SAY,
     .run = post_say, .page = get_show,
     .about = "An officer confirms a mandate, or refuses it with a reason"},
    {0},
};
