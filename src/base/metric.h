/*
 * Figures that any thread adds to and a reader now and then writes out in Prometheus' text format
 * 0.0.4.  Adding is one or two relaxed atomic additions: no lock, no memory, some nanoseconds.
 *
 * Threads:  counters and histograms from any; writing reads them while they move, so a histogram's
 *           count is the sum of the buckets that were read, never a number of its own.
 */
#ifndef BASE_METRIC_H
#define BASE_METRIC_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

typedef _Atomic uint64_t counter;

static inline void
counter_add(counter *c, uint64_t n)
{
    atomic_fetch_add_explicit(c, n, memory_order_relaxed);
}

static inline uint64_t
counter_read(const counter *c)
{
    return atomic_load_explicit(c, memory_order_relaxed);
}

/* Upper bounds, ascending, of whole values; `unit` of them make one of what is written. */
enum { SCALE_MAX = 15 };
struct scale {
    int64_t unit;
    size_t n;
    int64_t upto[SCALE_MAX];
};
extern const struct scale SCALE_MICROS;     /* 0.5 ms to 10 s, written in seconds */
extern const struct scale SCALE_JOBS;       /* 1 to 256 */

struct histogram {
    counter bucket[SCALE_MAX + 1];          /* the last: above every bound */
    counter sum;
};
void histogram_add(struct histogram *h, const struct scale *s, int64_t v);

/* --- writing: a head, then its samples; `labels` as `a="b",c="d"`, "" for none --- */
void metric_head(struct buf *b, const char *name, const char *type, const char *help);
void metric_int(struct buf *b, const char *name, const char *labels, int64_t v);
void metric_seconds(struct buf *b, const char *name, const char *labels, int64_t micros);
void metric_histogram(struct buf *b, const char *name, const char *labels,
                      const struct histogram *h, const struct scale *s);
/* name="value" with the value escaped. */
void metric_label(struct buf *b, const char *name, const char *value);

#endif
