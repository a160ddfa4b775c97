/* What src/move asks of tables that are not its own. */
#ifndef MOVE_GUARD_SQL_H
#define MOVE_GUARD_SQL_H

#include "db/db.h"

/* UTC seconds at which the first migration was applied; 0: no schema. */
int64_t guard_sql_born(struct ctx *c);

#endif
