/*
 * bare_loop URL CODE [CLIENTS [SECONDS]]
 *
 * What the machine can do without us: 64 clients hand one thread the rows of one submission (copies
 * of the dossier CODE, which the program made), which writes what waits in one transaction with the
 * settings of the program and answers all after the commit: SQLite's group commit, PostgreSQL's in
 * pipeline mode.  No HTTP, no JSON, no rules, no savepoints.  Prints one line:
 * submissions a second, median and 99th percentile in milliseconds, rows a submission.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bare.h"
#include "base/now.h"

/* A code, a place on a work list, and four sums of the month. */
const char *const BARE_COUNTER[BARE_COUNTERS] = {
    "SELECT 'UPDATE code_seq SET last = last + 1 WHERE agency = ''' || s.agency || ''' AND day = '"
    " || s.day FROM code_seq s, dossier d WHERE d.id = %s ORDER BY s.day DESC, s.last DESC LIMIT 1",
    "SELECT 'UPDATE work_count SET n = n + 1 WHERE unit = ' || w.unit || ' AND account = '"
    " || w.account || ' AND perm = ' || w.perm || ' AND waiting = ' || w.waiting || ' AND lane = '"
    " || w.lane FROM work_count w JOIN task t ON t.unit = w.unit AND t.account = w.account"
    " AND t.perm = w.perm AND t.waiting = w.waiting WHERE t.dossier = %s LIMIT 1",
    "SELECT 'UPDATE stat_month SET submitted = submitted + 1, online = online + 1"
    " WHERE unit IN (0, ' || s.unit || ') AND procedure IN ('''', ''' || s.procedure ||"
    " ''') AND month = ' || s.month || ' AND lane = ' || s.lane FROM dossier d"
    " JOIN stat_month s ON s.unit = d.competent_unit AND s.procedure = d.procedure"
    " WHERE d.id = %s ORDER BY s.month DESC, s.submitted DESC LIMIT 1",
};

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

static int
count(const struct job *all)
{
    int n = 0;

    for (; all; all = all->next)
        n++;
    return n;
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

static const struct bare_engine *
engine_of(const char *url)
{
    return strncmp(url, "postgresql:", 11) == 0 ? &bare_pg : &bare_sqlite;
}

int
main(int argc, char **argv)
{
    int clients = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 64;
    int seconds = argc > 4 ? (int)strtol(argv[4], NULL, 10) : 5;
    pthread_t threads[CLIENTS_MAX];
    const struct bare_engine *e;
    struct job *all;
    int64_t from;

    if (argc < 3 || clients < 1 || clients > CLIENTS_MAX || seconds < 1) {
        fprintf(stderr, "usage: bare_loop URL CODE [CLIENTS [SECONDS]]\n");
        return 2;
    }
    e = engine_of(argv[1]);
    e->open(argv[1], argv[2]);
    samples = calloc(SAMPLES_MAX, sizeof *samples);
    for (int i = 0; i < clients; i++)
        pthread_create(&threads[i], NULL, client, NULL);
    from = now_mono_micros();
    while (now_mono_micros() - from < (int64_t)seconds * 1000000)
        if ((all = take()) != NULL) {
            e->write(count(all));
            answer(all);
        }
    report((double)(now_mono_micros() - from) / 1e6, e->rows());
    return 0; /* the clients go with the process */
}
