/* Rows in bulk, on the engine of the tests. */
#include "base/test.h"

#include "db/bulk.h"
#include "db/testdb.h"

enum { Q_SUM, Q_TEXT, Q__COUNT };
static const struct query Q[Q__COUNT] = {
    [Q_SUM] = {"sum", "SELECT CAST(sum(applied_at) AS BIGINT) FROM schema_version"
                      " WHERE number >= 90000"},
    [Q_TEXT] = {"text", "SELECT name FROM schema_version WHERE number = $1"},
};
static const char *const NAMES[] = {"number", "name", "sha256", "applied_at"};

static struct ctx c;
static const struct bulk_table *t;

static int
fresh(void **state)
{
    (void)state;
    testdb_open(&c);
    t = bulk_table(c.a, "schema_version", NAMES, 4);
    return 0;
}

static int
gone(void **state)
{
    (void)state;
    testdb_close(&c);
    return 0;
}

static int
add(int from, int n, int64_t applied_at)
{
    struct bulk *b;
    int rc = bulk_begin(&c, t, &b);

    for (int i = from; rc == OK && i < from + n; i++) {
        struct dbv row[] = {qi(i), qt("Nguyễn\tVăn\\A\n"), qt(""), qi(applied_at)};

        rc = bulk_row(b, row);
    }
    return bulk_end(b);
}

static void
test_rows(void **state)
{
    struct rows r;

    (void)state;
    assert_int_equal(db_begin(&c, DB_READ_WRITE), OK);
    assert_int_equal(add(90000, 20000, 3), OK); /* more than one buffer */
    assert_int_equal(add(190000, 1, -7), OK);
    assert_int_equal(db_commit(&c), OK);
    assert_int_equal(db_int(&c, 0, &Q[Q_SUM], NO_ARGS), 59993);
    assert_int_equal(db_one(&c, &r, "", &Q[Q_TEXT], ARGS(qi(90000))), OK);
    assert_string_equal(row_text(&r, 0), "Nguyễn\tVăn\\A\n");
    assert_int_equal(db_done(&r), OK);
}

static void
test_conflict(void **state)
{
    (void)state;
    assert_int_equal(db_begin(&c, DB_READ_WRITE), OK);
    assert_int_equal(add(90000, 10, 1), OK);
    assert_int_equal(add(90000, 10, 1), E_CONFLICT);
    db_rollback(&c);
    assert_int_equal(db_int(&c, 0, &Q[Q_SUM], NO_ARGS), 0);
    assert_int_equal(db_begin(&c, DB_READ_WRITE), OK); /* the connection is of use again */
    assert_int_equal(add(90000, 1, 5), OK);
    assert_int_equal(db_commit(&c), OK);
    assert_int_equal(db_int(&c, 0, &Q[Q_SUM], NO_ARGS), 5);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_rows, fresh, gone),
        cmocka_unit_test_setup_teardown(test_conflict, fresh, gone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
