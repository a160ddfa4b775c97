/* Our JSON reader with places against jansson: what ours takes, jansson takes, and the same. */
#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mod/catalogue/catalogue_tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_open(512 << 20);
    char *text = arena_strn(a, (const char *)data, n);
    struct report r = {.a = a, .path = ""};
    const struct node *root = tree_json(&r, text, n);

    if (root && r.found.n == 0) {
        json_t *ours = node_json(root);
        json_t *theirs = json_loadb(text, n, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);

        if (!theirs || !json_equal(ours, theirs))
            abort();
        json_decref(ours);
        json_decref(theirs);
    } else if (!root && r.found.n == 0) {
        abort();                                    /* refused without a word */
    }
    arena_close(a);
    return 0;
}
