#include "tests/ocr/page.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <qrencode.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"

enum { DPI = 200, WIDTH = 1654, HEIGHT = 2339, GRAIN = 26, QUALITY = 75 };

/* x and y in millimetres, size in points; centred when `x` is 0. */
static const struct line {
    double x, y, size;
    const char *font, *text;
} LINES[] = {
    {0, 22, 13, "bold", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"},
    {0, 29, 13, "bold", "Độc lập - Tự do - Hạnh phúc"},
    {0, 50, 20, "bold", "GIẤY KHAI SINH"},
    {150, 62, 13, "", "Số: 127/2024"},
    {22, 76, 13, "", "Họ, chữ đệm, tên: NGUYỄN THỊ MAI ANH"},
    {22, 86, 13, "", "Ngày, tháng, năm sinh: 15/03/2024"},
    {22, 96, 13, "", "Ghi bằng chữ: Ngày mười lăm tháng ba năm hai nghìn không trăm hai mươi tư"},
    {22, 106, 13, "", "Giới tính: Nữ"},
    {82, 106, 13, "", "Dân tộc: Kinh"},
    {132, 106, 13, "", "Quốc tịch: Việt Nam"},
    {22, 116, 13, "", "Nơi sinh: Bệnh viện Phụ sản Hà Nội, đường La Thành, phường Ngọc Khánh,"},
    {22, 124, 13, "", "quận Ba Đình, thành phố Hà Nội"},
    {22, 134, 13, "", "Quê quán: xã Đại Áng, huyện Thanh Trì, thành phố Hà Nội"},
    {22, 144, 13, "", "Số định danh cá nhân: 001324012345"},
    {22, 156, 13, "", "Họ, chữ đệm, tên người mẹ: TRẦN THỊ THU HẰNG"},
    {22, 166, 13, "", "Năm sinh: 1995"},
    {82, 166, 13, "", "Dân tộc: Kinh"},
    {132, 166, 13, "", "Quốc tịch: Việt Nam"},
    {22, 176, 13, "", "Nơi cư trú: số 27 phố Đội Cấn, phường Đội Cấn, quận Ba Đình, Hà Nội"},
    {22, 188, 13, "", "Họ, chữ đệm, tên người cha: NGUYỄN QUỐC ĐẠT"},
    {22, 198, 13, "", "Năm sinh: 1992"},
    {82, 198, 13, "", "Dân tộc: Kinh"},
    {132, 198, 13, "", "Quốc tịch: Việt Nam"},
    {22, 208, 13, "", "Nơi cư trú: số 27 phố Đội Cấn, phường Đội Cấn, quận Ba Đình, Hà Nội"},
    {22, 220, 13, "", "Họ, chữ đệm, tên người đi khai sinh: NGUYỄN QUỐC ĐẠT"},
    {22, 230, 13, "", "Giấy tờ tùy thân: Căn cước công dân số 001092004321"},
    {22, 240, 13, "", "Nơi đăng ký khai sinh: Ủy ban nhân dân phường Ngọc Khánh"},
    {22, 250, 13, "", "Ngày, tháng, năm đăng ký: 20/03/2024"},
    {118, 262, 13, "bold", "NGƯỜI KÝ GIẤY KHAI SINH"},
    {128, 282, 13, "", "Lê Thị Phượng"},
};

static void
draw_line(cairo_t *cr, const struct line *l)
{
    PangoLayout *p = pango_cairo_create_layout(cr);
    char font[80];
    PangoFontDescription *d;
    int w, h;

    snprintf(font, sizeof font, "Liberation Serif %s %.1f", l->font, l->size);
    d = pango_font_description_from_string(font);
    pango_cairo_context_set_resolution(pango_layout_get_context(p), DPI);
    pango_layout_set_font_description(p, d);
    pango_layout_set_text(p, l->text, -1);
    pango_layout_get_pixel_size(p, &w, &h);
    cairo_move_to(cr, l->x > 0 ? l->x * DPI / 25.4 : (WIDTH - w) / 2.0, l->y * DPI / 25.4);
    pango_cairo_show_layout(cr, p);
    pango_font_description_free(d);
    g_object_unref(p);
}

static void
draw_code(cairo_t *cr, const char *text)
{
    enum { PIXELS = 8, LEFT = 600, TOP = 700 };
    QRcode *q = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);

    for (int i = 0; q && i < q->width * q->width; i++)
        if (q->data[i] & 1)
            cairo_rectangle(cr, LEFT + i % q->width * PIXELS, TOP + i / q->width * PIXELS, PIXELS,
                            PIXELS);
    cairo_fill(cr);
    QRcode_free(q);
}

static cairo_surface_t *
draw(double degrees, const char *code)
{
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
    cairo_t *cr = cairo_create(s);

    cairo_set_source_rgb(cr, 0.95, 0.94, 0.90);          /* paper */
    cairo_paint(cr);
    cairo_translate(cr, WIDTH / 2.0, HEIGHT / 2.0);
    cairo_rotate(cr, degrees * M_PI / 180);
    cairo_translate(cr, -WIDTH / 2.0, -HEIGHT / 2.0);
    cairo_set_source_rgb(cr, 0.12, 0.12, 0.14);          /* ink */
    if (code)
        draw_code(cr, code);
    for (size_t i = 0; !code && i < sizeof LINES / sizeof *LINES; i++)
        draw_line(cr, &LINES[i]);
    cairo_destroy(cr);
    cairo_surface_flush(s);
    return s;
}

static uint8_t
grained(unsigned v, uint32_t *seed)
{
    int n;

    *seed = *seed * 1664525u + 1013904223u;
    n = (int)v + (int)(*seed >> 24) % (2 * GRAIN + 1) - GRAIN;
    return (uint8_t)(n < 0 ? 0 : n > 255 ? 255 : n);
}

static void
compress(struct arena *a, cairo_surface_t *s, struct page *out)
{
    PIX *p = pixCreate(WIDTH, HEIGHT, 32);
    const uint8_t *data = cairo_image_surface_get_data(s);
    size_t stride = (size_t)cairo_image_surface_get_stride(s), n = 0;
    l_uint8 *made = NULL;
    uint32_t seed = 4;
    char *copy;

    for (int y = 0; y < HEIGHT; y++) {
        const uint32_t *from = (const void *)(data + (size_t)y * stride);

        for (int x = 0; x < WIDTH; x++) {
            uint8_t r = grained(from[x] >> 16 & 255, &seed), g = grained(from[x] >> 8 & 255, &seed);

            pixSetRGBPixel(p, x, y, r, g, grained(from[x] & 255, &seed));
        }
    }
    pixWriteMemJpeg(&made, &n, p, QUALITY, 0);
    pixDestroy(&p);
    copy = arena_raw(a, n);
    memcpy(copy, made, n);
    lept_free(made);
    out->jpeg = (struct bytes){(const uint8_t *)copy, n};
}

void
page_make(struct arena *a, double degrees, struct page *out)
{
    cairo_surface_t *s = draw(degrees, NULL);
    struct buf b;

    buf_init(&b, a, 1 << 16);
    for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
        buf_str(&b, LINES[i].text);
        buf_char(&b, '\n');
    }
    *out = (struct page){.text = b.p, .width = WIDTH, .height = HEIGHT};
    compress(a, s, out);
    cairo_surface_destroy(s);
}

void
page_separator(struct arena *a, const char *code, double degrees, struct page *out)
{
    cairo_surface_t *s = draw(degrees, code);

    *out = (struct page){.text = code, .width = WIDTH, .height = HEIGHT};
    compress(a, s, out);
    cairo_surface_destroy(s);
}

void
page_empty(struct arena *a, struct page *out)
{
    page_separator(a, "", 0, out);
}

/* After the first two bytes: APP1 with a TIFF of one entry. */
void
page_exif(struct arena *a, int orientation, struct page *page)
{
    uint8_t app[] = {0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8,
                     0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, (uint8_t)orientation, 0, 0, 0, 0, 0, 0};
    uint8_t *p = arena_get(a, page->jpeg.n + sizeof app);

    memcpy(p, page->jpeg.p, 2);
    memcpy(p + 2, app, sizeof app);
    memcpy(p + 2 + sizeof app, page->jpeg.p + 2, page->jpeg.n - 2);
    page->jpeg = (struct bytes){p, page->jpeg.n + sizeof app};
}

int
page_fd(const struct page *p)
{
    int fd = memfd_create("page", MFD_CLOEXEC);

    if (fd >= 0 && write(fd, p->jpeg.p, p->jpeg.n) != (ssize_t)p->jpeg.n) {
        close(fd);
        return -1;
    }
    return fd;
}
