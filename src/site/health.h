/*
 * Whether this server can do its work, found out before a citizen does: a reading probe on a lane
 * of its own and a sign of life written on the write lane come round, the store is written to, the
 * clock is held against the machine's other one.  /readyz and /metrics show what was found.
 *
 * Threads:  health_tick() on the main thread; the rest reads from any.
 */
#ifndef SITE_HEALTH_H
#define SITE_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/ctx.h"

struct gate;
struct health;

enum { OUTBOX_COUNTED = 10000 };        /* waiting entries beyond are not counted */

/* What the last round found. */
struct health_view {
    bool ready;
    int64_t outbox_waiting, outbox_oldest;      /* at most OUTBOX_COUNTED; UTC seconds or 0 */
    int64_t look_alarms;        /* unusual looks that no auditor has closed */
    int64_t clock_behind;       /* seconds before the newest event; 0: it is not */
    uint64_t clock_jumps;
    int64_t started;            /* now_mono_micros() */
};

struct health *health_open(struct ctx *c, struct gate *g);      /* NULL: c->err */
void health_close(struct health *h);                            /* NULL is allowed */
void health_tick(struct gate *g, int64_t n);                    /* every second */

/* Writes the sign of life, on a write lane: an rc. */
int health_pulse(const struct gate *g, struct db *db);

/* A line for each reason: "not ready: ..." or "warning: ...".  True: ready. */
bool health_say(const struct gate *g, struct buf *b);
struct health_view health_view(const struct gate *g);
/* The clock was just moved by a lot: what deletes by age waits until somebody had time to look. */
bool health_clock_doubtful(const struct gate *g);

#endif
