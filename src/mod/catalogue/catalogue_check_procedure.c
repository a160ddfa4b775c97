/* What one procedure.yaml must say beyond the shape of its parts. */
#include <string.h>

#include "base/date.h"
#include "base/logic.h"
#include "mod/catalogue/catalogue_package.h"

struct look {
    struct report *r;
    const struct node *yaml, *form;
    const struct surroundings *s;
};

static const struct node *
find_id(const struct node *list, const char *id)
{
    for (size_t i = 0; i < node_count(list); i++) {
        const char *have = node_str(list->items[i], "id");

        if (have && id && strcmp(have, id) == 0)
            return list->items[i];
    }
    return NULL;
}

/* The place of a member, or of the map when the member is missing. */
static const struct node *
at(const struct node *map, const char *key)
{
    const struct node *v = node_get(map, key);

    return v ? v : map;
}

static bool
has_word(const struct node *list, const char *word)
{
    for (size_t i = 0; i < node_count(list); i++) {
        const char *s = node_text(list->items[i]);

        if (s && strcmp(s, word) == 0)
            return true;
    }
    return false;
}

static void
check_unique(struct look *l, const struct node *list, const char *what)
{
    for (size_t i = 0; i < node_count(list); i++) {
        const char *id = node_str(list->items[i], "id");
        const struct node *first = find_id(list, id);

        if (first && first != list->items[i])
            report_at(l->r, at(list->items[i], "id"), "%s `%s` is there already, in line %d", what,
                      id, first->line);
    }
}

/* --- conditions ------------------------------------------------------------------------------ */

struct condition {
    struct report *r;
    const struct node *when, *form, *row;
};

static const struct node *
find_text(const struct node *v, const char *s)
{
    const struct node *found = NULL;

    if (v->kind == NODE_TEXT)
        return strcmp(v->text, s) == 0 ? v : NULL;
    if (v->kind == NODE_LIST || v->kind == NODE_MAP)
        for (size_t i = 0; i < v->n && !found; i++)
            found = find_text(v->items[i], s);
    return found;
}

static void
check_variable(void *arg, const char *name)
{
    static const char *const FACTS[] = {"$received", "$channel", "$payer", NULL};
    struct condition *c = arg;
    char key[80];
    size_t n = strcspn(name, ".");
    const struct node *place = find_text(c->when, name);

    if (n >= sizeof key)
        n = sizeof key - 1;
    memcpy(key, name, n);
    key[n] = '\0';
    if (schema_word(FACTS, name) >= 0 || form_field(c->form, key) || form_field(c->row, key))
        return;
    report_at(c->r, place ? place : c->when,
              "the condition reads `%s`, which the form does not have", name);
}

void
check_condition(struct report *r, const struct node *when, const struct node *form,
                const struct node *row)
{
    struct condition c = {r, when, form, row};
    json_t *rule;

    if (!when || !form || when->kind != NODE_MAP)
        return;
    rule = node_json(when);
    logic_check(rule, check_variable, &c);
    json_decref(rule);
}

/* --- the parts ------------------------------------------------------------------------------- */

static void
check_order(struct look *l, const struct node *map, const char *from, const char *to)
{
    const char *a = node_str(map, from), *b = node_str(map, to);
    day x, y;

    if (a && b && date_parse(a, &x) && date_parse(b, &y) && y < x)
        report_at(l->r, at(map, to), "`%s` is before `%s`", to, from);
}

static void
check_code(struct look *l, const char *folder)
{
    const char *code = node_str(l->yaml, "code");

    if (!code)
        return;
    if (strlen(code) != 8 || code[1] != '.' || strspn(code + 2, "0123456789") != 6 ||
        strspn(code, "0123456789") != 1)
        report_at(l->r, at(l->yaml, "code"), "`code` must be a national code such as 1.001193");
    if (strcmp(code, folder) != 0)
        report_at(l->r, at(l->yaml, "code"), "`code` is %s but the folder is named %s", code,
                  folder);
}

static void
check_field_keys(struct look *l)
{
    const struct node *events = node_get(l->yaml, "life_events");
    const char *field = node_str(l->yaml, "field");

    if (!l->s->fields)
        return;
    if (field && !find_id(node_get(l->s->fields, "fields"), field))
        report_at(l->r, at(l->yaml, "field"), "fields.yaml has no field `%s`", field);
    for (size_t i = 0; i < node_count(events); i++) {
        const char *id = node_text(events->items[i]);

        if (id && !find_id(node_get(l->s->fields, "life_events"), id))
            report_at(l->r, events->items[i], "fields.yaml has no life event `%s`", id);
    }
}

static void
check_route(struct look *l)
{
    const char *route = node_str(l->yaml, "route"), *url = node_str(l->yaml, "route_url");
    const char *scope = node_str(node_get(l->yaml, "online"), "scope");

    if (route && strcmp(route, "ministry") == 0 && !url)
        report_at(l->r, at(l->yaml, "route"), "the system of a ministry needs `route_url`");
    if (route && strcmp(route, "city") == 0 && url)
        report_at(l->r, at(l->yaml, "route_url"), "`route_url` is for `route: ministry` only");
    if (scope && strcmp(scope, "none") == 0 && has_word(node_get(l->yaml, "channels"), "online"))
        report_at(l->r, at(node_get(l->yaml, "online"), "scope"),
                  "`channels` offers online, but the scope of the online service is none");
}

static void
check_cases(struct look *l)
{
    const struct node *cases = node_get(l->yaml, "cases");
    size_t n = node_count(cases);

    check_unique(l, cases, "case");
    for (size_t i = 0; i < n; i++) {
        const struct node *k = cases->items[i], *when = node_get(k, "when");

        if (i + 1 < n && k->kind == NODE_MAP && !when)
            report_at(l->r, k, "only the last case has no condition; what follows is never chosen");
        if (i + 1 == n && when)
            report_at(l->r, when, "the last case must have no condition");
        check_condition(l->r, when, l->form, NULL);
    }
}

/* `cases:` of a limit, a fee or a paper. */
static void
check_case_refs(struct look *l, const struct node *map)
{
    const struct node *refs = node_get(map, "cases"), *cases = node_get(l->yaml, "cases");

    for (size_t i = 0; i < node_count(refs); i++) {
        const char *id = node_text(refs->items[i]);

        if (id && node_count(cases) && !find_id(cases, id))
            report_at(l->r, refs->items[i], "there is no case `%s`", id);
    }
}

/* A case that an earlier limit names already. */
static void
check_second_limit(struct look *l, const struct node *limits, size_t n)
{
    const struct node *refs = node_get(limits->items[n], "cases");

    for (size_t i = 0; i < node_count(refs); i++)
        for (size_t j = 0; j < n; j++) {
            const char *id = node_text(refs->items[i]);

            if (id && has_word(node_get(limits->items[j], "cases"), id)) {
                report_at(l->r, refs->items[i], "case `%s` has a limit already, in line %d", id,
                          limits->items[j]->line);
                break;
            }
        }
}

static void
check_deadline(struct look *l)
{
    const struct node *deadline = node_get(l->yaml, "deadline");
    const struct node *limits = node_get(deadline, "limits");
    size_t n = node_count(limits);

    for (size_t i = 0; i < n; i++) {
        const struct node *k = limits->items[i];

        check_case_refs(l, k);
        check_second_limit(l, limits, i);
        if (i + 1 < n && k->kind == NODE_MAP && !node_get(k, "cases"))
            report_at(l->r, k, "only the last limit names no cases; what follows is never chosen");
        if (i + 1 == n && node_get(k, "cases"))
            report_at(l->r, at(k, "cases"), "the last limit names no cases, so that each has one");
    }
    check_unique(l, node_get(deadline, "stops"), "stop");
}

static void
check_fee_steps(struct look *l, const struct node *fee)
{
    const struct node *steps = node_get(fee, "steps");
    long last = 1;

    for (size_t i = 0; i < node_count(steps); i++) {
        const struct node *from = node_get(steps->items[i], "from");
        json_t *j = node_json(from);
        long n = (long)json_integer_value(j);

        json_decref(j);
        if (from && n <= last)
            report_at(l->r, from, "steps of a fee must rise: %ld does not come after %ld", n, last);
        last = n;
    }
}

/* A fee that fits everybody leaves no room for an alternative after it. */
static void
check_fee_reached(struct look *l, const struct node *fees, size_t n)
{
    static const char *const NARROW[] = {"cases", "channels", "payers", "from", "to"};
    const char *id = node_str(fees->items[n], "id");

    for (size_t i = 0; i < n && id; i++) {
        const char *before = node_str(fees->items[i], "id");
        bool narrow = false;

        if (!before || strcmp(before, id) != 0)
            continue;
        for (size_t k = 0; k < sizeof NARROW / sizeof *NARROW; k++)
            narrow = narrow || node_get(fees->items[i], NARROW[k]);
        if (!narrow)
            report_at(l->r, at(fees->items[n], "id"),
                      "never charged: the alternative in line %d fits everybody",
                      fees->items[i]->line);
    }
}

/* Where the numbers of a fee are: the form, or the rows of the group it is charged for; or NULL. */
static const struct node *
fee_fields(struct look *l, const struct node *fee)
{
    const char *rows = node_str(fee, "rows");
    const struct node *group = rows ? form_field(l->form, rows) : NULL;
    const char *type = node_str(group, "type");

    if (!rows || !l->form)
        return l->form;
    if (!group)
        report_at(l->r, at(fee, "rows"), "the form has no field `%s`", rows);
    else if (type && strcmp(type, "datagrid") != 0)
        report_at(l->r, at(fee, "rows"), "field `%s` is no datagrid but a %s", rows, type);
    return node_get(group, "components");
}

static void
check_fee_number(struct look *l, const struct node *form, const struct node *fee, const char *key)
{
    const char *name = node_str(fee, key);
    const struct node *field = name ? form_field(form, name) : NULL;
    const char *type = node_str(field, "type");

    if (name && form && !field)
        report_at(l->r, at(fee, key), "the form has no field `%s`", name);
    else if (name && type && strcmp(type, "number") != 0)
        report_at(l->r, at(fee, key), "field `%s` is no number but a %s", name, type);
}

static void
check_fees(struct look *l)
{
    const struct node *fees = node_get(l->yaml, "fees");

    for (size_t i = 0; i < node_count(fees); i++) {
        const struct node *fee = fees->items[i];
        const struct node *form = fee_fields(l, fee);

        check_case_refs(l, fee);
        check_order(l, fee, "from", "to");
        check_fee_steps(l, fee);
        check_fee_reached(l, fees, i);
        check_fee_number(l, form, fee, "quantity");
        check_fee_number(l, form, fee, "times");
    }
}

static void
check_papers(struct look *l)
{
    const struct node *papers = node_get(l->yaml, "papers");
    const struct node *eform = NULL;

    check_unique(l, papers, "paper");
    for (size_t i = 0; i < node_count(papers); i++) {
        const struct node *p = papers->items[i];

        check_case_refs(l, p);
        check_condition(l->r, node_get(p, "when"), l->form, NULL);
        if (node_true(p, "eform") && eform)
            report_at(l->r, at(p, "eform"), "the paper in line %d is the e-form already",
                      eform->line);
        if (node_true(p, "eform"))
            eform = p;
    }
}

/* Any `code:` of the agencies file, at any depth. */
static bool
agency_known(const struct node *v, const char *code)
{
    const char *have;

    if (!v || v->kind < NODE_LIST)
        return false;
    have = node_str(v, "code");
    if (have && strcmp(have, code) == 0)
        return true;
    for (size_t i = 0; i < v->n; i++)
        if (agency_known(v->items[i], code))
            return true;
    return false;
}

static void
check_agency(struct look *l, const struct node *place, const char *code)
{
    if (strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.") != strlen(code))
        report_at(l->r, place, "`%s` is neither receiving, competent nor an agency code", code);
    else if (l->s->agencies && !agency_known(l->s->agencies, code))
        report_at(l->r, place, "agencies.yaml has no agency `%s`", code);
}

/* A key that one rule of `competent` needs and the others must not have. */
static bool
check_needs(struct look *l, const struct node *competent, const char *rule, const char *of,
            const char *key)
{
    bool wanted = strcmp(rule, of) == 0, has = node_get(competent, key) != NULL;

    if (wanted && !has)
        report_at(l->r, competent, "rule `%s` needs `%s`", of, key);
    if (!wanted && has)
        report_at(l->r, at(competent, key), "`%s` is for rule `%s` only", key, of);
    return wanted && has;
}

static void
check_competent(struct look *l)
{
    const struct node *competent = node_get(l->yaml, "competent"), *field;
    const char *rule = node_str(competent, "rule"), *name = node_str(competent, "field"), *type;

    if (!rule)
        return;
    if (check_needs(l, competent, rule, "fixed", "agency") && node_str(competent, "agency"))
        check_agency(l, at(competent, "agency"), node_str(competent, "agency"));
    if (!check_needs(l, competent, rule, "address", "field") || !name || !l->form)
        return;
    field = form_field(l->form, name);
    type = node_str(field, "type");
    if (!field)
        report_at(l->r, at(competent, "field"), "the form has no field `%s`", name);
    else if (type && strcmp(type, "address") != 0)
        report_at(l->r, at(competent, "field"), "field `%s` is no address but a %s", name, type);
}

/* --- the process ------------------------------------------------------------------------------ */

static void
check_next(struct look *l, const struct node *steps, const struct node *step)
{
    const struct node *next = node_get(step, "next"), *actions = node_get(step, "actions");
    bool approves = has_word(actions, "approve");
    bool goes_on = approves || has_word(actions, "forward");

    if (goes_on && node_count(next) == 0)
        report_at(l->r, step, "a step that forwards or approves needs `next`");
    if (!goes_on && node_count(next))
        report_at(l->r, next, "`next` of a step that neither forwards nor approves");
    for (size_t i = 0; i < node_count(next); i++) {
        const char *id = node_text(next->items[i]);
        const struct node *to = find_id(steps, id);

        if (id && !to)
            report_at(l->r, next->items[i], "there is no step `%s`", id);
        else if (to == step)
            report_at(l->r, next->items[i], "a step does not lead to itself");
        else if (approves && to && !has_word(node_get(to, "actions"), "hand_over"))
            report_at(l->r, next->items[i], "after an approval comes the hand-over, not `%s`", id);
    }
}

static void
check_step(struct look *l, const struct node *steps, size_t i)
{
    const struct node *step = steps->items[i], *actions = node_get(step, "actions");
    const struct node *agency = node_get(step, "agency"), *guards = node_get(step, "guards");
    const char *code = node_text(agency);
    static const char *const RULES[] = {"receiving", "competent", NULL};

    check_next(l, steps, step);
    if (code && schema_word(RULES, code) < 0)
        check_agency(l, agency, code);
    if (i == 0 && has_word(actions, "return"))
        report_at(l->r, at(step, "actions"), "the first step has no earlier one to return to");
    if (guards && !has_word(actions, "forward") && !has_word(actions, "approve"))
        report_at(l->r, guards, "guards hold back forward and approve; this step has neither");
    if (i + 1 < steps->n && has_word(actions, "hand_over"))
        report_at(l->r, at(step, "actions"), "only the last step hands the result over");
    if (i + 1 == steps->n && !has_word(actions, "hand_over"))
        report_at(l->r, at(step, "actions"), "the last step must have the action hand_over");
}

/* Marks what can be reached from the first step; as many rounds as there are steps. */
static void
check_reached(struct look *l, const struct node *steps)
{
    bool seen[64] = {true};
    size_t n = node_count(steps) < 64 ? node_count(steps) : 64;

    for (size_t round = 0; round < n; round++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n && seen[i]; j++) {
                const char *id = node_str(steps->items[j], "id");

                if (id && has_word(node_get(steps->items[i], "next"), id))
                    seen[j] = true;
            }
    for (size_t i = 0; i < n; i++)
        if (!seen[i])
            report_at(l->r, at(steps->items[i], "id"), "no step leads here");
}

static void
check_process(struct look *l)
{
    const struct node *steps = node_get(l->yaml, "process");
    bool approves = false;

    check_unique(l, steps, "step");
    for (size_t i = 0; i < node_count(steps); i++) {
        check_step(l, steps, i);
        approves = approves || has_word(node_get(steps->items[i], "actions"), "approve");
    }
    if (node_count(steps) && !approves)
        report_at(l->r, steps, "no step has the action approve");
    check_reached(l, steps);
}

/* Lists longer than any may be were reported; comparing their elements would take for ever. */
static bool
too_long(const struct node *v, int depth)
{
    bool found = v->kind == NODE_LIST && v->n > 200;

    if (v->kind == NODE_LIST || v->kind == NODE_MAP)
        for (size_t i = 0; i < v->n && depth < 3 && !found; i++)
            found = too_long(v->items[i], depth + 1);
    return found;
}

/* Who hands over, examines and signs must be able to see it: the step's role is a reader, or a
 * reader assigns to it. */
static void
check_confidential(struct look *l)
{
    const struct node *k = node_get(l->yaml, "confidential"), *readers = node_get(k, "readers");

    check_order(l, k, "from", "to");
    if (readers && !has_word(readers, "leader") && !has_word(readers, "intake"))
        report_at(l->r, readers, "nobody could take a dossier that comes in: `readers` names"
                                 " neither intake nor leader");
}

void
check_procedure(struct report *r, const struct package *p, const struct surroundings *s)
{
    struct look l = {r, p->yaml, p->form, s};

    if (!schema_check(r, p->yaml, &PROCEDURE_SCHEMA) || too_long(p->yaml, 0))
        return;
    check_code(&l, p->folder);
    check_order(&l, p->yaml, "valid_from", "valid_to");
    check_field_keys(&l);
    check_route(&l);
    check_confidential(&l);
    check_cases(&l);
    check_deadline(&l);
    check_fees(&l);
    check_papers(&l);
    check_competent(&l);
    check_process(&l);
}
