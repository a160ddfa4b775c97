/* Values on their way into markup: escaped by the place where they stand. */
#include "html/page.h"

#include <ctype.h>
#include <string.h>

void
put_str(struct buf *b, const char *s)
{
    buf_html(b, s);
}

void
put_i64(struct buf *b, int64_t v)
{
    buf_int(b, v);
}

void
put_u64(struct buf *b, uint64_t v)
{
    buf_fmt(b, "%" PRIu64, v);
}

void
put_markup(struct buf *b, struct markup m)
{
    if (m.s)
        buf_add(b, m.s, m.n);
}

/* --- addresses --- */

/* Writes an address so that it keeps its meaning and cannot leave the attribute. */
static void
address(struct buf *b, const char *s, const char *keep)
{
    for (; *s; s++) {
        unsigned char ch = (unsigned char)*s;

        if (ch == '&')
            buf_lit(b, "&amp;");
        else if (isalnum(ch) || strchr(keep, ch))
            buf_char(b, (char)ch);
        else
            buf_fmt(b, "%%%02X", ch);
    }
}

/* A whole address: https, mailto, tel or relative; anything else becomes "#". */
static bool
safe(const char *s)
{
    size_t scheme = strcspn(s, ":/?#");

    if ((s[0] == '/' || s[0] == '\\') && (s[1] == '/' || s[1] == '\\'))
        return false;           /* another host by the back door */
    if (s[scheme] != ':')
        return true;
    return strncmp(s, "https://", 8) == 0 || strncmp(s, "mailto:", 7) == 0 ||
           strncmp(s, "tel:", 4) == 0;
}

void
put_url_text(struct buf *b, const char *s)
{
    if (!s)
        return;
    if (safe(s))
        address(b, s, "-._~:/?#[]@!$()*+,;=%");
    else
        buf_lit(b, "#");
}

void
put_url_made(struct buf *b, struct url u)
{
    put_url_text(b, u.s);
}

void
put_part_text(struct buf *b, const char *s)
{
    buf_url(b, s);
}

void
put_address_text(struct buf *b, const char *s)
{
    if (s)
        address(b, s, "-._~@+");
}

/* --- translated text --- */

void
put_tr(struct buf *b, const struct ctx *c, const char *vi)
{
    buf_html(b, tr(c, vi));
}

void
put_trf(struct buf *b, const struct ctx *c, const char *vi, const struct markup *args, size_t n)
{
    const char *s = tr(c, vi);

    while (*s) {
        size_t run = strcspn(s, "{"), i;

        buf_html(b, run ? arena_strn(c->a, s, run) : "");
        s += run;
        if (!*s)
            break;
        i = (size_t)(s[1] - '0');
        if (i < n && s[2] == '}') {
            put_markup(b, args[i]);
            s += 3;
        } else {
            buf_char(b, *s++);
        }
    }
}

struct markup
arg_str(struct ctx *c, const char *s)
{
    return html_text(c, s);
}

struct markup
arg_i64(struct ctx *c, int64_t v)
{
    char *s = arena_fmt(c->a, "%" PRId64, v);

    return (struct markup){s, strlen(s)};
}

struct markup
arg_u64(struct ctx *c, uint64_t v)
{
    char *s = arena_fmt(c->a, "%" PRIu64, v);

    return (struct markup){s, strlen(s)};
}

struct markup
arg_markup(struct ctx *c, struct markup m)
{
    (void)c;
    return m;
}
