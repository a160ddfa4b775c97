/*
 * Reading catalogue/agencies.yaml: one list, one table of keys.  Every fault is reported where it
 * stands, and reading goes on: one run shows all of them.
 */
#include "mod/agencies/agencies_file.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "base/file.h"
#include "base/utf8.h"
#include "base/vi.h"

enum { FILE_BYTES = 4 << 20, ROWS_MAX = 20000, LINKS_MAX = 40, LEADERS_MAX = 20 };

typedef yaml_document_t doc;
typedef yaml_node_t node;

void
agencies_file_fault(struct agencies_file *f, struct mark at, const char *fmt, ...)
{
    char text[240];
    va_list ap;

    f->faults++;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (f->report)
        f->report(f->to, f->path, at.line, at.column, text);
}

#define fault(f, n, ...) agencies_file_fault((f), mark_of(n), __VA_ARGS__)

static struct mark
mark_of(const node *n)
{
    return (struct mark){(int)n->start_mark.line + 1, (int)n->start_mark.column + 1};
}

/* --- values --------------------------------------------------------------------------------- */

enum value { V_CODE, V_REF, V_TEXT, V_TYPE, V_UNIT, V_DATE, V_BOOL, V_PHONE, V_EMAIL, V_LINKS,
             V_LEADERS };

/* The text of a scalar, NULL (reported) when it is none or unclean. */
static const char *
scalar(struct agencies_file *f, const node *n, size_t max)
{
    const char *s = (const char *)n->data.scalar.value;

    if (n->type != YAML_SCALAR_NODE) {
        fault(f, n, "a single value is expected here");
        return NULL;
    }
    if (!utf8_clean(s, n->data.scalar.length) || utf8_length(s) > max) {
        fault(f, n, "text with at most %zu characters and no control characters is expected", max);
        return NULL;
    }
    return vi_tidy(f->a, s);
}

static void
read_code(struct agencies_file *f, const node *n, const char **out)
{
    const char *s = scalar(f, n, 40);
    char *code = s ? agency_code_parse(f->a, s) : NULL;

    if (code)
        *out = code;
    else if (s)
        fault(f, n, "'%s' is not an agency code such as H26.16 or 000.00.16.H26", s);
}

static void
read_date(struct agencies_file *f, const node *n, day *out)
{
    const char *s = scalar(f, n, 20);

    if (s && !date_parse(s, out))
        fault(f, n, "'%s' is not a date such as 2025-07-01", s);
}

static void
read_bool(struct agencies_file *f, const node *n, bool *out)
{
    const char *s = scalar(f, n, 10);

    if (s && strcmp(s, "true") != 0 && strcmp(s, "false") != 0)
        fault(f, n, "true or false is expected");
    else if (s)
        *out = strcmp(s, "true") == 0;
}

static void
read_type(struct agencies_file *f, const node *n, enum agency_type *out)
{
    const char *s = scalar(f, n, 20);

    if (s && (*out = agency_type_parse(s)) == AGENCY_NONE)
        fault(f, n, "'%s' is none of city, department, office, district, commune, village, block",
              s);
}

static void
read_unit(struct agencies_file *f, const node *n, const char **out)
{
    const char *s = scalar(f, n, 10);

    if (s && (strspn(s, "0123456789") != strlen(s) || strlen(s) < 2 || strlen(s) > 5))
        fault(f, n, "a unit code has 2, 3 or 5 digits (in quotes)");
    else if (s)
        *out = s;
}

bool
agency_phone_good(const char *s)
{
    size_t digits = 0;

    for (const char *p = s; *p; p++)
        if (*p >= '0' && *p <= '9')
            digits++;
        else if (!strchr(" .+()-", *p))
            return false;
    return digits >= 3 && digits <= 13;
}

static void
read_phone(struct agencies_file *f, const node *n, const char **out)
{
    const char *s = scalar(f, n, 30);

    if (s && !agency_phone_good(s))
        fault(f, n, "'%s' is not a telephone number", s);
    else if (s)
        *out = s;
}

static void
read_email(struct agencies_file *f, const node *n, const char **out)
{
    const char *s = scalar(f, n, 254);

    if (s && !vi_email(s))
        fault(f, n, "'%s' is not an e-mail address", s);
    else if (s)
        *out = s;
}

/* --- lists inside a row ----------------------------------------------------------------------- */

struct pair_of { const char *key; const node *at, *value; };

/* Calls once a pair; keys that are no scalars or come twice are faults. */
static size_t
pairs(struct agencies_file *f, doc *d, const node *map, struct pair_of *out, size_t max)
{
    size_t n = 0;

    if (map->type != YAML_MAPPING_NODE) {
        fault(f, map, "keys with values are expected here");
        return 0;
    }
    for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top;
         p++) {
        const node *k = yaml_document_get_node(d, p->key);
        const char *key = scalar(f, k, 40);
        bool twice = false;

        for (size_t i = 0; key && i < n; i++)
            twice |= strcmp(out[i].key, key) == 0;
        if (twice)
            fault(f, k, "key '%s' comes twice", key);
        else if (key && n < max)
            out[n++] = (struct pair_of){key, k, yaml_document_get_node(d, p->value)};
    }
    return n;
}

static void
read_link(struct agencies_file *f, doc *d, const node *n, struct file_link *out)
{
    struct pair_of p[4];
    size_t count = pairs(f, d, n, p, 4);
    const char *s;

    *out = (struct file_link){.at = mark_of(n), .code = ""};
    for (size_t i = 0; i < count; i++) {
        if (strcmp(p[i].key, "code") == 0)
            read_code(f, p[i].value, &out->code);
        else if (strcmp(p[i].key, "relation") != 0)
            fault(f, p[i].at, "unknown key '%s'; a successor has code and relation", p[i].key);
        else if ((s = scalar(f, p[i].value, 20)) && !(out->how = succession_parse(s)))
            fault(f, p[i].value, "'%s' is none of same, full, partial", s);
    }
    if (!*out->code || !out->how)
        fault(f, n, "a successor needs code and relation");
}

static void
read_leader(struct agencies_file *f, doc *d, const node *n, struct leader *out)
{
    struct pair_of p[4];
    size_t count = pairs(f, d, n, p, 4);

    *out = (struct leader){"", "", ""};
    for (size_t i = 0; i < count; i++) {
        if (strcmp(p[i].key, "phone") == 0)
            read_phone(f, p[i].value, &out->phone);
        else if (strcmp(p[i].key, "title") == 0)
            out->title = scalar(f, p[i].value, 100);
        else if (strcmp(p[i].key, "name") == 0)
            out->name = scalar(f, p[i].value, 100);
        else
            fault(f, p[i].at, "unknown key '%s'; a leader has title, name and phone", p[i].key);
    }
    if (!out->title || !*out->title)
        fault(f, n, "a leader needs a title");
    if (!out->name)
        out->name = "";
}

static void
read_list(struct agencies_file *f, doc *d, const node *n, struct file_agency *row, enum value what)
{
    size_t max = what == V_LINKS ? LINKS_MAX : LEADERS_MAX;

    if (n->type != YAML_SEQUENCE_NODE) {
        fault(f, n, "a list is expected here");
        return;
    }
    for (yaml_node_item_t *i = n->data.sequence.items.start; i < n->data.sequence.items.top; i++) {
        const node *item = yaml_document_get_node(d, *i);

        if (max-- == 0) {
            fault(f, item, "the list is too long");
            return;
        }
        if (what == V_LINKS)
            read_link(f, d, item, vec_push(f->a, &row->after));
        else
            read_leader(f, d, item, vec_push(f->a, &row->leaders));
    }
}

/* --- a row ---------------------------------------------------------------------------------- */

#define AT(member) offsetof(struct file_agency, member)

static const struct {
    const char *key;
    enum value what;
    size_t at;
    size_t max;         /* characters of a text */
    bool required;
} KEYS[] = {
    {"code", V_CODE, AT(g.code), 0, true},
    {"name", V_TEXT, AT(g.name), 200, true},
    {"name_en", V_TEXT, AT(g.name_en), 200, false},
    {"type", V_TYPE, AT(g.type), 0, true},
    {"parent", V_REF, AT(parent), 0, false},
    {"unit_code", V_UNIT, AT(g.unit_code), 0, false},
    {"valid_from", V_DATE, AT(g.valid_from), 0, true},
    {"valid_to", V_DATE, AT(g.valid_to), 0, false},
    {"successors", V_LINKS, 0, 0, false},
    {"provisional", V_BOOL, AT(g.provisional), 0, false},
    {"desk", V_BOOL, AT(g.desk), 0, false},
    {"hotline", V_PHONE, AT(g.hotline), 0, false},
    {"phone", V_PHONE, AT(g.phone), 0, false},
    {"email", V_EMAIL, AT(g.email), 0, false},
    {"address", V_TEXT, AT(g.address), 300, false},
    {"hours", V_TEXT, AT(g.hours), 300, false},
    {"leaders", V_LEADERS, 0, 0, false},
};
enum { KEYS_N = sizeof KEYS / sizeof *KEYS };

static void
read_value(struct agencies_file *f, doc *d, const node *n, struct file_agency *row, int k)
{
    void *out = (char *)row + KEYS[k].at;
    const char *s;

    switch (KEYS[k].what) {
    case V_REF:
        row->parent_at = mark_of(n);
        read_code(f, n, out);
        break;
    case V_CODE: read_code(f, n, out); break;
    case V_TYPE: read_type(f, n, out); break;
    case V_UNIT: read_unit(f, n, out); break;
    case V_DATE: read_date(f, n, out); break;
    case V_BOOL: read_bool(f, n, out); break;
    case V_PHONE: read_phone(f, n, out); break;
    case V_EMAIL: read_email(f, n, out); break;
    case V_LINKS:
    case V_LEADERS: read_list(f, d, n, row, KEYS[k].what); break;
    case V_TEXT:
        if ((s = scalar(f, n, KEYS[k].max)) && (*s || !KEYS[k].required))
            *(const char **)out = s;
        break;
    }
}

static int
key_index(const char *key)
{
    for (int k = 0; k < KEYS_N; k++)
        if (strcmp(KEYS[k].key, key) == 0)
            return k;
    return -1;
}

/* Communes, districts and departments receive dossiers unless the file says otherwise. */
static bool
usually_desk(enum agency_type t)
{
    return t == AGENCY_COMMUNE || t == AGENCY_DISTRICT || t == AGENCY_DEPARTMENT ||
           t == AGENCY_OFFICE;
}

static void
read_row(struct agencies_file *f, doc *d, const node *n)
{
    struct pair_of p[KEYS_N + 8];
    size_t count = pairs(f, d, n, p, KEYS_N + 8);
    bool seen[KEYS_N] = {0};
    struct file_agency *row = vec_push(f->a, &f->rows);

    *row = (struct file_agency){.at = mark_of(n), .parent_at = mark_of(n), .parent = ""};
    row->g = (struct agency){.code = "", .unit_code = "", .name = "", .name_en = "", .hotline = "",
                             .phone = "", .email = "", .address = "", .hours = "",
                             .valid_from = INT32_MIN, .valid_to = AGENCY_OPEN};
    for (size_t i = 0; i < count; i++) {
        int k = key_index(p[i].key);

        if (k < 0)
            fault(f, p[i].at, "unknown key '%s'", p[i].key);
        else {
            seen[k] = true;
            read_value(f, d, p[i].value, row, k);
        }
    }
    for (int k = 0; k < KEYS_N; k++)
        if (KEYS[k].required && !seen[k])
            fault(f, n, "key '%s' is missing", KEYS[k].key);
    if (!seen[key_index("desk")])
        row->g.desk = usually_desk(row->g.type);
}

static void
read_rows(struct agencies_file *f, doc *d, const node *list)
{
    if (list->type != YAML_SEQUENCE_NODE) {
        fault(f, list, "a list of agencies is expected");
        return;
    }
    for (yaml_node_item_t *i = list->data.sequence.items.start; i < list->data.sequence.items.top;
         i++) {
        if (f->rows.n == ROWS_MAX) {
            fault(f, list, "more than %d agencies", ROWS_MAX);
            return;
        }
        read_row(f, d, yaml_document_get_node(d, *i));
    }
}

static void
read_document(struct agencies_file *f, doc *d)
{
    const node *root = yaml_document_get_root_node(d);
    struct pair_of p[4];
    size_t n = root ? pairs(f, d, root, p, 4) : 0;
    bool found = false;

    if (!root)
        agencies_file_fault(f, (struct mark){1, 1}, "the file is empty");
    for (size_t i = 0; i < n; i++)
        if (strcmp(p[i].key, "agencies") == 0) {
            found = true;
            read_rows(f, d, p[i].value);
        } else
            fault(f, p[i].at, "unknown key '%s'; the file has one key, agencies", p[i].key);
    if (root && n && !found)
        fault(f, root, "key 'agencies' is missing");
}

static void
read_yaml(struct agencies_file *f, struct bytes text)
{
    yaml_parser_t parser;
    doc d;

    if (!yaml_parser_initialize(&parser)) {
        agencies_file_fault(f, (struct mark){1, 1}, "out of memory");
        return;
    }
    yaml_parser_set_input_string(&parser, text.p, text.n);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    if (yaml_parser_load(&parser, &d)) {
        read_document(f, &d);
        yaml_document_delete(&d);
    } else
        agencies_file_fault(f,
                            (struct mark){(int)parser.problem_mark.line + 1,
                                          (int)parser.problem_mark.column + 1},
                            "not readable as YAML: %s",
                            parser.problem ? parser.problem : "unknown");
    yaml_parser_delete(&parser);
}

void
agencies_file_read(struct agencies_file *f)
{
    struct bytes text;
    int rc = file_read(f->a, f->path, FILE_BYTES, &text);

    if (rc < 0)
        agencies_file_fault(f, (struct mark){1, 1}, "cannot be read: %s", strerror(-rc));
    else if (!utf8_valid((const char *)text.p, text.n))
        agencies_file_fault(f, (struct mark){1, 1}, "the file is not UTF-8");
    else
        read_yaml(f, text);
    if (!f->faults)
        agencies_file_relations(f);
}

size_t
agencies_file_check(struct arena *a, const char *path, agencies_fault *report, void *to)
{
    struct agencies_file f = {.a = a, .path = path, .report = report, .to = to};

    agencies_file_read(&f);
    return f.faults;
}
