/* unusual_sql.c - the only file that names the table access_alarm. */
#include "site/unusual_sql.h"

#include "base/id.h"
#include "db/db.h"
#include "http/perm.h"

/* The looks of one account by id, which is by time: $2..$3 the day and the night that begins in it,
 * $4 the day's end, $5..$6 the night (UTC seconds). */
#define OPENED "l.purpose IN ('work', 'system', 'digitise', 'counter')"
#define ONCE(which, name) "max(CASE WHEN " which " THEN 1 ELSE 0 END) AS " name
#define REACHED                                                                                    \
    "EXISTS (SELECT 1 FROM v_reach r WHERE r.account = $1 AND (r.perms & $2) <> 0"                 \
    " AND r.unit = m.unit)"

enum { Q_OFFICERS, Q_LOOKS, Q_RAISE, Q_LIST, Q_CLOSE, Q_OPEN, Q_ALL_OPEN, Q__MAX };
static const struct query Q[Q__MAX] QUERIES = {
    [Q_OFFICERS] = {"looks_officers", "SELECT id, login FROM v_account WHERE kind = 2"
                                      " AND login > $1 ORDER BY login LIMIT $2"},
    /* A dossier is one row of these, however often it was opened: work is asked for once. */
    [Q_LOOKS] = {"looks_of_day",
                 "SELECT max(x.unit), sum(CASE WHEN x.opened = 1 AND NOT EXISTS (SELECT 1"
                 " FROM v_dossier_work w WHERE w.dossier = x.dossier AND w.account = $1)"
                 " THEN 1 ELSE 0 END), sum(x.night), sum(x.export), sum(x.unmask)"
                 " FROM (SELECT l.dossier, max(l.unit) AS unit,"
                 " " ONCE("l.id < $4 AND " OPENED, "opened") ","
                 " " ONCE(OPENED " AND l.at >= $5 AND l.at < $6", "night") ","
                 " " ONCE("l.id < $4 AND l.purpose = 'export'", "export") ","
                 " " ONCE("l.id < $4 AND l.what = 'unmask'", "unmask")
                 " FROM v_access_log l WHERE l.account = $1 AND l.id >= $2 AND l.id < $3"
                 " AND l.dossier <> 0 GROUP BY l.dossier) x"},
    [Q_RAISE] = {"look_alarm_raise",
                 "INSERT INTO access_alarm (id, day, account, alarm, unit, n, threshold, raised_at,"
                 " note, closed_by, closed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', 0, 0)"
                 " ON CONFLICT (day, account, alarm) DO UPDATE SET n = excluded.n"},
    [Q_LIST] = {"look_alarms",
                "SELECT m.id, m.alarm, m.n, m.threshold, m.day, m.unit, m.raised_at, m.closed_at,"
                " a.name, a.login, m.note, b.name FROM access_alarm m"
                " LEFT JOIN v_account a ON a.id = m.account"
                " LEFT JOIN v_account b ON b.id = m.closed_by"
                " WHERE " REACHED " ORDER BY m.id DESC LIMIT $3"},
    [Q_CLOSE] = {"look_alarm_close",
                 "UPDATE access_alarm AS m SET note = $4, closed_by = $1, closed_at = $5"
                 " WHERE m.id = $3 AND m.closed_at = 0 AND m.account <> $1 AND " REACHED},
    [Q_OPEN] = {"look_alarms_open",
                "SELECT count(*) FROM access_alarm m WHERE m.closed_at = 0 AND " REACHED},
    [Q_ALL_OPEN] = {"look_alarms_all_open",
                    "SELECT count(*) FROM access_alarm WHERE closed_at = 0"},
};

int
unusual_sql_officers(struct ctx *c, const char *after, size_t max, struct look_officer *out,
                     size_t *n)
{
    struct rows r;

    *n = 0;
    db_rows(c, &r, &Q[Q_OFFICERS], ARGS(qt(after), qi((int64_t)max)));
    while (*n < max && db_next(&r))
        out[(*n)++] = (struct look_officer){row_int(&r, 0), row_text(&r, 1)};
    return db_done(&r);
}

int
unusual_sql_looks(struct ctx *c, int64_t account, const struct look_span *s, struct looks *out)
{
    struct rows r;

    *out = (struct looks){0};
    db_rows(c, &r, &Q[Q_LOOKS], ARGS(qi(account), qi(s->from), qi(s->upto), qi(s->day_end),
                                     qi(s->night_from), qi(s->night_to)));
    if (db_next(&r)) {
        out->unit = row_int(&r, 0);
        for (int i = 0; i < LOOK_UNFINISHED; i++)
            out->n[i] = row_int(&r, 1 + i);
    }
    return db_done(&r);
}

int
unusual_sql_raise(struct ctx *c, const struct unusual_found *f)
{
    int n = db_exec(c, &Q[Q_RAISE],
                    ARGS(qi(id_next()), qi(f->on), qi(f->account), qi(f->alarm), qi(f->unit),
                         qi(f->n), qi(f->threshold), qi(c->now)));

    return n < 0 ? n : OK;
}

int
unusual_sql_list(struct ctx *c, size_t max, struct look_alarm_row *out, size_t *n)
{
    struct rows r;

    *n = 0;
    db_rows(c, &r, &Q[Q_LIST], ARGS(qi(c->account), qi(PERM_BIT(PERM_AUDIT)), qi((int64_t)max)));
    while (*n < max && db_next(&r))
        out[(*n)++] = (struct look_alarm_row){
            .id = row_int(&r, 0), .alarm = row_int(&r, 1), .n = row_int(&r, 2),
            .threshold = row_int(&r, 3), .day = row_int(&r, 4), .unit = row_int(&r, 5),
            .raised_at = row_int(&r, 6), .closed_at = row_int(&r, 7), .name = row_text(&r, 8),
            .login = row_text(&r, 9), .note = row_text(&r, 10), .closed_name = row_text(&r, 11),
        };
    return db_done(&r);
}

int
unusual_sql_close(struct ctx *c, int64_t id, const char *note)
{
    return db_exec(c, &Q[Q_CLOSE],
                   ARGS(qi(c->account), qi(PERM_BIT(PERM_AUDIT)), qi(id), qt(note), qi(c->now)));
}

int64_t
unusual_sql_open(struct ctx *c)
{
    return db_int(c, 0, &Q[Q_OPEN], ARGS(qi(c->account), qi(PERM_BIT(PERM_AUDIT))));
}

int64_t
unusual_sql_all_open(struct ctx *c)
{
    return db_int(c, 0, &Q[Q_ALL_OPEN], NO_ARGS);
}
