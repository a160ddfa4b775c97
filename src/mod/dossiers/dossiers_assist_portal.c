/* Help at a person's home: beginning, reading out, and what the person confirms it with. */
#include <string.h>
#include <strings.h>

#include "auth/auth_code.h"
#include "base/po.h"
#include "dossiers_assist.page.h"
#include "http/reply.h"
#include "http/route.h"
#include "mod/agencies/agencies.h"
#include "mod/dossiers/dossiers_assist.h"
#include "mod/dossiers/dossiers_assist_pages.h"
#include "mod/dossiers/dossiers_inside.h"
#include "mod/dossiers/dossiers_desk.h"
#include "mod/dossiers/dossiers_drafts_sql.h"
#include "mod/dossiers/dossiers_portal.h"
#include "site/site.h"

#define HELP "/can-bo/ho-tro"
#define CONFIRM "/nop/{draft}/xac-nhan"

/* --- beginning ------------------------------------------------------------------------------ */

/* What may be handed in so: online, at the city, and not surer than this way is. */
static bool
may_help(struct ctx *c, const struct procedure *p)
{
    return p && p->route == ROUTE_CITY && p->channels & 1u << CHANNEL_ONLINE &&
           p->assurance <= assisted_rule(c)->assurance;
}

static void
add_procedures(struct ctx *c, struct assist_start_view *v)
{
    struct catalogue_query q = {.words = "", .level = -1, .online = true, .lang = c->lang};
    struct procedure_list all = catalogue_search(c->a, c->site->catalogue, vn_day(c->now), &q);
    struct choice *p = arena_get(c->a, (all.n + 1) * sizeof *p);

    p[v->n_procedures++] = (struct choice){.value = "", .label = N_("Hãy chọn")};
    for (size_t i = 0; i < all.n; i++)
        if (may_help(c, all.p[i]))
            p[v->n_procedures++] = (struct choice){.value = all.p[i]->code,
                                                   .label = all.p[i]->name};
    v->procedures = p;
}

static int
add_drafts(struct ctx *c, struct assist_start_view *v)
{
    int rc = draft_list(c, &v->drafts, &v->n);

    v->names = arena_get(c->a, (v->n + 1) * sizeof *v->names);
    for (size_t i = 0; i < v->n && rc == OK; i++) {
        v->names[i] = desk_procedure(c, v->drafts[i].procedure_version, v->drafts[i].procedure);
        rc = draft_get(c, v->drafts[i].token, &v->drafts[i]);
        json_decref(v->drafts[i].answers);
    }
    return rc;
}

static int
page_begin(struct ctx *c)
{
    struct assist_start_view v = {.begun = assist_begun_today(c),
                                  .limit = assisted_rule(c)->drafts};
    int rc = add_drafts(c, &v);

    if (rc < 0)
        return rc;
    add_procedures(c, &v);
    return page_assist_start(c, &v);
}

enum { B_PROCEDURE, B_NAME, B_NUMBER, B_PHONE, B_EMAIL };
static const struct param IN_BEGIN[] = {
    [B_PROCEDURE] = {"thu-tuc", K_CODE, .required = true, .label = N_("Thủ tục"),
                     .say = N_("Hãy chọn thủ tục")},
    [B_NAME] = {"ho-ten", K_TEXT, .required = true, .min = 2, .max = 120,
                .label = N_("Họ và tên người dân")},
    [B_NUMBER] = {"so-dinh-danh", K_PERSONAL_NUMBER, .required = true,
                  .label = N_("Số định danh cá nhân")},
    [B_PHONE] = {"dien-thoai", K_PHONE, .required = true, .label = N_("Số điện thoại")},
    [B_EMAIL] = {"thu-dien-tu", K_EMAIL, .label = N_("Thư điện tử")},
    {.kind = K_END},
};

/* The helper's own agency; of one with several the first. */
static int
agency_of(struct ctx *c, int64_t *unit)
{
    const char *procedure = in_text(c, B_PROCEDURE);
    const int64_t *units;
    size_t n, i = 0;
    int rc;

    *unit = c->session->home_unit;
    if (*unit && assisted_unit(c, *unit, procedure))
        return OK;
    if ((rc = desk_units_partly(c, PERM_ASSIST, &units, &n)) < 0)
        return rc;
    while (i < n && !assisted_unit(c, units[i], procedure))
        i++;
    if (n == 0)
        return fail(c, E_DENIED, N_("Bạn chưa được giao hỗ trợ người dân ở cơ quan nào"), "help");
    if (i == n)
        return fail(c, E_DENIED, SAY_OTHER_FIELD, "help with %s", procedure);
    *unit = units[i];
    return OK;
}

static int
check_person(struct ctx *c)
{
    struct account me;
    int rc = auth_account_get(c, c->account, &me);

    if (rc == OK && me.personal_number && strcmp(me.personal_number, in_text(c, B_NUMBER)) == 0)
        return fail_labelled(c, "so-dinh-danh", N_("Số định danh cá nhân"),
                             N_("Bạn không thể hỗ trợ chính mình, hãy tự đăng nhập để nộp"));
    return rc;
}

static int
post_begin(struct ctx *c)
{
    const struct procedure *p =
        catalogue_find(c->site->catalogue, in_text(c, B_PROCEDURE), vn_day(c->now));
    const struct account who = {.name = in_text(c, B_NAME), .phone = in_text(c, B_PHONE),
                                .personal_number = in_text(c, B_NUMBER),
                                .email = in_text(c, B_EMAIL)};
    const struct agency *g;
    struct application x = {.p = p};
    int64_t unit;
    int rc;

    if (!may_help(c, p))
        return fail_labelled(c, "thu-tuc", N_("Thủ tục"),
                             N_("Thủ tục này không nộp qua hỗ trợ tại nhà được"));
    if ((rc = check_person(c)) < 0 || (rc = agency_of(c, &unit)) < 0 ||
        (rc = draft_new(c, p->code, &x.d)) < 0 ||
        (rc = assist_begin(c, assisted_rule(c), x.d.id, unit)) < 0 ||
        (rc = application_prefill(c, &who, &x)) < 0)
        return rc;
    g = agencies_by_id(c->site->agencies, unit);
    x.d.unit = g && g->desk ? unit : 0;
    if ((rc = draft_save(c, &x.d)) < 0)
        return rc;
    json_decref(x.d.answers);
    return redirect(c, "/nop/%s", x.d.token);
}

/* --- what is shown and confirmed ------------------------------------------------------------ */

struct reading {
    struct application x;
    struct application_view v;
    struct paper_file *files;
    size_t n;
    const char *what;
};

static int
fill(struct ctx *c, struct reading *s)
{
    struct submission sub;
    int rc = application_papers(c, &s->x, &s->v.papers, &s->v.papers_n);

    if (rc < 0 || (rc = papers_files(c, s->x.d.id, &s->files, &s->n)) < 0)
        return rc;
    s->v.x = &s->x;
    s->v.unit = dossiers_unit_name(c, s->x.d.unit);
    s->v.applicant = people_find(s->x.d.parties, s->x.d.n_parties, PARTY_APPLICANT);
    s->v.owner = people_find(s->x.d.parties, s->x.d.n_parties, PARTY_OWNER);
    eforms_summary(c, s->x.p->form, s->x.facts, &s->x.lists, &s->v.lines, &s->v.lines_n);
    draft_submission(&s->x.d, &sub);
    s->what = assisted_what(c, &sub, s->files, s->n);
    return OK;
}

enum { P_DRAFT };
static const struct param IN_DRAFT[] = {[P_DRAFT] = {"draft", K_TOKEN, .required = true},
                                        {.kind = K_END}};

/* Only whose help it is, and only when nothing is missing. */
static int
open_reading(struct ctx *c, struct reading *s)
{
    int rc = application_open(c, in_text(c, P_DRAFT), &s->x);

    if (rc < 0 || (rc = fill(c, s)) < 0)
        return rc;
    if (!s->x.ready)
        return fail(c, E_CONFLICT, N_("Hồ sơ còn phần chưa xong, hãy điền đủ rồi mới đọc lại cho "
                                      "người dân"), "draft %" PRId64, s->x.d.id);
    return OK;
}

/* Where a code may go: the address that the person has shown to be theirs, else the one that was
 * typed, and never the helper's own. */
static int
mail_of(struct ctx *c, const struct draft *d, const char **to)
{
    const struct party *p = people_find(d->parties, d->n_parties, PARTY_APPLICANT);
    int64_t person = assisted_person(c, d->parties, d->n_parties);
    struct account a, me;
    bool verified = false;
    int rc = OK;

    *to = p && p->email ? p->email : "";
    if (person && (rc = auth_email_verified(c, person, &verified)) == OK && verified &&
        (rc = auth_account_get(c, person, &a)) == OK)
        *to = a.email ? a.email : "";
    if (rc == OK && (rc = auth_account_get(c, c->account, &me)) == OK && me.email &&
        strcasecmp(me.email, *to) == 0)
        *to = "";
    if (!*c->site->config.mail_server)
        *to = "";
    return rc;
}

static const char *
masked(struct ctx *c, const char *to)
{
    const char *at = strchr(to, '@');

    return at ? arena_fmt(c->a, "%s•••%s", arena_strn(c->a, to, to[0] & 0x80 ? 0 : 1), at) : "";
}

int
assist_tell(struct ctx *c, const struct draft *d, struct sent_view *v)
{
    const char *to, *text;
    int rc = mail_of(c, d, &to);

    if (rc < 0 || !*to)
        return rc;
    text = arena_fmt(c->a, "%s: %s\n%s: %s\n\n%s\n\n%s\n", tr(c, N_("Mã hồ sơ")), v->d->code,
                     tr(c, N_("Mã bí mật để tra cứu")), v->secret,
                     trf(c, N_("Hồ sơ của bạn đã được gửi với sự hỗ trợ của {0}. Nếu bạn không nhờ "
                               "ai, hãy báo ngay cho {1}."), v->d->helper, v->unit), v->address);
    v->told = masked(c, to);
    v->secret = NULL;
    return auth_mail_put(c, &(struct mail){to, trf(c, N_("Đã nộp hồ sơ {0}"), v->d->code), text});
}

static int
view(struct ctx *c, struct reading *s, struct assist_view *v)
{
    const struct assist_rule *r = assisted_rule(c);
    const char *to;
    int rc = mail_of(c, &s->x.d, &to);

    *v = (struct assist_view){
        .v = &s->v, .help = s->x.help, .helper = assisted_helper(c, s->x.help),
        .told = masked(c, to), .minutes = r->code_minutes,
        .stands = assist_stands(s->x.help, r, s->what, c->now),
        .asked = *s->x.help->code && strcmp(s->x.help->asked, s->what) == 0};
    return rc;
}

static int
page_confirm(struct ctx *c)
{
    struct reading s = {0};
    struct assist_view v;
    int rc;

    if ((rc = open_reading(c, &s)) < 0 || (rc = view(c, &s, &v)) < 0)
        return rc;
    rc = page_assist_confirm(c, &v);
    application_close(&s.x);
    return rc;
}

/* --- asking for it -------------------------------------------------------------------------- */

static const char *const WAYS[] = {"thu", "thiet-bi", "chu-ky", NULL};
enum { BY_MAIL, BY_DEVICE, BY_SIGNATURE };
enum { A_DRAFT, A_WAY, A_READ, A_AGREED };
static const struct param IN_ASK[] = {
    [A_DRAFT] = {"draft", K_TOKEN, .required = true},
    [A_WAY] = {"cach", K_ENUM, .required = true, .words = WAYS, .label = N_("Cách xác nhận"),
               .say = N_("Hãy chọn cách người dân xác nhận")},
    [A_READ] = {"da-doc", K_BOOL, .required = true, .label = N_("Đã đọc lại"),
                .say = N_("Hãy đọc lại toàn bộ nội dung cho người dân rồi đánh dấu")},
    [A_AGREED] = {"dong-y", K_BOOL, .required = true, .label = N_("Người dân đồng ý"),
                  .say = N_("Người dân phải đồng ý thì mới nộp được")},
    {.kind = K_END},
};

static const char *
letter(struct ctx *c, const struct reading *s, const struct assist_view *v, const char *code)
{
    return arena_fmt(
        c->a, "%s\n\n%s\n%s\n%s\n\n%s\n\n%s\n%s\n", code,
        trf(c, N_("{0} đang giúp bạn nộp hồ sơ: {1}."), v->helper, tr(c, s->x.p->name)),
        trf(c, N_("Nơi nộp: {0}. Số tệp giấy tờ: {1}."), s->v.unit,
            arena_fmt(c->a, "%zu", s->n)),
        trf(c, N_("Nếu nội dung vừa được đọc lại đúng ý bạn, hãy đọc mã này cho người hỗ trợ. Mã "
                  "dùng trong {0} phút."), arena_fmt(c->a, "%d", v->minutes)),
        tr(c, N_("Nếu bạn không nhờ ai nộp hồ sơ, đừng cho ai biết mã và hãy báo cho cơ quan.")),
        c->site->config.site_name, c->site->config.base_url);
}

static int
ask_by_mail(struct ctx *c, struct reading *s, const struct assist_view *v)
{
    const struct assist_rule *r = assisted_rule(c);
    const char *to;
    char *code;
    int rc = mail_of(c, &s->x.d, &to);

    if (rc < 0)
        return rc;
    if (!*to)
        return fail_labelled(c, "cach", N_("Cách xác nhận"),
                             N_("Chưa có địa chỉ thư của người dân, hoặc trang này không gửi thư"));
    if ((rc = assist_code(c, r, s->x.help, ASSIST_MAIL, s->what, v->told, &code)) < 0 ||
        (rc = auth_mail_put(c, &(struct mail){to, trf(c, N_("Mã xác nhận nộp hồ sơ: {0}"), code),
                                              letter(c, s, v, code)})) < 0)
        return rc;
    flash(c, N_("Đã gửi mã đến thư của người dân."));
    return redirect(c, "/nop/%s/xac-nhan/ma", s->x.d.token);
}

static int
ask_by_device(struct ctx *c, struct reading *s, struct assist_view *v)
{
    char *token;
    int rc = assist_link(c, assisted_rule(c), s->x.help, s->what, &token);

    if (rc < 0)
        return rc;
    v->address = arena_fmt(c->a, "%s/xac-nhan/%s", c->site->config.base_url, token);
    return page_assist_code(c, v);
}

static int
post_ask(struct ctx *c)
{
    struct reading s = {0};
    struct assist_view v;
    int rc;

    if ((rc = open_reading(c, &s)) < 0 || (rc = view(c, &s, &v)) < 0)
        return rc;
    if (in_int(c, A_WAY) == BY_MAIL)
        rc = ask_by_mail(c, &s, &v);
    else if (in_int(c, A_WAY) == BY_DEVICE)
        rc = ask_by_device(c, &s, &v);
    else
        rc = redirect(c, "/nop/%s/xac-nhan/chu-ky", s.x.d.token);
    application_close(&s.x);
    return rc;
}

/* --- the code --- */

enum { C_DRAFT, C_CODE };
static const struct param IN_CODE[] = {
    [C_DRAFT] = {"draft", K_TOKEN, .required = true},
    [C_CODE] = {"ma", K_TEXT, .required = true, .min = ASSIST_DIGITS, .max = 12,
                .label = N_("Mã người dân đọc"), .say = N_("Hãy nhập mã gồm 6 chữ số")},
    {.kind = K_END},
};

static int
page_code(struct ctx *c)
{
    struct reading s = {0};
    struct assist_view v;
    int rc;

    if ((rc = open_reading(c, &s)) < 0 || (rc = view(c, &s, &v)) < 0)
        return rc;
    rc = page_assist_code(c, &v);
    application_close(&s.x);
    return rc;
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

/* A wrong one is counted, so the answer is a page and no failure. */
static int
wrong(struct ctx *c, enum assist_answer a)
{
    int rc;

    fail_labelled(c, "ma", N_("Mã người dân đọc"), assist_answer_say(a));
    if ((rc = page_code(c)) == OK)
        c->out->status = 422;
    return rc;
}

static int
post_code(struct ctx *c)
{
    struct reading s = {0};
    enum assist_answer a;
    int rc = open_reading(c, &s);

    if (rc < 0 || (rc = assist_try(c, assisted_rule(c), s.x.help, s.what,
                                   digits(c, in_text(c, C_CODE)), &a)) < 0)
        return rc;
    application_close(&s.x);
    if (a != ASSIST_RIGHT)
        return wrong(c, a);
    flash(c, N_("Người dân đã xác nhận. Hãy gửi hồ sơ."));
    return redirect(c, "/nop/%s/xac-nhan", in_text(c, C_DRAFT));
}

/* --- the signature --- */

enum { S_DRAFT, S_AGREED, S_FILES };
static const struct param IN_SIGN[] = {
    [S_DRAFT] = {"draft", K_TOKEN, .required = true},
    [S_AGREED] = {"dong-y", K_BOOL, .required = true, .label = N_("Người dân đồng ý"),
                  .say = N_("Người dân phải đồng ý thì mới nộp được")},
    [S_FILES] = {"tep", K_FILES, .label = N_("Chữ ký")},
    {.kind = K_END},
};

static int
page_sign(struct ctx *c)
{
    struct reading s = {0};
    struct assist_view v;
    int rc;

    if ((rc = open_reading(c, &s)) < 0 || (rc = view(c, &s, &v)) < 0)
        return rc;
    rc = page_assist_sign(c, &v);
    application_close(&s.x);
    return rc;
}

/* The one that counts is the last. */
static int
replace_signature(struct ctx *c, const struct reading *s, const struct upload *u)
{
    int seq, rc = OK;

    for (size_t i = 0; i < s->n && rc == OK; i++)
        if (strcmp(s->files[i].paper, ASSIST_PAPER) == 0)
            rc = papers_remove(c, s->x.d.id, s->files[i].seq);
    return rc < 0 ? rc : papers_attach(c, s->x.d.id, ASSIST_PAPER, u, 0, &seq);
}

static int
post_sign(struct ctx *c)
{
    const struct upload *files;
    size_t n = in_files(c, S_FILES, &files);
    struct reading s = {0};
    int rc = open_reading(c, &s);

    if (rc < 0)
        return rc;
    if (n != 1)
        return fail_labelled(c, "tep", N_("Chữ ký"),
                             n ? N_("Chỉ gửi một chữ ký")
                               : N_("Ô chữ ký còn trống. Hãy để người dân ký, hoặc chọn ảnh chụp "
                                    "trang đã ký."));
    if ((rc = replace_signature(c, &s, &files[0])) < 0 ||
        (rc = assist_sign(c, s.x.help, s.what, files[0].sha256)) < 0)
        return rc;
    application_close(&s.x);
    flash(c, N_("Người dân đã ký. Hãy gửi hồ sơ."));
    return redirect(c, "/nop/%s/xac-nhan", in_text(c, S_DRAFT));
}

/* --- the person's own device ---------------------------------------------------------------- */

enum { L_TOKEN };
static const struct param IN_LINK[] = {[L_TOKEN] = {"token", K_TOKEN, .required = true},
                                       {.kind = K_END}};

/* The draft is the helper's: read in the helper's place, for who has the link.  Whoever is signed
 * in as an officer is not that person. */
static int
open_link(struct ctx *c, struct assist *help, struct reading *s)
{
    struct ctx aside;
    const char *token;
    int rc;

    if (c->session && c->session->kind == ACCOUNT_OFFICER)
        return fail(c, E_NOTFOUND, N_("Đường dẫn này để người dân mở trên thiết bị của mình, người "
                                    "hỗ trợ không xác nhận thay được"), "an officer's session");
    if ((rc = assist_by_link(c, assisted_rule(c), in_text(c, L_TOKEN), help)) < 0)
        return rc;
    aside = *c;
    aside.session = NULL;
    aside.account = help->helper;
    if ((rc = sql_draft_token(&aside, help->draft, &token)) == OK &&
        (rc = application_open(&aside, token, &s->x)) == OK && (rc = fill(&aside, s)) == OK) {
        s->x.help = help;
        return OK;
    }
    c->err = aside.err;
    return rc;
}

static int
page_link(struct ctx *c)
{
    struct reading s = {0};
    struct assist help;
    struct assist_view v;
    int rc = open_link(c, &help, &s);

    if (rc < 0)
        return rc;
    v = (struct assist_view){.v = &s.v, .help = &help, .own = true, .token = in_text(c, L_TOKEN),
                             .helper = assisted_helper(c, &help),
                             .minutes = assisted_rule(c)->code_minutes};
    rc = page_assist_link(c, &v);
    application_close(&s.x);
    return rc;
}

enum { G_TOKEN, G_AGREED };
static const struct param IN_AGREE[] = {
    [G_TOKEN] = {"token", K_TOKEN, .required = true},
    [G_AGREED] = {"dong-y", K_BOOL, .required = true, .label = N_("Đồng ý"),
                  .say = N_("Hãy đánh dấu nếu bạn đồng ý với nội dung trên")},
    {.kind = K_END},
};

static int
post_link(struct ctx *c)
{
    struct reading s = {0};
    struct assist help;
    struct assist_view v;
    char *code;
    int rc = open_link(c, &help, &s);

    if (rc < 0)
        return rc;
    if (strcmp(help.asked, s.what) != 0)
        return fail(c, E_CONFLICT, N_("Nội dung đã thay đổi. Hãy nhờ người hỗ trợ đọc lại và tạo "
                                      "đường dẫn mới"), "assist %" PRId64, help.draft);
    if ((rc = assist_code(c, assisted_rule(c), &help, ASSIST_DEVICE, s.what, "", &code)) < 0)
        return rc;
    v = (struct assist_view){.v = &s.v, .help = &help, .own = true, .code = code,
                             .helper = assisted_helper(c, &help),
                             .minutes = assisted_rule(c)->code_minutes};
    rc = page_assist_link_code(c, &v);
    application_close(&s.x);
    return rc;
}

/* clang-format off */
#define HELP_GET(path, in, handler, say)                                                           \
    {GET, path, PERM_ASSIST, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, in, .run = handler,  \
     .about = say}
#define HELP_POST(path, body, in, handler, again, say)                                             \
    {POST, path, PERM_ASSIST, RUN_WRITE_LANE, body, SEES_NOBODY, FACE_PORTAL, in, .run = handler,  \
     .page = again, .about = say}

const struct route dossiers_assist_routes[] = {
    {GET, HELP, PERM_ASSIST, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_DESK, IN_NONE,
     .run = page_begin, .about = "Help at home: what one helps with, and beginning"},
    {POST, HELP, PERM_ASSIST, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_DESK, IN_BEGIN,
     .run = post_begin, .page = page_begin, .about = "Begins an application for a person at home"},
    HELP_GET(CONFIRM, IN_DRAFT, page_confirm, "What is read out to the person"),
    HELP_POST(CONFIRM, BODY_FORM, IN_ASK, post_ask, page_confirm,
              "Asks for the person's confirmation"),
    HELP_GET(CONFIRM "/ma", IN_DRAFT, page_code, "Where the person's code is typed"),
    HELP_POST(CONFIRM "/ma", BODY_FORM, IN_CODE, post_code, page_code,
              "Confirms by the person's code"),
    HELP_GET(CONFIRM "/chu-ky", IN_DRAFT, page_sign, "Where the person signs"),
    HELP_POST(CONFIRM "/chu-ky", BODY_UPLOAD, IN_SIGN, post_sign, page_sign,
              "Confirms by the person's signature"),
    {GET, "/xac-nhan/{token}", PERM_PUBLIC, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL,
     IN_LINK, .run = page_link, .about = "On the person's own device: what they are helped with"},
    {POST, "/xac-nhan/{token}", PERM_PUBLIC, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_PORTAL,
     IN_AGREE, .run = post_link, .page = page_link, .about = "Agrees, and shows the code once"},
    {0},
};
/* clang-format on */
