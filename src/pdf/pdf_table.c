/* Tables: a row is as tall as its tallest cell; what does not fit goes on over the page. */
#include "pdf/pdf_internal.h"

static const double PAD_X = 3, PAD_Y = 2;

static double
cell_width(const struct pdf *p, size_t i)
{
    return pdf_width(p) * p->table.columns[i].part;
}

static double
cell_size(const struct pdf *p)
{
    return p->table.size > 0 ? p->table.size : p->o.size - 1;
}

/* The lines around the cells of a row that lies between y and y + h. */
static void
frame(struct pdf *p, double y, double h)
{
    double x = p->left;

    cairo_set_line_width(p->cr, 0.6);
    for (size_t i = 0; i < p->table.n; i++) {
        cairo_rectangle(p->cr, x, y, cell_width(p, i), h);
        x += cell_width(p, i);
    }
    cairo_stroke(p->cr);
}

static PangoLayout *
lay_cell(struct pdf *p, size_t i, int slot, const char *text, bool head)
{
    struct pdf_look look = {.align = head ? PDF_CENTRE : p->table.columns[i].align,
                            .style = head ? PDF_BOLD : PDF_PLAIN,
                            .size = cell_size(p),
                            .width = cell_width(p, i) - 2 * PAD_X};

    return pdf_layout_text(p, slot + (int)i, &look, text);
}

/* "(1)" ... under the head, as registers have it. */
static void
number_row(struct pdf *p)
{
    double h = pdf_line_height(p, cell_size(p)) + 2 * PAD_Y, x = p->left;

    for (size_t i = 0; i < p->table.n; i++) {
        struct pdf_look look = {.align = PDF_CENTRE,
                                .style = PDF_ITALIC,
                                .size = cell_size(p) - 1,
                                .width = cell_width(p, i) - 2 * PAD_X};

        pdf_draw_whole(p,
                       pdf_layout_text(p, SLOT_MARGIN, &look,
                                       arena_fmt(p->c->a, "(%d)", (int)i + 1)),
                       x + PAD_X, p->y + PAD_Y);
        x += cell_width(p, i);
    }
    frame(p, p->y, h);
    p->y += h;
}

/* The layouts were made by pdf_table_begin() and live as long as the table. */
void
pdf_table_head(struct pdf *p)
{
    double x = p->left;

    for (size_t i = 0; i < p->table.n; i++) {
        PangoLayout *l = p->layout[SLOT_HEAD + i];

        pdf_draw_whole(p, l, x + PAD_X, p->y + (p->head_height - pdf_layout_height(l)) / 2);
        x += cell_width(p, i);
    }
    frame(p, p->y, p->head_height);
    p->y += p->head_height;
    if (p->table.numbers)
        number_row(p);
}

void
pdf_table_begin(struct pdf *p, const struct pdf_table *t)
{
    if (pdf_dead(p))
        return;
    if (t->n == 0 || t->n > COLUMNS_MAX) {
        pdf_fail(p, E_SYS, "columns");
        return;
    }
    p->table = *t;
    p->head_height = 0;
    for (size_t i = 0; i < t->n; i++) {
        double h = pdf_layout_height(lay_cell(p, i, SLOT_HEAD, t->columns[i].head, true));

        p->head_height = h > p->head_height ? h : p->head_height;
    }
    p->head_height += 2 * PAD_Y;
    pdf_need(p, 2 * p->head_height + 3 * pdf_line_height(p, cell_size(p)));
    p->in_table = true;
    pdf_table_head(p);
    p->blank = false;
}

/* Draws what fits of each cell above the foot; true: all of the row is drawn. */
static bool
draw_part(struct pdf *p, int from[COLUMNS_MAX])
{
    double x = p->left, start = p->y, end = p->y;
    bool all = true, some = false;

    for (size_t i = 0; i < p->table.n; i++) {
        PangoLayout *l = p->layout[SLOT_TEXT + i];
        double y = start + PAD_Y;
        int next = pdf_draw_lines(p, l, from[i], x + PAD_X, &y, pdf_foot(p) - PAD_Y);

        some |= next > from[i];
        from[i] = next;
        all &= next >= pango_layout_get_line_count(l);
        end = y > end ? y : end;
        x += cell_width(p, i);
    }
    if (!some && !all && p->blank)
        pdf_fail(p, E_TOOBIG, "line");
    if (!some && !all)
        return false;
    p->y = end + PAD_Y;
    frame(p, start, p->y - start);
    p->blank = false;
    return all;
}

void
pdf_row(struct pdf *p, const char *const *cells)
{
    int from[COLUMNS_MAX] = {0};
    double height = 0, page = pdf_foot(p) - p->top - p->head_height;

    if (pdf_dead(p) || !p->in_table)
        return;
    for (size_t i = 0; i < p->table.n; i++) {
        double h = pdf_layout_height(lay_cell(p, i, SLOT_TEXT, cells[i], false));

        height = h > height ? h : height;
    }
    height += 2 * PAD_Y;
    /* A row stays whole unless that would leave a third of a page empty. */
    if (height > pdf_left(p) && height < page && pdf_left(p) < page / 3)
        pdf_page(p);
    while (!draw_part(p, from) && !pdf_dead(p))
        pdf_page(p);
}

void
pdf_table_end(struct pdf *p)
{
    p->in_table = false;
    pdf_space(p, 6);
}
