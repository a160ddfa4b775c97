#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/ctx.h"
#include "base/now.h"

enum { FAULTS_MAX = 200 };

void
ctx_init(struct ctx *c, struct arena *a)
{
    *c = (struct ctx){.a = a, .now = now_seconds()};
}

int
err_set(struct ctx *c, enum rc rc, const char *say, const char *at, const char *detail, ...)
{
    va_list ap;

    c->err = (struct err){.rc = rc, .say = say, .at = at};
    va_start(ap, detail);
    vsnprintf(c->err.detail, sizeof c->err.detail, detail, ap);
    va_end(ap);
    return rc;
}

int
err_fault(struct ctx *c, const char *name, const char *label, const char *say, const char *at)
{
    if (c->faults.n < FAULTS_MAX)
        *vec_push(c->a, &c->faults) = (struct fault){name, label, say};
    return err_set(c, E_INVALID,
                   N_("Một số thông tin chưa đúng, hãy xem lại các ô được đánh dấu"), at,
                   "field %s", name);
}
