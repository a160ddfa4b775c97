/* Shared commits: one row a promise of lane.h. */
#include "base/test.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "base/log.h"
#include "db/engine.h"
#include "db/lane.h"
#include "db/testdb.h"

enum { Q_ADD, Q_CHILD, Q_COUNT, Q_HAS, Q__COUNT };
static const struct query Q[Q__COUNT] = {
    [Q_ADD] = {"add", "INSERT INTO t (id) VALUES ($1)"},
    [Q_CHILD] = {"child", "INSERT INTO child (t) VALUES ($1)"},
    [Q_COUNT] = {"count", "SELECT count(*) FROM t"},
    [Q_HAS] = {"has", "SELECT count(*) FROM t WHERE id = $1"},
};

struct test_job {
    struct lane_job job; /* first: the lane hands it back */
    int64_t id;
    int want;    /* what work() returns after its insert */
    bool orphan; /* its row makes the whole commit impossible */
    int runs, rc;
    sem_t *gate, *finished;
};

static struct ctx c;
static sem_t finished, started;

static int
fresh(void **state)
{
    (void)state;
    testdb_open(&c);
    sem_init(&finished, 0, 0);
    sem_init(&started, 0, 0);
    return c.db->engine->script(
        &c, "CREATE TABLE t (id INTEGER PRIMARY KEY);"
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
    rc = db_exec(&mine, &Q[Q_ADD], ARGS(qi(t->id)));
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
        cmocka_unit_test_setup_teardown(test_sixty_four_submitters, fresh, gone),
        cmocka_unit_test_setup_teardown(test_a_lane_without_a_database_does_not_open, fresh, gone),
    };

    log_level(LOG_ERROR + 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
