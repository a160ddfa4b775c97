/* The text of a dump as pg_restore writes it: what is read out of it, and what is refused. */
#include "base/test.h"

#include <unistd.h>

#include "move/dumpread.h"

#define HEAD "SET x = 1;\n--\n-- Data\n--\n\nCOPY public.t (id, \"position\", raw) FROM stdin;\n"
#define TAIL "\\.\n\nCOPY public.other (a) FROM stdin;\n1\n\\.\n"

static struct ctx c;

static int
read_text(const char *text, struct table_sum *sum)
{
    struct copy_table t = {"t", "", "id:i position:t raw:b", 0};
    copy_result tables = {&t, 1, 1};
    struct progress p;
    int fd[2], rc;

    assert_int_equal(pipe(fd), 0);
    assert_int_equal(write(fd[1], text, strlen(text)), strlen(text));
    close(fd[1]);
    *sum = (struct table_sum){0};
    progress_begin(&p, "tables", "rows", 0, 0);
    rc = dumpread(&c, fd[0], &tables, sum, &p);
    close(fd[0]);
    return rc;
}

/* The same rows, put together by hand. */
static void
test_rows(void **state)
{
    struct table *t = table_of_text(c.a, "t", "id:i position:t raw:b");
    struct dbv one[] = {qi(-7), qt("a\tb\nc\\d"), qb((struct bytes){(const uint8_t *)"\0\xff", 2})};
    struct dbv two[] = {qi(8), qnull(), qb((struct bytes){(const uint8_t *)"", 0})};
    struct table_sum want = {0}, got;

    (void)state;
    table_sum_add(&want, t, two);
    table_sum_add(&want, t, one);
    assert_int_equal(
        read_text(HEAD "-7\ta\\tb\\nc\\\\d\t\\\\x00ff\n8\t\\N\t\\\\x\n" TAIL, &got), OK);
    assert_int_equal(got.rows, 2);
    assert_memory_equal(got.sum, want.sum, sizeof want.sum);
    assert_int_equal(read_text("", &got), OK);
    assert_int_equal(got.rows, 0);
}

static void
test_refused(void **state)
{
    static const struct { const char *text, *say; } T[] = {
        {HEAD "1\ta\t\\\\x00\textra\n" TAIL, "another number of values"},
        {HEAD "1\ta\n" TAIL, "another number of values"},
        {HEAD "one\ta\t\\\\x00\n" TAIL, "no number"},
        {HEAD "1\ta\t00\n" TAIL, "no bytes"},
        {HEAD "1\ta\t\\\\x0\n" TAIL, "no bytes"},
        {HEAD "1\ta\t\\\\x00\n", "in the middle of a table"},
        {"COPY public.t (id, raw) FROM stdin;\n", "other columns"},
        {"COPY public.t (id, raw, more) FROM stdin;\n", "a column that the manifest"},
        {"COPY public.t (id, raw, id) FROM stdin;\n", "a column twice"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        struct table_sum sum;

        assert_int_equal(read_text(T[i].text, &sum), E_SYS);
        if (!strstr(c.err.detail, T[i].say))
            fail_msg("want \"%s\", got \"%s\"", T[i].say, c.err.detail);
    }
}

static int
fresh(void **state)
{
    (void)state;
    ctx_init(&c, arena_open(64 << 20));
    return 0;
}

static int
gone(void **state)
{
    (void)state;
    arena_close(c.a);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, fresh, gone);
}
