/* Each thing that can be wrong is broken in the database, and named. */
#include "mod/dossiers/dossiers_testing.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <unistd.h>

#include "db/engine.h"
#include "http/store.h"
#include "mod/dossiers/dossiers_deep.h"

static struct town t;
static char said[64 << 10];

static void
say(void *user, const char *line)
{
    (void)user;
    snprintf(said + strlen(said), sizeof said - strlen(said), "%s\n", line);
}

static struct deep
look(struct store *store)
{
    struct deep d = {.say = say, .store = store};

    said[0] = '\0';
    assert_int_equal(dossiers_check_deep(&t.c, &d), OK);
    return d;
}

/* A town in which everything has happened once. */
static int
set_up(void **state)
{
    struct dossier d;

    (void)state;
    town_open(&t);
    town_submit(&t, &d);
    MUST(&t, INTAKE_A, &d, ACT_ACCEPT);
    MUST(&t, SPECIALIST_A, &d, ACT_CLAIM);
    MUST(&t, SPECIALIST_A, &d, ACT_CONSULT, .note = "?", .to_unit = t.b,
         .moment = t.c.now + 5 * DAY_SECONDS);
    town_receive(&t, &d);
    MUST(&t, SPECIALIST_A, &d, ACT_FORWARD);
    MUST(&t, LEADER_A, &d, ACT_APPROVE, .number = "1");
    MUST(&t, LEADER_A, &d, ACT_REOPEN, .note = "sai");
    MUST(&t, LEADER_A, &d, ACT_APPROVE, .number = "2");
    town_submit(&t, &d);
    MUST(&t, INTAKE_A, &d, ACT_REFUSE_INTAKE, .note = "x", .ground = "y");
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    town_close(&t);
    return 0;
}

static void
test_what_the_hub_writes_agrees(void **state)
{
    struct deep d = look(NULL);

    (void)state;
    if (d.findings)
        fail_msg("%s", said);
    assert_int_equal(d.dossiers, 3);
    assert_true(d.events > 10);
    assert_int_equal(dossiers_given(&t.c), 3);
}

#define FIRST "(SELECT min(id) FROM dossier)"
#define LAST "(SELECT max(id) FROM dossier)"

static const struct { const char *sql, *want; } BROKEN[] = {
    {"UPDATE dossier_event SET note = 'z' WHERE dossier = " FIRST " AND version = 2",
     ": event 2 does not carry its hash\n"},
    {"DELETE FROM dossier_event WHERE dossier = " FIRST " AND version = 2",
     ": event 2 is missing\n"},
    {"DELETE FROM dossier_event WHERE dossier = " LAST, ": event 1 is missing\n"},
    {"UPDATE dossier_event SET changes = '[]' WHERE dossier = " LAST " AND version = 1",
     ": event 1 cannot be read\n"},
    {"UPDATE dossier_event SET status = 9 WHERE dossier = " FIRST " AND version = 1",
     ": event 1 leads to status 1, it says 9\n"},
    {"UPDATE dossier SET holder = 0 WHERE id = " FIRST, ": holder is not what its events say\n"},
    {"UPDATE dossier SET version = 9 WHERE id = " FIRST, ": version is not what its events say\n"},
    {"UPDATE task SET account = 0 WHERE dossier = " FIRST " AND seq = 0",
     ": work 0: account is not what the dossier says\n"},
    {"UPDATE task SET status = 5 WHERE dossier = " FIRST " AND seq = 0",
     ": work 0: status is not what the dossier says\n"},
    {"DELETE FROM task WHERE dossier = " FIRST " AND seq = 0", ": nobody has it to do\n"},
    {"DELETE FROM task WHERE dossier = " FIRST " AND seq = 1",
     ": 0 opinions are asked for, 1 are open\n"},
    {"UPDATE task SET seq = -1 WHERE dossier = " FIRST " AND seq = 1",
     ": a leader is to agree to nothing\n"},
    {"UPDATE task SET dossier = " LAST " WHERE dossier = " FIRST " AND seq = 0",
     ": there is work, though nothing is left to do\n"},
    {"UPDATE task SET dossier = 5 WHERE dossier = " FIRST " AND seq = 0",
     "part task 5: there is no such dossier\n"},
    {"UPDATE dossier_answers SET dossier = 6 WHERE dossier = " FIRST,
     "part dossier_answers 6: there is no such dossier\n"},
    {"INSERT INTO dossier_fee VALUES (7, 'a', 'b', 'intake', '', 1, 1, 0, '')",
     "part dossier_fee 7: there is no such dossier\n"},
    {"UPDATE opinion SET dossier = 8", "part opinion 8: there is no such dossier\n"},
    {"UPDATE party SET owner = 9 WHERE owner = " FIRST, "part party 9: there is no such dossier\n"},
    {"UPDATE paper_file SET owner = 10 WHERE owner = " FIRST,
     "part paper_file 10: there is no such dossier\n"},
    {"UPDATE dossier_find SET dossier = 11 WHERE dossier = " FIRST,
     "part dossier_find 11: there is no such dossier\n"},
    {"DELETE FROM dossier WHERE id = " LAST, "part dossier_event "},
    {"UPDATE dossier SET competent_unit = 12 WHERE id = " FIRST,
     ": competent_unit 12 is no agency\n"},
    {"UPDATE dossier SET procedure_version = 13 WHERE id = " FIRST,
     ": procedure version 13 is not in the catalogue\n"},
    {"UPDATE dossier SET account = 14 WHERE id = " FIRST,
     ": its citizen or holder is no account\n"},
    {"UPDATE code_seq SET last = 4", " on 2026-10-05: 4 numbers were given, 3 dossiers have one\n"},
    {"DELETE FROM code_seq", " on 2026-10-05: 0 numbers were given, 3 dossiers have one\n"},
    {"UPDATE dossier SET code = 'H26.X.00070-261005-0009' WHERE id = " LAST,
     " 3 numbers were given, 3 dossiers have one, and not 1, 2, 3 ...\n"},
    {"UPDATE dossier SET code = 'x' WHERE id = " LAST, "code x: not AGENCY-YYMMDD-NUMBER\n"},
    {"UPDATE work_count SET n = n + 1 WHERE account <> 0", ": is 2, counted 1\n"},
    {"DELETE FROM work_count", ": is 0, counted 1\n"},
    {"INSERT INTO work_count VALUES (15, 16, 17, 0, 3, 2)",
     "counter work_count unit=15 account=16 perm=17 waiting=0: is 2, counted 0\n"},
    {"UPDATE stat_month SET submitted = submitted + 1 WHERE unit = 0 AND procedure = ''",
     "counter stat_month unit=all procedure=all month=202610 submitted: is 4, counted 3\n"},
    {"UPDATE stat_days SET n = 7 WHERE unit = 0 AND procedure <> ''",
     "counter stat_days unit=all procedure=9.000001 month=202610 days=0: is 7, counted 1\n"},
    {"UPDATE officer_month SET finished = 9 WHERE account <> 0", ": is 9, counted 1\n"},
};

static void
test_each_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(BROKEN); i++) {
        struct query q = {arena_fmt(t.c.a, "break_%zu", i), BROKEN[i].sql};
        struct query *kept = arena_get(t.c.a, sizeof *kept);

        *kept = q;
        assert_int_equal(db_begin(&t.c, DB_READ_WRITE), OK);
        if (db_exec(&t.c, kept, NO_ARGS) <= 0)
            fail_msg("%s: %s", BROKEN[i].sql, t.c.err.detail);
        look(NULL);
        if (!strstr(said, BROKEN[i].want))
            fail_msg("%s:\nwanted %ssaid\n%s", BROKEN[i].sql, BROKEN[i].want, said);
        db_rollback(&t.c);
    }
    assert_int_equal(look(NULL).findings, 0);
}

/* --- counters are corrected, and nothing else ------------------------------------------------- */

static void
test_counters_are_corrected(void **state)
{
    static const struct query WORSE[] = {
        {"worse_1", "UPDATE work_count SET n = n + 5"}, {"worse_2", "DELETE FROM stat_days"},
        {"worse_3", "UPDATE stat_month SET late = 3 WHERE unit <> 0"},
        {"worse_4", "INSERT INTO officer_month VALUES (1, 202601, 2, 9, 4)"},
        {"worse_5", "UPDATE digital_year SET papers = papers + 7"},
        {"worse_6", "INSERT INTO digital_year VALUES (2, 2020, 3, 1, 1, 1, 1, 1, 1)"}};
    struct deep d = {.say = say};

    (void)state;
    said[0] = '\0';
    for (size_t i = 0; i < ROWS(WORSE); i++)
        assert_true(db_exec(&t.c, &WORSE[i], NO_ARGS) > 0);
    assert_true(look(NULL).counters_wrong > 5);
    assert_int_equal(db_begin(&t.c, DB_READ_WRITE), OK);
    assert_int_equal(dossiers_repair_counters(&t.c, &d), OK);
    assert_int_equal(db_commit(&t.c), OK);
    assert_true(d.counters_wrong > 5);
    assert_int_equal(look(NULL).findings, 0);
}

/* --- papers and contents ---------------------------------------------------------------------- */

static char *
root(void)
{
    return arena_fmt(t.c.a, "%s/store", testdb_folder());
}

static void
age(const char *name)
{
    const struct timespec old[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    char *path = arena_fmt(t.c.a, "%s/%.2s/%s", root(), name, name + 2);

    assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
}

/* The sweep of every night takes what is old and named by nothing, and says nothing. */
static void
sweeps(struct store *s, const char *old)
{
    struct deep d = {.store = s, .sweep = true};
    struct store_put *p = store_begin(s);
    char young[STORE_NAME];

    assert_true(store_write(p, "young", 5) && store_keep(p, young));
    assert_int_equal(db_begin(&t.c, DB_READ_ONLY), OK);
    assert_int_equal(dossiers_sweep_contents(&t.c, &d), OK);
    db_rollback(&t.c);
    assert_int_equal(d.swept, 1);
    assert_int_equal(d.swept_bytes, 3);
    assert_false(store_has(s, old));
    assert_true(store_has(s, young));
    mem_free(d.orphans);
    assert_true(store_remove_old(s, young, INT64_MAX));
}

static void
test_papers_and_contents(void **state)
{
    struct store *s = store_open(&t.c, root());
    struct store_put *p = store_begin(s);
    char name[STORE_NAME];

    (void)state;
    assert_non_null(s);
    assert_true(store_write(p, "abc", 3) && store_keep(p, name));
    look(s);
    assert_non_null(strstr(said, "paper H26.X.00070-261005-0001: file 1: content "));
    assert_null(strstr(said, "\ncontent "));        /* an upload that is not handed in yet */
    age(name);
    look(s);
    assert_non_null(strstr(said, arena_fmt(t.c.a, "content %s: 3 bytes that no paper", name)));
    sweeps(s, name);
    store_close(s);
    for (unsigned i = 0; i < 256; i++)
        rmdir(arena_fmt(t.c.a, "%s/%02x", root(), i));
    rmdir(arena_fmt(t.c.a, "%s/tmp", root()));
    rmdir(root());
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_the_hub_writes_agrees),
        cmocka_unit_test(test_each_is_named),
        cmocka_unit_test(test_counters_are_corrected),
        cmocka_unit_test(test_papers_and_contents),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
