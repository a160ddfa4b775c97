/* Documents of an arena and of the heap may be mixed and are given back alike. */
#include "base/json_arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

static void
test_mixed(void **state)
{
    struct arena *a = arena_open(1 << 20);
    json_t *doc, *heap;
    char *text;

    (void)state;
    json_arena_enter(a);
    doc = json_loads("{\"a\":[1,2,3],\"b\":\"x\"}", 0, NULL);
    json_arena_leave();
    assert_true(arena_used(a) > 0);
    heap = json_pack("{s:i}", "n", 7);
    for (int i = 0; i < 100; i++) {             /* the table of names grows, on the heap now */
        char name[8] = {'k', (char)('0' + i / 10), (char)('0' + i % 10)};

        json_object_set(doc, name, heap);
    }
    assert_int_equal(json_object_size(doc), 102);
    text = json_dumps(doc, JSON_COMPACT);
    assert_non_null(strstr(text, "\"a\":[1,2,3]"));
    mem_free(text);
    json_arena_enter(a);
    text = json_dumps(heap, JSON_COMPACT);      /* a text of the arena */
    json_arena_leave();
    assert_string_equal(text, "{\"n\":7}");
    mem_free(text);
    json_decref(doc);
    json_decref(heap);
    arena_close(a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_mixed)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
