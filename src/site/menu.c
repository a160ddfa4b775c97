#include "site/menu.h"

#include <string.h>

#include "auth/auth.h"

/* One row, one entry; shown when the visitor has the permission. */
static const struct menu_row {
    enum face face;
    enum perm perm;
    const char *href, *label;
} MENU[] = {
    {FACE_PORTAL, PERM_PUBLIC, "/thu-tuc", N_("Thủ tục hành chính")},
    {FACE_PORTAL, PERM_PUBLIC, "/tra-cuu", N_("Tra cứu hồ sơ")},
    {FACE_PORTAL, PERM_PUBLIC, "/xac-thuc", N_("Kiểm tra giấy tờ")},
    {FACE_PORTAL, PERM_CITIZEN, "/ho-so", N_("Hồ sơ của tôi")},
    {FACE_PORTAL, PERM_CITIZEN, "/kho-giay-to", N_("Kho giấy tờ")},
    {FACE_PORTAL, PERM_PUBLIC, "/co-quan", N_("Cơ quan")},
    {FACE_PORTAL, PERM_PUBLIC, "/thong-ke", N_("Số liệu giải quyết")},
    {FACE_PORTAL, PERM_CITIZEN, "/tai-khoan", N_("Tài khoản")},
    {FACE_DESK, PERM_OFFICER, "/can-bo", N_("Danh sách việc")},
    {FACE_DESK, PERM_DOSSIER_INTAKE, "/can-bo/tiep-nhan", N_("Tiếp nhận tại quầy")},
    {FACE_DESK, PERM_ASSIST, "/can-bo/ho-tro", N_("Hỗ trợ tại nhà")},
    {FACE_DESK, PERM_DOSSIER_READ, "/can-bo/tim", N_("Tìm hồ sơ")},
    {FACE_DESK, PERM_DOSSIER_READ, "/can-bo/so-theo-doi", N_("Sổ theo dõi")},
    {FACE_DESK, PERM_DIGITISE, "/can-bo/so-hoa", N_("Số hóa giấy tờ")},
    {FACE_DESK, PERM_DOSSIER_READ, "/can-bo/bao-sai", N_("Giấy tờ báo sai")},
    {FACE_DESK, PERM_DOSSIER_DECIDE, "/can-bo/ky-ket-qua", N_("Ký kết quả")},
    {FACE_DESK, PERM_DOSSIER_READ, "/can-bo/so-cap-so", N_("Sổ cấp số")},
    {FACE_DESK, PERM_ARCHIVE, "/can-bo/luu-tru", N_("Lưu trữ")},
    {FACE_DESK, PERM_DOSSIER_ASSIGN, "/can-bo/tong-quan", N_("Tổng quan")},
    {FACE_DESK, PERM_DOSSIER_DECIDE, "/can-bo/sua-thong-tin", N_("Sửa thông tin")},
    {FACE_DESK, PERM_DOSSIER_ASSIGN, "/can-bo/cau-hoi", N_("Công dân hỏi")},
    {FACE_DESK, PERM_OFFICER, "/can-bo/tai-khoan", N_("Tài khoản")},
    {FACE_ADMIN, PERM_ADMIN_AGENCIES, "/quan-tri/co-quan", N_("Cơ quan")},
    {FACE_ADMIN, PERM_ADMIN_OFFICERS, "/quan-tri/can-bo", N_("Cán bộ")},
    {FACE_ADMIN, PERM_ADMIN_CATALOGUE, "/quan-tri/thu-tuc", N_("Danh mục thủ tục")},
    {FACE_ADMIN, PERM_ADMIN_SETTINGS, "/quan-tri/lich", N_("Lịch làm việc")},
    {FACE_ADMIN, PERM_ADMIN_SETTINGS, "/quan-tri/giay-to", N_("Giấy tờ")},
    {FACE_ADMIN, PERM_ADMIN_SETTINGS, "/quan-tri/cau-hinh", N_("Cấu hình")},
    {FACE_ADMIN, PERM_AUDIT, "/quan-tri/nhat-ky", N_("Nhật ký truy cập")},
    {FACE_ADMIN, PERM_JOURNAL, "/quan-tri/nhat-ky/quan-tri", N_("Nhật ký quản trị")},
    {FACE_ADMIN, PERM_AUDIT, "/quan-tri/canh-bao", N_("Lượt xem bất thường")},
    {FACE_ADMIN, PERM_RIGHTS, "/quan-tri/quyen", N_("Bảng quyền")},
};
enum { MENU_N = sizeof MENU / sizeof *MENU };

static bool there[MENU_N]; /* the entry's page is a route; set once, before the server listens */

void
menu_settle(const struct router *routes)
{
    const struct route *const *row;
    size_t n = router_rows(routes, &row);

    for (size_t i = 0; i < MENU_N; i++) {
        there[i] = false;
        for (size_t k = 0; k < n && !there[i]; k++)
            there[i] = row[k]->method == GET && strcmp(row[k]->path, MENU[i].href) == 0;
    }
}

/* Officers see the desk and the administration in one menu. */
static bool
shown(const struct ctx *c, enum face face, const struct menu_row *row)
{
    bool inside = face == FACE_DESK || face == FACE_ADMIN;

    if ((row->face == FACE_PORTAL) == inside)
        return false;
    return row->perm == PERM_PUBLIC || (c->session && (c->session->perms & PERM_BIT(row->perm)));
}

/* The longest entry that the page's address begins with is the current one. */
static bool
begins(const char *here, const char *href)
{
    size_t n = strlen(href);

    return strncmp(here, href, n) == 0 && (here[n] == '\0' || here[n] == '/' || here[n] == '?');
}

/* The portal's foot: the ways that everybody may need, the officers' door among them. */
static const struct menu_item FOOTER[] = {
    {.href = "/thu-tuc", .label = N_("Thủ tục hành chính")},
    {.href = "/tra-cuu", .label = N_("Tra cứu hồ sơ")},
    {.href = "/co-quan", .label = N_("Cơ quan và nơi tiếp nhận")},
    {.href = "/thong-ke", .label = N_("Số liệu giải quyết")},
    {.href = "/api/v1/openapi.json", .label = N_("Dành cho lập trình viên")},
    {.href = "/can-bo/dang-nhap", .label = N_("Dành cho cán bộ")},
};

void
menu_fill(struct ctx *c, struct page_env *e)
{
    struct menu_item *items = arena_get(c->a, MENU_N * sizeof *items), *best = NULL;
    size_t n = 0;

    e->footer = FOOTER;
    e->footer_n = sizeof FOOTER / sizeof *FOOTER;
    for (size_t i = 0; i < MENU_N; i++) {
        if (!there[i] || !shown(c, e->face, &MENU[i]))
            continue;
        items[n] = (struct menu_item){.href = MENU[i].href, .label = MENU[i].label};
        if (begins(e->here, items[n].href) && (!best || strlen(best->href) < strlen(items[n].href)))
            best = &items[n];
        n++;
    }
    if (best)
        best->current = true;
    e->menu = items;
    e->menu_n = n;
}
