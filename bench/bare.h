/*
 * The bare loop's engines: each writes copies of one dossier's rows, and the counters that a
 * submission moves, in one transaction for all that wait.  Any fault ends the program.
 */
#ifndef BENCH_BARE_H
#define BENCH_BARE_H

struct bare_engine {
    void (*open)(const char *url, const char *code);
    void (*write)(int n);       /* n submissions, committed on return */
    int (*rows)(void);          /* of one submission, counters included */
};

extern const struct bare_engine bare_sqlite, bare_pg;

/* Each gives the statement that moves one kind of counter for the dossier whose id stands for %s;
 * both engines take both texts. */
enum { BARE_COUNTERS = 3, BARE_COUNTER_ROWS = 6 };
extern const char *const BARE_COUNTER[BARE_COUNTERS];

#endif
