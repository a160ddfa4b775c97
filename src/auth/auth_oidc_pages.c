/*
 * Signing in at an identity provider, from our button to the session.  What waits for the provider
 * is done in the rows' prepare steps (`outward`); the handlers write.  Every end that is not a
 * session is a page with a sentence and a way on.
 */
#include "auth/auth_oidc_pages.h"

#include <string.h>

#include "auth/auth_pages.h"
#include "auth_oidc.page.h"
#include "auth/security_log.h"
#include "base/id.h"
#include "base/log.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/route.h"
#include "site/site.h"

enum { STATE_BYTES = 16, VERIFIER_BYTES = 32, CODE_MAX = 2000 };

static const char FLOW[] = "flow", JOIN[] = "join";

/* --- providers -------------------------------------------------------------------------------- */

static struct oidc *
client(const struct ctx *c)
{
    return c->site->with ? c->site->with->oidc : NULL;
}

static enum oidc_face
face_of(const struct ctx *c)
{
    return c->route->face == FACE_DESK ? OIDC_OFFICER : OIDC_CITIZEN;
}

/* The best level that a provider can give. */
static int
best_of(const struct oidc_provider *p)
{
    int best = p->usual;

    for (int i = 0; i < p->levels; i++)
        if (p->level[i].level > best)
            best = p->level[i].level;
    return best;
}

static struct url
begin_address(struct ctx *c, const struct oidc_provider *p, int level, const char *back)
{
    const char *base = p->face == OIDC_OFFICER ? "/can-bo/dang-nhap" : "/dang-nhap";

    if (level > 1)
        return html_url(c, arena_fmt(c->a, "%s/%%s?muc=%d&tiep=%%s", base, level), p->id, back);
    return html_url(c, arena_fmt(c->a, "%s/%%s?tiep=%%s", base), p->id, back);
}

void
auth_provider_choices(struct ctx *c, struct sign_in_view *v)
{
    const struct oidc_providers *all = oidc_providers(client(c));
    struct provider_choice *p;

    if (!all)
        return;
    v->providers = p = arena_get(c->a, OIDC_PROVIDERS * sizeof *p);
    for (int i = 0; i < all->n; i++)
        if (all->p[i].face == (v->officer ? OIDC_OFFICER : OIDC_CITIZEN) &&
            best_of(&all->p[i]) >= v->level)
            p[v->n++] = (struct provider_choice){
                c->lang == LANG_EN ? all->p[i].name_en : all->p[i].name,
                begin_address(c, &all->p[i], v->level, v->back)};
}

/* --- cookies ---------------------------------------------------------------------------------- */

static const char *
cookie_name(const char *use)
{
    return strcmp(use, JOIN) == 0 ? "lien-ket" : "vao";
}

static json_t *
cookie_read(struct ctx *c, const char *use)
{
    return auth_unseal(c, use, request_cookie(c, cookie_name(use)));
}

static int
cookie_write(struct ctx *c, const char *use, json_t *what)
{
    const char *text = auth_seal(c, use, what);

    if (!text)
        return fail(c, E_INVALID, N_("Địa chỉ quá dài"), "a cookie that is too long");
    reply_cookie(c, cookie_name(use), text, FLOW_SECONDS);
    return OK;
}

static const char *
member(struct ctx *c, const json_t *j, const char *name)
{
    return arena_str(c->a, json_string_value(json_object_get(j, name)));
}

/* --- an end that is not a session ------------------------------------------------------------- */

struct failure { const char *say; int status; bool keep; };

static int
status_of(int rc)
{
    static const struct { int rc, status; } ROWS[] = {
        {E_DOWN, 503}, {E_DENIED, 403}, {E_CONFLICT, 409}, {E_INVALID, 400}};

    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        if (ROWS[i].rc == rc)
            return ROWS[i].status;
    return 500;
}

/* What went wrong goes to the log; the person gets the sentence on a page of its own. */
static struct failure
failure_of(struct ctx *c, int rc)
{
    security_log(c, "wrong", 0, "provider");
    log_line(rc == E_DOWN ? LOG_WARN : LOG_INFO, "sign-in refused",
             LOG_T("id", c->request_id), LOG_T("detail", (const char *)c->err.detail));
    return (struct failure){.say = c->err.say, .status = status_of(rc)};
}

static int
show_failure(struct ctx *c, const struct oidc_provider *p, const struct failure *f,
             const char *back)
{
    struct oidc_failure_view v = {.say = f->say, .officer = p->face == OIDC_OFFICER,
                                  .name = c->lang == LANG_EN ? p->name_en : p->name,
                                  .again = begin_address(c, p, 1, back)};
    int rc;

    v.others = v.officer ? "/can-bo/dang-nhap" : "/dang-nhap";
    if (!f->keep)
        reply_cookie(c, cookie_name(FLOW), "", 0);
    rc = page_auth_oidc_failed(c, &v);
    c->out->status = f->status;
    c->err = (struct err){0};
    return rc;
}

/* --- to the provider -------------------------------------------------------------------------- */

enum { B_PROVIDER, B_BACK, B_LEVEL };
static const struct param IN_BEGIN[] = {
    [B_PROVIDER] = {"nha", K_CODE, .required = true},
    [B_BACK] = {"tiep", K_TEXT, .max = 1000},
    [B_LEVEL] = {"muc", K_INT, .min = 1, .max = LEVEL_MAX},
    {.kind = K_END},
};

struct departure {
    const struct oidc_provider *p;
    struct oidc_flow flow;
    const char *address, *back;
    struct failure failure;
};

static int
provider_here(struct ctx *c, int i, const struct oidc_provider **out)
{
    *out = oidc_provider_find(oidc_providers(client(c)), in_text(c, i), face_of(c));
    return *out ? OK
                : fail(c, E_NOTFOUND, N_("Trang này không có cách đăng nhập đó"),
                       "no such provider");
}

static const char *
return_address(struct ctx *c, const struct oidc_provider *p)
{
    return arena_fmt(c->a, "%s%s/%s/ve", c->site->config.base_url,
                     p->face == OIDC_OFFICER ? "/can-bo/dang-nhap" : "/dang-nhap", p->id);
}

static int
prepare_begin(struct ctx *c)
{
    struct departure *d = arena_get(c->a, sizeof *d);
    int rc = provider_here(c, B_PROVIDER, &d->p);

    if (rc < 0)
        return rc;
    d->back = auth_safe_back(in_text(c, B_BACK));
    d->flow = (struct oidc_flow){.state = token_url(c->a, STATE_BYTES),
                                 .nonce = token_url(c->a, STATE_BYTES),
                                 .verifier = token_url(c->a, VERIFIER_BYTES),
                                 .redirect = return_address(c, d->p),
                                 .level = (int)in_int(c, B_LEVEL)};
    if ((rc = oidc_begin(c, client(c), d->p, &d->flow, &d->address)) < 0)
        d->failure = failure_of(c, rc);
    c->prepared = d;
    return OK;
}

/* Who is signed in and goes for a higher level must come back as the same person. */
static int64_t
whose(const struct ctx *c, int level)
{
    return level > 1 && c->session && c->session->kind == ACCOUNT_CITIZEN ? c->session->account : 0;
}

/* A link on another site must not sign anybody in without a word: the person presses our button. */
static bool
from_elsewhere(const struct ctx *c)
{
    const char *site = request_of(c)->h.fetch_site;

    return site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0;
}

static int
get_begin(struct ctx *c)
{
    const struct departure *d = c->prepared;
    int rc;

    if (d->failure.say)
        return show_failure(c, d->p, &d->failure, d->back);
    if (from_elsewhere(c))
        return redirect(c, "%s", c->route->face == FACE_DESK ? "/can-bo/dang-nhap" : "/dang-nhap");
    rc = cookie_write(c, FLOW,
                      json_pack("{s:s,s:s,s:s,s:s,s:s,s:i,s:I}", "provider", d->p->id, "state",
                                d->flow.state, "nonce", d->flow.nonce, "verifier",
                                d->flow.verifier, "back", d->back, "level", d->flow.level,
                                "whose", (json_int_t)whose(c, d->flow.level)));
    return rc < 0 ? rc : redirect_away(c, d->address);
}

/* --- and back --------------------------------------------------------------------------------- */

enum { R_PROVIDER, R_CODE, R_STATE, R_ISSUER, R_ERROR };
static const struct param IN_RETURN[] = {
    [R_PROVIDER] = {"nha", K_CODE, .required = true},
    [R_CODE] = {"code", K_TEXT, .max = CODE_MAX},
    [R_STATE] = {"state", K_TEXT, .max = 200},
    [R_ISSUER] = {"iss", K_TEXT, .max = 300},
    [R_ERROR] = {"error", K_TEXT, .max = 100},
    {.kind = K_END},
};

struct arrival {
    const struct oidc_provider *p;
    struct oidc_person who;
    const char *nonce, *back;
    int64_t whose;                  /* account that went; 0 any */
    struct failure failure;
};

/* RFC 6749 4.1.2.1 and OpenID Connect 3.1.2.6; what is not here is our fault or the provider's. */
static struct failure
said_no(struct ctx *c)
{
    static const struct { const char *word, *say; int status; } ROWS[] = {
        {"access_denied",
         N_("Bạn đã dừng việc đăng nhập, hoặc chưa đồng ý chia sẻ thông tin"), 403},
        {"temporarily_unavailable",
         N_("Hệ thống định danh đang bận. Bạn hãy thử lại sau ít phút"), 503},
        {"server_error", N_("Hệ thống định danh đang gặp lỗi. Bạn hãy thử lại sau ít phút"), 503},
        {"unmet_authentication_requirements",
         N_("Tài khoản định danh của bạn chưa đạt mức xác thực cần có"), 403},
    };
    const char *word = in_text(c, R_ERROR);

    log_line(LOG_INFO, "sign-in refused by the provider", LOG_T("id", c->request_id),
             LOG_T("error", strspn(word, "abcdefghijklmnopqrstuvwxyz_") == strlen(word) ? word
                                                                                        : "?"));
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        if (strcmp(ROWS[i].word, word) == 0)
            return (struct failure){.say = ROWS[i].say, .status = ROWS[i].status};
    return (struct failure){
        .say = N_("Hệ thống định danh không nhận yêu cầu đăng nhập. Bạn hãy thử lại hoặc gọi "
                  "đường dây hỗ trợ"),
        .status = 502};
}

/* Another browser's answer, a forged one, or a page that was open too long: what is under way here
 * goes on. */
static const struct failure STRANGE = {
    .say = N_("Trình duyệt này không có lần đăng nhập nào đang chờ, hoặc đã quá 10 phút. Bạn hãy "
              "đăng nhập lại"),
    .status = 400,
    .keep = true,
};

static void
ask_who(struct ctx *c, struct arrival *s, const json_t *flow)
{
    struct oidc_flow f = {.state = member(c, flow, "state"), .nonce = member(c, flow, "nonce"),
                          .verifier = member(c, flow, "verifier"),
                          .redirect = return_address(c, s->p),
                          .level = (int)json_integer_value(json_object_get(flow, "level"))};
    int rc;

    s->nonce = f.nonce;
    s->whose = json_integer_value(json_object_get(flow, "whose"));
    if (in_has(c, R_ERROR)) {
        s->failure = said_no(c);
        return;
    }
    rc = in_has(c, R_CODE) ? oidc_finish(c, client(c), s->p, &f, in_text(c, R_CODE),
                                         in_text(c, R_ISSUER), &s->who)
                           : fail(c, E_INVALID, STRANGE.say, "neither code nor error");
    if (rc < 0)
        s->failure = failure_of(c, rc);
}

static int
prepare_return(struct ctx *c)
{
    struct arrival *s = arena_get(c->a, sizeof *s);
    json_t *flow;
    int rc = provider_here(c, R_PROVIDER, &s->p);

    if (rc < 0)
        return rc;
    c->prepared = s;
    flow = request_of(c)->verb == VERB_GET ? cookie_read(c, FLOW) : NULL;
    s->back = auth_safe_back(member(c, flow, "back"));
    if (flow && strcmp(member(c, flow, "provider"), s->p->id) == 0 &&
        hash_text_equal(member(c, flow, "state"), in_text(c, R_STATE)))
        ask_who(c, s, flow);
    else
        s->failure = STRANGE;
    json_decref(flow);
    return OK;
}

static int
enter(struct ctx *c, int64_t account, int level, const char *provider, const char *back)
{
    struct account a;
    char *cookie;
    int rc;

    if (c->session && (rc = auth_session_close(c, c->session->id)) < 0)
        return rc;
    if ((rc = auth_account_get(c, account, &a)) < 0 ||
        (rc = auth_session_open(c, account, &cookie)) < 0 ||
        (rc = auth_session_note(c, cookie, request_of(c)->address, "")) < 0 ||
        (rc = auth_session_rate(c, cookie, level, provider)) < 0)
        return rc;
    reply_session(c, cookie);
    return redirect(c, "%s", *back ? back : auth_home(&a));
}

/* The question whose account it is takes a page: what was vouched for waits with the browser. */
static int
ask_person(struct ctx *c, const struct vouched *v, const char *back)
{
    int rc = cookie_write(c, JOIN, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:i,s:s}", "provider",
                                             v->provider, "subject", v->subject, "number",
                                             v->number, "name", v->name, "phone", v->phone,
                                             "email", v->email, "level", v->level, "back", back));

    return rc < 0 ? rc : redirect(c, "/lien-ket");
}

/* Whose representative this is, when the provider says so (mod/mandates). */
static int
acts_for(struct ctx *c, const struct oidc_person *w, int64_t account)
{
    const struct services *with = c->site->with;

    if (!*w->claim[CLAIM_TAX_CODE] || !with || !with->acts_for)
        return OK;
    return with->acts_for(c, account, w->claim[CLAIM_TAX_CODE], w->claim[CLAIM_ORGANISATION]);
}

static int
take_in(struct ctx *c, const struct arrival *s)
{
    const struct oidc_person *w = &s->who;
    struct vouched v = {s->p->id, w->subject, w->claim[CLAIM_NUMBER], w->claim[CLAIM_NAME],
                        w->claim[CLAIM_PHONE], w->claim[CLAIM_EMAIL], w->level};
    enum linking how = LINK_DONE;
    int64_t account;
    int rc = auth_oidc_once(c, s->nonce);

    if (rc == OK)
        rc = s->p->face == OIDC_OFFICER ? auth_link_officer(c, w->claim[CLAIM_LOGIN], &account)
                                        : auth_link(c, &v, &how, &account);
    if (rc < 0)
        return rc;
    if (s->whose && s->whose != account)
        return fail(c, E_DENIED,
                    N_("Định danh này không phải của người đang đăng nhập. Bản nháp của bạn vẫn "
                       "còn ở tài khoản cũ"),
                    "%s: another person than account %" PRId64, v.provider, s->whose);
    if (how == LINK_DONE && s->p->face == OIDC_CITIZEN && (rc = acts_for(c, w, account)) < 0)
        return rc;
    return how == LINK_ASK ? ask_person(c, &v, s->back)
                           : enter(c, account, w->level, s->p->id, s->back);
}

static int
get_return(struct ctx *c)
{
    const struct arrival *s = c->prepared;
    struct failure f = s->failure;
    int rc;

    if (f.keep && c->session)           /* the page was loaded again after it had done its work */
        return redirect(c, "%s", face_of(c) == OIDC_OFFICER ? "/can-bo" : "/ho-so");
    if (!f.say && (rc = take_in(c, s)) < 0) {
        if (rc != E_DENIED && !(rc == E_CONFLICT && c->err.say))
            return rc;
        f = failure_of(c, rc);
    }
    if (f.say)
        return show_failure(c, s->p, &f, s->back);
    reply_cookie(c, cookie_name(FLOW), "", 0);
    return OK;
}

/* --- an unchecked account has the number ------------------------------------------------------ */

enum { J_PASSWORD };
static const struct param IN_JOIN[] = {
    [J_PASSWORD] = {"password", K_SECRET, .required = true, .max = 128, .label = N_("Mật khẩu"),
                    .say = N_("Hãy nhập mật khẩu")},
    {.kind = K_END},
};

struct joining {
    struct vouched v;
    const char *back;
    int64_t account;
    bool right;
};

static int
joining_read(struct ctx *c, struct joining *j)
{
    json_t *doc = cookie_read(c, JOIN);

    if (!doc)
        return fail(c, E_NOTFOUND, N_("Đã quá 10 phút. Bạn hãy đăng nhập lại"), "no joining");
    j->v = (struct vouched){member(c, doc, "provider"), member(c, doc, "subject"),
                            member(c, doc, "number"),   member(c, doc, "name"),
                            member(c, doc, "phone"),    member(c, doc, "email"),
                            (int)json_integer_value(json_object_get(doc, "level"))};
    j->back = auth_safe_back(member(c, doc, "back"));
    json_decref(doc);
    return OK;
}

static int
get_join(struct ctx *c)
{
    struct joining j = {.right = false};
    int rc = joining_read(c, &j);
    size_t n;

    if (rc < 0)
        return rc;
    n = strlen(j.v.number);
    return page_auth_join(c, &(struct join_view){
        .name = j.v.name, .number = n > 4 ? arena_fmt(c->a, "%.3s...%s", j.v.number,
                                                      j.v.number + n - 3) : ""});
}

static const char *
join_guess(struct ctx *c, const struct joining *j)
{
    return arena_fmt(c->a, "%d:%s", (int)ACCOUNT_CITIZEN, j->v.number);
}

static int
join_allowed(struct ctx *c, const struct joining *j)
{
    int rc = auth_guess_allowed(c, GUESS_OWN, join_guess(c, j));

    return rc < 0 ? rc : auth_guess_allowed(c, GUESS_SIGN_IN_ADDRESS, request_of(c)->address);
}

static int
prepare_join(struct ctx *c)
{
    struct joining *j = arena_get(c->a, sizeof *j);
    struct password p;
    int rc = joining_read(c, j);

    if (rc < 0 || (rc = join_allowed(c, j)) < 0 ||
        (rc = auth_password_get(c, ACCOUNT_CITIZEN, j->v.number, &p)) < 0)
        return rc;
    j->account = p.account;
    j->right = auth_password_check(p.hash, in_text(c, J_PASSWORD));
    c->prepared = j;
    return OK;
}

/* The count of failures must be kept, so this is an answer, not an error. */
static int
refuse_join(struct ctx *c, const struct joining *j)
{
    int rc = auth_guess_failed(c, GUESS_OWN, join_guess(c, j));

    if (rc < 0 || (rc = auth_guess_failed(c, GUESS_SIGN_IN_ADDRESS, request_of(c)->address)) < 0)
        return rc;
    fail_labelled(c, "password", N_("Mật khẩu"), N_("Mật khẩu không đúng"));
    if ((rc = get_join(c)) == OK)
        c->out->status = 422;
    return rc;
}

static int
leave_join(struct ctx *c, const struct joining *j, int64_t account, const char *say)
{
    reply_cookie(c, cookie_name(JOIN), "", 0);
    flash(c, say);
    return enter(c, account, j->v.level, j->v.provider, j->back);
}

static int
post_join(struct ctx *c)
{
    const struct joining *j = c->prepared;
    int rc = join_allowed(c, j);

    if (rc < 0)
        return rc;
    if (!j->right)
        return refuse_join(c, j);
    if ((rc = auth_guess_cleared(c, GUESS_OWN, join_guess(c, j))) < 0 ||
        (rc = auth_link_join(c, &j->v, j->account)) < 0)
        return rc;
    c->session = NULL;                  /* joining ended every session of the account */
    return leave_join(c, j, j->account, N_("Đã liên kết tài khoản"));
}

enum { A_AGREED };
static const struct param IN_APART[] = {
    [A_AGREED] = {"dong-y", K_BOOL, .required = true, .label = N_("Tạo tài khoản mới"),
                  .say = N_("Hãy xác nhận trước khi tạo tài khoản mới")},
    {.kind = K_END},
};

static int
post_apart(struct ctx *c)
{
    struct joining j = {.right = false};
    int64_t account;
    int rc = joining_read(c, &j);

    if (rc < 0 || (rc = auth_link_apart(c, &j.v, &account)) < 0)
        return rc;
    return leave_join(c, &j, account, N_("Đã tạo tài khoản mới của bạn"));
}

/* --- signing out at the provider, too --------------------------------------------------------- */

enum { O_PROVIDER, O_GO };
static const struct param IN_OUT[] = {
    [O_PROVIDER] = {"nha", K_CODE, .required = true},
    [O_GO] = {"di", K_BOOL},
    {.kind = K_END},
};

struct leaving { const struct oidc_provider *p; const char *address; };

bool
auth_provider_is(struct ctx *c, const char *id)
{
    const struct oidc_providers *all = oidc_providers(client(c));

    return *id && (oidc_provider_find(all, id, OIDC_CITIZEN) ||
                   oidc_provider_find(all, id, OIDC_OFFICER));
}

static int
prepare_out(struct ctx *c)
{
    const struct oidc_providers *all = oidc_providers(client(c));
    struct leaving *l = arena_get(c->a, sizeof *l);
    const char *back = arena_fmt(c->a, "%s/", c->site->config.base_url);

    l->p = oidc_provider_find(all, in_text(c, O_PROVIDER), OIDC_CITIZEN);
    if (!l->p)
        l->p = oidc_provider_find(all, in_text(c, O_PROVIDER), OIDC_OFFICER);
    if (!l->p)
        return fail(c, E_NOTFOUND, N_("Trang này không có cách đăng nhập đó"), "no such provider");
    if (oidc_logout(c, client(c), l->p, back, &l->address) < 0)
        failure_of(c, c->err.rc);       /* it is away: the page offers nothing more */
    c->err = (struct err){0};
    c->prepared = l;
    return OK;
}

static int
get_out(struct ctx *c)
{
    const struct leaving *l = c->prepared;

    if (in_int(c, O_GO) && l->address)
        return redirect_away(c, l->address);
    return page_auth_signed_out(c, &(struct signed_out_view){
        .name = c->lang == LANG_EN ? l->p->name_en : l->p->name,
        .away = l->address ? html_url(c, "/da-dang-xuat/%s?di=1", l->p->id) : (struct url){NULL}});
}

#define SIGN_IN_AT(path_, face_, who_)                                                             \
    {GET, path_ "/{nha}", PERM_PUBLIC, RUN_INLINE, BODY_NONE, SEES_NOBODY, face_, IN_BEGIN,        \
     .prepare = prepare_begin, .outward = true, .run = get_begin,                                  \
     .about = "Sends the browser of one of " who_ " to an identity provider"},                     \
    {GET, path_ "/{nha}/ve", PERM_PUBLIC, RUN_WRITE_LANE, BODY_NONE, SEES_NOBODY, face_,           \
     IN_RETURN, .prepare = prepare_return, .outward = true, .run = get_return,                     \
     .about = "One of " who_ " is back from an identity provider"}

const struct route auth_oidc_routes[] = {
    SIGN_IN_AT("/dang-nhap", FACE_PORTAL, "citizens"),
    SIGN_IN_AT("/can-bo/dang-nhap", FACE_DESK, "officers"),
    {GET, "/lien-ket", PERM_PUBLIC, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, IN_NONE,
     .run = get_join, .about = "Asks whose an unchecked account with the person's number is"},
    {POST, "/lien-ket", PERM_PUBLIC, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_PORTAL, IN_JOIN,
     .prepare = prepare_join, .run = post_join, .page = get_join, .limit = CLASS_SIGN_IN,
     .about = "Joins an account by its password with a vouched identity"},
    {POST, "/lien-ket/tach", PERM_PUBLIC, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_PORTAL,
     IN_APART, .run = post_apart, .page = get_join,
     .about = "Makes an own account for a vouched identity; the unchecked one loses the number"},
    {GET, "/da-dang-xuat/{nha}", PERM_PUBLIC, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL,
     IN_OUT, .prepare = prepare_out, .outward = true, .run = get_out,
     .about = "Signed out here; leads to the sign-out of the identity provider"},
    {0},
};
