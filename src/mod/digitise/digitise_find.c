#include "mod/digitise/digitise_find.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/vi.h"

enum { LABELS_MAX = 8, WORDS_OF_LABEL = 10, TEXT_MAX = 400 };

/* What begins like a label of a field and is none. */
static const char *const NO_FIELDS[] = {
    "so dinh danh ca nhan", "so dinh danh", "so dien thoai", "so nha", "so giay to", "so cccd",
    "noi cu tru", "que quan", "dan toc", "quoc tich", "gioi tinh", "ghi chu", "ghi bang chu",
    "cong hoa xa hoi chu nghia viet nam", "doc lap tu do hanh phuc", "nguoi di khai sinh",
    "giay to tuy than", "nam sinh",
};

struct finder {
    struct arena *a;
    const struct index_field *fields;
    size_t n;
    const struct read_line *lines;
    size_t n_lines;
    char ***fold;               /* of each word of each line */
    struct scan_field *out;
};

/* How many words of the line from `at` on say this label: 0 none. */
static size_t
says(const struct finder *x, size_t line, size_t at, const char *label)
{
    size_t words = 0;

    while (*label) {
        size_t n = strcspn(label, " ");

        while (at + words < x->lines[line].n && !*x->fold[line][at + words])
            words++;                    /* a colon or a dash by itself */
        if (at + words >= x->lines[line].n)
            return 0;
        const char *w = x->fold[line][at + words];

        if (strlen(w) != n || strncmp(w, label, n) != 0)
            return 0;
        words++;
        label += n + (label[n] == ' ');
    }
    return words;
}

struct hit { int field; size_t words; };        /* field -1: of no field */

static void
try_label(const struct finder *x, size_t line, size_t at, const char *label, int field,
          struct hit *best)
{
    size_t n = says(x, line, at, label);

    if (n > best->words)
        *best = (struct hit){field, n};
}

/* The longest label that begins here, whosever it is. */
static struct hit
label_at(const struct finder *x, size_t line, size_t at)
{
    struct hit best = {-1, 0};

    for (size_t i = 0; i < x->n; i++) {
        const struct index_field *f = &x->fields[i];

        for (size_t k = 0; f->labels && f->labels[k] && k < LABELS_MAX; k++)
            try_label(x, line, at, f->labels[k], (int)i, &best);
        if (!f->labels)
            try_label(x, line, at, vi_fold(x->a, f->label), (int)i, &best);
    }
    for (size_t i = 0; i < sizeof NO_FIELDS / sizeof *NO_FIELDS; i++)
        try_label(x, line, at, NO_FIELDS[i], -1, &best);
    return best;
}

/* --- what stands behind a label --------------------------------------------------------------- */

struct value { struct buf text; int sum, n; };

static void
take_word(struct value *v, const struct read_word *w)
{
    const char *s = w->text;

    if (v->n == 0)
        s += strspn(s, ":.-;–— ");
    if (!*s)
        return;
    if (v->n)
        buf_char(&v->text, ' ');
    buf_str(&v->text, s);
    v->sum += w->confidence;
    v->n++;
}

static void
take_line(const struct finder *x, size_t line, size_t at, struct value *v)
{
    for (; at < x->lines[line].n && v->n < FIND_WORDS_MAX; at++) {
        struct hit next = label_at(x, line, at);

        if (next.words > (next.field >= 0 && v->n == 0 ? 0u : 1u) ||
            (next.words && x->fold[line][at][0] && v->n > 0 && next.words > 1))
            return;
        take_word(v, &x->lines[line].words[at]);
    }
}

static char *
tidy(struct arena *a, const char *text)
{
    char *s = vi_tidy(a, text);
    size_t n = strlen(s);

    while (n && strchr(".,;:-_ ", s[n - 1]))
        s[--n] = '\0';
    return s;
}

static void
keep_value(struct finder *x, int field, const struct value *v, bool next_line)
{
    struct scan_field *out = &x->out[field];
    int confidence = v->n ? v->sum / v->n : 0;
    char *text = x->fields[field].kind == INDEX_DATE ? digitise_find_date(x->a, v->text.p)
                                                     : tidy(x->a, v->text.p);

    if (next_line)
        confidence = confidence * 9 / 10;
    if (!text || !*text || (*out->proposal && out->confidence >= confidence))
        return;
    out->proposal = text;
    out->confidence = confidence;
}

/* A label begins its line or has a colon: "căn cước công dân số 0010..." names no number of this
 * paper. */
static bool
is_label(const struct finder *x, size_t line, size_t at, const struct hit *h)
{
    const struct read_line *l = &x->lines[line];

    return at == 0 || strchr(l->words[at + h->words - 1].text, ':') ||
           (at + h->words < l->n && *l->words[at + h->words].text == ':');
}

static void
look_behind(struct finder *x, size_t line, size_t at, const struct hit *h)
{
    struct value v = {.n = 0};
    bool next_line = false, label = is_label(x, line, at, h);

    buf_init(&v.text, x->a, TEXT_MAX);
    take_line(x, line, at + h->words, &v);
    if (v.n == 0 && line + 1 < x->n_lines) {
        next_line = true;
        take_line(x, line + 1, 0, &v);
    }
    v.sum = label ? v.sum : v.sum * 3 / 4;
    keep_value(x, h->field, &v, next_line);
}

static void
fold_words(struct finder *x)
{
    x->fold = arena_get(x->a, (x->n_lines + 1) * sizeof *x->fold);
    for (size_t i = 0; i < x->n_lines; i++) {
        x->fold[i] = arena_get(x->a, (x->lines[i].n + 1) * sizeof **x->fold);
        for (size_t k = 0; k < x->lines[i].n; k++)
            x->fold[i][k] = vi_fold(x->a, x->lines[i].words[k].text);
    }
}

struct scan_field *
digitise_find(struct arena *a, const struct index_field *fields, size_t n,
              const struct read_line *lines, size_t n_lines)
{
    struct finder x = {.a = a, .fields = fields, .n = n, .lines = lines, .n_lines = n_lines};

    x.out = arena_get(a, (n + 1) * sizeof *x.out);
    for (size_t i = 0; i < n; i++)
        x.out[i] = (struct scan_field){.field = fields[i].id, .proposal = "", .first = "",
                                       .second = "", .value = ""};
    fold_words(&x);
    for (size_t line = 0; line < n_lines; line++)
        for (size_t at = 0; at < lines[line].n;) {
            struct hit h = label_at(&x, line, at);

            if (h.words && h.field >= 0)
                look_behind(&x, line, at, &h);
            at += h.words ? h.words : 1;
        }
    return x.out;
}

/* --- dates ------------------------------------------------------------------------------------ */

/* The next number of at most four digits; -1: none. */
static int
next_number(const char **s)
{
    int n = 0, digits = 0;

    while (**s && !isdigit((unsigned char)**s))
        ++*s;
    for (; isdigit((unsigned char)**s); ++*s, digits++)
        if (digits < 4)
            n = n * 10 + (**s - '0');
    return digits > 0 && digits <= 4 ? n : -1;
}

char *
digitise_find_date(struct arena *a, const char *text)
{
    while (*text) {
        const char *s = text;
        struct ymd v = {.d = next_number(&s)};
        const char *after = s;

        v.m = next_number(&s);
        v.y = next_number(&s);
        if (v.d > 0 && v.m > 0 && v.y >= 1900 && date_valid(v))
            return date_vi(a, date_day(v));
        if (after == text || v.d < 0)
            return NULL;
        text = after;
    }
    return NULL;
}
