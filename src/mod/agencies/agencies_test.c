/* One row, one fact: codes, names, the tree through the reform of 01/07/2025, its import. */
#include "mod/agencies/agencies_testing.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/file.h"

static struct tree t;

static int
set_up(void **state)
{
    (void)state;
    tree_open(&t);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    tree_close(&t);
    return 0;
}

static const struct agency *
past(const char *code)
{
    return tree_past(&t, code);
}

/* --- pure ----------------------------------------------------------------------------------- */

static void
test_codes(void **state)
{
    static const struct { const char *code, *want; } T[] = {
        {"H26", "H26"},
        {"H26.16", "H26.16"},
        {"H26.103.25", "H26.103.25"},
        {"H21.24.01.12", "H21.24.01.12"},
        {"H26.X.00070", "H26.X.00070"},
        {"G15", "G15"},
        {"000.00.16.H26", "H26.16"},            /* QCVN 102: read from right to left */
        {"000.00.00.H26", "H26"},
        {"001.25.03.H26", "H26.03.25.001"},
        {"", NULL},
        {"h26.16", NULL},
        {"H26.", NULL},
        {"H26..16", NULL},
        {".H26", NULL},
        {"26.16", NULL},
        {"00.16.H26", NULL},                    /* three groups are neither form */
        {"H26.16 ", NULL},
        {"H26.1'6", NULL},
        {"H26.111111111", NULL},
        {"H26.11111111.11111111.11111111.111111", NULL},    /* 36 characters */
    };
    struct arena *a = arena_open(1 << 20);

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        char *got = agency_code_parse(a, T[i].code);

        check(T[i].code, T[i].want != NULL, got != NULL);
        if (got)
            same(T[i].code, T[i].want, got);
    }
    arena_close(a);
}

static int
by_key(const void *x, const void *y)
{
    return strcmp(*(char *const *)x, *(char *const *)y);
}

static void
test_order(void **state)
{
    static const char *const T[] = {
        /* as a Vietnamese dictionary orders them */
        "Xã An Khánh",      "Phường Ba Đình", "Xã Ba Vì",
        "Phường Bạch Mai",  "Xã Bát Tràng",   "Xã Bất Bạt",
        "Xã Dân Hòa",       "Xã Đa Phúc",     "Xã Đại Thanh",
        "Phường Định Công", "Phường Láng",    "Phường Lĩnh Nam",
        "Phường Ô Chợ Dừa", "Xã Ô Diên",      "Phường Phú Diễn",
        "Xã Phù Đổng",      "Xã Phú Nghĩa",   "Tổ 2",
        "Xã Ứng Hòa",       "Xã Vân Đình",
    };
    struct arena *a = arena_open(1 << 20);
    char *keys[ROWS(T)], *sorted[ROWS(T)];

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++)
        sorted[i] = keys[i] = agency_sort_key(a, T[i]);
    qsort(sorted, ROWS(T), sizeof *sorted, by_key);
    for (size_t i = 0; i < ROWS(T); i++)
        same(T[i], keys[i], sorted[i]);
    arena_close(a);
}

static void
test_office_name(void **state)
{
    static const struct { enum agency_type type; const char *name, *want; } T[] = {
        {AGENCY_COMMUNE, "Phường Hoàn Kiếm", "UBND phường Hoàn Kiếm"},
        {AGENCY_COMMUNE, "Xã Sóc Sơn", "UBND xã Sóc Sơn"},
        {AGENCY_DISTRICT, "Quận Ba Đình", "UBND quận Ba Đình"},
        {AGENCY_CITY, "Thành phố Hà Nội", "UBND Thành phố Hà Nội"},
        {AGENCY_DEPARTMENT, "Sở Tư pháp", "Sở Tư pháp"},
        {AGENCY_VILLAGE, "Thôn Đông", "Thôn Đông"},
    };
    struct arena *a = arena_open(1 << 20);

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++)
        same(T[i].name, T[i].want,
             agency_office_name(a, &(struct agency){.type = T[i].type, .name = T[i].name}));
    arena_close(a);
}

/* --- the shipped tree ------------------------------------------------------------------------- */

static void
test_counts(void **state)
{
    static const struct {
        const char *name;
        enum agency_type type;
        const char *on;
        size_t want;
    } T[] = {
        {"two-tier government: 126 communes", AGENCY_COMMUNE, "2025-07-01", 126},
        {"today as well", AGENCY_COMMUNE, "2026-11-23", 126},
        {"30 districts until 30/06/2025", AGENCY_DISTRICT, "2025-06-30", 30},
        {"none since", AGENCY_DISTRICT, "2025-07-01", 0},
        {"one city", AGENCY_CITY, "2026-11-23", 1},
    };
    struct agency_list all = agencies_all(t.s);
    size_t wards = 0;

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        size_t n = 0;

        for (size_t j = 0; j < all.n; j++)
            n += all.p[j]->type == T[i].type && agency_exists(all.p[j], on(T[i].on));
        if (n != T[i].want)
            print_error("%s: %zu\n", T[i].name, n);
        assert_int_equal(T[i].want, n);
    }
    assert_int_equal(126, agencies_communes(t.s).n);
    for (size_t j = 0; j < 126; j++)
        wards += strncmp(agencies_communes(t.s).p[j]->name, "Phường ", strlen("Phường ")) == 0;
    assert_int_equal(51, wards);
    same("the list begins", "Xã An Khánh", agencies_communes(t.s).p[0]->name);
    same("and ends", "Phường Yên Sở", agencies_communes(t.s).p[124]->name);
}

static void
test_by_date(void **state)
{
    static const struct { const char *code, *on, *want; } T[] = {
        {"H26.X.00004", "2025-06-30", "Phường Trúc Bạch"},      /* the same code, another unit */
        {"H26.X.00004", "2025-07-01", "Phường Ba Đình"},
        {"H26.X.001", "2025-06-30", "Quận Ba Đình"},
        {"H26.X.001", "2025-07-01", NULL},
        {"H26.16", "2026-11-23", "Sở Tư pháp"},
        {"H26.99", "2026-11-23", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        const struct agency *g = agencies_by_code(t.s, T[i].code, on(T[i].on));

        check(T[i].code, T[i].want != NULL, g != NULL);
        if (g)
            same(T[i].code, T[i].want, g->name);
    }
    same("by unit code", "Phường Hoàn Kiếm",
         agencies_by_unit_code(t.s, "00070", on("2026-01-01"))->name);
    same("by unit code before", "Phường Hàng Trống",
         agencies_by_unit_code(t.s, "00070", on("2025-03-01"))->name);
    assert_null(agencies_by_unit_code(t.s, "", on("2026-01-01")));
    same("the last one of a code", "Phường Ba Đình", agencies_latest(t.s, "H26.X.00004")->name);
    same("the city", "H26", agencies_root(t.s, on("2026-01-01"))->code);
}

static void
test_continuing(void **state)
{
    static const struct { const char *name, *code, *on, *want; } T[] = {
        {"itself while it exists", "H26.X.00043", "2025-06-30", "Phường Hàng Mã"},
        {"merged whole", "H26.X.00043", "2025-07-01", "Phường Hoàn Kiếm"},
        {"divided: the one of its name first", "H26.X.00073", "2026-01-01", "Phường Cửa Nam"},
        {"a district's dossiers go to the commune of its seat", "H26.X.001", "2025-07-01",
         "Phường Ba Đình"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++)
        same(T[i].name, T[i].want,
             agencies_continuing(t.s, past(T[i].code)->id, on(T[i].on))->name);
    assert_null(agencies_continuing(t.s, past("H26.X.00043")->id, on("2000-01-01")));
    assert_null(agencies_continuing(t.s, 1, on("2026-01-01")));
    assert_null(agencies_continuing(NULL, 1, on("2026-01-01")));
    check("predecessors are known", true, agencies_latest(t.s, "H26.X.00070")->before_n > 10);
}

static void
test_within(void **state)
{
    int64_t city = agencies_root(t.s, on("2026-01-01"))->id;

    (void)state;
    check("a commune lies in the city", true,
          agencies_within(t.s, agencies_latest(t.s, "H26.X.00070")->id, city));
    check("an old commune lay in its district", true,
          agencies_within(t.s, past("H26.X.00004")->id, past("H26.X.001")->id));
    check("and not in another", false,
          agencies_within(t.s, past("H26.X.00004")->id, past("H26.X.002")->id));
    assert_int_equal(13, agencies_children(t.s, t.c.a, past("H26.X.001")->id, on("2025-06-30")).n);
    assert_int_equal(0, agencies_children(t.s, t.c.a, past("H26.X.001")->id, on("2025-07-01")).n);
}

/* --- import ----------------------------------------------------------------------------------- */

static void
test_import_again(void **state)
{
    int64_t generation = agencies_generation(&t.c);
    struct agency g = *agencies_latest(t.s, "H26.X.00070");

    (void)state;
    g.hotline = "024 3333 4444";
    g.leaders = &(struct leader){"Chủ tịch UBND", "", "024 3333 5555"};
    g.leaders_n = 1;
    assert_int_equal(OK, agencies_edit(&t.c, t.s, &g));
    assert_int_not_equal(generation, agencies_generation(&t.c));
    generation = agencies_generation(&t.c);
    assert_int_equal(OK, agencies_file_import(&t.c, "catalogue/agencies.yaml", tree_fault, NULL));
    assert_int_equal(generation, agencies_generation(&t.c));      /* nothing differed */
    tree_reload(&t);
    same("what people set stays", "024 3333 4444", agencies_latest(t.s, "H26.X.00070")->hotline);
    assert_int_equal(1, agencies_latest(t.s, "H26.X.00070")->leaders_n);
}

struct first { int line, column; char sentence[200]; };

static void
keep_first(void *to, const char *path, int line, int column, const char *sentence)
{
    struct first *f = to;

    (void)path;
    if (f->line)
        return;
    *f = (struct first){.line = line, .column = column};
    snprintf(f->sentence, sizeof f->sentence, "%s", sentence);
}

static void
test_faults(void **state)
{
#define CITY "agencies:\n  - {code: H26, name: A, type: city, valid_from: 2008-08-01}\n"
#define ROW "  - {code: H26.1, name: B, type: department, parent: H26, valid_from: 2020-01-01"
    static const struct { const char *text; int line, column; const char *say;
    } T[] = {
        {"", 1, 1, "the file is empty"},
        {"agencies: 5\n", 1, 11, "a list of agencies is expected"},
        {"other: []\n", 1, 1, "unknown key 'other'; the file has one key, agencies"},
        {"agencies:\n  - {code: 'H26\n", 0, 0, "not readable as YAML"},
        {"agencies:\n  - {code: H26, nme: A}\n", 2, 17, "unknown key 'nme'"},
        {"agencies:\n  - {code: H26, code: H26}\n", 2, 17, "key 'code' comes twice"},
        {"agencies:\n  - {code: X, name: A, type: city, valid_from: 2008-08-01}\n", 2, 12,
         "'X' is not an agency code"},
        {"agencies:\n  - {code: H26, name: A, type: town, valid_from: 2008-08-01}\n", 2, 32,
         "'town' is none of city"},
        {"agencies:\n  - {code: H26, name: A, type: city, valid_from: 2008-08-32}\n", 2, 50,
         "'2008-08-32' is not a date"},
        {"agencies:\n  - {code: H26, name: A, type: city}\n", 2, 5, "key 'valid_from' is missing"},
        {CITY ROW ", hotline: gọi sau}\n", 3, 92, "'gọi sau' is not a telephone number"},
        {CITY ROW ", desk: yes}\n", 3, 89, "true or false is expected"},
        {CITY ROW ", valid_to: 2019-12-31}\n", 3, 5, "H26.1: valid_to lies before valid_from"},
        {CITY ROW "}\n" ROW ", unit_code: \"001\"}\n", 4, 5, "H26.1: two agencies have this code"},
        {CITY "  - {code: H26.1, name: B, type: department, parent: H27, valid_from: 2020-01-01}\n",
         3, 54, "H26.1: there is no H27 on 2020-01-01"},
        {CITY "  - {code: H26.1, name: B, type: department, parent: H26, valid_from: 2000-01-01}\n",
         3, 54, "H26.1: there is no H26 on 2000-01-01"},
        {CITY "  - {code: H26.1, name: B, type: village, parent: H26, valid_from: 2020-01-01}\n", 3,
         51, "H26.1: a village cannot lie below city"},
        {CITY ROW ", successors: [{code: H26, relation: full}]}\n", 3, 5,
         "H26.1: successors without valid_to"},
        {CITY ROW ", valid_to: 2025-01-01, successors: [{code: H26.2, relation: full}]}\n", 3, 118,
         "H26.1: there is no H26.2 on 2025-01-02"},
        {CITY ROW ", valid_to: 2025-01-01, successors: [{code: H26}]}\n", 3, 118,
         "a successor needs code and relation"},
        {CITY ROW ", leaders: [{name: C}]}\n", 3, 93, "a leader needs a title"},
        {CITY "  - {code: H26.X.1, name: B, type: commune, parent: H26, valid_from: 2020-01-01}\n",
         3, 5, "H26.X.1: a commune needs its unit_code"},
    };
    const char *path = arena_fmt(t.c.a, "%s/agencies.yaml", testdb_folder());

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        struct first f = {0};

        assert_int_equal(0, file_write(t.c.a, path, T[i].text, strlen(T[i].text), 0600));
        check(T[i].say, true, agencies_file_check(t.c.a, path, keep_first, &f) > 0);
        if (strncmp(T[i].say, f.sentence, strlen(T[i].say)) != 0 ||
            (T[i].line && (T[i].line != f.line || T[i].column != f.column))) {
            print_error("want %d:%d: %s\n got %d:%d: %s\n", T[i].line, T[i].column, T[i].say,
                        f.line, f.column, f.sentence);
            _fail(__FILE__, __LINE__);
        }
        assert_int_equal(E_INVALID, agencies_file_import(&t.c, path, NULL, NULL));
    }
    assert_int_equal(agencies_snapshot_generation(t.s), agencies_generation(&t.c));
    check("a file that is not there", true,
          agencies_file_check(t.c.a, "/nowhere/agencies.yaml", NULL, NULL) == 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
    static const struct CMUnitTest T[] = {
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_office_name),
        TEST(test_counts),
        TEST(test_by_date),
        TEST(test_continuing),
        TEST(test_within),
        TEST(test_import_again),
        TEST(test_faults),
    };

    return cmocka_run_group_tests(T, NULL, NULL);
}
