/* papers_vault_test.c - what enters, what takes its place, who sees it, how often it worked. */
#include "base/test.h"

#include "db/db.h"
#include "auth/auth.h"
#include "db/testdb.h"
#include "mod/papers/vault_deep.h"
#include "mod/papers/vault_share.h"

#define AN "001191000123"

static void
check_int(const char *name, int64_t want, int64_t is)
{
    if (want != is)
        fail_msg("%s: %d, not %d", name, (int)is, (int)want);
}


static struct ctx c;

static struct vault_item
paper(const char *type, const char *number, enum vault_source source, int64_t dossier)
{
    return (struct vault_item){.holder = AN, .account = 7, .type = type, .number = number,
                               .source = source, .dossier = dossier, .paper = "giay", .code = "H",
                               .unit = 5, .accepted_by = 9};
}

static struct vault_item
put(struct vault_item it, bool single)
{
    assert_int_equal(vault_put(&c, &it, single), OK);
    return it;
}

static size_t
held(const struct vault_who *who, struct vault_item **out)
{
    size_t n;

    assert_int_equal(vault_held(&c, AN, who, vn_day(c.now), out, &n), OK);
    return n;
}

static const struct vault_who OFFICER = {.number = "", .officer = true};

/* Number of what is there and of what comes, both sources, single; how many hold then, and whose
 * number is first. */
static const struct {
    const char *name, *was, *comes;
    enum vault_source was_source, comes_source;
    bool single;
    size_t n;
    const char *first;
} REPLACED[] = {
    {"the same number, the same source", "12/2026", "12 / 2026", VAULT_DECLARED, VAULT_DECLARED,
     false, 1, "12 / 2026"},
    {"the same number, better seen", "12/2026", "12/2026", VAULT_DECLARED, VAULT_VERIFIED, false,
     1, "12/2026"},
    {"an upload does not displace what was issued", "12/2026", "12/2026", VAULT_ISSUED,
     VAULT_DECLARED, false, 1, "12/2026"},
    {"another number stands beside it", "12/2026", "13/2026", VAULT_DECLARED, VAULT_DECLARED,
     false, 2, "13/2026"},
    {"one a person: the newer", "12/2026", "13/2026", VAULT_DECLARED, VAULT_DECLARED, true, 1,
     "13/2026"},
    {"one a person: but not a worse one", "12/2026", "13/2026", VAULT_ISSUED, VAULT_DECLARED, true,
     1, "12/2026"},
};

static void
test_replaced(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(REPLACED); i++) {
        struct vault_item *v;
        size_t n;

        testdb_open(&c);
        put(paper("a", REPLACED[i].was, REPLACED[i].was_source, 1), REPLACED[i].single);
        put(paper("a", REPLACED[i].comes, REPLACED[i].comes_source, 2), REPLACED[i].single);
        put(paper("b", "1", VAULT_DECLARED, 3), true);          /* another kind is untouched */
        n = held(&OFFICER, &v);
        check_int(REPLACED[i].name, (int64_t)REPLACED[i].n + 1, (int64_t)n);
        for (size_t k = 0; k < n; k++)
            if (strcmp(v[k].type, "a") == 0) {
                assert_string_equal(v[k].number, REPLACED[i].first);
                break;
            }
        testdb_close(&c);
    }
}

/* Another account that types her number: hers stays as it is; the same from a counter is newer. */
static void
test_not_ended_by_strangers(void **state)
{
    struct vault_item mine, theirs = paper("a", "12/2026", VAULT_DECLARED, 2);

    (void)state;
    testdb_open(&c);
    mine = put(paper("a", "12/2026", VAULT_DECLARED, 1), true);
    theirs.account = 8;
    put(theirs, true);
    assert_int_equal(vault_by_id(&c, mine.id, &mine), OK);
    assert_int_equal(mine.state, VAULT_IN_FORCE);
    theirs.account = 0;
    put(theirs, true);
    assert_int_equal(vault_by_id(&c, mine.id, &mine), OK);
    assert_int_equal(mine.state, VAULT_REPLACED);
    testdb_close(&c);
}

static void
test_never_offered_after_its_end(void **state)
{
    struct vault_item it = paper("a", "1", VAULT_VERIFIED, 1), *v;

    (void)state;
    testdb_open(&c);
    it.valid_to = vn_day(c.now) + 10;
    it = put(it, false);
    assert_int_equal(held(&OFFICER, &v), 1);
    c.now += 11 * (int64_t)DAY_SECONDS;
    assert_int_equal(held(&OFFICER, &v), 0);                    /* before the clock came by */
    assert_int_equal(vault_expire(&c), 1);
    assert_int_equal(vault_by_id(&c, it.id, &it), OK);
    assert_int_equal(it.state, VAULT_EXPIRED);
    assert_int_equal(vault_expire(&c), 0);
    it = put(paper("a", "2", VAULT_VERIFIED, 2), false);
    assert_int_equal(vault_end_of(&c, 2, "giay", VAULT_CORRECTED, "sai"), OK);
    assert_int_equal(held(&OFFICER, &v), 0);
    assert_false(vault_has(&c, 2, "giay"));                   /* it may be put in again */
    assert_int_equal(vault_correct(&c, &it), E_CONFLICT);
    testdb_close(&c);
}

static void
test_who_sees(void **state)
{
    const struct { const char *name; struct vault_who who; size_t n; } T[] = {
        {"an officer with a dossier", {.number = "", .officer = true}, 2},
        {"the holder with a checked number", {.number = AN, .account = 1}, 2},
        {"the same number, not checked", {.number = "", .account = 1}, 0},
        {"who handed one in", {.number = "", .account = 7}, 1},
        {"somebody else's checked number", {.number = "001199000009", .account = 1}, 0},
        {"nobody", {.number = ""}, 0},
    };
    struct vault_item it = paper("a", "1", VAULT_VERIFIED, 1), other, *v;

    (void)state;
    testdb_open(&c);
    put(it, false);
    it.account = 0;
    it.number = "2";
    it = put(it, false);
    for (size_t i = 0; i < ROWS(T); i++) {
        check_int(T[i].name, (int64_t)T[i].n, (int64_t)held(&T[i].who, &v));
        check_int(T[i].name, T[i].who.officer || T[i].n == 2 ? OK : E_NOTFOUND,
                  vault_get(&c, it.token, &T[i].who, &other));
    }
    testdb_close(&c);
}

static void
test_counted(void **state)
{
    const struct vault_use both[] = {{.paper = "x", .item = 1, .used = true},
                                     {.paper = "y", .item = 2, .used = true}};
    const struct vault_use one[] = {{.paper = "x", .item = 1, .used = true},
                                    {.paper = "y", .item = 2, .used = false}};
    struct vault_rate r, *is, *counted;
    size_t n, m;

    (void)state;
    testdb_open(&c);
    assert_int_equal(db_begin(&c, DB_READ_WRITE), OK);
    assert_int_equal(vault_choose(&c, 90, &both[0]), OK);     /* a draft is counted nowhere */
    assert_int_equal(vault_used(&c, 100, 90, 5, 202611, both, 2), OK);
    assert_int_equal(vault_used(&c, 101, 0, 5, 202611, one, 2), OK);
    assert_int_equal(vault_used(&c, 102, 0, 6, 202611, NULL, 0), OK);
    assert_int_equal(db_commit(&c), OK);
    assert_int_equal(vault_rate(&c, 5, 202601, 202612, &r), OK);
    assert_int_equal(r.dossiers, 2);
    assert_int_equal(r.spared, 1);
    assert_int_equal(r.could, 4);
    assert_int_equal(r.reused, 3);
    assert_int_equal(vault_rate(&c, 0, 202601, 202612, &r), OK);
    assert_int_equal(r.reused, 3);
    assert_int_equal(vault_rate(&c, 5, 202501, 202512, &r), OK);
    assert_int_equal(r.could, 0);
    assert_int_equal(vault_counted(&c, &is, &n), OK);
    assert_int_equal(vault_recount(&c, &counted, &m), OK);
    assert_int_equal(n, 2);
    assert_int_equal(m, n);
    for (size_t i = 0; i < n; i++)
        assert_memory_equal(&is[i], &counted[i], sizeof *is);
    testdb_close(&c);
}

static void
test_shared(void **state)
{
    struct account an = {.kind = ACCOUNT_CITIZEN, .login = AN, .name = "An",
                         .personal_number = AN, .active = true};
    struct vault_item it, seen;
    struct vault_share s, *all;
    char *token;
    size_t n;

    (void)state;
    testdb_open(&c);
    assert_int_equal(auth_account_add(&c, &an, NULL, &an.id), OK);
    c.account = an.id;
    it = paper("a", "1", VAULT_VERIFIED, 1);
    it.account = an.id;
    it = put(it, false);
    assert_int_equal(vault_share_new(&c, it.id, "Nộp cho trường", 2, &token), OK);
    assert_int_equal(vault_share_find(&c, token, &s, &seen), OK);
    assert_int_equal(seen.id, it.id);
    assert_int_equal(auth_account_get(&c, an.id, &an), OK);
    an.active = false;                                          /* closed: it shares nothing */
    assert_int_equal(auth_account_save(&c, &an), OK);
    assert_int_equal(vault_share_find(&c, token, &s, &seen), E_NOTFOUND);
    assert_int_equal(auth_account_get(&c, an.id, &an), OK);
    an.active = true;
    assert_int_equal(auth_account_save(&c, &an), OK);
    assert_int_equal(vault_share_find(&c, "khong-co", &s, &seen), E_NOTFOUND);
    assert_int_equal(vault_share_find(&c, token, &s, &seen), OK);
    assert_int_equal(vault_share_opened(&c, &s), OK);
    assert_int_equal(vault_shares(&c, it.id, &all, &n), OK);
    assert_int_equal(all[0].opened, 1);
    c.now += 2 * (int64_t)DAY_SECONDS;                        /* its last moment is over */
    assert_int_equal(vault_share_find(&c, token, &s, &seen), E_NOTFOUND);
    assert_int_equal(vault_share_opened(&c, &s), E_NOTFOUND);
    assert_int_equal(vault_share_new(&c, it.id, "Nộp cho trường", 2, &token), OK);
    assert_int_equal(vault_shares(&c, it.id, &all, &n), OK);
    assert_int_equal(vault_share_revoke(&c, it.id, all[0].ref), OK);
    assert_int_equal(vault_share_find(&c, token, &s, &seen), E_NOTFOUND);
    assert_int_equal(vault_share_new(&c, it.id, "x", 0, &token), E_INVALID);
    c.account = 0;
    testdb_close(&c);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replaced), cmocka_unit_test(test_not_ended_by_strangers),
        cmocka_unit_test(test_never_offered_after_its_end),
        cmocka_unit_test(test_who_sees), cmocka_unit_test(test_counted),
        cmocka_unit_test(test_shared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
