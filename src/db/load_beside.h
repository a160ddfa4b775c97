/*
 * Secondary indexes of bulk-loaded tables on SQLite, made from narrow tables.  Of each table that
 * has indexes the key and the indexed columns go into the temporary file, too; at the end they
 * become a table of their own, the indexes are made on that, by sorting, and given to the table
 * they are for: an index of SQLite holds the indexed columns and the key, nothing else.  Making
 * them on the table would read the whole of it again for each: 10 million dossiers are 37 GB, their
 * narrow tables 2.  (Narrow tables that grow in the database itself lie in pieces all over it:
 * tried, no faster.)
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

/* Takes the indexes of these tables away.  NULL: `fault` says why. */
struct beside *beside_open(sqlite3 *db, const struct load_table *t, size_t n, char *fault);
/* The statement that takes a row of this table, and which of its columns that is by the position in
 * the table's own list: its parameter, 0 for none.  NULL: the table has no indexes. */
sqlite3_stmt *beside_row(struct beside *b, size_t table, const int **parameter);
/* Outside a transaction: the indexes, on their tables, and the narrow tables gone. */
bool beside_make(struct beside *b, struct progress *p, char *fault);
void beside_close(struct beside *b); /* NULL is allowed */

#endif
