/* Periods; following, holding, lists by two people, destruction, and bags, on a small town. */
#include "mod/dossiers/dossiers_testing.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/id.h"
#include "mod/dossiers/dossiers_archive.h"
#include "mod/retention/retention_bag.h"
#include "mod/retention/retention_rules.h"
#include "mod/retention/retention_sql.h"

/* --- which rule ------------------------------------------------------------------------------- */

static const char *const BIRTH[] = {"1.001193"}, *const PERMIT[] = {"giay_phep"};
static const day FROM = 10000;

static struct keep_rule
years(const char *id, int64_t n, unsigned outcome)
{
    return (struct keep_rule){.id = id, .name = id, .basis = "", .keep = KEEP_YEARS, .years = n,
                              .valid_from = FROM, .valid_to = NO_DAY, .outcome = outcome};
}

static const struct {
    const char *name, *procedure, *result;
    enum outcome outcome;
    bool refused;
    const char *rule;
    int64_t end_year;
} TERMS[] = {
    {"nothing fits: the general one", "x", NULL, OUTCOME_GRANTED, false, "general", 2046},
    {"its outcome alone", "x", NULL, OUTCOME_WITHDRAWN, false, "unsolved", 2031},
    {"refused at intake", "1.001193", NULL, OUTCOME_NONE, true, "unsolved", 2031},
    {"named by its procedure", "1.001193", NULL, OUTCOME_GRANTED, false, "birth", KEPT_FOR_EVER},
    {"named by a result", "x", "giay_phep", OUTCOME_GRANTED, false, "permit", 2027 + 50},
    {"the longest of those that fit", "1.001193", "giay_phep", OUTCOME_GRANTED, false, "birth",
     KEPT_FOR_EVER},
};

static void
test_terms(void **state)
{
    struct keep_rule v[] = {years("general", 20, 0), years("unsolved", 5, 1u << KEEP_WITHDRAWN |
                                                                       1u << KEEP_REFUSED),
                            years("birth", 0, 1u << KEEP_GRANTED), years("permit", 50, 0),
                            years("old", 70, 0)};
    const struct keep_rules rules = {.rules = {v, ROWS(v)}};
    const day closed = date_day((struct ymd){2026, 3, 1});

    (void)state;
    v[2].keep = KEEP_PERMANENT;
    v[2].procedures = (struct texts){BIRTH, 1};
    v[3].results = (struct texts){PERMIT, 1};
    v[3].from = KEEP_FROM_RESULT;
    v[4].valid_to = FROM + 1;
    for (size_t i = 0; i < ROWS(TERMS); i++) {
        struct keep_facts f = {.procedure = TERMS[i].procedure, .outcome = TERMS[i].outcome,
                               .refused_at_intake = TERMS[i].refused, .closed_on = closed,
                               .issued_on = date_day((struct ymd){2027, 1, 2})};
        struct keep_term t;

        if (TERMS[i].result)
            f.results[f.n_results++] = TERMS[i].result;
        t = retention_term(&rules, &f);
        if (strcmp(t.rule->id, TERMS[i].rule) != 0 || t.end_year != TERMS[i].end_year)
            fail_msg("%s: %s until %d", TERMS[i].name, t.rule->id, (int)t.end_year);
    }
    assert_int_equal(retention_term(&(struct keep_rules){0}, &(struct keep_facts){0}).end_year,
                     KEPT_FOR_EVER);
}

/* --- a dossier that was closed, and years later ----------------------------------------------- */

static int64_t
count(struct town *t, const struct query *q, int64_t dossier)
{
    return db_int(&t->c, -1, q, ARGS(qi(dossier)));
}

static const struct query ARCHIVIST = {
    "test_archivist", "UPDATE reach SET perms = perms + 1048576 WHERE (perms & 1048576) = 0"};
static const struct query SHORT = {
    "test_short", "UPDATE retention SET years = 5, end_year = 2031, rule = 'r' WHERE dossier = $1"};
static const struct query SUMS = {
    "test_sums", "UPDATE retention_count SET end_year = 2031 WHERE unit = $1"};
static const struct query PARTIES = {"test_parties",
                                     "SELECT count(*) FROM party WHERE owner = $1"};
static const struct query FILES = {"test_files",
                                   "SELECT count(*) FROM paper_file WHERE owner = $1"};
static const struct query NAMES = {"test_names",
                                   "SELECT count(*) FROM dossier_find WHERE dossier = $1"};

static void
work(struct town *t, int job(struct ctx *))
{
    int rc = 1;

    while (rc > 0) {
        assert_int_equal(db_begin(&t->c, DB_READ_WRITE), OK);
        rc = job(&t->c);
        if (rc < 0)
            fail_msg("job: %s", t->c.err.detail);
        assert_int_equal(db_commit(&t->c), OK);
    }
}

/* Received by A, stopped by its leader; then it is 2033. */
static void
close_one(struct town *t, struct dossier *d)
{
    town_receive(t, d);
    MUST(t, INTAKE_A, d, ACT_WITHDRAW, .note = "Người nộp xin rút");
    MUST(t, LEADER_A, d, ACT_WITHDRAW_GRANT);
    assert_int_equal(d->status, ST_STOPPED);
}

static void
later(struct town *t, const struct dossier *d)
{
    town_now(t, "2033-01-05T08:30");
    town_be(t, LEADER_A);
    assert_true(db_exec(&t->c, &ARCHIVIST, NO_ARGS) >= 0);
    work(t, retention_follow);
    assert_int_equal(db_exec(&t->c, &SHORT, ARGS(qi(d->id))), 1);
    assert_true(db_exec(&t->c, &SUMS, ARGS(qi(d->competent_unit))) >= 0);
}

static void
test_followed(void **state)
{
    struct town t;
    struct dossier d;
    struct kept k, *list;
    size_t n;

    (void)state;
    town_open(&t);
    close_one(&t, &d);
    later(&t, &d);
    assert_int_equal(retention_get(&t.c, d.code, &k), OK);
    assert_int_equal(k.closed_year, 2026);
    assert_int_equal(k.state, KEPT);
    assert_true(retention_is_past(&k, vn_day(t.c.now)));
    assert_false(retention_is_past(&k, date_day((struct ymd){2031, 12, 31})));
    assert_int_equal(retention_list(&t.c, &(struct kept_query){.unit = k.unit, .view = VIEW_PAST,
                                                              .limit = 10}, &list, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(retention_count_year(&t.c, k.unit, 2026), 1);
    town_be(&t, LEADER_B);
    assert_int_equal(retention_get(&t.c, d.code, &k), E_NOTFOUND);
    town_close(&t);
}

/* Proposed by the specialist, decided by the leader. */
static void
approved(struct town *t, const struct dossier *d, struct destroy_list *l)
{
    struct kept k;

    town_be(t, SPECIALIST_A);
    assert_int_equal(retention_get(&t->c, d->code, &k), OK);
    assert_int_equal(destroy_propose(&t->c, k.unit, "Hết thời hạn bảo quản", &k, 1, l), OK);
    assert_int_equal(retention_get(&t->c, d->code, &k), OK);
    assert_int_equal(destroy_propose(&t->c, k.unit, "Lần nữa", &k, 1, &(struct destroy_list){0}),
                     E_CONFLICT);
    assert_int_equal(destroy_send(&t->c, l), OK);
    assert_int_equal(destroy_decide(&t->c, l, 1, true, ""), E_DENIED);
    town_be(t, LEADER_B);
    assert_int_equal(destroy_decide(&t->c, l, 1, true, ""), E_DENIED);
    town_be(t, LEADER_A);
    assert_int_equal(destroy_approve(&t->c, l), E_CONFLICT);        /* one is open */
    assert_int_equal(destroy_decide(&t->c, l, 1, true, ""), OK);
    assert_int_equal(destroy_decide(&t->c, l, 1, true, ""), E_CONFLICT);
    l->wait_days = 30;
    assert_int_equal(destroy_approve(&t->c, l), OK);
    assert_int_equal(destroy_approve(&t->c, l), E_CONFLICT);
}

static void
test_destroyed(void **state)
{
    struct destroy_list l;
    struct dossier d;
    struct kept k;
    struct town t;

    (void)state;
    town_open(&t);
    close_one(&t, &d);
    later(&t, &d);
    approved(&t, &d, &l);
    work(&t, retention_destroy);
    assert_true(count(&t, &PARTIES, d.id) > 0);             /* it waits for its day */
    town_now(&t, "2033-02-10T08:30");
    town_be(&t, NOBODY);
    work(&t, retention_destroy);
    assert_int_equal(count(&t, &PARTIES, d.id), 0);
    assert_int_equal(count(&t, &FILES, d.id), 0);
    assert_int_equal(count(&t, &NAMES, d.id), 0);
    assert_int_equal(dossiers_verify(&t.c, d.code), OK);
    town_be(&t, LEADER_A);
    assert_int_equal(retention_get(&t.c, d.code, &k), OK);
    assert_int_equal(k.state, KEPT_DESTROYED);
    assert_string_equal(k.applicant, "");
    assert_int_equal(retention_hold(&t.c, &k, "Muộn rồi"), E_CONFLICT);
    town_close(&t);
}

static void
test_held_back(void **state)
{
    struct destroy_list l;
    struct destroy_sums n;
    struct dossier d;
    struct kept k;
    struct town t;

    (void)state;
    town_open(&t);
    close_one(&t, &d);
    later(&t, &d);
    approved(&t, &d, &l);
    assert_int_equal(retention_get(&t.c, d.code, &k), OK);
    assert_int_equal(retention_hold(&t.c, &k, ""), E_INVALID);
    assert_int_equal(retention_hold(&t.c, &k, "Đang có khiếu nại"), OK);
    town_now(&t, "2033-02-10T08:30");
    work(&t, retention_destroy);
    assert_true(count(&t, &PARTIES, d.id) > 0);
    assert_int_equal(destroy_sums(&t.c, &l, &n), OK);
    assert_int_equal(n.kept, 1);
    assert_int_equal(retention_get(&t.c, d.code, &k), OK);
    assert_int_equal(k.state, KEPT);
    assert_false(retention_is_past(&k, vn_day(t.c.now)));
    assert_int_equal(retention_release(&t.c, &k), OK);
    town_close(&t);
}

/* What is left of the events is what was left: a changed word is found. */
static void
test_chain_after(void **state)
{
    static const struct query FORGE = {
        "test_forge",
        "UPDATE dossier_event SET note = 'x' WHERE dossier = $1 AND version = 2"};
    struct destroyed n;
    struct dossier d;
    json_t *events;
    struct town t;

    (void)state;
    town_open(&t);
    close_one(&t, &d);
    assert_int_equal(dossiers_events_json(&t.c, &d, &events), OK);
    assert_null(dossiers_events_fault(t.c.a, events));
    json_object_set_new(json_array_get(events, 1), "note", json_string("y"));
    assert_non_null(dossiers_events_fault(t.c.a, events));
    json_decref(events);
    assert_int_equal(dossiers_destroy(&t.c, d.id, &(struct destruction){"L", "r", "a", "b", 1}, &n),
                     OK);
    assert_int_equal(dossiers_verify(&t.c, d.code), OK);
    assert_int_equal(dossiers_destroy(&t.c, d.id, &(struct destruction){"L", "r", "a", "b", 1}, &n),
                     E_CONFLICT);
    assert_int_equal(db_exec(&t.c, &FORGE, ARGS(qi(d.id))), 1);
    assert_int_equal(dossiers_verify(&t.c, d.code), E_CONFLICT);
    town_close(&t);
}

/* --- bags ------------------------------------------------------------------------------------- */

static bool
to_fd(void *user, const void *p, size_t n)
{
    return write(*(int *)user, p, n) == (ssize_t)n;
}

static const char *
make_bag(struct ctx *c)
{
    const char *path = arena_fmt(c->a, "%s/bag.zip", testdb_folder());
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    struct bag *b = bag_begin(c, to_fd, &fd);

    assert_int_equal(bag_text(b, "data/timeline.json", "{}", 2), OK);
    assert_int_equal(bag_text(b, "data/mot.txt", "Một tờ giấy", strlen("Một tờ giấy")), OK);
    bag_fact(b, "External-Identifier", "H26-1\nX: y");
    assert_int_equal(bag_end(b), OK);
    close(fd);
    return path;
}

static void
test_bags(void **state)
{
    struct arena *a = arena_open(256 << 20);
    struct bag_seen seen;
    struct bytes file;
    struct ctx c;
    const char *path;
    uint8_t *bytes, *at;

    (void)state;
    testdb_folder_make();
    ctx_init(&c, a);
    path = make_bag(&c);
    assert_int_equal(bag_look(&c, path, &seen), OK);
    assert_null(seen.fault);
    assert_int_equal(seen.files, 2);
    assert_string_equal(seen.identifier, "H26-1 X: y");
    assert_int_equal(file_read(a, path, 1 << 20, &file), 0);
    bytes = arena_get(a, file.n);
    memcpy(bytes, file.p, file.n);
    at = memmem(bytes, file.n, "data/mot.txt", 12);
    assert_non_null(at);
    at[12 + at[-2] + (at[-1] << 8) + 1] ^= 1;       /* a bit of what is in it */
    assert_int_equal(file_write(a, path, bytes, file.n, 0600), 0);
    assert_true(bag_look(&c, path, &seen) < 0 || seen.fault);
    assert_int_equal(file_write(a, path, file.p, file.n / 2, 0600), 0);
    assert_true(bag_look(&c, path, &seen) < 0 || seen.fault);
    assert_string_equal(bag_name(a, "Giấy chứng sinh (bản 2).PDF"), "giay-chung-sinh-ban-2.pdf");
    assert_string_equal(bag_name(a, "../../etc.pdf"), "etc.pdf");
    testdb_folder_remove();
    arena_close(a);
}

/* Of a package from elsewhere, with one file more: what is said of it. */
static const char *
fault_with(struct ctx *c, const char *name)
{
    const char *path = arena_fmt(c->a, "%s/foreign.zip", testdb_folder());
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    struct bag *b = bag_begin(c, to_fd, &fd);
    struct bag_seen seen;

    assert_int_equal(bag_text(b, "data/timeline.json", "{}", 2), OK);
    assert_int_equal(bag_text(b, name, "x", 1), OK);
    assert_int_equal(bag_text(b, "data/y", "y", 1), OK);
    assert_int_equal(bag_end(b), OK);
    close(fd);
    assert_int_equal(bag_look(c, path, &seen), OK);
    return seen.fault;
}

static void
test_foreign_bags(void **state)
{
    static const char *const OUT[] = {"data/../../x", "/data/x", "data/..\\x", "../x"};
    struct arena *a = arena_open(256 << 20);
    struct bag_line *lines;
    struct ctx c;

    (void)state;
    testdb_folder_make();
    ctx_init(&c, a);
    assert_null(fault_with(&c, "data/..x"));
    for (size_t i = 0; i < sizeof OUT / sizeof *OUT; i++) {
        const char *fault = fault_with(&c, OUT[i]);

        assert_non_null(fault);
        assert_non_null(strstr(fault, "leads out of the bag"));
    }
    assert_non_null(strstr(fault_with(&c, "manifest-sha256.txt"), "stands in it twice"));
    assert_non_null(strstr(fault_with(&c, "data/y"), "stands in it twice"));
    assert_int_equal(bag_manifest(a, "a\n\nb\nc\nd\n", 3, &lines), 3);
    assert_string_equal(lines[2].sha256, "c");
    assert_null(strchr(fault_with(&c, "../\x1b]0;x"), '\x1b'));
    testdb_folder_remove();
    arena_close(a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_terms),      cmocka_unit_test(test_followed),
        cmocka_unit_test(test_destroyed),  cmocka_unit_test(test_held_back),
        cmocka_unit_test(test_chain_after), cmocka_unit_test(test_bags),
        cmocka_unit_test(test_foreign_bags),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
