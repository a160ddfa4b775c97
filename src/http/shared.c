#include "http/shared.h"

#include <pthread.h>
#include <string.h>

enum { SLOTS = 128, KEY_MAX = 200, BODY_MAX = 64 << 10 };

struct slot {
    char key[KEY_MAX];              /* the address as sent */
    enum lang lang;
    const struct site *site;        /* the snapshots it was made of */
    int64_t until;                  /* microseconds */
    char *body;
    size_t n, cap;
};

static pthread_key_t table_key;
static pthread_once_t table_once = PTHREAD_ONCE_INIT;
static _Thread_local struct slot *table;

static void
table_end(void *p)
{
    struct slot *t = p;

    for (size_t i = 0; i < SLOTS; i++)
        mem_free(t[i].body);
    mem_free(t);
}

static void
table_start(void)
{
    pthread_key_create(&table_key, table_end);
}

static struct slot *
slot_of(const struct ctx *c)
{
    unsigned h = 2166136261u + (unsigned)c->lang;

    for (const char *s = c->req->target; *s; s++)
        h = (h ^ (unsigned char)*s) * 16777619u;
    if (!table) {
        pthread_once(&table_once, table_start);
        table = mem_get(SLOTS * sizeof *table);
        pthread_setspecific(table_key, table);
    }
    return &table[(h ^ h >> 16) % SLOTS];
}

bool
shared_find(struct ctx *c, int64_t micros)
{
    const struct slot *s = slot_of(c);
    struct buf *b;

    if (micros >= s->until || s->lang != c->lang || s->site != c->site ||
        strcmp(s->key, c->req->target) != 0)
        return false;
    b = page_buf(c);
    buf_add(b, s->body, s->n);
    return true;
}

void
shared_keep(struct ctx *c, int64_t micros, int seconds)
{
    struct slot *s = slot_of(c);
    const struct buf *b = &c->out->body;
    size_t key = strlen(c->req->target);

    if (b->n > BODY_MAX || key >= KEY_MAX)
        return;
    if (b->n > s->cap) {
        mem_free(s->body);
        s->body = mem_get(b->n);
        s->cap = b->n;
    }
    memcpy(s->body, b->p, b->n);
    memcpy(s->key, c->req->target, key + 1);
    s->n = b->n;
    s->lang = c->lang;
    s->site = c->site;
    s->until = micros + (int64_t)seconds * 1000000;
}
