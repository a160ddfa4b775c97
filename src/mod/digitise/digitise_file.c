#include "mod/digitise/digitise_file.h"

#include <unistd.h>

#include "base/err.h"

#pragma weak convert_run
#pragma weak convert_answer_release

enum { PIECE = 64 << 10 };

int
scan_file_open(struct store *s, const char *sha256)
{
    int64_t size;

    return s ? store_read(s, sha256, &size) : -1;
}

void
scan_file_close(int fd)
{
    if (fd >= 0)
        close(fd);
}

static bool
copy_in(struct store_put *p, int fd)
{
    char piece[PIECE];
    off_t at = 0;
    ssize_t n;

    while ((n = pread(fd, piece, sizeof piece, at)) > 0) {
        if (!store_write(p, piece, (size_t)n))
            return false;
        at += n;
    }
    return n == 0;
}

static bool
end(struct ctx *c, struct store_put *p, bool whole, const char *mime, struct upload *u)
{
    char name[STORE_NAME];
    int64_t size;

    if (!whole) {
        store_drop(p);
        return false;
    }
    size = store_size(p);
    if (!store_keep(p, name))
        return false;
    *u = (struct upload){.field = "", .name = "", .mime = mime, .size = size,
                         .sha256 = arena_str(c->a, name)};
    return true;
}

bool
scan_file_keep(struct ctx *c, struct store *s, int fd, const char *mime, struct upload *u)
{
    struct store_put *p = s && fd >= 0 ? store_begin(s) : NULL;

    return p && end(c, p, copy_in(p, fd), arena_str(c->a, mime), u);
}

bool
scan_file_keep_bytes(struct ctx *c, struct store *s, struct bytes b, const char *mime,
                     struct upload *u)
{
    struct store_put *p = s ? store_begin(s) : NULL;

    return p && end(c, p, store_write(p, b.p, b.n), mime, u);
}

struct bytes
scan_file_read(struct ctx *c, int fd, size_t max)
{
    off_t size = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;
    uint8_t *p;
    size_t at = 0;
    ssize_t n = 0;

    if (size <= 0 || (size_t)size > max)
        return (struct bytes){0};
    p = arena_raw(c->a, (size_t)size);
    while (at < (size_t)size && (n = pread(fd, p + at, (size_t)size - at, (off_t)at)) > 0)
        at += (size_t)n;
    return at == (size_t)size ? (struct bytes){p, at} : (struct bytes){0};
}

int
scan_convert(struct ctx *c, struct convert *v, const struct convert_job *j,
             struct convert_answer *out)
{
    if (v && convert_run)
        return convert_run(c, v, j, out);
    *out = (struct convert_answer){.verdict = CONVERT_FAILED, .reason = "", .why = "absent",
                                   .out = -1, .details = json_object()};
    return OK;
}

void
scan_convert_release(struct convert_answer *out)
{
    if (convert_answer_release)
        convert_answer_release(out);
    else
        json_decref(out->details);
}
