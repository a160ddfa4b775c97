/*
 * Lines are drawn with stripped fonts (pdf_strip.c) under the glyph numbers that pango chose with
 * the whole ones; a line with anything else in it is drawn by pango.
 *
 * A stripped font is made once a process and file; its face belongs to a thread.
 */
#include <cairo-ft.h>
#include <pango/pangofc-font.h>
#include <pthread.h>
#include <string.h>
#include FT_MODULE_H
#include FT_SYSTEM_H

#include "base/file.h"
#include "pdf/pdf_internal.h"

enum { FILES_MAX = 8, FONTS_MAX = 48, GLYPHS_MAX = 512, FONT_BYTES = 2 << 20 };

/* --- files: of the process, never released --- */

struct file {
    char *path;
    struct bytes stripped; /* n 0: not to be stripped */
};
static struct file files[FILES_MAX];
static size_t files_n;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void
load(struct file *f, const char *path)
{
    struct arena *a = arena_open(2 * FONT_BYTES);
    size_t n = strlen(path) + 1;
    struct bytes whole;

    f->path = mem_get(n);
    memcpy(f->path, path, n);
    if (file_read(a, path, FONT_BYTES, &whole) == 0)
        f->stripped = pdf_strip(whole);
    arena_close(a);
}

static struct bytes
stripped(const char *path)
{
    struct bytes b = {0};
    size_t i;

    pthread_mutex_lock(&lock);
    for (i = 0; i < files_n && strcmp(files[i].path, path) != 0; i++)
        ;
    if (i == files_n && files_n < FILES_MAX)
        load(&files[files_n++], path);
    if (i < files_n)
        b = files[i].stripped;
    pthread_mutex_unlock(&lock);
    return b;
}

/* --- faces and fonts: of the thread --- */

struct face {
    const uint8_t *of;
    cairo_font_face_t *face;
};
struct known {
    PangoFont *font;
    cairo_scaled_font_t *scaled; /* NULL: pango draws it */
};
struct pdf_glyphs {
    FT_Library library;
    struct face faces[FILES_MAX];
    size_t faces_n;
    struct known fonts[FONTS_MAX];
    size_t fonts_n;
};

/* FreeType's own memory would be given back by FT_Done_FreeType() only, which counts no references.
 */
static void *
ft_alloc(FT_Memory m, long n)
{
    (void)m;
    return mem_get((size_t)n);
}

static void
ft_free(FT_Memory m, void *p)
{
    (void)m;
    mem_free(p);
}

static void *
ft_realloc(FT_Memory m, long old, long n, void *p)
{
    void *more = ft_alloc(m, n);

    memcpy(more, p, (size_t)(old < n ? old : n));
    mem_free(p);
    return more;
}

static struct FT_MemoryRec_ memory = {NULL, ft_alloc, ft_free, ft_realloc};

struct pdf_glyphs *
pdf_glyphs_open(void)
{
    struct pdf_glyphs *g = mem_get(sizeof *g);

    if (FT_New_Library(&memory, &g->library) == 0)
        FT_Add_Default_Modules(g->library);
    else
        g->library = NULL;
    return g;
}

void
pdf_glyphs_close(struct pdf_glyphs *g)
{
    for (size_t i = 0; i < g->fonts_n; i++) {
        if (g->fonts[i].scaled)
            cairo_scaled_font_destroy(g->fonts[i].scaled);
        g_object_unref(g->fonts[i].font);
    }
    for (size_t i = 0; i < g->faces_n; i++)
        cairo_font_face_destroy(g->faces[i].face);
    if (g->library)
        FT_Done_Library(g->library);
    mem_free(g);
}

/* Cairo keeps fonts for a while after us: the face holds its library. */
static void
release_face(void *v)
{
    FT_Face face = v;
    FT_Library library = face->glyph->library;

    FT_Done_Face(face);
    FT_Done_Library(library);
}

static cairo_font_face_t *
new_face(struct pdf_glyphs *g, struct bytes b)
{
    static const cairo_user_data_key_t KEY;
    cairo_font_face_t *face;
    FT_Face ft;

    if (!g->library || FT_New_Memory_Face(g->library, b.p, (FT_Long)b.n, 0, &ft) != 0)
        return NULL;
    FT_Reference_Library(g->library);
    face = cairo_ft_font_face_create_for_ft_face(ft, FT_LOAD_NO_HINTING | FT_LOAD_NO_BITMAP);
    if (cairo_font_face_set_user_data(face, &KEY, ft, release_face) != CAIRO_STATUS_SUCCESS) {
        cairo_font_face_destroy(face);
        release_face(ft);
        return NULL;
    }
    return face;
}

static cairo_font_face_t *
face_of(struct pdf_glyphs *g, struct bytes b)
{
    cairo_font_face_t *face;

    for (size_t i = 0; i < g->faces_n; i++)
        if (g->faces[i].of == b.p)
            return g->faces[i].face;
    if (g->faces_n == FILES_MAX || !(face = new_face(g, b)))
        return NULL;
    g->faces[g->faces_n++] = (struct face){b.p, face};
    return face;
}

/* Neither a part of a collection nor made bold or slanted by the machine. */
static bool
as_it_is(FcPattern *p)
{
    FcMatrix *m;
    FcBool bold;
    int index;

    return FcPatternGetMatrix(p, FC_MATRIX, 0, &m) != FcResultMatch &&
           (FcPatternGetBool(p, FC_EMBOLDEN, 0, &bold) != FcResultMatch || !bold) &&
           (FcPatternGetInteger(p, FC_INDEX, 0, &index) != FcResultMatch || index == 0);
}

static double
size_of(PangoFont *font)
{
    PangoFontDescription *d = pango_font_describe_with_absolute_size(font);
    double size = (double)pango_font_description_get_size(d) / PANGO_SCALE;

    pango_font_description_free(d);
    return size;
}

static cairo_scaled_font_t *
scaled_of(struct pdf_glyphs *g, PangoFont *font)
{
    cairo_font_options_t *o;
    cairo_font_face_t *face;
    cairo_scaled_font_t *s;
    cairo_matrix_t at, whole;
    FcPattern *p = PANGO_IS_FC_FONT(font) ? pango_fc_font_get_pattern(PANGO_FC_FONT(font)) : NULL;
    FcChar8 *path;
    struct bytes b;

    if (!p || !as_it_is(p) || FcPatternGetString(p, FC_FILE, 0, &path) != FcResultMatch ||
        (b = stripped((const char *)path)).n == 0 || !(face = face_of(g, b)))
        return NULL;
    o = cairo_font_options_create();
    cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
    cairo_matrix_init_scale(&at, size_of(font), size_of(font));
    cairo_matrix_init_identity(&whole);
    s = cairo_scaled_font_create(face, &at, &whole, o);
    cairo_font_options_destroy(o);
    if (cairo_scaled_font_status(s) == CAIRO_STATUS_SUCCESS)
        return s;
    cairo_scaled_font_destroy(s);
    return NULL;
}

/* NULL: pango draws it. */
static cairo_scaled_font_t *
find(struct pdf_glyphs *g, PangoFont *font)
{
    for (size_t i = 0; i < g->fonts_n; i++)
        if (g->fonts[i].font == font)
            return g->fonts[i].scaled;
    if (g->fonts_n == FONTS_MAX)
        return NULL;
    g->fonts[g->fonts_n++] = (struct known){g_object_ref(font), scaled_of(g, font)};
    return g->fonts[g->fonts_n - 1].scaled;
}

/* --- drawing --- */

static bool
whole_text(const PangoGlyphString *s)
{
    for (int i = 0; i < s->num_glyphs; i++)
        if (s->glyphs[i].glyph & PANGO_GLYPH_UNKNOWN_FLAG)
            return false;
    return true;
}

/* Left to right, of fonts that are known, without lines under it. */
static bool
plain(struct pdf_glyphs *g, const PangoLayoutLine *line)
{
    for (const GSList *r = line->runs; r; r = r->next) {
        const PangoGlyphItem *run = r->data;

        if (run->item->analysis.level % 2 || run->glyphs->num_glyphs > GLYPHS_MAX ||
            !whole_text(run->glyphs) || !find(g, run->item->analysis.font))
            return false;
        for (const GSList *k = run->item->analysis.extra_attrs; k; k = k->next)
            if (((const PangoAttribute *)k->data)->klass->type == PANGO_ATTR_UNDERLINE)
                return false;
    }
    return true;
}

/* Which bytes of the text each glyph stands for: what a reader copies. */
static int
clusters(const PangoGlyphItem *run, const char *text, cairo_text_cluster_t *out)
{
    PangoGlyphItemIter i;
    int n = 0;

    for (gboolean more = pango_glyph_item_iter_init_start(&i, (PangoGlyphItem *)run, text); more;
         more = pango_glyph_item_iter_next_cluster(&i))
        out[n++] = (cairo_text_cluster_t){i.end_index - i.start_index, i.end_glyph - i.start_glyph};
    return n;
}

static double
draw_run(cairo_t *cr, struct pdf_glyphs *g, const PangoGlyphItem *run, const char *text, double x,
         double y)
{
    cairo_text_cluster_t part[GLYPHS_MAX];
    cairo_glyph_t glyph[GLYPHS_MAX];
    int n = 0;

    for (int i = 0; i < run->glyphs->num_glyphs; i++) {
        const PangoGlyphInfo *k = &run->glyphs->glyphs[i];

        glyph[i] = (cairo_glyph_t){k->glyph, x + (double)k->geometry.x_offset / PANGO_SCALE,
                                   y + (double)k->geometry.y_offset / PANGO_SCALE};
        if (k->glyph == PANGO_GLYPH_EMPTY)
            glyph[i].index = 3; /* the space of every font that has Latin letters */
        x += (double)k->geometry.width / PANGO_SCALE;
        n++;
    }
    cairo_set_scaled_font(cr, find(g, run->item->analysis.font));
    cairo_show_text_glyphs(cr, text + run->item->offset, run->item->length, glyph, n, part,
                           clusters(run, text, part), 0);
    return x;
}

/* The line's left end of the baseline is at x, y. */
void
pdf_draw_line(cairo_t *cr, struct pdf_glyphs *g, PangoLayoutLine *line, double x, double y)
{
    const char *text = pango_layout_get_text(line->layout);

    if (!plain(g, line)) {
        cairo_move_to(cr, x, y);
        pango_cairo_show_layout_line(cr, line);
        return;
    }
    for (const GSList *r = line->runs; r; r = r->next)
        x = draw_run(cr, g, r->data, text, x, y);
}
