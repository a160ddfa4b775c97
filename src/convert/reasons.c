/* Why a file is refused: the word for log, counters and tests; what the person is told to do. */
#include <string.h>

#include "convert/wire.h"

static const struct convert_reason REASONS[] = {
    {"damaged", CONVERT_REFUSED,
     N_("Tệp bị hỏng nên không đọc được. Hãy chụp hoặc quét lại rồi gửi lại.")},
    {"empty", CONVERT_REFUSED, N_("Tệp trống, không có nội dung. Hãy chọn lại tệp.")},
    {"unknown", CONVERT_REFUSED,
     N_("Loại tệp này không nhận được. Hãy gửi ảnh chụp (JPEG, PNG, HEIC) hoặc tệp PDF.")},
    {"office", CONVERT_REFUSED,
     N_("Đây là tệp văn phòng (Word, Excel...). Hãy mở tệp, chọn Lưu thành PDF rồi gửi tệp PDF.")},
    {"archive", CONVERT_REFUSED,
     N_("Đây là tệp nén. Hãy giải nén rồi gửi từng giấy tờ dạng ảnh hoặc PDF.")},
    {"program", CONVERT_REFUSED,
     N_("Đây là tệp chương trình, không phải giấy tờ. Hãy gửi ảnh chụp hoặc tệp PDF.")},
    {"markup", CONVERT_REFUSED,
     N_("Đây là trang web hoặc văn bản thường. Hãy in trang đó ra tệp PDF rồi gửi.")},
    {"polyglot", CONVERT_REFUSED,
     N_("Tệp chứa lẫn nội dung của một loại tệp khác nên không an toàn. Hãy chụp hoặc quét lại "
        "giấy tờ rồi gửi tệp mới.")},
    {"too-wide", CONVERT_REFUSED,
     N_("Ảnh có kích thước quá lớn. Hãy chụp lại bằng điện thoại hoặc quét ở 200-300 dpi.")},
    {"too-small", CONVERT_REFUSED,
     N_("Ảnh quá nhỏ nên không đọc được chữ. Hãy chụp lại gần hơn, rõ nét hơn.")},
    {"too-long", CONVERT_REFUSED,
     N_("Tệp có quá nhiều trang. Hãy tách thành nhiều tệp, mỗi tệp không quá 500 trang.")},
    {"too-large", CONVERT_REFUSED,
     N_("Tệp quá lớn. Hãy quét lại ở 200-300 dpi hoặc tách thành nhiều tệp.")},
    {"encrypted", CONVERT_REFUSED,
     N_("Tệp PDF có mật khẩu. Hãy bỏ mật khẩu (in ra PDF mới) rồi gửi lại.")},
    {"truncated", CONVERT_REFUSED,
     N_("Tệp chưa tải lên đủ hoặc bị cắt mất phần cuối. Hãy gửi lại tệp đầy đủ.")},
    {"launch", CONVERT_REFUSED,
     N_("Tệp PDF có lệnh mở chương trình khác nên không an toàn. Hãy in ra PDF mới rồi gửi lại.")},
    {"xfa", CONVERT_REFUSED,
     N_("Tệp PDF là biểu mẫu động (XFA), chỉ một vài phần mềm đọc được. Hãy in ra PDF mới rồi gửi "
        "lại.")},
    {"bomb", CONVERT_REFUSED,
     N_("Tệp nở ra quá lớn khi mở nên không an toàn. Hãy quét lại giấy tờ rồi gửi tệp mới.")},
    {"crashed", CONVERT_REFUSED,
     N_("Tệp có lỗi làm hỏng chương trình đọc. Hãy chụp hoặc quét lại rồi gửi lại.")},
    {"overtime", CONVERT_REFUSED,
     N_("Tệp quá phức tạp, đọc mãi không xong. Hãy quét lại ở 200-300 dpi hoặc tách nhỏ tệp.")},
    {"overmemory", CONVERT_REFUSED,
     N_("Tệp cần quá nhiều bộ nhớ để mở. Hãy quét lại ở 200-300 dpi hoặc tách nhỏ tệp.")},
    {"no-page", CONVERT_REFUSED, N_("Tệp không có trang này.")},
    {"not-pdf", CONVERT_REFUSED, N_("Chỉ tách được trang của tệp PDF.")},
    {"missing", CONVERT_FAILED,
     N_("Máy chủ chưa cài phần chuyển đổi giấy tờ. Giấy tờ được giữ nguyên và chuyển đổi sau.")},
    {"busy", CONVERT_FAILED,
     N_("Đang có nhiều giấy tờ chờ chuyển đổi. Giấy tờ được giữ nguyên và chuyển đổi sau.")},
    {"restarted", CONVERT_FAILED,
     N_("Phần chuyển đổi giấy tờ vừa khởi động lại. Giấy tờ được giữ nguyên và chuyển đổi sau.")},
    {"machine", CONVERT_FAILED,
     N_("Máy chủ chưa chuyển đổi được giấy tờ. Giấy tờ được giữ nguyên và chuyển đổi sau.")},
    {"no-language", CONVERT_FAILED,
     N_("Máy chủ chưa cài phần nhận dạng chữ tiếng Việt.")},
    {"", CONVERT_DONE, ""},
};

const struct convert_reason *
convert_reason(const char *why)
{
    for (size_t i = 0; i < sizeof REASONS / sizeof *REASONS; i++)
        if (strcmp(REASONS[i].why, why) == 0)
            return &REASONS[i];
    return &REASONS[0];
}
