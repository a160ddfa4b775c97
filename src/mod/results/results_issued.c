/* The life of a result: one function a change of state, and what each may follow. */
#include "mod/results/issued.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>

#include "base/buf.h"
#include "base/id.h"
#include "base/vi.h"
#include "mod/results/results_issued_sql.h"

enum { TOKEN_BYTES = 16, EXPIRE_ONCE = 500, BOOK_PAGE = 500, TRY_AGAIN = 30, TRY_MOST = 3600 };

static atomic_uint bell;

static const char SAY_CHANGED[] =
    N_("Kết quả này vừa được người khác thay đổi. Hãy xem lại rồi làm tiếp.");

static const struct {
    const char *word, *name;
    bool issued;
} STATE[RESULT__COUNT] = {
    [RESULT_NONE] = {"", "", false},
    [RESULT_DRAFT] = {"draft", N_("Bản dự thảo"), false},
    [RESULT_SIGNING] = {"signing", N_("Đang ký"), false},
    [RESULT_IN_FORCE] = {"in_force", N_("Có hiệu lực"), true},
    [RESULT_REPLACED] = {"replaced", N_("Đã được thay thế"), true},
    [RESULT_REVOKED] = {"revoked", N_("Đã bị thu hồi"), true},
    [RESULT_EXPIRED] = {"expired", N_("Hết hiệu lực"), true},
    [RESULT_VOID] = {"void", N_("Số đã hủy"), false},
};

const char *
result_state_name(enum result_state s)
{
    assert(s < RESULT__COUNT);
    return STATE[s].name;
}

const char *
result_state_word(enum result_state s)
{
    assert(s < RESULT__COUNT);
    return STATE[s].word;
}

enum result_state
result_state_parse(const char *word)
{
    for (int s = RESULT_DRAFT; s < RESULT__COUNT; s++)
        if (strcmp(STATE[s].word, word) == 0)
            return (enum result_state)s;
    return RESULT_NONE;
}

bool
result_is_issued(enum result_state s)
{
    assert(s < RESULT__COUNT);
    return STATE[s].issued;
}

bool
result_holds(const struct result *r, day today)
{
    return r->state == RESULT_IN_FORCE && (r->valid_to == 0 || today <= r->valid_to);
}

/* --- finding --- */

static int
one(struct ctx *c, enum result_key by, int64_t id, const char *text, struct result *out)
{
    result_list v = {0};
    int rc = result_sql_list(c, by, id, text, &v);

    if (rc < 0)
        return rc;
    if (v.n == 0)
        return fail(c, E_NOTFOUND, N_("Không tìm thấy kết quả này"), "result %" PRId64, id);
    *out = v.p[0];
    return OK;
}

int
result_get(struct ctx *c, int64_t id, struct result *out)
{
    return one(c, RESULT_BY_ID, id, NULL, out);
}

int
result_by_token(struct ctx *c, const char *token, struct result *out)
{
    return one(c, RESULT_BY_TOKEN, 0, token, out);
}

int
result_find_by_hash(struct ctx *c, const char *sha256, struct result *out)
{
    return one(c, RESULT_BY_CONTENT, 0, sha256, out);
}

int
result_by_number(struct ctx *c, int64_t agency, const char *number, struct result *out)
{
    return one(c, RESULT_BY_NUMBER, agency, number, out);
}

int
results_of(struct ctx *c, int64_t dossier, struct result **out, size_t *n)
{
    result_list v = {0};
    int rc = result_sql_list(c, RESULT_BY_DOSSIER, dossier, NULL, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

/* --- changes --- */

/* What every change ends with: who, when, and the row where its version is still the one seen. */
static int
save(struct ctx *c, struct result *r, enum result_state to)
{
    int n;

    if (to != r->state) {
        r->changed_by = c->account;
        r->changed_at = c->now;
    }
    r->state = to;
    r->version++;
    n = result_sql_save(c, r);
    if (n == 0)
        return fail(c, E_CONFLICT, SAY_CHANGED, "result %" PRId64, r->id);
    return n < 0 ? n : OK;
}

static int
must_be(struct ctx *c, const struct result *r, enum result_state s)
{
    if (r->state == s)
        return OK;
    return fail(c, E_CONFLICT, SAY_CHANGED, "result %" PRId64 " is %s, not %s", r->id,
                STATE[r->state].word, STATE[s].word);
}

static const char *
or_empty(const char *s)
{
    return s ? s : "";
}

static void
settle_texts(struct result *r)
{
    const char **all[] = {&r->code, &r->template, &r->template_hash, &r->type, &r->title,
                          &r->holder, &r->holder_number, &r->scan, &r->book, &r->number,
                          &r->signer_name, &r->signer_title, &r->content, &r->reason,
                          &r->problem, &r->public_reason, &r->holder_why};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        *all[i] = or_empty(*all[i]);
    if (!r->facts)
        r->facts = "{}";
    if (!r->signatures)
        r->signatures = "[]";
}

int
result_prepare(struct ctx *c, struct result *r)
{
    int rc;

    settle_texts(r);
    if (r->id)
        return (rc = must_be(c, r, RESULT_DRAFT)) < 0 ? rc : save(c, r, RESULT_DRAFT);
    r->id = id_next();
    r->version = 1;
    r->token = token_url(c->a, TOKEN_BYTES);
    r->state = RESULT_DRAFT;
    r->prepared_by = r->changed_by = c->account;
    r->prepared_at = r->changed_at = c->now;
    rc = result_sql_add(c, r);
    return rc < 0 ? rc : OK;
}

/* --- numbers --- */

static char *
print_number(struct ctx *c, const char *pattern, int64_t seq, int64_t year)
{
    struct buf b;

    buf_init(&b, c->a, 200);
    for (const char *p = pattern; *p;) {
        if (strncmp(p, "{nn}", 4) == 0)
            buf_fmt(&b, "%02" PRId64, seq), p += 4;
        else if (strncmp(p, "{n}", 3) == 0)
            buf_int(&b, seq), p += 3;
        else if (strncmp(p, "{y}", 3) == 0)
            buf_int(&b, year), p += 3;
        else
            buf_char(&b, *p++);
    }
    return b.p;
}

/* A draft that has a number keeps it: numbers have no gaps.  One of a year that is over is beyond
 * taking back: that row is dropped, with its reason in the book, and another one made. */
static int
number(struct ctx *c, struct result *r, const char *pattern, int64_t year)
{
    if (r->seq == 0) {
        r->seq = result_sql_number(c, r->agency, r->book, year);
        r->year = year;
    }
    if (r->seq > 0 && r->year != year)
        return fail(c, E_CONFLICT,
                    N_("Số đã lấy thuộc sổ của năm trước. Hãy hủy số đó rồi soạn lại kết quả."),
                    "result %" PRId64 ": number of %d", r->id, (int)r->year);
    if (r->seq <= 0)
        return c->err.rc < 0 ? (int)c->err.rc : E_SYS;
    r->number = print_number(c, pattern, r->seq, r->year);
    return OK;
}

int
result_reserve(struct ctx *c, struct result *r, const char *pattern)
{
    day today = vn_day(c->now);
    int rc = must_be(c, r, RESULT_DRAFT);

    assert(r->agency && r->book && *r->book && r->signer);
    if (rc < 0 || (rc = number(c, r, pattern, date_ymd(today).y)) < 0)
        return rc;
    r->issued_on = today;
    r->tries = 0;
    r->try_at = c->now;
    r->problem = "";
    settle_texts(r);
    atomic_fetch_add(&bell, 1);
    return save(c, r, RESULT_SIGNING);
}

unsigned
result_bell(void)
{
    return atomic_load(&bell);
}

bool
results_are_due(struct ctx *c)
{
    return result_sql_due(c) > 0;
}

int
results_to_sign(struct ctx *c, int seconds, size_t max, struct result **out, size_t *n)
{
    result_list v = {0};
    int rc = result_sql_to_sign(c, c->now + seconds, max, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
result_issue(struct ctx *c, struct result *r, const char *content, int64_t size,
             const char *signatures)
{
    struct result now;
    int rc = result_get(c, r->id, &now);

    assert(strlen(content) == 64 && size > 0);
    if (rc < 0)
        return rc;
    if (result_is_issued(now.state) && strcmp(now.content, content) == 0) {
        *r = now;
        return OK;
    }
    if ((rc = must_be(c, &now, RESULT_SIGNING)) < 0)
        return rc;
    now.content = content;
    now.size = size;
    now.signatures = signatures;
    now.problem = "";
    now.try_at = 0;
    rc = save(c, &now, RESULT_IN_FORCE);
    *r = now;
    return rc;
}

int
result_put_off(struct ctx *c, struct result *r, const char *problem, bool give_up)
{
    int64_t wait = TRY_AGAIN << (r->tries < 8 ? r->tries : 8);
    int rc = must_be(c, r, RESULT_SIGNING);

    if (rc < 0)
        return rc;
    r->problem = problem;
    r->try_at = c->now + (wait < TRY_MOST ? wait : TRY_MOST);
    return save(c, r, give_up ? RESULT_DRAFT : RESULT_SIGNING);
}

/* --- after it was issued --- */

static int
need_reason(struct ctx *c, const char *reason)
{
    return reason && *reason ? OK : fail_field(c, "reason", N_("Hãy ghi rõ lý do"));
}

int
result_replace(struct ctx *c, struct result *r, const struct result *by, const char *reason)
{
    enum result_state to = r->state == RESULT_REVOKED ? RESULT_REVOKED : RESULT_REPLACED;
    int rc = to == RESULT_REVOKED ? OK : must_be(c, r, RESULT_IN_FORCE);

    if (rc < 0 || (rc = must_be(c, by, RESULT_IN_FORCE)) < 0 ||
        (rc = need_reason(c, reason)) < 0)
        return rc;
    assert(by->id != r->id);
    r->replaced_by = by->id;
    if (to == RESULT_REPLACED)
        r->reason = reason;             /* a revoked one keeps why it was */
    return save(c, r, to);
}

int
result_revoke(struct ctx *c, struct result *r, const char *public_reason, const char *reason)
{
    int rc = need_reason(c, reason);

    if (rc < 0 || (rc = must_be(c, r, RESULT_IN_FORCE)) < 0)
        return rc;
    r->reason = vi_tidy(c->a, reason);
    r->public_reason = public_reason;
    return save(c, r, RESULT_REVOKED);
}

int
result_drop(struct ctx *c, struct result *r, const char *reason)
{
    int rc = must_be(c, r, RESULT_DRAFT);

    if (rc < 0 || (r->seq && (rc = need_reason(c, reason)) < 0))
        return rc;
    r->reason = or_empty(reason);
    return save(c, r, RESULT_VOID);
}

int
result_forget(struct ctx *c, int64_t id)
{
    return result_sql_forget(c, id);
}

int
results_expire(struct ctx *c)
{
    int n = result_sql_expire(c, vn_day(c->now), EXPIRE_ONCE);

    return n < 0 ? n : OK;
}

/* --- the book --- */

int
results_book(struct ctx *c, const struct book_query *q, struct result **out, size_t *n)
{
    struct book_query one_book = *q;
    result_list v = {0};
    int rc;

    if (one_book.limit == 0 || one_book.limit > BOOK_PAGE)
        one_book.limit = BOOK_PAGE;
    rc = result_sql_book(c, &one_book, &v);
    *out = v.p;
    *n = v.n;
    return rc;
}

int
results_books(struct ctx *c, int64_t agency, struct book **out, size_t *n)
{
    book_list v = {0};
    int rc = result_sql_books(c, agency, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

/* --- walks --- */

int
results_contents_after(struct ctx *c, int64_t after, size_t max, struct result_content **out,
                       size_t *n)
{
    content_list v = {0};
    int rc = result_sql_contents(c, after, max, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
results_verify(struct ctx *c, void (*say)(void *to, const char *line), void *to, int64_t *found)
{
    book_counts books = {0};
    id_texts odd = {0};
    int rc = result_sql_book_counts(c, &books);

    if (rc < 0 || (rc = result_sql_oddities(c, &odd)) < 0)
        return rc;
    for (size_t i = 0; i < books.n; i++) {
        const struct book_count *b = &books.p[i];

        if (b->given == b->last && b->highest == b->last)
            continue;
        ++*found;
        say(to, arena_fmt(c->a,
                          "book %s of %d: %" PRId64 " numbers were taken, %" PRId64
                          " results have one, the highest is %" PRId64,
                          b->book, (int)b->year, b->last, b->given, b->highest));
    }
    *found += (int64_t)odd.n;
    for (size_t i = 0; i < odd.n; i++)
        say(to, arena_fmt(c->a, "result %s: its state does not fit what is recorded", odd.p[i]));
    return OK;
}
