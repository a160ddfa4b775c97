/* Accounts: who can sign in, or act by a token.  A login belongs to one kind of account. */
#include <string.h>

#include "auth/auth_oidc_sql.h"
#include "auth/auth_sql.h"
#include "auth/second.h"
#include "base/id.h"
#include "base/vi.h"

int
auth_account_add(struct ctx *c, const struct account *a, const char *password_hash, int64_t *id)
{
    struct ctx aside = *c;      /* that nobody is found is no failure */
    struct account row = *a, old;
    int rc;

    *id = row.id = id_next();
    /* The index tells the same login sealed by the same key; between two keys this does. */
    if (a->kind == ACCOUNT_CITIZEN &&
        auth_sql_account_by_login(&aside, a->kind, a->login, &old) == OK)
        return fail(c, E_CONFLICT, N_("Tên đăng nhập này đã có người dùng"), "login taken, kind %d",
                    (int)a->kind);
    rc = auth_sql_account_add(c, &row, vi_fold(c->a, a->name), password_hash);
    if (rc == E_CONFLICT)
        return fail(c, E_CONFLICT, N_("Tên đăng nhập này đã có người dùng"), "login taken, kind %d",
                    (int)a->kind);
    return rc;
}

bool
auth_login_good(const char *login)
{
    static const char CHARS[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t n = strlen(login);

    return n >= 2 && n <= 40 && strspn(login, CHARS) == n &&
           strspn(login, "0123456789._-") < n;
}

int
auth_account_get(struct ctx *c, int64_t id, struct account *out)
{
    return auth_sql_account_get(c, id, out);
}

int
auth_account_by_login(struct ctx *c, enum account_kind kind, const char *login, struct account *out)
{
    return auth_sql_account_by_login(c, kind, login, out);
}

int
auth_number_verify(struct ctx *c, const char *number)
{
    struct account a;
    int rc = auth_sql_account_by_login(c, ACCOUNT_CITIZEN, number, &a);

    if (rc == E_NOTFOUND || (rc == OK && strcmp(a.personal_number, number) != 0))
        return fail(c, E_NOTFOUND, N_("Không tìm thấy tài khoản này"), "no citizen signs in as %s",
                    number);
    if (rc == OK)
        rc = auth_sql_number_verify(c, a.id);
    return rc < 0 ? rc : OK;
}

const char *
auth_number_verified_of(struct ctx *c, int64_t account)
{
    return account ? auth_sql_number_verified(c, account) : "";
}

const char *
auth_number_verified(struct ctx *c)
{
    return auth_number_verified_of(c, c->account);
}

int
auth_account_save(struct ctx *c, const struct account *a)
{
    int n = auth_sql_account_save(c, a, vi_fold(c->a, a->name));

    if (n == 0)
        return fail(c, E_CONFLICT, N_("Tài khoản đã được người khác sửa từ khi bạn mở trang này"),
                    "account %" PRId64 " v%" PRId64, a->id, a->version);
    if (n > 0 && !a->active)            /* who may no longer work is out at once */
        n = auth_sql_session_drop_of(c, a->id, NULL);
    return n < 0 ? n : OK;
}

int
auth_number_set(struct ctx *c, int64_t account, const char *number)
{
    struct holder h;
    int rc = oidc_sql_holder(c, number, &h);

    if (rc == OK && h.id && h.id != account)
        return fail(c, E_CONFLICT, N_("Đã có tài khoản khác dùng số định danh này"),
                    "number taken");
    return rc < 0 ? rc : auth_sql_number_set(c, account, number);
}

int
auth_officers(struct ctx *c, int64_t by, const char *start, const char *after, int64_t after_id,
              size_t max, struct account *out, size_t *n)
{
    return auth_sql_officers(c, by, start, after, after_id, max, out, n);
}
