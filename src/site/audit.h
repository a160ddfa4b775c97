/*
 * The log of accesses to personal data, shown to auditors and, of their own dossiers, to citizens
 * (Luật BVDLCN 91/2025/QH15).  An auditor sees what officers of the reached agencies
 * saw, and what anybody saw of the dossiers of these agencies.
 */
#ifndef SITE_AUDIT_H
#define SITE_AUDIT_H

#include "base/ctx.h"
#include "http/route.h"

struct audit_filter { const char *code, *login; };     /* of a dossier, of an officer; "" any */

struct audit_row {
    int64_t id, at, home;       /* home: the viewer's agency */
    const char *name, *login;   /* of who saw; "" a look-up with code and secret */
    const char *what;
    const char *code;           /* of the dossier; "" none */
    const char *person;         /* name of the officer whose data it was; "" none */
};

struct audit_view {
    const struct audit_filter *filter;
    const struct audit_row *p;
    size_t n;
    const char *next;
};

const char *audit_what(const struct audit_row *r);                      /* N_() */
const char *audit_agency(struct ctx *c, const struct audit_row *r);     /* "" none */

#endif
