/* What a package or the calendar day decides: numbers of codes, restart, hours, delegated
 * competence. */
#include "mod/dossiers/dossiers_testing.h"

#include "mod/agencies/agencies_manage.h"
#include "mod/deadlines/rules.h"
#include "mod/catalogue/catalogue_snapshot.h"

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

static struct procedure *
package(void)
{
    return t.site.catalogue->all.p[0];
}

/* --- codes ------------------------------------------------------------------------------------ */

static const struct { const char *name, *now, *code; int64_t last; } CODE[] = {
    {"the first of a day", "2026-10-06T08:00", "H26.X.00070-261006-0001", 0},
    {"the next one", "2026-10-06T08:00", "H26.X.00070-261006-0002", -1},
    {"a minute before midnight, in Vietnam", "2026-10-06T23:59", "H26.X.00070-261006-0003", -1},
    {"a new day begins at one", "2026-10-07T00:00", "H26.X.00070-261007-0001", -1},
    {"ten thousand in a day", "2026-10-08T08:00", "H26.X.00070-261008-10000", 9999},
    {"and one more", "2026-10-08T08:00", "H26.X.00070-261008-10001", -1},
};

static void
test_codes(void **state)
{
    static const struct query SET = {
        "test_seq", "INSERT INTO code_seq (agency, day, last) VALUES ('H26.X.00070', $1, $2)"};

    (void)state;
    for (size_t i = 0; i < ROWS(CODE); i++) {
        struct dossier d;

        town_now(&t, CODE[i].now);
        if (CODE[i].last > 0)
            db_exec(&t.c, &SET, ARGS(qi(vn_day(t.c.now)), qi(CODE[i].last)));
        town_receive(&t, &d);
        if (strcmp(d.code, CODE[i].code) != 0)
            fail_msg("%s: %s", CODE[i].name, d.code);
    }
}

/* --- the clock by the package -------------------------------------------------------------------
 */

static void
ask_and_answer(struct dossier *d, const char *asked, const char *answered)
{
    static const struct defect K = {"giay_b", "", "missing", "Nộp giấy B"};

    town_receive(&t, d);
    town_now(&t, asked);
    MUST(&t, SPECIALIST_A, d, ACT_SUPPLEMENT, .defects = &K, .n_defects = 1);
    town_now(&t, answered);
    MUST(&t, INTAKE_A, d, ACT_ANSWER, .note = "Đã bổ sung");
}

static void
test_pause_and_restart(void **state)
{
    struct dossier d;
    struct due due;

    (void)state;
    ask_and_answer(&d, "2026-10-07T10:00", "2026-10-12T14:00");
    assert_string_equal(moment_iso(t.c.a, d.due_at), "2026-10-15T23:59");
    package()->deadline.supplement = 1 + SUPPLEMENT_RESTART;
    town_now(&t, "2026-10-05T09:00");
    ask_and_answer(&d, "2026-10-07T10:00", "2026-10-12T14:00");
    assert_string_equal(moment_iso(t.c.a, d.due_at), "2026-10-19T23:59");
    assert_int_equal(dossiers_explain(&t.c, &d, &due), OK);
    assert_int_equal(due.at, d.due_at);                     /* the same reckoning, day by day */
    assert_true(due.ndays > 5);
}

/* A package that leaves it to the rules: those in force on the day of reception. */
static void
test_the_rules_say_when_the_package_does_not(void **state)
{
    struct rules *all = (struct rules *)t.site.rules;
    struct dossier d;

    (void)state;
    package()->deadline.supplement = 0;
    ask_and_answer(&d, "2026-10-07T10:00", "2026-10-12T14:00");
    assert_string_equal(moment_iso(t.c.a, d.due_at), "2026-10-15T23:59");
    all->sets.p[all->sets.n - 1].supplement = SUPPLEMENT_RESTART;   /* as under NĐ 61/2018 */
    town_now(&t, "2026-10-05T09:00");
    ask_and_answer(&d, "2026-10-07T10:00", "2026-10-12T14:00");
    assert_string_equal(moment_iso(t.c.a, d.due_at), "2026-10-19T23:59");
}

static bool
rings(const char *code, enum alarm_kind kind)
{
    struct alarm *a;
    const char *next;
    bool found = false;
    size_t n;

    town_be(&t, LEADER_A);
    for (int level = 1; level <= 2; level++) {
        assert_int_equal(dossiers_alarms(&t.c, level, "", 100, &a, &n, &next), OK);
        for (size_t i = 0; i < n; i++)
            found = found || (a[i].kind == kind && strcmp(a[i].code, code) == 0);
    }
    return found;
}

/* Received before 15:00: who decides has it the same day; later: next morning; online at once. */
static void
test_who_decides_takes_it_in_time(void **state)
{
    struct dossier early, late, online;

    (void)state;
    town_now(&t, "2026-10-05T14:00");
    town_receive(&t, &early);
    town_submit(&t, &online);
    MUST(&t, INTAKE_A, &online, ACT_ACCEPT);
    town_now(&t, "2026-10-05T15:30");
    town_receive(&t, &late);
    town_now(&t, "2026-10-05T16:45");
    dossiers_tick(&t.c);
    assert_false(rings(early.code, ALARM_NO_HOLDER));
    town_now(&t, "2026-10-05T17:20");
    dossiers_tick(&t.c);
    assert_true(rings(early.code, ALARM_NO_HOLDER));
    assert_false(rings(late.code, ALARM_NO_HOLDER));
    town_now(&t, "2026-10-06T08:30");
    dossiers_tick(&t.c);
    assert_true(rings(late.code, ALARM_NO_HOLDER));
    assert_false(rings(online.code, ALARM_NO_HOLDER));
}

static void
test_taken_it_has_the_time_of_its_step(void **state)
{
    struct dossier d;

    (void)state;
    town_receive(&t, &d);
    town_now(&t, "2026-10-05T10:00");
    MUST(&t, SPECIALIST_A, &d, ACT_CLAIM);
    town_now(&t, "2026-10-05T17:30");
    dossiers_tick(&t.c);
    assert_false(rings(d.code, ALARM_NO_HOLDER));
    assert_false(rings(d.code, ALARM_STEP_LATE));
}

/* A missed date is apologised for within a day, or the leader hears of it. */
static void
test_a_missed_date_without_an_apology(void **state)
{
    struct dossier missed, asked;

    (void)state;
    town_receive(&t, &missed);
    MUST(&t, SPECIALIST_A, &missed, ACT_CLAIM);
    town_receive(&t, &asked);
    MUST(&t, SPECIALIST_A, &asked, ACT_CLAIM);
    t.c.now = vn_utc(vn_day(missed.due_at) + 1, 9 * 60);
    dossiers_tick(&t.c);
    assert_false(rings(missed.code, ALARM_NO_APOLOGY));
    MUST(&t, LEADER_A, &asked, ACT_EXTEND, .note = "xin lỗi",
         .moment = vn_utc(calendar_add(t.site.calendar, vn_day(asked.due_at), 5), 0));
    t.c.now = vn_utc(vn_day(missed.due_at) + 2, 60);
    while (dossiers_tick(&t.c) > 0)
        continue;
    assert_true(rings(missed.code, ALARM_NO_APOLOGY));
    assert_false(rings(asked.code, ALARM_NO_APOLOGY));
    assert_int_equal(TRY(&t, LEADER_A, &missed, ACT_EXTEND, .note = "xin lỗi",
                         .moment = t.c.now + 9 * DAY_SECONDS), E_CONFLICT);
}

static void
test_to_the_hour(void **state)
{
    struct dossier d;

    (void)state;
    package()->deadline.mode = MODE_HOUR_EXACT;
    town_receive(&t, &d);
    assert_string_equal(moment_iso(t.c.a, d.due_at), "2026-10-12T09:00");
    assert_int_equal(d.due_exact, 1);
    MUST(&t, SPECIALIST_A, &d, ACT_FORWARD);
    town_now(&t, "2026-10-12T09:01");
    MUST(&t, LEADER_A, &d, ACT_APPROVE, .number = "1");
    assert_int_equal(d.timing, TIMING_LATE);                /* by a minute */
}

static void
test_paying_counts_where_the_package_does_not_stop_it(void **state)
{
    struct dossier d;

    (void)state;
    package()->deadline.fiscal_pauses = false;
    town_receive(&t, &d);
    MUST(&t, SPECIALIST_A, &d, ACT_FISCAL, .amount = 1000);
    town_now(&t, "2026-10-08T10:00");
    MUST(&t, INTAKE_A, &d, ACT_PAID);
    assert_int_equal(d.due_at, d.first_due);
}

/* --- who decides ---------------------------------------------------------------------------------
 */

static void
test_competence(void **state)
{
    struct delegation v = {.from = t.a, .to = t.b, .procedure = "9.000001", .decision = "1/QĐ",
                           .decided = vn_day(t.c.now), .valid_from = vn_day(t.c.now),
                           .valid_to = vn_day(t.c.now) + 30};
    const struct agencies_snapshot *old = t.site.agencies;
    struct dossier d;

    (void)state;
    package()->competent.rule = COMPETENT_FIXED;
    package()->competent.agency = "H26.16";
    town_receive(&t, &d);
    assert_int_equal(d.competent_unit, t.d);
    assert_int_equal(d.unit, t.d);                          /* it lies where the first step is */
    package()->competent.rule = COMPETENT_RECEIVING;
    t.c.account = 0;
    assert_int_equal(agencies_delegate(&t.c, old, &v), OK);
    t.site.agencies = agencies_snapshot_load(&t.c);
    town_receive(&t, &d);
    assert_int_equal(d.competent_unit, t.b);                /* by a decision in force */
    assert_int_equal(d.intake_unit, t.a);
    MUST(&t, SPECIALIST_B, &d, ACT_FORWARD);
    MUST(&t, LEADER_B, &d, ACT_APPROVE, .number = "1");
    assert_int_equal(d.unit, t.a);                          /* handed over where it was received */
    agencies_snapshot_free((struct agencies_snapshot *)old);
}

static void
test_due_on_the_result(void **state)
{
    struct submission s;
    struct dossier d;
    char *secret;

    (void)state;
    package()->fees.p[0].due = DUE_ON_RESULT;
    town_be(&t, INTAKE_A);
    town_submission(&t, &s, CHANNEL_POSTAL);
    json_object_set_new(s.answers, "kieu", json_string("cham"));
    assert_int_equal(dossiers_receive(&t.c, &s, &d, &secret), OK);
    json_decref(s.answers);
    MUST(&t, SPECIALIST_A, &d, ACT_FORWARD);
    MUST(&t, LEADER_A, &d, ACT_APPROVE, .number = "1");     /* it does not hold up the result */
    assert_int_equal(TRY(&t, INTAKE_A, &d, ACT_HAND_OVER, .to_name = "Mai",
                         .delivery = DELIVER_POST), E_CONFLICT);
    MUST(&t, INTAKE_A, &d, ACT_PAID);
    MUST(&t, INTAKE_A, &d, ACT_HAND_OVER, .to_name = "Mai", .delivery = DELIVER_POST);
}

/* --- the truth
 * -------------------------------------------------------------------------------------- */

static void
test_tampering_is_found(void **state)
{
    static const struct query ROW = {"test_row", "UPDATE dossier SET due_at = due_at + 86400"},
                              NOTE = {"test_note", "UPDATE dossier_event SET note = 'x'"
                                                   " WHERE version = 1"};
    struct dossier d;

    (void)state;
    town_receive(&t, &d);
    MUST(&t, SPECIALIST_A, &d, ACT_CLAIM);
    assert_int_equal(dossiers_verify(&t.c, d.code), OK);
    assert_int_equal(db_exec(&t.c, &ROW, NO_ARGS), 1);
    assert_int_equal(dossiers_verify(&t.c, d.code), E_CONFLICT);
    assert_non_null(strstr(t.c.err.detail, "due_at"));
    assert_int_equal(db_exec(&t.c, &NOTE, NO_ARGS), 1);
    assert_int_equal(dossiers_verify(&t.c, d.code), E_CONFLICT);
    assert_non_null(strstr(t.c.err.detail, "event 1"));
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(test_codes), T(test_the_rules_say_when_the_package_does_not),
        T(test_who_decides_takes_it_in_time),
        T(test_taken_it_has_the_time_of_its_step), T(test_a_missed_date_without_an_apology),
        T(test_pause_and_restart), T(test_to_the_hour),
        T(test_paying_counts_where_the_package_does_not_stop_it), T(test_competence),
        T(test_due_on_the_result), T(test_tampering_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
