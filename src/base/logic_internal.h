/* The parts of the JSONLogic evaluator; only logic*.c include it. */
#ifndef BASE_LOGIC_INTERNAL_H
#define BASE_LOGIC_INTERNAL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/logic.h"

enum { LOGIC_DEPTH = 64, LOGIC_WORK = 100000, LOGIC_TEXT = 64 * 1024, LOGIC_NEST = 16 };

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
    bool scope;                 /* its second argument sees one element of the list in the first */
};

/* logic.c */
json_t *logic_run(struct run *r, const json_t *rule, const json_t *data, int depth);

/* logic_ops.c */
const struct op *logic_op_find(const char *name);

/* logic_value.c: values as JavaScript sees them */
json_t *logic_ref(const json_t *v);                         /* NULL: null */
bool logic_spend(struct run *r, size_t n);                  /* false: the work is used up */
json_t *logic_number(double x);                             /* whole ones as integers */
double logic_to_number(struct run *r, const json_t *v);     /* Number(v) */
double logic_parse_float(struct run *r, const json_t *v);   /* parseFloat(v) */
const char *logic_to_text(struct run *r, const json_t *v);  /* String(v); of the run */
bool logic_is_container(const json_t *v);
bool logic_equal_strict(const json_t *x, const json_t *y);
bool logic_equal_loose(struct run *r, const json_t *x, const json_t *y);
int logic_compare(struct run *r, const json_t *x, const json_t *y);     /* -1 0 1; 2 not */
struct buf logic_text_begin(struct run *r);
void logic_put_text(struct run *r, struct buf *b, const json_t *v, bool inside, int depth);
const char *logic_text_end(struct run *r, const struct buf *b);

#endif
