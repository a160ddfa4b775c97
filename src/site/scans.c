#include "site/scans.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/log.h"
#include "base/now.h"
#include "mod/agencies/agencies.h"
#include "mod/digitise/digitise_work.h"
#include "site/errand.h"
#include "site/gate.h"
#include "site/scans_folder.h"

enum { ROUND_ARENA = 64 << 20, PAUSE_MILLIS = 200, LOOK_EVERY = 25 /* pauses */,
       FOLDERS = 256, FOLDER_EVERY = 2 /* seconds */, FOLDER_PAUSES = 10 };

struct scans {
    struct gate *g;
    pthread_t thread;
    bool runs;
    atomic_bool rest;
    struct { char code[41]; struct folder_watch w; } folder[FOLDERS];    /* the thread's own */
    size_t folders;
    int64_t looked;                     /* now_seconds() of the last look into them */
};

/* --- cutting and reading --- */

static int
take(struct ctx *c, void *arg)
{
    return digitise_work_take(c, arg);
}

static int
record(struct ctx *c, void *arg)
{
    return digitise_work_record(c, arg);
}

static bool
one_work(struct scans *s, struct ctx *c)
{
    struct scan_work w;
    int64_t started = now_mono_micros();
    int rc = errand(s->g, c, take, &w);

    if (rc < 0 || w.kind == SCAN_WORK_NONE)
        return false;
    digitise_work_do(c, &w);
    rc = errand(s->g, c, record, &w);
    log_line(rc < 0 ? LOG_WARN : LOG_INFO, w.kind == SCAN_WORK_CUT ? "scan cut" : "scan read",
             LOG_T("batch", w.b.code), LOG_N("pages", (int64_t)w.n_pages), LOG_N("how", w.how),
             LOG_N("rc", rc), LOG_N("ms", (now_mono_micros() - started) / 1000));
    return true;
}

/* --- the scanners' folder --- */

struct arrival { struct folder_file f; int64_t unit; };

/* Recorded once: a file that was left in taken/ may be a batch already. */
static int
record_arrival(struct ctx *c, void *arg)
{
    struct arrival *a = arg;
    struct scan_batch b = {.code = a->f.code, .unit = a->unit, .title = a->f.u.name, .type = "",
                           .source = SCAN_FOLDER, .keyings = 1};

    return digitise_known(c, a->f.code) ? OK : digitise_add(c, &b, &a->f.u, 1);
}

static void
arrive(struct scans *s, struct ctx *c, struct arrival *a)
{
    int rc;

    if (a->f.why) {
        folder_end(c, &a->f);
        return;
    }
    if (!folder_store(c, s->g->store, &a->f))
        return;                         /* it lies in taken/ and is tried again */
    rc = errand(s->g, c, record_arrival, a);
    if (rc < 0) {
        log_line(LOG_WARN, "scanner's folder", LOG_N("rc", rc),
                 LOG_T("detail", (const char *)c->err.detail));
        return;
    }
    folder_end(c, &a->f);
    digitise_ring();
}

static struct folder_watch *
watch_of(struct scans *s, const char *code)
{
    for (size_t i = 0; i < s->folders; i++)
        if (strcmp(s->folder[i].code, code) == 0)
            return &s->folder[i].w;
    if (s->folders == FOLDERS)
        return NULL;
    snprintf(s->folder[s->folders].code, sizeof s->folder[0].code, "%s", code);
    return &s->folder[s->folders++].w;
}

static bool
is_watched(const struct config *k)
{
    return k->scan_folder && *k->scan_folder; /* NULL where no configuration was read */
}

/* Folders that are no agency's code are left alone. */
static void
look_into_folders(struct scans *s, struct ctx *c)
{
    const struct config *k = &c->site->config;
    bool due = is_watched(k) && c->now - s->looked >= FOLDER_EVERY;
    DIR *d = due ? opendir(k->scan_folder) : NULL;
    struct dirent *e;

    while (d && (e = readdir(d))) {
        const struct agency *g = strlen(e->d_name) <= 40 && *e->d_name != '.'
                                     ? agencies_latest(c->site->agencies, e->d_name) : NULL;
        struct folder_watch *w = g ? watch_of(s, e->d_name) : NULL;
        const char *path = arena_fmt(c->a, "%s/%s", k->scan_folder, e->d_name);
        struct arrival a = {.unit = g ? g->id : 0};

        while (w && folder_take(c, w, path, k->upload_max, &a.f) && !atomic_load(&s->rest))
            arrive(s, c, &a);
    }
    if (!d)
        return;
    closedir(d);
    s->looked = c->now;
}

static bool
one_round(struct scans *s)
{
    struct arena *a = arena_open(ROUND_ARENA);
    struct ctx c;
    bool busy;

    ctx_init(&c, a);
    c.site = atomic_load(&s->g->site);
    c.now = now_seconds();
    look_into_folders(s, &c);
    busy = one_work(s, &c);
    arena_close(a);
    return busy;
}

/* A bell of this server is heard at once; another's batch is found by looking. */
static void *
loop(void *arg)
{
    struct scans *s = arg;
    const struct timespec pause = {.tv_nsec = PAUSE_MILLIS * 1000000L};
    bool watches = is_watched(&atomic_load(&s->g->site)->config);
    unsigned heard = 0;

    pthread_setname_np(pthread_self(), "scans");
    for (int quiet = LOOK_EVERY; !atomic_load(&s->rest); quiet++) {
        unsigned bell = digitise_bell();

        if (bell != heard || quiet >= LOOK_EVERY || (watches && quiet >= FOLDER_PAUSES)) {
            heard = bell;
            quiet = one_round(s) ? LOOK_EVERY : 0;
        }
        if (quiet < LOOK_EVERY)
            nanosleep(&pause, NULL);
    }
    return NULL;
}

/* --- opening and closing --- */

struct scans *
scans_open(struct gate *g)
{
    struct scans *s = mem_get(sizeof *s);

    s->g = g;
    s->runs = g->store && pthread_create(&s->thread, NULL, loop, s) == 0;
    return s;
}

void
scans_close(struct scans *s)
{
    if (!s)
        return;
    atomic_store(&s->rest, true);
    if (s->runs)
        pthread_join(s->thread, NULL);
    mem_free(s);
}
