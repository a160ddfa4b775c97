/* How much open work there is: counters and short ranges of the index by due moment. */
#ifndef MOD_DOSSIERS_LOAD_SQL_H
#define MOD_DOSSIERS_LOAD_SQL_H

#include "db/db.h"
#include "mod/dossiers/worklists.h"

/* Of the reached units, exactly: free and takable, mine, waiting, all. */
struct open_work { int64_t free, mine, waiting, all; };
int sql_open_work(struct ctx *c, struct open_work *out);
/* Nobody's turn but the office's and due in [from, to), of the reached units; at most `max`. */
int64_t sql_due_count(struct ctx *c, int64_t from, int64_t to, int64_t max);

/* Of one unit by officer; `account` 0 nobody.  open: exactly. */
typedef VEC(struct officer_row) officer_rows;
/* A leader's overview of a unit: of all its work, or (`whole` false) of the fields that c->account
 * leads there, at most `max` tasks of them. */
int sql_open_by(struct ctx *c, int64_t unit, bool whole, int64_t max, officer_rows *out);
struct due_query { int64_t unit, soon, max; bool whole; };
/* soon and overdue, of at most `max` tasks from the earliest due on: *seen says how many. */
int sql_due_by(struct ctx *c, const struct due_query *q, officer_rows *out, int64_t *seen);
int sql_finished_by(struct ctx *c, int64_t unit, int month, officer_rows *out);   /* YYYYMM */

int64_t sql_alarms_count(struct ctx *c, int level, int64_t max);

#endif
