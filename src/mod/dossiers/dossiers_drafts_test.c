/* Drafts, and what a submission would become. */
#include "mod/dossiers/dossiers_testing.h"

static struct town t;

static int
set_up(void **state)
{
    (void)state;
    town_open(&t);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    town_close(&t);
    return 0;
}

static void
test_drafts(void **state)
{
    static const struct upload SCAN = {"giay_a", "a.jpg", "image/jpeg", 1000, "abcd"};
    struct submission s, mine;
    struct paper_file *f;
    struct draft d, again, *all;
    struct dossier out;
    char *secret;
    size_t n;

    (void)state;
    town_be(&t, CITIZEN);
    assert_int_equal(draft_new(&t.c, "9.9", &d), E_NOTFOUND);
    assert_int_equal(draft_new(&t.c, "9.000001", &d), OK);
    json_object_set_new(d.answers, "noi_dung", json_string("Xin giấy"));
    town_submission(&t, &s, CHANNEL_ONLINE);
    d.parties = s.parties;
    d.n_parties = 1;
    d.unit = t.a;
    d.delivery = DELIVER_ONLINE;
    assert_int_equal(draft_save(&t.c, &d), OK);
    assert_int_equal(d.version, 2);
    again = d;
    again.version = 1;
    assert_int_equal(draft_save(&t.c, &again), E_CONFLICT);     /* saved elsewhere in between */
    assert_int_equal(papers_attach(&t.c, d.id, "giay_a", &SCAN, 0, NULL), OK);
    json_decref(d.answers);
    town_be(&t, OTHER_CITIZEN);
    assert_int_equal(draft_get(&t.c, d.token, &again), E_NOTFOUND);
    town_be(&t, CITIZEN);
    assert_int_equal(draft_get(&t.c, d.token, &again), OK);
    draft_submission(&again, &mine);
    assert_int_equal(dossiers_submit(&t.c, &mine, &out, &secret), OK);
    json_decref(again.answers);
    json_decref(s.answers);
    assert_int_equal(papers_files(&t.c, out.id, &f, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(draft_list(&t.c, &all, &n), OK);
    assert_int_equal(n, 0);                     /* handed in: it is no draft any more */
    for (int i = 0; i < DRAFTS_MAX; i++) {
        assert_int_equal(draft_new(&t.c, "9.000001", &d), OK);
        json_decref(d.answers);
    }
    assert_int_equal(draft_new(&t.c, "9.000001", &d), E_INVALID);
    t.c.now += 91 * DAY_SECONDS;
    assert_int_equal(drafts_expire(&t.c), DRAFTS_MAX);
}

static void
test_preview_stores_nothing(void **state)
{
    static const struct query ROWS_Q = {"test_rows", "SELECT count(*) FROM dossier"};
    struct submission s;
    struct preview p;

    (void)state;
    town_be(&t, CITIZEN);
    town_submission(&t, &s, CHANNEL_ONLINE);
    json_object_set_new(s.answers, "kieu", json_string("cham"));
    s.n_files = 0;
    assert_int_equal(dossiers_preview(&t.c, &s, &p), OK);
    assert_string_equal(p.case_id, "slow");
    assert_string_equal(p.limit_text, "10wd");
    assert_int_equal(p.total, 5000);
    assert_int_equal(p.n_papers_missing, 1);
    assert_string_equal(p.papers_missing[0], "Giấy A");
    assert_int_equal(db_int(&t.c, -1, &ROWS_Q, NO_ARGS), 0);
    json_decref(s.answers);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(test_drafts), T(test_preview_stores_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
