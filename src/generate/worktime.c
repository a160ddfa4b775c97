#include "generate/worktime.h"

#include <assert.h>

void
worktime_make(struct arena *a, const struct calendar *cal, day first, day last,
              struct worktime *out)
{
    size_t n = (size_t)(last - first + 1);

    *out = (struct worktime){.cal = cal, .first = first, .n = n};
    out->slots = arena_get(a, n * sizeof *out->slots);
    out->before = arena_get(a, (n + 1) * sizeof *out->before);
    for (size_t i = 0; i < n; i++) {
        out->slots[i] = calendar_slots(cal, first + (day)i);
        out->before[i + 1] = out->before[i];
        for (int k = 0; k < out->slots[i].n; k++)
            out->before[i + 1] += out->slots[i].p[k].to - out->slots[i].p[k].from;
    }
}

static size_t
index_of(const struct worktime *w, day n)
{
    int64_t i = (int64_t)n - w->first;

    if (i < 0)
        return 0;
    return i >= (int64_t)w->n ? w->n - 1 : (size_t)i;
}

int64_t
worktime_at(const struct worktime *w, int64_t utc)
{
    day n = vn_day(utc);
    int minute = vn_minute(utc);
    size_t i = index_of(w, n);
    int64_t sum = w->before[i];

    if (n > w->first + (day)i)
        return w->before[w->n];
    for (int k = 0; k < w->slots[i].n; k++) {
        struct slot s = w->slots[i].p[k];

        if (minute > s.from)
            sum += (minute < s.to ? minute : s.to) - s.from;
    }
    return sum;
}

int64_t
worktime_when(const struct worktime *w, int64_t minutes)
{
    size_t lo = 0, hi = w->n;
    int64_t left;

    if (minutes >= w->before[w->n])
        return vn_utc(w->first + (day)w->n, 0);
    while (hi - lo > 1) {               /* the last day that begins at or before it */
        size_t mid = lo + (hi - lo) / 2;

        if (w->before[mid] <= minutes)
            lo = mid;
        else
            hi = mid;
    }
    left = minutes - w->before[lo];
    for (int k = 0; k < w->slots[lo].n; k++) {
        struct slot s = w->slots[lo].p[k];

        if (left < s.to - s.from)
            return vn_utc(w->first + (day)lo, s.from + (int)left);
        left -= s.to - s.from;
    }
    assert(false);
    return 0;
}
