/* A condition as a person reads it: «Loại giấy chứng sinh» là "Bản điện tử" và ... */
#include <string.h>

#include "base/po.h"
#include "mod/catalogue/catalogue.h"
#include "mod/eforms/eforms.h"

enum { TEXT_MAX = 4000, DEEP = 12 };

struct words {
    struct ctx *c;
    const struct procedure *p;
    bool lost;                  /* an operator that has no words: give the rule as it is */
};

typedef const char *say_fn(struct words *w, const char *op, const json_t *args, int depth);

static const char *say(struct words *w, const json_t *rule, const struct eform_field *of,
                       int depth);

static const json_t *
arg(const json_t *args, size_t i)
{
    return json_is_array(args) ? json_array_get(args, i) : i == 0 ? args : NULL;
}

static size_t
count(const json_t *args)
{
    return json_is_array(args) ? json_array_size(args) : 1;
}

/* The name in {"var": name}, or NULL. */
static const char *
var_of(const json_t *rule)
{
    const json_t *v = json_object_size(rule) == 1 ? json_object_get(rule, "var") : NULL;

    return json_string_value(json_is_array(v) ? json_array_get(v, 0) : v);
}

static const struct eform_field *
field_of(const struct words *w, const json_t *rule)
{
    const char *name = var_of(rule);
    char key[80];
    size_t n = name ? strcspn(name, ".") : 0;

    if (n == 0 || n >= sizeof key)
        return NULL;
    memcpy(key, name, n);
    key[n] = '\0';
    return eforms_field(w->p->form, key);
}

static const char *
say_var(struct words *w, const json_t *rule)
{
    static const struct { const char *name, *vi; } FACTS[] = {
        {"$received", N_("ngày tiếp nhận")}, {"$channel", N_("cách nộp")},
        {"$payer", N_("người nộp")},
    };
    const struct eform_field *f = field_of(w, rule);
    const char *name = var_of(rule);

    for (size_t i = 0; i < sizeof FACTS / sizeof *FACTS; i++)
        if (strcmp(name, FACTS[i].name) == 0)
            return tr(w->c, FACTS[i].vi);
    return arena_fmt(w->c->a, "«%s»", f ? tr(w->c, f->label) : name);
}

/* Adds one more to a list: "a hoặc b", "a và b". */
static const char *
joined(struct words *w, const char *pattern, const char *before, const char *one)
{
    return before ? trf(w->c, pattern, before, one) : one;
}

/* A value beside a field with choices is shown by its label. */
static const char *
say_value(struct words *w, const json_t *v, const struct eform_field *of)
{
    const char *s = json_string_value(v), *list = NULL;

    if (s)
        return arena_fmt(w->c->a, "\"%s\"", of ? tr(w->c, eforms_label(of->choices, s)) : s);
    if (json_is_number(v))
        return arena_fmt(w->c->a, "%.10g", json_number_value(v));
    if (json_is_boolean(v))
        return json_is_true(v) ? tr(w->c, N_("có")) : tr(w->c, N_("không"));
    for (size_t i = 0; i < json_array_size(v) && i < 50; i++)
        list = joined(w, N_("{0} hoặc {1}"), list, say_value(w, json_array_get(v, i), of));
    return list ? list : tr(w->c, N_("để trống"));
}

/* and, or: joined, in brackets when inside another. */
static const char *
say_joined(struct words *w, const char *op, const json_t *args, int depth)
{
    const char *pattern = strcmp(op, "and") == 0 ? N_("{0} và {1}") : N_("{0} hoặc {1}");
    const char *list = NULL;

    for (size_t i = 0; i < count(args) && i < 50; i++)
        list = joined(w, pattern, list, say(w, arg(args, i), NULL, depth + 1));
    if (!list)
        w->lost = true;
    return depth > 0 && count(args) > 1 ? arena_fmt(w->c->a, "(%s)", list) : list ? list : "";
}

static const char *
say_compared(struct words *w, const char *op, const json_t *args, int depth)
{
    static const struct { const char *op, *pattern; } SIGNS[] = {
        {"==", N_("{0} là {1}")}, {"===", N_("{0} là {1}")}, {"in", N_("{0} là {1}")},
        {"!=", N_("{0} không phải là {1}")}, {"!==", N_("{0} không phải là {1}")},
        {">", N_("{0} lớn hơn {1}")}, {">=", N_("{0} từ {1} trở lên")},
        {"<", N_("{0} nhỏ hơn {1}")}, {"<=", N_("{0} không quá {1}")},
    };
    const struct eform_field *f = field_of(w, arg(args, 0));
    const char *pattern = "";

    if (count(args) != 2)
        w->lost = true;
    for (size_t i = 0; i < sizeof SIGNS / sizeof *SIGNS; i++)
        if (strcmp(SIGNS[i].op, op) == 0)
            pattern = SIGNS[i].pattern;
    if (!f)
        f = field_of(w, arg(args, 1));
    return trf(w->c, pattern, say(w, arg(args, 0), f, depth + 1),
               say(w, arg(args, 1), f, depth + 1));
}

static const char *
say_not(struct words *w, const char *op, const json_t *args, int depth)
{
    bool not = strcmp(op, "!") == 0;

    if (var_of(arg(args, 0)))
        return trf(w->c, not ? N_("{0} để trống") : N_("{0} được điền"), say_var(w, arg(args, 0)));
    if (not)
        return trf(w->c, N_("không phải {0}"), say(w, arg(args, 0), NULL, depth + 1));
    return say(w, arg(args, 0), NULL, depth);
}

static const char *
say_since(struct words *w, const char *op, const json_t *args, int depth)
{
    return trf(w->c, *op == 'd' ? N_("số ngày kể từ {0}") : N_("số năm tròn kể từ {0}"),
               say(w, arg(args, 0), NULL, depth + 1));
}

static const struct { const char *op; say_fn *say; } OPS[] = {
    {"and", say_joined}, {"or", say_joined}, {"==", say_compared}, {"===", say_compared},
    {"!=", say_compared}, {"!==", say_compared}, {"in", say_compared}, {">", say_compared},
    {">=", say_compared}, {"<", say_compared}, {"<=", say_compared}, {"!", say_not},
    {"!!", say_not}, {"days_since", say_since}, {"years_since", say_since},
};

static const char *
say(struct words *w, const json_t *rule, const struct eform_field *of, int depth)
{
    void *first;

    if (var_of(rule))
        return say_var(w, rule);
    if (!json_is_object(rule))
        return say_value(w, rule, of);
    first = json_object_iter((json_t *)rule);
    for (size_t i = 0; first && depth < DEEP && i < sizeof OPS / sizeof *OPS; i++)
        if (strcmp(OPS[i].op, json_object_iter_key(first)) == 0)
            return OPS[i].say(w, OPS[i].op, json_object_iter_value(first), depth);
    w->lost = true;
    return "";
}

const char *
catalogue_condition(struct ctx *c, const struct procedure *p, const json_t *rule)
{
    struct words w = {.c = c, .p = p};
    const char *words;
    char *text;

    if (!rule)
        return "";
    words = say(&w, rule, NULL, 0);
    if (!w.lost && strlen(words) < TEXT_MAX)
        return words;
    text = arena_get(c->a, TEXT_MAX);
    if (json_dumpb(rule, text, TEXT_MAX - 1, JSON_COMPACT | JSON_ENCODE_ANY) >= TEXT_MAX)
        return tr(c, N_("điều kiện dài, xem trong gói thủ tục"));
    return text;
}
