/* Officers and the vault: a held paper of a dossier in reach, and what citizens say is wrong. */
#include <string.h>

#include "auth/auth.h"
#include "base/po.h"
#include "dossiers_vault_desk.page.h"
#include "http/reply.h"
#include "http/route.h"
#include "mod/dossiers/dossiers_desk.h"
#include "mod/dossiers/dossiers_portal.h"
#include "mod/dossiers/dossiers_vault_pages.h"
#include "site/site.h"

#define HELD "/can-bo/ho-so/{code}/giay-to-da-co/{paper}"
#define REPORTS "/can-bo/bao-sai"
enum { REPORTS_SHOWN = 100 };

/* --- a held paper of a dossier ---------------------------------------------------------------- */

enum { H_CODE, H_PAPER, H_SEQ };
static const struct param IN_HELD[] = {
    [H_CODE] = {"code", K_DOSSIER_CODE, .required = true, .label = N_("Mã hồ sơ")},
    [H_PAPER] = {"paper", K_CODE, .required = true, .label = N_("Giấy tờ")},
    {.kind = K_END},
};
static const struct param IN_FILE[] = {
    [H_CODE] = {"code", K_DOSSIER_CODE, .required = true, .label = N_("Mã hồ sơ")},
    [H_PAPER] = {"paper", K_CODE, .required = true, .label = N_("Giấy tờ")},
    [H_SEQ] = {"so", K_INT, .required = true, .min = 0, .max = 1000, .label = N_("Số của tệp")},
    {.kind = K_END},
};

/* The dossier is in reach and uses it: that is the only way to see a person's paper. */
static int
find_held(struct ctx *c, struct dossier *d, struct vault_held_use *out)
{
    struct vault_held_use *all;
    size_t n;
    int rc;

    if ((rc = dossiers_get(c, in_text(c, H_CODE), PERM_DOSSIER_READ, d)) < 0 ||
        (rc = vault_of_dossier(c, d->id, &all, &n)) < 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].use.paper, in_text(c, H_PAPER)) == 0) {
            *out = all[i];
            return auth_log_seen(c, VAULT_LOOK_DOSSIER, d->id, out->item.id);
        }
    return fail(c, E_NOTFOUND, N_("Hồ sơ này không dùng giấy tờ có sẵn nào như vậy"), "%s: %s",
                d->code, in_text(c, H_PAPER));
}

static int
get_held(struct ctx *c)
{
    struct vault_held_use held;
    struct dossier d;
    struct vault_item_view v = {.officer = true, .d = &d, .use = &held.use};
    int rc = find_held(c, &d, &held);

    if (rc < 0 || (rc = vault_item_show(c, &held.item, &v)) < 0)
        return rc;
    v.base = arena_fmt(c->a, "/can-bo/ho-so/%s/giay-to-da-co/%s", d.code, held.use.paper);
    return page_vault_desk_item(c, &v);
}

static int
get_held_file(struct ctx *c)
{
    struct vault_held_use held;
    struct dossier d;
    int rc = find_held(c, &d, &held);

    return rc < 0 ? rc : vault_item_file(c, &held.item, in_int(c, H_SEQ), true, true);
}

/* --- what citizens say is wrong --------------------------------------------------------------- */

/* Who receives or examines at the agency that accepted or issued it. */
static const int64_t ANSWERS = PERM_BIT(PERM_DOSSIER_INTAKE) | PERM_BIT(PERM_DOSSIER_PROCESS);

static int
get_reports(struct ctx *c)
{
    struct vault_tasks_view v = {0};
    struct vault_report *r;
    size_t n;
    int rc = vault_reports_open(c, ANSWERS, REPORTS_SHOWN, &r, &n);

    v.p = arena_get(c->a, (n + 1) * sizeof *v.p);
    for (size_t i = 0; i < n && rc == OK; i++) {
        struct vault_task *t = &v.p[v.n++];

        t->report = r[i];
        t->unit = dossiers_unit_name(c, r[i].unit);
        if ((rc = vault_by_id(c, r[i].item, &t->item)) == OK)
            rc = auth_log_seen(c, VAULT_LOOK_REPORT, 0, t->item.id);
    }
    return rc < 0 ? rc : page_vault_desk_reports(c, &v);
}

static const char *const WORKS[] = {"dung", "sua", "rut", NULL};
enum { WORK_RIGHT, WORK_CORRECT, WORK_WITHDRAW };
enum { A_REPORT, A_WORK, A_ANSWER, A_NUMBER, A_ISSUER, A_ISSUED, A_UNTIL };
static const struct param IN_ANSWER[] = {
    [A_REPORT] = {"bao-sai", K_TOKEN, .required = true},
    [A_WORK] = {"viec", K_ENUM, .required = true, .words = WORKS, .label = N_("Kết luận"),
                .say = N_("Hãy chọn một kết luận")},
    [A_ANSWER] = {"tra-loi", K_LINES, .required = true, .min = 2, .max = 1000,
                  .label = N_("Trả lời người dân"), .say = N_("Hãy ghi câu trả lời cho người dân")},
    [A_NUMBER] = {"so", K_TEXT, .max = 100, .label = N_("Số")},
    [A_ISSUER] = {"noi-cap", K_TEXT, .max = 200, .label = N_("Nơi cấp")},
    [A_ISSUED] = {"ngay-cap", K_DATE, .label = N_("Ngày cấp")},
    [A_UNTIL] = {"het-han", K_DATE, .label = N_("Hiệu lực đến")},
    {.kind = K_END},
};

/* The facts that have a column are read from there, so the stored ones need no change. */
static int
correct(struct ctx *c, struct vault_item *it)
{
    it->number = in_text(c, A_NUMBER);
    it->issuer = in_text(c, A_ISSUER);
    it->issued_on = in_has(c, A_ISSUED) ? in_date(c, A_ISSUED) : 0;
    it->valid_from = it->issued_on ? it->issued_on : it->valid_from;
    it->valid_to = in_has(c, A_UNTIL) ? in_date(c, A_UNTIL) : 0;
    if (it->valid_to && it->valid_to < it->valid_from)
        return fail_labelled(c, "het-han", N_("Hiệu lực đến"),
                             N_("Ngày hết hạn phải sau ngày cấp"));
    return vault_correct(c, it);
}

static int
post_answer(struct ctx *c)
{
    struct vault_report r;
    struct vault_item it;
    int rc;

    if ((rc = vault_report_get(c, in_text(c, A_REPORT), ANSWERS, &r)) < 0 ||
        (rc = vault_by_id(c, r.item, &it)) < 0 ||
        (rc = auth_log_seen(c, VAULT_LOOK_REPORT, 0, it.id)) < 0)
        return rc;
    if (in_int(c, A_WORK) == WORK_CORRECT)
        rc = correct(c, &it);
    else if (in_int(c, A_WORK) == WORK_WITHDRAW)
        rc = vault_end(c, it.id, VAULT_CORRECTED, in_text(c, A_ANSWER), 0);
    if (rc < 0 || (rc = vault_report_answer(c, &r, in_text(c, A_ANSWER))) < 0)
        return rc;
    flash(c, N_("Đã trả lời người dân."));
    return redirect(c, REPORTS);
}

#define DESK_GET(path, in, handler, say)                                                          \
    {GET, path, PERM_DOSSIER_READ, RUN_INLINE, BODY_NONE, SEES_PERSON, FACE_DESK, in,             \
     .run = handler, .about = say}

const struct route dossiers_vault_desk_routes[] = {
    DESK_GET(HELD, IN_HELD, get_held, "A held paper that this dossier uses"),
    DESK_GET(HELD "/tep/{so}", IN_FILE, get_held_file, "A file of a held paper of a dossier"),
    DESK_GET(REPORTS, IN_NONE, get_reports, "Papers of the vault that citizens say are wrong"),
    {POST, REPORTS, PERM_DOSSIER_READ, RUN_WRITE_LANE, BODY_FORM, SEES_PERSON, FACE_DESK, IN_ANSWER,
     .run = post_answer, .page = get_reports,
     .about = "Correct or withdraw a paper of the vault, or say that it is right"},
    {0},
};
