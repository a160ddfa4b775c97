/* pagec_test.c - what the page compiler makes, and what it refuses, a row each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tools/pagec.h"

#define F(body) "{% fragment x(struct ctx *c, int v) %}" body "{% end %}"

static const struct { const char *name, *text, *want;
} MADE[] = {
    {"literal markup is one literal", F("<p>a</p>"), "buf_lit(b_, \"<p>a</p>\");"},
    {"a value in text is escaped as text", F("<p>{{ v }}</p>"), "put_text(b_, (v));"},
    {"a value in an attribute", F("<p id=\"f-{{ v }}\">a</p>"), "put_attr(b_, (v));"},
    {"a whole address", F("<a href=\"{{ v }}\">a</a>"), "put_url(b_, (v));"},
    {"a part of an address", F("<a href=\"/a/{{ v }}\">a</a>"), "put_url_part(b_, (v));"},
    {"what follows a whole address is a part", F("<a href=\"{{ c }}?x={{ v }}\">a</a>"),
     "put_url_part(b_, (v));"},
    {"after tel:", F("<a href=\"tel:{{ v }}\">a</a>"), "put_url_address(b_, (v));"},
    {"in a textarea no markup", F("<textarea>{{ v }}</textarea>"), "put_attr(b_, (v));"},
    {"braces and quotes in an expression", F("{{ f(\"}}\", (struct s){{1}}) }}"),
     "put_text(b_, (f(\"}}\", (struct s){{1}})));"},
    {"if, elif, else", F("{% if v == 1 %}a{% elif v %}b{% else %}c{% end %}"), "} else if (v) {"},
    {"for", F("{% for int i = 0; i < v; i++ %}a{% end %}"), "for (int i = 0; i < v; i++) {"},
    {"an attribute that is there or not", F("<input{% if v %} checked{% end %}>"),
     "buf_lit(b_, \" checked\");"},
    {"text to translate", F("<p>[[Xin  chào]]</p>"), "put_tr(b_, c, \"Xin chào\");"},
    {"text with a place", F("[[Có {0} hồ sơ|v]]"),
     "put_trf(b_, c, \"Có {0} hồ sơ\", (const struct markup[]){html_arg(c, (v))}, 1);"},
    {"text in an attribute", F("<p title=\"[[Có {0}|v]]\">a</p>"), "html_arg_attr(c, (v))"},
    {"include", F("{% include y(c, v) %}"), "frag_y(b_, c, v);"},
    {"call hands its body over", F("{% call y(c, v) %}a{% end %}"), "frag_y(b_, c, v, m"},
    {"a form has its fields", F("{% form POST \"/a/{{ v }}\" upload class=\"k\" %}b{% end %}"),
     "html_form_fields(b_, c);"},
    {"an upload form has its type", F("{% form POST \"/a\" upload %}b{% end %}"),
     "enctype=\\\"multipart/form-data\\\""},
    {"white space at ends of lines is one line feed", F("<p>\n\n   a\n  </p>"),
     "\"<p>\\na\\n</p>\""},
    {"a page has its frame",
     "{% page x(struct ctx *c) %}\n{% title %}A{% end %}\n<p>b</p>{% end %}",
     "html_open(b_, c);"},
    {"a page may name its frame",
     "{% page x(struct ctx *c) %}{% layout print %}<p>b</p>{% end %}",
     "frag_layout_print_close(b_, c);"},
    {"the address of a crumb has values",
     "{% page x(struct ctx *c) %}{% crumb \"/a/{{ v }}\" %}A{% end %}b{% end %}",
     "put_url_part(u2_, ( v ));"},
    {"the template's line", "\n\n" F("{{ v }}"), "#line 3 \"t.html\""},
    {"comments leave nothing", F("a{# {{ x }} #}b<!-- y -->c"), "\"abc\""},
};

static const struct { const char *name, *text, *want;
} REFUSED[] = {
    {"unquoted value", F("<p id={{ v }}>"), "t.html:1: quote the value of this attribute"},
    {"name of a tag", F("<{{ v }}>"), "t.html:1: no value here"},
    {"name of an attribute", F("<p {{ v }}>"), "t.html:1: no value here"},
    {"inside a tag's name", F("<p{{ v }}>"), "t.html:1: no value here"},
    {"script", F("<script>{{ v }}</script>"), "t.html:1: no value in a script or style"},
    {"inline script", F("<script>go()</script>"), "t.html:1: no inline script or style"},
    {"event handler", F("<p onclick=\"x\">a</p>"), "t.html:1: no inline event handlers"},
    {"style attribute", F("<p\nstyle=\"x\">a</p>"), "t.html:2: no style attribute"},
    {"value in a comment", F("<!-- {{ v }} -->"), "t.html:1: no value in a comment"},
    {"javascript address", F("<a href=\"javascript:x\">a</a>"), "t.html:1: only https:"},
    {"plain http address", F("<a href=\"http://x\">a</a>"), "t.html:1: only https:"},
    {"another host", F("<a href=\"//x\">a</a>"), "t.html:1: an address must not start with //"},
    {"srcset", F("<img srcset=\"{{ v }}\">"), "t.html:1: no value in srcset"},
    {"branches end apart", F("<p {% if v %}id=\"{% else %}a{% end %}>"),
     "t.html:1: the branches of this if"},
    {"if opens an attribute", F("<p {% if v %}id=\"{% end %}\">"),
     "t.html:1: this if without else"},
    {"loop leaves a tag open", F("{% for ;; %}<p {% end %}>"),
     "t.html:1: this for (line 1) ends"},
    {"attributes glued together", F("<p{% if v %} a{% end %}b>"),
     "t.html:1: white space must follow"},
    {"never closed", "\n{% fragment x(struct ctx *c) %}a",
     "t.html:2: this fragment is never closed"},
    {"end without a block", "{% end %}", "t.html:1: end without a block"},
    {"unknown directive", F("{% raw x %}"), "t.html:1: no directive is called \"raw\""},
    {"text outside", "hello", "t.html:1: text outside of a page"},
    {"value never closed", F("{{ v "), "t.html:1: no }} to the end of the file"},
    {"empty value", F("{{ }}"), "t.html:1: {{ }} without an expression"},
    {"text without its expression", F("[[a {0}]]"), "t.html:1: a text has the places"},
    {"expression without its place", F("[[a|v]]"), "t.html:1: the text does not use"},
    {"text in an address", F("<a href=\"/[[a]]\">a</a>"),
     "t.html:1: no translatable text in an address"},
    {"signature without c", "{% page x(void) %}{% end %}",
     "t.html:1: write name(struct ctx *c, ...)"},
    {"title after text", "{% page x(struct ctx *c) %}a{% title %}b{% end %}{% end %}",
     "t.html:1: title stands before"},
    {"a stray <", F("1 < 2"), "t.html:1: a < that opens no tag"},
    {"else twice", F("{% if v %}{% else %}{% else %}{% end %}"),
     "t.html:1: elif or else without its if"},
};

static struct pagec_out
run(struct arena *a, const char *text)
{
    struct pagec_out out;

    pagec_compile(a, "t.html", "t", text, &out);
    return out;
}

static void
test_made(void **state)
{
    struct arena *a = arena_open((size_t)64 << 20);

    (void)state;
    for (size_t i = 0; i < sizeof MADE / sizeof *MADE; i++) {
        struct pagec_out out = run(a, MADE[i].text);

        if (out.error || !strstr(out.c.p, MADE[i].want))
            fail_msg("%s: %s\n%s", MADE[i].name, out.error ? out.error : "not found", out.c.p);
        arena_reset(a);
    }
    arena_close(a);
}

static void
test_refused(void **state)
{
    struct arena *a = arena_open((size_t)64 << 20);

    (void)state;
    for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
        struct pagec_out out = run(a, REFUSED[i].text);

        if (!out.error || strncmp(out.error, REFUSED[i].want, strlen(REFUSED[i].want)) != 0)
            fail_msg("%s: %s\n%s", REFUSED[i].name, out.error ? out.error : "accepted", out.c.p);
        arena_reset(a);
    }
    arena_close(a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_made),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
