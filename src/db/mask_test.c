/* Addresses without their passwords: what may be a password is never shown. */
#include "base/test.h"

#include <stdio.h>

#include "base/err.h"
#include "db/db.h"

static const struct {
    const char *url, *want;
} T[] = {
    {"sqlite:/var/lib/motcua/motcua.db", "sqlite:/var/lib/motcua/motcua.db"},
    {"sqlite:a:b@c?password=x", "sqlite:a:b@c?password=x"},
    {"postgresql://localhost/motcua", "postgresql://localhost/motcua"},
    {"postgresql://thu@localhost/motcua", "postgresql://thu@localhost/motcua"},
    {"postgresql://thu:SECRET@localhost/motcua", "postgresql://thu:***@localhost/motcua"},
    {"postgres://thu:SECRET@db1:5432,db2:5433/m", "postgres://thu:***@db1:5432,db2:5433/m"},
    {"postgresql://db1:5432,db2:5433/motcua?target_session_attrs=any",
     "postgresql://db1:5432,db2:5433/motcua?target_session_attrs=any"},
    /* should have been percent-encoded */
    {"postgresql://thu:SEC@RET@localhost/m", "postgresql://thu:***@localhost/m"},
    {"postgresql://thu:SEC/RET@localhost/m", "postgresql://thu:***@localhost/m"},
    {"postgresql://thu:SEC?RET@localhost/m", "postgresql://thu:***@localhost/m"},
    {"postgresql://thu:SEC:RET@localhost/m", "postgresql://thu:***@localhost/m"},
    {"postgresql://thu:SECRET%40@localhost/m", "postgresql://thu:***@localhost/m"},
    {"postgresql://:SECRET@localhost/m", "postgresql://:***@localhost/m"},
    /* words */
    {"postgresql:///m?host=/run&user=thu&password=SECRET",
     "postgresql:///m?host=/run&user=thu&password=***"},
    {"postgresql:///m?password=SECRET&host=/run", "postgresql:///m?password=***&host=/run"},
    {"postgresql:///m?pass%77ord=SECRET", "postgresql:///m?pass%77ord=***"},
    {"postgresql:///m?PASSWORD=SECRET", "postgresql:///m?PASSWORD=***"},
    {"postgresql:///m?sslpassword=SECRET", "postgresql:///m?sslpassword=***"},
    {"postgresql:///m?options=-c%20x=SECRET", "postgresql:///m?options=***"},
    {"postgresql:///m?password=a?b=SECRET", "postgresql:///m?password=***"},
    {"postgresql:///m?passfile=/etc/motcua/pgpass", "postgresql:///m?passfile=/etc/motcua/pgpass"},
    {"postgresql:///m?SECRET", "postgresql:///m?***"},
    {"postgresql://db1:5432/m?password=a@SECRET", "postgresql://db1:***"},
    {"postgresql:///m?user=a:b&password=c@SECRET", "postgresql:///m?user=a:***"},
    {"postgresql:///m?", "postgresql:///m?"},
    {"postgresql:///m?&", "postgresql:///m?&"},
    /* no address at all */
    {"", ""},
    {"motcua.db", "motcua.db"},
    {"thu:SECRET@localhost", "thu:***@localhost"},
    {"mysql://thu:SECRET@localhost/m", "mysql://thu:***@localhost/m"},
};

static void
test_table(void **state)
{
    struct arena *a = arena_open(1 << 20);

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        assert_string_equal(db_mask(a, T[i].url), T[i].want);
        assert_null(strstr(db_mask(a, T[i].url), "SECRET"));
    }
    arena_close(a);
}

/* Whatever stands around it: a password between ':' and '@', or behind its word, is never shown. */
static void
test_any_surroundings(void **state)
{
    static const char BYTES[] = ":/@?&=%.,ab1 *";
    struct arena *a = arena_open(1 << 20);
    uint64_t seed = 7;
    char junk[3][8], url[200];

    (void)state;
    for (int i = 0; i < 20000; i++) {
        for (int k = 0; k < 3; k++) {
            int n = 0;

            for (; n < 7 && (seed = seed * 6364136223846793005u + 1442695040888963407u) >> 61; n++)
                junk[k][n] = BYTES[(seed >> 33) % (sizeof BYTES - 1)];
            junk[k][n] = '\0';
        }
        if (i % 2)
            snprintf(url, sizeof url, "postgresql://u:%sSECRET%s@h/d?x=%s", junk[0], junk[1],
                     junk[2]);
        else
            snprintf(url, sizeof url, "postgresql://%s/d?%s&password=%s%sSECRET", junk[0], junk[1],
                     i % 4 ? "a@" : "", strchr(junk[2], '&') ? "" : junk[2]);
        if (strstr(db_mask(a, url), "SECRET"))
            fail_msg("%s -> %s", url, db_mask(a, url));
        arena_reset(a);
    }
    arena_close(a);
}

/* libpq quotes what it cannot read of an address. */
static void
test_not_in_errors(void **state)
{
    static const char *const URLS[] = {
        "postgresql://u:SEC%RET@127.0.0.1:1/m", "postgresql://u:SECRET/x@127.0.0.1:1/m",
        "postgresql://u:a@SECRET@127.0.0.1:1/m", "postgresql://127.0.0.1:1/m?password=a&SECRET",
    };
    struct ctx c;

    (void)state;
    ctx_init(&c, arena_open(1 << 20));
    for (size_t i = 0; i < ROWS(URLS); i++) {
        assert_int_equal(db_open(&c, URLS[i], DB_READ_ONLY, &c.db), E_DOWN);
        if (strstr(c.err.detail, "SEC"))
            fail_msg("%s: %s", URLS[i], c.err.detail);
    }
    assert_int_equal(db_open(&c, "postgresql://u:a%40b@127.0.0.1:1/m", DB_READ_ONLY, &c.db),
                     E_DOWN);
    assert_non_null(strstr(c.err.detail, "127.0.0.1"));
    arena_close(c.a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_any_surroundings),
        cmocka_unit_test(test_not_in_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
