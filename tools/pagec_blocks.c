/* The directives of pages: blocks, forms, includes and the prelude. */
#include <string.h>

#include "tools/pagec_internal.h"

const char *const PAGEC_KIND[] = {"page", "fragment", "if",    "for",
                                   "form", "title",    "crumb", "call"};

static struct block *
push(struct pc *p, enum kind kind)
{
    static struct block spare;
    struct block *b = p->depth < DEPTH_MAX ? &p->stack[p->depth++] : &spare;

    if (b == &spare)
        pagec_refuse(p, "blocks are nested too deeply");
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
        pagec_refuse(p, "{%% use \"folder/file.h\" %%}");
    buf_fmt(&p->uses, "#include %s\n", rest);
}

/* "name(struct ctx *c, ...)" of a page or fragment. */
static bool
signature(struct pc *p, const char *rest)
{
    size_t n = strspn(rest, "abcdefghijklmnopqrstuvwxyz0123456789_");
    const char *first = "(struct ctx *c";

    if (p->depth) {
        pagec_refuse(p, "a page or fragment inside another one");
        return false;
    }
    if (n == 0 || strncmp(rest + n, first, strlen(first)) != 0 || rest[strlen(rest) - 1] != ')') {
        pagec_refuse(p, "write name(struct ctx *c, ...)");
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
    buf_fmt(&p->out->c, "\nvoid\nfrag_%.*s(struct buf *b_, %s\n{\n    (void)c;\n", n, rest,
            rest + n + 1);
}

static void
d_include(struct pc *p, const char *rest)
{
    int n = (int)strcspn(rest, "(");

    if (p->at.place != AT_TEXT)
        pagec_refuse(p, "include only between tags");
    if (!rest[n] || rest[strlen(rest) - 1] != ')')
        pagec_refuse(p, "{%% include name(c, ...) %%}");
    else
        pagec_code(p, "frag_%.*s(b_, %s;", n, rest, rest + n + 1);
}

static void
capture(struct pc *p, int serial)
{
    pagec_code(p, "{ struct buf *b%d_ = b_; b_ = html_capture(c);", serial);
}

static void
d_call(struct pc *p, const char *rest)
{
    struct block *b;

    if (p->at.place != AT_TEXT)
        pagec_refuse(p, "call only between tags");
    if (!strchr(rest, '(') || rest[strlen(rest) - 1] != ')')
        pagec_refuse(p, "{%% call name(c, ...) %%}");
    b = push(p, B_CALL);
    b->arg = arena_str(p->a, rest);
    capture(p, b->serial);
}

static void
d_if(struct pc *p, const char *rest)
{
    push(p, B_IF);
    pagec_code(p, "if (%s) {", rest);
}

/* A branch ends: it must leave the markup where the others left it. */
static void
branch_end(struct pc *p, struct block *b)
{
    if (b->branched && !markup_same(&b->after, &p->at))
        pagec_refuse(p, "the branches of this if end at different places of the markup");
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
        pagec_refuse(p, "elif or else without its if");
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
    pagec_code(p, "} else if (%s) {", rest);
}

static void
d_else(struct pc *p, const char *rest)
{
    if (*rest)
        pagec_refuse(p, "else takes nothing; write elif for a condition");
    branch(p, true);
    pagec_code(p, "} else {");
}

static void
d_for(struct pc *p, const char *rest)
{
    push(p, B_FOR);
    pagec_code(p, "for (%s) {", rest);
}

static void
d_set(struct pc *p, const char *rest)
{
    if (!strchr(rest, '='))
        pagec_refuse(p, "{%% set type name = expression %%}");
    pagec_code(p, "%s;", rest);
}

/* Markup made from a directive goes the same way as the author's own. */
static void
insert(struct pc *p, const char *markup)
{
    const char *after = p->s, *base = p->base;
    int line = p->line;

    p->s = p->base = markup;
    pagec_run(p);
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
        pagec_refuse(p, "{%% form POST \"/address\" [upload] [attributes] %%}");
        return;
    }
    more = action + n + 2;
    more += strspn(more, " ");
    upload = strncmp(more, "upload", 6) == 0 && strchr(" ", more[6]);
    push(p, B_FORM);
    insert(p,
           arena_fmt(p->a, "<form method=\"%s\" action=%.*s accept-charset=\"utf-8\"%s%s %s>",
                     post ? "post" : "get", (int)n + 2, action,
                     post && !strstr(more, "novalidate") ? " novalidate" : "",
                     upload ? " enctype=\"multipart/form-data\"" : "", upload ? more + 6 : more));
    if (post)
        pagec_code(p, "html_form_fields(b_, c);");
}

/* A piece of plain text of the prelude: the page's title, or a step of the way to it. */
static void
prelude_text(struct pc *p, enum kind kind, const char *rest)
{
    struct block *b;

    if (p->where != PRELUDE) {
        pagec_refuse(p, "%s stands before anything else of the page", PAGEC_KIND[kind]);
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
        pagec_refuse(p, "{%% title %%}text{%% end %%}");
    prelude_text(p, B_TITLE, rest);
}

static void
d_crumb(struct pc *p, const char *rest)
{
    if (!*rest)
        pagec_refuse(p, "{%% crumb \"/address\" %%}text{%% end %%}");
    prelude_text(p, B_CRUMB, rest);
}

static void
d_layout(struct pc *p, const char *rest)
{
    if (p->where != PRELUDE)
        pagec_refuse(p, "layout stands before anything else of the page");
    p->layout = arena_str(p->a, rest);
}

static void
end_page(struct pc *p)
{
    pagec_body(p);
    if (p->layout)
        pagec_code(p, "frag_layout_%s_close(b_, c);", p->layout);
    else
        pagec_code(p, "html_close(b_, c);");
    pagec_code(p, "return OK;\n}");
}

static void
end_call(struct pc *p, const struct block *b)
{
    size_t n = strlen(b->arg) - 1;
    int name = (int)strcspn(b->arg, "(");

    pagec_code(p, "struct markup m%d_ = html_captured(b_); b_ = b%d_;", b->serial, b->serial);
    pagec_code(p, "frag_%.*s(b_, %.*s, m%d_); }", name, b->arg, (int)n - name - 1,
               b->arg + name + 1, b->serial);
}

/* The address of a crumb is an expression, or "/text/{{ value }}" whose values are parts of it. */
static const char *
crumb_address(struct pc *p, const struct block *b)
{
    const char *s = b->arg + 1;
    size_t n;

    if (!strstr(b->arg, "{{"))
        return b->arg;
    if (b->arg[0] != '"' || *s != '/')
        pagec_refuse(p, "the address of a crumb with values starts with \"/");
    pagec_code(p, "struct buf *u%d_ = html_capture(c);", b->serial);
    while (*s && *s != '"' && !p->out->error) {
        if (strncmp(s, "{{", 2) != 0) {
            n = strcspn(s, "{\"");
            n = n ? n : 1;
            pagec_code(p, "buf_lit(u%d_, \"%.*s\");", b->serial, (int)n, s);
        } else if ((n = text_expr(s += 2, "}}")) != SIZE_MAX) {
            pagec_code(p, "put_url_part(u%d_, (%.*s));", b->serial, (int)n, s);
            n += 2;
        } else {
            pagec_refuse(p, "no }} to the end of the address");
            n = 0;
        }
        s += n;
    }
    return arena_fmt(p->a, "u%d_->p", b->serial);
}

static void
end_prelude(struct pc *p, const struct block *b)
{
    pagec_code(p, "struct markup m%d_ = html_captured(b_); b_ = b%d_;", b->serial, b->serial);
    if (b->kind == B_TITLE)
        pagec_code(p, "html_title(c, m%d_); }", b->serial);
    else
        pagec_code(p, "html_crumb(c, %s, m%d_); }", crumb_address(p, b), b->serial);
    p->at = b->before;
    p->skip_space = true;
}

static void
end_if(struct pc *p, struct block *b)
{
    if (!b->has_else && !markup_same(&b->before, &p->at))
        pagec_refuse(p, "this if without else ends at another place of the markup than it began");
    branch_end(p, b);
    p->at.glued = b->after.glued;
    pagec_code(p, "}");
}

static void
d_end(struct pc *p, const char *rest)
{
    struct block *b = top(p);

    if (!b || *rest) {
        pagec_refuse(p, b ? "end takes nothing" : "end without a block");
        return;
    }
    p->depth--;
    if (b->kind != B_IF && b->kind != B_TITLE && b->kind != B_CRUMB &&
        !markup_same(&b->before, &p->at))
        pagec_refuse(p, "this %s (line %d) ends at another place of the markup than it began",
               PAGEC_KIND[b->kind], b->line);
    switch (b->kind) {
    case B_PAGE:     end_page(p); break;
    case B_FRAGMENT: pagec_code(p, "}"); break;
    case B_IF:       end_if(p, b); break;
    case B_FOR:      pagec_code(p, "}"); break;
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

void
pagec_directive(struct pc *p)
{
    const char *start = p->s;
    char *text;
    size_t n;
    bool lone;

    p->s += 2;
    text = pagec_take(p, "%}");
    lone = alone(p, start);
    n = strspn(text, "abcdefghijklmnopqrstuvwxyz");
    pagec_check(p, markup_directive(&p->at));
    for (size_t i = 0; i < sizeof DIRECTIVES / sizeof *DIRECTIVES; i++) {
        const struct directive *d = &DIRECTIVES[i];

        if (strlen(d->word) != n || strncmp(d->word, text, n) != 0)
            continue;
        if (!d->quiet)
            pagec_body(p);
        if (d->run == d_set && p->where == OUTSIDE)
            pagec_refuse(p, "set outside of a page or fragment");
        d->run(p, text + n + strspn(text + n, " "));
        if (p->at.place == AT_TEXT && lone)
            p->skip_space = true;
        return;
    }
    pagec_refuse(p, "no directive is called \"%.*s\"", (int)n, text);
}
