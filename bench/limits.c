/*
 * What limits and turns cost a request, in processor time.
 *
 *     build/bench/limits [SECONDS]
 *
 * Prints one fact a line: what, how many a second of processor time, nanoseconds each.
 */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "cpu.h"

#include "base/arena.h"
#include "base/fair.h"
#include "http/rate.h"
#include "site/known.h"

enum { PERSONS = 20000, WAITING = 64, ROUND = 10000 };

static struct known *known;
static struct rate *rate;
static struct fair *line;
static struct fair_item items[WAITING];
static char cookies[PERSONS][44];
static volatile uint64_t sink;

/* What limits_head() does for whoever is signed in. */
static void
limit_one(int i)
{
    uint64_t who = rate_who(cookies[i % PERSONS]);
    int64_t account = known_find(known, who);

    sink += (uint64_t)rate_take_as(rate, rate_who_number(account), 1, i);
}

static void
limit_guest(int i)
{
    static const char *const FROM[] = {"203.0.113.7", "198.51.100.20", "2001:db8:1:2::7"};

    sink += (uint64_t)rate_take(rate, FROM[i % 3], i);
}

/* In and out of a line in which 63 others wait. */
static void
turn_one(int i)
{
    struct fair_item *x = fair_take(line);

    (void)i;
    sink += x->who;
    fair_put(line, x);
}

static void
run(const char *what, void (*one)(int), double seconds)
{
    double began = cpu(), took = 0;
    long done = 0;

    for (int n = 0; took < seconds; took = cpu() - began, done += ROUND)
        for (int i = 0; i < ROUND; i++)
            one(n++ & 0xffffff);
    printf("%-44s %10.0f a second %6.0f ns each\n", what, (double)done / took,
           took / (double)done * 1e9);
}

int
main(int argc, char **argv)
{
    double seconds = argc > 1 ? atof(argv[1]) : 1;

    if (sodium_init() < 0)
        return 1;
    known = known_open();
    rate = rate_open_minute(1000000, 1000000);
    line = fair_open(WAITING);
    for (int i = 0; i < PERSONS; i++) {
        snprintf(cookies[i], sizeof cookies[i], "%043d", i);
        known_put(known, rate_who(cookies[i]), i + 1);
    }
    for (uint64_t i = 0; i < WAITING; i++) {
        items[i].who = rate_who_number((int64_t)i);
        fair_put(line, &items[i]);
    }
    run("limit of one of 20,000 who are signed in", limit_one, seconds);
    run("limit of a stranger's address", limit_guest, seconds);
    run("a turn among 64 who wait", turn_one, seconds);
    fair_close(line);
    rate_close(rate);
    known_close(known);
    return 0;
}
