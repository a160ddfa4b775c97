/* What the rules need beside the row: the package, its step, the agencies, the rules in force. */
#include <string.h>

#include "mod/catalogue/catalogue_versions.h"
#include "mod/dossiers/dossiers_inside.h"
#include "site/site.h"

/* The package version a dossier was received under stays its law, whatever came later. */
int
world_of(struct ctx *c, const struct dossier *d, struct world *w)
{
    day on = vn_day(d->accepted_at ? d->accepted_at : d->submitted_at ? d->submitted_at : c->now);

    *w = (struct world){.p = catalogue_version(c->site->catalogue, d->procedure_version),
                        .rules = rules_on(c->site->rules, on)};
    if (!w->p)
        return fail(c, E_SYS, N_("Không tìm thấy phiên bản thủ tục của hồ sơ"),
                    "%s: procedure version %" PRId64, d->code, d->procedure_version);
    if (d->step && *d->step)
        w->step = catalogue_step(w->p, d->step);
    return OK;
}

/* --- who --- */

int64_t
world_continuing(struct ctx *c, int64_t unit)
{
    day today = vn_day(c->now);
    const struct agency *g = agencies_continuing(c->site->agencies, unit, today);

    if (!g)
        g = agencies_root(c->site->agencies, today); /* nobody carries it on: the city must look */
    return g ? g->id : unit;
}

static const struct agency *
by_address(struct ctx *c, const struct procedure *p, const json_t *answers)
{
    const json_t *a = json_object_get(answers, p->competent.field);
    const char *commune = json_string_value(json_object_get(a, "commune"));

    return commune ? agencies_by_unit_code(c->site->agencies, commune, vn_day(c->now)) : NULL;
}

int64_t
world_competent(struct ctx *c, const struct procedure *p, int64_t received, const json_t *answers)
{
    const struct agencies_snapshot *s = c->site->agencies;
    day today = vn_day(c->now);
    const struct agency *g = NULL;

    if (p->competent.rule == COMPETENT_ADDRESS)
        g = by_address(c, p, answers);
    else if (p->competent.rule == COMPETENT_FIXED)
        g = agencies_by_code(s, p->competent.agency, today);
    if (!g)
        g = agencies_by_id(s, received);
    if (g)
        g = agencies_acting(s, g->id, p->code, today); /* a delegation in force, or who continues */
    return g ? g->id : world_continuing(c, received);
}

int64_t
world_step_unit(struct ctx *c, const struct dossier *d, const struct proc_step *s)
{
    const struct agency *g;

    if (strcmp(s->agency, "receiving") == 0)
        return world_continuing(c, d->intake_unit);
    if (strcmp(s->agency, "competent") == 0)
        return world_continuing(c, d->competent_unit);
    g = agencies_by_code(c->site->agencies, s->agency, vn_day(c->now));
    return world_continuing(c, g ? g->id : d->competent_unit);
}

/* --- what the answers say --- */

json_t *
world_facts(struct ctx *c, const struct dossier *d, const json_t *answers)
{
    return catalogue_facts(c->a, answers, vn_day(d->submitted_at), (int)d->channel, d->payer);
}

static int
word_index(const char *const *words, const char *word)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -1;
}

/* An exemption (poor, elderly ...) belongs to a citizen; without a word the owner's kind decides.
 */
unsigned
world_payers(const char *payer, const struct party *p, size_t n)
{
    int i = word_index(CATALOGUE_PAYERS, payer);
    const struct party *owner = people_owner(p, n);

    if (i >= PAYER_POOR)
        return 1u << i | 1u << SUBJECT_CITIZEN;
    if (i >= 0)
        return 1u << i;
    return owner && owner->kind == PARTY_ORGANISATION ? 1u << SUBJECT_ORGANISATION
                                                      : 1u << SUBJECT_CITIZEN;
}

int64_t
world_after(struct ctx *c, const char *limit, int64_t from)
{
    struct limit l;

    if (!limit_parse(limit, &l))
        return 0;
    return deadlines_after(c->site->calendar, l, from);
}

struct workflow_step
world_workflow_step(const struct world *w)
{
    const struct proc_step *s = w->step;

    if (!s)
        return (struct workflow_step){0};
    return (struct workflow_step){.role = (enum role)s->role, .actions = s->actions,
                                  .guards = s->guards, .first = s == w->p->process.p,
                                  .last = s == &w->p->process.p[w->p->process.n - 1]};
}
