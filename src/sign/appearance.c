#include "sign/appearance.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <string.h>

#include "base/date.h"
#include "base/po.h"

enum { PICTURE_MAX = 2 << 20, LINES_MAX = 600 };

/* --- the picture --------------------------------------------------------------------------- */

static cairo_status_t
take(void *arg, const unsigned char *p, unsigned n)
{
    struct buf *b = arg;

    buf_add(b, (const char *)p, n);
    return b->over ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/* What decree 30/2020 (annex I, II.8) wants beside a digital signature: who, and when to the
 * second with the zone. */
static char *
lines_of(struct ctx *c, const struct sign_facts *f, const struct sign_key *key)
{
    int64_t at = f->at ? f->at : c->now;
    struct ymd d = date_ymd(vn_day(at));
    int minute = vn_minute(at);
    struct buf b;

    buf_init(&b, c->a, LINES_MAX);
    buf_fmt(&b, "%s: %s\n", tr_lang(LANG_VI, N_("Ký bởi")), f->name ? f->name : key->holder);
    if (f->title && *f->title)
        buf_fmt(&b, "%s\n", f->title);
    if (f->reason && *f->reason)
        buf_fmt(&b, "%s: %s\n", tr_lang(LANG_VI, N_("Lý do")), f->reason);
    buf_fmt(&b, "%s: %02d/%02d/%04d %02d:%02d:%02d +07:00", tr_lang(LANG_VI, N_("Thời gian ký")),
            d.d, d.m, d.y, minute / 60, minute % 60, (int)(((at % 60) + 60) % 60));
    return b.p;
}

/* The largest type from 9 to 5 points with which all of it fits. */
static void
draw_text(cairo_t *cr, const char *text, double w, double h)
{
    PangoLayout *l = pango_cairo_create_layout(cr);
    PangoFontDescription *font = pango_font_description_from_string("Liberation Sans");
    int high = 0;

    pango_layout_set_width(l, (int)((w - 6) * PANGO_SCALE));
    pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_text(l, text, -1);
    for (int size = 9; size >= 5; size--) {
        pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
        pango_layout_set_font_description(l, font);
        pango_layout_get_pixel_size(l, NULL, &high);
        if (high <= h - 4)
            break;
    }
    cairo_move_to(cr, 3, high < h ? (h - high) / 2 : 2);
    pango_cairo_show_layout(cr, l);
    pango_font_description_free(font);
    g_object_unref(l);
}

static bool
draw(struct ctx *c, const struct sign_facts *f, const struct sign_key *key, struct buf *out)
{
    double w = f->box.w, h = f->box.h;
    cairo_surface_t *s;
    cairo_t *cr;
    bool ok;

    buf_init(out, c->a, PICTURE_MAX);
    s = cairo_pdf_surface_create_for_stream(take, out, w, h);
    cr = cairo_create(s);
    cairo_set_source_rgb(cr, 0.75, 0.06, 0.1);
    cairo_set_line_width(cr, 0.8);
    cairo_rectangle(cr, 0.6, 0.6, w - 1.2, h - 1.2);
    cairo_stroke(cr);
    draw_text(cr, lines_of(c, f, key), w, h);
    cairo_destroy(cr);
    cairo_surface_finish(s);
    ok = cairo_surface_status(s) == CAIRO_STATUS_SUCCESS && !out->over;
    cairo_surface_destroy(s);
    return ok;
}

/* --- its objects into ours ----------------------------------------------------------------- */

struct import {
    struct pdf_file from;
    struct pdf_update *to;
    int64_t *number;                    /* ours of theirs; 0: not met yet */
    VEC(int64_t) left;                  /* theirs, met and not written */
};

static int64_t
ours(struct import *m, int64_t theirs)
{
    if (theirs <= 0 || theirs >= m->from.size)
        return 0;
    if (!m->number[theirs]) {
        m->number[theirs] = raw_number(m->to);
        *vec_push(m->from.a, &m->left) = theirs;
    }
    return m->number[theirs];
}

static void put_value(struct import *m, const struct pdf_value *v);

static void
put_dict(struct import *m, const struct pdf_value *v, const char *but)
{
    struct buf *b = &m->to->out;
    struct pdf_value key, e;
    size_t pos = 0;

    while (raw_entry(m->from.in, v, &pos, &key, &e)) {
        if (but && raw_name_is(m->from.in, &key, but))
            continue;
        buf_add(b, (const char *)m->from.in.p + key.at, key.end - key.at);
        buf_char(b, ' ');
        put_value(m, &e);
    }
}

static void
put_value(struct import *m, const struct pdf_value *v)
{
    struct buf *b = &m->to->out;
    struct pdf_value e;
    size_t pos = 0;

    switch (v->type) {
    case PDF_REF: buf_fmt(b, "%lld 0 R", (long long)ours(m, v->n)); return;
    case PDF_DICT:
        buf_lit(b, "<<");
        put_dict(m, v, NULL);
        buf_lit(b, ">>");
        return;
    case PDF_ARRAY:
        buf_char(b, '[');
        while (raw_item(m->from.in, v, &pos, &e)) {
            put_value(m, &e);
            buf_char(b, ' ');
        }
        buf_char(b, ']');
        return;
    default: buf_add(b, (const char *)m->from.in.p + v->at, v->end - v->at);
    }
}

/* The bytes of a stream; n 0: it has none. */
static struct bytes
stream_of(const struct pdf_file *f, const struct pdf_value *dict)
{
    struct pdf_value length;
    size_t at = dict->end;

    if (!raw_word(f->in, &at, "stream") || raw_get(f->in, dict, "Length", &length) != 1 ||
        !raw_resolve(f, &length) || length.type != PDF_INT || length.n < 0)
        return (struct bytes){0};
    at += f->in.p[at] == '\r';
    at += 1;
    if (at > f->in.n || (size_t)length.n > f->in.n - at)
        return (struct bytes){0};
    return (struct bytes){f->in.p + at, (size_t)length.n};
}

/* After "<<" and what else the dictionary has. */
static void
put_stream(struct import *m, const struct pdf_value *dict)
{
    struct bytes s = stream_of(&m->from, dict);
    struct buf *b = &m->to->out;

    buf_fmt(b, "/Length %zu", s.n);
    put_dict(m, dict, "Length");
    buf_lit(b, ">>\nstream\n");
    buf_add(b, (const char *)s.p, s.n);
    buf_lit(b, "\nendstream");
}

static bool
put_left(struct import *m)
{
    struct pdf_value v;

    while (m->left.n) {
        int64_t theirs = m->left.p[--m->left.n];

        if (!raw_object(&m->from, theirs, &v))
            return false;
        raw_object_begin(m->to, m->number[theirs]);
        if (v.type == PDF_DICT && stream_of(&m->from, &v).n) {
            buf_lit(&m->to->out, "<<");
            put_stream(m, &v);
        } else {
            put_value(m, &v);
        }
        raw_object_end(m->to);
    }
    return true;
}

/* The page's content becomes the XObject's stream, its resources stay what they are. */
static bool
put_page(struct import *m, const struct sign_facts *f, int64_t number)
{
    struct pdf_value page, content, resources;
    struct buf *b = &m->to->out;
    int64_t at;

    if (!raw_page(&m->from, 1, &at, &page) ||
        raw_get(m->from.in, &page, "Contents", &content) != 1 ||
        !raw_resolve(&m->from, &content) ||
        raw_get(m->from.in, &page, "Resources", &resources) != 1)
        return false;
    raw_object_begin(m->to, number);
    buf_fmt(b, "<</Type/XObject/Subtype/Form/BBox[0 0 %.2f %.2f]/Resources ", f->box.w, f->box.h);
    put_value(m, &resources);
    put_stream(m, &content);
    raw_object_end(m->to);
    return put_left(m);
}

int
appearance_put(struct ctx *c, struct pdf_update *u, const struct sign_facts *f,
               const struct sign_key *key, int64_t *number)
{
    struct import m = {.to = u};
    struct buf picture;
    const char *why = "the picture was not drawn";

    if (draw(c, f, key, &picture))
        why = raw_open(c->a, (struct bytes){(uint8_t *)picture.p, picture.n}, &m.from);
    if (!why) {
        m.number = arena_get(c->a, (size_t)m.from.size * sizeof *m.number);
        *number = raw_number(u);
        why = put_page(&m, f, *number) ? NULL : "the picture has another shape";
    }
    return why ? fail(c, E_SYS, N_("Hệ thống gặp lỗi"), "sign: %s", why) : OK;
}
