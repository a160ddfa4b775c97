#include "generate/choice.h"

#include <string.h>

#include "mod/catalogue/catalogue_versions.h"
#include "mod/dossiers/dossiers_row.h"
#include "site/site.h"

enum { POSTAL_PERCENT = 4, OFTEN = 20 /* a share from which on rare courses are played */ };

/* --- what there is to choose from ----------------------------------------------------------- */

static const struct procedure *
in_force(struct ctx *c, const char *code, day on)
{
    const struct procedure *p = catalogue_find(c->site->catalogue, code, on);

    return p && p->route == ROUTE_CITY && p->form && p->process.n && course_known(code) ? p : NULL;
}

/* A procedure of a city agency counts while that agency is there. */
static bool
decided(struct ctx *c, const struct procedure *p, day from)
{
    return p->competent.rule != COMPETENT_FIXED ||
           agencies_by_code(c->site->agencies, p->competent.agency, from);
}

static void
add_procedure(struct choices *v, const struct procedure *p, const struct demand *d)
{
    double online = p->channels & 1u << CHANNEL_ONLINE ? d->online : 0;
    int i = v->n++;

    v->p[i] = p;
    v->demand[i] = d;
    v->desk[i] = (i ? v->desk[i - 1] : 0) + d->share * (1 - online);
    v->online[i] = (i ? v->online[i - 1] : 0) + d->share * online;
}

static int
find_procedures(struct choices *v, struct ctx *c, day from)
{
    for (const struct demand *d = DEMAND; d->procedure && v->n < PROCEDURES_MAX; d++) {
        const struct procedure *p = in_force(c, d->procedure, vn_day(v->play.when));

        if (p && decided(c, p, from))
            add_procedure(v, p, d);
    }
    if (v->n == 0)
        return fail(c, E_NOTFOUND, N_("Chưa có thủ tục nào"),
                    "generate: no procedure of the catalogue is in force; run motcua init");
    v->share_online = v->online[v->n - 1] / (v->online[v->n - 1] + v->desk[v->n - 1]);
    return OK;
}

static bool
receives(const struct agency *g, day from, day to)
{
    bool commune = g->type == AGENCY_COMMUNE || g->type == AGENCY_DISTRICT;

    return commune && agency_exists(g, from) && agency_exists(g, to);
}

static int
find_units(struct choices *v, struct ctx *c, struct arena *a, day from, day to)
{
    const struct offices *s = v->play.staff;
    double sum = 0;

    v->units = arena_get(a, (s->n + 1) * sizeof *v->units);
    v->weight = arena_get(a, (s->n + 1) * sizeof *v->weight);
    for (size_t i = 0; i < s->n; i++)
        if (receives(s->p[i].g, from, to)) {
            sum += s->p[i].weight;
            v->units[v->n_units] = &s->p[i];
            v->weight[v->n_units++] = sum;
        }
    return v->n_units ? OK
                      : fail(c, E_NOTFOUND, N_("Không có cơ quan này"),
                             "generate: no agency receives from the first day to the last");
}

/* Templates are played at a commune of today. */
static int
find_home(struct choices *v, struct ctx *c)
{
    struct agency_list all = agencies_communes(c->site->agencies);

    for (size_t i = 0; i < all.n && !v->play.home; i++)
        if (agency_exists(all.p[i], vn_day(v->play.when)))
            v->play.home = staff_of(v->play.staff, all.p[i]->id);
    return v->play.home ? OK
                        : fail(c, E_NOTFOUND, N_("Không có cơ quan này"),
                               "generate: there is no commune with a desk");
}

int
choices_make(struct choices *v, struct ctx *c, struct arena *a, const struct offices *staff,
             day from, day to)
{
    int rc;

    v->play.c = c;
    v->play.a = a;
    v->play.staff = staff;
    while (COURSES[v->kinds].word)
        v->kinds++;
    if ((rc = find_procedures(v, c, from)) < 0 || (rc = find_home(v, c)) < 0)
        return rc;
    return find_units(v, c, a, from, to);
}

/* --- choosing ------------------------------------------------------------------------------- */

static int
at_weight(const double *sum, int n, double x)
{
    int lo = 0, hi = n - 1;

    while (lo < hi) {
        int mid = (lo + hi) / 2;

        if (sum[mid] > x)
            hi = mid;
        else
            lo = mid + 1;
    }
    return lo;
}

static double
share_of(const struct choices *v, int procedure, int channel, int kind)
{
    const struct course_kind *k = &COURSES[kind];

    if ((k->online_only && channel != CHANNEL_ONLINE) || channel == CHANNEL_POSTAL)
        return 0;
    if (k->rare && v->demand[procedure]->share < OFTEN)
        return 0;
    if (strcmp(k->word, "taxed") == 0 && !v->p[procedure]->deadline.fiscal_pauses)
        return 0;
    if (v->received_only && strcmp(k->word, "refused-first") == 0)
        return 0;
    return k->share;
}

static int
draw_kind(const struct choices *v, struct rng *r, int procedure, int channel)
{
    double x = rng_unit(r);

    for (int k = 1; k < v->kinds; k++)
        if ((x -= share_of(v, procedure, channel, k)) < 0)
            return k;
    return 0;
}

static int
draw_delivery(struct rng *r, int channel, int kind)
{
    double x = rng_unit(r);

    if (channel != CHANNEL_ONLINE)
        return channel == CHANNEL_POSTAL ? DELIVER_POST : DELIVER_DESK;
    if (kind > 1)
        return DELIVER_ONLINE;
    return x < 0.5 ? DELIVER_ONLINE : x < 0.8 ? DELIVER_DESK : DELIVER_POST;
}

struct choice
choices_draw(const struct choices *v, struct rng *r, bool online)
{
    const double *sum = online ? v->online : v->desk;
    struct choice k = {.procedure = at_weight(sum, v->n, rng_unit(r) * sum[v->n - 1])};
    bool postal = rng_below(r, 100) < POSTAL_PERCENT;

    k.channel = online ? CHANNEL_ONLINE : CHANNEL_DIRECT;
    if (!online && postal && v->p[k.procedure]->channels & 1u << CHANNEL_POSTAL)
        k.channel = CHANNEL_POSTAL;
    k.kind = draw_kind(v, r, k.procedure, k.channel);
    k.delivery = draw_delivery(r, k.channel, k.kind);
    return k;
}

static int
kind_called(const struct choices *v, const char *word)
{
    int k = 0;

    while (k < v->kinds && strcmp(COURSES[k].word, word) != 0)
        k++;
    return k < v->kinds ? k : 0;
}

bool
choices_through(const struct choices *v, enum status s, bool online, struct choice *out)
{
    const char *word = s == ST_FISCAL ? "taxed" : s == ST_WITHDRAWING ? "withdrawn" : "completed";

    *out = (struct choice){.kind = kind_called(v, word)};
    out->channel = online ? CHANNEL_ONLINE : CHANNEL_DIRECT;
    out->delivery = online ? DELIVER_ONLINE : DELIVER_DESK;
    for (; out->procedure < v->n; out->procedure++)
        if (v->p[out->procedure]->channels & 1u << out->channel &&
            (s == ST_FISCAL) == v->p[out->procedure]->deadline.fiscal_pauses)
            return true;
    return false;
}

const struct office *
choices_office(const struct choices *v, struct rng *r)
{
    double x = rng_unit(r) * v->weight[v->n_units - 1];

    return v->units[at_weight(v->weight, (int)v->n_units, x)];
}

/* --- courses -------------------------------------------------------------------------------- */

static struct course **
place(struct choices *v, const struct choice *k)
{
    bool *played = &v->played[k->procedure][k->channel][k->kind][k->delivery];
    struct course **at = &v->course[k->procedure][k->channel][k->kind][k->delivery];

    if (!*played)
        arena_reset(v->play.c->a);      /* what the one before left */
    if (!*played)
        *at = course_play(&v->play, v->p[k->procedure], &COURSES[k->kind], k->channel,
                          k->delivery);
    *played = true;
    return at;
}

/* A course that a procedure cannot take is the plain one there; the plain one must be. */
int
choices_play(struct choices *v, const struct choice *k)
{
    struct ctx *c = v->play.c;
    struct choice plain = *k;

    place(v, k);
    plain.kind = 0;
    c->err = (struct err){0};
    c->faults.n = 0;
    if (*place(v, &plain))
        return OK;
    return fail(c, E_SYS, N_("Không có việc này"), "generate: %s cannot be played: %s %s: %s",
                v->p[k->procedure]->code, c->faults.n ? c->faults.p[0].name : "",
                c->faults.n ? c->faults.p[0].say : c->err.say ? c->err.say : "",
                arena_str(c->a, c->err.detail));
}

int
choices_play_all(struct choices *v, void (*tell)(void *to), void *to)
{
    int rc = OK;

    for (int p = 0; p < v->n; p++) {
        for (int k = 0; k < v->kinds; k++)
            for (int ch = CHANNEL_DIRECT; ch < CHANNELS; ch++)
                for (int d = DELIVER_DESK; d < DELIVERIES && rc == OK; d++) {
                    struct choice x = {p, ch, k, d};
                    bool odd = ch == CHANNEL_DIRECT   ? d != DELIVER_DESK
                               : ch == CHANNEL_POSTAL ? d != DELIVER_POST
                                                      : k > 1 && d != DELIVER_ONLINE;

                    if (!odd && v->p[p]->channels & 1u << ch &&
                        (k == 0 || share_of(v, p, ch, k) > 0))
                        rc = choices_play(v, &x);
                }
        tell(to);
    }
    return rc;
}

const struct course *
choices_course(const struct choices *v, const struct choice *k)
{
    const struct course *c = v->course[k->procedure][k->channel][k->kind][k->delivery];

    return c ? c : v->course[k->procedure][k->channel][0][k->delivery];
}
