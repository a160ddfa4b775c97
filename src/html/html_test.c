/* html_test.c - values on their way into pages, fields that come back, and the English of texts. */
#include "base/test.h"
#include "components.page.h"
#include "fields.page.h"
#include "html/parts.h"
#include "layout.page.h"

static struct ctx
context(void)
{
    static struct reply out;
    struct ctx c;

    ctx_init(&c, arena_open((size_t)16 << 20));
    out = (struct reply){0};
    c.out = &out;
    return c;
}

static const struct { const char *name, *url, *want; } URLS[] = {
    {"a path of ours", "/ho-so/a?b=1&c=2", "/ho-so/a?b=1&amp;c=2"},
    {"another page by https", "https://example.vn/x", "https://example.vn/x"},
    {"a telephone", "tel:+84123", "tel:+84123"},
    {"a script", "javascript:alert(1)", "#"},
    {"a script in capitals", "JavaScript:alert(1)", "#"},
    {"a script behind a space", " javascript:alert(1)", "#"},
    {"data", "data:text/html,x", "#"},
    {"another host by the back door", "//example.vn", "#"},
    {"the same with a backslash", "/\\example.vn", "#"},
    {"plain http", "http://example.vn", "#"},
    {"quotes cannot leave the attribute", "/a\"b'c<d>", "/a%22b%27c%3Cd%3E"},
    {"Vietnamese is encoded", "/tìm", "/t%C3%ACm"},
    {"an encoded part stays as it is", "/t%C3%ACm", "/t%C3%ACm"},
    {"a colon in the query", "/a?t=12:30", "/a?t=12:30"},
    {"nothing", "", ""},
};

static void
test_urls(void **state)
{
    struct ctx c = context();

    (void)state;
    for (size_t i = 0; i < ROWS(URLS); i++) {
        struct buf *b = html_capture(&c);

        put_url(b, URLS[i].url);
        if (strcmp(b->p, URLS[i].want) != 0)
            fail_msg("%s: %s", URLS[i].name, b->p);
    }
    arena_close(c.a);
}

static void
test_values(void **state)
{
    struct ctx c = context();
    struct buf *b = html_capture(&c);

    (void)state;
    put_text(b, "<b>&'\"");
    put_text(b, (size_t)7);
    put_text(b, -3);
    put_text(b, html_strong(&c, "<x>"));
    put_url_part(b, "a/b c");
    put_url_address(b, "a@b.vn?x");
    assert_string_equal(
        b->p, "&lt;b&gt;&amp;&#39;&quot;7-3<strong>&lt;x&gt;</strong>a%2Fb%20ca@b.vn%3Fx");
    arena_close(c.a);
}

static void
test_text_with_places(void **state)
{
    struct ctx c = context();
    struct buf *b = html_capture(&c);

    (void)state;
    put_trf(b, &c, "{1} của <{0}> {x}", (struct markup[]){html_arg(&c, "<a>"), html_arg(&c, 3)}, 2);
    assert_string_equal(b->p, "3 của &lt;&lt;a&gt;&gt; {x}");
    assert_string_equal(trf(&c, "Hồ sơ {0} hẹn {1}", "A", "B"), "Hồ sơ A hẹn B");
    arena_close(c.a);
}

static const struct { const char *here, *name, *value, *want; } QUERIES[] = {
    {"/a", "sort", "due", "/a?sort=due"},
    {"/a?x=1&sort=due&y=2", "sort", "-due", "/a?x=1&y=2&sort=-due"},
    {"/a?sort=due", "sort", NULL, "/a"},
    {"/a?sorted=1", "sort", "tên", "/a?sorted=1&sort=t%C3%AAn"},
};

static void
test_queries(void **state)
{
    struct ctx c = context();

    (void)state;
    for (size_t i = 0; i < ROWS(QUERIES); i++) {
        html_env(&c)->here = QUERIES[i].here;
        assert_string_equal(html_query(&c, QUERIES[i].name, QUERIES[i].value).s, QUERIES[i].want);
    }
    html_env(&c)->here = "/a?x=1&sort=-due";
    assert_int_equal(html_sort(&c, "due"), -1);
    assert_int_equal(html_sort(&c, "du"), 0);
    assert_string_equal(html_url(&c, "/ho-so/%s?n=%d", "a b/c", 7).s, "/ho-so/a%20b%2Fc?n=7");
    arena_close(c.a);
}

static void
test_field_with_fault(void **state)
{
    struct ctx c = context();
    struct buf *b = html_capture(&c);

    (void)state;
    fail_field(&c, "ten", "Hãy nhập <tên>");
    frag_input(b, &c,
               &(struct field){.name = "ten", .label = "Tên", .hint = "Có dấu", .value = "\"x"});
    assert_non_null(strstr(b->p, "Hãy nhập &lt;tên&gt;"));
    assert_non_null(strstr(b->p, "aria-describedby=\"ten-hint ten-error\""));
    assert_non_null(strstr(b->p, "id=\"f-ten\""));
    assert_non_null(strstr(b->p, "value=\"&quot;x\""));
    assert_non_null(strstr(b->p, "aria-invalid=\"true\""));
    arena_close(c.a);
}

static void
test_password_is_never_shown(void **state)
{
    struct ctx c = context();
    struct buf *b = html_capture(&c);

    (void)state;
    frag_input(b, &c,
               &(struct field){
                   .name = "mk", .label = "Mật khẩu", .type = "password", .value = "s3cret"});
    assert_null(strstr(b->p, "s3cret"));
    arena_close(c.a);
}

static void
test_frame(void **state)
{
    struct ctx c = context();
    struct buf *b = html_capture(&c);
    struct page_env *e = html_env(&c);

    (void)state;
    e->site_name = "Một Cửa";
    e->csrf = "tok\"en";
    html_title(&c, html_text(&c, "A & B"));
    html_crumb(&c, "/x", html_text(&c, "X"));
    fail_field(&c, "ten", "Hãy nhập tên");
    html_open(b, &c);
    html_form_fields(b, &c);
    html_close(b, &c);
    assert_non_null(strstr(b->p, "<title>Lỗi: A &amp; B – Một Cửa</title>"));
    assert_non_null(strstr(b->p, "href=\"#f-ten\""));
    assert_non_null(strstr(b->p, "value=\"tok&quot;en\""));
    assert_non_null(strstr(b->p, "class=\"govuk-breadcrumbs__link\" href=\"/x\""));
    assert_null(strstr(b->p, " style="));
    arena_close(c.a);
}

static void
test_qr(void **state)
{
    struct ctx c = context();
    struct markup m = html_qr(&c, "https://example.vn");

    (void)state;
    assert_non_null(strstr(m.s, "viewBox=\"0 0 33 33\""));
    assert_non_null(strstr(m.s, "M4 4h7v1h-7z"));       /* upper edge of the first finder */
    assert_int_equal(html_qr(&c, arena_fmt(c.a, "%03000d", 1)).n, 0);
    arena_close(c.a);
}

static void
test_assets(void **state)
{
    const char *url = asset_url("app.css");
    const struct asset *a = asset_find(url);

    (void)state;
    assert_non_null(a);
    assert_string_equal(a->type, "text/css; charset=utf-8");
    assert_true(a->gz_n > 0 && a->gz_n < 40000 && a->gz[0] == 0x1f);
    assert_null(asset_find("/a/app.css"));
    assert_null(asset_find("/a/manifest.json"));
    assert_string_equal(asset_url("none.css"), "");
    assert_non_null(strstr(asset_url("text-latin.woff2"), "/a/text-latin-"));
}

static const struct { const char *name, *text; int line; } PO_WRONG[] = {
    {"a text without its msgid", "msgstr \"a\"\n", 1},
    {"a text not closed", "msgid \"a\n", 1},
    {"an escape that gettext may have and we do not", "\nmsgid \"\\a\"\n", 2},
    {"plurals", "msgid \"a\"\nmsgid_plural \"b\"\n", 2},
    {"something else", "hello\n", 1},
};

static void
test_po(void **state)
{
    struct arena *a = arena_open((size_t)1 << 20);
    int line;
    const char *say;
    struct po *p = po_load(
        a,
        "# c\nmsgid \"\"\nmsgstr \"\"\n\"Language: en\\n\"\n\n#: x.c\nmsgid \"Hồ \"\n\"sơ\"\n"
        "msgstr \"Dossier \\\"x\\\"\"\n\n#, fuzzy\nmsgid \"b\"\nmsgstr \"c\"\n\nmsgid \"d\"\n"
        "msgstr \"\"\n",
        &line, &say);
    size_t n;

    (void)state;
    assert_non_null(p);
    po_entries(p, &n);
    assert_int_equal(n, 1);
    assert_string_equal(po_get(p, "Hồ sơ"), "Dossier \"x\"");
    assert_null(po_get(p, "b"));
    for (size_t i = 0; i < ROWS(PO_WRONG); i++) {
        assert_null(po_load(a, PO_WRONG[i].text, &line, &say));
        assert_int_equal(line, PO_WRONG[i].line);
    }
    arena_close(a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_text_with_places),
        cmocka_unit_test(test_queries),
        cmocka_unit_test(test_field_with_fault),
        cmocka_unit_test(test_password_is_never_shown),
        cmocka_unit_test(test_frame),
        cmocka_unit_test(test_qr),
        cmocka_unit_test(test_assets),
        cmocka_unit_test(test_po),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
