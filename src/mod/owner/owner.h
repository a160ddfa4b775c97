/*
 * What a person may do with the own data (law on personal data 91/2025/QH15): see what is kept,
 * take all of it along, ask for a correction, close the account.
 *
 * A copy is made in the background (site/exporting.h), kept for some days of rules.yaml and fetched
 * by its owner alone, shortly after signing in.  A correction of registered facts is decided by the
 * agency that the citizen names, within a limit of rules.yaml.
 *
 * Tables:    data_export, data_correction (schema/0086).
 * Lifetime:  texts live in the request's arena.
 * Errors:    E_NOTFOUND not there, or not yours; E_CONFLICT it was decided, or is being made.
 */
#ifndef MOD_OWNER_OWNER_H
#define MOD_OWNER_OWNER_H

#include "auth/second.h"
#include "html/page.h"
#include "html/parts.h"
#include "mod/papers/content_work.h"
#include "mod/retention/retention_bag.h"

struct store;


/* --- a copy of all data --- */
enum export_state { EXPORT_NONE, EXPORT_ASKED, EXPORT_MAKING, EXPORT_READY, EXPORT_FAILED,
                    EXPORT_GONE };
struct export {
    int64_t account, asked_at, beat_at, done, total, bytes, until_at;
    enum export_state state;
    const char *content;
};
int owner_export_get(struct ctx *c, int64_t account, struct export *out);   /* state NONE: none */
int owner_export_ask(struct ctx *c);            /* E_CONFLICT: one is being made */
/* For who makes them, in transactions of the write lane.  account 0: nothing is to be done. */
int owner_export_claim(struct ctx *c, struct export *out);
int owner_export_beat(struct ctx *c, const struct export *x);   /* E_CONFLICT: another has it */
int owner_export_done(struct ctx *c, const struct export *x);   /* with its state */
int owner_export_due(struct ctx *c, bool *some);                /* reads: is there work? */
/* One that may not be fetched any more: forgotten, its content to be removed; account 0: none. */
int owner_export_expire(struct ctx *c, struct export *out);

/* Writes the copy of c->account into `to`, a transaction a dossier.  step: after each; false ends
 * it with E_DOWN.  c->db is a connection without a transaction. */
typedef bool owner_step(void *user, int64_t done, int64_t total);
int owner_export_write(struct ctx *c, struct store *store, bag_sink *to, owner_step *step,
                       void *user);

/* --- corrections --- */
enum correct { CORRECT_NONE, CORRECT_NAME, CORRECT_NUMBER, CORRECT_OTHER, CORRECT__COUNT };
enum decision { DECISION_OPEN, DECISION_GRANTED, DECISION_REFUSED };
struct correction {
    int64_t id, account, asked_at, unit, due_at, decided_by, decided_at;
    const char *token, *wanted, *reason, *evidence, *evidence_name, *evidence_mime, *answer;
    enum correct what;
    enum decision decision;
    const char *account_name, *decided_name, *agency;   /* not stored with it */
};
const char *owner_correct_name(enum correct k);         /* N_() */
int owner_correct_ask(struct ctx *c, struct correction *k);     /* id, token, due_at are set */
int owner_corrections(struct ctx *c, size_t max, struct correction *out, size_t *n);    /* own */
int owner_correct_waiting(struct ctx *c, size_t max, struct correction *out, size_t *n);
/* Of an agency where c->account decides, or the own one. */
int owner_correct_get(struct ctx *c, const char *token, struct correction *out);
/* Granted: name and number of the account are changed with it. */
int owner_correct_decide(struct ctx *c, const struct correction *k, enum decision d,
                         const char *answer);

content_names owner_names;              /* contents that the sweep must leave */

/* --- what pages show --- */
struct owner_counts { int64_t dossiers, open, vault, sessions, looks, events; bool more; };
int owner_counts(struct ctx *c, struct owner_counts *out);

struct owner_view {
    struct account account;
    struct owner_counts counts;
    struct export export;
    bool fresh;                         /* signed in just now */
    const struct correction *corrections;
    size_t n;
    const struct choice *agencies;
    size_t agencies_n;
    const char *limit, *basis;
    int64_t days;                       /* that a copy is kept */
};

#endif
