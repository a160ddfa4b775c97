/* The sets of forms, and the numbers of what is printed. */
#include "mod/results/results_forms.h"

#include <string.h>

#include "base/po.h"
#include "db/db.h"
#include "mod/results/results_forms_sql.h"

enum { TT01 = 17858 /* 23/11/2018 */, TT03 = 20270 /* 01/07/2025 */ };

/* Titles are printed in Vietnamese whatever the language of the page: the law says so. */
/* clang-format off */
static const struct form_set SETS[] = {
    {TT03, "Thông tư 03/2025/TT-VPCP", "Trung tâm Phục vụ hành chính công",
     "và đề nghị gia hạn thời gian giải quyết, hẹn trả kết quả vào: ", {
        [FORM_RECEIPT] = {"01", "Giấy tiếp nhận hồ sơ\nvà hẹn trả kết quả", "/TNHS"},
        [FORM_SUPPLEMENT] = {"02", "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", "/HDHS"},
        [FORM_REFUSAL] = {"03", "Phiếu từ chối tiếp nhận, giải quyết hồ sơ", "/TCTN"},
        [FORM_APOLOGY] = {"04", "Văn bản xin lỗi và đề nghị\ngia hạn thời gian giải quyết", "/PXL"},
        [FORM_STOP] = {"05", "Thông báo dừng giải quyết hồ sơ", "/TBD"},
        [FORM_CONTROL] = {"06", "Phiếu kiểm soát quá trình giải quyết hồ sơ", ""},
        [FORM_REGISTER] = {"07", "Sổ theo dõi hồ sơ", ""},
    }},
    {TT01, "Thông tư 01/2018/TT-VPCP", "Bộ phận Tiếp nhận và Trả kết quả",
     "và sẽ trả kết quả giải quyết hồ sơ vào: ", {
        [FORM_RECEIPT] = {"01", "Giấy tiếp nhận hồ sơ\nvà hẹn trả kết quả", "/TNHS"},
        [FORM_SUPPLEMENT] = {"02", "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", "/HDHS"},
        [FORM_REFUSAL] = {"03", "Phiếu từ chối giải quyết hồ sơ", "/TCTN"},
        [FORM_APOLOGY] = {"04", "Phiếu xin lỗi và hẹn lại ngày trả kết quả", "/PXL"},
        [FORM_CONTROL] = {"05", "Phiếu kiểm soát quá trình giải quyết hồ sơ", ""},
        [FORM_REGISTER] = {"06", "Sổ theo dõi hồ sơ", ""},
    }},
};
/* clang-format on */
enum { SETS_N = sizeof SETS / sizeof *SETS };

const struct form_set *
results_forms(day received)
{
    for (size_t i = 0; i < SETS_N; i++)
        if (received >= SETS[i].from)
            return &SETS[i];
    return &SETS[SETS_N - 1];
}

enum form
results_form_by_number(const struct form_set *s, const char *number)
{
    for (int f = 0; f < FORM__COUNT; f++)
        if (s->forms[f].number && strcmp(s->forms[f].number, number) == 0)
            return (enum form)f;
    return FORM__COUNT;
}

const char *
results_day(struct ctx *c, day d)
{
    struct ymd v = date_ymd(d);

    return arena_fmt(c->a, "ngày %02d tháng %02d năm %d", v.d, v.m, v.y);
}

const char *
results_form_label(struct ctx *c, const struct form_set *set, enum form form,
                   const struct form_number *n)
{
    return n->seq ? arena_fmt(c->a, "%02" PRId64 "%s", n->seq, set->forms[form].suffix) : "";
}

/* --- numbers --- */

int
results_form_number(struct ctx *c, const struct form_key *k, struct form_number *out)
{
    return form_sql_find(c, k, out);
}

int
results_form_give(struct ctx *c, const struct form_key *k, int64_t agency, day on,
                  struct form_number *out)
{
    int rc = form_sql_find(c, k, out);

    if (rc < 0 || out->seq)
        return rc;
    *out = (struct form_number){.year = date_ymd(on).y, .given_at = c->now};
    if ((out->seq = form_sql_next(c, agency, k->form, out->year)) <= 0)
        return c->err.rc;
    return form_sql_add(c, k, agency, out);
}

int
results_forms_verify(struct ctx *c, void (*say)(void *to, const char *line), void *to,
                     int64_t *found)
{
    struct form_gaps gaps;
    int rc = form_sql_gaps(c, &gaps);

    for (size_t i = 0; i < gaps.n; i++) {
        const struct form_gap *g = &gaps.p[i];

        say(to,
            arena_fmt(c->a,
                      "forms%s of agency %" PRId64 ", %" PRId64 ": %" PRId64
                      " numbers were taken, %" PRId64 " papers have one, the highest is %" PRId64,
                      SETS[0].forms[g->form].suffix, g->agency, g->year, g->last, g->n,
                      g->highest));
    }
    *found += (int64_t)gaps.n;
    return rc;
}
