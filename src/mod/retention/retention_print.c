/* Vietnamese whatever the reader's language: an administrative document. */
#include "mod/retention/retention_print.h"

#include "base/po.h"
#include "mod/agencies/agencies.h"
#include "pdf/pdf.h"
#include "site/site.h"

static const struct pdf_column COLUMNS[] = {
    {"STT", 0.06, PDF_CENTRE}, {"Mã hồ sơ", 0.28, PDF_LEFT},
    {"Tiêu đề hồ sơ", 0.21, PDF_LEFT}, {"Thời gian tài liệu", 0.14, PDF_CENTRE},
    {"Thời hạn bảo quản", 0.12, PDF_CENTRE}, {"Số tệp", 0.05, PDF_CENTRE},
    {"Quyết định", 0.14, PDF_LEFT}};
enum { COLUMNS_N = sizeof COLUMNS / sizeof *COLUMNS };

static const char *
place_date(struct ctx *c, int64_t at)
{
    struct ymd d = date_ymd(vn_day(at));

    return arena_fmt(c->a, "%s, ngày %02d tháng %02d năm %d", c->site->config.place, d.d, d.m, d.y);
}

static void
head(struct ctx *c, struct pdf *p, const struct destroy_list *l)
{
    const struct agency *g = agencies_by_id(c->site->agencies, l->unit);
    const struct agency *over = g ? agencies_by_id(c->site->agencies, g->parent) : NULL;

    pdf_national_head(p, &(struct pdf_head){
        .parent = over ? agency_office_name(c->a, over) : NULL,
        .agency = g ? agency_office_name(c->a, g) : "",
        .number = arena_fmt(c->a, "Số: %s/DM-HTL", l->code),
        .place_date = place_date(c, l->decided_at ? l->decided_at
                                    : l->sent_at  ? l->sent_at
                                                  : l->created_at)});
    pdf_title(p, "DANH MỤC TÀI LIỆU HẾT THỜI HẠN LƯU TRỮ ĐỀ NGHỊ HỦY");
}

static void
facts(struct ctx *c, struct pdf *p, const struct destroy_view *v)
{
    const struct destroy_list *l = v->l;

    if (*l->basis)
        pdf_text(p, &PDF_BODY, PDF_ITALIC, arena_fmt(c->a, "Căn cứ %s.", l->basis));
    pdf_text(p, &PDF_BODY, PDF_PLAIN, arena_fmt(c->a, "Lý do đề nghị hủy: %s", l->reason));
    pdf_text(p, &PDF_BODY, PDF_PLAIN,
             arena_fmt(c->a, "Danh mục có %d hồ sơ, %d tệp.", (int)l->items, (int)v->sums.files));
    if (l->decided_at)
        pdf_text(p, &PDF_BODY, PDF_PLAIN,
                 arena_fmt(c->a, "Phê duyệt hủy %d hồ sơ, không đồng ý %d hồ sơ. Tài liệu được hủy "
                                 "không sớm hơn ngày %s.",
                           (int)(v->sums.agreed + v->sums.destroyed), (int)v->sums.refused,
                           l->destroy_at ? date_vi(c->a, vn_day(l->destroy_at)) : "–"));
}

static void
row(struct ctx *c, struct pdf *p, const struct destroy_item *i)
{
    const char *decision = tr_lang(LANG_VI, item_state_name(i->state));
    const char *cells[COLUMNS_N] = {
        arena_fmt(c->a, "%d", (int)i->seq), i->code, i->title,
        arena_fmt(c->a, "%s – %s", date_vi(c->a, i->opened_on), date_vi(c->a, i->closed_on)),
        arena_fmt(c->a, "%d năm, đến hết năm %d", (int)i->years, (int)i->end_year),
        arena_fmt(c->a, "%d", (int)i->files),
        *i->note ? arena_fmt(c->a, "%s: %s", decision, i->note) : decision};

    pdf_row(p, cells);
}

static void
signatures(struct pdf *p, const struct destroy_view *v)
{
    const struct pdf_signature s[] = {
        {.title = "NGƯỜI LẬP DANH MỤC", .hint = "(Ký, ghi rõ họ tên)", .name = v->created_by},
        {.title = "LÃNH ĐẠO PHÊ DUYỆT", .hint = "(Ký, ghi rõ họ tên)",
         .name = v->l->decided_at ? v->decided_by : NULL}};

    pdf_space(p, 14);
    pdf_signatures(p, s, 2);
}

int
retention_print(struct ctx *c, const struct destroy_view *v, struct bytes *out)
{
    struct pdf *p = pdf_begin(c, &(struct pdf_options){
        .title = arena_fmt(c->a, "Danh mục tài liệu đề nghị hủy %s", v->l->code),
        .author = v->unit_name,
        .watermark = v->l->state == LIST_DRAFT ? "BẢN DỰ THẢO" : NULL});

    head(c, p, v->l);
    facts(c, p, v);
    pdf_space(p, 6);
    pdf_table_begin(p, &(struct pdf_table){.columns = COLUMNS, .n = COLUMNS_N, .size = 11,
                                           .numbers = true});
    for (size_t i = 0; i < v->n; i++)
        row(c, p, &v->items[i]);
    pdf_table_end(p);
    signatures(p, v);
    return pdf_end(p, out);
}

static void
cell(struct buf *b, const char *s)
{
    buf_char(b, ',');
    buf_csv(b, s);
}

void
retention_print_csv(struct ctx *c, struct buf *b, const struct destroy_item *items, size_t n)
{
    buf_str(b, "\xef\xbb\xbf" "stt,ma_ho_so,tieu_de,ngay_nop,ngay_ket_thuc,quy_dinh,so_nam,"
               "den_het_nam,so_tep,dung_luong,quyet_dinh,ly_do\r\n");
    for (size_t k = 0; k < n; k++) {
        const struct destroy_item *i = &items[k];

        buf_int(b, i->seq);
        cell(b, i->code);
        cell(b, i->title);
        cell(b, date_iso(c->a, i->opened_on));
        cell(b, date_iso(c->a, i->closed_on));
        cell(b, i->rule);
        cell(b, arena_fmt(c->a, "%d", (int)i->years));
        cell(b, arena_fmt(c->a, "%d", (int)i->end_year));
        cell(b, arena_fmt(c->a, "%d", (int)i->files));
        cell(b, arena_fmt(c->a, "%" PRId64, i->bytes));
        cell(b, tr_lang(LANG_VI, item_state_name(i->state)));
        cell(b, i->note);
        buf_lit(b, "\r\n");
    }
}
