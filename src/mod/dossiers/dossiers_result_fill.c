/* Facts of a result from what is known already, and from what an officer typed over them. */
#include <stdlib.h>
#include <string.h>

#include "mod/agencies/agencies.h"
#include "mod/dossiers/dossiers_result.h"
#include "site/site.h"

enum { ROWS_MAX = 100 };

struct fill {
    struct ctx *c;
    const struct desk_dossier *x;
    struct summary_line *lines;         /* answers as people read them, in Vietnamese */
    size_t n;
};

/* --- facts beside the e-form --- */

static const char *
party_text(const struct party *p, const char *what)
{
    if (!p)
        return "";
    if (strcmp(what, "_number") == 0)
        return *p->personal_number ? p->personal_number : p->tax_code;
    if (strcmp(what, "_address") == 0)
        return p->address;
    return strcmp(what, "_phone") == 0 ? p->phone : p->name;
}

static const char *
office_of(struct ctx *c, int64_t unit)
{
    const struct agency *g = agencies_by_id(c->site->agencies, unit);

    return g ? agency_office_name(c->a, g) : "";
}

static const char *
fact(const struct fill *f, const char *name)
{
    const struct desk_dossier *x = f->x;
    struct ctx *c = f->c;

    if (strncmp(name, "$applicant", 10) == 0)
        return party_text(people_find(x->parties, x->n_parties, PARTY_APPLICANT), name + 10);
    if (strncmp(name, "$owner", 6) == 0)
        return party_text(people_owner(x->parties, x->n_parties), name + 6);
    if (strcmp(name, "$agency") == 0)
        return office_of(c, x->d.competent_unit);
    if (strcmp(name, "$place") == 0)
        return c->site->config.place;
    if (strcmp(name, "$procedure") == 0)
        return x->p->name;
    if (strcmp(name, "$code") == 0)
        return x->d.code;
    if (strcmp(name, "$received") == 0)
        return x->d.accepted_at ? date_iso(c->a, vn_day(x->d.accepted_at)) : "";
    return strcmp(name, "$today") == 0 ? date_iso(c->a, vn_day(c->now)) : "";
}

/* --- answers --- */

static const char *
number_text(struct ctx *c, const json_t *v)
{
    if (json_is_integer(v))
        return arena_fmt(c->a, "%lld", (long long)json_integer_value(v));
    return json_is_real(v) ? arena_fmt(c->a, "%g", json_real_value(v)) : NULL;
}

/* Dates, numbers and personal numbers as they are stored, all else as people read it. */
static const char *
answer(const struct fill *f, const char *key, int kind)
{
    const json_t *v = json_object_get(f->x->answers, key);
    const char *s = json_string_value(v);

    if (kind == TF_DATE || kind == TF_PERSONAL_NUMBER)
        return s ? s : "";
    if (kind == TF_NUMBER || kind == TF_MONEY)
        return number_text(f->c, v) ? number_text(f->c, v) : s ? s : "";
    for (size_t i = 0; i < f->n; i++)
        if (f->lines[i].depth == 0 && strcmp(f->lines[i].key, key) == 0)
            return f->lines[i].value;
    return "";
}

static const char *
first_of(const struct fill *f, struct texts from, int kind)
{
    for (size_t i = 0; i < from.n; i++) {
        const char *s = *from.p[i] == '$' ? fact(f, from.p[i]) : answer(f, from.p[i], kind);

        if (*s)
            return s;
    }
    return "";
}

/* --- groups of the e-form --- */

static const char *
cell_text(const struct fill *f, const struct eform_field *group, const json_t *row,
          const struct template_column *x)
{
    for (size_t i = 0; i < x->from.n; i++) {
        const json_t *v = json_object_get(row, x->from.p[i]);
        const char *s = json_string_value(v) ? json_string_value(v) : number_text(f->c, v);

        for (size_t k = 0; s && group && k < group->n; k++)
            if (strcmp(group->children[k].key, x->from.p[i]) == 0 &&
                (group->children[k].type == F_SELECT || group->children[k].type == F_RADIO))
                s = eforms_label(eforms_choices(&group->children[k], &f->x->lists), s);
        if (s && *s)
            return s;
    }
    return "";
}

static json_t *
fill_rows(const struct fill *f, const struct template_field *t)
{
    json_t *out = json_array();

    for (size_t i = 0; i < t->from.n && json_array_size(out) == 0; i++) {
        const json_t *rows = json_object_get(f->x->answers, t->from.p[i]), *row;
        const struct eform_field *group = eforms_field(f->x->p->form, t->from.p[i]);
        size_t at;

        json_array_foreach(rows, at, row) {
            json_t *one = json_object();

            for (size_t k = 0; k < t->columns.n; k++)
                json_object_set_new(one, t->columns.p[k].id,
                                    json_string(cell_text(f, group, row, &t->columns.p[k])));
            json_array_append_new(out, one);
        }
    }
    return out;
}

json_t *
result_fill(struct ctx *c, const struct desk_dossier *x, const struct result_template *t)
{
    struct fill f = {.c = c, .x = x};
    enum lang page = c->lang;
    json_t *facts = json_object();

    c->lang = LANG_VI;                  /* papers are, whatever the officer reads */
    eforms_summary(c, x->p->form, x->facts, &x->lists, &f.lines, &f.n);
    c->lang = page;
    for (size_t i = 0; i < t->fields.n; i++) {
        const struct template_field *k = &t->fields.p[i];
        const char *s;

        if (k->kind == TF_ROWS) {
            json_object_set_new(facts, k->id, fill_rows(&f, k));
            continue;
        }
        s = first_of(&f, k->from, k->kind);
        json_object_set_new(facts, k->id, json_string(*s ? s : k->initial));
    }
    return facts;
}

/* --- what was typed --- */

static const char *
typed(struct ctx *c, const char *name)
{
    const struct pair *in;
    size_t n = in_form(c, &in);

    for (size_t i = 0; i < n; i++)
        if (strcmp(in[i].name, name) == 0)
            return in[i].value;
    return NULL;
}

/* Rows in which nothing was typed are dropped: the page offers empty ones. */
static json_t *
typed_rows(struct ctx *c, const struct template_field *t)
{
    json_t *out = json_array();

    for (int i = 0; i < ROWS_MAX; i++) {
        json_t *row = json_object();
        bool any = false, sent = false;

        for (size_t k = 0; k < t->columns.n; k++) {
            const char *s = typed(c, arena_fmt(c->a, "f.%s.%d.%s", t->id, i, t->columns.p[k].id));

            sent = sent || s;
            any = any || (s && *s);
            json_object_set_new(row, t->columns.p[k].id, json_string(s ? s : ""));
        }
        if (any)
            json_array_append(out, row);
        json_decref(row);
        if (!sent)
            break;
    }
    return out;
}

json_t *
result_typed(struct ctx *c, const struct result_template *t)
{
    json_t *facts = json_object();

    for (size_t i = 0; i < t->fields.n; i++) {
        const struct template_field *k = &t->fields.p[i];
        const char *s;

        if (k->kind == TF_ROWS) {
            json_object_set_new(facts, k->id, typed_rows(c, k));
            continue;
        }
        s = typed(c, arena_fmt(c->a, "f.%s", k->id));
        json_object_set_new(facts, k->id, json_string(s ? s : ""));
    }
    return facts;
}
