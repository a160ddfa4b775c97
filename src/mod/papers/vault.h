/*
 * The personal vault: papers that an officer accepted in a dossier or an agency issued, so that
 * they are not asked for again.  Keyed by the holder: a person's number or an organisation's tax
 * code, as the dossier names it.  Types are words of catalogue/paper-types.yaml.
 *
 * Who may see: a citizen what carries the own checked number, and what the own account handed in;
 * an officer only through a dossier (the hub asks for its reach first).
 *
 * Tables:    vault_item, vault_use, vault_count.  Links and reports: vault_share.h.
 * Lifetime:  texts live in the request's arena.
 * Errors:    E_NOTFOUND not there or not yours; E_INVALID a field; E_CONFLICT no longer in force.
 */
#ifndef MOD_PAPERS_VAULT_H
#define MOD_PAPERS_VAULT_H

#include "base/ctx.h"
#include "base/date.h"

/* How sure it is, best first. */
enum vault_source {
    VAULT_ISSUED = 1,                   /* here */
    VAULT_VERIFIED,                     /* an officer saw the original or a certified copy */
    VAULT_DECLARED,                     /* the applicant's upload, accepted */
    VAULT_SOURCE__COUNT
};
enum vault_state { VAULT_IN_FORCE = 1, VAULT_REPLACED, VAULT_REVOKED, VAULT_EXPIRED,
                   VAULT_CORRECTED, VAULT_STATE__COUNT };
const char *vault_source_name(enum vault_source s);     /* N_() */
const char *vault_state_name(enum vault_state s);
const char *vault_state_word(enum vault_state s);       /* "in-force": addresses and filters */

enum { VAULT_LIST_MAX = 500 };          /* papers of one person that are looked at */

struct vault_item {
    int64_t id;
    const char *token;                  /* its name in addresses */
    const char *holder;
    int64_t account;
    const char *type, *number, *issuer;
    day issued_on, valid_from, valid_to;        /* 0: not known, without an end */
    enum vault_source source;
    enum vault_state state;
    const char *note;                   /* why it is not in force any more */
    int64_t replaced_by, ended_at;
    int64_t dossier;
    const char *paper, *code;           /* of that dossier; paper "" for a result */
    int64_t unit, accepted_by, accepted_at;
    const char *accepted_name;          /* of the officer; not stored with it */
    const char *content, *mime, *file_name;     /* content: SHA-256 in hex, "" none kept */
    int64_t size;
    const char *facts;                  /* JSON {fact: text} */
};

/* Puts a paper in; it->id, token and state are set, NULL texts are "".  The same paper again (type
 * and number, else content) or, when only one of the type holds at a time (`single`), an older one,
 * is replaced by one of the same or a better source; by a worse one it is not, and *it becomes the
 * better.  A paper without holder and account is put nowhere (id 0). */
int vault_put(struct ctx *c, struct vault_item *it, bool single);
/* Takes it out of force; OK also when it was already.  by: the item in its place, 0 none. */
int vault_end(struct ctx *c, int64_t item, enum vault_state to, const char *note, int64_t by);
/* What was put in for this dossier's paper ("": its result) and is in force. */
int vault_end_of(struct ctx *c, int64_t dossier, const char *paper, enum vault_state to,
                 const char *note);
/* Corrects number, issuer, dates and facts of an item in force; the others stay. */
int vault_correct(struct ctx *c, const struct vault_item *it);
/* Was it put in from there before and not taken back?  For callers that see a dossier twice. */
bool vault_has(struct ctx *c, int64_t dossier, const char *paper);
/* The item in force that was put in from there: E_NOTFOUND none. */
int vault_of_paper(struct ctx *c, int64_t dossier, const char *paper, struct vault_item *out);
/* Of a dossier that is destroyed: files and facts of items not in force; the others are the
 * person's own. */
int vault_forget_ended(struct ctx *c, int64_t dossier);
int vault_expire(struct ctx *c);        /* job: how many ended yesterday or before, at most 500 */

/* --- looking --- */
struct vault_who {
    const char *number;                 /* the citizen's own, checked; "" */
    int64_t account;                    /* the citizen's */
    bool officer;                       /* asks for somebody with a dossier, or at the counter */
};
/* One look-up by the holder: in force and valid on `today`, best source and newest first. */
int vault_held(struct ctx *c, const char *holder, const struct vault_who *who, day today,
               struct vault_item **out, size_t *n);
/* All of a citizen's, newest first. */
int vault_list(struct ctx *c, const struct vault_who *who, struct vault_item **out, size_t *n);
int vault_get(struct ctx *c, const char *token, const struct vault_who *who,
              struct vault_item *out);
int vault_by_id(struct ctx *c, int64_t item, struct vault_item *out);

/* --- held papers of a draft or dossier --- */
struct vault_use {
    const char *paper;
    int64_t item;
    bool used;                          /* false: the applicant hands in another */
    int64_t owner, at, account;
};
int vault_choose(struct ctx *c, int64_t draft, const struct vault_use *u);
int vault_uses(struct ctx *c, int64_t owner, struct vault_use **out, size_t *n);
int vault_uses_of_item(struct ctx *c, int64_t item, size_t max, struct vault_use **out, size_t *n);
/* What a dossier that is handed in could have used and did, counted at `unit` in `month`; what was
 * chosen in its draft (0: none) is forgotten. */
int vault_used(struct ctx *c, int64_t dossier, int64_t draft, int64_t unit, int month,
               const struct vault_use *u, size_t n);
int vault_forget(struct ctx *c, int64_t draft);         /* a draft that ends */

/* --- how often it worked --- */
struct vault_rate {
    int64_t unit, month;
    int64_t dossiers, spared;           /* that allow it; in which nothing was asked for again */
    int64_t could, reused;              /* papers */
};
/* Sums of the months from..to (202611): of one agency, 0 the city; by month; or of all agencies. */
int vault_rate(struct ctx *c, int64_t unit, int from, int to, struct vault_rate *out);
int vault_rate_months(struct ctx *c, int64_t unit, int from, int to, struct vault_rate **out,
                      size_t *n);
int vault_rate_units(struct ctx *c, int from, int to, struct vault_rate **out, size_t *n);

#endif
