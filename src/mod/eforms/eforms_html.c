#include "mod/eforms/eforms_html.h"

#include <string.h>

#include "base/po.h"
#include "eforms_panel.page.h"

/* --- conditions, as the script reads them -------------------------------------------------------
 */

static const struct eform_field *
in_panel(const struct eform_field *panel, const char *key)
{
    for (size_t i = 0; i < panel->n; i++)
        if (strcmp(panel->children[i].key, key) == 0)
            return &panel->children[i];
    return NULL;
}

static const json_t *
seen(const struct eform_item *x)
{
    return x->view->seen ? x->view->seen : x->view->answers;
}

/* Fields whose answers can change while this page is open. */
static const struct eform_field *
on_page(const struct eform_item *x, const char *key)
{
    return x->view->whole ? eforms_field(x->view->form, key) : in_panel(x->view->panel, key);
}

static const struct eform_field *
in_group(const struct eform_item *x, const char *key)
{
    const struct eform_field *group = x->f->parent;

    return x->row && group->type == F_GRID ? in_panel(group, key) : NULL;
}

/* {"var": name}: of this row by its full name, of this page as it is, of other pages as its answer.
 */
static json_t *
bind_var(struct ctx *c, const struct eform_item *x, const char *name)
{
    const char *key = arena_strn(c->a, name, strcspn(name, "."));
    const json_t *value;

    if (in_group(x, key))
        return json_pack("{s:s}", "var", arena_fmt(c->a, "%s%s", x->prefix, name));
    if (on_page(x, key))
        return json_pack("{s:s}", "var", name);
    value = json_object_get(seen(x), key);
    return value ? json_incref((json_t *)(uintptr_t)value) : json_null();
}

static json_t *
bind_rule(struct ctx *c, const struct eform_item *x, const json_t *rule)
{
    const json_t *var = json_object_get(rule, "var");
    const char *name = json_string_value(json_is_array(var) ? json_array_get(var, 0) : var), *key;
    json_t *out, *v;
    size_t i;

    if (name)
        return bind_var(c, x, name);
    if (json_is_array(rule)) {
        out = json_array();
        json_array_foreach(rule, i, v) json_array_append_new(out, bind_rule(c, x, v));
        return out;
    }
    if (!json_is_object(rule))
        return json_deep_copy(rule);
    out = json_object();
    json_object_foreach((json_t *)(uintptr_t)rule, key, v)
        json_object_set_new(out, key, bind_rule(c, x, v));
    return out;
}

static json_t *
simple_rule(struct ctx *c, const struct eform_item *x)
{
    const struct eform_field *of = in_group(x, x->f->when_key);
    json_t *var = bind_var(c, x, x->f->when_key), *equal;

    if (!of)
        of = on_page(x, x->f->when_key);
    equal = of && of->type == F_CHECKBOX ? json_pack("{s:[o]}", "!!", var)
                                         : json_pack("{s:[o,s]}", "==", var, x->f->when_eq);
    if (of && of->type == F_CHECKBOX && strcmp(x->f->when_eq, "false") == 0)
        equal = json_pack("{s:[o]}", "!", equal);
    return x->f->when_show ? equal : json_pack("{s:[o]}", "!", equal);
}

const char *
eforms_item_rule(struct ctx *c, const struct eform_item *x)
{
    json_t *rule;
    char *text;
    const char *out;

    if (!x->f->when && !*x->f->when_key)
        return NULL;
    rule = x->f->when ? bind_rule(c, x, x->f->when) : simple_rule(c, x);
    text = json_dumps(rule, JSON_COMPACT);
    out = arena_str(c->a, text);
    mem_free(text);
    json_decref(rule);
    return out;
}

const char *
eforms_part_rule(struct ctx *c, const struct eform_item *x, bool hanoi)
{
    return arena_fmt(c->a, "{\"%s\":[{\"var\":\"%s.province\"},\"01\"]}",
                     hanoi ? "==" : "!=", x->name);
}

const char *
eforms_item_when(struct ctx *c, const struct eform_item *x)
{
    const struct eform_field *of = in_group(x, x->f->when_key);

    if (!of)
        of = on_page(x, x->f->when_key);
    if (!of || !*x->f->when_key)
        return tr(c, N_("Chỉ điền nếu thuộc trường hợp này, theo câu trả lời ở trên."));
    if (of->type == F_CHECKBOX)
        return trf(c, N_("Chỉ điền khi đã đánh dấu “{0}”."), tr(c, of->label));
    return trf(c,
               x->f->when_show ? N_("Chỉ điền khi “{0}” là “{1}”.")
                               : N_("Chỉ điền khi “{0}” không phải là “{1}”."),
               tr(c, of->label),
               tr(c, eforms_label(eforms_choices(of, x->view->lists), x->f->when_eq)));
}

/* Hidden for good on this page: its condition fails and nothing on this page can change it. */
static bool
never_here(struct ctx *c, const struct eform_item *x)
{
    const char *rule = eforms_item_rule(c, x);

    return rule && !strstr(rule, "\"var\"") && !eforms_shown(x->f, seen(x), x->row);
}

/* --- one field
 * ------------------------------------------------------------------------------------ */

static const char *
value_text(struct ctx *c, const struct eform_item *x)
{
    const json_t *v = x->value;

    if (json_is_string(v))
        return json_string_value(v);
    if (json_is_integer(v))
        return arena_fmt(c->a, "%lld", (long long)json_integer_value(v));
    if (json_is_real(v))
        return arena_fmt(c->a, "%.15g", json_real_value(v));
    if (json_is_boolean(v))
        return json_is_true(v) ? "1" : "";
    return x->f->type == F_CHECKBOX ? "" : x->f->initial;
}

static const struct choice *
page_choices(struct ctx *c, struct eform_choices list, bool empty, size_t *n)
{
    struct choice *p = arena_get(c->a, (list.n + 1) * sizeof *p);

    *n = 0;
    if (empty)
        p[(*n)++] = (struct choice){.value = "", .label = N_("Hãy chọn")};
    for (size_t i = 0; i < list.n; i++)
        p[(*n)++] = (struct choice){.value = list.p[i].value, .label = list.p[i].label};
    return p;
}

/* What the field asks, and where its answer is from. */
static const char *
hint_of(struct ctx *c, const struct eform_item *x)
{
    const char *hint = *x->f->description ? x->f->description : NULL;
    const char *known = x->row ? NULL : json_string_value(json_object_get(x->view->known,
                                                                          x->f->key));

    if (!known)
        return hint;
    return hint ? arena_fmt(c->a, "%s %s.", tr(c, hint), known) : arena_str(c->a, known);
}

struct field
eforms_item_field(struct ctx *c, const struct eform_item *x)
{
    static const char *const INPUTS[] = {"text", "tel", "email"};
    const struct eform_field *f = x->f;
    struct field out = {
        .name = x->name,
        .label = f->label,
        .hint = hint_of(c, x),
        .value = value_text(c, x),
        .type = INPUTS[f->input],
        .autocomplete = *f->autocomplete ? f->autocomplete : NULL,
        .suffix = *f->suffix ? f->suffix : NULL,
        .rows = (int)f->rows,
        .max = f->type == F_TEXTAREA || f->type == F_TEXT ? f->max_length : 0,
        .optional = !f->required,
        .small = x->view->small,
    };

    if (f->type == F_NUMBER) {
        out.inputmode = f->decimals ? "decimal" : "numeric";
        out.width = 10;
    } else if (f->type == F_PERSONAL_NUMBER) {
        out.inputmode = "numeric";
        out.width = 20;
    } else if (f->type == F_DATE) {
        out.width = 10;
    } else if (f->type == F_SELECT || f->type == F_RADIO) {
        out.choices =
            page_choices(c, eforms_choices(f, x->view->lists), f->type == F_SELECT, &out.n);
    }
    return out;
}

struct field
eforms_item_part(struct ctx *c, const struct eform_item *x, const char *part)
{
    static const struct {
        const char *part, *label, *hint;
    } PARTS[] = {
        {"province", N_("Tỉnh, thành phố"), NULL},
        {"commune", N_("Xã, phường của Hà Nội"), NULL},
        {"commune_other", N_("Xã, phường"), N_("Ghi như trên giấy tờ, ví dụ: Phường Sài Gòn")},
        {"street", N_("Số nhà, đường; hoặc thôn, tổ dân phố"), NULL},
    };
    const char *v = json_string_value(json_object_get(x->value, part));
    struct field out = {.name = arena_fmt(c->a, "%s.%s", x->name, part), .value = v, .small = true};

    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
        if (strcmp(PARTS[i].part, part) == 0) {
            out.label = PARTS[i].label;
            out.hint = PARTS[i].hint;
        }
    if (strcmp(part, "province") == 0) {
        out.choices = page_choices(c, EFORMS_PROVINCES, false, &out.n);
        out.value = v ? v : "01";
    } else if (strcmp(part, "commune") == 0) {
        out.choices = page_choices(c, x->view->lists->communes, true, &out.n);
    } else if (strcmp(part, "commune_other") == 0 && !v) {
        v = json_string_value(json_object_get(x->value, "province"));
        out.value = v && strcmp(v, "01") != 0
                        ? json_string_value(json_object_get(x->value, "commune"))
                        : NULL;
    } else if (strcmp(part, "street") == 0) {
        out.max = 200;
    }
    return out;
}

/* --- fields of a panel, rows of a group ---------------------------------------------------------
 */

static void (*const WRITERS[F__COUNT])(struct buf *, struct ctx *, const struct eform_item *) = {
    [F_CONTENT] = frag_eforms_content,
    [F_TEXT] = frag_eforms_text,
    [F_TEXTAREA] = frag_eforms_textarea,
    [F_NUMBER] = frag_eforms_text,
    [F_DATE] = frag_eforms_date,
    [F_SELECT] = frag_eforms_select,
    [F_RADIO] = frag_eforms_radio,
    [F_CHECKBOX] = frag_eforms_checkbox,
    [F_FILE] = frag_eforms_file,
    [F_ADDRESS] = frag_eforms_address,
    [F_PERSONAL_NUMBER] = frag_eforms_text,
    [F_GRID] = frag_eforms_grid,
};

static void
one(struct buf *b, struct ctx *c, const struct eform_item *x)
{
    const char *rule = eforms_item_rule(c, x);

    if (never_here(c, x))
        return;
    if (rule && strstr(rule, "\"var\""))
        frag_eforms_when_open(b, c, rule, eforms_item_when(c, x));
    WRITERS[x->f->type](b, c, x);
    if (rule && strstr(rule, "\"var\""))
        frag_eforms_when_close(b, c);
}

void
frag_eforms_children(struct buf *b, struct ctx *c, const struct eform_view *v,
                     const struct eform_field *of, const json_t *row, const char *prefix)
{
    for (size_t i = 0; i < of->n; i++) {
        const struct eform_field *f = &of->children[i];
        struct eform_item x = {
            .view = v,
            .f = f,
            .row = row,
            .prefix = prefix,
            .value = json_object_get(row ? row : v->answers, f->key),
            .name = arena_fmt(c->a, "%s%s", prefix, f->key),
        };

        one(b, c, &x);
    }
}

void
frag_eforms_panel(struct buf *b, struct ctx *c, const struct eform_view *v)
{
    struct eform_item x = {.view = v, .f = v->panel, .prefix = "", .name = v->panel->key};
    const char *rule = v->whole ? eforms_item_rule(c, &x) : NULL;
    bool depends = rule && strstr(rule, "\"var\"");

    if (depends)
        frag_eforms_when_open(b, c, rule, eforms_item_when(c, &x));
    frag_eforms_children(b, c, v, v->panel, NULL, "");
    if (depends)
        frag_eforms_when_close(b, c);
}

/* The rows there are, at least as many as must be, and one more when asked for. */
void
frag_eforms_rows(struct buf *b, struct ctx *c, const struct eform_item *x)
{
    size_t n = json_array_size(x->value), shown = n;
    size_t least = x->f->min_length ? (size_t)x->f->min_length : x->f->required;
    json_t *none = json_object();

    if (shown < least)
        shown = least;
    if (strcmp(x->view->add, x->f->key) == 0)
        shown = n + 1 > shown ? n + 1 : shown;
    for (size_t i = 0; i < shown; i++) {
        const json_t *row = i < n ? json_array_get(x->value, i) : none;

        frag_eforms_row_open(b, c, x, i);
        frag_eforms_children(b, c, x->view, x->f, row, arena_fmt(c->a, "%s.%zu.", x->f->key, i));
        frag_eforms_row_close(b, c, x, i);
    }
    json_decref(none);
}

bool
eforms_rows(const struct eform *f, json_t *raw, const char *add, const char *drop)
{
    const char *dot = strchr(drop, '.');
    char key[64] = "";
    size_t at = 0;

    if (*add && eforms_field(f, add))
        return true;
    if (!dot || (size_t)(dot - drop) >= sizeof key)
        return false;
    memcpy(key, drop, (size_t)(dot - drop));
    for (const char *p = dot + 1; *p >= '0' && *p <= '9' && at < 1000; p++)
        at = at * 10 + (size_t)(*p - '0');
    json_array_remove(json_object_get(raw, key), at);
    return eforms_field(f, key) != NULL;
}
