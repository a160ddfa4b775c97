#include "generate/staff.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"
#include "base/id.h"
#include "generate/mix.h"
#include "generate/people.h"
#include "mod/agencies/agencies_manage.h"
#include "mod/agencies/agencies_sql.h"
#include "site/site.h"

struct seat { enum role role; int n; const char *word; };
static const struct seat SEATS[] = {
    {ROLE_INTAKE, 2, "tn"}, {ROLE_SPECIALIST, 4, "cv"}, {ROLE_LEADER, 2, "ld"},
    {ROLE_ARCHIVIST, 1, "lt"}};

struct hiring {
    struct ctx *c;
    struct rng r;
    day from;
    struct offices *out;
};

static char *
login_of(struct ctx *c, const struct agency *g, const struct seat *s, int i)
{
    char *login = arena_fmt(c->a, "%s.%s%d", g->code, s->word, i + 1);

    for (char *p = login; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return login;
}

static int
hire(struct hiring *h, const struct office *o, enum role role, struct account *a)
{
    struct role_row r = {.id = id_next(), .agency = o->g->id, .role = role,
                         .valid_to = AGENCY_OPEN};
    int rc = auth_account_add(h->c, a, NULL, &a->id);

    r.account = a->id;
    r.valid_from = o->g->valid_from > h->from ? o->g->valid_from : h->from;
    if (o->g->valid_to != AGENCY_OPEN)
        r.valid_to = o->g->valid_to;
    return rc < 0 ? rc : agencies_sql_role_add(h->c, &r);
}

static int
fill_seat(struct hiring *h, struct office *o, const struct seat *s, int i, struct arena *a)
{
    struct person p;
    struct account known, fresh = {.kind = ACCOUNT_OFFICER, .active = true};
    int rc;

    officer_fill(&h->r, &p);            /* also for known ones: the others keep their names */
    fresh.login = login_of(h->c, o->g, s, i);
    fresh.name = p.name;
    rc = auth_account_by_login(h->c, ACCOUNT_OFFICER, fresh.login, &known);
    if (rc == E_NOTFOUND)
        rc = hire(h, o, s->role, &fresh), known = fresh;
    o->account[s->role][i] = known.id;
    o->name[s->role][i] = arena_str(a, known.name);
    h->out->officers++;
    return rc;
}

static int
fill_office(struct hiring *h, struct office *o, struct arena *a)
{
    int rc = OK;

    for (size_t k = 0; k < sizeof SEATS / sizeof *SEATS; k++) {
        o->n[SEATS[k].role] = SEATS[k].n;
        for (int i = 0; i < SEATS[k].n && rc == OK; i++)
            rc = fill_seat(h, o, &SEATS[k], i, a);
    }
    return rc;
}

/* Addresses name communes of today: those of a past district the one that carries it on. */
static void
place_of(struct ctx *c, struct office *o)
{
    const struct agencies_snapshot *s = c->site->agencies;
    const struct agency *g = agencies_continuing(s, o->g->id, vn_day(c->now));
    struct agency_list all = agencies_communes(s);

    if (!g || g->type != AGENCY_COMMUNE)
        g = all.p[strlen(o->g->name) % all.n];      /* of a department: any, always the same */
    o->commune = g->unit_code;
    o->commune_name = g->name;
    o->weight = agency_weight(o->g);
}

static int
by_agency(const void *x, const void *y)
{
    const struct office *a = x, *b = y;

    return (a->g->id > b->g->id) - (a->g->id < b->g->id);
}

static int
by_code(const void *x, const void *y)
{
    const struct office *a = x, *b = y;
    int n = strcmp(a->g->code, b->g->code);

    return n ? n : (a->g->valid_from > b->g->valid_from) - (a->g->valid_from < b->g->valid_from);
}

static bool
takes_part(const struct agency *g, day on, day also)
{
    bool level = g->type == AGENCY_DEPARTMENT || g->type == AGENCY_OFFICE ||
                 g->type == AGENCY_DISTRICT || g->type == AGENCY_COMMUNE;

    return level && g->desk && (agency_exists(g, on) || agency_exists(g, also));
}

int
staff_make(struct ctx *c, struct arena *a, uint64_t seed, day from, day on, day also,
           struct offices *out)
{
    struct agency_list all = agencies_all(c->site->agencies);
    struct hiring h = {.c = c, .r = rng_of(seed, 31, 0), .from = from, .out = out};
    int rc = db_begin(c, DB_READ_WRITE);

    *out = (struct offices){.p = arena_get(a, (all.n + 1) * sizeof *out->p)};
    for (size_t i = 0; i < all.n; i++)
        if (takes_part(all.p[i], on, also))
            out->p[out->n++].g = all.p[i];
    qsort(out->p, out->n, sizeof *out->p, by_code);
    for (size_t i = 0; i < out->n && rc == OK; i++) {
        place_of(c, &out->p[i]);
        rc = fill_office(&h, &out->p[i], a);
    }
    if (rc == OK)
        rc = agencies_reach_rebuild(c, 0);
    if (rc == OK)
        rc = db_commit(c);
    if (rc < 0)
        db_rollback(c);
    qsort(out->p, out->n, sizeof *out->p, by_agency);
    return rc;
}

const struct office *
staff_of(const struct offices *s, int64_t agency)
{
    size_t lo = 0, hi = s->n;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (s->p[mid].g->id < agency)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < s->n && s->p[lo].g->id == agency ? &s->p[lo] : NULL;
}

bool
staff_seat(const struct office *o, int64_t account, enum role *role, int *place)
{
    for (*role = ROLE_NONE; *role < ROLE__COUNT; ++*role)
        for (*place = 0; *place < o->n[*role]; ++*place)
            if (o->account[*role][*place] == account)
                return true;
    return false;
}
