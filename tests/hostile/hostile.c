/*
 * Files that mean harm, and thousands of good ones with random faults, through the converter: each
 * is answered with a reason, nothing of this process is harmed, and the converter works afterwards.
 * A scenario of `./test papers`.
 *
 *     hostile [--mutants N] [--seed N] [--keep FOLDER]
 *
 * Prints a fact a line.  Exit status: 0; 1 a finding; 2 bad arguments.
 */
#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/now.h"
#include "convert/convert.h"
#include "convert/wire.h"
#include "tests/hostile/make.h"

enum {
    MUTANTS = 10000, THREADS = 4, AT_ONCE = 3, SHORT_SECONDS = 5,
    ARENA = 1 << 30, SEEDS_MAX = 8
};

static int findings;

static void
finding(const char *name, const char *say, const char *detail)
{
    printf("finding %s: %s %s\n", name, say, detail);
    findings++;
}

static int
fd_of(struct bytes b)
{
    int fd = memfd_create("hostile", MFD_CLOEXEC);
    size_t at = 0;

    while (fd >= 0 && at < b.n) {
        ssize_t n = write(fd, b.p + at, b.n - at);

        if (n <= 0)
            break;
        at += (size_t)n;
    }
    return fd;
}

static int
open_fds(void)
{
    DIR *d = opendir("/proc/self/fd");
    int n = 0;

    while (d && readdir(d))
        n++;
    if (d)
        closedir(d);
    return n;
}

/* --- one by one ----------------------------------------------------------------------------- */

static bool
one_of(const char *words, const char *word)
{
    size_t n = strlen(word);

    if (n == 0 || *words == '*')
        return !*words || *words == '*';
    for (const char *p = words; (p = strstr(p, word)); p += n)
        if ((p == words || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
            return true;
    return false;
}

static bool
tells(const json_t *details, const char *word)
{
    json_t *list = json_object_get(details, "active"), *v;
    size_t i;

    json_array_foreach(list, i, v)
        if (strcmp(json_string_value(v), word) == 0)
            return true;
    return false;
}

/* What was made of it has nothing active any more. */
static void
check_clean(struct ctx *c, struct convert *v, const struct hostile *h, int fd)
{
    struct convert_job j = {.op = CONVERT_TO_PDF, .in = &fd, .in_n = 1};
    struct convert_answer made, again;

    convert_run(c, v, &j, &made);
    j = (struct convert_job){.op = CONVERT_INSPECT, .in = &made.out, .in_n = 1};
    if (made.verdict != CONVERT_DONE) {
        finding(h->name, "is not made clean:", made.why);
    } else {
        convert_run(c, v, &j, &again);
        if (again.verdict != CONVERT_DONE ||
            json_array_size(json_object_get(again.details, "active")) > 0)
            finding(h->name, "is still active", again.why);
        convert_answer_release(&again);
    }
    convert_answer_release(&made);
}

static void
try_one(struct ctx *c, struct convert *v, const struct hostile *h, const char *folder)
{
    struct bytes b = h->make(c->a);
    int fd = fd_of(b);
    const struct convert_job j = {.op = h->picture ? CONVERT_PICTURE : CONVERT_INSPECT, .in = &fd,
                                  .in_n = 1};
    int64_t began = now_mono_micros();
    struct convert_answer a;

    if (folder)
        file_write(c->a, arena_fmt(c->a, "%s/%s", folder, h->name), b.p, b.n, 0644);
    convert_run(c, v, &j, &a);
    printf("%s: %s (%zu bytes, %lld ms)\n", h->name, *a.why ? a.why : "taken", b.n,
           (long long)(now_mono_micros() - began) / 1000);
    if (!one_of(h->why, a.why))
        finding(h->name, "gives", a.why);
    if (a.verdict != CONVERT_DONE && !*a.reason)
        finding(h->name, "has no reason", "");
    if (h->active && !tells(a.details, h->active))
        finding(h->name, "does not tell of", h->active);
    if (h->active)
        check_clean(c, v, h, fd);
    convert_answer_release(&a);
    close(fd);
}

/* --- the walls ------------------------------------------------------------------------------ */

static void
try_walls(struct ctx *c, struct convert *v)
{
    const struct convert_job j = {.op = (enum convert_op)CONVERT_PROBE};
    struct convert_answer a;
    json_t *word;
    const char *name;

    convert_run(c, v, &j, &a);
    if (json_object_size(json_object_get(a.details, "walls")) == 0)
        finding("walls", "cannot be tried:", a.why);
    json_object_foreach(json_object_get(a.details, "walls"), name, word)
        if (strcmp(json_string_value(word), "denied") != 0)
            finding("wall", name, json_string_value(word));
    convert_answer_release(&a);
}

/* --- mutants -------------------------------------------------------------------------------- */

struct flood {
    struct convert *v;
    struct bytes seed[SEEDS_MAX];
    size_t seeds;
    long mutants;
    uint64_t start;
    atomic_long next, done, refused, failed;
    _Atomic int64_t slowest;
};

static uint64_t
turn(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

static void
mutate_once(uint8_t *p, size_t *n, uint64_t *s)
{
    static const uint32_t ODD[] = {0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff};
    size_t at = turn(s) % *n, len = 1 + turn(s) % 64;
    uint32_t odd = ODD[turn(s) % (sizeof ODD / sizeof *ODD)];

    len = len > *n - at ? *n - at : len;
    switch (turn(s) % 6) {
    case 0: p[at] ^= (uint8_t)(1 << turn(s) % 8); break;
    case 1: p[at] = (uint8_t)turn(s); break;
    case 2: memcpy(p + at, &odd, len < 4 ? len : 4); break;
    case 3: memset(p + at, (int)(turn(s) & 255), len); break;
    case 4: memmove(p + turn(s) % (*n - len + 1), p + at, len); break;
    default: *n = turn(s) % 4 ? *n : at + 1; break;
    }
}

/* The n-th mutant is the same file in every run with the same seed. */
static struct bytes
mutant(struct flood *f, struct arena *a, long n)
{
    uint64_t s = f->start + (uint64_t)n * 0x9e3779b97f4a7c15u;
    struct bytes from = f->seed[(size_t)n % f->seeds];
    uint8_t *p = arena_get(a, from.n);
    size_t size = from.n;

    s = s ? s : 1;
    memcpy(p, from.p, from.n);
    for (uint64_t i = 1 + turn(&s) % 12; i > 0; i--)
        mutate_once(p, &size, &s);
    return (struct bytes){p, size};
}

static void
through(struct flood *f, struct ctx *c, long n)
{
    static const enum convert_op OPS[] = {CONVERT_TO_PDF, CONVERT_INSPECT, CONVERT_PICTURE};
    int fd = fd_of(mutant(f, c->a, n));
    const struct convert_job j = {.op = OPS[n / (long)f->seeds % 3], .in = &fd, .in_n = 1,
                                  .width = 200};
    int64_t began = now_mono_micros(), took;
    struct convert_answer a;

    convert_run(c, f->v, &j, &a);
    took = now_mono_micros() - began;
    atomic_fetch_add(a.verdict == CONVERT_DONE      ? &f->done
                     : a.verdict == CONVERT_REFUSED ? &f->refused
                                                    : &f->failed, 1);
    if (took > atomic_load(&f->slowest))
        atomic_store(&f->slowest, took);
    convert_answer_release(&a);
    close(fd);
    arena_reset(c->a);
}

static void *
work(void *arg)
{
    struct flood *f = arg;
    struct ctx c;
    long n;

    ctx_init(&c, arena_open(64 << 20));
    while ((n = atomic_fetch_add(&f->next, 1)) < f->mutants)
        through(f, &c, n);
    arena_close(c.a);
    return NULL;
}

static void
make_seeds(struct flood *f, struct arena *a)
{
    struct bytes heic = make_heic(a, 64, 64);

    f->seed[f->seeds++] = make_pdf(a, 2);
    f->seed[f->seeds++] = make_jpeg(a, 48, 64);
    f->seed[f->seeds++] = make_png(a, 48, 64);
    f->seed[f->seeds++] = make_pdf_photo(a);
    if (heic.n > 0)
        f->seed[f->seeds++] = heic;
    else
        printf("heic no encoder here: none of the mutants is one\n");
}

static void
flood(struct convert *v, struct arena *a, long mutants, uint64_t start)
{
    struct flood f = {.v = v, .mutants = mutants, .start = start};
    int64_t began = now_mono_micros();
    struct convert_stats s;
    pthread_t thread[THREADS];

    make_seeds(&f, a);
    for (int i = 0; i < THREADS; i++)
        pthread_create(&thread[i], NULL, work, &f);
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    convert_stats(v, &s);
    printf("mutants %ld\ntaken %ld\nrefused %ld\nfailed %ld\ncrashed %llu\novertime %llu\n"
           "overmemory %llu\nrestarts %llu\nslowest_ms %lld\nseconds %.1f\n",
           mutants, f.done, f.refused, f.failed, (unsigned long long)s.crashed,
           (unsigned long long)s.overtime, (unsigned long long)s.overmemory,
           (unsigned long long)s.restarts, (long long)f.slowest / 1000,
           (double)(now_mono_micros() - began) / 1e6);
    if (f.done + f.refused != mutants)
        finding("mutants", "were not answered", "");
    if (s.restarts)
        finding("converter", "had to be started again", "");
}

/* --- all of it ------------------------------------------------------------------------------ */

static void
still_well(struct ctx *c, struct convert *v)
{
    int fd = fd_of(make_pdf(c->a, 2));
    const struct convert_job j = {.op = CONVERT_TO_PDF, .in = &fd, .in_n = 1};
    struct convert_answer a;

    convert_run(c, v, &j, &a);
    if (a.verdict != CONVERT_DONE || a.pages != 2)
        finding("a good file", "afterwards:", a.why);
    convert_answer_release(&a);
    close(fd);
}

static int
all(struct ctx *c, long mutants, uint64_t seed, const char *folder)
{
    const struct convert_options o = {.seconds = SHORT_SECONDS, .at_once = AT_ONCE};
    struct convert *v = convert_open(c, &o);
    struct rusage children;
    int fds;

    if (!v) {
        finding("converter", "is not there:", c->err.detail);
        return 1;
    }
    try_walls(c, v);
    fds = open_fds();
    for (size_t i = 0; i < HOSTILE_N; i++)
        try_one(c, v, &HOSTILE[i], folder);
    flood(v, c->a, mutants, seed);
    still_well(c, v);
    if (open_fds() != fds)
        finding("descriptors", "were left open", "");
    convert_close(v);
    getrusage(RUSAGE_CHILDREN, &children);
    printf("hostile %zu\nlargest_mb %ld\ncpu_seconds %ld\nfindings %d\n", HOSTILE_N,
           children.ru_maxrss / 1024, (long)(children.ru_utime.tv_sec + children.ru_stime.tv_sec),
           findings);
    return findings ? 1 : 0;
}

int
main(int argc, char **argv)
{
    const char *folder = NULL;
    long mutants = MUTANTS;
    uint64_t seed = 20261122;
    struct ctx c;
    int status;

    for (int i = 1; i < argc; i += 2) {
        if (i + 1 < argc && strcmp(argv[i], "--mutants") == 0)
            mutants = strtol(argv[i + 1], NULL, 10);
        else if (i + 1 < argc && strcmp(argv[i], "--seed") == 0)
            seed = strtoull(argv[i + 1], NULL, 10);
        else if (i + 1 < argc && strcmp(argv[i], "--keep") == 0)
            folder = argv[i + 1];
        else {
            fprintf(stderr, "hostile: %s is not an argument\n", argv[i]);
            return 2;
        }
    }
    log_level(LOG_ERROR);
    ctx_init(&c, arena_open(ARENA));
    status = all(&c, mutants, seed, folder);
    arena_close(c.a);
    return status;
}
