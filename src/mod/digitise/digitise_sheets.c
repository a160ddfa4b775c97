/* Separator sheets: a code that the machine reads, and words for people. */
#include <string.h>

#include "base/po.h"
#include "digitise_sheets.page.h"
#include "http/route.h"
#include "mod/digitise/digitise_cut.h"
#include "mod/digitise/digitise_desk.h"
#include "mod/dossiers/dossiers_digitise.h"
#include "pdf/pdf.h"

static const char *const KINDS[] = {"cung", "moi", NULL};

enum { SHEET_IN_CODE, SHEET_IN_PAPER, SHEET_IN_KIND, SHEET_IN_ALL };
static const struct param IN_SHEET[] = {
    [SHEET_IN_CODE] = {"ma", K_DOSSIER_CODE, .label = N_("Mã hồ sơ")},
    [SHEET_IN_PAPER] = {"giay-to", K_CODE, .label = N_("Giấy tờ")},
    [SHEET_IN_KIND] = {"loai", K_ENUM, .words = KINDS, .label = N_("Loại tờ")},
    [SHEET_IN_ALL] = {"tat-ca", K_BOOL, .label = N_("Tất cả giấy tờ")},
    {.kind = K_END},
};

static int
papers_of(struct ctx *c, struct scan_sheets_view *v)
{
    const struct proc_paper **p;
    size_t n;
    int rc = dossiers_get(c, in_text(c, SHEET_IN_CODE), PERM_DIGITISE, &v->x);

    if (rc < 0 || (rc = dossiers_papers(c, &v->x, &p, &n)) < 0)
        return rc;
    v->known = true;
    v->papers = arena_get(c->a, (n + 1) * sizeof *v->papers);
    for (size_t i = 0; i < n; i++)
        v->papers[v->n_papers++] = (struct choice){.value = p[i]->id, .label = p[i]->name};
    v->papers[v->n_papers++] =
        (struct choice){.value = DIGITISE_RESULT, .label = N_("Kết quả giải quyết")};
    return OK;
}

static int
get_sheets(struct ctx *c)
{
    struct scan_sheets_view v = {.code = in_text(c, SHEET_IN_CODE)};
    int rc = in_has(c, SHEET_IN_CODE) ? papers_of(c, &v) : OK;

    return rc < 0 ? rc : page_digitise_sheets(c, &v);
}

/* --- the printed sheet ------------------------------------------------------------------------ */

static const struct pdf_para CENTRED = {.align = PDF_CENTRE, .size = 16, .after = 8},
                             LARGE = {.align = PDF_CENTRE, .size = 26, .before = 20, .after = 14},
                             SMALL = {.align = PDF_CENTRE, .size = 12, .before = 30};

/* The code twice, so that a corner that was torn off or a streak does not hide it. */
static void
draw(struct ctx *c, struct pdf *p, enum sheet_kind kind, const char *code,
     const struct choice *paper, const char *who)
{
    char *text = sheet_text(c->a, kind, code, paper ? paper->value : "");

    pdf_page(p);
    pdf_title(p, "TỜ PHÂN CÁCH ĐỂ QUÉT");
    pdf_text(p, &LARGE, PDF_BOLD, kind == SHEET_DOSSIER ? code
                                  : kind == SHEET_SAME  ? "Văn bản mới, cùng hồ sơ"
                                                        : "Văn bản mới, chưa biết hồ sơ");
    if (paper)
        pdf_text(p, &CENTRED, PDF_BOLD, paper->label);
    if (*who)
        pdf_text(p, &CENTRED, PDF_PLAIN, who);
    pdf_qr_at(p, text, PDF_MM(60), (pdf_width(p) - PDF_MM(60)) / 2, PDF_MM(75));
    pdf_qr_at(p, text, PDF_MM(40), 0, PDF_MM(185));
    pdf_space(p, PDF_MM(95));
    pdf_text(p, &SMALL, PDF_ITALIC,
             "Đặt tờ này trước giấy tờ cần quét. Tờ này không lưu vào hồ sơ, dùng lại được.");
}

static int
draw_dossier(struct ctx *c, struct pdf *p)
{
    struct scan_sheets_view v = {0};
    bool all = in_int(c, SHEET_IN_ALL) != 0, found = !in_has(c, SHEET_IN_PAPER);
    int rc = papers_of(c, &v);

    if (rc < 0)
        return rc;
    if (!all && !in_has(c, SHEET_IN_PAPER))
        draw(c, p, SHEET_DOSSIER, v.x.code, NULL, v.x.applicant);
    for (size_t i = 0; i < v.n_papers; i++)
        if (all || strcmp(v.papers[i].value, in_text(c, SHEET_IN_PAPER)) == 0) {
            found = true;
            draw(c, p, SHEET_DOSSIER, v.x.code, &v.papers[i], v.x.applicant);
        }
    return found ? OK : fail(c, E_NOTFOUND, N_("Thủ tục này không có giấy tờ đó"), "sheet");
}

static int
get_pdf(struct ctx *c)
{
    struct pdf *p = pdf_begin(c, &(struct pdf_options){.title = "Tờ phân cách để quét",
                                                       .plain_numbers = true});
    struct bytes b;
    int rc = OK, ended;

    if (in_has(c, SHEET_IN_CODE))
        rc = draw_dossier(c, p);
    else
        draw(c, p, in_int(c, SHEET_IN_KIND) == 1 ? SHEET_UNKNOWN : SHEET_SAME, "", NULL, "");
    ended = pdf_end(p, &b);
    if (rc < 0 || (rc = ended) < 0)
        return rc;
    return reply_inline(c, "application/pdf", "to-phan-cach.pdf", b);
}

const struct route digitise_sheets_routes[] = {
    {GET, "/can-bo/so-hoa/to", PERM_DIGITISE, RUN_INLINE, BODY_NONE, SEES_PERSON, FACE_DESK,
     IN_SHEET, .run = get_sheets, .about = "Separator sheets to print: of a dossier or generic"},
    {GET, "/can-bo/so-hoa/to.pdf", PERM_DIGITISE, RUN_READ_LANE, BODY_NONE, SEES_PERSON, FACE_FILE,
     IN_SHEET, .run = get_pdf, .about = "Separator sheets as a PDF"},
    {0},
};
