/* Finding procedures as citizens do: a few words without diacritics, a field, a life event. */
#include <stdlib.h>
#include <string.h>

#include "base/vi.h"
#include "mod/catalogue/catalogue_snapshot.h"
#include "mod/deadlines/deadlines.h"

enum { WORDS_MAX = 12 };

struct found { const struct procedure *p; int rank; size_t length; };

struct words { const char *p[WORDS_MAX]; size_t n; char *all; };

/* vi_fold() leaves words joined by single spaces. */
static struct words
split(struct arena *a, const char *typed)
{
    struct words w = {.all = vi_fold(a, typed ? typed : "")};
    char *s = arena_str(a, w.all);

    while (*s && w.n < WORDS_MAX) {
        size_t len = strcspn(s, " ");

        w.p[w.n++] = s;
        s += len;
        if (*s)
            *s++ = '\0';
    }
    return w;
}

/* The word begins a word of the text: "ket" finds "ket hon" but not "lien ket" inside a word. */
static bool
has_word(const char *text, const char *word)
{
    for (const char *at = text; (at = strstr(at, word)); at++)
        if (at == text || at[-1] == ' ')
            return true;
    return false;
}

/* 0: not found; the higher, the better. */
static int
rank_in(const char *name, const char *text, const struct words *w)
{
    size_t in_name = 0;

    for (size_t i = 0; i < w->n; i++) {
        bool found = has_word(name, w->p[i]);

        if (!found && !has_word(text, w->p[i]))
            return 0;
        in_name += found;
    }
    if (w->n == 0)
        return 1;
    if (strcmp(name, w->all) == 0)
        return 5;
    if (strstr(name, w->all))                       /* the words in this order */
        return strncmp(name, w->all, strlen(w->all)) == 0 ? 4 : 3;
    return in_name == w->n ? 2 : 1;
}

static int
rank(const struct procedure *p, const struct words *w, enum lang lang)
{
    int r = rank_in(p->folded_name[LANG_VI], p->folded[LANG_VI], w);
    int en = lang == LANG_EN ? rank_in(p->folded_name[LANG_EN], p->folded[LANG_EN], w) : 0;

    return en > r ? en : r;
}

bool
catalogue_has_words(struct arena *a, const struct procedure *p, const char *typed)
{
    struct words w = split(a, typed);

    return rank(p, &w, LANG_EN) > 0;
}

static bool
has(const struct texts *list, const char *id)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->p[i], id) == 0)
            return true;
    return false;
}

static bool
fits(const struct procedure *p, const struct catalogue_query *q)
{
    return (!q->field || !*q->field || strcmp(p->field, q->field) == 0) &&
           (!q->life_event || !*q->life_event || has(&p->life_events, q->life_event)) &&
           (!q->authority || !*q->authority || strcmp(p->authority, q->authority) == 0) &&
           (q->level < 0 || p->level == q->level) &&
           (q->subjects == 0 || (p->subjects & q->subjects)) &&
           (!q->online || (p->channels & 1u << CHANNEL_ONLINE));
}

static int
by_rank(const void *x, const void *y)
{
    const struct found *a = x, *b = y;

    if (a->rank != b->rank)
        return b->rank - a->rank;
    if (a->length != b->length)             /* the shorter name says little else */
        return a->length < b->length ? -1 : 1;
    return strcmp(a->p->folded_name[LANG_VI], b->p->folded_name[LANG_VI]);
}

static struct procedure_list
sorted(struct arena *a, struct found *f, size_t n)
{
    struct procedure_list list = {arena_get(a, (n + 1) * sizeof *list.p), n};

    if (n)
        qsort(f, n, sizeof *f, by_rank);
    for (size_t i = 0; i < n; i++)
        list.p[i] = f[i].p;
    return list;
}

struct procedure_list
catalogue_search(struct arena *a, const struct catalogue_snapshot *s, day on,
                 const struct catalogue_query *q)
{
    struct words w = split(a, q->words);
    struct found *f = arena_get(a, ((s ? s->all.n : 0) + 1) * sizeof *f);
    size_t n = 0;

    for (size_t i = 0; s && i < s->all.n; i++) {
        const struct procedure *p = s->all.p[i];
        int r;

        if (catalogue_find(s, p->code, on) != p || !fits(p, q) || (r = rank(p, &w, q->lang)) == 0)
            continue;
        f[n++] = (struct found){p, r, r > 1 ? strlen(p->folded_name[q->lang]) : 0};
    }
    return sorted(a, f, n);
}

struct procedure_list
catalogue_newest(struct arena *a, const struct catalogue_snapshot *s)
{
    struct found *f = arena_get(a, ((s ? s->all.n : 0) + 1) * sizeof *f);
    size_t n = 0;

    for (size_t i = 0; s && i < s->all.n; i++)
        if (i + 1 == s->all.n || strcmp(s->all.p[i]->code, s->all.p[i + 1]->code) != 0)
            f[n++] = (struct found){s->all.p[i], 0, 0};
    return sorted(a, f, n);
}
