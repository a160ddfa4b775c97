/* A good site is good in every row, and each row has something that makes it fail. */
#include "base/test.h"

#include <string.h>

#include "base/arena.h"
#include "seal/self.h"
#include "site/config.h"

enum { NOW = 1790000000, HOUR = 3600, DAY = 86400 };

static struct arena *a;
static struct config k;

static void
check(const char *name, int want, int got)
{
    if (want != got)
        fail_msg("%s: wanted %d, got %d", name, want, got);
}

static int
set_up(void **state)
{
    (void)state;
    a = arena_open(1 << 24);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    arena_close(a);
    return 0;
}

static void
file(struct self_facts *f, enum self_role role, unsigned mode)
{
    *vec_push(a, &f->files) =
        (struct self_file){.role = role, .path = "x", .there = true, .mode = mode};
}

static struct self_facts
good(void)
{
    static const struct { enum self_role role; unsigned mode; } FILES[] = {
        {SELF_CONFIG, 0640}, {SELF_KEY, 0600}, {SELF_DATA, 0700}, {SELF_DATABASE, 0600},
        {SELF_STORE, 0700}, {SELF_SECRET, 0600}, {SELF_SIGNING, 0644}, {SELF_PROGRAM, 0755},
    };
    struct self_facts f = {
        .k = &k, .home = "/etc/motcua", .now = NOW, .packages_days = 1,
        .backup_at = NOW - 20 * HOUR,
        .followed_at = NOW - DAY, .published_at = NOW - HOUR, .document_keys = 1, .seal_keys = 1,
        .keys_readable = true, .providers = 2, .officer_providers = 1, .providers_readable = true,
        .roots = 2, .administrators = 2, .head_at = NOW - HOUR, .head_signed = true,
        .calendar_until = 300, .rules_now = true, .aims_now = true, .server = {.n = 1},
    };
    static const char *const SET[][2] = {
        {"listen", "unix:/run/motcua/http.sock"}, {"behind_proxy", "yes"},
        {"base_url", "https://dichvucong.example.vn"}, {"second_factor", "leader administrator"},
        {"clamd", "/run/clamav/clamd.ctl"}, {"scan_required", "yes"},
        {"timestamp_url", "http://tsa.example.vn"},
        {"db", "postgresql://m@db1,db2/m?sslmode=verify-full"},
    };

    config_init(a, &k);
    for (size_t i = 0; i < sizeof SET / sizeof *SET; i++)
        assert_null(config_set(a, &k, SET[i][0], SET[i][1], ""));
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++)
        file(&f, FILES[i].role, FILES[i].mode);
    return f;
}

static enum self_verdict
judge(const char *name, const struct self_facts *f)
{
    for (size_t i = 0; i < SELF_CHECKS_N; i++)
        if (strcmp(SELF_CHECKS[i].name, name) == 0) {
            struct buf b;

            buf_init(&b, a, 2000);
            return SELF_CHECKS[i].judge(f, &b);
        }
    fail_msg("there is no check %s", name);
    return SELF_OK;
}

static void
test_good(void **state)
{
    struct self_facts f = good();

    (void)state;
    for (size_t i = 0; i < SELF_CHECKS_N; i++)
        check(SELF_CHECKS[i].name, SELF_OK, judge(SELF_CHECKS[i].name, &f));
}

/* What is changed in a good site: a key of the configuration, a file's mode, or a fact. */
#define FACT(m) \
    .at = offsetof(struct self_facts, m), .size = sizeof((const struct self_facts *)0)->m
static const struct {
    const char *check;
    enum self_verdict want;
    const char *key, *value;
    int role;                   /* 1 + of a file of that mode */
    unsigned mode;
    size_t at, size;
    int64_t n;
} T[] = {
    {"config-file", SELF_BAD, NULL, NULL, 1 + SELF_CONFIG, 0666},
    {"config-file", SELF_BAD, "db", "postgresql://m:word@127.0.0.1/m", 1 + SELF_CONFIG, 0644},
    {"site-key", SELF_BAD, NULL, NULL, 1 + SELF_KEY, 0640},
    {"data-folder", SELF_BAD, NULL, NULL, 1 + SELF_DATA, 0755},
    {"data-folder", SELF_WEAK, NULL, NULL, 1 + SELF_DATA, 0750},
    {"database-file", SELF_BAD, NULL, NULL, 1 + SELF_DATABASE, 0644},
    {"database-file", SELF_WEAK, NULL, NULL, 1 + SELF_DATABASE, 0640},
    {"store-folder", SELF_BAD, NULL, NULL, 1 + SELF_STORE, 0777},
    {"secret-files", SELF_BAD, NULL, NULL, 1 + SELF_SECRET, 0644},
    {"secret-files", SELF_BAD, NULL, NULL, 1 + SELF_SIGNING, 0666},
    {"program", SELF_BAD, NULL, NULL, 1 + SELF_PROGRAM, 0775},
    {"https", SELF_BAD, "base_url", "http://dichvucong.example.vn"},
    {"https", SELF_WEAK, "base_url", "http://127.0.0.1:8080"},
    {"listen", SELF_WEAK, "listen", "0.0.0.0:8080"},
    {"proxy", SELF_BAD, "behind_proxy", "no"},
    {"metrics", SELF_WEAK, "metrics_allow", "0.0.0.0/0"},
    {"limits", SELF_BAD, "limit_address", "0"},
    {"limits", SELF_BAD, "limit_search", "0"},
    {"database-tls", SELF_BAD, "db", "postgresql://m@db.example.vn/m"},
    {"database-tls", SELF_BAD, "db", "postgresql://m@db.example.vn/m?sslmode=prefer"},
    {"database-tls", SELF_WEAK, "db", "postgresql://m@db.example.vn/m?sslmode=require"},
    {"database-tls", SELF_OK, "db", "postgresql://m@127.0.0.1/m"},
    {"database-tls", SELF_OK, "db", "sqlite:/var/lib/motcua/motcua.db"},
    {"database-password", SELF_BAD, "db", "postgresql://m:word@db/m?sslmode=verify-full"},
    {"database-password", SELF_BAD, "db", "postgresql://m@db/m?password=word"},
    {"numbers-sealed", SELF_WEAK, .n = 2, FACT(numbers_open)},
    {"second-factor", SELF_WEAK, "second_factor", "leader"},
    {"second-factor", SELF_WEAK, "second_factor", ""},
    {"second-missing", SELF_WEAK, .n = 3, FACT(unguarded)},
    {"administrators-second", SELF_BAD, .n = 1, FACT(administrators_unguarded)},
    {"administrators", SELF_BAD, .n = 0, FACT(administrators)},
    {"administrators", SELF_WEAK, .n = 9, FACT(administrators)},
    {"separation", SELF_BAD, .n = 1, FACT(mixed)},
    {"demo-accounts", SELF_BAD, .n = 2, FACT(demo_accounts)},
    {"session-time", SELF_WEAK, "session_seconds", "36000"},
    {"session-time", SELF_BAD, "session_seconds", "86400"},
    {"sessions-old", SELF_WEAK, .n = 1, FACT(sessions_old)},
    {"tokens-endless", SELF_BAD, .n = 1, FACT(tokens_endless)},
    {"tokens-long", SELF_WEAK, .n = 1, FACT(tokens_long)},
    {"citizens", SELF_WEAK, .n = 1, FACT(providers)},
    {"identity-file", SELF_BAD, .n = 0, FACT(providers_readable)},
    {"identity-https", SELF_BAD, .n = 1, FACT(http_providers)},
    {"alarms", SELF_WEAK, .n = 1, FACT(alarms_old)},
    {"scanner", SELF_BAD, "clamd", ""},
    {"scan-required", SELF_WEAK, "scan_required", "no"},
    {"signing-file", SELF_BAD, .n = 0, FACT(keys_readable)},
    {"signing-plain", SELF_WEAK, .n = 1, FACT(plain_keys)},
    {"signing-stamp", SELF_WEAK, "timestamp_url", ""},
    {"signing-trust", SELF_WEAK, .n = 0, FACT(roots)},
    {"signing-unfiltered", SELF_BAD, "signing_unfiltered", "yes"},
    {"seal-key", SELF_BAD, .n = 0, FACT(seal_keys)},
    {"seal-head", SELF_BAD, .n = 0, FACT(head_at)},
    {"seal-head", SELF_BAD, .n = 0, FACT(head_signed)},
    {"seal-published", SELF_WEAK, .n = 0, FACT(published_at)},
    {"seal-followed", SELF_WEAK, .n = NOW - 3 * DAY, FACT(followed_at)},
    {"seal-refused", SELF_BAD, .n = 1, FACT(refused_events)},
    {"backup", SELF_WEAK, .n = NOW - 48 * HOUR, FACT(backup_at)},
    {"backup", SELF_BAD, .n = 0, FACT(backup_at)},
    {"confine", SELF_BAD, "confine", "no"},
    {"server-root", SELF_BAD, .n = 1, FACT(server.root)},
    {"server-walls", SELF_BAD, .n = 1, FACT(server.unfiltered)},
    {"server-walls", SELF_BAD, .n = 1, FACT(server.capable)},
    {"server-cores", SELF_WEAK, .n = 1, FACT(server.cores)},
    {"server-libraries", SELF_WEAK, .n = 1, FACT(server.replaced)},
    {"packages", SELF_WEAK, .n = 10, FACT(packages_days)},
    {"packages", SELF_BAD, .n = 90, FACT(packages_days)},
    {"clock", SELF_WEAK, .n = 1, FACT(clock_free)},
    {"clock-servers", SELF_BAD, .n = 60, FACT(clock_off)},
    {"calendar", SELF_WEAK, .n = 20, FACT(calendar_until)},
    {"calendar", SELF_BAD, .n = -1, FACT(calendar_until)},
    {"rules", SELF_BAD, .n = 0, FACT(rules_now)},
    {"rules", SELF_WEAK, .n = 0, FACT(aims_now)},
    {"log-level", SELF_WEAK, "log_level", "debug"},
};

static void
test_each_can_fail(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof T / sizeof *T; i++) {
        struct self_facts f = good();

        if (T[i].key)
            assert_null(config_set(a, &k, T[i].key, T[i].value, ""));
        if (T[i].role)
            file(&f, (enum self_role)(T[i].role - 1), T[i].mode);
        if (T[i].size)
            memcpy((char *)&f + T[i].at, &T[i].n, T[i].size);   /* little end first */
        check(T[i].check, T[i].want, judge(T[i].check, &f));
    }
}

static void
test_no_row_forgotten(void **state)
{
    (void)state;
    for (size_t i = 0; i < SELF_CHECKS_N; i++) {
        bool fails = false;

        for (size_t t = 0; t < sizeof T / sizeof *T; t++)
            fails = fails || (strcmp(T[t].check, SELF_CHECKS[i].name) == 0 && T[t].want != SELF_OK);
        check(SELF_CHECKS[i].name, true, fails);
        assert_true(*SELF_CHECKS[i].why && *SELF_CHECKS[i].advice && *SELF_CHECKS[i].looked_at);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_each_can_fail),
        cmocka_unit_test(test_no_row_forgotten),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
