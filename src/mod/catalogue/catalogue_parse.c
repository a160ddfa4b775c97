/* Two texts that were checked -> struct procedure. */
#include <string.h>

#include "base/hash.h"
#include "base/vi.h"
#include "mod/catalogue/catalogue_package.h"
#include "mod/eforms/eforms.h"

enum { PARSE_BYTES = 64 << 20 };

/* Both files, and where one ends: a byte moved from one to the other is another package. */
static const char *
hash_of(struct arena *a, struct bytes yaml, struct bytes form)
{
    uint8_t parts[2 * SHA256_SIZE];

    hash_sha256(yaml.p, yaml.n, parts);
    hash_sha256(form.p, form.n, parts + SHA256_SIZE);
    return hash_sha256_hex(a, parts, sizeof parts);
}

void
catalogue_fold_as(struct arena *a, struct procedure *p, enum lang lang, const char *const words[3])
{
    p->folded_name[lang] = vi_fold(a, words[0]);
    p->folded[lang] = vi_fold(a, arena_fmt(a, "%s %s %s %s %s", words[0], words[1], words[2],
                                           p->field, p->code));
}

void
catalogue_fold(struct arena *a, struct procedure *p, const char *field_name)
{
    catalogue_fold_as(a, p, LANG_VI, (const char *const[]){p->name, p->summary, field_name});
    p->folded_name[LANG_EN] = p->folded[LANG_EN] = "";
}

struct procedure *
catalogue_parse(struct arena *a, struct bytes yaml, struct bytes form)
{
    struct arena *scratch = arena_open(PARSE_BYTES);
    struct report r = {.a = scratch, .path = ""};
    const struct node *root = tree_yaml(&r, (const char *)yaml.p, yaml.n);
    json_t *doc = json_loadb((const char *)form.p, form.n, JSON_REJECT_DUPLICATES, NULL);
    struct procedure *p = NULL;
    const char *why;

    if (root && doc && schema_check(&r, root, &PROCEDURE_SCHEMA) && r.found.n == 0) {
        p = arena_get(a, sizeof *p);
        p->keep = json_array();
        schema_fill(a, root, &PROCEDURE_SCHEMA, p, p->keep);
        p->hash = hash_of(a, yaml, form);
        catalogue_fold(a, p, "");
        p->form = eforms_parse(a, doc, &why);
    }
    json_decref(doc);
    arena_close(scratch);
    if (p && !p->form) {
        catalogue_release(p);
        return NULL;
    }
    return p;
}

void
catalogue_release(struct procedure *p)
{
    if (p->form)
        eforms_release(p->form);
    p->form = NULL;
    json_decref(p->keep);
    p->keep = NULL;
}
