/*
 * Sign-in in one step or two, sign-out, the switch of users at a counter.  Hashing a password is
 * slow: it is done in the rows' prepare steps, in a line of its own (http/route.h).
 *
 * Wrong passwords are counted for the login among all strangers, for the login at one address, for
 * the address, or, on a device where this login signed in before, for that device alone: who
 * attacks a login shuts out strangers and never its owner's own computer.
 */
#include <string.h>

#include "auth/auth_code_pages.h"
#include "auth/auth_key.h"
#include "auth/auth_oidc_pages.h"
#include "auth/auth_pages.h"
#include "auth/second.h"
#include "auth_key.page.h"
#include "auth_sign_in.page.h"
#include "base/date.h"
#include "http/params.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/route.h"
#include "site/site.h"

enum { UNPROCESSABLE = 422, BUDGETS_MAX = 4, NAMES_SECONDS = 30 * DAY_SECONDS };
#define DEVICE_COOKIE "may"
#define TICKET_COOKIE "buoc-hai"
#define NAMES_COOKIE "quay"
#define DESK_SIGN_IN "/can-bo/dang-nhap"

static const char *
cookie(struct ctx *c, const char *name)
{
    return c->req->h.cookie ? request_cookie(c, name) : NULL;
}

const char *
auth_safe_back(const char *back)
{
    bool ours = back[0] == '/' && back[1] != '/' && !strchr(back, '\\');

    for (const char *s = back; *s; s++)         /* browsers take a tab or a new line out */
        ours = ours && (unsigned char)*s >= 0x20 && *s != 0x7f;
    return ours ? back : "";
}

static enum account_kind
kind_of(const struct ctx *c)
{
    return c->route->face == FACE_DESK ? ACCOUNT_OFFICER : ACCOUNT_CITIZEN;
}

/* --- budgets of wrong answers --- */

struct budget { enum guess g; const char *who; };

/* Logins of citizens and officers are counted apart. */
static const char *
who_is(struct ctx *c, const char *login)
{
    return arena_fmt(c->a, "%d:%s", (int)kind_of(c), login);
}

static const char *
device_of(struct ctx *c, const char *who)
{
    return auth_device_knows(c, cookie(c, DEVICE_COOKIE), who);
}

/* The first is the one that a right password clears. */
static size_t
budgets(struct ctx *c, const char *who, struct budget out[BUDGETS_MAX])
{
    const char *device = device_of(c, who), *address = request_of(c)->address;

    if (device) {
        out[0] = (struct budget){GUESS_SIGN_IN_DEVICE, arena_fmt(c->a, "%s %s", device, who)};
        return 1;
    }
    out[0] = (struct budget){GUESS_SIGN_IN_PAIR, arena_fmt(c->a, "%s %s", address, who)};
    out[1] = (struct budget){GUESS_SIGN_IN_ADDRESS, address};
    out[2] = (struct budget){GUESS_SIGN_IN, who};
    out[3] = (struct budget){GUESS_SIGN_IN_DAY, who};
    return BUDGETS_MAX;
}

static int
allowed(struct ctx *c, const char *who)
{
    struct budget v[BUDGETS_MAX];
    size_t n = budgets(c, who, v);
    int rc = OK;

    for (size_t i = 0; i < n && rc == OK; i++)
        rc = auth_guess_allowed(c, v[i].g, v[i].who);
    return rc;
}

/* When this failure shuts strangers out, the owner hears of it. */
static int
tell_owner(struct ctx *c, int64_t account, const char *who)
{
    if (!account || auth_guess_allowed(c, GUESS_SIGN_IN, who) != E_LIMIT)
        return OK;
    c->retry_after = 0;
    c->err = (struct err){0};
    return auth_happened(c, account, HAPPENED_GUESSED);
}

static int
failed(struct ctx *c, const char *who, int64_t account)
{
    struct budget v[BUDGETS_MAX];
    size_t n = budgets(c, who, v);
    int rc = OK;

    for (size_t i = 0; i < n && rc == OK; i++)
        rc = auth_guess_failed(c, v[i].g, v[i].who);
    return rc < 0 || n == 1 ? rc : tell_owner(c, account, who);
}

static int
cleared(struct ctx *c, const char *who)
{
    struct budget v[BUDGETS_MAX];

    budgets(c, who, v);
    return auth_guess_cleared(c, v[0].g, v[0].who);
}

/* --- a session opens --- */

int
auth_open_session(struct ctx *c, int64_t account)
{
    char *secret;
    int rc;

    if (c->session && (rc = auth_session_close(c, c->session->id)) < 0) /* another one's, or old */
        return rc;
    if ((rc = auth_session_open(c, account, &secret)) < 0 ||
        (rc = auth_session_note(c, secret, request_of(c)->address, "")) < 0)
        return rc;
    reply_session(c, secret);
    return OK;
}

/* Where each finds the own work: the first row whose permission the account has. */
const char *
auth_home(const struct account *a)
{
    static const struct { enum perm perm; const char *place; } HOMES[] = {
        {PERM_DOSSIER_READ, "/can-bo"},
        {PERM_ADMIN_AGENCIES, "/quan-tri/co-quan"},
    };

    if (a->kind == ACCOUNT_CITIZEN)
        return "/ho-so";
    for (size_t i = 0; i < sizeof HOMES / sizeof *HOMES; i++)
        if (a->perms & PERM_BIT(HOMES[i].perm))
            return HOMES[i].place;
    return "/can-bo";
}

/* Everything was right: the device is known from now on. */
static int
enter(struct ctx *c, const struct account *a, bool temporary, const char *back)
{
    const char *own = a->kind == ACCOUNT_OFFICER ? "/can-bo/tai-khoan" : "/tai-khoan";
    bool told;
    int rc = auth_open_session(c, a->id);

    if (rc < 0 || (rc = auth_happened_told(c, a->id, &told)) < 0)
        return rc;
    reply_cookie(c, DEVICE_COOKIE,
                 auth_device_add(c, cookie(c, DEVICE_COOKIE), who_is(c, a->login)),
                 DEVICE_DAYS * DAY_SECONDS);
    if (told)
        flash(c, N_("Có thay đổi với tài khoản của bạn từ lần đăng nhập trước: xem mục Việc gần "
                    "đây dưới trang này"));
    if (temporary || told)
        return redirect(c, "%s", own);
    return redirect(c, "%s", *back ? back : auth_home(a));
}

/* --- the first step --- */

enum { P_LOGIN, P_PASSWORD, P_BACK };
static const struct param IN_SIGN_IN[] = {
    [P_LOGIN] = {"login", K_TEXT, .required = true, .max = 40, .label = N_("Tên đăng nhập"),
                 .say = N_("Hãy nhập tên đăng nhập")},
    [P_PASSWORD] = {"password", K_SECRET, .required = true, .max = 128, .label = N_("Mật khẩu"),
                    .say = N_("Hãy nhập mật khẩu")},
    [P_BACK] = {"tiep", K_TEXT, .max = 1000},
    {.kind = K_END},
};
enum { P_GET_BACK, P_GET_LEVEL, P_GET_NAME };
static const struct param IN_SIGN_IN_PAGE[] = {
    [P_GET_BACK] = {"tiep", K_TEXT, .max = 1000},
    [P_GET_LEVEL] = {"muc", K_INT, .min = 1, .max = LEVEL_MAX},
    [P_GET_NAME] = {"ten", K_CODE},
    {.kind = K_END},
};

struct sign_in { struct password p; bool right; };      /* what prepare leaves */

static const char *
who(struct ctx *c)
{
    return who_is(c, in_text(c, P_LOGIN));
}

static enum line
line_of(struct ctx *c)
{
    return device_of(c, who(c)) ? LINE_KNOWN : LINE_STRANGER;
}

static int
prepare_sign_in(struct ctx *c)
{
    struct sign_in *s = arena_get(c->a, sizeof *s);
    int rc = allowed(c, who(c));

    if (rc < 0 || (rc = auth_password_get(c, kind_of(c), in_text(c, P_LOGIN), &s->p)) < 0)
        return rc;
    s->right = auth_password_check(s->p.hash, in_text(c, P_PASSWORD));
    c->prepared = s;
    return OK;
}

static int
show_sign_in(struct ctx *c, const char *back, const char *login, int level)
{
    struct sign_in_view v = {.officer = kind_of(c) == ACCOUNT_OFFICER, .login = login,
                             .back = auth_safe_back(back), .level = level};

    v.may_register = c->site->config.local_accounts;
    v.codes = !v.officer && auth_codes_open(c);
    auth_provider_choices(c, &v);
    v.action = v.officer ? DESK_SIGN_IN : "/dang-nhap";
    if (v.officer && c->site->config.counter_names)
        v.names_n = auth_names_read(c, cookie(c, NAMES_COOKIE), v.names);
    return page_auth_sign_in(c, &v);
}

static int
get_sign_in(struct ctx *c)
{
    return show_sign_in(c, in_text(c, P_GET_BACK), in_text(c, P_GET_NAME),
                        (int)in_int(c, P_GET_LEVEL));
}

static int
sign_in_again(struct ctx *c)
{
    const char *back = in_typed(c, "tiep");

    return show_sign_in(c, back ? back : "", "", 0);
}

/* The count of failures must be kept, so this is an answer, not an error. */
static int
refuse_sign_in(struct ctx *c, const struct sign_in *s)
{
    int rc = failed(c, who(c), s->p.account);

    if (rc < 0)
        return rc;
    fail_labelled(c, "password", N_("Mật khẩu"), N_("Tên đăng nhập hoặc mật khẩu không đúng"));
    if ((rc = show_sign_in(c, in_text(c, P_BACK), "", 0)) == OK)
        c->out->status = UNPROCESSABLE;
    return rc;
}

/* The password was right; who has a second factor is not in yet. */
static int
to_second_step(struct ctx *c, const struct password *p, const char *back)
{
    struct buf b;

    reply_cookie(c, TICKET_COOKIE,
                 auth_ticket_make(c, p->account, p->hash, p->temporary), TICKET_SECONDS);
    buf_init(&b, c->a, 4096);
    buf_lit(&b, DESK_SIGN_IN "/ma");
    if (*back) {
        buf_lit(&b, "?tiep=");
        buf_url(&b, back);
    }
    return redirect(c, "%s", b.p);
}

static int
post_sign_in(struct ctx *c)
{
    const struct sign_in *s = c->prepared;
    const char *back = auth_safe_back(in_text(c, P_BACK));
    struct second second;
    struct account a;
    int rc = allowed(c, who(c));    /* once more: guesses side by side are all counted by now */

    if (rc < 0)
        return rc;
    if (!s->right)
        return refuse_sign_in(c, s);
    if ((rc = cleared(c, who(c))) < 0 || (rc = auth_account_get(c, s->p.account, &a)) < 0 ||
        (rc = auth_second_get(c, a.id, &second)) < 0)
        return rc;
    return second.since ? to_second_step(c, &s->p, back) : enter(c, &a, s->p.temporary, back);
}

/* --- the second step --- */

enum { C_CODE, C_BACK };
static const struct param IN_CODE[] = {
    [C_CODE] = {"ma", K_TEXT, .required = true, .max = 60, .label = N_("Mã xác thực"),
                .say = N_("Hãy nhập mã xác thực")},
    [C_BACK] = {"tiep", K_TEXT, .max = 1000},
    {.kind = K_END},
};
static const struct param IN_CODE_PAGE[] = {[0] = {"tiep", K_TEXT, .max = 1000}, {.kind = K_END}};

enum { K_ID, K_CLIENT, K_DATA, K_SIGNATURE, K_BACK };
static const char NO_ANSWER[] = N_("Chưa có câu trả lời của khóa; hãy thử lại hoặc dùng mã");
#define IN_ANSWER(name_, max_)                                                                     \
    {name_, K_TEXT, .required = true, .max = max_, .label = N_("Khóa bảo mật"), .say = NO_ANSWER}
static const struct param IN_KEY[] = {
    [K_ID] = IN_ANSWER("khoa", 1400),
    [K_CLIENT] = IN_ANSWER("du-lieu", 2800),
    [K_DATA] = IN_ANSWER("xac-thuc", 5500),
    [K_SIGNATURE] = IN_ANSWER("chu-ky", 700),
    [K_BACK] = {"tiep", K_TEXT, .max = 1000},
    {.kind = K_END},
};

/* Whose password was right, and what has to follow it. */
struct half { struct ticket ticket; struct account a; int64_t serves; };

static int
half_in(struct ctx *c, struct half *h)
{
    struct second second;
    int rc = auth_ticket_read(c, cookie(c, TICKET_COOKIE), &h->ticket);

    if (rc < 0 || (rc = auth_account_get(c, h->ticket.account, &h->a)) < 0 ||
        (rc = auth_second_get(c, h->a.id, &second)) < 0)
        return rc;
    h->serves = auth_second_serves(c, h->a.perms, second.kinds);
    return OK;
}

static int
show_step(struct ctx *c, const struct half *h, const char *back)
{
    struct step_view v = {.back = auth_safe_back(back), .totp = h->serves & SECOND_TOTP};
    int rc = OK;

    v.keys = (h->serves & SECOND_KEY) && auth_keys_open(c);
    if (v.keys)
        rc = auth_key_ask(c, h->a.id, h->ticket.challenge, &v.ask);
    return rc < 0 ? rc : page_auth_second_step(c, &v);
}

/* Without a ticket the way begins anew: with the password. */
static int
first_step(struct ctx *c, const char *back)
{
    fail_labelled(c, "password", N_("Mật khẩu"), c->err.say);
    return show_sign_in(c, back, "", 0);
}

static int
get_code(struct ctx *c)
{
    struct half h;
    int rc = half_in(c, &h);

    if (rc == E_SIGNIN)
        return first_step(c, in_text(c, 0));
    return rc < 0 ? rc : show_step(c, &h, in_text(c, 0));
}

static int
code_again(struct ctx *c)
{
    const char *back = in_typed(c, "tiep");
    struct half h;
    int rc = half_in(c, &h);

    if (rc == E_SIGNIN)
        return first_step(c, back ? back : "");
    return rc < 0 ? rc : show_step(c, &h, back ? back : "");
}

/* Strangers who know the password do not use up the tries of the owner's own device. */
static const char *
code_who(struct ctx *c, const struct account *a)
{
    const char *device = device_of(c, who_is(c, a->login));

    return arena_fmt(c->a, "%s %" PRId64, device ? device : "", a->id);
}

/* The next try, of a key too, has a challenge of its own. */
static int
refuse_step(struct ctx *c, struct half *h, const char *tries, const char *back)
{
    const char *next;
    int rc = auth_guess_failed(c, GUESS_SECOND, tries);

    if (rc < 0 || (rc = auth_ticket_again(c, &h->ticket, &next)) < 0 ||
        (rc = auth_ticket_read(c, next, &h->ticket)) < 0)
        return rc;
    reply_cookie(c, TICKET_COOKIE, next, TICKET_SECONDS);
    if ((rc = show_step(c, h, back)) == OK)
        c->out->status = UNPROCESSABLE;
    return rc;
}

static int
step_done(struct ctx *c, const struct half *h, const char *tries, const char *back)
{
    int rc = auth_guess_cleared(c, GUESS_SECOND, tries);

    if (rc < 0)
        return rc;
    reply_cookie(c, TICKET_COOKIE, "", 0);
    return enter(c, &h->a, h->ticket.temporary, auth_safe_back(back));
}

static int
post_code(struct ctx *c)
{
    struct half h;
    bool right;
    const char *tries;
    int rc = half_in(c, &h);

    if (rc < 0)
        return rc == E_SIGNIN ? first_step(c, in_text(c, C_BACK)) : rc;
    tries = code_who(c, &h.a);
    if ((rc = auth_guess_allowed(c, GUESS_SECOND, tries)) < 0 ||
        (rc = auth_second_take(c, h.a.id, h.serves, in_text(c, C_CODE), &right)) < 0)
        return rc;
    if (right)
        return step_done(c, &h, tries, in_text(c, C_BACK));
    fail_labelled(c, "ma", N_("Mã xác thực"),
                  N_("Mã không đúng, đã dùng rồi hoặc đã hết hạn; hãy chờ mã kế tiếp"));
    return refuse_step(c, &h, tries, in_text(c, C_BACK));
}

static int
post_key(struct ctx *c)
{
    static const char *const SAY[] = {
        [KEY_WRONG] = N_("Khóa này không đúng hoặc đã quá lâu; hãy thử lại hoặc dùng mã"),
        [KEY_WENT_BACK] = N_("Khóa này có thể đã bị sao chép nên không dùng được; hãy dùng mã hoặc "
                             "khóa khác, rồi bỏ khóa này"),
    };
    const struct key_signed in = {in_text(c, K_ID), in_text(c, K_CLIENT), in_text(c, K_DATA),
                                  in_text(c, K_SIGNATURE)};
    enum key_verdict verdict = KEY_WRONG;
    struct half h;
    const char *tries;
    int rc = half_in(c, &h);

    if (rc < 0)
        return rc == E_SIGNIN ? first_step(c, in_text(c, K_BACK)) : rc;
    tries = code_who(c, &h.a);
    if ((rc = auth_guess_allowed(c, GUESS_SECOND, tries)) < 0 ||
        ((h.serves & SECOND_KEY) &&
         (rc = auth_key_take(c, h.a.id, h.ticket.challenge, &in, &verdict)) < 0))
        return rc;
    if (verdict == KEY_RIGHT)
        return step_done(c, &h, tries, in_text(c, K_BACK));
    fail_labelled(c, "khoa", N_("Khóa bảo mật"), SAY[verdict]);
    return refuse_step(c, &h, tries, in_text(c, K_BACK));
}

/* --- out --- */

/* What the browser kept of the pages goes, too. */
static int
close_session(struct ctx *c)
{
    int rc = auth_session_close(c, c->session->id);

    if (rc < 0)
        return rc;
    reply_session(c, NULL);
    c->out->clear = true;
    return OK;
}

static int
post_sign_out(struct ctx *c)
{
    int rc = close_session(c);

    if (rc < 0)
        return rc;
    if (auth_provider_is(c, c->session->provider))
        return redirect(c, "/da-dang-xuat/%s", c->session->provider);
    flash(c, N_("Bạn đã đăng xuất"));
    return redirect(c, "/");
}

/* One click: the next officer signs in with the own password. */
static int
post_switch(struct ctx *c)
{
    struct account a;
    int rc = auth_account_get(c, c->account, &a);

    if (rc < 0 || (rc = close_session(c)) < 0)
        return rc;
    if (c->site->config.counter_names)
        reply_cookie(c, NAMES_COOKIE,
                     auth_names_add(c, cookie(c, NAMES_COOKIE), a.login), NAMES_SECONDS);
    flash(c, N_("Phiên trước đã kết thúc. Mời người kế tiếp đăng nhập."));
    return redirect(c, DESK_SIGN_IN);
}

static int
post_forget(struct ctx *c)
{
    reply_cookie(c, NAMES_COOKIE, "", 0);
    return redirect(c, DESK_SIGN_IN);
}

#define SIGN_IN(path_, face_, who_)                                                                \
    {GET, path_, PERM_PUBLIC, RUN_INLINE, BODY_NONE, SEES_NOBODY, face_, IN_SIGN_IN_PAGE,          \
     .run = get_sign_in, .about = "Sign-in page of " who_},                                        \
    {POST, path_, PERM_PUBLIC, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, face_, IN_SIGN_IN,          \
     .prepare = prepare_sign_in, .line = line_of, .run = post_sign_in, .page = sign_in_again,      \
     .about = "Signs in one of " who_}

const struct route auth_sign_in_routes[] = {
    SIGN_IN("/dang-nhap", FACE_PORTAL, "citizens"),
    SIGN_IN(DESK_SIGN_IN, FACE_DESK, "officers"),
    {GET, DESK_SIGN_IN "/ma", PERM_PUBLIC, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_DESK,
     IN_CODE_PAGE, .run = get_code, .about = "Second step of an officer's sign-in"},
    {POST, DESK_SIGN_IN "/ma", PERM_PUBLIC, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_DESK,
     IN_CODE, .run = post_code, .page = code_again, .limit = CLASS_SIGN_IN,
     .about = "Takes the code of the second factor, or a recovery code"},
    {POST, DESK_SIGN_IN "/khoa", PERM_PUBLIC, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_DESK,
     IN_KEY, .run = post_key, .page = code_again, .limit = CLASS_SIGN_IN,
     .about = "Takes what a security key signed as the second factor"},
    {POST, DESK_SIGN_IN "/quen-ten", PERM_PUBLIC, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_DESK,
     IN_NONE, .run = post_forget, .about = "Forgets the user names of a shared counter"},
    {POST, "/dang-xuat", PERM_SIGNED_IN, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_PORTAL,
     IN_NONE, .run = post_sign_out, .early = true, .about = "Ends the session"},
    {POST, "/can-bo/doi-nguoi", PERM_OFFICER, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_DESK,
     IN_NONE, .run = post_switch, .early = true,
     .about = "Ends the session at a shared counter for the next officer"},
    {0},
};
