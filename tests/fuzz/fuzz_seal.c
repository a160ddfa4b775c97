/* Heads and proofs of the sealed log, as a stranger hands them in: a signed note, or the JSON of a
 * receipt.  What is read is written again and read to the same. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "mod/audit/seal.h"
#include "sign/note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char KEYS[] =
    "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\","
    "\"x\":\"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY\","
    "\"y\":\"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU\"}]}";

static void
one_note(struct arena *a, const uint8_t *p, size_t n)
{
    struct note note, again;
    const char *text;
    json_t *keys;

    if (note_read(a, p, n, &note))
        return;
    keys = json_read(KEYS, sizeof KEYS - 1, NULL);
    note_verify(a, keys, &note, NULL);
    json_decref(keys);
    text = note_text(a, note.origin, note.size, &note.root, note.at, note.whole);
    if (!text)
        abort();                                    /* what is read can be written */
    text = note_unsigned(a, text);
    if (note_read(a, text, strlen(text), &again) || again.size != note.size ||
        !merkle_equal(&again.root, &note.root) || again.at != note.at ||
        again.whole != note.whole || strcmp(again.origin, note.origin) != 0)
        abort();
}

static void
one_proof(struct arena *a, const json_t *j)
{
    struct seal_proof p, again;
    merkle_hash leaf, root;
    json_t *text;

    if (seal_proof_read(a, j, &p))
        return;
    leaf = merkle_leaf(p.leaf, strlen(p.leaf));
    root = p.n ? p.path[0] : leaf;
    merkle_included(&leaf, p.position, p.size, p.path, p.n, &root);
    merkle_consistent(p.position, &leaf, p.size, &root, p.path, p.n);
    one_note(a, (const uint8_t *)p.note, strlen(p.note));
    text = seal_proof_json(a, &p);
    if (!text || seal_proof_read(a, text, &again) || again.n != p.n || again.size != p.size)
        abort();
    json_decref(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_open(64 << 20);
    json_t *j = n && (*data == '{' || *data == '[') ? json_read((const char *)data, n, NULL) : NULL;
    const json_t *events = json_object_get(j, "events"), *one;
    size_t i;

    one_note(a, data, n);
    if (j)
        one_proof(a, j);
    json_array_foreach(events, i, one)
        one_proof(a, json_object_get(one, "proof"));
    json_decref(j);
    arena_close(a);
    return 0;
}
