/*
 * The agencies that take part, and the officers of each: accounts without a password that can be
 * used, roles from the first day on.  The same agencies have the same officers every time.
 */
#ifndef GENERATE_STAFF_H
#define GENERATE_STAFF_H

#include "generate/generate.h"
#include "mod/agencies/agencies.h"

enum { STAFF_OF_ROLE = 4 };

struct office {
    const struct agency *g;
    const char *commune, *commune_name;     /* a unit code that addresses of its people may name */
    double weight;                          /* among communes */
    int n[ROLE__COUNT];
    int64_t account[ROLE__COUNT][STAFF_OF_ROLE];
    const char *name[ROLE__COUNT][STAFF_OF_ROLE];
};

struct offices {
    struct office *p;                       /* by id of the agency */
    size_t n;
    int64_t officers;                       /* accounts that are there */
};

/* Officers for every agency with a desk that exists on `on` or on `also`; `from`: since when. */
int staff_make(struct ctx *c, struct arena *a, uint64_t seed, day from, day on, day also,
               struct offices *out);
const struct office *staff_of(const struct offices *s, int64_t agency);      /* or NULL */
/* Role and place of an officer there; false: nobody of the office. */
bool staff_seat(const struct office *o, int64_t account, enum role *role, int *place);

#endif
