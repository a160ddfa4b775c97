/*
 * The line in front of the converter, fair by who asks: each of those that wait has a turn in
 * every round, so that one account with a thousand photos holds nobody else up.  A place's number
 * is the round it belongs to: one more than the last of the same account that is here, never less
 * than the round that runs now; the lowest number goes next, among equals who came first
 * (start-time fair queueing, all jobs of one size).  An account's own places keep their order.
 *
 * Bounds:    `at_once` run, `most` wait, of them `share` of one account; beyond that line_enter()
 *            says no at once.  An account of 0 is the server itself, which is bounded by its own
 *            threads and has no share.
 * Threads:   any; line_enter() blocks.
 */
#ifndef CONVERT_LINE_H
#define CONVERT_LINE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/metric.h"

struct place {                  /* of who waits or works, on its own stack */
    struct place *next;         /* in order of arrival */
    int64_t who, round;
    bool in;
};

struct line {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    int at_once, most, share;
    int running, waiting;
    bool closed;
    int64_t round;
    struct place *first;
    counter over_share;         /* that were told no for their account's share */
};

struct line_figures { int running, waiting, accounts, largest; uint64_t over_share; };

void line_init(struct line *l, int at_once, int most, int share);
/* True: go on, and call line_leave() when done.  False: too many wait, or it is closed. */
bool line_enter(struct line *l, struct place *p, int64_t who);
void line_leave(struct line *l, struct place *p);
void line_close(struct line *l);        /* whoever waits is told no */
void line_release(struct line *l);      /* closes, and waits until nobody is here */
/* accounts: how many different ones wait; largest: places of the one with the most. */
void line_figures(struct line *l, struct line_figures *out);

#endif
