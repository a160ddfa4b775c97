#include "mod/deadlines/deadlines_shape.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "base/utf8.h"
#include "mod/deadlines/deadlines.h"

enum { FAULTS_KEPT = 200, FILE_MAX = 1 << 20, TEXT_MAX = 400 };

struct reader {
    struct arena *a;
    yaml_document_t *doc;
    struct data_faults *faults;
};

void
data_fault(struct data_faults *f, int line, int column, const char *fmt, ...)
{
    char text[300];
    va_list ap;

    if (f->v.n >= FAULTS_KEPT)
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    *vec_push(f->a, &f->v) = (struct data_fault){line, column, arena_str(f->a, text)};
}

#define FAULT(r, node, ...)                                                                     \
    data_fault((r)->faults, (int)(node)->start_mark.line + 1, (int)(node)->start_mark.column + 1, \
               __VA_ARGS__)

/* The text of a scalar, or NULL with a fault.  Bounded and clean, so it may stand on a page. */
static const char *
scalar(struct reader *r, const yaml_node_t *n, const char *key)
{
    const char *s = (const char *)n->data.scalar.value;

    if (n->type != YAML_SCALAR_NODE) {
        FAULT(r, n, "%s is one value, not a list or a map", key);
        return NULL;
    }
    if (!utf8_clean(s, n->data.scalar.length) || n->data.scalar.length > TEXT_MAX) {
        FAULT(r, n, "%s is at most %d bytes without control characters", key, TEXT_MAX);
        return NULL;
    }
    return s;
}

static int
word_index(const char *const *words, const char *s)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], s) == 0)
            return i;
    return -1;
}

static bool
parse_int(const char *s, int min, int max, int *out)
{
    size_t n = strspn(s, "0123456789");

    if (n == 0 || n > 9 || s[n])
        return false;
    *out = 0;
    for (; *s; s++)
        *out = *out * 10 + (*s - '0');
    return *out >= min && *out <= max;
}

static bool
parse_season(const char *s, int *out)
{
    char text[16];
    day n;

    if (strlen(s) != 5)
        return false;
    snprintf(text, sizeof text, "2024-%s", s);      /* a leap year: 02-29 is a season's end too */
    if (!date_parse(text, &n))
        return false;
    *out = date_ymd(n).m * 100 + date_ymd(n).d;
    return true;
}

static bool
parse_slot(const char *s, struct slot *out)
{
    char from[6] = "";

    if (strlen(s) != 11 || s[5] != '-')
        return false;
    memcpy(from, s, 5);
    return date_parse_minute(from, &out->from) && date_parse_minute(s + 6, &out->to) &&
           out->from < out->to;
}

/* One scalar by its kind; false with *want when it does not fit. */
static bool
fill_scalar(struct reader *r, const struct field *f, const char *s, void *at, const char **want)
{
    int i;

    switch (f->kind) {
    case F_TEXT:
        *want = "a text";
        *(const char **)at = arena_str(r->a, s);
        return *s != '\0';
    case F_INT:
        *want = arena_fmt(r->a, "a whole number from %d to %d", f->min, f->max);
        return parse_int(s, f->min, f->max, at);
    case F_DAY:
        *want = "a date, YYYY-MM-DD";
        return date_parse(s, at);
    case F_MINUTE:
        *want = "a time of day, HH:MM";
        return date_parse_minute(s, at) && *(int *)at < 1440;
    case F_SEASON:
        *want = "a day of the year, MM-DD";
        return parse_season(s, at);
    case F_WORD:
        *want = "one of its words (see the head of the file)";
        i = word_index(f->words, s);
        *(int *)at = i;
        return i >= 0;
    case F_LIMIT:
        *want = "a limit: Nh, Nwh, Nd, Nwd or Nm";
        return limit_parse(s, at) && ((struct limit *)at)->unit != LIMIT_SAME_DAY;
    default:
        return false;
    }
}

/* A list of scalars: words or slots. */
static void
fill_item(struct reader *r, const struct field *f, const yaml_node_t *n, void *at)
{
    const char *s = scalar(r, n, f->key);
    struct slots *slots = at;
    struct slot slot;
    int i;

    if (!s)
        return;
    if (f->kind == F_WORDS) {
        if ((i = word_index(f->words, s)) < 0)
            FAULT(r, n, "%s has no word \"%s\"", f->key, s);
        else
            *(unsigned *)at |= 1u << i;
    } else if (!parse_slot(s, &slot))
        FAULT(r, n, "%s are written HH:MM-HH:MM", f->key);
    else if (slots->n == SLOTS_MAX)
        FAULT(r, n, "a day has at most %d %s", SLOTS_MAX, f->key);
    else if (slots->n > 0 && slots->p[slots->n - 1].to > slot.from)
        FAULT(r, n, "%s follow one another in time", f->key);
    else
        slots->p[slots->n++] = slot;
}

static bool read_map(struct reader *r, const yaml_node_t *n, const struct shape *s, void *out);

static void
read_items(struct reader *r, const struct field *f, const yaml_node_t *n, void *at)
{
    yaml_node_item_t *item = n->data.sequence.items.start, *end = n->data.sequence.items.top;
    struct { void *p; size_t n; } *list = at;
    size_t count = (size_t)(end - item), i = 0;

    if (count == 0 || (f->kind == F_LIST && count > (size_t)f->max)) {
        FAULT(r, n, "%s is a list%s", f->key,
              f->kind == F_LIST ? " of 1 or more (and not too many)" : "");
        return;
    }
    if (f->kind == F_WORDS)
        *(unsigned *)at = 0;
    if (f->kind == F_LIST)
        list->p = arena_get(r->a, (list->n = count) * f->of->size);
    for (; item < end; item++, i++) {
        const yaml_node_t *child = yaml_document_get_node(r->doc, *item);

        if (f->kind == F_LIST)
            read_map(r, child, f->of, (char *)list->p + i * f->of->size);
        else
            fill_item(r, f, child, at);
    }
}

static void
read_field(struct reader *r, const struct field *f, const yaml_node_t *n, void *at)
{
    const char *s, *want = "";

    if (f->kind == F_LIST || f->kind == F_WORDS || f->kind == F_SLOTS) {
        if (n->type == YAML_SEQUENCE_NODE)
            read_items(r, f, n, at);
        else
            FAULT(r, n, "%s is a list", f->key);
        return;
    }
    if ((s = scalar(r, n, f->key)) && !fill_scalar(r, f, s, at, &want))
        FAULT(r, n, "%s must be %s", f->key, want);
}

static const struct field *
find_field(const struct shape *s, const char *key, unsigned *index)
{
    for (*index = 0; s->fields[*index].key; ++*index)
        if (strcmp(s->fields[*index].key, key) == 0)
            return &s->fields[*index];
    return NULL;
}

/* Every text is "" rather than NULL, whether the file says it or not. */
static void
start_struct(const struct shape *s, const yaml_node_t *n, void *out)
{
    for (const struct field *f = s->fields; f->key; f++)
        if (f->kind == F_TEXT && !*(const char **)((char *)out + f->at))
            *(const char **)((char *)out + f->at) = "";
    if (!s->root)
        *(int *)out = (int)n->start_mark.line + 1;
}

static bool
read_map(struct reader *r, const yaml_node_t *n, const struct shape *s, void *out)
{
    unsigned seen = 0, i;

    start_struct(s, n, out);
    if (n->type != YAML_MAPPING_NODE) {
        FAULT(r, n, "here stands a map of keys and values");
        return false;
    }
    for (yaml_node_pair_t *p = n->data.mapping.pairs.start; p < n->data.mapping.pairs.top; p++) {
        const yaml_node_t *k = yaml_document_get_node(r->doc, p->key);
        const char *key = scalar(r, k, "a key");
        const struct field *f = key ? find_field(s, key, &i) : NULL;

        if (key && !f)
            FAULT(r, k, "there is no key \"%s\" here", key);
        if (!f)
            continue;
        if (seen & 1u << i)
            FAULT(r, k, "%s stands here twice", key);
        seen |= 1u << i;
        read_field(r, f, yaml_document_get_node(r->doc, p->value), (char *)out + f->at);
    }
    for (i = 0; s->fields[i].key; i++)
        if (s->fields[i].required && !(seen & 1u << i))
            FAULT(r, n, "%s is missing", s->fields[i].key);
    return true;
}

/* Aliases share their node and shapes have a fixed depth, so a small file stays small. */
static bool
load_document(yaml_parser_t *p, yaml_document_t *doc, struct data_faults *faults)
{
    if (!yaml_parser_load(p, doc)) {
        data_fault(faults, (int)p->problem_mark.line + 1, (int)p->problem_mark.column + 1,
                   "this is not YAML: %s", p->problem ? p->problem : "it ends too early");
        return false;
    }
    if (!yaml_document_get_root_node(doc)) {
        data_fault(faults, 1, 1, "the file is empty");
        yaml_document_delete(doc);
        return false;
    }
    return true;
}

bool
shape_load(struct arena *a, const char *yaml, size_t n, const struct shape *s, void *out,
           struct data_faults *faults)
{
    size_t before = faults->v.n;
    yaml_parser_t parser;
    yaml_document_t doc;
    struct reader r = {a, &doc, faults};

    if (n > FILE_MAX) {
        data_fault(faults, 1, 1, "the file is longer than %d bytes", FILE_MAX);
        return false;
    }
    if (!yaml_parser_initialize(&parser)) {
        data_fault(faults, 1, 1, "no memory to read it");
        return false;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)yaml, n);
    if (load_document(&parser, &doc, faults)) {
        read_map(&r, yaml_document_get_root_node(&doc), s, out);
        yaml_document_delete(&doc);
    }
    yaml_parser_delete(&parser);
    return faults->v.n == before;
}
