/* Work lists: views and filters that stay in the address, taking work in bulk, export. */
#include <string.h>

#include "auth/auth.h"
#include "auth/reach.h"
#include "base/po.h"
#include "dossiers_desk_list.page.h"
#include "http/route.h"
#include "mod/agencies/agencies.h"
#include "mod/dossiers/dossiers_desk_list.h"
#include "site/site.h"

enum { ALARMS_SHOWN = 5, BULK_MAX = 100 };

/* --- what the address says -------------------------------------------------------------------- */

static const char *const VIEWS[] = {"new", "mine", "soon", "overdue", "waiting", "all", NULL};
static const char *const STATUSES[] = {"none", "submitted", "accepted", "refused", "processing",
                                       "supplement", "fiscal", "withdrawing", "stopped", "done",
                                       "returned", NULL};
static const char *const CHANNELS[] = {"any", "direct", "online", "postal", NULL};
static const char *const ORDERS[] = {"han", "moi", NULL};

enum {
    L_VIEW,
    L_UNIT,
    L_PROCEDURE,
    L_STATUS,
    L_CHANNEL,
    L_HOLDER,
    L_FROM,
    L_TO,
    L_ORDER,
    L_CURSOR
};
enum { L_FIRST_FILTER = L_UNIT, L_FILTERS_END = L_ORDER, L_KEPT = L_CURSOR };
static const struct param IN_LIST[] = {
    [L_VIEW] = {"xem", K_ENUM, .words = VIEWS, .label = N_("Danh sách")},
    [L_UNIT] = {"don-vi", K_CODE, .label = N_("Đơn vị")},
    [L_PROCEDURE] = {"thu-tuc", K_CODE, .label = N_("Thủ tục")},
    [L_STATUS] = {"trang-thai", K_ENUM, .words = STATUSES, .label = N_("Trạng thái")},
    [L_CHANNEL] = {"kenh", K_ENUM, .words = CHANNELS, .label = N_("Cách nộp")},
    [L_HOLDER] = {"nguoi", K_CODE, .label = N_("Người xử lý")},
    [L_FROM] = {"tu-ngay", K_DATE, .label = N_("Hạn từ ngày")},
    [L_TO] = {"den-ngay", K_DATE, .label = N_("Hạn đến ngày")},
    [L_ORDER] = {"xep", K_ENUM, .words = ORDERS, .label = N_("Sắp xếp")},
    [L_CURSOR] = {"tu", K_TEXT, .max = 200, .label = N_("Trang")},
    {.kind = K_END},
};

/* This list with one word of the address changed (NULL: taken away; -1: none), from its first page.
 */
static struct url
address(struct ctx *c, const char *path, int changed, const char *value)
{
    struct buf b;

    buf_init(&b, c->a, 4096);
    buf_str(&b, path);
    for (int i = L_VIEW; i < L_KEPT; i++) {
        const char *s = i == changed ? value : in_has(c, i) ? in_text(c, i) : NULL;

        if (!s || !*s)
            continue;
        buf_char(&b, strchr(b.p, '?') ? '&' : '?');
        buf_fmt(&b, "%s=", IN_LIST[i].name);
        buf_url(&b, s);
    }
    return (struct url){b.p};
}

static int
unit_of(struct ctx *c, int64_t *out)
{
    const struct agency *g = agencies_latest(c->site->agencies, in_text(c, L_UNIT));

    *out = g ? g->id : 0;
    return !in_has(c, L_UNIT) || g
               ? OK : fail_labelled(c, "don-vi", N_("Đơn vị"), N_("Không có đơn vị này"));
}

static int
holder_of(struct ctx *c, int64_t *out)
{
    *out = desk_account(c, in_text(c, L_HOLDER));
    return !in_has(c, L_HOLDER) || *out
               ? OK : fail_labelled(c, "nguoi", N_("Người xử lý"), N_("Không có cán bộ này"));
}

static int
query_of(struct ctx *c, struct list_query *q)
{
    int rc;

    *q = (struct list_query){
        .view = (enum view)in_int(c, L_VIEW), .procedure = in_text(c, L_PROCEDURE),
        .status = (int)in_int(c, L_STATUS), .channel = (int)in_int(c, L_CHANNEL),
        .newest = in_int(c, L_ORDER) == 1, .cursor = in_text(c, L_CURSOR),
        .due_from = in_has(c, L_FROM) ? vn_utc(in_date(c, L_FROM), 0) : 0,
        .due_to = in_has(c, L_TO) ? vn_utc(in_date(c, L_TO) + 1, 0) : 0};
    if ((rc = unit_of(c, &q->unit)) < 0)
        return rc;
    return holder_of(c, &q->holder);
}

/* --- tabs, filters, alarms -------------------------------------------------------------------- */

static int
add_tabs(struct ctx *c, struct worklist_view *v)
{
    int64_t counts[VIEW__COUNT];
    int rc = worklist_counts(c, counts);

    if (rc < 0)
        return rc;
    if (!in_has(c, L_VIEW))         /* the first that has something to do */
        v->view = counts[VIEW_MINE] ? VIEW_MINE : VIEW_NEW;
    for (enum view i = 0; i < VIEW__COUNT; i++)
        v->tabs[i] = (struct link){worklist_view_name(i), address(c, "/can-bo", L_VIEW, VIEWS[i]),
                                   i == v->view, counts[i],
                                   (i == VIEW_SOON || i == VIEW_OVERDUE) &&
                                       counts[i] >= COUNT_MAX};
    return OK;
}

static void
add_order(struct ctx *c, struct worklist_view *v)
{
    static const char *const NAMES[] = {N_("Đến hạn trước"), N_("Mới nhận trước")};

    for (int i = 0; i < 2; i++)
        v->order[i] = (struct link){NAMES[i], address(c, "/can-bo", L_ORDER, i ? ORDERS[i] : NULL),
                                    in_int(c, L_ORDER) == i, -1};
}

/* What a filter is set to, as a person reads it. */
static const char *
filter_value(struct ctx *c, int i)
{
    const struct procedure *p;
    const struct agency *g;

    switch (i) {
    case L_UNIT:
        g = agencies_latest(c->site->agencies, in_text(c, i));
        return g ? desk_unit(c, g->id) : in_text(c, i);
    case L_PROCEDURE:
        p = catalogue_find(c->site->catalogue, in_text(c, i), vn_day(c->now));
        return p ? desk_text(c, p->name) : in_text(c, i);
    case L_STATUS:  return tr(c, workflow_status((enum status)in_int(c, i))->name);
    case L_CHANNEL: return tr(c, dossiers_channel_name((int)in_int(c, i)));
    case L_HOLDER:  return desk_account_name(c, desk_account(c, in_text(c, i)));
    default:        return date_vi(c->a, in_date(c, i));
    }
}

static void
add_chips(struct ctx *c, struct worklist_view *v)
{
    for (int i = L_FIRST_FILTER; i < L_FILTERS_END; i++)
        if (in_has(c, i))
            v->chips[v->n_chips++] = (struct link){
                arena_fmt(c->a, "%s: %s", tr(c, IN_LIST[i].label), filter_value(c, i)),
                address(c, "/can-bo", i, NULL), true, -1};
    v->clear = v->n_chips ? html_url(c, "/can-bo?xem=%s", VIEWS[v->view]) : (struct url){0};
    v->more_rows = v->tabs[v->view].count > EXPORT_MAX || v->tabs[v->view].more;
    v->export = address(c, "/can-bo/xuat.csv", L_VIEW, VIEWS[v->view]);
}

static void
add_procedures(struct ctx *c, struct worklist_view *v)
{
    struct procedure_list all = catalogue_newest(c->a, c->site->catalogue);
    struct choice *p = arena_get(c->a, (all.n + 1) * sizeof *p);

    p[v->n_procedures++] = (struct choice){.value = "", .label = N_("Mọi thủ tục")};
    for (size_t i = 0; i < all.n; i++)
        if (all.p[i]->state == PROC_PUBLISHED)
            p[v->n_procedures++] = (struct choice){.value = all.p[i]->code,
                                                   .label = desk_text(c, all.p[i]->name)};
    v->procedures = p;
}

static void
add_words(struct ctx *c, struct worklist_view *v)
{
    struct choice *s = arena_get(c->a, ST__COUNT * sizeof *s), *k = arena_get(c->a, 4 * sizeof *k);

    s[v->n_statuses++] = (struct choice){.value = "", .label = N_("Mọi trạng thái")};
    for (enum status i = ST_SUBMITTED; i < ST__COUNT; i++)
        if (!workflow_status(i)->terminal)
            s[v->n_statuses++] = (struct choice){.value = STATUSES[i],
                                                 .label = workflow_status(i)->name};
    k[v->n_channels++] = (struct choice){.value = "", .label = N_("Mọi cách nộp")};
    for (int i = CHANNEL_DIRECT; i <= CHANNEL_POSTAL; i++)
        k[v->n_channels++] = (struct choice){.value = CHANNELS[i],
                                             .label = dossiers_channel_name(i)};
    v->statuses = s;
    v->channels = k;
}

static int
add_staff(struct ctx *c, struct worklist_view *v, int64_t unit)
{
    struct desk_staff s = {0};
    int rc;

    *vec_push(c->a, &s.v) = (struct choice){.value = "", .label = N_("Mọi người")};
    if (unit == 0)
        unit = c->session->home_unit;
    rc = unit ? desk_staff_add(c, &s, unit, PERM_DOSSIER_READ, NULL) : OK;
    v->staff = s.v.p;
    v->n_staff = s.v.n;
    if (auth_reaches_partly(c, c->account, unit, PERM_DOSSIER_ASSIGN)) {
        v->assignees = s.v.p + 1;
        v->n_assignees = s.v.n - 1;
    }
    return rc;
}

static int
add_filters(struct ctx *c, struct worklist_view *v, int64_t unit)
{
    struct choice *units;
    int rc = desk_unit_choices_partly(c, PERM_DOSSIER_READ, N_("Mọi đơn vị"), &units, &v->n_units);

    v->units = units;
    add_order(c, v);
    add_chips(c, v);
    add_procedures(c, v);
    add_words(c, v);
    return rc < 0 ? rc : add_staff(c, v, unit);
}

static int
add_alarms(struct ctx *c, struct worklist_view *v)
{
    const char *next;

    v->n_alarms_all = dossiers_alarm_count(c, 1);
    if (v->n_alarms_all < 0)
        return (int)v->n_alarms_all;
    return v->n_alarms_all
               ? dossiers_alarms(c, 1, "", ALARMS_SHOWN, &v->alarms, &v->n_alarms, &next)
               : OK;
}

static int
get_list(struct ctx *c)
{
    struct worklist_view v = {.view = (enum view)in_int(c, L_VIEW)};
    struct list_query q;
    int rc;

    if ((rc = query_of(c, &q)) < 0 || (rc = add_tabs(c, &v)) < 0)
        return rc;
    q.view = v.view;
    if ((rc = worklist(c, &q, &v.list)) < 0 || (rc = worklist_seen(c, &v.list)) < 0 ||
        (rc = add_filters(c, &v, q.unit)) < 0 || (rc = add_alarms(c, &v)) < 0)
        return rc;
    return page_dossiers_desk_list(c, &v);
}

/* --- export ----------------------------------------------------------------------------------- */

static const char *const HEADS[] = {
    N_("Mã hồ sơ"), N_("Thủ tục"), N_("Người nộp"), N_("Chủ hồ sơ"), N_("Việc"), N_("Bước"),
    N_("Trạng thái"), N_("Đơn vị"), N_("Người đang xử lý"), N_("Cách nộp"), N_("Ngày nộp"),
    N_("Ngày tiếp nhận"), N_("Hạn trả"), N_("Hẹn lại"), N_("Tình trạng thời hạn"),
};

static void
csv_line(struct buf *b, const char *const *cells, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_char(b, ',');
        buf_csv(b, cells[i]);
    }
    buf_lit(b, "\r\n");
}

static const char *
at_text(struct ctx *c, int64_t at)
{
    return at ? moment_vi(c->a, at) : "";
}

static void
csv_row(struct ctx *c, const struct list_row *r)
{
    const char *cells[] = {
        r->code, desk_procedure(c, r->procedure_version, r->procedure), r->applicant, r->owner,
        tr(c, dossiers_task_name((enum task_kind)r->kind)),
        desk_step(c, r->procedure_version, r->step),
        tr(c, workflow_status((enum status)r->status)->name), desk_unit(c, r->unit),
        r->holder_name, tr(c, dossiers_channel_name((int)r->channel)), at_text(c, r->submitted_at),
        at_text(c, r->accepted_at), at_text(c, r->due_at), at_text(c, r->extended_to),
        desk_due_row(c, r).word,
    };

    _Static_assert(sizeof cells / sizeof *cells == sizeof HEADS / sizeof *HEADS, "one a head");
    csv_line(&c->out->body, cells, sizeof cells / sizeof *cells);
}

/* Nobody takes a part for the whole: the last line says that there is more. */
static void
csv_more(struct ctx *c)
{
    const char *say = trf(c, N_("CÒN NỮA: tệp này dừng ở {0} dòng đầu. Hãy lọc danh sách (theo đơn "
                                "vị, thủ tục, ngày đến hạn) rồi xuất từng phần."),
                          number_vi(c->a, EXPORT_MAX));

    csv_line(&c->out->body, &say, 1);
}

static int
csv_rows(struct ctx *c, struct list_query *q)
{
    struct list l;
    size_t n = 0;

    q->limit = LIST_MAX;
    do {
        int rc = worklist(c, q, &l);

        if (rc < 0)
            return rc;
        for (size_t i = 0; i < l.n; i++) {
            auth_log_seen(c, "worklist export", l.p[i].dossier, 0);
            csv_row(c, &l.p[i]);
        }
        q->cursor = l.next;
        n += l.n;
    } while (*l.next && n < EXPORT_MAX);
    if (*l.next)
        csv_more(c);
    return OK;
}

/* The list that is on the screen, up to EXPORT_MAX rows, which the page and the file say; the mark
 * in front lets Excel read UTF-8. */
static int
get_export(struct ctx *c)
{
    size_t n = sizeof HEADS / sizeof *HEADS;
    const char *heads[sizeof HEADS / sizeof *HEADS];
    struct list_query q;
    int rc = query_of(c, &q);

    if (rc < 0)
        return rc;
    q.cursor = "";
    rc = reply_download(c, "text/csv; charset=utf-8",
                        arena_fmt(c->a, "ho-so-%s.csv", date_iso(c->a, vn_day(c->now))));
    if (rc < 0)
        return rc;
    buf_lit(&c->out->body, "\xEF\xBB\xBF");
    for (size_t i = 0; i < n; i++)
        heads[i] = tr(c, HEADS[i]);
    csv_line(&c->out->body, heads, n);
    return csv_rows(c, &q);
}

/* --- taking and giving work in bulk ----------------------------------------------------------- */

static const char *const BULK[] = {"claim", "assign", NULL};
enum { B_WORK, B_TO, B_FORM };
static const struct param IN_BULK[] = {
    [B_WORK] = {"viec", K_ENUM, .required = true, .words = BULK, .label = N_("Việc")},
    [B_TO] = {"to_account", K_CODE, .label = N_("Giao cho")},
    [B_FORM] = {"", K_EFORM},               /* chon: "code" or "code:opinion", once a row */
    {.kind = K_END},
};

static int
bulk_one(struct ctx *c, const char *chosen, struct event e)
{
    size_t n = strcspn(chosen, ":");
    const char *code = arena_strn(c->a, chosen, n);
    struct dossier d;
    int rc;

    for (const char *p = chosen + n + (chosen[n] == ':'); *p >= '0' && *p <= '9'; p++)
        e.opinion = e.opinion < 100000 ? e.opinion * 10 + (*p - '0') : e.opinion;
    if ((rc = dossiers_get(c, code, PERM_DOSSIER_READ, &d)) < 0)
        return rc;
    return dossiers_apply(c, &d, &e);
}

/* What is not possible (any more) is left out and counted; only our own failure stops the rest. */
static int
bulk_all(struct ctx *c, const struct event *e, size_t *done, size_t *left)
{
    const struct pair *pairs;
    size_t n = in_form(c, &pairs);

    for (size_t i = 0; i < n && *done + *left < BULK_MAX; i++) {
        int rc;

        if (strcmp(pairs[i].name, "chon") != 0)
            continue;
        if ((rc = bulk_one(c, pairs[i].value, *e)) == E_SYS)
            return rc;
        *(rc < 0 ? left : done) += 1;
    }
    c->faults.n = 0;
    c->err = (struct err){0};
    return OK;
}

static const char *
bulk_say(struct ctx *c, bool assign, size_t done, size_t left)
{
    const char *n = number_vi(c->a, (int64_t)done), *not = number_vi(c->a, (int64_t)left);

    if (done + left == 0)
        return tr(c, N_("Chưa chọn hồ sơ nào. Hãy đánh dấu các hồ sơ rồi bấm lại."));
    if (left == 0)
        return assign ? trf(c, N_("Đã giao {0} hồ sơ."), n)
                      : trf(c, N_("Bạn đã nhận {0} hồ sơ."), n);
    return trf(c,
               N_("Xong {0} hồ sơ; {1} hồ sơ không làm được vì đã có người nhận hoặc không thuộc "
                  "quyền của bạn."),
               n, not );
}

static int
post_bulk(struct ctx *c)
{
    bool assign = in_int(c, B_WORK) == 1;
    struct event e = {.action = assign ? ACT_ASSIGN : ACT_CLAIM};
    size_t done = 0, left = 0;
    int rc;

    if (assign && !(e.to_account = desk_account(c, in_text(c, B_TO))))
        return fail_labelled(c, "to_account", N_("Giao cho"), N_("Hãy chọn người nhận việc"));
    if ((rc = bulk_all(c, &e, &done, &left)) < 0)
        return rc;
    flash(c, bulk_say(c, assign, done, left));
    return redirect(c, "/can-bo?xem=%s", assign || done == 0 ? "new" : "mine");
}

#define LIST_ROW(method, path, perm, where, body, in, handler, say)                               \
    {method, path, perm, where, body, SEES_PERSON, FACE_DESK, in, .run = handler, .about = say}

const struct route dossiers_desk_list_routes[] = {
    LIST_ROW(GET, "/can-bo", PERM_OFFICER, RUN_INLINE, BODY_NONE, IN_LIST, get_list,
             "Work list of an officer, with views and filters"),
    LIST_ROW(GET, "/can-bo/xuat.csv", PERM_DOSSIER_READ, RUN_READ_LANE, BODY_NONE, IN_LIST,
             get_export, "The work list as a spreadsheet"),
    LIST_ROW(POST, "/can-bo/nhan-viec", PERM_DOSSIER_READ, RUN_WRITE_LANE, BODY_EFORM, IN_BULK,
             post_bulk, "Take or assign the chosen dossiers"),
    {0},
};
