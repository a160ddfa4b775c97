/*
 * `motcua generate`: a believable city, the same one for the same seed, number and range.
 *
 * How: the courses of life (a procedure, a channel, what happens on the way) are played once by the
 * verbs that everybody uses, in a transaction that is rolled back, and read as templates
 * (course.h).  A dossier is a template with other people, another agency and other moments; what
 * depends on moments is reckoned anew by the pure functions of the slices (life.h), and written in
 * bulk (db/bulk.h).  No rule stands twice.
 */
#ifndef GENERATE_GENERATE_H
#define GENERATE_GENERATE_H

#include "base/ctx.h"
#include "base/date.h"

/* Where and when the next dossier comes from: arrivals.h; NULL scenario: the last 90 days. */
struct generate_plan {
    int64_t dossiers;
    uint64_t seed;
    day from, to;               /* both included */
    int64_t end;                /* the moment at which the city is looked at */
    const struct scenario *scenario;
    bool quiet;                 /* no progress */
};

/* A scenario fixes number, range and how many are finished at its end. */
struct scenario {
    const char *name, *what;
    struct ymd from, to;
    int64_t received, finished, most_a_day;
};
const struct scenario *generate_scenario(const char *name);     /* NULL: there is none */

struct generate_result {
    int64_t dossiers, events, rows, open, citizens, officers;
    int64_t micros_rows, micros_all;
};

/* Fills the database at c->site->config.db, which c->db has open and which this closes: c->db is
 * open anew at the end.  E_CONFLICT: there are dossiers already. */
int generate_city(struct ctx *c, const struct generate_plan *plan, struct generate_result *out);

int generate_cmd(int argc, char **argv);

#endif
