/*
 * A few threads for what is slow and needs no transaction: typing and storing uploads, hashing a
 * password.  Those who wait are served in turns (base/fair.h).  Bounded: beyond `depth` waiting
 * jobs workers_put() refuses, or the last job of who has the most is put out.
 */
#ifndef HTTP_WORKERS_H
#define HTTP_WORKERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fair.h"

struct workers;
struct worker_job {
    struct fair_item turn;                  /* .who: whose it is */
    void (*work)(struct worker_job *j);
    void (*out)(struct worker_job *j);      /* it is not worked: others waited with fewer */
};

struct workers *workers_open(int threads, size_t depth);
/* Gives way to everybody else's threads where processors are short. */
struct workers *workers_open_low(int threads, size_t depth);
/* The calling thread belongs to such a line. */
bool workers_low(void);
bool workers_put(struct workers *w, struct worker_job *j);
size_t workers_waiting(struct workers *w);        /* in the queue, now */
void workers_close(struct workers *w);      /* finishes what is queued, then joins */

#endif
