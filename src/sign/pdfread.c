#include "sign/pdfread.h"

#include <string.h>


/* --- characters (7.2.2) -------------------------------------------------------------------- */

static bool
is_space(uint8_t ch)
{
    return ch == 0 || ch == '\t' || ch == '\n' || ch == '\f' || ch == '\r' || ch == ' ';
}

static bool
is_delimiter(uint8_t ch)
{
    return ch && strchr("()<>[]{}/%", ch) != NULL;
}

static bool
is_regular(uint8_t ch)
{
    return !is_space(ch) && !is_delimiter(ch);
}

static bool
is_digit(uint8_t ch)
{
    return ch >= '0' && ch <= '9';
}

int
raw_hex(uint8_t ch)
{
    if (is_digit(ch))
        return ch - '0';
    ch |= 0x20;
    return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}

/* --- how much may be read ------------------------------------------------------------------ */

/* Bytes that this thread may still look at.  A file can make the same bytes be read again and again
 * (comments and strings within each other): who checks a stranger's says how often. */
static _Thread_local int64_t left = INT64_MAX;

void
raw_budget(int64_t bytes)
{
    left = bytes;
}

bool
raw_spent(void)
{
    return left < 0;
}

static size_t
spend(size_t from, size_t to)
{
    if (left != INT64_MAX && left >= 0)
        left -= (int64_t)(to - from) + 1;
    return to;
}

size_t
raw_space(struct bytes in, size_t at)
{
    size_t from = at;

    if (raw_spent())
        return in.n;
    while (at < in.n && (is_space(in.p[at]) || in.p[at] == '%')) {
        if (in.p[at] == '%')
            while (at < in.n && in.p[at] != '\n' && in.p[at] != '\r')
                at++;
        else
            at++;
    }
    return at > from ? spend(from, at) : at;
}

bool
raw_word(struct bytes in, size_t *at, const char *word)
{
    size_t n = strlen(word), from = raw_space(in, *at);

    if (from > in.n || in.n - from < n || memcmp(in.p + from, word, n) != 0 ||
        (from + n < in.n && is_regular(in.p[from + n])))
        return false;
    *at = from + n;
    return true;
}

/* --- values (7.3) -------------------------------------------------------------------------- */

static bool read_value(struct bytes in, size_t at, int depth, struct pdf_value *out);

/* An unsigned whole number of at most 15 digits that ends at a delimiter. */
static bool
whole(struct bytes in, size_t *at, int64_t *out)
{
    size_t i = *at;

    *out = 0;
    while (i < in.n && is_digit(in.p[i]) && i - *at < 15)
        *out = *out * 10 + (in.p[i++] - '0');
    if (i == *at || (i < in.n && is_regular(in.p[i])))
        return false;
    *at = i;
    return true;
}

static bool
read_number(struct bytes in, struct pdf_value *v)
{
    size_t i = v->at, digits = 0, dots = 0;
    bool minus = in.p[i] == '-';

    i += minus || in.p[i] == '+';
    v->type = PDF_INT;
    v->n = 0;
    for (; i < in.n && (is_digit(in.p[i]) || in.p[i] == '.'); i++) {
        if (in.p[i] == '.') {
            dots++;
            continue;
        }
        digits++;
        if (!dots)
            v->n = digits > 15 ? v->n : v->n * 10 + (in.p[i] - '0');
    }
    if (!digits || dots > 1 || (dots == 0 && digits > 15) || (i < in.n && is_regular(in.p[i])))
        return false;
    if (dots)
        v->type = PDF_REAL;
    v->n = minus ? -v->n : v->n;
    v->end = i;
    return true;
}

/* After a whole number: is it "N G R"? */
static void
read_reference(struct bytes in, struct pdf_value *v)
{
    size_t at = v->end;
    int64_t gen;

    if (v->type != PDF_INT || v->n < 0 || in.p[v->at] == '+')
        return;
    if (at >= in.n || !is_space(in.p[at]))
        return;
    at = raw_space(in, at);
    if (!whole(in, &at, &gen) || gen > 65535 || !raw_word(in, &at, "R"))
        return;
    v->type = PDF_REF;
    v->gen = (int)gen;
    v->end = at;
}

static bool
read_name(struct bytes in, struct pdf_value *v)
{
    size_t i = v->at + 1;

    while (i < in.n && is_regular(in.p[i]))
        i++;
    v->type = PDF_NAME;
    v->end = i;
    return true;
}

static bool
read_text(struct bytes in, struct pdf_value *v)
{
    int open = 0;

    for (size_t i = v->at; i < in.n; i++) {
        if (in.p[i] == '\\') {
            i++;
            continue;
        }
        open += (in.p[i] == '(') - (in.p[i] == ')');
        if (open == 0) {
            v->type = PDF_TEXT;
            v->end = i + 1;
            return true;
        }
    }
    v->end = in.n;
    return false;
}

static bool
read_hex(struct bytes in, struct pdf_value *v)
{
    size_t i = v->at + 1;

    while (i < in.n && (raw_hex(in.p[i]) >= 0 || is_space(in.p[i])))
        i++;
    v->end = i;
    if (i >= in.n || in.p[i] != '>')
        return false;
    v->type = PDF_HEX;
    v->end = i + 1;
    return true;
}

static bool
read_array(struct bytes in, int depth, struct pdf_value *v)
{
    struct pdf_value e;
    size_t at = raw_space(in, v->at + 1);

    while (at < in.n && in.p[at] != ']') {
        if (!read_value(in, at, depth, &e))
            return false;
        at = raw_space(in, e.end);
    }
    v->type = PDF_ARRAY;
    v->end = at + 1;
    return at < in.n;
}

static bool
read_dict(struct bytes in, int depth, struct pdf_value *v)
{
    struct pdf_value e;
    size_t at = raw_space(in, v->at + 2);

    while (at + 1 < in.n && !(in.p[at] == '>' && in.p[at + 1] == '>')) {
        if (in.p[at] != '/' || !read_value(in, at, depth, &e) ||
            !read_value(in, e.end, depth, &e))
            return false;
        at = raw_space(in, e.end);
    }
    v->type = PDF_DICT;
    v->end = at + 2;
    return at + 1 < in.n;
}

static bool
read_keyword(struct bytes in, struct pdf_value *v)
{
    static const struct {
        const char *word;
        enum pdf_type type;
    } WORDS[] = {{"null", PDF_NULL}, {"true", PDF_BOOL}, {"false", PDF_BOOL}};

    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        v->end = v->at;
        v->type = WORDS[i].type;
        v->n = i == 1;
        if (raw_word(in, &v->end, WORDS[i].word))
            return true;
    }
    return false;
}

static bool
read_value(struct bytes in, size_t at, int depth, struct pdf_value *out)
{
    struct pdf_value v = {.at = raw_space(in, at)};
    bool ok;

    if (v.at >= in.n || depth <= 0 || raw_spent())
        return false;
    v.end = v.at;
    switch (in.p[v.at]) {
    case '/': ok = read_name(in, &v); break;
    case '(': ok = read_text(in, &v); break;
    case '[': ok = read_array(in, depth - 1, &v); break;
    case '<':
        ok = v.at + 1 < in.n && in.p[v.at + 1] == '<' ? read_dict(in, depth - 1, &v)
                                                      : read_hex(in, &v);
        break;
    case '+':
    case '-':
    case '.':
    case '0': case '1': case '2': case '3': case '4':
    case '5': case '6': case '7': case '8': case '9':
        ok = read_number(in, &v);
        if (ok)
            read_reference(in, &v);
        break;
    default: ok = read_keyword(in, &v); break;
    }
    spend(v.at, v.type == PDF_ARRAY || v.type == PDF_DICT ? v.at : v.end);
    *out = v;
    return ok && !raw_spent();
}

bool
raw_read(struct bytes in, size_t at, struct pdf_value *out)
{
    return read_value(in, at, PDF_DEPTH, out);
}

/* --- parts of values ----------------------------------------------------------------------- */

bool
raw_entry(struct bytes in, const struct pdf_value *dict, size_t *pos, struct pdf_value *key,
          struct pdf_value *v)
{
    size_t at = raw_space(in, *pos ? *pos : dict->at + 2);

    if (dict->type != PDF_DICT || at + 2 >= dict->end || !raw_read(in, at, key) ||
        key->type != PDF_NAME || !raw_read(in, key->end, v))
        return false;
    *pos = v->end;
    return true;
}

bool
raw_item(struct bytes in, const struct pdf_value *array, size_t *pos, struct pdf_value *v)
{
    size_t at = raw_space(in, *pos ? *pos : array->at + 1);

    if (array->type != PDF_ARRAY || at + 1 >= array->end || !raw_read(in, at, v))
        return false;
    *pos = v->end;
    return true;
}

/* #xx of a name stands for a byte: /Byte#52ange is /ByteRange. */
bool
raw_name_is(struct bytes in, const struct pdf_value *v, const char *name)
{
    size_t i = v->at + 1;

    if (v->type != PDF_NAME)
        return false;
    for (; i < v->end && *name; i++, name++) {
        int ch = in.p[i];

        if (ch == '#' && i + 2 < v->end && raw_hex(in.p[i + 1]) >= 0 &&
            raw_hex(in.p[i + 2]) >= 0) {
            ch = raw_hex(in.p[i + 1]) * 16 + raw_hex(in.p[i + 2]);
            i += 2;
        }
        if (ch != (uint8_t)*name)
            return false;
    }
    return i == v->end && !*name;
}

int
raw_get(struct bytes in, const struct pdf_value *dict, const char *name, struct pdf_value *v)
{
    struct pdf_value key, value;
    size_t pos = 0;
    int found = 0;

    while (raw_entry(in, dict, &pos, &key, &value)) {
        if (!raw_name_is(in, &key, name))
            continue;
        if (found)
            return -1;
        *v = value;
        found = 1;
    }
    return found;
}

bool
raw_is(struct bytes in, const struct pdf_value *dict, const char *key, const char *name)
{
    struct pdf_value v;

    return raw_get(in, dict, key, &v) == 1 && raw_name_is(in, &v, name);
}

bool
raw_same(struct bytes in, const struct pdf_value *x, const struct pdf_value *y)
{
    return x->end - x->at == y->end - y->at &&
           memcmp(in.p + x->at, in.p + y->at, x->end - x->at) == 0;
}

/* --- the file from front to back ----------------------------------------------------------- */

/* Where `word` stands next as a word of its own; in.n: nowhere. */
static size_t
find_word(struct bytes in, size_t at, const char *word)
{
    size_t n = strlen(word);

    while (at < in.n) {
        const uint8_t *hit = memmem(in.p + at, in.n - at, word, n);

        spend(at, hit ? (size_t)(hit - in.p) : in.n);
        if (!hit || raw_spent())
            return in.n;
        at = (size_t)(hit - in.p);
        if (at + n >= in.n || !is_regular(in.p[at + n]))
            return at;
        at++;
    }
    return in.n;
}

/* Past "endstream": where its Length says so, else at the next such word. */
static bool
skip_stream(struct bytes in, const struct pdf_value *dict, size_t *at)
{
    struct pdf_value length;
    size_t from = *at, to;

    if (from < in.n && in.p[from] == '\r')
        from++;
    if (from >= in.n || in.p[from] != '\n')
        return false;
    from++;
    if (raw_get(in, dict, "Length", &length) == 1 && length.type == PDF_INT && length.n >= 0 &&
        (size_t)length.n <= in.n - from) {
        to = from + (size_t)length.n;
        to += to < in.n && in.p[to] == '\r';
        to += to < in.n && in.p[to] == '\n';
        if (raw_word(in, &to, "endstream")) {
            *at = to;
            return true;
        }
    }
    to = find_word(in, from, "endstream");
    if (to == in.n)
        return false;
    *at = to + strlen("endstream");
    return true;
}

static bool
read_object(struct bytes in, size_t at, struct pdf_piece *o)
{
    int64_t gen;

    o->at = at;
    if (!whole(in, &at, &o->number))
        return false;
    at = raw_space(in, at);
    if (!whole(in, &at, &gen) || gen > 65535 || !raw_word(in, &at, "obj"))
        return false;
    o->gen = (int)gen;
    o->broken = true; /* until it has ended well */
    if (!raw_read(in, at, &o->value))
        return false;
    at = o->value.end;
    o->stream = raw_word(in, &at, "stream");
    if (o->stream && (o->value.type != PDF_DICT || !skip_stream(in, &o->value, &at)))
        return false;
    if (!raw_word(in, &at, "endobj"))
        return false;
    o->end = at;
    o->broken = false;
    return true;
}

static bool
read_xref(struct bytes in, size_t at, struct pdf_piece *o)
{
    size_t to;

    o->at = at;
    if (!raw_word(in, &at, "xref"))
        return false;
    o->broken = true;
    to = find_word(in, at, "trailer");
    if (to == in.n)
        return false;
    to += strlen("trailer");
    if (!raw_read(in, to, &o->value) || o->value.type != PDF_DICT)
        return false;
    o->end = o->value.end;
    o->broken = false;
    return true;
}

static bool
read_start(struct bytes in, size_t at, struct pdf_piece *o)
{
    o->at = at;
    if (!raw_word(in, &at, "startxref"))
        return false;
    at = raw_space(in, at);
    o->end = at;
    if (!whole(in, &o->end, &o->number))
        return false;
    return true;
}

/* What cannot be read goes up to the next line or word that may begin something. */
static size_t
skip_other(struct bytes in, size_t at)
{
    for (at++; at < in.n; at++)
        if (is_space(in.p[at - 1]) && (is_digit(in.p[at]) || in.p[at] == 'x' || in.p[at] == 's'))
            return at;
    return at;
}

enum pdf_part
raw_next(struct bytes in, size_t *at, struct pdf_piece *out)
{
    size_t from = raw_space(in, *at);

    *out = (struct pdf_piece){.part = PART_END, .at = from, .end = from};
    if (from >= in.n)
        return PART_END;
    if (read_object(in, from, out))
        out->part = PART_OBJECT;
    else if (read_xref(in, from, out))
        out->part = PART_XREF;
    else if (read_start(in, from, out))
        out->part = PART_START;
    else
        *out = (struct pdf_piece){.part = PART_OTHER,
                                  .at = from,
                                  .end = skip_other(in, from),
                                  .broken = out->broken};
    *at = out->end;
    return out->part;
}

/* A broken object may have been read to the end of the file: a few of them are enough. */
void
raw_walk(struct arena *a, struct bytes in, struct pdf_list *out)
{
    struct pdf_piece piece;
    VEC(struct pdf_piece) v = {0};
    size_t at = 0;
    int broken = 0;

    while (v.n < PDF_OBJECTS_MAX && broken < PDF_BROKEN_MAX &&
           raw_next(in, &at, &piece) != PART_END) {
        broken += piece.broken;
        if (piece.part == PART_OTHER && v.n && v.p[v.n - 1].part == PART_OTHER)
            v.p[v.n - 1].end = piece.end;
        else
            *vec_push(a, &v) = piece;
    }
    *out = (struct pdf_list){.p = v.p, .n = v.n};
    out->over = v.n == PDF_OBJECTS_MAX || broken == PDF_BROKEN_MAX;
}
