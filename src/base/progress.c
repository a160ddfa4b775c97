#include "base/progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/now.h"

enum {
    SECOND = 1000000,
    REDRAW = SECOND / 5,        /* on a terminal */
    PLAIN_LEAST = 2 * SECOND,
    PLAIN_MOST = 30 * SECOND,
    STEPS = 20,                 /* a plain line every 5 % */
    COLUMNS = 80,
};

/* --- numbers in words ---------------------------------------------------------------------- */

static void
bytes_text(int64_t v, char *out, size_t n)
{
    static const char *const UNIT[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
    size_t u = 0;
    int64_t tenths = v / 100;

    if (v < 1000) {
        snprintf(out, n, "%d bytes", (int)v);
        return;
    }
    for (; tenths >= 10000; u++)
        tenths /= 1000;
    snprintf(out, n, "%d.%d %s", (int)(tenths / 10), (int)(tenths % 10), UNIT[u]);
}

void
progress_number(const char *unit, int64_t v, char *out, size_t n)
{
    char digits[24];
    size_t len, at = 0;

    v = v < 0 ? 0 : v;
    if (strcmp(unit, "bytes") == 0) {
        bytes_text(v, out, n);
        return;
    }
    len = (size_t)snprintf(digits, sizeof digits, "%lld", (long long)v);
    for (size_t i = 0; i < len && at + 2 < n; i++) {
        if (i && (len - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
}

void
progress_duration(int64_t seconds, char *out, size_t n)
{
    int s = (int)(seconds % 60), m = (int)(seconds / 60 % 60);
    long long h = seconds / 3600;

    if (seconds < 60)
        snprintf(out, n, "%d s", s);
    else if (h == 0)
        snprintf(out, n, "%d min %02d s", m, s);
    else
        snprintf(out, n, "%lld h %02d min", h, m);
}

/* --- the line ------------------------------------------------------------------------------ */

/* a * b / c for a, b, c >= 0 and c > 0, without overflow; what does not fit is INT64_MAX. */
static int64_t
scaled(int64_t a, int64_t b, int64_t c)
{
    __extension__ typedef unsigned __int128 wide;
    wide v = (wide)a * (wide)b / (wide)c;

    return v > INT64_MAX ? INT64_MAX : (int64_t)v;
}

static void
with_unit(const struct progress *p, int64_t v, char *out, size_t n)
{
    progress_number(p->unit, v, out, n);
    if (strcmp(p->unit, "bytes") != 0)
        snprintf(out + strlen(out), n - strlen(out), " %s", p->unit);
}

static int64_t
rate_of(const struct progress *p, int64_t micros)
{
    return p->done > p->first && micros > 0 ? scaled(p->done - p->first, SECOND, micros) : 0;
}

/* "copy: 1,234 of 10,000 rows (12 %)", or "copy: 1,234 rows" when the end is not known. */
static size_t
how_far(const struct progress *p, bool known, char out[PROGRESS_LINE])
{
    char done[60], total[60];
    int n;

    if (known) {
        progress_number(p->unit, p->done, done, sizeof done);
        with_unit(p, p->total, total, sizeof total);
        n = snprintf(out, PROGRESS_LINE, "%s: %s of %s (%d %%)", p->what, done, total,
                     (int)scaled(p->done, 100, p->total));
    } else {
        with_unit(p, p->done, done, sizeof done);
        n = snprintf(out, PROGRESS_LINE, "%s: %s", p->what, done);
    }
    return n < PROGRESS_LINE ? (size_t)n : PROGRESS_LINE - 1;
}

static void
over_text(const struct progress *p, int64_t micros, char out[PROGRESS_LINE])
{
    char done[60], rate[60], took[40];

    with_unit(p, p->done - p->first, done, sizeof done);
    with_unit(p, rate_of(p, micros), rate, sizeof rate);
    progress_duration(micros / SECOND, took, sizeof took);
    if (micros < SECOND)
        snprintf(out, PROGRESS_LINE, "%s: %s, done", p->what, done);
    else
        snprintf(out, PROGRESS_LINE, "%s: %s in %s, %s a second", p->what, done, took, rate);
}

void
progress_text(const struct progress *p, int64_t micros, bool over, char out[PROGRESS_LINE])
{
    char rate[60], left[40];
    bool known = p->total > 0 && p->total >= p->done;
    int64_t todo = known ? p->total - p->done : 0, fresh = p->done - p->first;
    size_t n;

    if (over) {
        over_text(p, micros, out);
        return;
    }
    n = how_far(p, known, out);
    if (fresh > 0 && micros >= SECOND / 2) { /* before that a rate would be a guess */
        with_unit(p, rate_of(p, micros), rate, sizeof rate);
        progress_duration(scaled(todo, micros, fresh) / SECOND, left, sizeof left);
        snprintf(out + n, PROGRESS_LINE - n, known ? ", %s a second, %s left" : ", %s a second",
                 rate, left);
        n = strlen(out);
    }
    if (p->part)
        snprintf(out + n, PROGRESS_LINE - n, ", at %s", p->part);
}

/* --- when it is shown ---------------------------------------------------------------------- */

static int
columns(void)
{
    struct winsize w;

    if (!isatty(STDERR_FILENO))
        return 0;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 20 ? w.ws_col : COLUMNS;
}

/* One write: lines of other programs on the same standard error stay whole. */
static void
show(struct progress *p, int64_t now, bool over)
{
    char text[PROGRESS_LINE], line[PROGRESS_LINE + 16];
    int room = p->columns ? p->columns - 1 : PROGRESS_LINE, n;

    p->shown = now;
    p->shown_done = p->done;
    progress_text(p, now - p->began, over, text);
    n = p->columns ? snprintf(line, sizeof line, "\r%.*s\033[K%s", room, text, over ? "\n" : "")
                   : snprintf(line, sizeof line, "%s\n", text);
    if (write(STDERR_FILENO, line, (size_t)n) < 0)
        return; /* nobody reads it; the work goes on */
}

static bool
due(const struct progress *p, int64_t now)
{
    int64_t since = now - p->shown;

    if (p->columns)
        return since >= REDRAW;
    return since >= PLAIN_MOST || (since >= PLAIN_LEAST && p->total > 0 &&
                                   p->done - p->shown_done >= p->total / STEPS);
}

static void
maybe(struct progress *p)
{
    int64_t now;

    if (!p->quiet && due(p, now = now_mono_micros()))
        show(p, now, false);
}

void
progress_begin(struct progress *p, const char *what, const char *unit, int64_t done, int64_t total)
{
    int64_t now = now_mono_micros();

    *p = (struct progress){.what = what, .unit = unit, .first = done, .done = done, .total = total,
                           .began = now, .shown = now, .shown_done = done, .columns = columns()};
}

void
progress_part(struct progress *p, const char *part)
{
    p->part = part;
    maybe(p);
}

void
progress_add(struct progress *p, int64_t n)
{
    p->done += n;
    maybe(p);
}

void
progress_set(struct progress *p, int64_t done)
{
    p->done = done;
    maybe(p);
}

void
progress_end(struct progress *p)
{
    if (!p->quiet)
        show(p, now_mono_micros(), true);
}

void
progress_stop(struct progress *p)
{
    if (!p->quiet && p->columns && write(STDERR_FILENO, "\n", 1) < 0)
        return;
}
