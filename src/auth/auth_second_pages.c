/*
 * /can-bo/tai-khoan/hai-lop: the own second factor.  Whatever changes it asks for the password
 * anew: an open browser in a stranger's hands must not take the account over.  Every change ends
 * the other sessions.
 */
#include <string.h>

#include "auth/auth_pages.h"
#include "auth/auth_second_pages.h"
#include "auth/totp.h"
#include "auth_second.page.h"
#include "http/params.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/route.h"
#include "site/site.h"

enum { UNPROCESSABLE = 422, GROUP = 4 };
#define ROOT SECOND_PAGE

/* "JBSW Y3DP ...": to be typed by hand. */
static const char *
in_groups(struct ctx *c, const char *s)
{
    struct buf b;

    buf_init(&b, c->a, 200);
    for (size_t i = 0; s[i]; i++)
        buf_fmt(&b, "%s%c", i && i % GROUP == 0 ? " " : "", s[i]);
    return b.p;
}

static int
show_pending(struct ctx *c, const struct account *a, struct second_view *v)
{
    const char *base32;
    int rc = auth_second_pending(c, a->id, &base32);

    if (rc < 0)
        return rc;
    v->secret = in_groups(c, base32);
    v->qr = html_qr(c, totp_uri(c->a, c->site->config.site_name, a->login, base32));
    c->out->secret = true;
    return OK;
}

int
second_page(struct ctx *c)
{
    struct security_key keys[KEYS_MAX];
    struct second_view v = {.secret = "", .keys = keys};
    struct account a;
    int rc = auth_account_get(c, c->account, &a);

    if (rc < 0 || (rc = auth_second_get(c, a.id, &v.second)) < 0 ||
        (rc = auth_key_list(c, a.id, keys, &v.keys_n)) < 0)
        return rc;
    v.keys_open = auth_keys_open(c);
    v.required = auth_second_required(c, a.perms);
    v.lacks = auth_second_lacks(c, a.perms, v.second.kinds);
    v.asked = c->site->config.second_factor_kinds;
    if (v.second.pending && (rc = show_pending(c, &a, &v)) < 0)
        return rc;
    rc = page_auth_second(c, &v);
    return rc;
}

int
second_back(struct ctx *c, const char *say)
{
    if (say)
        flash(c, say);
    return redirect(c, ROOT);
}

int
second_unprocessable(struct ctx *c, int (*page)(struct ctx *))
{
    int rc = page(c);

    if (rc == OK)
        c->out->status = UNPROCESSABLE;
    return rc;
}

/* --- the own password, asked anew --- */

static const struct param IN_OWN[] = {[0] = IN_OWN_PASSWORD, {.kind = K_END}};

enum line
second_line(struct ctx *c)
{
    (void)c;
    return LINE_KNOWN;
}

static const char *
own_guess(struct ctx *c)
{
    return arena_fmt(c->a, "account:%" PRId64, c->account);
}

int
second_prepare(struct ctx *c)
{
    bool *right = arena_get(c->a, sizeof *right);
    struct password p;
    int rc;

    if ((rc = auth_guess_allowed(c, GUESS_OWN, own_guess(c))) < 0 ||
        (rc = auth_password_of(c, c->account, &p)) < 0)
        return rc;
    *right = auth_password_check(p.hash, in_text(c, 0));
    c->prepared = right;
    return OK;
}

static bool
is_right(const struct ctx *c)
{
    return *(const bool *)c->prepared;
}

/* The count of failures must be kept, so a wrong one is answered and not an error. */
int
second_wrong_password(struct ctx *c, int (*page)(struct ctx *), bool *wrong)
{
    int rc = auth_guess_allowed(c, GUESS_OWN, own_guess(c));    /* once more: they come at once */

    *wrong = !is_right(c);
    if (rc < 0)
        return rc;
    if (!*wrong)
        return auth_guess_cleared(c, GUESS_OWN, own_guess(c));
    if ((rc = auth_guess_failed(c, GUESS_OWN, own_guess(c))) < 0)
        return rc;
    fail_labelled(c, "mat-khau", N_("Mật khẩu hiện tại"), N_("Mật khẩu hiện tại không đúng"));
    return second_unprocessable(c, page);
}

/* --- changes --- */

static int
post_begin(struct ctx *c)
{
    bool wrong;
    int rc = second_wrong_password(c, second_page, &wrong);

    if (rc < 0 || wrong)
        return rc;
    rc = auth_second_begin(c, c->account);
    return rc < 0 ? rc : second_back(c, NULL);
}

/* The only page that ever shows them. */
int
second_show_codes(struct ctx *c)
{
    const char *codes[RECOVERY_CODES];
    struct second_view v = {.codes = codes, .secret = ""};
    int rc = auth_second_codes(c, c->account, codes);

    if (rc < 0)
        return rc;
    c->out->secret = true;
    return page_auth_recovery(c, &v);
}

int
second_others_end(struct ctx *c)
{
    int rc = auth_session_close_all(c, c->account);

    return rc < 0 ? rc : auth_open_session(c, c->account);
}

enum { C_CODE };
static const struct param IN_CODE[] = {
    [C_CODE] = {"ma", K_TEXT, .required = true, .max = 20, .label = N_("Mã xác thực"),
                .say = N_("Hãy nhập mã xác thực")},
    {.kind = K_END},
};

static int
post_confirm(struct ctx *c)
{
    bool ok;
    int rc = auth_second_confirm(c, c->account, in_text(c, C_CODE), &ok);

    if (rc < 0)
        return rc;
    if (!ok) {
        fail_labelled(c, "ma", N_("Mã xác thực"),
                      N_("Mã không đúng; hãy kiểm tra giờ của điện thoại và nhập mã đang hiện"));
        return second_unprocessable(c, second_page);
    }
    rc = second_others_end(c);
    return rc < 0 ? rc : second_show_codes(c);
}

static int
post_codes(struct ctx *c)
{
    struct second s;
    bool wrong;
    int rc = second_wrong_password(c, second_page, &wrong);

    if (rc < 0 || wrong || (rc = auth_second_get(c, c->account, &s)) < 0)
        return rc;
    if (!s.since)
        return fail(c, E_CONFLICT, N_("Bạn chưa bật xác thực hai lớp"), "no second factor");
    return second_show_codes(c);
}

static int
post_drop(struct ctx *c)
{
    struct account a;
    bool wrong;
    int rc = second_wrong_password(c, second_page, &wrong);

    if (rc < 0 || wrong || (rc = auth_account_get(c, c->account, &a)) < 0)
        return rc;
    if (auth_second_required(c, a.perms))
        return fail(c, E_CONFLICT, N_("Vai trò của bạn bắt buộc có xác thực hai lớp"), "required");
    if ((rc = auth_second_drop(c, a.id)) < 0 ||
        (rc = auth_happened(c, a.id, HAPPENED_SECOND_OFF)) < 0 || (rc = second_others_end(c)) < 0)
        return rc;
    return second_back(c, N_("Đã tắt xác thực hai lớp; các phiên khác đã kết thúc"));
}

#define CHANGE(path_, in_, run_, about_, ...)                                                      \
    {POST, path_, PERM_OFFICER, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_DESK, in_,            \
     .run = run_, .page = second_page, .early = true, .about = about_, __VA_ARGS__}
#define WITH_PASSWORD .prepare = second_prepare, .line = second_line

const struct route auth_second_routes[] = {
    {GET, ROOT, PERM_OFFICER, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_DESK, IN_NONE,
     .run = second_page, .early = true, .about = "The own second factor"},
    CHANGE(ROOT "/bat-dau", IN_OWN, post_begin, "Makes a secret and shows its QR code",
           WITH_PASSWORD),
    CHANGE(ROOT "/xac-nhan", IN_CODE, post_confirm,
           "Puts the shown secret in force, gives recovery codes, ends other sessions",
           .quick = false),
    CHANGE(ROOT "/ma-du-phong", IN_OWN, post_codes, "Makes new recovery codes, shown once",
           WITH_PASSWORD),
    CHANGE(ROOT "/tat", IN_OWN, post_drop, "Takes the second factor away", WITH_PASSWORD),
    {0},
};
