/* Keys as the client knows them: asked of the signer once for each of its starts. */
#include "sign/keyset.h"

#include <string.h>

#include "base/json.h"
#include "base/now.h"
#include "sign/client.h"

enum { SET_ARENA = 256 << 20 };

/* --- what keys are for --------------------------------------------------------------------- */

static const char *const USES[SIGN_USE__COUNT] = {
    [SIGN_DOCUMENT] = "document", [SIGN_CLAIM] = "claim", [SIGN_SEAL] = "seal"};

const char *
sign_use_word(enum sign_use u)
{
    return u < SIGN_USE__COUNT ? USES[u] : "?";
}

enum sign_use
sign_use_parse(const char *word)
{
    enum sign_use u = SIGN_DOCUMENT;

    while (u < SIGN_USE__COUNT && strcmp(USES[u], word) != 0)
        u++;
    return u;
}

/* --- reading ------------------------------------------------------------------------------- */

static const char *
text_of(struct arena *a, const json_t *j, const char *name)
{
    return arena_str(a, json_string_value(json_object_get(j, name)));
}

static bool
take_key(struct keyset *set, struct known *k, const char *text, size_t n)
{
    json_t *j = json_read(text, n, NULL);
    struct sign_key *i = &k->info;

    if (!j)
        return false;
    i->name = text_of(set->a, j, "name");
    i->use = sign_use_parse(text_of(set->a, j, "use"));
    i->agency = text_of(set->a, j, "agency");
    i->person = text_of(set->a, j, "person");
    i->algorithm = text_of(set->a, j, "algorithm");
    i->holder = text_of(set->a, j, "holder");
    i->issuer = text_of(set->a, j, "issuer");
    i->serial = text_of(set->a, j, "serial");
    i->where = text_of(set->a, j, "where");
    i->from = json_integer_value(json_object_get(j, "from"));
    i->until = json_integer_value(json_object_get(j, "until"));
    i->fault = json_object_get(j, "fault") ? text_of(set->a, j, "fault") : NULL;
    k->retired = json_is_true(json_object_get(j, "retired"));
    k->jwk = json_incref(json_object_get(j, "jwk"));
    json_decref(j);
    return true;
}

static bool
take_certificates(keyset_ask ask, void *arg, struct keyset *set, struct known *k)
{
    struct bytes got;
    uint8_t *copy;

    if (!*k->info.serial)
        return true;
    if (!ask(arg, WIRE_CERTIFICATES, k->info.name, "", 0, &got))
        return false;
    copy = arena_raw(set->a, got.n + 1);
    memcpy(copy, got.p, got.n);
    k->certificates = (struct bytes){copy, got.n};
    k->ready = cms_key_init(set->a, k->certificates, &k->cms);
    return k->ready;
}

void
keyset_free(struct keyset *set)
{
    for (size_t i = 0; i < set->n; i++)
        json_decref(set->key[i].jwk);
    arena_close(set->a);
    mem_free(set);
}

struct keyset *
keyset_read(keyset_ask ask, void *arg, uint32_t n)
{
    struct keyset *set = mem_get(sizeof *set);

    set->a = arena_open(SET_ARENA);
    set->key = arena_get(set->a, (n + 1) * sizeof *set->key);
    set->users = 1;
    for (; set->n < n; set->n++) {
        uint32_t number = (uint32_t)set->n;
        struct known *k = &set->key[set->n];
        struct bytes got;

        if (!ask(arg, WIRE_KEY, "", &number, sizeof number, &got) ||
            !take_key(set, k, (const char *)got.p, got.n) ||
            !take_certificates(ask, arg, set, k)) {
            keyset_free(set);
            return NULL;
        }
    }
    return set;
}

/* --- looking ------------------------------------------------------------------------------- */

int
keyset_find(struct ctx *c, const struct keyset *set, const char *name, enum sign_use use,
            const struct sign_key **key, const struct cms_key **cms)
{
    for (size_t i = 0; i < set->n; i++) {
        const struct known *k = &set->key[i];

        if (strcmp(k->info.name, name) != 0)
            continue;
        if (k->info.use != use || k->retired || (use == SIGN_DOCUMENT && !k->ready))
            return signer_say(c, WIRE_USE, name);
        *key = &k->info;
        if (cms)
            *cms = &k->cms;
        return OK;
    }
    return signer_say(c, WIRE_UNKNOWN, name);
}

/* Times pass while a key set stays: what was good at the start may have ended. */
static const char *
fault_now(const struct sign_key *k, int64_t now)
{
    if (k->fault || !k->until)
        return k->fault;
    return now > k->until ? "its certificate has expired"
           : now < k->from ? "its certificate is not valid yet"
                           : NULL;
}

static void
copy_key(struct arena *a, const struct known *from, struct sign_key *out)
{
    const struct sign_key *k = &from->info;
    const char *fault = fault_now(k, now_seconds());

    *out = *k;
    out->name = arena_str(a, k->name);
    out->agency = arena_str(a, k->agency);
    out->person = arena_str(a, k->person);
    out->algorithm = arena_str(a, k->algorithm);
    out->holder = arena_str(a, k->holder);
    out->issuer = arena_str(a, k->issuer);
    out->serial = arena_str(a, k->serial);
    out->where = arena_str(a, k->where);
    out->fault = fault ? arena_str(a, fault) : NULL;
}

size_t
signer_keys(struct ctx *c, struct signer *s, const struct sign_key **out)
{
    struct keyset *set = keyset_take(s);
    struct sign_key *list = arena_get(c->a, (set->n + 1) * sizeof *list);
    size_t n = set->n;

    for (size_t i = 0; i < n; i++)
        copy_key(c->a, &set->key[i], &list[i]);
    keyset_give(s, set);
    *out = list;
    return n;
}

int
signer_key(struct ctx *c, struct signer *s, const char *name, struct sign_key *out)
{
    struct keyset *set = keyset_take(s);
    int rc = E_NOTFOUND;

    for (size_t i = 0; i < set->n && rc < 0; i++)
        if (strcmp(set->key[i].info.name, name) == 0) {
            copy_key(c->a, &set->key[i], out);
            rc = OK;
        }
    keyset_give(s, set);
    return rc < 0 ? signer_say(c, WIRE_UNKNOWN, name) : OK;
}

int
signer_key_for(struct ctx *c, struct signer *s, enum sign_owner owner, const char *code,
               struct sign_key *out)
{
    struct keyset *set = keyset_take(s);
    const struct known *best = NULL;
    bool expired = false;

    for (size_t i = 0; i < set->n && *code; i++) {
        const struct known *k = &set->key[i];

        if (k->info.use != SIGN_DOCUMENT || k->retired ||
            strcmp(owner == SIGN_AGENCY ? k->info.agency : k->info.person, code) != 0)
            continue;
        if (fault_now(&k->info, now_seconds()))
            expired = true;
        else if (!best || k->info.until > best->info.until)
            best = k;
    }
    if (best)
        copy_key(c->a, best, out);
    keyset_give(s, set);
    return best ? OK : signer_say(c, expired ? WIRE_EXPIRED : WIRE_UNKNOWN, code);
}

