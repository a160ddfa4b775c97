/*
 * How often one address or person asks: a token bucket each, kept as one number, without locks.
 * The table is fixed (512 KiB) and pushes nobody out: each has two places in it, and shares a limit
 * only with whom it shares both.
 */
#ifndef HTTP_RATE_H
#define HTTP_RATE_H

#include <stdint.h>

struct rate;

/* `per_second` lasting, `burst` at once.  per_second 0: no limit. */
struct rate *rate_open(int per_second, int burst);
struct rate *rate_open_minute(int a_minute, int burst);
/* One in so many seconds lasting. */
struct rate *rate_open_slow(int seconds, int burst);
void rate_close(struct rate *t);
/* 0: go on; else the seconds after which to try again.  IPv6 counts by /64. */
int rate_take(struct rate *t, const char *address, int64_t micros);
/* The same for whom rate_who() names. */
int rate_take_as(struct rate *t, uint64_t who, int64_t n, int64_t micros);
/* A keyed hash, of this process, never 0: of an address (IPv6 by /64) or other text; a number. */
uint64_t rate_who(const char *who);
uint64_t rate_who_number(int64_t number);
/* Of which one request takes many: kilobytes. */
int rate_take_many(struct rate *t, const char *address, int64_t n, int64_t micros);

#endif
