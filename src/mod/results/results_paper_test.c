/* Every template of the shipped catalogue prints, with all of its fields and with none that may be
 * missing; and pdftotext reads back what was put in.  MOTCUA_PAPERS=FOLDER keeps the files. */
#include "base/test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "mod/results/results_paper.h"

enum { DAY = 20779 /* 22/11/2026 */ };
static struct arena *a;
static struct ctx c;

static struct result_template *
load(const char *id)
{
    struct result_template *t;
    struct bytes b;

    assert_int_equal(file_read(a, arena_fmt(a, "catalogue/results/%s.yaml", id), 1 << 18, &b), 0);
    t = catalogue_template_parse(a, b);
    if (!t)
        fail_msg("%s does not parse", id);
    return t;
}

static const char *
value_of(int kind, const char *label, int64_t max)
{
    return max && max < 60              ? "07/2026"
           : kind == TF_DATE            ? "2026-04-15"
           : kind == TF_PERSONAL_NUMBER ? "001199000001"
           : kind == TF_MONEY           ? "150000000"
           : kind == TF_NUMBER          ? "105"
           : kind == TF_LINES           ? "Dòng thứ nhất;\nDòng thứ hai, ỹ ỡ ặ."
                                        : arena_fmt(a, "%s: Nguyễn Thị Ánh Đào", label);
}

static json_t *
fill(const struct result_template *t, bool all)
{
    json_t *facts = json_object();

    for (size_t i = 0; i < t->fields.n; i++) {
        const struct template_field *f = &t->fields.p[i];
        json_t *row = json_object();

        for (size_t k = 0; k < f->columns.n; k++)
            json_object_set_new(row, f->columns.p[k].id,
                                json_string(value_of(f->columns.p[k].kind, "Ô", 0)));
        if (f->kind == TF_ROWS)
            json_object_set_new(facts, f->id, json_pack("[O, O]", row, row));
        else if (f->kind == TF_CHOICE)
            json_object_set_new(facts, f->id, json_string(f->choices.p[0]));
        else if (all || f->required)
            json_object_set_new(facts, f->id, json_string(value_of(f->kind, f->label, f->max)));
        json_decref(row);
    }
    return facts;
}

static struct bytes
make(const struct result_template *t, const json_t *facts, const char *watermark)
{
    const struct result_paper p = {
        .t = t, .facts = facts, .parent = "UBND Thành phố Hà Nội",
        .agency = "UBND phường Hoàn Kiếm",
        .place = "Hà Nội", .number = "07/TLKS-BS", .code = "H26.X.00070-261122-0001",
        .procedure = "Đăng ký khai sinh", .signer = "Trần Văn Bình", .signer_title = "Chủ tịch",
        .seq = 7, .year = 2026, .date = DAY, .valid_to = DAY + 180, .watermark = watermark,
        .qr = "https://vi.du/xac-thuc/AAAAAAAAAAAAAAAAAAAAAA"};
    struct pdf_box box;
    struct bytes out;

    assert_int_equal(result_paper(&c, &p, &out, &box), OK);
    assert_true(box.page >= 1 && box.w > 50 && box.h > 20);
    assert_memory_equal(out.p, "%PDF-", 5);
    return out;
}

static const char *
read_back(const char *name, struct bytes pdf)
{
    const char *folder = getenv("MOTCUA_PAPERS");
    const char *path = arena_fmt(a, "%s/%s.pdf", folder ? folder : "/tmp", name);
    const char *text = arena_fmt(a, "%s.txt", path);
    pid_t pid;
    struct bytes b;
    int status = 1;

    assert_int_equal(file_write(a, path, pdf.p, pdf.n, 0600), 0);
    if ((pid = fork()) == 0) {
        execlp("pdftotext", "pdftotext", "-layout", path, text, (char *)NULL);
        _exit(1);
    }
    waitpid(pid, &status, 0);
    if (status != 0)                    /* not installed */
        return NULL;
    assert_int_equal(file_read(a, text, 1 << 20, &b), 0);
    if (!folder)
        remove(path);
    remove(text);
    return (const char *)b.p;
}

static void
test_every_template(void **state)
{
    DIR *d = opendir("catalogue/results");
    struct dirent *e;
    int n = 0;

    (void)state;
    assert_non_null(d);
    while ((e = readdir(d)))
        for (int all = 0; *e->d_name != '.' && all < 2; all++, n++) {
            const char *id = arena_strn(a, e->d_name, strlen(e->d_name) - 5);
            struct result_template *t = load(id);
            json_t *facts = fill(t, all);
            const char *text;

            c.faults.n = 0;
            if (result_facts_check(&c, t, facts) != OK)
                fail_msg("%s: %s %s", id, c.faults.p[0].name, c.faults.p[0].say);
            text = read_back(arena_fmt(a, "%s-%d", id, all), make(t, facts, NULL));
            if (text && (!strstr(text, "Trần Văn Bình") || strstr(text, "{{")))
                fail_msg("%s: not read back\n%s", id, text);
            json_decref(facts);
            json_decref(t->keep);
        }
    closedir(d);
    assert_true(n >= 12);
}

static void
test_words(void **state)
{
    struct result_template *t = load("trich_luc_khai_sinh");
    json_t *facts = fill(t, true);
    const char *text = read_back("words", make(t, facts, "BẢN DỰ THẢO"));

    (void)state;
    if (text) {
        static const char *const WANT[] = {
            "TRÍCH LỤC KHAI SINH", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "HỌ, CHỮ ĐỆM, TÊN: NGUYỄN THỊ ÁNH ĐÀO", "15/04/2026",
            "ngày mười lăm, tháng tư", "Số: 07/TLKS-BS", "Trần Văn Bình", "CHỦ TỊCH"};

        for (size_t i = 0; i < ROWS(WANT); i++)
            if (!strstr(text, WANT[i]))
                fail_msg("not read back: %s\n%s", WANT[i], text);
    }
    json_decref(facts);
    json_decref(t->keep);
}

static void
test_faults(void **state)
{
    struct result_template *t = load("giay_phep_xay_dung");
    json_t *facts = json_pack("{s:s, s:[{s:s}], s:s}", "chu_dau_tu", "  Trần  An ", "hang_muc",
                              "dien_tich", "mười", "cong_trinh", "Nhà");
    static const char *const WANT[] = {"f.dia_chi", "f.dia_diem", "f.hang_muc.0.ten",
                                       "f.hang_muc.0.dien_tich", "f.can_cu"};

    (void)state;
    c.faults.n = 0;
    assert_int_equal(result_facts_check(&c, t, facts), E_INVALID);
    assert_int_equal(c.faults.n, ROWS(WANT));
    for (size_t i = 0; i < ROWS(WANT); i++)
        assert_string_equal(c.faults.p[i].name, WANT[i]);
    assert_string_equal(json_string_value(json_object_get(facts, "chu_dau_tu")), "Trần An");
    json_decref(facts);
    json_decref(t->keep);
}

static int
open_all(void **state)
{
    (void)state;
    a = arena_open(256 << 20);
    ctx_init(&c, a);
    c.now = (int64_t)DAY * 86400 + 3600;
    return 0;
}

static int
close_all(void **state)
{
    (void)state;
    pdf_thread_end();
    arena_close(a);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_template), cmocka_unit_test(test_words),
        cmocka_unit_test(test_faults),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}
