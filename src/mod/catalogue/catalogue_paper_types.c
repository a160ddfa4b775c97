/* catalogue/paper-types.yaml: shape, check against the packages, and reading. */
#include "mod/catalogue/catalogue_paper_types.h"

#include <stddef.h>
#include <string.h>

#include "mod/catalogue/catalogue_package.h"
#include "mod/catalogue/catalogue_snapshot.h"

static const char *const IS[] = {"", "number", "issued_on", "issuer", "valid_to", NULL};
static const char *const OF[] = {"owner", "applicant", NULL};

#define AT(T, member) .at = offsetof(struct T, member)

static const struct schema_rule FACT_RULES[] = {
    {"id", S_ID, true, AT(paper_fact, id)},
    {"name", S_TEXT, true, 2, 120, AT(paper_fact, name)},
    {"is", S_WORD, false, .words = IS, AT(paper_fact, is)},
    {0},
};
static const struct schema FACT = {"a fact", sizeof(struct paper_fact), FACT_RULES};

static const struct schema_rule ASKED_RULES[] = {
    {"procedure", S_CODE, true, AT(paper_asked, procedure)},
    {"papers", S_IDS, true, 1, 20, AT(paper_asked, papers)},
    {"of", S_WORD, false, .words = OF, AT(paper_asked, of)},
    {0},
};
static const struct schema ASKED = {"an entry of `asked`", sizeof(struct paper_asked), ASKED_RULES};

static const struct schema_rule FIELD_RULES[] = {
    {"procedure", S_CODE, true, AT(paper_field, procedure)},
    {"fact", S_ID, true, AT(paper_field, fact)},
    {"field", S_ID, true, AT(paper_field, field)},
    {0},
};
static const struct schema FIELD = {"an entry of `fields`", sizeof(struct paper_field),
                                    FIELD_RULES};

static const struct schema_rule RESULT_RULES[] = {
    {"procedure", S_CODE, true, AT(paper_result, procedure)}, {0}};
static const struct schema RESULT = {"an entry of `results`", sizeof(struct paper_result),
                                     RESULT_RULES};

static const struct schema_rule TYPE_RULES[] = {
    {"id", S_ID, true, AT(paper_type, id)},
    {"name", S_TEXT, true, 2, 200, AT(paper_type, name)},
    {"months", S_INT, false, 1, 600, AT(paper_type, months)},
    {"single", S_BOOL, false, AT(paper_type, single)},
    {"stands_for", S_IDS, false, 1, 20, AT(paper_type, stands_for)},
    {"facts", S_LIST, false, 1, 30, .of = &FACT, AT(paper_type, facts)},
    {"asked", S_LIST, false, 1, 100, .of = &ASKED, AT(paper_type, asked)},
    {"fields", S_LIST, false, 1, 100, .of = &FIELD, AT(paper_type, fields)},
    {"results", S_LIST, false, 1, 100, .of = &RESULT, AT(paper_type, results)},
    {0},
};
static const struct schema TYPE = {"a kind of papers", sizeof(struct paper_type), TYPE_RULES};

static const struct schema_rule FILE_RULES[] = {
    {"types", S_LIST, true, 1, 100, .of = &TYPE, AT(paper_types, p)}, {0}};
static const struct schema TYPES = {"paper-types.yaml", sizeof(struct paper_types), FILE_RULES};

/* --- check ------------------------------------------------------------------------------------ */

struct look {
    struct report *r;
    const struct node *types;
    const struct package *p;
    size_t n;
};

static const struct package *
package_of(struct look *l, const struct node *code)
{
    const char *s = node_text(code);

    for (size_t i = 0; s && i < l->n; i++) {
        const char *of = node_str(l->p[i].yaml, "code");

        if (of && strcmp(of, s) == 0)
            return &l->p[i];
    }
    if (s)
        report_at(l->r, code, "there is no procedure `%s`", s);
    return NULL;
}

static const struct node *
with_id(const struct node *list, const char *id)
{
    for (size_t i = 0; id && i < node_count(list); i++) {
        const char *s = node_str(list->items[i], "id");

        if (s && strcmp(s, id) == 0)
            return list->items[i];
    }
    return NULL;
}

static void
check_ids(struct look *l, const struct node *list, const char *what)
{
    for (size_t i = 0; i < node_count(list); i++) {
        const struct node *id = node_get(list->items[i], "id");
        const struct node *first = node_text(id) ? with_id(list, node_text(id)) : NULL;

        if (first && first != list->items[i])
            report_at(l->r, id, "%s `%s` is there already, in line %d", what, id->text,
                      first->line);
    }
}

static void
check_facts(struct look *l, const struct node *facts)
{
    check_ids(l, facts, "the fact");
    for (size_t i = 0; i < node_count(facts); i++)
        for (size_t k = 0; k < i; k++) {
            const struct node *is = node_get(facts->items[i], "is");
            const char *other = node_str(facts->items[k], "is");

            if (node_text(is) && other && strcmp(is->text, other) == 0)
                report_at(l->r, is, "the fact in line %d is the %s already",
                          facts->items[k]->line, other);
        }
}

/* No other kind may ask for the same paper: which of them would it be? */
static void
check_once(struct look *l, const struct node *asked, const char *procedure,
           const struct node *paper)
{
    for (size_t i = 0; i < node_count(l->types); i++) {
        const struct node *list = node_get(l->types->items[i], "asked");

        for (size_t k = 0; k < node_count(list); k++) {
            const struct node *papers = node_get(list->items[k], "papers");
            const char *of = node_str(list->items[k], "procedure");

            if (list->items[k] == asked)
                return;
            for (size_t j = 0; of && strcmp(of, procedure) == 0 && j < node_count(papers); j++)
                if (node_text(papers->items[j]) &&
                    strcmp(papers->items[j]->text, paper->text) == 0)
                    report_at(l->r, paper, "`%s` of %s has a kind already, in line %d",
                              paper->text, procedure, papers->items[j]->line);
        }
    }
}

static void
check_asked(struct look *l, const struct node *asked)
{
    const struct node *papers = node_get(asked, "papers");
    const struct package *p = package_of(l, node_get(asked, "procedure"));

    for (size_t i = 0; p && p->yaml && i < node_count(papers); i++) {
        const struct node *id = papers->items[i];
        const struct node *paper = with_id(node_get(p->yaml, "papers"), node_text(id));

        if (!node_text(id))
            continue;
        if (!paper)
            report_at(l->r, id, "%s has no paper `%s`", p->folder, id->text);
        else if (node_true(paper, "eform"))
            report_at(l->r, id, "`%s` is the e-form of %s: it is made anew each time", id->text,
                      p->folder);
        check_once(l, asked, node_str(asked, "procedure"), id);
    }
}

static void
check_field(struct look *l, const struct node *type, const struct node *f)
{
    const struct node *fact = node_get(f, "fact"), *field = node_get(f, "field");
    const struct package *p = package_of(l, node_get(f, "procedure"));

    if (node_text(fact) && !with_id(node_get(type, "facts"), fact->text))
        report_at(l->r, fact, "the kind has no fact `%s`", fact->text);
    if (p && p->form && node_text(field) && !form_field(p->form, field->text))
        report_at(l->r, field, "the form of %s has no field `%s`", p->folder, field->text);
}

static void
check_stands(struct look *l, const struct node *type)
{
    const struct node *list = node_get(type, "stands_for");

    for (size_t i = 0; i < node_count(list); i++) {
        const struct node *id = list->items[i];
        const struct node *other = with_id(l->types, node_text(id));

        if (node_text(id) && !other)
            report_at(l->r, id, "there is no kind of papers `%s`", id->text);
        else if (other == type)
            report_at(l->r, id, "a kind stands for itself without saying so");
    }
}

static void
check_results(struct look *l, const struct node *type)
{
    const struct node *list = node_get(type, "results");

    for (size_t i = 0; i < node_count(list); i++) {
        const struct node *code = node_get(list->items[i], "procedure");

        if (!package_of(l, code))
            continue;
        for (size_t k = 0; k < node_count(l->types) && l->types->items[k] != type; k++) {
            const struct node *of = node_get(l->types->items[k], "results");

            for (size_t j = 0; j < node_count(of); j++)
                if (node_str(of->items[j], "procedure") &&
                    strcmp(node_str(of->items[j], "procedure"), code->text) == 0)
                    report_at(l->r, code, "the result of %s is another kind, in line %d",
                              code->text, of->items[j]->line);
        }
    }
}

bool
check_paper_types_shape(struct report *r, const struct node *root)
{
    return schema_check(r, root, &TYPES);
}

void
check_paper_types(struct report *r, const struct node *root, const struct package *p, size_t n)
{
    struct look l = {r, node_get(root, "types"), p, n};

    check_ids(&l, l.types, "the kind");
    for (size_t i = 0; i < node_count(l.types); i++) {
        const struct node *type = l.types->items[i];
        const struct node *asked = node_get(type, "asked"), *fields = node_get(type, "fields");

        check_facts(&l, node_get(type, "facts"));
        check_stands(&l, type);
        for (size_t k = 0; k < node_count(asked); k++)
            check_asked(&l, asked->items[k]);
        for (size_t k = 0; k < node_count(fields); k++)
            check_field(&l, type, fields->items[k]);
        check_results(&l, type);
    }
}

/* --- reading ---------------------------------------------------------------------------------- */

void
paper_types_load(struct arena *a, struct arena *scratch, const char *text, struct paper_types *out)
{
    struct report r = {.a = scratch, .path = ""};
    const struct node *root = *text ? tree_yaml(&r, text, strlen(text)) : NULL;

    *out = (struct paper_types){0};
    if (root && schema_check(&r, root, &TYPES) && r.found.n == 0)
        schema_fill(a, root, &TYPES, out, NULL);        /* no conditions in it: nothing to keep */
}

static void
mark(struct procedure *p, const struct paper_type *t, const struct paper_asked *asked)
{
    for (size_t i = 0; i < p->papers.n; i++)
        for (size_t k = 0; k < asked->papers.n; k++)
            if (strcmp(p->papers.p[i].id, asked->papers.p[k]) == 0) {
                p->papers.p[i].type = t;
                p->papers.p[i].of_applicant = asked->of == OF_APPLICANT;
            }
}

void
paper_types_mark(const struct paper_types *types, struct procedure *p)
{
    for (size_t i = 0; i < types->n; i++)
        for (size_t k = 0; k < types->p[i].asked.n; k++)
            if (strcmp(types->p[i].asked.p[k].procedure, p->code) == 0)
                mark(p, &types->p[i], &types->p[i].asked.p[k]);
}

/* --- looking up ------------------------------------------------------------------------------- */

const struct paper_types *
catalogue_paper_types(const struct catalogue_snapshot *s)
{
    static const struct paper_types NONE;

    return s ? &s->types : &NONE;
}

const struct paper_type *
catalogue_paper_type(const struct catalogue_snapshot *s, const char *id)
{
    const struct paper_types *all = catalogue_paper_types(s);

    for (size_t i = 0; i < all->n; i++)
        if (strcmp(all->p[i].id, id) == 0)
            return &all->p[i];
    return NULL;
}

const struct paper_type *
catalogue_paper_result(const struct catalogue_snapshot *s, const char *procedure)
{
    const struct paper_types *all = catalogue_paper_types(s);

    for (size_t i = 0; i < all->n; i++)
        for (size_t k = 0; k < all->p[i].results.n; k++)
            if (strcmp(all->p[i].results.p[k].procedure, procedure) == 0)
                return &all->p[i];
    return NULL;
}

const struct paper_fact *
catalogue_paper_fact(const struct paper_type *t, const char *id)
{
    for (size_t i = 0; i < t->facts.n; i++)
        if (strcmp(t->facts.p[i].id, id) == 0)
            return &t->facts.p[i];
    return NULL;
}

day
catalogue_paper_end(const struct paper_type *t, day issued_on)
{
    return t->months && issued_on ? date_add_months(issued_on, (int)t->months) : 0;
}

bool
catalogue_paper_serves(const struct paper_type *held, const struct paper_type *asked)
{
    if (!held || !asked)
        return false;
    for (size_t i = 0; i < held->stands_for.n; i++)
        if (strcmp(held->stands_for.p[i], asked->id) == 0)
            return true;
    return held == asked;
}
