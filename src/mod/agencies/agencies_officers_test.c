/* Who works where: reach, dates of roles, stand-ins, delegation, what administrators may change. */
#include "mod/agencies/agencies_testing.h"

#include "auth/auth.h"

static struct tree t;

static int
set_up(void **state)
{
    (void)state;
    tree_open(&t);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    tree_close(&t);
    return 0;
}

static const struct agency *
past(const char *code)
{
    return tree_past(&t, code);
}

static int64_t
today(const char *code)
{
    return tree_today(&t, code);
}

static int64_t
officer(const char *login)
{
    struct account a = {.kind = ACCOUNT_OFFICER, .login = login, .name = login, .active = true};
    int64_t id = 0;

    assert_int_equal(OK, auth_account_add(&t.c, &a, NULL, &id));
    return id;
}

static void
give(int64_t account, enum role role, const char *code, const char *date, const char *from)
{
    struct role_row r = {.account = account, .role = role, .valid_from = on(from),
                         .valid_to = AGENCY_OPEN,
                         .agency = agencies_by_code(t.s, code, on(date))->id};

    assert_int_equal(OK, agencies_role_give(&t.c, t.s, &r));
}

static void
test_reach(void **state)
{
    int64_t ward = officer("ward"), city = officer("city"), old = officer("old");
    struct account a;

    (void)state;
    give(ward, ROLE_INTAKE, "H26.X.00070", "2026-01-01", "2026-01-01");
    give(city, ROLE_LEADER, "H26", "2026-01-01", "2026-01-01");
    give(old, ROLE_INTAKE, "H26.X.00043", "2025-06-30", "2025-01-01");
    check("receives in the own ward", true,
          auth_reaches(&t.c, ward, today("H26.X.00070"), PERM_DOSSIER_INTAKE));
    check("not in the next ward", false,
          auth_reaches(&t.c, ward, today("H26.X.00082"), PERM_DOSSIER_INTAKE));
    check("not in the city", false, auth_reaches(&t.c, ward, today("H26"), PERM_DOSSIER_READ));
    check("reads dossiers of the wards that went into it", true,
          auth_reaches(&t.c, ward, past("H26.X.00043")->id, PERM_DOSSIER_READ));
    check("and of the district whose seat it was", true,
          auth_reaches(&t.c, ward, past("H26.X.002")->id, PERM_DOSSIER_READ));
    check("not of other old wards", false,
          auth_reaches(&t.c, ward, past("H26.X.00004")->id, PERM_DOSSIER_READ));
    check("the city's leader reaches every commune", true,
          auth_reaches(&t.c, city, today("H26.X.09022"), PERM_DOSSIER_DECIDE));
    check("a merged ward's officer does not come along by himself", false,
          auth_reaches(&t.c, old, today("H26.X.00070"), PERM_DOSSIER_INTAKE));
    assert_int_equal(OK, auth_account_get(&t.c, ward, &a));
    assert_int_equal(today("H26.X.00070"), a.home_unit);
}

static void
test_role_dates(void **state)
{
    int64_t id = officer("later"), unit = today("H26.X.00070");
    struct role_row *v;
    size_t n;

    (void)state;
    give(id, ROLE_INTAKE, "H26.X.00070", "2026-01-01", "2026-12-01");
    check("not yet", false, auth_reaches(&t.c, id, unit, PERM_DOSSIER_INTAKE));
    t.c.now = vn_utc(on("2026-12-01"), 0);
    assert_int_equal(OK, agencies_reach_rebuild(&t.c, 0));        /* the daily refresh */
    check("from that day", true, auth_reaches(&t.c, id, unit, PERM_DOSSIER_INTAKE));
    assert_int_equal(OK, agencies_roles_of(&t.c, id, &v, &n));
    assert_int_equal(1, n);
    assert_int_equal(OK, agencies_role_end(&t.c, t.s, id, v[0].id));
    check("ended: at once", false, auth_reaches(&t.c, id, unit, PERM_DOSSIER_INTAKE));
    assert_int_equal(E_CONFLICT, agencies_role_end(&t.c, t.s, id, v[0].id));
}

static void
test_stand_in(void **state)
{
    int64_t boss = officer("boss"), deputy = officer("deputy"), third = officer("third");
    int64_t unit = today("H26.X.00070");
    struct stand_in v = {.absent = boss, .stand_in = deputy, .valid_from = on("2026-11-23"),
                         .valid_to = on("2026-11-24"), .reason = "Nghỉ phép"};
    struct stand_in w = {.absent = deputy, .stand_in = third, .valid_from = on("2026-11-23"),
                         .valid_to = on("2026-11-24"), .reason = "Đi công tác"};
    struct staff staff[4];
    size_t n;

    (void)state;
    give(boss, ROLE_LEADER, "H26.X.00070", "2026-01-01", "2026-01-01");
    assert_int_equal(OK, agencies_stand_in_set(&t.c, &v));
    assert_int_equal(OK, agencies_stand_in_set(&t.c, &w));
    check("signs for the absent leader", true,
          auth_reaches(&t.c, deputy, unit, PERM_DOSSIER_DECIDE));
    check("does not hand that on", false, auth_reaches(&t.c, third, unit, PERM_DOSSIER_DECIDE));
    assert_int_equal(OK, agencies_staff(&t.c, unit, ROLE_LEADER, staff, 4, &n));
    assert_int_equal(2, n);
    assert_int_equal(boss, staff[0].account);
    assert_int_equal(boss, staff[1].absent);
    t.c.now = vn_utc(on("2026-11-25"), 0);
    assert_int_equal(OK, agencies_reach_rebuild(&t.c, 0));
    check("until the last day", false, auth_reaches(&t.c, deputy, unit, PERM_DOSSIER_DECIDE));
    v.valid_to = on("2026-11-01");
    assert_int_equal(E_INVALID, agencies_stand_in_set(&t.c, &v));
    v.stand_in = boss;
    assert_int_equal(E_INVALID, agencies_stand_in_set(&t.c, &v));
}

static void
test_delegation(void **state)
{
    struct delegation all = {.from = today("H26.16"), .to = today("H26.100"), .procedure = "",
                             .decision = "01/QĐ-STP", .decided = on("2026-10-01"),
                             .valid_from = on("2026-11-01"), .valid_to = on("2026-12-31")};
    struct delegation one = all;
    day now = vn_day(t.c.now);

    (void)state;
    one.procedure = "2.000635";
    one.to = today("H26.X.00070");
    assert_int_equal(OK, agencies_delegate(&t.c, t.s, &all));
    assert_int_equal(OK, agencies_delegate(&t.c, t.s, &one));
    tree_reload(&t);
    same("everything else", "H26.100", agencies_acting(t.s, all.from, "1.000001", now)->code);
    same("the narrower decision wins", "H26.X.00070",
         agencies_acting(t.s, all.from, "2.000635", now)->code);
    same("before it", "H26.16", agencies_acting(t.s, all.from, "2.000635", on("2026-10-31"))->code);
    same("after it", "H26.16", agencies_acting(t.s, all.from, "2.000635", on("2027-01-01"))->code);
    one.to = one.from;
    assert_int_equal(E_INVALID, agencies_delegate(&t.c, t.s, &one));
}

/* --- administration --------------------------------------------------------------------------- */

static void
test_renew(void **state)
{
    int64_t id = officer("renewed"), old = today("H26.X.00070");
    struct agency g = *agencies_latest(t.s, "H26.X.00070"), again;

    (void)state;
    give(id, ROLE_INTAKE, "H26.X.00070", "2026-01-01", "2026-01-01");
    g.name = "Phường Hồ Gươm";
    g.valid_from = on("2026-11-23");
    again = g;
    assert_int_equal(OK, agencies_renew(&t.c, t.s, old, 1, &g));
    assert_int_equal(E_CONFLICT, agencies_renew(&t.c, t.s, old, 1, &again)); /* two at a screen */
    tree_reload(&t);
    same("yesterday", "Phường Hoàn Kiếm",
         agencies_by_code(t.s, "H26.X.00070", on("2026-11-22"))->name);
    same("today", "Phường Hồ Gươm", agencies_by_code(t.s, "H26.X.00070", on("2026-11-23"))->name);
    check("officers move along", true, auth_reaches(&t.c, id, g.id, PERM_DOSSIER_INTAKE));
    check("and keep what was", true, auth_reaches(&t.c, id, old, PERM_DOSSIER_INTAKE));
    same("a dossier finds it", "Phường Hồ Gươm",
         agencies_continuing(t.s, past("H26.X.00043")->id, on("2026-11-23"))->name);
}

static void
test_end(void **state)
{
    const struct agency *g = agencies_latest(t.s, "H26.X.00070");
    struct agency_link to = {today("H26.X.00082"), SUCCESSION_FULL};

    (void)state;
    assert_int_equal(E_INVALID,
                     agencies_end(&t.c, t.s, g->id, g->version, on("2024-01-01"), &to, 1));
    assert_int_equal(E_INVALID,
                     agencies_end(&t.c, t.s, g->id, g->version, on("2026-12-31"), NULL, 0));
    t.c.faults.n = 0;             /* another request */
    assert_int_equal(OK, agencies_end(&t.c, t.s, g->id, g->version, on("2026-12-31"), &to, 1));
    tree_reload(&t);
    same("its work goes on", "Phường Cửa Nam",
         agencies_continuing(t.s, past("H26.X.00043")->id, on("2027-01-01"))->name);
}

static void
test_administrators(void **state)
{
    int64_t id = officer("admin"), other = officer("other"), mine = officer("mine");
    struct role_row r = {.account = other, .role = ROLE_INTAKE, .valid_from = on("2026-01-01"),
                         .valid_to = AGENCY_OPEN, .agency = today("H26.X.00082")};
    struct agency g = {.code = "H26.X.00070.01", .name = "Tổ dân phố số 1", .type = AGENCY_BLOCK,
                       .parent = today("H26.X.00070"), .valid_from = on("2026-01-01"),
                       .valid_to = AGENCY_OPEN, .unit_code = "", .name_en = "", .hotline = "",
                       .phone = "", .email = "", .address = "", .hours = "", .provisional = true};

    (void)state;
    give(id, ROLE_ADMINISTRATOR, "H26.X.00070", "2026-01-01", "2026-01-01");
    t.c.account = id;
    assert_int_equal(E_DENIED, agencies_role_give(&t.c, t.s, &r));     /* another ward's */
    r.account = mine;
    r.agency = today("H26.X.00070");
    assert_int_equal(OK, agencies_role_give(&t.c, t.s, &r));
    r.role = ROLE_NONE;
    assert_int_equal(E_INVALID, agencies_role_give(&t.c, t.s, &r));
    assert_int_equal(OK, agencies_add(&t.c, t.s, &g));
    g.parent = today("H26.X.00082");
    g.code = "H26.X.00082.01";
    assert_int_equal(E_DENIED, agencies_add(&t.c, t.s, &g));
    check("may manage the own officer", true, agencies_may_manage(&t.c, mine) == OK);
    t.c.account = 0;
    give(other, ROLE_INTAKE, "H26.X.00082", "2026-01-01", "2026-01-01");
    t.c.account = id;
    check("not another ward's", true, agencies_may_manage(&t.c, other) == E_NOTFOUND);
    check("not a role above the own", true,
          agencies_end(&t.c, t.s, today("H26"), 1, on("2027-01-01"), NULL, 0) == E_DENIED);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
    static const struct CMUnitTest T[] = {
        TEST(test_reach),
        TEST(test_role_dates),
        TEST(test_stand_in),
        TEST(test_delegation),
        TEST(test_renew),
        TEST(test_end),
        TEST(test_administrators),
    };

    return cmocka_run_group_tests(T, NULL, NULL);
}
