/* /xac-thuc: is this paper genuine, unchanged and still in force?  For anybody, by the file or by
 * the code on the paper; of persons it shows initials only. */
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/po.h"
#include "http/request.h"
#include "http/route.h"
#include "http/upload.h"
#include "mod/agencies/agencies.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/results/results_check.h"
#include "results_public.page.h"
#include "site/site.h"

enum { P_FILE, P_CODE = 0, FILE_BYTES = 25 << 20 };

/* --- what is said ----------------------------------------------------------------------------- */

static const struct { enum tone tone; const char *head, *say, *more; } SAY[] = {
    [CHECK_GOOD] = {TONE_GOOD, N_("Thật, nguyên vẹn và còn hiệu lực"),
                    N_("Kết quả này do cơ quan dưới đây cấp."), NULL},
    [CHECK_OVER] = {TONE_LATE, N_("Do cơ quan cấp, nhưng không còn hiệu lực"),
                    N_("Đừng dùng giấy này nữa."),
                    N_("Nếu bạn là người được cấp, hãy liên hệ cơ quan cấp để nhận giấy mới.")},
    [CHECK_ELSEWHERE] = {TONE_INFO, N_("Chữ ký số hợp lệ, nhưng không do hệ thống này cấp"),
                         N_("Tệp được ký bởi những người ghi dưới đây. Hệ thống này không biết "
                            "giấy còn hiệu lực hay không."),
                         N_("Hãy hỏi cơ quan ghi trên giấy.")},
    [CHECK_CHANGED] = {TONE_LATE, N_("Tệp đã bị thay đổi hoặc chữ ký không hợp lệ"),
                       N_("Nội dung không còn như lúc được ký. Đừng tin tệp này."),
                       N_("Hãy xin lại tệp gốc từ người gửi, hoặc quét mã QR trên giấy.")},
    [CHECK_UNKNOWN] = {TONE_STOPPED, N_("Không xác nhận được"),
                       N_("Không có kết quả nào của hệ thống này khớp với nội dung bạn đưa."),
                       N_("Hãy kiểm tra lại mã hoặc tệp: ảnh chụp, bản in và bản quét không mang "
                          "chữ ký số, chỉ tệp PDF gốc mới kiểm tra được.")},
};

static void
decide(struct check_view *v, enum check_verdict to)
{
    v->asked = true;
    v->verdict = to;
    v->tone = SAY[to].tone;
    v->head = SAY[to].head;
    v->say = SAY[to].say;
    v->more = SAY[to].more;
}

/* First letters: enough to recognise one's own paper, not to learn whose it is. */
static const char *
initials(struct ctx *c, const char *name)
{
    struct buf b;

    buf_init(&b, c->a, 64);
    while (*name && b.n < 40) {
        size_t n = 1;

        while (((unsigned char)name[n] & 0xC0) == 0x80)
            n++;
        buf_add(&b, name, n);
        buf_lit(&b, ". ");
        name += strcspn(name, " ");
        name += strspn(name, " ");
    }
    return b.p;
}

static int
describe(struct ctx *c, struct check_view *v)
{
    const struct agency *g = agencies_by_id(c->site->agencies, v->r.agency);

    v->has = true;
    v->agency = g ? agency_office(c, g) : "";
    v->holder = initials(c, v->r.holder);
    if (v->r.state == RESULT_REVOKED && *v->r.public_reason)
        v->reason = catalogue_text(c->site->catalogue, c->lang, v->r.public_reason);
    decide(v, result_holds(&v->r, vn_day(c->now)) ? CHECK_GOOD : CHECK_OVER);
    return v->r.replaced_by ? result_get(c, v->r.replaced_by, &v->by) : OK;
}

/* --- by the code ------------------------------------------------------------------------------ */

static int
find_by_claim(struct ctx *c, const struct claim *k, struct result *out)
{
    const struct agency *g = agencies_latest(c->site->agencies, k->agency);
    uint8_t facts[CLAIM_HASH];
    json_t *j;
    int rc = g ? result_by_number(c, g->id, k->number, out) : E_NOTFOUND;

    if (rc < 0 || out->issued_on != k->on || !result_is_issued(out->state))
        return E_NOTFOUND;              /* a number that was given up was printed by nobody */
    j = json_loads(out->facts, 0, NULL);
    claim_facts(c->a, j, facts);
    json_decref(j);
    return hash_equal(facts, k->facts, sizeof facts) ? OK : E_NOTFOUND;
}

/* The signature of the code itself; where this server has no claim key, what the rows say. */
static int
look_at_claim(struct ctx *c, struct check_view *v, const char *text)
{
    struct signer *s = c->site->with ? c->site->with->signer : NULL;
    struct claim k = {0};
    json_t *keys = NULL;
    enum claim_state state = CLAIM_UNKNOWN_KEY;

    if (s && claim_keys_json(c, s, &keys) == OK)
        state = claim_verify(c->a, keys, text, vn_day(c->now), &k);
    json_decref(keys);
    if (state == CLAIM_FORGED || state == CLAIM_UNREADABLE || state == CLAIM_UNKNOWN_KEY)
        return decide(v, state == CLAIM_FORGED ? CHECK_CHANGED : CHECK_UNKNOWN), OK;
    if (find_by_claim(c, &k, &v->r) < 0)
        return decide(v, CHECK_UNKNOWN), OK;
    v->by_claim = true;
    return describe(c, v);
}

static int
prepare_code(struct ctx *c)
{
    const char *code = in_text(c, P_CODE);
    struct check_view *v = arena_get(c->a, sizeof *v);
    int rc = OK;

    c->prepared = v;
    if (strncmp(code, "MC1.", 4) == 0)
        rc = look_at_claim(c, v, code);
    else if (result_by_token(c, code, &v->r) == OK && result_is_issued(v->r.state))
        rc = describe(c, v);
    else
        decide(v, CHECK_UNKNOWN);
    if (rc == OK)
        c->err = (struct err){0};
    return rc;
}

/* --- by the file ------------------------------------------------------------------------------ */

/* Into memory; of the file itself nothing is left then, before anything is said about it. */
static int
read_upload(struct ctx *c, const struct upload *u, struct bytes *out)
{
    uint8_t *p = arena_raw(c->a, (size_t)u->size + 1);
    int fd = upload_look(c, u);
    int64_t at = 0;

    for (ssize_t n; fd >= 0 && at < u->size; at += n)
        if ((n = pread(fd, p + at, (size_t)(u->size - at), at)) <= 0)
            break;
    upload_release(c->req);
    *out = (struct bytes){p, (size_t)at};
    return at == u->size ? OK : fail(c, E_SYS, N_("Chưa đọc được tệp; xin thử lại"), "short file");
}

static int
look_at_signatures(struct ctx *c, struct check_view *v, struct bytes file)
{
    struct verify_report *report = arena_get(c->a, sizeof *report);
    int rc = verify_pdf(c, c->site->with->trust, file, report);

    v->report = report;
    if (rc < 0)
        return rc;
    decide(v, report->genuine ? CHECK_ELSEWHERE : report->n ? CHECK_CHANGED : CHECK_UNKNOWN);
    return OK;
}

static int
look_at_file(struct ctx *c, struct check_view *v, const struct upload *u)
{
    struct bytes file;
    int rc;

    v->file_name = u->name;
    if ((rc = read_upload(c, u, &file)) < 0 || (rc = look_at_signatures(c, v, file)) < 0)
        return rc;
    if (result_find_by_hash(c, u->sha256, &v->r) == OK)
        rc = describe(c, v);            /* byte for byte what was issued */
    c->err = (struct err){0};
    return rc;
}

static int
prepare_file(struct ctx *c)
{
    struct check_view *v = arena_get(c->a, sizeof *v);
    const struct upload *u;
    size_t n = in_files(c, P_FILE, &u);

    c->prepared = v;
    if (n != 1)
        return fail_field(c, "tep", N_("Hãy chọn một tệp PDF"));
    if (strcmp(u->mime, "application/pdf") != 0)
        return fail_field(c, "tep",
                          N_("Tệp này không phải PDF. Chỉ tệp PDF gốc mới mang chữ ký số; với bản "
                             "giấy, hãy quét mã QR."));
    if (u->size > FILE_BYTES)
        return fail_field(c, "tep", N_("Tệp lớn quá 25 MB, không kiểm tra được ở đây"));
    if (!c->site->with || !c->site->with->trust)
        return fail(c, E_DOWN, N_("Chưa kiểm tra được lúc này; xin thử lại sau"), "no services");
    return look_at_file(c, v, u);
}

/* --- pages ------------------------------------------------------------------------------------ */

static int
get_form(struct ctx *c)
{
    struct check_view v = {0};

    return page_results_public(c, &v);
}

static int
show(struct ctx *c)
{
    return page_results_public(c, c->prepared);
}

static const struct param IN_CODE[] = {
    [P_CODE] = {"ma", K_TEXT, .required = true, .max = CLAIM_TEXT_MAX + 8,
                .label = N_("Mã trên giấy")},
    {.kind = K_END}};
static const struct param IN_FILE[] = {
    [P_FILE] = {"tep", K_FILES, .label = N_("Tệp PDF cần kiểm tra")},
    {.kind = K_END}};

const struct route results_public_routes[] = {
    {GET, "/xac-thuc", PERM_PUBLIC, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, IN_NONE,
     .run = get_form, .about = "Public check of issued results: the form"},
    {POST, "/xac-thuc", PERM_PUBLIC, RUN_INLINE, BODY_LOOK, SEES_NOBODY, FACE_PORTAL, IN_FILE,
     .prepare = prepare_file, .run = show, .page = get_form,
     .about = "Public check of an uploaded file"},
    {GET, "/xac-thuc/{ma}", PERM_PUBLIC, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, IN_CODE,
     .prepare = prepare_code, .run = show,
     .about = "Public check by the code on a paper: its signed claim, or its token"},
    {0},
};
