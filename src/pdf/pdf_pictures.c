/* QR codes as vectors, and pictures of ours (a seal, a logo): never a stranger's bytes. */
#include <qrencode.h>
#include <string.h>

#include "pdf/pdf_internal.h"

enum { QUIET = 4, PIXELS_MAX = 4000 };

static void
qr_path(struct pdf *p, const QRcode *q, double x, double y, double side)
{
    double m = side / (q->width + 2 * QUIET);

    for (int r = 0; r < q->width; r++)
        for (int k = 0, run; k < q->width; k += run + 1) {
            for (run = 0; k + run < q->width && (q->data[r * q->width + k + run] & 1);)
                run++;
            if (run)
                cairo_rectangle(p->cr, x + m * (k + QUIET), y + m * (r + QUIET), m * run, m);
        }
    cairo_fill(p->cr);
}

void
pdf_qr_at(struct pdf *p, const char *text, double side, double x, double y)
{
    QRcode *q;

    if (pdf_dead(p))
        return;
    if (!(q = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M))) {
        pdf_fail(p, E_TOOBIG, "qr");
        return;
    }
    qr_path(p, q, p->left + x, y < 0 ? p->y : p->top + y, side);
    QRcode_free(q);
    p->blank = false;
}

void
pdf_qr(struct pdf *p, const char *text, double side, const char *caption)
{
    struct pdf_look look = {.size = p->o.size - 2, .width = pdf_width(p) - side - 6};
    PangoLayout *l;

    pdf_need(p, side);
    pdf_qr_at(p, text, side, 0, p->y - p->top);
    if (pdf_dead(p))
        return;
    l = pdf_layout_text(p, SLOT_TEXT, &look, caption);
    pdf_draw_whole(p, l, p->left + side + 6, p->y + (side - pdf_layout_height(l)) / 2);
    p->y += side;
}

static cairo_status_t
take(void *closure, unsigned char *out, unsigned n)
{
    struct bytes *b = closure;

    if (n > b->n)
        return CAIRO_STATUS_READ_ERROR;
    memcpy(out, b->p, n);
    b->p += n;
    b->n -= n;
    return CAIRO_STATUS_SUCCESS;
}

/* Width and height stand in the first 24 bytes. */
static bool
modest(struct bytes b)
{
    uint32_t w, h;

    if (b.n < 24 || memcmp(b.p, "\x89PNG\r\n\x1a\n", 8) != 0)
        return false;
    w = (uint32_t)b.p[16] << 24 | (uint32_t)b.p[17] << 16 | (uint32_t)b.p[18] << 8 | b.p[19];
    h = (uint32_t)b.p[20] << 24 | (uint32_t)b.p[21] << 16 | (uint32_t)b.p[22] << 8 | b.p[23];
    return w > 0 && h > 0 && w <= PIXELS_MAX && h <= PIXELS_MAX;
}

static void
draw_image(struct pdf *p, cairo_surface_t *s, double x, double width, double scale)
{
    cairo_save(p->cr);
    cairo_translate(p->cr, x, p->y);
    cairo_scale(p->cr, scale, scale);
    cairo_set_source_surface(p->cr, s, 0, 0);
    cairo_rectangle(p->cr, 0, 0, width / scale, cairo_image_surface_get_height(s));
    cairo_fill(p->cr);
    cairo_restore(p->cr);
}

void
pdf_png(struct pdf *p, struct bytes png, double width, enum pdf_align align)
{
    cairo_surface_t *s;
    double scale, height, x = p->left;

    if (pdf_dead(p))
        return;
    s = modest(png) ? cairo_image_surface_create_from_png_stream(take, &png) : NULL;
    if (!s || cairo_surface_status(s) != CAIRO_STATUS_SUCCESS) {
        if (s)
            cairo_surface_destroy(s);
        pdf_fail(p, E_SYS, "png");
        return;
    }
    scale = width / cairo_image_surface_get_width(s);
    height = cairo_image_surface_get_height(s) * scale;
    pdf_need(p, height);
    if (align != PDF_LEFT)
        x += (pdf_width(p) - width) / (align == PDF_RIGHT ? 1 : 2);
    draw_image(p, s, x, width, scale);
    cairo_surface_destroy(s);
    p->y += height;
    p->blank = false;
}
