#include "mod/audit/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"

enum { PAGE = 1000, SAID_MAX = 100000 };

void
audit_found(struct audit_check *k, int64_t at, const char *fmt, ...)
{
    char line[AUDIT_LINE];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    if (!*k->first || (at && (!k->first_at || at < k->first_at))) {
        k->first_at = at;
        memcpy(k->first, line, sizeof line);
    }
    if (++k->findings <= SAID_MAX)      /* the sum says how many there are */
        k->say(k->user, line);
}

int
audit_check_begin(struct ctx *c, struct audit_check *k)
{
    struct seal_head h;
    int rc = seal_begun(c, &k->begun_after, &k->begun);

    if (rc < 0)
        return rc;
    rc = seal_head_newest(c, &h);
    if (rc < 0 && rc != E_NOTFOUND)
        return rc;
    if (rc == OK && h.whole)            /* signed once, it cannot be taken back */
        k->begun = true;
    c->err = (struct err){0};
    return OK;
}

/* --- one chain ----------------------------------------------------------------------------- */

#define ALTERED(v, when, ...) audit_found((v)->k, (when), __VA_ARGS__)

void
audit_chain_begin(struct audit_chain *v)
{
    v->next = 1;
    v->head = "";
    v->used = 0;
}

static int64_t
sealed_upto(const struct audit_chain *v)
{
    return v->leaves ? v->leaf[v->leaves - 1].version : 0;
}

static void
missing(struct audit_chain *v, int64_t from, int64_t to)
{
    for (int64_t n = from; n < to && n < from + PAGE; n++)
        ALTERED(v, v->at, "altered %s: event %" PRId64 " is missing", v->name, n);
}

/* The leaf of this version; leaves whose event is missing are passed. */
static const struct seal_leaf *
leaf_of(struct audit_chain *v, int64_t version)
{
    while (v->used < v->leaves && v->leaf[v->used].version < version)
        v->used++;
    return v->used < v->leaves && v->leaf[v->used].version == version ? &v->leaf[v->used] : NULL;
}

static void
unsealed(struct audit_chain *v, int64_t version, int64_t at)
{
    if (version <= sealed_upto(v))
        ALTERED(v, at, "altered %s: event %" PRId64 " is not in the log, though later ones are",
                v->name, version);
    else if (v->waiting && v->genuine && version <= v->waiting->version)
        v->k->waiting++;
    else if (v->early)
        v->k->beginning++;
    else
        ALTERED(v, at, "altered %s: event %" PRId64 " is neither sealed nor waits to be", v->name,
                version);
}

void
audit_chain_event(struct audit_chain *v, int64_t version, int64_t at, const char *hash, bool fits,
                  const merkle_hash *leaf)
{
    const struct seal_leaf *l = leaf_of(v, version);

    if (version < v->next) {
        ALTERED(v, at, "altered %s: event %" PRId64 " is out of order", v->name, version);
        return;
    }
    missing(v, v->next, version);
    if (!fits)
        ALTERED(v, at, "altered %s: event %" PRId64 " does not carry its hash", v->name, version);
    if (!l)
        unsealed(v, version, at);
    else if (!merkle_equal(&l->hash, leaf))
        ALTERED(v, at, "altered %s: event %" PRId64 " is not the one that was sealed (leaf %" PRId64
                ")", v->name, version, l->position);
    v->next = version + 1;
    v->at = at;
    v->head = hash;
}

static void
check_waiting(struct audit_chain *v)
{
    const struct seal_waiting *w = v->waiting;

    if (!v->genuine)
        ALTERED(v, v->at, "altered %s: what waits to be sealed was not written by the server",
                v->name);
    else if (w->version != v->next - 1 || strcmp(w->head, v->head) != 0)
        ALTERED(v, v->at, "altered %s: its last event is %" PRId64 " and not the %" PRId64
                " that waits to be sealed", v->name, v->next - 1, w->version);
    else if (w->refused)
        ALTERED(v, v->at, "altered %s: the log refused its events", v->name);
}

void
audit_chain_end(struct audit_chain *v)
{
    int64_t sealed = sealed_upto(v), want = sealed > v->count ? sealed : v->count;

    if (v->next <= want)
        missing(v, v->next, want + 1);
    else if (v->next - 1 > v->count)
        ALTERED(v, v->at, "altered %s: it has %" PRId64 " events and should have %" PRId64, v->name,
                v->next - 1, v->count);
    if (v->waiting)
        check_waiting(v);
}

/* --- administration ------------------------------------------------------------------------ */

static int
walk_acts(struct ctx *c, struct audit_check *k, struct audit_chain *v, int64_t chain)
{
    act_list page;
    int64_t after = 0;
    int rc;

    do {
        page = (act_list){0};
        if ((rc = acts_after(c, chain, after, PAGE, &page)) < 0)
            return rc;
        for (size_t i = 0; i < page.n; i++) {
            const struct act *e = &page.p[i];
            const char *want = act_hash(c->a, v->head, e);
            merkle_hash leaf = act_leaf(c->a, e);

            audit_chain_event(v, e->number, e->at, e->hash, want && strcmp(want, e->hash) == 0,
                              &leaf);
            after = e->number;
            k->acts++;
        }
    } while (page.n == PAGE);
    return OK;
}

static int
check_chain(struct ctx *c, struct audit_check *k, const struct act_chain *one)
{
    struct audit_chain v = {.k = k, .a = c->a, .count = one->count,
                            .name = arena_fmt(c->a, "administration %" PRId64, one->chain)};
    seal_leaves leaves = {0};
    seal_waitings w = {0};
    int rc;

    if ((rc = seal_leaves_between(c, AUDIT_ACT, one->chain - 1, one->chain, &leaves)) < 0 ||
        (rc = seal_waiting_between(c, AUDIT_ACT, one->chain - 1, one->chain, &w)) < 0)
        return rc;
    v.leaf = leaves.p;
    v.leaves = leaves.n;
    v.waiting = w.n ? &w.p[0] : NULL;
    v.genuine = w.n && seal_waiting_genuine(c, &w.p[0]);
    audit_chain_begin(&v);
    if ((rc = walk_acts(c, k, &v, one->chain)) < 0)
        return rc;
    audit_chain_end(&v);
    if (v.next > 1 && strcmp(v.head, one->head) != 0)
        audit_found(k, v.at, "altered %s: its last event is not the one that it should be", v.name);
    return OK;
}

/* Events, leaves and waiting rows of a chain that is not there. */
static int
check_strays(struct ctx *c, struct audit_check *k, const act_chains *known)
{
    int64_t last = -1;

    for (size_t i = 0; i <= known->n; i++) {
        int64_t upto = i < known->n ? known->p[i].chain - 1 : INT64_MAX;
        seal_leaves leaves = {0};
        seal_waitings w = {0};
        int rc;

        if ((rc = seal_leaves_between(c, AUDIT_ACT, last, upto, &leaves)) < 0 ||
            (rc = seal_waiting_between(c, AUDIT_ACT, last, upto, &w)) < 0)
            return rc;
        if (leaves.n || w.n)
            audit_found(k, 0, "altered administration %" PRId64 ": the chain is missing",
                        leaves.n ? leaves.p[0].owner : w.p[0].owner);
        last = i < known->n ? known->p[i].chain : last;
    }
    return OK;
}

static int
check_lost_acts(struct ctx *c, struct audit_check *k, const act_chains *known)
{
    int64_t sum = 0, all = acts_count(c);

    for (size_t i = 0; i < known->n; i++)
        sum += known->p[i].count;
    if (all < 0)
        return c->err.rc;
    if (all > sum)
        audit_found(k, 0, "altered administration: there are %" PRId64 " events, its chains have %"
                    PRId64, all, sum);
    return OK;
}

int
audit_check_acts(struct ctx *c, struct audit_check *k)
{
    act_chains all = {0};
    int rc = act_chains_all(c, &all);

    for (size_t i = 0; rc == OK && i < all.n; i++)
        rc = check_chain(c, k, &all.p[i]);
    if (rc == OK && (rc = check_strays(c, k, &all)) == OK)
        rc = check_lost_acts(c, k, &all);
    return rc;
}
