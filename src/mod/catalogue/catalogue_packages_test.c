/*
 * The packages with worked answers (tests/data/answers): each row changes a few inputs and
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
    /* civil status: recognition, guardianship, changes, once more, foreigners, adoption */
    {"one's own event, one copy: 8,000", "2.002516", "{}", AT_THE_COUNTER, "own", "same-day:15:00",
     8000, "to_khai", NULL},
    {"copies are free online until 28/02/2027", "2.002516", "{}", ONLINE_, "own", "same-day:15:00",
     0, NULL, NULL},
    {"an agency asks for two events: 8,000 each", "2.002516",
     "{'su_kien.1.loai':'ket_hon','su_kien.1.noi_dang_ky':'UBND',"
     "'su_kien.1.nam_dang_ky':'1999','su_kien.1.noi_dung':'Đã đăng ký'," "'tu_cach':'co_quan'}",
     AT_THE_COUNTER, "agency", "same-day:15:00", 16000, "van_ban_co_quan", NULL},
    {"recognition with a test: 10,000", "1.001022", "{'con_ngay_sinh':'2020-05-10'}",
     AT_THE_COUNTER, "minor", "3wd", 10000, "chung_cu", NULL},
    {"an adult child, of a poor household: free", "1.001022",
     "{'vai_tro':'con','con_ngay_sinh':'2000-01-01'}", CHANNEL_DIRECT, POOR, "adult", "3wd", 0,
     NULL, NULL},
    {"without a test a pledge with witnesses", "1.001022", "{'loai_chung_cu':'cam_doan'}",
     AT_THE_COUNTER, "pledge", "3wd", 10000, NULL, NULL},
    {"a dispute belongs to the court", "1.001022", "{'tranh_chap':'co'}", AT_THE_COUNTER, NULL,
     NULL, 0, NULL, "tranh_chap"},
    {"a child from 9 must agree", "1.001022", "{'y_kien_con':'khong_dong_y'}", AT_THE_COUNTER,
     NULL, NULL, 0, NULL, "y_kien_con"},
    {"a late birth and the recognition: 5,000 + 10,000", "1.000689", "{}", AT_THE_COUNTER, "late",
     "3wd", 15000, "-giay_chung_sinh", NULL},
    {"on time only the recognition costs", "1.000689",
     "{'ngay_sinh':'2026-11-01','loai_chung_sinh':'giay'}", AT_THE_COUNTER, "normal", "3wd", 10000,
     "giay_chung_sinh", NULL},
    {"the mother recognises: no father to declare", "1.000689",
     "{'ngay_sinh':'2026-11-01','loai_nhan':'me_con','cha_ho_ten':null}", AT_THE_COUNTER, "normal",
     "3wd", 10000, NULL, NULL},
    {"a natural guardian proves the kinship", "1.004837", "{}", AT_THE_COUNTER, "natural", "3wd",
     0, "giay_to_duong_nhien", NULL},
    {"an adult gets a guardian after a judgment alone", "1.004837",
     "{'loai_giam_ho':'cu','dgh_ngay_sinh':'1990-01-01'}", AT_THE_COUNTER, NULL, NULL, 0, NULL,
     "ly_do"},
    {"an organisation as appointed guardian", "1.004837",
     "{'loai_giam_ho':'cu','vai_tro':'dai_dien_to_chuc','loai_nguoi_giam_ho':'to_chuc',"
     "'so_ban_sao':'2'}", AT_THE_COUNTER, "appointed", "3wd", 16000, "van_ban_cu", NULL},
    {"a ward without property", "1.004837",
     "{'tai_san.0.ten':null,'tai_san.0.giay_to':null,'tai_san.0.gia_tri':null,"
     "'tai_san.0.tinh_trang':null}", AT_THE_COUNTER, "natural", "3wd", 0, NULL, NULL},
    {"guardianship ends at 18: in 2 days", "1.004845", "{}", AT_THE_COUNTER, "of_age", "2wd", 0,
     "-can_cu_cham_dut", NULL},
    {"a change of guardian is proved", "1.004845", "{'ly_do':'thay_doi'}", AT_THE_COUNTER,
     "change", "2wd", 0, "can_cu_cham_dut", NULL},
    {"no end before the beginning", "1.004845", "{'ngay_cham_dut':'2009-01-01'}", AT_THE_COUNTER,
     NULL, NULL, 0, NULL, "ngay_cham_dut"},
    {"a change for an adult", "1.004859", "{'nct_ngay_sinh':'1990-01-01'}", AT_THE_COUNTER,
     "adult", "3wd", 25000, "can_cu", NULL},
    {"a change for a child: 5,000", "1.004859",
     "{'nct_ngay_sinh':'2020-01-01','quan_he':'cha_me'}", AT_THE_COUNTER, "child", "3wd", 5000,
     NULL, NULL},
    {"an addition: the same day", "1.004859", "{'loai_viec':'bo_sung'}", AT_THE_COUNTER,
     "addition", "same-day:15:00", 5000, NULL, NULL},
    {"another ethnic group", "1.004859", "{'loai_viec':'dan_toc'}", AT_THE_COUNTER, "ethnicity",
     "3wd", 25000, NULL, NULL},
    {"birth again, an officer: confirmed by the head", "1.004884", "{}", AT_THE_COUNTER, "officer",
     "5wd", 5000, "xac_nhan_thu_truong", NULL},
    {"birth again elsewhere: 25 days", "1.004884",
     "{'noi_giai_quyet':'khac','cong_chuc':'khong','dk_nam':'1999'}", AT_THE_COUNTER, "elsewhere",
     "25d", 5000, "-xac_nhan_thu_truong", NULL},
    {"the book still exists: no registration again", "1.004884", "{'mat_so_va_ban_chinh':'khong'}",
     AT_THE_COUNTER, NULL, NULL, 0, NULL, "mat_so_va_ban_chinh"},
    {"papers of the person's own since 2016: no", "1.004772", "{'ks_ngay_sinh':'2016-01-01'}",
     AT_THE_COUNTER, NULL, NULL, 0, NULL, "ks_ngay_sinh"},
    {"birth by one's own papers", "1.004772", "{'cong_chuc':'khong','ks_ngay_sinh':'1980-01-01'}",
     AT_THE_COUNTER, "normal", "5wd", 5000, "giay_to_ca_nhan", NULL},
    {"death again, with a copy", "1.005461", "{}", AT_THE_COUNTER, "with_copy", "5wd", 5000,
     "ban_sao_chung_tu", NULL},
    {"death again, with other papers", "1.005461",
     "{'giay_to_con':'giay_to_khac','chet_biet_ngay_sinh':'khong'}", AT_THE_COUNTER,
     "other_papers", "5wd", 5000, "giay_to_khac", NULL},
    {"marriage again: 20,000", "1.004746", "{}", AT_THE_COUNTER, "normal", "5wd", 20000,
     "ban_sao_ket_hon", NULL},
    {"marriage again elsewhere: 25 days", "1.004746",
     "{'noi_giai_quyet':'khac','con_ban_sao':'khong'}", AT_THE_COUNTER, "elsewhere", "25d", 20000,
     "giay_to_lien_quan", NULL},
    {"nobody marries oneself", "1.004746", "{'ben_kia_so_dinh_danh':'001187900345'}",
     AT_THE_COUNTER, NULL, NULL, 0, NULL, "ben_kia_so_dinh_danh"},
    {"a child of a foreigner: the parents agree on citizenship", "2.000528",
     "{'me_ngay_sinh':'1990-01-01','cha_ngay_sinh':'1990-01-01','cha_quoc_tich':'KR',"
     "'cha_ho_chieu':'M1234, 2020, Seoul'}", AT_THE_COUNTER, "vietnamese", "same-day:15:00", 50000,
     "thoa_thuan_quoc_tich", NULL},
    {"born abroad: residence is proved", "2.000528",
     "{'me_ngay_sinh':'1990-01-01','tinh_huong':'sinh_nuoc_ngoai',"
     "'noi_sinh_nuoc':'nuoc_ngoai','co_khai_cha':'khong'}", AT_THE_COUNTER, "born_abroad",
     "same-day:15:00", 50000, "giay_to_cu_tru", NULL},
    {"two residents of Vietnam: another procedure", "2.000806",
     "{'nguoi_yeu_cau_dinh_cu':'khong','ben_kia_dinh_cu':'khong','ben_kia_gioi_tinh':'nu',"
     "'y_te_ngay':'2026-10-01'}", AT_THE_COUNTER, NULL, NULL, 0, NULL, "ben_kia_quoc_tich"},
    {"marriage with a foreigner: 1,000,000 and a copy", "2.000806",
     "{'nguoi_yeu_cau_dinh_cu':'khong','ben_kia_quoc_tich':'JP','y_te_ngay':'2026-10-01',"
     "'so_ban_sao':'1'}", AT_THE_COUNTER, "foreigner", "5wd", 1008000, "tinh_trang_hon_nhan",
     NULL},
    {"a health certificate older than 6 months", "2.000806",
     "{'ben_kia_quoc_tich':'JP','y_te_ngay':'2026-03-01'}", AT_THE_COUNTER, NULL, NULL, 0, NULL,
     "y_te_ngay"},
    {"a foreign applicant has no personal number", "2.000806",
     "{'nguoi_yeu_cau_so_dinh_danh':null,'nguoi_yeu_cau_quoc_tich':'FR',"
     "'ben_kia_quoc_tich':'JP','y_te_ngay':'2026-10-01'}", AT_THE_COUNTER, "both_foreign", "5wd",
     1000000, NULL, NULL},
    {"a step-child: free", "2.001263", "{'vc_vai_tro':'cha_me_de'}", AT_THE_COUNTER, "step_child",
     "30d", 0, "-hoan_canh_gia_dinh", NULL},
    {"adoption by a stranger: 400,000", "2.001263",
     "{'quan_he_voi_tre':'khac','tre_ngay_sinh':'2020-01-01'}", AT_THE_COUNTER, "normal", "30d",
     400000, "hoan_canh_gia_dinh", NULL},
    {"a stranger adopts below 16 only", "2.001263", "{'quan_he_voi_tre':'khac'}", AT_THE_COUNTER,
     NULL, NULL, 0, NULL, "tre_ngay_sinh"},
    {"20 years between parent and child", "2.001263",
     "{'quan_he_voi_tre':'khac','tre_ngay_sinh':'2020-01-01',"
     "'nguoi_yeu_cau_ngay_sinh':'2001-05-05'}", AT_THE_COUNTER, NULL, NULL, 0, NULL,
     "tre_ngay_sinh"},
    {"a mother has 15 days to think", "2.001263",
     "{'quan_he_voi_tre':'khac','tre_ngay_sinh':'2026-11-20'}", AT_THE_COUNTER, NULL, NULL, 0,
     NULL, "tre_ngay_sinh"},
    {"a disabled child: free", "2.001263",
     "{'quan_he_voi_tre':'khac','tre_ngay_sinh':'2020-01-01','tre_suc_khoe':'khuyet_tat',"
     "'tinh_trang_hon_nhan':'doc_than'}", AT_THE_COUNTER, "special", "30d", 0, NULL, NULL},
    {"a copy from the book, free", "2.000908", "{}", AT_THE_COUNTER, "holder", "same-day:15:00", 0,
     "-giay_to_quan_he", NULL},
    {"a relative proves the kinship", "2.000908",
     "{'tu_cach':'than_thich','biet_ngay':'nam','nam_cap_tu':'1999','nam_cap_den':'2001',"
     "'cach_nhan':'buu_chinh'}", AT_THE_COUNTER, "on_behalf", "same-day:15:00", 0,
     "giay_to_quan_he", NULL},
    {"years in the wrong order", "2.000908",
     "{'biet_ngay':'nam','nam_cap_tu':'2002','nam_cap_den':'2001'}", AT_THE_COUNTER, NULL, NULL, 0,
     NULL, "nam_cap_den"},
    {"the book is with another agency", "2.000908", "{'co_quan_giu_so':'khac'}", AT_THE_COUNTER,
     NULL, NULL, 0, NULL, "co_quan_giu_so"},
    /* household business */
    {"a new name online is free", "2.000720", "{}", ONLINE_, "other", "3wd", 0, "-hop_dong", NULL},
    {"a new name on paper: 100,000", "2.000720", "{}", AT_THE_COUNTER, "other", "3wd", 100000,
     NULL, NULL},
    {"a new seat", "2.000720", "{'thay_tru_so':'co'}", ONLINE_, "moved", "3wd", 0, NULL, NULL},
    {"a business that is sold: the contract", "2.000720",
     "{'thay_chu_ho':'co','chu_moi_han_che':'khong'}", AT_THE_COUNTER, "owner", "3wd", 100000,
     "hop_dong", NULL},
    {"one business a person", "2.000720", "{'thay_chu_ho':'co','chu_moi_han_che':'co'}",
     AT_THE_COUNTER, NULL, NULL, 0, NULL, "chu_moi_han_che"},
    {"nothing changes", "2.000720", "{'thay_ten':'khong'}", AT_THE_COUNTER, NULL, NULL, 0, NULL,
     "thay_chu_ho"},
    {"a name without its first words", "2.000720", "{'ten_moi':'Phở Thìn'}", AT_THE_COUNTER, NULL,
     NULL, 0, NULL, "ten_moi"},
    {"a pause", "1.001570", "{}", AT_THE_COUNTER, "pause", "3wd", 0, "-bien_ban_hop", NULL},
    {"a family decides together", "1.001570", "{'chu_the':'ho_gia_dinh','loai_viec':'tiep_tuc'}",
     AT_THE_COUNTER, "resume", "3wd", 0, "bien_ban_hop", NULL},
    {"a pause that ends before it begins", "1.001570", "{'ngung_den':'2026-11-30'}",
     AT_THE_COUNTER, NULL, NULL, 0, NULL, "ngung_den"},
    {"the end of a business", "1.001266", "{}", AT_THE_COUNTER, "individual", "3wd", 0, NULL,
     NULL},
    {"an heir proves the inheritance", "1.001266", "{'tu_cach':'thua_ke'}", AT_THE_COUNTER, "heir",
     "3wd", 0, "giay_thua_ke", NULL},
    {"first the tax office", "1.001266", "{'thue':'chua'}", AT_THE_COUNTER, NULL, NULL, 0, NULL,
     "thue"},
    {"a lost certificate", "2.000575", "{}", AT_THE_COUNTER, "reissue", "3wd", 100000, "-gcn_cu",
     NULL},
    {"a torn one is handed back", "2.000575", "{'tinh_trang':'rach'}", ONLINE_, "reissue", "3wd",
     0, "gcn_cu", NULL},
    {"a mistake of the agency costs nothing", "2.000575", "{'loai_cap':'hieu_dinh'}",
     AT_THE_COUNTER, "correction", "3wd", 0, "gcn_cu", NULL},
    /* building permits */
    {"repair of a house: 7 working days", "1.013229", "{}", AT_THE_COUNTER, "house", "7wd", 75000,
     "bao_cao_kiem_dinh", NULL},
    {"repair of other works: 10", "1.013229", "{'loai_cong_trinh':'cong_trinh'}", AT_THE_COUNTER,
     "works", "10wd", 150000, NULL, NULL},
    {"a house under protection: consent", "1.013229", "{'di_tich':'bao_ton'}", AT_THE_COUNTER,
     "heritage_house", "7wd", 75000, "chap_thuan_di_tich", NULL},
    {"a first extension: 15,000", "1.013227", "{}", AT_THE_COUNTER, "first", "5wd", 15000, NULL,
     NULL},
    {"the second is the last", "1.013227", "{'so_lan':'1'}", AT_THE_COUNTER, "second", "5wd",
     15000, NULL, NULL},
    {"no third extension", "1.013227", "{'so_lan':'2'}", AT_THE_COUNTER, NULL, NULL, 0, NULL,
     "so_lan"},
    {"an expired permit", "1.013227", "{'gp_het_han':'2026-11-21'}", AT_THE_COUNTER, NULL, NULL, 0,
     NULL, "gp_het_han"},
    /* residence */
    {"a parent has died", "1.003197", "{}", AT_THE_COUNTER, "death", "5wd", 0,
     "-giay_to_chung_minh", NULL},
    {"absent for 13 months", "1.003197",
     "{'ly_do_xoa':'vang_mat','vang_tu':'2025-10-20','vang_ly_do':'binh_thuong'}", AT_THE_COUNTER,
     "absent", "5wd", 0, NULL, NULL},
    {"absent for 11 months", "1.003197",
     "{'ly_do_xoa':'vang_mat','vang_tu':'2025-12-20','vang_ly_do':'binh_thuong'}", AT_THE_COUNTER,
     NULL, NULL, 0, NULL, "vang_tu"},
    {"the flat is given up", "1.010028", "{}", AT_THE_COUNTER, "person", "2wd", 0, "-danh_sach",
     NULL},
    {"a landlord sends a list", "1.010028", "{'hinh_thuc':'danh_sach'}", AT_THE_COUNTER, "by_list",
     "2wd", 0, "danh_sach", NULL},
    {"absent for 5 months only", "1.010028", "{'ly_do_xoa':'vang_mat','vang_tu':'2026-06-22'}",
     AT_THE_COUNTER, NULL, NULL, 0, NULL, "vang_tu"},
    {"away for a year", "1.003677", "{}", AT_THE_COUNTER, "long", "1wd", 0, "-van_ban_dong_y",
     NULL},
    {"on bail: the supervisor agrees", "1.003677", "{'doi_tuong':'tu_phap'}", AT_THE_COUNTER,
     "supervised", "2wd", 0, "van_ban_dong_y", NULL},
    {"back before leaving", "1.003677", "{'di_den':'2026-11-30'}", AT_THE_COUNTER, NULL, NULL, 0,
     NULL, "di_den"},
    {"a household split online: 5,000", "1.010038", "{}", ONLINE_, "consent", "5wd", 5000,
     "-giay_to_ly_hon", NULL},
    {"at the counter: 10,000", "1.010038", "{'chu_ho_dong_y':'van_ban'}", AT_THE_COUNTER,
     "consent", "5wd", 10000, "van_ban_dong_y", NULL},
    {"of a poor household: free", "1.010038", "{}", CHANNEL_DIRECT, POOR, "consent", "5wd", 0,
     NULL, NULL},
    {"after a divorce nobody is asked", "1.010038", "{'ly_do_tach':'ly_hon'}", AT_THE_COUNTER,
     "divorce", "5wd", 10000, "giay_to_ly_hon", NULL},
    {"the head of the household refuses", "1.010038", "{'chu_ho_dong_y':'khong'}", AT_THE_COUNTER,
     NULL, NULL, 0, NULL, "chu_ho_dong_y"},
    /* social protection, trees */
    {"disability, the first time", "1.001699", "{}", AT_THE_COUNTER, "first", "25wd", 0,
     "-ket_luan_giam_dinh", NULL},
    {"a child of 3", "1.001699",
     "{'khai_cho':'nguoi_khac','kt_ngay_sinh':'2023-05-10','nhom_tuoi':'duoi_6'}", AT_THE_COUNTER,
     "child", "25wd", 0, NULL, NULL},
    {"an adult is no child", "1.001699", "{'nhom_tuoi':'duoi_6'}", AT_THE_COUNTER, NULL, NULL, 0,
     NULL, "nhom_tuoi"},
    {"a lost certificate of disability", "1.001653", "{}", AT_THE_COUNTER, "lost", "5wd", 0,
     "-giay_cu", NULL},
    {"a torn one is exchanged", "1.001653", "{'loai':'doi_hong'}", AT_THE_COUNTER, "damaged",
     "5wd", 0, "giay_cu", NULL},
    {"a very severe disability", "1.001776", "{}", AT_THE_COUNTER, "disabled", "10wd", 0,
     "giay_khuyet_tat", NULL},
    {"a light one brings no allowance", "1.001776", "{'kt_muc':'nhe'}", AT_THE_COUNTER, NULL, NULL,
     0, NULL, "kt_muc"},
    {"a single parent", "1.001776", "{'nhom':'don_than'}", AT_THE_COUNTER, "new", "10wd", 0,
     "-giay_khuyet_tat", NULL},
    {"the allowance stops", "1.001776", "{'viec':'thoi'}", AT_THE_COUNTER, "stop", "10wd", 0, NULL,
     NULL},
    {"a dangerous tree: 10 working days", "1.002693", "{}", AT_THE_COUNTER, "normal", "10wd", 0,
     "-y_kien_bao_ton", NULL},
    {"an old tree: 20", "1.002693", "{'bao_ton':'co'}", AT_THE_COUNTER, "protected", "20wd", 0,
     "y_kien_bao_ton", NULL},
    {"trees of a project", "1.002693", "{'ly_do':'du_an'}", AT_THE_COUNTER, "project", "10wd", 0,
     "van_ban_du_an", NULL},
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
