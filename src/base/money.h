/* Money is whole đồng in int64.  Pure. */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include <stdint.h>

#include "base/arena.h"

char *money_vi(struct arena *a, int64_t dong);      /* 100.000 đ */
char *number_vi(struct arena *a, int64_t n);        /* 1.234.567 */
char *money_words(struct arena *a, int64_t dong);   /* "một trăm nghìn đồng"; 0 <= dong < 10^15 */

#endif
