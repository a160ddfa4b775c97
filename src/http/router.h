/*
 * Finds the row of a path.  Built once at the start from the slices' tables; read by all threads.
 * A fixed segment wins over a {name}.
 */
#ifndef HTTP_ROUTER_H
#define HTTP_ROUTER_H

#include "http/request.h"

struct router;

/* Checks and adds every row; NULL with one sentence in c->err: a column unset, two rows that
 * collide. */
struct router *router_open(struct ctx *c, const struct route *const *tables, size_t n);
void router_close(struct router *t);

/* OK with r->c.route and r->path; E_NOTFOUND; E_DENIED: the path exists for another method
 * (r->out.allow says which). */
int router_find(const struct router *t, struct request *r);

/* All rows, in the order of the tables. */
size_t router_rows(const struct router *t, const struct route *const **out);

#endif
