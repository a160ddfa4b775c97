/* What json.c reads and writes is what jansson reads and writes. */
#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const TEXTS[] = {
    "{}",
    "[]",
    " { } ",
    "{\"a\":1}",
    "[1,2,3]",
    "{\"a\":{\"b\":[true,false,null]}}",
    "{\"b\":1,\"a\":2}",
    "{\"a\":-5}",
    "{\"a\":0}",
    "{\"a\":-0}",
    "{\"a\":01}",
    "{\"a\":1.5}",
    "{\"a\":1e3}",
    "{\"a\":1E400}",
    "{\"a\":123456789012345678}",
    "{\"a\":9223372036854775807}",
    "{\"a\":9223372036854775808}",
    "{\"a\":-}",
    "{\"a\":+1}",
    "{\"a\":.5}",
    "{\"a\":1.}",
    "{\"a\":\"\\n\\t\\\"\\\\\\/\\b\\f\\r\"}",
    "{\"a\":\"\\u00e1\\ud83d\\ude00\"}",
    "{\"a\":\"\\ud83d\"}",
    "{\"a\":\"\\u0000\"}",
    "{\"a\":\"\\x\"}",
    "{\"a\":\"\x01\"}",
    "{\"a\":\"Nguyễn Thị Ánh\"}",
    "{\"a\":\"\xff\"}",
    "{\"a\":\"\xc0\x80\"}",
    "{\"a\\n\":\"b\\n\"}",
    "{\"a\":1,\"a\":2}",
    "{\"a\":1,}",
    "[1,]",
    "{\"a\" 1}",
    "{a:1}",
    "{'a':1}",
    "{\"a\":1}x",
    "{\"a\":1} ",
    "\"text\"",
    "1",
    "true",
    "",
    "{",
    "[",
    "{\"a\"",
    "{\"a\":",
    "{\"a\":\"",
    "{\"a\":\"\\",
    "[tru]",
    "[truex]",
    "[nul",
    "{\"\":1}",
    "[\"\x7f\"]",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
    "\xef\xbb\xbf{}",
    "{\"k\":\t1}",
    "{\"k\":\v1}",
    "[1 2]",
    "{\"a\":\"\\\"\"",
    "[-1,0,10,-10]",
};

static void
compare(struct arena *a, const char *s, size_t n)
{
    json_error_t e;
    json_t *mine = json_read(s, n, &e), *theirs = json_loadb(s, n, JSON_REJECT_DUPLICATES, &e);

    if (!!mine != !!theirs || (mine && !json_equal(mine, theirs)))
        fail_msg("read otherwise: %.*s", (int)n, s);
    if (mine) {
        char *sorted = json_dumps(theirs, JSON_COMPACT | JSON_SORT_KEYS);
        char *plain = json_dumps(theirs, JSON_COMPACT);
        struct buf b;

        buf_init(&b, a, 1 << 20);
        json_put(&b, mine, false);
        assert_string_equal(json_text(a, mine), sorted);
        assert_string_equal(b.p, plain);
        mem_free(sorted);
        mem_free(plain);
    }
    json_decref(mine);
    json_decref(theirs);
    arena_reset(a);
}

static void
test_texts(void **state)
{
    struct arena *a = arena_open(16 << 20);

    (void)state;
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
        compare(a, TEXTS[i], strlen(TEXTS[i]));
    compare(a, "{\"a\":\"\0\"}", 9);
    arena_close(a);
}

/* A body with one byte changed, left out or doubled, thousands of times. */
static void
test_mutations(void **state)
{
    static const char BASE[] = "{\"procedure\":\"1.001612\", \"n\":[1,-2,30,{\"ten\":\"Phở "
                               "\\\"Hà\\\"\\n\"}],\n\t\"x\":true,"
                               " \"y\":null,\"z\":false,\"so\":150000000,\"le\":0.25,\"answers\":{"
                               "\"a\":\"Đặng Thị Thu\"}}";
    static const char BYTES[] = "\"\\{}[],:0123456789eE+-. tfn\n\x01\x80\xc3/u";
    struct arena *a = arena_open(16 << 20);
    uint64_t seed = 42;
    char text[2 * sizeof BASE];

    (void)state;
    for (int i = 0; i < 60000; i++) {
        size_t n = sizeof BASE - 1, at, way;

        memcpy(text, BASE, n);
        for (int k = 0; k <= i % 2; k++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            at = (size_t)(seed >> 33) % n;
            way = (size_t)(seed >> 20) % 3;
            if (way == 0)
                text[at] = BYTES[(size_t)(seed >> 45) % (sizeof BYTES - 1)];
            else
                memmove(text + at + (way == 2), text + at + (way == 1), n - at - (way == 1));
            n = n + (way == 2) - (way == 1);
        }
        compare(a, text, n);
    }
    arena_close(a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_mutations),
    };

    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
