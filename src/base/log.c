#include "base/log.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

/* The moment's text is the same for a whole second: made once a thread. */
static void
stamp(struct buf *b, int64_t utc)
{
    static _Thread_local int64_t second = -1;
    static _Thread_local char text[64];

    if (utc != second) {
        int64_t shifted = utc - VN_OFFSET;      /* the civil clock of date.h, at UTC */
        struct ymd v = date_ymd(vn_day(shifted));
        int minute = vn_minute(shifted);

        snprintf(text, sizeof text, "t=%04d-%02d-%02dT%02d:%02d:%02dZ level=", v.y, v.m, v.d,
                 minute / 60, minute % 60, (int)(utc % 60));
        second = utc;
    }
    buf_str(b, text);
}

/* A line is made on the stack and written at once: one a request, so it must cost nothing else. */
void
log_write(enum log_level level, const char *msg, const struct log_pair *pairs)
{
    static const char *const NAMES[] = {"debug", "info", "warn", "error"};
    char line[LINE_MAX_BYTES];
    struct buf b = {.p = line, .cap = sizeof line, .max = sizeof line};

    if ((int)level < atomic_load_explicit(&least_level, memory_order_relaxed))
        return;
    stamp(&b, now_seconds());
    buf_str(&b, NAMES[level]);
    buf_logfmt(&b, "msg", msg);
    for (; pairs->key; pairs++) {
        if (pairs->text) {
            buf_logfmt(&b, pairs->key, pairs->text);
        } else {
            buf_char(&b, ' ');
            buf_str(&b, pairs->key);
            buf_char(&b, '=');
            buf_int(&b, pairs->number);
        }
    }
    b.p[b.n] = '\n';            /* in place of the NUL: there is always room for that byte */
    (void)!write(STDERR_FILENO, b.p, b.n + 1);
}
