/* The way of a dossier: every status and transition, allowed and refused; what follows from each.
 */
#include "mod/dossiers/dossiers_testing.h"

#include "mod/dossiers/dossiers_inside.h"

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

static const struct defect MISSING[] = {
    {"giay_b", "", "missing", "Nộp giấy B"}, {"", "noi_dung", "wrong_form", "Ghi rõ nội dung"},
};
#define DEFECTS .defects = MISSING, .n_defects = 2
#define TO_HAND .to_name = "Nguyễn Thị Mai", .to_number = "001190900001", .to_paper = "Căn cước"
#define WHY .note = "Vì lý do nêu trong văn bản"
#define LAW .ground = "Điều 1 Luật thử"

static void
is(const struct dossier *d, enum status status, const char *step, int64_t unit)
{
    struct dossier row;

    if (d->status != status || strcmp(d->step, step) != 0 || d->unit != unit)
        fail_msg("status %d step %s", (int)d->status, d->step);
    town_be(&t, LEADER_A);
    assert_int_equal(dossiers_verify(&t.c, d->code), OK);       /* folded anew: the same */
    t.c.account = t.account[LEADER_A];
    if (d->received_unit == t.a) {
        assert_int_equal(dossiers_get(&t.c, d->code, PERM_DOSSIER_READ, &row), OK);
        assert_null(fold_differs(d, &row));
    }
}

static char *
due(const struct dossier *d)
{
    return moment_iso(t.c.a, d->due_at);
}

/* A dossier brought to a status, as quickly as the law allows. */
static void
bring(enum status to, struct dossier *d)
{
    if (to == ST_SUBMITTED || to == ST_REFUSED) {
        town_submit(&t, d);
        if (to == ST_REFUSED)
            MUST(&t, INTAKE_A, d, ACT_REFUSE_INTAKE, WHY, LAW);
        return;
    }
    town_receive(&t, d);
    if (to == ST_ACCEPTED)
        return;
    MUST(&t, SPECIALIST_A, d, ACT_CLAIM);
    if (to == ST_SUPPLEMENT)
        MUST(&t, SPECIALIST_A, d, ACT_SUPPLEMENT, DEFECTS);
    if (to == ST_FISCAL)
        MUST(&t, SPECIALIST_A, d, ACT_FISCAL, .amount = 100000);
    if (to == ST_WITHDRAWING)
        MUST(&t, INTAKE_A, d, ACT_WITHDRAW);
    if (to == ST_STOPPED) {
        MUST(&t, LEADER_A, d, ACT_STOP, WHY, LAW);
    }
    if (to == ST_DONE || to == ST_RETURNED) {
        MUST(&t, SPECIALIST_A, d, ACT_FORWARD);
        MUST(&t, LEADER_A, d, ACT_APPROVE, .number = "12/GCN");
    }
    if (to == ST_RETURNED)
        MUST(&t, INTAKE_A, d, ACT_HAND_OVER, TO_HAND);
    assert_int_equal(d->status, to);
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
    is(&d, ST_SUBMITTED, "", t.a);
    assert_int_equal(d.account, t.account[CITIZEN]);
    assert_int_equal(d.due_at, 0);                      /* submitting starts no clock */
    town_now(&t, "2026-10-05T10:00");
    MUST(&t, INTAKE_A, &d, ACT_ACCEPT);
    is(&d, ST_ACCEPTED, "tham_dinh", t.a);
    assert_string_equal(d.limit_text, "5wd");
    assert_string_equal(due(&d), "2026-10-12T23:59");
    assert_int_equal(d.first_due, d.due_at);
    assert_int_equal(d.receipt, 1);
    assert_int_equal(d.received_by, t.account[INTAKE_A]);
    MUST(&t, SPECIALIST_A, &d, ACT_CLAIM);
    is(&d, ST_PROCESSING, "tham_dinh", t.a);
    MUST(&t, SPECIALIST_A, &d, ACT_FORWARD);
    is(&d, ST_PROCESSING, "ky", t.a);
    assert_int_equal(d.holder, 0);
    town_now(&t, "2026-10-07T10:00");
    MUST(&t, LEADER_A, &d, ACT_APPROVE, .number = "12/GCN");
    is(&d, ST_DONE, "tra", t.a);
    assert_int_equal(d.timing, TIMING_EARLY);
    assert_int_equal(d.outcome, OUTCOME_GRANTED);
    assert_string_equal(d.result_signer, "Đỗ Minh");
    MUST(&t, INTAKE_A, &d, ACT_HAND_OVER, TO_HAND);
    is(&d, ST_RETURNED, "", t.a);
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
    is(&d, ST_ACCEPTED, "tham_dinh", t.a);
    assert_int_equal(d.version, 1);
    assert_int_equal(d.account, 0);
    assert_string_equal(due(&d), "2026-10-12T23:59");
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
        bring(s, &d);
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
    is(&d, ST_SUPPLEMENT, "tham_dinh", t.a);
    assert_int_equal(d.holder, t.account[SPECIALIST_A]);
    assert_string_equal(moment_iso(t.c.a, d.answer_due), "2026-10-16T23:59");
    town_now(&t, "2026-10-12T14:00");
    assert_int_equal(TRY(&t, OTHER_CITIZEN, &d, ACT_ANSWER, .note = "x"), E_DENIED);
    assert_int_equal(TRY(&t, CITIZEN, &d, ACT_ANSWER), E_INVALID);      /* nothing new */
    MUST(&t, CITIZEN, &d, ACT_ANSWER, .files = &B, .n_files = 1);
    is(&d, ST_PROCESSING, "tham_dinh", t.a);
    /* used 6 and 7 October; 8, 9 and 12 stood still: three days left from the 13th */
    assert_string_equal(due(&d), "2026-10-15T23:59");
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
    bring(ST_SUPPLEMENT, &d);
    MUST(&t, INTAKE_A, &d, ACT_ANSWER, .note = "Đã giải thích");
    MUST(&t, SPECIALIST_A, &d, ACT_SUPPLEMENT, DEFECTS);
    is(&d, ST_PROCESSING, "tham_dinh", t.a);            /* only proposed */
    assert_int_equal(d.proposal, 2);
    assert_int_equal(dossiers_tasks(&t.c, &d, &task, &n), OK);
    assert_int_equal(n, 2);
    assert_int_equal(task[0].kind, TASK_AGREE);
    assert_int_equal(TRY(&t, SPECIALIST_A, &d, ACT_SUPPLEMENT, DEFECTS), E_CONFLICT);
    assert_int_equal(TRY(&t, SPECIALIST_A, &d, ACT_SUPPLEMENT_AGREE), E_DENIED);
    MUST(&t, LEADER_A, &d, ACT_SUPPLEMENT_AGREE);
    is(&d, ST_SUPPLEMENT, "tham_dinh", t.a);
    assert_int_equal(d.supplements, 2);
    MUST(&t, INTAKE_A, &d, ACT_ANSWER, .note = "Lần nữa");
    MUST(&t, SPECIALIST_A, &d, ACT_SUPPLEMENT, DEFECTS);
    MUST(&t, LEADER_A, &d, ACT_SUPPLEMENT_DENY, WHY);
    is(&d, ST_PROCESSING, "tham_dinh", t.a);
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

        bring(ST_PROCESSING, &d);
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
    is(&d, ST_SUPPLEMENT, "", t.a);
    town_now(&t, "2026-10-08T09:00");
    MUST(&t, CITIZEN, &d, ACT_ANSWER, .note = "Đây");
    is(&d, ST_SUBMITTED, "", t.a);
    MUST(&t, INTAKE_A, &d, ACT_ACCEPT);
    assert_string_equal(due(&d), "2026-10-15T23:59");   /* from the acceptance on */
}

/* --- money, withdrawal, stop, apology --------------------------------------------------------- */

static void
test_paying_does_not_count(void **state)
{
    struct dossier d;
    struct dossier_fee *f;
    size_t n;

    (void)state;
    bring(ST_FISCAL, &d);
    assert_int_equal(TRY(&t, SPECIALIST_A, &d, ACT_APPROVE), E_CONFLICT);
    town_now(&t, "2026-10-07T16:00");
    MUST(&t, INTAKE_A, &d, ACT_PAID, .number = "BL0001");
    is(&d, ST_PROCESSING, "tham_dinh", t.a);
    assert_string_equal(due(&d), "2026-10-14T23:59");
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
    is(&d, ST_WITHDRAWING, "", t.a);
    assert_int_equal(TRY(&t, LEADER_A, &d, ACT_WITHDRAW_DENY, WHY), E_CONFLICT);
    MUST(&t, INTAKE_A, &d, ACT_WITHDRAW_GRANT);
    is(&d, ST_STOPPED, "", t.a);
    assert_int_equal(d.outcome, OUTCOME_WITHDRAWN);
    assert_int_equal(d.timing, TIMING_OPEN);            /* it was never received */
    bring(ST_WITHDRAWING, &d);
    assert_int_equal(TRY(&t, INTAKE_A, &d, ACT_WITHDRAW_GRANT), E_DENIED);
    MUST(&t, LEADER_A, &d, ACT_WITHDRAW_DENY, WHY);
    is(&d, ST_PROCESSING, "tham_dinh", t.a);
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
    bring(ST_PROCESSING, &d);                           /* due Monday 12 October */
    assert_int_equal(TRY(&t, SPECIALIST_A, &d, ACT_EXTEND, WHY, .moment = friday), E_DENIED);
    assert_int_equal(TRY(&t, LEADER_A, &d, ACT_EXTEND, .moment = friday), E_INVALID);
    assert_int_equal(TRY(&t, LEADER_A, &d, ACT_EXTEND, WHY, .moment = t.c.now), E_INVALID);
    MUST(&t, LEADER_A, &d, ACT_EXTEND, WHY, .moment = friday);
    assert_string_equal(moment_iso(t.c.a, d.extended_to), "2026-10-16T23:59");
    assert_string_equal(due(&d), "2026-10-12T23:59");   /* the original one stays */
    assert_int_equal(TRY(&t, LEADER_A, &d, ACT_EXTEND, WHY, .moment = friday + 5 * DAY_SECONDS),
                     E_CONFLICT);
    MUST(&t, SPECIALIST_A, &d, ACT_FORWARD);
    town_now(&t, "2026-10-15T10:00");
    MUST(&t, LEADER_A, &d, ACT_APPROVE, .number = "1");
    assert_int_equal(d.timing, TIMING_LATE);            /* late stays late */
    bring(ST_PROCESSING, &d);
    town_now(&t, "2026-10-22T10:00");                   /* the due day itself: too late */
    assert_int_equal(TRY(&t, LEADER_A, &d, ACT_EXTEND, WHY, .moment = t.c.now + 9 * DAY_SECONDS),
                     E_CONFLICT);
}

static void
test_a_stop_needs_a_legal_basis(void **state)
{
    struct dossier d;

    (void)state;
    bring(ST_PROCESSING, &d);
    assert_int_equal(TRY(&t, SPECIALIST_A, &d, ACT_PAUSE, WHY, .pause = "nghi_mat"), E_INVALID);
    MUST(&t, SPECIALIST_A, &d, ACT_PAUSE, WHY, .pause = "niem_yet");
    town_now(&t, "2026-10-08T10:00");
    MUST(&t, SPECIALIST_A, &d, ACT_RESUME);
    assert_string_equal(due(&d), "2026-10-15T23:59");
    assert_int_equal(TRY(&t, LEADER_A, &d, ACT_STOP, WHY), E_INVALID);
    MUST(&t, LEADER_A, &d, ACT_STOP, WHY, LAW);
    is(&d, ST_STOPPED, "", t.a);
    assert_int_equal(d.outcome, OUTCOME_STOPPED);
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
    bring(ST_PROCESSING, &d);
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
    is(&d, ST_PROCESSING, "kiem_tra", t.d);             /* at the department */
    assert_int_equal(TRY(&t, SPECIALIST_A, &d, ACT_FORWARD), E_DENIED);
    MUST(&t, SPECIALIST_D, &d, ACT_RETURN, WHY);
    is(&d, ST_PROCESSING, "tham_dinh", t.a);
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
    bring(ST_PROCESSING, &d);
    town_be(&t, SPECIALIST_D);
    assert_int_equal(dossiers_get(&t.c, d.code, PERM_DOSSIER_READ, &seen), E_NOTFOUND);
    assert_int_equal(TRY(&t, SPECIALIST_A, &d, ACT_CONSULT, WHY, .to_unit = t.d), E_INVALID);
    MUST(&t, SPECIALIST_A, &d, ACT_CONSULT, WHY, .to_unit = t.d,
         .moment = t.c.now + 3 * DAY_SECONDS);
    is(&d, ST_PROCESSING, "tham_dinh", t.a);            /* no stop of the clock */
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
    bring(ST_DONE, &d);
    assert_int_equal(TRY(&t, INTAKE_A, &d, ACT_HAND_OVER, .to_name = "Mai"), E_INVALID);
    assert_int_equal(TRY(&t, INTAKE_A, &d, ACT_HAND_OVER, .to_name = "Mai", .to_number = "123",
                         .to_paper = "Căn cước"), E_INVALID);
    assert_int_equal(TRY(&t, INTAKE_B, &d, ACT_HAND_OVER, TO_HAND), E_DENIED);
    MUST(&t, LEADER_A, &d, ACT_REOPEN, WHY);            /* a mistake was found in time */
    is(&d, ST_PROCESSING, "ky", t.a);
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
    bring(ST_PROCESSING, &d);
    MUST(&t, INTAKE_A, &d, ACT_CORRECT, WHY, .parties = &me, .n_parties = 1, .answers = answers);
    is(&d, ST_PROCESSING, "tham_dinh", t.a);
    assert_int_equal(d.receipt, 2);                     /* the first print is void */
    assert_string_equal(d.applicant, "Nguyễn Thị May");
    assert_string_equal(d.case_id, "slow");
    assert_string_equal(due(&d), "2026-10-19T23:59");   /* ten working days now */
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
    bring(ST_PROCESSING, &d);
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
    bring(ST_DONE, &d);
    assert_int_equal(dossiers_timeline(&t.c, &d, FOR_PUBLIC, &m, &n), OK);
    for (size_t i = 0; i < n; i++)
        assert_true(*m[i].actor == '\0' && *m[i].note == '\0' && *m[i].changes == '\0');
    assert_int_equal(dossiers_timeline(&t.c, &d, FOR_OFFICER, &m, &n), OK);
    assert_string_equal(m[n - 1].actor, "Đỗ Minh");
}

/* --- look-up, reach, tampering
 * -------------------------------------------------------------------- */

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
    bring(ST_PROCESSING, &d);
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
        T(test_online_from_submission_to_hand_over), T(test_counter_intake_is_accepted_at_once),
        T(test_what_is_wrong_is_said_at_once), T(test_every_action_in_every_status),
        T(test_pause_and_answer), T(test_a_second_request_needs_the_leader),
        T(test_defects_name_what_and_why), T(test_a_question_before_acceptance_starts_no_clock),
        T(test_paying_does_not_count), T(test_no_result_before_the_fee), T(test_withdrawing),
        T(test_one_apology_in_time), T(test_a_stop_needs_a_legal_basis),
        T(test_steps_and_holders), T(test_nobody_signs_the_own_work), T(test_opinions),
        T(test_hand_over_checks_who), T(test_the_receipt_is_corrected),
        T(test_two_officers_never_overwrite), T(test_stand_in_is_recorded),
        T(test_lookup_by_secret), T(test_the_other_commune_never_sees_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
