/* What makes a dossier wait or end early: supplements, money, withdrawal, stop; and the apology. */
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

/* --- supplements ----------------------------------------------------------------------------- */

static void
test_pause_and_answer(void **state)
{
    static const struct upload B = {"giay_b", "b.pdf", "application/pdf", 10, "ef"};
    struct supplement *s;
    struct stop_row *stops;
    struct paper_check *k;
    struct dossier d;
    size_t n;

    (void)state;
    town_submit(&t, &d);
    MUST(&t, INTAKE_A, &d, ACT_ACCEPT);
    town_now(&t, "2026-10-07T10:00");
    MUST(&t, SPECIALIST_A, &d, ACT_SUPPLEMENT, DEFECTS);
    town_is(&t, &d, ST_SUPPLEMENT, "tham_dinh", t.a);
    assert_int_equal(d.holder, t.account[SPECIALIST_A]);
    assert_string_equal(moment_iso(t.c.a, d.answer_due), "2026-10-16T23:59");
    town_now(&t, "2026-10-12T14:00");
    assert_int_equal(TRY(&t, OTHER_CITIZEN, &d, ACT_ANSWER, .note = "x"), E_DENIED);
    assert_int_equal(TRY(&t, CITIZEN, &d, ACT_ANSWER), E_INVALID);      /* nothing new */
    MUST(&t, CITIZEN, &d, ACT_ANSWER, .files = &B, .n_files = 1);
    town_is(&t, &d, ST_PROCESSING, "tham_dinh", t.a);
    /* used 6 and 7 October; 8, 9 and 12 stood still: three days left from the 13th */
    assert_string_equal(town_due(&t, &d), "2026-10-15T23:59");
    assert_string_equal(moment_iso(t.c.a, d.first_due), "2026-10-12T23:59");
    assert_int_equal(dossiers_supplements(&t.c, &d, &s, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(s[0].state, SUPPLEMENT_ANSWERED);
    assert_int_equal(s[0].n_defects, 2);                /* all of them in one request */
    assert_string_equal(s[0].defects[1].field, "noi_dung");
    assert_int_equal(dossiers_stops(&t.c, &d, &stops, &n), OK);
    assert_int_equal(stops[0].to, t.c.now);
    assert_int_equal(papers_checks(&t.c, d.id, &k, &n), OK);
    assert_int_equal(n, 2);
    assert_false(k[1].accepted);                        /* what comes again is checked again */
}

static void
test_a_second_request_needs_the_leader(void **state)
{
    struct task *task;
    struct dossier d;
    size_t n;

    (void)state;
    town_bring(&t, ST_SUPPLEMENT, &d);
    MUST(&t, INTAKE_A, &d, ACT_ANSWER, .note = "Đã giải thích");
    MUST(&t, SPECIALIST_A, &d, ACT_SUPPLEMENT, DEFECTS);
    town_is(&t, &d, ST_PROCESSING, "tham_dinh", t.a);            /* only proposed */
    assert_int_equal(d.proposal, 2);
    assert_int_equal(dossiers_tasks(&t.c, &d, &task, &n), OK);
    assert_int_equal(n, 2);
    assert_int_equal(task[0].kind, TASK_AGREE);
    assert_int_equal(TRY(&t, SPECIALIST_A, &d, ACT_SUPPLEMENT, DEFECTS), E_CONFLICT);
    assert_int_equal(TRY(&t, SPECIALIST_A, &d, ACT_SUPPLEMENT_AGREE), E_DENIED);
    MUST(&t, LEADER_A, &d, ACT_SUPPLEMENT_AGREE);
    town_is(&t, &d, ST_SUPPLEMENT, "tham_dinh", t.a);
    assert_int_equal(d.supplements, 2);
    MUST(&t, INTAKE_A, &d, ACT_ANSWER, .note = "Lần nữa");
    MUST(&t, SPECIALIST_A, &d, ACT_SUPPLEMENT, DEFECTS);
    MUST(&t, LEADER_A, &d, ACT_SUPPLEMENT_DENY, WHY);
    town_is(&t, &d, ST_PROCESSING, "tham_dinh", t.a);
    assert_int_equal(d.proposal, 0);
}

static const struct { const char *name; struct defect k; const char *fault; } DEFECT[] = {
    {"a paper of the procedure", {"giay_b", "", "missing", "Nộp"}, NULL},
    {"a paper it does not have", {"giay_x", "", "missing", "Nộp"}, "defects.0"},
    {"a field it does not have", {"", "khong_co", "missing", "Sửa"}, "defects.0"},
    {"a reason that is no reason", {"giay_b", "", "because", "Nộp"}, "defects.0"},
    {"a reason of refusals only", {"giay_b", "", "not_competent", "Nộp"}, "defects.0"},
    {"no words", {"giay_b", "", "missing", ""}, "defects.0"},
};

static void
test_defects_name_what_and_why(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(DEFECT); i++) {
        struct dossier d;
        int rc;

        town_bring(&t, ST_PROCESSING, &d);
        rc = TRY(&t, SPECIALIST_A, &d, ACT_SUPPLEMENT, .defects = &DEFECT[i].k, .n_defects = 1);
        if ((rc == OK) != (DEFECT[i].fault == NULL))
            fail_msg("%s: %d", DEFECT[i].name, rc);
    }
}

static void
test_a_question_before_acceptance_starts_no_clock(void **state)
{
    struct dossier d;

    (void)state;
    town_submit(&t, &d);
    MUST(&t, INTAKE_A, &d, ACT_SUPPLEMENT, DEFECTS);
    town_is(&t, &d, ST_SUPPLEMENT, "", t.a);
    town_now(&t, "2026-10-08T09:00");
    MUST(&t, CITIZEN, &d, ACT_ANSWER, .note = "Đây");
    town_is(&t, &d, ST_SUBMITTED, "", t.a);
    MUST(&t, INTAKE_A, &d, ACT_ACCEPT);
    assert_string_equal(town_due(&t, &d), "2026-10-15T23:59");   /* from the acceptance on */
}

/* --- money, withdrawal, stop, apology --------------------------------------------------------- */

static void
test_paying_does_not_count(void **state)
{
    struct dossier d;
    struct dossier_fee *f;
    size_t n;

    (void)state;
    town_bring(&t, ST_FISCAL, &d);
    assert_int_equal(TRY(&t, SPECIALIST_A, &d, ACT_APPROVE), E_CONFLICT);
    town_now(&t, "2026-10-07T16:00");
    MUST(&t, INTAKE_A, &d, ACT_PAID, .number = "BL0001");
    town_is(&t, &d, ST_PROCESSING, "tham_dinh", t.a);
    assert_string_equal(town_due(&t, &d), "2026-10-14T23:59");
    assert_int_equal(dossiers_fees(&t.c, &d, &f, &n), OK);
    assert_string_equal(f[0].receipt, "BL0001");
    assert_int_equal(TRY(&t, INTAKE_A, &d, ACT_PAID), E_INVALID);       /* not twice */
}

static void
test_no_result_before_the_fee(void **state)
{
    struct submission s;
    struct dossier d;
    char *secret;

    (void)state;
    town_be(&t, INTAKE_A);
    town_submission(&t, &s, CHANNEL_DIRECT);
    json_object_set_new(s.answers, "kieu", json_string("cham"));
    assert_int_equal(dossiers_receive(&t.c, &s, &d, &secret), OK);
    json_decref(s.answers);
    assert_string_equal(d.case_id, "slow");
    assert_string_equal(d.limit_text, "10wd");
    MUST(&t, SPECIALIST_A, &d, ACT_FORWARD);
    assert_int_equal(TRY(&t, LEADER_A, &d, ACT_APPROVE, .number = "1"), E_CONFLICT);
    MUST(&t, INTAKE_A, &d, ACT_PAID, .fee = "le_phi", .number = "BL1");
    MUST(&t, LEADER_A, &d, ACT_APPROVE, .number = "1");
}

static void
test_withdrawing(void **state)
{
    struct dossier d;

    (void)state;
    town_submit(&t, &d);
    MUST(&t, CITIZEN, &d, ACT_WITHDRAW);
    town_is(&t, &d, ST_WITHDRAWING, "", t.a);
    assert_int_equal(TRY(&t, LEADER_A, &d, ACT_WITHDRAW_DENY, WHY), E_CONFLICT);
    MUST(&t, INTAKE_A, &d, ACT_WITHDRAW_GRANT);
    town_is(&t, &d, ST_STOPPED, "", t.a);
    assert_int_equal(d.outcome, OUTCOME_WITHDRAWN);
    assert_int_equal(d.timing, TIMING_OPEN);            /* it was never received */
    town_bring(&t, ST_WITHDRAWING, &d);
    assert_int_equal(TRY(&t, INTAKE_A, &d, ACT_WITHDRAW_GRANT), E_DENIED);
    MUST(&t, LEADER_A, &d, ACT_WITHDRAW_DENY, WHY);
    town_is(&t, &d, ST_PROCESSING, "tham_dinh", t.a);
    MUST(&t, INTAKE_A, &d, ACT_WITHDRAW);
    MUST(&t, LEADER_A, &d, ACT_WITHDRAW_GRANT);
    assert_int_equal(d.timing, TIMING_ON_TIME);
}

static void
test_one_apology_in_time(void **state)
{
    struct dossier d;
    int64_t friday = vn_utc(date_day((struct ymd){2026, 10, 16}), 600);

    (void)state;
    town_bring(&t, ST_PROCESSING, &d);                           /* due Monday 12 October */
    assert_int_equal(TRY(&t, SPECIALIST_A, &d, ACT_EXTEND, WHY, .moment = friday), E_DENIED);
    assert_int_equal(TRY(&t, LEADER_A, &d, ACT_EXTEND, .moment = friday), E_INVALID);
    assert_int_equal(TRY(&t, LEADER_A, &d, ACT_EXTEND, WHY, .moment = t.c.now), E_INVALID);
    MUST(&t, LEADER_A, &d, ACT_EXTEND, WHY, .moment = friday);
    assert_string_equal(moment_iso(t.c.a, d.extended_to), "2026-10-16T23:59");
    assert_string_equal(town_due(&t, &d), "2026-10-12T23:59");   /* the original one stays */
    assert_int_equal(TRY(&t, LEADER_A, &d, ACT_EXTEND, WHY, .moment = friday + 5 * DAY_SECONDS),
                     E_CONFLICT);
    MUST(&t, SPECIALIST_A, &d, ACT_FORWARD);
    town_now(&t, "2026-10-15T10:00");
    MUST(&t, LEADER_A, &d, ACT_APPROVE, .number = "1");
    assert_int_equal(d.timing, TIMING_LATE);            /* late stays late */
    town_bring(&t, ST_PROCESSING, &d);
    town_now(&t, "2026-10-22T10:00");                   /* the due day itself: too late */
    assert_int_equal(TRY(&t, LEADER_A, &d, ACT_EXTEND, WHY, .moment = t.c.now + 9 * DAY_SECONDS),
                     E_CONFLICT);
}

static void
test_a_stop_needs_a_legal_basis(void **state)
{
    struct dossier d;

    (void)state;
    town_bring(&t, ST_PROCESSING, &d);
    assert_int_equal(TRY(&t, SPECIALIST_A, &d, ACT_PAUSE, WHY, .pause = "nghi_mat"), E_INVALID);
    MUST(&t, SPECIALIST_A, &d, ACT_PAUSE, WHY, .pause = "niem_yet");
    town_now(&t, "2026-10-08T10:00");
    MUST(&t, SPECIALIST_A, &d, ACT_RESUME);
    assert_string_equal(town_due(&t, &d), "2026-10-15T23:59");
    assert_int_equal(TRY(&t, LEADER_A, &d, ACT_STOP, WHY), E_INVALID);
    MUST(&t, LEADER_A, &d, ACT_STOP, WHY, LAW);
    town_is(&t, &d, ST_STOPPED, "", t.a);
    assert_int_equal(d.outcome, OUTCOME_STOPPED);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(test_pause_and_answer), T(test_a_second_request_needs_the_leader),
        T(test_defects_name_what_and_why), T(test_a_question_before_acceptance_starts_no_clock),
        T(test_paying_does_not_count), T(test_no_result_before_the_fee), T(test_withdrawing),
        T(test_one_apology_in_time), T(test_a_stop_needs_a_legal_basis),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
