/*
 * Which keys the sealed columns (db/sealed.h) are sealed with, as the database knows them, and the
 * work that seals what is not: rows of an older database, and rows of the key before after a
 * rotation.  One walk a column in the order of its keys, in bounded pieces inside the caller's
 * transaction; where it stands is in the database, so any server goes on with it.
 *
 * The keys themselves are in a file (site/numbers.h).
 */
#ifndef DB_NUMBERS_H
#define DB_NUMBERS_H

#include "db/sealed.h"

enum number_state { NUMBER_NEXT = 1, NUMBER_WRITES, NUMBER_OLD, NUMBER_RETIRED };

struct number_key {
    int id;
    const char *proof;
    enum number_state state;
    int64_t made_at, changed_at;
};
typedef VEC(struct number_key) number_key_list;

int numbers_sql_keys(struct ctx *c, number_key_list *out);      /* by id */
/* Rows changed: 0 when the key is known already, or is in another state. */
int numbers_sql_add(struct ctx *c, int id, const char *proof, enum number_state state);
int numbers_sql_state(struct ctx *c, int id, enum number_state from, enum number_state to);

struct number_walk {
    const char *place;          /* table.column */
    int key;                    /* that it seals with; 0 not begun */
    int64_t k1, k2;
    const char *k3;
    int64_t looked, sealed, done_at;
};
/* In the order of enum sealed_at; `out` has SEALED__COUNT of them. */
int numbers_walks(struct ctx *c, struct number_walk *out);

/* At most `most` rows of the first column that is not through are looked at, and sealed with the
 * key of ring_now() that writes.  *looked 0: every column is through.  A value that does not open
 * stays as it is and is logged. */
int numbers_seal_next(struct ctx *c, size_t most, size_t *looked);

int numbers_again(struct ctx *c);       /* every walk begins at its first row */

/* What a column holds, each row looked at. */
struct number_count {
    int64_t rows, empty, plain, sealed, broken;     /* broken: does not open with this ring */
    int64_t by_key[RING_MAX];                       /* as ring_now() has them */
    char first[100];                                /* the first broken row's keys; "" none */
};
int numbers_count(struct ctx *c, enum sealed_at at, struct number_count *out);

#endif
