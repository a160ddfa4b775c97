/*
 * Text that grows up to a ceiling.  The first append that would pass `max` sets `over`; later ones
 * do nothing: build everything, test `over` once.  The text is always NUL-terminated.
 *
 * Lifetime:  the bytes live in the arena given to buf_init().
 * Threads:   as the arena.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct buf {
    struct arena *a;
    char *p;                /* never NULL after buf_init() */
    size_t n, cap, max;
    bool over;
};

void buf_init(struct buf *b, struct arena *a, size_t max);
void buf_add(struct buf *b, const char *s, size_t n);
void buf_str(struct buf *b, const char *s);                 /* as it is: never into markup */
void buf_char(struct buf *b, char ch);
void buf_int(struct buf *b, int64_t v);
void buf_fmt(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
#define buf_lit(b, s) buf_add((b), "" s, sizeof(s) - 1)     /* markup: literals only */

void buf_html(struct buf *b, const char *s);    /* a value in text or a quoted attribute */
void buf_json(struct buf *b, const char *s);    /* the inside of a JSON string, without quotes */
void buf_url(struct buf *b, const char *s);     /* a path segment or query value, percent-encoded */
void buf_csv(struct buf *b, const char *s);     /* one quoted cell; a leading = + - @ is defused */
void buf_logfmt(struct buf *b, const char *key, const char *v);  /* " key=value", maybe quoted */

#endif
