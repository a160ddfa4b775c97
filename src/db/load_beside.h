/*
 * Secondary indexes of bulk-loaded tables on SQLite, made from narrow tables.  Beside each table
 * that has indexes a table with the same key and only the indexed columns takes the same rows; the
 * indexes are made on it, by sorting, and then given to the table they are for: an index of SQLite
 * holds the indexed columns and the key, nothing of the table itself.  Making them on the table
 * would read the whole of it again for each: 10 million dossiers are 37 GB, their narrow tables 2.
 *
 * Source:   https://www.sqlite.org/fileformat2.html, "Representation of SQL indexes";
 *           PRAGMA writable_schema.
 * Threads:  the loader's one.
 */
#ifndef DB_LOAD_BESIDE_H
#define DB_LOAD_BESIDE_H

#include <sqlite3.h>

#include "db/load_engine.h"

struct beside;

/* Takes the indexes of these tables away and makes the narrow tables.  NULL: `fault` says why. */
struct beside *beside_open(sqlite3 *db, const struct load_table *t, size_t n, char *fault);
/* The statement that takes a row of this table, and which of its columns that is by the position in
 * the table's own list: its parameter, 0 for none.  NULL: the table has no indexes. */
sqlite3_stmt *beside_row(struct beside *b, size_t table, const int **parameter);
/* Outside a transaction: the indexes, on their tables, and the narrow tables gone. */
bool beside_make(struct beside *b, struct progress *p, char *fault);
void beside_close(struct beside *b); /* NULL is allowed */

#endif
