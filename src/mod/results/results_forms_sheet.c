/* The statutory forms as papers.  Their text is Vietnamese by law: nothing here is translated. */
#include <string.h>

#include "mod/results/results_forms_sheet.h"

static const char ORGANISATION[] = "ông/bà, tổ chức";
static const double QR_SIDE = PDF_MM(25);
enum { REGISTER_PAGES = 1000, CLOSING = 180 /* points: three lines and a signature */ };

bool
sheet_said(const char *s)
{
    return s && *s;
}

static const char *
or_blank(const char *s)
{
    return s ? s : "";
}

static const struct pdf_para PLAIN = {.align = PDF_JUSTIFY};
static const struct pdf_para SMALL = {.align = PDF_JUSTIFY, .size = 11, .after = 2};

/* "Label: value" where there is one; a dotted line only where the form has to be completed. */
void
sheet_line(struct pdf *p, const char *label, const char *value)
{
    if (sheet_said(value))
        pdf_label(p, label, value);
}

static void
strong(struct pdf *p, const char *label, const char *value)
{
    pdf_runs(p, &PLAIN,
             (struct pdf_run[]){{label, 0}, {": ", 0}, {or_blank(value), PDF_BOLD}, {0}});
}

/* --- what all of them have --- */

static const char *
number_line(struct ctx *c, const struct sheet *s)
{
    const char *suffix = s->set->forms[s->form].suffix;

    if (!*suffix)
        return "";
    return s->number.seq
               ? arena_fmt(c->a, "Số: %s", results_form_label(c, s->set, s->form, &s->number))
               : arena_fmt(c->a, "Số: ........%s", suffix);
}

/* Which form of which circular: small, at the upper right, as the annex has it. */
static void
form_mark(struct ctx *c, struct pdf *p, const struct sheet *s)
{
    pdf_text(p, &(struct pdf_para){.align = PDF_RIGHT, .size = 10, .after = 2}, PDF_ITALIC,
             arena_fmt(c->a, "Mẫu số %s, %s", s->set->forms[s->form].number, s->set->basis));
}

void
sheet_head(struct ctx *c, struct pdf *p, const struct sheet *s)
{
    form_mark(c, p, s);
    pdf_national_head(p, &(struct pdf_head){
                             .parent = s->parent,
                             .agency = s->agency,
                             .number = number_line(c, s),
                             .place_date = arena_fmt(c->a, "%s, %s", or_blank(s->place),
                                                     results_day(c, s->date)),
                         });
}

static void
titled(struct ctx *c, struct pdf *p, const struct sheet *s)
{
    sheet_head(c, p, s);
    pdf_title(p, s->set->forms[s->form].title);
}

static void
person(struct ctx *c, struct pdf *p, const struct sheet *s, const char *label)
{
    strong(p, label, s->name);
    sheet_line(p, "Số định danh cá nhân/Mã số thuế", s->person_number);
    if (sheet_said(s->owner) && strcmp(s->owner, or_blank(s->name)) != 0)
        sheet_line(p, "Chủ hồ sơ", s->owner);
    pdf_label(p, "Địa chỉ", s->address);
    if (sheet_said(s->email))
        pdf_label(p, "Số điện thoại",
                  arena_fmt(c->a, "%s; Email: %s", or_blank(s->phone), s->email));
    else
        pdf_label(p, "Số điện thoại", s->phone);
    pdf_label(p, "Nội dung yêu cầu giải quyết", s->procedure);
    if (sheet_said(s->helped))
        pdf_text(p, &SMALL, PDF_ITALIC, s->helped);
}

static const char HINT[] = "(Ký, ghi rõ họ tên)";

/* The closing words stand with the signature: nobody signs an empty page. */
static void
last_words(struct pdf *p, char *text)
{
    pdf_need(p, CLOSING);
    pdf_text(p, &PDF_BODY, 0, text);
}

static void
signed_by(struct pdf *p, const char *title, const char *name)
{
    pdf_signatures(p, &(struct pdf_signature){.title = title, .hint = HINT, .name = name}, 1);
}

static void
signed_by_both(struct pdf *p, const struct sheet *s, const char *title)
{
    pdf_signatures(
        p,
        (struct pdf_signature[]){{.title = "Người nộp hồ sơ", .hint = HINT, .name = s->name},
                                 {.title = title, .hint = HINT, .name = s->officer}},
        2);
}

static void
signed_by_head(struct pdf *p)
{
    signed_by(p, "Thủ trưởng cơ quan, đơn vị", "");
}

/* --- 01: the receipt --- */

static const char *
count(struct ctx *c, int n)
{
    return n > 0 ? arena_fmt(c->a, "%02d", n) : "";
}

static void
papers(struct ctx *c, struct pdf *p, const struct sheet *s)
{
    static const struct pdf_column COLUMNS[] = {
        {"TT", 0.07, PDF_CENTRE},       {"Thành phần hồ sơ", 0.43, PDF_LEFT},
        {"Bản chính", 0.1, PDF_CENTRE}, {"Bản chứng thực", 0.12, PDF_CENTRE},
        {"Bản photo", 0.1, PDF_CENTRE}, {"Ghi chú", 0.18, PDF_LEFT},
    };

    pdf_table_begin(p, &(struct pdf_table){.columns = COLUMNS, .n = 6, .size = 12});
    for (size_t i = 0; i < s->papers_n; i++) {
        const struct sheet_paper *k = &s->papers[i];

        pdf_row(p,
                (const char *[]){arena_fmt(c->a, "%zu", i + 1), k->name, count(c, k->originals),
                                 count(c, k->certified), count(c, k->copies), or_blank(k->note)});
    }
    pdf_table_end(p);
}

static void
receipt_times(struct ctx *c, struct pdf *p, const struct sheet *s)
{
    pdf_label(p, "Thời gian giải quyết hồ sơ theo quy định", s->limit);
    pdf_label(p, "Thời gian nhận hồ sơ", s->received);
    strong(p, "Thời gian trả kết quả giải quyết hồ sơ", s->due);
    if (sheet_said(s->reckoning))
        pdf_text(p, &SMALL, PDF_ITALIC, arena_fmt(c->a, "(%s)", s->reckoning));
    sheet_line(p, "Phí, lệ phí", s->fee);
    pdf_label(p, "Đăng ký nhận kết quả tại", s->delivery);
    pdf_label(p, "Vào Sổ theo dõi hồ sơ",
              arena_fmt(c->a, "Quyển số: %d; Số thứ tự: %" PRId64, date_ymd(s->date).y,
                        s->number.seq));
}

/* Whose copy it is stands at the upper left; title and code are beside the QR code. */
static void
receipt_top(struct ctx *c, struct pdf *p, const struct sheet *s)
{
    static const struct pdf_para CENTRE = {.align = PDF_CENTRE, .after = 8};

    sheet_head(c, p, s);
    pdf_space(p, 4);
    if (s->qr)
        pdf_qr_at(p, s->qr, QR_SIDE, pdf_width(p) - QR_SIDE, -1);
    pdf_text(p, &(struct pdf_para){.align = PDF_CENTRE, .size = 14, .before = 10, .after = 4},
             PDF_BOLD | PDF_UPPER, s->set->forms[FORM_RECEIPT].title);
    pdf_runs(p, &CENTRE, (struct pdf_run[]){{"Mã hồ sơ: ", 0}, {s->code, PDF_BOLD}, {0}});
    if (sheet_said(s->replaces))
        pdf_text(p, &PLAIN, PDF_ITALIC,
                 arena_fmt(c->a, "Thay thế giấy tiếp nhận %s; bản cũ không còn giá trị.",
                           s->replaces));
}

static void
receipt(struct ctx *c, struct pdf *p, const struct sheet *s)
{
    receipt_top(c, p, s);
    person(c, p, s, arena_fmt(c->a, "%s tiếp nhận hồ sơ của", s->set->desk));
    pdf_text(p, &PLAIN, 0, "Thành phần hồ sơ nộp gồm:");
    papers(c, p, s);
    pdf_label(p, "Số lượng hồ sơ", "01 (bộ)");
    receipt_times(c, p, s);
    pdf_text(p, &SMALL, PDF_ITALIC,
             arena_fmt(c->a,
                       "Ghi chú: Quét mã QR hoặc nhập mã hồ sơ để xem tình trạng giải quyết%s%s. "
                       "Khi nhận kết quả, xin mang theo giấy này và giấy tờ tùy thân.",
                       sheet_said(s->hotline) ? "; cần hỏi, gọi " : "", or_blank(s->hotline)));
    signed_by_both(p, s, "Người tiếp nhận hồ sơ");
}

/* --- 02: what is missing, as papers and as points --- */

static void
items(struct ctx *c, struct pdf *p, const struct sheet *s)
{
    static const struct pdf_para POINT = {.align = PDF_JUSTIFY, .left = PDF_MM(6)};

    for (size_t i = 0; i < s->items_n; i++)
        pdf_runs(p, &POINT,
                 (struct pdf_run[]){{arena_fmt(c->a, "%zu. %s: ", i + 1, s->items[i].what), 0},
                                    {or_blank(s->items[i].why), 0},
                                    {0}});
}

static void
supplement(struct ctx *c, struct pdf *p, const struct sheet *s)
{
    titled(c, p, s);
    pdf_label(p, "Mã hồ sơ", s->code);
    person(c, p, s, "Hồ sơ của");
    pdf_text(p, &PLAIN, 0, "Yêu cầu hoàn thiện hồ sơ gồm những nội dung sau:");
    items(c, p, s);
    if (s->papers_n) {
        pdf_text(p, &PLAIN, 0, "Giấy tờ cần nộp bổ sung:");
        papers(c, p, s);
    }
    if (sheet_said(s->reason) || !s->items_n)
        pdf_label(p, "Lý do", s->reason);
    if (sheet_said(s->new_due))
        strong(p, "Thời hạn bổ sung, hoàn thiện", s->new_due);
    last_words(p, arena_fmt(c->a,
                            "Trong quá trình hoàn thiện hồ sơ nếu có vướng mắc, %s liên hệ với "
                            "%s%s%s để được hướng dẫn./.",
                            ORGANISATION, sheet_said(s->officer) ? s->officer : s->issuer,
                            sheet_said(s->hotline) ? ", số điện thoại " : "",
                            or_blank(s->hotline)));
    signed_by(p, "Người hướng dẫn", s->officer);
}

/* --- 03 --- */

static void
refusal(struct ctx *c, struct pdf *p, const struct sheet *s)
{
    titled(c, p, s);
    pdf_label(p, "Mã hồ sơ", s->code);
    person(c, p, s, "Hồ sơ của");
    pdf_text(p, &PDF_BODY, 0,
             arena_fmt(c->a,
                       "Qua xem xét, %s thông báo không tiếp nhận, giải quyết hồ sơ này với "
                       "lý do cụ thể như sau:",
                       s->issuer));
    if (sheet_said(s->reason))
        pdf_text(p, &PDF_BODY, 0, s->reason);
    else
        pdf_dots(p, 3);
    sheet_line(p, "Căn cứ", s->ground);
    last_words(p, arena_fmt(c->a,
                            "Nếu không đồng ý, %s có quyền khiếu nại, khởi kiện theo quy định của "
                            "pháp luật. Xin thông báo để %s được biết và thực hiện./.",
                            ORGANISATION, ORGANISATION));
    signed_by_both(p, s, "Người tiếp nhận hồ sơ");
}

/* --- 04: two titles, one text --- */

static void
apology(struct ctx *c, struct pdf *p, const struct sheet *s)
{
    titled(c, p, s);
    pdf_runs(p, &(struct pdf_para){.align = PDF_CENTRE, .after = 8},
             (struct pdf_run[]){{"Kính gửi: ", 0}, {or_blank(s->name), PDF_BOLD}, {0}});
    sheet_line(p, "Địa chỉ", s->address);
    sheet_line(p, "Số điện thoại", s->phone);
    pdf_text(p, &PDF_BODY, 0,
             arena_fmt(c->a,
                       "Lúc %s, %s tiếp nhận hồ sơ đề nghị giải quyết thủ tục hành chính "
                       "“%s” của %s, mã hồ sơ %s. Thời gian hẹn trả kết quả: %s.",
                       or_blank(s->received), s->issuer, s->procedure, ORGANISATION, s->code,
                       or_blank(s->due)));
    pdf_text(p, &PDF_BODY, 0,
             arena_fmt(c->a,
                       "Tuy nhiên đến nay, %s chưa trả kết quả giải quyết hồ sơ của %s đúng "
                       "thời hạn quy định vì lý do: %s",
                       s->issuer, ORGANISATION, or_blank(s->reason)));
    pdf_runs(
        p, &PDF_BODY,
        (struct pdf_run[]){
            {arena_fmt(c->a,
                       "Sự chậm trễ này đã gây phiền hà, tốn kém thời gian, công sức của %s. %s "
                       "xin lỗi %s %s",
                       ORGANISATION, s->issuer, ORGANISATION, s->set->promise),
             0},
            {or_blank(s->new_due), PDF_BOLD},
            {".", 0},
            {0}});
    last_words(p, arena_fmt(c->a, "Mong nhận được sự thông cảm của %s vì sự chậm trễ này./.",
                            ORGANISATION));
    signed_by_head(p);
}

/* --- 05 of 2025 --- */

static void
stopped(struct ctx *c, struct pdf *p, const struct sheet *s)
{
    titled(c, p, s);
    person(c, p, s, "Kính gửi");
    pdf_label(p, "Mã hồ sơ", s->code);
    sheet_line(p, "Thời gian nhận hồ sơ", s->received);
    pdf_text(p, &PDF_BODY, 0,
             arena_fmt(c->a,
                       "%s thông báo dừng giải quyết hồ sơ nêu trên, cụ thể như sau:", s->issuer));
    pdf_label(p, "Căn cứ, đề nghị dừng", s->ground);
    sheet_line(p, "Lý do", s->reason);
    sheet_line(p, "Giai đoạn xử lý khi dừng", s->stage);
    sheet_line(p, "Phí, lệ phí", s->fee);
    if (s->papers_n) {
        pdf_text(p, &PLAIN, 0, "Giấy tờ trả lại người nộp hồ sơ:");
        papers(c, p, s);
    } else {
        pdf_text(p, &PLAIN, 0, "Giấy tờ bản chính được trả lại tại nơi đã nộp hồ sơ.");
    }
    last_words(p, arena_fmt(c->a, "Xin thông báo để %s được biết./.", ORGANISATION));
    signed_by_head(p);
}

/* --- one place for what each form is --- */

static const struct {
    void (*draw)(struct ctx *c, struct pdf *p, const struct sheet *s);
    bool landscape;
} FORMS[FORM__COUNT] = {
    [FORM_RECEIPT] = {receipt},
    [FORM_SUPPLEMENT] = {supplement},
    [FORM_REFUSAL] = {refusal},
    [FORM_APOLOGY] = {apology},
    [FORM_STOP] = {stopped},
    [FORM_CONTROL] = {sheet_control, true},
    [FORM_REGISTER] = {sheet_register, true},
};

/* A title in one line, for the window of the reader. */
static const char *
plain_title(struct ctx *c, const struct sheet *s)
{
    char *t = arena_str(c->a, s->set->forms[s->form].title);

    for (char *k = t; *k; k++)
        if (*k == '\n')
            *k = ' ';
    return sheet_said(s->code) ? arena_fmt(c->a, "%s - %s", t, s->code) : t;
}

static const char *const COPIES[] = {"Liên 1: Giao người nộp hồ sơ",
                                     "Liên 2: Lưu tại nơi tiếp nhận hồ sơ", NULL};

int
results_sheet(struct ctx *c, const struct sheet *s, struct bytes *pdf)
{
    bool wide = FORMS[s->form].landscape;
    struct pdf_options o = {.title = plain_title(c, s),
                            .author = s->issuer,
                            .watermark = s->watermark,
                            .footer = s->sealed,            /* it comes later: no page more */
                            .landscape = wide,
                            .size = wide ? 12 : 13,
                            .copies = s->form == FORM_RECEIPT ? COPIES : NULL,
                            .pages_max = s->form == FORM_REGISTER ? REGISTER_PAGES : 0};
    struct pdf *p;

    for (int i = 0; i < 4 && s->form == FORM_REGISTER; i++) /* thirteen columns */
        o.margin[i] = PDF_MM(15);
    p = pdf_begin(c, &o);
    FORMS[s->form].draw(c, p, s);
    return pdf_end(p, pdf);
}
