/* results_forms_test.c - which forms hold, their numbers, and a register of many pages. */
#include "base/test.h"

#include "db/testdb.h"
#include "mod/results/results_forms.h"

static struct ctx c;

static int
set_up(void **state)
{
    (void)state;
    testdb_open(&c);
    c.now = 1795320000;
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    testdb_close(&c);
    return 0;
}

static day
on(int y, int m, int d)
{
    return date_day((struct ymd){y, m, d});
}

static const struct {
    const char *name;
    struct ymd received;
    enum form form;
    const char *number;
} FORMS[] = {
    {"a receipt of today", {2026, 11, 22}, FORM_RECEIPT, "01"},
    {"a stop has a form since July 2025", {2025, 7, 1}, FORM_STOP, "05"},
    {"and none the day before", {2025, 6, 30}, FORM_STOP, NULL},
    {"the control slip moved down", {2025, 7, 1}, FORM_CONTROL, "06"},
    {"it was fifth", {2025, 6, 30}, FORM_CONTROL, "05"},
    {"the register is last", {2025, 7, 1}, FORM_REGISTER, "07"},
    {"it was sixth", {2018, 11, 23}, FORM_REGISTER, "06"},
    {"older dossiers are printed by the older set", {2010, 1, 1}, FORM_APOLOGY, "04"},
};

static void
test_sets(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(FORMS); i++) {
        const struct form_set *s = results_forms(date_day(FORMS[i].received));
        const char *got = s->forms[FORMS[i].form].number;

        if ((got == NULL) != (FORMS[i].number == NULL) ||
            (got && strcmp(got, FORMS[i].number) != 0))
            fail_msg("%s: %s", FORMS[i].name, got ? got : "none");
        if (got)
            assert_int_equal(results_form_by_number(s, got), FORMS[i].form);
    }
    assert_int_equal(results_form_by_number(results_forms(on(2025, 6, 30)), "07"), FORM__COUNT);
}

static int64_t
give(int64_t dossier, enum form form, int64_t occurrence, int64_t agency, day d)
{
    struct form_key k = {dossier, form, occurrence};
    struct form_number n, again;

    assert_int_equal(results_form_give(&c, &k, agency, d, &n), OK);
    assert_int_equal(results_form_give(&c, &k, agency + 1, d + 400, &again), OK);
    assert_int_equal(again.seq, n.seq); /* once given it stays */
    assert_int_equal(results_form_number(&c, &k, &again), OK);
    assert_int_equal(again.seq, n.seq);
    assert_int_equal(again.year, date_ymd(d).y);
    return n.seq;
}

static int64_t found;

static void
say(void *to, const char *line)
{
    (void)to;
    assert_non_null(strstr(line, "/TNHS"));
    assert_non_null(strstr(line, "3 numbers were taken, 2 papers have one, the highest is 3"));
}

static void
test_numbers(void **state)
{
    static const struct query HOLE QUERIES = {"hole", "DELETE FROM form_number WHERE seq = 2"};
    struct form_number none;
    day today = on(2026, 11, 22), newyear = on(2027, 1, 1);

    (void)state;
    assert_int_equal(results_form_number(&c, &(struct form_key){9, FORM_STOP, 1}, &none), OK);
    assert_int_equal(none.seq, 0);
    assert_int_equal(give(1, FORM_RECEIPT, 1, 70, today), 1);
    assert_int_equal(give(2, FORM_RECEIPT, 1, 70, today), 2);
    assert_int_equal(give(1, FORM_RECEIPT, 2, 70, today), 3); /* after a correction */
    assert_int_equal(give(1, FORM_SUPPLEMENT, 1, 70, today), 1);
    assert_int_equal(give(3, FORM_RECEIPT, 1, 4, today), 1);    /* another agency */
    assert_int_equal(give(4, FORM_RECEIPT, 1, 70, newyear), 1); /* another year */
    found = 0;
    assert_int_equal(results_forms_verify(&c, say, NULL, &found), OK);
    assert_int_equal(found, 0);
    assert_true(db_exec(&c, &HOLE, NO_ARGS) == 1);
    assert_int_equal(results_forms_verify(&c, say, NULL, &found), OK);
    assert_int_equal(found, 1);
    assert_string_equal(results_form_label(&c, results_forms(today), FORM_RECEIPT,
                                           &(struct form_number){.seq = 7}),
                        "07/TNHS");
}

/* As many as a print may have, each as long as rows are. */
static void
test_register(void **state)
{
    enum { N = 2000 };
    static struct sheet_row rows[N];
    struct sheet s = {.set = results_forms(on(2026, 11, 22)),
                      .form = FORM_REGISTER,
                      .date = on(2026, 11, 22),
                      .parent = "UBND thành phố",
                      .agency = "UBND phường",
                      .issuer = "UBND phường",
                      .place = "Hà Nội",
                      .stage = "Quyển số: 2026",
                      .rows = rows,
                      .rows_n = N};
    struct bytes pdf;

    (void)state;
    for (size_t i = 0; i < N; i++)
        rows[i] =
            (struct sheet_row){"H26.X.00070-261122-0001",
                               "Đăng ký thành lập hộ kinh doanh và đăng ký thuế",
                               "01",
                               "Nguyễn Thị Thử; Công ty trách nhiệm hữu hạn Thử nghiệm",
                               "Số 12 phố Hàng Bài, phường Hoàn Kiếm, thành phố Hà Nội; 0912345678",
                               "UBND phường Hoàn Kiếm",
                               "22/11/2026",
                               "29/11/2026",
                               "",
                               "Nhận tại Bộ phận Một cửa",
                               "Đang xử lý"};
    assert_int_equal(results_sheet(&c, &s, &pdf), OK);
    assert_true(pdf.n > 100000 && pdf.n < 8 << 20);
}

int
main(void)
{
    const struct CMUnitTest t[] = {
        cmocka_unit_test(test_sets),
        cmocka_unit_test_setup_teardown(test_numbers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_register, set_up, tear_down),
    };

    return cmocka_run_group_tests(t, NULL, NULL);
}
