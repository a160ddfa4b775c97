/* /quan-tri/giay-to: the queue of papers and what went wrong in it. */
#include "site/contents.h"

#include "base/err.h"
#include "contents.page.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/route.h"
#include "mod/dossiers/dossiers.h"
#include "mod/papers/papers.h"
#include "site/gate.h"

static int
add_owner(struct ctx *c, int64_t owner, struct contents_row *row)
{
    struct contents_owner *o = &row->owners[row->owners_n];
    int rc = dossiers_code_of(c, owner, PERM_DOSSIER_READ, &o->code, &o->reached);

    row->owners_n += rc == OK;
    return rc;
}

static int
add_owners(struct ctx *c, struct contents_row *row)
{
    int64_t *owners;
    size_t n;
    int rc = papers_owners_of(c, row->k.sha256, CONTENT_OWNERS, &owners, &n);

    for (size_t i = 0; i < n && rc == OK; i++)
        rc = add_owner(c, owners[i], row);
    return rc;
}

static int
add_list(struct ctx *c, enum content_trouble t, struct contents_list *out)
{
    struct content *v;
    int rc = content_troubles(c, t, CONTENTS_SHOWN, &v, &out->n);

    out->p = arena_get(c->a, (out->n + 1) * sizeof *out->p);
    for (size_t i = 0; i < out->n && rc == OK; i++) {
        out->p[i].k = v[i];
        rc = add_owners(c, &out->p[i]);
    }
    return rc;
}

static int
page_contents_now(struct ctx *c)
{
    struct gate *g = ((struct visit *)c->req->app)->g;
    struct contents_view v = {.now = intake_view(g->intake), .clamd = c->site->config.clamd,
                              .required = c->site->config.scan_required};
    int rc;

    if ((rc = content_figures(c, &v.queue)) < 0 ||
        (rc = add_list(c, TROUBLE_INFECTED, &v.infected)) < 0 ||
        (rc = add_list(c, TROUBLE_FAILED, &v.failed)) < 0 ||
        (rc = add_list(c, TROUBLE_REFUSED, &v.refused)) < 0)
        return rc;
    return page_contents(c, &v);
}

static int
post_again(struct ctx *c)
{
    int n = content_retry(c);

    if (n < 0)
        return n;
    flash(c, n ? N_("Các giấy tờ bị lỗi được kiểm tra lại ngay bây giờ.")
               : N_("Không có giấy tờ nào bị lỗi."));
    return redirect(c, "/quan-tri/giay-to");
}

static const struct param IN_ONE[] = {
    {"tep", K_TOKEN, .required = true, .min = 64, .max = 64, .label = N_("Tệp")},
    {.kind = K_END},
};

static int
post_one(struct ctx *c)
{
    int rc = content_retry_one(c, in_text(c, 0));

    if (rc < 0)
        return rc;
    flash(c, N_("Tệp này được kiểm tra lại ngay bây giờ."));
    return redirect(c, "/quan-tri/giay-to");
}

const struct route site_contents_routes[];
const struct route site_contents_routes[] = {
    {GET, "/quan-tri/giay-to", PERM_ADMIN_SETTINGS, RUN_READ_LANE, BODY_NONE, SEES_NOBODY,
     FACE_ADMIN, IN_NONE, .run = page_contents_now,
     .about = "Papers that wait, are infected, cannot be read or failed"},
    {POST, "/quan-tri/giay-to/thu-lai", PERM_ADMIN_SETTINGS, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY,
     FACE_ADMIN, IN_NONE, .run = post_again, .page = page_contents_now,
     .about = "Try all that failed once more"},
    {POST, "/quan-tri/giay-to/mot", PERM_ADMIN_SETTINGS, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY,
     FACE_ADMIN, IN_ONE, .run = post_one, .page = page_contents_now,
     .about = "Look at one file once more"},
    {0},
};
