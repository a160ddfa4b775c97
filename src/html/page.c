#include "html/page.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "html/frame.h"
#include "layout.page.h"

struct page_env *
html_env(struct ctx *c)
{
    if (!c->env) {
        c->env = arena_get(c->a, sizeof *c->env);
        c->env->face = FACE_PORTAL;
        c->env->site_name = c->env->agency = c->env->hotline = "";
        c->env->csrf = c->env->idem = c->env->here = "";
    }
    return c->env;
}

void
html_title(struct ctx *c, struct markup title)
{
    html_env(c)->title = title;
}

void
html_crumb(struct ctx *c, const char *href, struct markup text)
{
    struct page_env *e = html_env(c);

    *vec_push(c->a, &e->crumbs) = (struct crumb){{href}, text};
}

static bool
desk(struct ctx *c)
{
    enum face f = html_env(c)->face;

    return f == FACE_DESK || f == FACE_ADMIN;
}

void
html_open(struct buf *b, struct ctx *c)
{
    if (desk(c))
        frag_layout_desk_open(b, c);
    else
        frag_layout_portal_open(b, c);
}

void
html_close(struct buf *b, struct ctx *c)
{
    if (desk(c))
        frag_layout_desk_close(b, c);
    else
        frag_layout_portal_close(b, c);
}

void
html_form_fields(struct buf *b, struct ctx *c)
{
    struct page_env *e = html_env(c);

    if (e->fields)
        e->fields(c, e);
    e->fields = NULL;
    frag_form_fields(b, c, e->csrf ? e->csrf : "", e->idem ? e->idem : "");
}

/* "Lỗi: Nộp hồ sơ - Một Cửa Hà Nội": a reader of the screen hears first that something is wrong. */
void
frag_title(struct buf *b, struct ctx *c)
{
    const struct page_env *e = html_env(c);

    buf_lit(b, "<title>");
    if (c->faults.n) {
        put_tr(b, c, N_("Lỗi:"));
        buf_char(b, ' ');
    }
    put_markup(b, e->title);
    if (e->title.n && *e->site_name)
        buf_lit(b, " – ");
    buf_html(b, e->site_name);
    buf_lit(b, "</title>");
}

struct markup
html_phone(struct ctx *c, const char *phone)
{
    struct buf *b = html_capture(c);
    size_t n = strcspn(phone, "(");     /* what follows is a remark on the number */

    buf_lit(b, "<a href=\"tel:");
    for (const char *s = phone; *s; s++)        /* "1900 1009" is dialled without its space */
        if (strchr("+0123456789", *s))
            buf_char(b, *s);
    buf_lit(b, "\">");
    buf_html(b, arena_strn(c->a, phone, n));
    buf_html(b, tr(c, phone + n));
    buf_lit(b, "</a>");
    return html_captured(b);
}

/* --- markup and addresses made in C --- */

struct buf *
html_capture(struct ctx *c)
{
    struct buf *b = arena_get(c->a, sizeof *b);

    buf_init(b, c->a, HTML_PAGE_MAX);
    return b;
}

struct markup
html_captured(const struct buf *b)
{
    return (struct markup){b->p, b->n};
}

struct markup
html_text(struct ctx *c, const char *plain)
{
    struct buf b;

    buf_init(&b, c->a, HTML_PAGE_MAX);
    buf_html(&b, plain);
    return html_captured(&b);
}

/* The arguments of an address are %s and %d alone; %s is encoded as one path segment or value. */
static void
url_arg(struct buf *b, char conversion, va_list *ap)
{
    switch (conversion) {
    case 's': buf_url(b, va_arg(*ap, const char *)); break;
    case 'd': buf_int(b, va_arg(*ap, int)); break;
    default:  buf_char(b, conversion); break;
    }
}

struct url
html_url(struct ctx *c, const char *fmt, ...)
{
    struct buf b;
    va_list ap;

    buf_init(&b, c->a, 8192);
    va_start(ap, fmt);
    for (const char *s = fmt; *s; s++) {
        if (*s == '%' && s[1])
            url_arg(&b, *++s, &ap);
        else
            buf_char(&b, *s);
    }
    va_end(ap);
    return (struct url){b.p};
}

/* Copies the query but for one name. */
static void
query_without(struct buf *b, const char *query, const char *name)
{
    size_t k = strlen(name);

    while (*query) {
        size_t n = strcspn(query, "&");
        bool same =
            strncmp(query, name, k) == 0 && (query[k] == '=' || query[k] == '&' || !query[k]);

        if (n && !same) {
            buf_char(b, strchr(b->p, '?') ? '&' : '?');
            buf_add(b, query, n);
        }
        query += n + (query[n] == '&');
    }
}

struct url
html_query(struct ctx *c, const char *name, const char *value)
{
    const char *here = html_env(c)->here;
    size_t path = strcspn(here ? here : "", "?");
    struct buf b;

    buf_init(&b, c->a, 8192);
    buf_add(&b, here, path);
    if (here && here[path])
        query_without(&b, here + path + 1, name);
    if (value) {
        buf_char(&b, strchr(b.p, '?') ? '&' : '?');
        buf_url(&b, name);
        buf_char(&b, '=');
        buf_url(&b, value);
    }
    return (struct url){b.n ? b.p : "?"};
}

struct url
html_language(struct ctx *c)
{
    const char *given = html_env(c)->language;

    return given ? (struct url){given} : html_query(c, "lang", c->lang == LANG_EN ? "vi" : "en");
}

/* --- fields --- */

const char *
html_typed(struct ctx *c, const char *name, const char *otherwise)
{
    const char *typed = in_typed(c, name);

    return typed ? typed : otherwise ? otherwise : "";
}

const char *
html_fault(struct ctx *c, const char *name)
{
    for (size_t i = 0; i < c->faults.n; i++)
        if (strcmp(c->faults.p[i].name, name) == 0)
            return tr(c, c->faults.p[i].say);
    return NULL;
}
