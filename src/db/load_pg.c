/* Bulk rows on PostgreSQL: COPY on a connection a table, keys and constraints last. */
#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

#include "base/progress.h"
#include "db/load_engine.h"
#include "db/password.h"

enum { REMEMBERED_MAX = 128, SQL_MAX = 2000 };

struct target {
    PGconn *main, *conn[LOAD_TABLES_MAX];
    const struct load_table *t;
    size_t n;
    bool begun[LOAD_TABLES_MAX];
    char *again[REMEMBERED_MAX];        /* what makes keys, indexes and constraints */
    int n_again;
};

static bool
say(PGconn *p, char *fault, const char *what)
{
    const char *why = PQerrorMessage(p);

    snprintf(fault, LOAD_FAULT, "%.60s: %.*s", what, (int)strcspn(why, "\n"), why);
    return false;
}

static void
no_notice(void *arg, const PGresult *r)
{
    (void)arg;
    (void)r;
}

static bool
run(PGconn *p, const char *sql, char *fault)
{
    PGresult *r = PQexec(p, sql);
    ExecStatusType s = PQresultStatus(r);

    PQclear(r);
    return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK || s == PGRES_COPY_IN ||
           say(p, fault, sql);
}

static bool
ours(const struct target *x, const char *name)
{
    for (size_t i = 0; i < x->n; i++)
        if (!x->t[i].others && strcmp(x->t[i].name, name) == 0)
            return true;
    return false;
}

/* Keys, then indexes, then what refers to keys: made again in that order, dropped backwards. */
static const char *const REMEMBER =
    "SELECT c.relname, format('ALTER TABLE %I DROP CONSTRAINT %I', c.relname, k.conname),"
    " format('ALTER TABLE %I ADD CONSTRAINT %I %s', c.relname, k.conname,"
    " pg_get_constraintdef(k.oid)), CASE k.contype WHEN 'f' THEN 3 WHEN 'p' THEN 0 ELSE 1 END AS o"
    " FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
    " WHERE k.contype IN ('p', 'u', 'f') AND c.relnamespace = current_schema()::regnamespace"
    " UNION ALL"
    " SELECT i.tablename, format('DROP INDEX %I', i.indexname), i.indexdef, 2 FROM pg_indexes i"
    " WHERE i.schemaname = current_schema() AND NOT EXISTS (SELECT 1 FROM pg_constraint k"
    " WHERE k.conindid = format('%I.%I', i.schemaname, i.indexname)::regclass)"
    " ORDER BY 4, 2";

/* All of them or none: one transaction. */
static bool
drop_keys(struct target *x, char *fault)
{
    bool ok = run(x->main, "BEGIN", fault);
    PGresult *r = PQexec(x->main, REMEMBER);
    int n_ours = 0;

    ok = ok && (PQresultStatus(r) == PGRES_TUPLES_OK || say(x->main, fault, "keys"));

    for (int i = 0; i < PQntuples(r); i++)
        n_ours += ours(x, PQgetvalue(r, i, 0));
    if (n_ours > REMEMBERED_MAX) {      /* what is not remembered would not come back */
        snprintf(fault, LOAD_FAULT, "%d keys and indexes, only %d can be put aside", n_ours,
                 REMEMBERED_MAX);
        ok = false;
    }
    for (int i = PQntuples(r) - 1; i >= 0 && ok; i--)
        if (ours(x, PQgetvalue(r, i, 0)))
            ok = run(x->main, PQgetvalue(r, i, 1), fault);
    for (int i = 0; i < PQntuples(r) && ok; i++)
        if (ours(x, PQgetvalue(r, i, 0))) {
            size_t n = strlen(PQgetvalue(r, i, 2)) + 1;

            x->again[x->n_again] = mem_get(n);
            memcpy(x->again[x->n_again++], PQgetvalue(r, i, 2), n);
        }
    PQclear(r);
    return ok && run(x->main, "COMMIT", fault);
}

static PGconn *
connect_to(const char *url, char *fault)
{
    const char *keys[] = {"dbname", NULL}, *values[] = {url, NULL};
    PGconn *p = db_password_connect(keys, values, 1);

    PQsetNoticeReceiver(p, no_notice, NULL);
    if (PQstatus(p) == CONNECTION_OK &&
        run(p, "SET synchronous_commit = off; SET client_encoding = 'UTF8'", fault))
        return p;
    say(p, fault, "connect");
    PQfinish(p);
    return NULL;
}

static void
forget(struct target *x)
{
    for (size_t i = 0; i < x->n; i++)
        PQfinish(x->conn[i]);
    for (int i = 0; i < x->n_again; i++)
        mem_free(x->again[i]);
    PQfinish(x->main);
    mem_free(x);
}

static void *
pg_load_open(const char *url, const struct load_table *t, size_t n, char *fault)
{
    struct target *x = mem_get(sizeof *x);
    bool ok;

    x->t = t;
    x->n = n;
    ok = (x->main = connect_to(url, fault)) && drop_keys(x, fault);
    for (size_t i = 0; i < n && ok; i++)
        ok = (x->conn[i] = connect_to(url, fault)) != NULL;
    if (ok)
        return x;
    forget(x);
    return NULL;
}

static bool
begin(struct target *x, size_t i, char *fault)
{
    static const char HEAD[19] = "PGCOPY\n\377\r\n";    /* its NUL, flags, no extension: zeros */
    char sql[SQL_MAX];

    x->begun[i] = true;
    snprintf(sql, sizeof sql, "COPY %s (%s) FROM STDIN (FORMAT binary)", x->t[i].name,
             x->t[i].columns);
    return run(x->conn[i], sql, fault) &&
           (PQputCopyData(x->conn[i], HEAD, sizeof HEAD) == 1 || say(x->conn[i], fault, "COPY"));
}

static bool
pg_load_write(void *to, size_t i, const uint8_t *p, size_t n, char *fault)
{
    struct target *x = to;

    if (!x->begun[i] && !begin(x, i, fault))
        return false;
    return PQputCopyData(x->conn[i], (const char *)p, (int)n) == 1 ||
           say(x->conn[i], fault, x->t[i].name);
}

static bool
end(struct target *x, size_t i, bool keep, char *fault)
{
    static const char TAIL[2] = "\377\377";
    PGresult *r;
    bool ok;

    if (!x->begun[i])
        return true;
    PQputCopyData(x->conn[i], TAIL, 2);
    ok = PQputCopyEnd(x->conn[i], keep ? NULL : "given up") == 1;
    while ((r = PQgetResult(x->conn[i])) != NULL) {
        ok = ok && PQresultStatus(r) == PGRES_COMMAND_OK;
        PQclear(r);
    }
    return ok || say(x->conn[i], fault, x->t[i].name);
}

static bool
make_keys(struct target *x, struct progress *p, char *fault)
{
    bool ok = run(x->main, "SET maintenance_work_mem = '256MB'", fault);

    for (int i = 0; i < x->n_again && ok; i++) {
        progress_part(p, x->again[i]);
        ok = run(x->main, x->again[i], fault);
        progress_add(p, 0);
    }
    return ok;
}

static bool
analyze(struct target *x, struct progress *p, char *fault)
{
    char sql[SQL_MAX];
    bool ok = true;

    progress_part(p, "ANALYZE");
    ok = run(x->main, "SET synchronous_commit = on", fault);
    for (size_t i = 0; i < x->n && ok; i++) {
        snprintf(sql, sizeof sql, "ANALYZE %s", x->t[i].name);
        ok = run(x->main, sql, fault);
    }
    return ok;
}

/* Even what is thrown away leaves the tables with their keys. */
static bool
pg_load_close(void *to, struct progress *p, bool keep, char *fault)
{
    struct target *x = to;
    char other[LOAD_FAULT];
    bool ok = true;

    progress_part(p, "COPY ends");
    for (size_t i = 0; i < x->n; i++)
        ok = end(x, i, keep, ok ? fault : other) && ok;
    ok = make_keys(x, p, ok ? fault : other) && ok;
    if (ok && keep)
        ok = analyze(x, p, fault);
    forget(x);
    return ok || !keep;
}

const struct load_engine load_pg = {pg_load_open, pg_load_write, pg_load_close};
