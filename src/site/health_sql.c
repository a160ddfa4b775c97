#include "site/health_sql.h"

enum { Q_PULSE, Q_NEWEST, Q__MAX };
static const struct query Q[Q__MAX] QUERIES = {
    [Q_PULSE] = {"server_pulse",
                 "INSERT INTO server_pulse (server, at) VALUES ($1, $2)"
                 " ON CONFLICT (server) DO UPDATE SET at = excluded.at"},
    [Q_NEWEST] = {"server_pulse_newest", "SELECT max(at) FROM server_pulse"},
};

int
health_sql_pulse(struct ctx *c, int64_t server)
{
    return db_put(c, &Q[Q_PULSE], ARGS(qi(server), qi(c->now)));
}

int64_t
health_sql_newest_pulse(struct ctx *c)
{
    return db_int(c, 0, &Q[Q_NEWEST], NO_ARGS);
}
