/*
 * Files of a dossier or a draft, as they were handed in, as one PDF, and as a picture of the first
 * page: for the applicant and for officers.  Each asks content_servable() before a byte leaves.
 */
#include <string.h>

#include "auth/auth.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "http/reply.h"
#include "http/route.h"
#include "mod/dossiers/dossiers.h"
#include "mod/dossiers/drafts.h"
#include "mod/papers/papers.h"

/* Whose files: the first input names the owner. */
struct owned { int64_t id; enum content_reader who; };

static int
of_desk(struct ctx *c, struct owned *out)
{
    struct dossier d;
    int rc = dossiers_get(c, in_text(c, 0), PERM_DOSSIER_READ, &d);

    *out = (struct owned){d.id, READER_OFFICER};
    return rc;
}

static int
of_applicant(struct ctx *c, struct owned *out)
{
    struct dossier d;
    int rc = dossiers_get_own(c, in_text(c, 0), &d);

    *out = (struct owned){d.id, READER_OWNER};
    return rc;
}

static int
of_draft(struct ctx *c, struct owned *out)
{
    struct draft d = {0};
    int rc = draft_get(c, in_text(c, 0), &d);

    *out = (struct owned){d.id, READER_OWNER};
    json_decref(d.answers);
    return rc;
}

/* --- as handed in, and its first page --- */

enum { F_OWNER, F_SEQ };

static int
file_of(struct ctx *c, const struct owned *o, struct paper_file *f)
{
    int rc = papers_file(c, o->id, (int)in_int(c, F_SEQ), f);

    return rc < 0 ? rc : content_may_serve(c, &f->content, o->who);
}

/* A PDF that held scripts or attachments was made anew for officers. */
static bool
is_anew(const struct paper_file *f, enum content_reader who)
{
    return who == READER_OFFICER && strcmp(f->mime, "application/pdf") == 0 && *f->content.pdf;
}

static int
send_file(struct ctx *c, const struct owned *o)
{
    struct paper_file f;
    int rc = file_of(c, o, &f);

    if (rc < 0)
        return rc;
    return is_anew(&f, o->who) ? content_send_made(c, f.content.pdf, f.mime, f.name, o->who)
                               : reply_stored(c, f.sha256, f.mime, f.name, true);
}

static int
send_picture(struct ctx *c, const struct owned *o)
{
    struct paper_file f;
    int rc = file_of(c, o, &f);

    if (rc < 0)
        return rc;
    if (!*f.content.picture)
        return fail(c, E_NOTFOUND, N_("Tệp này chưa có ảnh xem trước"), "file %d", f.seq);
    return content_send_made(c, f.content.picture, "image/jpeg",
                             arena_fmt(c->a, "%s.jpg", f.name), o->who);
}

static int
desk_file(struct ctx *c)
{
    struct owned o;
    int rc = of_desk(c, &o);

    if (rc < 0)
        return rc;
    auth_log_seen(c, "dossier file", o.id, 0);
    return send_file(c, &o);
}

static int
desk_picture(struct ctx *c)
{
    struct owned o;
    int rc = of_desk(c, &o);

    if (rc < 0)
        return rc;
    auth_log_seen(c, "dossier file", o.id, 0);
    return send_picture(c, &o);
}

static int
own_file(struct ctx *c)
{
    struct owned o;
    int rc = of_applicant(c, &o);

    return rc < 0 ? rc : send_file(c, &o);
}

static int
draft_file(struct ctx *c)
{
    struct owned o;
    int rc = of_draft(c, &o);

    return rc < 0 ? rc : send_file(c, &o);
}

/* --- the photos of a paper as one PDF --- */

enum { D_OWNER, D_PAPER, D_ROUND };

static int
document_of(struct ctx *c, const struct owned *o, struct paper_document *d)
{
    return content_document(c, o->id, in_text(c, D_PAPER), (int)in_int(c, D_ROUND), o->who, d);
}

static int
send_document(struct ctx *c, const struct owned *o)
{
    struct paper_document d;
    int rc = document_of(c, o, &d);

    return rc < 0 ? rc
                  : content_send_made(c, d.sha256, "application/pdf",
                                      arena_fmt(c->a, "%s.pdf", in_text(c, D_PAPER)), o->who);
}

static int
desk_document(struct ctx *c)
{
    struct owned o;
    int rc = of_desk(c, &o);

    if (rc < 0)
        return rc;
    auth_log_seen(c, "dossier file", o.id, 0);
    return send_document(c, &o);
}

static int
desk_document_picture(struct ctx *c)
{
    struct paper_document d;
    struct owned o;
    int rc = of_desk(c, &o);

    if (rc < 0 || (rc = document_of(c, &o, &d)) < 0)
        return rc;
    if (!*d.picture)
        return fail(c, E_NOTFOUND, N_("Tệp này chưa có ảnh xem trước"), "document");
    auth_log_seen(c, "dossier file", o.id, 0);
    return content_send_made(c, d.picture, "image/jpeg",
                             arena_fmt(c->a, "%s.jpg", in_text(c, D_PAPER)), o.who);
}

static int
own_document(struct ctx *c)
{
    struct owned o;
    int rc = of_applicant(c, &o);

    return rc < 0 ? rc : send_document(c, &o);
}

/* --- how far they are: for the page's script, which asks again while something waits --- */

static int
state_of(struct ctx *c, const struct owned *o)
{
    const char *version;
    int waiting;
    int rc = papers_version_of(c, o->id, &waiting, &version);

    return rc < 0 ? rc : reply_json(c, 200, json_pack("{s:i, s:s}", "waiting", waiting, "version",
                                                      version));
}

static int
desk_state(struct ctx *c)
{
    struct owned o;
    int rc = of_desk(c, &o);

    return rc < 0 ? rc : state_of(c, &o);
}

static int
own_state(struct ctx *c)
{
    struct owned o;
    int rc = of_applicant(c, &o);

    return rc < 0 ? rc : state_of(c, &o);
}

static int
draft_state(struct ctx *c)
{
    struct owned o;
    int rc = of_draft(c, &o);

    return rc < 0 ? rc : state_of(c, &o);
}

/* --- rows --- */

#define CODE {"code", K_DOSSIER_CODE, .required = true, .label = N_("Mã hồ sơ")}
#define DRAFT {"draft", K_TOKEN, .required = true}
#define SEQ {"so", K_INT, .required = true, .min = 1, .max = 100000, .label = N_("Số của tệp")}
static const struct param IN_FILE[] = {CODE, SEQ, {.kind = K_END}};
static const struct param IN_DRAFT_FILE[] = {DRAFT, SEQ, {.kind = K_END}};
static const struct param IN_DOCUMENT[] = {
    CODE,
    {"giay", K_CODE, .required = true, .label = N_("Giấy tờ")},
    {"lan", K_INT, .required = true, .min = 0, .max = 1000, .label = N_("Lần nộp")},
    {.kind = K_END},
};
static const struct param IN_CODE[] = {CODE, {.kind = K_END}};
static const struct param IN_DRAFT[] = {DRAFT, {.kind = K_END}};

#define DESK_ROW(path, sees, face, in, handler, say)                                               \
    {GET, path, PERM_DOSSIER_READ, RUN_INLINE, BODY_NONE, sees, face, in, .run = handler,          \
     .about = say}
#define OWN_ROW(path, face, in, handler, say)                                                      \
    {GET, path, PERM_CITIZEN, RUN_INLINE, BODY_NONE, SEES_NOBODY, face, in, .run = handler,        \
     .about = say}

const struct route dossiers_files_routes[];
const struct route dossiers_files_routes[] = {
    DESK_ROW("/can-bo/ho-so/{code}/tep/{so}", SEES_PERSON, FACE_DESK, IN_FILE, desk_file,
             "One file of a dossier, shown in the browser"),
    DESK_ROW("/can-bo/ho-so/{code}/tep/{so}/anh", SEES_PERSON, FACE_FILE, IN_FILE, desk_picture,
             "A picture of a file's first page"),
    DESK_ROW("/can-bo/ho-so/{code}/tai-lieu/{giay}/{lan}", SEES_PERSON, FACE_FILE, IN_DOCUMENT,
             desk_document, "The photos of a paper as one PDF"),
    DESK_ROW("/can-bo/ho-so/{code}/tai-lieu/{giay}/{lan}/anh", SEES_PERSON, FACE_FILE, IN_DOCUMENT,
             desk_document_picture, "A picture of its first page"),
    DESK_ROW("/can-bo/ho-so/{code}/giay-to/tinh-trang", SEES_NOBODY, FACE_FILE, IN_CODE,
             desk_state, "How far the check of a dossier's files is"),
    OWN_ROW("/ho-so/{code}/tep/{so}", FACE_FILE, IN_FILE, own_file,
            "A file of the citizen's own dossier"),
    OWN_ROW("/ho-so/{code}/tai-lieu/{giay}/{lan}", FACE_FILE, IN_DOCUMENT, own_document,
            "The photos of a paper of the citizen's own dossier as one PDF"),
    OWN_ROW("/ho-so/{code}/giay-to/tinh-trang", FACE_FILE, IN_CODE, own_state,
            "How far the check of one's own files is"),
    {GET, "/nop/{draft}/tep/{so}", PERM_APPLY, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_FILE,
     IN_DRAFT_FILE, .run = draft_file, .about = "A file of a draft"},
    {GET, "/nop/{draft}/giay-to/tinh-trang", PERM_APPLY, RUN_INLINE, BODY_NONE, SEES_NOBODY,
     FACE_FILE, IN_DRAFT, .run = draft_state, .about = "How far the check of a draft's files is"},
    {0},
};
