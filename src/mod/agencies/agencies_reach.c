/*
 * Reach: from the tree, roles, stand-ins and today's date to the rows of auth.
 *
 * A role at an agency reaches it, what lies below it, and the past agencies that these carry on.
 * Villages and blocks hold no dossiers, so they are left out.  A stand-in has the roles of the
 * absent officer; what that officer has as somebody else's stand-in is not handed on.
 */
#include <string.h>

#include "auth/auth.h"
#include "base/vi.h"
#include "mod/agencies/agencies_sql.h"

typedef VEC(struct reach) reach_vec;

struct rebuild {
    struct ctx *c;
    struct agencies_snapshot *s;
    day on;
    role_vec roles;                 /* of all officers, by account */
    stand_in_vec stand_ins;
    const struct agency **now;      /* per row of agencies_all(): who carries it on today */
};

static bool
runs(day from, day to, day on)
{
    return from <= on && on <= to;
}

/* The agency a role counts at: renewed rows take their officers along, merged ones do not. */
static const struct agency *
seat_of(const struct rebuild *b, int64_t agency)
{
    const struct agency *g = agencies_by_id(b->s, agency);

    while (g && g->valid_to < b->on) {
        const struct agency *next = NULL;

        for (size_t i = 0; i < g->after_n && !next; i++)
            if (g->after[i].how == SUCCESSION_SAME)
                next = agencies_by_id(b->s, g->after[i].agency);
        g = next;
    }
    return g && agency_exists(g, b->on) ? g : NULL;
}

/* The catalogue, the calendar and the settings are everybody's: the city's administrators change
 * them, not a ward's. */
static int64_t
perms_at(const struct agency *seat, enum role role)
{
    int64_t everybodys = PERM_BIT(PERM_ADMIN_CATALOGUE) | PERM_BIT(PERM_ADMIN_SETTINGS);

    return seat->parent ? role_perms(role) & ~everybodys : role_perms(role);
}

/* A row for all procedures, or one for each field. */
static void
add_fields(struct rebuild *b, int64_t unit, int64_t perms, const char *fields, reach_vec *out)
{
    size_t n = strcspn(fields, " ");

    *vec_push(b->c->a, out) = (struct reach){unit, perms, arena_strn(b->c->a, fields, n)};
    while (fields[n] == ' ') {
        fields += n + 1;
        n = strcspn(fields, " ");
        *vec_push(b->c->a, out) = (struct reach){unit, perms, arena_strn(b->c->a, fields, n)};
    }
}

static void
add_role(struct rebuild *b, const struct role_row *r, reach_vec *out)
{
    struct agency_list all = agencies_all(b->s);
    const struct agency *seat =
        runs(r->valid_from, r->valid_to, b->on) ? seat_of(b, r->agency) : NULL;

    for (size_t i = 0; seat && i < all.n; i++)
        if (b->now[i] && agencies_within(b->s, b->now[i]->id, seat->id))
            add_fields(b, all.p[i]->id, perms_at(seat, r->role), r->fields, out);
}

/* Who administers users reads no dossiers, whatever other roles and stand-ins say. */
static void
keep_apart(reach_vec *v)
{
    int64_t dossiers = PERM_BIT(PERM_DOSSIER_READ) | PERM_BIT(PERM_DOSSIER_INTAKE) |
                       PERM_BIT(PERM_DOSSIER_PROCESS) | PERM_BIT(PERM_DOSSIER_DECIDE) |
                       PERM_BIT(PERM_DOSSIER_ASSIGN) | PERM_BIT(PERM_DIGITISE) |
                       PERM_BIT(PERM_APPLY) | PERM_BIT(PERM_ASSIST);
    int64_t all = 0;

    for (size_t i = 0; i < v->n; i++)
        all |= v->p[i].perms;
    for (size_t i = 0; i < v->n && all & PERM_BIT(PERM_ADMIN_OFFICERS); i++)
        v->p[i].perms &= ~dossiers;
}

/* The roles of one account lie together: they are ordered by account. */
static size_t
first_role(const struct rebuild *b, int64_t account)
{
    size_t lo = 0, hi = b->roles.n;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (b->roles.p[mid].account < account)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static void
add_roles(struct rebuild *b, int64_t account, reach_vec *out, int64_t *home)
{
    for (size_t i = first_role(b, account); i < b->roles.n && b->roles.p[i].account == account;
         i++) {
        const struct role_row *r = &b->roles.p[i];
        const struct agency *seat;

        add_role(b, r, out);
        if (home && !*home && runs(r->valid_from, r->valid_to, b->on) &&
            (seat = seat_of(b, r->agency)))
            *home = seat->id;
    }
}

static int
rebuild_one(struct rebuild *b, int64_t account)
{
    reach_vec v = {0};
    int64_t home = 0;
    int rc;

    add_roles(b, account, &v, &home);
    for (size_t i = 0; i < b->stand_ins.n; i++) {
        const struct stand_in *s = &b->stand_ins.p[i];

        if (s->stand_in == account && runs(s->valid_from, s->valid_to, b->on))
            add_roles(b, s->absent, &v, NULL);
    }
    keep_apart(&v);
    rc = auth_reach_set(b->c, account, v.p, v.n);
    return rc < 0 ? rc : auth_home_set(b->c, account, home);
}

static int
rebuild_all(struct rebuild *b)
{
    struct account page[100];
    const char *after = "";
    int64_t after_id = 0;
    size_t n;
    int rc;

    do {
        if ((rc = auth_officers(b->c, 0, "", after, after_id, 100, page, &n)) < 0)
            return rc;
        for (size_t i = 0; i < n; i++)
            if ((rc = rebuild_one(b, page[i].id)) < 0)
                return rc;
        if (n) {
            after = vi_fold(b->c->a, page[n - 1].name);
            after_id = page[n - 1].id;
        }
    } while (n == 100);
    return OK;
}

static void
settle_now(struct rebuild *b)
{
    struct agency_list all = agencies_all(b->s);

    b->now = arena_get(b->c->a, (all.n + 1) * sizeof *b->now);
    for (size_t i = 0; i < all.n; i++)
        if (all.p[i]->type != AGENCY_VILLAGE && all.p[i]->type != AGENCY_BLOCK)
            b->now[i] = agencies_continuing(b->s, all.p[i]->id, b->on);
}

static int
rebuild(struct rebuild *b, int64_t account)
{
    int rc, first;

    if ((rc = agencies_sql_roles(b->c, 0, &b->roles)) < 0 ||
        (rc = agencies_sql_stand_ins(b->c, 0, &b->stand_ins)) < 0)
        return rc;
    settle_now(b);
    if (account)
        return rebuild_one(b, account);
    if ((rc = rebuild_all(b)) < 0 || (first = agencies_sql_refreshed(b->c, b->on)) < 0)
        return rc < 0 ? rc : first;
    return first ? agencies_sql_changed(b->c) : OK;     /* a new day: servers reload the snapshot */
}

/* One at a time: who rebuilds sees the roles and stand-ins of whoever rebuilt before. */
int
agencies_reach_rebuild(struct ctx *c, int64_t account)
{
    struct rebuild b = {.c = c, .on = vn_day(c->now)};
    int rc = agencies_sql_lock(c);

    if (rc < 0)
        return rc;
    b.s = agencies_snapshot_load(c);
    if (!b.s)
        return c->err.rc;
    rc = rebuild(&b, account);
    agencies_snapshot_free(b.s);
    return rc;
}

bool
agencies_in_fields(const char *fields, const char *field)
{
    size_t n = strlen(field);

    for (const char *s = fields; *s; s += strcspn(s, " "), s += *s == ' ')
        if (strncmp(s, field, n) == 0 && (s[n] == ' ' || s[n] == '\0'))
            return true;
    return !*fields;
}

/* --- officers of an agency -------------------------------------------------------------------- */

static void
add_staff(struct staff s, struct staff *out, size_t max, size_t *n)
{
    for (size_t i = 0; i < *n; i++)
        if (out[i].account == s.account && out[i].role == s.role &&
            strcmp(out[i].fields, s.fields) == 0)
            return;
    if (*n < max)
        out[(*n)++] = s;
}

int
agencies_staff(struct ctx *c, int64_t unit, enum role role, struct staff *out, size_t max,
               size_t *n)
{
    day on = vn_day(c->now);
    role_vec roles = {0};
    stand_in_vec stand_ins = {0};
    int rc;

    *n = 0;
    if ((rc = agencies_sql_roles_at(c, unit, &roles)) < 0 ||
        (rc = agencies_sql_stand_ins_at(c, unit, &stand_ins)) < 0)
        return rc;
    for (size_t i = 0; i < roles.n; i++)
        if (runs(roles.p[i].valid_from, roles.p[i].valid_to, on) &&
            (!role || roles.p[i].role == role))
            add_staff((struct staff){roles.p[i].account, roles.p[i].agency, 0, roles.p[i].role,
                                     roles.p[i].name, roles.p[i].login,
                                     roles.p[i].fields},
                      out, max, n);
    for (size_t i = 0; i < stand_ins.n; i++)
        for (size_t j = 0; j < roles.n; j++) {
            const struct stand_in *s = &stand_ins.p[i];
            const struct role_row *r = &roles.p[j];

            if (s->absent == r->account && runs(s->valid_from, s->valid_to, on) &&
                runs(r->valid_from, r->valid_to, on) && (!role || r->role == role))
                add_staff((struct staff){s->stand_in, r->agency, s->absent, r->role,
                                         s->stand_in_name, s->stand_in_login, r->fields},
                          out, max, n);
        }
    return OK;
}
