/* The rest of what is kept of a citizen, for the copy: who acts for whom, questions why it was
 * looked, drafts, and what opens the account (never the secret itself). */
#include <string.h>

#include "base/json.h"
#include "base/po.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/dossiers/drafts.h"
#include "mod/mandates/mandates.h"
#include "mod/owner/owner_export.h"
#include "mod/owner/owner_sql.h"
#include "mod/papers/papers.h"
#include "mod/retention/retention_bag.h"
#include "site/site.h"

enum { QUESTIONS_MAX = 1000, TOKENS_MAX = 100, IDENTITIES_MAX = 20 };

static const char *
day_text(struct ctx *c, day d)
{
    return d ? date_iso(c->a, d) : "";
}

/* --- who acts for whom ------------------------------------------------------------------------ */

static json_t *
mandate_events_json(struct ctx *c, const struct mandate *m, int *rc)
{
    json_t *list = json_array();
    struct mandate_event *e;
    size_t n = 0;

    if (*rc == OK)
        *rc = mandate_events(c, m->id, &e, &n);
    for (size_t i = 0; *rc == OK && i < n; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s}", "at",
                                              owner_when(c, e[i].at), "what",
                                              mandate_act_name(e[i].act), "as",
                                              mandate_side_name(e[i].side), "by", e[i].name,
                                              "note", e[i].note));
    return list;
}

/* Evidence is the one's who handed it in. */
static json_t *
evidence_json(struct part *p, const struct mandate *m, int *rc)
{
    struct ctx *c = &p->c;
    struct paper_file *f;
    size_t n = 0;

    json_decref(p->files);
    p->files = json_array();
    if (*rc == OK && m->account == c->account)
        *rc = papers_files(c, m->id, &f, &n);
    for (size_t i = 0; *rc == OK && i < n; i++)
        *rc = owner_put_content(p, arena_fmt(c->a, "data/dai-dien/%03d-%s", ++p->seq,
                                             bag_name(c->a, f[i].name)),
                                f[i].name, f[i].sha256,
                                content_servable(&f[i].content, READER_OWNER, false));
    return json_incref(p->files);
}

/* The other's number is the other's: names are enough to know who it is. */
static json_t *
mandate_json(struct part *p, const struct mandate *m, const char *side, int *rc)
{
    struct ctx *c = &p->c;

    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o}",
                     "you", side, "kind", mandate_kind_name(m->kind), "represented", m->name,
                     "tax_code", m->tax_code, "agent", m->agent_name, "scope",
                     mandate_scope_text(c, m->scope, m->scope_of), "evidence",
                     mandate_evidence_name(m->evidence), "paper", m->paper, "begins",
                     day_text(c, m->begins), "ends", day_text(c, m->ends), "state",
                     mandate_state_name(m, vn_day(c->now)), "recorded", owner_when(c, m->made_at),
                     "reason", m->reason, "events", mandate_events_json(c, m, rc), "files",
                     evidence_json(p, m, rc));
}

int
owner_part_mandates(struct part *p, const char *unused)
{
    mandate_list acting = {0}, acted = {0};
    json_t *list = json_array();
    int rc = mandates_acting(&p->c, &acting);

    (void)unused;
    if (rc == OK)
        rc = mandates_acted(&p->c, &acted);
    for (size_t i = 0; rc == OK && i < acting.n; i++)
        json_array_append_new(list, mandate_json(p, &acting.p[i], "acts", &rc));
    for (size_t i = 0; rc == OK && i < acted.n; i++)
        json_array_append_new(list, mandate_json(p, &acted.p[i], "is represented", &rc));
    if (rc == OK)
        return owner_put_json(p->x, p->c.a, "data/dai-dien.json", list);
    json_decref(list);
    return rc;
}

/* --- questions -------------------------------------------------------------------------------- */

int
owner_part_questions(struct part *p, const char *unused)
{
    struct ctx *c = &p->c;
    struct own_question *q = arena_get(c->a, QUESTIONS_MAX * sizeof *q);
    json_t *list = json_array();
    size_t n;
    int rc = owner_sql_questions(c, QUESTIONS_MAX, q, &n);

    (void)unused;
    for (size_t i = 0; rc == OK && i < n; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "asked",
                            owner_when(c, q[i].asked_at), "dossier", q[i].code, "looked",
                            owner_when(c, q[i].seen_at), "agency", owner_office(c, q[i].unit),
                            "question", q[i].question, "due", owner_when(c, q[i].due_at),
                            "answer", q[i].answer, "answered", owner_when(c, q[i].answered_at)));
    if (rc == OK)
        return owner_put_json(p->x, c->a, "data/cau-hoi.json", list);
    json_decref(list);
    return rc;
}

/* --- drafts ----------------------------------------------------------------------------------- */

static int
draft_files(struct part *p, const struct draft *d)
{
    struct ctx *c = &p->c;
    struct paper_file *f;
    size_t n;
    int rc = papers_files(c, d->id, &f, &n);

    json_decref(p->files);
    p->files = json_array();
    for (size_t i = 0; rc == OK && i < n; i++)
        rc = owner_put_content(p, arena_fmt(c->a, "data/ban-nhap/%03d-%s", ++p->seq,
                                            bag_name(c->a, f[i].name)),
                               f[i].name, f[i].sha256,
                               content_servable(&f[i].content, READER_OWNER, false));
    return rc;
}

static int
draft_json(struct part *p, const char *token, json_t *list)
{
    struct ctx *c = &p->c;
    const struct procedure *of;
    struct draft d;
    int rc = draft_get(c, token, &d);

    if (rc < 0 || (rc = draft_files(p, &d)) < 0)
        return rc;
    of = catalogue_version(c->site->catalogue, d.procedure_version);
    json_array_append_new(
        list, json_pack("{s:s, s:s, s:s, s:s, s:O, s:o, s:O}", "procedure",
                        of ? of->name : d.procedure, "agency", owner_office(c, d.unit), "begun",
                        owner_when(c, d.created_at), "saved", owner_when(c, d.updated_at),
                        "answers", d.answers, "people", people_json(d.parties, d.n_parties),
                        "files", p->files));
    json_decref(d.answers);
    return OK;
}

int
owner_part_drafts(struct part *p, const char *unused)
{
    json_t *list = json_array();
    struct draft *d;
    size_t n;
    int rc = draft_list(&p->c, &d, &n);

    (void)unused;
    for (size_t i = 0; rc == OK && i < n; i++)
        rc = draft_json(p, d[i].token, list);
    if (rc == OK)
        return owner_put_json(p->x, p->c.a, "data/ban-nhap.json", list);
    json_decref(list);
    return rc;
}

/* --- what opens the account ------------------------------------------------------------------- */

json_t *
owner_tokens_json(struct ctx *c, int *rc)
{
    struct token_row *t = arena_get(c->a, TOKENS_MAX * sizeof *t);
    json_t *list = json_array();
    size_t n = 0;

    if (*rc == OK)
        *rc = auth_token_list(c, c->account, TOKENS_MAX, t, &n);
    for (size_t i = 0; *rc == OK && i < n; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "name", t[i].label, "made",
                                              owner_when(c, t[i].created_at), "ends",
                                              owner_when(c, t[i].expires_at), "writes",
                                              t[i].write ? "yes" : "no"));
    return list;
}

json_t *
owner_identities_json(struct ctx *c, int *rc)
{
    struct own_identity *i = arena_get(c->a, IDENTITIES_MAX * sizeof *i);
    json_t *list = json_array();
    size_t n = 0;

    if (*rc == OK)
        *rc = owner_sql_identities(c, IDENTITIES_MAX, i, &n);
    for (size_t k = 0; *rc == OK && k < n; k++)
        json_array_append_new(list, json_pack("{s:s, s:s}", "provider", i[k].provider, "joined",
                                              owner_when(c, i[k].linked_at)));
    return list;
}
