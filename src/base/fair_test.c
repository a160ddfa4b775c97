/* Turns: a row is who comes in which order, and in which order they are served.  No clocks. */
#include "base/test.h"

#include "base/arena.h"
#include "base/fair.h"

enum { MOST = 64 };

struct one { struct fair_item item; char name; };

static struct one pool[MOST];

static struct fair *
filled(size_t depth, const char *come)
{
    struct fair *f = fair_open(depth);

    for (size_t i = 0; come[i]; i++) {
        pool[i] = (struct one){.item.who = (uint64_t)come[i], .name = come[i]};
        assert_null(fair_put(f, &pool[i].item));
    }
    return f;
}

static char
name_of(const struct fair_item *i)
{
    return ((const struct one *)(const void *)i)->name;
}

static void
served(const char *what, struct fair *f, const char *want)
{
    char got[MOST + 1] = "";
    struct fair_item *i;

    for (size_t n = 0; n < MOST && (i = fair_take(f)); n++)
        got[n] = name_of(i);
    if (strcmp(got, want) != 0)
        fail_msg("%s: want %s, got %s", what, want, got);
    assert_int_equal(fair_waiting(f), 0);
    assert_int_equal(fair_lines(f), 0);
    fair_close(f);
}

static void
test_turns(void **state)
{
    static const struct { const char *what, *come, *want; } T[] = {
        {"one alone is served in order", "AAAA", "AAAA"},
        {"one among many of another waits for one", "AAAAAAAAB", "ABAAAAAAA"},
        {"three in turns", "AAAAABBC", "ABCABAAA"},
        {"who comes first is first", "CBA", "CBA"},
        {"many of two share evenly", "AAAABBBB", "ABABABAB"},
        {"nobody", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++)
        served(T[i].what, filled(MOST, T[i].come), T[i].want);
}

/* Who comes back has no turn before those who wait. */
static void
test_coming_back(void **state)
{
    struct fair *f = filled(MOST, "AAABB");
    struct one again = {.item.who = 'C', .name = 'C'};

    (void)state;
    assert_int_equal(name_of(fair_take(f)), 'A');
    assert_null(fair_put(f, &again.item));
    served("after those who wait", f, "BACBA");
}

static void
test_many(void **state)
{
    struct fair *f = filled(MOST, "AAAAAABBC");
    struct fair_item *out[MOST];
    static const char WANT[] = "ABCABA", REST[] = "AAA";

    (void)state;
    assert_int_equal(fair_take_many(f, out, MOST, 3), 6);       /* three of A, all of B and C */
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(name_of(out[i]), WANT[i]);
    assert_int_equal(fair_take_many(f, out, 2, 3), 2);
    served("what is left", f, REST + 2);
}

static void
test_full(void **state)
{
    struct fair *f = filled(4, "AAAB");
    struct one a = {.item.who = 'A', .name = 'a'}, b = {.item.who = 'B', .name = 'b'},
               c = {.item.who = 'C', .name = 'c'}, d = {.item.who = 'D', .name = 'd'};

    (void)state;
    assert_ptr_equal(fair_put(f, &a.item), &a.item);            /* the longest line grows no more */
    assert_ptr_equal(fair_put(f, &c.item), &pool[2].item);      /* A's last makes room */
    assert_ptr_equal(fair_put(f, &b.item), &b.item);            /* A has 2, B would have as many */
    assert_ptr_equal(fair_put(f, &d.item), &pool[1].item);
    assert_ptr_equal(fair_put(f, &b.item), &b.item);            /* all have one */
    served("one each", f, "ABcd");
}

static bool
is_old(const struct fair_item *i, const void *arg)
{
    return i < (const struct fair_item *)arg;
}

static void
test_drop(void **state)
{
    struct fair *f = filled(MOST, "AABBCAB");
    const struct fair_item *gone;
    static const char WANT[] = "AABB";

    (void)state;
    gone = fair_drop(f, is_old, &pool[4].item);
    for (size_t i = 0; WANT[i]; i++, gone = gone->next)
        assert_int_equal(name_of(gone), WANT[i]);
    assert_null(gone);
    served("the younger keep their turns", f, "ABC");
}

/* As many persons as there is room for, over and over: lines are given back. */
static void
test_all_lines(void **state)
{
    struct fair *f = fair_open(MOST);
    struct one more = {.item.who = 1 << 20};

    (void)state;
    for (uint64_t round = 0; round < 100; round++) {
        for (uint64_t i = 0; i < MOST; i++) {
            pool[i] = (struct one){.item.who = round * MOST + i};
            assert_null(fair_put(f, &pool[i].item));
        }
        assert_int_equal(fair_lines(f), MOST);
        assert_ptr_equal(fair_put(f, &more.item), &more.item);
        for (uint64_t i = 0; i < MOST; i++)
            assert_ptr_equal(fair_take(f), &pool[i].item);
        assert_null(fair_take(f));
    }
    fair_close(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_turns), cmocka_unit_test(test_coming_back),
        cmocka_unit_test(test_many),  cmocka_unit_test(test_full),
        cmocka_unit_test(test_drop),  cmocka_unit_test(test_all_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
