/* What a paper says, for the vault: answers of the form of its dossier, and before those what an
 * officer read and confirmed on its scan. */
#include "mod/dossiers/dossiers_vault_facts.h"

#include <string.h>

#include "mod/dossiers/dossiers_inside.h"
#include "mod/dossiers/dossiers_sql.h"

enum { FACT_CHARS = 300 };

static bool
usable(const char *text)
{
    return text && *text && strlen(text) <= FACT_CHARS;
}

static void
take_fact(struct ctx *c, const struct paper_fact *f, const char *text, struct vault_item *it,
          json_t *facts)
{
    day d;

    json_object_set_new(facts, f->id, json_string(text));
    switch (f->is) {
    case FACT_NUMBER:    it->number = arena_str(c->a, text); break;
    case FACT_ISSUER:    it->issuer = arena_str(c->a, text); break;
    case FACT_ISSUED_ON: it->issued_on = date_parse(text, &d) ? d : 0; break;
    case FACT_VALID_TO:  it->valid_to = date_parse(text, &d) ? d : 0; break;
    default:             break;
    }
}

static void
from_answers(struct ctx *c, const struct procedure *p, const struct paper_type *t,
             const json_t *answers, struct vault_item *it, json_t *facts)
{
    for (size_t i = 0; i < t->fields.n; i++) {
        const struct paper_field *f = &t->fields.p[i];
        const struct paper_fact *fact = catalogue_paper_fact(t, f->fact);
        const char *text = json_string_value(json_object_get(answers, f->field));

        if (fact && usable(text) && strcmp(f->procedure, p->code) == 0)
            take_fact(c, fact, text, it, facts);
    }
}

/* The desk keeps days as they are printed, the vault as forms take them. */
static const char *
as_forms_say(struct ctx *c, const struct paper_fact *f, const char *text)
{
    day d;

    if (f->is == FACT_NUMBER || f->is == FACT_ISSUER || !date_parse_vi(text, &d))
        return text;
    return date_iso(c->a, d);
}

/* Kinds whose list of facts is empty are indexed by number, day and issuer. */
static const struct paper_fact GENERAL[] = {
    {.id = "so", .is = FACT_NUMBER}, {.id = "ngay", .is = FACT_ISSUED_ON},
    {.id = "noi", .is = FACT_ISSUER}};
enum { GENERAL_N = sizeof GENERAL / sizeof *GENERAL };

static void
from_scan(struct ctx *c, const struct paper_type *t, const json_t *scanned, struct vault_item *it,
          json_t *facts)
{
    const struct paper_fact *list = t->facts.n ? t->facts.p : GENERAL;
    size_t n = t->facts.n ? t->facts.n : GENERAL_N;

    for (size_t i = 0; i < n; i++) {
        const char *text = json_string_value(json_object_get(scanned, list[i].id));

        if (usable(text))
            take_fact(c, &list[i], as_forms_say(c, &list[i], text), it, facts);
    }
}

void
vault_take_facts(struct ctx *c, const struct procedure *p, const struct paper_type *t,
                 const json_t *answers, const json_t *scanned, struct vault_item *it)
{
    json_t *facts = json_object();

    from_answers(c, p, t, answers, it, facts);
    from_scan(c, t, scanned, it, facts);
    it->facts = json_text(c->a, facts);
    json_decref(facts);
}

static void
add_scanned(json_t *out, const char *data)
{
    json_t *said = json_loads(data, 0, NULL), *facts = json_object_get(said, "facts");
    const char *paper = json_string_value(json_object_get(said, "paper"));

    if (json_is_object(facts) && json_object_size(facts))
        json_object_set(out, paper ? paper : "", facts);
    json_decref(said);
}

int
vault_scanned(struct ctx *c, int64_t dossier, json_t **out)
{
    event_list v = {0};
    int rc = sql_events(c, dossier, 0, &v);

    *out = json_object();
    for (size_t i = 0; i < v.n; i++)
        if (v.p[i].action == ACT_DIGITISE)
            add_scanned(*out, v.p[i].data);
    return rc;
}
