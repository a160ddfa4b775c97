#include "mod/digitise/digitise.h"

#include <string.h>

#include "auth/auth.h"
#include "base/id.h"
#include "mod/agencies/agencies.h"
#include "mod/catalogue/catalogue_paper_types.h"
#include "mod/digitise/digitise_inside.h"
#include "mod/digitise/digitise_register.h"
#include "mod/dossiers/dossiers_digitise.h"
#include "mod/papers/content.h"
#include "site/site.h"

/* --- batches ---------------------------------------------------------------------------------- */

bool
digitise_mime_good(const char *mime)
{
    static const char *const GOOD[] = {"application/pdf", "image/jpeg", "image/png", "image/heic",
                                       "image/heif"};

    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++)
        if (strcmp(mime, GOOD[i]) == 0)
            return true;
    return false;
}

static int
check_files(struct ctx *c, const struct upload *u, size_t n)
{
    if (n == 0)
        return fail_field(c, "tep", N_("Hãy chọn ít nhất một tệp PDF hoặc ảnh"));
    if (n > SCAN_FILES_MAX)
        return fail_field(c, "tep", N_("Mỗi lô quét chỉ được 200 tệp, hãy chia thành nhiều lô"));
    for (size_t i = 0; i < n; i++)
        if (!digitise_mime_good(u[i].mime))
            return fail_field(c, "tep", N_("Máy quét phải lưu thành PDF, JPEG hoặc PNG"));
    return OK;
}

static int
add_files(struct ctx *c, int64_t batch, const struct upload *u, size_t n)
{
    int rc = OK;

    for (size_t i = 0; i < n && rc == OK; i++) {
        struct scan_file f = {.seq = (int)i + 1, .name = u[i].name, .mime = u[i].mime,
                              .sha256 = u[i].sha256, .size = u[i].size};

        if ((rc = scan_sql_add_file(c, batch, &f)) == OK)
            rc = content_put(c, f.sha256, f.size, f.mime);
    }
    return rc;
}

int
digitise_add(struct ctx *c, struct scan_batch *b, const struct upload *u, size_t n)
{
    int rc = check_files(c, u, n);

    if (rc < 0)
        return rc;
    b->id = id_next();
    if (!b->code)
        b->code = token_human(c->a, SCAN_CODE);
    if (!b->unit && c->session)
        b->unit = c->session->home_unit;
    if (!b->unit)
        return fail(c, E_DENIED, N_("Tài khoản của bạn chưa thuộc đơn vị nào"), "no home unit");
    b->seed = b->id;
    b->files = (int)n;
    b->state = SCAN_WAITING;
    b->version = 1;
    b->created_at = c->now;
    b->created_by = c->account;
    rc = scan_sql_add(c, b);
    return rc < 0 ? rc : add_files(c, b->id, u, n);
}

bool
digitise_known(struct ctx *c, const char *code)
{
    return scan_sql_known(c, code);
}

int
digitise_get(struct ctx *c, const char *code, struct scan_batch *out)
{
    return scan_sql_batch(c, code, out);
}

int
digitise_list(struct ctx *c, int state, int64_t before, struct scan_batch **out, size_t *n)
{
    batch_list v = {0};
    int rc = scan_sql_batches(c, state, before ? before : INT64_MAX, SCAN_LIST + 1, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
digitise_files(struct ctx *c, const struct scan_batch *b, struct scan_file **out, size_t *n)
{
    scan_files v = {0};
    int rc = scan_sql_files(c, b->id, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
digitise_pages(struct ctx *c, const struct scan_batch *b, int document, struct scan_page **out,
               size_t *n)
{
    scan_pages v = {0};
    int rc = scan_sql_pages(c, b->id, document, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
digitise_page(struct ctx *c, const struct scan_batch *b, int page, struct scan_page *out)
{
    return scan_sql_page(c, b->id, page, out);
}

int
digitise_documents(struct ctx *c, const struct scan_batch *b, struct scan_document **out,
                   size_t *n)
{
    scan_documents v = {0};
    int rc = scan_sql_documents(c, b->id, 0, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
digitise_document(struct ctx *c, const struct scan_batch *b, int seq, struct scan_document *out)
{
    scan_documents v = {0};
    int rc = seq > 0 ? scan_sql_documents(c, b->id, seq, &v) : OK;

    if (rc < 0)
        return rc;
    if (v.n == 0)
        return fail(c, E_NOTFOUND, N_("Không tìm thấy văn bản này trong lô quét"), "%s/%d",
                    b->code, seq);
    *out = v.p[0];
    return OK;
}

/* --- its dossier and paper -------------------------------------------------------------------- */

int
digitise_open_only(struct ctx *c, const struct scan_batch *b, const struct scan_document *d)
{
    if (b->state != SCAN_OPEN && b->state != SCAN_SENT_BACK)
        return fail(c, E_CONFLICT, N_("Lô quét này không còn xử lý được"), "batch %s in state %d",
                    b->code, (int)b->state);
    if (d && d->state == DOCUMENT_DONE)
        return fail(c, E_CONFLICT, N_("Văn bản này đã làm xong"), "%s/%d", b->code, d->seq);
    return OK;
}

/* The kind of paper it is for the vault, when the catalogue says so. */
static int
check_paper(struct ctx *c, const struct dossier *x, const char *paper, const char **type)
{
    const struct proc_paper **p;
    size_t n;
    int rc = dossiers_papers(c, x, &p, &n);

    *type = "";
    if (rc < 0 || !*paper || strcmp(paper, DIGITISE_RESULT) == 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        if (strcmp(p[i]->id, paper) == 0) {
            *type = p[i]->type ? p[i]->type->id : "";
            return OK;
        }
    return fail_field(c, "giay-to", N_("Hãy chọn giấy tờ trong thành phần hồ sơ"));
}

int
digitise_place(struct ctx *c, const struct scan_batch *b, int64_t version,
               struct scan_document *d, const char *code, const char *paper, enum paper_form form)
{
    struct dossier x;
    const char *type;
    int rc = digitise_open_only(c, b, d);

    if (rc < 0 || (rc = dossiers_get(c, code, PERM_DIGITISE, &x)) < 0 ||
        (rc = check_paper(c, &x, paper, &type)) < 0)
        return rc;
    if (strcmp(d->paper, paper) != 0)
        d->was_read = 0;
    d->code = x.code;
    d->dossier = x.id;
    d->paper = paper;
    d->type = type;
    d->form = form;
    d->state = *paper ? DOCUMENT_INDEX : DOCUMENT_PLACELESS;
    if ((rc = scan_sql_save_document(c, d)) < 0)
        return rc;
    return scan_sql_touch(c, b, version);
}

int
digitise_close_if_done(struct ctx *c, const struct scan_batch *b)
{
    struct scan_batch now;
    int rc = scan_sql_batch_by_id(c, b->id, &now), drawn = 0;

    if (rc < 0 || now.unfinished > 0 || (rc = digitise_draw(c, &now, &drawn)) < 0 || drawn ||
        digitise_sample_open(c, &now))
        return rc;
    return scan_sql_set_state(c, b->id, SCAN_CLOSED, "");
}

int
digitise_drop(struct ctx *c, const struct scan_batch *b, int64_t version, struct scan_document *d)
{
    int rc = digitise_open_only(c, b, d);

    if (rc < 0)
        return rc;
    d->state = DOCUMENT_DROPPED;
    if ((rc = scan_sql_save_document(c, d)) < 0 || (rc = scan_sql_touch(c, b, version)) < 0)
        return rc;
    return digitise_close_if_done(c, b);
}

/* A dossier of the batch's own agency, or of one below it: what the machine may choose by itself.
 * An officer's reach decides when it is attached. */
int64_t
digitise_dossier_of(struct ctx *c, const struct scan_batch *b, const char *code)
{
    int64_t id, units[3] = {0};

    if (!*code || scan_sql_dossier(c, code, &id, units) < 0)
        return 0;
    for (int i = 0; i < 3; i++)
        if (units[i] == b->unit || agencies_within(c->site->agencies, units[i], b->unit))
            return id;
    return 0;
}

int
digitise_forget(struct ctx *c, int64_t dossier)
{
    return scan_sql_forget(c, dossier);
}
