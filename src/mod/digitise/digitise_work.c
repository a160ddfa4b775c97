#include "mod/digitise/digitise_work.h"

#include <stdatomic.h>
#include <string.h>

#include "mod/digitise/digitise_cut.h"
#include "mod/digitise/digitise_file.h"
#include "mod/digitise/digitise_find.h"
#include "mod/digitise/digitise_inside.h"
#include "mod/papers/content.h"
#include "site/site.h"

enum { PICTURE_WIDTH = 1000, READ_FIRST = 3 /* pages */, WAIT_SCAN = 2, AGAIN = 20 };

static atomic_uint bell;

unsigned
digitise_bell(void)
{
    return atomic_load(&bell);
}

void
digitise_ring(void)
{
    atomic_fetch_add(&bell, 1);
}

/* --- taking, on the lane ---------------------------------------------------------------------- */

/* What the virus scanner has not seen waits, where there is one or the setting asks for it; what it
 * found is refused. */
static int
ask_scanner(struct ctx *c, struct scan_work *w)
{
    const struct config *set = &c->site->config;
    bool waits = false;

    for (size_t i = 0; i < w->n_files; i++) {
        struct content k;
        int rc = content_get(c, w->files[i].sha256, &k);

        if (rc < 0)
            return rc;
        if (k.scan == CONTENT_INFECTED) {
            w->how = SCAN_WORK_REFUSED;
            w->reason = N_("Tệp có mã độc, hãy kiểm tra máy quét và máy tính nối với nó");
            return OK;
        }
        waits |= k.scan != CONTENT_CLEAN && (set->scan_required ||
                                             (k.scan == CONTENT_PENDING && *set->clamd));
    }
    if (waits)
        w->kind = SCAN_WORK_NONE;
    return waits ? scan_sql_later(c, w->b.id, c->now + WAIT_SCAN, true) : OK;
}

static int
files_of(struct ctx *c, struct scan_work *w)
{
    scan_files files = {0};
    int rc = scan_sql_files(c, w->b.id, &files);

    w->files = files.p;
    w->n_files = files.n;
    return rc;
}

static int
take_cut(struct ctx *c, struct scan_work *w)
{
    int rc = scan_sql_take(c, c->now + SCAN_TAKEN, &w->b);

    if (rc < 0)
        return rc == E_NOTFOUND ? OK : rc;
    w->kind = SCAN_WORK_CUT;
    if (w->b.tries >= SCAN_TRIES) {
        w->how = SCAN_WORK_REFUSED;
        w->reason = N_("Không xử lý được lô quét này sau nhiều lần thử, hãy quét lại");
        return OK;
    }
    rc = files_of(c, w);
    return rc < 0 ? rc : ask_scanner(c, w);
}

static int
take_reading(struct ctx *c, struct scan_work *w)
{
    scan_pages pages = {0};
    int rc = scan_sql_take_reading(c, c->now + SCAN_TAKEN, &w->d);

    if (rc < 0)
        return rc == E_NOTFOUND ? OK : rc;
    w->kind = SCAN_WORK_READ;
    if ((rc = scan_sql_batch_by_id(c, w->d.batch, &w->b)) < 0 || (rc = files_of(c, w)) < 0 ||
        (rc = scan_sql_pages(c, w->b.id, w->d.seq, &pages)) < 0)
        return rc;
    w->pages = pages.p;
    w->n_pages = pages.n;
    return OK;
}

int
digitise_work_take(struct ctx *c, struct scan_work *w)
{
    int rc;

    *w = (struct scan_work){.kind = SCAN_WORK_NONE, .how = SCAN_WORK_LATER, .reason = ""};
    if (!c->site->with || !c->site->with->convert)
        return OK;                      /* no converter here: another server's, or later */
    rc = take_cut(c, w);
    return rc < 0 || w->kind != SCAN_WORK_NONE ? rc : take_reading(c, w);
}

/* --- cutting, off the lane -------------------------------------------------------------------- */

struct cutting {
    struct ctx *c;
    struct scan_work *w;
    VEC(struct scan_page) pages;
    VEC(struct upload) pictures;
};

/* The work ends with this answer unless it is done. */
static bool
went_well(struct scan_work *w, const struct convert_answer *out)
{
    if (out->verdict == CONVERT_DONE)
        return true;
    w->how = out->verdict == CONVERT_REFUSED ? SCAN_WORK_REFUSED : SCAN_WORK_LATER;
    w->reason = out->reason;
    return false;
}

static char *
codes_of(struct ctx *c, const json_t *page)
{
    const json_t *codes = json_object_get(page, "codes"), *one;
    struct buf b;
    size_t i;

    buf_init(&b, c->a, 2000);
    json_array_foreach(codes, i, one) {
        const char *text = json_string_value(json_object_get(one, "text"));

        if (!text || strlen(text) > SHEET_TEXT || strchr(text, '\n'))
            continue;
        if (b.n)
            buf_char(&b, '\n');
        buf_str(&b, text);
    }
    return b.over ? "" : b.p;
}

static bool
picture_of(struct cutting *k, int fd, int page, struct upload *u)
{
    struct convert_job j = {.op = CONVERT_PICTURE, .in = &fd, .in_n = 1, .page = page,
                            .width = PICTURE_WIDTH};
    struct convert_answer out;
    bool good;

    if (scan_convert(k->c, k->c->site->with->convert, &j, &out) < 0)
        return false;
    good = went_well(k->w, &out);
    if (good && !scan_file_keep(k->c, k->c->site->with->store, out.out, out.mime, u)) {
        k->w->how = SCAN_WORK_LATER;
        good = false;
    }
    scan_convert_release(&out);
    return good;
}

static bool
take_page(struct cutting *k, const struct scan_file *f, int fd, int at, const json_t *page)
{
    struct scan_page *p = vec_push(k->c->a, &k->pages);
    struct upload *u = vec_push(k->c->a, &k->pictures);

    *p = (struct scan_page){.page = (int)k->pages.n, .file = f->seq, .at = at,
                            .state = json_is_true(json_object_get(page, "blank")) ? PAGE_BLANK
                                                                                  : PAGE_KEPT,
                            .code = codes_of(k->c, page), .picture = ""};
    if (!picture_of(k, fd, at, u))
        return false;
    p->picture = u->sha256;
    return true;
}

static bool
look_at_file(struct cutting *k, struct scan_file *f, int fd)
{
    struct convert_job j = {.op = CONVERT_PAGES, .in = &fd, .in_n = 1};
    struct convert_answer out;
    bool good;
    size_t i;
    json_t *page;

    if (scan_convert(k->c, k->c->site->with->convert, &j, &out) < 0)
        return false;
    good = went_well(k->w, &out);
    f->pages = out.pages;
    if (good && (int)k->pages.n + out.pages > SCAN_PAGES_MAX) {
        k->w->how = SCAN_WORK_REFUSED;
        k->w->reason = N_("Lô quét có quá 600 trang, hãy chia thành nhiều lô");
        good = false;
    }
    json_array_foreach(json_object_get(out.details, "pages"), i, page)
        good = good && take_page(k, f, fd, (int)i + 1, page);
    scan_convert_release(&out);
    return good;
}

static void
do_cut(struct ctx *c, struct scan_work *w)
{
    struct cutting k = {.c = c, .w = w};
    bool good = true;

    w->how = SCAN_WORK_LATER;           /* until every file went well */
    for (size_t i = 0; i < w->n_files && good; i++) {
        int fd = scan_file_open(c->site->with->store, w->files[i].sha256);

        good = fd >= 0 && look_at_file(&k, &w->files[i], fd);
        scan_file_close(fd);
    }
    w->pages = k.pages.p;
    w->n_pages = k.pages.n;
    w->pictures = k.pictures.p;
    if (good)
        w->how = SCAN_WORK_DONE;
}

/* --- reading, off the lane -------------------------------------------------------------------- */

typedef VEC(struct read_line) line_list;

static void
add_line(struct ctx *c, const json_t *line, line_list *out)
{
    const json_t *words = json_object_get(line, "words"), *one;
    struct read_word *v = arena_get(c->a, (json_array_size(words) + 1) * sizeof *v);
    size_t i, n = 0;

    json_array_foreach(words, i, one) {
        const char *text = json_string_value(json_object_get(one, "text"));

        if (text)
            v[n++] = (struct read_word){
                arena_str(c->a, text),
                (int)json_number_value(json_object_get(one, "confidence"))};
    }
    *vec_push(c->a, out) = (struct read_line){v, n};
}

static void
add_lines(struct ctx *c, const json_t *details, line_list *out)
{
    const json_t *pages = json_object_get(details, "pages"), *page, *line;
    size_t i, k;

    json_array_foreach(pages, i, page)
        json_array_foreach(json_object_get(page, "lines"), k, line)
            add_line(c, line, out);
}

static const struct scan_file *
file_of(const struct scan_work *w, int seq)
{
    for (size_t i = 0; i < w->n_files; i++)
        if (w->files[i].seq == seq)
            return &w->files[i];
    return NULL;
}

/* A page that was turned on the screen is read as it was turned. */
static bool
read_fd(struct ctx *c, struct scan_work *w, const struct scan_page *p, int fd, int at,
        line_list *out)
{
    struct convert *v = c->site->with->convert;
    struct convert_answer answer;
    bool pdf = strcmp(file_of(w, p->file)->mime, "application/pdf") == 0, good;

    if (p->turn) {
        struct convert_job j = {.op = pdf ? CONVERT_EXTRACT : CONVERT_TO_PDF, .in = &fd, .in_n = 1,
                                .page = pdf ? at : 0, .to = pdf ? at : 0, .turn = p->turn};
        struct scan_page upright = *p;

        if (scan_convert(c, v, &j, &answer) < 0)
            return false;
        upright.turn = 0;
        good = went_well(w, &answer) && read_fd(c, w, &upright, answer.out, 1, out);
    } else {
        struct convert_job j = {.op = CONVERT_READ, .in = &fd, .in_n = 1, .page = at, .to = at};

        if (scan_convert(c, v, &j, &answer) < 0)
            return false;
        if ((good = went_well(w, &answer)))
            add_lines(c, answer.details, out);
    }
    scan_convert_release(&answer);
    return good;
}

static bool
read_page(struct ctx *c, struct scan_work *w, const struct scan_page *p, line_list *out)
{
    const struct scan_file *f = file_of(w, p->file);
    int fd = f ? scan_file_open(c->site->with->store, f->sha256) : -1;
    bool good = fd >= 0 && read_fd(c, w, p, fd, p->at, out);

    scan_file_close(fd);
    return good;
}

static void
do_read(struct ctx *c, struct scan_work *w)
{
    const struct index_field *fields =
        digitise_fields(c, *w->b.type ? w->b.type : w->d.type, &w->n_fields);
    line_list lines = {0};
    int pages = 0;

    w->how = SCAN_WORK_LATER;
    for (size_t i = 0; i < w->n_pages && pages < READ_FIRST; i++) {
        if (w->pages[i].state != PAGE_KEPT)
            continue;
        if (!read_page(c, w, &w->pages[i], &lines))
            return;
        pages++;
    }
    w->fields = digitise_find(c->a, fields, w->n_fields, lines.p, lines.n);
    w->how = SCAN_WORK_DONE;
}

void
digitise_work_do(struct ctx *c, struct scan_work *w)
{
    if (w->how == SCAN_WORK_REFUSED)
        return;
    if (w->kind == SCAN_WORK_CUT)
        do_cut(c, w);
    else if (w->kind == SCAN_WORK_READ)
        do_read(c, w);
}

/* --- recording, on the lane ------------------------------------------------------------------- */

static int
record_page(struct ctx *c, struct scan_work *w, size_t i)
{
    const struct upload *u = &w->pictures[i];
    int rc = scan_sql_add_page(c, w->b.id, &w->pages[i]);

    return rc < 0 ? rc : content_put_made(c, u->sha256, u->size, u->mime, 1);
}

static int
record_document(struct ctx *c, struct scan_work *w, struct scan_document *d)
{
    d->batch = w->b.id;
    d->dossier = *w->b.type ? 0 : digitise_dossier_of(c, &w->b, d->code);
    d->form = PAPER_ORIGINAL;
    d->type = w->b.type;
    d->state = *w->b.type || (d->dossier && *d->paper) ? DOCUMENT_INDEX : DOCUMENT_PLACELESS;
    return scan_sql_add_document(c, d);
}

static int
record_cut(struct ctx *c, struct scan_work *w)
{
    size_t n;
    struct scan_document *d = cut(c->a, w->pages, w->n_pages, w->b.every, &n);
    int rc = OK;

    for (size_t i = 0; i < w->n_files && rc == OK; i++)
        rc = scan_sql_file_pages(c, w->b.id, w->files[i].seq, w->files[i].pages);
    for (size_t i = 0; i < n && rc == OK; i++)
        rc = record_document(c, w, &d[i]);
    for (size_t i = 0; i < w->n_pages && rc == OK; i++)
        rc = record_page(c, w, i);
    if (rc < 0)
        return rc;
    if (n == 0)
        return scan_sql_set_state(c, w->b.id, SCAN_REFUSED,
                                  N_("Lô quét chỉ có trang trắng hoặc tờ phân cách"));
    rc = scan_sql_cut(c, w->b.id, (int)w->n_pages);
    digitise_ring();                    /* its documents are to be read */
    return rc < 0 ? rc : OK;
}

static int
record_reading(struct ctx *c, struct scan_work *w)
{
    int rc = OK;

    if (w->how == SCAN_WORK_LATER)
        return OK;                      /* `after` lets it be taken again */
    for (size_t i = 0; w->how == SCAN_WORK_DONE && i < w->n_fields && rc == OK; i++)
        rc = scan_sql_propose(c, w->d.batch, w->d.seq, &w->fields[i]);
    return rc < 0 ? rc
                  : scan_sql_read_done(c, w->d.batch, w->d.seq,
                                       w->how == SCAN_WORK_DONE ? 1 : 2);
}

int
digitise_work_record(struct ctx *c, struct scan_work *w)
{
    struct scan_batch now;
    int rc;

    if (w->kind == SCAN_WORK_READ)
        return record_reading(c, w);
    if ((rc = scan_sql_batch_by_id(c, w->b.id, &now)) < 0 || now.state != SCAN_WAITING)
        return rc;                      /* another server was given it after we took too long */
    switch (w->how) {
    case SCAN_WORK_DONE: return record_cut(c, w);
    case SCAN_WORK_REFUSED: return scan_sql_set_state(c, w->b.id, SCAN_REFUSED, w->reason);
    case SCAN_WORK_LATER: return scan_sql_later(c, w->b.id, c->now + (AGAIN << w->b.tries), false);
    }
    return OK;
}
