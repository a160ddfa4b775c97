/*
 * Counters of the whole city, added up in memory from what mod/dossiers says each change moves, and
 * written once as rows of lane 0.
 */
#ifndef GENERATE_TALLY_H
#define GENERATE_TALLY_H

#include "db/load.h"
#include "mod/dossiers/dossiers_counts.h"

struct tally;

struct tally *tally_open(void);
void tally_close(struct tally *t);
void tally_change(struct tally *t, const struct calendar *cal, const struct dossier *was,
                  const struct dossier *d);
void tally_work(struct tally *t, int64_t unit, int64_t account, int64_t perm, int64_t waiting);
void tally_write(struct tally *t, struct load *to);

#endif
