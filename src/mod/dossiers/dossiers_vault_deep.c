/* `motcua check --deep` of the vault: its counters against its uses, uses without their paper, and
 * the contents that it names. */
#include "mod/dossiers/dossiers_deep_inside.h"
#include "mod/papers/vault_deep.h"

enum { PAGE_ITEMS = 2000, LOST_MAX = 1000 };

/* --- counters --- */

static bool
before(const struct vault_rate *x, const struct vault_rate *y)
{
    return x->unit < y->unit || (x->unit == y->unit && x->month < y->month);
}

static int
compare(struct walk *w, const struct vault_rate *is, const struct vault_rate *counted)
{
    const struct { const char *name; int64_t is, counted; } V[] = {
        {"dossiers", is->dossiers, counted->dossiers},
        {"spared", is->spared, counted->spared},
        {"could", is->could, counted->could},
        {"reused", is->reused, counted->reused},
    };
    bool wrong = false;

    for (size_t i = 0; i < sizeof V / sizeof *V; i++) {
        if (V[i].is == V[i].counted)
            continue;
        deep_say(w, "counter", "vault_count unit=%s month=%" PRId64 " %s: is %" PRId64
                 ", counted %" PRId64, deep_unit(w, is->unit), is->month, V[i].name, V[i].is,
                 V[i].counted);
        wrong = true;
    }
    if (!wrong || !w->repair)
        return OK;
    return vault_count_mend(w->c, &(struct vault_rate){
        is->unit, is->month, counted->dossiers - is->dossiers, counted->spared - is->spared,
        counted->could - is->could, counted->reused - is->reused});
}

/* Both lists by agency and month; a row that one of them lacks is zeros. */
static int
counters(struct walk *w)
{
    struct vault_rate *is, *counted;
    size_t is_n, n, i = 0, k = 0;
    int rc = vault_counted(w->c, &is, &is_n);

    if (rc < 0 || (rc = vault_recount(w->c, &counted, &n)) < 0)
        return rc;
    while ((i < is_n || k < n) && rc == OK) {
        struct vault_rate left = {0}, right = {0};

        if (k == n || (i < is_n && before(&is[i], &counted[k])))
            left = is[i++];
        else if (i == is_n || before(&counted[k], &is[i]))
            right = counted[k++];
        else
            left = is[i++], right = counted[k++];
        if (!left.month)
            left.unit = right.unit, left.month = right.month;
        rc = compare(w, &left, &right);
    }
    return rc;
}

/* --- rows --- */

static int
lost_uses(struct walk *w)
{
    struct vault_use *u;
    size_t n;
    int rc = vault_uses_lost(w->c, LOST_MAX, &u, &n);

    for (size_t i = 0; i < n && rc == OK; i++)
        deep_say(w, "part", "vault_use %" PRId64 " %s: there is no such paper in the vault",
                 u[i].owner, u[i].paper);
    return rc;
}

static int
contents(struct walk *w)
{
    struct vault_content *v;
    int64_t after = 0;
    size_t n = PAGE_ITEMS;
    int rc = OK;

    while (n == PAGE_ITEMS && rc == OK) {
        rc = vault_contents(w->c, after, PAGE_ITEMS, &v, &n);
        for (size_t i = 0; i < n && rc == OK; i++) {
            rc = deep_name(w, v[i].sha256);
            after = v[i].item;
        }
        arena_reset(w->c->a);
    }
    return rc;
}

int
deep_vault(struct walk *w)
{
    int rc = counters(w);

    arena_reset(w->c->a);
    if (rc < 0 || w->repair || (rc = lost_uses(w)) < 0)
        return rc;
    return w->papers ? contents(w) : OK;
}
