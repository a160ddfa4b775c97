/*
 * slow PORT COOKIE FORM SECONDS CONNECTIONS PID [PHASE,...]
 *
 * What a crowd of slow clients does to officers' pages.  In one run, one after the other: nobody;
 * connections that say nothing; heads that trickle; bodies that trickle (FORM: a file with the head
 * and the beginning of the body of a form that strangers may send, %d for a number); readers that
 * take an answer by the byte; wrong passwords, each of another login and address, as fast as eight
 * clients are answered.  The crowd comes from 127.0.1.0/24, a thousand a second, comes again when
 * it is thrown out, and does a byte a second each.  Meanwhile an officer asks for the work list, on
 * a kept connection and on a new one in turns.
 * With phases named only those are run, in their order, nobody before each.
 * Prints one fact a line: phase, pages, p50, p99, most (ms), ratio of p99 to nobody's, connections
 * that stood, anonymous memory of the server (KB a connection more than before).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/now.h"

enum {
    CROWD_MAX = 20000, SAMPLES = 200000, IN = 1 << 20, SLICES = 10, PASSWORDS = 8, GREETS = 100,
    COME_SECONDS = 20, LOW = 10
};
enum phase { NOBODY, IDLE, HEADS, BODIES, READERS, GUESSES, PHASES };
static const char *const NAME[PHASES] = {"nobody", "idle", "heads", "bodies", "readers", "guesses"};

struct one { int fd; bool greeted; };

static int port, crowd_n, seconds;
static const char *cookie;
static char form[8192];
static struct one crowd[CROWD_MAX];
static atomic_int phase, standing;
static atomic_bool over;
static int64_t sample[SAMPLES];

static void
die(const char *what)
{
    fprintf(stderr, "slow: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* From the k-th address of the crowd; 0: our own. */
static int
dial(int k, bool wait)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((in_port_t)port)};
    struct sockaddr_in from = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | (wait ? 0 : SOCK_NONBLOCK), 0), on = 1;

    if (fd < 0)
        die("socket");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    from.sin_addr.s_addr = htonl(0x7f000100u + (unsigned)k % 250 + 1);
    if (k > 0) {
        setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        if (bind(fd, (struct sockaddr *)&from, sizeof from) < 0)
            die("bind");
    }
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS) {
        close(fd);
        return -1;
    }
    return fd;
}

/* --- the crowd --- */

static int greets;              /* left in this slice: a crowd that is slow, not a flood */

static void
greet(struct one *x, enum phase p)
{
    static const char HEAD[] = "GET / HTTP/1.1\r\nHost: x\r\n";
    static const char READ[] = "GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n";
    char text[sizeof form + 64];
    size_t n = 0;

    if (p == HEADS)
        n = sizeof HEAD - 1, memcpy(text, HEAD, n);
    else if (p == READERS)
        n = sizeof READ - 1, memcpy(text, READ, n);
    else if (p == BODIES)
        n = strlen(form), memcpy(text, form, n);
    if (n > 0 && greets-- <= 0)
        return;
    if (n == 0 || send(x->fd, text, n, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)n)
        x->greeted = true;
}

static void
drop(struct one *x)
{
    if (x->fd >= 0)
        close(x->fd);
    *x = (struct one){.fd = -1};
}

/* A byte more, or one less to read; whoever was thrown out comes again. */
static void
push(struct one *x, enum phase p, int k)
{
    char c;
    ssize_t n;

    if (x->fd < 0) {
        x->fd = dial(k + 1, false);
        if (x->fd >= 0 && p == READERS) {
            int small = 2048;

            setsockopt(x->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        }
        return;
    }
    if (!x->greeted) {
        greet(x, p);
        return;
    }
    if (p == HEADS)
        n = send(x->fd, k % 7 ? "x" : "X: y\r\n", k % 7 ? 1 : 6, MSG_NOSIGNAL | MSG_DONTWAIT);
    else if (p == BODIES)
        n = send(x->fd, "a", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    else
        n = recv(x->fd, &c, 1, MSG_DONTWAIT | (p == READERS ? 0 : MSG_PEEK));
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK))
        drop(x);
}

static void
crowd_slice(enum phase p, int slice)
{
    int stand = 0;

    greets = GREETS;
    for (int i = 0; i < crowd_n; i++) {
        if (p != NOBODY && p != GUESSES && i % SLICES == slice)
            push(&crowd[i], p, i);
        stand += crowd[i].fd >= 0 && crowd[i].greeted;
    }
    atomic_store(&standing, stand);
}

static void *
crowd_run(void *arg)
{
    enum phase was = NOBODY;

    (void)arg;
    setpriority(PRIO_PROCESS, (id_t)gettid(), LOW);     /* it would be on machines of its own */
    for (int slice = 0; !atomic_load(&over); slice = (slice + 1) % SLICES) {
        enum phase p = (enum phase)atomic_load(&phase);
        int64_t until = now_mono_micros() + 1000000 / SLICES, left;

        if (p != was)
            for (int i = 0; i < crowd_n; i++)
                drop(&crowd[i]);
        was = p;
        crowd_slice(p, slice);
        if ((left = until - now_mono_micros()) > 0)
            usleep((useconds_t)left);
    }
    return NULL;
}

/* --- wrong passwords: a new connection and another address each --- */

static int
answer(int fd, char *in, size_t size)
{
    size_t n = 0, want = size;
    ssize_t got;
    char *end;

    while (n < want && (got = recv(fd, in + n, size - 1 - n, 0)) > 0) {
        const char *length;

        n += (size_t)got;
        in[n] = '\0';
        if (want == size && (end = strstr(in, "\r\n\r\n"))) {
            length = strcasestr(in, "\r\nContent-Length: ");
            want = (size_t)(end + 4 - in) +
                   (length && length < end ? strtoul(length + 18, NULL, 10) : 0);
        }
    }
    return n >= want && n > 12 ? (int)strtol(in + 9, NULL, 10) : 0;
}

static atomic_int guessed, hashed;

static void
name_login(char *text, int k)
{
    char *at = strstr(text, "doan-"), digits[8];

    snprintf(digits, sizeof digits, "%05d", k % 100000);
    if (at)
        memcpy(at + 5, digits, 5);
}

static void *
guess(void *arg)
{
    static atomic_int serial;
    char *in = mem_get(1 << 18), text[9000];

    (void)arg;
    setpriority(PRIO_PROCESS, (id_t)gettid(), LOW);
    while (!atomic_load(&over)) {
        int k, fd, status;
        size_t head = (size_t)(strstr(form, "\r\n\r\n") - form);

        if (atomic_load(&phase) != GUESSES) {
            usleep(50000);
            continue;
        }
        k = atomic_fetch_add(&serial, 1);
        fd = dial(k + 1, true);
        if (fd < 0)
            continue;
        /* The same form, whole, with a key, an address and a login of its own. */
        snprintf(text, sizeof text, "%.*s\r\nX-Forwarded-For: 10.%d.%d.%d%s%020d", (int)head,
                 form, k >> 14 & 127, k >> 7 & 127, k & 127, form + head, k);
        name_login(text, k);
        if (send(fd, text, strlen(text), MSG_NOSIGNAL) > 0) {
            status = answer(fd, in, 1 << 18);
            atomic_fetch_add(&guessed, status > 0);
            atomic_fetch_add(&hashed, status == 422);
        }
        close(fd);
    }
    mem_free(in);
    return NULL;
}

/* --- the officer --- */

static int
compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static int
ask(int *fd, char *in)
{
    char text[1024];
    int n = snprintf(text, sizeof text,
                     "GET /can-bo HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nX-Forwarded-For: 127.0.0.1\r\n"
                     "Cookie: %s\r\n\r\n", port, cookie);

    if (*fd < 0 && (*fd = dial(0, true)) < 0)
        return 0;
    if (send(*fd, text, (size_t)n, MSG_NOSIGNAL) != n)
        return 0;
    return answer(*fd, in, IN);
}

static long
memory(int pid)
{
    char path[64], line[200];
    long kb = 0;
    FILE *f;

    snprintf(path, sizeof path, "/proc/%d/status", pid);
    if (!(f = fopen(path, "r")))
        die(path);
    while (fgets(line, sizeof line, f))
        if (strncmp(line, "RssAnon:", 8) == 0)
            kb = strtol(line + 8, NULL, 10);
    fclose(f);
    return kb;
}

static void
measure(enum phase p, int pid)
{
    static double quiet;
    static long before;
    static char in[IN];
    int64_t until, from;
    int n = 0, kept = -1, failed = 0, lost = 0, most = 0;
    double p99;
    long kb;

    atomic_store(&phase, p);
    for (int i = 0; i < (p == GUESSES ? 2 : p ? COME_SECONDS : 0); i++) {
        sleep(1);                                       /* for the crowd to come */
        if (atomic_load(&standing) >= crowd_n && i >= 2)
            break;
    }
    until = now_mono_micros() + (int64_t)seconds * 1000000;
    while (now_mono_micros() < until && n < SAMPLES) {
        int fresh = -1, *fd = n % 2 ? &fresh : &kept, status;

        from = now_mono_micros();
        status = ask(fd, in);
        if (status != 200 && fd == &kept) {             /* closed meanwhile: as a browser, again */
            close(kept);
            kept = -1;
            lost++;
            status = ask(fd, in);
        }
        sample[n++] = now_mono_micros() - from;
        failed += status != 200;
        if (fresh >= 0)
            close(fresh);
        most = atomic_load(&standing) > most ? atomic_load(&standing) : most;
        usleep(15000);
    }
    kb = memory(pid);
    qsort(sample, (size_t)n, sizeof *sample, compare);
    p99 = (double)sample[n * 99 / 100] / 1000;
    if (p == NOBODY) {
        quiet = p99;
        before = kb;
    }
    printf("%s\t%d pages\tp50 %.2f\tp99 %.2f\tmost %.2f\tratio %.2f\t", NAME[p], n,
           (double)sample[n / 2] / 1000, p99, (double)sample[n - 1] / 1000, p99 / quiet);
    printf("%d not answered\t%d kept lost\t%d connections\t%ld KB\t%.1f KB each\n", failed, lost,
           most, kb, most ? (double)(kb - before) / most : 0.0);
    fflush(stdout);
    close(kept);
}

/* list: "guesses,heads,guesses"; NULL all, once. */
static void
measure_all(char *list, int pid)
{
    if (!list)
        for (int p = 0; p < PHASES; p++)
            measure((enum phase)p, pid);
    for (char *word = list ? strtok_r(list, ",", &list) : NULL; word;
         word = strtok_r(NULL, ",", &list))
        for (int p = IDLE; p < PHASES; p++)
            if (strcmp(word, NAME[p]) == 0) {
                measure(NOBODY, pid);
                measure((enum phase)p, pid);
            }
}

int
main(int argc, char **argv)
{
    struct rlimit k;
    pthread_t t, g[PASSWORDS];
    FILE *f;

    if (argc != 7 && argc != 8) {
        fputs("slow PORT COOKIE FORM SECONDS CONNECTIONS PID [PHASE,...]\n", stderr);
        return 2;
    }
    port = (int)strtol(argv[1], NULL, 10);
    cookie = argv[2];
    seconds = (int)strtol(argv[4], NULL, 10);
    crowd_n = (int)strtol(argv[5], NULL, 10);
    if (seconds < 1 || crowd_n < 1 || crowd_n > CROWD_MAX || !(f = fopen(argv[3], "r")))
        return fputs("slow: bad arguments\n", stderr), 2;
    form[fread(form, 1, sizeof form - 1, f)] = '\0';
    fclose(f);
    if (getrlimit(RLIMIT_NOFILE, &k) == 0)
        setrlimit(RLIMIT_NOFILE, &(struct rlimit){k.rlim_max, k.rlim_max});
    for (int i = 0; i < crowd_n; i++)
        crowd[i].fd = -1;
    pthread_create(&t, NULL, crowd_run, NULL);
    for (int i = 0; i < PASSWORDS; i++)
        pthread_create(&g[i], NULL, guess, NULL);
    measure_all(argv[7], (int)strtol(argv[6], NULL, 10));
    atomic_store(&over, true);
    pthread_join(t, NULL);
    printf("guesses\t%d answered\t%d of them hashed\n", atomic_load(&guessed),
           atomic_load(&hashed));
    return 0;
}
