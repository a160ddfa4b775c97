#include <string.h>

#include "sign/attach.h"
#include "sign/pdffile.h"

enum { ROOM = 16 << 10, READ_TIMES = 16, READ_MORE = 1 << 20 };

/* --- put in -------------------------------------------------------------------------------- */

static void
put_name(struct buf *b, const char *s)
{
    buf_char(b, '/');
    for (; *s; s++)
        if ((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9'))
            buf_char(b, *s);
        else
            buf_fmt(b, "#%02x", (unsigned char)*s);
}

static int64_t
put_content(struct pdf_update *u, const struct pdf_attachment *f)
{
    int64_t number = raw_number(u);

    raw_object_begin(u, number);
    buf_lit(&u->out, "<</Type/EmbeddedFile/Subtype");
    put_name(&u->out, f->mime);
    buf_fmt(&u->out, "/Length %zu/Params<</Size %zu>>>>stream\n", f->content.n, f->content.n);
    buf_add(&u->out, (const char *)f->content.p, f->content.n);
    buf_lit(&u->out, "\nendstream");
    raw_object_end(u);
    return number;
}

static int64_t
put_file(struct pdf_update *u, const struct pdf_attachment *f, int64_t content)
{
    int64_t number = raw_number(u);
    struct buf *b = &u->out;

    raw_object_begin(u, number);
    buf_fmt(b, "<</Type/Filespec/AFRelationship/Supplement/F(%s)/UF(%s)/Desc", f->name, f->name);
    raw_put_text(b, f->about);
    buf_fmt(b, "/EF<</F %lld 0 R>>>>", (long long)content);
    raw_object_end(u);
    return number;
}

static void
put_root(struct pdf_update *u, const struct pdf_attachment *f, int64_t file)
{
    static const char *const BUT[] = {"Names", "AF", NULL};

    raw_object_begin(u, u->f->root_number);
    buf_lit(&u->out, "<<");
    raw_put_entries(u, &u->f->root, BUT);
    buf_fmt(&u->out, "/AF[%lld 0 R]/Names<</EmbeddedFiles<</Names[(%s)%lld 0 R]>>>>>>",
            (long long)file, f->name, (long long)file);
    raw_object_end(u);
}

static bool
plain(const char *name)
{
    for (; *name; name++)
        if (*name <= ' ' || *name > '~' || strchr("()\\", *name))
            return false;
    return true;
}

const char *
pdf_attach(struct arena *a, struct bytes pdf, const struct pdf_attachment *f, struct bytes *out)
{
    struct pdf_file file;
    struct pdf_update u;
    struct pdf_value v;
    const char *why = raw_open(a, pdf, &file);

    if (why)
        return why;
    if (raw_get(pdf, &file.root, "Names", &v) || raw_get(pdf, &file.root, "AF", &v))
        return "it has files or names already";
    if (!plain(f->name) || f->content.n > PDF_ATTACHED_MAX)
        return "the file to attach is too long or its name is not plain";
    raw_update_begin(&u, &file, f->content.n + ROOM);
    put_root(&u, f, put_file(&u, f, put_content(&u, f)));
    if (!raw_update_end(&u))
        return "it does not fit";
    *out = (struct bytes){(const uint8_t *)u.out.p, u.out.n};
    return NULL;
}

/* --- take out ------------------------------------------------------------------------------ */

/* The dictionary or list of this name in a dictionary. */
static bool
inside(const struct pdf_file *f, struct pdf_value *at, const char *name, enum pdf_type type)
{
    struct pdf_value v;

    if (at->type != PDF_DICT || raw_get(f->in, at, name, &v) != 1 || !raw_resolve(f, &v) ||
        v.type != type)
        return false;
    *at = v;
    return true;
}

/* The file's description among [(name) ref (name) ref ...]. */
static bool
find_named(const struct pdf_file *f, const struct pdf_value *names, const char *name,
           struct pdf_value *out)
{
    struct pdf_value key;
    size_t pos = 0;

    while (raw_item(f->in, names, &pos, &key) && raw_item(f->in, names, &pos, out)) {
        struct bytes k = raw_octets(f->a, f->in, &key);

        if (k.n == strlen(name) && memcmp(k.p, name, k.n) == 0)
            return raw_resolve(f, out) && out->type == PDF_DICT;
    }
    return false;
}

static bool
stream_of(const struct pdf_file *f, int64_t number, struct bytes *out)
{
    struct pdf_value dict, v;
    size_t at;

    if (!raw_object(f, number, &dict) || dict.type != PDF_DICT ||
        raw_get(f->in, &dict, "Filter", &v) != 0 || raw_get(f->in, &dict, "Length", &v) != 1 ||
        v.type != PDF_INT || v.n < 0 || v.n > PDF_ATTACHED_MAX)
        return false;
    at = dict.end;
    if (!raw_word(f->in, &at, "stream"))
        return false;
    if (at < f->in.n && f->in.p[at] == '\r')
        at++;
    if (at >= f->in.n || f->in.p[at++] != '\n' || (size_t)v.n > f->in.n - at)
        return false;
    *out = (struct bytes){f->in.p + at, (size_t)v.n};
    return true;
}

static const char *
take(struct arena *a, struct bytes pdf, const char *name, struct bytes *out)
{
    struct pdf_file f;
    struct pdf_value at, ref;
    const char *why = raw_open(a, pdf, &f);

    if (why)
        return why;
    at = f.root;
    if (!inside(&f, &at, "Names", PDF_DICT) || !inside(&f, &at, "EmbeddedFiles", PDF_DICT) ||
        !inside(&f, &at, "Names", PDF_ARRAY) || !find_named(&f, &at, name, &at))
        return "it holds no such file";
    if (!inside(&f, &at, "EF", PDF_DICT) || raw_get(pdf, &at, "F", &ref) != 1 ||
        ref.type != PDF_REF || !stream_of(&f, ref.n, out))
        return "the file in it cannot be read";
    return NULL;
}

const char *
pdf_attached(struct arena *a, struct bytes pdf, const char *name, struct bytes *out)
{
    const char *why;

    raw_budget(READ_MORE + READ_TIMES * (int64_t)pdf.n);
    why = take(a, pdf, name, out);
    raw_budget(INT64_MAX);
    return why;
}
