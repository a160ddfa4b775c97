#include "mod/digitise/digitise_cut.h"

#include <string.h>

#include "http/params.h"

static bool
paper_id(const char *s, size_t n)
{
    static const char GOOD[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";

    return n > 0 && n < SHEET_PAPER && strspn(s, GOOD) >= n;
}

/* Copies n bytes that are a dossier's code; false: they are none. */
static bool
take_code(struct sheet *out, const char *s, size_t n)
{
    if (n == 0 || n >= SHEET_CODE)
        return false;
    memcpy(out->code, s, n);
    out->code[n] = '\0';
    if (params_dossier_code(out->code))
        return true;
    out->code[0] = '\0';
    return false;
}

static struct sheet
read_sheet(const char *s)
{
    struct sheet none = {.kind = SHEET_NONE}, out = none;
    const char *slash = strchr(s, '/'), *paper = slash ? slash + 1 : "";
    size_t n = slash ? (size_t)(slash - s) : 0, n_paper = strlen(paper);

    if (n == 1 && *s == '=')
        out.kind = SHEET_SAME;
    else if (n == 1 && *s == '-')
        out.kind = SHEET_UNKNOWN;
    else if (take_code(&out, s, n))
        out.kind = SHEET_DOSSIER;
    else
        return none;
    if (strcmp(paper, "-") == 0)
        return out;
    if (!paper_id(paper, n_paper))
        return none;
    memcpy(out.paper, paper, n_paper + 1);
    return out;
}

/* The receipt's address of any site: only the code is taken, and asked for by reach later. */
static struct sheet
read_receipt(const char *s)
{
    struct sheet out = {.kind = SHEET_NONE};
    const char *at = strstr(s, "/tra-cuu?ma=");
    const char *code = at ? at + strlen("/tra-cuu?ma=") : s;

    if (!at && strncmp(s, "http", 4) == 0)
        return out;
    if (take_code(&out, code, strcspn(code, "&#")))
        out.kind = SHEET_RECEIPT;
    return out;
}

struct sheet
sheet_read(const char *text)
{
    if (strlen(text) > SHEET_TEXT)
        return (struct sheet){.kind = SHEET_NONE};
    return strncmp(text, "MC1/", 4) == 0 ? read_sheet(text + 4) : read_receipt(text);
}

char *
sheet_text(struct arena *a, enum sheet_kind kind, const char *code, const char *paper)
{
    const char *of = kind == SHEET_DOSSIER ? code : kind == SHEET_SAME ? "=" : "-";

    return arena_fmt(a, "MC1/%s/%s", of, *paper ? paper : "-");
}

/* --- cutting ---------------------------------------------------------------------------------- */

struct cutting {
    struct arena *a;
    VEC(struct scan_document) v;
    const char *code, *paper;   /* of the next document */
    bool open;                  /* the last one takes pages */
    int place, full;            /* pages in it; of them not blank */
};

/* The first of the page's codes that is one of ours. */
static struct sheet
sheet_of(struct arena *a, const char *codes)
{
    struct sheet s = {.kind = SHEET_NONE};

    while (*codes && s.kind == SHEET_NONE) {
        size_t n = strcspn(codes, "\n");

        s = sheet_read(arena_strn(a, codes, n));
        codes += n + (codes[n] != '\0');
    }
    return s;
}

static void
close_document(struct cutting *k)
{
    k->open = false;
    k->place = k->full = 0;
}

static void
begin_after(struct cutting *k, const struct sheet *s)
{
    close_document(k);
    if (s->kind != SHEET_SAME)
        k->code = arena_str(k->a, s->code);
    k->paper = arena_str(k->a, s->paper);
}

static struct scan_document *
document_for(struct cutting *k)
{
    struct scan_document *d;

    if (k->open)
        return &k->v.p[k->v.n - 1];
    d = vec_push(k->a, &k->v);
    *d = (struct scan_document){.seq = (int)k->v.n, .code = k->code, .paper = k->paper,
                                .type = "", .content = ""};
    k->open = true;
    return d;
}

static void
take_page(struct cutting *k, struct scan_page *p, int every)
{
    if (p->state == PAGE_KEPT && every > 0 && k->full == every) {
        close_document(k);
        k->paper = "";
    }
    p->document = document_for(k)->seq;
    p->place = ++k->place;
    k->full += p->state == PAGE_KEPT;
}

/* A back of a sheet that is blank opens a document by itself; without a page it is none. */
static void
drop_empty(struct cutting *k, struct scan_page *pages, size_t n_pages)
{
    int next = 0, *seq = arena_get(k->a, (k->v.n + 1) * sizeof *seq);
    bool *full = arena_get(k->a, (k->v.n + 1) * sizeof *full);

    for (size_t i = 0; i < n_pages; i++)
        full[pages[i].document] |= pages[i].state == PAGE_KEPT;
    for (size_t i = 0; i < k->v.n; i++)
        if (full[i + 1]) {
            seq[i + 1] = next + 1;
            k->v.p[next] = k->v.p[i];
            k->v.p[next].seq = next + 1;
            next++;
        }
    k->v.n = (size_t)next;
    for (size_t i = 0; i < n_pages; i++)
        pages[i].document = pages[i].document ? seq[pages[i].document] : 0;
}

struct scan_document *
cut(struct arena *a, struct scan_page *pages, size_t n_pages, int every, size_t *n)
{
    struct cutting k = {.a = a, .code = "", .paper = ""};

    for (size_t i = 0; i < n_pages; i++) {
        struct sheet s = sheet_of(a, pages[i].code);

        pages[i].document = pages[i].place = 0;
        if (s.kind != SHEET_NONE) {
            pages[i].state = PAGE_SHEET;
            begin_after(&k, &s);
        } else {
            take_page(&k, &pages[i], every);
        }
    }
    drop_empty(&k, pages, n_pages);
    *n = k.v.n;
    return k.v.p;
}
