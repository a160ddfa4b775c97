/* The person's own papers: list, one, its files, links for others, "this is wrong". */
#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"
#include "base/po.h"
#include "dossiers_vault.page.h"
#include "http/reply.h"
#include "http/route.h"
#include "mod/dossiers/dossiers_portal.h"
#include "mod/dossiers/dossiers_sql.h"
#include "site/site.h"

#define VAULT "/kho-giay-to"
enum { PAGE = 50, LOOKS = 50, USES = 50 };

/* --- the list --------------------------------------------------------------------------------- */

static const char *const STATES[] = {"in-force", "replaced", "revoked", "expired", "corrected",
                                     NULL};
static const char *const SORTS[] = {"loai", "-loai", "ngay", "-ngay", "han", "-han", NULL};
enum sort { BY_KIND, BY_KIND_DOWN, BY_DAY, BY_DAY_DOWN, BY_END, BY_END_DOWN };

enum { L_TYPE, L_STATE, L_SORT, L_FROM };
static const struct param IN_LIST[] = {
    [L_TYPE] = {"loai", K_CODE, .label = N_("Loại giấy tờ")},
    [L_STATE] = {"tinh-trang", K_ENUM, .words = STATES, .label = N_("Tình trạng")},
    [L_SORT] = {"sort", K_ENUM, .words = SORTS},
    [L_FROM] = {"tu", K_INT, .min = 0, .max = VAULT_LIST_MAX},
    {.kind = K_END},
};

static int
by_kind(const void *p, const void *q)
{
    return strcmp(((const struct vault_item *)p)->type, ((const struct vault_item *)q)->type);
}

static int
by_day(const void *p, const void *q)
{
    int64_t x = ((const struct vault_item *)p)->accepted_at;
    int64_t y = ((const struct vault_item *)q)->accepted_at;

    return (x > y) - (x < y);
}

/* Without an end is the latest end. */
static int
by_end(const void *p, const void *q)
{
    day x = ((const struct vault_item *)p)->valid_to, y = ((const struct vault_item *)q)->valid_to;

    x = x ? x : INT32_MAX;
    y = y ? y : INT32_MAX;
    return (x > y) - (x < y);
}

static void
sort_items(struct vault_item *p, size_t n, enum sort by)
{
    static int (*const ORDER[])(const void *, const void *) = {by_kind, by_day, by_end};

    if (n < 2)
        return;
    qsort(p, n, sizeof *p, ORDER[by / 2]);
    for (size_t i = 0; by % 2 && i < n / 2; i++) {
        struct vault_item x = p[i];

        p[i] = p[n - 1 - i];
        p[n - 1 - i] = x;
    }
}

static void
add_types(struct ctx *c, struct vault_list_view *v)
{
    v->types = arena_get(c->a, (v->n + 1) * sizeof *v->types);
    v->types[v->types_n++] = (struct choice){.value = "", .label = N_("Tất cả")};
    for (size_t i = 0; i < v->n; i++) {
        bool there = false;

        for (size_t k = 1; k < v->types_n; k++)
            there = there || strcmp(v->types[k].value, v->items[i].type) == 0;
        if (!there)
            v->types[v->types_n++] = (struct choice){.value = v->items[i].type,
                                                     .label = vault_kind(c, &v->items[i])};
    }
}

static void
filter(struct ctx *c, struct vault_list_view *v)
{
    size_t kept = 0;

    for (size_t i = 0; i < v->n; i++) {
        const char *state = vault_state_word(vault_state_now(c, &v->items[i]));

        if ((!*v->type || strcmp(v->type, v->items[i].type) == 0) &&
            (!*v->state || strcmp(v->state, state) == 0))
            v->items[kept++] = v->items[i];
    }
    v->n = kept;
}

static void
cut(struct ctx *c, struct vault_list_view *v, size_t from)
{
    from = from > v->n ? v->n : from;
    v->items += from;
    v->n -= from;
    if (v->n > PAGE) {
        v->next = arena_fmt(c->a, "%zu", from + PAGE);
        v->n = PAGE;
    }
}

static int
get_list(struct ctx *c)
{
    struct vault_list_view v = {.type = in_text(c, L_TYPE), .state = ""};
    struct vault_who who;
    int rc;

    if ((rc = vault_who(c, &who)) < 0 || (rc = vault_list(c, &who, &v.items, &v.n)) < 0)
        return rc;
    if (in_has(c, L_STATE))
        v.state = STATES[in_int(c, L_STATE)];
    v.verified = *who.number;
    v.all = v.n;
    add_types(c, &v);
    filter(c, &v);
    sort_items(v.items, v.n, in_has(c, L_SORT) ? (enum sort)in_int(c, L_SORT) : BY_DAY_DOWN);
    cut(c, &v, (size_t)in_int(c, L_FROM));
    return page_vault_list(c, &v);
}

/* --- one paper -------------------------------------------------------------------------------- */

enum { I_ITEM, I_SEQ, I_DOWNLOAD };
static const struct param IN_ITEM[] = {[I_ITEM] = {"giay", K_TOKEN, .required = true},
                                       {.kind = K_END}};
static const struct param IN_FILE[] = {
    [I_ITEM] = {"giay", K_TOKEN, .required = true},
    [I_SEQ] = {"so", K_INT, .required = true, .min = 0, .max = 1000},
    [I_DOWNLOAD] = {"tai", K_BOOL},
    {.kind = K_END},
};

static int
own_item(struct ctx *c, struct vault_item *it)
{
    struct vault_who who;
    int rc = vault_who(c, &who);

    return rc < 0 ? rc : vault_get(c, in_text(c, I_ITEM), &who, it);
}

/* The log's words for who reads it here. */
static const char *
look_text(struct ctx *c, const char *what)
{
    static const struct { const char *what, *say; } SAY[] = {
        {VAULT_LOOK_DOSSIER, N_("xem trong hồ sơ của bạn")},
        {VAULT_LOOK_COUNTER, N_("thấy tên giấy tờ khi bạn nộp tại quầy")},
        {VAULT_LOOK_SHARE, N_("mở liên kết chia sẻ")},
        {VAULT_LOOK_REPORT, N_("xem để trả lời báo sai")},
    };

    for (size_t i = 0; i < sizeof SAY / sizeof *SAY; i++)
        if (strcmp(SAY[i].what, what) == 0)
            return tr(c, SAY[i].say);
    return what;
}

static int
add_looks(struct ctx *c, struct vault_item_view *v)
{
    struct seen *s = arena_get(c->a, LOOKS * sizeof *s);
    size_t n = 0;
    int rc = auth_log_list(c, 0, v->it->id, 0, LOOKS, s, &n);

    v->looks = arena_get(c->a, (n + 1) * sizeof *v->looks);
    for (size_t i = 0; i < n && rc == OK; i++)
        v->looks[v->looks_n++] = (struct vault_look){
            .who = s[i].account ? s[i].name : tr(c, N_("Người có liên kết chia sẻ")),
            .what = look_text(c, s[i].what), .at = s[i].at};
    return rc;
}

static int
add_used(struct ctx *c, struct vault_item_view *v)
{
    struct vault_use *u;
    struct dossier *d;
    size_t n;
    int rc = vault_uses_of_item(c, v->it->id, USES, &u, &n);

    if (rc < 0)
        return rc;
    v->used_in = d = arena_get(c->a, (n + 1) * sizeof *d);
    for (size_t i = 0; i < n && rc == OK; i++)
        if ((rc = sql_dossier_by_id(c, u[i].owner, &d[v->used_n])) == OK)
            v->used_n++;
    return rc == E_NOTFOUND ? OK : rc;
}

static int
open_item(struct ctx *c, struct vault_item *it, struct vault_item_view *v)
{
    int rc;

    *v = (struct vault_item_view){0};
    if ((rc = own_item(c, it)) < 0 || (rc = vault_item_show(c, it, v)) < 0 ||
        (rc = vault_shares(c, it->id, &v->shares, &v->shares_n)) < 0 ||
        (rc = vault_reports(c, it->id, &v->reports, &v->reports_n)) < 0 ||
        (rc = add_looks(c, v)) < 0)
        return rc;
    v->base = arena_fmt(c->a, VAULT "/%s", it->token);
    return add_used(c, v);
}

static int
page_item(struct ctx *c)
{
    struct vault_item it;
    struct vault_item_view v;
    int rc = open_item(c, &it, &v);

    return rc < 0 ? rc : page_vault_item(c, &v);
}

static int
get_print(struct ctx *c)
{
    struct vault_item it;
    struct vault_item_view v;
    int rc = open_item(c, &it, &v);

    return rc < 0 ? rc : page_vault_print(c, &v);
}

static int
get_file(struct ctx *c)
{
    struct vault_item it;
    int rc = own_item(c, &it);

    return rc < 0 ? rc : vault_item_file(c, &it, in_int(c, I_SEQ), false, !in_int(c, I_DOWNLOAD));
}

/* --- links ------------------------------------------------------------------------------------ */

enum { S_ITEM, S_PURPOSE, S_DAYS };
static const struct param IN_SHARE[] = {
    [S_ITEM] = {"giay", K_TOKEN, .required = true},
    [S_PURPOSE] = {"muc-dich", K_TEXT, .required = true, .min = 2, .max = 200,
                   .label = N_("Để làm gì")},
    [S_DAYS] = {"so-ngay", K_INT, .required = true, .min = 1, .max = SHARE_DAYS_MAX,
                .label = N_("Số ngày"), .say = N_("Số ngày từ 1 đến 90")},
    {.kind = K_END},
};

static int
post_share(struct ctx *c)
{
    struct vault_item it;
    struct vault_item_view v;
    char *token;
    int rc = own_item(c, &it);

    if (rc < 0)
        return rc;
    if (vault_state_now(c, &it) != VAULT_IN_FORCE)
        return fail(c, E_CONFLICT, N_("Giấy tờ này không còn hiệu lực"), "share of %" PRId64,
                    it.id);
    if ((rc = vault_share_new(c, it.id, in_text(c, S_PURPOSE), (int)in_int(c, S_DAYS),
                              &token)) < 0 ||
        (rc = open_item(c, &it, &v)) < 0)
        return rc;
    v.link = arena_fmt(c->a, "%s/chia-se/%s", c->site->config.base_url, token);
    c->out->secret = true;              /* shown once */
    return page_vault_item(c, &v);
}

enum { R_ITEM, R_REF };
static const struct param IN_REVOKE[] = {
    [R_ITEM] = {"giay", K_TOKEN, .required = true},
    [R_REF] = {"lien-ket", K_TOKEN, .required = true},
    {.kind = K_END},
};

static int
post_revoke(struct ctx *c)
{
    struct vault_item it;
    int rc = own_item(c, &it);

    if (rc < 0 || (rc = vault_share_revoke(c, it.id, in_text(c, R_REF))) < 0)
        return rc;
    flash(c, N_("Đã thu hồi liên kết."));
    return redirect(c, VAULT "/%s", it.token);
}

/* --- this is wrong ---------------------------------------------------------------------------- */

enum { W_ITEM, W_TEXT };
static const struct param IN_WRONG[] = {
    [W_ITEM] = {"giay", K_TOKEN, .required = true},
    [W_TEXT] = {"noi-dung", K_LINES, .required = true, .min = 5, .max = 1000,
                .label = N_("Sai ở đâu"), .say = N_("Hãy ghi chỗ nào sai và đúng ra là gì")},
    {.kind = K_END},
};

static int
post_wrong(struct ctx *c)
{
    struct vault_item it;
    int rc = own_item(c, &it);

    if (rc < 0 || (rc = vault_report_new(c, &it, in_text(c, W_TEXT))) < 0)
        return rc;
    flash(c, N_("Đã gửi đến cơ quan. Câu trả lời sẽ hiện ở trang này."));
    return redirect(c, VAULT "/%s", it.token);
}

/* --- who has a link --------------------------------------------------------------------------- */

enum { T_TOKEN, T_SEQ };
static const struct param IN_TOKEN[] = {[T_TOKEN] = {"token", K_TOKEN, .required = true},
                                        {.kind = K_END}};
static const struct param IN_SHARED[] = {
    [T_TOKEN] = {"token", K_TOKEN, .required = true},
    [T_SEQ] = {"so", K_INT, .required = true, .min = 0, .max = 1000},
    {.kind = K_END},
};

/* The address alone shows what for and until when: a messenger's preview of the link is no opening.
 * Pressing the button is one; it is counted and logged. */
static int
find_shared(struct ctx *c, struct vault_share *s, struct vault_shared_view *v,
            struct vault_item *it)
{
    int rc = vault_share_find(c, in_text(c, T_TOKEN), s, it);

    *v = (struct vault_shared_view){.item = {.it = it, .officer = true}, .share = s,
                                    .token = in_text(c, T_TOKEN)};
    return rc;
}

static int
get_shared(struct ctx *c)
{
    struct vault_item it;
    struct vault_share s;
    struct vault_shared_view v;
    int rc = find_shared(c, &s, &v, &it);

    return rc < 0 ? rc : page_vault_offered(c, &v);
}

static int
post_shared(struct ctx *c)
{
    struct vault_item it;
    struct vault_share s;
    struct vault_shared_view v;
    int rc = find_shared(c, &s, &v, &it);

    if (rc < 0 || (rc = vault_share_opened(c, &s)) < 0 ||
        (rc = auth_log_seen(c, VAULT_LOOK_SHARE, 0, it.id)) < 0 ||
        (rc = vault_item_show(c, &it, &v.item)) < 0)
        return rc;
    v.item.base = arena_fmt(c->a, "/chia-se/%s", v.token);
    return page_vault_shared(c, &v);
}

/* Only after an opening, so that nothing is seen that is not counted. */
static int
get_shared_file(struct ctx *c)
{
    struct vault_item it;
    struct vault_share s;
    struct vault_shared_view v;
    int rc = find_shared(c, &s, &v, &it);

    if (rc < 0)
        return rc;
    if (!s.opened)
        return redirect(c, "/chia-se/%s", v.token);
    auth_log_seen(c, VAULT_LOOK_SHARE, 0, it.id);
    return vault_item_file(c, &it, in_int(c, T_SEQ), true, true);
}

/* --- a held paper in an application ----------------------------------------------------------- */

enum { C_DRAFT, C_PAPER, C_ITEM };
static const struct param IN_CHOOSE[] = {
    [C_DRAFT] = {"draft", K_TOKEN, .required = true},
    [C_PAPER] = {"giay-to", K_CODE, .required = true, .label = N_("Giấy tờ")},
    [C_ITEM] = {"dung", K_TOKEN},       /* none: another is handed in */
    {.kind = K_END},
};

static const struct vault_item *
chosen(const struct held_paper *h, const char *token)
{
    for (size_t i = 0; i < h->n; i++)
        if (strcmp(h->items[i].token, token) == 0)
            return &h->items[i];
    return *token ? NULL : &h->items[0];
}

static int
choose(struct ctx *c, const struct application *x)
{
    const char *token = in_text(c, C_ITEM);
    struct paper_list asked = catalogue_papers(c->a, x->p, x->k, x->facts);
    struct held_list held;
    const struct held_paper *h;
    const struct vault_item *it;
    int rc = vault_match(c, asked, x->d.parties, x->d.n_parties, x->d.id, &held);

    if (rc < 0)
        return rc;
    h = vault_held_for(&held, in_text(c, C_PAPER));
    it = h ? chosen(h, token) : NULL;
    if (!it)
        return fail(c, E_NOTFOUND, N_("Không tìm thấy giấy tờ này"), "held for a draft");
    return vault_choose(c, x->d.id, &(struct vault_use){.paper = h->paper->id, .item = it->id,
                                                        .used = *token != '\0'});
}

static int
post_choose(struct ctx *c)
{
    struct application x;
    int rc = application_open(c, in_text(c, C_DRAFT), &x);

    if (rc < 0)
        return rc;
    rc = choose(c, &x);
    application_close(&x);
    return rc < 0 ? rc : redirect(c, "/nop/%s/giay-to", in_text(c, C_DRAFT));
}

#define OWN_GET(path, in, handler, say)                                                           \
    {GET, path, PERM_CITIZEN, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, in,                \
     .run = handler, .about = say}
#define OWN_POST(path, in, handler, again, say)                                                   \
    {POST, path, PERM_CITIZEN, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_PORTAL, in,           \
     .run = handler, .page = again, .about = say}
#define SHARED_GET(path, sees, in, handler, say)                                                  \
    {GET, path, PERM_PUBLIC, RUN_INLINE, BODY_NONE, sees, FACE_PORTAL, in, .run = handler,        \
     .about = say}

const struct route dossiers_vault_routes[] = {
    OWN_GET(VAULT, IN_LIST, get_list, "The person's papers that the city holds"),
    OWN_GET(VAULT "/{giay}", IN_ITEM, page_item, "One paper: facts, origin, who used it"),
    OWN_GET(VAULT "/{giay}/tep/{so}", IN_FILE, get_file, "One file of a paper of the vault"),
    OWN_GET(VAULT "/{giay}/in", IN_ITEM, get_print, "A paper of the vault, to print"),
    OWN_POST(VAULT "/{giay}/chia-se", IN_SHARE, post_share, page_item,
             "Make a link that shows a paper for some days"),
    OWN_POST(VAULT "/{giay}/thu-hoi", IN_REVOKE, post_revoke, page_item, "Revoke such a link"),
    OWN_POST(VAULT "/{giay}/bao-sai", IN_WRONG, post_wrong, page_item,
             "Tell the agency that a paper is wrong"),
    OWN_POST("/nop/{draft}/giay-to-da-co", IN_CHOOSE, post_choose, NULL,
             "Use a held paper in an application, or hand in another"),
    SHARED_GET("/chia-se/{token}", SEES_NOBODY, IN_TOKEN, get_shared,
               "What a link shares, for what and until when"),
    {POST, "/chia-se/{token}", PERM_PUBLIC, RUN_WRITE_LANE, BODY_FORM, SEES_PERSON, FACE_PORTAL,
     IN_TOKEN, .run = post_shared, .page = get_shared, .about = "Open a shared paper"},
    SHARED_GET("/chia-se/{token}/tep/{so}", SEES_PERSON, IN_SHARED, get_shared_file,
               "A file of a shared paper"),
    {0},
};
