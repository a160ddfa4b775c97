/*
 * Drafts: an application before it is handed in.  No status, no code, no clock; bounded in number
 * (20 an account) and in time (90 days untouched).  A draft keeps the procedure version it began
 * with.  Its files are papers of owner draft.id.
 *
 * Errors:  E_NOTFOUND no such draft of this account; E_CONFLICT saved elsewhere in between;
 *          E_INVALID too many drafts or too large.
 */
#ifndef MOD_DOSSIERS_DRAFTS_H
#define MOD_DOSSIERS_DRAFTS_H

#include "mod/dossiers/dossiers.h"

enum { DRAFTS_MAX = 20, DRAFTS_DAYS = 90 };

struct draft {
    int64_t id;
    const char *token;              /* its name in addresses */
    int64_t account, version;       /* version: +1 a save */
    const char *procedure;
    int64_t procedure_version;
    int64_t unit;                   /* receiving unit; 0 not chosen yet */
    json_t *answers;                /* an object; never NULL; the caller's to json_decref() */
    struct party *parties;
    size_t n_parties;
    const char *payer;
    int64_t delivery;
    const char *delivery_address, *helper;
    const char *page;               /* where the citizen was: free word of the pages */
    int64_t mandate;                /* by which it is filled in for another; 0 none */
    int64_t created_at, updated_at;
};

int draft_new(struct ctx *c, const char *procedure,
              struct draft *out); /* newest published version */
int draft_get(struct ctx *c, const char *token, struct draft *out);         /* of c->account only */
int draft_save(struct ctx *c, struct draft *d); /* d->version as on screen; 0: last writer wins */
int draft_delete(struct ctx *c, const char *token);     /* its files, too */
int draft_list(struct ctx *c, struct draft **out, size_t *n);   /* newest first; answers left out */
/* The submission this draft would make (online): for dossiers_preview() and dossiers_submit(). */
void draft_submission(const struct draft *d, struct submission *out);
int drafts_expire(struct ctx *c);       /* job: rows removed, or rc */

#endif
