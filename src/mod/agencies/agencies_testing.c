#include "mod/agencies/agencies_testing.h"

void
check(const char *name, bool want, bool got)
{
    if (want != got) {
        print_error("%s: want %s\n", name, want ? "true" : "false");
        _fail(__FILE__, __LINE__);
    }
}

void
same(const char *name, const char *want, const char *got)
{
    if (strcmp(want, got) != 0) {
        print_error("%s: want \"%s\", got \"%s\"\n", name, want, got);
        _fail(__FILE__, __LINE__);
    }
}

day
on(const char *iso)
{
    day n = 0;

    assert_true(date_parse(iso, &n));
    return n;
}

void
tree_fault(void *to, const char *path, int line, int column, const char *sentence)
{
    (void)to;
    print_error("%s:%d:%d: %s\n", path, line, column, sentence);
}

void
tree_open(struct tree *t)
{
    testdb_open(&t->c);
    t->c.now = vn_utc(on("2026-11-23"), 9 * 60);
    assert_int_equal(OK, db_begin(&t->c, DB_READ_WRITE));      /* one commit, not a thousand */
    assert_int_equal(OK, agencies_file_import(&t->c, "catalogue/agencies.yaml", tree_fault, NULL));
    assert_int_equal(OK, db_commit(&t->c));
    t->s = agencies_snapshot_load(&t->c);
    assert_non_null(t->s);
}

void
tree_close(struct tree *t)
{
    agencies_snapshot_free(t->s);
    testdb_close(&t->c);
}

void
tree_reload(struct tree *t)
{
    agencies_snapshot_free(t->s);
    t->s = agencies_snapshot_load(&t->c);
}

const struct agency *
tree_past(struct tree *t, const char *code)
{
    const struct agency *g = agencies_by_code(t->s, code, on("2025-06-30"));

    assert_non_null(g);
    return g;
}

int64_t
tree_today(struct tree *t, const char *code)
{
    return agencies_by_code(t->s, code, vn_day(t->c.now))->id;
}
