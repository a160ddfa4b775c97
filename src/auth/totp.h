/*
 * Codes of a telephone's authenticator: TOTP (RFC 6238) with HMAC-SHA-1, six digits, 30 seconds,
 * which is what every such program does without being told.  Pure; secrets are 20 bytes.
 */
#ifndef AUTH_TOTP_H
#define AUTH_TOTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum { TOTP_SECRET = 20, TOTP_DIGITS = 6, TOTP_STEP = 30, TOTP_DRIFT = 1 };

uint32_t totp_code(const uint8_t secret[TOTP_SECRET], int64_t step);
/* The step of now whose code it is, one before and one after included, and newer than `after`; 0
 * none.  Spaces between the digits do not count. */
int64_t totp_match(const uint8_t secret[TOTP_SECRET], const char *code, int64_t now, int64_t after);
char *totp_base32(struct arena *a, const uint8_t *p, size_t n);         /* RFC 4648, no padding */
/* otpauth://totp/ISSUER:NAME?secret=...&issuer=... for a QR code. */
char *totp_uri(struct arena *a, const char *issuer, const char *name, const char *base32);

#endif
