/* Inside of the gate: what serve.c, admit.c, run.c and their helpers share, and nobody else. */
#ifndef SITE_GATE_H
#define SITE_GATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "db/lane.h"
#include "http/rate.h"
#include "http/request.h"
#include "http/router.h"
#include "http/server.h"
#include "http/workers.h"
#include "site/figures.h"
#include "site/health.h"
#include "site/intake.h"
#include "site/scans.h"
#include "site/sealing.h"
#include "site/sweep.h"
#include "site/issuing.h"
#include "site/keeper.h"
#include "site/mailing.h"
#include "site/site.h"

enum { READ_LANES_MAX = 16, WRITE_LANES_MAX = 8, IDEM_SIZE = 32, DOWN_SECONDS = 5 };

/* A lane, its requests, and whether its database is away: then all is refused until a probe. */
struct gate_lane {
    struct lane *lane;
    atomic_int load;
    atomic_bool down, probed;
};

/* The server's own, made once. */
struct gate {
    _Atomic(const struct site *) site;
    struct router *router;
    struct limits *limits; struct rate *looks, *uploads; /* files looked at; kilobytes sent */
    struct store *store;
    struct convert *convert, *quick;    /* NULL: its program is not there; quick: for who waits */
    struct workers *workers, *hashers[LINE__COUNT];     /* [LINE_WORK]: workers */
    struct workers *outward;        /* for rows that wait for other servers */
    bool one_server;                /* SQLite: no other can be */
    atomic_bool started;            /* the database is there and the first snapshots are loaded */
    struct keeper *keeper;
    bool inline_reads;              /* short reads run on the socket's thread: db_inline() */
    struct gate_lane write[WRITE_LANES_MAX], read[READ_LANES_MAX];     /* in this order */
    int writes, reads;
    struct http *http;
    struct figures *figures;
    struct health *health;
    struct intake *intake;
    struct scans *scans;
    struct sweep *sweep; struct issuing *issuing; struct sealing *sealing;
    struct watching *watching; struct exporting *exporting;     /* NULL: no store */
    struct mailing *mailing;        /* NULL: no mail server */
    pthread_mutex_t lock;           /* of `open` */
    struct inline_db *open;         /* read-only connections of the sockets' and workers' threads */
};

enum visit_stage {
    VISIT_HEAD,         /* the head is here */
    VISIT_WHO,          /* in a read lane's queue, to look up who asks */
    VISIT_KNOWN,        /* that is done, or failed: v->rc */
    VISIT_BODY,         /* the body is here */
    VISIT_READY,        /* the slow work is done; the handler runs on the socket's thread */
    VISIT_RUN,          /* in a lane's queue, to run the handler */
    VISIT_RAN,          /* the handler ran, or something failed before: v->rc */
    VISIT_AGAIN,        /* in a read lane's queue, to show the form again */
    VISIT_SHOWN,        /* that is done, or failed: v->rc */
    VISIT_LOG,          /* in the write lane's queue, to log who was seen */
    VISIT_LOGGED,       /* that is committed, or failed: v->rc */
    VISIT_FETCHED       /* the content that the reply sends was brought near */
};

/* One request's own. */
struct visit {
    struct gate *g;
    struct request *r;
    enum visit_stage stage;
    int rc;                         /* of the handler, or of what came before it */
    int status;                     /* of the error, when the rc alone does not say it */
    int failed;                     /* why the form is shown again */
    struct lane_job job;
    struct gate_lane *lane;         /* that has the job */
    struct worker_job slow;
    int64_t queued, waited;         /* microseconds in the lane's or the workers' queue */
    int64_t arrived, worked, answered;      /* when: the body, the end of the lane's work, the
                                               reply */
    int64_t committed;              /* microseconds between that end and the lane's word */
    bool deferred;                  /* a read: who asks is looked up where the handler runs */
    bool away;                      /* shown without the database, which is away */
    bool unknown;                   /* nobody could say who asks: the form is given back */
    bool has_key;                   /* an idempotency key was sent */
    bool fetched;                   /* the content was asked for once */
    bool repeated;                  /* its answer of before was found after the change failed */
    int runs;                       /* how often the lane ran it */
    bool writes;                    /* a read that has to write after all */
    int64_t key;
    uint8_t sum[IDEM_SIZE];
    const char *language;           /* cookie of ?lang=, or NULL */
    bool personal;                  /* the page has a form: its fields are this visitor's */
    const char *say;                /* sentence shown on top of a page that is shown again */
    const char *warn;               /* what does not work now, shown on top */
    bool echo;                      /* the form keeps the hidden fields that were sent */
    uint64_t owner, secret;         /* limits.h: whose turn it takes; hash of the cookie, 0 none */
    bool counted, over;             /* its rate was taken; was too much: the form is given back */
    const char *guest;              /* who an anonymous client is, for CSRF and idempotency */
};

/* --- admit.c: on the head alone --- */
int gate_admit(void *arg, struct request *r);
/* A read-only connection of this thread, made at the first use; NULL: c->err. */
struct db *gate_read_db(struct gate *g, struct ctx *c);
void gate_read_close(struct gate *g);
int64_t gate_read_count(struct gate *g);        /* of such connections */
int gate_who(struct visit *v);          /* fills c->session; c->db is open */
int gate_may(const struct ctx *c);      /* has who asks the row's permission */

/* --- queue.c: to the lanes and back --- */
/* The connection is suspended; it is resumed with v->rc in the stage after this one, at once when
 * the queue is full or the database is away. */
void gate_queue(struct visit *v, enum visit_stage stage);
bool gate_too_late(const struct visit *v);      /* since v->queued */
int gate_lanes_open(struct ctx *c, struct gate *g, const struct config *k);
void gate_lanes_close(struct gate *g);
/* Every second: answers those who waited too long; asks lanes that were away: are you back? */
void gate_lanes_expire(struct gate *g);
void gate_lanes_probe(struct gate *g);

/* --- run.c: with the body --- */
enum where gate_where(const struct visit *v);   /* of its row, as it turned out */
enum step gate_step(void *arg, struct request *r);
int gate_lane_work(struct visit *v);    /* on a lane: what the stage asks for */
void gate_finished(void *arg, struct request *r, bool sent);

/* --- csrf.c --- */
const char *gate_guest(struct visit *v);        /* as sent, else NULL */
int gate_csrf_check(struct visit *v);
const char *gate_form_value(const struct request *r, const char *name);     /* NULL: not sent */
void gate_page_env(struct visit *v);            /* fills c->env */
void gate_flash_send(struct visit *v);          /* c->out->flash becomes a cookie */

/* --- idem.c --- */
int gate_idem_read(struct visit *v);            /* key and sum of the request */
int gate_idem_find(struct visit *v, bool *found);   /* found: the reply is the stored one */
int gate_idem_keep(struct visit *v);
void gate_error(struct visit *v, int rc, int status);   /* errors.c: page or problem of an rc */
int gate_status(int rc);
#endif
