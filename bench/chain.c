/*
 * chain [EVENTS]
 *
 * What chaining and sealing cost an event, in processor time of this process (with SQLite the
 * engine's part is in it), 64 events a transaction as a busy lane has them: the hash alone, the row
 * of the event, the mark that it waits to be sealed; the sealing thread's part; and beside them an
 * officer's whole action (claim, release), of which the first and the third are a part.
 * Prints one fact a line: what, events, microseconds each.
 */
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/id.h"
#include "mod/audit/check.h"
#include "mod/dossiers/dossiers_seal.h"
#include "mod/dossiers/dossiers_sql.h"
#include "mod/dossiers/dossiers_testing.h"

enum { BATCH = 64, PIECE = 400 };

static struct town t;
static struct dossier d;
static long events = 20000;

static double
cpu(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

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

enum part { HASH, ROW, MARK };

static void
one(enum part p, long i)
{
    struct stored_event e = event(i);

    e.hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    if (p == HASH)
        must(fold_hash(t.c.a, e.hash, &e) ? OK : E_SYS);
    else if (p == ROW)
        must(sql_event_add(&t.c, &e));
    else
        must(audit_waits(&t.c, AUDIT_DOSSIER, e.dossier, 1, e.hash));
}

static void
run(const char *name, enum part p)
{
    struct arena *keep = t.c.a, *own = arena_open(64 << 20);
    double from = cpu();

    t.c.a = own;
    for (long i = 0; i < events; i++) {
        if (i % BATCH == 0)
            must(db_begin(&t.c, DB_READ_WRITE));
        one(p, i);
        if (i % BATCH == BATCH - 1 || i == events - 1) {
            must(db_commit(&t.c));
            arena_reset(own);
        }
    }
    printf("%s %ld %.2f\n", name, events, (cpu() - from) / (double)events * 1e6);
    t.c.a = keep;
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
    run("hash", HASH);
    run("row", ROW);
    run("mark", MARK);
    leaves();
    actions();
    town_close(&t);
    return 0;
}
