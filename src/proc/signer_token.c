/* Keys on PKCS#11 tokens (an HSM, SoftHSM in tests and demo), by libp11. */
#include <libp11.h>
#include <string.h>

#include "base/secret.h"
#include "proc/signer_keys.h"

struct token {
    struct token *next;
    const char *module, *label;
    PKCS11_CTX *ctx;
    PKCS11_SLOT *slots, *slot;          /* slot NULL: it is not there */
    unsigned slots_n;
    const char *fault;
    pthread_mutex_t lock;               /* sessions of a module are not shared by threads */
};

void
token_lock(struct token *t)
{
    if (t)
        pthread_mutex_lock(&t->lock);
}

void
token_unlock(struct token *t)
{
    if (t)
        pthread_mutex_unlock(&t->lock);
}

static PKCS11_SLOT *
find_slot(const struct token *t)
{
    for (unsigned i = 0; i < t->slots_n; i++) {
        PKCS11_TOKEN *k = t->slots[i].token;

        if (k && k->initialized && k->label && strcmp(k->label, t->label) == 0)
            return &t->slots[i];
    }
    return NULL;
}

static const char *
log_in(struct arena *a, struct token *t, const char *pin_file)
{
    const char *pin = NULL;

    t->ctx = PKCS11_CTX_new();
    if (!t->ctx || PKCS11_CTX_load(t->ctx, t->module) != 0)
        return "its module cannot be loaded";
    if (PKCS11_enumerate_slots(t->ctx, &t->slots, &t->slots_n) != 0)
        return "its module names no slots";
    t->slot = find_slot(t);
    if (!t->slot)
        return "its token is not there";
    if (*pin_file && secret_line(a, pin_file, &pin) != NULL)
        return "its pin-file cannot be read";
    if (pin && PKCS11_login(t->slot, 0, pin) != 0)
        return "its token refuses the PIN";
    return NULL;
}

static struct token *
token_of(struct held_keys *all, const struct key_row *r)
{
    const char *module = r->field[KEY_MODULE], *label = r->field[KEY_TOKEN];
    struct token *t;

    for (t = all->tokens; t; t = t->next)
        if (strcmp(t->module, module) == 0 && strcmp(t->label, label) == 0)
            return t;
    t = arena_get(all->a, sizeof *t);
    t->module = module;
    t->label = label;
    t->next = all->tokens;
    pthread_mutex_init(&t->lock, NULL);
    all->tokens = t;
    t->fault = log_in(all->a, t, r->field[KEY_PIN_FILE]);
    return t;
}

static X509 *
find_certificate(const struct token *t, const char *label)
{
    PKCS11_CERT *list;
    unsigned n;

    if (PKCS11_enumerate_certs(t->slot->token, &list, &n) != 0)
        return NULL;
    for (unsigned i = 0; i < n; i++)
        if (list[i].label && strcmp(list[i].label, label) == 0 && list[i].x509)
            return X509_dup(list[i].x509);
    return NULL;
}

EVP_PKEY *
token_key(struct held_keys *all, const struct key_row *r, struct token **token, X509 **certificate,
          const char **why)
{
    struct token *t = token_of(all, r);
    const char *label = r->field[KEY_LABEL];
    PKCS11_KEY *list;
    unsigned n;

    *token = t;
    *certificate = NULL;
    if ((*why = t->fault) != NULL)
        return NULL;
    *why = "there is no private key of that label on its token";
    if (PKCS11_enumerate_keys(t->slot->token, &list, &n) != 0)
        return NULL;
    *certificate = find_certificate(t, label);
    for (unsigned i = 0; i < n; i++)
        if (list[i].isPrivate && list[i].label && strcmp(list[i].label, label) == 0)
            return PKCS11_get_private_key(&list[i]);
    return NULL;
}
