#include "auth/auth_key.h"

#include <sodium.h>
#include <string.h>

#include "auth/auth_key_sql.h"
#include "auth/auth_oidc_sql.h"
#include "auth/box.h"
#include "auth/second_sql.h"
#include "base/hash.h"
#include "base/log.h"
#include "oidc/jose.h"
#include "site/site.h"

#define ADD_USE "key to be added v1"

enum { ADD_SECONDS = 300, USER_BYTES = 32, SEALED_MAX = 400, ASK_MAX = 32 << 10 };

static bool
own_site(struct ctx *c, struct webauthn_rp *rp)
{
    return webauthn_rp(c->a, c->site->config.base_url, rp);
}

bool
auth_keys_open(struct ctx *c)
{
    struct webauthn_rp rp;

    return own_site(c, &rp);
}

int
auth_key_list(struct ctx *c, int64_t account, struct security_key out[KEYS_MAX], size_t *n)
{
    return key_sql_list(c, account, out, n);
}

int
auth_key_get(struct ctx *c, int64_t account, const char *ref, struct security_key *out)
{
    struct security_key v[KEYS_MAX];
    size_t n;
    int rc = key_sql_list(c, account, v, &n);

    for (size_t i = 0; rc == OK && i < n; i++)
        if (strcmp(v[i].ref, ref) == 0) {
            *out = v[i];
            return OK;
        }
    return rc < 0 ? rc : fail(c, E_NOTFOUND, N_("Khóa này không còn nữa"), "no such key");
}

/* --- what the browser is told --------------------------------------------------------------- */

/* Opaque to the authenticator, which keeps it: ids never leave the program. */
static const char *
user_of(struct ctx *c, int64_t account)
{
    uint8_t user[USER_BYTES];

    hash_keyed(c->site->key, "webauthn user v1", &account, sizeof account, user, sizeof user);
    return jose_base64(c->a, user, sizeof user);
}

int
auth_key_ask(struct ctx *c, int64_t account, const uint8_t challenge[WEBAUTHN_CHALLENGE],
             struct key_ask *out)
{
    struct sql_key v[KEYS_MAX];
    struct webauthn_rp rp;
    struct buf known, algorithms;
    size_t n;
    int rc = key_sql_ids(c, account, v, &n);

    buf_init(&known, c->a, ASK_MAX);
    for (size_t i = 0; i < n; i++)
        buf_fmt(&known, "%s%s:%s", i ? "," : "", jose_base64(c->a, v[i].key.id.p, v[i].key.id.n),
                v[i].ways);
    buf_init(&algorithms, c->a, 100);
    for (size_t i = 0; i < WEBAUTHN_ALGORITHMS; i++)
        buf_fmt(&algorithms, "%s%d", i ? "," : "", webauthn_algorithms[i]);
    own_site(c, &rp);
    *out = (struct key_ask){rp.id, jose_base64(c->a, challenge, WEBAUTHN_CHALLENGE),
                            n ? known.p : "", algorithms.p, user_of(c, account)};
    return rc;
}

/* *fresh: it comes back for the first time. */
static int
spend(struct ctx *c, const uint8_t challenge[WEBAUTHN_CHALLENGE], bool *fresh)
{
    const char *sum = hash_sha256_hex(c->a, challenge, WEBAUTHN_CHALLENGE);
    int n = oidc_sql_used_add(c, arena_fmt(c->a, "key %s", sum), c->now + ADD_SECONDS);

    *fresh = n == 1;
    return n < 0 ? n : OK;
}

static struct bytes
unbase64(struct ctx *c, const char *s)
{
    return jose_unbase64(c->a, s, strlen(s));
}

static const char *
ref_of(struct ctx *c, struct bytes id)
{
    return hash_sha256_hex(c->a, id.p, id.n);
}

/* --- adding one ----------------------------------------------------------------------------- */

struct adding { int64_t session, until; uint8_t challenge[WEBAUTHN_CHALLENGE]; };

const char *
auth_key_begin(struct ctx *c, uint8_t challenge[WEBAUTHN_CHALLENGE])
{
    struct adding s;
    struct bytes b;

    memset(&s, 0, sizeof s);
    s.session = c->session->id;
    s.until = c->now + ADD_SECONDS;
    randombytes_buf(challenge, WEBAUTHN_CHALLENGE);
    memcpy(s.challenge, challenge, WEBAUTHN_CHALLENGE);
    b = box_seal(c, ADD_USE, c->account, &s, sizeof s);
    return jose_base64(c->a, b.p, b.n);
}

static bool
adding_open(struct ctx *c, const char *sealed, struct adding *s)
{
    struct bytes b = {0};

    if (strlen(sealed) <= SEALED_MAX)
        b = box_open(c, ADD_USE, c->account, unbase64(c, sealed));
    if (b.n != sizeof *s)
        return false;
    memcpy(s, b.p, sizeof *s);
    return s->session == c->session->id && s->until > c->now && s->until <= c->now + ADD_SECONDS;
}

/* "usb+nfc" as browsers name ways; anything else is not kept. */
static const char *
ways_of(const char *ways)
{
    size_t n = strlen(ways);

    return n <= KEY_WAYS_MAX && strspn(ways, "abcdefghijklmnopqrstuvwxyz-+") == n ? ways : "";
}

static int
store(struct ctx *c, int64_t account, const struct key_made *in, const struct webauthn_key *key,
      const char **say)
{
    struct sql_key k = {.account = account, .key = *key, .ways = ways_of(in->ways)};
    int n;

    if (key_sql_count(c, account) >= KEYS_MAX) {
        *say = N_("Bạn đã có mười khóa; hãy bỏ một khóa không dùng nữa");
        return OK;
    }
    if ((n = key_sql_add(c, &k, ref_of(c, key->id), in->name)) < 0)
        return n;
    if (n == 0) {
        *say = N_("Khóa này đã được đăng ký rồi");
        return OK;
    }
    n = second_sql_kind_add(c, account, SECOND_KEY);
    return n < 0 ? n : auth_happened(c, account, HAPPENED_KEY_ADDED);
}

int
auth_key_add(struct ctx *c, int64_t account, const struct key_made *in, const char **say)
{
    struct webauthn_made made = {unbase64(c, in->client), unbase64(c, in->data)};
    struct webauthn_rp rp;
    struct webauthn_key key;
    struct adding s;
    const char *why;
    bool fresh;
    int rc;

    *say = N_("Lần thêm khóa này đã quá lâu hoặc đã dùng rồi, hãy bắt đầu lại");
    if (!own_site(c, &rp) || !adding_open(c, in->sealed, &s))
        return OK;
    if ((rc = spend(c, s.challenge, &fresh)) < 0 || !fresh)
        return rc;
    if ((why = webauthn_register(c->a, &rp, s.challenge, &made, &key))) {
        log_line(LOG_WARN, "key not added", LOG_T("why", why));
        *say = N_("Khóa này không đăng ký được với trang này; hãy thử khóa khác");
        return OK;
    }
    *say = NULL;
    return store(c, account, in, &key, say);
}

int
auth_key_remove(struct ctx *c, const struct account *a, const char *ref)
{
    struct second s;
    int rc = auth_second_get(c, a->id, &s), n;
    bool last = s.keys == 1;
    int64_t left = last ? s.kinds & ~(int64_t)SECOND_KEY : s.kinds;

    if (rc < 0)
        return rc;
    if (auth_second_lacks(c, a->perms, left) && !auth_second_lacks(c, a->perms, s.kinds))
        return fail(c, E_CONFLICT,
                    N_("Vai trò của bạn bắt buộc có xác thực hai lớp: hãy thêm khóa khác hoặc bật "
                       "ứng dụng xác thực trước khi bỏ khóa này"), "the last second factor");
    if ((n = key_sql_drop(c, a->id, ref)) <= 0)
        return n < 0 ? n : fail(c, E_NOTFOUND, N_("Khóa này không còn nữa"), "no such key");
    if ((rc = auth_happened(c, a->id, HAPPENED_KEY_REMOVED)) < 0 || !last)
        return rc;
    if (!left && (rc = auth_happened(c, a->id, HAPPENED_SECOND_OFF)) < 0)
        return rc;
    return left ? second_sql_kinds_keep(c, a->id, left) : auth_second_drop(c, a->id);
}

/* --- signing in ----------------------------------------------------------------------------- */

static int
used(struct ctx *c, const struct sql_key *k, int64_t counter, enum key_verdict *out)
{
    int n = 0;

    if (!webauthn_went_back(k->key.counter, counter))
        n = key_sql_used(c, k->id, k->key.counter, counter);
    *out = n == 1 ? KEY_RIGHT : KEY_WENT_BACK;
    if (n != 0)
        return n < 0 ? n : OK;
    return auth_happened(c, k->account, HAPPENED_KEY_BACK);
}

int
auth_key_take(struct ctx *c, int64_t account, const uint8_t challenge[WEBAUTHN_CHALLENGE],
              const struct key_signed *in, enum key_verdict *out)
{
    struct webauthn_signed s = {unbase64(c, in->client), unbase64(c, in->data),
                                unbase64(c, in->signature)};
    struct webauthn_rp rp;
    struct sql_key k;
    const char *why;
    int64_t counter;
    bool fresh;
    int rc = spend(c, challenge, &fresh);

    *out = KEY_WRONG;
    if (rc < 0 || !fresh || !own_site(c, &rp))
        return rc;
    if ((rc = key_sql_get(c, ref_of(c, unbase64(c, in->id)), &k)) < 0 || k.account != account)
        return rc;
    if ((why = webauthn_assert(c->a, &rp, challenge, &k.key, &s, &counter))) {
        log_line(LOG_WARN, "key refused", LOG_T("why", why));
        return OK;
    }
    return used(c, &k, counter, out);
}
