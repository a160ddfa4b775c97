/* The catalogue of the real schema, the canonical form, a copy that is stopped and goes on. */
#include "base/test.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/copy.h"
#include "db/copy_state.h"
#include "db/engine.h"
#include "db/testdb.h"

enum { SCRATCH = 256 << 20 };

static struct ctx from, to;
static struct arena *keep;
static char to_url[400];

static void
ok(int rc)
{
    if (rc < 0)
        fail_msg("%s (%s)", from.err.detail, from.err.at);
}

static void
open_to(void)
{
    ctx_init(&to, arena_open(SCRATCH));
    if (db_open(&to, to_url, DB_CREATE, &to.db) < 0)
        fail_msg("%s", to.err.detail);
}

static void
close_to(void)
{
    db_close(to.db);
    arena_close(to.a);
}

static int
fresh(void **state)
{
    (void)state;
    testdb_open(&from);
    keep = arena_open(SCRATCH);
    snprintf(to_url, sizeof to_url, "sqlite:%s/to.db", testdb_folder());
    return 0;
}

/* A second database beside the test's own, on its engine. */
static void
beside(const char *what, char url[400])
{
    const char *own = testdb_url(), *name = strrchr(own, '/') + 1;

    if (strncmp(own, "sqlite:", 7) == 0) {
        snprintf(url, 400, "%s.beside", own);
        return;
    }
    snprintf(url, 400, "%s_beside", own);
    ok(from.db->engine->script(&from, arena_fmt(from.a, what, name)));
}

static int
gone(void **state)
{
    (void)state;
    testdb_close(&from);
    arena_close(keep);
    return 0;
}

static void
put(const struct query *q, const struct dbv *args, size_t n)
{
    ok(db_exec(&from, q, args, n));
}

/* Accounts with their sessions (a parent and its children), NULLs, texts with everything in them,
 * keys that are texts, bytes. */
static void
fill(int n)
{
    static const struct query q[] = {
        {"account", "INSERT INTO account (id, kind, login, name, fold, personal_number, phone,"
                    " email, active, password, password_until, perms, home_unit, version,"
                    " created_at) VALUES ($1, 1, $2, $3, $4, $2, NULL, NULL, 1, NULL, 0, -1,"
                    " 0, 1, 0)"},
        {"session", "INSERT INTO session (id, key, account, opened_at, seen_at, expires_at,"
                    " address, agent) VALUES ($1, $2, $3, 0, 0, 0, '', '')"},
        {"failure", "INSERT INTO site_document (name, content, sha256, generation, changed_at,"
                    " changed_by) VALUES ($1, $2, '', 1, 0, 0)"},
    };

    ok(db_begin(&from, DB_READ_WRITE));
    for (int i = 0; i < n; i++) {
        const char *name = arena_fmt(from.a, "tệp %06d", i);

        put(&q[0], ARGS(qi(INT64_MAX - i), qt(name), qt("Đỗ\t\\\n\"' \x01"), qt("")));
        put(&q[1], ARGS(qi(i), qt(name), qi(INT64_MAX - i)));
        if (i % 100 == 0)
            put(&q[2], ARGS(qt(name), qt("ngày: lễ")));
    }
    ok(db_commit(&from));
}

static void
same_tables(void)
{
    copy_result a = {0}, b = {0};

    ok(copy_tables_sum(&from, keep, "source", &a));
    assert_int_equal(copy_tables_sum(&to, keep, "target", &b), OK);
    assert_int_equal(a.n, b.n);
    for (size_t i = 0; i < a.n; i++) {
        assert_string_equal(a.p[i].name, b.p[i].name);
        assert_string_equal(a.p[i].hash, b.p[i].hash);
        assert_int_equal(a.p[i].rows, b.p[i].rows);
    }
}

static const struct copy_table *
find(const copy_result *r, const char *name)
{
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->p[i].name, name) == 0)
            return &r->p[i];
    fail_msg("no table %s", name);
    return NULL;
}

/* Every table of the program can be copied: it has a key, types of both engines, and an order. */
static void
test_catalogue(void **state)
{
    table_list l = {0};

    (void)state;
    ok(tables_read(&from, keep, &l));
    assert_true(l.n > 30);
    for (size_t i = 0; i < l.n; i++) {
        const struct table *t = &l.p[i];

        assert_true(t->key.n > 0);
        assert_string_not_equal(t->name, "schema_version");
        for (size_t j = 0; j < t->parents.n; j++) {
            size_t k = 0;

            while (k < i && strcmp(l.p[k].name, t->parents.p[j]) != 0)
                k++;
            if (k == i)
                fail_msg("%s stands before %s", t->name, t->parents.p[j]);
        }
    }
}

/* The hash of fixed rows never changes: manifests of years ago are compared with it. */
static void
test_hash(void **state)
{
    struct column columns[] = {{"a", COL_INT, 1}, {"b", COL_TEXT, 0}, {"c", COL_BLOB, 0}};
    struct table t = {.name = "t", .columns = {columns, 3, 3}};
    struct dbv one[] = {qi(-1), qt("đ"), qb((struct bytes){(const uint8_t *)"\0\1", 2})};
    struct dbv two[] = {qi(2), qt(""), qnull()};
    struct table_sum x = {0}, y = {0};
    char hash[2][SUM_HEX];

    (void)state;
    table_sum_add(&x, &t, one);
    table_sum_add(&x, &t, two);
    table_sum_add(&y, &t, two);
    table_sum_add(&y, &t, one);
    table_sum_hash(&x, &t, hash[0]);
    table_sum_hash(&y, &t, hash[1]);
    assert_string_equal(hash[0], hash[1]);
    assert_string_equal(hash[0],
                        "7d5d4b9322e4d4cc0c1c13cd0a841dcc2535b7b0b1a76311ec7ddd0722466380");
    two[1] = qnull();
    table_sum_add(&y, &t, two);
    table_sum_hash(&y, &t, hash[1]);
    assert_string_not_equal(hash[0], hash[1]);
}

static void
test_whole(void **state)
{
    copy_result r = {0};

    (void)state;
    fill(300);
    open_to();
    ok(copy_run(&from, &to, keep, "here", &r));
    assert_int_equal(find(&r, "account")->rows, 300);
    assert_int_equal(find(&r, "agency_state")->rows, 1); /* not the seed, too */
    assert_false(copy_state_there(&to));
    assert_int_equal(db_check_schema(&to), OK);
    same_tables();
    close_to();
}

static void
test_refusals(void **state)
{
    static const struct query more = {"more", "INSERT INTO site_document (name, content, sha256,"
                                              " generation, changed_at, changed_by)"
                                              " VALUES ('x', '', '', 1, 0, 0)"};
    copy_result r = {0};

    (void)state;
    fill(3);
    open_to();
    assert_int_equal(db_migrate(&to), OK);
    assert_int_equal(db_exec(&to, &more, NO_ARGS), 1);
    assert_int_equal(copy_run(&from, &to, keep, "here", &r), E_CONFLICT);
    assert_non_null(strstr(from.err.detail, "is not empty: table "));
    close_to();
}

/* A target that was begun is of one source only, serves nobody, and init leaves it alone. */
static void
test_half(void **state)
{
    copy_result r = {0};

    (void)state;
    open_to();
    assert_int_equal(copy_state_begin(&to, "elsewhere"), OK);
    assert_int_equal(db_check_schema(&to), E_CONFLICT);
    assert_int_equal(db_migrate(&to), E_CONFLICT);
    assert_int_equal(copy_run(&from, &to, keep, "here", &r), E_CONFLICT);
    assert_non_null(strstr(from.err.detail, "elsewhere"));
    close_to();
}

/* Over the other engine and back: the same hashes, and the program finds its schema in order. */
static void
test_there_and_back(void **state)
{
    struct ctx first = from;
    copy_result there = {0}, back = {0};

    (void)state;
    fill(500);
    open_to();
    ok(copy_run(&from, &to, keep, "here", &there));
    beside("CREATE DATABASE \"%s_beside\" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'", to_url);
    from = to;
    open_to();
    ok(copy_run(&from, &to, keep, "there", &back));
    assert_int_equal(db_check_schema(&to), OK);
    assert_int_equal(there.n, back.n);
    for (size_t i = 0; i < there.n; i++)
        assert_string_equal(there.p[i].hash, back.p[i].hash);
    close_to();
    to = from;
    close_to();
    from = first;
    beside("DROP DATABASE \"%s_beside\"", to_url);
}

/* It may be killed between its last commit and its end. */
static bool
whole(void)
{
    bool is;

    open_to();
    is = db_check_schema(&to) == OK;
    close_to();
    return is;
}

/* In a process of its own, so that it can be killed in the middle of whatever it does. */
static bool
copied_before(int ms)
{
    int status = 0;
    bool over = false;
    pid_t pid = fork();

    if (pid == 0) {
        copy_result r = {0};

        ctx_init(&from, arena_open(SCRATCH));
        if (db_open(&from, testdb_url(), DB_READ_WRITE, &from.db) < 0)
            _exit(9);
        open_to();
        if (copy_run(&from, &to, keep, "here", &r) == OK)
            _exit(0);
        fprintf(stderr, "copy: %s; %s\n", (const char *)from.err.detail,
                (const char *)to.err.detail);
        _exit(1);
    }
    for (int i = 0; i < ms && !over; i++) {
        usleep(1000);
        over = waitpid(pid, &status, WNOHANG) == pid;
    }
    if (!over) {
        kill(pid, SIGKILL);
        waitpid(pid, &status, 0);
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
        fail_msg("the copy failed with %d", WEXITSTATUS(status));
    return WIFEXITED(status) || whole();
}

static void
test_killed(void **state)
{
    int ms = 20;

    (void)state;
    fill(30000);
    while (!copied_before(ms))
        ms += ms / 2;
    assert_true(ms > 20); /* it was killed at least once */
    open_to();
    assert_int_equal(db_check_schema(&to), OK);
    same_tables();
    close_to();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_catalogue, fresh, gone),
        cmocka_unit_test_setup_teardown(test_hash, fresh, gone),
        cmocka_unit_test_setup_teardown(test_whole, fresh, gone),
        cmocka_unit_test_setup_teardown(test_refusals, fresh, gone),
        cmocka_unit_test_setup_teardown(test_half, fresh, gone),
        cmocka_unit_test_setup_teardown(test_there_and_back, fresh, gone),
        cmocka_unit_test_setup_teardown(test_killed, fresh, gone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
