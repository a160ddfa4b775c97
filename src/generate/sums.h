/*
 * Counters of the whole city, added up in memory from what mod/dossiers says each change moves, and
 * written once as rows of lane 0.
 */
#ifndef GENERATE_SUMS_H
#define GENERATE_SUMS_H

#include "db/load.h"
#include "mod/dossiers/dossiers_counts.h"

struct sums;

struct sums *sums_open(void);
void sums_close(struct sums *t);
void sums_change(struct sums *t, const struct calendar *cal, const struct dossier *was,
                  const struct dossier *d);
/* Of a dossier at its end, with what is digital of its papers. */
void sums_digital(struct sums *t, const struct dossier *d, const struct paper_digital *p);
void sums_work(struct sums *t, int64_t unit, int64_t account, int64_t perm, int64_t waiting);
void sums_write(struct sums *t, struct load *to);

#endif
