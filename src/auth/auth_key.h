/*
 * Security keys and passkeys of officers (WebAuthn) as a second factor, beside the codes of
 * second.h.  A challenge leaves sealed (in the ticket of the sign-in, in the form that adds a key)
 * and is spent when it comes back, whatever came with it.
 *
 * Tables:    security_key; account.second_kinds; spent challenges in sign_in_used.
 * Decision:  ADR 0049.
 * Lifetime:  texts returned live in c->a.
 */
#ifndef AUTH_AUTH_KEY_H
#define AUTH_AUTH_KEY_H

#include "auth/second.h"
#include "auth/webauthn.h"

enum { KEYS_MAX = 10, KEY_NAME_MAX = 40, KEY_WAYS_MAX = 60 };
struct security_key { const char *ref, *name; int64_t added_at, used_at; };

/* Can this site use them at all?  By its public address. */
bool auth_keys_open(struct ctx *c);
int auth_key_list(struct ctx *c, int64_t account, struct security_key out[KEYS_MAX], size_t *n);
int auth_key_get(struct ctx *c, int64_t account, const char *ref, struct security_key *out);

/* What the page tells the browser's script, all text. */
struct key_ask {
    const char *rp, *challenge;
    const char *known;          /* "ID:usb+nfc,ID": keys that may answer, or are there already */
    const char *algorithms;     /* "-7,-8,-257" */
    const char *user;           /* who it is, without saying so */
};
int auth_key_ask(struct ctx *c, int64_t account, const uint8_t challenge[WEBAUTHN_CHALLENGE],
                 struct key_ask *out);

/* --- adding one: the form holds the challenge sealed for this session, five minutes --- */
const char *auth_key_begin(struct ctx *c, uint8_t challenge[WEBAUTHN_CHALLENGE]);
struct key_made { const char *sealed, *name, *client, *data, *ways; };
/* *say: an N_() sentence for what is wrong; NULL: it is added. */
int auth_key_add(struct ctx *c, int64_t account, const struct key_made *in, const char **say);
/* E_CONFLICT: its owner would be left without the second factor that a role must have. */
int auth_key_remove(struct ctx *c, const struct account *a, const char *ref);

/* --- signing in --- */
struct key_signed { const char *id, *client, *data, *signature; };
enum key_verdict { KEY_WRONG, KEY_RIGHT, KEY_WENT_BACK };
/* KEY_WENT_BACK: its counter did; the owner is told, the key does not serve. */
int auth_key_take(struct ctx *c, int64_t account, const uint8_t challenge[WEBAUTHN_CHALLENGE],
                  const struct key_signed *in, enum key_verdict *out);

#endif
