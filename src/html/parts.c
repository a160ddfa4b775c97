#include "html/parts.h"

#include <string.h>

static const char *const TONES[TONE__COUNT] = {
    [TONE_PLAIN] = "plain", [TONE_GOOD] = "good",       [TONE_SOON] = "soon",
    [TONE_LATE] = "late",   [TONE_STOPPED] = "stopped", [TONE_INFO] = "info",
};

const char *
html_tone(enum tone t)
{
    return t < TONE__COUNT ? TONES[t] : TONES[TONE_PLAIN];
}

bool
html_chosen(struct ctx *c, const struct field *f, const struct choice *ch)
{
    const char *now = html_typed(c, f->name, f->value);

    return ch->value && strcmp(now, ch->value) == 0;
}

/* A checkbox that was cleared sends nothing: with faults on the page, only what was sent counts. */
bool
html_checked(struct ctx *c, const struct field *f, const struct choice *ch)
{
    const struct pair *pairs;
    size_t n;

    if (!c->faults.n || !c->route)
        return ch->on;
    n = in_form(c, &pairs);
    for (size_t i = 0; i < n; i++)
        if (strcmp(pairs[i].name, f->name) == 0 && strcmp(pairs[i].value, ch->value) == 0)
            return true;
    return false;
}

const char *
html_field_id(struct ctx *c, const struct field *f)
{
    return f->part ? arena_fmt(c->a, "%s-%s", f->name, f->part) : f->name;
}

const char *
html_described(struct ctx *c, const struct field *f)
{
    bool hint = f->hint && *f->hint, fault = html_fault(c, f->name) != NULL;
    const char *id = html_field_id(c, f);

    if (!hint && !fault)
        return NULL;
    return arena_fmt(c->a, "%s%s%s%s%s", hint ? id : "", hint ? "-hint" : "",
                     hint && fault ? " " : "", fault ? id : "", fault ? "-error" : "");
}

struct markup
html_link(struct ctx *c, struct url href, const char *text)
{
    struct buf *b = html_capture(c);

    buf_lit(b, "<a class=\"govuk-link\" href=\"");
    put_url_made(b, href);
    buf_lit(b, "\">");
    buf_html(b, text);
    buf_lit(b, "</a>");
    return html_captured(b);
}

struct markup
html_strong(struct ctx *c, const char *text)
{
    struct buf *b = html_capture(c);

    buf_lit(b, "<strong>");
    buf_html(b, text);
    buf_lit(b, "</strong>");
    return html_captured(b);
}

int
html_sort(struct ctx *c, const char *column)
{
    const char *here = html_env(c)->here, *at = here ? strchr(here, '?') : NULL;
    size_t n = strlen(column);

    for (; at; at = strchr(at, '&')) {
        int sign = 1;

        if (strncmp(++at, "sort=", 5) != 0)
            continue;
        at += 5;
        if (*at == '-') {
            sign = -1;
            at++;
        }
        return strncmp(at, column, n) == 0 && strchr("&", at[n]) ? sign : 0;
    }
    return 0;
}

const char *
html_icon_url(struct ctx *c, const char *name)
{
    return arena_fmt(c->a, "%s#%s", asset_url("icons.svg"), name);
}

const struct field *
html_date_field(struct ctx *c, const struct field *f)
{
    struct field *made = arena_get(c->a, sizeof *made);
    day d;

    *made = *f;
    made->hint = f->hint ? f->hint : N_("Ngày/tháng/năm, ví dụ 22/11/2026");
    made->value = f->value && date_parse(f->value, &d) ? date_vi(c->a, d) : f->value;
    made->width = 10;
    made->inputmode = "numeric";
    return made;
}

const char *
html_share(struct ctx *c, int64_t part, int64_t of)
{
    int64_t tenths = of ? (part * 1000 + of / 2) / of : 0;

    return of ? arena_fmt(c->a, "%" PRId64 ",%" PRId64 "%%", tenths / 10, tenths % 10) : "–";
}

int64_t
html_bars_most(const struct bar *bars, size_t n)
{
    int64_t most = 1;

    for (size_t i = 0; i < n; i++)
        most = bars[i].value > most ? bars[i].value : most;
    return most;
}
