/* Form.io JSON -> struct eform.  Bounds: docs/catalogue-package.md. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdlib.h>
#include <string.h>

#include "mod/eforms/eforms.h"
#include "mod/eforms/eforms_lists.h"

enum { DEPTH_MAX = 6, COMPONENTS_MAX = 400, CHOICES_MAX = 200 };

struct reader {
    struct arena *a;
    const char *why;
    size_t components;
};

static const char *const TYPES[F__COUNT] = {
    [F_PANEL] = "panel",       [F_CONTENT] = "content", [F_TEXT] = "textfield",
    [F_TEXTAREA] = "textarea", [F_NUMBER] = "number",   [F_DATE] = "datetime",
    [F_SELECT] = "select",     [F_RADIO] = "radio",     [F_CHECKBOX] = "checkbox",
    [F_FILE] = "file",         [F_ADDRESS] = "address", [F_PERSONAL_NUMBER] = "personalnumber",
    [F_GRID] = "datagrid",
};

static bool
refuse(struct reader *r, const char *say, const char *what)
{
    if (!r->why)
        r->why = arena_fmt(r->a, "%s: %s", what, say);
    return false;
}

static const char *
text(const json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));

    return s ? s : "";
}

static int64_t
whole(const json_t *o, const char *name)
{
    return json_integer_value(json_object_get(o, name));
}

static bool
type_of(struct reader *r, const json_t *o, enum field_type *out)
{
    const char *word = text(o, "type");

    for (int t = 0; t < F__COUNT; t++)
        if (strcmp(word, TYPES[t]) == 0) {
            *out = (enum field_type)t;
            return true;
        }
    return refuse(r, "unknown type", word);
}

/* "10MB", "500KB" */
static int64_t
bytes_of(const char *s)
{
    char *end;
    long long n = strtoll(s, &end, 10);

    if (strcasecmp(end, "MB") == 0)
        return n << 20;
    return strcasecmp(end, "KB") == 0 ? n << 10 : n;
}

static bool
read_pattern(struct reader *r, struct eform_field *f)
{
    int code;
    PCRE2_SIZE at;

    if (!*f->pattern)
        return true;
    f->re = pcre2_compile((PCRE2_SPTR)f->pattern, PCRE2_ZERO_TERMINATED,
                          PCRE2_UTF | PCRE2_UCP | PCRE2_ANCHORED | PCRE2_ENDANCHORED |
                              PCRE2_NEVER_BACKSLASH_C,
                          &code, &at, NULL);
    return f->re ? true : refuse(r, "its pattern does not compile", f->key);
}

static bool
read_validate(struct reader *r, const json_t *o, struct eform_field *f)
{
    const json_t *v = json_object_get(o, "validate"), *min = json_object_get(v, "min"),
                 *max = json_object_get(v, "max");

    f->required = json_is_true(json_object_get(v, "required"));
    f->min_length = whole(v, "minLength");
    f->max_length = whole(v, "maxLength");
    f->pattern = text(v, "pattern");
    f->message = text(v, "customMessage");
    f->has_min = json_is_number(min);
    f->has_max = json_is_number(max);
    f->min = json_number_value(min);
    f->max = json_number_value(max);
    f->min_date = text(v, "minDate");
    f->max_date = text(v, "maxDate");
    f->rule = json_object_get(v, "json");
    return read_pattern(r, f);
}

static void
read_condition(const json_t *o, struct eform_field *f)
{
    const json_t *k = json_object_get(o, "conditional");

    f->when = json_object_get(k, "json");
    f->when_key = text(k, "when");
    f->when_eq = text(k, "eq");
    f->when_show = !json_is_false(json_object_get(k, "show"));
}

static bool
read_values(struct reader *r, const json_t *list, struct eform_field *f)
{
    size_t n = json_array_size(list), i;
    struct eform_choice *p;
    json_t *v;

    if (n == 0 || n > CHOICES_MAX)
        return refuse(r, "needs 1 to 200 choices", f->key);
    p = arena_get(r->a, n * sizeof *p);
    json_array_foreach(list, i, v) p[i] = (struct eform_choice){text(v, "value"), text(v, "label")};
    f->choices = (struct eform_choices){p, n};
    return true;
}

static bool
read_choices(struct reader *r, const json_t *o, struct eform_field *f)
{
    const json_t *data = json_object_get(o, "data");
    const char *list = text(data, "list");

    if (f->type == F_RADIO)
        return read_values(r, json_object_get(o, "values"), f);
    if (f->type != F_SELECT)
        return true;
    if (!*list)
        return read_values(r, json_object_get(data, "values"), f);
    f->communes = strcmp(list, "communes") == 0;
    if (f->communes)
        return true;
    f->choices = eforms_list(list);
    return f->choices.n ? true : refuse(r, "names an unknown list", f->key);
}

static void
read_texts(struct reader *r, const json_t *o, struct eform_field *f)
{
    const char *input = text(o, "inputType");
    const json_t *initial = json_object_get(o, "defaultValue");

    f->key = text(o, "key");
    f->label = *text(o, "label") ? text(o, "label") : text(o, "title");
    f->description = text(o, "description");
    f->placeholder = text(o, "placeholder");
    f->autocomplete = text(o, "autocomplete");
    f->initial = json_is_integer(initial)
                     ? arena_fmt(r->a, "%lld", (long long)json_integer_value(initial))
                     : text(o, "defaultValue");
    f->html = text(o, "html");
    f->suffix = text(o, "suffix");
    f->add_another = text(o, "addAnother");
    f->paper = text(o, "paper");
    f->file_pattern = text(o, "filePattern");
    f->file_max = bytes_of(text(o, "fileMaxSize"));
    f->multiple = json_is_true(json_object_get(o, "multiple"));
    f->enable_time = json_is_true(json_object_get(o, "enableTime"));
    f->hanoi_only = strcmp(text(o, "scope"), "hanoi") == 0;
    f->rows = whole(o, "rows") ? whole(o, "rows") : 4;
    f->decimals = whole(o, "decimalLimit");
    f->input = strcmp(input, "tel") == 0     ? INPUT_TEL
               : strcmp(input, "email") == 0 ? INPUT_EMAIL
                                             : INPUT_TEXT;
}

static bool read_components(struct reader *r, const json_t *list, struct eform_field *parent,
                            int depth);

static bool
read_field(struct reader *r, const json_t *o, struct eform_field *f, int depth)
{
    if (++r->components > COMPONENTS_MAX)
        return refuse(r, "more than 400 components", "form");
    if (!json_is_object(o) || !type_of(r, o, &f->type))
        return refuse(r, "not a component", "form");
    read_texts(r, o, f);
    read_condition(o, f);
    if (!*f->key && f->type != F_CONTENT)
        return refuse(r, "has no key", f->label);
    if (!read_validate(r, o, f) || !read_choices(r, o, f))
        return false;
    if (f->type == F_PANEL || f->type == F_GRID)
        return read_components(r, json_object_get(o, "components"), f, depth + 1);
    return true;
}

static bool
read_components(struct reader *r, const json_t *list, struct eform_field *parent, int depth)
{
    size_t n = json_array_size(list), i;
    struct eform_field *p;
    json_t *o;

    if (depth > DEPTH_MAX || !json_is_array(list))
        return refuse(r, "is nested too deeply, or has no components", parent->key);
    parent->children = p = arena_get(r->a, (n ? n : 1) * sizeof *p);
    parent->n = n;
    json_array_foreach(list, i, o)
    {
        p[i].parent = parent;
        if (!read_field(r, o, &p[i], depth))
            return false;
        if ((p[i].type == F_PANEL) != (parent->type == F_CONTENT))
            return refuse(r, "panels stand at the top and only there", p[i].key);
    }
    return true;
}

static bool
has_conditions(const struct eform_field *f)
{
    if (f->when || *f->when_key)
        return true;
    for (size_t i = 0; i < f->n; i++)
        if (has_conditions(&f->children[i]))
            return true;
    return false;
}

/* Panels know no parent: the reader's root stands in for it while they are read. */
static void
drop_root(struct eform_field *panels, size_t n)
{
    for (size_t i = 0; i < n; i++)
        panels[i].parent = NULL;
}

struct eform *
eforms_parse(struct arena *a, json_t *doc, const char **why)
{
    struct reader r = {.a = a};
    struct eform_field root = {.type = F_CONTENT, .key = "form", .when_key = ""};
    struct eform *f = arena_get(a, sizeof *f);

    if (!read_components(&r, json_object_get(doc, "components"), &root, 0)) {
        if (why)
            *why = r.why;
        return NULL;
    }
    drop_root((struct eform_field *)(uintptr_t)root.children, root.n);
    f->title = text(doc, "title");
    f->panels = root.children;
    f->n = root.n;
    f->conditions = has_conditions(&root);
    f->keep = json_incref(doc);
    return f;
}

static void
release_field(const struct eform_field *f)
{
    pcre2_code_free((pcre2_code *)(uintptr_t)f->re);
    for (size_t i = 0; i < f->n; i++)
        release_field(&f->children[i]);
}

void
eforms_release(struct eform *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->n; i++)
        release_field(&f->panels[i]);
    json_decref(f->keep);
    f->keep = NULL;
    f->n = 0;
}

const struct eform_field *
eforms_panel(const struct eform *f, const char *key)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->panels[i].key, key) == 0)
            return &f->panels[i];
    return NULL;
}

const struct eform_field *
eforms_field(const struct eform *f, const char *key)
{
    size_t n = strlen(key) + 1;

    for (size_t i = 0; i < f->n; i++)
        for (size_t j = 0; j < f->panels[i].n; j++) {
            const char *k = f->panels[i].children[j].key;

            if (k[0] == key[0] && strncmp(k, key, n) == 0)
                return &f->panels[i].children[j];
        }
    return NULL;
}
