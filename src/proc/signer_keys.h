/* Private keys as the signer holds them.  Only the signer's own files include it. */
#ifndef PROC_SIGNER_KEYS_H
#define PROC_SIGNER_KEYS_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <pthread.h>

#include "base/hash.h"
#include "proc/signer_file.h"

struct token;                           /* one PKCS#11 token, logged in */

struct held {
    const struct key_row *row;
    EVP_PKEY *key;                      /* NULL: it cannot sign, see fault */
    EVP_PKEY *public;
    X509 *certificate;                  /* NULL: a claim key without one */
    struct bytes certificates;          /* DER, one behind the other */
    uint8_t hash[SHA256_SIZE];          /* of the own certificate */
    int64_t from, until;                /* 0 without a certificate */
    struct token *token;                /* NULL: from a file */
    const char *fault;                  /* English; NULL: none */
};

struct held_keys {
    struct arena *a;
    struct held *key;
    size_t n;
    struct token *tokens;
    bool waits;                         /* a token was not there: worth another start */
};

/* Everything that the file names.  False: faults were added to `f`.  A token that is not there is
 * no fault of the file: its keys are there and say so. */
bool held_keys_load(struct arena *a, struct key_file *f, struct held_keys *out);

/* What is told about a key, as JSON in `a` (sign/client.c reads it). */
char *held_describe(struct arena *a, const struct held *k);

/* Signs with SHA-256; 0 or -1.  *n: room in `out`, then what was used. */
int held_sign(const struct held *k, const void *p, size_t size, uint8_t *out, size_t *n);

/* --- signer_token.c --- */

/* The key of a token; NULL: *why.  `certificate`: of the same label, when it has one; may be NULL.
 * Tokens are opened once and kept in `all`. */
EVP_PKEY *token_key(struct held_keys *all, const struct key_row *r, struct token **token,
                    X509 **certificate, const char **why);
void token_lock(struct token *t);
void token_unlock(struct token *t);

#endif
