/*
 * Dossiers' events for the sealed log (mod/audit): which leaves they become, and whether they still
 * are what was sealed.
 */
#ifndef MOD_DOSSIERS_SEAL_H
#define MOD_DOSSIERS_SEAL_H

#include "mod/audit/check.h"
#include "mod/dossiers/parts.h"

/* The leaves of its events behind the sealed ones, after a look at their chain.  `w`: what waits,
 * NULL for one from before the log.  E_CONFLICT: something was altered, c->err.detail names it;
 * nothing is to be sealed. */
int dossiers_seal_leaves(struct ctx *c, int64_t dossier, const struct seal_waiting *w,
                         seal_leaves *out);
/* Ids of the dossiers behind this one, in their order. */
int dossiers_seal_next(struct ctx *c, int64_t after, int64_t limit, int64_t **ids, size_t *n);

/* What this audience may know of its events, as leaves, with their versions. */
int dossiers_leaves(struct ctx *c, const struct dossier *d, enum audience who,
                    struct audit_leaf **out, size_t *n);

/* The events of a dossier that this audience may know, each with its proof or null. */
int dossiers_receipt(struct ctx *c, const struct dossier *d, enum audience who, json_t **out);

/* Up to which event a signed head has it; 0 none. */
int dossiers_sealed_upto(struct ctx *c, const struct dossier *d, int64_t *upto);

/* --- one piece of the sealing job: read first, then written in one transaction --- */

struct seal_round {
    seal_leaves leaves;
    seal_waitings done, refused;        /* whose events are among the leaves; do not fit */
    bool beginning, begun;              /* dossiers from before the log; the last of them */
    int64_t after;
    const char *altered;                /* the first that does not fit; NULL none */
};

/* Inside a transaction that reads.  No leaves, nothing done: there is nothing to seal. */
int dossiers_seal_read(struct ctx *c, struct seal_round *out);
/* Inside one that writes, by who has the lease. */
int dossiers_seal_write(struct ctx *c, struct seal_round *r);

/* Every event against its hash, its leaf and the count of its dossier; or of one dossier alone. */
int dossiers_check_log(struct ctx *c, struct audit_check *k);
int dossiers_check_log_of(struct ctx *c, struct audit_check *k, const char *code);

#endif
