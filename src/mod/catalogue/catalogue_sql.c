/* The only file that names the tables procedure_version, procedure_field, catalogue_file,
 * catalogue_generation. */
#include "mod/catalogue/catalogue_sql.h"

#include <string.h>

#include "db/db.h"
#include "mod/catalogue/catalogue.h"
#include "mod/catalogue/catalogue_schema.h"

enum { Q_GENERATION, Q_LOCK, Q_BUMP, Q_EACH, Q_VERSIONS, Q_GET, Q_ADD, Q_REPLACE, Q_FILE,
       Q_FILE_PUT, Q_TEMPLATES, Q_FIELD, Q__MAX };

#define COLUMNS "id, code, version, state, valid_from, valid_to, hash, imported_at"

static const struct query Q[Q__MAX] QUERIES = {
    [Q_GENERATION] = {"catalogue_generation",
                      "SELECT generation FROM catalogue_generation WHERE one = 1"},
    [Q_LOCK] = {"catalogue_lock",
                "UPDATE catalogue_generation SET generation = generation WHERE one = 1"},
    [Q_BUMP] = {"catalogue_bump",
                "UPDATE catalogue_generation SET generation = generation + 1 WHERE one = 1"},
    [Q_EACH] = {"catalogue_each", "SELECT " COLUMNS ", yaml, form FROM procedure_version"
                                  " ORDER BY code, version"},
    [Q_VERSIONS] = {"catalogue_versions", "SELECT " COLUMNS " FROM procedure_version"
                                          " WHERE code = $1 ORDER BY version DESC"},
    [Q_GET] = {"catalogue_get",
               "SELECT " COLUMNS ", yaml, form FROM procedure_version WHERE id = $1"},
    [Q_ADD] = {"catalogue_add",
               "INSERT INTO procedure_version (id, code, version, state, valid_from, valid_to,"
               " hash, yaml, form, imported_at, imported_by)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"},
    /* A draft only: what was published is never altered. */
    [Q_REPLACE] = {"catalogue_replace",
                   "UPDATE procedure_version SET state = $2, valid_from = $3, valid_to = $4,"
                   " hash = $5, yaml = $6, form = $7, imported_at = $8, imported_by = $9"
                   " WHERE id = $1 AND state = 0"},
    [Q_FILE] = {"catalogue_file", "SELECT hash, text FROM catalogue_file WHERE name = $1"},
    [Q_FILE_PUT] = {"catalogue_file_put",
                    "INSERT INTO catalogue_file (name, hash, text, imported_at)"
                    " VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO UPDATE SET"
                    " hash = excluded.hash, text = excluded.text,"
                    " imported_at = excluded.imported_at"},
    /* A draft says it until a version is published. */
    [Q_FIELD] = {"procedure_field",
                 "INSERT INTO procedure_field (procedure, field) SELECT $1, $2"
                 " WHERE NOT EXISTS (SELECT 1 FROM procedure_version v WHERE v.code = $1"
                 " AND v.state > $3) AND NOT EXISTS (SELECT 1 FROM procedure_version v"
                 " WHERE v.code = $1 AND v.state >= $3 AND v.version > $4)"
                 " ON CONFLICT (procedure) DO UPDATE SET field = excluded.field"
                 " WHERE procedure_field.field <> excluded.field"},
    [Q_TEMPLATES] = {"catalogue_templates",
                     "SELECT name, text FROM catalogue_file WHERE name > $1 AND name < $2"
                     " ORDER BY name"},
};

static struct dbv
open_day(day d)
{
    return d == NO_DAY ? qnull() : qi(d);
}

static struct bytes
bytes_of(struct rows *r, int col)
{
    const char *s = row_text(r, col);

    return (struct bytes){(const uint8_t *)s, strlen(s)};
}

static struct version_row
row_of(struct rows *r, bool files)
{
    struct version_row v = {
        .id = row_int(r, 0), .code = row_text(r, 1), .version = row_int(r, 2),
        .state = row_int(r, 3), .valid_from = (day)row_int(r, 4),
        .valid_to = row_null(r, 5) ? NO_DAY : (day)row_int(r, 5), .hash = row_text(r, 6),
        .imported_at = row_int(r, 7),
    };

    if (files) {
        v.yaml = bytes_of(r, 8);
        v.form = bytes_of(r, 9);
    }
    return v;
}

int
catalogue_sql_generation(struct ctx *c, int64_t *out)
{
    struct rows r;
    int rc = db_one(c, &r, N_("Danh mục thủ tục chưa có dữ liệu"), &Q[Q_GENERATION], NO_ARGS);

    if (rc < 0)
        return rc;
    *out = row_int(&r, 0);
    return db_done(&r);
}

int
catalogue_sql_lock(struct ctx *c)
{
    int n = db_exec(c, &Q[Q_LOCK], NO_ARGS);

    return n < 0 ? n : OK;
}

int
catalogue_sql_bump(struct ctx *c)
{
    return db_put(c, &Q[Q_BUMP], NO_ARGS);
}

int
catalogue_sql_each(struct ctx *c, void (*take)(void *arg, const struct version_row *row), void *arg)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_EACH], NO_ARGS); db_next(&r);) {
        struct version_row v = row_of(&r, true);
        take(arg, &v);
    }
    return db_done(&r);
}

int
catalogue_sql_versions(struct ctx *c, const char *code, struct version_row **out, size_t *n)
{
    VEC(struct version_row) v = {0};
    struct rows r;

    for (db_rows(c, &r, &Q[Q_VERSIONS], ARGS(qt(code))); db_next(&r);)
        *vec_push(c->a, &v) = row_of(&r, false);
    *out = v.p;
    *n = v.n;
    return db_done(&r);
}

int
catalogue_sql_get(struct ctx *c, int64_t id, struct version_row *out)
{
    struct rows r;
    int rc = db_one(c, &r, N_("Không có phiên bản thủ tục này"), &Q[Q_GET], ARGS(qi(id)));

    if (rc < 0)
        return rc;
    *out = row_of(&r, true);
    return db_done(&r);
}

int
catalogue_sql_add(struct ctx *c, const struct version_row *v)
{
    return db_put(c, &Q[Q_ADD],
                  ARGS(qi(v->id), qt(v->code), qi(v->version), qi(v->state), qi(v->valid_from),
                       open_day(v->valid_to), qt(v->hash), qt((const char *)v->yaml.p),
                       qt((const char *)v->form.p), qi(c->now), qi(c->account)));
}

int
catalogue_sql_replace(struct ctx *c, const struct version_row *v)
{
    int n = db_exec(c, &Q[Q_REPLACE],
                    ARGS(qi(v->id), qi(v->state), qi(v->valid_from), open_day(v->valid_to),
                         qt(v->hash), qt((const char *)v->yaml.p), qt((const char *)v->form.p),
                         qi(c->now), qi(c->account)));

    if (n == 0)
        return fail(c, E_CONFLICT, N_("Phiên bản đã công bố thì không sửa được nữa"), "%s",
                    v->code);
    return n < 0 ? n : OK;
}

int
catalogue_sql_field(struct ctx *c, const struct procedure *p)
{
    int n = db_exec(c, &Q[Q_FIELD],
                    ARGS(qt(p->code), qt(p->field), qi(p->state), qi(p->version)));

    return n < 0 ? n : OK;
}

int
catalogue_sql_file(struct ctx *c, const char *name, const char **hash, const char **text)
{
    struct rows r;

    *hash = *text = "";
    for (db_rows(c, &r, &Q[Q_FILE], ARGS(qt(name))); db_next(&r);) {
        *hash = row_text(&r, 0);
        *text = row_text(&r, 1);
    }
    return db_done(&r);
}

int
catalogue_sql_templates(struct ctx *c,
                        void (*take)(void *arg, const char *name, const char *text), void *arg)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_TEMPLATES], ARGS(qt(TEMPLATES), qt("results0"))); db_next(&r);)
        take(arg, row_text(&r, 0), row_text(&r, 1));
    return db_done(&r);
}

int
catalogue_sql_file_put(struct ctx *c, const char *name, const char *hash, const char *text)
{
    return db_put(c, &Q[Q_FILE_PUT], ARGS(qt(name), qt(hash), qt(text), qi(c->now)));
}
