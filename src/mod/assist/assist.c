#include "mod/assist/assist.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "base/date.h"
#include "base/hash.h"
#include "base/id.h"
#include "mod/assist/assist_sql.h"
#include "site/site.h"

enum { CODES = 1000000, LINK_BYTES = 18, MINUTE = 60 };

static const struct { const char *word, *name;
} WAYS[ASSIST__COUNT] = {
    [ASSIST_NONE] = {"none", N_("chưa xác nhận")},
    [ASSIST_MAIL] = {"mail", N_("mã gửi đến thư điện tử")},
    [ASSIST_DEVICE] = {"device", N_("mã trên thiết bị của người dân")},
    [ASSIST_SIGNATURE] = {"signature", N_("chữ ký")},
};

const char *
assist_way_word(enum assist_way w)
{
    return (unsigned)w < ASSIST__COUNT ? WAYS[w].word : "";
}

const char *
assist_way_name(enum assist_way w)
{
    return (unsigned)w < ASSIST__COUNT ? WAYS[w].name : "";
}

/* A stolen copy of the table is no list of a million guesses: the site's key is needed, too. */
static const char *
key_of(struct ctx *c, int64_t draft, const char *use, const char *text)
{
    const char *all = arena_fmt(c->a, "%" PRId64 ":%s", draft, text);
    uint8_t sum[SHA256_SIZE];

    hash_keyed(c->site->key, use, all, strlen(all), sum, sizeof sum);
    return hash_hex(c->a, sum, sizeof sum);
}

/* --- beginning and ending --- */

static int64_t
midnight(const struct ctx *c)
{
    return vn_utc(vn_day(c->now), 0);
}

int64_t
assist_begun_today(struct ctx *c)
{
    return assist_sql_begun(c, c->account, midnight(c));
}

int
assist_begin(struct ctx *c, const struct assist_rule *r, int64_t draft, int64_t unit)
{
    if (assist_begun_today(c) >= r->drafts) {
        c->retry_after = (int)(midnight(c) + DAY_SECONDS - c->now);
        return fail(c, E_LIMIT, N_("Hôm nay bạn đã hỗ trợ đủ số hồ sơ cho phép, hãy tiếp tục vào "
                                   "ngày mai"), "%d drafts a day", r->drafts);
    }
    return assist_sql_add(c, draft, unit);
}

int
assist_get(struct ctx *c, int64_t draft, struct assist *out)
{
    return assist_sql_get(c, draft, out);
}

int
assist_end(struct ctx *c, int64_t draft, int64_t dossier)
{
    return assist_sql_end(c, draft, dossier);
}

int
assist_older(struct ctx *c, int64_t before, size_t max, int64_t *drafts, size_t *n)
{
    return assist_sql_older(c, before, max, drafts, n);
}

int
assist_unfinished(struct ctx *c, int64_t helper, int64_t from, int64_t upto, int64_t stale,
                  int64_t *n, int64_t *unit)
{
    return assist_sql_unfinished(c, helper, from, upto, stale, n, unit);
}

/* --- what is asked for --- */

static int
ask(struct ctx *c, const struct assist_rule *r, const struct assist *a, const struct assist_ask *k)
{
    if (a->sends >= r->codes) {
        c->retry_after = DAY_SECONDS;
        return fail(c, E_LIMIT, N_("Đã xin quá nhiều mã cho hồ sơ này. Hãy để người dân ký trên "
                                   "màn hình"), "assist %" PRId64 ": %d codes", a->draft, r->codes);
    }
    return assist_sql_ask(c, a->draft, k);
}

static const char *
link_key(struct ctx *c, const char *token)
{
    return key_of(c, 0, "assist link v1", token);
}

int
assist_link(struct ctx *c, const struct assist_rule *r, const struct assist *a, const char *what,
            char **token)
{
    *token = token_url(c->a, LINK_BYTES);
    return ask(c, r, a, &(struct assist_ask){link_key(c, *token), "", "", what, ASSIST_DEVICE});
}

static bool
late(const struct ctx *c, const struct assist_rule *r, const struct assist *a)
{
    return a->asked_at + (int64_t)r->code_minutes * MINUTE <= c->now;
}

int
assist_by_link(struct ctx *c, const struct assist_rule *r, const char *token, struct assist *out)
{
    int rc = assist_sql_by_link(c, link_key(c, token), out);

    if (rc == E_NOTFOUND || (rc == OK && (out->ended_at || late(c, r, out))))
        return fail(c, E_NOTFOUND, N_("Đường dẫn xác nhận này không có, đã dùng hoặc đã hết hạn. "
                                      "Hãy nhờ người hỗ trợ tạo đường dẫn mới"), "assist link");
    return rc;
}

int
assist_code(struct ctx *c, const struct assist_rule *r, const struct assist *a, enum assist_way way,
            const char *what, const char *told, char **code)
{
    *code = arena_fmt(c->a, "%06u", (unsigned)randombytes_uniform(CODES));
    return ask(c, r, a, &(struct assist_ask){NULL, key_of(c, a->draft, "assist code v1", *code),
                                             told, what, way});
}

/* --- what is answered --- */

const char *
assist_answer_say(enum assist_answer a)
{
    static const char *const SAY[] = {
        [ASSIST_RIGHT] = "",
        [ASSIST_WRONG] = N_("Mã không đúng. Sau 5 lần sai phải lấy mã mới"),
        [ASSIST_SPENT] = N_("Đã nhập sai 5 lần. Hãy lấy mã mới"),
        [ASSIST_LATE] = N_("Mã đã hết hạn hoặc chưa có. Hãy lấy mã mới"),
        [ASSIST_CHANGED] = N_("Nội dung đã thay đổi sau khi lấy mã. Hãy đọc lại cho người dân và "
                              "lấy mã mới"),
    };

    return SAY[a];
}

static enum assist_answer
judge(struct ctx *c, const struct assist_rule *r, const struct assist *a, const char *what,
      const char *typed)
{
    if (!*a->code || late(c, r, a))
        return ASSIST_LATE;
    if (strcmp(a->asked, what) != 0)
        return ASSIST_CHANGED;
    if (a->tries < ASSIST_TRIES &&
        hash_text_equal(a->code, key_of(c, a->draft, "assist code v1", typed)))
        return ASSIST_RIGHT;
    return a->tries + 1 >= ASSIST_TRIES ? ASSIST_SPENT : ASSIST_WRONG;
}

int
assist_try(struct ctx *c, const struct assist_rule *r, const struct assist *a, const char *what,
           const char *typed, enum assist_answer *out)
{
    int counted = *a->code ? assist_sql_count(c, a->draft, a->code, ASSIST_TRIES) : 0;

    if (counted < 0)
        return counted;
    *out = counted ? judge(c, r, a, what, typed) : ASSIST_LATE;
    if (*out == ASSIST_WRONG || (*out == ASSIST_LATE && !counted))
        return OK;                      /* what is gone needs no end */
    return *out == ASSIST_RIGHT ? assist_sql_confirm(c, a->draft, a->asked_way, what, "")
                                : assist_sql_void(c, a->draft);
}

int
assist_sign(struct ctx *c, const struct assist *a, const char *what, const char *signature)
{
    return assist_sql_confirm(c, a->draft, ASSIST_SIGNATURE, what, signature);
}

bool
assist_stands(const struct assist *a, const struct assist_rule *r, const char *what, int64_t now)
{
    return a->way != ASSIST_NONE && *what && strcmp(a->confirmed, what) == 0 &&
           a->confirmed_at + (int64_t)r->stands_minutes * MINUTE > now;
}
