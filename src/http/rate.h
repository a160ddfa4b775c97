/*
 * Requests a second of one address: a token bucket each, kept as one number, without locks.
 * Two addresses may fall into one bucket (65,536 of them): they then share it, which a generous
 * limit forgives.
 */
#ifndef HTTP_RATE_H
#define HTTP_RATE_H

#include <stdint.h>

struct rate;

/* `per_second` lasting, `burst` at once.  per_second 0: no limit. */
struct rate *rate_open(int per_second, int burst);
/* One in so many seconds lasting. */
struct rate *rate_open_slow(int seconds, int burst);
void rate_close(struct rate *t);
/* 0: go on; else the seconds after which to try again.  IPv6 counts by /64. */
int rate_take(struct rate *t, const char *address, int64_t micros);
/* Of which one request takes many: kilobytes. */
int rate_take_many(struct rate *t, const char *address, int64_t n, int64_t micros);

#endif
