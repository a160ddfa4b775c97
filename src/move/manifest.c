#include "move/manifest.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/file.h"
#include "base/hash.h"
#include "move/move.h"

#define SORRY MOVE_SORRY
#define SEAL  ",\n  \"seal\": \""

enum { FORMAT = 1, MANIFEST_MAX = 4 << 20 };

/* --- writing: plain text, so that a person can read it, too --------------------------------- */

static void
put_text(struct buf *b, const char *name, const char *v)
{
    buf_fmt(b, ",\n  \"%s\": \"", name);
    buf_json(b, v);
    buf_char(b, '"');
}

static void
put_int(struct buf *b, const char *name, int64_t v)
{
    buf_fmt(b, ",\n  \"%s\": %" PRId64, name, v);
}

static void
put_file(struct buf *b, const char *name, const char *file, const struct file_sum *s)
{
    buf_fmt(b, ",\n  \"%s\": {\"file\": \"%s\", \"size\": %" PRId64 ", \"sha256\": \"%s\"}", name,
            file, s->size, s->hash);
}

static void
put_tables(struct buf *b, const copy_result *r)
{
    buf_str(b, ",\n  \"tables\": [");
    for (size_t i = 0; i < r->n; i++)
        buf_fmt(b,
                "%s\n    {\"name\": \"%s\", \"rows\": %" PRId64 ", \"hash\": \"%s\",\n     "
                "\"columns\": \"%s\"}",
                i ? "," : "", r->p[i].name, r->p[i].rows, r->p[i].hash, r->p[i].columns);
    buf_str(b, "\n  ]");
}

static void
put_all(struct buf *b, const struct manifest *m)
{
    int64_t shifted = m->at - VN_OFFSET; /* the civil clock of date.h, at UTC */
    struct ymd d = date_ymd(vn_day(shifted));
    int minute = vn_minute(shifted);

    buf_fmt(b, "{\n  \"format\": %d", FORMAT);
    put_text(b, "program", m->program);
    put_int(b, "schema", m->schema);
    put_text(b, "engine", m->engine);
    put_int(b, "engine_version", m->engine_version);
    put_text(b, "source", m->source);
    buf_fmt(b, ",\n  \"time\": \"%04d-%02d-%02dT%02d:%02d:%02dZ\"", d.y, d.m, d.d, minute / 60,
            minute % 60, (int)(m->at % 60));
    put_int(b, "at", m->at);
    put_int(b, "seconds", m->seconds);
    put_file(b, "database", m->database, &m->database_sum);
    put_file(b, "key", BACKUP_KEY, &m->key_sum);
    if (m->ring_sum.size)
        put_file(b, "numbers", BACKUP_RING, &m->ring_sum);
    put_file(b, "list", BACKUP_LIST, &m->list_sum);
    put_int(b, "files", m->files);
    put_int(b, "bytes", m->bytes);
    put_int(b, "linked", m->linked);
    put_int(b, "damaged", m->damaged);
    put_tables(b, &m->tables);
}

int
manifest_write(struct ctx *c, const char *folder, const struct manifest *m)
{
    const char *path = arena_fmt(c->a, "%s/" MANIFEST, folder);
    const char *seal;
    struct buf b;
    int rc;

    buf_init(&b, c->a, MANIFEST_MAX);
    put_all(&b, m);
    seal = hash_sha256_hex(c->a, b.p, b.n);
    buf_fmt(&b, SEAL "%s\"\n}\n", seal);
    if (b.over)
        return fail(c, E_SYS, SORRY, "the manifest is too long");
    rc = file_write(c->a, path, b.p, b.n, 0600);
    return rc < 0 ? fail(c, E_SYS, SORRY, "cannot write %s: %s", path, strerror(-rc)) : OK;
}

/* --- reading ------------------------------------------------------------------------------- */

struct reading { struct ctx *c; const char *path; const char *missing; };

static const char *
get_text(struct reading *r, const json_t *j, const char *name)
{
    const json_t *v = json_object_get(j, name);

    if (!json_is_string(v))
        r->missing = name;
    return arena_str(r->c->a, json_string_value(v));
}

static int64_t
get_int(struct reading *r, const json_t *j, const char *name)
{
    const json_t *v = json_object_get(j, name);

    if (!json_is_integer(v) || json_integer_value(v) < 0)
        r->missing = name;
    return json_integer_value(v);
}

static struct file_sum
get_file(struct reading *r, const json_t *j, const char *name)
{
    const json_t *f = json_object_get(j, name);
    struct file_sum s = {.size = get_int(r, f, "size")};
    const char *hash = get_text(r, f, "sha256");

    if (strlen(hash) != sizeof s.hash - 1)
        r->missing = name;
    else
        memcpy(s.hash, hash, sizeof s.hash);
    return s;
}

static void
get_tables(struct reading *r, const json_t *j, copy_result *out)
{
    const json_t *list = json_object_get(j, "tables"), *t;
    size_t i;

    if (!json_is_array(list))
        r->missing = "tables";
    json_array_foreach(list, i, t)
        *vec_push(r->c->a, out) = (struct copy_table){
            get_text(r, t, "name"), get_text(r, t, "hash"), get_text(r, t, "columns"),
            get_int(r, t, "rows")};
}

static int
take(struct reading *r, const json_t *j, struct manifest *m)
{
    *m = (struct manifest){.at = get_int(r, j, "at")};
    if (get_int(r, j, "format") != FORMAT)
        return fail(r->c, E_SYS, SORRY, "%s is of another format than this program's", r->path);
    m->program = get_text(r, j, "program");
    m->engine = get_text(r, j, "engine");
    m->source = get_text(r, j, "source");
    m->schema = get_int(r, j, "schema");
    m->engine_version = get_int(r, j, "engine_version");
    m->seconds = get_int(r, j, "seconds");
    m->database_sum = get_file(r, j, "database");
    m->key_sum = get_file(r, j, "key");
    if (json_object_get(j, "numbers"))
        m->ring_sum = get_file(r, j, "numbers");
    m->list_sum = get_file(r, j, "list");
    m->files = get_int(r, j, "files");
    m->bytes = get_int(r, j, "bytes");
    m->linked = get_int(r, j, "linked");
    m->damaged = get_int(r, j, "damaged");
    get_tables(r, j, &m->tables);
    m->database = strcmp(m->engine, "sqlite") == 0 ? BACKUP_SQLITE : BACKUP_PG;
    return r->missing ? fail(r->c, E_SYS, SORRY, "%s: %s is missing or no such thing", r->path,
                             r->missing)
                      : OK;
}

/* The last seal: nothing but itself and the end may follow. */
static bool
sealed(struct ctx *c, const struct bytes *text)
{
    const char *s = (const char *)text->p, *at = NULL;

    for (const char *p = s; (p = strstr(p, SEAL)) != NULL; p++)
        at = p;
    return at && text->n == (size_t)(at - s) + strlen(SEAL) + 64 + strlen("\"\n}\n") &&
           memcmp(at + strlen(SEAL), hash_sha256_hex(c->a, s, (size_t)(at - s)), 64) == 0;
}

int
manifest_read(struct ctx *c, const char *folder, struct manifest *out)
{
    struct reading r = {.c = c, .path = arena_fmt(c->a, "%s/" MANIFEST, folder)};
    struct bytes text;
    json_t *j;
    int rc = file_read(c->a, r.path, MANIFEST_MAX, &text);

    if (rc == -ENOENT && access(folder, F_OK) < 0)
        return fail(c, E_NOTFOUND, SORRY, "%s is not there", folder);
    if (rc == -ENOENT)
        return fail(c, E_NOTFOUND, SORRY,
                    "%s holds no " MANIFEST ": no backup, or one that was interrupted", folder);
    if (rc < 0)
        return fail(c, E_SYS, SORRY, "cannot read %s: %s", r.path, strerror(-rc));
    if (!sealed(c, &text))
        return fail(c, E_SYS, SORRY, "%s is damaged: its seal does not fit", r.path);
    j = json_loadb((const char *)text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
    rc = j ? take(&r, j, out) : fail(c, E_SYS, SORRY, "%s is no JSON", r.path);
    json_decref(j);
    return rc;
}
