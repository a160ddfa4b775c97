/* Money is whole đồng in int64.  Pure. */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include <stdint.h>

#include "base/arena.h"

struct ctx;

char *money_vi(struct arena *a, int64_t dong);      /* 100.000 đ */
char *money_text(const struct ctx *c, int64_t dong);/* the same, or VND 100,000 for English */
char *number_vi(struct arena *a, int64_t n);        /* 1.234.567 */
char *number_words(struct arena *a, int64_t n);     /* "hai mươi mốt"; 0 <= n < 10^15 */
char *money_words(struct arena *a, int64_t dong);   /* "một trăm nghìn đồng"; 0 <= dong < 10^15 */

#endif
