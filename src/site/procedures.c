/* The catalogue for citizens: find a procedure, read what it asks, how long it takes, what it
 * costs. */
#include <string.h>

#include "http/reply.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/dossiers/worklists.h"
#include "procedures.page.h"
#include "site/procedures.h"
#include "site/site.h"

enum { PAGE_ROWS = 20, SHARED_SECONDS = 10 };

/* --- the list -------------------------------------------------------------------------------- */

static const char *const LEVELS[] = {"xa", "thanh-pho", NULL};

enum { Q_WORDS, Q_FIELD, Q_EVENT, Q_AGENCY, Q_LEVEL, Q_ONLINE, Q_FROM };
static const struct param IN_LIST[] = {
    [Q_WORDS] = {"q", K_TEXT, .max = 100, .label = N_("Từ cần tìm")},
    [Q_FIELD] = {"linh-vuc", K_CODE, .label = N_("Lĩnh vực")},
    [Q_EVENT] = {"su-kien", K_CODE, .label = N_("Sự kiện trong đời")},
    [Q_AGENCY] = {"co-quan", K_TEXT, .max = 300, .label = N_("Cơ quan giải quyết")},
    [Q_LEVEL] = {"cap", K_ENUM, .words = LEVELS, .label = N_("Nơi giải quyết")},
    [Q_ONLINE] = {"truc-tuyen", K_BOOL, .label = N_("Nộp được trực tuyến")},
    [Q_FROM] = {"tu", K_INT, .min = 0, .max = 100000},
    {.kind = K_END},
};

static struct link
filter(struct ctx *c, const char *label, const char *name, const char *value, bool current)
{
    return (struct link){label, html_query(c, name, current ? NULL : value), current, -1};
}

static void
add_groups(struct ctx *c, struct procedures_view *v, struct catalogue_groups fields,
           struct catalogue_groups events)
{
    struct link *f = arena_get(c->a, (fields.n + 1) * sizeof *f);
    struct link *e = arena_get(c->a, (events.n + 1) * sizeof *e);

    for (size_t i = 0; i < fields.n; i++)
        f[i] = filter(c, fields.p[i].name, "linh-vuc", fields.p[i].id,
                      strcmp(v->field, fields.p[i].id) == 0);
    for (size_t i = 0; i < events.n; i++)
        e[i] = filter(c, events.p[i].name, "su-kien", events.p[i].id,
                      strcmp(v->event, events.p[i].id) == 0);
    v->fields = f;
    v->fields_n = fields.n;
    v->events = e;
    v->events_n = events.n;
    v->by_field = *v->field != '\0';
    v->by_event = *v->event != '\0';
}

static bool
listed(const struct link *l, size_t n, const char *label)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(l[i].label, label) == 0)
            return true;
    return false;
}

/* Every agency that decides something today, each once. */
static void
add_agencies(struct ctx *c, struct procedures_view *v, const char *chosen)
{
    struct catalogue_query every = {.level = -1};
    struct procedure_list all =
        catalogue_search(c->a, c->site->catalogue, vn_day(c->now), &every);
    struct link *l = arena_get(c->a, (all.n + 1) * sizeof *l);
    size_t n = 0;

    for (size_t i = 0; i < all.n; i++) {
        const char *name = all.p[i]->authority;

        if (*name && !listed(l, n, name))
            l[n++] = filter(c, name, "co-quan", name, strcmp(chosen, name) == 0);
    }
    v->agencies = l;
    v->agencies_n = n;
    v->by_agency = *chosen != '\0';
}

static void
add_levels(struct ctx *c, struct procedures_view *v, int level)
{
    v->levels[0] = filter(c, N_("Xã, phường"), "cap", LEVELS[0], level == LEVEL_COMMUNE);
    v->levels[1] = filter(c, N_("Thành phố"), "cap", LEVELS[1], level == LEVEL_CITY);
    v->levels[2] =
        filter(c, N_("Nộp được trực tuyến"), "truc-tuyen", "1", in_int(c, Q_ONLINE) != 0);
}

static int
list_procedures(struct ctx *c)
{
    const struct catalogue_snapshot *s = c->site->catalogue;
    int level = in_has(c, Q_LEVEL) ? (int)in_int(c, Q_LEVEL) : -1;
    struct catalogue_query q = {.words = in_text(c, Q_WORDS), .lang = c->lang,
                                .field = in_text(c, Q_FIELD),
                                .life_event = in_text(c, Q_EVENT),
                                .authority = in_text(c, Q_AGENCY),
                                .level = level,
                                .online = in_int(c, Q_ONLINE) != 0};
    struct procedure_list found = catalogue_search(c->a, s, vn_day(c->now), &q);
    size_t from = (size_t)in_int(c, Q_FROM);
    struct procedures_view v = {
        .words = q.words, .field = q.field, .event = q.life_event, .found = found.n, .from = from};

    v.rows = found.p + (from < found.n ? from : found.n);
    v.n = from < found.n ? found.n - from : 0;
    if (v.n > PAGE_ROWS) {
        v.n = PAGE_ROWS;
        v.next = arena_fmt(c->a, "%zu", from + PAGE_ROWS);
    }
    if (from)
        v.previous = arena_fmt(c->a, "%zu", from > PAGE_ROWS ? from - PAGE_ROWS : 0);
    add_groups(c, &v, catalogue_fields(s), catalogue_life_events(s));
    add_agencies(c, &v, q.authority);
    add_levels(c, &v, level);
    return page_procedures(c, &v);
}

/* Many ask for the same few words. */
static int
get_procedures(struct ctx *c)
{
    return reply_shared(c, SHARED_SECONDS) ? OK : list_procedures(c);
}

/* Search as you type: the eight best, as the script of the search box reads them. */
static const struct param IN_SUGGEST[] = {{"q", K_TEXT, .max = 100}, {.kind = K_END}};

static int
get_suggest(struct ctx *c)
{
    struct catalogue_query q = {.words = in_text(c, 0), .level = -1, .lang = c->lang};
    struct procedure_list found = catalogue_search(c->a, c->site->catalogue, vn_day(c->now), &q);
    json_t *items = json_array();

    for (size_t i = 0; i < found.n && i < 8; i++) {
        const struct procedure *p = found.p[i];

        json_array_append_new(items, json_pack("{s:s, s:s, s:s}", "text", tr(c, p->name), "note",
                                               tr(c, p->authority), "href",
                                               arena_fmt(c->a, "/thu-tuc/%s", p->code)));
    }
    return reply_json(c, 200, items);
}

/* --- one procedure --------------------------------------------------------------------------- */

const char *
procedure_field_name(struct ctx *c, const char *id)
{
    return catalogue_text(c->site->catalogue, c->lang,
                          catalogue_field_name(c->site->catalogue, id));
}

const char *
procedure_limit(struct ctx *c, const char *limit)
{
    const char *unit;
    struct limit l;

    if (!limit_parse(limit, &l))
        return limit;
    if (l.unit == LIMIT_SAME_DAY)
        return trf(c, N_("trong ngày làm việc (nhận trước {0})"),
                   arena_fmt(c->a, "%02d:%02d", l.n / 60, l.n % 60));
    unit = tr(c, limit_unit_vi(l.unit));
    if (c->lang == LANG_EN && l.n == 1)             /* "working days": Vietnamese has no plural */
        unit = arena_strn(c->a, unit, strlen(unit) - 1);
    return arena_fmt(c->a, "%d %s", l.n, unit);
}

const char *
procedure_fee(struct ctx *c, const struct proc_fee *f)
{
    static const char *const PER[] = {NULL, N_("một bản"), N_("một trang"), N_("một người"),
                                      N_("một thửa đất")};
    const char *amount = f->amount ? money_text(c, f->amount) : tr(c, N_("Miễn phí"));

    if (!f->amount || f->per == 0)
        return amount;
    return trf(c, N_("{0} cho {1}"), amount, tr(c, PER[f->per]));
}

static void
join(struct ctx *c, struct buf *b, const char *text)
{
    buf_fmt(b, "%s%s", b->n ? "; " : "", tr(c, text));
}

/* When this line of the fees applies: its cases, channels and payers in words. */
const char *
procedure_fee_when(struct ctx *c, const struct procedure *p, const struct proc_fee *f)
{
    static const char *const CHANNELS[] = {"", N_("nộp trực tiếp"), N_("nộp trực tuyến"),
                                           N_("nộp qua bưu chính")};
    static const char *const PAYERS[] = {
        N_("công dân"),      N_("tổ chức"),          N_("doanh nghiệp"),
        N_("hộ kinh doanh"), N_("người nước ngoài"), N_("người Việt Nam định cư ở nước ngoài"),
        N_("hộ nghèo"),      N_("người khuyết tật"), N_("người có công"),
        N_("trẻ em"),        N_("người cao tuổi"),
    };
    struct buf b;

    buf_init(&b, c->a, 4096);
    for (size_t i = 0; i < f->cases.n; i++)
        join(c, &b, catalogue_case_find(p, f->cases.p[i])->name);
    for (size_t i = CHANNEL_DIRECT; i <= CHANNEL_POSTAL && f->channels; i++)
        if (f->channels & 1u << i)
            join(c, &b, CHANNELS[i]);
    for (size_t i = 0; i < sizeof PAYERS / sizeof *PAYERS && f->payers; i++)
        if (f->payers & 1u << i)
            join(c, &b, PAYERS[i]);
    for (size_t i = 0; i < f->steps.n; i++)
        join(c, &b,
             trf(c, N_("từ đơn vị thứ {0}: {1}"), number_vi(c->a, f->steps.p[i].from),
                 money_text(c, f->steps.p[i].amount)));
    if (f->cap)
        join(c, &b, trf(c, N_("tối đa {0}"), money_text(c, f->cap)));
    return b.p;
}

/* "3 ngày làm việc", or the range when cases differ. */
const char *
procedure_time(struct ctx *c, const struct procedure *p)
{
    const char *usual = catalogue_limit(p, &p->cases.p[p->cases.n - 1]);

    return procedure_limit(c, usual);
}

bool
procedure_same_time(const struct procedure *p)
{
    for (size_t i = 1; i < p->cases.n; i++)
        if (strcmp(catalogue_limit(p, &p->cases.p[i]), catalogue_limit(p, &p->cases.p[0])) != 0)
            return false;
    return true;
}

static bool
charged(const struct proc_fee *f, day on)
{
    return (f->from == NO_DAY || on >= f->from) && (f->to == NO_DAY || on <= f->to);
}

static void
add_fees(struct ctx *c, const struct procedure *p, struct procedure_view *v)
{
    const struct proc_fee **list = arena_get(c->a, (p->fees.n + 1) * sizeof *list);
    bool any = false;

    for (size_t i = 0; i < p->fees.n; i++)
        if (charged(&p->fees.p[i], vn_day(c->now))) {
            list[v->fees_n++] = &p->fees.p[i];
            any = any || p->fees.p[i].amount > 0;
        }
    v->fees = list;
    v->free = !any;
}

static const struct param IN_CODE[] = {{"code", K_CODE, .required = true}, {.kind = K_END}};

static int
get_procedure(struct ctx *c)
{
    const struct procedure *p = catalogue_find(c->site->catalogue, in_text(c, 0), vn_day(c->now));
    struct procedure_view v = {.p = p};
    int usual;

    if (reply_shared(c, SHARED_SECONDS))
        return OK;
    if (!p)
        return fail(c, E_NOTFOUND, N_("Không có thủ tục này, hoặc thủ tục đã hết hiệu lực"),
                    "procedure %s", in_text(c, 0));
    if (c->db && (usual = stats_usual_days_x10(c, p->code)) >= 0)
        v.usual = arena_fmt(c->a, usual % 10 ? "%d,%d" : "%d", usual / 10, usual % 10);
    v.field = catalogue_field_name(c->site->catalogue, p->field);
    v.online = p->route == ROUTE_CITY && p->online.scope != SCOPE_NONE &&
               (p->channels & 1u << CHANNEL_ONLINE);
    add_fees(c, p, &v);
    return page_procedure(c, &v);
}

const struct route site_procedure_routes[] = {
    {GET, "/thu-tuc", PERM_PUBLIC, RUN_HERE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, IN_LIST,
     .run = get_procedures, .about = "Find a procedure by words, field, life event"},
    {GET, "/goi-y", PERM_PUBLIC, RUN_HERE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, IN_SUGGEST,
     .run = get_suggest, .about = "Procedures for the search box, as it is typed in"},
    {GET, "/thu-tuc/{code}", PERM_PUBLIC, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, IN_CODE,
     .run = get_procedure, .away = true,
     .about = "One procedure: papers, time, fees, steps, legal basis"},
    {0},
};
