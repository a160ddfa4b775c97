/*
 * What was done to a file after a signature.  Both states are read as a viewer reads them, by
 * their cross-reference tables, and compared object by object: a further signature may add its
 * dictionary, its field, its box and its entry in form and page, and nothing else.  What cannot be
 * compared (cross-reference streams) counts as changed.
 */
#include <string.h>

#include "sign/pdffile.h"
#include "sign/verify_internal.h"

enum { CHANGES_MAX = 40, BOX_MAX = 125000 /* square points: a quarter of an A4 page */ };

struct comparing {
    struct arena *a;
    struct pdf_file old, new;
    bool *refers;                       /* numbers that something of the old state refers to */
    VEC(const char *) changes;
};

static void
changed(struct comparing *m, const char *what, int64_t number)
{
    if (m->changes.n < CHANGES_MAX)
        *vec_push(m->a, &m->changes) =
            number ? arena_fmt(m->a, "%s (object %lld)", what, (long long)number) : what;
}

/* --- equal values, however they are written ------------------------------------------------ */

static bool equal(struct bytes x, const struct pdf_value *v, struct bytes y,
                  const struct pdf_value *w);

static bool
equal_raw(struct bytes x, const struct pdf_value *v, struct bytes y, const struct pdf_value *w)
{
    return v->end - v->at == w->end - w->at &&
           memcmp(x.p + v->at, y.p + w->at, v->end - v->at) == 0;
}

static bool
equal_array(struct bytes x, const struct pdf_value *v, struct bytes y, const struct pdf_value *w)
{
    struct pdf_value e, f;
    size_t i = 0, k = 0;

    while (raw_item(x, v, &i, &e))
        if (!raw_item(y, w, &k, &f) || !equal(x, &e, y, &f))
            return false;
    return !raw_item(y, w, &k, &f);
}

static int
entries(struct bytes in, const struct pdf_value *dict)
{
    struct pdf_value key, v;
    size_t pos = 0;
    int n = 0;

    while (raw_entry(in, dict, &pos, &key, &v))
        n++;
    return n;
}

/* The value of the same key, once there; false: not so. */
static bool
same_key(struct bytes x, const struct pdf_value *key, struct bytes y, const struct pdf_value *dict,
         struct pdf_value *out)
{
    struct pdf_value other, v;
    size_t pos = 0;
    int found = 0;

    while (raw_entry(y, dict, &pos, &other, &v))
        if (equal_raw(x, key, y, &other)) {
            *out = v;
            found++;
        }
    return found == 1;
}

/* All entries but those named are the same on both sides. */
static bool
equal_but(struct bytes x, const struct pdf_value *v, struct bytes y, const struct pdf_value *w,
          const char *const *but)
{
    struct pdf_value key, e, f;
    size_t pos = 0;
    int mine = 0, skipped = 0, theirs;

    while (raw_entry(x, v, &pos, &key, &e)) {
        bool skip = false;

        for (const char *const *b = but; b && *b; b++)
            skip = skip || raw_name_is(x, &key, *b);
        if (skip)
            continue;
        mine++;
        if (!same_key(x, &key, y, w, &f) || !equal(x, &e, y, &f))
            return false;
    }
    theirs = entries(y, w);
    for (const char *const *b = but; b && *b; b++) {
        int got = raw_get(y, w, *b, &f);

        if (got < 0)
            return false;
        skipped += got;
    }
    return theirs - skipped == mine;
}

static bool
equal(struct bytes x, const struct pdf_value *v, struct bytes y, const struct pdf_value *w)
{
    if (v->type != w->type)
        return false;
    if (v->type == PDF_ARRAY)
        return equal_array(x, v, y, w);
    if (v->type == PDF_DICT)
        return equal_but(x, v, y, w, NULL);
    if (v->type == PDF_REF || v->type == PDF_INT)
        return v->n == w->n && v->gen == w->gen;
    return equal_raw(x, v, y, w);
}

/* --- what a signature may add -------------------------------------------------------------- */

static double
number_of(struct bytes in, const struct pdf_value *v)
{
    double n = 0, scale = 1;
    bool dot = false;

    for (size_t i = v->at; i < v->end; i++)
        if (in.p[i] == '.')
            dot = true;
        else if (in.p[i] >= '0' && in.p[i] <= '9') {
            n = n * 10 + (in.p[i] - '0');
            scale *= dot ? 10 : 1;
        }
    return in.p[v->at] == '-' ? -n / scale : n / scale;
}

/* A box that hides a quarter of a page is no signature's box. */
static bool
small_box(struct bytes in, const struct pdf_value *widget)
{
    struct pdf_value rect, v;
    double at[4] = {0}, w, h;
    size_t pos = 0;

    if (raw_get(in, widget, "Rect", &rect) != 1 || rect.type != PDF_ARRAY)
        return false;
    for (int i = 0; i < 4; i++) {
        if (!raw_item(in, &rect, &pos, &v) || (v.type != PDF_INT && v.type != PDF_REAL))
            return false;
        at[i] = number_of(in, &v);
    }
    w = at[2] > at[0] ? at[2] - at[0] : at[0] - at[2];
    h = at[3] > at[1] ? at[3] - at[1] : at[1] - at[3];
    return w * h <= BOX_MAX;
}

static bool
is_new(const struct comparing *m, int64_t number)
{
    return number > 0 && number < m->new.size && m->new.at[number] &&
           (number >= m->old.size || !m->old.at[number]);
}

/* A new signature field with a small box. */
static bool
is_field(const struct comparing *m, const struct pdf_value *ref)
{
    struct pdf_value widget;

    return ref->type == PDF_REF && is_new(m, ref->n) && raw_object(&m->new, ref->n, &widget) &&
           raw_is(m->new.in, &widget, "FT", "Sig") &&
           raw_is(m->new.in, &widget, "Subtype", "Widget") && small_box(m->new.in, &widget);
}

/* The old list, then new signature fields.  `v` may be NULL: there was no list. */
static bool
list_grew(const struct comparing *m, const struct pdf_value *v, const struct pdf_value *w)
{
    struct pdf_value e, f;
    size_t i = 0, k = 0;

    if (w->type != PDF_ARRAY || (v && v->type != PDF_ARRAY))
        return false;
    while (v && raw_item(m->old.in, v, &i, &e))
        if (!raw_item(m->new.in, w, &k, &f) || !equal(m->old.in, &e, m->new.in, &f))
            return false;
    while (raw_item(m->new.in, w, &k, &f))
        if (!is_field(m, &f))
            return false;
    return true;
}

/* The entry `name` of both, one reference resolved, has only grown. */
static bool
entry_grew(const struct comparing *m, const struct pdf_value *v, const struct pdf_value *w,
           const char *name)
{
    struct pdf_value e, f;
    int was = raw_get(m->old.in, v, name, &e), is = raw_get(m->new.in, w, name, &f);

    if (was < 0 || is < 0 || (was && !is))
        return false;
    if (!is)
        return true;
    if ((was && !raw_resolve(&m->old, &e)) || !raw_resolve(&m->new, &f))
        return false;
    return list_grew(m, was ? &e : NULL, &f);
}

static bool
form_grew(const struct comparing *m, const struct pdf_value *v, const struct pdf_value *w)
{
    static const char *const BUT[] = {"Fields", "SigFlags", NULL};

    return equal_but(m->old.in, v, m->new.in, w, BUT) && entry_grew(m, v, w, "Fields");
}

static bool
page_grew(const struct comparing *m, const struct pdf_value *v, const struct pdf_value *w)
{
    static const char *const BUT[] = {"Annots", NULL};

    return raw_is(m->old.in, v, "Type", "Page") && equal_but(m->old.in, v, m->new.in, w, BUT) &&
           entry_grew(m, v, w, "Annots");
}

/* A form that was not there holds new signature fields and nothing else. */
static bool
new_form(const struct comparing *m, const struct pdf_value *w)
{
    static const char *const KNOWN[] = {"Fields", "SigFlags", NULL};
    struct pdf_value fields, v;
    int known = 0;

    for (const char *const *k = KNOWN; *k; k++)
        known += raw_get(m->new.in, w, *k, &v) == 1;
    return known == entries(m->new.in, w) && raw_get(m->new.in, w, "Fields", &fields) == 1 &&
           raw_resolve(&m->new, &fields) && list_grew(m, NULL, &fields);
}

static bool
catalogue_grew(const struct comparing *m, const struct pdf_value *v, const struct pdf_value *w)
{
    static const char *const BUT[] = {"AcroForm", NULL};
    struct pdf_value e, f;
    int was = raw_get(m->old.in, v, "AcroForm", &e), is = raw_get(m->new.in, w, "AcroForm", &f);

    if (!equal_but(m->old.in, v, m->new.in, w, BUT) || was < 0 || is < 0 || (was && !is))
        return false;
    if (!is || (was && e.type == PDF_REF && equal(m->old.in, &e, m->new.in, &f)))
        return true;                    /* the form itself is compared as an object */
    if ((was && !raw_resolve(&m->old, &e)) || !raw_resolve(&m->new, &f))
        return false;
    return was ? form_grew(m, &e, &f) : new_form(m, &f);
}

/* --- all objects --------------------------------------------------------------------------- */

static int64_t
form_number(const struct pdf_file *f)
{
    struct pdf_value v;

    return raw_get(f->in, &f->root, "AcroForm", &v) == 1 && v.type == PDF_REF ? v.n : 0;
}

/* One object that both have and that stands elsewhere now. */
static void
compare_one(struct comparing *m, int64_t number)
{
    struct pdf_value v, w;

    if (!raw_object(&m->old, number, &v) || !raw_object(&m->new, number, &w)) {
        changed(m, "what cannot be read", number);
        return;
    }
    if (v.type != PDF_DICT || w.type != PDF_DICT)
        changed(m, "a value", number);
    else if (number == m->old.root_number) {
        if (!catalogue_grew(m, &v, &w))
            changed(m, "catalogue", number);
    } else if (number == form_number(&m->old) && number == form_number(&m->new)) {
        if (!form_grew(m, &v, &w))
            changed(m, "form", number);
    } else if (!page_grew(m, &v, &w)) {
        changed(m, raw_is(m->old.in, &v, "Type", "Page") ? "page" : "content", number);
    }
}

static void
compare_all(struct comparing *m)
{
    int64_t n = m->old.size > m->new.size ? m->old.size : m->new.size;

    for (int64_t i = 1; i < n; i++) {
        uint32_t was = i < m->old.size ? m->old.at[i] : 0;
        uint32_t is = i < m->new.size ? m->new.at[i] : 0;

        if (was == is)
            continue;
        if (!is)
            changed(m, "taken away", i);
        else if (was)
            compare_one(m, i);
        else if (m->refers[i])
            changed(m, "put where the signed part already pointed", i);
    }
}

static void
mark(struct comparing *m, const struct pdf_value *v)
{
    struct pdf_value key, e;
    size_t pos = 0;

    if (v->type == PDF_REF && v->n > 0 && v->n < PDF_OBJECTS_MAX)
        m->refers[v->n] = true;
    if (v->type == PDF_ARRAY)
        while (raw_item(m->old.in, v, &pos, &e))
            mark(m, &e);
    if (v->type == PDF_DICT)
        while (raw_entry(m->old.in, v, &pos, &key, &e))
            mark(m, &e);
}

static void
mark_all(struct comparing *m)
{
    struct pdf_value v;

    m->refers = arena_get(m->a, PDF_OBJECTS_MAX);
    mark(m, &m->old.trailer);
    for (int64_t i = 1; i < m->old.size; i++)
        if (raw_object(&m->old, i, &v))
            mark(m, &v);
}

/* Everything that follows must be readable, and what the table says must be what stands there. */
static bool
plain_tail(const struct pdf_list *pieces, size_t covers)
{
    for (size_t i = 0; i < pieces->n; i++) {
        const struct pdf_piece *p = &pieces->p[i];

        if (p->end > covers && (p->at < covers || p->part == PART_OTHER))
            return false;
    }
    return !pieces->over;
}

static bool
ends_well(struct bytes in, size_t covers)
{
    size_t n = covers;

    while (n > 0 && (in.p[n - 1] == '\n' || in.p[n - 1] == '\r'))
        n--;
    return n >= 5 && memcmp(in.p + n - 5, "%%EOF", 5) == 0;
}

static const char *
open_both(struct comparing *m, struct bytes in, size_t covers)
{
    const char *say = raw_open(m->a, (struct bytes){in.p, covers}, &m->old);

    if (!say)
        say = raw_open(m->a, in, &m->new);
    if (say)
        return say;
    if (m->old.root_number != m->new.root_number)
        return "another catalogue";
    if (m->old.start >= m->new.start)
        return "its newest table is an old one";
    if ((m->old.info.end != 0) != (m->new.info.end != 0) ||
        (m->old.info.end && !equal(m->old.in, &m->old.info, m->new.in, &m->new.info)))
        return "another description";
    return NULL;
}

void
verify_after(struct arena *a, struct bytes in, const struct pdf_list *pieces,
             struct verify_signature *out)
{
    struct comparing m = {.a = a};
    const char *say = NULL;

    if (out->covers == in.n) {
        out->after = AFTER_NOTHING;
        return;
    }
    if (!ends_well(in, out->covers))
        say = "it covers no whole state of the file";
    else if (!plain_tail(pieces, out->covers))
        say = "what follows cannot be read";
    else
        say = open_both(&m, in, out->covers);
    if (say) {
        changed(&m, arena_fmt(a, "cannot be compared: %s", say), 0);
    } else {
        mark_all(&m);
        compare_all(&m);
    }
    out->after = m.changes.n ? AFTER_CHANGED : AFTER_SIGNATURES;
    out->changes = m.changes.p;
    out->changes_n = m.changes.n;
}
