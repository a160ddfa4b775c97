/* Dates, moments, money and numbers as people and programs write them: what is taken comes back as
 * it was meant, and what is folded stays folded. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "base/utf8.h"
#include "base/vi.h"
#include "mod/deadlines/deadlines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
dates(struct arena *a, const char *s)
{
    int64_t utc;
    int minute;
    day d, e;

    if (date_parse(s, &d) && strcmp(date_iso(a, d), s) != 0)
        abort();
    if (date_parse_vi(s, &d) &&
        (!date_parse_vi(date_vi(a, d), &e) || e != d || !date_parse(date_iso(a, d), &e) || e != d ||
         date_day(date_ymd(d)) != d))
        abort();
    if (date_parse_moment(s, &utc) && strcmp(moment_iso(a, utc), s) != 0)
        abort();
    if (date_parse_minute(s, &minute) && (minute < 0 || minute > 1440))
        abort();
}

static void
texts(struct arena *a, const char *s)
{
    const char *tidy = vi_tidy(a, s), *fold = vi_fold(a, s), *nfc = vi_nfc(a, s);

    if (strcmp(vi_tidy(a, tidy), tidy) != 0 || strcmp(vi_fold(a, fold), fold) != 0 ||
        strcmp(vi_nfc(a, nfc), nfc) != 0)
        abort();
    if (!utf8_valid(vi_upper(a, s), strlen(vi_upper(a, s))) ||
        !utf8_valid(vi_masked(a, s), strlen(vi_masked(a, s))))
        abort();
}

static void
numbers(struct arena *a, const char *s)
{
    char phone[12], back[12];

    if (vi_phone(s, phone) && (strlen(phone) != 10 || !vi_phone(phone, back) ||
                               strcmp(phone, back) != 0))
        abort();
    if (vi_personal_number(s) && strspn(s, "0123456789") != 12)
        abort();
    if (vi_email(s) && (strlen(s) > 254 || strpbrk(s, " \r\n\t<>")))
        abort();
    money_vi(a, strtoll(s, NULL, 10));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a;
    const char *s;

    if (n > 4096)
        return 0;
    a = arena_open(64 << 20);
    s = arena_strn(a, (const char *)data, n);
    dates(a, s);
    numbers(a, s);
    if (utf8_valid(s, strlen(s)))
        texts(a, s);
    arena_close(a);
    return 0;
}
