/* catalogue/retention.yaml: shape, check against the packages, and reading. */
#include "mod/catalogue/catalogue_retention.h"

#include <stddef.h>
#include <string.h>

#include "base/hash.h"
#include "mod/catalogue/catalogue_package.h"
#include "mod/catalogue/catalogue_snapshot.h"

enum { YEARS_MAX = 70 };                /* Luật Lưu trữ 33/2024: longer is permanent */

static const char *const KEEP[] = {"permanent", "years", NULL};
static const char *const FROM[] = {"close", "result", NULL};
static const char *const OUTCOME[] = {"granted", "refused", "withdrawn", "stopped", NULL};

#define AT(T, member) .at = offsetof(struct T, member)

static const struct schema_rule RULE_RULES[] = {
    {"id", S_ID, true, AT(keep_rule, id)},
    {"name", S_TEXT, true, 2, 200, AT(keep_rule, name)},
    {"keep", S_WORD, true, .words = KEEP, AT(keep_rule, keep)},
    {"years", S_INT, false, 1, YEARS_MAX, AT(keep_rule, years)},
    {"from", S_WORD, true, .words = FROM, AT(keep_rule, from)},
    {"basis", S_TEXT, true, 2, 300, AT(keep_rule, basis)},
    {"valid_from", S_DATE, true, AT(keep_rule, valid_from)},
    {"valid_to", S_DATE, false, AT(keep_rule, valid_to)},
    {"procedures", S_TEXTS, false, 1, 200, AT(keep_rule, procedures)},
    {"results", S_IDS, false, 1, 100, AT(keep_rule, results)},
    {"types", S_IDS, false, 1, 100, AT(keep_rule, types)},
    {"outcome", S_WORDS, false, 1, 4, .words = OUTCOME, AT(keep_rule, outcome)},
    {0},
};
static const struct schema RULE = {"a rule", sizeof(struct keep_rule), RULE_RULES};

static const struct schema_rule FILE_RULES[] = {
    {"basis", S_TEXT, true, 2, 400, AT(keep_rules, basis)},
    {"wait_days", S_INT, true, 1, 365, AT(keep_rules, wait_days)},
    {"rules", S_LIST, true, 1, 200, .of = &RULE, AT(keep_rules, rules)},
    {0},
};
static const struct schema RULES = {"retention.yaml", sizeof(struct keep_rules), FILE_RULES};

/* --- check ------------------------------------------------------------------------------------ */

bool
check_retention_shape(struct report *r, const struct node *root)
{
    return schema_check(r, root, &RULES);
}

static bool
has_package(const struct package *p, size_t n, const char *code)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(p[i].folder, code) == 0)
            return true;
    return false;
}

static bool
has_template(const struct template_file *t, size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(t[i].id, id) == 0)
            return true;
    return false;
}

static bool
has_type(const struct node *types, const char *id)
{
    const struct node *list = node_get(types, "types");

    for (size_t i = 0; i < node_count(list); i++) {
        const char *s = node_str(list->items[i], "id");

        if (s && strcmp(s, id) == 0)
            return true;
    }
    return false;
}

static void
check_names(struct report *r, const struct node *rule, const struct catalogue_files *f)
{
    const struct node *procedures = node_get(rule, "procedures");
    const struct node *results = node_get(rule, "results"), *types = node_get(rule, "types");

    for (size_t i = 0; i < node_count(procedures); i++)
        if (node_text(procedures->items[i]) &&
            !has_package(f->p, f->n, node_text(procedures->items[i])))
            report_at(r, procedures->items[i], "there is no procedure `%s`",
                      node_text(procedures->items[i]));
    for (size_t i = 0; i < node_count(results); i++)
        if (node_text(results->items[i]) &&
            !has_template(f->templates, f->templates_n, node_text(results->items[i])))
            report_at(r, results->items[i], "there is no template `%s` in results",
                      node_text(results->items[i]));
    for (size_t i = 0; i < node_count(types); i++)
        if (node_text(types->items[i]) && !has_type(f->types, node_text(types->items[i])))
            report_at(r, types->items[i], "there is no kind of papers `%s`",
                      node_text(types->items[i]));
}

static void
check_period(struct report *r, const struct node *rule)
{
    const char *keep = node_str(rule, "keep"), *to = node_str(rule, "valid_to");
    const char *from = node_str(rule, "valid_from");
    const struct node *years = node_get(rule, "years");
    day a, b;

    if (keep && strcmp(keep, "permanent") == 0 && years)
        report_at(r, years, "what is kept permanently has no `years`");
    else if (keep && strcmp(keep, "years") == 0 && !years)
        report_at(r, node_get(rule, "keep"), "`years` is missing");
    if (from && to && date_parse(from, &a) && date_parse(to, &b) && b < a)
        report_at(r, node_get(rule, "valid_to"), "`valid_to` is before `valid_from`");
}

static bool
is_general(const struct node *rule)
{
    return !node_get(rule, "procedures") && !node_get(rule, "results") &&
           !node_get(rule, "types") && !node_get(rule, "outcome");
}

static void
check_ids(struct report *r, const struct node *rules)
{
    for (size_t i = 0; i < node_count(rules); i++)
        for (size_t k = 0; k < i; k++) {
            const struct node *id = node_get(rules->items[i], "id");
            const char *other = node_str(rules->items[k], "id");

            if (node_text(id) && other && strcmp(node_text(id), other) == 0)
                report_at(r, id, "the rule `%s` is there already, in line %d", other,
                          rules->items[k]->line);
        }
}

void
check_retention(struct report *r, const struct node *root, const struct catalogue_files *f)
{
    const struct node *rules = node_get(root, "rules");
    bool general = false;

    check_ids(r, rules);
    for (size_t i = 0; i < node_count(rules); i++) {
        check_names(r, rules->items[i], f);
        check_period(r, rules->items[i]);
        general = general || (is_general(rules->items[i]) &&
                              !node_get(rules->items[i], "valid_to"));
    }
    if (rules && !general)
        report_at(r, rules, "no rule holds for every dossier: one without procedures, results, "
                            "types, outcome and `valid_to` is missing");
}

/* --- reading ---------------------------------------------------------------------------------- */

void
keep_rules_load(struct arena *a, struct arena *scratch, const char *text, struct keep_rules *out)
{
    struct report r = {.a = scratch, .path = ""};
    const struct node *root = *text ? tree_yaml(&r, text, strlen(text)) : NULL;

    *out = (struct keep_rules){.basis = "", .hash = ""};
    if (!root || !schema_check(&r, root, &RULES) || r.found.n)
        return;
    schema_fill(a, root, &RULES, out, NULL);
    out->hash = hash_sha256_hex(a, text, strlen(text));
}

const struct keep_rules *
catalogue_keep_rules(const struct catalogue_snapshot *s)
{
    static const struct keep_rules NONE = {.basis = "", .hash = ""};

    return s && s->keep.hash ? &s->keep : &NONE;
}

const struct keep_rule *
catalogue_keep_rule(const struct catalogue_snapshot *s, const char *id)
{
    const struct keep_rules *all = catalogue_keep_rules(s);

    for (size_t i = 0; i < all->rules.n; i++)
        if (strcmp(all->rules.p[i].id, id) == 0)
            return &all->rules.p[i];
    return NULL;
}
