/* The bare loop on PostgreSQL: one connection in pipeline mode, one transaction for what waits. */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bare.h"
#include "base/id.h"
#include "replicate.h"

enum { ROWS_MAX = 64, COLUMNS_MAX = 64, NAME_SIZE = 24 };

struct row {
    char name[NAME_SIZE];       /* of its prepared statement */
    int columns;
    enum role role[COLUMNS_MAX];
    char *value[COLUMNS_MAX];   /* NULL: null */
};

static PGconn *pg;
static struct row rows[ROWS_MAX];
static int rows_n;
static char dossier[24];

static void
die(const char *what)
{
    fprintf(stderr, "bench: %s: %s\n", what, PQerrorMessage(pg));
    exit(1);
}

static PGresult *
ask(const char *sql)
{
    PGresult *r = PQexec(pg, sql);
    ExecStatusType s = PQresultStatus(r);

    if (s != PGRES_TUPLES_OK && s != PGRES_COMMAND_OK)
        die(sql);
    return r;
}

/* A row of the pattern becomes a statement of its own: the bench has a dozen. */
static void
take_row(const char *table, const PGresult *r, int at)
{
    struct row *row = &rows[rows_n];
    size_t n;
    char sql[1200];
    Oid types[COLUMNS_MAX];

    if (rows_n == ROWS_MAX || PQnfields(r) > COLUMNS_MAX)
        die("a dossier has too many rows");
    snprintf(row->name, sizeof row->name, "row%d", rows_n++);
    row->columns = PQnfields(r);
    n = (size_t)snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (", table);
    for (int i = 0; i < row->columns; i++) {
        types[i] = PQftype(r, i);
        row->role[i] = pattern_role(table, PQfname(r, i));
        if (row->role[i] == FRESH && types[i] == 25)
            row->role[i] = SAME;
        row->value[i] = PQgetisnull(r, at, i) ? NULL : strdup(PQgetvalue(r, at, i));
        n += (size_t)snprintf(sql + n, sizeof sql - n, "%s$%d", i ? "," : "", i + 1);
    }
    snprintf(sql + n, sizeof sql - n, ")");
    PQclear(PQprepare(pg, row->name, sql, row->columns, types));
}

static void
take_rows(const char *table, const char *sql)
{
    PGresult *r = ask(sql);

    for (int i = 0; i < PQntuples(r); i++)
        take_row(table, r, i);
    PQclear(r);
}

/* Every table with a column that says which dossier a row belongs to; the dossier's own first. */
static void
read_pattern(const char *code)
{
    char sql[400];
    PGresult *r;

    snprintf(sql, sizeof sql, "SELECT id FROM dossier WHERE code = '%s'", code);
    r = ask(sql);
    if (PQntuples(r) != 1)
        die("there is no such dossier");
    snprintf(dossier, sizeof dossier, "%s", PQgetvalue(r, 0, 0));
    PQclear(r);
    snprintf(sql, sizeof sql, "SELECT * FROM dossier WHERE id = %s", dossier);
    take_rows("dossier", sql);
    r = ask("SELECT table_name, max(column_name) FILTER (WHERE column_name = 'owner'),"
            " max(column_name) FILTER (WHERE column_name = 'dossier')"
            " FROM information_schema.columns JOIN information_schema.tables t"
            " USING (table_schema, table_name) WHERE t.table_type = 'BASE TABLE'"
            " AND table_schema = current_schema() AND column_name IN ('owner', 'dossier')"
            " AND table_name NOT IN ('dossier', 'seal_leaf')"
            " GROUP BY table_name ORDER BY table_name");
    for (int i = 0; i < PQntuples(r); i++) {
        const char *key = PQgetisnull(r, i, 2) ? "owner" : "dossier", *table = PQgetvalue(r, i, 0);

        snprintf(sql, sizeof sql, "SELECT * FROM %s WHERE %s = %s", table, key, dossier);
        take_rows(table, sql);
    }
    PQclear(r);
    take_rows("idempotency", "SELECT * FROM idempotency ORDER BY created_at DESC LIMIT 1");
}

static void
prepare_counters(void)
{
    static const char *const NAMES[BARE_COUNTERS] = {"count0", "count1", "count2"};
    char sql[1000];

    for (int i = 0; i < BARE_COUNTERS; i++) {
        PGresult *r;

        snprintf(sql, sizeof sql, BARE_COUNTER[i], dossier);
        r = ask(sql);
        if (PQntuples(r) != 1)
            die(sql);
        PQclear(PQprepare(pg, NAMES[i], PQgetvalue(r, 0, 0), 0, NULL));
        PQclear(r);
    }
}

static void
open_pg(const char *url, const char *code)
{
    pg = PQconnectdb(url);
    if (PQstatus(pg) != CONNECTION_OK)
        die("connect");
    read_pattern(code);
    prepare_counters();
    PQclear(PQprepare(pg, "begin", "BEGIN", 0, NULL));
    PQclear(PQprepare(pg, "commit", "COMMIT", 0, NULL));
    if (!PQenterPipelineMode(pg))
        die("pipeline");
}

static void
queue(const char *name)
{
    if (!PQsendQueryPrepared(pg, name, 0, NULL, NULL, NULL, 0))
        die(name);
}

static void
queue_row(const struct row *row, const char *id, const char *code)
{
    const char *v[COLUMNS_MAX];
    char fresh[24];

    snprintf(fresh, sizeof fresh, "%lld", (long long)id_next());
    for (int i = 0; i < row->columns; i++)
        v[i] = row->role[i] == DOSSIER ? id : row->role[i] == FRESH ? fresh
               : row->role[i] == CODE  ? code
                                       : row->value[i];
    if (!PQsendQueryPrepared(pg, row->name, row->columns, v, NULL, NULL, 0))
        die(row->name);
}

static void
queue_one(void)
{
    static const char *const COUNTERS[BARE_COUNTERS] = {"count0", "count1", "count2"};
    char id[24], code[32];

    snprintf(id, sizeof id, "%lld", (long long)id_next());
    snprintf(code, sizeof code, "B-%s", id);
    for (int i = 0; i < rows_n; i++)
        queue_row(&rows[i], id, code);
    for (int i = 0; i < BARE_COUNTERS; i++)
        queue(COUNTERS[i]);
}

/* Everything up to the end of the pipeline must have succeeded. */
static void
settle(void)
{
    for (;;) {
        PGresult *r = PQgetResult(pg);
        ExecStatusType s = r ? PQresultStatus(r) : PGRES_COMMAND_OK;

        PQclear(r);
        if (s == PGRES_PIPELINE_SYNC)
            return;
        if (s != PGRES_COMMAND_OK)
            die("a statement of the pipeline failed");
    }
}

static void
write_pg(int n)
{
    queue("begin");
    while (n-- > 0)
        queue_one();
    queue("commit");
    if (!PQpipelineSync(pg))
        die("sync");
    settle();
}

static int
rows_pg(void)
{
    return rows_n + BARE_COUNTER_ROWS;
}

const struct bare_engine bare_pg = {open_pg, write_pg, rows_pg};
