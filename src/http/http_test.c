/* One row, one promise: what is read from strangers, which row answers, how often one may ask. */
#include "base/err.h"
#include "http/multipart.h"
#include "http/rate.h"
#include "http/reply.h"
#include "http/router.h"
#include "http/store.h"
#include "http/urlform.h"

#undef fail                     /* of base/err.h; cmocka has its own */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define ROWS(t) (sizeof(t) / sizeof *(t))

static struct arena *a;

static void
same(const char *name, const char *want, const char *got)
{
    if (!got || strcmp(want, got) != 0)
        fail_msg("%s: want \"%s\", got \"%s\"", name, want, got ? got : "(null)");
}

static void
test_path_split(void **state)
{
    static const struct { const char *name, *raw, *want; } T[] = {
        { "the root has no segment",                "/",                    "" },
        { "segments are decoded one by one",        "/thu-tuc/a%20b",       "thu-tuc|a b" },
        { "Vietnamese letters",                     "/%C4%90%E1%BB%8Fi",    "Đỏi" },
        { "a plus is a plus in a path",             "/a+b",                 "a+b" },
        { "a last slash is an empty segment",       "/a/",                  "a|" },
        { "an encoded slash hides a segment",       "/a%2fb",               NULL },
        { "an encoded backslash too",               "/a%5Cb",               NULL },
        { "an encoded NUL ends nothing",            "/a%00b",               NULL },
        { "two dots lead nowhere",                  "/a/../b",              NULL },
        { "encoded dots either",                    "/a/%2E%2e/b",          NULL },
        { "one dot",                                "/./b",                 NULL },
        { "an escape cut short",                    "/a%4",                 NULL },
        { "no escape at all",                       "/a%zz",                NULL },
        { "invalid UTF-8",                          "/%ff",                 NULL },
        { "overlong UTF-8",                         "/%c0%af",              NULL },
        { "a control character",                    "/a%07",                NULL },
        { "a line's end",                           "/a%0d%0ab",            NULL },
        { "no slash before it",                     "a",                    NULL },
        { "an absolute address",                    "http://x/a",           NULL },
        { "too many segments",                      "/1/2/3/4/5/6/7/8/9/10/11/12/13", NULL },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        const char *seg[SEGMENTS_MAX];
        size_t n;
        struct buf b;

        assert_int_equal(path_split(a, T[i].raw, seg, &n), T[i].want != NULL);
        buf_init(&b, a, 1000);
        for (size_t k = 0; T[i].want && k < n; k++)
            buf_fmt(&b, "%s%s", k ? "|" : "", seg[k]);
        same(T[i].name, T[i].want ? T[i].want : "", b.p);
    }
}

static void
test_urlform(void **state)
{
    static const struct { const char *name, *text, *want; } T[] = {
        { "pairs in their order",           "a=1&b=2",          "a=1;b=2;" },
        { "a plus is a space",              "a=b+c",            "a=b c;" },
        { "a name twice stays twice",       "a=1&a=2",          "a=1;a=2;" },
        { "a name without a value",         "a&b=",             "a=;b=;" },
        { "an equals sign in the value",    "a=b=c",            "a=b=c;" },
        { "no name is no field",            "=x&&a=1",          "a=1;" },
        { "a bad value is kept as bad",     "a=%ff&b=%00x",     "a=!;b=!;" },
        { "a bad name spoils all",          "%ff=1",            NULL },
        { "a malformed escape too",         "a=%",              NULL },
        { "nothing",                        "",                 "" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        struct sent_list list = {0};
        struct buf b;

        assert_int_equal(urlform_parse(a, T[i].text, strlen(T[i].text), &list), T[i].want != NULL);
        buf_init(&b, a, 1000);
        for (size_t k = 0; T[i].want && k < list.n; k++)
            buf_fmt(&b, "%s=%s;", list.p[k].name, list.p[k].bad ? "!" : list.p[k].value);
        same(T[i].name, T[i].want ? T[i].want : "", b.p);
    }
}

static void
test_cookie(void **state)
{
    static const struct { const char *name, *header, *want; } T[] = {
        { "the only one",                   "phien=abc",                "abc" },
        { "among others",                   "a=1; phien=abc; b=2",      "abc" },
        { "without spaces",                 "a=1;phien=abc",            "abc" },
        { "a longer name is another",       "xphien=no; phienx=no",     NULL },
        { "twice: nobody knows which",      "phien=a; phien=b",         NULL },
        { "with a quote",                   "phien=\"a\"",              NULL },
        { "with a space",                   "phien=a b",                NULL },
        { "empty",                          "phien=",                   "" },
        { "none",                           "",                         NULL },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        const char *got = cookie_find(a, T[i].header, "phien");

        if (!T[i].want)
            assert_null(got);
        else
            same(T[i].name, T[i].want, got);
    }
}

/* --- multipart: parts as name[file]=data; --- */

static bool
part_begin(void *arg, const struct part *p)
{
    buf_fmt(arg, p->file_name ? "%s[%s]=" : "%s=", p->name, p->file_name ? p->file_name : "");
    return true;
}

static bool
part_data(void *arg, const char *s, size_t n)
{
    buf_add(arg, s, n);
    return true;
}

static bool
part_end(void *arg)
{
    buf_lit((struct buf *)arg, ";");
    return true;
}

static void
multipart_row(const char *name, const char *type, const char *body, size_t step, const char *want)
{
    struct buf b;
    struct multipart *m;
    bool ok = true;
    size_t n = strlen(body);

    buf_init(&b, a, 100000);
    m = multipart_open(a, type, &(struct multipart_sink){&b, part_begin, part_data, part_end});
    for (size_t i = 0; m && i < n && ok; i += step)
        ok = multipart_feed(m, body + i, n - i < step ? n - i : step);
    ok = m && ok && multipart_ended(m);
    if (ok != (want != NULL))
        fail_msg("%s in steps of %zu: want %s", name, step, want ? "taken" : "refused");
    if (want)
        same(name, want, b.p);
}

static void
test_multipart(void **state)
{
#define CD "Content-Disposition: form-data; "
    static const char FORM[] = "multipart/form-data; boundary=b";
    static const struct {
        const char *name, *type, *body, *want;
    } T[] = {
        {"a field and a file", FORM,
         "--b\r\n" CD "name=\"x\"\r\n\r\n1\r\n--b\r\n" CD "name=\"t\"; filename=\"a;b.pdf\"\r\n"
         "Content-Type: application/pdf\r\n\r\n%PDF\r\n--b--\r\n",
         "x=1;t[a;b.pdf]=%PDF;"},
        {"data that looks like a border", FORM,
         "--b\r\n" CD "name=\"x\"\r\n\r\n\r\n--\r\n-b\r\n--b--", "x=\r\n--\r\n-b;"},
        {"an empty part", FORM, "--b\r\n" CD "name=\"x\"\r\n\r\n\r\n--b--\r\n", "x=;"},
        {"a quoted boundary", "multipart/form-data; boundary=\"b\"",
         "--b\r\n" CD "name=x\r\n\r\n1\r\n--b--", "x=1;"},
        {"nothing but the end", FORM, "--b--\r\n", ""},
        {"cut before the end", FORM, "--b\r\n" CD "name=\"x\"\r\n\r\n1\r\n--b", NULL},
        {"a preamble", FORM, "hi\r\n--b--\r\n", NULL},
        {"no disposition", FORM, "--b\r\nX: y\r\n\r\n1\r\n--b--\r\n", NULL},
        {"two dispositions", FORM,
         "--b\r\n" CD "name=\"x\"\r\n" CD "name=\"y\"\r\n\r\n1\r\n--b--\r\n", NULL},
        {"no name", FORM, "--b\r\n" CD "filename=\"x\"\r\n\r\n1\r\n--b--\r\n", NULL},
        {"words after the border", FORM, "--bx\r\n" CD "name=\"x\"\r\n\r\n1\r\n--b--\r\n", NULL},
        {"no boundary", "multipart/form-data", "--b--\r\n", NULL},
        {"an odd boundary", "multipart/form-data; boundary=a<b", "--a<b--\r\n", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++)
        for (size_t step = 1; step < 9; step += 2)
            multipart_row(T[i].name, T[i].type, T[i].body, step, T[i].want);
}

/* --- routes --- */

static int
nothing(struct ctx *c)
{
    (void)c;
    return OK;
}

static const struct param IN_CODE[] = { { "code", K_CODE }, { .kind = K_END } };
#define ROW(m, p, i)                                                                               \
    {                                                                                              \
        .method = (m), .path = (p), .perm = PERM_PUBLIC,                                           \
        .where = (m) == POST ? RUN_WRITE_LANE : RUN_INLINE,                                        \
        .body = (m) == POST ? BODY_FORM : BODY_NONE, .sees = SEES_NOBODY, .face = FACE_PORTAL,     \
        .in = (i), .run = nothing, .about = "x"                                                    \
    }

static void
test_router_find(void **state)
{
    static const struct route ROWS_[] = {
        ROW(GET, "/", IN_NONE),           ROW(GET, "/a", IN_NONE),
        ROW(GET, "/a/{code}", IN_CODE),   ROW(GET, "/a/moi", IN_NONE),
        ROW(GET, "/a/{code}/b", IN_CODE), ROW(POST, "/a/{code}/b", IN_CODE),
        ROW(POST, "/gui", IN_NONE),       {0},
    };
    static const struct {
        const char *name;
        enum verb verb;
        const char *path;
        int rc;
        const char *row, *extra;
    } T[] = {
        {"the root", VERB_GET, "/", OK, "/", ""},
        {"a fixed segment wins", VERB_GET, "/a/moi", OK, "/a/moi", ""},
        {"a name takes one segment", VERB_GET, "/a/x1", OK, "/a/{code}", "x1"},
        {"back to the name behind it", VERB_GET, "/a/moi/b", OK, "/a/{code}/b", "moi"},
        {"HEAD is a GET", VERB_HEAD, "/a", OK, "/a", ""},
        {"POST has its own row", VERB_POST, "/a/x/b", OK, "/a/{code}/b", "x"},
        {"an empty segment is no name", VERB_GET, "/a/", E_NOTFOUND, NULL, ""},
        {"nothing there", VERB_GET, "/b", E_NOTFOUND, NULL, ""},
        {"too deep", VERB_GET, "/a/x/b/c", E_NOTFOUND, NULL, ""},
        {"another method", VERB_GET, "/gui", E_DENIED, "/gui", "POST"},
        {"no method of ours", VERB_OTHER, "/a/x/b", E_DENIED, "/a/{code}/b", "GET, HEAD, POST"},
    };
    const struct route *const tables[] = { ROWS_ };
    struct ctx c;
    struct router *t;

    (void)state;
    ctx_init(&c, a);
    assert_non_null(t = router_open(&c, tables, 1));
    for (size_t i = 0; i < ROWS(T); i++) {
        struct request r = {.verb = T[i].verb};

        ctx_init(&r.c, a);
        r.c.req = &r;
        assert_true(path_split(a, T[i].path, r.seg, &r.segs));
        assert_int_equal(router_find(t, &r), T[i].rc);
        if (T[i].row)
            same(T[i].name, T[i].row, r.c.route->path);
        if (*T[i].extra)
            same(T[i].name, T[i].extra, T[i].rc == OK ? request_path(&r.c, "code") : r.out.allow);
    }
    router_close(t);
}

static void
test_router_refuses(void **state)
{
    static const struct {
        const char *name;
        struct route rows[3];
    } T[] = {
        {"two rows that collide", {ROW(GET, "/a", IN_NONE), ROW(GET, "/a", IN_NONE)}},
        {"names do not tell apart",
         {ROW(GET, "/a/{code}", IN_CODE), ROW(GET, "/a/{code}", IN_CODE)}},
        {"a name that is no input", {ROW(GET, "/a/{ma}", IN_CODE)}},
        {"no method", {{.path = "/a"}}},
        {"no permission", {{.method = GET, .path = "/a", .where = RUN_INLINE}}},
        {"a GET that changes",
         {{.method = GET,
           .path = "/a",
           .perm = PERM_PUBLIC,
           .where = RUN_WRITE_LANE,
           .body = BODY_NONE,
           .sees = SEES_NOBODY,
           .face = FACE_PORTAL,
           .in = IN_NONE,
           .run = nothing,
           .about = "x"}}},
        {"a POST that does not",
         {{.method = POST,
           .path = "/a",
           .perm = PERM_PUBLIC,
           .where = RUN_INLINE,
           .body = BODY_FORM,
           .sees = SEES_NOBODY,
           .face = FACE_PORTAL,
           .in = IN_NONE,
           .run = nothing,
           .about = "x"}}},
    };
    struct ctx c;

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        const struct route *const tables[] = { T[i].rows };

        ctx_init(&c, a);
        if (router_open(&c, tables, 1))
            fail_msg("%s: it was taken", T[i].name);
        assert_string_not_equal(c.err.detail, "");
    }
}

/* A thousand who ask too much: nobody is forgotten, and of those who ask little almost nobody
 * suffers for it (of both places of a bucket there are 32,768; about one in a thousand). */
static void
test_rate_of_many(void **state)
{
    struct rate *t = rate_open_minute(60, 2);
    int64_t second = 1000000;
    int hit = 0;

    (void)state;
    for (int64_t i = 1; i <= 1000; i++)
        for (int n = 0; n < 2; n++)
            rate_take_as(t, rate_who_number(i), 1, second);
    for (int64_t i = 2000; i < 7000; i++)
        hit += rate_take_as(t, rate_who_number(i), 1, second) > 0;
    for (int64_t i = 1; i <= 1000; i++)
        assert_true(rate_take_as(t, rate_who_number(i), 1, second) > 0);
    assert_in_range(hit, 0, 300);
    rate_close(t);
}

static const struct route LIMITED[] = {
    {.method = GET, .where = RUN_INLINE, .face = FACE_DESK},
    {.method = GET, .where = RUN_READ_LANE, .face = FACE_DESK},
    {.method = GET, .where = RUN_READ_LANE, .face = FACE_FILE},
    {.method = GET, .where = RUN_INLINE, .face = FACE_FILE},
    {.method = GET, .where = RUN_WRITE_LANE, .face = FACE_PORTAL, .outward = true},
    {.method = POST, .where = RUN_WRITE_LANE, .body = BODY_FORM, .face = FACE_DESK},
    {.method = POST, .where = RUN_WRITE_LANE, .body = BODY_UPLOAD, .face = FACE_DESK},
    {.method = POST, .where = RUN_ASIDE, .body = BODY_PART, .face = FACE_SCRIPT},
    {.method = POST, .where = RUN_ASIDE, .body = BODY_PART, .face = FACE_API},
    {.method = POST, .where = RUN_WRITE_LANE, .face = FACE_PORTAL, .limit = CLASS_REPORT},
};

static void
test_class(void **state)
{
    static const char *const WANT[] = {"page", "search", "report", "download", "sign_in",
                                       "write", "upload", "upload", "api", "report"};

    (void)state;
    for (size_t i = 0; i < ROWS(LIMITED); i++)
        same("class", WANT[i], class_word(class_of(&LIMITED[i])));
    for (int k = CLASS_PAGE; k < CLASS__COUNT; k++)
        assert_string_not_equal(class_word((enum route_class)k), "-");
}

static void
test_rate(void **state)
{
    struct rate *t = rate_open(10, 3);
    const int64_t second = 1000000;

    (void)state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(rate_take(t, "10.0.0.1", second), 0);          /* a burst */
    assert_int_equal(rate_take(t, "10.0.0.1", second), 1);              /* then no more */
    assert_int_equal(rate_take(t, "10.0.0.2", second), 0);              /* others are not touched */
    assert_int_equal(rate_take(t, "10.0.0.1", second + 100000), 0);     /* a tenth later, one */
    assert_int_equal(rate_take(t, "10.0.0.1", second + 100000), 1);
    for (int i = 0; i < 3; i++)
        assert_int_equal(rate_take(t, "2001:db8:1:2:3::1", second), 0);
    assert_int_equal(rate_take(t, "2001:db8:1:2:4::9", second), 1);     /* the same /64 */
    for (int i = 0; i < 3; i++)         /* however it is written */
        assert_int_equal(rate_take(t, i ? "2001:db8::5" : "2001:db8::1:2:3:4", second), 0);
    assert_int_equal(rate_take(t, "2001:db8:0:0:9:9:9:9", second), 1);
    assert_int_equal(rate_take(t, "2001:db8:0:1::1", second), 0);       /* another */
    for (int i = 0; i < 3; i++)
        assert_int_equal(rate_take(t, "::ffff:10.9.0.1", second), 0);
    assert_int_equal(rate_take(t, "::ffff:10.9.0.2", second), 0);       /* IPv4 counts whole */
    rate_close(t);
    t = rate_open_minute(30, 1);
    assert_int_equal(rate_take(t, "10.0.0.1", second), 0);
    assert_int_equal(rate_take(t, "10.0.0.1", second), 3);              /* one in two seconds */
    assert_int_equal(rate_take(t, "10.0.0.1", second + 2000000), 0);
    rate_close(t);
    t = rate_open_slow(6, 2);
    assert_int_equal(rate_take(t, "account 7", second), 0);
    assert_int_equal(rate_take(t, "account 7", second), 0);
    assert_int_equal(rate_take(t, "account 7", second), 7);             /* one in six seconds */
    assert_int_equal(rate_take(t, "account 8", second), 0);
    assert_int_equal(rate_take(t, "account 7", second + 6000000), 0);
    rate_close(t);
    t = rate_open(32, 2000);                                            /* kilobytes */
    assert_int_equal(rate_take_many(t, "account 7", 1900, second), 0);
    assert_true(rate_take_many(t, "account 7", 200, second) >= 3);
    assert_int_equal(rate_take_many(t, "account 7", 100, second), 0);
    assert_int_equal(rate_take_many(t, "account 7", 300, second + 10 * second), 0);
    rate_close(t);
    t = rate_open(0, 0);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(rate_take(t, "10.0.0.1", second), 0);
    rate_close(t);
}

static void
test_store(void **state)
{
    static const char SUM[] =
        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"; /* hello */
    char root[] = "/tmp/motcua-store-XXXXXX", name[STORE_NAME], text[8] = "";
    struct store *s, *other;
    struct store_put *p;
    struct ctx c;
    int64_t size = 0;
    int fd;

    (void)state;
    ctx_init(&c, a);
    assert_non_null(mkdtemp(root));
    assert_non_null(s = store_open(&c, root));
    assert_non_null(p = store_begin(s));
    assert_true(store_write(p, "hel", 3) && store_write(p, "lo", 2));
    assert_false(store_has(s, SUM));                    /* not there before it is whole */
    assert_true(store_keep(p, name));
    same("its name is its content's", SUM, name);
    assert_true((fd = store_read(s, name, &size)) >= 0);
    assert_int_equal(size, 5);
    assert_int_equal(read(fd, text, 7), 5);
    same("what was written", "hello", text);
    close(fd);
    assert_int_equal(store_read(s, "../../etc/passwd", &size), -1);
    assert_int_equal(store_read(s, "2CF24DBA", &size), -1);
    assert_non_null(p = store_begin(s));
    store_drop(p);
    assert_non_null(p = store_begin(s));
    assert_non_null(other = store_open(&c, root));      /* another server begins meanwhile */
    store_close(other);
    assert_true(store_write(p, "hello", 5) && store_keep(p, name));
    assert_true(store_remove_old(s, name, INT64_MAX));
    assert_false(store_has(s, name));
    store_close(s);
    for (unsigned i = 0; i < 256; i++)      /* they are there before the first content */
        assert_int_equal(rmdir(arena_fmt(a, "%s/%02x", root, i)), 0);
    assert_int_equal(rmdir(arena_fmt(a, "%s/tmp", root)) | rmdir(root), 0);
}

static int
setup(void **state)
{
    (void)state;
    a = arena_open(64 << 20);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    arena_close(a);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_path_split),   cmocka_unit_test(test_urlform),
        cmocka_unit_test(test_cookie),       cmocka_unit_test(test_multipart),
        cmocka_unit_test(test_router_find),  cmocka_unit_test(test_router_refuses),
        cmocka_unit_test(test_rate), cmocka_unit_test(test_rate_of_many),
        cmocka_unit_test(test_class),         cmocka_unit_test(test_store),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
