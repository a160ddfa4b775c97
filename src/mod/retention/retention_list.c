/* Lists of what is to be destroyed: proposed by one, decided by another, carried out by a job. */
#include <string.h>

#include "auth/auth.h"
#include "base/id.h"
#include "mod/catalogue/catalogue_retention.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/digitise/digitise.h"
#include "mod/dossiers/dossiers_archive.h"
#include "mod/results/issued.h"
#include "mod/retention/retention_sql.h"
#include "site/site.h"

enum { CODE = 8, BATCH = 10, REASON_MIN = 5 };

/* --- looking ---------------------------------------------------------------------------------- */

int
destroy_lists(struct ctx *c, int64_t before, size_t limit, struct destroy_list **out, size_t *n)
{
    destroy_lists_vec v = {0};
    int rc = destroy_sql_lists(c, before ? before : INT64_MAX, limit, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
destroy_get(struct ctx *c, const char *code, struct destroy_list *out)
{
    return destroy_sql_get(c, code, out);
}

int
destroy_items(struct ctx *c, const struct destroy_list *l, int64_t after, size_t limit,
              struct destroy_item **out, size_t *n)
{
    destroy_items_vec v = {0};
    int rc = destroy_sql_items(c, l->id, after, 0, limit, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
destroy_sums(struct ctx *c, const struct destroy_list *l, struct destroy_sums *out)
{
    return destroy_sql_sums(c, l->id, out);
}

static int
one_item(struct ctx *c, const struct destroy_list *l, int64_t seq, struct destroy_item *out)
{
    destroy_items_vec v = {0};
    int rc = destroy_sql_items(c, l->id, seq - 1, 0, 1, &v);

    if (rc < 0)
        return rc;
    if (v.n == 0 || v.p[0].seq != seq)
        return fail(c, E_NOTFOUND, N_("Danh mục không có mục này"), "%s: %" PRId64, l->code, seq);
    *out = v.p[0];
    return OK;
}

/* --- proposing -------------------------------------------------------------------------------- */

/* From one state to another, with the sums. */
static int
move(struct ctx *c, const struct kept *was, enum kept_state to, int64_t list)
{
    struct kept k = *was;
    int rc;

    k.state = to;
    k.list = list;
    if (to == KEPT_DESTROYED) {
        k.destroyed_at = c->now;
        k.package = "";
        k.package_size = 0;
    }
    if ((rc = kept_sql_state(c, &k, was->state)) < 0 || (rc = kept_sql_count(c, was, -1)) < 0)
        return rc;
    return kept_sql_count(c, &k, 1);
}

static int
count_files(struct ctx *c, struct destroy_item *i)
{
    struct paper_file *f;
    struct result *r;
    size_t n, n_results;
    int rc = papers_files(c, i->dossier, &f, &n);

    if (rc < 0 || (rc = results_of(c, i->dossier, &r, &n_results)) < 0)
        return rc;
    for (size_t k = 0; k < n; k++) {
        i->files++;
        i->bytes += f[k].size;
    }
    for (size_t k = 0; k < n_results; k++)
        if (result_is_issued(r[k].state) && !result_holds(&r[k], vn_day(c->now))) {
            i->files++;
            i->bytes += r[k].size;
        }
    return OK;
}

static int
add_item(struct ctx *c, const struct destroy_list *l, int64_t seq, const struct kept *k)
{
    const struct procedure *p = catalogue_version(c->site->catalogue, k->procedure_version);
    const struct keep_rule *rule = catalogue_keep_rule(c->site->catalogue, k->rule);
    struct destroy_item i = {
        .list = l->id, .seq = seq, .dossier = k->dossier, .code = k->code,
        .title = p ? catalogue_title(p) : k->procedure, .opened_on = vn_day(k->submitted_at),
        .closed_on = k->closed_on, .rule = rule ? rule->name : k->rule, .years = k->years,
        .end_year = k->end_year};
    int rc;

    if (k->unit != l->unit || !retention_is_past(k, vn_day(c->now)))
        return fail(c, E_CONFLICT, N_("Có hồ sơ chưa hết thời hạn, đang được giữ lại hoặc đã có "
                                      "trong danh mục khác"), "%s cannot be proposed", k->code);
    if ((rc = count_files(c, &i)) < 0 || (rc = destroy_sql_item_add(c, &i)) < 0)
        return rc;
    return move(c, k, KEPT_LISTED, l->id);
}

int
destroy_propose(struct ctx *c, int64_t unit, const char *reason, const struct kept *k, size_t n,
                struct destroy_list *out)
{
    int rc;

    if (strlen(reason) < REASON_MIN)
        return fail_field(c, "ly-do", N_("Hãy ghi rõ lý do đề nghị hủy"));
    if (n == 0)
        return fail_field(c, "chon", N_("Hãy chọn ít nhất một hồ sơ"));
    if (n > DESTROY_ITEMS_MAX)
        return fail_field(c, "chon", N_("Mỗi danh mục có nhiều nhất 1.000 hồ sơ"));
    *out = (struct destroy_list){
        .id = id_next(), .code = token_human(c->a, CODE), .unit = unit, .state = LIST_DRAFT,
        .version = 1, .reason = reason, .basis = "", .items = (int64_t)n,
        .created_by = c->account, .created_at = c->now};
    rc = destroy_sql_add(c, out);
    for (size_t i = 0; i < n && rc == OK; i++)
        rc = add_item(c, out, (int64_t)i + 1, &k[i]);
    return rc;
}

static int
must_be(struct ctx *c, const struct destroy_list *l, enum destroy_state s)
{
    return l->state == s ? OK
                         : fail(c, E_CONFLICT, N_("Danh mục không còn ở bước này, hãy xem lại"),
                                "list %s is in state %d", l->code, (int)l->state);
}

/* Back to what is kept: it may be proposed again. */
static int
give_back(struct ctx *c, const struct destroy_item *i)
{
    struct kept k;
    int rc = kept_sql_row(c, i->dossier, &k);

    return rc < 0 ? rc : k.state == KEPT_LISTED ? move(c, &k, KEPT, 0) : OK;
}

int
destroy_take_off(struct ctx *c, struct destroy_list *l, int64_t seq)
{
    struct destroy_item i;
    int rc = must_be(c, l, LIST_DRAFT);

    if (rc < 0 || (rc = one_item(c, l, seq, &i)) < 0 ||
        (rc = destroy_sql_item_remove(c, l->id, seq)) < 0 || (rc = give_back(c, &i)) < 0)
        return rc;
    l->items--;
    return destroy_sql_save(c, l);
}

int
destroy_send(struct ctx *c, struct destroy_list *l)
{
    const struct keep_rules *rules = catalogue_keep_rules(c->site->catalogue);
    int rc = must_be(c, l, LIST_DRAFT);

    if (rc < 0)
        return rc;
    if (l->items == 0)
        return fail(c, E_CONFLICT, N_("Danh mục không còn hồ sơ nào"), "%s is empty", l->code);
    l->state = LIST_SENT;
    l->basis = rules->basis;
    l->wait_days = rules->wait_days;
    l->sent_by = c->account;
    l->sent_at = c->now;
    return destroy_sql_save(c, l);
}

/* All that is not destroyed goes back. */
static int
give_all_back(struct ctx *c, const struct destroy_list *l, enum item_state from,
              enum item_state to, const char *note)
{
    destroy_items_vec v = {0};
    int rc = destroy_sql_items(c, l->id, 0, from, DESTROY_ITEMS_MAX, &v);

    for (size_t i = 0; i < v.n && rc == OK; i++) {
        v.p[i].state = to;
        v.p[i].note = note;
        rc = destroy_sql_item_move(c, &v.p[i], from);
        rc = rc < 0 ? rc : give_back(c, &v.p[i]);
    }
    return rc;
}

int
destroy_drop(struct ctx *c, struct destroy_list *l)
{
    int rc = OK;

    if (l->state != LIST_DRAFT)
        rc = must_be(c, l, LIST_SENT);
    if (rc < 0 || (rc = give_all_back(c, l, ITEM_OPEN, ITEM_KEPT, "")) < 0 ||
        (rc = give_all_back(c, l, ITEM_AGREED, ITEM_KEPT, "")) < 0)
        return rc;
    l->state = LIST_DROPPED;
    l->done_at = c->now;
    return destroy_sql_save(c, l);
}

/* --- deciding --------------------------------------------------------------------------------- */

bool
destroy_may_decide(struct ctx *c, const struct destroy_list *l)
{
    return c->account && c->account != l->created_by && c->account != l->sent_by &&
           auth_reaches(c, c->account, l->unit, PERM_DOSSIER_DECIDE);
}

static int
must_decide(struct ctx *c, const struct destroy_list *l)
{
    int rc = must_be(c, l, LIST_SENT);

    if (rc < 0 || destroy_may_decide(c, l))
        return rc;
    return fail(c, E_DENIED, N_("Người lập hoặc trình danh mục không được phê duyệt; việc này của "
                                "lãnh đạo khác"), "list %s: the same person, or no leader",
                l->code);
}

static int
decide(struct ctx *c, struct destroy_item *i, bool agree, const char *note)
{
    int rc;

    i->state = agree ? ITEM_AGREED : ITEM_REFUSED;
    i->note = agree ? "" : note;
    i->decided_by = c->account;
    i->decided_at = c->now;
    rc = destroy_sql_item_move(c, i, ITEM_OPEN);
    return rc < 0 || agree ? rc : give_back(c, i);
}

int
destroy_decide(struct ctx *c, struct destroy_list *l, int64_t seq, bool agree, const char *note)
{
    struct destroy_item i;
    int rc = must_decide(c, l);

    if (rc < 0 || (rc = one_item(c, l, seq, &i)) < 0)
        return rc;
    if (!agree && !*note)
        return fail_field(c, "ly-do", N_("Hãy ghi rõ lý do không đồng ý"));
    if ((rc = decide(c, &i, agree, note)) < 0)
        return rc;
    return destroy_sql_save(c, l);
}

int
destroy_decide_rest(struct ctx *c, struct destroy_list *l)
{
    destroy_items_vec v = {0};
    int rc = must_decide(c, l);

    if (rc < 0 || (rc = destroy_sql_items(c, l->id, 0, ITEM_OPEN, DESTROY_ITEMS_MAX, &v)) < 0)
        return rc;
    for (size_t i = 0; i < v.n && rc == OK; i++)
        rc = decide(c, &v.p[i], true, "");
    return rc < 0 ? rc : destroy_sql_save(c, l);
}

int
destroy_approve(struct ctx *c, struct destroy_list *l)
{
    struct destroy_sums n;
    int rc = must_decide(c, l);

    if (rc < 0 || (rc = destroy_sql_sums(c, l->id, &n)) < 0)
        return rc;
    if (n.open)
        return fail(c, E_CONFLICT, N_("Còn hồ sơ chưa được quyết định"), "%s: %" PRId64 " open",
                    l->code, n.open);
    l->state = n.agreed ? LIST_APPROVED : LIST_DROPPED;
    l->decided_by = c->account;
    l->decided_at = c->now;
    l->destroy_at = n.agreed ? vn_utc(vn_day(c->now) + (day)l->wait_days + 1, 0) : 0;
    l->done_at = n.agreed ? 0 : c->now;
    return destroy_sql_save(c, l);
}

int
destroy_stop(struct ctx *c, struct destroy_list *l, const char *note)
{
    struct destroy_sums n;
    int rc = must_be(c, l, LIST_APPROVED);

    if (rc == OK && !auth_reaches(c, c->account, l->unit, PERM_DOSSIER_DECIDE))
        return fail(c, E_DENIED, N_("Việc này của lãnh đạo"), "list %s", l->code);
    if (rc < 0 || (rc = destroy_sql_sums(c, l->id, &n)) < 0 ||
        (rc = give_all_back(c, l, ITEM_AGREED, ITEM_KEPT, note)) < 0)
        return rc;
    l->state = n.destroyed ? LIST_DONE : LIST_DROPPED;
    l->done_at = c->now;
    return destroy_sql_save(c, l);
}

/* --- the job ---------------------------------------------------------------------------------- */

static const char *
name_of(struct ctx *c, int64_t account)
{
    struct account a;

    return account && auth_account_get(c, account, &a) == OK ? a.name : "";
}

/* What was held back since, or is no longer past its period by newer rules, stays. */
static const char *
why_kept(const struct kept *k, const struct destroy_item *i, day today)
{
    if (k->held_at)
        return N_("Được giữ lại sau khi phê duyệt");
    if (k->state != KEPT_LISTED || k->list != i->list)
        return N_("Không còn trong danh mục này");
    return k->end_year < date_ymd(today).y ? NULL : N_("Chưa hết thời hạn bảo quản");
}

static int
keep_item(struct ctx *c, struct destroy_item *i, const char *why)
{
    int rc;

    i->state = ITEM_KEPT;
    i->note = why;
    rc = destroy_sql_item_move(c, i, ITEM_AGREED);
    return rc < 0 ? rc : give_back(c, i);
}

static int
destroy_item(struct ctx *c, const struct destroy_list *l, struct destroy_item *i)
{
    struct destruction w = {.list = l->code, .rule = i->rule,
                            .proposed_by = name_of(c, l->sent_by),
                            .approved_by = name_of(c, i->decided_by),
                            .approved_at = l->decided_at};
    struct destroyed n;
    struct kept k;
    const char *why;
    int rc = kept_sql_row(c, i->dossier, &k);

    if (rc < 0)
        return rc;
    if ((why = why_kept(&k, i, vn_day(c->now))) != NULL)
        return keep_item(c, i, why);
    if ((rc = dossiers_destroy(c, i->dossier, &w, &n)) < 0 ||
        (rc = digitise_forget(c, i->dossier)) < 0 ||
        (rc = move(c, &k, KEPT_DESTROYED, l->id)) < 0)
        return rc;
    i->state = ITEM_DESTROYED;
    i->destroyed_at = c->now;
    i->files = n.files + n.results;
    i->bytes = n.bytes;
    return destroy_sql_item_move(c, i, ITEM_AGREED);
}

static int
finish_list(struct ctx *c, struct destroy_list *l)
{
    struct destroy_sums n;
    int rc = destroy_sql_sums(c, l->id, &n);

    if (rc < 0)
        return rc;
    l->state = n.destroyed ? LIST_DONE : LIST_DROPPED;
    l->done_at = c->now;
    return destroy_sql_save(c, l);
}

/* A batch is one transaction: who is killed in the middle of one has destroyed nothing of it, and
 * the next call goes on with what is still agreed. */
int
retention_destroy(struct ctx *c)
{
    destroy_items_vec v = {0};
    struct destroy_list l;
    int rc = destroy_sql_due(c, &l);

    if (rc == E_NOTFOUND)
        return OK;
    if (rc < 0 || (rc = destroy_sql_items(c, l.id, 0, ITEM_AGREED, BATCH, &v)) < 0)
        return rc;
    for (size_t i = 0; i < v.n && rc == OK; i++)
        rc = destroy_item(c, &l, &v.p[i]);
    if (rc == OK && v.n < BATCH)
        rc = finish_list(c, &l);
    return rc < 0 ? rc : 1;
}
