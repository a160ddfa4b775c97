/* Packages into the database: the whole check first, then all of them or none. */
#include <string.h>

#include "base/hash.h"
#include "base/id.h"
#include "db/db.h"
#include "mod/catalogue/catalogue_package.h"
#include "mod/catalogue/catalogue_sql.h"
#include "mod/catalogue/catalogue_versions.h"

struct import {
    struct ctx *c;
    struct report *r;
    struct catalogue_imported *done;
};

static const struct version_row *
newest_published(const struct version_row *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (v[i].state == PROC_PUBLISHED)
            return &v[i];
    return NULL;
}

/* A version that is not stored yet, against those that are. */
static bool
follows(struct import *m, const struct package *p, const struct procedure *new,
        const struct version_row *v, size_t n)
{
    const struct version_row *last = newest_published(v, n);
    const struct node *from = node_get(p->yaml, "valid_from");
    size_t before = m->r->found.n;

    m->r->path = p->path;
    if (n && new->version < v[0].version)
        report_at(m->r, node_get(p->yaml, "version"), "version %d is stored already; %d is older",
                  (int)v[0].version, (int)new->version);
    if (last && new->valid_from <= last->valid_from)
        report_at(m->r, from, "`valid_from` must be after that of version %d, %s",
                  (int)last->version, date_iso(m->r->a, last->valid_from));
    else if (last && last->valid_to != NO_DAY && new->valid_from <= last->valid_to)
        report_at(m->r, from, "version %d holds until %s: both would be in force",
                  (int)last->version, date_iso(m->r->a, last->valid_to));
    return m->r->found.n == before;
}

static int
replace(struct import *m, const struct package *p, const struct version_row *old,
        struct version_row *row)
{
    if (strcmp(old->hash, row->hash) == 0) {
        m->done->unchanged++;
        return OK;
    }
    if (old->state == PROC_PUBLISHED) {
        m->r->path = p->path;
        report_at(m->r, node_get(p->yaml, "version"),
                  "version %d was published with other content; give what changed a new number",
                  (int)old->version);
        return OK;
    }
    row->id = old->id;
    m->done->replaced++;
    return catalogue_sql_replace(m->c, row);
}

static int
store_package(struct import *m, const struct package *p, const struct procedure *new)
{
    struct version_row *v, row;
    size_t n;
    int rc;

    row = (struct version_row){
        .id = id_next(), .version = new->version, .state = new->state, .code = new->code,
        .hash = new->hash, .valid_from = new->valid_from, .valid_to = new->valid_to,
        .yaml = p->yaml_text, .form = p->form_text,
    };
    if ((rc = catalogue_sql_versions(m->c, new->code, &v, &n)) < 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        if (v[i].version == new->version)
            return replace(m, p, &v[i], &row);
    if (!follows(m, p, new, v, n))
        return OK;
    m->done->added++;
    return catalogue_sql_add(m->c, &row);
}

static int
import_package(struct import *m, const struct package *p)
{
    struct procedure *new = catalogue_parse(m->r->a, p->yaml_text, p->form_text);
    int rc;

    if (!new)
        return fail(m->c, E_SYS, N_("Gói thủ tục không đọc được"), "%s", p->path);
    catalogue_release(new);
    rc = store_package(m, p, new);
    return rc < 0 ? rc : catalogue_sql_field(m->c, new);
}

static int
import_file(struct import *m, const char *name, struct bytes text)
{
    const char *hash = hash_sha256_hex(m->r->a, text.p, text.n), *old, *old_text;
    int rc = catalogue_sql_file(m->c, name, &old, &old_text);

    if (rc < 0 || strcmp(hash, old) == 0)
        return rc;
    m->done->files++;
    return catalogue_sql_file_put(m->c, name, hash, (const char *)text.p);
}

static int
import_all(struct import *m, const struct catalogue_files *f)
{
    int rc = OK;

    for (size_t i = 0; i < f->n && rc >= 0; i++)
        rc = import_package(m, &f->p[i]);
    if (rc >= 0 && f->fields_text.p)
        rc = import_file(m, "fields.yaml", f->fields_text);
    if (rc >= 0 && f->types_text.p)
        rc = import_file(m, "paper-types.yaml", f->types_text);
    if (rc >= 0 && f->keep_text.p)
        rc = import_file(m, "retention.yaml", f->keep_text);
    if (rc >= 0 && f->po_text.p)
        rc = import_file(m, "en.po", f->po_text);
    for (size_t i = 0; i < f->templates_n && rc >= 0; i++)
        rc = import_file(m, arena_fmt(m->r->a, TEMPLATES "%s.yaml", f->templates[i].id),
                         f->templates[i].text);
    if (rc >= 0 && m->done->added + m->done->replaced + m->done->files > 0)
        rc = catalogue_sql_bump(m->c);
    if (rc >= 0 && m->r->found.n > 0)
        rc = fail(m->c, E_INVALID, N_("Gói thủ tục có lỗi, chưa nhập gói nào"), "%zu findings",
                  m->r->found.n);
    return rc;
}

static void
print(const struct report *r, FILE *out)
{
    for (size_t i = 0; i < r->found.n; i++)
        fprintf(out, "%s:%d:%d: %s\n", r->found.p[i].path, r->found.p[i].line,
                r->found.p[i].column, r->found.p[i].sentence);
}

static int
import_checked(struct ctx *c, struct report *r, const struct catalogue_files *f,
               struct catalogue_imported *done)
{
    struct import m = {c, r, done};
    int rc = db_begin(c, DB_READ_WRITE);

    if (rc < 0)
        return rc;
    rc = catalogue_sql_lock(c);                 /* imports take turns */
    if (rc == OK)
        rc = import_all(&m, f);
    if (rc >= 0)
        rc = db_commit(c);
    if (rc < 0)
        db_rollback(c);
    return rc;
}

int
catalogue_import(struct ctx *c, const char *dir, FILE *faults, struct catalogue_imported *out)
{
    struct arena *a = arena_open(CHECK_BYTES);
    struct report r = {.a = a, .path = dir};
    struct catalogue_files files;
    int rc;

    *out = (struct catalogue_imported){0};
    if (check_folder(&r, dir, &files) != 0)
        rc = fail(c, E_NOTFOUND, N_("Không có thư mục này"), "%s", dir);
    else if (r.found.n)
        rc = fail(c, E_INVALID, N_("Gói thủ tục có lỗi, chưa nhập gói nào"), "%zu findings",
                  r.found.n);
    else
        rc = import_checked(c, &r, &files, out);
    report_sort(&r);
    print(&r, faults);
    arena_close(a);
    return rc;
}
