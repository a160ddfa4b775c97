/* What must fit together in an agencies file: parents, successors, dates, unit codes. */
#include <stdlib.h>
#include <string.h>

#include "mod/agencies/agencies_file.h"

#define fault(f, row, ...) agencies_file_fault((f), (row)->at, __VA_ARGS__)

/* Which types may lie directly below which. */
static const bool BELOW[AGENCY__COUNT][AGENCY__COUNT] = {
    [AGENCY_CITY] = {[AGENCY_NONE] = true},
    [AGENCY_DEPARTMENT] = {[AGENCY_CITY] = true},
    [AGENCY_OFFICE] = {[AGENCY_CITY] = true, [AGENCY_DEPARTMENT] = true, [AGENCY_DISTRICT] = true,
                       [AGENCY_COMMUNE] = true},
    [AGENCY_DISTRICT] = {[AGENCY_CITY] = true},
    [AGENCY_COMMUNE] = {[AGENCY_CITY] = true, [AGENCY_DISTRICT] = true},
    [AGENCY_VILLAGE] = {[AGENCY_COMMUNE] = true},
    [AGENCY_BLOCK] = {[AGENCY_COMMUNE] = true},
};

bool
agency_type_below(enum agency_type t, enum agency_type parent)
{
    return BELOW[t][parent];
}

static const size_t UNIT_DIGITS[AGENCY__COUNT] = {
    [AGENCY_CITY] = 2, [AGENCY_DISTRICT] = 3, [AGENCY_COMMUNE] = 5};

size_t
agency_unit_digits(enum agency_type t)
{
    return UNIT_DIGITS[t];
}

/* Rows in order of code and first day: neighbours tell of doubles and overlaps. */
typedef struct file_agency *row_ref;

static int
by_code(const void *x, const void *y)
{
    const struct agency *a = &(*(const row_ref *)x)->g, *b = &(*(const row_ref *)y)->g;
    int d = strcmp(a->code, b->code);

    return d ? d : (a->valid_from > b->valid_from) - (a->valid_from < b->valid_from);
}

struct sorted { row_ref *p; size_t n; };

static struct sorted
sort_rows(struct agencies_file *f)
{
    struct sorted s = {arena_get(f->a, (f->rows.n + 1) * sizeof(row_ref)), f->rows.n};

    for (size_t i = 0; i < s.n; i++)
        s.p[i] = &f->rows.p[i];
    if (s.n)
        qsort(s.p, s.n, sizeof *s.p, by_code);
    return s;
}

static row_ref
find(const struct sorted *s, const char *code, day on)
{
    size_t lo = 0, hi = s->n;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (strcmp(s->p[mid]->g.code, code) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (; lo < s->n && strcmp(s->p[lo]->g.code, code) == 0; lo++)
        if (agency_exists(&s->p[lo]->g, on))
            return s->p[lo];
    return NULL;
}

struct file_agency *
agencies_file_find(struct agencies_file *f, const char *code, day on)
{
    for (size_t i = 0; i < f->rows.n; i++)
        if (strcmp(f->rows.p[i].g.code, code) == 0 && agency_exists(&f->rows.p[i].g, on))
            return &f->rows.p[i];
    return NULL;
}

static void
check_dates(struct agencies_file *f, const struct sorted *s)
{
    for (size_t i = 0; i < s->n; i++) {
        row_ref r = s->p[i], before = i ? s->p[i - 1] : NULL;

        if (r->g.valid_to < r->g.valid_from)
            fault(f, r, "%s: valid_to lies before valid_from", r->g.code);
        if (before && strcmp(before->g.code, r->g.code) == 0 &&
            before->g.valid_to >= r->g.valid_from)
            fault(f, r, "%s: two agencies have this code on %s", r->g.code,
                  date_iso(f->a, r->g.valid_from));
    }
}

static void
check_unit(struct agencies_file *f, row_ref r)
{
    size_t want = UNIT_DIGITS[r->g.type], have = strlen(r->g.unit_code);

    if (have && have != want)
        fault(f, r, "%s: the unit code of a %s has %zu digits", r->g.code,
              agency_type_word(r->g.type), want);
    if (r->g.type == AGENCY_COMMUNE && !have)
        fault(f, r, "%s: a commune needs its unit_code", r->g.code);
}

static void
check_parent(struct agencies_file *f, const struct sorted *s, row_ref r)
{
    row_ref p = *r->parent ? find(s, r->parent, r->g.valid_from) : NULL;
    enum agency_type above = p ? p->g.type : AGENCY_NONE;

    if (*r->parent && !p)
        agencies_file_fault(f, r->parent_at, "%s: there is no %s on %s", r->g.code, r->parent,
                            date_iso(f->a, r->g.valid_from));
    else if (!BELOW[r->g.type][above])
        agencies_file_fault(f, r->parent_at, "%s: a %s cannot lie below %s", r->g.code,
                            agency_type_word(r->g.type), p ? agency_type_word(above) : "nothing");
}

static void
check_successors(struct agencies_file *f, const struct sorted *s, row_ref r)
{
    if (r->after.n && r->g.valid_to == AGENCY_OPEN) {
        fault(f, r, "%s: successors without valid_to", r->g.code);
        return;
    }
    for (size_t i = 0; i < r->after.n; i++) {
        const struct file_link *l = &r->after.p[i];

        if (!find(s, l->code, r->g.valid_to + 1))
            agencies_file_fault(f, l->at, "%s: there is no %s on %s", r->g.code, l->code,
                                date_iso(f->a, r->g.valid_to + 1));
        if (l->how != SUCCESSION_PARTIAL && r->after.n > 1)
            agencies_file_fault(f, l->at,
                                "%s: what went whole to one agency has no other successor",
                                r->g.code);
        for (size_t j = 0; j < i; j++)
            if (strcmp(r->after.p[j].code, l->code) == 0)
                agencies_file_fault(f, l->at, "%s: successor %s comes twice", r->g.code, l->code);
    }
}

void
agencies_file_relations(struct agencies_file *f)
{
    struct sorted s = sort_rows(f);

    check_dates(f, &s);
    for (size_t i = 0; i < f->rows.n; i++) {
        row_ref r = &f->rows.p[i];

        check_unit(f, r);
        check_parent(f, &s, r);
        check_successors(f, &s, r);
    }
}
