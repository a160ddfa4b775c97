#include "oidc/protocol.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>
#include <strings.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/utf8.h"
#include "base/vi.h"

enum { TOKEN_TEXT_MAX = 8 << 10, CLAIM_MAX = 200, FORM_MAX = 8 << 10, SUBJECT_MAX = 255 };

static const char *
text_of(const json_t *j, const char *name)
{
    const char *s = json_string_value(json_object_get(j, name));

    return s ? s : "";
}

/* --- discovery -------------------------------------------------------------------------------- */

/* An address of the provider's: never weaker than the issuer's own. */
static bool
take_place(const json_t *doc, const char *name, bool safe, bool required, char out[ADDRESS_MAX])
{
    const char *s = text_of(doc, name);

    *out = '\0';
    if (!*s)
        return !required;
    if (strlen(s) >= ADDRESS_MAX || !oidc_address_good(s) ||
        (safe && strncmp(s, "https://", 8) != 0))
        return false;
    memcpy(out, s, strlen(s) + 1);
    return true;
}

/* A list that is there must hold the word. */
static bool
list_has(const json_t *doc, const char *name, const char *word)
{
    const json_t *list = json_object_get(doc, name), *one;
    size_t i;

    if (!list)
        return true;
    json_array_foreach(list, i, one)
        if (json_is_string(one) && strcmp(json_string_value(one), word) == 0)
            return true;
    return false;
}

static const char *
places_of(const json_t *doc, const char *issuer, struct oidc_places *out)
{
    static const struct { const char *name; bool required; size_t at; } PLACES[] = {
        {"authorization_endpoint", true, offsetof(struct oidc_places, authorize)},
        {"token_endpoint", true, offsetof(struct oidc_places, token)},
        {"jwks_uri", true, offsetof(struct oidc_places, keys)},
        {"userinfo_endpoint", false, offsetof(struct oidc_places, userinfo)},
        {"end_session_endpoint", false, offsetof(struct oidc_places, logout)},
    };
    bool safe = strncmp(issuer, "https://", 8) == 0;

    if (strcmp(text_of(doc, "issuer"), issuer) != 0)
        return "issuer is not the one configured";
    if (!list_has(doc, "response_types_supported", "code"))
        return "response_types_supported has no code";
    if (!list_has(doc, "code_challenge_methods_supported", "S256"))
        return "code_challenge_methods_supported has no S256";
    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++)
        if (!take_place(doc, PLACES[i].name, safe, PLACES[i].required,
                        (char *)out + PLACES[i].at))
            return PLACES[i].name;
    out->says_issuer =
        json_is_true(json_object_get(doc, "authorization_response_iss_parameter_supported"));
    return NULL;
}

const char *
oidc_places_read(const char *text, size_t n, const char *issuer, struct oidc_places *out)
{
    json_t *doc = n <= OIDC_DOCUMENT_MAX ? json_read(text, n, NULL) : NULL;
    const char *why;

    *out = (struct oidc_places){.says_issuer = false};
    why = json_is_object(doc) ? places_of(doc, issuer, out) : "no JSON object";
    json_decref(doc);
    return why;
}

/* --- addresses and forms ---------------------------------------------------------------------- */

char *
oidc_challenge(struct arena *a, const char *verifier)
{
    uint8_t sum[SHA256_SIZE];

    hash_sha256(verifier, strlen(verifier), sum);
    return jose_base64(a, sum, sizeof sum);
}

static void
add(struct buf *b, const char *name, const char *value)
{
    if (!*value)
        return;
    buf_fmt(b, "%s%s=", b->n ? "&" : "", name);
    buf_url(b, value);
}

/* The provider's words for the level asked for and what is above it, the least first. */
static const char *
acr_values(struct arena *a, const struct oidc_provider *p, int level)
{
    struct buf b;

    buf_init(&b, a, FORM_MAX);
    for (int want = level > p->least ? level : p->least; want <= LEVEL_MAX; want++)
        for (int i = 0; i < p->levels; i++)
            if (p->level[i].level == want)
                buf_fmt(&b, "%s%s", b.n ? " " : "", p->level[i].said);
    return b.p;
}

static char *
with_query(struct arena *a, const char *address, const struct buf *query)
{
    char joint = strchr(address, '?') ? '&' : '?';

    return query->over ? NULL : arena_fmt(a, "%s%c%s", address, joint, query->p);
}

char *
oidc_authorize_address(struct arena *a, const struct oidc_provider *p, const struct oidc_places *at,
                       const struct oidc_flow *f, const char *lang)
{
    struct buf b;

    buf_init(&b, a, FORM_MAX);
    add(&b, "response_type", "code");
    add(&b, "client_id", p->client_id);
    add(&b, "redirect_uri", f->redirect);
    add(&b, "scope", p->scope);
    add(&b, "state", f->state);
    add(&b, "nonce", f->nonce);
    add(&b, "code_challenge", oidc_challenge(a, f->verifier));
    add(&b, "code_challenge_method", "S256");
    add(&b, "ui_locales", lang);
    add(&b, "acr_values", acr_values(a, p, f->level));
    if (f->level > 1)               /* a session of before may be a weaker one */
        add(&b, "prompt", "login");
    return with_query(a, at->authorize, &b);
}

char *
oidc_logout_address(struct arena *a, const struct oidc_provider *p, const struct oidc_places *at,
                    const char *back)
{
    struct buf b;

    if (!*at->logout)
        return NULL;
    buf_init(&b, a, FORM_MAX);
    add(&b, "client_id", p->client_id);
    add(&b, "post_logout_redirect_uri", back);
    return with_query(a, at->logout, &b);
}

char *
oidc_token_form(struct arena *a, const struct oidc_provider *p, const struct oidc_flow *f,
                const char *code)
{
    struct buf b;

    buf_init(&b, a, FORM_MAX);
    add(&b, "grant_type", "authorization_code");
    add(&b, "code", code);
    add(&b, "redirect_uri", f->redirect);
    add(&b, "code_verifier", f->verifier);
    if (p->auth != OIDC_BASIC)
        add(&b, "client_id", p->client_id);
    if (p->auth == OIDC_POST)
        add(&b, "client_secret", p->secret);
    return b.over ? NULL : b.p;
}

/* RFC 6749, 2.3.1: both are form-encoded before they are joined. */
char *
oidc_basic(struct arena *a, const struct oidc_provider *p)
{
    struct buf b;
    size_t size;
    char *out;

    buf_init(&b, a, FORM_MAX);
    buf_url(&b, p->client_id);
    buf_char(&b, ':');
    buf_url(&b, p->secret);
    size = sodium_base64_encoded_len(b.n, sodium_base64_VARIANT_ORIGINAL);
    out = arena_raw(a, size);
    sodium_bin2base64(out, size, (const uint8_t *)b.p, b.n, sodium_base64_VARIANT_ORIGINAL);
    return arena_fmt(a, "Basic %s", out);
}

/* --- the answer with the tokens --------------------------------------------------------------- */

static bool
token_text(const char *s)
{
    size_t n = strlen(s);

    return n > 0 && n <= TOKEN_TEXT_MAX &&
           strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=") == n;
}

bool
oidc_tokens_read(struct arena *a, const char *text, size_t n, struct oidc_tokens *out,
                 const char **why)
{
    json_t *doc = n <= OIDC_DOCUMENT_MAX ? json_read(text, n, NULL) : NULL;
    const char *kind = text_of(doc, "token_type"), *id = text_of(doc, "id_token");

    *out = (struct oidc_tokens){arena_str(a, text_of(doc, "access_token")), arena_str(a, id)};
    *why = !json_is_object(doc)               ? "no JSON object"
           : json_object_get(doc, "error")    ? arena_fmt(a, "error %.60s", text_of(doc, "error"))
           : !*id || strlen(id) > JWT_MAX     ? "no id_token"
           : strcasecmp(kind, "Bearer") != 0  ? "token_type is not Bearer"
           : !token_text(out->access)         ? "no access_token"
                                              : NULL;
    json_decref(doc);
    return !*why;
}

/* --- the claims ------------------------------------------------------------------------------- */

static bool
for_us(const json_t *claims, const char *client)
{
    const json_t *aud = json_object_get(claims, "aud"), *azp = json_object_get(claims, "azp"), *one;
    bool found = json_is_string(aud) && strcmp(json_string_value(aud), client) == 0;
    size_t i;

    if (json_is_array(aud)) {
        json_array_foreach(aud, i, one)
            found = found || (json_is_string(one) && strcmp(json_string_value(one), client) == 0);
        if (json_array_size(aud) > 1 && !azp)
            return false;
    }
    return found &&
           (!azp || (json_is_string(azp) && strcmp(json_string_value(azp), client) == 0));
}

static bool
timely(const json_t *claims, int64_t now)
{
    const json_t *exp = json_object_get(claims, "exp"), *iat = json_object_get(claims, "iat"),
                 *nbf = json_object_get(claims, "nbf");

    return json_is_integer(exp) && json_is_integer(iat) &&
           json_integer_value(exp) > now - CLOCK_LEEWAY &&
           json_integer_value(iat) <= now + CLOCK_LEEWAY &&
           json_integer_value(iat) >= now - TOKEN_AGE_MAX &&
           (!nbf || (json_is_integer(nbf) && json_integer_value(nbf) <= now + CLOCK_LEEWAY));
}

const char *
oidc_claims_fault(struct arena *a, const struct oidc_provider *p, const json_t *claims,
                  enum jws alg, const char *nonce, const char *access, int64_t now)
{
    const char *half = text_of(claims, "at_hash"), *sub = text_of(claims, "sub");

    if (strcmp(text_of(claims, "iss"), p->issuer) != 0)
        return "iss";
    if (!for_us(claims, p->client_id))
        return "aud";
    if (!timely(claims, now))
        return "exp or iat";
    if (!hash_text_equal(text_of(claims, "nonce"), nonce))
        return "nonce";
    if (json_object_get(claims, "at_hash") && !hash_text_equal(half, jwt_half_hash(a, alg, access)))
        return "at_hash";
    if (!*sub || strlen(sub) > SUBJECT_MAX || !utf8_clean(sub, strlen(sub)))
        return "sub";
    return NULL;
}

/* --- who it is -------------------------------------------------------------------------------- */

/* Numbers are texts to some providers. */
static const char *
claim_text(struct arena *a, const json_t *j, const char *name)
{
    const json_t *v = *name ? json_object_get(j, name) : NULL;
    const char *s = json_string_value(v);

    if (json_is_integer(v))
        return arena_fmt(a, "%" PRId64, (int64_t)json_integer_value(v));
    return s && utf8_clean(s, strlen(s)) && !strpbrk(s, "\r\n\t") ? s : "";
}

static const char *
number_clean(struct arena *a, const char *s)
{
    (void)a;
    return vi_personal_number(s) ? s : "";
}

static const char *
phone_clean(struct arena *a, const char *s)
{
    char out[12];

    return vi_phone(s, out) ? arena_str(a, out) : "";
}

static const char *
email_clean(struct arena *a, const char *s)
{
    (void)a;
    return vi_email(s) ? s : "";
}

/* 19990131 or 1999-01-31, as ISO. */
static const char *
birth_clean(struct arena *a, const char *s)
{
    const char *iso = strlen(s) == 8 ? arena_fmt(a, "%.4s-%.2s-%.2s", s, s + 4, s + 6) : s;
    day d;

    return date_parse(iso, &d) ? iso : "";
}

static const char *
tax_clean(struct arena *a, const char *s)
{
    size_t n = strlen(s), digits = strspn(s, "0123456789");

    (void)a;
    if (digits == 10 && (n == 10 || (n == 14 && s[10] == '-' && strspn(s + 11, "0123456789") == 3)))
        return s;
    return "";
}

void
oidc_person_read(struct arena *a, const struct oidc_provider *p, const json_t *claims,
                 const json_t *more, struct oidc_person *out)
{
    static const char *(*const CLEAN[CLAIM__COUNT])(struct arena *, const char *) = {
        [CLAIM_NUMBER] = number_clean, [CLAIM_PHONE] = phone_clean, [CLAIM_EMAIL] = email_clean,
        [CLAIM_BIRTH] = birth_clean,   [CLAIM_TAX_CODE] = tax_clean,
    };
    const char *said;

    *out = (struct oidc_person){.subject = arena_str(a, text_of(claims, "sub"))};
    for (int i = 0; i < CLAIM__COUNT; i++) {
        const char *s = claim_text(a, claims, p->claim[i]);

        s = vi_tidy(a, *s || !more ? s : claim_text(a, more, p->claim[i]));
        if (utf8_length(s) > CLAIM_MAX)
            s = "";
        out->claim[i] = CLEAN[i] ? CLEAN[i](a, s) : s;
    }
    said = *p->claim[CLAIM_LEVEL] ? out->claim[CLAIM_LEVEL] : claim_text(a, claims, "acr");
    out->level = oidc_level(p, said);
}
