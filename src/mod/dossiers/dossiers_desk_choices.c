/* Which units and officers an officer may choose from; names in addresses are codes and logins. */
#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"
#include "base/po.h"
#include "mod/agencies/agencies.h"
#include "mod/dossiers/dossiers_desk.h"
#include "mod/dossiers/dossiers_lists_sql.h"
#include "site/site.h"

static int
units_of(struct ctx *c, enum perm p, bool partly, unit_list *v)
{
    return partly ? sql_units_reached(c, PERM_BIT(p), DESK_UNITS_MAX, v)
                  : sql_units_whole(c, PERM_BIT(p), DESK_UNITS_MAX, v);
}

static int
units(struct ctx *c, enum perm p, bool partly, const int64_t **out, size_t *n)
{
    unit_list v = {0};
    int rc = units_of(c, p, partly, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
desk_units(struct ctx *c, enum perm p, const int64_t **out, size_t *n)
{
    return units(c, p, false, out, n);
}

int
desk_units_partly(struct ctx *c, enum perm p, const int64_t **out, size_t *n)
{
    return units(c, p, true, out, n);
}

static bool
among(const int64_t *units, size_t n, int64_t unit)
{
    for (size_t i = 0; i < n; i++)
        if (units[i] == unit)
            return true;
    return false;
}

static void
choices_of(struct ctx *c, const unit_list *units, const char *none, struct choice **out, size_t *n)
{
    struct agency_list all = agencies_all(c->site->agencies);

    *n = 0;
    *out = arena_get(c->a, (units->n + 1) * sizeof **out);
    if (none)
        (*out)[(*n)++] = (struct choice){.value = "", .label = none};
    for (size_t i = 0; i < all.n && *n <= units->n; i++)
        if (agency_exists(all.p[i], vn_day(c->now)) && among(units->p, units->n, all.p[i]->id))
            (*out)[(*n)++] = (struct choice){.value = all.p[i]->code,
                                             .label = desk_unit(c, all.p[i]->id)};
}

int
desk_unit_choices(struct ctx *c, enum perm p, const char *none, struct choice **out, size_t *n)
{
    unit_list v = {0};
    int rc = units_of(c, p, false, &v);

    choices_of(c, &v, none, out, n);
    return rc;
}

int
desk_unit_choices_partly(struct ctx *c, enum perm p, const char *none, struct choice **out,
                         size_t *n)
{
    unit_list v = {0};
    int rc = units_of(c, p, true, &v);

    choices_of(c, &v, none, out, n);
    return rc;
}

/* --- officers --- */

int64_t
desk_account(struct ctx *c, const char *login)
{
    struct ctx aside = *c;          /* an unknown login is an answer here, not a failure */
    struct account a;

    return *login && auth_account_by_login(&aside, ACCOUNT_OFFICER, login, &a) == OK ? a.id : 0;
}

const char *
desk_account_name(struct ctx *c, int64_t account)
{
    struct ctx aside = *c;
    struct account a;

    return account && auth_account_get(&aside, account, &a) == OK ? a.name : "";
}

static bool
listed(const struct desk_staff *s, const char *login)
{
    for (size_t i = 0; i < s->v.n; i++)
        if (strcmp(s->v.p[i].value, login) == 0)
            return true;
    return false;
}

static const char *
staff_label(struct ctx *c, const struct staff *s)
{
    if (!s->absent)
        return arena_fmt(c->a, "%s (%s)", s->name, tr(c, role_name(s->role)));
    return trf(c, N_("{0} (thay {1})"), s->name, desk_account_name(c, s->absent));
}

int
desk_staff_add(struct ctx *c, struct desk_staff *s, int64_t unit, enum perm p, const char *field)
{
    struct staff staff[DESK_STAFF_MAX];
    size_t n = 0;
    int rc = agencies_staff(c, unit, ROLE_NONE, staff, DESK_STAFF_MAX, &n);

    for (size_t i = 0; rc == OK && i < n; i++)
        if (role_perms(staff[i].role) & PERM_BIT(p) && !listed(s, staff[i].login) &&
            (!field || agencies_in_fields(staff[i].fields, field)))
            *vec_push(c->a, &s->v) =
                (struct choice){.value = staff[i].login, .label = staff_label(c, &staff[i])};
    return rc;
}
