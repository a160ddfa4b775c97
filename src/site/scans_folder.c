#include "site/scans_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/id.h"
#include "base/log.h"
#include "base/now.h"
#include "base/utf8.h"
#include "base/vi.h"
#include "mod/digitise/digitise.h"

enum { STILL_SECONDS = 2, LEFT_SECONDS = 120, PIECE = 64 << 10, NAME_SHOWN = 120 };

/* --- is it whole ------------------------------------------------------------------------------ */

static bool
ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), k = strlen(end);

    return n >= k && strcmp(s + n - k, end) == 0;
}

/* What scanners and shares write while they write. */
static bool
passing(const char *name)
{
    return *name == '.' || *name == '~' || ends_with(name, ".tmp") || ends_with(name, ".part") ||
           ends_with(name, ".lock") || strlen(name) > 200;
}

static bool
locked(struct ctx *c, const char *folder, const char *name)
{
    const char *path = arena_fmt(c->a, "%s/%s", folder, name);
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool held = fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0 ||
                access(arena_fmt(c->a, "%s.lock", path), F_OK) == 0;

    if (fd >= 0)
        close(fd);
    return held;
}

static struct folder_seen *
seen_of(struct folder_watch *w, const char *name)
{
    for (size_t i = 0; i < w->n; i++)
        if (strcmp(w->seen[i].name, name) == 0)
            return &w->seen[i];
    return NULL;
}

/* As it was at the last look, and for some seconds before it. */
static bool
stands_still(struct folder_watch *w, const char *name, const struct stat *st)
{
    struct folder_seen *s = seen_of(w, name);
    bool same = s && s->size == st->st_size && s->changed == st->st_mtime &&
                now_seconds() - st->st_ctime >= STILL_SECONDS;

    if (!s) {
        if (w->n == FOLDER_FILES)
            w->n = 0;                   /* many at once: looked at anew, in their turn */
        s = &w->seen[w->n++];
        snprintf(s->name, sizeof s->name, "%s", name);
    }
    s->size = st->st_size;
    s->changed = st->st_mtime;
    return same && st->st_size > 0;
}

/* --- what it is ------------------------------------------------------------------------------- */

static const char *
mime_of(const char *path)
{
    static const struct { size_t at, n; const char *bytes, *mime; } KNOWN[] = {
        {0, 5, "%PDF-", "application/pdf"},     {0, 3, "\xff\xd8\xff", "image/jpeg"},
        {0, 4, "\x89PNG", "image/png"},         {4, 8, "ftypheic", "image/heic"},
        {4, 8, "ftypheix", "image/heic"},       {4, 8, "ftypmif1", "image/heic"}};
    char head[16] = {0};
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, head, sizeof head);

    if (fd >= 0)
        close(fd);
    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++)
        if (n >= (ssize_t)(KNOWN[i].at + KNOWN[i].n) &&
            memcmp(head + KNOWN[i].at, KNOWN[i].bytes, KNOWN[i].n) == 0)
            return KNOWN[i].mime;
    return "";
}

static void
know(struct ctx *c, struct folder_file *f, const char *name, int64_t size)
{
    const char *shown = utf8_clean(name, strlen(name)) ? vi_tidy(c->a, name) : "may-quet";

    f->u = (struct upload){.field = "tep", .mime = mime_of(f->at), .size = size,
                           .name = arena_fmt(c->a, "%.*s", utf8_head(shown, NAME_SHOWN), shown)};
}

/* --- taking ----------------------------------------------------------------------------------- */

static bool
take_one(struct ctx *c, const char *folder, const char *name, const struct stat *st,
         struct folder_file *out)
{
    char *code = token_human(c->a, SCAN_CODE);
    const char *taken = arena_fmt(c->a, "%s/taken", folder);

    *out = (struct folder_file){.folder = folder, .name = arena_str(c->a, name), .code = code,
                                .at = arena_fmt(c->a, "%s/%s-%s", taken, code, name)};
    mkdir(taken, 0700);
    if (rename(arena_fmt(c->a, "%s/%s", folder, name), out->at) < 0)
        return false;                   /* another server was faster */
    know(c, out, name, st->st_size);
    return true;
}

static bool
take_new(struct ctx *c, struct folder_watch *w, const char *folder, struct folder_file *out)
{
    DIR *d = opendir(folder);
    bool found = false;
    struct dirent *e;
    struct stat st;

    while (d && !found && (e = readdir(d)))
        if (!passing(e->d_name) && fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(st.st_mode) && stands_still(w, e->d_name, &st) &&
            !locked(c, folder, e->d_name))
            found = take_one(c, folder, e->d_name, &st, out);
    if (d)
        closedir(d);
    return found;
}

/* "QT7K3M2A-scan0001.pdf", some minutes old: whoever took it is gone. */
static bool
take_left(struct ctx *c, const char *folder, struct folder_file *out)
{
    const char *taken = arena_fmt(c->a, "%s/taken", folder);
    DIR *d = opendir(taken);
    bool found = false;
    struct dirent *e;
    struct stat st;

    while (d && !found && (e = readdir(d))) {
        if (strlen(e->d_name) < SCAN_CODE + 2 || e->d_name[SCAN_CODE] != '-' ||
            fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode) ||
            now_seconds() - st.st_ctime < LEFT_SECONDS)
            continue;
        *out = (struct folder_file){.folder = folder,
                                    .name = arena_str(c->a, e->d_name + SCAN_CODE + 1),
                                    .code = arena_strn(c->a, e->d_name, SCAN_CODE),
                                    .at = arena_fmt(c->a, "%s/%s", taken, e->d_name)};
        know(c, out, out->name, st.st_size);
        found = true;
    }
    if (d)
        closedir(d);
    return found;
}

bool
folder_take(struct ctx *c, struct folder_watch *w, const char *folder, int64_t max,
            struct folder_file *out)
{
    if (!take_new(c, w, folder, out) && !take_left(c, folder, out))
        return false;
    if (out->u.size > max)
        out->u.mime = "";
    return true;
}

bool
folder_store(struct ctx *c, struct store *s, struct folder_file *f)
{
    int fd = open(f->at, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    struct store_put *p = fd < 0 ? NULL : store_begin(s);
    char piece[PIECE], name[STORE_NAME];
    ssize_t n = -1;

    while (p && (n = read(fd, piece, sizeof piece)) > 0)
        if (!store_write(p, piece, (size_t)n))
            break;
    if (fd >= 0)
        close(fd);
    if (n != 0) {
        store_drop(p);
        return false;
    }
    f->u.size = store_size(p);
    if (!store_keep(p, name))
        return false;
    f->u.sha256 = arena_str(c->a, name);
    return true;
}

void
folder_end(struct ctx *c, const struct folder_file *f, const char *why)
{
    const char *into = arena_fmt(c->a, "%s/%s", f->folder, why ? "refused" : "done");
    const char *to = arena_fmt(c->a, "%s/%s-%s", into, f->code, f->name);

    mkdir(into, 0700);
    if (rename(f->at, to) < 0)
        log_line(LOG_WARN, "scanner's folder", LOG_T("why", "a file cannot be moved"));
    if (why)
        file_write(c->a, arena_fmt(c->a, "%s.txt", to), why, strlen(why), 0600);
}
