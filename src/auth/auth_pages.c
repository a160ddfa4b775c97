/*
 * Registration, own settings, links for a first password.  Checking and hashing a password is slow:
 * it is done in the rows' prepare steps, which may read the database; the handlers only write.
 */
#include "auth/auth_pages.h"
#include "auth/auth_code_pages.h"
#include "auth/auth_oidc_pages.h"
#include "auth/auth_second_pages.h"

#include <string.h>

#include "auth/second.h"
#include "auth_second.page.h"
#include "auth_sign_in.page.h"
#include "http/params.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/route.h"
#include "site/site.h"

#define ALL_OTHERS "moi-phien-khac"
enum { SESSIONS_SHOWN = 20, EVENTS_SHOWN = 10, TOKENS_SHOWN = 50, UNPROCESSABLE = 422 };

static enum line
stranger(struct ctx *c)
{
    (void)c;
    return LINE_STRANGER;
}

static enum line
known(struct ctx *c)
{
    (void)c;
    return LINE_KNOWN;
}

/* --- registration --------------------------------------------------------------------------- */

enum { R_NAME, R_NUMBER, R_PHONE, R_EMAIL, R_PASSWORD, R_PASSWORD2, R_CONSENT };
static const struct param IN_REGISTER[] = {
    [R_NAME] = {"ho-ten", K_TEXT, .required = true, .min = 2, .max = 100,
                .label = N_("Họ, chữ đệm và tên"), .say = N_("Hãy nhập họ, chữ đệm và tên")},
    [R_NUMBER] = {"so-dinh-danh", K_PERSONAL_NUMBER, .required = true,
                  .label = N_("Số định danh cá nhân")},
    [R_PHONE] = {"dien-thoai", K_PHONE, .required = true, .label = N_("Số điện thoại")},
    [R_EMAIL] = {"email", K_EMAIL, .label = N_("Thư điện tử")},
    [R_PASSWORD] = {"password", K_SECRET, .required = true, .max = 128, .label = N_("Mật khẩu mới"),
                    .say = N_("Hãy nhập mật khẩu từ 10 đến 128 ký tự")},
    [R_PASSWORD2] = {"password2", K_SECRET, .required = true, .max = 128,
                     .label = N_("Nhập lại mật khẩu mới"), .say = N_("Hãy nhập lại mật khẩu mới")},
    [R_CONSENT] = {"dong-y", K_BOOL, .required = true, .label = N_("Đồng ý"),
                   .say = N_("Cần có sự đồng ý của bạn để tạo tài khoản")},
    {.kind = K_END},
};

/* Checks a new password typed twice and hashes it; NULL with a fault or an error. */
static char *
hash_new(struct ctx *c, const char *password, const char *again, const char *login)
{
    const char *why = auth_password_fault(password, login);

    if (why)
        fail_labelled(c, "password", N_("Mật khẩu mới"), why);
    else if (strcmp(password, again) != 0)
        fail_labelled(c, "password2", N_("Nhập lại mật khẩu mới"),
                      N_("Hai lần nhập không giống nhau"));
    else
        return auth_password_hash(c, password);
    return NULL;
}

/* QĐ 29/2026/QĐ-TTg: a portal may have to take electronic identities alone. */
static int
registration_open(struct ctx *c)
{
    if (c->site->config.local_accounts)
        return OK;
    return fail(c, E_NOTFOUND, N_("Trang này không mở tài khoản riêng"), "local_accounts is off");
}

static int
prepare_register(struct ctx *c)
{
    int rc = registration_open(c);

    if (rc < 0 ||
        (rc = auth_guess_allowed(c, GUESS_SIGN_IN_ADDRESS, request_of(c)->address)) < 0)
        return rc;
    c->prepared =
        hash_new(c, in_text(c, R_PASSWORD), in_text(c, R_PASSWORD2), in_text(c, R_NUMBER));
    return c->prepared ? OK : c->err.rc;
}

static int
get_register(struct ctx *c)
{
    int rc = registration_open(c);

    return rc < 0 ? rc : page_auth_register(c);
}

/* A number that is taken counts as a guess: nobody tries a list of numbers to see who is here. */
static int
refuse_register(struct ctx *c)
{
    int rc = auth_guess_failed(c, GUESS_SIGN_IN_ADDRESS, request_of(c)->address);

    if (rc < 0)
        return rc;
    fail_labelled(c, "so-dinh-danh", N_("Số định danh cá nhân"),
                  N_("Số định danh này đã có tài khoản, bạn hãy đăng nhập"));
    if ((rc = page_auth_register(c)) == OK)
        c->out->status = UNPROCESSABLE;
    return rc;
}

static int
post_register(struct ctx *c)
{
    const char *number = in_text(c, R_NUMBER);
    struct account a = {.kind = ACCOUNT_CITIZEN, .login = number, .personal_number = number,
                        .name = in_text(c, R_NAME), .phone = in_text(c, R_PHONE),
                        .email = in_has(c, R_EMAIL) ? in_text(c, R_EMAIL) : NULL, .active = true};
    struct account old;
    int64_t id;
    int rc = auth_account_by_login(c, ACCOUNT_CITIZEN, number, &old);

    if (rc == OK)
        return refuse_register(c);
    if (rc != E_NOTFOUND || (rc = auth_account_add(c, &a, c->prepared, &id)) < 0 ||
        (rc = auth_open_session(c, id)) < 0)
        return rc;
    flash(c, N_("Đã tạo tài khoản và đăng nhập"));
    return redirect(c, "/ho-so");
}

/* --- own settings --------------------------------------------------------------------------- */

static const char *
own_page(const struct ctx *c)
{
    return c->route->face == FACE_DESK ? "/can-bo/tai-khoan" : "/tai-khoan";
}

/* What may be ended: each other session, and all of them. */
static void
add_ends(struct ctx *c, struct settings_view *v)
{
    struct choice *list = arena_get(c->a, (v->n + 1) * sizeof *list);

    for (size_t i = 0; i < v->n; i++)
        if (v->sessions[i].id != v->current)
            list[v->ends_n++] = (struct choice){
                .value = v->sessions[i].ref,
                .label = trf(c, N_("Phiên lúc {0}, địa chỉ {1}"),
                             moment_vi(c->a, v->sessions[i].opened_at), v->sessions[i].address)};
    if (v->ends_n)
        list[v->ends_n++] = (struct choice){.value = ALL_OTHERS,
                                            .label = N_("Mọi phiên khác, trừ phiên này")};
    v->ends = list;
}

static int
get_settings(struct ctx *c)
{
    struct session_row *rows = arena_get(c->a, SESSIONS_SHOWN * sizeof *rows);
    struct account_event *events = arena_get(c->a, EVENTS_SHOWN * sizeof *events);
    struct token_row *tokens = arena_get(c->a, TOKENS_SHOWN * sizeof *tokens);
    struct account a;
    struct password p;
    struct settings_view v = {.account = &a, .sessions = rows, .events = events, .tokens = tokens,
                              .current = c->session->id, .base = own_page(c)};
    int rc;

    if ((rc = auth_account_get(c, c->account, &a)) < 0 ||
        (rc = auth_password_of(c, a.id, &p)) < 0 ||
        (rc = auth_session_list(c, a.id, SESSIONS_SHOWN, rows, &v.n)) < 0 ||
        (rc = auth_second_get(c, a.id, &v.second)) < 0 ||
        (rc = auth_happened_list(c, a.id, EVENTS_SHOWN, events, &v.events_n)) < 0 ||
        (rc = auth_token_list(c, a.id, TOKENS_SHOWN, tokens, &v.tokens_n)) < 0 ||
        (rc = auth_session_fresh(c, &v.fresh)) < 0)
        return rc;
    add_ends(c, &v);
    v.temporary = p.temporary;
    v.password = p.hash != NULL;
    v.codes = auth_codes_open(c);
    return page_auth_settings(c, &v);
}

static int
back_to_settings(struct ctx *c, const char *say)
{
    flash(c, say);
    return redirect(c, "%s", own_page(c));
}

enum { S_VERSION, S_PHONE, S_EMAIL, S_PASSWORD };
static const struct param IN_CONTACT[] = {
    [S_VERSION] = {"v", K_INT, .required = true, .min = 1, .max = INT64_MAX},
    [S_PHONE] = {"dien-thoai", K_PHONE, .label = N_("Số điện thoại")},
    [S_EMAIL] = {"email", K_EMAIL, .label = N_("Thư điện tử")},
    [S_PASSWORD] = {"mat-khau", K_SECRET, .max = 128, .label = N_("Mật khẩu hiện tại")},
    {.kind = K_END},
};

/* An open browser in a stranger's hands must not be able to guess the old password. */
static const char *
own_guess(struct ctx *c)
{
    return arena_fmt(c->a, "account:%" PRId64, c->account);
}

static bool
same_contact(struct ctx *c, int field, const char *had)
{
    return strcmp(in_has(c, field) ? in_text(c, field) : "", had ? had : "") == 0;
}

enum proof { PROOF_NOT_ASKED, PROOF_RIGHT, PROOF_WRONG };

/* Where letters and calls go is worth the password; who came by a provider has none here. */
static int
prepare_contact(struct ctx *c)
{
    enum proof *proof = arena_get(c->a, sizeof *proof);
    struct account a;
    struct password p;
    int rc = auth_account_get(c, c->account, &a);

    if (rc < 0 || (rc = auth_password_of(c, c->account, &p)) < 0)
        return rc;
    c->prepared = proof;
    if (!p.hash || (same_contact(c, S_PHONE, a.phone) && same_contact(c, S_EMAIL, a.email)))
        return OK;
    if (!in_has(c, S_PASSWORD))
        return fail_labelled(c, "mat-khau", N_("Mật khẩu hiện tại"),
                             N_("Hãy nhập mật khẩu hiện tại"));
    if ((rc = auth_guess_allowed(c, GUESS_OWN, own_guess(c))) < 0)
        return rc;
    *proof = auth_password_check(p.hash, in_text(c, S_PASSWORD)) ? PROOF_RIGHT : PROOF_WRONG;
    return OK;
}

/* Once more where changes are done one by one: guesses side by side are all counted by now. */
static int
still_allowed(struct ctx *c)
{
    return auth_guess_allowed(c, GUESS_OWN, own_guess(c));
}

static int
refuse_own_password(struct ctx *c)
{
    int rc = auth_guess_failed(c, GUESS_OWN, own_guess(c));

    if (rc < 0)
        return rc;
    fail_labelled(c, "mat-khau", N_("Mật khẩu hiện tại"), N_("Mật khẩu hiện tại không đúng"));
    if ((rc = get_settings(c)) == OK)
        c->out->status = UNPROCESSABLE;
    return rc;
}

static int
post_contact(struct ctx *c)
{
    const enum proof *proof = c->prepared;
    struct account a;
    int rc = auth_account_get(c, c->account, &a);

    if (rc < 0 || (*proof != PROOF_NOT_ASKED && (rc = still_allowed(c)) < 0))
        return rc;
    if (*proof == PROOF_WRONG)
        return refuse_own_password(c);
    if (*proof == PROOF_RIGHT &&
        ((rc = auth_guess_cleared(c, GUESS_OWN, own_guess(c))) < 0 ||
         (rc = auth_happened(c, c->account, HAPPENED_CONTACT)) < 0))
        return rc;
    if (a.kind == ACCOUNT_CITIZEN && !in_has(c, S_PHONE))
        return fail_labelled(c, "dien-thoai", N_("Số điện thoại"),
                             N_("Cần số điện thoại để cơ quan liên hệ khi hồ sơ cần bổ sung"));
    a.version = in_int(c, S_VERSION);
    a.phone = in_has(c, S_PHONE) ? in_text(c, S_PHONE) : NULL;
    a.email = in_has(c, S_EMAIL) ? in_text(c, S_EMAIL) : NULL;
    rc = auth_account_save(c, &a);
    return rc < 0 ? rc : back_to_settings(c, N_("Đã lưu liên hệ"));
}

enum { W_OLD, W_NEW, W_AGAIN };
static const struct param IN_PASSWORD[] = {
    [W_OLD] = {"mat-khau-cu", K_SECRET, .required = true, .max = 128,
               .label = N_("Mật khẩu hiện tại"), .say = N_("Hãy nhập mật khẩu hiện tại")},
    [W_NEW] = {"password", K_SECRET, .required = true, .max = 128, .label = N_("Mật khẩu mới"),
               .say = N_("Hãy nhập mật khẩu từ 10 đến 128 ký tự")},
    [W_AGAIN] = {"password2", K_SECRET, .required = true, .max = 128,
                 .label = N_("Nhập lại mật khẩu mới"), .say = N_("Hãy nhập lại mật khẩu mới")},
    {.kind = K_END},
};

struct new_password { bool right; char *hash; };

static int
prepare_password(struct ctx *c)
{
    struct new_password *w = arena_get(c->a, sizeof *w);
    struct account a;
    struct password p;
    int rc;

    if ((rc = auth_guess_allowed(c, GUESS_OWN, own_guess(c))) < 0 ||
        (rc = auth_account_get(c, c->account, &a)) < 0 ||
        (rc = auth_password_of(c, c->account, &p)) < 0)
        return rc;
    w->right = auth_password_check(p.hash, in_text(c, W_OLD));
    if (w->right && !(w->hash = hash_new(c, in_text(c, W_NEW), in_text(c, W_AGAIN), a.login)))
        return c->err.rc;
    c->prepared = w;
    return OK;
}

static int
refuse_password(struct ctx *c)
{
    int rc = auth_guess_failed(c, GUESS_OWN, own_guess(c));

    if (rc < 0)
        return rc;
    fail_labelled(c, "mat-khau-cu", N_("Mật khẩu hiện tại"), N_("Mật khẩu hiện tại không đúng"));
    if ((rc = get_settings(c)) == OK)
        c->out->status = UNPROCESSABLE;
    return rc;
}

static int
post_password(struct ctx *c)
{
    const struct new_password *w = c->prepared;
    int rc = still_allowed(c);

    if (rc < 0)
        return rc;
    if (!w->right)
        return refuse_password(c);
    if ((rc = auth_guess_cleared(c, GUESS_OWN, own_guess(c))) < 0 ||
        (rc = auth_password_set(c, c->account, w->hash, false)) < 0 ||
        (rc = auth_session_close_all(c, c->account)) < 0 ||
        (rc = auth_happened(c, c->account, HAPPENED_PASSWORD)) < 0 ||
        (rc = auth_open_session(c, c->account)) < 0)
        return rc;
    return back_to_settings(c, N_("Đã đổi mật khẩu; các phiên khác đã kết thúc"));
}

/* ASVS 7.5.2: who ends sessions says the password again; without one, has just signed in. */
enum { E_REF, E_PASSWORD };
static const struct param IN_SESSION[] = {
    [E_REF] = {"phien", K_TOKEN, .required = true, .label = N_("Phiên đăng nhập"),
               .say = N_("Hãy chọn phiên cần kết thúc")},
    [E_PASSWORD] = {"mat-khau", K_SECRET, .max = 128, .label = N_("Mật khẩu hiện tại")},
    {.kind = K_END},
};

static int
prepare_session_end(struct ctx *c)
{
    enum proof *proof = arena_get(c->a, sizeof *proof);
    struct password p;
    bool fresh;
    int rc = auth_password_of(c, c->account, &p);

    if (rc < 0 || (rc = auth_session_fresh(c, &fresh)) < 0)
        return rc;
    c->prepared = proof;
    if (!p.hash)
        return fresh ? OK
                     : fail(c, E_DENIED, N_("Hãy đăng nhập lại: bước này chỉ làm được trong 15 "
                                            "phút sau khi đăng nhập"), "not fresh");
    if (!in_has(c, E_PASSWORD))
        return fail_labelled(c, "mat-khau", N_("Mật khẩu hiện tại"),
                             N_("Hãy nhập mật khẩu hiện tại"));
    if ((rc = auth_guess_allowed(c, GUESS_OWN, own_guess(c))) < 0)
        return rc;
    *proof = auth_password_check(p.hash, in_text(c, E_PASSWORD)) ? PROOF_RIGHT : PROOF_WRONG;
    return OK;
}

static int
post_session_end(struct ctx *c)
{
    const enum proof *proof = c->prepared;
    const char *ref = in_text(c, E_REF);
    int rc = *proof == PROOF_NOT_ASKED ? OK : still_allowed(c);

    if (rc < 0)
        return rc;
    if (*proof == PROOF_WRONG)
        return refuse_own_password(c);
    if (*proof == PROOF_RIGHT)
        rc = auth_guess_cleared(c, GUESS_OWN, own_guess(c));
    if (rc == OK)
        rc = strcmp(ref, ALL_OTHERS) == 0 ? second_others_end(c)
                                          : auth_session_end(c, c->account, ref);
    return rc < 0 ? rc : back_to_settings(c, N_("Đã kết thúc phiên đăng nhập"));
}

enum { T_REF };
static const struct param IN_TOKEN[] = {
    [T_REF] = {"ma-truy-cap", K_TOKEN, .required = true, .label = N_("Mã truy cập API")},
    {.kind = K_END},
};

static int
post_token_end(struct ctx *c)
{
    int rc = auth_token_end(c, c->account, in_text(c, T_REF));

    return rc < 0 ? rc : back_to_settings(c, N_("Đã thu hồi mã truy cập"));
}

/* --- the link for a first password: anybody who has it; opening the page uses nothing up --- */

enum { L_TOKEN, L_PASSWORD, L_AGAIN };
static const struct param IN_LINK[] = {[L_TOKEN] = {"token", K_TOKEN, .required = true},
                                       {.kind = K_END}};
static const struct param IN_LINK_USE[] = {
    [L_TOKEN] = {"token", K_TOKEN, .required = true},
    [L_PASSWORD] = {"password", K_SECRET, .required = true, .max = 128,
                    .label = N_("Mật khẩu mới"),
                    .say = N_("Hãy nhập mật khẩu từ 10 đến 128 ký tự")},
    [L_AGAIN] = {"password2", K_SECRET, .required = true, .max = 128,
                 .label = N_("Nhập lại mật khẩu mới"), .say = N_("Hãy nhập lại mật khẩu mới")},
    {.kind = K_END},
};

static int
get_link(struct ctx *c)
{
    struct link_view v = {.token = in_text(c, L_TOKEN)};
    struct account a;
    int rc = auth_link_get(c, v.token, &a, &v.until);

    v.account = &a;
    return rc < 0 ? rc : page_auth_link(c, &v);
}

static int
prepare_link(struct ctx *c)
{
    struct account a;
    int rc = auth_link_get(c, in_text(c, L_TOKEN), &a, NULL);

    if (rc < 0)
        return rc;
    c->prepared = hash_new(c, in_text(c, L_PASSWORD), in_text(c, L_AGAIN), a.login);
    return c->prepared ? OK : c->err.rc;
}

static int
post_link(struct ctx *c)
{
    int rc = auth_link_use(c, in_text(c, L_TOKEN), c->prepared);

    if (rc < 0)
        return rc;
    flash(c, N_("Đã đặt mật khẩu. Mời bạn đăng nhập."));
    return redirect(c, "/can-bo/dang-nhap");
}

#define SETTINGS(path_, perm_, face_, who_)                                                        \
    {GET, path_, perm_, RUN_INLINE, BODY_NONE, SEES_NOBODY, face_, IN_NONE, .run = get_settings,   \
     .early = true, .about = "Own settings of " who_},                                             \
    {POST, path_ "/lien-he", perm_, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, face_, IN_CONTACT,     \
     .prepare = prepare_contact, .line = known, .run = post_contact, .page = get_settings,         \
     .about = "Saves own telephone and e-mail, after the password"},                               \
    {POST, path_ "/mat-khau", perm_, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, face_, IN_PASSWORD,   \
     .prepare = prepare_password, .line = known, .run = post_password, .early = true,              \
     .page = get_settings,                                                                         \
     .about = "Changes the own password and ends other sessions"},                                 \
    {POST, path_ "/phien", perm_, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, face_, IN_SESSION,       \
     .prepare = prepare_session_end, .line = known, .run = post_session_end,                       \
     .page = get_settings, .about = "Ends another own session, after the password"}

const struct route auth_routes[] = {
    {GET, "/dang-ky", PERM_PUBLIC, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, IN_NONE,
     .run = get_register, .about = "Registration of citizens"},
    {POST, "/dang-ky", PERM_PUBLIC, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_PORTAL,
     IN_REGISTER, .prepare = prepare_register, .line = stranger, .run = post_register,
     .page = get_register,
     .about = "Makes a citizen's account and signs in"},
    SETTINGS("/tai-khoan", PERM_CITIZEN, FACE_PORTAL, "citizens"),
    SETTINGS("/can-bo/tai-khoan", PERM_OFFICER, FACE_DESK, "officers"),
    {POST, "/can-bo/tai-khoan/ma-truy-cap", PERM_OFFICER, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY,
     FACE_DESK, IN_TOKEN, .run = post_token_end, .page = get_settings,
     .about = "Revokes an own token of the API"},
    {GET, "/can-bo/dat-mat-khau/{token}", PERM_PUBLIC, RUN_INLINE, BODY_NONE, SEES_NOBODY,
     FACE_DESK, IN_LINK, .run = get_link, .about = "Form of a first password, by a one-time link"},
    {POST, "/can-bo/dat-mat-khau/{token}", PERM_PUBLIC, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY,
     FACE_DESK, IN_LINK_USE, .prepare = prepare_link, .line = known, .run = post_link,
     .page = get_link, .about = "Sets the password and ends the link"},
    {0},
};
