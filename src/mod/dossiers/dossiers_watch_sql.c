#include "mod/dossiers/dossiers_watch.h"

#include "db/db.h"

enum { Q_WAITING, Q_OLDEST, Q_NEWEST, Q__MAX };
static const struct query Q[Q__MAX] QUERIES = {
    [Q_WAITING] = {"outbox_count",
                   "SELECT count(*) FROM"
                   " (SELECT id FROM outbox WHERE done_at = 0 ORDER BY id LIMIT $1) w"},
    [Q_OLDEST] = {"outbox_oldest",
                  "SELECT created_at FROM outbox WHERE done_at = 0 ORDER BY id LIMIT 1"},
    [Q_NEWEST] = {"event_newest", "SELECT max(id) FROM dossier_event"},
};

int
dossiers_outbox_state(struct ctx *c, int64_t most, struct outbox_state *out)
{
    c->err.rc = OK;
    out->waiting = db_int(c, 0, &Q[Q_WAITING], ARGS(qi(most)));
    out->oldest = db_int(c, 0, &Q[Q_OLDEST], NO_ARGS);
    return c->err.rc;
}

int64_t
dossiers_newest_event(struct ctx *c)
{
    return db_int(c, 0, &Q[Q_NEWEST], NO_ARGS);
}
