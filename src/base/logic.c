/*
 * JSONLogic.  Follows json-logic-js, including JavaScript's loose comparison, because the same
 * conditions run in the citizen's browser: a rule must not hold there and fail here.
 */
#include "base/logic_internal.h"

#include <string.h>

/* {"op": x} and {"op": [x]} are the same. */
static json_t *
arguments(const json_t *args)
{
    return json_is_array(args) ? logic_ref(args) : json_pack("[O]", args);
}

static json_t *
apply_all(struct run *r, const json_t *list, const json_t *data, int depth)
{
    json_t *out = json_array();

    for (size_t i = 0; i < json_array_size(list) && !r->over; i++)
        json_array_append_new(out, logic_run(r, json_array_get(list, i), data, depth));
    return out;
}

static json_t *
apply_op(struct run *r, const struct op *op, const json_t *raw, const json_t *data, int depth)
{
    json_t *given = arguments(raw);
    json_t *args = op->lazy ? logic_ref(given) : apply_all(r, given, data, depth);
    struct call k = {r, args, data, depth};
    json_t *out = r->over ? json_null() : op->run(&k);

    json_decref(args);
    json_decref(given);
    return out;
}

json_t *
logic_run(struct run *r, const json_t *rule, const json_t *data, int depth)
{
    void *first;
    const struct op *op;

    if (depth >= LOGIC_DEPTH)
        r->over = true;
    if (r->over || !logic_spend(r, 1))
        return json_null();
    if (json_is_array(rule))
        return apply_all(r, rule, data, depth + 1);
    if (!json_is_object(rule) || json_object_size(rule) != 1)
        return logic_ref(rule);                       /* a literal */
    first = json_object_iter((json_t *)rule);
    op = logic_op_find(json_object_iter_key(first));
    return op ? apply_op(r, op, json_object_iter_value(first), data, depth + 1) : json_null();
}

json_t *
logic_apply(const json_t *rule, const json_t *data, bool *over)
{
    struct run r = {.root = data};
    json_t *out = logic_run(&r, rule, data, 0);

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

static void
look_op(struct look *l, const struct op *op, json_t *raw, int depth)
{
    json_t *args = arguments(raw);
    bool outer = l->scoped;

    if (strcmp(op->name, "var") == 0)
        look_names(l, json_array_get(args, 0));
    if (strcmp(op->name, "missing") == 0)
        look_names(l, args);
    if (strcmp(op->name, "missing_some") == 0)
        look_names(l, json_array_get(args, 1));
    for (size_t i = 0; i < json_array_size(args); i++) {
        l->scoped = outer || (i == 1 && op->scope);
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

    if (depth >= LOGIC_DEPTH) {
        if (!l->bad)
            l->bad = "(nested too deep)";
        return;
    }
    for (size_t i = 0; i < json_array_size(rule); i++)
        look(l, json_array_get(rule, i), depth + 1);
    if (!json_is_object(rule) || json_object_size(rule) != 1)
        return;
    first = json_object_iter((json_t *)rule);
    op = logic_op_find(json_object_iter_key(first));
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
