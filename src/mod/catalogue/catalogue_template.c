/* catalogue/results/<id>.yaml as tables, and the struct of a checked one. */
#include "mod/catalogue/catalogue_template.h"

#include <string.h>

#include "base/hash.h"
#include "mod/catalogue/catalogue_package.h"
#include "mod/catalogue/catalogue_snapshot.h"

enum { PARSE_BYTES = 32 << 20 };

typedef const char *const words[];
static words KINDS = {"text", "lines", "date", "number", "money", "personal_number", "choice",
                      "rows", NULL};
static words STYLES = {"bold", "italic", "underline", "upper", NULL};
static words ALIGNS = {"justify", "left", "centre", "right", NULL};

#define REQ true
#define OPT false
#define AT(member) .at = offsetof(struct T, member)
#define SIZE sizeof(struct T)

#define T template_column
static const struct schema_rule COLUMN_RULES[] = {
    {"id", S_ID, REQ, AT(id)},
    {"label", S_TEXT, REQ, 1, 120, AT(label)},
    {"kind", S_WORD, OPT, .words = KINDS, AT(kind)},
    {"from", S_TEXTS, OPT, 1, 10, AT(from)},
    {"required", S_BOOL, OPT, AT(required)},
    {0},
};
static const struct schema COLUMN = {"a column of a field", SIZE, COLUMN_RULES};
#undef T

#define T template_field
static const struct schema_rule FIELD_RULES[] = {
    {"id", S_ID, REQ, AT(id)},
    {"label", S_TEXT, REQ, 2, 200, AT(label)},
    {"help", S_TEXT, OPT, 2, 300, AT(help)},
    {"kind", S_WORD, OPT, .words = KINDS, AT(kind)},
    {"required", S_BOOL, OPT, AT(required)},
    {"from", S_TEXTS, OPT, 1, 20, AT(from)},
    {"choices", S_TEXTS, OPT, 2, 40, AT(choices)},
    {"max", S_INT, OPT, 1, 8000, AT(max)},
    {"initial", S_LINES, OPT, 1, 4000, AT(initial)},
    {"columns", S_LIST, OPT, 1, 10, .of = &COLUMN, AT(columns)},
    {0},
};
static const struct schema FIELD = {"a field", SIZE, FIELD_RULES};
#undef T

#define T template_cell
static const struct schema_rule CELL_RULES[] = {
    {"head", S_TEXT, REQ, 1, 120, AT(head)},
    {"value", S_TEXT, REQ, 1, 300, AT(value)},
    {"part", S_INT, REQ, 1, 100, AT(part)},
    {"align", S_WORD, OPT, .words = ALIGNS, AT(align)},
    {0},
};
static const struct schema CELL = {"a column of a table", SIZE, CELL_RULES};
#undef T

#define T template_table
static const struct schema_rule TABLE_RULES[] = {
    {"rows", S_ID, REQ, AT(rows)},
    {"columns", S_LIST, REQ, 1, 10, .of = &CELL, AT(columns)},
    {0},
};
static const struct schema TABLE = {"a table", SIZE, TABLE_RULES};
#undef T

#define T template_signature
static const struct schema_rule SIGNATURE_RULES[] = {
    {"authority", S_TEXT, OPT, 1, 200, AT(authority)},
    {"title", S_TEXT, REQ, 1, 200, AT(title)},
    {"hint", S_TEXT, OPT, 1, 200, AT(hint)},
    {0},
};
static const struct schema SIGNATURE = {"a signature", SIZE, SIGNATURE_RULES};
#undef T

#define T template_block
static const struct schema_rule BLOCK_RULES[] = {
    {"head", S_BOOL, OPT, AT(head)},
    {"title", S_TEXT, OPT, 1, 300, AT(title)},
    {"subtitle", S_TEXT, OPT, 1, 300, AT(subtitle)},
    {"text", S_LINES, OPT, 1, 4000, AT(text)},
    {"label", S_TEXT, OPT, 1, 300, AT(label)},
    {"table", S_MAP, OPT, .of = &TABLE, AT(table)},
    {"signature", S_MAP, OPT, .of = &SIGNATURE, AT(signature)},
    {"qr", S_TEXT, OPT, 1, 300, AT(qr)},
    {"scan", S_BOOL, OPT, AT(scan)},
    {"space", S_INT, OPT, 1, 400, AT(space)},
    {"rule", S_BOOL, OPT, AT(rule)},
    {"page", S_BOOL, OPT, AT(page)},
    {"value", S_TEXT, OPT, 1, 1000, AT(value)},
    {"style", S_WORDS, OPT, 1, 4, .words = STYLES, AT(style)},
    {"align", S_WORD, OPT, .words = ALIGNS, AT(align)},
    {"indent", S_BOOL, OPT, AT(indent)},
    {"size", S_INT, OPT, 8, 24, AT(size)},
    {"when", S_LOGIC, OPT, AT(when)},
    {0},
};
static const struct schema BLOCK = {"a block of the layout", SIZE, BLOCK_RULES};
#undef T

#define T result_template
static const struct schema_rule RULES[] = {
    {"id", S_ID, REQ, AT(id)},
    {"name", S_TEXT, REQ, 5, 200, AT(name)},
    {"title", S_TEXT, OPT, 2, 300, AT(title)},
    {"kind", S_WORD, REQ, .words = CATALOGUE_RESULTS, AT(kind)},
    {"procedures", S_TEXTS, OPT, 1, 200, AT(procedures)},
    {"book", S_ID, REQ, AT(book)},
    {"number", S_TEXT, REQ, 3, 80, AT(number)},
    {"registered", S_BOOL, OPT, AT(registered)},
    {"valid", S_PERIOD, OPT, AT(valid)},
    {"type", S_ID, OPT, AT(type)},
    {"holder", S_ID, REQ, AT(holder)},
    {"holder_number", S_ID, OPT, AT(holder_number)},
    {"size", S_INT, OPT, 9, 16, AT(size)},
    {"fields", S_LIST, REQ, 1, 80, .of = &FIELD, AT(fields)},
    {"layout", S_LIST, REQ, 1, 120, .of = &BLOCK, AT(layout)},
    {0},
};
const struct schema TEMPLATE_SCHEMA = {"a template of results", SIZE, RULES};
#undef T

/* --- from text to struct --- */

/* Which key leads: they stand in the table in the order of the enum; `value` ... only describe. */
static int
block_kind(const struct node *b)
{
    static const char *const LEADS[TB__COUNT] = {
        "head", "title", "subtitle", "text", "label", "table", "signature", "qr", "scan", "space",
        "rule", "page"};

    for (int k = 0; k < TB__COUNT; k++)
        if (node_get(b, LEADS[k]))
            return k;
    return TB__COUNT;
}

struct result_template *
catalogue_template_parse(struct arena *a, struct bytes yaml)
{
    struct arena *scratch = arena_open(PARSE_BYTES);
    struct report r = {.a = scratch, .path = ""};
    const struct node *root = tree_yaml(&r, (const char *)yaml.p, yaml.n), *layout;
    struct result_template *t = NULL;

    if (root && schema_check(&r, root, &TEMPLATE_SCHEMA) && r.found.n == 0) {
        t = arena_get(a, sizeof *t);
        t->keep = json_array();
        schema_fill(a, root, &TEMPLATE_SCHEMA, t, t->keep);
        layout = node_get(root, "layout");
        for (size_t i = 0; i < t->layout.n; i++)
            t->layout.p[i].kind = block_kind(layout->items[i]);
        if (!*t->title)
            t->title = t->name;
        t->hash = hash_sha256_hex(a, yaml.p, yaml.n);
    }
    arena_close(scratch);
    return t;
}

/* --- finding --- */

struct template_list
catalogue_templates(const struct catalogue_snapshot *s)
{
    if (!s)
        return (struct template_list){NULL, 0};
    return (struct template_list){(const struct result_template *const *)s->templates.p,
                                  s->templates.n};
}

const struct result_template *
catalogue_template(const struct catalogue_snapshot *s, const char *id)
{
    for (size_t i = 0; s && i < s->templates.n; i++)
        if (strcmp(s->templates.p[i]->id, id) == 0)
            return s->templates.p[i];
    return NULL;
}

static bool
names(const struct result_template *t, const char *procedure)
{
    for (size_t i = 0; i < t->procedures.n; i++)
        if (strcmp(t->procedures.p[i], procedure) == 0)
            return true;
    return false;
}

struct template_list
catalogue_templates_for(struct arena *a, const struct catalogue_snapshot *s, const char *procedure)
{
    size_t all = s ? s->templates.n : 0, n = 0;
    const struct result_template **p = arena_get(a, (all + 1) * sizeof(*p));

    for (size_t i = 0; i < all; i++)
        if (names(s->templates.p[i], procedure))
            p[n++] = s->templates.p[i];
    for (size_t i = 0; i < all; i++)
        if (s->templates.p[i]->procedures.n == 0)
            p[n++] = s->templates.p[i];
    return (struct template_list){(const struct result_template *const *)p, n};
}

const struct template_field *
template_field(const struct result_template *t, const char *id)
{
    for (size_t i = 0; i < t->fields.n; i++)
        if (strcmp(t->fields.p[i].id, id) == 0)
            return &t->fields.p[i];
    return NULL;
}
