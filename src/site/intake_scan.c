/* The virus scan of one content. */
#include <unistd.h>

#include "base/log.h"
#include "base/now.h"
#include "site/intake_inside.h"

static void
put_finding(struct ctx *c, struct content *k, const struct scan_answer *a)
{
    k->scan = CONTENT_INFECTED;
    k->finding = arena_str(c->a, a->name);
    log_line(LOG_WARN, "infected", LOG_T("content", k->sha256), LOG_T("finding", k->finding));
}

/* What was clean before stays so while the scanner is away. */
static void
put_answer(struct ctx *c, const struct intake_tools *t, const struct scan_answer *a,
           struct content_result *out)
{
    struct content *k = &out->k;

    switch (a->verdict) {
    case SCAN_CLEAN:
        k->scan = CONTENT_CLEAN;
        break;
    case SCAN_INFECTED:
        put_finding(c, k, a);
        break;
    case SCAN_TOO_LARGE:
    case SCAN_FAILED:
        out->again = true;
        log_line(LOG_WARN, "scan", LOG_T("content", k->sha256), LOG_T("detail", a->detail),
                 LOG_N("tries", k->tries));
        return;
    }
    k->signatures = t->signatures;
    k->scanned_at = c->now;
}

static bool
is_scanned(const struct intake_tools *t, const struct content *k)
{
    return k->scan == CONTENT_INFECTED ||
           (k->scan == CONTENT_CLEAN && k->signatures >= t->signatures);
}

void
intake_scan(struct ctx *c, const struct intake_tools *t, struct content_result *out)
{
    struct scan_answer a = {.verdict = SCAN_FAILED, .detail = "the content is not in the store"};
    int64_t started = now_mono_micros(), size;
    int fd;

    if (is_scanned(t, &out->k))
        return;
    if (!t->scan.address) {
        if (out->k.scan == CONTENT_PENDING)
            out->k.scan = CONTENT_UNSCANNED;
        return;
    }
    if ((fd = store_read(t->store, out->k.sha256, &size)) >= 0) {
        scan_file(&t->scan, fd, &a);
        close(fd);
    }
    counter_add(&t->figures->scanned[a.verdict < 2 ? a.verdict : 2], 1);
    counter_add(&t->figures->scan_micros, (uint64_t)(now_mono_micros() - started));
    put_answer(c, t, &a, out);
}
