/* Who may be in a dossier, and what each must say. */
#include "base/test.h"

#include "db/testdb.h"
#include "mod/people/people.h"

#define P(r, k, ...) {.role = PARTY_##r, .kind = PARTY_##k, __VA_ARGS__}
#define ME P(APPLICANT, PERSON, .name = "Nguyễn Thị Mai", .personal_number = "001190900001")

static const struct {
    const char *name;
    struct party p[4];
    size_t n;
    const char *fault;              /* the field named; NULL: good */
} T[] = {
    {"one applicant is enough", {ME}, 1, NULL},
    {"nobody is not", {{0}}, 0, "applicant.name"},
    {"a name is needed", {P(APPLICANT, PERSON, .name = "  ")}, 1, "applicant.name"},
    {"a foreigner has no number", {P(APPLICANT, PERSON, .name = "Anna Smith")}, 1, NULL},
    {"a number has 12 digits", {P(APPLICANT, PERSON, .name = "A", .personal_number = "123")}, 1,
     "applicant.personal_number"},
    {"a telephone is a telephone", {P(APPLICANT, PERSON, .name = "A", .phone = "12")}, 1,
     "applicant.phone"},
    {"a mail address, too", {P(APPLICANT, PERSON, .name = "A", .email = "x@y")}, 1,
     "applicant.email"},
    {"an organisation has a tax code", {P(APPLICANT, ORGANISATION, .name = "Công ty A")}, 1,
     "applicant.tax_code"},
    {"which may name a branch",
     {P(APPLICANT, ORGANISATION, .name = "Công ty A", .tax_code = "0101234567-001")}, 1, NULL},
    {"the owner may be another", {ME, P(OWNER, PERSON, .name = "Nguyễn Văn Bé")}, 2, NULL},
    {"but one", {ME, P(OWNER, PERSON, .name = "A"), P(OWNER, PERSON, .name = "B")}, 3, "owner"},
    {"who represents says on what basis", {ME, P(REPRESENTATIVE, PERSON, .name = "C")}, 2,
     "representative.basis"},
    {"then it is good",
     {ME, P(REPRESENTATIVE, PERSON, .name = "C", .basis = "Giấy ủy quyền")}, 2, NULL},
};

static void
test_check(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof T / sizeof *T; i++) {
        struct party p[4];
        struct ctx c;
        int rc;

        ctx_init(&c, arena_open(1 << 20));
        memcpy(p, T[i].p, sizeof p);
        rc = people_check(&c, p, T[i].n);
        if ((rc == OK) != (T[i].fault == NULL))
            fail_msg("%s: %d", T[i].name, rc);
        if (T[i].fault && strcmp(c.faults.p[0].name, T[i].fault) != 0)
            fail_msg("%s: %s", T[i].name, c.faults.p[0].name);
        arena_close(c.a);
    }
}

static void
test_canonical_and_stored(void **state)
{
    struct party p[] = {P(APPLICANT, PERSON, .name = "  Nguyễn   Thị Mai ",
                          .personal_number = "001190 900001", .phone = "+84 912 345 678")};
    struct party *back;
    int64_t *owners;
    struct ctx c;
    size_t n;

    (void)state;
    testdb_open(&c);
    assert_int_equal(people_check(&c, p, 1), OK);
    assert_string_equal(p[0].name, "Nguyễn Thị Mai");
    assert_string_equal(p[0].personal_number, "001190900001");
    assert_string_equal(p[0].phone, "0912345678");
    assert_int_equal(people_put(&c, 7, p, 1), OK);
    assert_int_equal(people_put(&c, 8, p, 1), OK);
    assert_int_equal(people_put(&c, 8, p, 1), OK);              /* again: replaced */
    assert_int_equal(people_list(&c, 8, &back, &n), OK);
    assert_int_equal(n, 1);
    assert_string_equal(back[0].phone, "0912345678");
    assert_int_equal(people_owners_by(&c, "0912345678", INT64_MAX, 10, &owners, &n), OK);
    assert_int_equal(n, 2);
    assert_int_equal(owners[0], 8);
    assert_int_equal(people_owners_by(&c, "", INT64_MAX, 10, &owners, &n), OK);
    assert_int_equal(n, 0);                                     /* nothing is no number */
    testdb_close(&c);
}

static void
test_json(void **state)
{
    struct party p[] = {ME, P(REPRESENTATIVE, PERSON, .name = "C", .basis = "Cha")}, *back;
    struct ctx c;
    json_t *j;
    size_t n;

    (void)state;
    ctx_init(&c, arena_open(1 << 20));
    j = people_json(p, 2);
    assert_int_equal(people_from_json(&c, j, &back, &n), OK);
    assert_int_equal(n, 2);
    assert_string_equal(back[1].basis, "Cha");
    assert_int_equal(back[1].role, PARTY_REPRESENTATIVE);
    json_decref(j);
    j = json_pack("[{s:s}]", "role", "nobody");
    assert_int_equal(people_from_json(&c, j, &back, &n), E_INVALID);
    json_decref(j);
    arena_close(c.a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_check), cmocka_unit_test(test_json),
                                       cmocka_unit_test(test_canonical_and_stored)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
