/* What others put into the scanners' folder: only a scan is read, and only one that is theirs. */
#include "base/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/now.h"
#include "site/scans_folder.h"

enum { LARGEST = 1000, LATER = 600, STRANGER = 12345, SCANNER = 23456 };

static struct ctx c;
static struct store *store;
static char root[64];
static struct folder_watch watch;

static const char *
in_folder(const char *name)
{
    return arena_fmt(c.a, "%s/H26.X/%s", root, name);
}

static int
setup(void **state)
{
    (void)state;
    log_level(LOG_ERROR + 1);
    now_shift(LATER);                   /* what is written now has stood still since */
    ctx_init(&c, arena_open(16 << 20));
    snprintf(root, sizeof root, "/tmp/motcua-scans-XXXXXX");
    assert_non_null(mkdtemp(root));
    assert_int_equal(mkdir(arena_fmt(c.a, "%s/H26.X", root), 0755), 0);
    store = store_open(&c, arena_fmt(c.a, "%s/store", root));
    assert_non_null(store);
    watch = (struct folder_watch){0};
    return 0;
}

static void
remove_all(const char *path)
{
    DIR *d = opendir(path);
    struct dirent *e;

    while (d && (e = readdir(d)))
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
            const char *one = arena_fmt(c.a, "%s/%s", path, e->d_name);

            if (unlink(one) < 0)
                remove_all(one);
        }
    if (d)
        closedir(d);
    rmdir(path);
}

static int
teardown(void **state)
{
    (void)state;
    store_close(store);
    remove_all(root);
    arena_close(c.a);
    now_shift(0);
    return 0;
}

static void
scan_at(const char *path)
{
    assert_int_equal(file_write(c.a, path, "%PDF-1.7 x", 10, 0644), 0);
}

/* Two looks: the first sees it, the second that it stands still. */
static bool
take(struct folder_file *f)
{
    const char *folder = arena_fmt(c.a, "%s/H26.X", root);

    return folder_take(&c, &watch, folder, LARGEST, f) ||
           folder_take(&c, &watch, folder, LARGEST, f);
}

static int
count(const char *sub)
{
    DIR *d = opendir(in_folder(sub));
    int n = 0;

    for (struct dirent *e; d && (e = readdir(d));)
        n += *e->d_name != '.';
    if (d)
        closedir(d);
    return n;
}

static void
test_a_scan(void **state)
{
    struct folder_file f;

    (void)state;
    scan_at(in_folder("a.pdf"));
    assert_true(take(&f));
    assert_null(f.why);
    assert_string_equal(f.u.mime, "application/pdf");
    assert_true(folder_store(&c, store, &f));
    assert_true(store_has(store, f.u.sha256));
    folder_end(&c, &f);
    assert_int_equal(count("done"), 1);
    assert_int_equal(count("taken"), 0);
}

static void
test_too_large_and_no_scan(void **state)
{
    static char large[LARGEST + 1] = "%PDF-1.7";
    struct folder_file f;

    (void)state;
    assert_int_equal(file_write(c.a, in_folder("a.pdf"), large, sizeof large, 0644), 0);
    assert_true(take(&f));
    assert_non_null(f.why);
    folder_end(&c, &f);
    assert_int_equal(file_write(c.a, in_folder("b.pdf"), "MZ", 2, 0644), 0);
    assert_true(take(&f));
    assert_non_null(f.why);
    folder_end(&c, &f);
    assert_int_equal(count("refused"), 4);      /* each with its word */
}

static void
test_symlink(void **state)
{
    const char *secret = arena_fmt(c.a, "%s/secret.pdf", root);
    struct folder_file f;

    (void)state;
    scan_at(secret);
    assert_int_equal(symlink(secret, in_folder("a.pdf")), 0);
    assert_int_equal(symlink("/dev/zero", in_folder("b.pdf")), 0);
    assert_false(take(&f));
    assert_int_equal(count("taken"), 0);
}

/* None of them is opened for good, and none holds the thread up. */
static void
test_pipe_socket_device(void **state)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int s = socket(AF_UNIX, SOCK_STREAM, 0);
    struct folder_file f;

    (void)state;
    assert_int_equal(mkfifo(in_folder("a.pdf"), 0666), 0);
    snprintf(at.sun_path, sizeof at.sun_path, "%s", in_folder("b.pdf"));
    assert_int_equal(bind(s, (const struct sockaddr *)&at, sizeof at), 0);
    if (mknod(in_folder("c.pdf"), S_IFCHR | 0666, makedev(1, 5)) < 0)
        print_message("no device: not root here\n");
    assert_false(take(&f));
    close(s);
}

/* Exchanged between the look and the taking: what lies in taken/ is looked at anew. */
static void
test_left_in_taken(void **state)
{
    struct folder_file f;

    (void)state;
    assert_int_equal(mkdir(in_folder("taken"), 0700), 0);
    assert_int_equal(mkfifo(in_folder("taken/QT7K3M2A-a.pdf"), 0666), 0);
    assert_true(take(&f));
    assert_non_null(f.why);
    assert_false(folder_store(&c, store, &f));
    folder_end(&c, &f);
    assert_int_equal(symlink("/etc/passwd", in_folder("taken/QT7K3M2B-b.pdf")), 0);
    assert_true(take(&f));
    assert_non_null(f.why);
    folder_end(&c, &f);
    assert_int_equal(count("refused"), 4);
}

/* A second name for a file that the server may read and who made the link may not. */
static void
test_hard_link(void **state)
{
    const char *secret = arena_fmt(c.a, "%s/secret.pdf", root);
    struct folder_file f;

    (void)state;
    scan_at(secret);
    assert_int_equal(link(secret, in_folder("a.pdf")), 0);
    assert_true(take(&f));
    assert_non_null(f.why);
    assert_string_equal(f.u.mime, "");
    assert_false(folder_store(&c, store, &f));
    folder_end(&c, &f);
    assert_int_equal(access(secret, R_OK), 0);
}

static void
test_owner(void **state)
{
    struct folder_file f;

    (void)state;
    if (geteuid() != 0)
        skip();                         /* only root gives files away */
    assert_int_equal(chown(arena_fmt(c.a, "%s/H26.X", root), STRANGER, STRANGER), 0);
    scan_at(in_folder("a.pdf"));        /* ours, and root's, in a folder that is not */
    assert_true(take(&f));
    assert_non_null(f.why);
    folder_end(&c, &f);
    scan_at(in_folder("b.pdf"));
    assert_int_equal(chown(in_folder("b.pdf"), SCANNER, STRANGER), 0);
    assert_true(take(&f));
    assert_null(f.why);
}

/* taken/ that leads elsewhere, or into which others may write: nothing is moved or read. */
static void
test_folders_of_others(void **state)
{
    const char *elsewhere = arena_fmt(c.a, "%s/elsewhere", root);
    struct folder_file f;

    (void)state;
    assert_int_equal(mkdir(elsewhere, 0700), 0);
    assert_int_equal(symlink(elsewhere, in_folder("taken")), 0);
    scan_at(in_folder("a.pdf"));
    assert_false(take(&f));
    assert_int_equal(unlink(in_folder("taken")), 0);
    assert_int_equal(mkdir(in_folder("taken"), 0700), 0);
    assert_int_equal(chmod(in_folder("taken"), 0777), 0);
    assert_false(take(&f));
    assert_int_equal(chmod(in_folder("taken"), 0700), 0);
    assert_true(take(&f));
    assert_null(f.why);
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(test_a_scan), IN_A_FOLDER(test_too_large_and_no_scan),
        IN_A_FOLDER(test_symlink), IN_A_FOLDER(test_pipe_socket_device),
        IN_A_FOLDER(test_left_in_taken), IN_A_FOLDER(test_hard_link), IN_A_FOLDER(test_owner),
        IN_A_FOLDER(test_folders_of_others)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
