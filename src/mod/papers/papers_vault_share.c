/* Links and reports of a paper of the vault. */
#include "mod/papers/vault_share.h"

#include <string.h>

#include "auth/auth.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/utf8.h"
#include "base/vi.h"
#include "mod/papers/papers_vault_sql.h"

enum { SECRET_BYTES = 24, SHOWN_MAX = 50, PURPOSE_MAX = 200, TEXT_MAX = 1000 };

#define SAY_ENDED N_("Liên kết này không còn hiệu lực")

static struct bytes
key_of(struct ctx *c, const char *token)
{
    uint8_t *key = arena_get(c->a, SHA256_SIZE);

    hash_sha256(token, strlen(token), key);
    return (struct bytes){key, SHA256_SIZE};
}

/* A number that means nothing outside of this table's own forms. */
static const char *
ref_of(struct ctx *c, int64_t id)
{
    char *text = arena_fmt(c->a, "vault\n%" PRId64, id);

    return arena_strn(c->a, hash_sha256_hex(c->a, text, strlen(text)), 16);
}

bool
vault_share_holds(const struct ctx *c, const struct vault_share *s)
{
    return !s->revoked_at && s->expires_at > c->now && s->opened < SHARE_OPENED_MAX;
}

int
vault_shares(struct ctx *c, int64_t item, struct vault_share **out, size_t *n)
{
    share_list v = {0};
    int rc = vault_sql_shares(c, item, SHOWN_MAX, &v);

    for (size_t i = 0; i < v.n; i++)
        v.p[i].ref = ref_of(c, v.p[i].id);
    *out = v.p;
    *n = v.n;
    return rc;
}

static int
check_share(struct ctx *c, int64_t item, const char *purpose, int days)
{
    struct vault_share *v;
    size_t n, holding = 0;
    int rc = vault_shares(c, item, &v, &n);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        holding += vault_share_holds(c, &v[i]);
    if (holding >= SHARES_MAX)
        return fail(c, E_INVALID, N_("Giấy tờ này đang có quá nhiều liên kết, hãy thu hồi bớt"),
                    "%zu links", holding);
    if (utf8_length(purpose) < 2 || utf8_length(purpose) > PURPOSE_MAX)
        fail_field(c, "muc-dich", N_("Hãy ghi ngắn gọn để làm gì"));
    if (days < 1 || days > SHARE_DAYS_MAX)
        fail_field(c, "so-ngay", N_("Số ngày từ 1 đến 90"));
    return c->faults.n ? E_INVALID : OK;
}

int
vault_share_new(struct ctx *c, int64_t item, const char *purpose, int days, char **token)
{
    struct vault_share s = {.id = id_next(), .item = item, .account = c->account,
                            .purpose = purpose, .created_at = c->now,
                            .expires_at = c->now + (int64_t)days * DAY_SECONDS};
    int rc = check_share(c, item, purpose, days);

    if (rc < 0)
        return rc;
    *token = token_url(c->a, SECRET_BYTES);
    return vault_sql_share_add(c, &s, key_of(c, *token));
}

int
vault_share_revoke(struct ctx *c, int64_t item, const char *ref)
{
    struct vault_share *v;
    size_t n;
    int rc = vault_shares(c, item, &v, &n);

    for (size_t i = 0; i < n && rc == OK; i++)
        if (strcmp(v[i].ref, ref) == 0) {
            rc = vault_sql_share_revoke(c, item, v[i].id);
            return rc < 0 ? rc : OK;        /* already revoked is revoked */
        }
    return rc < 0 ? rc : fail(c, E_NOTFOUND, SAY_ENDED, "share of item %" PRId64, item);
}

/* Who made the link has it in the vault still: a closed account can revoke nothing, and one whose
 * number was corrected shares no paper of the number before. */
static bool
still_theirs(struct ctx *c, const struct vault_share *s, const struct vault_item *it)
{
    struct ctx aside = *c;              /* that there is none is no failure */
    struct account a;
    const char *number;

    if (auth_account_get(&aside, s->account, &a) < 0 || !a.active)
        return false;
    number = auth_number_verified_of(c, s->account);
    return it->account == s->account || (*number && strcmp(number, it->holder) == 0);
}

int
vault_share_find(struct ctx *c, const char *token, struct vault_share *s, struct vault_item *out)
{
    int rc = vault_sql_share_find(c, key_of(c, token), s);

    if (rc < 0 || (rc = vault_by_id(c, s->item, out)) < 0)
        return rc;
    if (out->state != VAULT_IN_FORCE || (out->valid_to && out->valid_to < vn_day(c->now)))
        return fail(c, E_NOTFOUND, SAY_ENDED, "item %" PRId64 " is not in force", out->id);
    if (!vault_share_holds(c, s) || !still_theirs(c, s, out))
        return fail(c, E_NOTFOUND, SAY_ENDED, "share %" PRId64, s->id);
    return OK;
}

int
vault_share_opened(struct ctx *c, const struct vault_share *s)
{
    int n = vault_sql_share_opened(c, s->id, SHARE_OPENED_MAX);

    if (n == 0)
        return fail(c, E_NOTFOUND, SAY_ENDED, "share %" PRId64, s->id);
    return n < 0 ? n : OK;
}

/* --- reports --- */

static void
name_reports(struct ctx *c, report_list *v)
{
    for (size_t i = 0; i < v->n; i++)
        v->p[i].ref = ref_of(c, v->p[i].id);
}

int
vault_reports(struct ctx *c, int64_t item, struct vault_report **out, size_t *n)
{
    report_list v = {0};
    int rc = vault_sql_reports(c, item, SHOWN_MAX, &v);

    name_reports(c, &v);
    *out = v.p;
    *n = v.n;
    return rc;
}

int
vault_report_new(struct ctx *c, const struct vault_item *it, const char *text)
{
    struct vault_report r = {.id = id_next(), .item = it->id, .unit = it->unit,
                             .account = c->account, .text = text, .at = c->now};
    struct vault_report *v;
    size_t n, open = 0, length = utf8_length(text);
    int rc = vault_reports(c, it->id, &v, &n);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        open += !v[i].answered_at;
    if (open >= REPORTS_MAX)
        return fail_field(c, "noi-dung", N_("Cơ quan đang xem các báo sai trước của bạn"));
    if (length < 5 || length > TEXT_MAX)
        return fail_field(c, "noi-dung", N_("Hãy ghi chỗ nào sai và đúng ra là gì"));
    return vault_sql_report_add(c, &r);
}

int
vault_reports_open(struct ctx *c, int64_t perms, size_t max, struct vault_report **out, size_t *n)
{
    report_list v = {0};
    int rc = vault_sql_reports_open(c, c->account, perms, max, &v);

    name_reports(c, &v);
    *out = v.p;
    *n = v.n;
    return rc;
}

int
vault_report_get(struct ctx *c, const char *ref, int64_t perms, struct vault_report *out)
{
    struct vault_report *v;
    size_t n;
    int rc = vault_reports_open(c, perms, VAULT_LIST_MAX, &v, &n);

    for (size_t i = 0; i < n && rc == OK; i++)
        if (strcmp(v[i].ref, ref) == 0) {
            *out = v[i];
            return OK;
        }
    return rc < 0 ? rc
                  : fail(c, E_NOTFOUND, N_("Báo sai này không có hoặc đã được trả lời"), "report");
}

int
vault_report_answer(struct ctx *c, const struct vault_report *r, const char *answer)
{
    size_t length = utf8_length(answer);
    int n;

    if (length < 2 || length > TEXT_MAX)
        return fail_field(c, "tra-loi", N_("Hãy ghi câu trả lời cho người dân"));
    n = vault_sql_report_answer(c, r->id, answer);
    if (n == 0)
        return fail(c, E_CONFLICT, N_("Báo sai này vừa được người khác trả lời"), "report");
    return n < 0 ? n : OK;
}
