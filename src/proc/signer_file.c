#include "proc/signer_file.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "base/file.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "sign/wire.h"

enum { FILE_MAX = 16 << 20, VALUE_MAX = 500 };

static const struct {
    const char *name;
    bool path;
} FIELDS[KEY__COUNT] = {
    [KEY_NAME] = {"name", false},
    [KEY_USE] = {"use", false},
    [KEY_AGENCY] = {"agency", false},
    [KEY_PERSON] = {"person", false},
    [KEY_FILE] = {"file", true},
    [KEY_PASSPHRASE_FILE] = {"passphrase-file", true},
    [KEY_MODULE] = {"module", true},
    [KEY_TOKEN] = {"token", false},
    [KEY_LABEL] = {"label", false},
    [KEY_PIN_FILE] = {"pin-file", true},
    [KEY_CERTIFICATES] = {"certificates", true},
    [KEY_PUBLIC] = {"public", true},
    [KEY_RETIRED] = {"retired", false},
};

struct reading {
    struct key_file *f;
    const char *folder;
    yaml_parser_t yaml;
};

static void
fault_at(struct key_file *f, size_t line, size_t column, const char *say)
{
    buf_fmt(f->faults, "%s:%zu:%zu: %s\n", f->path, line, column, say);
    f->good = false;
}

static bool
fault_mark(struct reading *r, yaml_mark_t at, const char *say)
{
    fault_at(r->f, at.line + 1, at.column + 1, say);
    return false;
}

void
key_file_fault(struct key_file *f, const struct key_row *r, enum key_field field, const char *fmt,
               ...)
{
    size_t at = r->line[field] ? (size_t)field : (size_t)KEY_NAME;
    char say[400];
    va_list args;
    int n = snprintf(say, sizeof say, "%s ", FIELDS[field].name);

    va_start(args, fmt);
    vsnprintf(say + n, sizeof say - (size_t)n, fmt, args);
    va_end(args);
    fault_at(f, r->line[at], r->column[at], say);
}

/* --- shape --------------------------------------------------------------------------------- */

static bool
next(struct reading *r, yaml_event_t *e)
{
    if (yaml_parser_parse(&r->yaml, e))
        return true;
    return fault_mark(r, r->yaml.problem_mark, r->yaml.problem ? r->yaml.problem : "is no YAML");
}

static bool
expect(struct reading *r, yaml_event_type_t want, const char *say)
{
    yaml_event_t e;
    bool ok;

    if (!next(r, &e))
        return false;
    ok = e.type == want || fault_mark(r, e.start_mark, say);
    yaml_event_delete(&e);
    return ok;
}

static const char *
value_text(struct reading *r, const yaml_event_t *e, bool path)
{
    const char *s = (const char *)e->data.scalar.value;
    size_t n = e->data.scalar.length;

    if (strlen(s) != n || n > VALUE_MAX || !utf8_clean(s, n) || strpbrk(s, "\n\r\t")) {
        fault_mark(r, e->start_mark, "must be one line of at most 500 characters");
        return "";
    }
    if (path && secret_is_credential(s))
        return secret_path(r->f->a, arena_str(r->f->a, s));
    if (path && *s && *s != '/' && *r->folder)
        return arena_fmt(r->f->a, "%s/%s", r->folder, s);
    return arena_str(r->f->a, s);
}

static void
take_value(struct reading *r, struct key_row *row, const yaml_event_t *key,
           const yaml_event_t *value)
{
    const char *name = (const char *)key->data.scalar.value;

    for (int i = 0; i < KEY__COUNT; i++) {
        if (strcmp(FIELDS[i].name, name) != 0)
            continue;
        if (row->line[i])
            fault_mark(r, key->start_mark, "is given twice");
        row->line[i] = value->start_mark.line + 1;
        row->column[i] = value->start_mark.column + 1;
        row->field[i] = value_text(r, value, FIELDS[i].path);
        return;
    }
    fault_mark(r, key->start_mark,
               arena_fmt(r->f->a, "'%.40s' is no field of a key",
                         utf8_clean(name, strlen(name)) ? name : "?"));
}

/* field: value ... up to the end of the key's mapping */
static bool
read_row(struct reading *r, struct key_row *row)
{
    yaml_event_t key, value;
    bool ok = true;

    while (ok && next(r, &key)) {
        if (key.type == YAML_MAPPING_END_EVENT) {
            yaml_event_delete(&key);
            return true;
        }
        ok = key.type == YAML_SCALAR_EVENT || fault_mark(r, key.start_mark, "must be a word");
        if (ok && (ok = next(r, &value))) {
            ok = value.type == YAML_SCALAR_EVENT ||
                 fault_mark(r, value.start_mark, "must be one value");
            if (ok)
                take_value(r, row, &key, &value);
            yaml_event_delete(&value);
        }
        yaml_event_delete(&key);
    }
    return false;
}

static bool
read_rows(struct reading *r)
{
    VEC(struct key_row) rows = {0};
    yaml_event_t e;
    bool ok = true;

    while (ok && (ok = next(r, &e))) {
        yaml_event_type_t type = e.type;
        struct key_row row = {0};

        for (int i = 0; i < KEY__COUNT; i++)
            row.field[i] = "";
        row.column[KEY_NAME] = e.start_mark.column + 1;
        if (type != YAML_SEQUENCE_END_EVENT && type != YAML_MAPPING_START_EVENT)
            ok = fault_mark(r, e.start_mark, "must be a key: a list of 'field: value'");
        if (rows.n == WIRE_KEYS_MAX)
            ok = fault_mark(r, e.start_mark, "these are too many keys");
        if (ok && type == YAML_MAPPING_START_EVENT && (ok = read_row(r, &row))) {
            if (!row.line[KEY_NAME]) /* faults of the row stand at its beginning */
                row.line[KEY_NAME] = e.start_mark.line + 1;
            *vec_push(r->f->a, &rows) = row;
        }
        yaml_event_delete(&e);
        if (type == YAML_SEQUENCE_END_EVENT)
            break;
    }
    r->f->row = rows.p;
    r->f->n = rows.n;
    return ok;
}

static bool
read_shape(struct reading *r)
{
    static const char SHAPE[] = "the file must be 'keys:' and a list of keys";
    yaml_event_t e;
    bool ok;

    if (!expect(r, YAML_STREAM_START_EVENT, SHAPE) ||
        !expect(r, YAML_DOCUMENT_START_EVENT, SHAPE) ||
        !expect(r, YAML_MAPPING_START_EVENT, SHAPE) || !next(r, &e))
        return false;
    ok = (e.type == YAML_SCALAR_EVENT && strcmp((const char *)e.data.scalar.value, "keys") == 0) ||
         fault_mark(r, e.start_mark, SHAPE);
    yaml_event_delete(&e);
    return ok && expect(r, YAML_SEQUENCE_START_EVENT, SHAPE) && read_rows(r) &&
           expect(r, YAML_MAPPING_END_EVENT, "there is nothing but 'keys:' in this file");
}

/* --- sense --------------------------------------------------------------------------------- */

static void
check_words(struct key_file *f, struct key_row *r)
{
    static const char PLAIN[] = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ._-";
    const char *name = r->field[KEY_NAME], *use = r->field[KEY_USE];
    const char *retired = r->field[KEY_RETIRED];

    if (!*name || strlen(name) >= WIRE_NAME || strspn(name, PLAIN) != strlen(name))
        key_file_fault(f, r, KEY_NAME, "must be given: letters, digits and . _ -, at most %d",
                       WIRE_NAME - 1);
    r->use = *use ? sign_use_parse(use) : SIGN_DOCUMENT;
    r->bare = r->use == SIGN_CLAIM || r->use == SIGN_SEAL;
    if (r->use == SIGN_USE__COUNT)
        key_file_fault(f, r, KEY_USE, "must be document, claim or seal");
    r->retired = strcmp(retired, "yes") == 0;
    if (*retired && !r->retired && strcmp(retired, "no") != 0)
        key_file_fault(f, r, KEY_RETIRED, "must be yes or no");
}

/* Which fields belong together. */
static void
check_places(struct key_file *f, const struct key_row *r)
{
    bool file = *r->field[KEY_FILE], token = *r->field[KEY_MODULE];
    bool old = r->bare && r->retired;

    if (*r->field[KEY_AGENCY] && *r->field[KEY_PERSON])
        key_file_fault(f, r, KEY_PERSON, "and agency: a key is one's alone");
    if (file == token && !(old && !file))
        key_file_fault(f, r, KEY_FILE, "or module must be given, not both");
    if (old && !file && !token && !*r->field[KEY_PUBLIC])
        key_file_fault(f, r, KEY_PUBLIC, "must be given for a retired key without a file");
    if (token && (!*r->field[KEY_TOKEN] || !*r->field[KEY_LABEL]))
        key_file_fault(f, r, KEY_MODULE, "needs token and label beside it");
    if (!token && (*r->field[KEY_TOKEN] || *r->field[KEY_LABEL] || *r->field[KEY_PIN_FILE]))
        key_file_fault(f, r, KEY_MODULE, "must be given with token, label and pin-file");
    if (!r->bare && !token && !*r->field[KEY_CERTIFICATES])
        key_file_fault(f, r, KEY_CERTIFICATES, "must be given for a document key");
}

static void
check_rows(struct key_file *f)
{
    for (size_t i = 0; i < f->n; i++) {
        check_words(f, &f->row[i]);
        check_places(f, &f->row[i]);
        for (size_t k = 0; k < i; k++)
            if (strcmp(f->row[k].field[KEY_NAME], f->row[i].field[KEY_NAME]) == 0) {
                key_file_fault(f, &f->row[i], KEY_NAME, "stands twice in the file");
                break;
            }
    }
}

static const char *
folder_of(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? arena_strn(a, path, (size_t)(slash - path)) : "";
}

bool
key_file_read(struct arena *a, const char *path, struct buf *faults, struct key_file *out)
{
    struct reading r = {.f = out, .folder = folder_of(a, path)};
    struct bytes text;
    int rc;

    *out = (struct key_file){.a = a, .path = path, .faults = faults, .good = true};
    if ((rc = file_read(a, path, FILE_MAX, &text)) < 0) {
        fault_at(out, 1, 1, arena_fmt(a, "cannot be read: %s", strerror(-rc)));
        return false;
    }
    if (!yaml_parser_initialize(&r.yaml))
        return false;
    yaml_parser_set_input_string(&r.yaml, text.p, text.n);
    yaml_parser_set_encoding(&r.yaml, YAML_UTF8_ENCODING);
    if (read_shape(&r))
        check_rows(out);
    yaml_parser_delete(&r.yaml);
    return out->good;
}
