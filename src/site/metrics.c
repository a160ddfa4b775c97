/*
 * What watches the server: /healthz (the process answers), /readyz (it can do its work) and
 * /metrics (Prometheus, text format 0.0.4).  None of them touches the database: they answer while
 * it is gone.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/err.h"
#include "base/now.h"
#include "convert/convert.h"
#include "http/allow.h"
#include "http/reply.h"
#include "sign/sign.h"
#include "site/gate.h"
#include "site/limits.h"

enum { PAGE_MAX = 4 << 20, MICROS = 1000000 };

#define TEXT_PLAIN "text/plain; charset=utf-8"
#define TEXT_METRICS "text/plain; version=0.0.4; charset=utf-8"

static struct gate *
gate_of(const struct ctx *c)
{
    return ((struct visit *)c->req->app)->g;
}

static int
get_health(struct ctx *c)
{
    return reply_text(c, 200, TEXT_PLAIN, "ok\n");
}

static int
get_ready(struct ctx *c)
{
    struct buf b;
    bool ready;

    buf_init(&b, c->a, 4096);
    ready = health_say(gate_of(c), &b);
    if (ready)
        buf_lit(&b, "ready\n");
    else
        c->retry_after = 5;
    return reply_text(c, ready ? 200 : 503, TEXT_PLAIN, b.p);
}

/* --- requests --- */

static const char *
row_labels(struct buf *b, const struct route *row, const char *result)
{
    b->n = 0;
    metric_label(b, "method", !row ? "-" : row->method == POST ? "POST" : "GET");
    buf_char(b, ',');
    metric_label(b, "route", row ? row->path : "-");
    if (result) {
        buf_char(b, ',');
        metric_label(b, "result", result);
    }
    return b->p;
}

static bool
asked(const struct route_figures *of)
{
    for (size_t i = 0; i < ANSWERED__COUNT; i++)
        if (counter_read(&of->results[i]))
            return true;
    return false;
}

/* Rows that nobody asked for yet are left out: 200 rows have 15 lines each. */
static void
write_requests(struct buf *b, struct buf *labels, const struct figures *f)
{
    static const char *const RESULT[] = {
        [ANSWERED_2XX] = "2xx", [ANSWERED_3XX] = "3xx",   [ANSWERED_4XX] = "4xx",
        [ANSWERED_5XX] = "5xx", [ANSWERED_GONE] = "gone",
    };

    metric_head(b, "motcua_requests_total", "counter",
                "Requests by route pattern, method and result; gone: the client left first.");
    for (size_t i = 0; i < f->n; i++)
        for (size_t k = 0; k < ANSWERED__COUNT; k++) {
            uint64_t n = counter_read(&f->of[i].results[k]);

            if (n)
                metric_int(b, "motcua_requests_total", row_labels(labels, f->of[i].row, RESULT[k]),
                           (int64_t)n);
        }
    metric_head(b, "motcua_request_seconds", "histogram",
                "From the head of a request to the last byte of its answer, by route pattern.");
    for (size_t i = 0; i < f->n; i++)
        if (asked(&f->of[i]))
            metric_histogram(b, "motcua_request_seconds", row_labels(labels, f->of[i].row, NULL),
                             &f->of[i].time, &SCALE_MICROS);
}

/* --- lanes --- */

struct lane_row {
    const char *labels;
    struct lane *lane;
    struct lane_stats s;
};

struct lane_list { struct lane_row *p; size_t n; };

static struct lane_row
lane_row(struct ctx *c, const char *kind, int i, struct lane *lane)
{
    return (struct lane_row){arena_fmt(c->a, "lane=\"%s %d\"", kind, i + 1), lane,
                             lane_stats(lane)};
}

static struct lane_list
lanes_of(struct ctx *c, const struct gate *g)
{
    struct lane_list l = {arena_get(c->a, (READ_LANES_MAX + WRITE_LANES_MAX) * sizeof *l.p), 0};

    for (int i = 0; i < g->writes; i++)
        l.p[l.n++] = lane_row(c, "write", i, g->write[i].lane);
    for (int i = 0; i < g->reads; i++)
        l.p[l.n++] = lane_row(c, "read", i, g->read[i].lane);
    return l;
}

#define LANE_ROW(kind, name, help, value)                                                          \
    metric_head(b, name, kind, help);                                                              \
    for (size_t i = 0; i < l->n; i++)                                                              \
        metric_int(b, name, l->p[i].labels, (int64_t)(value))

static void
write_lanes(struct buf *b, const struct lane_list *l)
{
    LANE_ROW("gauge", "motcua_lane_waiting", "Jobs in the queue of a lane.", l->p[i].s.waiting);
    LANE_ROW("gauge", "motcua_lane_persons", "Of how many persons and addresses these are.",
             l->p[i].s.persons);
    LANE_ROW("gauge", "motcua_lane_waiting_max", "The longest queue since the start.",
             l->p[i].s.depth_max);
    LANE_ROW("gauge", "motcua_lane_busy", "1 while the lane's connection runs a batch.",
             l->p[i].s.busy_since != 0);
    LANE_ROW("counter", "motcua_lane_jobs_total", "Jobs that a lane ran.", l->p[i].s.jobs);
    LANE_ROW("counter", "motcua_lane_failed_jobs_total", "Jobs that stored nothing.",
             l->p[i].s.failed);
    LANE_ROW("counter", "motcua_lane_again_jobs_total",
             "Jobs run once more, alone, after their shared commit failed.", l->p[i].s.again);
    LANE_ROW("counter", "motcua_lane_batches_total", "Shared commits.", l->p[i].s.commits);
}

static void
write_lane_times(struct buf *b, const struct lane_list *l)
{
    metric_head(b, "motcua_lane_batch_jobs", "histogram", "Jobs that share a commit.");
    for (size_t i = 0; i < l->n; i++)
        metric_histogram(b, "motcua_lane_batch_jobs", l->p[i].labels,
                         &lane_times(l->p[i].lane)->batch, &SCALE_JOBS);
    metric_head(b, "motcua_lane_commit_seconds", "histogram", "How long a commit takes.");
    for (size_t i = 0; i < l->n; i++)
        metric_histogram(b, "motcua_lane_commit_seconds", l->p[i].labels,
                         &lane_times(l->p[i].lane)->commit, &SCALE_MICROS);
}

/* --- the rest: a name, what it is, a value --- */

static void
write_one(struct buf *b, const char *type, const char *name, const char *help, int64_t v)
{
    metric_head(b, name, type, help);
    metric_int(b, name, "", v);
}

static void
write_connections(struct buf *b, struct watch_counts n)
{
    write_one(b, "gauge", "motcua_http_connections", "Connections of clients.", n.now);
    metric_head(b, "motcua_http_connections_shut_total", "counter",
                "Connections that were shut: for being slow, and to make room for others.");
    metric_int(b, "motcua_http_connections_shut_total", "for=\"slow\"", n.slow);
    metric_int(b, "motcua_http_connections_shut_total", "for=\"room\"", n.evicted);
}

static void
write_pool(struct buf *b, struct gate *g, const struct lane_list *l)
{
    int64_t busy = 0;

    for (size_t i = 0; i < l->n; i++)
        busy += l->p[i].s.busy_since != 0;
    metric_head(b, "motcua_db_connections", "gauge",
                "Connections to the database: of lanes, and of threads that read by themselves.");
    metric_int(b, "motcua_db_connections", "of=\"lanes\"", (int64_t)l->n + 1);
    metric_int(b, "motcua_db_connections", "of=\"threads\"", gate_read_count(g));
    write_one(b, "gauge", "motcua_db_connections_busy", "Lanes' connections that run a batch.",
              busy);
    write_one(b, "gauge", "motcua_workers_waiting", "Uploads and slow steps waiting for a worker.",
              (int64_t)workers_waiting(g->workers));
    write_one(b, "gauge", "motcua_http_requests_running", "Requests between head and answer.",
              http_running(g->http));
    write_connections(b, http_connections(g->http));
}

static void
write_health(struct buf *b, const struct gate *g)
{
    struct health_view v = health_view(g);
    int64_t age = v.outbox_oldest ? now_seconds() - v.outbox_oldest : 0;

    write_one(b, "gauge", "motcua_ready", "What /readyz says.", v.ready);
    write_one(b, "gauge", "motcua_outbox_waiting", "Entries that wait; 10000: that many or more.",
              v.outbox_waiting);
    write_one(b, "gauge", "motcua_outbox_oldest_seconds", "Age of the oldest entry that waits.",
              age > 0 ? age : 0);
    write_one(b, "gauge", "motcua_access_alarms_open",
              "Unusual looks at personal data that no auditor has closed.", v.look_alarms);
    write_one(b, "counter", "motcua_clock_jumps_total",
              "Jumps of the clock by more than two seconds.", (int64_t)v.clock_jumps);
    write_one(b, "gauge", "motcua_clock_behind_seconds",
              "Seconds that the clock runs before the newest event; 0: it does not.",
              v.clock_behind);
    metric_head(b, "motcua_uptime_seconds", "gauge", "Since this worker process started.");
    metric_seconds(b, "motcua_uptime_seconds", "", now_mono_micros() - v.started);
}

/* --- the process: as Prometheus' own clients name it --- */

/* A line "Name:   123 kB" of /proc/self/status in bytes. */
static int64_t
status_bytes(const char *text, const char *name)
{
    const char *p = strstr(text, name);
    long kb = 0;

    return p && sscanf(p + strlen(name), "%ld", &kb) == 1 ? (int64_t)kb * 1024 : 0;
}

static void
write_memory(struct buf *b)
{
    char text[4096] = "";
    int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return;
    (void)!read(fd, text, sizeof text - 1);
    close(fd);
    write_one(b, "gauge", "process_resident_memory_bytes", "Resident memory.",
              status_bytes(text, "\nVmRSS:"));
    write_one(b, "gauge", "motcua_anonymous_memory_bytes",
              "Resident memory that is no page of a file.", status_bytes(text, "\nRssAnon:"));
}

static void
write_process(struct buf *b)
{
    DIR *d = opendir("/proc/self/fd");
    struct rusage u;
    int64_t fds = -3;           /* ".", ".." and the folder's own */

    write_memory(b);
    while (d && readdir(d))
        fds++;
    if (d)
        closedir(d);
    write_one(b, "gauge", "process_open_fds", "Open descriptors.", fds > 0 ? fds : 0);
    getrusage(RUSAGE_SELF, &u);
    metric_head(b, "process_cpu_seconds_total", "counter", "Processor time, user and system.");
    metric_seconds(b, "process_cpu_seconds_total", "",
                   ((int64_t)u.ru_utime.tv_sec + u.ru_stime.tv_sec) * MICROS + u.ru_utime.tv_usec +
                       u.ru_stime.tv_usec);
}

static void
write_build(struct buf *b, struct buf *labels, const struct config *k, int seat)
{
    const char *colon = strchr(k->db, ':');

    labels->n = 0;
    metric_label(labels, "version", MOTCUA_VERSION);
    buf_fmt(labels, ",engine=\"%.*s\",seat=\"%d\"", (int)(colon ? colon - k->db : 0), k->db,
            seat);
    metric_head(b, "motcua_build_info", "gauge", "What runs here; always 1.");
    metric_int(b, "motcua_build_info", labels->p, 1);
}

/* A proxy that is not believed may hide anybody: then its own address counts for nothing. */
static bool
may_read(const struct ctx *c)
{
    const struct config *k = &c->site->config;

    if (c->req->h.forwarded_for && !k->behind_proxy)
        return false;
    return k->metrics_allow && allow_match(k->metrics_allow, c->req->address);
}

static int
get_metrics(struct ctx *c)
{
    struct gate *g = gate_of(c);
    struct lane_list l;
    struct buf b, labels;

    if (!atomic_load(&g->started))
        return fail(c, E_DOWN, NULL, "not started yet");
    if (!may_read(c))
        return reply_text(c, 403, TEXT_PLAIN, "this address is not named in metrics_allow\n");
    buf_init(&b, c->a, PAGE_MAX);
    buf_init(&labels, c->a, 4096);
    l = lanes_of(c, g);
    write_build(&b, &labels, &c->site->config, keeper_number(g->keeper));
    write_health(&b, g);
    write_process(&b);
    write_pool(&b, g, &l);
    write_lanes(&b, &l);
    write_lane_times(&b, &l);
    write_one(&b, "counter", "motcua_slow_requests_total", "Requests over slow_ms.",
              (int64_t)counter_read(&g->figures->slow_requests));
    write_one(&b, "counter", "motcua_uploads_total", "Requests that brought files.",
              (int64_t)counter_read(&g->figures->uploads));
    write_one(&b, "counter", "motcua_upload_bytes_total", "Bytes of their bodies.",
              (int64_t)counter_read(&g->figures->upload_bytes));
    limits_metrics(g->limits, &b);
    intake_metrics(g, &b);
    convert_metrics(g->convert, &b);
    signer_metrics(c->site->with ? c->site->with->signer : NULL, &b);
    issuing_metrics(g->issuing, &b);
    sealing_metrics(g->sealing, &b);
    write_requests(&b, &labels, g->figures);
    return b.over ? fail(c, E_SYS, N_("Hệ thống gặp lỗi"), "metrics: too long")
                  : reply_text(c, 200, TEXT_METRICS, b.p);
}

#define WATCH_ROW(address, handler, words)                                                         \
    {                                                                                              \
        .method = GET, .path = (address), .perm = PERM_PUBLIC, .where = RUN_HERE,                 \
        .body = BODY_NONE, .sees = SEES_NOBODY, .face = FACE_FILE, .in = IN_NONE,                  \
        .run = (handler), .about = (words)                                                         \
    }

const struct route site_watch_routes[];
const struct route site_watch_routes[] = {
    WATCH_ROW("/healthz", get_health, "Whether this process answers."),
    WATCH_ROW("/readyz", get_ready, "Whether it can do its work, and why not."),
    WATCH_ROW("/metrics", get_metrics, "Figures for Prometheus, to addresses of metrics_allow."),
    {0},
};
