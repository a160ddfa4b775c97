/* Contents: nothing is without its state, claims end, what failed is given up and tried again; the
 * photos of a paper become one document; who may see what. */
#include "base/test.h"

#include <string.h>

#include "db/testdb.h"
#include "mod/papers/content_work.h"
#include "mod/papers/papers.h"

static const char A[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
static const char B[] = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
static const char P[] = "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc";

static struct upload
photo(const char *sha256)
{
    return (struct upload){"giay", "anh.jpg", "image/jpeg", 10, sha256};
}

/* All that is due is clean and inspected. */
static size_t
settle(struct ctx *c)
{
    struct content *k;
    size_t n;

    assert_int_equal(content_take(c, 10, &k, &n), OK);
    for (size_t i = 0; i < n; i++) {
        struct content_result r = {.k = k[i]};

        r.k.scan = CONTENT_CLEAN;
        r.k.state = CONTENT_INSPECTED;
        r.k.pages = 1;
        r.k.signatures = 7;
        assert_int_equal(content_record(c, &r), OK);
    }
    return n;
}

static void
test_claims(void **state)
{
    struct upload u = photo(A);
    struct content *k, one;
    struct ctx c;
    size_t n;

    (void)state;
    testdb_open(&c);
    assert_false(content_is_due(&c));
    assert_int_equal(papers_attach(&c, 1, "giay", &u, 0, NULL), OK);
    assert_int_equal(papers_attach(&c, 2, "giay", &u, 0, NULL), OK);    /* once a content */
    assert_true(content_is_due(&c));
    assert_int_equal(content_take(&c, 10, &k, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(k[0].scan, CONTENT_PENDING);
    assert_int_equal(content_take(&c, 10, &k, &n), OK);
    assert_int_equal(n, 0);                                     /* another has it */
    c.now += CLAIM_SECONDS;
    assert_int_equal(content_take(&c, 10, &k, &n), OK);
    assert_int_equal(n, 1);                                     /* who had it died */
    for (int i = 0; n && i < 2 * CONTENT_TRIES; i++) {
        struct content_result r = {.k = k[0], .again = true};

        assert_int_equal(content_record(&c, &r), OK);
        c.now += 2 * 3600;
        assert_int_equal(content_take(&c, 10, &k, &n), OK);
    }
    assert_int_equal(n, 0);                                     /* given up */
    assert_int_equal(content_get(&c, A, &one), OK);
    assert_int_equal(one.scan, CONTENT_UNSCANNED);
    assert_int_equal(one.trouble, TROUBLE_FAILED);
    assert_int_equal(content_retry(&c), 1);
    assert_int_equal(settle(&c), 1);
    assert_int_equal(content_get(&c, A, &one), OK);
    assert_int_equal(one.scan, CONTENT_CLEAN);
    assert_int_equal(content_put(&c, A, 10, "image/jpeg"), OK); /* known and clean: not again */
    assert_int_equal(content_get(&c, A, &one), OK);
    assert_int_equal(one.due_at, 0);
    testdb_close(&c);
}

static void
test_rescan(void **state)
{
    struct content *k;
    const char *after = "";
    struct ctx c;
    size_t n;

    (void)state;
    testdb_open(&c);
    assert_int_equal(content_put(&c, A, 10, "application/pdf"), OK);
    assert_int_equal(content_put_made(&c, P, 10, "application/pdf", 2), OK);
    settle(&c);
    assert_int_equal(content_stale(&c, 7, 0, &after, &k, &n), OK);
    assert_int_equal(n, 1);                                     /* no signatures saw that yet */
    assert_string_equal(k[0].sha256, P);
    assert_int_equal(content_rescan(&c, P), OK);
    assert_int_equal(settle(&c), 1);
    after = "";
    assert_int_equal(content_stale(&c, 7, 0, &after, &k, &n), OK);
    assert_int_equal(n, 0);                                     /* these signatures saw both */
    after = "";
    assert_int_equal(content_stale(&c, 8, c.now + 1, &after, &k, &n), OK);
    assert_int_equal(n, 0);                                     /* too old to be looked at again */
    after = "";
    assert_int_equal(content_stale(&c, 8, 0, &after, &k, &n), OK);
    assert_int_equal(n, 2);                                     /* what was made here, too */
    assert_string_equal(k[1].sha256, P);
    assert_int_equal(content_rescan(&c, P), OK);
    assert_true(content_is_due(&c));
    assert_int_equal(content_take(&c, 10, &k, &n), OK);
    assert_int_equal(n, 1);
    assert_string_equal(k[0].sha256, P);
    assert_true(k[0].made);
    testdb_close(&c);
}

/* --- one account with many files, and one with one --- */

enum { FLOODER = 1, CITIZEN = 2, FLOOD = 40 };

static void
hand_in(struct ctx *c, int64_t account, int64_t owner, int number)
{
    struct upload u = photo(arena_fmt(c->a, "%064x", number + 1));

    c->account = account;
    assert_int_equal(papers_attach(c, owner, "giay", &u, 0, NULL), OK);
    c->account = 0;
}

static void
flood(struct ctx *c)
{
    for (int i = 0; i < FLOOD; i++)
        hand_in(c, FLOODER, 100 + i, i);
    hand_in(c, CITIZEN, 500, FLOOD);
}

static void
test_turns(void **state)
{
    struct content_figures f;
    struct content *k;
    struct ctx c;
    size_t n;
    int looks = 0;

    (void)state;
    testdb_open(&c);
    flood(&c);
    assert_int_equal(content_figures(&c, &f), OK);
    assert_int_equal(f.waiting, FLOOD + 1);
    assert_int_equal(f.accounts, 2);
    assert_int_equal(f.largest, FLOOD);
    do {
        c.now++;                                /* the oldest and the newest of an account */
        looks++;
        assert_int_equal(content_take(&c, 1, &k, &n), OK);
        assert_int_equal(n, 1);
    } while (k[0].account != CITIZEN);
    assert_in_range(looks, 1, 2);               /* not after the forty */
    for (; n == 1; looks++)
        assert_int_equal(content_take(&c, 1, &k, &n), OK);
    assert_in_range(looks, FLOOD + 1, FLOOD + 2);       /* and nobody is forgotten */
    testdb_close(&c);
}

static void
test_turns_of_documents(void **state)
{
    struct document_job j;
    struct ctx c;
    size_t n;
    int looks = 0;

    (void)state;
    testdb_open(&c);
    flood(&c);
    while (settle(&c) > 0)
        continue;
    do {
        looks++;
        assert_int_equal(content_take_documents(&c, 1, false, &j, &n), OK);
        assert_int_equal(n, 1);
    } while (j.owner != 500);
    assert_in_range(looks, 1, 2);
    testdb_close(&c);
}

static void
test_documents(void **state)
{
    const struct content_made pdf = {P, "application/pdf", 99, 2};
    struct document_result made = {.state = DOCUMENT_MADE, .pdf = pdf};
    struct upload a = photo(A), b = photo(B);
    struct paper_document *d, one;
    struct document_job j;
    struct content k;
    struct ctx c;
    size_t n;

    (void)state;
    testdb_open(&c);
    assert_int_equal(papers_attach(&c, 1, "giay", &a, 0, NULL), OK);
    assert_int_equal(papers_attach(&c, 1, "giay", &b, 0, NULL), OK);
    assert_int_equal(content_take_documents(&c, 1, false, &j, &n), OK);
    assert_int_equal(n, 0);                                     /* its photos come first */
    settle(&c);
    c.now += 100;
    assert_int_equal(papers_move(&c, 1, 9), OK);                /* the draft is sent */
    assert_int_equal(content_take_documents(&c, 1, false, &j, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(j.owner, 9);
    assert_int_equal(j.n, 2);
    assert_int_equal(content_record_document(&c, &j, &made), OK);
    assert_int_equal(content_document(&c, 9, "giay", 0, READER_OFFICER, &one), OK);
    assert_int_equal(one.pages, 2);
    assert_string_equal(one.sha256, P);
    assert_int_equal(content_get(&c, A, &k), OK);
    assert_int_equal(k.state, CONTENT_CONVERTED);

    assert_int_equal(papers_attach(&c, 9, "giay", &a, 0, NULL), OK);    /* one more: made anew */
    assert_int_equal(content_documents(&c, 9, &d, &n), OK);
    assert_int_equal(d[0].state, DOCUMENT_WAITING);
    assert_int_equal(content_take_documents(&c, 1, false, &j, &n), OK);
    assert_int_equal(papers_attach(&c, 9, "giay", &b, 0, NULL), OK);    /* while it is made */
    assert_int_equal(content_record_document(&c, &j, &made), OK);
    assert_int_equal(content_documents(&c, 9, &d, &n), OK);
    assert_int_equal(d[0].state, DOCUMENT_WAITING);
    testdb_close(&c);
}

static const struct {
    const char *name;
    enum content_scan scan;
    enum content_reader who;
    bool required, may;
} S[] = {
    {"clean, officer", CONTENT_CLEAN, READER_OFFICER, true, true},
    {"infected, officer", CONTENT_INFECTED, READER_OFFICER, false, false},
    {"infected, who handed it in", CONTENT_INFECTED, READER_OWNER, false, false},
    {"infected, the program", CONTENT_INFECTED, READER_PROGRAM, false, false},
    {"pending, not required", CONTENT_PENDING, READER_OFFICER, false, true},
    {"pending, required", CONTENT_PENDING, READER_OFFICER, true, false},
    {"unscanned, not required", CONTENT_UNSCANNED, READER_OFFICER, false, true},
    {"unscanned, required", CONTENT_UNSCANNED, READER_OFFICER, true, false},
    {"unscanned, required, who handed it in", CONTENT_UNSCANNED, READER_OWNER, true, true},
    {"unscanned, required, the program", CONTENT_UNSCANNED, READER_PROGRAM, true, false},
};

static void
test_servable(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(S); i++) {
        struct content k = {.sha256 = A, .scan = S[i].scan};

        if (!content_servable(&k, S[i].who, S[i].required) != S[i].may)
            fail_msg("%s", S[i].name);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_claims), cmocka_unit_test(test_rescan),
        cmocka_unit_test(test_turns), cmocka_unit_test(test_turns_of_documents),
        cmocka_unit_test(test_documents), cmocka_unit_test(test_servable)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
