/*
 * Keys and certificates for the demo city and for tests: a root of our own, and under it keys in
 * files, with the file of keys that names them and a folder that trusts the root.  Real sites get
 * certificates of a public authority: docs/operator/signing.md.
 *
 *     FOLDER/keys.yaml  FOLDER/NAME.key.pem  FOLDER/NAME.pem  FOLDER/root.key.pem
 *     FOLDER/trust/root.pem
 */
#ifndef PROC_DEMO_KEYS_H
#define PROC_DEMO_KEYS_H

#include <stdbool.h>

#include "base/ctx.h"

struct demo_key {
    const char *name;
    const char *agency, *person;        /* one of them, or NULL both: a claim or seal key */
    const char *holder, *organisation;
    bool rsa;                           /* else ECDSA P-256 */
    int64_t from, until;                /* 0: 2020 to 2049 */
    const char *more;                   /* further lines for its entry in keys.yaml; NULL: none */
    bool seal;                          /* of heads of the log */
};

/* Makes what is missing; keys.yaml is written anew when a key was made.  *made: how many. */
int demo_keys_make(struct ctx *c, const char *folder, const struct demo_key *k, size_t n,
                   size_t *made);

#endif
