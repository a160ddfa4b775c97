/*
 * One SQL text, two engines behind it.  Parameters are $1..$n; types are int64, text and bytes;
 * times are UTC seconds; no rule depends on the engine (shared rules: no SELECT *, no SQL built
 * from values, keyset pages instead of OFFSET, ids made by the program).
 *
 * Lifetime:  texts and bytes read from rows live in the request's arena.
 * Errors:    E_SYS engine failure (already recorded in c->err), E_CONFLICT a unique or foreign key
 *            was violated (callers may turn it into a sentence of their own), E_DOWN the engine
 *            cannot be used for a while (disk full, node gone): nothing was stored.  After any
 *            error inside a transaction only db_savepoint_undo() or db_rollback() may follow.
 * Threads:   a struct db belongs to one lane (thread).  SQLite's inline reads use one connection a
 *            thread of the HTTP server.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/ctx.h"

/* A named statement; prepared once a connection, found by its address: always static const. */
struct query {
    const char *name;
    const char *sql;
};
/* static const struct query Q[Q__COUNT] QUERIES = {...}: all queries of the program stand in one
 * section of it, so that a test can prepare every one on each engine; lint asks for the word. */
#define QUERIES __attribute__((section("queries"), used))

struct dbv {
    enum { DBV_NULL, DBV_INT, DBV_TEXT, DBV_BLOB } kind;
    int64_t i;
    const char *s;
    struct bytes b;
};

static inline struct dbv qi(int64_t v) { return (struct dbv){.kind = DBV_INT, .i = v}; }
static inline struct dbv qt(const char *s)          /* NULL is NULL */
{
    return (struct dbv){.kind = s ? DBV_TEXT : DBV_NULL, .s = s};
}
static inline struct dbv qb(struct bytes b) { return (struct dbv){.kind = DBV_BLOB, .b = b}; }
static inline struct dbv qnull(void) { return (struct dbv){.kind = DBV_NULL}; }

/* db_exec(c, &Q[Q_MOVE], ARGS(qi(d->id), qt(d->code))) */
#define ARGS(...)                                                                              \
    (const struct dbv[]){__VA_ARGS__}, sizeof((struct dbv[]){__VA_ARGS__}) / sizeof(struct dbv)
#define NO_ARGS NULL, 0

/* Rows changed (>= 0), or a negative rc. */
int db_exec(struct ctx *c, const struct query *q, const struct dbv *args, size_t n);
/* A change whose count nobody asks (counters, log rows, parts of a dossier): OK or rc.  PostgreSQL
 * only queues it: its failure comes out of a later call, at the latest of db_commit(), after which
 * the lane runs each job of the batch again alone.  So not for what may meet a conflict. */
int db_put(struct ctx *c, const struct query *q, const struct dbv *args, size_t n);

/* for (db_rows(c, &r, &Q[Q_LIST], ARGS(...)); db_next(&r);) { x = row_int(&r, 0); ... }
 * if ((rc = db_done(&r)) < 0) return rc;      -- db_done() must always be called */
struct rows {
    struct ctx *c;
    void *st;                   /* the engine's statement; NULL after an error */
    const struct query *q;
    int64_t micros;             /* that it took up to now */
    int rc;
};
/* A counter: q adds its last `sums` values to the row of its first `keys` ones (numbers, texts).  A
 * lane adds up what its jobs count and puts it once, before the commit: nobody reads it before. */
int db_add(struct ctx *c, const struct query *q, const struct dbv *args, size_t keys, size_t sums);
/* The next of numbers without gap or double, > 0; 0 is recorded.  `take` adds its last value to the
 * row of the key and returns the sum, `give` takes it away again; a lane takes several at once. */
int64_t db_number(struct ctx *c, const struct query *take, const struct query *give,
                  const struct dbv *key, size_t n);

void db_rows(struct ctx *c, struct rows *r, const struct query *q, const struct dbv *args,
             size_t n);
/* The same for more rows than memory should hold (an export): inside a transaction; they come in
 * pieces.  db_rows() on PostgreSQL holds its whole answer. */
void db_walk(struct ctx *c, struct rows *r, const struct query *q, const struct dbv *args,
             size_t n);
bool db_next(struct rows *r);
int db_done(struct rows *r);
int64_t row_int(struct rows *r, int col);           /* NULL reads as 0 */
const char *row_text(struct rows *r, int col);      /* NULL reads as "" */
struct bytes row_bytes(struct rows *r, int col);
const char *row_hex(struct rows *r, int col);   /* bytes as the hex that rules know; "" NULL */
bool row_null(struct rows *r, int col);

/* The single row of a query: OK with `r` standing on it (then db_done), or E_NOTFOUND / E_SYS with
 * nothing left open.  `say` is the sentence for a person when it is not there. */
int db_one(struct ctx *c, struct rows *r, const char *say, const struct query *q,
           const struct dbv *args, size_t n);
/* The first column of the single row; `none` when there is no row, and after an error, which is
 * recorded. */
int64_t db_int(struct ctx *c, int64_t none, const struct query *q, const struct dbv *args,
               size_t n);

/* --- connections: for commands, lanes, tests; handlers find c->db open and in a transaction --- */
enum db_mode { DB_READ_ONLY, DB_READ_WRITE, DB_CREATE /* and makes a missing file, 0600 */ };
int db_open(struct ctx *c, const char *url, enum db_mode mode, struct db **out);
void db_close(struct db *db);
/* The address for a person or a log: without what may be a password. */
const char *db_mask(struct arena *a, const char *url);
/* Reads of this engine are so short that they may run on the socket's thread. */
bool db_inline(const char *url);
/* The lane of this connection, 0 for commands: counters are rows keyed by it, so that lanes of one
 * or of several servers do not wait for each other; readers sum. */
int db_lane(const struct ctx *c);
void db_lane_set(struct db *db, int lane);
/* Statements that take longer are logged, by name and never with values; 0: none.  For the whole
 * process. */
void db_slow(int millis);
/* A page of the database turned out to be damaged, and nobody has seen it whole since.
 * db_look_for_damage() walks every table (SQLite; at most so long) and logs what is wrong, a line
 * each with table and page; OK: it is whole, E_DOWN: it is not, or was not read to its end. */
bool db_damaged(void);
int db_look_for_damage(struct ctx *c, const char *url, int seconds);
/* A connection of a server that is no lane's: no statement and no answer is waited for without a
 * bound.  Between transactions. */
void db_bounded(struct db *db);
/* A statement since the last begin met E_DOWN: what was made of the rest is not to be believed. */
bool db_down(const struct db *db);
bool db_read_only(const struct ctx *c);      /* this connection cannot write */
int db_begin(struct ctx *c, enum db_mode mode);
int db_commit(struct ctx *c);
void db_rollback(struct ctx *c);
int db_savepoint(struct ctx *c);            /* one level: the request inside a shared commit */
int db_savepoint_keep(struct ctx *c);
void db_savepoint_undo(struct ctx *c);
bool db_in_transaction(struct ctx *c);      /* false after the engine gave up on it (disk full) */

/* Migrations: numbered over all slices, embedded in the program, each with its SHA-256.
 * db_migrate brings the schema up; db_check_schema only compares (E_CONFLICT: newer, older or
 * altered). */
int db_migrate(struct ctx *c);
int db_check_schema(struct ctx *c);
int db_schema_version(struct ctx *c);

#endif
