/* Which held paper serves for one that is asked for, and the facts that held papers say. */
#include "mod/dossiers/dossiers_vault_pages.h"

#include <string.h>

#include "auth/auth.h"
#include "http/route.h"
#include "mod/dossiers/dossiers_inside.h"
#include "mod/papers/content.h"
#include "site/site.h"

enum { HOLDERS = 2 };           /* the owner and the applicant */

/* Who fills in an application at somebody's home learns nothing of what the city holds of them. */
int
vault_who(struct ctx *c, struct vault_who *who)
{
    bool citizen = c->session && c->session->kind == ACCOUNT_CITIZEN;
    bool helps = c->route && (c->route->perm == PERM_APPLY || c->route->perm == PERM_ASSIST);

    *who = (struct vault_who){.number = citizen ? auth_number_verified(c) : "",
                              .account = citizen ? c->account : 0,
                              .officer = c->session && !citizen && !helps};
    return c->err.rc == E_DOWN ? E_DOWN : OK;
}

/* --- whose papers ----------------------------------------------------------------------------- */

static const char *
holder_of(const struct party *p)
{
    if (!p)
        return "";
    return p->kind == PARTY_ORGANISATION ? p->tax_code : p->personal_number;
}

struct shelf { const char *holder; struct vault_item *items; size_t n; bool read; };

static int
shelf_read(struct ctx *c, const struct vault_who *who, struct shelf *s)
{
    if (s->read)
        return OK;
    s->read = true;
    return vault_held(c, s->holder ? s->holder : "", who, vn_day(c->now), &s->items, &s->n);
}

/* A person without a number is nobody in particular: only the own account's papers are offered, and
 * those name no other holder. */
static void
pick(struct ctx *c, const struct shelf *s, struct held_paper *h)
{
    struct vault_item *out = arena_get(c->a, (s->n + 1) * sizeof *out);

    for (size_t i = 0; i < s->n; i++)
        if (catalogue_paper_serves(catalogue_paper_type(c->site->catalogue, s->items[i].type),
                                   h->paper->type))
            out[h->n++] = s->items[i];
    h->items = out;
    /* Of several that a person may have side by side nobody can say which is meant. */
    if (h->n == 1 || (h->n && h->paper->type->single))
        h->item = &h->items[0];
}

static void
choose(struct held_paper *h, const struct vault_use *u, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(u[i].paper, h->paper->id) != 0)
            continue;
        h->declined = !u[i].used;
        for (size_t k = 0; u[i].used && k < h->n; k++)
            if (h->items[k].id == u[i].item)
                h->item = &h->items[k];
    }
    if (h->declined)
        h->item = NULL;
}

static bool
any_typed(struct paper_list asked)
{
    for (size_t i = 0; i < asked.n; i++)
        if (asked.p[i]->type)
            return true;
    return false;
}

int
vault_match(struct ctx *c, struct paper_list asked, const struct party *p, size_t n,
            int64_t draft, struct held_list *out)
{
    struct shelf shelf[HOLDERS] = {
        {.holder = n ? holder_of(people_owner(p, n)) : ""},
        {.holder = n ? holder_of(people_find(p, n, PARTY_APPLICANT)) : ""}};
    struct vault_use *uses = NULL;
    struct vault_who who;
    size_t uses_n = 0;
    int rc = OK;

    *out = (struct held_list){0};
    if (!any_typed(asked) || (rc = vault_who(c, &who)) < 0 ||
        (draft && (rc = vault_uses(c, draft, &uses, &uses_n)) < 0))
        return rc;
    out->p = arena_get(c->a, (asked.n + 1) * sizeof *out->p);
    for (size_t i = 0; i < asked.n && rc == OK; i++) {
        struct shelf *s = &shelf[asked.p[i]->of_applicant ? 1 : 0];
        struct held_paper *h = &out->p[out->n];

        if (!asked.p[i]->type || (rc = shelf_read(c, &who, s)) < 0)
            continue;
        *h = (struct held_paper){.paper = asked.p[i]};
        pick(c, s, h);
        choose(h, uses, uses_n);
        out->n += h->n > 0;
    }
    return rc;
}

const struct held_paper *
vault_held_for(const struct held_list *l, const char *paper)
{
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->p[i].paper->id, paper) == 0)
            return &l->p[i];
    return NULL;
}

/* --- facts ------------------------------------------------------------------------------------ */

static const char *
fact_text(struct ctx *c, const struct vault_item *it, const json_t *facts,
          const struct paper_fact *f)
{
    switch (f->is) {
    case FACT_NUMBER:    return it->number;
    case FACT_ISSUED_ON: return it->issued_on ? date_iso(c->a, it->issued_on) : "";
    case FACT_ISSUER:    return it->issuer;
    case FACT_VALID_TO:  return it->valid_to ? date_iso(c->a, it->valid_to) : "";
    default:             break;
    }
    return arena_str(c->a, json_string_value(json_object_get(facts, f->id))
                               ? json_string_value(json_object_get(facts, f->id)) : "");
}

static void
add_answers(struct ctx *c, const struct procedure *p, const struct paper_type *t,
            const struct vault_item *it, json_t *out, json_t *from)
{
    json_t *facts = json_loads(it->facts, 0, NULL);

    for (size_t i = 0; i < t->fields.n; i++) {
        const struct paper_field *f = &t->fields.p[i];
        const struct paper_fact *fact = catalogue_paper_fact(t, f->fact);
        const char *text = "";

        if (fact && strcmp(f->procedure, p->code) == 0)
            text = fact_text(c, it, facts, fact);
        if (*text && !json_object_get(out, f->field)) {
            json_object_set_new(out, f->field, json_string(text));
            json_object_set_new(from, f->field, json_string(vault_name(c, it)));
        }
    }
    json_decref(facts);
}

static bool
says_any(struct ctx *c, const struct procedure *p)
{
    const struct paper_types *all = catalogue_paper_types(c->site->catalogue);

    for (size_t i = 0; i < all->n; i++)
        for (size_t k = 0; k < all->p[i].fields.n; k++)
            if (strcmp(all->p[i].fields.p[k].procedure, p->code) == 0)
                return true;
    return false;
}

/* Of several of a kind that a person may have side by side none is meant more than the others. */
static bool
only_one(const struct vault_item *items, size_t n, const struct paper_type *t, size_t at)
{
    for (size_t i = 0; i < n && !t->single; i++)
        if (i != at && strcmp(items[i].type, t->id) == 0)
            return false;
    return true;
}

int
vault_answers(struct ctx *c, const struct procedure *p, const char *holder, json_t **out,
              json_t **from)
{
    struct vault_who who;
    struct vault_item *items = NULL;
    size_t n = 0;
    int rc = OK;

    *out = json_object();
    *from = json_object();
    if (!*holder || !says_any(c, p) || (rc = vault_who(c, &who)) < 0 ||
        (rc = vault_held(c, holder, &who, vn_day(c->now), &items, &n)) < 0)
        return rc;
    for (size_t i = 0; i < n; i++) {
        const struct paper_type *t = catalogue_paper_type(c->site->catalogue, items[i].type);

        if (t && only_one(items, n, t, i))
            add_answers(c, p, t, &items[i], *out, *from);
    }
    return OK;
}

/* --- contents --------------------------------------------------------------------------------- */

static void
add_file(struct vault_file *out, size_t *n, const char *sha256, const char *mime, const char *name,
         int64_t size)
{
    for (size_t i = 0; i < *n; i++)
        if (strcmp(out[i].sha256, sha256) == 0)
            return;
    out[(*n)++] = (struct vault_file){sha256, mime, name, size};
}

struct shown_files { const struct paper_file *p; size_t n; };

static bool
any_infected(struct shown_files f, const struct paper_document *d)
{
    for (size_t i = 0; i < f.n; i++)
        if (f.p[i].round == d->round && strcmp(f.p[i].paper, d->paper) == 0 &&
            f.p[i].content.scan == CONTENT_INFECTED)
            return true;
    return false;
}

/* Several photos are one document, made of them and shown first: what was made is clean by itself,
 * so it is asked what it was made of. */
static void
add_documents(struct ctx *c, const struct vault_item *it, const struct paper_document *d, size_t n,
              struct shown_files made_of, struct vault_file *out, size_t *out_n)
{
    for (size_t i = n; i-- > 0;)
        if (strcmp(d[i].paper, it->paper) == 0 && d[i].state == DOCUMENT_MADE && *d[i].sha256 &&
            !any_infected(made_of, &d[i]))
            add_file(out, out_n, d[i].sha256, "application/pdf",
                     arena_fmt(c->a, "%s.pdf", it->paper), 0);
}

int
vault_files(struct ctx *c, const struct vault_item *it, struct vault_file **out, size_t *n)
{
    struct paper_document *docs = NULL;
    struct paper_file *f = NULL;
    size_t docs_n = 0, f_n = 0;
    int rc = OK;

    *n = 0;
    if (*it->paper && ((rc = content_documents(c, it->dossier, &docs, &docs_n)) < 0 ||
                       (rc = papers_files(c, it->dossier, &f, &f_n)) < 0))
        return rc;
    *out = arena_get(c->a, (docs_n + f_n + 1) * sizeof **out);
    add_documents(c, it, docs, docs_n, (struct shown_files){f, f_n}, *out, n);
    if (*it->content)
        add_file(*out, n, it->content, it->mime, it->file_name, it->size);
    for (size_t i = 0; i < f_n; i++)
        if (strcmp(f[i].paper, it->paper) == 0 && !f[i].replaced)
            add_file(*out, n, f[i].sha256, f[i].mime, f[i].name, f[i].size);
    return OK;
}

int
vault_of_dossier(struct ctx *c, int64_t dossier, struct vault_held_use **out, size_t *n)
{
    struct vault_use *u;
    size_t u_n;
    int rc = vault_uses(c, dossier, &u, &u_n);

    *n = 0;
    *out = arena_get(c->a, (u_n + 1) * sizeof **out);
    for (size_t i = 0; i < u_n && rc == OK; i++) {
        if (!u[i].used)
            continue;
        (*out)[*n].use = u[i];
        rc = vault_by_id(c, u[i].item, &(*out)[*n].item);
        *n += rc == OK;
    }
    return rc;
}
