/* All versions in memory, immutable. */
#include "mod/catalogue/catalogue_versions.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/po.h"
#include "mod/catalogue/catalogue_package.h"
#include "mod/catalogue/catalogue_snapshot.h"
#include "mod/catalogue/catalogue_sql.h"
#include "mod/catalogue/catalogue_template.h"

enum { SNAPSHOT_BYTES = 512 << 20, SCRATCH_BYTES = 256 << 20 };

/* --- loading ---------------------------------------------------------------------------------- */

static void
take_version(void *arg, const struct version_row *row)
{
    struct catalogue_snapshot *s = arg;
    struct procedure *p = catalogue_parse(s->a, row->yaml, row->form);

    if (!p) {
        log_line(LOG_ERROR, "stored package does not parse", LOG_T("procedure", row->code),
                 LOG_N("version", row->version));
        return;
    }
    p->id = row->id;
    *vec_push(s->a, &s->all) = p;
}

static struct catalogue_groups
groups_of(struct arena *a, const struct node *list)
{
    size_t n = node_count(list);
    struct catalogue_group *p = arena_get(a, (n + 1) * sizeof *p);

    for (size_t i = 0; i < n; i++)
        p[i] = (struct catalogue_group){
            .id = arena_str(a, node_str(list->items[i], "id")),
            .name = arena_str(a, node_str(list->items[i], "name")),
            .summary = arena_str(a, node_str(list->items[i], "summary")),
        };
    return (struct catalogue_groups){p, n};
}

static void
load_groups(struct catalogue_snapshot *s, struct arena *scratch, const char *text)
{
    struct report r = {.a = scratch, .path = ""};
    const struct node *root = *text ? tree_yaml(&r, text, strlen(text)) : NULL;

    s->fields = groups_of(s->a, node_get(root, "fields"));
    s->events = groups_of(s->a, node_get(root, "life_events"));
}

static void
take_template(void *arg, const char *name, const char *text)
{
    struct catalogue_snapshot *s = arg;
    struct result_template *t = catalogue_template_parse(
        s->a, (struct bytes){(const uint8_t *)text, strlen(text)});

    if (t)
        *vec_push(s->a, &s->templates) = t;
    else
        log_line(LOG_ERROR, "stored template does not parse", LOG_T("name", name));
}

static void
load_texts(struct catalogue_snapshot *s, const char *text)
{
    const char *say;
    int line;

    if (*text)
        s->po = po_load(s->a, text, &line, &say);
}

/* English only where the catalogue has it: a reader of English may type either. */
static void
fold(struct catalogue_snapshot *s, struct procedure *p)
{
    const char *field = catalogue_field_name(s, p->field);
    const char *name = catalogue_text(s, LANG_EN, p->name);

    catalogue_fold(s->a, p, field);
    if (name != p->name)
        catalogue_fold_as(s->a, p, LANG_EN,
                          (const char *const[]){name, catalogue_text(s, LANG_EN, p->summary),
                                                catalogue_text(s, LANG_EN, field)});
}

static int
load(struct ctx *c, struct catalogue_snapshot *s)
{
    const char *hash, *text;
    int rc;

    if ((rc = catalogue_sql_generation(c, &s->generation)) < 0 ||
        (rc = catalogue_sql_each(c, take_version, s)) < 0 ||
        (rc = catalogue_sql_templates(c, take_template, s)) < 0 ||
        (rc = catalogue_sql_file(c, "fields.yaml", &hash, &text)) < 0)
        return rc;
    load_groups(s, c->a, text);
    if ((rc = catalogue_sql_file(c, "en.po", &hash, &text)) < 0)
        return rc;
    load_texts(s, text);
    if ((rc = catalogue_sql_file(c, "paper-types.yaml", &hash, &text)) < 0)
        return rc;
    paper_types_load(s->a, c->a, text, &s->types);
    if ((rc = catalogue_sql_file(c, "retention.yaml", &hash, &text)) < 0)
        return rc;
    keep_rules_load(s->a, c->a, text, &s->keep);
    for (size_t i = 0; i < s->all.n; i++) {
        fold(s, s->all.p[i]);
        paper_types_mark(&s->types, s->all.p[i]);
    }
    return OK;
}

/* Reads with an arena of its own: 60 packages are megabytes that a request must not carry. */
struct catalogue_snapshot *
catalogue_snapshot_load(struct ctx *c)
{
    struct arena *a = arena_open(SNAPSHOT_BYTES), *outer = c->a;
    struct catalogue_snapshot *s = arena_get(a, sizeof *s);
    int rc;

    s->a = a;
    c->a = arena_open(SCRATCH_BYTES);
    rc = load(c, s);
    arena_close(c->a);
    c->a = outer;
    if (rc == OK)
        return s;
    catalogue_snapshot_free(s);
    return NULL;
}

void
catalogue_snapshot_free(struct catalogue_snapshot *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->all.n; i++)
        catalogue_release(s->all.p[i]);
    for (size_t i = 0; i < s->templates.n; i++)
        json_decref(s->templates.p[i]->keep);
    arena_close(s->a);
}

int64_t
catalogue_snapshot_generation(const struct catalogue_snapshot *s)
{
    return s ? s->generation : 0;
}

int64_t
catalogue_generation(struct ctx *c)
{
    int64_t n = 0;

    return catalogue_sql_generation(c, &n) < 0 ? 0 : n;
}

/* --- looking up ------------------------------------------------------------------------------- */

/* The first version of a code: rows are ordered by code and version. */
static size_t
first_of(const struct catalogue_snapshot *s, const char *code)
{
    size_t low = 0, high = s->all.n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (strcmp(s->all.p[mid]->code, code) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static bool
is_code(const struct catalogue_snapshot *s, size_t i, const char *code)
{
    return i < s->all.n && strcmp(s->all.p[i]->code, code) == 0;
}

bool
catalogue_in_force(const struct procedure *p, day on)
{
    return p->state == PROC_PUBLISHED && on >= p->valid_from &&
           (p->valid_to == NO_DAY || on <= p->valid_to);
}

/* A later version ends an earlier one whose end was left open. */
const struct procedure *
catalogue_find(const struct catalogue_snapshot *s, const char *code, day on)
{
    const struct procedure *found = NULL;

    if (!s)
        return NULL;
    for (size_t i = first_of(s, code); is_code(s, i, code); i++)
        if (catalogue_in_force(s->all.p[i], on))
            found = s->all.p[i];
    return found;
}

const struct procedure *
catalogue_version(const struct catalogue_snapshot *s, int64_t id)
{
    for (size_t i = 0; s && i < s->all.n; i++)
        if (s->all.p[i]->id == id)
            return s->all.p[i];
    return NULL;
}

struct procedure_list
catalogue_versions(struct arena *a, const struct catalogue_snapshot *s, const char *code)
{
    struct procedure_list list = {.n = 0};
    size_t first = s ? first_of(s, code) : 0, end = first;

    while (s && is_code(s, end, code))
        end++;
    list.p = arena_get(a, (end - first + 1) * sizeof *list.p);
    while (end-- > first)
        list.p[list.n++] = s->all.p[end];
    return list;
}

struct catalogue_groups
catalogue_fields(const struct catalogue_snapshot *s)
{
    return s ? s->fields : (struct catalogue_groups){NULL, 0};
}

struct catalogue_groups
catalogue_life_events(const struct catalogue_snapshot *s)
{
    return s ? s->events : (struct catalogue_groups){NULL, 0};
}

const char *
catalogue_field_name(const struct catalogue_snapshot *s, const char *id)
{
    for (size_t i = 0; s && i < s->fields.n; i++)
        if (strcmp(s->fields.p[i].id, id) == 0)
            return s->fields.p[i].name;
    return id;
}

const char *
catalogue_text(const struct catalogue_snapshot *s, enum lang lang, const char *vi)
{
    const char *en = lang == LANG_EN && s && s->po && vi ? po_get(s->po, vi) : NULL;

    return en ? en : vi;
}
