#include "mod/workflow/workflow.h"

#include <assert.h>
#include <string.h>

#include "base/err.h"

/* --- statuses: codes, names and meanings of the national list TrangThaiHoSo --- */

static const struct status_info STATUS[ST__COUNT] = {
    [ST_NONE]        = {.name = "", .word = ""},
    [ST_SUBMITTED]   = {.name = N_("Mới đăng ký"), .word = "submitted"},
    [ST_ACCEPTED]    = {.name = N_("Được tiếp nhận"), .word = "accepted", .received = true},
    [ST_REFUSED]     = {.name = N_("Không được tiếp nhận"), .word = "refused", .terminal = true},
    [ST_PROCESSING]  = {.name = N_("Đang xử lý"), .word = "processing", .received = true},
    [ST_SUPPLEMENT]  = {.name = N_("Yêu cầu bổ sung giấy tờ"), .word = "supplement",
                        .stops_clock = true, .received = true, .waits = true},
    [ST_FISCAL]      = {.name = N_("Yêu cầu thực hiện nghĩa vụ tài chính"), .word = "fiscal",
                        .stops_clock = true, .received = true, .waits = true},
    [ST_WITHDRAWING] = {.name = N_("Công dân yêu cầu rút hồ sơ"), .word = "withdrawing",
                        .received = true},
    [ST_STOPPED]     = {.name = N_("Dừng xử lý"), .word = "stopped", .terminal = true,
                        .received = true, .finished = true},
    [ST_DONE]        = {.name = N_("Đã xử lý xong"), .word = "done", .received = true,
                        .finished = true},
    [ST_RETURNED]    = {.name = N_("Đã trả kết quả"), .word = "returned", .terminal = true,
                        .received = true, .finished = true},
};

/* No entry: never possible.  Each pair has an action below, and a test holds the two together. */
static const bool MAY[ST__COUNT][ST__COUNT] = {
    [ST_NONE]        = {[ST_SUBMITTED] = 1, [ST_ACCEPTED] = 1},
    [ST_SUBMITTED]   = {[ST_ACCEPTED] = 1, [ST_REFUSED] = 1, [ST_SUPPLEMENT] = 1,
                        [ST_WITHDRAWING] = 1},
    [ST_ACCEPTED]    = {[ST_PROCESSING] = 1, [ST_SUPPLEMENT] = 1, [ST_FISCAL] = 1,
                        [ST_WITHDRAWING] = 1, [ST_STOPPED] = 1, [ST_DONE] = 1},
    [ST_PROCESSING]  = {[ST_PROCESSING] = 1, [ST_SUPPLEMENT] = 1, [ST_FISCAL] = 1,
                        [ST_WITHDRAWING] = 1, [ST_STOPPED] = 1, [ST_DONE] = 1},
    [ST_SUPPLEMENT]  = {[ST_SUBMITTED] = 1, [ST_ACCEPTED] = 1, [ST_PROCESSING] = 1,
                        [ST_WITHDRAWING] = 1, [ST_STOPPED] = 1},
    [ST_FISCAL]      = {[ST_PROCESSING] = 1, [ST_WITHDRAWING] = 1, [ST_STOPPED] = 1,
                        [ST_DONE] = 1},
    [ST_WITHDRAWING] = {[ST_PROCESSING] = 1, [ST_STOPPED] = 1},
    [ST_DONE]        = {[ST_RETURNED] = 1, [ST_PROCESSING] = 1},
};

const struct status_info *
workflow_status(enum status s)
{
    assert(s < ST__COUNT);
    return &STATUS[s];
}

enum status
workflow_status_parse(const char *word)
{
    for (enum status s = ST_SUBMITTED; s < ST__COUNT; s++)
        if (strcmp(STATUS[s].word, word) == 0)
            return s;
    return ST_NONE;
}

bool
workflow_may(enum status from, enum status to)
{
    assert(from < ST__COUNT && to < ST__COUNT);
    return MAY[from][to];
}

/* --- actions --- */

#define S(x) (1u << ST_##x)
#define WORK (S(ACCEPTED) | S(PROCESSING))
#define OPEN (S(SUBMITTED) | WORK | S(SUPPLEMENT) | S(FISCAL) | S(WITHDRAWING) | S(DONE))
#define HOLDER .by_holder = true
#define STEP .by_step = true, .by_holder = true
#define SHOWN .public_ = true
#define INTAKE .perm = PERM_DOSSIER_INTAKE
#define DECIDE .perm = PERM_DOSSIER_DECIDE
#define NOTE .needs_note = true
#define GROUND .needs_ground = true

struct action_row {
    struct action_info info;
    unsigned from;              /* statuses in which it may be done */
};

static const struct action_row ACTION[ACT__COUNT] = {
    [ACT_FORWARD] = {{N_("Chuyển bước"), N_("Đã chuyển sang bước tiếp theo"), "forward",
                      ST_PROCESSING, STEP, SHOWN}, WORK},
    [ACT_RETURN] = {{N_("Trả lại bước trước"), N_("Đã trả lại bước trước"), "return",
                     ST_PROCESSING, STEP, NOTE}, WORK},
    [ACT_SUPPLEMENT] = {{N_("Yêu cầu bổ sung"), N_("Đã yêu cầu bổ sung, hoàn thiện hồ sơ"),
                         "supplement", ST_SUPPLEMENT, STEP, SHOWN}, S(SUBMITTED) | WORK},
    [ACT_FISCAL] = {{N_("Yêu cầu nghĩa vụ tài chính"),
                     N_("Đã yêu cầu thực hiện nghĩa vụ tài chính"), "fiscal", ST_FISCAL, STEP,
                     SHOWN}, WORK},
    [ACT_CONSULT] = {{N_("Lấy ý kiến cơ quan khác"), N_("Đã lấy ý kiến của cơ quan khác"),
                      "consult", ST_NONE, STEP, SHOWN, NOTE}, WORK},
    [ACT_REFUSE] = {{N_("Từ chối giải quyết"), N_("Đã từ chối giải quyết"), "refuse", ST_DONE,
                     STEP, SHOWN, NOTE, GROUND}, WORK | S(FISCAL)},
    [ACT_APPROVE] = {{N_("Ký duyệt kết quả"), N_("Đã ký duyệt kết quả"), "approve", ST_DONE, STEP,
                      SHOWN}, WORK},
    [ACT_STOP] = {{N_("Dừng giải quyết"), N_("Đã dừng giải quyết hồ sơ"), "stop", ST_STOPPED,
                   .by_step = true, DECIDE, SHOWN, NOTE, GROUND}, WORK | S(SUPPLEMENT) | S(FISCAL)},
    [ACT_EXTEND] = {{N_("Xin lỗi và hẹn lại"), N_("Đã xin lỗi và hẹn lại ngày trả kết quả"),
                     "extend", ST_NONE, .by_step = true, DECIDE, SHOWN, NOTE}, WORK},
    [ACT_HAND_OVER] = {{N_("Trả kết quả"), N_("Đã trả kết quả"), "hand_over", ST_RETURNED,
                        .by_step = true, INTAKE, SHOWN}, S(DONE)},

    [ACT_SUBMIT] = {{N_("Nộp hồ sơ"), N_("Đã nộp hồ sơ"), "submit", ST_SUBMITTED,
                     .by_applicant = true, INTAKE, SHOWN}, S(NONE)},
    [ACT_RECEIVE] = {{N_("Tiếp nhận tại quầy"), N_("Đã tiếp nhận hồ sơ"), "receive", ST_ACCEPTED,
                      INTAKE, SHOWN}, S(NONE)},
    [ACT_ACCEPT] = {{N_("Tiếp nhận"), N_("Đã tiếp nhận hồ sơ"), "accept", ST_ACCEPTED, HOLDER,
                     INTAKE, SHOWN}, S(SUBMITTED)},
    [ACT_REFUSE_INTAKE] = {{N_("Từ chối tiếp nhận"), N_("Đã từ chối tiếp nhận"), "refuse_intake",
                            ST_REFUSED, HOLDER, INTAKE, SHOWN, NOTE, GROUND}, S(SUBMITTED)},
    [ACT_CHECK_PAPERS] = {{N_("Kiểm tra giấy tờ"), N_("Đã kiểm tra giấy tờ"), "check_papers",
                           ST_NONE, HOLDER}, S(SUBMITTED) | WORK},
    [ACT_CORRECT] = {{N_("Sửa giấy tiếp nhận"), N_("Đã sửa giấy tiếp nhận, bản cũ hết giá trị"),
                      "correct", ST_NONE, INTAKE, NOTE, SHOWN},
                     WORK | S(SUPPLEMENT) | S(FISCAL)},

    [ACT_ANSWER] = {{N_("Bổ sung hồ sơ"), N_("Đã bổ sung hồ sơ"), "answer_supplement", ST_NONE,
                     .by_applicant = true, INTAKE, SHOWN}, S(SUPPLEMENT)},
    [ACT_WITHDRAW] = {{N_("Yêu cầu rút hồ sơ"), N_("Đã yêu cầu rút hồ sơ"), "withdraw",
                       ST_WITHDRAWING, .by_applicant = true, INTAKE, SHOWN},
                      S(SUBMITTED) | WORK | S(SUPPLEMENT) | S(FISCAL)},
    [ACT_PAID] = {{N_("Xác nhận đã nộp tiền"), N_("Đã nộp phí, lệ phí hoặc nghĩa vụ tài chính"),
                   "paid", ST_NONE, INTAKE, SHOWN}, OPEN & ~S(WITHDRAWING)},

    [ACT_WITHDRAW_GRANT] = {{N_("Đồng ý cho rút"), N_("Đã đồng ý cho rút hồ sơ"),
                             "withdraw_grant", ST_STOPPED, DECIDE, SHOWN}, S(WITHDRAWING)},
    [ACT_WITHDRAW_DENY] = {{N_("Không đồng ý cho rút"), N_("Không đồng ý cho rút hồ sơ"),
                            "withdraw_deny", ST_PROCESSING, DECIDE, SHOWN, NOTE}, S(WITHDRAWING)},
    [ACT_SUPPLEMENT_AGREE] = {{N_("Đồng ý yêu cầu bổ sung lần nữa"),
                               N_("Lãnh đạo đồng ý yêu cầu bổ sung lần nữa"), "supplement_agree",
                               ST_SUPPLEMENT, DECIDE, SHOWN}, S(SUBMITTED) | WORK},
    [ACT_SUPPLEMENT_DENY] = {{N_("Không đồng ý bổ sung lần nữa"),
                              N_("Lãnh đạo không đồng ý yêu cầu bổ sung lần nữa"),
                              "supplement_deny", ST_NONE, DECIDE, NOTE}, S(SUBMITTED) | WORK},
    [ACT_PAUSE] = {{N_("Tạm dừng tính giờ theo luật"), N_("Tạm dừng thời hạn theo căn cứ pháp lý"),
                    "pause", ST_NONE, HOLDER, NOTE, SHOWN}, WORK},
    [ACT_RESUME] = {{N_("Tính giờ trở lại"), N_("Thời hạn được tính trở lại"), "resume", ST_NONE,
                     HOLDER, SHOWN}, WORK},
    [ACT_OPINION] = {{N_("Trả lời ý kiến"), N_("Cơ quan được hỏi đã trả lời"), "opinion", ST_NONE,
                      NOTE, SHOWN}, WORK | S(SUPPLEMENT) | S(FISCAL) | S(WITHDRAWING)},
    [ACT_ATTACH_RESULT] = {{N_("Ghi kết quả"), N_("Đã ghi kết quả"), "attach_result", ST_NONE,
                            HOLDER}, WORK},
    [ACT_REOPEN] = {{N_("Mở lại hồ sơ"), N_("Đã mở lại hồ sơ vì kết quả có sai sót"), "reopen",
                     ST_PROCESSING, DECIDE, SHOWN, NOTE}, S(DONE)},
    [ACT_CLAIM] = {{N_("Nhận xử lý"), N_("Đã nhận xử lý"), "claim"}, OPEN},
    [ACT_RELEASE] = {{N_("Trả về danh sách chung"), N_("Đã trả về danh sách chung"), "release"},
                     OPEN},
    [ACT_ASSIGN] = {{N_("Phân công"), N_("Đã phân công"), "assign",
                     .perm = PERM_DOSSIER_ASSIGN}, OPEN},

    [ACT_TRANSFER] = {{N_("Chuyển cơ quan kế thừa"), N_("Đã chuyển sang cơ quan kế thừa"),
                       "transfer", .by_system = true, SHOWN}, OPEN},
    [ACT_RECOMPUTE] = {{N_("Tính lại thời hạn"), N_("Đã tính lại ngày hẹn trả do lịch thay đổi"),
                        "recompute", .by_system = true, SHOWN}, OPEN & ~S(SUBMITTED) & ~S(DONE)},
    [ACT_DIGITISE] = {{N_("Số hóa giấy tờ"), N_("Đã số hóa giấy tờ"), "digitise",
                       .by_system = true}, 0},
    [ACT_DESTROY] = {{N_("Hủy tài liệu"), N_("Đã hủy tài liệu hết thời hạn bảo quản"),
                      "destroy", .by_system = true, SHOWN}, 0},
    [ACT_NAME] = {{N_("Cho xem hồ sơ mật"), N_("Đã cho một cán bộ xem hồ sơ mật"), "name",
                   .perm = PERM_DOSSIER_ASSIGN, NOTE}, OPEN},
    [ACT_UNNAME] = {{N_("Thôi cho xem hồ sơ mật"), N_("Đã thôi cho một cán bộ xem hồ sơ mật"),
                     "unname", .perm = PERM_DOSSIER_ASSIGN}, OPEN},
    [ACT_NONE] = {{"", "", ""}, 0},
};

const struct action_info *
workflow_action(enum action a)
{
    assert(a < ACT__COUNT);
    return &ACTION[a].info;
}

enum action
workflow_action_parse(const char *word)
{
    for (enum action a = ACT_NONE + 1; a < ACT__COUNT; a++)
        if (strcmp(ACTION[a].info.word, word) == 0)
            return a;
    return ACT_NONE;
}

/* --- guards --- */

static const struct { const char *word, *reason; } GUARD[GUARD__COUNT] = {
    [GUARD_PAPERS_CHECKED] = {"papers_checked", N_("Chưa kiểm tra đủ giấy tờ bắt buộc")},
    [GUARD_FEES_PAID] = {"fees_paid", N_("Chưa nộp đủ phí, lệ phí")},
    [GUARD_OPINIONS_ANSWERED] = {"opinions_answered", N_("Còn ý kiến chưa được trả lời")},
    [GUARD_OTHER_OFFICER] = {"other_officer",
                             N_("Người làm bước trước không được làm bước này")},
    [GUARD_RESULT_ATTACHED] = {"result_attached", N_("Chưa ghi kết quả giải quyết")},
};

const char *
workflow_guard_word(enum guard g)
{
    assert(g < GUARD__COUNT);
    return GUARD[g].word;
}

const char *
workflow_guard_reason(enum guard g)
{
    assert(g < GUARD__COUNT);
    return GUARD[g].reason;
}

bool
workflow_guard_parse(const char *word, enum guard *out)
{
    for (enum guard g = 0; g < GUARD__COUNT; g++)
        if (strcmp(GUARD[g].word, word) == 0) {
            *out = g;
            return true;
        }
    return false;
}

enum perm
workflow_role_perm(enum role r)
{
    static const enum perm PERM[ROLE__COUNT] = {
        [ROLE_NONE] = PERM_DOSSIER_INTAKE,          /* before the first step: intake's own */
        [ROLE_INTAKE] = PERM_DOSSIER_INTAKE,
        [ROLE_SPECIALIST] = PERM_DOSSIER_PROCESS,
        [ROLE_LEADER] = PERM_DOSSIER_DECIDE,
        [ROLE_ARCHIVIST] = PERM_DOSSIER_PROCESS,
    };

    assert(r < ROLE__COUNT);
    return PERM[r] ? PERM[r] : PERM_DOSSIER_DECIDE; /* reporter, auditor: no step is theirs */
}

/* --- may it be done now, and why not --- */

struct question {
    enum action a;
    const struct action_info *info;
    const struct workflow_step *s;
    const struct workflow_who *w;
    const struct workflow_facts *f;
    bool hidden;
};

static bool
at_intake(const struct workflow_facts *f)
{
    return !f->accepted;
}

static bool
has_perm(const struct question *q, enum perm p)
{
    return (q->w->perms & PERM_BIT(p)) != 0;
}

static enum perm
perm_of(const struct question *q)
{
    if (q->a == ACT_WITHDRAW_GRANT && at_intake(q->f))
        return PERM_DOSSIER_INTAKE;         /* not received yet: nothing is decided about it */
    return q->info->perm ? q->info->perm : workflow_role_perm(q->s->role);
}

static const char *
hide(struct question *q, const char *why)
{
    q->hidden = true;
    return why;
}

static const char *
why_not_person(struct question *q)
{
    if (q->w->system)
        return q->info->by_system || q->a == ACT_PAID ? NULL : hide(q, N_("Việc này do người làm"));
    if (q->info->by_system)
        return hide(q, N_("Việc này do hệ thống làm"));
    if (q->w->applicant && q->info->by_applicant)
        return NULL;
    if (q->a == ACT_OPINION)                /* asked of a unit that need not hold the dossier */
        return q->f->opinion_open ? NULL : hide(q, N_("Đơn vị của bạn không được hỏi ý kiến"));
    if (!has_perm(q, perm_of(q)))
        return hide(q, N_("Bạn không có quyền làm việc này"));
    return NULL;
}

static const char *
why_not_status(struct question *q)
{
    if (STATUS[q->f->status].terminal)
        return hide(q, N_("Hồ sơ đã kết thúc"));
    if (!(ACTION[q->a].from & (1u << q->f->status)))
        return hide(q, N_("Không làm được ở trạng thái hiện tại của hồ sơ"));
    return NULL;
}

static const char *
why_not_step(struct question *q)
{
    bool listed = q->s->actions & ACT_BIT(q->a);

    if (at_intake(q->f))
        listed = q->a == ACT_SUPPLEMENT || q->a == ACT_STOP;
    if (q->a == ACT_STOP && q->f->status == ST_SUPPLEMENT)
        listed = true;                      /* no answer in time: form 05, whatever the step */
    if (q->info->by_step && !listed)
        return hide(q, N_("Bước này không có việc đó"));
    if (q->a == ACT_RETURN && q->s->first)
        return hide(q, N_("Đây là bước đầu tiên"));
    if (q->info->by_holder && !q->w->holder && !q->w->unclaimed)
        return N_("Hồ sơ đang do người khác xử lý");
    return NULL;
}

static const char *
why_not_guards(struct question *q)
{
    unsigned missing = q->s->guards & ~q->f->holds;

    if (q->a == ACT_REFUSE)                 /* a refusal needs no fee and no result */
        missing &= GUARD_BIT(GUARD_OTHER_OFFICER) | GUARD_BIT(GUARD_OPINIONS_ANSWERED);
    else if (q->a != ACT_FORWARD && q->a != ACT_APPROVE)
        return NULL;
    for (enum guard g = 0; g < GUARD__COUNT; g++)
        if (missing & GUARD_BIT(g))
            return GUARD[g].reason;
    return NULL;
}

static const char *
fact_claim(struct question *q)
{
    if (q->w->holder)
        return hide(q, N_("Bạn đang giữ hồ sơ này"));
    return q->w->unclaimed ? NULL : N_("Hồ sơ đang do người khác xử lý");
}

static const char *
fact_release(struct question *q)
{
    if (q->w->unclaimed)
        return hide(q, N_("Chưa ai nhận hồ sơ này"));
    return q->w->holder || has_perm(q, PERM_DOSSIER_ASSIGN)
        ? NULL : hide(q, N_("Hồ sơ đang do người khác xử lý"));
}

static const char *
fact_supplement(struct question *q)
{
    return q->f->supplement_proposed ? N_("Đề nghị bổ sung lần nữa đang chờ lãnh đạo") : NULL;
}

static const char *
fact_proposed(struct question *q)
{
    return q->f->supplement_proposed ? NULL : hide(q, N_("Không có đề nghị bổ sung nào đang chờ"));
}

/* One apology and one new date a dossier, a working day before the old one at the latest. */
static const char *
fact_extend(struct question *q)
{
    if (q->f->extended)
        return N_("Hồ sơ đã được hẹn lại một lần");
    return q->f->extension_late ? N_("Đã quá thời điểm được hẹn lại") : NULL;
}

static const char *
fact_pause(struct question *q)
{
    if (!q->f->can_pause)
        return hide(q, N_("Thủ tục này không có căn cứ tạm dừng"));
    return q->f->paused ? hide(q, N_("Thời hạn đang tạm dừng")) : NULL;
}

static const char *
fact_resume(struct question *q)
{
    return q->f->paused ? NULL : hide(q, N_("Thời hạn không tạm dừng"));
}

static const char *
fact_deny(struct question *q)
{
    return at_intake(q->f) ? N_("Hồ sơ chưa được tiếp nhận thì người nộp luôn được rút") : NULL;
}

/* Whatever the package says: who examined does not sign off. */
static const char *
fact_approve(struct question *q)
{
    if (q->a == ACT_APPROVE && q->f->examined && !q->f->examined_may_sign)
        return GUARD[GUARD_OTHER_OFFICER].reason;
    if (q->f->paused)
        return N_("Thời hạn đang tạm dừng, hãy tính giờ trở lại trước");
    return q->f->supplement_proposed ? N_("Đề nghị bổ sung lần nữa đang chờ lãnh đạo") : NULL;
}

static const char *
fact_correct(struct question *q)
{
    return at_intake(q->f) ? hide(q, N_("Hồ sơ chưa có giấy tiếp nhận")) : NULL;
}

static const char *
fact_named(struct question *q)
{
    return q->f->confidential ? NULL : hide(q, N_("Hồ sơ này không phải hồ sơ mật"));
}

static const char *(*const FACT[ACT__COUNT])(struct question *) = {
    [ACT_CLAIM] = fact_claim, [ACT_RELEASE] = fact_release, [ACT_SUPPLEMENT] = fact_supplement,
    [ACT_SUPPLEMENT_AGREE] = fact_proposed, [ACT_SUPPLEMENT_DENY] = fact_proposed,
    [ACT_EXTEND] = fact_extend, [ACT_PAUSE] = fact_pause, [ACT_RESUME] = fact_resume,
    [ACT_WITHDRAW_DENY] = fact_deny, [ACT_APPROVE] = fact_approve,
    [ACT_REFUSE] = fact_approve, [ACT_CORRECT] = fact_correct,
    [ACT_NAME] = fact_named, [ACT_UNNAME] = fact_named,
};

/* What hides the action comes first; what only disables it comes last, so its sentence helps. */
static const char *
why_not(struct question *q)
{
    const char *why;

    if ((why = why_not_status(q)) || (why = why_not_person(q)) || (why = why_not_step(q)))
        return why;
    if (FACT[q->a] && (why = FACT[q->a](q)))
        return why;
    return why_not_guards(q);
}

const char *
workflow_why_not(enum action a, const struct workflow_step *s, const struct workflow_who *w,
                 const struct workflow_facts *f, bool *hidden)
{
    struct question q = {.a = a, .s = s, .w = w, .f = f};
    const char *why;

    assert(a > ACT_NONE && a < ACT__COUNT && f->status < ST__COUNT);
    q.info = &ACTION[a].info;
    why = why_not(&q);
    if (hidden)
        *hidden = q.hidden;
    return why;
}

bool
workflow_person(enum action a, const struct workflow_step *s, const struct workflow_who *w,
                const struct workflow_facts *f)
{
    struct question q = {.a = a, .info = &ACTION[a].info, .s = s, .w = w, .f = f};

    assert(a > ACT_NONE && a < ACT__COUNT);
    return why_not_person(&q) == NULL;
}

size_t
workflow_actions(const struct workflow_step *s, const struct workflow_who *w,
                 const struct workflow_facts *f, struct workflow_offer out[ACT__COUNT])
{
    struct workflow_offer no[ACT__COUNT];
    size_t n = 0, n_no = 0;

    for (enum action a = ACT_NONE + 1; a < ACT__COUNT; a++) {
        bool hidden;
        const char *why = workflow_why_not(a, s, w, f, &hidden);

        if (!why)
            out[n++] = (struct workflow_offer){a, NULL};
        else if (!hidden)
            no[n_no++] = (struct workflow_offer){a, why};
    }
    memcpy(out + n, no, n_no * sizeof *no);
    return n + n_no;
}
