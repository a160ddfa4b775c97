/* The tables server_seat, lease and site_marker. */
#ifndef SITE_SEATS_SQL_H
#define SITE_SEATS_SQL_H

#include "site/seats.h"

int seats_sql_all(struct ctx *c, seat_list *out);
/* Each: 1 it is ours, 0 somebody was faster, or an rc. */
int seats_sql_add(struct ctx *c, const struct seat *s);
int seats_sql_take(struct ctx *c, const struct seat *s, int64_t beat);
int seats_sql_beat(struct ctx *c, const struct seat *s);
int seats_sql_leave(struct ctx *c, const struct seat *s);
int seats_sql_free(struct ctx *c, int64_t number, const char *holder, int64_t beat);
int lease_sql_renew(struct ctx *c, const char *name, const char *holder, int64_t seconds);
int lease_sql_add(struct ctx *c, const char *name, const char *holder, int64_t seconds);
int lease_sql_let_go(struct ctx *c, const char *holder);

/* The value stored under a name, `value` when there was none; NULL: c->err. */
const char *marker_sql_settle(struct ctx *c, const char *name, const char *value);
const char *marker_sql_set(struct ctx *c, const char *name, const char *value);
int marker_sql_change(struct ctx *c, const char *name, const char *value);   /* 1, 0 or rc */
const char *marker_sql_get(struct ctx *c, const char *name);    /* "": none; NULL: c->err */

#endif
