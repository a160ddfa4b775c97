/*
 * Files in parts: begun, continued where they stand, ended as a content that a form (K_FILES) or
 * the API's papers name.  The text that a beginning gives holds all that is known of the file; the
 * parts lie in the spool (http/half.h) and no row knows of them.
 */
#include <string.h>

#include "base/err.h"
#include "http/half.h"
#include "http/reply.h"
#include "http/route.h"
#include "http/server.h"
#include "http/upload.h"
#include "mod/papers/papers.h"

enum { TEXT_MAX = 1200 };

static const struct http_config *
config_of(const struct ctx *c)
{
    return http_config(c->req->http);
}

static int
no_store(struct ctx *c)
{
    return fail(c, E_DOWN, N_("Không lưu được tệp, xin thử lại"), "no store");
}

/* {"upload", "offset", "size"}; and of a whole one {"file", "name", "type", "sha256"}, as the API's
 * /files says it. */
static int
answer(struct ctx *c, int status, const char *text, const struct arrival *x, int64_t at,
       const struct upload *u)
{
    json_t *doc = json_pack("{s:s, s:I, s:I}", "upload", text, "offset", (json_int_t)at, "size",
                            (json_int_t)x->size);

    if (u)
        json_object_update_new(doc, json_pack("{s:s, s:s, s:s, s:s}", "file", handed_name(c, u),
                                              "name", u->name, "type", u->mime, "sha256",
                                              u->sha256));
    return reply_json(c, status, doc);
}

/* --- beginning -------------------------------------------------------------------------------- */

enum { B_NAME, B_SIZE };
static const struct param IN_BEGIN[] = {
    [B_NAME] = {"name", K_TEXT, .required = true, .max = 255, .label = N_("Tên tệp")},
    [B_SIZE] = {"size", K_INT, .required = true, .min = 1, .max = INT64_C(1) << 40,
                .label = N_("Dung lượng")},
    {.kind = K_END},
};

static int
post_begin(struct ctx *c)
{
    struct arrival x = {.size = in_int(c, B_SIZE), .id = "",
                        .name = upload_tidy(c->a, in_text(c, B_NAME))};

    if (x.size > config_of(c)->file_max)
        return fail_labelled(
            c, "size", x.name,
            N_("Tệp lớn quá mức cho phép, hãy giảm dung lượng hoặc tách thành nhiều tệp"));
    return answer(c, 201, arrival_text(c, &x), &x, 0, NULL);
}

/* --- its parts -------------------------------------------------------------------------------- */

enum { P_UPLOAD, P_OFFSET };
static const struct param IN_UPLOAD[] = {
    [P_UPLOAD] = {"upload", K_TEXT, .required = true, .max = TEXT_MAX},
    {.kind = K_END},
};
static const struct param IN_PART[] = {
    [P_UPLOAD] = {"upload", K_TEXT, .required = true, .max = TEXT_MAX},
    [P_OFFSET] = {"offset", K_INT, .required = true, .max = INT64_C(1) << 40},
    {.kind = K_END},
};

static int
find(struct ctx *c, struct arrival *x)
{
    if (!config_of(c)->store)
        return no_store(c);
    if (!arrival_open(c, in_text(c, P_UPLOAD), x))
        return fail(c, E_NOTFOUND, N_("Tệp này chưa được bắt đầu tải lên, hoặc đã quá 24 giờ"),
                    "upload");
    return OK;
}

static int
post_part(struct ctx *c)
{
    const char *why;
    struct arrival x;
    struct upload u;
    bool whole;
    int64_t at;
    int rc = find(c, &x);

    if (rc < 0 || (rc = half_add(c, config_of(c)->store, &x, in_int(c, P_OFFSET), c->req->body,
                                 c->req->body_n, &at, &u, &whole)) < 0)
        return rc;
    if (whole && (why = papers_judge(c, &u)))
        return fail_labelled(c, "file", u.name, why);
    return answer(c, 200, in_text(c, P_UPLOAD), &x, at, whole ? &u : NULL);
}

static int
get_state(struct ctx *c)
{
    struct arrival x;
    struct upload u;
    bool whole;
    int64_t at;
    int rc = find(c, &x);

    if (rc < 0 || (rc = half_state(c, config_of(c)->store, &x, &at, &u, &whole)) < 0)
        return rc;
    return answer(c, 200, in_text(c, P_UPLOAD), &x, at, whole ? &u : NULL);
}

static int
post_drop(struct ctx *c)
{
    struct arrival x;
    int rc = find(c, &x);

    if (rc < 0)
        return rc;
    half_drop(config_of(c)->store, &x);
    return answer(c, 200, in_text(c, P_UPLOAD), &x, 0, NULL);
}

#define ARRIVE(path, perm_get, perm_post, face, body)                                              \
    {POST, path, perm_post, RUN_ASIDE, body, SEES_NOBODY, face, IN_BEGIN, .run = post_begin,       \
     .about = "Begin a file that is sent in parts"},                                               \
    {GET, path "/{upload}", perm_get, RUN_INLINE, BODY_NONE, SEES_NOBODY, face, IN_UPLOAD,         \
     .run = get_state, .about = "How much of a file is here"},                                     \
    {POST, path "/{upload}/{offset}", perm_post, RUN_ASIDE, BODY_PART, SEES_NOBODY, face, IN_PART, \
     .run = post_part, .about = "The next part of a file; the last one names the content"}

const struct route papers_arrive_routes[] = {
    ARRIVE("/tai-len", PERM_SIGNED_IN, PERM_SIGNED_IN, FACE_SCRIPT, BODY_FORM),
    {POST, "/tai-len/{upload}/bo", PERM_SIGNED_IN, RUN_ASIDE, BODY_FORM, SEES_NOBODY, FACE_SCRIPT,
     IN_UPLOAD, .run = post_drop, .about = "Give a half file up"},
    ARRIVE("/api/v1/uploads", PERM_API_WRITE, PERM_API_WRITE, FACE_API, BODY_JSON),
    {0},
};
