/* Texts of a PDF (7.9.2): from brackets to bytes, and from bytes to UTF-8 that may be shown. */
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "sign/pdfread.h"

/* --- bytes --------------------------------------------------------------------------------- */

static size_t
hex_octets(struct bytes in, const struct pdf_value *v, uint8_t *out)
{
    size_t n = 0;

    for (size_t i = v->at + 1; i + 1 < v->end; i++) {
        int d = raw_hex(in.p[i]);

        if (d < 0)
            continue;
        if (n % 2 == 0)
            out[n / 2] = (uint8_t)(d << 4);
        else
            out[n / 2] |= (uint8_t)d;
        n++;
    }
    return (n + 1) / 2;
}

/* After a backslash (7.3.4.2): what it stands for, -1 nothing; *i on its last byte. */
static int
escaped(struct bytes in, size_t *i, size_t end)
{
    static const char FROM[] = "nrtbf", TO[] = "\n\r\t\b\f";
    uint8_t ch = in.p[*i];
    const char *known = ch ? strchr(FROM, ch) : NULL;
    int octal = 0;

    if (known)
        return TO[known - FROM];
    if (ch == '\n' || ch == '\r') {
        *i += ch == '\r' && *i + 1 < end && in.p[*i + 1] == '\n';
        return -1;
    }
    if (ch < '0' || ch > '7')
        return ch;
    for (int k = 0; k < 3 && *i + (size_t)k < end; k++) {
        uint8_t d = in.p[*i + (size_t)k];

        if (d < '0' || d > '7') {
            *i += (size_t)k - 1;
            return octal & 255;
        }
        octal = octal * 8 + (d - '0');
    }
    *i += 2;
    return octal & 255;
}

static size_t
text_octets(struct bytes in, const struct pdf_value *v, uint8_t *out)
{
    size_t n = 0;

    for (size_t i = v->at + 1; i + 1 < v->end; i++) {
        int ch = in.p[i];

        if (ch == '\\' && i + 2 < v->end) {
            i++;
            ch = escaped(in, &i, v->end - 1);
        }
        if (ch >= 0)
            out[n++] = (uint8_t)ch;
    }
    return n;
}

struct bytes
raw_octets(struct arena *a, struct bytes in, const struct pdf_value *v)
{
    struct bytes b = {0};
    uint8_t *out;

    if (v->type != PDF_HEX && v->type != PDF_TEXT)
        return b;
    out = arena_get(a, v->end - v->at);
    b.p = out;
    b.n = v->type == PDF_HEX ? hex_octets(in, v, out) : text_octets(in, v, out);
    return b;
}

/* --- characters ------------------------------------------------------------------------------ */

static void
put_char(struct buf *b, uint32_t ch)
{
    char s[4];
    size_t n = 0;

    if (ch < 0x20 || (ch >= 0x7f && ch < 0xa0) || (ch >= 0x202a && ch <= 0x202e) ||
        (ch >= 0x2066 && ch <= 0x2069) || ch == 0xfeff || (ch >= 0xd800 && ch < 0xe000) ||
        (ch & 0xfffe) == 0xfffe || (ch >= 0xfdd0 && ch <= 0xfdef) || ch > 0x10ffff)
        ch = ' ';
    if (ch < 0x80)
        s[n++] = (char)ch;
    else if (ch < 0x800)
        s[n++] = (char)(0xc0 | ch >> 6);
    else if (ch < 0x10000)
        s[n++] = (char)(0xe0 | ch >> 12);
    else
        s[n++] = (char)(0xf0 | ch >> 18);
    if (ch >= 0x10000)
        s[n++] = (char)(0x80 | (ch >> 12 & 63));
    if (ch >= 0x800)
        s[n++] = (char)(0x80 | (ch >> 6 & 63));
    if (ch >= 0x80)
        s[n++] = (char)(0x80 | (ch & 63));
    buf_add(b, s, n);
}

static void
put_utf16(struct buf *b, struct bytes o)
{
    for (size_t i = 2; i + 1 < o.n; i += 2) {
        uint32_t ch = (uint32_t)o.p[i] << 8 | o.p[i + 1];

        if (ch >= 0xd800 && ch < 0xdc00 && i + 3 < o.n && (o.p[i + 2] & 0xfc) == 0xdc) {
            ch = 0x10000 + ((ch & 0x3ff) << 10) +
                 ((uint32_t)(o.p[i + 2] & 3) << 8 | o.p[i + 3]);
            i += 2;
        }
        put_char(b, ch);
    }
}

char *
raw_text(struct arena *a, struct bytes in, const struct pdf_value *v, size_t max)
{
    struct bytes o;
    struct buf b;

    buf_init(&b, a, max + 1);
    if (v->end - v->at > max * 4 + 8)
        return b.p;
    o = raw_octets(a, in, v);
    if (o.n >= 2 && o.p[0] == 0xfe && o.p[1] == 0xff)
        put_utf16(&b, o);
    else if (utf8_clean((const char *)o.p, o.n)) /* PDF 2.0, and what others write */
        buf_add(&b, (const char *)o.p, o.n);
    else
        for (size_t i = 0; i < o.n; i++)
            put_char(&b, o.p[i]);
    for (char *s = b.p; *s; s++)
        *s = *s == '\n' || *s == '\r' || *s == '\t' ? ' ' : *s;
    return b.p;
}
