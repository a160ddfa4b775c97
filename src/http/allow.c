#include "http/allow.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>

enum { WORD_MAX = 64 };

struct range {
    unsigned char bits[sizeof(struct in6_addr)];
    int size, prefix;           /* bytes of the address, bits that count; size 0: unix sockets */
};

static bool
parse_prefix(const char *s, int most, int *out)
{
    int n = 0;

    if (!*s || strlen(s) > 3 || s[strspn(s, "0123456789")] != '\0')
        return false;
    for (; *s; s++)
        n = n * 10 + (*s - '0');
    *out = n;
    return n <= most;
}

static bool
parse_range(const char *s, size_t n, struct range *r)
{
    char word[WORD_MAX], *slash;

    *r = (struct range){0};
    if (n >= sizeof word)
        return false;
    memcpy(word, s, n);
    word[n] = '\0';
    if (strcmp(word, "unix") == 0)
        return true;
    if ((slash = strchr(word, '/')))
        *slash = '\0';
    if (inet_pton(AF_INET, word, r->bits) == 1)
        r->size = 4;
    else if (inet_pton(AF_INET6, word, r->bits) == 1)
        r->size = 16;
    else
        return false;
    r->prefix = r->size * 8;
    return !slash || parse_prefix(slash + 1, r->prefix, &r->prefix);
}

static bool
inside(const struct range *r, const struct range *a)
{
    int whole = r->prefix / 8, rest = r->prefix % 8;

    if (r->size != a->size || memcmp(r->bits, a->bits, (size_t)whole) != 0)
        return false;
    return rest == 0 || (r->bits[whole] ^ a->bits[whole]) >> (8 - rest) == 0;
}

const char *
allow_fault(const char *list)
{
    struct range r;

    if (strcmp(list, "none") == 0)
        return NULL;
    for (const char *s = list; *(s += strspn(s, " ,"));) {
        size_t n = strcspn(s, " ,");

        if (!parse_range(s, n, &r))
            return "must be addresses like 127.0.0.1, ::1, 10.2.0.0/16 or unix, or none";
        s += n;
    }
    return NULL;
}

bool
allow_match(const char *list, const char *address)
{
    struct range r, a;

    if (!parse_range(address, strlen(address), &a))
        return false;
    for (const char *s = list; *(s += strspn(s, " ,"));) {
        size_t n = strcspn(s, " ,");

        if (parse_range(s, n, &r) && inside(&r, &a))
            return true;
        s += n;
    }
    return false;
}
