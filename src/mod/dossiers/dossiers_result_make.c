/* The file of a result: printed, signed twice, kept.  Slow and without the database. */
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/json.h"
#include "convert/convert.h"
#include "http/store.h"
#include "mod/agencies/agencies.h"
#include "mod/catalogue/catalogue_template.h"
#include "mod/dossiers/dossiers_result.h"
#include "sign/claim.h"
#include "site/site.h"

enum { SCAN_PAGES = 20, SCAN_WIDTH = 1240 /* 150 dpi of A4 */, PICTURE_MAX = 16 << 20,
       SEAL_X = 100 /* beside the QR code */, SEAL_W = 122, MARGIN_LEFT = 30 /* mm */ };

/* --- the pictures of a scanned original --- */

static int
refuse_scan(struct ctx *c, const struct convert_answer *a)
{
    const char *say = a->reason && *a->reason ? a->reason : N_("Không đọc được bản quét");

    return fail(c, a->verdict == CONVERT_REFUSED ? E_CONFLICT : E_DOWN, say, "scan: %s", a->why);
}

static int
read_whole(struct ctx *c, int fd, int64_t size, struct bytes *out)
{
    uint8_t *p = arena_raw(c->a, (size_t)size + 1);

    for (int64_t at = 0; at < size;) {
        ssize_t n = pread(fd, p + at, (size_t)(size - at), at);

        if (n <= 0)
            return fail(c, E_SYS, N_("Không đọc được bản quét"), "picture: %zd", n);
        at += n;
    }
    *out = (struct bytes){p, (size_t)size};
    return OK;
}

static int
picture(struct ctx *c, int fd, int page, struct bytes *out)
{
    const struct convert_job job = {.op = CONVERT_PICTURE, .in = &fd, .in_n = 1, .page = page,
                                    .width = SCAN_WIDTH, .png = true};
    struct convert_answer a;
    int rc = convert_run(c, c->site->with->convert, &job, &a);

    if (rc < 0)
        return rc;
    if (a.verdict != CONVERT_DONE || a.size <= 0 || a.size > PICTURE_MAX)
        rc = refuse_scan(c, &a);
    else
        rc = read_whole(c, a.out, a.size, out);
    convert_answer_release(&a);
    return rc;
}

static int
count_pages(struct ctx *c, int fd, int *pages)
{
    const struct convert_job job = {.op = CONVERT_INSPECT, .in = &fd, .in_n = 1};
    struct convert_answer a;
    int rc = convert_run(c, c->site->with->convert, &job, &a);

    if (rc < 0)
        return rc;
    *pages = a.pages;
    if (a.verdict != CONVERT_DONE)
        rc = refuse_scan(c, &a);
    else if (a.pages > SCAN_PAGES)
        rc = fail(c, E_CONFLICT, N_("Bản quét có quá nhiều trang; hãy tách ra"), "%d pages",
                  a.pages);
    convert_answer_release(&a);
    return rc;
}

static int
scan_pages(struct ctx *c, const char *sha256, struct bytes **out, size_t *n)
{
    const struct services *with = c->site->with;
    int64_t size;
    int fd, pages = 0, rc;

    if (!with || !with->store || !with->convert)
        return fail(c, E_DOWN, N_("Bộ chuyển đổi tệp chưa sẵn sàng; xin thử lại sau ít phút"),
                    "no converter");
    if ((fd = store_read(with->store, sha256, &size)) < 0)
        return fail(c, E_SYS, N_("Không đọc được bản quét"), "scan %s is not there", sha256);
    rc = count_pages(c, fd, &pages);
    *out = arena_get(c->a, (size_t)(pages + 1) * sizeof **out);
    for (*n = 0; rc == OK && (int)*n < pages; ++*n)
        rc = picture(c, fd, (int)*n + 1, &(*out)[*n]);
    close(fd);
    return rc;
}

/* --- the paper --- */

static bool
shows_scan(const struct result_template *t)
{
    for (size_t i = 0; i < t->layout.n; i++)
        if (t->layout.p[i].kind == TB_SCAN)
            return true;
    return false;
}

static void
add_agency(struct ctx *c, const struct result *r, struct result_paper *p)
{
    const struct agency *g = agencies_by_id(c->site->agencies, r->agency);
    const struct agency *parent = g ? agencies_by_id(c->site->agencies, g->parent) : NULL;

    p->agency = g ? agency_office_name(c->a, g) : "";
    p->parent = parent ? agency_office_name(c->a, parent) : "";
}

static const char *
or_empty(const char *s)
{
    return s ? s : "";
}

int
result_make(struct ctx *c, const struct result *r, const char *watermark, const char *qr,
            struct bytes *out, struct pdf_box *box)
{
    json_t *facts = json_loads(r->facts, 0, NULL);
    struct result_paper p = {
        .t = catalogue_template(c->site->catalogue, r->template), .facts = facts,
        .place = c->site->config.place, .number = r->number, .code = r->code,
        .procedure = or_empty(json_string_value(json_object_get(facts, "$procedure"))),
        .signer = r->signer_name, .signer_title = r->signer_title, .seq = r->seq, .year = r->year,
        .date = r->issued_on ? r->issued_on : vn_day(c->now), .valid_to = r->valid_to, .qr = qr,
        .watermark = watermark};
    struct bytes *pages = NULL;
    int rc = OK;

    if (!p.t || !facts)
        rc = fail(c, E_CONFLICT, N_("Mẫu của kết quả này không còn trong danh mục"), "%s",
                  r->template);
    if (rc == OK && shows_scan(p.t) && *r->scan)
        rc = scan_pages(c, r->scan, &pages, &p.pages_n);
    p.pages = pages;
    add_agency(c, r, &p);
    if (rc == OK)
        rc = result_paper(c, &p, out, box);
    json_decref(facts);
    return rc;
}

/* --- keys --- */

static const char *
agency_code(struct ctx *c, int64_t agency)
{
    const struct agency *g = agencies_by_id(c->site->agencies, agency);

    return g ? g->code : "";
}

static int
key_of(struct ctx *c, enum sign_owner owner, const char *code, struct sign_key *k)
{
    struct signer *s = c->site->with ? c->site->with->signer : NULL;

    if (!s)
        return fail(c, E_NOTFOUND, N_("Máy chủ này chưa được cài khóa ký số"), "no signer");
    return signer_key_for(c, s, owner, code, k);
}

const char *
result_no_key(struct ctx *c, const char *login, const char *agency)
{
    const struct { enum sign_owner owner; const char *code, *none; } NEED[] = {
        {SIGN_PERSON, login, N_("Chưa có khóa ký số còn hiệu lực của bạn trên máy chủ này.")},
        {SIGN_AGENCY, agency,
         N_("Chưa có khóa ký số còn hiệu lực của cơ quan trên máy chủ này.")}};
    struct err before = c->err;
    const char *say = NULL;
    struct sign_key k;

    for (size_t i = 0; i < 2 && !say; i++) {
        int rc = key_of(c, NEED[i].owner, NEED[i].code, &k);

        if (rc < 0)
            say = rc == E_CONFLICT && c->err.say ? c->err.say : NEED[i].none;
        else if (k.fault)
            say = NEED[i].none;
    }
    c->err = before;
    return say;
}

/* --- the code on the paper --- */

/* The first letter of each word: "N.T.A". */
static char *
initials(struct ctx *c, const char *name)
{
    struct buf b;

    buf_init(&b, c->a, 16);
    for (const char *p = name; *p && !b.over;) {
        size_t n = 1;

        while (((unsigned char)p[n] & 0xC0) == 0x80)
            n++;
        if (b.n + n + 2 >= b.max)
            break;
        if (b.n)
            buf_char(&b, '.');
        buf_add(&b, p, n);
        p += strcspn(p, " ");
        p += strspn(p, " ");
    }
    return b.p;
}

static const char *
address(struct ctx *c, const char *name)
{
    return arena_fmt(c->a, "%s/xac-thuc/%s", c->site->config.base_url, name);
}

/* A signed claim that says what the paper is, or where the site cannot sign claims its token. */
static const char *
code_of(struct ctx *c, const struct result *r)
{
    json_t *facts = json_loads(r->facts, 0, NULL);
    struct claim k = {.number = r->number, .on = r->issued_on, .until = r->valid_to,
                      .agency = agency_code(c, r->agency), .type = r->template,
                      .initials = initials(c, r->holder)};
    struct err before = c->err;
    char *text = NULL;
    int rc;

    claim_facts(c->a, facts, k.facts);
    json_decref(facts);
    rc = claim_sign(c, c->site->with->signer, &k, &text);
    c->err = before;
    return address(c, rc == OK ? text : r->token);
}

/* --- signing --- */

struct seal { enum sign_owner owner; const char *code, *title; struct sign_box box; };

/* What is signed, and its number: a signature travels further than its paper, so it names nobody
 * but who signs. */
static const char *
act_of(struct ctx *c, const struct result *r)
{
    const struct result_template *t = catalogue_template(c->site->catalogue, r->template);

    return arena_fmt(c->a, "%s, số %s", t ? t->name : r->template, r->number);
}

static int
sign_once(struct ctx *c, const struct result *r, const struct seal *k, struct bytes *pdf,
          json_t *signatures)
{
    struct sign_key key;
    struct sign_facts f = {.name = k->owner == SIGN_PERSON ? r->signer_name : NULL,
                           .title = k->title, .reason = act_of(c, r),
                           .place = c->site->config.place, .at = c->now, .box = k->box};
    struct bytes in = *pdf;
    int rc = key_of(c, k->owner, k->code, &key);

    if (rc == OK)
        rc = sign_pdf(c, c->site->with->signer, key.name, in, &f, pdf);
    if (rc == OK)
        json_array_append_new(signatures,
                              json_pack("{s:s, s:s, s:s, s:I}", "by",
                                        k->owner == SIGN_PERSON ? r->signer_name : key.holder,
                                        "holder", key.holder, "serial", key.serial, "at",
                                        (json_int_t)c->now));
    return rc;
}

static struct sign_box
room(const struct pdf_box *b, double x, double w)
{
    return (struct sign_box){b->page, x, b->y, w, b->h};
}

static int
keep(struct ctx *c, struct bytes pdf, struct result_signed *out)
{
    struct store_put *put = store_begin(c->site->with->store);
    char name[STORE_NAME];

    if (!put || !store_write(put, pdf.p, pdf.n)) {
        store_drop(put);
        return fail(c, E_DOWN, N_("Chưa ghi được tệp; xin thử lại sau ít phút"), "store");
    }
    if (!store_keep(put, name))
        return fail(c, E_DOWN, N_("Chưa ghi được tệp; xin thử lại sau ít phút"), "store: keep");
    out->content = arena_str(c->a, name);
    out->size = (int64_t)pdf.n;
    return OK;
}

int
result_make_signed(struct ctx *c, const struct result *r, struct result_signed *out)
{
    struct pdf_box box;
    struct bytes pdf;
    json_t *signatures = json_array();
    int rc = c->site->with && c->site->with->signer && c->site->with->store
                 ? result_make(c, r, NULL, code_of(c, r), &pdf, &box)
                 : fail(c, E_DOWN, N_("Máy chủ này chưa được cài khóa ký số"), "no signer");

    if (rc == OK) {
        const struct seal SEALS[] = {
            {SIGN_PERSON, out->login, r->signer_title, room(&box, box.x, box.w)},
            {SIGN_AGENCY, agency_code(c, r->agency), NULL,
             room(&box, PDF_MM(MARGIN_LEFT) + SEAL_X, SEAL_W)}};

        for (size_t i = 0; i < 2 && rc == OK; i++)
            rc = sign_once(c, r, &SEALS[i], &pdf, signatures);
    }
    if (rc == OK)
        rc = keep(c, pdf, out);
    out->signatures = json_text(c->a, signatures);
    json_decref(signatures);
    return rc;
}
