/* Each wall, tried by a child that stands behind it. */
#include "base/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "proc/fortify.h"

static char inside[] = "/tmp/motcua-inside-XXXXXX", outside[] = "/tmp/motcua-outside-XXXXXX";

static bool
may_write(const char *folder)
{
    char path[600], moved[600];
    int fd;

    snprintf(path, sizeof path, "%s/a", folder);
    snprintf(moved, sizeof moved, "%s/b", folder);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    return fd >= 0 && write(fd, "x", 1) == 1 && fsync(fd) == 0 && close(fd) == 0 &&
           rename(path, moved) == 0 && unlink(moved) == 0;
}

static bool
may_read(const char *path)
{
    char byte;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && read(fd, &byte, 1) == 1;

    close(fd);
    return ok;
}

/* 0, or the number of the line that was wrong. */
static int
behind(bool wall)
{
    struct ctx c;
    const char *const writable[] = {inside, "/nowhere/at/all", NULL};
    const char *walls = "", *broken;
    int rc = 0;

    ctx_init(&c, arena_open(1 << 20));
    if (wall && fortify(&c, writable, &walls) != OK)
        return __LINE__;
    broken = fortify_probe(outside);
    if (wall && strstr(walls, "landlock") == NULL && broken && strcmp(broken, "landlock") == 0)
        broken = NULL;              /* this kernel has none, and it says so */
    if (wall != (broken == NULL))
        rc = __LINE__;
    else if (!may_write(inside) || !may_read("/etc/passwd"))
        rc = __LINE__;
    else if (wall && (strstr(walls, "caps") == NULL || strstr(walls, "seccomp") == NULL))
        rc = __LINE__;
    return rc;
}

static int
in_child(bool wall)
{
    int status = 0;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0)
        _exit(behind(wall) & 0xff);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
test_walls(void **state)
{
    (void)state;
    assert_int_equal(in_child(true), 0);
    assert_int_equal(in_child(false), 0);       /* the probe sees what is open */
}

static void
test_user(void **state)
{
    struct ctx c;

    (void)state;
    ctx_init(&c, arena_open(1 << 20));
    assert_int_equal(fortify_user(&c, ""), OK);
    if (geteuid() == 0)
        assert_int_equal(fortify_user(&c, "nobody-of-that-name"), E_SYS);
    arena_close(c.a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_walls), cmocka_unit_test(test_user)};

    if (!mkdtemp(inside) || !mkdtemp(outside))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
