/*
 * From a result code to a status and a page: the only place that does.  Pages for people in the
 * frame of the row's face, RFC 9457 problems for programs.
 */
#include "site/errors.h"

#include <jansson.h>
#include <string.h>

#include "auth/auth.h"
#include "auth/security_log.h"
#include "auth/typed.h"
#include "base/err.h"
#include "base/log.h"
#include "site/gate.h"
#include "site_error.page.h"

enum { DOWN = -E_DOWN, BUSY_SECONDS = 2 };     /* DOWN: a 503 of its own */

/* By status: what happened and what to do next, when nothing more exact was said. */
static const struct answer {
    int status;
    const char *title, *say;
} ANSWERS[] = {
    {400, N_("Yêu cầu không đúng"),
     N_("Trình duyệt gửi một yêu cầu mà máy chủ không hiểu. Hãy mở lại trang và thử lại.")},
    {401, N_("Cần đăng nhập"),
     N_("Hãy đăng nhập để xem trang này. Sau khi đăng nhập, bạn sẽ trở lại đúng trang đang mở.")},
    {403, N_("Bạn không có quyền mở trang này"),
     N_("Tài khoản của bạn không được giao việc này. Hãy hỏi người quản trị nếu bạn cần làm.")},
    {404, N_("Không tìm thấy trang"),
     N_("Trang này không có, đã đổi địa chỉ hoặc bạn không được xem. Hãy kiểm tra lại địa chỉ.")},
    {405, N_("Không làm được việc này ở đây"),
     N_("Địa chỉ này không nhận cách gửi như vậy. Hãy mở lại trang và thử lại.")},
    {409, N_("Thông tin vừa thay đổi"),
     N_("Có người vừa thay đổi thông tin này. Hãy mở lại trang để xem nội dung mới nhất.")},
    {413, N_("Nội dung gửi lên quá lớn"),
     N_("Hãy giảm dung lượng tệp, hoặc chia thành nhiều lần gửi.")},
    {415, N_("Kiểu nội dung không nhận được"), N_("Máy chủ không nhận kiểu nội dung này ở đây.")},
    {422, N_("Một số thông tin chưa đúng"), N_("Hãy quay lại, sửa các mục được nêu rồi gửi lại.")},
    {429, N_("Bạn thao tác quá nhanh"),
     N_("Có quá nhiều yêu cầu trong thời gian ngắn. Xin chờ một lát rồi thử lại.")},
    {500, N_("Hệ thống gặp lỗi"),
     N_("Việc bạn vừa làm chưa được ghi lại. Lỗi đã được ghi nhận, xin thử lại sau ít phút.")},
    {503, N_("Hệ thống đang bận"),
     N_("Việc bạn vừa làm chưa được ghi lại. Xin thử lại sau ít giây.")},
    {DOWN, N_("Hệ thống tạm thời gián đoạn"),
     N_("Nơi lưu dữ liệu đang tạm ngừng và sẽ sớm trở lại. Nếu bạn vừa gửi biểu mẫu thì có thể "
        "nội dung chưa được ghi lại: hãy quay lại trang trước, kiểm tra, chọn lại tệp nếu có rồi "
        "gửi lại; cùng một biểu mẫu chỉ được ghi nhận một lần.")},
};
enum { ANSWERS_N = sizeof ANSWERS / sizeof *ANSWERS };

static const int STATUS[] = {
    [-OK] = 200,    [-E_NOTFOUND] = 404, [-E_DENIED] = 403, [-E_INVALID] = 422, [-E_CONFLICT] = 409,
    [-E_SYS] = 500, [-E_SIGNIN] = 401,   [-E_LIMIT] = 429,  [-E_TOOBIG] = 413,  [-E_REPLAY] = 422,
    [-E_DOWN] = 503, [-E_AGAIN] = 503, [-E_WRITES] = 500,
};

int
gate_status(int rc)
{
    size_t i = rc < 0 ? (size_t)-rc : 0;

    return i < sizeof STATUS / sizeof *STATUS && STATUS[i] ? STATUS[i] : 500;
}

static const struct answer *
answer_of(int status)
{
    for (size_t i = 0; i < ANSWERS_N; i++)
        if (ANSWERS[i].status == status)
            return &ANSWERS[i];
    return answer_of(500);
}

static bool
for_programs(const struct request *r)
{
    return r->c.route ? r->c.route->face == FACE_API || r->c.route->face == FACE_SCRIPT
                      : r->segs > 0 && strcmp(r->seg[0], "api") == 0;
}

/* RFC 9457, with the wrong fields named. */
static void
problem(struct ctx *c, int status, const char *title, const char *say)
{
    json_t *errors = json_array(), *doc;

    for (size_t i = 0; i < c->faults.n; i++)
        json_array_append_new(errors, json_pack("{s:s, s:s}", "name", c->faults.p[i].name,
                                                "detail", tr(c, c->faults.p[i].say)));
    doc = json_pack("{s:s, s:s, s:i, s:s, s:s}", "type", "about:blank", "title", tr(c, title),
                    "status", status, "detail", tr(c, say), "request", c->request_id);
    if (c->retry_after > 0)
        json_object_set_new(doc, "retry_after", json_integer(c->retry_after));
    if (json_array_size(errors) > 0)
        json_object_set(doc, "errors", errors);
    json_decref(errors);
    reply_json(c, status, doc);
    c->out->type = "application/problem+json";
}

/* The address of the page that this request came to, or of the form it sent; NULL: none. */
static const char *
page_address(struct visit *v)
{
    struct request *probe;

    if (v->r->verb != VERB_POST)
        return v->r->bad ? NULL : request_here(&v->r->c);
    probe = arena_get(v->r->c.a, sizeof *probe);
    *probe = *v->r;
    probe->verb = VERB_GET;
    probe->paths = 0;
    return router_find(v->g->router, probe) == OK ? request_here(&v->r->c) : NULL;
}

/* The sign-in page of the face, and the way back. */
static const char *
sign_in_address(struct visit *v)
{
    struct ctx *c = &v->r->c;
    bool desk = c->route && (c->route->face == FACE_DESK || c->route->face == FACE_ADMIN);
    const char *back = page_address(v);
    struct buf b;

    buf_init(&b, c->a, 4096);
    buf_str(&b, desk ? "/can-bo/dang-nhap" : "/dang-nhap");
    if (back) {
        buf_lit(&b, "?tiep=");              /* a number in the address stays behind */
        buf_url(&b, typed_plain(c) ? arena_strn(c->a, back, strcspn(back, "?")) : back);
    }
    return b.p;
}

/* --- a form that could not be stored, given back with all that was typed --- */

static bool
hidden(const char *name)
{
    return strcmp(name, HTML_CSRF_FIELD) == 0 || strcmp(name, HTML_IDEM_FIELD) == 0;
}

/* What the page may carry: no password and no file. */
static bool
can_return(const struct visit *v)
{
    const struct request *r = v->r;
    const struct route *row = r->c.route;

    if (r->verb != VERB_POST || !row || row->face == FACE_API || r->uploads || r->malformed ||
        !gate_form_value(r, HTML_IDEM_FIELD))
        return false;
    for (const struct param *p = row->in; p->kind != K_END; p++) {
        const char *typed = p->kind == K_SECRET ? gate_form_value(r, p->name) : NULL;

        if (typed && *typed)
            return false;
    }
    return true;
}

static void
give_back(struct visit *v, struct error_view *e)
{
    struct ctx *c = &v->r->c;
    const struct sent_list *f = &v->r->form;

    v->echo = true;
    e->resend = request_here(c);
    e->say = N_("Nội dung vừa gửi chưa được ghi lại nhưng vẫn còn nguyên trong trang này. Xin chờ "
                "ít giây rồi bấm Gửi lại; bấm nhiều lần cũng chỉ được ghi nhận một lần.");
    e->fields = arena_get(c->a, (f->n + 1) * sizeof *e->fields);
    for (size_t i = 0; i < f->n; i++)
        if (!hidden(f->p[i].name))
            e->fields[e->fields_n++] = (struct pair){f->p[i].name, f->p[i].value};
}

static bool
is_officer(const struct ctx *c)
{
    return c->session && (c->session->perms & PERM_BIT(PERM_OFFICER));
}

static void
page(struct visit *v, int rc, int status, const char *title, const char *say)
{
    struct ctx *c = &v->r->c;
    bool again = status == 409 || rc == E_REPLAY || (v->r->verb == VERB_POST && rc == E_DENIED);
    struct error_view e = {
        .status = status, .title = title, .say = say,
        .retry_after = c->retry_after,
        .sign_in = rc == E_SIGNIN ? sign_in_address(v) : NULL, .desk = is_officer(c),
    };

    if (c->faults.n)
        e.say = N_("Địa chỉ hoặc nội dung gửi lên thiếu hay sai thông tin nêu ở trên. Hãy quay lại "
                   "trang trước, sửa rồi thử lại.");
    if (rc == E_DENIED && c->session && c->session->must_second) {
        e.say = N_("Vai trò của bạn bắt buộc có xác thực hai lớp. Việc vừa gửi chưa được ghi lại; "
                   "hãy thiết lập xác thực hai lớp trước, rồi làm lại.");
        e.second = "/can-bo/tai-khoan/hai-lop";
    }
    if ((status == 503 || (status == 429 && !c->err.say)) && can_return(v))
        give_back(v, &e);
    else if (again || status == 503 || status == 429)
        e.again = e.second ? NULL : page_address(v);
    gate_page_env(v);
    html_env(c)->fields_gone = true;
    page_site_error(c, &e);
    c->out->status = status;
}

/* Refusals that the log tells of by name: a form of another site, rights, rates, what no browser
 * sends. */
static void
log_refusal(const struct ctx *c, int rc, int status)
{
    static const struct { int status; const char *what; } REFUSALS[] = {
        {400, "malformed"}, {403, "denied"}, {405, "malformed"}, {413, "malformed"},
        {415, "malformed"}, {429, "limited"},
    };
    bool forged = rc == E_DENIED && strncmp(c->err.detail, "csrf:", 5) == 0;

    if (forged)
        security_warn(c, "forged", c->account, c->err.detail);
    for (size_t i = 0; !forged && i < sizeof REFUSALS / sizeof *REFUSALS; i++)
        if (REFUSALS[i].status == status)
            security_log(c, REFUSALS[i].what, c->account, NULL);
}

/* What the log must hold of an error: the detail is for operators and has no personal data. */
static void
log_error(const struct ctx *c, int rc, int status)
{
    const char *detail = c->err.detail, *at = c->err.at;

    /* 503: the lane said it once, and every request would say it again */
    log_line(status >= 500 && status != 503 ? LOG_ERROR : LOG_DEBUG, "refused",
             LOG_T("id", c->request_id), LOG_N("rc", rc), LOG_T("at", at), LOG_T("detail", detail));
}

void
gate_error(struct visit *v, int rc, int status)
{
    struct ctx *c = &v->r->c;
    const struct answer *a = answer_of(rc == E_DOWN ? DOWN : status ? status : gate_status(rc));
    const char *say = a->say;

    status = a->status == DOWN ? 503 : a->status;
    if ((status == 503 || status == 429) && !c->retry_after)
        c->retry_after = rc == E_DOWN ? DOWN_SECONDS : BUSY_SECONDS;
    if (rc == E_SIGNIN && v->r->verb == VERB_POST)
        say = N_("Phiên làm việc đã hết, nội dung vừa gửi chưa được ghi lại. Hãy đăng nhập rồi gửi "
                 "lại; những gì đã lưu trước đó vẫn còn.");
    if (c->err.rc == rc && c->err.say && rc != E_SIGNIN && status < 500)
        say = c->err.say;
    log_error(c, rc, status);
    log_refusal(c, rc, status);
    if (for_programs(v->r)) {
        problem(c, status, a->title, say);
    } else if (rc == E_SIGNIN && v->r->verb == VERB_GET) {
        redirect(c, "%s", sign_in_address(v));
    } else if (rc == E_DENIED && c->session && c->session->must_second &&
               v->r->verb == VERB_GET) {
        redirect(c, "/can-bo/tai-khoan/hai-lop");
    } else {
        page(v, rc, status, a->title, say);
    }
}
