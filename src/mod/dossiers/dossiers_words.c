/* Names and words of the small enums. */
#include <stddef.h>

#include "mod/dossiers/dossiers_inside.h"

struct word { const char *name, *word; };

static const struct word CHANNEL[] = {
    [CHANNEL_DIRECT] = {N_("Trực tiếp"), "direct"},
    [CHANNEL_ONLINE] = {N_("Trực tuyến"), "online"},
    [CHANNEL_POSTAL] = {N_("Bưu chính công ích"), "postal"},
};
static const struct word DELIVERY[] = {
    [DELIVER_DESK]   = {N_("Nhận tại Bộ phận Một cửa"), "desk"},
    [DELIVER_POST]   = {N_("Nhận qua bưu chính"), "post"},
    [DELIVER_ONLINE] = {N_("Nhận bản điện tử"), "online"},
};
static const struct word OUTCOME[] = {
    [OUTCOME_NONE]      = {N_("Chưa có kết quả"), "none"},
    [OUTCOME_GRANTED]   = {N_("Đồng ý giải quyết"), "granted"},
    [OUTCOME_REFUSED]   = {N_("Từ chối giải quyết"), "refused"},
    [OUTCOME_WITHDRAWN] = {N_("Người nộp rút hồ sơ"), "withdrawn"},
    [OUTCOME_STOPPED]   = {N_("Dừng giải quyết"), "stopped"},
};
static const struct word TIMING[] = {
    [TIMING_OPEN]    = {N_("Chưa xong"), "open"},
    [TIMING_EARLY]   = {N_("Trước hạn"), "early"},
    [TIMING_ON_TIME] = {N_("Đúng hạn"), "on_time"},
    [TIMING_LATE]    = {N_("Quá hạn"), "late"},
};

static const struct word *
of(const struct word *table, size_t n, int64_t i)
{
    static const struct word NONE = {"", ""};

    return i >= 0 && (size_t)i < n && table[i].name ? &table[i] : &NONE;
}

#define WORDS(enumeration, prefix, TABLE)                                                         \
    const char *prefix##_name(enumeration i)                                                      \
    {                                                                                             \
        return of(TABLE, sizeof TABLE / sizeof *TABLE, (int64_t)i)->name;                         \
    }                                                                                             \
    const char *prefix##_word(enumeration i)                                                      \
    {                                                                                             \
        return of(TABLE, sizeof TABLE / sizeof *TABLE, (int64_t)i)->word;                         \
    }

WORDS(int, dossiers_channel, CHANNEL)
WORDS(int, dossiers_delivery, DELIVERY)
WORDS(enum outcome, dossiers_outcome, OUTCOME)
WORDS(enum timing, dossiers_timing, TIMING)
