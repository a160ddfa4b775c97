#include "http/multipart.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

enum { WINDOW = 16 * 1024, HEAD_MAX = 4096, PARTS_MAX = 200, BOUNDARY_MAX = 70 };
enum state { AT_START, AT_BORDER, IN_HEAD, IN_BODY, AT_END, BROKEN };

struct multipart {
    struct arena *a;
    struct multipart_sink sink;
    enum state state;
    int parts;
    char border[BOUNDARY_MAX + 5];      /* CR LF - - boundary */
    size_t border_n, n;                 /* n: bytes waiting in the window */
    char window[WINDOW];
};

/* What follows `key` among a header's parameters, quotes removed: form-data; name="a". */
static char *
parameter(struct arena *a, const char *s, const char *key)
{
    size_t key_n = strlen(key);

    while ((s = strchr(s, ';'))) {
        s++;
        s += strspn(s, " \t");
        if (strncasecmp(s, key, key_n) == 0 && s[key_n] == '=') {
            const char *v = s + key_n + 1;

            if (*v != '"')
                return arena_strn(a, v, strcspn(v, "; \t"));
            v++;
            return v[strcspn(v, "\"")] ? arena_strn(a, v, strcspn(v, "\"")) : NULL;
        }
        if (s[strcspn(s, "\";")] == '"') {      /* a quoted value may hold a semicolon */
            s += strcspn(s, "\"") + 1;
            s += strcspn(s, "\"");
            if (!*s)
                return NULL;
        }
    }
    return NULL;
}

struct multipart *
multipart_open(struct arena *a, const char *content_type, const struct multipart_sink *sink)
{
    static const char OK_CHARS[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'()+_,-./:=? ";
    char *b = parameter(a, content_type, "boundary");
    size_t n = b ? strlen(b) : 0;
    struct multipart *m;

    if (n == 0 || n > BOUNDARY_MAX || b[strspn(b, OK_CHARS)] != '\0')
        return NULL;
    m = arena_get(a, sizeof *m);
    m->a = a;
    m->sink = *sink;
    memcpy(m->border, "\r\n--", 4);
    memcpy(m->border + 4, b, n);
    m->border_n = n + 4;
    memcpy(m->window, "\r\n", 2);       /* the first border stands at a line's start too */
    m->n = 2;
    return m;
}

static void
drop(struct multipart *m, size_t n)
{
    m->n -= n;
    memmove(m->window, m->window + n, m->n);
}

/* WAIT: more bytes are needed; AGAIN: look once more at what is there. */
enum look { WAIT, AGAIN, BAD };

static enum look
at_start(struct multipart *m)
{
    if (m->n < m->border_n)
        return memcmp(m->window, m->border, m->n) == 0 ? WAIT : BAD;    /* no preamble is taken */
    if (memcmp(m->window, m->border, m->border_n) != 0)
        return BAD;
    drop(m, m->border_n);
    m->state = AT_BORDER;
    return AGAIN;
}

static enum look
at_border(struct multipart *m)
{
    if (m->n < 2)
        return WAIT;
    if (memcmp(m->window, "--", 2) == 0)
        m->state = AT_END;
    else if (memcmp(m->window, "\r\n", 2) == 0 && ++m->parts <= PARTS_MAX)
        m->state = IN_HEAD;
    else
        return BAD;
    if (m->state == AT_END)     /* IN_HEAD keeps the CR LF: an empty head is found alike */
        drop(m, 2);
    return AGAIN;
}

/* One line of a part's head; true: it was Content-Disposition: form-data and is understood. */
static bool
read_disposition(struct multipart *m, const char *line, struct part *p)
{
    static const char KEY[] = "Content-Disposition:";
    const char *v = line + sizeof KEY - 1;

    if (strncasecmp(line, KEY, sizeof KEY - 1) != 0)
        return false;
    v += strspn(v, " \t");
    if (strncasecmp(v, "form-data", 9) != 0 || (v[9] != ';' && v[9] != ' '))
        return false;
    if (p->name)
        return false;
    p->name = parameter(m->a, v, "name");
    p->file_name = parameter(m->a, v, "filename");
    return true;
}

static enum look
in_head(struct multipart *m)
{
    char *end = memmem(m->window, m->n, "\r\n\r\n", 4), *head;
    struct part p = {0};
    size_t n;

    if (!end)
        return m->n >= HEAD_MAX + 3 ? BAD : WAIT;       /* three bytes may belong to its end */
    n = (size_t)(end - m->window);
    if (n >= HEAD_MAX || memchr(m->window, '\0', n))
        return BAD;
    head = arena_strn(m->a, m->window, n);
    drop(m, n + 4);
    for (char *line = head; line; line = strstr(line, "\r\n")) {
        line += strspn(line, "\r\n");
        if (strncasecmp(line, "Content-Disposition", 19) == 0) {
            char *stop = strstr(line, "\r\n");
            char *one = arena_strn(m->a, line, stop ? (size_t)(stop - line) : strlen(line));

            if (!read_disposition(m, one, &p))
                return BAD;
        }
    }
    if (!p.name || !*p.name)
        return BAD;
    m->state = IN_BODY;
    return m->sink.begin(m->sink.arg, &p) ? AGAIN : BAD;
}

/* A border begins with a line's end, which is rare in what is packed: quicker than memmem(). */
static char *
find_border(struct multipart *m)
{
    char *at = m->window, *end = m->window + m->n;

    for (; (at = memchr(at, '\r', (size_t)(end - at))); at++) {
        if ((size_t)(end - at) < m->border_n)
            return NULL;
        if (memcmp(at, m->border, m->border_n) == 0)
            return at;
    }
    return NULL;
}

static enum look
in_body(struct multipart *m)
{
    char *at = find_border(m);
    size_t n = at ? (size_t)(at - m->window) : m->n < m->border_n ? 0 : m->n - m->border_n + 1;

    if (n > 0 && !m->sink.data(m->sink.arg, m->window, n))
        return BAD;
    drop(m, n);
    if (!at)
        return WAIT;
    drop(m, m->border_n);
    m->state = AT_BORDER;
    return m->sink.end(m->sink.arg) ? AGAIN : BAD;
}

static enum look
at_end(struct multipart *m)
{
    m->n = 0;       /* an epilogue is ignored */
    return WAIT;
}

static enum look
broken(struct multipart *m)
{
    (void)m;
    return BAD;
}

bool
multipart_feed(struct multipart *m, const char *s, size_t n)
{
    static enum look (*const LOOK[])(struct multipart *) = {
        [AT_START] = at_start, [AT_BORDER] = at_border, [IN_HEAD] = in_head,
        [IN_BODY] = in_body,   [AT_END] = at_end,       [BROKEN] = broken,
    };

    do {
        size_t k = n < WINDOW - m->n ? n : WINDOW - m->n;
        enum look look;

        memcpy(m->window + m->n, s, k);
        m->n += k, s += k, n -= k;
        while ((look = LOOK[m->state](m)) == AGAIN)
            ;
        if (look == BAD) {
            m->state = BROKEN;
            return false;
        }
    } while (n > 0);
    return true;
}

bool
multipart_ended(const struct multipart *m)
{
    return m->state == AT_END;
}
