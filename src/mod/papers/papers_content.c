/* Contents: their rows, their words, and the one function that says whether one may be shown. */
#include <assert.h>
#include <stdatomic.h>
#include <string.h>

#include "base/err.h"
#include "mod/papers/content_page.h"
#include "mod/papers/content_sql.h"
#include "site/site.h"

const char *
content_state_word(enum content_state s)
{
    static const char *const WORD[CONTENT_STATE__COUNT] = {
        [CONTENT_ARRIVED] = "arrived", [CONTENT_INSPECTED] = "inspected",
        [CONTENT_CONVERTED] = "converted", [CONTENT_REFUSED] = "refused"};

    assert(s < CONTENT_STATE__COUNT);
    return WORD[s];
}

const char *
content_scan_word(enum content_scan s)
{
    static const char *const WORD[CONTENT_SCAN__COUNT] = {
        [CONTENT_PENDING] = "pending", [CONTENT_CLEAN] = "clean",
        [CONTENT_INFECTED] = "infected", [CONTENT_UNSCANNED] = "unscanned"};

    assert(s < CONTENT_SCAN__COUNT);
    return WORD[s];
}

/* --- what a page says of a file --- */

static const struct content_tag TAG[] = {
    [CONTENT_PENDING] = {"pending", N_("Đang kiểm tra"), TONE_INFO},
    [CONTENT_CLEAN] = {"clean", N_("An toàn"), TONE_GOOD},
    [CONTENT_INFECTED] = {"infected", N_("Có mã độc"), TONE_LATE},
    [CONTENT_UNSCANNED] = {"unscanned", N_("Chưa quét vi-rút"), TONE_SOON},
};
static const struct content_tag TAG_REFUSED = {"refused", N_("Không đọc được"), TONE_LATE};

/* The worst is what is said. */
struct content_tag
content_tag(const struct content *k)
{
    if (k->scan != CONTENT_INFECTED && k->state == CONTENT_REFUSED)
        return TAG_REFUSED;
    return TAG[k->scan];
}

bool
content_settled(const struct content *k)
{
    return k->scan == CONTENT_INFECTED || k->state == CONTENT_REFUSED || k->due_at == 0;
}

bool
content_again(const struct content *k)
{
    return k->scan == CONTENT_INFECTED || k->state == CONTENT_REFUSED;
}

/* --- may it be shown --- */

const char *
content_servable(const struct content *k, enum content_reader who, bool required)
{
    if (k->scan == CONTENT_INFECTED)
        return who == READER_OWNER
                   ? N_("Tệp này không mở được vì lý do an toàn, hãy chụp hoặc quét lại giấy tờ và"
                        " nộp tệp mới")
                   : N_("Tệp này có mã độc nên không mở được; hãy yêu cầu công dân nộp lại");
    if (who == READER_OWNER || !required || k->scan == CONTENT_CLEAN)
        return NULL;
    if (k->scan == CONTENT_PENDING)
        return N_("Tệp này đang được quét vi-rút, hãy mở lại sau ít phút");
    return N_("Tệp này chưa quét vi-rút được nên chưa mở được; quản trị viên đã được báo");
}

int
content_may_serve(struct ctx *c, const struct content *k, enum content_reader who)
{
    const char *why = content_servable(k, who, c->site && c->site->config.scan_required);

    return why ? fail(c, E_DENIED, why, "content %s: %s", k->sha256, content_scan_word(k->scan))
               : OK;
}

/* --- rows --- */

static atomic_uint bell;

unsigned
content_bell(void)
{
    return atomic_load_explicit(&bell, memory_order_relaxed);
}

int
content_put(struct ctx *c, const char *sha256, int64_t size, const char *mime)
{
    atomic_fetch_add_explicit(&bell, 1, memory_order_relaxed);
    return content_sql_put(c, &(struct content){.sha256 = sha256, .size = size, .mime = mime,
                                                .due_at = c->now});
}

int
content_put_made(struct ctx *c, const char *sha256, int64_t size, const char *mime, int pages)
{
    return content_sql_put(c, &(struct content){.sha256 = sha256, .size = size, .mime = mime,
                                                .made = true, .state = CONTENT_CONVERTED,
                                                .scan = CONTENT_CLEAN, .pages = pages});
}

int
content_get(struct ctx *c, const char *sha256, struct content *out)
{
    content_list v = {0};
    int rc = content_sql_get(c, sha256, &v);

    if (rc < 0)
        return rc;
    if (v.n == 0)
        return fail(c, E_NOTFOUND, N_("Không tìm thấy tệp này"), "content %s", sha256);
    *out = v.p[0];
    return OK;
}

int
content_documents(struct ctx *c, int64_t owner, struct paper_document **out, size_t *n)
{
    document_list v = {0};
    int rc = document_sql_list(c, owner, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}
