/*
 * How much is digital: counters by lane, moved when a dossier is handed over (a job follows the
 * events), when something is attached to one later, and when a document is finished at a desk.
 */
#ifndef MOD_DIGITISE_COUNT_H
#define MOD_DIGITISE_COUNT_H

#include "mod/digitise/digitise.h"
#include "mod/dossiers/dossiers.h"

/* Before the copy is attached: a dossier that was counted without it is counted with it. */
int digitise_count_late(struct ctx *c, const struct dossier *d, const char *paper);
int digitise_count_document(struct ctx *c, int64_t unit, int pages);

/* Job: dossiers that were handed over since, some hundreds a call; > 0: call again. */
int digitise_follow(struct ctx *c);

struct digital_row {
    int64_t unit, year, results, results_digital, papers, papers_digital, documents, pages;
};
/* Of the years from..to, by unit and year. */
int digitise_counts(struct ctx *c, int from, int to, struct digital_row **out, size_t *n);

#endif
