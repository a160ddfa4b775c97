/*
 * Counters added up in memory: what the tables of counters should hold.  A row of memory for a row
 * of theirs, whatever the number of dossiers.  Sums (unit 0, procedure '') are added as the hub
 * writes them.  Texts and numbers are kept once and named by their place.
 */
#ifndef MOD_DOSSIERS_TALLY_H
#define MOD_DOSSIERS_TALLY_H

#include <stddef.h>

#include "mod/dossiers/dossiers_counts.h"

enum tally_table { TALLY_WORK, TALLY_MONTH, TALLY_DAYS, TALLY_OFFICER, TALLY_DIGITAL,
                   TALLY_COUNTERS, TALLY_CODE = TALLY_COUNTERS, TALLY__COUNT };
enum { TALLY_VALUES = 7 };

/* Meaning of x, y, z by table: work account, perm, waiting; month month; days month, days; officer
 * month, account; digital year.  procedure "" where there is none.  TALLY_CODE is no counter of the
 * database: numbers given out by an agency (`procedure` is its code) on day x, how many and their
 * sum. */
struct tally_row {
    enum tally_table table;
    int64_t unit, x, y, z;
    const char *procedure;
    int64_t n[TALLY_VALUES];
};

struct tally;
struct tally *tally_open(void);
void tally_close(struct tally *t);

void tally_moves(struct tally *t, const struct count_moves *m);
void tally_digital(struct tally *t, const struct count_digital *d);
void tally_add(struct tally *t, const struct tally_row *r);
/* Takes what the row says away from what was added; what is left afterwards differs.  The old
 * values are given back. */
void tally_take(struct tally *t, const struct tally_row *r, int64_t was[TALLY_VALUES]);
int tally_values(enum tally_table table);

/* All rows that are not nothing, in no order: for (at = 0; tally_next(t, &at, &row);). */
bool tally_next(const struct tally *t, size_t *at, struct tally_row *out);

#endif
