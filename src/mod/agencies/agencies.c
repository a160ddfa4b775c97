/* Words, codes and names of agencies.  Pure. */
#include "mod/agencies/agencies.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

static const struct { const char *word, *name; } TYPES[AGENCY__COUNT] = {
    [AGENCY_NONE] = {"none", ""},
    [AGENCY_CITY] = {"city", N_("Thành phố")},
    [AGENCY_DEPARTMENT] = {"department", N_("Sở, cơ quan ngang sở")},
    [AGENCY_OFFICE] = {"office", N_("Đơn vị trực thuộc")},
    [AGENCY_DISTRICT] = {"district", N_("Quận, huyện, thị xã")},
    [AGENCY_COMMUNE] = {"commune", N_("Xã, phường")},
    [AGENCY_VILLAGE] = {"village", N_("Thôn")},
    [AGENCY_BLOCK] = {"block", N_("Tổ dân phố")},
};

static const struct { const char *word, *name; } SUCCESSIONS[SUCCESSION__COUNT] = {
    [SUCCESSION_NONE] = {"none", ""},
    [SUCCESSION_SAME] = {"same", N_("Tiếp tục với tên hoặc mã mới")},
    [SUCCESSION_FULL] = {"full", N_("Nhập toàn bộ vào")},
    [SUCCESSION_PARTIAL] = {"partial", N_("Chuyển một phần vào")},
};

const char *
agency_type_word(enum agency_type t)
{
    assert(t < AGENCY__COUNT);
    return TYPES[t].word;
}

const char *
agency_type_name(enum agency_type t)
{
    assert(t < AGENCY__COUNT);
    return TYPES[t].name;
}

enum agency_type
agency_type_parse(const char *word)
{
    for (enum agency_type t = AGENCY_NONE + 1; t < AGENCY__COUNT; t++)
        if (strcmp(TYPES[t].word, word) == 0)
            return t;
    return AGENCY_NONE;
}

const char *
succession_name(enum succession s)
{
    assert(s < SUCCESSION__COUNT);
    return SUCCESSIONS[s].name;
}

enum succession
succession_parse(const char *word)
{
    for (enum succession s = SUCCESSION_NONE + 1; s < SUCCESSION__COUNT; s++)
        if (strcmp(SUCCESSIONS[s].word, word) == 0)
            return s;
    return SUCCESSION_NONE;
}

bool
agency_exists(const struct agency *g, day on)
{
    return g->valid_from <= on && on <= g->valid_to;
}

/* --- codes (rules.md 2.1) --------------------------------------------------------------------- */

enum { CODE_MAX = 35, GROUPS_MAX = 8, GROUP_MAX = 8 };

struct group { const char *p; size_t n; };

/* Cuts `code` at its dots; 0 when a group is empty, too long or holds anything but 0-9 A-Z. */
static size_t
split(const char *code, struct group v[GROUPS_MAX])
{
    size_t n = 0;

    for (const char *p = code;; p++) {
        size_t len = strspn(p, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");

        if (len == 0 || len > GROUP_MAX || n == GROUPS_MAX)
            return 0;
        v[n++] = (struct group){p, len};
        p += len;
        if (!*p)
            return n;
        if (*p != '.')
            return 0;
    }
}

/* A root names a ministry or a province: a letter and two digits. */
static bool
is_root(struct group g)
{
    return g.n == 3 && g.p[0] >= 'A' && strspn(g.p + 1, "0123456789") >= 2;
}

static bool
is_padding(struct group g)
{
    return strspn(g.p, "0") >= g.n;
}

static void
add_group(struct buf *b, struct group g)
{
    if (b->n)
        buf_char(b, '.');
    buf_add(b, g.p, g.n);
}

char *
agency_code_parse(struct arena *a, const char *code)
{
    struct group v[GROUPS_MAX];
    size_t n = strnlen(code, CODE_MAX + 1) > CODE_MAX ? 0 : split(code, v);
    struct buf b;

    buf_init(&b, a, CODE_MAX + 1);
    if (n >= 1 && is_root(v[0])) {                      /* QĐ 20/2020: H26.16 */
        for (size_t i = 0; i < n; i++)
            add_group(&b, v[i]);
        return b.p;
    }
    if (n == 4 && is_root(v[3])) {                      /* QCVN 102: 000.00.16.H26 */
        for (size_t i = 4; i-- > 0;)
            if (i == 3 || !is_padding(v[i]))
                add_group(&b, v[i]);
        return b.p;
    }
    return NULL;
}

/* --- names ---------------------------------------------------------------------------------- */

/* Words before a unit's own name; what has a People's Committee is written small after "UBND". */
static const struct { const char *word, *small; bool committee; } PREFIXES[] = {
    {"Thành phố ", "Thành phố ", true}, {"Phường ", "phường ", true}, {"Xã ", "xã ", true},
    {"Thị trấn ", "thị trấn ", true},   {"Quận ", "quận ", true},     {"Huyện ", "huyện ", true},
    {"Thị xã ", "thị xã ", true},       {"Sở ", "Sở ", false},
};

static const char *
own_name(const char *name, int *prefix)
{
    *prefix = -1;
    for (size_t i = 0; i < sizeof PREFIXES / sizeof *PREFIXES; i++)
        if (strncmp(name, PREFIXES[i].word, strlen(PREFIXES[i].word)) == 0) {
            *prefix = (int)i;
            return name + strlen(PREFIXES[i].word);
        }
    return name;
}

/* A unit with a committee, which acts in its place. */
static bool
has_committee(const struct agency *g, int prefix)
{
    return prefix >= 0 && PREFIXES[prefix].committee &&
           (g->type == AGENCY_CITY || g->type == AGENCY_DISTRICT || g->type == AGENCY_COMMUNE);
}

char *
agency_office_name(struct arena *a, const struct agency *g)
{
    int prefix;
    const char *own = own_name(g->name, &prefix);

    if (!has_committee(g, prefix))
        return arena_str(a, g->name);
    return arena_fmt(a, "UBND %s%s", PREFIXES[prefix].small, own);
}

const char *
agency_name(const struct ctx *c, const struct agency *g)
{
    return c->lang == LANG_EN && *g->name_en ? g->name_en : g->name;
}

const char *
agency_office(struct ctx *c, const struct agency *g)
{
    int prefix;

    if (c->lang != LANG_EN || !*g->name_en)
        return agency_office_name(c->a, g);
    own_name(g->name, &prefix);
    return has_committee(g, prefix) ? arena_fmt(c->a, "People's Committee of %s", g->name_en)
                                    : g->name_en;
}

/* The letters in the order of the Vietnamese alphabet, each with its tones in the order of the
 * dictionaries: none, grave, hook, tilde, acute, dot below.  Capitals sort as small letters. */
static const char *const LETTERS[] = {
    "aàảãáạ", "ăằẳẵắặ", "âầẩẫấậ", "b", "c",      "d",      "đ", "eèẻẽéẹ", "êềểễếệ", "f",      "g",
    "h",      "iìỉĩíị", "j",      "k", "l",      "m",      "n", "oòỏõóọ", "ôồổỗốộ", "ơờởỡớợ", "p",
    "q",      "r",      "s",      "t", "uùủũúụ", "ưừửữứự", "v", "w",      "x",      "yỳỷỹýỵ", "z",
};
static const char *const CAPITALS[] = {
    "AÀẢÃÁẠ", "ĂẰẲẴẮẶ", "ÂẦẨẪẤẬ", "B", "C",      "D",      "Đ", "EÈẺẼÉẸ", "ÊỀỂỄẾỆ", "F",      "G",
    "H",      "IÌỈĨÍỊ", "J",      "K", "L",      "M",      "N", "OÒỎÕÓỌ", "ÔỒỔỖỐỘ", "ƠỜỞỠỚỢ", "P",
    "Q",      "R",      "S",      "T", "UÙỦŨÚỤ", "ƯỪỬỮỨỰ", "V", "W",      "X",      "YỲỶỸÝỴ", "Z",
};

enum { LETTERS_N = sizeof LETTERS / sizeof *LETTERS, SORT_MAX = 1000 };

static bool
find_letter(const char *const *rows, uint32_t cp, int *letter, int *tone)
{
    for (int i = 0; i < LETTERS_N; i++) {
        const char *p = rows[i];

        for (*tone = 0; *p; ++*tone)
            if (utf8_next(&p) == cp) {
                *letter = i;
                return true;
            }
    }
    return false;
}

char *
agency_sort_key(struct arena *a, const char *name)
{
    struct buf letters, tones;
    uint32_t cp;
    int prefix, letter, tone;

    buf_init(&letters, a, SORT_MAX);
    buf_init(&tones, a, SORT_MAX);
    for (const char *p = own_name(name, &prefix); (cp = utf8_next(&p)) != 0;) {
        if (find_letter(LETTERS, cp, &letter, &tone) || find_letter(CAPITALS, cp, &letter, &tone)) {
            buf_char(&letters, (char)('A' + letter));           /* 'A'..'a': above digits */
            buf_char(&tones, (char)('0' + tone));
        } else if (cp >= '0' && cp <= '9')
            buf_char(&letters, (char)cp);
        else if (letters.n && letters.p[letters.n - 1] != ' ')
            buf_char(&letters, ' ');
    }
    buf_char(&letters, '\1');           /* words first, tones decide between equal ones */
    buf_str(&letters, tones.p);
    return letters.p;
}
