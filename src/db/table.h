/*
 * The tables of a database as its own catalogue tells them, so that a table of a later slice is
 * copied, backed up and compared without a line here.
 *
 * One canonical form for a row on both engines: its columns in the order of their names; each is a
 * letter (n NULL, i whole number, t text, b bytes), then 8 bytes big-endian, or the length in 8
 * bytes big-endian and the bytes.  A table's sum is the sum modulo 2^256 of the BLAKE2b-256 of its
 * rows, so the order does not matter; its hash is BLAKE2b-256 of its name, its columns' names and
 * kinds, the number of rows and the sum.
 */
#ifndef DB_TABLE_H
#define DB_TABLE_H

#include "db/db.h"

struct column {
    const char *name;
    enum { COL_INT, COL_TEXT, COL_BLOB } kind;
    int key;                    /* its place in the primary key from 1; 0: none */
};

struct table {
    const char *name;
    VEC(struct column) columns;         /* by name */
    VEC(int) key;                       /* indexes of columns, in the key's order */
    VEC(const char *) parents;          /* tables that its foreign keys name, not itself */
    struct query first, next, count, any, none;  /* made for table_walk() and its neighbours */
};
typedef VEC(struct table) table_list;

/* Every table but those of db/ itself (schema_version, copy state): parents before children, and
 * by name where that leaves it open.  They live in `a`, which outlives the connection: the address
 * of a query is the key of its prepared statement.  E_SYS: a table without primary key, a column of
 * a type that the other engine does not have, foreign keys in a ring. */
int tables_read(struct ctx *c, struct arena *a, table_list *out);
/* NULL, or the first difference in a sentence: "table x is only in the source". */
const char *tables_differ(struct arena *a, const table_list *source, const table_list *target);

/* "active:i id:i name:t": the columns by name with the letters of their kinds; and back: a table
 * for sums only, NULL when the text is not of that form. */
const char *table_columns_text(struct arena *a, const struct table *t);
struct table *table_of_text(struct arena *a, const char *name, const char *columns);

/* --- rows ---------------------------------------------------------------------------------- */

/* Called once a row; `v` has t->columns.n values in their order, which live until it returns. */
typedef int row_fn(void *user, const struct table *t, const struct dbv *v);

/* The rows in key order, in statements of bounded size, beginning after `after` (the key's values;
 * NULL: from the start).  `user` NULL is allowed.  Ends with the first rc < 0 of `each`.
 * c->a is taken back after each piece: nothing else may live in it. */
int table_walk(struct ctx *c, const struct table *t, const struct dbv *after, row_fn *each,
               void *user);
int64_t table_count(struct ctx *c, const struct table *t);      /* < 0: rc */
/* 1 it has a row, 0 it has none, < 0 rc. */
int table_any(struct ctx *c, const struct table *t);
int table_empty(struct ctx *c, const struct table *t);          /* takes every row away */

enum { SUM_SIZE = 32, SUM_HEX = 2 * SUM_SIZE + 1 };
struct table_sum {
    int64_t rows;
    uint8_t sum[SUM_SIZE];      /* little-endian */
};
void table_sum_add(struct table_sum *s, const struct table *t, const struct dbv *v);
void table_sum_hash(const struct table_sum *s, const struct table *t, char out[SUM_HEX]);
/* A whole table; `each_row` (NULL is allowed) is told after every 1,000 rows or so how many. */
int table_sum_read(struct ctx *c, const struct table *t, struct table_sum *out,
                   void (*tell)(void *user, int64_t rows), void *user);

#endif
