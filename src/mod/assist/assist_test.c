/* assist_test.c - what a confirmation stands for, and how often one may try. */
#include "base/test.h"

#include "db/testdb.h"
#include "mod/assist/assist.h"
#include "site/site.h"

static const struct assist_rule R = {.drafts = 3, .codes = 4, .code_minutes = 10,
                                     .stands_minutes = 60, .keep_days = 3, .assurance = 2};
static struct ctx c;
static const uint8_t KEY[32] = "site key of a test, 32 bytes ok";
static struct site site = {.key = KEY};

static struct assist
begun(int64_t draft)
{
    struct assist a;

    testdb_open(&c);
    c.site = &site;
    c.account = 9;
    c.now = 1700000000;
    assert_int_equal(assist_begin(&c, &R, draft, 5), OK);
    assert_int_equal(assist_get(&c, draft, &a), OK);
    return a;
}

static enum assist_answer
answer(int64_t draft, const char *what, const char *typed)
{
    enum assist_answer got;
    struct assist a;

    assert_int_equal(assist_get(&c, draft, &a), OK);
    assert_int_equal(assist_try(&c, &R, &a, what, typed, &got), OK);
    return got;
}

static struct assist
now(int64_t draft)
{
    struct assist a;

    assert_int_equal(assist_get(&c, draft, &a), OK);
    return a;
}

static void
test_code(void **state)
{
    struct assist a = begun(1);
    char *code;

    (void)state;
    assert_int_equal(answer(1, "w", "123456"), ASSIST_LATE);        /* none was asked for */
    assert_int_equal(assist_code(&c, &R, &a, ASSIST_MAIL, "w", "a@b", &code), OK);
    assert_true(strlen(code) == ASSIST_DIGITS);
    assert_null(strstr(now(1).code, code));
    assert_int_equal(answer(1, "w", "x"), ASSIST_WRONG);
    assert_int_equal(answer(1, "w", code), ASSIST_RIGHT);
    a = now(1);
    assert_true(a.way == ASSIST_MAIL && assist_stands(&a, &R, "w", c.now));
    assert_false(assist_stands(&a, &R, "another", c.now));          /* changed afterwards */
    assert_false(assist_stands(&a, &R, "w", c.now + 3600));         /* too long ago */
    assert_int_equal(answer(1, "w", code), ASSIST_LATE);            /* once */
    testdb_close(&c);
}

static void
test_tries(void **state)
{
    struct assist a = begun(1);
    char *code;

    (void)state;
    assert_int_equal(assist_code(&c, &R, &a, ASSIST_MAIL, "w", "", &code), OK);
    for (int i = 0; i < ASSIST_TRIES - 1; i++)
        assert_int_equal(answer(1, "w", "x"), ASSIST_WRONG);
    assert_int_equal(answer(1, "w", "x"), ASSIST_SPENT);
    assert_int_equal(answer(1, "w", code), ASSIST_LATE);
    a = now(1);
    assert_int_equal(assist_code(&c, &R, &a, ASSIST_MAIL, "w", "", &code), OK);
    c.now += 600;
    assert_int_equal(answer(1, "w", code), ASSIST_LATE);
    a = now(1);
    assert_int_equal(assist_code(&c, &R, &a, ASSIST_MAIL, "w", "", &code), OK);
    assert_int_equal(answer(1, "v", code), ASSIST_CHANGED);
    a = now(1);
    assert_int_equal(assist_code(&c, &R, &a, ASSIST_MAIL, "w", "", &code), OK);
    a = now(1);
    assert_int_equal(assist_code(&c, &R, &a, ASSIST_MAIL, "w", "", &code), E_LIMIT);
    testdb_close(&c);
}

static void
test_link(void **state)
{
    struct assist a = begun(1), seen;
    char *token, *code;

    (void)state;
    assert_int_equal(assist_link(&c, &R, &a, "w", &token), OK);
    assert_int_equal(assist_by_link(&c, &R, "khong-co", &seen), E_NOTFOUND);
    assert_int_equal(assist_by_link(&c, &R, token, &seen), OK);
    assert_string_equal(seen.asked, "w");
    assert_int_equal(assist_code(&c, &R, &seen, ASSIST_DEVICE, "w", "", &code), OK);
    assert_int_equal(assist_by_link(&c, &R, token, &seen), E_NOTFOUND);     /* used */
    assert_int_equal(answer(1, "w", code), ASSIST_RIGHT);
    assert_int_equal(now(1).way, ASSIST_DEVICE);
    a = now(1);
    assert_int_equal(assist_link(&c, &R, &a, "w", &token), OK);
    c.now += 600;
    assert_int_equal(assist_by_link(&c, &R, token, &seen), E_NOTFOUND);     /* late */
    testdb_close(&c);
}

static void
test_ended(void **state)
{
    struct assist a = begun(1);
    int64_t drafts[4], n, unit;
    size_t older;

    (void)state;
    assert_int_equal(assist_sign(&c, &a, "w", "sha"), OK);
    assert_string_equal(now(1).signature, "sha");
    assert_int_equal(assist_end(&c, 1, 77), OK);
    assert_int_equal(assist_end(&c, 1, 0), OK);                     /* an end is an end */
    assert_int_equal(now(1).dossier, 77);
    assert_int_equal(assist_sign(&c, &a, "w", "sha"), E_CONFLICT);
    assert_int_equal(assist_begin(&c, &R, 2, 5), OK);
    assert_int_equal(assist_begin(&c, &R, 3, 5), OK);
    assert_int_equal(assist_begin(&c, &R, 4, 5), E_LIMIT);
    assert_true(c.retry_after > 0);
    assert_int_equal(assist_unfinished(&c, 9, 0, c.now + 1, c.now, &n, &unit), OK);
    assert_int_equal(n, 0);                                         /* two are open, and young */
    assert_int_equal(assist_end(&c, 2, 0), OK);
    assert_int_equal(assist_unfinished(&c, 9, 0, c.now + 1, c.now, &n, &unit), OK);
    assert_true(n == 1 && unit == 5);
    assert_int_equal(assist_unfinished(&c, 9, 0, c.now + 1, c.now + 1, &n, &unit), OK);
    assert_int_equal(n, 2);
    assert_int_equal(assist_older(&c, c.now + 1, 4, drafts, &older), OK);
    assert_true(older == 1 && drafts[0] == 3);
    testdb_close(&c);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_code), cmocka_unit_test(test_tries),
                                       cmocka_unit_test(test_link), cmocka_unit_test(test_ended)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
