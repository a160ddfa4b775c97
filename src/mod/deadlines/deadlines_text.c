/* The words of an answer: for the command, for pages, for printed forms. */
#include "base/buf.h"
#include "mod/deadlines/deadlines.h"

/* By enum why: the word of the command and the sentence for people. */
static const struct { const char *code, *say; } WHYS[WHY__COUNT] = {
    [WHY_RECEIVED] = {"received", N_("Ngày tiếp nhận hồ sơ, không tính vào thời hạn")},
    [WHY_COMPLETED] =
        {"completed",
         N_("Ngày hồ sơ được bổ sung đầy đủ, là ngày tiếp nhận mới, không tính vào thời hạn")},
    [WHY_WAITING] = {"waiting", N_("Tiếp nhận ngoài giờ làm việc, tính từ giờ mở cửa tiếp theo")},
    [WHY_VOID] = {"void",
                  N_("Không tính: thời hạn được tính lại từ khi hồ sơ được bổ sung đầy đủ")},
    [WHY_WORKED] = {"working_day", N_("Ngày làm việc, được tính")},
    [WHY_MAKEUP] = {"makeup_work", N_("Ngày làm bù, được tính như ngày làm việc")},
    [WHY_DAY] = {"day", N_("Được tính")},
    [WHY_HOURS] = {"hours", N_("Tính theo giờ, cả ngày và đêm")},
    [WHY_SAME_DAY] = {"same_day", N_("Nhận trước giờ quy định, trả kết quả trong ngày")},
    [WHY_WEEKEND] = {"weekend", N_("Ngày nghỉ cuối tuần, không tính")},
    [WHY_DESK] = {"desk",
                  N_("Bộ phận Một cửa có tiếp nhận hồ sơ nhưng không tính là ngày làm việc")},
    [WHY_HOLIDAY] = {"holiday", N_("Ngày nghỉ lễ, không tính")},
    [WHY_COMPENSATORY] = {"compensatory", N_("Ngày nghỉ bù, không tính")},
    [WHY_SWAP_OFF] = {"swap_off", N_("Ngày nghỉ hoán đổi, không tính")},
    [WHY_STOPPED] = {"stopped", N_("Tạm dừng tính thời hạn")},
    [WHY_CLOSED] = {"closed", N_("Tiếp nhận sau giờ làm việc, tính từ ngày làm việc tiếp theo")},
    [WHY_ROLLED] =
        {"rolled", N_("Ngày cuối của thời hạn là ngày nghỉ nên hạn chuyển sang ngày làm việc này")},
    [WHY_AFTER_STOP] =
        {"after_stop",
         N_("Không còn ngày nào sau khi tạm dừng nên hạn là ngày làm việc đầu tiên sau đó")},
};


const char *
why_vi(enum why w)
{
    return WHYS[w].say;
}

const char *
why_code(enum why w)
{
    return WHYS[w].code;
}

char *
due_iso(struct arena *a, const struct due *d)
{
    return d->by_minute ? moment_iso(a, d->at) : date_iso(a, d->day);
}

char *
due_vi(struct arena *a, const struct due *d)
{
    return d->by_minute ? moment_vi(a, d->at) : date_vi(a, d->day);
}

/* "120/480 min 08:00-10:00", or "1/3"; nothing for a limit of the same day. */
static void
count_text(struct buf *b, const struct due *d, const struct day_note *note)
{
    if (d->total)
        buf_fmt(b, " %d/%d%s", note->sum, d->total, d->by_minute ? " min" : "");
    for (size_t i = 0; i < note->nspans; i++)
        buf_fmt(b, "%s%02d:%02d-%02d:%02d", i ? "," : " ", note->spans[i].from / 60,
                note->spans[i].from % 60, note->spans[i].to / 60, note->spans[i].to % 60);
}

char *
note_line(struct arena *a, const struct due *d, const struct day_note *note)
{
    struct buf b;

    buf_init(&b, a, 4096);
    buf_fmt(&b, "%s %c %s", date_iso(a, note->date), note->counted ? '+' : '-',
            why_code(note->why));
    count_text(&b, d, note);
    buf_fmt(&b, " | %s: %s", weekday_vi(date_weekday(note->date)), why_vi(note->why));
    if (*note->name)
        buf_fmt(&b, " (%s)", note->name);
    if (note == &d->days[d->ndays - 1])
        buf_str(&b, d->provisional
                        ? " | Hạn trả kết quả, tạm tính vì lịch nghỉ chưa công bố (provisional)"
                        : " | Hạn trả kết quả");
    return b.p;
}
