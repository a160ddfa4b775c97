/*
 * What sealing costs: numbers and documents sealed and opened, in processor time.
 *
 *     build/bench/numbers [SECONDS]
 *
 * Prints one fact a line: what, how many a second of processor time, microseconds each.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu.h"

#include "base/ring.h"

#define KEY "key 1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"

static void
run(struct arena *a, const char *what, size_t n, bool open, double seconds)
{
    char *text = arena_get(a, n + 1);
    struct arena *mine = arena_open(64 << 20);
    const char *sealed;
    double began, took = 0;
    long done = 0;

    memset(text, '7', n);
    sealed = ring_seal(a, "party.phone", 0, text);
    for (began = cpu(); took < seconds; took = cpu() - began) {
        for (int i = 0; i < 1000; i++)
            if (!(open ? ring_open(mine, "party.phone", 0, sealed)
                       : ring_seal(mine, "party.phone", 0, text)))
                abort();
        arena_reset(mine);
        done += 1000;
    }
    printf("%-24s %9.0f a second  %6.2f us each\n", what, (double)done / took,
           took / (double)done * 1e6);
    arena_close(mine);
}

int
main(int argc, char **argv)
{
    double seconds = argc > 1 ? atof(argv[1]) : 1;
    struct arena *a = arena_open(16 << 20);
    struct ring r;

    if (sodium_init() < 0 || ring_read(a, KEY, sizeof KEY - 1, &r))
        return 1;
    r.write = 1;
    ring_use(&r);
    run(a, "a number sealed", 12, false, seconds);
    run(a, "a number opened", 12, true, seconds);
    run(a, "500 bytes sealed", 500, false, seconds);
    run(a, "500 bytes opened", 500, true, seconds);
    run(a, "2,000 bytes sealed", 2000, false, seconds);
    run(a, "2,000 bytes opened", 2000, true, seconds);
    arena_close(a);
    return 0;
}
