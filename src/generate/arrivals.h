/*
 * When dossiers come: so many a day by weekday and holiday, by hour as doors are open (desk, post)
 * or as people are awake (online).  The sum over all days is exactly the plan's number.
 */
#ifndef GENERATE_ARRIVALS_H
#define GENERATE_ARRIVALS_H

#include "generate/generate.h"
#include "generate/rng.h"
#include "generate/worktime.h"

struct arrivals {
    day from;
    size_t days;
    int64_t *count;             /* of each day */
    double *online;             /* share of each day's that come online */
    int64_t most;               /* the largest of the counts */
    const struct worktime *work;
    uint64_t seed;
    int desk_until;             /* on the last day nothing comes after this minute; 0: all day */
};

struct arrival { int32_t second; bool online; };    /* second of Vietnam's day */

/* `online`: their share in all. */
void arrivals_make(struct arena *a, const struct generate_plan *plan, const struct worktime *w,
                   double online, struct arrivals *out);
/* Those of the i-th day in the order of time, into `out` of at least `most`. */
void arrivals_of(const struct arrivals *v, size_t i, struct arrival *out);

#endif
