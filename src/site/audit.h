/*
 * The log of accesses to personal data, shown to auditors and, of their own dossiers, to citizens
 * (Luật BVDLCN 91/2025/QH15).  An auditor sees what officers of the reached agencies
 * saw, and what anybody saw of the dossiers of these agencies.
 */
#ifndef SITE_AUDIT_H
#define SITE_AUDIT_H

#include "base/ctx.h"
#include "html/parts.h"
#include "http/route.h"

/* What stands in the address; "" and 0: any. */
struct audit_filter {
    const char *code;           /* of a dossier */
    const char *login;          /* of who saw */
    const char *person;         /* personal number, tax code or telephone of a party */
    const char *purpose;
    int64_t unit;               /* of who saw, at that time */
    int64_t from, upto;         /* ids: [from, upto) */
};

struct audit_row {
    int64_t id, at, home;       /* home: the viewer's agency at that time */
    const char *name, *login;   /* of who saw; "" a look-up with code and secret */
    const char *what, *purpose;
    const char *code;           /* of the dossier; "" none */
    const char *person;         /* name of the officer whose data it was; "" none */
    bool asked;                 /* the citizen asked why */
};

/* What officers saw, and what was done in administration. */
enum audit_tab { AUDIT_SEEN, AUDIT_DONE, AUDIT__TABS };

struct audit_view {
    const struct audit_filter *filter;
    const struct audit_row *p;
    size_t n;
    const char *next;
    const struct choice *purposes;
    size_t n_purposes;
    struct url csv;
    struct link tabs[AUDIT__TABS];
    size_t n_tabs;
    int64_t alarms;             /* open ones within reach */
};

const char *audit_what(const struct audit_row *r);                      /* N_() */
const char *audit_purpose(struct ctx *c, const struct audit_row *r);    /* translated; "" none */
const char *audit_agency(struct ctx *c, const struct audit_row *r);     /* "" none */
/* Ids stay inside: a page names an entry by this. */
const char *audit_token(struct ctx *c, int64_t id);
int64_t audit_token_read(const struct ctx *c, const char *token);       /* 0: none */

/* This list with the same filter elsewhere, as a file or on paper: the inputs of the route's row
 * from `first` up to `end` that were given. */
struct url audit_address(struct ctx *c, const char *path, int first, int end);

/* The journals one may go between, the open one among them: how many. */
size_t audit_tabs(struct ctx *c, enum audit_tab open, struct link out[AUDIT__TABS]);

#endif
