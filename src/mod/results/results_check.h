/* The public check: what can be said of a file or of the code on a paper.  Internal to this slice.
 */
#ifndef MOD_RESULTS_CHECK_H
#define MOD_RESULTS_CHECK_H

#include "html/parts.h"
#include "mod/results/issued.h"
#include "sign/claim.h"
#include "sign/verify.h"

enum check_verdict {
    CHECK_GOOD,         /* genuine, unchanged, in force */
    CHECK_OVER,         /* genuine, but replaced, revoked or expired */
    CHECK_ELSEWHERE,    /* validly signed by others whom this site trusts: not issued here */
    CHECK_CHANGED,      /* of ours once, changed since; or signatures that do not hold */
    CHECK_UNKNOWN,      /* nothing here says so */
};

struct check_view {
    bool asked;
    enum check_verdict verdict;
    enum tone tone;
    const char *head, *say;             /* N_() */
    const char *more;                   /* N_() what to do; NULL */
    bool has;                           /* r is the result that was found */
    struct result r, by;                /* by: in its place; id 0 none */
    const char *agency, *holder;        /* name; initials */
    const char *reason;                 /* of a revocation: the one of the list; NULL none */
    bool by_claim;                      /* the code's own signature was checked */
    const struct verify_report *report; /* of a file; NULL */
    const char *file_name;
};

#endif
