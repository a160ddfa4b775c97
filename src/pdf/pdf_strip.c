/*
 * A TrueType font without what only screens need: the programs that fit outlines to pixels (tables
 * fpgm, prep, cvt and each glyph's own) and the tables of shaping, which pango does with the whole
 * font.  A PDF embeds the glyphs that it shows, and with them all of those programs: without them a
 * receipt is half as long and made in two thirds of the time.  Glyph numbers and metrics stay.
 */
#include <string.h>

#include "pdf/pdf_internal.h"

enum { HEAD, HHEA, HMTX, MAXP, CMAP, OS2, POST, LOCA, GLYF, TABLES };
static const char *const TAGS[TABLES] = {"head", "hhea", "hmtx", "maxp", "cmap",
                                         "OS/2", "post", "loca", "glyf"};
enum { DIRECTORY = 12, ENTRY = 16, GLYPH_HEAD = 10 };

static unsigned
u16(const uint8_t *p)
{
    return (unsigned)p[0] << 8 | p[1];
}

static uint32_t
u32(const uint8_t *p)
{
    return (uint32_t)u16(p) << 16 | u16(p + 2);
}

static void
put16(uint8_t *p, unsigned v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

static void
put32(uint8_t *p, uint32_t v)
{
    put16(p, v >> 16);
    put16(p + 2, v & 0xffff);
}

static bool
find_tables(struct bytes font, struct bytes out[TABLES])
{
    unsigned n;

    if (font.n < DIRECTORY || u32(font.p) != 0x00010000)
        return false;
    n = u16(font.p + 4);
    if (font.n < DIRECTORY + (size_t)n * ENTRY)
        return false;
    for (unsigned i = 0; i < n; i++) {
        const uint8_t *e = font.p + DIRECTORY + (size_t)i * ENTRY;
        uint32_t at = u32(e + 8), size = u32(e + 12);

        for (int t = 0; t < TABLES; t++)
            if (memcmp(e, TAGS[t], 4) == 0 && at <= font.n && size <= font.n - at)
                out[t] = (struct bytes){font.p + at, size};
    }
    for (int t = 0; t < TABLES; t++)
        if (!out[t].p)
            return false;
    return out[HEAD].n >= 54 && out[MAXP].n >= 6;
}

/* --- one glyph --- */

/* Contours: ends, length of the program, the program, points. */
static size_t
simple(const uint8_t *g, size_t n, int contours, uint8_t *to)
{
    size_t ends = GLYPH_HEAD + 2 * (size_t)contours, program;

    if (n < ends + 2 || n < ends + 2 + (program = u16(g + ends)))
        return 0;
    memcpy(to, g, ends);
    put16(to + ends, 0);
    memcpy(to + ends + 2, g + ends + 2 + program, n - ends - 2 - program);
    return n - program;
}

enum { WORDS = 1, SCALE = 8, MORE = 0x20, XY_SCALE = 0x40, TWO_BY_TWO = 0x80, PROGRAM = 0x100 };

/* Parts: flags, glyph, two arguments, a scale; the program follows the last part. */
static size_t
composite(const uint8_t *g, size_t n, uint8_t *to)
{
    size_t at = GLYPH_HEAD;
    unsigned flags = MORE;

    memcpy(to, g, n);
    while (flags & MORE) {
        if (n < at + 4)
            return 0;
        flags = u16(g + at);
        put16(to + at, flags & ~(unsigned)PROGRAM);
        at += 4 + (flags & WORDS ? 4 : 2);
        at += flags & SCALE ? 2 : flags & XY_SCALE ? 4 : flags & TWO_BY_TWO ? 8 : 0;
        if (at > n)
            return 0;
    }
    return at;
}

/* How many bytes were written; 0: this is no glyph. */
static size_t
glyph(const uint8_t *g, size_t n, uint8_t *to)
{
    int contours;

    if (n < GLYPH_HEAD)
        return 0;
    contours = (int16_t)u16(g);
    return contours >= 0 ? simple(g, n, contours, to) : composite(g, n, to);
}

/* --- all of them --- */

static uint32_t
location(struct bytes loca, bool wide, size_t i)
{
    return wide ? u32(loca.p + 4 * i) : 2 * (uint32_t)u16(loca.p + 2 * i);
}

static void
locate(uint8_t *loca, bool wide, size_t i, size_t at)
{
    if (wide)
        put32(loca + 4 * i, (uint32_t)at);
    else
        put16(loca + 2 * i, (unsigned)(at / 2));
}

/* glyf and loca anew; the bytes of glyf, 0 when they are not what they should be. */
static size_t
glyphs(const struct bytes t[TABLES], uint8_t *loca, uint8_t *glyf)
{
    size_t n = u16(t[MAXP].p + 4), at = 0;
    bool wide = u16(t[HEAD].p + 50) != 0;

    if (t[LOCA].n < (n + 1) * (wide ? 4 : 2))
        return 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t from = location(t[LOCA], wide, i), to = location(t[LOCA], wide, i + 1);
        size_t size;

        locate(loca, wide, i, at);
        if (from == to)
            continue;
        if (from > to || to > t[GLYF].n || !(size = glyph(t[GLYF].p + from, to - from, glyf + at)))
            return 0;
        at += (size + 3) & ~(size_t)3;
    }
    locate(loca, wide, n, at);
    return at;
}

static size_t
aligned(size_t n)
{
    return (n + 3) & ~(size_t)3;
}

/* The directory, then the tables; checksums are nobody's here and stay 0. */
static struct bytes
write_font(const struct bytes t[TABLES])
{
    size_t at = DIRECTORY + TABLES * ENTRY, n = at;
    uint8_t *font;

    for (int i = 0; i < TABLES; i++)
        n += aligned(t[i].n);
    font = mem_get(n);
    put32(font, 0x00010000);
    put16(font + 4, TABLES);
    for (int i = 0; i < TABLES; i++) {
        uint8_t *e = font + DIRECTORY + (size_t)i * ENTRY;

        memcpy(e, TAGS[i], 4);
        put32(e + 8, (uint32_t)at);
        put32(e + 12, (uint32_t)t[i].n);
        memcpy(font + at, t[i].p, t[i].n);
        at += aligned(t[i].n);
    }
    return (struct bytes){font, n};
}

/* n 0: this font is left as it is.  The bytes are mem_get()'s. */
struct bytes
pdf_strip(struct bytes font)
{
    struct bytes t[TABLES] = {{0}}, out = {0};
    uint8_t *loca, *glyf;
    size_t n;

    if (!find_tables(font, t))
        return out;
    loca = mem_get(t[LOCA].n + 4);
    glyf = mem_get(2 * t[GLYF].n + 16); /* each may grow by what aligns it */
    if ((n = glyphs(t, loca, glyf)) > 0 && n <= t[GLYF].n) {
        t[GLYF] = (struct bytes){glyf, n};
        t[LOCA].p = loca;
        out = write_font(t);
    }
    mem_free(loca);
    mem_free(glyf);
    return out;
}
