/* What one catalogue/results/<id>.yaml must say beyond the shape of its parts: names that exist,
 * one leading key a block, a paper that somebody signs. */
#include <string.h>

#include "mod/catalogue/catalogue_package.h"
#include "mod/catalogue/catalogue_template.h"

/* Facts that a paper has by itself; mod/results/results_print.c gives them their values. */
static const char *const FACTS[] = {
    "$number", "$seq", "$year", "$book", "$date", "$day", "$place", "$agency", "$parent", "$code",
    "$procedure", "$signer", "$signer_title", "$valid_to", NULL};
/* Where a field may be filled from beside the e-form. */
static const char *const SOURCES[] = {
    "$applicant", "$applicant_number", "$applicant_address", "$applicant_phone", "$owner",
    "$owner_number", "$owner_address", "$agency", "$place", "$procedure", "$code", "$received",
    "$today", NULL};
static const char *const FILTERS[] = {"upper", "long", "words", "number", "money", "year", NULL};
static const char *const LEADS[] = {"head", "title", "subtitle", "text", "label", "table",
                                    "signature", "qr", "scan", "space", "rule", "page", NULL};

struct look {
    struct report *r;
    const struct node *yaml;
};

static const struct node *
field_of(const struct look *l, const char *id)
{
    const struct node *fields = node_get(l->yaml, "fields");

    for (size_t i = 0; id && i < node_count(fields); i++) {
        const char *have = node_str(fields->items[i], "id");

        if (have && strcmp(have, id) == 0)
            return fields->items[i];
    }
    return NULL;
}

static bool
is_kind(const struct node *field, const char *kind)
{
    const char *have = node_str(field, "kind");

    return have && strcmp(have, kind) == 0;
}

static bool
has_column(const struct node *field, const char *id)
{
    const struct node *columns = node_get(field, "columns");

    for (size_t i = 0; i < node_count(columns); i++) {
        const char *have = node_str(columns->items[i], "id");

        if (have && strcmp(have, id) == 0)
            return true;
    }
    return false;
}

/* --- texts with {{names}} --- */

static void
check_name(struct look *l, const struct node *at, char *inside, const struct node *rows)
{
    char *bar = strchr(inside, '|');

    if (bar)
        *bar = '\0';
    if (bar && schema_word(FILTERS, bar + 1) < 0)
        report_at(l->r, at, "`%s` is no filter; %s are", bar + 1, schema_words(l->r->a, FILTERS));
    if (*inside == '$' ? schema_word(FACTS, inside) >= 0
                       : field_of(l, inside) || (rows && has_column(rows, inside)))
        return;
    report_at(l->r, at, "{{%s}} is no field of the template%s", inside,
              rows ? ", and no column of its rows" : "");
}

static void
check_text(struct look *l, const struct node *at, const struct node *rows)
{
    const char *s = node_text(at);

    while (s && (s = strstr(s, "{{"))) {
        const char *end = strstr(s, "}}");

        if (!end || end - s > 80) {
            report_at(l->r, at, "a {{ is not closed by }}");
            return;
        }
        check_name(l, at, arena_strn(l->r->a, s + 2, (size_t)(end - s - 2)), rows);
        s = end + 2;
    }
}

/* --- the layout --- */

static void
check_table(struct look *l, const struct node *table)
{
    const struct node *rows = field_of(l, node_str(table, "rows"));
    const struct node *columns = node_get(table, "columns");

    if (!rows || !is_kind(rows, "rows"))
        report_at(l->r, node_get(table, "rows"), "`rows` must name a field of kind rows");
    for (size_t i = 0; i < node_count(columns); i++)
        check_text(l, node_get(columns->items[i], "value"), rows);
}

static void
check_block(struct look *l, const struct node *b)
{
    static const char *const TEXTS[] = {"title", "subtitle", "text", "label", "value", "qr"};
    const struct node *signature = node_get(b, "signature");
    int leads = 0;

    for (size_t i = 0; LEADS[i]; i++)
        leads += node_get(b, LEADS[i]) != NULL;
    if (leads != 1)
        report_at(l->r, b, "a block has exactly one of %s", schema_words(l->r->a, LEADS));
    if (node_get(b, "value") && !node_get(b, "label"))
        report_at(l->r, node_get(b, "value"), "`value` stands beside `label` only");
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
        check_text(l, node_get(b, TEXTS[i]), NULL);
    check_text(l, node_get(signature, "authority"), NULL);
    check_text(l, node_get(signature, "title"), NULL);
    if (node_get(b, "table"))
        check_table(l, node_get(b, "table"));
}

static void
check_layout(struct look *l)
{
    const struct node *layout = node_get(l->yaml, "layout");
    size_t signatures = 0, codes = 0;

    for (size_t i = 0; i < node_count(layout); i++) {
        check_block(l, layout->items[i]);
        signatures += node_get(layout->items[i], "signature") != NULL;
        codes += node_get(layout->items[i], "qr") != NULL;
    }
    if (signatures != 1)
        report_at(l->r, layout, "the layout needs one `signature`, not %zu", signatures);
    if (codes != 1)
        report_at(l->r, layout, "the layout needs one `qr`, not %zu", codes);
}

/* --- the fields --- */

static void
check_sources(struct look *l, const struct node *from)
{
    size_t n = node_text(from) ? 1 : node_count(from);

    for (size_t i = 0; i < n; i++) {
        const struct node *one = node_text(from) ? from : from->items[i];
        const char *s = node_text(one);

        if (s && *s == '$' && schema_word(SOURCES, s) < 0)
            report_at(l->r, one, "`%s` is nothing to fill from; %s are", s,
                      schema_words(l->r->a, SOURCES));
        else if (s && *s != '$' && !schema_is_id(s))
            report_at(l->r, one, "`%s` is no key of an e-form", s);
    }
}

static void
check_field(struct look *l, const struct node *f)
{
    const struct node *columns = node_get(f, "columns"), *first = field_of(l, node_str(f, "id"));

    if (first && first != f)
        report_at(l->r, node_get(f, "id"), "field `%s` is there already, in line %d",
                  node_str(f, "id"), first->line);
    if (is_kind(f, "rows") != (columns != NULL))
        report_at(l->r, f, "`columns` belong to a field of kind rows, and it needs them");
    if (is_kind(f, "choice") != (node_get(f, "choices") != NULL))
        report_at(l->r, f, "`choices` belong to a field of kind choice, and it needs them");
    check_sources(l, node_get(f, "from"));
    for (size_t i = 0; i < node_count(columns); i++)
        check_sources(l, node_get(columns->items[i], "from"));
}

static void
check_holder(struct look *l, const char *key, bool required)
{
    const struct node *v = node_get(l->yaml, key), *f = field_of(l, node_text(v));

    if (v && !f)
        report_at(l->r, v, "`%s` names no field of the template", key);
    else if (f && required && !node_true(f, "required"))
        report_at(l->r, v, "field `%s` must be required: the paper is somebody's", node_text(v));
}

void
check_template(struct report *r, const struct node *yaml, const char *id)
{
    struct look l = {r, yaml};
    const struct node *fields = node_get(yaml, "fields"), *number = node_get(yaml, "number");
    const char *have = node_str(yaml, "id"), *pattern = node_text(number);

    if (!schema_check(r, yaml, &TEMPLATE_SCHEMA))
        return;
    if (have && strcmp(have, id) != 0)
        report_at(r, node_get(yaml, "id"), "`id` is `%s`; the file's name says `%s`", have, id);
    if (pattern && !strstr(pattern, "{n}") && !strstr(pattern, "{nn}"))
        report_at(r, number, "`number` needs {n} or {nn} where the number stands");
    for (size_t i = 0; i < node_count(fields); i++)
        check_field(&l, fields->items[i]);
    check_holder(&l, "holder", true);
    check_holder(&l, "holder_number", false);
    check_layout(&l);
}
