/* The ring of keys: what it reads and refuses; a sealed text opens in its own place only. */
#include "base/test.h"

#include <stdio.h>

#include "base/ring.h"

#define KEY_1 "key 1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
#define KEY_2 "key 2 100102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
#define KEY_3 "key 9999 200102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"

static struct arena *a;

static const struct { const char *text, *why; } FILES[] = {
    {"# words\n\n" KEY_1, NULL},
    {KEY_1 KEY_2 KEY_3, NULL},
    {KEY_1 KEY_2 KEY_3 "key 4" "00", "a line is not of the form: key NUMBER HEX"},
    {"", "there is no key in it"},
    {"# nothing\n", "there is no key in it"},
    {"key 0" "00", "a line is not of the form: key NUMBER HEX"},
    {"key 01 00\n", "a line is not of the form: key NUMBER HEX"},
    {"key 12345 00\n", "a line is not of the form: key NUMBER HEX"},
    {"key 1 00\n", "a key is not 64 hexadecimal digits"},
    {"key 1 zz\n", "a key is not 64 hexadecimal digits"},
    {KEY_1 KEY_1, "two keys have the same number"},
    {" " KEY_1, "a line is not of the form: key NUMBER HEX"},
};

static void
test_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(FILES); i++) {
        struct ring r;
        const char *why = ring_read(a, FILES[i].text, strlen(FILES[i].text), &r);

        if (!FILES[i].why)
            assert_null(why);
        else {
            assert_non_null(why);
            assert_string_equal(why, FILES[i].why);
        }
        if (!why) {
            struct ring again;
            const char *text = ring_text(a, &r);

            assert_null(ring_read(a, text, strlen(text), &again));
            assert_memory_equal(again.key, r.key, sizeof r.key);
        }
    }
}

static void
test_four_keys(void **state)
{
    static const char FOUR[] = KEY_1 KEY_2 KEY_3
        "key 4 300102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";
    struct ring r;

    (void)state;
    assert_string_equal(ring_read(a, FOUR, sizeof FOUR - 1, &r),
                        "there are more than three keys: retire one");
    assert_null(ring_read(a, FOUR, strlen(KEY_1 KEY_2 KEY_3), &r));
    assert_false(ring_add(&r, 4));
    assert_true(ring_drop(&r, 2) && !ring_find(&r, 2) && ring_find(&r, 9999));
    assert_true(ring_add(&r, 4) && ring_find(&r, 4));
}

static void
use(const char *text, int write)
{
    struct ring r;

    assert_null(ring_read(a, text, strlen(text), &r));
    r.write = write;
    ring_use(&r);
}

static void
test_seal(void **state)
{
    static const char NUMBER[] = "001191000123";
    const char *s, *other;

    (void)state;
    use(KEY_1, 1);
    s = ring_seal(a, "party.phone", 0, NUMBER);
    assert_int_equal(ring_id(s), 1);
    assert_true(ring_sealed(s) && !strstr(s, NUMBER));
    assert_string_equal(ring_seal(a, "party.phone", 0, NUMBER), s);
    assert_string_equal(ring_open(a, "party.phone", 0, s), NUMBER);
    assert_null(ring_open(a, "party.personal_number", 0, s));
    assert_null(ring_open(a, "party.phone", 1, s));
    assert_string_not_equal(ring_seal(a, "party.phone", 1, NUMBER), s);
    assert_string_equal(ring_seal(a, "party.phone", 0, ""), "");
    assert_null(ring_seal(a, "party.phone", 0, NULL));
    assert_string_equal(ring_open(a, "party.phone", 0, NUMBER), NUMBER);
    use(KEY_1 KEY_2, 2);
    other = ring_seal(a, "party.phone", 0, NUMBER);
    assert_int_equal(ring_id(other), 2);
    assert_string_equal(ring_open(a, "party.phone", 0, s), NUMBER);
    use(KEY_2, 2);
    assert_null(ring_open(a, "party.phone", 0, s));
}

/* Any one letter changed, any length cut: it does not open. */
static void
test_altered(void **state)
{
    const char *s;
    char t[64];

    (void)state;
    use(KEY_1, 1);
    s = ring_seal(a, "account.login", 0, "001191000123");
    for (size_t i = 0; i < strlen(s); i++) {
        snprintf(t, sizeof t, "%s", s);
        t[i] = t[i] == 'A' ? 'B' : 'A';
        if (i > 0)
            assert_null(ring_open(a, "account.login", 0, t));
        snprintf(t, sizeof t, "%.*s", (int)i, s);
        if (i > 0)
            assert_null(ring_open(a, "account.login", 0, t));
    }
}

static void
test_forms(void **state)
{
    const char *f[RING_FORMS];

    (void)state;
    use(KEY_1 KEY_2, 2);
    ring_forms(a, "party.phone", "0912345678", f);
    assert_string_equal(f[0], "0912345678");
    assert_true(ring_id(f[1]) == 1 && ring_id(f[2]) == 2);
    assert_string_equal(f[3], "~");
    ring_forms(a, "party.phone", "", f);
    assert_string_equal(f[0], "");
    assert_string_equal(f[1], "~");
}

/* Every length up to some hundred bytes. */
static void
test_lengths(void **state)
{
    char text[301] = "";

    (void)state;
    use(KEY_1, 1);
    for (int n = 1; n <= 300; n++) {
        text[n - 1] = (char)(' ' + n % 90);
        assert_string_equal(ring_open(a, "x.y", n, ring_seal(a, "x.y", n, text)), text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files), cmocka_unit_test(test_four_keys),
        cmocka_unit_test(test_seal), cmocka_unit_test(test_altered), cmocka_unit_test(test_forms),
        cmocka_unit_test(test_lengths),
    };
    int failed;

    a = arena_open(16 << 20);
    failed = cmocka_run_group_tests_name("ring", tests, NULL, NULL);
    arena_close(a);
    return failed;
}
