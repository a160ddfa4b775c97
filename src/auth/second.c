/*
 * The second factor.  A code is taken by moving the row's newest step forward, so it can never be
 * taken twice, by two servers either; a recovery code by marking its row.
 */
#include "auth/second.h"

#include <sodium.h>
#include <string.h>

#include "auth/auth_key_sql.h"
#include "auth/box.h"
#include "auth/second_sql.h"
#include "auth/totp.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/id.h"
#include "site/site.h"

#define SECRET_USE "second factor v1"

enum { PENDING_SECONDS = 3600, CODE_GROUPS = 6, GROUP_LETTERS = 4,
       CODE_LETTERS = CODE_GROUPS * GROUP_LETTERS, TICKET_MAC = 16, TICKET_TEXT_MAX = 300 };

/* --- the authenticator ---------------------------------------------------------------------- */

int
auth_second_get(struct ctx *c, int64_t account, struct second *out)
{
    struct sql_second s;
    int rc = second_sql_get(c, account, &s);

    *out = (struct second){.since = s.since, .kinds = s.kinds};
    out->pending = s.pending.n > 0 && s.pending_at + PENDING_SECONDS > c->now;
    if (rc == OK && s.since)
        out->codes_left = second_sql_codes_left(c, account);
    if (rc == OK && (s.kinds & SECOND_KEY))
        out->keys = key_sql_count(c, account);
    return rc;
}

int
auth_second_begin(struct ctx *c, int64_t account)
{
    uint8_t secret[TOTP_SECRET];
    struct bytes sealed;

    randombytes_buf(secret, sizeof secret);
    sealed = box_seal(c, SECRET_USE, account, secret, sizeof secret);
    sodium_memzero(secret, sizeof secret);
    return second_sql_pend(c, account, sealed);
}

/* NULL: none, or sealed by another key. */
static const uint8_t *
opened(struct ctx *c, int64_t account, struct bytes sealed)
{
    struct bytes b = box_open(c, SECRET_USE, account, sealed);

    return b.n == TOTP_SECRET ? b.p : NULL;
}

static int
pending(struct ctx *c, int64_t account, const uint8_t **secret)
{
    struct sql_second s;
    int rc = second_sql_get(c, account, &s);

    *secret = NULL;
    if (rc == OK && s.pending_at + PENDING_SECONDS > c->now)
        *secret = opened(c, account, s.pending);
    if (rc < 0 || *secret)
        return rc;
    return fail(c, E_NOTFOUND, N_("Mã QR đã hết hạn, hãy bắt đầu lại"), "no pending second factor");
}

int
auth_second_pending(struct ctx *c, int64_t account, const char **base32)
{
    const uint8_t *secret;
    int rc = pending(c, account, &secret);

    *base32 = rc == OK ? totp_base32(c->a, secret, TOTP_SECRET) : "";
    return rc;
}

int
auth_second_confirm(struct ctx *c, int64_t account, const char *code, bool *right)
{
    const uint8_t *secret;
    int64_t step;
    int rc = pending(c, account, &secret), n;

    *right = false;
    if (rc < 0 || !(step = totp_match(secret, code, c->now, 0)))
        return rc;
    if ((n = second_sql_confirm(c, account, step)) < 0 ||
        (rc = second_sql_kind_add(c, account, SECOND_TOTP)) < 0)
        return n < 0 ? n : rc;
    *right = n == 1;
    return auth_happened(c, account, HAPPENED_SECOND_ON);
}

int
auth_second_drop(struct ctx *c, int64_t account)
{
    int rc = second_sql_drop(c, account);

    if (rc < 0 || (rc = key_sql_drop_all(c, account)) < 0 ||
        (rc = second_sql_codes_drop(c, account)) < 0)
        return rc;
    return second_sql_kinds_keep(c, account, 0);
}

/* --- recovery codes: 120 random bits each, so a keyed hash is enough (ASVS 6.5.2) ------------ */

/* As printed or as typed: small letters, spaces and hyphens do not count. */
static const char *
code_key(struct ctx *c, int64_t account, const char *code)
{
    char text[CODE_LETTERS + 1] = "", *use;
    uint8_t sum[SHA256_SIZE];
    size_t n = 0;

    for (; *code; code++) {
        if (*code == '-' || *code == ' ')
            continue;
        if (n == sizeof text - 1)
            return NULL;
        text[n++] = (char)(*code >= 'a' && *code <= 'z' ? *code - 'a' + 'A' : *code);
    }
    if (n != sizeof text - 1)
        return NULL;
    use = arena_fmt(c->a, "recovery code v1 %" PRId64, account);
    hash_keyed(c->site->key, use, text, n, sum, sizeof sum);
    return hash_hex(c->a, sum, sizeof sum);
}

/* In groups, to be typed from paper. */
static const char *
code_make(struct arena *a)
{
    struct buf b;

    buf_init(&b, a, CODE_GROUPS * (GROUP_LETTERS + 1) + 1);
    for (int i = 0; i < CODE_GROUPS; i++)
        buf_fmt(&b, "%s%s", i ? "-" : "", token_human(a, GROUP_LETTERS));
    return b.p;
}

int
auth_second_codes(struct ctx *c, int64_t account, const char *out[RECOVERY_CODES])
{
    int rc = second_sql_codes_drop(c, account);

    for (int i = 0; rc == OK && i < RECOVERY_CODES; i++) {
        out[i] = code_make(c->a);
        rc = second_sql_code_add(c, account, code_key(c, account, out[i]));
    }
    return rc < 0 ? rc : auth_happened(c, account, HAPPENED_CODES_MADE);
}

static int
take_recovery(struct ctx *c, int64_t account, const char *code, bool *right)
{
    const char *key = code_key(c, account, code);
    int n = key ? second_sql_code_use(c, account, key) : 0;

    *right = n == 1;
    if (n != 1)
        return n < 0 ? n : OK;
    return auth_happened(c, account, HAPPENED_CODE_USED);
}

int
auth_second_take(struct ctx *c, int64_t account, int64_t kinds, const char *code, bool *right)
{
    struct sql_second s;
    const uint8_t *secret;
    int64_t step;
    int rc = second_sql_get(c, account, &s), n;

    *right = false;
    if (rc < 0 || !s.since)
        return rc;
    secret = kinds & SECOND_TOTP ? opened(c, account, s.secret) : NULL;
    step = secret ? totp_match(secret, code, c->now, s.last_step) : 0;
    if (!step)
        return take_recovery(c, account, code, right);
    n = second_sql_step(c, account, step);
    *right = n == 1;
    return n < 0 ? n : OK;
}

/* --- who must have one ---------------------------------------------------------------------- */

/* A role counts when the account may all that the role may, wherever it has it from. */
bool
auth_second_required(const struct ctx *c, int64_t perms)
{
    int64_t roles = c->site ? c->site->config.second_factor : 0;

    for (enum role r = ROLE_NONE + 1; roles && r < ROLE__COUNT; r++)
        if ((roles & ((int64_t)1 << r)) && (perms & role_perms(r)) == role_perms(r))
            return true;
    return false;
}

bool
auth_second_lacks(const struct ctx *c, int64_t perms, int64_t kinds)
{
    return auth_second_required(c, perms) && !(kinds & c->site->config.second_factor_kinds);
}

int64_t
auth_second_serves(const struct ctx *c, int64_t perms, int64_t kinds)
{
    int64_t asked = c->site->config.second_factor_kinds & kinds;

    return asked && auth_second_required(c, perms) ? asked : kinds;
}

/* --- the ticket ----------------------------------------------------------------------------- */

struct sealed_ticket {
    int64_t account, until;
    uint8_t mac[TICKET_MAC];    /* of the password's hash */
    uint8_t challenge[TICKET_CHALLENGE];
    uint8_t temporary;
};
#define TICKET_USE "sign-in ticket v1"

static void
hash_mac(const struct ctx *c, const char *hash, uint8_t mac[TICKET_MAC])
{
    hash_keyed(c->site->key, TICKET_USE " password", hash, strlen(hash), mac, TICKET_MAC);
}

const char *
auth_ticket_make(struct ctx *c, int64_t account, const char *password_hash, bool temporary)
{
    struct sealed_ticket t;
    struct bytes b;
    char *text;
    size_t n;

    memset(&t, 0, sizeof t);
    t.account = account;
    t.until = c->now + TICKET_SECONDS;
    t.temporary = temporary;
    hash_mac(c, password_hash, t.mac);
    randombytes_buf(t.challenge, sizeof t.challenge);
    b = box_seal(c, TICKET_USE, 0, &t, sizeof t);
    n = sodium_base64_encoded_len(b.n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    text = arena_get(c->a, n);
    return sodium_bin2base64(text, n, b.p, b.n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static bool
ticket_open(struct ctx *c, const char *text, struct sealed_ticket *t)
{
    size_t n = text ? strlen(text) : 0;
    uint8_t *p = arena_get(c->a, n + 1);
    struct bytes b = {.p = p};

    if (n == 0 || n > TICKET_TEXT_MAX ||
        sodium_base642bin(p, n, text, n, NULL, &b.n, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return false;
    b = box_open(c, TICKET_USE, 0, b);
    if (b.n != sizeof *t)
        return false;
    memcpy(t, b.p, sizeof *t);
    return t->until > c->now && t->until <= c->now + TICKET_SECONDS;
}

int
auth_ticket_read(struct ctx *c, const char *text, struct ticket *out)
{
    static const char AGAIN[] = N_("Bước đăng nhập trước đã quá lâu, hãy nhập lại mật khẩu");
    struct sealed_ticket t;
    struct password p;
    uint8_t mac[TICKET_MAC];
    int rc;

    if (!ticket_open(c, text, &t))
        return fail(c, E_SIGNIN, AGAIN, "no ticket, or an old one");
    if ((rc = auth_password_of(c, t.account, &p)) < 0)
        return rc;
    hash_mac(c, p.hash ? p.hash : "", mac);
    if (!p.hash || !hash_equal(mac, t.mac, sizeof mac))
        return fail(c, E_SIGNIN, AGAIN, "ticket of an old password");
    *out = (struct ticket){.account = t.account, .temporary = t.temporary != 0};
    memcpy(out->challenge, t.challenge, sizeof t.challenge);
    return OK;
}

int
auth_ticket_again(struct ctx *c, const struct ticket *t, const char **text)
{
    struct password p;
    int rc = auth_password_of(c, t->account, &p);

    *text = rc == OK ? auth_ticket_make(c, t->account, p.hash, t->temporary) : "";
    return rc;
}
