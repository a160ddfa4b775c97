/* Contents: their rows, their words, and the one function that says whether one may be shown. */
#include <assert.h>
#include <stdatomic.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "http/reply.h"
#include "mod/papers/content_page.h"
#include "mod/papers/content_sql.h"
#include "mod/papers/papers.h"
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

int
content_send_made(struct ctx *c, const char *sha256, const char *mime, const char *name,
                  enum content_reader who)
{
    struct content k;
    int rc = content_get(c, sha256, &k);

    if (rc == E_NOTFOUND)               /* older than the rows of contents */
        c->err = (struct err){0};
    else if (rc < 0 || (rc = content_may_serve(c, &k, who)) < 0)
        return rc;
    return reply_stored(c, sha256, mime, name, true);
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
                                                .due_at = c->now, .account = c->account});
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

/* --- of a paper --- */

static bool
of_paper(const struct paper_file *f, const char *paper)
{
    return !f->replaced && strcmp(f->paper, paper) == 0;
}

const char *
papers_unfit(const struct paper_file *files, size_t n, const char *paper, bool required)
{
    const char *why = NULL;

    for (size_t i = 0; i < n && !why; i++) {
        const struct content *k = &files[i].content;

        if (!of_paper(&files[i], paper))
            continue;
        why = content_servable(k, READER_OFFICER, required);
        if (!why && k->state == CONTENT_REFUSED)
            why = *k->reason ? k->reason
                             : N_("Tệp không đọc được, hãy yêu cầu công dân nộp lại");
    }
    return why;
}

static int
all_servable(struct ctx *c, int64_t owner, const char *paper, int round, enum content_reader who)
{
    struct paper_file *f;
    size_t n;
    int rc = papers_files(c, owner, &f, &n);

    for (size_t i = 0; i < n && rc == OK; i++)
        if (f[i].round == round && strcmp(f[i].paper, paper) == 0)
            rc = content_may_serve(c, &f[i].content, who);
    return rc;
}

int
content_document(struct ctx *c, int64_t owner, const char *paper, int round,
                 enum content_reader who, struct paper_document *out)
{
    struct paper_document *v;
    size_t n;
    int rc = content_documents(c, owner, &v, &n);

    for (size_t i = 0; i < n && rc == OK; i++)
        if (v[i].round == round && strcmp(v[i].paper, paper) == 0 && v[i].state == DOCUMENT_MADE) {
            *out = v[i];
            return all_servable(c, owner, paper, round, who);
        }
    return rc < 0 ? rc
                  : fail(c, E_NOTFOUND, N_("Không tìm thấy tệp này"), "document %s %d", paper,
                         round);
}

bool
papers_hidden(const struct paper_file *files, size_t n, int round, bool required)
{
    for (size_t i = 0; i < n; i++)
        if (files[i].round == round &&
            content_servable(&files[i].content, READER_OFFICER, required))
            return true;
    return false;
}

int
papers_waiting(const struct ctx *c, const struct paper_file *files, size_t n,
               const struct paper_document *documents, size_t m)
{
    bool converts = c->site && c->site->with && c->site->with->convert;
    int waiting = 0;

    for (size_t i = 0; i < m; i++)
        waiting += converts && documents[i].state == DOCUMENT_WAITING;
    for (size_t i = 0; i < n; i++)
        waiting += !files[i].replaced && !content_settled(&files[i].content);
    return waiting;
}

const char *
papers_version(struct arena *a, const struct paper_file *files, size_t n,
               const struct paper_document *documents, size_t m)
{
    struct buf b;

    buf_init(&b, a, 64 << 10);
    for (size_t i = 0; i < n; i++)
        buf_fmt(&b, "%d.%d.%d.%d;", files[i].seq, (int)files[i].content.scan,
                (int)files[i].content.state, !content_settled(&files[i].content));
    for (size_t i = 0; i < m; i++)
        buf_fmt(&b, "%s.%d.%d;", documents[i].paper, documents[i].round, (int)documents[i].state);
    return arena_strn(a, hash_sha256_hex(a, b.p, b.n), 16);
}

int
papers_version_of(struct ctx *c, int64_t owner, int *waiting, const char **version)
{
    struct paper_document *d;
    struct paper_file *f;
    size_t n, m;
    int rc = papers_files(c, owner, &f, &n);

    if (rc < 0 || (rc = content_documents(c, owner, &d, &m)) < 0)
        return rc;
    *waiting = papers_waiting(c, f, n, d, m);
    *version = papers_version(c->a, f, n, d, m);
    return OK;
}
