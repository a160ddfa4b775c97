/*
 * Seats: which of several servers (and writing commands) of one database this is.  A seat gives the
 * ids their server part and the write lanes their numbers.
 *
 * Nobody's clock decides.  A holder counts up its seat's beat; who sees a beat stand still for
 * SEAT_EXPIRES seconds of its own monotonic time frees the seat.  And a seat is not what keeps ids
 * apart in the end: ids_until is.  A holder makes no id beyond it before a later one is committed,
 * and the next holder begins there, so clocks may jump and servers sleep as they like.
 *
 * Threads:  all of it inside a write transaction of the caller; seat_use() after its commit.
 */
#ifndef SITE_SEATS_H
#define SITE_SEATS_H

#include "base/date.h"
#include "db/db.h"

enum {
    SEATS = 1023, SEAT_NONE = -1,
    SEAT_BEAT = 5, SEAT_EXPIRES = 30,           /* seconds */
    SEAT_AHEAD = 60,                    /* seconds of ids that a server has in advance ... */
    SEAT_AHEAD_COMMAND = 6 * 3600,      /* ... and a command, whose seat does not beat */
    SEAT_NAME = 80, SEAT_TOKEN = 24
};

struct seat {
    int number;                                 /* SEAT_NONE: it stands */
    char token[SEAT_TOKEN], name[SEAT_NAME];
    int64_t ids_from, ids_until;                /* milliseconds */
};

/* Not seated yet; `what` is "serve" or a command's name. */
void seat_init(struct seat *s, const char *what);
/* A free seat, `prefer` when that is one.  E_LIMIT: all are taken. */
int seat_take(struct ctx *c, struct seat *s, int prefer, int64_t ahead_seconds);
/* A sign of life, and ids for some time more.  E_NOTFOUND: somebody else has the seat. */
int seat_beat(struct ctx *c, struct seat *s, int64_t ahead_seconds);
/* After the commit of either: ids are made on this seat. */
void seat_use(const struct seat *s);
/* The last thing a holder does: no id is made after it, and others need not wait for the end of
 * its leases. */
int seat_leave(struct ctx *c, struct seat *s);

/* The numbers of the write lanes of a seat: lane 0 is everybody who has none. */
enum { SEAT_LANES = 8 };
static inline int
seat_lane(int number, int i)
{
    return number < 0 ? 0 : 1 + number * SEAT_LANES + i;
}

/* What one observer has seen of the others, and since when. */
struct seat_watch;
struct seat_watch *seat_watch_open(void);
void seat_watch_close(struct seat_watch *w);
/* Looks at every seat and frees those that stood still, their leases with them; `mono` in seconds,
 * never going back. */
int seat_watch_look(struct ctx *c, struct seat_watch *w, int64_t mono);

struct seat_row {
    int64_t number, beat, ids_until, taken_at, seen_at;
    const char *holder, *name;
};
typedef VEC(struct seat_row) seat_list;
int seats_all(struct ctx *c, seat_list *out);

/* Work that one server does: true for one holder at a time, which keeps it until it was not asked
 * for `seconds`.  A moment further away than that was written by a clock that jumped: it holds
 * nobody.  < 0: an rc. */
int lease_take(struct ctx *c, const char *name, const char *holder, int64_t seconds);
/* Work of once a day: true for who asks first, while others wait for the end of the transaction;
 * `again`: true for everybody, one after the other. */
int lease_day(struct ctx *c, const char *name, day today, bool again);

#endif
