/* Numbers have no gaps, states no short cuts; a file is in force only when it is there. */
#include "base/test.h"

#include "db/testdb.h"
#include "mod/results/issued.h"

#define SHA "aa00000000000000000000000000000000000000000000000000000000000000"
#define SHB "bb00000000000000000000000000000000000000000000000000000000000000"
enum { AGENCY = 7, DAY0 = 20410 /* 18/11/2025 */ };

static int lines;

static void
count_line(void *to, const char *line)
{
    (void)to;
    print_message("%s\n", line);
    lines++;
}

static int
faults(struct ctx *c)
{
    int64_t found = 0;

    lines = 0;
    assert_int_equal(results_verify(c, count_line, NULL, &found), OK);
    assert_int_equal(found, lines);
    return lines;
}

static struct result
draft(struct ctx *c, const char *book)
{
    struct result r = {.dossier = 9, .code = "H26.1-251118-0001", .template = "quyet_dinh",
                       .title = "Quyết định", .holder = "Nguyễn Thị Ánh", .agency = AGENCY,
                       .book = book, .facts = "{\"a\":\"ấ\"}"};

    assert_int_equal(result_prepare(c, &r), OK);
    assert_int_equal(strlen(r.token), 22);
    return r;
}

static struct result
issued(struct ctx *c, const char *book, const char *sha)
{
    struct result r = draft(c, book);

    r.signer = 3;
    r.signer_name = "Trần Văn Bình";
    assert_int_equal(result_reserve(c, &r, "{nn}/{y}/QĐ-UBND"), OK);
    assert_int_equal(result_issue(c, &r, sha, 100, "[]"), OK);
    return r;
}

static void
open_at(struct ctx *c)
{
    testdb_open(c);
    c->now = (int64_t)DAY0 * 86400 + 3600;
    c->account = 3;
}

static void
test_numbers(void **state)
{
    struct result a, b, other, *list;
    struct book *books;
    struct ctx c;
    size_t n;

    (void)state;
    open_at(&c);
    a = issued(&c, "quyet_dinh", SHA);
    assert_string_equal(a.number, "01/2025/QĐ-UBND");
    assert_int_equal(a.state, RESULT_IN_FORCE);
    b = draft(&c, "quyet_dinh");
    b.signer = 3;
    assert_int_equal(result_reserve(&c, &b, "{n}/QĐ"), OK);
    assert_string_equal(b.number, "2/QĐ");
    assert_int_equal(result_put_off(&c, &b, "signer away", true), OK);      /* a draft again */
    assert_int_equal(result_reserve(&c, &b, "{n}/QĐ"), OK);
    assert_string_equal(b.number, "2/QĐ");                          /* its number stays with it */
    other = issued(&c, "khai_sinh", SHB);
    assert_int_equal(other.seq, 1);                                 /* each book its own */
    assert_int_equal(faults(&c), 0);
    assert_int_equal(results_books(&c, AGENCY, &books, &n), OK);
    assert_int_equal(n, 2);
    assert_int_equal(results_book(&c, &(struct book_query){.agency = AGENCY, .year = 2025,
                                                           .book = "quyet_dinh"}, &list, &n), OK);
    assert_int_equal(n, 2);
    assert_int_equal(list[0].seq, 2);
    testdb_close(&c);
}

static void
test_new_year(void **state)
{
    struct result r;
    struct ctx c;

    (void)state;
    open_at(&c);
    r = draft(&c, "quyet_dinh");
    r.signer = 3;
    assert_int_equal(result_reserve(&c, &r, "{n}"), OK);
    assert_int_equal(result_put_off(&c, &r, "away", true), OK);
    c.now += (int64_t)60 * 86400;                               /* the year is over */
    assert_int_equal(result_reserve(&c, &r, "{n}"), E_CONFLICT);
    assert_int_equal(result_drop(&c, &r, ""), E_INVALID);       /* a number goes with a reason */
    assert_int_equal(result_drop(&c, &r, "hết năm"), OK);
    r = draft(&c, "quyet_dinh");
    r.signer = 3;
    assert_int_equal(result_reserve(&c, &r, "{n}/{y}"), OK);
    assert_string_equal(r.number, "1/2026");
    assert_int_equal(faults(&c), 0);
    testdb_close(&c);
}

static void
test_signing(void **state)
{
    struct result a, again, stale, *list;
    struct ctx c;
    size_t n;

    (void)state;
    open_at(&c);
    a = draft(&c, "b");
    assert_int_equal(result_issue(&c, &a, SHA, 5, "[]"), E_CONFLICT);       /* never unsigned */
    a.signer = 3;
    stale = a;
    assert_int_equal(result_reserve(&c, &a, "{n}"), OK);
    assert_int_equal(result_prepare(&c, &stale), E_CONFLICT);       /* contents are fixed now */
    assert_int_equal(results_to_sign(&c, 60, 10, &list, &n), OK);
    assert_int_equal(n, 1);
    assert_string_equal(list[0].holder, "Nguyễn Thị Ánh");
    assert_int_equal(results_to_sign(&c, 60, 10, &list, &n), OK);
    assert_int_equal(n, 0);                                         /* leased */
    c.now += 61;                                                    /* its server died */
    assert_int_equal(results_to_sign(&c, 60, 10, &list, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(list[0].tries, 2);
    assert_int_equal(result_issue(&c, &list[0], SHA, 5, "[1]"), OK);
    again = a;
    assert_int_equal(result_issue(&c, &again, SHA, 5, "[1]"), OK);          /* once */
    assert_int_equal(again.version, list[0].version);
    assert_int_equal(result_issue(&c, &again, SHB, 5, "[2]"), E_CONFLICT);  /* and for all */
    assert_int_equal(result_find_by_hash(&c, SHA, &again), OK);
    assert_string_equal(again.signatures, "[1]");
    assert_int_equal(result_find_by_hash(&c, SHB, &again), E_NOTFOUND);
    assert_int_equal(result_find_by_hash(&c, "no hash", &again), E_NOTFOUND);
    testdb_close(&c);
}

static void
test_ends(void **state)
{
    struct result a, b, now;
    struct ctx c;

    (void)state;
    open_at(&c);
    a = issued(&c, "b", SHA);
    b = issued(&c, "b", SHB);
    assert_int_equal(result_revoke(&c, &a, "", ""), E_INVALID);
    assert_int_equal(result_replace(&c, &a, &b, "sai tên"), OK);
    assert_int_equal(result_revoke(&c, &a, "", "x"), E_CONFLICT);       /* it is over already */
    assert_int_equal(result_get(&c, a.id, &now), OK);
    assert_int_equal(now.replaced_by, b.id);
    assert_false(result_holds(&now, DAY0));
    assert_true(result_holds(&b, DAY0));
    assert_int_equal(result_revoke(&c, &b, "Cấp sai", " cấp  nhầm cho ông A "), OK);
    assert_int_equal(result_by_token(&c, b.token, &now), OK);
    assert_string_equal(now.reason, "cấp nhầm cho ông A");
    assert_string_equal(now.public_reason, "Cấp sai");
    assert_int_equal(faults(&c), 0);
    testdb_close(&c);
}

static void
test_expiry(void **state)
{
    struct result r;
    struct ctx c;

    (void)state;
    open_at(&c);
    r = draft(&c, "b");
    r.signer = 3;
    r.valid_to = DAY0 + 30;
    assert_int_equal(result_reserve(&c, &r, "{n}"), OK);
    assert_int_equal(result_issue(&c, &r, SHA, 5, "[]"), OK);
    c.now += (int64_t)30 * 86400;
    assert_int_equal(results_expire(&c), OK);
    assert_int_equal(result_get(&c, r.id, &r), OK);
    assert_int_equal(r.state, RESULT_IN_FORCE);                     /* its last day counts */
    assert_true(result_holds(&r, vn_day(c.now)));
    c.now += 86400;
    assert_false(result_holds(&r, vn_day(c.now)));          /* at once, not with the round */
    assert_int_equal(results_expire(&c), OK);
    assert_int_equal(result_get(&c, r.id, &r), OK);
    assert_int_equal(r.state, RESULT_EXPIRED);
    testdb_close(&c);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers), cmocka_unit_test(test_new_year),
        cmocka_unit_test(test_signing), cmocka_unit_test(test_ends),
        cmocka_unit_test(test_expiry),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
