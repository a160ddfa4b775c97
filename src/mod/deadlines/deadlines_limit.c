#include <string.h>

#include "base/buf.h"
#include "mod/deadlines/deadlines.h"

/* The words of limits: suffix, name, and the most that the reckoning takes. */
static const struct { const char *suffix, *name; int most; } UNITS[LIMIT_UNIT__COUNT] = {
    [LIMIT_HOURS] = {"h", N_("giờ"), 99999},
    [LIMIT_WORKING_HOURS] = {"wh", N_("giờ làm việc"), 99999},
    [LIMIT_DAYS] = {"d", N_("ngày"), 9999},
    [LIMIT_WORKING_DAYS] = {"wd", N_("ngày làm việc"), 9999},
    [LIMIT_MONTHS] = {"m", N_("tháng"), 600},
    [LIMIT_SAME_DAY] = {"same-day", N_("trong ngày làm việc"), 1439},
};

static bool
parse_same_day(const char *s, struct limit *out)
{
    static const char WORD[] = "same-day:";

    if (strncmp(s, WORD, sizeof WORD - 1) != 0)
        return false;
    out->unit = LIMIT_SAME_DAY;
    return date_parse_minute(s + sizeof WORD - 1, &out->n) &&
           out->n <= UNITS[LIMIT_SAME_DAY].most;
}

bool
limit_parse(const char *s, struct limit *out)
{
    size_t digits = strspn(s, "0123456789");

    if (parse_same_day(s, out))
        return true;
    if (digits == 0 || digits > 5)
        return false;
    out->n = 0;
    for (; *s >= '0' && *s <= '9'; s++)
        out->n = out->n * 10 + (*s - '0');
    for (int u = 0; u < LIMIT_SAME_DAY; u++)
        if (strcmp(s, UNITS[u].suffix) == 0) {
            out->unit = u;
            return out->n >= 1 && out->n <= UNITS[u].most;
        }
    return false;
}

bool
limit_valid(struct limit l)
{
    return l.unit >= 0 && l.unit < LIMIT_UNIT__COUNT && l.n <= UNITS[l.unit].most &&
           l.n >= (l.unit != LIMIT_SAME_DAY);
}

char *
limit_text(struct arena *a, struct limit l)
{
    if (l.unit == LIMIT_SAME_DAY)
        return arena_fmt(a, "same-day:%02d:%02d", l.n / 60, l.n % 60);
    return arena_fmt(a, "%d%s", l.n, UNITS[l.unit].suffix);
}

char *
limit_vi(struct arena *a, struct limit l)
{
    if (l.unit == LIMIT_SAME_DAY)
        return arena_fmt(a, "trong ngày làm việc (nhận trước %02d:%02d)", l.n / 60, l.n % 60);
    return arena_fmt(a, "%d %s", l.n, UNITS[l.unit].name);
}

const char *
limit_unit_vi(int unit)
{
    return UNITS[unit].name;
}
