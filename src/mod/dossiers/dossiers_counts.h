/*
 * What one change of a dossier adds to the counters, and what they are.  Pure: the hub writes the
 * moves with the event that made them, `motcua check --deep` and the loader of `motcua generate`
 * add them up, so all three count alike.
 *
 * A counter's row stands for one lane (db_lane()); who reads sums.  Statistics hold their sums,
 * too: unit 0 is the city, procedure '' is all, so each move of those is four rows.
 */
#ifndef MOD_DOSSIERS_COUNTS_H
#define MOD_DOSSIERS_COUNTS_H

#include "mod/deadlines/calendar.h"
#include "mod/dossiers/dossiers_row.h"
#include "mod/papers/papers.h"

/* stat_month: at the competent agency, in the month of submission, acceptance or result. */
struct count_month {
    int64_t unit, month;
    const char *procedure;
    int64_t submitted, online, received, finished, early, on_time, late;
};
/* stat_days: working days from acceptance to a result. */
struct count_days { int64_t unit, month, days, n; const char *procedure; };
/* officer_month: results by who did the last step. */
struct count_officer { int64_t unit, month, account, n; };
/* digital_year: of dossiers that ended, in the year of their end. */
struct count_digital {
    int64_t unit, year;
    int64_t dossiers, dossiers_digital, papers, papers_digital, results, results_digital;
};
/* work_count: open tasks. */
struct count_work { int64_t unit, account, perm, waiting, n; };

enum { COUNT_MOVES = 3 };
struct count_moves {
    struct count_month month[COUNT_MOVES];
    struct count_days days[COUNT_MOVES];
    struct count_officer officer[COUNT_MOVES];
    size_t n_month, n_days, n_officer;
};
/* `was` all zero: it begins.  Texts are those of `was` and `d`. */
void counts_of(const struct calendar *cal, const struct dossier *was, const struct dossier *d,
               struct count_moves *out);
/* What one dossier counts for with these papers; false: nothing (open, withdrawn, stopped). */
bool counts_digital(const struct dossier *d, const struct paper_digital *p,
                    struct count_digital *out);

#endif
