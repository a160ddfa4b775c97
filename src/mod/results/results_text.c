/* {{name|filter}}: the facts of the paper and the fields of the template, written as people read
 * them in Vietnamese, whatever the language of the page. */
#include "mod/results/results_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/money.h"
#include "base/vi.h"
#include "mod/results/results_forms.h"

enum { TEXT_MAX = 64 << 10 };

struct value {
    enum template_field_kind kind;
    const char *s;
};

/* --- facts of the paper --- */

static const char *
iso_or_blank(struct ctx *c, day d)
{
    return d ? date_iso(c->a, d) : "";
}

static struct value
own_fact(struct ctx *c, const struct result_paper *p, const char *name)
{
    const struct { const char *name, *s; enum template_field_kind kind; } F[] = {
        {"$number", p->number, TF_TEXT},
        {"$seq", p->seq ? arena_fmt(c->a, "%" PRId64, p->seq) : "", TF_NUMBER},
        {"$year", arena_fmt(c->a, "%" PRId64, p->year), TF_TEXT},
        {"$book", p->t->book, TF_TEXT},
        {"$date", iso_or_blank(c, p->date), TF_DATE},
        {"$day", results_day(c, p->date), TF_TEXT},
        {"$place", p->place, TF_TEXT},
        {"$agency", p->agency, TF_TEXT},
        {"$parent", p->parent, TF_TEXT},
        {"$code", p->code, TF_TEXT},
        {"$procedure", p->procedure, TF_TEXT},
        {"$signer", p->signer, TF_TEXT},
        {"$signer_title", p->signer_title, TF_TEXT},
        {"$valid_to", iso_or_blank(c, p->valid_to), TF_DATE},
    };

    for (size_t i = 0; i < sizeof F / sizeof *F; i++)
        if (strcmp(F[i].name, name) == 0)
            return (struct value){F[i].kind, F[i].s ? F[i].s : ""};
    return (struct value){TF_TEXT, ""};
}

/* --- fields --- */

static const char *
text_of(const json_t *map, const char *key)
{
    const char *s = json_string_value(json_object_get(map, key));

    return s ? s : "";
}

static struct value
find(struct ctx *c, const struct result_paper *p, const char *name, const json_t *row)
{
    const struct template_field *f;

    if (*name == '$')
        return own_fact(c, p, name);
    if (row && json_object_get(row, name))
        return (struct value){TF_TEXT, text_of(row, name)};
    if (!(f = template_field(p->t, name)))
        return (struct value){TF_TEXT, ""};
    return (struct value){(enum template_field_kind)f->kind, text_of(p->facts, name)};
}

/* Digits only, so that "1.500.000" and "1500000" are one number; -1: no whole number. */
static int64_t
whole(const char *s)
{
    char digits[20];
    size_t n = 0;

    for (; *s; s++)
        if (*s >= '0' && *s <= '9' && n < sizeof digits - 2)
            digits[n++] = *s;
        else if (*s != '.' && *s != ' ')
            return -1;
    digits[n] = '\0';
    return n && n < 16 ? strtoll(digits, NULL, 10) : -1;
}

static const char *
usual(struct ctx *c, struct value v)
{
    int64_t n = v.kind == TF_MONEY || v.kind == TF_NUMBER ? whole(v.s) : -1;
    day d;

    if (v.kind == TF_DATE && date_parse(v.s, &d))
        return date_vi(c->a, d);
    if (n >= 0)
        return v.kind == TF_MONEY ? money_vi(c->a, n) : number_vi(c->a, n);
    return v.s;
}

static const char *
in_words(struct ctx *c, struct value v)
{
    int64_t n = whole(v.s);
    day d;

    if (date_parse(v.s, &d))
        return vi_date_words(c->a, d);
    if (n < 0)
        return v.s;
    return v.kind == TF_MONEY ? money_words(c->a, n) : number_words(c->a, n);
}

static const char *
filtered(struct ctx *c, struct value v, const char *filter)
{
    day d;

    if (!*v.s || !*filter)
        return usual(c, v);
    if (strcmp(filter, "upper") == 0)
        return vi_upper(c->a, usual(c, v));
    if (strcmp(filter, "words") == 0)
        return in_words(c, v);
    if (strcmp(filter, "money") == 0 || strcmp(filter, "number") == 0)
        return usual(c, (struct value){*filter == 'm' ? TF_MONEY : TF_NUMBER, v.s});
    if (!date_parse(v.s, &d))
        return v.s;
    if (strcmp(filter, "long") == 0)
        return results_day(c, d);
    return arena_fmt(c->a, "%d", date_ymd(d).y);
}

/* Values hold no control characters but line ends: nothing in them is taken for a mark of ours. */
static void
put_value(struct buf *b, const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s >= ' ' || *s == '\n')
            buf_char(b, *s);
}

static void
put_name(struct ctx *c, struct buf *b, const struct result_paper *p, char *name, const json_t *row,
         bool paragraph)
{
    char *bar = strchr(name, '|');
    const char *s;

    if (bar)
        *bar++ = '\0';
    s = filtered(c, find(c, p, name, row), bar ? bar : "");
    put_value(b, !*s && paragraph ? "........" : s);    /* a blank is seen, not guessed */
}

char *
result_text(struct ctx *c, const struct result_paper *p, const char *text, const json_t *row,
            bool bold)
{
    struct buf b;

    buf_init(&b, c->a, TEXT_MAX);
    while (*text) {
        const char *end = strncmp(text, "{{", 2) == 0 ? strstr(text, "}}") : NULL;

        if (end) {
            put_name(c, &b, p, arena_strn(c->a, text + 2, (size_t)(end - text - 2)), row, bold);
            text = end + 2;
        } else if (bold && strncmp(text, "**", 2) == 0) {
            buf_char(&b, RESULT_BOLD);
            text += 2;
        } else {
            buf_char(&b, *text++);
        }
    }
    return b.p;
}
