/*
 * po compile EN.po OUT.c      the compiled-in table (base/po.h)
 * po update EN.po FILE...     collects the texts of pages and C, keeps translations, drops the
 * rest po check EN.po FILE...      lists what is not translated or no longer used; exit 1 when
 * there is any
 */
#include "base/po.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/text.h"

const struct po_entry po_en[1];             /* the tool has no table of its own */
const size_t po_en_count;

struct text { const char *vi, *file; };
struct po_tool { struct arena *a; VEC(struct text) found; };

static int
by_text(const void *a, const void *b)
{
    const struct text *x = a, *y = b;
    int d = strcmp(x->vi, y->vi);

    return d ? d : strcmp(x->file, y->file);
}

/* --- collecting --- */

/* Comments become spaces, strings stay. */
static void
blank_comments(char *s, const char *open, const char *close)
{
    while (*s) {
        if (*s == '"' && *open == '/') {
            for (s++; *s && *s != '"'; s++)
                s += *s == '\\' && s[1];
            s += *s == '"';
        } else if (strncmp(s, open, strlen(open)) == 0) {
            char *end = strstr(s, close);

            for (end = end ? end + strlen(close) : s + strlen(s); s < end; s++)
                *s = *s == '\n' ? '\n' : ' ';
        } else {
            s++;
        }
    }
}

/* Adjacent literals of C as one text; NULL when there is none here. */
static char *
c_text(struct po_tool *t, const char *s)
{
    struct buf b;

    s += strspn(s, " \t\n");
    if (*s != '"')
        return NULL;
    buf_init(&b, t->a, 64 << 10);
    for (; *s == '"'; s += strspn(s, " \t\n")) {
        for (s++; *s && *s != '"'; s++) {
            if (*s == '\\' && s[1] == 'n')
                buf_char(&b, '\n'), s++;
            else if (*s == '\\' && s[1])
                buf_char(&b, *++s);
            else
                buf_char(&b, *s);
        }
        s += *s == '"';
    }
    return b.n ? b.p : NULL;
}

static void
found(struct po_tool *t, const char *vi, const char *file)
{
    if (vi && *vi)
        *vec_push(t->a, &t->found) = (struct text){vi, file};
}

/* N_("..."), tr(c, "..."), trf(c, "..." and tr_lang(lang, "..." */
static void
scan_c(struct po_tool *t, const char *file, const char *text)
{
    static const struct { const char *call; bool second; } CALLS[] = {
        {"N_(", false}, {"tr(", true}, {"trf(", true}, {"tr_lang(", true},
    };

    for (size_t i = 0; i < sizeof CALLS / sizeof *CALLS; i++) {
        for (const char *s = text; (s = strstr(s, CALLS[i].call)) != NULL; s++) {
            const char *arg = s + strlen(CALLS[i].call);

            if (s > text && (isalnum((unsigned char)s[-1]) || s[-1] == '_'))
                continue;
            if (CALLS[i].second) {
                size_t n = text_expr(arg, ",");

                if (n == SIZE_MAX)
                    continue;
                arg += n + 1;
            }
            found(t, c_text(t, arg), file);
        }
    }
}

static void
scan_page(struct po_tool *t, const char *file, const char *text)
{
    for (const char *s = text; (s = strstr(s, "[[")) != NULL;) {
        size_t n = strcspn(s += 2, "|]");

        found(t, text_message(t->a, s, n), file);
    }
}

static void
scan(struct po_tool *t, const char *file)
{
    char *text = text_read(t->a, file);
    size_t n = strlen(file);

    if (n > 5 && strcmp(file + n - 5, ".html") == 0) {
        blank_comments(text, "{#", "#}");
        blank_comments(text, "<!--", "-->");
        scan_page(t, file, text);
    } else {
        blank_comments(text, "/*", "*/");
    }
    scan_c(t, file, text);
}

/* Sorted, each text once. */
static void
collect(struct po_tool *t, char **files)
{
    size_t n = 0;

    for (; *files; files++)
        scan(t, *files);
    if (!t->found.n)
        return;
    qsort(t->found.p, t->found.n, sizeof *t->found.p, by_text);
    for (size_t i = 0; i < t->found.n; i++)
        if (n == 0 || strcmp(t->found.p[n - 1].vi, t->found.p[i].vi) != 0)
            t->found.p[n++] = t->found.p[i];
    t->found.n = n;
}

static bool
is_used(const struct po_tool *t, const char *vi)
{
    for (size_t i = 0; i < t->found.n; i++)
        if (strcmp(t->found.p[i].vi, vi) == 0)
            return true;
    return false;
}

static struct po *
load(struct arena *a, const char *path)
{
    int line;
    const char *say;
    struct po *p = po_load(a, text_read(a, path), &line, &say);

    if (!p) {
        fprintf(stderr, "%s:%d: %s\n", path, line, say);
        exit(1);
    }
    return p;
}

/* --- the three verbs --- */

static int
compile(struct po_tool *t, const char *po, const char *out)
{
    struct buf b;
    size_t n;
    const struct po_entry *e = po_entries(load(t->a, po), &n);

    buf_init(&b, t->a, 32 << 20);
    buf_fmt(&b, "/* Made by tools/po from %s. */\n#include \"base/po.h\"\n\n", po);
    buf_fmt(&b, "const size_t po_en_count = %zu;\nconst struct po_entry po_en[] = {\n", n);
    for (size_t i = 0; i < n; i++) {
        buf_lit(&b, "    {");
        text_literal(&b, e[i].vi, strlen(e[i].vi));
        buf_lit(&b, ", ");
        text_literal(&b, e[i].en, strlen(e[i].en));
        buf_lit(&b, "},\n");
    }
    buf_lit(&b, "    {0, 0},\n};\n");
    return text_write(out, &b) ? 0 : 1;
}

static void
po_string(struct buf *b, const char *word, const char *s)
{
    buf_fmt(b, "%s \"", word);
    for (; *s; s++) {
        if (*s == '\n')
            buf_lit(b, "\\n");
        else if (*s == '"' || *s == '\\')
            buf_fmt(b, "\\%c", *s);
        else
            buf_char(b, *s);
    }
    buf_lit(b, "\"\n");
}

static int
update(struct po_tool *t, const char *path)
{
    struct po *p = load(t->a, path);
    struct buf b;
    size_t missing = 0;

    buf_init(&b, t->a, 32 << 20);
    buf_lit(
        &b,
        "# English of the pages and messages. Vietnamese is the source; tools/po-update keeps\n"
        "# this file in step, sorted by text, so translate here and nowhere else.\n"
        "msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n\"Language: "
        "en\\n\"\n");
    for (size_t i = 0; i < t->found.n; i++) {
        const char *en = po_get(p, t->found.p[i].vi);

        buf_fmt(&b, "\n#: %s\n", t->found.p[i].file);
        po_string(&b, "msgid", t->found.p[i].vi);
        po_string(&b, "msgstr", en ? en : "");
        missing += en == NULL;
    }
    fprintf(stderr, "po: %zu texts, %zu without English\n", t->found.n, missing);
    return text_write(path, &b) ? 0 : 1;
}

/* The same places {0} ... on both sides. */
static bool
places_agree(const char *vi, const char *en)
{
    char place[4] = "{0}";

    for (; place[1] <= '9'; place[1]++)
        if ((strstr(vi, place) != NULL) != (strstr(en, place) != NULL))
            return false;
    return true;
}

static int
verify(struct po_tool *t, const char *path)
{
    struct po *p = load(t->a, path);
    size_t n, wrong = 0;
    const struct po_entry *e = po_entries(p, &n);

    for (size_t i = 0; i < t->found.n; i++) {
        const char *en = po_get(p, t->found.p[i].vi);

        if (en && places_agree(t->found.p[i].vi, en))
            continue;
        wrong++;
        printf("%s: %s: %s\n", t->found.p[i].file, en ? "places {0} differ" : "no English",
               t->found.p[i].vi);
    }
    for (size_t i = 0; i < n; i++) {
        if (is_used(t, e[i].vi))
            continue;
        wrong++;
        printf("%s: no longer used: %s\n", path, e[i].vi);
    }
    printf("po: %zu texts, %zu to mend\n", t->found.n, wrong);
    return wrong ? 1 : 0;
}

int
main(int argc, char **argv)
{
    struct po_tool t = {.a = arena_open((size_t)512 << 20)};

    if (argc == 4 && strcmp(argv[1], "compile") == 0)
        return compile(&t, argv[2], argv[3]);
    if (argc > 3 && strcmp(argv[1], "update") == 0) {
        collect(&t, argv + 3);
        return update(&t, argv[2]);
    }
    if (argc > 3 && strcmp(argv[1], "check") == 0) {
        collect(&t, argv + 3);
        return verify(&t, argv[2]);
    }
    fputs("po: compile EN.po OUT.c, or update|check EN.po FILE...\n", stderr);
    return 2;
}
