/*
 * What comes round while a server serves: its seat's beat and the chores, as jobs of the write lane
 * like every change, and fresh snapshots, on a thread of their own because they may wait for the
 * database.
 *
 * Threads:  keeper_tick() on the main thread; keeper_number() and keeper_seated() from any.
 */
#ifndef SITE_KEEPER_H
#define SITE_KEEPER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ctx.h"

struct gate;
struct keeper;
struct serve_options;

/* Takes a seat before the first change is taken; waits for it.  NULL: c->err. */
struct keeper *keeper_open(struct ctx *c, struct gate *g);
/* Snapshots are kept fresh from here on; `c` is the thread's alone until keeper_rest(). */
void keeper_refresh(struct keeper *k, struct ctx *c, const struct serve_options *o);
void keeper_rest(struct keeper *k);
void keeper_tick(struct keeper *k, int64_t n);      /* every second */
/* After the lanes were closed: gives the seat back over c->db, when that is open. */
void keeper_close(struct keeper *k, struct ctx *c);

int keeper_number(const struct keeper *k);          /* of the seat */
const char *keeper_token(const struct keeper *k);   /* of the seat; on the write lane alone */
bool keeper_seated(const struct keeper *k);         /* changes may be taken */

#endif
