/* A database of schema 0022 with dossiers in it is brought up to date: the same dossiers, timelines
 * that verify, names that are found by both ends, counters that are what they count. */
#include "base/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "db/engine.h"
#include "db/migrate.h"
#include "db/testdb.h"
#include "mod/dossiers/dossiers_sql.h"

enum { OLD = 22, FIXTURE_MAX = 1 << 20, FILES_MAX = 100 };

static struct ctx c;

static const struct query
    CODES = {"mt_codes", "SELECT code FROM dossier ORDER BY code"},
    EVENTS = {"mt_events", "SELECT count(*) FROM dossier_event"},
    SECRET = {"mt_secret", "SELECT secret FROM dossier WHERE code = 'H26.X.00070-261122-0001'"},
    ANSWERS = {"mt_answers",
               "SELECT count(*) FROM dossier_answers a JOIN dossier d ON d.id = a.dossier"},
    NAMES = {"mt_names", "SELECT count(*) FROM dossier_find WHERE fold = '<ha thu thi nguyen'"},
    NAMES_ALL = {"mt_names_all", "SELECT count(*) FROM dossier_find"},
    FILE_ = {"mt_file", "SELECT sha256 FROM paper_file"},
    WORK = {"mt_work", "SELECT sum(n) FROM work_count"},
    TASKS = {"mt_tasks", "SELECT count(*) FROM task"},
    CITY = {"mt_city", "SELECT sum(submitted) FROM stat_month WHERE unit = 0 AND procedure = ''"},
    UNITS = {"mt_units",
             "SELECT sum(submitted) FROM stat_month WHERE unit <> 0 AND procedure <> ''"},
    DAYS = {"mt_days", "SELECT sum(n) FROM stat_days WHERE unit = 0 AND procedure = ''"},
    DONE = {"mt_done", "SELECT sum(finished) FROM officer_month WHERE month = 202611"},
    DONE_JULY = {"mt_july", "SELECT sum(finished) FROM officer_month WHERE month = 202507"};

/* Only what was there then. */
static const struct embedded *
old_files(void)
{
    static struct embedded files[FILES_MAX];
    size_t n = 0;

    for (const struct embedded *f = SCHEMA_FILES; f->name; f++)
        if (strtol(f->name, NULL, 10) <= OLD)
            files[n++] = *f;
    assert_in_range(n, 10, FILES_MAX - 1);
    files[n] = (struct embedded){0};
    return files;
}

static void
script(const char *sql)
{
    if (c.db->engine->script(&c, sql) < 0)
        fail_msg("%s", c.err.detail);
}

/* An empty database where the migrated one was. */
static void
empty(void)
{
    if (!db_inline(testdb_url())) {
        script("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        return;
    }
    db_close(c.db);
    assert_int_equal(db_open(&c, arena_fmt(c.a, "sqlite:%s/old.db", testdb_folder()), DB_CREATE,
                             &c.db), OK);
}

static int
set_up(void **state)
{
    struct bytes text;

    (void)state;
    testdb_open(&c);
    empty();
    assert_int_equal(migrate_up(&c, old_files()), OK);
    assert_int_equal(file_read(c.a, "tests/data/before-0023.sql", FIXTURE_MAX, &text), OK);
    script(arena_strn(c.a, (const char *)text.p, text.n));
    if (db_migrate(&c) < 0)
        fail_msg("%s", c.err.detail);
    assert_int_equal(db_check_schema(&c), OK);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    testdb_close(&c);
    return 0;
}

static int64_t
number(const struct query *q)
{
    return db_int(&c, -1, q, NO_ARGS);
}

static void
test_timelines_verify(void **state)
{
    struct rows r;
    int n = 0;

    (void)state;
    for (db_rows(&c, &r, &CODES, NO_ARGS); db_next(&r); n++)
        if (dossiers_verify(&c, row_text(&r, 0)) < 0)
            fail_msg("%s", c.err.detail);
    assert_int_equal(db_done(&r), OK);
    assert_int_equal(n, 7);
    assert_int_equal(number(&EVENTS), 30);
    assert_int_equal(number(&ANSWERS), 7);
}

static const char *
hex_of(const struct query *q)
{
    struct rows r;
    struct bytes b;

    assert_int_equal(db_one(&c, &r, "?", q, NO_ARGS), OK);
    b = row_bytes(&r, 0);
    assert_int_equal(db_done(&r), OK);
    return hash_hex(c.a, b.p, b.n);
}

static void
test_keys_are_the_same_in_bytes(void **state)
{
    struct bytes text;
    const char *old;

    (void)state;
    assert_int_equal(file_read(c.a, "tests/data/before-0023.sql", FIXTURE_MAX, &text), OK);
    old = arena_strn(c.a, (const char *)text.p, text.n);
    assert_int_equal(strlen(hex_of(&SECRET)), 64);
    assert_non_null(strstr(old, hex_of(&SECRET)));
    assert_non_null(strstr(old, hex_of(&FILE_)));
}

static void
test_names_and_counters(void **state)
{
    (void)state;
    assert_int_equal(number(&NAMES), 1);
    assert_int_equal(number(&NAMES_ALL), 16);           /* eight, and the same backwards */
    assert_int_equal(number(&WORK), number(&TASKS));
    assert_int_equal(number(&CITY), 7);
    assert_int_equal(number(&UNITS), 7);
    assert_int_equal(number(&DAYS), 3);
    assert_int_equal(number(&DONE), 2);
    assert_int_equal(number(&DONE_JULY), 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timelines_verify),
        cmocka_unit_test(test_keys_are_the_same_in_bytes),
        cmocka_unit_test(test_names_and_counters),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
