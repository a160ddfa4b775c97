/*
 * Rows in bulk into tables that nobody else uses meanwhile, as `motcua generate` needs it.  (Bulk.h
 * is for a table at a time inside a transaction.)  One thread makes rows, another writes them.
 * Secondary indexes - on PostgreSQL keys and constraints, too - are taken away first and made again
 * at the end, by sorting.
 *
 * SQLite:     no journal and no sync while it runs: after a crash the file is worth nothing, and is
 *             refused by a mark in it.  At the end it is synced and back in WAL with full sync.
 * PostgreSQL: COPY, a connection a table; the rows of a table appear when all of them are in.
 *
 * Errors:  load_open(), load_close(): recorded in c->err.  After a failure rows go nowhere;
 *          load_failed() says so, load_close() why.
 * Memory:  up to 180 MB of rows on their way, and the cache of the engine (SQLite: 512 MB).
 */
#ifndef DB_LOAD_H
#define DB_LOAD_H

#include "db/db.h"

struct progress;

struct load_table {
    const char *name;
    const char *columns;        /* "dossier, version, id" */
    const char *kinds;          /* a letter each: i integer, t text, b bytes */
    /* Rows come out of the order of the key: kept aside and sorted at the end by these columns;
     * NULL: they come in order, or there are few. */
    const char *order;
    bool others;                /* others refer to it: its keys and indexes stay */
};

struct load;

/* `url` as in db_open(); `t` lives as long as the result. */
int load_open(struct ctx *c, const char *url, const struct load_table *t, size_t n,
              struct load **out);
/* A row: begin, then its values in the order of the columns. */
void load_row(struct load *b, size_t table);
void load_int(struct load *b, int64_t v);
void load_text(struct load *b, const char *s, size_t n);
void load_bytes(struct load *b, const void *p, size_t n);
void load_null(struct load *b);
bool load_failed(struct load *b);
int64_t load_rows(const struct load *b);
/* Sorts, makes indexes, settles and closes; says on `p` what it is at.  `keep` false: what was
 * written is worth nothing. */
int load_close(struct ctx *c, struct load *b, struct progress *p, bool keep);

#endif
