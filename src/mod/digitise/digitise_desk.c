/* The desk: batches, their pages, one document with its fields. */
#include "mod/digitise/digitise_desk.h"

#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"
#include "base/po.h"
#include "digitise_batch.page.h"
#include "digitise_document.page.h"
#include "digitise_list.page.h"
#include "http/route.h"
#include "mod/digitise/digitise_find.h"
#include "mod/digitise/digitise_register.h"
#include "mod/digitise/digitise_work.h"
#include "mod/dossiers/dossiers_digitise.h"
#include "site/site.h"

#define DESK "/can-bo/so-hoa"

/* --- words ------------------------------------------------------------------------------------ */

static const struct { const char *name; enum tone tone; } STATE[] = {
    [SCAN_WAITING] = {N_("Đang chia văn bản"), TONE_INFO},
    [SCAN_OPEN] = {N_("Đang làm"), TONE_SOON},
    [SCAN_CLOSED] = {N_("Đã xong"), TONE_GOOD},
    [SCAN_REFUSED] = {N_("Không đọc được"), TONE_LATE},
    [SCAN_SENT_BACK] = {N_("Phải nhập lại"), TONE_LATE},
}, DOCUMENT[] = {
    [DOCUMENT_PLACELESS] = {N_("Chờ chọn hồ sơ"), TONE_SOON},
    [DOCUMENT_INDEX] = {N_("Chờ nhập và kiểm tra"), TONE_SOON},
    [DOCUMENT_SECOND] = {N_("Chờ người thứ hai nhập"), TONE_INFO},
    [DOCUMENT_DIFFERS] = {N_("Hai lần nhập khác nhau"), TONE_LATE},
    [DOCUMENT_DONE] = {N_("Đã gắn vào hồ sơ"), TONE_GOOD},
    [DOCUMENT_DROPPED] = {N_("Đã bỏ"), TONE_STOPPED},
};

const char *
scan_state_name(enum scan_state s)
{
    return STATE[s].name;
}

enum tone
scan_state_tone(enum scan_state s)
{
    return STATE[s].tone;
}

const char *
scan_document_name(const struct scan_batch *b, const struct scan_document *d)
{
    return *b->type && d->state == DOCUMENT_DONE ? N_("Đã nhập xong") : DOCUMENT[d->state].name;
}

enum tone
scan_document_tone(enum scan_document_state s)
{
    return DOCUMENT[s].tone;
}

const char *
scan_page_name(enum scan_page_state s)
{
    static const char *const NAMES[] = {[PAGE_KEPT] = "", [PAGE_BLANK] = N_("Trang trắng"),
                                        [PAGE_DROPPED] = N_("Đã bỏ"),
                                        [PAGE_SHEET] = N_("Tờ phân cách")};

    return NAMES[s];
}

/* --- all batches ------------------------------------------------------------------------------ */

static const struct param IN_LIST[] = {
    {"tu", K_CODE, .label = N_("Lô quét")}, {.kind = K_END}};

static void
add_types(struct ctx *c, struct scan_list_view *v)
{
    size_t n;
    const struct register_type *t = digitise_registers(&n);

    v->types = arena_get(c->a, (n + 1) * sizeof *v->types);
    v->types[v->n_types++] = (struct choice){.value = "", .label = N_("Giấy tờ của hồ sơ")};
    for (size_t i = 0; i < n; i++)
        v->types[v->n_types++] = (struct choice){.value = t[i].id, .label = t[i].name};
}

static int
show_list(struct ctx *c, int64_t before)
{
    struct scan_list_view v = {.folder = *c->site->config.scan_folder != '\0'};
    int rc = digitise_list(c, 0, before, &v.p, &v.n);

    if (rc < 0)
        return rc;
    if (v.n > SCAN_LIST) {
        v.n = SCAN_LIST;
        v.next = v.p[v.n - 1].code;
    }
    add_types(c, &v);
    return page_digitise_list(c, &v);
}

static int
get_list(struct ctx *c)
{
    struct scan_batch last = {0};
    int rc = in_has(c, 0) ? digitise_get(c, in_text(c, 0), &last) : OK;

    return rc < 0 ? rc : show_list(c, last.id);
}

enum { U_TITLE, U_TYPE, U_EVERY, U_TWICE, U_FILES };
static const struct param IN_ADD[] = {
    [U_TITLE] = {"ten", K_TEXT, .max = 120, .label = N_("Tên gọi")},
    [U_TYPE] = {"loai", K_CODE, .label = N_("Lô này gồm")},
    [U_EVERY] = {"moi", K_INT, .min = 1, .max = 50,
                 .label = N_("Cứ bao nhiêu trang là một văn bản")},
    [U_TWICE] = {"nhap-hai", K_BOOL, .label = N_("Nhập hai lần")},
    [U_FILES] = {"tep", K_FILES, .label = N_("Tệp PDF hoặc ảnh từ máy quét")},
    {.kind = K_END},
};

static int
post_list(struct ctx *c)
{
    const struct upload *files;
    size_t n = in_files(c, U_FILES, &files);
    struct scan_batch b = {.title = in_text(c, U_TITLE), .type = in_text(c, U_TYPE),
                           .source = SCAN_SENT, .every = (int)in_int(c, U_EVERY),
                           .keyings = in_int(c, U_TWICE) ? 2 : 1};
    int rc;

    if (*b.type && !*digitise_type_name(c, b.type))
        return fail_field(c, "loai", N_("Hãy chọn một loại trong danh sách"));
    b.share = *b.type ? c->site->config.scan_sample * 10 : 0;
    if ((rc = digitise_add(c, &b, files, n)) < 0)
        return rc;
    digitise_ring();
    flash(c, N_("Đã nhận lô quét"));
    return redirect(c, DESK "/%s", b.code);
}

static int
again_list(struct ctx *c)
{
    return show_list(c, 0);
}

/* --- one batch -------------------------------------------------------------------------------- */

enum { P_BATCH, P_DOCUMENT };
static const struct param IN_BATCH[] = {
    [P_BATCH] = {"lo", K_CODE, .required = true, .label = N_("Lô quét")}, {.kind = K_END}};

static const char *
paper_name(struct ctx *c, const struct scan_document *d)
{
    struct dossier x;
    const struct proc_paper **p;
    size_t n;

    if (strcmp(d->paper, DIGITISE_RESULT) == 0)
        return N_("Kết quả giải quyết");
    if (!*d->paper || dossiers_get(c, d->code, PERM_DIGITISE, &x) < 0 ||
        dossiers_papers(c, &x, &p, &n) < 0)
        return "";
    for (size_t i = 0; i < n; i++)
        if (strcmp(p[i]->id, d->paper) == 0)
            return p[i]->name;
    return d->paper;
}

static bool
reached(struct ctx *c, const char *code)
{
    struct ctx aside = *c;
    struct dossier x;

    return *code && dossiers_get(&aside, code, PERM_DIGITISE, &x) == OK;
}

static void
add_group(struct ctx *c, struct scan_batch_view *v, const struct scan_document *d,
          const struct scan_page *pages, size_t n_pages)
{
    struct scan_group *g = &v->groups[v->n_groups];
    struct ctx aside = *c;

    *g = (struct scan_group){.d = d, .paper = ""};
    for (size_t i = 0; i < n_pages; i++)
        if (pages[i].document == (d ? d->seq : 0)) {
            g->pages = g->n ? g->pages : &pages[i];
            g->n++;
        }
    if (d && *d->code && !(g->strange = !reached(c, d->code)))
        g->paper = paper_name(&aside, d);
    if (g->n)
        v->n_groups++;
}

static void
add_groups(struct ctx *c, struct scan_batch_view *v, const struct scan_document *d, size_t n,
           const struct scan_page *pages, size_t n_pages)
{
    v->groups = arena_get(c->a, (n + 2) * sizeof *v->groups);
    v->others = arena_get(c->a, (n + 1) * sizeof *v->others);
    for (size_t i = 0; i < n; i++) {
        add_group(c, v, &d[i], pages, n_pages);
        if (d[i].state != DOCUMENT_DONE)
            v->others[v->n_others++] = (struct choice){
                .value = arena_fmt(c->a, "%d", d[i].seq),
                .label = trf(c, N_("Văn bản {0}"), arena_fmt(c->a, "%d", d[i].seq))};
        v->sample += d[i].sample != SAMPLE_NOT;
        v->sample_left += d[i].sample == SAMPLE_DRAWN;
        v->sample_wrong += d[i].sample == SAMPLE_WRONG;
    }
    add_group(c, v, NULL, pages, n_pages);
}

static int
show_batch(struct ctx *c)
{
    struct scan_batch b;
    struct scan_batch_view v = {.b = &b};
    struct scan_document *d;
    struct scan_page *pages;
    struct scan_file *files;
    size_t n, n_pages;
    int rc = digitise_get(c, in_text(c, P_BATCH), &b);

    if (rc < 0 || (rc = digitise_documents(c, &b, &d, &n)) < 0 ||
        (rc = digitise_files(c, &b, &files, &v.n_files)) < 0 ||
        (rc = digitise_pages(c, &b, -1, &pages, &n_pages)) < 0)
        return rc;
    v.files = files;
    v.by = desk_account_name(c, b.created_by);
    v.open = b.state == SCAN_OPEN || b.state == SCAN_SENT_BACK;
    add_groups(c, &v, d, n, pages, n_pages);
    return page_digitise_batch(c, &v);
}

/* --- a page: its picture, and what is done to it ---------------------------------------------- */

static const struct param IN_PICTURE[] = {
    [P_BATCH] = {"lo", K_CODE, .required = true, .label = N_("Lô quét")},
    {"so", K_INT, .required = true, .min = 1, .max = SCAN_PAGES_MAX, .label = N_("Trang")},
    {.kind = K_END},
};

static int
get_picture(struct ctx *c)
{
    struct scan_batch b;
    struct scan_page p;
    int rc;

    if ((rc = digitise_get(c, in_text(c, P_BATCH), &b)) < 0 ||
        (rc = digitise_page(c, &b, (int)in_int(c, 1), &p)) < 0)
        return rc;
    if (!*p.picture)
        return fail(c, E_NOTFOUND, N_("Không tìm thấy trang này"), "no picture");
    auth_log_seen(c, "scanned page", 0, 0);
    return content_send_made(c, p.picture, "image/jpeg",
                             arena_fmt(c->a, "%s-%d.jpg", b.code, p.page), READER_OFFICER);
}

enum { E_BATCH, E_VERSION, E_PAGE, E_HOW, E_TO };
static const struct param IN_EDIT[] = {
    [E_BATCH] = {"lo", K_CODE, .required = true, .label = N_("Lô quét")},
    [E_VERSION] = {"v", K_INT, .required = true, .min = 1},
    [E_PAGE] = {"trang", K_INT, .required = true, .min = 1, .max = SCAN_PAGES_MAX,
                .label = N_("Trang")},
    [E_HOW] = {"viec", K_ENUM, .required = true, .words = PAGE_EDITS, .label = N_("Việc")},
    [E_TO] = {"den", K_INT, .min = 1, .max = SCAN_PAGES_MAX, .label = N_("Văn bản")},
    {.kind = K_END},
};

static int
post_edit(struct ctx *c)
{
    struct scan_batch b;
    struct scan_page p;
    int rc = digitise_get(c, in_text(c, E_BATCH), &b);

    if (rc < 0 || (rc = digitise_edit(c, &b, in_int(c, E_VERSION), (int)in_int(c, E_PAGE),
                                      (enum page_edit)in_int(c, E_HOW),
                                      (int)in_int(c, E_TO))) < 0 ||
        (rc = digitise_page(c, &b, (int)in_int(c, E_PAGE), &p)) < 0)
        return rc;
    digitise_ring();
    return redirect(c, DESK "/%s#vb-%d", b.code, p.document);
}

/* --- one document ----------------------------------------------------------------------------- */

static const struct param IN_SHOW[] = {
    [P_BATCH] = {"lo", K_CODE, .required = true, .label = N_("Lô quét")},
    [P_DOCUMENT] = {"vb", K_INT, .required = true, .min = 1, .max = 100000,
                    .label = N_("Văn bản")},
    {.kind = K_END},
};

static const char *const FORM_WORDS[] = {"original", "certified", "copy", NULL};
static const enum paper_form FORMS[] = {PAPER_ORIGINAL, PAPER_CERTIFIED, PAPER_COPY};

static int
add_place(struct ctx *c, struct scan_document_view *v)
{
    const struct proc_paper **p;
    size_t n;
    int rc;

    v->known = reached(c, v->d->code) &&
               dossiers_get(c, v->d->code, PERM_DIGITISE, &v->x) == OK;
    if (!v->known)
        return OK;
    if ((rc = dossiers_papers(c, &v->x, &p, &n)) < 0)
        return rc;
    v->papers = arena_get(c->a, (n + 2) * sizeof *v->papers);
    v->papers[v->n_papers++] = (struct choice){.value = "", .label = N_("Chưa chọn")};
    for (size_t i = 0; i < n; i++)
        v->papers[v->n_papers++] = (struct choice){.value = p[i]->id, .label = p[i]->name};
    v->papers[v->n_papers++] =
        (struct choice){.value = DIGITISE_RESULT, .label = N_("Kết quả giải quyết")};
    v->forms = arena_get(c->a, 3 * sizeof *v->forms);
    for (size_t i = 0; i < 3; i++)
        v->forms[v->n_forms++] = (struct choice){.value = FORM_WORDS[i],
                                                 .label = papers_form_name(FORMS[i])};
    return OK;
}

/* Independent keyings see nothing of each other; who decides sees both. */
static struct index_row
row_of(struct ctx *c, const struct scan_document_view *v, const struct index_field *f,
       const struct scan_field *all, size_t n)
{
    struct index_row r = {.f = f, .name = arena_fmt(c->a, "f.%s", f->id), .value = "",
                          .proposal = "", .first = "", .second = ""};

    for (size_t i = 0; i < n; i++) {
        if (strcmp(all[i].field, f->id) != 0)
            continue;
        r.confidence = all[i].confidence;
        r.proposal = all[i].proposal;
        r.first = all[i].first;
        r.second = all[i].second;
        r.value = v->d->first_by || *all[i].value ? all[i].value : all[i].proposal;
    }
    if (v->keying == KEYING_SECOND)
        r.value = "";
    r.differs = v->keying == KEYING_DECIDE && strcmp(r.first, r.second) != 0;
    if (v->keying == KEYING_DECIDE && !r.differs)
        r.value = r.first;
    r.doubtful = *r.proposal && r.confidence < FIND_SURE && v->keying == KEYING_FIRST &&
                 strcmp(r.value, r.proposal) == 0;
    return r;
}

static int
add_rows(struct ctx *c, struct scan_document_view *v)
{
    const struct index_field *f = digitise_fields(c, *v->b->type ? v->b->type : v->d->type,
                                                  &v->n_rows);
    struct scan_field *all;
    size_t n;
    int rc = digitise_values(c, v->d, &all, &n);

    v->rows = arena_get(c->a, (v->n_rows + 1) * sizeof *v->rows);
    for (size_t i = 0; rc == OK && i < v->n_rows; i++)
        v->rows[i] = row_of(c, v, &f[i], all, n);
    return rc;
}

/* The next one that this officer can do something about, round the batch. */
static int
next_of(struct ctx *c, const struct scan_batch *b, int seq, int *next)
{
    struct scan_document *d;
    size_t n;
    int rc = digitise_documents(c, b, &d, &n);

    *next = 0;
    for (size_t i = 0; rc == OK && i < n && !(*next > seq); i++)
        if (d[i].state < DOCUMENT_DONE && d[i].seq != seq && digitise_may_key(c, &d[i]) &&
            (!*next || d[i].seq > seq))
            *next = d[i].seq;
    return rc;
}

static int
show_document(struct ctx *c)
{
    struct scan_batch b;
    struct scan_document d;
    struct scan_document_view v = {.b = &b, .d = &d};
    struct scan_page *pages;
    int rc;

    if ((rc = digitise_get(c, in_text(c, P_BATCH), &b)) < 0 ||
        (rc = digitise_document(c, &b, (int)in_int(c, P_DOCUMENT), &d)) < 0 ||
        (rc = digitise_pages(c, &b, d.seq, &pages, &v.n_pages)) < 0)
        return rc;
    v.pages = pages;
    v.keying = digitise_keying(&d);
    v.may_key = digitise_may_key(c, &d);
    v.open = b.state == SCAN_OPEN || b.state == SCAN_SENT_BACK;
    v.type = *b.type ? digitise_type_name(c, b.type) : digitise_type_name(c, d.type);
    v.first_by = desk_account_name(c, d.first_by);
    v.second_by = desk_account_name(c, d.second_by);
    v.decided_by = desk_account_name(c, d.decided_by);
    v.sampling = digitise_may_sample(c, &d);
    if ((!*b.type && (rc = add_place(c, &v)) < 0) || (rc = add_rows(c, &v)) < 0 ||
        (rc = next_of(c, &b, d.seq, &v.next)) < 0)
        return rc;
    auth_log_seen(c, "scanned document", d.dossier, 0);
    return page_digitise_document(c, &v);
}

/* --- what an officer does to it --------------------------------------------------------------- */

static const char *const WORKS[] = {"chon", "luu", "gan", "nhap", "bo", "mau", NULL};
enum work { WORK_PLACE, WORK_SAVE, WORK_ATTACH, WORK_KEY, WORK_DROP, WORK_SAMPLE };

enum { D_BATCH, D_DOCUMENT, D_VERSION, D_WORK, D_CODE, D_PAPER, D_FORM, D_WRONG };
static const struct param IN_WORK[] = {
    [D_BATCH] = {"lo", K_CODE, .required = true, .label = N_("Lô quét")},
    [D_DOCUMENT] = {"vb", K_INT, .required = true, .min = 1, .max = 100000,
                    .label = N_("Văn bản")},
    [D_VERSION] = {"v", K_INT, .required = true, .min = 1},
    [D_WORK] = {"viec", K_ENUM, .required = true, .words = WORKS, .label = N_("Việc")},
    [D_CODE] = {"ma", K_DOSSIER_CODE, .label = N_("Mã hồ sơ")},
    [D_PAPER] = {"giay-to", K_CODE, .label = N_("Giấy tờ")},
    [D_FORM] = {"hinh-thuc", K_ENUM, .words = FORM_WORDS, .label = N_("Bản đã quét là")},
    [D_WRONG] = {"loi", K_INT, .min = 0, .max = SCAN_FIELDS_MAX, .label = N_("Số trường sai")},
    {"", K_EFORM},
    {.kind = K_END},
};

static int
read_document(struct ctx *c, struct scan_batch *b, struct scan_document *d)
{
    int rc = digitise_get(c, in_text(c, D_BATCH), b);

    return rc < 0 ? rc : digitise_document(c, b, (int)in_int(c, D_DOCUMENT), d);
}

/* The slow part: the copy, before the lane.  A first keying of two needs none yet. */
static int
prepare_work(struct ctx *c)
{
    struct digital_copy *copy = arena_get(c->a, sizeof *copy);
    enum work work = (enum work)in_int(c, D_WORK);
    struct scan_batch b;
    struct scan_document d;
    int rc;

    if (work != WORK_ATTACH && work != WORK_KEY)
        return OK;
    if ((rc = read_document(c, &b, &d)) < 0)
        return rc;
    if (b.version != in_int(c, D_VERSION) || d.state >= DOCUMENT_DONE ||
        (*b.type && b.keyings == 2 && digitise_keying(&d) == KEYING_FIRST))
        return OK;                      /* the lane says why not, or it is not the last keying */
    if ((rc = digitise_make(c, &b, &d, copy)) == OK)
        c->prepared = copy;
    return rc;
}

static struct keyed *
typed(struct ctx *c, size_t *n)
{
    const struct pair *all;
    size_t n_all = in_form(c, &all);
    struct keyed *v = arena_get(c->a, (n_all + 1) * sizeof *v);

    *n = 0;
    for (size_t i = 0; i < n_all; i++)
        if (strncmp(all[i].name, "f.", 2) == 0)
            v[(*n)++] = (struct keyed){all[i].name + 2, all[i].value};
    return v;
}

static int
key(struct ctx *c, const struct scan_batch *b, struct scan_document *d, bool finish)
{
    const struct digital_copy *copy = finish ? c->prepared : NULL;
    size_t n;
    struct keyed *v = typed(c, &n);

    if (copy && copy->version != b->version)
        return fail(c, E_CONFLICT, N_("Lô quét đã thay đổi từ khi bạn mở, hãy xem lại"), "%s",
                    b->code);
    return digitise_key(c, b, in_int(c, D_VERSION), d, v, n, copy);
}

static int
place(struct ctx *c, const struct scan_batch *b, struct scan_document *d)
{
    if (!in_has(c, D_CODE))
        return fail_field(c, "ma", N_("Hãy ghi mã hồ sơ"));
    return digitise_place(c, b, in_int(c, D_VERSION), d, in_text(c, D_CODE), in_text(c, D_PAPER),
                          FORMS[in_int(c, D_FORM)]);
}

static int
do_work(struct ctx *c, enum work work, const struct scan_batch *b, struct scan_document *d)
{
    switch (work) {
    case WORK_PLACE: return place(c, b, d);
    case WORK_SAVE: return key(c, b, d, false);
    case WORK_ATTACH:
    case WORK_KEY: return key(c, b, d, true);
    case WORK_DROP: return digitise_drop(c, b, in_int(c, D_VERSION), d);
    case WORK_SAMPLE: return digitise_sampled(c, b, d, (int)in_int(c, D_WRONG));
    }
    return OK;
}

static const char *const SAID[] = {
    [WORK_PLACE] = N_("Đã chọn hồ sơ"), [WORK_SAVE] = N_("Đã lưu"),
    [WORK_ATTACH] = N_("Đã gắn vào hồ sơ"), [WORK_KEY] = N_("Đã nhập xong"),
    [WORK_DROP] = N_("Đã bỏ văn bản"), [WORK_SAMPLE] = N_("Đã ghi kết quả kiểm tra")};

/* On to the next one, so that hands stay on the keyboard. */
static int
go_on(struct ctx *c, enum work work, const struct scan_batch *b, int seq)
{
    int next = seq, rc = OK;

    if (work == WORK_ATTACH || work == WORK_KEY || work == WORK_DROP)
        rc = next_of(c, b, seq, &next);
    if (rc < 0)
        return rc;
    flash(c, SAID[work]);
    if (work == WORK_SAMPLE)
        return redirect(c, DESK "/%s/mau", b->code);
    return next ? redirect(c, DESK "/%s/%d", b->code, next) : redirect(c, DESK "/%s", b->code);
}

static int
post_document(struct ctx *c)
{
    enum work work = (enum work)in_int(c, D_WORK);
    struct scan_batch b;
    struct scan_document d;
    int rc;

    if ((rc = read_document(c, &b, &d)) < 0 || (rc = do_work(c, work, &b, &d)) < 0)
        return rc;
    digitise_ring();
    return go_on(c, work, &b, d.seq);
}

static int
get_copy(struct ctx *c)
{
    struct scan_batch b;
    struct scan_document d;
    int rc;

    if ((rc = digitise_get(c, in_text(c, P_BATCH), &b)) < 0 ||
        (rc = digitise_document(c, &b, (int)in_int(c, P_DOCUMENT), &d)) < 0)
        return rc;
    if (!*d.content)
        return fail(c, E_NOTFOUND, N_("Văn bản này chưa có bản số hóa"), "%s/%d", b.code, d.seq);
    auth_log_seen(c, "digital copy", d.dossier, 0);
    return content_send_made(c, d.content, "application/pdf",
                             arena_fmt(c->a, "so-hoa-%s-%d.pdf", b.code, d.seq), READER_OFFICER);
}

#define DESK_GET(path, sees, in, handler, say)                                                     \
    {GET, path, PERM_DIGITISE, RUN_INLINE, BODY_NONE, sees, FACE_DESK, in, .run = handler,         \
     .about = say}

const struct route digitise_desk_routes[] = {
    DESK_GET(DESK, SEES_NOBODY, IN_LIST, get_list, "Scan batches, and how one comes in"),
    {POST, DESK, PERM_DIGITISE, RUN_WRITE_LANE, BODY_UPLOAD, SEES_NOBODY, FACE_DESK, IN_ADD,
     .run = post_list, .page = again_list, .about = "A new scan batch: one PDF or many pictures"},
    DESK_GET(DESK "/{lo}", SEES_PERSON, IN_BATCH, show_batch, "One scan batch: documents, pages"),
    {POST, DESK "/{lo}/trang", PERM_DIGITISE, RUN_WRITE_LANE, BODY_FORM, SEES_PERSON, FACE_DESK,
     IN_EDIT, .run = post_edit, .page = show_batch,
     .about = "Turn, move, drop, take back or cut off a page"},
    {GET, DESK "/{lo}/trang/{so}", PERM_DIGITISE, RUN_INLINE, BODY_NONE, SEES_PERSON, FACE_FILE,
     IN_PICTURE, .run = get_picture, .about = "The picture of one scanned page"},
    DESK_GET(DESK "/{lo}/{vb}", SEES_PERSON, IN_SHOW, show_document,
             "One scanned document beside its index fields"),
    {POST, DESK "/{lo}/{vb}", PERM_DIGITISE, RUN_WRITE_LANE, BODY_EFORM, SEES_PERSON, FACE_DESK,
     IN_WORK, .prepare = prepare_work, .run = post_document, .page = show_document,
     .about = "Choose dossier and paper, confirm fields, attach, drop, record a sample"},
    {GET, DESK "/{lo}/{vb}/ban-so", PERM_DIGITISE, RUN_INLINE, BODY_NONE, SEES_PERSON, FACE_FILE,
     IN_SHOW, .run = get_copy, .about = "The digital copy of a finished document"},
    {0},
};
