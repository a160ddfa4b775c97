/*
 * Office minutes as a line: from a moment to its place on it and back, in a few steps.  Made from
 * the calendar of mod/deadlines for the days that the city lives through.
 */
#ifndef GENERATE_WORKTIME_H
#define GENERATE_WORKTIME_H

#include "mod/deadlines/calendar.h"

struct worktime {
    const struct calendar *cal;
    day first;
    size_t n;
    struct slots *slots;                /* of each day */
    int32_t *before;                    /* minutes worked before each day; n + 1 of them */
};

void worktime_make(struct arena *a, const struct calendar *cal, day first, day last,
                   struct worktime *out);
int64_t worktime_at(const struct worktime *w, int64_t utc);         /* minutes worked before it */
/* The moment at which that many were worked; its minute, inside office hours. */
int64_t worktime_when(const struct worktime *w, int64_t minutes);

#endif
