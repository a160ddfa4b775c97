#include "base/vi.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/money.h"
#include "base/utf8.h"

static void
put(struct buf *b, uint32_t v)
{
    char s[4];
    size_t n = v < 0x80 ? 1 : v < 0x800 ? 2 : v < 0x10000 ? 3 : 4;
    static const unsigned char LEAD[] = {0, 0, 0xC0, 0xE0, 0xF0};

    for (size_t i = n - 1; i > 0; i--, v >>= 6)
        s[i] = (char)(0x80 | (v & 0x3F));
    s[0] = (char)(LEAD[n] | v);
    buf_add(b, s, n);
}

/* Latin letters with marks, by ranges of the letter that stays without them. */
static const struct { uint16_t from, to; char base; } FOLD[] = {
    {0x00C0, 0x00C5, 'a'}, {0x00C7, 0x00C7, 'c'}, {0x00C8, 0x00CB, 'e'}, {0x00CC, 0x00CF, 'i'},
    {0x00D0, 0x00D0, 'd'}, {0x00D1, 0x00D1, 'n'}, {0x00D2, 0x00D6, 'o'}, {0x00D8, 0x00D8, 'o'},
    {0x00D9, 0x00DC, 'u'}, {0x00DD, 0x00DD, 'y'}, {0x00E0, 0x00E5, 'a'}, {0x00E7, 0x00E7, 'c'},
    {0x00E8, 0x00EB, 'e'}, {0x00EC, 0x00EF, 'i'}, {0x00F0, 0x00F0, 'd'}, {0x00F1, 0x00F1, 'n'},
    {0x00F2, 0x00F6, 'o'}, {0x00F8, 0x00F8, 'o'}, {0x00F9, 0x00FC, 'u'}, {0x00FD, 0x00FD, 'y'},
    {0x00FF, 0x00FF, 'y'}, {0x0100, 0x0105, 'a'}, {0x0106, 0x010D, 'c'}, {0x010E, 0x0111, 'd'},
    {0x0112, 0x011B, 'e'}, {0x011C, 0x0123, 'g'}, {0x0124, 0x0127, 'h'}, {0x0128, 0x0131, 'i'},
    {0x0134, 0x0135, 'j'}, {0x0136, 0x0138, 'k'}, {0x0139, 0x0142, 'l'}, {0x0143, 0x0148, 'n'},
    {0x014C, 0x0151, 'o'}, {0x0154, 0x0159, 'r'}, {0x015A, 0x0161, 's'}, {0x0162, 0x0167, 't'},
    {0x0168, 0x0173, 'u'}, {0x0174, 0x0175, 'w'}, {0x0176, 0x0178, 'y'}, {0x0179, 0x017E, 'z'},
    {0x01A0, 0x01A1, 'o'}, {0x01AF, 0x01B0, 'u'}, {0x1EA0, 0x1EB7, 'a'}, {0x1EB8, 0x1EC7, 'e'},
    {0x1EC8, 0x1ECB, 'i'}, {0x1ECC, 0x1EE3, 'o'}, {0x1EE4, 0x1EF1, 'u'}, {0x1EF2, 0x1EF9, 'y'},
};

static char
fold_latin(uint32_t v)
{
    for (size_t i = 0; i < sizeof FOLD / sizeof *FOLD; i++)
        if (v >= FOLD[i].from && v <= FOLD[i].to)
            return FOLD[i].base;
    return 0;
}

static bool
mark(uint32_t v)
{
    return v >= 0x0300 && v <= 0x036F;
}

/* Letters of other scripts are kept as they are; signs are not. */
static bool
other_letter(uint32_t v)
{
    return v >= 0x0370 && !(v >= 0x2000 && v <= 0x2BFF) && !(v >= 0x3000 && v <= 0x303F) &&
           !(v >= 0xE000 && v <= 0xF8FF) && !(v >= 0xFE00 && v <= 0xFE6F) &&
           !(v >= 0xFF00 && v <= 0xFF0F) && !(v >= 0xFFF0 && v <= 0xFFFF) &&
           !(v >= 0x1F000 && v <= 0x1FAFF);
}

/* What one code point becomes; 0 for what only separates. */
static uint32_t
fold(uint32_t v)
{
    if (v < 0x80) {
        bool upper = v >= 'A' && v <= 'Z';
        bool kept = upper || (v >= 'a' && v <= 'z') || (v >= '0' && v <= '9');

        return !kept ? 0 : upper ? v + 32 : v;
    }
    return fold_latin(v) ? (uint32_t)fold_latin(v) : other_letter(v) ? v : 0;
}

char *
vi_fold(struct arena *a, const char *s)
{
    struct buf b;
    bool gap = false;

    buf_init(&b, a, strlen(s) + 2);
    for (uint32_t v; (v = utf8_next(&s)) != 0;) {
        uint32_t f = fold(v);

        if (mark(v))
            continue;
        if (!f) {
            gap = true;
            continue;
        }
        if (gap && b.n)
            buf_char(&b, ' ');
        gap = false;
        put(&b, f);
    }
    return b.p;
}

/* The vowels of Vietnamese: a row a shape, a column a tone (none, huyền, sắc, hỏi, ngã, nặng). */
enum { SHAPE_NONE, SHAPE_HAT, SHAPE_BREVE, SHAPE_HORN, TONES = 6, VOWELS = 12 };
static const struct { char base; int shape; uint16_t tone[TONES]; } VOWEL[VOWELS] = {
    {'a', SHAPE_NONE,  {0x0061, 0x00E0, 0x00E1, 0x1EA3, 0x00E3, 0x1EA1}},
    {'a', SHAPE_BREVE, {0x0103, 0x1EB1, 0x1EAF, 0x1EB3, 0x1EB5, 0x1EB7}},
    {'a', SHAPE_HAT,   {0x00E2, 0x1EA7, 0x1EA5, 0x1EA9, 0x1EAB, 0x1EAD}},
    {'e', SHAPE_NONE,  {0x0065, 0x00E8, 0x00E9, 0x1EBB, 0x1EBD, 0x1EB9}},
    {'e', SHAPE_HAT,   {0x00EA, 0x1EC1, 0x1EBF, 0x1EC3, 0x1EC5, 0x1EC7}},
    {'i', SHAPE_NONE,  {0x0069, 0x00EC, 0x00ED, 0x1EC9, 0x0129, 0x1ECB}},
    {'o', SHAPE_NONE,  {0x006F, 0x00F2, 0x00F3, 0x1ECF, 0x00F5, 0x1ECD}},
    {'o', SHAPE_HAT,   {0x00F4, 0x1ED3, 0x1ED1, 0x1ED5, 0x1ED7, 0x1ED9}},
    {'o', SHAPE_HORN,  {0x01A1, 0x1EDD, 0x1EDB, 0x1EDF, 0x1EE1, 0x1EE3}},
    {'u', SHAPE_NONE,  {0x0075, 0x00F9, 0x00FA, 0x1EE7, 0x0169, 0x1EE5}},
    {'u', SHAPE_HORN,  {0x01B0, 0x1EEB, 0x1EE9, 0x1EED, 0x1EEF, 0x1EF1}},
    {'y', SHAPE_NONE,  {0x0079, 0x1EF3, 0x00FD, 0x1EF7, 0x1EF9, 0x1EF5}},
};

/* A letter taken apart.  `base` 0: not a Vietnamese vowel. */
struct letter { char base; int shape, tone; bool upper; };

static uint32_t
upper_of(uint32_t v)
{
    return v < 0x80 || (v >= 0xE0 && v <= 0xFE) ? v - 0x20 : v - 1;
}

static struct letter
take_apart(uint32_t v)
{
    for (int i = 0; i < VOWELS; i++)
        for (int t = 0; t < TONES; t++)
            if (VOWEL[i].tone[t] == v || upper_of(VOWEL[i].tone[t]) == v)
                return (struct letter){VOWEL[i].base, VOWEL[i].shape, t, VOWEL[i].tone[t] != v};
    return (struct letter){0};
}

static uint32_t
put_together(struct letter l)
{
    for (int i = 0; i < VOWELS; i++)
        if (VOWEL[i].base == l.base && VOWEL[i].shape == l.shape)
            return l.upper ? upper_of(VOWEL[i].tone[l.tone]) : VOWEL[i].tone[l.tone];
    return 0;
}

/* Beside the vowels: ASCII, the Latin letters with marks of other languages, đ. */
static uint32_t
upper_letter(uint32_t v)
{
    struct letter l = take_apart(v);

    if (l.base)
        return l.upper ? v : upper_of(v);
    if ((v >= 'a' && v <= 'z') || (v >= 0xE0 && v <= 0xFE && v != 0xF7))
        return v - 0x20;
    return v >= 0x100 && v <= 0x17E && fold_latin(v) &&
                   (v <= 0x137 || (v >= 0x14A && v <= 0x177) ? v & 1 : !(v & 1))
               ? v - 1
               : v;
}

char *
vi_upper(struct arena *a, const char *s)
{
    const char *nfc = vi_nfc(a, s);
    struct buf b;

    buf_init(&b, a, 2 * strlen(nfc) + 1);
    for (uint32_t v; (v = utf8_next(&nfc)) != 0;)
        put(&b, upper_letter(v));
    return b.p;
}

char *
vi_date_words(struct arena *a, day d)
{
    struct ymd v = date_ymd(d);
    const char *month = v.m == 4 ? "tư" : number_words(a, v.m);     /* nobody says "tháng bốn" */

    return arena_fmt(a, "ngày %s, tháng %s, năm %s", number_words(a, v.d), month,
                     number_words(a, v.y));
}

/* Adds one mark when the letter with it exists; the marks may come in any order. */
static bool
add_mark(struct letter *l, uint32_t v)
{
    static const struct { uint16_t mark; int shape, tone; } MARKS[] = {
        {0x0300, 0, 1}, {0x0301, 0, 2}, {0x0309, 0, 3}, {0x0303, 0, 4}, {0x0323, 0, 5},
        {0x0302, SHAPE_HAT, 0}, {0x0306, SHAPE_BREVE, 0}, {0x031B, SHAPE_HORN, 0},
    };
    struct letter next = *l;

    for (size_t i = 0; i < sizeof MARKS / sizeof *MARKS; i++) {
        if (MARKS[i].mark != v)
            continue;
        if ((MARKS[i].shape && l->shape) || (MARKS[i].tone && l->tone))
            return false;
        next.shape += MARKS[i].shape;
        next.tone += MARKS[i].tone;
        if (!put_together(next))
            return false;
        *l = next;
        return true;
    }
    return false;
}

char *
vi_nfc(struct arena *a, const char *s)
{
    struct buf b;

    if (!strpbrk(s, "\xCC\xCD"))    /* no mark stands apart (U+0300..036F): it is composed */
        return arena_str(a, s);
    buf_init(&b, a, strlen(s) + 2);
    for (uint32_t v; (v = utf8_next(&s)) != 0;) {
        struct letter l = take_apart(v);
        const char *ahead = s;

        while (l.base && mark(v = utf8_next(&ahead)) && add_mark(&l, v))
            s = ahead;
        put(&b, l.base ? put_together(l) : v);
    }
    return b.p;
}

static bool
space(uint32_t v)
{
    return v == ' ' || (v >= '\t' && v <= '\r') || v == 0x00A0 || (v >= 0x2000 && v <= 0x200B) ||
           v == 0x202F || v == 0x3000;
}

/* Nothing to do, as for most of what is typed: no space at the ends or doubled, and none of the
 * bytes with which other spaces begin. */
static bool
tidy(const char *s)
{
    bool gap = true;

    for (; *s; s++) {
        unsigned char ch = (unsigned char)*s;

        if (ch < ' ' || (ch == ' ' && gap) || ch == 0xC2 || ch == 0xE2 || ch == 0xE3)
            return false;
        gap = ch == ' ';
    }
    return !gap;
}

char *
vi_tidy(struct arena *a, const char *s)
{
    struct buf b;
    bool gap = false;

    if (tidy(s))
        return vi_nfc(a, s);
    buf_init(&b, a, strlen(s) + 2);
    for (uint32_t v; (v = utf8_next(&s)) != 0;) {
        if (space(v)) {
            gap = true;
            continue;
        }
        if (gap && b.n)
            buf_char(&b, ' ');
        gap = false;
        put(&b, v);
    }
    return vi_nfc(a, b.p);
}

/* Codes of the provinces of 2024 in personal numbers (Circular 07/2016/TT-BCA): those after the
 * merger of 2025 keep the numbers that were issued, so the list does not shrink. */
static const char PROVINCES[] =
    "001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 "
    "033 034 035 036 037 038 040 042 044 045 046 048 049 051 052 054 056 058 060 062 "
    "064 066 067 068 070 072 074 075 077 079 080 082 083 084 086 087 089 091 092 093 "
    "094 095 096 ";

bool
vi_personal_number(const char *s)
{
    if (strlen(s) != 12 || strspn(s, "0123456789") != 12)
        return false;
    for (const char *p = PROVINCES; *p; p += 4)
        if (memcmp(p, s, 3) == 0)
            return true;
    return false;
}

/* The fourth digit is the century and the sex: 0/1 the 20th, 2/3 the 21st ...; even is male. */
bool
vi_personal_number_fits(const char *s, day birth, int sex)
{
    int year = date_ymd(birth).y, mark_digit, two;

    if (!vi_personal_number(s))
        return false;
    mark_digit = s[3] - '0';
    two = (s[4] - '0') * 10 + (s[5] - '0');
    return year == 1900 + mark_digit / 2 * 100 + two && (sex < 0 || mark_digit % 2 == sex);
}

bool
vi_phone(const char *s, char out[12])
{
    size_t n = 0;

    while (*s == ' ')
        s++;
    if (strncmp(s, "+84", 3) == 0) {
        out[n++] = '0';
        s += 3;
    }
    for (; *s; s++) {
        if (strchr(" .-", *s))
            continue;
        if (*s < '0' || *s > '9' || n >= 10)
            return false;
        out[n++] = *s;
    }
    out[n] = '\0';
    return n == 10 && out[0] == '0' && out[1] != '0';
}

static bool
domain_label(const char *s, size_t n)
{
    static const char ALLOWED[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";

    return n > 0 && n < 64 && strspn(s, ALLOWED) >= n && s[0] != '-' && s[n - 1] != '-';
}

/* How many digits at the end of such a number stay; 0: it is none. */
static size_t
mask_tail(const char *s, size_t n)
{
    char number[13];

    if (n == 10 && *s == '0')
        return 3;
    if (n != 12)
        return 0;
    memcpy(number, s, 12);
    number[12] = '\0';
    return vi_personal_number(number) ? 4 : 0;
}

char *
vi_masked(struct arena *a, const char *s)
{
    static const char DOT[] = "•";
    char *out = arena_get(a, strlen(s) * (sizeof DOT - 1) + 1), *w = out;

    while (*s) {
        size_t n = strspn(s, "0123456789"), tail = mask_tail(s, n);

        n = n ? n : 1;
        for (size_t i = 0; i < n; i++)
            if (!tail || i < 3 || i >= n - tail) {
                *w++ = s[i];
            } else {
                memcpy(w, DOT, sizeof DOT - 1);
                w += sizeof DOT - 1;
            }
        s += n;
    }
    *w = '\0';
    return out;
}

bool
vi_email(const char *s)
{
    static const char LOCAL[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-";
    const char *at = strchr(s, '@');
    int labels = 0;

    if (!at || at == s || at - s > 64 || strlen(s) > 254 || strspn(s, LOCAL) != (size_t)(at - s))
        return false;
    if (s[0] == '.' || at[-1] == '.')
        return false;
    for (s = at + 1;; s++, labels++) {
        size_t n = strcspn(s, ".");

        if (!domain_label(s, n))
            return false;
        s += n;
        if (!*s)
            return labels > 0;
    }
}
