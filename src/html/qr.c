/* QR codes as one path of an inline SVG: no request, no script, sharp in print. */
#include <qrencode.h>

#include "html/page.h"

/* A run of dark modules in one row is one rectangle of the path. */
static void
row(struct buf *b, const QRcode *q, int y)
{
    for (int x = 0; x < q->width; x++) {
        int run = 0;

        while (x + run < q->width && (q->data[y * q->width + x + run] & 1))
            run++;
        if (run)
            buf_fmt(b, "M%d %dh%dv1h-%dz", x + 4, y + 4, run, run);
        x += run;
    }
}

struct markup
html_qr(struct ctx *c, const char *text)
{
    QRcode *q = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    struct buf *b = html_capture(c);

    if (!q)                     /* longer than a code can hold: 2,331 bytes */
        return html_captured(b);
    buf_fmt(b, "<svg class=\"qr\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\" role=\"img\""
               " aria-label=\"", q->width + 8, q->width + 8);
    put_tr(b, c, N_("Mã QR"));
    buf_lit(b, "\"><path class=\"qr-paper\" d=\"M0 0h");
    buf_fmt(b, "%dv%dH0z\"/><path class=\"qr-ink\" d=\"", q->width + 8, q->width + 8);
    for (int y = 0; y < q->width; y++)
        row(b, q, y);
    buf_lit(b, "\"/></svg>");
    QRcode_free(q);
    return html_captured(b);
}
