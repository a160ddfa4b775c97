/*
 * Help at a person's home (ADR 0045): an officer or a member of a community digital team fills in
 * an application, and the person confirms what was read out: by a code that went to their mail
 * address, by a code that their own device showed under a summary, or by a signature on the
 * screen.  What is confirmed is a hash that the caller makes; whatever changes afterwards makes
 * another one, and the confirmation stands no more.
 *
 * A leaf: drafts, answers and files are opaque here.
 * Table:     assist (view v_assist).
 * Errors:    E_NOTFOUND no such; E_LIMIT a bound of rules.yaml with c->retry_after; E_CONFLICT.
 */
#ifndef MOD_ASSIST_ASSIST_H
#define MOD_ASSIST_ASSIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ctx.h"
#include "mod/deadlines/rules.h"

enum assist_way { ASSIST_NONE, ASSIST_MAIL, ASSIST_DEVICE, ASSIST_SIGNATURE, ASSIST__COUNT };
enum { ASSIST_TRIES = 5, ASSIST_DIGITS = 6 };

struct assist {
    int64_t draft, helper, unit, began_at, sends;
    const char *code;           /* hash; "" none is waited for */
    const char *told;           /* masked address of the letter */
    enum assist_way asked_way;
    const char *asked;          /* what the link or code is about */
    int64_t asked_at, tries;
    enum assist_way way;
    const char *confirmed, *signature;
    int64_t confirmed_at, ended_at, dossier;
};

const char *assist_way_word(enum assist_way w);     /* "mail" */
const char *assist_way_name(enum assist_way w);     /* N_("mã gửi qua thư điện tử") */

/* By c->account.  E_LIMIT: as many as the rules allow in a day. */
int assist_begin(struct ctx *c, const struct assist_rule *r, int64_t draft, int64_t unit);
int assist_get(struct ctx *c, int64_t draft, struct assist *out);       /* any helper's */
int64_t assist_begun_today(struct ctx *c);                              /* by c->account */

/* A summary for the person's own device: what stands in its address. */
int assist_link(struct ctx *c, const struct assist_rule *r, const struct assist *a,
                const char *what, char **token);
int assist_by_link(struct ctx *c, const struct assist_rule *r, const char *token,
                   struct assist *out);         /* E_NOTFOUND: none, used, too old or ended */
/* A code in place of an older code or link. */
int assist_code(struct ctx *c, const struct assist_rule *r, const struct assist *a,
                enum assist_way way, const char *what, const char *told, char **code);
enum assist_answer { ASSIST_RIGHT, ASSIST_WRONG, ASSIST_SPENT, ASSIST_LATE, ASSIST_CHANGED };
/* Counts the wrong one: the handler returns OK with its page.  At ASSIST_RIGHT it is confirmed. */
int assist_try(struct ctx *c, const struct assist_rule *r, const struct assist *a,
               const char *what, const char *typed, enum assist_answer *out);
const char *assist_answer_say(enum assist_answer a);        /* N_() sentence */
int assist_sign(struct ctx *c, const struct assist *a, const char *what, const char *signature);
/* Pure: what was confirmed is this, and lately. */
bool assist_stands(const struct assist *a, const struct assist_rule *r, const char *what,
                   int64_t now);

/* The draft was handed in as this dossier; 0: given up.  No such help: nothing. */
int assist_end(struct ctx *c, int64_t draft, int64_t dossier);
/* Drafts that were begun before, oldest first, and not ended: at most `max`. */
int assist_older(struct ctx *c, int64_t before, size_t max, int64_t *drafts, size_t *n);
/* Without an end, or given up: begun between, and either ended or begun before `stale`. */
int assist_unfinished(struct ctx *c, int64_t helper, int64_t from, int64_t upto, int64_t stale,
                      int64_t *n, int64_t *unit);

#endif
