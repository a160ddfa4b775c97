/* dossier_named: who may read a confidential dossier. */
#include "mod/dossiers/dossiers_named_sql.h"

#include "auth/reach_sql.h"

enum { Q_LIST, Q_ADD, Q_DROP, Q_SERVED, Q_OPEN, Q_VEILED, Q_IN_FIELD, Q__COUNT };
static const struct query Q[Q__COUNT] QUERIES = {
    [Q_LIST] = {"named",
                "SELECT n.account, n.at, n.how, coalesce(a.name, ''), coalesce(a.login, '')"
                " FROM dossier_named n LEFT JOIN v_account a ON a.id = n.account"
                " WHERE n.dossier = $1 ORDER BY n.account"},
    /* Whom a leader named stays so, whatever the work says. */
    [Q_ADD] = {"named_add",
               "INSERT INTO dossier_named (dossier, account, how, at) VALUES ($1, $2, $3, $4)"
               " ON CONFLICT (dossier, account) DO UPDATE SET how = excluded.how,"
               " at = excluded.at WHERE dossier_named.how < excluded.how"},
    [Q_DROP] = {"named_drop",
                "DELETE FROM dossier_named WHERE dossier = $1 AND account = $2 AND how = $3"},
    [Q_SERVED] = {"named_served",
                  "SELECT 1 FROM v_dossier_named n JOIN v_reach r ON r.account = n.account"
                  " AND r.unit = $2 WHERE n.dossier = $1 AND " IN_FIELD("$3", "$4")
                  " LIMIT 1"},
    [Q_OPEN] = {"named_open",
                "SELECT t.dossier FROM task t WHERE t.confidential = 1 AND t.seq = 0"
                " AND t.dossier > $1 ORDER BY t.dossier LIMIT $2"},
    [Q_VEILED] = {"veiled",
                  "SELECT d.id FROM dossier d WHERE d.confidential = 1 AND d.id >= $2"
                  " AND d.id <= $3 AND NOT " NAMED_TO("$1", "d.confidential", "d.id")
                  " ORDER BY d.id"},
    [Q_IN_FIELD] = {"dossier_in_field",
                    "SELECT 1 FROM v_reach r WHERE r.account = $1 AND r.unit = $2 AND "
                    IN_FIELD("$4", PROCEDURE_OF("$3"))},
};

int
sql_named(struct ctx *c, int64_t dossier, named_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_LIST], ARGS(qi(dossier))); db_next(&r);)
        *vec_push(c->a, out) = (struct named){
            .account = row_int(&r, 0), .at = row_int(&r, 1), .how = (enum named_how)row_int(&r, 2),
            .name = row_text(&r, 3), .login = row_text(&r, 4)};
    return db_done(&r);
}

int
sql_named_add(struct ctx *c, int64_t dossier, int64_t account, enum named_how how)
{
    return db_put(c, &Q[Q_ADD], ARGS(qi(dossier), qi(account), qi(how), qi(c->now)));
}

int
sql_named_drop(struct ctx *c, int64_t dossier, int64_t account, enum named_how how)
{
    return db_put(c, &Q[Q_DROP], ARGS(qi(dossier), qi(account), qi(how)));
}

bool
sql_named_served(struct ctx *c, const struct dossier *d, int64_t unit, int64_t perm)
{
    return db_int(c, 0, &Q[Q_SERVED],
                  ARGS(qi(d->id), qi(unit), qi(perm), qt(d->procedure))) != 0;
}

static int
read_ids(struct ctx *c, struct rows *r, unit_list *out)
{
    while (db_next(r))
        *vec_push(c->a, out) = row_int(r, 0);
    return db_done(r);
}

int
sql_named_open(struct ctx *c, int64_t after, size_t limit, unit_list *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_OPEN], ARGS(qi(after), qi((int64_t)limit)));
    return read_ids(c, &r, out);
}

bool
dossiers_in_field(struct ctx *c, int64_t unit, int64_t dossier, int64_t perm)
{
    return db_int(c, 0, &Q[Q_IN_FIELD], ARGS(qi(c->account), qi(unit), qi(dossier), qi(perm))) != 0;
}

int
sql_veiled(struct ctx *c, int64_t from, int64_t upto, unit_list *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_VEILED], ARGS(qi(c->account), qi(from), qi(upto)));
    return read_ids(c, &r, out);
}
