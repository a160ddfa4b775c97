/* Words of the administrator's pages. */
#include <string.h>

#include "auth/perm.h"
#include "mod/catalogue/catalogue_admin.h"
#include "mod/deadlines/deadlines.h"
#include "mod/eforms/eforms.h"
#include "mod/workflow/workflow.h"

enum { TEXT_MAX = 8000 };

static struct buf
begin(struct ctx *c)
{
    struct buf b;

    buf_init(&b, c->a, TEXT_MAX);
    return b;
}

static void
add(struct buf *b, const char *s)
{
    if (b->n)
        buf_lit(b, ", ");
    buf_str(b, s);
}

enum tone
admin_tone(const struct procedure *p, bool in_force)
{
    return p->state == PROC_DRAFT ? TONE_SOON : in_force ? TONE_GOOD : TONE_STOPPED;
}

const char *
admin_state(const struct procedure *p, bool in_force)
{
    if (p->state == PROC_DRAFT)
        return N_("Bản nháp");
    return in_force ? N_("Đang áp dụng") : N_("Không áp dụng hôm nay");
}

const char *
admin_period(struct ctx *c, const struct procedure *p)
{
    if (p->valid_to == NO_DAY)
        return trf(c, N_("từ {0}"), date_vi(c->a, p->valid_from));
    return trf(c, N_("từ {0} đến hết {1}"), date_vi(c->a, p->valid_from),
               date_vi(c->a, p->valid_to));
}

const char *
admin_words(struct ctx *c, const char *const *names, unsigned bits)
{
    struct buf b = begin(c);

    for (size_t i = 0; names[i]; i++)
        if (bits & 1u << i)
            add(&b, tr(c, names[i]));
    return b.p;
}

const char *
admin_texts(struct ctx *c, const struct texts *t)
{
    struct buf b = begin(c);

    for (size_t i = 0; i < t->n; i++)
        add(&b, t->p[i]);
    return b.p;
}

/* Cases by their names. */
const char *
admin_cases(struct ctx *c, const struct procedure *p, const struct texts *ids)
{
    struct buf b = begin(c);

    for (size_t i = 0; i < ids->n; i++) {
        const struct proc_case *x = catalogue_case_find(p, ids->p[i]);

        add(&b, x ? tr(c, x->name) : ids->p[i]);
    }
    return b.p;
}

const char *
admin_limit(struct ctx *c, const char *limit)
{
    struct limit l;

    return limit_parse(limit, &l) ? limit_vi(c->a, l) : limit;
}

const char *
admin_agency(struct ctx *c, const char *agency)
{
    if (strcmp(agency, "receiving") == 0)
        return tr(c, N_("Nơi tiếp nhận"));
    return strcmp(agency, "competent") == 0 ? tr(c, N_("Nơi có thẩm quyền")) : agency;
}

const char *
admin_actions(struct ctx *c, unsigned actions)
{
    struct buf b = begin(c);

    for (int i = ACT_NONE + 1; i <= ACT_HAND_OVER; i++)
        if (actions & 1u << i)
            add(&b, tr(c, workflow_action((enum action)i)->name));
    return b.p;
}

const char *
admin_guards(struct ctx *c, unsigned guards)
{
    static const char *const NAMES[] = {
        [GUARD_PAPERS_CHECKED] = N_("đã kiểm tra đủ giấy tờ"),
        [GUARD_FEES_PAID] = N_("đã nộp đủ phí, lệ phí"),
        [GUARD_OPINIONS_ANSWERED] = N_("các đơn vị đã trả lời ý kiến"),
        [GUARD_OTHER_OFFICER] = N_("người làm bước này khác người làm bước trước"),
        [GUARD_RESULT_ATTACHED] = N_("đã đính kèm kết quả"),
        NULL,
    };

    return admin_words(c, NAMES, guards);
}

const char *
admin_fee(struct ctx *c, const struct proc_fee *f)
{
    struct buf b = begin(c);

    buf_str(&b, f->amount ? trf(c, N_("{0} mỗi {1}"), money_text(c, f->amount),
                                tr(c, CATALOGUE_PER_VI[f->per]))
                          : tr(c, N_("Miễn phí")));
    for (size_t i = 0; i < f->steps.n; i++)
        add(&b, trf(c, N_("từ đơn vị thứ {0}: {1}"), number_vi(c->a, f->steps.p[i].from),
                    money_text(c, f->steps.p[i].amount)));
    if (f->cap)
        add(&b, trf(c, N_("tối đa {0}"), money_text(c, f->cap)));
    return b.p;
}

const char *
admin_change(enum catalogue_change_kind kind)
{
    static const char *const NAMES[] = {
        [CHANGE_ADDED] = N_("Thêm"), [CHANGE_REMOVED] = N_("Bỏ"), [CHANGE_CHANGED] = N_("Sửa"),
    };

    return NAMES[kind];
}

enum tone
admin_change_tone(enum catalogue_change_kind kind)
{
    static const enum tone TONES[] = {
        [CHANGE_ADDED] = TONE_GOOD, [CHANGE_REMOVED] = TONE_LATE, [CHANGE_CHANGED] = TONE_SOON,
    };

    return TONES[kind];
}

/* --- the outline of an e-form --------------------------------------------------------------- */

static const char *const TYPES[F__COUNT] = {
    [F_PANEL] = N_("Trang"), [F_CONTENT] = N_("Đoạn hướng dẫn"), [F_TEXT] = N_("Một dòng chữ"),
    [F_TEXTAREA] = N_("Nhiều dòng chữ"), [F_NUMBER] = N_("Số"), [F_DATE] = N_("Ngày"),
    [F_SELECT] = N_("Chọn trong danh sách"), [F_RADIO] = N_("Chọn một"),
    [F_CHECKBOX] = N_("Đánh dấu"), [F_FILE] = N_("Tệp đính kèm"), [F_ADDRESS] = N_("Địa chỉ"),
    [F_PERSONAL_NUMBER] = N_("Số định danh cá nhân"), [F_GRID] = N_("Nhóm lặp lại"),
};

/* conditional: {show, when, eq} in words, by the labels of the form. */
static const char *
simple(struct ctx *c, const struct procedure *p, const struct eform_field *f)
{
    const struct eform_field *on = eforms_field(p->form, f->when_key);

    return trf(c, f->when_show ? N_("chỉ hỏi khi {0} là {1}") : N_("không hỏi khi {0} là {1}"),
               arena_fmt(c->a, "«%s»", on ? tr(c, on->label) : f->when_key),
               arena_fmt(c->a, "\"%s\"",
                         on ? tr(c, eforms_label(on->choices, f->when_eq)) : f->when_eq));
}

static const char *
rules_of(struct ctx *c, const struct procedure *p, const struct eform_field *f)
{
    struct buf b = begin(c);

    if (f->required)
        add(&b, tr(c, N_("bắt buộc")));
    if (f->max_length)
        add(&b, trf(c, N_("dài {0} đến {1}"), number_vi(c->a, f->min_length),
                    number_vi(c->a, f->max_length)));
    if (f->choices.n)
        add(&b, trf(c, N_("{0} lựa chọn"), number_vi(c->a, (int64_t)f->choices.n)));
    if (*f->when_key)
        add(&b, simple(c, p, f));
    if (f->when)
        add(&b, trf(c, N_("chỉ hỏi khi {0}"), catalogue_condition(c, p, f->when)));
    return b.p;
}

typedef VEC(struct admin_field) field_list;

static void
outline(struct ctx *c, const struct procedure *p, const struct eform_field *f, int depth,
        field_list *out)
{
    *vec_push(c->a, out) = (struct admin_field){
        .label = *f->label ? f->label : f->key, .key = f->key, .type = TYPES[f->type],
        .rules = rules_of(c, p, f), .depth = depth, .panel = f->type == F_PANEL,
    };
    for (size_t i = 0; i < f->n; i++)
        outline(c, p, &f->children[i], depth + (f->type == F_GRID), out);
}

struct admin_fields
admin_form(struct ctx *c, const struct procedure *p)
{
    field_list list = {0};

    for (size_t i = 0; i < p->form->n; i++)
        outline(c, p, &p->form->panels[i], 0, &list);
    return (struct admin_fields){list.p, list.n};
}
