/*
 * Importing the agencies file: a row is known by code and first day.  What the file says is written
 * where it differs; what the file leaves out (a hot-line, leaders, an end) stays as people set it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "mod/agencies/agencies_file.h"
#include "mod/agencies/agencies_sql.h"

struct import {
    struct ctx *c;
    struct agencies_file f;
    struct agencies_snapshot *old;      /* what the database holds */
    bool changed;
};

static const struct agency *
known(const struct import *m, const struct agency *g)
{
    const struct agency *row = agencies_by_code(m->old, g->code, g->valid_from);

    return row && row->valid_from == g->valid_from ? row : NULL;
}

/* Ids first: a parent or successor may stand later in the file. */
static void
give_ids(struct import *m)
{
    for (size_t i = 0; i < m->f.rows.n; i++) {
        struct agency *g = &m->f.rows.p[i].g;
        const struct agency *row = known(m, g);

        g->id = row ? row->id : id_next();
        g->version = row ? row->version : 0;
    }
}

static void
keep(const char **mine, const char *theirs)
{
    if (!**mine)
        *mine = theirs;
}

static void
keep_rest(struct agency *g, const struct agency *row)
{
    keep(&g->unit_code, row->unit_code);
    keep(&g->name_en, row->name_en);
    keep(&g->hotline, row->hotline);
    keep(&g->phone, row->phone);
    keep(&g->email, row->email);
    keep(&g->address, row->address);
    keep(&g->hours, row->hours);
    if (g->valid_to == AGENCY_OPEN)
        g->valid_to = row->valid_to;
}

static bool
same_row(const struct agency *a, const struct agency *b)
{
    const char *const x[] = {a->code, a->unit_code, a->name, a->name_en, a->hotline, a->phone,
                             a->email, a->address, a->hours};
    const char *const y[] = {b->code, b->unit_code, b->name, b->name_en, b->hotline, b->phone,
                             b->email, b->address, b->hours};

    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        if (strcmp(x[i], y[i]) != 0)
            return false;
    return a->parent == b->parent && a->type == b->type && a->valid_from == b->valid_from &&
           a->valid_to == b->valid_to && a->provisional == b->provisional && a->desk == b->desk;
}

static int
write_row(struct import *m, struct file_agency *r)
{
    const struct agency *row = known(m, &r->g);
    struct file_agency *p =
        *r->parent ? agencies_file_find(&m->f, r->parent, r->g.valid_from) : NULL;
    int rc;

    r->g.parent = p ? p->g.id : 0;
    if (row)
        keep_rest(&r->g, row);
    if (row && same_row(&r->g, row))
        return OK;
    m->changed = true;
    rc = row ? agencies_sql_save(m->c, &r->g) : agencies_sql_add(m->c, &r->g);
    return rc < 0 ? rc : OK;
}

static bool
same_leaders(const struct agency *row, const struct leader *v, size_t n)
{
    if (row->leaders_n != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (strcmp(row->leaders[i].title, v[i].title) != 0 ||
            strcmp(row->leaders[i].name, v[i].name) != 0 ||
            strcmp(row->leaders[i].phone, v[i].phone) != 0)
            return false;
    return true;
}

static int
write_leaders(struct import *m, const struct file_agency *r)
{
    const struct agency *row = known(m, &r->g);

    if (!r->leaders.n || (row && same_leaders(row, r->leaders.p, r->leaders.n)))
        return OK;
    m->changed = true;
    return agencies_sql_leaders_set(m->c, r->g.id, r->leaders.p, r->leaders.n);
}

static bool
same_links(const struct agency *row, const struct agency_link *v, size_t n)
{
    if (row->after_n != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (row->after[i].agency != v[i].agency || row->after[i].how != v[i].how)
            return false;
    return true;
}

static int
write_links(struct import *m, const struct file_agency *r)
{
    struct agency_link *v = arena_get(m->c->a, (r->after.n + 1) * sizeof *v);
    const struct agency *row = known(m, &r->g);

    for (size_t i = 0; i < r->after.n; i++) {
        struct file_agency *to =
            agencies_file_find(&m->f, r->after.p[i].code, r->g.valid_to + 1);

        v[i] = (struct agency_link){to->g.id, r->after.p[i].how};      /* the check found it */
    }
    if (!r->after.n || (row && same_links(row, v, r->after.n)))
        return OK;
    m->changed = true;
    return agencies_sql_links_set(m->c, r->g.id, v, r->after.n);
}

static int
each(struct import *m, int (*write)(struct import *, struct file_agency *))
{
    int rc = OK;

    for (size_t i = 0; rc == OK && i < m->f.rows.n; i++)
        rc = write(m, &m->f.rows.p[i]);
    return rc;
}

static int
write_parts(struct import *m, struct file_agency *r)
{
    int rc = write_leaders(m, r);

    return rc < 0 ? rc : write_links(m, r);
}

int
agencies_file_import(struct ctx *c, const char *path, agencies_fault *report, void *to)
{
    struct import m = {.c = c, .f = {.a = c->a, .path = path, .report = report, .to = to}};
    int rc;

    agencies_file_read(&m.f);
    if (m.f.faults)
        return fail(c, E_INVALID, N_("Tệp cơ quan có lỗi"), "%zu faults in the agencies file",
                    m.f.faults);
    if ((rc = agencies_sql_lock(c)) < 0)        /* imports take turns */
        return rc;
    if (!(m.old = agencies_snapshot_load(c)))
        return c->err.rc;
    give_ids(&m);
    rc = each(&m, write_row);
    if (rc == OK)
        rc = each(&m, write_parts);
    if (rc == OK && m.changed)
        rc = agencies_sql_changed(c);
    agencies_snapshot_free(m.old);
    return rc == OK && m.changed ? agencies_reach_rebuild(c, 0) : rc;
}
