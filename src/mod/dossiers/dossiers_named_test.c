/* Confidential dossiers: who is named finds them, nobody else, whatever roles say. */
#include "mod/dossiers/dossiers_testing.h"

#include "mod/dossiers/dossiers_named.h"

static struct town t;
static struct dossier d;

static int
set_up(void **state)
{
    struct submission s;
    char *secret;

    (void)state;
    town_open(&t);
    town_be(&t, CITIZEN);
    town_submission(&t, &s, CHANNEL_ONLINE);
    s.procedure = "9.000002";
    assert_int_equal(dossiers_submit(&t.c, &s, &d, &secret), OK);
    json_decref(s.answers);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    town_close(&t);
    return 0;
}

static size_t
found(int rc, const struct list *l)
{
    assert_int_equal(rc, OK);
    return l->n;
}

/* Every way to it at once: the page, lists, search, API, feed, counters. */
static bool
finds(enum who w)
{
    int64_t counts[VIEW__COUNT];
    struct dossier seen;
    struct list l;
    struct feed f;
    size_t n = 0;
    bool open;

    town_be(&t, w);
    t.c.err = (struct err){0};
    open = dossiers_get(&t.c, d.code, PERM_DOSSIER_READ, &seen) == OK;
    t.c.err = (struct err){0};
    n += found(worklist(&t.c, &(struct list_query){.view = VIEW_ALL}, &l), &l);
    n += found(worklist(&t.c, &(struct list_query){.view = VIEW_ALL, .unit = d.unit}, &l), &l);
    n += found(dossiers_search(&t.c, d.code, "", 0, &l), &l);
    n += found(dossiers_search(&t.c, "001190900001", "", 0, &l), &l);
    n += found(dossiers_search(&t.c, "nguyen thi", "", 0, &l), &l);
    n += found(dossiers_list(&t.c, &(struct api_query){.unit = d.unit}, &l), &l);
    assert_int_equal(dossiers_feed(&t.c, "", 0, &f), OK);
    n += f.n > 0;
    assert_int_equal(worklist_counts(&t.c, counts), OK);
    n += counts[VIEW_ALL] > 0;
    if (open != (n == 8) || (!open && n))
        fail_msg("account %d: page %d, %zu of 8 ways", w, open, n);
    return open;
}

static void
expect(const char *when, const char *who)
{
    static const struct { enum who w; char letter; } OFFICERS[] = {
        {INTAKE_A, 'i'}, {SPECIALIST_A, 's'}, {SECOND_A, 'o'}, {LEADER_A, 'l'}, {INTAKE_B, 'b'},
        {SPECIALIST_D, 'd'}, {ADMIN, 'a'}};

    for (size_t i = 0; i < sizeof OFFICERS / sizeof *OFFICERS; i++)
        if (finds(OFFICERS[i].w) != (strchr(who, OFFICERS[i].letter) != NULL))
            fail_msg("%s: %c", when, OFFICERS[i].letter);
}

static void
take_in(void)
{
    static const struct paper_check CHECKS[] = {
        {.paper = "giay_a", .form = PAPER_ORIGINAL, .count = 1, .accepted = true}};

    MUST(&t, INTAKE_A, &d, ACT_ACCEPT, .papers = CHECKS, .n_papers = 1);
}

static void
test_the_way_of_one(void **state)
{
    struct dossier seen;

    (void)state;
    assert_int_equal(d.confidential, 1);
    expect("submitted: readers at intake and its leader", "il");
    take_in();
    expect("accepted by intake, who holds nothing yet", "il");
    MUST(&t, LEADER_A, &d, ACT_ASSIGN, .to_account = t.account[SPECIALIST_A]);
    expect("assigned: intake has handed it on", "sl");
    MUST(&t, SPECIALIST_A, &d, ACT_FORWARD, .step = "kiem_tra");
    town_be(&t, LEADER_A);              /* at the department, whose lists are not hers */
    assert_int_equal(dossiers_get(&t.c, d.code, PERM_DOSSIER_READ, &seen), OK);
    for (enum who w = INTAKE_A; w <= SPECIALIST_D; w++)
        if (w != LEADER_A)
            assert_false(finds(w));     /* no reader there: nobody has it, those above are told */
    town_be(&t, ADMIN);
    assert_int_equal(dossiers_alarm_count(&t.c, 2), 1);     /* nobody who may take it */
}

static void
test_named_by_a_leader(void **state)
{
    (void)state;
    take_in();
    MUST(&t, LEADER_A, &d, ACT_ASSIGN, .to_account = t.account[SPECIALIST_A]);
    assert_int_equal(TRY(&t, SPECIALIST_A, &d, ACT_NAME, WHY, .to_account = t.account[SECOND_A]),
                     E_DENIED);
    assert_int_equal(TRY(&t, LEADER_A, &d, ACT_NAME, WHY, .to_account = t.account[LEADER_B]),
                     E_INVALID);                        /* no officer of its agencies */
    MUST(&t, LEADER_A, &d, ACT_NAME, WHY, .to_account = t.account[SECOND_A]);
    expect("named", "sol");
    MUST(&t, LEADER_A, &d, ACT_RELEASE);
    expect("on the list again: readers who take such work, and who was named", "ol");
    MUST(&t, LEADER_A, &d, ACT_UNNAME, .to_account = t.account[SECOND_A]);
    expect("no longer", "l");
    assert_int_equal(dossiers_verify(&t.c, d.code), OK);
}

static void
test_only_for_confidential_ones(void **state)
{
    struct dossier other;

    (void)state;
    town_bring(&t, ST_PROCESSING, &other);
    assert_int_equal(other.confidential, 0);
    assert_int_equal(TRY(&t, LEADER_A, &other, ACT_NAME, WHY, .to_account = t.account[SECOND_A]),
                     E_CONFLICT);
}

static void
test_counters_say_nothing(void **state)
{
    int64_t counts[VIEW__COUNT];
    struct overview o;

    (void)state;
    take_in();
    MUST(&t, LEADER_A, &d, ACT_ASSIGN, .to_account = t.account[SPECIALIST_A]);
    town_be(&t, SPECIALIST_A);
    assert_int_equal(worklist_counts(&t.c, counts), OK);
    assert_int_equal(counts[VIEW_MINE], 1);
    town_be(&t, SECOND_A);
    assert_int_equal(worklist_counts(&t.c, counts), OK);
    for (int v = 0; v < VIEW__COUNT; v++)
        assert_int_equal(counts[v], 0);
    town_be(&t, LEADER_A);
    assert_int_equal(dossiers_overview(&t.c, t.a, &o), OK);
    for (size_t i = 0; i < o.n; i++)
        assert_int_equal(o.p[i].open + o.p[i].soon + o.p[i].overdue, 0);
}

static void
test_without_the_secret_it_is_not_there(void **state)
{
    struct dossier seen;
    bool open, hidden[2];
    int64_t ids[2] = {d.id, 0};

    (void)state;
    town_be(&t, NOBODY);
    assert_int_equal(dossiers_lookup(&t.c, d.code, "", &seen, &open), OK);
    assert_false(dossiers_shown(&seen, open));
    town_be(&t, SECOND_A);
    assert_int_equal(dossiers_veiled(&t.c, ids, 2, hidden), OK);
    assert_true(hidden[0] && !hidden[1]);
    town_be(&t, LEADER_A);
    assert_int_equal(dossiers_veiled(&t.c, ids, 2, hidden), OK);
    assert_false(hidden[0]);
    town_be(&t, CITIZEN);
    assert_int_equal(dossiers_get_own(&t.c, d.code, &seen), OK);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(test_the_way_of_one), T(test_named_by_a_leader), T(test_only_for_confidential_ones),
        T(test_counters_say_nothing), T(test_without_the_secret_it_is_not_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
