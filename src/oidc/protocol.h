/*
 * What OpenID Connect says between the messages: pure, without network or clock.
 *
 * Source:    OpenID Connect Core 1.0 (3.1), Discovery 1.0, RFC 7636 (PKCE), RFC 9207 (iss),
 *            RP-Initiated Logout 1.0.
 */
#ifndef OIDC_PROTOCOL_H
#define OIDC_PROTOCOL_H

#include <jansson.h>

#include "oidc/jose.h"
#include "oidc/oidc_config.h"

enum { ADDRESS_MAX = 500, OIDC_DOCUMENT_MAX = 256 << 10 };

/* Where a provider is asked what, as its discovery document says. */
struct oidc_places {
    char authorize[ADDRESS_MAX], token[ADDRESS_MAX], keys[ADDRESS_MAX];
    char userinfo[ADDRESS_MAX], logout[ADDRESS_MAX];    /* "" none */
    bool says_issuer;               /* its answers carry `iss` (RFC 9207) */
};
/* NULL, or what is wrong with the document. */
const char *oidc_places_read(const char *text, size_t n, const char *issuer,
                             struct oidc_places *out);

/* One sign-in under way; what only this browser and we know. */
struct oidc_flow {
    const char *state, *nonce, *verifier, *redirect;
    int level;                      /* asked for; 0 any */
};
/* PKCE: BASE64URL(SHA256(verifier)). */
char *oidc_challenge(struct arena *a, const char *verifier);
/* The address the browser is sent to; lang: "vi", "en". */
char *oidc_authorize_address(struct arena *a, const struct oidc_provider *p,
                             const struct oidc_places *at, const struct oidc_flow *f,
                             const char *lang);
char *oidc_logout_address(struct arena *a, const struct oidc_provider *p,
                          const struct oidc_places *at, const char *back);    /* NULL: none */
char *oidc_token_form(struct arena *a, const struct oidc_provider *p, const struct oidc_flow *f,
                      const char *code);
char *oidc_basic(struct arena *a, const struct oidc_provider *p);  /* value of Authorization */

/* The token endpoint's answer; false: it is none, `why` says what it is. */
struct oidc_tokens { const char *access, *id; };
bool oidc_tokens_read(struct arena *a, const char *text, size_t n, struct oidc_tokens *out,
                      const char **why);

enum { CLOCK_LEEWAY = 60, TOKEN_AGE_MAX = 600 };
/* Everything of an ID token but its signature.  NULL, or which claim is wrong. */
const char *oidc_claims_fault(struct arena *a, const struct oidc_provider *p, const json_t *claims,
                              enum jws alg, const char *nonce, const char *access, int64_t now);

/* Who it is, by the provider's claim map: texts tidied, bounded; "" not said or not believable. */
struct oidc_person {
    const char *subject;
    const char *claim[CLAIM__COUNT];
    int level;
};
/* `more`: of userinfo, or NULL; what the ID token says goes first. */
void oidc_person_read(struct arena *a, const struct oidc_provider *p, const json_t *claims,
                      const json_t *more, struct oidc_person *out);

#endif
