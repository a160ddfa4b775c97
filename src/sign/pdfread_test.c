#include "base/test.h"

#include "sign/pdfread.h"

static struct arena *a;

static struct bytes
of(const char *s)
{
    return (struct bytes){(const uint8_t *)s, strlen(s)};
}

static const struct {
    const char *text;
    int type;           /* -1: no value */
    size_t n;           /* bytes of it */
} VALUES[] = {
    {"null", PDF_NULL, 4},
    {"nullx", -1, 0},
    {"  true ", PDF_BOOL, 4},
    {"12", PDF_INT, 2},
    {"-0.5", PDF_REAL, 4},
    {"1.2.3", -1, 0},
    {"12 0 R", PDF_REF, 6},
    {"12 0 Rx", PDF_INT, 2},
    {"12 % a comment\n 0 R", PDF_REF, 19},
    {"9999999999999999", -1, 0},
    {"/Name#20x", PDF_NAME, 9},
    {"(a(b)\\)c)", PDF_TEXT, 9},
    {"(open", -1, 0},
    {"<48 65>", PDF_HEX, 7},
    {"<48x>", -1, 0},
    {"[1 2 0 R /X]", PDF_ARRAY, 12},
    {"[1 2", -1, 0},
    {"<</A 1/B<</C[]>>>>", PDF_DICT, 18},
    {"<</A>>", -1, 0},
    {"<<1 2>>", -1, 0},
    {"endobj", -1, 0},
    {"", -1, 0},
    {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", -1, 0},
};

static void
test_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(VALUES); i++) {
        struct pdf_value v;
        bool ok = raw_read(of(VALUES[i].text), 0, &v);

        if (ok != (VALUES[i].type >= 0) ||
            (ok && ((int)v.type != VALUES[i].type || v.end - v.at != VALUES[i].n)))
            fail_msg("%s: %d, type %d, %zu bytes", VALUES[i].text, ok, (int)v.type, v.end - v.at);
    }
}

static void
test_names_have_one_meaning_and_keys_one_value(void **state)
{
    struct bytes in = of("<</Byte#52ange 1/A 2/#41 3>>");
    struct pdf_value dict, v;

    (void)state;
    assert_true(raw_read(in, 0, &dict));
    assert_int_equal(raw_get(in, &dict, "ByteRange", &v), 1);
    assert_int_equal(v.n, 1);
    assert_int_equal(raw_get(in, &dict, "A", &v), -1);
    assert_int_equal(raw_get(in, &dict, "B", &v), 0);
}

static const struct { const char *pdf, *text; } TEXTS[] = {
    {"(plain)", "plain"},
    {"(a\\(b\\)\\101\\n)", "a(b)A "},
    {"<FEFF004E01A1>", "N\u01a1"},
    {"<FEFFD83DDE00>", "\U0001F600"},
    {"<FEFFD83D>", " "},
    {"<FEFF202E0041>", " A"},
    {"42", ""},
};

static void
test_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(TEXTS); i++) {
        struct bytes in = of(TEXTS[i].pdf);
        struct pdf_value v;

        assert_true(raw_read(in, 0, &v));
        assert_string_equal(raw_text(a, in, &v, 100), TEXTS[i].text);
    }
}

static void
test_a_walk_knows_objects_tables_and_rubbish(void **state)
{
    static const int PARTS[] = {PART_OBJECT, PART_OBJECT, PART_OTHER, PART_XREF, PART_START};
    struct bytes in = of("%PDF-1.5\n1 0 obj\n<</Length 20>>\nstream\n2 0 obj null endobj \n"
                         "endstream\nendobj\n3 0 obj 7 endobj\nrubbish\nxref\n0 0\ntrailer\n"
                         "<</Size 1>>\nstartxref\n17\n%%EOF\n");
    struct pdf_list l;

    (void)state;
    raw_walk(a, in, &l);
    assert_int_equal(l.n, ROWS(PARTS));
    for (size_t i = 0; i < l.n; i++)
        assert_int_equal(l.p[i].part, PARTS[i]);
    assert_true(l.p[0].stream);
    assert_int_equal(l.p[1].number, 3);
    assert_int_equal(l.p[4].number, 17);
    assert_false(l.over);
}

/* Comments and strings within each other: without a bound each piece reads the rest of the file. */
static void
test_a_bomb_is_read_up_to_its_budget(void **state)
{
    static const char *const PARTS[] = {" 1%", " 1 0 obj(", " 1 %( <</A[", " 1 0 obj <</A %"};
    enum { SIZE = 4 << 20 };

    (void)state;
    for (size_t i = 0; i < ROWS(PARTS); i++) {
        char *p = arena_get(a, SIZE + 1);
        size_t n = strlen(PARTS[i]);
        struct pdf_list l;

        memset(p, ' ', SIZE);
        for (size_t at = 0; at + n <= SIZE; at += n)
            memcpy(p + at, PARTS[i], n);
        raw_budget(100 << 20);
        raw_walk(a, (struct bytes){(const uint8_t *)p, SIZE}, &l);
        assert_true(raw_spent() || l.over || l.n < 10);
        raw_budget(INT64_MAX);
        assert_false(raw_spent());
    }
}

static int
set_up(void **state)
{
    (void)state;
    a = arena_open(64 << 20);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    arena_close(a);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_names_have_one_meaning_and_keys_one_value),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_a_walk_knows_objects_tables_and_rubbish),
        cmocka_unit_test(test_a_bomb_is_read_up_to_its_budget),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
