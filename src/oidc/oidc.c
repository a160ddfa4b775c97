#include "oidc/oidc.h"

#include <pthread.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/now.h"
#include "oidc/fetch.h"

enum {
    KEEP_SECONDS = 3600,            /* of a document before it is asked for again */
    LAST_SECONDS = 24 * 3600,       /* so long an old one serves while the provider is away */
    AGAIN_SECONDS = 60,             /* between questions for keys that a token made necessary */
    PAUSE_SECONDS = 3,              /* who did not answer is not asked again at once */
};

static const char AWAY[] =
    N_("Hệ thống định danh hiện không trả lời. Bạn hãy thử lại sau ít phút");
static const char AGAIN[] =
    N_("Lần đăng nhập này đã dùng rồi hoặc đã quá lâu. Bạn hãy đăng nhập lại");
static const char UNTRUE[] =
    N_("Thông tin nhận từ hệ thống định danh không hợp lệ nên không dùng được. Bạn hãy đăng nhập "
       "lại");

/* What is known of one provider. */
struct known {
    struct oidc_places places;
    struct jwk_set keys;
    int64_t places_at, keys_at;     /* seconds of the monotonous clock; 0 never */
    int64_t again_at;               /* last question for keys that a token made necessary */
    int64_t away_at;                /* last time it did not answer */
};

struct oidc {
    const struct oidc_providers *all;
    pthread_mutex_t lock;           /* of what is known, never held while asking */
    struct known known[OIDC_PROVIDERS];
};

struct oidc *
oidc_open(const struct oidc_providers *all)
{
    struct oidc *o = mem_get(sizeof *o);

    o->all = all;
    pthread_mutex_init(&o->lock, NULL);
    return o;
}

void
oidc_close(struct oidc *o)
{
    if (!o)
        return;
    for (int i = 0; i < OIDC_PROVIDERS; i++)
        jwk_set_free(&o->known[i].keys);
    pthread_mutex_destroy(&o->lock);
    mem_free(o);
}

const struct oidc_providers *
oidc_providers(const struct oidc *o)
{
    return o ? o->all : NULL;
}

static struct known *
known_of(struct oidc *o, const struct oidc_provider *p)
{
    return &o->known[p - o->all->p];
}

static int64_t
seconds(void)
{
    return now_mono_micros() / 1000000 + 1;         /* never 0 */
}

/* --- asking ----------------------------------------------------------------------------------- */

/* 0 and c->err, or the status. */
static long
ask(struct ctx *c, struct oidc *o, const struct oidc_provider *p, struct fetch *f, struct buf *out)
{
    struct known *k = known_of(o, p);
    const char *why;
    bool pause;
    long status;

    f->ca_file = p->ca_file;
    f->seconds = p->seconds;
    f->max = OIDC_DOCUMENT_MAX;
    pthread_mutex_lock(&o->lock);
    pause = k->away_at && seconds() - k->away_at < PAUSE_SECONDS;
    pthread_mutex_unlock(&o->lock);
    if (pause) {
        fail(c, E_DOWN, AWAY, "%s: it did not answer a moment ago", p->id);
        return 0;
    }
    status = fetch_run(c->a, f, out, &why);
    pthread_mutex_lock(&o->lock);
    k->away_at = status ? 0 : seconds();
    pthread_mutex_unlock(&o->lock);
    if (!status)
        fail(c, E_DOWN, AWAY, "%s: %s", p->id, why);
    return status;
}

/* A document of the provider's. */
static int
get(struct ctx *c, struct oidc *o, const struct oidc_provider *p, const char *url,
    const char *authorization, struct buf *out)
{
    struct fetch f = {.url = url, .authorization = authorization};
    long status = ask(c, o, p, &f, out);

    if (!status)
        return E_DOWN;
    if (status != 200)
        return fail(c, E_DOWN, AWAY, "%s: status %ld of a document", p->id, status);
    return OK;
}

static int
places_fetch(struct ctx *c, struct oidc *o, const struct oidc_provider *p)
{
    size_t n = strlen(p->issuer);
    const char *url = arena_fmt(c->a, "%.*s/.well-known/openid-configuration",
                                (int)(n && p->issuer[n - 1] == '/' ? n - 1 : n), p->issuer);
    struct oidc_places fresh;
    struct known *k = known_of(o, p);
    const char *why;
    struct buf b;
    int rc = get(c, o, p, url, NULL, &b);

    if (rc < 0)
        return rc;
    if ((why = oidc_places_read(b.p, b.n, p->issuer, &fresh)))
        return fail(c, E_DOWN, AWAY, "%s: discovery: %s", p->id, why);
    pthread_mutex_lock(&o->lock);
    k->places = fresh;
    k->places_at = seconds();
    pthread_mutex_unlock(&o->lock);
    return OK;
}

/* An old document serves while the provider is away. */
static int
places_get(struct ctx *c, struct oidc *o, const struct oidc_provider *p, struct oidc_places *out)
{
    struct known *k = known_of(o, p);
    int64_t age;
    int rc = OK;

    pthread_mutex_lock(&o->lock);
    age = k->places_at ? seconds() - k->places_at : INT64_MAX;
    pthread_mutex_unlock(&o->lock);
    if (age >= KEEP_SECONDS && (rc = places_fetch(c, o, p)) < 0 && age >= LAST_SECONDS)
        return rc;
    pthread_mutex_lock(&o->lock);
    *out = k->places;
    pthread_mutex_unlock(&o->lock);
    return OK;
}

static int
keys_fetch(struct ctx *c, struct oidc *o, const struct oidc_provider *p, const char *url)
{
    struct known *k = known_of(o, p);
    struct jwk_set fresh, old;
    struct buf b;
    int rc = get(c, o, p, url, NULL, &b);

    if (rc < 0)
        return rc;
    if (!jwk_set_read(b.p, b.n, &fresh))
        return fail(c, E_DOWN, AWAY, "%s: its keys cannot be read", p->id);
    pthread_mutex_lock(&o->lock);
    old = k->keys;
    k->keys = fresh;
    k->keys_at = seconds();
    pthread_mutex_unlock(&o->lock);
    jwk_set_free(&old);
    return OK;
}

/* --- a token ---------------------------------------------------------------------------------- */

static enum jwt_verdict
open_token(struct ctx *c, struct oidc *o, const struct oidc_provider *p, const char *token,
           enum jws *alg, json_t **claims)
{
    enum jwt_verdict v;

    pthread_mutex_lock(&o->lock);
    v = jwt_open(c->a, &known_of(o, p)->keys, token, alg, claims);
    pthread_mutex_unlock(&o->lock);
    return v;
}

/* A key that is not known may be new; a stranger's tokens must not make us ask all the time. */
static bool
may_ask_again(struct oidc *o, const struct oidc_provider *p)
{
    struct known *k = known_of(o, p);
    bool may;

    pthread_mutex_lock(&o->lock);
    may = !k->again_at || seconds() - k->again_at >= AGAIN_SECONDS;
    if (may)
        k->again_at = seconds();
    pthread_mutex_unlock(&o->lock);
    return may;
}

static int
keys_ready(struct ctx *c, struct oidc *o, const struct oidc_provider *p, const char *url)
{
    struct known *k = known_of(o, p);
    int64_t age;
    int rc = OK;

    pthread_mutex_lock(&o->lock);
    age = k->keys_at ? seconds() - k->keys_at : INT64_MAX;
    pthread_mutex_unlock(&o->lock);
    if (age >= KEEP_SECONDS)
        rc = keys_fetch(c, o, p, url);
    return age < LAST_SECONDS ? OK : rc;
}

static int
check_token(struct ctx *c, struct oidc *o, const struct oidc_provider *p,
            const struct oidc_flow *f, const struct oidc_places *at, const struct oidc_tokens *t,
            json_t **claims)
{
    enum jwt_verdict v;
    enum jws alg;
    const char *why;
    int rc = keys_ready(c, o, p, at->keys);

    if (rc < 0)
        return rc;
    v = open_token(c, o, p, t->id, &alg, claims);
    if (v == JWT_NO_KEY && may_ask_again(o, p)) {
        if ((rc = keys_fetch(c, o, p, at->keys)) < 0)
            return rc;
        v = open_token(c, o, p, t->id, &alg, claims);
    }
    if (v != JWT_GOOD)
        return fail(c, E_DENIED, UNTRUE, "%s: ID token: %s", p->id, jwt_verdict_word(v));
    why = oidc_claims_fault(c->a, p, *claims, alg, f->nonce, t->access, c->now);
    return why ? fail(c, E_DENIED, UNTRUE, "%s: ID token: %s", p->id, why) : OK;
}

/* --- the flow --------------------------------------------------------------------------------- */

int
oidc_begin(struct ctx *c, struct oidc *o, const struct oidc_provider *p, const struct oidc_flow *f,
           const char **address)
{
    struct oidc_places at;
    int rc = places_get(c, o, p, &at);

    if (rc < 0)
        return rc;
    *address = oidc_authorize_address(c->a, p, &at, f, c->lang == LANG_EN ? "en" : "vi");
    return *address ? OK : fail(c, E_SYS, AWAY, "%s: its address is too long", p->id);
}

static int
exchange(struct ctx *c, struct oidc *o, const struct oidc_provider *p, const struct oidc_flow *f,
         const struct oidc_places *at, const char *code, struct oidc_tokens *out)
{
    struct fetch q = {.url = at->token, .form = oidc_token_form(c->a, p, f, code),
                      .authorization = p->auth == OIDC_BASIC ? oidc_basic(c->a, p) : NULL};
    const char *why;
    struct buf b;
    long status = q.form ? ask(c, o, p, &q, &b) : 0;

    if (!q.form)
        return fail(c, E_DENIED, UNTRUE, "%s: a code that is too long", p->id);
    if (!status)
        return E_DOWN;
    if (status >= 500)
        return fail(c, E_DOWN, AWAY, "%s: status %ld of the token endpoint", p->id, status);
    if (oidc_tokens_read(c->a, b.p, b.n, out, &why) && status == 200)
        return OK;
    return fail(c, E_CONFLICT, AGAIN, "%s: status %ld of the token endpoint: %s", p->id, status,
                why ? why : "-");
}

/* OpenID Connect 5.3.2: it must be of the same person. */
static int
more_of(struct ctx *c, struct oidc *o, const struct oidc_provider *p, const struct oidc_places *at,
        const struct oidc_tokens *t, const json_t *claims, json_t **more)
{
    const char *sub = json_string_value(json_object_get(claims, "sub")), *same;
    struct buf b;
    int rc;

    *more = NULL;
    if (!p->userinfo)
        return OK;
    if (!*at->userinfo)
        return fail(c, E_DOWN, AWAY, "%s: it has no userinfo_endpoint", p->id);
    rc = get(c, o, p, at->userinfo, arena_fmt(c->a, "Bearer %s", t->access), &b);
    if (rc < 0)
        return rc;
    *more = json_read(b.p, b.n, NULL);
    same = json_string_value(json_object_get(*more, "sub"));
    return same && strcmp(same, sub) == 0
               ? OK
               : fail(c, E_DENIED, UNTRUE, "%s: userinfo is none, or another person's", p->id);
}

static int
judge(struct ctx *c, const struct oidc_provider *p, const struct oidc_flow *f,
      const struct oidc_person *who)
{
    int least = f->level > p->least ? f->level : p->least;
    enum oidc_claim key = p->face == OIDC_CITIZEN ? CLAIM_NUMBER : CLAIM_LOGIN;

    if (who->level < least)
        return fail(c, E_DENIED,
                    N_("Lần đăng nhập này chưa đạt mức xác thực cần có. Hãy chọn mức cao hơn trên "
                       "trang định danh"),
                    "%s: level %d of %d", p->id, who->level, least);
    if (!*who->claim[key])
        return fail(c, E_DENIED,
                    p->face == OIDC_CITIZEN
                        ? N_("Hệ thống định danh không cho biết số định danh cá nhân nên chưa đăng "
                             "nhập được")
                        : N_("Hệ thống định danh không cho biết tên đăng nhập của cán bộ"),
                    "%s: no %s", p->id, oidc_claim_word(key));
    return OK;
}

int
oidc_finish(struct ctx *c, struct oidc *o, const struct oidc_provider *p, const struct oidc_flow *f,
            const char *code, const char *issuer, struct oidc_person *out)
{
    struct oidc_places at;
    struct oidc_tokens t;
    json_t *claims = NULL, *more = NULL;
    int rc = places_get(c, o, p, &at);

    if (rc < 0)
        return rc;
    /* RFC 9207: another provider's answer must not be taken to this one. */
    if ((*issuer || at.says_issuer) && strcmp(issuer, p->issuer) != 0)
        return fail(c, E_DENIED, UNTRUE, "%s: iss of the answer", p->id);
    rc = exchange(c, o, p, f, &at, code, &t);
    if (rc == OK)
        rc = check_token(c, o, p, f, &at, &t, &claims);
    if (rc == OK)
        rc = more_of(c, o, p, &at, &t, claims, &more);
    if (rc == OK) {
        oidc_person_read(c->a, p, claims, more, out);
        rc = judge(c, p, f, out);
    }
    json_decref(claims);
    json_decref(more);
    return rc;
}

int
oidc_logout(struct ctx *c, struct oidc *o, const struct oidc_provider *p, const char *back,
            const char **address)
{
    struct oidc_places at;
    int rc = places_get(c, o, p, &at);

    *address = rc == OK ? oidc_logout_address(c->a, p, &at, back) : NULL;
    return rc;
}
