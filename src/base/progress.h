/*
 * How far long work is, on standard error: on a terminal one line that is drawn again, otherwise a
 * plain line every 5 % (at least 2 s apart) or every 30 s.  Results that a program reads go to
 * standard output and are not mixed with this.
 *
 *     struct progress p;
 *
 *     progress_begin(&p, "copy", "rows", 0, total);        -- total 0: not known
 *     for (...) {
 *         progress_part(&p, "table dossier");              -- optional: what it is at just now
 *         progress_add(&p, 1);                             -- as often as you like: a clock read
 *     }
 *     progress_end(&p);                                    -- the last line: how much, how long
 *
 * Unit "bytes" is shown as kB, MB, GB.  Nothing is allocated; a failing standard error is ignored.
 * Threads: one at a time.
 */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PROGRESS_LINE = 240 };

struct progress {
    const char *what, *unit, *part;     /* live longer than the progress */
    int64_t first, done, total;         /* first: done before this run; the rate leaves it out */
    int64_t began, shown;               /* micros of the clock that never goes back */
    int64_t shown_done;
    int columns;                        /* of the terminal; 0: not a terminal */
    bool quiet;                         /* say nothing: set it after progress_begin() */
};

/* `done`: what an earlier run, which this one goes on with, has done already. */
void progress_begin(struct progress *p, const char *what, const char *unit, int64_t done,
                    int64_t total);
void progress_part(struct progress *p, const char *part);
void progress_add(struct progress *p, int64_t n);
void progress_set(struct progress *p, int64_t done);
void progress_end(struct progress *p);
/* It failed: the line stays as it is and the next message begins on a line of its own. */
void progress_stop(struct progress *p);

/* The line after `micros` of work, without a line end: pure, for tests and for other outputs. */
void progress_text(const struct progress *p, int64_t micros, bool over, char out[PROGRESS_LINE]);

/* "1,234,567"; with unit "bytes" "1.2 GB".  "3 min 05 s". */
void progress_number(const char *unit, int64_t v, char *out, size_t n);
void progress_duration(int64_t seconds, char *out, size_t n);

#endif
