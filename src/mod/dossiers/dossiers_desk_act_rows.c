/* What each action asks for, what will happen, and its two routes. */
#include <string.h>

#include "http/route.h"
#include "mod/dossiers/dossiers_desk_act.h"

/* --- inputs: named as the members of struct event, so that a fault finds its field ------------ */

#define CODE {"code", K_DOSSIER_CODE, .required = true, .label = N_("Mã hồ sơ")}
#define VERSION {"v", K_INT, .required = true, .min = 1, .label = N_("Phiên bản hồ sơ")}
#define OF_DOSSIER CODE, VERSION
#define END {.kind = K_END}
#define NOTE(what) {"note", K_LINES, .max = 4000, .label = what}
#define MUST_NOTE(what) {"note", K_LINES, .required = true, .max = 4000, .label = what}
#define GROUND {"ground", K_TEXT, .required = true, .max = 500, .label = N_("Căn cứ pháp lý")}
#define REASON {"reason", K_CODE, .label = N_("Lý do")}
#define STEP(what) {"step", K_CODE, .label = what}
#define OFFICER(what, must) {"to_account", K_CODE, .required = must, .label = what}
#define UNTIL(what, must) {"moment", K_DATE, .required = must, .label = what}
#define NUMBER(what) {"number", K_TEXT, .max = 100, .label = what}
#define OPINION_OF {"opinion", K_INT, .max = 100000, .label = N_("Số của ý kiến")}
#define TYPED {"", K_EFORM}
#define UPLOADS {"", K_FILES}
#define ROWS_OF_GROUPS {"them", K_CODE}, {"bo", K_CODE}      /* buttons of the e-form */
#define FILES(what) {"files", K_FILES, .label = what}
#define RESULT                                                                                    \
    NUMBER(N_("Số của kết quả")), {"date", K_DATE, .label = N_("Ngày của kết quả")},              \
    {"signer", K_TEXT, .max = 200, .label = N_("Người ký")}, FILES(N_("Tệp kết quả"))

const struct param ACT_OPEN[] = {CODE, END};
static const struct param IN_ONLY[] = {OF_DOSSIER, OPINION_OF, END};
static const struct param IN_PAPERS[] = {OF_DOSSIER, TYPED, END};
static const struct param IN_REFUSE[] = {OF_DOSSIER, REASON, GROUND,
                                         NOTE(N_("Giải thích cho người nộp")), END};
static const struct param IN_FORWARD[] = {OF_DOSSIER, STEP(N_("Chuyển đến bước")),
                                          OFFICER(N_("Giao cho"), false),
                                          NOTE(N_("Ghi chú cho bước sau")), END};
static const struct param IN_RETURN[] = {OF_DOSSIER, STEP(N_("Trả lại bước")),
                                         MUST_NOTE(N_("Vì sao trả lại")), END};
static const struct param IN_SUPPLEMENT[] = {OF_DOSSIER,
                                             UNTIL(N_("Người nộp bổ sung trước ngày"), false),
                                             NOTE(N_("Hướng dẫn thêm cho người nộp")), TYPED, END};
static const struct param IN_AGREE[] = {OF_DOSSIER,
                                        UNTIL(N_("Người nộp bổ sung trước ngày"), false),
                                        NOTE(N_("Ý kiến chỉ đạo")), END};
static const struct param IN_WHY[] = {OF_DOSSIER, MUST_NOTE(N_("Lý do")), END};
static const struct param IN_FISCAL[] = {OF_DOSSIER,
                                         {"amount", K_MONEY, .required = true, .min = 1,
                                          .label = N_("Số tiền")},
                                         NUMBER(N_("Số thông báo")),
                                         UNTIL(N_("Nộp trước ngày"), false),
                                         NOTE(N_("Khoản phải nộp")),
                                         END};
static const struct param IN_PAID[] = {OF_DOSSIER, {"fee", K_CODE, .label = N_("Khoản đã nộp")},
                                       NUMBER(N_("Số biên lai")), END};
static const struct param IN_CONSULT[] = {
    OF_DOSSIER, {"to_unit", K_CODE, .required = true, .label = N_("Cơ quan được hỏi")},
    MUST_NOTE(N_("Nội dung cần ý kiến")), UNTIL(N_("Trả lời trước ngày"), true), END};
static const struct param IN_OPINION[] = {OF_DOSSIER, MUST_NOTE(N_("Ý kiến trả lời")),
                                          FILES(N_("Văn bản trả lời")), END};
static const struct param IN_RESULT[] = {OF_DOSSIER, RESULT, END};
static const struct param IN_APPROVE[] = {OF_DOSSIER, RESULT, NOTE(N_("Ghi chú")), END};
static const struct param IN_STOP[] = {OF_DOSSIER,
                                       REASON,
                                       GROUND,
                                       NUMBER(N_("Số văn bản làm căn cứ")),
                                       NOTE(N_("Giải thích cho người nộp")),
                                       END};
static const struct param IN_EXTEND[] = {OF_DOSSIER, UNTIL(N_("Ngày hẹn trả mới"), true), REASON,
                                         NOTE(N_("Lời xin lỗi và giải thích")), END};
static const struct param IN_PAUSE[] = {
    OF_DOSSIER, {"pause", K_CODE, .required = true, .label = N_("Căn cứ tạm dừng")},
    NUMBER(N_("Số văn bản")), MUST_NOTE(N_("Giải thích cho người nộp")), END};
static const struct param IN_NOTE[] = {OF_DOSSIER, NOTE(N_("Ghi chú")), END};
static const struct param IN_WITHDRAW[] = {OF_DOSSIER, NOTE(N_("Lý do của người nộp")), END};
static const struct param IN_ANSWER[] = {
    OF_DOSSIER, NOTE(N_("Lời giải thích của người nộp")), ROWS_OF_GROUPS, TYPED, UPLOADS, END};
static const struct param IN_HAND_OVER[] = {
    OF_DOSSIER,
    {"to_name", K_TEXT, .required = true, .max = 200, .label = N_("Người nhận kết quả")},
    {"delivery", K_ENUM, .words = ENTRY_WAYS, .label = N_("Cách trả")},
    {"to_number", K_TEXT, .max = 20, .label = N_("Số định danh của người nhận")},
    {"to_paper", K_TEXT, .max = 200, .label = N_("Giấy tờ đã xem để nhận đúng người")},
    END};
static const struct param IN_ASSIGN[] = {OF_DOSSIER, OFFICER(N_("Giao cho"), true), OPINION_OF,
                                         END};
static const struct param IN_NAME[] = {OF_DOSSIER, OFFICER(N_("Cán bộ được xem"), true),
                                       MUST_NOTE(N_("Vì sao cần xem")), END};
static const struct param IN_UNNAME[] = {OF_DOSSIER, OFFICER(N_("Cán bộ thôi được xem"), true),
                                         NOTE(N_("Lý do")), END};
static const struct param IN_CORRECT[] = {
    OF_DOSSIER, MUST_NOTE(N_("Vì sao phải sửa")), ENTRY_PEOPLE, ROWS_OF_GROUPS, TYPED, END};

/* --- one row an action ------------------------------------------------------------------------ */

static const struct act_row ACTS[] = {
    {ACT_CLAIM, IN_ONLY, .will = N_("Hồ sơ sang danh sách của bạn; người khác thấy bạn đang giữ.")},
    {ACT_RELEASE, IN_ONLY,
     .will = N_("Hồ sơ trở lại danh sách chung của {1}; ai có quyền cũng nhận được.")},
    {ACT_ASSIGN, IN_ASSIGN, .will = N_("Hồ sơ sang danh sách của người được giao.")},
    {ACT_NAME, IN_NAME,
     .will = N_("Người được chọn tìm thấy và đọc được hồ sơ mật này; việc cho xem ghi vào hồ sơ.")},
    {ACT_UNNAME, IN_UNNAME,
     .will = N_("Người được chọn không còn tìm thấy hồ sơ này, trừ khi đang xử lý nó.")},
    {ACT_ACCEPT, IN_PAPERS, WITH_PAPERS,
     .will =
         N_("Thời hạn bắt đầu tính từ lúc này. {0} nhận được ngày hẹn trả; giấy tiếp nhận (mẫu 01) "
            "in được ngay.")},
    {ACT_REFUSE_INTAKE, IN_REFUSE, 0, REASON_REFUSE, true,
     N_("Hồ sơ kết thúc ở đây. {0} nhận được phiếu từ chối (mẫu 03) nêu lý do, căn cứ và cách "
        "khiếu "
        "nại. Không làm lại được; người nộp có thể nộp hồ sơ mới."),
     N_("Từ chối tiếp nhận hồ sơ này?")},
    {ACT_CHECK_PAPERS, IN_PAPERS, WITH_PAPERS,
     .will = N_("Kết quả kiểm tra từng giấy tờ được ghi lại với tên bạn và giờ này.")},
    {ACT_FORWARD, IN_FORWARD, .will = N_("Hồ sơ sang bước được chọn; bạn không giữ nữa.")},
    {ACT_RETURN, IN_RETURN, .will = N_("Hồ sơ về lại người đã làm bước đó, kèm lý do của bạn.")},
    {ACT_SUPPLEMENT, IN_SUPPLEMENT, WITH_DEFECTS, REASON_SUPPLEMENT,
     .will =
         N_("{0} nhận được phiếu yêu cầu bổ sung (mẫu 02) với tất cả các mục dưới đây; thời hạn "
            "dừng cho đến khi bổ sung đủ. Yêu cầu lần thứ hai phải được lãnh đạo đồng ý trước.")},
    {ACT_SUPPLEMENT_AGREE, IN_AGREE,
     .will = N_("{0} nhận được phiếu yêu cầu bổ sung lần nữa; thời hạn dừng từ lúc này.")},
    {ACT_SUPPLEMENT_DENY, IN_WHY,
     .will = N_("Hồ sơ tiếp tục được giải quyết với giấy tờ hiện có; thời hạn không dừng.")},
    {ACT_FISCAL, IN_FISCAL,
     .will = N_("{0} nhận được thông báo phải nộp số tiền này; hồ sơ chờ đến khi nộp xong.")},
    {ACT_PAID, IN_PAID, .will = N_("Khoản được chọn được ghi là đã nộp vào lúc này.")},
    {ACT_CONSULT, IN_CONSULT,
     .will =
         N_("Cơ quan được hỏi thấy hồ sơ trong danh sách việc của họ. Thời hạn của {0} vẫn chạy.")},
    {ACT_OPINION, IN_OPINION,
     .will = N_("Ý kiến của đơn vị bạn được gửi cho {1} và ghi vào hồ sơ.")},
    {ACT_REFUSE, IN_REFUSE, 0, REASON_REFUSE, true,
     N_("Hồ sơ kết thúc với kết quả từ chối. {0} nhận được văn bản nêu lý do, căn cứ và cách khiếu "
        "nại."),
     N_("Từ chối giải quyết hồ sơ này?")},
    {ACT_APPROVE, IN_APPROVE,
     .will = N_("Kết quả có hiệu lực. Hồ sơ về bộ phận một cửa để trả cho {0}."),
     .sure = N_("Ký duyệt kết quả của hồ sơ này?")},
    {ACT_ATTACH_RESULT, IN_RESULT,
     .will = N_("Kết quả được ghi vào hồ sơ để trình ký; {0} chưa thấy.")},
    {ACT_STOP, IN_STOP, 0, REASON_STOP, true,
     N_("Hồ sơ dừng hẳn, không có kết quả. {0} nhận được thông báo dừng giải quyết (mẫu 05)."),
     N_("Dừng giải quyết hồ sơ này?")},
    {ACT_EXTEND, IN_EXTEND, 0, REASON_EXTEND, false,
     N_("{0} nhận được văn bản xin lỗi (mẫu 04) với ngày hẹn mới. Hạn cũ vẫn dùng để thống kê.")},
    {ACT_PAUSE, IN_PAUSE,
     .will = N_("Thời hạn dừng từ lúc này theo căn cứ được chọn; {0} được báo.")},
    {ACT_RESUME, IN_NOTE, .will = N_("Thời hạn chạy tiếp từ lúc này.")},
    {ACT_WITHDRAW, IN_WITHDRAW,
     .will = N_("Ghi theo lời {0}: yêu cầu rút hồ sơ. Người có thẩm quyền sẽ quyết định.")},
    {ACT_WITHDRAW_GRANT, IN_NOTE, .ends = true,
     .will = N_("Hồ sơ dừng hẳn theo yêu cầu của {0}; giấy tờ được trả lại."),
     .sure = N_("Đồng ý cho rút hồ sơ này?")},
    {ACT_WITHDRAW_DENY, IN_WHY, .will = N_("Hồ sơ tiếp tục được giải quyết. {0} được báo lý do.")},
    {ACT_ANSWER, IN_ANSWER, WITH_PAPERS | WITH_FORM | WITH_UPLOADS,
     .will = N_("Ghi phần bổ sung {0} vừa mang đến; thời hạn chạy tiếp từ lúc này.")},
    {ACT_HAND_OVER, IN_HAND_OVER,
     .will = N_("Kết quả được ghi là đã trả; hồ sơ của {0} hoàn tất và đóng lại."),
     .sure = N_("Đã kiểm tra đúng người nhận và đưa kết quả?")},
    {ACT_REOPEN, IN_WHY,
     .will = N_("Kết quả đã ký không còn giá trị. Hồ sơ trở lại bước ký; thời hạn vẫn tính như "
                "chưa dừng.")},
    {ACT_CORRECT, IN_CORRECT, WITH_PEOPLE | WITH_FORM,
     .will =
         N_("Giấy tiếp nhận đã in hết giá trị; in bản mới và đưa cho {0}. Phí và hạn được tính lại "
            "theo nội dung đã sửa.")},
};

const struct act_row *
act_row(enum action a)
{
    for (size_t i = 0; i < sizeof ACTS / sizeof *ACTS; i++)
        if (ACTS[i].action == a)
            return &ACTS[i];
    return NULL;
}

/* --- routes ----------------------------------------------------------------------------------- */

int act_page(struct ctx *c);    /* dossiers_desk_act.c */
int act_post(struct ctx *c);

/* Who may at all: finer is what the dossier's step and unit say (workflow). */
#define ACT(word, perm, body, list, what)                                                         \
    {GET, "/can-bo/ho-so/{code}/viec/" word, perm, RUN_INLINE, BODY_NONE, SEES_PERSON, FACE_DESK, \
     ACT_OPEN, .run = act_page, .about = "Page of an action: " what},                             \
    {POST, "/can-bo/ho-so/{code}/viec/" word, perm, RUN_WRITE_LANE, body, SEES_PERSON, FACE_DESK, \
     list, .run = act_post, .page = act_page, .about = "Action: " what}
#define READ PERM_DOSSIER_READ
#define INTAKE PERM_DOSSIER_INTAKE
#define DECIDE PERM_DOSSIER_DECIDE

const struct route dossiers_desk_act_routes[] = {
    ACT("claim", READ, BODY_FORM, IN_ONLY, "take a dossier"),
    ACT("release", READ, BODY_FORM, IN_ONLY, "give it back to the unit's list"),
    ACT("assign", PERM_DOSSIER_ASSIGN, BODY_FORM, IN_ASSIGN, "give it to an officer"),
    ACT("name", PERM_DOSSIER_ASSIGN, BODY_FORM, IN_NAME,
        "let an officer read a confidential dossier"),
    ACT("unname", PERM_DOSSIER_ASSIGN, BODY_FORM, IN_UNNAME, "take that back"),
    ACT("accept", INTAKE, BODY_EFORM, IN_PAPERS, "accept, with the check of papers"),
    ACT("refuse_intake", INTAKE, BODY_FORM, IN_REFUSE, "refuse at intake (form 03)"),
    ACT("check_papers", READ, BODY_EFORM, IN_PAPERS, "check papers one by one"),
    ACT("forward", READ, BODY_FORM, IN_FORWARD, "forward to the next step"),
    ACT("return", READ, BODY_FORM, IN_RETURN, "return to an earlier step"),
    ACT("supplement", READ, BODY_EFORM, IN_SUPPLEMENT,
        "ask for everything that is missing (form 02)"),
    ACT("supplement_agree", DECIDE, BODY_FORM, IN_AGREE, "agree to another request"),
    ACT("supplement_deny", DECIDE, BODY_FORM, IN_WHY, "deny another request"),
    ACT("fiscal", READ, BODY_FORM, IN_FISCAL, "ask for a fiscal obligation"),
    ACT("paid", INTAKE, BODY_FORM, IN_PAID, "note a payment"),
    ACT("consult", READ, BODY_FORM, IN_CONSULT, "ask another agency"),
    ACT("opinion", READ, BODY_UPLOAD, IN_OPINION, "answer for the agency that was asked"),
    ACT("refuse", READ, BODY_FORM, IN_REFUSE, "refuse on the merits"),
    ACT("approve", READ, BODY_UPLOAD, IN_APPROVE, "sign the result"),
    ACT("attach_result", READ, BODY_UPLOAD, IN_RESULT, "record the result to be signed"),
    ACT("stop", DECIDE, BODY_FORM, IN_STOP, "stop without a result (form 05)"),
    ACT("extend", DECIDE, BODY_FORM, IN_EXTEND, "apologise and move the date (form 04)"),
    ACT("pause", READ, BODY_FORM, IN_PAUSE, "stop the clock on a legal basis"),
    ACT("resume", READ, BODY_FORM, IN_NOTE, "let the clock run again"),
    ACT("withdraw", INTAKE, BODY_FORM, IN_WITHDRAW, "withdraw on the applicant's word"),
    ACT("withdraw_grant", READ, BODY_FORM, IN_NOTE, "grant the withdrawal"),
    ACT("withdraw_deny", DECIDE, BODY_FORM, IN_WHY, "deny the withdrawal"),
    ACT("answer_supplement", INTAKE, BODY_UPLOAD, IN_ANSWER, "take what the applicant brings"),
    ACT("hand_over", INTAKE, BODY_FORM, IN_HAND_OVER, "hand over the result"),
    ACT("reopen", DECIDE, BODY_FORM, IN_WHY, "reopen because the result is wrong"),
    ACT("correct", INTAKE, BODY_EFORM, IN_CORRECT, "correct the receipt"),
    {0},
};
