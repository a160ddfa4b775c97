/*
 * What the archive needs of a closed dossier: its timeline with the chain of hashes, as data that
 * anybody can check without this program; and its destruction, when its period is over and two
 * people said so (mod/retention asks; nobody else may).
 *
 * Lifetime:  texts live in the request's arena.
 * Errors:    E_CONFLICT it is not closed, or destroyed already; E_NOTFOUND.
 */
#ifndef MOD_DOSSIERS_ARCHIVE_H
#define MOD_DOSSIERS_ARCHIVE_H

#include "mod/dossiers/dossiers.h"

int dossiers_by_id(struct ctx *c, int64_t id, struct dossier *out);     /* whosever it is */

/* A new array, an object an event, with everything that its hash is of. */
int dossiers_events_json(struct ctx *c, const struct dossier *d, json_t **out);
/* NULL: each event carries its hash over itself and the one before.  Else what is wrong, in
 * English, for a command. */
const char *dossiers_events_fault(struct arena *a, const json_t *events);

struct destruction {
    const char *list;                   /* code of the approved list */
    const char *rule;                   /* name of the rule whose period is over */
    const char *proposed_by, *approved_by;      /* names */
    int64_t approved_at;
};
struct destroyed { int files, results, results_kept; int64_t bytes; };
/* In the caller's transaction.  Papers, people, answers, requests, opinions and the names that
 * search keeps go; of the row and of each earlier event what names or describes a person is
 * emptied; files of results that are no longer in force go, those in force stay.  What is left is
 * the code, the procedure, moments, agencies, outcome and numbers, and an event that says by whose
 * approval.  Contents leave the store with the next sweep, when no row of anybody names them. */
int dossiers_destroy(struct ctx *c, int64_t dossier, const struct destruction *w,
                     struct destroyed *out);

#endif
