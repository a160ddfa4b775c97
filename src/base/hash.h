/*
 * Hashes and constant-time comparison.  SHA-256 (FIPS 180-4) is OpenSSL's, which uses what the
 * processor has for it; the keyed ones are libsodium's.  Pure.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum { SHA256_SIZE = 32 };

void hash_sha256(const void *p, size_t n, uint8_t out[SHA256_SIZE]);
/* The same in pieces: begin, add as often as wanted, end.  Who gives up just lets go of it. */
struct hash_run { uint64_t state[14]; };
void hash_begin(struct hash_run *h);
void hash_add(struct hash_run *h, const void *p, size_t n);
void hash_end(struct hash_run *h, uint8_t out[SHA256_SIZE]);
char *hash_hex(struct arena *a, const uint8_t *p, size_t n);
struct bytes hash_unhex(struct arena *a, const char *hex);     /* n 0: not hex, or nothing */
char *hash_sha256_hex(struct arena *a, const void *p, size_t n);
/* A keyed hash for what only this program checks; each use has its own name. */
void hash_keyed(const uint8_t key[32], const char *use, const void *p, size_t n, uint8_t *out,
                size_t size);
void hash_hmac(const uint8_t key[32], const void *p, size_t n, uint8_t out[SHA256_SIZE]);
bool hash_equal(const void *a, const void *b, size_t n);        /* constant time */
bool hash_text_equal(const char *a, const char *b);            /* constant time in the longer one */

#endif
