/* Photos: what they are before they are opened, and upright pictures of bounded size. */
#include <libheif/heif.h>
#include <math.h>
#include <string.h>

#include "proc/converter.h"

enum { SKEW_WIDTH = 1200, WHITE = 160, SHEET_LIGHT = 130, PAPER = 192, JPEG_PART = 4 };
#define RADIANS(d) ((d) * (l_float32)3.14159265358979 / 180)

static unsigned
be16(const uint8_t *p)
{
    return (unsigned)p[0] << 8 | p[1];
}

static unsigned
be32(const uint8_t *p)
{
    return be16(p) << 16 | be16(p + 2);
}

/* --- EXIF: one number of it, the orientation ------------------------------------------------ */

struct tiff {
    const uint8_t *p;
    size_t n;
    bool big;
};

static unsigned
tiff_get(const struct tiff *t, size_t at, unsigned size)
{
    unsigned v = 0;

    if (at > t->n || t->n - at < size)
        return 0;
    for (unsigned i = 0; i < size; i++)
        v = v << 8 | t->p[at + (t->big ? i : size - 1 - i)];
    return v;
}

/* 1-8 as in the standard; 1 when it says nothing. */
static int
exif_orientation(const uint8_t *p, size_t n)
{
    struct tiff t = {p + 6, n - 6, false};
    size_t at;
    unsigned entries;

    if (n < 14 || memcmp(p, "Exif\0\0", 6) != 0)
        return 1;
    t.big = t.p[0] == 'M';
    at = tiff_get(&t, 4, 4);
    entries = tiff_get(&t, at, 2);
    for (unsigned i = 0; i < entries && i < 200; i++) {
        size_t e = at + 2 + (size_t)i * 12;

        if (tiff_get(&t, e, 2) == 0x0112) {
            unsigned v = tiff_get(&t, e + 8, 2);

            return v >= 1 && v <= 8 ? (int)v : 1;
        }
    }
    return 1;
}

/* --- JPEG ----------------------------------------------------------------------------------- */

struct jpeg {
    unsigned width, height;
    int orientation;
    bool ended;
};

static bool
is_frame(unsigned marker)
{
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

/* Past the coded picture, to its next marker; n: there is none. */
static size_t
skip_scan(const uint8_t *p, size_t i, size_t n)
{
    for (; i + 1 < n; i++) {
        const uint8_t *at = memchr(p + i, 0xff, n - 1 - i);

        if (!at)
            return n;
        i = (size_t)(at - p);
        if (p[i + 1] != 0 && p[i + 1] != 0xff && (p[i + 1] < 0xd0 || p[i + 1] > 0xd7))
            return i;
    }
    return n;
}

static void
jpeg_segment(struct jpeg *j, unsigned marker, const uint8_t *p, size_t n)
{
    if (is_frame(marker) && n >= 5 && j->width == 0) {
        j->height = be16(p + 1);
        j->width = be16(p + 3);
    }
    if (marker == 0xe1 && n >= 14 && j->orientation == 1)
        j->orientation = exif_orientation(p, n);
}

static struct jpeg
jpeg_walk(const uint8_t *p, size_t n)
{
    struct jpeg j = {.orientation = 1};

    for (size_t i = 2; i + 4 <= n || (i + 2 <= n && p[i + 1] == 0xd9);) {
        unsigned marker = p[i + 1], size;

        if (p[i] != 0xff)
            return j;
        j.ended = marker == 0xd9;
        if (j.ended)
            return j;
        if (marker == 0xff) {
            i++;
            continue;
        }
        size = be16(p + i + 2);
        if (size < 2 || n - i - 2 < size)
            return j;
        jpeg_segment(&j, marker, p + i + 4, size - 2);
        i += 2 + size;
        if (marker == 0xda)
            i = skip_scan(p, i, n);
    }
    return j;
}

/* --- HEIC ----------------------------------------------------------------------------------- */

static const char *
heic_open(const struct input *in, struct heif_context **ctx, struct heif_image_handle **h)
{
    struct heif_error e;

    *ctx = heif_context_alloc();
    heif_context_set_max_decoding_threads(*ctx, 0);
    e = heif_context_read_from_memory_without_copy(*ctx, in->p, in->n, NULL);
    if (e.code == heif_error_Ok)
        e = heif_context_get_primary_image_handle(*ctx, h);
    if (e.code == heif_error_Ok)
        return NULL;
    return e.subcode == heif_suberror_End_of_data ? "truncated" : "damaged";
}

static const char *
heic_size(const struct input *in, struct image_facts *f)
{
    struct heif_context *ctx;
    struct heif_image_handle *h = NULL;
    const char *why = heic_open(in, &ctx, &h);

    if (!why) {
        f->width = heif_image_handle_get_width(h);
        f->height = heif_image_handle_get_height(h);
        heif_image_handle_release(h);
    }
    heif_context_free(ctx);
    return why;
}

static PIX *
pix_of_rgb(const uint8_t *rgb, size_t stride, int width, int height)
{
    PIX *p = pixCreateNoInit(width, height, 32);

    for (int y = 0; p && y < height; y++) {
        l_uint32 *line = pixGetData(p) + (size_t)y * (size_t)pixGetWpl(p);
        const uint8_t *s = rgb + (size_t)y * stride;

        for (int x = 0; x < width; x++, s += 3)
            line[x] = (l_uint32)s[0] << 24 | (l_uint32)s[1] << 16 | (l_uint32)s[2] << 8;
    }
    return p;
}

/* libheif turns and mirrors by itself. */
static const char *
heic_load(const struct input *in, PIX **out)
{
    struct heif_context *ctx;
    struct heif_image_handle *h = NULL;
    struct heif_image *img = NULL;
    const char *why = heic_open(in, &ctx, &h);
    const uint8_t *rgb;
    int stride = 0;

    if (why)
        return why;
    if (heif_decode_image(h, &img, heif_colorspace_RGB, heif_chroma_interleaved_RGB, NULL).code !=
        heif_error_Ok)
        return "damaged";
    rgb = heif_image_get_plane_readonly(img, heif_channel_interleaved, &stride);
    *out = rgb && stride > 0
               ? pix_of_rgb(rgb, (size_t)stride,
                            heif_image_get_width(img, heif_channel_interleaved),
                            heif_image_get_height(img, heif_channel_interleaved))
               : NULL;
    heif_image_release(img);
    heif_image_handle_release(h);
    heif_context_free(ctx);
    return *out ? NULL : "damaged";
}

/* --- before it is opened -------------------------------------------------------------------- */

static const char *
bounds(const struct image_facts *f)
{
    if (f->width <= 0 || f->height <= 0)
        return "damaged";
    if (f->width > IMAGE_WIDE || f->height > IMAGE_WIDE ||
        (int64_t)f->width * f->height > (int64_t)IMAGE_MEGAPIXELS * 1000000)
        return "too-wide";
    return f->width < IMAGE_NARROW || f->height < IMAGE_NARROW ? "too-small" : NULL;
}

static const char *
jpeg_look(const struct input *in, struct image_facts *f)
{
    static const int TURNED[9] = {[6] = 1, [5] = 1, [3] = 2, [4] = 2, [8] = 3, [7] = 3};
    struct jpeg j = jpeg_walk(in->p, in->n);
    const char *why;

    f->width = (int)j.width;
    f->height = (int)j.height;
    f->turned = TURNED[j.orientation];
    why = j.width || j.ended ? bounds(f) : "truncated";
    return why || j.ended ? why : "truncated";
}

static const char *
png_look(const struct input *in, struct image_facts *f)
{
    const char *why;

    if (in->n < 33 || memcmp(in->p + 12, "IHDR", 4) != 0)
        return "truncated";
    f->width = (int)(be32(in->p + 16) & 0x7fffffff);
    f->height = (int)(be32(in->p + 20) & 0x7fffffff);
    why = bounds(f);
    if (why)
        return why;
    return memmem(in->p + 33, in->n - 33, "IEND\xae\x42\x60\x82", 8) ? NULL : "truncated";
}

const char *
image_look(const struct input *in, struct image_facts *f)
{
    const char *why;

    *f = (struct image_facts){0};
    if (in->kind == KIND_JPEG)
        return jpeg_look(in, f);
    if (in->kind == KIND_PNG)
        return png_look(in, f);
    why = heic_size(in, f);
    return why ? why : bounds(f);
}

/* --- pictures ------------------------------------------------------------------------------- */

/* Takes `p`, gives another. */
static PIX *
replaced(PIX *p, PIX *by)
{
    if (p != by)
        pixDestroy(&p);
    return by;
}

static PIX *
upright(PIX *p, int orientation)
{
    static const int TURNS[9] = {[3] = 2, [4] = 2, [5] = 1, [6] = 1, [7] = 3, [8] = 3};
    bool mirrored = orientation == 2 || orientation == 4 || orientation == 5 || orientation == 7;

    if (p && TURNS[orientation])
        p = replaced(p, pixRotateOrth(p, TURNS[orientation]));
    if (p && mirrored)
        p = replaced(p, pixFlipLR(NULL, p));
    return p;
}

static PIX *
jpeg_load(const struct input *in, int side, int *orientation)
{
    struct jpeg j = jpeg_walk(in->p, in->n);
    unsigned longer = j.width > j.height ? j.width : j.height;
    int part = 1, warnings = 0;

    while (part < JPEG_PART * 2 && (int)longer / (part * 2) >= side)
        part *= 2;
    *orientation = j.orientation;
    return pixReadMemJpeg(in->p, in->n, 0, part, &warnings, 0);
}

/* 8 bits grey or 32 bits colour, nothing seen through. */
static PIX *
plain(PIX *p)
{
    if (p && pixGetDepth(p) == 32 && pixGetSpp(p) == 4)
        p = replaced(p, pixAlphaBlendUniform(p, 0xffffff00));
    if (p && (pixGetColormap(p) || (pixGetDepth(p) != 8 && pixGetDepth(p) != 32)))
        p = replaced(p, pixConvertTo8Or32(p, L_COPY, 0));
    return p;
}

const char *
image_load(const struct input *in, int side, PIX **out)
{
    struct image_facts f;
    const char *why = image_look(in, &f);
    int orientation = 1, longer;
    PIX *p = NULL;

    if (why)
        return why;
    if (in->kind == KIND_HEIC && (why = heic_load(in, &p)))
        return why;
    if (in->kind == KIND_JPEG)
        p = jpeg_load(in, side, &orientation);
    else if (in->kind == KIND_PNG)
        p = pixReadMemPng(in->p, in->n);
    p = plain(p);
    longer = p ? L_MAX(pixGetWidth(p), pixGetHeight(p)) : 0;
    if (longer > side)
        p = replaced(p, pixScale(p, (l_float32)side / (l_float32)longer,
                                 (l_float32)side / (l_float32)longer));
    *out = upright(p, orientation);
    return *out ? NULL : "damaged";
}

/* Black on white, whatever the light was: shadows of a photo are taken out first. */
static PIX *
black(PIX *p, int width)
{
    PIX *grey = pixConvertTo8(p, 0), *even, *bits;
    l_float32 f = (l_float32)width / (l_float32)pixGetWidth(p);

    if (grey && f < 1)
        grey = replaced(grey, pixScale(grey, f, f));
    if (!grey)
        return NULL;
    even = pixGetWidth(grey) > 64 && pixGetHeight(grey) > 64
               ? pixBackgroundNormSimple(grey, NULL, NULL) : NULL;
    bits = pixThresholdToBinary(even ? even : grey, WHITE);
    pixDestroy(&even);
    pixDestroy(&grey);
    return bits;
}

double
image_skew(PIX *p)
{
    PIX *bits = black(p, SKEW_WIDTH);
    l_float32 angle = 0, sure = 0;
    bool found =
        bits && pixFindSkewSweepAndSearch(bits, &angle, &sure, 4, 2, 8.0f, 1.0f, 0.02f) == 0;

    pixDestroy(&bits);
    return found && sure >= 2.5f && fabsf(angle) >= 0.15f && fabsf(angle) < 7.9f ? angle : 0;
}

PIX *
image_straight(PIX *p, double skew)
{
    if (fabs(skew) < 0.01)
        return pixClone(p);
    return pixRotate(p, RADIANS((l_float32)skew), L_ROTATE_AREA_MAP, L_BRING_IN_WHITE, 0, 0);
}

/* Without its borders, where scanners leave shadows, and without specks. */
bool
image_blank(PIX *p)
{
    PIX *bits = black(p, SKEW_WIDTH), *inner = NULL, *clean = NULL;
    int w = bits ? pixGetWidth(bits) : 0, h = bits ? pixGetHeight(bits) : 0;
    BOX *box = boxCreate(w / 25, h / 25, w - w / 25 * 2, h - h / 25 * 2);
    l_float32 share = 1;

    if (bits && box)
        inner = pixClipRectangle(bits, box, NULL);
    if (inner)
        clean = pixOpenBrick(NULL, inner, 2, 2);
    if (clean)
        pixForegroundFraction(clean, &share);
    pixDestroy(&bits);
    pixDestroy(&inner);
    pixDestroy(&clean);
    boxDestroy(&box);
    return share < 0.0003f;
}

/* Mostly bright: a sheet, not a photo of a person, a house or a card on a dark table. */
static bool
is_sheet(PIX *p)
{
    PIX *grey = pixConvertTo8(p, 0), *bits = NULL;
    l_float32 dark = 1;

    if (grey)
        bits = pixThresholdToBinary(grey, SHEET_LIGHT);
    if (bits)
        pixForegroundFraction(bits, &dark);
    pixDestroy(&bits);
    pixDestroy(&grey);
    return dark < 0.3f;
}

/* The light of the paper becomes one (200), and what is hardly darker becomes white: without grains
 * a page needs half the bytes and its letters keep their marks.  The photo itself is kept. */
PIX *
image_even(PIX *p)
{
    PIX *even = NULL;

    if (pixGetWidth(p) > 300 && pixGetHeight(p) > 300 && is_sheet(p))
        even = pixBackgroundNormSimple(p, NULL, NULL);
    if (!even)
        return pixClone(p);
    pixGammaTRC(even, even, 1.0f, 0, PAPER);
    return even;
}

const char *
image_jpeg(struct job *j, PIX *p, int quality, struct bytes *out)
{
    l_uint8 *made = NULL;
    size_t n = 0;
    char *copy;

    if (pixWriteMemJpeg(&made, &n, p, quality, 0) != 0 || n == 0)
        return "damaged";
    copy = arena_raw(j->a, n);
    memcpy(copy, made, n);
    lept_free(made);
    *out = (struct bytes){(const uint8_t *)copy, n};
    return NULL;
}
