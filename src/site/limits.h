/*
 * How often one may ask: whoever is signed in by account and class of route, from whatever address;
 * strangers by address, as a whole and by class.  And whose turn a request takes where it waits.
 *
 * Memory:    fixed tables (http/rate.h, site/known.h), about 9 MiB when all of it was touched;
 *            nobody is ever pushed out of a rate.
 * Threads:   any, without locks.
 */
#ifndef SITE_LIMITS_H
#define SITE_LIMITS_H

#include <stdbool.h>

#include "base/buf.h"
#include "site/site.h"

struct limits;
struct serve_options;
struct visit;

struct limits *limits_open(const struct config *k, const struct serve_options *o);
void limits_close(struct limits *l);
/* On the head, before anybody is looked up; secret: the cookie or token as sent, or NULL.  It fills
 * v->owner, whose turn it takes.  OK, or E_LIMIT with c->retry_after. */
int limits_head(struct visit *v, const char *secret);
/* It was looked up who asks, or that nobody is known: c->session. */
int limits_known(struct visit *v);
void limits_metrics(const struct limits *l, struct buf *b);

#endif
