/* What an officer filled in, against the fields of the template. */
#include <string.h>

#include "base/utf8.h"
#include "base/vi.h"
#include "mod/results/results_paper.h"

enum { TEXT_LETTERS = 300, LINES_LETTERS = 4000, ROWS_USUAL = 40 };

struct look {
    struct ctx *c;
    const char *name, *label;       /* of the fault */
    bool required;
    int64_t max;
};

/* The canonical value, or a fault and NULL. */
static const char *
bad(const struct look *l, const char *say)
{
    fail_labelled(l->c, l->name, l->label, say);
    return NULL;
}

static const char *
check_date(const struct look *l, const char *s)
{
    day d;

    if (date_parse(s, &d) || date_parse_vi(s, &d))
        return date_iso(l->c->a, d);
    return bad(l, N_("Hãy ghi ngày như 22/11/2026"));
}

static const char *
check_number(const struct look *l, const char *s)
{
    return strspn(s, "0123456789.,") == strlen(s) ? s : bad(l, N_("Hãy ghi một số"));
}

static const char *
check_person(const struct look *l, const char *s)
{
    return vi_personal_number(s) ? s : bad(l, N_("Số định danh có 12 chữ số; hãy kiểm tra lại"));
}

static const char *
check_plain(const struct look *l, const char *s)
{
    (void)l;
    return s;
}

static const char *(*const CHECK[])(const struct look *l, const char *s) = {
    [TF_TEXT] = check_plain,     [TF_LINES] = check_plain, [TF_DATE] = check_date,
    [TF_NUMBER] = check_number,  [TF_MONEY] = check_number, [TF_PERSONAL_NUMBER] = check_person,
    [TF_CHOICE] = check_plain,   [TF_ROWS] = check_plain,
};

/* The value of `key` in `map`, checked and put back. */
static void
check_one(const struct look *l, json_t *map, const char *key, int kind)
{
    const char *s = json_string_value(json_object_get(map, key));
    int64_t max = l->max ? l->max : kind == TF_LINES ? LINES_LETTERS : TEXT_LETTERS;

    s = s ? s : "";
    if (kind != TF_LINES)
        s = vi_tidy(l->c->a, s);
    if (!*s) {
        if (l->required)
            bad(l, N_("Chưa có nội dung này"));
        json_object_set_new(map, key, json_string(""));
        return;
    }
    if ((int64_t)utf8_length(s) > max)
        bad(l, N_("Nội dung dài quá"));
    else if ((s = CHECK[kind](l, s)))
        json_object_set_new(map, key, json_string(s));
}

static bool
among(const struct template_field *f, const char *s)
{
    for (size_t i = 0; i < f->choices.n; i++)
        if (strcmp(f->choices.p[i], s) == 0)
            return true;
    return false;
}

static void
check_rows(struct ctx *c, const struct template_field *f, json_t *facts)
{
    json_t *rows = json_object_get(facts, f->id), *row;
    struct look l = {c, arena_fmt(c->a, "f.%s", f->id), f->label, f->required, 0};
    size_t i;

    if (!json_is_array(rows))
        json_object_set_new(facts, f->id, rows = json_array());
    if (json_array_size(rows) == 0 && f->required)
        bad(&l, N_("Hãy ghi ít nhất một dòng"));
    if ((int64_t)json_array_size(rows) > (f->max ? f->max : ROWS_USUAL))
        bad(&l, N_("Có nhiều dòng quá"));
    json_array_foreach(rows, i, row)
        for (size_t k = 0; k < f->columns.n; k++) {
            const struct template_column *x = &f->columns.p[k];
            struct look cell = {c, arena_fmt(c->a, "f.%s.%zu.%s", f->id, i, x->id), x->label,
                                x->required, 0};

            check_one(&cell, row, x->id, x->kind);
        }
}

int
result_facts_check(struct ctx *c, const struct result_template *t, json_t *facts)
{
    size_t before = c->faults.n;

    for (size_t i = 0; i < t->fields.n; i++) {
        const struct template_field *f = &t->fields.p[i];
        struct look l = {c, arena_fmt(c->a, "f.%s", f->id), f->label, f->required, f->max};
        const char *s;

        if (f->kind == TF_ROWS) {
            check_rows(c, f, facts);
            continue;
        }
        check_one(&l, facts, f->id, f->kind);
        s = json_string_value(json_object_get(facts, f->id));
        if (f->kind == TF_CHOICE && s && *s && !among(f, s))
            bad(&l, N_("Hãy chọn một trong các giá trị của danh sách"));
    }
    return c->faults.n > before ? E_INVALID : OK;
}
