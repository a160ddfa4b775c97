/*
 * Copies of a dossier that the program itself made: every row of every table that belongs to it,
 * column by column.  So the bare loop and the generator write the very rows that a submission
 * writes, whatever the schema becomes.
 *
 * Any fault ends the program with a sentence: these are tools of the bench.
 */
#ifndef BENCH_REPLICATE_H
#define BENCH_REPLICATE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

struct pattern;

/* What a column of a copy holds instead of the pattern's value. */
enum role { SAME, DOSSIER, FRESH, CODE, MOMENT, UNIT, NAME, FOLD };
enum role pattern_role(const char *table, const char *column);

struct copy {
    int64_t id;             /* of the new dossier; pattern_id() makes one */
    const char *code;
    int64_t shift;          /* seconds added to every moment */
    int64_t unit;           /* instead of the receiving unit of the pattern; 0: the same */
    const char *name;       /* instead of the applicant's; NULL: the same */
    const char *fold;       /* of the name */
};

sqlite3 *bench_open(const char *path);              /* with the settings of db/sqlite.c */
void bench_exec(sqlite3 *db, const char *sql);

/* The rows of the dossier with this code; ends the program when there is none. */
struct pattern *pattern_read(sqlite3 *db, const char *code);
/* Without the kept answer of an idempotency key: those are dropped after two days. */
struct pattern *pattern_read_plain(sqlite3 *db, const char *code);
int64_t pattern_dossier(const struct pattern *p);   /* its id */
int pattern_rows(const struct pattern *p);
int64_t pattern_submitted(const struct pattern *p);
bool pattern_open(const struct pattern *p);         /* it is on somebody's work list */
/* A fresh id that lies in that second; 0: now. */
int64_t pattern_id(int64_t utc);
/* Writes them anew, inside the caller's transaction. */
void pattern_write(sqlite3 *db, struct pattern *p, const struct copy *c);

#endif
