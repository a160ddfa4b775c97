/* A bag is looked at: every file against the manifests, nothing missing and nothing more. */
#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/hash.h"
#include "mod/retention/retention_bag.h"

enum { PIECE = 64 << 10, TEXT_MAX = 32 << 20, FILES_MAX = 100000, HEX = 64,
       NAME_MAX_BYTES = 4096 };

struct seen_file { const char *path, *sha256; int64_t size; bool named; };

struct look {
    struct ctx *c;
    struct archive *z;
    VEC(struct seen_file) files;
    struct bytes manifest, tags, info, declaration, timeline;
    struct bag_seen *out;
};

static const struct { const char *path; size_t at; } TEXTS[] = {
    {"manifest-sha256.txt", offsetof(struct look, manifest)},
    {"tagmanifest-sha256.txt", offsetof(struct look, tags)},
    {"bag-info.txt", offsetof(struct look, info)},
    {"bagit.txt", offsetof(struct look, declaration)},
    {"data/timeline.json", offsetof(struct look, timeline)},
};

static struct bytes *
text_of(struct look *l, const char *path)
{
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
        if (strcmp(TEXTS[i].path, path) == 0)
            return (struct bytes *)(void *)((char *)l + TEXTS[i].at);
    return NULL;
}

/* A terminal obeys what a foreign name may hold. */
static void
fault(struct look *l, const char *path, const char *what)
{
    char *shown = arena_str(l->c->a, path);

    for (char *p = shown; *p; p++)
        if ((unsigned char)*p < 0x20 || (unsigned char)*p >= 0x7f)
            *p = '?';
    if (!l->out->fault)
        l->out->fault = arena_fmt(l->c->a, "%s: %s", shown, what);
}

/* Unpacked by another program it would lie elsewhere than in the bag's folder. */
static bool
leads_out(const char *path)
{
    if (*path == '/' || strpbrk(path, "\\:"))
        return true;
    for (const char *s = path; *s; s += strcspn(s, "/"), s += *s == '/')
        if (strncmp(s, "..", 2) == 0 && (s[2] == '/' || !s[2]))
            return true;
    return false;
}

/* --- reading ---------------------------------------------------------------------------------- */

static void
read_entry(struct look *l, const char *path, int64_t size)
{
    struct bytes *text = size <= TEXT_MAX ? text_of(l, path) : NULL;
    struct seen_file f = {.path = arena_str(l->c->a, path)};
    uint8_t sum[SHA256_SIZE], *keep = NULL;
    static _Thread_local uint8_t piece[PIECE];
    struct hash_run h;
    la_ssize_t n;

    if (text && !text->p)
        *text = (struct bytes){keep = arena_get(l->c->a, (size_t)size + 1), 0};
    else if (text) {                    /* unpacked, one of the two is lost */
        fault(l, path, "stands in it twice");
        return;
    }
    hash_begin(&h);
    while ((n = archive_read_data(l->z, piece, sizeof piece)) > 0) {
        hash_add(&h, piece, (size_t)n);
        if (keep && f.size + n <= size)
            memcpy(keep + f.size, piece, (size_t)n);
        f.size += n;
    }
    if (n < 0 || f.size != size)
        fault(l, path, "cannot be read to its end");
    hash_end(&h, sum);
    f.sha256 = hash_hex(l->c->a, sum, sizeof sum);
    if (keep && f.size == size)
        *text = (struct bytes){keep, (size_t)f.size};
    *vec_push(l->c->a, &l->files) = f;
}

static int
read_all(struct look *l)
{
    struct archive_entry *e;
    size_t seen = 0;
    int rc;

    while ((rc = archive_read_next_header(l->z, &e)) == ARCHIVE_OK) {
        const char *path = archive_entry_pathname(e);
        unsigned type = (unsigned)archive_entry_filetype(e);

        if (!path || strlen(path) > NAME_MAX_BYTES || ++seen > FILES_MAX)
            return fail(l->c, E_INVALID, N_("Gói lưu trữ không đọc được"), "bag: entry");
        if (leads_out(path))
            fault(l, path, "leads out of the bag");
        if (type != AE_IFREG && type != AE_IFDIR)
            fault(l, path, "is no file");
        if (type == AE_IFREG)
            read_entry(l, path, archive_entry_size(e));
    }
    if (rc != ARCHIVE_EOF)
        return fail(l->c, E_INVALID, N_("Gói lưu trữ không đọc được"), "bag: %s",
                    archive_error_string(l->z));
    return OK;
}

/* --- comparing -------------------------------------------------------------------------------- */

size_t
bag_manifest(struct arena *a, const char *text, size_t max, struct bag_line **out)
{
    VEC(struct bag_line) v = {0};

    while (*text && v.n < max) {
        size_t n = strcspn(text, "\n"), gap;
        struct bag_line line = {arena_strn(a, text, n < HEX ? n : HEX), ""};

        if (n > HEX) {
            gap = strspn(text + HEX, " *");
            line.path = arena_strn(a, text + HEX + gap, n - HEX - gap);
        }
        if (n)
            *vec_push(a, &v) = line;
        text += n + (text[n] == '\n');
    }
    *out = v.p;
    return v.n;
}

static int
by_path(const void *a, const void *b)
{
    return strcmp(((const struct seen_file *)a)->path, ((const struct seen_file *)b)->path);
}

/* In order of their names, so that a line of a manifest is found among a hundred thousand. */
static void
sort_files(struct look *l)
{
    if (l->files.n > 1)
        qsort(l->files.p, l->files.n, sizeof *l->files.p, by_path);
    for (size_t i = 1; i < l->files.n; i++)
        if (by_path(&l->files.p[i - 1], &l->files.p[i]) == 0)
            fault(l, l->files.p[i].path, "stands in it twice");
}

static struct seen_file *
find(struct look *l, const char *path)
{
    const struct seen_file like = {.path = path};

    return l->files.n ? bsearch(&like, l->files.p, l->files.n, sizeof like, by_path) : NULL;
}

static const char *
text_or(struct bytes b)
{
    return b.p ? (const char *)b.p : "";
}

static void
compare(struct look *l, struct bytes manifest, bool payload)
{
    struct bag_line *lines;
    size_t n = bag_manifest(l->c->a, text_or(manifest), FILES_MAX + 1, &lines);

    if (n > FILES_MAX)
        fault(l, payload ? "manifest-sha256.txt" : "tagmanifest-sha256.txt", "has too many lines");
    for (size_t i = 0; i < n; i++) {
        struct seen_file *f = find(l, lines[i].path);

        if (payload != (strncmp(lines[i].path, "data/", 5) == 0))
            fault(l, lines[i].path, "stands in the wrong manifest");
        if (!f)
            fault(l, lines[i].path, "is missing");
        else if (strcmp(f->sha256, lines[i].sha256) != 0)
            fault(l, lines[i].path, "is not what the manifest says");
        else
            f->named = true;
    }
}

static const char *
info_of(struct look *l, const char *label)
{
    const char *at = text_or(l->info);
    size_t n = strlen(label);

    while (*at) {
        if (strncmp(at, label, n) == 0 && at[n] == ':')
            return arena_strn(l->c->a, at + n + 2, strcspn(at + n + 2, "\n"));
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
    return "";
}

static void
check_sum(struct look *l)
{
    const char *oxum = info_of(l, "Payload-Oxum");

    for (size_t i = 0; i < l->files.n; i++) {
        const struct seen_file *f = &l->files.p[i];
        bool payload = strncmp(f->path, "data/", 5) == 0;

        if (payload && !f->named)
            fault(l, f->path, "stands in no manifest");
        l->out->files += payload;
        l->out->bytes += payload ? f->size : 0;
    }
    if (*oxum && strcmp(oxum, arena_fmt(l->c->a, "%" PRId64 ".%" PRId64, l->out->bytes,
                                        l->out->files)) != 0)
        fault(l, "bag-info.txt", "Payload-Oxum is not the sum of the payload");
}

static void
judge(struct look *l)
{
    if (strncmp(text_or(l->declaration), "BagIt-Version: ", 15) != 0)
        fault(l, "bagit.txt", "is missing or is no declaration");
    if (!l->manifest.p)
        fault(l, "manifest-sha256.txt", "is missing");
    sort_files(l);
    compare(l, l->manifest, true);
    compare(l, l->tags, false);
    check_sum(l);
    l->out->identifier = info_of(l, "External-Identifier");
    l->out->timeline = l->timeline;
}

int
bag_look(struct ctx *c, const char *path, struct bag_seen *out)
{
    struct look l = {.c = c, .out = out, .z = archive_read_new()};
    int rc = OK;

    *out = (struct bag_seen){.identifier = ""};
    archive_read_support_format_zip(l.z);
    if (archive_read_open_filename(l.z, path, PIECE) != ARCHIVE_OK)
        rc = fail(c, E_NOTFOUND, N_("Gói lưu trữ không đọc được"), "%s: %s", path,
                  archive_error_string(l.z));
    else if ((rc = read_all(&l)) == OK)
        judge(&l);
    archive_read_free(l.z);
    return rc;
}

char *
bag_hash_fd(struct arena *a, int fd, int64_t *size)
{
    static _Thread_local uint8_t piece[PIECE];
    struct hash_run h;
    uint8_t sum[SHA256_SIZE];
    ssize_t n;

    *size = 0;
    hash_begin(&h);
    while ((n = read(fd, piece, sizeof piece)) > 0) {
        hash_add(&h, piece, (size_t)n);
        *size += n;
    }
    if (n < 0)
        return NULL;
    hash_end(&h, sum);
    return hash_hex(a, sum, sizeof sum);
}
