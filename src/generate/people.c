/* Names as they are met in Hanoi, by weight; numbers of the range that is kept for this. */
#include "generate/people.h"

#include <stdio.h>
#include <string.h>

#include "base/vi.h"

enum { WORDS_MAX = 64 };

struct word { const char *s; int weight; };
struct words {
    const struct word *p;
    int n, total;
    const char *fold[WORDS_MAX];
};

/* clang-format off */
static const struct word FAMILY[] = {
    {"Nguyễn", 360}, {"Trần", 110}, {"Lê", 90}, {"Phạm", 70}, {"Hoàng", 50}, {"Vũ", 45},
    {"Phan", 30}, {"Đặng", 30}, {"Bùi", 28}, {"Đỗ", 28}, {"Hồ", 13}, {"Ngô", 18}, {"Dương", 15},
    {"Lý", 7}, {"Đinh", 14}, {"Đào", 12}, {"Trịnh", 10}, {"Mai", 8}, {"Lương", 8}, {"Cao", 8},
    {"Đoàn", 8}, {"Lưu", 6}, {"Tạ", 6}, {"Chu", 5}, {"Kiều", 4}, {"Phùng", 5}, {"Khuất", 3},
    {"Nghiêm", 3}, {"Quách", 2}, {"Bạch", 2}, {"Tô", 3}, {"Tống", 2}};
static const struct word MIDDLE_M[] = {
    {"Văn", 230}, {"Minh", 70}, {"Đức", 70}, {"Quang", 60}, {"Hữu", 40}, {"Xuân", 35},
    {"Mạnh", 35}, {"Anh", 30}, {"Tuấn", 30}, {"Ngọc", 30}, {"Thanh", 30}, {"Quốc", 30},
    {"Trung", 20}, {"Hoàng", 20}, {"Gia", 20}, {"Đình", 25}, {"Công", 20}, {"Việt", 15},
    {"Tiến", 20}, {"Duy", 20}, {"Bá", 10}, {"Trọng", 12}, {"Khắc", 8}, {"Nhật", 8}};
static const struct word MIDDLE_F[] = {
    {"Thị", 280}, {"Thị Thu", 50}, {"Thị Thanh", 45}, {"Thị Hồng", 40}, {"Thị Minh", 35},
    {"Thị Ngọc", 35}, {"Thị Kim", 25}, {"Thị Phương", 25}, {"Thu", 35}, {"Ngọc", 35},
    {"Phương", 30}, {"Thanh", 25}, {"Minh", 25}, {"Hoàng", 12}, {"Khánh", 12}, {"Mai", 10},
    {"Quỳnh", 10}, {"Hải", 8}, {"Bảo", 8}, {"Diệu", 6}, {"Thùy", 12}, {"Hà", 8}};
static const struct word GIVEN_M[] = {
    {"Anh", 40}, {"Hùng", 38}, {"Dũng", 36}, {"Tuấn", 40}, {"Long", 32}, {"Nam", 36},
    {"Sơn", 32}, {"Hải", 32}, {"Minh", 34}, {"Thắng", 28}, {"Cường", 28}, {"Quân", 24},
    {"Đức", 28}, {"Huy", 28}, {"Hiếu", 26}, {"Kiên", 22}, {"Trung", 24}, {"Thành", 28},
    {"Toàn", 18}, {"Tùng", 22}, {"Việt", 20}, {"Phong", 20}, {"Phúc", 18}, {"Khánh", 16},
    {"Lâm", 14}, {"Bình", 18}, {"An", 12}, {"Hoàng", 20}, {"Vinh", 16}, {"Khoa", 12},
    {"Đạt", 18}, {"Tâm", 10}, {"Thái", 12}, {"Lộc", 8}, {"Quyết", 8}, {"Chiến", 12}};
static const struct word GIVEN_F[] = {
    {"Hương", 38}, {"Lan", 34}, {"Linh", 40}, {"Trang", 40}, {"Hà", 38}, {"Hằng", 32},
    {"Nga", 28}, {"Mai", 30}, {"Hoa", 28}, {"Thảo", 32}, {"Huyền", 30}, {"Yến", 24},
    {"Phương", 30}, {"Anh", 36}, {"Ngọc", 26}, {"Thủy", 28}, {"Oanh", 16}, {"Dung", 24},
    {"Vân", 26}, {"Nhung", 22}, {"Hiền", 24}, {"Chi", 16}, {"Giang", 16}, {"My", 12},
    {"Quỳnh", 16}, {"Tâm", 12}, {"Loan", 14}, {"Hạnh", 20}, {"Liên", 14}, {"Bích", 8},
    {"Diệp", 8}, {"Uyên", 8}, {"Ly", 10}, {"Châu", 10}, {"Ánh", 10}, {"Thơm", 6}};
static const struct word STREET[] = {
    {"phố Hàng Bài", 1}, {"phố Lý Thường Kiệt", 1}, {"phố Trần Hưng Đạo", 1}, {"phố Bà Triệu", 1},
    {"phố Huế", 1}, {"đường Giải Phóng", 1}, {"đường Láng", 1}, {"phố Cầu Giấy", 1},
    {"đường Xuân Thủy", 1}, {"đường Nguyễn Trãi", 1}, {"đường Trường Chinh", 1},
    {"phố Tôn Đức Thắng", 1}, {"đường Kim Mã", 1}, {"đường Lạc Long Quân", 1},
    {"phố Minh Khai", 1}, {"phố Bạch Mai", 1}, {"đường Nguyễn Văn Cừ", 1}, {"phố Ngọc Lâm", 1},
    {"đường Quang Trung", 1}, {"đường Tô Hiệu", 1}, {"phố Chùa Bộc", 1}, {"phố Thái Hà", 1},
    {"đường Hoàng Quốc Việt", 1}, {"đường Phạm Văn Đồng", 1}, {"đường Lê Văn Lương", 1},
    {"thôn Đông", 1}, {"thôn Đoài", 1}, {"thôn Trung", 1}, {"thôn Thượng", 1}, {"thôn Hạ", 1},
    {"xóm Đình", 1}, {"xóm Chợ", 1}, {"tổ dân phố số 5", 1}, {"tổ dân phố số 12", 1}};
static const char *const PROVINCE[] = {"001", "001", "001", "001", "001", "001", "030", "033",
                                       "034", "035", "036", "037", "038", "040", "019", "025"};
/* clang-format on */

#define WORDS(list) {list, sizeof(list) / sizeof *(list), 0, {NULL}}
static struct words family = WORDS(FAMILY), street = WORDS(STREET),
                    middle[2] = {WORDS(MIDDLE_M), WORDS(MIDDLE_F)},
                    given[2] = {WORDS(GIVEN_M), WORDS(GIVEN_F)};

static void
open_words(struct arena *a, struct words *w)
{
    w->total = 0;
    for (int i = 0; i < w->n; i++) {
        w->total += w->p[i].weight;
        w->fold[i] = vi_fold(a, w->p[i].s);
    }
}

void
people_open(struct arena *a)
{
    open_words(a, &family);
    open_words(a, &street);
    for (int i = 0; i < 2; i++) {
        open_words(a, &middle[i]);
        open_words(a, &given[i]);
    }
}

static int
pick(struct rng *r, const struct words *w)
{
    int64_t at = rng_below(r, w->total);
    int i = 0;

    while ((at -= w->p[i].weight) >= 0)
        i++;
    return i;
}

static char *
put(char *to, const char *s)
{
    size_t n = strlen(s);

    memcpy(to, s, n + 1);
    return to + n;
}

/* The words of `fold` from the last to the first, after '<'. */
static void
backwards(const char *fold, char *to)
{
    const char *end = fold + strlen(fold), *p;

    *to++ = '<';
    while (end > fold) {
        for (p = end; p > fold && p[-1] != ' ';)
            p--;
        memcpy(to, p, (size_t)(end - p));
        to += end - p;
        end = p > fold ? p - 1 : fold;
        if (end > fold)
            *to++ = ' ';
    }
    *to = '\0';
}

static void
name_fill(struct rng *r, int sex, struct person *out)
{
    int f = pick(r, &family), m = pick(r, &middle[sex]), g = pick(r, &given[sex]);
    char *p = put(out->name, family.p[f].s), *q = put(out->fold, family.fold[f]);

    p = put(put(put(put(p, " "), middle[sex].p[m].s), " "), given[sex].p[g].s);
    q = put(put(put(put(q, " "), middle[sex].fold[m]), " "), given[sex].fold[g]);
    backwards(out->fold, out->back);
}

void
street_fill(struct rng *r, char out[96])
{
    char number[16];

    snprintf(number, sizeof number, "Số %d ", 1 + (int)rng_below(r, 399));
    put(put(out, number), street.p[pick(r, &street)].s);
}

static void
digits(char *to, int64_t v, int n)
{
    for (to[n] = '\0'; n > 0; v /= 10)
        to[--n] = (char)('0' + v % 10);
}

static void
rest_fill(struct rng *r, int64_t mark, int year, struct person *out)
{
    out->phone[0] = '0', out->phone[1] = '9', out->phone[2] = out->phone[3] = '0';
    digits(out->phone + 4, mark % 1000000, 6);
    digits(put(out->email, "nguoidan"), mark % 10000000, 7);
    put(out->email + 15, "@example.vn");
    digits(out->birth, year, 4);
    out->birth[4] = out->birth[7] = '-';
    digits(out->birth + 5, 1 + rng_below(r, 12), 2);
    out->birth[7] = '-';
    digits(out->birth + 8, 1 + rng_below(r, 28), 2);
    street_fill(r, out->street);
}

static void
number_fill(const char *province, int sex, int year, int64_t serial, char out[16])
{
    put(out, province);
    out[3] = (char)('0' + (year >= 2000 ? 2 : 0) + sex);
    digits(out + 4, year % 100, 2);
    digits(out + 6, 900000 + serial % 100000, 6);
}

int64_t
citizen_of(int64_t q, int year, int sex)
{
    return 2 * (BORN_YEARS * q + year - BORN_FIRST) + sex;
}

void
citizen_fill(int64_t n, struct person *out)
{
    struct rng r = rng_of(0x6d6f74637561, 11, (uint64_t)n);
    int sex = (int)(n % 2), year = BORN_FIRST + (int)(n / 2 % BORN_YEARS);
    int64_t q = n / 2 / BORN_YEARS;

    name_fill(&r, sex, out);
    rest_fill(&r, n, year, out);
    number_fill(PROVINCE[q / 100000 % 16], sex, year, q, out->number);
}

void
person_fill(struct rng *r, int sex, int year, const char *prefix, struct person *out)
{
    if (sex == SEX_ANY)
        sex = (int)rng_below(r, 2);
    if (year == 0)
        year = 1960 + (int)rng_below(r, 40);
    name_fill(r, sex, out);
    rest_fill(r, rng_below(r, 10000000), year, out);
    number_fill("001", sex, year, rng_below(r, 100000), out->number);
    if (prefix)
        memcpy(out->number, prefix, 6);
}

void
officer_fill(struct rng *r, struct person *out)
{
    name_fill(r, (int)rng_below(r, 2), out);
}
