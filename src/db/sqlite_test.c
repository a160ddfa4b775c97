/* What a machine does to a database file: a clear error, nothing half stored, and on it goes. */
#include "base/test.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "db/engine.h"
#include "db/testdb.h"

enum { Q_ADD, Q_COUNT, Q_BIG, Q_SUM, Q__COUNT };
static const struct query Q[Q__COUNT] QUERIES = {
    [Q_ADD] = {"t_add", "INSERT INTO schema_version (number, name, sha256, applied_at)"
                        " VALUES ($1, $2, '', 0)"},
    [Q_COUNT] = {"t_count", "SELECT count(*) FROM schema_version WHERE number > 9000"},
    [Q_BIG] = {"t_big", "SELECT max(number) FROM schema_version"},
    [Q_SUM] = {"t_sum", "SELECT count(*) FROM schema_version WHERE name <> 'x'"},
};

static struct ctx c;
static const char *path;

static int
fresh(void **state)
{
    (void)state;
    testdb_open(&c);
    path = testdb_url() + strlen("sqlite:");
    return 0;
}

static int
gone(void **state)
{
    (void)state;
    testdb_close(&c);
    return 0;
}

/* One transaction with a row; its rc, and everything undone when it is below zero. */
static int
add(int64_t number, size_t size)
{
    char *text = arena_get(c.a, size + 1);
    int rc = db_begin(&c, DB_READ_WRITE);

    memset(text, 'a', size);
    if (rc == OK && (rc = db_exec(&c, &Q[Q_ADD], ARGS(qi(number), qt(text)))) >= 0)
        rc = db_commit(&c);
    if (rc < 0)
        db_rollback(&c);
    return rc;
}

static const char *
beside(const char *suffix)
{
    return arena_fmt(c.a, "%s%s", path, suffix);
}

static void
test_a_file_that_may_not_grow(void **state)
{
    struct rlimit before, k = {64 << 10, RLIM_INFINITY};

    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(add(9001, 10), OK);
    setrlimit(RLIMIT_FSIZE, &k);
    assert_int_equal(add(9002, 1 << 20), E_DOWN);
    assert_non_null(strstr(c.err.detail, path));
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(add(9003, 1 << 20), OK);
    assert_int_equal(db_int(&c, -1, &Q[Q_COUNT], NO_ARGS), 2);
    assert_int_equal(db_int(&c, -1, &Q[Q_BIG], NO_ARGS), 9003);
}

static void
test_a_file_that_is_taken_away(void **state)
{
    (void)state;
    assert_int_equal(add(9001, 10), OK);
    assert_int_equal(rename(path, beside(".away")), 0);
    assert_int_equal(add(9002, 10), E_DOWN);
    assert_int_equal(add(9002, 10), E_DOWN);
    assert_int_not_equal(access(path, F_OK), 0);    /* none is made in its place */
    assert_int_equal(rename(beside(".away"), path), 0);
    assert_int_equal(add(9003, 10), OK);
    assert_int_equal(db_int(&c, -1, &Q[Q_COUNT], NO_ARGS), 2);
}

static void
test_a_file_that_is_replaced(void **state)
{
    static const struct query COPY = {"copy", "VACUUM INTO $1"};

    (void)state;
    assert_int_equal(add(9001, 10), OK);
    assert_true(db_exec(&c, &COPY, ARGS(qt(beside(".copy")))) >= 0);
    assert_int_equal(add(9002, 10), OK);        /* in the log of the old file */
    assert_int_equal(rename(beside(".copy"), path), 0);
    assert_int_equal(add(9003, 10), OK);
    assert_int_equal(db_int(&c, -1, &Q[Q_COUNT], NO_ARGS), 2);  /* 9001 and 9003 */
    assert_int_equal(db_int(&c, -1, &Q[Q_BIG], NO_ARGS), 9003);
}

/* Who opens the new file first is a new connection: the old one's log is not its own either. */
static void
test_a_file_that_is_opened_between(void **state)
{
    static const struct query COPY = {"copy", "VACUUM INTO $1"};
    struct ctx other = c;

    (void)state;
    assert_int_equal(add(9001, 10), OK);
    assert_true(db_exec(&c, &COPY, ARGS(qt(beside(".copy")))) >= 0);
    assert_int_equal(add(9002, 10), OK);
    assert_int_equal(rename(beside(".copy"), path), 0);
    assert_int_equal(db_open(&other, testdb_url(), DB_READ_ONLY, &other.db), OK);
    assert_int_equal(db_int(&other, -1, &Q[Q_COUNT], NO_ARGS), 1);      /* 9001 */
    assert_int_equal(add(9003, 10), OK);
    assert_int_equal(db_int(&c, -1, &Q[Q_COUNT], NO_ARGS), 2);
    assert_int_equal(db_int(&other, -1, &Q[Q_COUNT], NO_ARGS), 2);
    db_close(other.db);
}

static void
overwrite(int64_t at, size_t n)
{
    int fd = open(path, O_WRONLY);
    char *junk = arena_get(c.a, n);

    memset(junk, 0x5a, n);
    assert_int_equal(pwrite(fd, junk, n, at), (ssize_t)n);
    close(fd);
}

static void
test_a_page_that_is_overwritten(void **state)
{
    static const struct query CHECKPOINT = {"checkpoint", "PRAGMA wal_checkpoint(TRUNCATE)"};
    char *url = arena_str(c.a, testdb_url());
    enum { ROWS_BYTES = 300000 };
    struct stat st;

    (void)state;
    for (int i = 1; i <= 300; i++)
        assert_int_equal(add(9000 + i, 2000), OK);
    db_exec(&c, &CHECKPOINT, NO_ARGS);
    db_close(c.db);
    assert_int_equal(stat(path, &st), 0);
    overwrite(st.st_size - ROWS_BYTES, ROWS_BYTES); /* rows lie behind all that migrations made */
    assert_int_equal(db_open(&c, url, DB_READ_WRITE, &c.db), OK);
    assert_int_equal(db_int(&c, -1, &Q[Q_SUM], NO_ARGS), -1);
    assert_int_equal(c.err.rc, E_DOWN);
    assert_non_null(strstr(c.err.detail, "DAMAGED"));
    assert_non_null(strstr(c.err.detail, "t_sum"));
    overwrite(0, 100);
    assert_int_equal(add(9999, 10), E_DOWN);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_file_that_may_not_grow, fresh, gone),
        cmocka_unit_test_setup_teardown(test_a_file_that_is_taken_away, fresh, gone),
        cmocka_unit_test_setup_teardown(test_a_file_that_is_replaced, fresh, gone),
        cmocka_unit_test_setup_teardown(test_a_file_that_is_opened_between, fresh, gone),
        cmocka_unit_test_setup_teardown(test_a_page_that_is_overwritten, fresh, gone),
    };

    if (getenv("MOTCUA_TEST_PG"))       /* it is SQLite's */
        return 0;
    log_level(LOG_ERROR + 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
