/*
 * Every query of the program, prepared on a migrated database of the engine that the tests run on:
 * nobody lands SQL that only one engine takes.  The tables mark themselves with QUERIES (db.h).
 *
 * PostgreSQL must be able to tell each parameter's type from the text: the kinds that calls give
 * are only int8, text and bytea, so what it takes for a smaller integer is prepared again as int8.
 */
#include "base/test.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdlib.h>

#include "db/testdb.h"

extern const struct query __start_queries[], __stop_queries[];

enum { PARAMS = 64, NAMES = 4096 };
enum pg_type { PG_BOOL = 16, PG_BYTEA = 17, PG_INT8 = 20, PG_INT2 = 21, PG_INT4 = 23, PG_TEXT = 25,
               PG_NUMERIC = 1700 };

static int
faulty(const struct query *q, const char *say)
{
    print_error("%s: %s\n    %s\n", q->name, say, q->sql);
    return 1;
}

/* The highest n of $1..$n; -1 when one below it is missing. */
static int
params(const char *sql)
{
    bool seen[PARAMS + 1] = {false};
    int n = 0;

    for (const char *p = sql; (p = strchr(p, '$')) != NULL; p++) {
        int i = (int)strtol(p + 1, NULL, 10);

        assert_in_range(i, 1, PARAMS);
        seen[i] = true;
        n = i > n ? i : n;
    }
    for (int i = 1; i <= n; i++)
        if (!seen[i])
            return -1;
    return n;
}

/* --- SQLite ---------------------------------------------------------------------------------- */

static int
faults_on_sqlite(sqlite3 *db, const struct query *q)
{
    sqlite3_stmt *st = NULL;
    int n = sqlite3_prepare_v2(db, q->sql, -1, &st, NULL) == SQLITE_OK;

    sqlite3_finalize(st);
    return n ? 0 : faulty(q, sqlite3_errmsg(db));
}

/* --- PostgreSQL ------------------------------------------------------------------------------ */

static int
said(const struct query *q, PGresult *r)
{
    int n = PQresultStatus(r) == PGRES_COMMAND_OK ? 0 : faulty(q, PQresultErrorMessage(r));

    PQclear(r);
    return n;
}

static bool
is_kind(Oid type)
{
    return type == PG_INT8 || type == PG_TEXT || type == PG_BYTEA;
}

static bool
is_column(Oid type)
{
    return is_kind(type) || type == PG_INT4 || type == PG_INT2 || type == PG_BOOL ||
           type == PG_NUMERIC;
}

/* With the kinds that a call can give instead of what PostgreSQL found. */
static int
faults_with_kinds(PGconn *pg, const struct query *q, PGresult *found)
{
    Oid types[PARAMS];
    int n = PQnparams(found);

    for (int i = 0; i < n; i++) {
        types[i] = PQparamtype(found, i);
        if (types[i] == PG_INT4 || types[i] == PG_INT2)
            types[i] = PG_INT8;
        if (!is_kind(types[i]))
            return faulty(q, "a parameter is neither integer nor text nor bytes");
    }
    for (int i = 0; i < PQnfields(found); i++)
        if (!is_column(PQftype(found, i)))
            return faulty(q, "a column is neither integer nor text nor bytes");
    return said(q, PQprepare(pg, "", q->sql, n, types));
}

static int
faults_on_pg(PGconn *pg, const struct query *q)
{
    int n = said(q, PQprepare(pg, "", q->sql, 0, NULL));
    PGresult *r;

    if (n)
        return n;
    r = PQdescribePrepared(pg, "");
    n = faults_with_kinds(pg, q, r);
    PQclear(r);
    return n;
}

/* --- all of them ----------------------------------------------------------------------------- */

/* A name of NULL is room that the linker left between two tables. */
static const struct query *
next(const struct query *q)
{
    for (q = q ? q + 1 : __start_queries; q < __stop_queries; q++)
        if (q->name)
            return q;
    return NULL;
}

static void
test_every_query_is_taken(void **state)
{
    const char *url = testdb_url();
    bool lite = db_inline(url);
    PGconn *pg = lite ? NULL : PQconnectdb(url);
    sqlite3 *db = NULL;
    int faults = 0, n = 0;

    (void)state;
    if (lite)
        assert_int_equal(sqlite3_open(strchr(url, ':') + 1, &db), SQLITE_OK);
    else
        assert_int_equal(PQstatus(pg), CONNECTION_OK);
    for (const struct query *q = NULL; (q = next(q)) != NULL; n++)
        faults += lite ? faults_on_sqlite(db, q) : faults_on_pg(pg, q);
    sqlite3_close(db);
    PQfinish(pg);
    print_message("%d queries\n", n);
    assert_int_equal(faults, 0);
    assert_true(n > 150); /* the section was linked in */
}

static void
test_names_and_parameters(void **state)
{
    int faults = 0;

    (void)state;
    for (const struct query *q = NULL; (q = next(q)) != NULL;) {
        if (params(q->sql) < 0)
            faults += faulty(q, "a parameter below the highest is not used");
        for (const struct query *o = q; (o = next(o)) != NULL;)
            if (strcmp(o->name, q->name) == 0)
                faults += faulty(q, "two queries have this name");
    }
    assert_int_equal(faults, 0);
}

/* What shows officers a dossier asks whether it is reached and, if confidential, whether they are
 * named to it (ADR 0047).  These ask of reach for something else. */
static const char *const OF_NO_DOSSIER[] = {
    "units_busy",           /* which units have work at all, to ask each of them */
    "opinion_of",           /* inside a dossier that was found */
    "named_served",
    "open_work",            /* counters: confidential work is in none, nor in these */
    "open_work_fields",
    "open_by_field",
    "due_by_field",
};

static bool
shows_dossiers(const struct query *q)
{
    static const char *const TABLES[] = {"dossier d ", "dossier d,", "task t ", "alarm a ",
                                         "alarm m ", "access_question q "};
    bool shows = false;

    for (size_t i = 0; i < sizeof TABLES / sizeof *TABLES; i++)
        shows = shows || strstr(q->sql, TABLES[i]);
    for (size_t i = 0; i < sizeof OF_NO_DOSSIER / sizeof *OF_NO_DOSSIER; i++)
        shows = shows && strcmp(q->name, OF_NO_DOSSIER[i]) != 0;
    return shows && strstr(q->sql, "v_reach") && strncmp(q->name, "audit_", 6) != 0 &&
           strncmp(q->name, "look_", 5) != 0;
}

static void
test_who_reaches_is_named(void **state)
{
    int faults = 0, n = 0;

    (void)state;
    for (const struct query *q = NULL; (q = next(q)) != NULL;)
        if (shows_dossiers(q)) {
            n++;
            if (!strstr(q->sql, "v_dossier_named"))
                faults += faulty(q, "joins v_reach to dossiers without NAMED_TO()");
        }
    print_message("%d queries show dossiers by reach\n", n);
    assert_int_equal(faults, 0);
    assert_true(n >= 15);
}

/* Counters are of whole units; what is asked of one procedure or of all of them says so. */
static const char *const OF_NO_PROCEDURE[] = {"units_busy", "open_work"};

/* ADR 0051: who is limited to some fields sees no others. */
static void
test_who_reaches_is_in_the_field(void **state)
{
    static const char *const SHOWN[] = {"dossier d ", "dossier d,", "task t ", "alarm a ",
                                        "alarm m ", "access_question q ", "opinion o "};
    int faults = 0, n = 0;

    (void)state;
    for (const struct query *q = NULL; (q = next(q)) != NULL;) {
        bool shows = false;

        for (size_t i = 0; i < sizeof SHOWN / sizeof *SHOWN; i++)
            shows = shows || strstr(q->sql, SHOWN[i]);
        for (size_t i = 0; i < sizeof OF_NO_PROCEDURE / sizeof *OF_NO_PROCEDURE; i++)
            shows = shows && strcmp(q->name, OF_NO_PROCEDURE[i]) != 0;
        if (!shows || !strstr(q->sql, "v_reach") || strncmp(q->name, "audit_", 6) == 0 ||
            strncmp(q->name, "look_", 5) == 0)
            continue;
        n++;
        if (!strstr(q->sql, "v_reach_field"))
            faults += faulty(q, "joins v_reach to dossiers without IN_FIELD()");
    }
    print_message("%d queries show dossiers by field\n", n);
    assert_int_equal(faults, 0);
    assert_true(n >= 20);
}

static struct ctx c;

static int
fresh(void **state)
{
    (void)state;
    testdb_open(&c);
    return 0;
}

static int
gone(void **state)
{
    (void)state;
    testdb_close(&c);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_query_is_taken, fresh, gone),
        cmocka_unit_test(test_names_and_parameters),
        cmocka_unit_test(test_who_reaches_is_named),
        cmocka_unit_test(test_who_reaches_is_in_the_field),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
