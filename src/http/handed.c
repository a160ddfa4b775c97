#include "http/handed.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "http/server.h"

enum { LIVES = 24 * 60 * 60, MAC = 16, DOTS = 6, NAME_HEX_MAX = 2 * 4 * 120, ID_BYTES = 16 };

static char *
signature(struct ctx *c, const char *use, const char *payload)
{
    uint8_t mac[MAC];

    hash_keyed(http_config(c->req->http)->key, use, payload, strlen(payload), mac, sizeof mac);
    return hash_hex(c->a, mac, sizeof mac);
}

static char *
hex_of(struct ctx *c, const char *text)
{
    return hash_hex(c->a, (const uint8_t *)text, strlen(text));
}

static char *
unhex(struct ctx *c, const char *hex)
{
    struct bytes b = hash_unhex(c->a, hex);

    return arena_strn(c->a, b.n ? (const char *)b.p : "", b.n);
}

/* The payload without its signature, as a copy that may be cut; NULL: not ours. */
static char *
opened(struct ctx *c, const char *use, const char *text, char sep)
{
    char *rest = arena_str(c->a, text), *dot = strrchr(rest, sep);

    if (!dot)
        return NULL;
    *dot = '\0';
    return hash_text_equal(dot + 1, signature(c, use, rest)) ? rest : NULL;
}

/* Up to the next dot, which becomes its end. */
static char *
part(char **rest, char sep)
{
    char *s = *rest, *dot = strchr(s, sep);

    *rest = dot ? dot + 1 : s + strlen(s);
    if (dot)
        *dot = '\0';
    return s;
}

/* --- a content that is whole ------------------------------------------------------------------ */

#define WHOLE "file of the API"

/* "<account>.<expires>.<size>.<sha256>.<mime>.<name in hex>" and its signature. */
const char *
handed_name(struct ctx *c, const struct upload *u)
{
    char *payload = arena_fmt(c->a, "%" PRId64 ".%" PRId64 ".%" PRId64 ".%s.%s.%s", c->account,
                              c->now + LIVES, u->size, u->sha256, u->mime, hex_of(c, u->name));

    return arena_fmt(c->a, "%s.%s", payload, signature(c, WHOLE, payload));
}

/* Only what handed_name() wrote passes the signature, so the rest is read as it was written: the
 * kind of content may hold dots, the name (in hex) has none. */
bool
handed_open(struct ctx *c, const char *text, struct upload *u)
{
    char *rest = handed_like(text) ? opened(c, WHOLE, text, '.') : NULL;
    char *dot = rest ? strrchr(rest, '.') : NULL;
    int64_t account, expires;

    if (!dot)
        return false;
    *dot = '\0';
    account = strtoll(part(&rest, '.'), NULL, 10);
    expires = strtoll(part(&rest, '.'), NULL, 10);
    *u = (struct upload){.name = unhex(c, dot + 1), .size = strtoll(part(&rest, '.'), NULL, 10)};
    u->sha256 = part(&rest, '.');
    u->mime = rest;
    return account == c->account && expires >= c->now;
}

bool
handed_like(const char *text)
{
    size_t n = strlen(text), dots = 0;

    for (const char *s = text; n > 2 * (SHA256_SIZE + MAC) && *s; s++)
        dots += *s == '.';
    return dots >= DOTS && n < 2 * NAME_HEX_MAX;
}

/* --- a file that arrives in parts ------------------------------------------------------------- */

#define PART "file in parts"

/* "<account>-<expires>-<size>-<id>-<name in hex>" and its signature: characters of a path. */
const char *
arrival_text(struct ctx *c, const struct arrival *x)
{
    uint8_t raw[ID_BYTES];
    char id[2 * ID_BYTES + 1], *payload;

    randombytes_buf(raw, sizeof raw);
    sodium_bin2hex(id, sizeof id, raw, sizeof raw);
    payload = arena_fmt(c->a, "%" PRId64 "-%" PRId64 "-%" PRId64 "-%s-%s", c->account,
                        c->now + LIVES, x->size, *x->id ? x->id : id, hex_of(c, x->name));
    return arena_fmt(c->a, "%s-%s", payload, signature(c, PART, payload));
}

bool
arrival_open(struct ctx *c, const char *text, struct arrival *out)
{
    char *rest = opened(c, PART, text, '-');
    int64_t expires;

    if (!rest)
        return false;
    out->account = strtoll(part(&rest, '-'), NULL, 10);
    expires = strtoll(part(&rest, '-'), NULL, 10);
    out->size = strtoll(part(&rest, '-'), NULL, 10);
    out->id = part(&rest, '-');
    out->name = unhex(c, rest);
    return out->account == c->account && expires >= c->now;
}
