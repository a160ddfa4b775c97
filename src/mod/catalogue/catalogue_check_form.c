/* form.json: the subset of Form.io that we read, as tables, and what tables cannot say. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <limits.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "mod/catalogue/catalogue_package.h"

enum { COMPONENTS_MAX = 400, LEVELS_MAX = 6 };

typedef const char *const words[];

static words INPUT_TYPES = {"text", "tel", "email", NULL};
static words LISTS = {"ethnicities", "nationalities", "provinces", "communes", NULL};
static words SCOPES = {"vn", "hanoi", NULL};
static words DISPLAYS = {"wizard", "form", NULL};
static words AUTOCOMPLETE = {
    "off", "name", "given-name", "family-name", "organization", "organization-title", "tel",
    "email",     "bday", "sex", "street-address", "address-line1", "address-line2",
    "address-level1", "address-level2", "postal-code", "country-name", "url", NULL,
};
static words TYPES = {"panel", "content", "textfield", "textarea", "number", "datetime", "select",
                      "radio", "checkbox", "file", "address", "personalnumber", "datagrid", NULL};

#define REQ true
#define OPT false

#define VALIDATE_ALL                                                                             \
    {"required", S_BOOL, OPT}, {"json", S_LOGIC, OPT}, {"customMessage", S_TEXT, OPT, 5, 300}
#define LENGTHS(most)                                                                            \
    {"minLength", S_INT, OPT, 0, most}, {"maxLength", S_INT, OPT, 1, most}

static const struct schema
    VALIDATE_ANY = {"`validate`", 0, (const struct schema_rule[]){VALIDATE_ALL, {0}}},
    VALIDATE_TEXT = {"`validate` of a textfield", 0, (const struct schema_rule[]){
        VALIDATE_ALL, LENGTHS(1000), {"pattern", S_TEXT, OPT, 1, 500}, {0}}},
    VALIDATE_AREA = {"`validate` of a textarea", 0, (const struct schema_rule[]){
        VALIDATE_ALL, LENGTHS(8000), {0}}},
    VALIDATE_NUMBER = {"`validate` of a number", 0, (const struct schema_rule[]){
        VALIDATE_ALL, {"min", S_ANY, OPT}, {"max", S_ANY, OPT}, {0}}},
    VALIDATE_DATE = {"`validate` of a datetime", 0, (const struct schema_rule[]){
        VALIDATE_ALL, {"minDate", S_TEXT, OPT}, {"maxDate", S_TEXT, OPT}, {0}}},
    VALIDATE_GRID = {"`validate` of a datagrid", 0, (const struct schema_rule[]){
        VALIDATE_ALL, LENGTHS(100), {0}}};

static const struct schema CHOICE = {"a choice", 0, (const struct schema_rule[]){
    {"label", S_TEXT, REQ, 1, 300}, {"value", S_TEXT, REQ, 1, 64}, {0}}};
static const struct schema DATA = {"`data`", 0, (const struct schema_rule[]){
    {"values", S_LIST, OPT, 1, 200, .of = &CHOICE}, {"list", S_WORD, OPT, .words = LISTS}, {0}}};
static const struct schema CONDITIONAL = {"`conditional`", 0, (const struct schema_rule[]){
    {"show", S_BOOL, OPT}, {"when", S_ID, OPT}, {"eq", S_ANY, OPT}, {"json", S_LOGIC, OPT}, {0}}};

#define TYPE {"type", S_WORD, REQ, .words = TYPES}
#define KEY {"key", S_ID, REQ}
#define SHOWN {"conditional", S_MAP, OPT, .of = &CONDITIONAL}
#define INPUT(rules)                                                                             \
    TYPE, KEY, {"label", S_TEXT, REQ, 1, 300}, {"description", S_LINES, OPT, 1, 2000},           \
    {"placeholder", S_TEXT, OPT, 1, 100}, {"defaultValue", S_ANY, OPT},                          \
    {"autocomplete", S_WORD, OPT, .words = AUTOCOMPLETE},                                        \
    {"validate", S_MAP, OPT, .of = &rules}, SHOWN

/* In the order of TYPES. */
static const struct schema COMPONENT[] = {
    {"a panel", 0, (const struct schema_rule[]){
        TYPE, KEY, {"title", S_TEXT, REQ, 2, 200}, {"description", S_LINES, OPT, 1, 2000},
        {"components", S_ANY, REQ}, SHOWN, {0}}},
    {"a content", 0, (const struct schema_rule[]){
        TYPE, KEY, {"html", S_LINES, REQ, 1, 8000}, SHOWN, {0}}},
    {"a textfield", 0, (const struct schema_rule[]){
        INPUT(VALIDATE_TEXT), {"inputType", S_WORD, OPT, .words = INPUT_TYPES}, {0}}},
    {"a textarea", 0, (const struct schema_rule[]){
        INPUT(VALIDATE_AREA), {"rows", S_INT, OPT, 1, 40}, {0}}},
    {"a number", 0, (const struct schema_rule[]){
        INPUT(VALIDATE_NUMBER), {"decimalLimit", S_INT, OPT, 0, 6},
        {"suffix", S_TEXT, OPT, 1, 20}, {0}}},
    {"a datetime", 0, (const struct schema_rule[]){
        INPUT(VALIDATE_DATE), {"enableTime", S_BOOL, OPT}, {0}}},
    {"a select", 0, (const struct schema_rule[]){
        INPUT(VALIDATE_ANY), {"data", S_MAP, REQ, .of = &DATA}, {0}}},
    {"a radio", 0, (const struct schema_rule[]){
        INPUT(VALIDATE_ANY), {"values", S_LIST, REQ, 2, 30, .of = &CHOICE}, {0}}},
    {"a checkbox", 0, (const struct schema_rule[]){INPUT(VALIDATE_ANY), {0}}},
    {"a file", 0, (const struct schema_rule[]){
        INPUT(VALIDATE_ANY), {"multiple", S_BOOL, OPT}, {"fileMaxSize", S_TEXT, OPT, 3, 6},
        {"filePattern", S_TEXT, OPT, 2, 200}, {"paper", S_ID, OPT}, {0}}},
    {"an address", 0, (const struct schema_rule[]){
        INPUT(VALIDATE_ANY), {"scope", S_WORD, REQ, .words = SCOPES}, {0}}},
    {"a personalnumber", 0, (const struct schema_rule[]){INPUT(VALIDATE_ANY), {0}}},
    {"a datagrid", 0, (const struct schema_rule[]){
        INPUT(VALIDATE_GRID), {"components", S_ANY, REQ}, {"addAnother", S_TEXT, OPT, 2, 80}, {0}}},
};

static const struct schema FORM = {"a form", 0, (const struct schema_rule[]){
    {"display", S_WORD, REQ, .words = DISPLAYS}, {"title", S_TEXT, REQ, 3, 300},
    {"components", S_ANY, REQ}, {0}}};

struct form {
    struct report *r;
    const struct node *root, *yaml;
    const struct node *row;             /* components of the datagrid we are in, else NULL */
    size_t count;
    VEC(const struct node *) keys[2];   /* of all inputs outside grids, and of the grid's row */
    VEC(const struct node *) panels;
};

typedef void type_fn(struct form *f, const struct node *c);

static bool
is_type(const struct node *c, const char *type)
{
    const char *have = node_str(c, "type");

    return have && strcmp(have, type) == 0;
}

static const struct node *
field_in(const struct node *components, const char *key)
{
    for (size_t i = 0; i < node_count(components); i++) {
        const struct node *c = components->items[i], *found;
        const char *have = node_str(c, "key");

        if (is_type(c, "panel")) {
            if ((found = field_in(node_get(c, "components"), key)))
                return found;
        } else if (have && strcmp(have, key) == 0 && !is_type(c, "content")) {
            return c;
        }
    }
    return NULL;
}

/* `form` is a form, or the list of components of a datagrid. */
const struct node *
form_field(const struct node *form, const char *key)
{
    if (!form)
        return NULL;
    return field_in(form->kind == NODE_LIST ? form : node_get(form, "components"), key);
}

/* --- parts of one component ------------------------------------------------------------- */

static bool
number_of(const struct node *v, double *out)
{
    if (!v || (v->kind != NODE_INT && v->kind != NODE_REAL))
        return false;
    *out = strtod(v->text, NULL);
    return true;
}

/* Two bounds of `validate`, the lower first. */
static void
check_bounds(struct form *f, const struct node *c, const char *low, const char *high)
{
    const struct node *v = node_get(c, "validate");
    double a, b;

    if (number_of(node_get(v, low), &a) && number_of(node_get(v, high), &b) && a > b)
        report_at(f->r, node_get(v, high), "`%s` is less than `%s`", high, low);
}

static void
check_pattern(struct form *f, const struct node *c)
{
    const struct node *v = node_get(node_get(c, "validate"), "pattern");
    const char *pattern = node_text(v);
    PCRE2_UCHAR why[160];
    PCRE2_SIZE place;
    pcre2_code *code;
    int error;

    check_bounds(f, c, "minLength", "maxLength");
    if (!pattern)
        return;
    code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_UCP, &error,
                         &place, NULL);
    if (!code) {
        pcre2_get_error_message(error, why, sizeof why);
        report_at(f->r, v, "`pattern` does not compile: %s, at its character %zu", (char *)why,
                  place + 1);
    }
    pcre2_code_free(code);
    if (!node_get(node_get(c, "validate"), "customMessage"))
        report_at(f->r, v, "a `pattern` needs a `customMessage` that says what is expected");
}

static void
check_lengths(struct form *f, const struct node *c)
{
    check_bounds(f, c, "minLength", "maxLength");
}

static void
check_number(struct form *f, const struct node *c)
{
    const struct node *v = node_get(c, "validate");
    static const char *const KEYS[] = {"min", "max"};
    double x;

    for (size_t i = 0; i < 2; i++) {
        const struct node *bound = node_get(v, KEYS[i]);

        if (bound && !number_of(bound, &x))
            report_at(f->r, bound, "`%s` must be a number, not %s", KEYS[i], node_kind_name(bound));
    }
    check_bounds(f, c, "min", "max");
}

/* today, today-18y, today+6m, today+10d, or an ISO date. */
static bool
is_date_bound(const char *s)
{
    size_t n;
    day d;

    if (strncmp(s, "today", 5) != 0)
        return date_parse(s, &d);
    s += 5;
    if (*s == '\0')
        return true;
    if (*s != '-' && *s != '+')
        return false;
    n = strspn(s + 1, "0123456789");
    return n >= 1 && n <= 4 && strchr("dmy", s[1 + n]) && s[1 + n] && s[2 + n] == '\0';
}

static void
check_datetime(struct form *f, const struct node *c)
{
    static const char *const KEYS[] = {"minDate", "maxDate"};
    const struct node *v = node_get(c, "validate");
    const char *text[2];
    day d[2];

    for (size_t i = 0; i < 2; i++) {
        text[i] = node_str(v, KEYS[i]);
        if (text[i] && !is_date_bound(text[i]))
            report_at(f->r, node_get(v, KEYS[i]),
                      "`%s` must be a date YYYY-MM-DD, today, or today-18y, today+6m, today+10d",
                      KEYS[i]);
    }
    if (text[0] && text[1] && date_parse(text[0], &d[0]) && date_parse(text[1], &d[1]) &&
        d[1] < d[0])
        report_at(f->r, node_get(v, "maxDate"), "`maxDate` is before `minDate`");
}

static void
check_choices(struct form *f, const struct node *values)
{
    for (size_t i = 0; i < node_count(values) && i < 200; i++)
        for (size_t j = 0; j < i; j++) {
            const char *x = node_str(values->items[i], "value");
            const char *y = node_str(values->items[j], "value");

            if (x && y && strcmp(x, y) == 0)
                report_at(f->r, node_get(values->items[i], "value"),
                          "choice `%s` is there already, in line %d", x, values->items[j]->line);
        }
}

static void
check_select(struct form *f, const struct node *c)
{
    const struct node *data = node_get(c, "data");
    bool values = node_get(data, "values"), list = node_get(data, "list");

    if (data && data->kind == NODE_MAP && values == list)
        report_at(f->r, data, "`data` needs either `values` or `list`");
    check_choices(f, node_get(data, "values"));
}

static void
check_radio(struct form *f, const struct node *c)
{
    check_choices(f, node_get(c, "values"));
}

static void
check_file(struct form *f, const struct node *c)
{
    static words TYPES_OF_FILES = {".pdf", ".jpg", ".jpeg", ".png", ".heic", ".webp", ".doc",
                                   ".docx", ".xls", ".xlsx", ".csv",
                                   ".zip", ".dwg", ".dxf", ".xml", ".tif", ".tiff", NULL};
    const char *size = node_str(c, "fileMaxSize"), *pattern = node_str(c, "filePattern");
    const char *paper = node_str(c, "paper");
    size_t n = size ? strspn(size, "0123456789") : 0;

    if (size && (n < 1 || n > 3 || (strcmp(size + n, "MB") != 0 && strcmp(size + n, "KB") != 0)))
        report_at(f->r, node_get(c, "fileMaxSize"), "`fileMaxSize` must be like 10MB or 500KB");
    for (const char *p = pattern; p && *p;) {
        size_t len = strcspn(p, ",");
        char *one = arena_strn(f->r->a, p, len);

        if (schema_word(TYPES_OF_FILES, one) < 0)
            report_at(f->r, node_get(c, "filePattern"), "`%s` is no type of file we take: %s", one,
                      schema_words(f->r->a, TYPES_OF_FILES));
        p += len + (p[len] == ',');
    }
    if (f->row)
        report_at(f->r, c, "a file cannot stand in a datagrid");
    for (size_t i = 0; paper && f->yaml && i < node_count(node_get(f->yaml, "papers")); i++) {
        const char *id = node_str(node_get(f->yaml, "papers")->items[i], "id");

        if (id && strcmp(id, paper) == 0)
            return;
    }
    if (paper && f->yaml)
        report_at(f->r, node_get(c, "paper"), "procedure.yaml has no paper `%s`", paper);
}

static void
check_default(struct form *f, const struct node *c)
{
    const struct node *v = node_get(c, "defaultValue");
    enum node_kind kind = v ? v->kind : NODE_NULL;
    bool fits = kind == NODE_TEXT;

    if (is_type(c, "number"))
        fits = kind == NODE_INT || kind == NODE_REAL;
    else if (is_type(c, "checkbox"))
        fits = kind == NODE_BOOL;
    else if (is_type(c, "file") || is_type(c, "address") || is_type(c, "datagrid"))
        fits = false;
    if (v && !fits)
        report_at(f->r, v, "%s cannot have this `defaultValue`", node_str(c, "type"));
}

/* --- when a component is shown ----------------------------------------------------------- */

static const struct node *
choices_of(const struct node *field)
{
    const struct node *values = node_get(field, "values");

    return values ? values : node_get(node_get(field, "data"), "values");
}

static void
check_eq(struct form *f, const struct node *eq, const struct node *field)
{
    const struct node *choices = choices_of(field);
    const char *want = node_text(eq);

    if (!want) {
        report_at(f->r, eq, "`eq` must be a text, a number, true or false");
        return;
    }
    for (size_t i = 0; i < node_count(choices); i++) {
        const char *have = node_str(choices->items[i], "value");

        if (have && strcmp(have, want) == 0)
            return;
    }
    if (node_count(choices))
        report_at(f->r, eq, "`%s` is no choice of `%s`", want, node_str(field, "key"));
}

static void
check_when(struct form *f, const struct node *c, const struct node *cond)
{
    const char *when = node_str(cond, "when"), *key = node_str(c, "key");
    const struct node *field = when ? form_field(f->row, when) : NULL;

    if (!when || !node_get(cond, "eq")) {
        report_at(f->r, cond, "`conditional` needs `when` and `eq`, or `json`");
        return;
    }
    if (!field)
        field = form_field(f->root, when);
    if (!field)
        report_at(f->r, node_get(cond, "when"), "the form has no field `%s`", when);
    else if (key && strcmp(key, when) == 0 && field == c)
        report_at(f->r, node_get(cond, "when"), "a field cannot decide whether it is shown itself");
    else
        check_eq(f, node_get(cond, "eq"), field);
}

static void
check_shown(struct form *f, const struct node *c)
{
    const struct node *cond = node_get(c, "conditional"), *json = node_get(cond, "json");

    if (!cond || cond->kind != NODE_MAP)
        return;
    if (!json)
        check_when(f, c, cond);
    else if (cond->n > 1)
        report_at(f->r, cond, "`json` stands alone: no `show`, `when` or `eq` beside it");
    check_condition(f->r, json, f->root, f->row);
}

/* --- components --------------------------------------------------------------------------- */

static void check_components(struct form *f, const struct node *list, int level);

static void
check_grid(struct form *f, const struct node *c)
{
    check_bounds(f, c, "minLength", "maxLength");
    if (f->row)
        report_at(f->r, c, "a datagrid cannot stand in a datagrid");
}

static void
check_content(struct form *f, const struct node *c)
{
    const struct node *html = node_get(c, "html");
    const char *why = node_text(html) ? markup_fault(f->r->a, node_text(html)) : NULL;

    if (why)
        report_at(f->r, html, "`html` %s", why);
}

static type_fn *const CHECK[] = {
    NULL, check_content, check_pattern, check_lengths, check_number, check_datetime, check_select,
    check_radio, NULL, check_file, NULL, NULL, check_grid,
};

static void
check_key(struct form *f, const struct node *c, const char *type)
{
    bool grid = f->row != NULL;
    const struct node *key = node_get(c, "key");
    const char *name = node_text(key);

    if (!name)
        return;
    for (size_t i = 0; i < f->keys[grid].n; i++)
        if (strcmp(f->keys[grid].p[i]->text, name) == 0) {
            report_at(f->r, key, "key `%s` is used already, in line %d", name,
                      f->keys[grid].p[i]->line);
            return;
        }
    (void)type;
    *vec_push(f->r->a, &f->keys[grid]) = key;
}

static void
check_panel_key(struct form *f, const struct node *c)
{
    const struct node *key = node_get(c, "key");

    for (size_t i = 0; node_text(key) && i < f->panels.n; i++)
        if (strcmp(f->panels.p[i]->text, key->text) == 0)
            report_at(f->r, key, "panel `%s` is there already, in line %d", key->text,
                      f->panels.p[i]->line);
    if (node_text(key))
        *vec_push(f->r->a, &f->panels) = key;
}

static void
check_rule(struct form *f, const struct node *validate)
{
    const struct node *json = node_get(validate, "json");

    check_condition(f->r, json, f->root, f->row);
    if (json && !node_get(validate, "customMessage"))
        report_at(f->r, json, "a `json` condition needs a `customMessage` to say what is wrong");
}

static void
check_component(struct form *f, const struct node *c, int level)
{
    const char *type = node_str(c, "type");
    int i = schema_word(TYPES, type);
    const struct node *outer = f->row, *inner = node_get(c, "components");
    bool panel = i == 0;

    if (i < 0) {
        report_at(f->r, node_get(c, "type") ? node_get(c, "type") : c,
                  "a component needs a `type`: %s", schema_words(f->r->a, TYPES));
        return;
    }
    schema_check(f->r, c, &COMPONENT[i]);
    if (CHECK[i])
        CHECK[i](f, c);
    check_default(f, c);
    check_shown(f, c);
    check_rule(f, node_get(c, "validate"));
    if (panel != (level == 1))
        report_at(f->r, c, panel ? "a panel stands at the top of the form only"
                                 : "at the top of the form only panels stand");
    if (panel)
        check_panel_key(f, c);
    else
        check_key(f, c, type);
    if (!inner)
        return;
    if (!panel) {
        f->row = inner;
        f->keys[1].n = 0;
    }
    check_components(f, inner, level + 1);
    f->row = outer;
}

static void
check_components(struct form *f, const struct node *list, int level)
{
    if (!list || list->kind != NODE_LIST || list->n == 0) {
        report_at(f->r, list, "`components` must be a list of at least one component");
        return;
    }
    if (level > LEVELS_MAX) {
        report_at(f->r, list, "components are nested more than 6 levels deep");
        return;
    }
    for (size_t i = 0; i < list->n; i++) {
        if (++f->count == COMPONENTS_MAX + 1)
            report_at(f->r, list->items[i], "the form has more than 400 components");
        if (f->count > COMPONENTS_MAX)
            return;
        if (list->items[i]->kind == NODE_MAP)
            check_component(f, list->items[i], level);
        else
            report_at(f->r, list->items[i], "a component must be a map, not %s",
                      node_kind_name(list->items[i]));
    }
}

void
check_form(struct report *r, const struct node *form, const struct node *yaml)
{
    struct form f = {.r = r, .root = form, .yaml = yaml};

    if (schema_check(r, form, &FORM) && node_get(form, "components"))
        check_components(&f, node_get(form, "components"), 1);
}
