#include "auth/auth_code.h"

#include <sodium.h>
#include <string.h>

#include "auth/auth_code_sql.h"
#include "auth/security_log.h"
#include "auth/auth_oidc.h"
#include "base/hash.h"
#include "base/po.h"
#include "site/site.h"

enum { CODES = 1000000, FIRST_PAUSE = 60, LETTERS_MAX = 16 };
static const char LETTER[] = "letter";

/* A stolen copy of the table is no list of a million guesses: the site's key is needed, too. */
static const char *
key_of(struct ctx *c, int64_t account, enum code_purpose p, const char *code)
{
    const char *text = arena_fmt(c->a, "%" PRId64 ":%d:%s", account, (int)p, code);
    uint8_t sum[SHA256_SIZE];

    hash_keyed(c->site->key, "sign-in code v1", text, strlen(text), sum, sizeof sum);
    return hash_hex(c->a, sum, sizeof sum);
}

int
auth_mail_put(struct ctx *c, const struct mail *m)
{
    const char *sealed = auth_seal(c, LETTER, json_pack("{s:s,s:s,s:s}", "to", m->to, "subject",
                                                        m->subject, "text", m->text));

    if (!sealed)
        return fail(c, E_SYS, N_("Hệ thống gặp lỗi"), "a letter that is too long");
    return mail_sql_add(c, sealed);
}

int
auth_tell(struct ctx *c, const char *number, const char *subject, const char *text)
{
    const char *address = "";
    int rc;

    if (!*c->site->config.mail_server)
        return OK;
    rc = code_sql_checked(c, number, &address);
    return rc < 0 || !*address ? rc : auth_mail_put(c, &(struct mail){address, subject, text});
}

static int
post_letter(struct ctx *c, enum code_purpose p, const char *address, const char *code)
{
    const char *site = c->lang == LANG_EN ? c->site->config.site_name_en
                                          : c->site->config.site_name;
    const char *subject = trf(c, N_("Mã {0} của {1}"), code, site);
    const char *use = p == CODE_SIGN_IN
                          ? tr(c, N_("Dùng mã này để đăng nhập. Mã chỉ dùng được một lần, trong 10 "
                                     "phút."))
                          : tr(c, N_("Dùng mã này để xác nhận địa chỉ thư của bạn. Mã chỉ dùng "
                                     "được một lần, trong 10 phút."));
    const char *never = tr(c, N_("Nếu bạn không yêu cầu mã, hãy bỏ qua thư này. Không ai của cơ "
                                 "quan hỏi bạn mã này."));
    const char *text = arena_fmt(c->a, "%s\n\n%s\n\n%s\n\n%s\n%s\n", code, use, never, site,
                                 c->site->config.base_url);

    return auth_mail_put(c, &(struct mail){address, subject, text});
}

int
auth_code_send(struct ctx *c, int64_t account, enum code_purpose p, const char *address)
{
    const char *who = arena_fmt(c->a, "%" PRId64, account);
    const char *code = arena_fmt(c->a, "%06u", (unsigned)randombytes_uniform(CODES));
    int rc = auth_guess_allowed(c, GUESS_CODE, who);

    if (rc < 0 || (rc = auth_guess_failed(c, GUESS_CODE, who)) < 0 ||
        (rc = code_sql_put(c, account, p, address, key_of(c, account, p, code))) < 0)
        return rc;
    return post_letter(c, p, address, code);
}

int
auth_code_try(struct ctx *c, int64_t account, enum code_purpose p, const char *typed, bool *right,
              const char **address)
{
    struct code_row row;
    bool same, ended;
    int rc = code_sql_get(c, account, p, &row), counted, n = 0;

    *right = false;
    *address = "";
    if (rc < 0 || !row.key)
        return rc;
    if ((counted = code_sql_count(c, account, p, row.key, CODE_TRIES)) < 0)
        return counted;
    ended = !counted || row.made_at + CODE_SECONDS <= c->now;
    same = !ended && hash_text_equal(row.key, key_of(c, account, p, typed));
    *address = row.address;
    if (same || ended || row.tries + 1 >= CODE_TRIES)
        n = code_sql_use(c, account, p, row.key);
    *right = same && n == 1;            /* 0: another server was faster */
    if (!*right)
        security_log(c, "wrong", account, "mailed code");
    return n < 0 ? n : OK;
}

int
auth_code_who(struct ctx *c, const char *number, int64_t *account, const char **address)
{
    return code_sql_who(c, number, account, address);
}

int
auth_email_verify(struct ctx *c, int64_t account, const char *address)
{
    int n = code_sql_verify(c, account, address);

    if (n == 0)
        return fail(c, E_CONFLICT, N_("Địa chỉ thư đã thay đổi, hãy xác nhận lại"),
                    "account %" PRId64 " has another address", account);
    return n < 0 ? n : OK;
}

int
auth_email_verified(struct ctx *c, int64_t account, bool *is)
{
    return code_sql_verified(c, account, is);
}

/* --- letters ---------------------------------------------------------------------------------- */

bool
auth_mail_due(struct ctx *c)
{
    struct mail_row one;
    size_t n = 0;

    return mail_sql_due(c, 1, &one, &n) == OK && n > 0;
}

static struct mail
open_letter(struct ctx *c, const char *sealed)
{
    json_t *doc = auth_unseal(c, LETTER, sealed);
    struct mail m = {NULL, "", ""};

    if (!doc)
        return m;
    m.to = arena_str(c->a, json_string_value(json_object_get(doc, "to")));
    m.subject = arena_str(c->a, json_string_value(json_object_get(doc, "subject")));
    m.text = arena_str(c->a, json_string_value(json_object_get(doc, "text")));
    json_decref(doc);
    return m;
}

int
auth_mail_take(struct ctx *c, size_t max, struct letter *out, size_t *n)
{
    struct mail_row row[LETTERS_MAX];
    size_t found;
    int rc = mail_sql_due(c, max < LETTERS_MAX ? max : LETTERS_MAX, row, &found);

    *n = 0;
    for (size_t i = 0; i < found && rc >= 0; i++) {
        rc = mail_sql_take(c, &row[i], c->now + FIRST_PAUSE * (row[i].tries + 1));
        if (rc == 1)                    /* nobody else was faster */
            out[(*n)++] = (struct letter){row[i].id, row[i].next_at, row[i].tries,
                                          open_letter(c, row[i].sealed)};
    }
    return rc < 0 ? rc : OK;
}

int
auth_mail_done(struct ctx *c, int64_t id)
{
    return mail_sql_drop(c, id);
}
