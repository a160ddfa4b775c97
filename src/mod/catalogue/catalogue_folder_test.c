/* What `catalogue check` says of files and folders: unexpected, missing, too large, alike. */
#include "mod/catalogue/catalogue_testing.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void
check_folder_says(const char *dir, const char *path, const char *sentence)
{
    struct report r = {.a = a};
    struct catalogue_files files;

    assert_int_equal(check_folder(&r, dir, &files), 0);
    for (size_t i = 0; i < r.found.n; i++)
        if (strcmp(r.found.p[i].path, path) == 0 && strstr(r.found.p[i].sentence, sentence))
            return;
    fail_msg("%s: no fault \"%s\" at %s", dir, sentence, path);
}

static void
test_unexpected_files(void **state)
{
    static const char *const NAMES[] = {"note.txt", "procedures/.hidden",
                                        "procedures/9.000001/form.json~", "Fields.yaml"};

    (void)state;
    for (size_t i = 0; i < ROWS(NAMES); i++) {
        put(NAMES[i], "x", 1);
        check_folder_says(testdb_folder(), place(NAMES[i]), "nothing of this name is expected");
        unlink(place(NAMES[i]));
    }
    assert_int_equal(symlink("/etc/passwd", place("procedures/link")), 0);
    check_folder_says(testdb_folder(), place("procedures/link"), "nothing of this name");
    unlink(place("procedures/link"));
}

static void
test_missing_files(void **state)
{
    struct bytes b = good(F);

    (void)state;
    unlink(place(F));
    check_folder_says(testdb_folder(), place("procedures/9.000001"), "has no form.json");
    put(F, (const char *)b.p, b.n);
    mkdir(place("procedures/9.000002"), 0700);
    check_folder_says(place("procedures"), place("procedures/9.000002"), "has no procedure.yaml");
    rmdir(place("procedures/9.000002"));
}

static void
test_too_large(void **state)
{
    char *text = arena_get(a, TREE_BYTES + 2);
    struct bytes b = good(F);

    (void)state;
    memset(text, ' ', TREE_BYTES + 1);
    put(F, text, TREE_BYTES + 1);
    check_folder_says(testdb_folder(), place(F), "longer than 256 KiB");
    memset(text, '[', TREE_BYTES);
    put(F, text, 1000);
    check_folder_says(testdb_folder(), place(F), "more than 64 levels");
    put(Y, text, 1000);
    check_folder_says(testdb_folder(), place(Y), "more than 64 levels");
    put(F, (const char *)b.p, b.n);
    b = good(Y);
    put(Y, (const char *)b.p, b.n);
}

/* DIR may be the catalogue, procedures/ or one package; fields.yaml above is read in each. */
static void
test_three_kinds_of_folder(void **state)
{
    static const char *const DIRS[] = {"", "/procedures", "/procedures/", "/procedures/9.000001",
                                       "/procedures/9.000001/"};
    struct catalogue_files files;

    (void)state;
    for (size_t i = 0; i < ROWS(DIRS); i++) {
        struct report r = {.a = a};

        assert_int_equal(check_folder(&r, arena_fmt(a, FAULTLESS "%s", DIRS[i]), &files), 0);
        assert_int_equal(r.found.n, 0);
        assert_int_equal(files.n, 1);
    }
    assert_int_equal(check_folder(&(struct report){.a = a}, FAULTLESS "/nowhere", &files), 2);
    assert_int_equal(check_folder(&(struct report){.a = a}, FAULTLESS "/fields.yaml", &files), 2);
}

/* Two declarations that ask the same are one declaration. */
static void
test_forms_that_differ_only_in_title(void **state)
{
    const char *yaml = (const char *)good(Y).p, *form = (const char *)good(F).p;
    const char *title = strstr(form, "để thử");
    char *other = arena_fmt(a, "%.*skhác%s", (int)(title - form), form, title + strlen("để thử"));

    (void)state;
    mkdir(place("procedures/9.000002"), 0700);
    other = arena_fmt(a, "%s", other);
    put("procedures/9.000002/form.json", other, strlen(other));
    other = arena_fmt(a, "code: \"9.000002\"%s", yaml + strlen("code: \"9.000001\""));
    put("procedures/9.000002/procedure.yaml", other, strlen(other));
    check_folder_says(testdb_folder(), place("procedures/9.000002/form.json"),
                      "differs from that of 9.000001 in nothing but titles");
    unlink(place("procedures/9.000002/form.json"));
    unlink(place("procedures/9.000002/procedure.yaml"));
    rmdir(place("procedures/9.000002"));
}

static void
test_findings_are_sorted(void **state)
{
    struct report r = {.a = a};
    struct catalogue_files files;
    const char *text = "valid_from: x\ncode: 7\nb: 1\n";

    (void)state;
    put(Y, text, strlen(text));
    assert_int_equal(check_folder(&r, testdb_folder(), &files), 0);
    for (size_t i = 1; i < r.found.n; i++) {
        const struct finding *x = &r.found.p[i - 1], *y = &r.found.p[i];

        assert_true(strcmp(x->path, y->path) <= 0);
        if (strcmp(x->path, y->path) == 0)
            assert_true(x->line < y->line || (x->line == y->line && x->column <= y->column));
    }
    assert_true(r.found.n > 15);
    put(Y, (const char *)good(Y).p, good(Y).n);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unexpected_files),
        cmocka_unit_test(test_missing_files),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_three_kinds_of_folder),
        cmocka_unit_test(test_forms_that_differ_only_in_title),
        cmocka_unit_test(test_findings_are_sorted),
    };

    return cmocka_run_group_tests(tests, faultless_open, faultless_close);
}
