/* Lists of what is to be destroyed: pages, print and table. */
#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"
#include "base/po.h"
#include "http/route.h"
#include "mod/retention/retention_desk.h"
#include "mod/retention/retention_print.h"
#include "retention_list.page.h"
#include "retention_lists.page.h"
#include "site/site.h"

#define LISTS ARCHIVE_DESK "/huy"
enum { LISTS_PAGE = 25, ITEMS_PAGE = 100, REASON_MAX = 1000 };

/* --- words ------------------------------------------------------------------------------------ */

static const struct { const char *name; enum tone tone; } STATE[] = {
    [LIST_DRAFT] = {N_("Đang lập"), TONE_PLAIN},
    [LIST_SENT] = {N_("Chờ phê duyệt"), TONE_SOON},
    [LIST_APPROVED] = {N_("Đã duyệt, chờ hủy"), TONE_INFO},
    [LIST_DONE] = {N_("Đã hủy xong"), TONE_GOOD},
    [LIST_DROPPED] = {N_("Không hủy"), TONE_STOPPED},
}, ITEM[] = {
    [ITEM_OPEN] = {N_("Chưa quyết định"), TONE_PLAIN},
    [ITEM_AGREED] = {N_("Đồng ý hủy"), TONE_SOON},
    [ITEM_REFUSED] = {N_("Không đồng ý"), TONE_STOPPED},
    [ITEM_DESTROYED] = {N_("Đã hủy"), TONE_LATE},
    [ITEM_KEPT] = {N_("Giữ lại"), TONE_GOOD},
};

const char *
destroy_state_name(enum destroy_state s)
{
    return STATE[s].name;
}

enum tone
destroy_state_tone(enum destroy_state s)
{
    return STATE[s].tone;
}

const char *
item_state_name(enum item_state s)
{
    return ITEM[s].name;
}

enum tone
item_state_tone(enum item_state s)
{
    return ITEM[s].tone;
}

/* --- all of them ------------------------------------------------------------------------------ */

static const struct param IN_LISTS[] = {
    {"tu", K_CODE, .label = N_("Trang")}, {.kind = K_END}};

static int
get_lists(struct ctx *c)
{
    struct destroy_lists_view v = {0};
    struct destroy_list last = {0};
    int rc = in_has(c, 0) ? destroy_get(c, in_text(c, 0), &last) : OK;

    if (rc < 0 || (rc = destroy_lists(c, last.id, LISTS_PAGE + 1, &v.p, &v.n)) < 0)
        return rc;
    if (v.n > LISTS_PAGE) {
        v.n = LISTS_PAGE;
        v.next = v.p[v.n - 1].code;
    }
    return page_retention_lists(c, &v);
}

/* --- proposing -------------------------------------------------------------------------------- */

enum { P_UNIT, P_REASON, P_ALL, P_YEAR, P_CHOSEN };
static const struct param IN_PROPOSE[] = {
    [P_UNIT] = {"co-quan", K_CODE, .required = true, .label = N_("Cơ quan")},
    [P_REASON] = {"ly-do", K_LINES, .max = REASON_MAX, .label = N_("Lý do đề nghị hủy")},
    [P_ALL] = {"tat-ca", K_BOOL, .label = N_("Tất cả hồ sơ hết thời hạn")},
    [P_YEAR] = {"nam", K_INT, .min = 0, .max = KEPT_FOR_EVER, .label = N_("Năm")},
    [P_CHOSEN] = {"", K_EFORM},
    {.kind = K_END},
};

typedef VEC(struct kept) chosen_list;

static int
add_chosen(struct ctx *c, chosen_list *v)
{
    const struct pair *in;
    size_t n = in_form(c, &in);
    struct kept k;
    int rc = OK;

    for (size_t i = 0; i < n && rc == OK && v->n <= DESTROY_ITEMS_MAX; i++)
        if (strcmp(in[i].name, "chon") == 0 && params_dossier_code(in[i].value) &&
            (rc = retention_get(c, in[i].value, &k)) == OK)
            *vec_push(c->a, v) = k;
    return rc;
}

/* What is held back is no part of "all". */
static int
add_all(struct ctx *c, int64_t unit, chosen_list *v)
{
    struct kept_query q = {.unit = unit, .view = VIEW_PAST, .year = in_int(c, P_YEAR),
                           .limit = DESTROY_ITEMS_MAX};
    struct kept *k;
    size_t n;
    int rc = retention_list(c, &q, &k, &n);

    for (size_t i = 0; i < n && rc == OK; i++)
        if (retention_is_past(&k[i], vn_day(c->now)))
            *vec_push(c->a, v) = k[i];
    return rc;
}

static int
post_propose(struct ctx *c)
{
    const struct agency *g = agencies_latest(c->site->agencies, in_text(c, P_UNIT));
    struct destroy_list l;
    chosen_list v = {0};
    int rc;

    if (!g || !auth_reaches(c, c->account, g->id, PERM_ARCHIVE))
        return fail(c, E_NOTFOUND, N_("Không có cơ quan này trong phạm vi của bạn"), "unit %s",
                    in_text(c, P_UNIT));
    rc = in_int(c, P_ALL) ? add_all(c, g->id, &v) : add_chosen(c, &v);
    if (rc < 0 || (rc = destroy_propose(c, g->id, in_text(c, P_REASON), v.p, v.n, &l)) < 0)
        return rc;
    flash(c, N_("Đã lập danh mục. Hãy xem lại rồi trình lãnh đạo phê duyệt."));
    return redirect(c, LISTS "/%s", l.code);
}

/* --- one -------------------------------------------------------------------------------------- */

enum { L_CODE, L_AFTER };
static const struct param IN_LIST[] = {
    [L_CODE] = {"dm", K_CODE, .required = true, .label = N_("Danh mục")},
    [L_AFTER] = {"tu", K_INT, .min = 1, .max = DESTROY_ITEMS_MAX, .label = N_("Trang")},
    {.kind = K_END}};

static int
fill_view(struct ctx *c, struct destroy_list *l, struct destroy_view *v)
{
    int rc = destroy_sums(c, l, &v->sums);

    v->l = l;
    v->created_by = desk_account_name(c, l->created_by);
    v->sent_by = desk_account_name(c, l->sent_by);
    v->decided_by = desk_account_name(c, l->decided_by);
    v->unit_name = desk_unit(c, l->unit);
    v->may_edit = l->state == LIST_DRAFT;
    v->may_decide = l->state == LIST_SENT && destroy_may_decide(c, l);
    v->may_stop = l->state == LIST_APPROVED &&
                  auth_reaches(c, c->account, l->unit, PERM_DOSSIER_DECIDE);
    return rc;
}

static int
show_list(struct ctx *c, int64_t after)
{
    struct destroy_list l;
    struct destroy_view v = {0};
    int rc = destroy_get(c, in_text(c, L_CODE), &l);

    if (rc < 0 || (rc = fill_view(c, &l, &v)) < 0 ||
        (rc = destroy_items(c, &l, after, ITEMS_PAGE + 1, &v.items, &v.n)) < 0)
        return rc;
    if (v.n > ITEMS_PAGE) {
        v.n = ITEMS_PAGE;
        v.next = v.items[v.n - 1].seq;
    }
    return page_retention_list(c, &v);
}

static int
get_list(struct ctx *c)
{
    return show_list(c, in_has(c, L_AFTER) ? in_int(c, L_AFTER) : 0);
}

static int
get_print(struct ctx *c)
{
    struct destroy_list l;
    struct destroy_view v = {0};
    struct bytes pdf;
    int rc = destroy_get(c, in_text(c, L_CODE), &l);

    if (rc < 0 || (rc = fill_view(c, &l, &v)) < 0 ||
        (rc = destroy_items(c, &l, 0, DESTROY_ITEMS_MAX, &v.items, &v.n)) < 0 ||
        (rc = retention_print(c, &v, &pdf)) < 0)
        return rc;
    return reply_inline(c, "application/pdf", arena_fmt(c->a, "danh-muc-huy-%s.pdf", l.code), pdf);
}

static int
get_csv(struct ctx *c)
{
    struct destroy_list l;
    struct destroy_item *items;
    size_t n;
    int rc = destroy_get(c, in_text(c, L_CODE), &l);

    if (rc < 0 || (rc = destroy_items(c, &l, 0, DESTROY_ITEMS_MAX, &items, &n)) < 0)
        return rc;
    reply_download(c, "text/csv; charset=utf-8", arena_fmt(c->a, "danh-muc-huy-%s.csv", l.code));
    retention_print_csv(c, &c->out->body, items, n);
    return OK;
}

/* --- what is done with it --------------------------------------------------------------------- */

static const char *const WORK[] = {"bo", "trinh", "huy-bo", "dong-y", "khong-dong-y",
                                   "dong-y-con-lai", "phe-duyet", "dung-huy", NULL};
enum work { WORK_TAKE_OFF, WORK_SEND, WORK_DROP, WORK_AGREE, WORK_REFUSE, WORK_AGREE_REST,
            WORK_APPROVE, WORK_STOP };

enum { W_CODE, W_VERSION, W_WORK, W_SEQ, W_NOTE };
static const struct param IN_WORK[] = {
    [W_CODE] = {"dm", K_CODE, .required = true, .label = N_("Danh mục")},
    [W_VERSION] = {"v", K_INT, .required = true, .min = 1, .max = INT32_MAX},
    [W_WORK] = {"viec", K_ENUM, .required = true, .words = WORK, .label = N_("Việc")},
    [W_SEQ] = {"muc", K_INT, .min = 1, .max = DESTROY_ITEMS_MAX, .label = N_("Mục")},
    [W_NOTE] = {"ly-do", K_TEXT, .max = REASON_MAX, .label = N_("Lý do")},
    {.kind = K_END}};

static int
do_work(struct ctx *c, struct destroy_list *l)
{
    const char *note = in_text(c, W_NOTE);
    int64_t seq = in_int(c, W_SEQ);

    switch ((enum work)in_int(c, W_WORK)) {
    case WORK_TAKE_OFF:   return destroy_take_off(c, l, seq);
    case WORK_SEND:       return destroy_send(c, l);
    case WORK_DROP:       return destroy_drop(c, l);
    case WORK_AGREE:      return destroy_decide(c, l, seq, true, "");
    case WORK_REFUSE:     return destroy_decide(c, l, seq, false, note);
    case WORK_AGREE_REST: return destroy_decide_rest(c, l);
    case WORK_APPROVE:    return destroy_approve(c, l);
    case WORK_STOP:       return destroy_stop(c, l, note);
    }
    return fail(c, E_INVALID, N_("Không có việc này"), "work");
}

static const char *const SAID[] = {
    [WORK_TAKE_OFF] = N_("Đã đưa hồ sơ ra khỏi danh mục."),
    [WORK_SEND] = N_("Đã trình danh mục."),
    [WORK_DROP] = N_("Đã bỏ danh mục, hồ sơ được giữ nguyên."),
    [WORK_AGREE] = N_("Đã ghi quyết định."),
    [WORK_REFUSE] = N_("Đã ghi quyết định."),
    [WORK_AGREE_REST] = N_("Đã ghi quyết định."),
    [WORK_APPROVE] = N_("Đã kết thúc phê duyệt."),
    [WORK_STOP] = N_("Đã dừng hủy theo danh mục này."),
};

static int
post_work(struct ctx *c)
{
    struct destroy_list l;
    int rc = destroy_get(c, in_text(c, W_CODE), &l);

    if (rc < 0)
        return rc;
    if (l.version != in_int(c, W_VERSION))
        return fail(c, E_CONFLICT, N_("Danh mục đã thay đổi từ khi bạn mở, hãy xem lại"),
                    "list %s is v%" PRId64, l.code, l.version);
    if ((rc = do_work(c, &l)) < 0)
        return rc;
    flash(c, SAID[in_int(c, W_WORK)]);
    return redirect(c, LISTS "/%s", l.code);
}

static int
show_again(struct ctx *c)
{
    return show_list(c, 0);
}

#define ONE LISTS "/{dm}"

const struct route retention_list_routes[] = {
    {GET, LISTS, PERM_ARCHIVE, RUN_READ_LANE, BODY_NONE, SEES_NOBODY, FACE_DESK, IN_LISTS,
     .run = get_lists, .about = "Lists of what is to be destroyed"},
    {POST, LISTS, PERM_ARCHIVE, RUN_WRITE_LANE, BODY_EFORM, SEES_NOBODY, FACE_DESK, IN_PROPOSE,
     .run = post_propose, .about = "Propose dossiers past their period for destruction"},
    {GET, ONE, PERM_ARCHIVE, RUN_READ_LANE, BODY_NONE, SEES_NOBODY, FACE_DESK, IN_LIST,
     .run = get_list, .about = "One list with its decisions"},
    {POST, ONE, PERM_ARCHIVE, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_DESK, IN_WORK,
     .run = post_work, .page = show_again,
     .about = "Send, decide item by item, approve, stop a list"},
    {GET, ONE "/in.pdf", PERM_ARCHIVE, RUN_READ_LANE, BODY_NONE, SEES_NOBODY, FACE_FILE, IN_LIST,
     .run = get_print, .about = "The list as an administrative document, PDF"},
    {GET, ONE "/bang.csv", PERM_ARCHIVE, RUN_READ_LANE, BODY_NONE, SEES_NOBODY, FACE_FILE, IN_LIST,
     .run = get_csv, .about = "The list as a table for spreadsheets"},
    {0},
};
