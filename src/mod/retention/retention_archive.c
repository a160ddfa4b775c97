/* A year of an agency as a folder that is a bag; and what is in such a folder, or in one package,
 * looked at. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/progress.h"
#include "mod/agencies/agencies.h"
#include "mod/dossiers/dossiers_archive.h"
#include "mod/retention/retention_package.h"
#include "site/site.h"

enum { PAGE = 100, ONE_ARENA = 256 << 20, TEXT_MAX = 256 << 20 };

static int
cannot(struct ctx *c, const char *what, const char *path)
{
    return fail(c, E_SYS, N_("Không ghi được thư mục lưu trữ"), "%s: %s: %s", what, path,
                strerror(errno));
}

/* --- one package ------------------------------------------------------------------------------ */

static bool
to_file(void *user, const void *bytes, size_t n)
{
    const char *p = bytes;

    while (n) {
        ssize_t done = write(*(int *)user, p, n);

        if (done <= 0)
            return false;
        p += done;
        n -= (size_t)done;
    }
    return true;
}

/* Under its name only when it is whole and durable. */
static int
write_package(struct ctx *c, const struct kept *k, struct store *store, const char *path)
{
    const char *part = arena_fmt(c->a, "%s.part", path);
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), rc;

    if (fd < 0)
        return cannot(c, "open", part);
    rc = retention_package(c, k, store, to_file, &fd);
    if (rc == OK && fsync(fd) < 0)
        rc = cannot(c, "fsync", part);
    close(fd);
    if (rc == OK && rename(part, path) < 0)
        rc = cannot(c, "rename", path);
    if (rc < 0)
        unlink(part);
    return rc;
}

struct year {
    struct ctx *c;
    int64_t unit, year;
    struct store *store;
    const char *out;
    struct progress *progress;
    struct archive_done *done;
    struct buf manifest, list;
    int64_t bytes, files;
};

static int
hash_one(struct year *y, struct ctx *c, const char *path, const char *name)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int64_t size = 0;
    char *sum = fd < 0 ? NULL : bag_hash_fd(c->a, fd, &size);

    if (fd >= 0)
        close(fd);
    if (!sum)
        return cannot(c, "read", path);
    buf_fmt(&y->manifest, "%s  data/%s\n", sum, name);
    y->bytes += size;
    y->files++;
    return OK;
}

/* In an arena of its own: a year may be large. */
static int
one_dossier(struct year *y, const struct kept *k)
{
    struct ctx one = *y->c;
    struct stat st;
    const char *name, *path;
    int rc = OK;

    one.a = arena_open(ONE_ARENA);
    name = arena_fmt(one.a, "%s.zip", k->code);
    path = arena_fmt(one.a, "%s/data/%s", y->out, name);
    if (stat(path, &st) == 0)
        y->done->there++;
    else if ((rc = write_package(&one, k, y->store, path)) == OK)
        y->done->made++;
    if (rc == OK)
        rc = hash_one(y, &one, path, name);
    if (rc == OK)
        retention_csv_row(&one, &y->list, k);
    if (rc < 0)
        y->c->err = one.err;
    arena_close(one.a);
    progress_add(y->progress, 1);
    return rc;
}

static int
all_dossiers(struct year *y)
{
    struct kept *k;
    int64_t after = 0;
    size_t n = PAGE;
    int rc = OK;

    while (n == PAGE && rc == OK) {
        rc = retention_of_year(y->c, y->unit, y->year, after, PAGE, &k, &n);
        for (size_t i = 0; i < n && rc == OK; i++) {
            rc = one_dossier(y, &k[i]);
            after = k[i].dossier;
        }
    }
    return rc;
}

/* --- the folder ------------------------------------------------------------------------------- */

static int
put(struct year *y, const char *name, const char *text, size_t n)
{
    const char *path = arena_fmt(y->c->a, "%s/%s", y->out, name);
    int rc = file_write(y->c->a, path, text, n, 0600);

    errno = -rc;
    return rc < 0 ? cannot(y->c, "write", path) : OK;
}

static int
put_tag(struct year *y, struct buf *tags, const char *name, const char *text)
{
    buf_fmt(tags, "%s  %s\n", hash_sha256_hex(y->c->a, text, strlen(text)), name);
    return put(y, name, text, strlen(text));
}

static const char *
info(struct year *y)
{
    const struct agency *g = agencies_by_id(y->c->site->agencies, y->unit);

    return arena_fmt(y->c->a,
                     "Source-Organization: %s\nExternal-Identifier: %s-%d\n"
                     "External-Description: Hồ sơ kết thúc năm %d\nBagging-Date: %s\n"
                     "Bag-Software-Agent: motcua " MOTCUA_VERSION "\nPayload-Oxum: %" PRId64
                     ".%" PRId64 "\n",
                     g ? agency_office_name(y->c->a, g) : "", g ? g->code : "", (int)y->year,
                     (int)y->year, date_iso(y->c->a, vn_day(y->c->now)), y->bytes, y->files);
}

static int
put_tags(struct year *y)
{
    struct buf tags;
    int rc;

    buf_init(&tags, y->c->a, 1 << 16);
    if (y->manifest.over || y->list.over)
        return fail(y->c, E_TOOBIG, N_("Gói lưu trữ quá lớn"), "year: manifest");
    if ((rc = put(y, "data/muc-luc.csv", y->list.p, y->list.n)) < 0 ||
        (rc = hash_one(y, y->c, arena_fmt(y->c->a, "%s/data/muc-luc.csv", y->out),
                       "muc-luc.csv")) < 0 ||
        (rc = put_tag(y, &tags, "bag-info.txt", info(y))) < 0 ||
        (rc = put_tag(y, &tags, "bagit.txt",
                      "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")) < 0 ||
        (rc = put_tag(y, &tags, "manifest-sha256.txt", y->manifest.p)) < 0)
        return rc;
    return put(y, "tagmanifest-sha256.txt", tags.p, tags.n);
}

static int
make_folder(struct ctx *c, const char *path)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST ? OK : cannot(c, "mkdir", path);
}

int
retention_archive(struct ctx *c, int64_t unit, int64_t year, struct store *store, const char *out,
                  struct progress *p, struct archive_done *done)
{
    struct year y = {.c = c, .unit = unit, .year = year, .store = store, .out = out,
                     .progress = p, .done = done};
    int rc = make_folder(c, out);

    *done = (struct archive_done){0};
    if (rc < 0 || (rc = make_folder(c, arena_fmt(c->a, "%s/data", out))) < 0)
        return rc;
    buf_init(&y.manifest, c->a, TEXT_MAX);
    buf_init(&y.list, c->a, TEXT_MAX);
    retention_csv_head(&y.list);
    if ((rc = all_dossiers(&y)) < 0 || (rc = put_tags(&y)) < 0)
        return rc;
    done->bytes = y.bytes;
    return OK;
}

/* --- looking ---------------------------------------------------------------------------------- */

struct look {
    struct ctx *c;
    void (*say)(const char *line);
    int64_t *packages, *found;
};

static void
say_fault(struct look *l, struct arena *a, const char *path, const char *what)
{
    l->say(arena_fmt(a, "fault %s: %s", path, what));
    ++*l->found;
}

static const char *
chain_fault(struct arena *a, struct bytes timeline)
{
    json_t *doc = timeline.p ? json_loadb((const char *)timeline.p, timeline.n, 0, NULL) : NULL;
    const json_t *events = json_object_get(doc, "events");
    const char *what = !timeline.p ? "data/timeline.json is missing"
                       : !json_is_array(events) ? "data/timeline.json cannot be read"
                                                : dossiers_events_fault(a, events);

    json_decref(doc);
    return what;
}

static int
look_at_package(struct look *l, const char *path)
{
    struct ctx one = *l->c;
    struct bag_seen seen;
    const char *what;
    int rc;

    one.a = arena_open(ONE_ARENA);
    if ((rc = bag_look(&one, path, &seen)) < 0) {
        say_fault(l, one.a, path, one.err.detail);
    } else if ((what = seen.fault) || (what = chain_fault(one.a, seen.timeline))) {
        say_fault(l, one.a, path, what);
    } else {
        l->say(arena_fmt(one.a, "package %s: sound, %" PRId64 " files, %" PRId64 " bytes",
                         seen.identifier, seen.files, seen.bytes));
    }
    ++*l->packages;
    arena_close(one.a);
    return OK;
}

static void
look_at_line(struct look *l, const char *folder, const struct bag_line *line)
{
    struct arena *a = arena_open(1 << 20);
    const char *path = arena_fmt(a, "%s/%s", folder, line->path);
    bool inside = strncmp(line->path, "data/", 5) == 0 && !strstr(line->path, "..");
    int fd = inside ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    int64_t size;
    char *sum = fd < 0 ? NULL : bag_hash_fd(a, fd, &size);
    size_t n = strlen(path);

    if (fd >= 0)
        close(fd);
    if (!sum || strcmp(sum, line->sha256) != 0)
        say_fault(l, a, path, sum ? "is not what the manifest says" : "is missing");
    else if (n > 4 && strcmp(path + n - 4, ".zip") == 0)
        look_at_package(l, path);
    arena_close(a);
}

int
retention_verify(struct ctx *c, const char *path, void (*say)(const char *line), int64_t *packages,
                 int64_t *found)
{
    struct look l = {c, say, packages, found};
    struct bag_line *lines;
    struct bytes text;
    struct stat st;
    size_t n;

    *packages = *found = 0;
    if (stat(path, &st) < 0)
        return fail(c, E_NOTFOUND, N_("Không có tệp này"), "%s: %s", path, strerror(errno));
    if (!S_ISDIR(st.st_mode))
        return look_at_package(&l, path);
    if (file_read(c->a, arena_fmt(c->a, "%s/manifest-sha256.txt", path), TEXT_MAX, &text) < 0) {
        say_fault(&l, c->a, path, "manifest-sha256.txt is missing: the archive was not finished");
        return OK;
    }
    n = bag_manifest(c->a, (const char *)text.p, SIZE_MAX, &lines);
    for (size_t i = 0; i < n; i++)
        look_at_line(&l, path, &lines[i]);
    return OK;
}
