/*
 * bench/vault: how long a look-up in a vault of many papers takes.
 *
 *   build/bench/vault [--papers N] [--looks N] [--filled] URL     sqlite:PATH or postgresql://...
 *
 * Makes an empty database's vault (N papers, five a person, in the order of persons), then looks up
 * persons at random with the function that every page of an application calls, and prints one fact
 * a line: VAULT ENGINE PAPERS WHAT VALUE.  --filled: the database is there from a run before.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/now.h"
#include "base/progress.h"
#include "db/load.h"
#include "mod/papers/vault.h"

enum { A_PERSON = 5, ARENA = 512 << 20, LOOKS_MAX = 1000000 };

static const struct load_table VAULT = {
    "vault_item",
    "holder, id, token, account, type, number, issuer, issued_on, valid_from, valid_to, source,"
    " state, note, replaced_by, ended_at, dossier, paper, code, unit, accepted_by, accepted_at,"
    " content, mime, file_name, size, facts",
    "titittt" "iiiiit" "iiitt" "iiib" "ttit", NULL, false};

static const char *const TYPES[A_PERSON] = {"can_cuoc", "khai_sinh", "ket_hon", "quyen_su_dung_dat",
                                            "khuyet_tat"};

static void
text(struct load *b, const char *s)
{
    load_text(b, s, strlen(s));
}

static void
holder_of(int64_t person, char out[24])
{
    snprintf(out, 24, "%012" PRId64, 1000000000 + person * 7);
}

static void
put(struct load *b, int64_t i, day today)
{
    int64_t person = i / A_PERSON, kind = i % A_PERSON;
    char holder[24], token[32], number[32], code[40];
    uint8_t content[32] = {0};

    holder_of(person, holder);
    snprintf(token, sizeof token, "t%019" PRId64, i);
    snprintf(number, sizeof number, "%" PRId64 "/%d", i, 2000 + (int)(i % 26));
    snprintf(code, sizeof code, "H26.X.%05d-250101-%04d", (int)(person % 126), (int)(i % 10000));
    memcpy(content, &i, sizeof i);
    load_row(b, 0);
    text(b, holder); load_int(b, i + 1); text(b, token); load_int(b, 0);
    text(b, TYPES[kind]); text(b, number); text(b, "UBND phường Hoàn Kiếm");
    load_int(b, today - 1000); load_int(b, today - 1000);
    load_int(b, i % 11 == 0 ? today - 3 : 0); load_int(b, 1 + i % 3); load_int(b, 1);
    text(b, ""); load_int(b, 0); load_int(b, 0); load_int(b, i); text(b, "giay"); text(b, code);
    load_int(b, person % 126); load_int(b, 0); load_int(b, 1760000000 + i % 1000000);
    load_bytes(b, content, sizeof content);
    text(b, "application/pdf"); text(b, "giay to.pdf"); load_int(b, 180000);
    text(b, "{\"so\":\"12/2026\",\"ngay\":\"2026-01-15\",\"noi\":\"UBND phường Hoàn Kiếm\"}");
}

static int
fill(struct ctx *c, const char *url, int64_t papers)
{
    struct progress p;
    struct load *b;
    day today = vn_day(c->now);
    int rc = load_open(c, url, &VAULT, 1, &b);

    progress_begin(&p, "vault", "papers", 0, papers);
    for (int64_t i = 0; rc == OK && i < papers && !load_failed(b); i++) {
        put(b, i, today);
        progress_add(&p, 1);
    }
    progress_end(&p);
    if (rc == OK)
        rc = load_close(c, b, &p, true);
    return rc;
}

static int
by_value(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

    return (a > b) - (a < b);
}

static int
look(struct ctx *c, int64_t papers, int looks, int64_t *took, int64_t *found)
{
    const struct vault_who who = {.number = "", .officer = true};
    uint64_t seed = 88172645463325252u;
    int rc = OK;

    for (int i = 0; i < looks && rc == OK; i++) {
        struct vault_item *v = NULL;
        char holder[24];
        int64_t at;
        size_t n = 0;

        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        holder_of((int64_t)(seed % (uint64_t)(papers / A_PERSON)), holder);
        at = now_mono_micros();
        if ((rc = db_begin(c, DB_READ_ONLY)) == OK)
            rc = vault_held(c, holder, &who, vn_day(c->now), &v, &n);
        db_rollback(c);
        took[i] = now_mono_micros() - at;
        *found += rc == OK ? (int64_t)n : 0;
        arena_reset(c->a);
    }
    return rc;
}

static void
say(const char *url, int64_t papers, int64_t *took, int looks, int64_t found)
{
    const char *engine = strncmp(url, "sqlite:", 7) == 0 ? "sqlite" : "pg";
    const struct { const char *what; double at; } Q[] = {{"median", 0.5}, {"p99", 0.99},
                                                         {"p99.9", 0.999}};

    qsort(took, (size_t)looks, sizeof *took, by_value);
    for (size_t i = 0; i < sizeof Q / sizeof *Q; i++)
        printf("vault\t%s\t%" PRId64 "\tlook-up %s\t%.3f ms\n", engine, papers, Q[i].what,
               (double)took[(int)(Q[i].at * (looks - 1))] / 1000.0);
    printf("vault\t%s\t%" PRId64 "\tlook-up worst\t%.3f ms\n", engine, papers,
           (double)took[looks - 1] / 1000.0);
    printf("vault\t%s\t%" PRId64 "\tpapers found a look-up\t%.2f\n", engine, papers,
           (double)found / looks);
}

static int
make(struct ctx *c, const char *url, int64_t papers)
{
    int rc;

    if ((rc = db_open(c, url, DB_CREATE, &c->db)) < 0 || (rc = db_migrate(c)) < 0)
        return rc;
    db_close(c->db);
    return fill(c, url, papers);
}

static int
run(struct ctx *c, const char *url, int64_t papers, int looks, bool filled)
{
    int64_t *took = arena_get(c->a, (size_t)looks * sizeof *took), found = 0, n;
    struct arena *outer = c->a;
    int rc = filled ? OK : make(c, url, papers);

    if (rc < 0 || (rc = db_open(c, url, DB_READ_ONLY, &c->db)) < 0)
        return rc;
    n = now_mono_micros();
    c->a = arena_open(64 << 20);
    rc = look(c, papers, looks, took, &found);
    arena_close(c->a);
    c->a = outer;
    if (rc == OK)
        say(url, papers, took, looks, found);
    printf("vault\t%s\t%" PRId64 "\tlook-ups a second\t%.0f\n",
           strncmp(url, "sqlite:", 7) == 0 ? "sqlite" : "pg", papers,
           looks * 1e6 / (double)(now_mono_micros() - n));
    db_close(c->db);
    return rc;
}

int
main(int argc, char **argv)
{
    struct arena *a = arena_open(ARENA);
    struct ctx c;
    int64_t papers = 10000000, looks = 100000;
    const char *url = NULL;
    bool filled = false;
    int rc;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--papers") == 0 && i + 1 < argc)
            papers = strtoll(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--looks") == 0 && i + 1 < argc)
            looks = strtoll(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--filled") == 0)
            filled = true;
        else
            url = argv[i];
    }
    if (!url || papers < A_PERSON || looks < 1 || looks > LOOKS_MAX) {
        fputs("usage: vault [--papers N] [--looks N] [--filled] URL\n", stderr);
        return 2;
    }
    ctx_init(&c, a);
    rc = run(&c, url, papers, (int)looks, filled);
    if (rc < 0)
        fprintf(stderr, "vault: %s (%s)\n", c.err.say ? c.err.say : "failed", c.err.detail);
    arena_close(a);
    return rc < 0;
}
