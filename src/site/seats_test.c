/* Two holders, the dead, and clocks that jump: no two seats ever share an id. */
#include "base/test.h"

#include "base/err.h"
#include "base/id.h"
#include "base/now.h"
#include "db/testdb.h"
#include "site/seats.h"
#include "site/seats_sql.h"

enum { NOON = 1795305540 };

static struct ctx c;

static int
set_up(void **state)
{
    (void)state;
    testdb_open(&c);
    now_set(NOON);
    c.now = NOON;
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    now_set(-1);
    testdb_close(&c);
    return 0;
}

static struct seat
seated(const char *name)
{
    struct seat s;

    seat_init(&s, name);
    assert_int_equal(seat_take(&c, &s, 0, SEAT_AHEAD), OK);
    return s;
}

static struct seat_row
row_of(int number)
{
    seat_list all = {0};

    assert_int_equal(seats_all(&c, &all), OK);
    for (size_t i = 0; i < all.n; i++)
        if (all.p[i].number == number)
            return all.p[i];
    return (struct seat_row){.number = -1};
}

static void
test_two_holders(void **state)
{
    struct seat a = seated("one"), b = seated("two"), d;

    (void)state;
    assert_int_equal(a.number, 0);
    assert_int_equal(b.number, 1);
    assert_int_equal(seat_beat(&c, &a, SEAT_AHEAD), OK);
    seat_use(&a);
    assert_int_equal(id_next() >> 12 & 1023, 0);
    assert_int_equal(seat_leave(&c, &a), OK);
    assert_int_equal(seat_beat(&c, &a, SEAT_AHEAD), E_NOTFOUND);
    d = seated("three");
    assert_int_equal(d.number, 0);          /* few numbers are ever used */
    assert_true(d.ids_from > NOON * 1000LL);
    assert_int_equal(seat_beat(&c, &b, SEAT_AHEAD), OK);
}

static void
test_the_dead(void **state)
{
    struct seat_watch *w = seat_watch_open();
    struct seat a = seated("dies"), b = seated("lives");

    (void)state;
    assert_int_equal(lease_take(&c, "seal", a.token, 3600), 1);
    for (int64_t t = 0; t <= SEAT_EXPIRES; t += SEAT_BEAT) {
        assert_int_equal(seat_watch_look(&c, w, t), OK);
        assert_int_equal(seat_beat(&c, &b, SEAT_AHEAD), OK);
    }
    assert_string_equal(row_of(a.number).holder, a.token);  /* thirty seconds are not over */
    assert_int_equal(lease_take(&c, "seal", b.token, 3600), 0);
    assert_int_equal(seat_watch_look(&c, w, SEAT_EXPIRES + 1), OK);
    assert_string_equal(row_of(a.number).holder, "");
    assert_int_equal(lease_take(&c, "seal", b.token, 3600), 1);
    assert_string_equal(row_of(b.number).holder, b.token);
    assert_int_equal(seat_beat(&c, &a, SEAT_AHEAD), E_NOTFOUND);    /* it wakes up and knows */
    seat_watch_close(w);
}

/* One who saw it die frees nobody who sat down since. */
static void
test_freed_by_two(void **state)
{
    struct seat a = seated("dies"), b;
    struct seat_row old = row_of(a.number);

    (void)state;
    assert_int_equal(seats_sql_free(&c, old.number, old.holder, old.beat), 1);
    now_set(NOON + 2 * SEAT_AHEAD);
    b = seated("sits there now");
    assert_int_equal(b.number, a.number);
    assert_int_equal(seats_sql_free(&c, old.number, old.holder, old.beat), 0);
    assert_int_equal(seat_beat(&c, &b, SEAT_AHEAD), OK);
}

/* What was reserved is the holder's; who sits there next begins behind it, whatever clocks say. */
static void
test_clock(void **state)
{
    struct seat a = seated("its clock jumps"), b, e;
    struct seat_row row;
    int64_t id, end = a.ids_until;

    (void)state;
    seat_use(&a);
    now_set(NOON + 7200);                       /* ahead, between two beats */
    id = id_next();
    assert_true(id_time(id) * 1000 < end);
    assert_int_equal(seat_beat(&c, &a, SEAT_AHEAD), OK);
    seat_use(&a);
    id = id_next();
    assert_true(id_time(id) >= NOON + 7200 && id_time(id) * 1000 < a.ids_until);
    now_set(NOON - 7200);                       /* and back: it goes on where it was */
    assert_true(id_next() > id);
    assert_int_equal(seat_beat(&c, &a, SEAT_AHEAD), OK);
    assert_true(a.ids_until >= (NOON + 7200) * 1000LL);

    row = row_of(a.number);                     /* it dies, and another's clock is right */
    assert_int_equal(seats_sql_free(&c, row.number, row.holder, row.beat), 1);
    now_set(NOON);
    b = seated("another");
    assert_int_not_equal(b.number, a.number);   /* those ids are not in the past yet */
    now_set(NOON + 2 * 7200);
    e = seated("later");
    assert_int_equal(e.number, a.number);
    assert_true(e.ids_from >= a.ids_until);
}

/* Newer ids of others are followed as far as the seat reaches, and further after its next beat. */
static void
test_after(void **state)
{
    struct seat a = seated("follows");
    int64_t other = id_floor(NOON + 100000);

    (void)state;
    seat_use(&a);
    id_after(other);
    assert_true(id_time(id_next()) * 1000 < a.ids_until);
    assert_int_equal(seat_beat(&c, &a, SEAT_AHEAD), OK);
    seat_use(&a);
    assert_true(id_next() > other);
}

static void
test_lease(void **state)
{
    (void)state;
    assert_int_equal(lease_take(&c, "tick", "a", 60), 1);
    assert_int_equal(lease_take(&c, "tick", "b", 60), 0);
    assert_int_equal(lease_take(&c, "tick", "a", 60), 1);
    assert_int_equal(lease_take(&c, "sweep", "b", 60), 1);
    c.now += 61;
    assert_int_equal(lease_take(&c, "tick", "b", 60), 1);
    assert_int_equal(lease_take(&c, "tick", "a", 60), 0);
    c.now += 7200;                              /* b's clock jumps, it takes, and dies */
    assert_int_equal(lease_take(&c, "tick", "b", 60), 1);
    c.now -= 7200;
    assert_int_equal(lease_take(&c, "tick", "a", 60), 1);
}

static void
test_who_leaves_lets_go(void **state)
{
    struct seat goes = seated("goes"), stays = seated("stays");

    (void)state;
    assert_int_equal(lease_take(&c, "seal", goes.token, 60), 1);
    assert_int_equal(lease_take(&c, "keep", stays.token, 60), 1);
    assert_int_equal(lease_take(&c, "seal", stays.token, 60), 0);
    assert_int_equal(seat_leave(&c, &goes), OK);
    assert_int_equal(lease_take(&c, "seal", stays.token, 60), 1);
    assert_int_equal(lease_take(&c, "keep", "another", 60), 0);
}

static void
test_once_a_day(void **state)
{
    day d = vn_day(NOON);

    (void)state;
    assert_int_equal(lease_day(&c, "rights", d, false), 1);
    assert_int_equal(lease_day(&c, "rights", d, false), 0);
    assert_int_equal(lease_day(&c, "rights", d, true), 1);
    assert_int_equal(lease_day(&c, "rights", d + 1, false), 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_two_holders, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_dead, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_freed_by_two, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_clock, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_after, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lease, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_who_leaves_lets_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_once_a_day, set_up, tear_down),
    };

    return cmocka_run_group_tests_name("seats", tests, NULL, NULL);
}
