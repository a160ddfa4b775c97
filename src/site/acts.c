/* /quan-tri/nhat-ky/quan-tri: the journal of administration for who may read it. */
#include "site/acts.h"

#include <string.h>

#include "acts.page.h"
#include "auth/auth.h"
#include "auth/typed.h"
#include "base/id.h"
#include "base/json.h"
#include "base/po.h"
#include "http/params.h"
#include "http/reply.h"
#include "http/route.h"
#include "mod/agencies/agencies.h"
#include "site/audit.h"
#include "site/site.h"

#define ROOT "/quan-tri/nhat-ky/quan-tri"
enum { PAGE_ROWS = 50, PAPER_ROWS = 500, CSV_ROWS = 10000, CSV_PART = 500, CSV_LOOKS = 40 };

enum { L_SINCE, L_UNTIL, L_LOGIN, L_KIND, L_UNIT, L_OBJECT, L_FROM };
static const struct param IN_LIST[] = {
    [L_SINCE] = {"tu-ngay", K_DATE, .label = N_("Từ ngày")},
    [L_UNTIL] = {"den-ngay", K_DATE, .label = N_("Đến ngày")},
    [L_LOGIN] = {"nguoi-lam", K_CODE, .number = true,
                 .label = N_("Tên đăng nhập của người làm")},
    [L_KIND] = {"viec", K_CODE, .label = N_("Việc")},
    [L_UNIT] = {"co-quan", K_CODE, .label = N_("Mã cơ quan")},
    [L_OBJECT] = {"doi-tuong", K_TEXT, .max = 200, .number = true,
                  .label = N_("Đối tượng")},
    [L_FROM] = {"tu", K_TOKEN},
    {.kind = K_END},
};

/* --- what is asked for ----------------------------------------------------------------------- */

static void
reader(struct ctx *c, struct acts_filter *f)
{
    const struct agency *root = agencies_root(c->site->agencies, vn_day(c->now));

    *f = (struct acts_filter){.what = "", .login = "", .object = "", .upto = INT64_MAX,
                              .perm = PERM_BIT(PERM_JOURNAL)};
    f->city = root && auth_reaches(c, c->account, root->id, PERM_JOURNAL);
}

static int
filter_of(struct ctx *c, struct acts_filter *f)
{
    const struct agency *g = agencies_latest(c->site->agencies, in_text(c, L_UNIT));
    int64_t before = audit_token_read(c, in_text(c, L_FROM));

    reader(c, f);
    f->login = in_text(c, L_LOGIN);
    f->object = in_text(c, L_OBJECT);
    f->unit = g ? g->id : 0;
    if (in_has(c, L_UNIT) && !g)
        fail_labelled(c, "co-quan", N_("Mã cơ quan"), N_("Không có cơ quan này"));
    if (in_has(c, L_KIND) && !(f->what = acts_what(in_text(c, L_KIND), &f->commands)))
        fail_labelled(c, "viec", N_("Việc"), N_("Không có loại việc này"));
    if (in_has(c, L_SINCE))
        f->from = id_floor(vn_utc(in_date(c, L_SINCE), 0));
    if (in_has(c, L_UNTIL))
        f->upto = id_floor(vn_utc(in_date(c, L_UNTIL) + 1, 0));
    f->upto = before && before < f->upto ? before : f->upto;
    return c->faults.n ? E_INVALID : OK;
}

/* --- lists ----------------------------------------------------------------------------------- */

/* Up to `max`; *next: what is older begins below this id, 0 nothing is. */
static int
rows_of(struct ctx *c, const struct acts_filter *f, size_t max, bool whole, struct act_row **out,
        size_t *n, int64_t *next)
{
    acts_found all = {0};
    int64_t looked;
    int rc = acts_find(c, f, (int64_t)max + 1, &all, &looked);

    *n = all.n > max ? max : all.n;
    *out = arena_get(c->a, (*n + 1) * sizeof **out);
    *next = all.n > max ? all.p[max - 1].e.id : looked;
    for (size_t i = 0; i < *n && rc == OK; i++) {
        rc = acts_say(c, &all.p[i], whole, &(*out)[i]);
        (*out)[i].token = audit_token(c, all.p[i].e.id);
    }
    return rc;
}

/* What paper says it is a list of. */
static const char *
chosen(struct ctx *c)
{
    struct buf b;

    buf_init(&b, c->a, 4096);
    for (int i = L_SINCE; i < L_FROM; i++)
        if (in_has(c, i)) {
            const char *v = IN_LIST[i].kind == K_DATE ? date_vi(c->a, in_date(c, i))
                                                      : in_text(c, i);

            buf_fmt(&b, "%s%s: %s", b.n ? "; " : "", tr(c, IN_LIST[i].label), v);
        }
    return b.p;
}

static int
list(struct ctx *c, size_t max, struct acts_filter *f, struct acts_view *v)
{
    struct act_row *rows;
    int64_t next;
    int rc = filter_of(c, f);

    if (rc < 0 || (rc = rows_of(c, f, max, false, &rows, &v->n, &next)) < 0)
        return rc;
    v->filter = f;
    v->p = rows;
    v->more = next != 0;
    v->next = next ? audit_token(c, next) : NULL;
    if (next && v->n < max)
        v->looked = date_vi(c->a, vn_day(id_time(next)));
    v->csv = audit_address(c, ROOT ".csv", L_SINCE, L_FROM);
    v->print = audit_address(c, ROOT "/in", L_SINCE, L_FROM);
    v->kinds = acts_kinds(c, &v->n_kinds);
    v->chosen = chosen(c);
    v->n_tabs = audit_tabs(c, AUDIT_DONE, v->tabs);
    return OK;
}

static int
get_list(struct ctx *c)
{
    struct acts_filter f;
    struct acts_view v = {0};
    int rc = list(c, PAGE_ROWS, &f, &v);

    return rc < 0 ? rc : page_acts_list(c, &v);
}

static int
get_paper(struct ctx *c)
{
    struct acts_filter f;
    struct acts_view v = {0};
    int rc = list(c, PAPER_ROWS, &f, &v);

    return rc < 0 ? rc : page_acts_paper(c, &v);
}

/* --- CSV ------------------------------------------------------------------------------------- */

static const char *
changed_text(struct ctx *c, const struct act_row *r)
{
    struct buf b;

    buf_init(&b, c->a, 32 << 10);
    for (size_t i = 0; i < r->n; i++) {
        const struct act_change *p = &r->p[i];

        if (p->before)
            buf_fmt(&b, "%s%s: %s → %s", b.n ? "; " : "", p->label, p->before, p->after);
        else
            buf_fmt(&b, "%s%s: %s", b.n ? "; " : "", p->label, p->after);
    }
    return b.p;
}

static void
csv_row(struct ctx *c, const struct act_row *r)
{
    const struct act *e = &r->f->e;
    const char *cells[] = {
        moment_vi(c->a, e->at), r->who, r->f->login, r->office, r->kind, r->subject, r->said,
        changed_text(c, r), arena_fmt(c->a, "%" PRId64, e->chain),
        arena_fmt(c->a, "%" PRId64, e->number),
        r->head.number ? moment_vi(c->a, r->head.at) : "",
    };

    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        if (i)
            buf_char(&c->out->body, ',');
        buf_csv(&c->out->body, cells[i]);
    }
    buf_lit(&c->out->body, "\r\n");
}

/* Up to CSV_ROWS acts of those that so many looks go through; what follows is asked for by an
 * earlier day. */
static int
get_csv(struct ctx *c)
{
    struct acts_filter f;
    struct act_row *rows;
    size_t n, sent = 0, looks = 0;
    int rc = filter_of(c, &f);

    if (rc < 0)
        return rc;
    reply_download(c, "text/csv; charset=utf-8",
                   arena_fmt(c->a, "nhat-ky-quan-tri-%s.csv", date_iso(c->a, vn_day(c->now))));
    buf_lit(&c->out->body, "\xEF\xBB\xBF"
                           "at,name,login,agency,act,object,sentence,changes,"
                           "chain,number,sealed\r\n");
    do {
        if ((rc = rows_of(c, &f, CSV_PART, true, &rows, &n, &f.upto)) < 0)
            return rc;
        for (size_t i = 0; i < n; i++)
            csv_row(c, &rows[i]);
        sent += n;
    } while (f.upto && sent < CSV_ROWS && ++looks < CSV_LOOKS);
    return OK;
}

/* --- one act --------------------------------------------------------------------------------- */

enum { O_ACT };
static const struct param IN_ONE[] = {[O_ACT] = {"muc", K_TOKEN, .required = true},
                                      {.kind = K_END}};

static int
find(struct ctx *c, struct act_found *out)
{
    struct acts_filter f;

    reader(c, &f);
    return acts_find_one(c, &f, audit_token_read(c, in_text(c, O_ACT)), out);
}

static int
get_one(struct ctx *c)
{
    struct act_found f;
    struct act_row r;
    int rc = find(c, &f);

    if (rc < 0 || (rc = acts_say(c, &f, true, &r)) < 0)
        return rc;
    r.token = audit_token(c, f.e.id);
    return page_acts_one(c, &r);
}

/* The file that `motcua audit verify --receipt` takes. */
static int
get_proof(struct ctx *c)
{
    struct act_found f;
    struct seal_proof p;
    json_t *proof;
    int rc = find(c, &f);

    if (rc < 0)
        return rc;
    if ((rc = act_proof(c, &f.e, &p)) == E_NOTFOUND)
        return fail(c, E_CONFLICT,
                    N_("Việc này chưa được niêm phong. Hãy tải lại sau vài phút."), "not sealed");
    if (rc < 0)
        return rc;
    reply_download(c, "application/json",
                   arena_fmt(c->a, "bang-chung-quan-tri-%" PRId64 "-%" PRId64 ".json", f.e.chain,
                             f.e.number));
    proof = seal_proof_json(c->a, &p);
    buf_str(&c->out->body, json_text(c->a, proof));
    json_decref(proof);
    buf_char(&c->out->body, '\n');
    return OK;
}

#define ROW(path_, face_, in_, run_, about_)                                                       \
    {GET, path_, PERM_JOURNAL, RUN_READ_LANE, BODY_NONE, SEES_PERSON, face_, in_, .run = run_,     \
     .about = about_}

const struct route site_acts_routes[];
const struct route site_acts_routes[] = {
    ROW(ROOT, FACE_ADMIN, IN_LIST, get_list, "The journal of administration, with filters"),
    {POST, ROOT, PERM_JOURNAL, RUN_READ_FIRST, BODY_FORM, SEES_PERSON, FACE_ADMIN, IN_LIST,
     .run = typed_go, .page = get_list, .about = TYPED_ABOUT},
    ROW(ROOT ".csv", FACE_FILE, IN_LIST, get_csv, "The journal of administration as CSV"),
    ROW(ROOT "/in", FACE_ADMIN, IN_LIST, get_paper, "The journal of administration on paper"),
    ROW(ROOT "/{muc}", FACE_ADMIN, IN_ONE, get_one, "One act of administration, and its seal"),
    ROW(ROOT "/{muc}/bang-chung", FACE_FILE, IN_ONE, get_proof,
        "Proof that one act of administration is in the sealed log"),
    {0},
};
