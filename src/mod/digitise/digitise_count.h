/*
 * How much is digital.  What desks did (documents, pages) is counted here by lane, when a document
 * is finished and when a failed sample takes it back; what ended is counted by the hub
 * (digital_sums(), worklists.h).
 */
#ifndef MOD_DIGITISE_COUNT_H
#define MOD_DIGITISE_COUNT_H

#include "mod/digitise/digitise.h"
#include "mod/dossiers/dossiers_counts.h"

int digitise_count_document(struct ctx *c, int64_t unit, int pages);
/* Before the documents of a batch are keyed anew: none of them is finished any more. */
int digitise_count_back(struct ctx *c, const struct scan_batch *b);

struct digital_row {
    int64_t unit;
    struct count_digital ended;         /* all zero: nothing ended */
    int64_t documents, pages;
};
/* One year, by unit. */
int digitise_counts(struct ctx *c, int year, struct digital_row **out, size_t *n);

/* `motcua check --deep`: the counter again from the documents; repair: what differs is corrected.
 * *findings grows by one for each value said. */
int digitise_verify(struct ctx *c, bool repair, void (*say)(void *user, const char *line),
                    void *user, int64_t *findings);

#endif
