/* One row, one promise of auth.h, on a real database. */
#include "base/test.h"

#include "auth/auth_sql.h"
#include "auth/reach.h"
#include "base/now.h"
#include "db/testdb.h"

static struct ctx c;
static const int64_t START = 1795000000;     /* November 2026 */

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
officer(const char *login, const char *name)
{
    struct account a = {.kind = ACCOUNT_OFFICER, .login = login, .name = name, .active = true};
    int64_t id = 0;

    assert_int_equal(OK, auth_account_add(&c, &a, NULL, &id));
    return id;
}

/* --- roles --------------------------------------------------------------------------------- */

static void
test_roles(void **state)
{
    static const struct { const char *name; enum role role; enum perm perm; bool want; } T[] = {
        {"the desk receives", ROLE_INTAKE, PERM_DOSSIER_INTAKE, true},
        {"the desk does not sign", ROLE_INTAKE, PERM_DOSSIER_DECIDE, false},
        {"a specialist examines", ROLE_SPECIALIST, PERM_DOSSIER_PROCESS, true},
        {"a specialist does not sign", ROLE_SPECIALIST, PERM_DOSSIER_DECIDE, false},
        {"a leader signs", ROLE_LEADER, PERM_DOSSIER_DECIDE, true},
        {"a leader gives tasks", ROLE_LEADER, PERM_DOSSIER_ASSIGN, true},
        {"a leader does not receive", ROLE_LEADER, PERM_DOSSIER_INTAKE, false},
        {"an administrator sees no dossier", ROLE_ADMINISTRATOR, PERM_DOSSIER_READ, false},
        {"an administrator decides nothing", ROLE_ADMINISTRATOR, PERM_DOSSIER_DECIDE, false},
        {"an administrator cannot read the log of accesses", ROLE_ADMINISTRATOR, PERM_AUDIT, false},
        {"an auditor reads the log of accesses", ROLE_AUDITOR, PERM_AUDIT, true},
        {"an auditor sees no dossier", ROLE_AUDITOR, PERM_DOSSIER_READ, false},
        {"a reporter counts", ROLE_REPORTER, PERM_REPORT, true},
        {"a reporter sees no dossier", ROLE_REPORTER, PERM_DOSSIER_READ, false},
        {"a community team helps at home", ROLE_COMMUNITY, PERM_ASSIST, true},
        {"a community team sees no dossier", ROLE_COMMUNITY, PERM_DOSSIER_READ, false},
        {"a specialist begins no application", ROLE_SPECIALIST, PERM_APPLY, false},
        {"no role is a token", ROLE_ADMINISTRATOR, PERM_API_WRITE, false},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++)
        check(T[i].name, T[i].want, (role_perms(T[i].role) & PERM_BIT(T[i].perm)) != 0);
    for (enum role r = ROLE_NONE + 1; r < ROLE__COUNT; r++) {
        assert_int_equal(r, role_parse(role_word(r)));
        check("every role is an officer's", true, (role_perms(r) & PERM_BIT(PERM_OFFICER)) != 0);
    }
    assert_int_equal(ROLE_NONE, role_parse("none"));
    assert_int_equal(ROLE_NONE, role_parse("Leader"));
    for (enum perm p = PERM_UNSET; p < PERM__COUNT; p++)
        assert_non_null(perm_word(p));
}

/* --- accounts and passwords ------------------------------------------------------------------ */

static void
test_account(void **state)
{
    int64_t id = officer("an", "Nguyễn Văn An"), other;
    struct account a,
        dup = {.kind = ACCOUNT_OFFICER, .login = "an", .name = "Ai Khác", .active = 1};

    (void)state;
    assert_int_equal(OK, auth_account_by_login(&c, ACCOUNT_OFFICER, "an", &a));
    assert_int_equal(id, a.id);
    assert_string_equal("Nguyễn Văn An", a.name);
    assert_int_equal(E_NOTFOUND, auth_account_by_login(&c, ACCOUNT_CITIZEN, "an", &a));
    assert_int_equal(E_CONFLICT, auth_account_add(&c, &dup, NULL, &other));
    dup.kind = ACCOUNT_CITIZEN;         /* logins of citizens are another list */
    assert_int_equal(OK, auth_account_add(&c, &dup, NULL, &other));
}

static void
test_account_save(void **state)
{
    struct account a, old;
    char *cookie;
    struct session *s;
    int64_t id = officer("binh", "Trần Thị Bình");

    (void)state;
    assert_int_equal(OK, auth_account_get(&c, id, &a));
    assert_int_equal(OK, auth_session_open(&c, id, &cookie));
    old = a;
    a.phone = "0912345678";
    assert_int_equal(OK, auth_account_save(&c, &a));
    assert_int_equal(E_CONFLICT, auth_account_save(&c, &old));      /* two officers, one screen */
    assert_int_equal(OK, auth_account_get(&c, id, &a));
    assert_string_equal("0912345678", a.phone);
    a.active = false;
    assert_int_equal(OK, auth_account_save(&c, &a));
    assert_int_equal(E_SIGNIN, auth_session_get(&c, cookie, &s));   /* out at once */
}

static void
test_officers_list(void **state)
{
    struct account v[2];
    size_t n;

    (void)state;
    officer("dung", "Đỗ Dũng");
    officer("anh", "Đặng Anh");
    officer("xuan", "Lê Xuân");
    assert_int_equal(OK, auth_officers(&c, 0, "d", "", 0, 2, v, &n));
    assert_int_equal(2, n);
    assert_string_equal("anh", v[0].login);
    assert_string_equal("dung", v[1].login);
    assert_int_equal(OK, auth_officers(&c, 0, "", "do dung", v[1].id, 2, v, &n));
    assert_int_equal(1, n);
    assert_string_equal("xuan", v[0].login);
    assert_int_equal(OK, auth_officers(&c, 0, "xu", "", 0, 2, v, &n));    /* by login */
    assert_int_equal(1, n);
}

static void
test_password_rules(void **state)
{
    static const struct { const char *name, *password, *login; bool good; } T[] = {
        {"nine characters are too few", "abcd12345", "", false},
        {"ten characters will do", "abcd12345x", "", true},
        {"characters are counted, not bytes", "con mèo ờ!", "", true},
        {"what everybody tries first", "1234567890", "", false},
        {"in capitals too", "QWERTYUIOP", "", false},
        {"one character, repeated", "zzzzzzzzzzzz", "", false},
        {"the login inside", "001090012345!", "001090012345", false},
        {"the login with a year", "Nguyen.Lan 2026", "nguyenlan", false},
        {"words of the place alone", "Mật khẩu Hà Nội 2026", "", false},
        {"with signs between", "admin@hanoi#2026", "", false},
        {"a word of the place in a sentence", "Hà Nội mưa phùn tháng ba", "", true},
        {"a breached one", "q1w2e3r4t5y6", "", false},
        {"a breached one with capitals", "Basketball", "", false},
        {"a Vietnamese one", "anhyeuem123", "", false},
        {"small letters alone will do", "xkwvbtrlmo", "", true},
        {"64 characters and more", "một câu rất dài mà chỉ riêng tôi nhớ được, viết ra đây cho "
         "đủ sáu mươi tư ký tự rồi thêm nữa", "", true},
        {"a sentence", "ba con trâu ăn cỏ ven đê", "001090012345", true},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++)
        check(T[i].name, T[i].good, auth_password_fault(T[i].password, T[i].login) == NULL);
    check("a made one is good", true, auth_password_fault(auth_password_make(&c), "an") == NULL);
}

static void
test_password(void **state)
{
    int64_t id = officer("chi", "Phạm Chi");
    char *hash = auth_password_hash(&c, "ba con trâu ăn cỏ");
    struct password p;

    (void)state;
    assert_non_null(hash);
    assert_memory_equal("$argon2id$v=19$m=19456,t=2,p=1$", hash, 31);
    check("the right one", true, auth_password_check(hash, "ba con trâu ăn cỏ"));
    check("a wrong one", false, auth_password_check(hash, "ba con trâu ăn cỏ "));
    check("nobody's", false, auth_password_check(NULL, "ba con trâu ăn cỏ"));

    assert_int_equal(OK, auth_password_get(&c, ACCOUNT_OFFICER, "chi", &p));
    assert_int_equal(id, p.account);
    assert_null(p.hash);                            /* none yet: cannot sign in */
    assert_int_equal(OK, auth_password_set(&c, id, hash, true));
    assert_int_equal(OK, auth_password_get(&c, ACCOUNT_OFFICER, "chi", &p));
    assert_string_equal(hash, p.hash);
    check("temporary", true, p.temporary);
    c.now += 7 * 86400 + 1;
    assert_int_equal(OK, auth_password_get(&c, ACCOUNT_OFFICER, "chi", &p));
    assert_null(p.hash);                            /* a temporary password ends */
    assert_int_equal(OK, auth_password_get(&c, ACCOUNT_OFFICER, "nobody", &p));
    assert_int_equal(0, p.account);
}

/* --- sessions ------------------------------------------------------------------------------- */

static void
test_session(void **state)
{
    int64_t id = officer("em", "Vũ Em");
    char *cookie, *other;
    struct session *s, *t;

    (void)state;
    assert_int_equal(OK, auth_session_open(&c, id, &cookie));
    assert_int_equal(43, strlen(cookie));           /* 256 bits */
    assert_int_equal(OK, auth_session_get(&c, cookie, &s));
    assert_int_equal(id, s->account);
    assert_string_equal("Vũ Em", s->name);
    assert_null(s->token_label);
    check("an officer without roles", true, (s->perms & PERM_BIT(PERM_OFFICER)) != 0);
    check("is no citizen", false, (s->perms & PERM_BIT(PERM_CITIZEN)) != 0);
    assert_int_equal(OK, auth_session_open(&c, id, &other));
    assert_int_equal(OK, auth_session_get(&c, other, &t));
    assert_string_not_equal(s->csrf, t->csrf);
    assert_null(strstr(s->csrf, cookie));
    assert_int_equal(OK, auth_session_close(&c, s->id));
    assert_int_equal(E_SIGNIN, auth_session_get(&c, cookie, &s));
    assert_int_equal(OK, auth_session_get(&c, other, &t));
}

static void
test_session_times(void **state)
{
    int64_t id = officer("giang", "Hà Giang");
    char *cookie;
    struct session *s;

    (void)state;
    assert_int_equal(OK, auth_session_open(&c, id, &cookie));
    for (int64_t t = 0; t < SESSION_ABSOLUTE; t += SESSION_IDLE - 1) {  /* used every hour */
        c.now = START + t;
        assert_int_equal(OK, auth_session_get(&c, cookie, &s));
        check("stale after some minutes", t != 0, s->stale);
        assert_int_equal(OK, auth_session_touch(&c, s->id));
    }
    c.now = START + SESSION_ABSOLUTE;
    assert_int_equal(E_SIGNIN, auth_session_get(&c, cookie, &s));       /* a working day at most */

    assert_int_equal(OK, auth_session_open(&c, id, &cookie));
    c.now += SESSION_IDLE;
    assert_int_equal(E_SIGNIN, auth_session_get(&c, cookie, &s));       /* idle */
    assert_int_equal(E_SIGNIN, auth_session_get(&c, "", &s));
    assert_int_equal(E_SIGNIN, auth_session_get(&c, NULL, &s));
    assert_int_equal(E_SIGNIN, auth_session_get(&c, "' OR 1=1 --", &s));
}

/* The clock was a month ahead when the session was opened, and is set right. */
static void
test_session_of_a_clock_set_back(void **state)
{
    int64_t id = officer("tuonglai", "Lê Tương Lai");
    char *cookie;
    struct session *s;

    (void)state;
    c.now += 30 * 86400;
    assert_int_equal(OK, auth_session_open(&c, id, &cookie));
    assert_int_equal(OK, auth_guess_failed(&c, GUESS_LOOKUP, "x"));
    for (int i = 1; i < 10; i++)
        assert_int_equal(OK, auth_guess_failed(&c, GUESS_LOOKUP, "x"));
    assert_int_equal(E_LIMIT, auth_guess_allowed(&c, GUESS_LOOKUP, "x"));
    c.now -= 30 * 86400;
    assert_int_equal(OK, auth_guess_allowed(&c, GUESS_LOOKUP, "x"));    /* nobody is locked out */
    assert_int_equal(OK, auth_session_get(&c, cookie, &s));
    assert_true(s->stale);
    assert_int_equal(OK, auth_session_touch(&c, s->id));
    assert_int_equal(OK, auth_session_get(&c, cookie, &s));
    assert_false(s->stale);
    for (int64_t end = c.now + SESSION_ABSOLUTE; c.now + 1800 < end;) {
        c.now += 1800;
        assert_int_equal(OK, auth_session_get(&c, cookie, &s));
        assert_int_equal(OK, auth_session_touch(&c, s->id));
    }
    c.now += 1800;
    assert_int_equal(E_SIGNIN, auth_session_get(&c, cookie, &s));       /* nor lives it for ever */
}

static void
test_session_list(void **state)
{
    int64_t a = officer("hai", "Hai"), b = officer("ha", "Hà");
    struct session_row v[5];
    char *cookie, *other;
    struct session *s;
    size_t n;

    (void)state;
    assert_int_equal(OK, auth_session_open(&c, a, &cookie));
    assert_int_equal(OK, auth_session_open(&c, a, &other));
    assert_int_equal(OK, auth_session_note(&c, other, "192.0.2.7", "Firefox"));
    assert_int_equal(OK, auth_session_list(&c, a, 5, v, &n));
    assert_int_equal(2, n);
    assert_string_equal("192.0.2.7", v[0].address);     /* newest first */
    assert_int_equal(E_NOTFOUND, auth_session_end(&c, b, v[0].ref));     /* not b's */
    assert_int_equal(OK, auth_session_end(&c, a, v[0].ref));
    assert_int_equal(E_SIGNIN, auth_session_get(&c, other, &s));
    assert_int_equal(OK, auth_session_close_all(&c, a));
    assert_int_equal(E_SIGNIN, auth_session_get(&c, cookie, &s));
    c.now += SESSION_ABSOLUTE + 1;
    assert_int_equal(OK, auth_sweep(&c));
}

static void
test_token(void **state)
{
    int64_t id = officer("khoa", "Khoa");
    struct reach r = {7, role_perms(ROLE_LEADER)};
    char *reader, *writer;
    struct session *s;

    (void)state;
    assert_int_equal(OK, auth_reach_set(&c, id, &r, 1));
    assert_int_equal(OK, auth_token_create(&c, id, "báo cáo", false, 0, &reader));
    assert_int_equal(OK, auth_token_create(&c, id, "LGSP", true, c.now + 60, &writer));
    assert_int_equal(OK, auth_token_get(&c, reader, &s));
    assert_string_equal("báo cáo", s->token_label);
    check("reads", true, (s->perms & PERM_BIT(PERM_API_READ)) != 0);
    check("does not write", false, (s->perms & PERM_BIT(PERM_API_WRITE)) != 0);
    check("does not decide", false, (s->perms & PERM_BIT(PERM_DOSSIER_DECIDE)) != 0);
    assert_int_equal(OK, auth_token_get(&c, writer, &s));
    check("writes", true, (s->perms & PERM_BIT(PERM_API_WRITE)) != 0);
    check("no desk", false, (s->perms & PERM_BIT(PERM_SIGNED_IN)) != 0);
    c.now += 60;
    assert_int_equal(E_SIGNIN, auth_token_get(&c, writer, &s));
    assert_int_equal(E_SIGNIN, auth_token_get(&c, "mct_unknown", &s));
    assert_int_equal(E_SIGNIN, auth_session_get(&c, reader, &s));       /* no cookie */
}

/* --- reach ---------------------------------------------------------------------------------- */

static void
test_reach(void **state)
{
    int64_t id = officer("lan", "Lan");
    struct reach two[] = {{9, role_perms(ROLE_INTAKE)}, {7, role_perms(ROLE_SPECIALIST)},
                          {9, role_perms(ROLE_REPORTER)}, {8, 0}};
    struct account a;

    (void)state;
    assert_int_equal(OK, auth_reach_set(&c, id, two, ROWS(two)));
    check("receives in 9", true, auth_reaches(&c, id, 9, PERM_DOSSIER_INTAKE));
    check("and counts there: rows of a unit add up", true, auth_reaches(&c, id, 9, PERM_REPORT));
    check("does not receive in 7", false, auth_reaches(&c, id, 7, PERM_DOSSIER_INTAKE));
    check("a row without permissions is none", false, auth_reaches(&c, id, 8, PERM_DOSSIER_READ));
    assert_int_equal(OK, auth_account_get(&c, id, &a));
    check("the union is on the account", true,
          a.perms == (two[0].perms | two[1].perms | two[2].perms));
    assert_int_equal(OK, auth_reach_set(&c, id, two, 1));
    check("replaced", false, auth_reaches(&c, id, 7, PERM_DOSSIER_READ));
    assert_int_equal(OK, auth_account_get(&c, id, &a));
    a.active = false;
    assert_int_equal(OK, auth_account_save(&c, &a));
    check("who left reaches nothing", false, auth_reaches(&c, id, 9, PERM_DOSSIER_INTAKE));
    a.version++;
    a.active = true;
    assert_int_equal(OK, auth_account_save(&c, &a));
    assert_int_equal(OK, auth_reach_set(&c, id, NULL, 0));
    check("none", false, auth_reaches(&c, id, 9, PERM_DOSSIER_INTAKE));
}

/* ADR 0051: what holds for all, and what for some fields. */
static void
test_reach_by_field(void **state)
{
    int64_t id = officer("dao", "Đào"), read = PERM_BIT(PERM_DOSSIER_READ);
    struct reach v[] = {{7, read, "G15-TP07"}, {9, read, ""}, {9, read, "G15-TP07"},
                        {7, PERM_BIT(PERM_DOSSIER_DECIDE), "G13-TN02"}};
    struct account a;

    (void)state;
    assert_int_equal(OK, auth_reach_set(&c, id, v, ROWS(v)));
    check("not for every field", false, auth_reaches(&c, id, 7, PERM_DOSSIER_READ));
    check("for some", true, auth_reaches_partly(&c, id, 7, PERM_DOSSIER_READ));
    check("each field its own", true, auth_reaches_partly(&c, id, 7, PERM_DOSSIER_DECIDE));
    check("all of 9", true, auth_reaches(&c, id, 9, PERM_DOSSIER_READ));
    check("any procedure of 9", true, auth_reaches_for(&c, id, 9, "1.1", PERM_DOSSIER_READ));
    check("none without a field", false, auth_reaches_for(&c, id, 7, "1.1", PERM_DOSSIER_READ));
    assert_int_equal(OK, auth_account_get(&c, id, &a));
    check("the gate knows both", true, a.perms == (read | PERM_BIT(PERM_DOSSIER_DECIDE)));
    v[0] = (struct reach){7, read, NULL};
    assert_int_equal(OK, auth_reach_set(&c, id, v, 1));
    check("from some to all", true, auth_reaches(&c, id, 7, PERM_DOSSIER_READ));
    check("and nothing else", false, auth_reaches_partly(&c, id, 9, PERM_DOSSIER_READ));
}

/* --- limits against guessing ------------------------------------------------------------------ */

static void
test_guess(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(OK, auth_guess_allowed(&c, GUESS_SIGN_IN_PAIR, "2:an"));
        assert_int_equal(OK, auth_guess_failed(&c, GUESS_SIGN_IN_PAIR, "2:an"));
        c.now += 10;
    }
    assert_int_equal(E_LIMIT, auth_guess_allowed(&c, GUESS_SIGN_IN_PAIR, "2:an"));
    assert_int_equal(15 * 60 - 50, c.retry_after);
    assert_int_equal(OK, auth_guess_allowed(&c, GUESS_SIGN_IN_PAIR, "2:binh"));  /* others may */
    assert_int_equal(OK, auth_guess_allowed(&c, GUESS_LOOKUP, "2:an"));
    c.now += 15 * 60 - 50;
    assert_int_equal(OK, auth_guess_allowed(&c, GUESS_SIGN_IN_PAIR, "2:an"));    /* a new window */
    for (int i = 0; i < 5; i++)
        assert_int_equal(OK, auth_guess_failed(&c, GUESS_SIGN_IN_PAIR, "2:an"));
    assert_int_equal(E_LIMIT, auth_guess_allowed(&c, GUESS_SIGN_IN_PAIR, "2:an"));
    assert_int_equal(OK, auth_guess_cleared(&c, GUESS_SIGN_IN_PAIR, "2:an"));
    assert_int_equal(OK, auth_guess_allowed(&c, GUESS_SIGN_IN_PAIR, "2:an"));
}

/* --- log of accesses -------------------------------------------------------------------------- */

static void
test_log(void **state)
{
    struct seen v[3];
    size_t n;

    (void)state;
    c.account = officer("mai", "Mai");
    assert_int_equal(OK, auth_log_seen(&c, "/can-bo/ho-so/{code}", 11, 0));
    assert_int_equal(OK, auth_log_seen(&c, "/can-bo/nguoi/{id}", 0, 22));
    c.account = 0;
    assert_int_equal(OK, auth_log_seen(&c, "/tra-cuu", 11, 0));
    assert_int_equal(OK, auth_log_list(&c, 11, 0, 0, 3, v, &n));
    assert_int_equal(2, n);
    assert_string_equal("", v[0].name);                 /* a look-up with the secret */
    assert_string_equal("Mai", v[1].name);
    assert_string_equal("/can-bo/ho-so/{code}", v[1].what);
    assert_int_equal(OK, auth_log_list(&c, 0, 22, 0, 3, v, &n));
    assert_int_equal(1, n);
    assert_int_equal(OK, auth_log_list(&c, 0, 0, v[0].id, 3, v, &n));
    assert_int_equal(1, n);                             /* what was before it */
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
    static const struct CMUnitTest T[] = {
        cmocka_unit_test(test_roles), TEST(test_account),       TEST(test_account_save),
        TEST(test_officers_list),     TEST(test_password_rules), TEST(test_password),
        TEST(test_session),           TEST(test_session_times), TEST(test_session_list),
        TEST(test_session_of_a_clock_set_back),
        TEST(test_token),             TEST(test_reach),         TEST(test_guess),
        TEST(test_reach_by_field),
        TEST(test_log),
    };

    return cmocka_run_group_tests(T, NULL, NULL);
}
