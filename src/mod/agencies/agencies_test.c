/* One row, one fact: codes, names, the tree through the reform of 01/07/2025, reach. */
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "auth/auth.h"
#include "base/buf.h"
#include "base/file.h"
#include "db/testdb.h"
#include "mod/agencies/agencies_manage.h"

static struct ctx c;
static struct agencies_snapshot *s;

static void
check(const char *name, bool want, bool got)
{
    if (want != got) {
        print_error("%s: want %s\n", name, want ? "true" : "false");
        _fail(__FILE__, __LINE__);
    }
}

static void
same(const char *name, const char *want, const char *got)
{
    if (strcmp(want, got) != 0) {
        print_error("%s: want \"%s\", got \"%s\"\n", name, want, got);
        _fail(__FILE__, __LINE__);
    }
}

static day
on(const char *iso)
{
    day n = 0;

    assert_true(date_parse(iso, &n));
    return n;
}

static void
print_fault(void *to, const char *path, int line, int column, const char *sentence)
{
    (void)to;
    print_error("%s:%d:%d: %s\n", path, line, column, sentence);
}

static int
set_up(void **state)
{
    (void)state;
    testdb_open(&c);
    c.now = vn_utc(on("2026-11-23"), 9 * 60);
    assert_int_equal(OK, db_begin(&c, DB_READ_WRITE));      /* one commit, not a thousand */
    assert_int_equal(OK, agencies_file_import(&c, "catalogue/agencies.yaml", print_fault, NULL));
    assert_int_equal(OK, db_commit(&c));
    s = agencies_snapshot_load(&c);
    assert_non_null(s);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    agencies_snapshot_free(s);
    testdb_close(&c);
    return 0;
}

/* --- pure ----------------------------------------------------------------------------------- */

static void
test_codes(void **state)
{
    static const struct { const char *code, *want; } T[] = {
        {"H26", "H26"},
        {"H26.16", "H26.16"},
        {"H26.103.25", "H26.103.25"},
        {"H21.24.01.12", "H21.24.01.12"},
        {"H26.X.00070", "H26.X.00070"},
        {"G15", "G15"},
        {"000.00.16.H26", "H26.16"},            /* QCVN 102: read from right to left */
        {"000.00.00.H26", "H26"},
        {"001.25.03.H26", "H26.03.25.001"},
        {"", NULL},
        {"h26.16", NULL},
        {"H26.", NULL},
        {"H26..16", NULL},
        {".H26", NULL},
        {"26.16", NULL},
        {"00.16.H26", NULL},                    /* three groups are neither form */
        {"H26.16 ", NULL},
        {"H26.1'6", NULL},
        {"H26.111111111", NULL},
        {"H26.11111111.11111111.11111111.111111", NULL},    /* 36 characters */
    };
    struct arena *a = arena_open(1 << 20);

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        char *got = agency_code_parse(a, T[i].code);

        check(T[i].code, T[i].want != NULL, got != NULL);
        if (got)
            same(T[i].code, T[i].want, got);
    }
    arena_close(a);
}

static int
by_key(const void *x, const void *y)
{
    return strcmp(*(char *const *)x, *(char *const *)y);
}

static void
test_order(void **state)
{
    static const char *const T[] = {
        /* as a Vietnamese dictionary orders them */
        "Xã An Khánh",      "Phường Ba Đình", "Xã Ba Vì",
        "Phường Bạch Mai",  "Xã Bát Tràng",   "Xã Bất Bạt",
        "Xã Dân Hòa",       "Xã Đa Phúc",     "Xã Đại Thanh",
        "Phường Định Công", "Phường Láng",    "Phường Lĩnh Nam",
        "Phường Ô Chợ Dừa", "Xã Ô Diên",      "Phường Phú Diễn",
        "Xã Phù Đổng",      "Xã Phú Nghĩa",   "Tổ 2",
        "Xã Ứng Hòa",       "Xã Vân Đình",
    };
    struct arena *a = arena_open(1 << 20);
    char *keys[ROWS(T)], *sorted[ROWS(T)];

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++)
        sorted[i] = keys[i] = agency_sort_key(a, T[i]);
    qsort(sorted, ROWS(T), sizeof *sorted, by_key);
    for (size_t i = 0; i < ROWS(T); i++)
        same(T[i], keys[i], sorted[i]);
    arena_close(a);
}

static void
test_office_name(void **state)
{
    static const struct { enum agency_type type; const char *name, *want; } T[] = {
        {AGENCY_COMMUNE, "Phường Hoàn Kiếm", "UBND phường Hoàn Kiếm"},
        {AGENCY_COMMUNE, "Xã Sóc Sơn", "UBND xã Sóc Sơn"},
        {AGENCY_DISTRICT, "Quận Ba Đình", "UBND quận Ba Đình"},
        {AGENCY_CITY, "Thành phố Hà Nội", "UBND Thành phố Hà Nội"},
        {AGENCY_DEPARTMENT, "Sở Tư pháp", "Sở Tư pháp"},
        {AGENCY_VILLAGE, "Thôn Đông", "Thôn Đông"},
    };
    struct arena *a = arena_open(1 << 20);

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++)
        same(T[i].name, T[i].want,
             agency_office_name(a, &(struct agency){.type = T[i].type, .name = T[i].name}));
    arena_close(a);
}

/* --- the shipped tree ------------------------------------------------------------------------- */

static void
test_counts(void **state)
{
    static const struct {
        const char *name;
        enum agency_type type;
        const char *on;
        size_t want;
    } T[] = {
        {"two-tier government: 126 communes", AGENCY_COMMUNE, "2025-07-01", 126},
        {"today as well", AGENCY_COMMUNE, "2026-11-23", 126},
        {"30 districts until 30/06/2025", AGENCY_DISTRICT, "2025-06-30", 30},
        {"none since", AGENCY_DISTRICT, "2025-07-01", 0},
        {"one city", AGENCY_CITY, "2026-11-23", 1},
    };
    struct agency_list all = agencies_all(s);
    size_t wards = 0;

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        size_t n = 0;

        for (size_t j = 0; j < all.n; j++)
            n += all.p[j]->type == T[i].type && agency_exists(all.p[j], on(T[i].on));
        if (n != T[i].want)
            print_error("%s: %zu\n", T[i].name, n);
        assert_int_equal(T[i].want, n);
    }
    assert_int_equal(126, agencies_communes(s).n);
    for (size_t j = 0; j < 126; j++)
        wards += strncmp(agencies_communes(s).p[j]->name, "Phường ", strlen("Phường ")) == 0;
    assert_int_equal(51, wards);
    same("the list begins", "Xã An Khánh", agencies_communes(s).p[0]->name);
    same("and ends", "Phường Yên Sở", agencies_communes(s).p[124]->name);
}

static void
test_by_date(void **state)
{
    static const struct { const char *code, *on, *want; } T[] = {
        {"H26.X.00004", "2025-06-30", "Phường Trúc Bạch"},      /* the same code, another unit */
        {"H26.X.00004", "2025-07-01", "Phường Ba Đình"},
        {"H26.X.001", "2025-06-30", "Quận Ba Đình"},
        {"H26.X.001", "2025-07-01", NULL},
        {"H26.16", "2026-11-23", "Sở Tư pháp"},
        {"H26.99", "2026-11-23", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        const struct agency *g = agencies_by_code(s, T[i].code, on(T[i].on));

        check(T[i].code, T[i].want != NULL, g != NULL);
        if (g)
            same(T[i].code, T[i].want, g->name);
    }
    same("by unit code", "Phường Hoàn Kiếm",
         agencies_by_unit_code(s, "00070", on("2026-01-01"))->name);
    same("by unit code before", "Phường Hàng Trống",
         agencies_by_unit_code(s, "00070", on("2025-03-01"))->name);
    assert_null(agencies_by_unit_code(s, "", on("2026-01-01")));
    same("the last one of a code", "Phường Ba Đình", agencies_latest(s, "H26.X.00004")->name);
    same("the city", "H26", agencies_root(s, on("2026-01-01"))->code);
}

static const struct agency *
past(const char *code)
{
    const struct agency *g = agencies_by_code(s, code, on("2025-06-30"));

    assert_non_null(g);
    return g;
}

static void
test_continuing(void **state)
{
    static const struct { const char *name, *code, *on, *want; } T[] = {
        {"itself while it exists", "H26.X.00043", "2025-06-30", "Phường Hàng Mã"},
        {"merged whole", "H26.X.00043", "2025-07-01", "Phường Hoàn Kiếm"},
        {"divided: the one of its name first", "H26.X.00073", "2026-01-01", "Phường Cửa Nam"},
        {"a district's dossiers go to the commune of its seat", "H26.X.001", "2025-07-01",
         "Phường Ba Đình"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++)
        same(T[i].name, T[i].want, agencies_continuing(s, past(T[i].code)->id, on(T[i].on))->name);
    assert_null(agencies_continuing(s, past("H26.X.00043")->id, on("2000-01-01")));
    assert_null(agencies_continuing(s, 1, on("2026-01-01")));
    assert_null(agencies_continuing(NULL, 1, on("2026-01-01")));
    check("predecessors are known", true, agencies_latest(s, "H26.X.00070")->before_n > 10);
}

static void
test_within(void **state)
{
    int64_t city = agencies_root(s, on("2026-01-01"))->id;

    (void)state;
    check("a commune lies in the city", true,
          agencies_within(s, agencies_latest(s, "H26.X.00070")->id, city));
    check("an old commune lay in its district", true,
          agencies_within(s, past("H26.X.00004")->id, past("H26.X.001")->id));
    check("and not in another", false,
          agencies_within(s, past("H26.X.00004")->id, past("H26.X.002")->id));
    assert_int_equal(13, agencies_children(s, c.a, past("H26.X.001")->id, on("2025-06-30")).n);
    assert_int_equal(0, agencies_children(s, c.a, past("H26.X.001")->id, on("2025-07-01")).n);
}

/* --- import ----------------------------------------------------------------------------------- */

static void
test_import_again(void **state)
{
    int64_t generation = agencies_generation(&c);
    struct agency g = *agencies_latest(s, "H26.X.00070");

    (void)state;
    g.hotline = "024 3333 4444";
    g.leaders = &(struct leader){"Chủ tịch UBND", "", "024 3333 5555"};
    g.leaders_n = 1;
    assert_int_equal(OK, agencies_edit(&c, s, &g));
    assert_int_not_equal(generation, agencies_generation(&c));
    generation = agencies_generation(&c);
    assert_int_equal(OK, agencies_file_import(&c, "catalogue/agencies.yaml", print_fault, NULL));
    assert_int_equal(generation, agencies_generation(&c));      /* nothing differed */
    agencies_snapshot_free(s);
    s = agencies_snapshot_load(&c);
    same("what people set stays", "024 3333 4444", agencies_latest(s, "H26.X.00070")->hotline);
    assert_int_equal(1, agencies_latest(s, "H26.X.00070")->leaders_n);
}

struct first { int line, column; char sentence[200]; };

static void
keep_first(void *to, const char *path, int line, int column, const char *sentence)
{
    struct first *f = to;

    (void)path;
    if (f->line)
        return;
    *f = (struct first){.line = line, .column = column};
    snprintf(f->sentence, sizeof f->sentence, "%s", sentence);
}

static void
test_faults(void **state)
{
#define CITY "agencies:\n  - {code: H26, name: A, type: city, valid_from: 2008-08-01}\n"
#define ROW "  - {code: H26.1, name: B, type: department, parent: H26, valid_from: 2020-01-01"
    static const struct { const char *text; int line, column; const char *say;
    } T[] = {
        {"", 1, 1, "the file is empty"},
        {"agencies: 5\n", 1, 11, "a list of agencies is expected"},
        {"other: []\n", 1, 1, "unknown key 'other'; the file has one key, agencies"},
        {"agencies:\n  - {code: 'H26\n", 0, 0, "not readable as YAML"},
        {"agencies:\n  - {code: H26, nme: A}\n", 2, 17, "unknown key 'nme'"},
        {"agencies:\n  - {code: H26, code: H26}\n", 2, 17, "key 'code' comes twice"},
        {"agencies:\n  - {code: X, name: A, type: city, valid_from: 2008-08-01}\n", 2, 12,
         "'X' is not an agency code"},
        {"agencies:\n  - {code: H26, name: A, type: town, valid_from: 2008-08-01}\n", 2, 32,
         "'town' is none of city"},
        {"agencies:\n  - {code: H26, name: A, type: city, valid_from: 2008-08-32}\n", 2, 50,
         "'2008-08-32' is not a date"},
        {"agencies:\n  - {code: H26, name: A, type: city}\n", 2, 5, "key 'valid_from' is missing"},
        {CITY ROW ", hotline: gọi sau}\n", 3, 92, "'gọi sau' is not a telephone number"},
        {CITY ROW ", desk: yes}\n", 3, 89, "true or false is expected"},
        {CITY ROW ", valid_to: 2019-12-31}\n", 3, 5, "H26.1: valid_to lies before valid_from"},
        {CITY ROW "}\n" ROW ", unit_code: \"001\"}\n", 4, 5, "H26.1: two agencies have this code"},
        {CITY "  - {code: H26.1, name: B, type: department, parent: H27, valid_from: 2020-01-01}\n",
         3, 54, "H26.1: there is no H27 on 2020-01-01"},
        {CITY "  - {code: H26.1, name: B, type: department, parent: H26, valid_from: 2000-01-01}\n",
         3, 54, "H26.1: there is no H26 on 2000-01-01"},
        {CITY "  - {code: H26.1, name: B, type: village, parent: H26, valid_from: 2020-01-01}\n", 3,
         51, "H26.1: a village cannot lie below city"},
        {CITY ROW ", successors: [{code: H26, relation: full}]}\n", 3, 5,
         "H26.1: successors without valid_to"},
        {CITY ROW ", valid_to: 2025-01-01, successors: [{code: H26.2, relation: full}]}\n", 3, 118,
         "H26.1: there is no H26.2 on 2025-01-02"},
        {CITY ROW ", valid_to: 2025-01-01, successors: [{code: H26}]}\n", 3, 118,
         "a successor needs code and relation"},
        {CITY ROW ", leaders: [{name: C}]}\n", 3, 93, "a leader needs a title"},
        {CITY "  - {code: H26.X.1, name: B, type: commune, parent: H26, valid_from: 2020-01-01}\n",
         3, 5, "H26.X.1: a commune needs its unit_code"},
    };
    const char *path = arena_fmt(c.a, "%s/agencies.yaml", testdb_folder());

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        struct first f = {0};

        assert_int_equal(0, file_write(c.a, path, T[i].text, strlen(T[i].text), 0600));
        check(T[i].say, true, agencies_file_check(c.a, path, keep_first, &f) > 0);
        if (strncmp(T[i].say, f.sentence, strlen(T[i].say)) != 0 ||
            (T[i].line && (T[i].line != f.line || T[i].column != f.column))) {
            print_error("want %d:%d: %s\n got %d:%d: %s\n", T[i].line, T[i].column, T[i].say,
                        f.line, f.column, f.sentence);
            _fail(__FILE__, __LINE__);
        }
        assert_int_equal(E_INVALID, agencies_file_import(&c, path, NULL, NULL));
    }
    assert_int_equal(agencies_snapshot_generation(s), agencies_generation(&c));
    check("a file that is not there", true,
          agencies_file_check(c.a, "/nowhere/agencies.yaml", NULL, NULL) == 1);
}

/* --- officers, stand-ins, delegation ---------------------------------------------------------- */

static int64_t
officer(const char *login)
{
    struct account a = {.kind = ACCOUNT_OFFICER, .login = login, .name = login, .active = true};
    int64_t id = 0;

    assert_int_equal(OK, auth_account_add(&c, &a, NULL, &id));
    return id;
}

static void
give(int64_t account, enum role role, const char *code, const char *date, const char *from)
{
    struct role_row r = {.account = account, .role = role, .valid_from = on(from),
                         .valid_to = AGENCY_OPEN,
                         .agency = agencies_by_code(s, code, on(date))->id};

    assert_int_equal(OK, agencies_role_give(&c, s, &r));
}

static int64_t
today(const char *code)
{
    return agencies_by_code(s, code, vn_day(c.now))->id;
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
          auth_reaches(&c, ward, today("H26.X.00070"), PERM_DOSSIER_INTAKE));
    check("not in the next ward", false,
          auth_reaches(&c, ward, today("H26.X.00082"), PERM_DOSSIER_INTAKE));
    check("not in the city", false, auth_reaches(&c, ward, today("H26"), PERM_DOSSIER_READ));
    check("reads dossiers of the wards that went into it", true,
          auth_reaches(&c, ward, past("H26.X.00043")->id, PERM_DOSSIER_READ));
    check("and of the district whose seat it was", true,
          auth_reaches(&c, ward, past("H26.X.002")->id, PERM_DOSSIER_READ));
    check("not of other old wards", false,
          auth_reaches(&c, ward, past("H26.X.00004")->id, PERM_DOSSIER_READ));
    check("the city's leader reaches every commune", true,
          auth_reaches(&c, city, today("H26.X.09022"), PERM_DOSSIER_DECIDE));
    check("a merged ward's officer does not come along by himself", false,
          auth_reaches(&c, old, today("H26.X.00070"), PERM_DOSSIER_INTAKE));
    assert_int_equal(OK, auth_account_get(&c, ward, &a));
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
    check("not yet", false, auth_reaches(&c, id, unit, PERM_DOSSIER_INTAKE));
    c.now = vn_utc(on("2026-12-01"), 0);
    assert_int_equal(OK, agencies_reach_rebuild(&c, 0));        /* the daily refresh */
    check("from that day", true, auth_reaches(&c, id, unit, PERM_DOSSIER_INTAKE));
    assert_int_equal(OK, agencies_roles_of(&c, id, &v, &n));
    assert_int_equal(1, n);
    assert_int_equal(OK, agencies_role_end(&c, s, id, v[0].id));
    check("ended: at once", false, auth_reaches(&c, id, unit, PERM_DOSSIER_INTAKE));
    assert_int_equal(E_CONFLICT, agencies_role_end(&c, s, id, v[0].id));
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
    assert_int_equal(OK, agencies_stand_in_set(&c, &v));
    assert_int_equal(OK, agencies_stand_in_set(&c, &w));
    check("signs for the absent leader", true, auth_reaches(&c, deputy, unit, PERM_DOSSIER_DECIDE));
    check("does not hand that on", false, auth_reaches(&c, third, unit, PERM_DOSSIER_DECIDE));
    assert_int_equal(OK, agencies_staff(&c, unit, ROLE_LEADER, staff, 4, &n));
    assert_int_equal(2, n);
    assert_int_equal(boss, staff[0].account);
    assert_int_equal(boss, staff[1].absent);
    c.now = vn_utc(on("2026-11-25"), 0);
    assert_int_equal(OK, agencies_reach_rebuild(&c, 0));
    check("until the last day", false, auth_reaches(&c, deputy, unit, PERM_DOSSIER_DECIDE));
    v.valid_to = on("2026-11-01");
    assert_int_equal(E_INVALID, agencies_stand_in_set(&c, &v));
    v.stand_in = boss;
    assert_int_equal(E_INVALID, agencies_stand_in_set(&c, &v));
}

static void
test_delegation(void **state)
{
    struct delegation all = {.from = today("H26.16"), .to = today("H26.100"), .procedure = "",
                             .decision = "01/QĐ-STP", .decided = on("2026-10-01"),
                             .valid_from = on("2026-11-01"), .valid_to = on("2026-12-31")};
    struct delegation one = all;
    day now = vn_day(c.now);

    (void)state;
    one.procedure = "2.000635";
    one.to = today("H26.X.00070");
    assert_int_equal(OK, agencies_delegate(&c, s, &all));
    assert_int_equal(OK, agencies_delegate(&c, s, &one));
    agencies_snapshot_free(s);
    s = agencies_snapshot_load(&c);
    same("everything else", "H26.100", agencies_acting(s, all.from, "1.000001", now)->code);
    same("the narrower decision wins", "H26.X.00070",
         agencies_acting(s, all.from, "2.000635", now)->code);
    same("before it", "H26.16", agencies_acting(s, all.from, "2.000635", on("2026-10-31"))->code);
    same("after it", "H26.16", agencies_acting(s, all.from, "2.000635", on("2027-01-01"))->code);
    one.to = one.from;
    assert_int_equal(E_INVALID, agencies_delegate(&c, s, &one));
}

/* --- administration --------------------------------------------------------------------------- */

static void
test_renew(void **state)
{
    int64_t id = officer("renewed"), old = today("H26.X.00070");
    struct agency g = *agencies_latest(s, "H26.X.00070"), again;

    (void)state;
    give(id, ROLE_INTAKE, "H26.X.00070", "2026-01-01", "2026-01-01");
    g.name = "Phường Hồ Gươm";
    g.valid_from = on("2026-11-23");
    again = g;
    assert_int_equal(OK, agencies_renew(&c, s, old, 1, &g));
    assert_int_equal(E_CONFLICT, agencies_renew(&c, s, old, 1, &again));    /* two at one screen */
    agencies_snapshot_free(s);
    s = agencies_snapshot_load(&c);
    same("yesterday", "Phường Hoàn Kiếm",
         agencies_by_code(s, "H26.X.00070", on("2026-11-22"))->name);
    same("today", "Phường Hồ Gươm", agencies_by_code(s, "H26.X.00070", on("2026-11-23"))->name);
    check("officers move along", true, auth_reaches(&c, id, g.id, PERM_DOSSIER_INTAKE));
    check("and keep what was", true, auth_reaches(&c, id, old, PERM_DOSSIER_INTAKE));
    same("a dossier finds it", "Phường Hồ Gươm",
         agencies_continuing(s, past("H26.X.00043")->id, on("2026-11-23"))->name);
}

static void
test_end(void **state)
{
    const struct agency *g = agencies_latest(s, "H26.X.00070");
    struct agency_link to = {today("H26.X.00082"), SUCCESSION_FULL};

    (void)state;
    assert_int_equal(E_INVALID, agencies_end(&c, s, g->id, g->version, on("2024-01-01"), &to, 1));
    assert_int_equal(E_INVALID, agencies_end(&c, s, g->id, g->version, on("2026-12-31"), NULL, 0));
    c.faults.n = 0;             /* another request */
    assert_int_equal(OK, agencies_end(&c, s, g->id, g->version, on("2026-12-31"), &to, 1));
    agencies_snapshot_free(s);
    s = agencies_snapshot_load(&c);
    same("its work goes on", "Phường Cửa Nam",
         agencies_continuing(s, past("H26.X.00043")->id, on("2027-01-01"))->name);
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
    c.account = id;
    assert_int_equal(E_DENIED, agencies_role_give(&c, s, &r));     /* another ward's */
    r.account = mine;
    r.agency = today("H26.X.00070");
    assert_int_equal(OK, agencies_role_give(&c, s, &r));
    r.role = ROLE_NONE;
    assert_int_equal(E_INVALID, agencies_role_give(&c, s, &r));
    assert_int_equal(OK, agencies_add(&c, s, &g));
    g.parent = today("H26.X.00082");
    g.code = "H26.X.00082.01";
    assert_int_equal(E_DENIED, agencies_add(&c, s, &g));
    check("may manage the own officer", true, agencies_may_manage(&c, mine) == OK);
    c.account = 0;
    give(other, ROLE_INTAKE, "H26.X.00082", "2026-01-01", "2026-01-01");
    c.account = id;
    check("not another ward's", true, agencies_may_manage(&c, other) == E_NOTFOUND);
    check("not a role above the own", true,
          agencies_end(&c, s, today("H26"), 1, on("2027-01-01"), NULL, 0) == E_DENIED);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
    static const struct CMUnitTest T[] = {
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_office_name),
        TEST(test_counts),
        TEST(test_by_date),
        TEST(test_continuing),
        TEST(test_within),
        TEST(test_import_again),
        TEST(test_faults),
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
