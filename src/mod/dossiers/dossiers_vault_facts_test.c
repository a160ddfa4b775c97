/* What a paper says: what was read and confirmed on its scan goes before what was typed. */
#include "base/test.h"

#include "mod/dossiers/dossiers_vault_facts.h"

static struct paper_fact FACTS[] = {
    {"so", "Số", FACT_NUMBER}, {"ngay", "Ngày", FACT_ISSUED_ON}, {"noi", "Nơi", FACT_ISSUER},
    {"han", "Hạn", FACT_OTHER}};
static struct paper_field FIELDS[] = {
    {"1.1", "so", "gcn_so"}, {"1.1", "ngay", "gcn_ngay"}, {"1.2", "noi", "khac"}};
static const struct paper_type TYPE = {
    .id = "gcn", .facts = {.p = FACTS, .n = 4}, .fields = {.p = FIELDS, .n = 3}};
static const struct paper_type PLAIN = {.id = "khac"};

static const struct {
    const char *name;
    const struct paper_type *type;
    const char *answers, *scanned, *number, *issuer, *day, *facts;
} T[] = {
    {"typed alone", &TYPE,
     "{\"gcn_so\": \"1\", \"gcn_ngay\": \"2001-06-05\", \"khac\": \"x\"}", "{}", "1",
     "", "2001-06-05", "{\"ngay\":\"2001-06-05\",\"so\":\"1\"}"},
    {"the scan is believed", &TYPE, "{\"gcn_so\": \"1\", \"gcn_ngay\": \"2001-06-05\"}",
     "{\"so\": \"2\"}", "2", "", "2001-06-05", "{\"ngay\":\"2001-06-05\",\"so\":\"2\"}"},
    {"days become those of forms", &TYPE, "{}",
     "{\"ngay\": \"07/08/2002\", \"han\": \"1/2/2030\", \"noi\": \"UBND\"}", "", "UBND",
     "2002-08-07", "{\"han\":\"2030-02-01\",\"ngay\":\"2002-08-07\",\"noi\":\"UBND\"}"},
    {"a number is a number", &TYPE, "{}", "{\"so\": \"05/06/2001\"}", "05/06/2001", "", "",
     "{\"so\":\"05/06/2001\"}"},
    {"what is no fact of the kind is left", &TYPE, "{}", "{\"ho_ten\": \"A\", \"so\": \"\"}", "",
     "", "", "{}"},
    {"a kind without facts has number, day, issuer", &PLAIN, "{}",
     "{\"so\": \"9\", \"ngay\": \"01/01/1999\", \"noi\": \"B\"}", "9", "B", "1999-01-01",
     "{\"ngay\":\"1999-01-01\",\"noi\":\"B\",\"so\":\"9\"}"},
};

static void
same(const char *name, const char *want, const char *is)
{
    if (strcmp(want, is) != 0)
        fail_msg("%s: wanted %s, is %s", name, want, is);
}

static void
test_facts(void **state)
{
    const struct procedure p = {.code = "1.1"};
    struct ctx c;

    (void)state;
    ctx_init(&c, arena_open(1 << 20));
    for (size_t i = 0; i < ROWS(T); i++) {
        json_t *answers = json_loads(T[i].answers, 0, NULL);
        json_t *scanned = json_loads(T[i].scanned, 0, NULL);
        struct vault_item it = {.number = "", .issuer = ""};

        vault_take_facts(&c, &p, T[i].type, answers, scanned, &it);
        same(T[i].name, T[i].number, it.number);
        same(T[i].name, T[i].issuer, it.issuer);
        same(T[i].name, T[i].day, it.issued_on ? date_iso(c.a, it.issued_on) : "");
        same(T[i].name, T[i].facts, it.facts);
        json_decref(answers);
        json_decref(scanned);
    }
    arena_close(c.a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_facts)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
