/* Pages of figures: progress against the year's aims, and the sample of a batch. */
#include <string.h>

#include "base/po.h"
#include "digitise_progress.page.h"
#include "digitise_sample.page.h"
#include "http/route.h"
#include "mod/agencies/agencies.h"
#include "mod/deadlines/rules.h"
#include "mod/digitise/digitise_aim.h"
#include "mod/digitise/digitise_desk.h"
#include "site/site.h"

enum { FIRST_YEAR = 2021, YEARS_MAX = 80 };

static const struct param IN_PROGRESS[] = {
    {"nam", K_INT, .min = FIRST_YEAR, .max = FIRST_YEAR + YEARS_MAX, .label = N_("Năm")},
    {.kind = K_END},
};

const char *
progress_percent(struct ctx *c, int tenths)
{
    if (tenths < 0)
        return "–";
    return arena_fmt(c->a, c->lang == LANG_VI ? "%d,%d %%" : "%d.%d %%", tenths / 10, tenths % 10);
}

static int
part(int64_t of, int64_t all)
{
    return all > 0 ? (int)(of * 1000 / all) : -1;
}

static void
add_up(struct digital_row *sum, const struct digital_row *n)
{
    sum->ended.dossiers += n->ended.dossiers;
    sum->ended.dossiers_digital += n->ended.dossiers_digital;
    sum->ended.papers += n->ended.papers;
    sum->ended.papers_digital += n->ended.papers_digital;
    sum->ended.results += n->ended.results;
    sum->ended.results_digital += n->ended.results_digital;
    sum->documents += n->documents;
    sum->pages += n->pages;
}

static void
set_parts(struct progress_row *r)
{
    r->results = part(r->n.ended.results_digital, r->n.ended.results);
    r->papers = part(r->n.ended.papers_digital, r->n.ended.papers);
    r->dossiers = part(r->n.ended.dossiers_digital, r->n.ended.dossiers);
}

static bool
among(const int64_t *units, size_t n, int64_t unit)
{
    for (size_t i = 0; i < n; i++)
        if (units[i] == unit)
            return true;
    return false;
}

static struct progress_row
row_of(struct ctx *c, const struct progress_view *v, const struct own_aims *own,
       const struct digital_row *n)
{
    const struct agency *g = agencies_by_id(c->site->agencies, n->unit);
    struct progress_row r = {.code = g ? g->code : "", .name = g ? agency_name(c, g) : "",
                             .level = g ? agency_type_name(g->type) : NULL, .n = *n,
                             .aim = digitise_aim(c, own, g, v->year)};

    set_parts(&r);
    return r;
}

/* Agencies that this officer works in or leads; of the export, whose statistics are his work. */
static int
add_rows(struct ctx *c, enum perm p, struct progress_view *v)
{
    const int64_t *units;
    struct digital_row *all;
    struct own_aims own;
    size_t n_units, n;
    int rc = desk_units(c, p, &units, &n_units);

    if (rc < 0 || (rc = digitise_counts(c, v->year, &all, &n)) < 0 ||
        (rc = digitise_aims(c, v->year, &own)) < 0)
        return rc;
    v->rows = arena_get(c->a, (n + 1) * sizeof *v->rows);
    v->total = (struct progress_row){.code = "", .name = "", .aim = {.results = -1, .papers = -1}};
    for (size_t i = 0; i < n; i++) {
        if (!among(units, n_units, all[i].unit))
            continue;
        v->rows[v->n++] = row_of(c, v, &own, &all[i]);
        add_up(&v->total.n, &all[i]);
    }
    set_parts(&v->total);
    return OK;
}

static void
add_years(struct ctx *c, struct progress_view *v)
{
    int now = date_ymd(vn_day(c->now)).y;

    v->year = in_has(c, 0) ? (int)in_int(c, 0) : now;
    v->year_text = arena_fmt(c->a, "%d", v->year);
    v->years = arena_get(c->a, (YEARS_MAX + 1) * sizeof *v->years);
    for (int y = now; y >= FIRST_YEAR && v->n_years < YEARS_MAX; y--) {
        const char *text = arena_fmt(c->a, "%d", y);

        v->years[v->n_years++] = (struct choice){.value = text, .label = text};
    }
}

static int
progress(struct ctx *c, enum perm p, struct progress_view *v)
{
    const struct digitise_aim *aim;

    add_years(c, v);
    aim = rules_aim(c->site->rules, v->year);
    v->basis = aim ? aim->basis : "";
    return add_rows(c, p, v);
}

static bool
has_units(struct ctx *c, enum perm p)
{
    const int64_t *units;
    size_t n = 0;

    return desk_units(c, p, &units, &n) == OK && n > 0;
}

static int
get_progress(struct ctx *c)
{
    struct progress_view v = {0};
    int rc = progress(c, PERM_OFFICER, &v);

    v.leads = rc == OK && has_units(c, PERM_DOSSIER_ASSIGN);
    v.exports = rc == OK && has_units(c, PERM_REPORT);
    return rc < 0 ? rc : page_digitise_progress(c, &v);
}

static void
csv_number(struct buf *b, int64_t n)
{
    buf_char(b, ',');
    buf_int(b, n);
}

static int
get_csv(struct ctx *c)
{
    struct progress_view v = {0};
    int rc = progress(c, PERM_REPORT, &v);
    struct buf *b = &c->out->body;

    if (rc < 0)
        return rc;
    reply_download(c, "text/csv; charset=utf-8", arena_fmt(c->a, "so-hoa-%d.csv", v.year));
    buf_str(b, "\xef\xbb\xbf" "ma_co_quan,co_quan,cap,nam,ho_so,ho_so_dien_tu,ket_qua,"
               "ket_qua_dien_tu,giay_to,giay_to_so_hoa,van_ban_quet,trang_quet,chi_tieu\r\n");
    for (size_t i = 0; i < v.n; i++) {
        const struct progress_row *r = &v.rows[i];

        buf_csv(b, r->code);
        buf_char(b, ',');
        buf_csv(b, r->name);
        buf_char(b, ',');
        buf_csv(b, r->level ? tr(c, r->level) : "");
        csv_number(b, v.year);
        csv_number(b, r->n.ended.dossiers);
        csv_number(b, r->n.ended.dossiers_digital);
        csv_number(b, r->n.ended.results);
        csv_number(b, r->n.ended.results_digital);
        csv_number(b, r->n.ended.papers);
        csv_number(b, r->n.ended.papers_digital);
        csv_number(b, r->n.documents);
        csv_number(b, r->n.pages);
        csv_number(b, r->aim.results);
        buf_lit(b, "\r\n");
    }
    return OK;
}

/* --- the sample of a batch -------------------------------------------------------------------- */

static const struct param IN_SAMPLE[] = {
    {"lo", K_CODE, .required = true, .label = N_("Lô quét")}, {.kind = K_END}};

static void
add_officer(struct scan_sample_view *v, const struct scan_document *d, const char *name)
{
    struct scan_officer *o = NULL;

    for (size_t i = 0; i < v->n_officers; i++)
        if (strcmp(v->officers[i].name, name) == 0)
            o = &v->officers[i];
    if (!o)
        *(o = &v->officers[v->n_officers++]) = (struct scan_officer){.name = name};
    o->looked++;
    o->wrong += d->sample == SAMPLE_WRONG;
    o->fields += d->wrong;
}

static int
get_sample(struct ctx *c)
{
    struct scan_batch b;
    struct scan_sample_view v = {.b = &b, .allowed = c->site->config.scan_wrong};
    struct scan_document *d;
    size_t n;
    int rc;

    if ((rc = digitise_get(c, in_text(c, 0), &b)) < 0 ||
        (rc = digitise_documents(c, &b, &d, &n)) < 0)
        return rc;
    v.rows = arena_get(c->a, (n + 1) * sizeof *v.rows);
    v.officers = arena_get(c->a, (n + 1) * sizeof *v.officers);
    for (size_t i = 0; i < n; i++) {
        const char *by = desk_account_name(c, d[i].first_by);

        if (d[i].sample == SAMPLE_NOT)
            continue;
        v.rows[v.n++] = (struct scan_sample_row){
            &d[i], by, d[i].first_by == c->account || d[i].second_by == c->account ||
                           d[i].decided_by == c->account};
        if (d[i].sample == SAMPLE_DRAWN)
            continue;
        v.looked++;
        v.wrong += d[i].sample == SAMPLE_WRONG;
        add_officer(&v, &d[i], by);
    }
    return page_digitise_sample(c, &v);
}

const struct route digitise_progress_routes[] = {
    {GET, "/can-bo/so-hoa/tien-do", PERM_OFFICER, RUN_READ_LANE, BODY_NONE, SEES_NOBODY, FACE_DESK,
     IN_PROGRESS, .run = get_progress, .about = "Digitised results and papers against the aims"},
    {GET, "/can-bo/so-hoa/tien-do.csv", PERM_REPORT, RUN_READ_LANE, BODY_NONE, SEES_NOBODY,
     FACE_FILE, IN_PROGRESS, .run = get_csv, .about = "The same as a table for spreadsheets"},
    {GET, "/can-bo/so-hoa/{lo}/mau", PERM_DIGITISE, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_DESK,
     IN_SAMPLE, .run = get_sample, .about = "The sample of a register's batch, and who erred"},
    {0},
};
