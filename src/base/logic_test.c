/* logic_test.c - JSONLogic as json-logic-js has it, then our two periods, then the bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/logic.h"

#define DATA                                                                                     \
    "{'a': 1, 'b': {'c': [10, 20, {'d': 'x'}]}, 'empty': '', 'nil': null, 'zero': '0', 'no': []," \
    " 'rows': [{'n': 1}, {'n': 2}, {'n': 3}], 'born': '2004-02-29', 'ten': 'Đặng Thị Ánh',"      \
    " '$received': '2026-02-28', '$channel': 'online'}"

static const struct { const char *rule, *want; } T[] = {
    /* equality: loose as JavaScript, and strict */
    { "{'==': [1, '1']}", "true" },
    { "{'===': [1, '1']}", "false" },
    { "{'===': [1, 1.0]}", "true" },
    { "{'==': [0, '']}", "true" },
    { "{'==': [0, false]}", "true" },
    { "{'==': [null, 0]}", "false" },
    { "{'==': [null, false]}", "false" },
    { "{'==': [{'var': 'none'}, null]}", "true" },
    { "{'==': ['1', ' 1 ']}", "false" },
    { "{'==': [1, ' 1 ']}", "true" },
    { "{'==': [[1], 1]}", "true" },
    { "{'==': [[1], [1]]}", "false" },
    { "{'!=': [1, '1']}", "false" },
    { "{'!==': [1, '1']}", "true" },
    { "{'==': ['abc', 0]}", "false" },
    /* truthiness: [] and '' are false, '0' is true */
    { "{'!!': [[]]}", "false" },
    { "{'!!': ['0']}", "true" },
    { "{'!!': ['']}", "false" },
    { "{'!!': [0]}", "false" },
    { "{'!!': [[0]]}", "true" },
    { "{'!': [{'var': 'no'}]}", "true" },
    { "{'!': {'var': 'zero'}}", "false" },
    { "{'!!': {'var': 'nil'}}", "false" },
    /* variables */
    { "{'var': 'a'}", "1" },
    { "{'var': ['a']}", "1" },
    { "{'var': 'b.c.1'}", "20" },
    { "{'var': 'b.c.2.d'}", "\"x\"" },
    { "{'var': 'b.c.9'}", "null" },
    { "{'var': ['none', 7]}", "7" },
    { "{'var': ['none.deep', 7]}", "7" },
    { "{'var': ['nil', 7]}", "null" },
    { "{'var': [{'cat': ['b.', 'c.0']}]}", "10" },
    { "{'map': [{'var': 'rows'}, {'var': ''}]}", "[{\"n\": 1}, {\"n\": 2}, {\"n\": 3}]" },
    { "{'map': [{'var': 'no'}, {'var': ''}]}", "[]" },
    { "{'some': [{'var': 'rows'}, {'==': [{'var': '$channel'}, 'online']}]}", "true" },
    { "{'missing': ['a', 'none', 'empty', 'nil']}", "[\"none\", \"empty\", \"nil\"]" },
    { "{'missing': [['a', 'none']]}", "[\"none\"]" },
    { "{'missing': 'a'}", "[]" },
    { "{'missing_some': [1, ['a', 'none']]}", "[]" },
    { "{'missing_some': [2, ['a', 'none']]}", "[\"none\"]" },
    /* choices */
    { "{'if': [true, 'yes', 'no']}", "\"yes\"" },
    { "{'if': [false, 1, [], 2, 3]}", "3" },
    { "{'if': [false, 1]}", "null" },
    { "{'if': []}", "null" },
    { "{'?:': [0, 1, 2]}", "2" },
    { "{'and': [1, 'b', 3]}", "3" },
    { "{'and': [1, '', 3]}", "\"\"" },
    { "{'or': [0, '', 'c']}", "\"c\"" },
    { "{'or': [0, '']}", "\"\"" },
    /* order */
    { "{'>': ['10', 9]}", "true" },
    { "{'>': ['10', '9']}", "false" },
    { "{'<': [1, 2, 3]}", "true" },
    { "{'<': [1, 5, 3]}", "false" },
    { "{'<=': [1, 1, 1]}", "true" },
    { "{'<': ['abc', 1]}", "false" },
    { "{'>=': ['abc', 1]}", "false" },
    { "{'<=': [null, 0]}", "true" },
    { "{'<': ['2026-01-01', '2026-02-01']}", "true" },
    /* numbers */
    { "{'+': [1, '2', 3.5]}", "6.5" },
    { "{'+': '3.14'}", "3.1400000000000001" },
    { "{'+': ['7 trang', 1]}", "8" },
    { "{'+': ['12x', '0x1', ' 3']}", "15" },
    { "{'+': ['x', 1]}", "null" },
    { "{'-': 2}", "-2" },
    { "{'-': [5, 2]}", "3" },
    { "{'*': [2, 3, 4]}", "24" },
    { "{'/': [9, 2]}", "4.5" },
    { "{'/': [1, 0]}", "null" },
    { "{'%': [101, 2]}", "1" },
    { "{'%': [1, 0]}", "null" },
    { "{'max': [1, '3', 2]}", "3" },
    { "{'min': [1, 3, -2]}", "-2" },
    { "{'max': []}", "null" },
    { "{'*': ['7 trang']}", "\"7 trang\"" },
    /* a missing answer is no number: nothing holds of a sum with it */
    { "{'<': [{'+': [{'var': 'none'}, 5]}, 60]}", "false" },
    { "{'>=': [{'+': [{'var': 'none'}, 5]}, 60]}", "false" },
    { "{'==': [{'/': [1, 'x']}, null]}", "false" },
    { "{'!!': [{'/': [1, 0]}]}", "true" },
    { "{'cat': [{'-': ['x', 1]}, {'/': [-1, 0]}]}", "\"NaN-Infinity\"" },
    { "{'>': ['b', ['a']]}", "true" },
    /* lists */
    { "{'map': [{'var': 'rows'}, {'*': [{'var': 'n'}, 2]}]}", "[2, 4, 6]" },
    { "{'filter': [[1, 2, 3], {'>=': [{'var': ''}, 2]}]}", "[2, 3]" },
    { "{'reduce': [{'var': 'rows'}, {'+': [{'var': 'current.n'}, {'var': 'accumulator'}]}, 0]}",
      "6" },
    { "{'reduce': [{'var': 'none'}, {'var': 'current'}, 5]}", "5" },
    { "{'all': [{'var': 'rows'}, {'>': [{'var': 'n'}, 0]}]}", "true" },
    { "{'all': [[], {'>': [{'var': ''}, 0]}]}", "false" },
    { "{'none': [[], true]}", "true" },
    { "{'some': [{'var': 'rows'}, {'==': [{'var': 'n'}, 3]}]}", "true" },
    { "{'some': [[], true]}", "false" },
    { "{'merge': [[1, 2], 3, [[4]]]}", "[1, 2, 3, [4]]" },
    { "{'in': ['sp', 'Spring']}", "false" },
    { "{'in': ['ing', 'Spring']}", "true" },
    { "{'in': ['', '']}", "false" },
    { "{'in': [2, [1, 2]]}", "true" },
    { "{'in': ['2', [1, 2]]}", "false" },
    /* texts */
    { "{'cat': ['a', 1, null, true, [1, [2, null]]]}", "\"a1true1,2,\"" },
    { "{'cat': [1.5, '-', 0.1]}", "\"1.5-0.1\"" },
    { "{'substr': [{'var': 'ten'}, 0, 4]}", "\"Đặng\"" },
    { "{'substr': ['jsonlogic', 4]}", "\"logic\"" },
    { "{'substr': ['jsonlogic', -5]}", "\"logic\"" },
    { "{'substr': ['jsonlogic', 1, 3]}", "\"son\"" },
    { "{'substr': ['jsonlogic', 4, -2]}", "\"log\"" },
    { "{'substr': ['jsonlogic', -5, 3]}", "\"log\"" },
    /* periods counted to the day of reception, 2026-02-28 */
    { "{'days_since': '2025-12-30'}", "60" },
    { "{'>': [{'days_since': [{'var': 'none'}]}, 60]}", "false" },
    { "{'<=': [{'days_since': [{'var': 'none'}]}, 60]}", "false" },
    { "{'<': [{'years_since': [{'var': 'none'}]}, 18]}", "false" },
    { "{'years_since': {'var': 'born'}}", "21" },
    { "{'years_since': '2004-02-28'}", "22" },
    { "{'years_since': 'hôm qua'}", "null" },
    /* not rules */
    { "[1, {'+': [1, 1]}]", "[1, 2]" },
    { "{'a': 1, 'b': 2}", "{\"a\": 1, \"b\": 2}" },
    { "{'no_such': [1]}", "null" },
    { "'text'", "\"text\"" },
};

/* Single quotes make the rows readable. */
static json_t *
parse(const char *text)
{
    char json[4096];
    json_t *v;

    snprintf(json, sizeof json, "%s", text);
    for (char *p = json; *p; p++)
        if (*p == '\'')
            *p = '"';
    v = json_loads(json, JSON_DECODE_ANY, NULL);
    assert_non_null(v);
    return v;
}

static void
test_logic_rules(void **state)
{
    json_t *data = parse(DATA);

    (void)state;
    for (size_t i = 0; i < sizeof T / sizeof *T; i++) {
        json_t *rule = parse(T[i].rule), *got;
        bool over;
        char *text;

        got = logic_apply(rule, data, &over);
        text = json_dumps(got, JSON_ENCODE_ANY);
        if (over || strcmp(text, T[i].want) != 0)
            fail_msg("%s is %s, not %s", T[i].rule, text, T[i].want);
        free(text);
        json_decref(got);
        json_decref(rule);
    }
    json_decref(data);
}

static void
check_over(const char *name, const char *text, bool want)
{
    json_t *data = parse(DATA), *rule = parse(text), *got;
    bool over;

    got = logic_apply(rule, data, &over);
    if (over != want || (over && !json_is_null(got)))
        fail_msg("%s", name);
    json_decref(got);
    json_decref(rule);
    json_decref(data);
}

#define TEN "[1,1,1,1,1,1,1,1,1,1]"
#define HUNDRED "{'merge':[" TEN "," TEN "," TEN "," TEN "," TEN "," TEN "," TEN "," TEN "," TEN \
    "]}"

static void
test_logic_bounds(void **state)
{
    char deep[1024];
    size_t n = 0;

    (void)state;
    for (int i = 0; i < 70; i++)
        n += (size_t)snprintf(deep + n, sizeof deep - n, "{'!':");
    n += (size_t)snprintf(deep + n, sizeof deep - n, "1");
    memset(deep + n, '}', 70);
    deep[n + 70] = '\0';
    check_over("nested 70 deep", deep, true);
    check_over("a text that doubles",
               "{'reduce':[" HUNDRED
               ",{'cat':[{'var':'accumulator'},{'var':'accumulator'}]},'ab']}",
               true);
    check_over("a list that nests", "{'reduce':[" HUNDRED ",[{'var':'accumulator'}],0]}", true);
    check_over("loops in loops",
               "{'map':[" HUNDRED ",{'map':[" HUNDRED ",{'map':[" HUNDRED ",1]}]}]}", true);
    check_over("a long but honest one", "{'map':[" HUNDRED ",{'+':[{'var':''},1]}]}", false);
}

static void
add_name(void *arg, const char *name)
{
    char *names = arg;
    size_t n = strlen(names);

    snprintf(names + n, 512 - n, "%s ", name);
}

static void
test_logic_check(void **state)
{
    json_t *rule = parse("{'and': [{'==': [{'var': 'a.b'}, 1]}, {'missing': ['c', 'd']},"
                         " {'some': [{'var': 'rows'}, {'==': [{'var': 'inner'}, 1]}]},"
                         " {'missing_some': [1, ['e']]}, {'days_since': {'var': ['f', 1]}}]}");
    json_t *bad = parse("{'and': [true, {'regex': [1]}]}");
    char names[512] = "";

    (void)state;
    assert_null(logic_check(rule, add_name, names));
    assert_string_equal(names, "a.b c d rows e f ");
    assert_string_equal(logic_check(bad, NULL, NULL), "regex");
    json_decref(rule);
    json_decref(bad);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_logic_rules),
        cmocka_unit_test(test_logic_bounds),
        cmocka_unit_test(test_logic_check),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
