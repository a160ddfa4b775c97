/* The inside of pagec: what pagec.c (text, values, messages) and pagec_blocks.c (directives)
 * share. */
#ifndef TOOLS_PAGEC_INTERNAL_H
#define TOOLS_PAGEC_INTERNAL_H

#include "tools/markup.h"
#include "tools/pagec.h"
#include "tools/text.h"

enum { DEPTH_MAX = 48, OUT_MAX = 16 << 20 };

enum kind { B_PAGE, B_FRAGMENT, B_IF, B_FOR, B_FORM, B_TITLE, B_CRUMB, B_CALL };

/* Where text may stand: outside of any page, before the frame was opened, in the page. */
enum where { OUTSIDE, PRELUDE, BODY };

struct block {
    enum kind kind;
    enum where where;           /* to come back to */
    int line, serial;
    bool has_else, branched;
    struct markup_at before, after;
    const char *arg;            /* crumb: address; call: its call */
};

struct pc {
    struct arena *a;
    const char *path, *base, *s;     /* base: start of the text that s walks */
    int line, serial;
    enum where where;
    struct markup_at at;
    struct buf lit;             /* markup not yet written */
    struct buf uses;
    bool skip_space, pre;
    const char *layout;         /* of the page being compiled; NULL: by the environment */
    struct block stack[DEPTH_MAX];
    size_t depth;
    struct pagec_out *out;
};

extern const char *const PAGEC_KIND[];

/* Keeps the first refusal: "file:line: sentence". */
void pagec_refuse(struct pc *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void pagec_check(struct pc *p, const char *refusal);

/* Code that the compiler of C shall report at the template's line. */
void pagec_code(struct pc *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The first thing that shows ends the prelude: the frame is opened. */
void pagec_body(struct pc *p);

char *pagec_take(struct pc *p, const char *end);    /* the text up to `end`, which is passed */
void pagec_directive(struct pc *p);                 /* {% ... %} */
void pagec_run(struct pc *p);                       /* all of p->s */

#endif
