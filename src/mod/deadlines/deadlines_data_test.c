/* The calendar's file, its faults, and its questions; the rules' file; bands, warnings, extensions.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "mod/deadlines/rules.h"

#undef fail                 /* base/err.h's; cmocka has one of its own */
#include <cmocka.h>

#define ROWS(t) (sizeof(t) / sizeof *(t))

static struct arena *a;
static const struct calendar *cal;
static const struct rules *rules;

static day
date(const char *s)
{
    day n;

    if (!date_parse(s, &n))
        fail_msg("the row's date \"%s\" is none", s);
    return n;
}

static int64_t
moment(const char *s)
{
    int64_t utc;

    if (!date_parse_moment(s, &utc))
        fail_msg("the row's moment \"%s\" is none", s);
    return utc;
}

static void
test_working_days(void **state)
{
    static const struct { const char *date; bool works; } T[] = {
        {"2026-03-09", true},  {"2026-03-07", false}, {"2026-03-08", false}, {"2026-01-01", false},
        {"2026-01-02", false}, {"2026-01-10", true},  {"2026-02-16", false}, {"2026-04-27", false},
        {"2026-08-22", true},  {"2026-08-31", false}, {"2026-11-23", true},  {"2026-11-24", false},
        {"2025-11-24", true},  {"2027-02-11", false}, {"2027-02-12", true},  {"2021-09-03", false},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++)
        if (calendar_works(cal, date(T[i].date)) != T[i].works)
            fail_msg("%s", T[i].date);
    assert_int_equal(cal->days.n, 64);
    assert_int_equal(calendar_add(cal, date("2026-02-12"), 3), date("2026-02-24"));
    assert_int_equal(calendar_add(cal, date("2026-02-24"), -3), date("2026-02-12"));
    assert_int_equal(calendar_add(cal, date("2026-02-14"), 0), date("2026-02-14"));
    assert_int_equal(calendar_roll(cal, date("2026-02-14")), date("2026-02-23"));
    assert_int_equal(calendar_between(cal, date("2026-02-12"), date("2026-02-24")), 3);
    assert_int_equal(calendar_between(cal, date("2026-02-24"), date("2026-02-12")), 0);
}

static void
test_office_hours(void **state)
{
    static const struct { const char *at, *opening; int64_t minutes; } T[] = {
        {"2026-03-09T07:30", "2026-03-09T08:00", 480},
        {"2026-03-09T08:00", "2026-03-09T08:00", 480},
        {"2026-03-09T12:00", "2026-03-09T13:00", 240},
        {"2026-03-09T16:59", "2026-03-09T16:59", 1},
        {"2026-03-09T17:00", "2026-03-10T08:00", 0},
        {"2026-02-13T17:00", "2026-02-23T08:00", 0},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        int64_t at = moment(T[i].at), midnight = vn_utc(vn_day(at) + 1, 0);

        if (calendar_opening(cal, at) != moment(T[i].opening) ||
            calendar_open(cal, at) != (at == moment(T[i].opening)) ||
            calendar_minutes(cal, at, midnight) != T[i].minutes)
            fail_msg("%s", T[i].at);
    }
    assert_int_equal(calendar_minutes(cal, moment("2026-03-06T16:00"), moment("2026-03-09T09:00")),
                     120);
    assert_int_equal(calendar_minutes(cal, moment("2026-03-09T09:00"), moment("2026-03-06T16:00")),
                     0);
}

static const char VARIANTS[] =
    "known: [{from: 2026-01-01, to: 2026-12-31}]\n"
    "hours:\n"
    "  - {name: all, weekdays: [mon, tue, wed, thu, fri], slots: ['08:00-12:00', '13:00-17:00']}\n"
    "  - {name: summer, weekdays: [mon, tue, wed, thu, fri], slots: ['07:00-11:30', "
    "'13:30-17:00'],\n"
    "     season_from: 04-16, season_to: 10-15}\n"
    "  - {name: winter Friday, weekdays: [fri], slots: ['08:30-12:00'],\n"
    "     season_from: 12-15, season_to: 01-15, from: 2026-06-01}\n"
    "desks:\n"
    "  - {name: Saturday, weekdays: [sat], slots: ['08:00-11:30']}\n"
    "days:\n"
    "  - {date: 2026-05-02, kind: makeup_work, name: made up}\n"
    "  - {date: 2026-05-09, kind: holiday, name: feast}\n";

static void
test_variants(void **state)
{
    static const struct { const char *date; int from, to, n; } T[] = {
        {"2026-03-09", 480, 1020, 2}, {"2026-04-15", 480, 1020, 2}, {"2026-04-16", 420, 1020, 2},
        {"2026-10-15", 420, 1020, 2}, {"2026-10-16", 480, 1020, 2}, {"2026-01-09", 480, 1020, 2},
        {"2026-12-18", 510, 720, 1},  {"2027-01-15", 510, 720, 1},  {"2026-05-02", 420, 1020, 2},
    };
    struct data_faults faults = {.a = a};
    struct calendar c;

    (void)state;
    assert_true(calendar_load(a, VARIANTS, sizeof VARIANTS - 1, &c, &faults));
    for (size_t i = 0; i < ROWS(T); i++) {
        struct slots s = calendar_slots(&c, date(T[i].date));

        if (s.n != T[i].n || s.p[0].from != T[i].from || s.p[s.n - 1].to != T[i].to)
            fail_msg("%s", T[i].date);
    }
    assert_int_equal(calendar_desk(&c, date("2026-03-07")).n, 1);      /* receives, not counted */
    assert_false(calendar_works(&c, date("2026-03-07")));
    assert_int_equal(calendar_desk(&c, date("2026-05-02")).n, 0);      /* a working day */
    assert_int_equal(calendar_desk(&c, date("2026-05-09")).n, 0);      /* a holiday */
    assert_false(calendar_known(&c, date("2027-01-01")));
}

static void
test_desk_does_not_count(void **state)
{
    struct clock k = {.limit = {LIMIT_WORKING_DAYS, 1}, .channel = CHANNEL_DIRECT,
                      .received = moment("2026-03-06T10:00")};
    struct data_faults faults = {.a = a};
    struct calendar c;
    struct due d;

    (void)state;
    assert_true(calendar_load(a, VARIANTS, sizeof VARIANTS - 1, &c, &faults));
    assert_int_equal(deadlines_due(a, &c, &k, &d), OK);
    assert_string_equal(due_iso(a, &d), "2026-03-09");
    assert_int_equal(d.days[1].why, WHY_DESK);
}

static void
test_edited(void **state)
{
    struct special_day swap = {0, date("2026-11-23"), DAY_SWAP_OFF, "swap", "verified", ""};
    const struct calendar *c = calendar_with(a, cal, swap);

    (void)state;
    assert_false(calendar_works(c, date("2026-11-23")));
    assert_true(calendar_works(cal, date("2026-11-23")));              /* the first is unchanged */
    assert_int_equal(c->days.n, cal->days.n + 1);
    swap.kind = DAY_PLAIN;
    c = calendar_with(a, c, swap);
    assert_true(calendar_works(c, date("2026-11-23")));
    assert_int_equal(c->days.n, cal->days.n);
    assert_false(calendar_works(c, date("2026-11-24")));
}

#define BASE "known: [{from: 2026-01-01, to: 2026-12-31}]\n" \
             "hours: [{name: all, weekdays: [mon], slots: ['08:00-12:00']}]\n"

static void
test_faults(void **state)
{
    static const struct { const char *yaml; int line, column; const char *sentence; } T[] = {
        {"", 1, 1, "empty"},
        {"a: [", 2, 1, "not YAML"},
        {"- 1\n", 1, 1, "a map"},
        {BASE "colour: red\n", 3, 1, "no key \"colour\""},
        {BASE "known: []\n", 3, 1, "known stands here twice"},
        {"hours: [{name: all, weekdays: [mon], slots: ['08:00-12:00']}]\n", 1, 1,
         "known is missing"},
        {BASE "days:\n  - {date: 2026-02-30, kind: holiday, name: x}\n", 4, 12,
         "date must be a date"},
        {BASE "days:\n  - {date: 2026-02-03, kind: feast, name: x}\n", 4, 30,
         "kind must be one of"},
        {BASE "days:\n  - {date: 2026-02-03, kind: '-', name: x}\n", 4, 1, "kind is not one of"},
        {BASE "days:\n  - {date: 2026-02-03, kind: holiday}\n", 4, 5, "name is missing"},
        {BASE "days:\n  - {date: 2026-02-03, kind: holiday, name: x}\n"
              "  - {date: 2026-02-03, kind: holiday, name: y}\n",
         5, 1, "on line 4"},
        {BASE "days: x\n", 3, 7, "days is a list"},
        {BASE "days: [x]\n", 3, 8, "a map"},
        {BASE "desks: [{name: d, weekdays: [caturday], slots: ['08:00-11:00']}]\n", 3, 30,
         "no word \"caturday\""},
        {BASE "desks: [{name: d, weekdays: [sat], slots: ['8:00-11:00']}]\n", 3, 44,
         "written HH:MM-HH:MM"},
        {BASE "desks: [{name: d, weekdays: [sat], slots: ['11:00-08:00']}]\n", 3, 44,
         "written HH:MM-HH:MM"},
        {BASE "desks: [{name: d, weekdays: [sat], slots: ['08:00-11:00', '10:00-12:00']}]\n", 3, 59,
         "follow one another"},
        {BASE "desks: [{name: d, weekdays: [sat], slots: ['08:00-11:00'], season_from: 04-01}]\n",
         3, 1, "a season has both"},
        {BASE "desks: [{name: d, weekdays: [sat], slots: ['08:00-11:00'], from: 2026-02-01, to: "
              "2026-01-01}]\n",
         3, 1, "from is after to"},
        {BASE "desks: [{name: \"a\\u0007\", weekdays: [sat], slots: ['08:00-11:00']}]\n", 3, 16,
         "control characters"},
        {"known: [{from: 2026-01-01, to: 2026-12-31}]\n"
         "hours: [{name: all, weekdays: [tue], slots: ['08:00-12:00']}]\n",
         1, 1, "every Monday"},
        {"known: [{from: 2026-01-01, to: 2025-12-31}]\n"
         "hours: [{name: all, weekdays: [mon], slots: ['08:00-12:00']}]\n",
         1, 1, "from is after to"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        struct data_faults f = {.a = a};
        struct calendar c;

        if (calendar_load(a, T[i].yaml, strlen(T[i].yaml), &c, &f))
            fail_msg("taken: %s", T[i].yaml);
        if (f.v.p[0].line != T[i].line || f.v.p[0].column != T[i].column ||
            !strstr(f.v.p[0].sentence, T[i].sentence))
            fail_msg("%s\nwant %d:%d %s, got %d:%d %s", T[i].yaml, T[i].line, T[i].column,
                     T[i].sentence, f.v.p[0].line, f.v.p[0].column, f.v.p[0].sentence);
    }
}

static void
test_all_faults_at_once(void **state)
{
    static const char YAML[] =
        BASE "days:\n  - {date: x, kind: y, name: z}\n  - {date: 2026-01-01, colour: red}\n";
    struct data_faults f = {.a = a};
    struct calendar c;

    (void)state;
    assert_false(calendar_load(a, YAML, sizeof YAML - 1, &c, &f));
    assert_int_equal(f.v.n, 5);         /* date, kind; colour, no kind, no name */
}

static void
test_rules(void **state)
{
    const struct rule_set *old = rules_on(rules, date("2025-06-30")),
                          *now = rules_on(rules, date("2025-07-01"));
    static const char WRONG[] =
        "rules: [{from: 2025-01-01, basis: x, answer_online: same-day:15:00}]\n";
    struct data_faults f = {.a = a};
    struct rules r;

    (void)state;
    assert_int_equal(old->supplement, SUPPLEMENT_RESTART);
    assert_int_equal(now->supplement, SUPPLEMENT_PAUSE);
    assert_ptr_equal(rules_on(rules, date("2010-01-01")), old);         /* the first holds before */
    assert_string_equal(limit_text(a, now->answer_online), "8wh");
    assert_string_equal(limit_text(a, now->ask_supplement), "3wd");
    assert_string_equal(limit_text(a, now->applicant_supplement), "7wd");
    assert_int_equal(now->supplement_requests, 1);
    assert_non_null(rules_reason(rules, REASON_REFUSE, "not_competent"));
    assert_null(rules_reason(rules, REASON_EXTEND, "not_competent"));
    assert_null(rules_reason(rules, REASON_EXTEND, "nonsense"));
    assert_false(rules_load(a, WRONG, sizeof WRONG - 1, &r, &f));
    assert_true(f.v.n > 10);
}

/* Form 04: once, a working day before the due day at the latest, to a later working day. */
static void
test_extend(void **state)
{
    static const struct {
        const char *rule, *now;
        int before;
        const char *to;
        enum extend want;
    } T[] = {
        {"a working day before", "2026-11-23T16:59", 0, "2026-11-30", EXTEND_OK},
        {"at night of that day", "2026-11-23T23:59", 0, "2026-11-30", EXTEND_OK},
        {"the holiday between is too late", "2026-11-24T08:00", 0, "2026-11-30", EXTEND_LATE},
        {"on the due day", "2026-11-25T08:00", 0, "2026-11-30", EXTEND_LATE},
        {"the day after it was missed", "2026-11-26T16:00", 0, "2026-11-30", EXTEND_OK},
        {"two days after it was missed", "2026-11-27T08:00", 0, "2026-11-30", EXTEND_LATE},
        {"a second time", "2026-11-20T08:00", 1, "2026-11-30", EXTEND_AGAIN},
        {"not later", "2026-11-20T08:00", 0, "2026-11-25", EXTEND_NOT_LATER},
        {"not to a Sunday", "2026-11-20T08:00", 0, "2026-11-29", EXTEND_NOT_WORKED},
    };
    const struct rule_set *r = rules_on(rules, date("2026-11-20"));

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++)
        if (deadlines_extend(cal, r, date("2026-11-25"), moment(T[i].now), T[i].before,
                             date(T[i].to)) != T[i].want)
            fail_msg("%s", T[i].rule);
}

static void
test_bands(void **state)
{
    static const struct { const char *rule, *now; enum band band; enum warning warn; } T[] = {
        {"just received", "2026-03-09T08:00", BAND_GREEN, WARN_NOBODY},
        {"more than half left", "2026-03-13T10:00", BAND_GREEN, WARN_NOBODY},
        {"half left", "2026-03-16T12:00", BAND_YELLOW, WARN_NOBODY},
        {"less than 30 percent left", "2026-03-18T17:00", BAND_YELLOW, WARN_OFFICER},
        {"a working day left", "2026-03-20T09:00", BAND_ORANGE, WARN_OFFICER},
        {"the due day", "2026-03-23T09:00", BAND_ORANGE, WARN_LEADER},
        {"after office hours of the due day", "2026-03-23T19:00", BAND_ORANGE, WARN_LEADER},
        {"a day late", "2026-03-24T00:00", BAND_RED, WARN_LEADER},
    };
    struct clock k = {.limit = {LIMIT_WORKING_DAYS, 10}, .channel = CHANNEL_DIRECT,
                      .received = moment("2026-03-09T08:00")};
    const struct rule_set *r = rules_on(rules, date("2026-03-09"));
    struct due d;

    (void)state;
    assert_int_equal(deadlines_due(NULL, cal, &k, &d), OK);            /* due 2026-03-23 */
    for (size_t i = 0; i < ROWS(T); i++)
        if (deadlines_band(cal, r, &d, moment(T[i].now)) != T[i].band ||
            deadlines_warning(cal, r, &d, moment(T[i].now)) != T[i].warn)
            fail_msg("%s: band %d, warning %d", T[i].rule,
                     deadlines_band(cal, r, &d, moment(T[i].now)),
                     deadlines_warning(cal, r, &d, moment(T[i].now)));
}

static void
test_transfer(void **state)
{
    static const struct {
        const char *rule;
        enum channel channel;
        const char *received, *want;
    } T[] = {
        {"before 15:00: the same working day", CHANNEL_DIRECT, "2026-03-09T14:59",
         "2026-03-09T17:00"},
        {"from 15:00: next morning", CHANNEL_DIRECT, "2026-03-09T15:00", "2026-03-10T08:00"},
        {"Friday afternoon: Monday morning", CHANNEL_POSTAL, "2026-03-06T15:30",
         "2026-03-09T08:00"},
        {"on a Saturday: Monday morning", CHANNEL_DIRECT, "2026-03-07T09:00", "2026-03-09T08:00"},
        {"online: at once", CHANNEL_ONLINE, "2026-03-07T21:00", "2026-03-07T21:00"},
    };
    const struct rule_set *r = rules_on(rules, date("2026-03-09"));

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++)
        if (deadlines_transfer(cal, r, T[i].channel, moment(T[i].received)) != moment(T[i].want))
            fail_msg("%s", T[i].rule);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_working_days), cmocka_unit_test(test_office_hours),
        cmocka_unit_test(test_variants),     cmocka_unit_test(test_desk_does_not_count),
        cmocka_unit_test(test_edited),       cmocka_unit_test(test_faults),
        cmocka_unit_test(test_all_faults_at_once), cmocka_unit_test(test_rules),
        cmocka_unit_test(test_extend),       cmocka_unit_test(test_bands),
        cmocka_unit_test(test_transfer),
    };
    int rc;

    a = arena_open(64 << 20);
    cal = calendar_shipped(a);
    rules = rules_shipped(a);
    rc = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(a);
    return rc;
}
