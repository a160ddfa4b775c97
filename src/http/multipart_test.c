#include "http/multipart.h"

#include <string.h>

#include "base/test.h"

static bool
begin(void *arg, const struct part *p)
{
    (void)p;
    ++*(int *)arg;
    return true;
}

static bool
data(void *arg, const char *p, size_t n)
{
    (void)arg, (void)p, (void)n;
    return true;
}

static bool
end(void *arg)
{
    (void)arg;
    return true;
}

/* A body of one part whose head is `head` bytes long, fed in pieces of `step`. */
static bool
taken(size_t head, size_t step)
{
    static const char FIRST[] = "--b", NAME[] = "\r\nContent-Disposition: form-data; name=\"a\"",
                      FILL[] = "\r\nX: ", LAST[] = "\r\n\r\nx\r\n--b--\r\n";
    struct arena *a = arena_open(1 << 20);
    int parts = 0;
    struct multipart *m = multipart_open(a, "multipart/form-data; boundary=b",
                                         &(struct multipart_sink){&parts, begin, data, end});
    size_t fill = head - (sizeof NAME - 1) - (sizeof FILL - 1), n = 0;
    char *body = arena_get(a, head + 64);
    bool ok = true;

    memcpy(body, FIRST, sizeof FIRST - 1), n += sizeof FIRST - 1;
    memcpy(body + n, NAME, sizeof NAME - 1), n += sizeof NAME - 1;
    memcpy(body + n, FILL, sizeof FILL - 1), n += sizeof FILL - 1;
    memset(body + n, 'f', fill), n += fill;
    memcpy(body + n, LAST, sizeof LAST - 1), n += sizeof LAST - 1;
    for (size_t i = 0; i < n && ok; i += step)
        ok = multipart_feed(m, body + i, n - i < step ? n - i : step);
    ok = ok && multipart_ended(m) && parts == 1;
    arena_close(a);
    return ok;
}

/* Found by the fuzzer: whether a head of 4,093 to 4,095 bytes was taken hung on how the network cut
 * it. */
static void
test_longest_head(void **state)
{
    static const size_t STEP[] = {1, 2, 3, 5, 7, 64, 4095, 4096, 4097, 100000};

    (void)state;
    for (size_t head = 4085; head < 4105; head++)
        for (size_t i = 0; i < sizeof STEP / sizeof *STEP; i++)
            assert_int_equal(taken(head, STEP[i]), head < 4096);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_longest_head)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
