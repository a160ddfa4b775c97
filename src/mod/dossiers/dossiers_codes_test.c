/* Codes under concurrency: no gap, no double, whoever fails. */
#include "mod/dossiers/dossiers_testing.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>

#include "db/lane.h"

static struct town t;

static int
set_up(void **state)
{
    (void)state;
    town_open(&t);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    town_close(&t);
    return 0;
}

enum { RACERS = 8, EACH = 60 };

struct race_job { struct lane_job job; sem_t *done; bool fails; int rc; char code[64]; };

static int
race_work(struct lane_job *j, struct db *db)
{
    struct race_job *r = (struct race_job *)j;
    struct submission s;
    struct dossier d;
    struct town mine = t;               /* a context of its own, on the same town */
    char *secret;
    int rc;

    ctx_init(&mine.c, arena_open(4 << 20));
    town_connect(&t, &mine.c);
    mine.c.db = db;
    town_be(&mine, CITIZEN);
    town_submission(&mine, &s, CHANNEL_ONLINE);
    rc = dossiers_submit(&mine.c, &s, &d, &secret);
    json_decref(s.answers);
    if (rc == OK)
        snprintf(r->code, sizeof r->code, "%s", d.code);
    arena_close(mine.c.a);
    return rc == OK && r->fails ? E_CONFLICT : rc;      /* after its code was taken */
}

static void
race_done(struct lane_job *j, int rc)
{
    struct race_job *r = (struct race_job *)j;

    r->rc = rc;
    sem_post(r->done);
}

struct racer { struct lane *lane; struct race_job jobs[EACH]; sem_t done; };

static void *
race(void *arg)
{
    struct racer *r = arg;

    for (int i = 0; i < EACH; i++) {
        r->jobs[i] = (struct race_job){.job = {.work = race_work, .done = race_done},
                                       .done = &r->done, .fails = i % 7 == 3};
        while (!lane_put(r->lane, &r->jobs[i].job))
            ;
    }
    for (int i = 0; i < EACH; i++)
        sem_wait(&r->done);
    return NULL;
}

static void
test_codes_have_no_gap_and_no_double(void **state)
{
    static struct racer racers[RACERS];
    static bool seen[RACERS * EACH + 1];
    pthread_t threads[RACERS];
    struct lane *lane = lane_open(testdb_url(), DB_READ_WRITE, 4096, 64);
    int stored = 0;

    (void)state;
    memset(seen, 0, sizeof seen);
    for (int i = 0; i < RACERS; i++) {
        racers[i].lane = lane;
        sem_init(&racers[i].done, 0, 0);
        pthread_create(&threads[i], NULL, race, &racers[i]);
    }
    for (int i = 0; i < RACERS; i++)
        pthread_join(threads[i], NULL);
    lane_close(lane);
    for (int i = 0; i < RACERS; i++)
        for (int k = 0; k < EACH; k++) {
            const struct race_job *j = &racers[i].jobs[k];
            long number = strtol(strrchr(j->code, '-') + 1, NULL, 10);

            assert_int_equal(j->rc == OK, !j->fails);
            if (j->rc != OK)
                continue;
            assert_true(number >= 1 && number <= RACERS * EACH && !seen[number]);
            seen[number] = true;
            stored++;
        }
    for (int n = 1; n <= stored; n++)
        assert_true(seen[n]);           /* what failed left no hole */
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(test_codes_have_no_gap_and_no_double),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
