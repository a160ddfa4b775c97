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
#include "mod/deadlines/deadlines.h"    /* enum channel, struct due */
#include "mod/dossiers/dossiers_row.h"
#include "mod/papers/papers.h"
#include "mod/people/people.h"
#include "mod/workflow/workflow.h"

/* --- finding one --- */
/* Officers: by reach. */
int dossiers_get(struct ctx *c, const char *code, enum perm p, struct dossier *out);
/* The citizen of c->account. */
int dossiers_get_own(struct ctx *c, const char *code, struct dossier *out);
/* The code of an owner of papers, "" when it is none, and whether c->account reaches it so. */
int dossiers_code_of(struct ctx *c, int64_t id, enum perm p, const char **code, bool *reached);
/* Public look-up.  *open is true when the secret fits; without it show status, office and due date
 * only.  A wrong secret counts against guessing (E_LIMIT later), so a look-up with a secret runs on
 * the write lane and answers OK with *open false; secret NULL or "" asks for the public part and
 * only reads. */
int dossiers_lookup(struct ctx *c, const char *code, const char *secret, struct dossier *out,
                    bool *open);
bool dossiers_shown(const struct dossier *d, bool open); /* a confidential one with it alone */

/* --- beginning one --- */
struct submission {
    const char *procedure;              /* code */
    int64_t unit;                       /* receiving unit */
    int channel;                        /* enum channel */
    const char *payer;                  /* "" none; a word of the package's `payers` */
    bool strict;                            /* API: an answer the form does not ask is a fault */
    json_t *answers;                    /* e-form, raw or canonical; validated here */
    struct party *parties;
    size_t n_parties;
    int delivery;
    const char *delivery_address, *helper;
    const char *draft;                  /* token: its files come along and it ends; NULL none */
    const struct upload *files;         /* more files; field = id of the paper (API, counter) */
    size_t n_files;
    const struct paper_check *papers;   /* counter: the paper-by-paper check; NULL online */
    size_t n_papers;
    bool incomplete;                        /* counter: papers are missing; form 02 or 03 follows */
    const struct entry *checked;        /* by dossiers_check(); NULL: not yet */
    int64_t mandate;                    /* by which it is handed in for another; 0 none */
    struct mandate *record;     /* counter: the one that was shown (kind, paper, ends); NULL none */
};
/* In a row's prepare step: checks an online submission without a draft, which needs no database;
 * dossiers_submit() does not check it again.  What it made lives as long as the object `keep`. */
int dossiers_check(struct ctx *c, struct submission *s, json_t *keep);
/* Status 1, for the citizen of c->account (or an API client that may receive at the unit).  *secret
 * is shown once.  Faults: e-form fields by their key, "papers.<id>", "applicant.name" ...,
 * "procedure", "unit", "channel", "payer", "delivery", "delivery_address", "helper". */
int dossiers_submit(struct ctx *c, struct submission *s, struct dossier *out, char **secret);
/* Counter intake by an officer: submitted and accepted at once (status 2), receipt 1. */
int dossiers_receive(struct ctx *c, struct submission *s, struct dossier *out, char **secret);

struct dossier_fee {
    const char *id, *name, *due, *basis;    /* due: intake, before_result, on_result */
    int64_t amount, quantity, paid_at;
    const char *receipt;
};
/* What a submission would be, without storing anything: for the check-your-answers page. */
struct preview {
    const char *case_id, *case_name, *limit_text;
    int64_t competent_unit, due_if_now, total;
    struct dossier_fee *fees;
    size_t n_fees;
    const char **papers_missing;            /* names */
    size_t n_papers_missing;
};
int dossiers_preview(struct ctx *c, const struct submission *s, struct preview *out);

/* --- changing one --- */
struct defect { const char *paper, *field, *reason, *text; };   /* reason: code of rules.yaml */

struct event {
    enum action action;
    int64_t version;            /* of the dossier on screen; 0: no screen.  Old: E_CONFLICT */
    const char *note;           /* for the people concerned; required where workflow says so */
    const char *ground;         /* legal ground */
    const char *step;           /* FORWARD, RETURN: target; "": the usual one */
    int64_t to_account;         /* ASSIGN; FORWARD: give it to this officer */
    int64_t to_unit;            /* CONSULT: who is asked */
    int64_t moment;             /* due: EXTEND, CONSULT; SUPPLEMENT (0: by the rules), FISCAL */
    int64_t opinion;            /* CLAIM, RELEASE, ASSIGN, OPINION: its number; 0: own task */
    const struct defect *defects;           /* SUPPLEMENT: all of them at once */
    size_t n_defects;
    const struct paper_check *papers;       /* CHECK_PAPERS, ACCEPT, ANSWER at the counter */
    size_t n_papers;
    const struct upload
        *files; /* ANSWER, ATTACH_RESULT, APPROVE, OPINION; field = paper id or "" */
    size_t n_files;
    json_t *answers;            /* ANSWER, CORRECT: all answers anew; NULL: unchanged */
    struct party *parties;      /* CORRECT; NULL: unchanged */
    size_t n_parties;
    int64_t amount;             /* FISCAL */
    const char *number, *signer;    /* result, notice, receipt of payment, document of a stop */
    day date;                   /* of the result; 0: today */
    const char *pause;          /* PAUSE: id of the package's stop */
    const char *fee;            /* PAID: id of the fee line; "": all that is due */
    const char *to_name, *to_number, *to_paper;     /* HAND_OVER: to whom, identity seen on */
    int delivery;               /* HAND_OVER: how; 0: as the applicant wished; CORRECT */
    const char *delivery_address;           /* CORRECT */
};
/* d is brought up to date; unchanged on failure.  Faults (E_INVALID) are named as the members of
 * struct event ("note", "ground", "moment", "to_name"), "papers.<id>", "defects.<n>"; e-form fields
 * by their key.  A job or another slice acts as the system by dossiers_apply_system(). */
int dossiers_apply(struct ctx *c, struct dossier *d, const struct event *e);
int dossiers_apply_system(struct ctx *c, struct dossier *d, const struct event *e);
/* What c->account can do with it now, and why not the rest; at most ACT__COUNT. */
int dossiers_offers(struct ctx *c, const struct dossier *d, struct workflow_offer out[ACT__COUNT],
                    size_t *n);
/* Steps that FORWARD (back: RETURN) may go to from here: ids, usual one first. */
int dossiers_targets(struct ctx *c, const struct dossier *d, bool back, const char ***steps,
                     size_t *n);

#endif
