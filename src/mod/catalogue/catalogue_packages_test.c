/*
 * The pilot packages with worked answers (tests/data/answers): each row changes a few inputs and
 * says what the rules then demand.  Received on Sunday 22 November 2026.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#undef fail

#include "base/file.h"
#include "mod/catalogue/catalogue_package.h"
#include "mod/deadlines/deadlines.h"
#include "mod/eforms/eforms.h"

enum { INPUTS_MAX = 400, FILE_MAX = 1 << 20 };

static const struct eform_choice HANOI[] = {{"00004", "Phường Ba Đình"},
                                            {"00070", "Phường Hoàn Kiếm"}};

#define POOR (1u << PAYER_POOR)
#define CHILD (1u << PAYER_CHILD)
#define AT_THE_COUNTER CHANNEL_DIRECT, 0
#define ONLINE_ CHANNEL_ONLINE, 0

/* change: inputs as posted, laid over the worked answers; null takes one away.  paper: asked for;
 * with "-" before it: not asked for.  fault: the first input at fault; that is all then. */
/* clang-format off */
static const struct {
    const char *rule, *code, *change;
    int channel;
    unsigned payers;
    const char *kind, *limit;
    int64_t fees;
    const char *paper, *fault;
} ROWS[] = {
    /* birth */
    {"a birth within 60 days is free, two copies cost 8,000 each", "1.001193", "{}",
     AT_THE_COUNTER, "normal", "same-day:15:00", 16000, "giay_chung_sinh", NULL},
    {"copies are free online until 28/02/2027", "1.001193", "{}", ONLINE_, "normal",
     "same-day:15:00", 0, "-van_ban_uy_quyen", NULL},
    {"the 60th day is not late", "1.001193", "{'ngay_sinh':'2026-09-23','so_ban_sao':'0'}",
     AT_THE_COUNTER, "normal", "same-day:15:00", 0, NULL, NULL},
    {"the 61st day is late: 5,000", "1.001193", "{'ngay_sinh':'2026-09-22','so_ban_sao':'0'}",
     AT_THE_COUNTER, "late", "same-day:15:00", 5000, NULL, NULL},
    {"late, of a poor household: free", "1.001193", "{'ngay_sinh':'2026-09-22','so_ban_sao':'0'}",
     CHANNEL_DIRECT, POOR, "late", "same-day:15:00", 0, NULL, NULL},
    {"late without a reason", "1.001193", "{'ngay_sinh':'2026-09-22','ly_do_qua_han':null}",
     AT_THE_COUNTER, NULL, NULL, 0, NULL, "ly_do_qua_han"},
    {"a date typed the Vietnamese way is late all the same", "1.001193",
     "{'ngay_sinh':'22/09/2026','so_ban_sao':'0'}", AT_THE_COUNTER, "late", "same-day:15:00",
     5000, NULL, NULL},
    {"a birth tomorrow", "1.001193", "{'ngay_sinh':'2026-11-23'}", AT_THE_COUNTER, NULL, NULL, 0,
     NULL, "ngay_sinh"},
    {"a birth notice older than the child", "1.001193", "{'ngay_chung_sinh':'2026-11-09'}",
     AT_THE_COUNTER, NULL, NULL, 0, NULL, "ngay_chung_sinh"},
    {"a signed electronic birth notice replaces the paper", "1.001193",
     "{'loai_chung_sinh':'dien_tu'}", AT_THE_COUNTER, "normal", "same-day:15:00", 16000,
     "-giay_chung_sinh", NULL},
    {"surrogacy asks for the clinic's confirmation", "1.001193", "{'tinh_huong':'mang_thai_ho'}",
     AT_THE_COUNTER, "surrogacy", "same-day:15:00", 16000, "xac_nhan_mang_thai_ho", NULL},
    {"an abandoned child has no parents to declare", "1.001193",
     "{'tinh_huong':'bo_roi','me_ho_ten':null,'quan_he':'nuoi_duong','quan_he_khac':'Làng trẻ SOS',"
     "'ngay_niem_yet':'2026-11-13'}",
     AT_THE_COUNTER, "abandoned", "same-day:15:00", 16000, "bien_ban_bo_roi", NULL},
    {"a foreign parent: another procedure", "1.001193", "{'yeu_to_nuoc_ngoai':'co'}",
     AT_THE_COUNTER, NULL, NULL, 0, NULL, "yeu_to_nuoc_ngoai"},
    {"unmarried parents may leave the father out", "1.001193",
     "{'cha_me_ket_hon':'khong','phan_khai_ve_cha':'de_trong','cha_ho_ten':null}", AT_THE_COUNTER,
     "normal", "same-day:15:00", 16000, "-can_cu_nhan_cha", NULL},
    {"a judgment on fatherhood is handed in", "1.001193",
     "{'cha_me_ket_hon':'khong','phan_khai_ve_cha':'co_can_cu'}", AT_THE_COUNTER, "normal",
     "same-day:15:00", 16000, "can_cu_nhan_cha", NULL},
    /* death */
    {"a death within 15 days", "1.000656", "{'so_ban_sao':'0'}", AT_THE_COUNTER, "normal",
     "same-day:15:00", 0, "giay_bao_tu", NULL},
    {"the 16th day is late: 5,000", "1.000656", "{'ngay_chet':'2026-11-06','so_ban_sao':'0'}",
     AT_THE_COUNTER, "late", "same-day:15:00", 5000, NULL, NULL},
    {"without a death notice facts are verified in 3 days", "1.000656",
     "{'loai_giay_bao_tu':'khong_co','so_ban_sao':'0',"
     "'thong_tin_xac_minh':'Ông Nguyễn Văn A, tổ trưởng, 0912000111'}",
     AT_THE_COUNTER, "no_notice", "3wd", 0, "-giay_bao_tu", NULL},
    {"dead before born", "1.000656", "{'nguoi_chet_ngay_sinh':'2026-11-19'}", AT_THE_COUNTER, NULL,
     NULL, 0, NULL, "ngay_chet"},
    /* marriage and marital status */
    {"both are recorded correctly: the same day", "1.000894", "{'so_ban_sao':'0'}",
     AT_THE_COUNTER, "normal", "same-day:15:00", 0, "-can_cu_cham_dut", NULL},
    {"data that must be verified: at most 5 working days", "1.000894",
     "{'so_ban_sao':'0','ben_kia_du_lieu':'chua_dung'}", AT_THE_COUNTER, "verify", "5wd", 0, NULL,
     NULL},
    {"a man of 19", "1.000894", "{'nguoi_yeu_cau_ngay_sinh':'2006-11-23'}", AT_THE_COUNTER, NULL,
     NULL, 0, NULL, "nguoi_yeu_cau_ben"},
    {"a woman of 17", "1.000894", "{'ben_kia_ngay_sinh':'2008-11-23'}", AT_THE_COUNTER, NULL, NULL,
     0, NULL, "ben_kia_ngay_sinh"},
    {"a divorced person names the judgment", "1.000894",
     "{'ben_kia_tinh_trang':'ly_hon','ben_kia_lan_ket_hon':'2'}", AT_THE_COUNTER, NULL, NULL, 0,
     NULL, "ben_kia_can_cu_cham_dut"},
    {"two certificates of marital status: 3,000 each", "1.004873", "{}", AT_THE_COUNTER,
     "other_purpose", "3wd", 6000, NULL, NULL},
    {"of a poor household: free", "1.004873", "{}", CHANNEL_ONLINE, POOR, "other_purpose", "3wd", 0,
     NULL, NULL},
    {"to marry: the other person is named", "1.004873",
     "{'muc_dich_su_dung':'ket_hon_nuoc_ngoai','da_cap_truoc':'khong'}", AT_THE_COUNTER, NULL,
     NULL, 0, NULL, "doi_tuong_ho_ten"},
    {"copies of civil status: 8,000 each", "2.000635", "{}", CHANNEL_POSTAL, 0, "birth_copy",
     "same-day:15:00", 24000, NULL, NULL},
    /* certification */
    {"three copies of 2 pages and two of 5 pages: 3 x 4,000 + 2 x 7,000", "2.000815", "{}",
     AT_THE_COUNTER, "normal", "same-day:15:00", 26000, "ban_chinh", NULL},
    {"one copy costs at most 200,000", "2.000815",
     "{'giay_to.0.so_trang':'500','giay_to.1.so_ban':'1','can_them_thoi_gian':'co'}",
     AT_THE_COUNTER, "large", "2wd", 607000, NULL, NULL},
    {"a foreign paper without legalisation", "2.000815", "{'giay_to.1.nguon':'chua_hop_phap'}",
     AT_THE_COUNTER, NULL, NULL, 0, NULL, "giay_to.1.nguon"},
    {"two papers signed: 10,000 each", "2.000884", "{}", AT_THE_COUNTER, "normal",
     "same-day:15:00", 20000, "giay_to_se_ky", NULL},
    /* residence */
    {"permanent residence online: 10,000", "1.004222", "{}", ONLINE_, "family", "7wd", 10000,
     "-giay_to_than_nhan", NULL},
    {"permanent residence at the counter: 20,000", "1.004222", "{}", AT_THE_COUNTER, "family",
     "7wd", 20000, NULL, NULL},
    {"a child pays nothing and its guardian agrees", "1.004222",
     "{'nguoi_yeu_cau_ngay_sinh':'2012-01-01','giam_ho_ho_ten':'Ngô Anh Tuấn',"
     "'giam_ho_so_dinh_danh':'001090900765'}",
     CHANNEL_ONLINE, CHILD, "family", "7wd", 0, "dong_y_giam_ho", NULL},
    {"a rented home proves itself by its contract", "1.004222",
     "{'can_cu':'thue_muon','dien_tich_san':'45,5','so_nguoi_o':'3','khai_thac_cho_o':'khong'}",
     ONLINE_, "rent", "7wd", 10000, "giay_to_cho_o", NULL},
    {"temporary residence online: 7,000", "1.004194", "{}", ONLINE_, "person", "3wd", 7000,
     "giay_to_cho_o", NULL},
    {"by list: 5,000 a person online", "1.004194",
     "{'hinh_thuc':'danh_sach','to_chuc_ten':'Trường Đại học A','so_nguoi_danh_sach':'120'}",
     ONLINE_, "by_list", "3wd", 600000, "danh_sach", NULL},
    {"longer than two years", "1.004194", "{'tu_ngay':'2026-11-01','den_ngay':'2028-11-20'}",
     ONLINE_, NULL, NULL, 0, NULL, "den_ngay"},
    /* criminal record */
    {"three certificates: 200,000 and 5,000 for the third", "3.000333", "{}", AT_THE_COUNTER,
     "number_1", "10d", 205000, NULL, NULL},
    {"residence in several provinces: 15 days", "3.000333",
     "{'nhieu_noi':'nhieu_tinh','so_phieu':'1'}", AT_THE_COUNTER, "complex", "15d", 200000, NULL,
     NULL},
    {"a student pays half", "3.000333",
     "{'nguoi_yeu_cau_doi_tuong':'sinh_vien','so_phieu':'2'}", AT_THE_COUNTER, "reduced", "10d",
     100000, "giay_to_giam_phi", NULL},
    {"number 2 is for oneself alone", "3.000333",
     "{'loai_phieu':'so_2','nguoi_nop':'uy_quyen','dt_ho_ten':'Lê An'}", AT_THE_COUNTER, NULL,
     NULL, 0, NULL, "nguoi_nop"},
    /* business, building, land, pension */
    {"a household business online is free", "1.001612", "{}", ONLINE_, "individual", "3wd", 0,
     "-van_ban_uy_quyen", NULL},
    {"on paper: 100,000", "1.001612", "{}", AT_THE_COUNTER, "individual", "3wd", 100000, NULL,
     NULL},
    {"money may be typed with dots", "1.001612", "{'von':'150.000.000'}", ONLINE_, "individual",
     "3wd", 0, NULL, NULL},
    {"of a family: its members give a mandate", "1.001612",
     "{'chu_the':'ho_gia_dinh','thanh_vien.0.ho_ten':'Cao Văn Lâm','thanh_vien.0.ngay_sinh':"
     "'1982-01-01','thanh_vien.0.gioi_tinh':'nam','thanh_vien.0.so_dinh_danh':'001082900111',"
     "'thanh_vien.0.noi_cu_tru.province':'01','thanh_vien.0.noi_cu_tru.commune':'00070',"
     "'thanh_vien.0.noi_cu_tru.street':'Số 5 phố Hàng Chiếu'}",
     ONLINE_, "family", "3wd", 0, "van_ban_uy_quyen", NULL},
    {"two main lines of business", "1.001612", "{'nganh.1.nganh_chinh':'co'}", ONLINE_, NULL, NULL,
     0, NULL, "nganh"},
    {"a house: 7 working days", "1.013225", "{}", AT_THE_COUNTER, "house", "7wd", 75000,
     "cam_ket_lien_ke", NULL},
    {"other works: 10 working days", "1.013225",
     "{'loai_cong_trinh':'khong_theo_tuyen','giai_doan':'toan_bo','ten_cong_trinh':'Nhà xưởng'}",
     AT_THE_COUNTER, "works", "10wd", 150000, NULL, NULL},
    {"an owner may not design 258 square metres himself", "1.013225",
     "{'don_vi_thiet_ke_loai':'chu_nha'}", AT_THE_COUNTER, NULL, NULL, 0, NULL,
     "don_vi_thiet_ke_loai"},
    {"a decimal comma counts as one", "1.013225",
     "{'dien_tich_xay_dung':'60,5','tong_dien_tich_san':'258,75'}", AT_THE_COUNTER, "house", "7wd",
     75000, NULL, NULL},
    {"floors that add up to less than the first", "1.013225", "{'dien_tich_xay_dung':'300'}",
     AT_THE_COUNTER, NULL, NULL, 0, NULL, "tong_dien_tich_san"},
    {"a sale of 3,250 million in a ward: 0.15 % and 28,000", "1.013831", "{}", AT_THE_COUNTER,
     "sale_ward", "8wd", 4875000 + 28000, "hop_dong", NULL},
    {"the appraisal costs at most 5,000,000", "1.013831", "{'gia_trieu_dong':'12000'}",
     AT_THE_COUNTER, "sale_ward", "8wd", 5028000, NULL, NULL},
    {"a gift in a rural commune: 14,000", "1.013831",
     "{'loai_bien_dong':'tang_cho','loai_don_vi':'xa'}", AT_THE_COUNTER, "free_commune", "8wd",
     14000, NULL, NULL},
    {"land under mortgage", "1.013831", "{'the_chap':'co'}", AT_THE_COUNTER, NULL, NULL, 0, NULL,
     "the_chap"},
    {"social pension from 75", "1.014027", "{}", AT_THE_COUNTER, "from_75", "10wd", 0, NULL, NULL},
    {"at 72 only of a poor household", "1.014027", "{'nguoi_yeu_cau_ngay_sinh':'1954-06-15'}",
     AT_THE_COUNTER, NULL, NULL, 0, NULL, "hoan_canh"},
    {"at 72 of a nearly poor household", "1.014027",
     "{'nguoi_yeu_cau_ngay_sinh':'1954-06-15','hoan_canh':'can_ngheo'}", AT_THE_COUNTER, "from_70",
     "10wd", 0, NULL, NULL},
    {"a pension as high as the social one", "1.014027",
     "{'luong_huu':'co','muc_luong_huu':'500000'}", AT_THE_COUNTER, NULL, NULL, 0, NULL,
     "muc_luong_huu"},
};
/* clang-format on */

static struct bytes
file_of(struct arena *a, const char *path)
{
    struct bytes b = {0};

    if (file_read(a, path, FILE_MAX, &b) != 0)
        print_error("cannot read %s\n", path);
    return b;
}

/* JSON with ' for ", so that rows can be read. */
static json_t *
json_of(struct arena *a, const char *text)
{
    char *s = arena_str(a, text);
    json_error_t e;
    json_t *j;

    for (char *p = s; *p; p++)
        if (*p == '\'')
            *p = '"';
    j = json_loads(s, 0, &e);
    if (!j)
        print_error("%s: %s\n", e.text, text);
    assert_non_null(j);
    return j;
}

/* The inputs of a package as they are posted, with the changes of a row. */
static size_t
pairs_of(struct arena *a, const char *code, const char *change, struct pair *out)
{
    struct bytes b = file_of(a, arena_fmt(a, "tests/data/answers/%s.json", code));
    json_t *flat = json_loadb((const char *)b.p, b.n, 0, NULL), *more = json_of(a, change), *v;
    const char *key;
    size_t n = 0;

    assert_non_null(flat);
    json_object_update(flat, more);
    json_object_foreach(flat, key, v)
        if (json_is_string(v) && n < INPUTS_MAX)
            out[n++] = (struct pair){arena_str(a, key), arena_str(a, json_string_value(v))};
    json_decref(more);
    json_decref(flat);
    return n;
}

static struct procedure *
package_of(struct arena *a, const char *code)
{
    const char *dir = arena_fmt(a, "catalogue/procedures/%s", code);
    struct bytes yaml = file_of(a, arena_fmt(a, "%s/procedure.yaml", dir));

    return catalogue_parse(a, yaml, file_of(a, arena_fmt(a, "%s/form.json", dir)));
}

static bool
asked(const struct paper_list *papers, const char *id)
{
    for (size_t i = 0; i < papers->n; i++)
        if (strcmp(papers->p[i]->id, id) == 0)
            return true;
    return false;
}

static int
same(const char *rule, const char *what, const char *have, const char *want)
{
    if (strcmp(have, want) == 0)
        return 0;
    print_error("%s: %s is %s, not %s\n", rule, what, have, want);
    return 1;
}

/* What the answers decide, against row `i`; the number of differences. */
static int
decide(struct ctx *c, size_t i, const struct procedure *p, const json_t *answers)
{
    day on = vn_day(c->now);
    json_t *facts = catalogue_facts(c->a, answers, on, ROWS[i].channel, "");
    const struct proc_case *k = catalogue_case(p, facts);
    struct fee_list fees =
        catalogue_fees(c->a, p, k, facts, ROWS[i].channel, ROWS[i].payers, on);
    struct paper_list papers = catalogue_papers(c->a, p, k, facts);
    const char *paper = ROWS[i].paper;
    bool not = paper && *paper == '-';
    int bad = same(ROWS[i].rule, "the case", k->id, ROWS[i].kind) +
              same(ROWS[i].rule, "the limit", catalogue_limit(p, k), ROWS[i].limit);

    if (fees.total != ROWS[i].fees && ++bad)
        print_error("%s: fees are %lld\n", ROWS[i].rule, (long long)fees.total);
    if (paper && asked(&papers, paper + not) == not && ++bad)
        print_error("%s: paper %s\n", ROWS[i].rule, paper);
    json_decref(facts);
    return bad;
}

static int
run_row(struct ctx *c, size_t i)
{
    const struct eform_lists lists = {{HANOI, sizeof HANOI / sizeof *HANOI}};
    struct pair *in = arena_get(c->a, INPUTS_MAX * sizeof *in);
    size_t n = pairs_of(c->a, ROWS[i].code, ROWS[i].change, in);
    struct procedure *p = package_of(c->a, ROWS[i].code);
    json_t *raw, *answers = NULL;
    int bad = 0;

    assert_non_null(p);
    raw = eforms_collect(c, p->form, NULL, in, n, NULL);
    if (eforms_validate(c, p->form, NULL, raw, NULL, &lists, false, &answers) == OK)
        bad = ROWS[i].fault ? 1 : decide(c, i, p, answers);
    else
        bad = !ROWS[i].fault || strcmp(c->faults.p[0].name, ROWS[i].fault) != 0;
    if (bad)
        print_error("%s (%s)\n", ROWS[i].rule, ROWS[i].code);
    for (size_t k = 0; bad && k < c->faults.n; k++)
        print_error("    %s: %s\n", c->faults.p[k].name, c->faults.p[k].say);
    json_decref(answers);
    json_decref(raw);
    catalogue_release(p);
    return bad != 0;
}

static void
test_worked_answers(void **state)
{
    int bad = 0;

    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct arena *a = arena_open(64 << 20);
        struct ctx c;

        ctx_init(&c, a);
        date_parse_moment("2026-11-22T09:00", &c.now);
        bad += run_row(&c, i);
        arena_close(a);
    }
    assert_int_equal(bad, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_worked_answers)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
