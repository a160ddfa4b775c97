/* Who is named to a confidential dossier, reckoned from its work. */
#include "mod/dossiers/dossiers_named.h"

#include <string.h>

#include "http/reply.h"
#include "mod/agencies/agencies.h"
#include "mod/agencies/agencies_manage.h"
#include "mod/dossiers/dossiers_named_sql.h"
#include "mod/dossiers/dossiers_sql.h"
#include "site/site.h"

enum { STAFF_MAX = 64, PART = 200 };

typedef VEC(int64_t) account_list;

struct naming {
    struct ctx *c;
    const struct dossier *d;
    const struct procedure *p;
    task_list tasks;
    account_list who;
};

static bool
among(const account_list *v, int64_t account)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->p[i] == account)
            return true;
    return false;
}

static void
add(struct naming *k, int64_t account)
{
    if (account && !among(&k->who, account))
        *vec_push(k->c->a, &k->who) = account;
}

/* An officer, and who stands in today. */
static int
add_officer(struct naming *k, int64_t account)
{
    day today = vn_day(k->c->now);
    struct stand_in *v;
    size_t n = 0;
    int rc = account ? agencies_stand_ins_of(k->c, account, &v, &n) : OK;

    add(k, account);
    for (size_t i = 0; rc == OK && i < n; i++)
        if (v[i].absent == account && v[i].valid_from <= today && today <= v[i].valid_to)
            add(k, v[i].stand_in);
    return rc;
}

/* Roles (bits of 1 << enum role) at exactly this agency, not those above it, that have one of these
 * permissions. */
static int
add_staff(struct naming *k, int64_t unit, unsigned roles, int64_t perms)
{
    struct staff staff[STAFF_MAX];
    size_t n = 0;
    int rc = agencies_staff(k->c, unit, ROLE_NONE, staff, STAFF_MAX, &n);

    for (size_t i = 0; rc == OK && i < n; i++)
        if (roles & 1u << staff[i].role && role_perms(staff[i].role) & perms &&
            agencies_in_fields(staff[i].fields, k->p->field))
            add(k, staff[i].account);
    return rc;
}

/* Who received it has it until somebody takes it: the receipt is printed, the papers handed on. */
static int
add_of_row(struct naming *k)
{
    const struct dossier *d = k->d;
    int rc = add_officer(k, d->holder);

    if (rc == OK && d->status == ST_ACCEPTED && !d->holder)
        add(k, d->received_by);
    if (rc == OK && (d->accepted_at || d->competent_unit == d->unit))
        rc = add_staff(k, d->competent_unit, 1u << ROLE_LEADER, ~0);
    return rc;
}

static int
reckon(struct naming *k)
{
    int rc = add_of_row(k);

    if (rc == OK)
        rc = sql_tasks(k->c, k->d->id, &k->tasks);
    for (size_t i = 0; rc == OK && i < k->tasks.n; i++) {
        const struct task *t = &k->tasks.p[i];

        rc = t->account ? add_officer(k, t->account)
                        : add_staff(k, t->unit, k->p->confidential.readers,
                                    PERM_BIT(t->perm) | PERM_BIT(PERM_DOSSIER_ASSIGN));
    }
    return rc;
}

static bool
listed(const named_list *v, int64_t account)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->p[i].account == account)
            return true;
    return false;
}

static int
write_names(struct naming *k)
{
    named_list was = {0};
    int rc = sql_named(k->c, k->d->id, &was);

    for (size_t i = 0; rc == OK && i < was.n; i++)
        if (was.p[i].how == NAMED_BY_WORK && !among(&k->who, was.p[i].account))
            rc = sql_named_drop(k->c, k->d->id, was.p[i].account, NAMED_BY_WORK);
    for (size_t i = 0; rc == OK && i < k->who.n; i++)
        if (!listed(&was, k->who.p[i]))
            rc = sql_named_add(k->c, k->d->id, k->who.p[i], NAMED_BY_WORK);
    return rc;
}

/* Work that nobody who is named may take: said to those above, with the code and nothing else. */
static int
alarm_unserved(struct naming *k)
{
    int rc = OK;

    for (size_t i = 0; rc == OK && i < k->tasks.n; i++) {
        const struct task *t = &k->tasks.p[i];
        int64_t seq = t->opinion ? t->opinion : t->kind == TASK_AGREE ? SEQ_AGREE : SEQ_OWN;
        struct task_row row = {.dossier = k->d->id, .seq = seq, .unit = t->unit,
                               .due_at = t->due_at, .confidential = 1};

        if (!t->account && !sql_named_served(k->c, k->d, t->unit, PERM_BIT(t->perm)))
            rc = sql_alarm_put(k->c, &row, ALARM_NO_HOLDER, 2);
    }
    return rc;
}

int
named_sync(struct ctx *c, const struct dossier *d)
{
    struct naming k = {.c = c, .d = d};
    struct world w;
    int rc;

    if (!d->confidential)
        return OK;
    if ((rc = world_of(c, d, &w)) < 0)
        return rc;
    k.p = w.p;
    if ((rc = reckon(&k)) < 0 || (rc = write_names(&k)) < 0)
        return rc;
    return alarm_unserved(&k);
}

/* Where the round stands is worth nothing: after a restart it begins again. */
int
named_round(struct ctx *c)
{
    static _Atomic int64_t at;
    unit_list v = {0};
    int rc = sql_named_open(c, at, PART, &v);

    for (size_t i = 0; rc == OK && i < v.n; i++) {
        struct dossier d;

        if ((rc = sql_dossier_by_id(c, v.p[i], &d)) == OK)
            rc = named_sync(c, &d);
    }
    at = v.n == PART ? v.p[v.n - 1] : 0;
    return rc;
}

int
dossiers_named(struct ctx *c, int64_t dossier, struct named **out, size_t *n)
{
    named_list v = {0};
    int rc = sql_named(c, dossier, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
dossiers_veiled(struct ctx *c, const int64_t *ids, size_t n, bool *hidden)
{
    int64_t from = INT64_MAX, upto = 0;
    unit_list v = {0};
    int rc;

    for (size_t i = 0; i < n; i++) {
        hidden[i] = false;
        from = ids[i] && ids[i] < from ? ids[i] : from;
        upto = ids[i] > upto ? ids[i] : upto;
    }
    rc = upto ? sql_veiled(c, from, upto, &v) : OK;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < v.n && !hidden[i]; k++)
            hidden[i] = v.p[k] == ids[i];
    return rc;
}

int
dossiers_go_on(struct ctx *c, const struct dossier *d, const char *page)
{
    bool hidden;
    int rc = dossiers_veiled(c, &d->id, d->confidential ? 1 : 0, &hidden);

    if (rc < 0)
        return rc;
    return d->confidential && hidden ? redirect(c, "/can-bo")
                                     : redirect(c, "/can-bo/ho-so/%s%s", d->code, page);
}

/* --- named by a leader ------------------------------------------------------------------------ */

static const char *
login_of(struct change *x, int64_t account)
{
    struct account a;

    return auth_account_get(x->c, account, &a) == OK ? arena_str(x->c->a, a.login) : "";
}

int
effect_name(struct change *x)
{
    const struct dossier *d = x->d;
    const int64_t units[] = {d->unit, d->competent_unit, d->intake_unit, d->received_unit};
    int64_t who = x->e->to_account, may = 0;

    for (size_t i = 0; who && i < sizeof units / sizeof *units; i++)
        may |= sql_perms(x->c, who, units[i], d->procedure) & PERM_BIT(PERM_DOSSIER_READ);
    if (!may)
        return change_fault(x, "to_account", N_("Người này không đọc hồ sơ của các cơ quan này"));
    change_data_text(x, "officer", login_of(x, who));
    return sql_named_add(x->c, d->id, who, NAMED_BY_LEADER);
}

int
effect_unname(struct change *x)
{
    named_list v = {0};
    int rc = sql_named(x->c, x->d->id, &v);
    bool there = false;

    for (size_t i = 0; i < v.n; i++)
        there = there || (v.p[i].account == x->e->to_account && v.p[i].how == NAMED_BY_LEADER);
    if (rc == OK && !there)
        return change_fault(x, "to_account", N_("Người này không có trong danh sách được xem"));
    change_data_text(x, "officer", login_of(x, x->e->to_account));
    return rc < 0 ? rc : sql_named_drop(x->c, x->d->id, x->e->to_account, NAMED_BY_LEADER);
}
