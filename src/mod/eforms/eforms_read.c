/* What was typed -> raw answers: only what the form declares is taken, nothing is judged yet. */
#include <stdlib.h>
#include <string.h>

#include "base/vi.h"
#include "mod/eforms/eforms.h"

enum { ROWS_MAX = 100 };

static const char *
pair_value(const struct pair *in, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(in[i].name, name) == 0)
            return in[i].value;     /* however long: what is too long is named, not lost */
    return NULL;
}

/* The page offers the city already chosen: that alone is not yet an address. */
static bool
only_offered(const json_t *o)
{
    const char *province = json_string_value(json_object_get(o, "province"));

    return json_object_size(o) == 1 && province && strcmp(province, "01") == 0;
}

/* {province, commune, street} of key.province ...; NULL when none was sent. */
static json_t *
collect_address(struct ctx *c, const struct eform_field *f, const char *prefix,
                const struct pair *in, size_t n)
{
    static const char *const PARTS[] = {"province", "commune", "commune_other", "street"};
    json_t *o = NULL;

    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++) {
        const char *v = pair_value(in, n, arena_fmt(c->a, "%s%s.%s", prefix, f->key, PARTS[i]));

        if (!v || !*v)
            continue;
        if (!o)
            o = json_object();
        json_object_set_new(o, PARTS[i], json_string(v));
    }
    if (only_offered(o)) {
        json_decref(o);
        return NULL;
    }
    return o;
}

static json_t *
collect_field(struct ctx *c, const struct eform_field *f, const char *prefix, const struct pair *in,
              size_t n)
{
    const char *v;

    if (f->type == F_ADDRESS)
        return collect_address(c, f, prefix, in, n);
    v = pair_value(in, n, arena_fmt(c->a, "%s%s", prefix, f->key));
    if (f->type == F_CHECKBOX)
        return v && *v && strcmp(v, "false") != 0 ? json_true() : NULL;
    return v && *v ? json_string(v) : NULL;
}

static bool
is_input(const struct eform_field *f)
{
    return f->type != F_PANEL && f->type != F_CONTENT && f->type != F_FILE && f->type != F_GRID;
}

static json_t *
collect_row(struct ctx *c, const struct eform_field *grid, int row, const struct pair *in, size_t n)
{
    const char *prefix = arena_fmt(c->a, "%s.%d.", grid->key, row);
    json_t *o = json_object();

    for (size_t i = 0; i < grid->n; i++) {
        json_t *v = is_input(&grid->children[i])
                        ? collect_field(c, &grid->children[i], prefix, in, n)
                        : NULL;

        if (v)
            json_object_set_new(o, grid->children[i].key, v);
    }
    return o;
}

/* One more than the greatest row number sent for the group; 0 when none. */
static int
rows_sent(const struct eform_field *grid, const struct pair *in, size_t n)
{
    size_t key = strlen(grid->key);
    int rows = 0;

    for (size_t i = 0; i < n; i++) {
        char *end;
        long row;

        if (strncmp(in[i].name, grid->key, key) != 0 || in[i].name[key] != '.')
            continue;
        row = strtol(in[i].name + key + 1, &end, 10);
        if (*end == '.' && row >= rows && row < ROWS_MAX)
            rows = (int)row + 1;
    }
    return rows;
}

/* Rows that hold nothing are dropped: the page always offers one empty row more. */
static json_t *
collect_grid(struct ctx *c, const struct eform_field *grid, const struct pair *in, size_t n)
{
    int rows = rows_sent(grid, in, n);
    json_t *list = json_array();

    for (int i = 0; i < rows; i++) {
        json_t *o = collect_row(c, grid, i, in, n);

        if (json_object_size(o))
            json_array_append_new(list, o);
        else
            json_decref(o);
    }
    return list;
}

static void
collect_panel(struct ctx *c, const struct eform_field *panel, const struct pair *in, size_t n,
              json_t *answers)
{
    for (size_t i = 0; i < panel->n; i++) {
        const struct eform_field *f = &panel->children[i];
        json_t *v = f->type == F_GRID ? collect_grid(c, f, in, n)
                    : is_input(f)     ? collect_field(c, f, "", in, n)
                                      : NULL;

        if (v)
            json_object_set_new(answers, f->key, v);
        else if (is_input(f))
            json_object_del(answers, f->key);
    }
}

json_t *
eforms_collect(struct ctx *c, const struct eform *f, const struct eform_field *panel,
               const struct pair *in, size_t n, const json_t *before)
{
    json_t *answers = before ? json_deep_copy(before) : json_object();

    for (size_t i = 0; i < f->n; i++)
        if (!panel || panel == &f->panels[i])
            collect_panel(c, &f->panels[i], in, n, answers);
    return answers;
}
