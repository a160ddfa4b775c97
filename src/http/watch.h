/*
 * Clients that are slow on purpose: the library's time-out begins anew with every byte, this one
 * does not.  A thread looks once a second at every connection and shuts what has passed its time.
 *
 * Threads:  watch_seen() etc. on the connection's thread; the thread of the watch only reads them.
 */
#ifndef HTTP_WATCH_H
#define HTTP_WATCH_H

#include <stddef.h>
#include <stdint.h>

struct watch;
struct watched;                 /* one connection */

struct watch_limits {
    int idle_seconds;           /* without a request line */
    int head_seconds;           /* from the request line to the end of the head */
    int body_seconds;           /* of grace; then a body, or its answer, must keep ... */
    int rate;                   /* ... so many bytes a second on the average */
};

struct watch *watch_open(const struct watch_limits *limits);
void watch_close(struct watch *w);

struct watched *watch_add(struct watch *w, int fd);
void watch_drop(struct watch *w, struct watched *x);    /* before the descriptor is closed */

/* What the connection is doing from now on. */
enum watch_phase { WATCH_IDLE, WATCH_HEAD, WATCH_BODY, WATCH_RUNNING, WATCH_SENDING };
void watch_phase(struct watched *x, enum watch_phase phase, int64_t micros);
void watch_bytes(struct watched *x,
                 size_t n); /* of the body that came, or of the answer that goes */

#endif
