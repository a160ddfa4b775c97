/* pdf_test.c - papers: what is laid out, and that it is read back as it was given. */
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "pdf/pdf.h"

static struct ctx
context(void)
{
    struct ctx c;

    ctx_init(&c, arena_open((size_t)256 << 20));
    c.now = 1795320000;
    return c;
}

static struct bytes
sample(struct ctx *c)
{
    struct bytes b;
    struct pdf_box box;
    struct pdf *p = pdf_begin(c, &(struct pdf_options){.title = "Thử",
                                                       .author = "UBND phường",
                                                       .footer = "Trang thử"});

    pdf_national_head(p, &(struct pdf_head){"Ủy ban nhân dân thành phố Hà Nội",
                                            "Trung tâm phục vụ hành chính công phường Hoàn Kiếm",
                                            "Số: 12/TNHS", "Hà Nội, ngày 22 tháng 11 năm 2026",
                                            "Mã hồ sơ: H26.1-261122-0001"});
    pdf_title(p, "Giấy tiếp nhận hồ sơ và hẹn trả kết quả");
    pdf_qr(p, "https://motcua.example/tra-cuu?ma=H26", 80, "Quét mã để tra cứu");
    pdf_text(p, &PDF_BODY, 0,
             "Công dân Nguyễn Thị Ngọc Ẩn đề nghị giải quyết thủ tục đăng ký "
             "khai sinh cho con là Đặng Quỳnh Hương, sinh tại xã Ứng Hòa, office fi "
             "ffl.");
    pdf_label(p, "Địa chỉ", "");
    pdf_label(p, "Họ tên", "Trần Văn Nghĩa");
    static const struct pdf_column COLS[] = {{"TT", 0.08, PDF_CENTRE},
                                             {"Tên giấy tờ", 0.5, PDF_LEFT},
                                             {"Ghi chú", 0.42, PDF_LEFT}};
    pdf_table_begin(p, &(struct pdf_table){COLS, 3, 0, true});
    for (int i = 0; i < 60; i++)
        pdf_row(p, (const char *[]){arena_fmt(c->a, "%d", i + 1),
                                    "Giấy chứng sinh theo mẫu do "
                                    "cơ sở khám bệnh, chữa bệnh cấp",
                                    i % 7 ? "" : "Bản chính"});
    pdf_table_end(p);
    pdf_signatures(p,
                   (struct pdf_signature[]){
                       {NULL, "Người nộp hồ sơ", "(Ký, ghi rõ họ tên)", "Trần Văn Nghĩa", NULL},
                       {NULL, "Người tiếp nhận hồ sơ", "(Ký, ghi rõ họ tên)", "Lê Thị Ước", &box}},
                   2);
    assert_int_equal(pdf_end(p, &b), OK);
    return b;
}

static void
test_first(void **state)
{
    struct ctx c = context();
    struct bytes b = sample(&c);

    (void)state;
    assert_true(b.n > 1000);
    assert_memory_equal(b.p, "%PDF-1.5", 8);
    if (getenv("PDF_KEEP"))
        file_write(c.a, getenv("PDF_KEEP"), b.p, b.n, 0600);
    arena_close(c.a);
    pdf_thread_end();
}

int
main(void)
{
    const struct CMUnitTest t[] = {cmocka_unit_test(test_first)};

    return cmocka_run_group_tests(t, NULL, NULL);
}
