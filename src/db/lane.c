/* Shared commits; see lane.h. */
#include "db/lane.h"

#include <pthread.h>
#include <sodium.h>
#include <unistd.h>

#include "base/log.h"
#include "base/now.h"
#include "db/batch.h"
#include "db/engine.h"

enum {
    COMPANY = 16,               /* who is patient waits for so many, or so long */
    COMPANY_MICROS = 3000,
    HOPE = 8,                   /* after so many that were alone nobody waits for others */
    OF_ONE = 64,
    LANE_ARENA = 1 << 20,
    AGAIN_MICROS = 3000000,
    LOST_MOST = 3
};

struct lane {
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows up to `stats` */
    pthread_cond_t wake;
    struct fair *line;
    bool closing, lingers;
    bool hurry;                 /* somebody in the line is not patient */
    int company;                /* how often to wait for it though nobody came */
    struct lane_stats stats;

    struct lane_times times;
    struct arena *a; /* the lane thread's own */
    struct ctx c;
    enum db_mode mode;
    size_t batch_max;
    struct fair_item **taken;
    struct lane_job **batch; /* the same */
    int *rc;
    bool *unique; /* what this job is run again for: a key that was there */
    int last; /* rc of the last transaction */
    bool down; /* that was told */
    size_t again;
};

/* A commit costs the same for one and for many, and those who only look can wait a moment.  Who is
 * alone does not: nobody shared one of the commits before, nobody came while the last was made. */
static void
linger(struct lane *l)
{
    int64_t until = now_mono_micros() + COMPANY_MICROS;
    const struct timespec at = {until / 1000000, until % 1000000 * 1000};

    l->lingers = l->company > 0 || fair_waiting(l->line) > 1;
    while (l->lingers && !l->hurry && !l->closing && fair_waiting(l->line) < COMPANY)
        l->lingers = pthread_cond_clockwait(&l->wake, &l->lock, CLOCK_MONOTONIC, &at) == 0;
    l->lingers = false;
}

/* Takes what waits, at most batch_max, in turns; 0: closing and nothing left. */
static size_t
take(struct lane *l)
{
    size_t n;

    pthread_mutex_lock(&l->lock);
    l->stats.busy_since = 0;
    do {
        while (!fair_waiting(l->line) && !l->closing)
            pthread_cond_wait(&l->wake, &l->lock);
        linger(l);              /* what waited may be expired by then */
    } while (!fair_waiting(l->line) && !l->closing);
    n = fair_take_many(l->line, l->taken, l->batch_max, OF_ONE);
    l->hurry = fair_waiting(l->line) > 0;
    l->company = n > 1 ? HOPE : l->company > 0 ? l->company - 1 : 0;
    for (size_t i = 0; i < n; i++)
        l->batch[i] = (struct lane_job *)(void *)l->taken[i];
    l->stats.busy_since = n ? now_mono_micros() : 0;
    pthread_mutex_unlock(&l->lock);
    return n;
}

/* One job.  When its statements met another transaction (E_AGAIN) or a database that is away
 * (E_DOWN), its own rc says nothing. */
static int
work(struct lane *l, struct lane_job *j)
{
    struct db *db = l->c.db;
    int rc;

    db->met_again = db->unique = db->lost = db->down = false;
    rc = j->work(j, db);
    return db->met_again ? E_AGAIN : db_down(db) ? E_DOWN : rc;
}

/* The engine ended the transaction: what the job says, when it knows, else that nothing is stored.
 */
static int
gave_up(int rc)
{
    return rc < 0 && rc != E_SYS ? rc : E_DOWN;
}

/* A job among others: what it did can be undone by itself. */
static int
work_saved(struct lane *l, struct lane_job *j)
{
    int rc = db_savepoint(&l->c);

    if (rc < 0)
        return rc;
    rc = work(l, j);
    if (rc < 0)
        db_savepoint_undo(&l->c);
    else
        rc = db_savepoint_keep(&l->c);
    if (rc < 0 && l->c.db->batch)
        batch_undo(l->c.db->batch);
    return rc;
}

static int
commit(struct lane *l)
{
    int64_t start = now_mono_micros();
    int rc = l->c.db->batch ? batch_put(&l->c, l->c.db->batch) : OK;

    if (rc >= 0)
        rc = db_commit(&l->c);
    histogram_add(&l->times.commit, &SCALE_MICROS, now_mono_micros() - start);
    return rc;
}

static void
patience(struct lane *l, enum db_patience p)
{
    if (l->c.db->engine->patience)
        l->c.db->engine->patience(l->c.db, p);
}

/* Counters and numbers; a reading lane has none. */
static void
share_begin(struct lane *l)
{
    if (l->c.db->batch)
        batch_begin(l->c.db->batch);
}

static void
share_job(struct lane *l, size_t left)
{
    if (l->c.db->batch)
        batch_job(l->c.db->batch, left);
}

/* One transaction for the first n jobs.  < 0: nothing of them was stored. */
static int
run_shared(struct lane *l, size_t n)
{
    int rc;

    patience(l, DB_SHARED);
    rc = db_begin(&l->c, l->mode);
    share_begin(l);
    for (size_t i = 0; i < n && rc == OK; i++) {
        share_job(l, n - i);
        l->rc[i] = work_saved(l, l->batch[i]);
        l->unique[i] = l->c.db->unique;
        if (!db_in_transaction(&l->c)) /* the engine gave up: disk full, connection lost */
            rc = gave_up(l->rc[i]);
    }
    if (rc == OK)
        rc = commit(l);
    if (rc < 0)
        db_rollback(&l->c);
    return rc;
}

/* One job in a transaction of its own.  The rc is the transaction's, the job's is in l->rc[i]. */
static int
run_single(struct lane *l, size_t i, enum db_patience p)
{
    int rc;

    patience(l, p);
    if ((rc = db_begin(&l->c, l->mode)) < 0)
        return l->rc[i] = rc;
    share_begin(l);
    share_job(l, 1);
    l->rc[i] = work(l, l->batch[i]);
    rc = db_in_transaction(&l->c) ? OK : gave_up(l->rc[i]);
    if (rc == OK && l->rc[i] >= 0)
        l->rc[i] = rc = commit(l);
    if (l->rc[i] < 0 || rc < 0)
        db_rollback(&l->c);
    if (rc < 0)
        l->rc[i] = rc;
    l->unique[i] = l->c.db->unique; /* now, or at the commit */
    return rc;
}

/* The first run of what was taken: E_AGAIN is for run_again(). */
static void
run(struct lane *l, size_t n)
{
    for (size_t i = 0; i < n; i++)
        l->rc[i] = OK;
    l->last = n == 1 ? run_single(l, 0, DB_SINGLE) : run_shared(l, n);
    if (n == 1 || l->last == OK)
        return;
    log_line(LOG_WARN, "a shared commit failed; its jobs run one by one", LOG_N("jobs", (int64_t)n),
             LOG_T("detail", l->c.err.detail));
    for (size_t i = 0; i < n; i++) {
        l->rc[i] = l->last == E_DOWN ? E_DOWN : E_AGAIN;
        l->unique[i] = false;
    }
}

/* Alone, until nobody is in the way: for some seconds, and not often when the connection breaks
 * each time.  Two that stand in each other's way part by chance. */
static void
run_until(struct lane *l, size_t i)
{
    int64_t until = now_mono_micros() + AGAIN_MICROS;

    for (int lost = 0; l->rc[i] == E_AGAIN && lost < LOST_MOST; lost += l->c.db->lost) {
        l->again++;
        l->last = run_single(l, i, l->unique[i] ? DB_SECOND : DB_SINGLE);
        if (l->rc[i] == E_AGAIN && now_mono_micros() > until)
            break;
        if (l->rc[i] == E_AGAIN)
            usleep(randombytes_uniform(20000));
    }
    if (l->rc[i] == E_AGAIN)
        l->rc[i] = E_DOWN;
}

/* Each job that others were in the way of, or whose batch could not commit.  A database that is
 * away ends the tries: every job would wait for it in turn. */
static void
run_again(struct lane *l, size_t n)
{
    bool down = false;

    for (size_t i = 0; i < n; i++)
        if (l->rc[i] == E_AGAIN && down) {
            l->rc[i] = E_DOWN;
        } else if (l->rc[i] == E_AGAIN) {
            run_until(l, i);
            down = l->last == E_DOWN;
        }
}

/* Said when it begins and when it ends, not for every batch in between. */
static void
tell(struct lane *l)
{
    bool down = l->last == E_DOWN;

    if (down && !l->down)
        log_line(LOG_ERROR, "nothing can be stored");
    else if (!down && l->down)
        log_line(LOG_INFO, "it can be stored again");
    l->down = down;
}

/* Counted before anybody is told: who was told may ask for the count. */
static void
finish(struct lane *l, size_t n)
{
    uint64_t failed = 0;

    histogram_add(&l->times.batch, &SCALE_JOBS, (int64_t)n);
    for (size_t i = 0; i < n; i++)
        failed += l->rc[i] < 0;
    pthread_mutex_lock(&l->lock);
    l->stats.jobs += n;
    l->stats.failed += failed;
    l->stats.commits++;
    l->stats.again += l->again;
    l->stats.rc = l->last;
    pthread_mutex_unlock(&l->lock);
    for (size_t i = 0; i < n; i++)
        l->batch[i]->done(l->batch[i], l->rc[i]); /* the job may be gone after this */
}

static void *
lane_main(void *arg)
{
    struct lane *l = arg;

    pthread_setname_np(pthread_self(), l->mode == DB_READ_ONLY ? "read lane" : "write lane");
    for (size_t n; (n = take(l)) != 0;) {
        run(l, n);
        run_again(l, n);
        tell(l);
        finish(l, n);
        l->again = 0;
        arena_reset(l->a);
    }
    return NULL;
}

static void
lane_free(struct lane *l)
{
    if (l->c.db)
        batch_close(l->c.db->batch);
    db_close(l->c.db);
    arena_close(l->a);
    pthread_cond_destroy(&l->wake);
    pthread_mutex_destroy(&l->lock);
    fair_close(l->line);
    mem_free(l->taken);
    mem_free(l->batch);
    mem_free(l->rc);
    mem_free(l->unique);
    mem_free(l);
}

struct lane *
lane_open(const char *url, enum db_mode mode, size_t depth, size_t batch_max)
{
    struct lane *l = mem_get(sizeof *l);

    l->a = arena_open(LANE_ARENA);
    ctx_init(&l->c, l->a);
    l->line = fair_open(depth);
    l->mode = mode;
    l->batch_max = mode == DB_READ_ONLY ? 1 : batch_max; /* reads share no commit: no waiting */
    l->taken = mem_get(batch_max * sizeof *l->taken);
    l->batch = mem_get(batch_max * sizeof *l->batch);
    l->rc = mem_get(batch_max * sizeof *l->rc);
    l->unique = mem_get(batch_max * sizeof *l->unique);
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->wake, NULL);
    if (db_open(&l->c, url, mode, &l->c.db) < 0)
        log_line(LOG_ERROR, "cannot open the database", LOG_T("detail", l->c.err.detail));
    if (l->c.db && mode != DB_READ_ONLY)
        l->c.db->batch = batch_open();
    if (l->c.db && pthread_create(&l->thread, NULL, lane_main, l) == 0)
        return l;
    lane_free(l);
    return NULL;
}

/* Room is made by a job of whoever has the most: its done() is called here. */
bool
lane_put(struct lane *l, struct lane_job *j)
{
    struct fair_item *out;
    struct lane_job *other;

    pthread_mutex_lock(&l->lock);
    j->put = now_mono_micros();
    out = l->closing ? &j->turn : fair_put(l->line, &j->turn);
    if (fair_waiting(l->line) > l->stats.depth_max)
        l->stats.depth_max = fair_waiting(l->line);
    l->stats.failed += out && out != &j->turn;
    l->hurry = l->hurry || !j->patient;
    if (!l->lingers || l->hurry || fair_waiting(l->line) >= COMPANY)
        pthread_cond_signal(&l->wake);
    pthread_mutex_unlock(&l->lock);
    if (!out || out == &j->turn)
        return !out;
    other = (struct lane_job *)(void *)out;
    other->done(other, E_LIMIT);
    return true;
}

static bool
is_old(const struct fair_item *i, const void *before)
{
    return ((const struct lane_job *)(const void *)i)->put < *(const int64_t *)before;
}

size_t
lane_expire(struct lane *l, int64_t before)
{
    struct fair_item *old;
    size_t n = 0;

    pthread_mutex_lock(&l->lock);
    old = fair_drop(l->line, is_old, &before);
    for (const struct fair_item *i = old; i; i = i->next)
        n++;
    l->stats.failed += n;
    pthread_mutex_unlock(&l->lock);
    for (struct fair_item *i = old, *next; i; i = next) {
        struct lane_job *j = (struct lane_job *)(void *)i;

        next = i->next;
        j->done(j, E_DOWN);
    }
    return n;
}

struct lane_stats
lane_stats(struct lane *l)
{
    struct lane_stats s;

    pthread_mutex_lock(&l->lock);
    s = l->stats;
    s.waiting = fair_waiting(l->line);
    s.persons = fair_lines(l->line);
    pthread_mutex_unlock(&l->lock);
    return s;
}

const struct lane_times *
lane_times(const struct lane *l)
{
    return &l->times;
}

void
lane_close(struct lane *l)
{
    if (!l)
        return;
    pthread_mutex_lock(&l->lock);
    l->closing = true;
    pthread_cond_signal(&l->wake);
    pthread_mutex_unlock(&l->lock);
    pthread_join(l->thread, NULL);
    lane_free(l);
}
