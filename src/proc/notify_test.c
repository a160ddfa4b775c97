/* A manager that listens, as systemd does. */
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "proc/notify.h"

static int
manager(struct sockaddr_un *at, size_t n)
{
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

    at->sun_family = AF_UNIX;
    assert_true(fd >= 0);
    assert_int_equal(
        bind(fd, (struct sockaddr *)at, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)),
        0);
    return fd;
}

static void
heard(int fd, const char *want)
{
    char got[64] = "";

    assert_int_equal(recv(fd, got, sizeof got - 1, 0), strlen(want));
    assert_string_equal(got, want);
}

static void
test_notify(void **state)
{
    struct sockaddr_un file = {0}, name = {0};
    char abstract[64];
    int fd;

    (void)state;
    unsetenv("NOTIFY_SOCKET");
    notify_manager("READY=1");
    setenv("NOTIFY_SOCKET", "/nowhere/at/all", 1);
    notify_manager("READY=1");

    snprintf(file.sun_path, sizeof file.sun_path, "/tmp/motcua-notify-%d", (int)getpid());
    fd = manager(&file, strlen(file.sun_path));
    setenv("NOTIFY_SOCKET", file.sun_path, 1);
    notify_manager("READY=1");
    heard(fd, "READY=1");
    close(fd);
    unlink(file.sun_path);

    snprintf(abstract, sizeof abstract, "@motcua-notify-%d", (int)getpid());
    memcpy(name.sun_path + 1, abstract + 1, strlen(abstract) - 1);
    fd = manager(&name, strlen(abstract));
    setenv("NOTIFY_SOCKET", abstract, 1);
    notify_manager("STOPPING=1");
    heard(fd, "STOPPING=1");
    close(fd);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_notify)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
