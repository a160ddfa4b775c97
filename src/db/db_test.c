/* Rows, transactions, errors and migrations on a real database of the engine under test. */
#include "base/test.h"

#include "db/engine.h"
#include "db/migrate.h"
#include "db/testdb.h"

enum { Q_ADD, Q_COUNT, Q_ALL, Q_NAME, Q_SWAPPED, Q_BAD, Q_CHILD, Q__COUNT };
static const struct query Q[Q__COUNT] = {
    [Q_ADD] = {"add", "INSERT INTO t (id, name, raw) VALUES ($1, $2, $3)"},
    [Q_COUNT] = {"count", "SELECT count(*) FROM t"},
    [Q_ALL] = {"all", "SELECT id, name, raw FROM t ORDER BY id"},
    [Q_NAME] = {"name", "SELECT name FROM t WHERE id = $1"},
    /* $2 appears before $1: the index of a parameter is not its number */
    [Q_SWAPPED] = {"swapped", "UPDATE t SET name = $2 WHERE id = $1"},
    [Q_BAD] = {"bad", "SELECT nothing FROM nowhere"},
    [Q_CHILD] = {"child", "INSERT INTO child (t) VALUES ($1)"},
};

static struct ctx c;

static const struct embedded FIRST = {"0001.sql",
                                      "CREATE TABLE schema_version (number ID64 PRIMARY KEY, name "
                                      "TEXT NOT NULL, sha256 TEXT NOT NULL,"
                                      " applied_at ID64 NOT NULL) STRICT;",
                                      139};
#define T                                                                                          \
    "CREATE TABLE t (id ID64 PRIMARY KEY, name TEXT UNIQUE, raw BLOB) STRICT;"                     \
    "CREATE TABLE child (t BIGINT NOT NULL REFERENCES t(id) DEFERRABLE INITIALLY DEFERRED) "       \
    "STRICT;"

static int
fresh(void **state)
{
    (void)state;
    testdb_open(&c);
    assert_int_equal(c.db->engine->script(&c, migrate_expand(c.a, c.db->engine->words, T)), OK);
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
add(int64_t id, const char *name)
{
    return db_exec(&c, &Q[Q_ADD], ARGS(qi(id), qt(name), qnull()));
}

static int64_t
count(void)
{
    return db_int(&c, -1, &Q[Q_COUNT], NO_ARGS);
}

static void
test_values_come_back(void **state)
{
    struct rows r;
    const uint8_t raw[] = {0, 1, 0, 255};
    struct bytes b;

    (void)state;
    assert_int_equal(db_exec(&c, &Q[Q_ADD],
                             ARGS(qi(INT64_MAX), qt("Đặng Thị Điệp"),
                                  qb((struct bytes){raw, sizeof raw}))),
                     1);
    assert_int_equal(db_exec(&c, &Q[Q_ADD], ARGS(qi(INT64_MIN), qt(NULL), qb((struct bytes){0}))),
                     1);
    db_rows(&c, &r, &Q[Q_ALL], NO_ARGS);
    assert_true(db_next(&r));
    assert_true(row_int(&r, 0) == INT64_MIN && row_null(&r, 1) && !row_null(&r, 2));
    assert_string_equal(row_text(&r, 1), "");
    assert_true(db_next(&r));
    b = row_bytes(&r, 2);
    assert_true(row_int(&r, 0) == INT64_MAX && b.n == 4 && memcmp(b.p, raw, 4) == 0);
    assert_string_equal(row_text(&r, 1), "Đặng Thị Điệp");
    assert_false(db_next(&r));
    assert_int_equal(db_done(&r), OK);
}

static void
test_parameters_go_by_number(void **state)
{
    struct rows r;

    (void)state;
    add(7, "trước");
    assert_int_equal(db_exec(&c, &Q[Q_SWAPPED], ARGS(qi(7), qt("sau"))), 1);
    assert_int_equal(db_exec(&c, &Q[Q_SWAPPED], ARGS(qi(8), qt("không có"))), 0);
    assert_int_equal(db_one(&c, &r, "?", &Q[Q_NAME], ARGS(qi(7))), OK);
    assert_string_equal(row_text(&r, 0), "sau");
    assert_int_equal(db_done(&r), OK);
}

static void
test_the_same_query_inside_its_own_loop(void **state)
{
    struct rows out, in;
    int n = 0;

    (void)state;
    add(1, "a"), add(2, "b"), add(3, "c");
    for (db_rows(&c, &out, &Q[Q_ALL], NO_ARGS); db_next(&out);) {
        for (db_rows(&c, &in, &Q[Q_ALL], NO_ARGS); db_next(&in);)
            n++;
        assert_int_equal(db_done(&in), OK);
    }
    assert_int_equal(db_done(&out), OK);
    assert_int_equal(n, 9);
}

static void
test_errors_are_named(void **state)
{
    struct rows r;

    (void)state;
    assert_int_equal(add(1, "một"), 1);
    assert_int_equal(add(1, "hai"), E_CONFLICT); /* primary key */
    assert_int_equal(add(2, "một"), E_CONFLICT); /* unique */
    assert_non_null(strstr(c.err.detail, "add"));
    assert_int_equal(db_one(&c, &r, "Không có", &Q[Q_NAME], ARGS(qi(99))), E_NOTFOUND);
    assert_string_equal(c.err.say, "Không có");
    db_rows(&c, &r, &Q[Q_BAD], NO_ARGS);
    assert_false(db_next(&r));
    assert_int_equal(db_done(&r), E_SYS);
    assert_int_equal(db_exec(&c, &Q[Q_BAD], NO_ARGS), E_SYS);
    assert_int_equal(db_int(&c, 5, &Q[Q_BAD], NO_ARGS), 5);
    assert_int_equal(count(), 1);
}

static void
test_a_savepoint_undoes_only_its_own(void **state)
{
    (void)state;
    assert_int_equal(db_savepoint(&c), E_SYS); /* there is no transaction to be in */
    assert_int_equal(db_begin(&c, DB_READ_WRITE), OK);
    assert_int_equal(db_savepoint(&c), OK);
    add(1, "giữ");
    assert_int_equal(db_savepoint_keep(&c), OK);
    assert_int_equal(db_savepoint(&c), OK);
    add(2, "bỏ");
    db_savepoint_undo(&c);
    assert_int_equal(db_savepoint(&c), OK);
    add(3, "giữ nữa");
    assert_int_equal(db_savepoint_keep(&c), OK);
    assert_int_equal(db_commit(&c), OK);
    assert_int_equal(count(), 2);
}

static void
test_rollback_and_failing_commit_store_nothing(void **state)
{
    (void)state;
    db_begin(&c, DB_READ_WRITE);
    add(1, "x");
    db_rollback(&c);
    assert_int_equal(count(), 0);
    db_begin(&c, DB_READ_WRITE);
    assert_int_equal(db_exec(&c, &Q[Q_CHILD], ARGS(qi(404))), 1);
    assert_int_equal(db_commit(&c), E_CONFLICT); /* deferred foreign key */
    db_rollback(&c);
    assert_false(db_in_transaction(&c));
}

static void
test_two_connections(void **state)
{
    struct ctx other;

    (void)state;
    ctx_init(&other, c.a);
    assert_int_equal(db_open(&other, testdb_url(), DB_READ_ONLY, &other.db), OK);
    add(1, "đã ghi");
    assert_int_equal(db_int(&other, -1, &Q[Q_COUNT], NO_ARGS), 1);
    db_begin(&c, DB_READ_WRITE);
    add(2, "chưa ghi");
    assert_int_equal(db_int(&other, -1, &Q[Q_COUNT], NO_ARGS), 1); /* readers never wait */
    assert_int_equal(db_exec(&other, &Q[Q_ADD], ARGS(qi(3), qt("x"), qnull())), E_SYS);
    assert_int_equal(db_commit(&c), OK);
    assert_int_equal(db_int(&other, -1, &Q[Q_COUNT], NO_ARGS), 2);
    db_close(other.db);
}

static void
test_a_read_sees_one_moment(void **state)
{
    struct ctx other;
    struct rows r;

    (void)state;
    ctx_init(&other, c.a);
    assert_int_equal(db_open(&other, testdb_url(), DB_READ_ONLY, &other.db), OK);
    add(1, "đã ghi");
    assert_int_equal(db_begin(&other, DB_READ_ONLY), OK);
    assert_int_equal(db_int(&other, -1, &Q[Q_COUNT], NO_ARGS), 1);
    add(2, "sau đó");
    assert_int_equal(db_int(&other, -1, &Q[Q_COUNT], NO_ARGS), 1);
    db_walk(&other, &r, &Q[Q_ALL], NO_ARGS);
    assert_true(db_next(&r));
    assert_false(db_next(&r));
    assert_int_equal(db_done(&r), OK);
    assert_int_equal(db_commit(&other), OK);
    assert_int_equal(db_begin(&other, DB_READ_ONLY), OK);
    assert_int_equal(db_exec(&other, &Q[Q_ADD], ARGS(qi(3), qt("x"), qnull())), E_SYS);
    assert_int_equal(db_exec(&other, &Q[Q_COUNT], NO_ARGS) < 0, !db_inline(testdb_url()));
    db_rollback(&other);
    assert_int_equal(db_begin(&other, DB_READ_ONLY), OK);
    assert_int_equal(db_int(&other, -1, &Q[Q_COUNT], NO_ARGS), 2);
    db_rollback(&other);
    db_close(other.db);
}

static void
test_open_refuses(void **state)
{
    static const struct {
        const char *url;
        int want;
    } T_[] = {
        {"", E_INVALID},
        {"sqlite:", E_INVALID},
        {"mysql://x", E_INVALID},
        {"motcua.db", E_INVALID},
        {"sqlite:/no/such/folder/x.db", E_DOWN},
    };
    struct db *db;

    (void)state;
    for (size_t i = 0; i < ROWS(T_); i++)
        assert_int_equal(db_open(&c, T_[i].url, DB_READ_WRITE, &db), T_[i].want);
}

/* --- migrations ---------------------------------------------------------------------------- */

static int
empty(void **state)
{
    (void)state;
    testdb_folder_make();
    ctx_init(&c, arena_open(64 << 20));
    assert_int_equal(db_open(&c, testdb_url(), DB_CREATE, &c.db), OK);
    return 0;
}

static void
test_migrations_run_once_in_order(void **state)
{
    const struct embedded old[] = {FIRST, {"0002.sql", T, 0}, {0}};
    const struct embedded all[] = {{"0010.sql", "ALTER TABLE t ADD COLUMN more TEXT;", 34},
                                   {"0002.sql", T, 0},
                                   FIRST,
                                   {0}};

    (void)state;
    assert_int_equal(migrate_check(&c, old), E_CONFLICT); /* an empty file is too old */
    assert_int_equal(migrate_up(&c, old), OK);
    assert_int_equal(migrate_up(&c, old), OK);
    assert_int_equal(migrate_check(&c, old), OK);
    assert_int_equal(migrate_check(&c, all), E_CONFLICT);
    assert_int_equal(db_schema_version(&c), 2);
    assert_int_equal(migrate_up(&c, all), OK);
    assert_int_equal(migrate_check(&c, all), OK);
    assert_int_equal(db_schema_version(&c), 10);
    assert_int_equal(migrate_check(&c, old), E_CONFLICT); /* the database is newer */
    assert_int_equal(migrate_up(&c, old), E_CONFLICT);
    assert_non_null(strstr(c.err.detail, "migration 10"));
}

static void
test_migrations_refuse(void **state)
{
    const struct embedded good[] = {FIRST, {"0002.sql", T, 10}, {0}};
    const struct embedded altered[] = {FIRST, {"0002.sql", "CREATE TABLE t (id ID64);", 25}, {0}};
    const struct embedded faulty[] = {FIRST,
                                      {"0002.sql", T, 10},
                                      {"0003.sql", "CREATE u;", 9},
                                      {0}};
    const struct embedded other[] = {FIRST,
                                     {"0002.sql", T, 10},
                                     {"0003.other.sql", "CREATE u;", 9},
                                     {0}};

    (void)state;
    assert_int_equal(migrate_up(&c, faulty), E_SYS); /* all or nothing */
    assert_non_null(strstr(c.err.detail, "0003.sql"));
    assert_int_equal(db_schema_version(&c), 0);
    assert_int_equal(migrate_up(&c, good), OK);
    assert_int_equal(migrate_up(&c, altered), E_CONFLICT);
    assert_int_equal(migrate_check(&c, altered), E_CONFLICT);
    assert_int_equal(migrate_up(&c, other), OK); /* another engine's file is not ours */
}

static void
test_words_are_the_engine_s(void **state)
{
    static const struct {
        const char *in, *lite, *pg;
    } T_[] = {
        {"id ID64, b BLOB", "id INTEGER, b BLOB", "id BIGINT, b BYTEA"},
        {"ID64x xID64 'ID64'", "ID64x xID64 'ID64'", "ID64x xID64 'ID64'"},
        {"-- STRICT ID64\nBIGINT", "-- STRICT ID64\nINTEGER", "-- STRICT ID64\nBIGINT"},
        {"'it''s ID64' ID64", "'it''s ID64' INTEGER", "'it''s ID64' BIGINT"},
        {"'open ID64", "'open ID64", "'open ID64"},
        {") STRICT", ") STRICT", ") "},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T_); i++) {
        assert_string_equal(migrate_expand(c.a, engine_sqlite.words, T_[i].in), T_[i].lite);
        assert_string_equal(migrate_expand(c.a, engine_pg.words, T_[i].in), T_[i].pg);
    }
}

static void
test_the_shipped_schema(void **state)
{
    (void)state;
    assert_int_equal(db_migrate(&c), OK);
    assert_int_equal(db_check_schema(&c), OK);
    assert_true(db_schema_version(&c) >= 1);
}

/* As a server does that refuses one request after the other before it reads. */
static void
test_transactions_in_which_nothing_is_read(void **state)
{
    struct db *own = c.db;

    (void)state;
    add(1, "một");
    assert_int_equal(db_open(&c, testdb_url(), DB_READ_ONLY, &c.db), OK);
    for (int i = 0; i < 5000; i++) {
        assert_int_equal(db_begin(&c, DB_READ_ONLY), OK);
        assert_int_equal(db_commit(&c), OK);
    }
    assert_int_equal(count(), 1);
    db_close(c.db);
    c.db = own;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_values_come_back, fresh, gone),
        cmocka_unit_test_setup_teardown(test_parameters_go_by_number, fresh, gone),
        cmocka_unit_test_setup_teardown(test_the_same_query_inside_its_own_loop, fresh, gone),
        cmocka_unit_test_setup_teardown(test_errors_are_named, fresh, gone),
        cmocka_unit_test_setup_teardown(test_a_savepoint_undoes_only_its_own, fresh, gone),
        cmocka_unit_test_setup_teardown(test_rollback_and_failing_commit_store_nothing, fresh,
                                        gone),
        cmocka_unit_test_setup_teardown(test_two_connections, fresh, gone),
        cmocka_unit_test_setup_teardown(test_transactions_in_which_nothing_is_read, fresh, gone),
        cmocka_unit_test_setup_teardown(test_a_read_sees_one_moment, fresh, gone),
        cmocka_unit_test_setup_teardown(test_open_refuses, fresh, gone),
        cmocka_unit_test_setup_teardown(test_migrations_run_once_in_order, empty, gone),
        cmocka_unit_test_setup_teardown(test_migrations_refuse, empty, gone),
        cmocka_unit_test_setup_teardown(test_words_are_the_engine_s, empty, gone),
        cmocka_unit_test_setup_teardown(test_the_shipped_schema, empty, gone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
