/*
 * A second, naive reckoner: it steps minute by minute and day by day over the plain list of stops,
 * and recounts the printed explanation, for 10,000 random inputs.  Then the properties.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "mod/deadlines/deadlines.h"

#undef fail                 /* base/err.h's; cmocka has one of its own */
#include <cmocka.h>

enum { INPUTS = 10000, STOPS = 4 };

static struct arena *a;
static const struct calendar *cal;
static uint64_t seed = 20261122;

static int
chance(int n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((seed >> 33) % (uint64_t)n);
}

/* --- random inputs -------------------------------------------------------------------------- */

static struct limit
random_limit(void)
{
    static const int MOST[] = {[LIMIT_HOURS] = 80, [LIMIT_WORKING_HOURS] = 40, [LIMIT_DAYS] = 40,
                               [LIMIT_WORKING_DAYS] = 25, [LIMIT_MONTHS] = 4};
    int unit = chance(LIMIT_UNIT__COUNT);

    if (unit == LIMIT_SAME_DAY)
        return (struct limit){unit, 60 * (8 + chance(10))};
    return (struct limit){unit, 1 + chance(MOST[unit])};
}

/* Short stops are as likely as long ones; ends often fall on the hours where slots begin and end.
 */
static struct stop
random_stop(int64_t received)
{
    static const int EDGES[] = {480, 720, 780, 1020};
    int64_t from = received + (int64_t)(chance(30 * 1440) - 1440) * 60, to;

    if (chance(3) == 0)
        from = vn_utc(vn_day(from), EDGES[chance(4)]);
    to = from + (int64_t)(1 + chance(chance(2) ? 300 : 9 * 1440)) * 60;
    if (chance(3) == 0)
        to = vn_utc(vn_day(to) + 1, EDGES[chance(4)]);
    return (struct stop){(enum stop_kind)chance(3), from, to, "Điều 8"};
}

static struct clock
random_clock(struct stop *stops)
{
    struct clock k = {.limit = random_limit(), .channel = (enum channel)(1 + chance(3)),
                      .supplement = (enum supplement_mode)chance(2), .stops = stops};

    k.received = vn_utc(20454 + chance(540), chance(3) ? 420 + chance(660) : chance(1440));
    if (k.limit.unit == LIMIT_WORKING_DAYS)
        k.mode = (enum clock_mode)chance(2);
    k.nstops = (size_t)chance(STOPS + 1);
    for (size_t i = 0; i < k.nstops; i++)
        stops[i] = random_stop(k.received);
    return k;
}

static const char *
describe(const struct clock *k)
{
    char *s = arena_fmt(a, "--received %s --limit %s --channel %s --mode %s --supplement %s",
                        moment_iso(a, k->received), limit_text(a, k->limit),
                        k->channel == CHANNEL_ONLINE ? "online" : "direct",
                        k->mode ? "hour-exact" : "end-of-day", k->supplement ? "restart" : "pause");

    for (size_t i = 0; i < k->nstops; i++)
        s = arena_fmt(a, "%s --stop %s:%s/%s", s,
                      k->stops[i].kind == STOP_SUPPLEMENT ? "supplement" : "fiscal",
                      moment_iso(a, k->stops[i].from), moment_iso(a, k->stops[i].to));
    return s;
}

/* --- the naive reckoner ---------------------------------------------------------------------- */

static bool
worked(day n)
{
    for (size_t i = 0; i < cal->days.n; i++)
        if (cal->days.p[i].date == n)
            return cal->days.p[i].kind == DAY_MAKEUP;
    return date_weekday(n) < SAT;
}

static bool
office(int64_t utc)
{
    int m = vn_minute(utc);

    return ((m >= 480 && m < 720) || (m >= 780 && m < 1020)) && worked(vn_day(utc));
}

static int64_t
naive_start(const struct clock *k)
{
    int64_t t = k->received;

    for (size_t i = 0; i < k->nstops && k->supplement == SUPPLEMENT_RESTART; i++)
        if (k->stops[i].kind == STOP_SUPPLEMENT && k->stops[i].to > t)
            t = k->stops[i].to;
    while (k->channel == CHANNEL_ONLINE && !office(t))
        t += 60;
    return t;
}

static int64_t
naive_minutes(const struct clock *k, int64_t t)
{
    int left = k->limit.n * (k->mode == MODE_HOUR_EXACT ? 480 : 60);

    for (; left > 0; t += 60) {
        bool counts = k->limit.unit == LIMIT_HOURS || office(t);

        for (size_t i = 0; i < k->nstops; i++)
            counts = counts && !(t >= k->stops[i].from && t < k->stops[i].to);
        left -= counts;
    }
    return t;
}

/* The last day of a stop that has anything to say about day n, counted from `start`; else n - 1. */
static day
stopped_until(const struct clock *k, int64_t start, day n, bool begin_too)
{
    day last = n - 1;

    for (size_t i = 0; i < k->nstops; i++) {
        int64_t from = k->stops[i].from < start ? start : k->stops[i].from;
        day to = vn_day(k->stops[i].to);

        if (k->stops[i].to > start && vn_day(from) < n + begin_too && to >= n && to > last)
            last = to;
    }
    return last;
}

static day
naive_days(const struct clock *k, int64_t start)
{
    bool months = k->limit.unit == LIMIT_MONTHS, all = months || k->limit.unit == LIMIT_DAYS;
    day n = vn_day(start), last;
    int left = months ? date_add_months(n, k->limit.n) - n : k->limit.n;

    if (k->limit.unit == LIMIT_SAME_DAY)
        left = worked(n) && vn_minute(start) < k->limit.n ? 0 : 1;
    while (left > 0) {
        n++;
        if ((all || worked(n)) && stopped_until(k, start, n, false) < n)
            left--;
    }
    while (!worked(n))
        n++;
    while ((last = stopped_until(k, start, n, true)) >= n)
        for (n = last + 1; !worked(n);)
            n++;
    return n;
}

static const char *
naive_due(const struct clock *k)
{
    int64_t start = naive_start(k);

    if (k->mode == MODE_HOUR_EXACT || k->limit.unit <= LIMIT_WORKING_HOURS)
        return moment_iso(a, naive_minutes(k, start));
    return date_iso(a, naive_days(k, start));
}

/* --- the recount of a printed explanation ------------------------------------------------------
 */

/* Minutes of "... 08:00-10:00,13:00-13:30 | ...", and where the last one ends. */
static int
line_minutes(const char *line, int *end)
{
    int sum = 0, h1, m1, h2, m2;

    for (const char *p = strstr(line, " min") + 4;
         sscanf(p, "%2d:%2d-%2d:%2d", &h1, &m1, &h2, &m2) == 4;) {
        sum += *end = h2 * 60 + m2, sum -= h1 * 60 + m1;
        p += strcspn(p, "-") + 6;
        p += *p == ',';
    }
    return sum;
}

/* The reason of a day that was not counted fits the day. */
static bool
reason_fits(const char *line, day n)
{
    const struct special_day *s = calendar_special(cal, n);

    if (strncmp(line + 11, "- weekend", 9) == 0)
        return date_weekday(n) >= SAT && !s;
    if (strncmp(line + 11, "- holiday", 9) == 0)
        return s && s->kind == DAY_HOLIDAY;
    if (strncmp(line + 11, "+ working_day", 13) == 0)
        return date_weekday(n) < SAT && !s;
    if (strncmp(line + 11, "+ makeup_work", 13) == 0)
        return s && s->kind == DAY_MAKEUP;
    return true;
}

static const char *
recount(const struct due *d, const struct clock *k)
{
    int units = 0, end = 0;
    day n = vn_day(k->received), date = n;

    for (size_t i = 0; i < d->ndays; i++, n++) {
        const char *line = note_line(a, d, &d->days[i]);

        if (!date_parse(arena_strn(a, line, 10), &date) || date != n || !reason_fits(line, n))
            fail_msg("%s\nline \"%s\"", describe(k), line);
        if (line[11] == '+')
            units += d->by_minute ? line_minutes(line, &end) : d->total > 0;
    }
    if (units != d->total)
        fail_msg("%s\n%d of %d units in the explanation", describe(k), units, d->total);
    return d->by_minute ? moment_iso(a, vn_utc(date, end)) : date_iso(a, date);
}

static void
test_recount(void **state)
{
    struct stop stops[STOPS];
    struct due d;

    (void)state;
    for (int i = 0; i < INPUTS; i++) {
        struct clock k = random_clock(stops);

        assert_int_equal(deadlines_due(a, cal, &k, &d), OK);
        if (strcmp(due_iso(a, &d), naive_due(&k)) != 0)
            fail_msg("%s\n%s, naively %s", describe(&k), due_iso(a, &d), naive_due(&k));
        if (strcmp(due_iso(a, &d), recount(&d, &k)) != 0)
            fail_msg("%s\n%s, recounted %s", describe(&k), due_iso(a, &d), recount(&d, &k));
        arena_reset(a);
    }
}

/* --- properties ---------------------------------------------------------------------------------
 */

static int64_t
due_at(const struct clock *k)
{
    struct due d;

    assert_int_equal(deadlines_due(NULL, cal, k, &d), OK);
    return d.at;
}

static void
test_longer_is_never_earlier(void **state)
{
    struct stop stops[STOPS];

    (void)state;
    for (int i = 0; i < INPUTS; i++) {
        struct clock k = random_clock(stops), longer = k;

        if (k.limit.unit == LIMIT_SAME_DAY)
            continue;
        longer.limit.n += 1 + chance(3);
        if (due_at(&longer) < due_at(&k))
            fail_msg("%s", describe(&k));
    }
}

static void
test_stop_never_shortens(void **state)
{
    struct stop stops[STOPS];

    (void)state;
    for (int i = 0; i < INPUTS; i++) {
        struct clock k = random_clock(stops), fewer = k;

        fewer.nstops = 0;
        if (due_at(&fewer) > due_at(&k))
            fail_msg("%s", describe(&k));
        k.supplement = SUPPLEMENT_PAUSE;        /* restarted, a limit may be the same day's again */
        fewer = k;
        fewer.nstops -= k.nstops > 0;
        if (due_at(&fewer) > due_at(&k))
            fail_msg("%s", describe(&k));
    }
}

static void
test_later_is_never_earlier(void **state)
{
    struct stop stops[STOPS];

    (void)state;
    for (int i = 0; i < INPUTS; i++) {
        struct clock k = random_clock(stops), later = k;

        k.nstops = later.nstops = 0;
        later.received += (int64_t)(1 + chance(3000)) * 60;
        if (due_at(&later) < due_at(&k))
            fail_msg("%s", describe(&k));
    }
}

static void
test_due_is_worked(void **state)
{
    struct stop stops[STOPS];
    struct due d;

    (void)state;
    for (int i = 0; i < INPUTS; i++) {
        struct clock k = random_clock(stops);

        assert_int_equal(deadlines_due(NULL, cal, &k, &d), OK);
        if (k.limit.unit != LIMIT_HOURS && !worked(d.day))
            fail_msg("%s", describe(&k));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recount),
        cmocka_unit_test(test_longer_is_never_earlier),
        cmocka_unit_test(test_stop_never_shortens),
        cmocka_unit_test(test_later_is_never_earlier),
        cmocka_unit_test(test_due_is_worked),
    };
    struct arena *keep = arena_open(1 << 20);
    int rc;

    a = arena_open(64 << 20);
    cal = calendar_shipped(keep);
    rc = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(a);
    arena_close(keep);
    return rc;
}
