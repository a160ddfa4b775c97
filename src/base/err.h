/*
 * One error value, two texts: a sentence for the person (Vietnamese, translatable) and a detail for
 * the log.  It is recorded once where it is known, with fail(); callers return the number
 * unchanged; site/serve.c alone maps it to a status and a page.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <inttypes.h>

enum rc {
    OK = 0,
    E_NOTFOUND = -1,    /* not there, or not yours: the same answer */
    E_DENIED   = -2,    /* signed in, but may not */
    E_INVALID  = -3,    /* an input is wrong: see c->faults for the fields */
    E_CONFLICT = -4,    /* not possible now, or someone was faster */
    E_SYS      = -5,    /* our fault or the machine's */
    E_SIGNIN   = -6,    /* nobody is signed in */
    E_LIMIT    = -7,    /* too many tries; c->retry_after says when */
    E_TOOBIG   = -8,    /* body over the row's limit */
    E_REPLAY   = -9,    /* same idempotency key, another body (422) */
    E_DOWN     = -10,   /* the database cannot be used for a while: nothing was stored (503) */
    E_AGAIN    = -11,   /* inside db/ only: others were in the way; the lane runs the job again */
    E_WRITES   = -12,   /* inside the gate only: this read has to write, see RUN_READ_FIRST */
};

/* Text that a translation exists for: marks a literal for extraction, changes nothing. */
#define N_(s) s

struct err {
    enum rc rc;
    const char *say;        /* sentence for the person: an N_() literal */
    const char *at;         /* file:line */
    char detail[240];       /* for the log: ids and engine text, never personal data */
};

/* One wrong input.  `name` is the form field's name (or an e-form path such as "con.0.ho_ten"). */
struct fault {
    const char *name;
    const char *label;      /* what the person calls the field; "" when the page knows it */
    const char *say;        /* N_() literal, or text of a procedure package */
};

struct ctx;
#define ERR_STR2(x) #x
#define ERR_STR(x) ERR_STR2(x)
#define ERR_AT __FILE__ ":" ERR_STR(__LINE__)

/* All three give the rc, so a rule reads: return fail(c, E_CONFLICT, N_("..."), "%s", d->code); */
#define fail(c, rc, say, ...) err_set((c), (rc), (say), ERR_AT, __VA_ARGS__)
#define fail_field(c, name, say) err_fault((c), (name), "", (say), ERR_AT)
#define fail_labelled(c, name, label, say) err_fault((c), (name), (label), (say), ERR_AT)

int err_set(struct ctx *c, enum rc rc, const char *say, const char *at, const char *detail, ...)
    __attribute__((format(printf, 5, 6)));
/* Adds to c->faults (at most 200 are kept) and returns E_INVALID. */
int err_fault(struct ctx *c, const char *name, const char *label, const char *say, const char *at);

#endif
