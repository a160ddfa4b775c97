/* One row, one line that a person reads. */
#include "base/test.h"

#include "base/progress.h"

enum { SEC = 1000000 };

static void
same(const char *want, const char *got)
{
    if (strcmp(want, got) != 0)
        fail_msg("want \"%s\", got \"%s\"", want, got);
}

static void
test_number(void **state)
{
    static const struct { const char *unit; int64_t v; const char *want; } T[] = {
        {"rows", 0, "0"},
        {"rows", 999, "999"},
        {"rows", 1000, "1,000"},
        {"rows", 12345678, "12,345,678"},
        {"rows", INT64_MAX, "9,223,372,036,854,775,807"},
        {"rows", -5, "0"},
        {"bytes", 999, "999 bytes"},
        {"bytes", 1000, "1.0 kB"},
        {"bytes", 1234567, "1.2 MB"},
        {"bytes", 74900000000, "74.9 GB"},
        {"bytes", INT64_MAX, "9.2 EB"},
    };
    char out[60];

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        progress_number(T[i].unit, T[i].v, out, sizeof out);
        same(T[i].want, out);
    }
}

static void
test_duration(void **state)
{
    static const struct { int64_t s; const char *want; } T[] = {
        {0, "0 s"}, {59, "59 s"}, {60, "1 min 00 s"}, {194, "3 min 14 s"}, {7384, "2 h 03 min"},
    };
    char out[40];

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        progress_duration(T[i].s, out, sizeof out);
        same(T[i].want, out);
    }
}

static void
test_text(void **state)
{
    static const struct {
        int64_t first, done, total, micros;
        bool over;
        const char *part, *want;
    } T[] = {
        {0, 0, 0, 0, false, NULL, "copy: 0 rows"},
        {0, 0, 0, 9 * SEC, false, NULL, "copy: 0 rows"},
        {0, 0, 100, 0, false, NULL, "copy: 0 of 100 rows (0 %)"},
        {0, 50, 100, 0, false, NULL, "copy: 50 of 100 rows (50 %)"},
        {0, 50, 100, 10 * SEC, false, "dossier",
         "copy: 50 of 100 rows (50 %), 5 rows a second, 10 s left, at dossier"},
        {40, 50, 100, 10 * SEC, false, NULL,
         "copy: 50 of 100 rows (50 %), 1 rows a second, 50 s left"},
        {0, 120, 100, 10 * SEC, false, NULL, "copy: 120 rows, 12 rows a second"},
        {0, 100, 100, 10 * SEC, false, NULL,
         "copy: 100 of 100 rows (100 %), 10 rows a second, 0 s left"},
        {0, INT64_MAX, INT64_MAX, SEC, false, NULL,
         "copy: 9,223,372,036,854,775,807 of 9,223,372,036,854,775,807 rows (100 %), "
         "9,223,372,036,854,775,807 rows a second, 0 s left"},
        {40, 1040, 1040, 10 * SEC, true, "x", "copy: 1,000 rows in 10 s, 100 rows a second"},
        {0, 0, 0, 0, true, NULL, "copy: 0 rows, done"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        struct progress p = {.what = "copy", .unit = "rows", .part = T[i].part,
                             .first = T[i].first, .done = T[i].done, .total = T[i].total};
        char out[PROGRESS_LINE];

        progress_text(&p, T[i].micros, T[i].over, out);
        same(T[i].want, out);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_number),
        cmocka_unit_test(test_duration),
        cmocka_unit_test(test_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
