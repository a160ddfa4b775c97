/* Inspecting a content, the picture of its first page, and the PDF of a paper's photos. */
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/now.h"
#include "convert/convert.h"
#include "site/intake_inside.h"

enum { PICTURE_WIDTH = 800, PIECE = 64 << 10 };

static void
run(struct ctx *c, const struct intake_tools *t, const struct convert_job *j,
    struct convert_answer *out)
{
    int64_t started = now_mono_micros();

    if (convert_run(c, t->convert, j, out) < 0)
        *out = (struct convert_answer){.verdict = CONVERT_FAILED, .reason = "", .why = "job",
                                       .out = -1};
    counter_add(&t->figures->convert_micros, (uint64_t)(now_mono_micros() - started));
}

/* --- what was made goes into the store --- */

static bool
copy_in(struct store_put *p, int fd)
{
    char piece[PIECE];
    off_t at = 0;
    ssize_t n;

    while ((n = pread(fd, piece, sizeof piece, at)) > 0) {
        if (!store_write(p, piece, (size_t)n))
            return false;
        at += n;
    }
    return n == 0;
}

static bool
keep(struct ctx *c, const struct intake_tools *t, const struct convert_answer *a,
     struct content_made *out)
{
    struct store_put *p = a->out >= 0 ? store_begin(t->store) : NULL;
    char name[STORE_NAME];
    int64_t size;

    if (!p)
        return false;
    if (!copy_in(p, a->out)) {
        store_drop(p);
        return false;
    }
    size = store_size(p);
    if (!store_keep(p, name))
        return false;
    *out = (struct content_made){arena_str(c->a, name), arena_str(c->a, a->mime), size, a->pages};
    return true;
}

/* Nice to have: without it the page shows a link alone. */
static void
picture(struct ctx *c, const struct intake_tools *t, int fd, struct content_made *out)
{
    const struct convert_job j = {.op = CONVERT_PICTURE, .in = &fd, .in_n = 1, .page = 1,
                                  .width = PICTURE_WIDTH};
    struct convert_answer a;

    run(c, t, &j, &a);
    if (a.verdict == CONVERT_DONE && keep(c, t, &a, out))
        out->pages = 1;
    convert_answer_release(&a);
}

/* --- one content --- */

static void
put_inspected(struct ctx *c, const struct intake_tools *t, const struct convert_answer *a,
              struct content_result *out)
{
    switch (a->verdict) {
    case CONVERT_DONE:
        out->k.state = CONTENT_INSPECTED;
        out->k.pages = a->pages;
        counter_add(&t->figures->inspected, 1);
        break;
    case CONVERT_REFUSED:
        out->k.state = CONTENT_REFUSED;
        out->k.reason = arena_str(c->a, a->reason);
        counter_add(&t->figures->refused, 1);
        log_line(LOG_INFO, "unreadable", LOG_T("content", out->k.sha256), LOG_T("why", a->why));
        break;
    case CONVERT_FAILED:
        out->again = true;
        counter_add(&t->figures->failed, 1);
        log_line(LOG_WARN, "inspect", LOG_T("content", out->k.sha256), LOG_T("why", a->why));
        break;
    }
}

/* A PDF with scripts, actions or attachments: officers are given one that was made anew. */
static void
clean(struct ctx *c, const struct intake_tools *t, int fd, struct content_result *out)
{
    const struct convert_job j = {.op = CONVERT_TO_PDF, .in = &fd, .in_n = 1};
    struct convert_answer a;

    run(c, t, &j, &a);
    if (a.verdict == CONVERT_DONE && keep(c, t, &a, &out->pdf))
        out->k.state = CONTENT_CONVERTED;
    else if (a.verdict == CONVERT_REFUSED)
        put_inspected(c, t, &a, out);
    else
        out->again = true, out->k.state = CONTENT_ARRIVED;
    convert_answer_release(&a);
}

void
intake_inspect(struct ctx *c, const struct intake_tools *t, struct content_result *out)
{
    struct convert_job j = {.op = CONVERT_INSPECT, .in_n = 1};
    struct convert_answer a;
    bool active;
    int64_t size;
    int fd = store_read(t->store, out->k.sha256, &size);

    if (fd < 0) {
        out->again = true;
        log_line(LOG_WARN, "not in the store", LOG_T("content", out->k.sha256));
        return;
    }
    j.in = &fd;
    run(c, t, &j, &a);
    put_inspected(c, t, &a, out);
    active = json_array_size(json_object_get(a.details, "active")) > 0;
    convert_answer_release(&a);
    if (out->k.state == CONTENT_INSPECTED && active)
        clean(c, t, fd, out);
    if (out->k.state == CONTENT_INSPECTED || out->k.state == CONTENT_CONVERTED)
        picture(c, t, fd, &out->picture);
    close(fd);
}

/* --- one document --- */

static bool
open_all(const struct intake_tools *t, const struct document_job *j, int *fds, size_t *n)
{
    int64_t size;

    for (*n = 0; *n < j->n; (*n)++)
        if ((fds[*n] = store_read(t->store, j->files[*n].sha256, &size)) < 0)
            return false;
    return true;
}

static void
put_made(struct ctx *c, const struct intake_tools *t, const struct convert_answer *a,
         struct document_result *out)
{
    *out = (struct document_result){.again = true};
    if (a->verdict == CONVERT_REFUSED)
        *out = (struct document_result){.state = DOCUMENT_REFUSED,
                                        .reason = arena_str(c->a, a->reason)};
    if (a->verdict != CONVERT_DONE || !keep(c, t, a, &out->pdf))
        return;
    out->again = false;
    out->state = DOCUMENT_MADE;
    picture(c, t, a->out, &out->picture);
    counter_add(&t->figures->documents, 1);
}

void
intake_document(struct ctx *c, const struct intake_tools *t, const struct document_job *j,
                struct document_result *out)
{
    int fds[CONVERT_FILES_MAX];
    struct convert_job job = {.op = CONVERT_TO_PDF, .in = fds, .in_n = j->n};
    struct convert_answer a;
    size_t n = 0;

    if (j->n > CONVERT_FILES_MAX) {
        *out = (struct document_result){
            .state = DOCUMENT_REFUSED,
            .reason = N_("Giấy tờ này có quá nhiều ảnh, hãy gộp các trang vào một tệp PDF")};
        return;
    }
    *out = (struct document_result){.again = true};
    if (open_all(t, j, fds, &n)) {
        run(c, t, &job, &a);
        put_made(c, t, &a, out);
        convert_answer_release(&a);
    }
    if (out->again)
        log_line(LOG_WARN, "document", LOG_T("paper", j->paper), LOG_N("tries", j->tries));
    while (n > 0)
        close(fds[--n]);
}
