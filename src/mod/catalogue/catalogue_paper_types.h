/*
 * Kinds of papers that are kept and used again: catalogue/paper-types.yaml.  They stand beside the
 * packages and not in them, because what a city holds already changes without any procedure being
 * published anew, and counts for dossiers of earlier versions, too.
 *
 * Lifetime:  as the snapshot.   Threads: any may read.
 */
#ifndef CATALOGUE_PAPER_TYPES_H
#define CATALOGUE_PAPER_TYPES_H

#include "mod/catalogue/catalogue.h"

enum fact_is { FACT_OTHER, FACT_NUMBER, FACT_ISSUED_ON, FACT_ISSUER, FACT_VALID_TO };
enum { OF_OWNER, OF_APPLICANT };

struct paper_fact { const char *id, *name; int is; };
struct paper_asked { const char *procedure; struct texts papers; int of; };
struct paper_field { const char *procedure, *fact, *field; };
struct paper_result { const char *procedure; };

struct paper_type {
    const char *id, *name;
    int64_t months;                     /* 0: without an end */
    bool single;                        /* one a person */
    struct texts stands_for;
    LIST_OF(struct paper_fact) facts;
    LIST_OF(struct paper_asked) asked;
    LIST_OF(struct paper_field) fields;
    LIST_OF(struct paper_result) results;
};
struct paper_types { struct paper_type *p; size_t n; };

struct catalogue_snapshot;
const struct paper_types *catalogue_paper_types(const struct catalogue_snapshot *s);
const struct paper_type *catalogue_paper_type(const struct catalogue_snapshot *s, const char *id);
/* What the result of this procedure is; NULL: nothing that is kept. */
const struct paper_type *catalogue_paper_result(const struct catalogue_snapshot *s,
                                                const char *procedure);
const struct paper_fact *catalogue_paper_fact(const struct paper_type *t, const char *id);
/* The last day of what was issued then: 0 without an end. */
day catalogue_paper_end(const struct paper_type *t, day issued_on);
/* May one that is held be handed in where a paper of kind `asked` is asked for? */
bool catalogue_paper_serves(const struct paper_type *held, const struct paper_type *asked);

#endif
