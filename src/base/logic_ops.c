/* The operators of JSONLogic, and two of ours. */
#include "base/logic_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/utf8.h"

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
    return i < argc(k) ? logic_run(k->r, arg(k, i), data, k->depth) : json_null();
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

        if (!data || !logic_spend(r, 1))
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
        return logic_ref(k->data);
    v = lookup(k->r, k->data, logic_to_text(k->r, name));
    return logic_ref(v ? v : arg(k, 1));
}

/* The names in `keys` whose value is absent, null or "". */
static json_t *
absent(const struct call *k, const json_t *keys)
{
    json_t *out = json_array();

    for (size_t i = 0; i < json_array_size(keys) && logic_spend(k->r, 1); i++) {
        const json_t *key = json_array_get(keys, i);
        const json_t *v = lookup(k->r, k->data, logic_to_text(k->r, key));

        if (!v || json_is_null(v) || (json_is_string(v) && json_string_length(v) == 0))
            json_array_append_new(out, logic_ref(key));
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

    if (have >= logic_to_number(k->r, arg(k, 0)))
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
    return json_boolean(logic_equal_loose(k->r, value(k, 0), value(k, 1)));
}

static json_t *
op_same(const struct call *k)
{
    return json_boolean(logic_equal_strict(value(k, 0), value(k, 1)));
}

static json_t *
op_ne(const struct call *k)
{
    return json_boolean(!logic_equal_loose(k->r, value(k, 0), value(k, 1)));
}

static json_t *
op_not_same(const struct call *k)
{
    return json_boolean(!logic_equal_strict(value(k, 0), value(k, 1)));
}

static json_t *
op_gt(const struct call *k)
{
    return json_boolean(logic_compare(k->r, value(k, 0), value(k, 1)) == 1);
}

static json_t *
op_ge(const struct call *k)
{
    int d = logic_compare(k->r, value(k, 0), value(k, 1));

    return json_boolean(d == 0 || d == 1);
}

/* a < b, or a < b < c. */
static json_t *
op_lt(const struct call *k)
{
    bool yes = logic_compare(k->r, value(k, 0), value(k, 1)) == -1;

    if (argc(k) > 2)
        yes = yes && logic_compare(k->r, arg(k, 1), arg(k, 2)) == -1;
    return json_boolean(yes);
}

static json_t *
op_le(const struct call *k)
{
    bool yes = logic_compare(k->r, value(k, 0), value(k, 1)) <= 0;

    if (argc(k) > 2)
        yes = yes && logic_compare(k->r, arg(k, 1), arg(k, 2)) <= 0;
    return json_boolean(yes);
}

/* --- numbers -------------------------------------------------------------------------------- */

static json_t *
extreme(const struct call *k, double sign)
{
    double best = -INFINITY;

    for (size_t i = 0; i < argc(k); i++) {
        double x = sign * logic_to_number(k->r, arg(k, i));

        if (isnan(x))
            return logic_number(x);
        best = x > best ? x : best;
    }
    return logic_number(sign * best);
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
        sum += logic_parse_float(k->r, arg(k, i));
    return logic_number(sum);
}

static json_t *
op_mul(const struct call *k)
{
    double product = 1;

    if (argc(k) == 1)
        return logic_ref(arg(k, 0));
    for (size_t i = 0; i < argc(k); i++)
        product *= logic_parse_float(k->r, arg(k, i));
    return logic_number(argc(k) ? product : NAN);
}

static json_t *
op_sub(const struct call *k)
{
    double x = logic_to_number(k->r, arg(k, 0));

    return logic_number(argc(k) < 2 ? -x : x - logic_to_number(k->r, arg(k, 1)));
}

static json_t *
op_div(const struct call *k)
{
    return logic_number(logic_to_number(k->r, arg(k, 0)) / logic_to_number(k->r, arg(k, 1)));
}

static json_t *
op_mod(const struct call *k)
{
    return logic_number(fmod(logic_to_number(k->r, arg(k, 0)), logic_to_number(k->r, arg(k, 1))));
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

/* Depth of a value, looking no deeper than LOGIC_NEST: a reduce could nest without end. */
static int
nesting(struct run *r, const json_t *v, int depth)
{
    const char *key;
    const json_t *item;
    int deepest = depth;

    if (depth >= LOGIC_NEST || !logic_is_container(v) || !logic_spend(r, 1))
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
        if (nesting(k->r, acc, 0) >= LOGIC_NEST)
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

        if (!logic_spend(k->r, json_array_size(v)))
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
        if (json_string_length(in) == 0)            /* as json-logic-js: "" holds not even "" */
            return json_false();
        logic_spend(k->r, json_string_length(in) / 64);
        return json_boolean(strstr(json_string_value(in), logic_to_text(k->r, needle)) != NULL);
    }
    for (size_t i = 0; i < json_array_size(in) && logic_spend(k->r, 1); i++)
        if (logic_equal_strict(needle, json_array_get(in, i)))
            return json_true();
    return json_false();
}

/* --- texts ---------------------------------------------------------------------------------- */

static json_t *
op_cat(const struct call *k)
{
    struct buf b = logic_text_begin(k->r);

    for (size_t i = 0; i < argc(k) && !k->r->over; i++)
        logic_put_text(k->r, &b, arg(k, i), true, 0);
    return json_string(logic_text_end(k->r, &b));
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
    double x = i < argc(k) ? logic_to_number(k->r, arg(k, i)) : (double)absent_is;
    long at = isnan(x) ? 0 : x > (double)n ? n : x < (double)-n ? -n : (long)x;

    return at < 0 ? n + at : at;
}

static json_t *
op_substr(const struct call *k)
{
    const char *s = logic_to_text(k->r, arg(k, 0)), *from, *to;
    long n = (long)utf8_length(s), start = position(k, 1, n, 0), end;
    bool back = argc(k) > 2 && logic_to_number(k->r, arg(k, 2)) < 0;

    logic_spend(k->r, strlen(s) / 16);
    end = position(k, 2, n, n);
    if (!back)                              /* a length, not a position counted from the end */
        end = end > n - start ? n : start + end;
    from = letter(s, start);
    to = letter(s, end);
    return to > from ? json_stringn(from, (size_t)(to - from)) : json_string("");
}

/* --- ours: legal periods -------------------------------------------------------------------- */

/* Without a date both are no number: neither more nor less than any period. */
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

    return days(k, &from, &now) ? json_integer(now - from) : logic_number(NAN);
}

/* Age: full years.  Who is born on 29 February is a year older on 1 March of a common year. */
static json_t *
op_years_since(const struct call *k)
{
    day from, now;
    struct ymd a, b;

    if (!days(k, &from, &now))
        return logic_number(NAN);
    a = date_ymd(from);
    b = date_ymd(now);
    return json_integer(b.y - a.y - (b.m < a.m || (b.m == a.m && b.d < a.d)));
}
/* --- by name --------------------------------------------------------------------------------- */

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
    { "map", op_map, true, true },
    { "filter", op_filter, true, true },
    { "reduce", op_reduce, true, true },
    { "all", op_all, true, true },
    { "none", op_none, true, true },
    { "some", op_some, true, true },
    { "merge", op_merge, false },
    { "in", op_in, false },
    { "cat", op_cat, false },
    { "substr", op_substr, false },
    { "days_since", op_days_since, false },
    { "years_since", op_years_since, false },
};

const struct op *
logic_op_find(const char *name)
{
    for (size_t i = 0; i < sizeof OPS / sizeof *OPS; i++)
        if (strcmp(OPS[i].name, name) == 0)
            return &OPS[i];
    return NULL;
}
