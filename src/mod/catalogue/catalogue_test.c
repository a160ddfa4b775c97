/* catalogue_test.c - the shipped packages, versions in a database, and what answers decide. */
#include "base/test.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/now.h"
#include "db/testdb.h"
#include "mod/catalogue/catalogue_package.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/deadlines/deadlines.h"

static struct ctx c;
static struct catalogue_snapshot *shipped;
static FILE *faults;

static day
on(const char *iso)
{
    day d;

    assert_true(date_parse(iso, &d));
    return d;
}

static int
set_up(void **state)
{
    struct catalogue_imported done;

    (void)state;
    testdb_open(&c);
    faults = tmpfile();
    if (catalogue_import(&c, "catalogue", faults, &done) != OK) {
        print_error("catalogue/ has faults: run motcua catalogue check catalogue\n");
        return -1;
    }
    shipped = catalogue_snapshot_load(&c);
    return shipped ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    catalogue_snapshot_free(shipped);
    fclose(faults);
    testdb_close(&c);
    return 0;
}

/* --- versions in the database ------------------------------------------------------------- */

static void
test_import_again_changes_nothing(void **state)
{
    struct catalogue_imported done;
    int64_t before = catalogue_generation(&c);

    (void)state;
    assert_int_equal(before, catalogue_snapshot_generation(shipped));
    assert_int_equal(catalogue_import(&c, "catalogue", faults, &done), OK);
    assert_int_equal(done.added + done.replaced + done.files, 0);
    assert_true(done.unchanged >= 5);
    assert_int_equal(catalogue_generation(&c), before);
}

/* A copy of a shipped package in a folder of the test, with one text replaced. */
static char *
copy_package(const char *code, const char *from, const char *to)
{
    char *dir = arena_fmt(c.a, "%s/%s", testdb_folder(), code);
    static const char *const FILES[] = {"procedure.yaml", "form.json"};

    mkdir(dir, 0700);
    for (size_t i = 0; i < 2; i++) {
        const char *path = arena_fmt(c.a, "catalogue/procedures/%s/%s", code, FILES[i]), *at;
        struct bytes b;

        assert_int_equal(file_read(c.a, path, TREE_BYTES, &b), 0);
        at = strstr((const char *)b.p, from);
        if (at) {
            size_t n = (size_t)(at - (const char *)b.p);
            const char *s = arena_fmt(c.a, "%.*s%s%s", (int)n, (const char *)b.p, to,
                                      at + strlen(from));

            b = (struct bytes){(const uint8_t *)s, strlen(s)};
        }
        assert_int_equal(
            file_write(c.a, arena_fmt(c.a, "%s/%s", dir, FILES[i]), b.p, b.n, 0600), 0);
    }
    return dir;
}

static void
test_published_content_needs_a_new_number(void **state)
{
    struct catalogue_imported done;
    char *dir = copy_package("1.001193", "name: Đăng ký khai sinh\n", "name: Đăng ký việc sinh\n");

    (void)state;
    assert_int_equal(catalogue_import(&c, dir, faults, &done), E_INVALID);
    assert_int_equal(done.added + done.replaced, 0);
    assert_int_equal(catalogue_generation(&c), catalogue_snapshot_generation(shipped));
}

static void
test_a_second_version(void **state)
{
    struct catalogue_imported done;
    struct catalogue_snapshot *s;
    struct procedure_list all;
    const struct procedure *old, *new;
    struct catalogue_changes diff;

    (void)state;
    copy_package("1.001193", "version: 1\n", "version: 2\n");
    assert_int_equal(catalogue_import(&c, arena_fmt(c.a, "%s/1.001193", testdb_folder()), faults,
                                      &done), E_INVALID);      /* the same first day of validity */
    copy_package("1.001193", "version: 1\nstate: published\nvalid_from: 2025-07-01\n",
                 "version: 2\nstate: published\nvalid_from: 2027-03-01\n");
    assert_int_equal(catalogue_import(&c, arena_fmt(c.a, "%s/1.001193", testdb_folder()), faults,
                                      &done), OK);
    assert_int_equal(done.added, 1);
    s = catalogue_snapshot_load(&c);
    assert_non_null(s);
    assert_int_equal(catalogue_snapshot_generation(s), catalogue_snapshot_generation(shipped) + 1);
    old = catalogue_find(s, "1.001193", on("2027-02-28"));
    new = catalogue_find(s, "1.001193", on("2027-03-01"));
    assert_int_equal(old->version, 1);
    assert_int_equal(new->version, 2);
    assert_null(catalogue_find(s, "1.001193", on("2025-06-30")));
    assert_ptr_equal(catalogue_version(s, old->id), old);
    all = catalogue_versions(c.a, s, "1.001193");
    assert_int_equal(all.n, 2);
    assert_int_equal(all.p[0]->version, 2);
    assert_int_equal(catalogue_diff(&c, old->id, new->id, &diff), OK);
    assert_int_equal(diff.n, 2);
    assert_string_equal(diff.p[0].before, "1");
    assert_string_equal(diff.p[0].after, "2");
    assert_string_equal(diff.p[1].what, "Có hiệu lực từ");
    catalogue_snapshot_free(s);
}

/* The small package of tests/catalogue-faults with texts replaced, imported. */
static int64_t
import_small(const char *const changes[][2], size_t n)
{
    static const char *const FILES[] = {"procedure.yaml", "form.json"};
    struct catalogue_imported done;
    struct catalogue_snapshot *s;
    int64_t id;

    mkdir(arena_fmt(c.a, "%s/9.000001", testdb_folder()), 0700);
    for (size_t f = 0; f < 2; f++) {
        struct bytes b;
        const char *text;

        text = arena_fmt(c.a, "tests/catalogue-faults/procedures/9.000001/%s", FILES[f]);
        assert_int_equal(file_read(c.a, text, TREE_BYTES, &b), 0);
        text = (const char *)b.p;
        for (size_t i = 0; i < n; i++) {
            const char *at = strstr(text, changes[i][0]);

            if (at)
                text = arena_fmt(c.a, "%.*s%s%s", (int)(at - text), text, changes[i][1],
                                 at + strlen(changes[i][0]));
        }
        file_write(c.a, arena_fmt(c.a, "%s/9.000001/%s", testdb_folder(), FILES[f]), text,
                   strlen(text), 0600);
    }
    assert_int_equal(catalogue_import(&c, arena_fmt(c.a, "%s/9.000001", testdb_folder()), faults,
                                      &done), OK);
    s = catalogue_snapshot_load(&c);
    id = catalogue_versions(c.a, s, "9.000001").p[0]->id;
    catalogue_snapshot_free(s);
    return id;
}

static bool
changed(const struct catalogue_changes *d, enum catalogue_change_kind kind, const char *part,
        const char *what, const char *before, const char *after)
{
    for (size_t i = 0; i < d->n; i++) {
        const struct catalogue_change *x = &d->p[i];

        if (x->kind == kind && strcmp(x->part, part) == 0 && strcmp(x->what, what) == 0 &&
            strcmp(x->before, before) == 0 && strcmp(x->after, after) == 0)
            return true;
    }
    return false;
}

static void
test_difference(void **state)
{
    static const char *const CHANGES[][2] = {
        {"version: 1\n", "version: 2\n"},
        {"valid_from: 2025-07-01\nvalid_to: 2030-12-31", "valid_from: 2031-01-01"},
        {"amount: 2000", "amount: 3000"},
        {"limit: 5wd", "limit: 7wd"},
        {"    note: Bản chụp cũng được.\n", "  - id: don\n    name: Đơn\n    originals: 1\n"
         "    copies: 0\n    required: true\n"},
        {"actions: [forward, supplement, refuse]", "actions: [forward, supplement]"},
        {"{id: house, name: Nhà ở,", "{id: house, name: Nhà,"},
        {"\"label\": \"Số bản\"", "\"label\": \"Số bản sao\""},
    };
    int64_t old = import_small(NULL, 0), new = import_small(CHANGES, ROWS(CHANGES));
    struct catalogue_changes d;

    (void)state;
    assert_int_not_equal(old, new);
    assert_int_equal(catalogue_diff(&c, old, new, &d), OK);
    assert_true(changed(&d, CHANGE_CHANGED, "Số phiên bản", "Số phiên bản", "1", "2"));
    assert_true(changed(&d, CHANGE_REMOVED, "Hết hiệu lực", "Hết hiệu lực", "2030-12-31", ""));
    assert_true(changed(&d, CHANGE_CHANGED, "Phí, lệ phí", "Lệ phí: Mức thu", "2000", "3000"));
    assert_true(changed(&d, CHANGE_ADDED, "Giấy tờ phải nộp", "Giấy tờ phải nộp", "", "Đơn"));
    assert_true(changed(&d, CHANGE_REMOVED, "Giấy tờ phải nộp", "Bản vẽ: Ghi chú",
                        "Bản chụp cũng được.", ""));
    assert_true(changed(&d, CHANGE_CHANGED, "Quy trình nội bộ", "Thẩm định: Việc được làm",
                        "forward, supplement, refuse", "forward, supplement"));
    assert_true(changed(&d, CHANGE_CHANGED, "Trường hợp giải quyết", "Nhà ở: Tên", "Nhà ở", "Nhà"));
    assert_true(d.n >= 9);
    assert_int_equal(catalogue_diff(&c, old, old, &d), OK);
    assert_int_equal(d.n, 0);
    assert_int_equal(catalogue_diff(&c, old, 1, &d), E_NOTFOUND);
}

/* A draft is replaced under its number until it is published, and is never in force. */
static void
test_drafts(void **state)
{
    static const char *const DRAFT[][2] = {
        {"version: 1\nstate: published", "version: 3\nstate: draft"},
        {"valid_from: 2025-07-01", "valid_from: 2032-01-01"},
        {"valid_to: 2030-12-31\n", ""},
    };
    static const char *const AGAIN[][2] = {
        {"version: 1\nstate: published", "version: 3\nstate: draft"},
        {"valid_from: 2025-07-01", "valid_from: 2033-01-01"},
        {"valid_to: 2030-12-31\n", ""},
    };
    int64_t id = import_small(DRAFT, 3);
    struct catalogue_snapshot *s = catalogue_snapshot_load(&c);

    (void)state;
    assert_int_equal(catalogue_find(s, "9.000001", on("2034-01-01"))->version, 2);
    catalogue_snapshot_free(s);
    assert_int_equal(import_small(AGAIN, 3), id);
    s = catalogue_snapshot_load(&c);
    assert_int_equal(catalogue_version(s, id)->valid_from, on("2033-01-01"));
    catalogue_snapshot_free(s);
}

static void
test_sixty_packages_load_in_time(void **state)
{
    int64_t t = now_mono_micros();
    struct catalogue_snapshot *s = catalogue_snapshot_load(&c);
    size_t n = catalogue_newest(c.a, s).n;

    (void)state;
    t = now_mono_micros() - t;
    catalogue_snapshot_free(s);
    print_message("%zu packages in %d us\n", n, (int)t);
    assert_true((double)t / (double)n * 60 < 300000 * 5);       /* sanitizers are slow */
}

/* --- search -------------------------------------------------------------------------------- */

static void
test_search(void **state)
{
    static const struct { const char *words, *first; } T[] = {
        {"birth registration", "1.001193"},   {"Marriage", "1.000894"},
        {"dang ky khai sinh", "1.001193"},      {"Khai SINH", "1.001193"},
        {"1.000894", "1.000894"},               {"đăng ký kết hôn", "1.000894"},
        {"trích lục hộ tịch", "2.000635"},      {"khai tu", "1.000656"},
    };
    struct catalogue_query none = {.words = "không có thủ tục nào như thế", .level = -1};

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        struct catalogue_query q = {.words = T[i].words, .level = -1, .lang = LANG_EN};
        struct procedure_list l = catalogue_search(c.a, shipped, on("2026-11-22"), &q);

        if (l.n == 0 || strcmp(l.p[0]->code, T[i].first) != 0)
            fail_msg("%s finds %s first", T[i].words, l.n ? l.p[0]->code : "nothing");
    }
    assert_int_equal(catalogue_search(c.a, shipped, on("2026-11-22"), &none).n, 0);
}

static void
test_search_by_field_event_level(void **state)
{
    struct catalogue_query field = {.field = "G15-TP07", .level = -1};
    struct catalogue_query event = {.life_event = "birth", .level = -1};
    struct catalogue_query city = {.level = LEVEL_CITY};
    struct procedure_list l = catalogue_search(c.a, shipped, on("2026-11-22"), &field);

    (void)state;
    assert_true(l.n >= 5);
    for (size_t i = 0; i < l.n; i++)
        assert_string_equal(l.p[i]->field, "G15-TP07");
    for (size_t i = 1; i < l.n; i++)
        assert_true(strcmp(l.p[i - 1]->folded_name[LANG_VI], l.p[i]->folded_name[LANG_VI]) <= 0);
    assert_true(catalogue_search(c.a, shipped, on("2026-11-22"), &event).n >= 1);
    l = catalogue_search(c.a, shipped, on("2026-11-22"), &city);
    for (size_t i = 0; i < l.n; i++)
        assert_int_equal(l.p[i]->level, LEVEL_CITY);
    assert_string_equal(catalogue_field_name(shipped, "G15-TP07"), "Hộ tịch");
    assert_true(catalogue_life_events(shipped).n > 3);
}

/* --- what answers decide: birth registration ------------------------------------------------- */

static json_t *
facts_of(const char *answers, const char *received, const char *payer)
{
    json_t *a = json_loads(answers, 0, NULL), *f;

    assert_non_null(a);
    f = catalogue_facts(c.a, a, on(received), CHANNEL_ONLINE, payer);
    json_decref(a);
    return f;
}

static void
test_case_of_a_birth(void **state)
{
    static const struct { const char *name, *answers, *want; } T[] = {
        {"within 60 days", "{\"ngay_sinh\": \"2026-09-23\"}", "normal"},
        {"the 61st day is late", "{\"ngay_sinh\": \"2026-09-22\"}", "late"},
        {"abandoned comes first",
         "{\"ngay_sinh\": \"2020-01-01\", \"tinh_huong\": \"bo_roi\"}", "abandoned"},
        {"no answers yet", "{}", "normal"},
    };
    const struct procedure *p = catalogue_find(shipped, "1.001193", on("2026-11-22"));

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        json_t *f = facts_of(T[i].answers, "2026-11-22", "citizen");
        const struct proc_case *k = catalogue_case(p, f);

        if (strcmp(k->id, T[i].want) != 0)
            fail_msg("%s: %s", T[i].name, k->id);
        assert_string_equal(catalogue_limit(p, k), "same-day:15:00");
        assert_ptr_equal(catalogue_case_find(p, k->id), k);
        json_decref(f);
    }
}

static int64_t
total(const struct procedure *p, const char *kase, const char *answers, int channel,
      unsigned payers, const char *date)
{
    json_t *f = facts_of(answers, date, "citizen");
    struct fee_list l = catalogue_fees(c.a, p, catalogue_case_find(p, kase), f, channel, payers,
                                       on(date));

    json_decref(f);
    return l.total;
}

static void
test_fees_of_a_birth(void **state)
{
    const struct procedure *p = catalogue_find(shipped, "1.001193", on("2026-11-22"));
    unsigned citizen = 1u << SUBJECT_CITIZEN, poor = citizen | 1u << PAYER_POOR;

    (void)state;
    assert_int_equal(total(p, "normal", "{}", CHANNEL_DIRECT, citizen, "2026-08-01"), 0);
    assert_int_equal(total(p, "late", "{}", CHANNEL_DIRECT, citizen, "2026-08-01"), 5000);
    assert_int_equal(total(p, "late", "{}", CHANNEL_DIRECT, poor, "2026-08-01"), 0);
    assert_int_equal(total(p, "normal", "{\"so_ban_sao\": 3}", CHANNEL_DIRECT, citizen,
                           "2026-11-22"), 24000);
    assert_int_equal(total(p, "normal", "{\"so_ban_sao\": 3}", CHANNEL_ONLINE, citizen,
                           "2026-11-22"), 0);                   /* free online until 2027-02-28 */
    assert_int_equal(total(p, "late", "{\"so_ban_sao\": 2}", CHANNEL_ONLINE, citizen,
                           "2026-08-01"), 5000 + 16000);
}

/* Steps and cap: rules.md 2.4, certified copies. */
static void
test_fee_steps(void **state)
{
    struct fee_step steps[] = {{3, 1000}};
    struct proc_fee fee = {.id = "copy", .quantity = "n", .rows = "", .times = "", .amount = 2000,
                           .cap = 200000, .steps = {steps, 1}, .from = NO_DAY, .to = NO_DAY};
    struct procedure p = {.fees = {&fee, 1}};
    static const struct { int n, want; } T[] = {
        {0, 0}, {1, 2000}, {2, 4000}, {3, 5000}, {10, 12000}, {198, 200000}, {5000, 200000},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        json_t *f = json_pack("{s:i}", "n", T[i].n);

        assert_int_equal(catalogue_fees(c.a, &p, NULL, f, CHANNEL_DIRECT, 1, 0).total, T[i].want);
        json_decref(f);
    }
}

static bool
asked(const struct procedure *p, const char *answers, const char *paper)
{
    json_t *f = facts_of(answers, "2026-11-22", "citizen");
    struct paper_list l = catalogue_papers(c.a, p, catalogue_case(p, f), f);
    bool found = false;

    for (size_t i = 0; i < l.n; i++)
        found = found || strcmp(l.p[i]->id, paper) == 0;
    json_decref(f);
    return found;
}

static void
test_papers_of_a_birth(void **state)
{
    const struct procedure *p = catalogue_find(shipped, "1.001193", on("2026-11-22"));

    (void)state;
    assert_true(asked(p, "{}", "to_khai"));
    assert_true(asked(p, "{}", "giay_chung_sinh"));
    assert_false(asked(p, "{\"tinh_huong\": \"bo_roi\"}", "giay_chung_sinh"));
    assert_true(asked(p, "{\"tinh_huong\": \"bo_roi\"}", "bien_ban_bo_roi"));
    assert_false(asked(p, "{\"loai_chung_sinh\": \"dien_tu\"}", "giay_chung_sinh"));
}

static void
test_conditions_in_words(void **state)
{
    static const struct { const char *rule, *want; } T[] = {
        {"{\"==\": [{\"var\": \"quan_he\"}, \"ong_ba\"]}",
         "«Bạn là gì của trẻ?» là \"Ông hoặc bà\""},
        {"{\"in\": [{\"var\": \"quan_he\"}, [\"me\", \"cha\"]]}",
         "«Bạn là gì của trẻ?» là \"Mẹ\" hoặc \"Cha\""},
        {"{\">\": [{\"days_since\": [{\"var\": \"ngay_sinh\"}]}, 60]}",
         "số ngày kể từ «Ngày sinh» lớn hơn 60"},
        {"{\"and\": [{\"!\": {\"var\": \"gio_sinh\"}}, {\"or\": [{\"var\": \"$channel\"}, true]}]}",
         "«Giờ sinh» để trống và (cách nộp hoặc có)"},
        {"{\"missing\": [\"gio_sinh\"]}", "{\"missing\":[\"gio_sinh\"]}"},
    };
    const struct procedure *p = catalogue_find(shipped, "1.001193", on("2026-11-22"));

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        json_t *rule = json_loads(T[i].rule, 0, NULL);

        assert_string_equal(catalogue_condition(&c, p, rule), T[i].want);
        json_decref(rule);
    }
    assert_string_equal(catalogue_condition(&c, p, NULL), "");
}

static void
test_every_step_leads_on(void **state)
{
    struct procedure_list all = catalogue_newest(c.a, shipped);

    (void)state;
    for (size_t i = 0; i < all.n; i++) {
        const struct procedure *p = all.p[i];
        const struct proc_step *s = &p->process.p[0];
        size_t n = 0;

        while (s->next.n && n++ < p->process.n)
            s = catalogue_step_after(p, s);
        assert_ptr_equal(s, &p->process.p[p->process.n - 1]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_import_again_changes_nothing),
        cmocka_unit_test(test_sixty_packages_load_in_time),
        cmocka_unit_test(test_search),
        cmocka_unit_test(test_search_by_field_event_level),
        cmocka_unit_test(test_case_of_a_birth),
        cmocka_unit_test(test_fees_of_a_birth),
        cmocka_unit_test(test_fee_steps),
        cmocka_unit_test(test_papers_of_a_birth),
        cmocka_unit_test(test_every_step_leads_on),
        cmocka_unit_test(test_conditions_in_words),
        cmocka_unit_test(test_published_content_needs_a_new_number),
        cmocka_unit_test(test_a_second_version),
        cmocka_unit_test(test_difference),
        cmocka_unit_test(test_drafts),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
