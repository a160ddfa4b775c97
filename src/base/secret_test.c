/* Places of secrets: files that nobody else reads, and credentials of the service manager. */
#include "base/test.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/secret.h"

static struct arena *a;
static char folder[] = "/tmp/motcua-secret-XXXXXX";

static void
check(const char *name, int want, int got)
{
    if (want != got)
        fail_msg("%s: wanted %d, got %d", name, want, got);
}

static int
set_up(void **state)
{
    (void)state;
    a = arena_open(1 << 20);
    return mkdtemp(folder) ? 0 : -1;
}

static int
tear_down(void **state)
{
    static const char *const NAMES[] = {"one", "shown", "two", "lines"};

    (void)state;
    unsetenv("CREDENTIALS_DIRECTORY");
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        unlink(arena_fmt(a, "%s/%s", folder, NAMES[i]));
    rmdir(folder);
    arena_close(a);
    return 0;
}

static const char *
make(const char *name, const char *text, unsigned mode)
{
    const char *path = arena_fmt(a, "%s/%s", folder, name);

    assert_int_equal(file_write(a, path, text, strlen(text), mode), 0);
    return path;
}

static void
test_names(void **state)
{
    static const struct { const char *place; bool good; } T[] = {
        {"a/path with spaces", true}, {"credential:mail", true}, {"credential:mail.key-2", true},
        {"credential:", false}, {"credential:../etc/shadow", false}, {"credential:a/b", false},
        {"credential:.hidden", false}, {"credential:a b", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof T / sizeof *T; i++)
        check(T[i].place, T[i].good, secret_place_fault(T[i].place) == NULL);
}

static void
test_files(void **state)
{
    const char *out = "", *second = "";

    (void)state;
    assert_null(secret_line(a, make("one", "s3cret\n", 0600), &out));
    assert_string_equal(out, "s3cret");
    assert_non_null(strstr(secret_line(a, make("shown", "x\n", 0640), &out), "read by others"));
    assert_non_null(strstr(secret_line(a, make("lines", "x\ny\n", 0600), &out), "one line"));
    assert_null(secret_pair(a, make("two", "user  pass word", 0600), &out, &second)
                    ? NULL : "three words were two");
    assert_null(secret_pair(a, make("two", "user\tpass\n", 0600), &out, &second));
    assert_string_equal(second, "pass");
}

static void
test_credentials(void **state)
{
    const char *out = "";

    (void)state;
    unsetenv("CREDENTIALS_DIRECTORY");
    assert_non_null(strstr(secret_line(a, "credential:shown", &out), "is not set"));
    setenv("CREDENTIALS_DIRECTORY", folder, 1);
    make("shown", "x\n", 0440);         /* its folder is what the service manager guards */
    assert_null(secret_line(a, "credential:shown", &out));
    assert_string_equal(out, "x");
    assert_null(secret_shown(a, arena_fmt(a, "%s/shown", folder)));
    assert_non_null(strstr(secret_line(a, "credential:none", &out), "cannot be read"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_credentials),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
