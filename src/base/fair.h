/*
 * A bounded line in which persons are served in turns: everybody who waits has a line of the own,
 * and these take turns, one item each.  Whoever has two hundred in it delays another's one by one.
 * Each line is exact (no two persons share one), so nothing has to be shuffled now and then; there
 * are never more lines than items, so the bound of the items bounds all.
 *
 * When it is full, the last item of the longest line makes room for whoever waits with fewer:
 * nobody keeps others out by being many.
 *
 * Memory:    a line for each item that may wait, made at the start.
 * Threads:   none of its own and no lock: the caller has one.
 */
#ifndef BASE_FAIR_H
#define BASE_FAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Part of what waits.  who: an account's id, a hash of an address; 0 the program itself. */
struct fair_item {
    struct fair_item *next;
    uint64_t who;
};

struct fair;

struct fair *fair_open(size_t depth);
void fair_close(struct fair *f);

/* NULL: it waits.  The item itself: there is no room for it.  Another: that one is out instead. */
struct fair_item *fair_put(struct fair *f, struct fair_item *i);
/* The next in turn; NULL: nobody waits. */
struct fair_item *fair_take(struct fair *f);
/* Several at once, in turns, at most `each` of one; how many. */
size_t fair_take_many(struct fair *f, struct fair_item **out, size_t most, size_t each);
/* All that `old` says of, the first of each line first; the others keep their turns.  In a list. */
struct fair_item *fair_drop(struct fair *f, bool (*old)(const struct fair_item *i, const void *arg),
                            const void *arg);

size_t fair_waiting(const struct fair *f);
size_t fair_lines(const struct fair *f);        /* how many persons wait */

#endif
