/* One value, one field: every kind has a function that makes the canonical value or names the
 * fault. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "base/po.h"
#include "base/utf8.h"
#include "base/vi.h"
#include "mod/eforms/eforms_check.h"

enum { TEXT_MAX = 1000, TEXTAREA_MAX = 10000, MATCH_LIMIT = 100000, STREET_MAX = 200 };

int
eforms_fault(struct check *k, const struct eform_field *f, const char *name, const char *say)
{
    return fail_labelled(k->c, name, f->label, say);
}

static json_t *
refuse(struct check *k, const struct eform_field *f, const char *name, const char *say)
{
    eforms_fault(k, f, name, say);
    return NULL;
}

static bool
matches(const struct eform_field *f, const char *s)
{
    pcre2_match_data *m = pcre2_match_data_create(1, NULL);
    pcre2_match_context *limits = pcre2_match_context_create(NULL);
    int rc;

    pcre2_set_match_limit(limits, MATCH_LIMIT);
    pcre2_set_depth_limit(limits, 1000);
    rc = pcre2_match(f->re, (PCRE2_SPTR)s, strlen(s), 0, 0, m, limits);
    pcre2_match_context_free(limits);
    pcre2_match_data_free(m);
    return rc >= 0;
}

/* Telephones and the like are typed with spaces and dots for the eye. */
static char *
without_spaces(struct arena *a, const char *s)
{
    char *out = arena_get(a, strlen(s) + 1), *p = out;

    for (; *s; s++)
        if (*s != ' ' && *s != '.' && *s != '-')
            *p++ = *s;
    return out;
}

static json_t *
check_length(struct check *k, const struct eform_field *f, const char *name, const char *s,
             int64_t most)
{
    int64_t n = (int64_t)utf8_length(s), max = f->max_length ? f->max_length : most;

    if (n < f->min_length)
        return refuse(k, f, name,
                      trf(k->c, N_("Hãy viết ít nhất {0} ký tự"),
                          number_vi(k->c->a, f->min_length)));
    if (n > max)
        return refuse(k, f, name,
                      trf(k->c, N_("Hãy viết ngắn hơn, nhiều nhất {0} ký tự"),
                          number_vi(k->c->a, max)));
    if (f->re && !matches(f, s))
        return refuse(k, f, name, *f->message ? f->message : N_("Nội dung chưa đúng mẫu yêu cầu"));
    return json_string(s);
}

static json_t *
check_text(struct check *k, const struct eform_field *f, const char *name, const char *s)
{
    char phone[12];

    if (f->input == INPUT_TEL) {
        s = without_spaces(k->c->a, s);
        if (!f->re && !vi_phone(s, phone))
            return refuse(k, f, name, N_("Số điện thoại gồm 10 chữ số, bắt đầu bằng 0"));
        if (!f->re)
            s = arena_str(k->c->a, phone);
    } else {
        s = vi_tidy(k->c->a, s);
    }
    if (f->input == INPUT_EMAIL && !vi_email(s))
        return refuse(k, f, name, N_("Thư điện tử viết như ten@vidu.vn"));
    return check_length(k, f, name, s, TEXT_MAX);
}

/* 1.500.000: one to three digits, then groups of three. */
static bool
grouped(const char *s)
{
    size_t n = strspn(s, "0123456789");

    if (n < 1 || n > 3)
        return false;
    for (s += n; *s == '.'; s += 4)
        if (strspn(s + 1, "0123456789") != 3)
            return false;
    return !*s;
}

bool
eforms_number(struct arena *a, const struct eform_field *f, const char *s, double *out)
{
    bool thousands = f->decimals == 0 && grouped(s);
    char *plain = thousands ? without_spaces(a, s) : arena_str(a, s), *end;

    for (char *p = plain; *p; p++) /* a Vietnamese decimal comma */
        if (*p == ',')
            *p = '.';
    errno = 0;
    *out = strtod(plain, &end);
    return !errno && *plain && !*end && strspn(plain, "0123456789.-") == strlen(plain);
}

/* 1.000.000, not 1e+06 */
static const char *
bound_text(struct arena *a, double v)
{
    return v == floor(v) ? number_vi(a, (int64_t)v) : arena_fmt(a, "%g", v);
}

static json_t *
check_number(struct check *k, const struct eform_field *f, const char *name, const json_t *raw,
             const char *s)
{
    double v = json_number_value(raw);

    if (!json_is_number(raw) && !eforms_number(k->c->a, f, s, &v))
        return refuse(k, f, name, N_("Hãy viết bằng chữ số"));
    if (!isfinite(v) || fabs(v) > 1e15)
        return refuse(k, f, name, N_("Số này quá lớn"));
    if (f->decimals == 0 && v != floor(v))
        return refuse(k, f, name, N_("Hãy viết số nguyên, không có phần lẻ"));
    if (f->has_min && v < f->min)
        return refuse(k, f, name,
                      trf(k->c, N_("Không nhỏ hơn {0}"), bound_text(k->c->a, f->min)));
    if (f->has_max && v > f->max)
        return refuse(k, f, name,
                      trf(k->c, N_("Không lớn hơn {0}"), bound_text(k->c->a, f->max)));
    return v == floor(v) ? json_integer((json_int_t)v) : json_real(v);
}

/* "2026-01-31", "today", "today-18y", "today+6m", "today-3d" */
static bool
bound_day(const char *word, day today, day *out)
{
    char *end;
    long n;

    if (strncmp(word, "today", 5) != 0)
        return date_parse(word, out);
    *out = today;
    if (!word[5])
        return true;
    n = strtol(word + 5, &end, 10);
    if (*end == 'y' || *end == 'm')
        *out = date_add_months(today, (int)n * (*end == 'y' ? 12 : 1));
    else
        *out = today + (day)n;
    return true;
}

static json_t *
check_date(struct check *k, const struct eform_field *f, const char *name, const char *s)
{
    struct arena *a = k->c->a;
    int64_t moment = 0;
    day d, bound;

    if (f->enable_time) {
        if (!date_parse_moment(arena_strn(a, s, strnlen(s, 16)), &moment))
            return refuse(k, f, name, N_("Hãy ghi ngày và giờ, ví dụ 2026-11-22T14:05"));
        d = vn_day(moment);
    } else if (!date_parse(s, &d) && !date_parse_vi(s, &d)) {
        return refuse(k, f, name, N_("Ngày chưa đúng, hãy ghi như 22/11/2026"));
    }
    if (*f->min_date && bound_day(f->min_date, k->today, &bound) && d < bound)
        return refuse(k, f, name,
                      *f->message ? f->message
                                  : trf(k->c, N_("Không trước ngày {0}"), date_vi(a, bound)));
    if (*f->max_date && bound_day(f->max_date, k->today, &bound) && d > bound)
        return refuse(k, f, name,
                      *f->message ? f->message
                                  : trf(k->c, N_("Không sau ngày {0}"), date_vi(a, bound)));
    return json_string(f->enable_time ? moment_iso(a, moment) : date_iso(a, d));
}

static json_t *
check_choice(struct check *k, const struct eform_field *f, const char *name, const char *s)
{
    struct eform_choices list = eforms_choices(f, k->lists);

    for (size_t i = 0; i < list.n; i++)
        if (strcmp(list.p[i].value, s) == 0)
            return json_string(s);
    return refuse(k, f, name, N_("Hãy chọn một mục có trong danh sách"));
}

static json_t *
check_checkbox(struct check *k, const struct eform_field *f, const char *name, const json_t *raw)
{
    const char *s = json_string_value(raw);

    if (json_is_true(raw) ||
        (s && (strcmp(s, "true") == 0 || strcmp(s, "on") == 0 || strcmp(s, "1") == 0)))
        return json_true();
    if (json_is_false(raw) || (s && strcmp(s, "false") == 0))
        return f->required
                   ? refuse(k, f, name, *f->message ? f->message : N_("Hãy đánh dấu vào ô này"))
                   : json_false();
    return refuse(k, f, name, N_("Ô này chỉ có thể được đánh dấu hoặc để trống"));
}

static bool
listed(struct eform_choices list, const char *value)
{
    for (size_t i = 0; i < list.n; i++)
        if (strcmp(list.p[i].value, value) == 0)
            return true;
    return false;
}

static const char *
part(struct check *k, const json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));

    return s ? vi_tidy(k->c->a, s) : "";
}

/* Communes of Hanoi are chosen from the list; elsewhere they are written. */
static const char *
check_commune(struct check *k, const struct eform_field *f, const char *name, const json_t *o,
              bool hanoi)
{
    const char *commune = part(k, o, "commune"), *other = part(k, o, "commune_other");

    if (!hanoi && *other)
        commune = other;
    if (hanoi ? !listed(k->lists ? k->lists->communes : (struct eform_choices){0}, commune)
              : !*commune || utf8_length(commune) > 100) {
        eforms_fault(k, f, arena_fmt(k->c->a, "%s.commune", name),
                     N_("Hãy chọn hoặc ghi xã, phường"));
        return NULL;
    }
    return commune;
}

static json_t *
check_address(struct check *k, const struct eform_field *f, const char *name, const json_t *raw)
{
    const char *province = f->hanoi_only ? "01" : part(k, raw, "province"), *commune,
               *street = part(k, raw, "street");
    size_t before = k->c->faults.n;

    if (!json_is_object(raw))
        return refuse(k, f, name, N_("Địa chỉ gồm tỉnh, xã và số nhà"));
    if (!listed(EFORMS_PROVINCES, province))
        eforms_fault(k, f, arena_fmt(k->c->a, "%s.province", name), N_("Hãy chọn tỉnh, thành phố"));
    commune = check_commune(k, f, name, raw, strcmp(province, "01") == 0);
    if (!*street || utf8_length(street) > STREET_MAX)
        eforms_fault(k, f, arena_fmt(k->c->a, "%s.street", name),
                     N_("Hãy ghi số nhà, đường hoặc thôn, tổ dân phố"));
    if (k->c->faults.n > before)
        return NULL;
    return json_pack("{s:s, s:s, s:s}", "province", province, "commune", commune, "street", street);
}

static json_t *
check_personal_number(struct check *k, const struct eform_field *f, const char *name, const char *s)
{
    s = without_spaces(k->c->a, s);
    if (!vi_personal_number(s))
        return refuse(k, f, name,
                      N_("Số định danh cá nhân gồm đúng 12 chữ số như trên thẻ căn cước"));
    return json_string(s);
}

json_t *
eforms_check_value(struct check *k, const struct eform_field *f, const char *name,
                   const json_t *raw)
{
    const char *s = json_string_value(raw);

    if (f->type == F_CHECKBOX)
        return check_checkbox(k, f, name, raw);
    if (f->type == F_ADDRESS)
        return check_address(k, f, name, raw);
    if (!s && !(f->type == F_NUMBER && json_is_number(raw)))
        return refuse(k, f, name, N_("Kiểu dữ liệu chưa đúng"));
    if (s && !utf8_clean(s, json_string_length(raw)))
        return refuse(k, f, name, N_("Có ký tự không dùng được, hãy gõ lại"));
    switch (f->type) {
    case F_TEXT: return check_text(k, f, name, s);
    case F_TEXTAREA: return check_length(k, f, name, vi_nfc(k->c->a, s), TEXTAREA_MAX);
    case F_NUMBER: return check_number(k, f, name, raw, s ? s : "");
    case F_DATE: return check_date(k, f, name, s);
    case F_SELECT:
    case F_RADIO: return check_choice(k, f, name, s);
    case F_PERSONAL_NUMBER: return check_personal_number(k, f, name, s);
    default: return refuse(k, f, name, N_("Không có trường này"));
    }
}
