/* The vault's rules: what replaces what, what ends, who sees it, and how often it worked. */
#include "mod/papers/vault.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "base/vi.h"
#include "mod/papers/papers_vault_sql.h"

enum { TOKEN_BYTES = 15, EXPIRE_BATCH = 500 };

static const char *const SOURCE[VAULT_SOURCE__COUNT] = {
    [VAULT_ISSUED] = N_("Do thành phố cấp"),
    [VAULT_VERIFIED] = N_("Cán bộ đã đối chiếu bản chính hoặc bản sao chứng thực"),
    [VAULT_DECLARED] = N_("Bản do người dân tải lên, cán bộ đã chấp nhận"),
};
static const struct { const char *word, *name; } STATE[VAULT_STATE__COUNT] = {
    [VAULT_IN_FORCE] = {"in-force", N_("Còn hiệu lực")},
    [VAULT_REPLACED] = {"replaced", N_("Đã được thay thế")},
    [VAULT_REVOKED] = {"revoked", N_("Đã bị thu hồi")},
    [VAULT_EXPIRED] = {"expired", N_("Đã hết hạn")},
    [VAULT_CORRECTED] = {"corrected", N_("Đã rút vì có sai sót")},
};

const char *
vault_source_name(enum vault_source s)
{
    return s > 0 && s < VAULT_SOURCE__COUNT ? SOURCE[s] : "";
}

const char *
vault_state_name(enum vault_state s)
{
    return s > 0 && s < VAULT_STATE__COUNT ? STATE[s].name : "";
}

const char *
vault_state_word(enum vault_state s)
{
    return s > 0 && s < VAULT_STATE__COUNT ? STATE[s].word : "";
}

/* --- in and out of force --- */

/* Numbers are typed with and without spaces, in large and small letters. */
static bool
same_number(struct arena *a, const char *x, const char *y)
{
    const char *s = vi_fold(a, x), *t = vi_fold(a, y);

    for (;;) {
        s += strspn(s, " .-");
        t += strspn(t, " .-");
        if (*s != *t)
            return false;
        if (!*s)
            return true;
        s++, t++;
    }
}

static bool
same_paper(struct arena *a, const struct vault_item *x, const struct vault_item *y, bool single)
{
    if (strcmp(x->type, y->type) != 0)
        return false;
    if (*x->number && *y->number && same_number(a, x->number, y->number))
        return true;
    if (*x->content && strcmp(x->content, y->content) == 0)
        return true;
    return single;
}

static void
tidy(struct ctx *c, struct vault_item *it)
{
    const char **text[] = {&it->holder, &it->number,  &it->issuer, &it->note,      &it->paper,
                           &it->code,   &it->content, &it->mime,   &it->file_name};

    for (size_t i = 0; i < sizeof text / sizeof *text; i++)
        *text[i] = *text[i] ? *text[i] : "";
    if (!it->facts || !*it->facts)
        it->facts = "{}";
    it->id = id_next();
    it->token = token_url(c->a, TOKEN_BYTES);
    it->state = VAULT_IN_FORCE;
    it->replaced_by = it->ended_at = 0;
    if (!it->accepted_at)
        it->accepted_at = c->now;
}

/* The others of the holder; without a number, of the account. */
static int
others(struct ctx *c, const struct vault_item *it, item_list *out)
{
    return vault_sql_held(c, it->holder, *it->holder != '\0', it->account, vn_day(c->now), out);
}

/* What somebody uploads at home ends no paper of another account: who types a number may not be
 * who has it. */
static bool
may_end(const struct vault_item *it, const struct vault_item *old)
{
    return it->source != VAULT_DECLARED || !it->account || it->account == old->account;
}

int
vault_put(struct ctx *c, struct vault_item *it, bool single)
{
    item_list old = {0};
    int rc;

    assert(it->type && *it->type && it->source > 0 && it->source < VAULT_SOURCE__COUNT);
    tidy(c, it);
    if (!*it->holder && !it->account) {
        it->id = 0;
        return OK;
    }
    if ((rc = others(c, it, &old)) < 0)
        return rc;
    for (size_t i = 0; i < old.n; i++)
        if (same_paper(c->a, it, &old.p[i], single) && old.p[i].source < it->source) {
            *it = old.p[i];
            return OK;
        }
    for (size_t i = 0; i < old.n && rc >= 0; i++)
        if (same_paper(c->a, it, &old.p[i], single) && may_end(it, &old.p[i]))
            rc = vault_sql_end(c, old.p[i].id, VAULT_REPLACED, "", it->id);
    return rc < 0 ? rc : vault_sql_add(c, it);
}

int
vault_end(struct ctx *c, int64_t item, enum vault_state to, const char *note, int64_t by)
{
    int n;

    assert(to > VAULT_IN_FORCE && to < VAULT_STATE__COUNT);
    n = vault_sql_end(c, item, to, note ? note : "", by);
    return n < 0 ? n : OK;
}

int
vault_end_of(struct ctx *c, int64_t dossier, const char *paper, enum vault_state to,
             const char *note)
{
    item_list v = {0};
    int rc = vault_sql_of_dossier(c, dossier, paper, &v);

    for (size_t i = 0; i < v.n && rc >= 0; i++)
        if (v.p[i].state == VAULT_IN_FORCE)
            rc = vault_end(c, v.p[i].id, to, note, 0);
    return rc;
}

int
vault_correct(struct ctx *c, const struct vault_item *it)
{
    int n = vault_sql_correct(c, it);

    if (n == 0)
        return fail(c, E_CONFLICT, N_("Giấy tờ này không còn hiệu lực"), "item %" PRId64, it->id);
    return n < 0 ? n : OK;
}

bool
vault_has(struct ctx *c, int64_t dossier, const char *paper)
{
    item_list v = {0};
    bool has = false;

    vault_sql_of_dossier(c, dossier, paper, &v);
    for (size_t i = 0; i < v.n; i++)
        has = has || v.p[i].state != VAULT_CORRECTED;
    return has;
}

int
vault_of_paper(struct ctx *c, int64_t dossier, const char *paper, struct vault_item *out)
{
    item_list v = {0};
    int rc = vault_sql_of_dossier(c, dossier, paper, &v);

    for (size_t i = 0; i < v.n; i++)
        if (v.p[i].state == VAULT_IN_FORCE) {
            *out = v.p[i];
            return OK;
        }
    return rc < 0 ? rc : E_NOTFOUND;
}

int
vault_forget_ended(struct ctx *c, int64_t dossier)
{
    return vault_sql_forget_ended(c, dossier);
}

int
vault_expire(struct ctx *c)
{
    item_list v = {0};
    int rc = vault_sql_ending(c, vn_day(c->now), EXPIRE_BATCH, &v);

    for (size_t i = 0; i < v.n && rc >= 0; i++)
        rc = vault_end(c, v.p[i].id, VAULT_EXPIRED, "", 0);
    return rc < 0 ? rc : (int)v.n;
}

/* --- looking --- */

static bool
may_see(const struct vault_item *it, const struct vault_who *who)
{
    return who->officer || (who->account && it->account == who->account) ||
           (*who->number && strcmp(who->number, it->holder) == 0);
}

static int
best_first(const void *p, const void *q)
{
    const struct vault_item *x = p, *y = q;

    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    return (x->id < y->id) - (x->id > y->id);
}

int
vault_held(struct ctx *c, const char *holder, const struct vault_who *who, day today,
           struct vault_item **out, size_t *n)
{
    bool all = *holder && (who->officer || strcmp(who->number, holder) == 0);
    item_list v = {0};
    int rc = all || who->account ? vault_sql_held(c, holder, all, who->account, today, &v) : OK;

    if (v.n > 1)
        qsort(v.p, v.n, sizeof *v.p, best_first);
    *out = v.p;
    *n = v.n;
    return rc;
}

int
vault_list(struct ctx *c, const struct vault_who *who, struct vault_item **out, size_t *n)
{
    item_list v = {0};
    int rc = vault_sql_own(c, who->number, who->account, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
vault_get(struct ctx *c, const char *token, const struct vault_who *who, struct vault_item *out)
{
    int rc = vault_sql_by_token(c, token, out);

    if (rc == OK && !may_see(out, who))
        return fail(c, E_NOTFOUND, N_("Không tìm thấy giấy tờ này"), "item %" PRId64, out->id);
    return rc;
}

int
vault_by_id(struct ctx *c, int64_t item, struct vault_item *out)
{
    return vault_sql_by_id(c, item, out);
}

/* --- held papers of a draft or dossier --- */

int
vault_choose(struct ctx *c, int64_t draft, const struct vault_use *u)
{
    struct vault_use row = *u;

    row.owner = draft;
    return vault_sql_use_put(c, &row, 0, 0);
}

int
vault_uses(struct ctx *c, int64_t owner, struct vault_use **out, size_t *n)
{
    use_list v = {0};
    int rc = vault_sql_uses(c, owner, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
vault_uses_of_item(struct ctx *c, int64_t item, size_t max, struct vault_use **out, size_t *n)
{
    use_list v = {0};
    int rc = vault_sql_uses_of(c, item, max, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
vault_forget(struct ctx *c, int64_t draft)
{
    return vault_sql_forget(c, draft);
}

static int
count(struct ctx *c, struct vault_rate r)
{
    int rc = vault_sql_count(c, &r);

    r.unit = 0;                         /* the city */
    return rc < 0 ? rc : vault_sql_count(c, &r);
}

int
vault_used(struct ctx *c, int64_t dossier, int64_t draft, int64_t unit, int month,
           const struct vault_use *u, size_t n)
{
    struct vault_rate r = {.unit = unit, .month = month, .dossiers = 1, .could = (int64_t)n};
    int rc = draft ? vault_sql_forget(c, draft) : OK;

    for (size_t i = 0; i < n && rc == OK; i++) {
        struct vault_use row = u[i];

        row.owner = dossier;
        r.reused += row.used;
        rc = vault_sql_use_put(c, &row, unit, month);
    }
    r.spared = r.reused == r.could;
    return rc < 0 || n == 0 ? rc : count(c, r);
}

/* --- how often it worked --- */

static int
rates(struct ctx *c, enum vault_sums which, int64_t unit, int from, int to, struct vault_rate **out,
      size_t *n)
{
    rate_list v = {0};
    int rc = vault_sql_rates(c, which, unit, from, to, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
vault_rate(struct ctx *c, int64_t unit, int from, int to, struct vault_rate *out)
{
    struct vault_rate *v;
    size_t n;
    int rc = rates(c, SUM_ONE, unit, from, to, &v, &n);

    *out = n ? v[0] : (struct vault_rate){0};
    out->unit = unit;
    return rc;
}

int
vault_rate_months(struct ctx *c, int64_t unit, int from, int to, struct vault_rate **out,
                  size_t *n)
{
    return rates(c, SUM_MONTHS, unit, from, to, out, n);
}

int
vault_rate_units(struct ctx *c, int from, int to, struct vault_rate **out, size_t *n)
{
    return rates(c, SUM_UNITS, 0, from, to, out, n);
}

/* --- for walks over everything --- */

static int
by_month(const void *p, const void *q)
{
    int64_t x = ((const struct vault_rate *)p)->month, y = ((const struct vault_rate *)q)->month;

    return (x > y) - (x < y);
}

int
vault_counted(struct ctx *c, struct vault_rate **out, size_t *n)
{
    return rates(c, SUM_STORED, 0, 0, 999999, out, n);
}

/* Of the agencies, and the city's sums of them. */
int
vault_recount(struct ctx *c, struct vault_rate **out, size_t *n)
{
    struct vault_rate *v;
    rate_list all = {0};
    size_t units;
    int rc = rates(c, SUM_AGAIN, 0, 0, 999999, &v, &units);

    for (size_t i = 0; i < units; i++) {        /* by agency: months come again and again */
        struct vault_rate *city = NULL;

        for (size_t k = 0; k < all.n && !city; k++)
            city = all.p[k].month == v[i].month ? &all.p[k] : NULL;
        if (!city)
            *(city = vec_push(c->a, &all)) = (struct vault_rate){.month = v[i].month};
        city->dossiers += v[i].dossiers;
        city->spared += v[i].spared;
        city->could += v[i].could;
        city->reused += v[i].reused;
    }
    if (all.n > 1)
        qsort(all.p, all.n, sizeof *all.p, by_month);
    for (size_t i = 0; i < units; i++)
        *vec_push(c->a, &all) = v[i];
    *out = all.p;
    *n = all.n;
    return rc;
}

int
vault_count_mend(struct ctx *c, const struct vault_rate *delta)
{
    return vault_sql_count(c, delta);
}

int
vault_uses_lost(struct ctx *c, size_t max, struct vault_use **out, size_t *n)
{
    use_list v = {0};
    int rc = vault_sql_lost(c, max, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
vault_contents(struct ctx *c, int64_t after, size_t max, struct vault_content **out, size_t *n)
{
    content_list v = {0};
    int rc = vault_sql_contents(c, after, max, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}
