/*
 * The log of accesses to personal data (Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15): who saw whose
 * data, when, by which page and what for.  Written beside the read; no entry, no page.
 */
#include <string.h>

#include "auth/access_sql.h"
#include "base/date.h"
#include "http/route.h"

enum { LIST_MAX_LOGGED = 200 };

/* What a page is for, by the beginning of its address; the first that fits. */
static const struct { const char *begins, *purpose; } PAGES[] = {
    {"/quan-tri/nhat-ky", "audit"}, {"/quan-tri/canh-bao", "audit"},
    {"/quan-tri", "administration"},
    {"/can-bo/xuat", "export"},     {"/can-bo/so-cap-so.csv", "export"},
    {"/can-bo/so-theo-doi", "export"}, {"/can-bo/tim", "search"},
    {"/can-bo/tiep-nhan", "counter"},  {"/can-bo/so-hoa", "digitise"},
    {"/can-bo/bao-sai", "correction"}, {"/can-bo/sua-thong-tin", "correction"},
    {"/can-bo/cau-hoi", "answer"},
    {"/can-bo", "work"},            {"/chia-se", "share"},
    {"/tra-cuu", "lookup"},         {"/api", "system"},
};

static const struct { const char *purpose, *name; } PURPOSES[] = {
    {"audit", N_("Kiểm tra, giám sát")},
    {"administration", N_("Quản trị tài khoản")},
    {"export", N_("Lập danh sách, sổ")},
    {"search", N_("Tìm hồ sơ")},
    {"list", N_("Hiện trong danh sách việc")},
    {"counter", N_("Tiếp nhận tại quầy")},
    {"digitise", N_("Số hóa giấy tờ")},
    {"correction", N_("Sửa thông tin, giấy tờ bị báo sai")},
    {"answer", N_("Trả lời câu hỏi của công dân")},
    {"work", N_("Giải quyết hồ sơ")},
    {"share", N_("Người dân chia sẻ")},
    {"lookup", N_("Tra cứu bằng mã bí mật")},
    {"system", N_("Hệ thống khác lấy dữ liệu")},
};

const char *
auth_purpose_name(const char *purpose)
{
    for (size_t i = 0; i < sizeof PURPOSES / sizeof *PURPOSES; i++)
        if (strcmp(PURPOSES[i].purpose, purpose) == 0)
            return PURPOSES[i].name;
    return NULL;
}

/* A program reads for its own ends, whatever the address. */
static const char *
purpose_of(const struct ctx *c)
{
    const char *path = c->route ? c->route->path : "";

    if (c->session && c->session->token_label)
        return "system";
    for (size_t i = 0; i < sizeof PAGES / sizeof *PAGES; i++)
        if (strncmp(path, PAGES[i].begins, strlen(PAGES[i].begins)) == 0)
            return PAGES[i].purpose;
    return "";
}

static int
note(struct ctx *c, struct shown s)
{
    if (!c->out)
        return access_sql_add(c, &s, 1);
    *vec_push(c->a, &c->out->shown) = s;
    return OK;
}

int
auth_log_seen(struct ctx *c, const char *what, int64_t dossier, int64_t person)
{
    return note(c, (struct shown){what, dossier, person, purpose_of(c), false});
}

int
auth_log_reason(struct ctx *c, const char *what, const char *reason, int64_t dossier)
{
    return note(c, (struct shown){what, dossier, 0, reason, false});
}

/* --- lists: once a day -------------------------------------------------------------------- */

static bool
known(const dossier_ids *ids, int64_t dossier)
{
    for (size_t i = 0; i < ids->n; i++)
        if (ids->p[i] == dossier)
            return true;
    return false;
}

int
auth_log_listed(struct ctx *c, const char *what, const int64_t *dossiers, size_t n)
{
    int64_t from = INT64_MAX, to = 0;
    dossier_ids before = {0};
    int rc;

    n = n < LIST_MAX_LOGGED ? n : LIST_MAX_LOGGED;
    for (size_t i = 0; i < n; i++) {
        from = dossiers[i] < from ? dossiers[i] : from;
        to = dossiers[i] > to ? dossiers[i] : to;
    }
    if (n == 0 || (rc = access_sql_listed(c, from, to, &before)) < 0)
        return n == 0 ? OK : rc;
    for (size_t i = 0; i < n; i++)
        if (!known(&before, dossiers[i])) {
            const char *purpose = purpose_of(c);

            *vec_push(c->a, &before) = dossiers[i];
            note(c, (struct shown){what, dossiers[i], 0,
                                   strcmp(purpose, "work") == 0 ? "list" : purpose, true});
        }
    return OK;
}

/* --- stored by the gate ------------------------------------------------------------------- */

static bool
alike(const struct shown *a, const struct shown *b)
{
    return a->listed == b->listed && strcmp(a->what, b->what) == 0 &&
           strcmp(a->purpose, b->purpose) == 0;
}

/* How many from here on one statement takes. */
static size_t
run_of(const struct shown *s, size_t n)
{
    size_t k = 1;

    while (k < n && k < LOG_AT_ONCE && alike(s, &s[k]))
        k++;
    return k;
}

int
auth_log_store(struct ctx *c)
{
    struct shown *s = c->out->shown.p;
    size_t n = c->out->shown.n, k;
    int rc = OK;

    for (size_t i = 0; i < n; i++)      /* what the gate noted itself */
        s[i].purpose = s[i].purpose ? s[i].purpose : purpose_of(c);
    for (size_t i = 0; i < n && rc == OK; i += k) {
        k = run_of(&s[i], n - i);
        rc = access_sql_add(c, &s[i], k);
        if (rc == OK && s[i].listed)
            rc = access_sql_listed_add(c, &s[i], k);
    }
    return rc;
}

int
auth_log_list(struct ctx *c, int64_t dossier, int64_t person, int64_t before, size_t max,
              struct seen *out, size_t *n)
{
    return access_sql_list(c, dossier, person, before, max, out, n);
}
