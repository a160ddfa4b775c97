#include "tools/pagec.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tools/markup.h"
#include "tools/text.h"

enum { DEPTH_MAX = 48, OUT_MAX = 16 << 20 };

enum kind { B_PAGE, B_FRAGMENT, B_IF, B_FOR, B_FORM, B_TITLE, B_CRUMB, B_CALL };
static const char *const KIND[] = {"page", "fragment", "if", "for", "form", "title", "crumb", "call"};

/* Where text may stand: outside of any page, before the frame was opened, in the page. */
enum where { OUTSIDE, PRELUDE, BODY };

struct block {
    enum kind kind;
    enum where where;           /* to come back to */
    int line, serial;
    bool has_else, branched;
    struct markup_at before, after;
    const char *arg;            /* crumb: address; call: its call */
};

struct pc {
    struct arena *a;
    const char *path, *base, *s;     /* base: start of the text that s walks */
    int line, serial;
    enum where where;
    struct markup_at at;
    struct buf lit;             /* markup not yet written */
    struct buf uses;
    bool skip_space, pre;
    const char *layout;         /* of the page being compiled; NULL: by the environment */
    struct block stack[DEPTH_MAX];
    size_t depth;
    struct pagec_out *out;
};

static void compile(struct pc *p);

static void refuse(struct pc *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
refuse(struct pc *p, const char *fmt, ...)
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

static void
check(struct pc *p, const char *refusal)
{
    if (refusal)
        refuse(p, "%s", refusal);
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

/* Code that the compiler of C shall report at the template's line. */
static void code(struct pc *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
code(struct pc *p, const char *fmt, ...)
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

/* The first thing that shows ends the prelude: the frame is opened. */
static void
body(struct pc *p)
{
    if (p->where == OUTSIDE)
        refuse(p, "text outside of a page or fragment");
    if (p->where != PRELUDE)
        return;
    p->where = BODY;
    if (p->layout)
        code(p, "frag_layout_%s_open(b_, c);", p->layout);
    else
        code(p, "html_open(b_, c);");
}

/* --- text, values, messages --- */

static char *
take(struct pc *p, const char *end)
{
    size_t n = text_expr(p->s, end);
    char *text;

    if (n == SIZE_MAX) {
        refuse(p, "no %s to the end of the file", end);
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

    body(p);
    check(p, markup_value_fits(&p->at));
    p->s += 2;
    expr = take(p, "}}");
    if (!*expr)
        refuse(p, "{{ }} without an expression");
    code(p, "%s(b_, (%s));", put_name(&p->at), expr);
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
            refuse(p, "a text has the places {0} ... {9}, one for each |expression");
            return;
        }
        seen |= 1u << (s[1] - '0');
    }
    if (args > 10 || seen != (1u << args) - 1)
        refuse(p, "the text does not use every |expression, or uses more");
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

    body(p);
    check(p, markup_value_fits(&p->at));
    if (p->at.url != URL_NOT)
        refuse(p, "no translatable text in an address");
    for (size_t i = 0; i < len; i++)
        p->line += p->s[i] == '\n';
    p->s += len;
    rest = take(p, "]]");
    buf_init(&lit, p->a, OUT_MAX);
    buf_init(&list, p->a, OUT_MAX);
    text_literal(&lit, msg, strlen(msg));
    args = arguments(p, rest, &list);
    places(p, msg, args);
    if (args)
        code(p, "put_trf(b_, c, %s, (const struct markup[]){%s}, %zu);", lit.p, list.p, args);
    else
        code(p, "put_tr(b_, c, %s);", lit.p);
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
            check(p, markup_step(&p->at, p->s[i]));
    }
    p->s += n;
    if (p->where == BODY && !p->skip_space)
        buf_char(&p->lit, line && p->at.place == AT_TEXT ? '\n' : ' ');
}

static void
literal(struct pc *p)
{
    bool in_tag = p->at.place == AT_TAG || p->at.place == AT_ATTR_NAME || p->at.place == AT_TAG_NAME;

    if (isspace((unsigned char)*p->s) && !markup_keeps_space(&p->at) && !p->pre) {
        space(p);
        return;
    }
    body(p);
    check(p, markup_step(&p->at, *p->s));
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
        refuse(p, "a comment without %s", end);
        to = p->s + strlen(p->s) - strlen(end);
    }
    for (; p->s < to; p->s++) {
        p->line += *p->s == '\n';
        if (*end == '-' && (strncmp(p->s, "{{", 2) == 0 || strncmp(p->s, "{%", 2) == 0))
            refuse(p, "no value in a comment; write {# ... #} around a part that shall not be compiled");
    }
    p->s += strlen(end);
    p->skip_space = true;
}

/* --- directives --- */

static struct block *
push(struct pc *p, enum kind kind)
{
    static struct block spare;
    struct block *b = p->depth < DEPTH_MAX ? &p->stack[p->depth++] : &spare;

    if (b == &spare)
        refuse(p, "blocks are nested too deeply");
    *b = (struct block){.kind = kind, .where = p->where, .line = p->line, .before = p->at,
                        .serial = ++p->serial};
    return b;
}

static struct block *
top(struct pc *p)
{
    return p->depth ? &p->stack[p->depth - 1] : NULL;
}

static void
d_use(struct pc *p, const char *rest)
{
    if (*rest != '"' || strlen(rest) < 3 || rest[strlen(rest) - 1] != '"')
        refuse(p, "{%% use \"folder/file.h\" %%}");
    buf_fmt(&p->uses, "#include %s\n", rest);
}

/* "name(struct ctx *c, ...)" of a page or fragment. */
static bool
signature(struct pc *p, const char *rest)
{
    size_t n = strspn(rest, "abcdefghijklmnopqrstuvwxyz0123456789_");
    const char *first = "(struct ctx *c";

    if (p->depth) {
        refuse(p, "a page or fragment inside another one");
        return false;
    }
    if (n == 0 || strncmp(rest + n, first, strlen(first)) != 0 || rest[strlen(rest) - 1] != ')') {
        refuse(p, "write name(struct ctx *c, ...)");
        return false;
    }
    p->at = (struct markup_at){.place = AT_TEXT};
    p->pre = false;
    p->skip_space = true;
    return true;
}

static void
d_page(struct pc *p, const char *rest)
{
    if (!signature(p, rest))
        return;
    push(p, B_PAGE);
    p->where = PRELUDE;
    p->layout = NULL;
    buf_fmt(&p->out->h, "int page_%s;\n", rest);
    buf_fmt(&p->out->c, "\nint\npage_%s\n{\n    struct buf *b_ = page_buf(c);\n\n", rest);
}

static void
d_fragment(struct pc *p, const char *rest)
{
    int n = (int)strcspn(rest, "(");

    if (!signature(p, rest))
        return;
    push(p, B_FRAGMENT);
    p->where = BODY;
    buf_fmt(&p->out->h, "void frag_%.*s(struct buf *b_, %s;\n", n, rest, rest + n + 1);
    buf_fmt(&p->out->c, "\nvoid\nfrag_%.*s(struct buf *b_, %s\n{\n    (void)c;\n", n, rest, rest + n + 1);
}

static void
d_include(struct pc *p, const char *rest)
{
    int n = (int)strcspn(rest, "(");

    if (p->at.place != AT_TEXT)
        refuse(p, "include only between tags");
    if (!rest[n] || rest[strlen(rest) - 1] != ')')
        refuse(p, "{%% include name(c, ...) %%}");
    else
        code(p, "frag_%.*s(b_, %s;", n, rest, rest + n + 1);
}

static void
capture(struct pc *p, int serial)
{
    code(p, "{ struct buf *b%d_ = b_; b_ = html_capture(c);", serial);
}

static void
d_call(struct pc *p, const char *rest)
{
    struct block *b;

    if (p->at.place != AT_TEXT)
        refuse(p, "call only between tags");
    if (!strchr(rest, '(') || rest[strlen(rest) - 1] != ')')
        refuse(p, "{%% call name(c, ...) %%}");
    b = push(p, B_CALL);
    b->arg = arena_str(p->a, rest);
    capture(p, b->serial);
}

static void
d_if(struct pc *p, const char *rest)
{
    push(p, B_IF);
    code(p, "if (%s) {", rest);
}

/* A branch ends: it must leave the markup where the others left it. */
static void
branch_end(struct pc *p, struct block *b)
{
    if (b->branched && !markup_same(&b->after, &p->at))
        refuse(p, "the branches of this if end at different places of the markup");
    b->after.glued |= p->at.glued;
    if (!b->branched)
        b->after = p->at;
    b->branched = true;
}

static void
branch(struct pc *p, bool last)
{
    struct block *b = top(p);

    if (!b || b->kind != B_IF || b->has_else) {
        refuse(p, "elif or else without its if");
        return;
    }
    branch_end(p, b);
    b->has_else = last;
    p->at = b->before;
}

static void
d_elif(struct pc *p, const char *rest)
{
    branch(p, false);
    code(p, "} else if (%s) {", rest);
}

static void
d_else(struct pc *p, const char *rest)
{
    if (*rest)
        refuse(p, "else takes nothing; write elif for a condition");
    branch(p, true);
    code(p, "} else {");
}

static void
d_for(struct pc *p, const char *rest)
{
    push(p, B_FOR);
    code(p, "for (%s) {", rest);
}

static void
d_set(struct pc *p, const char *rest)
{
    if (!strchr(rest, '='))
        refuse(p, "{%% set type name = expression %%}");
    code(p, "%s;", rest);
}

/* Markup made from a directive goes the same way as the author's own. */
static void
insert(struct pc *p, const char *markup)
{
    const char *after = p->s, *base = p->base;
    int line = p->line;

    p->s = p->base = markup;
    compile(p);
    p->s = after;
    p->base = base;
    p->line = line;
}

static void
d_form(struct pc *p, const char *rest)
{
    bool post = strncmp(rest, "POST ", 5) == 0, upload;
    const char *action = strchr(rest, '"'), *more;
    size_t n;

    if ((!post && strncmp(rest, "GET ", 4) != 0) || !action || (n = strcspn(action + 1, "\"")) == 0
        || !action[n + 1]) {
        refuse(p, "{%% form POST \"/address\" [upload] [attributes] %%}");
        return;
    }
    more = action + n + 2;
    more += strspn(more, " ");
    upload = strncmp(more, "upload", 6) == 0 && strchr(" ", more[6]);
    push(p, B_FORM);
    insert(p, arena_fmt(p->a, "<form method=\"%s\" action=%.*s accept-charset=\"utf-8\"%s%s %s>",
                        post ? "post" : "get", (int)n + 2, action, post ? " novalidate" : "",
                        upload ? " enctype=\"multipart/form-data\"" : "", upload ? more + 6 : more));
    if (post)
        code(p, "html_form_fields(b_, c);");
}

/* A piece of plain text of the prelude: the page's title, or a step of the way to it. */
static void
prelude_text(struct pc *p, enum kind kind, const char *rest)
{
    struct block *b;

    if (p->where != PRELUDE) {
        refuse(p, "%s stands before anything else of the page", KIND[kind]);
        return;
    }
    b = push(p, kind);
    b->arg = arena_str(p->a, rest);
    capture(p, b->serial);
    p->where = BODY;
    p->at = (struct markup_at){.place = AT_RCDATA, .tag = "title"};
    p->skip_space = true;
}

static void
d_title(struct pc *p, const char *rest)
{
    if (*rest)
        refuse(p, "{%% title %%}text{%% end %%}");
    prelude_text(p, B_TITLE, rest);
}

static void
d_crumb(struct pc *p, const char *rest)
{
    if (!*rest)
        refuse(p, "{%% crumb \"/address\" %%}text{%% end %%}");
    prelude_text(p, B_CRUMB, rest);
}

static void
d_layout(struct pc *p, const char *rest)
{
    if (p->where != PRELUDE)
        refuse(p, "layout stands before anything else of the page");
    p->layout = arena_str(p->a, rest);
}

static void
end_page(struct pc *p)
{
    body(p);
    if (p->layout)
        code(p, "frag_layout_%s_close(b_, c);", p->layout);
    else
        code(p, "html_close(b_, c);");
    code(p, "return OK;\n}");
}

static void
end_call(struct pc *p, const struct block *b)
{
    size_t n = strlen(b->arg) - 1;
    int name = (int)strcspn(b->arg, "(");

    code(p, "struct markup m%d_ = html_captured(b_); b_ = b%d_;", b->serial, b->serial);
    code(p, "frag_%.*s(b_, %.*s, m%d_); }", name, b->arg, (int)n - name - 1, b->arg + name + 1, b->serial);
}

static void
end_prelude(struct pc *p, const struct block *b)
{
    code(p, "struct markup m%d_ = html_captured(b_); b_ = b%d_;", b->serial, b->serial);
    if (b->kind == B_TITLE)
        code(p, "html_title(c, m%d_); }", b->serial);
    else
        code(p, "html_crumb(c, %s, m%d_); }", b->arg, b->serial);
    p->at = b->before;
    p->skip_space = true;
}

static void
end_if(struct pc *p, struct block *b)
{
    if (!b->has_else && !markup_same(&b->before, &p->at))
        refuse(p, "this if without else ends at another place of the markup than it began");
    branch_end(p, b);
    p->at.glued = b->after.glued;
    code(p, "}");
}

static void
d_end(struct pc *p, const char *rest)
{
    struct block *b = top(p);

    if (!b || *rest) {
        refuse(p, b ? "end takes nothing" : "end without a block");
        return;
    }
    p->depth--;
    if (b->kind != B_IF && b->kind != B_TITLE && b->kind != B_CRUMB && !markup_same(&b->before, &p->at))
        refuse(p, "this %s (line %d) ends at another place of the markup than it began", KIND[b->kind],
               b->line);
    switch (b->kind) {
    case B_PAGE:     end_page(p); break;
    case B_FRAGMENT: code(p, "}"); break;
    case B_IF:       end_if(p, b); break;
    case B_FOR:      code(p, "}"); break;
    case B_FORM:     insert(p, "</form>"); break;
    case B_CALL:     end_call(p, b); break;
    case B_TITLE:
    case B_CRUMB:    end_prelude(p, b); break;
    }
    if (b->kind != B_IF && b->kind != B_FOR && b->kind != B_FORM && b->kind != B_CALL)
        p->where = b->where;
}

static const struct directive {
    const char *word;
    void (*run)(struct pc *p, const char *rest);
    bool quiet;         /* shows nothing by itself: may stand before the frame is opened */
} DIRECTIVES[] = {
    {"use", d_use, true},         {"page", d_page, true},     {"fragment", d_fragment, true},
    {"layout", d_layout, true},   {"title", d_title, true},   {"crumb", d_crumb, true},
    {"set", d_set, true},         {"end", d_end, true},       {"include", d_include, false},
    {"call", d_call, false},      {"if", d_if, false},        {"elif", d_elif, false},
    {"else", d_else, false},      {"for", d_for, false},      {"form", d_form, false},
};

/* A directive alone on its line leaves no empty line in the page. */
static bool
alone(const struct pc *p, const char *start)
{
    const char *after = p->s + strspn(p->s, " \t\r");

    while (start > p->base && (start[-1] == ' ' || start[-1] == '\t'))
        start--;
    return (*after == '\n' || !*after) && (start == p->base || start[-1] == '\n');
}

static void
directive(struct pc *p)
{
    const char *start = p->s;
    char *text;
    size_t n;
    bool lone;

    p->s += 2;
    text = take(p, "%}");
    lone = alone(p, start);
    n = strspn(text, "abcdefghijklmnopqrstuvwxyz");
    check(p, markup_directive(&p->at));
    for (size_t i = 0; i < sizeof DIRECTIVES / sizeof *DIRECTIVES; i++) {
        const struct directive *d = &DIRECTIVES[i];

        if (strlen(d->word) != n || strncmp(d->word, text, n) != 0)
            continue;
        if (!d->quiet)
            body(p);
        if (d->run == d_set && p->where == OUTSIDE)
            refuse(p, "set outside of a page or fragment");
        d->run(p, text + n + strspn(text + n, " "));
        if (p->at.place == AT_TEXT && lone)
            p->skip_space = true;
        return;
    }
    refuse(p, "no directive is called \"%.*s\"", (int)n, text);
}

static void
compile(struct pc *p)
{
    while (*p->s && !p->out->error) {
        if (strncmp(p->s, "{#", 2) == 0)
            skip_comment(p, "#}");
        else if (strncmp(p->s, "<!--", 4) == 0)
            skip_comment(p, "-->");
        else if (strncmp(p->s, "{{", 2) == 0)
            value(p);
        else if (strncmp(p->s, "{%", 2) == 0)
            directive(p);
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
    buf_fmt(h, "/* Made by pagec from %s; do not edit. */\n#pragma once\n#include \"html/parts.h\"\n%s\n",
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
    buf_fmt(&out->c, "/* Made by pagec from %s; do not edit. */\n#include \"%s.page.h\"\n"
            "#include <string.h>\n#include \"components.page.h\"\n#include \"fields.page.h\"\n#include \"layout.page.h\"\n", path, name);
    compile(&p);
    if (p.depth && !out->error) {
        p.line = p.stack[p.depth - 1].line;
        refuse(&p, "this %s is never closed", KIND[p.stack[p.depth - 1].kind]);
    }
    protos = out->h;
    header(&p, &protos, &out->h);
    if (out->c.over || out->h.over)
        refuse(&p, "the page is too large");
}
