/*
 * How far a copy into this database is: a table of its own, in the target, written in the
 * transaction of the rows it speaks of, and gone when the copy has been verified.  While it is
 * there db_check_schema() refuses the database, so no server runs on half of a site.
 */
#ifndef DB_COPY_STATE_H
#define DB_COPY_STATE_H

#include "db/table.h"

#define COPY_STATE "motcua_copy"

bool copy_state_there(struct ctx *c);
/* Makes the tables when they are missing; E_CONFLICT: the copy that was begun is of another source.
 */
int copy_state_begin(struct ctx *c, const char *source);
int copy_state_end(struct ctx *c);                  /* drops them */

/* Steps that are done once: "ready", "indexes". */
bool copy_state_step(struct ctx *c, const char *step);
int copy_state_step_done(struct ctx *c, const char *step);

/* Where a table stands.  `after` holds the last key that was copied, in c->a. */
struct copy_place {
    bool begun, done;
    struct dbv *after;
};
int copy_state_place(struct ctx *c, const struct table *t, struct copy_place *out);
/* `v` the whole last row, or NULL: the table is done. */
int copy_state_mark(struct ctx *c, const struct table *t, const struct dbv *v);

/* Secondary indexes wait until the rows are there: dropped and kept here with their statements. */
int copy_state_drop_indexes(struct ctx *c);
struct index_def { const char *name, *sql; };
typedef VEC(struct index_def) index_list;
int copy_state_indexes(struct ctx *c, index_list *out);         /* in c->a */
int copy_state_index_made(struct ctx *c, const struct index_def *d);

#endif
