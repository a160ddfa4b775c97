#include "site/audit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "audit.page.h"
#include "auth/auth.h"
#include "auth/typed.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/po.h"
#include "base/vi.h"
#include "http/params.h"
#include "http/reply.h"
#include "mod/agencies/agencies.h"
#include "mod/deadlines/rules.h"
#include "mod/people/people.h"
#include "site/audit_sql.h"
#include "site/site.h"
#include "site/unusual.h"

enum { PAGE_ROWS = 50, CSV_ROWS = 10000, CSV_PART = 500, PERSONS_DOSSIERS = 40 };

/* The words that handlers log, and the addresses of pages that log nothing more exact. */
static const struct { const char *word, *say; } WHATS[] = {
    {"dossier", N_("Xem hồ sơ")},
    {"dossier file", N_("Mở giấy tờ trong hồ sơ")},
    {"search", N_("Tìm thấy khi tìm kiếm")},
    {"worklist export", N_("Xuất danh sách")},
    {"register", N_("In sổ theo dõi")},
    {"result", N_("Xem kết quả")},
    {"result draft", N_("Xem dự thảo kết quả")},
    {"result book export", N_("Xuất sổ cấp số")},
    {"scanned page", N_("Xem trang quét")},
    {"scanned document", N_("Xem văn bản quét")},
    {"digital copy", N_("Mở bản số hóa")},
    {"person at the counter", N_("Tìm người tại quầy")},
    {"unmask", N_("Xem đầy đủ số định danh, số điện thoại")},
    {"/can-bo", N_("Danh sách việc")},
    {"/can-bo/so-cap-so", N_("Sổ cấp số")},
    {"/api/v1/dossiers", N_("Danh sách hồ sơ qua API")},
    {"/quan-tri/can-bo/{login}", N_("Xem tài khoản cán bộ")},
    {"/quan-tri/nhat-ky", N_("Xem nhật ký truy cập")},
    {"/quan-tri/nhat-ky.csv", N_("Xuất nhật ký truy cập")},
    {"/quan-tri/nhat-ky/quan-tri", N_("Xem nhật ký quản trị")},
    {"/quan-tri/nhat-ky/quan-tri/{muc}", N_("Xem một việc quản trị")},
    {"/quan-tri/nhat-ky/quan-tri/{muc}/bang-chung", N_("Tải bằng chứng của một việc quản trị")},
    {"/quan-tri/nhat-ky/quan-tri/in", N_("In nhật ký quản trị")},
    {"/quan-tri/nhat-ky/quan-tri.csv", N_("Xuất nhật ký quản trị")},
    {"/tra-cuu", N_("Tra cứu bằng mã bí mật")},
    {"mandate", N_("Xem căn cứ đại diện")},
    {"correction", N_("Xem yêu cầu sửa thông tin")},
    {"archive", N_("Xem hồ sơ lưu trữ")},
    {"package", N_("Tải gói lưu trữ của hồ sơ")},
    {"vault in dossier", N_("Xem giấy tờ trong kho, khi giải quyết hồ sơ")},
    {"vault at the counter", N_("Xem giấy tờ trong kho, tại quầy")},
    {"vault share", N_("Xem giấy tờ người dân chia sẻ")},
    {"vault report", N_("Xem giấy tờ được báo sai")},
};

/* Whatever else is below an address; the first that fits. */
static const struct { const char *begins, *say; } BELOW[] = {
    {"/can-bo/so-hoa", N_("Số hóa giấy tờ")},
    {"/can-bo/tiep-nhan", N_("Tiếp nhận tại quầy")},
    {"/can-bo/luu-tru", N_("Xem danh sách lưu trữ")},
    {"/can-bo/cau-hoi", N_("Xem câu hỏi của công dân")},
    {"/can-bo/sua-thong-tin", N_("Xem yêu cầu sửa thông tin")},
    {"/can-bo/bao-sai", N_("Xem giấy tờ được báo sai")},
    {"/can-bo/ky-ket-qua", N_("Xem kết quả chờ ký")},
    {"/can-bo/so-cap-so", N_("Sổ cấp số")},
    {"/can-bo/so-theo-doi", N_("In sổ theo dõi")},
    {"/can-bo/tim", N_("Tìm thấy khi tìm kiếm")},
    {"/can-bo", N_("Làm việc trên hồ sơ")},
    {"/quan-tri/canh-bao", N_("Xem lượt xem bất thường")},
    {"/quan-tri/can-bo", N_("Quản lý tài khoản cán bộ")},
    {"/chia-se", N_("Xem giấy tờ người dân chia sẻ")},
    {"/api", N_("Lấy hồ sơ qua API")},
};

const char *
audit_what(const struct audit_row *r)
{
    for (size_t i = 0; i < sizeof WHATS / sizeof *WHATS; i++)
        if (strcmp(WHATS[i].word, r->what) == 0)
            return WHATS[i].say;
    for (size_t i = 0; i < sizeof BELOW / sizeof *BELOW; i++)
        if (strncmp(BELOW[i].begins, r->what, strlen(BELOW[i].begins)) == 0)
            return BELOW[i].say;
    return r->what;
}

/* Words of data files have their English in the catalogue. */
static const char *
data_text(const struct ctx *c, const char *vi)
{
    return c->data_text ? c->data_text(c, vi) : vi;
}

const char *
audit_purpose(struct ctx *c, const struct audit_row *r)
{
    const char *name = auth_purpose_name(r->purpose);
    const struct reason *why;

    if (name)
        return tr(c, name);
    why = rules_reason(c->site->rules, REASON_UNMASK, r->purpose);
    return why ? data_text(c, why->name) : r->purpose;
}

const char *
audit_agency(struct ctx *c, const struct audit_row *r)
{
    const struct agency *g = agencies_by_id(c->site->agencies, r->home);

    return g ? agency_office(c, g) : "";
}

/* Ids stay inside: cursors and entries are masked. */
static uint64_t
mask(const struct ctx *c)
{
    static const char USE[] = "audit cursor";
    uint8_t sum[SHA256_SIZE];
    uint64_t out;

    hash_hmac(c->site->key, USE, sizeof USE - 1, sum);
    memcpy(&out, sum, sizeof out);
    return out;
}

int64_t
audit_token_read(const struct ctx *c, const char *token)
{
    return *token ? (int64_t)((strtoull(token, NULL, 16) ^ mask(c)) & INT64_MAX) : 0;
}

const char *
audit_token(struct ctx *c, int64_t id)
{
    return arena_fmt(c->a, "%016" PRIx64, (uint64_t)id ^ mask(c));
}

static void
cut(struct ctx *c, struct audit_view *v)
{
    if (v->n <= PAGE_ROWS)
        return;
    v->n = PAGE_ROWS;
    v->next = audit_token(c, v->p[PAGE_ROWS - 1].id);
}

/* --- for auditors ---------------------------------------------------------------------------- */

static const char *const PURPOSES[] = {"work",   "list",     "search",  "export",
                                       "counter", "digitise", "correction", "administration",
                                       "audit",  "share",    "system",  "unmask", NULL};

enum { L_CODE, L_LOGIN, L_PERSON, L_UNIT, L_PURPOSE, L_SINCE, L_UNTIL, L_FROM };
static const struct param IN_LIST[] = {
    [L_CODE] = {"ho-so", K_DOSSIER_CODE, .label = N_("Mã hồ sơ")},
    [L_LOGIN] = {"can-bo", K_CODE, .number = true, .label = N_("Tên đăng nhập")},
    [L_PERSON] = {"nguoi", K_TEXT, .max = 40, .number = true,
                  .label = N_("Số định danh hoặc điện thoại")},
    [L_UNIT] = {"co-quan", K_CODE, .label = N_("Mã cơ quan của người xem")},
    [L_PURPOSE] = {"muc-dich", K_CODE, .label = N_("Mục đích")},
    [L_SINCE] = {"tu-ngay", K_DATE, .label = N_("Từ ngày")},
    [L_UNTIL] = {"den-ngay", K_DATE, .label = N_("Đến ngày")},
    [L_FROM] = {"tu", K_TOKEN},
    {.kind = K_END},
};

/* As it is kept: a telephone however it is written. */
static const char *
person_of(struct ctx *c)
{
    char phone[12];

    return vi_phone(in_text(c, L_PERSON), phone) ? arena_str(c->a, phone) : in_text(c, L_PERSON);
}

static int
filter_of(struct ctx *c, struct audit_filter *f)
{
    const struct agency *g = agencies_latest(c->site->agencies, in_text(c, L_UNIT));
    int64_t before = audit_token_read(c, in_text(c, L_FROM));

    *f = (struct audit_filter){.code = in_text(c, L_CODE), .login = in_text(c, L_LOGIN),
                               .person = person_of(c), .purpose = in_text(c, L_PURPOSE),
                               .unit = g ? g->id : 0, .upto = INT64_MAX};
    if (in_has(c, L_UNIT) && !g)
        return fail_labelled(c, "co-quan", N_("Mã cơ quan"), N_("Không có cơ quan này"));
    if (in_has(c, L_SINCE))
        f->from = id_floor(vn_utc(in_date(c, L_SINCE), 0));
    if (in_has(c, L_UNTIL))
        f->upto = id_floor(vn_utc(in_date(c, L_UNTIL) + 1, 0));
    f->upto = before && before < f->upto ? before : f->upto;
    return OK;
}

static int
newest_first(const void *x, const void *y)
{
    const struct audit_row *a = x, *b = y;

    return (a->id < b->id) - (a->id > b->id);
}

/* A person is a party of dossiers: what was seen of each of them, newest first. */
static int
list_of_person(struct ctx *c, const struct audit_filter *f, size_t max, struct audit_row *out,
               size_t *n)
{
    struct audit_row *all = arena_get(c->a, (PERSONS_DOSSIERS * max + 1) * sizeof *all);
    int64_t *dossiers;
    size_t dossiers_n, k, all_n = 0;
    int rc = people_owners_by(c, f->person, INT64_MAX, PERSONS_DOSSIERS, &dossiers, &dossiers_n);

    for (size_t i = 0; i < dossiers_n && rc == OK; i++) {
        rc = audit_sql_list(c, f, dossiers[i], max, &all[all_n], &k);
        all_n += rc == OK ? k : 0;
    }
    qsort(all, all_n, sizeof *all, newest_first);
    *n = all_n < max ? all_n : max;
    memcpy(out, all, *n * sizeof *out);
    return rc;
}

static int
read_list(struct ctx *c, const struct audit_filter *f, size_t max, struct audit_row *out, size_t *n)
{
    return *f->person ? list_of_person(c, f, max, out, n) : audit_sql_list(c, f, 0, max, out, n);
}

static void
add_purposes(struct ctx *c, struct audit_view *v)
{
    struct choice *p = arena_get(c->a, (sizeof PURPOSES / sizeof *PURPOSES + 32) * sizeof *p);
    const struct rules *r = c->site->rules;

    p[v->n_purposes++] = (struct choice){.value = "", .label = N_("Mọi mục đích")};
    for (size_t i = 0; PURPOSES[i]; i++)
        if (auth_purpose_name(PURPOSES[i]))
            p[v->n_purposes++] = (struct choice){.value = PURPOSES[i],
                                                 .label = auth_purpose_name(PURPOSES[i])};
    for (size_t i = 0; i < r->reasons.n && v->n_purposes < 40; i++)
        if (r->reasons.p[i].uses & REASON_UNMASK)
            p[v->n_purposes++] = (struct choice){.value = r->reasons.p[i].code,
                                                 .label = data_text(c, r->reasons.p[i].name)};
    v->purposes = p;
}

struct url
audit_address(struct ctx *c, const char *path, int first, int end)
{
    struct buf b;

    buf_init(&b, c->a, 4096);
    buf_str(&b, path);
    for (int i = first; i < end; i++)
        if (in_has(c, i)) {
            buf_char(&b, strchr(b.p, '?') ? '&' : '?');
            buf_fmt(&b, "%s=", c->route->in[i].name);
            buf_url(&b, c->route->in[i].number ? typed_word(c, in_text(c, i)) : in_text(c, i));
        }
    return (struct url){b.p};
}

size_t
audit_tabs(struct ctx *c, enum audit_tab open, struct link out[AUDIT__TABS])
{
    size_t n = 0;

    if (open == AUDIT_SEEN || c->session->perms & PERM_BIT(PERM_AUDIT))
        out[n++] = (struct link){.label = N_("Lượt xem dữ liệu"), .count = -1,
                                 .href = {"/quan-tri/nhat-ky"}, .current = open == AUDIT_SEEN};
    out[n++] = (struct link){.label = N_("Việc quản trị"), .count = -1,
                             .href = {"/quan-tri/nhat-ky/quan-tri"}, .current = open == AUDIT_DONE};
    return n;
}

static int
get_list(struct ctx *c)
{
    struct audit_row *rows = arena_get(c->a, (PAGE_ROWS + 1) * sizeof *rows);
    struct audit_filter f;
    struct audit_view v = {.filter = &f, .p = rows,
                           .csv = audit_address(c, "/quan-tri/nhat-ky.csv", L_CODE, L_FROM)};
    int rc = filter_of(c, &f);

    if (rc < 0 || (rc = read_list(c, &f, PAGE_ROWS + 1, rows, &v.n)) < 0)
        return rc;
    v.alarms = unusual_open(c);
    v.n_tabs = audit_tabs(c, AUDIT_SEEN, v.tabs);
    cut(c, &v);
    add_purposes(c, &v);
    return page_audit_list(c, &v);
}

static void
csv_row(struct ctx *c, const struct audit_row *r)
{
    const char *cells[] = {moment_vi(c->a, r->at), r->name, r->login, audit_agency(c, r),
                           tr(c, audit_what(r)), audit_purpose(c, r), r->code, r->person};

    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        if (i)
            buf_char(&c->out->body, ',');
        buf_csv(&c->out->body, cells[i]);
    }
    buf_lit(&c->out->body, "\r\n");
}

/* Up to CSV_ROWS entries; what follows is asked for by an earlier day. */
static int
get_csv(struct ctx *c)
{
    struct audit_row *rows = arena_get(c->a, CSV_PART * sizeof *rows);
    struct audit_filter f;
    size_t n, sent = 0;
    int rc = filter_of(c, &f);

    if (rc < 0)
        return rc;
    reply_download(c, "text/csv; charset=utf-8",
                   arena_fmt(c->a, "nhat-ky-truy-cap-%s.csv", date_iso(c->a, vn_day(c->now))));
    buf_lit(&c->out->body, "\xEF\xBB\xBF" "at,name,login,agency,what,purpose,dossier,person\r\n");
    do {
        if ((rc = read_list(c, &f, CSV_PART, rows, &n)) < 0)
            return rc;
        for (size_t i = 0; i < n; i++)
            csv_row(c, &rows[i]);
        sent += n;
        f.upto = n ? rows[n - 1].id : 0;
    } while (n == CSV_PART && sent < CSV_ROWS);
    return OK;
}

/* --- for the citizen ------------------------------------------------------------------------- */

enum { O_FROM };
static const struct param IN_OWN[] = {[O_FROM] = {"tu", K_TOKEN}, {.kind = K_END}};

static int
get_own(struct ctx *c)
{
    struct audit_row *rows = arena_get(c->a, (PAGE_ROWS + 1) * sizeof *rows);
    struct audit_view v = {.p = rows};
    int rc = audit_sql_own(c, c->account, audit_token_read(c, in_text(c, O_FROM)), PAGE_ROWS + 1,
                           rows, &v.n);

    if (rc < 0)
        return rc;
    cut(c, &v);
    return page_audit_own(c, &v);
}

const struct route site_audit_routes[] = {
    {GET, "/quan-tri/nhat-ky", PERM_AUDIT, RUN_READ_LANE, BODY_NONE, SEES_PERSON, FACE_ADMIN,
     IN_LIST, .run = get_list, .about = "The log of accesses to personal data"},
    {POST, "/quan-tri/nhat-ky", PERM_AUDIT, RUN_READ_FIRST, BODY_FORM, SEES_PERSON, FACE_ADMIN,
     IN_LIST, .run = typed_go, .page = get_list, .about = TYPED_ABOUT},
    {GET, "/quan-tri/nhat-ky.csv", PERM_AUDIT, RUN_READ_LANE, BODY_NONE, SEES_PERSON, FACE_FILE,
     IN_LIST, .run = get_csv, .about = "The log of accesses as CSV, by the same filters"},
    {GET, "/tai-khoan/nhat-ky", PERM_CITIZEN, RUN_READ_LANE, BODY_NONE, SEES_NOBODY, FACE_PORTAL,
     IN_OWN, .run = get_own, .about = "Who looked at the own dossiers"},
    {0},
};
