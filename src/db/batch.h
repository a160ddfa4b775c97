/*
 * What the jobs of one transaction of a lane share: counters are added up and put once, in the
 * order of their keys, before the commit; numbers without gaps are taken for several jobs at once
 * and those that nobody used go back.  A job that is undone leaves nothing of both.
 */
#ifndef DB_BATCH_H
#define DB_BATCH_H

#include "db/db.h"

struct batch;

struct batch *batch_open(void);
void batch_close(struct batch *b);
void batch_begin(struct batch *b);                  /* a transaction begins */
void batch_job(struct batch *b, size_t left);       /* a job begins; `left` with this one */
void batch_undo(struct batch *b);                   /* its change was undone */
int batch_put(struct ctx *c, struct batch *b);      /* before the commit */

int batch_add(struct batch *b, const struct query *q, const struct dbv *args, size_t keys,
              size_t sums);
int64_t batch_number(struct ctx *c, struct batch *b, const struct query *take,
                     const struct query *give, const struct dbv *key, size_t n);

#endif
