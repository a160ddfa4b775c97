/* The tree over the tables, beyond one tile of 256 leaves; notes and proofs as bytes. */
#include "base/test.h"

#include <string.h>

#include "base/hash.h"
#include "db/testdb.h"
#include "mod/audit/check.h"
#include "site/site.h"

enum { LEAVES = 1100, PIECE = 97 };

static const uint8_t KEY[32] = "a key of tests, thirty-two bytes";
static struct site site = {.key = KEY};
static struct ctx c;
static merkle_hash leaves[LEAVES];

static int
set_up(void **state)
{
    (void)state;
    testdb_open(&c);
    c.site = &site;
    c.now = 1795453200;
    for (int i = 0; i < LEAVES; i++)
        leaves[i] = merkle_leaf(&i, sizeof i);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    testdb_close(&c);
    return 0;
}

static merkle_hash
root_of(int64_t n)
{
    struct merkle m = {0};

    for (int64_t i = 0; i < n; i++)
        merkle_add(&m, &leaves[i], NULL, NULL);
    return merkle_top(&m);
}

static void
append(int64_t from, int64_t n)
{
    struct seal_leaf v[PIECE] = {0};

    for (int64_t i = 0; i < n; i++)
        v[i] = (struct seal_leaf){.kind = AUDIT_DOSSIER, .owner = from + i + 1, .version = 1,
                                  .hash = leaves[from + i]};
    assert_int_equal(db_begin(&c, DB_READ_WRITE), OK);
    assert_int_equal(seal_append(&c, v, (size_t)n), OK);
    assert_int_equal(db_commit(&c), OK);
    assert_int_equal(v[n - 1].position, from + n - 1);
}

static void
test_the_tree_grows_in_pieces(void **state)
{
    merkle_hash path[MERKLE_PATH], a, b, want;
    size_t n;

    (void)state;
    for (int64_t at = 0; at < LEAVES; at += PIECE)
        append(at, LEAVES - at < PIECE ? LEAVES - at : PIECE);
    for (int64_t size = 1; size <= LEAVES; size += 109) {
        want = root_of(size);
        assert_int_equal(merkle_root(seal_get, &c, size, &a), OK);
        assert_true(merkle_equal(&a, &want));
    }
    want = root_of(LEAVES);
    for (int64_t i = 0; i < LEAVES; i += 53) {
        assert_int_equal(merkle_inclusion(seal_get, &c, i, LEAVES, path, &n), OK);
        assert_true(merkle_included(&leaves[i], i, LEAVES, path, n, &want));
    }
    for (int64_t from = 1; from < LEAVES; from += 71) {
        b = root_of(from);
        assert_int_equal(merkle_consistency(seal_get, &c, from, LEAVES, path, &n), OK);
        assert_true(merkle_consistent(from, &b, LEAVES, &want, path, n));
    }
}

/* An event is sealed once. */
static void
test_a_leaf_is_refused_twice(void **state)
{
    struct seal_leaf again = {.kind = AUDIT_DOSSIER, .owner = 1, .version = 1};

    (void)state;
    assert_int_equal(db_begin(&c, DB_READ_WRITE), OK);
    assert_true(seal_append(&c, &again, 1) < 0);
    db_rollback(&c);
    c.err = (struct err){0};
}

/* --- notes --------------------------------------------------------------------------------- */

static void
test_a_note_is_read_back(void **state)
{
    const char *text, *whole;
    struct note n;

    (void)state;
    text = note_text(c.a, "a.example.vn/nhat-ky-niem-phong", 1234, &leaves[0], 1795453200, true);
    assert_non_null(text);
    whole = note_unsigned(c.a, text);
    assert_null(note_read(c.a, whole, strlen(whole), &n));
    assert_string_equal(n.text, text);
    assert_string_equal(n.origin, "a.example.vn/nhat-ky-niem-phong");
    assert_int_equal(n.size, 1234);
    assert_int_equal(n.at, 1795453200);
    assert_true(n.whole);
    assert_int_equal(n.n, 0);
    assert_true(merkle_equal(&n.root, &leaves[0]));
    assert_int_equal(note_verify(c.a, NULL, &n, NULL), NOTE_UNSIGNED);
    assert_null(note_text(c.a, "has a blank", 1, &leaves[0], 1, true));
    assert_null(note_text(c.a, "", 1, &leaves[0], 1, true));
}

#define ROOT "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=\n"
static const struct { const char *text, *why; } BAD[] = {
    {"", "is no text of at most 8,192 bytes"},
    {"a\n1\n" ROOT, "has no empty line"},
    {"a\n1\n\n", "has no three lines"},
    {"a b\n1\n" ROOT "\n", "its first line is no name of a log"},
    {"a\n-1\n" ROOT "\n", "its second line is no number"},
    {"a\n01\n" ROOT "\n", "its second line is no number"},
    {"a\n99999999999999999999\n" ROOT "\n", "its second line is no number"},
    {"a\n1\nAAAA\n\n", "its third line is no hash"},
    {"a\n1\n" ROOT "\n- a AAAAAAAA\n", "a line of the signatures does not begin with a dash"},
    {"a\n1\n" ROOT "\n\xe2\x80\x94 a\n", "a signature cannot be read"},
    {"a\n1\n" ROOT "\n\xe2\x80\x94 a AAAA\n", "a signature cannot be read"},
    {"a\n1\n" ROOT "\n\xe2\x80\x94 a AAAAAAAA", "its last line has no end"},
    {"\xff\n1\n" ROOT "\n", "is no text of at most 8,192 bytes"},
};

static void
test_bad_notes_are_refused(void **state)
{
    struct note n;

    (void)state;
    for (size_t i = 0; i < ROWS(BAD); i++) {
        const char *why = note_read(c.a, BAD[i].text, strlen(BAD[i].text), &n);

        if (!why || strcmp(why, BAD[i].why) != 0)
            fail_msg("%zu: %s", i, why ? why : "it was taken");
    }
}

/* --- the journal ---------------------------------------------------------------------------- */

static void
test_acts_are_chained_by_lane(void **state)
{
    char *big = arena_get(c.a, 40000);
    json_t *data;
    act_list v = {0};

    (void)state;
    memset(big, 'x', 39999);
    data = json_pack("{s:s}", "noi-dung", big);
    for (int i = 0; i < 6; i++) {
        db_lane_set(c.db, i % 2 ? 9 : 0);
        assert_int_equal(db_begin(&c, DB_READ_WRITE), OK);
        assert_int_equal(audit_act(&c, "/quan-tri/x", "", i == 4 ? data : NULL), OK);
        assert_int_equal(db_commit(&c), OK);
    }
    json_decref(data);
    db_lane_set(c.db, 0);
    assert_int_equal(acts_after(&c, 9, 0, 10, &v), OK);
    assert_int_equal(v.n, 3);
    assert_string_equal(v.p[1].hash, act_hash(c.a, v.p[0].hash, &v.p[1]));
    v = (act_list){0};
    assert_int_equal(acts_newest(&c, 0, 2, &v), OK);
    assert_int_equal(v.n, 2);
    assert_non_null(strstr(v.p[1].data, "\"sha256\":"));
    assert_true(strlen(v.p[1].data) < 200);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_tree_grows_in_pieces),
        cmocka_unit_test(test_a_leaf_is_refused_twice),
        cmocka_unit_test(test_a_note_is_read_back),
        cmocka_unit_test(test_bad_notes_are_refused),
        cmocka_unit_test(test_acts_are_chained_by_lane),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
