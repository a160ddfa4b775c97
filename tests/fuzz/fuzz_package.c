/*
 * procedure.yaml, a zero byte, form.json.  Any bytes are refused with a place, or make a procedure:
 * a package that passes the check always compiles, and its rules can be asked anything.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mod/catalogue/catalogue_package.h"
#include "mod/deadlines/deadlines.h"
#include "mod/eforms/eforms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
ask(struct arena *a, const struct procedure *p)
{
    json_t *none = json_object();
    json_t *facts = catalogue_facts(a, none, 20000, CHANNEL_ONLINE, "citizen");
    const struct proc_case *k = catalogue_case(p, facts);

    if (!k || !*catalogue_limit(p, k))
        abort();                                    /* every dossier has a case and a limit */
    catalogue_fees(a, p, k, facts, CHANNEL_DIRECT, 1, 20000);
    catalogue_papers(a, p, k, facts);
    json_decref(facts);
    json_decref(none);
}

static void
parse(struct arena *a, const struct package *pack)
{
    struct procedure *p = catalogue_parse(a, pack->yaml_text, pack->form_text);

    if (!p)
        abort();                                    /* the check and the compiler disagree */
    ask(a, p);
    catalogue_release(p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_open(1 << 30);
    const char *text = arena_strn(a, (const char *)data, n);
    size_t first = strlen(text), second = first < n ? n - first - 1 : 0;
    const char *form = first < n ? text + first + 1 : "";
    struct report r = {.a = a, .path = "p"};
    struct surroundings around = {NULL, NULL};
    struct package p = {
        .path = "p", .form_path = "f", .folder = "9.000001",
        .yaml_text = {(const uint8_t *)text, first}, .form_text = {(const uint8_t *)form, second},
        .yaml = tree_yaml(&r, text, first), .form = tree_json(&r, form, second),
    };

    if (p.yaml)
        check_procedure(&r, &p, &around);
    if (p.form)
        check_form(&r, p.form, p.yaml);
    if (p.yaml && p.form && r.found.n == 0)
        parse(a, &p);
    arena_close(a);
    return 0;
}
