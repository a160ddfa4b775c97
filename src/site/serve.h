/*
 * The gate: the one way that every request takes (admit.c, run.c), and the server around it.
 */
#ifndef SITE_SERVE_H
#define SITE_SERVE_H

#include "base/ctx.h"
#include "site/site.h"

struct serve_options {
    const struct route *const *tables;      /* site_route_tables */
    size_t tables_n;
    int rate, burst;            /* requests a second of one address; rate < 0: as configured; 0: no
                                   limit of an address, a person or a class */
    int idle_seconds, head_seconds, body_seconds;   /* see http/server.h; 0: as there */
    int connections;                        /* at once; 0: as many as descriptors allow */
    bool reads_wait;            /* as on an engine whose reads never run on the socket's thread */
    int grace_seconds;                      /* for running requests at the stop; 0: 30 */
    /* At the start, and again every second while they give E_DOWN: the database (c->db), then, with
     * this server seated, the first snapshots.  May be NULL: `site` has them already. */
    int (*open)(struct ctx *c);
    int (*load)(struct ctx *c, const struct site **site);
    /* Every second, on a thread of its own: a newer snapshot of the site, or the same. */
    const struct site *(*refresh)(struct ctx *c, const struct site *now);
    struct services *services;      /* filled at the start; `site` points to it.  May be NULL */
    void (*ready)(int port);                /* after the socket listens; may be NULL */
};

/* Serves until SIGTERM or SIGINT, then finishes the running requests.  Migrations are done before.
 * Until the database is there everybody is told so (503).  OK, or an rc with c->err. */
int serve(struct ctx *c, const struct site *site, const struct serve_options *options);

#endif
