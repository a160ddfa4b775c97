#include "base/money.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"

char *
number_vi(struct arena *a, int64_t n)
{
    char text[40];
    size_t at = sizeof text - 1;
    uint64_t u = n < 0 ? -(uint64_t)n : (uint64_t)n;

    text[at] = '\0';
    for (int i = 0; i == 0 || u != 0; i++, u /= 10) {
        if (i > 0 && i % 3 == 0)
            text[--at] = '.';
        text[--at] = (char)('0' + u % 10);
    }
    if (n < 0)
        text[--at] = '-';
    return arena_str(a, text + at);
}

char *
money_vi(struct arena *a, int64_t dong)
{
    return arena_fmt(a, "%s đ", number_vi(a, dong));
}

char *
money_text(const struct ctx *c, int64_t dong)
{
    char *n;

    if (c->lang != LANG_EN)
        return money_vi(c->a, dong);
    n = number_vi(c->a, dong);
    for (char *s = n; *s; s++)
        if (*s == '.')
            *s = ',';
    return arena_fmt(c->a, "VND %s", n);
}

static const char *const DIGIT[] = {"không", "một", "hai", "ba",  "bốn",
                                    "năm",   "sáu", "bảy", "tám", "chín"};

static void
word(struct buf *b, const char *w)
{
    if (b->n)
        buf_char(b, ' ');
    buf_str(b, w);
}

/* The unit after tens: "mốt" and "tư" after a spoken ten, "lăm" after any ten. */
static void
unit(struct buf *b, int tens, int ones)
{
    if (ones == 0)
        return;
    if (ones == 1 && tens > 1)
        word(b, "mốt");
    else if (ones == 4 && tens > 1)
        word(b, "tư");
    else if (ones == 5 && tens > 0)
        word(b, "lăm");
    else
        word(b, DIGIT[ones]);
}

/* A group of three; `full` when a higher group was spoken, so that zeros are said. */
static void
group(struct buf *b, int n, bool full)
{
    int hundreds = n / 100, tens = n / 10 % 10, ones = n % 10;

    if (full || hundreds) {
        word(b, DIGIT[hundreds]);
        word(b, "trăm");
    }
    if (tens == 0 && ones && (full || hundreds))
        word(b, "linh");
    else if (tens == 1)
        word(b, "mười");
    else if (tens > 1) {
        word(b, DIGIT[tens]);
        word(b, "mươi");
    }
    unit(b, tens, ones);
}

static void
spell(struct buf *b, int64_t n)
{
    static const struct { int64_t unit; const char *name; } SCALE[] = {
        {1000000000000, "nghìn tỷ"},
        {1000000000, "tỷ"},
        {1000000, "triệu"},
        {1000, "nghìn"},
        {1, ""},
    };
    if (n == 0)
        word(b, DIGIT[0]);
    for (size_t i = 0; i < sizeof SCALE / sizeof *SCALE; i++) {
        int part = (int)(n / SCALE[i].unit % 1000);

        /* 1.000 tỷ is "một nghìn tỷ", 1.005 tỷ "một nghìn không trăm linh năm tỷ" */
        if (part == 0)
            continue;
        group(b, part, b->n > 0);
        if (i == 0 && n / 1000000000 % 1000 != 0)
            word(b, "nghìn");
        else if (*SCALE[i].name)
            word(b, SCALE[i].name);
    }
}

char *
number_words(struct arena *a, int64_t n)
{
    struct buf b;

    assert(n >= 0 && n < 1000000000000000);
    buf_init(&b, a, 400);
    spell(&b, n);
    return b.p;
}

char *
money_words(struct arena *a, int64_t dong)
{
    return arena_fmt(a, "%s đồng", number_words(a, dong));
}
