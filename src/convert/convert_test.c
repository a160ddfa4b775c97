/* The wire between server and converter, and the client's end of a program that is away, hangs
 * behind others or dies.  What the converter does with files: tests/ocr, tests/hostile. */
#include "base/test.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/log.h"
#include "base/now.h"
#include "convert/wire.h"

static struct ctx c;

static int
setup(void **state)
{
    (void)state;
    log_level(LOG_ERROR + 1);
    ctx_init(&c, arena_open(16 << 20));
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    arena_close(c.a);
    return 0;
}

/* --- the wire ------------------------------------------------------------------------------- */

static void
test_job(void **state)
{
    static const struct {
        const char *name;
        struct convert_job j;
        int seconds;
        const char *wrong;
    } T[] = {
        {"one file", {.op = CONVERT_READ, .in_n = 1}, 9, NULL},
        {"both languages", {.op = CONVERT_READ, .in_n = 1, .languages = "vie+eng"}, 9, NULL},
        {"another language", {.op = CONVERT_READ, .in_n = 1, .languages = "../eng"}, 9,
         "languages"},
        {"a long language", {.op = CONVERT_READ, .in_n = 1, .languages = "vie+vie+vie+vie+vie"}, 9,
         "languages"},
        {"no file", {.op = CONVERT_READ}, 9, "in_n"},
        {"two files to read", {.op = CONVERT_READ, .in_n = 2}, 9, "in_n"},
        {"forty photos", {.op = CONVERT_TO_PDF, .in_n = 40}, 9, NULL},
        {"too many", {.op = CONVERT_TO_PDF, .in_n = 41}, 9, "in_n"},
        {"far too many", {.op = CONVERT_TO_PDF, .in_n = (size_t)1 << 33 | 1}, 9, "in_n"},
        {"no such operation", {.op = (enum convert_op)99, .in_n = 1}, 9, "op"},
        {"a page before the first", {.op = CONVERT_EXTRACT, .in_n = 1, .page = -1}, 9, "page"},
        {"backwards", {.op = CONVERT_EXTRACT, .in_n = 1, .page = 3, .to = 2}, 9, "page"},
        {"too narrow", {.op = CONVERT_PICTURE, .in_n = 1, .width = 3}, 9, "width"},
        {"too wide", {.op = CONVERT_PICTURE, .in_n = 1, .width = 40000}, 9, "width"},
        {"no time", {.op = CONVERT_INSPECT, .in_n = 1}, 0, "seconds"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        struct wire_job w = wire_job_of(&T[i].j, T[i].seconds, 1 << 30), got;
        const char *wrong = wire_job_wrong(&w, sizeof w, &got);

        if (!wrong != !T[i].wrong || (wrong && strcmp(wrong, T[i].wrong) != 0))
            fail_msg("%s: %s", T[i].name, wrong ? wrong : "taken");
        assert_string_equal(wire_job_wrong(&w, sizeof w - 1, &got), "size");
    }
}

static void
test_other_messages(void **state)
{
    struct wire_end e = {.how = WIRE_OVERTIME}, end;
    struct wire_hello h = {.sandbox = "seccomp"}, hello;

    (void)state;
    assert_string_equal(wire_end_wrong(&e, sizeof e, &end), "magic");
    wire_stamp(&e.magic);
    assert_null(wire_end_wrong(&e, sizeof e, &end));
    e.how = WIRE_HOW__COUNT;
    assert_string_equal(wire_end_wrong(&e, sizeof e, &end), "how");
    wire_stamp(&h.magic);
    assert_null(wire_hello_wrong(&h, sizeof h, &hello));
    memset(h.sandbox, 'a', sizeof h.sandbox);
    assert_string_equal(wire_hello_wrong(&h, sizeof h, &hello), "sandbox");
}

/* What a child wrote that was taken over by a file. */
static void
test_answer(void **state)
{
    static const struct {
        const char *text;
        bool good;
        enum convert_verdict verdict;
        const char *why, *mime;
    } T[] = {
        {"{\"why\":\"\",\"mime\":\"image/png\",\"pages\":2,\"details\":{}}", true, CONVERT_DONE, "",
         "image/png"},
        {"{\"why\":\"encrypted\",\"details\":{}}", true, CONVERT_REFUSED, "encrypted", ""},
        {"{\"why\":\"<b>\",\"details\":{}}", true, CONVERT_REFUSED, "damaged", ""},
        {"{\"why\":\"\",\"mime\":\"text/html\",\"details\":{}}", true, CONVERT_DONE, "", ""},
        {"{\"why\":\"\",\"pages\":-1,\"details\":{}}", false, 0, NULL, NULL},
        {"{\"why\":\"\",\"pages\":501,\"details\":{}}", false, 0, NULL, NULL},
        {"{\"why\":\"\",\"details\":[]}", false, 0, NULL, NULL},
        {"{\"why\":7,\"details\":{}}", false, 0, NULL, NULL},
        {"{\"why\":\"\",\"why\":\"\",\"details\":{}}", false, 0, NULL, NULL},
        {"[]", false, 0, NULL, NULL},
        {"", false, 0, NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        struct convert_answer a = {.out = -1};
        bool good = wire_answer(T[i].text, strlen(T[i].text), &a);

        if (good != T[i].good)
            fail_msg("%s: %d", T[i].text, good);
        if (good) {
            assert_int_equal(a.verdict, T[i].verdict);
            assert_string_equal(a.why, T[i].why);
            assert_string_equal(a.mime, T[i].mime);
        }
        convert_answer_release(&a);
    }
}

/* --- the client ----------------------------------------------------------------------------- */

static int
text_fd(const char *text)
{
    int fd = memfd_create("text", MFD_CLOEXEC);

    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    return fd;
}

static const char *
inspect(struct convert *v, int fd)
{
    const struct convert_job j = {.op = CONVERT_INSPECT, .in = &fd, .in_n = 1};
    struct convert_answer a;
    const char *why;

    assert_int_equal(convert_run(&c, v, &j, &a), OK);
    why = a.why;
    assert_non_null(a.details);
    assert_true(*a.reason != '\0');
    convert_answer_release(&a);
    return why;
}

static void
test_without_the_program(void **state)
{
    const struct convert_options away = {.program = "/nowhere/motcua-convert"},
                                 other = {.program = "/bin/true"};
    const struct convert_job wrong = {.op = CONVERT_INSPECT};
    struct convert_answer a;
    int fd = text_fd("x");

    (void)state;
    assert_null(convert_open(&c, &away));
    assert_int_equal(c.err.rc, E_NOTFOUND);
    assert_null(convert_open(&c, &other));
    assert_int_equal(c.err.rc, E_SYS);
    assert_string_equal(inspect(NULL, fd), "missing");
    assert_int_equal(convert_run(&c, NULL, &wrong, &a), E_INVALID);
    convert_close(NULL);
    close(fd);
}

/* The converter is our only child. */
static pid_t
child(void)
{
    char path[64], text[64] = "";
    FILE *f;

    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    f = fopen(path, "r");
    if (f && !fgets(text, sizeof text, f))
        *text = '\0';
    if (f)
        fclose(f);
    return (pid_t)strtol(text, NULL, 10);
}

static void
test_a_program_that_dies(void **state)
{
    struct convert *v = convert_open(&c, NULL);
    int64_t until = now_mono_micros() + 20000000;
    int fd = text_fd("x");
    struct convert_stats s;
    const char *why;

    (void)state;
    if (!v)
        skip();                         /* it was not built */
    assert_string_equal(inspect(v, fd), "unknown");
    assert_true(child() > 0);
    kill(child(), SIGKILL);
    do
        why = inspect(v, fd);           /* "restarted" until it may be started again */
    while (strcmp(why, "unknown") != 0 && now_mono_micros() < until);
    assert_string_equal(why, "unknown");
    convert_stats(v, &s);
    assert_int_equal(s.restarts, 1);
    assert_true(s.running);
    assert_int_equal(s.refused[CONVERT_INSPECT], 2);
    convert_stop(v);
    assert_string_equal(inspect(v, fd), "busy");
    convert_close(v);
    close(fd);
}

struct crowd {
    struct convert *v;
    int fd;
    _Atomic int unknown, busy;
};

static void *
one_of_many(void *arg)
{
    struct crowd *w = arg;
    const struct convert_job j = {.op = CONVERT_INSPECT, .in = &w->fd, .in_n = 1};
    struct convert_answer a;
    struct ctx mine;

    ctx_init(&mine, arena_open(1 << 20));
    convert_run(&mine, w->v, &j, &a);
    w->unknown += strcmp(a.why, "unknown") == 0;
    w->busy += strcmp(a.why, "busy") == 0;
    convert_answer_release(&a);
    arena_close(mine.a);
    return NULL;
}

static void
test_a_crowd(void **state)
{
    const struct convert_options o = {.at_once = 1, .waiting = 2};
    struct crowd w = {.v = convert_open(&c, &o), .fd = text_fd("x")};
    pthread_t t[16];

    (void)state;
    if (!w.v)
        skip();
    for (size_t i = 0; i < ROWS(t); i++)
        pthread_create(&t[i], NULL, one_of_many, &w);
    for (size_t i = 0; i < ROWS(t); i++)
        pthread_join(t[i], NULL);
    assert_int_equal(w.unknown + w.busy, ROWS(t));
    assert_true(w.unknown >= 3);                /* one ran, two were in line */
    convert_close(w.v);
    close(w.fd);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_job),
        cmocka_unit_test(test_other_messages),
        cmocka_unit_test(test_answer),
        cmocka_unit_test(test_without_the_program),
        cmocka_unit_test(test_a_program_that_dies),
        cmocka_unit_test(test_a_crowd),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
