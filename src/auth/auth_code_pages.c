/*
 * Signing in by a code that comes by mail, and checking an address by one.  Who asks for a code
 * hears the same whether there is such an account or not.
 */
#include "auth/auth_code_pages.h"

#include <string.h>

#include "auth/auth_code.h"
#include "auth/auth_oidc.h"
#include "auth/auth_pages.h"
#include "auth_code.page.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/route.h"
#include "site/site.h"

static const char ASKED[] = "code";

bool
auth_codes_open(const struct ctx *c)
{
    return c->site->config.sign_in_codes && *c->site->config.mail_server;
}

static int
open_here(struct ctx *c)
{
    return auth_codes_open(c) ? OK
                              : fail(c, E_NOTFOUND, N_("Trang này không đăng nhập bằng mã gửi qua "
                                                       "thư"), "sign_in_codes is off");
}

#define ASKED_COOKIE "ma"

/* --- asking for one --------------------------------------------------------------------------- */

enum { P_LOGIN, P_BACK };
static const struct param IN_ASK[] = {
    [P_LOGIN] = {"login", K_PERSONAL_NUMBER, .required = true,
                 .label = N_("Số định danh cá nhân")},
    [P_BACK] = {"tiep", K_TEXT, .max = 1000},
    {.kind = K_END},
};
enum { G_BACK };
static const struct param IN_ASK_PAGE[] = {[G_BACK] = {"tiep", K_TEXT, .max = 1000},
                                           {.kind = K_END}};

static int
get_ask(struct ctx *c)
{
    const char *back = in_typed(c, "tiep");
    int rc = open_here(c);

    return rc < 0 ? rc : page_auth_code_ask(c, auth_safe_back(back ? back : ""));
}

/* Requests of one network address are counted, whoever they are about. */
static int
count_asking(struct ctx *c)
{
    const char *address = request_of(c)->address;
    int rc = auth_guess_allowed(c, GUESS_CODE_ADDRESS, address);

    return rc < 0 ? rc : auth_guess_failed(c, GUESS_CODE_ADDRESS, address);
}

static int
post_ask(struct ctx *c)
{
    const char *number = in_text(c, P_LOGIN), *address, *sealed;
    int64_t account;
    int rc = open_here(c);

    if (rc < 0 || (rc = count_asking(c)) < 0 ||
        (rc = auth_code_who(c, number, &account, &address)) < 0)
        return rc;
    if (account && (rc = auth_code_send(c, account, CODE_SIGN_IN, address)) < 0 && rc != E_LIMIT)
        return rc;
    c->err = (struct err){0};           /* too many for that account: it has one already */
    c->retry_after = 0;
    sealed = auth_seal(c, ASKED, json_pack("{s:s,s:s}", "login", number, "back",
                                           auth_safe_back(in_text(c, P_BACK))));
    if (!sealed)
        return fail(c, E_INVALID, N_("Địa chỉ quá dài"), "a cookie that is too long");
    reply_cookie(c, ASKED_COOKIE, sealed, FLOW_SECONDS);
    return redirect(c, "/dang-nhap-ma/nhap");
}

/* --- giving it -------------------------------------------------------------------------------- */

enum { K_CODE_TYPED };
static const struct param IN_CODE[] = {
    [K_CODE_TYPED] = {"ma", K_TEXT, .required = true, .min = CODE_DIGITS, .max = 12,
                      .label = N_("Mã trong thư"), .say = N_("Hãy nhập mã gồm 6 chữ số trong thư")},
    {.kind = K_END},
};

struct asked { const char *login, *back; };

static int
asked_read(struct ctx *c, struct asked *out)
{
    json_t *doc = auth_unseal(c, ASKED, request_cookie(c, ASKED_COOKIE));

    if (!doc)
        return fail(c, E_NOTFOUND, N_("Đã quá 10 phút. Bạn hãy đăng nhập lại"),
                    "no code was asked");
    out->login = arena_str(c->a, json_string_value(json_object_get(doc, "login")));
    out->back =
        auth_safe_back(arena_str(c->a, json_string_value(json_object_get(doc, "back"))));
    json_decref(doc);
    return OK;
}

static int
get_code(struct ctx *c)
{
    struct asked a;
    int rc = open_here(c);

    return rc < 0 || (rc = asked_read(c, &a)) < 0 ? rc : page_auth_code_give(c);
}

/* "123 456" is 123456. */
static const char *
digits(struct ctx *c, const char *s)
{
    char *out = arena_get(c->a, strlen(s) + 1), *p = out;

    for (; *s; s++)
        if (*s != ' ' && *s != '-')
            *p++ = *s;
    return out;
}

static int
wrong_code(struct ctx *c, int (*page)(struct ctx *c))
{
    int rc;

    fail_labelled(c, "ma", N_("Mã trong thư"),
                  N_("Mã không đúng hoặc đã hết hạn. Sau 5 lần sai bạn cần xin mã mới"));
    if ((rc = page(c)) == OK)
        c->out->status = 422;
    return rc;
}

static int
enter(struct ctx *c, int64_t account, const char *back)
{
    char *cookie;
    int rc;

    if (c->session && (rc = auth_session_close(c, c->session->id)) < 0)
        return rc;
    if ((rc = auth_session_open(c, account, &cookie)) < 0 ||
        (rc = auth_session_note(c, cookie, request_of(c)->address, "")) < 0)
        return rc;
    reply_cookie(c, ASKED_COOKIE, "", 0);
    reply_session(c, cookie);
    return redirect(c, "%s", *back ? back : "/ho-so");
}

static int
post_code(struct ctx *c)
{
    const char *address, *sent;
    struct asked a;
    int64_t account;
    bool right = false;
    int rc = open_here(c);

    if (rc < 0 || (rc = asked_read(c, &a)) < 0 ||
        (rc = auth_guess_allowed(c, GUESS_SIGN_IN_ADDRESS, request_of(c)->address)) < 0 ||
        (rc = auth_code_who(c, a.login, &account, &address)) < 0)
        return rc;
    if (account &&
        (rc = auth_code_try(c, account, CODE_SIGN_IN, digits(c, in_text(c, K_CODE_TYPED)), &right,
                            &sent)) < 0)
        return rc;
    if (right && strcmp(sent, address) == 0)
        return enter(c, account, a.back);
    rc = auth_guess_failed(c, GUESS_SIGN_IN_ADDRESS, request_of(c)->address);
    return rc < 0 ? rc : wrong_code(c, get_code);
}

/* --- one's own address ------------------------------------------------------------------------ */

static int
get_address(struct ctx *c)
{
    struct code_address_view v = {.email = ""};
    struct account a;
    int rc = open_here(c);

    if (rc < 0 || (rc = auth_account_get(c, c->account, &a)) < 0 ||
        (rc = auth_email_verified(c, c->account, &v.verified)) < 0)
        return rc;
    v.email = a.email ? a.email : "";
    return page_auth_code_address(c, &v);
}

static int
post_address(struct ctx *c)
{
    struct account a;
    int rc = open_here(c);

    if (rc < 0 || (rc = auth_account_get(c, c->account, &a)) < 0)
        return rc;
    if (!a.email || !*a.email)
        return fail(c, E_CONFLICT, N_("Hãy lưu địa chỉ thư điện tử trước"), "no address");
    if ((rc = auth_code_send(c, c->account, CODE_ADDRESS, a.email)) < 0)
        return rc;
    flash(c, N_("Đã gửi mã đến địa chỉ thư của bạn"));
    return redirect(c, "/tai-khoan/thu-dien-tu");
}

static int
post_address_code(struct ctx *c)
{
    const char *sent;
    bool right;
    int rc = open_here(c);

    if (rc < 0 ||
        (rc = auth_code_try(c, c->account, CODE_ADDRESS, digits(c, in_text(c, K_CODE_TYPED)),
                            &right, &sent)) < 0)
        return rc;
    if (!right)
        return wrong_code(c, get_address);
    if ((rc = auth_email_verify(c, c->account, sent)) < 0)
        return rc;
    flash(c, N_("Đã xác nhận địa chỉ thư. Từ nay bạn có thể đăng nhập bằng mã gửi qua thư"));
    return redirect(c, "/tai-khoan/thu-dien-tu");
}

/* clang-format off */
const struct route auth_code_routes[] = {
    {GET, "/dang-nhap-ma", PERM_PUBLIC, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL,
     IN_ASK_PAGE, .run = get_ask, .about = "Asks for a code by mail to sign in"},
    {POST, "/dang-nhap-ma", PERM_PUBLIC, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_PORTAL,
     IN_ASK, .run = post_ask, .page = get_ask, .limit = CLASS_SIGN_IN,
     .about = "Sends a code by mail"},
    {GET, "/dang-nhap-ma/nhap", PERM_PUBLIC, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL,
     IN_NONE, .run = get_code, .about = "Where the code is typed"},
    {POST, "/dang-nhap-ma/nhap", PERM_PUBLIC, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_PORTAL,
     IN_CODE, .run = post_code, .page = get_code, .limit = CLASS_SIGN_IN,
     .about = "Signs a citizen in by a code"},
    {GET, "/tai-khoan/thu-dien-tu", PERM_CITIZEN, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL,
     IN_NONE, .run = get_address, .about = "Own mail address: checked or not"},
    {POST, "/tai-khoan/thu-dien-tu", PERM_CITIZEN, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY,
     FACE_PORTAL, IN_NONE, .run = post_address, .page = get_address,
     .about = "Sends a code to the own mail address"},
    {POST, "/tai-khoan/thu-dien-tu/ma", PERM_CITIZEN, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY,
     FACE_PORTAL, IN_CODE, .run = post_address_code, .page = get_address,
     .about = "Checks the own mail address by its code"},
    {0},
};
/* clang-format on */
