/* /quan-tri/can-bo: officers' accounts, roles and stand-ins.  An officer is named by the login. */
#include <string.h>

#include "agencies_officers.page.h"
#include "auth/second.h"
#include "auth/typed.h"
#include "base/vi.h"
#include "http/params.h"
#include "http/reply.h"
#include "http/route.h"
#include "mod/agencies/agencies_pages.h"
#include "site/site.h"

enum { PAGE_ROWS = 50, TOKENS_SHOWN = 50 };

/* What was just changed is there: the server's own snapshot follows some seconds later. */
static const struct agencies_snapshot *
snapshot(struct ctx *c)
{
    return agencies_snapshot_fresh(c, c->site->agencies);
}

/* --- the list ------------------------------------------------------------------------------- */

enum { L_WORDS, L_FROM };
static const struct param IN_LIST[] = {
    [L_WORDS] = {"q", K_TEXT, .max = 100, .number = true},
    [L_FROM] = {"tu", K_CODE},      /* login of the last officer shown */
    {.kind = K_END},
};

static int
get_list(struct ctx *c)
{
    struct account *rows = arena_get(c->a, (PAGE_ROWS + 1) * sizeof *rows), last = {.name = ""};
    const struct agency **home = arena_get(c->a, PAGE_ROWS * sizeof *home);
    struct officers_view v = {.words = in_text(c, L_WORDS), .p = rows, .home = home};
    int rc = in_has(c, L_FROM)
                 ? auth_account_by_login(c, ACCOUNT_OFFICER, in_text(c, L_FROM), &last)
                 : OK;

    if (rc < 0 ||
        (rc = auth_officers(c, c->account, vi_fold(c->a, v.words), vi_fold(c->a, last.name),
                            last.id, PAGE_ROWS + 1, rows, &v.n)) < 0)
        return rc;
    if (v.n > PAGE_ROWS) {
        v.n = PAGE_ROWS;
        v.next = rows[PAGE_ROWS - 1].login;
    }
    for (size_t i = 0; i < v.n; i++)
        home[i] = agencies_by_id(snapshot(c), rows[i].home_unit);
    return page_officers_list(c, &v);
}

/* --- one officer ---------------------------------------------------------------------------- */

#define PATH_PARAMS [P_LOGIN] = {"login", K_CODE, .required = true}
enum { P_LOGIN };
static const struct param IN_SHOW[] = {PATH_PARAMS, {.kind = K_END}};

/* Not in the caller's reach is not found. */
static int
find(struct ctx *c, struct account *a)
{
    int rc = auth_account_by_login(c, ACCOUNT_OFFICER, in_text(c, P_LOGIN), a);

    return rc < 0 ? rc : agencies_may_manage(c, a->id);
}

static int
choices(struct ctx *c, struct officer_admin *v)
{
    v->s = snapshot(c);
    v->on = vn_day(c->now);
    v->today = date_iso(c->a, v->on);
    v->role_choices = role_choices(c, &v->role_choices_n);
    v->agencies = agency_choices(c, v->s, PERM_ADMIN_OFFICERS, N_("Chọn cơ quan"), &v->agencies_n);
    return field_choices(c, &v->fields, &v->fields_n);
}

static int
show(struct ctx *c, int (*page)(struct ctx *, const struct officer_admin *))
{
    struct officer_admin v = {0};
    struct account a;
    struct role_row *roles;
    struct stand_in *stand_ins;
    struct token_row *tokens = arena_get(c->a, TOKENS_SHOWN * sizeof *tokens);
    int rc = find(c, &a);

    v.tokens = tokens;
    if (rc < 0 || (rc = agencies_roles_of(c, a.id, &roles, &v.roles_n)) < 0 ||
        (rc = agencies_stand_ins_of(c, a.id, &stand_ins, &v.stand_ins_n)) < 0 ||
        (rc = auth_second_get(c, a.id, &v.second)) < 0 ||
        (rc = auth_token_list(c, a.id, TOKENS_SHOWN, tokens, &v.tokens_n)) < 0 ||
        (rc = auth_log_seen(c, c->route->path, 0, a.id)) < 0 || (rc = choices(c, &v)) < 0)
        return rc;
    v.a = &a;
    v.roles = roles;
    v.stand_ins = stand_ins;
    return page(c, &v);
}

static int
get_show(struct ctx *c)
{
    return show(c, page_officer_show);
}

static int
to_officer(struct ctx *c, const char *login, const char *say)
{
    flash(c, say);
    return redirect(c, "/quan-tri/can-bo/%s", login);
}

/* --- a new account, a new password: a link that its owner opens, shown once --- */

/* The only page that ever shows it; the gate keeps no copy of the answer. */
static int
show_link(struct ctx *c, const struct account *a)
{
    struct officer_admin v = {.a = a};
    char *token;
    int rc = auth_link_make(c, a->id, &token);

    if (rc < 0)
        return rc;
    v.token = token;
    v.link = arena_fmt(c->a, "%s/can-bo/dat-mat-khau/%s", c->site->config.base_url, token);
    v.hours = c->site->config.link_hours;
    c->out->secret = true;
    return page_officer_link(c, &v);
}

/* Oneself is another matter: own settings ask for the password. */
static int
find_other(struct ctx *c, struct account *a)
{
    int rc = find(c, a);

    if (rc == OK && a->id == c->account)
        return fail(c, E_DENIED,
                    N_("Với tài khoản của chính bạn, hãy dùng trang Tài khoản của tôi"),
                    "account %" PRId64 " for itself", a->id);
    return rc;
}

enum { A_LOGIN, A_NAME, A_PHONE, A_EMAIL, A_ROLE, A_AGENCY, A_FIELDS };
static const struct param IN_ADD[] = {
    [A_LOGIN] = {"login", K_CODE, .required = true, .label = N_("Tên đăng nhập")},
    [A_NAME] = {"ho-ten", K_TEXT, .required = true, .min = 2, .max = 100, .label = N_("Họ và tên")},
    [A_PHONE] = {"dien-thoai", K_PHONE, .label = N_("Số điện thoại")},
    [A_EMAIL] = {"email", K_EMAIL, .label = N_("Thư điện tử")},
    [A_ROLE] = {"vai-tro", K_ENUM, .required = true, .words = ROLE_WORDS, .label = N_("Vai trò"),
                .say = N_("Hãy chọn vai trò")},
    [A_AGENCY] = {"co-quan", K_CODE, .required = true, .label = N_("Cơ quan"),
                  .say = N_("Hãy chọn cơ quan")},
    [A_FIELDS] = {"linh-vuc", K_CODES, .label = N_("Lĩnh vực")},
    {.kind = K_END},
};

static int
get_add(struct ctx *c)
{
    struct officer_admin v = {0};
    int rc;

    if ((rc = choices(c, &v)) < 0)
        return rc;
    return page_officer_add(c, &v);
}

static int
find_agency(struct ctx *c, int i, int64_t *out)
{
    const char *code = agency_code_parse(c->a, in_text(c, i));
    const struct agency *g = code ? agencies_by_code(snapshot(c), code, vn_day(c->now)) : NULL;

    *out = g ? g->id : 0;
    return g ? OK
             : fail_labelled(c, "co-quan", N_("Cơ quan"), N_("Hãy chọn cơ quan trong danh sách"));
}

static int
post_add(struct ctx *c)
{
    struct account a = {.kind = ACCOUNT_OFFICER,
                        .login = in_text(c, A_LOGIN),
                        .name = in_text(c, A_NAME),
                        .phone = in_has(c, A_PHONE) ? in_text(c, A_PHONE) : NULL,
                        .email = in_has(c, A_EMAIL) ? in_text(c, A_EMAIL) : NULL,
                        .active = true};
    struct role_row r = {.role = (enum role)in_int(c, A_ROLE), .valid_from = vn_day(c->now),
                         .valid_to = AGENCY_OPEN, .fields = in_text(c, A_FIELDS)};
    int rc;

    if (!auth_login_good(a.login))
        return fail_labelled(c, "login", N_("Tên đăng nhập"),
                             N_("Tên đăng nhập gồm 2 đến 40 chữ thường không dấu, chữ số, . _ - "
                                "và có ít nhất một chữ cái"));
    if ((rc = find_agency(c, A_AGENCY, &r.agency)) < 0)
        return rc;
    if ((rc = auth_account_add(c, &a, NULL, &r.account)) == E_CONFLICT)
        return fail_labelled(c, "login", N_("Tên đăng nhập"),
                             N_("Tên đăng nhập này đã có người dùng"));
    if (rc < 0 || (rc = agencies_role_give(c, snapshot(c), &r)) < 0)
        return rc;
    a.id = r.account;
    return show_link(c, &a);
}

enum { R_SURE = 1 };
static const struct param IN_RESET[] = {
    PATH_PARAMS,
    [R_SURE] = {"chac-chan", K_BOOL, .required = true, .label = N_("Xác nhận"),
                .say = N_("Hãy đánh dấu để xác nhận")},
    {.kind = K_END},
};

static int
get_reset(struct ctx *c)
{
    return show(c, page_officer_reset);
}

static int
post_reset(struct ctx *c)
{
    struct account a;
    int rc = find_other(c, &a);

    if (rc < 0 || (rc = auth_password_set(c, a.id, NULL, false)) < 0 ||
        (rc = auth_session_close_all(c, a.id)) < 0)
        return rc;
    return show_link(c, &a);
}

/* The slip: the page on paper.  The link is not in the database: who has it may print. */
enum { K_LINK = 1 };
static const struct param IN_SLIP[] = {
    PATH_PARAMS,
    [K_LINK] = {"ma", K_TOKEN, .required = true, .label = N_("Liên kết")},
    {.kind = K_END},
};

struct made_slip { const char *login; struct bytes pdf; };

static int
prepare_slip(struct ctx *c)
{
    struct made_slip *m = arena_get(c->a, sizeof *m);
    struct slip s = {0};
    struct account a, of;
    int rc = find(c, &a);

    if (rc < 0 || (rc = auth_link_get(c, in_text(c, K_LINK), &of, &s.until)) < 0)
        return rc;
    if (of.id != a.id)
        return fail(c, E_NOTFOUND, N_("Liên kết này không phải của cán bộ đang xem"), "slip");
    s.a = &a;
    s.agency = agencies_by_id(snapshot(c), a.home_unit);
    s.link = arena_fmt(c->a, "%s/can-bo/dat-mat-khau/%s", c->site->config.base_url,
                       in_text(c, K_LINK));
    m->login = a.login;
    c->prepared = m;
    return agencies_slip(c, &s, &m->pdf);
}

static int
post_slip(struct ctx *c)
{
    const struct made_slip *m = c->prepared;

    c->out->secret = true;
    return reply_inline(c, "application/pdf",
                        arena_fmt(c->a, "phieu-tai-khoan-%s.pdf", m->login), m->pdf);
}

/* --- the second factor, tokens: taken away, never seen --- */

static int
get_second_reset(struct ctx *c)
{
    return show(c, page_officer_second);
}

static int
post_second_reset(struct ctx *c)
{
    struct account a;
    int rc = find_other(c, &a);

    if (rc < 0 || (rc = auth_second_drop(c, a.id)) < 0 ||
        (rc = auth_session_close_all(c, a.id)) < 0 ||
        (rc = auth_happened(c, a.id, HAPPENED_SECOND_RESET)) < 0)
        return rc;
    return to_officer(c, a.login, N_("Đã đặt lại xác thực hai lớp; cán bộ được báo khi đăng nhập"));
}

enum { K_TOKEN_REF = 1 };
static const struct param IN_TOKEN[] = {
    PATH_PARAMS,
    [K_TOKEN_REF] = {"ma-truy-cap", K_TOKEN, .required = true, .label = N_("Mã truy cập API")},
    {.kind = K_END},
};

static int
post_token_end(struct ctx *c)
{
    struct account a;
    int rc = find(c, &a);

    if (rc < 0 || (rc = auth_token_end(c, a.id, in_text(c, K_TOKEN_REF))) < 0)
        return rc;
    return to_officer(c, a.login, N_("Đã thu hồi mã truy cập"));
}

/* --- particulars ---------------------------------------------------------------------------- */

enum { E_VERSION = 1, E_NAME, E_PHONE, E_EMAIL, E_ACTIVE };
static const struct param IN_EDIT[] = {
    PATH_PARAMS,
    [E_VERSION] = {"v", K_INT, .required = true, .min = 1, .max = INT64_MAX},
    [E_NAME] = {"ho-ten", K_TEXT, .required = true, .min = 2, .max = 100, .label = N_("Họ và tên")},
    [E_PHONE] = {"dien-thoai", K_PHONE, .label = N_("Số điện thoại")},
    [E_EMAIL] = {"email", K_EMAIL, .label = N_("Thư điện tử")},
    [E_ACTIVE] = {"lam-viec", K_BOOL, .label = N_("Đang làm việc")},
    {.kind = K_END},
};

static int
get_edit(struct ctx *c)
{
    return show(c, page_officer_edit);
}

static int
post_edit(struct ctx *c)
{
    struct account a;
    bool was;
    int rc = find(c, &a);

    if (rc < 0)
        return rc;
    was = a.active;
    reply_before(c, "ho-ten", a.name);
    reply_before(c, "dien-thoai", a.phone);
    reply_before(c, "email", a.email);
    reply_before(c, "lam-viec", a.active ? "1" : "");
    a.version = in_int(c, E_VERSION);
    a.name = in_text(c, E_NAME);
    a.phone = in_has(c, E_PHONE) ? in_text(c, E_PHONE) : NULL;
    a.email = in_has(c, E_EMAIL) ? in_text(c, E_EMAIL) : NULL;
    a.active = in_int(c, E_ACTIVE) != 0;
    if (a.id == c->account && !a.active)
        return fail_labelled(c, "lam-viec", N_("Đang làm việc"),
                             N_("Bạn không thể tự ngừng tài khoản của mình"));
    if ((rc = auth_account_save(c, &a)) < 0 ||
        (was != a.active && (rc = agencies_reach_rebuild(c, 0)) < 0))     /* stand-ins as well */
        return rc;
    return to_officer(c, a.login, N_("Đã lưu thông tin cán bộ"));
}

/* --- roles ---------------------------------------------------------------------------------- */

enum { V_ROLE = 1, V_AGENCY, V_FROM, V_UNTIL, V_FIELDS };
static const struct param IN_ROLE[] = {
    PATH_PARAMS,
    [V_ROLE] = {"vai-tro", K_ENUM, .required = true, .words = ROLE_WORDS, .label = N_("Vai trò"),
                .say = N_("Hãy chọn vai trò")},
    [V_AGENCY] = {"co-quan", K_CODE, .required = true, .label = N_("Cơ quan"),
                  .say = N_("Hãy chọn cơ quan")},
    [V_FROM] = {"tu-ngay", K_DATE, .required = true, .label = N_("Từ ngày")},
    [V_UNTIL] = {"den-ngay", K_DATE, .label = N_("Đến ngày")},
    [V_FIELDS] = {"linh-vuc", K_CODES, .label = N_("Lĩnh vực")},
    {.kind = K_END},
};

static int
get_role(struct ctx *c)
{
    return show(c, page_officer_role);
}

static int
post_role(struct ctx *c)
{
    struct account a;
    struct role_row r = {.role = (enum role)in_int(c, V_ROLE), .valid_from = in_date(c, V_FROM),
                         .valid_to = in_has(c, V_UNTIL) ? in_date(c, V_UNTIL) : AGENCY_OPEN,
                         .fields = in_text(c, V_FIELDS)};
    int rc;

    if ((rc = find(c, &a)) < 0 || (rc = find_agency(c, V_AGENCY, &r.agency)) < 0)
        return rc;
    r.account = a.id;
    rc = agencies_role_give(c, snapshot(c), &r);
    return rc < 0 ? rc : to_officer(c, a.login, N_("Đã giao vai trò"));
}

/* A role is named by what it says: no id leaves the program. */
static const struct param IN_ROLE_END[] = {
    PATH_PARAMS,
    [V_ROLE] = {"vai-tro", K_ENUM, .required = true, .words = ROLE_WORDS},
    [V_AGENCY] = {"co-quan", K_CODE, .required = true},
    [V_FROM] = {"tu-ngay", K_DATE, .required = true},
    {.kind = K_END},
};

static const struct role_row *
role_named(struct ctx *c, const struct role_row *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct agency *g = agencies_by_id(snapshot(c), v[i].agency);

        if (g && strcmp(g->code, in_text(c, V_AGENCY)) == 0 &&
            v[i].valid_from == in_date(c, V_FROM) && v[i].role == (enum role)in_int(c, V_ROLE) &&
            v[i].valid_to >= vn_day(c->now))
            return &v[i];
    }
    return NULL;
}

static int
post_role_end(struct ctx *c)
{
    struct account a;
    struct role_row *roles;
    const struct role_row *one;
    size_t n;
    int rc = find(c, &a);

    if (rc < 0 || (rc = agencies_roles_of(c, a.id, &roles, &n)) < 0)
        return rc;
    one = role_named(c, roles, n);
    if ((rc = agencies_role_end(c, snapshot(c), a.id, one ? one->id : 0)) < 0)
        return rc;
    reply_before(c, "den-ngay",
                 one->valid_to == AGENCY_OPEN ? "" : date_iso(c->a, one->valid_to));
    return to_officer(c, a.login, N_("Đã kết thúc vai trò"));
}

/* --- stand-ins ------------------------------------------------------------------------------ */

enum { T_LOGIN = 1, T_FROM, T_UNTIL, T_REASON };
static const struct param IN_STAND_IN[] = {
    PATH_PARAMS,
    [T_LOGIN] = {"nguoi-thay", K_CODE, .required = true,
                 .label = N_("Tên đăng nhập của người làm thay")},
    [T_FROM] = {"tu-ngay", K_DATE, .required = true, .label = N_("Từ ngày")},
    [T_UNTIL] = {"den-ngay", K_DATE, .required = true, .label = N_("Đến ngày")},
    [T_REASON] = {"ly-do", K_TEXT, .required = true, .max = 200, .label = N_("Lý do")},
    {.kind = K_END},
};

static int
get_stand_in(struct ctx *c)
{
    return show(c, page_officer_stand_in);
}

static int
post_stand_in(struct ctx *c)
{
    struct account a, other;
    struct stand_in v;
    int rc = find(c, &a);

    if (rc < 0)
        return rc;
    if (auth_account_by_login(c, ACCOUNT_OFFICER, in_text(c, T_LOGIN), &other) < 0)
        return fail_labelled(c, "nguoi-thay", N_("Người làm thay"),
                             N_("Không có cán bộ nào với tên đăng nhập này"));
    v = (struct stand_in){.absent = a.id, .stand_in = other.id, .valid_from = in_date(c, T_FROM),
                          .valid_to = in_date(c, T_UNTIL), .reason = in_text(c, T_REASON)};
    rc = agencies_stand_in_set(c, &v);
    return rc < 0 ? rc : to_officer(c, a.login, N_("Đã ghi nhận người làm thay"));
}

enum { U_FROM = 1, U_UNTIL, U_NAME };
static const struct param IN_STAND_IN_END[] = {
    PATH_PARAMS,
    [U_FROM] = {"tu-ngay", K_DATE, .required = true},
    [U_UNTIL] = {"den-ngay", K_DATE, .required = true},
    [U_NAME] = {"nguoi-thay", K_TEXT, .required = true, .max = 100},
    {.kind = K_END},
};

static int64_t
stand_in_named(struct ctx *c, const struct account *a, const struct stand_in *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (v[i].absent == a->id && v[i].valid_from == in_date(c, U_FROM) &&
            v[i].valid_to == in_date(c, U_UNTIL) &&
            strcmp(v[i].stand_in_name, in_text(c, U_NAME)) == 0)
            return v[i].id;
    return 0;
}

static int
post_stand_in_end(struct ctx *c)
{
    struct account a;
    struct stand_in *all;
    size_t n;
    int rc = find(c, &a);

    if (rc < 0 || (rc = agencies_stand_ins_of(c, a.id, &all, &n)) < 0 ||
        (rc = agencies_stand_in_end(c, a.id, stand_in_named(c, &a, all, n))) < 0)
        return rc;
    return to_officer(c, a.login, N_("Đã kết thúc việc làm thay"));
}

#define ROOT "/quan-tri/can-bo"
#define ONE ROOT "/{login}"
#define PAGE(path_, in_, run_, about_)                                                             \
    {GET, path_, PERM_ADMIN_OFFICERS, RUN_INLINE, BODY_NONE, SEES_PERSON, FACE_ADMIN, in_,         \
     .run = run_, .about = about_}
#define CHANGE(path_, in_, run_, page_, about_)                                                    \
    {POST, path_, PERM_ADMIN_OFFICERS, RUN_WRITE_LANE, BODY_FORM, SEES_PERSON, FACE_ADMIN, in_,    \
     .run = run_, .page = page_, .about = about_}

const struct route agencies_officers_routes[] = {
    {GET, ROOT, PERM_ADMIN_OFFICERS, RUN_READ_LANE, BODY_NONE, SEES_PERSON, FACE_ADMIN, IN_LIST,
     .run = get_list, .about = "Officers in the caller's reach"},
    {POST, ROOT, PERM_ADMIN_OFFICERS, RUN_READ_FIRST, BODY_FORM, SEES_PERSON, FACE_ADMIN, IN_LIST,
     .run = typed_go, .page = get_list, .about = TYPED_ABOUT},
    {GET, ROOT "/them", PERM_ADMIN_OFFICERS, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_ADMIN,
     IN_NONE, .run = get_add, .about = "Form of a new officer"},
    {POST, ROOT "/them", PERM_ADMIN_OFFICERS, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_ADMIN,
     IN_ADD, .run = post_add, .page = get_add,
     .about = "Adds an officer and shows the link for the first password once"},
    PAGE(ONE, IN_SHOW, get_show, "One officer: particulars, roles, stand-ins"),
    PAGE(ONE "/sua", IN_SHOW, get_edit, "Form of an officer's particulars"),
    CHANGE(ONE "/sua", IN_EDIT, post_edit, get_edit,
           "Saves particulars, closes or opens the account"),
    PAGE(ONE "/vai-tro", IN_SHOW, get_role, "Form of a role"),
    CHANGE(ONE "/vai-tro", IN_ROLE, post_role, get_role, "Gives a role at an agency"),
    CHANGE(ONE "/vai-tro/ket-thuc", IN_ROLE_END, post_role_end, NULL, "Ends a role at once"),
    PAGE(ONE "/lam-thay", IN_SHOW, get_stand_in, "Form of a stand-in"),
    CHANGE(ONE "/lam-thay", IN_STAND_IN, post_stand_in, get_stand_in,
           "Names a stand-in for some days"),
    CHANGE(ONE "/lam-thay/ket-thuc", IN_STAND_IN_END, post_stand_in_end, NULL, "Ends a stand-in"),
    PAGE(ONE "/mat-khau", IN_SHOW, get_reset, "Asks before a password is reset"),
    CHANGE(ONE "/mat-khau", IN_RESET, post_reset, get_reset,
           "Ends password and sessions, shows a link for a new one once"),
    {POST, ONE "/phieu", PERM_ADMIN_OFFICERS, RUN_WRITE_LANE, BODY_FORM, SEES_PERSON, FACE_ADMIN,
     IN_SLIP, .prepare = prepare_slip, .run = post_slip,
     .about = "The link for a first password as a slip of paper (PDF)"},
    PAGE(ONE "/hai-lop", IN_SHOW, get_second_reset, "Asks before a second factor is reset"),
    CHANGE(ONE "/hai-lop", IN_RESET, post_second_reset, get_second_reset,
           "Takes an officer's second factor away and ends the sessions"),
    CHANGE(ONE "/ma-truy-cap", IN_TOKEN, post_token_end, NULL, "Revokes an officer's API token"),
    {0},
};
