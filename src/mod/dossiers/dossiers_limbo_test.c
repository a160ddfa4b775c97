/* No dossier in limbo: alarms, inner targets, reforms, new holidays, stand-ins. */
#include "mod/dossiers/dossiers_testing.h"

#include "mod/agencies/agencies_manage.h"

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
test_warnings_are_said_once(void **state)
{
    const char *next;
    struct alarm *a;
    struct dossier d;
    size_t n;

    (void)state;
    town_submit(&t, &d);                        /* 09:00: to be answered by 17:00 the same day... */
    MUST(&t, INTAKE_A, &d, ACT_CLAIM);
    assert_int_equal(dossiers_tick(&t.c), 0);
    assert_int_equal(dossiers_alarms(&t.c, 1, "", 0, &a, &n, &next), OK);
    assert_int_equal(n, 0);
    town_now(&t, "2026-10-05T16:00");
    for (int i = 0; i < 3; i++)
        assert_int_equal(dossiers_tick(&t.c), 0);
    town_be(&t, INTAKE_A);
    assert_int_equal(dossiers_alarms(&t.c, 1, "", 0, &a, &n, &next), OK);
    assert_int_equal(n, 1);                     /* the officer */
    assert_int_equal(a[0].kind, ALARM_ANSWER_LATE);
    town_be(&t, LEADER_A);
    assert_int_equal(dossiers_alarm_count(&t.c, 2), 0);
    town_now(&t, "2026-10-06T10:00");
    dossiers_tick(&t.c);
    assert_int_equal(dossiers_alarm_count(&t.c, 2), 1);         /* then the leader */
    town_be(&t, LEADER_B);
    assert_int_equal(dossiers_alarm_count(&t.c, 2), 0);
    MUST(&t, INTAKE_A, &d, ACT_ACCEPT);         /* answered: the alarm is over */
    town_be(&t, LEADER_A);
    assert_int_equal(dossiers_alarm_count(&t.c, 2), 0);
}

static void
test_inner_targets(void **state)
{
    struct dossier d;

    (void)state;
    town_receive(&t, &d);                       /* the first step has one working day */
    MUST(&t, SPECIALIST_A, &d, ACT_CLAIM);
    town_now(&t, "2026-10-06T16:00");
    dossiers_tick(&t.c);
    town_be(&t, SPECIALIST_A);
    assert_int_equal(dossiers_alarm_count(&t.c, 1), 0);
    town_now(&t, "2026-10-07T08:00");
    dossiers_tick(&t.c);
    assert_int_equal(dossiers_alarm_count(&t.c, 1), 1);         /* the officer */
    town_be(&t, LEADER_A);
    assert_int_equal(dossiers_alarm_count(&t.c, 2), 0);
    town_now(&t, "2026-10-08T08:00");
    dossiers_tick(&t.c);
    assert_int_equal(dossiers_alarm_count(&t.c, 2), 1);         /* a day later the leader */
    MUST(&t, SPECIALIST_A, &d, ACT_FORWARD);
    town_be(&t, LEADER_A);
    assert_int_equal(dossiers_alarm_count(&t.c, 2), 0);
}

static void
test_where_nobody_works_an_alarm_rings(void **state)
{
    const struct agency *g = agencies_by_code(t.site.agencies, "H26.X.00082", vn_day(t.c.now));
    struct submission s;
    const char *next;
    struct dossier d;
    struct alarm *a;
    char *secret;
    size_t n;

    (void)state;
    town_be(&t, CITIZEN);
    town_submission(&t, &s, CHANNEL_ONLINE);
    s.unit = g->id;                             /* a commune without officers yet */
    assert_int_equal(dossiers_submit(&t.c, &s, &d, &secret), OK);
    json_decref(s.answers);
    town_be(&t, ADMIN);
    assert_int_equal(dossiers_alarms(&t.c, 2, "", 0, &a, &n, &next), OK);
    assert_int_equal(n, 1);
    assert_int_equal(a[0].kind, ALARM_NO_HOLDER);
    assert_string_equal(a[0].code, d.code);
}

static void
test_a_reform_moves_running_dossiers(void **state)
{
    struct dossier d, now;

    (void)state;
    town_receive(&t, &d);
    MUST(&t, SPECIALIST_A, &d, ACT_CLAIM);
    t.c.account = 0;
    t.c.session = NULL;
    assert_int_equal(dossiers_reorganise(&t.c, t.a, t.b), 1);
    assert_int_equal(dossiers_reorganise(&t.c, t.a, t.b), 0);
    town_be(&t, SPECIALIST_B);
    assert_int_equal(dossiers_get(&t.c, d.code, PERM_DOSSIER_PROCESS, &now), OK);
    assert_int_equal(now.received_unit, t.a);   /* the original agency is kept */
    assert_int_equal(now.unit, t.b);
    assert_int_equal(now.holder, 0);
    MUST(&t, SPECIALIST_B, &now, ACT_FORWARD);
    MUST(&t, LEADER_B, &now, ACT_APPROVE, .number = "1");
    MUST(&t, INTAKE_B, &now, ACT_HAND_OVER, .to_name = "Mai", .to_number = "001190900001",
         .to_paper = "Căn cước");
    assert_int_equal(dossiers_verify(&t.c, d.code), OK);
    town_be(&t, SPECIALIST_B);
    assert_int_equal(town_count(&t, SPECIALIST_A, (struct list_query){.view = VIEW_ALL}), 0);
}

static void
test_a_new_holiday_recomputes(void **state)
{
    day friday = date_day((struct ymd){2026, 10, 9});
    struct special_day off = {.date = friday, .kind = DAY_HOLIDAY, .name = "Nghỉ",
                              .confidence = "verified", .note = ""};
    struct moment_row *m;
    struct dossier d, now;
    int64_t after = 0;
    size_t n;

    (void)state;
    town_receive(&t, &d);
    t.site.calendar = calendar_with(t.c.a, t.site.calendar, off);
    t.c.account = 0;
    t.c.session = NULL;
    assert_int_equal(dossiers_recompute(&t.c, &after), 1);
    assert_int_equal(dossiers_recompute(&t.c, &after), 0);
    town_be(&t, LEADER_A);
    assert_int_equal(dossiers_get(&t.c, d.code, PERM_DOSSIER_READ, &now), OK);
    assert_string_equal(moment_iso(t.c.a, now.due_at), "2026-10-13T23:59");
    assert_int_equal(now.first_due, d.due_at);
    assert_int_equal(dossiers_timeline(&t.c, &now, FOR_APPLICANT, &m, &n), OK);
    assert_int_equal(m[n - 1].action, ACT_RECOMPUTE);   /* and the applicant is told */
}

static void
test_a_stand_in_acts_for_the_absent(void **state)
{
    struct stand_in v = {.absent = t.account[SPECIALIST_A], .stand_in = t.account[SECOND_A],
                         .valid_from = vn_day(t.c.now), .valid_to = vn_day(t.c.now) + 5,
                         .reason = "Nghỉ phép"};
    struct moment_row *m;
    struct dossier d;
    size_t n;

    (void)state;
    town_receive(&t, &d);
    MUST(&t, SPECIALIST_A, &d, ACT_CLAIM);
    assert_int_equal(TRY(&t, SECOND_A, &d, ACT_FORWARD), E_CONFLICT);
    t.c.account = 0;
    assert_int_equal(agencies_stand_in_set(&t.c, &v), OK);
    MUST(&t, SECOND_A, &d, ACT_FORWARD);
    assert_int_equal(dossiers_timeline(&t.c, &d, FOR_OFFICER, &m, &n), OK);
    assert_string_equal(m[n - 1].actor, "Vũ Nam (thay Phạm Hà)");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(test_warnings_are_said_once), T(test_inner_targets),
        T(test_where_nobody_works_an_alarm_rings), T(test_a_reform_moves_running_dossiers),
        T(test_a_new_holiday_recomputes), T(test_a_stand_in_acts_for_the_absent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
