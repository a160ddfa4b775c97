/* One row, one sentence that the operator reads; and the shipped sample holds the defaults. */
#include "base/test.h"

#include "base/arena.h"
#include "base/embed.h"
#include "site/command.h"
#include "site/config.h"

extern const struct embedded CONFIG_SAMPLE[];

static struct arena *a;

static int
set_up(void **state)
{
    (void)state;
    a = arena_open(16 << 20);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    arena_close(a);
    return 0;
}

static const char *
faults_of(const char *text, struct config *out)
{
    struct buf b;
    bool good;

    buf_init(&b, a, 1 << 16);
    good = config_read(a, "etc/m.yaml", text, strlen(text), out, &b);
    assert_int_equal(good, b.n == 0);
    return b.p;
}

static const struct {
    const char *name, *text, *want;
} FAULTS[] = {
    {"nothing wrong", "db: sqlite:x.db\nlisten: \"127.0.0.1:0\"\n", ""},
    {"an unknown key", "city: H26\nport: 80\n",
     "etc/m.yaml:2:1: 'port' is not a key of the configuration\n"},
    {"a key given twice", "city: H26\ncity: H27\n", "etc/m.yaml:2:1: city is given twice\n"},
    {"not a number", "io_threads: two",
     "etc/m.yaml:1:13: io_threads must be a whole number from 1 to 8\n"},
    {"a number over its bound", "io_threads: 9",
     "etc/m.yaml:1:13: io_threads must be a whole number from 1 to 8\n"},
    {"a negative number", "server_number: -1",
     "etc/m.yaml:1:16: server_number must be a whole number from 0 to 1022\n"},
    {"one number of a limit", "limit_page: 600",
     "etc/m.yaml:1:13: limit_page must be two whole numbers from 1 to 1000000, requests a minute "
     "and at once, or 0\n"},
    {"nothing at once", "limit_page: 600 0",
     "etc/m.yaml:1:13: limit_page must be two whole numbers from 1 to 1000000, requests a minute "
     "and at once, or 0\n"},
    {"a limit that is none", "limit_page: 0", ""},
    {"hexadecimal", "io_threads: 0x2",
     "etc/m.yaml:1:13: io_threads must be a whole number from 1 to 8\n"},
    {"neither yes nor no", "behind_proxy: maybe",
     "etc/m.yaml:1:15: behind_proxy must be yes or no\n"},
    {"no engine", "db: motcua.db",
     "etc/m.yaml:1:5: db must be of the form sqlite:PATH or postgresql://USER@HOST/DATABASE\n"},
    {"another engine", "db: mysql://x/y",
     "etc/m.yaml:1:5: db must be of the form sqlite:PATH or postgresql://USER@HOST/DATABASE\n"},
    {"the other engine", "db: postgresql://m@h1,h2/m?target_session_attrs=read-write", ""},
    {"an address without a port", "listen: localhost",
     "etc/m.yaml:1:9: listen must be ADDRESS:PORT or unix:PATH\n"},
    {"a kind of second factor that is none", "second_factor_kinds: totp sms",
     "etc/m.yaml:1:22: second_factor_kinds must be words of: totp key\n"},
    {"no kind at all", "second_factor_kinds: ' , '",
     "etc/m.yaml:1:22: second_factor_kinds must be words of: totp key\n"},
    {"an address that is none", "base_url: ftp://x",
     "etc/m.yaml:1:11: base_url must begin with https:// or http://\n"},
    {"an empty name", "site_name: ''",
     "etc/m.yaml:1:12: site_name must have 1 to 100 characters\n"},
    {"two lines", "site_name: \"a\\nb\"",
     "etc/m.yaml:1:12: site_name must be one line of UTF-8 without control characters\n"},
    {"a list for a value", "city: [H26]", "etc/m.yaml:1:7: city must be one value\n"},
    {"a list for a file", "- city\n", "etc/m.yaml:1:1: the file must be a list of 'key: value'\n"},
    {"an empty file", "", "etc/m.yaml:1:1: the file must be a list of 'key: value'\n"},
    {"two documents", "city: H26\n---\ncity: H27\n",
     "etc/m.yaml:2:1: there must be one document\n"},
    {"every fault is told", "x: 1\nio_threads: 0\n",
     "etc/m.yaml:1:1: 'x' is not a key of the configuration\n"
     "etc/m.yaml:2:13: io_threads must be a whole number from 1 to 8\n"},
};

static void
test_faults(void **state)
{
    struct config config;

    (void)state;
    for (size_t i = 0; i < ROWS(FAULTS); i++) {
        const char *got = faults_of(FAULTS[i].text, &config);

        if (strcmp(got, FAULTS[i].want) != 0)
            fail_msg("%s: got %s", FAULTS[i].name, got);
    }
}

static void
test_no_yaml_is_a_fault_with_a_line(void **state)
{
    struct config config;

    (void)state;
    assert_non_null(strstr(faults_of("city: H26\n\tx: 1\n", &config), "etc/m.yaml:2:"));
    assert_non_null(strstr(faults_of("city: \"H26\n", &config), "etc/m.yaml:"));
}

static void
test_paths_start_at_the_file(void **state)
{
    struct config c;

    (void)state;
    faults_of("catalogue: /srv/catalogue\n", &c);
    assert_null(config_settle(a, &c));
    assert_string_equal(c.db, "sqlite:etc/motcua.db");
    assert_string_equal(c.data, "etc");
    assert_string_equal(c.catalogue, "/srv/catalogue");
    assert_null(config_set(a, &c, "db", "sqlite:here.db", ""));
    assert_string_equal(c.db, "sqlite:here.db");
    faults_of("db: postgresql://m@h/m\n", &c);
    assert_null(config_settle(a, &c));
    assert_string_equal(c.db, "postgresql://m@h/m");
    assert_string_equal(c.data, "etc");
    assert_string_equal(config_portable(a, "db", c.db), c.db);
}

static const struct {
    const char *name, *text, *want;
} SETTLE[] = {
    {"loopback is fine", "listen: 127.9.9.9:80", NULL},
    {"a socket with an address is fine", "listen: unix:/run/m\nbase_url: https://x.vn", NULL},
    {"a socket has no address", "listen: unix:/run/m",
     "base_url must be given when listen is a unix socket"},
    {"the whole world is not loopback", "listen: 0.0.0.0:80",
     "listen must be a loopback address or a unix socket unless behind_proxy is yes"},
    {"nor is IPv6's", "listen: '[::]:80'",
     "listen must be a loopback address or a unix socket unless behind_proxy is yes"},
    {"objects of another machine", "store_endpoint: http://10.0.0.9:9000",
     "store_endpoint must begin with https:// unless it is of this machine"},
    {"encrypted", "store_endpoint: https://10.0.0.9:9000", NULL},
    {"of this machine", "store_endpoint: http://127.0.0.1:9000", NULL},
    {"a name that begins like this machine's", "store_endpoint: http://127.0.0.1.evil.vn",
     "store_endpoint must begin with https:// unless it is of this machine"},
    {"a scanner far away", "clamd: 10.0.0.9:3310",
     "clamd must be a socket or a port of this machine: it speaks without encryption"},
    {"a scanner here", "clamd: 127.0.0.1:3310", NULL},
    {"a scanner's socket", "clamd: /run/clamav/clamd.ctl", NULL},
    {"behind a proxy it may", "listen: 0.0.0.0:80\nbehind_proxy: yes", NULL},
};

static void
test_settle(void **state)
{
    struct config c;

    (void)state;
    for (size_t i = 0; i < ROWS(SETTLE); i++) {
        const char *got;

        assert_string_equal(faults_of(SETTLE[i].text, &c), "");
        got = config_settle(a, &c);
        if (!got != !SETTLE[i].want || (got && strcmp(got, SETTLE[i].want) != 0))
            fail_msg("%s: got %s", SETTLE[i].name, got ? got : "nothing");
    }
    faults_of("base_url: https://dvc.hanoi.gov.vn", &c);
    config_settle(a, &c);
    assert_true(c.secure_cookies);
}

/* The bytes of two configurations that were read from texts with the same paths. */
static void
same(const struct config *x, const struct config *y)
{
    assert_string_equal(x->db, y->db);
    assert_string_equal(x->data, y->data);
    assert_string_equal(x->catalogue, y->catalogue);
    assert_string_equal(x->listen, y->listen);
    assert_string_equal(x->base_url, y->base_url);
    assert_string_equal(x->site_name, y->site_name);
    assert_string_equal(x->site_name_en, y->site_name_en);
    assert_string_equal(x->hotline, y->hotline);
    assert_string_equal(x->city, y->city);
    assert_string_equal(x->log_level, y->log_level);
    assert_true(x->behind_proxy == y->behind_proxy && x->io_threads == y->io_threads);
    assert_true(x->read_lanes == y->read_lanes && x->write_lanes == y->write_lanes &&
                x->request_seconds == y->request_seconds &&
                x->server_number == y->server_number);
    assert_true(x->session_seconds == y->session_seconds && x->upload_max == y->upload_max);
    assert_true(x->session_absolute == y->session_absolute &&
                x->second_factor_kinds == y->second_factor_kinds);
}

static void
test_the_sample_holds_the_defaults(void **state)
{
    static const char *const PAIRS[] = {"listen", "127.0.0.1:9000", "site_name", "Cổng \"thử\"",
                                        NULL};
    struct config sample, plain;

    (void)state;
    assert_string_equal(faults_of(CONFIG_SAMPLE[0].text, &sample), "");
    assert_string_equal(faults_of("{}", &plain), "");
    same(&plain, &sample);
    assert_string_equal(config_sample(a, NULL), CONFIG_SAMPLE[0].text);
    assert_string_equal(faults_of(config_sample(a, PAIRS), &sample), "");
    assert_string_equal(sample.listen, "127.0.0.1:9000");
    assert_string_equal(sample.site_name, "Cổng \"thử\"");
}

static void
test_flags(void **state)
{
    const char *unit = NULL;
    bool quiet = false;
    const struct flag flags[] = {{"unit", &unit, NULL}, {"quiet", NULL, &quiet}, {0}};
    char *argv[] = {"add", "an", "--unit=H26", "--quiet", "--", "--binh", NULL};
    int argc = 6;

    (void)state;
    assert_int_equal(flags_take(&argc, argv, flags), 0);
    assert_int_equal(argc, 3);
    assert_string_equal(argv[1], "an");
    assert_string_equal(argv[2], "--binh");
    assert_string_equal(unit, "H26");
    assert_true(quiet);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_faults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_yaml_is_a_fault_with_a_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_paths_start_at_the_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_settle, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_sample_holds_the_defaults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_flags, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
