/* Who was looked up is known; strangers push nobody out. */
#include "base/test.h"

#include "http/rate.h"
#include "site/known.h"

static void
test_known(void **state)
{
    struct known *k = known_open();
    uint64_t cookie = rate_who("a cookie"), other = rate_who("another");

    (void)state;
    assert_int_equal(known_find(k, cookie), 0);
    known_put(k, cookie, 41);
    assert_int_equal(known_find(k, cookie), 41);
    assert_int_equal(known_find(k, other), 0);
    known_put(k, cookie, 42);               /* the place is its own */
    assert_int_equal(known_find(k, cookie), 42);
    known_drop(k, other);
    assert_int_equal(known_find(k, cookie), 42);
    known_drop(k, cookie);
    assert_int_equal(known_find(k, cookie), 0);
    known_close(k);
}

/* A city's officers and as many citizens at once. */
static void
test_many(void **state)
{
    enum { MANY = 20000 };
    struct known *k = known_open();
    int there = 0;

    (void)state;
    for (int64_t i = 1; i <= MANY; i++)
        known_put(k, rate_who_number(i), i);
    for (int64_t i = 1; i <= MANY; i++) {
        int64_t account = known_find(k, rate_who_number(i));

        assert_true(account == 0 || account == i);
        there += account == i;
    }
    assert_in_range(there, MANY * 95 / 100, MANY);
    known_close(k);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_known), cmocka_unit_test(test_many)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
