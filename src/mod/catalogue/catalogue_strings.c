/* Every text of the packages that a citizen or an officer reads, once each, as a .po file: with the
 * English that the catalogue has already, so that a translator goes on where another stopped. */
#include <stdlib.h>
#include <string.h>

#include "base/po.h"
#include "mod/catalogue/catalogue_package.h"

struct text { const char *vi, *place; };
typedef VEC(struct text) text_list;

static const char *const KEYS[] = {
    "name", "summary", "authority", "conditions", "citizen_steps", "title", "issuer", "note",
    "label", "description", "placeholder", "customMessage", "suffix", "addAnother", "html",
    "basis", "cover", NULL,
};
/* Of the files beside the packages; agencies carry their own name_en. */
static const char *const OF_TEMPLATES[] = {"name", "label", "help", "choices", NULL};
static const char *const NAME[] = {"name", NULL}, *const OF_AGENCIES[] = {"title", "hours", NULL};

/* An agency named in words, and "đang cập nhật" where a number should be, are texts; codes are not.
 */
static bool
is_text(const char *const *keys, const char *key, const char *s)
{
    if (keys != KEYS)
        return schema_word(keys, key) >= 0;
    return schema_word(KEYS, key) >= 0 || (strcmp(key, "agency") == 0 && strchr(s, ' ')) ||
           (strcmp(key, "number") == 0 && !strpbrk(s, "0123456789"));
}

static void
collect(struct arena *a, const char *const *keys, const struct node *v, const char *key,
        const char *path, text_list *out)
{
    const char *s = node_text(v);

    if (s && key && is_text(keys, key, s)) {
        size_t n = strlen(s);

        while (n && (s[n - 1] == '\n' || s[n - 1] == ' '))
            n--;
        *vec_push(a, out) =
            (struct text){arena_strn(a, s, n), arena_fmt(a, "%s:%d", path, v->line)};
    }
    if (v && (v->kind == NODE_LIST || v->kind == NODE_MAP))
        for (size_t i = 0; i < v->n; i++)
            collect(a, keys, v->items[i], v->kind == NODE_MAP ? v->keys[i]->text : key, path, out);
}

static int
by_text(const void *x, const void *y)
{
    const struct text *a = x, *b = y;
    int d = strcmp(a->vi, b->vi);

    return d ? d : strcmp(a->place, b->place);
}

static void
put_text(FILE *out, const char *s)
{
    for (; *s; s++) {
        if (*s == '\n')
            fputs("\\n", out);
        else if (*s == '\t')
            fputs("\\t", out);
        else if (*s == '"' || *s == '\\')
            fprintf(out, "\\%c", *s);
        else
            fputc(*s, out);
    }
}

static struct po *
english_of(struct arena *a, const struct catalogue_files *f)
{
    const char *say;
    int line;

    return f->po_text.p ? po_load(a, (const char *)f->po_text.p, &line, &say) : NULL;
}

static void
collect_all(struct arena *a, const struct catalogue_files *f, text_list *out)
{
    for (size_t i = 0; i < f->n; i++) {
        collect(a, KEYS, f->p[i].yaml, NULL, f->p[i].path, out);
        collect(a, KEYS, f->p[i].form, NULL, f->p[i].form_path, out);
    }
    for (size_t i = 0; i < f->templates_n; i++)
        collect(a, OF_TEMPLATES, node_get(f->templates[i].yaml, "fields"), NULL,
                f->templates[i].path, out);
    for (size_t i = 0; i < f->templates_n; i++)
        collect(a, OF_TEMPLATES, node_get(f->templates[i].yaml, "name"), "name",
                f->templates[i].path, out);
    collect(a, KEYS, f->fields, NULL, "fields.yaml", out);
    collect(a, OF_AGENCIES, f->agencies, NULL, "agencies.yaml", out);
    collect(a, NAME, f->calendar, NULL, "calendar.yaml", out);
    collect(a, NAME, f->rules, NULL, "rules.yaml", out);
    collect(a, NAME, f->types, NULL, "paper-types.yaml", out);
    collect(a, NAME, f->keep, NULL, "retention.yaml", out);
}

void
catalogue_strings(struct arena *a, const struct catalogue_files *f, FILE *out)
{
    text_list texts = {0};
    struct po *po = english_of(a, f);

    collect_all(a, f, &texts);
    if (texts.n)
        qsort(texts.p, texts.n, sizeof *texts.p, by_text);
    for (size_t i = 0; i < texts.n; i++) {
        const char *en;

        if (i && strcmp(texts.p[i].vi, texts.p[i - 1].vi) == 0)
            continue;
        fprintf(out, "#: %s\nmsgid \"", texts.p[i].place);
        put_text(out, texts.p[i].vi);
        fputs("\"\nmsgstr \"", out);
        en = po ? po_get(po, texts.p[i].vi) : NULL;
        put_text(out, en ? en : "");
        fputs("\"\n\n", out);
    }
}
