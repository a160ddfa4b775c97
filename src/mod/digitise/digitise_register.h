/*
 * Old registers: the sample that controls what was keyed.  When every document of a batch is
 * finished a share of them is drawn, the same for the same batch; others than those who keyed look
 * at them, and a batch with too many wrong documents goes back.
 */
#ifndef MOD_DIGITISE_REGISTER_H
#define MOD_DIGITISE_REGISTER_H

#include "mod/digitise/digitise.h"

/* Pure: is this document of the sample?  At least one of a batch is. */
bool digitise_drawn(int64_t seed, int seq, int share);
/* Drawn, not looked at yet, and keyed by others. */
bool digitise_may_sample(const struct ctx *c, const struct scan_document *d);
/* wrong: fields that were wrong.  After the last one the batch is closed or sent back. */
int digitise_sampled(struct ctx *c, const struct scan_batch *b, struct scan_document *d,
                     int wrong);
/* When the last document is finished: draws.  *n: how many. */
int digitise_draw(struct ctx *c, const struct scan_batch *b, int *n);

#endif
