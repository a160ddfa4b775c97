/* A document from begin to end: its pages, their heads and feet, the bytes. */
#include "pdf/pdf.h"

#include <cairo-pdf.h>

#include "base/date.h"
#include "pdf/pdf_internal.h"

enum { A4_W = 595276, A4_H = 841890, PAGES_MAX = 200 }; /* thousandths of a point */
static const double WATERMARK_SIZE = 64, FOOTER_SIZE = 9;

void
pdf_fail(struct pdf *p, int rc, const char *at)
{
    if (p->rc == OK) {
        p->rc = rc;
        p->at = at;
    }
}

bool
pdf_dead(const struct pdf *p)
{
    return p->rc != OK;
}

static cairo_status_t
put(void *closure, const unsigned char *s, unsigned n)
{
    struct pdf *p = closure;

    buf_add(&p->out, (const char *)s, n);
    return p->out.over ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void
describe(struct pdf *p)
{
    const struct pdf_options *o = &p->o;
    struct arena *a = p->c->a;

    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE, pdf_clean(a, o->title));
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_AUTHOR, pdf_clean(a, o->author));
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_SUBJECT,
                                   pdf_clean(a, o->subject));
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATOR, "Một Cửa");
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATE_DATE,
                                   moment_rfc3339(a, p->c->now));
}

/* Grey under the text and not through it: it stays readable, and nothing is transparent.  Outlines
 * and not letters: who copies the text or has it read aloud does not meet it on each page. */
static void
draw_watermark(struct pdf *p)
{
    PangoLayout *l;

    if (!p->o.watermark || !*p->o.watermark)
        return;
    l = pdf_layout_text(p, SLOT_MARGIN,
                        &(struct pdf_look){.align = PDF_LEFT,
                                           .style = PDF_BOLD,
                                           .size = WATERMARK_SIZE,
                                           .width = -1},
                        p->o.watermark);
    cairo_save(p->cr);
    cairo_set_source_rgb(p->cr, 0.87, 0.87, 0.87);
    cairo_translate(p->cr, p->w / 2, p->h / 2);
    cairo_rotate(p->cr, -0.85);
    cairo_translate(p->cr, -pdf_layout_width(l) / 2, -pdf_layout_height(l) / 2);
    pango_cairo_layout_path(p->cr, l);
    cairo_fill(p->cr);
    cairo_restore(p->cr);
}

/* NĐ 30/2020: in the middle of the upper margin, not on the first page. */
static void
draw_number(struct pdf *p)
{
    struct pdf_look look = {.align = PDF_CENTRE,
                            .size = p->o.size,
                            .width = p->w - p->left - p->right};

    if (p->page == 1 || p->o.plain_numbers)
        return;
    pdf_draw_whole(p, pdf_layout_text(p, SLOT_MARGIN, &look, arena_fmt(p->c->a, "%d", p->page)),
                   p->left, p->top - PDF_MM(10));
}

static void
draw_footer(struct pdf *p)
{
    struct pdf_look look = {.align = PDF_CENTRE,
                            .size = FOOTER_SIZE,
                            .width = p->w - p->left - p->right};

    if (p->o.footer && *p->o.footer)
        pdf_draw_whole(p, pdf_layout_text(p, SLOT_MARGIN, &look, p->o.footer), p->left,
                       p->h - p->bottom + PDF_MM(5));
}

/* Where there are copies a page is recorded, and shown in each of them as one object. */
static void
open_page(struct pdf *p)
{
    cairo_rectangle_t whole = {0, 0, p->w, p->h};
    cairo_surface_t *s = p->surface;

    if (p->o.copies)
        s = *vec_push(p->c->a, &p->pages) =
            cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &whole);
    if (p->o.copies || !p->cr) {
        if (p->cr)
            cairo_destroy(p->cr);
        p->cr = cairo_create(s);
    }
}

static void
close_page(struct pdf *p)
{
    if (!p->o.copies)
        cairo_show_page(p->cr);
}

static void
begin_page(struct pdf *p)
{
    if (++p->page > p->o.pages_max) {
        pdf_fail(p, E_TOOBIG, "pages");
        return;
    }
    open_page(p);
    p->y = p->top;
    draw_watermark(p);
    draw_number(p);
    draw_footer(p);
    p->blank = true;
    if (p->in_table)
        pdf_table_head(p);
}

static void
measure(struct pdf *p)
{
    static const double DECREE[4] = {20, 15, 20, 30};
    const double *m = p->o.margin;
    bool given = m[0] > 0 || m[1] > 0 || m[2] > 0 || m[3] > 0;
    double margin[4];

    for (int i = 0; i < 4; i++)
        margin[i] = given ? m[i] : PDF_MM(DECREE[i]);
    p->top = margin[0];
    p->right = margin[1];
    p->bottom = margin[2];
    p->left = margin[3];
    p->w = (p->o.landscape ? A4_H : A4_W) / 1000.0;
    p->h = (p->o.landscape ? A4_W : A4_H) / 1000.0;
}

struct pdf *
pdf_begin(struct ctx *c, const struct pdf_options *o)
{
    struct pdf *p = arena_get(c->a, sizeof *p);

    *p = (struct pdf){.c = c, .o = *o, .blank = true};
    p->o.size = o->size > 0 ? o->size : 13;
    p->o.pages_max = o->pages_max > 0 ? o->pages_max : PAGES_MAX;
    buf_init(&p->out, c->a, BYTES_MAX);
    measure(p);
    p->fonts = pdf_thread_fonts();
    p->surface = cairo_pdf_surface_create_for_stream(put, p, p->w, p->h);
    describe(p);
    begin_page(p);
    return p;
}

static void
check(struct pdf *p)
{
    cairo_status_t s = cairo_status(p->cr);

    if (s == CAIRO_STATUS_SUCCESS)
        s = cairo_surface_status(p->surface);
    if (s != CAIRO_STATUS_SUCCESS)
        pdf_fail(p, p->out.over ? E_TOOBIG : E_SYS, cairo_status_to_string(s));
}

static void
show_copy(struct pdf *p, const char *label)
{
    struct pdf_look look = {.style = PDF_ITALIC, .size = FOOTER_SIZE + 2, .width = -1};

    for (size_t i = 0; i < p->pages.n; i++) {
        cairo_set_source_surface(p->cr, p->pages.p[i], 0, 0);
        cairo_paint(p->cr);
        cairo_set_source_rgb(p->cr, 0, 0, 0);
        pdf_draw_whole(p, pdf_layout_text(p, SLOT_MARGIN, &look, label), p->left,
                       p->top - PDF_MM(7));
        cairo_show_page(p->cr);
    }
}

static void
show_copies(struct pdf *p)
{
    cairo_destroy(p->cr);
    p->cr = cairo_create(p->surface);
    for (const char *const *k = p->o.copies; *k && !pdf_dead(p); k++)
        show_copy(p, *k);
}

static void
release(struct pdf *p)
{
    for (int i = 0; i < SLOTS; i++)
        if (p->layout[i])
            g_object_unref(p->layout[i]);
    for (size_t i = 0; i < p->pages.n; i++)
        cairo_surface_destroy(p->pages.p[i]);
    cairo_destroy(p->cr);
    cairo_surface_destroy(p->surface);
}

int
pdf_end(struct pdf *p, struct bytes *out)
{
    close_page(p);
    if (p->o.copies)
        show_copies(p);
    cairo_surface_finish(p->surface);
    check(p);
    release(p);
    *out = (struct bytes){0};
    if (p->rc == E_TOOBIG)
        return fail(p->c, E_TOOBIG, N_("Văn bản quá dài để in một lần"), "pdf: %s, page %d", p->at,
                    p->page);
    if (p->rc != OK)
        return fail(p->c, E_SYS, N_("Chưa in được văn bản này"), "pdf: %s", p->at);
    *out = (struct bytes){(const uint8_t *)p->out.p, p->out.n};
    return OK;
}

/* --- room --- */

double
pdf_foot(const struct pdf *p)
{
    return p->h - p->bottom;
}

double
pdf_left(const struct pdf *p)
{
    return pdf_foot(p) - p->y;
}

double
pdf_width(const struct pdf *p)
{
    return p->w - p->left - p->right;
}

double
pdf_line_height(const struct pdf *p, double size)
{
    return (size > 0 ? size : p->o.size) * 1.15;
}

void
pdf_page(struct pdf *p)
{
    if (pdf_dead(p) || p->blank)
        return;
    close_page(p);
    begin_page(p);
}

void
pdf_need(struct pdf *p, double points)
{
    if (pdf_left(p) < points)
        pdf_page(p);
}

void
pdf_space(struct pdf *p, double points)
{
    if (!p->blank)
        p->y += points;
}

void
pdf_stroke(struct pdf *p, double x, double y, double x2, double y2)
{
    cairo_set_line_width(p->cr, 0.6);
    cairo_move_to(p->cr, x, y);
    cairo_line_to(p->cr, x2, y2);
    cairo_stroke(p->cr);
}

void
pdf_rule(struct pdf *p, double part)
{
    double w = pdf_width(p) * part, x = p->left + (pdf_width(p) - w) / 2;

    if (pdf_dead(p))
        return;
    pdf_need(p, 6);
    pdf_stroke(p, x, p->y + 3, x + w, p->y + 3);
    p->y += 6;
    p->blank = false;
}
