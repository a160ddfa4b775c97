/*
 * receipts [SECONDS [THREADS]]
 *
 * Receipts a second and core, as the desk prints them: the facts of a dossier read from a database,
 * two copies laid out, the bytes of the PDF.  A town of the unit tests with one received dossier;
 * each thread has its own connection and fonts.  Beside it the two halves alone, in the same run:
 * reading the facts, and laying out a sheet that is filled already.
 * Prints one fact a line: what, how many, a second of processor time, microseconds each.
 */
#include "base/test.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "cpu.h"

#include "mod/dossiers/dossiers_print.h"
#include "mod/dossiers/dossiers_testing.h"
#include "pdf/pdf.h"

enum { THREADS_MAX = 64, ARENA = 64 << 20 };
enum part { WHOLE, FACTS, SHEET, PARTS };
static const char *const PART[PARTS] = {"receipts", "facts", "sheets"};

static struct town town;
static struct dossier received;
static double seconds = 3;

struct worker {
    pthread_t thread;
    enum part part;
    long done, bytes;
    double cpu;
};

static int
once(struct ctx *c, enum part part, const struct print *filled, struct bytes *pdf)
{
    struct print x;
    int rc;

    if (part == SHEET)
        return results_sheet(c, &filled->s, pdf);
    if ((rc = dossiers_print_fill(c, &received, FORM_RECEIPT, 1, &x)) < 0)
        return rc;
    return part == WHOLE ? results_sheet(c, &x.s, pdf) : OK;
}

static void *
work(void *arg)
{
    struct worker *w = arg;
    struct arena *own = arena_open(ARENA);
    struct ctx c, keep;
    struct print filled;
    struct bytes pdf = {0};
    double until;

    ctx_init(&keep, arena_open(ARENA));
    town_connect(&town, &keep);
    if (db_open(&keep, testdb_url(), DB_READ_ONLY, &keep.db) < 0 ||
        dossiers_print_fill(&keep, &received, FORM_RECEIPT, 1, &filled) < 0 ||
        results_sheet(&keep, &filled.s, &pdf) < 0) /* the fonts are there now */
        abort();
    c = keep;
    c.a = own;
    w->cpu = cpu();
    for (until = w->cpu + seconds; cpu() < until; w->done++) {
        arena_reset(own);
        c.faults.p = NULL;
        if (once(&c, w->part, &filled, &pdf) < 0)
            abort();
        w->bytes += (long)pdf.n;
    }
    w->cpu = cpu() - w->cpu;
    db_close(keep.db);
    arena_close(own);
    arena_close(keep.a);
    return NULL;
}

static void
measure(enum part part, int threads)
{
    struct worker w[THREADS_MAX] = {{0}};
    long done = 0;
    double used = 0;

    for (int i = 0; i < threads; i++) {
        w[i].part = part;
        if (pthread_create(&w[i].thread, NULL, work, &w[i]) != 0)
            abort();
    }
    for (int i = 0; i < threads; i++) {
        pthread_join(w[i].thread, NULL);
        done += w[i].done;
        used += w[i].cpu;
    }
    printf("%s %ld per_core_second %.1f micros %.0f\n", PART[part], done, (double)done / used,
           used / (double)done * 1e6);
    if (part == WHOLE)
        printf("bytes %ld\n", w[0].bytes / (w[0].done ? w[0].done : 1));
}

int
main(int argc, char **argv)
{
    int threads = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 1;

    if (argc > 1)
        seconds = strtod(argv[1], NULL);
    if (seconds <= 0 || threads < 1 || threads > THREADS_MAX || argc > 3) {
        fputs("usage: receipts [SECONDS [THREADS]]\n", stderr);
        return 2;
    }
    town_open(&town);
    town_receive(&town, &received);
    for (int part = 0; part < PARTS; part++)
        measure((enum part)part, threads);
    town_close(&town);
    return 0;
}
