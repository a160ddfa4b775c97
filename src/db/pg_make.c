/* What `init` asks of PostgreSQL: the database, in UTF-8 and with texts in the order of bytes. */
#include <stdio.h>
#include <string.h>

#include "db/password.h"
#include "db/pg_internal.h"

#define HOW "ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0"
#define MAKE_IT "make it anew with: CREATE DATABASE ... " HOW

/* The same address, another database; what `values` points to lives in `options`. */
static PGconn *
dial_maintenance(const PQconninfoOption *options)
{
    const char *keys[64], *values[64];
    size_t n = 0;

    for (const PQconninfoOption *o = options; o->keyword && n < 62; o++)
        if (o->val && strcmp(o->keyword, "dbname") != 0) {
            keys[n] = o->keyword;
            values[n++] = o->val;
        }
    keys[n] = "dbname";
    values[n++] = "postgres";
    keys[n] = values[n] = NULL;
    return db_password_connect(keys, values, 0);
}

static bool
exists(PGconn *pg, const char *name)
{
    PGresult *r = PQexecParams(pg, "SELECT 1 FROM pg_database WHERE datname = $1", 1, NULL, &name,
                               NULL, NULL, 0);
    bool there = PQresultStatus(r) != PGRES_TUPLES_OK || PQntuples(r) > 0;

    PQclear(r);
    return there;
}

static bool
create(PGconn *pg, const char *name)
{
    char sql[400], *quoted = PQescapeIdentifier(pg, name, strlen(name));
    PGresult *r = NULL;
    bool made = false;

    if (quoted && snprintf(sql, sizeof sql,
                           "CREATE DATABASE %s " HOW, quoted) < (int)sizeof sql) {
        r = PQexec(pg, sql);
        made = PQresultStatus(r) == PGRES_COMMAND_OK;
    }
    PQclear(r);
    PQfreemem(quoted);
    return made;
}

/* A role that may not make databases is given one by its administrator. */
bool
pg_make_database(const char *url)
{
    PQconninfoOption *options = PQconninfoParse(url, NULL);
    const char *name = NULL;
    bool made = false;
    PGconn *pg;

    for (PQconninfoOption *o = options; o && o->keyword; o++)
        if (strcmp(o->keyword, "dbname") == 0)
            name = o->val;
    if (name) {
        pg = dial_maintenance(options);
        made = PQstatus(pg) == CONNECTION_OK && !exists(pg, name) && create(pg, name);
        PQfinish(pg);
    }
    PQconninfoFree(options);
    return made;
}

static bool
is_bytewise(const char *collation)
{
    static const char *const C[] = {"C", "POSIX", "C.UTF-8", "C.utf8", "C.UTF8"};

    for (size_t i = 0; i < sizeof C / sizeof *C; i++)
        if (strcmp(C[i], collation) == 0)
            return true;
    return false;
}

/* Lists have the same order on both engines, and a page goes on where the last one ended. */
int
pg_check_order(struct ctx *c)
{
    static const struct query q = {
        "database_order", "SELECT datcollate, CAST(datlocprovider AS TEXT) FROM pg_database"
                          " WHERE datname = current_database()"};
    const char *collation, *provider;
    struct rows r;
    int rc = db_one(c, &r, DB_SORRY, &q, NO_ARGS);

    if (rc < 0)
        return rc;
    collation = row_text(&r, 0);
    provider = row_text(&r, 1);
    if ((rc = db_done(&r)) < 0)
        return rc;
    if (is_bytewise(collation) && strcmp(provider, "c") == 0)
        return OK;
    return fail(c, E_INVALID, DB_SORRY,
                "the database sorts by %s%s; " MAKE_IT, collation,
                strcmp(provider, "c") == 0 ? "" : " (ICU)");
}

int
pg_check_encoding(struct ctx *c, const struct pg *s)
{
    const char *encoding = PQparameterStatus(s->p, "server_encoding");

    if (encoding && strcmp(encoding, "UTF8") == 0)
        return OK;
    return fail(c, E_INVALID, DB_SORRY, "the database's encoding is %s; " MAKE_IT,
                encoding ? encoding : "unknown");
}
