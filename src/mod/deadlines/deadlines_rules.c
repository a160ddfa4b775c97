#include "mod/deadlines/rules.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/embed.h"
#include "mod/deadlines/deadlines_shape.h"

extern const struct embedded SHIPPED_RULES[];

static const char *const MODES[] = {
    [SUPPLEMENT_PAUSE] = "pause", [SUPPLEMENT_RESTART] = "restart", NULL};
static const char *const USES[] = {"supplement", "refuse", "stop", "extend",
                                    "revoke", "holder", "unmask", NULL};
static const char *const SAME[] = {[SAME_REFUSED] = "refused", [SAME_ALONE] = "alone", NULL};
static const char *const ALARMS[] = {[LOOK_WITHOUT_WORK] = "without_work",
                                     [LOOK_AT_NIGHT] = "at_night", [LOOK_EXPORT] = "export",
                                     [LOOK_UNMASK] = "unmask",
                                     [LOOK_UNFINISHED] = "unfinished_help", NULL};

static const char *const KINDS[] = {[MANDATE_NONE] = "none",
                                    [MANDATE_AUTHORISATION] = "authorisation",
                                    [MANDATE_GUARDIAN] = "guardian", [MANDATE_LEGAL] = "legal",
                                    [MANDATE_MEMBER] = "member", NULL};
static const char *const CONFIRM[] = {"person", "officer", "identity", NULL};

#define SET(m) .required = true, .at = offsetof(struct rule_set, m)
static const struct field SET_FIELDS[] = {
    {.key = "from", .kind = F_DAY, SET(from)},
    {.key = "basis", .kind = F_TEXT, SET(basis)},
    {.key = "answer_online", .kind = F_LIMIT, SET(answer_online)},
    {.key = "ask_supplement", .kind = F_LIMIT, SET(ask_supplement)},
    {.key = "supplement_requests", .kind = F_INT, SET(supplement_requests), .min = 1, .max = 20},
    {.key = "applicant_supplement", .kind = F_LIMIT, SET(applicant_supplement)},
    {.key = "supplement", .kind = F_WORD, SET(supplement), .words = MODES},
    {.key = "transfer_cutoff", .kind = F_MINUTE, SET(transfer_cutoff)},
    {.key = "extensions", .kind = F_INT, SET(extensions), .min = 0, .max = 10},
    {.key = "extension_notice", .kind = F_INT, SET(extension_notice), .min = 0, .max = 30},
    {.key = "apology_within", .kind = F_INT, SET(apology_within), .min = 0, .max = 30},
    {.key = "warn_officer", .kind = F_INT, SET(warn_officer), .min = 0, .max = 100},
    {.key = "warn_leader", .kind = F_INT, SET(warn_leader), .min = 0, .max = 100},
    {.key = "yellow", .kind = F_INT, SET(yellow), .min = 0, .max = 100},
    {.key = "orange", .kind = F_INT, SET(orange), .min = 0, .max = 30},
    {0},
};
static const struct field REASON_FIELDS[] = {
    {.key = "code", .kind = F_TEXT, .required = true, .at = offsetof(struct reason, code)},
    {.key = "name", .kind = F_TEXT, .required = true, .at = offsetof(struct reason, name)},
    {.key = "uses", .kind = F_WORDS, .required = true, .at = offsetof(struct reason, uses),
     .words = USES},
    {0},
};
static const struct field AIM_FIELDS[] = {
    {.key = "year", .kind = F_INT, .required = true, .at = offsetof(struct digitise_aim, year),
     .min = 2000, .max = 2100},
    {.key = "basis", .kind = F_TEXT, .required = true, .at = offsetof(struct digitise_aim, basis)},
    {.key = "department", .kind = F_INT, .required = true,
     .at = offsetof(struct digitise_aim, department), .min = 0, .max = 100},
    {.key = "district", .kind = F_INT, .required = true,
     .at = offsetof(struct digitise_aim, district), .min = 0, .max = 100},
    {.key = "commune", .kind = F_INT, .required = true,
     .at = offsetof(struct digitise_aim, commune), .min = 0, .max = 100},
    {0},
};
#define LOOK(m) .at = offsetof(struct look_rule, m)
static const struct field LOOK_FIELDS[] = {
    {.key = "from", .kind = F_DAY, .required = true, LOOK(from)},
    {.key = "basis", .kind = F_TEXT, .required = true, LOOK(basis)},
    {.key = "answer", .kind = F_LIMIT, .required = true, LOOK(answer)},
    {.key = "same_officer", .kind = F_WORD, .required = true, LOOK(same_officer), .words = SAME},
    {0},
};
#define OWNER(m) .at = offsetof(struct owner_rule, m)
static const struct field OWNER_FIELDS[] = {
    {.key = "from", .kind = F_DAY, .required = true, OWNER(from)},
    {.key = "basis", .kind = F_TEXT, .required = true, OWNER(basis)},
    {.key = "correction", .kind = F_LIMIT, .required = true, OWNER(correction)},
    {.key = "copy_days", .kind = F_INT, .required = true, OWNER(copy_days), .min = 1, .max = 30},
    {0},
};
#define UNUSUAL(m) .at = offsetof(struct look_limit, m)
static const struct field UNUSUAL_FIELDS[] = {
    {.key = "alarm", .kind = F_WORD, .required = true, UNUSUAL(alarm), .words = ALARMS},
    {.key = "persons", .kind = F_INT, .required = true, UNUSUAL(persons), .min = 1, .max = 1000000},
    {.key = "from", .kind = F_MINUTE, UNUSUAL(from)},
    {.key = "to", .kind = F_MINUTE, UNUSUAL(to)},
    {0},
};
#define MANDATE(m) .at = offsetof(struct mandate_rule, m)
static const struct field MANDATE_FIELDS[] = {
    {.key = "from", .kind = F_DAY, .required = true, MANDATE(from)},
    {.key = "basis", .kind = F_TEXT, .required = true, MANDATE(basis)},
    {.key = "kind", .kind = F_WORD, .required = true, MANDATE(kind), .words = KINDS},
    {.key = "usual", .kind = F_INT, .required = true, MANDATE(usual), .min = 0, .max = 600},
    {.key = "longest", .kind = F_INT, .required = true, MANDATE(longest), .min = 0, .max = 600},
    {.key = "confirm", .kind = F_WORDS, .required = true, MANDATE(confirm), .words = CONFIRM},
    {0},
};
static const struct shape MANDATE_SHAPE = {MANDATE_FIELDS, sizeof(struct mandate_rule), false};
#define ASSIST(m) .kind = F_INT, .required = true, .at = offsetof(struct assist_rule, m)
static const struct field ASSIST_FIELDS[] = {
    {.key = "from", .kind = F_DAY, .required = true, .at = offsetof(struct assist_rule, from)},
    {.key = "basis", .kind = F_TEXT, .required = true, .at = offsetof(struct assist_rule, basis)},
    {.key = "drafts", ASSIST(drafts), .min = 0, .max = 1000},
    {.key = "codes", ASSIST(codes), .min = 1, .max = 100},
    {.key = "code", ASSIST(code_minutes), .min = 1, .max = 60},
    {.key = "stands", ASSIST(stands_minutes), .min = 1, .max = 1440},
    {.key = "keep", ASSIST(keep_days), .min = 1, .max = 90},
    {.key = "assurance", ASSIST(assurance), .min = 1, .max = 3},
    {0},
};
static const struct shape ASSIST_SHAPE = {ASSIST_FIELDS, sizeof(struct assist_rule), false};
static const struct shape LOOK_SHAPE = {LOOK_FIELDS, sizeof(struct look_rule), false};
static const struct shape OWNER_SHAPE = {OWNER_FIELDS, sizeof(struct owner_rule), false};
static const struct shape UNUSUAL_SHAPE = {UNUSUAL_FIELDS, sizeof(struct look_limit), false};
static const struct shape AIM_SHAPE = {AIM_FIELDS, sizeof(struct digitise_aim), false};
static const struct shape SET_SHAPE = {SET_FIELDS, sizeof(struct rule_set), false};
static const struct shape REASON_SHAPE = {REASON_FIELDS, sizeof(struct reason), false};
static const struct field FIELDS[] = {
    {.key = "rules", .kind = F_LIST, .required = true, .at = offsetof(struct rules, sets),
     .max = 100, .of = &SET_SHAPE},
    {.key = "reasons", .kind = F_LIST, .required = true, .at = offsetof(struct rules, reasons),
     .max = 200, .of = &REASON_SHAPE},
    {.key = "digitise", .kind = F_LIST, .at = offsetof(struct rules, aims), .max = 100,
     .of = &AIM_SHAPE},
    {.key = "looks", .kind = F_LIST, .at = offsetof(struct rules, looks), .max = 100,
     .of = &LOOK_SHAPE},
    {.key = "mandates", .kind = F_LIST, .at = offsetof(struct rules, mandates), .max = 100,
     .of = &MANDATE_SHAPE},
    {.key = "owners", .kind = F_LIST, .at = offsetof(struct rules, owners), .max = 100,
     .of = &OWNER_SHAPE},
    {.key = "unusual", .kind = F_LIST, .at = offsetof(struct rules, unusual), .max = 20,
     .of = &UNUSUAL_SHAPE},
    {.key = "assist", .kind = F_LIST, .at = offsetof(struct rules, assist), .max = 100,
     .of = &ASSIST_SHAPE},
    {0},
};
static const struct shape RULES = {FIELDS, sizeof(struct rules), true};

static int
by_date(const void *x, const void *y)
{
    const struct rule_set *a = x, *b = y;

    return (a->from > b->from) - (a->from < b->from);
}

static void
check(const struct rules *r, struct data_faults *f)
{
    for (size_t i = 0; i < r->sets.n; i++) {
        const struct rule_set *s = &r->sets.p[i];

        if (i > 0 && s->from == s[-1].from)
            data_fault(f, s->line, 1, "rules from this date stand on line %d already", s[-1].line);
        if (s->warn_leader > s->warn_officer)
            data_fault(f, s->line, 1,
                       "warn_leader is at most warn_officer: the officer is warned first");
    }
    for (size_t i = 0; i < r->reasons.n; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(r->reasons.p[i].code, r->reasons.p[j].code) == 0)
                data_fault(f, r->reasons.p[i].line, 1, "code %s stands on line %d already",
                           r->reasons.p[i].code, r->reasons.p[j].line);
}

bool
rules_load(struct arena *a, const char *yaml, size_t n, struct rules *out,
           struct data_faults *faults)
{
    size_t before = faults->v.n;

    *out = (struct rules){0};
    if (!shape_load(a, yaml, n, &RULES, out, faults))
        return false;
    qsort(out->sets.p, out->sets.n, sizeof *out->sets.p, by_date);
    check(out, faults);
    return faults->v.n == before;
}

struct rules *
rules_shipped(struct arena *a)
{
    struct rules *r = arena_get(a, sizeof *r);
    struct data_faults faults = {.a = a};
    bool ok = rules_load(a, SHIPPED_RULES->text, SHIPPED_RULES->n, r, &faults);

    assert(ok);                 /* deadlines_data_test.c reads the same file */
    (void)ok;
    return r;
}

const struct rule_set *
rules_on(const struct rules *r, day received)
{
    size_t i = r->sets.n - 1;

    while (i > 0 && r->sets.p[i].from > received)
        i--;
    return &r->sets.p[i];
}

/* A site whose rules are older than this: the strict ones. */
/* Without a rule: a month, and an officer's word. */
const struct mandate_rule *
rules_mandate(const struct rules *r, enum mandate_kind k, day on)
{
    static const struct mandate_rule STRICT = {.basis = "", .usual = 1, .longest = 1,
                                               .confirm = CONFIRM_OFFICER};
    const struct mandate_rule *best = NULL;

    for (size_t i = 0; i < r->mandates.n; i++) {
        const struct mandate_rule *m = &r->mandates.p[i];

        if (m->kind == (int)k && m->from <= on && (!best || m->from > best->from))
            best = m;
    }
    return best ? best : &STRICT;
}

const struct look_rule *
rules_looks(const struct rules *r, day on)
{
    static const struct look_rule STRICT = {.basis = "", .answer = {LIMIT_WORKING_DAYS, 10}};
    const struct look_rule *best = NULL;

    for (size_t i = 0; i < r->looks.n; i++)
        if (r->looks.p[i].from <= on && (!best || r->looks.p[i].from > best->from))
            best = &r->looks.p[i];
    return best ? best : &STRICT;
}

const struct owner_rule *
rules_owner(const struct rules *r, day on)
{
    static const struct owner_rule STRICT = {.basis = "", .correction = {LIMIT_WORKING_DAYS, 10},
                                             .copy_days = 3};
    const struct owner_rule *best = NULL;

    for (size_t i = 0; i < r->owners.n; i++)
        if (r->owners.p[i].from <= on && (!best || r->owners.p[i].from > best->from))
            best = &r->owners.p[i];
    return best ? best : &STRICT;
}

/* A site whose rules are older than this: little. */
const struct assist_rule *
rules_assist(const struct rules *r, day on)
{
    static const struct assist_rule STRICT = {.basis = "", .drafts = 10, .codes = 6,
                                              .code_minutes = 10, .stands_minutes = 60,
                                              .keep_days = 3, .assurance = 1};
    const struct assist_rule *best = NULL;

    for (size_t i = 0; i < r->assist.n; i++)
        if (r->assist.p[i].from <= on && (!best || r->assist.p[i].from > best->from))
            best = &r->assist.p[i];
    return best ? best : &STRICT;
}

const struct reason *
rules_reason(const struct rules *r, enum reason_use use, const char *code)
{
    for (size_t i = 0; i < r->reasons.n; i++)
        if ((r->reasons.p[i].uses & use) && strcmp(r->reasons.p[i].code, code) == 0)
            return &r->reasons.p[i];
    return NULL;
}

/* --- form 04: apology and re-appointment --------------------------------------------------- */

day
deadlines_last_extension(const struct calendar *cal, const struct rule_set *r, day due)
{
    return calendar_add(cal, due, -r->extension_notice);
}

bool
deadlines_extension_late(const struct calendar *cal, const struct rule_set *r, day due, day today)
{
    if (today > due)
        return today > due + r->apology_within;
    return today > deadlines_last_extension(cal, r, due);
}

enum extend
deadlines_extend(const struct calendar *cal, const struct rule_set *r, day due, int64_t now,
                 int extensions_before, day new_day)
{
    if (extensions_before >= r->extensions)
        return EXTEND_AGAIN;
    if (deadlines_extension_late(cal, r, due, vn_day(now)))
        return EXTEND_LATE;
    if (new_day <= due || new_day < vn_day(now))
        return EXTEND_NOT_LATER;
    return calendar_works(cal, new_day) ? EXTEND_OK : EXTEND_NOT_WORKED;
}

const char *
extend_vi(enum extend e)
{
    static const char *const SAY[] = {
        [EXTEND_OK] = "",
        [EXTEND_AGAIN] = N_("Mỗi hồ sơ chỉ được xin lỗi và hẹn lại một lần"),
        [EXTEND_LATE] = N_("Đã quá thời điểm được gửi văn bản xin lỗi và đề nghị gia hạn"),
        [EXTEND_NOT_LATER] = N_("Ngày hẹn mới phải sau ngày hẹn trả kết quả"),
        [EXTEND_NOT_WORKED] = N_("Ngày hẹn mới phải là ngày làm việc"),
    };

    return SAY[e];
}

/* --- bands and warnings --------------------------------------------------------------------- */

/* At most `orange` working days left: whole days after today, or that much office time. */
static bool
nearly_due(const struct calendar *cal, const struct rule_set *r, const struct due *d, int64_t now)
{
    enum { WORKING_DAY_MINUTES = 480 };

    if (d->by_minute)
        return calendar_minutes(cal, now, d->at) <= r->orange * WORKING_DAY_MINUTES;
    return calendar_between(cal, vn_day(now), vn_day(d->at)) <= r->orange;
}

enum band
deadlines_band(const struct calendar *cal, const struct rule_set *r, const struct due *d,
               int64_t now)
{
    if (deadlines_running(d->at, d->by_minute, now) == CLASS_OVERDUE)
        return BAND_RED;
    if (nearly_due(cal, r, d, now))
        return BAND_ORANGE;
    return deadlines_left(cal, d, now) * 100 <= r->yellow ? BAND_YELLOW : BAND_GREEN;
}

enum warning
deadlines_warning(const struct calendar *cal, const struct rule_set *r, const struct due *d,
                  int64_t now)
{
    double left = deadlines_left(cal, d, now) * 100;

    return left <= r->warn_leader    ? WARN_LEADER
           : left <= r->warn_officer ? WARN_OFFICER
                                     : WARN_NOBODY;
}

int64_t
deadlines_transfer(const struct calendar *cal, const struct rule_set *r, enum channel channel,
                   int64_t received)
{
    day n = vn_day(received);
    struct slots s = calendar_slots(cal, n);

    if (channel == CHANNEL_ONLINE)
        return received;
    if (s.n && vn_minute(received) < r->transfer_cutoff)
        return vn_utc(n, s.p[s.n - 1].to);
    n = calendar_next(cal, n);
    return vn_utc(n, calendar_slots(cal, n).p[0].from);
}

const struct digitise_aim *
rules_aim(const struct rules *r, int year)
{
    const struct digitise_aim *best = NULL;

    for (size_t i = 0; i < r->aims.n; i++)
        if (r->aims.p[i].year <= year && (!best || r->aims.p[i].year > best->year))
            best = &r->aims.p[i];
    return best;
}
