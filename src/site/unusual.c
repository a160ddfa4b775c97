#include "site/unusual.h"

#include <stdio.h>

#include "audit.page.h"
#include "base/id.h"
#include "base/po.h"
#include "http/params.h"
#include "http/reply.h"
#include "http/route.h"
#include "mod/agencies/agencies.h"
#include "mod/assist/assist.h"
#include "mod/deadlines/rules.h"
#include "site/audit.h"
#include "site/site.h"
#include "site/unusual_sql.h"

enum { ALARMS_SHOWN = 100, OFFICERS_A_ROUND = 30, UNFINISHED_AFTER = 6 * 3600, NOON = 12 * 60 };

typedef VEC(struct unusual_found) found_list;

static const struct { const char *name, *limit; } SORTS[LOOK__COUNT] = {
    [LOOK_WITHOUT_WORK] = {N_("Mở nhiều hồ sơ không thuộc việc của mình"),
                           N_("Mở từ {0} hồ sơ không thuộc việc của mình trong một ngày")},
    [LOOK_AT_NIGHT] = {N_("Mở hồ sơ ngoài giờ, ban đêm"),
                       N_("Mở từ {0} hồ sơ ban đêm ({1} đến {2})")},
    [LOOK_EXPORT] = {N_("Xuất nhiều hồ sơ ra tệp"), N_("Xuất từ {0} hồ sơ ra tệp trong một ngày")},
    [LOOK_UNMASK] = {N_("Xem đầy đủ số định danh của nhiều người"),
                     N_("Xem đầy đủ số định danh trong từ {0} hồ sơ trong một ngày")},
    [LOOK_UNFINISHED] = {N_("Bắt đầu hỗ trợ tại nhà nhiều hồ sơ mà không nộp"),
                         N_("Bắt đầu hỗ trợ tại nhà từ {0} hồ sơ trong một ngày mà không nộp")},
};

const char *
unusual_name(int64_t alarm)
{
    return alarm >= 0 && alarm < LOOK__COUNT ? SORTS[alarm].name : "";
}

/* --- the job --------------------------------------------------------------------------------- */

static const struct look_limit *
limit_of(const struct rules *r, enum look_alarm alarm)
{
    for (size_t i = 0; i < r->unusual.n; i++)
        if (r->unusual.p[i].alarm == (int)alarm)
            return &r->unusual.p[i];
    return NULL;
}

/* A night belongs to the day on which it begins. */
static struct look_span
span_of(const struct rules *r, day on)
{
    const struct look_limit *night = limit_of(r, LOOK_AT_NIGHT);
    struct look_span s = {.from = id_floor(vn_utc(on, 0)),
                          .day_end = id_floor(vn_utc(on + 1, 0))};

    s.upto = s.day_end;
    if (night) {
        s.night_from = vn_utc(on, night->from);
        s.night_to = vn_utc(on + (night->to <= night->from), night->to);
        s.upto = id_floor(s.night_to) > s.upto ? id_floor(s.night_to) : s.upto;
    }
    return s;
}

/* Help at home that came to nothing: who only helps opens no dossier, its agency is the help's. */
static int
add_unfinished(struct ctx *c, int64_t account, day on, struct looks *k)
{
    int64_t unit;
    int rc = assist_unfinished(c, account, vn_utc(on, 0), vn_utc(on + 1, 0),
                               c->now - UNFINISHED_AFTER, &k->n[LOOK_UNFINISHED], &unit);

    k->unit = k->unit ? k->unit : unit;
    return rc;
}

static int
count_day(struct ctx *c, int64_t account, day on, found_list *out)
{
    const struct rules *r = c->site->rules;
    struct look_span s = span_of(r, on);
    struct looks k;
    int rc = unusual_sql_looks(c, account, &s, &k);

    if (rc == OK)
        rc = add_unfinished(c, account, on, &k);
    for (size_t i = 0; i < r->unusual.n && rc == OK; i++) {
        const struct look_limit *l = &r->unusual.p[i];

        if (k.n[l->alarm] >= l->persons)
            *vec_push(c->a, out) = (struct unusual_found){account, on, l->alarm, k.unit,
                                                          k.n[l->alarm], l->persons};
    }
    return rc;
}

/* Yesterday, too, until noon: what came after the last round, and the night that began then. */
static int
count_officer(struct ctx *c, int64_t account, found_list *out)
{
    day today = vn_day(c->now);
    int rc = c->now < vn_utc(today, NOON) ? count_day(c, account, today - 1, out) : OK;

    return rc == OK ? count_day(c, account, today, out) : rc;
}

int
unusual_count(struct ctx *c, struct unusual_round *r)
{
    struct look_officer v[OFFICERS_A_ROUND];
    found_list found = {0};
    size_t n;
    int rc = unusual_sql_officers(c, r->after, OFFICERS_A_ROUND, v, &n);

    for (size_t i = 0; i < n && rc == OK && !atomic_load(r->rest); i++)
        rc = count_officer(c, v[i].account, &found);
    if (rc == OK && !atomic_load(r->rest))
        snprintf(r->after, sizeof r->after, "%s", n == OFFICERS_A_ROUND ? v[n - 1].login : "");
    r->found = found.p;
    r->n = found.n;
    return rc;
}

int
unusual_raise(struct ctx *c, const struct unusual_round *r)
{
    int rc = OK;

    for (size_t i = 0; i < r->n && rc == OK; i++)
        rc = unusual_sql_raise(c, &r->found[i]);
    return rc;
}

int64_t
unusual_open(struct ctx *c)
{
    return unusual_sql_open(c);
}

int64_t
unusual_all_open(struct ctx *c)
{
    return unusual_sql_all_open(c);
}

/* --- pages ----------------------------------------------------------------------------------- */

static const char *
clock_text(struct ctx *c, int minute)
{
    return arena_fmt(c->a, "%02d:%02d", minute / 60, minute % 60);
}

static void
add_limits(struct ctx *c, struct alarms_view *v)
{
    const struct rules *r = c->site->rules;

    v->limits = arena_get(c->a, (r->unusual.n + 1) * sizeof *v->limits);
    for (size_t i = 0; i < r->unusual.n; i++) {
        const struct look_limit *l = &r->unusual.p[i];

        v->limits[v->n_limits++] = trf(c, SORTS[l->alarm].limit, number_vi(c->a, l->persons),
                                       clock_text(c, l->from), clock_text(c, l->to));
    }
}

static int
get_alarms(struct ctx *c)
{
    struct alarms_view v = {.p = arena_get(c->a, ALARMS_SHOWN * sizeof *v.p)};
    int rc = unusual_sql_list(c, ALARMS_SHOWN, v.p, &v.n);

    for (size_t i = 0; i < v.n; i++) {
        const struct agency *g = agencies_by_id(c->site->agencies, v.p[i].unit);
        const char *on = date_iso(c->a, (day)v.p[i].day);

        v.p[i].agency = g ? agency_office(c, g) : "";
        v.p[i].token = audit_token(c, v.p[i].id);
        v.p[i].log = html_url(c, "/quan-tri/nhat-ky?can-bo=%s&tu-ngay=%s&den-ngay=%s",
                              v.p[i].login, on, on);
    }
    add_limits(c, &v);
    return rc < 0 ? rc : page_seen_alarms(c, &v);
}

enum { C_ALARM, C_NOTE };
static const struct param IN_CLOSE[] = {
    [C_ALARM] = {"canh-bao", K_TOKEN, .required = true},
    [C_NOTE] = {"ket-luan", K_LINES, .required = true, .min = 5, .max = 1000,
                .label = N_("Kết luận"), .say = N_("Hãy ghi kết luận, ít nhất 5 ký tự")},
    {.kind = K_END},
};

/* Nobody closes an alarm about the own looks. */
static int
post_close(struct ctx *c)
{
    int n = unusual_sql_close(c, audit_token_read(c, in_text(c, C_ALARM)), in_text(c, C_NOTE));

    if (n == 0)
        return fail(c, E_NOTFOUND, N_("Không có cảnh báo này, hoặc đã có kết luận"), "alarm");
    if (n < 0)
        return n;
    flash(c, N_("Đã ghi kết luận."));
    return redirect(c, "/quan-tri/canh-bao");
}

const struct route site_unusual_routes[] = {
    {GET, "/quan-tri/canh-bao", PERM_AUDIT, RUN_READ_LANE, BODY_NONE, SEES_PERSON, FACE_ADMIN,
     IN_NONE, .run = get_alarms, .about = "Unusual looks at personal data"},
    {POST, "/quan-tri/canh-bao", PERM_AUDIT, RUN_WRITE_LANE, BODY_FORM, SEES_PERSON, FACE_ADMIN,
     IN_CLOSE, .run = post_close, .page = get_alarms,
     .about = "Closes an alarm with what was found"},
    {0},
};
