/* mandates_test.c - when a mandate serves, who may say what of it, and what the identity says. */
#include "base/test.h"

#include "auth/auth.h"
#include "base/json.h"
#include "db/db.h"
#include "db/testdb.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/mandates/mandates.h"
#include "site/site.h"

#define AN "001191000123"
#define BINH "001088000456"
#define CHI "001191000789"
#define HOUSE "0101234567"
#define DAY(n) ((n) * 86400)

static void
check_text(const char *name, const char *want, const char *is)
{
    if ((want == NULL) != (is == NULL) || (want && strcmp(want, is) != 0))
        fail_msg("%s: \"%s\", not \"%s\"", name, is ? is : "(serves)", want ? want : "(serves)");
}

/* --- pure ------------------------------------------------------------------------------------ */

#define NOT_IN_SCOPE "Quyền đại diện này không gồm thủ tục này"
#define YES MANDATE_CONFIRMED
static const struct {
    const char *name;
    enum mandate_state state;
    enum mandate_scope scope;
    const char *of;
    day ends, today;                    /* it begins on day 100 */
    const char *why;
} SERVES[] = {
    {"confirmed, in its days, for everything", YES, SCOPE_ALL, "", 200, 150, NULL},
    {"on its first day", YES, SCOPE_ALL, "", 200, 100, NULL},
    {"on its last day", YES, SCOPE_ALL, "", 200, 200, NULL},
    {"the day before", YES, SCOPE_ALL, "", 200, 99, "Quyền đại diện này chưa đến ngày bắt đầu"},
    {"the day after", YES, SCOPE_ALL, "", 200, 201, "Quyền đại diện này đã hết hạn"},
    {"without an end", YES, SCOPE_ALL, "", 0, 99999, NULL},
    {"declared with a paper: an officer will look", MANDATE_DECLARED, SCOPE_ALL, "", 200, 150,
     NULL},
    {"ended", MANDATE_ENDED, SCOPE_ALL, "", 200, 150, "Quyền đại diện này đã chấm dứt"},
    {"refused", MANDATE_REFUSED, SCOPE_ALL, "", 200, 150,
     "Quyền đại diện này không được công nhận"},
    {"of the procedure's field", YES, SCOPE_FIELDS, " A G15-TP07 ", 200, 150, NULL},
    {"of another field", YES, SCOPE_FIELDS, " G15-TP ", 200, 150, NOT_IN_SCOPE},
    {"of the procedure", YES, SCOPE_PROCEDURES, " 1.001193 ", 200, 150, NULL},
    {"of a longer code", YES, SCOPE_PROCEDURES, " 1.0011931 ", 200, 150, NOT_IN_SCOPE},
    {"of another dossier", YES, SCOPE_DOSSIER, " H26-1 ", 200, 150, NOT_IN_SCOPE},
    {"of nothing", YES, SCOPE_PROCEDURES, "", 200, 150, NOT_IN_SCOPE},
};

static void
test_serves(void **state)
{
    const struct mandate_use u = {"1.001193", "G15-TP07", ""};

    (void)state;
    for (size_t i = 0; i < ROWS(SERVES); i++) {
        struct mandate m = {.state = SERVES[i].state, .scope = SERVES[i].scope, .begins = 100,
                            .scope_of = SERVES[i].of, .ends = SERVES[i].ends,
                            .evidence = EVIDENCE_PAPER};

        check_text(SERVES[i].name, SERVES[i].why, mandate_why_not(&m, &u, SERVES[i].today));
    }
}

/* --- with a database ------------------------------------------------------------------------- */

static struct ctx c;
static struct site site;

static int64_t
citizen(const char *number, const char *name, bool checked)
{
    struct account a = {.kind = ACCOUNT_CITIZEN, .login = number, .personal_number = number,
                        .name = name, .active = true};
    int64_t id;

    assert_int_equal(auth_account_add(&c, &a, NULL, &id), OK);
    if (checked)
        assert_int_equal(auth_number_verify(&c, number), OK);
    return id;
}

static int64_t an, binh, chi, unchecked;

static void
begin(void)
{
    static const uint8_t KEY[32] = "a key of thirty-two bytes, a key";

    testdb_open(&c);
    site = (struct site){.config = {.mail_server = "", .site_name = "", .base_url = ""},
                         .rules = rules_shipped(c.a), .key = KEY};
    c.site = &site;
    an = citizen(AN, "Nguyễn Thị An", true);
    binh = citizen(BINH, "Trần Văn Bình", true);
    chi = citizen(CHI, "Lê Thị Chi", true);
    unchecked = citizen("001191000999", "Phạm Văn Không", false);
}

/* AN acts for BINH, with a file. */
static struct mandate
declared(enum mandate_kind kind)
{
    static const struct upload FILE_ONE = {
        .field = "tep", .name = "giay.pdf", .mime = "application/pdf", .size = 10,
        .sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"};
    struct mandate m = {.kind = kind, .agent = AN, .agent_name = "An Nguyễn", .person = BINH,
                        .tax_code = HOUSE, .name = "Trần Văn Bình", .scope = SCOPE_ALL,
                        .scope_of = ""};

    c.account = an;
    assert_int_equal(mandate_declare(&c, &m, &FILE_ONE, 1), OK);
    assert_int_equal(m.state, MANDATE_DECLARED);
    return m;
}

static int
own(int64_t account, const char *token, struct mandate *m, enum mandate_side *side)
{
    c.account = account;
    c.faults.n = 0;
    return mandate_get_own(&c, token, m, side);
}

static void
test_sides(void **state)
{
    enum mandate_side side;
    struct mandate m, seen;

    (void)state;
    begin();
    m = declared(MANDATE_AUTHORISATION);
    assert_int_equal(own(an, m.token, &seen, &side), OK);
    assert_int_equal(side, SIDE_AGENT);
    assert_int_equal(seen.ends, date_add_months(vn_day(c.now), 12) - 1);   /* BLDS 563 */
    assert_int_equal(mandate_confirm(&c, &seen, side), E_DENIED);
    assert_int_equal(own(chi, m.token, &seen, &side), E_NOTFOUND);
    assert_int_equal(own(unchecked, m.token, &seen, &side), E_DENIED);
    assert_int_equal(own(binh, "khongco", &seen, &side), E_NOTFOUND);
    assert_int_equal(own(binh, m.token, &seen, &side), OK);
    assert_int_equal(side, SIDE_PERSON);
    assert_int_equal(mandates_waiting(&c), 1);
    assert_int_equal(mandate_confirm(&c, &seen, side), OK);
    assert_int_equal(mandates_waiting(&c), 0);
    assert_int_equal(mandate_refuse(&c, &seen, side, ""), E_CONFLICT);
    assert_int_equal(mandate_end(&c, &seen, side, "Thôi"), OK);
    assert_int_equal(mandate_end(&c, &seen, side, "Thôi"), E_CONFLICT);
    assert_int_equal(mandate_end(&c, &m, SIDE_PERSON, ""), E_CONFLICT);    /* an old screen */
    testdb_close(&c);
}

static void
test_confirmed_by(void **state)
{
    enum mandate_side side;
    struct mandate m;

    (void)state;
    begin();
    m = declared(MANDATE_GUARDIAN);
    assert_int_equal(m.ends, 0);
    c.account = binh;
    /* A ward's word is no proof. */
    assert_int_equal(mandate_confirm(&c, &m, SIDE_PERSON), E_CONFLICT);
    assert_int_equal(mandate_confirm(&c, &m, SIDE_OFFICER), OK);
    m = declared(MANDATE_LEGAL);
    assert_int_equal(own(binh, m.token, &m, &side), E_NOTFOUND);
    assert_int_equal(mandate_refuse(&c, &m, SIDE_OFFICER, "Giấy giả"), OK);
    assert_int_equal(m.state, MANDATE_REFUSED);
    testdb_close(&c);
}

static const struct { const char *name; struct mandate m; int rc; } REFUSED[] = {
    {"without a file", {.kind = MANDATE_AUTHORISATION, .agent = AN, .person = BINH,
     .scope = SCOPE_ALL}, E_INVALID},
    {"for oneself", {.kind = MANDATE_AUTHORISATION, .agent = AN, .person = AN,
     .scope = SCOPE_ALL}, E_INVALID},
    {"of two others", {.kind = MANDATE_AUTHORISATION, .agent = CHI, .person = BINH,
     .scope = SCOPE_ALL}, E_DENIED},
    {"a member of somebody else's house", {.kind = MANDATE_MEMBER, .agent = CHI,
     .tax_code = HOUSE, .scope = SCOPE_ALL}, E_DENIED},
    {"a guardian that the ward makes", {.kind = MANDATE_GUARDIAN, .agent = CHI, .person = AN,
     .scope = SCOPE_ALL}, E_DENIED},
    {"no tax code", {.kind = MANDATE_LEGAL, .agent = AN, .tax_code = "12",
     .scope = SCOPE_ALL}, E_INVALID},
    {"by law for one dossier", {.kind = MANDATE_LEGAL, .agent = AN, .tax_code = HOUSE,
     .scope = SCOPE_DOSSIER, .scope_of = " H26.X.00070-261122-0001 "}, E_INVALID},
    {"a dossier that is no code", {.kind = MANDATE_AUTHORISATION, .agent = AN, .person = BINH,
     .scope = SCOPE_DOSSIER, .scope_of = " X "}, E_INVALID},
    {"of the past", {.kind = MANDATE_AUTHORISATION, .agent = AN, .person = BINH,
     .scope = SCOPE_ALL, .begins = 100, .ends = 101}, E_INVALID},
    {"no kind", {.agent = AN, .person = BINH, .scope = SCOPE_ALL}, E_INVALID},
    {"no scope", {.kind = MANDATE_AUTHORISATION, .agent = AN, .person = BINH}, E_INVALID},
};

static void
test_refused(void **state)
{
    (void)state;
    begin();
    for (size_t i = 0; i < ROWS(REFUSED); i++) {
        struct mandate m = REFUSED[i].m;
        int rc;

        m.name = m.agent_name = "Một cái tên";
        m.person = m.person ? m.person : "";
        m.tax_code = m.tax_code ? m.tax_code : "";
        m.scope_of = m.scope_of ? m.scope_of : "";
        c.account = an;
        c.faults.n = 0;
        rc = mandate_declare(&c, &m, NULL, 0);
        if (rc != REFUSED[i].rc)
            fail_msg("%s: %d, not %d", REFUSED[i].name, rc, REFUSED[i].rc);
    }
    testdb_close(&c);
}

/* The identity makes a representative by law, who names another, who acts. */
static void
test_house(void **state)
{
    struct mandate m = {.kind = MANDATE_MEMBER, .agent = CHI, .agent_name = "Lê Thị Chi",
                        .tax_code = HOUSE, .person = "", .name = "x", .scope = SCOPE_ALL,
                        .scope_of = ""}, used;
    const struct mandate_use u = {"1.001193", "G15-TP07", ""};
    mandate_list l = {0};

    (void)state;
    begin();
    assert_int_equal(mandates_claimed(&c, an, "", ""), OK);
    assert_int_equal(mandates_claimed(&c, an, HOUSE, "Công ty An Bình"), OK);
    assert_int_equal(mandates_claimed(&c, an, HOUSE, "Công ty An Bình"), OK);
    c.now += DAY(40);
    assert_int_equal(mandates_claimed(&c, an, HOUSE, "Công ty An Bình"), OK);
    c.account = an;
    assert_int_equal(mandates_houses(&c, &l), OK);
    assert_int_equal(l.n, 1);
    assert_int_equal(l.p[0].ends, date_add_months(vn_day(c.now), 12) - 1);
    assert_string_equal(l.p[0].name, "Công ty An Bình");
    m.name = "Tên người khai";
    m.ends = date_add_months(vn_day(c.now), 40);
    assert_int_equal(mandate_declare(&c, &m, NULL, 0), E_INVALID);         /* longest: 36 months */
    m.ends = 0;
    c.faults.n = 0;
    assert_int_equal(mandate_declare(&c, &m, NULL, 0), OK);
    assert_int_equal(m.state, MANDATE_CONFIRMED);
    assert_string_equal(m.name, "Công ty An Bình");     /* who is surer names it */
    assert_int_equal(mandate_use(&c, m.token, &u, &used), E_NOTFOUND);     /* is not the agent */
    c.account = chi;
    assert_int_equal(mandate_use(&c, m.token, &u, &used), OK);
    assert_int_equal(mandate_end(&c, &used, SIDE_AGENT, ""), OK);
    assert_int_equal(mandate_use(&c, m.token, &u, &used), E_CONFLICT);
    c.now += DAY(400);                                  /* the identity says it no more */
    l.n = 0;
    c.account = an;
    assert_int_equal(mandates_houses(&c, &l), OK);
    assert_int_equal(l.n, 0);
    testdb_close(&c);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_serves),  cmocka_unit_test(test_sides),
        cmocka_unit_test(test_confirmed_by), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_house),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
