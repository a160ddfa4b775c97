/* The slip of a new account: name, user name, the link as text and QR code, until when. */
#include "base/date.h"
#include "mod/agencies/agencies_pages.h"
#include "pdf/pdf.h"
#include "site/site.h"

enum { QR_SIDE = 120 };

int
agencies_slip(struct ctx *c, const struct slip *s, struct bytes *out)
{
    const char *site = c->site->config.site_name;
    const struct pdf_options o = {.title = "Phiếu tài khoản cán bộ", .author = site,
                                  .plain_numbers = true, .pages_max = 2};
    struct pdf *p = pdf_begin(c, &o);

    pdf_text(p, &(struct pdf_para){.align = PDF_CENTRE}, PDF_BOLD | PDF_UPPER,
             s->agency ? s->agency->name : site);
    pdf_space(p, 12);
    pdf_title(p, "PHIẾU TÀI KHOẢN CÁN BỘ");
    pdf_space(p, 6);
    pdf_label(p, "Họ và tên", s->a->name);
    pdf_label(p, "Tên đăng nhập", s->a->login);
    pdf_text(p, &(struct pdf_para){.align = PDF_LEFT}, PDF_PLAIN, "Liên kết đặt mật khẩu:");
    pdf_text(p, &(struct pdf_para){.align = PDF_LEFT}, PDF_BOLD, s->link);
    pdf_label(p, "Dùng được một lần, đến", moment_vi(c->a, s->until));
    pdf_space(p, 12);
    pdf_qr(p, s->link, QR_SIDE, "Quét mã này bằng điện thoại, hoặc gõ liên kết vào trình duyệt, "
                                "rồi đặt mật khẩu của riêng bạn.");
    pdf_space(p, 12);
    pdf_text(p, &PDF_BODY, PDF_ITALIC,
             "Phiếu này thay cho chìa khóa: chỉ trao tận tay người có tên trên phiếu, không chụp "
             "ảnh, không gửi qua mạng xã hội. Đặt mật khẩu xong, phiếu hết giá trị và có thể hủy.");
    return pdf_end(p, out);
}
