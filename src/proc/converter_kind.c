/* What a file is, by its content.  Its name and the type that a browser said are never asked. */
#include <string.h>

#include "proc/converter.h"

enum { HEAD = 1024, TAIL = 66000 };

static bool
has(const uint8_t *p, size_t n, const char *what)
{
    return memmem(p, n, what, strlen(what)) != NULL;
}

static bool
starts(const struct input *in, size_t at, const void *what, size_t n)
{
    return in->n >= at + n && memcmp(in->p + at, what, n) == 0;
}

static size_t
head_of(const struct input *in)
{
    return in->n < HEAD ? in->n : HEAD;
}

/* --- what is taken -------------------------------------------------------------------------- */

static bool
is_heic(const struct input *in)
{
    static const char BRANDS[][5] = {"heic", "heix", "heim", "heis",
                                     "hevc", "hevx", "mif1", "msf1"};

    if (!starts(in, 4, "ftyp", 4) || in->n < 16)
        return false;
    for (size_t i = 0; i < sizeof BRANDS / sizeof *BRANDS; i++)
        if (starts(in, 8, BRANDS[i], 4))
            return true;
    return false;
}

/* --- what is refused with advice ------------------------------------------------------------ */

static const struct {
    const char *magic;
    size_t n;
    const char *why;
} REFUSED[] = {
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, "office"},          /* doc, xls, ppt, msg */
    {"{\\rtf", 5, "office"},
    {"Rar!\x1a\x07", 6, "archive"}, {"7z\xbc\xaf\x27\x1c", 6, "archive"},
    {"\x1f\x8b", 2, "archive"}, {"BZh", 3, "archive"}, {"\xfd" "7zXZ", 5, "archive"},
    {"\x28\xb5\x2f\xfd", 4, "archive"},
    {"MZ", 2, "program"}, {"\x7f" "ELF", 4, "program"}, {"#!", 2, "program"},
    {"\xca\xfe\xba\xbe", 4, "program"}, {"\xcf\xfa\xed\xfe", 4, "program"},
};

/* A zip is never opened: its first name says which office made it. */
static const char *
zip_kind(const struct input *in)
{
    static const char *const OFFICE[] = {"[Content_Types].xml", "word/", "xl/", "ppt/", "_rels/",
                                         "mimetypeapplication/vnd.oasis", "docProps/"};
    size_t n = in->n < 4096 ? in->n : 4096;

    for (size_t i = 0; i < sizeof OFFICE / sizeof *OFFICE; i++)
        if (has(in->p, n, OFFICE[i]))
            return "office";
    return "archive";
}

static bool
is_markup(const uint8_t *p, size_t n)
{
    static const char *const WORDS[] = {"<html", "<script", "<!doctype", "<svg", "<?xml", "<body",
                                        "<iframe"};
    char low[HEAD];

    for (size_t i = 0; i < n; i++)
        low[i] = (char)(p[i] >= 'A' && p[i] <= 'Z' ? p[i] + 32 : p[i]);
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (memmem(low, n, WORDS[i], strlen(WORDS[i])))
            return true;
    return false;
}

static const char *
refused_kind(const struct input *in)
{
    for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++)
        if (starts(in, 0, REFUSED[i].magic, REFUSED[i].n))
            return REFUSED[i].why;
    if (starts(in, 0, "PK", 2))
        return zip_kind(in);
    if (is_markup(in->p, head_of(in)))
        return "markup";
    return "unknown";
}

/* --- two kinds in one file ------------------------------------------------------------------ */

/* A zip is read from its end: the end record must reach the end of the file to be found. */
static bool
ends_as_zip(const struct input *in)
{
    size_t from = in->n > TAIL ? in->n - TAIL : 0;

    for (size_t i = in->n >= 22 ? in->n - 22 : 0; i > from; i--) {
        if (memcmp(in->p + i, "PK\5\6", 4) != 0)
            continue;
        if (i + 22U + (in->p[i + 20] | (size_t)in->p[i + 21] << 8) <= in->n)
            return true;
    }
    return false;
}

/* Bytes after the end of a picture or a PDF: telephones leave some, nobody leaves a page or a
 * program. */
static bool
odd_tail(const struct input *in)
{
    size_t n = in->n < HEAD ? in->n : HEAD;
    const uint8_t *tail = in->p + in->n - n;

    return is_markup(tail, n) && !has(tail, n, "<?xpacket") && !has(tail, n, "<rdf:");
}

static const char *
two_kinds(const struct input *in)
{
    size_t head = head_of(in);

    if (ends_as_zip(in))
        return "polyglot";
    if (in->kind != KIND_PDF && has(in->p, head, "%PDF-"))
        return "polyglot";
    if (in->kind == KIND_PDF && is_markup(in->p, head) && !has(in->p, head, "<?xpacket"))
        return "polyglot";
    return odd_tail(in) ? "polyglot" : NULL;
}

/* A PDF begins at its first byte, or after a byte order mark or empty lines. */
static enum kind
find_kind(const struct input *in)
{
    size_t i = starts(in, 0, "\xef\xbb\xbf", 3) ? 3 : 0;

    while (i < in->n && i < 16 && memchr(" \t\r\n", in->p[i], 4))
        i++;
    if (starts(in, 0, "\xff\xd8\xff", 3))
        return KIND_JPEG;
    if (starts(in, 0, "\x89PNG\r\n\x1a\n", 8))
        return KIND_PNG;
    if (is_heic(in))
        return KIND_HEIC;
    return starts(in, i, "%PDF-", 5) ? KIND_PDF : KIND_NONE;
}

const char *
kind_of(struct input *in)
{
    if (in->n == 0)
        return "empty";
    in->kind = find_kind(in);
    if (in->kind != KIND_NONE)
        return two_kinds(in);
    if (has(in->p, head_of(in), "%PDF-"))
        return "polyglot";              /* readers would take it for a PDF all the same */
    return refused_kind(in);
}

static const struct {
    const char *word, *mime;
} KINDS[] = {[KIND_NONE] = {"", ""}, [KIND_JPEG] = {"jpeg", "image/jpeg"},
             [KIND_PNG] = {"png", "image/png"}, [KIND_HEIC] = {"heic", "image/heic"},
             [KIND_PDF] = {"pdf", "application/pdf"}};

const char *
kind_word(enum kind k)
{
    return KINDS[k].word;
}

const char *
kind_mime(enum kind k)
{
    return KINDS[k].mime;
}
