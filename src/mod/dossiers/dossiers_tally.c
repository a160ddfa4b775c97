#include "mod/dossiers/dossiers_tally.h"

#include <string.h>

#include "base/arena.h"

enum { FIRST = 1024 };          /* slots at the beginning; a power of two, doubled when 2/3 full */

/* --- numbers and texts, each kept once --- */

struct names {
    uint32_t *slot;             /* place + 1; 0: free */
    size_t slots, n, cap;
    int64_t *number;
    char (*text)[24];           /* NULL for numbers; a procedure's code is shorter */
};

static uint64_t
mix(uint64_t h)
{
    h ^= h >> 31;
    h *= 0x9E3779B97F4A7C15u;
    return h ^ h >> 29;
}

static uint64_t
hash_of(const struct names *v, int64_t number, const char *text)
{
    uint64_t h = (uint64_t)number;

    for (; v->text && *text; text++)
        h = mix(h + (unsigned char)*text);
    return mix(h);
}

static bool
is(const struct names *v, size_t i, int64_t number, const char *text)
{
    return v->text ? strcmp(v->text[i], text) == 0 : v->number[i] == number;
}

static size_t
find_name(const struct names *v, int64_t number, const char *text)
{
    size_t at = hash_of(v, number, text) & (v->slots - 1);

    while (v->slot[at] && !is(v, v->slot[at] - 1, number, text))
        at = (at + 1) & (v->slots - 1);
    return at;
}

static void
names_grow(struct names *v, bool text)
{
    struct names old = *v;

    v->slots = old.slots ? old.slots * 2 : FIRST;
    v->cap = v->slots / 2;
    v->slot = mem_get(v->slots * sizeof *v->slot);
    v->number = mem_get(v->cap * sizeof *v->number);
    v->text = text ? mem_get(v->cap * sizeof *v->text) : NULL;
    for (size_t i = 0; i < old.n; i++) {
        v->number[i] = old.number[i];
        if (text)
            memcpy(v->text[i], old.text[i], sizeof *v->text);
        v->slot[find_name(v, v->number[i], text ? v->text[i] : "")] = (uint32_t)i + 1;
    }
    mem_free(old.slot);
    mem_free(old.number);
    mem_free(old.text);
}

static uint32_t
name_of(struct names *v, int64_t number, const char *text)
{
    size_t at = find_name(v, number, text);

    if (v->slot[at])
        return v->slot[at] - 1;
    if (v->n == v->cap) {
        names_grow(v, v->text != NULL);
        at = find_name(v, number, text);
    }
    v->number[v->n] = number;
    if (v->text)
        memcpy(v->text[v->n], text, strnlen(text, sizeof *v->text - 1));
    v->slot[at] = (uint32_t)++v->n;
    return v->slot[at] - 1;
}

static void
names_free(struct names *v)
{
    mem_free(v->slot);
    mem_free(v->number);
    mem_free(v->text);
}

/* --- cells --- */

struct cell { uint32_t unit, x, y, z, procedure, used; };
struct cells { struct cell *key; int64_t *n; size_t slots, used; int values; };
struct tally { struct names numbers, texts; struct cells cells[TALLY__COUNT]; };

static const int VALUES[TALLY__COUNT] = {
    [TALLY_WORK] = 1, [TALLY_MONTH] = 7, [TALLY_DAYS] = 1, [TALLY_OFFICER] = 1,
    [TALLY_DIGITAL] = 6, [TALLY_CODE] = 2,
};

int
tally_values(enum tally_table table)
{
    return VALUES[table];
}

static size_t
find_cell(const struct cells *v, const struct cell *k)
{
    uint64_t h = mix((uint64_t)k->unit << 32 | k->x) + mix((uint64_t)k->y << 32 | k->procedure);
    size_t at = mix(h + k->z) & (v->slots - 1);

    while (v->key[at].used && memcmp(&v->key[at], k, sizeof *k) != 0)
        at = (at + 1) & (v->slots - 1);
    return at;
}

static void
cells_grow(struct cells *v)
{
    struct cells old = *v;
    size_t width = (size_t)v->values;

    v->slots = old.slots ? old.slots * 2 : FIRST;
    v->key = mem_get(v->slots * sizeof *v->key);
    v->n = mem_get(v->slots * width * sizeof *v->n);
    for (size_t i = 0; i < old.slots; i++)
        if (old.key[i].used) {
            size_t at = find_cell(v, &old.key[i]);

            v->key[at] = old.key[i];
            memcpy(v->n + at * width, old.n + i * width, width * sizeof *v->n);
        }
    mem_free(old.key);
    mem_free(old.n);
}

static int64_t *
values_of(struct tally *t, const struct tally_row *r)
{
    struct cells *v = &t->cells[r->table];
    struct cell k = {name_of(&t->numbers, r->unit, ""), name_of(&t->numbers, r->x, ""),
                     name_of(&t->numbers, r->y, ""), name_of(&t->numbers, r->z, ""),
                     name_of(&t->texts, 0, r->procedure ? r->procedure : ""), 1};
    size_t at = find_cell(v, &k);

    if (!v->key[at].used) {
        if (v->used * 3 >= v->slots * 2) {
            cells_grow(v);
            at = find_cell(v, &k);
        }
        v->key[at] = k;
        v->used++;
    }
    return v->n + at * (size_t)v->values;
}

/* --- what others call --- */

struct tally *
tally_open(void)
{
    struct tally *t = mem_get(sizeof *t);

    names_grow(&t->numbers, false);
    names_grow(&t->texts, true);
    for (int i = 0; i < TALLY__COUNT; i++) {
        t->cells[i].values = VALUES[i];
        cells_grow(&t->cells[i]);
    }
    return t;
}

void
tally_close(struct tally *t)
{
    if (!t)
        return;
    names_free(&t->numbers);
    names_free(&t->texts);
    for (int i = 0; i < TALLY__COUNT; i++) {
        mem_free(t->cells[i].key);
        mem_free(t->cells[i].n);
    }
    mem_free(t);
}

void
tally_add(struct tally *t, const struct tally_row *r)
{
    int64_t *n = values_of(t, r);

    for (int i = 0; i < VALUES[r->table]; i++)
        n[i] += r->n[i];
}

void
tally_take(struct tally *t, const struct tally_row *r, int64_t was[TALLY_VALUES])
{
    int64_t *n = values_of(t, r);

    for (int i = 0; i < VALUES[r->table]; i++) {
        was[i] = n[i];
        n[i] -= r->n[i];
    }
}

/* As the hub does: the row and its three sums. */
static void
add_four(struct tally *t, struct tally_row r)
{
    int64_t unit = r.unit;
    const char *procedure = r.procedure;

    for (int i = 0; i < 4; i++) {
        r.unit = i & 1 ? 0 : unit;
        r.procedure = i & 2 ? "" : procedure;
        tally_add(t, &r);
    }
}

void
tally_moves(struct tally *t, const struct count_moves *m)
{
    for (size_t i = 0; i < m->n_month; i++) {
        const struct count_month *v = &m->month[i];

        add_four(t, (struct tally_row){TALLY_MONTH, v->unit, v->month, 0, 0, v->procedure,
                                       {v->submitted, v->online, v->received, v->finished,
                                        v->early, v->on_time, v->late}});
    }
    for (size_t i = 0; i < m->n_days; i++)
        add_four(t, (struct tally_row){TALLY_DAYS, m->days[i].unit, m->days[i].month,
                                       m->days[i].days, 0, m->days[i].procedure, {m->days[i].n}});
    for (size_t i = 0; i < m->n_officer; i++) {
        const struct count_officer *o = &m->officer[i];

        tally_add(t, &(struct tally_row){TALLY_OFFICER, o->unit, o->month, o->account, 0, "",
                                         {o->n}});
    }
}

void
tally_digital(struct tally *t, const struct count_digital *d)
{
    tally_add(t, &(struct tally_row){TALLY_DIGITAL, d->unit, d->year, 0, 0, "",
                                     {d->dossiers, d->dossiers_digital, d->papers,
                                      d->papers_digital, d->results, d->results_digital}});
}

static bool
is_nothing(const int64_t *n, int values)
{
    for (int i = 0; i < values; i++)
        if (n[i])
            return false;
    return true;
}

bool
tally_next(const struct tally *t, size_t *at, struct tally_row *out)
{
    size_t i = *at;

    for (int k = 0; k < TALLY__COUNT; i -= t->cells[k++].slots) {
        const struct cells *v = &t->cells[k];

        for (; i < v->slots; i++, ++*at) {
            const struct cell *c = &v->key[i];
            const int64_t *n = v->n + i * (size_t)v->values;

            if (!c->used || is_nothing(n, v->values))
                continue;
            *out = (struct tally_row){(enum tally_table)k, t->numbers.number[c->unit],
                                      t->numbers.number[c->x], t->numbers.number[c->y],
                                      t->numbers.number[c->z], t->texts.text[c->procedure], {0}};
            memcpy(out->n, n, (size_t)v->values * sizeof *n);
            ++*at;
            return true;
        }
    }
    return false;
}
