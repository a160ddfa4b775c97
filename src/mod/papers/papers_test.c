/* Files keep their number; nothing that was handed in is lost. */
#include "base/test.h"

#include "db/testdb.h"
#include "mod/papers/papers.h"

static const struct upload SCAN = {"giay_chung_sinh", "giấy chứng sinh.jpg", "image/jpeg", 1234,
                                   "aaaa"};

static void
test_files(void **state)
{
    struct paper_file *f, one;
    struct ctx c;
    size_t n;
    int seq;

    (void)state;
    testdb_open(&c);
    assert_int_equal(papers_attach(&c, 1, "giay_chung_sinh", &SCAN, 0, &seq), OK);
    assert_int_equal(papers_attach(&c, 1, "giay_chung_sinh", &SCAN, 0, &seq), OK);
    assert_int_equal(seq, 2);
    assert_int_equal(papers_remove(&c, 1, 1), OK);
    assert_int_equal(papers_remove(&c, 1, 1), E_NOTFOUND);
    assert_int_equal(papers_attach(&c, 1, "", &SCAN, 0, &seq), OK);
    assert_int_equal(seq, 3);                                   /* no number is used again */
    assert_int_equal(papers_move(&c, 1, 9), OK);                /* the draft becomes a dossier */
    assert_int_equal(papers_file(&c, 1, 2, &one), E_NOTFOUND);
    assert_int_equal(papers_attach(&c, 9, "giay_chung_sinh", &SCAN, 1, &seq), OK);
    assert_int_equal(papers_replace(&c, 9, "giay_chung_sinh", 1), OK);
    assert_int_equal(papers_files(&c, 9, &f, &n), OK);
    assert_int_equal(n, 3);
    assert_true(f[0].replaced && !f[1].replaced && !f[2].replaced);
    for (int i = seq; i < PAPERS_MAX_FILES; i++)
        assert_int_equal(papers_attach(&c, 9, "", &SCAN, 1, NULL), OK);
    assert_int_equal(papers_attach(&c, 9, "", &SCAN, 1, NULL), E_INVALID);
    testdb_close(&c);
}

static void
test_checks(void **state)
{
    struct paper_check k = {.paper = "a", .form = PAPER_COPY, .count = 1, .accepted = true}, *out;
    struct ctx c;
    size_t n;

    (void)state;
    testdb_open(&c);
    assert_int_equal(papers_check(&c, 1, &k), OK);
    k.form = PAPER_MISSING;
    assert_int_equal(papers_check(&c, 1, &k), OK);              /* the last word counts */
    assert_int_equal(papers_checks(&c, 1, &out, &n), OK);
    assert_int_equal(n, 1);
    assert_false(out[0].accepted); /* what is missing is not accepted */
    testdb_close(&c);
}

static void
test_words(void **state)
{
    (void)state;
    for (enum paper_form f = 0; f < PAPER__COUNT; f++)
        assert_int_equal(papers_form_parse(papers_form_word(f)), f);
    assert_int_equal(papers_form_parse("nonsense"), PAPER__COUNT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_files), cmocka_unit_test(test_checks),
                                       cmocka_unit_test(test_words)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
