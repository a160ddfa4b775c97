/* What clamd's lines mean: "stream: OK", "stream: NAME FOUND", "... ERROR".  Pure. */
#include <stdio.h>
#include <string.h>

#include "scan/scan.h"

static bool
ends(const char *s, size_t n, const char *end)
{
    size_t m = strlen(end);

    return n >= m && memcmp(s + n - m, end, m) == 0;
}

/* Printable ASCII without what a page or a log could stumble over. */
static void
tidy(char *to, size_t size, const char *s, size_t n)
{
    size_t k = 0;

    for (size_t i = 0; i < n && k + 1 < size; i++)
        to[k++] = s[i] > ' ' && s[i] <= '~' && !strchr("<>&\"'\\", s[i]) ? s[i] : s[i] == ' ' ? ' '
                                                                                            : '?';
    to[k] = '\0';
}

static void
failed(struct scan_answer *out, enum scan_verdict v, const char *s, size_t n)
{
    char said[100];

    tidy(said, sizeof said, s, n);
    out->verdict = v;
    snprintf(out->detail, sizeof out->detail, "it said: %s", n ? said : "(nothing)");
}

void
scan_answer_read(const char *s, size_t n, struct scan_answer *out)
{
    static const char HEAD[] = "stream: ", FOUND[] = " FOUND";
    size_t head = sizeof HEAD - 1, found = sizeof FOUND - 1;

    *out = (struct scan_answer){0};
    while (n > 0 && (s[n - 1] == '\n' || s[n - 1] == '\r'))
        n--;
    if (n > head && memcmp(s, HEAD, head) == 0 && memchr(s, '\0', n) == NULL) {
        if (n == head + 2 && memcmp(s + head, "OK", 2) == 0)
            return;
        if (ends(s, n, FOUND) && n > head + found) {
            out->verdict = SCAN_INFECTED;
            tidy(out->name, sizeof out->name, s + head, n - head - found);
            return;
        }
    }
    failed(out, memmem(s, n, "size limit exceeded", 19) ? SCAN_TOO_LARGE : SCAN_FAILED, s, n);
}

/* "ClamAV 1.0.7/27451/Sat Nov 21 08:26:22 2026": the number between the slashes. */
int64_t
scan_version_read(const char *s, size_t n)
{
    const char *at = memchr(s, '/', n);
    int64_t number = 0;

    if (n < 6 || memcmp(s, "ClamAV", 6) != 0)
        return 0;
    for (at = at ? at + 1 : s + n; at < s + n && *at >= '0' && *at <= '9'; at++)
        if (number < INT32_MAX)
            number = number * 10 + (*at - '0');
    return number ? number : 1;
}
