/* /can-bo/sua-thong-tin: corrections that citizens ask for, decided by who signs at the agency. */
#include "http/params.h"
#include "http/reply.h"
#include "http/route.h"
#include "mod/owner/owner.h"
#include "owner.page.h"

enum { SHOWN = 50 };
#define ROOT "/can-bo/sua-thong-tin"

static int
get_list(struct ctx *c)
{
    struct correction *list = arena_get(c->a, SHOWN * sizeof *list);
    size_t n;
    int rc = owner_correct_waiting(c, SHOWN, list, &n);

    for (size_t i = 0; rc == OK && i < n; i++)
        auth_log_seen(c, "correction", 0, list[i].account);
    return rc < 0 ? rc : page_owner_desk(c, list, n);
}

enum { O_TOKEN, O_DECISION, O_ANSWER };
static const struct param IN_ONE[] = {
    [O_TOKEN] = {"yeu-cau", K_TOKEN, .required = true},
    {.kind = K_END},
};
static const char *const DECISIONS[] = {"", "dong-y", "tu-choi", NULL};
static const struct param IN_DECIDE[] = {
    [O_TOKEN] = {"yeu-cau", K_TOKEN, .required = true},
    [O_DECISION] = {"quyet-dinh", K_ENUM, .required = true, .words = DECISIONS,
                    .label = N_("Quyết định"), .say = N_("Hãy chọn sửa hoặc không sửa")},
    [O_ANSWER] = {"tra-loi", K_LINES, .required = true, .min = 5, .max = 2000,
                  .label = N_("Lý do trả lời công dân"),
                  .say = N_("Hãy ghi lý do để công dân hiểu, từ 5 ký tự")},
    {.kind = K_END},
};

static int
get_one(struct ctx *c)
{
    struct correction k;
    int rc = owner_correct_get(c, in_text(c, O_TOKEN), &k);

    if (rc < 0)
        return rc;
    auth_log_seen(c, "correction", 0, k.account);
    return page_owner_decide(c, &k);
}

static int
get_evidence(struct ctx *c)
{
    struct correction k;
    struct content content;
    int rc = owner_correct_get(c, in_text(c, O_TOKEN), &k);

    if (rc < 0)
        return rc;
    if (!*k.evidence)
        return fail(c, E_NOTFOUND, N_("Yêu cầu này không có giấy tờ kèm theo"), "no evidence");
    if ((rc = content_get(c, k.evidence, &content)) < 0 ||
        (rc = content_may_serve(c, &content, READER_OFFICER)) < 0)
        return rc;
    auth_log_seen(c, "correction", 0, k.account);
    return reply_stored(c, k.evidence, k.evidence_mime, k.evidence_name, false);
}

static int
post_decide(struct ctx *c)
{
    enum decision d = (enum decision)in_int(c, O_DECISION);
    struct correction k;
    int rc = owner_correct_get(c, in_text(c, O_TOKEN), &k);

    if (rc < 0)
        return rc;
    if (d == DECISION_OPEN)
        return fail_labelled(c, "quyet-dinh", N_("Quyết định"), N_("Hãy chọn sửa hoặc không sửa"));
    auth_log_seen(c, "correction", 0, k.account);
    if ((rc = owner_correct_decide(c, &k, d, in_text(c, O_ANSWER))) < 0)
        return rc;
    flash(c, N_("Đã trả lời công dân."));
    return redirect(c, ROOT);
}

/* clang-format off */
const struct route owner_desk_routes[];
const struct route owner_desk_routes[] = {
    {GET, ROOT, PERM_DOSSIER_DECIDE, RUN_INLINE, BODY_NONE, SEES_PERSON, FACE_DESK, IN_NONE,
     .run = get_list, .about = "Corrections of registered facts that wait for this officer"},
    {GET, ROOT "/{yeu-cau}", PERM_DOSSIER_DECIDE, RUN_INLINE, BODY_NONE, SEES_PERSON, FACE_DESK,
     IN_ONE, .run = get_one, .about = "One of them"},
    {GET, ROOT "/{yeu-cau}/minh-chung", PERM_DOSSIER_DECIDE, RUN_INLINE, BODY_NONE, SEES_PERSON,
     FACE_FILE, IN_ONE, .run = get_evidence, .about = "The paper that came with it"},
    {POST, ROOT "/{yeu-cau}", PERM_DOSSIER_DECIDE, RUN_WRITE_LANE, BODY_FORM, SEES_PERSON,
     FACE_DESK, IN_DECIDE, .run = post_decide, .page = get_one,
     .about = "Decides it, with a reason for the citizen"},
    {0},
};
/* clang-format on */
