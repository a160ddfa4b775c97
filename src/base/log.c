#include "base/log.h"

#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/now.h"

enum { LINE_MAX_BYTES = 4000 };

static _Atomic int least_level = LOG_INFO;

void
log_level(enum log_level least)
{
    atomic_store(&least_level, (int)least);
}

static void
stamp(struct buf *b, int64_t utc)
{
    int64_t shifted = utc - VN_OFFSET;          /* the civil clock of date.h, at UTC */
    struct ymd v = date_ymd(vn_day(shifted));
    int minute = vn_minute(shifted);

    buf_fmt(b, "t=%04d-%02d-%02dT%02d:%02d:%02dZ", v.y, v.m, v.d, minute / 60, minute % 60,
            (int)(utc % 60));
}

void
log_write(enum log_level level, const char *msg, const struct log_pair *pairs)
{
    static const char *const NAMES[] = {"debug", "info", "warn", "error"};
    struct arena *a;
    struct buf b;

    if ((int)level < atomic_load(&least_level))
        return;
    a = arena_open(64 * 1024);
    buf_init(&b, a, LINE_MAX_BYTES);
    stamp(&b, now_seconds());
    buf_fmt(&b, " level=%s", NAMES[level]);
    buf_logfmt(&b, "msg", msg);
    for (; pairs->key; pairs++) {
        if (pairs->text)
            buf_logfmt(&b, pairs->key, pairs->text);
        else
            buf_fmt(&b, " %s=%lld", pairs->key, (long long)pairs->number);
    }
    b.p[b.n] = '\n';            /* in place of the NUL: there is always room for that byte */
    (void)!write(STDERR_FILENO, b.p, b.n + 1);
    arena_close(a);
}
