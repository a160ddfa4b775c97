#include "site/errand.h"

#include "base/err.h"
#include "base/now.h"
#include "site/gate.h"
#include "site/seats.h"

struct errand {
    struct lane_job job;
    struct gate *g;
    struct ctx *c;
    int (*run)(struct ctx *c, void *arg);
    void *arg;
    pthread_mutex_t lock;
    pthread_cond_t back;
    bool done;
    int rc;
};

static int
errand_work(struct lane_job *j, struct db *db)
{
    struct errand *e = (struct errand *)(void *)j;

    db_lane_set(db, e->g->one_server ? 0 : seat_lane(keeper_number(e->g->keeper), 0));
    e->c->db = db;
    e->c->err = (struct err){0};
    e->c->now = now_seconds();
    return e->run(e->c, e->arg);
}

static void
errand_done(struct lane_job *j, int rc)
{
    struct errand *e = (struct errand *)(void *)j;

    pthread_mutex_lock(&e->lock);
    e->rc = rc;
    e->done = true;
    pthread_cond_signal(&e->back);
    pthread_mutex_unlock(&e->lock);
}

int
errand(struct gate *g, struct ctx *c, int (*run)(struct ctx *c, void *arg), void *arg)
{
    struct errand e = {.job = {.work = errand_work, .done = errand_done}, .g = g, .c = c,
                       .run = run, .arg = arg, .lock = PTHREAD_MUTEX_INITIALIZER,
                       .back = PTHREAD_COND_INITIALIZER};

    if (!keeper_seated(g->keeper) || !lane_put(g->write[0].lane, &e.job))
        return fail(c, E_DOWN, NULL, "the write lane takes nothing");
    pthread_mutex_lock(&e.lock);
    while (!e.done)
        pthread_cond_wait(&e.back, &e.lock);
    pthread_mutex_unlock(&e.lock);
    c->db = NULL;
    return e.rc;
}
