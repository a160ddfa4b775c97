/* What a person carries away: an event, its place in the tree and the signed head above it. */
#include <sodium.h>
#include <string.h>

#include "base/json.h"
#include "mod/audit/seal.h"

#define FORMAT "motcua-proof/1"
#define BASE64 sodium_base64_VARIANT_ORIGINAL
enum { LEAF_MAX = 1024, NOTE_MAX = 8192 };

const char *
seal_hash_text(struct arena *a, const merkle_hash *h)
{
    size_t n = sodium_base64_ENCODED_LEN(MERKLE_SIZE, BASE64);

    return sodium_bin2base64(arena_get(a, n), n, h->b, MERKLE_SIZE, BASE64);
}

bool
seal_hash_read(const char *s, merkle_hash *out)
{
    size_t n = 0;

    return s && sodium_base642bin(out->b, MERKLE_SIZE, s, strlen(s), NULL, &n, NULL, BASE64) == 0 &&
           n == MERKLE_SIZE;
}

json_t *
seal_path_json(struct arena *a, const merkle_hash *path, size_t n)
{
    json_t *list = json_array();

    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_string(seal_hash_text(a, &path[i])));
    return list;
}

bool
seal_path_read(const json_t *j, merkle_hash path[MERKLE_PATH], size_t *n)
{
    *n = json_array_size(j);
    if (!json_is_array(j) || *n > MERKLE_PATH)
        return false;
    for (size_t i = 0; i < *n; i++)
        if (!seal_hash_read(json_string_value(json_array_get(j, i)), &path[i]))
            return false;
    return true;
}

int
seal_proof(struct ctx *c, const struct audit_leaf *l, const struct seal_leaf *at,
           struct seal_proof *out)
{
    struct seal_head h;
    int rc = seal_head_over(c, at->position, &h);

    if (rc < 0)
        return rc;
    out->leaf = audit_leaf_text(c->a, l);
    out->position = at->position;
    out->size = h.size;
    out->note = h.note;
    return merkle_inclusion(seal_get, c, at->position, h.size, out->path, &out->n);
}

json_t *
seal_proof_json(struct arena *a, const struct seal_proof *p)
{
    return json_pack("{s:s, s:s, s:I, s:I, s:o, s:s}", "format", FORMAT, "leaf", p->leaf,
                     "position", (json_int_t)p->position, "size", (json_int_t)p->size, "path",
                     seal_path_json(a, p->path, p->n), "head", p->note);
}

static const char *
text_of(struct arena *a, const json_t *j, const char *name, size_t max)
{
    const json_t *v = json_object_get(j, name);
    size_t n = json_string_length(v);

    return json_is_string(v) && n <= max && strlen(json_string_value(v)) == n
               ? arena_str(a, json_string_value(v))
               : NULL;
}

const char *
seal_proof_read(struct arena *a, const json_t *j, struct seal_proof *out)
{
    const char *format = text_of(a, j, "format", sizeof FORMAT);
    const json_t *at = json_object_get(j, "position"), *size = json_object_get(j, "size");

    memset(out, 0, sizeof *out);
    if (!format || strcmp(format, FORMAT) != 0)
        return "format: not " FORMAT;
    if (!(out->leaf = text_of(a, j, "leaf", LEAF_MAX)))
        return "leaf: no text of at most 1,024 bytes";
    if (!(out->note = text_of(a, j, "head", NOTE_MAX)))
        return "head: no text of at most 8,192 bytes";
    if (!json_is_integer(at) || !json_is_integer(size) || json_integer_value(at) < 0 ||
        json_integer_value(size) <= json_integer_value(at))
        return "position, size: must be numbers, 0 <= position < size";
    out->position = json_integer_value(at);
    out->size = json_integer_value(size);
    return seal_path_read(json_object_get(j, "path"), out->path, &out->n)
               ? NULL
               : "path: must be a list of at most 64 hashes (base64)";
}
