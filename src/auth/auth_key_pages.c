/*
 * /can-bo/tai-khoan/hai-lop/khoa: the own security keys.  A key is added in two steps: name and
 * password, then the browser's script talks to the key and the form brings its answer.  A key is
 * removed on a page that asks.  Every change ends the other sessions.
 */
#include <string.h>

#include "auth/auth_pages.h"
#include "auth/auth_second_pages.h"
#include "auth_key.page.h"
#include "http/params.h"
#include "http/reply.h"
#include "http/route.h"
#include "site/site.h"

#define KEYS SECOND_PAGE "/khoa"

enum { B_PASSWORD, B_NAME };
#define IN_KEY_NAME                                                                                \
    {"ten", K_TEXT, .required = true, .max = KEY_NAME_MAX, .label = N_("Tên khóa"),                \
     .say = N_("Hãy đặt tên cho khóa, ví dụ: khóa đeo chìa")}
static const struct param IN_BEGIN[] = {
    [B_PASSWORD] = IN_OWN_PASSWORD, [B_NAME] = IN_KEY_NAME, {.kind = K_END},
};

static int
closed(struct ctx *c)
{
    return fail(c, E_CONFLICT, N_("Trang này chưa dùng được khóa bảo mật"), "no https address");
}

static int
post_begin(struct ctx *c)
{
    uint8_t challenge[WEBAUTHN_CHALLENGE];
    struct key_view v = {.name = in_text(c, B_NAME)};
    struct account a;
    bool wrong;
    int rc = second_wrong_password(c, second_page, &wrong);

    if (rc < 0 || wrong)
        return rc;
    if (!auth_keys_open(c))
        return closed(c);
    v.sealed = auth_key_begin(c, challenge);
    if ((rc = auth_account_get(c, c->account, &a)) < 0 ||
        (rc = auth_key_ask(c, a.id, challenge, &v.ask)) < 0)
        return rc;
    v.account = &a;
    c->out->secret = true;
    return page_auth_key_new(c, &v);
}

enum { A_SEALED, A_NAME, A_CLIENT, A_DATA, A_WAYS };
static const char NO_ANSWER[] = N_("Chưa có câu trả lời của khóa; trang này cần JavaScript");
static const struct param IN_ADD[] = {
    [A_SEALED] = {"thu-thach", K_TEXT, .required = true, .max = 400},
    [A_NAME] = IN_KEY_NAME,
    [A_CLIENT] = {"du-lieu", K_TEXT, .required = true, .max = 2800,
                  .label = N_("Khóa bảo mật"), .say = NO_ANSWER},
    [A_DATA] = {"xac-thuc", K_TEXT, .required = true, .max = 5500,
                .label = N_("Khóa bảo mật"), .say = NO_ANSWER},
    [A_WAYS] = {"cach", K_TEXT, .max = KEY_WAYS_MAX},
    {.kind = K_END},
};

/* Who has recovery codes keeps them. */
static int
added(struct ctx *c)
{
    struct second s;
    int rc = second_others_end(c);

    if (rc < 0 || (rc = auth_second_get(c, c->account, &s)) < 0)
        return rc;
    if (s.codes_left == 0)
        return second_show_codes(c);
    return second_back(c, N_("Đã thêm khóa bảo mật; các phiên khác đã kết thúc"));
}

static int
post_add(struct ctx *c)
{
    const struct key_made in = {in_text(c, A_SEALED), in_text(c, A_NAME), in_text(c, A_CLIENT),
                                in_text(c, A_DATA), in_text(c, A_WAYS)};
    const char *say;
    int rc = auth_key_add(c, c->account, &in, &say);

    if (rc < 0)
        return rc;
    if (!say)
        return added(c);
    fail_labelled(c, "ten", N_("Khóa bảo mật"), say);
    return second_unprocessable(c, second_page);
}

/* --- removing one --- */

enum { R_PASSWORD, R_REF };
static const struct param IN_ASK[] = {[0] = {"ref", K_TOKEN, .required = true}, {.kind = K_END}};
static const struct param IN_REMOVE[] = {
    [R_PASSWORD] = IN_OWN_PASSWORD,
    [R_REF] = {"ref", K_TOKEN, .required = true},
    {.kind = K_END},
};

static int
show_remove(struct ctx *c, const char *ref)
{
    struct security_key key;
    struct key_view v = {.key = &key};
    int rc = auth_key_get(c, c->account, ref, &key);

    return rc < 0 ? rc : page_auth_key_remove(c, &v);
}

static int
get_remove(struct ctx *c)
{
    return show_remove(c, in_text(c, 0));
}

static int
remove_again(struct ctx *c)
{
    return show_remove(c, in_text(c, R_REF));
}

static int
post_remove(struct ctx *c)
{
    struct account a;
    bool wrong;
    int rc = second_wrong_password(c, remove_again, &wrong);

    if (rc < 0 || wrong)
        return rc;
    if ((rc = auth_account_get(c, c->account, &a)) < 0 ||
        (rc = auth_key_remove(c, &a, in_text(c, R_REF))) < 0 || (rc = second_others_end(c)) < 0)
        return rc;
    return second_back(c, N_("Đã bỏ khóa bảo mật; các phiên khác đã kết thúc"));
}

#define CHANGE(path_, in_, run_, page_, about_, ...)                                               \
    {POST, path_, PERM_OFFICER, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_DESK, in_,            \
     .run = run_, .page = page_, .early = true, .about = about_, __VA_ARGS__}
#define WITH_PASSWORD .prepare = second_prepare, .line = second_line

const struct route auth_key_routes[] = {
    CHANGE(KEYS "/bat-dau", IN_BEGIN, post_begin, second_page,
           "Asks the browser to make a key for this account", WITH_PASSWORD),
    CHANGE(KEYS, IN_ADD, post_add, second_page, "Adds the key that the browser made",
           .quick = false),
    {GET, KEYS "/{ref}", PERM_OFFICER, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_DESK, IN_ASK,
     .run = get_remove, .early = true, .about = "Asks before an own key is removed"},
    CHANGE(KEYS "/{ref}", IN_REMOVE, post_remove, remove_again,
           "Removes an own key and ends other sessions", WITH_PASSWORD),
    {0},
};
