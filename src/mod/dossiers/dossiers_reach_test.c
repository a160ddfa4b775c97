/* Look-up by secret, and who never sees a dossier. */
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
test_lookup_by_secret(void **state)
{
    struct submission s;
    struct dossier d, seen;
    char *secret;
    bool open;

    (void)state;
    town_be(&t, CITIZEN);
    town_submission(&t, &s, CHANNEL_ONLINE);
    assert_int_equal(dossiers_submit(&t.c, &s, &d, &secret), OK);
    json_decref(s.answers);
    assert_int_equal(strlen(secret), 8);
    town_be(&t, NOBODY);
    assert_int_equal(dossiers_lookup(&t.c, d.code, "", &seen, &open), OK);
    assert_false(open);
    assert_int_equal(dossiers_lookup(&t.c, d.code, secret, &seen, &open), OK);
    assert_true(open);
    assert_int_equal(dossiers_lookup(&t.c, d.code, "AAAAAAAA", &seen, &open), OK);
    assert_false(open);
    for (int i = 0; i < 50; i++)
        dossiers_lookup(&t.c, d.code, "AAAAAAAA", &seen, &open);
    assert_int_equal(dossiers_lookup(&t.c, d.code, secret, &seen, &open), E_LIMIT);
}

static void
test_the_other_commune_never_sees_it(void **state)
{
    struct dossier d, seen;
    struct list l;

    (void)state;
    town_bring(&t, ST_PROCESSING, &d);
    for (enum who w = INTAKE_B; w <= LEADER_B; w++) {
        town_be(&t, w);
        assert_int_equal(dossiers_get(&t.c, d.code, PERM_DOSSIER_READ, &seen), E_NOTFOUND);
        assert_int_equal(dossiers_search(&t.c, d.code, "", 0, &l), OK);
        assert_int_equal(l.n, 0);
        assert_int_equal(dossiers_search(&t.c, "001190900001", "", 0, &l), OK);
        assert_int_equal(l.n, 0);
        assert_int_equal(dossiers_search(&t.c, "nguyen thi", "", 0, &l), OK);
        assert_int_equal(l.n, 0);
        assert_int_equal(worklist(&t.c, &(struct list_query){.view = VIEW_ALL}, &l), OK);
        assert_int_equal(l.n, 0);
        assert_int_equal(worklist(&t.c, &(struct list_query){.view = VIEW_ALL, .unit = t.a}, &l),
                         OK);
        assert_int_equal(l.n, 0);
        assert_int_equal(dossiers_list(&t.c, &(struct api_query){.unit = t.a}, &l), OK);
        assert_int_equal(l.n, 0);
    }
    town_be(&t, ADMIN);                                 /* administering is not reading */
    assert_int_equal(dossiers_get(&t.c, d.code, PERM_DOSSIER_READ, &seen), E_NOTFOUND);
    town_be(&t, OTHER_CITIZEN);
    assert_int_equal(dossiers_get_own(&t.c, d.code, &seen), E_NOTFOUND);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(test_lookup_by_secret), T(test_the_other_commune_never_sees_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
