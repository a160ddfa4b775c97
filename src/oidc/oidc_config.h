/*
 * Who may say who somebody is: the file of identity providers (docs/operator/identity.yaml is the
 * commented sample), read whole or refused with every fault in its place.
 *
 * Lifetime:  everything lives in the arena given.
 */
#ifndef OIDC_OIDC_CONFIG_H
#define OIDC_OIDC_CONFIG_H

#include <stdbool.h>

#include "base/buf.h"

enum oidc_face { OIDC_CITIZEN, OIDC_OFFICER };
enum oidc_auth { OIDC_BASIC, OIDC_POST, OIDC_PUBLIC };      /* how we show who we are */
/* What a site may ask of a provider, by the provider's names. */
enum oidc_claim {
    CLAIM_NUMBER, CLAIM_NAME, CLAIM_PHONE, CLAIM_EMAIL, CLAIM_BIRTH, CLAIM_LEVEL, CLAIM_LOGIN,
    CLAIM_TAX_CODE, CLAIM_ORGANISATION, CLAIM__COUNT
};
const char *oidc_claim_word(enum oidc_claim k);             /* "personal-number" ... */

enum { OIDC_PROVIDERS = 8, OIDC_LEVELS = 12, LEVEL_MAX = 3, IDENTITY_MAX = 64 << 10 };

struct oidc_level { const char *said; int level; };         /* acr or level claim -> 1..3 */

struct oidc_provider {
    const char *id;                 /* in addresses: a-z 0-9 - */
    const char *name, *name_en;     /* on the button */
    enum oidc_face face;
    const char *issuer, *client_id, *secret, *scope, *ca_file;
    enum oidc_auth auth;
    const char *claim[CLAIM__COUNT];    /* "" not asked for */
    struct oidc_level level[OIDC_LEVELS];
    int levels;
    int usual, least;               /* level when nothing is said; below which nobody comes in */
    bool userinfo;                  /* claims come from there, too */
    int seconds;                    /* that an answer may take */
};
struct oidc_providers {
    struct oidc_provider p[OIDC_PROVIDERS];
    int n;
};

/* Relative files are counted from `folder`.  False: `faults` has a line "path:line:column: ..." for
 * each. */
bool oidc_config_read(struct arena *a, const char *path, const char *folder, const char *text,
                      size_t n, struct oidc_providers *out, struct buf *faults);
/* https://..., or http:// to this machine alone (tests, a provider beside us). */
bool oidc_address_good(const char *s);
const struct oidc_provider *oidc_provider_find(const struct oidc_providers *all, const char *id,
                                               enum oidc_face face);    /* or NULL */
/* The level that a provider's word stands for: 1 when the word is not in the map, its usual one
 * when it said none. */
int oidc_level(const struct oidc_provider *p, const char *said);

#endif
