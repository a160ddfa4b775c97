/* The digital copy of a document: its kept pages in their order, as one PDF, signed. */
#include <string.h>

#include "auth/auth.h"
#include "mod/digitise/digitise_file.h"
#include "mod/digitise/digitise_inside.h"
#include "mod/dossiers/dossiers_desk.h"
#include "sign/sign.h"
#include "site/site.h"

#pragma weak sign_pdf
#pragma weak signer_key_for

enum { COPY_MAX = 48 << 20 /* of what is signed */ };

/* Pages of one file that follow each other. */
struct run { const struct scan_file *file; int from, to, turn; };

struct making {
    struct ctx *c;
    const struct services *with;
    scan_files files;
    VEC(struct run) runs;
    int pages;
    VEC(int) fds;               /* of the parts, to be closed */
};

static int
say_away(struct ctx *c, const char *why)
{
    return fail(c, E_DOWN, N_("Chưa tạo được bản số hóa lúc này, hãy thử lại sau ít phút"),
                "digital copy: %s", why);
}

static const struct scan_file *
file_of(const struct making *m, int seq)
{
    for (size_t i = 0; i < m->files.n; i++)
        if (m->files.p[i].seq == seq)
            return &m->files.p[i];
    return NULL;
}

static void
add_page(struct making *m, const struct scan_page *p)
{
    const struct scan_file *f = file_of(m, p->file);
    struct run *last = m->runs.n ? &m->runs.p[m->runs.n - 1] : NULL;

    if (!f)
        return;
    m->pages++;
    if (last && last->file == f && last->to + 1 == p->at && last->turn == p->turn)
        last->to++;
    else
        *vec_push(m->c->a, &m->runs) = (struct run){f, p->at, p->at, p->turn};
}

static bool
is_pdf(const struct scan_file *f)
{
    return strcmp(f->mime, "application/pdf") == 0;
}

/* One answer: its file, or why not. */
static int
convert(struct making *m, const struct convert_job *j, int *fd)
{
    struct convert_answer out;
    int rc = scan_convert(m->c, m->with->convert, j, &out);

    *fd = -1;
    if (rc < 0)
        return rc;
    if (out.verdict == CONVERT_REFUSED)
        rc = fail(m->c, E_CONFLICT, out.reason, "digital copy: %s", out.why);
    else if (out.verdict == CONVERT_FAILED || out.out < 0)
        rc = say_away(m->c, out.why);
    else {
        *fd = out.out;
        out.out = -1;
    }
    scan_convert_release(&out);
    if (*fd >= 0)
        *vec_push(m->c->a, &m->fds) = *fd;
    return rc;
}

/* A part of a PDF; a photo as it is, the converter straightens it when all become one. */
static int
part(struct making *m, const struct run *r, int *fd)
{
    int in = scan_file_open(m->with->store, r->file->sha256);

    if (in < 0)
        return say_away(m->c, "content is missing");
    *vec_push(m->c->a, &m->fds) = in;
    *fd = in;
    if (!is_pdf(r->file))
        return r->turn == 0 ? OK
                            : convert(m, &(struct convert_job){.op = CONVERT_TO_PDF, .in = &in,
                                                               .in_n = 1, .turn = r->turn}, fd);
    return convert(m, &(struct convert_job){.op = CONVERT_EXTRACT, .in = &in, .in_n = 1,
                                            .page = r->from, .to = r->to, .turn = r->turn},
                   fd);
}

static int
join(struct making *m, const int *parts, size_t n, int *fd)
{
    if (n == 1 && (is_pdf(m->runs.p[0].file) || m->runs.p[0].turn)) {
        *fd = parts[0];
        return OK;
    }
    return convert(m, &(struct convert_job){.op = CONVERT_TO_PDF, .in = parts, .in_n = n}, fd);
}

/* So many parts a job as the converter takes; longer documents in steps. */
static int
assemble(struct making *m, int *fd)
{
    int *parts = arena_get(m->c->a, (m->runs.n + 1) * sizeof *parts), rc = OK;
    size_t n = 0;

    for (size_t i = 0; i < m->runs.n && rc == OK; i++) {
        if ((rc = part(m, &m->runs.p[i], &parts[n])) < 0 || ++n < CONVERT_FILES_MAX)
            continue;
        if ((rc = convert(m, &(struct convert_job){.op = CONVERT_TO_PDF, .in = parts, .in_n = n},
                          &parts[0])) == OK)
            n = 1;
    }
    return rc < 0 ? rc : join(m, parts, n, fd);
}

/* --- the officer's signature ------------------------------------------------------------------ */

/* OK with *out empty: this officer has no key here. */
static int
sign(struct making *m, struct bytes in, struct bytes *out)
{
    struct ctx *c = m->c;
    struct account a;
    struct sign_key key;
    struct sign_facts facts = {.reason = "Số hóa từ bản giấy", .place = c->site->config.place};

    *out = (struct bytes){0};
    if (!m->with->signer || !sign_pdf || auth_account_get(c, c->account, &a) < 0 ||
        signer_key_for(c, m->with->signer, SIGN_PERSON, a.login, &key) < 0)
        return OK;
    facts.name = a.name;
    return sign_pdf(c, m->with->signer, key.name, in, &facts, out);
}

static int
keep(struct making *m, int fd, struct digital_copy *out)
{
    struct bytes in = scan_file_read(m->c, fd, COPY_MAX), signed_copy = {0};
    struct ctx aside = *m->c;           /* a key that cannot sign now keeps nobody from attaching */
    struct making with = *m;

    with.c = &aside;
    out->is_signed = in.n && sign(&with, in, &signed_copy) == OK && signed_copy.n;
    if (out->is_signed
            ? scan_file_keep_bytes(m->c, m->with->store, signed_copy, "application/pdf", &out->file)
            : scan_file_keep(m->c, m->with->store, fd, "application/pdf", &out->file))
        return OK;
    return say_away(m->c, "the store refuses");
}

/* A later look with newer signatures may have found what the one before the cutting did not; the
 * copy is a content of its own, which nobody looks at again. */
static int
still_clean(struct making *m)
{
    struct content k;
    int rc = OK;

    for (size_t i = 0; i < m->files.n && rc == OK; i++)
        if ((rc = content_get(m->c, m->files.p[i].sha256, &k)) == OK &&
            k.scan == CONTENT_INFECTED)
            rc = fail(m->c, E_CONFLICT,
                      N_("Tệp có mã độc, hãy kiểm tra máy quét và máy tính nối với nó"),
                      "digital copy: file %d", m->files.p[i].seq);
    return rc;
}

static int
collect(struct making *m, const struct scan_batch *b, const struct scan_document *d)
{
    scan_pages pages = {0};
    int rc = scan_sql_files(m->c, b->id, &m->files);

    if (rc < 0 || (rc = still_clean(m)) < 0 ||
        (rc = scan_sql_pages(m->c, b->id, d->seq, &pages)) < 0)
        return rc;
    for (size_t i = 0; i < pages.n; i++)
        if (pages.p[i].state == PAGE_KEPT)
            add_page(m, &pages.p[i]);
    if (m->runs.n == 0)
        return fail(m->c, E_CONFLICT, N_("Văn bản này không còn trang nào"), "%s/%d", b->code,
                    d->seq);
    return OK;
}

int
digitise_make(struct ctx *c, const struct scan_batch *b, const struct scan_document *d,
              struct digital_copy *out)
{
    struct making m = {.c = c, .with = c->site->with};
    int fd = -1, rc;

    *out = (struct digital_copy){.version = b->version};
    if (!m.with || !m.with->store)
        return say_away(c, "no store");
    if ((rc = collect(&m, b, d)) == OK && (rc = assemble(&m, &fd)) == OK)
        rc = keep(&m, fd, out);
    for (size_t i = 0; i < m.fds.n; i++)
        scan_file_close(m.fds.p[i]);
    out->pages = m.pages;
    out->file.name = arena_fmt(c->a, "so-hoa-%s-%d.pdf", b->code, d->seq);
    return rc;
}
