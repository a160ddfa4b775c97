#include "site/idem_sql.h"

#include "base/err.h"

enum { Q_GET, Q_ADD, Q_DROP, Q__MAX };
static const struct query Q[Q__MAX] QUERIES = {
    [Q_GET] = { "idem_get",
        "SELECT sum, status, type, location, flash, body FROM idempotency WHERE key = $1" },
    [Q_ADD] = { "idem_add",
        "INSERT INTO idempotency (key, sum, status, type, location, flash, body, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)" },
    [Q_DROP] = { "idem_drop",
        "DELETE FROM idempotency WHERE key IN"
        " (SELECT key FROM idempotency WHERE created_at < $1 ORDER BY created_at LIMIT $2)" },
};

int
idem_sql_get(struct ctx *c, int64_t key, struct idem_row *out)
{
    struct rows r;
    int rc = E_NOTFOUND, done;

    db_rows(c, &r, &Q[Q_GET], ARGS(qi(key)));
    if (db_next(&r)) {
        *out = (struct idem_row){
            .sum = row_bytes(&r, 0), .status = row_int(&r, 1), .type = row_text(&r, 2),
            .location = row_text(&r, 3), .flash = row_text(&r, 4), .body = row_text(&r, 5),
        };
        rc = OK;
    }
    done = db_done(&r);
    return done < 0 ? done : rc;
}

int
idem_sql_add(struct ctx *c, int64_t key, const struct idem_row *row)
{
    return db_put(c, &Q[Q_ADD],
                  ARGS(qi(key), qb(row->sum), qi(row->status), qt(row->type), qt(row->location),
                       qt(row->flash), qt(row->body), qi(c->now)));
}

int
idem_sql_drop_before(struct ctx *c, int64_t created, int64_t most)
{
    return db_exec(c, &Q[Q_DROP], ARGS(qi(created), qi(most)));
}
