/*
 * Passwords: Argon2id by libsodium.  Changing the two costs below is safe at any time: each hash
 * carries the costs that it was made with.
 */
#include <pthread.h>
#include <sodium.h>
#include <string.h>

#include "auth/auth_sql.h"
#include "auth/hasher.h"
#include "auth/password_words.h"
#include "base/id.h"
#include "base/utf8.h"
#include "base/vi.h"

enum {
    PASSWORD_OPS = 2, /* passes: RFC 9106 and OWASP's first choice for 19 MiB */
    PASSWORD_MEMORY = 19 << 20, /* bytes a hash */
    PASSWORD_AT_ONCE = 2, /* where no other process hashes: bounds memory and CPU */
    PASSWORD_MIN = 10,
    PASSWORD_MAX = 128, /* characters */
    TEMPORARY_SECONDS = 7 * 86400,
};

/* A wrong login is checked against this: a hash nobody knows the password of, of today's costs. */
static char nobody[crypto_pwhash_STRBYTES];
static pthread_once_t nobody_once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t freed = PTHREAD_COND_INITIALIZER;
static int busy;

static void
enter(void)
{
    pthread_mutex_lock(&lock);
    while (busy >= PASSWORD_AT_ONCE)
        pthread_cond_wait(&freed, &lock);
    busy++;
    pthread_mutex_unlock(&lock);
}

static void
leave(void)
{
    pthread_mutex_lock(&lock);
    busy--;
    pthread_cond_signal(&freed);
    pthread_mutex_unlock(&lock);
}

static int
make_hash(char out[crypto_pwhash_STRBYTES], const char *password, size_t n)
{
    return crypto_pwhash_str_alg(out, password, n, PASSWORD_OPS, PASSWORD_MEMORY,
                                 crypto_pwhash_ALG_ARGON2ID13);
}

/* False: it does not fit, and `to` is empty. */
static bool
text_fits(char *to, size_t size, const char *from)
{
    size_t n = strlen(from);

    if (n < size)
        memcpy(to, from, n + 1);
    return n < size;
}

static void
make_nobody(void)
{
    char secret[32];

    randombytes_buf(secret, sizeof secret);
    if (make_hash(nobody, secret, sizeof secret) != 0)
        nobody[0] = '\0';
}

_Static_assert(HASHER_HASH >= crypto_pwhash_STRBYTES, "a hash fits");

void
password_answer(const struct hasher_ask *ask, struct hasher_tell *out)
{
    size_t n = strlen(ask->password);

    pthread_once(&nobody_once, make_nobody);
    if (ask->op == HASHER_MAKE)
        out->done = make_hash(out->hash, ask->password, n) == 0;
    else {
        const char *hash = *ask->hash ? ask->hash : nobody;

        out->right = crypto_pwhash_str_verify(hash, ask->password, n) == 0 && *ask->hash;
        out->done = true;
    }
}

/* By the process that hashes; here where there is none. */
static void
answer(struct hasher_ask *ask, struct hasher_tell *out)
{
    if (!hasher_ask(ask, out)) {
        enter();
        password_answer(ask, out);
        leave();
    }
    sodium_memzero(ask, sizeof *ask);
}

char *
auth_password_hash(struct ctx *c, const char *password)
{
    struct hasher_ask ask = {.op = HASHER_MAKE};
    struct hasher_tell tell = {0};

    if (text_fits(ask.password, sizeof ask.password, password))
        answer(&ask, &tell);
    if (!tell.done) {
        fail(c, E_SYS, N_("Hệ thống đang bận, bạn hãy thử lại sau ít phút"),
             "argon2id: out of memory");
        return NULL;
    }
    return arena_str(c->a, tell.hash);
}

/* A password too long to be one is wrong, and takes as long as any. */
bool
auth_password_check(const char *hash, const char *password)
{
    struct hasher_ask ask = {.op = HASHER_CHECK};
    struct hasher_tell tell = {0};
    bool whole = text_fits(ask.password, sizeof ask.password, password) &&
                 text_fits(ask.hash, sizeof ask.hash, hash ? hash : "");

    answer(&ask, &tell);
    return whole && hash && tell.right;
}

const char *
auth_password_fault(const char *password, const char *login)
{
    size_t n = utf8_length(password);
    size_t same = 1;

    if (n < PASSWORD_MIN)
        return N_("Mật khẩu cần ít nhất 10 ký tự");
    if (n > PASSWORD_MAX)
        return N_("Mật khẩu dài nhất 128 ký tự");
    if (login && strlen(login) >= 5 && strstr(password, login))
        return N_("Mật khẩu không được chứa tên đăng nhập");
    while (password[same] && password[same] == password[0])
        same++;
    if (!password[same])
        return N_("Mật khẩu không được là một ký tự lặp lại");
    if (auth_password_words(password, login))
        return N_("Mật khẩu chỉ gồm những từ dễ đoán (tên cơ quan, \"mật khẩu\"...), hãy chọn một "
                  "câu khác");
    if (auth_password_listed(password))
        return N_("Mật khẩu này quá dễ đoán, hãy chọn mật khẩu khác");
    return NULL;
}

char *
auth_password_make(struct ctx *c)
{
    return arena_fmt(c->a, "%s-%s-%s-%s", token_human(c->a, 4), token_human(c->a, 4),
                     token_human(c->a, 4), token_human(c->a, 4));
}

/* A temporary password that ran out is as good as none. */
static void
settle(struct ctx *c, const struct sql_password *p, struct password *out)
{
    bool out_of_date = p->until != 0 && p->until < c->now;

    *out = (struct password){p->account, out_of_date ? NULL : p->hash, p->until != 0};
}

int
auth_password_get(struct ctx *c, enum account_kind kind, const char *login, struct password *out)
{
    struct sql_password p;
    int rc = auth_sql_password_get(c, kind, login, &p);

    settle(c, &p, out);
    return rc;
}

int
auth_password_of(struct ctx *c, int64_t account, struct password *out)
{
    struct sql_password p;
    int rc = auth_sql_password_of(c, account, &p);

    settle(c, &p, out);
    return rc;
}

int
auth_password_set(struct ctx *c, int64_t account, const char *hash, bool temporary)
{
    return auth_sql_password_set(c, account, hash, temporary ? c->now + TEMPORARY_SECONDS : 0);
}
