/* One account with many photos, and a citizen with one, before the same converter. */
#include "base/test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "convert/line.h"

enum { FLOODER = 7, CITIZEN = 8, OTHER = 9, FLOOD = 12, MOST = 32, SHARE = 16 };

struct asker {
    struct line *line;
    pthread_t thread;
    int64_t who;
    int rank;                   /* the how many-th it was let in; 0: not */
};

static _Atomic int let_in;

static void *
ask(void *arg)
{
    struct asker *a = arg;
    struct place p;

    if (!line_enter(a->line, &p, a->who))
        return NULL;
    a->rank = atomic_fetch_add(&let_in, 1) + 1;
    line_leave(a->line, &p);
    return NULL;
}

static int
waiting(struct line *l)
{
    struct line_figures f;

    line_figures(l, &f);
    return f.waiting;
}

/* In line when it returns. */
static void
put(struct line *l, struct asker *a, int64_t who)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    int before = waiting(l);

    *a = (struct asker){.line = l, .who = who};
    assert_int_equal(pthread_create(&a->thread, NULL, ask, a), 0);
    while (waiting(l) == before)
        nanosleep(&moment, NULL);
}

static void
test_one_flooder_and_one_citizen(void **state)
{
    struct asker flood[FLOOD], citizen, other;
    struct line_figures f;
    struct place held;
    struct line l;

    (void)state;
    atomic_store(&let_in, 0);
    line_init(&l, 1, MOST, SHARE);
    assert_true(line_enter(&l, &held, FLOODER));        /* one of the flooder's runs */
    for (int i = 0; i < FLOOD; i++)
        put(&l, &flood[i], FLOODER);
    put(&l, &citizen, CITIZEN);
    put(&l, &other, OTHER);
    line_figures(&l, &f);
    assert_int_equal(f.running, 1);
    assert_int_equal(f.waiting, FLOOD + 2);
    assert_int_equal(f.accounts, 3);
    assert_int_equal(f.largest, FLOOD);
    line_leave(&l, &held);
    for (int i = 0; i < FLOOD; i++)
        pthread_join(flood[i].thread, NULL);
    pthread_join(citizen.thread, NULL);
    pthread_join(other.thread, NULL);
    assert_int_equal(citizen.rank, 1);          /* before all twelve that came before */
    assert_int_equal(other.rank, 2);
    for (int i = 0; i < FLOOD; i++)
        assert_int_equal(flood[i].rank, i + 3); /* and those in their order */
    line_release(&l);
}

static void
test_a_share_is_not_the_line(void **state)
{
    struct asker flood[3], citizen;
    struct line_figures f;
    struct place held, no;
    struct line l;

    (void)state;
    atomic_store(&let_in, 0);
    line_init(&l, 1, 5, 3);
    assert_true(line_enter(&l, &held, FLOODER));
    for (int i = 0; i < 3; i++)
        put(&l, &flood[i], FLOODER);
    assert_false(line_enter(&l, &no, FLOODER)); /* its share is full, the line is not */
    put(&l, &citizen, CITIZEN);
    line_figures(&l, &f);
    assert_int_equal(f.over_share, 1);
    line_leave(&l, &held);
    for (int i = 0; i < 3; i++)
        pthread_join(flood[i].thread, NULL);
    pthread_join(citizen.thread, NULL);
    assert_int_equal(let_in, 4);
    line_release(&l);
}

static void
test_closed(void **state)
{
    struct asker flood;
    struct place held, no;
    struct line l;

    (void)state;
    line_init(&l, 1, 5, 3);
    assert_true(line_enter(&l, &held, FLOODER));
    put(&l, &flood, FLOODER);
    line_close(&l);
    pthread_join(flood.thread, NULL);
    assert_int_equal(flood.rank, 0);
    assert_false(line_enter(&l, &no, CITIZEN));
    line_leave(&l, &held);
    line_release(&l);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_flooder_and_one_citizen),
        cmocka_unit_test(test_a_share_is_not_the_line),
        cmocka_unit_test(test_closed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
