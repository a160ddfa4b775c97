/* What stands in the journal of administration, said so that one understands it. */
#include <string.h>

#include "auth/auth.h"
#include "base/json.h"
#include "base/po.h"
#include "base/utf8.h"
#include "base/vi.h"
#include "http/route.h"
#include "mod/agencies/agencies.h"
#include "site/acts.h"
#include "site/journal.h"
#include "site/routes.h"
#include "site/settings.h"
#include "site/site.h"

enum { ARGS = 4, CHANGES_MAX = 40, VALUE_MAX = 300, HASH_HEAD = 12 };

#define OFFICER "/quan-tri/can-bo/{login}"
#define AGENCY "/quan-tri/co-quan/{code}/{ngay}"

/* One row a kind of act: its word in addresses, what it is called, the sentence with the inputs
 * that fill its places.  Who did it stands before the sentence. */
static const struct sort {
    const char *what, *word, *name, *say, *arg[ARGS];
} SORTS[] = {
    {"/quan-tri/can-bo/them", "them-can-bo", N_("Thêm cán bộ"),
     N_("thêm cán bộ {0} với vai trò {1} tại {2}"), {"login", "vai-tro", "co-quan"}},
    {OFFICER "/sua", "sua-can-bo", N_("Sửa thông tin cán bộ"),
     N_("sửa thông tin của cán bộ {0}"), {"login"}},
    {OFFICER "/vai-tro", "giao-vai-tro", N_("Giao vai trò"),
     N_("giao cho {0} vai trò {1} tại {2} từ ngày {3}"),
     {"login", "vai-tro", "co-quan", "tu-ngay"}},
    {OFFICER "/vai-tro/ket-thuc", "thoi-vai-tro", N_("Kết thúc vai trò"),
     N_("kết thúc vai trò {1} của {0} tại {2}"), {"login", "vai-tro", "co-quan"}},
    {OFFICER "/lam-thay", "lam-thay", N_("Cử người làm thay"),
     N_("cử {1} làm thay {0} từ ngày {2} đến ngày {3}"),
     {"login", "nguoi-thay", "tu-ngay", "den-ngay"}},
    {OFFICER "/lam-thay/ket-thuc", "thoi-lam-thay", N_("Kết thúc làm thay"),
     N_("kết thúc việc {1} làm thay {0}"), {"login", "nguoi-thay"}},
    {OFFICER "/mat-khau", "dat-lai-mat-khau", N_("Đặt lại mật khẩu"),
     N_("hủy mật khẩu và các phiên của {0}, cấp liên kết đặt mật khẩu mới"), {"login"}},
    {OFFICER "/phieu", "in-phieu", N_("In phiếu tài khoản"),
     N_("in phiếu có liên kết đặt mật khẩu của {0}"), {"login"}},
    {OFFICER "/hai-lop", "bo-hai-lop", N_("Đặt lại xác thực hai lớp"),
     N_("gỡ xác thực hai lớp và kết thúc các phiên của {0}"), {"login"}},
    {OFFICER "/ma-truy-cap", "thu-hoi-ma", N_("Thu hồi mã truy cập API"),
     N_("thu hồi một mã truy cập API của {0}"), {"login"}},
    {"/quan-tri/co-quan/them", "them-co-quan", N_("Thêm cơ quan"),
     N_("thêm cơ quan {0}, mã {1}"), {"ten", "ma"}},
    {AGENCY "/sua", "sua-co-quan", N_("Sửa thông tin cơ quan"),
     N_("sửa thông tin của {0}"), {"code"}},
    {AGENCY "/ban-moi", "ban-moi-co-quan", N_("Bản mới của cơ quan"),
     N_("tạo bản mới của {0} từ ngày {1}"), {"code", "tu-ngay"}},
    {AGENCY "/ket-thuc", "ket-thuc-co-quan", N_("Kết thúc cơ quan"),
     N_("kết thúc {0}, ngày cuối cùng {1}"), {"code", "den-ngay"}},
    {AGENCY "/uy-quyen", "uy-quyen", N_("Ủy quyền giải quyết"),
     N_("ủy quyền của {0} cho {1} theo quyết định {2} từ ngày {3}"),
     {"code", "co-quan", "quyet-dinh", "tu-ngay"}},
    {AGENCY "/uy-quyen/ket-thuc", "thoi-uy-quyen", N_("Kết thúc ủy quyền"),
     N_("kết thúc ủy quyền của {0} cho {1}"), {"code", "co-quan"}},
    {"/quan-tri/lich/ngay", "ngay-nghi", N_("Đặt ngày nghỉ, ngày làm bù"),
     N_("đặt ngày {0} là {1}: {2}"), {"ngay", "loai", "ten"}},
    {"/quan-tri/lich/xoa", "bo-ngay-nghi", N_("Bỏ ngày nghỉ, ngày làm bù"),
     N_("bỏ ngày {0} khỏi lịch nghỉ và làm bù"), {"ngay"}},
    {"/quan-tri/tep/{ten}", "sua-tep", N_("Sửa tệp quy định"), N_("lưu tệp {0}"), {"ten"}},
    {"/quan-tri/giay-to/thu-lai", "thu-lai", N_("Xử lý lại mọi giấy tờ lỗi"),
     N_("cho xử lý lại mọi giấy tờ bị lỗi"), {NULL}},
    {"/quan-tri/giay-to/mot", "thu-mot", N_("Xử lý lại một giấy tờ"),
     N_("cho xử lý lại một tệp giấy tờ"), {NULL}},
    {"/quan-tri/canh-bao", "canh-bao", N_("Kết luận cảnh báo"),
     N_("ghi kết luận cho một cảnh báo lượt xem bất thường"), {NULL}},
    {"mandate", "dai-dien", N_("Quyền đại diện"),
     N_("ghi một thay đổi của quyền đại diện {0}"), {""}},
};
enum { SORTS_N = sizeof SORTS / sizeof *SORTS };
static const char COMMANDS[] = "lenh", COMMAND[] = "motcua ";

static const struct sort *
sort_of(const char *what)
{
    for (int i = 0; i < SORTS_N; i++)
        if (strcmp(SORTS[i].what, what) == 0)
            return &SORTS[i];
    return NULL;
}

const struct choice *
acts_kinds(struct ctx *c, size_t *n)
{
    struct choice *p = arena_get(c->a, (SORTS_N + 2) * sizeof *p);

    *n = 0;
    p[(*n)++] = (struct choice){.value = "", .label = N_("Mọi việc")};
    for (int i = 0; i < SORTS_N; i++)
        p[(*n)++] = (struct choice){.value = SORTS[i].word, .label = SORTS[i].name};
    p[(*n)++] = (struct choice){.value = COMMANDS, .label = N_("Lệnh trên máy chủ")};
    return p;
}

const char *
acts_what(const char *word, bool *commands)
{
    *commands = strcmp(word, COMMANDS) == 0;
    for (int i = 0; i < SORTS_N; i++)
        if (strcmp(SORTS[i].word, word) == 0)
            return SORTS[i].what;
    return *commands ? "" : NULL;
}

/* --- values -------------------------------------------------------------------------------- */

static const char *
day_text(struct ctx *c, const char *v)
{
    day d;

    return date_parse(v, &d) ? date_vi(c->a, d) : v;
}

static const char *
role_text(struct ctx *c, const char *v)
{
    enum role r = role_parse(v);

    return r == ROLE_NONE ? v : tr(c, role_name(r));
}

static const char *
agency_text(struct ctx *c, const char *v)
{
    const struct agency *g = *v ? agencies_latest(c->site->agencies, v) : NULL;

    return g ? arena_fmt(c->a, "%s (%s)", agency_office(c, g), v) : v;
}

/* "holiday" of a day, "commune" of an agency. */
static const char *
type_text(struct ctx *c, const char *v)
{
    enum agency_type t = agency_type_parse(v);
    const char *name = t ? agency_type_name(t) : settings_kind_of(v);

    return name && *name ? tr(c, name) : v;
}

static const char *
yes_no(struct ctx *c, const char *v)
{
    return tr(c, *v && strcmp(v, "0") != 0 ? N_("Có") : N_("Không"));
}

static const char *
login_text(struct ctx *c, const char *v)
{
    struct account a;
    struct err before = c->err;

    if (*v && auth_account_by_login(c, ACCOUNT_OFFICER, v, &a) == OK)
        return arena_fmt(c->a, "%s (%s)", a.name, v);
    c->err = before;
    return vi_masked(c->a, v);
}

/* How an input's value reads; those that are not listed stand as they are. */
static const struct { const char *input; const char *(*text)(struct ctx *, const char *);
} VALUES[] = {
    {"tu-ngay", day_text}, {"den-ngay", day_text}, {"ngay", day_text},
    {"ngay-quyet-dinh", day_text}, {"goc-ngay", day_text}, {"vai-tro", role_text},
    {"co-quan", agency_text}, {"code", agency_text}, {"truc-thuoc", agency_text},
    {"loai", type_text}, {"login", login_text}, {"nguoi-thay", login_text},
    {"lam-viec", yes_no}, {"ma-tam", yes_no}, {"mot-cua", yes_no}, {"chac-chan", yes_no},
};

/* Of a whole file's hash what tells two apart; the entry's own page has all of it. */
static const char *
brief(struct ctx *c, const char *value)
{
    static const char HASH[] = "sha256:";
    const char *rest = strncmp(value, HASH, sizeof HASH - 1) == 0 ? strchr(value, ',') : NULL;

    return rest ? arena_fmt(c->a, "%.*s…%s", (int)sizeof HASH - 1 + HASH_HEAD, value, rest) : value;
}

static const char *
shown(struct ctx *c, const char *input, const char *value)
{
    int n = utf8_head(value, VALUE_MAX);

    if (strcmp(value, "***") == 0)
        return tr(c, N_("(không ghi vào nhật ký)"));
    for (size_t i = 0; i < sizeof VALUES / sizeof *VALUES; i++)
        if (strcmp(VALUES[i].input, input) == 0)
            return VALUES[i].text(c, value);
    return value[n] ? arena_fmt(c->a, "%.*s…", n, value) : value;
}

/* A value of the journal as text. */
static const char *
plain(struct ctx *c, const json_t *v)
{
    if (json_is_string(v))
        return arena_str(c->a, json_string_value(v));
    if (json_is_true(v))
        return "1";
    return v && !json_is_null(v) && !json_is_false(v) ? json_text(c->a, v) : "";
}

/* --- what was asked for, and what it was ---------------------------------------------------- */

static const struct route *
route_of(const char *what)
{
    for (size_t i = 0; i < site_route_tables_n; i++)
        for (const struct route *r = site_route_tables[i]; r->method; r++)
            if (r->method == POST && strcmp(r->path, what) == 0)
                return r;
    return NULL;
}

/* NULL: of no interest to who reads (the version on screen, a tick that one is sure). */
static const char *
label_of(struct ctx *c, const struct route *r, const char *input)
{
    static const char *const SKIP[] = {"v", "chac-chan", "ngay", "goc", "goc-ngay", "code",
                                       "login", NULL};
    static const char *const OWN[][2] = {
        {"lam-viec", N_("Đang làm việc")}, {"ma-tam", N_("Mã tạm")},
        {"mot-cua", N_("Có bộ phận một cửa")}, {"den-ngay", N_("Đến ngày")},
        {"vai-tro", N_("Vai trò")}, {"co-quan", N_("Cơ quan")}, {"tu-ngay", N_("Từ ngày")},
        {"os_user", N_("Người dùng hệ điều hành")}, {"sudo_user", N_("Qua sudo, bởi")},
        {"loai", N_("Loại")}, {"ten", N_("Tên")}, {"nguoi-thay", N_("Người làm thay")},
    };

    for (int i = 0; SKIP[i]; i++)
        if (r && strcmp(SKIP[i], input) == 0)
            return NULL;
    for (const struct param *p = r ? r->in : IN_NONE; p->kind != K_END; p++)
        if (strcmp(p->name, input) == 0 && p->label)
            return tr(c, p->label);
    for (size_t i = 0; i < sizeof OWN / sizeof *OWN; i++)
        if (strcmp(OWN[i][0], input) == 0)
            return tr(c, OWN[i][1]);
    return r ? NULL : arena_fmt(c->a, "--%s", input);
}

static void
add_change(struct ctx *c, struct act_row *out, struct act_change *p, const struct route *r,
           const char *input, const json_t *old, const json_t *value)
{
    const char *label = label_of(c, r, input);

    if (!label || out->n >= CHANGES_MAX)
        return;
    p[out->n++] = (struct act_change){
        .label = label,
        .before = old ? shown(c, input, plain(c, old)) : NULL,
        .after = shown(c, input, plain(c, value)),
    };
    if (!out->whole && old) {
        p[out->n - 1].before = brief(c, p[out->n - 1].before);
        p[out->n - 1].after = brief(c, p[out->n - 1].after);
    }
    out->changed += old != NULL;
}

/* Changed ones first, as they were asked; then the rest. */
static void
changes(struct ctx *c, struct act_row *out, const json_t *data)
{
    struct act_change *p = arena_get(c->a, CHANGES_MAX * sizeof *p);
    const json_t *old = json_object_get(data, JOURNAL_BEFORE), *v;
    const struct route *r = route_of(out->f->e.what);
    const char *key;

    out->p = p;
    json_object_foreach((json_t *)(uintptr_t)old, key, v)
        add_change(c, out, p, r, arena_str(c->a, key), v, json_object_get(data, key));
    json_object_foreach((json_t *)(uintptr_t)data, key, v)
        if (strcmp(key, JOURNAL_BEFORE) != 0 && !json_object_get(old, key))
            add_change(c, out, p, r, arena_str(c->a, key), NULL, v);
}

/* --- the sentence --------------------------------------------------------------------------- */

static const char *
arg_of(struct ctx *c, const struct act_found *f, const json_t *data, const char *input)
{
    const json_t *v = input && *input ? json_object_get(data, input) : NULL;

    if (!input)
        return "";
    return v ? shown(c, input, plain(c, v)) : shown(c, input, f->e.subject);
}

/* What it was run for: the login that it names, else its first word. */
static const char *
command_text(struct ctx *c, const struct act_found *f, const json_t *data)
{
    const char *login = json_string_value(json_object_get(data, "login"));
    const char *of = login ? arena_str(c->a, login) : f->e.subject;
    const char *name = f->e.what + sizeof COMMAND - 1;
    bool own = strncmp(name, of, strlen(of)) == 0;      /* no word: its own name stands there */

    return own ? trf(c, N_("chạy lệnh {0}"), f->e.what)
               : trf(c, N_("chạy lệnh {0} {1}"), f->e.what, of);
}

static const char *
sentence(struct ctx *c, const struct act_found *f, const json_t *data)
{
    const struct sort *s = sort_of(f->e.what);
    const char *arg[ARGS];

    if (strncmp(f->e.what, COMMAND, sizeof COMMAND - 1) == 0)
        return command_text(c, f, data);
    if (!s)
        return trf(c, N_("thực hiện {0} {1}"), f->e.what, f->e.subject);
    for (int i = 0; i < ARGS; i++)
        arg[i] = arg_of(c, f, data, s->arg[i]);
    return trf(c, s->say, arg[0], arg[1], arg[2], arg[3]);
}

static const char *
kind_of(struct ctx *c, const struct act_found *f)
{
    const struct sort *s = sort_of(f->e.what);

    if (s)
        return tr(c, s->name);
    return tr(c, strncmp(f->e.what, COMMAND, sizeof COMMAND - 1) == 0 ? N_("Lệnh trên máy chủ")
                                                                      : N_("Việc khác"));
}

/* Who ran a command: the user of the operating system. */
static const char *
user_text(struct ctx *c, const json_t *data)
{
    const char *user = json_string_value(json_object_get(data, "os_user"));
    const char *by = json_string_value(json_object_get(data, "sudo_user"));

    if (!user)
        return "";
    return by ? arena_fmt(c->a, "%s (sudo: %s)", user, by) : arena_str(c->a, user);
}

int
acts_say(struct ctx *c, const struct act_found *f, bool whole, struct act_row *out)
{
    const struct agency *home = agencies_by_id(c->site->agencies, f->home);
    json_t *data = json_loads(f->e.data, JSON_REJECT_DUPLICATES, NULL);

    *out = (struct act_row){.f = f, .whole = whole, .kind = kind_of(c, f), .who = f->name,
                            .office = home ? agency_office(c, home) : ""};
    if (f->citizen)
        out->who = tr(c, N_("Công dân"));
    else if (!f->e.account)
        *out = (struct act_row){.f = f, .whole = whole, .kind = out->kind,
                                .who = tr(c, N_("Người vận hành")), .office = user_text(c, data)};
    out->said = vi_masked(c->a, sentence(c, f, data));
    out->subject = vi_masked(c->a, f->e.subject);
    if (data)
        changes(c, out, data);
    json_decref(data);
    return act_sealed(c, &f->e, &out->head);
}
