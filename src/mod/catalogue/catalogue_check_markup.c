/* The few tags that a package's texts may hold; they reach pages as they are. */
#include <string.h>

#include "mod/catalogue/catalogue_package.h"

enum { OPEN_MAX = 16 };

struct markup {
    struct arena *a;
    const char *p;
    const char *open[OPEN_MAX];
    size_t depth;
    const char *why;
};

static const char *const TAGS[] = {"p", "ul", "ol", "li", "strong", "em", "a", NULL};

static void
fault(struct markup *m, const char *fmt, const char *s)
{
    if (!m->why)
        m->why = arena_fmt(m->a, fmt, s);
}

static const char *
name_of(struct markup *m)
{
    size_t n = strspn(m->p, "abcdefghijklmnopqrstuvwxyz0123456789");
    const char *name = arena_strn(m->a, m->p, n);

    m->p += n;
    return name;
}

/* href="https://..." only: no other attribute, no quotes or brackets inside. */
static void
link_of(struct markup *m)
{
    static const char *const STARTS[] = {"https://", "/", "mailto:", "tel:"};
    const char *end;
    bool good = false;

    if (strncmp(m->p, " href=\"", 7) != 0) {
        fault(m, "may give <a> only href=\"...\"%s", "");
        return;
    }
    m->p += 7;
    end = m->p + strcspn(m->p, "\"<>'\\\n ");
    for (size_t i = 0; i < sizeof STARTS / sizeof *STARTS; i++)
        good = good || strncmp(m->p, STARTS[i], strlen(STARTS[i])) == 0;
    if (!good || *end != '"' || strncmp(m->p, "//", 2) == 0)
        fault(m, "has an address that is not https, mailto, tel or one of this site%s", "");
    m->p = *end == '"' ? end + 1 : end;
}

static void
open_tag(struct markup *m)
{
    const char *name = name_of(m);

    if (schema_word(TAGS, name) < 0)
        fault(m, "has the tag <%s>; only <p> <ul> <ol> <li> <strong> <em> <a href> are allowed",
              name);
    if (strcmp(name, "a") == 0)
        link_of(m);
    if (*m->p != '>')
        fault(m, "has a tag <%s> with attributes or without its end", name);
    else if (m->depth == OPEN_MAX)
        fault(m, "nests tags too deep at <%s>", name);
    else
        m->open[m->depth++] = name;
}

static void
close_tag(struct markup *m)
{
    const char *name;

    m->p++;
    name = name_of(m);
    if (*m->p != '>' || m->depth == 0 || strcmp(m->open[m->depth - 1], name) != 0)
        fault(m, "closes </%s> where it is not open", name);
    else
        m->depth--;
}

static void
entity(struct markup *m)
{
    static const char *const KNOWN[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;", "&nbsp;"};

    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++)
        if (strncmp(m->p, KNOWN[i], strlen(KNOWN[i])) == 0)
            return;
    fault(m, "has a bare & (write &amp;)%s", "");
}

const char *
markup_fault(struct arena *a, const char *html)
{
    struct markup m = {.a = a, .p = html};

    while (*(m.p += strcspn(m.p, "<>&")) && !m.why) {
        if (*m.p == '&')
            entity(&m);
        else if (*m.p == '>')
            fault(&m, "has a bare > (write &gt;)%s", "");
        else if (*++m.p == '/')
            close_tag(&m);
        else
            open_tag(&m);
        if (*m.p)
            m.p++;
    }
    if (!m.why && m.depth)
        fault(&m, "does not close <%s>", m.open[m.depth - 1]);
    return m.why;
}
