/* The queue of chunks between the thread that makes rows and the one that writes them. */
#include "db/load.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/progress.h"
#include "db/engine.h"
#include "db/load_engine.h"

/* A chunk becomes a run of pages of one table.  Indexes are made by reading the tables again, and
 * where runs are short the disk's read-ahead brings mostly pages of other tables: with 256 KB an
 * index of a tenth of the file read all of it. */
enum { CHUNK = 4 << 20, CHUNKS = 44 };

struct chunk {
    size_t table, n, cap;
    uint8_t *p;
};

struct load {
    const struct load_engine *engine;
    void *to;
    const struct load_table *t;
    size_t n, at;                       /* at: the table of the row being made */
    struct chunk *open[LOAD_TABLES_MAX];
    struct chunk chunks[CHUNKS];
    int64_t rows;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t some, room;
    struct chunk *free[CHUNKS], *full[CHUNKS];      /* a stack and a ring */
    size_t n_free, first, n_full;
    bool over;
    _Atomic bool failed;
    char fault[LOAD_FAULT];
};

/* --- the writer ----------------------------------------------------------------------------- */

static struct chunk *
next_full(struct load *b)
{
    struct chunk *k = NULL;

    pthread_mutex_lock(&b->lock);
    while (b->n_full == 0 && !b->over)
        pthread_cond_wait(&b->some, &b->lock);
    if (b->n_full) {
        k = b->full[b->first];
        b->first = (b->first + 1) % CHUNKS;
        b->n_full--;
    }
    pthread_mutex_unlock(&b->lock);
    return k;
}

static void
give_back(struct load *b, struct chunk *k)
{
    pthread_mutex_lock(&b->lock);
    k->n = 0;
    b->free[b->n_free++] = k;
    pthread_cond_signal(&b->room);
    pthread_mutex_unlock(&b->lock);
}

static void *
write_all(void *arg)
{
    struct load *b = arg;
    struct chunk *k;

    while ((k = next_full(b)) != NULL) {
        if (!b->failed && !b->engine->write(b->to, k->table, k->p, k->n, b->fault))
            b->failed = true;
        give_back(b, k);
    }
    return NULL;
}

/* --- the maker ------------------------------------------------------------------------------ */

static struct chunk *
take_free(struct load *b)
{
    struct chunk *k;

    pthread_mutex_lock(&b->lock);
    while (b->n_free == 0)
        pthread_cond_wait(&b->room, &b->lock);
    k = b->free[--b->n_free];
    pthread_mutex_unlock(&b->lock);
    return k;
}

static void
send(struct load *b, size_t table)
{
    struct chunk *k = b->open[table];

    b->open[table] = NULL;
    pthread_mutex_lock(&b->lock);
    k->table = table;
    b->full[(b->first + b->n_full++) % CHUNKS] = k;
    pthread_cond_signal(&b->some);
    pthread_mutex_unlock(&b->lock);
}

static uint8_t *
room(struct load *b, size_t n)
{
    struct chunk *k = b->open[b->at];

    if (k->n + n > k->cap) {            /* one row longer than a chunk */
        size_t cap = (k->n + n) * 2;
        uint8_t *p = mem_get(cap);

        memcpy(p, k->p, k->n);
        mem_free(k->p);
        k->p = p;
        k->cap = cap;
    }
    k->n += n;
    return k->p + k->n - n;
}

static void
put_length(uint8_t *p, int32_t n)
{
    uint32_t v = __builtin_bswap32((uint32_t)n);

    memcpy(p, &v, sizeof v);
}

void
load_row(struct load *b, size_t table)
{
    uint8_t *p;
    uint16_t n = (uint16_t)strlen(b->t[table].kinds);

    if (b->open[table] && b->open[table]->n > CHUNK - (64 << 10))
        send(b, table);
    if (!b->open[table])
        b->open[table] = take_free(b);
    b->at = table;
    b->rows++;
    p = room(b, 2);
    p[0] = (uint8_t)(n >> 8);
    p[1] = (uint8_t)n;
}

void
load_int(struct load *b, int64_t v)
{
    uint8_t *p = room(b, 12);
    uint64_t x = __builtin_bswap64((uint64_t)v);

    put_length(p, 8);
    memcpy(p + 4, &x, sizeof x);
}

void
load_bytes(struct load *b, const void *s, size_t n)
{
    uint8_t *p = room(b, 4 + n);

    put_length(p, (int32_t)n);
    memcpy(p + 4, s, n);
}

void
load_text(struct load *b, const char *s, size_t n)
{
    load_bytes(b, s, n);
}

void
load_null(struct load *b)
{
    put_length(room(b, 4), -1);
}

bool
load_failed(struct load *b)
{
    return b->failed;
}

int64_t
load_rows(const struct load *b)
{
    return b->rows;
}

/* --- opening and closing -------------------------------------------------------------------- */

static void
forget(struct load *b)
{
    for (size_t i = 0; i < CHUNKS; i++)
        mem_free(b->chunks[i].p);
    mem_free(b);
}

int
load_open(struct ctx *c, const char *url, const struct load_table *t, size_t n, struct load **out)
{
    struct load *b = mem_get(sizeof *b);
    bool sqlite = strncmp(url, "sqlite:", 7) == 0;

    assert(n <= LOAD_TABLES_MAX && n <= CHUNKS / 2);
    b->engine = sqlite ? &load_sqlite : &load_pg;
    b->t = t;
    b->n = n;
    if (!(b->to = b->engine->open(sqlite ? url + 7 : url, t, n, b->fault))) {
        int rc = fail(c, E_SYS, DB_SORRY, "load: %s", b->fault);

        mem_free(b);
        return rc;
    }
    for (size_t i = 0; i < CHUNKS; i++) {
        b->chunks[i] = (struct chunk){.cap = CHUNK, .p = mem_get(CHUNK)};
        b->free[b->n_free++] = &b->chunks[i];
    }
    pthread_mutex_init(&b->lock, NULL);
    pthread_cond_init(&b->some, NULL);
    pthread_cond_init(&b->room, NULL);
    if (pthread_create(&b->thread, NULL, write_all, b) != 0) {
        forget(b);
        return fail(c, E_SYS, DB_SORRY, "load: no thread");
    }
    *out = b;
    return OK;
}

int
load_close(struct ctx *c, struct load *b, struct progress *p, bool keep)
{
    int rc = OK;

    for (size_t i = 0; i < b->n; i++)
        if (b->open[i])
            send(b, i);
    pthread_mutex_lock(&b->lock);
    b->over = true;
    pthread_cond_signal(&b->some);
    pthread_mutex_unlock(&b->lock);
    pthread_join(b->thread, NULL);
    if (b->failed) {
        char why[LOAD_FAULT];

        b->engine->close(b->to, p, false, why);
        rc = fail(c, E_SYS, DB_SORRY, "load: %s", b->fault);
    } else if (!b->engine->close(b->to, p, keep, b->fault)) {
        rc = fail(c, E_SYS, DB_SORRY, "load: %s", b->fault);
    }
    pthread_mutex_destroy(&b->lock);
    pthread_cond_destroy(&b->some);
    pthread_cond_destroy(&b->room);
    forget(b);
    return rc;
}
