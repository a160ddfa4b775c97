/*
 * Ids: 64-bit, time-ordered, made by the program: 41 bits of milliseconds since 2020-01-01 UTC,
 * 10 of server number, 12 of sequence.  They never leave the program.
 * Threads: id_next() may be called from any.
 */
#ifndef BASE_ID_H
#define BASE_ID_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

void id_server(int number);             /* 0..1023, once at start; default 0 */
int64_t id_next(void);                  /* strictly increasing, a clock step back included */
/* From here on only newer ones: after a restart with a clock that was set back. */
void id_after(int64_t id);
int64_t id_floor(int64_t utc);          /* the least id of that second */
int64_t id_time(int64_t id);            /* UTC seconds in which it was made */

/* Random text without look-alikes (23456789ABCDEFGHJKLMNPQRSTUVWXYZ, 32 letters): 5 bits each. */
char *token_human(struct arena *a, size_t letters);
/* Random URL-safe text of `bytes` random bytes (base64url, no padding). */
char *token_url(struct arena *a, size_t bytes);

#endif
