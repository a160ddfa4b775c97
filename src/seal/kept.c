#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "mod/audit/seal.h"
#include "seal/seal.h"
#include "sign/attach.h"
#include "sign/sign.h"
#include "site/signing.h"

enum { KEPT_MAX = 8 << 20 };

static bool
kept_bytes(struct ctx *c, const char *flag, const char *path, struct bytes *b)
{
    int rc = file_read(c->a, path, KEPT_MAX, b);

    if (rc < 0)
        command_say(2, "audit: %s %s: %s", flag, path, strerror(-rc));
    return rc >= 0;
}

static json_t *
as_json(const char *flag, const char *path, struct bytes b)
{
    json_error_t e;
    json_t *j = json_read((const char *)b.p, b.n, &e);

    if (!j)
        command_say(2, "audit: %s %s: is no JSON", flag, path);
    return j;
}

json_t *
kept_json(struct ctx *c, const char *flag, const char *path)
{
    struct bytes b;

    return kept_bytes(c, flag, path, &b) ? as_json(flag, path, b) : NULL;
}

json_t *
kept_receipt(struct ctx *c, const char *flag, const char *path)
{
    struct bytes b;
    const char *why;

    if (!kept_bytes(c, flag, path, &b))
        return NULL;
    if (b.n < 5 || memcmp(b.p, "%PDF-", 5) != 0)
        return as_json(flag, path, b);
    if ((why = pdf_attached(c->a, b, SEAL_RECEIPT_FILE, &b)) != NULL) {
        command_say(2, "audit: %s %s: this PDF carries no proof: %s", flag, path, why);
        return NULL;
    }
    return as_json(flag, path, b);
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
