#include "sign/pdffile.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/utf8.h"

enum { TABLES_MAX = 64, KIDS_DEPTH = 8, ENTRY = 20, TAIL = 1024 };

/* --- the cross-reference table ------------------------------------------------------------- */

static bool
last_start(struct bytes in, int64_t *out)
{
    static const char WORD[] = "startxref";
    size_t from = in.n > TAIL ? in.n - TAIL : 0;
    struct pdf_value v;

    for (size_t i = in.n; i-- > from;)
        if (in.n - i >= sizeof WORD - 1 && memcmp(in.p + i, WORD, sizeof WORD - 1) == 0) {
            if (!raw_read(in, i + sizeof WORD - 1, &v) || v.type != PDF_INT || v.n <= 0)
                return false;
            *out = v.n;
            return (size_t)v.n < i;
        }
    return false;
}

static bool
number_at(const uint8_t *p, int digits, int64_t *out)
{
    *out = 0;
    for (int i = 0; i < digits; i++) {
        if (p[i] < '0' || p[i] > '9')
            return false;
        *out = *out * 10 + (p[i] - '0');
    }
    return true;
}

/* "nnnnnnnnnn ggggg n \n": newer tables came first, so what is known stays. */
static bool
take_entry(struct pdf_file *f, bool *known, int64_t number, const uint8_t *p)
{
    int64_t at, gen;

    if (!number_at(p, 10, &at) || p[10] != ' ' || !number_at(p + 11, 5, &gen) || p[16] != ' ' ||
        (p[17] != 'n' && p[17] != 'f'))
        return false;
    if (known[number])
        return true;
    known[number] = true;
    if (p[17] == 'f')
        return true;
    f->at[number] = (uint32_t)at;
    return gen == 0 && at > 0 && (size_t)at < f->in.n;
}

static bool
take_section(struct pdf_file *f, bool *known, size_t *at)
{
    struct pdf_value first, n;

    if (!raw_read(f->in, *at, &first) || !raw_read(f->in, first.end, &n) ||
        first.type != PDF_INT || n.type != PDF_INT || first.n < 0 || n.n < 0 ||
        n.n > f->size || first.n > f->size - n.n)
        return false;
    *at = raw_space(f->in, n.end);
    if ((size_t)n.n > (f->in.n - *at) / ENTRY)
        return false;
    for (int64_t i = 0; i < n.n; i++, *at += ENTRY)
        if (!take_entry(f, known, first.n + i, f->in.p + *at))
            return false;
    return true;
}

static bool
trailer_of(struct bytes in, size_t at, struct pdf_value *out)
{
    const uint8_t *hit = at < in.n ? memmem(in.p + at, in.n - at, "trailer", 7) : NULL;

    return hit && raw_read(in, (size_t)(hit - in.p) + 7, out) && out->type == PDF_DICT;
}

static bool
take_table(struct pdf_file *f, bool *known, size_t at, struct pdf_value *trailer)
{
    if (!raw_word(f->in, &at, "xref"))
        return false;
    while (!raw_word(f->in, &at, "trailer"))
        if (!take_section(f, known, &at))
            return false;
    return raw_read(f->in, at, trailer) && trailer->type == PDF_DICT;
}

static const char *
take_tables(struct pdf_file *f)
{
    bool *known = arena_get(f->a, (size_t)f->size);
    struct pdf_value trailer, prev;
    int64_t at = f->start;

    for (int i = 0; i < TABLES_MAX; i++) {
        if (!take_table(f, known, (size_t)at, &trailer))
            return "its cross-reference table cannot be read";
        if (raw_get(f->in, &trailer, "Prev", &prev) != 1)
            return NULL;
        if (prev.type != PDF_INT || prev.n <= 0 || prev.n >= at)
            return "its cross-reference tables go round in circles";
        at = prev.n;
    }
    return "it was changed too often";
}

static const char *
take_trailer(struct pdf_file *f)
{
    struct pdf_value size, root;

    if (!trailer_of(f->in, (size_t)f->start, &f->trailer))
        return "it has no trailer";
    if (raw_get(f->in, &f->trailer, "Encrypt", &size))
        return "it is encrypted";
    if (raw_get(f->in, &f->trailer, "XRefStm", &size))
        return "it has cross-reference streams";
    if (raw_get(f->in, &f->trailer, "Size", &size) != 1 || size.type != PDF_INT || size.n < 3 ||
        size.n > PDF_OBJECTS_MAX)
        return "its trailer has no proper Size";
    f->size = size.n;
    if (raw_get(f->in, &f->trailer, "Root", &root) != 1 || root.type != PDF_REF)
        return "its trailer has no Root";
    f->root_number = root.n;
    if (raw_get(f->in, &f->trailer, "Info", &f->info) != 1)
        f->info.end = 0;
    if (raw_get(f->in, &f->trailer, "ID", &f->id) != 1)
        f->id.end = 0;
    return NULL;
}

const char *
raw_open(struct arena *a, struct bytes in, struct pdf_file *out)
{
    const char *say;

    *out = (struct pdf_file){.a = a, .in = in};
    if (in.n < 64 || in.n > PDF_SIZE_MAX || memcmp(in.p, "%PDF-1.", 7) != 0)
        return "it is no PDF, or too large";
    if (!last_start(in, &out->start))
        return "its end cannot be read";
    if ((say = take_trailer(out)) != NULL)
        return say;
    out->at = arena_get(a, (size_t)out->size * sizeof *out->at);
    if ((say = take_tables(out)) != NULL)
        return say;
    if (!raw_object(out, out->root_number, &out->root) || out->root.type != PDF_DICT ||
        !raw_is(in, &out->root, "Type", "Catalog"))
        return "it has no catalogue";
    return NULL;
}

/* --- objects ------------------------------------------------------------------------------- */

bool
raw_object(const struct pdf_file *f, int64_t number, struct pdf_value *out)
{
    struct pdf_value n, gen;
    size_t at;

    if (number <= 0 || number >= f->size || !f->at[number])
        return false;
    if (!raw_read(f->in, f->at[number], &n) || n.type != PDF_INT || n.n != number ||
        !raw_read(f->in, n.end, &gen) || gen.type != PDF_INT)
        return false;
    at = gen.end;
    return raw_word(f->in, &at, "obj") && raw_read(f->in, at, out);
}

bool
raw_resolve(const struct pdf_file *f, struct pdf_value *v)
{
    return v->type != PDF_REF || (raw_object(f, v->n, v) && v->type != PDF_REF);
}

/* Counts pages down to 0, which is the one wanted. */
static bool
find_page(const struct pdf_file *f, int64_t number, int depth, int *left, int64_t *found,
          struct pdf_value *out)
{
    struct pdf_value node, kids, kid;
    size_t pos = 0;

    if (depth == 0 || !raw_object(f, number, &node) || node.type != PDF_DICT)
        return false;
    if (raw_get(f->in, &node, "Kids", &kids) != 1) {
        *found = number;
        *out = node;
        return --*left == 0;
    }
    if (!raw_resolve(f, &kids))
        return false;
    while (raw_item(f->in, &kids, &pos, &kid))
        if (kid.type == PDF_REF && find_page(f, kid.n, depth - 1, left, found, out))
            return true;
    return false;
}

bool
raw_page(const struct pdf_file *f, int page, int64_t *number, struct pdf_value *out)
{
    struct pdf_value pages;

    return page > 0 && raw_get(f->in, &f->root, "Pages", &pages) == 1 && pages.type == PDF_REF &&
           find_page(f, pages.n, KIDS_DEPTH, &page, number, out);
}

/* --- what is appended ---------------------------------------------------------------------- */

void
raw_update_begin(struct pdf_update *u, const struct pdf_file *f, size_t max)
{
    *u = (struct pdf_update){.f = f, .next = f->size};
    buf_init(&u->out, f->a, f->in.n + max);
    buf_add(&u->out, (const char *)f->in.p, f->in.n);
    if (f->in.p[f->in.n - 1] != '\n')
        buf_char(&u->out, '\n');
}

int64_t
raw_number(struct pdf_update *u)
{
    return u->next++;
}

void
raw_object_begin(struct pdf_update *u, int64_t number)
{
    if (u->n < PDF_NEW_MAX) {
        u->object[u->n].number = number;
        u->object[u->n].at = u->out.n;
    }
    u->n++;
    buf_int(&u->out, number);
    buf_lit(&u->out, " 0 obj\n");
}

void
raw_object_end(struct pdf_update *u)
{
    buf_lit(&u->out, "\nendobj\n");
}

void
raw_put_entries(struct pdf_update *u, const struct pdf_value *dict, const char *const *but)
{
    struct bytes in = u->f->in;
    struct pdf_value key, v;
    size_t pos = 0;

    while (raw_entry(in, dict, &pos, &key, &v)) {
        bool out = false;

        for (const char *const *b = but; *b; b++)
            out = out || raw_name_is(in, &key, *b);
        if (out)
            continue;
        buf_add(&u->out, (const char *)in.p + key.at, v.end - key.at);
        buf_char(&u->out, '\n');
    }
}

void
raw_put_text(struct buf *b, const char *utf8)
{
    buf_lit(b, "<FEFF");
    while (*utf8) {
        uint32_t ch = utf8_next(&utf8);

        if (ch >= 0x10000)
            buf_fmt(b, "%04X%04X", 0xd800 + ((ch - 0x10000) >> 10),
                    0xdc00 + ((ch - 0x10000) & 0x3ff));
        else
            buf_fmt(b, "%04X", ch);
    }
    buf_char(b, '>');
}

static int
by_number(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y; /* the first member */

    return (a > b) - (a < b);
}

static void
put_table(struct pdf_update *u)
{
    qsort(u->object, u->n, sizeof *u->object, by_number);
    buf_lit(&u->out, "xref\n");
    for (size_t i = 0, n; i < u->n; i += n) {
        for (n = 1; i + n < u->n && u->object[i + n].number == u->object[i].number + (int64_t)n;)
            n++;
        buf_fmt(&u->out, "%lld %zu\n", (long long)u->object[i].number, n);
        for (size_t k = i; k < i + n; k++)
            buf_fmt(&u->out, "%010zu 00000 n \n", u->object[k].at);
    }
}

/* The first half of an ID stays for ever, the second is new with each change (14.4). */
static void
put_id(struct pdf_update *u)
{
    struct bytes in = u->f->in;
    uint8_t sum[SHA256_SIZE];
    struct pdf_value first;
    size_t pos = 0;
    const char *now;

    hash_sha256(u->out.p + in.n, u->out.n - in.n, sum);
    now = arena_strn(u->f->a, hash_hex(u->f->a, sum, sizeof sum), 32);
    buf_lit(&u->out, "/ID[");
    if (u->f->id.end && raw_item(in, &u->f->id, &pos, &first) && first.type == PDF_HEX)
        buf_add(&u->out, (const char *)in.p + first.at, first.end - first.at);
    else
        buf_fmt(&u->out, "<%s>", now);
    buf_fmt(&u->out, "<%s>]", now);
}

bool
raw_update_end(struct pdf_update *u)
{
    const struct pdf_file *f = u->f;
    size_t at = u->out.n;

    if (u->n > PDF_NEW_MAX)
        return false;
    put_table(u);
    buf_fmt(&u->out, "trailer\n<</Size %lld/Root %lld 0 R/Prev %lld", (long long)u->next,
            (long long)f->root_number, (long long)f->start);
    if (f->info.end) {
        buf_lit(&u->out, "/Info ");
        buf_add(&u->out, (const char *)f->in.p + f->info.at, f->info.end - f->info.at);
    }
    put_id(u);
    buf_fmt(&u->out, ">>\nstartxref\n%zu\n%%%%EOF\n", at);
    return !u->out.over;
}
