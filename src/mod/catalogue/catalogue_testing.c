#include "mod/catalogue/catalogue_testing.h"

#include <sys/stat.h>

static const char *const FILES[] = {FIELDS, TYPES, KEEP, "agencies.yaml", Y, F, R};

struct arena *a;

const char *
place(const char *name)
{
    return arena_fmt(a, "%s/%s", testdb_folder(), name);
}

void
put(const char *name, const char *text, size_t n)
{
    assert_int_equal(file_write(a, place(name), text, n, 0600), 0);
}

struct bytes
good(const char *name)
{
    struct bytes b;

    assert_int_equal(file_read(a, arena_fmt(a, FAULTLESS "/%s", name), TREE_BYTES, &b), 0);
    return b;
}

int
faultless_open(void **state)
{
    (void)state;
    a = arena_open(1 << 30);
    testdb_folder_make();
    mkdir(place("procedures"), 0700);
    mkdir(place("procedures/9.000001"), 0700);
    mkdir(place("results"), 0700);
    for (size_t i = 0; i < ROWS(FILES); i++) {
        struct bytes b = good(FILES[i]);
        put(FILES[i], (const char *)b.p, b.n);
    }
    return 0;
}

int
faultless_close(void **state)
{
    (void)state;
    testdb_folder_remove();
    arena_close(a);
    return 0;
}
