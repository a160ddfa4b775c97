/* What an applicant carries away: a dossier's events, each with its place in the sealed log. */
#include <string.h>

#include "base/date.h"
#include "http/params.h"
#include "http/reply.h"
#include "http/route.h"
#include "mod/dossiers/dossiers_seal.h"
#include "mod/workflow/workflow.h"

#define FORMAT "motcua-receipt/1"

static int
event_json(struct ctx *c, const struct dossier *d, const struct audit_leaf *l, json_t **out)
{
    struct seal_leaf at;
    struct seal_proof proof = {0};
    int rc = seal_find(c, AUDIT_DOSSIER, d->id, l->version, &at);

    if (rc == OK)
        rc = seal_proof(c, l, &at, &proof);
    if (rc < 0 && rc != E_NOTFOUND)
        return rc;
    *out = json_pack("{s:I, s:s, s:s, s:o}", "event", (json_int_t)l->version, "at",
                     moment_rfc3339(c->a, l->at), "action",
                     workflow_action((enum action)l->action)->word, "proof",
                     rc == OK ? seal_proof_json(c->a, &proof) : json_null());
    c->err = (struct err){0};
    return OK;
}

int
dossiers_receipt(struct ctx *c, const struct dossier *d, enum audience who, json_t **out)
{
    struct audit_leaf *leaves;
    json_t *events = json_array(), *one;
    size_t n;
    int rc = dossiers_leaves(c, d, who, &leaves, &n);

    for (size_t i = 0; i < n && rc == OK; i++)
        if ((rc = event_json(c, d, &leaves[i], &one)) == OK)
            json_array_append_new(events, one);
    *out = json_pack("{s:s, s:s, s:o}", "format", FORMAT, "dossier", d->code, "events", events);
    return rc;
}

int
dossiers_sealed_upto(struct ctx *c, const struct dossier *d, int64_t *upto)
{
    struct seal_leaf at;
    struct seal_head h;
    int64_t newest = seal_upto(c, AUDIT_DOSSIER, d->id);
    int rc = newest ? seal_head_newest(c, &h) : E_NOTFOUND;

    *upto = 0;
    for (; rc == OK && newest > 0 && !*upto; newest--)
        if ((rc = seal_find(c, AUDIT_DOSSIER, d->id, newest, &at)) == OK && at.position < h.size)
            *upto = newest;
    if (rc == E_NOTFOUND) {
        c->err = (struct err){0};
        rc = OK;
    }
    return rc;
}

static int
download(struct ctx *c, const struct dossier *d, enum audience who)
{
    json_t *j = NULL;
    int rc = dossiers_receipt(c, d, who, &j);
    char *text;

    if (rc < 0)
        return rc;
    text = json_dumps(j, JSON_INDENT(1));
    rc = reply_download(c, "application/json", arena_fmt(c->a, "niem-phong-%s.json", d->code));
    buf_str(&c->out->body, text);
    buf_char(&c->out->body, '\n');
    return rc;
}

enum { P_CODE };
static const struct param IN_OWN[] = {[P_CODE] = {"code", K_DOSSIER_CODE, .required = true},
                                      {.kind = K_END}};
static const struct param IN_PUBLIC[] = {
    [P_CODE] = {"ma", K_DOSSIER_CODE, .required = true, .label = N_("Mã hồ sơ")},
    {.kind = K_END},
};
static const struct param IN_API[] = {[P_CODE] = {"dossier", K_DOSSIER_CODE, .required = true},
                                      {.kind = K_END}};

static int
get_own(struct ctx *c)
{
    struct dossier d;
    int rc = dossiers_get_own(c, in_text(c, P_CODE), &d);

    return rc < 0 ? rc : download(c, &d, FOR_APPLICANT);
}

/* By the code alone: what the look-up shows to everybody. */
static int
find_public(struct ctx *c, struct dossier *d)
{
    bool open;
    int rc = dossiers_lookup(c, in_text(c, P_CODE), NULL, d, &open);

    if (rc == OK && !dossiers_shown(d, open))
        return fail(c, E_NOTFOUND, N_("Không tìm thấy hồ sơ này"), "%s is confidential", d->code);
    return rc;
}

static int
get_public(struct ctx *c)
{
    struct dossier d;
    int rc = find_public(c, &d);

    return rc < 0 ? rc : download(c, &d, FOR_PUBLIC);
}

static int
get_api(struct ctx *c)
{
    struct dossier d;
    json_t *j = NULL;
    int rc = find_public(c, &d);

    if (rc == OK)
        rc = dossiers_receipt(c, &d, FOR_PUBLIC, &j);
    return rc < 0 ? rc : reply_json(c, 200, j);
}

/* clang-format off */
const struct route dossiers_seal_routes[];
const struct route dossiers_seal_routes[] = {
    {GET, "/tra-cuu/niem-phong", PERM_PUBLIC, RUN_READ_LANE, BODY_NONE, SEES_NOBODY, FACE_FILE,
     IN_PUBLIC, .run = get_public,
     .about = "Proofs that the public events of a dossier are in the sealed log"},
    {GET, "/ho-so/{code}/niem-phong", PERM_CITIZEN, RUN_READ_LANE, BODY_NONE, SEES_NOBODY,
     FACE_FILE, IN_OWN, .run = get_own,
     .about = "Proofs that all events of an own dossier are in the sealed log"},
    {GET, "/api/v1/seal/proof", PERM_PUBLIC, RUN_READ_LANE, BODY_NONE, SEES_NOBODY, FACE_API,
     IN_API, .run = get_api,
     .about = "The public events of a dossier with their proofs of inclusion (RFC 9162)"},
    {0},
};
/* clang-format on */
