/* /tai-khoan/dai-dien/khai: a mandate is declared by who acts, or given by who is represented. */
#include <string.h>

#include "auth/auth.h"
#include "base/po.h"
#include "http/reply.h"
#include "http/route.h"
#include "mandates_portal.page.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/mandates/mandates_view.h"
#include "mod/papers/vault.h"
#include "site/site.h"

const char *const MANDATE_FORMS[] = {"toi-dai-dien", "cho-toi", "cho-to-chuc", NULL};
static const char *const KINDS[] = {"uy-quyen", "giam-ho", "phap-luat", "to-chuc", NULL};
static const char *const SCOPES[] = {"tat-ca", "linh-vuc", "thu-tuc", "ho-so", NULL};

enum { N_FORM, N_KIND, N_NAME, N_NUMBER, N_TAX, N_SCOPE, N_FIELD, N_PROCEDURE = N_FIELD + 3,
       N_DOSSIER = N_PROCEDURE + 3, N_PAPER, N_HELD, N_FROM, N_UNTIL, N_FILES };
static const struct param IN_FORM[] = {
    [N_FORM] = {"ai", K_ENUM, .words = MANDATE_FORMS, .label = N_("Ai đại diện cho ai")},
    {.kind = K_END},
};
static const struct param IN_NEW[] = {
    [N_FORM] = {"ai", K_ENUM, .required = true, .words = MANDATE_FORMS,
                .label = N_("Ai đại diện cho ai")},
    [N_KIND] = {"loai", K_ENUM, .words = KINDS, .label = N_("Hình thức đại diện")},
    [N_NAME] = {"ten", K_TEXT, .required = true, .min = 2, .max = 200,
                .label = N_("Họ tên, hoặc tên tổ chức"), .say = N_("Hãy ghi tên đầy đủ")},
    [N_NUMBER] = {"so-dinh-danh", K_PERSONAL_NUMBER, .label = N_("Số định danh cá nhân"),
                  .say = N_("Số định danh cá nhân gồm 12 chữ số")},
    [N_TAX] = {"ma-so-thue", K_TEXT, .max = 20, .label = N_("Mã số thuế")},
    [N_SCOPE] = {"pham-vi", K_ENUM, .required = true, .words = SCOPES,
                 .label = N_("Đại diện trong việc gì"),
                 .say = N_("Hãy chọn đại diện trong việc gì")},
    [N_FIELD] = {"linh-vuc", K_CODE, .label = N_("Lĩnh vực")},
    {"linh-vuc-2", K_CODE, .label = N_("Lĩnh vực thứ hai")},
    {"linh-vuc-3", K_CODE, .label = N_("Lĩnh vực thứ ba")},
    [N_PROCEDURE] = {"thu-tuc", K_CODE, .label = N_("Thủ tục")},
    {"thu-tuc-2", K_CODE, .label = N_("Thủ tục thứ hai")},
    {"thu-tuc-3", K_CODE, .label = N_("Thủ tục thứ ba")},
    [N_DOSSIER] = {"ho-so", K_DOSSIER_CODE, .label = N_("Mã hồ sơ")},
    [N_PAPER] = {"so-giay-to", K_TEXT, .max = 200, .label = N_("Số, ngày của giấy tờ")},
    [N_HELD] = {"giay-to", K_TOKEN, .label = N_("Giấy tờ thành phố đã có")},
    [N_FROM] = {"tu-ngay", K_DATE, .label = N_("Từ ngày")},
    [N_UNTIL] = {"den-ngay", K_DATE, .label = N_("Đến hết ngày")},
    [N_FILES] = {"tep", K_FILES, .label = N_("Giấy tờ chứng minh")},
    {.kind = K_END},
};

/* --- choices ---------------------------------------------------------------------------------- */

static void
add_catalogue(struct ctx *c, struct mandate_new_view *v)
{
    struct catalogue_groups g = catalogue_fields(c->site->catalogue);
    struct catalogue_query all = {.words = "", .level = -1, .lang = c->lang};
    struct procedure_list p = catalogue_search(c->a, c->site->catalogue, vn_day(c->now), &all);
    struct choice *fields = arena_get(c->a, (g.n + 1) * sizeof *fields);
    struct choice *procedures = arena_get(c->a, (p.n + 1) * sizeof *procedures);

    fields[0] = procedures[0] = (struct choice){.value = "", .label = N_("Không chọn")};
    for (size_t i = 0; i < g.n; i++)
        fields[i + 1] = (struct choice){.value = g.p[i].id, .label = tr(c, g.p[i].name)};
    for (size_t i = 0; i < p.n; i++)
        procedures[i + 1] = (struct choice){.value = p.p[i]->code, .label = tr(c, p.p[i]->name)};
    v->fields = fields;
    v->n_fields = g.n + 1;
    v->procedures = procedures;
    v->n_procedures = p.n + 1;
}

static int
add_houses(struct ctx *c, struct mandate_new_view *v)
{
    mandate_list all = {0};
    int rc = mandates_houses(c, &all);
    struct choice *p = arena_get(c->a, (all.n + 1) * sizeof *p);

    for (size_t i = 0; i < all.n; i++)
        p[i] = (struct choice){.value = all.p[i].tax_code,
                               .label = arena_fmt(c->a, "%s (%s)", all.p[i].name,
                                                  all.p[i].tax_code)};
    v->houses = p;
    v->n_houses = all.n;
    return rc;
}

static struct vault_who
me(struct ctx *c)
{
    return (struct vault_who){.number = auth_number_verified(c), .account = c->account};
}

/* Papers of the own vault that are in force. */
static int
add_held(struct ctx *c, struct mandate_new_view *v)
{
    struct vault_who who = me(c);
    struct vault_item *it;
    size_t n;
    int rc = vault_list(c, &who, &it, &n);
    struct choice *p;

    if (rc < 0)
        return rc;
    p = arena_get(c->a, (n + 1) * sizeof *p);
    p[v->n_held++] = (struct choice){.value = "", .label = N_("Không chọn")};
    for (size_t i = 0; i < n; i++)
        if (it[i].state == VAULT_IN_FORCE)
            p[v->n_held++] = (struct choice){
                .value = it[i].token, .label = mandate_held_name(c, &it[i])};
    v->held = p;
    return OK;
}

static int
page_new(struct ctx *c)
{
    struct mandate_new_view v = {.form = (enum mandate_form)in_int(c, N_FORM)};
    int rc;

    if (!*auth_number_verified(c))
        return redirect(c, "/tai-khoan/dai-dien");
    v.word = MANDATE_FORMS[v.form];
    add_catalogue(c, &v);
    if ((rc = add_houses(c, &v)) < 0 || (rc = add_held(c, &v)) < 0)
        return rc;
    return page_mandate_new(c, &v);
}

/* --- read ------------------------------------------------------------------------------------- */

static const char *
codes(struct ctx *c, int first, int n)
{
    const char *text = " ";

    for (int i = 0; i < n; i++)
        if (in_has(c, first + i) && *in_text(c, first + i))
            text = arena_fmt(c->a, "%s%s ", text, in_text(c, first + i));
    return text[1] ? text : "";
}

static void
read_scope(struct ctx *c, struct mandate *m)
{
    m->scope = (enum mandate_scope)(in_int(c, N_SCOPE) + SCOPE_ALL);
    m->scope_of = m->scope == SCOPE_FIELDS       ? codes(c, N_FIELD, SCOPE_FIELDS_SHOWN)
                  : m->scope == SCOPE_PROCEDURES ? codes(c, N_PROCEDURE, SCOPE_FIELDS_SHOWN)
                  : m->scope == SCOPE_DOSSIER    ? codes(c, N_DOSSIER, 1)
                                                 : "";
}

/* Who is who, by the form: the own side is the account's, whatever was typed. */
static int
read_who(struct ctx *c, struct mandate *m)
{
    enum mandate_form form = (enum mandate_form)in_int(c, N_FORM);
    const char *number = auth_number_verified(c);
    struct account a;
    int rc = auth_account_get(c, c->account, &a);

    m->tax_code = in_text(c, N_TAX);
    if (form == FORM_ACTING) {
        m->kind = in_has(c, N_KIND) ? (enum mandate_kind)(in_int(c, N_KIND) + 1) : MANDATE_NONE;
        m->agent = number;
        m->agent_name = rc == OK ? a.name : "";
        m->person = in_text(c, N_NUMBER);
        m->name = in_text(c, N_NAME);
        return rc;
    }
    m->kind = form == FORM_HOUSE ? MANDATE_MEMBER : MANDATE_AUTHORISATION;
    m->agent = in_text(c, N_NUMBER);
    m->agent_name = in_text(c, N_NAME);
    m->person = number;
    m->name = rc == OK ? a.name : "";
    return rc;
}

static int
read_held(struct ctx *c, struct mandate *m)
{
    struct vault_who who = me(c);
    struct vault_item it;
    int rc;

    if (!in_has(c, N_HELD) || !*in_text(c, N_HELD))
        return OK;
    if ((rc = vault_get(c, in_text(c, N_HELD), &who, &it)) == OK)
        m->vault = it.id;
    return rc;
}

static int
post_new(struct ctx *c)
{
    struct mandate m = {.paper = in_text(c, N_PAPER), .begins = in_date(c, N_FROM),
                        .ends = in_date(c, N_UNTIL)};
    const struct upload *files;
    size_t n = in_files(c, N_FILES, &files);
    int rc;

    read_scope(c, &m);
    if ((rc = read_who(c, &m)) < 0 || (rc = read_held(c, &m)) < 0 ||
        (rc = mandate_declare(c, &m, files, n)) < 0)
        return rc;
    flash(c, m.state == MANDATE_CONFIRMED
                 ? N_("Đã trao quyền đại diện. Người đó thấy ngay trong tài khoản của mình.")
                 : N_("Đã khai. Người được đại diện hoặc cán bộ sẽ xác nhận."));
    return redirect(c, "/tai-khoan/dai-dien/%s", m.token);
}

const struct route mandates_new_routes[] = {
    {GET, "/tai-khoan/dai-dien/khai", PERM_CITIZEN, RUN_INLINE, BODY_NONE, SEES_NOBODY,
     FACE_PORTAL, IN_FORM, .run = page_new, .about = "The form of a new mandate"},
    {POST, "/tai-khoan/dai-dien/khai", PERM_CITIZEN, RUN_WRITE_LANE, BODY_UPLOAD, SEES_NOBODY,
     FACE_PORTAL, IN_NEW, .run = post_new, .page = page_new,
     .about = "Declares for whom one acts, or gives a mandate"},
    {0},
};
