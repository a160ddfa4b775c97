/* How a dossier's clock and places are put into words on the officers' pages. */
#include <string.h>

#include "base/po.h"
#include "mod/agencies/agencies.h"
#include "mod/deadlines/rules.h"
#include "mod/dossiers/dossiers_desk.h"
#include "site/site.h"

const char *
desk_text(struct ctx *c, const char *vi)
{
    return vi ? catalogue_text(c->site->catalogue, c->lang, vi) : "";
}

const char *
desk_procedure(struct ctx *c, int64_t version, const char *code)
{
    const struct procedure *p = catalogue_version(c->site->catalogue, version);

    return p ? desk_text(c, catalogue_title(p)) : code;
}

const char *
desk_step(struct ctx *c, int64_t version, const char *step)
{
    const struct procedure *p = catalogue_version(c->site->catalogue, version);
    const struct proc_step *s = p && *step ? catalogue_step(p, step) : NULL;

    return s ? desk_text(c, s->name) : step;
}

const char *
desk_unit(struct ctx *c, int64_t unit)
{
    const struct agency *g = unit ? agencies_by_id(c->site->agencies, unit) : NULL;

    return g ? agency_name(c, g) : "";
}

enum tone
desk_status_tone(int64_t status)
{
    static const enum tone TONE[ST__COUNT] = {
        [ST_SUBMITTED] = TONE_INFO,     [ST_ACCEPTED] = TONE_INFO,  [ST_REFUSED] = TONE_STOPPED,
        [ST_PROCESSING] = TONE_INFO,    [ST_SUPPLEMENT] = TONE_SOON, [ST_FISCAL] = TONE_SOON,
        [ST_WITHDRAWING] = TONE_SOON,   [ST_STOPPED] = TONE_STOPPED, [ST_DONE] = TONE_GOOD,
        [ST_RETURNED] = TONE_GOOD,
    };

    return status > 0 && status < ST__COUNT ? TONE[status] : TONE_PLAIN;
}

/* --- dates as people say them --- */

const char *
desk_day(struct ctx *c, day n)
{
    return arena_fmt(c->a, "%s %s", tr(c, weekday_vi(date_weekday(n))), date_vi(c->a, n));
}

static bool
whole_day(int64_t at)           /* the last second of a day: the whole day is in time */
{
    return (at + 1 + VN_OFFSET) % DAY_SECONDS == 0;
}

const char *
desk_moment(struct ctx *c, int64_t at)
{
    const char *date = desk_day(c, vn_day(at));
    int m = vn_minute(at);

    return whole_day(at) ? date : arena_fmt(c->a, "%02d:%02d %s", m / 60, m % 60, date);
}

/* --- how much time is left --- */

struct span { int64_t start, at; };

static const char *
minutes_text(struct ctx *c, int64_t minutes)
{
    if (minutes >= 60)
        return trf(c, N_("{0} giờ làm việc"), number_vi(c->a, minutes / 60));
    return trf(c, N_("{0} phút làm việc"), number_vi(c->a, minutes));
}

static const char *
left_text(struct ctx *c, int64_t at)
{
    day today = vn_day(c->now), due = vn_day(at);
    const struct calendar *cal = c->site->calendar;
    int days = calendar_between(cal, today, due);

    if (days == 0 && !whole_day(at))
        return trf(c, N_("Còn {0}"), minutes_text(c, calendar_minutes(cal, c->now, at)));
    if (today == due)
        return tr(c, N_("Hạn trong hôm nay"));
    if (days == 0)
        return tr(c, N_("Hạn vào ngày nghỉ"));
    return trf(c, N_("Còn {0} ngày làm việc"), number_vi(c->a, days));
}

static const char *
late_text(struct ctx *c, int64_t at)
{
    int days = calendar_between(c->site->calendar, vn_day(at), vn_day(c->now));

    if (days == 0)
        return tr(c, N_("Quá hạn"));
    return trf(c, N_("Quá hạn {0} ngày làm việc"), number_vi(c->a, days));
}

static struct desk_due
running(struct ctx *c, struct span s)
{
    static const enum tone TONE[] = {
        [BAND_GREEN] = TONE_GOOD, [BAND_YELLOW] = TONE_GOOD, [BAND_ORANGE] = TONE_SOON,
        [BAND_RED] = TONE_LATE,
    };
    struct due due = {.day = vn_day(s.at), .by_minute = !whole_day(s.at), .at = s.at,
                      .start = s.start, .unit = LIMIT_WORKING_DAYS};
    const struct rule_set *r = rules_on(c->site->rules, vn_day(s.start));
    enum band band = deadlines_band(c->site->calendar, r, &due, c->now);
    double left = deadlines_left(c->site->calendar, &due, c->now);

    return (struct desk_due){
        .tone = TONE[band], .date = desk_moment(c, s.at), .used = 100 - (int)(left * 100),
        .word = band == BAND_RED ? late_text(c, s.at) : left_text(c, s.at)};
}

static struct desk_due
finished(struct ctx *c, int64_t status, int64_t timing, int64_t at)
{
    enum tone tone = timing == TIMING_LATE ? TONE_LATE : desk_status_tone(status);
    const char *word = timing ? dossiers_timing_name((enum timing)timing)
                              : workflow_status((enum status)status)->name;

    return (struct desk_due){.tone = tone, .word = tr(c, word), .used = -1,
                             .date = at ? date_vi(c->a, vn_day(at)) : ""};
}

static struct desk_due
waiting(struct ctx *c, int64_t until)
{
    const char *date = until && until < vn_utc(date_day((struct ymd){2200, 1, 1}), 0)
                           ? trf(c, N_("chờ đến {0}"), desk_moment(c, until)) : "";

    return (struct desk_due){.word = tr(c, N_("Đang chờ người nộp")), .used = -1, .date = date,
                             .tone = until && until < c->now ? TONE_LATE : TONE_STOPPED};
}

static struct desk_due
due_of(struct ctx *c, const struct dossier *d, int64_t wait_until, int64_t task_due)
{
    int64_t at = d->extended_to > d->due_at ? d->extended_to : d->due_at;

    if (d->finished_at || workflow_status((enum status)d->status)->terminal)
        return finished(c, d->status, d->timing, d->finished_at);
    if (workflow_status((enum status)d->status)->waits)
        return waiting(c, wait_until);
    if (!d->accepted_at)
        at = task_due ? task_due
                      : deadlines_after(c->site->calendar,
                                        rules_on(c->site->rules, vn_day(c->now))->answer_online,
                                        d->submitted_at);
    return running(c, (struct span){d->accepted_at ? d->accepted_at : d->submitted_at, at});
}

struct desk_due
desk_due_dossier(struct ctx *c, const struct dossier *d)
{
    if (d->paused)
        return (struct desk_due){TONE_STOPPED, tr(c, N_("Tạm dừng theo luật")), "", -1};
    return due_of(c, d, d->answer_due, 0);
}

/* In a list the task's own due moment counts: of an opinion, of a decision to withdraw. */
struct desk_due
desk_due_row(struct ctx *c, const struct list_row *r)
{
    struct dossier d = {.status = r->status, .accepted_at = r->accepted_at, .due_at = r->due_at,
                        .submitted_at = r->submitted_at, .extended_to = r->extended_to,
                        .finished_at = r->finished_at, .timing = r->timing};
    bool own = r->kind == TASK_OPINION || r->kind == TASK_AGREE || r->kind == TASK_WITHDRAW;

    if (own && r->task_due)
        return running(c, (struct span){r->submitted_at, r->task_due});
    return due_of(c, &d, r->task_due, r->task_due);
}

/* --- what an event changed, in words --- */

static const char *
change_value(struct ctx *c, const struct dossier *d, const char *field, const json_t *v)
{
    int64_t n = json_integer_value(v);

    if (json_is_string(v) && strcmp(field, "step") == 0)
        return desk_step(c, d->procedure_version, arena_str(c->a, json_string_value(v)));
    if (json_is_string(v))
        return arena_str(c->a, json_string_value(v));
    if (n == 0)
        return "";
    if (strcmp(field, "status") == 0)
        return n > 0 && n < ST__COUNT ? tr(c, workflow_status((enum status)n)->name) : "";
    if (strcmp(field, "holder") == 0)
        return desk_account_name(c, n);
    if (strcmp(field, "unit") == 0)
        return desk_unit(c, n);
    if (strcmp(field, "result_date") == 0)
        return date_vi(c->a, (day)n);
    if (strcmp(field, "delivery") == 0)
        return tr(c, dossiers_delivery_name((int)n));
    if (strcmp(field, "outcome") == 0)
        return tr(c, dossiers_outcome_name((enum outcome)n));
    return desk_moment(c, n);
}

/* The fields that mean something to an officer; the rest of the row follows from them. */
static const struct { const char *field, *label; } CHANGES[] = {
    {"status", N_("Trạng thái")},          {"step", N_("Bước")},
    {"unit", N_("Nơi đang giữ")},          {"holder", N_("Người đang xử lý")},
    {"due_at", N_("Hạn trả")},             {"extended_to", N_("Hẹn lại")},
    {"answer_due", N_("Chờ người nộp đến")}, {"result_number", N_("Số kết quả")},
    {"result_date", N_("Ngày kết quả")},   {"result_signer", N_("Người ký")},
    {"outcome", N_("Kết quả")},            {"delivery", N_("Cách nhận kết quả")},
    {"delivery_address", N_("Địa chỉ nhận")}, {"applicant", N_("Người nộp")},
    {"owner", N_("Chủ hồ sơ")},
};

void
desk_change_lines(struct ctx *c, const struct dossier *d, const char *changes,
                  struct desk_change **lines, size_t *n)
{
    json_t *o = json_loads(changes && *changes ? changes : "{}", 0, NULL);
    size_t max = sizeof CHANGES / sizeof *CHANGES;

    *n = 0;
    *lines = arena_get(c->a, max * sizeof **lines);
    for (size_t i = 0; i < max; i++) {
        const json_t *pair = json_object_get(o, CHANGES[i].field);

        if (pair)
            (*lines)[(*n)++] = (struct desk_change){
                CHANGES[i].label,
                change_value(c, d, CHANGES[i].field, json_array_get(pair, 0)),
                change_value(c, d, CHANGES[i].field, json_array_get(pair, 1))};
    }
    json_decref(o);
}
