/*
 * generate DATABASE TOTAL UNIT CODE...
 *
 * Fills the database up to TOTAL dossiers with copies of the dossiers CODE, which the program made:
 * spread over the communes and over a year, each with another name, nineteen of twenty finished.
 * The agency UNIT (a code) holds 300 open ones at every size: what its officers see is the same,
 * what lies around it grows.  Counters and statistics are recounted at the end.  Prints a line
 * every 100,000.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/now.h"
#include "base/vi.h"
#include "replicate.h"

enum {
    PATTERNS_MAX = 32,
    UNITS_MAX = 1000,
    BATCH = 5000,
    FULL_LIST = 300,
    YEAR = 365 * 86400,
    LIFE = 6 * 86400, /* of the longest pattern: nothing lies in the future */
    OPEN_ONE_IN = 20,
    TELL_EVERY = 100000
};

struct unit {
    int64_t id;
    char code[24];
};

struct world {
    sqlite3 *db;
    struct pattern *open[PATTERNS_MAX], *closed[PATTERNS_MAX];
    int n_open, n_closed;
    struct unit units[UNITS_MAX], list;
    int n_units;
    int64_t wanted; /* open ones that the agency lacks */
    struct arena *a;
    uint64_t seed;
};

static const char *const FAMILY[] = {"Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan",  "Vũ",
                                     "Đặng",   "Bùi",  "Đỗ", "Hồ",   "Ngô",   "Dương", "Lý"};
static const char *const MIDDLE[] = {"Văn", "Thị",   "Minh",  "Ngọc", "Hữu", "Đức",
                                     "Thu", "Quang", "Thanh", "Xuân", "Hải", "Phương"};
static const char *const GIVEN[] = {"An",   "Bình",  "Chi",   "Dũng", "Điệp", "Giang", "Hà",
                                    "Hùng", "Hương", "Khánh", "Lan",  "Linh", "Long",  "Mai",
                                    "Nam",  "Nga",   "Oanh",  "Phúc", "Quân", "Sơn",   "Tâm",
                                    "Thảo", "Trang", "Tuấn",  "Uyên", "Việt", "Yến"};
#define PICK(w, list) ((list)[pick((w), sizeof(list) / sizeof *(list))])

/* The same dossiers every time: a plain linear generator. */
static size_t
pick(struct world *w, size_t n)
{
    w->seed = w->seed * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(w->seed >> 33) % n;
}

static int64_t
number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *st = NULL;
    int64_t v;

    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK || sqlite3_step(st) != SQLITE_ROW) {
        fprintf(stderr, "generate: %s: %s\n", sql, sqlite3_errmsg(db));
        exit(1);
    }
    v = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return v;
}

static void
read_units(struct world *w, const char *list)
{
    sqlite3_stmt *st = NULL;

    sqlite3_prepare_v2(w->db, "SELECT id, code FROM agency WHERE desk = 1 AND valid_to > $1", -1,
                       &st, NULL);
    sqlite3_bind_int64(st, 1, now_seconds() / 86400);
    while (st && sqlite3_step(st) == SQLITE_ROW && w->n_units < UNITS_MAX) {
        struct unit *u = &w->units[w->n_units++];

        u->id = sqlite3_column_int64(st, 0);
        snprintf(u->code, sizeof u->code, "%s", (const char *)sqlite3_column_text(st, 1));
        if (strcmp(u->code, list) == 0)
            w->list = *u;
    }
    sqlite3_finalize(st);
    if (!w->list.id) {
        fprintf(stderr, "generate: there is no receiving agency %s\n", list);
        exit(1);
    }
}

static const struct unit *
elsewhere(struct world *w)
{
    const struct unit *u = &w->units[pick(w, (size_t)w->n_units)];

    return u->id == w->list.id ? elsewhere(w) : u;
}

/* Dossiers come in the order of time, as they do in life: the newest twentieth is open. */
static void
one(struct world *w, int64_t index, int64_t i, int64_t n)
{
    bool listed = n - i <= w->wanted, open = listed || n - i <= n / OPEN_ONE_IN;
    struct pattern *p =
        open ? w->open[pick(w, (size_t)w->n_open)] : w->closed[pick(w, (size_t)w->n_closed)];
    const struct unit *u = listed ? &w->list : elsewhere(w);
    int64_t at = now_seconds() - YEAR + (int64_t)((double)i / (double)n * (YEAR - LIFE));
    const char *name =
        arena_fmt(w->a, "%s %s %s", PICK(w, FAMILY), PICK(w, MIDDLE), PICK(w, GIVEN));
    struct copy c = {.id = pattern_id(at),
                     .shift = at - pattern_submitted(p),
                     .unit = u->id,
                     .name = name,
                     .fold = vi_fold(w->a, name),
                     .code = arena_fmt(w->a, "%s-%06d-%07" PRId64, u->code, 260101, index)};

    pattern_write(w->db, p, &c);
}

/* What dossiers_apply() counts as it goes. */
static void
recount(struct world *w)
{
    bench_exec(
        w->db,
        "BEGIN IMMEDIATE;"
        "DELETE FROM unit_status;"
        "INSERT INTO unit_status SELECT unit, status, count(*) FROM dossier GROUP BY unit, status;"
        "DELETE FROM stat_month;"
        "INSERT INTO stat_month (month, unit, procedure, submitted, online, received, finished, "
        "early,"
        " on_time, late) SELECT CAST(strftime('%Y%m', submitted_at + 25200, 'unixepoch') AS "
        "INTEGER),"
        " competent_unit, procedure, count(*), sum(channel = 2), sum(accepted_at > 0), "
        "sum(finished_at > 0),"
        " sum(timing = 1), sum(timing = 2), sum(timing = 3) FROM dossier GROUP BY 1, 2, 3;"
        "COMMIT; PRAGMA wal_checkpoint(TRUNCATE);");
}

static void
fill(struct world *w, int64_t total)
{
    int64_t n = total - number(w->db, "SELECT count(*) FROM dossier");
    int64_t index =
        number(w->db, "SELECT count(*) FROM dossier WHERE code LIKE '%-260101-_______'");
    char sql[100];

    snprintf(sql, sizeof sql, "SELECT count(*) FROM task WHERE unit = %" PRId64, w->list.id);
    w->wanted = FULL_LIST - number(w->db, sql);
    bench_exec(w->db, "PRAGMA synchronous=OFF; PRAGMA cache_size=-200000;");
    for (int64_t i = 0; i < n; arena_reset(w->a)) {
        bench_exec(w->db, "BEGIN IMMEDIATE");
        for (int k = 0; k < BATCH && i < n; k++, i++)
            one(w, index++, i, n);
        bench_exec(w->db, "COMMIT");
        if (i % TELL_EVERY == 0 || i == n)
            fprintf(stderr, "generate: %" PRId64 " of %" PRId64 " dossiers\n", i, n);
    }
}

int
main(int argc, char **argv)
{
    static struct world w = {.seed = 2026};
    int64_t total = argc > 2 ? strtoll(argv[2], NULL, 10) : 0;

    if (argc < 5 || total < 1 || argc - 4 > PATTERNS_MAX) {
        fprintf(stderr, "usage: generate DATABASE TOTAL UNIT CODE...\n");
        return 2;
    }
    w.db = bench_open(argv[1]);
    w.a = arena_open(64 << 20);
    read_units(&w, argv[3]);
    for (int i = 4; i < argc; i++) {
        struct pattern *p = pattern_read_plain(w.db, argv[i]);

        *(pattern_open(p) ? &w.open[w.n_open++] : &w.closed[w.n_closed++]) = p;
    }
    if (!w.n_open || !w.n_closed) {
        fprintf(stderr, "generate: needs the code of an open and of a finished dossier\n");
        return 1;
    }
    fill(&w, total);
    recount(&w);
    sqlite3_close(w.db);
    return 0;
}
