/*
 * Who acts for whom: organisations, and mandates with evidence, scope and end date.  ADR 0044.
 *
 * A person is a checked personal number and nothing else: an account whose number nobody checked
 * neither sees nor changes a mandate (docs/security/mandates.md).
 *
 * Tables:    organisation, mandate, mandate_event; view v_mandate.
 * Lifetime:  texts live in the request's arena.
 * Errors:    E_NOTFOUND not there or not yours; E_DENIED the number is not checked, or this side
 *            may not; E_INVALID a field; E_CONFLICT not possible now, or somebody was faster.
 */
#ifndef MOD_MANDATES_MANDATES_H
#define MOD_MANDATES_MANDATES_H

#include "base/ctx.h"
#include "base/date.h"
#include "http/params.h"
#include "mod/deadlines/rules.h"        /* enum mandate_kind */

enum mandate_scope { SCOPE_ALL = 1, SCOPE_FIELDS, SCOPE_PROCEDURES, SCOPE_DOSSIER, SCOPE__COUNT };
enum mandate_evidence { EVIDENCE_PAPER = 1,     /* uploaded */
                        EVIDENCE_VAULT,         /* a paper that the city holds */
                        EVIDENCE_CLAIM,         /* the national identity says so */
                        EVIDENCE_OFFICER,       /* shown to an officer at the counter */
                        EVIDENCE_PERSON,        /* given by who is represented, signed in */
                        EVIDENCE__COUNT };
enum mandate_state { MANDATE_DECLARED = 1, MANDATE_CONFIRMED, MANDATE_ENDED, MANDATE_REFUSED,
                     MANDATE_STATE__COUNT };
/* On which side somebody stands who asks. */
enum mandate_side { SIDE_NONE, SIDE_AGENT, SIDE_PERSON, SIDE_ORGANISATION, SIDE_OFFICER,
                    SIDE_IDENTITY, SIDE__COUNT };
enum mandate_act { DID_DECLARE = 1, DID_GIVE, DID_CONFIRM, DID_REFUSE, DID_END, DID_RENEW,
                   DID__COUNT };

enum { MANDATES_MAX = 100,              /* open ones that one account recorded */
       MANDATE_CODES = 6,               /* fields or procedures of one */
       MANDATES_SHOWN = 200 };

struct mandate {
    int64_t id, version;
    const char *token;
    enum mandate_kind kind;
    const char *person, *tax_code, *name;       /* who is represented */
    const char *agent, *agent_name;             /* who acts */
    enum mandate_scope scope;
    const char *scope_of;               /* " A B " of codes; "" all */
    enum mandate_evidence evidence;
    const char *paper;                  /* number and day of the document */
    int64_t vault;
    day begins, ends;
    enum mandate_state state;
    int64_t account, made_at, checked_by, checked_at, over_at;
    enum mandate_side checked_as;
    const char *reason;
};
typedef VEC(struct mandate) mandate_list;

/* --- words, N_() --- */
const char *mandate_kind_name(enum mandate_kind k);
const char *mandate_kind_word(enum mandate_kind k);
const char *mandate_evidence_name(enum mandate_evidence e);
const char *mandate_scope_name(enum mandate_scope s);
const char *mandate_side_name(enum mandate_side s);
const char *mandate_act_name(enum mandate_act a);
const char *mandate_state_name(const struct mandate *m, day today);     /* "Đã hết hạn", too */
/* What it is for in words: names of fields and procedures, the dossier's code. */
const char *mandate_scope_text(struct ctx *c, enum mandate_scope s, const char *of);

/* --- does it serve (pure) --- */
bool mandate_runs(const struct mandate *m, day today);          /* confirmed, and in its days */
/* What is done with it: a procedure, its field, the dossier's code ("" none yet). */
struct mandate_use { const char *procedure, *field, *dossier; };
bool mandate_covers(const struct mandate *m, const struct mandate_use *u);
/* NULL: it serves; a declared one, too, which an officer checks.  Else why not: N_(). */
const char *mandate_why_not(const struct mandate *m, const struct mandate_use *u, day today);

/* --- the citizen's --- */
/* Kind, who, agent, scope, paper, vault, days are read of `m`; the rest is set.  c->account's
 * number must be the agent's (declared: waits), the represented person's or that of a
 * representative of the organisation (given: confirmed at once).  files: evidence, may be none.
 * Faults: "so-dinh-danh", "ma-so-thue", "ten", "tep", "den-ngay", "pham-vi", "loai". */
int mandate_declare(struct ctx *c, struct mandate *m, const struct upload *files, size_t n);
int mandate_get_own(struct ctx *c, const char *token, struct mandate *out,
                    enum mandate_side *side);
int mandates_acting(struct ctx *c, mandate_list *out);          /* I act for others */
int mandates_acted(struct ctx *c, mandate_list *out);           /* others act for me, my house */
int mandates_houses(struct ctx *c, mandate_list *out);  /* organisations that I represent by law */
int64_t mandates_waiting(struct ctx *c);                /* that wait for my word */
/* m: as read, its version on screen. */
int mandate_confirm(struct ctx *c, struct mandate *m, enum mandate_side as);
int mandate_refuse(struct ctx *c, struct mandate *m, enum mandate_side as, const char *reason);
int mandate_end(struct ctx *c, struct mandate *m, enum mandate_side as, const char *reason);
bool mandate_may_confirm(struct ctx *c, const struct mandate *m, enum mandate_side as);

struct mandate_event { int64_t at; enum mandate_side side; enum mandate_act act;
                       const char *name, *note; };
int mandate_events(struct ctx *c, int64_t mandate, struct mandate_event **out, size_t *n);

/* --- for dossiers --- */
int mandate_by_id(struct ctx *c, int64_t id, struct mandate *out);
/* Of c->account, by which it may hand in what `u` says now: newest first. */
int mandates_offered(struct ctx *c, const struct mandate_use *u, mandate_list *out);
/* One of those, by its token: E_NOTFOUND not this account's; E_CONFLICT with the reason why not. */
int mandate_use(struct ctx *c, const char *token, const struct mandate_use *u,
                struct mandate *out);
/* An officer saw the paper at the counter: recorded, confirmed. */
int mandate_record(struct ctx *c, struct mandate *m);

/* --- the national identity says for whom this account acts; "" for nobody any more --- */
int mandates_claimed(struct ctx *c, int64_t account, const char *tax_code, const char *name);

#endif
