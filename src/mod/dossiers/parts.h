/*
 * What a dossier consists of, beside its row: timeline, open work, supplements, opinions, fees,
 * answers, stops.  Read only.  Parties: people_list(c, d->id, ...); papers and files:
 * papers_checks(), papers_files() with d->id as the owner.  Lifetime: the request's arena.
 */
#ifndef MOD_DOSSIERS_PARTS_H
#define MOD_DOSSIERS_PARTS_H

#include "mod/dossiers/dossiers.h"

enum audience { FOR_PUBLIC /* no names, public events only */, FOR_APPLICANT, FOR_OFFICER };

struct moment_row {                 /* one line of the timeline */
    int64_t at, version;            /* version: of the dossier after it */
    enum action action;
    enum status status;             /* after it */
    const char *what;               /* N_() sentence of the action */
    const char *actor;              /* name and, for a stand-in, "thay ..."; "" for the public */
    int64_t unit;                   /* in whose name */
    const char *note, *ground;
    const char *changes; /* JSON {"field": [before, after]}: officers only, "" otherwise */
    const char *hash;               /* 64 hex digits */
};
int dossiers_timeline(struct ctx *c, const struct dossier *d, enum audience who,
                      struct moment_row **out, size_t *n);
/* Events after this version: what changed since the screen was drawn (the 409 page). */
int dossiers_since(struct ctx *c, const struct dossier *d, int64_t version, struct moment_row **out,
                   size_t *n);

enum task_kind { TASK_INTAKE = 1, TASK_STEP, TASK_WAIT, TASK_AGREE /* second supplement */,
                 TASK_WITHDRAW, TASK_OPINION, TASK__COUNT };
const char *dossiers_task_name(enum task_kind k);   /* N_() */
struct task {
    int64_t opinion;                /* number of the opinion; 0 for the dossier's own work */
    enum task_kind kind;
    int64_t unit, account;          /* account 0: unclaimed */
    const char *account_name;
    enum perm perm;                 /* needed to take it */
    const char *step;
    int64_t created_at, due_at;     /* due_at: what the lists sort by */
    int64_t budget_due;             /* the step's inner target; 0 none */
    int warned;                     /* 0, 1 the officer, 2 the leader */
};
int dossiers_tasks(struct ctx *c, const struct dossier *d, struct task **out, size_t *n);

struct supplement {
    int64_t number;                 /* 1, 2 ... */
    enum {
        SUPPLEMENT_PROPOSED = 1,
        SUPPLEMENT_ASKED,
        SUPPLEMENT_ANSWERED,
        SUPPLEMENT_DROPPED
    } state;
    const char *note;
    struct defect *defects;
    size_t n_defects;
    int64_t asked_at, asked_by, due_at, answered_at, agreed_by;
};
int dossiers_supplements(struct ctx *c, const struct dossier *d, struct supplement **out,
                         size_t *n);

struct opinion {
    int64_t number, unit, asked_at, asked_by, due_at, answered_at, answered_by;
    const char *question, *answer;
};
int dossiers_opinions(struct ctx *c, const struct dossier *d, struct opinion **out, size_t *n);

struct stop_row {
    const char *kind; /* supplement, fiscal or a package's stop */
    const char *basis, *document;
    int64_t from, to; /* to 0: running */
};
int dossiers_stops(struct ctx *c, const struct dossier *d, struct stop_row **out, size_t *n);

int dossiers_fees(struct ctx *c, const struct dossier *d, struct dossier_fee **out, size_t *n);
/* json_decref() *out. */
int dossiers_answers(struct ctx *c, const struct dossier *d, int64_t revision /* 0: newest */,
                     json_t **out);

struct hand_over { const char *to_name, *to_number, *to_paper; int64_t at, by, delivery; };
int dossiers_hand_over(struct ctx *c, const struct dossier *d,
                       struct hand_over *out); /* E_NOTFOUND: not yet */

/* The clock's reckoning of this dossier, day by day; E_NOTFOUND before acceptance. */
int dossiers_explain(struct ctx *c, const struct dossier *d, struct due *out);

/* --- the truth: folding --- */
/* Pure: sets the fields that one stored event changed.  `changes` as in the timeline. */
int dossiers_fold(struct arena *a, struct dossier *d, const char *changes);
/* Folds the dossier anew from its events and checks the chain of hashes: OK, or E_CONFLICT with the
 * field or event named in c->err.detail.  For tests and `motcua check`. */
int dossiers_verify(struct ctx *c, const char *code);

#endif
