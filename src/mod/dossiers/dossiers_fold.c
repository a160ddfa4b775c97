/* The row is the fold of its events: what changed, how it is written, and how it is read back. */
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "mod/dossiers/dossiers_chain.h"
#include "mod/dossiers/dossiers_fields.h"
#include "mod/dossiers/dossiers_inside.h"
#include "mod/dossiers/dossiers_sql.h"

enum { CHANGES_MAX = 64 << 10, EVENT_MAX = 1 << 20 };

#define N_FIELD(f) {#f, false, offsetof(struct dossier, f)},
#define T_FIELD(f) {#f, true, offsetof(struct dossier, f)},
const struct row_field DOSSIER_FIELDS[] = {
    DOSSIER_FIXED(N_FIELD, T_FIELD) DOSSIER_MOVING(N_FIELD, T_FIELD)
};
const size_t DOSSIER_FIELDS_N = sizeof DOSSIER_FIELDS / sizeof *DOSSIER_FIELDS;

static int64_t
number_of(const struct dossier *d, const struct row_field *f)
{
    int64_t v;

    memcpy(&v, (const char *)d + f->at, sizeof v);
    return v;
}

static const char *
text_of(const struct dossier *d, const struct row_field *f)
{
    const char *s;

    memcpy(&s, (const char *)d + f->at, sizeof s);
    return s ? s : "";
}

static bool
same(const struct dossier *a, const struct dossier *b, const struct row_field *f)
{
    if (!f->text)
        return number_of(a, f) == number_of(b, f);
    return text_of(a, f) == text_of(b, f) || strcmp(text_of(a, f), text_of(b, f)) == 0;
}

static void
write_value(struct buf *b, const struct dossier *d, const struct row_field *f)
{
    if (!f->text) {
        buf_int(b, number_of(d, f));
        return;
    }
    buf_char(b, '"');
    buf_json(b, text_of(d, f));
    buf_char(b, '"');
}

/* {"status":[1,2],"step":["","tham_dinh"]} in the order of the fields: canonical by construction.
 */
char *
fold_changes(struct arena *a, const struct dossier *before, const struct dossier *after)
{
    struct buf b;

    buf_init(&b, a, CHANGES_MAX);
    buf_char(&b, '{');
    for (size_t i = 0; i < DOSSIER_FIELDS_N; i++) {
        const struct row_field *f = &DOSSIER_FIELDS[i];

        if (same(before, after, f))
            continue;
        if (b.n > 1)
            buf_char(&b, ',');
        buf_char(&b, '"');
        buf_str(&b, f->name);
        buf_lit(&b, "\":[");
        write_value(&b, before, f);
        buf_char(&b, ',');
        write_value(&b, after, f);
        buf_char(&b, ']');
    }
    buf_char(&b, '}');
    return b.over ? NULL : b.p;
}

const char *
fold_differs(const struct dossier *a, const struct dossier *b)
{
    for (size_t i = 0; i < DOSSIER_FIELDS_N; i++)
        if (!same(a, b, &DOSSIER_FIELDS[i]))
            return DOSSIER_FIELDS[i].name;
    return a->version == b->version ? NULL : "version";
}

static bool
set_value(struct arena *a, struct dossier *d, const struct row_field *f, const json_t *v)
{
    if (f->text) {
        const char *s = json_string_value(v);

        if (!s)
            return false;
        s = arena_str(a, s);
        memcpy((char *)d + f->at, &s, sizeof s);
        return true;
    }
    if (!json_is_integer(v))
        return false;
    memcpy((char *)d + f->at, &(int64_t){json_integer_value(v)}, sizeof(int64_t));
    return true;
}

static bool
set_field(struct arena *a, struct dossier *d, const char *name, const json_t *pair)
{
    for (size_t i = 0; i < DOSSIER_FIELDS_N; i++)
        if (strcmp(DOSSIER_FIELDS[i].name, name) == 0)
            return set_value(a, d, &DOSSIER_FIELDS[i], json_array_get(pair, 1));
    return false;
}

int
dossiers_fold(struct arena *a, struct dossier *d, const char *changes)
{
    json_t *o = json_loads(changes, JSON_REJECT_DUPLICATES, NULL), *pair;
    const char *name;
    bool good = json_is_object(o);

    json_object_foreach(o, name, pair)
        good = good && set_field(a, d, name, pair);
    json_decref(o);
    if (good)
        d->version++;
    return good ? OK : E_INVALID;
}

/* Numbers are written out, texts with their length before them: no two events read alike. */
static void
hash_text(struct buf *b, const char *s)
{
    size_t n = strlen(s);

    buf_int(b, (int64_t)n);
    buf_char(b, ':');
    buf_add(b, s, n);
}

/* Events from before the sealed log (form 1) leave their own id out; their leaf binds it. */
static char *
hash_of(struct arena *a, const char *before, const struct stored_event *e, int form)
{
    const int64_t n[] = {e->dossier, e->version, e->at, e->account, e->acting_for, e->unit,
                         e->action, e->status};
    struct buf b;

    buf_init(&b, a, EVENT_MAX);
    if (form == 2)
        buf_fmt(&b, "event/2,%" PRId64 ",", e->id);
    hash_text(&b, before);
    for (size_t i = 0; i < sizeof n / sizeof *n; i++) {
        buf_int(&b, n[i]);
        buf_char(&b, ',');
    }
    hash_text(&b, e->note);
    hash_text(&b, e->ground);
    hash_text(&b, e->changes);
    hash_text(&b, e->data);
    return b.over ? NULL : hash_sha256_hex(a, b.p, b.n);
}

char *
fold_hash(struct arena *a, const char *before, const struct stored_event *e)
{
    return hash_of(a, before, e, 2);
}

bool
fold_fits(struct arena *a, const char *before, const struct stored_event *e)
{
    for (int form = 2; form > 0; form--) {
        const char *want = hash_of(a, before, e, form);

        if (want && strcmp(want, e->hash) == 0)
            return true;
    }
    return false;
}

/* --- what a destruction leaves --- */

char *
fold_remains(struct arena *a, const struct stored_event *e, size_t n)
{
    char *sum = arena_str(a, "");

    for (size_t i = 0; i < n && sum; i++) {
        sum = fold_hash(a, sum, &e[i]);
        if (sum)
            sum = arena_fmt(a, "%s%s", sum, e[i].hash);
        if (sum)
            sum = hash_sha256_hex(a, sum, strlen(sum));
    }
    return sum;
}

static const char *
remains_of(struct arena *a, const struct stored_event *e)
{
    json_t *o = json_loads(e->data, 0, NULL);
    const char *s = json_string_value(json_object_get(o, "remains"));

    s = arena_str(a, s ? s : "");
    json_decref(o);
    return s;
}

void
fold_chain(struct arena *a, const struct stored_event *e, size_t n, struct fold_chain *out)
{
    *out = (struct fold_chain){.e = e, .n = n, .remains = ""};
    for (size_t i = 1; i < n; i++)
        if (e[i].action == ACT_DESTROY) {
            out->gone = i;
            out->remains = remains_of(a, &e[i]);
        }
}

bool
fold_link(struct arena *a, const struct fold_chain *f, size_t i)
{
    const char *left;

    if (i < f->gone)
        return true;                    /* all of them together, at the event that destroyed */
    if (!fold_fits(a, i ? f->e[i - 1].hash : "", &f->e[i]))
        return false;
    if (i != f->gone || !f->gone)
        return true;
    left = fold_remains(a, f->e, f->gone);
    return left && strcmp(left, f->remains) == 0;
}

static int
verify_events(struct ctx *c, const struct dossier *row, const event_list *v)
{
    struct dossier d = {.id = row->id};
    struct fold_chain chain;
    const char *field;

    fold_chain(c->a, v->p, v->n, &chain);
    for (size_t i = 0; i < v->n; i++) {
        const struct stored_event *e = &v->p[i];

        if (e->version != (int64_t)i + 1 || !fold_link(c->a, &chain, i))
            return fail(c, E_CONFLICT, N_("Nhật ký hồ sơ đã bị sửa"), "%s: event %" PRId64,
                        row->code, e->version);
        if (dossiers_fold(c->a, &d, e->changes) < 0 || d.status != e->status)
            return fail(c, E_CONFLICT, N_("Nhật ký hồ sơ không đọc được"), "%s: event %" PRId64,
                        row->code, e->version);
    }
    if ((field = fold_differs(&d, row)))
        return fail(c, E_CONFLICT, N_("Hồ sơ khác với nhật ký của nó"), "%s: %s", row->code, field);
    return OK;
}

int
dossiers_verify(struct ctx *c, const char *code)
{
    event_list v = {0};
    struct dossier row;
    int rc = sql_dossier_by_code(c, code, &row);

    if (rc == OK)
        rc = sql_events(c, row.id, 0, &v);
    return rc < 0 ? rc : verify_events(c, &row, &v);
}
