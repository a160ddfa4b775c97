/*
 * The immutable facts that pages ask without a query: catalogue, agencies, calendar, rules.  Loaded
 * at start and again when site_generation() moved; requests that run keep the one they began with.
 *
 * Lifetime:  everything lives until site_free().
 * Threads:   any number read one; the loader alone makes and frees.
 */
#ifndef SITE_SNAPSHOTS_H
#define SITE_SNAPSHOTS_H

#include "base/ctx.h"
#include "site/site.h"

/* A new site with the configuration and key of `like`.  NULL: see c->err. */
struct site *site_load(struct ctx *c, const struct site *like);
void site_free(struct site *s);             /* NULL is allowed */

/* Of the database, now: moves when any of them was changed.  0: nothing was imported. */
int64_t site_generation(struct ctx *c);

#endif
