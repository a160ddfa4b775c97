/* Codes of sheets, cutting, proposals, samples: the desk's rules without a database. */
#include "base/test.h"

#include "base/date.h"
#include "mod/digitise/digitise_cut.h"
#include "mod/digitise/digitise_find.h"
#include "mod/digitise/digitise_register.h"

#define CODE "H26.X.00070-261122-0001"
#define OTHER "H26.X.00070-261122-0002"

static const struct {
    const char *name, *text;
    enum sheet_kind kind;
    const char *code, *paper;
} SHEETS[] = {
    {"a dossier's paper", "MC1/" CODE "/giay_chung_sinh", SHEET_DOSSIER, CODE, "giay_chung_sinh"},
    {"a dossier alone", "MC1/" CODE "/-", SHEET_DOSSIER, CODE, ""},
    {"one more of the same", "MC1/=/-", SHEET_SAME, "", ""},
    {"nobody knows whose", "MC1/-/-", SHEET_UNKNOWN, "", ""},
    {"a receipt's address", "https://dvc.hanoi.gov.vn/tra-cuu?ma=" CODE, SHEET_RECEIPT, CODE, ""},
    {"with more behind it", "http://a/tra-cuu?ma=" CODE "&x=1#y", SHEET_RECEIPT, CODE, ""},
    {"the code alone", CODE, SHEET_RECEIPT, CODE, ""},
    {"a card's code is no sheet", "001191000123|012345678|Nguyễn Thị Thử|01011991", SHEET_NONE,
     "", ""},
    {"another site's address", "https://example.com/" CODE, SHEET_NONE, "", ""},
    {"no code", "MC1/abc/giay", SHEET_NONE, "", ""},
    {"no paper", "MC1/" CODE "/a b", SHEET_NONE, "", ""},
    {"half of it", "MC1/" CODE, SHEET_NONE, "", ""},
    {"nothing", "", SHEET_NONE, "", ""},
};

static void
test_sheets(void **state)
{
    struct arena *a = arena_open(1 << 20);

    (void)state;
    for (size_t i = 0; i < ROWS(SHEETS); i++) {
        struct sheet s = sheet_read(SHEETS[i].text);

        if (s.kind != SHEETS[i].kind)
            fail_msg("%s: kind %d", SHEETS[i].name, (int)s.kind);
        assert_string_equal(s.code, SHEETS[i].code);
        assert_string_equal(s.paper, SHEETS[i].paper);
    }
    assert_int_equal(sheet_read(sheet_text(a, SHEET_DOSSIER, CODE, "")).kind, SHEET_DOSSIER);
    assert_int_equal(sheet_read(sheet_text(a, SHEET_SAME, "", "")).kind, SHEET_SAME);
    arena_close(a);
}

/* One letter a page: d sheet of CODE, o of OTHER, = same, - unknown, b blank, x a page.  Wanted:
 * the document of each page, 0 none. */
static const struct { const char *name, *pages; int every; const char *want; size_t n; } CUTS[] = {
    {"no sheet at all", "xxx", 0, "111", 1},
    {"a sheet begins a document", "dxxoxx", 0, "011022", 2},
    {"pages before the first sheet", "xdx", 0, "102", 2},
    {"a blank back belongs to what it is the back of", "dxbx", 0, "0111", 1},
    {"the blank back of a sheet is no document", "dbdx", 0, "0001", 1},
    {"one more of the same dossier", "dx=x", 0, "0102", 2},
    {"so many pages each", "xxxxx", 2, "11223", 3},
    {"blank ones do not count", "xbxbx", 1, "11223", 3},
    {"sheets alone", "d=", 0, "00", 0},
};

static struct scan_page
page_of(char ch)
{
    static const char *const CODES[128] = {['d'] = "MC1/" CODE "/-", ['o'] = "MC1/" OTHER "/-",
                                           ['='] = "not ours\nMC1/=/-", ['-'] = "MC1/-/-"};

    return (struct scan_page){.state = ch == 'b' ? PAGE_BLANK : PAGE_KEPT,
                              .code = CODES[(int)ch] ? CODES[(int)ch] : "", .picture = ""};
}

static void
test_cutting(void **state)
{
    struct arena *a = arena_open(4 << 20);

    (void)state;
    for (size_t i = 0; i < ROWS(CUTS); i++) {
        size_t n_pages = strlen(CUTS[i].pages), n;
        struct scan_page *p = arena_get(a, n_pages * sizeof *p);

        for (size_t k = 0; k < n_pages; k++)
            p[k] = page_of(CUTS[i].pages[k]);
        cut(a, p, n_pages, CUTS[i].every, &n);
        if (n != CUTS[i].n)
            fail_msg("%s: %zu documents", CUTS[i].name, n);
        for (size_t k = 0; k < n_pages; k++)
            if (p[k].document != CUTS[i].want[k] - '0')
                fail_msg("%s: page %zu in %d", CUTS[i].name, k + 1, p[k].document);
    }
    arena_close(a);
}

static void
test_the_same_dossier_goes_on(void **state)
{
    struct arena *a = arena_open(1 << 20);
    struct scan_page p[] = {page_of('d'), page_of('x'), page_of('='), page_of('x'), page_of('-'),
                            page_of('x')};
    size_t n;
    struct scan_document *d = cut(a, p, ROWS(p), 0, &n);

    (void)state;
    assert_int_equal(n, 3);
    assert_string_equal(d[0].code, CODE);
    assert_string_equal(d[1].code, CODE);
    assert_string_equal(d[2].code, "");
    arena_close(a);
}

/* --- proposals -------------------------------------------------------------------------------- */

static const char *const L_NAME[] = {"ho chu dem ten", "ho va ten", NULL};
static const char *const L_MOTHER[] = {"ho chu dem ten nguoi me", NULL};
static const char *const L_NUMBER[] = {"so", NULL};
static const char *const L_BORN[] = {"ngay thang nam sinh", NULL};
static const struct index_field FIELDS[] = {{"ho_ten", "", INDEX_TEXT, L_NAME},
                                            {"me", "", INDEX_TEXT, L_MOTHER},
                                            {"so", "", INDEX_TEXT, L_NUMBER},
                                            {"ngay_sinh", "", INDEX_DATE, L_BORN}};

static struct read_line
line_of(struct arena *a, const char *text)
{
    struct read_word *w = arena_get(a, 40 * sizeof *w);
    size_t n = 0;

    for (; *text; text += strspn(text, " ")) {
        size_t k = strcspn(text, " ");

        w[n++] = (struct read_word){arena_strn(a, text, k), 90};
        text += k;
    }
    return (struct read_line){w, n};
}

static void
test_finding(void **state)
{
    struct arena *a = arena_open(4 << 20);
    const struct read_line lines[] = {
        line_of(a, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), line_of(a, "Số: 125/2024"),
        line_of(a, "Họ, chữ đệm, tên: NGUYỄN THỊ MINH ANH"),
        line_of(a, "Ngày, tháng, năm sinh: 05/03/2024 Giới tính: Nữ Dân tộc: Kinh"),
        line_of(a, "Số định danh cá nhân: 001324000123"),
        line_of(a, "Họ, chữ đệm, tên người mẹ:"), line_of(a, "TRẦN THỊ HOA")};
    struct scan_field *f = digitise_find(a, FIELDS, ROWS(FIELDS), lines, ROWS(lines));

    (void)state;
    assert_string_equal(f[0].proposal, "NGUYỄN THỊ MINH ANH");
    assert_string_equal(f[1].proposal, "TRẦN THỊ HOA");
    assert_true(f[1].confidence < f[0].confidence);     /* it stood on the next line */
    assert_string_equal(f[2].proposal, "125/2024");
    assert_string_equal(f[3].proposal, "05/03/2024");
    arena_close(a);
}

static const struct { const char *text, *want; } DATES[] = {
    {"ngày 5 tháng 3 năm 2024", "05/03/2024"}, {"05/3/2024", "05/03/2024"},
    {"số 12, ngày 01-02-1998", "01/02/1998"}, {"31/02/2024", NULL}, {"không có", NULL},
    {"5/3", NULL}, {"", NULL}};

static void
test_dates(void **state)
{
    struct arena *a = arena_open(1 << 20);

    (void)state;
    for (size_t i = 0; i < ROWS(DATES); i++) {
        char *got = digitise_find_date(a, DATES[i].text);

        if (!got != !DATES[i].want || (got && strcmp(got, DATES[i].want) != 0))
            fail_msg("%s: %s", DATES[i].text, got ? got : "none");
    }
    arena_close(a);
}

/* --- the sample ------------------------------------------------------------------------------- */

static void
test_the_sample_is_reproducible_and_of_its_size(void **state)
{
    int drawn = 0, other = 0, both = 0;

    (void)state;
    for (int seq = 1; seq <= 10000; seq++) {
        assert_int_equal(digitise_drawn(42, seq, 100), digitise_drawn(42, seq, 100));
        drawn += digitise_drawn(42, seq, 100);
        other += digitise_drawn(43, seq, 100);
        both += digitise_drawn(42, seq, 100) && digitise_drawn(43, seq, 100);
        assert_false(digitise_drawn(42, seq, 0));
        assert_true(digitise_drawn(42, seq, 1000));
    }
    assert_in_range(drawn, 900, 1100);
    assert_in_range(other, 900, 1100);
    assert_in_range(both, 60, 140);                     /* another batch draws others */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sheets),
        cmocka_unit_test(test_cutting),
        cmocka_unit_test(test_the_same_dossier_goes_on),
        cmocka_unit_test(test_finding),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_the_sample_is_reproducible_and_of_its_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
