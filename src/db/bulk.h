/*
 * Many rows into one table: PostgreSQL takes them by COPY, SQLite by one prepared INSERT.  Inside a
 * write transaction of the caller, who decides how many rows a commit holds (10,000 and more).
 *
 *     t = bulk_table(arena, "dossier", NAMES, n)  -- once; the arena outlives the connection
 *     bulk_begin(c, t, &b)
 *     bulk_row(b, values)                         -- n values: INT for BIGINT, TEXT, BLOB or NULL
 *     bulk_end(b)                                 -- always; also after an error, which it returns
 *
 * Between begin and end no other statement may run on the connection.  Table and columns are names
 * of the schema, never input.
 * Errors: E_CONFLICT and E_SYS as db_exec(); the first one stays, later rows do nothing.
 * Memory: one buffer of a few hundred kB.
 */
#ifndef DB_BULK_H
#define DB_BULK_H

#include "db/db.h"

struct bulk_table {
    const char *name;
    size_t n;
    struct query insert, copy;      /* their address is the key of prepared statements */
};

struct bulk;

const struct bulk_table *bulk_table(struct arena *a, const char *name, const char *const *columns,
                                    size_t n);
int bulk_begin(struct ctx *c, const struct bulk_table *t, struct bulk **out);
int bulk_row(struct bulk *b, const struct dbv *values);
int bulk_end(struct bulk *b);       /* NULL is allowed */

#endif
