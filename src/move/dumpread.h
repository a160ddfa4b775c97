/*
 * The rows in the SQL text of a dump (pg_restore --data-only), counted and hashed without a server.
 * `tables` are those of the manifest; what the dump has besides (schema_version) is passed over.
 */
#ifndef MOVE_DUMPREAD_H
#define MOVE_DUMPREAD_H

#include "base/progress.h"
#include "db/copy.h"

/* sums[i] is of tables->p[i].  E_SYS: what cannot be read, with the table and the line. */
int dumpread(struct ctx *c, int fd, const copy_result *tables, struct table_sum *sums,
             struct progress *p);

#endif
