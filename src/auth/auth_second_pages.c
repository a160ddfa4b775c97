/*
 * /can-bo/tai-khoan/hai-lop: the own second factor.  Whatever changes it asks for the password
 * anew: an open browser in a stranger's hands must not take the account over.  Every change ends
 * the other sessions.
 */
#include <string.h>

#include "auth/auth_pages.h"
#include "auth/totp.h"
#include "auth_second.page.h"
#include "http/params.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/route.h"
#include "site/site.h"

enum { UNPROCESSABLE = 422, GROUP = 4 };
#define ROOT "/can-bo/tai-khoan/hai-lop"

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

static int
get_second(struct ctx *c)
{
    struct second_view v = {.secret = ""};
    struct account a;
    int rc = auth_account_get(c, c->account, &a);

    if (rc < 0 || (rc = auth_second_get(c, a.id, &v.second)) < 0)
        return rc;
    v.required = auth_second_required(c, a.perms);
    if (v.second.pending && (rc = show_pending(c, &a, &v)) < 0)
        return rc;
    rc = page_auth_second(c, &v);
    return rc;
}

static int
back(struct ctx *c, const char *say)
{
    if (say)
        flash(c, say);
    return redirect(c, ROOT);
}

static int
unprocessable(struct ctx *c)
{
    int rc = get_second(c);

    if (rc == OK)
        c->out->status = UNPROCESSABLE;
    return rc;
}

/* --- the own password, asked anew --- */

enum { W_PASSWORD };
static const struct param IN_OWN[] = {
    [W_PASSWORD] = {"mat-khau", K_SECRET, .required = true, .max = 128,
                    .label = N_("Mật khẩu hiện tại"), .say = N_("Hãy nhập mật khẩu hiện tại")},
    {.kind = K_END},
};

static enum line
known(struct ctx *c)
{
    (void)c;
    return LINE_KNOWN;
}

static const char *
own_guess(struct ctx *c)
{
    return arena_fmt(c->a, "account:%" PRId64, c->account);
}

static int
prepare_own(struct ctx *c)
{
    bool *right = arena_get(c->a, sizeof *right);
    struct password p;
    int rc;

    if ((rc = auth_guess_allowed(c, GUESS_OWN, own_guess(c))) < 0 ||
        (rc = auth_password_of(c, c->account, &p)) < 0)
        return rc;
    *right = auth_password_check(p.hash, in_text(c, W_PASSWORD));
    c->prepared = right;
    return OK;
}

static bool
right(const struct ctx *c)
{
    return *(const bool *)c->prepared;
}

static int
wrong_password(struct ctx *c)
{
    int rc = auth_guess_failed(c, GUESS_OWN, own_guess(c));

    if (rc < 0)
        return rc;
    fail_labelled(c, "mat-khau", N_("Mật khẩu hiện tại"), N_("Mật khẩu hiện tại không đúng"));
    return unprocessable(c);
}

/* --- changes --- */

static int
post_begin(struct ctx *c)
{
    int rc;

    if (!right(c))
        return wrong_password(c);
    if ((rc = auth_guess_cleared(c, GUESS_OWN, own_guess(c))) < 0)
        return rc;
    rc = auth_second_begin(c, c->account);
    return rc < 0 ? rc : back(c, NULL);
}

/* The only page that ever shows them. */
static int
show_codes(struct ctx *c)
{
    const char *codes[RECOVERY_CODES];
    struct second_view v = {.codes = codes, .secret = ""};
    int rc = auth_second_codes(c, c->account, codes);

    if (rc < 0)
        return rc;
    c->out->secret = true;
    return page_auth_recovery(c, &v);
}

static int
others_end(struct ctx *c)
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
        return unprocessable(c);
    }
    rc = others_end(c);
    return rc < 0 ? rc : show_codes(c);
}

static int
post_codes(struct ctx *c)
{
    struct second s;
    int rc;

    if (!right(c))
        return wrong_password(c);
    if ((rc = auth_guess_cleared(c, GUESS_OWN, own_guess(c))) < 0 ||
        (rc = auth_second_get(c, c->account, &s)) < 0)
        return rc;
    if (!s.since)
        return fail(c, E_CONFLICT, N_("Bạn chưa bật xác thực hai lớp"), "no second factor");
    return show_codes(c);
}

static int
post_drop(struct ctx *c)
{
    struct account a;
    int rc;

    if (!right(c))
        return wrong_password(c);
    if ((rc = auth_guess_cleared(c, GUESS_OWN, own_guess(c))) < 0 ||
        (rc = auth_account_get(c, c->account, &a)) < 0)
        return rc;
    if (auth_second_required(c, a.perms))
        return fail(c, E_CONFLICT, N_("Vai trò của bạn bắt buộc có xác thực hai lớp"), "required");
    if ((rc = auth_second_drop(c, a.id)) < 0 ||
        (rc = auth_happened(c, a.id, HAPPENED_SECOND_OFF)) < 0 || (rc = others_end(c)) < 0)
        return rc;
    return back(c, N_("Đã tắt xác thực hai lớp; các phiên khác đã kết thúc"));
}

#define CHANGE(path_, in_, run_, about_, ...)                                                      \
    {POST, path_, PERM_OFFICER, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_DESK, in_,            \
     .run = run_, .page = get_second, .early = true, .about = about_, __VA_ARGS__}
#define WITH_PASSWORD .prepare = prepare_own, .line = known

const struct route auth_second_routes[] = {
    {GET, ROOT, PERM_OFFICER, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_DESK, IN_NONE,
     .run = get_second, .early = true, .about = "The own second factor"},
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
