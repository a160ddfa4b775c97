/* One function a block of the layout, from the template to src/pdf. */
#include "mod/results/results_paper.h"

#include <string.h>

#include "base/logic.h"
#include "mod/results/results_forms.h"
#include "mod/results/results_text.h"

enum { RUNS_MAX = 64, PAGES_MAX = 100, QR_SIDE = 92, SCAN_WIDTH = 440,
       MARGIN_TOP = 20 /* mm, by the decree */ };

struct sheet_work {
    struct ctx *c;
    struct pdf *pdf;
    const struct result_paper *p;
    struct pdf_box *box;
};

static const char *
text(struct sheet_work *w, const char *s)
{
    return result_text(w->c, w->p, s ? s : "", NULL, false);
}

/* --- paragraphs --- */

static const enum pdf_align ALIGN[] = {[TA_JUSTIFY] = PDF_JUSTIFY, [TA_LEFT] = PDF_LEFT,
                                       [TA_CENTRE] = PDF_CENTRE, [TA_RIGHT] = PDF_RIGHT};

static struct pdf_para
look_of(const struct template_block *b)
{
    return (struct pdf_para){.align = ALIGN[b->align], .size = (double)b->size,
                             .indent = b->indent ? PDF_MM(10) : 0};
}

/* One paragraph: bold changes at each mark. */
static void
paragraph(struct sheet_work *w, const struct template_block *b, char *s)
{
    struct pdf_run runs[RUNS_MAX + 1] = {0};
    struct pdf_para look = look_of(b);
    unsigned style = b->style;
    size_t n = 0;

    for (char *mark; s && n < RUNS_MAX; s = mark) {
        if ((mark = strchr(s, RESULT_BOLD)))
            *mark++ = '\0';
        if (*s)
            runs[n++] = (struct pdf_run){s, style};
        style ^= TS_BOLD;
    }
    if (n)
        pdf_runs(w->pdf, &look, runs);
}

static void
block_text(struct sheet_work *w, const struct template_block *b)
{
    char *s = result_text(w->c, w->p, b->text, NULL, true), *end;

    for (; s; s = end) {                /* a value may have lines of its own */
        if ((end = strchr(s, '\n')))
            *end++ = '\0';
        paragraph(w, b, s);
    }
}

static void
block_label(struct sheet_work *w, const struct template_block *b)
{
    char *label = result_text(w->c, w->p, b->label, NULL, false);
    size_t n = strlen(label);

    if (n && label[n - 1] == ':')       /* pdf_label() puts its own */
        label[n - 1] = '\0';
    pdf_label(w->pdf, label, text(w, b->value));
}

static void
block_title(struct sheet_work *w, const struct template_block *b)
{
    pdf_title(w->pdf, text(w, b->title));
}

static void
block_subtitle(struct sheet_work *w, const struct template_block *b)
{
    const struct pdf_para look = {.align = PDF_CENTRE, .after = 10};

    pdf_text(w->pdf, &look, PDF_BOLD, text(w, b->subtitle));
}

/* --- the rest --- */

static void
block_head(struct sheet_work *w, const struct template_block *b)
{
    const struct result_paper *p = w->p;
    const struct pdf_head head = {
        .parent = p->parent, .agency = p->agency,
        .number = arena_fmt(w->c->a, "Số: %s", *p->number ? p->number : "......"),
        .place_date = arena_fmt(w->c->a, "%s, %s", p->place, results_day(w->c, p->date))};

    (void)b;
    pdf_national_head(w->pdf, &head);
}

static void
block_table(struct sheet_work *w, const struct template_block *b)
{
    const json_t *rows = json_object_get(w->p->facts, b->table.rows), *row;
    struct pdf_column *columns = arena_get(w->c->a, b->table.columns.n * sizeof *columns);
    const char **cells = arena_get(w->c->a, (b->table.columns.n + 1) * sizeof(*cells));
    struct pdf_table t = {.columns = columns, .n = b->table.columns.n};
    size_t i;

    for (size_t k = 0; k < t.n; k++) {
        const struct template_cell *x = &b->table.columns.p[k];

        columns[k] = (struct pdf_column){x->head, (double)x->part / 100, ALIGN[x->align]};
    }
    pdf_table_begin(w->pdf, &t);
    json_array_foreach(rows, i, row) {
        for (size_t k = 0; k < t.n; k++)
            cells[k] = result_text(w->c, w->p, b->table.columns.p[k].value, row, false);
        pdf_row(w->pdf, cells);
    }
    pdf_table_end(w->pdf);
}

static void
block_signature(struct sheet_work *w, const struct template_block *b)
{
    const struct pdf_signature s = {
        .authority = *b->signature.authority ? text(w, b->signature.authority) : NULL,
        .title = text(w, b->signature.title),
        .hint = *b->signature.hint ? text(w, b->signature.hint) : NULL,
        .name = w->p->signer, .box = w->box};

    pdf_signatures(w->pdf, &s, 1);
}

/* At the left of the signature, when that is on this page already; else where it stands. */
static void
block_qr(struct sheet_work *w, const struct template_block *b)
{
    const struct pdf_box *box = w->box;
    double below = PDF_MM(297 - MARGIN_TOP) - box->y - box->h;

    if (!w->p->qr)
        return;
    if (box->page)
        pdf_qr_at(w->pdf, w->p->qr, QR_SIDE, 0, below);
    else
        pdf_qr(w->pdf, w->p->qr, QR_SIDE, text(w, b->qr));
}

static const char *
qr_caption(const struct result_template *t)
{
    for (size_t i = 0; i < t->layout.n; i++)
        if (t->layout.p[i].kind == TB_QR)
            return t->layout.p[i].qr;
    return NULL;
}

static void
block_scan(struct sheet_work *w, const struct template_block *b)
{
    (void)b;
    for (size_t i = 0; i < w->p->pages_n; i++) {
        if (i)
            pdf_page(w->pdf);
        pdf_png(w->pdf, w->p->pages[i], SCAN_WIDTH, PDF_CENTRE);
    }
}

static void
block_space(struct sheet_work *w, const struct template_block *b)
{
    pdf_space(w->pdf, (double)b->space);
}

static void
block_rule(struct sheet_work *w, const struct template_block *b)
{
    (void)b;
    pdf_rule(w->pdf, 0.3);
}

static void
block_page(struct sheet_work *w, const struct template_block *b)
{
    (void)b;
    pdf_page(w->pdf);
}

static void (*const BLOCK[TB__COUNT])(struct sheet_work *w, const struct template_block *b) = {
    [TB_HEAD] = block_head,           [TB_TITLE] = block_title, [TB_SUBTITLE] = block_subtitle,
    [TB_TEXT] = block_text,           [TB_LABEL] = block_label, [TB_TABLE] = block_table,
    [TB_SIGNATURE] = block_signature, [TB_QR] = block_qr,       [TB_SCAN] = block_scan,
    [TB_SPACE] = block_space,         [TB_RULE] = block_rule,   [TB_PAGE] = block_page,
};

/* Conditions compare with "": a field that was left out is an empty one. */
static json_t *
facts_for_conditions(const struct result_paper *p)
{
    json_t *all = json_copy((json_t *)p->facts);

    for (size_t i = 0; i < p->t->fields.n; i++)
        if (!json_object_get(all, p->t->fields.p[i].id))
            json_object_set_new(all, p->t->fields.p[i].id, json_string(""));
    return all;
}

char *
result_paper_title(struct ctx *c, const struct result_paper *p)
{
    return result_text(c, p, p->t->title, NULL, false);
}

int
result_paper(struct ctx *c, const struct result_paper *p, struct bytes *out,
             struct pdf_box *signature)
{
    struct pdf_options o = {.title = result_paper_title(c, p), .author = p->agency,
                            .subject = p->code, .watermark = p->watermark,
                            .footer = qr_caption(p->t),
                            .size = (double)p->t->size, .pages_max = PAGES_MAX};
    struct sheet_work w = {c, pdf_begin(c, &o), p, signature};
    json_t *facts = facts_for_conditions(p);

    *signature = (struct pdf_box){0};
    for (size_t i = 0; i < p->t->layout.n; i++) {
        const struct template_block *b = &p->t->layout.p[i];

        if (b->kind < TB__COUNT && (!b->when || logic_true(b->when, facts)))
            BLOCK[b->kind](&w, b);
    }
    json_decref(facts);
    return pdf_end(w.pdf, out);
}
