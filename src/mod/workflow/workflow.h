/*
 * What may happen to a dossier: the ten national statuses, the actions that move it between them,
 * and who may do each, when.  Pure: no database, no clock, no memory of its own.
 *
 * The statuses and their numbers are the national portal's (list TrangThaiHoSo); the actions named
 * `forward` ... `hand_over` are the words of procedure packages (docs/catalogue-package.md); the
 * others belong to intake, the applicant and the administration and are the same for all
 * procedures. Legal source: NĐ 118/2025/NĐ-CP art. 15-20, forms of TT 03/2025/TT-VPCP (01 receipt
 * ... 05 stop).
 */
#ifndef MOD_WORKFLOW_WORKFLOW_H
#define MOD_WORKFLOW_WORKFLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/perm.h"

enum status {
    ST_NONE, ST_SUBMITTED, ST_ACCEPTED, ST_REFUSED, ST_PROCESSING, ST_SUPPLEMENT,
    ST_FISCAL, ST_WITHDRAWING, ST_STOPPED, ST_DONE, ST_RETURNED, ST__COUNT
};

struct status_info {
    const char *name;           /* N_("Mới đăng ký") */
    const char *word;           /* "submitted": API, filters, logs */
    bool terminal;              /* nothing follows */
    bool stops_clock; /* 5 always; 6 when the procedure says so (the caller asks the package) */
    bool received;              /* counted as received in statistics (not 1 and 3) */
    bool finished;              /* counted as processed: 9 and 10; 8 is finished at that time */
    bool waits;                 /* waits for the applicant: view "waiting" */
};
const struct status_info *workflow_status(enum status s);   /* never NULL */
enum status workflow_status_parse(const char *word);        /* ST_NONE when unknown */
bool workflow_may(enum status from, enum status to);        /* from ST_NONE: how a dossier begins */

enum action {
    ACT_NONE,
    /* of packages: a step offers those it lists */
    ACT_FORWARD, ACT_RETURN, ACT_SUPPLEMENT, ACT_FISCAL, ACT_CONSULT, ACT_REFUSE, ACT_APPROVE,
    ACT_STOP, ACT_EXTEND, ACT_HAND_OVER,
    /* intake */
    ACT_SUBMIT, ACT_RECEIVE, ACT_ACCEPT, ACT_REFUSE_INTAKE, ACT_CHECK_PAPERS, ACT_CORRECT,
    /* the applicant, or intake on the applicant's word */
    ACT_ANSWER, ACT_WITHDRAW, ACT_PAID,
    /* the office */
    ACT_WITHDRAW_GRANT, ACT_WITHDRAW_DENY, ACT_SUPPLEMENT_AGREE, ACT_SUPPLEMENT_DENY, ACT_PAUSE,
    ACT_RESUME, ACT_OPINION, ACT_ATTACH_RESULT, ACT_REOPEN, ACT_CLAIM, ACT_RELEASE, ACT_ASSIGN,
    /* the system */
    ACT_TRANSFER, ACT_RECOMPUTE,
    /* the digitisation desk, in every status: dossiers_digitise() */
    ACT_DIGITISE,
    /* the archive, of what is closed: dossiers_destroy() */
    ACT_DESTROY,
    /* of a confidential dossier: who else may read it */
    ACT_NAME, ACT_UNNAME,
    ACT__COUNT
};

struct action_info {
    const char *name;           /* N_() verb on buttons: "Yêu cầu bổ sung" */
    const char *past;           /* N_() line of the timeline: "Đã yêu cầu bổ sung giấy tờ" */
    const char *word;           /* "supplement": packages and API */
    enum status to;             /* where it leads; ST_NONE: stays, or depends (see the tests) */
    enum perm perm; /* in the unit that holds the step; PERM_UNSET: by the step's role */
    bool by_step;               /* offered only by a step that lists it */
    bool by_holder;             /* only who has claimed the task (or nobody has yet) */
    bool by_applicant;          /* the applicant may, too */
    bool by_system;             /* only the system: jobs and reorganisation */
    bool needs_note;            /* refused without a text for the people concerned */
    bool needs_ground;          /* refused without a legal ground */
    bool public_;               /* shown in the public timeline */
};
const struct action_info *workflow_action(enum action a);   /* never NULL */
enum action workflow_action_parse(const char *word);        /* ACT_NONE when unknown */

#define ACT_BIT(a) ((uint64_t)1 << (a))

enum guard { GUARD_PAPERS_CHECKED, GUARD_FEES_PAID, GUARD_OPINIONS_ANSWERED, GUARD_OTHER_OFFICER,
             GUARD_RESULT_ATTACHED, GUARD__COUNT };
#define GUARD_BIT(g) (1u << (g))
const char *workflow_guard_word(enum guard g);              /* "papers_checked" */
const char *workflow_guard_reason(enum guard g);            /* N_() why it does not hold */
bool workflow_guard_parse(const char *word, enum guard *out);

/* The permission that a step of this role needs in its unit. */
enum perm workflow_role_perm(enum role r);

/* The step the dossier stands at, as the package says; at intake (status 1) all fields are 0. */
struct workflow_step {
    enum role role;
    uint64_t actions;           /* ACT_BIT of the package's list */
    unsigned guards;            /* GUARD_BIT, for forward, approve and refuse */
    bool first;                 /* there is no step to return to */
    bool last;                  /* the hand-over step */
};

struct workflow_who {
    int64_t perms; /* PERM_BIT in the unit that holds the dossier (stand-ins included) */
    bool holder;                /* the task is this officer's */
    bool unclaimed;             /* the task is nobody's yet */
    bool applicant;             /* the account that submitted it */
    bool system;
};

/* What the dossier says now; guards name what holds. */
struct workflow_facts {
    enum status status;
    enum status before;         /* ST_WITHDRAWING: the status it came from */
    unsigned holds;             /* GUARD_BIT that hold at this moment */
    int supplements;            /* requests so far */
    bool supplement_proposed;   /* a second request waits for the leader */
    bool accepted;              /* the clock has started */
    bool extended;              /* one re-appointment was made */
    bool extension_late;        /* past the last moment for an apology */
    bool paused;                /* a stop with a legal basis is running */
    bool can_pause;             /* the package names such stops */
    bool opinion_open;          /* this person may answer an opinion that is asked of a unit */
    bool result;                /* result data is recorded */
    bool confidential;          /* only who is named reads it */
    bool examined;              /* this person did the step before */
    bool examined_may_sign;     /* and nobody else is there who could sign: with a reason */
};

/* NULL: possible now.  Otherwise why not: an N_() sentence; *hidden (may be NULL) is set when the
 * action does not concern this person or step at all, so a page leaves the button away. */
const char *workflow_why_not(enum action a, const struct workflow_step *s,
                             const struct workflow_who *w, const struct workflow_facts *f,
                             bool *hidden);

/* Whether it is this person's to do at all, whatever the status: E_DENIED rather than E_CONFLICT.
 */
bool workflow_person(enum action a, const struct workflow_step *s, const struct workflow_who *w,
                     const struct workflow_facts *f);

struct workflow_offer { enum action action; const char *why_not; };     /* why_not NULL: possible */
/* All actions to show, possible ones first in the order of the enum; at most ACT__COUNT. */
size_t workflow_actions(const struct workflow_step *s, const struct workflow_who *w,
                        const struct workflow_facts *f, struct workflow_offer out[ACT__COUNT]);

#endif
