/* What can only be seen with all packages together. */
#include <string.h>

#include "base/hash.h"
#include "mod/catalogue/catalogue_package.h"

/* The form without its title, display and titles of panels: what is left must differ between two
 * procedures, or one of them does not ask what its own declaration asks. */
static const char *
fingerprint(struct arena *a, const struct node *form)
{
    json_t *f = node_json(form), *panel;
    size_t i;
    char *dump, *hex;

    json_object_del(f, "title");
    json_object_del(f, "display");
    json_array_foreach(json_object_get(f, "components"), i, panel)
        json_object_del(panel, "title");
    dump = arena_get(a, 2 * TREE_BYTES);
    hex = hash_sha256_hex(a, dump, json_dumpb(f, dump, 2 * TREE_BYTES,
                                              JSON_SORT_KEYS | JSON_COMPACT));
    json_decref(f);
    return hex;
}

static bool
same_code(const struct package *x, const struct package *y)
{
    const char *a = node_str(x->yaml, "code"), *b = node_str(y->yaml, "code");

    return a && b && strcmp(a, b) == 0;
}

void
check_packages(struct report *r, const struct package *p, size_t n)
{
    const char **marks = arena_get(r->a, (n + 1) * sizeof *marks);

    for (size_t i = 0; i < n; i++) {
        marks[i] = p[i].form ? fingerprint(r->a, p[i].form) : NULL;
        for (size_t j = 0; j < i; j++) {
            if (!marks[i] || !marks[j] || strcmp(marks[i], marks[j]) != 0 ||
                same_code(&p[i], &p[j]))
                continue;
            r->path = p[i].form_path;
            report_at(r, p[i].form, "the form differs from that of %s in nothing but titles",
                      p[j].folder);
            break;
        }
    }
}
