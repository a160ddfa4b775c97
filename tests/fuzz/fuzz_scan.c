/* Codes of sheets, and words that a machine read: what any paper may carry. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/params.h"
#include "mod/digitise/digitise_cut.h"
#include "mod/digitise/digitise_find.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const char *const LABELS[] = {"ho va ten", "so", NULL};
static const struct index_field FIELDS[] = {{"a", "", INDEX_TEXT, LABELS},
                                            {"b", "", INDEX_DATE, LABELS}};

static struct read_line
line_of(struct arena *a, char *text)
{
    struct read_word *w = arena_get(a, 64 * sizeof *w);
    size_t n = 0;

    for (char *end; n < 64 && *text; text = end) {
        end = text + strcspn(text, " ");
        end += *end ? (*end = '\0', 1) : 0;
        w[n++] = (struct read_word){text, 50};
    }
    return (struct read_line){w, n};
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct arena *a = arena_open(64 << 20);
    char *text = arena_strn(a, (const char *)p, n < 4000 ? n : 4000);
    struct sheet s = sheet_read(text);
    struct scan_page page = {.state = PAGE_KEPT, .code = text, .picture = ""};
    struct read_line line;
    size_t made;

    if (*s.code && !params_dossier_code(s.code))
        abort();
    cut(a, &page, 1, 0, &made);
    if (made > 1 || page.document > 1)
        abort();
    line = line_of(a, text);
    if (!digitise_find(a, FIELDS, 2, &line, 1))
        abort();
    arena_close(a);
    return 0;
}
