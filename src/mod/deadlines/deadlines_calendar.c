#include "mod/deadlines/calendar.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* 2,000 special days (deadlines_calendar_load.c), each of them the only working day of its week. */
enum { MINUTES = 1440, LONGEST_CLOSURE = 7 * 2002 };

static int
by_date(const void *key, const void *member)
{
    day n = *(const day *)key, m = ((const struct special_day *)member)->date;

    return (n > m) - (n < m);
}

const struct special_day *
calendar_special(const struct calendar *cal, day n)
{
    return cal->days.n ? bsearch(&n, cal->days.p, cal->days.n, sizeof *cal->days.p, by_date) : NULL;
}

/* Winter runs over New Year: from 10-16 to 04-14. */
static bool
in_season(const struct hours *h, day n)
{
    struct ymd v = date_ymd(n);
    int at = v.m * 100 + v.d;

    if (!h->season_from)
        return true;
    if (h->season_from <= h->season_to)
        return at >= h->season_from && at <= h->season_to;
    return at >= h->season_from || at <= h->season_to;
}

/* The last row that fits the date and the weekday. */
static struct slots
row_slots(const struct hours *rows, size_t count, day n, enum weekday w)
{
    for (size_t i = count; i-- > 0;) {
        const struct hours *h = &rows[i];

        if ((h->weekdays & 1u << w) && n >= h->from && n <= h->to && in_season(h, n))
            return h->slots;
    }
    return (struct slots){.n = 0};
}

struct slots
calendar_slots(const struct calendar *cal, day n)
{
    const struct special_day *s = calendar_special(cal, n);

    if (s && s->kind != DAY_MAKEUP)
        return (struct slots){.n = 0};
    return row_slots(cal->hours.p, cal->hours.n, n, s ? MON : date_weekday(n));
}

bool
calendar_works(const struct calendar *cal, day n)
{
    return calendar_slots(cal, n).n > 0;
}

/* A holiday closes the desk too. */
struct slots
calendar_desk(const struct calendar *cal, day n)
{
    if (calendar_special(cal, n) || calendar_works(cal, n))
        return (struct slots){.n = 0};
    return row_slots(cal->desks.p, cal->desks.n, n, date_weekday(n));
}

bool
calendar_known(const struct calendar *cal, day n)
{
    for (size_t i = 0; i < cal->known.n; i++)
        if (n >= cal->known.p[i].from && n <= cal->known.p[i].to)
            return true;
    return false;
}

/* The loader guarantees hours without end on Mondays, and special days are finite in number. */
static day
step(const struct calendar *cal, day n, int by)
{
    int tries = 0;

    do {
        n += by;
        tries++;
        assert(tries <= LONGEST_CLOSURE);
    } while (!calendar_works(cal, n));
    return n;
}

day
calendar_next(const struct calendar *cal, day n)
{
    return step(cal, n, 1);
}

day
calendar_roll(const struct calendar *cal, day n)
{
    return calendar_works(cal, n) ? n : step(cal, n, 1);
}

day
calendar_add(const struct calendar *cal, day n, int working)
{
    int by = working < 0 ? -1 : 1;

    for (; working != 0; working -= by)
        n = step(cal, n, by);
    return n;
}

int
calendar_between(const struct calendar *cal, day from, day to)
{
    int count = 0;

    while (from < to)
        count += calendar_works(cal, ++from);
    return count;
}

bool
calendar_open(const struct calendar *cal, int64_t utc)
{
    struct slots s = calendar_slots(cal, vn_day(utc));
    int minute = vn_minute(utc);

    for (int i = 0; i < s.n; i++)
        if (minute >= s.p[i].from && minute < s.p[i].to)
            return true;
    return false;
}

int64_t
calendar_opening(const struct calendar *cal, int64_t utc)
{
    day n = vn_day(utc);
    int minute = vn_minute(utc);
    struct slots s = calendar_slots(cal, n);

    if (calendar_open(cal, utc))
        return utc;
    for (int i = 0; i < s.n; i++)
        if (s.p[i].from > minute)
            return vn_utc(n, s.p[i].from);
    n = calendar_next(cal, n);
    return vn_utc(n, calendar_slots(cal, n).p[0].from);
}

int64_t
calendar_minutes(const struct calendar *cal, int64_t from, int64_t to)
{
    int64_t sum = 0;

    for (day n = vn_day(from); from < to && n <= vn_day(to); n++) {
        struct slots s = calendar_slots(cal, n);
        int first = n == vn_day(from) ? vn_minute(from) : 0;
        int last = n == vn_day(to) ? vn_minute(to) : MINUTES;

        for (int i = 0; i < s.n; i++) {
            int a = s.p[i].from > first ? s.p[i].from : first;
            int b = s.p[i].to < last ? s.p[i].to : last;

            sum += b > a ? b - a : 0;
        }
    }
    return sum;
}

struct calendar *
calendar_with(struct arena *a, const struct calendar *cal, struct special_day d)
{
    struct calendar *out = arena_get(a, sizeof *out);
    struct special_day *p = arena_get(a, (cal->days.n + 1) * sizeof *p);
    size_t n = 0, i = 0;

    *out = *cal;
    for (; i < cal->days.n && cal->days.p[i].date < d.date; i++)
        p[n++] = cal->days.p[i];
    if (d.kind != DAY_PLAIN)
        p[n++] = d;
    for (; i < cal->days.n; i++)
        if (cal->days.p[i].date != d.date)
            p[n++] = cal->days.p[i];
    out->days.p = p;
    out->days.n = n;
    return out;
}
