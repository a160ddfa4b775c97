/*
 * Shares: communes' yearly reports put certification first (about half of all at their desks), then
 * civil status, residence, business households; the land office and criminal records lead at the
 * city's level.  The numbers below keep that order and are otherwise ours: nobody publishes them by
 * procedure.  Of requests, refusals and withdrawals the national portal shows the order of size:
 * some percent asked to complete, about one percent refused, tenths withdrawn or stopped.
 */
#include "generate/mix.h"

#include <string.h>

/* clang-format off */
const struct demand DEMAND[] = {
    /* certification */
    {"2.000815", 520, 0.00}, {"2.000884", 90, 0.00}, {"2.000908", 8, 0.50},
    /* civil status */
    {"1.001193", 70, 0.72}, {"1.004873", 62, 0.75}, {"2.000635", 66, 0.78}, {"1.000894", 26, 0.55},
    {"1.000656", 24, 0.60}, {"1.004859", 10, 0.55}, {"1.004884", 9, 0.55}, {"2.002516", 8, 0.80},
    {"1.000689", 3, 0.50}, {"1.001022", 3, 0.45}, {"1.004772", 2, 0.50}, {"1.004746", 1, 0.45},
    {"1.004837", 2, 0.45}, {"1.004845", 1, 0.45}, {"1.005461", 1, 0.45}, {"2.000528", 2, 0.50},
    {"2.000806", 2, 0.45}, {"2.001263", 1, 0.30},
    /* residence */
    {"1.004194", 95, 0.85}, {"1.004222", 52, 0.82}, {"1.003677", 5, 0.80}, {"1.003197", 6, 0.75},
    {"1.010028", 7, 0.80}, {"1.010038", 8, 0.75},
    /* business households */
    {"1.001612", 36, 0.82}, {"2.000720", 13, 0.82}, {"1.001266", 10, 0.80}, {"1.001570", 6, 0.80},
    {"2.000575", 4, 0.80},
    /* land, building, trees */
    {"1.013831", 46, 0.48}, {"1.013225", 9, 0.60}, {"1.013229", 3, 0.60}, {"1.013227", 1, 0.60},
    {"1.002693", 3, 0.65},
    /* social protection */
    {"1.001776", 12, 0.45}, {"1.014027", 12, 0.40}, {"1.001699", 5, 0.40}, {"1.001653", 3, 0.40},
    /* criminal record */
    {"3.000333", 44, 0.88},
    {NULL, 0, 0}};

const struct course_kind COURSES[] = {
    {"plain", 0, false, false, false, true, {{0}}},
    {"claimed", 0.10, false, false, false, true, {{ACT_CLAIM, BY_STEP, GAP_CLAIM}}},
    {"completed", 0.045, false, false, false, true,
        {{ACT_SUPPLEMENT, BY_STEP, GAP_ASK}, {ACT_ANSWER, BY_CITIZEN, GAP_ANSWER}}},
    {"completed-first", 0.045, true, false, true, true,
        {{ACT_SUPPLEMENT, BY_INTAKE, GAP_ACCEPT}, {ACT_ANSWER, BY_CITIZEN, GAP_ANSWER}}},
    {"completed-twice", 0.003, false, true, false, true,
        {{ACT_SUPPLEMENT, BY_STEP, GAP_ASK}, {ACT_ANSWER, BY_CITIZEN, GAP_ANSWER},
         {ACT_SUPPLEMENT, BY_STEP, GAP_ASK}, {ACT_SUPPLEMENT_AGREE, BY_LEADER, GAP_DECIDE},
         {ACT_ANSWER, BY_CITIZEN, GAP_ANSWER}}},
    {"asked-others", 0.012, false, true, false, true,
        {{ACT_CONSULT, BY_STEP, GAP_ASK}, {ACT_OPINION, BY_ASKED, GAP_WORK}}},
    {"sent-back", 0.015, false, true, false, true,
        {{ACT_FORWARD, BY_STEP, GAP_WORK}, {ACT_RETURN, BY_STEP, GAP_WORK}}},
    {"refused-first", 0.014, true, false, true, false,
        {{ACT_REFUSE_INTAKE, BY_INTAKE, GAP_ACCEPT}}},
    {"refused", 0.011, false, false, false, true, {{ACT_REFUSE, BY_STEP, GAP_WORK}}},
    {"withdrawn", 0.006, false, true, false, false,
        {{ACT_WITHDRAW, BY_CITIZEN, GAP_WITHDRAW}, {ACT_WITHDRAW_GRANT, BY_LEADER, GAP_DECIDE}}},
    {"kept", 0.001, false, true, false, true,
        {{ACT_WITHDRAW, BY_CITIZEN, GAP_WITHDRAW}, {ACT_WITHDRAW_DENY, BY_LEADER, GAP_DECIDE}}},
    {"stopped", 0.005, false, true, false, false,
        {{ACT_SUPPLEMENT, BY_STEP, GAP_ASK}, {ACT_STOP, BY_STEP, GAP_STOP}}},
    {"taxed", 0.70, false, false, false, true,
        {{ACT_FORWARD, BY_STEP, GAP_WORK}, {ACT_FISCAL, BY_STEP, GAP_WORK},
         {ACT_PAID, BY_INTAKE, GAP_PAY_TAX}}},
    {"postponed", 0.015, false, false, false, true, {{ACT_EXTEND, BY_STEP, GAP_EXTEND}}},
    {"corrected", 0.004, false, true, false, true, {{ACT_CORRECT, BY_INTAKE, GAP_CLAIM}}},
    {NULL, 0, false, false, false, false, {{0}}}};
/* clang-format on */

/* The data have no population: a ward counts 1.3, a rural commune 0.8, a district as many communes
 * as there were (18); and 0.6 to 1.4 by the code, the same ones in every city. */
double
agency_weight(const struct agency *g)
{
    uint32_t h = 2166136261u;
    double kind = 0.8;

    for (const char *p = g->code; *p; p++)
        h = (h ^ (unsigned char)*p) * 16777619u;
    if (strncmp(g->name, "Phường", strlen("Phường")) == 0)
        kind = 1.3;
    if (g->type == AGENCY_DISTRICT)
        kind = 18;
    return kind * (0.6 + 0.8 * (double)(h >> 8 & 0xffff) / 65536);
}
