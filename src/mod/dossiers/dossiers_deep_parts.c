/* Rows of a dossier without it, references to what is not there, papers and their contents. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "http/store.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/dossiers/dossiers_deep_inside.h"
#include "site/site.h"

enum { LOST_MAX = 1000 };

/* --- parts --- */

/* Drafts have papers, too. */
static void
part_of(struct walk *w, int64_t id, const char *table, bool drafts)
{
    if (!deep_row(w, id) && !(drafts && sql_deep_is_draft(w->c, id)))
        deep_say(w, "part", "%s %" PRId64 ": there is no such dossier", table, id);
}

static void
parts_of(struct walk *w, const int64_t *ids, size_t n, const char *table, bool drafts)
{
    for (size_t i = 0; i < n; i++)
        part_of(w, ids[i], table, drafts);
}

static int
other_parts(struct walk *w)
{
    struct id_range r = w->range;
    int64_t *ids;
    size_t n;
    int rc;

    if ((rc = people_owners_between(w->c, r.after, r.upto, &ids, &n)) < 0)
        return rc;
    parts_of(w, ids, n, "party", false);
    if ((rc = papers_owners_between(w->c, r.after, r.upto, &ids, &n)) < 0)
        return rc;
    parts_of(w, ids, n, "paper", true);
    return OK;
}

int
deep_parts(struct walk *w)
{
    const char *table;
    int rc = OK;

    for (int i = 0; (table = sql_deep_part(i)) && rc == OK; i++) {
        unit_list ids = {0};

        rc = sql_deep_part_ids(w->c, i, w->range, &ids);
        parts_of(w, ids.p, ids.n, table, false);
    }
    for (size_t i = 0; i < w->events.n; i++)
        if (i == 0 || w->events.p[i].dossier != w->events.p[i - 1].dossier)
            part_of(w, w->events.p[i].dossier, "dossier_event", false);
    for (size_t i = 0; i < w->tasks.n; i++)
        part_of(w, w->tasks.p[i].dossier, "task", false);
    return rc < 0 ? rc : other_parts(w);
}

int
deep_lost_names(struct walk *w)
{
    struct agency_list all = agencies_all(w->c->site->agencies);
    int rc = OK;

    for (size_t i = 0; i < all.n && rc == OK; i++) {
        unit_list lost = {0};

        rc = sql_deep_lost_names(w->c, all.p[i]->id, LOST_MAX, &lost);
        parts_of(w, lost.p, lost.n, "dossier_find", false);
        arena_reset(w->c->a);
    }
    return rc;
}

/* --- references --- */

static void
check_references(struct walk *w, const struct dossier *d)
{
    const struct site *s = w->c->site;
    const struct { const char *what; int64_t unit; } U[] = {
        {"received_unit", d->received_unit}, {"intake_unit", d->intake_unit},
        {"competent_unit", d->competent_unit}, {"unit", d->unit}};

    for (size_t i = 0; i < sizeof U / sizeof *U; i++)
        if (!agencies_by_id(s->agencies, U[i].unit))
            deep_say(w, "reference", "%s: %s %" PRId64 " is no agency", d->code, U[i].what,
                     U[i].unit);
    if (!catalogue_version(s->catalogue, d->procedure_version))
        deep_say(w, "reference", "%s: procedure version %" PRId64 " is not in the catalogue",
                 d->code, d->procedure_version);
}

int
deep_references(struct walk *w)
{
    unit_list ids = {0};
    int rc = sql_deep_no_account(w->c, w->range, &ids);

    for (size_t i = 0; i < w->rows.n; i++)
        check_references(w, &w->rows.p[i]);
    for (size_t i = 0; i < ids.n; i++) {
        const struct dossier *d = deep_row(w, ids.p[i]);

        deep_say(w, "reference", "%s: its citizen or holder is no account", d ? d->code : "?");
    }
    return rc;
}

/* --- papers --- */

static const char *
owner_text(struct walk *w, int64_t owner)
{
    const struct dossier *d = deep_row(w, owner);

    return d ? d->code : arena_fmt(w->c->a, "draft %" PRId64, owner);
}

static int
check_file(struct walk *w, const struct paper_owned *f)
{
    const char *name = hash_hex(w->c->a, f->sha256, SHA256_SIZE);
    int64_t size = store_length(w->deep->store, name);

    if (size == STORE_AWAY)
        return fail(w->c, E_SYS, N_("Không mở được kho tệp"), "the store cannot be asked for %s",
                    name);
    if (size < 0)
        deep_say(w, "paper", "%s: file %" PRId64 ": content %s is not in the store",
                 owner_text(w, f->owner), f->seq, name);
    else if (size != f->size)
        deep_say(w, "paper", "%s: file %" PRId64 ": %s has %" PRId64 " bytes, not %" PRId64,
                 owner_text(w, f->owner), f->seq, name, size, f->size);
    w->deep->files++;
    return deep_name(w, f->sha256);
}

int
deep_papers(struct walk *w)
{
    struct paper_owned *v;
    size_t n;
    int rc = papers_files_between(w->c, w->range.after, w->range.upto, &v, &n);

    for (size_t i = 0; i < n && rc == OK; i++) {
        if (i == 0 || v[i].owner != v[i - 1].owner)
            part_of(w, v[i].owner, "paper_file", true);
        if (w->deep->store)
            rc = check_file(w, &v[i]);
    }
    return rc;
}
