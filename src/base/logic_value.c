/* Values as JavaScript sees them: truthiness, numbers, texts, equality. */
#include "base/logic_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_MAX = 256 << 20 };

json_t *
logic_ref(const json_t *v)
{
    return v ? json_incref((json_t *)v) : json_null();
}

bool
logic_spend(struct run *r, size_t n)
{
    r->work += n;
    if (r->work > LOGIC_WORK)
        r->over = true;
    return !r->over;
}

/* What JSON cannot write: to jansson each is a null that is never freed, to us a number.  Without
 * them {"<": [{"+": [a missing answer, 5]}, 60]} would hold here and not in the browser. */
static json_t NOT_A_NUMBER = {JSON_NULL, (size_t)-1}, PLUS_INFINITY = {JSON_NULL, (size_t)-1},
              MINUS_INFINITY = {JSON_NULL, (size_t)-1};

static bool
is_odd(const json_t *v)
{
    return v == &NOT_A_NUMBER || v == &PLUS_INFINITY || v == &MINUS_INFINITY;
}

static bool
is_null(const json_t *v)
{
    return json_is_null(v) && !is_odd(v);
}

static double
odd_number(const json_t *v)
{
    return v == &NOT_A_NUMBER ? NAN : v == &PLUS_INFINITY ? INFINITY : -INFINITY;
}

json_t *
logic_number(double x)
{
    if (isnan(x))
        return &NOT_A_NUMBER;
    if (isinf(x))
        return x > 0 ? &PLUS_INFINITY : &MINUS_INFINITY;
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
    if (*p == '0' && (p[1] == 'x' || p[1] == 'X')) {    /* strtod would read hexadecimal */
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

/* Number(v) of JavaScript. */
double
logic_to_number(struct run *r, const json_t *v)
{
    if (is_odd(v))
        return odd_number(v);
    switch (v ? json_typeof(v) : JSON_OBJECT) {
    case JSON_NULL:
    case JSON_FALSE:   return 0;
    case JSON_TRUE:    return 1;
    case JSON_INTEGER: return (double)json_integer_value(v);
    case JSON_REAL:    return json_real_value(v);
    case JSON_STRING:  return text_number(json_string_value(v));
    case JSON_ARRAY:   return text_number(logic_to_text(r, v));
    case JSON_OBJECT:  break;
    }
    return NAN;
}

/* parseFloat(v): what + and * use. */
double
logic_parse_float(struct run *r, const json_t *v)
{
    const char *end;

    if (json_is_number(v))
        return json_number_value(v);
    if (is_odd(v))
        return odd_number(v);
    return decimal(skip_space(logic_to_text(r, v)), &end);
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
put_null(struct buf *b, const json_t *v, bool inside)
{
    if (is_odd(v))
        buf_str(b, v == &NOT_A_NUMBER ? "NaN" : v == &PLUS_INFINITY ? "Infinity" : "-Infinity");
    else if (!inside)
        buf_str(b, "null");
}

void
logic_put_text(struct run *r, struct buf *b, const json_t *v, bool inside, int depth)
{
    switch (v && depth < LOGIC_DEPTH && logic_spend(r, 1) ? json_typeof(v) : JSON_NULL) {
    case JSON_NULL:    put_null(b, v, inside); break;
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
            logic_put_text(r, b, json_array_get(v, i), true, depth + 1);
        }
        break;
    }
}

struct buf
logic_text_begin(struct run *r)
{
    struct buf b;

    if (!r->a)
        r->a = arena_open(ARENA_MAX);
    buf_init(&b, r->a, LOGIC_TEXT);
    return b;
}

/* The text is complete: its length is work, and one that passed the ceiling ends the run. */
const char *
logic_text_end(struct run *r, const struct buf *b)
{
    if (b->over)
        r->over = true;
    logic_spend(r, b->n / 16);
    return b->p;
}

/* String(v) of JavaScript; lives until the run ends. */
const char *
logic_to_text(struct run *r, const json_t *v)
{
    struct buf b;

    if (json_is_string(v))
        return json_string_value(v);
    b = logic_text_begin(r);
    logic_put_text(r, &b, v, false, 0);
    return logic_text_end(r, &b);
}

bool
logic_truthy(const json_t *v)
{
    if (is_odd(v))
        return v != &NOT_A_NUMBER;
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

bool
logic_is_container(const json_t *v)
{
    return json_is_array(v) || json_is_object(v);
}

bool
logic_equal_strict(const json_t *x, const json_t *y)
{
    if (json_is_number(x) && json_is_number(y))
        return json_number_value(x) == json_number_value(y);
    if (is_odd(x) || is_odd(y))
        return x == y && x != &NOT_A_NUMBER;
    if (logic_is_container(x) || logic_is_container(y))
        return x == y;                              /* the same object, as in JavaScript */
    return json_equal(x, y);
}

bool
logic_equal_loose(struct run *r, const json_t *x, const json_t *y)
{
    if (is_null(x) || is_null(y))
        return is_null(x) && is_null(y);
    if (logic_is_container(x) && logic_is_container(y))
        return x == y;
    if (json_is_string(x) + json_is_string(y) + logic_is_container(x) + logic_is_container(y) == 2)
        return strcmp(logic_to_text(r, x), logic_to_text(r, y)) == 0;
    return logic_to_number(r, x) == logic_to_number(r, y);
}

/* -1, 0, 1, or 2 when the two cannot be compared. */
int
logic_compare(struct run *r, const json_t *x, const json_t *y)
{
    double a, b;

    if ((json_is_string(x) || logic_is_container(x)) &&
        (json_is_string(y) || logic_is_container(y))) {
        int d = strcmp(logic_to_text(r, x), logic_to_text(r, y));
        return (d > 0) - (d < 0);
    }
    a = logic_to_number(r, x);
    b = logic_to_number(r, y);
    return isnan(a) || isnan(b) ? 2 : (a > b) - (a < b);
}
