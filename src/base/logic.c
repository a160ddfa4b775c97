/*
 * JSONLogic.  Follows json-logic-js, including JavaScript's loose comparison, because the same
 * conditions run in the citizen's browser: a rule must not hold there and fail here.
 */
#include "base/logic.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/utf8.h"

enum { DEPTH_MAX = 64, WORK_MAX = 100000, TEXT_MAX = 64 * 1024, NEST_MAX = 16,
       ARENA_MAX = 256 << 20 };

struct run {
    const json_t *root;         /* where $received is, whatever the scope */
    struct arena *a;            /* opened by the first operator that joins texts */
    size_t work;
    bool over;
};

/* The operator's arguments: still rules for a lazy operator, values for the others. */
struct call {
    struct run *r;
    const json_t *args;
    const json_t *data;
    int depth;
};

struct op {
    const char *name;
    json_t *(*run)(const struct call *k);
    bool lazy;
};

static json_t *apply(struct run *r, const json_t *rule, const json_t *data, int depth);
static const struct op *op_find(const char *name);

static json_t *
ref(const json_t *v)
{
    return v ? json_incref((json_t *)v) : json_null();
}

static bool
spend(struct run *r, size_t n)
{
    r->work += n;
    if (r->work > WORK_MAX)
        r->over = true;
    return !r->over;
}

static size_t
argc(const struct call *k)
{
    return json_array_size(k->args);
}

static const json_t *
arg(const struct call *k, size_t i)
{
    return json_array_get(k->args, i);
}

/* Evaluates one argument of a lazy operator. */
static json_t *
lazy(const struct call *k, size_t i, const json_t *data)
{
    return i < argc(k) ? apply(k->r, arg(k, i), data, k->depth) : json_null();
}

/* --- values as JavaScript sees them --------------------------------------------------------- */

static json_t *
number(double x)
{
    if (!isfinite(x))
        return json_null();
    if (x == floor(x) && fabs(x) < 9007199254740992.0)
        return json_integer((json_int_t)x);
    return json_real(x);
}

static const char *
skip_space(const char *s)
{
    return s + strspn(s, " \t\r\n\f\v");
}

/* A decimal number at the start of `s`; *end after it, or `s` when there is none. */
static double
decimal(const char *s, const char **end)
{
    const char *p = s + (*s == '-' || *s == '+');
    size_t whole = strspn(p, "0123456789"), part = 0;
    char *stop;
    double x;

    *end = s;
    if (p[whole] == '.')
        part = strspn(p + whole + 1, "0123456789");
    if (whole + part == 0 || whole + part > 300)
        return NAN;
    if (p[whole] == 'x' || p[whole] == 'X') {       /* strtod would read hexadecimal */
        *end = p + whole;
        return 0;
    }
    x = strtod(s, &stop);
    *end = stop;
    return x;
}

static double
text_number(const char *s)
{
    const char *end;
    double x;

    s = skip_space(s);
    if (*s == '\0')
        return 0;
    x = decimal(s, &end);
    return end == s || *skip_space(end) ? NAN : x;
}

static const char *to_text(struct run *r, const json_t *v);

/* Number(v) of JavaScript. */
static double
to_number(struct run *r, const json_t *v)
{
    switch (v ? json_typeof(v) : JSON_OBJECT) {
    case JSON_NULL:
    case JSON_FALSE:   return 0;
    case JSON_TRUE:    return 1;
    case JSON_INTEGER: return (double)json_integer_value(v);
    case JSON_REAL:    return json_real_value(v);
    case JSON_STRING:  return text_number(json_string_value(v));
    case JSON_ARRAY:   return text_number(to_text(r, v));
    case JSON_OBJECT:  break;
    }
    return NAN;
}

/* parseFloat(v): what + and * use. */
static double
parse_float(struct run *r, const json_t *v)
{
    const char *end;

    if (json_is_number(v))
        return json_number_value(v);
    return decimal(skip_space(to_text(r, v)), &end);
}

static void
put_number(struct buf *b, double x)
{
    char text[40];

    for (int digits = 1; digits <= 17; digits++) {      /* the shortest that reads back the same */
        snprintf(text, sizeof text, "%.*g", digits, x);
        if (strtod(text, NULL) == x)
            break;
    }
    buf_str(b, text);
}

static void
put_text(struct run *r, struct buf *b, const json_t *v, bool inside, int depth)
{
    switch (v && depth < DEPTH_MAX && spend(r, 1) ? json_typeof(v) : JSON_NULL) {
    case JSON_NULL:    buf_str(b, inside ? "" : "null"); break;
    case JSON_TRUE:    buf_str(b, "true"); break;
    case JSON_FALSE:   buf_str(b, "false"); break;
    case JSON_INTEGER: buf_int(b, json_integer_value(v)); break;
    case JSON_REAL:    put_number(b, json_real_value(v)); break;
    case JSON_STRING:  buf_add(b, json_string_value(v), json_string_length(v)); break;
    case JSON_OBJECT:  buf_str(b, "[object Object]"); break;
    case JSON_ARRAY:
        for (size_t i = 0; i < json_array_size(v); i++) {
            if (i)
                buf_char(b, ',');
            put_text(r, b, json_array_get(v, i), true, depth + 1);
        }
        break;
    }
}

static struct buf
text_begin(struct run *r)
{
    struct buf b;

    if (!r->a)
        r->a = arena_open(ARENA_MAX);
    buf_init(&b, r->a, TEXT_MAX);
    return b;
}

/* The text is complete: its length is work, and one that passed the ceiling ends the run. */
static const char *
text_end(struct run *r, const struct buf *b)
{
    if (b->over)
        r->over = true;
    spend(r, b->n / 16);
    return b->p;
}

/* String(v) of JavaScript; lives until the run ends. */
static const char *
to_text(struct run *r, const json_t *v)
{
    struct buf b;

    if (json_is_string(v))
        return json_string_value(v);
    b = text_begin(r);
    put_text(r, &b, v, false, 0);
    return text_end(r, &b);
}

bool
logic_truthy(const json_t *v)
{
    switch (v ? json_typeof(v) : JSON_NULL) {
    case JSON_NULL:
    case JSON_FALSE:   return false;
    case JSON_TRUE:
    case JSON_OBJECT:  return true;
    case JSON_INTEGER: return json_integer_value(v) != 0;
    case JSON_REAL:    return json_real_value(v) != 0;
    case JSON_STRING:  return json_string_length(v) > 0;
    case JSON_ARRAY:   return json_array_size(v) > 0;
    }
    return false;
}

static bool
is_container(const json_t *v)
{
    return json_is_array(v) || json_is_object(v);
}

static bool
equal_strict(const json_t *x, const json_t *y)
{
    if (json_is_number(x) && json_is_number(y))
        return json_number_value(x) == json_number_value(y);
    if (is_container(x) || is_container(y))
        return x == y;                              /* the same object, as in JavaScript */
    return json_equal(x, y);
}

static bool
equal_loose(struct run *r, const json_t *x, const json_t *y)
{
    if (json_is_null(x) || json_is_null(y))
        return json_is_null(x) && json_is_null(y);
    if (is_container(x) && is_container(y))
        return x == y;
    if (json_is_string(x) + json_is_string(y) + is_container(x) + is_container(y) == 2)
        return strcmp(to_text(r, x), to_text(r, y)) == 0;
    return to_number(r, x) == to_number(r, y);
}

/* -1, 0, 1, or 2 when the two cannot be compared. */
static int
compare(struct run *r, const json_t *x, const json_t *y)
{
    double a, b;

    if (json_is_string(x) && json_is_string(y)) {
        int d = strcmp(json_string_value(x), json_string_value(y));
        return (d > 0) - (d < 0);
    }
    a = to_number(r, x);
    b = to_number(r, y);
    return isnan(a) || isnan(b) ? 2 : (a > b) - (a < b);
}

/* --- variables ------------------------------------------------------------------------------ */

/* One step down: a member by name, an element by number; NULL when there is none. */
static const json_t *
member(const json_t *v, const char *name, size_t n)
{
    char key[128];
    char *end;
    unsigned long i;

    if (n >= sizeof key)
        return NULL;
    memcpy(key, name, n);
    key[n] = '\0';
    if (json_is_object(v))
        return json_object_get(v, key);
    if (!json_is_array(v) || n == 0 || strspn(key, "0123456789") != n)
        return NULL;
    i = strtoul(key, &end, 10);
    return json_array_get(v, i);
}

static const json_t *
lookup(struct run *r, const json_t *data, const char *path)
{
    if (*path == '$')                       /* $received and its like are seen from any scope */
        data = r->root;
    for (;;) {
        size_t n = strcspn(path, ".");

        if (!data || !spend(r, 1))
            return NULL;
        data = member(data, path, n);
        if (path[n] == '\0')
            return data;
        path += n + 1;
    }
}

static json_t *
op_var(const struct call *k)
{
    const json_t *name = arg(k, 0), *v;

    if (!name || json_is_null(name) || (json_is_string(name) && json_string_length(name) == 0))
        return ref(k->data);
    v = lookup(k->r, k->data, to_text(k->r, name));
    return ref(v ? v : arg(k, 1));
}

/* The names in `keys` whose value is absent, null or "". */
static json_t *
absent(const struct call *k, const json_t *keys)
{
    json_t *out = json_array();

    for (size_t i = 0; i < json_array_size(keys) && spend(k->r, 1); i++) {
        const json_t *key = json_array_get(keys, i);
        const json_t *v = lookup(k->r, k->data, to_text(k->r, key));

        if (!v || json_is_null(v) || (json_is_string(v) && json_string_length(v) == 0))
            json_array_append_new(out, ref(key));
    }
    return out;
}

static json_t *
op_missing(const struct call *k)
{
    return absent(k, json_is_array(arg(k, 0)) ? arg(k, 0) : k->args);
}

static json_t *
op_missing_some(const struct call *k)
{
    json_t *out = absent(k, arg(k, 1));
    double have = (double)json_array_size(arg(k, 1)) - (double)json_array_size(out);

    if (have >= to_number(k->r, arg(k, 0)))
        json_array_clear(out);
    return out;
}

/* --- choices -------------------------------------------------------------------------------- */

static json_t *
op_if(const struct call *k)
{
    size_t i = 0;

    for (; i + 1 < argc(k); i += 2) {
        json_t *test = lazy(k, i, k->data);
        bool yes = logic_truthy(test);

        json_decref(test);
        if (yes)
            return lazy(k, i + 1, k->data);
    }
    return lazy(k, i, k->data);
}

/* The first value that is (or is not) truthy, else the last one. */
static json_t *
first_that(const struct call *k, bool truthy)
{
    json_t *v = json_null();

    for (size_t i = 0; i < argc(k); i++) {
        json_decref(v);
        v = lazy(k, i, k->data);
        if (logic_truthy(v) == truthy)
            break;
    }
    return v;
}

static json_t *
op_and(const struct call *k)
{
    return first_that(k, false);
}

static json_t *
op_or(const struct call *k)
{
    return first_that(k, true);
}

static json_t *
op_not(const struct call *k)
{
    return json_boolean(!logic_truthy(arg(k, 0)));
}

static json_t *
op_yes(const struct call *k)
{
    return json_boolean(logic_truthy(arg(k, 0)));
}

/* --- comparison ----------------------------------------------------------------------------- */

static const json_t *
value(const struct call *k, size_t i)
{
    return i < argc(k) ? arg(k, i) : json_null();       /* one constant, not counted */
}

static json_t *
op_eq(const struct call *k)
{
    return json_boolean(equal_loose(k->r, value(k, 0), value(k, 1)));
}

static json_t *
op_same(const struct call *k)
{
    return json_boolean(equal_strict(value(k, 0), value(k, 1)));
}

static json_t *
op_ne(const struct call *k)
{
    return json_boolean(!equal_loose(k->r, value(k, 0), value(k, 1)));
}

static json_t *
op_not_same(const struct call *k)
{
    return json_boolean(!equal_strict(value(k, 0), value(k, 1)));
}

static json_t *
op_gt(const struct call *k)
{
    return json_boolean(compare(k->r, value(k, 0), value(k, 1)) == 1);
}

static json_t *
op_ge(const struct call *k)
{
    int d = compare(k->r, value(k, 0), value(k, 1));

    return json_boolean(d == 0 || d == 1);
}

/* a < b, or a < b < c. */
static json_t *
op_lt(const struct call *k)
{
    bool yes = compare(k->r, value(k, 0), value(k, 1)) == -1;

    if (argc(k) > 2)
        yes = yes && compare(k->r, arg(k, 1), arg(k, 2)) == -1;
    return json_boolean(yes);
}

static json_t *
op_le(const struct call *k)
{
    bool yes = compare(k->r, value(k, 0), value(k, 1)) <= 0;

    if (argc(k) > 2)
        yes = yes && compare(k->r, arg(k, 1), arg(k, 2)) <= 0;
    return json_boolean(yes);
}

/* --- numbers -------------------------------------------------------------------------------- */

static json_t *
extreme(const struct call *k, double sign)
{
    double best = -INFINITY;

    for (size_t i = 0; i < argc(k); i++) {
        double x = sign * to_number(k->r, arg(k, i));

        if (isnan(x))
            return json_null();
        best = x > best ? x : best;
    }
    return number(sign * best);
}

static json_t *
op_max(const struct call *k)
{
    return extreme(k, 1);
}

static json_t *
op_min(const struct call *k)
{
    return extreme(k, -1);
}

static json_t *
op_add(const struct call *k)
{
    double sum = 0;

    for (size_t i = 0; i < argc(k); i++)
        sum += parse_float(k->r, arg(k, i));
    return number(sum);
}

static json_t *
op_mul(const struct call *k)
{
    double product = 1;

    for (size_t i = 0; i < argc(k); i++)
        product *= parse_float(k->r, arg(k, i));
    return number(argc(k) ? product : NAN);
}

static json_t *
op_sub(const struct call *k)
{
    double x = to_number(k->r, arg(k, 0));

    return number(argc(k) < 2 ? -x : x - to_number(k->r, arg(k, 1)));
}

static json_t *
op_div(const struct call *k)
{
    return number(to_number(k->r, arg(k, 0)) / to_number(k->r, arg(k, 1)));
}

static json_t *
op_mod(const struct call *k)
{
    return number(fmod(to_number(k->r, arg(k, 0)), to_number(k->r, arg(k, 1))));
}

/* --- lists ---------------------------------------------------------------------------------- */

static json_t *
op_map(const struct call *k)
{
    json_t *list = lazy(k, 0, k->data), *out = json_array();

    for (size_t i = 0; i < json_array_size(list) && !k->r->over; i++)
        json_array_append_new(out, lazy(k, 1, json_array_get(list, i)));
    json_decref(list);
    return out;
}

static json_t *
op_filter(const struct call *k)
{
    json_t *list = lazy(k, 0, k->data), *out = json_array();

    for (size_t i = 0; i < json_array_size(list) && !k->r->over; i++) {
        json_t *v = json_array_get(list, i), *keep = lazy(k, 1, v);

        if (logic_truthy(keep))
            json_array_append(out, v);
        json_decref(keep);
    }
    json_decref(list);
    return out;
}

/* Depth of a value, looking no deeper than NEST_MAX: a reduce could nest without end. */
static int
nesting(struct run *r, const json_t *v, int depth)
{
    const char *key;
    const json_t *item;
    int deepest = depth;

    if (depth >= NEST_MAX || !is_container(v) || !spend(r, 1))
        return depth;
    for (size_t i = 0; i < json_array_size(v); i++) {
        int d = nesting(r, json_array_get(v, i), depth + 1);
        deepest = d > deepest ? d : deepest;
    }
    json_object_foreach((json_t *)v, key, item) {
        int d = nesting(r, item, depth + 1);
        deepest = d > deepest ? d : deepest;
    }
    return deepest;
}

static json_t *
op_reduce(const struct call *k)
{
    json_t *list = lazy(k, 0, k->data), *acc = argc(k) > 2 ? lazy(k, 2, k->data) : json_null();

    for (size_t i = 0; i < json_array_size(list) && !k->r->over; i++) {
        json_t *scope = json_object();

        json_object_set(scope, "current", json_array_get(list, i));
        json_object_set_new(scope, "accumulator", acc);
        acc = lazy(k, 1, scope);
        json_decref(scope);
        if (nesting(k->r, acc, 0) >= NEST_MAX)
            k->r->over = true;
    }
    json_decref(list);
    return acc;
}

/* How many elements satisfy the test. */
static size_t
count(const struct call *k, size_t *of)
{
    json_t *list = lazy(k, 0, k->data);
    size_t n = 0;

    *of = json_array_size(list);
    for (size_t i = 0; i < *of && !k->r->over; i++) {
        json_t *v = lazy(k, 1, json_array_get(list, i));

        n += logic_truthy(v);
        json_decref(v);
    }
    json_decref(list);
    return n;
}

static json_t *
op_all(const struct call *k)
{
    size_t of, n = count(k, &of);

    return json_boolean(of > 0 && n == of);
}

static json_t *
op_none(const struct call *k)
{
    size_t of;

    return json_boolean(count(k, &of) == 0);
}

static json_t *
op_some(const struct call *k)
{
    size_t of;

    return json_boolean(count(k, &of) > 0);
}

static json_t *
op_merge(const struct call *k)
{
    json_t *out = json_array();

    for (size_t i = 0; i < argc(k); i++) {
        json_t *v = json_array_get(k->args, i);

        if (!spend(k->r, json_array_size(v)))
            break;
        if (json_is_array(v))
            json_array_extend(out, v);
        else
            json_array_append(out, v);
    }
    return out;
}

static json_t *
op_in(const struct call *k)
{
    const json_t *needle = value(k, 0), *in = arg(k, 1);

    if (json_is_string(in)) {
        spend(k->r, json_string_length(in) / 64);
        return json_boolean(strstr(json_string_value(in), to_text(k->r, needle)) != NULL);
    }
    for (size_t i = 0; i < json_array_size(in) && spend(k->r, 1); i++)
        if (equal_strict(needle, json_array_get(in, i)))
            return json_true();
    return json_false();
}

/* --- texts ---------------------------------------------------------------------------------- */

static json_t *
op_cat(const struct call *k)
{
    struct buf b = text_begin(k->r);

    for (size_t i = 0; i < argc(k) && !k->r->over; i++)
        put_text(k->r, &b, arg(k, i), true, 0);
    return json_string(text_end(k->r, &b));
}

/* Where letter number `i` starts, letters being code points. */
static const char *
letter(const char *s, long i)
{
    while (i-- > 0 && utf8_next(&s))
        ;
    return s;
}

/* A position in a text of n letters; negative ones count from its end. */
static long
position(const struct call *k, size_t i, long n, long absent_is)
{
    double x = i < argc(k) ? to_number(k->r, arg(k, i)) : (double)absent_is;
    long at = isnan(x) ? 0 : x > (double)n ? n : x < (double)-n ? -n : (long)x;

    return at < 0 ? n + at : at;
}

static json_t *
op_substr(const struct call *k)
{
    const char *s = to_text(k->r, arg(k, 0)), *from, *to;
    long n = (long)utf8_length(s), start = position(k, 1, n, 0), end;
    bool back = argc(k) > 2 && to_number(k->r, arg(k, 2)) < 0;

    spend(k->r, strlen(s) / 16);
    end = position(k, 2, n, n);
    if (!back)                              /* a length, not a position counted from the end */
        end = end > n - start ? n : start + end;
    from = letter(s, start);
    to = letter(s, end);
    return to > from ? json_stringn(from, (size_t)(to - from)) : json_string("");
}

/* --- ours: legal periods -------------------------------------------------------------------- */

static bool
days(const struct call *k, day *from, day *received)
{
    const char *since = json_string_value(arg(k, 0));
    const char *now = json_string_value(json_object_get(k->r->root, "$received"));

    return since && now && date_parse(since, from) && date_parse(now, received);
}

static json_t *
op_days_since(const struct call *k)
{
    day from, now;

    return days(k, &from, &now) ? json_integer(now - from) : json_null();
}

/* Age: full years.  Who is born on 29 February is a year older on 1 March of a common year. */
static json_t *
op_years_since(const struct call *k)
{
    day from, now;
    struct ymd a, b;

    if (!days(k, &from, &now))
        return json_null();
    a = date_ymd(from);
    b = date_ymd(now);
    return json_integer(b.y - a.y - (b.m < a.m || (b.m == a.m && b.d < a.d)));
}

/* --- the machine ---------------------------------------------------------------------------- */

static const struct op OPS[] = {
    { "var", op_var, false },
    { "missing", op_missing, false },
    { "missing_some", op_missing_some, false },
    { "if", op_if, true },
    { "?:", op_if, true },
    { "==", op_eq, false },
    { "===", op_same, false },
    { "!=", op_ne, false },
    { "!==", op_not_same, false },
    { "!", op_not, false },
    { "!!", op_yes, false },
    { "or", op_or, true },
    { "and", op_and, true },
    { ">", op_gt, false },
    { ">=", op_ge, false },
    { "<", op_lt, false },
    { "<=", op_le, false },
    { "max", op_max, false },
    { "min", op_min, false },
    { "+", op_add, false },
    { "-", op_sub, false },
    { "*", op_mul, false },
    { "/", op_div, false },
    { "%", op_mod, false },
    { "map", op_map, true },
    { "filter", op_filter, true },
    { "reduce", op_reduce, true },
    { "all", op_all, true },
    { "none", op_none, true },
    { "some", op_some, true },
    { "merge", op_merge, false },
    { "in", op_in, false },
    { "cat", op_cat, false },
    { "substr", op_substr, false },
    { "days_since", op_days_since, false },
    { "years_since", op_years_since, false },
};

static const struct op *
op_find(const char *name)
{
    for (size_t i = 0; i < sizeof OPS / sizeof *OPS; i++)
        if (strcmp(OPS[i].name, name) == 0)
            return &OPS[i];
    return NULL;
}

/* {"op": x} and {"op": [x]} are the same. */
static json_t *
arguments(const json_t *args)
{
    return json_is_array(args) ? ref(args) : json_pack("[O]", args);
}

static json_t *
apply_all(struct run *r, const json_t *list, const json_t *data, int depth)
{
    json_t *out = json_array();

    for (size_t i = 0; i < json_array_size(list) && !r->over; i++)
        json_array_append_new(out, apply(r, json_array_get(list, i), data, depth));
    return out;
}

static json_t *
apply_op(struct run *r, const struct op *op, const json_t *raw, const json_t *data, int depth)
{
    json_t *given = arguments(raw);
    json_t *args = op->lazy ? ref(given) : apply_all(r, given, data, depth);
    struct call k = {r, args, data, depth};
    json_t *out = r->over ? json_null() : op->run(&k);

    json_decref(args);
    json_decref(given);
    return out;
}

static json_t *
apply(struct run *r, const json_t *rule, const json_t *data, int depth)
{
    void *first;
    const struct op *op;

    if (depth >= DEPTH_MAX)
        r->over = true;
    if (r->over || !spend(r, 1))
        return json_null();
    if (json_is_array(rule))
        return apply_all(r, rule, data, depth + 1);
    if (!json_is_object(rule) || json_object_size(rule) != 1)
        return ref(rule);                       /* a literal */
    first = json_object_iter((json_t *)rule);
    op = op_find(json_object_iter_key(first));
    return op ? apply_op(r, op, json_object_iter_value(first), data, depth + 1) : json_null();
}

json_t *
logic_apply(const json_t *rule, const json_t *data, bool *over)
{
    struct run r = {.root = data};
    json_t *out = apply(&r, rule, data, 0);

    arena_close(r.a);
    if (over)
        *over = r.over;
    if (!r.over)
        return out;
    json_decref(out);
    return json_null();
}

bool
logic_true(const json_t *rule, const json_t *data)
{
    json_t *v = logic_apply(rule, data, NULL);
    bool yes = logic_truthy(v);

    json_decref(v);
    return yes;
}

/* --- checking a rule without running it ----------------------------------------------------- */

struct look {
    void (*var)(void *arg, const char *name);
    void *arg;
    const char *bad;
    bool scoped;            /* inside map, filter ...: names are of the element, not of the form */
};

static void look(struct look *l, const json_t *rule, int depth);

static void
look_names(struct look *l, const json_t *names)
{
    if (json_is_string(names) && l->var && !l->scoped && json_string_length(names))
        l->var(l->arg, json_string_value(names));
    for (size_t i = 0; i < json_array_size(names); i++)
        look_names(l, json_array_get(names, i));
}

/* Operators whose second argument sees one element of the list in the first. */
static bool
opens_scope(const struct op *op)
{
    return op->run == op_map || op->run == op_filter || op->run == op_reduce ||
           op->run == op_all || op->run == op_none || op->run == op_some;
}

static void
look_op(struct look *l, const struct op *op, json_t *raw, int depth)
{
    json_t *args = arguments(raw);
    bool outer = l->scoped;

    if (op->run == op_var)
        look_names(l, json_array_get(args, 0));
    if (op->run == op_missing)
        look_names(l, args);
    if (op->run == op_missing_some)
        look_names(l, json_array_get(args, 1));
    for (size_t i = 0; i < json_array_size(args); i++) {
        l->scoped = outer || (i == 1 && opens_scope(op));
        look(l, json_array_get(args, i), depth + 1);
    }
    l->scoped = outer;
    json_decref(args);
}

static void
look(struct look *l, const json_t *rule, int depth)
{
    void *first;
    const struct op *op;

    if (depth >= DEPTH_MAX) {
        if (!l->bad)
            l->bad = "(nested too deep)";
        return;
    }
    for (size_t i = 0; i < json_array_size(rule); i++)
        look(l, json_array_get(rule, i), depth + 1);
    if (!json_is_object(rule) || json_object_size(rule) != 1)
        return;
    first = json_object_iter((json_t *)rule);
    op = op_find(json_object_iter_key(first));
    if (op)
        look_op(l, op, json_object_iter_value(first), depth);
    else if (!l->bad)
        l->bad = json_object_iter_key(first);
}

const char *
logic_check(const json_t *rule, void (*var)(void *arg, const char *name), void *arg)
{
    struct look l = {.var = var, .arg = arg};

    look(&l, rule, 0);
    return l.bad;
}
