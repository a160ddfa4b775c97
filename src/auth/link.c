/* Links for a first password, and what happened to an account. */
#include <string.h>

#include "auth/auth_sql.h"
#include "auth/second_sql.h"
#include "auth/security_log.h"
#include "base/hash.h"
#include "base/id.h"
#include "site/site.h"

enum { LINK_BYTES = 32, LINK_TEXT_MAX = 64, LINK_HOURS = 72 };

static const char *
key_of(struct ctx *c, const char *token)
{
    return hash_sha256_hex(c->a, token, strlen(token));
}

static const char USED[] =
    N_("Liên kết này đã dùng rồi hoặc đã hết hạn; hãy xin quản trị viên liên kết mới");

static int64_t
link_seconds(const struct ctx *c)
{
    int hours = c->site ? c->site->config.link_hours : 0;

    return (hours > 0 ? hours : LINK_HOURS) * INT64_C(3600);
}

int
auth_link_make(struct ctx *c, int64_t account, char **token)
{
    int rc = second_sql_link_drop(c, account);

    *token = token_url(c->a, LINK_BYTES);
    if (rc < 0 ||
        (rc = second_sql_link_add(c, account, key_of(c, *token), c->now + link_seconds(c))) < 0)
        return rc;
    return auth_happened(c, account, HAPPENED_LINK_MADE);
}

int
auth_link_get(struct ctx *c, const char *token, struct account *out, int64_t *until)
{
    int64_t end = 0, id = 0;

    if (strlen(token) <= LINK_TEXT_MAX)
        id = second_sql_link_get(c, key_of(c, token), &end);
    if (until)
        *until = end;
    if (id && end > c->now && auth_account_get(c, id, out) == OK && out->active)
        return OK;
    return fail(c, E_NOTFOUND, USED, "unknown link");
}

int
auth_link_use(struct ctx *c, const char *token, const char *hash)
{
    struct account a;
    int rc = auth_link_get(c, token, &a, NULL);

    if (rc < 0 || (rc = second_sql_link_use(c, key_of(c, token))) < 0)
        return rc;
    if (rc == 0)                        /* another server was faster */
        return fail(c, E_NOTFOUND, USED, "a link used at the same moment");
    if ((rc = auth_password_set(c, a.id, hash, false)) < 0 ||
        (rc = auth_session_close_all(c, a.id)) < 0)
        return rc;
    return auth_happened(c, a.id, HAPPENED_LINK_USED);
}

/* --- what happened -------------------------------------------------------------------------- */

/* tell: its owner hears of it at the next sign-in when somebody else did it. */
static const struct { const char *word, *say; bool tell; } HAPPENED[HAPPENED__COUNT] = {
    [HAPPENED_LINK_MADE] = {"link-made", N_("Liên kết đặt mật khẩu được tạo"), false},
    [HAPPENED_LINK_USED] = {"link-used", N_("Mật khẩu được đặt bằng liên kết"), false},
    [HAPPENED_PASSWORD] = {"password", N_("Mật khẩu được đổi"), false},
    [HAPPENED_SECOND_ON] = {"second-on", N_("Xác thực hai lớp được bật"), false},
    [HAPPENED_SECOND_OFF] = {"second-off", N_("Xác thực hai lớp được tắt"), false},
    [HAPPENED_SECOND_RESET] = {"second-reset", N_("Quản trị viên đặt lại xác thực hai lớp"), true},
    [HAPPENED_CODES_MADE] = {"codes-made", N_("Mã dự phòng mới được tạo"), false},
    [HAPPENED_CODE_USED] = {"code-used", N_("Một mã dự phòng được dùng để đăng nhập"), false},
    [HAPPENED_GUESSED] =
        {"guessed", N_("Có người lạ nhập sai mật khẩu của bạn nhiều lần và đã bị chặn"), true},
    [HAPPENED_TOKEN_MADE] = {"token-made", N_("Mã truy cập API được tạo"), false},
    [HAPPENED_TOKEN_ENDED] = {"token-ended", N_("Mã truy cập API bị thu hồi"), true},
    [HAPPENED_KEY_ADDED] = {"key-added", N_("Một khóa bảo mật được thêm"), false},
    [HAPPENED_KEY_REMOVED] = {"key-removed", N_("Một khóa bảo mật bị bỏ"), false},
    [HAPPENED_KEY_BACK] =
        {"key-back", N_("Một khóa bảo mật bị từ chối vì số đếm của nó lùi lại: có thể khóa đã bị "
                        "sao chép, hãy bỏ khóa đó"), true},
    [HAPPENED_ROLE] = {"role", N_("Vai trò thay đổi, mọi phiên đăng nhập kết thúc"), false},
    [HAPPENED_COPY_ASKED] = {"copy-asked", N_("Bản sao mọi dữ liệu được yêu cầu"), false},
    [HAPPENED_COPY_FETCHED] = {"copy-fetched", N_("Bản sao mọi dữ liệu được tải về"), false},
    [HAPPENED_CORRECTED] = {"corrected", N_("Yêu cầu sửa thông tin đã được giải quyết"), true},
    [HAPPENED_CLOSED] = {"closed", N_("Tài khoản được đóng theo yêu cầu"), false},
    [HAPPENED_CONTACT] = {"contact", N_("Số điện thoại hoặc địa chỉ thư được đổi"), false},
};

const char *
auth_happened_say(const char *word)
{
    for (size_t i = 0; i < HAPPENED__COUNT; i++)
        if (strcmp(HAPPENED[i].word, word) == 0)
            return HAPPENED[i].say;
    return word;
}

int
auth_happened(struct ctx *c, int64_t account, enum happened what)
{
    bool told = !HAPPENED[what].tell || c->account == account;

    security_log(c, "account", account, HAPPENED[what].word);
    return second_sql_event_add(c, account, HAPPENED[what].word, told);
}

int
auth_happened_list(struct ctx *c, int64_t account, size_t max, struct account_event *out, size_t *n)
{
    return second_sql_event_list(c, account, max, out, n);
}

int
auth_happened_told(struct ctx *c, int64_t account, bool *some)
{
    int n = second_sql_event_told(c, account);

    *some = n > 0;
    return n < 0 ? n : OK;
}
