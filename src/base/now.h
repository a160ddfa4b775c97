/* The only reader of time.  Tests and `motcua serve --clock` set it; rules get c->now instead. */
#ifndef BASE_NOW_H
#define BASE_NOW_H

#include <stdbool.h>
#include <stdint.h>

int64_t now_seconds(void);      /* UTC seconds since 1970 */
int64_t now_millis(void);       /* the same clock in milliseconds; ids are made of it */
int64_t now_mono_micros(void);  /* never goes back: for durations and time-outs */
int64_t now_mono_coarse(void);  /* the same, some milliseconds late, for a fifth of the price */
bool now_is_set(void);          /* the clock stands still: a test */
void now_shift(int64_t seconds); /* the machine's clock and so much; 0: as it is */
void now_set(int64_t seconds);  /* freeze; a negative value gives the machine's clock back */

#endif
