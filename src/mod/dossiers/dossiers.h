/*
 * The hub: one dossier from submission to the returned result.  dossiers_apply() is the only verb
 * that changes one; everything else reads.  Drafts: drafts.h.  Lists, search, counts: worklists.h.
 * What a dossier consists of (parties, supplements, fees, timeline): parts.h.
 *
 * Every verb runs inside the route's transaction; after a negative rc the gate rolls back.
 * Lifetime:  texts live in the request's arena.
 * Errors:    E_NOTFOUND not there or not yours; E_CONFLICT not possible now, or someone was faster
 *            (the version on screen is old); E_INVALID a field is wrong or missing (c->faults).
 * Source:    NĐ 118/2025/NĐ-CP, TT 03/2025/TT-VPCP; rules.md 2.2, 2.5, 2.6, 3.
 */
#ifndef MOD_DOSSIERS_DOSSIERS_H
#define MOD_DOSSIERS_DOSSIERS_H

#include <jansson.h>

#include "http/params.h"
#include "mod/deadlines/deadlines.h"     /* enum channel, struct due */
#include "mod/papers/papers.h"
#include "mod/people/people.h"
#include "mod/workflow/workflow.h"

enum delivery { DELIVER_DESK = 1, DELIVER_POST = 2, DELIVER_ONLINE = 3, DELIVER__COUNT };
enum outcome { OUTCOME_NONE, OUTCOME_GRANTED, OUTCOME_REFUSED, OUTCOME_WITHDRAWN, OUTCOME_STOPPED };
enum timing { TIMING_OPEN, TIMING_EARLY, TIMING_ON_TIME, TIMING_LATE };
const char *dossiers_channel_name(int channel), *dossiers_channel_word(int channel);    /* N_(); "online" */
const char *dossiers_delivery_name(int delivery), *dossiers_delivery_word(int delivery);
const char *dossiers_outcome_name(enum outcome o), *dossiers_outcome_word(enum outcome o);
const char *dossiers_timing_name(enum timing t), *dossiers_timing_word(enum timing t);

/* The row: a fold of the dossier's events.  Moments are UTC seconds, 0: not yet.  Texts: "" when none. */
struct dossier {
    int64_t id, version;                    /* version: number of events */
    const char *code;                       /* H26.117-261122-0001 */
    const char *procedure, *case_id, *payer;
    int64_t procedure_version, channel;     /* id of the package version: catalogue_version() */
    int64_t account;                        /* of the citizen; 0: none */
    int64_t received_unit;                  /* original receiving agency; never changes */
    int64_t intake_unit;                    /* receives and hands over now (a successor after a reform) */
    int64_t competent_unit;                 /* decides */
    int64_t received_by;                    /* receiving officer */
    const char *helper;                     /* who helped the applicant, on any channel */
    const char *applicant, *owner;          /* names */
    int64_t delivery;
    const char *delivery_address;
    int64_t status, before;                 /* enum status; before: what status 7 came from */
    const char *step;                       /* id in the package; "" at intake and when all is over */
    int64_t unit, holder;                   /* where it lies now; officer, 0: on the unit's list */
    int64_t last_officer;                   /* who did the step before (guard other_officer) */
    const char *last_step;                  /* which it was: where RETURN usually goes; "" none */
    int64_t submitted_at, accepted_at;
    const char *limit_text;                 /* "5wd": as chosen at acceptance */
    int64_t due_at, first_due;              /* legal due moment with stops; the one first printed */
    int64_t due_exact;                      /* due by the minute; else the whole day is in time */
    int64_t due_provisional;                /* beyond the known calendar */
    int64_t extended_to;                    /* the one re-appointment; due_at stays for statistics */
    int64_t supplements;                    /* requests made */
    int64_t proposal;                       /* number of a further request that waits for the leader; 0 none */
    int64_t answer_due;                     /* statuses 5 and 6: the applicant's last moment; 0 none */
    int64_t paused;                         /* a stop with a legal basis is running */
    int64_t opinions_open;                  /* other agencies still to answer */
    int64_t receipt;                        /* number of the receipt's print: 0 none, 2: corrected once */
    int64_t finished_at, returned_at;
    int64_t outcome, timing;
    const char *result_number, *result_signer;
    int64_t result_date;                    /* day; 0: none */
    const char *ground;                     /* of the refusal or stop */
};

/* --- finding one --- */
int dossiers_get(struct ctx *c, const char *code, enum perm p, struct dossier *out);    /* officers: by reach */
int dossiers_get_own(struct ctx *c, const char *code, struct dossier *out);     /* the citizen of c->account */
/* Public look-up.  *open is true when the secret fits; without it show status, office and due date only.
 * A wrong secret counts against guessing (E_LIMIT later), so a look-up with a secret runs on the write lane
 * and answers OK with *open false; secret NULL or "" asks for the public part and only reads. */
int dossiers_lookup(struct ctx *c, const char *code, const char *secret, struct dossier *out, bool *open);

/* --- beginning one --- */
struct submission {
    const char *procedure;                  /* code */
    int64_t unit;                           /* receiving unit */
    int channel;
    const char *payer;                      /* "" none; a word of the package's `payers` */
    json_t *answers;                        /* e-form, canonical (eforms); validated again here */
    struct party *parties;
    size_t n_parties;
    int delivery;
    const char *delivery_address, *helper;
    const char *draft;                      /* token: its files come along and it ends; NULL none */
    const struct upload *files;             /* more files; field = id of the paper (API, counter) */
    size_t n_files;
    const struct paper_check *papers;       /* counter: the paper-by-paper check; NULL online */
    size_t n_papers;
};
/* Status 1, for the citizen of c->account (or an API client).  *secret is shown once. */
int dossiers_submit(struct ctx *c, struct submission *s, struct dossier *out, char **secret);
/* Counter intake by an officer: submitted and accepted at once (status 2), receipt 1. */
int dossiers_receive(struct ctx *c, struct submission *s, struct dossier *out, char **secret);
/* What a submission would be, without storing: case, fees due, limit, competent unit (check-your-answers page). */
struct dossier_fee { const char *id, *name, *due, *basis; int64_t amount, quantity, paid_at; const char *receipt; };
struct preview { const char *case_id, *case_name, *limit_text; int64_t competent_unit, due_if_now, total;
                 struct dossier_fee *fees; size_t n_fees; const char **papers_missing; size_t n_papers_missing; };
int dossiers_preview(struct ctx *c, const struct submission *s, struct preview *out);

/* --- changing one --- */
struct defect { const char *paper, *field, *reason, *text; };   /* a paper or a field; reason: code of rules.yaml */

struct event {
    enum action action;
    int64_t version;            /* of the dossier on screen; 0: no screen (jobs).  Old: E_CONFLICT */
    const char *note;           /* for the people concerned; required where workflow says so */
    const char *ground;         /* legal ground */
    const char *step;           /* FORWARD, RETURN: target; "": the usual next, the one before */
    int64_t to_account;         /* ASSIGN; FORWARD: give it to this officer */
    int64_t to_unit;            /* CONSULT: who is asked; TRANSFER: successor */
    int64_t moment;             /* new or wished due moment: EXTEND; SUPPLEMENT, CONSULT, FISCAL (0: by the rules) */
    int64_t opinion;            /* CLAIM, ASSIGN, OPINION: number of the opinion; 0: the dossier's own task */
    const struct defect *defects;           /* SUPPLEMENT: all of them at once */
    size_t n_defects;
    const struct paper_check *papers;       /* CHECK_PAPERS, ACCEPT, ANSWER at the counter */
    size_t n_papers;
    const struct upload *files;             /* ANSWER, ATTACH_RESULT, OPINION; field = paper id or "" */
    size_t n_files;
    json_t *answers;                        /* ANSWER, CORRECT: all answers anew; NULL: unchanged */
    struct party *parties;                  /* CORRECT; NULL: unchanged */
    size_t n_parties;
    int64_t amount;                         /* FISCAL, PAID */
    const char *number, *signer;            /* result, notice, receipt of payment, ground document */
    day date;                               /* of the result or notice; 0: today */
    const char *pause;                      /* PAUSE: id of the package's stop */
    const char *fee;                        /* PAID: id of the fee line; "": all that is due */
    const char *to_name, *to_number, *to_paper;     /* HAND_OVER: to whom, personal number, identity seen on */
    int delivery;                           /* HAND_OVER: how; 0: as the applicant wished */
    const char *delivery_address;           /* CORRECT */
};
/* d is brought up to date.  Faults (E_INVALID) are named as the members of struct event: "note", "ground",
 * "moment", "to_name"; "papers.<id>", "defects.<n>"; e-form fields by their key. */
int dossiers_apply(struct ctx *c, struct dossier *d, const struct event *e);
/* What c->account can do with it now, and why not the rest; at most ACT__COUNT. */
int dossiers_offers(struct ctx *c, const struct dossier *d, struct workflow_offer out[ACT__COUNT], size_t *n);
/* Steps that FORWARD (back: RETURN) may go to from here: ids, usual one first. */
int dossiers_targets(struct ctx *c, const struct dossier *d, bool back, const char ***steps, size_t *n);

#endif
