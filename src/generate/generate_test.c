/*
 * The generated city: shapes of the distributions without a database, and a small city in one, on
 * the engine under test: the truth of every dossier, its answers, its due date, the same again.
 */
#include "base/test.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/vi.h"
#include "db/testdb.h"
#include "generate/arrivals.h"
#include "generate/generate.h"
#include "generate/people.h"
#include "mod/agencies/agencies.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/deadlines/rules.h"
#include "mod/dossiers/dossiers_inside.h"
#include "mod/dossiers/parts.h"
#include "mod/dossiers/worklists.h"
#include "mod/eforms/eforms.h"
#include "site/documents.h"
#include "site/snapshots.h"

static const struct ymd FROM = {2026, 8, 24}, TO = {2026, 11, 21};

/* --- without a database --------------------------------------------------------------------- */

struct shape { struct arena *a; struct arrivals v; struct worktime w; };

static void
open_sums(struct shape *s, const struct generate_plan *p)
{
    s->a = arena_open(64 << 20);
    worktime_make(s->a, calendar_shipped(s->a), p->from - 10, p->to + 10, &s->w);
    arrivals_make(s->a, p, &s->w, 0.4, &s->v);
}

static struct generate_plan
plan_of(int64_t n)
{
    struct generate_plan p = {.dossiers = n, .seed = 7, .from = date_day(FROM), .to = date_day(TO),
                              .quiet = true};

    p.end = vn_utc(p.to, 24 * 60) - 1;
    return p;
}

static void
test_days_sum_up(void **state)
{
    static const int64_t N[] = {1, 90, 2000, 1000003};

    (void)state;
    for (size_t k = 0; k < ROWS(N); k++) {
        struct generate_plan p = plan_of(N[k]);
        struct shape s;
        int64_t sum = 0;

        open_sums(&s, &p);
        for (size_t i = 0; i < s.v.days; i++)
            sum += s.v.count[i];
        assert_int_equal(sum, N[k]);
        arena_close(s.a);
    }
}

static int64_t
on(const struct shape *s, struct ymd d)
{
    return s->v.count[date_day(d) - s->v.from];
}

/* Mondays are fullest, Sundays and the National Day thin, the day after it fuller. */
static void
test_shape_of_weeks(void **state)
{
    struct generate_plan p = plan_of(1000000);
    struct shape s;

    (void)state;
    open_sums(&s, &p);
    assert_true(on(&s, (struct ymd){2026, 10, 5}) > on(&s, (struct ymd){2026, 10, 9}));
    assert_true(on(&s, (struct ymd){2026, 10, 9}) > 2 * on(&s, (struct ymd){2026, 10, 10}));
    assert_true(on(&s, (struct ymd){2026, 10, 10}) > on(&s, (struct ymd){2026, 10, 11}));
    assert_true(on(&s, (struct ymd){2026, 9, 2}) < on(&s, (struct ymd){2026, 10, 11}));
    assert_true(on(&s, (struct ymd){2026, 9, 3}) > on(&s, (struct ymd){2026, 9, 10}));
    arena_close(s.a);
}

/* Desks are shut at lunch and at night; online never is; all in the order of time. */
static void
test_shape_of_a_day(void **state)
{
    struct generate_plan p = plan_of(1000000);
    struct shape s;
    size_t monday = (size_t)(date_day((struct ymd){2026, 10, 5}) - p.from);
    struct arrival *v;
    int64_t night = 0;

    (void)state;
    open_sums(&s, &p);
    v = arena_get(s.a, (size_t)s.v.most * sizeof *v);
    arrivals_of(&s.v, monday, v);
    for (int64_t i = 0; i < s.v.count[monday]; i++) {
        int minute = v[i].second / 60;
        bool office = (minute >= 480 && minute < 720) || (minute >= 780 && minute < 1020);

        assert_true(i == 0 || v[i - 1].second <= v[i].second);
        assert_true(v[i].online || office);
        night += v[i].online && minute >= 19 * 60;
    }
    assert_true(night > s.v.count[monday] / 30);
    arena_close(s.a);
}

static void
test_office_minutes_go_both_ways(void **state)
{
    struct generate_plan p = plan_of(1);
    struct shape s;

    (void)state;
    open_sums(&s, &p);
    for (int64_t at = vn_utc(p.from, 0); at < vn_utc(p.to, 0); at += 7 * 3600 + 60) {
        int64_t m = worktime_at(&s.w, at), back = worktime_when(&s.w, m);

        assert_int_equal(worktime_at(&s.w, back), m);
        assert_true(calendar_open(s.w.cal, back));
        assert_int_equal(calendar_minutes(s.w.cal, vn_utc(p.from - 10, 0), at), m);
    }
    arena_close(s.a);
}

static void
test_trial_by_days(void **state)
{
    const struct scenario *t = generate_scenario("trial-2021");
    struct generate_plan p = {.dossiers = t->received, .seed = 1, .scenario = t,
                              .from = date_day(t->from), .to = date_day(t->to)};
    struct shape s;
    int64_t sum = 0, most = 0;

    (void)state;
    open_sums(&s, &p);
    for (size_t i = 0; i < s.v.days; i++) {
        sum += s.v.count[i];
        most = s.v.count[i] > most ? s.v.count[i] : most;
    }
    assert_int_equal(s.v.days, 162);
    assert_int_equal(sum, 466772);
    assert_int_equal(most, 7000);
    assert_null(generate_scenario("trial-2022"));
    arena_close(s.a);
}

static void
test_people(void **state)
{
    struct arena *a = arena_open(64 << 20);
    struct person p, q;

    (void)state;
    people_open(a);
    for (int64_t n = 0; n < 5000; n++) {
        char phone[12];
        day born;

        citizen_fill(n, &p);
        citizen_fill(n, &q);
        assert_memory_equal(&p.number, &q.number, 12);
        assert_true(vi_personal_number(p.number) && p.number[6] == '9');
        assert_true(date_parse(p.birth, &born));
        assert_true(vi_personal_number_fits(p.number, born, (int)(n % 2)));
        assert_true(vi_phone(p.phone, phone) && strncmp(p.phone, "0900", 4) == 0);
        assert_true(vi_email(p.email));
        assert_string_equal(vi_tidy(a, p.name), p.name);
        assert_string_equal(vi_fold(a, p.name), p.fold);
        assert_string_equal(dossiers_find_backwards(a, p.fold), p.back);
    }
    arena_close(a);
}

/* --- a city --------------------------------------------------------------------------------- */

struct town_of { struct ctx c; struct site like, *site; };

static void
say(void *to, const char *path, int line, int column, const char *sentence)
{
    (void)to;
    print_error("%s:%d:%d: %s\n", path, line, column, sentence);
}

static void
open_town(struct town_of *t)
{
    static const uint8_t KEY[32] = "a key of tests, thirty-two bytes";
    struct catalogue_imported n;
    bool changed;

    memset(t, 0, sizeof *t);
    testdb_open(&t->c);
    t->c.now = vn_utc(date_day(TO) + 1, 9 * 60);
    t->like = (struct site){.key = KEY, .config = {.db = testdb_url(), .data = testdb_folder()}};
    assert_int_equal(db_begin(&t->c, DB_READ_WRITE), OK);
    assert_int_equal(documents_import(&t->c, "catalogue", DOCUMENT_CALENDAR, &changed), OK);
    assert_int_equal(documents_import(&t->c, "catalogue", DOCUMENT_RULES, &changed), OK);
    assert_int_equal(agencies_file_import(&t->c, "catalogue/agencies.yaml", say, NULL), OK);
    assert_int_equal(db_commit(&t->c), OK);
    assert_int_equal(catalogue_import(&t->c, "catalogue", stderr, &n), OK);
    t->site = site_load(&t->c, &t->like);
    assert_non_null(t->site);
    t->c.site = t->site;
}

static void
close_town(struct town_of *t)
{
    site_free(t->site);
    testdb_close(&t->c);
}

static int64_t
count(struct town_of *t, const struct query *q)
{
    return db_int(&t->c, -1, q, NO_ARGS);
}

/* Finished, and waits to be handed over. */
static int64_t
done_not_returned(struct town_of *t)
{
    static const struct query Q = {"done", "SELECT count(*) FROM dossier WHERE status = 9"};

    return db_int(&t->c, -1, &Q, NO_ARGS);
}

static void
fill_by(struct town_of *t, const struct generate_plan *p, struct generate_result *r)
{
    int rc;

    open_town(t);
    rc = generate_city(&t->c, p, r);
    if (rc < 0)
        print_error("%s: %s\n", t->c.err.at, t->c.err.detail);
    assert_int_equal(rc, OK);
}

static void
fill(struct town_of *t, int64_t n, struct generate_result *r)
{
    struct generate_plan p = plan_of(n);

    fill_by(t, &p, r);
}

static const char *
cluster(void)
{
    return getenv("MOTCUA_TEST_PG");
}

/* The answers of each are what its form takes, on the day they were given. */
static void
check_answers(struct town_of *t, const struct dossier *d)
{
    struct ctx *c = &t->c;
    const struct procedure *p = catalogue_version(t->site->catalogue, d->procedure_version);
    struct eform_lists lists = dossiers_lists(c);
    json_t *answers, *facts, *good = NULL;
    int64_t now = c->now;
    int rc;

    assert_int_equal(dossiers_answers(c, d, 1, &answers), OK);
    facts = catalogue_facts(c->a, answers, vn_day(d->submitted_at), (int)d->channel, d->payer);
    c->now = d->submitted_at;
    rc = eforms_validate(c, p->form, NULL, answers, facts, &lists, true, &good);
    c->now = now;
    for (size_t i = 0; rc < 0 && i < c->faults.n; i++)
        print_error("%s %s: %s: %s\n", d->code, d->procedure, c->faults.p[i].name,
                    c->faults.p[i].say);
    assert_int_equal(rc, OK);
    json_decref(answers);
    json_decref(facts);
    json_decref(good);
}

/* As the verbs would reckon it now. */
static void
check_clock(struct town_of *t, const struct dossier *d)
{
    struct due due;

    if (!d->accepted_at || d->status == ST_SUPPLEMENT || d->status == ST_FISCAL || d->paused)
        return;
    assert_int_equal(dossiers_explain(&t->c, d, &due), OK);
    if (due.at != d->due_at)
        print_error("%s %s: due %" PRId64 " is %" PRId64 "\n", d->code, d->procedure, d->due_at,
                    due.at);
    assert_int_equal(due.at, d->due_at);
}

static void
check_one(struct town_of *t, const char *code)
{
    struct ctx *c = &t->c;
    struct dossier d;
    bool open;
    int rc = dossiers_verify(c, code);

    if (rc < 0)
        print_error("%s: %s\n", code, c->err.detail);
    assert_int_equal(rc, OK);
    assert_int_equal(dossiers_lookup(c, code, NULL, &d, &open), OK);
    assert_true(d.submitted_at < c->now && d.version > 0);
    check_answers(t, &d);
    check_clock(t, &d);
}

typedef VEC(const char *) texts_of;

static void
read_codes(struct town_of *t, texts_of *out)
{
    static const struct query Q = {"codes", "SELECT code FROM dossier ORDER BY id"};
    struct rows r;

    for (db_rows(&t->c, &r, &Q, NO_ARGS); db_next(&r);)
        *vec_push(t->c.a, out) = row_text(&r, 0);
    assert_int_equal(db_done(&r), OK);
}

/* Ids of agencies and accounts are of each database; everything else is of the seed. */
static const struct query LOGICAL[] = {
    {"l_dossier",
     "SELECT d.id, d.code, d.procedure, d.channel, d.applicant, d.status, d.submitted_at,"
     " d.accepted_at, d.due_at, d.finished_at, d.returned_at, d.result_number, d.result_signer,"
     " d.timing, g.code FROM dossier d JOIN agency g ON g.id = d.unit ORDER BY d.id"},
    {"l_event",
     "SELECT dossier, version, id, at, action, status, note, ground, data FROM dossier_event"
     " ORDER BY dossier, version"},
    {"l_answers", "SELECT dossier, revision, answers, at FROM dossier_answers"
                  " ORDER BY dossier, revision"},
    {"l_party", "SELECT owner, seq, name, personal_number, phone, email, address FROM party"
                " ORDER BY owner, seq"},
    {"l_task", "SELECT dossier, seq, kind, perm, step, status, received_at, created_at, due_at,"
               " budget_due, warn_at FROM task ORDER BY dossier, seq"},
    {"l_citizen", "SELECT id, login, name, phone, email FROM account WHERE kind = 1 ORDER BY id"},
    {"l_month", "SELECT month, procedure, submitted, online, received, finished, early, on_time,"
                " late FROM stat_month WHERE unit = 0 ORDER BY month, procedure"},
    {"l_seq", "SELECT agency, day, last FROM code_seq ORDER BY agency, day"}};
static const int COLUMNS[] = {15, 9, 4, 7, 11, 5, 9, 3};

static char *
logical_hash(struct town_of *t)
{
    struct arena *a = t->c.a;
    char *sum = arena_str(a, "");

    for (size_t i = 0; i < ROWS(LOGICAL); i++) {
        struct rows r;

        for (db_rows(&t->c, &r, &LOGICAL[i], NO_ARGS); db_next(&r);) {
            char *line = sum;

            for (int k = 0; k < COLUMNS[i]; k++)
                line = arena_fmt(a, "%s|%s", line, row_text(&r, k));
            sum = hash_sha256_hex(a, line, strlen(line));
        }
        assert_int_equal(db_done(&r), OK);
    }
    return sum;
}

static void
test_a_city_is_true(void **state)
{
    const int64_t N = cluster() ? 3000 : 10000;     /* asking for each is slower there */
    static const struct query OPEN = {"open_work",
        "SELECT count(*) FROM dossier WHERE status NOT IN (3, 8, 10)"},
        TASKS = {"tasks_own", "SELECT count(*) FROM task WHERE seq = 0"},
        WORK = {"work", "SELECT sum(n) - (SELECT count(*) FROM task) FROM work_count"},
        STATUSES = {"statuses", "SELECT count(DISTINCT status) FROM dossier"},
        LATE = {"late", "SELECT count(*) FROM dossier WHERE timing = 3"},
        FOUND = {"found", "SELECT count(*) FROM dossier_find"},
        UNITS = {"units", "SELECT count(DISTINCT received_unit) FROM dossier"},
        KINDS = {"kinds", "SELECT count(DISTINCT procedure) FROM dossier"};
    struct generate_result r;
    struct town_of t;
    texts_of codes = {0};

    (void)state;
    fill(&t, N, &r);
    assert_int_equal(r.dossiers, N);
    read_codes(&t, &codes);
    assert_int_equal(codes.n, N);
    for (size_t i = 0; i < codes.n; i++)
        check_one(&t, codes.p[i]);
    assert_int_equal(count(&t, &OPEN), r.open);
    assert_int_equal(count(&t, &TASKS), r.open);
    assert_int_equal(count(&t, &WORK), 0);
    assert_int_equal(count(&t, &STATUSES), 10);
    assert_in_range(count(&t, &LATE), N / 100, N / 20);
    assert_true(count(&t, &FOUND) >= 2 * N);
    assert_true(count(&t, &UNITS) > 120 && count(&t, &KINDS) > 38);
    close_town(&t);
}

static void
hash_of_city(char out[80])
{
    struct generate_result r;
    struct town_of t;

    fill(&t, 2000, &r);
    snprintf(out, 80, "%s", logical_hash(&t));
    close_town(&t);
}

/* The same seed, the same city: made again, and on PostgreSQL and SQLite. */
static void
test_the_same_again(void **state)
{
    char first[80], second[80], *pg = cluster() ? arena_str(*state, cluster()) : NULL;

    hash_of_city(first);
    if (pg)
        unsetenv("MOTCUA_TEST_PG");
    hash_of_city(second);
    if (pg)
        setenv("MOTCUA_TEST_PG", pg, 1);
    assert_string_equal(first, second);
}

/* The trial at a hundredth: what it promises, by the counters that the public statistics read. */
static void
test_trial_by_counters(void **state)
{
    static const struct scenario SMALL = {"small", "", {2021, 10, 4}, {2022, 3, 14}, 4668, 4487,
                                          70};
    struct generate_plan p = {.dossiers = SMALL.received, .seed = 3, .scenario = &SMALL,
                              .from = date_day(SMALL.from), .to = date_day(SMALL.to),
                              .quiet = true};
    int64_t received = 0, finished = 0;
    struct generate_result r;
    struct stat_row *v;
    struct town_of t;
    size_t n;

    (void)state;
    p.end = vn_utc(p.to, 24 * 60) - 1;
    fill_by(&t, &p, &r);
    assert_int_equal(stats_by_month(&t.c, 0, 202110, 202203, &v, &n), OK);
    assert_int_equal(n, 6);
    for (size_t i = 0; i < n; i++) {
        received += v[i].received;
        finished += v[i].finished;
    }
    assert_int_equal(received, SMALL.received);
    assert_int_equal(finished, SMALL.finished);
    assert_int_equal(r.open, SMALL.received - SMALL.finished + done_not_returned(&t));
    close_town(&t);
}

static void
test_not_into_a_full_one(void **state)
{
    struct generate_plan p = plan_of(10);
    struct generate_result r;
    struct town_of t;

    (void)state;
    fill(&t, 10, &r);
    assert_int_equal(generate_city(&t.c, &p, &r), E_CONFLICT);
    close_town(&t);
}

static int
open_arena(void **state)
{
    *state = arena_open(1 << 20);
    return 0;
}

static int
close_arena(void **state)
{
    arena_close(*state);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_days_sum_up), cmocka_unit_test(test_shape_of_weeks),
        cmocka_unit_test(test_shape_of_a_day), cmocka_unit_test(test_office_minutes_go_both_ways),
        cmocka_unit_test(test_trial_by_days), cmocka_unit_test(test_people),
        cmocka_unit_test(test_a_city_is_true), cmocka_unit_test(test_the_same_again),
        cmocka_unit_test(test_trial_by_counters),
        cmocka_unit_test(test_not_into_a_full_one)};

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
