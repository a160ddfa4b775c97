/*
 * One line an event in logfmt on standard error:
 *     t=2026-11-22T07:05:00Z level=info msg=... key=value
 * Never personal data: codes, ids, agency codes, route patterns, durations and engine texts only.
 * Threads: any; a line is one write(2).
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdint.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_pair { const char *key, *text; int64_t number; };
static inline const char *
log_text(const char *s)
{
    return s ? s : "";
}

#define LOG_T(k, v) ((struct log_pair){(k), log_text(v), 0})
#define LOG_N(k, v) ((struct log_pair){(k), 0, (v)})

void log_level(enum log_level least);
#define log_line(level, msg, ...)                                                              \
    log_write((level), (msg), (const struct log_pair[]){__VA_ARGS__ __VA_OPT__(, ) {0}})
/* Up to a pair without a key. */
void log_write(enum log_level level, const char *msg, const struct log_pair *pairs);

#endif
