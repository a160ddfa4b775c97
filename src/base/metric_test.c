/* Figures and the text they become. */
#include "base/test.h"

#include <string.h>

#include "base/metric.h"

static void
test_histogram(void **state)
{
    static const struct scale S = {1000, 3, {500, 1000, 2000}};
    static const char WANT[] = "t_bucket{a=\"b\",le=\"0.5\"} 2\n"
                               "t_bucket{a=\"b\",le=\"1\"} 3\n"
                               "t_bucket{a=\"b\",le=\"2\"} 3\n"
                               "t_bucket{a=\"b\",le=\"+Inf\"} 5\n"
                               "t_sum{a=\"b\"} 103.5\n"
                               "t_count{a=\"b\"} 5\n";
    static const int64_t V[] = {-5, 500, 1000, 2001, 99999};
    struct arena *a = arena_open(1 << 16);
    struct histogram h = {0};
    struct buf b;

    (void)state;
    buf_init(&b, a, 4096);
    for (size_t i = 0; i < ROWS(V); i++)
        histogram_add(&h, &S, V[i]);
    metric_histogram(&b, "t", "a=\"b\"", &h, &S);
    assert_string_equal(b.p, WANT);
    arena_close(a);
}

static void
test_values(void **state)
{
    struct arena *a = arena_open(1 << 16);
    struct buf b;

    (void)state;
    buf_init(&b, a, 4096);
    metric_head(&b, "n", "gauge", "How many.");
    metric_int(&b, "n", "", -3);
    metric_seconds(&b, "s", "x=\"1\"", 1500);
    metric_label(&b, "l", "a\"b\\c\nd");
    assert_string_equal(b.p, "# HELP n How many.\n# TYPE n gauge\nn -3\ns{x=\"1\"} 0.001500\n"
                             "l=\"a\\\"b\\\\c\\nd\"");
    arena_close(a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_histogram),
                                       cmocka_unit_test(test_values)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
