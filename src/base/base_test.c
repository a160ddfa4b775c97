/* One row, one promise of a header of base/. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/log.h"
#include "base/money.h"
#include "base/now.h"
#include "base/utf8.h"
#include "base/vi.h"

#define ROWS(t) (sizeof(t) / sizeof *(t))

static struct arena *a;

static void
check(const char *name, bool want, bool got)
{
    if (want != got)
        fail_msg("%s: want %s", name, want ? "true" : "false");
}

static void
same(const char *name, const char *want, const char *got)
{
    if (strcmp(want, got) != 0)
        fail_msg("%s: want \"%s\", got \"%s\"", name, want, got);
}

static void
test_date_parse(void **state)
{
    static const struct { const char *text; bool want; int number; } T[] = {
        {"1970-01-01", true, 0},      {"2026-11-22", true, 20779}, {"2024-02-29", true, 19782},
        {"1969-12-31", true, -1},     {"1900-02-29", false, 0},    {"2000-02-29", true, 11016},
        {"2026-2-1", false, 0},       {"2026-02-30", false, 0},    {"2026-13-01", false, 0},
        {"2026-00-10", false, 0},     {"1799-12-31", false, 0},    {"2200-12-31", true, 84370},
        {"2201-01-01", false, 0},     {"2026-11-22x", false, 0},   {"", false, 0},
        {" 2026-11-22", false, 0},    {"+026-11-22", false, 0},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        day n = 0;

        check(T[i].text, T[i].want, date_parse(T[i].text, &n));
        if (T[i].want)
            assert_int_equal(T[i].number, n);
    }
}

static void
test_date_round(void **state)
{
    day first = date_day((struct ymd){1800, 1, 1}), last = date_day((struct ymd){2200, 12, 31});
    struct ymd before = {1799, 12, 31};

    (void)state;
    for (day n = first; n <= last; n++) {
        struct ymd v = date_ymd(n);

        assert_true(date_valid(v));
        assert_int_equal(n, date_day(v));
        assert_true(v.y * 372 + v.m * 31 + v.d > before.y * 372 + before.m * 31 + before.d);
        assert_int_equal(date_weekday(n), (n - first + WED) % 7);       /* 1800-01-01: Wednesday */
        before = v;
    }
}

static void
test_date_months(void **state)
{
    static const struct { const char *from; int months; const char *to; } T[] = {
        {"2026-01-31", 1, "2026-02-28"},  {"2024-01-31", 1, "2024-02-29"},
        {"2026-01-15", 1, "2026-02-15"},  {"2026-12-31", 2, "2027-02-28"},
        {"2026-03-31", -1, "2026-02-28"}, {"2026-08-31", 12, "2027-08-31"},
        {"2026-11-30", 3, "2027-02-28"},  {"2026-01-10", -13, "2024-12-10"},
    };
    day n;

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        assert_true(date_parse(T[i].from, &n));
        same(T[i].from, T[i].to, date_iso(a, date_add_months(n, T[i].months)));
    }
}

static void
test_date_vi(void **state)
{
    day n;
    int m;
    int64_t t;

    (void)state;
    check("one digit is enough", true, date_parse_vi("1/2/2026", &n));
    same("vi", "01/02/2026", date_vi(a, n));
    check("two digits", true, date_parse_vi("01/12/2026", &n));
    check("no month 13", false, date_parse_vi("1/13/2026", &n));
    check("a year has four digits", false, date_parse_vi("1/1/26", &n));
    check("midnight at the end", true, date_parse_minute("24:00", &m));
    check("no 24:01", false, date_parse_minute("24:01", &m));
    check("no 9:00", false, date_parse_minute("9:00", &m));
    check("no :60", false, date_parse_minute("10:60", &m));
    check("a moment has no 24:00", false, date_parse_moment("2026-11-22T24:00", &t));
    check("a moment is not a date", false, date_parse_moment("2026-11-22", &t));
    check("a moment", true, date_parse_moment("2026-11-22T06:59", &t));
    assert_int_equal(t, 1795305540);
    assert_int_equal(vn_day(t), 20779);
    assert_int_equal(vn_minute(t), 419);
    same("iso", "2026-11-22T06:59", moment_iso(a, t));
    same("api", "2026-11-22T06:59:07+07:00", moment_rfc3339(a, t + 7));
    same("vi", "06:59 22/11/2026", moment_vi(a, t));
    assert_int_equal(vn_day(-VN_OFFSET - 1), -1);
    assert_int_equal(vn_minute(-VN_OFFSET - 1), 1439);
    same("weekday", "Chủ nhật", weekday_vi(date_weekday(20779)));
}

static void
test_utf8(void **state)
{
    static const struct { const char *name, *text; bool valid, clean; } T[] = {
        {"Vietnamese", "Đăng ký\tkhai sinh\r\n", true, true},
        {"overlong", "\xC0\xAF", false, false},
        {"overlong of three", "\xE0\x80\xAF", false, false},
        {"surrogate", "\xED\xA0\x80", false, false},
        {"cut short", "\xE1\xBA", false, false},
        {"beyond", "\xF4\x90\x80\x80", false, false},
        {"lone tail", "\x80", false, false},
        {"bell", "a\a", true, false},
        {"byte order mark", "\xEF\xBB\xBFx", true, false},
        {"right to left", "\xE2\x80\xAE", true, false},
        {"isolate", "\xE2\x81\xA6", true, false},
        {"non-character", "\xEF\xBF\xBF", true, false},
        {"C1 control", "\xC2\x85", true, false},
        {"an emoji", "\xF0\x9F\x99\x82", true, true},
        {"nothing", "", true, true},
        {"delete", "\x7F", true, false},
    };
    const char *p = "aĐ\xF0\x9F\x99\x82";

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        check(T[i].name, T[i].valid, utf8_valid(T[i].text, strlen(T[i].text)));
        check(T[i].name, T[i].clean, utf8_clean(T[i].text, strlen(T[i].text)));
    }
    check("NUL inside", false, utf8_clean("a\0b", 3));
    assert_int_equal(utf8_length("Đường"), 5);
    assert_int_equal(utf8_next(&p), 'a');
    assert_int_equal(utf8_next(&p), 0x110);
    assert_int_equal(utf8_next(&p), 0x1F642);
    assert_int_equal(utf8_next(&p), 0);
}

static void
test_vi_text(void **state)
{
    static const struct { const char *name, *text, *fold, *tidy; } T[] = {
        {"composed", "Đăng Ký khai sinh", "dang ky khai sinh", "Đăng Ký khai sinh"},
        {"NFD folds alike", "\xC4\x90" "a\xCC\x86ng Ky\xCC\x81", "dang ky", "Đăng Ký"},
        {"marks in either order", "e\xCC\xA3\xCC\x82 e\xCC\x82\xCC\xA3", "e e", "ệ ệ"},
        {"a mark on a shaped letter", "ô\xCC\x81 Ư\xCC\xA3", "o u", "ố Ự"},
        {"signs and blanks", "  Giấy\u00a0chứng  sinh, (bản sao)! ", "giay chung sinh ban sao",
         "Giấy chứng sinh, (bản sao)!"},
        {"digits stay", "QĐ 766/QĐ-TTg", "qd 766 qd ttg", "QĐ 766/QĐ-TTg"},
        {"a foreign mark is kept by tidy", "q\xCC\x81", "q", "q\xCC\x81"},
        {"other scripts stay", "Иван", "Иван", "Иван"},
        {"nothing", " \n", "", ""},
        {"every tone", "ẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ",
         "aaaaaaaaaaaaeeeeeeeeiioooooooooooouuuuuuuyyyy",
         "ẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        same(T[i].name, T[i].fold, vi_fold(a, T[i].text));
        same(T[i].name, T[i].tidy, vi_tidy(a, T[i].text));
    }
}

static void
test_vi_writing(void **state)
{
    static const struct { int y, m, d; const char *words; } DAYS[] = {
        {2026, 11, 22, "ngày hai mươi hai, tháng mười một, năm hai nghìn không trăm hai mươi sáu"},
        {1999, 4, 1, "ngày một, tháng tư, năm một nghìn chín trăm chín mươi chín"},
        {2005, 5, 15, "ngày mười lăm, tháng năm, năm hai nghìn không trăm linh năm"},
        {2024, 12, 31, "ngày ba mươi mốt, tháng mười hai, năm hai nghìn không trăm hai mươi tư"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(DAYS); i++)
        same("words", DAYS[i].words,
             vi_date_words(a, date_day((struct ymd){DAYS[i].y, DAYS[i].m, DAYS[i].d})));
    same("upper", "ỦY BAN ĐỨC ƯỚC ĂN ỠM 12/QĐ ÑŽ", vi_upper(a, "Ủy ban Đức ước ăn ỡm 12/qđ ñž"));
    same("every tone", "ẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ",
         vi_upper(a, "ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"));
    same("signs and others stay", "÷ ß Иван", vi_upper(a, "÷ ß Иван"));
}

static void
test_vi_numbers(void **state)
{
    static const struct { const char *name, *text; bool want; } ID[] = {
        {"Hà Nội", "001099912345", true},   {"Cà Mau", "096202900001", true},
        {"no province 003", "003099912345", false}, {"no province 097", "097099912345", false},
        {"eleven digits", "00109991234", false},    {"a letter", "00109991234x", false},
        {"a blank", "001 99912345", false},         {"nothing", "", false},
    };
    static const struct { const char *text; bool want; const char *out; } TEL[] = {
        {"0912345678", true, "0912345678"},   {"+84 912.345-678", true, "0912345678"},
        {"091234567", false, ""},             {"09123456789", false, ""},
        {"0912345abc", false, ""},            {"+85912345678", false, ""},
        {"0012345678", false, ""},            {"", false, ""},
    };
    static const struct { const char *text; bool want; } MAIL[] = {
        {"an.nguyen+1@hanoi.gov.vn", true},
        {"an@localhost", false},
        {"an@@hanoi.vn", false},
        {"an @hanoi.vn", false},
        {"@hanoi.vn", false},
        {"an@hanoi..vn", false},
        {"an@-hanoi.vn", false},
        {"an@hanoi.vn\r\nBcc: x@y.vn", false},
        {"an", false},
        {".an@hanoi.vn", false},
    };
    char out[12];

    (void)state;
    for (size_t i = 0; i < ROWS(ID); i++)
        check(ID[i].name, ID[i].want, vi_personal_number(ID[i].text));
    for (size_t i = 0; i < ROWS(TEL); i++) {
        check(TEL[i].text, TEL[i].want, vi_phone(TEL[i].text, out));
        if (TEL[i].want)
            same(TEL[i].text, TEL[i].out, out);
    }
    for (size_t i = 0; i < ROWS(MAIL); i++)
        check(MAIL[i].text, MAIL[i].want, vi_email(MAIL[i].text));
    check("born 1999, male", true, vi_personal_number_fits("001099912345", 10957 - 1, 0));
    check("born 2000, not 1999", false, vi_personal_number_fits("001099912345", 10957, 0));
    check("not female", false, vi_personal_number_fits("001099912345", 10956, 1));
    check("sex unknown", true, vi_personal_number_fits("001099912345", 10956, -1));
    check("21st century, female", true, vi_personal_number_fits("001300912345", 10957, 1));
}

static void
test_money(void **state)
{
    static const struct { int64_t dong; const char *words; } T[] = {
        {0, "không đồng"},
        {5000, "năm nghìn đồng"},
        {100000, "một trăm nghìn đồng"},
        {15, "mười lăm đồng"},
        {21, "hai mươi mốt đồng"},
        {11, "mười một đồng"},
        {24, "hai mươi tư đồng"},
        {14, "mười bốn đồng"},
        {105, "một trăm linh năm đồng"},
        {110, "một trăm mười đồng"},
        {1005, "một nghìn không trăm linh năm đồng"},
        {1000001, "một triệu không trăm linh một đồng"},
        {1234567, "một triệu hai trăm ba mươi tư nghìn năm trăm sáu mươi bảy đồng"},
        {2000000000, "hai tỷ đồng"},
        {1000000000000, "một nghìn tỷ đồng"},
        {1005000000000, "một nghìn không trăm linh năm tỷ đồng"},
        {999999999999999,
         "chín trăm chín mươi chín nghìn chín trăm chín mươi chín tỷ chín trăm chín mươi chín "
         "triệu chín trăm chín mươi chín nghìn chín trăm chín mươi chín đồng"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++)
        same("words", T[i].words, money_words(a, T[i].dong));
    same("money", "100.000 đ", money_vi(a, 100000));
    same("number", "1.234.567", number_vi(a, 1234567));
    same("negative", "-1.000", number_vi(a, -1000));
    same("least", "-9.223.372.036.854.775.808", number_vi(a, INT64_MIN));
    same("zero", "0", number_vi(a, 0));
}

static void
test_hash(void **state)
{
    uint8_t key[32] = {0}, mac[SHA256_SIZE];

    (void)state;
    same("FIPS 180-2 abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
         hash_sha256_hex(a, "abc", 3));
    memset(key, 0x0b, 20);                              /* RFC 4231 case 1; zeros fill the key */
    hash_hmac(key, "Hi There", 8, mac);
    same("RFC 4231", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
         hash_hex(a, mac, sizeof mac));
    check("equal", true, hash_text_equal("abc", "abc"));
    check("longer", false, hash_text_equal("abc", "abcd"));
    check("differs", false, hash_text_equal("abc", "abd"));
    check("bytes", true, hash_equal("ab", "ab", 2));
}

static void
test_id(void **state)
{
    int64_t before = 0;

    (void)state;
    id_server(5);
    now_set(1795305540);
    for (int i = 0; i < 10000; i++) { /* more than the sequence of a millisecond */
        int64_t id = id_next();

        assert_true(id > before);
        assert_int_equal(id >> 12 & 1023, 5);
        before = id;
    }
    now_set(1795305000);                                /* the clock went back */
    assert_true(id_next() > before);
    assert_int_equal(id_time(before), 1795305540);
    assert_true(id_floor(1795305540) <= before && id_floor(1795305541) > before);
    now_set(-1);
    assert_int_equal(strlen(token_human(a, 8)), 8);
    assert_int_equal(strspn(token_human(a, 200), "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"), 200);
    assert_int_equal(strlen(token_url(a, 16)), 22);
    assert_string_not_equal(token_url(a, 16), token_url(a, 16));
}

static void
test_file(void **state)
{
    char dir[] = "/tmp/base_test.XXXXXX";
    struct bytes b;
    char *path;

    (void)state;
    assert_non_null(mkdtemp(dir));
    path = arena_fmt(a, "%s/a", dir);
    assert_int_equal(file_read(a, path, 10, &b), -ENOENT);
    assert_int_equal(file_write(a, path, "hello", 5, 0600), 0);
    assert_int_equal(file_make(a, path, "late", 4, 0600), -EEXIST);
    assert_int_equal(file_write(a, path, "hi", 2, 0600), 0);
    assert_int_equal(file_read(a, path, 2, &b), 0);
    assert_int_equal(b.n, 2);
    same("text", "hi", (const char *)b.p);
    assert_int_equal(file_read(a, path, 1, &b), -EFBIG);
    assert_int_equal(file_read(a, dir, 10, &b), -EISDIR);
    assert_int_equal(file_write(a, arena_fmt(a, "%s/none/a", dir), "x", 1, 0600), -ENOENT);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir), 0);                    /* no temporary file is left */
}

static void
test_log(void **state)
{
    int pipes[2], kept = dup(STDERR_FILENO);
    char line[300] = "";
    ssize_t n;

    (void)state;
    assert_int_equal(pipe(pipes), 0);
    dup2(pipes[1], STDERR_FILENO);
    now_set(1795305540);
    log_line(LOG_DEBUG, "below the level");
    log_line(LOG_WARN, "two words", LOG_T("why", "x=\"1\""), LOG_N("n", -3), LOG_T("empty", NULL));
    log_line(LOG_WARN, "x", LOG_T("a", "\x1b[2J\xc2\x9b\x7f"), LOG_T("b", "\n\x01"));
    now_set(-1);
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(pipes[1]);
    n = read(pipes[0], line, sizeof line - 1);
    close(pipes[0]);
    assert_true(n > 0);
    same(
        "line",
        "t=2026-11-21T23:59:00Z level=warn msg=\"two words\" why=\"x=\\\"1\\\"\" n=-3 empty=\"\"\n"
        "t=2026-11-21T23:59:00Z level=warn msg=x a=?[2J?? b=\"\\u000a?\"\n",
        line);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_date_parse), cmocka_unit_test(test_date_round),
        cmocka_unit_test(test_date_months), cmocka_unit_test(test_date_vi),
        cmocka_unit_test(test_utf8),       cmocka_unit_test(test_vi_text),
        cmocka_unit_test(test_vi_writing),
        cmocka_unit_test(test_vi_numbers), cmocka_unit_test(test_money),
        cmocka_unit_test(test_hash),       cmocka_unit_test(test_id),
        cmocka_unit_test(test_file),       cmocka_unit_test(test_log),
    };
    int rc;

    a = arena_open(8 << 20);
    rc = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(a);
    return rc;
}
