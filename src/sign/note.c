#include "sign/note.h"

#include <sodium.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "sign/client.h"
#include "sign/jwk.h"
#include "sign/keyset.h"

#define BASE64 sodium_base64_VARIANT_ORIGINAL
#define DASH "\xe2\x80\x94 "            /* an em dash and a space begin a signature's line */
enum { DER_MAX = 80, ROW_MAX = 400, DIGITS = 19 };

/* --- keys ---------------------------------------------------------------------------------- */

static bool
key_id(const json_t *jwk, uint8_t out[NOTE_KEY_ID])
{
    /* SEQUENCE { SEQUENCE { id-ecPublicKey, prime256v1 }, BIT STRING } up to the point. */
    static const uint8_t HEAD[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                   0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                   0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00};
    uint8_t info[sizeof HEAD + JWK_POINT], sum[SHA256_SIZE];

    memcpy(info, HEAD, sizeof HEAD);
    if (!jwk_point(jwk, info + sizeof HEAD))
        return false;
    hash_sha256(info, sizeof info, sum);
    memcpy(out, sum, NOTE_KEY_ID);
    return true;
}

int
note_keys_json(struct ctx *c, struct signer *s, json_t **out)
{
    struct keyset *set = keyset_take(s);
    json_t *list = json_array();

    for (size_t i = 0; i < set->n; i++) {
        const struct known *k = &set->key[i];
        uint8_t id[NOTE_KEY_ID];
        json_t *jwk;

        if (k->info.use != SIGN_SEAL || !k->jwk || !key_id(k->jwk, id))
            continue;
        jwk = json_deep_copy(k->jwk);
        json_object_set_new(jwk, "kid", json_string(hash_hex(c->a, id, sizeof id)));
        json_array_append_new(list, jwk);
    }
    keyset_give(s, set);
    *out = json_pack("{s:o}", "keys", list);
    return *out ? OK : fail(c, E_SYS, N_("Hệ thống gặp lỗi"), "note: keys");
}

/* --- writing ------------------------------------------------------------------------------- */

static bool
good_origin(const char *s)
{
    size_t n = strlen(s);

    return n > 0 && n <= NOTE_ORIGIN_MAX && utf8_clean(s, n) && !strpbrk(s, " \t\r\n+");
}

char *
note_text(struct arena *a, const char *origin, int64_t size, const merkle_hash *root, int64_t at,
          bool whole)
{
    char hash[sodium_base64_ENCODED_LEN(MERKLE_SIZE, BASE64)];

    if (!good_origin(origin))
        return NULL;
    sodium_bin2base64(hash, sizeof hash, root->b, MERKLE_SIZE, BASE64);
    return arena_fmt(a, "%s\n%" PRId64 "\n%s\nat %" PRId64 "\n%s\n", origin, size,
                     hash, at, whole ? "whole" : "beginning");
}

char *
note_unsigned(struct arena *a, const char *text)
{
    return arena_fmt(a, "%s\n", text);
}

/* The first that may sign. */
static const struct known *
seal_key(const struct keyset *set)
{
    for (size_t i = 0; i < set->n; i++)
        if (set->key[i].info.use == SIGN_SEAL && !set->key[i].retired && set->key[i].jwk)
            return &set->key[i];
    return NULL;
}

static int
sign_with(struct ctx *c, struct signer *s, const struct known *key, const char *text,
          uint8_t out[NOTE_KEY_ID + DER_MAX], size_t *n)
{
    struct bytes der;
    int rc;

    if (!key || !key_id(key->jwk, out))
        return signer_say(c, WIRE_UNKNOWN, "seal");
    rc = signer_ask(c, s, WIRE_SEAL, key->info.name, text, strlen(text), &der);
    if (rc == OK && der.n > DER_MAX)
        rc = signer_say(c, WIRE_FAILED, key->info.name);
    if (rc < 0)
        return rc;
    memcpy(out + NOTE_KEY_ID, der.p, der.n);
    *n = NOTE_KEY_ID + der.n;
    return OK;
}

int
note_sign(struct ctx *c, struct signer *s, const char *text, char **note)
{
    uint8_t raw[NOTE_KEY_ID + DER_MAX];
    char signature[sodium_base64_ENCODED_LEN(sizeof raw, BASE64)];
    struct keyset *set = keyset_take(s);
    size_t n = 0;
    int rc = sign_with(c, s, seal_key(set), text, raw, &n);

    keyset_give(s, set);
    if (rc < 0)
        return rc;
    sodium_bin2base64(signature, sizeof signature, raw, n, BASE64);
    *note = arena_fmt(c->a, "%s\n" DASH "%.*s %s\n", text, (int)strcspn(text, "\n"), text,
                      signature);
    return OK;
}

/* --- reading ------------------------------------------------------------------------------- */

/* The next line without its end; NULL: there is none. */
static char *
line_of(char **at)
{
    char *line = *at, *end = strchr(line, '\n');

    if (!end || end - line > ROW_MAX)
        return NULL;
    *end = '\0';
    *at = end + 1;
    return line;
}

static bool
read_number(const char *s, int64_t *out)
{
    size_t n = strlen(s);

    *out = 0;
    if (n == 0 || n > DIGITS - 1 || strspn(s, "0123456789") != n || (n > 1 && *s == '0'))
        return false;
    for (; *s; s++)
        *out = *out * 10 + (*s - '0');
    return true;
}

static bool
read_root(const char *s, merkle_hash *out)
{
    size_t n = 0;

    return sodium_base642bin(out->b, MERKLE_SIZE, s, strlen(s), NULL, &n, NULL, BASE64) == 0 &&
           n == MERKLE_SIZE;
}

/* Lines that are not known mean nothing to us. */
static void
read_more(char *line, struct note *out)
{
    if (strncmp(line, "at ", 3) == 0 && !read_number(line + 3, &out->at))
        out->at = 0;
    if (strcmp(line, "whole") == 0)
        out->whole = true;
}

static const char *
read_signature(struct arena *a, char *line, struct note *out)
{
    struct note_signature *s = &out->sig[out->n];
    char *blank;
    uint8_t *raw = arena_get(a, ROW_MAX);
    size_t n = 0;

    if (out->n == NOTE_SIGNATURES)
        return "has too many signatures";
    if (strncmp(line, DASH, sizeof DASH - 1) != 0)
        return "a line of the signatures does not begin with a dash";
    line += sizeof DASH - 1;
    blank = strchr(line, ' ');
    if (!blank || blank == line ||
        sodium_base642bin(raw, ROW_MAX, blank + 1, strlen(blank + 1), NULL, &n, NULL, BASE64) ||
        n <= NOTE_KEY_ID)
        return "a signature cannot be read";
    *blank = '\0';
    s->name = line;
    memcpy(s->id, raw, NOTE_KEY_ID);
    s->der = (struct bytes){raw + NOTE_KEY_ID, n - NOTE_KEY_ID};
    out->n++;
    return NULL;
}

static const char *
read_body(struct arena *a, char *text, struct note *out)
{
    char *at = arena_str(a, text), *origin = line_of(&at), *size = origin ? line_of(&at) : NULL;
    char *root = size ? line_of(&at) : NULL, *line;

    if (!root)
        return "has no three lines";
    if (!good_origin(origin))
        return "its first line is no name of a log";
    if (!read_number(size, &out->size))
        return "its second line is no number";
    if (!read_root(root, &out->root))
        return "its third line is no hash";
    out->origin = origin;
    while ((line = line_of(&at)))
        read_more(line, out);
    return NULL;
}

const char *
note_read(struct arena *a, const void *p, size_t n, struct note *out)
{
    char *text, *end, *line;
    const char *why;

    memset(out, 0, sizeof *out);
    if (n == 0 || n > NOTE_MAX || memchr(p, 0, n) || !utf8_clean((const char *)p, n))
        return "is no text of at most 8,192 bytes";
    text = arena_strn(a, p, n);
    if (!(end = strstr(text, "\n\n")))
        return "has no empty line";
    out->text = arena_strn(a, text, (size_t)(end + 1 - text));
    if ((why = read_body(a, arena_str(a, out->text), out)))
        return why;
    for (end += 2; *end;) {
        if (!(line = line_of(&end)))
            return "its last line has no end";
        if ((why = read_signature(a, line, out)))
            return why;
    }
    return NULL;
}

/* --- checking ------------------------------------------------------------------------------ */

const char *
note_word(enum note_state s)
{
    static const char *const WORDS[] = {
        [NOTE_GENUINE] = "genuine",
        [NOTE_UNSIGNED] = "not-signed",
        [NOTE_UNKNOWN_KEY] = "unknown-key",
        [NOTE_FORGED] = "forged",
    };

    return WORDS[s];
}

/* One genuine signature is enough; one that claims a known key and does not fit is a forgery. */
static enum note_state
verify_one(struct arena *a, const json_t *keys, const struct note *n,
           const struct note_signature *s, const char **kid)
{
    const json_t *list = json_object_get(keys, "keys"), *jwk;
    enum note_state state = NOTE_UNKNOWN_KEY;
    uint8_t id[NOTE_KEY_ID];
    size_t i;

    json_array_foreach(list, i, jwk) {
        if (!key_id(jwk, id) || memcmp(id, s->id, sizeof id) != 0)
            continue;
        if (kid)
            *kid = hash_hex(a, id, sizeof id);
        if (strcmp(s->name, n->origin) == 0 &&
            jwk_verifies(jwk, n->text, strlen(n->text), s->der.p, s->der.n))
            return NOTE_GENUINE;
        state = NOTE_FORGED;
    }
    return state;
}

enum note_state
note_verify(struct arena *a, const json_t *keys, const struct note *n, const char **kid)
{
    enum note_state state = n->n ? NOTE_UNKNOWN_KEY : NOTE_UNSIGNED;

    if (kid)
        *kid = NULL;
    for (size_t i = 0; i < n->n; i++) {
        enum note_state one = verify_one(a, keys, n, &n->sig[i], kid);

        if (one == NOTE_GENUINE)
            return one;
        if (one == NOTE_FORGED)
            state = one;
    }
    return state;
}
