#include "mod/results/results.h"

#include <string.h>

#include "base/po.h"
#include "results_sheet.page.h"

enum { TT01 = 17858 /* 23/11/2018 */, TT03 = 20270 /* 01/07/2025 */ };

/* Titles are printed in Vietnamese whatever the language of the page: the law says so. */
static const struct form_set SETS[] = {
    {TT03, "Thông tư 03/2025/TT-VPCP", {
        [FORM_RECEIPT] = {"01", "Giấy tiếp nhận hồ sơ và hẹn trả kết quả", "/TNHS"},
        [FORM_SUPPLEMENT] = {"02", "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", "/HDHS"},
        [FORM_REFUSAL] = {"03", "Phiếu từ chối tiếp nhận, giải quyết hồ sơ", "/TCTN"},
        [FORM_APOLOGY] = {"04", "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết", "/PXL"},
        [FORM_STOP] = {"05", "Thông báo dừng giải quyết hồ sơ", "/TBD"},
        [FORM_CONTROL] = {"06", "Phiếu kiểm soát quá trình giải quyết hồ sơ", ""},
        [FORM_REGISTER] = {"07", "Sổ theo dõi hồ sơ", ""},
    }},
    {TT01, "Thông tư 01/2018/TT-VPCP", {
        [FORM_RECEIPT] = {"01", "Giấy tiếp nhận hồ sơ và hẹn trả kết quả", "/TNHS"},
        [FORM_SUPPLEMENT] = {"02", "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", "/HDHS"},
        [FORM_REFUSAL] = {"03", "Phiếu từ chối giải quyết hồ sơ", "/TCTN"},
        [FORM_APOLOGY] = {"04", "Phiếu xin lỗi và hẹn lại ngày trả kết quả", "/PXL"},
        [FORM_CONTROL] = {"05", "Phiếu kiểm soát quá trình giải quyết hồ sơ", ""},
        [FORM_REGISTER] = {"06", "Sổ theo dõi hồ sơ", ""},
    }},
};
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

int
results_sheet(struct ctx *c, const struct sheet *s)
{
    return page_results_sheet(c, s);
}
