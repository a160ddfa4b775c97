/*
 * The words of a route row's permission.  http/ knows them only as words: auth/ says which role has
 * which, the gate asks, and every query asks the same of the row's unit through v_reach.
 */
#ifndef HTTP_PERM_H
#define HTTP_PERM_H

#include <stdint.h>

enum perm {
    PERM_UNSET,
    PERM_PUBLIC,            /* anybody, signed in or not */
    PERM_SIGNED_IN,         /* any account: own settings, sign-out */
    PERM_CITIZEN,           /* a citizen's account: own drafts and dossiers */
    PERM_OFFICER,           /* any officer: the desk's frame, own work */
    PERM_DOSSIER_READ,      /* see dossiers of reached units */
    PERM_DOSSIER_INTAKE,    /* receive, refuse at intake, hand over */
    PERM_DOSSIER_PROCESS,   /* examine, ask for supplements, propose */
    PERM_DOSSIER_DECIDE,    /* sign, second supplement, stop, extend */
    PERM_DOSSIER_ASSIGN,    /* give tasks to officers; leader's overview */
    PERM_REPORT,            /* statistics and exports */
    PERM_ADMIN_AGENCIES,    /* the tree, stand-ins, delegations */
    PERM_ADMIN_OFFICERS,    /* officers' accounts and roles */
    PERM_ADMIN_CATALOGUE,   /* procedures, drafts, differences */
    PERM_ADMIN_SETTINGS,    /* calendar and settings */
    PERM_AUDIT,             /* the log of accesses */
    PERM_API_READ,          /* a token that reads */
    PERM_API_WRITE,         /* a token that creates and acts */
    PERM_DIGITISE,          /* scan batches: cut, index, attach, enter registers */
    PERM_RIGHTS,            /* which role may do what */
    PERM_ARCHIVE,           /* periods of keeping, packages, lists of what is to be destroyed */
    PERM_APPLY,             /* an application before it is handed in: own, or helped with */
    PERM_ASSIST,            /* help at a person's home: begin one, have it confirmed */
    PERM_JOURNAL,           /* the journal of administration */
    PERM__COUNT
};

#define PERM_BIT(p) ((int64_t)1 << (p))

#endif
