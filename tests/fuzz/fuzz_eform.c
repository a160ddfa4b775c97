/*
 * An e-form's schema, a zero byte, answers: a JSON object as programs send them, or the pairs of a
 * browser's form.  A form that the catalogue's check passes is always understood; answers that hold
 * hold again; what is shown of them is markup of ours alone.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "http/urlform.h"
#include "mod/catalogue/catalogue_package.h"
#include "mod/eforms/eforms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct eform_lists LISTS;

static void
again(struct ctx *c, const struct eform *f, const json_t *answers)
{
    json_t *out = NULL;

    if (eforms_validate(c, f, NULL, answers, NULL, &LISTS, true, &out) != 0 ||
        !json_equal(out, answers))
        abort();
    json_decref(out);
}

static void
answer(struct ctx *c, const struct eform *f, const json_t *answers, bool strict)
{
    struct summary_line *lines;
    json_t *out = NULL, *settled;
    size_t n;
    int rc = eforms_validate(c, f, NULL, answers, NULL, &LISTS, strict, &out);

    if (rc != 0 && !c->faults.n)
        abort();                                    /* refused without a field named */
    if (rc == 0)
        again(c, f, out);
    settled = eforms_settled(c, f, answers, NULL);
    eforms_summary(c, f, rc == 0 ? out : answers, &LISTS, &lines, &n);
    json_decref(settled);
    json_decref(out);
}

static void
answers(struct ctx *c, const struct eform *f, const char *text, size_t n)
{
    struct sent_list sent = {0};
    json_t *j = *text == '{' ? json_read(text, n, NULL) : NULL;

    if (!j && urlform_parse(c->a, text, n, &sent)) {
        struct pair *in = arena_get(c->a, (sent.n + 1) * sizeof *in);

        for (size_t i = 0; i < sent.n; i++)
            in[i] = (struct pair){sent.p[i].name, sent.p[i].value};
        j = eforms_collect(c, f, NULL, in, sent.n, NULL);
        if (j)
            answer(c, f, j, false);
    } else if (j) {
        answer(c, f, j, true);
    }
    json_decref(j);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a;
    struct report r = {.path = "f"};
    const struct node *root;
    const char *text, *why;
    size_t first;

    if (n > 100000)
        return 0;
    r.a = a = arena_open(1 << 30);
    text = arena_strn(a, (const char *)data, n);
    first = strlen(text);
    root = tree_json(&r, text, first);
    if (root)
        check_form(&r, root, NULL);
    if (root && r.found.n == 0) {
        struct ctx c;
        json_t *doc = node_json(root);
        struct eform *f = eforms_parse(a, doc, &why);

        if (!f)
            abort();                                /* the check and the compiler disagree */
        ctx_init(&c, a);
        if (first < n)
            answers(&c, f, text + first + 1, n - first - 1);
        eforms_release(f);
        json_decref(doc);
    }
    arena_close(a);
    return 0;
}
