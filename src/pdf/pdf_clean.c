/* What may be printed of a text: well-formed, composed, without marks that nobody sees. */
#include "base/buf.h"
#include "base/utf8.h"
#include "base/vi.h"
#include "pdf/pdf_internal.h"

/* Marks that turn the direction of what follows, or that are there and not seen: they would let a
 * name be printed as another than it is stored. */
static const struct {
    uint32_t from, to;
} LEFT_OUT[] = {
    {0x00, 0x09},     {0x0b, 0x1f},     {0x7f, 0x9f},       {0xad, 0xad},     {0x61c, 0x61c},
    {0x200b, 0x200b}, {0x200e, 0x200f}, {0x202a, 0x202e},   {0x2060, 0x206f}, {0xfeff, 0xfeff},
    {0xfff9, 0xfffc}, {0xfffe, 0xffff}, {0xe0000, 0xe007f},
};

static bool
left_out(uint32_t ch)
{
    for (size_t i = 0; i < sizeof LEFT_OUT / sizeof *LEFT_OUT; i++)
        if (ch >= LEFT_OUT[i].from && ch <= LEFT_OUT[i].to)
            return true;
    return (ch & 0xfffe) == 0xfffe;
}

/* How many bytes the character at s has; 0: they are not one. */
static size_t
well_formed(const char *s)
{
    unsigned char b = (unsigned char)*s;
    size_t n = b < 0x80 ? 1 : b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2;

    for (size_t i = 1; i < n; i++)
        if (((unsigned char)s[i] & 0xc0) != 0x80)
            return 0;
    return utf8_valid(s, n) ? n : 0;
}

static bool
plain(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s >= 0x7f || ((unsigned char)*s < 0x20 && *s != '\n'))
            return false;
    return true;
}

const char *
pdf_clean(struct arena *a, const char *s)
{
    struct buf b;

    if (!s || plain(s))
        return s ? s : "";
    buf_init(&b, a, 2 * TEXT_MAX);
    for (size_t n; *s && !b.over; s += n ? n : 1) {
        const char *at = s;
        uint32_t ch;

        if (!(n = well_formed(s)))
            continue;
        ch = utf8_next(&at);
        if (ch == '\t')
            buf_char(&b, ' ');
        else if (ch == 0x2028 || ch == 0x2029 || ch == 0x0b || ch == 0x0c)
            buf_char(&b, '\n');
        else if (!left_out(ch))
            buf_add(&b, s, n);
    }
    return vi_nfc(a, b.p);
}
