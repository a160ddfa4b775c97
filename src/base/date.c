#include "base/date.h"

#include <stddef.h>
#include <string.h>

#include "base/err.h"

enum { YEAR_MIN = 1800, YEAR_MAX = 2200, MINUTES = 1440 };

static bool
leap(int y)
{
    return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

int
date_month_days(int y, int m)
{
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return DAYS[m - 1] + (m == 2 && leap(y));
}

bool
date_valid(struct ymd v)
{
    return v.y >= YEAR_MIN && v.y <= YEAR_MAX && v.m >= 1 && v.m <= 12 && v.d >= 1 &&
           v.d <= date_month_days(v.y, v.m);
}

/* Years are counted from March, so that the leap day is the last of its year. */
day
date_day(struct ymd v)
{
    int y = v.m > 2 ? v.y : v.y - 1, month = (v.m + 9) % 12;

    return (day)(365 * y + y / 4 - y / 100 + y / 400 + (153 * month + 2) / 5 + v.d - 1 - 719468);
}

struct ymd
date_ymd(day n)
{
    int z = n + 719468, era = z / 146097, of_era = z % 146097;
    int year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int of_year = of_era - (365 * year + year / 4 - year / 100);
    int month = (5 * of_year + 2) / 153;
    int m = month < 10 ? month + 3 : month - 9;

    return (struct ymd){year + era * 400 + (m <= 2), m, of_year - (153 * month + 2) / 5 + 1};
}

enum weekday
date_weekday(day n)
{
    return (enum weekday)(((n + 3) % 7 + 7) % 7);       /* 1970-01-01 was a Thursday */
}

day
date_add_months(day n, int months)
{
    struct ymd v = date_ymd(n);
    int all = v.y * 12 + v.m - 1 + months;
    int last;

    v.y = all / 12;
    v.m = all % 12 + 1;
    last = date_month_days(v.y, v.m);
    if (v.d > last)
        v.d = last;
    return date_day(v);
}

/* Reads `least` to `most` digits; moves *s past them. */
static bool
digits(const char **s, int least, int most, int *out)
{
    int n = 0;

    for (*out = 0; n < most && **s >= '0' && **s <= '9'; n++, (*s)++)
        *out = *out * 10 + (**s - '0');
    return n >= least;
}

static bool
skip(const char **s, char ch)
{
    return **s == ch ? (*s)++, true : false;
}

static bool
iso_date(const char **s, day *out)
{
    struct ymd v;

    if (!digits(s, 4, 4, &v.y) || !skip(s, '-') || !digits(s, 2, 2, &v.m) || !skip(s, '-') ||
        !digits(s, 2, 2, &v.d) || !date_valid(v))
        return false;
    *out = date_day(v);
    return true;
}

static bool
clock_minute(const char **s, int *minute)
{
    int h, m;

    if (!digits(s, 2, 2, &h) || !skip(s, ':') || !digits(s, 2, 2, &m) || m > 59)
        return false;
    *minute = h * 60 + m;
    return *minute <= MINUTES;
}

bool
date_parse(const char *s, day *out)
{
    return s && iso_date(&s, out) && !*s;
}

bool
date_parse_vi(const char *s, day *out)
{
    struct ymd v;

    if (!s || !digits(&s, 1, 2, &v.d) || !skip(&s, '/') || !digits(&s, 1, 2, &v.m) ||
        !skip(&s, '/') || !digits(&s, 4, 4, &v.y) || *s || !date_valid(v))
        return false;
    *out = date_day(v);
    return true;
}

bool
date_parse_moment(const char *s, int64_t *utc)
{
    int minute;
    day n;

    if (!s || !iso_date(&s, &n) || !skip(&s, 'T') || !clock_minute(&s, &minute) || *s ||
        minute == MINUTES)
        return false;
    *utc = vn_utc(n, minute);
    return true;
}

bool
date_parse_minute(const char *s, int *minute)
{
    return s && clock_minute(&s, minute) && !*s;
}

static int64_t
local_seconds(int64_t utc, int64_t *days)
{
    int64_t t = utc + VN_OFFSET, rest = t % DAY_SECONDS;

    rest += rest < 0 ? DAY_SECONDS : 0;
    *days = (t - rest) / DAY_SECONDS;
    return rest;
}

day
vn_day(int64_t utc)
{
    int64_t days;

    local_seconds(utc, &days);
    return (day)days;
}

int
vn_minute(int64_t utc)
{
    int64_t days;

    return (int)(local_seconds(utc, &days) / 60);
}

int64_t
vn_utc(day n, int minute)
{
    return (int64_t)n * DAY_SECONDS + minute * 60 - VN_OFFSET;
}

/* Each letter of the form is a digit, the last one of its number first. */
static char *
written(struct arena *a, const char *form, struct ymd v)
{
    char *s = arena_str(a, form);

    for (size_t i = strlen(s); i-- > 0;) {
        int *n = s[i] == 'y' ? &v.y : s[i] == 'm' ? &v.m : s[i] == 'd' ? &v.d : NULL;

        if (!n)
            continue;
        s[i] = (char)('0' + *n % 10);
        *n /= 10;
    }
    return s;
}

char *
date_iso(struct arena *a, day n)
{
    struct ymd v = date_ymd(n);

    return written(a, "yyyy-mm-dd", v);
}

char *
date_vi(struct arena *a, day n)
{
    struct ymd v = date_ymd(n);

    return written(a, "dd/mm/yyyy", v);
}

char *
moment_iso(struct arena *a, int64_t utc)
{
    int m = vn_minute(utc);

    return arena_fmt(a, "%sT%02d:%02d", date_iso(a, vn_day(utc)), m / 60, m % 60);
}

char *
moment_rfc3339(struct arena *a, int64_t utc)
{
    int64_t days;
    int64_t s = local_seconds(utc, &days);

    return arena_fmt(a, "%sT%02d:%02d:%02d+07:00", date_iso(a, (day)days), (int)(s / 3600),
                     (int)(s / 60 % 60), (int)(s % 60));
}

char *
moment_vi(struct arena *a, int64_t utc)
{
    int m = vn_minute(utc);

    return arena_fmt(a, "%02d:%02d %s", m / 60, m % 60, date_vi(a, vn_day(utc)));
}

const char *
weekday_vi(enum weekday w)
{
    static const char *const NAMES[] = {
        [MON] = N_("thứ Hai"), [TUE] = N_("thứ Ba"),  [WED] = N_("thứ Tư"), [THU] = N_("thứ Năm"),
        [FRI] = N_("thứ Sáu"), [SAT] = N_("thứ Bảy"), [SUN] = N_("Chủ nhật"),
    };

    return NAMES[w];
}
