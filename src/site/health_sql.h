/* The table server_pulse.  Only health.c includes this. */
#ifndef SITE_HEALTH_SQL_H
#define SITE_HEALTH_SQL_H

#include "db/db.h"

int health_sql_pulse(struct ctx *c, int64_t server);
int64_t health_sql_newest_pulse(struct ctx *c);     /* UTC seconds; 0: none */

#endif
