/* One row, one sentence of docs/catalogue-package.md about e-forms. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#undef fail

#include "base/file.h"
#include "mod/eforms/eforms.h"

#define fail_test(...) (print_error(__VA_ARGS__), print_error("\n"), _fail(__FILE__, __LINE__))

static const char FORM[] =
    "{\"title\":\"Thử\",\"components\":[{\"type\":\"panel\",\"key\":\"p1\",\"title\":\"Một\","
    "\"components\":["
    "{\"type\":\"textfield\",\"key\":\"ten\",\"label\":\"Tên\",\"validate\":{\"required\":true,"
    "\"minLength\":2,"
    "\"maxLength\":10,\"pattern\":\"^[^0-9]+$\",\"customMessage\":\"Chỉ chữ\"}},"
    "{\"type\":\"number\",\"key\":\"so\",\"label\":\"Số\",\"validate\":{\"min\":1,\"max\":5}},"
    "{\"type\":\"datetime\",\"key\":\"sinh\",\"label\":\"Sinh\",\"validate\":{\"minDate\":\"today-"
    "18y\","
    "\"maxDate\":\"today\"}},"
    "{\"type\":\"radio\",\"key\":\"loai\",\"label\":\"Loại\",\"values\":[{\"label\":\"A\","
    "\"value\":\"a\"},"
    "{\"label\":\"B\",\"value\":\"b\"}]},"
    "{\"type\":\"textfield\",\"key\":\"ly_do\",\"label\":\"Lý "
    "do\",\"validate\":{\"required\":true},"
    "\"conditional\":{\"show\":true,\"when\":\"loai\",\"eq\":\"b\"}},"
    "{\"type\":\"textfield\",\"key\":\"them\",\"label\":\"Thêm\",\"validate\":{\"required\":true},"
    "\"conditional\":{\"json\":{\"!!\":[{\"var\":\"ly_do\"}]}}}"
    "]},{\"type\":\"panel\",\"key\":\"p2\",\"title\":\"Hai\",\"components\":["
    "{\"type\":\"personalnumber\",\"key\":\"cccd\",\"label\":\"Số định danh\"},"
    "{\"type\":\"textfield\",\"key\":\"dt\",\"label\":\"Điện thoại\",\"inputType\":\"tel\"},"
    "{\"type\":\"address\",\"key\":\"o\",\"label\":\"Nơi ở\",\"scope\":\"vn\"},"
    "{\"type\":\"checkbox\",\"key\":\"cam_doan\",\"label\":\"Cam "
    "đoan\",\"validate\":{\"required\":true}},"
    "{\"type\":\"datagrid\",\"key\":\"con\",\"label\":\"Con\",\"validate\":{\"maxLength\":2},"
    "\"components\":["
    "{\"type\":\"textfield\",\"key\":\"ten\",\"label\":\"Tên "
    "con\",\"validate\":{\"required\":true}},"
    "{\"type\":\"number\",\"key\":\"tuoi\",\"label\":\"Tuổi\",\"validate\":{\"json\":{\"<\":[{"
    "\"var\":\"tuoi\"},18]},"
    "\"customMessage\":\"Chưa đủ 18\"}}]}]}]}";

struct env {
    struct ctx c;
    struct eform *f;
    struct eform_lists lists;
};

static const struct eform_choice HANOI[] = {{"00070", "Phường Hoàn Kiếm"}};

static int
setup(void **state)
{
    struct arena *a = arena_open(64 << 20);
    struct env *e = arena_get(a, sizeof *e);
    json_t *doc = json_loads(FORM, 0, NULL);

    ctx_init(&e->c, a);
    date_parse_moment("2026-11-22T09:00", &e->c.now);
    e->f = eforms_parse(a, doc, NULL);
    json_decref(doc);
    e->lists.communes = (struct eform_choices){HANOI, 1};
    *state = e;
    return e->f ? 0 : -1;
}

static int
teardown(void **state)
{
    struct env *e = *state;

    eforms_release(e->f);
    arena_close(e->c.a);
    return 0;
}

static bool
faulty(struct env *e, const char *name)
{
    for (size_t i = 0; i < e->c.faults.n; i++)
        if (strcmp(e->c.faults.p[i].name, name) == 0)
            return true;
    return false;
}

#define GOOD "\"ten\":\"Nguyễn An\",\"cam_doan\":true"
static const struct {
    const char *rule, *answers, *fault;
} ROWS[] = {
    {"all that is required is enough", "{" GOOD "}", NULL},
    {"a required text is missing", "{\"cam_doan\":true}", "ten"},
    {"a text of spaces is too short", "{\"ten\":\"   \",\"cam_doan\":true}", "ten"},
    {"a text counts in characters, not in bytes", "{\"ten\":\"Nguyễễễễễn\",\"cam_doan\":true}",
     NULL},
    {"too long", "{\"ten\":\"Nguyễễễễễnn\",\"cam_doan\":true}", "ten"},
    {"the pattern holds for the whole text", "{\"ten\":\"An 9\",\"cam_doan\":true}", "ten"},
    {"control characters are refused", "{\"ten\":\"An\\u0007\",\"cam_doan\":true}", "ten"},
    {"a number typed as text", "{" GOOD ",\"so\":\"3\"}", NULL},
    {"a number below its range", "{" GOOD ",\"so\":0}", "so"},
    {"a number above its range", "{" GOOD ",\"so\":\"6\"}", "so"},
    {"no fraction where none is allowed", "{" GOOD ",\"so\":\"2,5\"}", "so"},
    {"not a number", "{" GOOD ",\"so\":\"ba\"}", "so"},
    {"not a number: hex and inf are words", "{" GOOD ",\"so\":\"0x3\"}", "so"},
    {"a rule reads a number however it was typed",
     "{" GOOD ",\"con\":[{\"ten\":\"Bé\",\"tuoi\":\"17\"}]}", NULL},
    {"a date in the future", "{" GOOD ",\"sinh\":\"2026-11-23\"}", "sinh"},
    {"a date of today", "{" GOOD ",\"sinh\":\"22/11/2026\"}", NULL},
    {"a date before today minus 18 years", "{" GOOD ",\"sinh\":\"2008-11-21\"}", "sinh"},
    {"the first day that is allowed", "{" GOOD ",\"sinh\":\"2008-11-22\"}", NULL},
    {"a day that does not exist", "{" GOOD ",\"sinh\":\"2026-02-30\"}", "sinh"},
    {"a choice that is not offered", "{" GOOD ",\"loai\":\"c\"}", "loai"},
    {"a field of a chosen case becomes required", "{" GOOD ",\"loai\":\"b\"}", "ly_do"},
    {"a field shown by another shown field", "{" GOOD ",\"loai\":\"b\",\"ly_do\":\"x\"}", "them"},
    {"a hidden answer neither counts nor shows others", "{" GOOD ",\"loai\":\"a\",\"ly_do\":\"x\"}",
     NULL},
    {"a personal number of a wrong province", "{" GOOD ",\"cccd\":\"999085012345\"}", "cccd"},
    {"a personal number with spaces", "{" GOOD ",\"cccd\":\"001 085 012 345\"}", NULL},
    {"a telephone of 9 digits", "{" GOOD ",\"dt\":\"091234567\"}", "dt"},
    {"a telephone typed with dots", "{" GOOD ",\"dt\":\"0912.345.678\"}", NULL},
    {"an address without its commune",
     "{" GOOD ",\"o\":{\"province\":\"01\",\"street\":\"1 Tràng Thi\"}}", "o.commune"},
    {"an address in Hanoi",
     "{" GOOD ",\"o\":{\"province\":\"01\",\"commune\":\"00070\",\"street\":\"1 Tràng Thi\"}}",
     NULL},
    {"a commune of Hanoi is one of the list",
     "{" GOOD ",\"o\":{\"province\":\"01\",\"commune\":\"Xã A\",\"street\":\"1\"}}", "o.commune"},
    {"elsewhere it is written",
     "{" GOOD ",\"o\":{\"province\":\"04\",\"commune_other\":\"Xã A\",\"street\":\"1\"}}", NULL},
    {"an unknown province",
     "{" GOOD ",\"o\":{\"province\":\"02\",\"commune\":\"Xã A\",\"street\":\"1\"}}", "o.province"},
    {"a commitment must be ticked", "{\"ten\":\"An An\",\"cam_doan\":false}", "cam_doan"},
    {"a row of a group", "{" GOOD ",\"con\":[{\"ten\":\"Bình\",\"tuoi\":3}]}", NULL},
    {"a row without what it needs",
     "{" GOOD ",\"con\":[{\"ten\":\"Bình\",\"tuoi\":3},{\"tuoi\":4}]}", "con.1.ten"},
    {"a rule in a row reads the row", "{" GOOD ",\"con\":[{\"ten\":\"Bình\",\"tuoi\":18}]}",
     "con.0.tuoi"},
    {"too many rows", "{" GOOD ",\"con\":[{\"ten\":\"A\"},{\"ten\":\"B\"},{\"ten\":\"C\"}]}",
     "con"},
    {"a group that is no list", "{" GOOD ",\"con\":\"x\"}", "con"},
    {"a text where an object belongs", "{" GOOD ",\"o\":\"Hà Nội\"}", "o"},
};

static void
test_validate(void **state)
{
    struct env *e = *state;

    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        json_t *answers = json_loads(ROWS[i].answers, 0, NULL), *out = NULL;
        int rc;

        assert_non_null(answers);
        e->c.faults.n = 0;
        rc = eforms_validate(&e->c, e->f, NULL, answers, NULL, &e->lists, false, &out);
        if (ROWS[i].fault ? rc != E_INVALID || !faulty(e, ROWS[i].fault) : rc != OK)
            fail_test("%s: rc %d, first fault %s", ROWS[i].rule, rc,
                      e->c.faults.n ? e->c.faults.p[0].name : "none");
        json_decref(answers);
        json_decref(out);
    }
}

static void
test_strict(void **state)
{
    struct env *e = *state;
    json_t *answers = json_loads("{" GOOD ",\"la\":1,\"con\":[{\"ten\":\"A\",\"x\":1}]}", 0, NULL),
           *out;

    assert_int_equal(eforms_validate(&e->c, e->f, NULL, answers, NULL, &e->lists, true, &out),
                     E_INVALID);
    assert_true(faulty(e, "la"));
    assert_true(faulty(e, "con.0.x"));
    json_decref(answers);
}

/* What a page posts becomes raw answers; empty rows vanish, wrong values stay. */
static void
test_collect(void **state)
{
    static const struct pair IN[] = {
        {"ten", "An 9"},   {"khong_co", "x"},     {"cam_doan", "on"},  {"o.province", "04"},
        {"con.0.ten", ""}, {"con.1.ten", "Bình"}, {"con.1.tuoi", "3"}, {"con.99999.ten", "x"},
    };
    struct env *e = *state;
    json_t *raw = eforms_collect(&e->c, e->f, NULL, IN, sizeof IN / sizeof *IN, NULL);
    char *s = json_dumps(raw, JSON_COMPACT | JSON_SORT_KEYS);

    assert_string_equal(s, "{\"cam_doan\":true,\"con\":[{\"ten\":\"Bình\",\"tuoi\":\"3\"}],"
                           "\"o\":{\"province\":\"04\"},\"ten\":\"An 9\"}");
    mem_free(s);
    json_decref(raw);
}

/* The page offers Hanoi already chosen: an address that nobody began stays out of the answers. */
static void
test_collect_offered(void **state)
{
    static const struct pair IN[] = {{"o.province", "01"}, {"o.commune", ""}, {"o.street", ""}};
    struct env *e = *state;
    json_t *raw = eforms_collect(&e->c, e->f, NULL, IN, sizeof IN / sizeof *IN, NULL);

    assert_null(json_object_get(raw, "o"));
    json_decref(raw);
}

static void
test_panel_alone(void **state)
{
    struct env *e = *state;
    json_t *answers = json_loads("{\"ten\":\"An An\"}", 0, NULL), *out = NULL;

    assert_int_equal(eforms_validate(&e->c, e->f, eforms_panel(e->f, "p1"), answers, NULL,
                                     &e->lists, false, &out),
                     OK);
    assert_int_equal(json_object_size(out), 1);
    json_decref(out);
    json_decref(answers);
}

static void
test_summary(void **state)
{
    struct env *e = *state;
    json_t *answers =
        json_loads("{" GOOD ",\"loai\":\"a\",\"sinh\":\"2026-11-01\",\"con\":[{\"ten\":\"Bình\"}],"
                   "\"o\":{\"province\":\"01\",\"commune\":\"00070\",\"street\":\"1 Tràng Thi\"}}",
                   0, NULL);
    struct summary_line *l;
    size_t n;

    eforms_summary(&e->c, e->f, answers, &e->lists, &l, &n);
    assert_int_equal(n, 7);
    assert_string_equal(l[1].value, "01/11/2026");
    assert_string_equal(l[2].value, "A");
    assert_string_equal(l[3].value, "1 Tràng Thi, Phường Hoàn Kiếm, Thành phố Hà Nội");
    assert_string_equal(l[6].value, "Bình");
    assert_int_equal(l[6].depth, 1);
    json_decref(answers);
}

static void
test_compare(void **state)
{
    struct env *e = *state;
    json_t *doc = json_loads(FORM, 0, NULL);
    json_t *fields =
        json_object_get(json_array_get(json_object_get(doc, "components"), 0), "components");
    struct eform *next;
    struct form_difference *d;
    size_t n;

    json_object_set_new(json_array_get(fields, 0), "label", json_string("Họ tên"));
    json_array_remove(fields, 1);
    next = eforms_parse(e->c.a, doc, NULL);
    eforms_compare(e->c.a, e->f, next, &d, &n);
    assert_int_equal(n, 2);
    assert_int_equal(d[0].kind, FORM_CHANGED);
    assert_int_equal(d[1].kind, FORM_REMOVED);
    assert_string_equal(d[1].key, "so");
    eforms_release(next);
    json_decref(doc);
}

/* The shipped forms are forms. */
static void
test_shipped(void **state)
{
    struct env *e = *state;
    static const char *const CODES[] = {"1.001193", "1.000656", "1.000894", "1.004873", "2.000635"};

    for (size_t i = 0; i < sizeof CODES / sizeof *CODES; i++) {
        const char *path = arena_fmt(e->c.a, "catalogue/procedures/%s/form.json", CODES[i]),
                   *why = "";
        struct bytes text;
        json_t *doc;
        struct eform *f;

        assert_int_equal(file_read(e->c.a, path, 256 << 10, &text), 0);
        doc = json_loadb((const char *)text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(doc);
        f = eforms_parse(e->c.a, doc, &why);
        if (!f)
            fail_test("%s: %s", path, why);
        eforms_release(f);
        json_decref(doc);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_validate, setup, teardown),
        cmocka_unit_test_setup_teardown(test_strict, setup, teardown),
        cmocka_unit_test_setup_teardown(test_collect_offered, setup, teardown),
        cmocka_unit_test_setup_teardown(test_collect, setup, teardown),
        cmocka_unit_test_setup_teardown(test_panel_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(test_summary, setup, teardown),
        cmocka_unit_test_setup_teardown(test_compare, setup, teardown),
        cmocka_unit_test_setup_teardown(test_shipped, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
