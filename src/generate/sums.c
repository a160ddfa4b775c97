#include "generate/sums.h"

#include <stdlib.h>
#include <string.h>

#include "generate/parts_sql.h"

enum { FIRST_SLOTS = 1 << 12, VALUES = 7 };

struct key {
    enum part part;
    int64_t a, b, c, d;                 /* numbers of the key */
    const char *procedure;              /* of the catalogue: compared by text */
};
struct entry { struct key key; int64_t v[VALUES]; bool used; };

struct sums {
    struct entry *p;
    size_t slots, used;
};

struct sums *
sums_open(void)
{
    struct sums *t = mem_get(sizeof *t);

    t->slots = FIRST_SLOTS;
    t->p = mem_get(t->slots * sizeof *t->p);
    return t;
}

void
sums_close(struct sums *t)
{
    if (!t)
        return;
    mem_free(t->p);
    mem_free(t);
}

static uint64_t
hash_of(const struct key *k)
{
    uint64_t h = (uint64_t)k->part * 0x9e3779b97f4a7c15u;
    const int64_t v[] = {k->a, k->b, k->c, k->d};

    for (size_t i = 0; i < 4; i++)
        h = (h ^ (uint64_t)v[i]) * 0xd1342543de82ef95u, h ^= h >> 32;
    for (const char *s = k->procedure; *s; s++)
        h = (h ^ (unsigned char)*s) * 0x100000001b3u;
    return h ^ h >> 29;
}

static bool
same(const struct key *x, const struct key *y)
{
    return x->part == y->part && x->a == y->a && x->b == y->b && x->c == y->c && x->d == y->d &&
           (x->procedure == y->procedure || strcmp(x->procedure, y->procedure) == 0);
}

static struct entry *
slot_of(struct sums *t, const struct key *k)
{
    size_t i = hash_of(k) & (t->slots - 1);

    while (t->p[i].used && !same(&t->p[i].key, k))
        i = (i + 1) & (t->slots - 1);
    return &t->p[i];
}

static void
grow(struct sums *t)
{
    struct sums old = *t;

    t->slots *= 2;
    t->p = mem_get(t->slots * sizeof *t->p);
    for (size_t i = 0; i < old.slots; i++)
        if (old.p[i].used)
            *slot_of(t, &old.p[i].key) = old.p[i];
    mem_free(old.p);
}

static int64_t *
values_of(struct sums *t, struct key k)
{
    struct entry *e = slot_of(t, &k);

    if (!e->used && t->used * 2 > t->slots) {
        grow(t);
        e = slot_of(t, &k);
    }
    if (!e->used) {
        *e = (struct entry){.key = k, .used = true};
        t->used++;
    }
    return e->v;
}

static void
add_month(struct sums *t, const struct count_month *m)
{
    int64_t *v = values_of(t, (struct key){PART_MONTH, m->unit, m->month, 0, 0, m->procedure});
    const int64_t by[VALUES] = {m->submitted, m->online, m->received, m->finished,
                                m->early,     m->on_time, m->late};

    for (size_t i = 0; i < VALUES; i++)
        v[i] += by[i];
}

void
sums_change(struct sums *t, const struct calendar *cal, const struct dossier *was,
             const struct dossier *d)
{
    struct count_moves m;

    counts_of(cal, was, d, &m);
    for (size_t i = 0; i < m.n_month; i++)
        add_month(t, &m.month[i]);
    for (size_t i = 0; i < m.n_days; i++) {
        const struct count_days *k = &m.days[i];

        *values_of(t, (struct key){PART_DAYS, k->unit, k->month, k->days, 0, k->procedure}) +=
            k->n;
    }
    for (size_t i = 0; i < m.n_officer; i++) {
        const struct count_officer *k = &m.officer[i];

        *values_of(t, (struct key){PART_OFFICER, k->unit, k->month, k->account, 0, ""}) += k->n;
    }
}

void
sums_digital(struct sums *t, const struct dossier *d, const struct paper_digital *p)
{
    struct count_digital n;
    int64_t *v;

    if (!counts_digital(d, p, &n))
        return;
    v = values_of(t, (struct key){PART_DIGITAL, n.unit, n.year, 0, 0, ""});
    v[0] += n.dossiers;
    v[1] += n.dossiers_digital;
    v[2] += n.papers;
    v[3] += n.papers_digital;
    v[4] += n.results;
    v[5] += n.results_digital;
}

void
sums_work(struct sums *t, int64_t unit, int64_t account, int64_t perm, int64_t waiting)
{
    ++*values_of(t, (struct key){PART_WORK, unit, account, perm, waiting, ""});
}

/* --- writing -------------------------------------------------------------------------------- */

/* Statistics hold their sums: unit 0 is the city, procedure '' is all. */
static void
add_sums(struct sums *t)
{
    struct entry *all = mem_get(t->used * sizeof *all);
    size_t n = 0;

    for (size_t i = 0; i < t->slots; i++)
        if (t->p[i].used && (t->p[i].key.part == PART_MONTH || t->p[i].key.part == PART_DAYS))
            all[n++] = t->p[i];
    for (size_t i = 0; i < n; i++)
        for (int which = 1; which < 4; which++) {
            struct key k = all[i].key;
            int64_t *v;

            k.a = which & 1 ? 0 : k.a;
            k.procedure = which & 2 ? "" : k.procedure;
            v = values_of(t, k);
            for (size_t x = 0; x < VALUES; x++)
                v[x] += all[i].v[x];
        }
    mem_free(all);
}

static int
by_number(int64_t x, int64_t y)
{
    return (x > y) - (x < y);
}

/* As the keys of the tables are: agency, procedure, then the rest. */
static int
by_key(const void *x, const void *y)
{
    const struct key *a = &((const struct entry *)x)->key, *b = &((const struct entry *)y)->key;
    int n = by_number(a->part, b->part);

    n = n ? n : by_number(a->a, b->a);
    n = n ? n : strcmp(a->procedure, b->procedure);
    n = n ? n : by_number(a->b, b->b);
    n = n ? n : by_number(a->c, b->c);
    return n ? n : by_number(a->d, b->d);
}

static void
text(struct load *to, const char *s)
{
    load_text(to, s, strlen(s));
}

static void
write_entry(struct load *to, const struct entry *e)
{
    const struct key *k = &e->key;
    size_t values = k->part == PART_MONTH ? VALUES : k->part == PART_DIGITAL ? 6 : 1;

    load_row(to, k->part);
    load_int(to, k->a);
    if (k->part == PART_MONTH || k->part == PART_DAYS)
        text(to, k->procedure);
    load_int(to, k->b);
    if (k->part != PART_MONTH && k->part != PART_DIGITAL)
        load_int(to, k->c);
    if (k->part == PART_WORK)
        load_int(to, k->d);
    load_int(to, 0);                    /* the lane */
    for (size_t i = 0; i < values; i++)
        load_int(to, e->v[i]);
}

void
sums_write(struct sums *t, struct load *to)
{
    size_t n = 0;

    add_sums(t);
    for (size_t i = 0; i < t->slots; i++)
        if (t->p[i].used)
            t->p[n++] = t->p[i];
    qsort(t->p, n, sizeof *t->p, by_key);
    for (size_t i = 0; i < n; i++)
        write_entry(to, &t->p[i]);
    t->used = n;
}
