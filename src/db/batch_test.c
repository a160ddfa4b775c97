/* Counters and numbers of a shared transaction: nothing is lost, doubled or left of what failed. */
#include "base/test.h"

#include "db/batch.h"
#include "db/engine.h"
#include "db/testdb.h"

enum { Q_TAKE, Q_GIVE, Q_COUNT, Q_LAST, Q_SUM, Q__COUNT };
static const struct query Q[Q__COUNT] = {
    [Q_TAKE] = {"take", "INSERT INTO seq (name, last) VALUES ($1, $2) ON CONFLICT (name)"
                        " DO UPDATE SET last = seq.last + excluded.last RETURNING last"},
    [Q_GIVE] = {"give", "UPDATE seq SET last = last - $2 WHERE name = $1"},
    [Q_COUNT] = {"count", "INSERT INTO counter (name, kind, a, b) VALUES ($1, $2, $3, $4)"
                          " ON CONFLICT (name, kind) DO UPDATE SET a = counter.a + excluded.a,"
                          " b = counter.b + excluded.b"},
    [Q_LAST] = {"last", "SELECT last FROM seq WHERE name = $1"},
    [Q_SUM] = {"sum", "SELECT a * 1000 + b FROM counter WHERE name = $1 AND kind = $2"},
};

static struct ctx c;

static int
fresh(void **state)
{
    (void)state;
    testdb_open(&c);
    return c.db->engine->script(
        &c, "CREATE TABLE seq (name TEXT PRIMARY KEY, last BIGINT);"
            "CREATE TABLE counter (name TEXT, kind BIGINT, a BIGINT, b BIGINT,"
            " PRIMARY KEY (name, kind));");
}

static int
gone(void **state)
{
    (void)state;
    testdb_close(&c);
    return 0;
}

static int64_t
number(const char *name)
{
    return db_number(&c, &Q[Q_TAKE], &Q[Q_GIVE], ARGS(qt(name)));
}

static int64_t
last(const char *name)
{
    return db_int(&c, 0, &Q[Q_LAST], ARGS(qt(name)));
}

static int
count(const char *name, int64_t kind, int64_t a, int64_t b)
{
    const struct dbv v[] = {qt(name), qi(kind), qi(a), qi(b)};

    return db_add(&c, &Q[Q_COUNT], v, 2, 2);
}

static int64_t
sum(const char *name, int64_t kind)
{
    return db_int(&c, -1, &Q[Q_SUM], ARGS(qt(name), qi(kind)));
}

/* A transaction of `jobs` jobs; every job takes a number, those of `bad` are undone. */
static void
transaction(int jobs, unsigned bad, const char *other)
{
    struct batch *b = c.db->batch;
    int64_t before = last("A");

    assert_int_equal(db_begin(&c, DB_READ_WRITE), OK);
    batch_begin(b);
    for (int i = 0; i < jobs; i++) {
        batch_job(b, (size_t)(jobs - i));
        assert_int_equal(db_savepoint(&c), OK);
        assert_int_equal(number("A"), ++before);
        if (other && i % 3 == 0)
            assert_true(number(other) > 0);
        assert_int_equal(count("x", i % 2, 1, -i), OK);
        if (bad & 1u << i) {
            db_savepoint_undo(&c);
            batch_undo(b);
            before--;
        } else {
            assert_int_equal(db_savepoint_keep(&c), OK);
        }
    }
    assert_int_equal(batch_put(&c, b), OK);
    assert_int_equal(db_commit(&c), OK);
    assert_int_equal(last("A"), before);
}

static void
test_alone(void **state)
{
    (void)state;
    assert_int_equal(number("A"), 1);
    assert_int_equal(number("A"), 2);
    assert_int_equal(count("x", 0, 3, 4), OK);
    assert_int_equal(count("x", 0, 1, 1), OK);
    assert_int_equal(sum("x", 0), 4005);
}

static void
test_shared(void **state)
{
    (void)state;
    c.db->batch = batch_open();
    transaction(4, 0, NULL);
    assert_int_equal(last("A"), 4);
    assert_int_equal(sum("x", 0), 2000 - 2);
    assert_int_equal(sum("x", 1), 2000 - 4);
    transaction(8, 0x81, "B");          /* the first, which took for all, and the last */
    assert_int_equal(last("A"), 10);
    assert_int_equal(last("B"), 2);     /* 0 was undone, 3 and 6 were not */
    transaction(6, 0x3f, "B");          /* nothing is left of any */
    assert_int_equal(last("A"), 10);
    assert_int_equal(last("B"), 2);
    for (int i = 0; i < 20; i++)
        transaction(1 + i % 7, (unsigned)(i * 37) & 0x5au, i % 2 ? "B" : NULL);
    batch_close(c.db->batch);
    c.db->batch = NULL;
}

/* What was rolled back as a whole leaves nothing for the next. */
static void
test_rolled_back(void **state)
{
    (void)state;
    c.db->batch = batch_open();
    assert_int_equal(db_begin(&c, DB_READ_WRITE), OK);
    batch_begin(c.db->batch);
    batch_job(c.db->batch, 5);
    assert_int_equal(number("A"), 1);
    count("x", 0, 1, 1);
    db_rollback(&c);
    transaction(2, 0, NULL);
    assert_int_equal(last("A"), 2);
    assert_int_equal(sum("x", 0), 1000);
    batch_close(c.db->batch);
    c.db->batch = NULL;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_alone, fresh, gone),
        cmocka_unit_test_setup_teardown(test_shared, fresh, gone),
        cmocka_unit_test_setup_teardown(test_rolled_back, fresh, gone),
    };

    return cmocka_run_group_tests_name("batch", tests, NULL, NULL);
}
