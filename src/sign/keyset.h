/*
 * Inside of sign/: all that is known of the keys since one start of the signer.  Taken and given
 * back, so that a restart does not pull it away.
 */
#ifndef SIGN_KEYSET_H
#define SIGN_KEYSET_H

#include <jansson.h>

#include "sign/cms.h"
#include "sign/sign.h"
#include "sign/wire.h"

struct known {                          /* one key */
    struct sign_key info;
    bool retired;
    json_t *jwk;                        /* NULL: no claim key */
    struct bytes certificates;
    struct cms_key cms;
    bool ready;                         /* cms is filled in */
};

struct keyset {
    struct arena *a;
    struct known *key;
    size_t n;
    int users;
};

/* Asks the signer; what is got lives until the next question. */
typedef bool (*keyset_ask)(void *arg, enum wire_op op, const char *name, const void *p, size_t n,
                           struct bytes *out);
struct keyset *keyset_read(keyset_ask ask, void *arg, uint32_t n);      /* NULL: it did not work */
void keyset_free(struct keyset *set);

struct keyset *keyset_take(struct signer *s);
void keyset_give(struct signer *s, struct keyset *set);

/* In the set's memory; `cms` may be NULL.  E_NOTFOUND, E_CONFLICT. */
int keyset_find(struct ctx *c, const struct keyset *set, const char *name, enum sign_use use,
                const struct sign_key **key, const struct cms_key **cms);

#endif
