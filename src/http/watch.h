/*
 * Clients that are slow on purpose, and too many of them.  The library's time-out begins anew with
 * every byte, this one does not: a thread looks once a second at every connection and shuts what
 * has passed its time.  And nobody is turned away at the door: when there are more connections than
 * `most`, the next one shuts the one that is least worth keeping: a stranger's before a citizen's
 * before an officer's, one that waits before one that is sent an answer, the longest first.
 *
 * Threads:  watch_phase() etc. on the connection's thread; others only read what they leave.
 */
#ifndef HTTP_WATCH_H
#define HTTP_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct watch;
struct watched;                 /* one connection */

struct watch_limits {
    int most;                   /* connections; 0: no limit */
    int idle_seconds;           /* after an answer, without a request line */
    int head_seconds;           /* to the end of a head: the first from the beginning of the
                                   connection, a later one from its request line */
    int body_seconds;           /* of grace; then a body, or its answer, must keep ... */
    int rate;                   /* ... so many bytes a second on the average */
};

struct watch *watch_open(const struct watch_limits *limits);
void watch_close(struct watch *w);

struct watched *watch_add(struct watch *w, int fd);     /* shuts another one when there are many */
void watch_drop(struct watch *w, struct watched *x);    /* before the descriptor is closed */

/* What the connection is doing from now on. */
enum watch_phase { WATCH_NEW, WATCH_IDLE, WATCH_HEAD, WATCH_BODY, WATCH_RUNNING, WATCH_SENDING };
bool watch_first(const struct watched *x);      /* nothing was asked on it yet */
void watch_phase(struct watched *x, enum watch_phase phase, int64_t micros);
void watch_bytes(struct watched *x,
                 size_t n); /* of the body that came, or of the answer that goes */

/* Who is at the other end, as far as the last request told. */
enum watch_rank { WATCH_STRANGER, WATCH_CITIZEN, WATCH_OFFICER, WATCH_RANKS };
void watch_rank(struct watch *w, struct watched *x, enum watch_rank rank);

/* Of all connections since the start, those that were shut to make room, and for being slow. */
struct watch_counts { int64_t now, evicted, slow; };
struct watch_counts watch_counts(struct watch *w);

#endif
