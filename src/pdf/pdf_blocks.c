/* Blocks side by side: the national head, cells of lines, signatures. */
#include "pdf/pdf_internal.h"

/* Draws a list of lines (drawn: false measures only); gives the height. */
static double
lines(struct pdf *p, const struct pdf_cell *cell, double x, double y, double width, bool drawn)
{
    double start = y;

    for (const struct pdf_line *k = cell->lines; k && k->text; k++) {
        struct pdf_look look = {.align = cell->align,
                                .style = k->style,
                                .size = k->size,
                                .width = width};
        PangoLayout *l = pdf_layout_text(p, SLOT_TEXT, &look, k->text);
        double h = pdf_layout_height(l), w = pdf_layout_width(l) * k->rule;

        if (drawn)
            pdf_draw_whole(p, l, x, y);
        y += h + (k->rule > 0 ? 3 : 0);
        if (drawn && k->rule > 0)
            pdf_stroke(p, x + (width - w) / 2, y - 1.5, x + (width + w) / 2, y - 1.5);
    }
    return y - start;
}

void
pdf_cells(struct pdf *p, const struct pdf_cell *cells, size_t n)
{
    double height = 0, x = p->left;

    if (pdf_dead(p))
        return;
    for (size_t i = 0; i < n; i++) {
        double h = lines(p, &cells[i], 0, 0, pdf_width(p) * cells[i].part, false);

        height = h > height ? h : height;
    }
    pdf_need(p, height);
    for (size_t i = 0; i < n; i++) {
        lines(p, &cells[i], x, p->y, pdf_width(p) * cells[i].part, true);
        x += pdf_width(p) * cells[i].part;
    }
    p->y += height;
    p->blank = false;
}

static bool
said(const char *s)
{
    return s && *s;
}

/* Portrait paper leaves no room to spare: the right part is as wide as its first line. */
void
pdf_national_head(struct pdf *p, const struct pdf_head *h)
{
    struct pdf_line left[8] = {{0}}, right[4] = {{0}};
    double wide = p->o.landscape ? 0.5 : 0.585;
    size_t n = 0;

    if (said(h->parent))
        left[n++] = (struct pdf_line){h->parent, PDF_UPPER, 12, 0};
    if (said(h->agency))
        left[n++] = (struct pdf_line){h->agency, PDF_UPPER | PDF_BOLD, 12, 0.4};
    right[0] = (struct pdf_line){"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", PDF_BOLD, 12, 0};
    right[1] = (struct pdf_line){"Độc lập - Tự do - Hạnh phúc", PDF_BOLD, 13, 1};
    pdf_cells(p, (struct pdf_cell[]){{1 - wide, PDF_CENTRE, left}, {wide, PDF_CENTRE, right}}, 2);
    if (!said(h->number) && !said(h->place_date) && !said(h->code))
        return;
    pdf_space(p, 3);
    pdf_cells(p,
              (struct pdf_cell[]){{1 - wide, PDF_CENTRE,
                                   (struct pdf_line[]){{said(h->number) ? h->number : "", 0, 13, 0},
                                                       {said(h->code) ? h->code : NULL, 0, 11, 0},
                                                       {0}}},
                                  {wide, PDF_CENTRE,
                                   (struct pdf_line[]){{said(h->place_date) ? h->place_date : "",
                                                        PDF_ITALIC, 13, 0},
                                                       {0}}}},
              2);
}

enum { SIGN_ROOM = 50, SIGN_LINES = 5, SIGN_MAX = 4 };

/* What stands above the room to sign, and below it. */
static struct pdf_cell
above(const struct pdf_signature *s, struct pdf_line out[SIGN_LINES])
{
    size_t n = 0;

    if (said(s->authority))
        out[n++] = (struct pdf_line){s->authority, PDF_BOLD | PDF_UPPER, 0, 0};
    out[n++] = (struct pdf_line){s->title, PDF_BOLD | PDF_UPPER, 0, 0};
    if (said(s->hint))
        out[n++] = (struct pdf_line){s->hint, PDF_ITALIC, 12, 0};
    out[n] = (struct pdf_line){0};
    return (struct pdf_cell){0, PDF_CENTRE, out};
}

static struct pdf_cell
below(const struct pdf_signature *s, struct pdf_line out[2])
{
    out[0] = (struct pdf_line){s->name ? s->name : "", PDF_BOLD, 0, 0};
    out[1] = (struct pdf_line){0};
    return (struct pdf_cell){0, PDF_CENTRE, out};
}

static double
tallest(struct pdf *p, const struct pdf_cell *cells, size_t n, double width)
{
    double height = 0;

    for (size_t i = 0; i < n; i++) {
        double h = lines(p, &cells[i], 0, 0, width, false);

        height = h > height ? h : height;
    }
    return height;
}

void
pdf_signatures(struct pdf *p, const struct pdf_signature *s, size_t n)
{
    struct pdf_line text[SIGN_MAX][SIGN_LINES], names[SIGN_MAX][2];
    struct pdf_cell head[SIGN_MAX], foot[SIGN_MAX];
    double width = pdf_width(p) / (double)(n > 1 ? n : 2), first = n > 1 ? 0 : width, up, down;

    if (pdf_dead(p) || n == 0 || n > SIGN_MAX)
        return;
    for (size_t i = 0; i < n; i++) {
        head[i] = above(&s[i], text[i]);
        foot[i] = below(&s[i], names[i]);
    }
    up = tallest(p, head, n, width);
    down = tallest(p, foot, n, width);
    pdf_space(p, 10);
    pdf_need(p, up + SIGN_ROOM + down);
    for (size_t i = 0; i < n; i++) {
        double x = p->left + first + width * (double)i;

        lines(p, &head[i], x, p->y, width, true);
        lines(p, &foot[i], x, p->y + up + SIGN_ROOM, width, true);
        if (s[i].box)
            *s[i].box =
                (struct pdf_box){p->page, x, p->h - p->y - up - SIGN_ROOM, width, SIGN_ROOM};
    }
    p->y += up + SIGN_ROOM + down;
    p->blank = false;
}
