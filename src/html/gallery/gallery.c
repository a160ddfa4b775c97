/* gallery PAGE: writes one page of gallery.html to standard output, for eyes and for browser
 * tests. */
#include <stdio.h>
#include <string.h>

#include "gallery.page.h"
#include "html/page.h"

static const struct menu_item PORTAL[] = {
    {"/", "Trang chủ", false, 0},
    {"/thu-tuc", "Thủ tục", true, 0},
    {"/tra-cuu", "Tra cứu hồ sơ", false, 0},
    {"/co-quan", "Nơi tiếp nhận", false, 0},
    {"/thong-ke", "Thống kê", false, 0},
};
static const struct menu_item DESK[] = {
    {"/can-bo", "Việc của tôi", true, 23}, {"/can-bo/tiep-nhan", "Tiếp nhận", false, 0},
    {"/can-bo/tra-ket-qua", "Trả kết quả", false, 6}, {"/can-bo/lanh-dao", "Tổng quan", false, 0},
};

static const struct gallery_page {
    const char *name;
    int (*write)(struct ctx *c);
    bool desk, faults;
} PAGES[] = {
    {"home", page_gallery_home, false, false},       {"form", page_gallery_form, false, false},
    {"faults", page_gallery_form, false, true},      {"follow", page_gallery_follow, false, false},
    {"list", page_gallery_list, true, false},        {"dossier", page_gallery_dossier, true, false},
    {"sheet", page_gallery_sheet, true, false},
};

static void
fill(struct ctx *c, const struct gallery_page *p)
{
    struct page_env *e = html_env(c);

    e->face = p->desk ? FACE_DESK : FACE_PORTAL;
    e->site_name = "Một Cửa Hà Nội";
    e->agency = "Phường Cửa Nam";
    e->hotline = "1900 1009";
    e->csrf = e->idem = "x";
    e->here = "/can-bo?v=toi&sort=-han";
    e->menu = p->desk ? DESK : PORTAL;
    e->menu_n = p->desk ? sizeof DESK / sizeof *DESK : sizeof PORTAL / sizeof *PORTAL;
    e->footer = PORTAL;
    e->footer_n = 5;
    e->language = "/ngon-ngu?sang=en";
    e->sign_in = "/dang-nhap";
    if (p->desk) {
        e->user = "Lê Minh";
        e->role = "Thẩm định";
        e->sign_out = "/dang-xuat";
        e->search = "/can-bo/tim";
        e->flash = "Đã trình ký hồ sơ H26.19-261120-0012";
    }
    if (p->faults) {
        fail_labelled(c, "ho-ten", "Họ, chữ đệm và tên", "Hãy nhập họ và tên");
        fail_labelled(c, "ngay-sinh", "Ngày sinh", "Ngày sinh không được ở tương lai");
        fail_labelled(c, "gioi-tinh", "Giới tính", "Hãy chọn giới tính");
        fail_labelled(c, "tep", "Giấy chứng sinh", "Tệp lớn hơn 20 MB");
    }
}

int
main(int argc, char **argv)
{
    struct arena *a = arena_open((size_t)64 << 20);
    struct ctx c;
    struct reply out = {0};

    ctx_init(&c, a);
    c.out = &out;
    for (size_t i = 0; argc == 2 && i < sizeof PAGES / sizeof *PAGES; i++) {
        if (strcmp(argv[1], PAGES[i].name) != 0)
            continue;
        fill(&c, &PAGES[i]);
        PAGES[i].write(&c);
        fwrite(out.body.p, 1, out.body.n, stdout);
        arena_close(a);
        return 0;
    }
    fputs("gallery: home form faults follow list dossier sheet\n", stderr);
    return 2;
}
