/*
 * The client's end of the signer.  Requests stand in a row of slots; a thread reads the answers and
 * wakes who waits.  When the signer dies the thread starts it again, reads its keys anew and sends
 * once more what was not answered: signing twice harms nobody.
 */
#include "sign/client.h"
#include "sign/keyset.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/child.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/now.h"

enum {
    SLOTS = 64,
    WAITING_MAX = 1024,
    WAIT_SECONDS = 10,
    READY_MILLIS = 60000,
    PAUSE_MICROS = 200000,
    PAUSE_MAX_MICROS = 10000000,
    CALM_MICROS = 60000000
};

struct slot {
    uint32_t id;                        /* 0: free */
    bool done;
    struct wire_ask ask;
    struct wire_head head;
    struct bytes *out;
    struct arena *a;                    /* of who waits */
    pthread_cond_t woken;
};

struct signer {
    struct arena *a;
    struct signer_options o;
    pthread_mutex_t lock;
    pthread_cond_t room;
    pthread_t reader;
    bool reads, up, closing;
    int fd;
    pid_t pid;
    uint32_t last_id;
    int waiting;
    struct slot slot[SLOTS];
    struct keyset *set;
    struct wire_tell tell;              /* the reader's */
    counter done[SIGN_USE__COUNT], failed, restarts;
    struct histogram micros;
};

const struct signer_options *
signer_options(const struct signer *s)
{
    return &s->o;
}

/* --- the process --------------------------------------------------------------------------- */

static int
spawn(struct signer *s, int theirs)
{
    const char *const argv[] = {"motcua", "signer", "--keys", s->o.keys, "--socket",
                                s->o.unfiltered ? "--unfiltered" : NULL, NULL};

    return child_start(s->o.program, argv, theirs, WIRE_FD, &s->pid);
}

static void
reap(struct signer *s)
{
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
    if (s->pid > 0)
        while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR)
            continue;
    s->pid = 0;
}

static bool
readable(int fd, int millis)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int n;

    while ((n = poll(&p, 1, millis)) < 0 && errno == EINTR)
        continue;
    return n > 0;
}

/* One answer into s->tell; false: the other end is gone. */
static bool
read_tell(struct signer *s)
{
    ssize_t n;

    while ((n = recv(s->fd, &s->tell, sizeof s->tell, 0)) < 0 && errno == EINTR)
        continue;
    return n >= (ssize_t)sizeof s->tell.head &&
           (size_t)n == sizeof s->tell.head + s->tell.head.n;
}

static bool
send_ask(int fd, const struct wire_ask *ask)
{
    ssize_t n;

    while ((n = send(fd, ask, sizeof *ask, MSG_NOSIGNAL)) < 0 && errno == EINTR)
        continue;
    return n == (ssize_t)sizeof *ask;
}

/* Asked and answered at once: nobody else is using the socket yet. */
static bool
ask_now(void *arg, enum wire_op op, const char *name, const void *p, size_t n, struct bytes *out)
{
    struct wire_ask ask = {.id = 1, .op = (uint16_t)op, .n = (uint16_t)n};
    struct signer *s = arg;

    memcpy(ask.key, name, strnlen(name, sizeof ask.key - 1));
    memcpy(ask.p, p, n);
    if (!send_ask(s->fd, &ask) || !readable(s->fd, READY_MILLIS) || !read_tell(s) ||
        s->tell.head.rc != WIRE_OK)
        return false;
    *out = (struct bytes){s->tell.p, s->tell.head.n};
    return true;
}

static const char UNFILTERED[] =
    "it did not start: this machine does not let it give up the system calls it does not need "
    "(seccomp); `signing_unfiltered: yes` lets it sign all the same";

/* Starts it, waits for its word and reads its keys.  NULL: *why tells. */
static struct keyset *
start(struct signer *s, const char **why)
{
    struct keyset *set;
    int pair[2], rc;
    uint32_t n;

    *why = "no socket pair";
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return NULL;
    rc = spawn(s, pair[1]);
    close(pair[1]);
    s->fd = pair[0];
    *why = rc ? strerror(rc) : "the signer did not start: see its faults above";
    if (rc || !readable(s->fd, READY_MILLIS) || !read_tell(s) || s->tell.head.op != WIRE_HELLO ||
        s->tell.head.rc != WIRE_OK || s->tell.head.n != sizeof(uint32_t)) {
        if (!rc && s->tell.head.op == WIRE_HELLO && s->tell.head.rc == WIRE_UNFILTERED)
            *why = UNFILTERED;
        reap(s);
        return NULL;
    }
    *why = "the signer does not tell its keys";
    memcpy(&n, s->tell.p, sizeof n);
    set = n <= WIRE_KEYS_MAX ? keyset_read(ask_now, s, n) : NULL;
    if (!set)
        reap(s);
    return set;
}

/* --- answers ------------------------------------------------------------------------------- */

static void
dispatch(struct signer *s)
{
    struct slot *t = NULL;
    uint8_t *copy;

    for (int i = 0; i < SLOTS; i++)
        if (s->slot[i].id == s->tell.head.id && !s->slot[i].done)
            t = &s->slot[i];
    if (!t || s->tell.head.id == 0)
        return;                         /* who asked has gone away */
    t->head = s->tell.head;
    copy = arena_raw(t->a, t->head.n + 1);
    memcpy(copy, s->tell.p, t->head.n);
    *t->out = (struct bytes){copy, t->head.n};
    t->done = true;
    pthread_cond_signal(&t->woken);
}

static void
keyset_drop(struct keyset *set)
{
    if (set && --set->users == 0)
        keyset_free(set);
}

static void
resend(struct signer *s)
{
    for (int i = 0; i < SLOTS; i++)
        if (s->slot[i].id && !s->slot[i].done)
            send_ask(s->fd, &s->slot[i].ask);
}

/* The signer is gone: again, with growing pauses while it does not come up. */
static void
restart(struct signer *s, int64_t *pause)
{
    struct keyset *set = NULL;
    const char *why;

    pthread_mutex_lock(&s->lock);
    s->up = false;
    pthread_mutex_unlock(&s->lock);
    reap(s);
    if (s->closing)
        return;
    counter_add(&s->restarts, 1);
    log_line(LOG_ERROR, "the signer is gone: starting it again");
    usleep((useconds_t)*pause);
    *pause = *pause * 2 > PAUSE_MAX_MICROS ? PAUSE_MAX_MICROS : *pause * 2;
    set = start(s, &why);
    if (!set) {
        log_line(LOG_ERROR, "the signer did not come up", LOG_T("detail", why));
        return;
    }
    pthread_mutex_lock(&s->lock);
    keyset_drop(s->set);
    s->set = set;
    s->up = true;
    resend(s);
    pthread_mutex_unlock(&s->lock);
    log_line(LOG_INFO, "the signer is back", LOG_N("keys", (int64_t)set->n));
}

static bool
is_closing(struct signer *s)
{
    bool yes;

    pthread_mutex_lock(&s->lock);
    yes = s->closing;
    pthread_mutex_unlock(&s->lock);
    return yes;
}

static void *
read_answers(void *arg)
{
    struct signer *s = arg;
    int64_t pause = PAUSE_MICROS, began = now_mono_micros();

    while (!is_closing(s)) {
        if (s->fd >= 0 && read_tell(s)) {
            pthread_mutex_lock(&s->lock);
            dispatch(s);
            pthread_mutex_unlock(&s->lock);
            continue;
        }
        if (now_mono_micros() - began > CALM_MICROS)
            pause = PAUSE_MICROS;
        if (!is_closing(s))
            restart(s, &pause);
        began = now_mono_micros();
    }
    return NULL;
}

/* --- questions ----------------------------------------------------------------------------- */

static struct timespec
deadline(void)
{
    struct timespec t;
    int64_t micros = now_mono_micros() + (int64_t)WAIT_SECONDS * 1000000;

    t.tv_sec = micros / 1000000;
    t.tv_nsec = micros % 1000000 * 1000;
    return t;
}

static struct slot *
free_slot(struct signer *s)
{
    for (int i = 0; i < SLOTS; i++)
        if (s->slot[i].id == 0)
            return &s->slot[i];
    return NULL;
}

/* NULL: too many wait, or too long. */
static struct slot *
get_slot(struct signer *s, const struct timespec *until)
{
    struct slot *t = NULL;

    if (s->waiting >= WAITING_MAX)
        return NULL;
    s->waiting++;
    while (!(t = free_slot(s)))
        if (pthread_cond_timedwait(&s->room, &s->lock, until) == ETIMEDOUT)
            break;
    s->waiting--;
    if (!t)
        return NULL;
    do
        s->last_id++;
    while (s->last_id < 2);             /* 0 is nobody, 1 the reader of keys */
    t->id = s->last_id;
    t->done = false;
    return t;
}

/* Under the lock.  The answer's code, or -1: none came. */
static int
exchange(struct signer *s, const struct wire_ask *ask, struct arena *a, struct bytes *out)
{
    struct timespec until = deadline();
    struct slot *t = get_slot(s, &until);
    int rc;

    if (!t)
        return -1;
    t->ask = *ask;
    t->ask.id = t->id;
    t->a = a;
    t->out = out;
    if (s->up)
        send_ask(s->fd, &t->ask);
    while (!t->done)
        if (pthread_cond_timedwait(&t->woken, &s->lock, &until) == ETIMEDOUT)
            break;
    rc = t->done ? t->head.rc : -1;
    t->id = 0;
    pthread_cond_signal(&s->room);
    return rc;
}

int
signer_say(struct ctx *c, int rc, const char *name)
{
    static const char DOWN[] = N_("Bộ phận ký số chưa sẵn sàng; hãy thử lại sau ít phút");

    switch (rc) {
    case WIRE_OK: return OK;
    case WIRE_UNKNOWN:
        return fail(c, E_NOTFOUND, N_("Không có khóa ký này"), "key %s", name);
    case WIRE_EXPIRED:
        return fail(c, E_CONFLICT, N_("Chứng thư số đã hết hạn hoặc chưa có hiệu lực"), "key %s",
                    name);
    case WIRE_USE:
        return fail(c, E_CONFLICT, N_("Khóa ký này không dùng cho việc này"), "key %s", name);
    case -1: return fail(c, E_DOWN, DOWN, "signer: no answer for key %s", name);
    default: return fail(c, E_DOWN, DOWN, "signer: answer %d for key %s", rc, name);
    }
}

static enum sign_use
use_of(enum wire_op op)
{
    return op == WIRE_CLAIM ? SIGN_CLAIM : op == WIRE_SEAL ? SIGN_SEAL : SIGN_DOCUMENT;
}

int
signer_ask(struct ctx *c, struct signer *s, enum wire_op op, const char *name, const void *p,
           size_t n, struct bytes *out)
{
    struct wire_ask ask = {.op = (uint16_t)op, .n = (uint16_t)n};
    int64_t began = now_mono_micros();
    int rc;

    if (strlen(name) >= sizeof ask.key || n > sizeof ask.p)
        return signer_say(c, WIRE_UNKNOWN, "too long");
    memcpy(ask.key, name, strlen(name));
    memcpy(ask.p, p, n);
    pthread_mutex_lock(&s->lock);
    rc = exchange(s, &ask, c->a, out);
    pthread_mutex_unlock(&s->lock);
    if (rc == WIRE_OK)
        counter_add(&s->done[use_of(op)], 1);
    else
        counter_add(&s->failed, 1);
    histogram_add(&s->micros, &SCALE_MICROS, now_mono_micros() - began);
    return signer_say(c, rc, name);
}

/* --- keys ---------------------------------------------------------------------------------- */

struct keyset *
keyset_take(struct signer *s)
{
    struct keyset *set;

    pthread_mutex_lock(&s->lock);
    set = s->set;
    set->users++;
    pthread_mutex_unlock(&s->lock);
    return set;
}

void
keyset_give(struct signer *s, struct keyset *set)
{
    pthread_mutex_lock(&s->lock);
    keyset_drop(set);
    pthread_mutex_unlock(&s->lock);
}

/* --- open, close, figures ------------------------------------------------------------------ */

static void
init_locks(struct signer *s)
{
    pthread_condattr_t mono;

    pthread_mutex_init(&s->lock, NULL);
    pthread_condattr_init(&mono);
    pthread_condattr_setclock(&mono, CLOCK_MONOTONIC);
    pthread_cond_init(&s->room, &mono);
    for (int i = 0; i < SLOTS; i++)
        pthread_cond_init(&s->slot[i].woken, &mono);
    pthread_condattr_destroy(&mono);
}

struct signer *
signer_open(struct ctx *c, const struct signer_options *o)
{
    struct signer *s = mem_get(sizeof *s);
    sigset_t all, old;
    const char *why;

    s->a = arena_open(1 << 20);
    s->fd = -1;
    s->o = (struct signer_options){.keys = arena_str(s->a, o->keys),
                                   .program = o->program ? arena_str(s->a, o->program) : NULL,
                                   .timestamp_url = arena_str(s->a, o->timestamp_url),
                                   .timestamp_optional = o->timestamp_optional,
                                   .unfiltered = o->unfiltered};
    init_locks(s);
    s->set = start(s, &why);
    if (s->set) {
        s->up = true;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &old);
        s->reads = pthread_create(&s->reader, NULL, read_answers, s) == 0;
        pthread_sigmask(SIG_SETMASK, &old, NULL);
        why = "no thread";
    }
    if (s->reads)
        return s;
    fail(c, E_SYS, N_("Hệ thống gặp lỗi"), "signer %s: %s", o->keys, why);
    signer_close(s);
    return NULL;
}

void
signer_close(struct signer *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->closing = true;
    if (s->fd >= 0)
        shutdown(s->fd, SHUT_RDWR);     /* wakes the reader; the signer ends by itself */
    pthread_mutex_unlock(&s->lock);
    if (s->reads)
        pthread_join(s->reader, NULL);
    reap(s);
    if (s->set)
        keyset_free(s->set);
    arena_close(s->a);
    mem_free(s);
}

static void
put_counts(struct signer *s, struct buf *b)
{
    metric_head(b, "motcua_signatures_total", "counter", "Signatures made, by use.");
    metric_int(b, "motcua_signatures_total", "use=\"document\"",
               (int64_t)counter_read(&s->done[0]));
    metric_int(b, "motcua_signatures_total", "use=\"claim\"", (int64_t)counter_read(&s->done[1]));
    metric_int(b, "motcua_signatures_total", "use=\"seal\"", (int64_t)counter_read(&s->done[2]));
    metric_head(b, "motcua_signatures_failed_total", "counter",
                "Requests to the signer that were refused or not answered.");
    metric_int(b, "motcua_signatures_failed_total", "", (int64_t)counter_read(&s->failed));
    metric_head(b, "motcua_signer_restarts_total", "counter", "How often the signer was lost.");
    metric_int(b, "motcua_signer_restarts_total", "", (int64_t)counter_read(&s->restarts));
}

void
signer_metrics(struct signer *s, struct buf *b)
{
    int64_t up, waiting, keys;

    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    up = s->up;
    waiting = s->waiting;
    keys = (int64_t)s->set->n;
    pthread_mutex_unlock(&s->lock);
    put_counts(s, b);
    metric_head(b, "motcua_signer_up", "gauge", "1: the signer answers.");
    metric_int(b, "motcua_signer_up", "", up);
    metric_head(b, "motcua_signer_keys", "gauge", "Keys that the signer holds.");
    metric_int(b, "motcua_signer_keys", "", keys);
    metric_head(b, "motcua_signer_waiting", "gauge", "Requests that wait for their turn.");
    metric_int(b, "motcua_signer_waiting", "", waiting);
    metric_head(b, "motcua_signer_seconds", "histogram", "One signature as its asker saw it.");
    metric_histogram(b, "motcua_signer_seconds", "", &s->micros, &SCALE_MICROS);
}
