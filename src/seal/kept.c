#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "seal/seal.h"
#include "sign/sign.h"
#include "site/signing.h"

enum { JSON_MAX = 4 << 20 };

json_t *
kept_json(struct ctx *c, const char *flag, const char *path)
{
    struct bytes b;
    json_error_t e;
    json_t *j;
    int rc = file_read(c->a, path, JSON_MAX, &b);

    if (rc < 0) {
        command_say(2, "audit: %s %s: %s", flag, path, strerror(-rc));
        return NULL;
    }
    if (!(j = json_read((const char *)b.p, b.n, &e)))
        command_say(2, "audit: %s %s: is no JSON", flag, path);
    return j;
}

bool
kept_note(struct ctx *c, const char *flag, const char *path, struct note *out)
{
    struct bytes b;
    const char *why;
    int rc = file_read(c->a, path, NOTE_MAX, &b);

    why = rc < 0 ? strerror(-rc) : note_read(c->a, b.p, b.n, out);
    if (why)
        command_say(2, "audit: %s %s: %s", flag, path, why);
    return !why;
}

json_t *
kept_own_keys(struct ctx *c, const struct config *k)
{
    const char *path = signing_keys_path(c->a, k);
    struct signer *s = *path ? signer_open(c, &(struct signer_options){.keys = path}) : NULL;
    json_t *keys = NULL;

    if (s && note_keys_json(c, s, &keys) < 0)
        keys = NULL;
    signer_close(s);
    if (keys && json_array_size(json_object_get(keys, "keys")) == 0) {
        json_decref(keys);
        keys = NULL;
    }
    c->err = (struct err){0};
    return keys;
}
