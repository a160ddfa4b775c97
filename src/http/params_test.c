/* One row, one input: what each kind takes, the form in which handlers get it, and what it refuses.
 */
#include "base/err.h"
#include "http/request.h"

#undef fail                     /* of base/err.h; cmocka has its own */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ROWS(t) (sizeof(t) / sizeof *(t))

static struct arena *a;
static struct request request;
static struct route route;

/* Reads `body` against one list of inputs; the context stays for looking at it. */
static int
read_body(const struct param *in, enum body kind, const char *body)
{
    struct ctx *c = &request.c;

    request = (struct request){.verb = VERB_POST};
    route = (struct route){.method = POST, .body = kind, .in = in};
    ctx_init(c, a);
    c->req = &request;
    c->route = &route;
    request.body = arena_str(a, body);
    request.body_n = strlen(body);
    return params_read(c);
}

static const char *const WORDS[] = {"xa", "tinh", NULL};
static const struct {
    const char *name;
    enum kind kind;
    const char *sent, *text;    /* text NULL: refused */
    int64_t number;
} KINDS[] = {
    {"a line is tidied", K_TEXT, "++Nguy%E1%BB%85n++An+", "Nguyễn An", 0},
    {"composed letters", K_TEXT, "e%CC%82%CC%81", "ế", 0},
    {"two lines are not one", K_TEXT, "a%0Ab", NULL, 0},
    {"a control character", K_TEXT, "a%07", NULL, 0},
    {"a bidirectional override", K_TEXT, "a%E2%80%AEb", NULL, 0},
    {"NUL", K_TEXT, "a%00b", NULL, 0},
    {"lines end in LF", K_LINES, "a%0D%0Ab%0D%0A", "a\nb", 0},
    {"a whole number", K_INT, "7", "", 7},
    {"below zero only where min says so", K_INT, "-7", NULL, 0},
    {"no fraction", K_INT, "1.5", NULL, 0},
    {"no exponent", K_INT, "1e3", NULL, 0},
    {"sixteen digits are too many", K_INT, "1234567890123456", NULL, 0},
    {"a checkbox", K_BOOL, "on", "", 1},
    {"a program's false", K_BOOL, "false", "", 0},
    {"a word of the list", K_ENUM, "tinh", "tinh", 1},
    {"another word", K_ENUM, "huyen", NULL, 0},
    {"several words", K_ENUMS, "tinh", "", 2},
    {"several codes, in order", K_CODES, "G15-TP07", "G15-TP07", 0},
    {"no code", K_CODES, "G15%20TP07", NULL, 0},
    {"a day as programs write it", K_DATE, "2026-11-22", "2026-11-22", 20779},
    {"a day as people write it", K_DATE, "22/11/2026", "2026-11-22", 20779},
    {"a day that is none", K_DATE, "30/02/2026", NULL, 0},
    {"a moment of Vietnam's clock", K_MOMENT, "1970-01-01T07:00", "", 0},
    {"money with dots", K_MONEY, "1.000.000", "", 1000000},
    {"no currency", K_MONEY, "100%C4%91", NULL, 0},
    {"a personal number", K_PERSONAL_NUMBER, "001191900123", "001191900123", 0},
    {"eleven digits", K_PERSONAL_NUMBER, "00119190012", NULL, 0},
    {"no such province", K_PERSONAL_NUMBER, "999191900123", NULL, 0},
    {"a telephone from abroad", K_PHONE, "%2B84912345678", "0912345678", 0},
    {"too short a telephone", K_PHONE, "0912", NULL, 0},
    {"an e-mail address", K_EMAIL, "an%40vidu.vn", "an@vidu.vn", 0},
    {"no domain", K_EMAIL, "an%40vidu", NULL, 0},
    {"an agency's code", K_CODE, "H26.X.00070", "H26.X.00070", 0},
    {"no space in a code", K_CODE, "H26+X", NULL, 0},
    {"no letters with marks", K_CODE, "%C4%91", NULL, 0},
    {"a dossier's code", K_DOSSIER_CODE, "H26.17-261122-0001", "H26.17-261122-0001", 0},
    {"small letters are forgiven", K_DOSSIER_CODE, "h26.17-261122-0001", "H26.17-261122-0001", 0},
    {"eight digits of date", K_DOSSIER_CODE, "G09.20-20260609-0092637", "G09.20-20260609-0092637",
     0},
    {"seven are none", K_DOSSIER_CODE, "H26-2611220-0001", NULL, 0},
    {"three digits of number", K_DOSSIER_CODE, "H26-261122-001", NULL, 0},
    {"an empty part", K_DOSSIER_CODE, "H26..17-261122-0001", NULL, 0},
    {"a token", K_TOKEN, "aB3_-", "aB3_-", 0},
    {"no token", K_TOKEN, "a+b", NULL, 0},
};

static void
test_kinds(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(KINDS); i++) {
        const struct param in[] = {{"x", KINDS[i].kind, .words = WORDS}, {.kind = K_END}};
        int rc = read_body(in, BODY_FORM, arena_fmt(a, "x=%s", KINDS[i].sent));
        const struct ctx *c = &request.c;

        if ((rc == OK) != (KINDS[i].text != NULL))
            fail_msg("%s: %s", KINDS[i].name, rc == OK ? "taken" : "refused");
        if (rc == OK &&
            (strcmp(in_text(c, 0), KINDS[i].text) != 0 || in_int(c, 0) != KINDS[i].number))
            fail_msg("%s: \"%s\" %lld", KINDS[i].name, in_text(c, 0), (long long)in_int(c, 0));
        if (rc < 0 &&
            (c->faults.n != 1 || strcmp(c->faults.p[0].name, "x") != 0 || !*c->faults.p[0].say))
            fail_msg("%s: the fault is not named", KINDS[i].name);
    }
}

static void
test_limits(void **state)
{
    static const char *const COLOURS[] = {"do", "xanh", NULL};
    static const struct param IN[] = {
        {"ten", K_TEXT, .required = true, .min = 2, .max = 5},
        {"so", K_INT, .min = 1, .max = 9},
        {"mau", K_ENUMS, .words = COLOURS},
        {.kind = K_END},
    };
    static const struct { const char *name, *body, *faults;
    } T[] = {
        {"all well", "ten=An&so=9&mau=do&mau=xanh", ""},
        {"characters are counted, not bytes", "ten=%E1%BA%BF%E1%BA%BF%E1%BA%BF%E1%BA%BF%E1%BA%BF",
         ""},
        {"what is not listed does not exist", "ten=An&la=1&la=2", ""},
        {"an empty field is no field", "ten=An&so=", ""},
        {"required", "so=1", "ten "},
        {"blank is missing", "ten=+%09", "ten "},
        {"too short", "ten=A", "ten "},
        {"too long", "ten=abcdef", "ten "},
        {"below", "ten=An&so=0", "so "},
        {"above", "ten=An&so=10", "so "},
        {"twice", "ten=An&ten=An", "ten "},
        {"one wrong word of several", "ten=An&mau=do&mau=tim", "mau "},
        {"every fault at once, in the row's order", "so=x&mau=y", "ten so mau "},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        int rc = read_body(IN, BODY_FORM, T[i].body);
        struct buf b;

        buf_init(&b, a, 1000);
        for (size_t k = 0; k < request.c.faults.n; k++)
            buf_fmt(&b, "%s ", request.c.faults.p[k].name);
        if (strcmp(b.p, T[i].faults) != 0 || (rc == OK) != (b.n == 0))
            fail_msg("%s: faults \"%s\"", T[i].name, b.p);
    }
}

static void
test_json_members(void **state)
{
    static const struct param IN[] = {{"$", K_JSON},
                                      {"ten", K_TEXT, .required = true},
                                      {"so", K_INT},
                                      {"chon", K_BOOL},
                                      {.kind = K_END}};
    static const struct { const char *name, *body; int rc; bool malformed; } T[] = {
        {"members are fields", "{\"ten\":\"An\",\"so\":3,\"chon\":true}", OK, false},
        {"a missing member", "{\"so\":3}", E_INVALID, false},
        {"a list where a text is wanted", "{\"ten\":[\"An\"]}", E_INVALID, false},
        {"a member twice", "{\"ten\":\"An\",\"ten\":\"An\"}", E_INVALID, true},
        {"words behind the end", "{} {}", E_INVALID, true},
        {"no object", "[]", E_INVALID, true},
        {"nothing", "", E_INVALID, true},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        int rc = read_body(IN, BODY_JSON, T[i].body);

        if (rc != T[i].rc || (request.malformed != NULL) != T[i].malformed)
            fail_msg("%s: rc %d", T[i].name, rc);
        if (rc == OK && (in_int(&request.c, 2) != 3 || in_int(&request.c, 3) != 1))
            fail_msg("%s: values", T[i].name);
        json_decref(request.json);
    }
}

static void
test_typed(void **state)
{
    static const struct param IN[] = {{"ten", K_TEXT}, {"mat", K_SECRET}, {.kind = K_END}};

    (void)state;
    assert_int_equal(read_body(IN, BODY_FORM, "ten=+An+&mat=bi-mat&la=khac"), OK);
    assert_string_equal(in_typed(&request.c, "ten"), " An ");   /* as it was typed */
    assert_null(in_typed(&request.c, "mat"));                   /* a secret is never shown again */
    assert_string_equal(in_text(&request.c, 1), "bi-mat");
    assert_null(in_typed(&request.c, "khong-co"));
}

static int
setup(void **state)
{
    (void)state;
    a = arena_open(16 << 20);
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
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_json_members),
        cmocka_unit_test(test_typed),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
