#include "tests/hostile/make.h"

#include <qpdf/qpdf-c.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "base/buf.h"

enum { MB = 1 << 20 };

/* --- other kinds ---------------------------------------------------------------------------- */

static void
put16(uint8_t *p, unsigned v)
{
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
}

/* A zip of one stored file. */
static struct bytes
zip_of(struct arena *a, const char *name, struct bytes content)
{
    uint8_t local[30] = "PK\3\4\24", central[46] = "PK\1\2\24\0\24", end[22] = "PK\5\6";
    struct bytes n = bytes_of(a, name), all;

    put16(local + 18, (unsigned)content.n);
    put16(local + 20, (unsigned)(content.n >> 16));
    put16(local + 26, (unsigned)n.n);
    memcpy(central + 20, local + 18, 4);
    put16(central + 28, (unsigned)n.n);
    put16(end + 8, 1);
    put16(end + 10, 1);
    put16(end + 12, (unsigned)(46 + n.n));
    put16(end + 16, (unsigned)(30 + n.n + content.n));
    all = bytes_join(a, bytes_join(a, (struct bytes){local, 30}, n), content);
    all = bytes_join(a, bytes_join(a, all, (struct bytes){central, 46}), n);
    return bytes_join(a, all, (struct bytes){end, 22});
}

/* `times` MB of zeros, deflated; then that again, `over` times. */
static struct bytes
deflated(struct arena *a, size_t times, int over)
{
    size_t room = times * 2048 + 4096;
    static uint8_t zeros[MB];
    uint8_t *out = arena_get(a, room);
    z_stream z = {.next_out = out, .avail_out = (uInt)room};
    struct bytes b;

    deflateInit(&z, 9);
    for (size_t i = 0; i <= times; i++) {
        z.next_in = zeros;
        z.avail_in = i < times ? MB : 0;
        deflate(&z, i < times ? Z_NO_FLUSH : Z_FINISH);
    }
    b = (struct bytes){out, z.total_out};
    deflateEnd(&z);
    for (; over > 0; over--) {
        uLongf n = compressBound(b.n);
        uint8_t *again = arena_get(a, n);

        compress2(again, &n, b.p, b.n, 9);
        b = (struct bytes){again, n};
    }
    return b;
}

static struct bytes
zip_bomb(struct arena *a)
{
    return zip_of(a, "giay-to.zip", zip_of(a, "giay-to.pdf", deflated(a, 64, 0)));
}

static struct bytes
word_file(struct arena *a)
{
    return zip_of(a, "[Content_Types].xml", bytes_of(a, "<Types/>"));
}

static struct bytes
open_document(struct arena *a)
{
    return zip_of(a, "mimetype", bytes_of(a, "application/vnd.oasis.opendocument.text"));
}

static struct bytes
old_word(struct arena *a)
{
    static const uint8_t OLE[600] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

    return bytes_join(a, (struct bytes){OLE, sizeof OLE}, (struct bytes){OLE, 0});
}

/* The test file of the makers of virus scanners: in two parts, so that this source is none. */
static struct bytes
eicar(struct arena *a)
{
    return bytes_of(a, arena_fmt(a, "%s%s", "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-",
                                 "ANTIVIRUS-TEST-FILE!$H+H*"));
}

static struct bytes
program(struct arena *a)
{
    return bytes_of(a, "MZ\x90 this program cannot be run in DOS mode");
}

static struct bytes
web_page(struct arena *a)
{
    return bytes_of(a, "<!DOCTYPE html><html><script>alert(1)</script></html>");
}

static struct bytes
drawing(struct arena *a)
{
    return bytes_of(a, "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>");
}

static struct bytes
nothing(struct arena *a)
{
    return bytes_of(a, "");
}

static struct bytes
plain_text(struct arena *a)
{
    return bytes_of(a, "Kính gửi Ủy ban nhân dân phường");
}

/* --- pictures ------------------------------------------------------------------------------- */

/* A good one whose head says another size. */
static struct bytes
with_size(struct arena *a, struct bytes b, size_t at, const void *size, size_t n)
{
    struct bytes copy = bytes_join(a, b, (struct bytes){b.p, 0});

    memcpy((uint8_t *)copy.p + at, size, n);
    return copy;
}

static struct bytes
wide_jpeg(struct arena *a)
{
    struct bytes b = make_jpeg(a, 64, 64);
    const uint8_t *frame = memmem(b.p, b.n, "\xff\xc0", 2);

    return with_size(a, b, (size_t)(frame - b.p) + 5, "\x9c\x40\x9c\x40", 4);   /* 40,000 */
}

static struct bytes
wide_png(struct arena *a)
{
    return with_size(a, make_png(a, 64, 64), 16, "\0\0\x9c\x40\0\0\x9c\x40", 8);
}

/* Within the bounds, and nothing behind it. */
static struct bytes
hollow_png(struct arena *a)
{
    return with_size(a, make_png(a, 64, 64), 16, "\0\0\x27\x10\0\0\x27\x10", 8);
}

static struct bytes
cut(struct arena *a, struct bytes b)
{
    return bytes_join(a, (struct bytes){b.p, b.n * 2 / 3}, (struct bytes){b.p, 0});
}

static struct bytes
cut_jpeg(struct arena *a)
{
    return cut(a, make_jpeg(a, 200, 200));
}

static struct bytes
cut_png(struct arena *a)
{
    return cut(a, make_png(a, 200, 200));
}

static struct bytes
cut_heic(struct arena *a)
{
    return cut(a, make_heic(a, 128, 128));
}

static struct bytes
jpeg_and_zip(struct arena *a)
{
    return bytes_join(a, make_jpeg(a, 64, 64), zip_of(a, "a.jar", bytes_of(a, "x")));
}

static struct bytes
jpeg_and_page(struct arena *a)
{
    return bytes_join(a, make_jpeg(a, 64, 64), bytes_of(a, "<html><script>alert(1)</script>"));
}

/* A comment of the JPEG that is the head of a PDF. */
static struct bytes
jpeg_and_pdf(struct arena *a)
{
    struct bytes b = make_jpeg(a, 64, 64), head = {b.p, 2}, rest = {b.p + 2, b.n - 2};

    head = bytes_join(a, head, (struct bytes){(const uint8_t *)"\xff\xfe\0\x0a%PDF-1.4", 12});
    return bytes_join(a, bytes_join(a, head, rest), make_pdf(a, 1));
}

/* --- PDF ------------------------------------------------------------------------------------ */

#define PAGES "<</Type/Pages/Kids[3 0 R]/Count 1>>"
#define PAGE "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R/Resources<<>>>>"
#define EMPTY "<</Length 3>>stream\nq Q\nendstream"

static struct bytes
pdf_parts(struct arena *a, const char *root, const char *page, const char *content,
          const char *more)
{
    const struct bytes o[] = {bytes_of(a, root), bytes_of(a, PAGES), bytes_of(a, page),
                              bytes_of(a, content), bytes_of(a, more)};

    return make_pdf_of(a, o, 5);
}

static struct bytes
cut_pdf(struct arena *a)
{
    return cut(a, make_pdf(a, 3));
}

/* Its last object cut, its end put back. */
static struct bytes
broken_pdf(struct arena *a)
{
    struct bytes b = make_pdf(a, 1);

    b = bytes_join(a, (struct bytes){b.p, 90}, bytes_of(a, "\nstartxref\n70\n%%EOF\n"));
    return b;
}

static struct bytes
locked_pdf(struct arena *a)
{
    struct bytes plain = make_pdf(a, 1), out;
    qpdf_data q = qpdf_init();

    qpdf_read_memory(q, "in", (const char *)plain.p, plain.n, NULL);
    qpdf_init_write_memory(q);
    qpdf_set_r6_encryption_parameters2(q, "secret", "owner", 1, 1, 1, 1, 1, 1, qpdf_r3p_full, 1);
    qpdf_write(q);
    out = (struct bytes){qpdf_get_buffer(q), qpdf_get_buffer_length(q)};
    out = bytes_join(a, out, (struct bytes){out.p, 0});
    qpdf_cleanup(&q);
    return out;
}

static struct bytes
script_pdf(struct arena *a)
{
    return pdf_parts(a, "<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>"
                        "/Names<</JavaScript<</Names[(a)5 0 R]>>>>>>",
                     PAGE, EMPTY, "<</S/JavaScript/JS(app.launchURL('http://x'))>>");
}

static struct bytes
page_script_pdf(struct arena *a)
{
    return pdf_parts(a, "<</Type/Catalog/Pages 2 0 R>>",
                     "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R"
                     "/AA<</O 5 0 R>>/Annots[<</Type/Annot/Subtype/Widget/Rect[0 0 9 9]/FT/Tx/T(a)"
                     "/AA<</K 5 0 R>>/AP<</N 4 0 R>>>>]>>",
                     EMPTY, "<</S/JavaScript/JS(app.alert(2))>>");
}

static struct bytes
launch_pdf(struct arena *a)
{
    return pdf_parts(a, "<</Type/Catalog/Pages 2 0 R/OpenAction 5 0 R>>", PAGE, EMPTY,
                     "<</S/Launch/F(cmd.exe)/Win<</F(cmd.exe)/P(/c calc)>>>>");
}

static struct bytes
click_pdf(struct arena *a)
{
    return pdf_parts(a, "<</Type/Catalog/Pages 2 0 R>>",
                     "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R"
                     "/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 300 400]/A 5 0 R>>]>>",
                     EMPTY, "<</S/Launch/F(cmd.exe)>>");
}

static struct bytes
files_pdf(struct arena *a)
{
    return pdf_parts(a, "<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(a.exe)"
                        "<</Type/Filespec/F(a.exe)/EF<</F 5 0 R>>>>]>>>>>>",
                     PAGE, EMPTY, "<</Type/EmbeddedFile/Length 2>>stream\nMZ\nendstream");
}

static struct bytes
xfa_pdf(struct arena *a)
{
    return pdf_parts(a, "<</Type/Catalog/Pages 2 0 R/AcroForm<</XFA 5 0 R/Fields[]>>>>", PAGE,
                     EMPTY, "<</Length 4>>stream\n<a/>\nendstream");
}

static struct bytes
pdf_and_zip(struct arena *a)
{
    return bytes_join(a, make_pdf(a, 1), zip_of(a, "a.class", bytes_of(a, "x")));
}

static struct bytes
zip_and_pdf(struct arena *a)
{
    return bytes_join(a, zip_of(a, "a.class", bytes_of(a, "x")), make_pdf(a, 1));
}

static struct bytes
pdf_and_page(struct arena *a)
{
    struct bytes b = make_pdf(a, 1), head = {b.p, 9}, rest = {b.p + 9, b.n - 9};

    head = bytes_join(a, head, bytes_of(a, "%<html><script>alert(1)</script>\n"));
    return bytes_join(a, head, rest);
}

static struct bytes
long_pdf(struct arena *a)
{
    return make_pdf(a, 600);
}

static struct bytes
stream_pdf(struct arena *a, const char *dict, struct bytes data)
{
    struct bytes o[] = {
        bytes_of(a, "<</Type/Catalog/Pages 2 0 R>>"), bytes_of(a, PAGES), bytes_of(a, PAGE),
        bytes_of(a, arena_fmt(a, "<<%s/Length %zu>>stream\n", dict, data.n))};

    o[3] = bytes_join(a, bytes_join(a, o[3], data), bytes_of(a, "\nendstream"));
    return make_pdf_of(a, o, 4);
}

static struct bytes
blown_pdf(struct arena *a)
{
    return stream_pdf(a, "/Filter/FlateDecode", deflated(a, 256, 0));
}

static struct bytes
nested_pdf(struct arena *a)
{
    return stream_pdf(a, "/Filter[/FlateDecode/FlateDecode/FlateDecode]", deflated(a, 256, 2));
}

static struct bytes
wide_pdf(struct arena *a)
{
    const char *page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R"
                       "/Resources<</XObject<</I 5 0 R>>>>>>";

    return pdf_parts(a, "<</Type/Catalog/Pages 2 0 R>>", page,
                     "<</Length 30>>stream\nq 300 0 0 400 0 0 cm /I Do Q \nendstream",
                     "<</Type/XObject/Subtype/Image/Width 40000/Height 40000/ColorSpace/DeviceRGB"
                     "/BitsPerComponent 8/Filter/FlateDecode/Length 4>>stream\nabcd\nendstream");
}

static struct bytes
deep_pdf(struct arena *a)
{
    enum { DEEP = 100000 };
    char *open = arena_get(a, DEEP * 2 + 1);

    memset(open, '[', DEEP);
    memset(open + DEEP, ']', DEEP);
    return pdf_parts(a, "<</Type/Catalog/Pages 2 0 R>>",
                     "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R"
                     "/Resources<</Font 5 0 R>>>>", EMPTY, open);
}

static struct bytes
loop_pdf(struct arena *a)
{
    const struct bytes o[] = {bytes_of(a, "<</Type/Catalog/Pages 2 0 R>>"),
                              bytes_of(a, "<</Type/Pages/Kids[2 0 R]/Count 9>>")};

    return make_pdf_of(a, o, 2);
}

/* A drawing that draws another ten times, ten deep: ten thousand million strokes. */
static struct bytes
laughs_pdf(struct arena *a)
{
    struct bytes o[14] = {
        bytes_of(a, "<</Type/Catalog/Pages 2 0 R>>"), bytes_of(a, PAGES),
        bytes_of(a, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R"
                    "/Resources<</XObject<</X 5 0 R>>>>>>"),
        bytes_of(a, "<</Length 5>>stream\n/X Do\nendstream")};

    for (int i = 4; i < 14; i++)
        o[i] = bytes_of(a, arena_fmt(a,
            "<</Type/XObject/Subtype/Form/BBox[0 0 300 400]%s/Length 69>>stream\n"
            "0 0 m 9 9 l S /X Do /X Do /X Do /X Do /X Do /X Do /X Do /X Do /X Do  \nendstream",
            i < 13 ? arena_fmt(a, "/Resources<</XObject<</X %d 0 R>>>>", i + 2) : ""));
    return make_pdf_of(a, o, 14);
}

const struct hostile HOSTILE[] = {
    {"zip bomb", zip_bomb, "archive", NULL, false},
    {"Word file", word_file, "office", NULL, false},
    {"OpenDocument", open_document, "office", NULL, false},
    {"old Word file", old_word, "office", NULL, false},
    {"EICAR test file", eicar, "unknown", NULL, false},
    {"program", program, "program", NULL, false},
    {"web page", web_page, "markup", NULL, false},
    {"SVG with a script", drawing, "markup", NULL, false},
    {"nothing", nothing, "empty", NULL, false},
    {"plain text", plain_text, "unknown", NULL, false},
    {"JPEG of 40,000 pixels", wide_jpeg, "too-wide", NULL, false},
    {"PNG of 40,000 pixels", wide_png, "too-wide", NULL, false},
    {"PDF with a picture of 40,000 pixels", wide_pdf, "too-wide", NULL, false},
    {"PNG of 100 megapixels with nothing in it", hollow_png, "damaged", NULL, true},
    {"truncated JPEG", cut_jpeg, "truncated", NULL, false},
    {"truncated PNG", cut_png, "truncated", NULL, false},
    {"truncated HEIC", cut_heic, "truncated damaged", NULL, true},
    {"truncated PDF", cut_pdf, "truncated", NULL, false},
    {"damaged PDF", broken_pdf, "damaged", NULL, false},
    {"encrypted PDF", locked_pdf, "encrypted", NULL, false},
    {"PDF with scripts", script_pdf, "", "javascript", false},
    {"PDF with scripts of a page and a field", page_script_pdf, "", "actions", false},
    {"PDF that starts a program", launch_pdf, "launch", NULL, false},
    {"PDF that starts a program at a click", click_pdf, "launch", NULL, false},
    {"PDF with a program inside", files_pdf, "", "files", false},
    {"PDF of a dynamic form", xfa_pdf, "xfa", NULL, false},
    {"PDF and ZIP", pdf_and_zip, "polyglot", NULL, false},
    {"ZIP and PDF", zip_and_pdf, "polyglot", NULL, false},
    {"PDF and web page", pdf_and_page, "polyglot", NULL, false},
    {"JPEG and ZIP", jpeg_and_zip, "polyglot", NULL, false},
    {"JPEG and web page", jpeg_and_page, "polyglot", NULL, false},
    {"JPEG and PDF", jpeg_and_pdf, "polyglot", NULL, false},
    {"PDF of 600 pages", long_pdf, "too-long", NULL, false},
    {"PDF that opens to 256 MB", blown_pdf, "bomb", NULL, false},
    {"PDF deflated three times", nested_pdf, "bomb", NULL, false},
    {"PDF 100,000 brackets deep", deep_pdf, "*", NULL, false},
    {"PDF whose pages are themselves", loop_pdf, "damaged", NULL, false},
    {"PDF that draws for hours", laughs_pdf, "overtime", NULL, true},
};
const size_t HOSTILE_N = sizeof HOSTILE / sizeof *HOSTILE;
