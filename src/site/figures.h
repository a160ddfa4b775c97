/*
 * What this server counts while it answers, and the page that Prometheus reads (/metrics).  Inside
 * of the gate: serve.c opens, run.c counts, metrics.c writes.
 *
 * Threads:  figures_request() from any; it costs a look into a small table and three additions.
 */
#ifndef SITE_FIGURES_H
#define SITE_FIGURES_H

#include <stdbool.h>

#include "base/metric.h"
#include "http/router.h"

enum answered { ANSWERED_2XX, ANSWERED_3XX, ANSWERED_4XX, ANSWERED_5XX, ANSWERED_GONE,
                ANSWERED__COUNT };

/* Of one row of the route table; the last of all is for requests without a row. */
struct route_figures {
    const struct route *row;        /* NULL: no row */
    counter results[ANSWERED__COUNT];
    struct histogram time;          /* microseconds from the head to the last byte */
};

struct figures {
    struct route_figures *of;
    size_t n;                       /* rows, and one more */
    const struct route **key;       /* open addressing by the row's address */
    size_t *at, keys;
    counter slow_requests, uploads, upload_bytes;
};

struct figures *figures_open(const struct router *t);
void figures_close(struct figures *f);      /* NULL is allowed */
void figures_request(struct figures *f, const struct request *r, bool sent, int64_t micros);

#endif
