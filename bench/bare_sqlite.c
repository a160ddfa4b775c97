/* The bare group-commit loop on SQLite, with the settings of db/sqlite.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bare.h"
#include "base/id.h"
#include "replicate.h"

enum { BEGIN, COMMIT, COUNTER, STATEMENTS = COUNTER + BARE_COUNTERS };

static sqlite3 *db;
static struct pattern *pattern;
static sqlite3_stmt *statement[STATEMENTS];

static sqlite3_stmt *
prepare(const char *sql)
{
    sqlite3_stmt *st = NULL;

    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
        bench_exec(db, sql);    /* says what is wrong and ends */
    return st;
}

static void
run(int i)
{
    if (sqlite3_step(statement[i]) != SQLITE_DONE) {
        fprintf(stderr, "bench: %s failed\n", sqlite3_sql(statement[i]));
        exit(1);
    }
    sqlite3_reset(statement[i]);
}

static void
prepare_counters(void)
{
    char sql[1000], id[24];

    snprintf(id, sizeof id, "%lld", (long long)pattern_dossier(pattern));
    for (int i = 0; i < BARE_COUNTERS; i++) {
        sqlite3_stmt *st;

        snprintf(sql, sizeof sql, BARE_COUNTER[i], id);
        st = prepare(sql);
        if (sqlite3_step(st) != SQLITE_ROW) {
            fprintf(stderr, "bench: no counter: %s\n", sql);
            exit(1);
        }
        statement[COUNTER + i] = prepare((const char *)sqlite3_column_text(st, 0));
        sqlite3_finalize(st);
    }
}

static void
open_sqlite(const char *url, const char *code)
{
    db = bench_open(strncmp(url, "sqlite:", 7) == 0 ? url + 7 : url);
    pattern = pattern_read(db, code);
    statement[BEGIN] = prepare("BEGIN IMMEDIATE");
    statement[COMMIT] = prepare("COMMIT");
    prepare_counters();
}

static void
write_sqlite(int n)
{
    char code[64];

    run(BEGIN);
    while (n-- > 0) {
        struct copy c = {.id = id_next(), .code = code};

        snprintf(code, sizeof code, "B-%lld", (long long)c.id);
        pattern_write(db, pattern, &c);
        for (int i = 0; i < BARE_COUNTERS; i++)
            run(COUNTER + i);
    }
    run(COMMIT);
}

static int
rows_sqlite(void)
{
    return pattern_rows(pattern) + BARE_COUNTER_ROWS;
}

const struct bare_engine bare_sqlite = {open_sqlite, write_sqlite, rows_sqlite};
