/* The way of a dossier: every status and transition, allowed and refused; steps and people. */
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

/* --- the main way ------------------------------------------------------------------------- */

static void
test_online_from_submission_to_hand_over(void **state)
{
    struct dossier d;
    struct hand_over h;

    (void)state;
    town_submit(&t, &d);
    assert_string_equal(d.code, "H26.X.00070-261005-0001");
    town_is(&t, &d, ST_SUBMITTED, "", t.a);
    assert_int_equal(d.account, t.account[CITIZEN]);
    assert_int_equal(d.due_at, 0);                      /* submitting starts no clock */
    town_now(&t, "2026-10-05T10:00");
    MUST(&t, INTAKE_A, &d, ACT_ACCEPT);
    town_is(&t, &d, ST_ACCEPTED, "tham_dinh", t.a);
    assert_string_equal(d.limit_text, "5wd");
    assert_string_equal(town_due(&t, &d), "2026-10-12T23:59");
    assert_int_equal(d.first_due, d.due_at);
    assert_int_equal(d.receipt, 1);
    assert_int_equal(d.received_by, t.account[INTAKE_A]);
    MUST(&t, SPECIALIST_A, &d, ACT_CLAIM);
    town_is(&t, &d, ST_PROCESSING, "tham_dinh", t.a);
    MUST(&t, SPECIALIST_A, &d, ACT_FORWARD);
    town_is(&t, &d, ST_PROCESSING, "ky", t.a);
    assert_int_equal(d.holder, 0);
    town_now(&t, "2026-10-07T10:00");
    MUST(&t, LEADER_A, &d, ACT_APPROVE, .number = "12/GCN");
    town_is(&t, &d, ST_DONE, "tra", t.a);
    assert_int_equal(d.timing, TIMING_EARLY);
    assert_int_equal(d.outcome, OUTCOME_GRANTED);
    assert_string_equal(d.result_signer, "Đỗ Minh");
    MUST(&t, INTAKE_A, &d, ACT_HAND_OVER, TO_HAND);
    town_is(&t, &d, ST_RETURNED, "", t.a);
    assert_int_equal(dossiers_hand_over(&t.c, &d, &h), OK);
    assert_string_equal(h.to_paper, "Căn cước");
    assert_int_equal(d.version, 6);
}

static void
test_counter_intake_is_accepted_at_once(void **state)
{
    struct dossier d;

    (void)state;
    town_receive(&t, &d);
    town_is(&t, &d, ST_ACCEPTED, "tham_dinh", t.a);
    assert_int_equal(d.version, 1);
    assert_int_equal(d.account, 0);
    assert_string_equal(town_due(&t, &d), "2026-10-12T23:59");
}

static void
test_what_is_wrong_is_said_at_once(void **state)
{
    struct submission s;
    struct dossier d;
    char *secret;

    (void)state;
    town_be(&t, CITIZEN);
    town_submission(&t, &s, CHANNEL_ONLINE);
    json_object_del(s.answers, "noi_dung");
    s.delivery = DELIVER_POST;
    s.unit = t.city;                                    /* the city itself has no desk */
    assert_int_equal(dossiers_submit(&t.c, &s, &d, &secret), E_INVALID);
    assert_true(t.c.faults.n >= 3);
    json_decref(s.answers);
    town_be(&t, CITIZEN);
    town_submission(&t, &s, CHANNEL_ONLINE);
    s.n_files = 0;
    assert_int_equal(dossiers_submit(&t.c, &s, &d, &secret), E_INVALID);
    assert_string_equal(t.c.faults.p[0].name, "papers.giay_a");
    json_decref(s.answers);
    town_be(&t, INTAKE_B);                              /* another unit's officer */
    town_submission(&t, &s, CHANNEL_DIRECT);
    assert_int_equal(dossiers_receive(&t.c, &s, &d, &secret), E_DENIED);
    json_decref(s.answers);
    town_be(&t, CITIZEN); /* citizens do not stand behind the counter */
    town_submission(&t, &s, CHANNEL_DIRECT);
    assert_int_equal(dossiers_receive(&t.c, &s, &d, &secret), E_DENIED);
    json_decref(s.answers);
}

/* --- every action in every status ------------------------------------------------------------ */

static const struct { enum action a; enum who who; const char *from; } FROM[] = {
    /* the statuses 1..10 in which it is possible at its place */
    {ACT_ACCEPT, INTAKE_A, "1000000000"},          {ACT_REFUSE_INTAKE, INTAKE_A, "1000000000"},
    {ACT_ANSWER, INTAKE_A, "0000100000"},          {ACT_WITHDRAW, INTAKE_A, "1101110000"},
    {ACT_WITHDRAW_GRANT, LEADER_A, "0000001000"},  {ACT_WITHDRAW_DENY, LEADER_A, "0000001000"},
    {ACT_FORWARD, SPECIALIST_A, "0101000000"},     {ACT_SUPPLEMENT, SPECIALIST_A, "0101000000"},
    {ACT_REFUSE, SPECIALIST_A, "0101010000"},      {ACT_FISCAL, SPECIALIST_A, "0101000000"},
    {ACT_CONSULT, SPECIALIST_A, "0101000000"},     {ACT_STOP, LEADER_A, "0101110000"},
    {ACT_EXTEND, LEADER_A, "0101000000"},          {ACT_APPROVE, LEADER_A, "0000000000"},
    {ACT_HAND_OVER, INTAKE_A, "0000000010"},       {ACT_REOPEN, LEADER_A, "0000000010"},
    {ACT_PAUSE, SPECIALIST_A, "0101000000"},       {ACT_RESUME, SPECIALIST_A, "0000000000"},
    {ACT_CORRECT, INTAKE_A, "0101110000"},         {ACT_RETURN, SPECIALIST_A, "0000000000"},
    {ACT_CHECK_PAPERS, INTAKE_A, "1000000000"},    {ACT_PAID, INTAKE_A, "0000010000"},
    {ACT_TRANSFER, LEADER_A, "0000000000"},        {ACT_RECOMPUTE, LEADER_A, "0000000000"},
};

static struct event
complete(enum action a)
{
    return (struct event){.action = a, WHY, LAW, DEFECTS, TO_HAND, .amount = 1000,
                          .moment = t.c.now + 6 * DAY_SECONDS, .to_unit = t.d, .pause = "niem_yet",
                          .number = ""};
}

static void
try_all(enum status s)
{
    for (size_t i = 0; i < ROWS(FROM); i++) {
        struct dossier d;
        struct event e = complete(FROM[i].a);
        bool want = FROM[i].from[s - 1] == '1';
        int rc;

        if (e.action == ACT_EXTEND)
            e.moment = vn_utc(vn_day(t.c.now) + 9, 600);
        town_bring(&t, s, &d);
        rc = town_act(&t, FROM[i].who, &d, e);
        if ((rc == OK) != want)
            fail_msg("%s in status %d: %d %s %s", workflow_action(e.action)->word, (int)s, rc,
                     t.c.err.say ? t.c.err.say : "", t.c.faults.n ? t.c.faults.p[0].name : "");
        town_be(&t, LEADER_A);
        assert_int_equal(dossiers_verify(&t.c, d.code), OK);
    }
}

static void
test_every_action_in_every_status(void **state)
{
    (void)state;
    assert_int_equal(db_begin(&t.c, DB_READ_WRITE), OK);
    for (enum status s = ST_SUBMITTED; s < ST__COUNT; s++)
        try_all(s);
    assert_int_equal(db_commit(&t.c), OK);
}

/* --- steps and people ----------------------------------------------------------------------------
 */

static void
test_steps_and_holders(void **state)
{
    const char **steps;
    struct dossier d;
    size_t n;

    (void)state;
    town_bring(&t, ST_PROCESSING, &d);
    assert_int_equal(TRY(&t, SECOND_A, &d, ACT_FORWARD), E_CONFLICT);   /* only the holder writes */
    assert_int_equal(TRY(&t, SECOND_A, &d, ACT_CLAIM), E_CONFLICT);
    assert_int_equal(TRY(&t, LEADER_A, &d, ACT_ASSIGN, .to_account = t.account[SPECIALIST_B]),
                     E_INVALID);
    MUST(&t, LEADER_A, &d, ACT_ASSIGN, .to_account = t.account[SECOND_A]);
    MUST(&t, SECOND_A, &d, ACT_RELEASE);
    assert_int_equal(d.holder, 0);
    MUST(&t, SPECIALIST_A, &d, ACT_CLAIM);
    assert_int_equal(dossiers_targets(&t.c, &d, false, &steps, &n), OK);
    assert_int_equal(n, 2);
    assert_string_equal(steps[0], "ky");
    assert_int_equal(TRY(&t, SPECIALIST_A, &d, ACT_FORWARD, .step = "tra"), E_INVALID);
    MUST(&t, SPECIALIST_A, &d, ACT_FORWARD, .step = "kiem_tra");
    town_is(&t, &d, ST_PROCESSING, "kiem_tra", t.d);             /* at the department */
    assert_int_equal(TRY(&t, SPECIALIST_A, &d, ACT_FORWARD), E_DENIED);
    MUST(&t, SPECIALIST_D, &d, ACT_RETURN, WHY);
    town_is(&t, &d, ST_PROCESSING, "tham_dinh", t.a);
    assert_int_equal(d.holder, t.account[SPECIALIST_A]);        /* back to who did it */
    MUST(&t, SPECIALIST_A, &d, ACT_FORWARD);
    assert_int_equal(TRY(&t, SPECIALIST_A, &d, ACT_APPROVE), E_DENIED);
    MUST(&t, LEADER_A, &d, ACT_RETURN, WHY);
    assert_int_equal(TRY(&t, LEADER_A, &d, ACT_FORWARD), E_CONFLICT);
}

static void
test_nobody_signs_the_own_work(void **state)
{
    struct dossier d;

    (void)state;
    town_receive(&t, &d);
    MUST(&t, LEADER_A, &d, ACT_FORWARD);                /* a leader may do a specialist's step */
    assert_int_equal(TRY(&t, LEADER_A, &d, ACT_APPROVE, .number = "1"), E_CONFLICT);
}

static void
test_opinions(void **state)
{
    struct workflow_offer offers[ACT__COUNT];
    struct opinion *o;
    struct dossier d, seen;
    size_t n;

    (void)state;
    town_bring(&t, ST_PROCESSING, &d);
    town_be(&t, SPECIALIST_D);
    assert_int_equal(dossiers_get(&t.c, d.code, PERM_DOSSIER_READ, &seen), E_NOTFOUND);
    assert_int_equal(TRY(&t, SPECIALIST_A, &d, ACT_CONSULT, WHY, .to_unit = t.d), E_INVALID);
    MUST(&t, SPECIALIST_A, &d, ACT_CONSULT, WHY, .to_unit = t.d,
         .moment = t.c.now + 3 * DAY_SECONDS);
    town_is(&t, &d, ST_PROCESSING, "tham_dinh", t.a);            /* no stop of the clock */
    town_be(&t, SPECIALIST_D);
    assert_int_equal(dossiers_get(&t.c, d.code, PERM_DOSSIER_READ, &seen), OK);
    assert_int_equal(dossiers_offers(&t.c, &seen, offers, &n), OK);
    assert_int_equal(n, 1);                             /* to answer, and nothing else */
    assert_int_equal(offers[0].action, ACT_OPINION);
    MUST(&t, SPECIALIST_A, &d, ACT_FORWARD);
    assert_int_equal(TRY(&t, LEADER_A, &d, ACT_APPROVE, .number = "1"), E_CONFLICT);
    assert_int_equal(TRY(&t, SPECIALIST_B, &d, ACT_OPINION, .note = "Đồng ý"), E_DENIED);
    MUST(&t, SPECIALIST_D, &d, ACT_CLAIM, .opinion = 1);
    MUST(&t, SPECIALIST_D, &d, ACT_OPINION, .note = "Đồng ý");
    assert_int_equal(d.opinions_open, 0);
    assert_int_equal(dossiers_opinions(&t.c, &d, &o, &n), OK);
    assert_string_equal(o[0].answer, "Đồng ý");
    MUST(&t, LEADER_A, &d, ACT_APPROVE, .number = "1");
}

static void
test_hand_over_checks_who(void **state)
{
    struct dossier d;

    (void)state;
    town_bring(&t, ST_DONE, &d);
    assert_int_equal(TRY(&t, INTAKE_A, &d, ACT_HAND_OVER, .to_name = "Mai"), E_INVALID);
    assert_int_equal(TRY(&t, INTAKE_A, &d, ACT_HAND_OVER, .to_name = "Mai", .to_number = "123",
                         .to_paper = "Căn cước"), E_INVALID);
    assert_int_equal(TRY(&t, INTAKE_B, &d, ACT_HAND_OVER, TO_HAND), E_DENIED);
    MUST(&t, LEADER_A, &d, ACT_REOPEN, WHY);            /* a mistake was found in time */
    town_is(&t, &d, ST_PROCESSING, "ky", t.a);
    assert_int_equal(d.finished_at, 0);
    MUST(&t, LEADER_A, &d, ACT_APPROVE, .number = "2");
    MUST(&t, INTAKE_A, &d, ACT_HAND_OVER, .to_name = "Mai", .delivery = DELIVER_POST);
}

static void
test_the_receipt_is_corrected(void **state)
{
    struct party me = {.role = PARTY_APPLICANT, .kind = PARTY_PERSON, .name = "Nguyễn Thị May"};
    json_t *answers = json_pack("{s:s, s:s}", "noi_dung", "Khác", "kieu", "cham"), *now;
    struct dossier_fee *f;
    struct dossier d;
    size_t n;

    (void)state;
    town_bring(&t, ST_PROCESSING, &d);
    MUST(&t, INTAKE_A, &d, ACT_CORRECT, WHY, .parties = &me, .n_parties = 1, .answers = answers);
    town_is(&t, &d, ST_PROCESSING, "tham_dinh", t.a);
    assert_int_equal(d.receipt, 2);                     /* the first print is void */
    assert_string_equal(d.applicant, "Nguyễn Thị May");
    assert_string_equal(d.case_id, "slow");
    assert_string_equal(town_due(&t, &d), "2026-10-19T23:59");   /* ten working days now */
    assert_int_equal(dossiers_fees(&t.c, &d, &f, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(dossiers_answers(&t.c, &d, 1, &now), OK);  /* the first answers are kept */
    assert_string_equal(json_string_value(json_object_get(now, "noi_dung")), "Xin giấy");
    json_decref(now);
    json_decref(answers);
}

static void
test_two_officers_never_overwrite(void **state)
{
    struct moment_row *m;
    struct dossier d, stale;
    size_t n;

    (void)state;
    town_bring(&t, ST_PROCESSING, &d);
    stale = d;
    MUST(&t, SPECIALIST_A, &d, ACT_FORWARD, .version = d.version);
    assert_int_equal(TRY(&t, LEADER_A, &d, ACT_APPROVE, .version = stale.version), E_CONFLICT);
    assert_int_equal(dossiers_since(&t.c, &d, stale.version, &m, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(m[0].action, ACT_FORWARD);
    assert_true(strstr(m[0].changes, "\"step\":[\"tham_dinh\",\"ky\"]") != NULL);
    assert_int_equal(TRY(&t, SPECIALIST_A, &stale, ACT_FORWARD), E_CONFLICT);   /* read before it */
}

static void
test_stand_in_is_recorded(void **state)
{
    struct moment_row *m;
    struct dossier d;
    size_t n;

    (void)state;
    town_bring(&t, ST_DONE, &d);
    assert_int_equal(dossiers_timeline(&t.c, &d, FOR_PUBLIC, &m, &n), OK);
    for (size_t i = 0; i < n; i++)
        assert_true(*m[i].actor == '\0' && *m[i].note == '\0' && *m[i].changes == '\0');
    assert_int_equal(dossiers_timeline(&t.c, &d, FOR_OFFICER, &m, &n), OK);
    assert_string_equal(m[n - 1].actor, "Đỗ Minh");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(test_online_from_submission_to_hand_over), T(test_counter_intake_is_accepted_at_once),
        T(test_what_is_wrong_is_said_at_once), T(test_every_action_in_every_status),
        T(test_steps_and_holders), T(test_nobody_signs_the_own_work), T(test_opinions),
        T(test_hand_over_checks_who), T(test_the_receipt_is_corrected),
        T(test_two_officers_never_overwrite), T(test_stand_in_is_recorded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
