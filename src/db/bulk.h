/*
 * Rows in bulk into tables that nobody else uses meanwhile: for `motcua generate`.
 *
 * One thread makes rows, another writes them.  Secondary indexes (on PostgreSQL primary keys and
 * constraints, too) are taken away first and made again at the end, by sorting.
 *
 * SQLite:     no journal and no sync while it runs: after a crash the file is worth nothing, and
 *             bulk_open() refuses it by a mark.  At the end it is synced, in WAL with full sync.
 * PostgreSQL: COPY, a connection a table; the rows appear when each ends.
 * Errors:     bulk_open(), bulk_close(): recorded in c->err.  Rows after a failure go nowhere;
 *             bulk_failed() says so, bulk_close() why.
 */
#ifndef DB_BULK_H
#define DB_BULK_H

#include "db/db.h"

struct progress;

struct bulk_table {
    const char *name;
    const char *columns;        /* "dossier, version, id" */
    const char *kinds;          /* a letter each: i integer, t text, b bytes */
    /* Rows come out of the order of the key: they are kept aside and sorted at the end, by these
     * columns; NULL: they come in order, or the order does not matter. */
    const char *order;
    bool others;                /* other tables refer to it: its keys and indexes stay */
};

struct bulk;

/* `url` as in db_open(); `t` lives as long as the result.  Nobody else has the database open. */
int bulk_open(struct ctx *c, const char *url, const struct bulk_table *t, size_t n,
              struct bulk **out);
/* A row: begin, its values in the order of the columns, the next begin or the end. */
void bulk_row(struct bulk *b, size_t table);
void bulk_int(struct bulk *b, int64_t v);
void bulk_text(struct bulk *b, const char *s, size_t n);
void bulk_bytes(struct bulk *b, const void *p, size_t n);
void bulk_null(struct bulk *b);
bool bulk_failed(struct bulk *b);
int64_t bulk_rows(const struct bulk *b);
/* Sorts, makes indexes, settles and closes; says on `p` (may be NULL) what it is at.  `keep` false:
 * something failed elsewhere; what was written is worth nothing. */
int bulk_close(struct ctx *c, struct bulk *b, struct progress *p, bool keep);

#endif
