#include "convert/line.h"

#include <stddef.h>

void
line_init(struct line *l, int at_once, int most, int share)
{
    *l = (struct line){.at_once = at_once, .most = most, .share = share};
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->moved, NULL);
}

/* --- under the lock --- */

static int
waiting_of(const struct line *l, int64_t who)
{
    int n = 0;

    for (const struct place *p = l->first; p; p = p->next)
        n += p->who == who && !p->in;
    return n;
}

static bool
refused(struct line *l, int64_t who)
{
    if (l->closed || l->waiting >= l->most)
        return true;
    if (who == 0 || waiting_of(l, who) < l->share)
        return false;
    counter_add(&l->over_share, 1);
    return true;
}

static void
join(struct line *l, struct place *p, int64_t who)
{
    struct place **end = &l->first;

    *p = (struct place){.who = who, .round = l->round};
    for (; *end; end = &(*end)->next)
        if ((*end)->who == who && (*end)->round >= p->round)
            p->round = (*end)->round + 1;
    *end = p;
}

static void
part(struct line *l, const struct place *p)
{
    struct place **at = &l->first;

    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
}

static bool
is_next(const struct line *l, const struct place *p)
{
    const struct place *best = NULL;

    for (const struct place *q = l->first; q; q = q->next)
        if (!q->in && (!best || q->round < best->round))
            best = q;
    return best == p;
}

static void
begin(struct line *l, struct place *p)
{
    p->in = true;
    l->running++;
    if (p->round > l->round)
        l->round = p->round;
}

/* --- for all --- */

bool
line_enter(struct line *l, struct place *p, int64_t who)
{
    bool in;

    pthread_mutex_lock(&l->lock);
    in = !l->closed && ((l->running < l->at_once && l->waiting == 0) || !refused(l, who));
    if (in) {
        join(l, p, who);
        l->waiting++;
        while (!l->closed && !(l->running < l->at_once && is_next(l, p)))
            pthread_cond_wait(&l->moved, &l->lock);
        l->waiting--;
        if ((in = !l->closed))
            begin(l, p);
        else
            part(l, p);
        pthread_cond_broadcast(&l->moved);      /* the next one may have room, too */
    }
    pthread_mutex_unlock(&l->lock);
    return in;
}

void
line_leave(struct line *l, struct place *p)
{
    pthread_mutex_lock(&l->lock);
    part(l, p);
    l->running--;
    pthread_cond_broadcast(&l->moved);
    pthread_mutex_unlock(&l->lock);
}

void
line_close(struct line *l)
{
    pthread_mutex_lock(&l->lock);
    l->closed = true;
    pthread_cond_broadcast(&l->moved);
    pthread_mutex_unlock(&l->lock);
}

void
line_release(struct line *l)
{
    line_close(l);
    pthread_mutex_lock(&l->lock);
    while (l->running > 0 || l->waiting > 0)
        pthread_cond_wait(&l->moved, &l->lock);
    pthread_mutex_unlock(&l->lock);
    pthread_cond_destroy(&l->moved);
    pthread_mutex_destroy(&l->lock);
}

static bool
seen_before(const struct line *l, const struct place *p)
{
    for (const struct place *q = l->first; q != p; q = q->next)
        if (!q->in && q->who == p->who)
            return true;
    return false;
}

void
line_figures(struct line *l, struct line_figures *out)
{
    *out = (struct line_figures){.over_share = counter_read(&l->over_share)};
    pthread_mutex_lock(&l->lock);
    out->running = l->running;
    out->waiting = l->waiting;
    for (const struct place *p = l->first; p; p = p->next) {
        int n = p->in || seen_before(l, p) ? 0 : waiting_of(l, p->who);

        out->accounts += n > 0;
        out->largest = n > out->largest ? n : out->largest;
    }
    pthread_mutex_unlock(&l->lock);
}
