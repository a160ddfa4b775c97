/*
 * Migrations: every slice's schema/NNNN.sql, embedded in the program.  A file that was applied is
 * never altered; a change is a new file.  NNNN.sqlite.sql holds what only that engine has.
 *
 * One transaction for all: a database never stands between two versions.
 */
#include "db/migrate.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "db/copy_state.h"
#include "db/engine.h"
#include "db/migrate_sql.h"

#define SCHEMA_NEWER   N_("Cơ sở dữ liệu mới hơn chương trình")
#define SCHEMA_OLDER   N_("Cơ sở dữ liệu cũ hơn chương trình; hãy chạy motcua init")
#define SCHEMA_HALF    N_("Cơ sở dữ liệu đang được sao chép, chưa dùng được")
#define SCHEMA_ALTERED N_("Cấu trúc dữ liệu đã bị sửa sau khi áp dụng")

enum { DDL_MAX = 1 << 20 };

struct step {
    int64_t number;
    const struct embedded *file;
    const char *sha256;
};

typedef VEC(struct step) step_list;

static int
by_number(const void *a, const void *b)
{
    const struct step *x = a, *y = b;

    return (x->number > y->number) - (x->number < y->number);
}

/* "0007.sql" is for every engine, "0007.sqlite.sql" for one. */
static bool
is_ours(const struct engine *e, const char *name)
{
    const char *dot = strchr(name, '.');
    size_t n = strlen(e->name);

    assert(dot);
    return strcmp(dot, ".sql") == 0 || (strncmp(dot + 1, e->name, n) == 0 && dot[1 + n] == '.');
}

static void
steps_of(struct ctx *c, const struct embedded *files, step_list *out)
{
    for (const struct embedded *f = files; f->name; f++) {
        struct step s = {strtoll(f->name, NULL, 10), f, hash_sha256_hex(c->a, f->text, f->n)};

        assert(s.number > 0);
        if (is_ours(c->db->engine, f->name))
            *vec_push(c->a, out) = s;
    }
    qsort(out->p, out->n, sizeof *out->p, by_number);
    for (size_t i = 1; i < out->n; i++)
        assert(out->p[i - 1].number != out->p[i].number); /* meson.build refuses them, too */
}

/* Length of what begins at s and is taken over as it stands: a comment, a text, a word, one byte.
 */
static size_t
span(const char *s)
{
    size_t n = 1;

    if (s[0] == '-' && s[1] == '-')
        return strcspn(s, "\n");
    if (*s == '\'') {
        while (s[n] && s[n] != '\'')
            n++;
        return s[n] ? n + 1 : n;
    }
    while ((isalnum((unsigned char)*s) || *s == '_') &&
           (isalnum((unsigned char)s[n]) || s[n] == '_'))
        n++;
    return n;
}

char *
migrate_expand(struct arena *a, const struct ddl_word *words, const char *sql)
{
    struct buf b;

    buf_init(&b, a, DDL_MAX);
    for (size_t n; *sql; sql += n) {
        const struct ddl_word *w = words;

        n = span(sql);
        while (w->word && (strlen(w->word) != n || memcmp(w->word, sql, n) != 0))
            w++;
        if (w->word)
            buf_str(&b, w->text);
        else
            buf_add(&b, sql, n);
    }
    assert(!b.over);
    return b.p;
}

static int
applied_of(struct ctx *c, applied_list *out)
{
    return c->db->engine->has_table(c, "schema_version") ? migrate_sql_applied(c, out) : OK;
}

static struct applied *
find(applied_list *done, int64_t number)
{
    for (size_t i = 0; i < done->n; i++)
        if (done->p[i].number == number)
            return &done->p[i];
    return NULL;
}

/* What the database had and we do not know, or know otherwise. */
static int
compare(struct ctx *c, const step_list *ours, applied_list *done)
{
    for (size_t i = 0; i < ours->n; i++) {
        struct applied *d = find(done, ours->p[i].number);

        if (!d)
            continue;
        d->seen = true;
        if (strcmp(d->sha256, ours->p[i].sha256) != 0)
            return fail(c, E_CONFLICT, SCHEMA_ALTERED,
                        "migration %s was altered after it was applied", ours->p[i].file->name);
    }
    for (size_t i = 0; i < done->n; i++)
        if (!done->p[i].seen)
            return fail(c, E_CONFLICT, SCHEMA_NEWER,
                        "the database has migration %" PRId64 ", which this program does not know",
                        done->p[i].number);
    return OK;
}

static int
apply(struct ctx *c, const struct step *s)
{
    const struct engine *e = c->db->engine;
    int rc = e->script(c, migrate_expand(c->a, e->words, s->file->text));

    if (rc < 0)
        return fail(c, E_SYS, DB_SORRY, "migration %s: %s", s->file->name,
                    arena_str(c->a, c->err.detail));
    return migrate_sql_add(c, s->number, s->file->name, s->sha256);
}

static int
apply_missing(struct ctx *c, const struct embedded *files)
{
    step_list ours = {0};
    applied_list done = {0};
    const struct query *lock = &c->db->engine->migrate_lock;
    int rc;

    steps_of(c, files, &ours);
    if (lock->sql && (rc = db_exec(c, lock, NO_ARGS)) < 0)
        return rc;
    if ((rc = applied_of(c, &done)) < 0 || (rc = compare(c, &ours, &done)) < 0)
        return rc;
    for (size_t i = 0; i < ours.n; i++)
        if (!find(&done, ours.p[i].number) && (rc = apply(c, &ours.p[i])) < 0)
            return rc;
    return OK;
}

int
migrate_up(struct ctx *c, const struct embedded *files)
{
    int rc = db_begin(c, DB_READ_WRITE);

    if (rc < 0)
        return rc;
    rc = apply_missing(c, files);
    if (rc == OK)
        rc = db_commit(c);
    if (rc < 0)
        db_rollback(c);
    return rc;
}

int
migrate_check(struct ctx *c, const struct embedded *files)
{
    step_list ours = {0};
    applied_list done = {0};
    int rc;

    steps_of(c, files, &ours);
    if ((rc = applied_of(c, &done)) < 0 || (rc = compare(c, &ours, &done)) < 0)
        return rc;
    for (size_t i = 0; i < ours.n; i++)
        if (!find(&done, ours.p[i].number))
            return fail(c, E_CONFLICT, SCHEMA_OLDER, "migration %s is not applied; run motcua init",
                        ours.p[i].file->name);
    return OK;
}

/* Half of a site is not served, and not filled by init either. */
static int
refuse_half_copy(struct ctx *c)
{
    return copy_state_there(c)
               ? fail(c, E_CONFLICT, SCHEMA_HALF,
                      "a copy into this database has not ended; run the same motcua copy again")
               : OK;
}

int
db_migrate(struct ctx *c)
{
    int rc = refuse_half_copy(c);

    return rc < 0 ? rc : migrate_up(c, SCHEMA_FILES);
}

int
db_check_schema(struct ctx *c)
{
    int rc = refuse_half_copy(c);

    return rc < 0 ? rc : migrate_check(c, SCHEMA_FILES);
}

int
db_schema_version(struct ctx *c)
{
    if (!c->db->engine->has_table(c, "schema_version"))
        return 0;
    return (int)migrate_sql_newest(c);
}
