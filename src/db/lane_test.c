/* Shared commits: one row a promise of lane.h. */
#include "base/test.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/log.h"
#include "base/now.h"
#include "db/engine.h"
#include "db/lane.h"
#include "db/testdb.h"

enum { Q_ADD, Q_CHILD, Q_COUNT, Q_HAS, Q_NAMED, Q_NAME, Q_MORE, Q_SUM, Q__COUNT };
static const struct query Q[Q__COUNT] = {
    [Q_ADD] = {"add", "INSERT INTO t (id) VALUES ($1)"},
    [Q_CHILD] = {"child", "INSERT INTO child (t) VALUES ($1)"},
    [Q_COUNT] = {"count", "SELECT count(*) FROM t"},
    [Q_HAS] = {"has", "SELECT count(*) FROM t WHERE id = $1"},
    [Q_NAMED] = {"named", "SELECT id FROM t WHERE name = $1"},
    [Q_NAME] = {"name", "INSERT INTO t (id, name) VALUES ($1, $2)"},
    [Q_MORE] = {"more", "UPDATE t SET n = n + 1 WHERE id = $1"},
    [Q_SUM] = {"sum", "SELECT sum(n) FROM t"},
};

struct test_job {
    struct lane_job job; /* first: the lane hands it back */
    int64_t id;
    int want;    /* what work() returns after its insert */
    bool orphan; /* its row makes the whole commit impossible */
    bool puts;   /* nobody waits for its insert */
    int runs, rc, nth; /* nth: in which order they were done */
    sem_t *gate, *finished;
};

static struct ctx c;
static sem_t finished, started;
static atomic_int done_n;

static int
fresh(void **state)
{
    (void)state;
    testdb_open(&c);
    sem_init(&finished, 0, 0);
    sem_init(&started, 0, 0);
    return c.db->engine->script(
        &c, "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE, n INTEGER DEFAULT 0);"
            "CREATE TABLE child (t INTEGER REFERENCES t(id) DEFERRABLE INITIALLY DEFERRED);");
}

static int
gone(void **state)
{
    (void)state;
    testdb_close(&c);
    sem_destroy(&finished);
    sem_destroy(&started);
    return 0;
}

static int
work(struct lane_job *j, struct db *db)
{
    struct test_job *t = (struct test_job *)j;
    struct arena *a = arena_open(1 << 16);
    struct ctx mine;
    int rc;

    ctx_init(&mine, a);
    mine.db = db;
    t->runs++;
    if (t->gate && t->runs == 1) {
        sem_post(&started);
        sem_wait(t->gate);
    }
    rc = (t->puts ? db_put : db_exec)(&mine, &Q[Q_ADD], ARGS(qi(t->id)));
    if (rc >= 0 && t->orphan)
        rc = db_exec(&mine, &Q[Q_CHILD], ARGS(qi(-1)));
    arena_close(a);
    return rc < 0 ? rc : t->want;
}

static void
done(struct lane_job *j, int rc)
{
    struct test_job *t = (struct test_job *)j;

    t->rc = rc;
    t->nth = atomic_fetch_add(&done_n, 1);
    sem_post(t->finished);
}

static struct test_job
a_job(int64_t id, int want)
{
    return (struct test_job){.job = {.work = work, .done = done},
                             .id = id,
                             .want = want,
                             .finished = &finished};
}

static void
wait_for(int n)
{
    while (n-- > 0)
        sem_wait(&finished);
}

static int64_t
stored(int64_t id)
{
    return db_int(&c, -1, &Q[Q_HAS], ARGS(qi(id)));
}

/* Jobs put while the first one holds the lane share the next commit. */
static struct lane *
put_together(struct test_job *jobs, size_t n, sem_t *gate)
{
    struct lane *l = lane_open(testdb_url(), DB_READ_WRITE, 100, 100);
    struct test_job first = a_job(1000, OK);

    assert_non_null(l);
    sem_init(gate, 0, 0);
    first.gate = gate;
    assert_true(lane_put(l, &first.job));
    sem_wait(&started); /* it is on the lane, what follows waits */
    for (size_t i = 0; i < n; i++)
        assert_true(lane_put(l, &jobs[i].job));
    sem_post(gate);
    wait_for((int)n + 1);
    assert_int_equal(first.rc, OK);
    sem_destroy(gate);
    return l;
}

static void
test_a_failing_job_is_undone_alone(void **state)
{
    struct test_job jobs[] = {a_job(1, OK), a_job(2, E_INVALID), a_job(1, OK), a_job(3, OK)};
    const int want[] = {OK, E_INVALID, E_CONFLICT, OK};
    sem_t gate;
    struct lane *l = put_together(jobs, 4, &gate);

    (void)state;
    lane_close(l);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(jobs[i].rc, want[i]);
    assert_true(stored(1) == 1 && stored(2) == 0 && stored(3) == 1);
}

static void
test_a_batch_that_cannot_commit_runs_one_by_one(void **state)
{
    struct test_job jobs[] = {a_job(1, OK), a_job(2, OK), a_job(3, OK), a_job(4, E_DENIED)};
    sem_t gate;
    struct lane *l;

    (void)state;
    jobs[1].orphan = true;
    l = put_together(jobs, 4, &gate);
    lane_close(l);
    assert_true(jobs[0].rc == OK && jobs[2].rc == OK && jobs[1].rc < 0 && jobs[3].rc == E_DENIED);
    assert_true(stored(1) == 1 && stored(2) == 0 && stored(3) == 1 && stored(4) == 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(jobs[i].runs, 2); /* bounded */
}

static void
test_the_queue_is_bounded(void **state)
{
    struct lane *l = lane_open(testdb_url(), DB_READ_WRITE, 2, 1);
    struct test_job jobs[8];
    sem_t gate;
    int taken = 0;

    (void)state;
    sem_init(&gate, 0, 0);
    for (int i = 0; i < 8; i++) {
        jobs[i] = a_job(i + 1, OK);
        jobs[i].gate = &gate;
        taken += lane_put(l, &jobs[i].job);
    }
    assert_true(taken == 2 || taken == 3); /* two wait, and the lane may hold one */
    for (int i = 0; i < taken; i++)
        sem_post(&gate);
    lane_close(l); /* finishes what is queued */
    assert_int_equal(db_int(&c, -1, &Q[Q_COUNT], NO_ARGS), taken);
    sem_destroy(&gate);
}

static struct test_job
job_of(char who, int64_t id)
{
    struct test_job t = a_job(id, OK);

    t.job.turn.who = (uint64_t)who;
    return t;
}

/* Six of A wait when one of B comes: it is done after one of them.  The line is full then, and one
 * of C has A's last put out. */
static void
test_turns(void **state)
{
    static const char WHO[] = "AAAAAABC";
    static const int NTH[] = {2, 5, 6, 7, 8, 0, 3, 4}, RC[] = {0, 0, 0, 0, 0, E_LIMIT, 0, 0};
    struct lane *l = lane_open(testdb_url(), DB_READ_WRITE, 7, 1);
    struct test_job first = a_job(1000, OK), jobs[8];
    sem_t gate;

    (void)state;
    atomic_store(&done_n, 0);
    sem_init(&gate, 0, 0);
    first.gate = &gate;
    assert_true(lane_put(l, &first.job));
    sem_wait(&started);
    for (int i = 0; i < 8; i++) {
        jobs[i] = job_of(WHO[i], i + 1);
        assert_true(lane_put(l, &jobs[i].job));
    }
    assert_int_equal(lane_stats(l).persons, 3);
    sem_post(&gate);
    wait_for(9);
    lane_close(l);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(jobs[i].nth, NTH[i]);
        assert_int_equal(jobs[i].rc, RC[i]);
    }
    assert_int_equal(first.nth, 1);
    sem_destroy(&gate);
}

/* One hangs in the lane, two wait behind it: they are told, the lane goes on with newer ones. */
/* Whoever waits for company gets an answer, with it or without; who does not wait ends it. */
static void
test_the_patient_are_not_forgotten(void **state)
{
    enum { N = 60 };
    struct lane *l = lane_open(testdb_url(), DB_READ_WRITE, N, N);
    struct test_job j[N] = {0};

    (void)state;
    assert_non_null(l);
    for (int i = 0; i < N; i++) {
        j[i] = a_job(i + 1, OK);
        j[i].job.patient = i % 20 != 19;
        assert_true(lane_put(l, &j[i].job));
        if (i % 6 == 5)
            wait_for(6);
    }
    assert_int_equal(lane_stats(l).jobs, N);
    lane_close(l);
    for (int i = 0; i < N; i++)
        assert_int_equal(j[i].rc, OK);
}

static void
test_who_waits_too_long_is_told(void **state)
{
    struct lane *l = lane_open(testdb_url(), DB_READ_WRITE, 8, 1);
    struct test_job jobs[4];
    sem_t gate;

    (void)state;
    sem_init(&gate, 0, 0);
    for (int i = 0; i < 4; i++) {
        jobs[i] = a_job(i + 1, OK);
        jobs[i].gate = i == 0 ? &gate : NULL;
    }
    assert_true(lane_put(l, &jobs[0].job));
    while (lane_stats(l).waiting > 0)
        continue;
    assert_true(lane_put(l, &jobs[1].job) && lane_put(l, &jobs[2].job));
    assert_int_equal(lane_expire(l, jobs[1].job.put), 0);
    assert_int_equal(lane_expire(l, now_mono_micros() + 1), 2);
    assert_true(jobs[1].rc == E_DOWN && jobs[2].rc == E_DOWN);
    assert_true(lane_put(l, &jobs[3].job));
    sem_post(&gate);
    lane_close(l);
    assert_int_equal(jobs[3].rc, OK);
    assert_int_equal(db_int(&c, -1, &Q[Q_COUNT], NO_ARGS), 2);
    sem_destroy(&gate);
}

enum { SUBMITTERS = 64, EACH = 50 };
static struct lane *shared;
static atomic_int lost;

static void *
submitter(void *arg)
{
    int64_t base = (int64_t)(intptr_t)arg * EACH;
    sem_t mine;

    sem_init(&mine, 0, 0);
    for (int i = 0; i < EACH; i++) {
        struct test_job t = a_job(1 + base + i, i % 10 == 9 ? E_INVALID : OK);

        t.finished = &mine;
        while (!lane_put(shared, &t.job))
            ;
        sem_wait(&mine);
        if (t.rc != t.want)
            atomic_fetch_add(&lost, 1);
    }
    sem_destroy(&mine);
    return NULL;
}

static void
test_sixty_four_submitters(void **state)
{
    pthread_t threads[SUBMITTERS];
    struct lane_stats s;

    (void)state;
    shared = lane_open(testdb_url(), DB_READ_WRITE, 256, 128);
    for (int i = 0; i < SUBMITTERS; i++)
        pthread_create(&threads[i], NULL, submitter, (void *)(intptr_t)i);
    for (int i = 0; i < SUBMITTERS; i++)
        pthread_join(threads[i], NULL);
    s = lane_stats(shared);
    lane_close(shared);
    assert_int_equal(atomic_load(&lost), 0);
    assert_int_equal(db_int(&c, -1, &Q[Q_COUNT], NO_ARGS), SUBMITTERS * EACH * 9 / 10);
    assert_int_equal(s.failed, SUBMITTERS * EACH / 10);
    assert_true(s.commits < s.jobs / 2); /* they do share */
}

/* A change that only was queued fails when somebody else's job runs already, or at the commit. */
static void
test_what_was_queued_fails_alone(void **state)
{
    struct test_job jobs[] = {a_job(1, OK), a_job(2, OK), a_job(1, OK), a_job(3, OK), a_job(4, OK)};
    sem_t gate;
    struct lane *l;

    (void)state;
    for (size_t i = 0; i < 5; i++)
        jobs[i].puts = i != 3; /* the fourth waits for an answer and meets the third's fault */
    l = put_together(jobs, 5, &gate);
    lane_close(l);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(jobs[i].rc, i == 2 ? E_CONFLICT : OK);
    assert_int_equal(db_int(&c, -1, &Q[Q_COUNT], NO_ARGS), 5); /* and the first of put_together */
}

/* What failed in this job is undone with it, queued or not: the neighbours need not run again. */
static void
test_a_fault_of_this_job_is_no_neighbour_s(void **state)
{
    struct test_job jobs[] = {a_job(1, OK), a_job(1000, OK), a_job(3, OK)};
    sem_t gate;
    struct lane *l;

    (void)state;
    jobs[0].puts = jobs[2].puts = true;
    jobs[2].orphan = false;
    l = put_together(jobs, 3, &gate); /* 1000 is there already */
    lane_close(l);
    assert_true(jobs[0].rc == OK && jobs[1].rc == E_CONFLICT && jobs[2].rc == OK);
    assert_true(jobs[0].runs == 1 && jobs[2].runs == 1 && jobs[1].runs <= 2);
}

/* --- two lanes, as of two servers --- */

enum { CROSSINGS = 300 };

struct crossing {
    struct lane_job job;
    int64_t first, second;
    int rc;
};

static int
cross(struct lane_job *j, struct db *db)
{
    struct crossing *x = (struct crossing *)j;
    struct arena *a = arena_open(1 << 16);
    struct ctx mine;
    int rc;

    ctx_init(&mine, a);
    mine.db = db;
    rc = db_exec(&mine, &Q[Q_MORE], ARGS(qi(x->first)));
    if (rc >= 0)
        rc = db_exec(&mine, &Q[Q_MORE], ARGS(qi(x->second)));
    arena_close(a);
    return rc < 0 ? rc : OK;
}

static void
crossed(struct lane_job *j, int rc)
{
    ((struct crossing *)j)->rc = rc;
    sem_post(&finished);
}

static void
test_opposite_orders_of_the_same_rows(void **state)
{
    static struct crossing x[2][CROSSINGS];
    struct lane *l[2];
    int64_t start = now_mono_micros();

    (void)state;
    assert_int_equal(db_exec(&c, &Q[Q_ADD], ARGS(qi(1))), 1);
    assert_int_equal(db_exec(&c, &Q[Q_ADD], ARGS(qi(2))), 1);
    for (int i = 0; i < 2; i++)
        assert_non_null(l[i] = lane_open(testdb_url(), DB_READ_WRITE, CROSSINGS, 20));
    for (int k = 0; k < CROSSINGS; k++)
        for (int i = 0; i < 2; i++) {
            x[i][k] = (struct crossing){{.work = cross, .done = crossed}, 1 + i, 2 - i, 0};
            assert_true(lane_put(l[i], &x[i][k].job));
        }
    wait_for(2 * CROSSINGS);
    for (int i = 0; i < 2; i++)
        lane_close(l[i]);
    for (int k = 0; k < CROSSINGS; k++)
        assert_true(x[0][k].rc == OK && x[1][k].rc == OK);
    assert_int_equal(db_int(&c, 0, &Q[Q_SUM], NO_ARGS), 4 * CROSSINGS);
    assert_true(now_mono_micros() - start < 60 * 1000000);
}

/* Finds the row of this name, or makes it: as an idempotency key does. */
struct naming {
    struct lane_job job;
    int64_t id, found;
    int rc, runs;
    sem_t *looked, *go_on;
};

static int
name_it(struct lane_job *j, struct db *db)
{
    struct naming *x = (struct naming *)j;
    struct arena *a = arena_open(1 << 16);
    struct ctx mine;
    int rc = OK;

    ctx_init(&mine, a);
    mine.db = db;
    x->found = db_int(&mine, 0, &Q[Q_NAMED], ARGS(qt("khóa")));
    if (!x->found)
        rc = db_exec(&mine, &Q[Q_NAME], ARGS(qi(x->id), qt("khóa")));
    if (x->runs++ == 0 && x->looked) {
        sem_post(x->looked);
        sem_wait(x->go_on);
    }
    arena_close(a);
    return rc < 0 ? rc : OK;
}

static void
named(struct lane_job *j, int rc)
{
    ((struct naming *)j)->rc = rc;
    sem_post(&finished);
}

static void
test_the_second_of_two_lanes_finds_the_first_s_row(void **state)
{
    sem_t looked, go_on;
    struct naming one = {{.work = name_it, .done = named}, .id = 1, .looked = &looked,
                         .go_on = &go_on};
    struct naming two = {{.work = name_it, .done = named}, .id = 2};
    struct lane *a = lane_open(testdb_url(), DB_READ_WRITE, 10, 10);
    struct lane *b = lane_open(testdb_url(), DB_READ_WRITE, 10, 10);

    (void)state;
    sem_init(&looked, 0, 0);
    sem_init(&go_on, 0, 0);
    assert_true(lane_put(a, &one.job));
    sem_wait(&looked); /* its row is written and not committed */
    assert_true(lane_put(b, &two.job));
    usleep(100000); /* the other stands before the row, or before the transaction */
    sem_post(&go_on);
    wait_for(2);
    lane_close(a);
    lane_close(b);
    assert_true(one.rc == OK && two.rc == OK);
    assert_true(one.found == 0 && two.found == 1);
    assert_int_equal(db_int(&c, -1, &Q[Q_COUNT], NO_ARGS), 1);
    sem_destroy(&looked);
    sem_destroy(&go_on);
}

static void
test_a_lane_without_a_database_does_not_open(void **state)
{
    (void)state;
    log_level(LOG_ERROR + 1);
    assert_null(lane_open("sqlite:/no/such/folder/x.db", DB_READ_WRITE, 1, 1));
    log_level(LOG_WARN);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_failing_job_is_undone_alone, fresh, gone),
        cmocka_unit_test_setup_teardown(test_a_batch_that_cannot_commit_runs_one_by_one, fresh,
                                        gone),
        cmocka_unit_test_setup_teardown(test_the_queue_is_bounded, fresh, gone),
        cmocka_unit_test_setup_teardown(test_turns, fresh, gone),
        cmocka_unit_test_setup_teardown(test_the_patient_are_not_forgotten, fresh, gone),
        cmocka_unit_test_setup_teardown(test_who_waits_too_long_is_told, fresh, gone),
        cmocka_unit_test_setup_teardown(test_sixty_four_submitters, fresh, gone),
        cmocka_unit_test_setup_teardown(test_what_was_queued_fails_alone, fresh, gone),
        cmocka_unit_test_setup_teardown(test_a_fault_of_this_job_is_no_neighbour_s, fresh, gone),
        cmocka_unit_test_setup_teardown(test_opposite_orders_of_the_same_rows, fresh, gone),
        cmocka_unit_test_setup_teardown(test_the_second_of_two_lanes_finds_the_first_s_row, fresh,
                                        gone),
        cmocka_unit_test_setup_teardown(test_a_lane_without_a_database_does_not_open, fresh, gone),
    };

    log_level(LOG_ERROR + 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
