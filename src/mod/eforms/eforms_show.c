/* Answers as a person reads them, and the difference of two revisions of a form. */
#include <string.h>

#include "base/buf.h"
#include "base/money.h"
#include "base/po.h"
#include "mod/eforms/eforms.h"

typedef VEC(struct summary_line) lines;

static const char *
show_date(struct ctx *c, const char *s)
{
    int64_t moment;
    day d;

    if (date_parse(s, &d))
        return date_vi(c->a, d);
    return date_parse_moment(s, &moment) ? moment_vi(c->a, moment) : s;
}

static const char *
member(const json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));

    return s ? s : "";
}

static const char *
show_address(struct ctx *c, const json_t *v, const struct eform_lists *l)
{
    const char *commune = *member(v, "commune") ? member(v, "commune") : member(v, "commune_other");
    const char *parts[] = {
        member(v, "street"),
        l ? tr(c, eforms_label(l->communes, commune)) : commune,
        tr(c, eforms_label(EFORMS_PROVINCES, member(v, "province"))),
    };
    struct buf b;

    buf_init(&b, c->a, 4096);
    for (size_t i = 0; i < 3; i++)
        if (*parts[i])
            buf_fmt(&b, "%s%s", b.n ? ", " : "", parts[i]);
    return b.p;
}

static const char *
show_number(struct ctx *c, const struct eform_field *f, const json_t *v)
{
    const char *s = json_is_string(v) ? json_string_value(v)
                    : json_is_integer(v)
                        ? number_vi(c->a, json_integer_value(v))
                        : arena_fmt(c->a, "%.*f", (int)f->decimals, json_real_value(v));

    return *f->suffix ? arena_fmt(c->a, "%s %s", s, tr(c, f->suffix)) : s;
}

static const char *
show_value(struct ctx *c, const struct eform_field *f, const json_t *v, const struct eform_lists *l)
{
    const char *s = json_string_value(v);

    switch (f->type) {
    case F_NUMBER: return show_number(c, f, v);
    case F_CHECKBOX: return json_is_true(v) ? tr(c, N_("Có")) : tr(c, N_("Không"));
    case F_ADDRESS: return show_address(c, v, l);
    case F_DATE: return s ? show_date(c, s) : "";
    case F_SELECT:
    case F_RADIO: return s ? tr(c, eforms_label(eforms_choices(f, l), s)) : "";
    default: return s ? s : "";
    }
}

static void
show_fields(struct ctx *c, const struct eform_field *panel, const struct eform_field *group,
            const json_t *answers, const json_t *row, const struct eform_lists *l, lines *out)
{
    const struct eform_field *of = group ? group : panel;

    for (size_t i = 0; i < of->n; i++) {
        const struct eform_field *f = &of->children[i];
        const json_t *v = json_object_get(row ? row : answers, f->key), *each;
        size_t at;

        if (!v || !eforms_shown(f, answers, row))
            continue;
        if (f->type != F_GRID) {
            *vec_push(c->a, out) = (struct summary_line){panel, f->key, tr(c, f->label),
                                                         show_value(c, f, v, l), group ? 1 : 0};
            continue;
        }
        json_array_foreach(v, at, each)
        {
            *vec_push(c->a, out) =
                (struct summary_line){panel, f->key,
                                      arena_fmt(c->a, "%s %zu", tr(c, f->label), at + 1), "", 0};
            show_fields(c, panel, f, answers, each, l, out);
        }
    }
}

void
eforms_summary(struct ctx *c, const struct eform *f, const json_t *answers,
               const struct eform_lists *l, struct summary_line **out, size_t *n)
{
    lines list = {0};

    for (size_t i = 0; i < f->n; i++)
        if (eforms_shown(&f->panels[i], answers, NULL))
            show_fields(c, &f->panels[i], NULL, answers, NULL, l, &list);
    *out = list.p;
    *n = list.n;
}

/* --- differences --------------------------------------------------------------------------------
 */

typedef VEC(struct form_difference) differences;

static const struct eform_field *
find(const struct eform *f, const struct eform_field *like, const struct eform_field *group)
{
    const struct eform_field *x = group ? eforms_field(f, group->key) : NULL;

    if (!group)
        return eforms_field(f, like->key);
    for (size_t i = 0; x && i < x->n; i++)
        if (strcmp(x->children[i].key, like->key) == 0)
            return &x->children[i];
    return NULL;
}

/* Everything of a field that matters to whoever fills it in, as one text. */
static const char *
describe(struct arena *a, const struct eform_field *f)
{
    static const char *const NAMES[F__COUNT] = {
        "panel", "content",  "text", "long text", "number",          "date",  "select",
        "radio", "checkbox", "file", "address",   "personal number", "group",
    };
    struct buf b;

    buf_init(&b, a, 32 << 10);
    buf_fmt(&b, "%s; %s%s", f->label, NAMES[f->type], f->required ? "; required" : "");
    if (f->min_length || f->max_length)
        buf_fmt(&b, "; %lld..%lld", (long long)f->min_length, (long long)f->max_length);
    if (f->has_min || f->has_max)
        buf_fmt(&b, "; %g..%g", f->min, f->max);
    if (*f->min_date || *f->max_date)
        buf_fmt(&b, "; %s..%s", f->min_date, f->max_date);
    if (*f->pattern)
        buf_fmt(&b, "; /%s/", f->pattern);
    for (size_t i = 0; i < f->choices.n && f->choices.n <= 30; i++)
        buf_fmt(&b, "%s%s", i ? ", " : "; ", f->choices.p[i].label);
    if (*f->when_key)
        buf_fmt(&b, "; when %s = %s", f->when_key, f->when_eq);
    for (int i = 0; i < 2; i++) {
        const json_t *logic = i ? f->rule : f->when;
        char *s = logic ? json_dumps(logic, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY) : NULL;

        if (s)
            buf_fmt(&b, "; %s", s);
        mem_free(s);
    }
    return b.p;
}

static void
compare_fields(struct arena *a, const struct eform_field *of, const struct eform_field *group,
               const struct eform *other, bool other_is_newer, differences *out)
{
    for (size_t i = 0; i < of->n; i++) {
        const struct eform_field *f = &of->children[i], *g;
        const char *mine;

        if (f->type == F_CONTENT)
            continue;
        g = find(other, f, group);
        mine = describe(a, f);
        if (!g)
            *vec_push(a, out) =
                (struct form_difference){other_is_newer ? FORM_REMOVED : FORM_ADDED, f->key,
                                         f->label, other_is_newer ? mine : "",
                                         other_is_newer ? "" : mine};
        else if (other_is_newer && strcmp(mine, describe(a, g)) != 0)
            *vec_push(a, out) =
                (struct form_difference){FORM_CHANGED, f->key, f->label, mine, describe(a, g)};
        if (f->type == F_GRID && g)
            compare_fields(a, f, f, other, other_is_newer, out);
    }
}

void
eforms_compare(struct arena *a, const struct eform *before, const struct eform *after,
               struct form_difference **out, size_t *n)
{
    differences list = {0};

    for (size_t i = 0; i < before->n; i++)
        compare_fields(a, &before->panels[i], NULL, after, true, &list);
    for (size_t i = 0; i < after->n; i++)
        compare_fields(a, &after->panels[i], NULL, before, false, &list);
    *out = list.p;
    *n = list.n;
}
