#include "site/scans_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/id.h"
#include "base/log.h"
#include "base/now.h"
#include "base/po.h"
#include "base/utf8.h"
#include "base/vi.h"
#include "mod/digitise/digitise.h"

enum { STILL_SECONDS = 2, LEFT_SECONDS = 120, PIECE = 64 << 10, NAME_SHOWN = 120 };

static const char NOT_A_SCAN[] = N_("Máy quét phải lưu thành PDF, JPEG hoặc PNG");
static const char TOO_LARGE[] = N_("Tệp quét lớn quá mức cho phép, hãy quét thành nhiều tệp");
static const char OTHERS[] =
    N_("Tệp này có nhiều tên hoặc không phải của máy quét, nên không được đọc");

/* --- folders ---------------------------------------------------------------------------------- */

static int
open_folder(int at, const char *name)
{
    return openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static void
tell_of_folder(const char *name)
{
    static atomic_bool told;            /* each look would say it again */

    if (!atomic_exchange(&told, true))
        log_line(LOG_WARN, "scanner's folder", LOG_T("folder", name),
                 LOG_T("why", "it is another's, or others may write into it: nothing is taken"));
}

/* One of ours inside an agency's.  Whoever else could change what is in it could put another file
 * under the name that was looked at. */
static int
open_own(int folder, const char *name)
{
    int fd = open_folder(folder, name);
    struct stat st;

    if (fd < 0 || (fstat(fd, &st) == 0 && st.st_uid == geteuid() && (st.st_mode & 022) == 0))
        return fd;
    close(fd);
    tell_of_folder(name);
    return -1;
}

static int
make_own(int folder, const char *name)
{
    mkdirat(folder, name, 0700);
    return open_own(folder, name);
}

/* The directory of an agency's folder (`sub` NULL), or one inside; NULL: it is not there. */
static DIR *
open_list(const char *folder, const char *sub)
{
    int at = open_folder(AT_FDCWD, folder), fd = sub && at >= 0 ? open_own(at, sub) : at;
    DIR *d = fd < 0 ? NULL : fdopendir(fd);

    if (at >= 0 && at != fd)
        close(at);
    if (!d && fd >= 0)
        close(fd);
    return d;
}

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
locked(struct ctx *c, int folder, const char *name)
{
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    bool held = fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0 ||
                faccessat(folder, arena_fmt(c->a, "%s.lock", name), F_OK, 0) == 0;

    if (fd >= 0)
        close(fd);
    return held;
}

static struct folder_seen *
seen_of(struct folder_watch *w, const char *name)
{
    struct folder_seen *s;

    for (size_t i = 0; i < w->n; i++)
        if (strcmp(w->seen[i].name, name) == 0)
            return &w->seen[i];
    if (w->n == FOLDER_FILES)
        w->n = 0;                       /* many at once: looked at anew, in their turn */
    s = &w->seen[w->n++];
    *s = (struct folder_seen){.size = -1};
    snprintf(s->name, sizeof s->name, "%s", name);
    return s;
}

/* As it was at the last look, and for some seconds before it. */
static bool
stands_still(struct folder_watch *w, const char *name, const struct stat *st)
{
    struct folder_seen *s = seen_of(w, name);
    bool same = s->size == st->st_size && s->changed == st->st_mtime &&
                now_seconds() - st->st_ctime >= STILL_SECONDS;

    s->size = st->st_size;
    s->changed = st->st_mtime;
    return same && st->st_size > 0;
}

/* Links, pipes, sockets, devices: told once, left where they are. */
static bool
is_file(struct folder_watch *w, const char *name, const struct stat *st)
{
    struct folder_seen *s;

    if (S_ISREG(st->st_mode) || S_ISDIR(st->st_mode))
        return S_ISREG(st->st_mode);
    s = seen_of(w, name);
    if (!s->told)
        log_line(LOG_WARN, "scanner's folder", LOG_T("why", "it holds what is no file"));
    s->told = true;
    return false;
}

/* --- what it is ------------------------------------------------------------------------------- */

static const char *
mime_of(int fd)
{
    static const struct { size_t at, n; const char *bytes, *mime; } KNOWN[] = {
        {0, 5, "%PDF-", "application/pdf"},     {0, 3, "\xff\xd8\xff", "image/jpeg"},
        {0, 4, "\x89PNG", "image/png"},         {4, 8, "ftypheic", "image/heic"},
        {4, 8, "ftypheix", "image/heic"},       {4, 8, "ftypmif1", "image/heic"}};
    char head[16] = {0};
    ssize_t n = pread(fd, head, sizeof head, 0);

    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++)
        if (n >= (ssize_t)(KNOWN[i].at + KNOWN[i].n) &&
            memcmp(head + KNOWN[i].at, KNOWN[i].bytes, KNOWN[i].n) == 0)
            return KNOWN[i].mime;
    return "";
}

/* Of the folder's owner, or of another who may write into it: never the machine's or our own, which
 * only a link brings here. */
static bool
is_theirs(const struct stat *file, const struct stat *folder)
{
    return file->st_uid == folder->st_uid ||
           (file->st_uid != 0 && file->st_uid != geteuid());
}

/* Of taken/, for reading.  Negative: it is no file of a scanner's. */
static int
open_taken(int folder, int taken, const char *name, struct stat *st)
{
    int fd = openat(taken, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct stat of;

    if (fd < 0 || (fstat(fd, st) == 0 && fstat(folder, &of) == 0 && S_ISREG(st->st_mode) &&
                   st->st_nlink == 1 && is_theirs(st, &of)))
        return fd;
    close(fd);
    return -1;
}

static int
open_file(const struct folder_file *f, struct stat *st)
{
    int folder = open_folder(AT_FDCWD, f->folder);
    int taken = folder < 0 ? -1 : open_own(folder, "taken");
    int fd = taken < 0 ? -1 : open_taken(folder, taken, f->at, st);

    if (taken >= 0)
        close(taken);
    if (folder >= 0)
        close(folder);
    return fd;
}

static void
know(struct ctx *c, struct folder_file *f, int64_t max)
{
    const char *shown =
        utf8_clean(f->name, strlen(f->name)) ? vi_tidy(c->a, f->name) : "may-quet";
    struct stat st = {0};
    int fd = open_file(f, &st);

    f->u = (struct upload){.field = "tep", .mime = fd < 0 ? "" : mime_of(fd), .size = st.st_size,
                           .name = arena_fmt(c->a, "%.*s", utf8_head(shown, NAME_SHOWN), shown)};
    f->why = fd < 0 ? OTHERS : st.st_size > max ? TOO_LARGE : !*f->u.mime ? NOT_A_SCAN : NULL;
    if (f->why)
        f->u.mime = "";
    if (fd >= 0)
        close(fd);
}

/* --- taking ----------------------------------------------------------------------------------- */

static bool
take_one(struct ctx *c, int at, const char *folder, const char *name, struct folder_file *out)
{
    char *code = token_human(c->a, SCAN_CODE);
    int taken = make_own(at, "taken");
    bool ok;

    *out = (struct folder_file){.folder = folder, .name = arena_str(c->a, name), .code = code,
                                .at = arena_fmt(c->a, "%s-%s", code, name)};
    ok = taken >= 0 && renameat(at, name, taken, out->at) == 0; /* or another was faster */
    if (taken >= 0)
        close(taken);
    return ok;
}

static bool
take_new(struct ctx *c, struct folder_watch *w, const char *folder, struct folder_file *out)
{
    DIR *d = open_list(folder, NULL);
    bool found = false;
    struct dirent *e;
    struct stat st;

    while (d && !found && (e = readdir(d)))
        if (!passing(e->d_name) && fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            is_file(w, e->d_name, &st) && stands_still(w, e->d_name, &st) &&
            !locked(c, dirfd(d), e->d_name))
            found = take_one(c, dirfd(d), folder, e->d_name, out);
    if (d)
        closedir(d);
    return found;
}

/* "QT7K3M2A-scan0001.pdf", some minutes old: whoever took it is gone. */
static bool
take_left(struct ctx *c, const char *folder, struct folder_file *out)
{
    DIR *d = open_list(folder, "taken");
    bool found = false;
    struct dirent *e;
    struct stat st;

    while (d && !found && (e = readdir(d))) {
        if (strlen(e->d_name) < SCAN_CODE + 2 || e->d_name[SCAN_CODE] != '-' ||
            fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
            now_seconds() - st.st_ctime < LEFT_SECONDS)
            continue;
        *out = (struct folder_file){.folder = folder, .at = arena_str(c->a, e->d_name),
                                    .name = arena_str(c->a, e->d_name + SCAN_CODE + 1),
                                    .code = arena_strn(c->a, e->d_name, SCAN_CODE)};
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
    know(c, out, max);
    return true;
}

bool
folder_store(struct ctx *c, struct store *s, struct folder_file *f)
{
    struct stat st;
    int fd = open_file(f, &st);
    struct store_put *p = fd < 0 ? NULL : store_begin(s);
    char piece[PIECE], name[STORE_NAME];
    ssize_t n = -1;

    while (p && (n = read(fd, piece, sizeof piece)) > 0)
        if (store_size(p) + n > f->u.size || !store_write(p, piece, (size_t)n))
            break;                      /* it grew after it was looked at: later, whole */
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

/* --- ending ----------------------------------------------------------------------------------- */

static void
leave_word(struct ctx *c, int refused, const struct folder_file *f)
{
    const char *say = tr_lang(LANG_VI, f->why);
    int fd = openat(refused, arena_fmt(c->a, "%s.txt", f->at),
                    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (fd < 0 || write(fd, say, strlen(say)) < 0)
        log_line(LOG_WARN, "scanner's folder", LOG_T("why", "no word beside a refused file"));
    if (fd >= 0)
        close(fd);
}

void
folder_end(struct ctx *c, const struct folder_file *f)
{
    int folder = open_folder(AT_FDCWD, f->folder);
    int taken = folder < 0 ? -1 : open_own(folder, "taken");
    int into = folder < 0 ? -1 : make_own(folder, f->why ? "refused" : "done");

    if (taken < 0 || into < 0 || renameat(taken, f->at, into, f->at) < 0)
        log_line(LOG_WARN, "scanner's folder", LOG_T("why", "a file cannot be moved"));
    else if (f->why)
        leave_word(c, into, f);
    for (int i = 0, fds[] = {folder, taken, into}; i < 3; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}
