/* /api/v1/procedures: the catalogue in force, for everybody (src/site/openapi.json). */
#include <string.h>

#include "http/reply.h"
#include "http/route.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/eforms/eforms.h"
#include "mod/workflow/workflow.h"
#include "site/site.h"

static const char *const LEVELS[] = {"commune", "city", NULL};
static const char *const SCOPES[] = {"none", "partial", "full"};

static json_t *
words(unsigned bits, const char *const *list, size_t n)
{
    json_t *a = json_array();

    for (size_t i = 0; i < n && list[i]; i++)
        if (bits & 1u << i)
            json_array_append_new(a, json_string(list[i]));
    return a;
}

static json_t *
row(const struct procedure *p)
{
    return json_pack("{s:s, s:I, s:s, s:s, s:s, s:s, s:I, s:s, s:I, s:o}", "code", p->code,
                     "version", (json_int_t)p->version, "name", p->name, "field", p->field, "level",
                     LEVELS[p->level], "authority", p->authority, "online_level",
                     (json_int_t)p->online.level, "online_scope", SCOPES[p->online.scope],
                     "assurance", (json_int_t)(p->assurance ? p->assurance : 1),
                     "channels", words(p->channels, CATALOGUE_CHANNELS, 4));
}

enum { Q_WORDS, Q_FIELD, Q_LEVEL };
static const struct param IN_LIST[] = {
    [Q_WORDS] = {"q", K_TEXT, .max = 100},
    [Q_FIELD] = {"field", K_CODE},
    [Q_LEVEL] = {"level", K_ENUM, .words = LEVELS},
    {.kind = K_END},
};

static int
get_procedures(struct ctx *c)
{
    struct catalogue_query q = {
        .words = in_text(c, Q_WORDS),
        .field = in_text(c, Q_FIELD),
        .level = in_has(c, Q_LEVEL) ? (int)in_int(c, Q_LEVEL) : -1,
    };
    struct procedure_list found = catalogue_search(c->a, c->site->catalogue, vn_day(c->now), &q);
    json_t *items = json_array();

    for (size_t i = 0; i < found.n; i++)
        json_array_append_new(items, row(found.p[i]));
    return reply_json(c, 200, json_pack("{s:o}", "items", items));
}

/* --- one procedure, part by part ------------------------------------------------------------- */

static json_t *
text_list(struct texts t)
{
    json_t *a = json_array();

    for (size_t i = 0; i < t.n; i++)
        json_array_append_new(a, json_string(t.p[i]));
    return a;
}

static json_t *
cases(const struct procedure *p)
{
    json_t *a = json_array();

    for (size_t i = 0; i < p->cases.n; i++) {
        const struct proc_case *k = &p->cases.p[i];

        json_array_append_new(a, json_pack("{s:s, s:s, s:s}", "id", k->id, "name", k->name, "limit",
                                           catalogue_limit(p, k)));
    }
    return a;
}

static json_t *
papers(const struct procedure *p)
{
    json_t *a = json_array();

    for (size_t i = 0; i < p->papers.n; i++) {
        const struct proc_paper *x = &p->papers.p[i];

        json_array_append_new(a, json_pack("{s:s, s:s, s:I, s:I, s:b, s:b}", "id", x->id, "name",
                                           x->name, "originals", (json_int_t)x->originals, "copies",
                                           (json_int_t)x->copies, "required", x->required, "eform",
                                           x->eform));
    }
    return a;
}

static json_t *
fees(const struct procedure *p)
{
    json_t *a = json_array();

    for (size_t i = 0; i < p->fees.n; i++) {
        const struct proc_fee *x = &p->fees.p[i];

        json_array_append_new(a, json_pack("{s:s, s:s, s:I, s:s, s:s}", "id", x->id, "name",
                                           x->name, "amount", (json_int_t)x->amount, "per",
                                           CATALOGUE_PER[x->per], "basis", x->basis));
    }
    return a;
}

static json_t *
steps(const struct procedure *p)
{
    static const char *const ROLES[] = {"intake", "specialist", "leader", "archivist"};
    json_t *a = json_array();

    for (size_t i = 0; i < p->process.n; i++) {
        const struct proc_step *x = &p->process.p[i];

        json_array_append_new(a, json_pack("{s:s, s:s, s:s, s:s}", "id", x->id, "name", x->name,
                                           "role", ROLES[x->role], "budget", x->budget));
    }
    return a;
}

static json_t *
basis(struct ctx *c, const struct procedure *p)
{
    json_t *a = json_array();

    for (size_t i = 0; i < p->legal_basis.n; i++) {
        const struct proc_basis *x = &p->legal_basis.p[i];

        json_array_append_new(a, json_pack("{s:s, s:s, s:s, s:s}", "number", x->number, "title",
                                           x->title, "issuer", x->issuer, "date",
                                           date_iso(c->a, x->date)));
    }
    return a;
}

static json_t *
whole(struct ctx *c, const struct procedure *p)
{
    json_t *o = row(p);

    json_object_set_new(o, "summary", json_string(p->summary));
    json_object_set_new(o, "valid_from", json_string(date_iso(c->a, p->valid_from)));
    json_object_set_new(o, "valid_to",
                        p->valid_to == NO_DAY ? json_null()
                                              : json_string(date_iso(c->a, p->valid_to)));
    json_object_set_new(o, "conditions", json_string(p->conditions));
    json_object_set_new(o, "citizen_steps", text_list(p->citizen_steps));
    json_object_set_new(o, "legal_basis", basis(c, p));
    json_object_set_new(o, "cases", cases(p));
    json_object_set_new(o, "papers", papers(p));
    json_object_set_new(o, "fees", fees(p));
    json_object_set_new(o, "steps", steps(p));
    json_object_set_new(o, "result",
                        json_pack("{s:s, s:s}", "code", p->result.code, "name", p->result.name));
    return o;
}

static const struct param IN_CODE[] = {{"code", K_CODE, .required = true}, {.kind = K_END}};

static int
find(struct ctx *c, const struct procedure **out)
{
    *out = catalogue_find(c->site->catalogue, in_text(c, 0), vn_day(c->now));
    return *out ? OK
                : fail(c, E_NOTFOUND, N_("Không có thủ tục này"), "procedure %s", in_text(c, 0));
}

static int
get_procedure(struct ctx *c)
{
    const struct procedure *p;
    int rc = find(c, &p);

    return rc < 0 ? rc : reply_json(c, 200, whole(c, p));
}

static int
get_form(struct ctx *c)
{
    const struct procedure *p;
    int rc = find(c, &p);

    return rc < 0 ? rc : reply_json(c, 200, json_incref(p->form->keep));
}

const struct route catalogue_api_routes[] = {
    {GET, "/api/v1/procedures", PERM_PUBLIC, RUN_HERE, BODY_NONE, SEES_NOBODY, FACE_API, IN_LIST,
     .run = get_procedures, .about = "Procedures in force, best match first"},
    {GET, "/api/v1/procedures/{code}", PERM_PUBLIC, RUN_HERE, BODY_NONE, SEES_NOBODY, FACE_API,
     IN_CODE, .run = get_procedure, .about = "One procedure as in force today"},
    {GET, "/api/v1/procedures/{code}/form", PERM_PUBLIC, RUN_HERE, BODY_NONE, SEES_NOBODY,
     FACE_API, IN_CODE, .run = get_form, .about = "Its e-form, a Form.io document"},
    {0},
};
