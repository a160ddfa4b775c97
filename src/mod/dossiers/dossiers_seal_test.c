/* What was sealed cannot be altered unseen: a hundred random tamperings, each by SQL alone. */
#include "mod/dossiers/dossiers_testing.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "mod/dossiers/dossiers_seal.h"
#include "mod/dossiers/dossiers_seal_inside.h"
#include "mod/dossiers/dossiers_sql.h"
#include "sign/note.h"

enum { TRIES = 100, DOSSIERS = 6, LANE = 41 };
#define ORIGIN "thu.example.vn/nhat-ky-niem-phong"

static struct town t;
static struct dossier ds[DOSSIERS];
static struct note kept;                /* the newest head, as somebody elsewhere has it */
static char said[64 << 10];

static void
say(void *user, const char *line)
{
    (void)user;
    snprintf(said + strlen(said), sizeof said - strlen(said), "%s\n", line);
}

static struct audit_check
look(void)
{
    struct audit_check k = {.say = say, .seen = &kept, .seen_n = kept.size ? 1 : 0};

    said[0] = '\0';
    assert_int_equal(audit_check_begin(&t.c, &k), OK);
    assert_int_equal(audit_check_acts(&t.c, &k), OK);
    assert_int_equal(dossiers_check_log(&t.c, &k), OK);
    assert_int_equal(audit_check_tree(&t.c, &k), OK);
    return k;
}

/* --- a town whose log has sealed parts, and parts that wait --- */

static bool
seal_some(void)
{
    struct seal_round r;

    assert_int_equal(dossiers_seal_read(&t.c, &r), OK);
    if (!r.leaves.n && !r.done.n && !r.refused.n && !r.beginning)
        return false;
    assert_int_equal(db_begin(&t.c, DB_READ_WRITE), OK);
    assert_int_equal(dossiers_seal_write(&t.c, &r), OK);
    assert_int_equal(db_commit(&t.c), OK);
    return true;
}

static void
seal_all(void)
{
    struct seal_head h;
    int rc;

    while (seal_some())
        continue;
    assert_int_equal(db_begin(&t.c, DB_READ_WRITE), OK);
    rc = seal_head_next(&t.c, ORIGIN, &h);
    assert_true(rc == OK || rc == E_NOTFOUND);
    if (rc == OK) {
        h.note = note_unsigned(t.c.a, h.note);
        assert_int_equal(seal_head_add(&t.c, &h), OK);
        assert_null(note_read(t.c.a, h.note, strlen(h.note), &kept));
    }
    assert_int_equal(db_commit(&t.c), OK);
}

static void
act(const char *what)
{
    json_t *data = json_pack("{s:s}", "ten", what);

    assert_int_equal(db_begin(&t.c, DB_READ_WRITE), OK);
    assert_int_equal(audit_act(&t.c, what, "H26", data), OK);
    assert_int_equal(db_commit(&t.c), OK);
    json_decref(data);
}

static void
acts(int n)
{
    for (int i = 0; i < n; i++)
        act(arena_fmt(t.c.a, "/quan-tri/viec/%d", i));
}

static void
live(struct dossier *d)
{
    town_submit(&t, d);
    MUST(&t, INTAKE_A, d, ACT_ACCEPT);
    MUST(&t, SPECIALIST_A, d, ACT_CLAIM);
    MUST(&t, SPECIALIST_A, d, ACT_FORWARD);
}

static int
set_up(void **state)
{
    (void)state;
    town_open(&t);
    town_be(&t, ADMIN);
    acts(3);
    db_lane_set(t.c.db, LANE);
    acts(4);
    for (int i = 0; i < DOSSIERS / 2; i++)
        live(&ds[i]);
    seal_all();
    for (int i = DOSSIERS / 2; i < DOSSIERS - 1; i++)
        live(&ds[i]);
    seal_all();
    town_be(&t, ADMIN);
    acts(2);                            /* what follows waits */
    MUST(&t, LEADER_A, &ds[0], ACT_APPROVE, .number = "1");
    MUST(&t, LEADER_A, &ds[0], ACT_REOPEN, .note = "sai");
    live(&ds[DOSSIERS - 1]);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    town_close(&t);
    return 0;
}

static void
test_what_is_untouched_agrees(void **state)
{
    struct audit_check k = look();

    (void)state;
    if (k.findings)
        fail_msg("%s", said);
    assert_int_equal(k.dossiers, DOSSIERS);
    assert_int_equal(k.events, DOSSIERS * 4 + 2);
    assert_int_equal(k.acts, 9);
    assert_int_equal(k.heads, 2);
    assert_int_equal(k.waiting, 4 + 2 + 2);
    assert_int_equal(k.leaves, (DOSSIERS - 1) * 4 + 7);
    assert_int_equal(k.beginning, 0);
}

/* --- tampering ------------------------------------------------------------------------------ */

static uint32_t seed = 20261122;

static int64_t
some(int64_t n)                         /* 0 ... n - 1 */
{
    seed = seed * 1664525u + 1013904223u;
    return (int64_t)((seed >> 8) % (uint32_t)n);
}

static void sql(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void
sql(const char *fmt, ...)
{
    struct query *q = arena_get(t.c.a, sizeof *q);
    char text[2000];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    *q = (struct query){"tamper", arena_str(t.c.a, text)};
    if (db_exec(&t.c, q, NO_ARGS) <= 0)
        fail_msg("%s: %s", text, t.c.err.detail);
}

static struct dossier *
any(void)
{
    return &ds[some(DOSSIERS)];
}

#define EVENT "dossier = %" PRId64 " AND version = %" PRId64
#define ACT "chain = %" PRId64 " AND number = %" PRId64

static void
change_event(void)
{
    static const char *const SET[] = {"note = note || 'x'", "ground = ground || 'x'",
                                      "changes = changes || ' '", "data = '{\"a\":1}'",
                                      "at = at - 60",
                                      "account = account + 1", "acting_for = 7", "unit = unit + 1",
                                      "action = action + 1", "status = 11 - status", "id = id - 1",
                                      "hash = secret"};
    const struct dossier *d = any();
    size_t which = (size_t)some(ROWS(SET));

    if (which == ROWS(SET) - 1)
        sql("UPDATE dossier_event SET hash = (SELECT secret FROM dossier WHERE id = %" PRId64
            ") WHERE " EVENT, d->id, d->id, 1 + some(d->version));
    else
        sql("UPDATE dossier_event SET %s WHERE " EVENT, SET[which], d->id, 1 + some(d->version));
}

static void
delete_last(void)
{
    const struct dossier *d = any();

    sql("DELETE FROM dossier_event WHERE " EVENT, d->id, d->version);
}

static void
delete_middle(void)
{
    const struct dossier *d = any();

    sql("DELETE FROM dossier_event WHERE " EVENT, d->id, 1 + some(d->version - 1));
}

/* The count, too: what is sealed, or the mark of what waits, still shows it. */
static void
delete_tail(void)
{
    const struct dossier *d = any();
    int64_t left = 1 + some(d->version - 1);

    sql("DELETE FROM dossier_event WHERE dossier = %" PRId64 " AND version > %" PRId64, d->id,
        left);
    sql("UPDATE dossier SET version = %" PRId64 " WHERE id = %" PRId64, left, d->id);
}

#define COPY(version, id)                                                                          \
    "INSERT INTO dossier_event (dossier, version, id, at, account, acting_for, unit, action,"      \
    " status, note, ground, changes, data, hash) SELECT dossier, " version ", " id                 \
    ", at, account, acting_for, unit, action, status, note, ground, changes, data, hash"           \
    " FROM dossier_event WHERE " EVENT

static void
insert_at_the_end(void)
{
    const struct dossier *d = any();

    sql(COPY("version + 1", "id + 1"), d->id, d->version);
    if (some(2))
        sql("UPDATE dossier SET version = version + 1 WHERE id = %" PRId64, d->id);
}

static void
insert_between(void)
{
    const struct dossier *d = any();
    int64_t at = 1 + some(d->version - 1);

    for (int64_t v = d->version; v > at; v--)
        sql("UPDATE dossier_event SET version = version + 1 WHERE " EVENT, d->id, v);
    sql(COPY("version + 1", "id + 1"), d->id, at);
    sql("UPDATE dossier SET version = version + 1 WHERE id = %" PRId64, d->id);
}

static void
reorder(void)
{
    const struct dossier *d = any();
    int64_t at = 1 + some(d->version - 1);

    sql("UPDATE dossier_event SET version = 999 WHERE " EVENT, d->id, at);
    sql("UPDATE dossier_event SET version = %" PRId64 " WHERE " EVENT, at, d->id, at + 1);
    sql("UPDATE dossier_event SET version = %" PRId64 " WHERE " EVENT, at + 1, d->id, (int64_t)999);
}

static void
swap_between(void)
{
    int64_t a = some(DOSSIERS), b = (a + 1 + some(DOSSIERS - 1)) % DOSSIERS, at = 1 + some(4);

    sql("UPDATE dossier_event SET dossier = 5 WHERE " EVENT, ds[a].id, at);
    sql("UPDATE dossier_event SET dossier = %" PRId64 " WHERE " EVENT, ds[a].id, ds[b].id, at);
    sql("UPDATE dossier_event SET dossier = %" PRId64 " WHERE " EVENT, ds[b].id, (int64_t)5, at);
}

/* By somebody who knows how hashes are made: the chain fits again, from the altered event on. */
static const char *
rewrite(const struct dossier *d, int64_t from)
{
    event_list v = {0};
    const char *head = "";

    assert_int_equal(sql_events(&t.c, d->id, 0, &v), OK);
    for (size_t i = 0; i < v.n; i++) {
        if (v.p[i].version == from) {
            sql("UPDATE dossier_event SET note = 'khac' WHERE " EVENT, d->id, from);
            v.p[i].note = "khac";
        }
        if (v.p[i].version >= from) {
            v.p[i].hash = fold_hash(t.c.a, head, &v.p[i]);
            sql("UPDATE dossier_event SET hash = decode('%s', 'hex') WHERE " EVENT, v.p[i].hash,
                d->id, v.p[i].version);
        }
        head = v.p[i].hash;
    }
    return head;
}

static void
rewrite_chain(void)
{
    const struct dossier *d = any();

    rewrite(d, 1 + some(d->version));
}

/* The mark as well, but its key is not in the database. */
static void
rewrite_chain_and_mark(void)
{
    const struct dossier *d = &ds[some(2) ? 0 : DOSSIERS - 1];
    const char *head = rewrite(d, d->version - some(2));

    sql("UPDATE seal_waiting SET head = decode('%s', 'hex') WHERE kind = 1 AND owner = %" PRId64,
        head, d->id);
}

/* The leaves as well, and every node and head above them: who kept a head knows. */
static void
rewrite_everything(void)
{
    const struct dossier *d = &ds[some(DOSSIERS - 1)];
    event_list v = {0};
    seal_heads heads = {0};

    rewrite(d, 1 + some(4));
    assert_int_equal(sql_events(&t.c, d->id, 0, &v), OK);
    for (size_t i = 0; i < v.n && i < 4; i++) {
        merkle_hash leaf = event_leaf(t.c.a, d->code, &v.p[i]);

        sql("UPDATE seal_leaf SET hash = decode('%s', 'hex') WHERE kind = 1 AND owner = %" PRId64
            " AND version = %" PRId64, hash_hex(t.c.a, leaf.b, MERKLE_SIZE), d->id, v.p[i].version);
    }
    assert_int_equal(seal_heads_after(&t.c, 0, 10, &heads), OK);
    for (size_t i = 0; i < heads.n; i++) {
        struct seal_head *h = &heads.p[i];

        assert_int_equal(merkle_root(seal_get, &t.c, h->size, &h->root), OK);
        sql("UPDATE seal_head SET root = decode('%s', 'hex'), note = '%s' WHERE number = %" PRId64,
            hash_hex(t.c.a, h->root.b, MERKLE_SIZE),
            note_unsigned(t.c.a, note_text(t.c.a, ORIGIN, h->size, &h->root, h->at, h->whole)),
            h->number);
    }
}

static void
delete_dossier(void)
{
    const struct dossier *d = any();

    sql("DELETE FROM dossier_event WHERE dossier = %" PRId64, d->id);
    sql("DELETE FROM dossier WHERE id = %" PRId64, d->id);
}

/* Its leaves as well. */
static void
delete_dossier_and_leaves(void)
{
    const struct dossier *d = &ds[some(DOSSIERS - 1)];

    sql("DELETE FROM dossier_event WHERE dossier = %" PRId64, d->id);
    sql("DELETE FROM dossier WHERE id = %" PRId64, d->id);
    sql("DELETE FROM seal_leaf WHERE kind = 1 AND owner = %" PRId64, d->id);
}

static void
leaf_changed(void)
{
    sql("UPDATE seal_leaf SET hash = (SELECT secret FROM dossier WHERE id = %" PRId64
        ") WHERE position = %" PRId64, ds[0].id, some((DOSSIERS - 1) * 4 + 7));
}

static void
leaves_reordered(void)
{
    int64_t at = some((DOSSIERS - 1) * 4 + 6);

    sql("UPDATE seal_leaf SET position = 5000 WHERE position = %" PRId64, at);
    sql("UPDATE seal_leaf SET position = %" PRId64 " WHERE position = %" PRId64, at, at + 1);
    sql("UPDATE seal_leaf SET position = %" PRId64 " WHERE position = 5000", at + 1);
}

static void
mark_deleted(void)
{
    sql("DELETE FROM seal_waiting WHERE kind = 1 AND owner = %" PRId64,
        ds[some(2) ? 0 : DOSSIERS - 1].id);
}

static void
mark_shortened(void)
{
    const struct dossier *d = &ds[some(2) ? 0 : DOSSIERS - 1];

    sql("DELETE FROM dossier_event WHERE " EVENT, d->id, d->version);
    sql("UPDATE dossier SET version = version - 1 WHERE id = %" PRId64, d->id);
    sql("UPDATE seal_waiting SET version = version - 1, head = (SELECT hash FROM dossier_event"
        " WHERE " EVENT ") WHERE kind = 1 AND owner = %" PRId64, d->id, d->version - 1, d->id);
}

/* --- administration --- */

static void
some_act(int64_t *chain, int64_t *number)
{
    *chain = some(2) ? LANE : 0;
    *number = 1 + some(*chain ? 6 : 3);
}

static void
act_changed(void)
{
    static const char *const SET[] = {"what = what || 'x'", "subject = 'y'", "data = '{}'",
                                      "at = at + 1", "account = account + 1", "id = id - 1"};
    int64_t chain, number;

    some_act(&chain, &number);
    sql("UPDATE admin_event SET %s WHERE " ACT, SET[some(ROWS(SET))], chain, number);
}

static void
act_deleted(void)
{
    int64_t chain, number;

    some_act(&chain, &number);
    sql("DELETE FROM admin_event WHERE " ACT, chain, number);
}

static void
acts_cut_off(void)
{
    int64_t chain = some(2) ? LANE : 0, left = chain ? 1 + some(5) : 1 + some(2);

    sql("DELETE FROM admin_event WHERE chain = %" PRId64 " AND number > %" PRId64, chain, left);
    sql("UPDATE admin_chain SET count = %" PRId64
        ", head = (SELECT hash FROM admin_event WHERE " ACT ") WHERE chain = %" PRId64,
        left, chain, left, chain);
}

static void
acts_reordered(void)
{
    int64_t at = 1 + some(5);

    sql("UPDATE admin_event SET number = 99 WHERE " ACT, (int64_t)LANE, at);
    sql("UPDATE admin_event SET number = %" PRId64 " WHERE " ACT, at, (int64_t)LANE, at + 1);
    sql("UPDATE admin_event SET number = %" PRId64 " WHERE " ACT, at + 1, (int64_t)LANE,
        (int64_t)99);
}

static void
act_inserted(void)
{
    sql("INSERT INTO admin_event (chain, number, id, at, account, what, subject, data, hash)"
        " SELECT chain, number + 1, id + 1, at, account, 'khac', subject, data, hash"
        " FROM admin_event WHERE " ACT, (int64_t)LANE, (int64_t)6);
    if (some(2))
        sql("UPDATE admin_chain SET count = count + 1 WHERE chain = %d", LANE);
}

static void
act_moved(void)
{
    sql("UPDATE admin_event SET chain = 0, number = 4 WHERE " ACT, (int64_t)LANE, 1 + some(6));
}

static void
acts_of_a_new_chain(void)
{
    sql("INSERT INTO admin_event (chain, number, id, at, account, what, subject, data, hash)"
        " SELECT 77, number, id + 1, at, account, what, subject, data, hash FROM admin_event"
        " WHERE chain = 0");
}

static const struct { const char *name; void (*run)(void); } TAMPER[] = {
    {"event changed", change_event},
    {"event changed, again", change_event},
    {"event changed, once more", change_event},
    {"last event deleted", delete_last},
    {"event in between deleted", delete_middle},
    {"tail deleted with its count", delete_tail},
    {"event inserted at the end", insert_at_the_end},
    {"event inserted in between", insert_between},
    {"events reordered", reorder},
    {"events swapped between dossiers", swap_between},
    {"chain rewritten", rewrite_chain},
    {"chain rewritten with its mark", rewrite_chain_and_mark},
    {"chain, leaves and heads rewritten", rewrite_everything},
    {"dossier deleted", delete_dossier},
    {"dossier deleted with its leaves", delete_dossier_and_leaves},
    {"leaf changed", leaf_changed},
    {"leaves reordered", leaves_reordered},
    {"mark deleted", mark_deleted},
    {"unsealed tail deleted with count and mark", mark_shortened},
    {"act changed", act_changed},
    {"act deleted", act_deleted},
    {"acts cut off with their count", acts_cut_off},
    {"acts reordered", acts_reordered},
    {"act inserted", act_inserted},
    {"act moved to another chain", act_moved},
    {"acts of a new chain", acts_of_a_new_chain},
};

static void
test_a_hundred_tamperings_are_found(void **state)
{
    int found = 0;

    (void)state;
    for (int i = 0; i < TRIES; i++) {
        size_t which = (size_t)i % ROWS(TAMPER);
        struct audit_check k;

        assert_int_equal(db_begin(&t.c, DB_READ_WRITE), OK);
        TAMPER[which].run();
        k = look();
        db_rollback(&t.c);
        if (k.findings && *k.first)
            found++;
        else
            print_message("not found: %s\n", TAMPER[which].name);
    }
    print_message("tamperings found: %d of %d\n", found, TRIES);
    assert_int_equal(found, TRIES);
    assert_int_equal(look().findings, 0);
}

static void
test_the_first_altered_event_is_named(void **state)
{
    const struct dossier *d = &ds[1];
    struct audit_check k;

    (void)state;
    assert_int_equal(db_begin(&t.c, DB_READ_WRITE), OK);
    sql("UPDATE dossier_event SET note = 'x' WHERE " EVENT, d->id, (int64_t)3);
    sql("UPDATE dossier_event SET note = 'x' WHERE " EVENT, ds[DOSSIERS - 1].id, (int64_t)2);
    k = look();
    db_rollback(&t.c);
    assert_string_equal(k.first, arena_fmt(t.c.a, "altered %s: event 3 does not carry its hash",
                                           d->code));
    assert_int_equal(db_begin(&t.c, DB_READ_WRITE), OK);
    rewrite(d, 2);
    k = look();
    db_rollback(&t.c);
    assert_non_null(strstr(k.first, arena_fmt(t.c.a, "altered %s: event 2 is not the one that was"
                                              " sealed", d->code)));
}

/* --- the job refuses what was altered before it came --- */

static void
test_what_was_altered_is_not_sealed(void **state)
{
    struct seal_round r;

    (void)state;
    assert_int_equal(db_begin(&t.c, DB_READ_WRITE), OK);
    rewrite_chain_and_mark();
    assert_int_equal(dossiers_seal_read(&t.c, &r), OK);
    assert_int_equal(r.refused.n, 1);
    assert_int_equal(dossiers_seal_write(&t.c, &r), OK);
    assert_true(look().findings > 0);
    db_rollback(&t.c);
    assert_int_equal(db_begin(&t.c, DB_READ_WRITE), OK);
    sql("UPDATE dossier_event SET note = 'x' WHERE " EVENT, ds[0].id, ds[0].version);
    assert_int_equal(dossiers_seal_read(&t.c, &r), OK);
    assert_int_equal(r.refused.n, 1);
    assert_non_null(strstr(r.altered, ds[0].code));
    db_rollback(&t.c);
}

static void
test_no_head_is_made_over_altered_leaves(void **state)
{
    struct seal_head h;

    (void)state;
    assert_int_equal(db_begin(&t.c, DB_READ_WRITE), OK);
    leaf_changed();
    sql("INSERT INTO seal_leaf (position, kind, owner, version, hash) SELECT 5000, 1, 9, 1, hash"
        " FROM seal_leaf WHERE position = 0");
    assert_int_equal(seal_head_next(&t.c, ORIGIN, &h), E_CONFLICT);
    db_rollback(&t.c);
}

/* --- proofs --- */

static void
check_proof(const struct dossier *d, const struct audit_leaf *l)
{
    struct seal_leaf at;
    struct seal_proof p, again;
    struct note n;
    merkle_hash leaf;
    json_t *j;

    assert_int_equal(seal_find(&t.c, AUDIT_DOSSIER, d->id, l->version, &at), OK);
    assert_int_equal(seal_proof(&t.c, l, &at, &p), OK);
    j = seal_proof_json(t.c.a, &p);
    assert_null(seal_proof_read(t.c.a, j, &again));
    json_decref(j);
    leaf = merkle_leaf(again.leaf, strlen(again.leaf));
    assert_null(note_read(t.c.a, again.note, strlen(again.note), &n));
    assert_true(merkle_included(&leaf, again.position, n.size, again.path, again.n, &n.root));
}

static void
test_every_sealed_event_has_its_proof(void **state)
{
    int64_t upto;

    (void)state;
    for (int i = 0; i < DOSSIERS - 1; i++) {
        struct audit_leaf *l;
        size_t n;

        assert_int_equal(dossiers_leaves(&t.c, &ds[i], FOR_APPLICANT, &l, &n), OK);
        for (size_t k = 0; k < 4; k++)
            check_proof(&ds[i], &l[k]);
        assert_int_equal(dossiers_sealed_upto(&t.c, &ds[i], &upto), OK);
        assert_int_equal(upto, 4);
    }
    assert_int_equal(dossiers_sealed_upto(&t.c, &ds[DOSSIERS - 1], &upto), OK);
    assert_int_equal(upto, 0);
}

/* --- from before the log: sealed by a first head --- */

static void
test_old_events_are_sealed_in_the_order_of_their_dossiers(void **state)
{
    struct audit_check k;
    struct seal_round r;

    (void)state;
    assert_int_equal(db_begin(&t.c, DB_READ_WRITE), OK);
    sql("DELETE FROM seal_leaf");
    sql("DELETE FROM seal_head");
    sql("DELETE FROM seal_waiting WHERE kind = 1");
    sql("DELETE FROM admin_event WHERE chain = 0");
    sql("DELETE FROM admin_chain WHERE chain = 0");
    sql("UPDATE seal_begin SET after = 0, done = 0");
    kept.size = 0;
    k = look();
    assert_int_equal(k.beginning, DOSSIERS * 4 + 2);
    do {
        assert_int_equal(dossiers_seal_read(&t.c, &r), OK);
        assert_int_equal(dossiers_seal_write(&t.c, &r), OK);
    } while (!r.begun);
    k = look();
    db_rollback(&t.c);
    assert_int_equal(k.beginning, 0);
    assert_int_equal(k.leaves, DOSSIERS * 4 + 2 + 6);
    assert_int_equal(k.findings, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_untouched_agrees),
        cmocka_unit_test(test_a_hundred_tamperings_are_found),
        cmocka_unit_test(test_the_first_altered_event_is_named),
        cmocka_unit_test(test_what_was_altered_is_not_sealed),
        cmocka_unit_test(test_no_head_is_made_over_altered_leaves),
        cmocka_unit_test(test_every_sealed_event_has_its_proof),
        cmocka_unit_test(test_old_events_are_sealed_in_the_order_of_their_dossiers),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
