#include "site/signing.h"

#include <unistd.h>

#include "http/reply.h"
#include "http/route.h"
#include "sign/claim.h"
#include "sign/sign.h"
#include "sign/verify.h"

static const char *
path_of(struct arena *a, const struct config *k, const char *given, const char *name)
{
    const char *path = arena_fmt(a, "%s/signing/%s", k->data, name);

    if (*given)
        return given;
    return access(path, F_OK) == 0 ? path : "";
}

const char *
signing_keys_path(struct arena *a, const struct config *k)
{
    return path_of(a, k, k->signing_keys, "keys.yaml");
}

const char *
signing_trust_path(struct arena *a, const struct config *k)
{
    return path_of(a, k, k->trust, "trust");
}

int
signing_open(struct ctx *c, const struct config *k, struct services *out)
{
    const char *keys = signing_keys_path(c->a, k);
    const struct signer_options o = {.keys = keys,
                                     .timestamp_url = k->timestamp_url,
                                     .timestamp_optional = k->timestamp_optional,
                                     .unfiltered = k->signing_unfiltered};

    out->trust = sign_trust_open(c, signing_trust_path(c->a, k));
    if (out->trust && *keys)
        out->signer = signer_open(c, &o);
    if (out->trust && (out->signer || !*keys))
        return OK;
    signing_close(out);
    return c->err.rc;
}

void
signing_close(struct services *s)
{
    signer_close(s->signer);
    sign_trust_close((struct sign_trust *)s->trust);
    s->signer = NULL;
    s->trust = NULL;
}

/* --- what anybody needs to check a code without us --- */

static int
get_claim_keys(struct ctx *c)
{
    struct signer *s = c->site->with ? c->site->with->signer : NULL;
    json_t *keys = NULL;
    int rc = s ? claim_keys_json(c, s, &keys) : OK;

    if (rc < 0)
        return rc;
    return reply_json(c, 200, keys ? keys : json_pack("{s:[]}", "keys"));
}

/* clang-format off */
const struct route site_signing_routes[];
const struct route site_signing_routes[] = {
    {.method = GET, .path = CLAIM_KEYS_PATH, .perm = PERM_PUBLIC, .where = RUN_HERE,
     .body = BODY_NONE, .sees = SEES_NOBODY, .face = FACE_FILE, .in = IN_NONE,
     .run = get_claim_keys,
     .about = "Public keys (JWK set) that check the codes on papers without asking the server."},
    {0},
};
/* clang-format on */
