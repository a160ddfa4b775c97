/*
 * What a person does with a paper of the vault: a link that shows it to somebody for a purpose and
 * until a day, and a report that something in it is wrong.
 *
 * Tables:    vault_share, vault_report.
 * Lifetime:  texts live in the request's arena.
 * Errors:    E_NOTFOUND no such link or report, or it does not hold any more; E_INVALID a field.
 */
#ifndef MOD_PAPERS_VAULT_SHARE_H
#define MOD_PAPERS_VAULT_SHARE_H

#include "mod/papers/vault.h"

enum { SHARES_MAX = 20 /* of a paper that hold */, SHARE_DAYS_MAX = 90, SHARE_OPENED_MAX = 200,
       REPORTS_MAX = 3 /* open ones of a paper */ };

struct vault_share {
    int64_t id;
    const char *ref;                    /* for a form: says nothing of the link */
    int64_t item, account;
    const char *purpose;
    int64_t created_at, expires_at, revoked_at, opened, opened_at;
};

/* *token is the link's secret and shown once: only its SHA-256 is stored. */
int vault_share_new(struct ctx *c, int64_t item, const char *purpose, int days, char **token);
int vault_shares(struct ctx *c, int64_t item, struct vault_share **out, size_t *n);
int vault_share_revoke(struct ctx *c, int64_t item, const char *ref);
bool vault_share_holds(const struct ctx *c, const struct vault_share *s);
/* Whoever has the link.  E_NOTFOUND: ended, revoked, opened too often, or the paper is not in force
 * any more. */
int vault_share_find(struct ctx *c, const char *token, struct vault_share *s,
                     struct vault_item *out);
int vault_share_opened(struct ctx *c, const struct vault_share *s);     /* counts it */

struct vault_report {
    int64_t id;
    const char *ref;
    int64_t item, unit, account;
    const char *text;
    int64_t at, answered_at, answered_by;       /* answered_at 0: open */
    const char *answer;
};
int vault_report_new(struct ctx *c, const struct vault_item *it, const char *text);
int vault_reports(struct ctx *c, int64_t item, struct vault_report **out, size_t *n);
/* Open ones of agencies where c->account has `p`, oldest first. */
int vault_reports_open(struct ctx *c, int64_t perms, size_t max, struct vault_report **out,
                       size_t *n);
int vault_report_get(struct ctx *c, const char *ref, int64_t perms, struct vault_report *out);
int vault_report_answer(struct ctx *c, const struct vault_report *r, const char *answer);

#endif
