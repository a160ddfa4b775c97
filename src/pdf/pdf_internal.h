/* The parts of a document in the making; only pdf*.c include it. */
#ifndef PDF_PDF_INTERNAL_H
#define PDF_PDF_INTERNAL_H

#include <pango/pangocairo.h>

#include "base/buf.h"
#include "pdf/pdf.h"

enum { COLUMNS_MAX = 16, TEXT_MAX = 64 * 1024, BYTES_MAX = 32 << 20 };
/* Layouts that live beside each other: text and cells of a row, cells of a table's head, and what
 * stands in the margins (drawn while a text goes over the page). */
enum { SLOT_TEXT, SLOT_HEAD = COLUMNS_MAX, SLOT_MARGIN = 2 * COLUMNS_MAX, SLOTS };

struct pdf {
    struct ctx *c;
    struct pdf_options o;
    cairo_surface_t *surface;
    cairo_t *cr;                        /* of the surface; of the page's own where copies follow */
    VEC(cairo_surface_t *) pages;       /* kept until the end, to be shown in each copy */
    struct pdf_fonts *fonts;            /* of the thread */
    PangoLayout *layout[SLOTS];         /* made when first used */
    struct buf out;
    double w, h, top, right, bottom, left;  /* the page and its margins */
    double y;                           /* how far down this page is written, from its top */
    int page;
    bool blank;                         /* nothing on this page yet */
    int rc;
    const char *at;                     /* of the first error */
    struct pdf_table table;             /* while in_table */
    bool in_table;
    double head_height;
};

/* pdf_fonts.c: of the thread */
struct pdf_fonts {
    PangoFontMap *map;
    PangoContext *context;
    struct pdf_glyphs *glyphs;
};
struct pdf_fonts *pdf_thread_fonts(void);

/* pdf_strip.c, pdf_glyphs.c */
struct bytes pdf_strip(struct bytes font);
struct pdf_glyphs *pdf_glyphs_open(void);
void pdf_glyphs_close(struct pdf_glyphs *g);
void pdf_draw_line(cairo_t *cr, struct pdf_glyphs *g, PangoLayoutLine *line, double x, double y);

/* pdf_clean.c: text that can be printed, in the arena */
const char *pdf_clean(struct arena *a, const char *s);

/* pdf.c */
void pdf_fail(struct pdf *p, int rc, const char *at);
bool pdf_dead(const struct pdf *p);
double pdf_foot(const struct pdf *p);           /* y where the body ends */
double pdf_line_height(const struct pdf *p, double size);

/* pdf_text.c: a text laid out and not yet drawn; `slot` says whose layout is used */
struct pdf_look {
    enum pdf_align align;
    unsigned style;
    double size, width, indent;
};
PangoLayout *pdf_layout(struct pdf *p, int slot, const struct pdf_look *look,
                        const struct pdf_run *runs);
PangoLayout *pdf_layout_text(struct pdf *p, int slot, const struct pdf_look *look,
                             const char *text);
double pdf_layout_height(PangoLayout *l);
double pdf_layout_width(PangoLayout *l);        /* of its ink, at most its width */
/* Draws lines from `from` while they end above `until`; gives the next line, *y where they end. */
int pdf_draw_lines(struct pdf *p, PangoLayout *l, int from, double x, double *y, double until);
void pdf_draw_whole(struct pdf *p, PangoLayout *l, double x, double y);
void pdf_dotted(struct pdf *p, double x, double y, double w);
void pdf_stroke(struct pdf *p, double x, double y, double x2, double y2);

/* pdf_table.c */
void pdf_table_head(struct pdf *p);

#endif
