/*
 * Fonts.  Fontconfig's list of what is installed is read once a process; a font map (loaded faces,
 * shaping plans, the choice of a face for a description) once a thread, because pango's are not for
 * two threads at a time.  The thread's end releases it.
 */
#include <pthread.h>

#include <pango/pangocairo.h>
#include <pango/pangofc-font.h>

#include "pdf/pdf_internal.h"

/* Liberation Serif has the metrics of Times New Roman, which the decree asks for. */
static const char FAMILY[] = "Liberation Serif, Times New Roman, Tinos, serif";

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
release(void *v)
{
    struct pdf_fonts *f = v;

    pdf_glyphs_close(f->glyphs);
    g_object_unref(f->context);
    g_object_unref(f->map);
    mem_free(f);
}

static void
make_key(void)
{
    if (pthread_key_create(&key, release) != 0)
        g_error("pdf: no thread key");
}

/* Outlines as they are: nothing is rounded to the pixels of a screen. */
static void
as_on_paper(PangoContext *context)
{
    cairo_font_options_t *o = cairo_font_options_create();
    PangoFontDescription *d = pango_font_description_from_string(FAMILY);

    cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(o, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(context, o);
    pango_cairo_context_set_resolution(context, 72);
    pango_context_set_round_glyph_positions(context, FALSE);
    pango_context_set_font_description(context, d);
    pango_context_set_language(context, pango_language_from_string("vi"));
    pango_context_set_base_dir(context, PANGO_DIRECTION_LTR);
    pango_font_description_free(d);
    cairo_font_options_destroy(o);
}

struct pdf_fonts *
pdf_thread_fonts(void)
{
    struct pdf_fonts *f;

    pthread_once(&once, make_key);
    if ((f = pthread_getspecific(key)))
        return f;
    f = mem_get(sizeof *f);
    f->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
    f->context = pango_font_map_create_context(f->map);
    as_on_paper(f->context);
    f->glyphs = pdf_glyphs_open();
    pthread_setspecific(key, f);
    return f;
}

void
pdf_thread_end(void)
{
    void *f;

    pthread_once(&once, make_key);
    if (!(f = pthread_getspecific(key)))
        return;
    pthread_setspecific(key, NULL);
    release(f);
}

bool
pdf_fonts_ok(void)
{
    PangoContext *context = pdf_thread_fonts()->context;
    PangoFont *f = pango_context_load_font(context, pango_context_get_font_description(context));
    bool ok = f && pango_font_has_char(f, 0x1eab) && pango_font_has_char(f, 0x1eef);

    if (f)
        g_object_unref(f);
    return ok;
}
