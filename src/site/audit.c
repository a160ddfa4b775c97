#include "site/audit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "audit.page.h"
#include "base/hash.h"
#include "http/params.h"
#include "http/reply.h"
#include "mod/agencies/agencies.h"
#include "site/audit_sql.h"
#include "site/site.h"

enum { PAGE_ROWS = 50 };

/* The words that handlers log; a page's own address stands for itself. */
static const struct { const char *word, *say; } WHATS[] = {
    {"dossier", N_("Xem hồ sơ")},
    {"dossier file", N_("Mở giấy tờ trong hồ sơ")},
    {"search", N_("Tìm thấy khi tìm kiếm")},
    {"worklist export", N_("Xuất danh sách")},
    {"/quan-tri/can-bo/{login}", N_("Xem tài khoản cán bộ")},
    {"/quan-tri/nhat-ky", N_("Xem nhật ký truy cập")},
    {"/tra-cuu", N_("Tra cứu bằng mã bí mật")},
};

const char *
audit_what(const struct audit_row *r)
{
    for (size_t i = 0; i < sizeof WHATS / sizeof *WHATS; i++)
        if (strcmp(WHATS[i].word, r->what) == 0)
            return WHATS[i].say;
    return r->what;
}

const char *
audit_agency(struct ctx *c, const struct audit_row *r)
{
    const struct agency *g = agencies_by_id(c->site->agencies, r->home);

    return g ? agency_office(c, g) : "";
}

/* The cursor of the next page is an id, masked, since ids stay inside. */
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

static int64_t
cursor_read(const struct ctx *c, int i)
{
    return in_has(c, i) ? (int64_t)((strtoull(in_text(c, i), NULL, 16) ^ mask(c)) & INT64_MAX) : 0;
}

static const char *
cursor_write(struct ctx *c, int64_t id)
{
    return arena_fmt(c->a, "%016" PRIx64, (uint64_t)id ^ mask(c));
}

static void
cut(struct ctx *c, struct audit_view *v)
{
    if (v->n <= PAGE_ROWS)
        return;
    v->n = PAGE_ROWS;
    v->next = cursor_write(c, v->p[PAGE_ROWS - 1].id);
}

enum { L_CODE, L_LOGIN, L_FROM };
static const struct param IN_LIST[] = {
    [L_CODE] = {"ho-so", K_DOSSIER_CODE, .label = N_("Mã hồ sơ")},
    [L_LOGIN] = {"can-bo", K_CODE, .label = N_("Tên đăng nhập")},
    [L_FROM] = {"tu", K_TOKEN},
    {.kind = K_END},
};

static int
get_list(struct ctx *c)
{
    struct audit_row *rows = arena_get(c->a, (PAGE_ROWS + 1) * sizeof *rows);
    struct audit_filter f = {in_text(c, L_CODE), in_text(c, L_LOGIN)};
    struct audit_view v = {.filter = &f, .p = rows};
    int rc = audit_sql_list(c, &f, cursor_read(c, L_FROM), PAGE_ROWS + 1, rows, &v.n);

    if (rc < 0)
        return rc;
    cut(c, &v);
    return page_audit_list(c, &v);
}

enum { O_FROM };
static const struct param IN_OWN[] = {[O_FROM] = {"tu", K_TOKEN}, {.kind = K_END}};

static int
get_own(struct ctx *c)
{
    struct audit_row *rows = arena_get(c->a, (PAGE_ROWS + 1) * sizeof *rows);
    struct audit_view v = {.p = rows};
    int rc = audit_sql_own(c, c->account, cursor_read(c, O_FROM), PAGE_ROWS + 1, rows, &v.n);

    if (rc < 0)
        return rc;
    cut(c, &v);
    return page_audit_own(c, &v);
}

const struct route site_audit_routes[] = {
    {GET, "/quan-tri/nhat-ky", PERM_AUDIT, RUN_READ_LANE, BODY_NONE, SEES_PERSON, FACE_ADMIN,
     IN_LIST, .run = get_list, .about = "The log of accesses to personal data"},
    {GET, "/tai-khoan/nhat-ky", PERM_CITIZEN, RUN_READ_LANE, BODY_NONE, SEES_NOBODY, FACE_PORTAL,
     IN_OWN, .run = get_own, .about = "Who looked at the own dossiers"},
    {0},
};
