/*
 * The procedure catalogue: packages of files (docs/catalogue-package.md) as immutable structs, and
 * the rules that choose case, limit, fees and papers from a dossier's answers.
 *
 * Lifetime:  a procedure lives as long as its snapshot; nothing in it changes.
 * Threads:   any may read.  Pure but for the functions that take a ctx.
 * Answers:   by field id, as eforms_validate() makes them, with "$received" (ISO date), "$channel"
 *            and "$payer" added by catalogue_facts().
 */
#ifndef MOD_CATALOGUE_CATALOGUE_H
#define MOD_CATALOGUE_CATALOGUE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/ctx.h"
#include "base/date.h"
#include "mod/catalogue/catalogue_schema.h"

struct eform;               /* mod/eforms/eforms.h */
struct paper_type;          /* catalogue_paper_types.h */

/* Words of the packages; an int in a struct below is one of these, in this order. */
enum { PROC_DRAFT, PROC_PUBLISHED };
enum { LEVEL_COMMUNE, LEVEL_CITY };
enum { SCOPE_NONE, SCOPE_PARTIAL, SCOPE_FULL };
enum { ROUTE_CITY, ROUTE_MINISTRY };
enum { SUBJECT_CITIZEN, SUBJECT_ORGANISATION, SUBJECT_BUSINESS, SUBJECT_HOUSEHOLD,
       SUBJECT_FOREIGNER, SUBJECT_OVERSEAS,
       PAYER_POOR, PAYER_DISABLED, PAYER_VETERAN, PAYER_CHILD, PAYER_ELDERLY };
enum { FEE_FEE, FEE_CHARGE };
enum { DUE_INTAKE, DUE_BEFORE_RESULT, DUE_ON_RESULT };
enum { COMPETENT_RECEIVING, COMPETENT_ADDRESS, COMPETENT_FIXED };
/* The words and their Vietnamese names (N_()), by those numbers; both end with NULL.  A channel is
 * enum channel of mod/deadlines, its word 0 is "". */
extern const char *const CATALOGUE_PAYERS[], *const CATALOGUE_PAYERS_VI[],
    *const CATALOGUE_CHANNELS[], *const CATALOGUE_CHANNELS_VI[], *const CATALOGUE_DUE[],
    *const CATALOGUE_DUE_VI[], *const CATALOGUE_PER[], *const CATALOGUE_PER_VI[],
    *const CATALOGUE_RESULTS[], *const CATALOGUE_RESULTS_VI[];
int catalogue_word(const char *const *words, const char *word);     /* its number, or -1 */

#define LIST_OF(T) struct { T *p; size_t n; }       /* filled through struct array */

struct proc_basis { const char *number, *title, *issuer; day date; };
struct proc_case { const char *id, *name; const json_t *when; };        /* when NULL: the last */
struct proc_limit { struct texts cases; const char *limit; };               /* "3wd" */
struct proc_stop { const char *id, *name, *basis; };
struct fee_step { int64_t from, amount; };
struct proc_fee {
    const char *id, *name, *quantity, *rows, *times, *basis;
    int kind, per, due;
    int64_t amount, cap;            /* cap 0: none */
    struct texts cases;             /* none: all */
    unsigned channels, payers;      /* 1 << CHANNEL_..., 1 << SUBJECT_/PAYER_; 0: all */
    LIST_OF(struct fee_step) steps;
    day from, to;                   /* NO_DAY: open */
};
struct proc_paper {
    const char *id, *name, *note;
    int64_t originals, copies;
    bool required, eform;
    struct texts cases;
    const json_t *when;
    const struct paper_type *type;      /* catalogue_paper_types.h; NULL: asked for each time */
    bool of_applicant;                  /* of that kind: the applicant's, else the owner's */
};
struct proc_step {
    const char *id, *name, *agency, *budget;    /* agency: "receiving", "competent" or a code */
    int role;                       /* enum role */
    unsigned actions;               /* ACT_BIT() of mod/workflow */
    unsigned guards;                /* GUARD_BIT() */
    struct texts next;
};

struct procedure {
    int64_t id;                     /* of the version in the database; 0 when read from files */
    const char *code, *name, *summary, *field, *authority, *route_url, *conditions;
    int64_t version;
    int state, level, route;
    day valid_from, valid_to;       /* valid_to NO_DAY: open */
    struct texts life_events, citizen_steps;
    unsigned subjects, channels, tags;
    struct { int64_t level; int scope; } online;
    int64_t assurance;              /* how surely who applies online is known, 1..3; 0 as 1 */
    struct {                        /* its dossiers are for who is named; basis "": they are not */
        const char *basis, *cover;  /* cover: said where its name would give it away; "" its name */
        unsigned readers;           /* 1 << enum role: may take what nobody has, in its agency */
        day from, to;               /* of the beginning of the dossier; NO_DAY: open */
    } confidential;
    struct { const char *number, *agency; day date; bool verified; } publication;
    LIST_OF(struct proc_basis) legal_basis;
    LIST_OF(struct proc_case) cases;
    struct {
        int mode, supplement;       /* 0 end-of-day, 1 hour-exact; 0 as the rules, 1 pause,
                                       2 restart */
        bool fiscal_pauses;
        LIST_OF(struct proc_limit) limits;
        LIST_OF(struct proc_stop) stops;
    } deadline;
    LIST_OF(struct proc_fee) fees;
    LIST_OF(struct proc_paper) papers;
    struct { int rule; const char *field, *agency; } competent;
    LIST_OF(struct proc_step) process;
    struct { const char *code, *name; int kind; int64_t copies; } result;
    struct eform *form;
    const char *hash;               /* SHA-256 of both files, hex */
    /* for search, by enum lang: the name; name, summary, field and code */
    const char *folded_name[LANG__COUNT], *folded[LANG__COUNT];
    json_t *keep;                   /* owns the conditions */
};
struct procedure_list { const struct procedure **p; size_t n; };

/* --- what a dossier's answers decide (pure) ------------------------------------------------- */

/* A copy of the answers with the facts that conditions may read; json_decref() it.  payer: a word
 * of CATALOGUE_PAYERS, or "". */
json_t *catalogue_facts(struct arena *a, const json_t *answers, day received, int channel,
                        const char *payer);
const struct proc_case *catalogue_case(const struct procedure *p, const json_t *facts);
const struct proc_case *catalogue_case_find(const struct procedure *p, const char *id);  /* NULL */
const char *catalogue_limit(const struct procedure *p, const struct proc_case *k);      /* "3wd" */
/* Whether a dossier that begins on this day is confidential; what the procedure is called on lists,
 * prints, exports and in letters; whether its name must not stand there. */
bool catalogue_confidential(const struct procedure *p, day on);
bool catalogue_covered(const struct procedure *p);
const char *catalogue_title(const struct procedure *p);

struct fee_line { const struct proc_fee *fee; int64_t quantity, total; };
struct fee_list { struct fee_line *p; size_t n; int64_t total; };
/* `payers`: bits of what the payer is.  Lines in the order of the package, free ones too. */
struct fee_list catalogue_fees(struct arena *a, const struct procedure *p,
                               const struct proc_case *k, const json_t *facts, int channel,
                               unsigned payers, day on);
struct paper_list { const struct proc_paper **p; size_t n; };
/* The papers asked of this dossier, those that are the e-form itself included. */
struct paper_list catalogue_papers(struct arena *a, const struct procedure *p,
                                   const struct proc_case *k, const json_t *facts);
const struct proc_step *catalogue_step(const struct procedure *p, const char *id);      /* NULL */
const struct proc_step *catalogue_step_after(const struct procedure *p, const struct proc_step *s);

/* A condition in words, by the labels of the form: «Loại giấy» là "Bản giấy"; "" for none. */
const char *catalogue_condition(struct ctx *c, const struct procedure *p, const json_t *rule);

int catalogue_cmd(int argc, char **argv);       /* `motcua catalogue check|import|strings DIR` */

#endif
