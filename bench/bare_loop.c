/*
 * bare_loop DATABASE CODE [CLIENTS [SECONDS]]
 *
 * What the machine can do without us: 64 clients hand one thread the rows of one submission (copies
 * of the dossier CODE), which writes what waits in one transaction with the settings of the program
 * and answers all after the commit.  No HTTP, no JSON, no rules, no savepoints.  Prints one line:
 * submissions a second, median and 99th percentile in milliseconds, rows a submission.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "base/now.h"
#include "replicate.h"

enum { CLIENTS_MAX = 1024, SAMPLES_MAX = 4000000 };

struct job {
    struct job *next;
    pthread_mutex_t lock;
    pthread_cond_t done;
    bool ready;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static struct job *queue;
static atomic_bool stop;
static atomic_long samples_n;
static int32_t *samples;

static void
hand_over(struct job *j)
{
    pthread_mutex_lock(&lock);
    j->next = queue;
    queue = j;
    pthread_cond_signal(&wake);
    pthread_mutex_unlock(&lock);
    pthread_mutex_lock(&j->lock);
    while (!j->ready)
        pthread_cond_wait(&j->done, &j->lock);
    j->ready = false;
    pthread_mutex_unlock(&j->lock);
}

static void *
client(void *arg)
{
    struct job j = {.lock = PTHREAD_MUTEX_INITIALIZER, .done = PTHREAD_COND_INITIALIZER};

    (void)arg;
    while (!atomic_load(&stop)) {
        int64_t from = now_mono_micros();
        long at;

        hand_over(&j);
        at = atomic_fetch_add(&samples_n, 1);
        if (at < SAMPLES_MAX)
            samples[at] = (int32_t)(now_mono_micros() - from);
    }
    return NULL;
}

/* The queue's jobs, or NULL when the clients are gone. */
static struct job *
take(void)
{
    struct job *all;

    pthread_mutex_lock(&lock);
    while (!queue && !atomic_load(&stop))
        pthread_cond_wait(&wake, &lock);
    all = queue;
    queue = NULL;
    pthread_mutex_unlock(&lock);
    return all;
}

static void
answer(struct job *all)
{
    for (struct job *next; all; all = next) {
        next = all->next;
        pthread_mutex_lock(&all->lock);
        all->ready = true;
        pthread_cond_signal(&all->done);
        pthread_mutex_unlock(&all->lock);
    }
}

/* The counters that a submission moves, and the ends of a transaction. */
enum { BEGIN, SEQUENCE, UNITS, MONTHS, COMMIT, STATEMENTS };
static sqlite3_stmt *statement[STATEMENTS];

static void
prepare_all(sqlite3 *db)
{
    static const char *const SQL[STATEMENTS] = {
        [BEGIN] = "BEGIN IMMEDIATE",
        [SEQUENCE] = "UPDATE code_seq SET last = last + 1 WHERE rowid = 1",
        [UNITS] = "UPDATE unit_status SET n = n + 1 WHERE rowid = 1",
        [MONTHS] = "UPDATE stat_month SET submitted = submitted + 1 WHERE rowid = 1",
        [COMMIT] = "COMMIT",
    };

    for (int i = 0; i < STATEMENTS; i++)
        if (sqlite3_prepare_v2(db, SQL[i], -1, &statement[i], NULL) != SQLITE_OK)
            bench_exec(db, SQL[i]); /* says what is wrong and ends */
}

static void
run(int i)
{
    if (sqlite3_step(statement[i]) != SQLITE_DONE) {
        fprintf(stderr, "bench: %s failed\n", sqlite3_sql(statement[i]));
        exit(1);
    }
    sqlite3_reset(statement[i]);
}

static void
write_all(sqlite3 *db, struct pattern *p, struct job *all)
{
    char code[64];

    run(BEGIN);
    for (struct job *j = all; j; j = j->next) {
        struct copy c = {.id = id_next(), .code = code};

        snprintf(code, sizeof code, "B-%lld", (long long)c.id);
        pattern_write(db, p, &c);
        for (int i = SEQUENCE; i <= MONTHS; i++)
            run(i);
    }
    run(COMMIT);
}

static int
by_size(const void *a, const void *b)
{
    return *(const int32_t *)a - *(const int32_t *)b;
}

static void
report(double seconds, int rows)
{
    long n = samples_n < SAMPLES_MAX ? samples_n : SAMPLES_MAX;

    qsort(samples, (size_t)n, sizeof *samples, by_size);
    printf("%.0f submissions/s p50 %.2f ms p99 %.2f ms rows %d\n", (double)samples_n / seconds,
           samples[n / 2] / 1000.0, samples[n * 99 / 100] / 1000.0, rows);
}

int
main(int argc, char **argv)
{
    int clients = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 64;
    int seconds = argc > 4 ? (int)strtol(argv[4], NULL, 10) : 5;
    pthread_t threads[CLIENTS_MAX];
    struct pattern *p;
    struct job *all;
    sqlite3 *db;
    int64_t from;

    if (argc < 3 || clients < 1 || clients > CLIENTS_MAX || seconds < 1) {
        fprintf(stderr, "usage: bare_loop DATABASE CODE [CLIENTS [SECONDS]]\n");
        return 2;
    }
    db = bench_open(argv[1]);
    p = pattern_read(db, argv[2]);
    prepare_all(db);
    samples = calloc(SAMPLES_MAX, sizeof *samples);
    for (int i = 0; i < clients; i++)
        pthread_create(&threads[i], NULL, client, NULL);
    from = now_mono_micros();
    while (now_mono_micros() - from < (int64_t)seconds * 1000000)
        if ((all = take()) != NULL) {
            write_all(db, p, all);
            answer(all);
        }
    report((double)(now_mono_micros() - from) / 1e6, pattern_rows(p) + 3);
    return 0; /* the clients go with the process */
}
