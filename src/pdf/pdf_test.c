/* pdf_test.c - papers: read back by pdftotext as they were given, whole for qpdf, and laid out. */
#include "base/test.h"

#include <fcntl.h>
#include <fontconfig/fontconfig.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "pdf/pdf_internal.h"

extern char **environ;

static char folder[] = "/tmp/motcua-pdf-XXXXXX";

static struct ctx
context(void)
{
    struct ctx c;

    ctx_init(&c, arena_open((size_t)256 << 20));
    c.now = 1795320000;
    return c;
}

/* What a program says of the file; it must end with 0. */
static const char *
said_of(struct ctx *c, struct bytes pdf, const char *const *words)
{
    const char *file = arena_fmt(c->a, "%s/a.pdf", folder),
               *out = arena_fmt(c->a, "%s/out", folder), *argv[8];
    posix_spawn_file_actions_t to;
    struct bytes text;
    size_t n = 0;
    int status;
    pid_t pid;

    assert_int_equal(file_write(c->a, file, pdf.p, pdf.n, 0600), 0);
    for (; words[n]; n++)
        argv[n] = strcmp(words[n], "FILE") == 0 ? file : words[n];
    argv[n] = NULL;
    posix_spawn_file_actions_init(&to);
    posix_spawn_file_actions_addopen(&to, 1, out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(posix_spawnp(&pid, argv[0], &to, NULL, (char **)argv, environ), 0);
    posix_spawn_file_actions_destroy(&to);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (status != 0)
        fail_msg("%s: %d", argv[0], status);
    assert_int_equal(file_read(c->a, out, (size_t)16 << 20, &text), 0);
    unlink(out);
    unlink(file);
    return (const char *)text.p;
}

static const char *
text_of(struct ctx *c, struct bytes pdf)
{
    return said_of(c, pdf, (const char *[]){"pdftotext", "-raw", "FILE", "-", NULL});
}

static void
whole(struct ctx *c, struct bytes pdf)
{
    const char *say = said_of(c, pdf, (const char *[]){"qpdf", "--check", "FILE", NULL});

    assert_non_null(strstr(say, "No syntax or stream encoding errors"));
}

/* Ends of lines and pages are spaces, and one is as good as several; after a hyphen or stroke
 * none is there: lines break in "118/2025/NĐ-CP", too. */
static char *
folded(struct ctx *c, const char *s)
{
    char *out = arena_str(c->a, s), *w = out;

    for (; *s; s++)
        if (!strchr(" \n\f", *s))
            *w++ = *s;
        else if (w > out && w[-1] != ' ' && !(*s == '\n' && strchr("-/", w[-1])))
            *w++ = ' ';
    while (w > out && w[-1] == ' ')
        w--;
    *w = '\0';
    return out;
}

static void
same(struct ctx *c, const char *name, const char *want, const char *got)
{
    want = folded(c, want);
    got = folded(c, got);
    if (strcmp(want, got) != 0)
        fail_msg("%s:\n%s\nis not\n%s", name, got, want);
}

/* --- read back --- */

static const char PROSE[] =
    "Căn cứ Nghị định số 118/2025/NĐ-CP ngày 09 tháng 6 năm 2025 của Chính phủ về thực hiện thủ "
    "tục "
    "hành chính theo cơ chế một cửa, một cửa liên thông tại Bộ phận Một cửa và Cổng Dịch vụ công "
    "quốc gia; xét đề nghị của ông Nguyễn Văn Ưởng, bà Đặng Thị Quỳnh Như và cháu Huỳnh Ngọc Ẩn, "
    "nghề nghiệp thợ tiện, địa chỉ: số 12, ngõ 34/5, phố Hàng Khoai, phường Hoàn Kiếm.";

static const struct {
    const char *name, *text, *want; /* want NULL: as it was given */
} READ[] = {
    {"all vowels with their tones",
     "aàảãáạ ăằẳẵắặ âầẩẫấậ eèẻẽéẹ êềểễếệ iìỉĩíị oòỏõóọ ôồổỗốộ ơờởỡớợ uùủũúụ ưừửữứự yỳỷỹýỵ đ", NULL},
    {"the same in capitals",
     "AÀẢÃÁẠ ĂẰẲẴẮẶ ÂẦẨẪẤẬ EÈẺẼÉẸ ÊỀỂỄẾỆ IÌỈĨÍỊ OÒỎÕÓỌ ÔỒỔỖỐỘ ƠỜỞỠỚỢ UÙỦŨÚỤ ƯỪỬỮỨỰ YỲỶỸÝỴ Đ", NULL},
    {"what fonts make ligatures of", "office, fi fl ffi ffl, Hoàng Phi Fiffi, tt, ft", NULL},
    {"signs", "“ngoặc” ‘đơn’ – — … № § 100.000 đ; 50 % @ # & * ( ) [ ] { } < > / \\ | ~ ^ _ = +",
     NULL},
    {"letters and marks apart are put together", "Nguye\xcc\x82\xcc\x83n Thi\xcc\xa3 Y\xcc\x81",
     "Nguyễn Thị Ý"},
    {"marks of direction are left out", "An\xe2\x80\xae toàn\xe2\x80\x8f\xe2\x81\xa6", "An toàn"},
    {"control characters are left out, tabs are spaces", "mộ\x01t\x7f\tcửa\xc2\x85", "một cửa"},
    {"broken bytes are left out", "m\xc3\xe1\xbb\x99t\xff c\xe1\xbb\xad\x61\xe1\xbb", "một cửa"},
    {"what looks like markup is text", "<b>đậm</b> &amp; <i>", NULL},
    {"foreign letters", "Müller, Łódź, Straße, Σωκράτης, Иванов", NULL},
    {"soft hyphens are nobody's",
     "một\xc2\xad"
     "cửa",
     "mộtcửa"},
};

static void
test_read_back(void **state)
{
    struct ctx c = context();

    (void)state;
    for (size_t i = 0; i < ROWS(READ); i++)
        for (unsigned style = 0; style < 4; style++) {
            struct pdf *p = pdf_begin(&c, &(struct pdf_options){.title = "Thử"});
            struct bytes b;

            pdf_text(p, &(struct pdf_para){.align = PDF_LEFT}, style, READ[i].text);
            assert_int_equal(pdf_end(p, &b), OK);
            same(&c, READ[i].name, READ[i].want ? READ[i].want : READ[i].text, text_of(&c, b));
        }
    arena_close(c.a);
}

/* Words and the spaces between them, however the line is filled. */
static void
test_justified(void **state)
{
    struct ctx c = context();

    (void)state;
    for (int align = PDF_LEFT; align <= PDF_JUSTIFY; align++)
        for (double right = 0; right < 300; right += 23) {
            struct pdf *p = pdf_begin(&c, &(struct pdf_options){.title = "Thử"});
            struct bytes b;

            pdf_text(p, &(struct pdf_para){.align = (enum pdf_align)align, .right = right},
                     PDF_PLAIN, PROSE);
            assert_int_equal(pdf_end(p, &b), OK);
            same(&c, arena_fmt(c.a, "align %d, %g off", align, right), PROSE, text_of(&c, b));
        }
    arena_close(c.a);
}

static void
test_runs(void **state)
{
    struct ctx c = context();
    struct pdf *p = pdf_begin(&c, &(struct pdf_options){.title = "Thử"});
    struct bytes b;

    (void)state;
    pdf_runs(p, &PDF_BODY,
             (struct pdf_run[]){{"Mã hồ sơ: ", 0},
                                {"H26.1-261122-0001", PDF_BOLD},
                                {", ông ", 0},
                                {"Phạm Ước", PDF_ITALIC},
                                {" nộp lần ", PDF_UNDERLINE},
                                {"hai", PDF_UPPER},
                                {"./.", 0},
                                {0}});
    assert_int_equal(pdf_end(p, &b), OK);
    same(&c, "runs", "Mã hồ sơ: H26.1-261122-0001, ông Phạm Ước nộp lần HAI./.", text_of(&c, b));
    whole(&c, b);
    arena_close(c.a);
}

/* --- layout --- */

static struct bytes
sample(struct ctx *c, struct pdf_box *box)
{
    static const struct pdf_column COLUMNS[] = {{"TT", 0.08, PDF_CENTRE},
                                                {"Tên giấy tờ", 0.5, PDF_LEFT},
                                                {"Ghi chú", 0.42, PDF_LEFT}};
    struct pdf *p = pdf_begin(c, &(struct pdf_options){.title = "Thử",
                                                       .author = "UBND phường",
                                                       .footer = "Chân trang",
                                                       .watermark = "BẢN XEM TRƯỚC"});
    struct bytes b;

    pdf_national_head(p, &(struct pdf_head){"UBND thành phố Hà Nội", "UBND phường Hoàn Kiếm",
                                            "Số: 12/TNHS", "Hà Nội, ngày 22 tháng 11 năm 2026",
                                            "Mã hồ sơ: H26.1-261122-0001"});
    pdf_title(p, "Giấy tiếp nhận hồ sơ");
    pdf_qr(p, "https://motcua.example/tra-cuu?ma=H26", 80, "Quét mã để tra cứu");
    pdf_text(p, &PDF_BODY, 0, PROSE);
    pdf_label(p, "Địa chỉ", "");
    pdf_dots(p, 2);
    pdf_table_begin(p, &(struct pdf_table){COLUMNS, 3, 0, true});
    for (int i = 0; i < 120; i++)
        pdf_row(p, (const char *[]){arena_fmt(c->a, "%d", i + 1),
                                    "Giấy chứng sinh theo mẫu do "
                                    "cơ sở khám bệnh, chữa bệnh cấp",
                                    i % 7 ? NULL : "Bản chính"});
    pdf_table_end(p);
    pdf_signatures(
        p,
        (struct pdf_signature[]){{NULL, "Người nộp", "(Ký, ghi rõ họ tên)", "Trần Văn Nghĩa", NULL},
                                 {"TM. Ủy ban nhân dân", "Chủ tịch", NULL, "Lê Thị Ước", box}},
        2);
    assert_int_equal(pdf_end(p, &b), OK);
    return b;
}

static int
count(const char *text, const char *what)
{
    int n = 0;

    for (; (text = strstr(text, what)); text += strlen(what))
        n++;
    return n;
}

static void
test_pages(void **state)
{
    struct ctx c = context();
    struct pdf_box box = {0};
    struct bytes b = sample(&c, &box);
    const char *text = text_of(&c, b);
    int pages = count(text, "\f");

    (void)state;
    assert_true(pages >= 6 && pages <= 9);
    assert_in_range(count(text, "Tên giấy tờ"), pages - 1, pages); /* the last: signatures */
    assert_int_equal(count(text, "Chân trang"), pages);
    assert_null(strstr(text, "XEM")); /* a watermark is no text */
    assert_int_equal(count(text, "Giấy chứng sinh"), 120);
    assert_int_equal(box.page, pages);
    assert_true(box.w > 200 && box.h > 40 && box.x > 300 && box.x + box.w < 596 && box.y > 56);
    whole(&c, b);
    arena_close(c.a);
}

/* The same calls at the same moment give the same bytes: what was signed can be made again. */
static void
test_same_bytes(void **state)
{
    struct ctx c = context();
    struct pdf_box box;
    struct bytes a = sample(&c, &box), b = sample(&c, &box);

    (void)state;
    assert_int_equal(a.n, b.n);
    assert_memory_equal(a.p, b.p, a.n);
    arena_close(c.a);
}

static void
test_copies(void **state)
{
    struct ctx c = context();
    struct pdf *p =
        pdf_begin(&c, &(struct pdf_options){.title = "Thử",
                                            .copies = (const char *[]){"Liên 1", "Liên 2", "Liên 3",
                                                                       NULL}});
    struct bytes b;
    const char *text;

    (void)state;
    pdf_text(p, &PDF_BODY, 0, PROSE);
    pdf_page(p);
    pdf_text(p, &PDF_BODY, 0, PROSE);
    assert_int_equal(pdf_end(p, &b), OK);
    text = text_of(&c, b);
    assert_int_equal(count(text, "\f"), 6);
    assert_int_equal(count(text, "Liên 2"), 2);
    assert_int_equal(count(text, "Huỳnh"), 6);
    whole(&c, b);
    arena_close(c.a);
}

/* --- what nobody should write --- */

static char *
repeated(struct ctx *c, const char *s, size_t n)
{
    struct buf b;

    buf_init(&b, c->a, (size_t)1 << 20);
    while (n-- > 0)
        buf_str(&b, s);
    return b.p;
}

static void
everywhere(struct pdf *p, const char *text)
{
    static const struct pdf_column COLUMNS[] = {{"Hẹp", 0.05, PDF_CENTRE},
                                                {"Rộng", 0.95, PDF_LEFT}};

    pdf_national_head(p, &(struct pdf_head){text, text, text, text, NULL});
    pdf_title(p, text);
    pdf_label(p, text, text);
    pdf_label(p, text, "");
    pdf_table_begin(p, &(struct pdf_table){COLUMNS, 2, 0, false});
    pdf_row(p, (const char *[]){text, text});
    pdf_table_end(p);
    pdf_signatures(p, &(struct pdf_signature){text, text, text, text, NULL}, 1);
}

static void
test_hostile(void **state)
{
    struct ctx c = context();
    const char *const texts[] = {
        "",
        "\n\n\n",
        "👩‍👩‍👧‍👦🇻🇳 e\xf0\x9f\x98\x80",
        "שלום עולם مرحبا",
        "\xe2\x80\xae\xe2\x80\xae",
        "\xff\xfe\xfd",
        "漢字かな한글",
        repeated(&c, "a\xcc\x82", 300),
        repeated(&c, "x\n", 200),
        repeated(&c, "\xe1\xbb\x99", 1000),
        "\xf3\xa0\x81\x81\xef\xbf\xbf",
    };

    (void)state;
    for (size_t i = 0; i < ROWS(texts); i++) {
        struct pdf *p = pdf_begin(&c, &(struct pdf_options){.title = texts[i],
                                                            .author = texts[i],
                                                            .footer = "\xff",
                                                            .watermark = "🇻🇳"});
        struct bytes b;
        int rc;

        everywhere(p, texts[i]);
        rc = pdf_end(p, &b);
        assert_true(rc == OK || rc == E_TOOBIG);
        if (rc == OK)
            whole(&c, b);
    }
    arena_close(c.a);
}

static void
test_long_word(void **state)
{
    struct ctx c = context();
    char *word = repeated(&c, "ữ", 10000), *got, *w;
    struct pdf *p = pdf_begin(&c, &(struct pdf_options){.title = "Thử", .plain_numbers = true});
    struct bytes b;

    (void)state;
    pdf_text(p, &PDF_BODY, 0, word);
    assert_int_equal(pdf_end(p, &b), OK);
    w = got = arena_str(c.a, text_of(&c, b));
    for (const char *s = got; *s; s++)
        if (!strchr(" \n\f", *s))
            *w++ = *s;
    *w = '\0';
    assert_string_equal(got, word);
    arena_close(c.a);
}

static void
test_limits(void **state)
{
    struct ctx c = context();
    struct pdf *p = pdf_begin(&c, &(struct pdf_options){.title = "Thử", .pages_max = 3});
    struct bytes b;

    (void)state;
    for (int i = 0; i < 1000; i++)
        pdf_text(p, &PDF_BODY, 0, PROSE);
    assert_int_equal(pdf_end(p, &b), E_TOOBIG);
    assert_int_equal(b.n, 0);
    p = pdf_begin(&c, &(struct pdf_options){.title = "Thử"});
    pdf_text(p, &PDF_BODY, 0, repeated(&c, "một cửa ", 10000));
    assert_int_equal(pdf_end(p, &b), E_TOOBIG);
    p = pdf_begin(&c, &(struct pdf_options){.title = "Thử"});
    pdf_qr(p, repeated(&c, "x", 4000), 80, "");
    assert_int_equal(pdf_end(p, &b), E_TOOBIG);
    p = pdf_begin(&c, &(struct pdf_options){.title = "Thử"});
    pdf_png(p, (struct bytes){(const uint8_t *)"\x89PNG\r\n\x1a\nbroken beyond repair ......", 34},
            90, PDF_LEFT);
    assert_int_equal(pdf_end(p, &b), E_SYS);
    arena_close(c.a);
}

/* --- a stripped font is refused when it is not what it says --- */

static void
test_strip(void **state)
{
    struct ctx c = context();
    FcPattern *p = FcNameParse((const FcChar8 *)"Liberation Serif"), *found;
    struct bytes whole_font, s;
    FcResult r;
    FcChar8 *path;

    (void)state;
    FcConfigSubstitute(NULL, p, FcMatchPattern);
    FcDefaultSubstitute(p);
    found = FcFontMatch(NULL, p, &r);
    assert_int_equal(FcPatternGetString(found, FC_FILE, 0, &path), FcResultMatch);
    assert_int_equal(file_read(c.a, (const char *)path, 4 << 20, &whole_font), 0);
    s = pdf_strip(whole_font);
    assert_true(s.n > 50000 && s.n < whole_font.n);
    mem_free((void *)s.p);
    for (size_t n = 0; n < whole_font.n; n += whole_font.n / 97) {
        s = pdf_strip((struct bytes){whole_font.p, n});
        mem_free((void *)s.p);
    }
    for (size_t i = 0; i < 400; i++) {
        uint8_t *bad = arena_raw(c.a, whole_font.n);

        memcpy(bad, whole_font.p, whole_font.n);
        bad[i] ^= 0x55;
        bad[(i * 7919) % whole_font.n] ^= 0xff;
        s = pdf_strip((struct bytes){bad, whole_font.n});
        mem_free((void *)s.p);
    }
    FcPatternDestroy(found);
    FcPatternDestroy(p);
    arena_close(c.a);
}

/* --- threads --- */

static void *
one_thread(void *arg)
{
    struct ctx c = context();
    struct bytes *first = arg;
    struct pdf_box box;

    for (int i = 0; i < 4; i++) {
        struct bytes b = sample(&c, &box);

        if (b.n != first->n || memcmp(b.p, first->p, b.n) != 0)
            return "other bytes";
    }
    arena_close(c.a);
    return NULL;
}

static void
test_threads(void **state)
{
    struct ctx c = context();
    struct pdf_box box;
    struct bytes first = sample(&c, &box);
    pthread_t t[4];

    (void)state;
    for (size_t i = 0; i < ROWS(t); i++)
        assert_int_equal(pthread_create(&t[i], NULL, one_thread, &first), 0);
    for (size_t i = 0; i < ROWS(t); i++) {
        void *wrong;

        assert_int_equal(pthread_join(t[i], &wrong), 0);
        assert_null(wrong);
    }
    arena_close(c.a);
}

static int
begin(void **state)
{
    (void)state;
    return mkdtemp(folder) && pdf_fonts_ok() ? 0 : -1;
}

/* What the libraries keep for ever is given back, so that a leak of ours is seen. */
static int
end(void **state)
{
    (void)state;
    pdf_thread_end();
    cairo_debug_reset_static_data();
    FcFini();
    return rmdir(folder);
}

int
main(void)
{
    const struct CMUnitTest t[] = {
        cmocka_unit_test(test_read_back),  cmocka_unit_test(test_justified),
        cmocka_unit_test(test_runs),       cmocka_unit_test(test_pages),
        cmocka_unit_test(test_same_bytes), cmocka_unit_test(test_copies),
        cmocka_unit_test(test_hostile),    cmocka_unit_test(test_long_word),
        cmocka_unit_test(test_limits),     cmocka_unit_test(test_strip),
        cmocka_unit_test(test_threads),
    };

    return cmocka_run_group_tests(t, begin, end);
}
