/*
 * chain [EVENTS]
 *
 * What chaining and sealing cost an event, in processor time of this process (with SQLite the
 * engine's part is in it), 64 events a transaction as a busy lane has them: the hash alone; the row
 * of the event; the look at the hash before it and the mark that it waits to be sealed, by slices
 * with and without them in turns, with their share of the commit; the sealing thread's part;
 * and beside them an officer's whole action (claim, release).  Chaining is hash and mark.
 * Prints one fact a line: what, events, microseconds each.
 */
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "cpu.h"

#include "base/id.h"
#include "mod/audit/check.h"
#include "mod/dossiers/dossiers_seal.h"
#include "mod/dossiers/dossiers_sql.h"
#include "mod/dossiers/dossiers_testing.h"

enum { BATCH = 64, SLICE = 10 * BATCH, PIECE = 400 };

static struct town t;
static struct dossier d;
static long events = 20000;

static void
must(int rc)
{
    if (rc >= 0)
        return;
    fprintf(stderr, "chain: %s\n", t.c.err.detail);
    exit(1);
}

/* One event of the usual size. */
static struct stored_event
event(long i)
{
    return (struct stored_event){
        .id = id_next(), .dossier = 1000 + i, .version = 1, .at = t.c.now, .account = 5, .unit = 7,
        .action = 3, .status = 4, .note = "Chuyển bước thẩm định, đủ giấy tờ theo quy định",
        .ground = "", .data = "{}",
        .changes = "{\"status\":[2,4],\"step\":[\"tham_dinh\",\"ky\"],"
                   "\"holder\":[0,72057594037927936],"
                   "\"last_officer\":[0,72057594037927936],\"last_step\":[\"\",\"tham_dinh\"]}"};
}

enum part { ROW, MARKED, PARTS };

/* The row alone; and with a look at the hash before it and its mark. */
static void
one(enum part p, long i)
{
    struct stored_event e = event(i);
    const char *before;
    int64_t at;

    if (p == MARKED)
        must(sql_event_before(&t.c, e.dossier, 0, &before, &at));
    e.hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    must(sql_event_add(&t.c, &e));
    if (p == MARKED)
        must(audit_waits(&t.c, AUDIT_DOSSIER, e.dossier, 1, e.hash));
}

/* What the sealing thread does to marks, outside of what is timed. */
static void
clear(void)
{
    seal_waitings v = {0};

    must(db_begin(&t.c, DB_READ_WRITE));
    must(seal_waiting_some(&t.c, 2 * SLICE, &v));
    for (size_t i = 0; i < v.n; i++)
        must(seal_waiting_done(&t.c, &v.p[i]));
    must(db_commit(&t.c));
}

/* A slice of transactions, their commits with them; seconds of processor. */
static double
slice(enum part p)
{
    static long serial;
    double from = cpu();

    for (int i = 0; i < SLICE; i++, serial++) {
        if (i % BATCH == 0)
            must(db_begin(&t.c, DB_READ_WRITE));
        one(p, serial);
        if (i % BATCH == BATCH - 1)
            must(db_commit(&t.c));
    }
    return cpu() - from;
}

/* In turns: what a part costs is what its slices cost more than those without it. */
static void
parts(void)
{
    struct arena *keep = t.c.a, *own = arena_open(64 << 20);
    double took[PARTS] = {0};
    long done = 0;

    t.c.a = own;
    for (; done < events; done += SLICE)
        for (long i = 0; i < PARTS; i++) {      /* none is always the first */
            enum part p = (enum part)((i + done / SLICE) % PARTS);

            took[p] += slice(p);
            clear();
            arena_reset(own);
        }
    printf("row %ld %.2f\n", done, took[ROW] / (double)done * 1e6);
    printf("mark %ld %.2f\n", done, (took[MARKED] - took[ROW]) / (double)done * 1e6);
    t.c.a = keep;
    arena_close(own);
}

static void
hashes(void)
{
    struct arena *own = arena_open(64 << 20);
    double from = cpu();

    for (long i = 0; i < events; i++) {
        struct stored_event e = event(i);

        must(fold_hash(own, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                       &e)
                 ? OK
                 : E_SYS);
        if (i % BATCH == 0)
            arena_reset(own);
    }
    printf("hash %ld %.2f\n", events, (cpu() - from) / (double)events * 1e6);
    arena_close(own);
}

static void
leaves(void)
{
    struct arena *keep = t.c.a, *own = arena_open(64 << 20);
    struct seal_leaf v[PIECE];
    double from = cpu();

    t.c.a = own;
    for (long i = 0; i < events; i += PIECE) {
        long n = events - i < PIECE ? events - i : PIECE;

        must(db_begin(&t.c, DB_READ_WRITE));
        for (long k = 0; k < n; k++) {
            struct audit_leaf l = {.kind = AUDIT_DOSSIER, .subject = "H26.X.00070-261122-0001",
                                   .version = 1, .at = t.c.now, .action = 3, .status = 4};

            v[k] = (struct seal_leaf){.kind = AUDIT_DOSSIER, .owner = 9000000 + i + k, .version = 1,
                                      .hash = audit_leaf_hash(own, &l)};
        }
        must(seal_append(&t.c, v, (size_t)n));
        must(db_commit(&t.c));
        arena_reset(own);
    }
    printf("leaf %ld %.2f\n", events, (cpu() - from) / (double)events * 1e6);
    t.c.a = keep;
    arena_close(own);
}

/* Claimed and given back, 64 in a transaction. */
static void
actions(void)
{
    struct arena *keep = t.c.a, *own = arena_open(256 << 20);
    long n = events / 10;
    double from;

    town_be(&t, SPECIALIST_A);
    from = cpu();
    t.c.a = own;
    for (long i = 0; i < n; i++) {
        struct event e = {.action = i % 2 ? ACT_RELEASE : ACT_CLAIM};
        int64_t id = d.id;

        if (i % BATCH == 0)
            must(db_begin(&t.c, DB_READ_WRITE));
        must(sql_dossier_by_id(&t.c, id, &d));
        must(dossiers_apply(&t.c, &d, &e));
        if (i % BATCH == BATCH - 1 || i == n - 1) {
            must(db_commit(&t.c));
            arena_reset(own);
        }
    }
    printf("action %ld %.2f\n", n, (cpu() - from) / (double)n * 1e6);
    t.c.a = keep;
    arena_close(own);
}

int
main(int argc, char **argv)
{
    if (argc > 1 && (events = strtol(argv[1], NULL, 10)) < BATCH) {
        fprintf(stderr, "chain: EVENTS: at least %d\n", BATCH);
        return 2;
    }
    town_open(&t);
    town_submit(&t, &d);
    MUST(&t, INTAKE_A, &d, ACT_ACCEPT);
    hashes();
    parts();
    leaves();
    actions();
    town_close(&t);
    return 0;
}
