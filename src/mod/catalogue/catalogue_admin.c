/* The administrator's pages: procedures with their versions and drafts, and what differs. */
#include "mod/catalogue/catalogue_admin.h"

#include <string.h>

#include "catalogue_admin.page.h"
#include "http/reply.h"
#include "http/route.h"
#include "mod/catalogue/catalogue_snapshot.h"
#include "mod/catalogue/catalogue_sql.h"
#include "site/site.h"

static const char *const STATES[] = {"nhap", "cong-bo", NULL};     /* by PROC_DRAFT ... */

/* --- the list -------------------------------------------------------------------------------- */

enum { L_WORDS, L_FIELD, L_STATE };
static const struct param IN_LIST[] = {
    [L_WORDS] = {"q", K_TEXT, .max = 100, .label = N_("Từ cần tìm")},
    [L_FIELD] = {"linh-vuc", K_CODE, .label = N_("Lĩnh vực")},
    [L_STATE] = {"trang-thai", K_ENUM, .words = STATES, .label = N_("Trạng thái")},
    {.kind = K_END},
};

/* All versions, drafts included: the search of the portal knows only what is in force. */
static struct procedure_list
wanted(struct ctx *c, const struct catalogue_snapshot *s)
{
    struct procedure_list all = catalogue_newest(c->a, s), out = {.n = 0};
    const char *field = in_text(c, L_FIELD), *words = in_text(c, L_WORDS);

    out.p = arena_get(c->a, (all.n + 1) * sizeof *out.p);
    for (size_t i = 0; i < all.n; i++) {
        const struct procedure *p = all.p[i];

        if ((*field && strcmp(field, p->field) != 0) ||
            (in_has(c, L_STATE) && in_int(c, L_STATE) != p->state) ||
            !catalogue_has_words(c->a, p, words))
            continue;
        out.p[out.n++] = p;
    }
    return out;
}

static struct link
filter(struct ctx *c, const char *label, const char *name, const char *value, bool current)
{
    return (struct link){label, html_query(c, name, current ? NULL : value), current, -1};
}

static void
add_filters(struct ctx *c, const struct catalogue_snapshot *s, struct admin_procedures *v)
{
    struct catalogue_groups g = catalogue_fields(s);
    struct link *fields = arena_get(c->a, (g.n + 1) * sizeof *fields);
    int64_t state = in_has(c, L_STATE) ? in_int(c, L_STATE) : -1;

    for (size_t i = 0; i < g.n; i++)
        fields[i] = filter(c, g.p[i].name, "linh-vuc", g.p[i].id,
                           strcmp(in_text(c, L_FIELD), g.p[i].id) == 0);
    v->fields = fields;
    v->fields_n = g.n;
    v->states[0] = filter(c, N_("Tất cả"), "trang-thai", NULL, state < 0);
    v->states[1] = filter(c, N_("Đã công bố"), "trang-thai", "cong-bo", state == PROC_PUBLISHED);
    v->states[2] = filter(c, N_("Bản nháp"), "trang-thai", "nhap", state == PROC_DRAFT);
}

static int
get_list(struct ctx *c)
{
    const struct catalogue_snapshot *s = c->site->catalogue;
    struct procedure_list found = wanted(c, s);
    struct admin_procedure *rows = arena_get(c->a, (found.n + 1) * sizeof *rows);
    struct admin_procedures v = {.words = in_text(c, L_WORDS), .rows = rows, .n = found.n,
                                 .all = catalogue_newest(c->a, s).n};

    for (size_t i = 0; i < found.n; i++)
        rows[i] = (struct admin_procedure){
            found.p[i], catalogue_find(s, found.p[i]->code, vn_day(c->now)),
            catalogue_versions(c->a, s, found.p[i]->code).n};
    add_filters(c, s, &v);
    return page_admin_procedures(c, &v);
}

/* --- one procedure --------------------------------------------------------------------------- */

enum { P_CODE, P_VERSION };
static const struct param IN_ONE[] = {
    [P_CODE] = {"code", K_CODE, .required = true},
    [P_VERSION] = {"ban", K_INT, .min = 1, .max = 999, .label = N_("Số phiên bản")},
    {.kind = K_END},
};

static int
no_version(struct ctx *c, const char *code, int64_t version)
{
    return fail(c, E_NOTFOUND, N_("Không có phiên bản này của thủ tục"), "%s v%" PRId64, code,
                version);
}

static const struct procedure *
numbered(struct procedure_list all, int64_t version)
{
    for (size_t i = 0; i < all.n; i++)
        if (all.p[i]->version == version)
            return all.p[i];
    return NULL;
}

/* The version asked for; without a number the one in force, else the newest. */
static const struct procedure *
chosen(struct ctx *c, struct procedure_list all, const char *code)
{
    const struct procedure *p;

    if (in_has(c, P_VERSION))
        return numbered(all, in_int(c, P_VERSION));
    p = catalogue_find(c->site->catalogue, code, vn_day(c->now));
    return p ? p : all.n ? all.p[0] : NULL;
}

static int64_t
imported(const struct version_row *rows, size_t n, int64_t id)
{
    for (size_t i = 0; i < n; i++)
        if (rows[i].id == id)
            return rows[i].imported_at;
    return 0;
}

static int
add_versions(struct ctx *c, struct admin_view *v, struct procedure_list all)
{
    struct admin_version *list = arena_get(c->a, (all.n + 1) * sizeof *list);
    const struct procedure *now = catalogue_find(c->site->catalogue, v->p->code, vn_day(c->now));
    struct version_row *rows;
    size_t n;
    int rc = catalogue_sql_versions(c, v->p->code, &rows, &n);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < all.n; i++)
        list[i] = (struct admin_version){
            .p = all.p[i], .imported_at = imported(rows, n, all.p[i]->id),
            .before = i + 1 < all.n ? all.p[i + 1]->version : 0, .in_force = all.p[i] == now};
    v->versions = list;
    v->n = all.n;
    v->in_force = v->p == now;
    return OK;
}

static int
get_one(struct ctx *c)
{
    const struct catalogue_snapshot *s = c->site->catalogue;
    const char *code = in_text(c, P_CODE);
    struct procedure_list all = catalogue_versions(c->a, s, code);
    struct admin_view v = {.p = chosen(c, all, code)};
    int rc;

    if (!v.p)
        return no_version(c, code, in_int(c, P_VERSION));
    v.field = catalogue_field_name(s, v.p->field);
    if ((rc = add_versions(c, &v, all)) < 0)
        return rc;
    return page_admin_procedure(c, &v);
}

/* --- the difference of two versions --------------------------------------------------------- */

enum { D_CODE, D_FROM, D_TO };
static const struct param IN_DIFF[] = {
    [D_CODE] = {"code", K_CODE, .required = true},
    [D_FROM] = {"tu", K_INT, .required = true, .min = 1, .max = 999,
                .label = N_("Phiên bản trước")},
    [D_TO] = {"den", K_INT, .required = true, .min = 1, .max = 999, .label = N_("Phiên bản sau")},
    {.kind = K_END},
};

static int
get_difference(struct ctx *c)
{
    const char *code = in_text(c, D_CODE);
    struct procedure_list all = catalogue_versions(c->a, c->site->catalogue, code);
    struct admin_difference d = {.before = numbered(all, in_int(c, D_FROM)),
                                 .after = numbered(all, in_int(c, D_TO))};
    int rc;

    if (!d.before || !d.after)
        return no_version(c, code, d.before ? in_int(c, D_TO) : in_int(c, D_FROM));
    if ((rc = catalogue_diff(c, d.before->id, d.after->id, &d.changes)) < 0)
        return rc;
    return page_admin_difference(c, &d);
}

/* --- the files -------------------------------------------------------------------------------- */

static const char *const FILES[] = {"procedure.yaml", "form.json", NULL};

enum { F_CODE, F_VERSION, F_NAME };
static const struct param IN_FILE[] = {
    [F_CODE] = {"code", K_CODE, .required = true},
    [F_VERSION] = {"version", K_INT, .required = true, .min = 1, .max = 999},
    [F_NAME] = {"name", K_ENUM, .required = true, .words = FILES},
    {.kind = K_END},
};

static int
get_file(struct ctx *c)
{
    static const char *const TYPE[] = {"text/yaml; charset=utf-8", "application/json"};
    const char *code = in_text(c, F_CODE);
    int64_t which = in_int(c, F_NAME);
    struct procedure_list all = catalogue_versions(c->a, c->site->catalogue, code);
    const struct procedure *p = numbered(all, in_int(c, F_VERSION));
    struct bytes text[2];
    int rc;

    if (!p)
        return no_version(c, code, in_int(c, F_VERSION));
    if ((rc = catalogue_files_of(c, p->id, &text[0], &text[1])) < 0 ||
        (rc = reply_download(c, TYPE[which], FILES[which])) < 0)
        return rc;
    buf_add(&c->out->body, (const char *)text[which].p, text[which].n);
    return OK;
}

#define ADMIN_ROW(address, lane, inputs, handler, says)                                          \
    {.method = GET, .path = address, .perm = PERM_ADMIN_CATALOGUE, .where = lane,                \
     .body = BODY_NONE, .sees = SEES_NOBODY, .face = FACE_ADMIN, .in = inputs, .run = handler,   \
     .about = says}

const struct route catalogue_admin_routes[] = {
    ADMIN_ROW("/quan-tri/thu-tuc", RUN_INLINE, IN_LIST, get_list,
              "Procedures with their newest version, drafts included."),
    ADMIN_ROW("/quan-tri/thu-tuc/{code}", RUN_INLINE, IN_ONE, get_one,
              "One version of a procedure, and all its versions."),
    ADMIN_ROW("/quan-tri/thu-tuc/{code}/so-sanh", RUN_READ_LANE, IN_DIFF, get_difference,
              "What differs between two versions of a procedure."),
    ADMIN_ROW("/quan-tri/thu-tuc/{code}/{version}/{name}", RUN_READ_LANE, IN_FILE, get_file,
              "A file of a version as it was imported."),
    {0},
};
