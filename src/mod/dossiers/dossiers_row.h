/*
 * A dossier as its row says, and the small enums of it.  The row is the fold of the dossier's
 * events. Lifetime: texts live in the request's arena.
 */
#ifndef MOD_DOSSIERS_ROW_H
#define MOD_DOSSIERS_ROW_H

#include <stdint.h>

enum delivery { DELIVER_DESK = 1, DELIVER_POST = 2, DELIVER_ONLINE = 3, DELIVER__COUNT };
enum outcome { OUTCOME_NONE, OUTCOME_GRANTED, OUTCOME_REFUSED, OUTCOME_WITHDRAWN, OUTCOME_STOPPED };
enum timing { TIMING_OPEN, TIMING_EARLY, TIMING_ON_TIME, TIMING_LATE };

/* Names are N_() for people; words are for the API, filters and logs ("online").  "" when unknown.
 */
const char *dossiers_channel_name(int channel);         /* enum channel of mod/deadlines */
const char *dossiers_channel_word(int channel);
const char *dossiers_delivery_name(int delivery);
const char *dossiers_delivery_word(int delivery);
const char *dossiers_outcome_name(enum outcome o);
const char *dossiers_outcome_word(enum outcome o);
const char *dossiers_timing_name(enum timing t);
const char *dossiers_timing_word(enum timing t);

/* Moments are UTC seconds, 0: not yet.  Texts: "" when none. */
struct dossier {
    int64_t id, version;            /* version: number of events */
    const char *code;               /* H26.117-261122-0001 */
    const char *procedure, *case_id, *payer;
    int64_t procedure_version;      /* id of the package version: catalogue_version() */
    int64_t channel;                /* enum channel */
    int64_t account;                /* of the citizen; 0: none */
    int64_t received_unit;          /* original receiving agency; never changes */
    int64_t intake_unit;            /* receives and hands over now (a successor after a reform) */
    int64_t competent_unit;         /* decides */
    int64_t received_by;            /* receiving officer */
    const char *helper;             /* who helped the applicant, on any channel */
    const char *applicant, *owner;  /* names */
    int64_t delivery;               /* enum delivery */
    const char *delivery_address;
    int64_t status, before;         /* enum status; before: what 5, 6 or 7 came from */
    const char *step;               /* id in the package; "" at intake and when all is over */
    int64_t unit, holder;           /* where it lies now; officer, 0: on the unit's list */
    int64_t last_officer;           /* who did the step before (guard other_officer) */
    const char *last_step;          /* which it was: where RETURN usually goes */
    int64_t submitted_at, accepted_at;
    const char *limit_text;         /* "5wd": as chosen at acceptance */
    int64_t due_at, first_due;      /* legal due moment with stops; the one first printed */
    int64_t due_exact;              /* due by the minute; else the whole day is in time */
    int64_t due_provisional;        /* beyond the known calendar */
    int64_t extended_to;            /* the one re-appointment; due_at stays for statistics */
    int64_t supplements;            /* requests made */
    int64_t proposal;               /* number of a further request that waits for the leader */
    int64_t answer_due;             /* statuses 5 and 6: the applicant's last moment */
    int64_t paused;                 /* a stop with a legal basis is running */
    int64_t opinions_open;          /* other agencies still to answer */
    int64_t receipt;                /* print of the receipt: 0 none, 1, after a correction 2 ... */
    int64_t finished_at, returned_at;
    int64_t outcome, timing;        /* enum outcome, enum timing */
    const char *result_number, *result_signer;
    int64_t result_date;            /* day; 0: none */
    const char *ground;             /* of the refusal or stop */
    int64_t confidential;           /* 1: only who is named to it, ADR 0047 */
};

struct arena;
/* What search keeps of a folded name beside the name itself: "<ha thu thi nguyen", its words from
 * the last to the first, so that "thu ha" finds her.  NULL: one word has no other end. */
char *dossiers_find_backwards(struct arena *a, const char *fold);

#endif
