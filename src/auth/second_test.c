/* Codes, links, known devices: one row, one promise of second.h, on a real database. */
#include "base/test.h"

#include <string.h>

#include "auth/box.h"
#include "auth/second.h"
#include "auth/totp.h"
#include "auth/typed.h"
#include "base/now.h"
#include "db/testdb.h"
#include "http/urlform.h"
#include "site/site.h"

static struct ctx c;
static const int64_t START = 1795000000;
static const uint8_t KEY[32] = "site key of a test, 32 bytes ok";
static struct site site = {.key = KEY};

static void
check(const char *name, bool want, bool got)
{
    if (want != got) {
        print_error("%s: want %s\n", name, want ? "true" : "false");
        _fail(__FILE__, __LINE__);
    }
}

static int
set_up(void **state)
{
    (void)state;
    testdb_open(&c);
    c.now = START;
    c.site = &site;
    site.config = (struct config){.base_url = "", .second_factor_kinds = SECOND_TOTP | SECOND_KEY};
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    testdb_close(&c);
    return 0;
}

static int64_t
officer(const char *login)
{
    struct account a = {.kind = ACCOUNT_OFFICER, .login = login, .name = "Lê Thử", .active = true};
    int64_t id = 0;

    assert_int_equal(OK, auth_account_add(&c, &a, NULL, &id));
    return id;
}

/* --- RFC 6238 --- */

static void
test_totp(void **state)
{
    /* Appendix B: SHA-1, the last six of its eight digits. */
    static const uint8_t SECRET[] = "12345678901234567890";
    static const struct { int64_t at; uint32_t want; } T[] = {
        {59, 287082}, {1111111109, 81804}, {1111111111, 50471}, {1234567890, 5924},
        {2000000000, 279037}, {20000000000, 353130},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++)
        assert_int_equal(T[i].want, totp_code(SECRET, T[i].at / TOTP_STEP));
    assert_string_equal("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", totp_base32(c.a, SECRET, 20));
    assert_string_equal("MZXW6YQ", totp_base32(c.a, (const uint8_t *)"foob", 4));  /* RFC 4648 */
}

static void
test_totp_match(void **state)
{
    static const uint8_t SECRET[] = "12345678901234567890";
    static const struct { const char *name, *code; int64_t now, after, want; } T[] = {
        {"its own time", "081804", 1111111109, 0, 37037036},
        {"with a space", "081 804", 1111111109, 0, 37037036},
        {"one step late", "081804", 1111111109 + 30, 0, 37037036},
        {"one step early", "081804", 1111111109 - 30, 0, 37037036},
        {"two steps late", "081804", 1111111109 + 61, 0, 0},
        {"taken before", "081804", 1111111109, 37037036, 0},
        {"another code", "081805", 1111111109, 0, 0},
        {"five digits", "81804", 1111111109, 0, 0},
        {"seven digits", "0818041", 1111111109, 0, 0},
        {"letters", "08180a", 1111111109, 0, 0},
        {"nothing", "", 1111111109, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++)
        check(T[i].name, true,
              T[i].want == totp_match(SECRET, T[i].code, T[i].now, T[i].after));
}

/* --- the second factor --- */

static int
value_of(char ch)
{
    return ch >= 'A' && ch <= 'Z' ? ch - 'A' : ch - '2' + 26;
}

/* What an authenticator does with the key that it was shown. */
static const char *
code_at(const char *base32, int64_t now)
{
    uint8_t secret[TOTP_SECRET];
    uint32_t bits = 0;
    int have = 0, n = 0;

    for (; *base32 && n < TOTP_SECRET; base32++) {
        bits = bits << 5 | (uint32_t)value_of(*base32);
        if ((have += 5) >= 8)
            secret[n++] = (uint8_t)(bits >> (have -= 8) & 0xff);
    }
    return arena_fmt(c.a, "%06u", totp_code(secret, now / TOTP_STEP));
}

static const char *
enrol(int64_t account)
{
    const char *key;
    bool right;

    assert_int_equal(OK, auth_second_begin(&c, account));
    assert_int_equal(OK, auth_second_pending(&c, account, &key));
    assert_int_equal(OK, auth_second_confirm(&c, account, code_at(key, c.now), &right));
    check("confirmed", true, right);
    return key;
}

static bool
takes(int64_t account, const char *code)
{
    bool right;

    assert_int_equal(OK, auth_second_take(&c, account, SECOND_TOTP, code, &right));
    return right;
}

static void
test_second(void **state)
{
    int64_t id = officer("mot"), other = officer("hai");
    struct second s;
    const char *key;
    bool right;

    (void)state;
    check("none yet", false, takes(id, "000000"));
    assert_int_equal(OK, auth_second_begin(&c, id));
    assert_int_equal(OK, auth_second_confirm(&c, id, "12345", &right));
    check("a wrong first code", false, right);
    assert_int_equal(OK, auth_second_get(&c, id, &s));
    check("not in force by a wrong code", true, s.pending && s.since == 0);
    key = enrol(id);
    assert_int_equal(OK, auth_second_get(&c, id, &s));
    assert_int_equal(START, s.since);
    check("the code of the confirmation is used up", false, takes(id, code_at(key, c.now)));
    c.now += TOTP_STEP;
    check("the next code", true, takes(id, code_at(key, c.now)));
    check("never twice", false, takes(id, code_at(key, c.now)));
    check("an older one neither", false, takes(id, code_at(key, c.now - TOTP_STEP)));
    enrol(other);
    c.now += TOTP_STEP;
    check("of another account", false, takes(other, code_at(key, c.now)));
    assert_int_equal(OK, auth_second_drop(&c, id));
    assert_int_equal(OK, auth_second_get(&c, id, &s));
    check("gone", true, s.since == 0 && !s.pending && s.codes_left == 0);
    check("opens nothing", false, takes(id, code_at(key, c.now)));
}

static void
test_second_pending_ends(void **state)
{
    int64_t id = officer("ba");
    const char *key;
    bool right;

    (void)state;
    assert_int_equal(OK, auth_second_begin(&c, id));
    assert_int_equal(OK, auth_second_pending(&c, id, &key));
    c.now += 3600;
    assert_int_equal(E_NOTFOUND, auth_second_confirm(&c, id, code_at(key, c.now), &right));
}

static void
test_recovery(void **state)
{
    int64_t id = officer("bon");
    const char *first[RECOVERY_CODES], *v[RECOVERY_CODES], *typed;
    struct second s;

    (void)state;
    enrol(id);
    assert_int_equal(OK, auth_second_codes(&c, id, first));
    assert_int_equal(OK, auth_second_codes(&c, id, v));
    check("an old set", false, takes(id, first[0]));
    check("a new one", true, takes(id, v[0]));
    check("once", false, takes(id, v[0]));
    assert_int_equal(6 * 4 + 5, strlen(v[1]));          /* 24 letters of 5 bits: ASVS 6.5.2 */
    check("the half of one", false, takes(id, arena_fmt(c.a, "%.14s", v[1])));
    typed = arena_fmt(c.a, " %.4s%s ", v[1], v[1] + 5);
    check("without a hyphen", true, takes(id, typed));
    assert_int_equal(OK, auth_second_get(&c, id, &s));
    assert_int_equal(RECOVERY_CODES - 2, s.codes_left);
}

static void
test_required(void **state)
{
    (void)state;
    check("nobody must", false, auth_second_required(&c, role_perms(ROLE_LEADER)));
    site.config.second_factor = 1 << ROLE_LEADER | 1 << ROLE_ADMINISTRATOR;
    check("a leader must", true, auth_second_required(&c, role_perms(ROLE_LEADER)));
    check("with another role as well", true,
          auth_second_required(&c, role_perms(ROLE_LEADER) | role_perms(ROLE_INTAKE)));
    check("a specialist need not", false, auth_second_required(&c, role_perms(ROLE_SPECIALIST)));
    check("no role need not", false, auth_second_required(&c, 0));
}

static void
test_must(void **state)
{
    int64_t id = officer("nam");
    struct reach r = {7, role_perms(ROLE_LEADER)};
    struct session *s;
    char *cookie;

    (void)state;
    site.config.second_factor = 1 << ROLE_LEADER;
    assert_int_equal(OK, auth_reach_set(&c, id, &r, 1));
    assert_int_equal(OK, auth_session_open(&c, id, &cookie));
    assert_int_equal(OK, auth_session_get(&c, cookie, &s));
    check("must, and may nothing else", true,
          s->must_second && !(s->perms & PERM_BIT(PERM_DOSSIER_READ)));
    enrol(id);
    assert_int_equal(OK, auth_session_get(&c, cookie, &s));
    check("has one", true, !s->must_second && (s->perms & PERM_BIT(PERM_DOSSIER_DECIDE)));
}

/* One who must have a key: a code does not satisfy that, and does not serve once there is a key. */
static void
test_kinds(void **state)
{
    static const struct {
        const char *name;
        int64_t asked, has;
        bool lacks;
        int64_t serves;
    } T[] = {
        {"either: none", SECOND_TOTP | SECOND_KEY, 0, true, 0},
        {"either: a code", SECOND_TOTP | SECOND_KEY, SECOND_TOTP, false, SECOND_TOTP},
        {"either: a key", SECOND_TOTP | SECOND_KEY, SECOND_KEY, false, SECOND_KEY},
        {"a key: a code", SECOND_KEY, SECOND_TOTP, true, SECOND_TOTP},
        {"a key: both", SECOND_KEY, SECOND_TOTP | SECOND_KEY, false, SECOND_KEY},
        {"a code: both", SECOND_TOTP, SECOND_TOTP | SECOND_KEY, false, SECOND_TOTP},
        {"a code: a key", SECOND_TOTP, SECOND_KEY, true, SECOND_KEY},
    };
    int64_t leader = role_perms(ROLE_LEADER), other = role_perms(ROLE_INTAKE);

    (void)state;
    site.config.second_factor = 1 << ROLE_LEADER;
    for (size_t i = 0; i < ROWS(T); i++) {
        site.config.second_factor_kinds = T[i].asked;
        check(T[i].name, T[i].lacks, auth_second_lacks(&c, leader, T[i].has));
        check(T[i].name, true, T[i].serves == auth_second_serves(&c, leader, T[i].has));
        check("who need not", false, auth_second_lacks(&c, other, T[i].has));
        check("who need not", true, T[i].has == auth_second_serves(&c, other, T[i].has));
    }
}

/* However busy, one signs in anew after session_absolute. */
static void
test_session_absolute(void **state)
{
    int64_t id = officer("ban");
    struct session *s;
    char *cookie;

    (void)state;
    site.config.session_seconds = 600;
    site.config.session_absolute = 3600;
    assert_int_equal(OK, auth_session_open(&c, id, &cookie));
    for (int64_t t = 0; t < 3600; t += 400) {
        c.now = START + t;
        assert_int_equal(OK, auth_session_get(&c, cookie, &s));
        assert_int_equal(OK, auth_session_touch(&c, s->id));
    }
    c.now = START + 3600;
    assert_int_equal(E_SIGNIN, auth_session_get(&c, cookie, &s));
}

static void
test_box(void **state)
{
    struct bytes b = box_seal(&c, "use", 1, "abc", 3), o;
    uint8_t *p = arena_get(c.a, b.n);

    (void)state;
    o = box_open(&c, "use", 1, b);
    check("opens", true, o.n == 3 && memcmp(o.p, "abc", 3) == 0);
    assert_int_equal(0, box_open(&c, "use", 2, b).n);
    assert_int_equal(0, box_open(&c, "another", 1, b).n);
    memcpy(p, b.p, b.n);
    p[b.n - 1] ^= 1;
    assert_int_equal(0, box_open(&c, "use", 1, (struct bytes){p, b.n}).n);
    assert_int_equal(0, box_open(&c, "use", 1, (struct bytes){p, 5}).n);
}

static void
test_typed_number(void **state)
{
    static const struct { const char *text; bool want; } T[] = {
        {"001191000123", true},         {"0912345678", true},       {"+84 912 345 678", true},
        {"0912.345-678", true},         {"(024) 3825 6789", true},  {"123456789", true},
        {"Nguyễn An 001191000123", true},
        {"001191000123||Trần Bảo|1988", true},
        {"12345678", false},            {"22/11/2026", false},      {"Nguyễn Văn An", false},
        {"H26.X.00070-261122-0001", false},
        {"000.00.16.h26-261122-0001", false},
        {"", false},                    {"1a2b3c4d5e6f7g8h9i", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof T / sizeof *T; i++)
        check(T[i].text, T[i].want, typed_number(&c, T[i].text));
    assert_string_equal("Nguyễn", typed_word(&c, "Nguyễn"));
}

/* A GET of a row with one such input: the word, asked for so many seconds later by this account. */
static const char *
asked(struct request *r, const char *word, int64_t account, int64_t later)
{
    static const struct param IN[] = {{"q", K_TEXT, .number = true}, {.kind = K_END}};
    static const struct route ROW = {.method = GET, .path = "/x", .in = IN};
    int64_t was = c.account, now = c.now;

    r->query = (struct sent_list){0};
    sent_add(c.a, &r->query, "q", word, strlen(word));
    c.req = r;
    c.route = &ROW;
    c.account = account;
    c.now += later;
    c.faults.n = 0;
    typed_open(&c);
    c.req = NULL;
    c.route = NULL;
    c.account = was;
    c.now = now;
    return c.faults.n ? "refused" : r->query.p[0].value;
}

static void
test_typed_word(void **state)
{
    struct request *r = arena_get(c.a, sizeof *r);
    int64_t me = c.account;
    const char *word = typed_word(&c, "001191000123");

    (void)state;
    check("nothing readable", true, strstr(word, "1191000") == NULL);
    assert_string_equal("001191000123", asked(r, word, me, 0));
    assert_string_equal("001191000123", asked(r, word, me, 12 * 3600 - 1));
    assert_string_equal("refused", asked(r, word, me, 12 * 3600));
    assert_string_equal("refused", asked(r, word, me, -1));
    assert_string_equal("refused", asked(r, word, me + 1, 0));
    assert_string_equal("refused", asked(r, "~", me, 0));
    assert_string_equal("Nguyễn", asked(r, "Nguyễn", me, 0));
    check("twice never the same", true, strcmp(word, typed_word(&c, "001191000123")) != 0);
    c.faults.n = 0;
}

static void
test_ticket(void **state)
{
    int64_t id = officer("sau");
    struct ticket got, next;
    const char *t;

    (void)state;
    assert_int_equal(OK, auth_password_set(&c, id, "$hash", false));
    t = auth_ticket_make(&c, id, "$hash", true);
    assert_int_equal(OK, auth_ticket_read(&c, t, &got));
    check("of this account", true, got.account == id && got.temporary);
    assert_int_equal(OK, auth_ticket_again(&c, &got, &t));
    assert_int_equal(OK, auth_ticket_read(&c, t, &next));
    check("a challenge of its own", false, memcmp(got.challenge, next.challenge, 32) == 0);
    assert_int_equal(E_SIGNIN, auth_ticket_read(&c, NULL, &got));
    assert_int_equal(E_SIGNIN, auth_ticket_read(&c, "AAAA", &got));
    assert_int_equal(E_SIGNIN, auth_ticket_read(&c, arena_fmt(c.a, "%sA", t), &got));
    assert_int_equal(OK, auth_password_set(&c, id, "$other", false));
    assert_int_equal(E_SIGNIN, auth_ticket_read(&c, t, &got));
    t = auth_ticket_make(&c, id, "$other", false);
    c.now += TICKET_SECONDS;
    assert_int_equal(E_SIGNIN, auth_ticket_read(&c, t, &got));
}

/* --- links --- */

static void
test_link(void **state)
{
    int64_t id = officer("bay"), until;
    struct account a;
    struct password p;
    struct session *s;
    char *old, *token, *cookie;

    (void)state;
    assert_int_equal(OK, auth_session_open(&c, id, &cookie));
    assert_int_equal(OK, auth_link_make(&c, id, &old));
    assert_int_equal(OK, auth_link_make(&c, id, &token));
    assert_int_equal(E_NOTFOUND, auth_link_get(&c, old, &a, NULL));     /* one at a time */
    assert_int_equal(OK, auth_link_get(&c, token, &a, &until));
    assert_int_equal(START + 72 * 3600, until);
    assert_int_equal(OK, auth_link_get(&c, token, &a, NULL));   /* looking uses nothing up */
    assert_int_equal(OK, auth_link_use(&c, token, "$hash"));
    assert_int_equal(OK, auth_password_of(&c, id, &p));
    assert_string_equal("$hash", p.hash);
    assert_int_equal(E_SIGNIN, auth_session_get(&c, cookie, &s));
    assert_int_equal(E_NOTFOUND, auth_link_use(&c, token, "$again"));   /* once */
    site.config.link_hours = 2;
    assert_int_equal(OK, auth_link_make(&c, id, &token));
    c.now += 2 * 3600;
    assert_int_equal(E_NOTFOUND, auth_link_get(&c, token, &a, NULL));
    assert_int_equal(E_NOTFOUND, auth_link_get(&c, "", &a, NULL));
}

/* --- devices --- */

static void
test_device(void **state)
{
    const char *v = auth_device_add(&c, NULL, "2:lan"), *w;
    const char *name = auth_device_knows(&c, v, "2:lan");
    char *bad;

    (void)state;
    assert_non_null(name);
    assert_null(auth_device_knows(&c, v, "2:hoa"));
    assert_null(auth_device_knows(&c, v, "1:lan"));
    assert_null(auth_device_knows(&c, NULL, "2:lan"));
    assert_null(auth_device_knows(&c, "", "2:lan"));
    w = auth_device_add(&c, v, "2:hoa");
    assert_string_equal(name, auth_device_knows(&c, w, "2:lan"));   /* one device, two of them */
    assert_string_equal(name, auth_device_knows(&c, w, "2:hoa"));
    bad = arena_str(c.a, v);
    bad[0] = bad[0] == 'A' ? 'B' : 'A';
    assert_null(auth_device_knows(&c, bad, "2:lan"));                   /* another device's */
    bad = arena_str(c.a, v);
    bad[23] = bad[23] == '0' ? '1' : '0';
    assert_null(auth_device_knows(&c, bad, "2:lan"));                   /* another day */
    for (int i = 0; i < 20; i++)
        w = auth_device_add(&c, w, arena_fmt(c.a, "2:nguoi-%d", i));
    check("bounded", true, strlen(w) <= 22 + 8 * 37);
    assert_non_null(auth_device_knows(&c, w, "2:nguoi-19"));
    assert_null(auth_device_knows(&c, w, "2:lan"));                     /* the oldest gave way */
    c.now += (int64_t)DEVICE_DAYS * 86400;
    assert_null(auth_device_knows(&c, v, "2:lan"));
}

static void
test_names(void **state)
{
    const char *out[NAMES_MAX], *v = auth_names_add(&c, NULL, "lan");
    char *bad;

    (void)state;
    for (int i = 0; i < 6; i++)
        v = auth_names_add(&c, v, arena_fmt(c.a, "a.%d", i));
    v = auth_names_add(&c, v, "a.3");
    assert_int_equal(NAMES_MAX, auth_names_read(&c, v, out));
    assert_string_equal("a.3", out[0]);
    assert_string_equal("a.5", out[1]);
    assert_string_equal("a.1", out[4]);
    bad = arena_str(c.a, v);
    bad[strlen(bad) - 1] = 'x';
    assert_int_equal(0, auth_names_read(&c, bad, out));
    assert_int_equal(0, auth_names_read(&c, "", out));
    assert_int_equal(0, auth_names_read(&c, NULL, out));
}

/* --- sessions end with a change of role; what happened is told --- */

static bool
lives(const char *cookie)
{
    struct session *s;

    return auth_session_get(&c, cookie, &s) == OK;
}

static void
test_role_change(void **state)
{
    int64_t id = officer("tam");
    int64_t desk = role_perms(ROLE_INTAKE), lead = role_perms(ROLE_LEADER);
    const struct { const char *name; struct reach v[2]; size_t n; bool lives; } T[] = {
        {"the same again", {{1, desk}, {2, desk}}, 2, true},
        {"another unit instead", {{1, desk}, {3, desk}}, 2, false},
        {"another role", {{1, desk | lead}, {3, desk}}, 2, false},
        {"a role less", {{1, desk}, {3, desk}}, 2, false},
        {"a unit less", {{1, desk}}, 1, false},
        {"the tree grew", {{1, desk}, {2, desk}}, 2, true},
        {"nothing left", {{0, 0}}, 0, false},
    };
    struct reach first[] = {{1, desk}, {2, desk}};
    char *cookie;

    (void)state;
    assert_int_equal(OK, auth_reach_set(&c, id, first, 2));
    for (size_t i = 0; i < ROWS(T); i++) {
        assert_int_equal(OK, auth_session_open(&c, id, &cookie));
        assert_int_equal(OK, auth_reach_set(&c, id, T[i].v, T[i].n));
        check(T[i].name, T[i].lives, lives(cookie));
    }
}

static void
test_told(void **state)
{
    int64_t id = officer("chin"), admin = officer("muoi");
    struct account_event v[10];
    bool some;
    size_t n;

    (void)state;
    c.account = admin;
    assert_int_equal(OK, auth_happened(&c, id, HAPPENED_SECOND_RESET));
    c.account = id;
    assert_int_equal(OK, auth_happened(&c, id, HAPPENED_TOKEN_ENDED));  /* by oneself: not told */
    assert_int_equal(OK, auth_happened_told(&c, id, &some));
    check("told", true, some);
    assert_int_equal(OK, auth_happened_told(&c, id, &some));
    check("once", false, some);
    assert_int_equal(OK, auth_happened_list(&c, id, 10, v, &n));
    assert_int_equal(2, n);
    assert_string_equal("second-reset", v[1].what);
    assert_string_equal("Lê Thử", v[1].by);
    assert_string_equal("", v[0].by);
    c.account = 0;
}

static void
test_tokens(void **state)
{
    int64_t id = officer("may");
    struct token_row v[4];
    struct session *s;
    char *one, *two;
    size_t n;

    (void)state;
    assert_int_equal(OK, auth_token_create(&c, id, "một", false, 0, &one));
    assert_int_equal(OK, auth_token_create(&c, id, "hai", true, START + 10, &two));
    assert_int_equal(OK, auth_token_list(&c, id, 4, v, &n));
    assert_int_equal(2, n);
    assert_string_equal("một", v[0].label);
    assert_int_equal(OK, auth_token_end(&c, id, v[0].ref));
    assert_int_equal(E_NOTFOUND, auth_token_end(&c, id, v[0].ref));
    assert_int_equal(E_NOTFOUND, auth_token_end(&c, id + 1, v[1].ref));
    assert_int_equal(E_SIGNIN, auth_token_get(&c, one, &s));
    assert_int_equal(OK, auth_token_get(&c, two, &s));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_totp, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_totp_match, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_second, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_second_pending_ends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_recovery, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_required, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_must, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_kinds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_session_absolute, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_box, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_typed_number, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_typed_word, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ticket, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_link, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_device, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_role_change, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_tokens, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
