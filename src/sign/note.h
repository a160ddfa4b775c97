/*
 * Signed heads of the log: a C2SP tlog-checkpoint in a signed note.
 *
 *     dichvucong.example.vn/nhat-ky-niem-phong        whose log it is
 *     1234                                            leaves
 *     q4ClO0+...=                                     root of the tree (RFC 9162), base64
 *     at 1795453200                                   when, UTC seconds
 *     whole                                           all from before the log is in it, or: beginn
 *
 *     — dichvucong.example.vn/nhat-ky-niem-phong BASE64 of key id and signature
 *
 * The signature is ECDSA P-256 with SHA-256 (type 2 of signed notes, as logs of sigstore have it)
 * over the text up to the empty line; the key id is the first 4 bytes of the SHA-256 over the key's
 * SubjectPublicKeyInfo.  The key is of `use: seal`.  ADR 0038.
 *
 * Lifetime:  what is returned lives in the arena.
 */
#ifndef SIGN_NOTE_H
#define SIGN_NOTE_H

#include <jansson.h>

#include "base/merkle.h"
#include "sign/sign.h"

#define NOTE_NAME "/nhat-ky-niem-phong"   /* names of logs of ours end so */

enum { NOTE_KEY_ID = 4, NOTE_ORIGIN_MAX = 120, NOTE_MAX = 8192, NOTE_SIGNATURES = 8 };

struct note {
    const char *origin;
    int64_t size;
    merkle_hash root;
    int64_t at;                 /* UTC seconds */
    bool whole;
    const char *text;           /* what is signed */
    size_t n;                   /* signatures */
    struct note_signature {
        const char *name;
        uint8_t id[NOTE_KEY_ID];
        struct bytes der;
    } sig[NOTE_SIGNATURES];
};

/* The text that is signed; NULL: the origin is no such name, or too long. */
char *note_text(struct arena *a, const char *origin, int64_t size, const merkle_hash *root,
                int64_t at, bool whole);
/* text, an empty line, and the signature of the site's key of `use: seal` that may sign.
 * E_NOTFOUND: there is none; E_DOWN: the signer does not answer. */
int note_sign(struct ctx *c, struct signer *s, const char *text, char **note);
/* The note without a signature, for a site that has no key. */
char *note_unsigned(struct arena *a, const char *text);

/* NULL, or what is wrong (English).  Any bytes may be given. */
const char *note_read(struct arena *a, const void *p, size_t n, struct note *out);

enum note_state {
    NOTE_GENUINE,
    NOTE_UNSIGNED,              /* nobody signed it */
    NOTE_UNKNOWN_KEY,           /* none of the keys given made it */
    NOTE_FORGED,                /* a signature does not fit */
};
const char *note_word(enum note_state s);       /* "genuine", "not-signed", ... */
/* `keys`: a JWK set; `kid` of who signed it, hex, may be NULL. */
enum note_state note_verify(struct arena *a, const json_t *keys, const struct note *n,
                            const char **kid);

#define NOTE_KEYS_PATH "/.well-known/motcua-seal-keys.json"
/* Public keys of `use: seal`, retired ones too.  A new reference. */
int note_keys_json(struct ctx *c, struct signer *s, json_t **out);

#endif
