/* The archive's desk: what is kept until when, one dossier's period, hold and package. */
#include "mod/retention/retention_desk.h"

#include <string.h>

#include "auth/auth.h"
#include "base/po.h"
#include "http/route.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/retention/retention_package.h"
#include "retention_dossier.page.h"
#include "retention_overview.page.h"
#include "site/site.h"

enum { YEAR_MIN = 1990, YEAR_MAX = 2300, YEARS_MAX = 200, CSV_MAX = 20000, CSV_PAGE = 500,
       REASON_MAX = 1000 };

static const char *const VIEWS[] = {[VIEW_PAST] = "het-han", [VIEW_HELD] = "giu-lai",
                                    [VIEW_KEPT] = "con-han", [VIEW_FOR_EVER] = "vinh-vien",
                                    [VIEW_GONE] = "da-huy", NULL};
static const char *const VIEW_NAMES[] = {
    [VIEW_PAST] = N_("Hết thời hạn"), [VIEW_HELD] = N_("Đang giữ lại"),
    [VIEW_KEPT] = N_("Còn thời hạn"), [VIEW_FOR_EVER] = N_("Vĩnh viễn"),
    [VIEW_GONE] = N_("Đã hủy")};

/* --- words ------------------------------------------------------------------------------------ */

const char *
kept_term_text(struct ctx *c, const struct kept *k)
{
    if (!k->years)
        return tr(c, N_("Vĩnh viễn"));
    return trf(c, N_("{0} năm, đến hết năm {1}"), arena_fmt(c->a, "%d", (int)k->years),
               arena_fmt(c->a, "%d", (int)k->end_year));
}

const char *
kept_rule_name(struct ctx *c, const struct kept *k)
{
    const struct keep_rule *r = catalogue_keep_rule(c->site->catalogue, k->rule);

    return r ? desk_text(c, r->name) : *k->rule ? k->rule : tr(c, N_("Chưa có quy định"));
}

const char *
bytes_text(struct ctx *c, int64_t bytes)
{
    if (bytes < 1024 * 1024)
        return arena_fmt(c->a, "%d KB", (int)((bytes + 1023) / 1024));
    return arena_fmt(c->a, c->lang == LANG_VI ? "%d,%d MB" : "%d.%d MB",
                     (int)(bytes / (1024 * 1024)), (int)(bytes % (1024 * 1024) * 10 /
                                                         (1024 * 1024)));
}

/* --- the overview ----------------------------------------------------------------------------- */

enum { O_UNIT, O_VIEW, O_YEAR, O_AFTER };
static const struct param IN_OVERVIEW[] = {
    [O_UNIT] = {"co-quan", K_CODE, .label = N_("Cơ quan")},
    [O_VIEW] = {"xem", K_ENUM, .words = VIEWS, .label = N_("Danh sách")},
    [O_YEAR] = {"nam", K_INT, .min = YEAR_MIN, .max = KEPT_FOR_EVER,
                .label = N_("Bảo quản đến hết năm")},
    [O_AFTER] = {"tu", K_DOSSIER_CODE, .label = N_("Trang")},
    {.kind = K_END},
};

static bool
among(const struct choice *v, size_t n, const char *code)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(v[i].value, code) == 0)
            return true;
    return false;
}

/* The one that was asked for, the officer's own, or the first. */
static int
find_unit(struct ctx *c, struct retention_view *v)
{
    const struct agency *home = agencies_by_id(c->site->agencies, c->session->home_unit), *g;
    int rc = desk_unit_choices(c, PERM_ARCHIVE, NULL, &v->units, &v->n_units);

    if (rc < 0)
        return rc;
    if (v->n_units == 0)
        return fail(c, E_DENIED, N_("Vai trò của bạn giới hạn theo lĩnh vực. Danh sách lưu trữ của "
                                    "cả cơ quan do người phụ trách mọi lĩnh vực xem và lập"),
                    "no unit with all fields");
    if (in_has(c, O_UNIT) && *in_text(c, O_UNIT))
        v->unit = in_text(c, O_UNIT);
    else if (home && among(v->units, v->n_units, home->code))
        v->unit = home->code;
    else
        v->unit = v->n_units ? v->units[0].value : "";
    g = among(v->units, v->n_units, v->unit) ? agencies_latest(c->site->agencies, v->unit) : NULL;
    if (!g)
        return fail(c, E_NOTFOUND, N_("Không có cơ quan này trong phạm vi của bạn"), "unit %s",
                    v->unit);
    v->unit_id = g->id;
    v->unit_name = desk_unit(c, g->id);
    return OK;
}

static enum kept_view
view_of_sum(const struct kept_sum *s, int64_t this_year)
{
    if (s->state == KEPT_DESTROYED)
        return VIEW_GONE;
    return s->end_year == KEPT_FOR_EVER ? VIEW_FOR_EVER
           : s->end_year < this_year    ? VIEW_PAST
                                        : VIEW_KEPT;
}

static void
add_year(struct ctx *c, struct retention_view *v, int64_t year)
{
    const char *text = arena_fmt(c->a, "%d", (int)year);

    if (year != KEPT_FOR_EVER && v->n_years < YEARS_MAX && !among(v->years, v->n_years, text))
        v->years[v->n_years++] = (struct choice){.value = text, .label = text};
}

/* What is on a list is counted with what is kept: it is there until it is destroyed. */
static int
add_sums(struct ctx *c, struct retention_view *v, int64_t counts[VIEW_KEPT__COUNT])
{
    const int64_t this_year = date_ymd(vn_day(c->now)).y;
    struct kept_sum *s;
    size_t n;
    int rc = retention_sums(c, &s, &n);

    v->years = arena_get(c->a, (YEARS_MAX + 1) * sizeof *v->years);
    v->years[v->n_years++] = (struct choice){.value = "", .label = N_("Mọi năm")};
    for (size_t i = 0; rc == OK && i < n; i++) {
        enum kept_view of = view_of_sum(&s[i], this_year);

        if (s[i].unit != v->unit_id || s[i].n == 0)
            continue;
        if (of != VIEW_PAST || s[i].state == KEPT)
            counts[of] += s[i].n;
        if (of == v->view)
            add_year(c, v, s[i].end_year);
    }
    v->past = counts[VIEW_PAST];
    return rc;
}

static void
add_tabs(struct ctx *c, struct retention_view *v, const int64_t counts[VIEW_KEPT__COUNT])
{
    for (int i = 0; i < VIEW_KEPT__COUNT; i++)
        v->tabs[i] = (struct link){
            VIEW_NAMES[i], html_url(c, ARCHIVE_DESK "?co-quan=%s&xem=%s", v->unit, VIEWS[i]),
            i == (int)v->view, i == VIEW_HELD ? -1 : counts[i]};
    v->csv = html_url(c, ARCHIVE_DESK ".csv?co-quan=%s&xem=%s%s%s", v->unit, v->view_word,
                      *v->year ? "&nam=" : "", v->year);
}

static int
read_query(struct ctx *c, const struct retention_view *v, struct kept_query *q)
{
    struct kept last;
    int rc;

    *q = (struct kept_query){.unit = v->unit_id, .view = v->view,
                             .year = in_has(c, O_YEAR) ? in_int(c, O_YEAR) : 0,
                             .limit = KEPT_LIST + 1};
    if (!in_has(c, O_AFTER))
        return OK;
    if ((rc = retention_get(c, in_text(c, O_AFTER), &last)) < 0)
        return rc;
    q->after_year = last.end_year;
    q->after = last.dossier;
    return OK;
}

static int
read_overview(struct ctx *c, struct retention_view *v)
{
    v->view = (enum kept_view)in_int(c, O_VIEW);
    v->view_word = VIEWS[v->view];
    v->year = in_has(c, O_YEAR) ? arena_fmt(c->a, "%d", (int)in_int(c, O_YEAR)) : "";
    return find_unit(c, v);
}

static int
get_overview(struct ctx *c)
{
    struct retention_view v = {0};
    int64_t counts[VIEW_KEPT__COUNT] = {0};
    struct kept_query q;
    int rc = read_overview(c, &v);

    if (rc < 0 || (rc = add_sums(c, &v, counts)) < 0 || (rc = read_query(c, &v, &q)) < 0 ||
        (rc = retention_list(c, &q, &v.rows, &v.n)) < 0)
        return rc;
    if (v.n > KEPT_LIST) {
        v.n = KEPT_LIST;
        v.next = v.rows[v.n - 1].code;
    }
    add_tabs(c, &v, counts);
    v.may_propose = v.view == VIEW_PAST && v.n;
    return page_retention_overview(c, &v);
}

static int
get_csv(struct ctx *c)
{
    struct retention_view v = {0};
    struct kept_query q;
    size_t n = CSV_PAGE, all = 0;
    int rc = read_overview(c, &v);

    if (rc < 0 || (rc = read_query(c, &v, &q)) < 0)
        return rc;
    reply_download(c, "text/csv; charset=utf-8",
                   arena_fmt(c->a, "luu-tru-%s-%s.csv", v.unit, v.view_word));
    retention_csv_head(&c->out->body);
    for (q.limit = CSV_PAGE; n == CSV_PAGE && all < CSV_MAX && rc == OK; all += n) {
        struct kept *k;

        rc = retention_list(c, &q, &k, &n);
        for (size_t i = 0; i < n && rc == OK; i++) {
            retention_csv_row(c, &c->out->body, &k[i]);
            q.after_year = k[i].end_year;
            q.after = k[i].dossier;
        }
    }
    return rc;
}

/* --- one dossier ------------------------------------------------------------------------------ */

enum { D_CODE, D_REASON };
static const struct param IN_DOSSIER[] = {
    [D_CODE] = {"code", K_DOSSIER_CODE, .required = true, .label = N_("Mã hồ sơ")},
    {.kind = K_END}};
static const struct param IN_HOLD[] = {
    [D_CODE] = {"code", K_DOSSIER_CODE, .required = true, .label = N_("Mã hồ sơ")},
    [D_REASON] = {"ly-do", K_LINES, .max = REASON_MAX, .label = N_("Lý do giữ lại")},
    {.kind = K_END}};

static int
get_dossier(struct ctx *c)
{
    struct kept k;
    struct kept_dossier_view v = {.k = &k};
    int rc = retention_get(c, in_text(c, D_CODE), &k);

    if (rc < 0)
        return rc;
    auth_log_seen(c, "archive", k.dossier, 0);
    v.rule = catalogue_keep_rule(c->site->catalogue, k.rule);
    v.held_by = desk_account_name(c, k.held_by);
    v.package_by = desk_account_name(c, k.package_by);
    v.past = retention_is_past(&k, vn_day(c->now));
    return page_retention_dossier(c, &v);
}

static int
back(struct ctx *c, const struct kept *k, const char *say)
{
    flash(c, say);
    return redirect(c, ARCHIVE_DESK "/ho-so/%s", k->code);
}

static int
post_hold(struct ctx *c)
{
    struct kept k;
    int rc = retention_get(c, in_text(c, D_CODE), &k);

    if (rc < 0 || (rc = retention_hold(c, &k, in_text(c, D_REASON))) < 0)
        return rc;
    return back(c, &k, N_("Hồ sơ được giữ lại, không bị hủy cho đến khi bỏ giữ."));
}

static int
post_release(struct ctx *c)
{
    struct kept k;
    int rc = retention_get(c, in_text(c, D_CODE), &k);

    if (rc < 0 || (rc = retention_release(c, &k)) < 0)
        return rc;
    return back(c, &k, N_("Đã bỏ giữ lại. Thời hạn bảo quản không đổi."));
}

/* --- its package ------------------------------------------------------------------------------ */

struct made { char name[STORE_NAME]; int64_t size; };

static bool
to_store(void *user, const void *bytes, size_t n)
{
    return store_write(user, bytes, n);
}

static int
make_package(struct ctx *c, const struct kept *k, struct store *store, struct made *out)
{
    struct store_put *to = store_begin(store);
    int rc = to ? retention_package(c, k, store, to_store, to)
                : fail(c, E_DOWN, N_("Kho tệp đang bận, hãy thử lại sau"), "the store refuses");

    if (rc < 0) {
        store_drop(to);
        return rc;
    }
    out->size = store_size(to);
    return store_keep(to, out->name)
               ? OK
               : fail(c, E_DOWN, N_("Kho tệp đang bận, hãy thử lại sau"), "the store refuses");
}

static int
prepare_package(struct ctx *c)
{
    struct made *m = arena_get(c->a, sizeof *m);
    struct kept k;
    int rc = retention_get(c, in_text(c, D_CODE), &k);

    if (rc < 0)
        return rc;
    if (!c->site->with || !c->site->with->store)
        return fail(c, E_DOWN, N_("Kho tệp đang bận, hãy thử lại sau"), "no store");
    if ((rc = make_package(c, &k, c->site->with->store, m)) == OK)
        c->prepared = m;
    return rc;
}

static int
post_package(struct ctx *c)
{
    const struct made *m = c->prepared;
    struct kept k;
    int rc = retention_get(c, in_text(c, D_CODE), &k);

    if (rc < 0 || (rc = retention_packed(c, &k, m->name, m->size)) < 0)
        return rc;
    return back(c, &k, N_("Đã lập gói lưu trữ."));
}

static int
get_package(struct ctx *c)
{
    struct kept k;
    int rc = retention_get(c, in_text(c, D_CODE), &k);

    if (rc < 0)
        return rc;
    if (!*k.package)
        return fail(c, E_NOTFOUND, N_("Hồ sơ này chưa có gói lưu trữ"), "%s", k.code);
    auth_log_seen(c, "package", k.dossier, 0);
    return reply_stored(c, k.package, "application/zip", arena_fmt(c->a, "%s.zip", k.code), false);
}

#define ONE ARCHIVE_DESK "/ho-so/{code}"

const struct route retention_routes[] = {
    {GET, ARCHIVE_DESK, PERM_ARCHIVE, RUN_READ_LANE, BODY_NONE, SEES_PERSON, FACE_DESK, IN_OVERVIEW,
     .run = get_overview, .about = "Closed dossiers by the end of their period"},
    {GET, ARCHIVE_DESK ".csv", PERM_ARCHIVE, RUN_READ_LANE, BODY_NONE, SEES_PERSON, FACE_FILE,
     IN_OVERVIEW, .run = get_csv, .about = "The same as a table for spreadsheets"},
    {GET, ONE, PERM_ARCHIVE, RUN_INLINE, BODY_NONE, SEES_PERSON, FACE_DESK, IN_DOSSIER,
     .run = get_dossier, .about = "How long one dossier is kept, and why"},
    {POST, ONE "/giu-lai", PERM_ARCHIVE, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_DESK, IN_HOLD,
     .run = post_hold, .page = get_dossier, .about = "Hold it back from destruction"},
    {POST, ONE "/bo-giu", PERM_ARCHIVE, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_DESK,
     IN_DOSSIER, .run = post_release, .page = get_dossier, .about = "Hold it back no longer"},
    {POST, ONE "/goi", PERM_ARCHIVE, RUN_WRITE_LANE, BODY_FORM, SEES_PERSON, FACE_DESK, IN_DOSSIER,
     .prepare = prepare_package, .run = post_package, .page = get_dossier,
     .about = "Make its archive package"},
    {GET, ONE "/goi.zip", PERM_ARCHIVE, RUN_INLINE, BODY_NONE, SEES_PERSON, FACE_FILE, IN_DOSSIER,
     .run = get_package, .about = "Its archive package (BagIt in a ZIP)"},
    {0},
};
