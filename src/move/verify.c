#include "move/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/snapshot.h"
#include "move/dumpread.h"
#include "move/move.h"
#include "move/names.h"
#include "move/tool.h"

#define SORRY MOVE_SORRY

enum { FINDINGS_SHOWN = 100, LIST_LINE = 128 };

void
verify_finding(struct verify *v, const char *fmt, ...)
{
    va_list ap;

    if (++v->findings > FINDINGS_SHOWN)
        return;
    va_start(ap, fmt);
    fputs("finding ", stdout);
    vprintf(fmt, ap);
    putchar('\n');
    va_end(ap);
}

/* --- files --------------------------------------------------------------------------------- */

bool
verify_file(struct verify *v, const char *name, const struct file_sum *want)
{
    const char *path = arena_fmt(v->keep, "%s/%s", v->folder, name);
    struct file_sum got;
    struct progress p;
    int64_t before = v->findings;
    int rc;

    progress_begin(&p, name, "bytes", 0, want->size);
    rc = files_sum(path, &p, &got);
    if (rc < 0)
        verify_finding(v, "%s: %s", name, rc == -ENOENT ? "is missing" : strerror(-rc));
    else if (got.size != want->size)
        verify_finding(v, "%s: has %lld bytes, the manifest says %lld", name, (long long)got.size,
                       (long long)want->size);
    else if (strcmp(got.hash, want->hash) != 0)
        verify_finding(v, "%s: is damaged: its SHA-256 is not the manifest's", name);
    if (v->findings != before)
        progress_stop(&p);
    else
        progress_end(&p);
    return v->findings == before;
}

/* "hash size": a line of the list. */
static bool
take_line(char *line, const char **name, int64_t *size)
{
    char *end, *space = strchr(line, ' ');

    if (!space || space - line != STORE_NAME - 1 ||
        strspn(line, "0123456789abcdef") != STORE_NAME - 1)
        return false;
    *space = '\0';
    *name = line;
    *size = strtoll(space + 1, &end, 10);
    return end != space + 1 && strcmp(end, "\n") == 0 && *size >= 0;
}

static void
check_stored(struct verify *v, const char *name, int64_t size, bool deep, struct progress *p)
{
    char path[4096];
    struct file_sum got;
    struct stat st;

    snprintf(path, sizeof path, "%s/" BACKUP_STORE "/%.2s/%s", v->folder, name, name + 2);
    if (stat(path, &st) < 0)
        verify_finding(v, "store file %s: %s", name,
                       errno == ENOENT ? "is missing" : strerror(errno));
    else if (st.st_size != size)
        verify_finding(v, "store file %s: has %lld bytes, the list says %lld", name,
                       (long long)st.st_size, (long long)size);
    else if (deep && (files_sum(path, NULL, &got) < 0 || strcmp(got.hash, name) != 0))
        verify_finding(v, "store file %s: is damaged: its content is another", name);
    progress_add(p, size);
}

static int
read_list(struct verify *v, FILE *list, bool deep, struct progress *p)
{
    char line[LIST_LINE];
    int64_t files = 0, size;
    const char *name;

    for (; fgets(line, sizeof line, list); files++) {
        if (!take_line(line, &name, &size)) {
            verify_finding(v, BACKUP_LIST ": line %lld cannot be read", (long long)files + 1);
            return OK;
        }
        check_stored(v, name, size, deep, p);
    }
    if (files != v->m->files)
        verify_finding(v, BACKUP_LIST ": has %lld files, the manifest says %lld",
                       (long long)files, (long long)v->m->files);
    return OK;
}

int
verify_store(struct verify *v, bool deep)
{
    FILE *list = fopen(arena_fmt(v->keep, "%s/" BACKUP_LIST, v->folder), "re");
    struct progress p;
    int rc;

    if (!list) {
        verify_finding(v, BACKUP_LIST ": %s", strerror(errno));
        return OK;
    }
    progress_begin(&p, "store", "bytes", 0, v->m->bytes);
    p.quiet = !deep;
    rc = read_list(v, list, deep, &p);
    progress_end(&p);
    fclose(list);
    return rc;
}

/* --- tables -------------------------------------------------------------------------------- */

static const struct copy_table *
find(const copy_result *r, const char *name)
{
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->p[i].name, name) == 0)
            return &r->p[i];
    return NULL;
}

void
verify_tables(struct verify *v, const copy_result *got)
{
    const copy_result *want = &v->m->tables;

    for (size_t i = 0; i < want->n; i++) {
        const struct copy_table *w = &want->p[i], *g = find(got, w->name);

        if (!g)
            verify_finding(v, "table %s: is missing", w->name);
        else if (g->rows != w->rows)
            verify_finding(v, "table %s: has %lld rows, the manifest says %lld", w->name,
                           (long long)g->rows, (long long)w->rows);
        else if (strcmp(g->hash, w->hash) != 0)
            verify_finding(v, "table %s: its hash is not the manifest's", w->name);
    }
    for (size_t i = 0; i < got->n; i++)
        if (!find(want, got->p[i].name))
            verify_finding(v, "table %s: the manifest does not know it", got->p[i].name);
}

int
verify_sqlite(struct verify *v, const char *path)
{
    copy_result got = {0};
    struct side s;
    int rc = side_open(&s, v->keep, arena_fmt(v->keep, "sqlite:%s", path), DB_READ_ONLY);

    if (rc == OK && (rc = snapshot_check(&s.c)) == OK)
        rc = copy_tables_sum(&s.c, v->keep, "tables", &got);
    if (rc == OK)
        verify_tables(v, &got);
    else
        verify_finding(v, "%s: %s", path, s.c.err.detail);
    side_close(&s);
    return OK;
}

/* The dump's sums as a result, for verify_tables(). */
static int
read_dump(struct verify *v, int fd, copy_result *got)
{
    const copy_result *want = &v->m->tables;
    struct table_sum *sums = arena_get(v->keep, (want->n + 1) * sizeof *sums);
    int64_t total = 0;
    struct progress p;
    char hash[SUM_HEX];
    int rc;

    for (size_t i = 0; i < want->n; i++)
        total += want->p[i].rows;
    progress_begin(&p, "tables", "rows", 0, total);
    rc = dumpread(v->c, fd, want, sums, &p);
    if (rc < 0) {
        progress_stop(&p);
        return rc;
    }
    progress_end(&p);
    for (size_t i = 0; i < want->n; i++) {
        table_sum_hash(&sums[i], table_of_text(v->keep, want->p[i].name, want->p[i].columns),
                       hash);
        *vec_push(v->keep, got) = (struct copy_table){
            want->p[i].name, arena_str(v->keep, hash), want->p[i].columns, sums[i].rows};
    }
    return OK;
}

int
verify_dump(struct verify *v, const char *path)
{
    copy_result got = {0};
    struct tool t;
    int rc = tool_read(v->c, path, &t), ended;

    if (rc < 0)
        return rc;
    rc = read_dump(v, t.out, &got);
    ended = tool_end(v->c, &t);
    if (ended < 0 || rc < 0)
        verify_finding(v, "%s: %s", path, v->c->err.detail);
    else
        verify_tables(v, &got);
    return OK;
}
