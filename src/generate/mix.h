/*
 * What is asked for, where, and what becomes of it: the shares of procedures, channels, agencies
 * and courses of life, as tables (mix.c says where each comes from).
 */
#ifndef GENERATE_MIX_H
#define GENERATE_MIX_H

#include "mod/agencies/agencies.h"
#include "mod/workflow/workflow.h"

struct demand { const char *procedure; double share, online; };
extern const struct demand DEMAND[];            /* ends with procedure NULL */

double agency_weight(const struct agency *g);   /* of a commune or district among its like */

/* How long it takes to the next event. */
enum gap { GAP_NONE, GAP_ACCEPT, GAP_PAY, GAP_CLAIM, GAP_WORK, GAP_ASK, GAP_ANSWER, GAP_DECIDE,
           GAP_STOP, GAP_EXTEND, GAP_PAY_TAX, GAP_WITHDRAW, GAP_HAND_OVER };

enum actor { BY_NOBODY, BY_CITIZEN, BY_INTAKE, BY_STEP, BY_LEADER, BY_ASKED };

struct act { enum action action; enum actor by; enum gap gap; };
enum { ACTS_MAX = 6 };

/* A course of life: what happens between the beginning and the usual way to the result. */
struct course_kind {
    const char *word;
    double share;                       /* of those that may take it */
    bool online_only, rare;             /* rare: for the procedures most asked for */
    bool before_acceptance;             /* the acts come before it, and may make it impossible */
    bool goes_on;                       /* then the usual way to the result and its hand-over */
    struct act acts[ACTS_MAX];
};
extern const struct course_kind COURSES[];      /* [0] is the plain one; ends with word NULL */

#endif
