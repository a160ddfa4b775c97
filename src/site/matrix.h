/*
 * Who may do what: visitors x permissions x routes, as the gate has it.  `motcua routes --matrix`
 * and a page for administrators and auditors show the same.
 */
#ifndef SITE_MATRIX_H
#define SITE_MATRIX_H

#include "html/parts.h"
#include "http/route.h"

enum visitor {
    VISITOR_GUEST, VISITOR_CITIZEN, VISITOR_INTAKE, VISITOR_SPECIALIST, VISITOR_LEADER,
    VISITOR_ARCHIVIST, VISITOR_REPORTER, VISITOR_AUDITOR, VISITOR_ADMINISTRATOR, VISITOR_COMMUNITY,
    VISITOR_READING_TOKEN, VISITOR_WRITING_TOKEN, VISITOR__COUNT
};

const char *matrix_word(enum visitor v);        /* "intake", "reading token" */
const char *matrix_name(enum visitor v);        /* N_() */
const char *matrix_perm_name(enum perm p);      /* N_() */
/* What the gate says before any query asks whose the thing is. */
bool matrix_may(enum visitor v, const struct route *r);

struct matrix_view {
    const struct route *const *rows;
    size_t n, all;
    const struct choice *roles, *perms;
    size_t n_roles, n_perms;
    const char *role, *perm, *words;
};
bool matrix_shows(const struct matrix_view *v, enum visitor k);        /* a column of the table */

#endif
