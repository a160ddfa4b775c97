#include <cairo-pdf.h>
#include <leptonica/allheaders.h>
#include <libheif/heif.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "tests/hostile/make.h"

enum { PDF_MAX = 64 << 20 };

struct bytes
bytes_of(struct arena *a, const char *text)
{
    return (struct bytes){(const uint8_t *)arena_str(a, text), strlen(text)};
}

struct bytes
bytes_join(struct arena *a, struct bytes x, struct bytes y)
{
    uint8_t *p = arena_get(a, x.n + y.n + 1);

    memcpy(p, x.p, x.n);
    memcpy(p + x.n, y.p, y.n);
    return (struct bytes){p, x.n + y.n};
}

/* Stripes and blocks: enough for every path of a decoder. */
static PIX *
picture(int width, int height)
{
    PIX *p = pixCreate(width, height, 32);

    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            pixSetRGBPixel(p, x, y, x * 255 / width, y * 255 / height, (x ^ y) & 255);
    return p;
}

static struct bytes
taken(struct arena *a, l_uint8 *made, size_t n)
{
    struct bytes b = bytes_join(a, (struct bytes){made, n}, (struct bytes){made, 0});

    lept_free(made);
    return b;
}

struct bytes
make_jpeg(struct arena *a, int width, int height)
{
    PIX *p = picture(width, height);
    l_uint8 *made = NULL;
    size_t n = 0;

    pixWriteMemJpeg(&made, &n, p, 75, 0);
    pixDestroy(&p);
    return taken(a, made, n);
}

struct bytes
make_png(struct arena *a, int width, int height)
{
    PIX *p = picture(width, height);
    l_uint8 *made = NULL;
    size_t n = 0;

    pixWriteMemPng(&made, &n, p, 0);
    pixDestroy(&p);
    return taken(a, made, n);
}

/* --- HEIC ----------------------------------------------------------------------------------- */

struct sink {
    struct arena *a;
    struct bytes b;
};

static struct heif_error
keep(struct heif_context *ctx, const void *p, size_t n, void *user)
{
    struct sink *s = user;

    (void)ctx;
    s->b = bytes_join(s->a, (struct bytes){p, n}, (struct bytes){p, 0});
    return (struct heif_error){heif_error_Ok, heif_suberror_Unspecified, "ok"};
}

static struct heif_image *
heif_picture(int width, int height)
{
    struct heif_image *img = NULL;
    uint8_t *plane;
    int stride;

    heif_image_create(width, height, heif_colorspace_RGB, heif_chroma_interleaved_RGB, &img);
    heif_image_add_plane(img, heif_channel_interleaved, width, height, 8);
    plane = heif_image_get_plane(img, heif_channel_interleaved, &stride);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width * 3; x++)
            plane[y * stride + x] = (uint8_t)(x * y);
    return img;
}

struct bytes
make_heic(struct arena *a, int width, int height)
{
    struct heif_context *ctx = heif_context_alloc();
    struct heif_encoder *encoder = NULL;
    struct heif_writer writer = {.writer_api_version = 1, .write = keep};
    struct sink s = {.a = a};
    struct heif_image *img;

    if (heif_context_get_encoder_for_format(ctx, heif_compression_HEVC, &encoder).code ==
        heif_error_Ok) {
        img = heif_picture(width, height);
        heif_context_encode_image(ctx, img, encoder, NULL, NULL);
        heif_context_write(ctx, &writer, &s);
        heif_image_release(img);
        heif_encoder_release(encoder);
    }
    heif_context_free(ctx);
    return s.b;
}

/* --- PDF ------------------------------------------------------------------------------------ */

static cairo_status_t
write_buf(void *user, const unsigned char *p, unsigned n)
{
    buf_add(user, (const char *)p, n);
    return CAIRO_STATUS_SUCCESS;
}

struct bytes
make_pdf(struct arena *a, int pages)
{
    cairo_surface_t *s;
    struct buf b;
    cairo_t *cr;

    buf_init(&b, a, PDF_MAX);
    s = cairo_pdf_surface_create_for_stream(write_buf, &b, 595, 842);
    cr = cairo_create(s);
    for (int i = 1; i <= pages; i++) {
        cairo_set_font_size(cr, 14);
        cairo_move_to(cr, 60, 100);
        cairo_show_text(cr, "Giấy khai sinh");
        cairo_rectangle(cr, 60, 200, 100 + i % 300, 40);
        cairo_stroke(cr);
        cairo_show_page(cr);
    }
    cairo_destroy(cr);
    cairo_surface_destroy(s);
    return (struct bytes){(const uint8_t *)b.p, b.n};
}

struct bytes
make_pdf_of(struct arena *a, const struct bytes *objects, int n)
{
    size_t *at = arena_get(a, (size_t)(n + 1) * sizeof *at), start;
    struct buf b;

    buf_init(&b, a, PDF_MAX);
    buf_lit(&b, "%PDF-1.7\n");
    for (int i = 1; i <= n; i++) {
        at[i] = b.n;
        buf_fmt(&b, "%d 0 obj\n", i);
        buf_add(&b, (const char *)objects[i - 1].p, objects[i - 1].n);
        buf_lit(&b, "\nendobj\n");
    }
    start = b.n;
    buf_fmt(&b, "xref\n0 %d\n0000000000 65535 f \n", n + 1);
    for (int i = 1; i <= n; i++)
        buf_fmt(&b, "%010zu 00000 n \n", at[i]);
    buf_fmt(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%zu\n%%%%EOF\n", n + 1, start);
    return (struct bytes){(const uint8_t *)b.p, b.n};
}

struct bytes
make_pdf_photo(struct arena *a)
{
    struct bytes jpeg = make_jpeg(a, 96, 128);
    struct bytes o[] = {
        bytes_of(a, "<</Type/Catalog/Pages 2 0 R>>"),
        bytes_of(a, "<</Type/Pages/Kids[3 0 R]/Count 1>>"),
        bytes_of(a, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R"
                    "/Resources<</XObject<</I 5 0 R>>>>>>"),
        bytes_of(a, "<</Length 30>>stream\nq 300 0 0 400 0 0 cm /I Do Q \nendstream"),
        bytes_of(a, arena_fmt(a, "<</Type/XObject/Subtype/Image/Width 96/Height 128"
                                 "/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode"
                                 "/Length %zu>>stream\n", jpeg.n)),
    };

    o[4] = bytes_join(a, bytes_join(a, o[4], jpeg), bytes_of(a, "\nendstream"));
    return make_pdf_of(a, o, 5);
}
