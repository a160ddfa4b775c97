/*
 * A short job of the write lane that a thread of the server's waits for: what works off the lanes
 * (signing, converting) claims its work and records its results so.
 *
 * Threads:  any but a lane's own.
 */
#ifndef SITE_ERRAND_H
#define SITE_ERRAND_H

#include "base/ctx.h"

struct gate;

/* Runs `run` in a transaction of the write lane, with c->db open and c->now set, and waits for the
 * commit.  E_DOWN: the lane takes nothing now.  After E_AGAIN inside it runs again, so it does
 * nothing but the database. */
int errand(struct gate *g, struct ctx *c, int (*run)(struct ctx *c, void *arg), void *arg);

#endif
