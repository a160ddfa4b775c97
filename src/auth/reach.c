/* Reach: the rows that v_reach shows, and the union that the gate asks for. */
#include <stdlib.h>
#include <string.h>

#include "auth/auth_sql.h"

static int
by_unit(const void *x, const void *y)
{
    const struct reach *a = x, *b = y;

    return (a->unit > b->unit) - (a->unit < b->unit);
}

/* Sorted, one row a unit with all its permissions, none without. */
static size_t
tidy(struct reach *v, size_t n)
{
    size_t out = 0;

    if (n > 1)
        qsort(v, n, sizeof *v, by_unit);
    for (size_t i = 0; i < n; i++)
        if (out && v[out - 1].unit == v[i].unit)
            v[out - 1].perms |= v[i].perms;
        else if (v[i].perms)
            v[out++] = v[i];
    return out;
}

/* Another sort of permission, or a unit or a permission in it taken away.  A tree that grew below
 * the own agency is no change of role. */
static bool
role_changed(const struct reach *old, size_t old_n, const struct reach *v, size_t n)
{
    int64_t had = 0, has = 0;

    for (size_t i = 0; i < n; i++)
        has |= v[i].perms;
    for (size_t i = 0, k = 0; i < old_n; i++) {
        had |= old[i].perms;
        while (k < n && v[k].unit < old[i].unit)
            k++;
        if (k == n || v[k].unit != old[i].unit || (old[i].perms & ~v[k].perms))
            return true;
    }
    return had != has;
}

static int
replace(struct ctx *c, int64_t account, const struct reach *v, size_t n)
{
    int64_t all = 0;
    int rc = auth_sql_reach_drop(c, account);

    for (size_t i = 0; rc == OK && i < n; i++) {
        all |= v[i].perms;
        rc = auth_sql_reach_add(c, account, &v[i]);
    }
    return rc < 0 ? rc : auth_sql_account_reach(c, account, all);
}

int
auth_reach_set(struct ctx *c, int64_t account, const struct reach *r, size_t n)
{
    struct reach *v = arena_get(c->a, (n ? n : 1) * sizeof *v), *old;
    size_t old_n;
    int rc = auth_sql_reach_list(c, account, &old, &old_n);

    if (rc < 0)
        return rc;
    if (n)
        memcpy(v, r, n * sizeof *v);
    n = tidy(v, n);
    /* The nightly refresh finds nothing new for nearly everybody: write only what changed. */
    if (n == old_n && (n == 0 || memcmp(v, old, n * sizeof *v) == 0))
        return OK;
    if (role_changed(old, old_n, v, n) && (rc = auth_session_close_all(c, account)) < 0)
        return rc;
    return replace(c, account, v, n);
}

int
auth_home_set(struct ctx *c, int64_t account, int64_t unit)
{
    return auth_sql_account_home(c, account, unit);
}

bool
auth_reaches(struct ctx *c, int64_t account, int64_t unit, enum perm p)
{
    return auth_sql_reaches(c, account, unit, PERM_BIT(p));
}

bool
auth_reach_covered(struct ctx *c, int64_t account, int64_t by, enum perm p)
{
    return auth_sql_covered(c, account, by, PERM_BIT(p));
}
