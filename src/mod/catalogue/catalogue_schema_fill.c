/* Writes the C struct of a map that schema_check() has passed. */
#include <stdlib.h>
#include <string.h>

#include "mod/catalogue/catalogue_schema.h"

struct fill {
    struct arena *a;
    json_t *keep;
};

typedef void fill_fn(struct fill *f, const struct node *v, const struct schema_rule *k, void *at);

static void
fill_text(struct fill *f, const struct node *v, const struct schema_rule *k, void *at)
{
    const char *s = node_text(v);
    size_t n = s ? strlen(s) : 0;

    (void)k;
    while (n && (s[n - 1] == '\n' || s[n - 1] == ' '))      /* a block text ends with a line end */
        n--;
    *(const char **)at = arena_strn(f->a, s, n);
}

static void
fill_word(struct fill *f, const struct node *v, const struct schema_rule *k, void *at)
{
    int i = schema_word(k->words, node_text(v));

    (void)f;
    *(int *)at = i < 0 ? 0 : i;
}

static void
fill_words(struct fill *f, const struct node *v, const struct schema_rule *k, void *at)
{
    unsigned bits = 0;

    (void)f;
    for (size_t i = 0; i < node_count(v); i++) {
        int w = schema_word(k->words, node_text(v->items[i]));

        if (w >= 0)
            bits |= 1u << w;
    }
    *(unsigned *)at = bits;
}

static void
fill_int(struct fill *f, const struct node *v, const struct schema_rule *k, void *at)
{
    (void)f, (void)k;
    *(int64_t *)at = v ? strtoll(v->text, NULL, 10) : 0;
}

static void
fill_bool(struct fill *f, const struct node *v, const struct schema_rule *k, void *at)
{
    (void)f, (void)k;
    *(bool *)at = v && v->kind == NODE_BOOL && strcmp(v->text, "true") == 0;
}

static void
fill_date(struct fill *f, const struct node *v, const struct schema_rule *k, void *at)
{
    const char *s = node_text(v);
    day d;

    (void)f, (void)k;
    *(day *)at = s && date_parse(s, &d) ? d : NO_DAY;
}

static void
fill_texts(struct fill *f, const struct node *v, const struct schema_rule *k, void *at)
{
    size_t n = node_text(v) ? 1 : node_count(v);
    const char **p = arena_get(f->a, (n ? n : 1) * sizeof *p);

    for (size_t i = 0; i < n; i++)
        fill_text(f, node_text(v) ? v : v->items[i], k, &p[i]);
    *(struct texts *)at = (struct texts){p, n};
}

static void
fill_map(struct fill *f, const struct node *v, const struct schema_rule *k, void *at)
{
    schema_fill(f->a, v, k->of, at, f->keep);
}

static void
fill_list(struct fill *f, const struct node *v, const struct schema_rule *k, void *at)
{
    size_t n = node_count(v);
    char *p = arena_get(f->a, (n ? n : 1) * k->of->size);

    for (size_t i = 0; i < n; i++)
        schema_fill(f->a, v->items[i], k->of, p + i * k->of->size, f->keep);
    *(struct array *)at = (struct array){p, n};
}

static void
fill_logic(struct fill *f, const struct node *v, const struct schema_rule *k, void *at)
{
    json_t *rule = v ? node_json(v) : NULL;

    (void)k;
    if (rule)
        json_array_append_new(f->keep, rule);
    *(const json_t **)at = rule;
}

static void
fill_none(struct fill *f, const struct node *v, const struct schema_rule *k, void *at)
{
    (void)f, (void)v, (void)k, (void)at;
}

static fill_fn *const FILL[] = {
    [S_TEXT] = fill_text,   [S_LINES] = fill_text,  [S_ID] = fill_text,     [S_CODE] = fill_text,
    [S_WORD] = fill_word,   [S_WORDS] = fill_words, [S_INT] = fill_int,     [S_BOOL] = fill_bool,
    [S_DATE] = fill_date,   [S_LIMIT] = fill_text,  [S_PERIOD] = fill_text, [S_URL] = fill_text,
    [S_IDS] = fill_texts,   [S_TEXTS] = fill_texts, [S_MAP] = fill_map,     [S_LIST] = fill_list,
    [S_LOGIC] = fill_logic, [S_ANY] = fill_none,
};

void
schema_fill(struct arena *a, const struct node *map, const struct schema *s, void *out,
            json_t *keep)
{
    struct fill f = {a, keep};

    for (const struct schema_rule *k = s->rules; k->key; k++)
        FILL[k->kind](&f, node_get(map, k->key), k, (char *)out + k->at);
}
