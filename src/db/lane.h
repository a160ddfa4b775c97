/*
 * A lane: one thread, one connection, a queue.  The write lane drains what waits into one shared
 * commit: begin, each job inside its own savepoint, commit, then every job's done().  A job whose
 * work() fails is rolled back to its savepoint alone.  A batch that cannot commit is run again one
 * by one, so work() may be called twice and touches only the database and the job's own reply.
 * Those who wait are served in turns (base/fair.h); a batch has at most 64 jobs of one.  Where all
 * that waits is patient and one of the batches before was shared, it waits a moment for more.
 *
 * Threads:  lane_put() from any; work() and done() run on the lane, done() of lane_expire() there,
 *           and of a job that makes room for another's with that lane_put().
 * Bounds:   at most `depth` jobs wait; beyond, lane_put() refuses (the caller answers 503), or the
 *           last job of who has the most in the queue is done with E_LIMIT.
 */
#ifndef DB_LANE_H
#define DB_LANE_H

#include "base/fair.h"
#include "base/metric.h"
#include "db/db.h"

struct lane_job {
    struct fair_item turn;                          /* .who: whose it is; 0 the program's own */
    int (*work)(struct lane_job *j, struct db *db);     /* rc; < 0 undoes this job's changes */
    void (*done)(struct lane_job *j, int rc);       /* after the commit; < 0: nothing was stored */
    bool patient;                   /* may wait three milliseconds for others to share the commit */
    int64_t put;                                    /* the lane's own */
};

struct lane;
struct lane_stats {
    uint64_t jobs, commits, failed, depth_max;
    uint64_t again;         /* jobs that ran once more, alone */
    size_t waiting, persons;        /* now, in the queue; of how many */
    int64_t busy_since;     /* now_mono_micros() when the batch that runs was taken; 0: none runs */
    int rc;                 /* of the last transaction: OK, or why it could not commit */
};
/* Since the start: how many jobs a batch had, and how long its commit took (microseconds). */
struct lane_times { struct histogram batch, commit; };

struct lane *lane_open(const char *url, enum db_mode mode, size_t depth, size_t batch_max);
bool lane_put(struct lane *l, struct lane_job *j);
/* What was put before this moment (now_mono_micros()) and still waits is done with E_DOWN, here:
 * the lane may hang on a database that does not answer.  How many that were. */
size_t lane_expire(struct lane *l, int64_t before);
struct lane_stats lane_stats(struct lane *l);
const struct lane_times *lane_times(const struct lane *l);
void lane_close(struct lane *l);        /* finishes what is queued, then joins */

#endif
