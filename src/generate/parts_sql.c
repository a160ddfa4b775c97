#include "generate/parts_sql.h"

#define ANSWERS "dossier, revision, answers, at, account"
#define SUPPLEMENT                                                                                \
    "dossier, number, state, note, defects, asked_at, asked_by, due_at, agreed_by, answered_at"
#define OPINION                                                                                   \
    "dossier, number, unit, question, asked_at, asked_by, due_at, answer, answered_at,"           \
    " answered_by"
#define STOP "dossier, number, kind, name, basis, document, from_at, to_at"
#define FEE "dossier, fee, name, due, basis, amount, quantity, paid_at, receipt"
#define HAND_OVER "dossier, to_name, to_number, to_paper, at, by_account, delivery"
#define PAPER "owner, paper, form, count, accepted, note, checked_by, checked_at"
#define PARTY                                                                                     \
    "owner, seq, role, kind, name, personal_number, tax_code, phone, email, address, basis,"      \
    " basis_number"
#define FIND "unit, fold, dossier"

/* clang-format off */
const struct load_table PARTS[PART__COUNT] = {
    [PART_ANSWERS] = {"dossier_answers", ANSWERS, "iitii", NULL, false},
    [PART_SUPPLEMENT] = {"supplement", SUPPLEMENT, "iiittiiiii", NULL, false},
    [PART_OPINION] = {"opinion", OPINION, "iiitiiitii", NULL, false},
    [PART_STOP] = {"clock_stop", STOP, "iiitttii", NULL, false},
    [PART_FEE] = {"dossier_fee", FEE, "ittttiiit", NULL, false},
    [PART_HAND_OVER] = {"hand_over", HAND_OVER, "itttiii", NULL, false},
    [PART_PAPER] = {"paper", PAPER, "itiiitii", NULL, false},
    [PART_PARTY] = {"party", PARTY, "iiiitttttttt", NULL, false},
    [PART_FIND] = {"dossier_find", FIND, "iti", "unit, fold, dossier", false},
    [PART_DOSSIER] = {"dossier",
        "id, version, secret, code, procedure, procedure_version, channel, account,"
        " received_unit, submitted_at, case_id, payer, intake_unit, competent_unit, received_by,"
        " helper, applicant, owner, delivery, delivery_address, status, before, step, unit, holder,"
        " last_officer, last_step, accepted_at, limit_text, due_at, first_due, due_exact,"
        " due_provisional, extended_to, supplements, proposal, answer_due, paused, opinions_open,"
        " receipt, finished_at, returned_at, outcome, timing, result_number, result_signer,"
        " result_date, ground, confidential",
        "iibttiiiiittiiitttitiitiiititiiiiiiiiiiiiiiittiti", NULL, false},
    [PART_EVENT] = {"dossier_event",
        "dossier, version, id, at, account, acting_for, unit, action, status, note, ground,"
        " changes, data, hash", "iiiiiiiiittttb", NULL, false},
    [PART_TASK] = {"task",
        "dossier, seq, kind, unit, perm, account, step, waiting, status, procedure, channel,"
        " received_at, created_at, due_at, budget_due, warned, warn_at, confidential",
        "iiiiiitiitiiiiiiii", NULL, false},
    [PART_CODE] = {"code_seq", "agency, day, last", "tii", NULL, false},
    [PART_ACCOUNT] = {"account",
        "id, kind, login, name, fold, personal_number, phone, email, active, password,"
        " password_until, perms, home_unit, version, created_at", "iittttttitiiiii", NULL, true},
    [PART_WORK] = {"work_count", "unit, account, perm, waiting, lane, n", "iiiiii", NULL, false},
    [PART_MONTH] = {"stat_month",
        "unit, procedure, month, lane, submitted, online, received, finished, early, on_time, late",
        "itiiiiiiiii", NULL, false},
    [PART_DAYS] = {"stat_days", "unit, procedure, month, days, lane, n", "itiiii", NULL, false},
    [PART_OFFICER] = {"officer_month", "unit, month, account, lane, finished", "iiiii", NULL,
        false},
    [PART_DIGITAL] = {"digital_year",
        "unit, year, lane, dossiers, dossiers_digital, papers, papers_digital, results,"
        " results_digital", "iiiiiiiii", NULL, false},
};

const char *const PART_MEANS[PART__READ] = {
    [PART_ANSWERS] = "dntma", [PART_SUPPLEMENT] = "dnnttmamam", [PART_OPINION] = "dnutmamtma",
    [PART_STOP] = "dnntttmm", [PART_FEE] = "dttttnnmt", [PART_HAND_OVER] = "dtttman",
    [PART_PAPER] = "dtnnntam", [PART_PARTY] = "dnnntttttttt", [PART_FIND] = "utd",
};

static const struct { enum part part; int column; enum sealed_at at; } PART_SEALED[] = {
    {PART_ANSWERS, 2, SEALED_ANSWERS},        {PART_HAND_OVER, 2, SEALED_HAND_OVER_NUMBER},
    {PART_PARTY, 5, SEALED_PARTY_NUMBER},     {PART_PARTY, 7, SEALED_PARTY_PHONE},
};

int
part_sealed(enum part part, int column)
{
    for (size_t i = 0; i < sizeof PART_SEALED / sizeof *PART_SEALED; i++)
        if (PART_SEALED[i].part == part && PART_SEALED[i].column == column)
            return PART_SEALED[i].at;
    return -1;
}

const struct query PART_QUERY[PART__READ] QUERIES = {
    [PART_ANSWERS] = {"part_answers",
        "SELECT " ANSWERS " FROM dossier_answers WHERE dossier = $1 ORDER BY revision"},
    [PART_SUPPLEMENT] = {"part_supplement",
        "SELECT " SUPPLEMENT " FROM supplement WHERE dossier = $1 ORDER BY number"},
    [PART_OPINION] = {"part_opinion",
        "SELECT " OPINION " FROM opinion WHERE dossier = $1 ORDER BY number"},
    [PART_STOP] = {"part_stop",
        "SELECT " STOP " FROM clock_stop WHERE dossier = $1 ORDER BY number"},
    [PART_FEE] = {"part_fee", "SELECT " FEE " FROM dossier_fee WHERE dossier = $1 ORDER BY fee"},
    [PART_HAND_OVER] = {"part_hand_over",
        "SELECT " HAND_OVER " FROM hand_over WHERE dossier = $1"},
    [PART_PAPER] = {"part_paper", "SELECT " PAPER " FROM paper WHERE owner = $1 ORDER BY paper"},
    [PART_PARTY] = {"part_party", "SELECT " PARTY " FROM party WHERE owner = $1 ORDER BY seq"},
    [PART_FIND] = {"part_find",
        "SELECT " FIND " FROM dossier_find WHERE dossier = $1 ORDER BY unit, fold"},
};
/* clang-format on */

int64_t
sql_any_dossier(struct ctx *c)
{
    static const struct query Q[] QUERIES = {
        {"any_dossier", "SELECT coalesce(max(id), 0) FROM dossier"}};

    return db_int(c, 0, &Q[0], NO_ARGS) != 0;
}
