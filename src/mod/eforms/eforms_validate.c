/* The whole form or one panel: which fields are asked, what they hold, every fault at once. */
#include <math.h>
#include <string.h>

#include "base/logic.h"
#include "base/money.h"
#include "base/po.h"
#include "base/utf8.h"
#include "mod/eforms/eforms_check.h"

enum { ROUNDS_MAX = 8, GROUP_ROWS_MAX = 100 };

/* --- which fields are asked ------------------------------------------------------------------ */

static bool
equals(const json_t *v, const char *want)
{
    char number[32];

    if (json_is_string(v))
        return strcmp(json_string_value(v), want) == 0;
    if (json_is_integer(v)) {
        snprintf(number, sizeof number, "%lld", (long long)json_integer_value(v));
        return strcmp(number, want) == 0;
    }
    return json_is_boolean(v) && strcmp(json_is_true(v) ? "true" : "false", want) == 0;
}

/* Conditions inside a group read the row first. */
static json_t *
row_view(const json_t *answers, const json_t *row)
{
    json_t *view = json_copy((json_t *)(uintptr_t)answers);

    json_object_update(view, (json_t *)(uintptr_t)row);
    return view;
}

static bool
holds(const struct eform_field *f, const json_t *answers, const json_t *row)
{
    if (*f->when_key) {
        const json_t *v = row ? json_object_get(row, f->when_key) : NULL;

        if (!v)
            v = json_object_get(answers, f->when_key);
        if (equals(v, f->when_eq) != f->when_show)
            return false;
    }
    if (f->when) {
        json_t *view = row ? row_view(answers, row) : json_incref((json_t *)(uintptr_t)answers);
        bool yes = logic_true(f->when, view);

        json_decref(view);
        return yes;
    }
    return true;
}

bool
eforms_shown(const struct eform_field *f, const json_t *answers, const json_t *row)
{
    if (!holds(f, answers, row))
        return false;
    if (f->parent && f->parent->type == F_GRID)
        return eforms_shown(f->parent, answers, NULL);
    return f->parent ? holds(f->parent, answers, NULL) : true;
}

/* --- what was meant --------------------------------------------------------------------------
 */

/* A date or number however it was typed, as conditions compare it; NULL: take it as it is. */
static json_t *
meant(struct ctx *c, const struct eform_field *f, const json_t *raw)
{
    const char *s = json_string_value(raw);
    double v;
    day d;

    if (s && f->type == F_DATE && !f->enable_time && !date_parse(s, &d) && date_parse_vi(s, &d))
        return json_string(date_iso(c->a, d));
    if (!s || f->type != F_NUMBER || !eforms_number(c->a, f, s, &v))
        return NULL;
    return v == floor(v) && fabs(v) < 1e15 ? json_integer((json_int_t)v) : json_real(v);
}

static void
settle(struct ctx *c, const struct eform_field *group, json_t *answers)
{
    for (size_t i = 0; i < group->n; i++) {
        const struct eform_field *f = &group->children[i];
        json_t *raw = json_object_get(answers, f->key), *v = meant(c, f, raw), *row;
        size_t at;

        if (v)
            json_object_set_new(answers, f->key, v);
        if (f->type != F_GRID || !json_is_array(raw))
            continue;
        json_object_set_new(answers, f->key, raw = json_deep_copy(raw));
        json_array_foreach(raw, at, row)
            settle(c, f, row);
    }
}

typedef VEC(const struct eform_field *) field_list;

/* All are judged by the same answers, then those that are not asked go. */
static size_t
drop_hidden(struct arena *a, const struct eform *f, json_t *answers)
{
    field_list hidden = {0};

    for (size_t i = 0; i < f->n; i++) {
        const struct eform_field *panel = &f->panels[i];
        bool shown = holds(panel, answers, NULL);

        for (size_t j = 0; j < panel->n; j++) {
            const struct eform_field *x = &panel->children[j];

            if (!(shown && holds(x, answers, NULL)) && json_object_get(answers, x->key))
                *vec_push(a, &hidden) = x;
        }
    }
    for (size_t i = 0; i < hidden.n; i++)
        json_object_del(answers, hidden.p[i]->key);
    return hidden.n;
}

/* The answers of asked fields alone, with the facts beside them.  A hidden field has no answer, so
 * hiding one may hide another: again until nothing changes. */
json_t *
eforms_settled(struct ctx *c, const struct eform *f, const json_t *answers, const json_t *facts)
{
    json_t *view = json_is_object(answers) ? json_copy((json_t *)(uintptr_t)answers)
                                           : json_object();

    json_object_set_new(view, "$received", json_string(date_iso(c->a, vn_day(c->now))));
    if (facts)
        json_object_update(view, (json_t *)(uintptr_t)facts);
    for (size_t i = 0; i < f->n; i++)
        settle(c, &f->panels[i], view);
    for (int i = 0; f->conditions && i < ROUNDS_MAX && drop_hidden(c->a, f, view); i++)
        ;
    return view;
}

/* --- what they hold ----------------------------------------------------------------------------
 */

static bool
empty(const json_t *v)
{
    return !v || json_is_null(v) || (json_is_string(v) && json_string_length(v) == 0) ||
           (json_is_object(v) && json_object_size(v) == 0);
}

static void
check_rule(struct check *k, const struct eform_field *f, const char *name, const json_t *view,
           const json_t *row)
{
    json_t *data, *result;

    if (!f->rule)
        return;
    data = row ? row_view(view, row) : json_incref((json_t *)(uintptr_t)view);
    result = logic_apply(f->rule, data, NULL);
    if (json_is_string(result) && json_string_length(result))
        eforms_fault(k, f, name, arena_str(k->c->a, json_string_value(result)));
    else if (!logic_truthy(result))
        eforms_fault(k, f, name, *f->message ? f->message : N_("Thông tin này chưa hợp lệ"));
    json_decref(result);
    json_decref(data);
}

static void
check_one(struct check *k, const struct eform_field *f, const char *prefix, const json_t *from,
          const json_t *view, const json_t *row, json_t *out)
{
    const json_t *raw = json_object_get(from, f->key);
    const char *name = *prefix ? arena_fmt(k->c->a, "%s%s", prefix, f->key) : f->key;
    json_t *v;

    if (empty(raw)) {
        if (f->required)
            eforms_fault(k, f, name,
                         f->type == F_CHECKBOX
                             ? (*f->message ? f->message : N_("Hãy đánh dấu vào ô này"))
                         : f->type == F_SELECT || f->type == F_RADIO
                             ? N_("Hãy chọn một mục")
                             : N_("Hãy điền thông tin này"));
        return;
    }
    if (!(v = eforms_check_value(k, f, name, raw)))
        return;
    json_object_set_new(out, f->key, v);
    check_rule(k, f, name, view, row);
}

static bool
skipped(const struct eform_field *f)
{
    return f->type == F_CONTENT || f->type == F_FILE; /* files are papers: checked by their slice */
}

static const struct eform_field *
child(const struct eform_field *f, const char *key)
{
    for (size_t i = 0; i < f->n; i++)
        if (!skipped(&f->children[i]) && strcmp(f->children[i].key, key) == 0)
            return &f->children[i];
    return NULL;
}

static void
check_row(struct check *k, const struct eform_field *grid, size_t at, const json_t *row,
          const json_t *view, json_t *list)
{
    const char *prefix = arena_fmt(k->c->a, "%s.%zu.", grid->key, at), *key;
    json_t *out = json_object(), *v;

    for (size_t i = 0; i < grid->n; i++)
        if (!skipped(&grid->children[i]) && holds(&grid->children[i], view, row))
            check_one(k, &grid->children[i], prefix, row, view, row, out);
    if (k->strict)
        json_object_foreach((json_t *)(uintptr_t)row, key, v) if (!child(grid, key))
            eforms_fault(k, grid, arena_fmt(k->c->a, "%s%.*s", prefix, utf8_head(key, 40), key),
                         N_("Không có trường này"));
    json_array_append_new(list, out);
}

static void
check_grid(struct check *k, const struct eform_field *f, const json_t *from, const json_t *view,
           json_t *out)
{
    const json_t *rows = json_object_get(from, f->key);
    int64_t n = (int64_t)json_array_size(rows),
            max = f->max_length ? f->max_length : GROUP_ROWS_MAX;
    int64_t least = f->min_length ? f->min_length : f->required;
    json_t *list = json_array(), *row;
    size_t i;

    json_object_set_new(out, f->key, list);
    if (rows && !json_is_array(rows))
        eforms_fault(k, f, f->key, N_("Kiểu dữ liệu chưa đúng"));
    if (n < least)
        eforms_fault(k, f, f->key,
                     trf(k->c, N_("Hãy khai ít nhất {0} mục"), number_vi(k->c->a, least)));
    if (n > max) {
        eforms_fault(k, f, f->key,
                     trf(k->c, N_("Chỉ khai nhiều nhất {0} mục"), number_vi(k->c->a, max)));
        return;
    }
    json_array_foreach(rows, i, row)
    {
        if (json_is_object(row))
            check_row(k, f, i, row, view, list);
        else
            eforms_fault(k, f, arena_fmt(k->c->a, "%s.%zu", f->key, i),
                         N_("Kiểu dữ liệu chưa đúng"));
    }
    check_rule(k, f, f->key, view, NULL);
}

static void
check_panel(struct check *k, const struct eform_field *panel, const json_t *view, json_t *out)
{
    if (!eforms_shown(panel, view, NULL))
        return;
    for (size_t i = 0; i < panel->n; i++) {
        const struct eform_field *f = &panel->children[i];

        if (skipped(f) || !holds(f, view, NULL))    /* its panel is shown */
            continue;
        if (f->type == F_GRID)
            check_grid(k, f, view, view, out);
        else
            check_one(k, f, "", view, view, NULL, out);
    }
}

static void
check_unknown(struct check *k, const struct eform *f, const json_t *answers)
{
    const char *key;
    json_t *v;

    json_object_foreach((json_t *)(uintptr_t)answers, key, v)
    {
        const struct eform_field *x = eforms_field(f, key);

        if (!x || skipped(x))
            fail_field(k->c, arena_fmt(k->c->a, "%.*s", utf8_head(key, 40), key),
                       N_("Không có trường này"));
    }
}

int
eforms_validate(struct ctx *c, const struct eform *f, const struct eform_field *panel,
                const json_t *answers, const json_t *facts, const struct eform_lists *l,
                bool strict, json_t **out)
{
    struct check k = {.c = c, .lists = l, .today = vn_day(c->now), .strict = strict};
    json_t *view = eforms_settled(c, f, answers, facts), *canonical = json_object();
    const char *received = json_string_value(json_object_get(view, "$received"));
    size_t before = c->faults.n;

    if (received)
        date_parse(received, &k.today);
    if (strict)
        check_unknown(&k, f, answers);
    for (size_t i = 0; i < f->n; i++)
        if (!panel || panel == &f->panels[i])
            check_panel(&k, &f->panels[i], view, canonical);
    json_decref(view);
    if (c->faults.n > before) {
        json_decref(canonical);
        if (out)
            *out = NULL;
        return E_INVALID;
    }
    if (out)
        *out = canonical;
    else
        json_decref(canonical);
    return OK;
}
