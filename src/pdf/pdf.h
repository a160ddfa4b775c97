/*
 * Printed papers: a document of A4 pages in PDF, laid out downwards block by block by the rules of
 * administrative documents (NĐ 30/2020, Phụ lục I).  It knows nothing of the product.
 *
 *     struct pdf *p = pdf_begin(c, &(struct pdf_options){.title = "Giấy ...", .author = agency});
 *
 *     pdf_national_head(p, &head);
 *     pdf_title(p, "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ");
 *     pdf_label(p, "Mã hồ sơ", code);
 *     rc = pdf_end(p, &bytes);                     -- always: it also releases
 *
 * Text is UTF-8 and printed as given: no markup.  What is not text (control and bidi marks, broken
 * bytes) is left out, NFD is composed: pdftotext reads back what was given.  Lengths are points.
 *
 * Lifetime:  bytes live in the arena of `c`; c->now is the date of creation, so the same calls give
 *            the same bytes.  pdf_begin() never gives NULL.
 * Errors:    the first one stays with the document, later calls do nothing; pdf_end() tells it:
 *            E_TOOBIG (more than `pages_max` pages), E_SYS (no fonts, no memory of the library).
 * Threads:   a document belongs to one thread from begin to end; any number of threads at a time.
 *            Each thread keeps its fonts from the first document on: pdf_thread_end() releases
 *            them.  Some milliseconds a page: on a worker or a read lane, never on the write lane.
 */
#ifndef PDF_PDF_H
#define PDF_PDF_H

#include <stdbool.h>

#include "base/ctx.h"

#define PDF_MM(x) ((x) * 72.0 / 25.4)

struct pdf;

struct pdf_options {
    const char *title, *author, *subject; /* of the file; NULL none */
    const char *footer;                   /* small, at the foot of each page; NULL none */
    const char *watermark;                /* across each page: "BẢN XEM TRƯỚC"; NULL none */
    const char *const *copies;            /* all pages once for each of these texts, which stand at
                                           * their upper left ("Liên 1: ..."); NULL ends it */
    bool landscape;
    bool plain_numbers; /* no page number at the head of the second page and on */
    double size;        /* of text: 0 is 13 */
    double margin[4];   /* top right bottom left; all 0: by the decree, 20 15 20 30 mm */
    int pages_max;      /* 0 is 200 */
};
struct pdf *pdf_begin(struct ctx *c, const struct pdf_options *o);
int pdf_end(struct pdf *p, struct bytes *out);
void pdf_thread_end(void); /* the calling thread makes no more: its fonts are released */
bool pdf_fonts_ok(void);   /* is there a serif font with the letters of Vietnamese? */

/* --- text --- */
enum pdf_align { PDF_LEFT, PDF_CENTRE, PDF_RIGHT, PDF_JUSTIFY };
enum pdf_style { PDF_PLAIN = 0, PDF_BOLD = 1, PDF_ITALIC = 2, PDF_UNDERLINE = 4, PDF_UPPER = 8 };
struct pdf_run {
    const char *text; /* NULL ends a list */
    unsigned style;
};
struct pdf_para {
    enum pdf_align align;
    double size;          /* 0: of the document */
    double indent;        /* of the first line */
    double left, right;   /* away from the margins */
    double before, after; /* 0: 0 and 3 points; -1: none */
    bool keep;            /* not at the foot of a page without two lines of what follows */
};
extern const struct pdf_para PDF_BODY; /* justified, first line 10 mm in */

void pdf_text(struct pdf *p, const struct pdf_para *look, unsigned style, const char *text);
void pdf_runs(struct pdf *p, const struct pdf_para *look, const struct pdf_run *runs);
void pdf_title(struct pdf *p, const char *text); /* centred, bold, 14 points */
void pdf_label(struct pdf *p, const char *label, const char *value); /* empty: a dotted line */
void pdf_dots(struct pdf *p, int lines);         /* dotted lines to write on by hand */

/* --- the head of an administrative document; NULL or "" leaves a line out --- */
struct pdf_head {
    const char *parent, *agency; /* printed in capitals, the agency's in bold over a short rule */
    const char *number;          /* "Số: 12/TNHS" */
    const char *place_date;      /* "Hà Nội, ngày 22 tháng 11 năm 2026", in italics */
    const char *code;            /* "Mã hồ sơ: ...", under the number */
};
void pdf_national_head(struct pdf *p, const struct pdf_head *h);

/* --- blocks side by side: each cell a list of lines --- */
struct pdf_line {
    const char *text; /* NULL ends a list; "" is an empty line */
    unsigned style;
    double size; /* 0: of the document */
    double rule; /* length of a rule under it, as a part of its width; 0 none */
};
struct pdf_cell {
    double part; /* of the width; all parts together 1 */
    enum pdf_align align;
    const struct pdf_line *lines;
};
void pdf_cells(struct pdf *p, const struct pdf_cell *cells, size_t n); /* stay on one page */

/* --- tables: wrapped cells; the head is repeated on each page; rows go over pages --- */
struct pdf_column {
    const char *head;
    double part; /* of the width */
    enum pdf_align align;
};
struct pdf_table {
    const struct pdf_column *columns;
    size_t n;        /* at most 16 */
    double size;     /* 0: one point less than the document's */
    bool numbers;    /* a row "(1) (2) (3)" under the head, as registers have */
};
void pdf_table_begin(struct pdf *p, const struct pdf_table *t);
void pdf_row(struct pdf *p, const char *const *cells); /* as many as columns; NULL: empty */
void pdf_table_end(struct pdf *p);

/* --- where something lies, in PDF's own coordinates: origin at the page's lower left --- */
struct pdf_box {
    int page; /* from 1; 0: nowhere */
    double x, y, w, h;
};

/* Blocks of signatures side by side (one: at the right), kept together on a page. */
struct pdf_signature {
    const char *authority; /* "TM. ỦY BAN NHÂN DÂN" in capitals and bold; NULL none */
    const char *title;     /* "NGƯỜI TIẾP NHẬN HỒ SƠ", "CHỦ TỊCH" */
    const char *hint;      /* "(Ký, ghi rõ họ tên)", in italics; NULL none */
    const char *name;      /* under the room to sign, in bold; NULL none */
    struct pdf_box *box;   /* the room to sign, for a visible signature; NULL: not asked */
};
void pdf_signatures(struct pdf *p, const struct pdf_signature *s, size_t n);

/* --- pictures, rules, room, pages --- */
/* `side` in points; `caption` beside it.  Drawn as vectors; text of at most 2,300 bytes. */
void pdf_qr(struct pdf *p, const char *text, double side, const char *caption);
/* Without moving on; x, y from the body's upper left, y < 0: at the present height. */
void pdf_qr_at(struct pdf *p, const char *text, double side, double x, double y);
void pdf_png(struct pdf *p, struct bytes png, double width, enum pdf_align align);
void pdf_rule(struct pdf *p, double part);   /* of the width, centred */
void pdf_space(struct pdf *p, double points);
void pdf_need(struct pdf *p, double points); /* a new page unless so much room is left */
void pdf_page(struct pdf *p);                /* a new page, unless this one is empty */
double pdf_left(const struct pdf *p);        /* room left on this page */
double pdf_width(const struct pdf *p);       /* of the body */

#endif
