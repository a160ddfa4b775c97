/*
 * Reading of the inputs that a route row declares.  Each kind is one row of KINDS: how a text
 * becomes a value, and the sentence when it does not.
 */
#include "http/params.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/json_arena.h"
#include "base/utf8.h"
#include "base/vi.h"
#include "http/request.h"
#include "http/handed.h"
#include "http/upload.h"
#include "http/urlform.h"

const struct param IN_NONE[] = {{.kind = K_END}};

enum { TEXT_MAX = 200, LINES_MAX = 4000, SECRET_MAX = 128, CODE_MAX = 40, CODES_MAX = 40,
       TOKEN_MAX = 64 };

struct input {
    bool has;
    const char *text;
    int64_t number;
    const json_t *json;
    const struct upload *files;
    size_t files_n;
};

struct reading {
    struct ctx *c;
    const struct param *p;
    struct input *in;
    const struct sent *field;      /* the (first) field of that name */
};

/* --- one function a kind: true, or false with nothing said --- */

static bool
fits(const struct param *p, const char *s, int64_t usual)
{
    int64_t n = (int64_t)utf8_length(s);

    return n >= p->min && n <= (p->max ? p->max : usual);
}

static bool
only(const char *s, const char *chars, size_t max)
{
    size_t n = strlen(s);

    return n > 0 && n <= max && strspn(s, chars) == n;
}

static bool
read_text(struct reading *x)
{
    if (strpbrk(x->field->value, "\t\r\n"))
        return false;
    x->in->text = vi_tidy(x->c->a, x->field->value);
    return fits(x->p, x->in->text, TEXT_MAX);
}

/* Lines end in LF alone; composed, but spaces stay as they were typed. */
static bool
read_lines(struct reading *x)
{
    char *s = vi_nfc(x->c->a, x->field->value), *to = s;

    for (const char *from = s; *from; from++)
        if (*from != '\r')
            *to++ = *from;
    while (to > s && strchr(" \n\t", to[-1]))
        to--;
    *to = '\0';
    x->in->text = s;
    return fits(x->p, s, LINES_MAX);
}

static bool
read_secret(struct reading *x)
{
    x->in->text = x->field->value;
    return fits(x->p, x->in->text, SECRET_MAX);
}

static bool
read_number(const char *s, bool grouped, int64_t *out)
{
    bool minus = *s == '-';
    int digits = 0;

    *out = 0;
    for (s += minus; *s; s++) {
        if (grouped && (*s == '.' || *s == ' '))
            continue;
        if (*s < '0' || *s > '9' || ++digits > 15)
            return false;
        *out = *out * 10 + (*s - '0');
    }
    if (minus)
        *out = -*out;
    return digits > 0;
}

static bool
read_int(struct reading *x)
{
    int64_t v;

    if (!read_number(x->field->value, false, &v) || (x->p->max && v > x->p->max) || v < x->p->min)
        return false;
    x->in->number = v;
    return true;
}

static bool
read_money(struct reading *x)
{
    if (!read_number(x->field->value, true, &x->in->number))
        return false;
    return x->in->number >= x->p->min && (!x->p->max || x->in->number <= x->p->max);
}

static bool
read_bool(struct reading *x)
{
    x->in->number = strcmp(x->field->value, "0") != 0 && strcmp(x->field->value, "false") != 0;
    return strlen(x->field->value) <= 8;
}

static int
word_index(const char *const *words, const char *s)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], s) == 0)
            return i;
    return -1;
}

static bool
read_enum(struct reading *x)
{
    int i = word_index(x->p->words, x->field->value);

    x->in->number = i < 0 ? 0 : i;
    x->in->text = i < 0 ? "" : x->p->words[i];
    return i >= 0;
}

static bool
read_date(struct reading *x)
{
    day d;

    if (!date_parse(x->field->value, &d) && !date_parse_vi(x->field->value, &d))
        return false;
    x->in->number = d;
    x->in->text = date_iso(x->c->a, d);
    return true;
}

static bool
read_moment(struct reading *x)
{
    return date_parse_moment(x->field->value, &x->in->number);
}

static bool
read_personal_number(struct reading *x)
{
    x->in->text = vi_tidy(x->c->a, x->field->value);
    return vi_personal_number(x->in->text);
}

static bool
read_phone(struct reading *x)
{
    char digits[12];

    if (!vi_phone(x->field->value, digits))
        return false;
    x->in->text = arena_str(x->c->a, digits);
    return true;
}

static bool
read_email(struct reading *x)
{
    x->in->text = vi_tidy(x->c->a, x->field->value);
    return vi_email(x->in->text);
}

#define DIGITS "0123456789"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LOWER "abcdefghijklmnopqrstuvwxyz"

static bool
read_code(struct reading *x)
{
    x->in->text = vi_tidy(x->c->a, x->field->value);
    return only(x->in->text, DIGITS UPPER LOWER "._-", CODE_MAX);
}

static bool
read_token(struct reading *x)
{
    x->in->text = x->field->value;
    return only(x->in->text, DIGITS UPPER LOWER "_-", TOKEN_MAX);
}

/* rules.md 2.2: ^[0-9A-Z]+(\.[0-9A-Z]+)*-(\d{6}|\d{8})-\d{4,7}$; small letters are forgiven. */
bool
params_dossier_code(const char *s)
{
    size_t n;

    for (;; s++) {
        if ((n = strspn(s, DIGITS UPPER)) == 0)
            return false;
        s += n;
        if (*s != '.')
            break;
    }
    if (*s++ != '-')
        return false;
    n = strspn(s, DIGITS);
    if ((n != 6 && n != 8) || s[n] != '-')
        return false;
    s += n + 1;
    n = strspn(s, DIGITS);
    return n >= 4 && n <= 7 && s[n] == '\0';
}

static bool
read_dossier_code(struct reading *x)
{
    char *s = vi_tidy(x->c->a, x->field->value);

    for (char *p = s; *p; p++)
        if (*p >= 'a' && *p <= 'z')
            *p = (char)(*p - 32);
    x->in->text = s;
    return strlen(s) <= 64 && params_dossier_code(s);
}

static const struct kind_row {
    bool (*read)(struct reading *x);
    const char *say;
} KINDS[] = {
    [K_TEXT] = { read_text, N_("Nội dung quá ngắn, quá dài hoặc có ký tự không dùng được") },
    [K_LINES] = { read_lines, N_("Nội dung quá ngắn hoặc quá dài") },
    [K_SECRET] = { read_secret, N_("Mật khẩu quá ngắn hoặc quá dài") },
    [K_INT] = { read_int, N_("Hãy nhập một số nguyên trong khoảng cho phép") },
    [K_BOOL] = { read_bool, N_("Lựa chọn không đúng") },
    [K_ENUM] = { read_enum, N_("Hãy chọn một mục trong danh sách") },
    [K_DATE] = { read_date, N_("Hãy nhập ngày theo dạng ngày/tháng/năm, ví dụ 22/11/2026") },
    [K_MOMENT] = { read_moment, N_("Hãy nhập ngày và giờ, ví dụ 2026-11-22T14:05") },
    [K_MONEY] = { read_money, N_("Hãy nhập số tiền bằng đồng, ví dụ 100.000") },
    [K_PERSONAL_NUMBER] = { read_personal_number,
                            N_("Số định danh cá nhân gồm 12 chữ số như trên thẻ căn cước") },
    [K_PHONE] = { read_phone, N_("Số điện thoại gồm 10 chữ số, bắt đầu bằng 0") },
    [K_EMAIL] = { read_email, N_("Địa chỉ thư điện tử chưa đúng, ví dụ ten@vidu.vn") },
    [K_CODE] = { read_code, N_("Mã chỉ gồm chữ cái không dấu, chữ số, dấu chấm và dấu gạch") },
    [K_DOSSIER_CODE] = { read_dossier_code, N_("Mã hồ sơ chưa đúng, ví dụ H26.17-261122-0001") },
    [K_TOKEN] = { read_token, N_("Đường dẫn không đúng hoặc đã bị cắt bớt") },
};

/* --- where a value comes from --- */

static const struct sent_list *
source(const struct ctx *c)
{
    return c->route->method == POST ? &c->req->form : &c->req->query;
}

static const struct sent *
find(const struct sent_list *f, const char *name, const struct sent *after)
{
    for (size_t i = after ? (size_t)(after - f->p) + 1 : 0; i < f->n; i++)
        if (strcmp(f->p[i].name, name) == 0)
            return &f->p[i];
    return NULL;
}

static int
wrong(struct reading *x, const char *say)
{
    const struct param *p = x->p;
    const char *general = KINDS[p->kind].say;

    x->in->text = "";
    x->in->number = 0;
    return fail_labelled(x->c, p->name, p->label ? p->label : "",
                         say      ? say
                         : p->say ? p->say
                                  : general);
}

static bool
blank(const struct sent *f)
{
    return !f->bad && f->value[strspn(f->value, " \t\r\n")] == '\0';
}

static int
by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
read_enums(struct reading *x)
{
    const struct sent_list *all = source(x->c);

    for (const struct sent *f = x->field; f; f = find(all, x->p->name, f)) {
        int i = f->bad ? -1 : word_index(x->p->words, f->value);

        if (i < 0 && !blank(f)) {
            wrong(x, x->p->say ? x->p->say : N_("Hãy chọn các mục trong danh sách"));
            return;
        }
        if (i >= 0)
            x->in->number |= (int64_t)1 << i;
    }
    x->in->has = x->in->number != 0;
}

/* Each one once; `max` of them at most. */
static void
read_codes(struct reading *x)
{
    const struct sent_list *all = source(x->c);
    const char **v = arena_get(x->c->a, (all->n + 1) * sizeof *v);
    size_t n = 0;
    struct buf b;

    for (const struct sent *f = x->field; f; f = find(all, x->p->name, f)) {
        if (blank(f))
            continue;
        if (f->bad || !only(f->value, DIGITS UPPER LOWER "._-", CODE_MAX) ||
            (int64_t)n == (x->p->max ? x->p->max : CODES_MAX)) {
            wrong(x, x->p->say ? x->p->say : N_("Hãy chọn các mục trong danh sách"));
            return;
        }
        v[n++] = f->value;
    }
    buf_init(&b, x->c->a, (CODE_MAX + 1) * (n + 1));
    if (n)
        qsort(v, n, sizeof *v, by_text);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || strcmp(v[i - 1], v[i]) != 0)
            buf_fmt(&b, "%s%s", i ? " " : "", v[i]);
    x->in->text = b.p;
    x->in->has = n > 0;
}

static const char *const REQUIRED = N_("Hãy điền mục này");

static void
read_one(struct reading *x)
{
    const struct param *p = x->p;
    const char *in_path = request_path(x->c, p->name);
    struct sent from_path = {.name = p->name, .value = in_path};

    x->field = in_path ? &from_path : find(source(x->c), p->name, NULL);
    if (x->field && p->kind == K_ENUMS)
        read_enums(x);
    else if (x->field && p->kind == K_CODES)
        read_codes(x);
    else if (x->field && !in_path && find(source(x->c), p->name, x->field))
        wrong(x, N_("Mục này được gửi hai lần, hãy gửi lại một lần"));
    else if (x->field && x->field->bad)
        wrong(x, N_("Có ký tự không đọc được, hãy xóa và gõ lại"));
    else if (x->field && !blank(x->field) && !(x->in->has = KINDS[p->kind].read(x)))
        wrong(x, NULL);
    else if (p->required && !x->in->has)
        wrong(x, p->kind == K_ENUM ? p->say : REQUIRED);
}

/* A JSON body's members are fields too: {"ma": "H26", "so": 3, "dong-y": true}. */
static void
fields_of_json(struct ctx *c)
{
    const char *name;
    json_t *v;

    json_object_foreach(c->req->json, name, v) {
        const char *s = NULL;

        if (json_is_string(v))
            s = json_string_value(v);
        else if (json_is_integer(v))
            s = arena_fmt(c->a, "%" PRId64, (int64_t)json_integer_value(v));
        else if (json_is_boolean(v))
            s = json_is_true(v) ? "true" : "false";
        if (s)
            sent_add(c->a, &c->req->form, name, s, strlen(s));
    }
}

static void
parse_json(struct ctx *c)
{
    struct request *r = c->req;
    json_error_t e;

    json_arena_enter(c->a);
    r->json = json_read(r->body ? r->body : "", r->body_n, &e);
    json_arena_leave();
    if (!r->json || !json_is_object(r->json)) {
        r->malformed = N_("Nội dung JSON không đúng");
        if (!r->json)
            fail_field(c, "$",
                       arena_fmt(c->a, "%s (line %d, column %d)", e.text, e.line, e.column));
        return;
    }
    fields_of_json(c);
}

static void
parse_body(struct ctx *c)
{
    struct request *r = c->req;

    if (r->malformed || r->uploads || c->route->method != POST || c->route->body == BODY_PART)
        return;
    if (c->route->body == BODY_JSON)
        parse_json(c);
    else if (!urlform_parse(c->a, r->body ? r->body : "", r->body_n, &r->form))
        r->malformed = N_("Nội dung gửi lên không đúng dạng");
}

/* The e-form's fields are judged by eforms; here only what no text field may hold. */
static void
read_eform(struct reading *x)
{
    const struct sent_list *f = source(x->c);

    for (size_t i = 0; i < f->n; i++)
        if (f->p[i].bad)
            fail_field(x->c, f->p[i].name, N_("Có ký tự không đọc được, hãy xóa và gõ lại"));
    x->in->has = f->n > 0;
}

static void
read_param(struct reading *x)
{
    switch (x->p->kind) {
    case K_FILES:
        break;
    case K_EFORM:
        read_eform(x);
        break;
    case K_JSON:
        x->in->json = x->c->req->json;
        x->in->has = true;
        break;
    default:
        read_one(x);
    }
}

int
params_read(struct ctx *c)
{
    const struct param *list = c->route->in;
    size_t n = 0;

    while (list[n].kind != K_END)
        n++;
    c->in = arena_get(c->a, (n + 1) * sizeof *c->in);
    for (size_t i = 0; i < n; i++)
        c->in[i].text = "";
    parse_body(c);
    if (c->req->malformed)
        return fail(c, E_INVALID, c->req->malformed, "malformed body");
    for (size_t i = 0; i < n; i++)
        read_param(&(struct reading){.c = c, .p = &list[i], .in = &c->in[i]});
    return c->faults.n > 0 ? E_INVALID : OK;
}

/* Contents that arrived before the form: named in fields where files could stand.  false: one of
 * them is not (or no longer) good. */
static bool
add_handed(struct ctx *c, const struct param *p, struct input *in)
{
    const struct sent_list *f = &c->req->form;
    struct upload *all = arena_get(c->a, (in->files_n + f->n + 1) * sizeof *all);
    size_t n = in->files_n;

    if (n)
        memcpy(all, in->files, n * sizeof *all);
    for (size_t i = 0; i < f->n && n < UPLOADS_MAX; i++) {
        if (*p->name ? strcmp(f->p[i].name, p->name) != 0 : !handed_like(f->p[i].value))
            continue;
        if (*p->name && !*f->p[i].value)
            continue;
        if (!handed_open(c, f->p[i].value, &all[n])) {
            fail_labelled(c, *p->name ? p->name : f->p[i].name, p->label ? p->label : "",
                          N_("Tệp đã tải lên quá 24 giờ hoặc từ lần đăng nhập khác, hãy chọn lại"));
            return false;
        }
        all[n++].field = f->p[i].name;
    }
    in->files = all;
    in->files_n = n;
    return true;
}

int
params_files(struct ctx *c)
{
    const struct param *list = c->route->in;

    for (size_t i = 0; list[i].kind != K_END; i++) {
        struct input *in = &c->in[i];

        if (list[i].kind != K_FILES)
            continue;
        in->files_n = upload_list(c, *list[i].name ? list[i].name : NULL, &in->files);
        if (c->route->body != BODY_LOOK && !add_handed(c, &list[i], in))
            continue;
        in->has = in->files_n > 0;
        if (list[i].required && !in->has)
            fail_labelled(c, list[i].name, list[i].label ? list[i].label : "",
                          N_("Hãy chọn tệp để gửi"));
    }
    return c->faults.n > 0 ? E_INVALID : OK;
}

/* --- for handlers --- */

bool
in_has(const struct ctx *c, int i)
{
    return c->in[i].has;
}

const char *
in_text(const struct ctx *c, int i)
{
    return c->in[i].text;
}

int64_t
in_int(const struct ctx *c, int i)
{
    return c->in[i].number;
}

day
in_date(const struct ctx *c, int i)
{
    return (day)c->in[i].number;
}

const json_t *
in_json(const struct ctx *c, int i)
{
    return c->in[i].json;
}

size_t
in_files(const struct ctx *c, int i, const struct upload **out)
{
    *out = c->in[i].files;
    return c->in[i].files_n;
}

size_t
in_form(const struct ctx *c, const struct pair **out)
{
    const struct sent_list *f = source(c);
    struct pair *p = arena_get(c->a, (f->n + 1) * sizeof *p);

    for (size_t i = 0; i < f->n; i++)
        p[i] = (struct pair){f->p[i].name, f->p[i].value};
    *out = p;
    return f->n;
}

const char *
in_typed(const struct ctx *c, const char *name)
{
    const struct sent *f = c->route ? find(source(c), name, NULL) : NULL;

    for (const struct param *p = c->route ? c->route->in : IN_NONE; p->kind != K_END; p++)
        if (p->kind == K_SECRET && strcmp(p->name, name) == 0)
            return NULL;
    return f && !f->bad ? f->value : NULL;
}
