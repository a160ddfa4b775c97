/* One row, one sentence of the regulation. */
#include "base/test.h"

#include "mod/workflow/workflow.h"

/* Every pair of the ten statuses: x may follow, . may not; rows: from 0 (nothing yet) to 10. */
static const char *const PAIRS[ST__COUNT] = {
    /* to:               12345 6789A */
    [ST_NONE] =        "0" "11000" "00000",
    [ST_SUBMITTED] =   "0" "01101" "01000",
    [ST_ACCEPTED] =    "0" "00011" "11110",
    [ST_REFUSED] =     "0" "00000" "00000",
    [ST_PROCESSING] =  "0" "00011" "11110",
    [ST_SUPPLEMENT] =  "0" "11010" "01100",
    [ST_FISCAL] =      "0" "00010" "01110",
    [ST_WITHDRAWING] = "0" "00010" "00100",
    [ST_STOPPED] =     "0" "00000" "00000",
    [ST_DONE] =        "0" "00010" "00001",
    [ST_RETURNED] =    "0" "00000" "00000",
};

static void
test_every_pair(void **state)
{
    (void)state;
    for (enum status from = 0; from < ST__COUNT; from++)
        for (enum status to = 0; to < ST__COUNT; to++)
            if (workflow_may(from, to) != (PAIRS[from][to] == '1'))
                fail_msg("%d -> %d", from, to);
}

static const struct { const char *name; enum status from, to; bool want; } MAY[] = {
    {"a submitted dossier can be refused at intake", ST_SUBMITTED, ST_REFUSED, true},
    {"a counter dossier is accepted at once", ST_NONE, ST_ACCEPTED, true},
    {"nothing begins in the middle", ST_NONE, ST_PROCESSING, false},
    {"a question stops the clock", ST_PROCESSING, ST_SUPPLEMENT, true},
    {"no decision while we wait for papers", ST_SUPPLEMENT, ST_DONE, false},
    {"an accepted dossier is not refused at intake any more", ST_ACCEPTED, ST_REFUSED, false},
    {"an answered question leads back to work", ST_SUPPLEMENT, ST_PROCESSING, true},
    {"an unanswered question ends in a stop", ST_SUPPLEMENT, ST_STOPPED, true},
    {"the applicant may withdraw before a result", ST_PROCESSING, ST_WITHDRAWING, true},
    {"the applicant may not withdraw after it", ST_DONE, ST_WITHDRAWING, false},
    {"a wrong result is opened again", ST_DONE, ST_PROCESSING, true},
    {"what was handed over is never refused", ST_RETURNED, ST_REFUSED, false},
    {"what was stopped stays stopped", ST_STOPPED, ST_PROCESSING, false},
};

static void
test_may(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof MAY / sizeof *MAY; i++)
        if (workflow_may(MAY[i].from, MAY[i].to) != MAY[i].want)
            fail_msg("%s", MAY[i].name);
}

static void
test_meaning(void **state)
{
    (void)state;
    for (enum status s = ST_SUBMITTED; s < ST__COUNT; s++) {
        const struct status_info *i = workflow_status(s);
        bool leads = false;

        for (enum status to = ST_NONE; to < ST__COUNT; to++)
            leads |= workflow_may(s, to);
        assert_int_equal(i->terminal, !leads);
        assert_int_equal(i->received, s != ST_SUBMITTED && s != ST_REFUSED);
        assert_int_equal(i->finished, s == ST_STOPPED || s == ST_DONE || s == ST_RETURNED);
        assert_int_equal(i->stops_clock, s == ST_SUPPLEMENT || s == ST_FISCAL);
        assert_int_equal(workflow_status_parse(i->word), s);
    }
    assert_int_equal(workflow_status_parse("nonsense"), ST_NONE);
}

/* One question: at this step, this person, these facts. */
struct row {
    const char *name;
    enum action a;
    enum status status;
    enum role role;             /* of the step; ROLE_NONE: intake */
    uint64_t actions;
    unsigned guards, holds;
    enum role who;              /* whose permissions */
    char hand;                  /* h holder, u unclaimed, o another's, a applicant, s system */
    const char *fact;           /* letters: e extended, l late, 2 proposed, p paused, c can pause,
                                 * o opinion asked, f first step */
    bool want;
};

#define A(x) ACT_BIT(ACT_##x)
#define G(x) GUARD_BIT(GUARD_##x)
#define EXAM A(FORWARD) | A(RETURN) | A(SUPPLEMENT) | A(REFUSE) | A(FISCAL) | A(CONSULT)
#define SIGN A(APPROVE) | A(RETURN) | A(REFUSE) | A(EXTEND) | A(STOP)
#define SP ROLE_SPECIALIST
#define LE ROLE_LEADER
#define IN ROLE_INTAKE
#define NO ROLE_NONE

static const struct row R[] = {
    /* intake */
    {"a citizen submits", ACT_SUBMIT, ST_NONE, NO, 0, 0, 0, NO, 'a', "", true},
    {"an officer submits for a citizen", ACT_SUBMIT, ST_NONE, NO, 0, 0, 0, IN, 'u', "", true},
    {"a citizen does not receive", ACT_RECEIVE, ST_NONE, NO, 0, 0, 0, NO, 'a', "", false},
    {"intake receives", ACT_RECEIVE, ST_NONE, NO, 0, 0, 0, IN, 'u', "", true},
    {"intake accepts what nobody holds", ACT_ACCEPT, ST_SUBMITTED, NO, 0, 0, 0, IN, 'u', "", true},
    {"intake accepts what it holds", ACT_ACCEPT, ST_SUBMITTED, NO, 0, 0, 0, IN, 'h', "", true},
    {"not what another holds", ACT_ACCEPT, ST_SUBMITTED, NO, 0, 0, 0, IN, 'o', "", false},
    {"a specialist does not accept", ACT_ACCEPT, ST_SUBMITTED, NO, 0, 0, 0, SP, 'u', "", false},
    {"nothing is accepted twice", ACT_ACCEPT, ST_ACCEPTED, IN, 0, 0, 0, IN, 'u', "", false},
    {"intake refuses", ACT_REFUSE_INTAKE, ST_SUBMITTED, NO, 0, 0, 0, IN, 'u', "", true},
    {"but not after acceptance", ACT_REFUSE_INTAKE, ST_PROCESSING, IN, 0, 0, 0, IN, 'u', "", false},
    {"intake asks for a supplement", ACT_SUPPLEMENT, ST_SUBMITTED, NO, 0, 0, 0, IN, 'u', "", true},
    {"the applicant answers", ACT_ANSWER, ST_SUPPLEMENT, SP, EXAM, 0, 0, NO, 'a', "", true},
    {"intake takes the answer", ACT_ANSWER, ST_SUPPLEMENT, SP, EXAM, 0, 0, IN, 'o', "", true},
    {"no answer without a question", ACT_ANSWER, ST_PROCESSING, SP, EXAM, 0, 0, NO, 'a', "", false},
    {"the receipt is corrected", ACT_CORRECT, ST_PROCESSING, SP, EXAM, 0, 0, IN, 'o', "", true},
    {"not before there is one", ACT_CORRECT, ST_SUBMITTED, NO, 0, 0, 0, IN, 'u', "", false},
    /* steps */
    {"the specialist forwards", ACT_FORWARD, ST_PROCESSING, SP, EXAM, 0, 0, SP, 'h', "", true},
    {"an accepted dossier, too", ACT_FORWARD, ST_ACCEPTED, SP, EXAM, 0, 0, SP, 'u', "", true},
    {"not another's", ACT_FORWARD, ST_PROCESSING, SP, EXAM, 0, 0, SP, 'o', "", false},
    {"not by intake", ACT_FORWARD, ST_PROCESSING, SP, EXAM, 0, 0, IN, 'u', "", false},
    {"not while we wait", ACT_FORWARD, ST_SUPPLEMENT, SP, EXAM, 0, 0, SP, 'h', "", false},
    {"not past a guard", ACT_FORWARD, ST_PROCESSING, SP, EXAM, G(PAPERS_CHECKED), 0, SP, 'h', "",
     false},
    {"with the guard kept", ACT_FORWARD, ST_PROCESSING, SP, EXAM, G(PAPERS_CHECKED),
     G(PAPERS_CHECKED), SP, 'h', "", true},
    {"a step is returned", ACT_RETURN, ST_PROCESSING, LE, SIGN, 0, 0, LE, 'u', "", true},
    {"the first is not", ACT_RETURN, ST_PROCESSING, SP, EXAM, 0, 0, SP, 'h', "f", false},
    {"the specialist does not sign", ACT_APPROVE, ST_PROCESSING, LE, SIGN, 0, 0, SP, 'u', "",
     false},
    {"a step without approve does not sign", ACT_APPROVE, ST_PROCESSING, SP, EXAM, 0, 0, LE, 'h',
     "", false},
    {"the leader signs", ACT_APPROVE, ST_PROCESSING, LE, SIGN, 0, 0, LE, 'u', "", true},
    {"not the own work", ACT_APPROVE, ST_PROCESSING, LE, SIGN, G(OTHER_OFFICER), 0, LE, 'u', "",
     false},
    {"not with opinions open", ACT_APPROVE, ST_PROCESSING, LE, SIGN, G(OPINIONS_ANSWERED), 0, LE,
     'u', "", false},
    {"not with the clock stopped", ACT_APPROVE, ST_PROCESSING, LE, SIGN, 0, 0, LE, 'u', "p", false},
    {"a refusal needs no fee", ACT_REFUSE, ST_PROCESSING, LE, SIGN, G(FEES_PAID), 0, LE, 'u', "",
     true},
    {"no refusal at a step without it", ACT_REFUSE, ST_PROCESSING, SP, A(FORWARD), 0, 0, SP, 'h',
     "", false},
    {"a second request may be proposed once", ACT_SUPPLEMENT, ST_PROCESSING, SP, EXAM, 0, 0, SP,
     'h', "2", false},
    {"the leader agrees to it", ACT_SUPPLEMENT_AGREE, ST_PROCESSING, SP, EXAM, 0, 0, LE, 'o', "2",
     true},
    {"the specialist does not", ACT_SUPPLEMENT_AGREE, ST_PROCESSING, SP, EXAM, 0, 0, SP, 'h', "2",
     false},
    {"nothing was proposed", ACT_SUPPLEMENT_AGREE, ST_PROCESSING, SP, EXAM, 0, 0, LE, 'o', "",
     false},
    {"the leader stops", ACT_STOP, ST_PROCESSING, LE, SIGN, 0, 0, LE, 'u', "", true},
    {"an unanswered request is stopped at any step", ACT_STOP, ST_SUPPLEMENT, SP, EXAM, 0, 0, LE,
     'o', "", true},
    {"the specialist does not stop", ACT_STOP, ST_SUPPLEMENT, SP, EXAM, 0, 0, SP, 'h', "", false},
    {"the leader apologises", ACT_EXTEND, ST_PROCESSING, LE, SIGN, 0, 0, LE, 'u', "", true},
    {"once", ACT_EXTEND, ST_PROCESSING, LE, SIGN, 0, 0, LE, 'u', "e", false},
    {"in time", ACT_EXTEND, ST_PROCESSING, LE, SIGN, 0, 0, LE, 'u', "l", false},
    {"a stop by law needs a package that names it", ACT_PAUSE, ST_PROCESSING, SP, EXAM, 0, 0, SP,
     'h', "", false},
    {"a stop by law", ACT_PAUSE, ST_PROCESSING, SP, EXAM, 0, 0, SP, 'h', "c", true},
    {"one at a time", ACT_PAUSE, ST_PROCESSING, SP, EXAM, 0, 0, SP, 'h', "cp", false},
    {"which ends", ACT_RESUME, ST_PROCESSING, SP, EXAM, 0, 0, SP, 'h', "cp", true},
    {"the asked agency answers", ACT_OPINION, ST_PROCESSING, SP, EXAM, 0, 0, SP, 'o', "o", true},
    {"nobody else", ACT_OPINION, ST_PROCESSING, SP, EXAM, 0, 0, SP, 'h', "", false},
    /* the applicant's way out */
    {"the applicant withdraws", ACT_WITHDRAW, ST_PROCESSING, SP, EXAM, 0, 0, NO, 'a', "", true},
    {"another citizen does not", ACT_WITHDRAW, ST_PROCESSING, SP, EXAM, 0, 0, NO, 'o', "", false},
    {"intake lets an unreceived one go", ACT_WITHDRAW_GRANT, ST_WITHDRAWING, NO, 0, 0, 0, IN, 'u',
     "n", true},
    {"nobody holds it back", ACT_WITHDRAW_DENY, ST_WITHDRAWING, NO, 0, 0, 0, LE, 'u', "n", false},
    {"the leader decides on a received one", ACT_WITHDRAW_GRANT, ST_WITHDRAWING, SP, EXAM, 0, 0, LE,
     'o', "", true},
    {"not intake", ACT_WITHDRAW_GRANT, ST_WITHDRAWING, SP, EXAM, 0, 0, IN, 'o', "", false},
    /* the end */
    {"intake hands over", ACT_HAND_OVER, ST_DONE, IN, A(HAND_OVER), 0, 0, IN, 'u', "", true},
    {"not before the result", ACT_HAND_OVER, ST_PROCESSING, IN, A(HAND_OVER), 0, 0, IN, 'u', "",
     false},
    {"the leader opens a wrong result again", ACT_REOPEN, ST_DONE, IN, A(HAND_OVER), 0, 0, LE, 'u',
     "", true},
    {"final is final", ACT_REOPEN, ST_RETURNED, IN, A(HAND_OVER), 0, 0, LE, 'u', "", false},
    /* work */
    {"free work is taken", ACT_CLAIM, ST_PROCESSING, SP, EXAM, 0, 0, SP, 'u', "", true},
    {"another's is not", ACT_CLAIM, ST_PROCESSING, SP, EXAM, 0, 0, SP, 'o', "", false},
    {"own work is given back", ACT_RELEASE, ST_PROCESSING, SP, EXAM, 0, 0, SP, 'h', "", true},
    {"the leader assigns", ACT_ASSIGN, ST_PROCESSING, SP, EXAM, 0, 0, LE, 'o', "", true},
    {"the specialist does not", ACT_ASSIGN, ST_PROCESSING, SP, EXAM, 0, 0, SP, 'h', "", false},
    {"only the system transfers", ACT_TRANSFER, ST_PROCESSING, SP, EXAM, 0, 0, LE, 'h', "", false},
    {"and it does", ACT_TRANSFER, ST_PROCESSING, SP, EXAM, 0, 0, NO, 's', "", true},
    {"the system signs nothing", ACT_APPROVE, ST_PROCESSING, LE, SIGN, 0, 0, LE, 's', "", false},
};

static void
ask(const struct row *r, struct workflow_step *s, struct workflow_who *w, struct workflow_facts *f)
{
    *s = (struct workflow_step){.role = r->role, .actions = r->actions, .guards = r->guards,
                                .first = strchr(r->fact, 'f') != NULL};
    *w = (struct workflow_who){.perms = role_perms(r->who), .holder = r->hand == 'h',
                               .unclaimed = r->hand == 'u', .applicant = r->hand == 'a',
                               .system = r->hand == 's'};
    *f = (struct workflow_facts){
        .status = r->status, .holds = r->holds,
        .accepted = r->status > ST_SUBMITTED && !strchr(r->fact, 'n'),
        .extended = strchr(r->fact, 'e') != NULL, .extension_late = strchr(r->fact, 'l') != NULL,
        .supplement_proposed = strchr(r->fact, '2') != NULL,
        .supplements = strchr(r->fact, '2') != NULL, .paused = strchr(r->fact, 'p') != NULL,
        .can_pause = strchr(r->fact, 'c') != NULL, .opinion_open = strchr(r->fact, 'o') != NULL};
}

static void
test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof R / sizeof *R; i++) {
        struct workflow_step s;
        struct workflow_who w;
        struct workflow_facts f;
        const char *why;

        ask(&R[i], &s, &w, &f);
        why = workflow_why_not(R[i].a, &s, &w, &f, NULL);
        if ((why == NULL) != R[i].want)
            fail_msg("%s: %s", R[i].name, why ? why : "possible");
    }
}

/* Every action with one destination keeps to the pairs, from every status in which it may be done.
 */
static void
test_actions_keep_to_the_pairs(void **state)
{
    struct workflow_step s = {.role = ROLE_LEADER, .actions = ~(uint64_t)0};
    struct workflow_who w = {.perms = ~(int64_t)0, .holder = true};

    (void)state;
    for (enum action a = ACT_NONE + 1; a < ACT__COUNT; a++)
        for (enum status from = ST_NONE; from < ST__COUNT; from++) {
            struct workflow_facts f = {.status = from, .accepted = from > ST_SUBMITTED};
            enum status to = workflow_action(a)->to;

            if (to && !workflow_why_not(a, &s, &w, &f, NULL) && !workflow_may(from, to))
                fail_msg("%s: %d -> %d", workflow_action(a)->word, from, to);
        }
}

static void
test_words(void **state)
{
    enum guard g;

    (void)state;
    for (enum action a = ACT_NONE + 1; a < ACT__COUNT; a++) {
        assert_true(*workflow_action(a)->name && *workflow_action(a)->past);
        assert_int_equal(workflow_action_parse(workflow_action(a)->word), a);
    }
    for (enum guard x = 0; x < GUARD__COUNT; x++) {
        assert_true(workflow_guard_parse(workflow_guard_word(x), &g) && g == x);
        assert_true(*workflow_guard_reason(x));
    }
    assert_false(workflow_guard_parse("nonsense", &g));
}

static void
test_offers(void **state)
{
    struct workflow_offer o[ACT__COUNT];
    struct workflow_step s = {.role = ROLE_LEADER, .actions = SIGN, .guards = G(FEES_PAID)};
    struct workflow_who w = {.perms = role_perms(ROLE_LEADER), .holder = true};
    struct workflow_facts f = {.status = ST_PROCESSING, .accepted = true};
    size_t n = workflow_actions(&s, &w, &f, o), yes = 0;
    bool approve = false;

    (void)state;
    while (yes < n && !o[yes].why_not)
        yes++;
    for (size_t i = yes; i < n; i++) {
        assert_non_null(o[i].why_not);          /* possible ones come first */
        approve |= o[i].action == ACT_APPROVE;
    }
    assert_true(yes > 0 && approve);            /* shown, disabled, with the reason: no fee */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_pair), cmocka_unit_test(test_may),
        cmocka_unit_test(test_meaning), cmocka_unit_test(test_rows),
        cmocka_unit_test(test_actions_keep_to_the_pairs), cmocka_unit_test(test_words),
        cmocka_unit_test(test_offers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
