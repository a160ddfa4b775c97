/* The queue: turns, claims, results, tries with growing pauses. */
#include <stdatomic.h>
#include <string.h>

#include "base/err.h"
#include "mod/papers/content_sql.h"

/* After the nth failure; the last is followed by giving it up. */
static const int64_t PAUSE[CONTENT_TRIES] = {5, 30, 120, 600, 3600, 3600};
enum { LOOK_AGAIN = 2, WAIT_FOR_SCAN = 60, RESCAN_ROWS = 2000 };
enum { LOOKS = 8 };             /* at documents that are settled or put off instead of made */

static int64_t
pause_of(int tries)
{
    return PAUSE[tries < 1 ? 0 : tries > CONTENT_TRIES ? CONTENT_TRIES - 1 : tries - 1];
}

bool
content_is_due(struct ctx *c)
{
    return content_sql_any_due(c) || document_sql_any_due(c);
}

/* --- contents --- */

/* Whose turn it was last, of all accounts that wait; each server counts for itself.  An account is
 * never negative, so this is before all. */
enum { BEFORE_ALL = -1 };
static _Atomic int64_t content_turn = BEFORE_ALL, document_turn = BEFORE_ALL;

/* Whoever comes after the last, or the first of all again. */
static int
next_content(struct ctx *c, content_list *one)
{
    int64_t last = atomic_load(&content_turn);
    bool newest = c->now % 2 == 0;
    int rc = content_sql_next(c, newest, last, one);

    if (rc == OK && one->n == 0 && last != BEFORE_ALL)
        rc = content_sql_next(c, newest, BEFORE_ALL, one);
    if (rc == OK && one->n)
        atomic_store(&content_turn, one->p[0].account);
    return rc;
}

int
content_take(struct ctx *c, int limit, struct content **out, size_t *n)
{
    content_list all = {0}, one;
    int rc = OK;

    for (int i = 0; i < limit && rc >= 0; i++) {
        one = (content_list){0};
        if ((rc = next_content(c, &one)) < 0 || one.n == 0)
            break;
        rc = content_sql_claim(c, &one.p[0], c->now + CLAIM_SECONDS);
        one.p[0].tries++;
        if (rc > 0)
            *vec_push(c->a, &all) = one.p[0];
    }
    *out = all.p;
    *n = all.n;
    return rc < 0 ? rc : OK;
}

static enum content_trouble
trouble_of(const struct content *k)
{
    if (k->scan == CONTENT_INFECTED)
        return TROUBLE_INFECTED;
    return k->state == CONTENT_REFUSED ? TROUBLE_REFUSED : TROUBLE_NONE;
}

static bool
is_made(const struct content_made *m)
{
    return m->sha256 && *m->sha256;
}

static int
put_made(struct ctx *c, const struct content_made *m)
{
    return is_made(m) ? content_put_made(c, m->sha256, m->size, m->mime, m->pages) : OK;
}

int
content_record(struct ctx *c, const struct content_result *r)
{
    struct content k = r->k;
    int rc;

    k.trouble = trouble_of(&k);
    k.due_at = 0;
    if (r->again && k.trouble == TROUBLE_NONE) {
        if (k.tries < CONTENT_TRIES)
            k.due_at = c->now + pause_of(k.tries);
        else
            k.trouble = TROUBLE_FAILED;
    } else {
        k.tries = 0;
    }
    if (k.trouble == TROUBLE_FAILED && k.scan == CONTENT_PENDING)
        k.scan = CONTENT_UNSCANNED;
    k.reason = k.reason ? k.reason : "";
    k.finding = k.finding ? k.finding : "";
    if ((rc = put_made(c, &r->pdf)) < 0 || (rc = put_made(c, &r->picture)) < 0)
        return rc;
    return content_sql_record(c, &k, r->pdf.sha256, r->picture.sha256);
}

/* --- documents --- */

static bool
of_job(const struct paper_file *f, const struct document_due *d)
{
    return !f->replaced && f->round == d->round && strcmp(f->paper, d->paper) == 0;
}

static int
files_of(struct ctx *c, const struct document_due *d, const struct paper_file **out, size_t *n)
{
    struct paper_file *all;
    size_t all_n;
    int rc = papers_files(c, d->owner, &all, &all_n);

    *n = 0;
    for (size_t i = 0; rc == OK && i < all_n; i++)
        if (of_job(&all[i], d))
            all[(*n)++] = all[i];
    *out = all;
    return rc;
}

/* What holds a document up: its files are not all looked at.  0: nothing, else how long. */
static int64_t
held_up(const struct paper_file *f, size_t n, bool required)
{
    int64_t wait = 0;

    for (size_t i = 0; i < n; i++) {
        const struct content *k = &f[i].content;

        if (k->state == CONTENT_ARRIVED)
            wait = wait ? wait : k->trouble == TROUBLE_FAILED ? WAIT_FOR_SCAN : LOOK_AGAIN;
        else if (required && k->scan != CONTENT_CLEAN)
            wait = WAIT_FOR_SCAN;
    }
    return wait;
}

static const char *
spoilt(const struct paper_file *f, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (f[i].content.scan == CONTENT_INFECTED)
            return N_("Có tệp không mở được vì lý do an toàn, hãy chụp lại giấy tờ và nộp tệp mới");
        if (f[i].content.state == CONTENT_REFUSED)
            return f[i].content.reason;
    }
    return NULL;
}

/* 1: *out is to be made; 0: it was settled, put off, or another has it. */
static int
take_document(struct ctx *c, const struct document_due *d, bool required, struct document_job *out)
{
    struct document_result no = {.state = DOCUMENT_REFUSED};
    int64_t wait;
    int rc;

    *out = (struct document_job){.owner = d->owner, .paper = d->paper, .round = d->round,
                                 .tries = d->tries + 1};
    if ((rc = files_of(c, d, &out->files, &out->n)) < 0)
        return rc;
    if (out->n == 0)
        return document_sql_remove(c, d->owner, d->paper, d->round);
    if ((no.reason = spoilt(out->files, out->n)))
        return document_sql_record(c, out, &no, false, 0);
    if ((wait = held_up(out->files, out->n, required)))
        return document_sql_put_off(c, d, c->now + wait);
    return document_sql_claim(c, d, c->now + CLAIM_SECONDS);
}

static int
next_document(struct ctx *c, document_due_list *one)
{
    int64_t last = atomic_load(&document_turn);
    int rc = document_sql_next(c, last, one);

    if (rc == OK && one->n == 0 && last != BEFORE_ALL)
        rc = document_sql_next(c, BEFORE_ALL, one);
    if (rc == OK && one->n)
        atomic_store(&document_turn, one->p[0].account);
    return rc;
}

int
content_take_documents(struct ctx *c, int limit, bool required, struct document_job *out, size_t *n)
{
    document_due_list one;
    int rc = OK;

    *n = 0;
    for (int looks = 0; looks < limit + LOOKS && (int)*n < limit && rc >= 0; looks++) {
        one = (document_due_list){0};
        if ((rc = next_document(c, &one)) < 0 || one.n == 0)
            break;
        if ((rc = take_document(c, &one.p[0], required, &out[*n])) > 0)
            (*n)++;
    }
    return rc < 0 ? rc : OK;
}

static bool
same_files(const struct document_job *j, const struct paper_file *f, size_t n)
{
    if (n != j->n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (strcmp(f[i].sha256, j->files[i].sha256) != 0 ||
            f[i].content.scan == CONTENT_INFECTED)
            return false;
    return true;
}

static int
converted(struct ctx *c, const struct document_job *j, const struct content_made *pdf)
{
    int rc = put_made(c, pdf);

    for (size_t i = 0; i < j->n && rc == OK; i++)
        rc = content_sql_converted(c, j->files[i].sha256, j->n == 1 ? pdf->sha256 : NULL);
    return rc;
}

/* The picture of the PDF belongs to the PDF's own row. */
static int
picture_of_pdf(struct ctx *c, const struct document_result *r)
{
    struct content k;
    int rc;

    if (!is_made(&r->pdf) || !is_made(&r->picture))
        return OK;
    if ((rc = put_made(c, &r->picture)) < 0 || (rc = content_get(c, r->pdf.sha256, &k)) < 0)
        return rc;
    return content_sql_record(c, &k, NULL, r->picture.sha256);
}

int
content_record_document(struct ctx *c, const struct document_job *j,
                        const struct document_result *r)
{
    struct document_due d = {.owner = j->owner, .paper = j->paper, .round = j->round};
    bool failed = r->again && j->tries >= CONTENT_TRIES;
    const struct paper_file *f;
    size_t n;
    int rc = files_of(c, &d, &f, &n);

    if (rc < 0)
        return rc;
    if (n == 0)         /* of a draft that became a dossier: its row went along */
        return OK;
    if (!same_files(j, f, n))
        return document_sql_touch(c, j->owner, j->paper, j->round);
    if (r->state == DOCUMENT_MADE &&
        ((rc = converted(c, j, &r->pdf)) < 0 || (rc = picture_of_pdf(c, r)) < 0))
        return rc;
    return document_sql_record(c, j, r, failed,
                               r->again && !failed ? c->now + pause_of(j->tries) : 0);
}

/* --- again --- */

int
content_retry(struct ctx *c)
{
    int n = content_sql_retry(c, NULL), m = n < 0 ? n : document_sql_retry(c);

    return m < 0 ? m : n + m;
}

int
content_retry_one(struct ctx *c, const char *sha256)
{
    int n = content_sql_retry(c, sha256);

    if (n == 0)
        return fail(c, E_NOTFOUND, N_("Không tìm thấy tệp này"), "content %s", sha256);
    return n < 0 ? n : OK;
}

int
content_stale(struct ctx *c, int64_t signatures, int64_t since, const char **after,
              struct content **out, size_t *n)
{
    content_list v = {0};
    int rc = content_sql_stale(c, *after, RESCAN_ROWS, signatures, since, after, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
content_rescan(struct ctx *c, const char *sha256)
{
    return content_sql_again(c, sha256);
}

/* --- figures and lists --- */

int
content_figures(struct ctx *c, struct content_figures *out)
{
    int rc;

    *out = (struct content_figures){0};
    rc = content_sql_figures(c, out);
    return rc < 0 ? rc : document_sql_figures(c, out);
}

int
content_troubles(struct ctx *c, enum content_trouble t, int limit, struct content **out, size_t *n)
{
    content_list v = {0};
    int rc = content_sql_troubles(c, t, limit, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
content_each(struct ctx *c, const uint8_t *after, int limit, struct content_brief **out, size_t *n)
{
    brief_list v = {0};
    int rc = content_sql_each(c, after, limit, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
content_forget(struct ctx *c, const uint8_t sha256[32], int64_t before)
{
    return content_sql_forget(c, sha256, before);
}
