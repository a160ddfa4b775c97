/* What a lane does when PostgreSQL goes away under it.  Nothing that was acknowledged may be lost,
 * nothing may be there twice, and nobody waits for long.  Skipped where no cluster is given. */
#include "base/test.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/now.h"
#include "db/engine.h"
#include "db/lane.h"
#include "db/testdb.h"

enum { Q_ADD, Q_COUNT, Q_HAS, Q_MORE, Q_SUM, Q_KILL, Q_HANG, Q__COUNT };
static const struct query Q[Q__COUNT] = {
    [Q_ADD] = {"add", "INSERT INTO t (id) VALUES ($1)"},
    [Q_COUNT] = {"count", "SELECT count(*) FROM t"},
    [Q_HAS] = {"has", "SELECT count(*) FROM t WHERE id = $1"},
    [Q_MORE] = {"more", "UPDATE many SET n = n + 1 WHERE id = 1"},
    [Q_SUM] = {"sum", "SELECT n FROM many"},
    [Q_KILL] = {"kill", "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                        " WHERE datname = current_database() AND pid <> pg_backend_pid()"},
    [Q_HANG] = {"hang", "SELECT CAST(pg_sleep(60) AS TEXT)"},
};

static struct ctx c;

static int
fresh(void **state)
{
    (void)state;
    testdb_open(&c);
    return c.db->engine->script(&c, "CREATE TABLE t (id BIGINT PRIMARY KEY);"
                                    "CREATE TABLE many (id BIGINT PRIMARY KEY, n BIGINT);"
                                    "INSERT INTO many VALUES (1, 0);");
}

static int
gone(void **state)
{
    (void)state;
    testdb_close(&c);
    return 0;
}

/* --- jobs ---------------------------------------------------------------------------------- */

struct job {
    struct lane_job job;
    int64_t id;
    bool puts, hangs;
    void (*then)(void); /* the first time, after its change */
    int runs, rc;
    sem_t finished;
};

static int
work(struct lane_job *j, struct db *db)
{
    struct job *t = (struct job *)j;
    struct arena *a = arena_open(1 << 16);
    struct ctx mine;
    int rc;

    ctx_init(&mine, a);
    mine.db = db;
    rc = (t->puts ? db_put : db_exec)(&mine, &Q[Q_ADD], ARGS(qi(t->id)));
    if (rc >= 0)
        rc = db_put(&mine, &Q[Q_MORE], NO_ARGS);
    if (rc >= 0 && t->hangs)
        rc = db_exec(&mine, &Q[Q_HANG], NO_ARGS);
    if (t->runs++ == 0 && t->then)
        t->then();
    arena_close(a);
    return rc < 0 ? rc : OK;
}

static void
done(struct lane_job *j, int rc)
{
    struct job *t = (struct job *)j;

    t->rc = rc;
    sem_post(&t->finished);
}

static void
put(struct lane *l, struct job *t)
{
    t->job = (struct lane_job){.work = work, .done = done};
    sem_init(&t->finished, 0, 0);
    while (!lane_put(l, &t->job))
        usleep(1000);
}

static int
wait_for(struct job *t)
{
    sem_wait(&t->finished);
    sem_destroy(&t->finished);
    return t->rc;
}

static int
run_one(struct lane *l, struct job *t)
{
    put(l, t);
    return wait_for(t);
}

static void
kill_all(void)
{
    db_int(&c, 0, &Q[Q_KILL], NO_ARGS);
}

static int64_t
count(void)
{
    return db_int(&c, -1, &Q[Q_COUNT], NO_ARGS);
}

/* --- between the lane and the server: a wire that can be cut */

static struct {
    int listens, port;
    atomic_bool deaf;   /* answers are swallowed, and the wire is cut when the server was heard */
    atomic_bool cut;    /* nobody gets through */
    atomic_bool stop;
    pthread_t thread;
    struct sockaddr_in server;
} wire;

/* One way; false: it ended. */
static bool
carry(int from, int to)
{
    char b[16384];
    ssize_t n = read(from, b, sizeof b);

    for (ssize_t at = 0, k; at < n; at += k)
        if ((k = write(to, b + at, (size_t)(n - at))) <= 0)
            return false;
    return n > 0;
}

static void *
carry_both(void *arg)
{
    int client = (int)(intptr_t)arg, server = socket(AF_INET, SOCK_STREAM, 0);
    struct pollfd f[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    bool open = connect(server, (struct sockaddr *)&wire.server, sizeof wire.server) == 0;
    int quiet = 0;

    while (open && !atomic_load(&wire.stop) && !atomic_load(&wire.cut) && quiet < 10) {
        bool deaf = atomic_load(&wire.deaf);

        poll(f, 2, 50);
        if (f[0].revents)
            open = carry(client, server);
        if (open && f[1].revents && !deaf)
            open = carry(server, client);
        quiet = deaf ? quiet + 1 : 0; /* half a second: what was sent has been done by then */
        if (deaf && f[1].revents)
            usleep(20000);
    }
    close(server);
    close(client);
    return NULL;
}

static void *
wire_main(void *arg)
{
    struct pollfd f = {wire.listens, POLLIN, 0};
    pthread_t t;

    (void)arg;
    while (!atomic_load(&wire.stop)) {
        int client = poll(&f, 1, 20) > 0 ? accept(wire.listens, NULL, NULL) : -1;

        if (client < 0)
            continue;
        if (atomic_load(&wire.deaf) && !atomic_load(&wire.cut))
            atomic_store(&wire.deaf, false); /* a new connection is a whole one */
        pthread_create(&t, NULL, carry_both, (void *)(intptr_t)client);
        pthread_detach(t);
    }
    return NULL;
}

static struct sockaddr_in
local(int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static void
wire_listen(int port)
{
    struct sockaddr_in me = local(port);
    socklen_t n = sizeof me;
    int on = 1;

    wire.listens = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(wire.listens, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    assert_int_equal(bind(wire.listens, (struct sockaddr *)&me, sizeof me), 0);
    assert_int_equal(listen(wire.listens, 20), 0);
    getsockname(wire.listens, (struct sockaddr *)&me, &n);
    wire.port = ntohs(me.sin_port);
    atomic_store(&wire.deaf, false);
    atomic_store(&wire.cut, false);
    atomic_store(&wire.stop, false);
    pthread_create(&wire.thread, NULL, wire_main, NULL);
}

/* testdb's address through the wire. */
static const char *
wire_open(void)
{
    const char *at = strrchr(testdb_url(), '@'), *colon = at ? strchr(at, ':') : NULL;

    wire.server = local(colon ? (int)strtol(colon + 1, NULL, 10) : 5432);
    wire_listen(0);
    return arena_fmt(c.a, "%s?host=127.0.0.1&port=%d", testdb_url(), wire.port);
}

static void
wire_close(void)
{
    atomic_store(&wire.stop, true);
    pthread_join(wire.thread, NULL);
    close(wire.listens);
    usleep(100000); /* the carriers end */
}

static void go_deaf(void) { atomic_store(&wire.deaf, true); }

/* --- the tests ----------------------------------------------------------------------------- */

static void
test_killed_in_the_middle(void **state)
{
    struct lane *l = lane_open(testdb_url(), DB_READ_WRITE, 10, 10);
    struct job one = {.id = 1}, two = {.id = 2, .then = kill_all}, three = {.id = 3, .puts = true,
               .then = kill_all};

    (void)state;
    assert_int_equal(run_one(l, &one), OK);
    assert_int_equal(run_one(l, &two), OK);
    assert_true(two.runs == 2);
    assert_int_equal(run_one(l, &three), OK);
    kill_all(); /* and between two batches */
    one.id = 4;
    assert_int_equal(run_one(l, &one), OK);
    lane_close(l);
    assert_int_equal(count(), 4);
    assert_int_equal(db_int(&c, 0, &Q[Q_SUM], NO_ARGS), 4);
}

/* The server committed and nobody heard it. */
static void
test_the_answer_to_a_commit_is_lost(void **state)
{
    struct lane *l = lane_open(wire_open(), DB_READ_WRITE, 10, 10);
    struct job one = {.id = 1}, two = {.id = 2, .then = go_deaf}, three = {.id = 3};

    (void)state;
    assert_non_null(l);
    assert_int_equal(run_one(l, &one), OK);
    assert_int_equal(run_one(l, &two), OK);
    assert_int_equal(two.runs, 1); /* found by its mark, not run again */
    assert_int_equal(run_one(l, &three), OK);
    lane_close(l);
    wire_close();
    assert_int_equal(count(), 3);
    assert_int_equal(db_int(&c, 0, &Q[Q_SUM], NO_ARGS), 3);
}

/* The same with a lane's first mark, while the server is still at it: nobody sees that row yet. */
static void
test_the_first_answer_is_lost_and_the_commit_lasts(void **state)
{
    static const char DOZE[] =
        "CREATE FUNCTION doze() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN PERFORM pg_sleep(1.5); RETURN NULL; END';"
        "CREATE CONSTRAINT TRIGGER doze AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION doze()";
    struct lane *l = lane_open(wire_open(), DB_READ_WRITE, 10, 10);
    struct job one = {.id = 1, .then = go_deaf};

    (void)state;
    assert_non_null(l);
    assert_int_equal(c.db->engine->script(&c, DOZE), OK);
    assert_int_equal(run_one(l, &one), OK);
    assert_int_equal(one.runs, 1);
    lane_close(l);
    wire_close();
    assert_int_equal(count(), 1);
    assert_int_equal(db_int(&c, 0, &Q[Q_SUM], NO_ARGS), 1);
}

/* Nobody can be reached: it is said soon, and the lane comes back by itself. */
static void
test_away_and_back(void **state)
{
    struct lane *l = lane_open(wire_open(), DB_READ_WRITE, 10, 10);
    struct job one = {.id = 1}, more[5] = {0}, last = {.id = 9};
    int64_t start;

    (void)state;
    assert_int_equal(run_one(l, &one), OK);
    shutdown(wire.listens, SHUT_RDWR);
    close(wire.listens);
    atomic_store(&wire.cut, true);
    usleep(100000);
    start = now_mono_micros();
    more[0].id = 2;
    assert_int_equal(run_one(l, &more[0]), E_DOWN);
    assert_true(now_mono_micros() - start < 40 * 1000000);
    start = now_mono_micros();
    for (int i = 1; i < 5; i++) {
        more[i].id = 2 + i;
        assert_int_equal(run_one(l, &more[i]), E_DOWN);
    }
    assert_true(now_mono_micros() - start < 4 * 1000000); /* no patience twice */
    assert_int_equal(lane_stats(l).rc, E_DOWN);
    atomic_store(&wire.stop, true);
    pthread_join(wire.thread, NULL);
    wire_listen(wire.port);
    for (int i = 0; i < 50 && run_one(l, &last) != OK; i++)     /* it tries again by itself */
        usleep(200000);
    assert_int_equal(last.rc, OK);
    lane_close(l);
    wire_close();
    assert_int_equal(count(), 2);
}

/* A statement that hangs ends by the server's clock. */
static void
test_nothing_hangs(void **state)
{
    struct lane *l = lane_open(testdb_url(), DB_READ_WRITE, 10, 10);
    struct job slow = {.id = 1, .hangs = true}, next = {.id = 2};
    int64_t start = now_mono_micros();

    (void)state;
    put(l, &slow);
    put(l, &next);
    assert_int_equal(wait_for(&slow), E_DOWN);
    assert_int_equal(wait_for(&next), OK);
    assert_true(now_mono_micros() - start < 40 * 1000000);      /* of sixty */
    lane_close(l);
    assert_int_equal(count(), 1);
}

/* --- under load ----------------------------------------------------------------------------- */

enum { THREADS = 16, EACH = 150, LANES = 2, KILLS = 60 };
static struct lane *lanes[LANES];
static struct job load[THREADS][EACH];
static atomic_int left;

static void *
submit(void *arg)
{
    int t = (int)(intptr_t)arg;

    for (int i = 0; i < EACH; i++) {
        load[t][i] = (struct job){.id = 1 + t * EACH + i, .puts = i % 2};
        run_one(lanes[(t + i) % LANES], &load[t][i]);
    }
    atomic_fetch_sub(&left, 1);
    return NULL;
}

static void
test_killed_again_and_again_under_load(void **state)
{
    pthread_t threads[THREADS];
    int acknowledged = 0, kills = 0;

    (void)state;
    atomic_store(&left, THREADS);
    for (int i = 0; i < LANES; i++)
        assert_non_null(lanes[i] = lane_open(testdb_url(), DB_READ_WRITE, 256, 64));
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, submit, (void *)(intptr_t)i);
    for (; atomic_load(&left) > 0; kills++) {
        usleep(30000);
        if (kills < KILLS) /* a slow machine would do nothing else */
            kill_all();
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < LANES; i++)
        lane_close(lanes[i]);
    for (int t = 0; t < THREADS; t++)
        for (int i = 0; i < EACH; i++) {
            bool there = db_int(&c, -1, &Q[Q_HAS], ARGS(qi(load[t][i].id))) == 1;

            assert_true(load[t][i].rc == OK || load[t][i].rc == E_DOWN);
            assert_true(there == (load[t][i].rc == OK));
            acknowledged += load[t][i].rc == OK;
        }
    kills = kills < KILLS ? kills : KILLS;
    print_message("%d kills, %d of %d acknowledged\n", kills, acknowledged, THREADS * EACH);
    assert_int_equal(db_int(&c, 0, &Q[Q_SUM], NO_ARGS), acknowledged);
    assert_true(acknowledged > THREADS * EACH / 2);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, fresh, gone)
    const struct CMUnitTest tests[] = {
        T(test_killed_in_the_middle),
        T(test_the_answer_to_a_commit_is_lost),
        T(test_the_first_answer_is_lost_and_the_commit_lasts),
        T(test_away_and_back),
        T(test_nothing_hangs),
        T(test_killed_again_and_again_under_load),
    };

    log_level(LOG_ERROR + 1);
    if (!getenv("MOTCUA_TEST_PG"))
        return 77; /* meson: skipped */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
