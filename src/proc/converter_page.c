/* Pictures of pages: of a PDF by poppler and cairo, of a photo by itself. */
#include <cairo.h>
#include <glib.h>
#include <math.h>
#include <poppler.h>
#include <string.h>

#include "proc/converter.h"

enum { MEGAPIXELS = 36, SIDE_LEAST = 16 };
#define MM_POINT (25.4 / 72)

struct document {
    struct job *j;
    const struct input *in;
    PopplerDocument *pdf;               /* NULL: a photo */
    int pages;
    double width, height;               /* of the photo, upright */
};

static void
no_word(const gchar *domain, GLogLevelFlags level, const gchar *text, gpointer user)
{
    (void)domain, (void)level, (void)text, (void)user;
}

/* A page with letters of no font of its own: from here on the fonts of the machine are known. */
void
page_preload(void)
{
    static const char PAGE[] =
        "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 "
        "R]/Count 1>>\nendobj\n3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 "
        "R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>>>>>>>\nendobj\n4 "
        "0 obj\n<</Length 33>>stream\nBT /F 9 Tf 9 9 Td (A) Tj ET      \nendstream\nendobj\ntrailer"
        "\n<</Size 5/Root 1 0 R>>\n%%EOF\n";
    static const struct input IN = {(const uint8_t *)PAGE, sizeof PAGE - 1, KIND_PDF};
    struct document *d;
    struct input in = IN;
    struct job j = {.a = arena_open(1 << 20)};
    PIX *p = NULL;

    g_log_set_default_handler(no_word, NULL);
    setMsgSeverity(L_SEVERITY_NONE);
    if (!document_open(&j, &in, &d) && !document_page(d, 1, 72, 200, &p))
        pixDestroy(&p);
    arena_close(j.a);
}

static const char *
pdf_open(struct document *d)
{
    GError *e = NULL;
    GBytes *bytes = g_bytes_new_static(d->in->p, d->in->n);

    d->pdf = poppler_document_new_from_bytes(bytes, NULL, &e);
    g_bytes_unref(bytes);
    if (!d->pdf) {
        bool locked = e && g_error_matches(e, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED);

        g_clear_error(&e);
        return locked ? "encrypted" : "damaged";
    }
    d->pages = poppler_document_get_n_pages(d->pdf);
    if (d->pages > CONVERT_PAGES_MAX)
        return "too-long";
    return d->pages > 0 ? NULL : "damaged";
}

static const char *
photo_open(struct document *d)
{
    struct image_facts f;
    const char *why = image_look(d->in, &f);

    d->pages = 1;
    d->width = f.turned % 2 ? f.height : f.width;
    d->height = f.turned % 2 ? f.width : f.height;
    return why;
}

const char *
document_open(struct job *j, struct input *in, struct document **out)
{
    struct document *d = arena_get(j->a, sizeof *d);

    d->j = j;
    d->in = in;
    *out = d;
    return in->kind == KIND_PDF ? pdf_open(d) : photo_open(d);
}

int
document_pages(const struct document *d)
{
    return d->pages;
}

void
document_size(const struct document *d, int page, double *width, double *height)
{
    static const double A4 = 297;
    PopplerPage *p;

    *width = *height = 0;
    if (!d->pdf) {
        double longer = d->width > d->height ? d->width : d->height;

        *width = A4 * d->width / longer;
        *height = A4 * d->height / longer;
    } else if ((p = poppler_document_get_page(d->pdf, page - 1))) {
        poppler_page_get_size(p, width, height);
        *width *= MM_POINT;
        *height *= MM_POINT;
        g_object_unref(p);
    }
}

/* Cairo's ARGB words are what they are; leptonica's begin with red. */
static PIX *
pix_of_surface(cairo_surface_t *s)
{
    int w = cairo_image_surface_get_width(s), h = cairo_image_surface_get_height(s);
    int stride = cairo_image_surface_get_stride(s);
    const unsigned char *data = cairo_image_surface_get_data(s);
    PIX *p = data ? pixCreateNoInit(w, h, 32) : NULL;

    for (int y = 0; p && y < h; y++) {
        l_uint32 *line = pixGetData(p) + (size_t)y * (size_t)pixGetWpl(p);
        const unsigned char *from = data + (size_t)y * (size_t)stride;

        for (int x = 0; x < w; x++) {
            uint32_t v;

            memcpy(&v, from + (size_t)x * 4, 4);
            line[x] = v << 8;
        }
    }
    return p;
}

static PIX *
draw(PopplerPage *page, int w, int h, double scale)
{
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, w, h);
    cairo_t *cr = cairo_create(s);
    PIX *p = NULL;

    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    cairo_scale(cr, scale, scale);
    poppler_page_render_for_printing(page, cr);
    cairo_surface_flush(s);
    if (cairo_surface_status(s) == CAIRO_STATUS_SUCCESS)
        p = pix_of_surface(s);
    cairo_destroy(cr);
    cairo_surface_destroy(s);
    return p;
}

/* At `dpi`, or less so that the longer side has `side` pixels; `dpi` 0: the width has `side`. */
static const char *
pdf_page(struct document *d, int page, double dpi, int side, PIX **out)
{
    PopplerPage *p = poppler_document_get_page(d->pdf, page - 1);
    double w = 0, h = 0, scale, most;

    if (!p)
        return "damaged";
    poppler_page_get_size(p, &w, &h);
    if (!(w >= 1 && h >= 1 && w <= 20000 && h <= 20000)) {
        g_object_unref(p);
        return w > 20000 || h > 20000 ? "too-wide" : "damaged";
    }
    scale = dpi > 0 ? dpi / 72 : side / w;
    most = dpi > 0 ? side / (w > h ? w : h) : scale;
    scale = scale > most ? most : scale;
    if (w * h * scale * scale > MEGAPIXELS * 1e6)
        scale = sqrt(MEGAPIXELS * 1e6 / (w * h));
    *out = draw(p, (int)fmax(ceil(w * scale), 1), (int)fmax(ceil(h * scale), 1), scale);
    g_object_unref(p);
    return *out ? NULL : "damaged";
}

static const char *
photo_page(struct document *d, double dpi, int side, PIX **out)
{
    double longer = d->width > d->height ? d->width : d->height;
    int want = dpi > 0 ? (int)(dpi * 297 / 25.4) : (int)(side * longer / d->width);

    if (dpi > 0 && want > side)
        want = side;
    return image_load(d->in, want > SIDE_LEAST ? want : SIDE_LEAST, out);
}

const char *
document_page(struct document *d, int page, double dpi, int side, PIX **out)
{
    *out = NULL;
    if (page < 1 || page > d->pages)
        return "no-page";
    return d->pdf ? pdf_page(d, page, dpi, side, out) : photo_page(d, dpi, side, out);
}
