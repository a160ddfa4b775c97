#include "base/po.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

struct po {
    const struct po_entry *entries;
    size_t n;
};

static int
by_vi(const void *a, const void *b)
{
    return strcmp(((const struct po_entry *)a)->vi, ((const struct po_entry *)b)->vi);
}

static const char *
find(const struct po_entry *list, size_t n, const char *vi)
{
    const struct po_entry key = {.vi = vi};
    const struct po_entry *e = n ? bsearch(&key, list, n, sizeof *list, by_vi) : NULL;

    return e ? e->en : NULL;
}

const char *
tr_lang(enum lang lang, const char *vi)
{
    const char *en;

    if (lang == LANG_VI || !vi || !*vi)
        return vi ? vi : "";
    en = find(po_en, po_en_count, vi);
    return en ? en : vi;
}

const char *
tr(const struct ctx *c, const char *vi)
{
    const char *text = tr_lang(c->lang, vi);

    return text == vi && c->data_text && c->lang != LANG_VI && vi ? c->data_text(c, vi) : text;
}

char *
po_fill(struct arena *a, const char *text, const char *const *args, size_t n)
{
    struct buf b;

    buf_init(&b, a, 64 << 10);
    for (const char *s = text; *s; s++) {
        size_t i = (size_t)(s[0] == '{' ? s[1] - '0' : -1);

        if (i < n && i < 10 && s[2] == '}') {
            buf_str(&b, args[i]);
            s += 2;
        } else {
            buf_char(&b, *s);
        }
    }
    return b.p;
}

/* --- reading a .po file --- */

enum { TEXT_MAX = 32 << 10 };

struct reader {
    struct arena *a;
    const char *s;
    int line;
    const char *say;
    VEC(struct po_entry) entries;
    struct buf *now;            /* the text that a continued "..." line adds to */
    struct buf id, str;
    bool fuzzy, have;
};

static void
entry_done(struct reader *r)
{
    if (r->have && r->id.n && r->str.n && !r->fuzzy)
        *vec_push(r->a, &r->entries) =
            (struct po_entry){arena_str(r->a, r->id.p), arena_str(r->a, r->str.p)};
    r->have = r->fuzzy = false;
    r->now = NULL;
}

/* One "..." up to the end of its line. */
static void
quoted(struct reader *r, const char *s, const char *end)
{
    static const char FROM[] = "nt\\\"", TO[] = "\n\t\\\"";

    if (!r->now || s >= end || *s != '"') {
        r->say = "expected a text in double quotes";
        return;
    }
    for (s++; s < end && *s != '"'; s++) {
        const char *esc = *s == '\\' && s + 1 < end ? strchr(FROM, s[1]) : NULL;

        if (*s == '\\' && !esc) {
            r->say = "only the escapes \\n \\t \\\\ and \\\"";
            return;
        }
        buf_char(r->now, esc ? TO[esc - FROM] : *s);
        s += esc != NULL;
    }
    if (s >= end || r->now->over)
        r->say = r->now->over ? "the text is too long" : "the text is not closed";
}

static bool
starts(const char *s, const char *end, const char *word)
{
    size_t n = strlen(word);

    return (size_t)(end - s) >= n && strncmp(s, word, n) == 0;
}

static void
one_line(struct reader *r, const char *s, const char *end)
{
    if (s == end) {
        return;
    } else if (*s == '#') {
        if (starts(s, end, "#,") && memmem(s, (size_t)(end - s), "fuzzy", 5))
            r->fuzzy = true;
    } else if (starts(s, end, "msgid ")) {
        bool fuzzy = r->fuzzy && !r->have;

        if (r->have)
            entry_done(r);
        r->fuzzy = fuzzy;
        buf_init(&r->id, r->a, TEXT_MAX);
        buf_init(&r->str, r->a, TEXT_MAX);
        r->now = &r->id;
        quoted(r, s + 6, end);
    } else if (starts(s, end, "msgstr ") && r->now == &r->id) {
        r->now = &r->str;
        r->have = true;
        quoted(r, s + 7, end);
    } else if (*s == '"') {
        quoted(r, s, end);
    } else {
        r->say = "expected msgid, msgstr, a continued text or a comment";
    }
}

static struct po *
table(struct reader *r)
{
    struct po *p = arena_get(r->a, sizeof *p);

    if (r->entries.n)
        qsort(r->entries.p, r->entries.n, sizeof *r->entries.p, by_vi);
    *p = (struct po){r->entries.p, r->entries.n};
    return p;
}

struct po *
po_load(struct arena *a, const char *text, int *line, const char **say)
{
    struct reader r = {.a = a, .s = text};

    while (*r.s && !r.say) {
        size_t n = strcspn(r.s, "\n"), len = n;

        r.line++;
        while (len && strchr(" \t\r", r.s[len - 1]))
            len--;
        if (len && *r.s == '#' && r.have)       /* comments stand before their entry */
            entry_done(&r);
        one_line(&r, r.s, r.s + len);
        r.s += n + (r.s[n] == '\n');
    }
    entry_done(&r);
    *line = r.line;
    *say = r.say;
    return r.say ? NULL : table(&r);
}

const char *
po_get(const struct po *p, const char *vi)
{
    return p ? find(p->entries, p->n, vi) : NULL;
}

const struct po_entry *
po_entries(const struct po *p, size_t *n)
{
    *n = p ? p->n : 0;
    return p ? p->entries : NULL;
}
