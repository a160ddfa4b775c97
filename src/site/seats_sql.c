#include "site/seats_sql.h"

#include "base/err.h"

enum { Q_ALL, Q_ADD, Q_TAKE, Q_BEAT, Q_LEAVE, Q_FREE, Q_RENEW, Q_LEASE, Q_LET_GO, Q_MARK,
       Q_REMARK, Q_CHANGE, Q_MARKER, Q__MAX };
static const struct query Q[Q__MAX] QUERIES = {
    [Q_ALL] = {"seats_all",
               "SELECT number, holder, name, beat, ids_until, taken_at, seen_at FROM server_seat"
               " ORDER BY number"},
    [Q_ADD] = {"seat_add",
               "INSERT INTO server_seat (number, holder, name, beat, ids_until, taken_at, seen_at)"
               " VALUES ($1, $2, $3, 1, $4, $5, $5) ON CONFLICT (number) DO NOTHING"},
    [Q_TAKE] = {"seat_take",
                "UPDATE server_seat SET holder = $2, name = $3, beat = beat + 1, ids_until = $4,"
                " taken_at = $5, seen_at = $5 WHERE number = $1 AND holder = '' AND beat = $6"},
    [Q_BEAT] = {"seat_beat",
                "UPDATE server_seat SET beat = beat + 1, ids_until = $3, seen_at = $4"
                " WHERE number = $1 AND holder = $2"},
    [Q_LEAVE] = {"seat_leave",
                 "UPDATE server_seat SET holder = '', beat = beat + 1, ids_until = $3"
                 " WHERE number = $1 AND holder = $2"},
    [Q_FREE] = {"seat_free",
                "UPDATE server_seat SET holder = '', beat = beat + 1"
                " WHERE number = $1 AND holder = $2 AND beat = $3"},
    [Q_RENEW] = {"lease_renew",
                 "UPDATE lease SET holder = $2, until = $3"
                 " WHERE name = $1 AND (holder = $2 OR until <= $4 OR until > $3)"},
    [Q_LEASE] = {"lease_add",
                 "INSERT INTO lease (name, holder, until) VALUES ($1, $2, $3)"
                 " ON CONFLICT (name) DO NOTHING"},
    [Q_LET_GO] = {"lease_let_go", "UPDATE lease SET until = 0 WHERE holder = $1"},
    [Q_MARK] = {"marker_add",
                "INSERT INTO site_marker (name, value) VALUES ($1, $2)"
                " ON CONFLICT (name) DO NOTHING"},
    [Q_REMARK] = {"marker_set",
                  "INSERT INTO site_marker (name, value) VALUES ($1, $2)"
                  " ON CONFLICT (name) DO UPDATE SET value = excluded.value"},
    [Q_CHANGE] = {"marker_change",
                  "INSERT INTO site_marker (name, value) VALUES ($1, $2) ON CONFLICT (name)"
                  " DO UPDATE SET value = excluded.value"
                  " WHERE site_marker.value <> excluded.value"},
    [Q_MARKER] = {"marker_get", "SELECT value FROM site_marker WHERE name = $1"},
};

int
seats_sql_all(struct ctx *c, seat_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_ALL], NO_ARGS); db_next(&r);)
        *vec_push(c->a, out) = (struct seat_row){
            .number = row_int(&r, 0), .holder = row_text(&r, 1), .name = row_text(&r, 2),
            .beat = row_int(&r, 3), .ids_until = row_int(&r, 4), .taken_at = row_int(&r, 5),
            .seen_at = row_int(&r, 6),
        };
    return db_done(&r);
}

int
seats_sql_add(struct ctx *c, const struct seat *s)
{
    return db_exec(c, &Q[Q_ADD],
                   ARGS(qi(s->number), qt(s->token), qt(s->name), qi(s->ids_until), qi(c->now)));
}

int
seats_sql_take(struct ctx *c, const struct seat *s, int64_t beat)
{
    return db_exec(c, &Q[Q_TAKE], ARGS(qi(s->number), qt(s->token), qt(s->name), qi(s->ids_until),
                                       qi(c->now), qi(beat)));
}

int
seats_sql_beat(struct ctx *c, const struct seat *s)
{
    return db_exec(c, &Q[Q_BEAT],
                   ARGS(qi(s->number), qt(s->token), qi(s->ids_until), qi(c->now)));
}

int
seats_sql_leave(struct ctx *c, const struct seat *s)
{
    return db_exec(c, &Q[Q_LEAVE], ARGS(qi(s->number), qt(s->token), qi(s->ids_until)));
}

int
seats_sql_free(struct ctx *c, int64_t number, const char *holder, int64_t beat)
{
    return db_exec(c, &Q[Q_FREE], ARGS(qi(number), qt(holder), qi(beat)));
}

int
lease_sql_renew(struct ctx *c, const char *name, const char *holder, int64_t seconds)
{
    return db_exec(c, &Q[Q_RENEW], ARGS(qt(name), qt(holder), qi(c->now + seconds), qi(c->now)));
}

int
lease_sql_add(struct ctx *c, const char *name, const char *holder, int64_t seconds)
{
    return db_exec(c, &Q[Q_LEASE], ARGS(qt(name), qt(holder), qi(c->now + seconds)));
}

int
lease_sql_let_go(struct ctx *c, const char *holder)
{
    return db_exec(c, &Q[Q_LET_GO], ARGS(qt(holder)));
}

const char *
marker_sql_get(struct ctx *c, const char *name)
{
    struct rows r;
    const char *value = "";

    db_rows(c, &r, &Q[Q_MARKER], ARGS(qt(name)));
    if (db_next(&r))
        value = row_text(&r, 0);
    return db_done(&r) < 0 ? NULL : value;
}

const char *
marker_sql_set(struct ctx *c, const char *name, const char *value)
{
    return db_exec(c, &Q[Q_REMARK], ARGS(qt(name), qt(value))) < 0 ? NULL : value;
}

int
marker_sql_change(struct ctx *c, const char *name, const char *value)
{
    return db_exec(c, &Q[Q_CHANGE], ARGS(qt(name), qt(value)));
}

const char *
marker_sql_settle(struct ctx *c, const char *name, const char *value)
{
    if (db_exec(c, &Q[Q_MARK], ARGS(qt(name), qt(value))) < 0)
        return NULL;
    return marker_sql_get(c, name);
}
