/*
 * Whose account it is.  A number is believed when a provider vouches for it or an officer has seen
 * the card; what anybody typed into a form proves nothing.  So: the same person of a provider
 * comes back to the same account; a checked account of the number is joined; an unchecked one only
 * with its password, and never because of an e-mail, a name or a telephone.
 */
#include "auth/auth_oidc.h"

#include <sodium.h>
#include <string.h>

#include "auth/auth_oidc_sql.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/json.h"
#include "base/vi.h"
#include "site/site.h"

enum { COOKIE_MAX = 3600, KEY = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
       NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
       TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES };

/* --- sealed cookies --------------------------------------------------------------------------- */

static void
key_of(const struct ctx *c, const char *use, uint8_t key[KEY])
{
    hash_keyed(c->site->key, "sealed cookie v1", use, strlen(use), key, KEY);
}

const char *
auth_seal(struct ctx *c, const char *use, json_t *what)
{
    const char *text;
    unsigned long long n;
    uint8_t key[KEY], *out;

    json_object_set_new(what, "until", json_integer(c->now + FLOW_SECONDS));
    text = json_text(c->a, what);
    json_decref(what);
    out = arena_get(c->a, NONCE + strlen(text) + TAG);
    key_of(c, use, key);
    randombytes_buf(out, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE, &n, (const uint8_t *)text, strlen(text),
                                               NULL, 0, NULL, out, key);
    sodium_memzero(key, sizeof key);
    text = jose_base64(c->a, out, NONCE + (size_t)n);
    return strlen(text) <= COOKIE_MAX ? text : NULL;
}

json_t *
auth_unseal(struct ctx *c, const char *use, const char *text)
{
    size_t n = text ? strlen(text) : 0;
    struct bytes b = n && n <= COOKIE_MAX ? jose_unbase64(c->a, text, n) : (struct bytes){0};
    unsigned long long got = 0;
    uint8_t key[KEY], *out;
    json_t *what = NULL;
    int bad;

    if (b.n < NONCE + TAG)
        return NULL;
    out = arena_get(c->a, b.n);
    key_of(c, use, key);
    bad = crypto_aead_xchacha20poly1305_ietf_decrypt(out, &got, NULL, b.p + NONCE, b.n - NONCE,
                                                     NULL, 0, b.p, key);
    sodium_memzero(key, sizeof key);
    if (!bad)
        what = json_read((const char *)out, (size_t)got, NULL);
    if (json_integer_value(json_object_get(what, "until")) > c->now)
        return what;
    json_decref(what);
    return NULL;
}

/* --- linking ---------------------------------------------------------------------------------- */

static int
blocked(struct ctx *c, int64_t account)
{
    return fail(c, E_DENIED, N_("Tài khoản này đang bị khóa. Hãy liên hệ bộ phận một cửa"),
                "account %" PRId64 " is not active", account);
}

/* The number of a known person is the number of the account, or somebody looks into it. */
static int
known(struct ctx *c, const struct vouched *v, int64_t account)
{
    struct account a;
    int rc = auth_account_get(c, account, &a);

    if (rc < 0)
        return rc;
    if (!a.active)
        return blocked(c, account);
    if (strcmp(a.login, v->number) != 0)
        return fail(c, E_DENIED,
                    N_("Số định danh cá nhân khác với số của tài khoản đã liên kết trước đây. Hãy "
                       "mang thẻ căn cước đến bộ phận một cửa để được đối chiếu"),
                    "%s: the number of account %" PRId64 " changed", v->provider, account);
    if (strcmp(a.name, v->name) == 0)
        return OK;
    return oidc_sql_vouch(c, account, v->number, v->name, vi_fold(c->a, v->name));
}

static int
bind(struct ctx *c, const struct vouched *v, int64_t account)
{
    int rc = oidc_sql_vouch(c, account, v->number, v->name, vi_fold(c->a, v->name));

    return rc < 0 ? rc : oidc_sql_identity_add(c, v->provider, v->subject, account);
}

static int
make(struct ctx *c, const struct vouched *v, int64_t *account)
{
    struct account a = {.kind = ACCOUNT_CITIZEN, .login = v->number, .personal_number = v->number,
                        .name = v->name, .phone = *v->phone ? v->phone : NULL,
                        .email = *v->email ? v->email : NULL, .active = true};
    int rc = auth_account_add(c, &a, NULL, account);

    return rc < 0 ? rc : bind(c, v, *account);
}

int
auth_link(struct ctx *c, const struct vouched *v, enum linking *how, int64_t *account)
{
    struct holder h;
    int rc;

    *how = LINK_DONE;
    if (!*v->name)
        return fail(c, E_DENIED, N_("Hệ thống định danh không cho biết họ tên nên chưa đăng nhập "
                                    "được"), "%s: no name", v->provider);
    if ((rc = oidc_sql_identity(c, v->provider, v->subject, account)) < 0)
        return rc;
    if (*account)
        return known(c, v, *account);
    if ((rc = oidc_sql_holder(c, v->number, &h)) < 0)
        return rc;
    *account = h.id;
    if (!h.id)
        return make(c, v, account);
    if (!h.active)
        return blocked(c, h.id);
    if (h.verified_at)
        return bind(c, v, h.id);
    *how = LINK_ASK;
    return OK;
}

/* Between the question and the answer another window may have answered. */
static int
still_asked(struct ctx *c, const struct vouched *v, int64_t *account)
{
    enum linking how;
    int rc = auth_link(c, v, &how, account);

    if (rc < 0)
        return rc;
    if (how == LINK_ASK)
        return OK;
    return fail(c, E_CONFLICT,
                N_("Tài khoản đã được liên kết ở nơi khác. Bạn hãy đăng nhập lại"), "%s: linked",
                v->provider);
}

int
auth_link_join(struct ctx *c, const struct vouched *v, int64_t account)
{
    int64_t asked;
    int rc = still_asked(c, v, &asked);

    if (rc < 0)
        return rc;
    if (asked != account)
        return fail(c, E_CONFLICT, N_("Tài khoản vừa thay đổi. Bạn hãy đăng nhập lại"),
                    "%s: another account", v->provider);
    /* Who else knew the password is out; the person signs in again as sure as the provider says. */
    rc = auth_session_close_all(c, account);
    return rc < 0 ? rc : bind(c, v, account);
}

int
auth_link_apart(struct ctx *c, const struct vouched *v, int64_t *account)
{
    int64_t old;
    int rc = still_asked(c, v, &old);

    if (rc < 0 || (rc = auth_session_close_all(c, old)) < 0)
        return rc;
    rc = oidc_sql_set_aside(c, old, arena_fmt(c->a, "%s~%" PRIx64, v->number, (uint64_t)old));
    if (rc == 0)
        return fail(c, E_CONFLICT, N_("Tài khoản vừa thay đổi. Bạn hãy đăng nhập lại"),
                    "account %" PRId64 " was checked meanwhile", old);
    return rc < 0 ? rc : make(c, v, account);
}

int
auth_link_officer(struct ctx *c, const char *login, int64_t *account)
{
    struct account a;
    int rc = auth_account_by_login(c, ACCOUNT_OFFICER, login, &a);

    *account = rc == OK ? a.id : 0;
    if (rc == E_NOTFOUND)
        return fail(c, E_DENIED,
                    N_("Chưa có cán bộ nào mang tên đăng nhập này. Hãy báo quản trị viên của cơ "
                       "quan bạn"), "no officer of that login");
    if (rc == OK && !a.active)
        return blocked(c, a.id);
    return rc;
}

int
auth_oidc_once(struct ctx *c, const char *nonce)
{
    const char *key = hash_sha256_hex(c->a, nonce, strlen(nonce));
    int n = oidc_sql_used_add(c, key, c->now + 2 * FLOW_SECONDS);

    if (n == 0)
        return fail(c, E_CONFLICT, N_("Lần đăng nhập này đã dùng rồi. Bạn hãy đăng nhập lại"),
                    "a sign-in that was answered before");
    return n < 0 ? n : OK;
}

int
auth_session_rate(struct ctx *c, const char *cookie, int level, const char *provider)
{
    return oidc_sql_rate(c, hash_sha256_hex(c->a, cookie, strlen(cookie)), level, provider);
}
