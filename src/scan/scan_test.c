/* clamd's lines, and a scanner that is away, slow, dies midway or talks nonsense. */
#include "base/test.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "scan/scan.h"

#define EMPTY_NUL "stream: OK\0x"

static const struct {
    const char *name, *line;
    enum scan_verdict want;
    const char *finding;
} T[] = {
    {"clean", "stream: OK", SCAN_CLEAN, ""},
    {"clean, a line's end", "stream: OK\n", SCAN_CLEAN, ""},
    {"found", "stream: Eicar-Signature FOUND", SCAN_INFECTED, "Eicar-Signature"},
    {"found with words", "stream: Win.Test EICAR_HDB-1 FOUND", SCAN_INFECTED,
     "Win.Test EICAR_HDB-1"},
    {"found with markup", "stream: <b>x FOUND", SCAN_INFECTED, "?b?x"},
    {"too large", "INSTREAM size limit exceeded. ERROR", SCAN_TOO_LARGE, ""},
    {"error", "stream: Can't allocate memory ERROR", SCAN_FAILED, ""},
    {"nothing", "", SCAN_FAILED, ""},
    {"nothing found", "stream:  FOUND", SCAN_FAILED, ""},
    {"another file", "other: OK", SCAN_FAILED, ""},
    {"more than OK", "stream: OK OK", SCAN_FAILED, ""},
    {"HTTP", "HTTP/1.1 200 OK", SCAN_FAILED, ""},
};

static void
test_lines(void **state)
{
    struct scan_answer a;

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        scan_answer_read(T[i].line, strlen(T[i].line), &a);
        if (a.verdict != T[i].want || strcmp(a.name, T[i].finding) != 0)
            fail_msg("%s: %d '%s'", T[i].name, a.verdict, a.name);
    }
    scan_answer_read(EMPTY_NUL, sizeof EMPTY_NUL - 1, &a);
    assert_int_equal(a.verdict, SCAN_FAILED);
}

static void
test_versions(void **state)
{
    static const struct { const char *line; int64_t want; } V[] = {
        {"ClamAV 1.0.7/27451/Sat Nov 21 08:26:22 2026", 27451},
        {"ClamAV 1.0.7", 1}, {"ClamAV 1.0.7/0/x", 1}, {"nonsense/5/", 0}, {"", 0},
        {"ClamAV /99999999999999999999", 9999999999},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(V); i++)
        if (scan_version_read(V[i].line, strlen(V[i].line)) != V[i].want)
            fail_msg("%s", V[i].line);
}

static void
test_addresses(void **state)
{
    (void)state;
    assert_null(scan_address_fault("/run/clamav/clamd.ctl"));
    assert_null(scan_address_fault("127.0.0.1:3310"));
    assert_null(scan_address_fault("[::1]:3310"));
    assert_non_null(scan_address_fault("clamd"));
    assert_non_null(scan_address_fault("::1:3310"));
    assert_non_null(scan_address_fault("host:"));
    assert_non_null(scan_address_fault(":3310"));
    assert_non_null(scan_address_fault("host:99999999"));
}

/* --- a scanner that behaves as told --- */

enum manner { SAY, DIE_MIDWAY, SILENT, GARBAGE, HANG_UP_WITH_WORDS };

struct peer { int fd; enum manner manner; const char *say; };

static void
swallow(int fd, size_t upto)
{
    char buf[4096];
    size_t n = 0;
    ssize_t k;

    while (n < upto && (k = read(fd, buf, sizeof buf)) > 0) {
        n += (size_t)k;
        if (k >= 4 && memcmp(buf + k - 4, "\0\0\0\0", 4) == 0)
            return;
    }
}

/* Until the other side has hung up, whatever it still says. */
static void
wait_for_the_end(int fd)
{
    char buf[4096];

    while (read(fd, buf, sizeof buf) > 0)
        continue;
}

static void *
peer_run(void *arg)
{
    struct peer *p = arg;
    int fd = accept(p->fd, NULL, NULL);
    char noise[2000];

    memset(noise, 'x', sizeof noise);
    swallow(fd, p->manner == DIE_MIDWAY || p->manner == HANG_UP_WITH_WORDS ? 1000 : SIZE_MAX);
    if (p->manner == SAY || p->manner == HANG_UP_WITH_WORDS)
        assert_int_equal(send(fd, p->say, strlen(p->say) + 1, MSG_NOSIGNAL), strlen(p->say) + 1);
    if (p->manner == GARBAGE)
        send(fd, noise, sizeof noise, MSG_NOSIGNAL);
    if (p->manner != DIE_MIDWAY && p->manner != GARBAGE)        /* who closes with words unread */
        wait_for_the_end(fd);                                   /* takes its own answer back */
    close(fd);
    return NULL;
}

static enum scan_verdict
with_peer(enum manner m, const char *say, size_t size, struct scan_answer *a)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    struct scan_options o = {.address = at.sun_path, .wait_millis = m == SILENT ? 200 : 10000,
                             .total_millis = 20000};
    struct peer p = {socket(AF_UNIX, SOCK_STREAM, 0), m, say};
    int file = memfd_create("file", 0);
    pthread_t thread;

    snprintf(at.sun_path, sizeof at.sun_path, "/tmp/scan_test_%d.sock", (int)getpid());
    assert_int_equal(bind(p.fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(p.fd, 1), 0);
    assert_int_equal(ftruncate(file, (off_t)size), 0);
    assert_int_equal(pwrite(file, "x", 1, (off_t)size - 1), 1);
    assert_int_equal(pthread_create(&thread, NULL, peer_run, &p), 0);
    scan_file(&o, file, a);
    pthread_join(thread, NULL);
    close(file);
    close(p.fd);
    unlink(at.sun_path);
    return a->verdict;
}

static void
test_manners(void **state)
{
    struct scan_options away = {.address = "/tmp/scan_test_nobody.sock"};
    struct scan_answer a;

    (void)state;
    assert_int_equal(with_peer(SAY, "stream: OK", 300000, &a), SCAN_CLEAN);
    assert_int_equal(with_peer(SAY, "stream: Eicar FOUND", 10, &a), SCAN_INFECTED);
    assert_int_equal(with_peer(DIE_MIDWAY, "", 4 << 20, &a), SCAN_FAILED);
    assert_int_equal(with_peer(SILENT, "", 10, &a), SCAN_FAILED);
    assert_non_null(strstr(a.detail, "slow"));
    assert_int_equal(with_peer(GARBAGE, "", 10, &a), SCAN_FAILED);
    assert_non_null(strstr(a.detail, "no end"));
    assert_int_equal(with_peer(HANG_UP_WITH_WORDS, "INSTREAM size limit exceeded. ERROR", 4 << 20,
                               &a),
                     SCAN_TOO_LARGE);
    scan_file(&away, 0, &a);
    assert_int_equal(a.verdict, SCAN_FAILED);
    assert_false(scan_ping(&away));
    assert_int_equal(scan_signatures(&away, NULL, 0), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines), cmocka_unit_test(test_versions),
        cmocka_unit_test(test_addresses), cmocka_unit_test(test_manners)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
