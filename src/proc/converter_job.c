/* What the child does: one function an operation, and the answer. */
#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "proc/converter.h"

enum {
    ARENA = 640 << 20,
    A4_SIDE = 2339,                     /* pixels along 297 mm: 200 dpi */
    PAGE_BYTES = 300 << 10,
    READ_DPI = 300,
    READ_SIDE = 5000,
    READ_PAGES = 40,                    /* of one job: each takes seconds */
    PAGES_DPI = 150,
    PAGES_SIDE = 3000,
    PICTURE_WIDTH = 1000,
    PICTURE_QUALITY = 80,
    TEXT_MAX = 8 << 20,
};

/* --- inputs --------------------------------------------------------------------------------- */

static const char *
map_input(struct input *in, int fd)
{
    struct stat st;
    void *p;

    if (fstat(fd, &st) < 0)
        return "machine";
    if (st.st_size == 0)
        return "empty";
    if (st.st_size > WIRE_IN_MAX)
        return "too-large";
    p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED)
        return "machine";
    *in = (struct input){.p = p, .n = (size_t)st.st_size};
    return kind_of(in);
}

static const char *
map_inputs(struct job *j)
{
    const char *why = NULL;

    for (size_t i = 0; i < j->w.in_n && !why; i++) {
        why = map_input(&j->in[i], FD_IN + (int)i);
        if (why && j->w.in_n > 1)
            json_object_set_new(j->details, "input", json_integer((json_int_t)i));
    }
    return why;
}

static bool
write_all(int fd, const uint8_t *p, size_t n)
{
    while (n > 0) {
        ssize_t w = write(fd, p, n);

        if (w <= 0)
            return false;
        p += w;
        n -= (size_t)w;
    }
    return true;
}

static const char *
give(struct job *j, const struct bytes *b, const char *mime)
{
    j->mime = mime;
    return write_all(j->out, b->p, b->n) ? NULL : "too-large";
}

/* --- INSPECT -------------------------------------------------------------------------------- */

static const char *
inspect_pdf(struct job *j)
{
    struct pdf_facts f;
    const char *why = pdf_clean(j, &j->in[0], 0, 0, &f, NULL);

    j->pages = why ? 0 : f.pages;
    json_object_set_new(j->details, "pages", json_integer(f.pages));
    json_object_set_new(j->details, "active", f.active);
    json_object_set_new(j->details, "signed",
                        json_boolean(memmem(j->in[0].p, j->in[0].n, "/ByteRange", 10) != NULL));
    return why;
}

static const char *
inspect_photo(struct job *j)
{
    struct image_facts f;
    const char *why = image_look(&j->in[0], &f);

    j->pages = 1;
    json_object_set_new(j->details, "width", json_integer(f.width));
    json_object_set_new(j->details, "height", json_integer(f.height));
    json_object_set_new(j->details, "turned", json_integer(f.turned));
    json_object_set_new(j->details, "pages", json_integer(1));
    return why;
}

static const char *
op_inspect(struct job *j)
{
    j->mime = kind_mime(j->in[0].kind);
    json_object_set_new(j->details, "kind", json_string(kind_word(j->in[0].kind)));
    return j->in[0].kind == KIND_PDF ? inspect_pdf(j) : inspect_photo(j);
}

/* --- TO_PDF --------------------------------------------------------------------------------- */

/* No colour that anybody would miss: a third smaller as grey.  A red stamp is colour. */
static PIX *
without_colour(PIX *p)
{
    l_float32 part = 0, coloured = 0;

    if (pixGetDepth(p) != 32)
        return pixClone(p);
    if (pixColorFraction(p, 20, 245, 24, 4, &part, &coloured) == 0 && part * coloured < 0.0005f)
        return pixConvertRGBToLuminance(p);
    return pixClone(p);
}

/* The best of these that keeps the page small; the last, whatever it gives, is still legible. */
static const char *
jpeg_of_page(struct job *j, PIX *p, struct bytes *out)
{
    static const int QUALITY[] = {75, 65, 52, 40};
    const char *why = NULL;

    for (size_t i = 0; i < sizeof QUALITY / sizeof *QUALITY && !why; i++) {
        why = image_jpeg(j, p, QUALITY[i], out);
        if (out->n <= PAGE_BYTES)
            break;
    }
    return why;
}

static PIX *
replaced(PIX *p, PIX *by)
{
    pixDestroy(&p);
    return by;
}

/* Straight, as it was turned on the screen, evenly lit, and grey when it has no colour. */
static PIX *
made_legible(struct job *j, PIX *p)
{
    p = replaced(p, image_straight(p, image_skew(p)));
    if (p && j->w.turn)
        p = replaced(p, pixRotateOrth(p, j->w.turn / 90));
    if (p)
        p = replaced(p, image_even(p));
    return p ? replaced(p, without_colour(p)) : NULL;
}

static const char *
photo_to_pdf(struct job *j, const struct input *in, struct bytes *out)
{
    PIX *p = NULL;
    const char *why = image_load(in, A4_SIDE, &p);
    struct bytes jpeg;

    if (why)
        return why;
    p = made_legible(j, p);
    if (!p)
        return "damaged";
    why = jpeg_of_page(j, p, &jpeg);
    if (!why)
        pdf_of_jpeg(j->a, &jpeg, pixGetWidth(p), pixGetHeight(p), pixGetDepth(p) == 8, out);
    pixDestroy(&p);
    return why;
}

static const char *
one_to_pdf(struct job *j, const struct input *in, struct bytes *out, json_t *from)
{
    struct pdf_facts f = {.pages = 1};
    const char *why = in->kind == KIND_PDF ? pdf_clean(j, in, 0, 0, &f, out)
                                           : photo_to_pdf(j, in, out);

    if (why)
        return why;
    j->pages += f.pages;
    json_array_append_new(from, json_pack("{s:s, s:i, s:I}", "kind", kind_word(in->kind), "pages",
                                          f.pages, "bytes", (json_int_t)out->n));
    json_decref(f.active);
    return j->pages > CONVERT_PAGES_MAX ? "too-long" : NULL;
}

static const char *
op_to_pdf(struct job *j)
{
    struct bytes parts[CONVERT_FILES_MAX], whole = {0};
    json_t *from = json_array();
    const char *why = NULL;

    json_object_set_new(j->details, "from", from);
    for (size_t i = 0; i < j->w.in_n && !why; i++) {
        why = one_to_pdf(j, &j->in[i], &parts[i], from);
        if (why)
            json_object_set_new(j->details, "input", json_integer((json_int_t)i));
    }
    if (!why)
        why = pdf_join(j, parts, j->w.in_n, &whole);
    return why ? why : give(j, &whole, "application/pdf");
}

/* --- EXTRACT -------------------------------------------------------------------------------- */

static const char *
op_extract(struct job *j)
{
    struct pdf_facts f;
    struct bytes out;
    const char *why;
    int from = j->w.page > 0 ? j->w.page : 1;

    if (j->in[0].kind != KIND_PDF)
        return "not-pdf";
    why = pdf_clean(j, &j->in[0], from, j->w.to, &f, &out);
    json_decref(f.active);
    if (why)
        return why;
    j->pages = (j->w.to > 0 ? j->w.to : f.pages) - from + 1;
    return give(j, &out, "application/pdf");
}

/* --- PICTURE -------------------------------------------------------------------------------- */

static const char *
png_of(struct job *j, PIX *p, struct bytes *out)
{
    l_uint8 *made = NULL;
    size_t n = 0;
    char *copy;

    if (pixWriteMemPng(&made, &n, p, 0) != 0)
        return "damaged";
    copy = arena_raw(j->a, n);
    memcpy(copy, made, n);
    lept_free(made);
    *out = (struct bytes){(const uint8_t *)copy, n};
    return NULL;
}

static const char *
op_picture(struct job *j)
{
    struct document *d;
    const char *why = document_open(j, &j->in[0], &d);
    int width = j->w.width ? j->w.width : PICTURE_WIDTH;
    struct bytes out;
    PIX *p = NULL;

    if (!why)
        why = document_page(d, j->w.page ? j->w.page : 1, 0, width, &p);
    if (!why)
        why = j->w.png ? png_of(j, p, &out) : image_jpeg(j, p, PICTURE_QUALITY, &out);
    if (why)
        return why;
    j->pages = document_pages(d);
    json_object_set_new(j->details, "width", json_integer(pixGetWidth(p)));
    json_object_set_new(j->details, "height", json_integer(pixGetHeight(p)));
    pixDestroy(&p);
    return give(j, &out, j->w.png ? "image/png" : "image/jpeg");
}

/* --- READ, PAGES: each page ----------------------------------------------------------------- */

typedef const char *page_work(struct job *j, struct document *d, PIX *p, int n, void *arg);

static const char *
each_page(struct job *j, double dpi, int side, int most, page_work *page, void *arg)
{
    struct document *d;
    const char *why = document_open(j, &j->in[0], &d);
    int from = j->w.page > 0 ? j->w.page : 1, to;

    if (why)
        return why;
    j->pages = document_pages(d);
    to = j->w.to > 0 ? j->w.to : j->pages;
    if (from > j->pages || to > j->pages)
        return "no-page";
    for (int n = from; n <= to && n < from + most && !why; n++) {
        PIX *p = NULL;

        why = document_page(d, n, dpi, side, &p);
        if (!why)
            why = page(j, d, p, n, arg);
        pixDestroy(&p);
    }
    return why;
}

struct reading {
    json_t *pages;
    struct buf text;
    double sum;
    int words;
};

static const char *
read_one(struct job *j, struct document *d, PIX *p, int n, void *arg)
{
    struct reading *r = arg;
    json_t *page = NULL;
    const char *why = read_page(j, p, n, &page, &r->text);
    int words;

    (void)d;
    if (why)
        return why;
    words = (int)json_integer_value(json_object_get(page, "count"));
    r->sum += json_real_value(json_object_get(page, "confidence")) * words;
    r->words += words;
    json_array_append_new(r->pages, page);
    return NULL;
}

static const char *
op_read(struct job *j)
{
    struct reading r = {.pages = json_array()};
    const char *why;

    buf_init(&r.text, j->a, TEXT_MAX);
    json_object_set_new(j->details, "pages", r.pages);
    why = each_page(j, READ_DPI, READ_SIDE, READ_PAGES, read_one, &r);
    json_object_set_new(j->details, "text", json_string(r.text.p));
    json_object_set_new(j->details, "confidence", json_real(r.words ? r.sum / r.words : 0));
    return why;
}

static const char *
look_one(struct job *j, struct document *d, PIX *p, int n, void *arg)
{
    double width, height;

    (void)j;
    document_size(d, n, &width, &height);
    json_array_append_new(arg, json_pack("{s:i, s:f, s:f, s:b, s:f, s:o}", "page", n, "width_mm",
                                         round(width * 10) / 10, "height_mm",
                                         round(height * 10) / 10, "blank", image_blank(p), "skew",
                                         image_skew(p), "codes", codes_on(p)));
    return NULL;
}

static const char *
op_pages(struct job *j)
{
    json_t *pages = json_array();

    json_object_set_new(j->details, "pages", pages);
    return each_page(j, PAGES_DPI, PAGES_SIDE, CONVERT_PAGES_MAX, look_one, pages);
}

static const char *
op_probe(struct job *j)
{
    json_object_set_new(j->details, "walls", sandbox_probe());
    return NULL;
}

/* --- the answer ----------------------------------------------------------------------------- */

static const char *(*const OPS[WIRE_OP__COUNT])(struct job *) = {
    [CONVERT_INSPECT] = op_inspect, [CONVERT_TO_PDF] = op_to_pdf,   [CONVERT_READ] = op_read,
    [CONVERT_PAGES] = op_pages,     [CONVERT_EXTRACT] = op_extract, [CONVERT_PICTURE] = op_picture,
    [CONVERT_PROBE] = op_probe,
};

static bool
write_answer(struct job *j, const char *why)
{
    json_t *root = json_pack("{s:s, s:s, s:i, s:o}", "why", why ? why : "", "mime",
                             j->mime ? j->mime : "", "pages", j->pages, "details", j->details);
    struct buf b;

    buf_init(&b, j->a, WIRE_ANSWER_MAX);
    if (root)
        json_put(&b, root, false);
    return root && !b.over && write_all(FD_ANSWER, (const uint8_t *)b.p, b.n);
}

int
job_run(const struct wire_job *w)
{
    struct job j = {.w = *w, .a = arena_open(ARENA), .out = FD_OUT, .details = json_object()};
    const char *why = map_inputs(&j);

    if (!why)
        why = OPS[w->op](&j);
    return write_answer(&j, why) ? 0 : 4;
}
