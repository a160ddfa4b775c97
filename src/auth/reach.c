/* Reach: the rows that v_reach shows, and the union that the gate asks for. */
#include <stdlib.h>
#include <string.h>

#include "auth/auth_sql.h"
#include "auth/reach.h"

static int
by_unit(const void *x, const void *y)
{
    const struct reach *a = x, *b = y;

    return a->unit != b->unit ? (a->unit > b->unit) - (a->unit < b->unit)
                              : strcmp(a->field, b->field);
}

/* Sorted, one row a unit and field with all its permissions, none without; a field says only what
 * its unit does not give to all. */
static size_t
tidy(struct reach *v, size_t n)
{
    size_t merged = 0, out = 0;
    int64_t all = 0, unit = 0;

    for (size_t i = 0; i < n; i++)
        v[i].field = v[i].field ? v[i].field : "";
    if (n > 1)
        qsort(v, n, sizeof *v, by_unit);
    for (size_t i = 0; i < n; i++)
        if (merged && by_unit(&v[merged - 1], &v[i]) == 0)
            v[merged - 1].perms |= v[i].perms;
        else
            v[merged++] = v[i];
    for (size_t i = 0; i < merged; i++) {
        struct reach one = v[i];

        if (one.unit != unit || !*one.field)
            all = *one.field ? 0 : one.perms;
        unit = one.unit;
        if (*one.field)
            one.perms &= ~all;
        if (one.perms)
            v[out++] = one;
    }
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
        int64_t left = old[i].perms;

        had |= left;
        while (k < n && v[k].unit < old[i].unit)
            k++;
        for (size_t j = k; j < n && v[j].unit == old[i].unit; j++)
            if (!*v[j].field || strcmp(v[j].field, old[i].field) == 0)
                left &= ~v[j].perms;
        if (left)
            return true;
    }
    return had != has;
}

/* The row of a unit; `v` begins with its first. */
static int
add_unit(struct ctx *c, int64_t account, const struct reach *v, size_t n)
{
    struct reach unit = {v->unit, *v->field ? 0 : v->perms, ""};
    int64_t partly = 0;

    for (size_t i = 0; i < n && v[i].unit == v->unit; i++)
        partly |= *v[i].field ? v[i].perms : 0;
    return auth_sql_reach_add(c, account, &unit, partly);
}

static bool
same(const struct reach *v, const struct reach *old, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (by_unit(&v[i], &old[i]) != 0 || v[i].perms != old[i].perms)
            return false;
    return true;
}

static int
replace(struct ctx *c, int64_t account, const struct reach *v, size_t n)
{
    int64_t all = 0;
    int rc = auth_sql_reach_drop(c, account);

    for (size_t i = 0; rc == OK && i < n; i++) {
        all |= v[i].perms;
        if (*v[i].field)
            rc = auth_sql_reach_field_add(c, account, &v[i]);
        if (rc == OK && (i == 0 || v[i - 1].unit != v[i].unit))
            rc = add_unit(c, account, &v[i], n - i);
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
    if (n == old_n && same(v, old, n))
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
auth_reaches_partly(struct ctx *c, int64_t account, int64_t unit, enum perm p)
{
    return auth_sql_reaches_partly(c, account, unit, PERM_BIT(p));
}

bool
auth_reaches_for(struct ctx *c, int64_t account, int64_t unit, const char *procedure, enum perm p)
{
    return auth_sql_reaches_for(c, account, unit, procedure, PERM_BIT(p));
}

bool
auth_reach_covered(struct ctx *c, int64_t account, int64_t by, enum perm p)
{
    return auth_sql_covered(c, account, by, PERM_BIT(p));
}
