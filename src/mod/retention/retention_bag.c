#include "mod/retention/retention_bag.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/vi.h"

enum { PIECE = 64 << 10, MANIFEST_MAX = 64 << 20, FACTS_MAX = 64 << 10, NAME_MAX_BYTES = 60 };

struct bag {
    struct ctx *c;
    struct archive *z;
    bag_sink *to;
    void *user;
    struct buf payload, tags, facts;    /* manifests, bag-info.txt */
    int64_t bytes, files;
    char *piece;                        /* of a file on its way */
    int rc;
};

static int
broken(struct bag *b, const char *what)
{
    if (b->rc == OK)
        b->rc = fail(b->c, E_SYS, N_("Không lập được gói lưu trữ"), "bag: %s: %s", what,
                     b->z && archive_error_string(b->z) ? archive_error_string(b->z) : "");
    return b->rc;
}

static la_ssize_t
write_out(struct archive *z, void *user, const void *p, size_t n)
{
    struct bag *b = user;

    (void)z;
    return b->to(b->user, p, n) ? (la_ssize_t)n : -1;
}

struct bag *
bag_begin(struct ctx *c, bag_sink *to, void *user)
{
    struct bag *b = arena_get(c->a, sizeof *b);

    *b = (struct bag){.c = c, .to = to, .user = user, .z = archive_write_new()};
    buf_init(&b->payload, c->a, MANIFEST_MAX);
    buf_init(&b->tags, c->a, MANIFEST_MAX);
    buf_init(&b->facts, c->a, FACTS_MAX);
    if (!b->z || archive_write_set_format_zip(b->z) != ARCHIVE_OK ||
        archive_write_set_bytes_per_block(b->z, PIECE) != ARCHIVE_OK ||
        archive_write_set_bytes_in_last_block(b->z, 1) != ARCHIVE_OK ||     /* no padding */
        archive_write_open(b->z, b, NULL, write_out, NULL) != ARCHIVE_OK)
        broken(b, "begin");
    return b;
}

/* --- files ------------------------------------------------------------------------------------ */

static bool
begin_entry(struct bag *b, const char *path, int64_t size)
{
    struct archive_entry *e = archive_entry_new();
    bool good;

    archive_entry_set_pathname(e, path);
    archive_entry_set_filetype(e, AE_IFREG);
    archive_entry_set_perm(e, 0644);
    archive_entry_set_size(e, size);
    archive_entry_set_mtime(e, (time_t)b->c->now, 0);
    good = archive_write_header(b->z, e) == ARCHIVE_OK;
    archive_entry_free(e);
    return good;
}

/* Into the manifest it belongs to: of the payload, or of what describes it. */
static void
list_file(struct bag *b, const char *path, const uint8_t sum[SHA256_SIZE], int64_t size)
{
    bool payload = strncmp(path, "data/", 5) == 0;

    if (payload) {
        b->files++;
        b->bytes += size;
    }
    buf_fmt(payload ? &b->payload : &b->tags, "%s  %s\n", hash_hex(b->c->a, sum, SHA256_SIZE),
            path);
}

int
bag_text(struct bag *b, const char *path, const char *text, size_t n)
{
    uint8_t sum[SHA256_SIZE];

    if (b->rc < 0)
        return b->rc;
    if (!begin_entry(b, path, (int64_t)n) ||
        (n && archive_write_data(b->z, text, n) != (la_ssize_t)n))
        return broken(b, path);
    hash_sha256(text, n, sum);
    list_file(b, path, sum, (int64_t)n);
    return OK;
}

int
bag_file(struct bag *b, const char *path, int fd, int64_t size)
{
    struct hash_run h;
    uint8_t sum[SHA256_SIZE];
    int64_t left = size;

    if (b->rc < 0)
        return b->rc;
    b->piece = b->piece ? b->piece : arena_get(b->c->a, PIECE);
    if (!begin_entry(b, path, size))
        return broken(b, path);
    hash_begin(&h);
    while (left > 0) {
        ssize_t n = read(fd, b->piece, left < PIECE ? (size_t)left : PIECE);

        if (n <= 0 || archive_write_data(b->z, b->piece, (size_t)n) != (la_ssize_t)n)
            return broken(b, path);
        hash_add(&h, b->piece, (size_t)n);
        left -= n;
    }
    hash_end(&h, sum);
    list_file(b, path, sum, size);
    return OK;
}

/* A value is one line: RFC 8493 2.2.2. */
void
bag_fact(struct bag *b, const char *label, const char *value)
{
    char *line = arena_str(b->c->a, value ? value : "");

    for (char *p = line; *p; p++)
        if (*p == '\n' || *p == '\r')
            *p = ' ';
    if (*line)
        buf_fmt(&b->facts, "%s: %s\n", label, line);
}

static int
describe(struct bag *b)
{
    static const char DECLARATION[] = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

    bag_fact(b, "Bagging-Date", date_iso(b->c->a, vn_day(b->c->now)));
    bag_fact(b, "Bag-Software-Agent", "motcua " MOTCUA_VERSION);
    bag_fact(b, "Payload-Oxum", arena_fmt(b->c->a, "%" PRId64 ".%" PRId64, b->bytes, b->files));
    if (b->payload.over || b->tags.over || b->facts.over)
        return b->rc = fail(b->c, E_TOOBIG, N_("Gói lưu trữ quá lớn"), "bag: manifest");
    bag_text(b, "bag-info.txt", b->facts.p, b->facts.n);
    bag_text(b, "bagit.txt", DECLARATION, sizeof DECLARATION - 1);
    bag_text(b, "manifest-sha256.txt", b->payload.p, b->payload.n);
    return bag_text(b, "tagmanifest-sha256.txt", b->tags.p, b->tags.n);
}

int
bag_end(struct bag *b)
{
    if (b->rc == OK)
        describe(b);
    if (b->z && b->rc == OK && archive_write_close(b->z) != ARCHIVE_OK)
        broken(b, "end");
    if (b->z && b->rc < 0)
        archive_write_fail(b->z);
    archive_write_free(b->z);
    b->z = NULL;
    return b->rc;
}

/* Letters and digits, a dash between words. */
static char *
ascii(struct arena *a, const char *name)
{
    char *s = vi_fold(a, name), *w = s;

    for (const char *p = s; *p && w - s < NAME_MAX_BYTES; p++) {
        if ((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9'))
            *w++ = *p;
        else if (w > s && w[-1] != '-')
            *w++ = '-';
    }
    while (w > s && w[-1] == '-')
        w--;
    *w = '\0';
    return s;
}

char *
bag_name(struct arena *a, const char *name)
{
    const char *dot = strrchr(name, '.');
    size_t n = dot ? (size_t)(dot - name) : strlen(name);
    char *stem = ascii(a, arena_strn(a, name, n)), *end = dot ? ascii(a, dot + 1) : NULL;

    return end && *end ? arena_fmt(a, "%s.%s", stem, end) : stem;
}
