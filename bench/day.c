/*
 * day PORT PLAN SECONDS [CONNECTIONS]
 *
 * A day of the city in small: of 20 requests 16 are look-ups and pages, 3 are actions of officers
 * and 1 is a submission over the API with its papers.  Every submission is then claimed, accepted
 * and claimed again by three sessions' worth of officers, so every action is a real step of a real
 * dossier and has to succeed; keys against doubling are fresh each time.  PLAN comes from
 * bench/prepare.mjs.
 * Prints one fact a line: requests, rate, percentiles of all and of each kind, what went wrong.
 */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/now.h"

enum {
    CONNECTIONS_MAX = 1024, STEPS_MAX = 8, PAGES_MAX = 32, WHO_MAX = 64, CODES_MAX = 100000,
    CODE_SIZE = 40, OUT_SIZE = 64 << 10, IN_SIZE = 256 << 10, SAMPLES_MAX = 1 << 22, PRIME = 300
};
enum kind { PAGE, LIST, LOOK, SHOW, ACT, SUBMIT, KINDS };
static const char *const KIND[KINDS] = {"page", "work list", "look-up", "dossier", "action",
                                        "submission"};

struct who {
    const char *cookie, *csrf;
};
struct page {
    const char *path, *cookie;
    enum kind kind;
    int weight;
};
struct step {
    const char *name, *body;
    struct who who[WHO_MAX];
    int n;
};
/* A dossier that waits for its step. */
struct waiting {
    char code[CODE_SIZE];
    int step;
};

struct conn {
    int fd;
    enum kind kind;
    struct waiting it;
    int64_t from;
    size_t out_n, out_at, in_n;
    unsigned turn;
    char out[OUT_SIZE], in[IN_SIZE];
};

static struct {
    int port;
    struct page page[PAGES_MAX];
    int pages, weights, steps, lookers, codes, token_n;
    struct step step[STEPS_MAX];
    struct who looker[WHO_MAX];
    char (*code)[CODE_SIZE];
    const char *token, *body;
} plan;

static struct waiting *queue;       /* a ring */
static unsigned queue_from, queue_to, queue_size = 1 << 16;
static char (*done)[CODE_SIZE];     /* dossiers to look at; the last DONE_MAX */
static unsigned done_n;
enum { DONE_MAX = 4096 };
static int32_t *sample[KINDS];
static int64_t samples[KINDS], errors[KINDS];
static bool counting, priming;
static int primed;
static uint64_t seed;

static void
die(const char *what)
{
    fprintf(stderr, "day: %s: %s\n", what, strerror(errno));
    exit(1);
}

static unsigned
pick(unsigned n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % n;
}

/* --- the plan ------------------------------------------------------------------------------- */

static const char *
text(const json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));

    return s ? s : "";
}

static int
read_who(const json_t *list, struct who *out)
{
    size_t n = json_array_size(list) < WHO_MAX ? json_array_size(list) : WHO_MAX;

    for (size_t i = 0; i < n; i++) {
        const json_t *o = json_array_get(list, i);

        out[i] = (struct who){text(o, "cookie"), text(o, "csrf")};
    }
    return (int)n;
}

static void
read_pages(const json_t *list)
{
    static const char *const WORDS[] = {"page", "list", "look", "show"};

    for (size_t i = 0; i < json_array_size(list) && i < PAGES_MAX; i++) {
        const json_t *o = json_array_get(list, i);
        struct page *p = &plan.page[plan.pages++];

        *p = (struct page){.path = text(o, "path"), .cookie = text(o, "cookie"),
                           .weight = (int)json_integer_value(json_object_get(o, "weight"))};
        while (strcmp(WORDS[p->kind], text(o, "kind")) != 0)
            if (++p->kind == ACT)
                die("a kind of page that is not known");
        plan.weights += p->weight;
    }
}

static void
read_steps(const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list) && i < STEPS_MAX; i++) {
        const json_t *o = json_array_get(list, i);
        struct step *s = &plan.step[plan.steps++];

        s->name = text(o, "action");
        s->body = text(o, "body");
        s->n = read_who(json_object_get(o, "who"), s->who);
    }
}

static void
read_plan(const char *path)
{
    json_error_t e;
    const json_t *o = json_load_file(path, 0, &e), *codes;

    if (!o)
        die(e.text);
    read_pages(json_object_get(o, "pages"));
    read_steps(json_object_get(o, "steps"));
    plan.lookers = read_who(json_object_get(o, "lookers"), plan.looker);
    codes = json_object_get(o, "codes");
    plan.code = calloc(CODES_MAX, CODE_SIZE);
    for (size_t i = 0; i < json_array_size(codes) && i < CODES_MAX; i++)
        snprintf(plan.code[plan.codes++], CODE_SIZE, "%s",
                 json_string_value(json_array_get(codes, i)));
    plan.token = text(o, "token");
    plan.body = text(o, "body");
    if (!plan.pages || !plan.steps || !plan.lookers || !plan.codes)
        die("the plan lacks something");
}

/* --- a request ------------------------------------------------------------------------------ */

static void __attribute__((format(printf, 2, 3)))
put(struct conn *k, const char *fmt, ...)
{
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(k->out + k->out_n, OUT_SIZE - k->out_n, fmt, ap);
    va_end(ap);
    if (n < 0 || (k->out_n += (size_t)n) >= OUT_SIZE)
        die("a request too long");
}

static const char *
fresh_key(void)
{
    static char key[40];
    static uint64_t n;

    snprintf(key, sizeof key, "%016" PRIx64 "%016" PRIx64, seed ^ (uint64_t)now_mono_micros(), ++n);
    return key;
}

static void
get(struct conn *k, const char *path, const char *code, const char *cookie)
{
    put(k, "GET %s%s HTTP/1.1\r\nHost: 127.0.0.1\r\n", path, code);
    if (*cookie)
        put(k, "Cookie: %s\r\n", cookie);
    put(k, "\r\n");
}

static void
post(struct conn *k, const char *path, const char *code, const char *tail, const char *head,
     const char *body)
{
    put(k, "POST %s%s%s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\nContent-Length: %zu\r\n\r\n%s", path,
        code, tail, head, strlen(body), body);
}

static void
post_form(struct conn *k, const char *path, const char *code, const char *tail,
          const struct who *who, const char *fields)
{
    char head[2000], body[16384];

    snprintf(head, sizeof head,
             "Cookie: %s\r\nContent-Type: application/x-www-form-urlencoded", who->cookie);
    snprintf(body, sizeof body, "_csrf=%s&_idem=%s&%s", who->csrf, fresh_key(), fields);
    post(k, path, code, tail, head, body);
}

static void
ask_submission(struct conn *k)
{
    char head[500];

    k->kind = SUBMIT;
    snprintf(head, sizeof head,
             "Authorization: Bearer %s\r\nContent-Type: application/json\r\nIdempotency-Key: %s",
             plan.token, fresh_key());
    post(k, "/api/v1/dossiers", "", "", head, plan.body);
}

/* The version is the number of events so far: its submission and the steps before. */
static void
ask_action(struct conn *k)
{
    const struct step *s;
    char tail[64], fields[12000];

    if (queue_from == queue_to) {
        ask_submission(k);
        return;
    }
    k->kind = ACT;
    k->it = queue[queue_from++ % queue_size];
    s = &plan.step[k->it.step];
    snprintf(tail, sizeof tail, "/viec/%s", s->name);
    snprintf(fields, sizeof fields, "v=%d&%s", k->it.step + 1, s->body);
    post_form(k, "/can-bo/ho-so/", k->it.code, tail, &s->who[pick((unsigned)s->n)], fields);
}

static void
ask_look(struct conn *k)
{
    char fields[100];

    snprintf(fields, sizeof fields, "ma=%s", plan.code[pick((unsigned)plan.codes)]);
    post_form(k, "/tra-cuu", "", "", &plan.looker[pick((unsigned)plan.lookers)], fields);
}

static void
ask_page(struct conn *k)
{
    int at = (int)pick((unsigned)plan.weights);
    const struct page *p = plan.page;

    while ((at -= p->weight) >= 0)
        p++;
    k->kind = p->kind;
    if (p->kind == LOOK)
        ask_look(k);
    else if (p->kind == SHOW && done_n)
        get(k, p->path, done[pick(done_n < DONE_MAX ? done_n : DONE_MAX)], p->cookie);
    else
        get(k, p->kind == SHOW ? "/" : p->path, "", p->cookie);
}

static void
send_more(struct conn *k)
{
    ssize_t n = send(k->fd, k->out + k->out_at, k->out_n - k->out_at, MSG_NOSIGNAL);

    if (n < 0 && errno != EAGAIN)
        die("send");
    k->out_at += n > 0 ? (size_t)n : 0;
}

static void
next(struct conn *k)
{
    unsigned turn = k->turn++ % 20;

    k->out_n = k->out_at = k->in_n = 0;
    if (priming || turn == 19)
        ask_submission(k);
    else if (turn % 6 == 5)         /* 5, 11, 17 */
        ask_action(k);
    else
        ask_page(k);
    k->from = now_mono_micros();
    send_more(k);
}

/* --- its answer ----------------------------------------------------------------------------- */

/* The length of the whole answer once it is here; 0: not yet. */
static size_t
whole(const struct conn *k)
{
    const char *end = memmem(k->in, k->in_n, "\r\n\r\n", 4), *length;
    size_t head, n;

    if (!end)
        return 0;
    head = (size_t)(end - k->in) + 4;
    length = strcasestr(k->in, "\r\ncontent-length:");
    n = head + (length && length < end ? (size_t)strtoul(length + 17, NULL, 10) : 0);
    return k->in_n >= n ? n : 0;
}

static void
wait_for(const char *code, int step)
{
    struct waiting *w = &queue[queue_to++ % queue_size];

    if (queue_to - queue_from > queue_size)
        die("too many dossiers wait");
    snprintf(w->code, CODE_SIZE, "%s", code);
    w->step = step;
}

static bool
submitted(const struct conn *k)
{
    const char *s = strstr(k->in, "\"code\":\"");
    char code[CODE_SIZE];

    if (!s || sscanf(s + 8, "%39[^\"]", code) != 1)
        return false;
    wait_for(code, 0);
    snprintf(done[done_n++ % DONE_MAX], CODE_SIZE, "%s", code);
    primed++;
    return true;
}

static bool
good(struct conn *k)
{
    int status = (int)strtol(k->in + 9, NULL, 10);

    if (k->kind == SUBMIT)
        return status == 201 && submitted(k);
    if (k->kind != ACT)
        return status == 200;
    if (status == 303 && k->it.step + 1 < plan.steps)
        wait_for(k->it.code, k->it.step + 1);
    return status == 303;
}

static void
note(struct conn *k)
{
    int64_t took = now_mono_micros() - k->from;

    if (!good(k) && errors[k->kind]++ == 0)
        fprintf(stderr, "day: %s went wrong: %.400s\n", KIND[k->kind], k->in);
    if (counting && samples[k->kind] < SAMPLES_MAX)
        sample[k->kind][samples[k->kind]++] = (int32_t)took;
}

static void
take(struct conn *k)
{
    ssize_t n = recv(k->fd, k->in + k->in_n, IN_SIZE - 1 - k->in_n, 0);

    if (n == 0 || (n < 0 && errno != EAGAIN))
        die("the server closed a connection");
    k->in_n += n > 0 ? (size_t)n : 0;
    k->in[k->in_n] = '\0';
    if (whole(k) == 0)
        return;
    note(k);
    next(k);
}

/* --- the day -------------------------------------------------------------------------------- */

static struct conn *
connect_one(int poll)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)plan.port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct conn *k = calloc(1, sizeof *k);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = k};
    int one = 1;

    if (!k || (k->fd = socket(AF_INET, SOCK_STREAM, 0)) < 0 ||
        connect(k->fd, (struct sockaddr *)&at, sizeof at) < 0)
        die("connect");
    setsockopt(k->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    epoll_ctl(poll, EPOLL_CTL_ADD, k->fd, &e);
    k->turn = pick(20);
    return k;
}

static void
serve_until(int poll, int64_t until)
{
    struct epoll_event e[64];

    while (now_mono_micros() < until && !(priming && primed >= PRIME)) {
        int n = epoll_wait(poll, e, 64, 100);

        for (int i = 0; i < n; i++) {
            struct conn *k = e[i].data.ptr;

            if (k->out_at < k->out_n)
                send_more(k);
            take(k);
        }
    }
}

static int
by_size(const void *a, const void *b)
{
    return *(const int32_t *)a - *(const int32_t *)b;
}

static void
tell(const char *what, int32_t *v, int64_t n, int64_t bad, double seconds)
{
    qsort(v, (size_t)n, sizeof *v, by_size);
    printf("%s\t%" PRId64 "\t%.0f\t%.2f\t%.2f\t%.2f\t%" PRId64 "\n", what, n, (double)n / seconds,
           n ? v[n / 2] / 1e3 : 0, n ? v[n * 99 / 100] / 1e3 : 0, n ? v[n - 1] / 1e3 : 0, bad);
}

static void
report(double seconds)
{
    int64_t n = 0, bad = 0;
    int32_t *all;

    for (int i = 0; i < KINDS; i++)
        n += samples[i], bad += errors[i];
    all = calloc((size_t)n + 1, sizeof *all);
    n = 0;
    for (int i = 0; i < KINDS; i++) {
        memcpy(all + n, sample[i], (size_t)samples[i] * sizeof *all);
        n += samples[i];
    }
    printf("kind\trequests\tper_second\tp50_ms\tp99_ms\tmost_ms\terrors\n");
    tell("all", all, n, bad, seconds);
    for (int i = 0; i < KINDS; i++)
        tell(KIND[i], sample[i], samples[i], errors[i], seconds);
}

int
main(int argc, char **argv)
{
    int seconds = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 0, poll = epoll_create1(0);
    int connections = argc > 4 ? (int)strtol(argv[4], NULL, 10) : 64;
    struct conn *k[CONNECTIONS_MAX];
    int64_t from;

    if (seconds < 1 || connections < 1 || connections > CONNECTIONS_MAX) {
        fprintf(stderr, "usage: day PORT PLAN SECONDS [CONNECTIONS]\n");
        return 2;
    }
    plan.port = (int)strtol(argv[1], NULL, 10);
    seed = (uint64_t)now_mono_micros() * 2654435761u + (uint64_t)getpid();
    read_plan(argv[2]);
    queue = calloc(queue_size, sizeof *queue);
    done = calloc(DONE_MAX, sizeof *done);
    for (int i = 0; i < KINDS; i++)
        sample[i] = calloc(SAMPLES_MAX, sizeof **sample);
    for (int i = 0; i < connections; i++)
        k[i] = connect_one(poll);
    priming = true;                 /* a store of dossiers that wait, before it counts */
    for (int i = 0; i < connections; i++)
        next(k[i]);
    serve_until(poll, now_mono_micros() + 60000000);
    priming = false;
    serve_until(poll, now_mono_micros() + 1000000);
    counting = true;
    from = now_mono_micros();
    serve_until(poll, from + (int64_t)seconds * 1000000);
    report((double)(now_mono_micros() - from) / 1e6);
    for (int i = 0; i < KINDS; i++)
        if (errors[i])
            return 1;
    return 0;
}
