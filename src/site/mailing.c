#include "site/mailing.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "auth/auth_code.h"
#include "base/log.h"
#include "base/now.h"
#include "base/secret.h"
#include "site/errand.h"
#include "site/gate.h"

enum { PAUSE_MILLIS = 100, LOOK_EVERY = 5, AT_ONCE = 8, ARENA = 16 << 20, TRIES = 5 };

struct mailing {
    struct gate *g;
    pthread_t thread;
    bool runs;
    atomic_bool rest;
};

struct batch { struct letter letter[AT_ONCE]; size_t n; };

static int
take(struct ctx *c, void *arg)
{
    struct batch *b = arg;

    return auth_mail_take(c, AT_ONCE, b->letter, &b->n);
}

static int
done(struct ctx *c, void *arg)
{
    return auth_mail_done(c, *(int64_t *)arg);
}

static const char *
server_of(struct ctx *c, struct mail_server *out)
{
    const struct config *k = &c->site->config;
    const char *say;

    *out = (struct mail_server){k->mail_server, k->mail_from, k->site_name, "", ""};
    say = *k->mail_secret ? secret_pair(c->a, k->mail_secret, &out->user, &out->password) : NULL;
    return say ? arena_fmt(c->a, "mail_secret: %s", say) : NULL;
}

/* A letter that is too old, or that nobody takes, is thrown away: its code is void by then. */
static void
send_one(struct mailing *m, struct ctx *c, struct letter *l)
{
    struct mail_server s;
    const char *why = server_of(c, &s);
    const char *id = arena_fmt(c->a, "%" PRIx64, (uint64_t)l->id);
    int64_t start = now_mono_micros();

    if (l->mail.to && !why)
        why = mail_send(c->a, &s, &l->mail, c->now, id);
    if (!l->mail.to)
        log_line(LOG_WARN, "a letter is too old", LOG_N("tries", l->tries));
    else
        log_line(why ? LOG_WARN : LOG_INFO, why ? "a letter was not sent" : "a letter was sent",
                 LOG_N("tries", l->tries + 1), LOG_N("us", now_mono_micros() - start),
                 LOG_T("detail", why));
    if (!why || !l->mail.to || l->tries + 1 >= TRIES)
        errand(m->g, c, done, &l->id);
}

static bool
look(struct mailing *m, struct ctx *c)
{
    bool due;

    if (!(c->db = gate_read_db(m->g, c)))
        return false;
    due = auth_mail_due(c);
    c->db = NULL;
    return due;
}

static void
one_round(struct mailing *m, struct arena *a)
{
    struct batch *b;
    struct ctx c;

    arena_reset(a);
    ctx_init(&c, a);
    c.now = now_seconds();
    c.site = atomic_load(&m->g->site);
    b = arena_get(a, sizeof *b);
    if (!look(m, &c) || errand(m->g, &c, take, b) != OK)
        return;
    for (size_t i = 0; i < b->n && !atomic_load(&m->rest); i++)
        send_one(m, &c, &b->letter[i]);
}

static void *
loop(void *arg)
{
    const struct timespec pause = {.tv_nsec = PAUSE_MILLIS * 1000000L};
    struct mailing *m = arg;
    struct arena *a = arena_open(ARENA);

    pthread_setname_np(pthread_self(), "mailing");
    for (int turn = 0; !atomic_load(&m->rest); turn++) {
        if (turn % LOOK_EVERY == 0)
            one_round(m, a);
        nanosleep(&pause, NULL);
    }
    arena_close(a);
    return NULL;
}

struct mailing *
mailing_open(struct gate *g)
{
    const char *server = atomic_load(&g->site)->config.mail_server;
    struct mailing *m;

    if (!server || !*server)
        return NULL;
    m = mem_get(sizeof *m);
    m->g = g;
    m->runs = pthread_create(&m->thread, NULL, loop, m) == 0;
    return m;
}

void
mailing_close(struct mailing *m)
{
    if (!m)
        return;
    atomic_store(&m->rest, true);
    if (m->runs)
        pthread_join(m->thread, NULL);
    mem_free(m);
}
