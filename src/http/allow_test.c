/* Who may ask, as an operator writes it. */
#include "base/test.h"

#include "http/allow.h"

static void
test_match(void **state)
{
    static const struct {
        const char *list, *address;
        bool want;
    } T[] = {
        {"127.0.0.1 ::1", "127.0.0.1", true},
        {"127.0.0.1 ::1", "::1", true},
        {"127.0.0.1, ::1", "::1", true},
        {"127.0.0.1 ::1", "127.0.0.2", false},
        {"127.0.0.1 ::1", "unix", false},
        {"unix", "unix", true},
        {"10.2.0.0/15", "10.3.255.1", true},
        {"10.2.0.0/15", "10.4.0.1", false},
        {"0.0.0.0/0", "8.8.8.8", true},
        {"0.0.0.0/0", "::1", false},
        {"2001:db8::/33", "2001:db8:7fff::1", true},
        {"2001:db8::/33", "2001:db8:8000::1", false},
        {"", "127.0.0.1", false},
        {"none", "unix", false},
        {"unix", "", false},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++)
        if (allow_match(T[i].list, T[i].address) != T[i].want)
            fail_msg("'%s' and %s", T[i].list, T[i].address);
}

static void
test_fault(void **state)
{
    static const struct {
        const char *list;
        bool good;
    } T[] = {
        {"", true},
        {"none", true},
        {"unix 127.0.0.1/8 ::/0", true},
        {"localhost", false},
        {"10.0.0.0/33", false},
        {"10.0.0.0/", false},
        {"10.0.0/8", false},
        {"::1/129", false},
        {"127.0.0.1;::1", false},
        {"1111111111111111111111111111111111111111111111111111111111111111111", false},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++)
        if ((allow_fault(T[i].list) == NULL) != T[i].good)
            fail_msg("'%s'", T[i].list);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_match), cmocka_unit_test(test_fault)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
