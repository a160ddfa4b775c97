/* What an error page shows; see errors.c. */
#ifndef SITE_ERRORS_H
#define SITE_ERRORS_H

#include "base/ctx.h"
#include "base/date.h"
#include "base/money.h"
#include "html/page.h"

/* Beyond these seconds a wait is told in minutes, and only by its end. */
enum { ERROR_MINUTES = 90, ERROR_HOURS = 3 * 3600 };

struct error_view {
    int status;
    const char *title, *say;        /* N_() */
    const char *sign_in, *again;    /* addresses; NULL none */
    int retry_after;
    const char *second;             /* where the second factor is set up, asked first; NULL: not */
    bool desk;                      /* the way back is an officer's work list */
    const char *resend;             /* address that takes what was typed once more; NULL none */
    struct pair *fields;            /* what was typed */
    size_t fields_n;
};

#endif
