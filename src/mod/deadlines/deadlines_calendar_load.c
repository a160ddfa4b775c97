/* Reads catalogue/calendar.yaml; its head says what the keys mean. */
#include <assert.h>
#include <stdlib.h>

#include "base/embed.h"
#include "mod/deadlines/deadlines_shape.h"

extern const struct embedded SHIPPED_CALENDAR[];

static const char *const WEEKDAYS[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};
/* By enum day_kind, so the first is never matched: a plain day needs no row. */
static const char *const KINDS[] = {"-",        "holiday",     "compensatory",
                                    "swap_off", "makeup_work", NULL};

#define AT(T, m) offsetof(struct T, m)

static const struct field DAY_FIELDS[] = {
    {.key = "date", .kind = F_DAY, .required = true, .at = AT(special_day, date)},
    {.key = "kind", .kind = F_WORD, .required = true, .at = AT(special_day, kind), .words = KINDS},
    {.key = "name", .kind = F_TEXT, .required = true, .at = AT(special_day, name)},
    {.key = "confidence", .kind = F_TEXT, .at = AT(special_day, confidence)},
    {.key = "note", .kind = F_TEXT, .at = AT(special_day, note)},
    {0},
};
static const struct field HOURS_FIELDS[] = {
    {.key = "name", .kind = F_TEXT, .required = true, .at = AT(hours, name)},
    {.key = "weekdays", .kind = F_WORDS, .required = true, .at = AT(hours, weekdays),
     .words = WEEKDAYS},
    {.key = "slots", .kind = F_SLOTS, .required = true, .at = AT(hours, slots)},
    {.key = "from", .kind = F_DAY, .at = AT(hours, from)},
    {.key = "to", .kind = F_DAY, .at = AT(hours, to)},
    {.key = "season_from", .kind = F_SEASON, .at = AT(hours, season_from)},
    {.key = "season_to", .kind = F_SEASON, .at = AT(hours, season_to)},
    {0},
};
static const struct field KNOWN_FIELDS[] = {
    {.key = "from", .kind = F_DAY, .required = true, .at = AT(known, from)},
    {.key = "to", .kind = F_DAY, .required = true, .at = AT(known, to)},
    {0},
};
static const struct shape DAY_SHAPE = {DAY_FIELDS, sizeof(struct special_day), false};
static const struct shape HOURS_SHAPE = {HOURS_FIELDS, sizeof(struct hours), false};
static const struct shape KNOWN_SHAPE = {KNOWN_FIELDS, sizeof(struct known), false};
static const struct field FIELDS[] = {
    {.key = "known", .kind = F_LIST, .required = true, .at = AT(calendar, known), .max = 100,
     .of = &KNOWN_SHAPE},
    {.key = "hours", .kind = F_LIST, .required = true, .at = AT(calendar, hours), .max = 100,
     .of = &HOURS_SHAPE},
    {.key = "desks", .kind = F_LIST, .at = AT(calendar, desks), .max = 100, .of = &HOURS_SHAPE},
    {.key = "days", .kind = F_LIST, .at = AT(calendar, days), .max = 2000, .of = &DAY_SHAPE},
    {0},
};
static const struct shape CALENDAR = {FIELDS, sizeof(struct calendar), true};

static int
by_date(const void *x, const void *y)
{
    const struct special_day *a = x, *b = y;

    return a->date != b->date ? (a->date > b->date) - (a->date < b->date)
                              : (a->line > b->line) - (a->line < b->line);
}

static void
check_hours(struct hours *rows, size_t n, struct data_faults *f)
{
    for (size_t i = 0; i < n; i++) {
        if (rows[i].to == 0)
            rows[i].to = NO_LIMIT_DAY;
        if (rows[i].from == 0)
            rows[i].from = -NO_LIMIT_DAY;
        if (rows[i].from > rows[i].to)
            data_fault(f, rows[i].line, 1, "from is after to");
        if (!rows[i].season_from != !rows[i].season_to)
            data_fault(f, rows[i].line, 1, "a season has both season_from and season_to");
    }
}

/* Without hours that always hold there would be dates without any working day. */
static void
check_base(const struct calendar *c, struct data_faults *f)
{
    for (size_t i = 0; i < c->hours.n; i++) {
        const struct hours *h = &c->hours.p[i];

        if ((h->weekdays & 1u << MON) && h->from == -NO_LIMIT_DAY && h->to == NO_LIMIT_DAY &&
            !h->season_from)
            return;
    }
    data_fault(f, 1, 1, "one row of hours must hold on every Monday, without dates or season");
}

static void
check_days(const struct calendar *c, struct data_faults *f)
{
    for (size_t i = 0; i < c->days.n; i++) {
        const struct special_day *d = &c->days.p[i];

        if (d->kind <= DAY_PLAIN)
            data_fault(f, d->line, 1,
                       "kind is not one of holiday, compensatory, swap_off, makeup_work");
        if (i > 0 && d->date == d[-1].date)
            data_fault(f, d->line, 1, "this date has a row already, on line %d", d[-1].line);
    }
    for (size_t i = 0; i < c->known.n; i++)
        if (c->known.p[i].from > c->known.p[i].to)
            data_fault(f, c->known.p[i].line, 1, "from is after to");
}

bool
calendar_load(struct arena *a, const char *yaml, size_t n, struct calendar *out,
              struct data_faults *faults)
{
    size_t before = faults->v.n;

    *out = (struct calendar){0};
    if (!shape_load(a, yaml, n, &CALENDAR, out, faults))
        return false;
    if (out->days.n)
        qsort(out->days.p, out->days.n, sizeof *out->days.p, by_date);
    check_hours(out->hours.p, out->hours.n, faults);
    check_hours(out->desks.p, out->desks.n, faults);
    check_base(out, faults);
    check_days(out, faults);
    return faults->v.n == before;
}

struct calendar *
calendar_shipped(struct arena *a)
{
    struct calendar *c = arena_get(a, sizeof *c);
    struct data_faults faults = {.a = a};
    bool ok = calendar_load(a, SHIPPED_CALENDAR->text, SHIPPED_CALENDAR->n, c, &faults);

    assert(ok);                 /* deadlines_data_test.c reads the same file */
    (void)ok;
    return c;
}
