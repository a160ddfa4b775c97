/* The table server_pulse.  health.c includes this, and
 * move/guard.c, which moves a site only when no server lives. */
#ifndef SITE_HEALTH_SQL_H
#define SITE_HEALTH_SQL_H

#include "db/db.h"

int health_sql_pulse(struct ctx *c, int64_t server);
int64_t health_sql_newest_pulse(struct ctx *c);     /* UTC seconds; 0: none */

#endif
