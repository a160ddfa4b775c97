/*
 * Whether the database agrees with itself: `motcua check --deep`.  Every dossier is folded anew
 * from its events and compared with its row, its work and its papers; every counter is counted
 * again.
 *
 * Findings are said one a line: what kind, of which dossier or counter, what is wrong.
 *   chain      an event that does not carry its hash over itself and the one before, or is missing
 *   row        a row that is not the fold of its events
 *   task       open work that does not follow from the row
 *   part       rows of a dossier, or names for search, without the dossier
 *   reference  an agency, an officer, a procedure that is not there
 *   paper      a file that the content store does not hold, or not in that size
 *   content    a row of a content without a file or that nothing names, a file without its row, or
 *              content of the store that no paper names (older than a day: uploads come first), or
 *              that is not what its name says: each is read once
 *   code       numbers given out that are not those of the dossiers
 *   counter    a counter that is not what it counts
 *
 * Memory: a page of dossiers, and a row for each row of the counters; nothing grows with dossiers.
 * Inside the caller's transaction, which shows one moment.
 */
#ifndef MOD_DOSSIERS_DEEP_H
#define MOD_DOSSIERS_DEEP_H

#include "base/progress.h"
#include "db/db.h"

#include "mod/papers/content_work.h"

struct store;

struct deep {
    struct store *store;            /* NULL: papers are not looked for */
    void (*say)(void *user, const char *line);
    void *user;
    struct progress *progress;      /* NULL: none */
    /* Who else names contents, up to NULL. */
    content_names *const *names;
    bool sweep;                     /* contents that no paper names for two days are removed */
    int64_t swept, swept_bytes;
    /* Rows of contents that nothing named and whose files the sweep took: to be forgotten. */
    uint8_t (*orphans)[32];
    size_t orphans_n;
    int64_t dossiers, events, files, findings, counters_wrong;
};

int64_t dossiers_given(struct ctx *c);  /* numbers given out: how many dossiers there are */
/* OK also when there are findings; below zero it could not go on. */
int dossiers_check_deep(struct ctx *c, struct deep *d);
/* Contents alone: those that nothing names for two days are removed (d->sweep), nothing is said and
 * none is read.  Inside a transaction that reads. */
int dossiers_sweep_contents(struct ctx *c, struct deep *d);
/* In a write transaction of its own, after a sweep: rows of d->orphans.  Who handed one in again
 * meanwhile has put its file back, and its row is then not among them. */
int dossiers_forget_contents(struct ctx *c, const struct deep *d);
/* Counters are counted as above and what they lack is added to their rows of lane 0, in the
 * caller's write transaction; no server may run.  What was wrong is said. */
int dossiers_repair_counters(struct ctx *c, struct deep *d);

#endif
