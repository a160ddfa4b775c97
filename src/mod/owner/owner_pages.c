/* /tai-khoan/du-lieu: what is kept of me, a copy of it, a correction, the end of the account. */
#include <string.h>

#include "base/po.h"
#include "base/vi.h"
#include "db/db.h"
#include "http/params.h"
#include "http/reply.h"
#include "http/route.h"
#include "mod/agencies/agencies.h"
#include "mod/deadlines/rules.h"
#include "mod/owner/owner.h"
#include "owner.page.h"
#include "site/site.h"

enum { SHOWN = 20, OPEN_MAX = 5, FILE_NAME = 60 };

#define ROOT "/tai-khoan/du-lieu"
#define AGAIN N_("Hãy đăng nhập lại: bước này chỉ làm được trong 15 phút sau khi đăng nhập")

/* Agencies that decide: those with a desk today. */
static void
add_agencies(struct ctx *c, struct owner_view *v)
{
    struct agency_list all = agencies_all(c->site->agencies);
    struct choice *list = arena_get(c->a, (all.n + 1) * sizeof *list);
    size_t n = 0;

    list[n++] = (struct choice){.value = "", .label = N_("Chọn cơ quan")};
    for (size_t i = 0; i < all.n; i++)
        if (all.p[i]->desk && agency_exists(all.p[i], vn_day(c->now)))
            list[n++] = (struct choice){.value = all.p[i]->code,
                                        .label = agency_office(c, all.p[i])};
    v->agencies = list;
    v->agencies_n = n;
}

static const char *
limit_words(struct ctx *c, struct limit l)
{
    return arena_fmt(c->a, "%d %s", l.n, tr(c, limit_unit_vi(l.unit)));
}

static int
get_page(struct ctx *c)
{
    const struct owner_rule *r = rules_owner(c->site->rules, vn_day(c->now));
    struct correction *list = arena_get(c->a, SHOWN * sizeof *list);
    struct owner_view v = {.corrections = list, .limit = limit_words(c, r->correction),
                           .basis = r->basis, .days = r->copy_days};
    int rc;

    if ((rc = auth_account_get(c, c->account, &v.account)) < 0 ||
        (rc = owner_counts(c, &v.counts)) < 0 ||
        (rc = owner_export_get(c, c->account, &v.export)) < 0 ||
        (rc = auth_session_fresh(c, &v.fresh)) < 0 ||
        (rc = owner_corrections(c, SHOWN, list, &v.n)) < 0)
        return rc;
    add_agencies(c, &v);
    return page_owner_data(c, &v);
}

/* --- a copy ----------------------------------------------------------------------------------- */

static int
post_copy(struct ctx *c)
{
    int rc = owner_export_ask(c);

    if (rc < 0 || (rc = auth_happened(c, c->account, HAPPENED_COPY_ASKED)) < 0)
        return rc;
    flash(c, N_("Đã nhận yêu cầu. Bản sao được lập ngay sau đây, bạn có thể rời trang này."));
    return redirect(c, ROOT);
}

static int
get_copy(struct ctx *c)
{
    struct export x;
    bool is_fresh;
    int rc = owner_export_get(c, c->account, &x);

    if (rc < 0 || (rc = auth_session_fresh(c, &is_fresh)) < 0)
        return rc;
    if (x.state != EXPORT_READY || x.until_at < c->now)
        return fail(c, E_NOTFOUND, N_("Chưa có bản sao, hoặc bản sao đã hết hạn"), "no copy");
    if (!is_fresh)
        return fail(c, E_DENIED, AGAIN, "not fresh");
    if (db_read_only(c))
        return E_WRITES;
    if ((rc = auth_happened(c, c->account, HAPPENED_COPY_FETCHED)) < 0)
        return rc;
    return reply_stored(c, x.content, "application/zip",
                        arena_fmt(c->a, "du-lieu-cua-toi-%s.zip", date_iso(c->a, vn_day(c->now))),
                        false);
}

static int
post_again(struct ctx *c)
{
    int rc = auth_session_close(c, c->session->id);

    if (rc < 0)
        return rc;
    reply_session(c, NULL);
    return redirect(c, "/dang-nhap?tiep=%%2Ftai-khoan%%2Fdu-lieu");
}

/* --- a correction ----------------------------------------------------------------------------- */

static const char *const WHAT[] = {"", "ho-ten", "so-dinh-danh", "khac", NULL};
enum { K_WHAT, K_WANTED, K_WHY, K_AGENCY, K_EVIDENCE };
static const struct param IN_CORRECT[] = {
    [K_WHAT] = {"muc", K_ENUM, .required = true, .words = WHAT, .label = N_("Thông tin cần sửa"),
                .say = N_("Hãy chọn thông tin cần sửa")},
    [K_WANTED] = {"gia-tri", K_TEXT, .required = true, .min = 2, .max = 200,
                  .label = N_("Thông tin đúng"), .say = N_("Hãy ghi thông tin đúng")},
    [K_WHY] = {"ly-do", K_LINES, .required = true, .min = 5, .max = 2000, .label = N_("Căn cứ"),
               .say = N_("Hãy ghi vì sao thông tin sai và giấy tờ chứng minh, từ 5 ký tự")},
    [K_AGENCY] = {"co-quan", K_CODE, .required = true, .label = N_("Cơ quan giải quyết"),
                  .say = N_("Hãy chọn cơ quan giải quyết")},
    [K_EVIDENCE] = {"minh-chung", K_FILES, .label = N_("Giấy tờ chứng minh")},
    {.kind = K_END},
};

static int
check_wanted(struct ctx *c, struct correction *k)
{
    if (k->what == CORRECT_NONE)
        return fail_labelled(c, "muc", N_("Thông tin cần sửa"), N_("Hãy chọn thông tin cần sửa"));
    if (k->what == CORRECT_NUMBER && !vi_personal_number(k->wanted))
        return fail_labelled(c, "gia-tri", N_("Thông tin đúng"),
                             N_("Số định danh cá nhân gồm 12 chữ số"));
    return OK;
}

static int
add_evidence(struct ctx *c, struct correction *k)
{
    const struct upload *u;
    size_t n = in_files(c, K_EVIDENCE, &u);

    if (n > 1)
        return fail_labelled(c, "minh-chung", N_("Giấy tờ chứng minh"), N_("Hãy gửi một tệp"));
    if (n == 0)
        return OK;
    k->evidence = u->sha256;
    k->evidence_name = u->name;
    k->evidence_mime = u->mime;
    return content_put(c, u->sha256, u->size, u->mime);
}

static int
post_correct(struct ctx *c)
{
    const struct agency *g = agencies_by_code(c->site->agencies, in_text(c, K_AGENCY),
                                              vn_day(c->now));
    struct correction k = {.what = (enum correct)in_int(c, K_WHAT), .wanted = in_text(c, K_WANTED),
                           .reason = in_text(c, K_WHY), .evidence = "", .evidence_name = "",
                           .evidence_mime = ""};
    struct correction *open = arena_get(c->a, SHOWN * sizeof *open);
    size_t n, waiting = 0;
    int rc;

    if (!g || !g->desk)
        return fail_labelled(c, "co-quan", N_("Cơ quan giải quyết"),
                             N_("Hãy chọn cơ quan giải quyết"));
    if ((rc = check_wanted(c, &k)) < 0 || (rc = owner_corrections(c, SHOWN, open, &n)) < 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        waiting += open[i].decision == DECISION_OPEN;
    if (waiting >= OPEN_MAX)
        return fail(c, E_CONFLICT, N_("Bạn đang có 5 yêu cầu chờ giải quyết"), "too many open");
    k.unit = g->id;
    if ((rc = add_evidence(c, &k)) < 0 || (rc = owner_correct_ask(c, &k)) < 0)
        return rc;
    flash(c, N_("Đã gửi yêu cầu sửa thông tin. Trả lời của cơ quan sẽ hiện ở đây."));
    return redirect(c, ROOT);
}

/* --- the end of the account ------------------------------------------------------------------- */

enum { C_SURE };
static const struct param IN_CLOSE[] = {
    [C_SURE] = {"dong-y", K_BOOL, .label = N_("Xác nhận")},
    {.kind = K_END},
};

/* What the law keeps stays: dossiers and who they name, for their periods.  Contact data go now. */
static int
post_close(struct ctx *c)
{
    struct owner_counts n;
    struct account a;
    bool is_fresh;
    int rc = owner_counts(c, &n);

    if (rc < 0 || (rc = auth_session_fresh(c, &is_fresh)) < 0 ||
        (rc = auth_account_get(c, c->account, &a)) < 0)
        return rc;
    if (!in_int(c, C_SURE))
        return fail_labelled(c, "dong-y", N_("Xác nhận"),
                             N_("Hãy đánh dấu rằng bạn muốn đóng tài khoản"));
    if (!is_fresh)
        return fail(c, E_DENIED, AGAIN, "not fresh");
    if (n.open)
        return fail(c, E_CONFLICT,
                    N_("Bạn còn hồ sơ đang giải quyết; hãy đóng tài khoản sau khi nhận kết quả"),
                    "dossiers are open");
    a.active = false;
    a.phone = a.email = NULL;
    if ((rc = auth_account_save(c, &a)) < 0 ||
        (rc = auth_happened(c, c->account, HAPPENED_CLOSED)) < 0 ||
        (rc = auth_session_close_all(c, c->account)) < 0)
        return rc;
    reply_session(c, NULL);
    flash(c, N_("Tài khoản đã đóng. Hồ sơ của bạn vẫn được lưu trữ theo thời hạn luật định."));
    return redirect(c, "/");
}

/* clang-format off */
const struct route owner_routes[];
const struct route owner_routes[] = {
    {GET, ROOT, PERM_CITIZEN, RUN_READ_LANE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, IN_NONE,
     .run = get_page, .about = "What is kept of the own person, and what one may do with it"},
    {POST, ROOT "/ban-sao", PERM_CITIZEN, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_PORTAL,
     IN_NONE, .run = post_copy, .page = get_page, .about = "Asks for a copy of all own data"},
    {GET, ROOT "/ban-sao.zip", PERM_CITIZEN, RUN_READ_LANE, BODY_NONE, SEES_NOBODY, FACE_FILE,
     IN_NONE, .run = get_copy, .about = "Fetches it, shortly after signing in"},
    {POST, ROOT "/dang-nhap-lai", PERM_CITIZEN, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_PORTAL,
     IN_NONE, .run = post_again, .about = "Ends this session, to sign in anew"},
    {POST, ROOT "/sua", PERM_CITIZEN, RUN_WRITE_LANE, BODY_UPLOAD, SEES_NOBODY, FACE_PORTAL,
     IN_CORRECT, .run = post_correct, .page = get_page,
     .about = "Asks an agency to correct a registered fact"},
    {POST, ROOT "/dong", PERM_CITIZEN, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_PORTAL,
     IN_CLOSE, .run = post_close, .page = get_page, .about = "Closes the own account"},
    {0},
};
/* clang-format on */
