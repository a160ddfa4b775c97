/* Lists, counters, alarms, jobs: what many dossiers look like to those who work on them. */
#include "mod/dossiers/dossiers_testing.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>

#include "db/lane.h"
#include "mod/agencies/agencies_manage.h"
#include "mod/dossiers/dossiers_lists_sql.h"

static struct town t;

static int
set_up(void **state)
{
    (void)state;
    town_open(&t);
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
begin(void)
{
    assert_int_equal(db_begin(&t.c, DB_READ_WRITE), OK);
}

static void
commit(void)
{
    assert_int_equal(db_commit(&t.c), OK);
}

static size_t
count(enum who who, struct list_query q)
{
    struct list l = {0};

    town_be(&t, who);
    assert_int_equal(worklist(&t.c, &q, &l), OK);
    return l.n;
}

static struct event
defects(void)
{
    static const struct defect K = {"giay_b", "", "missing", "Nộp giấy B"};

    return (struct event){.action = ACT_SUPPLEMENT, .defects = &K, .n_defects = 1};
}

/* --- work lists ---------------------------------------------------------------------------- */

static void
test_views(void **state)
{
    struct dossier fresh, mine, waiting, done;
    int64_t n[VIEW__COUNT];

    (void)state;
    town_submit(&t, &fresh);                    /* for intake */
    town_receive(&t, &done);
    MUST(&t, SPECIALIST_A, &done, ACT_FORWARD);
    MUST(&t, LEADER_A, &done, ACT_APPROVE, .number = "1");      /* for intake: hand over */
    town_receive(&t, &mine);
    MUST(&t, SPECIALIST_A, &mine, ACT_CLAIM);
    town_receive(&t, &waiting);
    town_must(&t, SPECIALIST_A, &waiting, defects());

    assert_int_equal(count(INTAKE_A, (struct list_query){.view = VIEW_NEW}), 2);
    assert_int_equal(count(SPECIALIST_A, (struct list_query){.view = VIEW_NEW}), 0);
    assert_int_equal(count(SPECIALIST_A, (struct list_query){.view = VIEW_MINE}), 1);
    assert_int_equal(count(SECOND_A, (struct list_query){.view = VIEW_MINE}), 0);
    assert_int_equal(count(SECOND_A, (struct list_query){.view = VIEW_WAITING}), 1);
    assert_int_equal(count(SECOND_A, (struct list_query){.view = VIEW_ALL}), 4);
    assert_int_equal(count(SECOND_A, (struct list_query){.view = VIEW_ALL, .status = ST_DONE}), 1);
    assert_int_equal(count(SECOND_A, (struct list_query){.view = VIEW_ALL,
                                                         .channel = CHANNEL_ONLINE}), 1);
    assert_int_equal(count(SECOND_A, (struct list_query){.view = VIEW_ALL,
                                                         .procedure = "9.9"}), 0);
    assert_int_equal(count(SECOND_A, (struct list_query){.view = VIEW_ALL,
                                                         .holder = t.account[SPECIALIST_A]}), 2);
    assert_int_equal(count(INTAKE_B, (struct list_query){.view = VIEW_ALL}), 0);
    town_be(&t, SPECIALIST_A);
    assert_int_equal(worklist_counts(&t.c, n), OK);
    assert_int_equal(n[VIEW_MINE], 1);
    assert_int_equal(n[VIEW_ALL], 4);
    town_now(&t, "2026-10-09T10:00");           /* Friday: due Monday */
    assert_int_equal(count(SPECIALIST_A, (struct list_query){.view = VIEW_SOON}), 2);
    assert_int_equal(count(SPECIALIST_A, (struct list_query){.view = VIEW_OVERDUE}), 1);
    town_now(&t, "2026-10-13T08:00");
    assert_int_equal(count(SPECIALIST_A, (struct list_query){.view = VIEW_OVERDUE}), 3);
}

static void
walk(struct list_query q, size_t want)
{
    int64_t last = 0;
    size_t n = 0;
    struct list l;

    q.limit = 7;
    town_be(&t, LEADER_A);
    do {
        assert_int_equal(worklist(&t.c, &q, &l), OK);
        for (size_t i = 0; i < l.n; i++, n++) {
            assert_true(q.newest ? last == 0 || l.p[i].dossier < last : l.p[i].dossier > last);
            last = l.p[i].dossier;
        }
        q.cursor = l.next;
    } while (*l.next);
    assert_int_equal(n, want);
}

static void
test_pages_miss_nothing_and_show_nothing_twice(void **state)
{
    struct dossier d;
    struct list l;

    (void)state;
    begin();
    for (int i = 0; i < 30; i++)
        town_receive(&t, &d);
    commit();
    walk((struct list_query){.view = VIEW_ALL}, 30);
    walk((struct list_query){.view = VIEW_ALL, .newest = true}, 30);
    walk((struct list_query){.view = VIEW_ALL, .unit = t.a}, 30);
    town_be(&t, LEADER_A);
    assert_int_equal(worklist(&t.c, &(struct list_query){.view = VIEW_ALL, .cursor = "x"}, &l),
                     E_INVALID);
}

/* --- search, own, feed ----------------------------------------------------------------------- */

static const struct { const char *words; size_t want; } SEARCH[] = {
    {"H26.X.00070-261005-0001", 1}, {"h26.x.00070-261005-0001", 1}, {"H26.X.00070-261005-0009", 0},
    {"001190900001", 2}, {"0912 345 678", 2}, {"+84912345678", 2}, {"0912345679", 0},
    {"Nguyễn Thị Mai", 2}, {"nguyen thi", 2}, {"NGUYEN", 2}, {"nguyen thi m", 2},
    {"Thị Mai", 2}, {"mai", 2}, {"ma", 0}, {"mai thi", 0}, {"thi", 0}, {"", 0}, {"%", 0},
};

static void
test_search(void **state)
{
    struct dossier d;
    struct list l, next;

    (void)state;
    town_submit(&t, &d);
    town_receive(&t, &d);
    town_be(&t, SECOND_A);
    for (size_t i = 0; i < ROWS(SEARCH); i++) {
        assert_int_equal(dossiers_search(&t.c, SEARCH[i].words, "", 0, &l), OK);
        if (l.n != SEARCH[i].want)
            fail_msg("\"%s\": %zu", SEARCH[i].words, l.n);
    }
    assert_int_equal(dossiers_search(&t.c, "nguyen", "", 1, &l), OK);
    assert_int_equal(dossiers_search(&t.c, "nguyen", l.next, 1, &next), OK);
    assert_true(l.n == 1 && next.n == 1 && l.p[0].dossier != next.p[0].dossier);
    assert_string_equal(next.next, "");
    assert_int_equal(dossiers_search(&t.c, "mai", "", 1, &l), OK);
    assert_int_equal(dossiers_search(&t.c, "mai", l.next, 1, &next), OK);
    assert_true(l.n == 1 && next.n == 1 && l.p[0].dossier != next.p[0].dossier);
    assert_string_equal(next.next, "");
}

static void
test_own_and_api_list(void **state)
{
    struct dossier d;
    struct list l;

    (void)state;
    town_submit(&t, &d);
    town_submit(&t, &d);
    town_be(&t, CITIZEN);
    assert_int_equal(dossiers_own(&t.c, "", 1, &l), OK);
    assert_int_equal(l.n, 1);
    assert_int_equal(l.p[0].dossier, d.id);             /* newest first */
    assert_int_equal(dossiers_own(&t.c, l.next, 1, &l), OK);
    assert_int_equal(l.n, 1);
    assert_string_equal(l.next, "");
    assert_true(sql_list_floor(&t.c, t.a, INT64_MAX, 2) == l.p[0].dossier);
    assert_int_equal(sql_list_floor(&t.c, t.a, INT64_MAX, 3), 0);
    assert_int_equal(sql_list_floor(&t.c, 0, d.id, 1), l.p[0].dossier);
    town_be(&t, OTHER_CITIZEN);
    assert_int_equal(dossiers_own(&t.c, "", 0, &l), OK);
    assert_int_equal(l.n, 0);
    town_be(&t, LEADER_A);
    assert_int_equal(dossiers_list(&t.c, &(struct api_query){.status = ST_SUBMITTED}, &l), OK);
    assert_int_equal(l.n, 2);
    assert_int_equal(dossiers_list(&t.c, &(struct api_query){.unit = t.b}, &l), OK);
    assert_int_equal(l.n, 0);
}

/* Anybody may register with any number: only a checked one shows what others handed in under it. */
static void
test_a_checked_number_shows_what_the_counter_received(void **state)
{
    struct dossier d, seen;
    struct list l;

    (void)state;
    town_submit(&t, &d);
    town_receive(&t, &d);                       /* the same person, at the counter */
    town_be(&t, CITIZEN);
    assert_int_equal(dossiers_own(&t.c, "", 0, &l), OK);
    assert_int_equal(l.n, 1);
    assert_int_equal(dossiers_get_own(&t.c, d.code, &seen), E_NOTFOUND);
    assert_int_equal(auth_number_verify(&t.c, "001190900001"), OK);
    assert_int_equal(auth_number_verify(&t.c, "001190900009"), E_NOTFOUND);
    assert_int_equal(dossiers_own(&t.c, "", 1, &l), OK);
    assert_true(l.n == 1 && l.p[0].dossier == d.id);
    assert_int_equal(dossiers_own(&t.c, l.next, 1, &l), OK);
    assert_true(l.n == 1 && l.p[0].dossier != d.id && !*l.next);
    assert_int_equal(dossiers_get_own(&t.c, d.code, &seen), OK);
    assert_int_equal(TRY(&t, CITIZEN, &seen, ACT_WITHDRAW, .note = "x"), E_DENIED);
    assert_int_equal(auth_number_verify(&t.c, "001190900002"), OK);
    town_be(&t, OTHER_CITIZEN);
    assert_int_equal(dossiers_own(&t.c, "", 0, &l), OK);
    assert_int_equal(l.n, 0);
    assert_int_equal(dossiers_get_own(&t.c, d.code, &seen), E_NOTFOUND);
}

static void
test_feed(void **state)
{
    struct feed f;
    struct dossier d;

    (void)state;
    town_submit(&t, &d);
    MUST(&t, INTAKE_A, &d, ACT_ACCEPT);
    town_be(&t, LEADER_A);
    assert_int_equal(dossiers_feed(&t.c, "", 1, &f), OK);
    assert_true(f.n == 1 && f.more);
    assert_int_equal(f.p[0].action, ACT_SUBMIT);
    assert_int_equal(dossiers_feed(&t.c, f.resume, 10, &f), OK);
    assert_true(f.n == 1 && !f.more);
    assert_int_equal(f.p[0].status, ST_ACCEPTED);
    assert_int_equal(dossiers_feed(&t.c, f.resume, 10, &f), OK);
    assert_true(f.n == 0 && !f.more && *f.resume);
    town_be(&t, LEADER_B);
    assert_int_equal(dossiers_feed(&t.c, "", 10, &f), OK);
    assert_true(f.n == 0 && !f.more && *f.resume);      /* walked past what is not theirs */
    assert_int_equal(dossiers_feed(&t.c, "zz", 10, &f), E_INVALID);
}

/* --- counters: moved with the events, they equal a count anew ----------------------------------
 */

/* Rows of a counter that are not what they count, either way. */
static int64_t
counters_wrong(void)
{
#define WORK "SELECT unit, account, perm, waiting, "
#define COUNTED                                                                                   \
    "SELECT unit, account, perm, waiting, n FROM (" WORK "sum(n) AS n FROM work_count"            \
    " GROUP BY unit, account, perm, waiting) y WHERE n <> 0"
#define TASKS WORK "count(*) AS n FROM task GROUP BY unit, account, perm, waiting"
    static const struct query MORE = {"test_more",
                                      "SELECT count(*) FROM (" COUNTED " EXCEPT " TASKS ") x"};
    static const struct query LESS = {"test_less",
                                      "SELECT count(*) FROM (" TASKS " EXCEPT " COUNTED ") x"};

    return db_int(&t.c, -1, &MORE, NO_ARGS) + db_int(&t.c, -1, &LESS, NO_ARGS);
}

static void
test_counters(void **state)
{
    struct stat_row *r;
    struct dossier d;
    size_t n;

    (void)state;
    town_submit(&t, &d);
    MUST(&t, INTAKE_A, &d, ACT_REFUSE_INTAKE, .note = "x", .ground = "y");
    town_submit(&t, &d);
    for (int days = 0; days < 3; days++) {
        town_receive(&t, &d);
        MUST(&t, SPECIALIST_A, &d, ACT_FORWARD);
        t.c.now += days * DAY_SECONDS;
        MUST(&t, LEADER_A, &d, ACT_APPROVE, .number = "1");
        t.c.now -= days * DAY_SECONDS;
    }
    MUST(&t, LEADER_A, &d, ACT_REOPEN, .note = "sai");
    town_now(&t, "2026-10-20T10:00");
    MUST(&t, LEADER_A, &d, ACT_APPROVE, .number = "2");
    assert_int_equal(counters_wrong(), 0);
    assert_int_equal(stats_by_unit(&t.c, 202610, 202610, &r, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(r[0].submitted, 5);
    assert_int_equal(r[0].online, 2);
    assert_int_equal(r[0].received, 3);
    assert_int_equal(r[0].finished, 3);         /* the one opened again is counted once */
    assert_int_equal(r[0].early, 2);
    assert_int_equal(r[0].late, 1);
    assert_int_equal(r[0].median_days_x10, 10); /* 0, 1 and 11 working days */
    assert_int_equal(stats_by_month(&t.c, t.a, 202601, 202612, &r, &n), OK);
    assert_int_equal(r[0].month, 202610);
    assert_int_equal(stats_by_procedure(&t.c, 0, 202601, 202612, &r, &n), OK);
    assert_string_equal(r[0].procedure, "9.000001");
    assert_int_equal(stats_usual_days_x10(&t.c, "9.000001"), 110);
    assert_int_equal(stats_usual_days_x10(&t.c, "1.1"), -1);
}

static void
test_overview(void **state)
{
    struct overview o;
    struct dossier d;

    (void)state;
    town_receive(&t, &d);
    MUST(&t, SPECIALIST_A, &d, ACT_CLAIM);
    town_receive(&t, &d);
    MUST(&t, SPECIALIST_A, &d, ACT_FORWARD);
    MUST(&t, LEADER_A, &d, ACT_APPROVE, .number = "1");
    town_be(&t, LEADER_A);
    assert_int_equal(dossiers_overview(&t.c, t.a, &o), OK);
    assert_int_equal(o.n, 3); /* unclaimed, the specialist, and who finished one */
    assert_int_equal(o.p[0].account, 0);
    assert_int_equal(o.p[1].open, 1);
    assert_int_equal(o.p[1].overdue, 0);
    assert_int_equal(o.p[2].finished_month, 1);
    assert_false(o.more_due);
    town_now(&t, "2026-12-01T09:00");
    assert_int_equal(dossiers_overview(&t.c, t.a, &o), OK);
    assert_int_equal(o.p[1].overdue, 1);
    assert_int_equal(dossiers_overview(&t.c, t.b, &o), E_NOTFOUND);
    town_be(&t, SPECIALIST_A);
    assert_int_equal(dossiers_overview(&t.c, t.a, &o), E_NOTFOUND);
}

/* --- no dossier in limbo -------------------------------------------------------------------------
 */

static void
test_warnings_are_said_once(void **state)
{
    const char *next;
    struct alarm *a;
    struct dossier d;
    size_t n;

    (void)state;
    town_submit(&t, &d);                        /* 09:00: to be answered by 17:00 the same day... */
    MUST(&t, INTAKE_A, &d, ACT_CLAIM);
    assert_int_equal(dossiers_tick(&t.c), 0);
    assert_int_equal(dossiers_alarms(&t.c, 1, "", 0, &a, &n, &next), OK);
    assert_int_equal(n, 0);
    town_now(&t, "2026-10-05T16:00");
    for (int i = 0; i < 3; i++)
        assert_int_equal(dossiers_tick(&t.c), 0);
    town_be(&t, INTAKE_A);
    assert_int_equal(dossiers_alarms(&t.c, 1, "", 0, &a, &n, &next), OK);
    assert_int_equal(n, 1);                     /* the officer */
    assert_int_equal(a[0].kind, ALARM_ANSWER_LATE);
    town_be(&t, LEADER_A);
    assert_int_equal(dossiers_alarm_count(&t.c, 2), 0);
    town_now(&t, "2026-10-06T10:00");
    dossiers_tick(&t.c);
    assert_int_equal(dossiers_alarm_count(&t.c, 2), 1);         /* then the leader */
    town_be(&t, LEADER_B);
    assert_int_equal(dossiers_alarm_count(&t.c, 2), 0);
    MUST(&t, INTAKE_A, &d, ACT_ACCEPT);         /* answered: the alarm is over */
    town_be(&t, LEADER_A);
    assert_int_equal(dossiers_alarm_count(&t.c, 2), 0);
}

static void
test_inner_targets(void **state)
{
    struct dossier d;

    (void)state;
    town_receive(&t, &d);                       /* the first step has one working day */
    MUST(&t, SPECIALIST_A, &d, ACT_CLAIM);
    town_now(&t, "2026-10-06T16:00");
    dossiers_tick(&t.c);
    town_be(&t, SPECIALIST_A);
    assert_int_equal(dossiers_alarm_count(&t.c, 1), 0);
    town_now(&t, "2026-10-07T08:00");
    dossiers_tick(&t.c);
    assert_int_equal(dossiers_alarm_count(&t.c, 1), 1);         /* the officer */
    town_be(&t, LEADER_A);
    assert_int_equal(dossiers_alarm_count(&t.c, 2), 0);
    town_now(&t, "2026-10-08T08:00");
    dossiers_tick(&t.c);
    assert_int_equal(dossiers_alarm_count(&t.c, 2), 1);         /* a day later the leader */
    MUST(&t, SPECIALIST_A, &d, ACT_FORWARD);
    town_be(&t, LEADER_A);
    assert_int_equal(dossiers_alarm_count(&t.c, 2), 0);
}

static void
test_where_nobody_works_an_alarm_rings(void **state)
{
    const struct agency *g = agencies_by_code(t.site.agencies, "H26.X.00082", vn_day(t.c.now));
    struct submission s;
    const char *next;
    struct dossier d;
    struct alarm *a;
    char *secret;
    size_t n;

    (void)state;
    town_be(&t, CITIZEN);
    town_submission(&t, &s, CHANNEL_ONLINE);
    s.unit = g->id;                             /* a commune without officers yet */
    assert_int_equal(dossiers_submit(&t.c, &s, &d, &secret), OK);
    json_decref(s.answers);
    town_be(&t, ADMIN);
    assert_int_equal(dossiers_alarms(&t.c, 2, "", 0, &a, &n, &next), OK);
    assert_int_equal(n, 1);
    assert_int_equal(a[0].kind, ALARM_NO_HOLDER);
    assert_string_equal(a[0].code, d.code);
}

static void
test_a_reform_moves_running_dossiers(void **state)
{
    struct dossier d, now;

    (void)state;
    town_receive(&t, &d);
    MUST(&t, SPECIALIST_A, &d, ACT_CLAIM);
    t.c.account = 0;
    t.c.session = NULL;
    assert_int_equal(dossiers_reorganise(&t.c, t.a, t.b), 1);
    assert_int_equal(dossiers_reorganise(&t.c, t.a, t.b), 0);
    town_be(&t, SPECIALIST_B);
    assert_int_equal(dossiers_get(&t.c, d.code, PERM_DOSSIER_PROCESS, &now), OK);
    assert_int_equal(now.received_unit, t.a);   /* the original agency is kept */
    assert_int_equal(now.unit, t.b);
    assert_int_equal(now.holder, 0);
    MUST(&t, SPECIALIST_B, &now, ACT_FORWARD);
    MUST(&t, LEADER_B, &now, ACT_APPROVE, .number = "1");
    MUST(&t, INTAKE_B, &now, ACT_HAND_OVER, .to_name = "Mai", .to_number = "001190900001",
         .to_paper = "Căn cước");
    assert_int_equal(dossiers_verify(&t.c, d.code), OK);
    town_be(&t, SPECIALIST_B);
    assert_int_equal(count(SPECIALIST_A, (struct list_query){.view = VIEW_ALL}), 0);
}

static void
test_a_new_holiday_recomputes(void **state)
{
    day friday = date_day((struct ymd){2026, 10, 9});
    struct special_day off = {.date = friday, .kind = DAY_HOLIDAY, .name = "Nghỉ",
                              .confidence = "verified", .note = ""};
    struct moment_row *m;
    struct dossier d, now;
    int64_t after = 0;
    size_t n;

    (void)state;
    town_receive(&t, &d);
    t.site.calendar = calendar_with(t.c.a, t.site.calendar, off);
    t.c.account = 0;
    t.c.session = NULL;
    assert_int_equal(dossiers_recompute(&t.c, &after), 1);
    assert_int_equal(dossiers_recompute(&t.c, &after), 0);
    town_be(&t, LEADER_A);
    assert_int_equal(dossiers_get(&t.c, d.code, PERM_DOSSIER_READ, &now), OK);
    assert_string_equal(moment_iso(t.c.a, now.due_at), "2026-10-13T23:59");
    assert_int_equal(now.first_due, d.due_at);
    assert_int_equal(dossiers_timeline(&t.c, &now, FOR_APPLICANT, &m, &n), OK);
    assert_int_equal(m[n - 1].action, ACT_RECOMPUTE);   /* and the applicant is told */
}

static void
test_a_stand_in_acts_for_the_absent(void **state)
{
    struct stand_in v = {.absent = t.account[SPECIALIST_A], .stand_in = t.account[SECOND_A],
                         .valid_from = vn_day(t.c.now), .valid_to = vn_day(t.c.now) + 5,
                         .reason = "Nghỉ phép"};
    struct moment_row *m;
    struct dossier d;
    size_t n;

    (void)state;
    town_receive(&t, &d);
    MUST(&t, SPECIALIST_A, &d, ACT_CLAIM);
    assert_int_equal(TRY(&t, SECOND_A, &d, ACT_FORWARD), E_CONFLICT);
    t.c.account = 0;
    assert_int_equal(agencies_stand_in_set(&t.c, &v), OK);
    MUST(&t, SECOND_A, &d, ACT_FORWARD);
    assert_int_equal(dossiers_timeline(&t.c, &d, FOR_OFFICER, &m, &n), OK);
    assert_string_equal(m[n - 1].actor, "Vũ Nam (thay Phạm Hà)");
}

/* --- drafts
 * ------------------------------------------------------------------------------------------ */

static void
test_drafts(void **state)
{
    static const struct upload SCAN = {"giay_a", "a.jpg", "image/jpeg", 1000, "abcd"};
    struct submission s, mine;
    struct paper_file *f;
    struct draft d, again, *all;
    struct dossier out;
    char *secret;
    size_t n;

    (void)state;
    town_be(&t, CITIZEN);
    assert_int_equal(draft_new(&t.c, "9.9", &d), E_NOTFOUND);
    assert_int_equal(draft_new(&t.c, "9.000001", &d), OK);
    json_object_set_new(d.answers, "noi_dung", json_string("Xin giấy"));
    town_submission(&t, &s, CHANNEL_ONLINE);
    d.parties = s.parties;
    d.n_parties = 1;
    d.unit = t.a;
    d.delivery = DELIVER_ONLINE;
    assert_int_equal(draft_save(&t.c, &d), OK);
    assert_int_equal(d.version, 2);
    again = d;
    again.version = 1;
    assert_int_equal(draft_save(&t.c, &again), E_CONFLICT);     /* saved elsewhere in between */
    assert_int_equal(papers_attach(&t.c, d.id, "giay_a", &SCAN, 0, NULL), OK);
    json_decref(d.answers);
    town_be(&t, OTHER_CITIZEN);
    assert_int_equal(draft_get(&t.c, d.token, &again), E_NOTFOUND);
    town_be(&t, CITIZEN);
    assert_int_equal(draft_get(&t.c, d.token, &again), OK);
    draft_submission(&again, &mine);
    assert_int_equal(dossiers_submit(&t.c, &mine, &out, &secret), OK);
    json_decref(again.answers);
    json_decref(s.answers);
    assert_int_equal(papers_files(&t.c, out.id, &f, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(draft_list(&t.c, &all, &n), OK);
    assert_int_equal(n, 0);                     /* handed in: it is no draft any more */
    for (int i = 0; i < DRAFTS_MAX; i++) {
        assert_int_equal(draft_new(&t.c, "9.000001", &d), OK);
        json_decref(d.answers);
    }
    assert_int_equal(draft_new(&t.c, "9.000001", &d), E_INVALID);
    t.c.now += 91 * DAY_SECONDS;
    assert_int_equal(drafts_expire(&t.c), DRAFTS_MAX);
}

static void
test_preview_stores_nothing(void **state)
{
    static const struct query ROWS_Q = {"test_rows", "SELECT count(*) FROM dossier"};
    struct submission s;
    struct preview p;

    (void)state;
    town_be(&t, CITIZEN);
    town_submission(&t, &s, CHANNEL_ONLINE);
    json_object_set_new(s.answers, "kieu", json_string("cham"));
    s.n_files = 0;
    assert_int_equal(dossiers_preview(&t.c, &s, &p), OK);
    assert_string_equal(p.case_id, "slow");
    assert_string_equal(p.limit_text, "10wd");
    assert_int_equal(p.total, 5000);
    assert_int_equal(p.n_papers_missing, 1);
    assert_string_equal(p.papers_missing[0], "Giấy A");
    assert_int_equal(db_int(&t.c, -1, &ROWS_Q, NO_ARGS), 0);
    json_decref(s.answers);
}

/* --- codes under concurrency: no gap, no double, whoever fails
 * ----------------------------------------- */

enum { RACERS = 8, EACH = 60 };

struct race_job { struct lane_job job; sem_t *done; bool fails; int rc; char code[64]; };

static int
race_work(struct lane_job *j, struct db *db)
{
    struct race_job *r = (struct race_job *)j;
    struct submission s;
    struct dossier d;
    struct town mine = t;               /* a context of its own, on the same town */
    char *secret;
    int rc;

    ctx_init(&mine.c, arena_open(4 << 20));
    town_connect(&t, &mine.c);
    mine.c.db = db;
    town_be(&mine, CITIZEN);
    town_submission(&mine, &s, CHANNEL_ONLINE);
    rc = dossiers_submit(&mine.c, &s, &d, &secret);
    json_decref(s.answers);
    if (rc == OK)
        snprintf(r->code, sizeof r->code, "%s", d.code);
    arena_close(mine.c.a);
    return rc == OK && r->fails ? E_CONFLICT : rc;      /* after its code was taken */
}

static void
race_done(struct lane_job *j, int rc)
{
    struct race_job *r = (struct race_job *)j;

    r->rc = rc;
    sem_post(r->done);
}

struct racer { struct lane *lane; struct race_job jobs[EACH]; sem_t done; };

static void *
race(void *arg)
{
    struct racer *r = arg;

    for (int i = 0; i < EACH; i++) {
        r->jobs[i] = (struct race_job){.job = {.work = race_work, .done = race_done},
                                       .done = &r->done, .fails = i % 7 == 3};
        while (!lane_put(r->lane, &r->jobs[i].job))
            ;
    }
    for (int i = 0; i < EACH; i++)
        sem_wait(&r->done);
    return NULL;
}

static void
test_codes_have_no_gap_and_no_double(void **state)
{
    static struct racer racers[RACERS];
    static bool seen[RACERS * EACH + 1];
    pthread_t threads[RACERS];
    struct lane *lane = lane_open(testdb_url(), DB_READ_WRITE, 4096, 64);
    int stored = 0;

    (void)state;
    memset(seen, 0, sizeof seen);
    for (int i = 0; i < RACERS; i++) {
        racers[i].lane = lane;
        sem_init(&racers[i].done, 0, 0);
        pthread_create(&threads[i], NULL, race, &racers[i]);
    }
    for (int i = 0; i < RACERS; i++)
        pthread_join(threads[i], NULL);
    lane_close(lane);
    for (int i = 0; i < RACERS; i++)
        for (int k = 0; k < EACH; k++) {
            const struct race_job *j = &racers[i].jobs[k];
            long number = strtol(strrchr(j->code, '-') + 1, NULL, 10);

            assert_int_equal(j->rc == OK, !j->fails);
            if (j->rc != OK)
                continue;
            assert_true(number >= 1 && number <= RACERS * EACH && !seen[number]);
            seen[number] = true;
            stored++;
        }
    for (int n = 1; n <= stored; n++)
        assert_true(seen[n]);           /* what failed left no hole */
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(test_views), T(test_pages_miss_nothing_and_show_nothing_twice), T(test_search),
        T(test_own_and_api_list),
        T(test_a_checked_number_shows_what_the_counter_received),
        T(test_feed), T(test_counters), T(test_overview),
        T(test_warnings_are_said_once), T(test_inner_targets),
        T(test_where_nobody_works_an_alarm_rings),
        T(test_a_reform_moves_running_dossiers), T(test_a_new_holiday_recomputes),
        T(test_a_stand_in_acts_for_the_absent), T(test_drafts), T(test_preview_stores_nothing),
        T(test_codes_have_no_gap_and_no_double),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
