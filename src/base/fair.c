#include "base/fair.h"

#include <assert.h>

#include "base/arena.h"

enum { CHAINS = 512 };

struct line {
    uint64_t who;
    struct fair_item *first, **tail;
    size_t n;
    struct line *chain;         /* of lines with the same hash, or of spare ones */
    struct line *turn;          /* whose turn is after this one's */
};

struct fair {
    size_t waiting, lines, depth;
    struct line *turn, **last;
    struct line *chains[CHAINS], *spare;
    struct line pool[];
};

struct fair *
fair_open(size_t depth)
{
    struct fair *f = mem_get(sizeof *f + depth * sizeof *f->pool);

    f->depth = depth;
    f->last = &f->turn;
    for (size_t i = 0; i < depth; i++) {
        f->pool[i].chain = f->spare;
        f->spare = &f->pool[i];
    }
    return f;
}

void
fair_close(struct fair *f)
{
    mem_free(f);
}

/* --- lines ---------------------------------------------------------------------------------- */

/* Ids count up and addresses are hashed with a key of the process: nobody chooses a chain. */
static struct line **
chain_of(struct fair *f, uint64_t who)
{
    return &f->chains[(who * UINT64_C(0x9E3779B97F4A7C15)) >> 55];
}

static struct line *
line_find(struct fair *f, uint64_t who)
{
    struct line *l = *chain_of(f, who);

    while (l && l->who != who)
        l = l->chain;
    return l;
}

static void
turn_last(struct fair *f, struct line *l)
{
    l->turn = NULL;
    *f->last = l;
    f->last = &l->turn;
}

/* Its turn comes after everybody's who waits already. */
static struct line *
line_begin(struct fair *f, uint64_t who)
{
    struct line *l = f->spare, **chain = chain_of(f, who);

    assert(l);                  /* a line has an item, and there is a line for each */
    f->spare = l->chain;
    *l = (struct line){.who = who, .chain = *chain};
    l->tail = &l->first;
    *chain = l;
    turn_last(f, l);
    f->lines++;
    return l;
}

static void
line_end(struct fair *f, struct line *l)
{
    struct line **at = chain_of(f, l->who);

    while (*at != l)
        at = &(*at)->chain;
    *at = l->chain;
    l->chain = f->spare;
    f->spare = l;
    f->lines--;
}

static struct fair_item *
line_shift(struct fair *f, struct line *l)
{
    struct fair_item *i = l->first;

    if (!(l->first = i->next))
        l->tail = &l->first;
    l->n--;
    f->waiting--;
    i->next = NULL;
    return i;
}

/* --- when it is full -------------------------------------------------------------------------- */

static struct line *
longest(const struct fair *f)
{
    struct line *most = f->turn;

    for (struct line *l = f->turn; l; l = l->turn)
        if (l->n > most->n)
            most = l;
    return most;
}

/* The last of a line that has others before it. */
static struct fair_item *
line_pop(struct fair *f, struct line *l)
{
    struct fair_item *before = l->first, *i;

    while (before->next->next)
        before = before->next;
    i = before->next;
    before->next = NULL;
    l->tail = &before->next;
    l->n--;
    f->waiting--;
    return i;
}

/* NULL: everybody who waits has as few in the line as this one. */
static struct fair_item *
make_room(struct fair *f, uint64_t who)
{
    struct line *most = longest(f), *own = line_find(f, who);

    return most && most->n > (own ? own->n : 0) + 1 ? line_pop(f, most) : NULL;
}

struct fair_item *
fair_put(struct fair *f, struct fair_item *i)
{
    struct fair_item *out = NULL;
    struct line *l;

    if (f->waiting >= f->depth && !(out = make_room(f, i->who)))
        return i;
    if (!(l = line_find(f, i->who)))
        l = line_begin(f, i->who);
    i->next = NULL;
    *l->tail = i;
    l->tail = &i->next;
    l->n++;
    f->waiting++;
    return out;
}

/* --- taking ----------------------------------------------------------------------------------- */

static struct line *
turn_shift(struct fair *f)
{
    struct line *l = f->turn;

    if (l && !(f->turn = l->turn))
        f->last = &f->turn;
    return l;
}

struct fair_item *
fair_take(struct fair *f)
{
    struct line *l = turn_shift(f);
    struct fair_item *i;

    if (!l)
        return NULL;
    i = line_shift(f, l);
    if (l->n)
        turn_last(f, l);
    else
        line_end(f, l);
    return i;
}

/* Turns go round: who has had so many is next again only when everybody has, or is through. */
size_t
fair_take_many(struct fair *f, struct fair_item **out, size_t most, size_t each)
{
    size_t n = 0;

    for (size_t round = 0; round < each && f->turn; round++)
        for (size_t l = f->lines; l > 0 && n < most; l--)
            out[n++] = fair_take(f);
    return n;
}

struct fair_item *
fair_drop(struct fair *f, bool (*old)(const struct fair_item *i, const void *arg), const void *arg)
{
    struct fair_item *dropped = NULL, **tail = &dropped;

    for (size_t n = f->lines; n > 0; n--) {
        struct line *l = turn_shift(f);

        while (l->n && old(l->first, arg)) {
            *tail = line_shift(f, l);
            tail = &(*tail)->next;
        }
        if (l->n)
            turn_last(f, l);
        else
            line_end(f, l);
    }
    return dropped;
}

size_t
fair_waiting(const struct fair *f)
{
    return f->waiting;
}

size_t
fair_lines(const struct fair *f)
{
    return f->lines;
}
