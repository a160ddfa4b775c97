/*
 * Names: what search keeps of them, and how it finds them.  A name is found from its first word
 * on ("nguyen thi", also a word half typed) and by its last words, whole ("thu ha"), as people ask
 * for each other.  Both are ranges of dossier_find; a row for every word would find the middle,
 * too, and cost twice the writes.
 */
#include <stdlib.h>
#include <string.h>

#include "base/vi.h"
#include "http/perm.h"
#include "mod/dossiers/dossiers_lists_sql.h"
#include "mod/dossiers/dossiers_sql.h"

enum { UNITS_MAX = 400, NAME_BYTES = 600 };

/* --- keeping --- */

static const char *
word_before(const char *s, const char *end)
{
    while (end > s && end[-1] != ' ')
        end--;
    return end;
}

/* Words from the last to the first. */
static char *
backwards(struct arena *a, const char *fold)
{
    size_t n = strlen(fold);
    char *out = arena_get(a, n + 1), *w = out;

    for (const char *end = fold + n, *at; end > fold; end = at > fold ? at - 1 : at) {
        at = word_before(fold, end);
        if (w > out)
            *w++ = ' ';
        memcpy(w, at, (size_t)(end - at));
        w += end - at;
    }
    return out;
}

char *
dossiers_find_backwards(struct arena *a, const char *fold)
{
    return strchr(fold, ' ') ? arena_fmt(a, "<%s", backwards(a, fold)) : NULL;
}

int
find_name(struct ctx *c, int64_t unit, const char *name, int64_t dossier)
{
    char *fold = vi_fold(c->a, name), *back = dossiers_find_backwards(c->a, fold);
    int rc = sql_find_add(c, unit, fold, dossier);

    return rc < 0 || !back ? rc : sql_find_add(c, unit, back, dossier);
}

/* --- finding: first by the beginning, then by the last words --- */

struct search {
    struct ctx *c;
    const char *fold;           /* what is looked for */
    bool back;                  /* by its last words now */
    struct name_page p;
    unit_list units;
    list_rows rows;
    size_t limit;
    struct name_row last;       /* the last one looked at */
    bool more;
};

/* Folded text is ASCII: '~' comes after every letter, '!' after the space. */
static void
range(struct search *s)
{
    struct arena *a = s->c->a;

    s->p.from = s->back ? arena_fmt(a, "<%s ", backwards(a, s->fold)) : s->fold;
    s->p.to = s->back ? arena_fmt(a, "<%s!", backwards(a, s->fold)) : arena_fmt(a, "%s~", s->fold);
}

static int
by_name(const void *a, const void *b)
{
    const struct name_row *x = a, *y = b;
    int n = strcmp(x->fold, y->fold);

    return n ? n : (x->dossier > y->dossier) - (x->dossier < y->dossier);
}

/* Found by its beginning already, or the same dossier under another unit. */
static bool
said(const struct search *s, const name_rows *v, size_t i)
{
    if (i > 0 && v->p[i].dossier == v->p[i - 1].dossier)
        return true;
    return s->back &&
           strncmp(backwards(s->c->a, v->p[i].fold + 1), s->fold, strlen(s->fold)) == 0;
}

/* A unit that gave as many as were asked for may have more: nobody knows what follows its last. */
static void
bound_by(const struct search *s, int64_t unit, const struct name_row *v, size_t n,
         struct name_row *bound)
{
    const struct name_row *last = NULL;
    size_t mine = 0;

    for (size_t i = 0; i < n; i++)
        if (v[i].unit == unit && ++mine && (!last || by_name(&v[i], last) > 0))
            last = &v[i];
    if (mine >= s->p.limit && (!bound->fold || by_name(last, bound) < 0))
        *bound = *last;
}

/* The first names of each unit; `bound`: beyond it a unit may have more that were not read. */
static int
collect(struct search *s, name_rows *v, struct name_row *bound)
{
    int rc = OK;

    range(s);
    for (size_t i = 0; i < s->units.n && rc == OK; i += NAME_UNITS) {
        size_t before = v->n, n = s->units.n - i < NAME_UNITS ? s->units.n - i : NAME_UNITS;

        rc = sql_find_names(s->c, &s->p, s->units.p + i, n, v);
        for (size_t k = 0; k < n; k++)
            bound_by(s, s->units.p[i + k], v->p + before, v->n - before, bound);
    }
    if (v->n > 1)
        qsort(v->p, v->n, sizeof *v->p, by_name);
    return rc;
}

/* How many of them are surely the next ones. */
static size_t
within(const name_rows *v, const struct name_row *bound)
{
    size_t n = v->n;

    while (bound->fold && n > 0 && by_name(&v->p[n - 1], bound) > 0)
        n--;
    return n;
}

/* The rows of the names v[from, from + n); what was said or is not reached is none. */
static int
rows_of(struct search *s, const name_rows *v, size_t from, size_t n, struct list_row *out)
{
    int64_t ids[LIST_PART];

    for (size_t i = 0; i < n; i++)
        ids[i] = said(s, v, from + i) ? 0 : v->p[from + i].dossier;
    return sql_list_many(s->c, ids, n, PERM_BIT(PERM_DOSSIER_READ), out);
}

static int
walk(struct search *s)
{
    struct list_row *found = arena_get(s->c->a, LIST_PART * sizeof *found);
    name_rows v = {0};
    struct name_row bound = {0};
    int rc = collect(s, &v, &bound);
    size_t i = 0, upto = within(&v, &bound);

    while (i < upto && s->rows.n < s->limit && rc == OK) {
        size_t n = upto - i < LIST_PART ? upto - i : LIST_PART;

        rc = rows_of(s, &v, i, n, found);
        for (size_t k = 0; k < n && s->rows.n < s->limit && rc == OK; k++) {
            s->last = v.p[i++];
            if (found[k].dossier)
                *vec_push(s->c->a, &s->rows) = found[k];
        }
    }
    s->more = i < v.n || bound.fold;
    return rc;
}

/* NAME-ID; the id below zero (and one more, for 0) when it goes by the last words. */
static char *
write_cursor(const struct search *s)
{
    struct arena *a = s->c->a;
    int64_t id = s->back ? -s->last.dossier - 1 : s->last.dossier;
    char *out = arena_fmt(a, "%s-%s", s->last.fold + (s->back && *s->last.fold == '<'),
                          list_write_numbers(a, &id, 1));

    for (char *p = out; *p; p++)
        if (*p == ' ')
            *p = '_';
    return out;
}

static int
read_cursor(struct search *s, const char *cursor)
{
    const char *dash = strchr(cursor, '-');
    int64_t id;
    char *name;

    if (strlen(cursor) > NAME_BYTES || !dash || !list_read_numbers(dash + 1, &id, 1))
        return list_bad_cursor(s->c);
    name = vi_fold(s->c->a, arena_strn(s->c->a, cursor, (size_t)(dash - cursor)));
    s->back = id < 0;
    s->p.after = s->back && *name ? arena_fmt(s->c->a, "<%s", name) : name;
    s->p.after_id = s->back ? -id - 1 : id;
    return OK;
}

int
names_search(struct ctx *c, const char *fold, const char *cursor, size_t limit, struct list *out)
{
    struct search s = {.c = c, .fold = fold, .limit = limit,
                       .p = {.after = "", .limit = limit + 1}};
    int rc = strlen(fold) < NAME_BYTES ? OK : E_INVALID;

    if (rc < 0)
        return OK;                      /* nobody is called so */
    if (cursor && *cursor)
        rc = read_cursor(&s, cursor);
    if (rc == OK)
        rc = sql_units_reached(c, PERM_BIT(PERM_DOSSIER_READ), UNITS_MAX, &s.units);
    if (rc == OK)
        rc = walk(&s);
    if (rc == OK && !s.more && !s.back) {
        s.back = true;
        s.p.after = "";
        s.p.after_id = 0;
        s.last = (struct name_row){.fold = ""};
        rc = walk(&s);
    }
    *out = (struct list){.p = s.rows.p, .n = s.rows.n, .next = s.more ? write_cursor(&s) : ""};
    return rc;
}
