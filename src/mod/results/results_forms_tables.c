/* The two forms that are tables: the control slip and the register. */
#include "mod/results/results_forms_sheet.h"

static const struct pdf_column HANDS[] = {
    {"TÊN CƠ QUAN", 0.3, PDF_LEFT},
    {"THỜI GIAN GIAO, NHẬN HỒ SƠ", 0.28, PDF_LEFT},
    {"KẾT QUẢ GIẢI QUYẾT HỒ SƠ\n(Trước hạn/Đúng hạn/Quá hạn)", 0.2, PDF_CENTRE},
    {"GHI CHÚ", 0.22, PDF_LEFT},
};

void
sheet_control(struct ctx *c, struct pdf *p, const struct sheet *s)
{
    sheet_head(c, p, s);
    pdf_title(p, s->set->forms[s->form].title);
    pdf_label(p, "Mã số hồ sơ", s->code);
    pdf_label(p, "Cơ quan (bộ phận) giải quyết hồ sơ", s->agency);
    pdf_label(p, "Cơ quan phối hợp giải quyết hồ sơ", s->partners);
    pdf_label(p, "Nội dung", s->procedure);
    sheet_line(p, "Hẹn trả kết quả", s->due);
    pdf_space(p, 4);
    pdf_table_begin(p, &(struct pdf_table){.columns = HANDS, .n = 4, .size = 11});
    for (size_t i = 0; i < s->hands_n; i++) {
        const struct sheet_hand *h = &s->hands[i];

        pdf_row(p, (const char *[]){arena_fmt(c->a, "1. Giao: %s\n2. Nhận: %s", h->from, h->to),
                                    arena_fmt(c->a, "%s\nNgười giao: %s\nNgười nhận: %s", h->at,
                                              h->giver, h->taker),
                                    h->timing, h->note});
    }
    pdf_table_end(p);
    pdf_text(
        p, &(struct pdf_para){.size = 10.5, .align = PDF_JUSTIFY}, PDF_ITALIC,
        "Người giao và người nhận đã ký xác nhận trên hệ thống ở từng lần giao, nhận; phiếu này "
        "được in từ nhật ký điện tử của hồ sơ.");
}

static const struct pdf_column REGISTER[] = {
    {"TT", 0.03, PDF_CENTRE},
    {"Mã hồ sơ", 0.14, PDF_LEFT},
    {"Tên thủ tục hành chính", 0.12, PDF_LEFT},
    {"Số lượng hồ sơ (bộ)", 0.05, PDF_CENTRE},
    {"Tên cá nhân, tổ chức", 0.1, PDF_LEFT},
    {"Địa chỉ, số điện thoại", 0.12, PDF_LEFT},
    {"Cơ quan chủ trì giải quyết", 0.085, PDF_LEFT},
    {"Nhận hồ sơ", 0.065, PDF_CENTRE},
    {"Hẹn trả kết quả", 0.065, PDF_CENTRE},
    {"Trả kết quả", 0.065, PDF_CENTRE},
    {"Phương thức nhận kết quả", 0.065, PDF_LEFT},
    {"Ký nhận", 0.04, PDF_LEFT},
    {"Ghi chú", 0.055, PDF_LEFT},
};
enum { REGISTER_N = sizeof REGISTER / sizeof *REGISTER };

void
sheet_register(struct ctx *c, struct pdf *p, const struct sheet *s)
{
    sheet_head(c, p, s);
    pdf_title(p, s->set->forms[s->form].title);
    pdf_text(p, &(struct pdf_para){.align = PDF_CENTRE, .after = 6}, PDF_ITALIC, s->stage);
    pdf_table_begin(
        p, &(struct pdf_table){.columns = REGISTER, .n = REGISTER_N, .size = 8.5, .numbers = true});
    for (size_t i = 0; i < s->rows_n; i++) {
        const struct sheet_row *r = &s->rows[i];

        pdf_row(p, (const char *[]){arena_fmt(c->a, "%zu", i + 1), r->code, r->procedure, r->sets,
                                    r->applicant, r->contact, r->unit, r->received, r->due,
                                    r->returned, r->delivery, "", r->note});
    }
    pdf_table_end(p);
    pdf_text(p, &(struct pdf_para){.align = PDF_LEFT}, PDF_ITALIC,
             s->rest ? s->rest : arena_fmt(c->a, "Tổng cộng %zu hồ sơ.", s->rows_n));
}
