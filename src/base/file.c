#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/id.h"

static int
read_all(int fd, uint8_t *p, size_t n, size_t *got)
{
    for (*got = 0; *got < n;) {
        ssize_t r = read(fd, p + *got, n - *got);

        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0)
            return -errno;
        if (r == 0)
            break;
        *got += (size_t)r;
    }
    return 0;
}

int
file_read(struct arena *a, const char *path, size_t max, struct bytes *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), rc;
    struct stat st;
    uint8_t *p;
    size_t n = 0;

    if (fd < 0)
        return -errno;
    if (fstat(fd, &st) < 0)
        rc = -errno;
    else if (!S_ISREG(st.st_mode))
        rc = S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
    else if (st.st_size < 0 || (size_t)st.st_size > max)
        rc = -EFBIG;
    else {
        p = arena_get(a, (size_t)st.st_size + 1);
        rc = read_all(fd, p, (size_t)st.st_size, &n);
        *out = (struct bytes){p, n};
    }
    close(fd);
    return rc;
}

static int
write_all(int fd, const uint8_t *p, size_t n)
{
    while (n > 0) {
        ssize_t w = write(fd, p, n);

        if (w < 0 && errno == EINTR)
            continue;
        if (w < 0)
            return -errno;
        p += w;
        n -= (size_t)w;
    }
    return fsync(fd) < 0 ? -errno : 0;
}

/* The new name is durable only when its folder is. */
static int
sync_folder(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    char *dir = !slash          ? arena_str(a, ".")
                : slash == path ? arena_str(a, "/")
                                : arena_strn(a, path, (size_t)(slash - path));
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc;

    if (fd < 0)
        return -errno;
    rc = fsync(fd) < 0 ? -errno : 0;
    close(fd);
    return rc;
}

/* place: gives the whole temporary file its name. */
static int
write_as(struct arena *a, const char *path, const void *p, size_t n, unsigned mode,
         int (*place)(const char *temp, const char *path))
{
    char *temp = arena_fmt(a, "%s.%s.tmp", path, token_url(a, 6));
    int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode), rc;

    if (fd < 0)
        return -errno;
    rc = write_all(fd, p, n);
    if (close(fd) < 0 && rc == 0)
        rc = -errno;
    if (rc == 0 && place(temp, path) < 0)
        rc = -errno;
    if (rc < 0 || place == link)
        unlink(temp);
    return rc < 0 ? rc : sync_folder(a, path);
}

int
file_write(struct arena *a, const char *path, const void *p, size_t n, unsigned mode)
{
    return write_as(a, path, p, n, mode, rename);
}

int
file_make(struct arena *a, const char *path, const void *p, size_t n, unsigned mode)
{
    return write_as(a, path, p, n, mode, link);
}
