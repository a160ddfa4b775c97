/* Lists, search, feed, counters: what many dossiers look like to those who work on them. */
#include "mod/dossiers/dossiers_testing.h"

#include "mod/dossiers/dossiers_lists_sql.h"

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
begin(void)
{
    assert_int_equal(db_begin(&t.c, DB_READ_WRITE), OK);
}

static void
commit(void)
{
    assert_int_equal(db_commit(&t.c), OK);
}

static struct event
defects(void)
{
    static const struct defect K = {"giay_b", "", "missing", "Nộp giấy B"};

    return (struct event){.action = ACT_SUPPLEMENT, .defects = &K, .n_defects = 1};
}

/* --- work lists ---------------------------------------------------------------------------- */

static void
test_views(void **state)
{
    struct dossier fresh, mine, waiting, done;
    int64_t n[VIEW__COUNT];

    (void)state;
    town_submit(&t, &fresh);                    /* for intake */
    town_receive(&t, &done);
    MUST(&t, SPECIALIST_A, &done, ACT_FORWARD);
    MUST(&t, LEADER_A, &done, ACT_APPROVE, .number = "1");      /* for intake: hand over */
    town_receive(&t, &mine);
    MUST(&t, SPECIALIST_A, &mine, ACT_CLAIM);
    town_receive(&t, &waiting);
    town_must(&t, SPECIALIST_A, &waiting, defects());

    assert_int_equal(town_count(&t, INTAKE_A, (struct list_query){.view = VIEW_NEW}), 2);
    assert_int_equal(town_count(&t, SPECIALIST_A, (struct list_query){.view = VIEW_NEW}), 0);
    assert_int_equal(town_count(&t, SPECIALIST_A, (struct list_query){.view = VIEW_MINE}), 1);
    assert_int_equal(town_count(&t, SECOND_A, (struct list_query){.view = VIEW_MINE}), 0);
    assert_int_equal(town_count(&t, SECOND_A, (struct list_query){.view = VIEW_WAITING}), 1);
    assert_int_equal(town_count(&t, SECOND_A, (struct list_query){.view = VIEW_ALL}), 4);
    assert_int_equal(town_count(&t, SECOND_A, (struct list_query){.view = VIEW_ALL,
                                                                  .status = ST_DONE}), 1);
    assert_int_equal(town_count(&t, SECOND_A, (struct list_query){.view = VIEW_ALL,
                                                                  .channel = CHANNEL_ONLINE}), 1);
    assert_int_equal(town_count(&t, SECOND_A, (struct list_query){.view = VIEW_ALL,
                                                                  .procedure = "9.9"}), 0);
    assert_int_equal(town_count(&t, SECOND_A,
                                (struct list_query){.view = VIEW_ALL,
                                                    .holder = t.account[SPECIALIST_A]}), 2);
    assert_int_equal(town_count(&t, INTAKE_B, (struct list_query){.view = VIEW_ALL}), 0);
    town_be(&t, SPECIALIST_A);
    assert_int_equal(worklist_counts(&t.c, n), OK);
    assert_int_equal(n[VIEW_MINE], 1);
    assert_int_equal(n[VIEW_ALL], 4);
    town_now(&t, "2026-10-09T10:00");           /* Friday: due Monday */
    assert_int_equal(town_count(&t, SPECIALIST_A, (struct list_query){.view = VIEW_SOON}), 2);
    assert_int_equal(town_count(&t, SPECIALIST_A, (struct list_query){.view = VIEW_OVERDUE}), 1);
    town_now(&t, "2026-10-13T08:00");
    assert_int_equal(town_count(&t, SPECIALIST_A, (struct list_query){.view = VIEW_OVERDUE}), 3);
}

static void
walk(struct list_query q, size_t want)
{
    int64_t last = 0;
    size_t n = 0;
    struct list l;

    q.limit = 7;
    town_be(&t, LEADER_A);
    do {
        assert_int_equal(worklist(&t.c, &q, &l), OK);
        for (size_t i = 0; i < l.n; i++, n++) {
            assert_true(q.newest ? last == 0 || l.p[i].dossier < last : l.p[i].dossier > last);
            last = l.p[i].dossier;
        }
        q.cursor = l.next;
    } while (*l.next);
    assert_int_equal(n, want);
}

static void
test_pages_miss_nothing_and_show_nothing_twice(void **state)
{
    struct dossier d;
    struct list l;

    (void)state;
    begin();
    for (int i = 0; i < 30; i++)
        town_receive(&t, &d);
    commit();
    walk((struct list_query){.view = VIEW_ALL}, 30);
    walk((struct list_query){.view = VIEW_ALL, .newest = true}, 30);
    walk((struct list_query){.view = VIEW_ALL, .unit = t.a}, 30);
    town_be(&t, LEADER_A);
    assert_int_equal(worklist(&t.c, &(struct list_query){.view = VIEW_ALL, .cursor = "x"}, &l),
                     E_INVALID);
}

/* --- search, own, feed ----------------------------------------------------------------------- */

static const struct { const char *words; size_t want; } SEARCH[] = {
    {"H26.X.00070-261005-0001", 1}, {"h26.x.00070-261005-0001", 1}, {"H26.X.00070-261005-0009", 0},
    {"001190900001", 2}, {"0912 345 678", 2}, {"+84912345678", 2}, {"0912345679", 0},
    {"Nguyễn Thị Mai", 2}, {"nguyen thi", 2}, {"NGUYEN", 2}, {"nguyen thi m", 2},
    {"Thị Mai", 2}, {"mai", 2}, {"ma", 0}, {"mai thi", 0}, {"thi", 0}, {"", 0}, {"%", 0},
};

static void
test_search(void **state)
{
    struct dossier d;
    struct list l, next;

    (void)state;
    town_submit(&t, &d);
    town_receive(&t, &d);
    town_be(&t, SECOND_A);
    for (size_t i = 0; i < ROWS(SEARCH); i++) {
        assert_int_equal(dossiers_search(&t.c, SEARCH[i].words, "", 0, &l), OK);
        if (l.n != SEARCH[i].want)
            fail_msg("\"%s\": %zu", SEARCH[i].words, l.n);
    }
    assert_int_equal(dossiers_search(&t.c, "nguyen", "", 1, &l), OK);
    assert_int_equal(dossiers_search(&t.c, "nguyen", l.next, 1, &next), OK);
    assert_true(l.n == 1 && next.n == 1 && l.p[0].dossier != next.p[0].dossier);
    assert_string_equal(next.next, "");
    assert_int_equal(dossiers_search(&t.c, "mai", "", 1, &l), OK);
    assert_int_equal(dossiers_search(&t.c, "mai", l.next, 1, &next), OK);
    assert_true(l.n == 1 && next.n == 1 && l.p[0].dossier != next.p[0].dossier);
    assert_string_equal(next.next, "");
}

static void
test_own_and_api_list(void **state)
{
    struct dossier d;
    struct list l;

    (void)state;
    town_submit(&t, &d);
    town_submit(&t, &d);
    town_be(&t, CITIZEN);
    assert_int_equal(dossiers_own(&t.c, "", 1, &l), OK);
    assert_int_equal(l.n, 1);
    assert_int_equal(l.p[0].dossier, d.id);             /* newest first */
    assert_int_equal(dossiers_own(&t.c, l.next, 1, &l), OK);
    assert_int_equal(l.n, 1);
    assert_string_equal(l.next, "");
    assert_true(sql_list_floor(&t.c, t.a, INT64_MAX, 2) == l.p[0].dossier);
    assert_int_equal(sql_list_floor(&t.c, t.a, INT64_MAX, 3), 0);
    assert_int_equal(sql_list_floor(&t.c, 0, d.id, 1), l.p[0].dossier);
    town_be(&t, OTHER_CITIZEN);
    assert_int_equal(dossiers_own(&t.c, "", 0, &l), OK);
    assert_int_equal(l.n, 0);
    town_be(&t, LEADER_A);
    assert_int_equal(dossiers_list(&t.c, &(struct api_query){.status = ST_SUBMITTED}, &l), OK);
    assert_int_equal(l.n, 2);
    assert_int_equal(dossiers_list(&t.c, &(struct api_query){.unit = t.b}, &l), OK);
    assert_int_equal(l.n, 0);
}

/* Anybody may register with any number: only a checked one shows what others handed in under it. */
static void
test_a_checked_number_shows_what_the_counter_received(void **state)
{
    struct dossier d, seen;
    struct list l;

    (void)state;
    town_submit(&t, &d);
    town_receive(&t, &d);                       /* the same person, at the counter */
    town_be(&t, CITIZEN);
    assert_int_equal(dossiers_own(&t.c, "", 0, &l), OK);
    assert_int_equal(l.n, 1);
    assert_int_equal(dossiers_get_own(&t.c, d.code, &seen), E_NOTFOUND);
    assert_int_equal(auth_number_verify(&t.c, "001190900001"), OK);
    assert_int_equal(auth_number_verify(&t.c, "001190900009"), E_NOTFOUND);
    assert_int_equal(dossiers_own(&t.c, "", 1, &l), OK);
    assert_true(l.n == 1 && l.p[0].dossier == d.id);
    assert_int_equal(dossiers_own(&t.c, l.next, 1, &l), OK);
    assert_true(l.n == 1 && l.p[0].dossier != d.id && !*l.next);
    assert_int_equal(dossiers_get_own(&t.c, d.code, &seen), OK);
    assert_int_equal(TRY(&t, CITIZEN, &seen, ACT_WITHDRAW, .note = "x"), E_DENIED);
    assert_int_equal(auth_number_verify(&t.c, "001190900002"), OK);
    town_be(&t, OTHER_CITIZEN);
    assert_int_equal(dossiers_own(&t.c, "", 0, &l), OK);
    assert_int_equal(l.n, 0);
    assert_int_equal(dossiers_get_own(&t.c, d.code, &seen), E_NOTFOUND);
}

static void
test_feed(void **state)
{
    struct feed f;
    struct dossier d;

    (void)state;
    town_submit(&t, &d);
    MUST(&t, INTAKE_A, &d, ACT_ACCEPT);
    town_be(&t, LEADER_A);
    assert_int_equal(dossiers_feed(&t.c, "", 1, &f), OK);
    assert_true(f.n == 1 && f.more);
    assert_int_equal(f.p[0].action, ACT_SUBMIT);
    assert_int_equal(dossiers_feed(&t.c, f.resume, 10, &f), OK);
    assert_true(f.n == 1 && !f.more);
    assert_int_equal(f.p[0].status, ST_ACCEPTED);
    assert_int_equal(dossiers_feed(&t.c, f.resume, 10, &f), OK);
    assert_true(f.n == 0 && !f.more && *f.resume);
    town_be(&t, LEADER_B);
    assert_int_equal(dossiers_feed(&t.c, "", 10, &f), OK);
    assert_true(f.n == 0 && !f.more && *f.resume);      /* walked past what is not theirs */
    assert_int_equal(dossiers_feed(&t.c, "zz", 10, &f), E_INVALID);
}

/* --- counters: moved with the events, they equal a count anew ----------------------------------
 */

/* Rows of a counter that are not what they count, either way. */
static int64_t
counters_wrong(void)
{
#define WORK "SELECT unit, account, perm, waiting, "
#define COUNTED                                                                                   \
    "SELECT unit, account, perm, waiting, n FROM (" WORK "sum(n) AS n FROM work_count"            \
    " GROUP BY unit, account, perm, waiting) y WHERE n <> 0"
#define TASKS WORK "count(*) AS n FROM task GROUP BY unit, account, perm, waiting"
    static const struct query MORE = {"test_more",
                                      "SELECT count(*) FROM (" COUNTED " EXCEPT " TASKS ") x"};
    static const struct query LESS = {"test_less",
                                      "SELECT count(*) FROM (" TASKS " EXCEPT " COUNTED ") x"};

    return db_int(&t.c, -1, &MORE, NO_ARGS) + db_int(&t.c, -1, &LESS, NO_ARGS);
}

static void
test_counters(void **state)
{
    struct stat_row *r;
    struct dossier d;
    size_t n;

    (void)state;
    town_submit(&t, &d);
    MUST(&t, INTAKE_A, &d, ACT_REFUSE_INTAKE, .note = "x", .ground = "y");
    town_submit(&t, &d);
    for (int days = 0; days < 3; days++) {
        town_receive(&t, &d);
        MUST(&t, SPECIALIST_A, &d, ACT_FORWARD);
        t.c.now += days * DAY_SECONDS;
        MUST(&t, LEADER_A, &d, ACT_APPROVE, .number = "1");
        t.c.now -= days * DAY_SECONDS;
    }
    MUST(&t, LEADER_A, &d, ACT_REOPEN, .note = "sai");
    town_now(&t, "2026-10-20T10:00");
    MUST(&t, LEADER_A, &d, ACT_APPROVE, .number = "2");
    assert_int_equal(counters_wrong(), 0);
    assert_int_equal(stats_by_unit(&t.c, 202610, 202610, &r, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(r[0].submitted, 5);
    assert_int_equal(r[0].online, 2);
    assert_int_equal(r[0].received, 3);
    assert_int_equal(r[0].finished, 3);         /* the one opened again is counted once */
    assert_int_equal(r[0].early, 2);
    assert_int_equal(r[0].late, 1);
    assert_int_equal(r[0].median_days_x10, 10); /* 0, 1 and 11 working days */
    assert_int_equal(stats_by_month(&t.c, t.a, 202601, 202612, &r, &n), OK);
    assert_int_equal(r[0].month, 202610);
    assert_int_equal(stats_by_procedure(&t.c, 0, 202601, 202612, &r, &n), OK);
    assert_string_equal(r[0].procedure, "9.000001");
    assert_int_equal(stats_usual_days_x10(&t.c, "9.000001"), 110);
    assert_int_equal(stats_usual_days_x10(&t.c, "1.1"), -1);
}

static void
test_overview(void **state)
{
    struct overview o;
    struct dossier d;

    (void)state;
    town_receive(&t, &d);
    MUST(&t, SPECIALIST_A, &d, ACT_CLAIM);
    town_receive(&t, &d);
    MUST(&t, SPECIALIST_A, &d, ACT_FORWARD);
    MUST(&t, LEADER_A, &d, ACT_APPROVE, .number = "1");
    town_be(&t, LEADER_A);
    assert_int_equal(dossiers_overview(&t.c, t.a, &o), OK);
    assert_int_equal(o.n, 3); /* unclaimed, the specialist, and who finished one */
    assert_int_equal(o.p[0].account, 0);
    assert_int_equal(o.p[1].open, 1);
    assert_int_equal(o.p[1].overdue, 0);
    assert_int_equal(o.p[2].finished_month, 1);
    assert_false(o.more_due);
    town_now(&t, "2026-12-01T09:00");
    assert_int_equal(dossiers_overview(&t.c, t.a, &o), OK);
    assert_int_equal(o.p[1].overdue, 1);
    assert_int_equal(dossiers_overview(&t.c, t.b, &o), E_NOTFOUND);
    town_be(&t, SPECIALIST_A);
    assert_int_equal(dossiers_overview(&t.c, t.a, &o), E_NOTFOUND);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(test_views), T(test_pages_miss_nothing_and_show_nothing_twice), T(test_search),
        T(test_own_and_api_list), T(test_a_checked_number_shows_what_the_counter_received),
        T(test_feed), T(test_counters), T(test_overview),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
