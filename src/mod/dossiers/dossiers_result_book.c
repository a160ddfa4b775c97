/* The agency's register of numbers (sổ cấp số), and one issued result: what it is, how it ends. */
#include <string.h>

#include "auth/auth.h"
#include "auth/reach.h"
#include "base/po.h"
#include "dossiers_result.page.h"
#include "http/route.h"
#include "mod/agencies/agencies.h"
#include "mod/dossiers/dossiers_desk_act.h"
#include "mod/dossiers/dossiers_named.h"
#include "mod/dossiers/dossiers_result_pages.h"
#include "mod/papers/content.h"
#include "site/site.h"

enum { B_UNIT, B_BOOK, B_YEAR, B_STATE, B_FROM, PAGE_ROWS = 50, CSV_ROWS = 5000, BOOKS_MAX = 200 };

static const char *const STATES[] = {"", "draft", "signing", "in_force", "replaced", "revoked",
                                     "expired", "void", NULL};

/* --- words --- */

const char *
result_book_name(struct ctx *c, const char *book)
{
    struct template_list all = catalogue_templates(c->site->catalogue);

    for (size_t i = 0; i < all.n; i++)
        if (strcmp(all.p[i]->book, book) == 0)
            return desk_text(c, all.p[i]->name);
    return book;
}

enum tone
result_tone(const struct result *r)
{
    static const enum tone TONES[RESULT__COUNT] = {
        [RESULT_DRAFT] = TONE_PLAIN,   [RESULT_SIGNING] = TONE_INFO,
        [RESULT_IN_FORCE] = TONE_GOOD, [RESULT_REPLACED] = TONE_STOPPED,
        [RESULT_REVOKED] = TONE_LATE,  [RESULT_EXPIRED] = TONE_STOPPED,
        [RESULT_VOID] = TONE_STOPPED};

    return TONES[r->state];
}

/* --- what is asked for --- */

/* An agency that this officer reaches: the one named, else the own one. */
static int
find_agency(struct ctx *c, const struct agency **out)
{
    const char *code = in_text(c, B_UNIT);
    const struct agency *g = *code ? agencies_latest(c->site->agencies, code)
                                   : agencies_by_id(c->site->agencies, c->session->home_unit);

    if (!g || !auth_reaches_partly(c, c->account, g->id, PERM_DOSSIER_READ))
        return fail(c, E_NOTFOUND, N_("Không có cơ quan này trong phạm vi của bạn"), "%s", code);
    *out = g;
    return OK;
}

/* The book and year asked for, else the newest there is. */
static int
find_book(struct ctx *c, const struct agency *g, struct book_query *q, struct book **books,
          size_t *n)
{
    int rc = results_books(c, g->id, books, n);

    *q = (struct book_query){.agency = g->id, .book = in_text(c, B_BOOK),
                             .year = in_int(c, B_YEAR),
                             .state = (enum result_state)in_int(c, B_STATE),
                             .from_seq = in_int(c, B_FROM)};
    if (!q->year)
        q->year = *n ? (*books)[0].year : date_ymd(vn_day(c->now)).y;
    for (size_t i = 0; i < *n && !*q->book; i++)
        if ((*books)[i].year == q->year)
            q->book = (*books)[i].id;
    return rc;
}

/* --- the page --- */

static bool
listed(const struct choice *v, size_t n, const char *value)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(v[i].value, value) == 0)
            return true;
    return false;
}

static void
add_choices(struct ctx *c, struct book_view *v, const struct book *books, size_t n)
{
    v->books = arena_get(c->a, (n + 2) * sizeof *v->books);
    v->years = arena_get(c->a, (n + 2) * sizeof *v->years);
    v->states = arena_get(c->a, RESULT__COUNT * sizeof *v->states);
    for (size_t i = 0; i < n && i < BOOKS_MAX; i++) {
        const char *year = arena_fmt(c->a, "%d", (int)books[i].year);

        if (!listed(v->books, v->n_books, books[i].id))
            v->books[v->n_books++] =
                (struct choice){.value = books[i].id, .label = result_book_name(c, books[i].id)};
        if (!listed(v->years, v->n_years, year))
            v->years[v->n_years++] = (struct choice){.value = year, .label = year};
    }
    v->states[v->n_states++] = (struct choice){.value = "", .label = N_("Mọi trạng thái")};
    for (int s = RESULT_DRAFT; s < RESULT__COUNT; s++)
        v->states[v->n_states++] =
            (struct choice){.value = STATES[s], .label = result_state_name((enum result_state)s)};
}

/* Read by who has the right for every field at the agency, or for that of its dossier. */
static bool
in_field(struct ctx *c, const struct result *r, enum perm p)
{
    return auth_reaches(c, c->account, r->agency, p) ||
           (r->dossier && dossiers_in_field(c, r->agency, r->dossier, PERM_BIT(p)));
}

static void
veil_row(struct ctx *c, struct result *r, const char *title)
{
    r->dossier = 0;
    r->token = r->code = r->holder = r->reason = "";
    r->content = r->signer_name = r->signer_title = "";
    r->title = tr(c, title);
}

/* The number is used, so its line stands in the book: without whose it is, and of which dossier. */
static int
veil(struct ctx *c, struct result *rows, size_t n)
{
    bool whole = n == 0 || auth_reaches(c, c->account, rows[0].agency, PERM_DOSSIER_READ);
    int64_t *ids = arena_get(c->a, (n + 1) * sizeof *ids);
    bool *hidden = arena_get(c->a, (n + 1) * sizeof *hidden);
    int rc;

    for (size_t i = 0; i < n; i++)
        ids[i] = rows[i].dossier;
    rc = dossiers_veiled(c, ids, n, hidden);
    for (size_t i = 0; rc == OK && i < n; i++)
        if (hidden[i])
            veil_row(c, &rows[i], N_("Hồ sơ mật"));
        else if (!whole && !in_field(c, &rows[i], PERM_DOSSIER_READ))
            veil_row(c, &rows[i], N_("Hồ sơ thuộc lĩnh vực khác"));
    return rc;
}

static int
get_book(struct ctx *c)
{
    struct book_view v = {0};
    struct book_query q;
    struct book *books;
    size_t n;
    int rc = find_agency(c, &v.agency);

    if (rc < 0 || (rc = find_book(c, v.agency, &q, &books, &n)) < 0)
        return rc;
    q.limit = PAGE_ROWS + 1;
    if (*q.book && (rc = results_book(c, &q, &v.rows, &v.n)) == OK)
        rc = veil(c, v.rows, v.n);
    if (rc < 0)
        return rc;
    v.next = v.n > PAGE_ROWS ? arena_fmt(c->a, "%d", (int)v.rows[PAGE_ROWS - 1].seq) : "";
    v.n = v.n > PAGE_ROWS ? PAGE_ROWS : v.n;
    for (size_t i = 0; i < v.n; i++)
        auth_log_listed(c, c->route->path, &v.rows[i].dossier, v.rows[i].dossier ? 1 : 0);
    add_choices(c, &v, books, n);
    if ((rc = desk_unit_choices_partly(c, PERM_DOSSIER_READ, NULL, &v.units, &v.n_units)) < 0)
        return rc;
    v.title = trf(c, N_("{0}, năm {1}"), *q.book ? result_book_name(c, q.book) : "",
                  arena_fmt(c->a, "%d", (int)q.year));
    v.csv = html_url(c, "/can-bo/so-cap-so.csv?don-vi=%s&so=%s&nam=%s&trang-thai=%s",
                     v.agency->code, q.book, arena_fmt(c->a, "%d", (int)q.year),
                     result_state_word(q.state));
    return page_dossiers_result_book(c, &v);
}

/* --- CSV --- */

static void
csv_row(struct buf *b, struct ctx *c, const struct result *r)
{
    const char *cells[] = {
        arena_fmt(c->a, "%" PRId64, r->seq), r->number, date_iso(c->a, r->issued_on),
        result_state_word(r->state), r->title, r->holder, r->code, r->signer_name,
        r->signer_title, r->valid_to ? date_iso(c->a, r->valid_to) : "", r->reason, r->content};

    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        if (i)
            buf_char(b, ',');
        buf_csv(b, cells[i]);
    }
    buf_lit(b, "\r\n");
}

static int
get_csv(struct ctx *c)
{
    const struct agency *g;
    struct book_query q;
    struct book *books;
    struct result *rows;
    size_t n, sent = 0;
    int rc = find_agency(c, &g);

    if (rc < 0 || (rc = find_book(c, g, &q, &books, &n)) < 0)
        return rc;
    reply_download(c, "text/csv; charset=utf-8",
                   arena_fmt(c->a, "so-cap-so-%s-%d.csv", q.book, (int)q.year));
    buf_lit(&c->out->body, "\xEF\xBB\xBFseq,number,issued_on,state,title,holder,dossier,signer,"
                           "signer_title,valid_to,reason,sha256\r\n");
    q.limit = 500;
    do {
        if (!*q.book || (rc = results_book(c, &q, &rows, &n)) < 0 || (rc = veil(c, rows, n)) < 0)
            return rc;
        for (size_t i = 0; i < n; i++) {
            if (rows[i].dossier)
                auth_log_seen(c, "result book export", rows[i].dossier, 0);
            csv_row(&c->out->body, c, &rows[i]);
        }
        sent += n;
        q.from_seq = n ? rows[n - 1].seq : 0;
    } while (n == q.limit && sent < CSV_ROWS);
    return OK;
}

/* --- one issued result --- */

enum { R_TOKEN, R_VERSION, R_REASON, R_PUBLIC };

static int
open_issued(struct ctx *c, struct issued_view *v)
{
    int rc = result_by_token(c, in_text(c, R_TOKEN), &v->r);
    const struct agency *g;
    bool hidden = false;

    if (rc < 0)
        return rc;
    if ((rc = dossiers_veiled(c, &v->r.dossier, v->r.dossier != 0, &hidden)) < 0)
        return rc;
    if (!in_field(c, &v->r, PERM_DOSSIER_READ) || hidden)
        return fail(c, E_NOTFOUND, N_("Không tìm thấy kết quả này"), "not in reach");
    g = agencies_by_id(c->site->agencies, v->r.agency);
    v->agency = g ? agency_office(c, g) : "";
    v->may_revoke = v->r.state == RESULT_IN_FORCE && in_field(c, &v->r, PERM_DOSSIER_DECIDE);
    if (v->may_revoke)
        v->reasons = act_reasons(c, REASON_REVOKE, &v->n_reasons);
    auth_log_seen(c, "result", v->r.dossier, 0);
    if (v->r.replaced_by && (rc = result_get(c, v->r.replaced_by, &v->by)) < 0)
        return rc;
    return v->r.replaces ? result_get(c, v->r.replaces, &v->old) : OK;
}

static int
get_issued(struct ctx *c)
{
    struct issued_view v = {0};
    int rc = open_issued(c, &v);

    return rc < 0 ? rc : page_dossiers_result_issued(c, &v);
}

static int
get_file(struct ctx *c)
{
    struct issued_view v = {0};
    struct content k;
    int rc = open_issued(c, &v);

    if (rc < 0)
        return rc;
    if (!result_is_issued(v.r.state))
        return fail(c, E_NOTFOUND, N_("Kết quả này chưa được ký"), "no file");
    if ((rc = content_get(c, v.r.content, &k)) < 0 ||
        (rc = content_may_serve(c, &k, READER_OFFICER)) < 0)
        return rc;
    return reply_stored(c, v.r.content, "application/pdf", arena_fmt(c->a, "%s.pdf", v.r.title),
                        true);
}

static int
post_revoke(struct ctx *c)
{
    struct issued_view v = {0};
    int rc = open_issued(c, &v);

    if (rc < 0)
        return rc;
    if (!v.may_revoke)
        return fail(c, E_CONFLICT, N_("Kết quả này không còn thu hồi được, hoặc việc thu hồi "
                                      "không thuộc thẩm quyền của bạn."), "revoke");
    if (v.r.version != in_int(c, R_VERSION))
        return fail(c, E_CONFLICT, N_("Kết quả này vừa được người khác thay đổi. Hãy xem lại rồi "
                                      "làm tiếp."), "revoke");
    if (!rules_reason(c->site->rules, REASON_REVOKE, in_text(c, R_PUBLIC)))
        return fail_field(c, "ly-do", N_("Hãy chọn một lý do trong danh sách"));
    if ((rc = result_take_back(c, &v.r, in_text(c, R_PUBLIC), in_text(c, R_REASON))) < 0)
        return rc;
    flash(c, trf(c, N_("Đã thu hồi kết quả số {0}."), v.r.number));
    return redirect(c, "/can-bo/ket-qua/%s", v.r.token);
}

/* --- routes --- */

static const struct param IN_BOOK[] = {
    [B_UNIT] = {"don-vi", K_CODE, .label = N_("Cơ quan")},
    [B_BOOK] = {"so", K_CODE, .label = N_("Sổ")},
    [B_YEAR] = {"nam", K_INT, .min = 2000, .max = 2200, .label = N_("Năm")},
    [B_STATE] = {"trang-thai", K_ENUM, .words = STATES, .label = N_("Trạng thái")},
    [B_FROM] = {"tu", K_INT, .min = 1, .max = 1000000000, .label = N_("Từ số")},
    {.kind = K_END}};
#define TOKEN {"token", K_TOKEN, .required = true, .label = N_("Mã kết quả")}
static const struct param IN_ISSUED[] = {[R_TOKEN] = TOKEN, {.kind = K_END}};
static const struct param IN_REVOKE[] = {
    [R_TOKEN] = TOKEN,
    [R_VERSION] = {"rv", K_INT, .required = true, .min = 1, .label = N_("Phiên bản kết quả")},
    [R_REASON] = {"reason", K_TEXT, .required = true, .min = 5, .max = 500,
                  .label = N_("Ghi chú cho cán bộ")},
    [R_PUBLIC] = {"ly-do", K_CODE, .required = true, .label = N_("Lý do thu hồi")},
    {.kind = K_END}};

const struct route dossiers_result_book_routes[] = {
    {GET, "/can-bo/so-cap-so", PERM_DOSSIER_READ, RUN_READ_LANE, BODY_NONE, SEES_PERSON, FACE_DESK,
     IN_BOOK, .run = get_book, .about = "The agency's register of result numbers"},
    {GET, "/can-bo/so-cap-so.csv", PERM_DOSSIER_READ, RUN_READ_LANE, BODY_NONE, SEES_PERSON,
     FACE_FILE, IN_BOOK, .run = get_csv, .about = "A book of the register as CSV"},
    {GET, "/can-bo/ket-qua/{token}", PERM_DOSSIER_READ, RUN_INLINE, BODY_NONE, SEES_PERSON,
     FACE_DESK, IN_ISSUED, .run = get_issued, .about = "An issued result"},
    {GET, "/can-bo/ket-qua/{token}/tep", PERM_DOSSIER_READ, RUN_INLINE, BODY_NONE, SEES_PERSON,
     FACE_FILE, IN_ISSUED, .run = get_file, .about = "The signed file of a result"},
    {POST, "/can-bo/ket-qua/{token}/thu-hoi", PERM_DOSSIER_DECIDE, RUN_WRITE_LANE, BODY_FORM,
     SEES_PERSON, FACE_DESK, IN_REVOKE, .run = post_revoke, .page = get_issued,
     .about = "Revoke an issued result"},
    {0},
};
