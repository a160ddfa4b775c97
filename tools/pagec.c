#include "tools/pagec.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tools/pagec_internal.h"

void
pagec_refuse(struct pc *p, const char *fmt, ...)
{
    char say[400];
    va_list ap;

    if (p->out->error)
        return;
    va_start(ap, fmt);
    vsnprintf(say, sizeof say, fmt, ap);
    va_end(ap);
    p->out->error = arena_fmt(p->a, "%s:%d: %s", p->path, p->line, say);
}

void
pagec_check(struct pc *p, const char *refusal)
{
    if (refusal)
        pagec_refuse(p, "%s", refusal);
}

/* --- writing C --- */

static void
flush(struct pc *p)
{
    if (p->lit.n) {
        buf_lit(&p->out->c, "    buf_lit(b_, ");
        text_literal(&p->out->c, p->lit.p, p->lit.n);
        buf_lit(&p->out->c, ");\n");
    }
    p->lit.n = 0;
}

void
pagec_code(struct pc *p, const char *fmt, ...)
{
    va_list ap, again;
    int n;
    char *s;

    flush(p);
    buf_fmt(&p->out->c, "#line %d \"%s\"\n    ", p->line, p->path);
    va_start(ap, fmt);
    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, ap);
    s = arena_get(p->a, (size_t)n + 1);
    vsnprintf(s, (size_t)n + 1, fmt, again);
    va_end(again);
    va_end(ap);
    buf_str(&p->out->c, s);
    buf_char(&p->out->c, '\n');
}

void
pagec_body(struct pc *p)
{
    if (p->where == OUTSIDE)
        pagec_refuse(p, "text outside of a page or fragment");
    if (p->where != PRELUDE)
        return;
    p->where = BODY;
    if (p->layout)
        pagec_code(p, "frag_layout_%s_open(b_, c);", p->layout);
    else
        pagec_code(p, "html_open(b_, c);");
}

/* --- text, values, messages --- */

char *
pagec_take(struct pc *p, const char *end)
{
    size_t n = text_expr(p->s, end);
    char *text;

    if (n == SIZE_MAX) {
        pagec_refuse(p, "no %s to the end of the file", end);
        p->s += strlen(p->s);
        return arena_str(p->a, "");
    }
    text = text_message(p->a, p->s, n);
    for (size_t i = 0; i < n; i++)
        p->line += p->s[i] == '\n';
    p->s += n + strlen(end);
    return text;
}

static const char *
put_name(const struct markup_at *m)
{
    if (m->place == AT_TEXT)
        return "put_text";
    switch (m->url) {
    case URL_START:   return "put_url";
    case URL_PART:    return "put_url_part";
    case URL_ADDRESS: return "put_url_address";
    default:          return "put_attr";
    }
}

static void
value(struct pc *p)
{
    char *expr;

    pagec_body(p);
    pagec_check(p, markup_value_fits(&p->at));
    p->s += 2;
    expr = pagec_take(p, "}}");
    if (!*expr)
        pagec_refuse(p, "{{ }} without an expression");
    pagec_code(p, "%s(b_, (%s));", put_name(&p->at), expr);
    markup_value_done(&p->at);
    p->skip_space = false;
}

/* {0} {1} ... of a message must name its arguments, each at least once. */
static void
places(struct pc *p, const char *msg, size_t args)
{
    unsigned seen = 0;

    for (const char *s = msg; (s = strchr(s, '{')) != NULL; s++) {
        if (!isdigit((unsigned char)s[1]) || s[2] != '}' || (size_t)(s[1] - '0') >= args) {
            pagec_refuse(p, "a text has the places {0} ... {9}, one for each |expression");
            return;
        }
        seen |= 1u << (s[1] - '0');
    }
    if (args > 10 || seen != (1u << args) - 1)
        pagec_refuse(p, "the text does not use every |expression, or uses more");
}

/* The expressions after the message: html_arg(c, (e0)), html_arg(c, (e1)) ... */
static size_t
arguments(struct pc *p, const char *rest, struct buf *list)
{
    const char *fn = p->at.place == AT_TEXT ? "html_arg" : "html_arg_attr";
    size_t n = 0;

    while (*rest == '|') {
        size_t len = text_expr(++rest, "|");

        if (len == SIZE_MAX)
            len = strlen(rest);
        buf_fmt(list, "%s%s(c, (%.*s))", n++ ? ", " : "", fn, (int)len, rest);
        rest += len;
    }
    return n;
}

static void
message(struct pc *p)
{
    size_t len = strcspn(p->s += 2, "|]"), args;
    char *msg = text_message(p->a, p->s, len), *rest;
    struct buf lit, list;

    pagec_body(p);
    pagec_check(p, markup_value_fits(&p->at));
    if (p->at.url != URL_NOT)
        pagec_refuse(p, "no translatable text in an address");
    for (size_t i = 0; i < len; i++)
        p->line += p->s[i] == '\n';
    p->s += len;
    rest = pagec_take(p, "]]");
    buf_init(&lit, p->a, OUT_MAX);
    buf_init(&list, p->a, OUT_MAX);
    text_literal(&lit, msg, strlen(msg));
    args = arguments(p, rest, &list);
    places(p, msg, args);
    if (args)
        pagec_code(p, "put_trf(b_, c, %s, (const struct markup[]){%s}, %zu);", lit.p, list.p, args);
    else
        pagec_code(p, "put_tr(b_, c, %s);", lit.p);
    p->skip_space = false;
}

/* White space between words stays one space, at the end of a line one line feed. */
static void
space(struct pc *p)
{
    size_t n = strspn(p->s, " \t\r\n");
    bool line = false;

    for (size_t i = 0; i < n; i++) {
        if (p->s[i] == '\n') {
            line = true;
            p->line++;
        }
        if (p->where != OUTSIDE)
            pagec_check(p, markup_step(&p->at, p->s[i]));
    }
    p->s += n;
    if (p->where == BODY && !p->skip_space)
        buf_char(&p->lit, line && p->at.place == AT_TEXT ? '\n' : ' ');
}

static void
literal(struct pc *p)
{
    bool in_tag =
        p->at.place == AT_TAG || p->at.place == AT_ATTR_NAME || p->at.place == AT_TAG_NAME;

    if (isspace((unsigned char)*p->s) && !markup_keeps_space(&p->at) && !p->pre) {
        space(p);
        return;
    }
    pagec_body(p);
    pagec_check(p, markup_step(&p->at, *p->s));
    if (in_tag && p->at.place != AT_TAG && *p->s == '>' && strcmp(p->at.tag, "pre") == 0)
        p->pre = true;
    if (p->at.place == AT_CLOSE_NAME)
        p->pre = false;
    buf_char(&p->lit, *p->s);
    p->line += *p->s == '\n';
    p->s++;
    p->skip_space = false;
}

static void
skip_comment(struct pc *p, const char *end)
{
    const char *to = strstr(p->s, end);

    if (!to) {
        pagec_refuse(p, "a comment without %s", end);
        to = p->s + strlen(p->s) - strlen(end);
    }
    for (; p->s < to; p->s++) {
        p->line += *p->s == '\n';
        if (*end == '-' && (strncmp(p->s, "{{", 2) == 0 || strncmp(p->s, "{%", 2) == 0))
            pagec_refuse(p,
                         "no value in a comment; write {# ... #} around a part that shall not be "
                         "compiled");
    }
    p->s += strlen(end);
    p->skip_space = true;
}

void
pagec_run(struct pc *p)
{
    while (*p->s && !p->out->error) {
        if (strncmp(p->s, "{#", 2) == 0)
            skip_comment(p, "#}");
        else if (strncmp(p->s, "<!--", 4) == 0)
            skip_comment(p, "-->");
        else if (strncmp(p->s, "{{", 2) == 0)
            value(p);
        else if (strncmp(p->s, "{%", 2) == 0)
            pagec_directive(p);
        else if (strncmp(p->s, "[[", 2) == 0)
            message(p);
        else
            literal(p);
    }
}

static void
header(const struct pc *p, const struct buf *protos, struct buf *h)
{
    buf_init(h, p->a, OUT_MAX);
    buf_fmt(h,
            "/* Made by pagec from %s; do not edit. */\n#pragma once\n#include "
            "\"html/parts.h\"\n%s\n",
            p->path, p->uses.p);
    buf_add(h, protos->p, protos->n);
}

void
pagec_compile(struct arena *a, const char *path, const char *name, const char *text,
              struct pagec_out *out)
{
    struct pc p = {.a = a, .path = path, .base = text, .s = text, .line = 1, .out = out};
    struct buf protos;

    *out = (struct pagec_out){0};
    buf_init(&out->c, a, OUT_MAX);
    buf_init(&out->h, a, OUT_MAX);
    buf_init(&p.lit, a, OUT_MAX);
    buf_init(&p.uses, a, OUT_MAX);
    buf_fmt(&out->c,
            "/* Made by pagec from %s; do not edit. */\n#include \"%s.page.h\"\n"
            "#include <string.h>\n#include \"components.page.h\"\n#include "
            "\"fields.page.h\"\n#include \"layout.page.h\"\n",
            path, name);
    pagec_run(&p);
    if (p.depth && !out->error) {
        p.line = p.stack[p.depth - 1].line;
        pagec_refuse(&p, "this %s is never closed", PAGEC_KIND[p.stack[p.depth - 1].kind]);
    }
    protos = out->h;
    header(&p, &protos, &out->h);
    if (out->c.over || out->h.over)
        pagec_refuse(&p, "the page is too large");
}
