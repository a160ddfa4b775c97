/* The only file that names the table `schema_version`. */
#include "db/migrate_sql.h"

enum { Q_APPLIED, Q_ADD, Q_NEWEST, Q__COUNT };

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_APPLIED] = {"schema_applied", "SELECT number, sha256 FROM schema_version ORDER BY number"},
    [Q_ADD] =
        {"schema_add",
         "INSERT INTO schema_version (number, name, sha256, applied_at) VALUES ($1, $2, $3, $4)"},
    [Q_NEWEST] = {"schema_newest", "SELECT max(number) FROM schema_version"},
};

int
migrate_sql_applied(struct ctx *c, applied_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_APPLIED], NO_ARGS); db_next(&r);) {
        struct applied a = {.number = row_int(&r, 0), .sha256 = row_text(&r, 1)};

        *vec_push(c->a, out) = a;
    }
    return db_done(&r);
}

int
migrate_sql_add(struct ctx *c, int64_t number, const char *name, const char *sha256)
{
    int rc = db_exec(c, &Q[Q_ADD], ARGS(qi(number), qt(name), qt(sha256), qi(c->now)));

    return rc < 0 ? rc : OK;
}

int64_t
migrate_sql_newest(struct ctx *c)
{
    return db_int(c, 0, &Q[Q_NEWEST], NO_ARGS);
}
