/* One PAdES signature more, as an incremental update (ISO 32000-1, 12.8; ETSI EN 319 142-1). */
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/log.h"
#include "sign/appearance.h"
#include "sign/client.h"
#include "sign/keyset.h"
#include "sign/pdffile.h"
#include "sign/stamp.h"

enum { UPDATE_MAX = 4 << 20, RANGE_DIGITS = 10, FIELDS_MAX = 64 };

struct signing {
    struct ctx *c;
    const struct sign_facts *f;
    const struct sign_key *key;
    const struct cms_key *cms;
    struct pdf_file file;
    struct pdf_update u;
    int64_t widget, form, page_number;
    struct pdf_value page, old_form;    /* old_form.end 0: the file has none yet */
    int fields;                         /* how many it has */
    size_t range_at, hole_at, hole_end; /* the hole: <000...>, brackets included */
};

/* --- what is written ----------------------------------------------------------------------- */

static void
put_entry(struct buf *b, const char *name, const char *text)
{
    if (!text || !*text)
        return;
    buf_fmt(b, "/%s", name);
    raw_put_text(b, text);
}

/* D:20261122141500+07'00' */
static void
put_moment(struct buf *b, int64_t utc)
{
    struct ymd d = date_ymd(vn_day(utc));
    int minute = vn_minute(utc), second = (int)(((utc % 60) + 60) % 60);

    buf_fmt(b, "/M(D:%04d%02d%02d%02d%02d%02d+07'00')", d.y, d.m, d.d, minute / 60, minute % 60,
            second);
}

static int64_t
put_signature(struct signing *s, size_t room)
{
    int64_t number = raw_number(&s->u);
    const struct sign_facts *f = s->f;
    struct buf *b = &s->u.out;

    raw_object_begin(&s->u, number);
    buf_lit(b, "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached");
    put_moment(b, f->at ? f->at : s->c->now);
    put_entry(b, "Name", f->name ? f->name : s->key->holder);
    put_entry(b, "Reason", f->reason);
    put_entry(b, "Location", f->place);
    buf_lit(b, "/ByteRange[0 ");
    s->range_at = b->n;
    buf_fmt(b, "%*s", 3 * RANGE_DIGITS + 2, "");
    buf_lit(b, "]/Contents");
    s->hole_at = b->n;
    buf_char(b, '<');
    for (size_t i = 0; i < room; i++)
        buf_lit(b, "00");
    buf_char(b, '>');
    s->hole_end = b->n;
    buf_lit(b, ">>");
    raw_object_end(&s->u);
    return number;
}

/* Field and its place on the page in one (12.7.3.1). */
static void
put_widget(struct signing *s, int64_t signature, int64_t appearance)
{
    const struct sign_box *box = &s->f->box;
    struct buf *b = &s->u.out;

    raw_object_begin(&s->u, s->widget);
    buf_fmt(b, "<</Type/Annot/Subtype/Widget/FT/Sig/F 132/T(Signature%d)/V %lld 0 R/P %lld 0 R",
            s->fields + 1, (long long)signature, (long long)s->page_number);
    if (appearance)
        buf_fmt(b, "/Rect[%.2f %.2f %.2f %.2f]/AP<</N %lld 0 R>>", box->x, box->y,
                box->x + box->w, box->y + box->h, (long long)appearance);
    else
        buf_lit(b, "/Rect[0 0 0 0]");
    buf_lit(b, ">>");
    raw_object_end(&s->u);
}

/* The old list, one level of reference resolved, and our own at its end. */
static void
put_list(struct signing *s, const char *name, const struct pdf_value *dict)
{
    struct pdf_value list, item;
    struct buf *b = &s->u.out;
    struct bytes in = s->file.in;
    size_t pos = 0;

    buf_fmt(b, "/%s[", name);
    if (dict->end && raw_get(in, dict, name, &list) == 1 && raw_resolve(&s->file, &list))
        while (raw_item(in, &list, &pos, &item)) {
            buf_add(b, (const char *)in.p + item.at, item.end - item.at);
            buf_char(b, ' ');
        }
    buf_fmt(b, "%lld 0 R]", (long long)s->widget);
}

static void
put_form(struct signing *s)
{
    static const char *const BUT[] = {"Fields", "SigFlags", NULL};

    raw_object_begin(&s->u, s->form);
    buf_lit(&s->u.out, "<<");
    if (s->old_form.end)
        raw_put_entries(&s->u, &s->old_form, BUT);
    put_list(s, "Fields", &s->old_form);
    buf_lit(&s->u.out, "/SigFlags 3>>");
    raw_object_end(&s->u);
}

static void
put_page(struct signing *s)
{
    static const char *const BUT[] = {"Annots", NULL};

    raw_object_begin(&s->u, s->page_number);
    buf_lit(&s->u.out, "<<");
    raw_put_entries(&s->u, &s->page, BUT);
    put_list(s, "Annots", &s->page);
    buf_lit(&s->u.out, ">>");
    raw_object_end(&s->u);
}

static void
put_catalogue(struct signing *s)
{
    static const char *const BUT[] = {"AcroForm", NULL};

    raw_object_begin(&s->u, s->file.root_number);
    buf_lit(&s->u.out, "<<");
    raw_put_entries(&s->u, &s->file.root, BUT);
    buf_fmt(&s->u.out, "/AcroForm %lld 0 R>>", (long long)s->form);
    raw_object_end(&s->u);
}

/* --- what is there ------------------------------------------------------------------------- */

static const char *
find_form(struct signing *s)
{
    struct pdf_value form, fields, item;
    size_t pos = 0;
    int got = raw_get(s->file.in, &s->file.root, "AcroForm", &form);

    if (got == 0)
        return NULL;
    if (got < 0 || form.type != PDF_REF)
        return "its form is not one of ours";
    s->form = form.n;
    if (!raw_object(&s->file, form.n, &s->old_form) || s->old_form.type != PDF_DICT ||
        raw_get(s->file.in, &s->old_form, "Fields", &fields) != 1 || fields.type != PDF_ARRAY)
        return "its form cannot be read";
    while (raw_item(s->file.in, &fields, &pos, &item))
        s->fields++;
    return s->fields < FIELDS_MAX ? NULL : "it has too many signatures";
}

static bool
sane_box(const struct sign_box *b)
{
    return b->page == 0 || (b->page > 0 && b->x >= 0 && b->y >= 0 && b->w >= 20 && b->h >= 10 &&
                            b->x + b->w <= 2000 && b->y + b->h <= 3000);
}

static int
look(struct signing *s, struct bytes in)
{
    static const char SAY[] = N_("Không ký được tệp PDF này");
    int page = s->f->box.page ? s->f->box.page : 1;
    const char *why = raw_open(s->c->a, in, &s->file);

    if (!why)
        why = find_form(s);
    if (!why && !raw_page(&s->file, page, &s->page_number, &s->page))
        why = "it has no such page";
    if (!why && !sane_box(&s->f->box))
        why = "the box is not on a page";
    return why ? fail(s->c, E_INVALID, SAY, "sign: %s", why) : OK;
}

/* --- the signature ------------------------------------------------------------------------- */

static void
fill_range(struct signing *s)
{
    struct buf *b = &s->u.out;
    char text[64];
    int n = snprintf(text, sizeof text, "%zu %zu %zu", s->hole_at, s->hole_end,
                     b->n - s->hole_end);

    memcpy(b->p + s->range_at, text, (size_t)n);
}

static bool
digest_of(const struct signing *s, uint8_t out[SHA256_SIZE])
{
    const struct buf *b = &s->u.out;
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    bool ok = md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) &&
              EVP_DigestUpdate(md, b->p, s->hole_at) &&
              EVP_DigestUpdate(md, b->p + s->hole_end, b->n - s->hole_end) &&
              EVP_DigestFinal_ex(md, out, NULL);

    EVP_MD_CTX_free(md);
    return ok;
}

static void
fill_hole(struct signing *s, struct bytes cms)
{
    static const char HEX[] = "0123456789abcdef";
    char *out = s->u.out.p + s->hole_at + 1;

    for (size_t i = 0; i < cms.n; i++) {
        *out++ = HEX[cms.p[i] >> 4];
        *out++ = HEX[cms.p[i] & 15];
    }
}

static int
stamp(struct ctx *c, const struct signer_options *o, struct bytes signature, struct bytes *token)
{
    int rc;

    if (!o->timestamp_url || !*o->timestamp_url)
        return OK;
    rc = stamp_get(c, o->timestamp_url, signature.p, signature.n, token);
    if (rc == OK || !o->timestamp_optional)
        return rc;
    log_line(LOG_WARN, "signed without a time stamp", LOG_T("detail", c->err.detail));
    c->err = (struct err){0};
    return OK;
}

static int
seal(struct signing *s, struct signer *signer)
{
    struct ctx *c = s->c;
    struct bytes signature = {0}, token = {0}, cms;
    uint8_t digest[SHA256_SIZE];
    int rc;

    fill_range(s);
    if (!digest_of(s, digest))
        return fail(c, E_SYS, N_("Hệ thống gặp lỗi"), "sign: no digest");
    rc = signer_ask(c, signer, WIRE_DOCUMENT, s->key->name, digest, sizeof digest, &signature);
    if (rc == OK)
        rc = stamp(c, signer_options(signer), signature, &token);
    if (rc < 0)
        return rc;
    cms = cms_make(c->a, s->cms, digest, signature, token);
    if (cms.n * 2 + 2 > s->hole_end - s->hole_at)
        return fail(c, E_SYS, N_("Hệ thống gặp lỗi"), "sign: a signature of %zu bytes", cms.n);
    fill_hole(s, cms);
    return OK;
}

static int
write_update(struct signing *s, size_t room)
{
    int64_t signature, appearance = 0;
    int rc = OK;

    raw_update_begin(&s->u, &s->file, UPDATE_MAX);
    s->widget = raw_number(&s->u);
    if (!s->form)
        s->form = raw_number(&s->u);
    if (s->f->box.page)
        rc = appearance_put(s->c, &s->u, s->f, s->key, &appearance);
    if (rc < 0)
        return rc;
    signature = put_signature(s, room);
    put_widget(s, signature, appearance);
    put_form(s);
    put_page(s);
    put_catalogue(s);
    if (!raw_update_end(&s->u))
        return fail(s->c, E_INVALID, N_("Không ký được tệp PDF này"), "sign: too long");
    return OK;
}

static int
sign_with(struct signing *s, struct signer *signer, struct bytes in, struct bytes *out)
{
    const char *url = signer_options(signer)->timestamp_url;
    size_t room = cms_room(s->cms) + (url && *url ? STAMP_MAX : 0);
    int rc = look(s, in);

    if (rc == OK)
        rc = write_update(s, room);
    if (rc == OK)
        rc = seal(s, signer);
    if (rc == OK)
        *out = (struct bytes){(const uint8_t *)s->u.out.p, s->u.out.n};
    return rc;
}

int
sign_pdf(struct ctx *c, struct signer *s, const char *key, struct bytes in,
         const struct sign_facts *f, struct bytes *out)
{
    struct signing *g = arena_get(c->a, sizeof *g);
    struct keyset *set = keyset_take(s);
    int rc;

    g->c = c;
    g->f = f;
    rc = keyset_find(c, set, key, SIGN_DOCUMENT, &g->key, &g->cms);
    if (rc == OK)
        rc = sign_with(g, s, in, out);
    keyset_give(s, set);
    return rc;
}
