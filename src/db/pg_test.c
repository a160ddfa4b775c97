/* What only PostgreSQL's engine has to show.  Skipped where no cluster is given. */
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/migrate.h"
#include "db/pg_internal.h"
#include "db/testdb.h"

static struct ctx c;

static int
fresh(void **state)
{
    (void)state;
    testdb_open(&c);
    return c.db->engine->script(&c, "CREATE TABLE t (id BIGINT PRIMARY KEY, name TEXT,"
                                    " raw BYTEA, CHECK (id < 1000000));");
}

static int
gone(void **state)
{
    (void)state;
    testdb_close(&c);
    return 0;
}

/* --- values -------------------------------------------------------------------------------- */

static const struct query ADD = {"add", "INSERT INTO t (id, name, raw) VALUES ($1, $2, $3)"};
static const struct query ALL = {"all", "SELECT id, name FROM t ORDER BY id"};

static void
test_columns_of_other_types(void **state)
{
    static const struct query q = {
        "types", "SELECT id = 1, id > 1, sum(id), avg(id), NULL, CAST(2 AS integer)"
                 " FROM t GROUP BY id ORDER BY id"};
    struct rows r;

    (void)state;
    assert_int_equal(db_exec(&c, &ADD, ARGS(qi(1), qnull(), qnull())), 1);
    assert_int_equal(db_one(&c, &r, "", &q, NO_ARGS), OK);
    assert_true(row_int(&r, 0) == 1 && row_int(&r, 1) == 0 && row_int(&r, 2) == 1);
    assert_true(row_int(&r, 3) == 1 && row_null(&r, 4) && row_int(&r, 5) == 2);
    assert_string_equal(row_text(&r, 0), "1");
    assert_string_equal(row_text(&r, 4), "");
    assert_int_equal(db_done(&r), OK);
}

/* NULL goes with any kind, in any order of the calls. */
static void
test_kinds_of_one_statement(void **state)
{
    const uint8_t raw[] = {0, 'x', 0xff};
    const struct dbv name[] = {qnull(), qt("Đặng"), qnull(), qt("")};
    const struct dbv bytes[] = {qnull(), qb((struct bytes){raw, 3}), qb((struct bytes){0})};

    (void)state;
    for (int i = 0; i < 12; i++)
        assert_int_equal(db_exec(&c, &ADD, ARGS(qi(i), name[i % 4], bytes[i % 3])), 1);
    assert_true(((struct pg *)c.db)->statements <= 8);
}

static void
test_more_statements_than_are_kept(void **state)
{
    static struct query q[PG_STATEMENTS_MAX + 50];
    static char sql[PG_STATEMENTS_MAX + 50][40];

    (void)state;
    for (size_t i = 0; i < ROWS(q); i++) {
        snprintf(sql[i], sizeof sql[i], "SELECT $1 + %zu", i);
        q[i] = (struct query){"many", sql[i]};
        assert_int_equal(db_int(&c, -1, &q[i], ARGS(qi(7))), 7 + (int)i);
    }
    assert_int_equal(db_int(&c, -1, &q[0], ARGS(qi(1))), 1);
    assert_int_equal(db_exec(&c, &ADD, ARGS(qi(1), qnull(), qnull())), 1);
}

static void
test_details_hold_no_values(void **state)
{
    static const struct query cast = {"cast", "SELECT CAST($1 AS BIGINT)"};
    static const struct query text = {"text", "SELECT CAST(CAST($1 AS TEXT) AS BIGINT)"};

    (void)state;
    assert_int_equal(db_exec(&c, &ADD, ARGS(qi(7), qt("001191900123"), qnull())), 1);
    assert_int_equal(db_exec(&c, &ADD, ARGS(qi(7), qt("001191900123"), qnull())), E_CONFLICT);
    assert_non_null(strstr(c.err.detail, "t_pkey"));
    assert_int_equal(db_exec(&c, &ADD, ARGS(qi(7000000), qt("001191900123"), qnull())), E_SYS);
    assert_null(strstr(c.err.detail, "001191900123"));
    assert_int_equal(db_exec(&c, &text, ARGS(qt("không số"))), E_SYS);
    assert_null(strstr(c.err.detail, "không"));
    assert_int_equal(db_exec(&c, &cast, ARGS(qt("không số"))), E_SYS);
    assert_null(strstr(c.err.detail, "không"));
    assert_int_equal(db_exec(&c, &ADD, ARGS(qi(8), qt("\xff\xfe"), qnull())), E_SYS); /* no UTF-8 */
    assert_int_equal(db_exec(&c, &ADD, ARGS(qi(8), qt("sau"), qnull())), 1);
}

/* --- many rows ----------------------------------------------------------------------------- */

static void
fill(int n)
{
    static const struct query q = {
        "fill", "INSERT INTO t (id, name) SELECT i, CAST(i AS TEXT) FROM"
                " generate_series(1, CAST($1 AS BIGINT)) AS i"};

    assert_int_equal(db_exec(&c, &q, ARGS(qi(n))), n);
}

static void
test_walks(void **state)
{
    static const struct query one = {"one", "SELECT id FROM t WHERE id = $1"};
    static const struct query some = {"some", "SELECT id FROM t WHERE id > $1 ORDER BY id"};
    struct rows r, inner;
    int64_t n = 0;

    (void)state;
    fill(1500);
    assert_int_equal(db_begin(&c, DB_READ_ONLY), OK);
    for (db_walk(&c, &r, &some, ARGS(qi(200))); db_next(&r); n++) {
        assert_int_equal(row_int(&r, 0), n + 201);
        if (n % 100 == 0)
            assert_int_equal(db_int(&c, -1, &one, ARGS(qi(n + 1))), n + 1);
    }
    assert_int_equal(db_done(&r), OK);
    assert_int_equal(n, 1300);
    db_walk(&c, &r, &some, ARGS(qi(1500))); /* none */
    assert_false(db_next(&r));
    assert_int_equal(db_done(&r), OK);
    db_walk(&c, &r, &ALL, NO_ARGS); /* left early, with another inside */
    assert_true(db_next(&r));
    db_walk(&c, &inner, &ALL, NO_ARGS);
    assert_true(db_next(&inner));
    assert_int_equal(db_done(&inner), OK);
    assert_int_equal(db_done(&r), OK);
    assert_int_equal(db_commit(&c), OK);
}

/* Both sides' buffers would be full if nobody read meanwhile. */
static void
test_more_is_queued_than_fits(void **state)
{
    static const struct query echo = {"echo", "INSERT INTO t (id, name) VALUES ($1, $2)"
                                              " RETURNING name"};
    static char text[20000];

    (void)state;
    memset(text, 'x', sizeof text - 1);
    assert_int_equal(db_begin(&c, DB_READ_WRITE), OK);
    for (int i = 0; i < 5000; i++)
        assert_int_equal(db_put(&c, &echo, ARGS(qi(i), qt(i % 10 ? "" : text))), OK);
    assert_int_equal(db_commit(&c), OK);
    assert_int_equal(db_int(&c, 0, &(struct query){"n", "SELECT count(*) FROM t"}, NO_ARGS), 5000);
}

static void
test_round_trips(void **state)
{
    struct pg *s = (struct pg *)c.db;
    uint64_t before;

    (void)state;
    db_exec(&c, &ADD, ARGS(qi(1), qnull(), qnull()));
    before = s->round_trips;
    assert_int_equal(db_begin(&c, DB_READ_ONLY), OK);
    assert_int_equal(db_int(&c, 0, &ALL, NO_ARGS), 1);
    assert_int_equal(db_commit(&c), OK);
    assert_int_equal(s->round_trips - before, 1); /* begin and end of a read cost none */
    assert_int_equal(db_begin(&c, DB_READ_WRITE), OK);
    for (int i = 2; i < 20; i++) {
        assert_int_equal(db_savepoint(&c), OK);
        assert_int_equal(db_put(&c, &ADD, ARGS(qi(i), qnull(), qnull())), OK);
        assert_int_equal(db_savepoint_keep(&c), OK);
    }
    assert_int_equal(db_commit(&c), OK);
    assert_int_equal(s->round_trips - before, 2); /* the commit */
}

/* --- databases ----------------------------------------------------------------------------- */

static int
open_as(const char *name, enum db_mode mode)
{
    const char *slash = strrchr(testdb_url(), '/');
    struct ctx o;
    int rc;

    ctx_init(&o, c.a);
    rc = db_open(&o, arena_fmt(c.a, "%.*s/%s", (int)(slash - testdb_url()), testdb_url(), name),
                 mode, &o.db);
    c.err = o.err;
    if (rc == OK)
        db_close(o.db);
    return rc;
}

static void
test_init_makes_and_refuses_databases(void **state)
{
    char sql[300], name[60];

    (void)state;
    snprintf(name, sizeof name, "motcua_y_%d", (int)getpid());
    assert_int_equal(open_as(name, DB_READ_WRITE), E_DOWN);
    assert_int_equal(open_as(name, DB_CREATE), OK);
    assert_int_equal(open_as(name, DB_CREATE), OK);
    snprintf(sql, sizeof sql, "DROP DATABASE %s", name);
    assert_int_equal(c.db->engine->script(&c, sql), OK);
    snprintf(sql, sizeof sql, "CREATE DATABASE %s ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0",
             name);
    assert_int_equal(c.db->engine->script(&c, sql), OK);
    assert_int_equal(open_as(name, DB_READ_ONLY), E_INVALID);
    assert_non_null(strstr(c.err.detail, "encoding is LATIN1"));
    snprintf(sql, sizeof sql, "DROP DATABASE %s", name);
    assert_int_equal(c.db->engine->script(&c, sql), OK);
    snprintf(sql, sizeof sql, "CREATE DATABASE %s ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE"
             " 'vi' LOCALE 'C' TEMPLATE template0", name);
    assert_int_equal(c.db->engine->script(&c, sql), OK);
    assert_int_equal(open_as(name, DB_CREATE), E_INVALID);
    assert_non_null(strstr(c.err.detail, "the database sorts by"));
    snprintf(sql, sizeof sql, "DROP DATABASE %s", name);
    assert_int_equal(c.db->engine->script(&c, sql), OK);
}

static void
test_passwords_from_a_file(void **state)
{
    struct ctx o;
    const char *at = strstr(testdb_url(), "@") + 1;
    char path[300], sql[200];
    FILE *f;

    (void)state;
    snprintf(sql, sizeof sql, "CREATE ROLE motcua_r_%d LOGIN PASSWORD 'x:y'", (int)getpid());
    assert_int_equal(c.db->engine->script(&c, sql), OK);
    snprintf(path, sizeof path, "%s/pgpass", testdb_folder());
    assert_non_null(f = fopen(path, "w"));
    fprintf(f, "*:*:*:motcua_r_%d:x\\:y\n", (int)getpid());
    fclose(f);
    chmod(path, 0600);
    ctx_init(&o, c.a);
    assert_int_equal(db_open(&o, arena_fmt(c.a, "postgresql://motcua_r_%d@%s?passfile=%s",
                                           (int)getpid(), at, path), DB_READ_ONLY, &o.db), OK);
    assert_string_equal(PQpass(((struct pg *)o.db)->p), "x:y");
    db_close(o.db);
    snprintf(sql, sizeof sql, "DROP ROLE motcua_r_%d", (int)getpid());
    assert_int_equal(c.db->engine->script(&c, sql), OK);
}

/* --- migrations from several servers at once --- */

enum { SERVERS = 4 };

static int
empty(void **state)
{
    (void)state;
    testdb_folder_make();
    ctx_init(&c, arena_open(64 << 20));
    return 0;
}

static int
no_more(void **state)
{
    (void)state;
    arena_close(c.a);
    testdb_folder_remove();
    return 0;
}

static int
migrate_here(void)
{
    struct ctx o;
    int rc;

    ctx_init(&o, arena_open(64 << 20));
    rc = db_open(&o, testdb_url(), DB_CREATE, &o.db);
    if (rc == OK)
        rc = db_migrate(&o);
    if (rc == OK)
        rc = db_check_schema(&o);
    if (rc < 0)
        fprintf(stderr, "%s\n", o.err.detail);
    return rc < 0 ? 1 : 0;
}

static void
test_four_servers_migrate_at_once(void **state)
{
    pid_t pid[SERVERS];
    int status;

    (void)state;
    for (int i = 0; i < SERVERS; i++)
        if ((pid[i] = fork()) == 0)
            _exit(migrate_here());
    for (int i = 0; i < SERVERS; i++) {
        assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, fresh, gone)
    const struct CMUnitTest tests[] = {
        T(test_columns_of_other_types),
        T(test_kinds_of_one_statement),
        T(test_more_statements_than_are_kept),
        T(test_details_hold_no_values),
        T(test_walks),
        T(test_more_is_queued_than_fits),
        T(test_round_trips),
        T(test_init_makes_and_refuses_databases),
        T(test_passwords_from_a_file),
        cmocka_unit_test_setup_teardown(test_four_servers_migrate_at_once, empty, no_more),
    };

    if (!getenv("MOTCUA_TEST_PG"))
        return 77; /* meson: skipped */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
