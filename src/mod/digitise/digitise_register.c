#include "mod/digitise/digitise_register.h"

#include <string.h>

#include "base/hash.h"
#include "mod/digitise/digitise_count.h"
#include "mod/digitise/digitise_inside.h"
#include "site/site.h"

bool
digitise_drawn(int64_t seed, int seq, int share)
{
    int64_t of[2] = {seed, seq};
    uint8_t h[SHA256_SIZE];

    hash_sha256(of, sizeof of, h);
    return ((unsigned)h[0] << 16 | (unsigned)h[1] << 8 | h[2]) % 1000 < (unsigned)share;
}

bool
digitise_sample_open(struct ctx *c, const struct scan_batch *b)
{
    scan_documents v = {0};

    if (scan_sql_documents(c, b->id, 0, &v) < 0)
        return true;
    for (size_t i = 0; i < v.n; i++)
        if (v.p[i].state == DOCUMENT_DONE && v.p[i].sample == SAMPLE_DRAWN)
            return true;
    return false;
}

static bool
keyed_it(const struct scan_document *d, int64_t account)
{
    return d->first_by == account || d->second_by == account || d->decided_by == account;
}

bool
digitise_may_sample(const struct ctx *c, const struct scan_document *d)
{
    return d->state == DOCUMENT_DONE && d->sample == SAMPLE_DRAWN && !keyed_it(d, c->account);
}

int
digitise_draw(struct ctx *c, const struct scan_batch *b, int *n)
{
    scan_documents v = {0};
    struct scan_document *first = NULL;
    int rc = scan_sql_documents(c, b->id, 0, &v);

    *n = 0;
    for (size_t i = 0; i < v.n && rc == OK && b->share > 0; i++) {
        if (v.p[i].state != DOCUMENT_DONE)
            continue;
        first = first ? first : &v.p[i];
        if (v.p[i].sample != SAMPLE_NOT || !digitise_drawn(b->seed, v.p[i].seq, b->share))
            continue;
        v.p[i].sample = SAMPLE_DRAWN;
        rc = scan_sql_save_document(c, &v.p[i]);
        ++*n;
    }
    if (rc < 0 || *n || !first || first->sample != SAMPLE_NOT)
        return rc;
    first->sample = SAMPLE_DRAWN;       /* a small batch is looked at, too */
    *n = 1;
    return scan_sql_save_document(c, first);
}

/* Wrong documents of the sample against what the setting allows, in per cent. */
static int
settle(struct ctx *c, const struct scan_batch *b)
{
    scan_documents v = {0};
    int looked = 0, wrong = 0, rc = scan_sql_documents(c, b->id, 0, &v);

    for (size_t i = 0; i < v.n; i++) {
        if (v.p[i].sample == SAMPLE_DRAWN)
            return rc;
        looked += v.p[i].sample != SAMPLE_NOT;
        wrong += v.p[i].sample == SAMPLE_WRONG;
    }
    if (rc < 0 || looked == 0)
        return rc;
    if (wrong * 100 <= looked * c->site->config.scan_wrong)
        return scan_sql_set_state(c, b->id, SCAN_CLOSED, "");
    if ((rc = digitise_count_back(c, b)) < 0 || (rc = scan_sql_clear(c, b->id)) < 0)
        return rc;
    return scan_sql_set_state(c, b->id, SCAN_SENT_BACK,
                              N_("Mẫu kiểm tra có nhiều lỗi hơn mức cho phép"));
}

int
digitise_sampled(struct ctx *c, const struct scan_batch *b, struct scan_document *d, int wrong)
{
    int rc;

    if (!digitise_may_sample(c, d))
        return fail(c, E_CONFLICT, N_("Văn bản này không chờ bạn kiểm tra mẫu"), "%s/%d", b->code,
                    d->seq);
    d->sample = wrong ? SAMPLE_WRONG : SAMPLE_GOOD;
    d->wrong = wrong;
    d->sampled_by = c->account;
    d->sampled_at = c->now;
    if ((rc = scan_sql_save_document(c, d)) < 0 || (rc = scan_sql_touch(c, b, b->version)) < 0)
        return rc;
    return settle(c, b);
}
