#include "base/metric.h"

#include <inttypes.h>

const struct scale SCALE_MICROS = {
    1000000, 14, {500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000,
                  2500000, 5000000, 10000000}};
const struct scale SCALE_JOBS = {1, 9, {1, 2, 4, 8, 16, 32, 64, 128, 256}};

/* Most values are small: the search begins at the bottom. */
void
histogram_add(struct histogram *h, const struct scale *s, int64_t v)
{
    size_t i = 0;

    while (i < s->n && v > s->upto[i])
        i++;
    counter_add(&h->bucket[i], 1);
    counter_add(&h->sum, v > 0 ? (uint64_t)v : 0);
}

void
metric_head(struct buf *b, const char *name, const char *type, const char *help)
{
    buf_fmt(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void
sample(struct buf *b, const char *name, const char *suffix, const char *labels)
{
    buf_str(b, name);
    buf_str(b, suffix);
    if (*labels) {
        buf_char(b, '{');
        buf_str(b, labels);
        buf_char(b, '}');
    }
    buf_char(b, ' ');
}

void
metric_int(struct buf *b, const char *name, const char *labels, int64_t v)
{
    sample(b, name, "", labels);
    buf_fmt(b, "%" PRId64 "\n", v);
}

void
metric_seconds(struct buf *b, const char *name, const char *labels, int64_t micros)
{
    sample(b, name, "", labels);
    buf_fmt(b, "%.6f\n", (double)micros / 1e6);
}

void
metric_histogram(struct buf *b, const char *name, const char *labels, const struct histogram *h,
                 const struct scale *s)
{
    const char *comma = *labels ? "," : "";
    uint64_t total = 0;

    for (size_t i = 0; i < s->n; i++) {
        total += counter_read(&h->bucket[i]);
        buf_fmt(b, "%s_bucket{%s%sle=\"%g\"} %" PRIu64 "\n", name, labels, comma,
                (double)s->upto[i] / (double)s->unit, total);
    }
    total += counter_read(&h->bucket[s->n]);
    buf_fmt(b, "%s_bucket{%s%sle=\"+Inf\"} %" PRIu64 "\n", name, labels, comma, total);
    sample(b, name, "_sum", labels);
    buf_fmt(b, "%.9g\n", (double)counter_read(&h->sum) / (double)s->unit);
    sample(b, name, "_count", labels);
    buf_fmt(b, "%" PRIu64 "\n", total);
}

void
metric_label(struct buf *b, const char *name, const char *value)
{
    buf_str(b, name);
    buf_lit(b, "=\"");
    for (; *value; value++) {
        if (*value == '\\' || *value == '"')
            buf_char(b, '\\');
        if (*value == '\n')
            buf_lit(b, "\\n");
        else
            buf_char(b, *value);
    }
    buf_char(b, '"');
}
