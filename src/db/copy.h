/*
 * Every row of one database into another, of the same or of the other engine, so that it may be
 * killed at any moment and started again.
 *
 * The source is held against writers from the first row to the last comparison (its write lock on
 * SQLite, LOCK TABLE ... IN SHARE MODE on PostgreSQL); what must not run is the caller's to refuse.
 * The target is new or empty; it gets this program's schema, then rows in parts, then its indexes.
 * At the end every table of both is counted and hashed (db/table.h) and compared.
 */
#ifndef DB_COPY_H
#define DB_COPY_H

#include "db/table.h"

/* columns: "active:i id:i name:t", as they are hashed. */
struct copy_table { const char *name, *hash, *columns; int64_t rows; };
typedef VEC(struct copy_table) copy_result;

/* `from` and `to` have arenas of their own, which are taken back while it runs.  `keep` outlives
 * both connections.  `source`: what the copy is bound to, the same at a second start.
 * E_CONFLICT: the target is not empty or of another schema, or the two differ at the end. */
int copy_run(struct ctx *from, struct ctx *to, struct arena *keep, const char *source,
             copy_result *out);

/* Counts and hashes of every table, with progress called `what`; on any open connection. */
int copy_tables_sum(struct ctx *c, struct arena *keep, const char *what, copy_result *out);

#endif
