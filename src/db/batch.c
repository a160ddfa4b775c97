#include "db/batch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { ARGS_MAX = 16, ARENA_MAX = 64 << 20 };

struct sum {
    const struct query *q;
    size_t keys, n;             /* of args: keys first */
    struct dbv *args;
};

/* Numbers next..end-1 are this batch's. */
struct number {
    const struct query *take, *give;
    size_t keys;
    struct dbv *key;
    int64_t next, end, next_before, end_before;     /* ..._before: when the job began */
};

struct batch {
    struct arena *a;
    VEC(struct sum) sums;
    VEC(struct number) numbers;
    size_t sums_before, numbers_before;
    size_t left;                /* jobs still to run, with this one */
    int64_t used, jobs;         /* numbers and jobs of this batch, to guess those of the next */
    int64_t used_last, jobs_last;
};

struct batch *
batch_open(void)
{
    struct batch *b = mem_get(sizeof *b);

    b->a = arena_open(ARENA_MAX);
    return b;
}

void
batch_close(struct batch *b)
{
    if (!b)
        return;
    arena_close(b->a);
    mem_free(b);
}

void
batch_begin(struct batch *b)
{
    if (b->jobs) {
        b->used_last = b->used;
        b->jobs_last = b->jobs;
    }
    arena_reset(b->a);
    memset(&b->sums, 0, sizeof b->sums);
    memset(&b->numbers, 0, sizeof b->numbers);
    b->sums_before = b->numbers_before = b->left = 0;
    b->used = b->jobs = 0;
}

void
batch_job(struct batch *b, size_t left)
{
    b->left = left;
    b->jobs++;
    b->sums_before = b->sums.n;
    b->numbers_before = b->numbers.n;
    for (size_t i = 0; i < b->numbers.n; i++) {
        b->numbers.p[i].next_before = b->numbers.p[i].next;
        b->numbers.p[i].end_before = b->numbers.p[i].end;
    }
}

/* The statements that took numbers in this job were undone with it. */
void
batch_undo(struct batch *b)
{
    b->sums.n = b->sums_before;
    b->numbers.n = b->numbers_before;
    for (size_t i = 0; i < b->numbers.n; i++) {
        b->numbers.p[i].next = b->numbers.p[i].next_before;
        b->numbers.p[i].end = b->numbers.p[i].end_before;
    }
}

static struct dbv *
copy(struct batch *b, const struct dbv *v, size_t n)
{
    struct dbv *out = arena_raw(b->a, n * sizeof *out);

    assert(n <= ARGS_MAX);
    memcpy(out, v, n * sizeof *out);
    for (size_t i = 0; i < n; i++) {
        assert(v[i].kind == DBV_INT || v[i].kind == DBV_TEXT);
        if (v[i].kind == DBV_TEXT)
            out[i].s = arena_str(b->a, v[i].s);
    }
    return out;
}

static int
compare(const struct dbv *a, const struct dbv *b, size_t n)
{
    int d = 0;

    for (size_t i = 0; i < n && d == 0; i++)
        d = a[i].kind == DBV_TEXT ? strcmp(a[i].s, b[i].s) : (a[i].i > b[i].i) - (a[i].i < b[i].i);
    return d;
}

/* --- counters ------------------------------------------------------------------------------- */

int
batch_add(struct batch *b, const struct query *q, const struct dbv *args, size_t keys, size_t sums)
{
    *vec_push(b->a, &b->sums) =
        (struct sum){.q = q, .keys = keys, .n = keys + sums, .args = copy(b, args, keys + sums)};
    return OK;
}

/* The order in which every lane puts them, so that lanes wait for each other in a line. */
static int
by_key(const void *a, const void *b)
{
    const struct sum *x = a, *y = b;
    int d = x->q == y->q ? 0 : strcmp(x->q->name, y->q->name);

    return d ? d : compare(x->args, y->args, x->keys);
}

static bool
nothing(const struct sum *s)
{
    for (size_t i = s->keys; i < s->n; i++)
        if (s->args[i].i)
            return false;
    return true;
}

static int
put_sums(struct ctx *c, struct batch *b)
{
    struct sum *s = b->sums.p, *end = s + b->sums.n;
    int rc = OK;

    if (b->sums.n)
        qsort(s, b->sums.n, sizeof *s, by_key);
    while (s < end && rc >= 0) {
        struct sum *first = s++;

        for (; s < end && by_key(first, s) == 0; s++)
            for (size_t i = first->keys; i < first->n; i++)
                first->args[i].i += s->args[i].i;
        if (!nothing(first))
            rc = db_put(c, first->q, first->args, first->n);
    }
    return rc;
}

/* --- numbers -------------------------------------------------------------------------------- */

static struct number *
find(struct batch *b, const struct query *take, const struct dbv *key, size_t n)
{
    for (size_t i = 0; i < b->numbers.n; i++)
        if (b->numbers.p[i].take == take && compare(b->numbers.p[i].key, key, n) == 0)
            return &b->numbers.p[i];
    return NULL;
}

/* As many as the jobs that are left will need, by what the batch before needed. */
static int64_t
how_many(const struct batch *b)
{
    int64_t used = b->used > b->used_last ? b->used : b->used_last;
    int64_t jobs = b->used > b->used_last ? b->jobs : b->jobs_last;
    int64_t n = jobs ? (int64_t)b->left * used / jobs : 1;

    return n < 1 ? 1 : n > (int64_t)b->left ? (int64_t)b->left : n;
}

int64_t
batch_number(struct ctx *c, struct batch *b, const struct query *take, const struct query *give,
             const struct dbv *key, size_t n)
{
    struct number *x = find(b, take, key, n);
    struct dbv args[ARGS_MAX];
    int64_t last, many;

    if (!x || x->next == x->end) {
        many = how_many(b);
        memcpy(args, key, n * sizeof *args);
        args[n] = qi(many);
        if ((last = db_int(c, 0, take, args, n + 1)) < many)
            return 0;
        if (!x) {
            x = vec_push(b->a, &b->numbers);
            *x = (struct number){.take = take, .give = give, .keys = n, .key = copy(b, key, n)};
        }
        x->next = last - many + 1;
        x->end = last + 1;
    }
    b->used++;
    return x->next++;
}

static int
give_back(struct ctx *c, struct batch *b)
{
    struct dbv args[ARGS_MAX];
    int rc = OK;

    for (size_t i = 0; i < b->numbers.n && rc >= 0; i++) {
        const struct number *x = &b->numbers.p[i];

        memcpy(args, x->key, x->keys * sizeof *args);
        args[x->keys] = qi(x->end - x->next);
        if (x->end > x->next)
            rc = db_put(c, x->give, args, x->keys + 1);
    }
    return rc;
}

int
batch_put(struct ctx *c, struct batch *b)
{
    int rc = give_back(c, b);

    return rc < 0 ? rc : put_sums(c, b);
}
