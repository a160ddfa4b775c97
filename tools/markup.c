#include "tools/markup.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char *const URL_ATTRS[] = {"href",     "src",  "action", "formaction",
                                        "poster",   "cite", "data",   "xlink:href",
                                        "manifest", "ping", NULL};
static const char *const SCHEMES[] = {"https", "mailto", "tel", NULL};
static const char *const RCDATA_TAGS[] = {"textarea", "title", NULL};
static const char *const RAW_TAGS[] = {"script", "style", NULL};

static bool
listed(const char *const *list, const char *s)
{
    for (; *list; list++)
        if (strcmp(*list, s) == 0)
            return true;
    return false;
}

static bool
name_char(char ch)
{
    return isalnum((unsigned char)ch) || strchr("-_:.@", ch) != NULL;
}

static bool
add(char *to, size_t size, char ch)
{
    size_t n = strlen(to);

    if (n + 1 >= size)
        return false;
    to[n] = (char)tolower((unsigned char)ch);
    to[n + 1] = '\0';
    return true;
}

static void
remember(struct markup_at *m, char ch)
{
    size_t n = strlen(m->tail);

    if (n + 1 >= sizeof m->tail) {
        memmove(m->tail, m->tail + 1, n);
        n--;
    }
    m->tail[n] = (char)tolower((unsigned char)ch);
    m->tail[n + 1] = '\0';
}

static const char *
in_text(struct markup_at *m, char ch)
{
    if (ch == '<') {
        m->place = AT_TAG_OPEN;
        m->tag[0] = m->tail[0] = '\0';
        m->closing = false;
    }
    return NULL;
}

static const char *
in_tag_open(struct markup_at *m, char ch)
{
    if (ch == '!') {
        m->place = AT_DECLARATION;
        return NULL;
    }
    if (ch == '/') {
        m->closing = true;
        m->place = AT_CLOSE_NAME;
        return NULL;
    }
    if (!isalpha((unsigned char)ch))
        return "a < that opens no tag: write &lt;";
    m->place = AT_TAG_NAME;
    add(m->tag, sizeof m->tag, ch);
    return NULL;
}

/* The tag's > was read. */
static const char *
tag_done(struct markup_at *m)
{
    m->place = AT_TEXT;
    m->tail[0] = '\0';
    if (m->closing)
        return NULL;
    if (listed(RCDATA_TAGS, m->tag))
        m->place = AT_RCDATA;
    if (listed(RAW_TAGS, m->tag))
        m->place = AT_RAW;
    return NULL;
}

static const char *
in_tag(struct markup_at *m, char ch)
{
    if (ch == '>')
        return tag_done(m);
    if (isspace((unsigned char)ch) || ch == '/') {
        m->glued = false;
        return NULL;
    }
    if (m->glued)
        return "white space must follow a directive between attributes";
    if (!name_char(ch))
        return "this character cannot start an attribute";
    if (m->closing)
        return "a closing tag has no attributes";
    m->place = AT_ATTR_NAME;
    m->attr[0] = '\0';
    add(m->attr, sizeof m->attr, ch);
    return NULL;
}

static const char *
in_tag_name(struct markup_at *m, char ch)
{
    if (name_char(ch))
        return add(m->tag, sizeof m->tag, ch) ? NULL : "the name of the tag is too long";
    m->place = AT_TAG;
    return in_tag(m, ch);
}

/* Attributes that the content security policy forbids, or that run their value. */
static const char *
attr_check(const struct markup_at *m)
{
    if (strncmp(m->attr, "on", 2) == 0)
        return "no inline event handlers: use a data- attribute and web/src";
    if (strcmp(m->attr, "style") == 0)
        return "no style attribute: use a class";
    if (strcmp(m->attr, "srcdoc") == 0)
        return "no srcdoc attribute";
    return NULL;
}

static const char *
in_after_name(struct markup_at *m, char ch)
{
    if (ch == '=') {
        m->place = AT_EQUALS;
        return NULL;
    }
    if (isspace((unsigned char)ch))
        return NULL;
    m->place = AT_TAG;
    return in_tag(m, ch);
}

static const char *
in_attr_name(struct markup_at *m, char ch)
{
    const char *no;

    if (name_char(ch))
        return add(m->attr, sizeof m->attr, ch) ? NULL : "the name of the attribute is too long";
    if ((no = attr_check(m)))
        return no;
    m->place = AT_AFTER_NAME;
    return in_after_name(m, ch);
}

static const char *
in_equals(struct markup_at *m, char ch)
{
    if (isspace((unsigned char)ch))
        return NULL;
    m->url = listed(URL_ATTRS, m->attr) ? URL_START : URL_NOT;
    m->scheme[0] = '\0';
    if (ch == '"' || ch == '\'') {
        m->quote = ch;
        m->place = AT_VALUE;
        return NULL;
    }
    if (m->url != URL_NOT)
        return "quote the value of this attribute";
    m->place = AT_UNQUOTED;
    return ch == '>' ? "the attribute has no value" : NULL;
}

/* Follows a literal URL up to the end of its scheme. */
static const char *
url_step(struct markup_at *m, char ch)
{
    if (m->url != URL_START)
        return NULL;
    if (ch == ':') {
        if (!listed(SCHEMES, m->scheme))
            return "only https:, mailto:, tel: and relative addresses";
        m->url = strcmp(m->scheme, "https") == 0 ? URL_PART : URL_ADDRESS;
        return NULL;
    }
    if (ch == '/' && strcmp(m->scheme, "/") == 0)
        return "an address must not start with //";
    if (ch == '\\')
        return "no backslash in an address";
    if (ch == '/' && !*m->scheme) {
        add(m->scheme, sizeof m->scheme, ch);
        return NULL;
    }
    if (strchr("/?#", ch) || *m->scheme == '/' || !add(m->scheme, sizeof m->scheme, ch))
        m->url = URL_PART;
    return NULL;
}

static const char *
in_value(struct markup_at *m, char ch)
{
    if (ch == m->quote) {
        m->place = AT_TAG;
        m->url = URL_NOT;
        m->quote = '\0';
        return NULL;
    }
    return url_step(m, ch);
}

static const char *
in_unquoted(struct markup_at *m, char ch)
{
    if (ch == '>')
        return tag_done(m);
    if (isspace((unsigned char)ch))
        m->place = AT_TAG;
    return strchr("\"'<`=", ch) ? "quote the value of this attribute" : NULL;
}

static const char *
in_declaration(struct markup_at *m, char ch)
{
    if (ch == '>')
        m->place = AT_TEXT;
    return NULL;
}

static bool
ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), k = strlen(end);

    return n >= k && strcmp(s + n - k, end) == 0;
}

static const char *
in_rcdata(struct markup_at *m, char ch)
{
    char end[32];

    remember(m, ch);
    snprintf(end, sizeof end, "</%s", m->tag);
    if (ends_with(m->tail, end)) {
        m->place = AT_CLOSE_NAME;
        m->closing = true;
    }
    return NULL;
}

static const char *
in_raw(struct markup_at *m, char ch)
{
    const char *no = in_rcdata(m, ch);

    if (m->place == AT_RAW && !isspace((unsigned char)ch) && ch != '<' && ch != '/'
        && !strchr(m->tail, '<'))
        return "no inline script or style: put it into web/src";
    return no;
}

static const char *
in_close_name(struct markup_at *m, char ch)
{
    if (ch == '>')
        return tag_done(m);
    return name_char(ch) || isspace((unsigned char)ch) ? NULL : "a closing tag has no attributes";
}

static const char *(*const STEP[])(struct markup_at *, char) = {
    [AT_TEXT] = in_text, [AT_TAG_OPEN] = in_tag_open, [AT_TAG_NAME] = in_tag_name,
    [AT_CLOSE_NAME] = in_close_name, [AT_TAG] = in_tag, [AT_ATTR_NAME] = in_attr_name,
    [AT_AFTER_NAME] = in_after_name, [AT_EQUALS] = in_equals, [AT_VALUE] = in_value,
    [AT_UNQUOTED] = in_unquoted, [AT_DECLARATION] = in_declaration,
    [AT_RCDATA] = in_rcdata, [AT_RAW] = in_raw,
};

const char *
markup_step(struct markup_at *m, char ch)
{
    return STEP[m->place](m, ch);
}

const char *
markup_directive(struct markup_at *m)
{
    const char *no = NULL;

    if (m->place == AT_ATTR_NAME || m->place == AT_TAG_NAME) {
        no = m->place == AT_ATTR_NAME ? attr_check(m) : NULL;
        m->place = AT_TAG;
        m->glued = true;
    } else if (m->place == AT_AFTER_NAME) {
        m->place = AT_TAG;
    }
    return no;
}

const char *
markup_value_fits(const struct markup_at *m)
{
    switch (m->place) {
    case AT_TEXT:
    case AT_RCDATA:
        return NULL;
    case AT_VALUE:
        if (strcmp(m->attr, "srcset") == 0)
            return "no value in srcset";
        return NULL;
    case AT_EQUALS:
    case AT_UNQUOTED:
        return "quote the value of this attribute";
    case AT_RAW:
        return "no value in a script or style";
    default:
        return "no value here: only in text and in quoted attribute values";
    }
}

void
markup_value_done(struct markup_at *m)
{
    if (m->url == URL_START)
        m->url = URL_PART;
}

bool
markup_same(const struct markup_at *a, const struct markup_at *b)
{
    if (a->place != b->place || a->quote != b->quote)
        return false;
    if (a->place == AT_TEXT)
        return true;
    if (strcmp(a->tag, b->tag) != 0)
        return false;
    return a->place != AT_VALUE || (strcmp(a->attr, b->attr) == 0 && a->url == b->url);
}

bool
markup_keeps_space(const struct markup_at *m)
{
    return m->place == AT_RCDATA || m->place == AT_VALUE;
}
