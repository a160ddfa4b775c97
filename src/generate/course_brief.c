/*
 * Most people fill in what a form demands and no more.  Which inputs of the worked answers those
 * are is found by leaving each out and asking the form's own rules.
 */
#include <string.h>

#include "generate/course_internal.h"
#include "mod/dossiers/dossiers_inside.h"
#include "mod/eforms/eforms.h"

struct trial {
    struct play *p;
    struct brief *b;
    struct eform_lists lists;
    struct pair in[INPUTS_MAX];
};

static bool
kept_always(const char *name)
{
    static const char *const KEPT[] = {"nguoi_yeu_cau_", ".province", ".commune", ".street"};

    if (strcmp(name, "nguoi_yeu_cau_email") == 0)
        return false;
    for (size_t i = 0; i < sizeof KEPT / sizeof *KEPT; i++)
        if (strstr(name, KEPT[i]))
            return true;
    return false;
}

/* The case they make, or NULL: they are not what the form takes. */
static const char *
case_of(struct trial *t)
{
    struct ctx *c = &t->p->c;
    const struct procedure *p = t->p->out->p;
    json_t *answers, *facts, *good = NULL;
    const struct proc_case *k;
    size_t n = 0;
    int rc;

    for (size_t i = 0; i < t->p->n_in; i++)
        if (!t->b->out[i])
            t->in[n++] = t->p->in[i];
    answers = eforms_collect(c, p->form, NULL, t->in, n, NULL);
    facts = catalogue_facts(c->a, answers, vn_day(c->now), t->p->out->channel, "");
    rc = eforms_validate(c, p->form, NULL, answers, facts, &t->lists, false, &good);
    c->faults.n = 0;
    json_decref(facts);
    json_decref(answers);
    if (rc < 0)
        return NULL;
    facts = catalogue_facts(c->a, good, vn_day(c->now), t->p->out->channel, "");
    k = catalogue_case(p, facts);
    json_decref(facts);
    json_decref(good);
    return k ? k->id : "";
}

/* A further row of a group goes as a whole: "giay_to.1." */
static size_t
row_of(const char *name)
{
    const char *dot = strchr(name, '.');

    if (!dot || dot[1] < '1' || dot[1] > '9')
        return 0;
    dot = strchr(dot + 1, '.');
    return dot ? (size_t)(dot - name) + 1 : 0;
}

static void
leave_out(struct trial *t, size_t first, size_t prefix, bool out)
{
    const char *name = t->p->in[first].name;

    for (size_t i = first; i < t->p->n_in; i++)
        if (i == first || (prefix && strncmp(t->p->in[i].name, name, prefix) == 0))
            t->b->out[i] = out;
}

static void
try_each(struct trial *t)
{
    const char *usual = case_of(t);

    for (size_t i = 0; usual && i < t->p->n_in; i++) {
        size_t row = row_of(t->p->in[i].name);
        const char *now;

        if (t->b->out[i] || (!row && kept_always(t->p->in[i].name)))
            continue;
        leave_out(t, i, row, true);
        now = case_of(t);
        if (!now || strcmp(now, usual) != 0)
            leave_out(t, i, row, false);
    }
}

static struct brief *
brief_of(struct play *p)
{
    struct brief *b = p->w->briefs;
    struct trial *t;

    while (b && b->p != p->out->p)
        b = b->next;
    if (b)
        return b;
    b = arena_get(p->w->a, sizeof *b);
    *b = (struct brief){.p = p->out->p, .next = p->w->briefs};
    p->w->briefs = b;
    t = arena_get(p->c.a, sizeof *t);
    *t = (struct trial){.p = p, .b = b, .lists = dossiers_lists(&p->c)};
    try_each(t);
    return b;
}

void
course_brief(struct play *p)
{
    const struct brief *b = brief_of(p);
    size_t n = 0;

    for (size_t i = 0; i < p->n_in; i++)
        if (!b->out[i])
            p->in[n++] = p->in[i];
    p->n_in = n;
}
