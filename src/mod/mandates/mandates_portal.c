/* /tai-khoan/dai-dien: who acts for me and for whom I act; one of them; confirm, refuse, end. */
#include <string.h>

#include "auth/auth.h"
#include "base/po.h"
#include "http/reply.h"
#include "http/route.h"
#include "mandates_portal.page.h"
#include "mod/catalogue/catalogue_paper_types.h"
#include "mod/mandates/mandates_view.h"
#include "mod/papers/vault.h"
#include "site/site.h"

#define ROOT "/tai-khoan/dai-dien"
#define ONE ROOT "/{uy-quyen}"

/* --- words ------------------------------------------------------------------------------------ */

enum tone
mandate_tone(const struct mandate *m, day today)
{
    if (mandate_runs(m, today))
        return TONE_GOOD;
    if (m->state == MANDATE_DECLARED && (!m->ends || m->ends >= today))
        return TONE_SOON;
    return m->state == MANDATE_REFUSED ? TONE_LATE : TONE_STOPPED;
}

const char *
mandate_days(struct ctx *c, const struct mandate *m)
{
    const char *from = date_vi(c->a, m->begins);

    if (!m->ends)
        return trf(c, N_("Từ {0}, không thời hạn"), from);
    return trf(c, N_("Từ {0} đến hết {1}"), from, date_vi(c->a, m->ends));
}

const char *
mandate_held_name(struct ctx *c, const struct vault_item *it)
{
    const struct paper_type *t = catalogue_paper_type(c->site->catalogue, it->type);
    const char *kind = t ? tr(c, t->name) : it->type;

    return *it->number ? trf(c, N_("{0} số {1}"), kind, it->number) : kind;
}

/* --- the list --------------------------------------------------------------------------------- */

static int
get_list(struct ctx *c)
{
    struct mandates_view v = {.checked = *auth_number_verified(c) != '\0'};
    mandate_list houses = {0};
    int rc;

    if (v.checked && ((rc = mandates_acting(c, &v.acting)) < 0 ||
                      (rc = mandates_acted(c, &v.acted)) < 0 ||
                      (rc = mandates_houses(c, &houses)) < 0))
        return rc;
    v.house = houses.n != 0;
    return page_mandates(c, &v);
}

/* --- one -------------------------------------------------------------------------------------- */

enum { P_TOKEN, P_VERSION, P_REASON };
enum { F_SEQ = 1 };
static const struct param IN_ONE[] = {[P_TOKEN] = {"uy-quyen", K_TOKEN, .required = true},
                                      {.kind = K_END}};
static const struct param IN_FILE[] = {
    [P_TOKEN] = {"uy-quyen", K_TOKEN, .required = true},
    [F_SEQ] = {"so", K_INT, .required = true, .min = 1, .max = 1000},
    {.kind = K_END},
};
static const struct param IN_CHANGE[] = {
    [P_TOKEN] = {"uy-quyen", K_TOKEN, .required = true},
    [P_VERSION] = {"v", K_INT, .required = true, .min = 1, .max = INT32_MAX},
    [P_REASON] = {"ly-do", K_LINES, .max = 500, .label = N_("Lý do")},
    {.kind = K_END},
};

/* The paper is named to both sides; it is opened in its holder's vault alone. */
static int
add_held(struct ctx *c, struct mandate_view *v)
{
    struct vault_item it;
    int rc = v->m.vault ? vault_by_id(c, v->m.vault, &it) : E_NOTFOUND;

    v->held = rc == OK ? mandate_held_name(c, &it) : "";
    return rc == E_NOTFOUND ? OK : rc;
}

static int
open_one(struct ctx *c, struct mandate_view *v)
{
    int rc;

    memset(v, 0, sizeof *v);
    if ((rc = mandate_get_own(c, in_text(c, P_TOKEN), &v->m, &v->side)) < 0 ||
        (rc = papers_files(c, v->m.id, &v->files, &v->n_files)) < 0 ||
        (rc = mandate_events(c, v->m.id, &v->events, &v->n_events)) < 0)
        return rc;
    v->may_confirm = v->side != SIDE_AGENT && mandate_may_confirm(c, &v->m, v->side);
    v->may_refuse = v->side != SIDE_AGENT && v->m.state == MANDATE_DECLARED;
    v->may_end = v->m.state <= MANDATE_CONFIRMED &&
                 !(v->side == SIDE_ORGANISATION && v->m.kind == MANDATE_LEGAL);
    v->rule = rules_mandate(c->site->rules, v->m.kind, v->m.begins);
    return add_held(c, v);
}

static int
show(struct ctx *c, int (*page)(struct ctx *c, const struct mandate_view *v))
{
    struct mandate_view v;
    int rc = open_one(c, &v);

    return rc < 0 ? rc : page(c, &v);
}

static int
get_one(struct ctx *c)
{
    return show(c, page_mandate);
}

static int
get_refuse(struct ctx *c)
{
    return show(c, page_mandate_refuse);
}

static int
get_end(struct ctx *c)
{
    return show(c, page_mandate_end);
}

/* Both sides: who handed it in may see it while it is looked at, the other one when it is clean. */
static int
get_file(struct ctx *c)
{
    struct mandate_view v;
    struct paper_file f;
    int rc = open_one(c, &v);
    bool mine = rc == OK && v.m.account == c->account;

    if (rc < 0 || (rc = papers_file(c, v.m.id, (int)in_int(c, F_SEQ), &f)) < 0 ||
        (rc = content_may_serve(c, &f.content, mine ? READER_OWNER : READER_OFFICER)) < 0)
        return rc;
    return reply_stored(c, f.sha256, f.mime, f.name, true);
}

/* --- what is said of it ----------------------------------------------------------------------- */

typedef int change_it(struct ctx *c, struct mandate *m, enum mandate_side as, const char *reason);

static int
confirm(struct ctx *c, struct mandate *m, enum mandate_side as, const char *reason)
{
    (void)reason;
    return mandate_confirm(c, m, as);
}

static int
change(struct ctx *c, change_it *f, const char *say)
{
    enum mandate_side side;
    struct mandate m;
    int rc = mandate_get_own(c, in_text(c, P_TOKEN), &m, &side);

    if (rc < 0)
        return rc;
    if (m.version != in_int(c, P_VERSION))
        return fail(c, E_CONFLICT, N_("Quyền đại diện này vừa được người khác thay đổi"),
                    "mandate %" PRId64, m.id);
    if ((rc = f(c, &m, side, in_text(c, P_REASON))) < 0)
        return rc;
    flash(c, say);
    return redirect(c, ROOT "/%s", m.token);
}

static int
post_confirm(struct ctx *c)
{
    return change(c, confirm, N_("Đã xác nhận quyền đại diện."));
}

static int
post_refuse(struct ctx *c)
{
    return change(c, mandate_refuse, N_("Đã từ chối. Người này không đại diện được cho bạn."));
}

static int
post_end(struct ctx *c)
{
    return change(c, mandate_end, N_("Đã chấm dứt quyền đại diện, có hiệu lực ngay."));
}

#define OWN_GET(path, in, handler, say)                                                           \
    {GET, path, PERM_CITIZEN, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, in,                \
     .run = handler, .about = say}
#define OWN_POST(path, in, handler, again, say)                                                   \
    {POST, path, PERM_CITIZEN, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_PORTAL, in,           \
     .run = handler, .page = again, .about = say}

const struct route mandates_routes[] = {
    OWN_GET(ROOT, IN_NONE, get_list, "For whom I act, and who acts for me"),
    OWN_GET(ONE, IN_ONE, get_one, "One mandate: evidence, scope, days, what happened"),
    OWN_GET(ONE "/tep/{so}", IN_FILE, get_file, "A file of a mandate's evidence"),
    OWN_POST(ONE "/xac-nhan", IN_CHANGE, post_confirm, get_one, "Confirms who acts for oneself"),
    OWN_GET(ONE "/tu-choi", IN_ONE, get_refuse, "Asks before a mandate is refused"),
    OWN_POST(ONE "/tu-choi", IN_CHANGE, post_refuse, get_refuse, "Refuses a declared mandate"),
    OWN_GET(ONE "/cham-dut", IN_ONE, get_end, "Asks before a mandate is ended"),
    OWN_POST(ONE "/cham-dut", IN_CHANGE, post_end, get_end, "Ends a mandate at once"),
    {0},
};
