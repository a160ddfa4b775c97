#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/metric.h"
#include "base/now.h"
#include "convert/line.h"
#include "convert/spawn.h"
#include "convert/wire.h"

enum {
    AT_ONCE = 2,
    WAITING = 64,
    SHARES = 4,                 /* one account has a quarter of the line at most */
    SECONDS = 60,
    MEMORY_MB = 1536,
    HELLO_SECONDS = 20,
    GRACE_SECONDS = 10,         /* the converter ends a late child itself; then it is late, too */
    RESTART_MICROS = 1000000,   /* at most one new program in this time */
};

struct convert {
    struct convert_options o;
    char program[512];
    struct line line;
    pthread_mutex_t lock;       /* of all below */
    bool closing;
    pid_t pid;
    int control;                /* -1: there is no program now */
    uint64_t generation;        /* which program a job was given to */
    int64_t started_at;
    char sandbox[60];
    counter done[CONVERT__COUNT], refused[CONVERT__COUNT], failed;
    counter crashed, overtime, overmemory, restarts, micros;
};

/* --- the program ---------------------------------------------------------------------------- */

/* Under the lock. */
static void
stop_program(struct convert *v)
{
    if (v->control < 0)
        return;
    close(v->control);
    v->control = -1;
    kill(v->pid, SIGKILL);
    while (waitpid(v->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}

static bool
hear_hello(struct convert *v)
{
    struct pollfd p = {.fd = v->control, .events = POLLIN};
    struct wire_hello hello;
    char bytes[sizeof hello + 1];
    ssize_t n;

    if (poll(&p, 1, HELLO_SECONDS * 1000) != 1)
        return false;
    n = wire_receive(v->control, bytes, sizeof bytes, NULL, NULL);
    if (n <= 0 || wire_hello_wrong(bytes, (size_t)n, &hello))
        return false;
    memcpy(v->sandbox, hello.sandbox, sizeof v->sandbox);
    return true;
}

/* Under the lock: true when there is one. */
static bool
start_program(struct convert *v)
{
    int64_t now = now_mono_micros();
    int rc;

    if (v->control >= 0)
        return true;
    if (v->closing || (v->generation > 0 && now - v->started_at < RESTART_MICROS))
        return false;
    v->started_at = now;
    if (v->generation++ > 0)
        counter_add(&v->restarts, 1);
    rc = spawn_run(v->program, &v->pid, &v->control);
    if (rc == 0 && hear_hello(v))
        return true;
    log_line(LOG_ERROR, "the converter does not start", LOG_T("program", v->program),
             LOG_T("detail", rc ? strerror(rc) : "it says nothing"));
    if (rc == 0)
        stop_program(v);
    return false;
}

/* A program that let a job down is replaced, once, by whoever notices first. */
static void
program_lost(struct convert *v, uint64_t generation)
{
    pthread_mutex_lock(&v->lock);
    if (v->generation == generation && v->control >= 0) {
        log_line(LOG_WARN, "the converter ended; it is started again");
        stop_program(v);
    }
    pthread_mutex_unlock(&v->lock);
}

struct convert *
convert_open(struct ctx *c, const struct convert_options *o)
{
    const char *program = spawn_find(c, o ? o->program : NULL);
    struct convert *v;
    bool started;

    if (!program)
        return NULL;
    v = mem_get(sizeof *v);
    v->o = o ? *o : (struct convert_options){0};
    v->o.at_once = v->o.at_once > 0 ? v->o.at_once : AT_ONCE;
    v->o.waiting = v->o.waiting > 0 ? v->o.waiting : WAITING;
    v->o.seconds = v->o.seconds > 0 ? v->o.seconds : SECONDS;
    v->o.memory = v->o.memory > 0 ? v->o.memory : (int64_t)MEMORY_MB << 20;
    snprintf(v->program, sizeof v->program, "%s", program);
    v->control = -1;
    pthread_mutex_init(&v->lock, NULL);
    line_init(&v->line, v->o.at_once, v->o.waiting,
              v->o.waiting > SHARES ? v->o.waiting / SHARES : 1);
    pthread_mutex_lock(&v->lock);
    started = start_program(v);
    pthread_mutex_unlock(&v->lock);
    if (started)
        return v;
    convert_close(v);
    fail(c, E_SYS, N_("Phần chuyển đổi giấy tờ không khởi động được."), "%s does not start",
         program);
    return NULL;
}

/* Jobs that run see their program gone and end; those in line end, too. */
void
convert_stop(struct convert *v)
{
    if (!v)
        return;
    pthread_mutex_lock(&v->lock);
    v->closing = true;
    stop_program(v);
    pthread_mutex_unlock(&v->lock);
    line_close(&v->line);
}

void
convert_close(struct convert *v)
{
    if (!v)
        return;
    convert_stop(v);
    line_release(&v->line);
    pthread_mutex_destroy(&v->lock);
    mem_free(v);
}

/* --- one job -------------------------------------------------------------------------------- */

struct run {
    int socket[2];                      /* ours, theirs */
    int answer, out;                    /* memfds */
    int in[CONVERT_FILES_MAX];          /* read only, ours */
    size_t in_n;
    uint64_t generation;
    struct wire_end end;
};

static void
run_release(struct run *r)
{
    int *fds[] = {&r->socket[0], &r->socket[1], &r->answer, &r->out};

    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
        if (*fds[i] >= 0)
            close(*fds[i]);
    for (size_t i = 0; i < r->in_n; i++)
        close(r->in[i]);
}

/* The same file by a descriptor that cannot write, whatever the caller's can. */
static int
read_only(int fd)
{
    char path[40];

    if ((fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY)
        return fcntl(fd, F_DUPFD_CLOEXEC, 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return open(path, O_RDONLY | O_CLOEXEC);
}

static bool
run_prepare(struct run *r, const struct convert_job *j)
{
    *r = (struct run){.socket = {-1, -1}, .answer = -1, .out = -1};
    for (; r->in_n < j->in_n; r->in_n++) {
        r->in[r->in_n] = read_only(j->in[r->in_n]);
        if (r->in[r->in_n] < 0)
            return false;
    }
    r->answer = memfd_create("answer", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    r->out = memfd_create("out", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    return r->answer >= 0 && r->out >= 0 &&
           socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, r->socket) == 0;
}

static bool
run_send(struct convert *v, struct run *r, const struct wire_job *w)
{
    int fds[WIRE_FDS_MAX] = {r->socket[1], r->answer, r->out};
    bool sent;

    memcpy(fds + WIRE_OWN_FDS, r->in, sizeof *r->in * r->in_n);
    pthread_mutex_lock(&v->lock);
    sent = start_program(v) && wire_send(v->control, w, sizeof *w, fds, WIRE_OWN_FDS + r->in_n);
    r->generation = v->generation;
    pthread_mutex_unlock(&v->lock);
    close(r->socket[1]);
    r->socket[1] = -1;
    return sent;
}

/* False: the program is gone, or late beyond what it promised. */
static bool
run_wait(struct run *r, int seconds)
{
    int64_t until = now_mono_micros() + (int64_t)(seconds + GRACE_SECONDS) * 1000000;
    struct pollfd p = {.fd = r->socket[0], .events = POLLIN};
    char bytes[sizeof r->end + 1];
    int64_t left;
    ssize_t n;

    while ((left = until - now_mono_micros()) > 0) {
        if (poll(&p, 1, (int)(left / 1000) + 1) != 1)
            continue;
        n = wire_receive(p.fd, bytes, sizeof bytes, NULL, NULL);
        return n > 0 && !wire_end_wrong(bytes, (size_t)n, &r->end);
    }
    return false;
}

/* --- the answer ----------------------------------------------------------------------------- */

static void
answer_reason(struct convert_answer *out, const char *why)
{
    const struct convert_reason *r = convert_reason(why);

    convert_answer_release(out);
    *out = (struct convert_answer){.verdict = r->verdict, .reason = r->say, .why = r->why,
                                   .out = -1, .mime = "", .details = json_object()};
}

static bool
read_answer(int fd, struct convert_answer *out)
{
    struct stat st;
    void *p;
    bool ok;

    if (fstat(fd, &st) < 0 || st.st_size <= 0 || st.st_size > WIRE_ANSWER_MAX)
        return false;
    p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED)
        return false;
    ok = wire_answer(p, (size_t)st.st_size, out);
    munmap(p, (size_t)st.st_size);
    return ok;
}

/* The child is gone: what it left cannot change any more, and the seals keep it so. */
static void
take_answer(struct run *r, struct convert_answer *out)
{
    static const int SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
    struct stat st;

    if (fcntl(r->answer, F_ADD_SEALS, SEALS) < 0 || fcntl(r->out, F_ADD_SEALS, SEALS) < 0 ||
        fstat(r->out, &st) < 0) {
        answer_reason(out, "machine");
        return;
    }
    if (!read_answer(r->answer, out) || st.st_size > WIRE_OUT_MAX) {
        answer_reason(out, "crashed");
        return;
    }
    if (out->verdict != CONVERT_DONE || st.st_size == 0)
        return;
    out->out = r->out;
    out->size = st.st_size;
    r->out = -1;
}

static const char *const ENDED[WIRE_HOW__COUNT] = {
    [WIRE_EXITED] = "", [WIRE_CRASHED] = "crashed", [WIRE_OVERTIME] = "overtime",
    [WIRE_OVERMEMORY] = "overmemory"};

static void
count(struct convert *v, enum convert_op op, const struct run *r, const struct convert_answer *a)
{
    counter *ended[WIRE_HOW__COUNT] = {[WIRE_CRASHED] = &v->crashed,
                                       [WIRE_OVERTIME] = &v->overtime,
                                       [WIRE_OVERMEMORY] = &v->overmemory};

    if (ended[r->end.how])
        counter_add(ended[r->end.how], 1);
    if (a->verdict == CONVERT_FAILED || op >= CONVERT__COUNT)
        counter_add(&v->failed, a->verdict == CONVERT_FAILED);
    else
        counter_add(a->verdict == CONVERT_DONE ? &v->done[op] : &v->refused[op], 1);
}

static void
answer_of(struct run *r, struct convert_answer *out)
{
    if (r->end.how != WIRE_EXITED) {
        log_line(LOG_WARN, "a file ended its converter", LOG_T("how", ENDED[r->end.how]),
                 LOG_N("detail", r->end.detail), LOG_N("peak_kb", r->end.peak_kb));
        answer_reason(out, ENDED[r->end.how]);
    } else if (r->end.detail != 0) {
        answer_reason(out, "damaged");
    } else {
        take_answer(r, out);
    }
}

/* One try: false when the program went away under it. */
static bool
attempt(struct convert *v, const struct convert_job *j, const struct wire_job *w, struct run *r,
        struct convert_answer *out)
{
    bool told;

    if (!run_prepare(r, j)) {
        answer_reason(out, "machine");
        run_release(r);
        return true;
    }
    told = run_send(v, r, w) && run_wait(r, w->seconds);
    if (told)
        answer_of(r, out);
    else
        program_lost(v, r->generation);
    run_release(r);
    return told;
}

/* OCR takes seconds a page, hundreds of pages of a scan take minutes; who only looks has half. */
static int
seconds_of(const struct convert *v, const struct convert_job *j)
{
    int base = v ? v->o.seconds : SECONDS;

    switch (j->op) {
    case CONVERT_INSPECT:
    case CONVERT_PICTURE: return base > 10 ? base / 2 : base;
    case CONVERT_READ:
    case CONVERT_PAGES: return base * 5;
    case CONVERT_TO_PDF: return base + 5 * (int)(j->in_n < CONVERT_FILES_MAX ? j->in_n : 0);
    default: return base;
    }
}

int
convert_run(struct ctx *c, struct convert *v, const struct convert_job *j,
            struct convert_answer *out)
{
    struct wire_job w = wire_job_of(j, seconds_of(v, j), v ? v->o.memory : 1 << 30);
    const char *wrong = wire_job_wrong(&w, sizeof w, &w);
    int64_t began = now_mono_micros();
    struct run r = {0};
    struct place place;

    *out = (struct convert_answer){.out = -1};
    if (wrong)
        return fail(c, E_INVALID, N_("Yêu cầu chuyển đổi không đúng."), "convert: %s", wrong);
    if (!v || !line_enter(&v->line, &place, c->account)) {
        answer_reason(out, v ? "busy" : "missing");
        if (v)
            counter_add(&v->failed, 1);
        return OK;
    }
    if (!attempt(v, j, &w, &r, out) && !attempt(v, j, &w, &r, out))
        answer_reason(out, "restarted");
    count(v, j->op, &r, out);
    counter_add(&v->micros, (uint64_t)(now_mono_micros() - began));
    line_leave(&v->line, &place);
    return OK;
}

void
convert_answer_release(struct convert_answer *a)
{
    if (a->out >= 0)
        close(a->out);
    json_decref(a->details);
    a->out = -1;
    a->details = NULL;
}

/* --- figures -------------------------------------------------------------------------------- */

void
convert_stats(struct convert *v, struct convert_stats *out)
{
    struct line_figures l;

    *out = (struct convert_stats){.sandbox = ""};
    if (!v)
        return;
    pthread_mutex_lock(&v->lock);
    out->running = v->control >= 0;
    out->sandbox = v->sandbox;
    pthread_mutex_unlock(&v->lock);
    line_figures(&v->line, &l);
    out->now = l.running;
    out->in_line = l.waiting;
    out->accounts = l.accounts;
    out->largest = l.largest;
    out->over_share = l.over_share;
    for (int i = 0; i < CONVERT__COUNT; i++) {
        out->done[i] = counter_read(&v->done[i]);
        out->refused[i] = counter_read(&v->refused[i]);
    }
    out->failed = counter_read(&v->failed);
    out->crashed = counter_read(&v->crashed);
    out->overtime = counter_read(&v->overtime);
    out->overmemory = counter_read(&v->overmemory);
    out->restarts = counter_read(&v->restarts);
    out->micros = (int64_t)counter_read(&v->micros);
}

static void
metric_jobs(struct buf *b, const struct convert_stats *s)
{
    static const char *const OPS[CONVERT__COUNT] = {"inspect", "to_pdf", "read",
                                                    "pages", "extract", "picture"};
    char labels[80];

    metric_head(b, "motcua_converter_jobs_total", "counter", "Files converted, by what was asked.");
    for (int i = 0; i < CONVERT__COUNT; i++) {
        snprintf(labels, sizeof labels, "op=\"%s\",result=\"done\"", OPS[i]);
        metric_int(b, "motcua_converter_jobs_total", labels, (int64_t)s->done[i]);
        snprintf(labels, sizeof labels, "op=\"%s\",result=\"refused\"", OPS[i]);
        metric_int(b, "motcua_converter_jobs_total", labels, (int64_t)s->refused[i]);
    }
    metric_int(b, "motcua_converter_jobs_total", "op=\"-\",result=\"failed\"", (int64_t)s->failed);
}

static void
metric_line(struct buf *b, const struct convert_stats *s)
{
    metric_head(b, "motcua_converter_accounts_waiting", "gauge", "Whose files are in line.");
    metric_int(b, "motcua_converter_accounts_waiting", "", s->accounts);
    metric_head(b, "motcua_converter_largest_share", "gauge",
                "Files in line of the account with the most.");
    metric_int(b, "motcua_converter_largest_share", "", s->largest);
    metric_head(b, "motcua_converter_over_share_total", "counter",
                "Files that were not let into the line for their account's share.");
    metric_int(b, "motcua_converter_over_share_total", "", (int64_t)s->over_share);
}

void
convert_metrics(struct convert *v, struct buf *b)
{
    struct convert_stats s;

    convert_stats(v, &s);
    metric_head(b, "motcua_converter_up", "gauge", "1: the converter runs.");
    metric_int(b, "motcua_converter_up", "", s.running);
    metric_jobs(b, &s);
    metric_head(b, "motcua_converter_contained_total", "counter",
                "Files that ended the process that read them.");
    metric_int(b, "motcua_converter_contained_total", "how=\"crashed\"", (int64_t)s.crashed);
    metric_int(b, "motcua_converter_contained_total", "how=\"overtime\"", (int64_t)s.overtime);
    metric_int(b, "motcua_converter_contained_total", "how=\"overmemory\"", (int64_t)s.overmemory);
    metric_head(b, "motcua_converter_restarts_total", "counter", "New converter processes.");
    metric_int(b, "motcua_converter_restarts_total", "", (int64_t)s.restarts);
    metric_head(b, "motcua_converter_waiting", "gauge", "Files in line.");
    metric_int(b, "motcua_converter_waiting", "", s.in_line);
    metric_line(b, &s);
    metric_head(b, "motcua_converter_seconds_total", "counter", "Time of all files together.");
    metric_seconds(b, "motcua_converter_seconds_total", "", s.micros);
}
