/* The only file that names the table `site_document`. */
#include "site/documents_sql.h"

#include "db/db.h"

enum { Q_GET, Q_PUT, Q_GENERATION, Q__COUNT };

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_GET] = {"document_get", "SELECT content, sha256 FROM site_document WHERE name = $1"},
    [Q_PUT] =
        {"document_put",
         "INSERT INTO site_document (name, content, sha256, generation, changed_at, changed_by)"
         " VALUES ($1, $2, $3, 1, $4, $5)"
         " ON CONFLICT (name) DO UPDATE SET content = excluded.content,"
         " sha256 = excluded.sha256, generation = site_document.generation + 1,"
         " changed_at = excluded.changed_at, changed_by = excluded.changed_by"},
    [Q_GENERATION] = {"document_generation", "SELECT sum(generation) FROM site_document"},
};

int
documents_sql_get(struct ctx *c, const char *name, struct bytes *content, const char **sha256)
{
    struct rows r;
    int rc = db_one(c, &r, N_("Chưa có tệp này trong hệ thống"), &Q[Q_GET], ARGS(qt(name)));

    if (rc < 0)
        return rc;
    *content = row_bytes(&r, 0);
    *sha256 = row_text(&r, 1);
    return db_done(&r);
}

int
documents_sql_put(struct ctx *c, const char *name, const char *content, const char *sha256)
{
    int rc =
        db_exec(c, &Q[Q_PUT], ARGS(qt(name), qt(content), qt(sha256), qi(c->now), qi(c->account)));

    return rc < 0 ? rc : OK;
}

int64_t
documents_sql_generation(struct ctx *c)
{
    return db_int(c, 0, &Q[Q_GENERATION], NO_ARGS);
}
