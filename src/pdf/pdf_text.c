/* Text: runs become one layout of pango, a layout becomes lines on pages. */
#include <string.h>

#include "pdf/pdf_internal.h"

const struct pdf_para PDF_BODY = {.align = PDF_JUSTIFY, .indent = PDF_MM(10)};

static void
add_attr(PangoAttrList *list, PangoAttribute *a, size_t from, size_t to)
{
    a->start_index = (guint)from;
    a->end_index = (guint)to;
    pango_attr_list_insert(list, a);
}

static void
add_style(PangoAttrList *list, unsigned style, size_t from, size_t to)
{
    if (style & PDF_BOLD)
        add_attr(list, pango_attr_weight_new(PANGO_WEIGHT_BOLD), from, to);
    if (style & PDF_ITALIC)
        add_attr(list, pango_attr_style_new(PANGO_STYLE_ITALIC), from, to);
    if (style & PDF_UNDERLINE)
        add_attr(list, pango_attr_underline_new(PANGO_UNDERLINE_SINGLE), from, to);
}

static const char *
upper(struct pdf *p, const char *s)
{
    char *made = g_utf8_strup(s, -1);
    const char *kept = arena_str(p->c->a, made);

    g_free(made);
    return kept;
}

/* The text of all runs, and what is said of each part of it. */
static void
join(struct pdf *p, struct buf *b, PangoAttrList *list, const struct pdf_run *runs, unsigned all)
{
    for (; runs->text; runs++) {
        const char *s = pdf_clean(p->c->a, runs->text);
        size_t from = b->n;

        buf_str(b, (runs->style | all) & PDF_UPPER ? upper(p, s) : s);
        add_style(list, runs->style | all, from, b->n);
    }
}

static PangoLayout *
slot_layout(struct pdf *p, int slot)
{
    PangoLayout **l = &p->layout[slot];

    if (!*l) {
        *l = pango_layout_new(p->fonts->context);
        pango_layout_set_wrap(*l, PANGO_WRAP_WORD_CHAR);
        pango_layout_set_auto_dir(*l, FALSE);
    }
    return *l;
}

PangoLayout *
pdf_layout(struct pdf *p, int slot, const struct pdf_look *look, const struct pdf_run *runs)
{
    static const PangoAlignment ALIGN[] = {[PDF_LEFT] = PANGO_ALIGN_LEFT,
                                           [PDF_CENTRE] = PANGO_ALIGN_CENTER,
                                           [PDF_RIGHT] = PANGO_ALIGN_RIGHT,
                                           [PDF_JUSTIFY] = PANGO_ALIGN_LEFT};
    double size = look->size > 0 ? look->size : p->o.size;
    PangoLayout *l = slot_layout(p, slot);
    PangoAttrList *list = pango_attr_list_new();
    struct buf b;

    buf_init(&b, p->c->a, TEXT_MAX);
    join(p, &b, list, runs, look->style);
    if (b.over)
        pdf_fail(p, E_TOOBIG, "text");
    /* A ligature is one glyph for two letters: some readers copy it as neither.  Kerning is off as
     * in the office programs that these papers were made with, and costs a tenth. */
    add_attr(list, pango_attr_font_features_new("liga 0, clig 0, kern 0"), 0, G_MAXUINT);
    add_attr(list, pango_attr_size_new_absolute((int)(size * PANGO_SCALE)), 0, G_MAXUINT);
    pango_layout_set_text(l, b.p, b.over ? 0 : (int)b.n);
    pango_layout_set_attributes(l, list);
    pango_attr_list_unref(list);
    pango_layout_set_width(l, look->width < 0 ? -1 : (int)(look->width * PANGO_SCALE));
    pango_layout_set_indent(l, (int)(look->indent * PANGO_SCALE));
    pango_layout_set_alignment(l, ALIGN[look->align]);
    pango_layout_set_justify(l, look->align == PDF_JUSTIFY);
    return l;
}

PangoLayout *
pdf_layout_text(struct pdf *p, int slot, const struct pdf_look *look, const char *text)
{
    return pdf_layout(p, slot, look, (struct pdf_run[]){{text ? text : "", 0}, {0}});
}

double
pdf_layout_height(PangoLayout *l)
{
    PangoRectangle r;

    pango_layout_get_extents(l, NULL, &r);
    return (double)r.height / PANGO_SCALE;
}

double
pdf_layout_width(PangoLayout *l)
{
    PangoRectangle r;

    pango_layout_get_extents(l, NULL, &r);
    return (double)r.width / PANGO_SCALE;
}

int
pdf_draw_lines(struct pdf *p, PangoLayout *l, int from, double x, double *y, double until)
{
    PangoLayoutIter *i = pango_layout_get_iter(l);
    double start = 0, end = 0;
    int n = 0;
    bool more = true;

    for (; more && n < from; n++)
        more = pango_layout_iter_next_line(i);
    for (; more; n++, more = pango_layout_iter_next_line(i)) {
        PangoRectangle r;
        int top, bottom;

        pango_layout_iter_get_line_yrange(i, &top, &bottom);
        if (n == from)
            start = (double)top / PANGO_SCALE;
        if (*y + (double)bottom / PANGO_SCALE - start > until + 0.01)
            break;
        end = (double)bottom / PANGO_SCALE;
        pango_layout_iter_get_line_extents(i, NULL, &r);
        pdf_draw_line(p->cr, p->fonts->glyphs, pango_layout_iter_get_line_readonly(i),
                      x + (double)r.x / PANGO_SCALE,
                      *y - start + (double)pango_layout_iter_get_baseline(i) / PANGO_SCALE);
    }
    pango_layout_iter_free(i);
    *y += end > start ? end - start : 0;
    return n;
}

void
pdf_draw_whole(struct pdf *p, PangoLayout *l, double x, double y)
{
    pdf_draw_lines(p, l, 0, x, &y, 1e9);
}

void
pdf_dotted(struct pdf *p, double x, double y, double w)
{
    static const double DASH[] = {0, 2.6};

    cairo_save(p->cr);
    cairo_set_line_width(p->cr, 0.9);
    cairo_set_line_cap(p->cr, CAIRO_LINE_CAP_ROUND);
    cairo_set_dash(p->cr, DASH, 2, 0);
    cairo_move_to(p->cr, x, y);
    cairo_line_to(p->cr, x + w, y);
    cairo_stroke(p->cr);
    cairo_restore(p->cr);
}

/* --- paragraphs --- */

/* Lines that do not fit go on over the page. */
static void
flow(struct pdf *p, PangoLayout *l, double x)
{
    int n = pango_layout_get_line_count(l), i = 0;

    while (i < n && !pdf_dead(p)) {
        int next = pdf_draw_lines(p, l, i, x, &p->y, pdf_foot(p));

        if (next == i && p->blank) /* a line taller than a page */
            pdf_fail(p, E_TOOBIG, "line");
        if (next > i)
            p->blank = false;
        if ((i = next) < n)
            pdf_page(p);
    }
}

void
pdf_runs(struct pdf *p, const struct pdf_para *k, const struct pdf_run *runs)
{
    struct pdf_look look = {.align = k->align,
                            .size = k->size,
                            .indent = k->indent,
                            .width = pdf_width(p) - k->left - k->right};
    double line = pdf_line_height(p, k->size);
    PangoLayout *l;

    if (pdf_dead(p))
        return;
    pdf_space(p, k->before > 0 ? k->before : 0);
    l = pdf_layout(p, SLOT_TEXT, &look, runs);
    pdf_need(p, k->keep ? pdf_layout_height(l) + 2 * line : line);
    flow(p, l, p->left + k->left);
    pdf_space(p, k->after < 0 ? 0 : k->after > 0 ? k->after : 3);
}

void
pdf_text(struct pdf *p, const struct pdf_para *look, unsigned style, const char *text)
{
    pdf_runs(p, look, (struct pdf_run[]){{text ? text : "", style}, {0}});
}

void
pdf_title(struct pdf *p, const char *text)
{
    pdf_text(
        p,
        &(struct pdf_para){.align = PDF_CENTRE, .size = 14, .before = 10, .after = 8, .keep = true},
        PDF_BOLD | PDF_UPPER, text);
}

void
pdf_label(struct pdf *p, const char *label, const char *value)
{
    struct pdf_para look = {.align = PDF_JUSTIFY};
    PangoLayout *l;
    double w;

    if (value && *value) {
        pdf_runs(p, &look, (struct pdf_run[]){{label, 0}, {": ", 0}, {value, 0}, {0}});
        return;
    }
    if (pdf_dead(p))
        return;
    pdf_need(p, pdf_line_height(p, 0));
    l = pdf_layout(p, SLOT_TEXT, &(struct pdf_look){.width = pdf_width(p)},
                   (struct pdf_run[]){{label, 0}, {": ", 0}, {0}});
    w = pdf_layout_width(l);
    pdf_draw_whole(p, l, p->left, p->y);
    p->y += pdf_layout_height(l);
    if (w < pdf_width(p))
        pdf_dotted(p, p->left + w, p->y - 3, pdf_width(p) - w);
    p->blank = false;
    pdf_space(p, 3);
}

void
pdf_dots(struct pdf *p, int lines)
{
    double h = pdf_line_height(p, 0) * 1.3;

    for (; lines > 0 && !pdf_dead(p); lines--) {
        pdf_need(p, h);
        p->y += h;
        pdf_dotted(p, p->left, p->y - 3, pdf_width(p));
        p->blank = false;
    }
}
