#include "base/hash.h"
#include "db/sealed.h"
#include "mod/audit/audit_sql.h"

#define COLUMNS "chain, number, id, at, account, what, subject, data, hash"

enum { Q_TAKE, Q_HEAD, Q_ADD, Q_AFTER, Q_NEWEST, Q_CHAINS, Q_COUNT, Q__COUNT };
static const struct query Q[Q__COUNT] QUERIES = {
    [Q_TAKE] = {"act_chain_take",
                "INSERT INTO admin_chain (chain, count, head) VALUES ($1, 1, $2)"
                " ON CONFLICT (chain) DO UPDATE SET count = admin_chain.count + 1"
                " RETURNING count, head"},
    [Q_HEAD] = {"act_chain_head", "UPDATE admin_chain SET head = $2 WHERE chain = $1"},
    [Q_ADD] = {"act_add",
               "INSERT INTO admin_event (" COLUMNS ", home, unit, also, object)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,"
               " coalesce((SELECT a.home_unit FROM v_account a WHERE a.id = $5), 0),"
               " CASE WHEN $10 <> 0 THEN $10 ELSE coalesce((SELECT o.home_unit FROM v_account o"
               " WHERE o.kind = 2 AND o.login = $11), 0) END, $12, $13)"},
    [Q_AFTER] = {"acts_after",
                 "SELECT " COLUMNS " FROM admin_event WHERE chain = $1 AND number > $2"
                 " ORDER BY number LIMIT $3"},
    [Q_NEWEST] = {"acts_newest",
                  "SELECT " COLUMNS " FROM admin_event WHERE id < $1 ORDER BY id DESC LIMIT $2"},
    [Q_CHAINS] = {"act_chains", "SELECT chain, count, head FROM admin_chain ORDER BY chain"},
    [Q_COUNT] = {"acts_count", "SELECT count(*) FROM admin_event"},
};

static const char *
hex_of(struct ctx *c, struct rows *r, int col)
{
    struct bytes b = row_bytes(r, col);

    return hash_hex(c->a, b.p, b.n);
}

int
sql_chain_take(struct ctx *c, int64_t chain, int64_t *number, const char **before)
{
    struct bytes none = {(const uint8_t *)"", 0};
    struct rows r;
    int rc = db_one(c, &r, NULL, &Q[Q_TAKE], ARGS(qi(chain), qb(none)));

    if (rc < 0)
        return rc;
    *number = row_int(&r, 0);
    *before = hex_of(c, &r, 1);
    return db_done(&r);
}

int
sql_chain_head(struct ctx *c, int64_t chain, const char *head)
{
    return db_put(c, &Q[Q_HEAD], ARGS(qi(chain), qb(hash_unhex(c->a, head))));
}

int
sql_act_add(struct ctx *c, const struct act *e)
{
    return db_put(c, &Q[Q_ADD],
                  ARGS(qi(e->chain), qi(e->number), qi(e->id), qi(e->at), qi(e->account),
                       qt(e->what), qsealed(c, SEALED_ACT_SUBJECT, e->chain, e->subject),
                       qsealed(c, SEALED_ACT_DATA, e->chain, e->data),
                       qb(hash_unhex(c->a, e->hash)), qi(e->place.unit), qt(e->place.object),
                       qi(e->place.also), qsealed(c, SEALED_ACT_OBJECT, 0, e->place.object)));
}

static int
read_acts(struct ctx *c, struct rows *r, act_list *out)
{
    while (db_next(r))
        *vec_push(c->a, out) = (struct act){
            .chain = row_int(r, 0), .number = row_int(r, 1), .id = row_int(r, 2),
            .at = row_int(r, 3), .account = row_int(r, 4), .what = row_text(r, 5),
            .subject = row_sealed_chained(r, 6, SEALED_ACT_SUBJECT, row_int(r, 0)),
            .data = row_sealed_chained(r, 7, SEALED_ACT_DATA, row_int(r, 0)),
            .hash = hex_of(c, r, 8)};
    return db_done(r);
}

int
acts_after(struct ctx *c, int64_t chain, int64_t number, int64_t limit, act_list *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_AFTER], ARGS(qi(chain), qi(number), qi(limit)));
    return read_acts(c, &r, out);
}

int
acts_newest(struct ctx *c, int64_t before, int64_t limit, act_list *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_NEWEST], ARGS(qi(before ? before : INT64_MAX), qi(limit)));
    return read_acts(c, &r, out);
}

int
act_chains_all(struct ctx *c, act_chains *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_CHAINS], NO_ARGS); db_next(&r);)
        *vec_push(c->a, out) = (struct act_chain){row_int(&r, 0), row_int(&r, 1), hex_of(c, &r, 2)};
    return db_done(&r);
}

int64_t
acts_count(struct ctx *c)
{
    return db_int(c, E_SYS, &Q[Q_COUNT], NO_ARGS);
}
