/*
 * Devices that are known: NAME.ENTRY.ENTRY..., NAME 128 random bits, an ENTRY the day it was given
 * and a keyed hash of name, day and who signed in.  Nothing is kept here: what is not signed by us
 * is a stranger's.  A known device is never a way in; it only has a budget of wrong passwords of
 * its own (OWASP, "device cookies").
 */
#include <string.h>

#include "auth/second.h"
#include "base/date.h"
#include "base/hash.h"
#include "base/id.h"
#include "site/site.h"

enum { NAME = 22, DAY = 4, MAC = 16, ENTRY = DAY + 2 * MAC, ENTRIES = 8,
       COOKIE_MAX = NAME + ENTRIES * (1 + ENTRY) };

static const char *
mac_of(struct ctx *c, const char *use, const char *text)
{
    uint8_t sum[MAC];

    hash_keyed(c->site->key, use, text, strlen(text), sum, sizeof sum);
    return hash_hex(c->a, sum, sizeof sum);
}

static const char *
entry_of(struct ctx *c, const char *name, const char *given, const char *who)
{
    const char *text = arena_fmt(c->a, "%.*s %.*s %s", NAME, name, DAY, given, who);

    return arena_fmt(c->a, "%.*s%s", DAY, given, mac_of(c, "known device v1", text));
}

/* Entries of a cookie of the right shape; 0: it is not. */
static size_t
entries(const char *cookie)
{
    size_t n = cookie ? strlen(cookie) : 0;

    if (n < NAME || n > COOKIE_MAX || (n - NAME) % (1 + ENTRY) != 0)
        return 0;
    for (size_t at = NAME; at < n; at += 1 + ENTRY)
        if (cookie[at] != '.')
            return 0;
    return (n - NAME) / (1 + ENTRY);
}

static const char *
entry_at(const char *cookie, size_t i)
{
    return cookie + NAME + i * (1 + ENTRY) + 1;
}

static int64_t
day_of(const char *entry)
{
    int64_t v = 0;

    for (int i = 0; i < DAY; i++) {
        const char *digits = "0123456789abcdef", *at = strchr(digits, entry[i]);

        v = v * 16 + (at && *at ? at - digits : 0);
    }
    return v;
}

static bool
is_of(struct ctx *c, const char *cookie, size_t i, const char *who)
{
    const char *e = entry_at(cookie, i);
    int64_t today = vn_day(c->now), given = day_of(e);

    return given <= today && given > today - DEVICE_DAYS &&
           hash_equal(entry_of(c, cookie, e, who), e, ENTRY);
}

const char *
auth_device_knows(struct ctx *c, const char *cookie, const char *who)
{
    for (size_t i = 0, n = entries(cookie); i < n; i++)
        if (is_of(c, cookie, i, who))
            return arena_strn(c->a, cookie, NAME);
    return NULL;
}

const char *
auth_device_add(struct ctx *c, const char *cookie, const char *who)
{
    size_t n = entries(cookie), kept = 1;
    const char *name = n ? arena_strn(c->a, cookie, NAME) : token_url(c->a, MAC);
    const char *given = arena_fmt(c->a, "%04x", (unsigned)vn_day(c->now) & 0xffff);
    char *out = arena_fmt(c->a, "%s.%s", name, entry_of(c, name, given, who));

    for (size_t i = 0; i < n && kept < ENTRIES; i++)
        if (!is_of(c, cookie, i, who)) {
            out = arena_fmt(c->a, "%s.%.*s", out, ENTRY, entry_at(cookie, i));
            kept++;
        }
    return out;
}

/* --- user names of a counter: MAC.name~name --------------------------------------------------- */

enum { LOGIN_MAX = 40, NAMES_TEXT_MAX = 2 * MAC + 1 + NAMES_MAX * (LOGIN_MAX + 1) };
#define NAMES_USE "names of a counter v1"

size_t
auth_names_read(struct ctx *c, const char *cookie, const char *out[NAMES_MAX])
{
    const char *text, *at;
    size_t n = 0;

    if (!cookie || strlen(cookie) < 2 * MAC + 2 || strlen(cookie) > NAMES_TEXT_MAX ||
        cookie[2 * MAC] != '.')
        return 0;
    text = cookie + 2 * MAC + 1;
    if (!hash_equal(mac_of(c, NAMES_USE, text), cookie, 2 * MAC))
        return 0;
    for (at = text; *at && n < NAMES_MAX; at += at[0] == '~') {
        size_t len = strcspn(at, "~");

        out[n++] = arena_strn(c->a, at, len);
        at += len;
    }
    return n;
}

const char *
auth_names_add(struct ctx *c, const char *cookie, const char *login)
{
    const char *old[NAMES_MAX];
    size_t n = auth_names_read(c, cookie, old), kept = 1;
    char *text = arena_str(c->a, login);

    for (size_t i = 0; i < n && kept < NAMES_MAX; i++)
        if (strcmp(old[i], login) != 0) {
            text = arena_fmt(c->a, "%s~%s", text, old[i]);
            kept++;
        }
    return arena_fmt(c->a, "%s.%s", mac_of(c, NAMES_USE, text), text);
}
