/* Bodies of the API: our quick reader against jansson's: the same texts are taken, and alike. */
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a;
    const char *text;
    json_t *ours, *theirs;

    if (n > 200000)
        return 0;
    a = arena_open(256 << 20);
    text = arena_strn(a, (const char *)data, n);
    ours = json_read(text, n, NULL);
    theirs = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL);
    if (!ours != !theirs || (ours && !json_equal(ours, theirs)))
        abort();
    if (ours) {
        const char *again = json_text(a, ours);
        json_t *back = json_read(again, strlen(again), NULL);

        if (!back || !json_equal(ours, back))
            abort();
        json_decref(back);
    }
    json_decref(ours);
    json_decref(theirs);
    arena_close(a);
    return 0;
}
