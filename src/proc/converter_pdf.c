/*
 * PDFs through qpdf's C interface: a document of its pages alone is made anew, so that what hangs
 * on the old one (scripts, attachments, forms, metadata) is not even copied; then every object of
 * the new one is looked at.
 */
#include <qpdf/qpdf-c.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "proc/converter.h"

enum {
    OBJECTS_MAX = 500000,
    DEPTH_MAX = 40,
    KEYS_MAX = 400,
    STREAM_MAX = 192 << 20,             /* bytes of one stream, opened: an A4 page of 600 dpi */
    BLOWN_UP = 100,                     /* times larger when opened: it counts as suspicious */
};
#define SUSPICIOUS_MAX ((int64_t)2 << 30)
#define TAIL 2048

struct walk {
    struct job *j;
    qpdf_data q;
    json_t *active;
    int64_t suspicious;
    const char *why;
    bool launch;
};

/* --- opening -------------------------------------------------------------------------------- */

static qpdf_data
quiet(void)
{
    qpdf_data q = qpdf_init();

    qpdf_set_suppress_warnings(q, QPDF_TRUE);
    qpdf_silence_errors(q);
    return q;
}

static bool
ended(const struct input *in)
{
    size_t n = in->n < TAIL ? in->n : TAIL;

    return memmem(in->p + in->n - n, n, "%%EOF", 5) || memmem(in->p + in->n - n, n, "startxref", 9);
}

static const char *
open_input(const struct input *in, qpdf_data *q)
{
    *q = quiet();
    if (qpdf_read_memory(*q, "input", (const char *)in->p, in->n, NULL) & QPDF_ERRORS)
        return qpdf_get_error_code(*q, qpdf_get_error(*q)) == qpdf_e_password ? "encrypted"
               : ended(in)                                                      ? "damaged"
                                                                                : "truncated";
    if (!ended(in))
        return "truncated";             /* qpdf would go on with the pages that are left */
    return NULL;
}

/* --- what is active ------------------------------------------------------------------------- */

static void
add_active(json_t *list, const char *word)
{
    size_t i;
    json_t *had;

    json_array_foreach(list, i, had)
        if (strcmp(json_string_value(had), word) == 0)
            return;
    json_array_append_new(list, json_string(word));
}

/* The kinds of actions; those that are not here only move inside the document. */
static const struct {
    const char *action, *word;
} ACTIONS[] = {{"/JavaScript", "javascript"}, {"/Launch", "launch"}, {"/ImportData", "import"},
               {"/SubmitForm", "submit"},     {"/GoToR", "remote"},  {"/GoToE", "remote"},
               {"/Rendition", "media"},       {"/Movie", "media"},   {"/Sound", "media"},
               {"/RichMediaExecute", "media"}, {"/URI", "link"},     {"/Hide", "hide"}};

static void
look_action(struct walk *w, qpdf_oh dict)
{
    qpdf_oh s = qpdf_oh_get_key(w->q, dict, "/S");
    const char *kind = qpdf_oh_is_name(w->q, s) ? qpdf_oh_get_name(w->q, s) : "";

    for (size_t i = 0; i < sizeof ACTIONS / sizeof *ACTIONS; i++)
        if (strcmp(ACTIONS[i].action, kind) == 0) {
            add_active(w->active, ACTIONS[i].word);
            w->launch = w->launch || strcmp(kind, "/Launch") == 0;
        }
}

/* Keys that make a reader do something, carry files, or say who made it.  `word`: told. */
static const struct {
    const char *key, *word;
} TAKEN_OUT[] = {
    {"/JS", "javascript"},      {"/JavaScript", "javascript"}, {"/AA", "actions"},
    {"/OpenAction", "actions"}, {"/EmbeddedFiles", "files"},   {"/EF", "files"},
    {"/AF", "files"},           {"/XFA", "xfa"},               {"/RichMediaContent", "media"},
    {"/Metadata", NULL},        {"/PieceInfo", NULL},          {"/OPI", NULL},
    {"/Alternates", NULL},      {"/StructParents", NULL},      {"/StructParent", NULL},
    {"/PA", "actions"},         {"/PresSteps", NULL},          {"/Trans", NULL},
};

/* --- every object --------------------------------------------------------------------------- */

static bool
is_action(struct walk *w, qpdf_oh dict)
{
    return qpdf_oh_is_dictionary(w->q, dict) && qpdf_oh_has_key(w->q, dict, "/S") &&
           qpdf_oh_is_name(w->q, qpdf_oh_get_key(w->q, dict, "/S"));
}

static void
clean_dict(struct walk *w, qpdf_oh dict)
{
    qpdf_oh a;

    for (size_t i = 0; i < sizeof TAKEN_OUT / sizeof *TAKEN_OUT; i++) {
        if (!qpdf_oh_has_key(w->q, dict, TAKEN_OUT[i].key))
            continue;
        if (TAKEN_OUT[i].word)
            add_active(w->active, TAKEN_OUT[i].word);
        qpdf_oh_remove_key(w->q, dict, TAKEN_OUT[i].key);
    }
    a = qpdf_oh_get_key(w->q, dict, "/A");
    look_action(w, dict);
    if (is_action(w, a)) {
        look_action(w, a);
        qpdf_oh_remove_key(w->q, dict, "/A");
    }
}

static size_t
keys_of(struct walk *w, qpdf_oh dict, const char **keys)
{
    size_t n = 0;

    qpdf_oh_begin_dict_key_iter(w->q, dict);
    while (qpdf_oh_dict_more_keys(w->q)) {
        const char *key = qpdf_oh_dict_next_key(w->q);

        if (n < KEYS_MAX)
            keys[n++] = arena_str(w->j->a, key);
    }
    return n;
}

static void clean_value(struct walk *w, qpdf_oh v, int depth);

static void
clean_inside(struct walk *w, qpdf_oh dict, int depth)
{
    const char *keys[KEYS_MAX];
    size_t n;

    clean_dict(w, dict);
    n = keys_of(w, dict, keys);
    for (size_t i = 0; i < n && !w->why; i++) {
        qpdf_oh v = qpdf_oh_get_key(w->q, dict, keys[i]);

        clean_value(w, v, depth + 1);
        qpdf_oh_release(w->q, v);
    }
}

/* What stands in the object itself: others are met under their own number. */
static void
clean_value(struct walk *w, qpdf_oh v, int depth)
{
    if (depth > DEPTH_MAX) {
        w->why = "bomb";
    } else if (depth > 0 && qpdf_oh_is_indirect(w->q, v)) {
        return;
    } else if (qpdf_oh_is_dictionary(w->q, v)) {
        clean_inside(w, v, depth);
    } else if (qpdf_oh_is_array(w->q, v)) {
        int n = qpdf_oh_get_array_n_items(w->q, v);

        for (int i = 0; i < n && !w->why; i++) {
            qpdf_oh item = qpdf_oh_get_array_item(w->q, v, i);

            clean_value(w, item, depth + 1);
            qpdf_oh_release(w->q, item);
        }
    }
}

/* --- streams that are larger than they look ------------------------------------------------- */

static bool
is_flate(struct walk *w, qpdf_oh name)
{
    const char *s = qpdf_oh_is_name(w->q, name) ? qpdf_oh_get_name(w->q, name) : "";

    return strcmp(s, "/FlateDecode") == 0 || strcmp(s, "/Fl") == 0;
}

/* How many times over it is deflated; nobody does that twice but to hide. */
static int
flates(struct walk *w, qpdf_oh filter, bool *first)
{
    int n = qpdf_oh_is_array(w->q, filter) ? qpdf_oh_get_array_n_items(w->q, filter) : 0, found = 0;

    if (n == 0)
        return *first = is_flate(w, filter), *first;
    for (int i = 0; i < n && i < 100; i++) {
        bool is = is_flate(w, qpdf_oh_get_array_item(w->q, filter, i));

        *first = i == 0 ? is : *first;
        found += is;
    }
    return n > 8 ? n : found;
}

/* The bytes it opens to, none of them kept; stops beyond `most`. */
static int64_t
opened_size(const uint8_t *p, size_t n, int64_t most)
{
    static uint8_t sink[1 << 16];
    z_stream z = {.next_in = (uint8_t *)p, .avail_in = (uInt)n};
    int64_t sum = 0;
    int rc = inflateInit(&z);

    while (rc == Z_OK && sum <= most) {
        z.next_out = sink;
        z.avail_out = sizeof sink;
        rc = inflate(&z, Z_NO_FLUSH);
        sum += (int64_t)(sizeof sink - z.avail_out);
        if (rc == Z_OK && z.avail_in == 0 && z.avail_out > 0)
            break;
    }
    inflateEnd(&z);
    return sum;
}

static void
weigh_stream(struct walk *w, qpdf_oh stream)
{
    unsigned char *raw = NULL;
    size_t n = 0;
    int64_t size = 0;

    if (qpdf_oh_get_stream_data(w->q, stream, qpdf_dl_none, NULL, &raw, &n) & QPDF_ERRORS)
        return;                         /* a reader sees nothing there, either */
    if (raw && n > 0)
        size = opened_size(raw, n, STREAM_MAX);
    if (raw)
        mem_free(raw);
    if (n > 0 && size / (int64_t)n > BLOWN_UP)
        w->suspicious += size;
    if (size > STREAM_MAX || w->suspicious > SUSPICIOUS_MAX)
        w->why = "bomb";
}

static long long
number(struct walk *w, qpdf_oh dict, const char *key)
{
    qpdf_oh v = qpdf_oh_get_key(w->q, dict, key);

    return qpdf_oh_is_integer(w->q, v) ? qpdf_oh_get_int_value(w->q, v) : 0;
}

static void
look_stream(struct walk *w, qpdf_oh stream)
{
    qpdf_oh dict = qpdf_oh_get_dict(w->q, stream);
    long long width = number(w, dict, "/Width"), height = number(w, dict, "/Height");
    bool first = false;
    int n;

    clean_value(w, dict, 0);
    if (qpdf_oh_has_key(w->q, dict, "/F"))
        qpdf_oh_remove_key(w->q, dict, "/F");           /* its bytes would be another file's */
    n = flates(w, qpdf_oh_get_key(w->q, dict, "/Filter"), &first);
    if (n > 1)
        w->why = "bomb";
    else if (width > IMAGE_WIDE || height > IMAGE_WIDE || width < 0 || height < 0 ||
             width * height > (long long)IMAGE_MEGAPIXELS * 4 * 1000000)
        w->why = "too-wide";
    else if (first)
        weigh_stream(w, stream);
}

/* Objects of a document that we wrote: numbers from 1, all of generation 0. */
static const char *
clean_objects(struct walk *w)
{
    long long n = number(w, qpdf_get_trailer(w->q), "/Size");

    if (n > OBJECTS_MAX)
        return "bomb";
    qpdf_oh_release_all(w->q);
    for (int id = 1; id < n && !w->why; id++) {
        qpdf_oh o = qpdf_get_object_by_id(w->q, id, 0);

        if (qpdf_oh_is_stream(w->q, o))
            look_stream(w, o);
        else
            clean_value(w, o, 0);
        qpdf_oh_release_all(w->q);
    }
    return w->why ? w->why : w->launch ? "launch" : NULL;
}

/* --- pages ---------------------------------------------------------------------------------- */

/* A field of a form is kept as it looks: a stamp.  Without a look it goes, and all that plays. */
static bool
keep_mark(struct walk *w, qpdf_oh mark)
{
    static const char *const LOOKS[] = {"/FreeText", "/Stamp", "/Highlight", "/Ink", "/Line",
                                        "/Square", "/Circle", "/Polygon", "/PolyLine", "/Underline",
                                        "/StrikeOut", "/Squiggly", "/Caret", "/Widget"};
    qpdf_oh s = qpdf_oh_get_key_if_dict(w->q, mark, "/Subtype");
    const char *kind = qpdf_oh_is_name(w->q, s) ? qpdf_oh_get_name(w->q, s) : "";

    if (strcmp(kind, "/FileAttachment") == 0)
        add_active(w->active, "files");
    if (strcmp(kind, "/RichMedia") == 0 || strcmp(kind, "/Screen") == 0 ||
        strcmp(kind, "/3D") == 0 || strcmp(kind, "/Movie") == 0 || strcmp(kind, "/Sound") == 0)
        add_active(w->active, "media");
    for (size_t i = 0; i < sizeof LOOKS / sizeof *LOOKS; i++)
        if (strcmp(LOOKS[i], kind) == 0)
            return qpdf_oh_has_key(w->q, mark, "/AP");
    return false;
}

static void
plain_mark(struct walk *w, qpdf_oh mark)
{
    static const char *const GONE[] = {"/A", "/AA", "/PA", "/P", "/Parent", "/Kids", "/Popup",
                                       "/IRT", "/FT", "/T", "/TU", "/TM", "/V", "/DV", "/Ff", "/MK",
                                       "/DA", "/Q", "/Opt", "/Contents", "/RC", "/Dest", "/NM"};

    for (size_t i = 0; i < sizeof GONE / sizeof *GONE; i++)
        qpdf_oh_remove_key(w->q, mark, GONE[i]);
    qpdf_oh_replace_key(w->q, mark, "/Subtype", qpdf_oh_new_name(w->q, "/Stamp"));
}

/* Their actions are looked at before they go. */
static void
clean_marks(struct walk *w, qpdf_oh page)
{
    qpdf_oh marks = qpdf_oh_get_key(w->q, page, "/Annots"), kept = qpdf_oh_new_array(w->q);
    int n = qpdf_oh_is_array(w->q, marks) ? qpdf_oh_get_array_n_items(w->q, marks) : 0;

    for (int i = 0; i < n && i < 5000; i++) {
        qpdf_oh mark = qpdf_oh_get_array_item(w->q, marks, i);

        if (!qpdf_oh_is_dictionary(w->q, mark))
            continue;
        clean_dict(w, mark);
        if (!keep_mark(w, mark))
            continue;
        plain_mark(w, mark);
        qpdf_oh_append_item(w->q, kept, mark);
    }
    qpdf_oh_replace_key(w->q, page, "/Annots", kept);
}

/* A page takes along what it names: only what draws. */
static void
clean_page(struct walk *w, qpdf_oh page)
{
    static const char *const DRAWS[] = {"/Type", "/Parent", "/Contents", "/Resources", "/MediaBox",
                                        "/CropBox", "/Rotate", "/UserUnit", "/Group", "/Annots"};
    const char *keys[KEYS_MAX];
    size_t n;

    if (qpdf_oh_has_key(w->q, page, "/AA"))
        add_active(w->active, "actions");
    clean_marks(w, page);
    n = keys_of(w, page, keys);
    for (size_t i = 0; i < n; i++) {
        bool draws = false;

        for (size_t k = 0; k < sizeof DRAWS / sizeof *DRAWS; k++)
            draws = draws || strcmp(DRAWS[k], keys[i]) == 0;
        if (!draws)
            qpdf_oh_remove_key(w->q, page, keys[i]);
    }
}

/* What hangs on the document: told, and not copied. */
static const char *
look_root(struct walk *w)
{
    qpdf_oh root = qpdf_get_root(w->q), names, form, open;

    if (!qpdf_oh_is_dictionary(w->q, root))
        return "damaged";
    names = qpdf_oh_get_key(w->q, root, "/Names");
    form = qpdf_oh_get_key(w->q, root, "/AcroForm");
    open = qpdf_oh_get_key(w->q, root, "/OpenAction");
    if (qpdf_oh_is_dictionary(w->q, form) && qpdf_oh_has_key(w->q, form, "/XFA"))
        return "xfa";
    if (qpdf_oh_is_dictionary(w->q, names))
        clean_dict(w, names);
    if (qpdf_oh_is_dictionary(w->q, open))
        look_action(w, open);
    clean_dict(w, root);
    return w->launch ? "launch" : NULL;
}

/* As somebody turned it on the screen, beside what it was turned before. */
static void
turn_page(struct walk *w, qpdf_oh page)
{
    qpdf_oh was = qpdf_oh_get_key(w->q, page, "/Rotate");
    int turn = w->j->w.turn;

    if (turn == 0)
        return;
    if (qpdf_oh_is_integer(w->q, was))
        turn += qpdf_oh_get_int_value_as_int(w->q, was) % 360;
    qpdf_oh_replace_key(w->q, page, "/Rotate", qpdf_oh_new_integer(w->q, (turn + 360) % 360));
}

static const char *
copy_pages(struct walk *w, int from, int to, qpdf_data dest)
{
    qpdf_empty_pdf(dest);
    qpdf_push_inherited_attributes_to_page(w->q);
    for (int i = from; i <= to; i++) {
        qpdf_oh page = qpdf_get_page_n(w->q, (size_t)i - 1);

        clean_page(w, page);
        turn_page(w, page);
        if (w->launch)
            return "launch";
        if (qpdf_add_page(dest, w->q, page, QPDF_FALSE) & QPDF_ERRORS)
            return "damaged";
        qpdf_oh_release_all(w->q);
        qpdf_oh_release_all(dest);
    }
    return NULL;
}

/* --- writing -------------------------------------------------------------------------------- */

static const char *
write_out(struct job *j, qpdf_data q, enum qpdf_stream_data_e streams, struct bytes *out)
{
    char *copy;

    qpdf_init_write_memory(q);
    qpdf_set_object_stream_mode(q, qpdf_o_disable);     /* as signatures need it: src/sign */
    qpdf_set_stream_data_mode(q, streams);
    qpdf_set_decode_level(q, qpdf_dl_none);
    qpdf_set_deterministic_ID(q, QPDF_TRUE);    /* the same input is the same content */
    qpdf_set_preserve_encryption(q, QPDF_FALSE);
    if (qpdf_write(q) & QPDF_ERRORS)
        return "damaged";
    out->n = qpdf_get_buffer_length(q);
    if (out->n > WIRE_OUT_MAX)
        return "too-large";
    copy = arena_raw(j->a, out->n);
    memcpy(copy, qpdf_get_buffer(q), out->n);
    out->p = (const uint8_t *)copy;
    return NULL;
}

static const char *
pages_of(struct walk *w, struct pdf_facts *f, int *from, int *to)
{
    f->pages = qpdf_get_num_pages(w->q);
    if (f->pages <= 0)
        return "damaged";
    if (f->pages > CONVERT_PAGES_MAX)
        return "too-long";
    *from = *from > 0 ? *from : 1;
    *to = *to > 0 ? *to : f->pages;
    return *from > f->pages || *to > f->pages ? "no-page" : NULL;
}

/* The new document, once more: every object of it. */
static const char *
clean_again(struct job *j, struct walk *w, struct bytes *bytes)
{
    const struct input in = {.p = bytes->p, .n = bytes->n, .kind = KIND_PDF};
    const char *why;

    w->q = NULL;
    why = open_input(&in, &w->q);
    if (!why)
        why = clean_objects(w);
    if (!why)
        why = write_out(j, w->q, qpdf_s_compress, bytes);
    qpdf_cleanup(&w->q);
    return why;
}

const char *
pdf_clean(struct job *j, const struct input *in, int from, int to, struct pdf_facts *f,
          struct bytes *out)
{
    struct walk w = {.j = j, .active = json_array()};
    struct bytes bytes = {0};
    qpdf_data dest = quiet();
    const char *why = open_input(in, &w.q);

    *f = (struct pdf_facts){.active = w.active};
    if (!why)
        why = look_root(&w);
    if (!why)
        why = pages_of(&w, f, &from, &to);
    if (!why)
        why = copy_pages(&w, from, to, dest);
    if (!why)
        why = write_out(j, dest, qpdf_s_preserve, &bytes); /* nothing is opened yet */
    qpdf_cleanup(&w.q);
    qpdf_cleanup(&dest);
    if (!why)
        why = clean_again(j, &w, &bytes);
    if (!why && out)
        *out = bytes;
    return why;
}

const char *
pdf_join(struct job *j, const struct bytes *parts, size_t n, struct bytes *out)
{
    qpdf_data dest = quiet(), from[CONVERT_FILES_MAX] = {0};
    const char *why = NULL;

    qpdf_empty_pdf(dest);
    for (size_t i = 0; i < n && !why; i++) {
        const struct input in = {.p = parts[i].p, .n = parts[i].n, .kind = KIND_PDF};
        int pages;

        why = open_input(&in, &from[i]);
        pages = why ? 0 : qpdf_get_num_pages(from[i]);
        for (int k = 0; k < pages && !why; k++)
            if (qpdf_add_page(dest, from[i], qpdf_get_page_n(from[i], (size_t)k), QPDF_FALSE) &
                QPDF_ERRORS)
                why = "damaged";
    }
    if (!why)
        why = write_out(j, dest, qpdf_s_preserve, out);
    qpdf_cleanup(&dest);
    for (size_t i = 0; i < n; i++)
        if (from[i])
            qpdf_cleanup(&from[i]);
    return why;
}

/* --- one photo, one page: A4 across the longer side ----------------------------------------- */

void
pdf_of_jpeg(struct arena *a, const struct bytes *jpeg, int width, int height, bool grey,
            struct bytes *out)
{
    static const double A4 = 841.89;
    double scale = A4 / (width > height ? width : height), w = width * scale, h = height * scale;
    size_t at[6], start;
    struct buf b;

    buf_init(&b, a, jpeg->n + 4096);
    buf_lit(&b, "%PDF-1.5\n%\xe2\xe3\xcf\xd3\n");
    at[1] = b.n;
    buf_lit(&b, "1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n");
    at[2] = b.n;
    buf_lit(&b, "2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n");
    at[3] = b.n;
    buf_fmt(&b,
            "3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.2f %.2f]/Contents 4 0 R"
            "/Resources<</XObject<</I 5 0 R>>>>>>\nendobj\n",
            w, h);
    at[4] = b.n;
    buf_fmt(&b, "4 0 obj\n<</Length %zu>>stream\n",
            strlen(arena_fmt(a, "q %.2f 0 0 %.2f 0 0 cm /I Do Q", w, h)));
    buf_fmt(&b, "q %.2f 0 0 %.2f 0 0 cm /I Do Q\nendstream\nendobj\n", w, h);
    at[5] = b.n;
    buf_fmt(&b,
            "5 0 obj\n<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/%s"
            "/BitsPerComponent 8/Filter/DCTDecode/Length %zu>>stream\n",
            width, height, grey ? "DeviceGray" : "DeviceRGB", jpeg->n);
    buf_add(&b, (const char *)jpeg->p, jpeg->n);
    buf_lit(&b, "\nendstream\nendobj\n");
    start = b.n;
    buf_lit(&b, "xref\n0 6\n0000000000 65535 f \n");
    for (int i = 1; i <= 5; i++)
        buf_fmt(&b, "%010zu 00000 n \n", at[i]);
    buf_fmt(&b, "trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%zu\n%%%%EOF\n", start);
    *out = (struct bytes){(const uint8_t *)b.p, b.n};
}
