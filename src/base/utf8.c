#include "base/utf8.h"

#include <string.h>

/* Decodes one code point of at most n bytes; 0 bytes when it is not well-formed (RFC 3629). */
static size_t
decode(const unsigned char *s, size_t n, uint32_t *out)
{
    static const uint32_t LEAST[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t len = s[0] < 0x80   ? 1
                 : s[0] < 0xC2 ? 0
                 : s[0] < 0xE0 ? 2
                 : s[0] < 0xF0 ? 3
                 : s[0] < 0xF5 ? 4
                               : 0;
    uint32_t v = len == 1 ? s[0] : s[0] & (0x7Fu >> len);

    if (len == 0 || len > n)
        return 0;
    for (size_t i = 1; i < len; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return 0;
        v = v << 6 | (s[i] & 0x3Fu);
    }
    if (v < LEAST[len] || v > 0x10FFFF || (v >= 0xD800 && v <= 0xDFFF))
        return 0;
    *out = v;
    return len;
}

/* Code points that no text of ours may hold; each range with its reason. */
static const struct { uint32_t from, to; } REFUSED[] = {
    {0x0000, 0x0008}, {0x000B, 0x000C}, {0x000E, 0x001F}, {0x007F, 0x009F},     /* controls */
    {0x202A, 0x202E}, {0x2066, 0x2069},                                         /* bidi overrides */
    {0xFDD0, 0xFDEF}, {0xFEFF, 0xFEFF},                             /* non-characters, the mark */
};

static bool
refused(uint32_t v)
{
    if ((v & 0xFFFE) == 0xFFFE)                         /* the last two of every plane */
        return true;
    for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++)
        if (v >= REFUSED[i].from && v <= REFUSED[i].to)
            return true;
    return false;
}

/* Eight bytes of plain ASCII, no control character among them. */
static bool
plain(const char *s)
{
    const uint64_t high = 0x8080808080808080u, ones = 0x0101010101010101u;
    uint64_t v, del;

    memcpy(&v, s, sizeof v);
    del = v ^ ones * 0x7F;
    return ((v | (v - ones * 0x20) | (del - ones)) & high) == 0;
}

static bool
walk(const char *s, size_t n, bool strict)
{
    uint32_t v = 0;

    for (size_t at = 0, len; at < n; at += len) {
        for (; n - at >= 8 && plain(s + at); at += 8)
            ;
        if (at == n)
            break;
        len = decode((const unsigned char *)s + at, n - at, &v);
        if (len == 0 || (strict && refused(v)))
            return false;
    }
    return true;
}

bool
utf8_clean(const char *s, size_t n)
{
    return walk(s, n, true);
}

bool
utf8_valid(const char *s, size_t n)
{
    return walk(s, n, false);
}

size_t
utf8_length(const char *s)
{
    size_t n = 0;

    for (; *s; s++)
        n += (*s & 0xC0) != 0x80;
    return n;
}

uint32_t
utf8_next(const char **s)
{
    uint32_t v = 0;
    size_t len;

    if (!**s)
        return 0;
    len = decode((const unsigned char *)*s, 4, &v);     /* the NUL at the end stops a short one */
    if (len == 0) {
        (*s)++;
        return 0xFFFD;
    }
    *s += len;
    return v;
}

int
utf8_head(const char *s, int chars)
{
    const char *end = s;

    while (*end && chars-- > 0)
        utf8_next(&end);
    return (int)(end - s);
}
