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

/* 0..1023; default 0.  For tests: the clock alone keeps its ids apart from another process'. */
void id_server(int number);
/* Ids from now on are of this server and of [from, until), milliseconds since 1970; the same again
 * with a later end.  Whatever the clock says, no id is made outside of that (site/seats.h). */
void id_seat(int number, int64_t from, int64_t until);
int64_t id_newest(void);    /* milliseconds since 1970 of the newest id made or known; 0: none */
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
